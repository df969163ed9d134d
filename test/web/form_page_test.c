#include "register.h"

/* The forms as a clerk meets them: nothing typed is lost, nothing is written twice. */

static const char *clerk, *secretary;
static struct str token;

enum { MANY = 70 };

static int up(void **state)
{
	int done = live_up(state);

	for (size_t i = 0; i < 2; i++)
		small_say(t.ml, small_register[i]);
	account("awa", ROLE_CLERK);
	account("sec", ROLE_SECRETARY);
	clerk = cookie_of("awa");
	secretary = cookie_of("sec");
	token = between(get("/fr/organisation/new", clerk).body, "name=\"csrf\" value=\"",
			"\"");
	return done;
}

/* POST of the clerk's form: its token, then `rest` ("&title.fr=…"). */
static struct raw_answer send_form(const char *target, const char *rest)
{
	struct str body = arena_join(&t.a, S("csrf="), arena_join(&t.a, token, str_z(rest)));

	return post(target, clerk, body);
}

static const char *z(const char *x, const char *y)
{
	return arena_z(&t.a, arena_join(&t.a, str_z(x), str_z(y)));
}

static struct str new_id(const char *target)
{
	return between(get(target, clerk).body, "name=\"_id\" value=\"", "\"");
}

static void only_those_who_write_see_forms(void **state)
{
	(void)state;
	assert_int_equal(get("/fr/project/new", "").status, 303);
	assert_int_equal(get("/fr/project/joint/" ID(2, 1) "/edit", "").status, 303);
	assert_false(says(get("/fr/projects", "").body, "/project/new"));
	assert_false(says(get("/fr/project/joint/" ID(2, 1), "").body, "/edit"));
	check_says(get("/fr/projects", clerk).body, "/project/new");
	check_says(get("/fr/project/joint/" ID(2, 1), clerk).body, "/edit");
}

static void every_form_opens(void **state)
{
	(void)state;
	for (const struct record *r = records + 1; r < records + RECORD_COUNT; r++) {
		char at[100];
		struct raw_answer a;

		if (r->part)
			continue;
		for (int l = 0; l < LANG_COUNT; l++) {
			snprintf(at, sizeof(at), "/%s/%s/new", lang_codes[l], r->name);
			a = get(at, clerk);
			assert_int_equal(a.status, 200);
			for (const struct field *f = &fields[r->first]; f < &fields[r->end];
			     f++) {
				snprintf(at, sizeof(at), "id=\"%s\"", f->name);
				check_says(a.body, at);
			}
		}
	}
	assert_int_equal(get("/fr/source/new", clerk).status, 404);
	assert_int_equal(get("/fr/nothing/new", clerk).status, 404);
}

static void what_is_wrong_stands_beside_its_field(void **state)
{
	struct raw_answer r =
		send_form("/fr/project/new", "&_do=save&title.fr=Pont+%3Cb%3E&status=99"
					     "&planned_end=demain&sectors.0.percentage=60"
					     "&sectors.1.percentage=&cost.amount=1+250%2C5");

	(void)state;
	assert_int_equal(r.status, 400);
	check_says(r.body, "class=\"box late\" role=alert");
	check_says(r.body, "<a href=\"#sectors.0.sector\">Secteurs 1 · Secteur</a>");
	check_says(r.body, "<a href=\"#cost.currency\">Coût convenu · Monnaie</a>");
	check_says(r.body, "id=\"planned_end-e\"");
	check_says(r.body, "aria-describedby=\"planned_end-e\" value=\"demain\"");
	/* as it was typed, and the empty line is gone */
	check_says(r.body, "value=\"Pont &lt;b&gt;\"");
	check_says(r.body, "<option value=\"99\" selected>");
	check_says(r.body, "value=\"1250,5\"");
	check_says(r.body, "value=\"60\"");
	assert_false(says(r.body, "sectors.1.percentage"));
	assert_false(says(r.body, "<b>"));
}

static void a_title_of_ten_thousand_letters_comes_back(void **state)
{
	struct buf b;
	struct raw_answer r;

	(void)state;
	buf_init(&b, 1 << 16);
	buf_lit(&b, "&_do=save&status=2&field=energy&title.fr=");
	for (int i = 0; i < 5000; i++)
		buf_lit(&b, "%D0%96");
	buf_ch(&b, '\0');
	r = send_form("/ru/project/new", b.p);
	assert_int_equal(r.status, 400);
	buf_clear(&b);
	for (int i = 0; i < 5000; i++)
		buf_lit(&b, "Ж");
	buf_lit(&b, "\"");
	buf_ch(&b, '\0');
	check_says(r.body, b.p);
	buf_done(&b);
}

static void lines_come_and_go(void **state)
{
	struct raw_answer r = send_form(
		"/fr/project/new", "&_do=add%3Asectors&sectors.0.percentage=60&title.fr=T");

	(void)state;
	assert_int_equal(r.status, 200);
	check_says(r.body, "id=\"sectors.1\"");
	check_says(r.body, "formaction=\"/fr/project/new#sectors.2\"");
	check_says(r.body, "value=\"60\"");
	r = send_form("/fr/project/new",
		      "&_do=drop%3Asectors.0&sectors.0.percentage=60&sectors.1.percentage=40");
	assert_false(says(r.body, "value=\"60\""));
	check_says(r.body, "value=\"40\"");
	assert_false(says(r.body, "id=\"sectors.1\""));
}

static void what_was_typed_is_kept(void **state)
{
	struct str page;

	(void)state;
	send_form("/fr/letter/new", "&_do=keep&number=N%2F77&direction=out");
	page = get("/ru/letter/new", clerk).body;
	check_says(page, "value=\"N/77\"");
	check_says(page, "?fresh=1");
	assert_false(says(get("/ru/letter/new?fresh=1", clerk).body, "N/77"));
	assert_false(says(get("/ru/letter/new", secretary).body, "N/77")); /* another's draft */
	send_form("/fr/letter/new", "&_do=keep");
}

static void a_new_record_is_written_once(void **state)
{
	struct str id = new_id("/fr/organisation/new?fresh=1"), where;
	const char *form = arena_z(
		&t.a,
		arena_join(&t.a, S("&_do=save&name.fr=Agence&type=10&_visibility=public&_id="),
			   id));
	struct raw_answer r = send_form("/fr/organisation/new", form);

	(void)state;
	assert_int_equal(r.status, 303);
	where = raw_header(r.head, "location");
	check_says(where, arena_z(&t.a, id));
	check_says(get(arena_z(&t.a, where), "").body, "<h1>Agence</h1>");
	r = send_form("/fr/organisation/new", form); /* a second click */
	assert_int_equal(r.status, 303);
	check_str(raw_header(r.head, "location"), where);
	assert_int_equal(row_of(&t, t.ml, "organisation", "ml", id, AUDIENCE_PUBLIC).versions,
			 1);
	assert_false(says(get("/fr/organisation/new", clerk).body,
			  "value=\"Agence\"")); /* the draft is done with */
}

static void fields_come_from_the_address(void **state)
{
	struct str page =
		get("/fr/transaction/new?fresh=1&project=joint/" ID(2, 1) "&type=3", clerk)
			.body;

	(void)state;
	check_says(page, "<option value=\"joint/" ID(2, 1) "\" selected>");
	check_says(page, "<option value=\"3\" selected>");
}

static void two_people_and_one_record(void **state)
{
	static const char at[] = "/fr/organisation/ml/" ID(1, 1) "/edit";
	struct str prev = between(get(at, clerk).body, "name=\"_prev\" value=\"", "\"");
	const char *mine =
		arena_z(&t.a, arena_join(&t.a,
					 S("&_do=save&type=10&country=ML&_visibility=public"
					   "&name.fr=Mon+nom&acronym=ME&_prev="),
					 prev));
	struct raw_answer r;
	struct str theirs;

	(void)state;
	small_say(
		t.ml,
		"{\"type\":\"record.put\",\"kind\":\"organisation\",\"id\":\"" ID(
			1, 1) "\",\"data\":{"
			      "\"name\":{\"fr\":\"Leur "
			      "nom\"},\"type\":\"10\",\"country\":\"ML\",\"phone\":\"+223\"}}");
	r = send_form(at, mine);
	assert_int_equal(r.status, 409);
	check_says(r.body, "name=\"_take.name\" value=\"mine\" checked");
	check_says(r.body, "Leur nom");
	check_says(r.body, "Mon nom");
	check_says(r.body,
		   "name=\"_take.phone\" value=\"theirs\" checked"); /* only they touched it */
	assert_false(says(r.body, "_take.country"));
	theirs = between(r.body, "name=\"_mine\" value=\"", "\"");
	assert_true(theirs.n > 0);
	r = send_form(at, "&_do=merge&_mine=%7B%22name%22%3A%7B%22fr%22%3A%22Mon+nom%22%7D%2C%"
			  "22type%22%3A%2210%22%2C"
			  "%22acronym%22%3A%22ME%22%7D&_take.name=mine&_take.phone=theirs&_"
			  "take.acronym=mine"
			  "&_visibility=public");
	assert_int_equal(r.status, 200);
	check_says(r.body, "value=\"Mon nom\"");
	check_says(r.body, "value=\"+223\"");
	check_says(r.body, "value=\"ME\"");
	prev = between(r.body, "name=\"_prev\" value=\"", "\"");
	r = send_form(
		at, arena_z(&t.a,
			    arena_join(&t.a,
				       S("&_do=save&type=10&_visibility=public&name.fr=Mon+nom"
					 "&phone=%2B223&acronym=ME&_prev="),
				       prev)));
	assert_int_equal(r.status, 303);
	/* the same again has done what it should */
	r = send_form(
		at, arena_z(&t.a,
			    arena_join(&t.a,
				       S("&_do=save&type=10&_visibility=public&name.fr=Mon+nom"
					 "&phone=%2B223&acronym=ME&_prev="),
				       prev)));
	assert_int_equal(r.status, 303);
	/* choices that are not JSON choose what the register has */
	r = send_form(at, "&_do=merge&_mine=%7B%7B&_take.name=mine");
	assert_int_equal(r.status, 200);
	check_says(r.body, "value=\"Mon nom\"");
}

static void a_file_travels_once(void **state)
{
	static const char head[] = "--b\r\nContent-Disposition: form-data; name=\"";
	struct raw_answer r;
	struct buf b;
	const char *headers = z(clerk, "Content-Type: multipart/form-data; boundary=b\r\n");

	(void)state;
	buf_init(&b, 1 << 16);
	buf_z(&b, head);
	buf_lit(&b, "csrf\"\r\n\r\n");
	buf_add(&b, token);
	buf_lit(&b, "\r\n");
	buf_z(&b, head);
	buf_lit(&b, "_do\"\r\n\r\nsave\r\n");
	buf_z(&b, head);
	buf_lit(&b, "file.upload\"; filename=\"/tmp/../.<i>.pdf\"\r\nContent-Type: "
		    "text/html; x=<b>\r\n\r\nhello\r\n--b--\r\n");
	r = post("/fr/document/new", headers, buf_str(&b));
	assert_int_equal(r.status, 400); /* it has no title */
	check_says(
		r.body,
		"name=\"file.sha256\" "
		"value=\"2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824\"");
	check_says(r.body, "name=\"file.name\" value=\"&lt;i&gt;.pdf\"");
	check_says(r.body, "name=\"file.size\" value=\"5\"");
	r = send_form("/fr/document/new",
		      "&_do=save&title.fr=Texte&_visibility=public&file.size=5&file.media=text/"
		      "plain&file.name=a.txt"
		      "&file.sha256="
		      "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
	assert_int_equal(r.status, 303);
	check_says(get(arena_z(&t.a, raw_header(r.head, "location")), "").body,
		   "href=\"/blob/2cf24d");
	/* a file that was never sent */
	r = send_form("/fr/document/new",
		      "&_do=save&title.fr=Texte&_visibility=public&file.size=5&file.media=text/"
		      "plain&file.name=a.txt"
		      "&file.sha256="
		      "0000000000000000000000000000000000000000000000000000000000000000");
	assert_int_equal(r.status, 400);
	send_form("/fr/document/new", "&_do=keep");
	buf_done(&b);
}

static void many_targets_are_searched(void **state)
{
	struct raw_answer r;
	struct str one;

	(void)state;
	assert_false(says(get("/fr/transaction/new", clerk).body, "provider.find"));
	for (int i = 0; i < MANY; i++) {
		char draft[300];

		snprintf(draft, sizeof(draft),
			 "{\"type\":\"record.put\",\"kind\":\"organisation\",\"data\":{"
			 "\"name\":{\"fr\":\"Bureau %s%d\"},\"type\":\"10\"}}",
			 i == 7 ? "hydraulique " : "", i);
		good(&t, t.ml, draft);
	}
	check_says(get("/fr/transaction/new?fresh=1", clerk).body, "name=\"provider.find\"");
	r = send_form("/fr/transaction/new", "&_do=keep&provider.find=hydraulique");
	check_says(r.body, "Bureau hydraulique 7 · ML");
	one = between(r.body, "name=\"provider\" value=\"", "\"");
	assert_true(str_starts(one, S("ml/")));
	check_says(r.body, "checked>Bureau hydraulique 7"); /* the only one found */
	r = send_form("/fr/transaction/new", "&_do=save&provider.find=bureau");
	assert_int_equal(r.status, 400);
	check_says(r.body, "<a href=\"#provider\">");
	check_says(r.body, "<label class=opt><input type=radio name=\"provider\" value=\"ml/");
	r = send_form("/fr/transaction/new", "&_do=keep&provider.find=%3Cscript%3E");
	assert_false(says(r.body, "<script"));
	r = send_form("/fr/transaction/new", z("&_do=keep&provider=", arena_z(&t.a, one)));
	check_says(r.body, "checked>Bureau hydraulique 7");
	send_form("/fr/transaction/new", "&_do=keep");
}

static void ending_a_record(void **state)
{
	static const char act[] = "/fr/organisation/ml/" ID(1, 1) "/act";
	struct raw_answer r;

	(void)state;
	r = send_form(act, "&do=end&reason=");
	assert_int_equal(r.status, 400);
	r = send_form(act, "&do=end&reason=fusion");
	assert_int_equal(r.status, 303);
	check_says(get("/fr/organisation/ml/" ID(1, 1) "/history", "").body, "fusion");
	assert_int_equal(post(act, "", S("do=end&reason=x")).status, 401);
}

static void private_persons_stay_national(void **state)
{
	struct str page = get("/fr/contact/new", clerk).body;
	struct raw_answer r;

	(void)state;
	assert_false(says(page, "_visibility"));
	r = send_form("/fr/contact/new", "&_do=save&name=Awa+Secr%C3%A8te&_visibility=public");
	assert_int_equal(r.status, 303);
	assert_int_equal(get(arena_z(&t.a, raw_header(r.head, "location")), "").status, 404);
	check_says(get(arena_z(&t.a, raw_header(r.head, "location")), clerk).body,
		   "Awa Secrète");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_those_who_write_see_forms),
		cmocka_unit_test(every_form_opens),
		cmocka_unit_test(what_is_wrong_stands_beside_its_field),
		cmocka_unit_test(a_title_of_ten_thousand_letters_comes_back),
		cmocka_unit_test(lines_come_and_go),
		cmocka_unit_test(what_was_typed_is_kept),
		cmocka_unit_test(a_new_record_is_written_once),
		cmocka_unit_test(fields_come_from_the_address),
		cmocka_unit_test(two_people_and_one_record),
		cmocka_unit_test(a_file_travels_once),
		cmocka_unit_test(many_targets_are_searched),
		cmocka_unit_test(ending_a_record),
		cmocka_unit_test(private_persons_stay_national),
	};

	return cmocka_run_group_tests(tests, up, live_down);
}

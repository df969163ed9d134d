/* The pages of joint acts: what one says, who may answer, what the answer does on both sides.
 */
#include "golden.h"
#include "register.h"

static const char *clerk, *secretary;
static const char project[] = "/fr/project/joint/" ID(2, 1);

/* "/fr/act/…" of the open proposal on the project. */
static char act[100];

static int up(void **state)
{
	int done = small_register_up(state);
	struct str page;

	account("awa", ROLE_CLERK);
	account("sec", ROLE_SECRETARY);
	clerk = cookie_of("awa");
	secretary = cookie_of("sec");
	page = get(project, "").body;
	snprintf(act, sizeof(act), "/fr/act/%.*s",
		 STR(between(page, "class=button href=\"/fr/act/", "\"")));
	assert_int_equal(strlen(act), 8 + 64);
	return done;
}

/* The form's token, then what is answered. */
static struct raw_answer answer(const char *who, const char *rest)
{
	struct buf b;
	struct raw_answer r;

	buf_init(&b, 8192);
	buf_lit(&b, "csrf=");
	buf_add(&b,
		between(get("/fr/organisation/new", who).body, "name=\"csrf\" value=\"", "\""));
	buf_z(&b, rest);
	r = post(act, who, buf_str(&b));
	buf_done(&b);
	return r;
}

/* A page of the other side's node. */
static struct str at_ru(const char *target)
{
	char line[HTTP_TARGET_MAX];
	struct raw_answer r;

	snprintf(line, sizeof(line),
		 "GET %s HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n", target);
	r = raw_ask(web_port(web_ru), str_z(line));
	return arena_str(&t.a, r.body);
}

static const char *in(const char *lang, const char *address)
{
	return arena_z(&t.a, arena_join(&t.a, str_z(lang), str_from(str_z(address), 3)));
}

static void pages_are_golden(void **state)
{
	const struct {
		const char *address, *name;
	} pages[] = {
		{ act, "act.fr.html" },
		{ in("/ru", act), "act.ru.html" },
		{ "/fr/awaiting", "awaiting.fr.html" },
		{ "/ru/awaiting?of=ru", "awaiting.ru.html" },
	};
	bool same = true;

	(void)state;
	for (size_t i = 0; i < sizeof(pages) / sizeof(*pages); i++) {
		struct raw_answer r = get(pages[i].address, "");

		assert_int_equal(r.status, 200);
		same &= golden(pages[i].name, main_of(r));
	}
	assert_true(same);
}

static void both_texts_stand_beside_each_other(void **state)
{
	struct str page = main_of(get(act, ""));

	(void)state;
	check_says(page, "data-lang=\"Français · En vigueur\">Centrale solaire</div>");
	check_says(page, "data-lang=\"Français · Proposé\">Centrale solaire<ins> de "
			 "Ségou</ins></div>");
	check_says(page, "data-lang=\"Русский · Proposé, inchangé\">");
	check_says(page, "<td data-l=\"En vigueur\">");
	check_says(page, "On attend la réponse\u00a0: Mali, Fédération de Russie.");
	check_says(page, "| sha256sum");
}

static void who_may_answer_and_who_may_not(void **state)
{
	struct str page = get(act, "").body;

	(void)state;
	assert_false(says(page, "value=accept"));
	check_says(page, "secrétaire d’une partie répond ici");
	page = get(act, clerk).body;
	assert_false(says(page, "value=accept"));
	check_says(page, "Seul un secrétaire");
	check_says(page, "/edit?from=");
	assert_int_equal(answer(clerk, "&do=accept").status, 403);
	assert_int_equal(post(act, "", S("do=accept")).status, 401);
	/* without the form's token nothing is taken */
	assert_int_not_equal(post(act, secretary, S("do=accept")).status, 303);
	page = get(act, secretary).body;
	check_says(page, "value=accept");
	check_says(page, "tous les textes");
	check_says(page, "Français, Русский");
	check_says(get(project, secretary).body, "Le lire en entier et répondre");
	assert_false(says(get(project, secretary).body, "value=accept"));
}

static void another_text_starts_from_this_one(void **state)
{
	char form[200];

	(void)state;
	snprintf(form, sizeof(form), "%s/edit?from=%s", project, act + 8);
	check_says(get(form, clerk).body, "value=\"Centrale solaire de Ségou\"");
	snprintf(form, sizeof(form), "%s/edit?from=nonsense", project);
	check_says(get(form, clerk).body, "value=\"Centrale solaire\"");
}

static void an_address_that_is_none(void **state)
{
	(void)state;
	assert_int_equal(get("/fr/act/nonsense", "").status, 404);
	assert_int_equal(get("/fr/act/00000000000000000000000000000000000000000000000000000000"
			     "00000000",
			     "")
				 .status,
			 404);
	assert_int_equal(get("/fr/awaiting?of=xx", "").status, 400);
	assert_int_equal(get("/fr/awaiting?of=%3Cscript%3E", "").status, 400);
	assert_int_equal(get("/fr/awaiting?of=ml&from=99999999999999999999", "").status, 200);
	assert_int_equal(get("/fr/awaiting?of=ml&from=40", "").status, 200);
}

static void a_refusal_needs_its_reason(void **state)
{
	struct raw_answer r = answer(secretary, "&do=decline&reason=+++");

	(void)state;
	assert_int_equal(r.status, 400);
	check_says(r.body, "role=alert");
	r = answer(secretary, "&do=maybe");
	assert_int_equal(r.status, 400);
	check_says(r.body, "Choisissez");
	r = answer(secretary, "&reason=x");
	assert_int_equal(r.status, 400);
}

static void accepted_here_and_there_it_is_in_force(void **state)
{
	struct raw_answer r = answer(secretary, "&do=accept");

	(void)state;
	assert_int_equal(r.status, 303);
	check_str(raw_header(r.head, "location"), str_z(act));
	check_says(get(act, "").body, "On attend la réponse\u00a0: Fédération de Russie.");
	check_says(get(act, secretary).body, "peut reprendre sa parole");
	r = answer(secretary, "&do=accept");
	assert_int_equal(r.status, 409); /* said already */
	check_says(r.body, "role=alert");
	small_exchange(t.ml, port, t.ru);
	small_say(t.ru,
		  "{\"type\":\"act.accept\",\"kind\":\"project\",\"id\":\"" ID(2, 1) "\"}");
	/* Moscow has received Bamako's acceptance; the other way it is under way. */
	check_says(at_ru(act), "accusé de réception\u00a0: Mali");
	check_says(at_ru("/fr/awaiting"), "Accepté par tous, réception attendue");
	small_exchange(t.ru, web_port(web_ru), t.ml);
	r = get(act, secretary);
	check_says(r.body, "En vigueur entre\u00a0: Mali, Fédération de Russie.");
	check_says(r.body, "Proposer un texte pour le remplacer");
	assert_false(says(r.body, "value=decline"));
	assert_int_equal(answer(secretary, "&do=accept").status, 409);
}

/* On the other project, which nobody has accepted. */
static void declined_with_words_that_try_to_be_markup(void **state)
{
	struct raw_answer r = get("/fr/project/joint/" ID(2, 2), "");

	(void)state;
	snprintf(act, sizeof(act), "/fr/act/%.*s",
		 STR(between(r.body, "class=button href=\"/fr/act/", "\"")));
	check_says(get(act, "").body, "premier texte de cette fiche");
	r = answer(secretary, "&do=decline&reason=%3Cscript%3Ealert(1)%3C%2Fscript%3E");
	assert_int_equal(r.status, 303);
	r = get(act, secretary);
	check_says(r.body, "l’a retiré");
	check_says(r.body, "<q>&lt;script&gt;alert(1)&lt;/script&gt;</q>");
	assert_false(says(r.body, "<script"));
	check_says(r.body, "ne peut plus entrer en vigueur");
	assert_int_equal(answer(secretary, "&do=accept").status, 409);
}

/* Each side changes the same text, and both accept both. */
static void several_texts_in_force_stand_side_by_side(void **state)
{
	static const char change[] =
		"{\"type\":\"record.put\",\"kind\":\"project\",\"id\":\"" ID(
			2, 1) "\",\"data\":{\"title\":{\"fr\":\"%s\",\"ru\":\"Станция\"},"
			      "\"status\":\"2\",\"field\":\"energy\"}}";
	char draft[400], accept[200];
	struct str hex[2];
	struct raw_answer r;

	(void)state;
	snprintf(draft, sizeof(draft), change, "Un");
	t.fixed.ms += 60000;
	for (int i = 0; i < 2; i++) {
		struct act_result done = good(&t, i ? t.ru : t.ml, draft);
		struct buf b;

		buf_init(&b, 100);
		buf_hex(&b, done.act.b, HASH_SIZE);
		hex[i] = arena_buf(&t.a, &b);
		snprintf(draft, sizeof(draft), change, "Deux");
	}
	small_exchange(t.ml, port, t.ru);
	small_exchange(t.ru, web_port(web_ru), t.ml);
	for (int i = 0; i < 4; i++) {
		snprintf(accept, sizeof(accept),
			 "{\"type\":\"act.accept\",\"kind\":\"project\",\"id\":\"" ID(
				 2, 1) "\",\"act\":\"%.*s\"}",
			 STR(hex[i % 2]));
		small_say(i < 2 ? t.ml : t.ru, accept);
	}
	for (int i = 0; i < 2; i++) {
		small_exchange(t.ml, port, t.ru);
		small_exchange(t.ru, web_port(web_ru), t.ml);
	}
	r = get(project, clerk);
	check_says(r.body, "id=heads");
	check_says(r.body, "2 textes sont en vigueur");
	check_says(r.body, "<mark>Un</mark>");
	check_says(r.body, "<mark>Deux</mark>");
	for (int i = 0; i < 2; i++) {
		snprintf(draft, sizeof(draft), "/edit?from=%.*s\"", STR(hex[i]));
		check_says(r.body, draft);
	}
	snprintf(draft, sizeof(draft), "%s/edit?from=%.*s", project, STR(hex[0]));
	r = get(draft, clerk);
	check_says(r.body, "value=\"Un\"");
	check_says(r.body, "les nomme tous");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_are_golden),
		cmocka_unit_test(both_texts_stand_beside_each_other),
		cmocka_unit_test(who_may_answer_and_who_may_not),
		cmocka_unit_test(another_text_starts_from_this_one),
		cmocka_unit_test(an_address_that_is_none),
		cmocka_unit_test(a_refusal_needs_its_reason),
		cmocka_unit_test(accepted_here_and_there_it_is_in_force),
		cmocka_unit_test(declined_with_words_that_try_to_be_markup),
		cmocka_unit_test(several_texts_in_force_stand_side_by_side),
	};

	return cmocka_run_group_tests(tests, up, small_register_down);
}

/* The protocol of a session, article by article, between two nodes. */
#include "golden.h"
#include "register.h"

#define PUT(kind, id, data)                                                                    \
	"{\"type\":\"record.put\",\"kind\":\"" kind "\",\"id\":\"" id "\",\"data\":{" data "}" \
	"}"
#define WORD(kind, id)      "{\"type\":\"act.accept\",\"kind\":\"" kind "\",\"id\":\"" id "\"}"
#define BOTH(field, fr, ru) "\"" field "\":{\"fr\":\"" fr "\",\"ru\":\"" ru "\"}"
#define SESSION             "joint/" ID(6, 1)
#define ARTICLE(n, number, fr, ru)                                                             \
	PUT("article", ID(7, n),                                                               \
	    "\"session\":\"" SESSION "\",\"number\":\"" number "\"," BOTH("text", fr, ru))

static const char protocol[] = "/fr/session/" SESSION "/protocol";
static const char *clerk, *secretary, *reader;

static void both_ways(void)
{
	for (int i = 0; i < 2; i++) {
		small_exchange(t.ml, port, t.ru);
		small_exchange(t.ru, web_port(web_ru), t.ml);
	}
}

static int up(void **state)
{
	int done = small_register_up(state);

	account("awa", ROLE_CLERK);
	account("sec", ROLE_SECRETARY);
	account("lec", ROLE_READER);
	clerk = cookie_of("awa");
	secretary = cookie_of("sec");
	reader = cookie_of("lec");
	small_say(t.ml,
		  PUT("session", ID(6, 1),
		      BOTH("title", "Troisième session",
			   "Третья сессия") ",\"kind\":\"plenary\",\"status\":\"planned\","
					    "\"date\":\"2026-06-15\""));
	small_say(t.ml, ARTICLE(1, "10", "Dixième.", "Десятая."));
	small_say(t.ml, ARTICLE(2, "2", "À [ML : Bamako] [RU : Moscou].",
				"В [ML: Бамако] [RU: Москве]."));
	small_say(t.ml, WORD("session", ID(6, 1)));
	small_say(t.ml, WORD("article", ID(7, 2)));
	small_exchange(t.ml, port, t.ru);
	small_say(t.ru, WORD("session", ID(6, 1)));
	small_say(t.ru, WORD("article", ID(7, 2)));
	small_say(t.ru, ARTICLE(1, "10", "Dixième [RU : bis].", "Десятая."));
	both_ways();
	return done;
}

static struct str token_for(const char *who)
{
	return between(get("/fr/", who).body, "name=csrf value=\"", "\"");
}

static struct raw_answer hand_in(const char *who, const char *rest)
{
	struct str token = token_for(who);

	return post(protocol, who,
		    arena_join(&t.a, S("csrf="), arena_join(&t.a, token, str_z(rest))));
}

/* "&act=HEX" of the n-th form for an article that does `what`. */
static const char *act_of(const char *article, const char *what)
{
	struct str page = get(protocol, secretary).body, form;
	size_t at = str_find(page, arena_join(&t.a, S("id=\"a-"), str_z(article)));

	assert_true(at < page.n);
	page = str_from(page, at);
	at = str_find(page, arena_join(&t.a, S("name=do value="), str_z(what)));
	assert_true(at < page.n);
	form = str_cut(page, at);
	while ((at = str_find(form, S("name=\"act\" value=\""))) < form.n)
		form = str_from(form, at + 18);
	return arena_z(&t.a, arena_join(&t.a, S("&act="), str_cut(form, 64)));
}

static const char *filled(const char *a, const char *b)
{
	return arena_z(&t.a, arena_join(&t.a, str_z(a), str_z(b)));
}

static void every_article_shows_where_it_stands(void **state)
{
	struct raw_answer r = get(protocol, "");
	struct str page;
	bool same;

	(void)state;
	assert_int_equal(r.status, 200);
	same = golden("protocol.fr.html", main_of(r));
	page = main_of(get(filled("/ru", protocol + 3), ""));
	same &= golden("protocol.ru.html", page);
	assert_true(same);
	page = main_of(r);
	/* 2 before 10 */
	assert_true(str_find(page, S("Article 2")) < str_find(page, S("Article 10")));
	check_says(page, "<mark>[<b>ML</b> : Bamako]</mark>");
	check_says(page, "<mark>[<b>RU</b> : Moscou]</mark>");
	check_says(page, "Ce que chaque partie a proposé en dernier");
	check_says(page, "data-lang=\"Français · Mali\"");
	assert_false(says(page, "value=accept"));
	assert_false(says(page, "value=settle"));
	check_says(get("/fr/session/" SESSION, "").body,
		   "0 articles convenus sur 2 ; entre crochets : 1 ;");
}

static void signing_waits_and_names_the_articles(void **state)
{
	(void)state;
	bad(&t, t.ml,
	    PUT("session", ID(6, 1),
		BOTH("title", "Troisième session",
		     "Третья сессия") ",\"kind\":\"plenary\",\"status\":\"planned\",\"date\":"
				      "\"2026-02-15\",\"signed_on\":\"2026-02-16\""),
	    ERR_INPUT, "signed_on", "10, 2");
}

/* Both languages lose the same brackets, in one proposal of this side. */
static void brackets_are_settled(void **state)
{
	struct str page;
	const char *act = act_of(ID(7, 2), "settle");
	struct raw_answer r;

	(void)state;
	assert_int_equal(hand_in(clerk, filled("&do=settle&article=" ID(7, 2), act)).status,
			 400); /* nothing chosen */
	assert_int_equal(hand_in(clerk, "&do=settle&b0=keep&article=" ID(7, 2)).status, 409);
	assert_int_equal(
		hand_in(reader, filled("&do=settle&b0=keep&article=" ID(7, 2), act)).status,
		403);
	r = hand_in(clerk, filled("&do=settle&b0=keep&b1=strike&article=" ID(7, 2), act));
	assert_int_equal(r.status, 303);
	check_str(raw_header(r.head, "location"),
		  str_z("/fr/session/" SESSION "/protocol#a-" ID(7, 2)));
	page = main_of(get(protocol, clerk));
	check_says(page, "data-lang=\"Français · Mali\">À ");
	check_says(page, "Proposé par");
	/* a second click says the same again: nothing is added */
	r = hand_in(clerk, filled("&do=settle&b0=keep&b1=strike&article=" ID(7, 2), act));
	assert_int_equal(r.status, 303);
	assert_int_equal(str_find(page, S("accept")), page.n);
}

static void a_word_is_a_secretarys(void **state)
{
	const char *act = act_of(ID(7, 1), "accept");
	struct raw_answer r;

	(void)state;
	assert_int_equal(hand_in(clerk, filled("&do=accept&article=" ID(7, 1), act)).status,
			 403);
	assert_int_equal(post(protocol, "", S("do=accept")).status, 401);
	assert_int_equal(hand_in(secretary, "&do=accept&act=zz&article=" ID(7, 1)).status, 409);
	assert_int_equal(hand_in(secretary, "&do=accept&article=nonsense").status, 404);
	assert_int_equal(hand_in(secretary, filled("&do=dance&article=" ID(7, 1), act)).status,
			 400);
	r = hand_in(secretary, filled("&do=accept&article=" ID(7, 1), act));
	assert_int_equal(r.status, 303);
	check_says(main_of(get(protocol, "")), "acceptée par Mali");
}

/* A later text of the same side takes the place of its earlier one, if a secretary writes. */
static void one_proposal_a_side(void **state)
{
	struct str token = token_for(secretary);
	struct buf b;
	struct raw_answer r;
	struct str page;

	(void)state;
	buf_init(&b, 8192);
	buf_lit(&b, "_do=save&_id=" ID(
			    7, 3) "&session=" SESSION
				  "&number=3&text.fr=Premier+texte&text.ru=%D0%90&csrf=");
	buf_add(&b, token);
	r = post("/fr/article/new", secretary, buf_str(&b));
	assert_int_equal(r.status, 303);
	check_str(raw_header(r.head, "location"),
		  str_z("/fr/session/" SESSION "/protocol#a-" ID(7, 3)));
	buf_clear(&b);
	buf_lit(&b, "_do=save&session=" SESSION
		    "&number=3&text.fr=Second+texte&text.ru=%D0%90&csrf=");
	buf_add(&b, token);
	r = post("/fr/article/joint/" ID(7, 3) "/edit", secretary, buf_str(&b));
	assert_int_equal(r.status, 303);
	page = main_of(get(protocol, ""));
	check_says(page, "Second texte");
	assert_false(says(page, "Premier texte"));
	buf_done(&b);
}

static void brackets_of_a_form_are_checked(void **state)
{
	struct str token = token_for(clerk);
	struct raw_answer r;

	(void)state;
	r = post("/fr/article/new", clerk,
		 arena_join(&t.a,
			    S("_do=save&session=" SESSION "&number=9&text.fr=Un+%5Bcrochet"
			      "&text.ru=%D0%90&csrf="),
			    token));
	assert_int_equal(r.status, 400);
	check_says(r.body, "chaque crochet ouvert se ferme");
	check_says(r.body, "Un [crochet");
}

static void there_is_no_such_protocol(void **state)
{
	(void)state;
	assert_int_equal(get("/fr/session/joint/" ID(6, 9) "/protocol", "").status, 404);
	assert_int_equal(get("/fr/session/ml/nonsense/protocol", "").status, 404);
	assert_int_equal(get("/fr/project/joint/" ID(2, 1) "/protocol", "").status, 404);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_article_shows_where_it_stands),
		cmocka_unit_test(signing_waits_and_names_the_articles),
		cmocka_unit_test(brackets_are_settled),
		cmocka_unit_test(a_word_is_a_secretarys),
		cmocka_unit_test(one_proposal_a_side),
		cmocka_unit_test(brackets_of_a_form_are_checked),
		cmocka_unit_test(there_is_no_such_protocol),
	};

	return cmocka_run_group_tests(tests, up, small_register_down);
}

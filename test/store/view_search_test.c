/* Full text: what is found by which words, in three languages, and that no words do harm. */
#include "naive.h"

/* --- a few organisations with names to look for --- */

static const char *const names[] = {
	"{\"fr\":\"Électrification rurale de Kayes\",\"ru\":\"Электрификация сельских "
	"районов\"}",
	"{\"fr\":\"Centrale solaire de Sanankoroba\",\"ru\":\"Солнечная электростанция\"}",
	"{\"fr\":\"Œuvres sociales, cœur du projet\",\"ru\":\"Ёлка и лён Нижний\"}",
	"{\"en\":\"Training of engineers, policies\",\"fr\":\"Programmes "
	"nationaux\",\"ru\":\"Подготовка "
	"инженеров\"}",
	"{\"fr\":\"L’accord de coopération (2025/2)\",\"ru\":\"Соглашение о сотрудничестве\"}",
	"{\"fr\":\"Sous-commission de l’eau\",\"bm\":\"Ji ko ciyɛnko\",\"ru\":\"Дороги Йошкар-"
	"Олы\"}",
	"{\"fr\":\"Straße naïve Ærø Þing ĳs\",\"ru\":\"Съёмка объектов\"}",
};
enum { NAMES = sizeof(names) / sizeof(names[0]) };

static struct viewing *names_register(const struct place *p)
{
	struct viewing *t = viewing_make(p, 3);

	for (size_t i = 0; i < NAMES; i++)
		fact_put(t, fact_new(t, &records[RECORD_organisation], i % 2 ? "ru" : "ml"),
			 IN_THE_OPEN, text_of(t->w, "{\"name\":%s,\"type\":\"10\"}", names[i]),
			 S(""));
	viewing_sync(t);
	return t;
}

static struct search_query asking(struct str words)
{
	return (struct search_query){ .words = words, .limit = 100 };
}

/* Which of the names are found: "0 3", by their places. */
static void finds(struct viewing *t, const char *words, const char *want)
{
	struct search_query q = asking(str_z(words));
	struct list_result got;
	char found[64] = "";
	struct err err;

	check_ok(view_search(t->v, &t->a, &q, &got, &err), &err);
	assert_int_equal(got.total, got.n);
	for (size_t i = 0; i < NAMES; i++)
		for (size_t k = 0; k < got.n; k++)
			if (str_eq(got.rows[k].id, t->fact[i].id))
				snprintf(found + strlen(found), sizeof(found) - strlen(found),
					 "%s%zu", found[0] ? " " : "", i);
	if (strcmp(found, want) != 0) {
		print_error("«%s» finds «%s», not «%s»\n", words, found, want);
		fail();
	}
}

static void words_are_found_in_every_form(void **state)
{
	static const char *const cases[][2] = {
		/* accents and capitals */
		{ "electrification", "0" },
		{ "électrification", "0" },
		{ "ÉLECTRIFICATION", "0" },
		{ "e\u0301lectrification", "0" },
		{ "ＫＡＹＥＳ", "0" },
		{ "cooperation", "4" },
		{ "naive", "6" },
		{ "ЭЛЕКТРИФИКАЦИЯ", "0" },
		/* letters that become two */
		{ "oeuvre", "2" },
		{ "œuvres", "2" },
		{ "ŒUVRE", "2" },
		{ "coeur", "2" },
		{ "strasse", "6" },
		{ "aero", "6" },
		{ "thing", "6" },
		{ "ijs", "6" },
		/* ё is е, й is no и, however they are typed */
		{ "елка", "2" },
		{ "ЁЛКА", "2" },
		{ "е\u0308лка", "2" },
		{ "лен", "2" },
		{ "съемка", "6" },
		{ "нижний", "2" },
		{ "нижнии\u0306", "2" },
		{ "НИЖНИИ\u0306", "2" },
		{ "йошкар", "5" },
		{ "И\u0306ошкар", "5" },
		{ "иошкар", "" },
		{ "лёнЪ", "" },
		/* stems */
		{ "electrifications", "0" },
		{ "solaires", "1" },
		{ "projets", "2" },
		{ "nationale", "3" },
		{ "national", "3" },
		{ "engineer", "3" },
		{ "engineering", "3" },
		{ "trained", "3" },
		{ "policy", "3" },
		{ "инженерам", "3" },
		{ "соглашения", "4" },
		{ "сотрудничеству", "4" },
		{ "дорогами", "5" },
		{ "ёлки", "2" },
		/* beginnings, of the last word alone */
		{ "electr", "0" },
		{ "sanan", "1" },
		{ "электро", "1" },
		{ "сотрудн", "4" },
		{ "centr solaire", "" },
		{ "solaire centr", "1" },
		{ "ciyɛ", "5" },
		{ "s", "" }, /* not of a single letter */
		/* several words: all of them, in any order and language */
		{ "kayes электрификации", "0" },
		{ "rurale kayes", "0" },
		{ "rurale sanankoroba", "" },
		{ "accord coopération", "4" },
		{ "l'accord", "4" },
		{ "sous-commission", "5" },
		{ "commission sous", "5" },
		{ "2025", "4" },
		{ "2025/2", "4" },
		{ "de", "0 1 4 5" },
		{ "nulle part", "" },
	};
	struct viewing *t = names_register(place_of(state));

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		finds(t, cases[i][0], cases[i][1]);
	viewing_close(t);
}

/* --- words that are none --- */

static struct str repeated(struct viewing *t, const char *what, size_t bytes)
{
	struct buf b;

	buf_init(&b, bytes + 16);
	while (b.n < bytes)
		buf_z(&b, what);
	return arena_buf(&t->a, &b);
}

static void signs_are_no_language_of_their_own(void **state)
{
	static const char *const cases[][2] = {
		{ "", "" },
		{ " ", "" },
		{ "\"", "" },
		{ "\"\"", "" },
		{ "*", "" },
		{ "'", "" },
		{ "!?…«»—\u202e()", "" },
		{ "\u0301\u0308", "" },
		{ "🌍", "" },
		{ "\"accord\"", "4" },
		{ "\"accord", "4" },
		{ "acc*", "4" },
		{ "^accord", "4" },
		{ "+accord", "4" },
		{ "-accord", "4" },
		{ "accord:*", "4" },
		{ "!accord", "4" },
		{ "(accord", "4" },
		{ "accord) OR (kayes", "" },
		{ "accord OR kayes", "" },
		{ "accord | kayes", "" },
		{ "NOT accord", "" },
		{ "accord NOT kayes", "" },
		{ "NEAR(accord kayes)", "" },
		{ "words : accord", "" },
		{ "{words}: accord", "" },
		{ "accord & !kayes", "" },
		{ "accord <-> coopération", "4" },
		{ "'; DROP TABLE r_search; --", "" },
		{ "accord' OR '1'='1", "" },
		{ "accord\\", "4" },
		{ "\\accord%_", "4" },
		{ "accord\r\n\tcoopération", "4" },
		{ "$1 accord", "" },
		{ "OR", "" },
		{ "AND", "" },
	};
	struct viewing *t = names_register(place_of(state));

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		finds(t, cases[i][0], cases[i][1]);
	finds(t, arena_z(&t->a, repeated(t, "a", 10000)), "");
	finds(t, arena_z(&t->a, repeated(t, "é", 10000)), "");
	finds(t, arena_z(&t->a, repeated(t, "ё", 10000)), "");
	finds(t, arena_z(&t->a, repeated(t, "\u0301", 10000)), "");
	finds(t, arena_z(&t->a, repeated(t, "\"*", 10000)), "");
	finds(t, arena_z(&t->a, repeated(t, "/", 10000)), "");
	finds(t, arena_z(&t->a, repeated(t, "accord ", 64 * 7)), "4");
	viewing_close(t);
}

static void refuses(struct viewing *t, struct str words)
{
	struct list_query l = { .record = &records[RECORD_organisation],
				.words = words,
				.limit = 9 };
	struct search_query q = asking(words);
	struct list_result got;
	struct err err;

	assert_false(view_search(t->v, &t->a, &q, &got, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	assert_string_equal(err.field, "words");
	assert_false(view_list(t->v, &t->a, &l, &got, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	assert_string_equal(err.field, "words");
	finds(t, "accord", "4"); /* the view is none the worse */
}

static void too_much_is_refused(void **state)
{
	struct viewing *t = names_register(place_of(state));
	struct search_query q = asking(S("accord"));
	struct list_result got;
	struct err err;

	refuses(t, repeated(t, "accord ", 65 * 7));
	refuses(t, repeated(t, "a ", 10000));
	refuses(t, repeated(t, "ё,", 10000));
	refuses(t, S("accord\xff"));
	refuses(t, S("\xc0\xaf"));
	refuses(t, S("accord\0kayes"));
	for (unsigned limit = 0; limit <= 1001; limit += 1001) {
		q.limit = limit;
		assert_false(view_search(t->v, &t->a, &q, &got, &err));
		assert_int_equal(err.kind, ERR_INPUT);
		assert_string_equal(err.field, "limit");
	}
	viewing_close(t);
}

/* What a row points to and its codes stand in the index too, and are no words. */
static void references_and_codes_are_no_words(void **state)
{
	struct viewing *t = viewing_make(place_of(state), 4);
	struct fact *to = fact_new(t, &records[RECORD_organisation], "ml");
	struct list_result got;
	struct err err;
	char word[24];

	fact_put(t, to, IN_THE_OPEN, S("{\"name\":{\"fr\":\"Nom\"},\"type\":\"10\"}"), S(""));
	fact_put(t, fact_new(t, &records[RECORD_letter], "ml"), IN_THE_OPEN,
		 text_of(t->w,
			 "{\"number\":\"N\",\"direction\":\"in\",\"kind\":\"note-verbale\","
			 "\"subject\":{\"fr\":\"Objet\"},"
			 "\"date\":\"2026-01-01\",\"sender\":\"ml/%.*s\",\"recipient\":\"ml/"
			 "%.*s\"}",
			 STR(to->id), STR(to->id)),
		 S(""));
	viewing_sync(t);
	for (int f = 0; f <= FIELD_COUNT; f++) {
		struct search_query q;

		snprintf(word, sizeof(word), "%d", f);
		q = asking(str_z(word));
		check_ok(view_search(t->v, &t->a, &q, &got, &err), &err);
		assert_int_equal(got.total, 0);
	}
	viewing_close(t);
}

/* --- what is there for whom --- */

static uint64_t hits(struct viewing *t, const char *words, enum audience who,
		     const struct record *r)
{
	struct search_query q = asking(str_z(words));
	struct list_result got;
	struct err err;

	q.who = who;
	q.record = r;
	check_ok(view_search(t->v, &t->a, &q, &got, &err), &err);
	assert_int_equal(got.n, got.total);
	return got.total;
}

#define ORGANISATION(name) S("{\"name\":{\"fr\":\"" name "\"},\"type\":\"10\"}")

static void only_what_stands_is_found(void **state)
{
	struct viewing *t = viewing_make(place_of(state), 5);
	const struct record *organisation = &records[RECORD_organisation];
	struct fact *f[5];

	for (size_t i = 0; i < 5; i++)
		f[i] = fact_new(t, organisation, "ml");
	fact_put(t, f[0], IN_THE_OPEN, ORGANISATION("alpha ancien"), S(""));
	fact_put(t, f[1], IN_THE_OPEN, ORGANISATION("alpha terminé"), S(""));
	fact_put(t, f[2], FOR_PARTIES, S("{}"), ORGANISATION("alpha entre parties"));
	fact_put(t, f[3], FOR_ITS_OWN, S("{}"), ORGANISATION("alpha national"));
	fact_put(t, f[4], PARTLY_FOR_PARTIES, ORGANISATION("alpha ouvert"),
		 ORGANISATION("alpha scellé"));
	viewing_sync(t);
	assert_int_equal(hits(t, "alpha", AUDIENCE_PUBLIC, NULL), 3);
	assert_int_equal(hits(t, "alpha", AUDIENCE_PARTIES, NULL), 4);
	assert_int_equal(hits(t, "alpha", AUDIENCE_NATIONAL, organisation), 5);
	assert_int_equal(hits(t, "alpha", AUDIENCE_NATIONAL, &records[RECORD_letter]), 0);
	assert_int_equal(hits(t, "scellé", AUDIENCE_PUBLIC, NULL), 0);
	assert_int_equal(hits(t, "scellé", AUDIENCE_PARTIES, NULL), 1);
	assert_int_equal(hits(t, "ouvert", AUDIENCE_PUBLIC, NULL), 1);
	assert_int_equal(hits(t, "ouvert", AUDIENCE_NATIONAL, NULL), 0);
	fact_put(t, f[0], IN_THE_OPEN, ORGANISATION("alpha nouveau"), S(""));
	fact_end(t, f[1]);
	viewing_sync(t);
	assert_int_equal(hits(t, "ancien", AUDIENCE_NATIONAL, NULL), 0);
	assert_int_equal(hits(t, "nouveau", AUDIENCE_PUBLIC, NULL), 1);
	assert_int_equal(hits(t, "terminé", AUDIENCE_NATIONAL, NULL), 0);
	fact_put(t, f[1], IN_THE_OPEN, ORGANISATION("alpha repris"), S(""));
	viewing_sync(t);
	assert_int_equal(hits(t, "terminé", AUDIENCE_NATIONAL, NULL), 0);
	assert_int_equal(hits(t, "repris", AUDIENCE_PUBLIC, NULL), 1);
	viewing_close(t);
}

/* --- against looking at everything --- */

static void check_search(struct viewing *t, struct search_query q)
{
	bool *seen = arena_array(&t->a, bool, t->facts);
	uint64_t want = 0, at = 0;
	struct list_result got;
	struct err err;

	for (size_t i = 0; i < t->facts; i++) {
		const struct fact *f = &t->fact[i];

		seen[i] = !naive_seen(f, q.who, false) || !naive_words(f, q.who, q.words) ||
			  (q.record && q.record != f->record);
		want += !seen[i];
	}
	do {
		q.offset = at;
		check_ok(view_search(t->v, &t->a, &q, &got, &err), &err);
		if (got.total != want)
			print_error("«%.*s» for %s\n", STR(q.words), audience_names[q.who]);
		assert_int_equal(got.total, want);
		assert_int_equal(got.n, want - at < q.limit ? want - at : q.limit);
		for (size_t k = 0; k < got.n; k++)
			for (size_t i = 0; i < t->facts; i++)
				if (t->fact[i].record == got.rows[k].record &&
				    str_eq(t->fact[i].id, got.rows[k].id)) {
					assert_false(seen[i]);
					seen[i] = true;
				}
		at += got.n;
	} while (at < want);
	for (size_t i = 0; i < t->facts; i++)
		assert_true(seen[i]);
}

static struct viewing *random_register(const struct place *p)
{
	struct viewing *t = viewing_make(p, 21);

	for (int i = 0; i < 250; i++) {
		const struct record *r =
			&records[1 + random_below(&t->random, RECORD_COUNT - 1)];
		enum seal seal = (enum seal)random_below(&t->random, SEALS);
		struct fact *f;

		if (r->part)
			continue;
		f = fact_new(t, r, random_below(&t->random, 2) ? "ml" : "ru");
		if (r->joint)
			fact_propose(t, f, fact_data(t, r), seal == FOR_PARTIES);
		else
			fact_put(t, f, seal, fact_data(t, r), fact_data(t, r));
		if (!r->joint && random_below(&t->random, 10) == 0)
			fact_end(t, f);
	}
	viewing_sync(t);
	return t;
}

/* Words as the random texts have them, and cut short, and with others behind. */
static struct str some_words(struct viewing *t)
{
	struct random_source *s = &t->random;
	struct buf b;

	buf_init(&b, 4096);
	random_words(s, &b, 200);
	if (random_below(s, 2)) {
		struct str from = str_from(buf_str(&b), str_index(buf_str(&b), ' '));
		size_t n = from.n > 6 ? from.n - random_below(s, 3) : from.n;

		while (n < from.n && ((unsigned char)from.p[n] & 0xc0) == 0x80)
			n++;
		from = arena_str(&t->a, str_cut(from, n));
		buf_done(&b);
		return from;
	}
	return arena_buf(&t->a, &b);
}

static void search_is_what_one_finds_by_looking(void **state)
{
	struct viewing *t = random_register(place_of(state));

	for (int i = 0; i < 150; i++) {
		struct search_query q = asking(some_words(t));

		q.who = (enum audience)random_below(&t->random, AUDIENCES);
		q.limit = 1 + random_below(&t->random, 30);
		if (random_below(&t->random, 3) == 0)
			q.record = t->fact[random_below(&t->random, (unsigned)t->facts)].record;
		check_search(t, q);
	}
	viewing_close(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(words_are_found_in_every_form), BOTH(signs_are_no_language_of_their_own),
		BOTH(too_much_is_refused),           BOTH(references_and_codes_are_no_words),
		BOTH(only_what_stands_is_found),     BOTH(search_is_what_one_finds_by_looking)
	};

	return run_on_engines(tests);
}

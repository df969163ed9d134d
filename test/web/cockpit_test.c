#include "commission.h"

/* The number that stands right behind `mark`; false when none does. */
static bool number_after(struct str page, const char *mark, uint64_t *n)
{
	size_t at = str_find(page, str_z(mark)), digits = 0;
	struct str s = at < page.n ? str_from(page, at + strlen(mark)) : S("");

	while (digits < s.n && s.p[digits] >= '0' && s.p[digits] <= '9')
		digits++;
	return str_u64(str_cut(s, digits), 1000000, n);
}

/* What a list says of how many it has. */
static uint64_t total_of(struct str address)
{
	struct raw_answer r = get(arena_z(&t.a, address), "");
	struct str body = main_of(r);
	uint64_t n, sum = 0;

	assert_int_equal(r.status, 200);
	if (number_after(body, "<strong>", &n) || number_after(body, "<h1>", &n))
		return n;
	if (!str_find(body, S("<h2 id=")))
		fail();
	/* what awaits a word, act by act */
	if (!str_starts(address, S("/fr/awaiting?")))
		return UINT64_MAX;
	for (struct str s = body; number_after(s, "<small>", &n);
	     s = str_from(s, str_find(s, S("<small>")) + 1))
		sum += n;
	return sum;
}

/* Every number of the cockpit is that of the list it opens. */
static void every_number_opens_its_list(void **state)
{
	struct str rest = main_of(get("/fr/", ""));
	size_t seen = 0, at;

	(void)state;
	for (; (at = str_find(rest, S("\"><b>"))) < rest.n;
	     rest = str_from(rest, at + 5), seen++) {
		size_t from = at;
		uint64_t n, total;

		assert_true(number_after(str_from(rest, at), "\"><b>", &n));
		while (from > 0 && rest.p[from - 1] != '"')
			from--;
		total = total_of(str_cut(str_from(rest, from), at - from));
		if (total != UINT64_MAX)
			assert_int_equal(total, n);
	}
	assert_true(seen >= 10);
}

static void the_next_session_has_its_work(void **state)
{
	struct str page = main_of(get("/fr/", ""));

	(void)state;
	check_says(page, "Deuxième session");
	check_says(page, "dans 105 jours");
	check_says(page, "Exécution du protocole");
	check_says(page, "<a class=fig href=\"/fr/decisions?view=late\"><b>1</b>");
	check_says(page, "Première session");
	check_says(page,
		   "<a class=fig href=\"/fr/decision-reports?date.from=2025-07-29\"><b>3</b>");
}

static void deadlines_are_listed(void **state)
{
	struct str page = main_of(get("/fr/deadlines?late=1&kind=decision", ""));

	(void)state;
	check_says(page, "<h1>2 échéances dépassées</h1>");
	check_says(page, "I-01");
	check_says(page, "Gouvernement");
	assert_false(says(page, "I-03"));
	check_says(main_of(get("/fr/deadlines?late=1&kind=letter", "")),
		   "Rien n’est en retard.");
	assert_int_equal(get("/fr/deadlines?days=soon", "").status, 400);
	assert_int_equal(get("/fr/deadlines?kind=moon", "").status, 400);
	assert_int_equal(get("/fr/deadlines?days=99999999999", "").status, 400);
	check_says(main_of(get("/fr/deadlines?days=36600&page=2", "")), "rel=\"prev\"");
}

/* The menu leads everywhere, and marks where one is. */
static void the_menu_has_groups(void **state)
{
	struct str page = get("/fr/decision/joint/" CID(3, 1), "").body;

	(void)state;
	check_says(page, "<a href=\"/fr/decisions\" aria-current=\"true\">Commission</a>");
	check_says(page, "<a href=\"/fr/decisions\" aria-current=\"page\">Décisions</a>");
	check_says(page, "<a href=\"/fr/agreements\">");
	assert_false(says(get("/fr/", "").body, "<ul class=sub>"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_number_opens_its_list),
		cmocka_unit_test(the_next_session_has_its_work),
		cmocka_unit_test(deadlines_are_listed),
		cmocka_unit_test(the_menu_has_groups),
	};

	return cmocka_run_group_tests(tests, commission_up, live_down);
}

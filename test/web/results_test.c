#include "commission.h"

#define INDICATOR(n, more)                                                                         \
	"{\"type\":\"record.put\",\"kind\":\"indicator\",\"id\":\"" CID(                           \
		8, n) "\",\"data\":{\"title\":{\"fr\":\"Hôpitaux\",\"ru\":\"Больницы\"}," \
		      "\"measure\":\"1\",\"unit\":\"places\"" more "}}"
#define MEASURED(n, of, day, value)                                                            \
	PUT("measurement", CID(9, n),                                                          \
	    "\"indicator\":\"joint/" CID(8, of) "\",\"period_end\":\"" day                     \
						"\",\"value\":\"" value "\"")
#define PATH(start, goal)                                                                      \
	",\"baseline\":\"" start "\",\"baseline_date\":\"2025-01-01\",\"targets\":[{"          \
	"\"period_start\":\"2025-01-01\",\"period_end\":\"2026-01-01\",\"value\":\"" goal      \
	"\"}]"

static struct str results(const char *lang)
{
	char at[40];

	snprintf(at, sizeof(at), "/%s/results", lang);
	return main_of(get(at, ""));
}

/* Half a year after 0 on the way to 100 in a year, 49.6 are due: 181 of 365 days. */
static void behind_the_path_is_said(void **state)
{
	struct str page;

	(void)state;
	good(&t, t.ml, INDICATOR(1, PATH("0", "100")));
	check_says(results("fr"), "pas encore mesuré");
	good(&t, t.ml, MEASURED(1, 1, "2025-07-01", "30"));
	page = results("fr");
	check_says(page, "Mali\u00a0: en deçà de la trajectoire, 30 mesuré pour 49,6 attendu");
	check_says(page, "Mali\u00a0: en retard, aucune mesure depuis la cible du "
			 "1er janvier 2026");
	check_says(page, "<svg class=chart role=img id=\"result1\"");
	check_says(page, "/measurement/ml/" CID(9, 1) "\">30</a>");
	good(&t, t.ml, MEASURED(2, 1, "2026-02-01", "100"));
	page = results("ru");
	check_says(page, "Мали: по графику");
	assert_false(says(page, "отставание от графика"));
	assert_false(says(page, "просрочено"));
}

/* Where less is better, more than the path is behind it. */
static void smaller_is_better(void **state)
{
	(void)state;
	good(&t, t.ml, INDICATOR(2, PATH("100", "50") ",\"descending\":true"));
	good(&t, t.ml, MEASURED(3, 2, "2026-02-01", "60"));
	check_says(results("fr"), "60 mesuré pour 50 attendu");
}

/* No target, no starting value, the largest figures there are. */
static void odd_paths_are_drawn(void **state)
{
	static const char large[] = "999999999999999999999";
	struct str page;

	(void)state;
	good(&t, t.ml, INDICATOR(3, ""));
	good(&t, t.ml, MEASURED(4, 3, "2026-02-01", "-999999999999999999999"));
	good(&t, t.ml, MEASURED(5, 3, "2026-02-01", "999999999999999999999"));
	good(&t, t.ml, INDICATOR(4, PATH("-999999999999999999999", "999999999999999999999")));
	good(&t, t.ml, MEASURED(6, 4, "2025-02-01", "0"));
	page = results("en");
	check_says(page, "Mali: on the path");
	check_says(page, "id=\"result4\"");
	assert_false(says(page, large));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(behind_the_path_is_said),
		cmocka_unit_test(smaller_is_better),
		cmocka_unit_test(odd_paths_are_drawn),
	};

	return cmocka_run_group_tests(tests, commission_up, live_down);
}

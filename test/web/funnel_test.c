#include "commission.h"

#define T_(amount) "{\"amount\":\"" amount "\",\"unit\":\"t\"}"
#define GOODS(n, more)                                                                         \
	PUT("consignment", CID(8, n),                                                          \
	    BOTH("title", "Engrais", "Удобрения") ",\"reference\":\"X-" #n                     \
						  "\",\"quantity\":" T_("20000") more)

static struct str page_of(const char *kind, const char *id)
{
	char at[120];

	snprintf(at, sizeof(at), "/fr/%s/ml/%s", kind, id);
	return main_of(get(at, ""));
}

/* In the order of the way, whatever the order told; the later word on a step counts. */
static void goods_are_followed(void **state)
{
	struct str page;

	(void)state;
	good(&t, t.ml,
	     GOODS(1, ",\"steps\":[{\"step\":\"received\",\"date\":\"2026-02-10\","
		      "\"quantity\":" T_(
			      "1") "},{\"step\":\"received\",\"date\":\"2026-02-20\","
				   "\"quantity\":" T_("19810") ",\"loss\":" T_(
					   "142") ",\"loss_reason\":\"damage\"},{\"step\":"
						  "\"customs\",\"date\":\"2026-02-21\","
						  "\"quantity\":" T_("19952") "}]"));
	page = page_of("consignment", CID(8, 1));
	check_says(page, "id=\"funnel\"");
	check_says(page, "Promis</th><td class=n data-l=\"Reste\">20\u202f000");
	check_says(page, "En moins depuis l’étape précédente\">48\u00a0");
	check_says(page, "En moins depuis l’étape précédente\">142\u00a0");
	check_says(page, "data-l=\"Perte\">142\u00a0");
	assert_true(str_find(page, S("Dédouané</th>")) < str_find(page, S("Réceptionné</th>")));
	assert_int_equal(times_in(page, "Réceptionné</th>"), 1);
}

/* A pledge alone is no way, and other records have none. */
static void no_steps_no_funnel(void **state)
{
	(void)state;
	good(&t, t.ml, GOODS(2, ""));
	assert_false(says(page_of("consignment", CID(8, 2)), "id=\"funnel\""));
	assert_false(says(page_of("organisation", CID(1, 1)), "id=\"funnel\""));
}

/* Who left stands beside the way. */
static void cohorts_are_followed(void **state)
{
	struct str page;

	(void)state;
	good(&t, t.ml,
	     PUT("cohort", CID(9, 1),
		 BOTH("title", "Bourses", "Стипендии") ",\"intake\":\"2025\",\"counts\":["
						       "{\"stage\":\"offered\",\"date\":\"2025-"
						       "01-15\",\"persons\":\"300\"},"
						       "{\"stage\":\"left\",\"date\":\"2025-12-"
						       "15\",\"persons\":\"5\"},"
						       "{\"stage\":\"enrolled\",\"date\":"
						       "\"2025-10-05\",\"persons\":\"284\"}]"));
	page = page_of("cohort", CID(9, 1));
	check_says(page, "En moins depuis l’étape précédente\">16</td>");
	assert_false(says(page, "avant la fin</th>"));
	assert_false(says(page, "data-l=\"Perte\""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(goods_are_followed),
		cmocka_unit_test(no_steps_no_funnel),
		cmocka_unit_test(cohorts_are_followed),
	};

	return cmocka_run_group_tests(tests, commission_up, live_down);
}

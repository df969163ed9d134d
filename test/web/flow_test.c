#include "golden.h"
#include "register.h"

#define SECTORED(n, sectors)                                                                   \
	"{\"type\":\"record.put\",\"kind\":\"project\",\"id\":\"" ID(                          \
		7, n) "\",\"data\":{"                                                          \
		      "\"title\":{\"fr\":\"P\",\"ru\":\"P\"},\"status\":\"2\",\"field\":"      \
		      "\"energy\","                                                            \
		      "\"sectors\":[" sectors "]}}"
#define PAID(n, of, amount, currency)                                                          \
	"{\"type\":\"record.put\",\"kind\":\"transaction\",\"id\":\"" ID(                      \
		8, n) "\",\"data\":{\"project\":\"joint/" ID(7,                                \
							     of) "\",\"type\":\"3\",\"date\":" \
								 "\"2026-01-15\",\"value\":{"  \
								 "\"amount\":\"" amount        \
								 "\",\"currency\":\"" currency \
								 "\",\"value_date\":\"2026-"   \
								 "01-15\"}}}"

static struct str flows(const char *at)
{
	return between(main_of(get(at, "")), "<h2 id=flows>", "<h2 id=sums>");
}

/* 66,7 and 33,3 per cent of 400 000 XOF, in whole francs, and each opens what it adds up. */
static void payments_fall_to_sectors(void **state)
{
	struct str part = flows("/fr/money?flow=XOF");

	(void)state;
	check_says(part, "<svg class=chart role=group id=\"flow\"");
	check_says(part, "266\u202f800</a>");
	check_says(part, "133\u202f200</a>");
	check_says(part, "<strong><a href=\"/fr/money/figures?kind=transaction&amp;"
			 "transaction-type=3&amp;currency=XOF&amp;party=ml\">400\u202f000</a>");
	check_says(part, "sector=23230");
	check_says(part, "<strong>XOF</strong>");
	check_says(get("/fr/money/figures?kind=transaction&transaction-type=3&currency=XOF&"
		       "sector=23230&party=ml",
		       "")
			   .body,
		   "266\u202f800");
	/* what the other side says it received was paid by nobody else */
	assert_false(says(part, "380\u202f000"));
}

static void another_currency_is_chosen(void **state)
{
	struct str part = flows("/ru/money?flow=RUB");

	(void)state;
	check_says(part, "<strong>RUB</strong>");
	check_says(part, "100\u00a0500,55</a>");
	assert_false(says(part, "266"));
	part = flows("/ru/money?flow=%22%3E%3Cscript%3E");
	assert_false(says(part, "<script"));
	check_says(part, "<svg");
}

static void converted_sums_are_drawn_in_one_currency(void **state)
{
	struct str part = flows("/fr/money?in=EUR&rates=parity");

	(void)state;
	/* 655,957 XOF are one EUR by treaty; roubles have no rate */
	check_says(part, "in=EUR&amp;rates=parity");
	check_says(part, "609,80</a>");
	check_says(part, "n’a pu être converti");
	assert_false(says(part, "100\u202f500,55"));
}

/* A sum below nothing has no width; it stands in the table and in the side's total. */
static void what_was_paid_back_is_in_the_table(void **state)
{
	struct str part;

	(void)state;
	good(&t, t.ml, SECTORED(1, "{\"sector\":\"11220\",\"percentage\":\"100\"}"));
	good(&t, t.ml, PAID(1, 1, "-50000", "XOF"));
	part = flows("/fr/money?flow=XOF");
	check_says(part, "-50\u202f000</a>");
	check_says(part, ">350\u202f000</a></strong>");
	assert_int_equal((int)str_find(between(part, "<svg", "</svg>"), S("11220")),
			 (int)between(part, "<svg", "</svg>").n);
}

/* More sectors than there is room for: the smallest are drawn together, the table has all. */
static void many_sectors_are_gathered(void **state)
{
	static const char *const sectors[] = { "11110", "11120", "11130", "11182", "11231",
					       "11240", "11320", "11330", "11420", "11430",
					       "12110", "12181", "12182", "12191", "12220",
					       "12230", "12240", "12250" };
	struct str part;
	char draft[1000];

	(void)state;
	for (size_t i = 0; i < sizeof(sectors) / sizeof(*sectors); i++) {
		static const char put[] =
			"{\"type\":\"record.put\",\"kind\":\"%s\",\"id\":\"01980000-000%c-7000-"
			"8000-0000000001%02zu\",\"data\":{%s}}";
		char data[600];

		snprintf(data, sizeof(data),
			 "\"title\":{\"fr\":\"P\",\"ru\":\"P\"},\"status\":\"2\",\"field\":"
			 "\"energy\",\"sectors\":[{\"sector\":\"%s\",\"percentage\":\"100\"}]",
			 sectors[i]);
		snprintf(draft, sizeof(draft), put, "project", '7', i, data);
		good(&t, t.ml, draft);
		snprintf(data, sizeof(data),
			 "\"project\":\"joint/01980000-0007-7000-8000-0000000001%02zu\","
			 "\"type\":\"3\",\"date\":\"2026-01-15\",\"value\":{\"amount\":\"%zu\","
			 "\"currency\":\"XOF\",\"value_date\":\"2026-01-15\"}",
			 i, 1000 * (i + 1));
		snprintf(draft, sizeof(draft), put, "transaction", '8', i, data);
		good(&t, t.ml, draft);
	}
	part = flows("/fr/money?flow=XOF");
	check_says(part, "autres secteurs");
	for (size_t i = 0; i < sizeof(sectors) / sizeof(*sectors); i++)
		check_says(between(part, "<table", "</table>"), sectors[i]);
	check_says(part, ">521\u202f000</a></strong>"); /* 350 000 and 171 000 */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(payments_fall_to_sectors),
		cmocka_unit_test(another_currency_is_chosen),
		cmocka_unit_test(converted_sums_are_drawn_in_one_currency),
		cmocka_unit_test(what_was_paid_back_is_in_the_table),
		cmocka_unit_test(many_sectors_are_gathered),
	};

	return cmocka_run_group_tests(tests, small_register_up, small_register_down);
}

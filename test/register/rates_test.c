#include "check.h"
#include "register/rates.h"

/* Exchange by one source's rates, against figures reckoned by hand. */

static struct rate_quote quotes[8];
static struct rate_book book = { .quotes = quotes };

static struct dec d(const char *text)
{
	struct dec out;

	assert_true(dec_parse(str_z(text), &out));
	return out;
}

static void quote(const char *base, const char *units, const char *to, const char *value,
		  int32_t day)
{
	quotes[book.n++] = (struct rate_quote){ .base = str_z(base),
						.quote = str_z(to),
						.units = d(units),
						.value = d(value),
						.day = day,
						.ref = S("ml/1") };
}

static void parity(void)
{
	quotes[book.n++] = (struct rate_quote){ .base = S("EUR"),
						.quote = S("XOF"),
						.units = dec_int(1),
						.value = d("655.957"),
						.day = 100 };
}

static int clean(void **state)
{
	(void)state;
	book = (struct rate_book){ .quotes = quotes, .source = S("bceao"), .day = 100 };
	return 0;
}

static void converted(const char *amount, const char *from, const char *to, const char *want,
		      size_t steps)
{
	struct rate_proof proof;
	char text[DEC_TEXT];

	assert_true(rates_convert(&book, d(amount), str_z(from), str_z(to), &proof));
	assert_string_equal(dec_text(text, proof.to, 0), want);
	assert_int_equal(proof.n, steps);
}

static void one_step(void **state)
{
	(void)state;
	quote("RUB", "100", "XOF", "742.5", 90);
	converted("45000000.00", "RUB", "XOF", "334125000", 1);
	converted("742.5", "XOF", "RUB", "100", 1);
	converted("-100", "RUB", "XOF", "-743", 1); /* half away from zero: no centimes */
	converted("0", "RUB", "XOF", "0", 1);
}

static void by_the_parity(void **state)
{
	(void)state;
	parity();
	quote("EUR", "1", "RUB", "88.9104", 99);
	converted("100", "EUR", "XOF", "65596", 1);
	converted("655957", "XOF", "EUR", "1000", 1);
	/* 1 000 000 RUB / 88.9104 = 11247.278159 EUR; × 655.957 */
	converted("1000000", "RUB", "XOF", "7377731", 2);
}

static void the_newest_and_shortest(void **state)
{
	struct rate_proof proof;
	struct arena a;

	(void)state;
	parity();
	quote("EUR", "1", "RUB", "90", 70);
	quote("RUB", "1", "XOF", "7.18", 80);
	quote("XOF", "1", "RUB", "0.125", 95); /* the other way round, and newer */
	converted("8", "RUB", "XOF", "64", 1);
	assert_true(rates_convert(&book, d("8"), S("RUB"), S("XOF"), &proof));
	assert_true(proof.steps[0].inverse);
	arena_init(&a, 1 << 20);
	check_str(rates_words(&a, &book, &proof), S("bceao 1970-04-06: 1 XOF = 0.125 RUB"));
	assert_true(rates_convert(&book, d("8"), S("EUR"), S("XOF"), &proof));
	check_str(rates_words(&a, &book, &proof), S("parity: 1 EUR = 655.957 XOF"));
	arena_done(&a);
}

static void no_way(void **state)
{
	struct rate_proof proof;

	(void)state;
	parity();
	quote("USD", "1", "XOF", "600", 90);
	assert_false(rates_convert(&book, d("1"), S("RUB"), S("XOF"), &proof));
	assert_false(rates_convert(&book, d("1"), S("XOF"), S("GBP"), &proof));
	converted("6", "USD", "EUR", "5.49", 2);
	/* what leaves the range of amounts is no figure */
	assert_false(
		rates_convert(&book, d("999999999999999999999"), S("USD"), S("XOF"), &proof));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(one_step, clean),
		cmocka_unit_test_setup(by_the_parity, clean),
		cmocka_unit_test_setup(the_newest_and_shortest, clean),
		cmocka_unit_test_setup(no_way, clean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

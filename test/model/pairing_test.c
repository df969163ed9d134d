#include "check.h"
#include "model/pairing.h"

#include <stdlib.h>

enum { MOST = 200000 };

static struct flow flows[MOST];
static size_t count;
static char texts[MOST][48];

static struct flow *add(bool gives, int32_t day, int64_t amount)
{
	struct flow *f = &flows[count];

	snprintf(texts[count], sizeof(texts[count]), "%s/%06zu", gives ? "ru" : "ml", count);
	*f = (struct flow){ .kind = FLOW_PAYMENT,
			    .gives = gives,
			    .party = gives ? S("ru") : S("ml"),
			    .peer = gives ? S("ml") : S("ru"),
			    .ref = str_z(texts[count]),
			    .project = S("joint/p"),
			    .day = day,
			    .amount = dec_int(amount),
			    .currency = S("XOF") };
	count++;
	return f;
}

static struct arena a;

static size_t pair_up(struct flow_pair **out, const struct flow_word *words, size_t n)
{
	const struct pairing p = { flows, count, words, n };

	return pairing_make(&a, &p, out);
}

static int clean(void **state)
{
	(void)state;
	arena_done(&a);
	arena_init(&a, (size_t)1 << 30);
	count = 0;
	return 0;
}

/* The pair of flow `i`. */
static struct flow_pair pair_of(const struct flow_pair *pairs, size_t n, uint32_t i)
{
	for (size_t k = 0; k < n; k++)
		if (pairs[k].given == i || pairs[k].received == i)
			return pairs[k];
	fail();
	return pairs[0];
}

static void classes(void **state)
{
	static const struct {
		int64_t given, received;
		int32_t day;
		const char *currency;
		enum gap gap;
	} cases[] = {
		{ 100, 100, 0, "XOF", GAP_MATCHED },
		{ 100, 100, PAIRING_NEAR, "XOF", GAP_MATCHED },
		{ 100, 100, PAIRING_NEAR + 1, "XOF", GAP_TIMING },
		{ 100, 100, -PAIRING_FAR, "XOF", GAP_TIMING },
		{ 100, 100, PAIRING_FAR + 1, "XOF", GAP_ONE_SIDE },
		{ 100, 99, 3, "XOF", GAP_AMOUNT },
		{ 100, 50, PAIRING_APART, "XOF", GAP_AMOUNT },
		{ 100, 49, 0, "XOF", GAP_ONE_SIDE },
		{ 100, 201, 0, "XOF", GAP_ONE_SIDE },
		{ 100, -100, 0, "XOF", GAP_ONE_SIDE },
		{ -100, -90, 0, "XOF", GAP_AMOUNT },
		{ 100, 99, PAIRING_APART + 1, "XOF", GAP_ONE_SIDE },
		{ 100, 65595700, 4, "RUB", GAP_RATE },
		{ 100, 100, 4, "RUB", GAP_RATE },
		{ 100, 742, PAIRING_APART + 1, "RUB", GAP_ONE_SIDE },
		{ 0, 0, 0, "XOF", GAP_MATCHED },
	};
	struct flow_pair *pairs;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t n;

		clean(state);
		add(true, 1000, cases[i].given);
		add(false, 1000 + cases[i].day, cases[i].received)->currency =
			str_z(cases[i].currency);
		n = pair_up(&pairs, NULL, 0);
		if (pairs[0].gap != cases[i].gap)
			print_error("case %zu: %s, not %s\n", i, gap_codes[pairs[0].gap],
				    gap_codes[cases[i].gap]);
		assert_int_equal(pairs[0].gap, cases[i].gap);
		assert_int_equal(n, cases[i].gap == GAP_ONE_SIDE ? 2 : 1);
	}
}

/* What is not one flow of two sides is no candidate. */
static void no_candidates(void **state)
{
	static const char *const ways[] = { "kind", "end", "party", "peer", "project", "ids" };
	struct flow_pair *pairs;

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		struct flow *g, *r;

		clean(state);
		g = add(true, 1000, 100);
		r = add(false, 1000, 100);
		switch (i) {
		case 0: r->kind = FLOW_COMMITMENT; break;
		case 1: r->gives = true; break;
		case 2: r->party = g->party; break;
		case 3: g->peer = S("bf"); break;
		case 4: r->project = S("joint/q"); break;
		default: g->provider_activity = S("RU-1"); r->provider_activity = S("RU-2");
		}
		if (pair_up(&pairs, NULL, 0) != 2)
			print_error("paired in spite of: %s\n", ways[i]);
		assert_int_equal(pair_up(&pairs, NULL, 0), 2);
	}
}

static void identifiers_before_project(void **state)
{
	struct flow_pair *pairs;
	struct flow *f;
	size_t n;

	(void)state;
	f = add(true, 1000, 100);
	f->provider_activity = S("RU-1");
	f->receiver_activity = S("ML-1");
	add(false, 1000, 100); /* of the project, on the very day */
	f = add(false, 1009, 100);
	f->project = S("joint/other");
	f->provider_activity = S("RU-1");
	f->receiver_activity = S("ML-1");
	n = pair_up(&pairs, NULL, 0);
	assert_int_equal(n, 2);
	assert_int_equal(pair_of(pairs, n, 0).received, 2);
}

/* Two equal payments ten days apart, booked by the other side ten days later each: the pair of
 * one day would leave two without. */
static void no_pair_takes_what_two_need(void **state)
{
	struct flow_pair *pairs;
	size_t n;

	(void)state;
	add(true, 1000, 100);
	add(true, 1010, 100);
	add(false, 1010, 100);
	add(false, 1020, 100);
	n = pair_up(&pairs, NULL, 0);
	assert_int_equal(n, 2);
	assert_int_equal(pair_of(pairs, n, 0).received, 2);
	assert_int_equal(pair_of(pairs, n, 1).received, 3);
	assert_int_equal(pairs[0].gap, GAP_MATCHED);
}

static void near_amounts_do_not_cross(void **state)
{
	struct flow_pair *pairs;
	size_t n;

	(void)state;
	add(true, 1000, 520);
	add(true, 1020, 518);
	add(false, 1002, 516);
	add(false, 1021, 519);
	add(false, 1022, 100);
	n = pair_up(&pairs, NULL, 0);
	assert_int_equal(n, 3);
	assert_int_equal(pair_of(pairs, n, 0).received, 2);
	assert_int_equal(pair_of(pairs, n, 1).received, 3);
	assert_int_equal(pair_of(pairs, n, 4).gap, GAP_ONE_SIDE);
}

/* --- goods --- */

static void goods_in_kind(void **state)
{
	struct flow_pair *pairs;
	struct flow *f;
	size_t n;

	(void)state;
	for (int i = 0; i < 4; i++) {
		f = add(i < 2, 1000 + 200 * i, i % 2 ? 300 : 20000);
		f->kind = FLOW_GOODS;
		f->currency = S("t");
		f->provider_activity = f->receiver_activity = i % 2 ? S("W-2") : S("W-1");
	}
	flows[2].amount = dec_int(5); /* most of it never came */
	n = pair_up(&pairs, NULL, 0);
	assert_int_equal(n, 2);
	assert_int_equal(pair_of(pairs, n, 0).received, 2);
	assert_int_equal(pair_of(pairs, n, 0).gap, GAP_IN_KIND);
	assert_int_equal(pair_of(pairs, n, 1).gap, GAP_MATCHED);
	flows[1].worth = dec_int(7);
	flows[1].worth_currency = flows[3].worth_currency = S("USD");
	flows[3].worth = dec_int(8);
	n = pair_up(&pairs, NULL, 0);
	assert_int_equal(pair_of(pairs, n, 1).gap, GAP_IN_KIND);
}

/* --- words --- */

static void links_override(void **state)
{
	const struct flow_word link = { WORD_LINK, S("ml"), 0, 3 };
	const struct flow_word other = { WORD_LINK, S("ru"), 0, 2 };
	const struct flow_word both[] = { link, other };
	const struct flow_word agreed[] = { other, link, { WORD_LINK, S("ru"), 0, 3 } };
	const struct flow_word denied[] = { link, { WORD_SEPARATE, S("ru"), 0, 3 } };
	struct flow_pair *pairs;
	size_t n;

	(void)state;
	add(true, 1000, 100);
	add(true, 1000, 100);
	add(false, 1000, 100);
	add(false, 1300, 40);
	n = pair_up(&pairs, &link, 1);
	assert_int_equal(pair_of(pairs, n, 0).received, 3);
	assert_int_equal(pair_of(pairs, n, 0).gap, GAP_AMOUNT);
	assert_int_equal(pair_of(pairs, n, 0).words, 1);
	assert_int_equal(pair_of(pairs, n, 1).received, 2);
	/* two sides of two minds: what is closer is taken, and disputed */
	n = pair_up(&pairs, both, 2);
	assert_int_equal(pair_of(pairs, n, 0).received, 2);
	assert_int_equal(pair_of(pairs, n, 0).gap, GAP_DISPUTED);
	assert_int_equal(pair_of(pairs, n, 0).under, GAP_MATCHED);
	/* what both say weighs more */
	n = pair_up(&pairs, agreed, 3);
	assert_int_equal(pair_of(pairs, n, 0).received, 3);
	n = pair_up(&pairs, denied, 2);
	assert_int_equal(pair_of(pairs, n, 0).received, 3);
	assert_int_equal(pair_of(pairs, n, 0).gap, GAP_DISPUTED);
	/* the other side's entry, as one side has it in its own */
	flows[3].counterpart = flows[0].ref;
	n = pair_up(&pairs, NULL, 0);
	assert_int_equal(pair_of(pairs, n, 0).received, 3);
	flows[3].counterpart = flows[2].ref; /* not of the other end: no link */
	n = pair_up(&pairs, NULL, 0);
	assert_int_equal(pair_of(pairs, n, 3).gap, GAP_ONE_SIDE);
}

static void separations_and_disputes(void **state)
{
	const struct flow_word apart = { WORD_SEPARATE, S("ml"), 0, 1 };
	const struct flow_word dispute = { WORD_DISPUTE, S("ml"), FLOW_NONE, 1 };
	const struct flow_word comment = { WORD_COMMENT, S("ru"), 0, FLOW_NONE };
	struct flow_pair *pairs;

	(void)state;
	add(true, 1000, 100);
	add(false, 1000, 100);
	assert_int_equal(pair_up(&pairs, &apart, 1), 2);
	assert_int_equal(pairs[0].gap, GAP_ONE_SIDE);
	assert_int_equal(pairs[0].words, 1);
	assert_int_equal(pairs[1].words, 1);
	assert_int_equal(pair_up(&pairs, &dispute, 1), 1);
	assert_int_equal(pairs[0].gap, GAP_DISPUTED);
	assert_int_equal(pairs[0].under, GAP_MATCHED);
	assert_int_equal(pair_up(&pairs, &comment, 1), 1);
	assert_int_equal(pairs[0].gap, GAP_MATCHED);
	assert_int_equal(pairs[0].words, 1);
}

/* --- against every way to pair there is --- */

static unsigned chance = 1;

static unsigned below(unsigned n)
{
	chance = chance * 1103515245 + 12345;
	return chance >> 8 & 0xffff ? (chance >> 8 & 0xffff) % n : 0;
}

/* The most pairs of one round, and their fewest days, by trying all. */
struct best {
	int pairs, days;
};
static struct best try_all(const int *g, int gn, const int *r, int rn, unsigned taken, int at)
{
	struct best best = { 0, 0 }, with;

	if (at == gn)
		return best;
	best = try_all(g, gn, r, rn, taken, at + 1);
	for (int k = 0; k < rn; k++) {
		int days = abs(g[at] - r[k]);

		if (taken & 1u << k || days > PAIRING_NEAR)
			continue;
		with = try_all(g, gn, r, rn, taken | 1u << k, at + 1);
		with.pairs++;
		with.days += days;
		if (with.pairs > best.pairs ||
		    (with.pairs == best.pairs && with.days < best.days))
			best = with;
	}
	return best;
}

static void as_good_as_trying_all(void **state)
{
	for (int round = 0; round < 2000; round++) {
		int g[5], r[5], gn = (int)below(6), rn = (int)below(6), pairs = 0, days = 0;
		struct flow_pair *made;
		struct best best;
		size_t n;

		clean(state);
		for (int i = 0; i < gn; i++)
			add(true, g[i] = (int)below(40), 100);
		for (int i = 0; i < rn; i++)
			add(false, r[i] = (int)below(40), 100);
		best = try_all(g, gn, r, rn, 0, 0);
		n = pair_up(&made, NULL, 0);
		for (size_t i = 0; i < n; i++)
			if (made[i].gap == GAP_MATCHED) {
				pairs++;
				days += abs(flows[made[i].given].day -
					    flows[made[i].received].day);
			}
		assert_int_equal(pairs, best.pairs);
		assert_int_equal(days, best.days);
	}
}

/* --- the order they are given in says nothing; and many of them --- */

static void crowd(size_t n, unsigned projects)
{
	static char names[4096][16];

	for (size_t i = 0; i < n; i++) {
		struct flow *f = add(below(2), (int32_t)below(90), 100 + below(500));
		unsigned project = below(projects);

		snprintf(names[project], sizeof(names[project]), "joint/%u", project);
		f->project = str_z(names[project]);
		if (below(20) == 0)
			f->currency = S("RUB");
	}
}

static void order_says_nothing(void **state)
{
	struct flow_pair *one, *two;
	size_t n;

	(void)state;
	crowd(2000, 3);
	n = pair_up(&one, NULL, 0);
	for (size_t i = 0; i < count / 2; i++) {
		struct flow f = flows[i];

		flows[i] = flows[count - 1 - i];
		flows[count - 1 - i] = f;
	}
	assert_int_equal(pair_up(&two, NULL, 0), n);
	for (size_t i = 0; i < n; i++) {
		uint32_t first = one[i].given != FLOW_NONE ? one[i].given : one[i].received;
		struct flow_pair x = pair_of(two, n, (uint32_t)(count - 1) - first);

		assert_int_equal(x.gap, one[i].gap);
		if (one[i].given != FLOW_NONE && one[i].received != FLOW_NONE) {
			assert_int_equal(x.given, count - 1 - one[i].given);
			assert_int_equal(x.received, count - 1 - one[i].received);
		}
	}
}

static void every_flow_once(void **state)
{
	static bool met[MOST];
	static const unsigned projects[] = { 400, 1 };
	struct flow_pair *pairs;

	for (size_t k = 0; k < 2; k++) {
		size_t n, once = 0;

		clean(state);
		memset(met, 0, sizeof(met));
		crowd(100000, projects[k]);
		n = pair_up(&pairs, NULL, 0);
		for (size_t i = 0; i < n; i++) {
			uint32_t both[2] = { pairs[i].given, pairs[i].received };

			for (int s = 0; s < 2; s++)
				if (both[s] != FLOW_NONE) {
					assert_false(met[both[s]]);
					met[both[s]] = true;
					once++;
				}
		}
		assert_int_equal(once, count);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(classes, clean),
		cmocka_unit_test_setup(no_candidates, clean),
		cmocka_unit_test_setup(identifiers_before_project, clean),
		cmocka_unit_test_setup(no_pair_takes_what_two_need, clean),
		cmocka_unit_test_setup(near_amounts_do_not_cross, clean),
		cmocka_unit_test_setup(goods_in_kind, clean),
		cmocka_unit_test_setup(links_override, clean),
		cmocka_unit_test_setup(separations_and_disputes, clean),
		cmocka_unit_test_setup(as_good_as_trying_all, clean),
		cmocka_unit_test_setup(order_says_nothing, clean),
		cmocka_unit_test_setup(every_flow_once, clean),
	};

	arena_init(&a, (size_t)1 << 30);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

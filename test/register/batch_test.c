/* Drafts written together: each by itself, and what one makes the next ones know. */
#include "nodes.h"

#include "register/draft.h"

static struct nodes t;

static int up(void **state)
{
	(void)state;
	nodes_up(&t);
	return 0;
}

static int down(void **state)
{
	(void)state;
	nodes_down(&t);
	return 0;
}

static void one_bad_draft_stops_no_other(void **state)
{
	const char *good_one =
		"{\"type\":\"record.put\",\"kind\":\"organisation\",\"data\":" ORGANISATION(
			"A") "}";
	struct draft d[3] = { { .json = str_z(good_one), .actor = S("") },
			      { .json = S("{}"), .actor = S("") },
			      { .json = str_z(good_one), .actor = S("") } };
	struct act_result r[3];

	(void)state;
	register_batch(t.ml, &t.a, d, 3, r);
	assert_true(r[0].done && !r[1].done && r[2].done);
	assert_int_equal(r[0].n, 1);
	assert_int_equal(r[2].n, 2);
	assert_true(r[0].id.n && !str_eq(r[0].id, r[2].id));
}

/* Rows of one type are written sixteen at a time: what one of them has and the others have not
 * stays its own. */
static void a_batch_keeps_what_is_ones_own(void **state)
{
	enum { MANY = 40, HIS = 7 };
	const char *text =
		"{\"type\":\"record.put\",\"kind\":\"organisation\",\"data\":" ORGANISATION(
			"A") "}";
	struct act_result r[MANY];
	struct draft d[MANY];

	(void)state;
	for (int i = 0; i < MANY; i++)
		d[i] = (struct draft){ .json = str_z(text),
				       .actor = i == HIS ? S("sec-7") : S("") };
	register_batch(t.ml, &t.a, d, MANY, r);
	for (int i = 0; i < MANY; i++) {
		struct record_row row =
			row_of(&t, t.ml, "organisation", "ml", r[i].id, AUDIENCE_PUBLIC);

		assert_int_equal(row.n, r[i].n);
		check_str(row.ledger, S("ml"));
		check_str(row.actor, i == HIS ? S("sec-7") : S(""));
	}
}

/* Eight drafts and more are asked about together before the first is written. */
static void a_batch_knows_what_it_makes(void **state)
{
	static const char plain[] = "{\"type\":\"record.put\",\"kind\":\"organisation\","
				    "\"id\":\"%.*s\",\"data\":%.*s}",
			  below[] = "{\"type\":\"record.put\",\"kind\":\"organisation\","
				    "\"data\":{\"name\":{\"fr\":\"C\"},\"type\":\"10\","
				    "\"parent\":\"ml/%.*s\"%.*s}}";
	static const struct {
		const char *form, *id, *rest;
		enum act_outcome outcome;
		bool refused;
	} cases[] = {
		{ plain, "1", ORGANISATION("A"), ACT_ADDED, false },
		{ plain, "2", ORGANISATION("A"), ACT_ADDED, false },
		{ plain, "1", ORGANISATION("B"), ACT_CHANGED, false }, /* made just now */
		{ plain, "2", ORGANISATION("A"), ACT_UNCHANGED, false },
		{ below, "2", "", ACT_ADDED, false },
		{ below, "7", "", ACT_ADDED, true }, /* comes after it */
		{ plain, "7", ORGANISATION("A"), ACT_ADDED, false },
		{ below, "7", "", ACT_ADDED, false },
		{ below, "9", "", ACT_ADDED, false }, /* was there before */
		{ plain, "9", ORGANISATION("A"), ACT_UNCHANGED, false },
		{ plain, "9", ORGANISATION("B"), ACT_CHANGED, false },
		{ below, "8", "", ACT_ADDED, true },
	};
	enum { CASES = sizeof(cases) / sizeof(cases[0]) };
	struct draft d[CASES] = { { .actor = S("") } };
	struct act_result r[CASES];
	struct str ids[CASES];

	(void)state;
	good(&t, t.ml,
	     form_filled(&t, plain, S("01985000-0001-7000-8001-000000000009"),
			 S(ORGANISATION("A"))));
	for (size_t i = 0; i < CASES; i++) {
		ids[i] = arena_join(&t.a, S("01985000-0001-7000-8001-00000000000"),
				    str_z(cases[i].id));
		d[i].json = str_z(form_filled(&t, cases[i].form, ids[i], str_z(cases[i].rest)));
	}
	for (int again = 0; again < 2; again++) {
		register_batch(t.ml, &t.a, d, CASES, r);
		for (size_t i = 0; i < CASES; i++) {
			assert_int_equal(r[i].done, !cases[i].refused || (again && i == 5));
			if (again || cases[i].refused)
				continue;
			assert_int_equal(r[i].outcome, cases[i].outcome);
		}
	}
	check_str(row_of(&t, t.ml, "organisation", "ml", ids[0], AUDIENCE_PUBLIC).label,
		  S("B"));
	assert_int_equal(
		row_of(&t, t.ml, "organisation", "ml", ids[0], AUDIENCE_PUBLIC).versions, 4);
	assert_int_equal(
		row_of(&t, t.ml, "organisation", "ml", ids[1], AUDIENCE_PUBLIC).versions, 1);
}

/* --- a long batch is read, asked about and written in slices --- */

enum { LONG = 300, EARLY = 21, WRONG = 250 };

/* Each below one of the slice before it, and some below one that they have in their own. */
static int parent_of(int i)
{
	return i == EARLY ? LONG - 1 : i % 3 == 0 ? i - 150 : i % 3 == 1 ? i - 1 : -1;
}

static struct draft long_draft(int i)
{
	enum { BYTES = 300 };
	char *text = arena_alloc(&t.a, BYTES), parent[80] = "";

	if (parent_of(i) >= 0)
		(void)snprintf(parent, sizeof(parent),
			       ",\"parent\":\"ml/01985000-0002-7000-8001-%012d\"",
			       parent_of(i));
	(void)snprintf(text, BYTES,
		       "{\"type\":\"record.put\",\"kind\":\"organisation\",\"id\":"
		       "\"01985000-0002-7000-8001-%012d\",\"data\":{\"name\":{\"fr\":\"A\"},"
		       "\"type\":\"%s\"%s}}",
		       i, i == WRONG ? "?" : "10", parent);
	return (struct draft){ .json = str_z(text), .actor = S("") };
}

static void write_long(struct act_result r[LONG])
{
	struct draft d[LONG];

	for (int i = 0; i < LONG; i++)
		d[i] = long_draft(i);
	register_batch(t.ml, &t.a, d, LONG, r);
}

/* What an earlier slice made, later ones know, and nothing of what comes after. */
static void a_long_batch_knows_what_it_makes(void **state)
{
	struct act_result r[LONG];
	size_t refused = 0;

	(void)state;
	write_long(r);
	for (int i = 0; i < LONG; i++) {
		int above = parent_of(i);
		bool is = i != WRONG && i != EARLY && (above < 0 || r[above].done);

		assert_int_equal(r[i].done, is);
		refused += !is;
		if (is)
			assert_int_equal(r[i].n, i + 1 - (int)refused);
		else
			assert_string_equal(r[i].errors[0].field,
					    i == WRONG ? "type" : "parent");
	}
	assert_true(refused > 2 && r[LONG - 1].done);
	write_long(r);
	for (int i = 0; i < LONG; i++)
		assert_int_equal(r[i].done, i != WRONG && parent_of(i) != WRONG);
	assert_int_equal(r[EARLY].outcome, ACT_ADDED);
	assert_int_equal(r[LONG - 1].outcome, ACT_UNCHANGED);
}

/* Where nothing can be written every draft says why, but for what is wrong itself. */
static void a_long_batch_fails_as_one(void **state)
{
	struct act_result r[LONG];
	char path[96];

	(void)state;
	good(&t, t.ml,
	     "{\"type\":\"record.put\",\"kind\":\"organisation\",\"data\":" ORGANISATION(
		     "A") "}");
	node_close(t.ml);
	(void)snprintf(path, sizeof(path), "%s/high-water", t.ml_dir);
	assert_int_equal(remove(path), 0);
	t.ml = open_node(&t, t.ml_dir, STORE_WRITE);
	write_long(r);
	for (int i = 0; i < LONG; i++) {
		assert_false(r[i].done);
		assert_int_equal(r[i].error_count, 1);
		assert_string_equal(r[i].errors[0].field, i == WRONG ? "type" : "ledger");
	}
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, up, down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(one_bad_draft_stops_no_other), CASE(a_batch_keeps_what_is_ones_own),
		CASE(a_batch_knows_what_it_makes),  CASE(a_long_batch_knows_what_it_makes),
		CASE(a_long_batch_fails_as_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

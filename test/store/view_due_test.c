/*
 * What is due, against what stands behind it: of first versions and later ones, of what ended,
 * and of what a report closes that came before or after; written bit by bit, and made anew.
 */
#include "naive.h"

enum { LETTERS = 40, PLANS = 15, STEPS = 260, SYNC_EACH = 23 };

static struct str reply_to(struct viewing *t, const struct fact *to)
{
	return random_below(&t->random, 3) ? S("")
					   : text_of(t->w, ",\"reply_to\":\"%.*s/%.*s\"",
						     STR(to->party), STR(to->id));
}

static struct str letter(struct viewing *t)
{
	unsigned n = random_below(&t->random, 28);

	return text_of(t->w, "{\"subject\":{\"fr\":\"L%u\"}%s%s%.*s}", n,
		       n % 4 ? ",\"due\":\"2026-03-11\"" : ",\"due\":\"2026-02-30\"",
		       n % 5   ? ",\"date\":\"2026-01-02\""
		       : n % 3 ? ",\"closed\":\"2026-02-02\""
			       : "",
		       STR(reply_to(t, &t->fact[random_below(&t->random, LETTERS)])));
}

static struct str plan(struct viewing *t)
{
	unsigned n = 1 + random_below(&t->random, 28);

	return text_of(t->w, "{\"period_start\":\"2026-04-%02u\"%s}", n,
		       n % 3 ? "" : ",\"paid\":\"2026-04-02\"");
}

/* --- by looking --- */

static bool is_date(const struct fact *f, const char *field)
{
	int32_t day;

	return date_parse(json_str(f->data[AUDIENCE_PUBLIC], field), &day);
}

static bool is_said(const struct fact *f)
{
	return f->data[AUDIENCE_PUBLIC] && naive_seen(f, AUDIENCE_PUBLIC, false);
}

static bool is_answered(struct viewing *t, const struct fact *of)
{
	struct str ref = text_of(t->w, "%.*s/%.*s", STR(of->party), STR(of->id));

	for (size_t i = 0; i < LETTERS; i++) {
		const struct fact *f = &t->fact[i];

		if (is_said(f) && json_str(f->data[AUDIENCE_PUBLIC], "date").n &&
		    str_eq(json_str(f->data[AUDIENCE_PUBLIC], "reply_to"), ref))
			return true;
	}
	return false;
}

static bool is_due(struct viewing *t, const struct fact *f)
{
	const struct json *data = f->data[AUDIENCE_PUBLIC];

	if (!is_said(f))
		return false;
	if (f->record == &records[RECORD_letter])
		return is_date(f, "due") && !json_str(data, "closed").n && !is_answered(t, f);
	return is_date(f, "period_start") && !json_str(data, "paid").n;
}

static void check_due(struct viewing *t)
{
	struct due_query q = { .from = 0, .to = date_days(2999, 1, 1), .limit = 1000 };
	struct due_row *rows;
	size_t n, want = 0;
	uint64_t total;
	struct err err;

	check_ok(view_due(t->v, &t->a, &q, &rows, &n, &total, &err), &err);
	for (size_t i = 0; i < t->facts; i++) {
		size_t found = 0;

		for (size_t k = 0; k < n; k++)
			found += str_eq(rows[k].of.id, t->fact[i].id);
		assert_int_equal(found, is_due(t, &t->fact[i]));
		want += found;
	}
	assert_int_equal(n, want);
	assert_int_equal(total, want);
}

/* --- at random --- */

static void say(struct viewing *t)
{
	struct fact *f = &t->fact[random_below(&t->random, LETTERS + PLANS)];

	if (f->data[AUDIENCE_PUBLIC] && !random_below(&t->random, 5))
		fact_end(t, f);
	else
		fact_put(t, f, IN_THE_OPEN,
			 f->record == &records[RECORD_letter] ? letter(t) : plan(t), S(""));
}

static void what_is_due_is_what_one_finds_by_looking(void **state)
{
	struct viewing *t = viewing_make(place_of(state), 11);
	struct err err;

	for (unsigned i = 0; i < LETTERS + PLANS; i++)
		(void)fact_new(
			t, &records[i < LETTERS ? RECORD_letter : RECORD_planned_disbursement],
			i % 3 ? "ml" : "ru");
	for (unsigned i = 0; i < STEPS; i++) {
		say(t);
		if (i % SYNC_EACH == 0) {
			viewing_sync(t);
			check_due(t);
		}
	}
	viewing_sync(t);
	check_due(t);
	viewing_look_away(t);
	check_ok(store_rebuild(t->s, NULL, NULL, &err), &err);
	viewing_look(t);
	check_due(t);
	viewing_close(t);
}

/* The answer is in the register before the letter is. */
static void what_was_answered_before_it_came_is_not_due(void **state)
{
	struct viewing *t = viewing_make(place_of(state), 12);

	for (unsigned i = 0; i < LETTERS; i++)
		(void)fact_new(t, &records[RECORD_letter], i % 2 ? "ml" : "ru");
	for (unsigned i = 0; i < LETTERS; i += 2)
		fact_put(t, &t->fact[i], IN_THE_OPEN,
			 text_of(t->w, "{\"date\":\"2026-01-02\",\"reply_to\":\"%.*s/%.*s\"}",
				 STR(t->fact[i + 1].party), STR(t->fact[i + 1].id)),
			 S(""));
	viewing_sync(t);
	check_due(t);
	for (unsigned i = 1; i < LETTERS; i += 2)
		fact_put(t, &t->fact[i], IN_THE_OPEN, S("{\"due\":\"2026-03-11\"}"), S(""));
	viewing_sync(t);
	check_due(t);
	fact_end(t, &t->fact[0]);
	viewing_sync(t);
	check_due(t);
	assert_true(is_due(t, &t->fact[1]) && !is_due(t, &t->fact[3]));
	viewing_close(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH(what_is_due_is_what_one_finds_by_looking),
					    BOTH(what_was_answered_before_it_came_is_not_due) };

	return run_on_engines(tests);
}

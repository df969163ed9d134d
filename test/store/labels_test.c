/*
 * Lists by label while many labels wait for their place (labels.c): what came in one commit,
 * was renamed, sealed or ended before it had a place or after, is found where one finds it by
 * looking at every record, and once all is quiet, or the store was closed, it has its place.
 */
#include "naive.h"

#include <sqlite3.h>

enum {
	MANY = 120,
	PAGE = 17
}; /* three labels each: more than a commit gives a place at once */

static int count(const struct place *p, const char *table)
{
	char sql[64], path[128];
	sqlite3_stmt *s;
	sqlite3 *d;
	int n;

	snprintf(path, sizeof(path), "%s/register.db", p->dir);
	snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s", table);
	assert_int_equal(sqlite3_open_v2(path, &d, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(d, sql, -1, &s, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	n = sqlite3_column_int(s, 0);
	sqlite3_finalize(s);
	sqlite3_close(d);
	return n;
}

/* PostgreSQL gives every label its place at once. */
static void check_waits(const struct place *p, bool some)
{
	if (!p->url[0])
		assert_int_equal(count(p, "r_unplaced") > 0, some);
}

static void check_list(struct viewing *t, struct list_query q)
{
	size_t n, at = 0;
	struct naive_line *want = naive_list(t, &q, &n);
	struct list_result got;
	struct err err;

	q.limit = PAGE;
	q.brief = true;
	do {
		check_ok(view_list(t->v, &t->a, &q, &got, &err), &err);
		assert_int_equal(got.total, n);
		assert_int_equal(got.n, n - at < PAGE ? n - at : PAGE);
		for (size_t i = 0; i < got.n; i++)
			check_str(got.rows[i].id, want[at + i].f->id);
		at += got.n;
		q.after = got.next;
	} while (at < n);
	assert_true(!got.next.n);
	q.after = S("");
	for (q.offset = 0; q.offset <= n; q.offset += 2 * PAGE + 1) {
		check_ok(view_list(t->v, &t->a, &q, &got, &err), &err);
		if (q.offset < n)
			check_str(got.rows[0].id, want[q.offset].f->id);
		else
			assert_int_equal(got.n, 0);
	}
}

static void check_lists(struct viewing *t)
{
	for (int i = 0; i < LANG_COUNT * AUDIENCES * 4; i++) {
		struct list_query q = { .record = &records[RECORD_organisation],
					.lang = (enum lang)(i % LANG_COUNT),
					.who = (enum audience)(i / 4 % AUDIENCES),
					.ended = i % 4 == 3,
					.descending = i % 2 };

		check_list(t, q);
		if (i % 3)
			continue;
		q.words = S("energie");
		check_list(t, q);
	}
}

static enum seal any_seal(struct viewing *t)
{
	return random_below(&t->random, 3) ? IN_THE_OPEN
					   : (enum seal)random_below(&t->random, SEALS);
}

static void put(struct viewing *t, struct fact *f)
{
	fact_put(t, f, any_seal(t), fact_data(t, f->record), fact_data(t, f->record));
}

/* Some records that come, some that are renamed, some of them twice, and some that end. */
static void work(struct viewing *t, unsigned come, unsigned renamed)
{
	while (come--)
		put(t, fact_new(t, &records[RECORD_organisation], "ml"));
	while (renamed--) {
		struct fact *f = &t->fact[random_below(&t->random, (unsigned)t->facts)];

		if (random_below(&t->random, 8) == 0 && !f->ended)
			fact_end(t, f);
		else
			put(t, f);
	}
	viewing_look_away(t);
	viewing_write_own(t);
	viewing_look(t);
}

static void open_again(struct viewing *t, const struct place *p)
{
	struct store_place where = { p->dir, p->url };
	struct store_env env = { .now = viewing_now };
	struct err err;

	viewing_look_away(t);
	store_close(t->s);
	check_ok(store_open(&where, STORE_WRITE, &env, &t->s, &err), &err);
	viewing_look(t);
}

static void stands_where_it_belongs(void **state)
{
	const struct place *p = place_of(state);
	struct viewing *t = viewing_make(p, 83);

	work(t, MANY, 0);
	check_waits(p, true);
	check_lists(t);
	work(t, 2, 6); /* few, of which some wait */
	check_waits(p, true);
	check_lists(t);
	work(t, MANY, 60);
	check_lists(t);

	store_quiet(t->s);
	viewing_look_away(t);
	viewing_look(t);
	check_waits(p, false);
	check_lists(t);

	work(t, MANY, 90); /* of which most have their place */
	check_waits(p, true);
	check_lists(t);
	open_again(t, p);
	check_waits(p, false);
	check_lists(t);
	if (!p->url[0])
		assert_true(count(p, "r_label") % LANG_COUNT == 0);
	viewing_close(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH(stands_where_it_belongs) };

	return run_on_engines(tests);
}

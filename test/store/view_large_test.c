/*
 * Documents of acts may be a megabyte, and of records there may be any number: no answer of a
 * view takes more memory than a request has, and none leaves anything out without saying so.
 */
#include "viewing.h"

enum {
	LARGE = 980000,
	LARGE_ACTS = 12,
	REQUEST_MAX = 64 << 20 /* much less than the 512 MB a request of the server may use */
};

/* `unit` again and again. */
static struct str filled(struct viewing *t, const char *unit, size_t n)
{
	size_t step = strlen(unit);
	char *p = arena_alloc(&t->w->arena, n + step);

	for (size_t at = 0; at < n; at += step)
		memcpy(p + at, unit, step);
	return str_of(p, n / step * step);
}

/* A title beyond all measure; half a million values; thousands of milestones. */
static struct str large(struct viewing *t, unsigned way)
{
	switch (way % 3) {
	case 0:
		return text_of(t->w, "{\"title\":{\"fr\":\"%.*s\"},\"status\":\"2\"}",
			       STR(filled(t, "électrification ", LARGE)));
	case 1:
		return text_of(t->w, "{\"title\":{\"fr\":\"Petit\"},\"odd\":[%.*s1]}",
			       STR(filled(t, way == 1 ? "1," : "1234567890123,", LARGE)));
	default:
		return text_of(t->w,
			       "{\"title\":{\"fr\":\"Jalons\"},\"milestones\":[%.*s"
			       "{\"key\":\"z\",\"title\":{\"fr\":\"Fin\"}}]}",
			       STR(filled(t,
					  "{\"key\":\"a\",\"planned_end\":\"2026-09-01\","
					  "\"title\":{\"fr\":\"Jalon\"}},",
					  LARGE)));
	}
}

static struct viewing *grown(void **state)
{
	struct viewing *t = viewing_make(place_of(state), 5);
	struct fact *f = NULL;

	/* Many records, and then many acts on the last of them. */
	for (unsigned i = 0; i < 2 * LARGE_ACTS; i++) {
		if (i < LARGE_ACTS)
			f = fact_new(t, &records[RECORD_project], NULL);
		fact_propose(t, f, large(t, i), false);
		if (i % 8 == 7)
			viewing_sync(t);
	}
	viewing_sync(t);
	arena_done(&t->a);
	arena_init(&t->a, REQUEST_MAX);
	return t;
}

static struct list_result list(struct viewing *t, struct list_query q)
{
	struct list_result got;
	struct err err;

	arena_reset(&t->a);
	q.record = &records[RECORD_project];
	q.limit = q.limit ? q.limit : 1000;
	check_ok(view_list(t->v, &t->a, &q, &got, &err), &err);
	assert_int_equal(got.total, LARGE_ACTS);
	return got;
}

static void check_lists(struct viewing *t)
{
	struct list_result got = list(t, (struct list_query){ .brief = true });
	char after[4096] = "";
	size_t seen = 0;

	assert_true(got.n == LARGE_ACTS && !got.next.n);
	for (size_t i = 0; i < got.n; i++) {
		assert_true(got.rows[i].data.n <= 8192);
		assert_true(got.rows[i].label.n <= 1100 && got.rows[i].label.n >= 5);
	}
	do {
		got = list(t, (struct list_query){ .after = str_z(after), .bytes = 3 * LARGE });
		assert_true(got.n >= 1 && got.n <= 4);
		for (size_t i = 0; i < got.n; i++)
			assert_true(got.rows[i].data.n > LARGE);
		seen += got.n;
		snprintf(after, sizeof(after), "%.*s", STR(got.next));
	} while (after[0]);
	assert_int_equal(seen, LARGE_ACTS);
	/* At least one row, however little is asked for. */
	assert_int_equal(list(t, (struct list_query){ .bytes = 1 }).n, 1);
	assert_true(list(t, (struct list_query){ 0 }).n >= 8);
}

static void check_one(struct viewing *t)
{
	const struct fact *f = &t->fact[t->facts - 1];
	struct history_query q = { .record = f->record,
				   .ref = { f->party, f->id },
				   .limit = HISTORY_MAX };
	struct history_result past;
	struct act_row *acts;
	uint64_t seen = 0;
	size_t n, cut = 0;
	struct err err;

	arena_reset(&t->a);
	check_ok(view_acts(t->v, &t->a, f->record, f->id, AUDIENCE_PUBLIC, &acts, &n, &err),
		 &err);
	assert_int_equal(n, LARGE_ACTS + 1);
	for (size_t i = 0; i < n; i++) {
		cut += acts[i].cut;
		assert_int_equal(acts[i].cut, !acts[i].data.n);
	}
	assert_int_equal(cut, n - 2);
	do {
		arena_reset(&t->a);
		check_ok(view_history(t->v, &t->a, &q, &past, &err), &err);
		assert_int_equal(past.total, LARGE_ACTS + 1);
		assert_true(past.n >= 1 && past.versions[0].data.n > LARGE);
		q.offset += past.n;
		seen += past.n;
	} while (q.offset < past.total);
	assert_int_equal(seen, past.total);
}

static void check_others(struct viewing *t)
{
	struct due_query due = {
		.from = 0, .to = date_days(2999, 1, 1), .lang = LANG_FR, .limit = 1000
	};
	struct search_query words = { .words = S("electrification"),
				      .lang = LANG_FR,
				      .limit = 1000 };
	struct open_query open = { .lang = LANG_FR, .limit = 100 };
	struct list_result found;
	struct open_act *acts;
	struct due_row *dues;
	uint64_t total;
	struct err err;
	size_t n;

	arena_reset(&t->a);
	check_ok(view_search(t->v, &t->a, &words, &found, &err), &err);
	assert_int_equal(found.n, LARGE_ACTS / 3);
	arena_reset(&t->a);
	check_ok(view_open_acts(t->v, &t->a, &open, &acts, &n, &total, &err), &err);
	assert_int_equal(total, 2 * LARGE_ACTS);
	assert_int_equal(n, total);
	arena_reset(&t->a);
	check_ok(view_due(t->v, &t->a, &due, &dues, &n, &total, &err), &err);
	assert_true(n >= LARGE_ACTS / 3);
	check_str(dues[0].part_label, S("Jalon"));
}

static void answers_are_bounded(void **state)
{
	struct viewing *t = grown(state);

	check_lists(t);
	check_one(t);
	check_others(t);
	viewing_close(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH(answers_are_bounded) };

	return run_on_engines(tests);
}

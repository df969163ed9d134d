/*
 * State is a function of the ledgers alone (LEDGER.md 7): whatever the interleaving of their
 * entries, wherever batches end, on either engine, the dump is the same as after a rebuild.
 */
#include "history.h"

enum { STEPS = 240, INTERLEAVINGS = 2 };

/* Entries of the chains in random turns, in batches of random length. */
static void apply_at_random(struct reader *r, struct random_source *random)
{
	struct chains *w = r->w;
	size_t left = 0;

	for (size_t i = 0; i < w->count; i++)
		left += w->chain[i].n - reader_applied(r, &w->chain[i]);
	while (left) {
		unsigned batch = 1 + random_below(random, random_below(random, 2) ? 3 : 60);

		reader_begin(r);
		while (left && batch--) {
			const struct chain *c =
				&w->chain[random_below(random, (unsigned)w->count)];
			unsigned run = 1 + random_below(random, 12);
			struct err err;

			for (uint64_t n = reader_applied(r, c); n < c->n && run--; n++, left--)
				reader_apply(r, c, n);
			if (random_below(random, 4) == 0)
				check_ok(apply_look(r->p, &err), &err);
		}
		reader_commit(r);
	}
}

static struct buf rebuilt(struct chains *w, const struct place *at, const char *name)
{
	struct reader r;
	struct buf dump;

	reader_open(&r, w, at, name);
	reader_apply_to(&r, NULL);
	dump = reader_dump(&r, true);
	reader_close(&r);
	return dump;
}

static void check_interleavings(struct chains *w, const struct place *at,
				const struct buf *want, struct random_source *random)
{
	for (int i = 0; i < INTERLEAVINGS; i++) {
		struct reader r;
		struct buf dump;
		char name[16];

		snprintf(name, sizeof(name), "turn%d", i);
		reader_open(&r, w, at, name);
		apply_at_random(&r, random);
		dump = reader_dump(&r, true);
		check_dumps(&dump, want);
		buf_done(&dump);
		reader_close(&r);
		if (!on_postgres(at)) {
			char path[128];

			snprintf(path, sizeof(path), "%s/%s.db", at->dir, name);
			unlink(path);
		}
	}
}

/* Record types that close each other's dates and are summed. */
static const enum record_id woven[] = { RECORD_project,          RECORD_decision,
					RECORD_milestone_report, RECORD_decision_report,
					RECORD_transaction,      RECORD_letter };

static struct history *history(const char *codes, uint64_t seed, bool closely, bool hide)
{
	struct history *h = history_make(codes, seed);

	if (closely) {
		h->only = woven;
		h->only_count = sizeof(woven) / sizeof(woven[0]);
	}
	h->hide = hide;
	for (int i = 0; i < STEPS; i++)
		history_step(h);
	return h;
}

/* On PostgreSQL: SQLite says the same. */
static void check_other_engine(struct chains *w, const struct place *at, const struct buf *want)
{
	struct place lite = *at;
	struct buf other;

	snprintf(lite.url, sizeof(lite.url), "sqlite");
	other = rebuilt(w, &lite, "lite");
	check_dumps(&other, want);
	buf_done(&other);
}

static void check_history(const struct place *at, struct history *h, uint64_t seed,
			  struct buf *dump)
{
	struct random_source random = random_from(seed + 1000);

	*dump = rebuilt(h->w, at, "rebuilt");
	check_interleavings(h->w, at, dump, &random);
	if (on_postgres(at))
		check_other_engine(h->w, at, dump);
	history_free(h);
}

static void two_parties(void **state)
{
	struct buf dump;

	check_history(place_of(state), history("ml ru", 7, false, false), 7, &dump);
	buf_done(&dump);
}

static void has(const struct buf *dump, const char *text)
{
	bool found = memmem(dump->p, dump->n, text, strlen(text)) != NULL;

	if (!found)
		print_error("the history never came to «%s»\n", text);
	assert_true(found);
}

static void two_parties_closely(void **state)
{
	static const char *const met[] = { "\"divergent\"", "Z\",1]" /* superseded */,
					   "\"in_force\"",  "\"rejected\"",
					   "\"withdrawn\"", "\"stale-prev\"",
					   "\"repeated\"",  "\"pending\"",
					   "\"closed\"" };
	struct history *h = history("ml ru", 15, true, false);
	struct buf dump;

	SAY(h->w, &h->w->chain[1], "ledger.close", "{\"successor\":null}");
	history_put(h, &h->w->chain[1]);
	SAY(h->w, &h->w->chain[1], "act.note", "{\"act\":\"%064d\"}", 1);
	check_history(place_of(state), h, 15, &dump);
	for (size_t i = 0; i < sizeof(met) / sizeof(met[0]); i++)
		has(&dump, met[i]);
	buf_done(&dump);
}

static void three_parties(void **state)
{
	struct buf dump;

	check_history(place_of(state), history("ml ru bf", 9, true, false), 9, &dump);
	buf_done(&dump);
}

/* Openings and documents that come after everything else, one a batch. */
static void bring_late(struct reader *r, struct thing *list, size_t n,
		       bool (*arrived)(struct projection *, const struct hash *, struct err *))
{
	for (size_t i = 0; i < n; i++) {
		struct err err;

		if (!list[i].hidden)
			continue;
		list[i].hidden = false;
		reader_begin(r);
		check_ok(arrived(r->p, &list[i].name, &err), &err);
		reader_commit(r);
	}
}

static void late_bodies(void **state)
{
	struct place *at = place_of(state);
	struct history *h = history("ml ru", 10, true, true);
	struct buf dump, want;
	struct reader r;

	reader_open(&r, h->w, at, "late");
	reader_apply_to(&r, NULL);
	dump = reader_dump(&r, true);
	bring_late(&r, h->w->opening, h->w->openings, apply_opening);
	bring_late(&r, h->w->blob, h->w->blobs, apply_blob);
	want = rebuilt(h->w, at, "rebuilt");
	assert_false(str_eq(buf_str(&dump), buf_str(&want)));
	buf_done(&dump);
	dump = reader_dump(&r, true);
	check_dumps(&dump, &want);
	buf_done(&dump);
	buf_done(&want);
	reader_close(&r);
	history_free(h);
}

/* A batch that is undone leaves nothing behind, in the tables or in memory. */
static void undone_batches(void **state)
{
	struct place *at = place_of(state);
	struct history *h = history("ml ru", 15, true, false);
	struct random_source random = random_from(12);
	struct buf dump, want;
	struct reader r;

	reader_open(&r, h->w, at, "undone");
	for (size_t to = 10; to <= STEPS; to += 40) {
		size_t sizes[CHAINS_MAX] = { 0 };
		struct err err;

		reader_begin(&r);
		for (uint64_t n = reader_applied(&r, &h->w->chain[0]);
		     n < to && n < h->w->chain[0].n; n++)
			reader_apply(&r, &h->w->chain[0], n);
		if (random_below(&random, 2))
			check_ok(apply_settle(r.p, &err), &err);
		db_rollback(r.db);
		apply_forget(r.p);
		for (size_t i = 0; i < h->w->count; i++)
			sizes[i] = to < h->w->chain[i].n ? to : h->w->chain[i].n;
		reader_apply_to(&r, sizes);
	}
	reader_apply_to(&r, NULL);
	dump = reader_dump(&r, true);
	want = rebuilt(h->w, at, "rebuilt");
	check_dumps(&dump, &want);
	buf_done(&dump);
	buf_done(&want);
	reader_close(&r);
	history_free(h);
}

/* First versions of one moment, most of them alike: rows written together and one by one. */
static struct chains *of_one_moment(void)
{
	enum { MANY = 48, ITS_PREV = 5, ITS_ACTOR = 21, ITS_WORD = 37 };
	struct chains *w = chains_make("ml ru");
	struct chain *c = &w->chain[0];

	for (int i = 0; i < MANY; i++) {
		c->time -= 60; /* chain_say lets a minute pass */
		chain_say(w, c,
			  &(struct said){
				  .type = "record.put",
				  .body = text_of(w,
						  "{\"kind\":\"organisation\",\"id\":"
						  "\"01977e1f-3c00-7000-8000-0000000000%02d\","
						  "\"prev\":%s,\"data\":{\"name\":{\"fr\":"
						  "\"A\"},\"illustrative\":%s}}",
						  i, i == ITS_PREV ? "0" : "null",
						  i == ITS_WORD ? "true" : "false"),
				  .actor = i == ITS_ACTOR ? "sec-7" : "" });
	}
	return w;
}

static void rows_written_together(void **state)
{
	struct place *at = place_of(state);
	struct chains *w = of_one_moment();
	struct buf together = rebuilt(w, at, "together"), one_by_one;
	size_t sizes[CHAINS_MAX] = { 0 };
	struct reader r;

	reader_open(&r, w, at, "one_by_one");
	for (size_t i = 0; i < w->count; i++)
		while (sizes[i] < w->chain[i].n) {
			sizes[i]++;
			reader_apply_to(&r, sizes);
		}
	one_by_one = reader_dump(&r, true);
	check_dumps(&together, &one_by_one);
	buf_done(&together);
	buf_done(&one_by_one);
	reader_close(&r);
	chains_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH(two_parties),    BOTH(two_parties_closely),
					    BOTH(three_parties),  BOTH(late_bodies),
					    BOTH(undone_batches), BOTH(rows_written_together) };

	return run_on_engines(tests);
}

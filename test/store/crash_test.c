/*
 * A process that appends under load is killed at random moments, many times.  Whatever
 * it acknowledged is there afterwards, whole; the heads are what the entries give; the
 * projection is what a rebuild gives; and it goes on writing.
 */
#include "rig.h"

#include "store/high_water.h"

#include <fcntl.h>

enum {
	ROUNDS_SQLITE = 60,
	ROUNDS_POSTGRES = 16,
	BATCH_MOST = 40,
	REBUILD_EVERY = 8,
	RECORDS = 60
};

/*
 * Entry n, always the same: payments and obstacles of RECORDS records, each a new version of
 * the one RECORDS before it, so that sums, due dates, links and the index change under way.
 */
static struct str entry_at(struct arena *a, uint64_t n)
{
	struct entry_draft d = { .party = S("ml"),
				 .type = S("record.put"),
				 .n = n,
				 .time = 1772446500 + (int64_t)n };
	unsigned who = (unsigned)(n % RECORDS);
	char prev[24] = "null", body[1024];
	struct buf out;

	if (n == 0)
		return rig_entry(a, "ml", 0, 0);
	if (n > RECORDS)
		snprintf(prev, sizeof(prev), "%u", (unsigned)n - RECORDS);
	if (who % 3 == 0)
		snprintf(body, sizeof(body),
			 "{\"kind\":\"obstacle\",\"id\":\"01970000-0000-7000-8000-%012u\","
			 "\"prev\":%s,\"data\":{\"title\":"
			 "{\"fr\":\"Pont coupé %u\",\"ru\":\"Мост "
			 "закрыт\"},\"kind\":\"risk\",\"severity\":\"high\",\"status\":"
			 "\"open\",\"raised\":\"2026-01-05\",\"due\":\"2026-%02u-15\"}}",
			 who, prev, (unsigned)n, 1 + (unsigned)(n % 12));
	else
		snprintf(body, sizeof(body),
			 "{\"kind\":\"transaction\",\"id\":\"01970000-0000-7000-8000-%012u\","
			 "\"prev\":%s,\"data\":{\"project\":"
			 "\"joint/"
			 "01970000-0000-7000-8000-0000000000%02u\",\"type\":\"3\",\"date\":"
			 "\"2026-01-05\",\"value\":"
			 "{\"amount\":\"%u.05\",\"currency\":\"XOF\",\"value_date\":\"2026-01-"
			 "05\"},\"description\":{\"fr\":"
			 "\"Versement %u\"}}}",
			 who, prev, who % 7, (unsigned)n, (unsigned)n);
	d.body = str_z(body);
	if (n % 97 == 0) {
		d.type = S("record.end");
		snprintf(body, sizeof(body),
			 "{\"kind\":\"%s\",\"id\":\"01970000-0000-7000-8000-%012u\",\"prev\":%"
			 "s,\"reason\":\"done\"}",
			 who % 3 ? "transaction" : "obstacle", who, prev);
		d.body = str_z(body);
	}
	buf_init(&out, ENTRY_MAX);
	entry_write(&out, &d);
	return arena_buf(a, &out);
}

/* --- the one that is killed --- */

static void commit_some(struct store *s, struct arena *a, unsigned *seed, int ack)
{
	unsigned count = 1 + (unsigned)rand_r(seed) % (rand_r(seed) % 4 ? 3 : BATCH_MOST);
	struct hash leaf;
	uint64_t size;
	struct err err;

	if (!store_begin(s, &err))
		_exit(3);
	while (count--) {
		if (count == 0)
			store_last(s);
		if (!store_append(s, entry_at(a, store_next(s)), &leaf, &err))
			_exit(4);
	}
	if (rand_r(seed) % 16 == 0) {
		store_rollback(s);
		return;
	}
	if (!store_commit(s, &world.ml.log, &err))
		_exit(5);
	size = store_next(s);
	if (write(ack, &size, sizeof(size)) != sizeof(size))
		_exit(6);
}

static void child(const struct place *p, unsigned seed, int ack)
{
	bool rebuild = seed % 5 == 0;
	struct store *s;
	struct arena a;
	struct err err;

	arena_init(&a, 64 << 20);
	if (!rig_try(p, rebuild ? STORE_REBUILD : STORE_WRITE, &s, &err))
		_exit(1);
	if (rebuild) {
		if (!store_rebuild(s, NULL, NULL, &err))
			_exit(2);
		store_close(s);
		if (!rig_try(p, STORE_WRITE, &s, &err))
			_exit(1);
	}
	store_owe(s, true);
	for (;;) {
		commit_some(s, &a, &seed, ack);
		arena_reset(&a);
	}
}

/* --- the one that kills and looks --- */

/* Start it, let it run, kill it; gives the size last acknowledged. */
static uint64_t run_and_kill(const struct place *p, unsigned *seed, uint64_t acknowledged)
{
	long wait = rand_r(seed) % 150 * 1000000L;
	uint64_t size;
	int ack[2], status;
	pid_t pid;

	assert_return_code(pipe2(ack, O_CLOEXEC), 0);
	fcntl(ack[1], F_SETPIPE_SZ, 1 << 20);
	pid = fork();
	assert_return_code(pid, 0);
	if (pid == 0)
		child(p, (unsigned)rand_r(seed), ack[1]);
	close(ack[1]);
	/* Every other time at work already, else perhaps still opening. */
	if (rand_r(seed) % 2 && read(ack[0], &size, sizeof(size)) == sizeof(size))
		acknowledged = size;
	nanosleep(&(struct timespec){ .tv_nsec = wait }, NULL);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
		print_error("it ended by itself, with status %d\n", WEXITSTATUS(status));
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	while (read(ack[0], &size, sizeof(size)) == sizeof(size))
		acknowledged = size;
	close(ack[0]);
	return acknowledged;
}

static void check_entries(struct store *s, uint64_t from, uint64_t size, struct tree_edge *edge)
{
	struct ledger_row *rows;
	struct checkpoint cp;
	struct hash leaf, root;
	struct arena a;
	struct str got;
	struct view *v = rig_view(s);
	struct err err;
	size_t n;

	arena_init(&a, 64 << 20);
	for (uint64_t i = from; i < size; i++) {
		check_ok(view_entry(v, &a, S("ml"), i, &got, &err), &err);
		check_str(got, entry_at(&a, i));
		leaf = leaf_hash(got);
		check_ok(tree_edge_append(edge, &leaf, NULL, NULL, &err), &err);
		arena_reset(&a);
	}
	assert_false(view_entry(v, &a, S("ml"), size, &got, &err));
	root = tree_edge_root(edge);
	check_ok(view_ledgers(v, &a, &rows, &n, &err), &err);
	assert_int_equal(rows[0].size, size);
	assert_true(hash_eq(&rows[0].root, &root));
	if (size) {
		check_ok(checkpoint_open(rows[0].checkpoint, str_z(world.ml.origin),
					 &world.ml.log.pub, 1, &cp, &err),
			 &err);
		assert_true(cp.size == size && hash_eq(&cp.root, &root));
	}
	view_close(v);
	arena_done(&a);
}

static bool add_line(void *ctx, struct str text)
{
	hash_feed(ctx, text);
	return true;
}

/* Of everything the projection holds, pages' tables included. */
static struct hash dump_hash(struct store *s)
{
	struct hash_stream *h = hash_begin();
	struct err err;

	check_ok(store_dump(s, add_line, h, &err), &err);
	return hash_end(h);
}

static void check_state(struct store *s)
{
	struct hash live, rebuilt, live_dump = dump_hash(s), rebuilt_dump;
	struct err err;

	check_ok(store_state(s, S(""), &live, &err), &err);
	check_ok(store_rebuild(s, NULL, NULL, &err), &err);
	check_ok(store_state(s, S(""), &rebuilt, &err), &err);
	rebuilt_dump = dump_hash(s);
	assert_true(hash_eq(&live, &rebuilt));
	assert_true(hash_eq(&live_dump, &rebuilt_dump));
}

static void tell_high_water(const struct place *p, int round, uint64_t size)
{
	struct hash root;
	uint64_t high = 0;
	struct err err;
	bool found;

	check_ok(high_water_read(p->dir, &high, &root, &found, &err), &err);
	print_error("round %d: %llu entries there, high water %llu (%s)\n", round,
		    (unsigned long long)size, (unsigned long long)high,
		    found ? "read" : "missing");
}

static void killed_many_times(void **state)
{
	struct place *p = place_of(state);
	uint64_t acknowledged = 0, checked = 0;
	struct tree_edge *edge = calloc(1, sizeof(*edge));
	unsigned seed = 20260302;
	int rounds = on_postgres(p) ? ROUNDS_POSTGRES : ROUNDS_SQLITE;

	store_close(rig_node(p, "ml"));
	/* More of them where the machine is too busy for much to be written. */
	for (int round = 1; round <= rounds || (checked <= 100 && round <= 10 * rounds);
	     round++) {
		struct store *s;
		uint64_t size;

		acknowledged = run_and_kill(p, &seed, acknowledged);
		s = rig_open(p, STORE_WRITE);
		size = store_next(s);
		if (size < acknowledged)
			print_error("round %d: %llu acknowledged, %llu there\n", round,
				    (unsigned long long)acknowledged, (unsigned long long)size);
		assert_true(size >= acknowledged);
		if (store_own_state(s) != LEDGER_OK)
			tell_high_water(p, round, size);
		assert_int_equal(store_own_state(s), LEDGER_OK);
		check_entries(s, checked, size, edge);
		checked = acknowledged = size;
		if (round % REBUILD_EVERY == 0)
			check_state(s);
		store_close(s);
	}
	assert_true(checked > 100); /* it did work */
	free(edge);
}

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH(killed_many_times) };

	return run_on_engines(tests);
}

#include "kept_blob.h"
#include "rig.h"

#include "store/carry.h"
#include "store/db.h"

#include <pthread.h>
#include <sys/resource.h>

/* Bytes of which no two numbers have the same. */
static struct str text_of(struct arena *a, unsigned number, size_t size)
{
	char *p = arena_take(a, size);

	for (size_t i = 0; i < size; i++)
		p[i] = (char)('a' + (i * 7 + (i >> 8)) % 26);
	for (size_t i = 0; i < size && i < 8; i++, number /= 10)
		p[i] = (char)('0' + number % 10);
	return str_of(p, size);
}

static struct hash put(struct store *s, struct str bytes)
{
	struct hash name;
	struct err err;

	check_ok(store_blob_put(s, bytes, &name, &err), &err);
	return name;
}

static bool is_file(const struct place *p, struct str bytes)
{
	struct hash name = hash_of(bytes);
	struct buf b;
	bool is;

	buf_init(&b, 256);
	buf_z(&b, p->dir);
	buf_lit(&b, "/blobs/");
	buf_hex(&b, name.b, 1);
	buf_lit(&b, "/");
	buf_hex(&b, name.b, HASH_SIZE);
	buf_ch(&b, '\0');
	is = access(b.p, F_OK) == 0;
	buf_done(&b);
	return is;
}

static bool keeps(struct store *s, struct str bytes)
{
	struct hash name = hash_of(bytes);
	struct arena a;
	struct str got;
	bool found;

	arena_init(&a, 2 * BLOB_MAX);
	found = blob_kept(s, &a, &name, &got);
	assert_true(!found || str_eq(got, bytes));
	arena_done(&a);
	return found;
}

/* --- both places --- */

enum { SIZES = 6 };

static void size_and_place(struct store *s, struct arena *a, struct str given)
{
	struct hash name = hash_of(given);
	struct view *v = rig_view(s);
	struct str bytes;
	struct blob b;
	uint64_t size;
	struct err err;
	bool found;

	check_ok(view_blob_size(v, &name, &size, &err), &err);
	assert_int_equal(size, given.n);
	check_ok(view_blob_open(v, a, &name, &b, &err), &err);
	assert_int_equal(b.size, given.n);
	assert_int_equal(b.fd >= 0, given.n > BLOB_ROW_MAX);
	if (b.fd >= 0) {
		assert_int_equal(lseek(b.fd, 0, SEEK_END), (off_t)given.n);
		close(b.fd);
	} else {
		assert_true(str_eq(b.bytes, given));
	}
	if (given.n > 0) {
		check_ok(view_blob_read(v, a, &name, given.n - 1, &bytes, &found, &err), &err);
		assert_false(found); /* larger than asked for */
	}
	view_close(v);
}

static bool is_next(void *ctx, const struct hash *name, struct err *err)
{
	struct hash *last = ctx;

	(void)err;
	assert_true(memcmp(last->b, name->b, HASH_SIZE) < 0);
	*last = *name;
	last[1].b[0]++;
	return true;
}

static void comes_back_by_its_name(void **state)
{
	struct place *p = place_of(state);
	struct store *s = rig_node(p, "ml");
	const size_t sizes[SIZES] = { 0, 11, 8 << 10, BLOB_ROW_MAX, BLOB_ROW_MAX + 1, 3 << 20 };
	struct hash name, want, last[2] = { 0 };
	struct str given[SIZES];
	struct arena a;
	struct view *v;
	struct err err;
	uint64_t size;

	arena_init(&a, 64 << 20);
	for (unsigned i = 0; i < SIZES; i++) {
		given[i] = text_of(&a, i, sizes[i]);
		want = hash_of(given[i]);
		name = put(s, given[i]);
		assert_true(hash_eq(&name, &want));
		name = put(s, given[i]);
		assert_int_equal(is_file(p, given[i]), sizes[i] > BLOB_ROW_MAX);
	}
	store_close(s);
	s = rig_open(p, STORE_READ);
	for (unsigned i = 0; i < SIZES; i++) {
		assert_true(keeps(s, given[i]));
		size_and_place(s, &a, given[i]);
	}
	assert_false(keeps(s, S("never given")));
	name = hash_of(S("never given"));
	v = rig_view(s);
	assert_false(view_blob_size(v, &name, &size, &err));
	assert_int_equal(err.kind, ERR_MISSING);
	check_ok(view_blobs(v, is_next, last, &err), &err);
	assert_int_equal(last[1].b[0], SIZES);
	view_close(v);
	store_close(s);
	arena_done(&a);
}

static void many_share_a_transaction(void **state)
{
	enum { MANY = 3 * BLOB_PILE_MAX / 2 };
	struct store *s = rig_node(place_of(state), "ml");
	struct blob_pile pile;
	struct hash name;
	struct arena a;
	struct err err;

	arena_init(&a, 64 << 20);
	blob_pile_begin(&pile, s);
	for (unsigned i = 0; i < MANY; i++) {
		size_t size = i % 50 == 49 ? 2 * BLOB_ROW_MAX : i % 7 ? 2000 : BLOB_ROW_MAX;

		check_ok(blob_pile_add(&pile, text_of(&a, i, size), &name, &err), &err);
		assert_int_equal(blob_pile_has(&pile, &name), size <= BLOB_ROW_MAX);
	}
	assert_true(keeps(s, text_of(&a, 1, 2000)));
	assert_true(keeps(s, text_of(&a, 49, 2 * BLOB_ROW_MAX)));
	assert_false(keeps(s, text_of(&a, MANY - 1, 2000)));
	check_ok(blob_pile_put(&pile, &err), &err);
	check_ok(blob_pile_put(&pile, &err), &err);
	assert_false(blob_pile_has(&pile, &name));
	blob_pile_end(&pile);
	for (unsigned i = 0; i < MANY; i++)
		assert_true(i % 50 == 49 || i % 7 == 0 || keeps(s, text_of(&a, i, 2000)));
	store_close(s);
	arena_done(&a);
}

/* --- in a transaction with entries --- */

static bool writer_keeps(struct store *s, struct arena *a, struct str bytes)
{
	struct view *v = store_writer_view(s);
	struct hash name = hash_of(bytes);
	struct err err;
	struct str got;
	uint64_t size;
	bool found;

	check_ok(view_blob_read(v, a, &name, BLOB_MAX, &got, &found, &err), &err);
	assert_int_equal(view_blob_size(v, &name, &size, &err), found);
	assert_true(!found || (str_eq(got, bytes) && size == bytes.n));
	return found;
}

/* More than are remembered beside their rows, an entry behind every third. */
static void put_many(struct store *s, struct arena *a)
{
	struct hash leaf;
	struct err err;

	check_ok(store_begin(s, &err), &err);
	for (unsigned i = 0; i < 50; i++) {
		put(s, text_of(a, i, 1500));
		put(s, text_of(a, i / 2, 1500));
		if (i % 3 == 0)
			check_ok(store_append(s, rig_entry(a, "ml", store_next(s), 0), &leaf,
					      &err),
				 &err);
	}
	for (unsigned i = 0; i < 50; i++)
		assert_true(writer_keeps(s, a, text_of(a, i, 1500)));
}

static void stands_with_its_entries(void **state)
{
	struct place *p = place_of(state);
	struct store *s = rig_node(p, "ml");
	struct arena a;
	struct err err;

	arena_init(&a, 64 << 20);
	put_many(s, &a);
	assert_false(keeps(s, text_of(&a, 0, 1500)));
	assert_false(keeps(s, text_of(&a, 49, 1500)));
	store_rollback(s);
	for (unsigned i = 0; i < 50; i++)
		assert_false(writer_keeps(s, &a, text_of(&a, i, 1500)));
	put_many(s, &a);
	check_ok(store_commit(s, &world.ml.log, &err), &err);
	for (unsigned i = 0; i < 50; i++)
		assert_true(keeps(s, text_of(&a, i, 1500)));
	/* Alone in a transaction, too. */
	check_ok(store_begin(s, &err), &err);
	put(s, S("alone"));
	check_ok(store_commit(s, &world.ml.log, &err), &err);
	store_close(s);
	s = rig_open(p, STORE_WRITE);
	assert_true(keeps(s, S("alone")));
	assert_int_equal(store_next(s), 17);
	store_close(s);
	arena_done(&a);
}

/* One that is killed before the commit leaves neither, one after it both. */
static void kill_one(const struct place *p, unsigned number, bool after)
{
	pid_t pid = fork();
	int status;

	assert_return_code(pid, 0);
	if (pid == 0) {
		struct hash name, leaf;
		struct store *s;
		struct arena a;
		struct err err;

		arena_init(&a, 4 << 20);
		if (!rig_try(p, STORE_WRITE, &s, &err) || !store_begin(s, &err) ||
		    !store_blob_put(s, text_of(&a, number, 4000), &name, &err) ||
		    !store_append(s, rig_entry(&a, "ml", store_next(s), 0), &leaf, &err) ||
		    (after && !store_commit(s, &world.ml.log, &err)))
			_exit(1);
		kill(getpid(), SIGKILL);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
}

static void a_kill_leaves_both_or_neither(void **state)
{
	struct place *p = place_of(state);
	struct store *s = rig_node(p, "ml");
	struct arena a;

	arena_init(&a, 4 << 20);
	rig_append(s, &world.ml, 1);
	store_close(s);
	for (unsigned i = 0; i < 6; i++) {
		kill_one(p, i, i % 2);
		s = rig_open(p, STORE_WRITE);
		assert_int_equal(store_next(s), 1 + (i + 1) / 2);
		assert_int_equal(keeps(s, text_of(&a, i, 4000)), i % 2);
		store_close(s);
	}
	arena_done(&a);
}

/* --- beside the writer --- */

enum { PUTTERS = 3, EACH = 40 };

struct putting {
	pthread_t thread;
	struct store *s;
	unsigned first;
	bool good;
};

static bool put_and_read(struct putting *t, struct arena *a, unsigned i)
{
	struct str given = text_of(a, t->first + i, i % 8 ? 3000 : 2 * BLOB_ROW_MAX), got;
	struct hash name;
	struct view *v;
	struct err err;
	bool found;

	if (!store_blob_put(t->s, given, &name, &err) || !view_open(t->s, &v, &err))
		return false;
	found = view_begin(v, &err) &&
		view_blob_read(v, a, &name, BLOB_MAX, &got, &found, &err) && found &&
		str_eq(got, given);
	view_close(v);
	return found;
}

static void *put_on(void *ctx)
{
	struct putting *t = ctx;
	struct arena a;

	arena_init(&a, 64 << 20);
	t->good = true;
	for (unsigned i = 0; t->good && i < EACH; i++)
		t->good = put_and_read(t, &a, i);
	arena_done(&a);
	return NULL;
}

static void any_thread_beside_the_writer(void **state)
{
	struct store *s = rig_node(place_of(state), "ml");
	struct putting t[PUTTERS] = { 0 };
	struct arena a;
	struct hash leaf;
	struct err err;

	arena_init(&a, 64 << 20);
	for (unsigned i = 0; i < PUTTERS; i++) {
		t[i].s = s;
		t[i].first = 1000 * (i + 1);
		assert_int_equal(pthread_create(&t[i].thread, NULL, put_on, &t[i]), 0);
	}
	for (unsigned i = 0; i < EACH; i++) {
		check_ok(store_begin(s, &err), &err);
		put(s, text_of(&a, i, 2000));
		check_ok(store_append(s, rig_entry(&a, "ml", store_next(s), 0), &leaf, &err),
			 &err);
		assert_true(writer_keeps(s, &a, text_of(&a, i, 2000)));
		check_ok(store_commit(s, &world.ml.log, &err), &err);
	}
	for (unsigned i = 0; i < PUTTERS; i++) {
		pthread_join(t[i].thread, NULL);
		assert_true(t[i].good);
	}
	for (unsigned i = 0; i < EACH; i++)
		assert_true(keeps(s, text_of(&a, i, 2000)));
	store_close(s);
	arena_done(&a);
}

/* --- what a disk does --- */

static void refused_without_room(struct place *p, struct store *s, struct str bytes,
				 rlim_t limit)
{
	struct rlimit before, small = { .rlim_cur = limit };
	struct hash name;
	struct err err;
	char pattern[128];
	glob_t g;
	bool ok;

	getrlimit(RLIMIT_FSIZE, &before);
	small.rlim_max = before.rlim_max;
	assert_return_code(setrlimit(RLIMIT_FSIZE, &small), 0);
	ok = store_blob_put(s, bytes, &name, &err);
	setrlimit(RLIMIT_FSIZE, &before);
	assert_false(ok);
	assert_int_equal(err.kind, ERR_UNREACHABLE);
	assert_non_null(strstr(err.message, "disk is full"));
	assert_false(keeps(s, bytes));
	snprintf(pattern, sizeof(pattern), "%s/blobs/new-*", p->dir);
	assert_int_equal(glob(pattern, 0, NULL, &g), GLOB_NOMATCH);
	put(s, bytes);
	assert_true(keeps(s, bytes));
}

/* A disk without room: told, and no half of it stays. */
static void a_full_disk_leaves_no_half(void **state)
{
	struct place *p = place_of(state);
	struct store *s = rig_node(p, "ml");
	struct arena a;

	arena_init(&a, 4 << 20);
	signal(SIGXFSZ, SIG_IGN);
	refused_without_room(p, s, text_of(&a, 1, 1 << 20), 256 << 10);
	refused_without_room(p, s, text_of(&a, 2, BLOB_ROW_MAX), 4 << 10);
	store_close(s);
	arena_done(&a);
}

static void run(const struct place *p, const char *sql)
{
	const struct db_plan plan = { .dir = p->dir, .url = p->url, .name = "ledger" };
	struct db *d;
	struct err err;

	check_ok(db_open(&plan, &d, &err), &err);
	check_ok(db_run(d, sql, &err), &err);
	db_close(d);
}

static void given_again_it_is_mended(void **state)
{
	struct place *p = place_of(state);
	struct store *s = rig_node(p, "ml");
	struct hash name = hash_of(S("un protocole"));
	struct arena a;
	struct str got;

	arena_init(&a, 4 << 20);
	put(s, S("un protocole"));
	run(p, "UPDATE blob SET bytes = CAST('un protocolo' AS BLOB)");
	assert_true(blob_kept(s, &a, &name, &got));
	check_str(got, S("un protocolo"));
	put(s, S("un protocole"));
	assert_true(keeps(s, S("un protocole")));
	store_close(s);
	arena_done(&a);
}

/* --- nodes of older programs --- */

/* Entries by ledger and number: as programs before this one wrote them. */
static void entries_of_old(const struct place *p)
{
	run(p, "ALTER TABLE entry RENAME TO entry_by_key; "
	       "CREATE TABLE entry(lid INTEGER NOT NULL, n INTEGER NOT NULL, "
	       "bytes BLOB NOT NULL, PRIMARY KEY(lid, n)) WITHOUT ROWID; "
	       "INSERT INTO entry(lid, n, bytes) SELECT lid, n, bytes FROM entry_by_key; "
	       "DROP TABLE entry_by_key; "
	       "UPDATE meta SET value = CAST('2' AS BLOB) WHERE key = 'format'");
}

/* And all attachments are files. */
static void make_oldest(const struct place *p, struct str bytes)
{
	struct hash name = hash_of(bytes);
	char path[256];
	struct buf hex;
	FILE *f;

	entries_of_old(p);
	run(p, "DROP TABLE blob; UPDATE meta SET value = CAST('1' AS BLOB) WHERE key = "
	       "'format'");
	buf_init(&hex, 65);
	buf_hex(&hex, name.b, HASH_SIZE);
	snprintf(path, sizeof(path), "%s/blobs", p->dir);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/blobs/%.2s", p->dir, hex.p);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/blobs/%.2s/%.64s", p->dir, hex.p, hex.p);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes.p, 1, bytes.n, f), bytes.n);
	fclose(f);
	buf_done(&hex);
}

/* What rig_append wrote is there, and no more. */
static void check_entries(struct store *s, uint64_t count)
{
	struct view *v = rig_view(s);
	struct arena a;
	struct str got;
	struct err err;

	arena_init(&a, 16 << 20);
	for (uint64_t n = 0; n < count; n++) {
		check_ok(view_entry(v, &a, S("ml"), n, &got, &err), &err);
		check_str(got, rig_entry(&a, "ml", n, 0));
	}
	assert_false(view_entry(v, &a, S("ml"), count, &got, &err));
	view_close(v);
	arena_done(&a);
}

/* `first`: who opens it first, the one who writes or one who only reads. */
static void goes_on(const struct place *p, enum store_mode first)
{
	struct store *s = rig_node(p, "ml");

	rig_append(s, &world.ml, 300);
	store_close(s);
	entries_of_old(p);
	s = rig_open(p, first);
	check_entries(s, 300);
	store_close(s);
	s = rig_open(p, STORE_WRITE);
	rig_append(s, &world.ml, 3);
	store_close(s);
	s = rig_open(p, STORE_READ);
	check_entries(s, 303);
	store_close(s);
}

static void an_older_node_goes_on(void **state)
{
	goes_on(place_of(state), STORE_WRITE);
}

static void an_older_node_is_read(void **state)
{
	goes_on(place_of(state), STORE_READ);
}

static void the_oldest_node_goes_on(void **state)
{
	struct place *p = place_of(state);
	struct store *s = rig_node(p, "ml");
	struct hash last[2] = { 0 };
	struct view *v;
	struct err err;

	store_close(s);
	make_oldest(p, S("an old file"));
	s = rig_open(p, STORE_READ);
	assert_true(keeps(s, S("an old file")));
	assert_false(keeps(s, S("a new row")));
	v = rig_view(s);
	check_ok(view_blobs(v, is_next, last, &err), &err);
	assert_int_equal(last[1].b[0], 1);
	view_close(v);
	store_close(s);
	s = rig_open(p, STORE_WRITE);
	put(s, S("a new row"));
	put(s, S("an old file"));
	store_close(s);
	s = rig_open(p, STORE_READ);
	assert_true(keeps(s, S("an old file")) && is_file(p, S("an old file")));
	assert_true(keeps(s, S("a new row")) && !is_file(p, S("a new row")));
	memset(last, 0, sizeof(last));
	v = rig_view(s);
	check_ok(view_blobs(v, is_next, last, &err), &err);
	assert_int_equal(last[1].b[0], 2); /* in both places, named once */
	view_close(v);
	store_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(comes_back_by_its_name),       BOTH(many_share_a_transaction),
		BOTH(stands_with_its_entries),      BOTH(a_kill_leaves_both_or_neither),
		BOTH(any_thread_beside_the_writer), ON(a_full_disk_leaves_no_half, sqlite),
		BOTH(given_again_it_is_mended),     BOTH(the_oldest_node_goes_on),
		BOTH(an_older_node_goes_on),        BOTH(an_older_node_is_read),
	};

	return run_on_engines(tests);
}

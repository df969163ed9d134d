/* A database that is hurt, a disk that is full: told clearly, nothing half-written, no crash.
 */
#include "rig.h"

#include <sys/mount.h>
#include <sys/resource.h>

enum { ENTRIES = 700 };

static void file_path(char path[160], const struct place *p, const char *name)
{
	snprintf(path, 160, "%s/%s", p->dir, name);
}

static void overwrite(const char *path, long at, const void *bytes, size_t n)
{
	FILE *f = fopen(path, "r+");

	assert_non_null(f);
	fseek(f, at, SEEK_SET);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	fclose(f);
}

static long size_of(const char *path)
{
	struct stat st;

	assert_return_code(stat(path, &st), 0);
	return st.st_size;
}

static void make_node(const struct place *p, struct hash *state)
{
	struct store *s = rig_node(p, "ml");
	struct err err;

	rig_append(s, &world.ml, 1);
	rig_append(s, &world.ml, ENTRIES - 1);
	check_ok(store_state(s, S(""), state, &err), &err);
	store_close(s);
}

static void cannot_open(const struct place *p, const char *words)
{
	struct store *s;
	struct err err;

	assert_false(rig_try(p, STORE_WRITE, &s, &err));
	assert_int_equal(err.kind, ERR_UNREACHABLE);
	if (!strstr(err.message, words))
		print_error("«%s» does not say «%s»\n", err.message, words);
	assert_non_null(strstr(err.message, words));
}

static void a_ledger_that_is_no_database(void **state)
{
	struct place *p = place_of(state);
	char path[160], keep[160];
	struct hash digest;

	make_node(p, &digest);
	file_path(path, p, "ledger.db");
	file_path(keep, p, "keep");
	assert_return_code(rename(path, keep), 0);
	cannot_open(p, "cannot be opened");
	assert_return_code(close(creat(path, 0600)), 0);
	cannot_open(p, "benkan restore");
	assert_return_code(rename(keep, path), 0);
	overwrite(path, 0, "PK\3\4 not a database", 20);
	cannot_open(p, "benkan restore");
}

static void a_ledger_cut_short(void **state)
{
	struct place *p = place_of(state);
	struct hash digest;
	char path[160];
	long size;

	make_node(p, &digest);
	file_path(path, p, "ledger.db");
	for (size = size_of(path); size > 8192; size = size * 2 / 3 / 4096 * 4096) {
		assert_return_code(truncate(path, size - 4096), 0);
		cannot_open(p, "benkan restore");
	}
}

static void a_hurt_register_is_made_anew(void **state)
{
	static const struct {
		long at, cut;
	} hurts[] = { { 0, 0 }, { 4096, 0 }, { 8192, 0 }, { -1, 5000 }, { -1, 0 } };
	struct place *p = place_of(state);
	struct hash digest, again;
	char path[160], garbage[512];
	struct store *s;
	struct err err;

	make_node(p, &digest);
	file_path(path, p, "register.db");
	memset(garbage, 0xa5, sizeof(garbage));
	for (size_t i = 0; i < sizeof(hurts) / sizeof(hurts[0]); i++) {
		if (hurts[i].at >= 0)
			overwrite(path, hurts[i].at, garbage, sizeof(garbage));
		else
			assert_return_code(truncate(path, hurts[i].cut), 0);
		if (!rig_try(p, STORE_WRITE, &s, &err)) {
			assert_int_equal(err.kind, ERR_UNREACHABLE);
			assert_non_null(strstr(err.message, "benkan rebuild"));
		} else {
			store_close(s);
		}
		s = rig_open(p, STORE_REBUILD);
		check_ok(store_rebuild(s, NULL, NULL, &err), &err);
		store_close(s);
		s = rig_open(p, STORE_WRITE);
		check_ok(store_state(s, S(""), &again, &err), &err);
		assert_true(hash_eq(&digest, &again));
		store_close(s);
	}
}

/* Read everything that can be read; what differs from what was written must not pass for sound.
 */
static void read_hurt(const struct place *p)
{
	struct store *s;
	struct ledger_row *rows;
	struct tiles tiles;
	struct hash tile[TILE_WIDTH], leaf;
	struct arena a;
	struct str got;
	struct view *v;
	struct err err;
	size_t count;

	if (!rig_try(p, STORE_WRITE, &s, &err)) {
		assert_true(err.kind == ERR_UNREACHABLE || err.kind == ERR_BROKEN ||
			    err.kind == ERR_INPUT);
		return;
	}
	arena_init(&a, 64 << 20);
	if (view_open(s, &v, &err)) {
		if (view_ledgers(v, &a, &rows, &count, &err) && count > 0 &&
		    rows[0].size == ENTRIES) {
			tiles = view_tiles(v, &rows[0]);
			for (uint64_t n = 0; n < ENTRIES; n++) {
				if (!view_entry(v, &a, S("ml"), n, &got, &err) ||
				    str_eq(got, rig_entry(&a, "ml", n, 0)))
					continue;
				leaf = leaf_hash(got);
				if (n / 256 < ENTRIES / 256 &&
				    tiles.read(tiles.ctx, 0, n / 256, (unsigned)(n % 256) + 1,
					       tile, &err))
					assert_false(hash_eq(&leaf, &tile[n % 256]));
			}
		}
		view_close(v);
	}
	arena_done(&a);
	store_close(s);
}

static void bytes_flipped_anywhere(void **state)
{
	struct place *p = place_of(state);
	char path[160], keep[160], garbage[16], command[400];
	unsigned seed = 20260302;
	struct hash digest;
	long size;

	make_node(p, &digest);
	file_path(path, p, "ledger.db");
	file_path(keep, p, "keep");
	snprintf(command, sizeof(command), "cp %s %s", path, keep);
	assert_int_equal(system(command), 0);
	snprintf(command, sizeof(command), "cp %s %s", keep, path);
	size = size_of(path);
	for (int i = 0; i < 80; i++) {
		long at = (long)rand_r(&seed) % (size - (long)sizeof(garbage));

		for (size_t k = 0; k < sizeof(garbage); k++)
			garbage[k] = (char)rand_r(&seed);
		overwrite(path, i % 2 ? at / 4096 * 4096 : at, garbage,
			  sizeof(garbage)); /* every other: a page's head */
		read_hurt(p);
		assert_int_equal(system(command), 0);
	}
}

/* --- no room --- */

/* Append, `step` entries a commit, until it is refused; returns how many were acknowledged. */
static uint64_t append_until_refused(struct store *s, unsigned step, struct err *err)
{
	struct hash leaf;
	struct arena a;
	uint64_t good = store_next(s);
	bool ok = true;

	arena_init(&a, 64 << 20);
	while (ok && good < 100000) {
		arena_reset(&a);
		ok = store_begin(s, err);
		for (unsigned i = 0; ok && i < step; i++)
			ok = store_append(s, rig_entry(&a, "ml", good + i, 0), &leaf, err);
		ok = ok && store_commit(s, &world.ml.log, err);
		good += ok ? step : 0;
	}
	store_rollback(s);
	arena_done(&a);
	return good;
}

static void check_whole(const struct place *p, uint64_t size, uint64_t stride)
{
	struct store *s = rig_open(p, STORE_WRITE);
	struct hash live, rebuilt;
	struct arena a;
	struct str got;
	struct view *v;
	struct err err;

	arena_init(&a, 64 << 20);
	assert_int_equal(store_next(s), size);
	v = rig_view(s);
	for (uint64_t n = 0; n < size; n += stride) {
		check_ok(view_entry(v, &a, S("ml"), n, &got, &err), &err);
		check_str(got, rig_entry(&a, "ml", n, 0));
		arena_reset(&a);
	}
	view_close(v);
	check_ok(store_state(s, S(""), &live, &err), &err);
	check_ok(store_rebuild(s, NULL, NULL, &err), &err);
	check_ok(store_state(s, S(""), &rebuilt, &err), &err);
	assert_true(hash_eq(&live, &rebuilt));
	store_close(s);
	arena_done(&a);
}

static void says_full(const struct err *err)
{
	if (!strstr(err->message, "disk is full"))
		print_error("«%s» (%s, %s) does not say that the disk is full\n", err->message,
			    err->arg[0], err->arg[1]);
	assert_int_equal(err->kind, ERR_UNREACHABLE);
	assert_non_null(strstr(err->message, "disk is full"));
}

static long largest_file(const struct place *p)
{
	char pattern[96];
	long largest = 0;
	glob_t g;

	snprintf(pattern, sizeof(pattern), "%s/*.db*", p->dir);
	assert_int_equal(glob(pattern, 0, NULL, &g), 0);
	for (size_t i = 0; i < g.gl_pathc; i++)
		if (size_of(g.gl_pathv[i]) > largest)
			largest = size_of(g.gl_pathv[i]);
	globfree(&g);
	return largest;
}

static void a_full_disk(void **state)
{
	struct place *p = place_of(state);
	struct store *s = rig_node(p, "ml");
	struct rlimit before, less;
	struct hash leaf;
	struct arena a;
	uint64_t good;
	struct err err;

	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	less = (struct rlimit){ (rlim_t)largest_file(p) + (512 << 10), before.rlim_max };
	assert_return_code(setrlimit(RLIMIT_FSIZE, &less), 0);
	good = append_until_refused(s, 1, &err);
	says_full(&err);
	assert_true(good > 3);
	/* In the middle of a large transaction too. */
	arena_init(&a, 64 << 20);
	if (store_begin(s, &err)) {
		bool ok = true;

		for (uint64_t n = good; ok && n < good + 5000; n++)
			ok = store_append(s, rig_entry(&a, "ml", n, 0), &leaf, &err);
		assert_false(ok && store_commit(s, &world.ml.log, &err));
		store_rollback(s);
	}
	assert_int_equal(err.kind, ERR_UNREACHABLE);
	setrlimit(RLIMIT_FSIZE, &before);
	/* With room again it goes on by itself. */
	rig_append(s, &world.ml, 1);
	assert_int_equal(store_next(s), good + 1);
	store_close(s);
	check_whole(p, good + 1, 1);
	arena_done(&a);
}

static char small[128];

/* A tablespace of 20 MiB: PostgreSQL's own files keep their room, the node's do not. */
static void a_full_disk_of_the_server(void **state)
{
	struct place *p = place_of(state);
	const struct passwd *user = getpwnam("postgres");
	char sql[256], options[64];
	struct store *s;
	uint64_t good;
	struct err err;

	snprintf(small, sizeof(small), "%s/small", server.dir);
	snprintf(options, sizeof(options), "size=20m,mode=700,uid=%u,gid=%u",
		 user ? user->pw_uid : 65534, user ? user->pw_gid : 65534);
	if (geteuid() != 0 || mkdir(small, 0700) != 0 ||
	    mount("tmpfs", small, "tmpfs", 0, options) != 0) {
		puts("skip: a small file system can only be mounted by root");
		skip();
	}
	snprintf(sql, sizeof(sql), "CREATE TABLESPACE small LOCATION '%s'", small);
	postgres_run(sql);
	postgres_run("CREATE DATABASE small TABLESPACE small");
	postgres_url(p->url, "right", "small");
	s = rig_node(p, "ml");
	good = append_until_refused(s, 100, &err);
	says_full(&err);
	store_close(s);
	snprintf(options, sizeof(options), "size=200m");
	assert_return_code(mount("tmpfs", small, "tmpfs", MS_REMOUNT, options), 0);
	check_whole(p, good, 61);
	postgres_run("DROP DATABASE small WITH (FORCE)");
	postgres_run("DROP TABLESPACE small");
}

static int unmount(void **state)
{
	if (small[0])
		umount2(small, MNT_DETACH);
	return engines_stop(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON(a_ledger_that_is_no_database, sqlite),
		ON(a_ledger_cut_short, sqlite),
		ON(a_hurt_register_is_made_anew, sqlite),
		ON(bytes_flipped_anywhere, sqlite),
		ON(a_full_disk, sqlite),
		ON(a_full_disk_of_the_server, postgres),
	};

	return cmocka_run_group_tests(tests, engines_start, unmount);
}

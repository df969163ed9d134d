#include "rig.h"

#include <sys/resource.h>

static struct str read_all(int fd, uint64_t size, struct arena *a)
{
	char *p = arena_alloc(a, size + 1);

	assert_int_equal(read(fd, p, size + 1), (ssize_t)size);
	close(fd);
	return str_of(p, size);
}

static void comes_back_by_its_name(void **state)
{
	struct place *p = place_of(state);
	struct store *s = rig_node(p, "ml");
	static char large[3 << 20];
	const struct str given[] = { S(""), S("un protocole"), { large, sizeof(large) } };
	struct hash name, want;
	struct arena a;
	struct err err;
	uint64_t size;
	int fd;

	arena_init(&a, 16 << 20);
	for (size_t i = 0; i < 3; i++) {
		check_ok(store_blob_put(s, given[i], &name, &err), &err);
		want = hash_of(given[i]);
		assert_true(hash_eq(&name, &want));
		check_ok(store_blob_put(s, given[i], &name, &err), &err);
	}
	store_close(s);
	s = rig_open(p, STORE_READ);
	for (size_t i = 0; i < 3; i++) {
		name = hash_of(given[i]);
		check_ok(store_blob_open(s, &name, &fd, &size, &err), &err);
		assert_int_equal(size, given[i].n);
		assert_true(str_eq(read_all(fd, size, &a), given[i]));
	}
	name = hash_of(S("never given"));
	assert_false(store_blob_open(s, &name, &fd, &size, &err));
	assert_int_equal(err.kind, ERR_MISSING);
	store_close(s);
	arena_done(&a);
}

/* A disk without room: told, and no half of it stays. */
static void a_full_disk_leaves_no_half(void **state)
{
	struct place *p = place_of(state);
	struct store *s = rig_node(p, "ml");
	static char large[1 << 20];
	struct rlimit before, small = { 256 << 10, RLIM_INFINITY };
	struct hash name;
	struct err err;
	uint64_t size;
	glob_t g;
	char pattern[128];
	bool ok;
	int fd;

	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	small.rlim_max = before.rlim_max;
	assert_return_code(setrlimit(RLIMIT_FSIZE, &small), 0);
	ok = store_blob_put(s, str_of(large, sizeof(large)), &name, &err);
	setrlimit(RLIMIT_FSIZE, &before);
	assert_false(ok);
	assert_int_equal(err.kind, ERR_UNREACHABLE);
	assert_non_null(strstr(err.message, "disk is full"));
	name = hash_of(str_of(large, sizeof(large)));
	assert_false(store_blob_open(s, &name, &fd, &size, &err));
	snprintf(pattern, sizeof(pattern), "%s/blobs/new-*", p->dir);
	assert_int_equal(glob(pattern, 0, NULL, &g), GLOB_NOMATCH);
	check_ok(store_blob_put(s, str_of(large, sizeof(large)), &name, &err), &err);
	store_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(comes_back_by_its_name),
		ON(a_full_disk_leaves_no_half, sqlite),
	};

	return run_on_engines(tests);
}

#include "check.h"
#include "ledger/tree.h"

static void reads_and_writes(void **state)
{
	static const struct {
		const char *path;
		int level;
		uint64_t n;
		unsigned width;
	} good[] = {
		{ "tile/0/000", 0, 0, 256 },
		{ "tile/0/999.p/1", 0, 999, 1 },
		{ "tile/1/x001/000.p/255", 1, 1000, 255 },
		{ "tile/entries/x001/x234/067.p/17", ENTRY_LEVEL, 1234067, 17 },
		{ "tile/entries/000", ENTRY_LEVEL, 0, 256 },
		{ "tile/63/x999/x000/x001/000", 63, UINT64_C(999000001000), 256 },
		{ "tile/0/x009/x223/x372/x036/x854/x775/807", 0, INT64_MAX, 256 },
	};
	struct tile_path p;
	struct buf b;

	(void)state;
	buf_init(&b, 128);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(tile_path_parse(str_z(good[i].path), &p));
		assert_int_equal(p.level, good[i].level);
		assert_true(p.n == good[i].n);
		assert_int_equal(p.width, good[i].width);
		buf_clear(&b);
		tile_path_write(&b, &p);
		check_str(buf_str(&b), str_z(good[i].path));
	}
	buf_done(&b);
}

static void refuses(void **state)
{
	static const char *const bad[] = {
		"",
		"tile",
		"tile/",
		"tile/0",
		"tile/0/",
		"/tile/0/000",
		"tiles/0/000",
		"tile/00/000",
		"tile/64/000",
		"tile/-1/000",
		"tile/x/000",
		"tile/data/000",
		"tile/ entries/000",
		"tile/0/0",
		"tile/0/00",
		"tile/0/0000",
		"tile/0/x000/000",
		"tile/0/x000/001",
		"tile/0/001/000",
		"tile/0/x001",
		"tile/0/x001/",
		"tile/0/x001/x000",
		"tile/0/x01/000",
		"tile/0/x001/00",
		"tile/0/X001/000",
		"tile/0/-01",
		"tile/0/+01",
		"tile/0/ 01",
		"tile/0/000.p",
		"tile/0/000.p/",
		"tile/0/000.p/0",
		"tile/0/000.p/01",
		"tile/0/000.p/256",
		"tile/0/000.p/1/",
		"tile/0/000.p/-1",
		"tile/0/000.q/1",
		"tile/0/000/",
		"tile/0/000?",
		"tile/0/x009/x223/x372/x036/x854/x775/808", /* 2^63 */
		"tile/0/x999/x999/x999/x999/x999/x999/x999/999",
		"tile//000",
		"tile/0//000",
	};
	struct tile_path p;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (tile_path_parse(str_z(bad[i]), &p))
			fail_msg("accepted: %s", bad[i]);
	assert_false(tile_path_parse(S("tile/0/000\0"), &p));
}

static void bundles(void **state)
{
	static char big[65535];
	const struct str entries[] = { S("a"), S(""), str_of(big, sizeof(big)), S("z") };
	struct str rest, e;
	struct buf b;

	(void)state;
	buf_init(&b, 1 << 20);
	for (size_t i = 0; i < 4; i++)
		bundle_put(&b, entries[i]);
	assert_int_equal(b.n, 4 * 2 + 65537);
	rest = buf_str(&b);
	for (size_t i = 0; i < 4; i++) {
		assert_true(bundle_next(&rest, &e));
		check_str(e, entries[i]);
	}
	assert_int_equal(rest.n, 0);
	assert_false(bundle_next(&rest, &e));
	for (size_t cut = 1; cut < 3; cut++) {
		rest = str_cut(S("\0\2ab"), 4 - cut);
		assert_false(bundle_next(&rest, &e));
	}
	rest = S("\0");
	assert_false(bundle_next(&rest, &e));
	buf_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_and_writes),
		cmocka_unit_test(refuses),
		cmocka_unit_test(bundles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "check.h"
#include "exchange/incoming_aside.h"

#include <errno.h>
#include <sys/stat.h>

static const size_t sizes[] = { 0, 1, 5, 65531, 65536, 65537, 7, 300000, 64, 40000, 40000, 1 };
enum {
	SIZES = sizeof(sizes) / sizeof(sizes[0]),
	LARGEST = 300000,
	ROUNDS = 30,
	PIECE = 4 << 20
};

static char bytes[LARGEST * 2];

/* Of each record other bytes, so that one in another's place is seen. */
static struct str record(size_t i)
{
	return str_of(bytes + i * 17, sizes[i % SIZES]);
}

static void what_waits_comes_back_in_order(void **state)
{
	struct aside f;
	struct str head, data;
	struct stat st;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i * i / 251 + i);
	aside_init(&f);
	for (size_t i = 0; i < SIZES * ROUNDS; i++)
		assert_true(aside_put(&f, str_of(&i, sizeof(i)), record(i), &e));
	assert_true(aside_turn(&f, &e));
	for (size_t i = 0; i < SIZES * ROUNDS; i++) {
		assert_true(aside_get(&f, sizeof(i), &head, &e));
		assert_memory_equal(head.p, &i, sizeof(i));
		assert_true(aside_get(&f, record(i).n, &data, &e));
		assert_int_equal(data.n, record(i).n);
		assert_memory_equal(data.p, record(i).p, data.n);
	}
	assert_false(aside_get(&f, 1, &data, &e));
	assert_int_equal(e.kind, ERR_UNREACHABLE);
	/* What was read, but for less than a piece, went from the disk meanwhile. */
	assert_true(f.read > 3 * PIECE);
	assert_in_range(f.read - f.spent, 0, PIECE - 1);
	assert_return_code(fstat(f.fd, &st), errno);
	assert_true(st.st_size == f.read && (off_t)st.st_blocks * 512 < f.read / 2);
	aside_done(&f);
}

static void nothing_waits(void **state)
{
	struct aside f;
	struct err e;

	(void)state;
	aside_init(&f);
	assert_true(aside_turn(&f, &e));
	aside_done(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_waits_comes_back_in_order),
		cmocka_unit_test(nothing_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

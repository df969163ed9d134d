#include "register/ustar.h"

#include "check.h"

#include <stdlib.h>

static void reads_what_it_writes(void **state)
{
	static const struct {
		const char *name;
		uint64_t size;
	} members[] = {
		{ "a", 0 },
		{ "log/ml/tile/entries/x001/067.p/17", 511 },
		{ "0123456789012345678901234567890123456789012345678901234567890123456789012345"
		  "678901234567890123456789",
		  USTAR_SIZE_MAX },
	};
	unsigned char block[USTAR_BLOCK];
	struct str name;
	uint64_t size;

	(void)state;
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		ustar_header(block, str_z(members[i].name), members[i].size, 0644);
		assert_true(ustar_parse(block, 0644, &name, &size));
		check_str(name, str_z(members[i].name));
		assert_true(size == members[i].size);
		assert_false(ustar_parse(block, 0600, &name, &size));
	}
}

/* The profile is closed: one bit anywhere makes another header, and it is refused. */
static void refuses_every_other_header(void **state)
{
	unsigned char block[USTAR_BLOCK];
	struct str name;
	uint64_t size;

	(void)state;
	ustar_header(block, S("node.json"), 1234, 0600);
	for (int bit = 0; bit < USTAR_BLOCK * 8; bit++) {
		block[bit / 8] ^= (unsigned char)(1 << bit % 8);
		assert_false(ustar_parse(block, 0600, &name, &size));
		block[bit / 8] ^= (unsigned char)(1 << bit % 8);
	}
	assert_true(ustar_parse(block, 0600, &name, &size));
}

/* tar itself lists it. */
static void tar_reads_it(void **state)
{
	char path[] = "/tmp/benkan-ustar-XXXXXX", command[64], line[256] = { 0 };
	unsigned char block[USTAR_BLOCK], zeros[3 * USTAR_BLOCK] = { 'x' };
	FILE *f = fdopen(mkstemp(path), "w");

	(void)state;
	ustar_header(block, S("keys/log"), 1, 0600);
	fwrite(block, 1, sizeof(block), f);
	fwrite(zeros, 1, sizeof(zeros), f);
	fclose(f);
	snprintf(command, sizeof(command), "tar tvf %s", path);
	f = popen(command, "r");
	assert_non_null(fgets(line, sizeof(line), f));
	assert_int_equal(pclose(f), 0);
	remove(path);
	assert_non_null(strstr(line, "-rw-------"));
	assert_non_null(strstr(line, "keys/log"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_it_writes),
		cmocka_unit_test(refuses_every_other_header),
		cmocka_unit_test(tar_reads_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "cli/vectors.h"

#include <stdlib.h>
#include <unistd.h>

#include "check.h"

/* BENKAN_SHARED/vectors, or skip. */
static struct str vectors_dir(char path[512])
{
	const char *shared = getenv("BENKAN_SHARED");

	snprintf(path, 512, "%s/vectors", shared ? shared : "../shared");
	if (access(path, R_OK) != 0) {
		print_message("skip: no vectors in %s\n", path);
		skip();
	}
	return str_z(path);
}

static bool run(struct str dir, const char *kind, struct vectors_said *said, struct err *err)
{
	*said = (struct vectors_said){ 0 };
	buf_init(&said->table, 1 << 16);
	buf_init(&said->failures, 1 << 20);
	return vectors_run(dir, str_z(kind), LANG_EN, said, err);
}

static void done(struct vectors_said *said)
{
	buf_done(&said->table);
	buf_done(&said->failures);
}

static void every_case_passes(void **state)
{
	static const char *const kinds[] = {
		"vkey",       "note",        "checkpoint", "cosig",   "tree",  "tilepath",
		"inclusion",  "consistency", "tlogproof",  "log",     "json",  "entry",
		"commitment", "evidence",    "keyroll",    "witness", "pouch", "acts"
	};
	struct vectors_said said;
	struct err err = { 0 };
	char path[512];

	(void)state;
	check_ok(run(vectors_dir(path), "", &said, &err), &err);
	check_str(buf_str(&said.failures), S(""));
	assert_true(said.passed);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (str_find(buf_str(&said.table), str_z(kinds[i])) == said.table.n)
			fail_msg("no case of kind %s ran", kinds[i]);
	done(&said);
}

static void one_kind_alone(void **state)
{
	struct vectors_said said;
	struct err err = { 0 };
	char path[512];
	struct str line;

	(void)state;
	check_ok(run(vectors_dir(path), "tilepath", &said, &err), &err);
	line = buf_str(&said.table);
	assert_true(str_starts(line, S("tilepath ")));
	assert_int_equal(str_index(line, '\n'), line.n - 1);
	done(&said);
}

static void nothing_to_run(void **state)
{
	struct vectors_said said;
	struct err err = { 0 };

	(void)state;
	assert_false(run(S("."), "king", &said, &err));
	assert_int_equal(err.kind, ERR_USAGE);
	done(&said);
	assert_false(run(S("/nonexistent"), "", &said, &err));
	assert_int_equal(err.kind, ERR_UNREACHABLE);
	done(&said);
}

/* Cases that state the contrary of the truth must fail, each with a line of its own. */
static void wrong_expectations_fail(void **state)
{
	static const char index[] =
		"{\"kind\":\"json\",\"id\":\"j1\",\"expect\":\"reject\",\"bytes_b64\":\"e30=\"}"
		"\n"
		"{\"kind\":\"json\",\"id\":\"j2\",\"expect\":\"accept\",\"bytes_b64\":\"e30\"}"
		"\n"
		"{\"kind\":\"json\",\"id\":\"j3\",\"expect\":\"either\",\"bytes_b64\":\"e30\"}"
		"\n"
		"{\"kind\":\"note\",\"id\":\"n1\",\"expect\":\"reject\",\"file\":\"absent\","
		"\"vkeys\":\"absent\"}\n"
		"{\"kind\":\"tree\",\"id\":\"t1\",\"size\":1,\"tile_count\":2,\"tiles\":[],"
		"\"root_hex\":"
		"\"765eea3a8487172722119060cb9af20a457af9d1511e8d1810ca5a5e90f96a68\"}\n"
		"{\"kind\":\"tilepath\",\"id\":\"p1\",\"expect\":\"accept\",\"path\":\"tile/0/"
		"000\",\"n\":1}\n"
		"broken\n";
	char dir[] = "/tmp/benkan-vectors-XXXXXX", path[64];
	struct vectors_said said;
	struct err err = { 0 };
	struct str failures, line;
	size_t lines = 0;
	FILE *f;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/index.jsonl", dir);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(index, 1, sizeof(index) - 1, f), sizeof(index) - 1);
	fclose(f);
	check_ok(run(str_z(dir), "", &said, &err), &err);
	assert_false(said.passed);
	check_str(buf_str(&said.table), S("note 0 1\ntree 0 1\ntilepath 0 1\njson 0 2\n"));
	failures = buf_str(&said.failures);
	while (str_split(&failures, '\n', &line))
		lines += line.n > 0;
	assert_int_equal(lines, 6);
	done(&said);
	unlink(path);
	rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_case_passes),
		cmocka_unit_test(one_kind_alone),
		cmocka_unit_test(nothing_to_run),
		cmocka_unit_test(wrong_expectations_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "ledger/bech32.h"

#include "base/arena.h"
#include "check.h"
#include "register/keys.h"

#include <stdlib.h>
#include <unistd.h>

static void from_hex(const char *hex, unsigned char key[32])
{
	assert_true(hex_decode(str_z(hex), key, 32));
}

static void the_form_of_age(void **state)
{
	unsigned char secret[32];
	struct buf b;

	(void)state;
	from_hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", secret);
	buf_init(&b, 128);
	bech32_write(&b, S("age-secret-key-"), secret);
	check_str(str_cut(buf_str(&b), 16), S("age-secret-key-1"));
	assert_int_equal(b.n, 16 + 52 + 6);
	buf_done(&b);
}

static void reads_what_it_writes(void **state)
{
	unsigned char key[32], again[32];
	struct buf b;

	(void)state;
	for (int i = 0; i < 256; i++) {
		for (int k = 0; k < 32; k++)
			key[k] = (unsigned char)(i * 37 + k * 101);
		buf_init(&b, 128);
		bech32_write(&b, S("age"), key);
		memset(again, 0, sizeof(again));
		assert_true(bech32_read(buf_str(&b), S("age"), again));
		assert_memory_equal(key, again, 32);
		buf_done(&b);
	}
}

/* Any one letter changed is noticed; so are mixed case, another prefix, a letter too few. */
static void refuses_what_is_wrong(void **state)
{
	unsigned char key[32] = { 7 }, out[32];
	struct buf b;

	(void)state;
	buf_init(&b, 128);
	bech32_write(&b, S("age"), key);
	for (size_t i = 0; i < b.n; i++) {
		char was = b.p[i];

		b.p[i] = was == 'q' ? 'p' : 'q';
		assert_false(bech32_read(buf_str(&b), S("age"), out));
		b.p[i] = was;
	}
	b.p[10] = 'Q';
	assert_false(bech32_read(buf_str(&b), S("age"), out));
	b.p[10] = 'q';
	assert_false(bech32_read(str_cut(buf_str(&b), b.n - 1), S("age"), out));
	assert_false(bech32_read(buf_str(&b), S("agf"), out));
	assert_false(bech32_read(S(""), S("age"), out));
	buf_done(&b);
}

/* Debian's age-keygen -y reads the file and prints the same recipient. */
static void age_agrees(void **state)
{
	char path[] = "/tmp/benkan-seal-XXXXXX", command[128], said[128] = { 0 };
	unsigned char secret[SEED_SIZE];
	struct buf recipient;
	struct err err;
	FILE *f;

	(void)state;
	if (system("command -v age-keygen >/dev/null") != 0) {
		print_message("skip: age-keygen is not installed\n");
		skip();
	}
	from_hex("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721", secret);
	close(mkstemp(path));
	check_ok(seal_write(path, secret, &err), &err);
	snprintf(command, sizeof(command), "age-keygen -y %s", path);
	f = popen(command, "r");
	assert_non_null(f);
	assert_non_null(fgets(said, sizeof(said), f));
	assert_int_equal(pclose(f), 0);
	unlink(path);
	buf_init(&recipient, 128);
	seal_recipient(&recipient, secret);
	check_str(str_trim(str_z(said)), buf_str(&recipient));
	buf_done(&recipient);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_form_of_age),
		cmocka_unit_test(reads_what_it_writes),
		cmocka_unit_test(refuses_what_is_wrong),
		cmocka_unit_test(age_agrees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

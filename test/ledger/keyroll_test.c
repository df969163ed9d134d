#include "ledger/keyroll.h"

#include "check.h"
#include "ledger/note.h"

#define ORIGIN "ml.example/registre/ml"
#define HEX    "abababababababababababababababababababababababababababababababab"
#define SEAL   "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
#define SEAL2  "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8q"

enum { LOG, WITNESS, R1, R2, R3, NEW_LOG, NEW_WITNESS, NEW_R2, KEYS };

static struct skey keys[KEYS];
static struct charter_ledger now;
static struct hash register_id;
static struct arena texts; /* what rolled keys borrow their names from */

static int teardown(void **state)
{
	(void)state;
	arena_done(&texts);
	return 0;
}

static int setup(void **state)
{
	static const struct {
		const char *name;
		enum key_type type;
	} made[KEYS] = {
		[LOG] = { ORIGIN, KEY_LOG },
		[WITNESS] = { "ml.example/temoin/ml", KEY_WITNESS },
		[R1] = { ORIGIN "/recours-1", KEY_LOG },
		[R2] = { ORIGIN "/recours-2", KEY_LOG },
		[R3] = { ORIGIN "/recours-3", KEY_LOG },
		[NEW_LOG] = { ORIGIN, KEY_LOG },
		[NEW_WITNESS] = { "ml.example/temoin/ml", KEY_WITNESS },
		[NEW_R2] = { ORIGIN "/recours-2", KEY_LOG },
	};

	(void)state;
	arena_init(&texts, 1 << 20);
	for (int i = 0; i < KEYS; i++) {
		const unsigned char seed[32] = { (unsigned char)(i + 1) };

		skey_from_seed(&keys[i], made[i].type, str_z(made[i].name), seed);
	}
	assert_true(hash_hex(S(HEX), &register_id));
	return 0;
}

static int fresh(void **state)
{
	(void)state;
	now = (struct charter_ledger){ .name = S("ml"),
				       .party = S("ml"),
				       .origin = S(ORIGIN),
				       .seal = S(SEAL),
				       .log = keys[LOG].pub,
				       .witness = keys[WITNESS].pub,
				       .recovery = { keys[R1].pub, keys[R2].pub, keys[R3].pub },
				       .threshold = 2 };
	return 0;
}

/* A statement with these keys' texts, signed by `signers` (ended by KEYS). */
static void statement(struct buf *out, const char *role, int old_key, int new_key,
		      const int *signers)
{
	struct buf text;

	buf_init(&text, 4096);
	buf_lit(&text, "benkan-keyroll/1\nregister " HEX "\norigin " ORIGIN "\nrole ");
	buf_z(&text, role);
	buf_lit(&text, "\nold ");
	if (old_key == KEYS)
		buf_lit(&text, SEAL);
	else
		vkey_write(&text, &keys[old_key].pub);
	buf_lit(&text, "\nnew ");
	if (new_key == KEYS)
		buf_lit(&text, SEAL2);
	else
		vkey_write(&text, &keys[new_key].pub);
	buf_lit(&text, "\nindex 41\n");
	buf_init(out, NOTE_MAX);
	buf_add(out, buf_str(&text));
	buf_ch(out, '\n');
	for (; *signers != KEYS; signers++)
		note_line(out, buf_str(&text), &keys[*signers]);
	buf_done(&text);
}

static bool rolls(const char *role, int old_key, int new_key, const int *signers,
		  struct keyroll *out)
{
	struct buf b;
	struct err err = { 0 };
	struct str text;
	bool ok;

	statement(&b, role, old_key, new_key, signers);
	text = arena_str(&texts, buf_str(&b));
	buf_done(&b);
	ok = keyroll_check(text, &now, &register_id, 41, out, &err);
	assert_true(ok == (err.kind == ERR_NONE));
	if (ok)
		keyroll_apply(&now, out);
	return ok;
}

static void every_role(void **state)
{
	struct keyroll r;

	(void)state;
	assert_true(rolls("log", LOG, NEW_LOG, (int[]){ NEW_LOG, R1, R3, KEYS }, &r));
	assert_int_equal(r.role, ROLE_LOG);
	assert_memory_equal(now.log.pub, keys[NEW_LOG].pub.pub, 32);
	assert_false(rolls("log", LOG, NEW_LOG, (int[]){ NEW_LOG, R1, R3, KEYS }, &r));
	assert_true(rolls("witness", WITNESS, NEW_WITNESS, (int[]){ R1, R2, KEYS }, &r));
	assert_memory_equal(now.witness.pub, keys[NEW_WITNESS].pub.pub, 32);
	assert_true(rolls("recovery", R2, NEW_R2, (int[]){ R2, NEW_R2, R3, KEYS }, &r));
	assert_int_equal(r.place, 1);
	assert_memory_equal(now.recovery[1].pub, keys[NEW_R2].pub.pub, 32);
	/* The key replaced has no voice any more. */
	assert_false(rolls("log", NEW_LOG, LOG, (int[]){ LOG, R1, R2, KEYS }, &r));
	assert_true(rolls("log", NEW_LOG, LOG, (int[]){ LOG, R1, NEW_R2, KEYS }, &r));
}

static void a_seal(void **state)
{
	struct keyroll r;

	(void)state;
	assert_false(rolls("seal", KEYS, LOG, (int[]){ R1, R2, KEYS }, &r));
	assert_true(rolls("seal", KEYS, KEYS, (int[]){ R1, R2, KEYS }, &r));
	check_str(r.new_key, S(SEAL2));
	assert_false(rolls("seal", KEYS, KEYS, (int[]){ R1, R2, KEYS }, &r));
}

static void refusals(void **state)
{
	struct keyroll r;

	(void)state;
	assert_false(rolls("log", LOG, NEW_LOG, (int[]){ R1, R2, R3, KEYS },
			   &r)); /* no possession */
	assert_false(rolls("log", LOG, NEW_LOG, (int[]){ NEW_LOG, R1, KEYS }, &r));
	assert_false(rolls("log", LOG, NEW_LOG, (int[]){ NEW_LOG, R1, R1, KEYS }, &r));
	assert_false(rolls("log", LOG, NEW_LOG, (int[]){ NEW_LOG, LOG, R1, KEYS }, &r));
	assert_false(rolls("log", NEW_LOG, NEW_LOG, (int[]){ NEW_LOG, R1, R2, KEYS }, &r));
	assert_false(rolls("log", LOG, LOG, (int[]){ LOG, R1, R2, KEYS }, &r));
	assert_false(rolls("log", LOG, NEW_WITNESS, (int[]){ NEW_WITNESS, R1, R2, KEYS }, &r));
	assert_false(rolls("log", LOG, NEW_R2, (int[]){ NEW_R2, R1, R2, KEYS },
			   &r)); /* another name */
	assert_false(rolls("witness", WITNESS, NEW_LOG, (int[]){ R1, R2, KEYS },
			   &r));                                              /* another type */
	assert_false(rolls("recovery", R2, R1, (int[]){ R1, R3, KEYS }, &r)); /* in use */
	assert_false(rolls("recovery", LOG, NEW_R2, (int[]){ NEW_R2, R1, R3, KEYS }, &r));
	assert_false(rolls("king", LOG, NEW_LOG, (int[]){ NEW_LOG, R1, R2, KEYS }, &r));
	now.threshold = 3;
	assert_false(rolls("log", LOG, NEW_LOG, (int[]){ NEW_LOG, R1, R2, KEYS }, &r));
	assert_true(rolls("log", LOG, NEW_LOG, (int[]){ NEW_LOG, R1, R2, R3, KEYS }, &r));
}

/* Another register, ledger or index; any altered line. */
static void another_place(void **state)
{
	static const int signers[] = { NEW_LOG, R1, R2, R3, KEYS };
	struct charter_ledger other;
	struct hash id = register_id;
	struct keyroll r;
	struct err err;
	struct buf b;
	size_t text;

	(void)state;
	statement(&b, "log", LOG, NEW_LOG, signers);
	check_ok(keyroll_check(buf_str(&b), &now, &register_id, 41, &r, &err), &err);
	assert_false(keyroll_check(buf_str(&b), &now, &register_id, 42, &r, &err));
	id.b[0] ^= 1;
	assert_false(keyroll_check(buf_str(&b), &now, &id, 41, &r, &err));
	other = now;
	other.origin = S("ru.example/registre/ru");
	assert_false(keyroll_check(buf_str(&b), &other, &register_id, 41, &r, &err));
	text = str_find(buf_str(&b), S("\n\n"));
	for (size_t i = 0; i < text; i++) {
		b.p[i] ^= 1;
		assert_false(keyroll_check(buf_str(&b), &now, &register_id, 41, &r, &err));
		b.p[i] ^= 1;
	}
	/* A false line of any recovery key refuses the whole, quorum or not. */
	b.p[b.n - 20] ^= 1;
	assert_false(keyroll_check(buf_str(&b), &now, &register_id, 41, &r, &err));
	buf_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(every_role, fresh),
		cmocka_unit_test_setup(a_seal, fresh),
		cmocka_unit_test_setup(refusals, fresh),
		cmocka_unit_test_setup(another_place, fresh),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}

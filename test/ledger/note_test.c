#include "ledger/note.h"

#include "check.h"
#include "ledger/tree.h"

static const char origin[] = "ml.example/registre/ml";

static struct skey key_of(const char *name, enum key_type type, unsigned char seed)
{
	unsigned char bytes[32] = { seed };
	struct skey k;

	skey_from_seed(&k, type, str_z(name), bytes);
	return k;
}

static bool opens(struct str bytes, const struct vkey *known, size_t n, unsigned *verified)
{
	struct note note;
	struct err err = { 0 };
	bool ok = note_open(bytes, known, n, &note, verified, &err);

	assert_true(ok == (err.kind == ERR_NONE));
	return ok;
}

static void shapes(void **state)
{
	static const char *const good[] = {
		"a\n\n— k AAAAAAA=\n",
		"\n\n— k AAAAAAA=\n",
		"a\n\nb\n\n— k AAAAAAA=\n— l AAAAAAA=\n",
		"— x\n\n— clé/ü AAAAAAAA\n",
	};
	static const char *const bad[] = {
		"",
		"\n",
		"a",
		"a\n",
		"a\n\n",
		"a\n\n\n",
		"a\n— k AAAAAAA=\n",
		"a\n\n— k AAAAAAA=",   /* no newline at the end */
		"a\n\n- k AAAAAAA=\n", /* a hyphen for the dash */
		"a\n\n—k AAAAAAA=\n",
		"a\n\n— k\n",
		"a\n\n—  AAAAAAA=\n",
		"a\n\n— k  AAAAAAA=\n",
		"a\n\n— k AAAAAAA= \n",
		"a\n\n— k AAAAAAA\n",
		"a\n\n— k AAAAAA==\n", /* 4 bytes */
		"a\n\n— k AAAAAAB=\n", /* spare bits */
		"a\n\n— k AAAA-AA=\n",
		"a\n\n— k+ AAAAAAA=\n",
		"a\n\n— k\xc2\xa0l AAAAAAA=\n",
		"a\n\n— k\xe3\x80\x80l AAAAAAA=\n",
		"a\t\n\n— k AAAAAAA=\n",
		"a\r\n\n— k AAAAAAA=\n",
		"\xff\n\n— k AAAAAAA=\n",
		"a\n\n— k AAAAAAA=\n\n",
		"a\n\n— k AAAAAAA=\nb\n",
	};
	struct note note;
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		check_ok(note_parse(str_z(good[i]), &note, &err), &err);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (note_parse(str_z(bad[i]), &note, &err))
			fail_msg("accepted: %s", bad[i]);
	check_ok(note_parse(S("a\n\nb\n\n— k AAAAAAA=\n"), &note, &err), &err);
	check_str(note.text, S("a\n\nb\n"));
	check_str(note.lines, S("— k AAAAAAA=\n"));
}

static void bounds(void **state)
{
	struct note note;
	struct err err;
	struct buf b;

	(void)state;
	buf_init(&b, 1 << 20);
	buf_lit(&b, "a\n\n");
	for (int i = 0; i < NOTE_LINES_MAX; i++)
		buf_lit(&b, "— k AAAAAAA=\n");
	check_ok(note_parse(buf_str(&b), &note, &err), &err);
	buf_lit(&b, "— k AAAAAAA=\n");
	assert_false(note_parse(buf_str(&b), &note, &err));
	buf_clear(&b);
	while (b.n < NOTE_MAX - sizeof("\n\n— k AAAAAAA=\n") + 1)
		buf_ch(&b, 'x');
	buf_lit(&b, "\n\n— k AAAAAAA=\n");
	assert_int_equal(b.n, NOTE_MAX);
	check_ok(note_parse(buf_str(&b), &note, &err), &err);
	buf_lit(&b, "— k AAAAAAA=\n");
	assert_false(note_parse(buf_str(&b), &note, &err));
	buf_done(&b);
}

static void known_keys_must_verify(void **state)
{
	struct skey ml = key_of(origin, KEY_LOG, 1),
		    ru = key_of("ru.example/registre/ru", KEY_LOG, 2);
	struct vkey both[] = { ml.pub, ru.pub }, only_ru[] = { ru.pub };
	struct buf b, twice;
	unsigned verified;

	(void)state;
	buf_init(&b, NOTE_MAX);
	note_sign(&b, S("texte\nà signer\n"), &ml);
	assert_true(opens(buf_str(&b), both, 2, &verified));
	assert_int_equal(verified, 1);
	assert_false(opens(buf_str(&b), only_ru, 1, &verified));
	assert_false(opens(buf_str(&b), NULL, 0, &verified));
	note_line(&b, S("texte\nà signer\n"), &ru);
	assert_true(opens(buf_str(&b), both, 2, &verified));
	assert_int_equal(verified, 2);

	/* A second line of the same key is ignored, even a false one. */
	buf_init(&twice, NOTE_MAX);
	buf_add(&twice, buf_str(&b));
	note_line(&twice, S("autre\n"), &ml);
	assert_true(opens(buf_str(&twice), both, 2, &verified));
	assert_int_equal(verified, 2);

	/* A false line of a known key refuses the whole; of an unknown one it does not. */
	buf_clear(&twice);
	note_sign(&twice, S("texte\n"), &ml);
	note_line(&twice, S("autre\n"), &ru);
	assert_false(opens(buf_str(&twice), both, 2, &verified));
	assert_true(opens(buf_str(&twice), both, 1, &verified));

	/* Any altered byte of the text. */
	for (size_t i = 0; i < 16; i++) {
		b.p[i] ^= 2;
		assert_false(opens(buf_str(&b), both, 2, &verified));
		b.p[i] ^= 2;
	}
	buf_done(&twice);
	buf_done(&b);
}

static void checkpoints(void **state)
{
	static const char *const bad[] = {
		"",
		"a.b/c\n",
		"a.b/c\n1\n",
		"a.b/c\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",     /* no newline */
		"a.b/c\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n", /* an extension
										 line */
		"a.b/c\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nx\n",
		"a.b/c\n01\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
		"a.b/c\n-1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
		"a.b/c\n1 \nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
		"a.b/c\n9007199254740992\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", /* 2^53
											    */
		"a.b/c\n0\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", /* not the empty
									       root */
		"a.b/c\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==\n", /* 31 bytes */
		"a.b/c\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n", /* spare bits */
		"a.b/c\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n", /* 33 bytes */
		"benkan-pouch/1\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
		" a.b/c\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
	};
	static const uint64_t sizes[] = { 0, 1, 256, (UINT64_C(1) << 53) - 1 };
	struct checkpoint c, back;
	struct err err;
	struct buf b;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (checkpoint_parse(str_z(bad[i]), &c, &err))
			fail_msg("accepted: %s", bad[i]);
	buf_init(&b, 512);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		c = (struct checkpoint){ .origin = str_z(origin),
					 .size = sizes[i],
					 .root = empty_root() };
		buf_clear(&b);
		checkpoint_write(&b, &c);
		check_ok(checkpoint_parse(buf_str(&b), &back, &err), &err);
		check_str(back.origin, c.origin);
		assert_true(back.size == c.size && hash_eq(&back.root, &c.root));
	}
	buf_done(&b);
}

static void the_log_itself_must_sign(void **state)
{
	struct skey ml = key_of(origin, KEY_LOG, 1),
		    ru = key_of("ru.example/registre/ru", KEY_LOG, 2);
	struct skey w = key_of("ru.example/temoin/ru", KEY_WITNESS, 3);
	struct vkey known[] = { ml.pub, ru.pub, w.pub };
	struct checkpoint c = { .origin = str_z(origin), .size = 0, .root = empty_root() };
	struct buf text, b;
	struct err err;

	(void)state;
	buf_init(&text, 512);
	buf_init(&b, NOTE_MAX);
	checkpoint_write(&text, &c);
	note_sign(&b, buf_str(&text), &ru);
	assert_false(checkpoint_open(buf_str(&b), str_z(origin), known, 3, &c, &err));
	note_line(&b, buf_str(&text), &ml);
	check_ok(checkpoint_open(buf_str(&b), str_z(origin), known, 3, &c, &err), &err);
	assert_false(
		checkpoint_open(buf_str(&b), S("ru.example/registre/ru"), known, 3, &c, &err));
	assert_false(checkpoint_open(buf_str(&b), str_z(origin), known + 1, 2, &c, &err));
	buf_clear(&b);
	buf_add(&b, buf_str(&text));
	buf_ch(&b, '\n');
	cosig_line(&b, buf_str(&text), 1700000000, &w);
	assert_false(checkpoint_open(buf_str(&b), str_z(origin), known, 3, &c, &err));
	buf_done(&b);
	buf_done(&text);
}

static void cosignatures(void **state)
{
	struct skey ml = key_of(origin, KEY_LOG, 1),
		    w1 = key_of("ru.example/temoin/ru", KEY_WITNESS, 3),
		    w2 = key_of("w.example/w", KEY_WITNESS, 4);
	/* The same witness named twice counts once. */
	struct vkey known[] = { w1.pub, ml.pub, w1.pub, w2.pub };
	struct cosig got[4];
	struct buf b;
	struct err err;
	size_t found;

	(void)state;
	buf_init(&b, NOTE_MAX);
	note_sign(&b, S("texte\n"), &ml);
	check_ok(cosig_check(buf_str(&b), known, 4, got, &found, &err), &err);
	assert_int_equal(found, 0);
	cosig_line(&b, S("texte\n"), 1700000000, &w1);
	cosig_line(&b, S("texte\n"), INT64_MAX, &w2);
	cosig_line(&b, S("texte\n"), 5, &w1);
	check_ok(cosig_check(buf_str(&b), known, 4, got, &found, &err), &err);
	assert_int_equal(found, 2);
	check_str(got[0].witness->name, w1.pub.name);
	assert_true(got[0].time == 1700000000 && got[1].time == INT64_MAX);
	check_ok(cosig_check(buf_str(&b), known, 1, got, &found, &err), &err);
	assert_int_equal(found, 1);
	b.p[0] ^= 1;
	assert_false(cosig_check(buf_str(&b), known, 4, got, &found, &err));
	buf_done(&b);
}

static void cosignature_times(void **state)
{
	static const uint64_t bad[] = { 0, UINT64_C(1) << 63, UINT64_MAX };
	struct skey w = key_of("ru.example/temoin/ru", KEY_WITNESS, 3);
	struct cosig got;
	struct err err;
	struct buf b;
	size_t found;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		buf_init(&b, NOTE_MAX);
		buf_lit(&b, "texte\n\n");
		cosig_line(&b, S("texte\n"), bad[i], &w);
		assert_false(cosig_check(buf_str(&b), &w.pub, 1, &got, &found, &err));
		buf_done(&b);
	}
	/* A plain signature under a witness key is no cosignature. */
	buf_init(&b, NOTE_MAX);
	note_sign(&b, S("texte\n"), &w);
	assert_false(cosig_check(buf_str(&b), &w.pub, 1, &got, &found, &err));
	buf_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shapes),
		cmocka_unit_test(bounds),
		cmocka_unit_test(known_keys_must_verify),
		cmocka_unit_test(checkpoints),
		cmocka_unit_test(the_log_itself_must_sign),
		cmocka_unit_test(cosignatures),
		cmocka_unit_test(cosignature_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

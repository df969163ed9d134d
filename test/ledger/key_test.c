#include "ledger/key.h"

#include "check.h"

/* Order of the base point, little-endian (RFC 8032 5.1). */
static const unsigned char order[32] = { 0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,
					 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
					 0,    0,    0,    0,    0,    0,    0,    0,
					 0,    0,    0,    0,    0,    0,    0,    0x10 };

static struct skey key_of(const char *name, enum key_type type, unsigned char seed)
{
	unsigned char bytes[32] = { seed };
	struct skey k;

	skey_from_seed(&k, type, str_z(name), bytes);
	return k;
}

static struct str text_of(struct buf *b, const struct vkey *k)
{
	buf_init(b, 512);
	vkey_write(b, k);
	return buf_str(b);
}

static void names(void **state)
{
	static const char *const good[] = { "a.b/c", "registre.example.org/ml",
					    "a-1.b.c/d/e_f/g.h", "0.1/2", "a.b/..." };
	static const char *const bad[] = { "",        "a",       "a/b",     "a.b",
					   "a.b/",    ".a/b",    "a./b",    "a..b/c",
					   "A.b/c",   "a.b/C",   "a.b//c",  "a.b/c/",
					   "a_b.c/d", "a.b/c+d", "a.b/c d", "a.b/\xc3\xa9" };
	char name[140] = "a.b/";

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(key_name_valid(str_z(good[i])));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(key_name_valid(str_z(bad[i])));
	memset(name + 4, 'x', 124);
	assert_true(key_name_valid(str_of(name, 128)));
	name[128] = 'x';
	assert_false(key_name_valid(str_of(name, 129)));
}

static void writes_and_reads_back(void **state)
{
	static const enum key_type types[] = { KEY_LOG, KEY_WITNESS };

	(void)state;
	for (unsigned char i = 0; i < 64; i++) {
		struct skey k = key_of("registre.example.org/ml", types[i % 2], i);
		struct vkey back;
		struct err err;
		struct buf b;

		check_ok(vkey_parse(text_of(&b, &k.pub), &back, &err), &err);
		assert_memory_equal(back.pub, k.pub.pub, 32);
		assert_memory_equal(back.id, k.pub.id, 4);
		assert_int_equal(back.type, k.pub.type);
		check_str(back.name, k.pub.name);
		buf_done(&b);
	}
}

static void damaged_text_is_refused(void **state)
{
	struct skey k = key_of("registre.example.org/ml", KEY_LOG, 1);
	struct vkey back;
	struct err err;
	struct buf b;
	struct str text = text_of(&b, &k.pub);

	(void)state;
	for (size_t i = 0; i < text.n; i++) {
		b.p[i] ^= 1;
		assert_false(vkey_parse(text, &back, &err));
		assert_int_equal(err.kind, ERR_INPUT);
		b.p[i] ^= 1;
		assert_false(vkey_parse(str_cut(text, i), &back, &err));
	}
	buf_ch(&b, '\n');
	assert_false(vkey_parse(buf_str(&b), &back, &err));
	buf_done(&b);
}

static bool point_accepted(const unsigned char pub[32], unsigned char type)
{
	struct vkey k = { .name = S("registre.example.org/ml"), .type = type }, back;
	struct err err;
	struct buf b;
	bool ok;

	memcpy(k.pub, pub, 32);
	vkey_set_id(&k);
	ok = vkey_parse(text_of(&b, &k), &back, &err);
	buf_done(&b);
	return ok;
}

static void weak_points_are_refused(void **state)
{
	/* The eight points of small order; the sign bit makes second spellings of some. */
	static const unsigned char order_8[2][32] = {
		{ 0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
		  0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
		  0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05 },
		{ 0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b,
		  0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39,
		  0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a }
	};
	unsigned char p[32], top[32];
	struct skey good = key_of("a.b/c", KEY_LOG, 9);

	(void)state;
	assert_true(point_accepted(good.pub.pub, KEY_LOG));
	assert_true(point_accepted(good.pub.pub, KEY_WITNESS));
	assert_false(point_accepted(good.pub.pub, 2));
	assert_false(point_accepted(good.pub.pub, 0xff));
	for (int sign = 0; sign < 2; sign++) {
		unsigned char bit = (unsigned char)(sign << 7);

		for (unsigned char y = 0; y < 2; y++) { /* order 4, order 1 */
			memset(p, 0, sizeof(p));
			p[0] = y;
			p[31] |= bit;
			assert_false(point_accepted(p, KEY_LOG));
		}
		for (int i = 0; i < 2; i++) {
			memcpy(p, order_8[i], sizeof(p));
			p[31] |= bit;
			assert_false(point_accepted(p, KEY_LOG));
		}
		memset(top, 0xff, sizeof(top));
		top[31] = 0x7f | bit;
		/* p - 1 (order 2), then p .. 2^255 - 1, which are second spellings of 0 .. 18
		 */
		for (unsigned low = 0xec; low <= 0xff; low++) {
			top[0] = (unsigned char)low;
			assert_false(point_accepted(top, KEY_LOG));
		}
	}
	/* y = 2 has no x: not on the curve. */
	memset(p, 0, sizeof(p));
	p[0] = 2;
	assert_false(point_accepted(p, KEY_LOG));
}

static void signs_and_verifies(void **state)
{
	struct skey k = key_of("a.b/c", KEY_LOG, 3), other = key_of("a.b/c", KEY_LOG, 4);
	unsigned char sig[64], altered[64];
	unsigned carry = 0;

	(void)state;
	skey_sign(&k, S("texte\n"), sig);
	assert_true(vkey_verify(&k.pub, S("texte\n"), sig));
	assert_false(vkey_verify(&k.pub, S("texte"), sig));
	assert_false(vkey_verify(&other.pub, S("texte\n"), sig));
	for (size_t i = 0; i < sizeof(sig); i++) {
		memcpy(altered, sig, sizeof(sig));
		altered[i] ^= 0x10;
		assert_false(vkey_verify(&k.pub, S("texte\n"), altered));
	}
	/* S + L is the same number modulo L: a second signature anybody could make. */
	memcpy(altered, sig, sizeof(sig));
	for (size_t i = 0; i < 32; i++) {
		carry += altered[32 + i] + order[i];
		altered[32 + i] = (unsigned char)carry;
		carry >>= 8;
	}
	assert_int_equal(carry, 0);
	assert_false(vkey_verify(&k.pub, S("texte\n"), altered));
}

/* RFC 8032 7.1, TEST 2. */
static void known_answer(void **state)
{
	unsigned char seed[32], pub[32], want[64], sig[64];
	struct skey k;

	(void)state;
	assert_true(hex_decode(
		S("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"), seed,
		32));
	assert_true(hex_decode(
		S("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"), pub,
		32));
	assert_true(hex_decode(
		S("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
		  "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
		want, 64));
	skey_from_seed(&k, KEY_LOG, S("a.b/c"), seed);
	assert_memory_equal(k.pub.pub, pub, 32);
	skey_sign(&k, S("\x72"), sig);
	assert_memory_equal(sig, want, 64);
	skey_wipe(&k);
	assert_memory_not_equal(k.seed, seed, 32);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(writes_and_reads_back),
		cmocka_unit_test(damaged_text_is_refused),
		cmocka_unit_test(weak_points_are_refused),
		cmocka_unit_test(signs_and_verifies),
		cmocka_unit_test(known_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

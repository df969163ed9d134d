#include "base/arena.h"
#include "base/hash.h"
#include "base/uuid.h"
#include "check.h"

#define COUNT(x) (sizeof(x) / sizeof((x)[0]))

static void cuts(void **state)
{
	struct str s = S("a,b,"), head;
	const char *want[] = { "a", "b", "" };
	size_t n = 0;

	(void)state;
	while (str_split(&s, ',', &head))
		check_str(head, str_z(want[n++]));
	assert_int_equal(n, 3);
	check_str(str_trim(S(" \t x y\r\n")), S("x y"));
	assert_int_equal(str_find(S("abcabd"), S("abd")), 3);
	assert_int_equal(str_find(S("abc"), S("abd")), 3);
	assert_true(str_starts(S("tile/0"), S("tile/")) && !str_starts(S("ti"), S("tile/")));
	assert_true(str_ends(S("x.pouch"), S(".pouch")) && !str_ends(S("h"), S("ch")));
	assert_true(str_cmp_numbers(S("2"), S("10")) < 0);
	assert_true(str_cmp_numbers(S("I-2"), S("I-10")) < 0);
	assert_true(str_cmp_numbers(S("2"), S("2.1")) < 0);
	assert_true(str_cmp_numbers(S("3 bis"), S("3")) > 0);
	assert_true(str_cmp_numbers(S("a"), S("1")) > 0);
	assert_int_equal(str_cmp_numbers(S("99999999999999999999"), S("99999999999999999999")),
			 0);
	assert_int_equal(str_cmp_numbers(S(""), S("")), 0);
	assert_true(str_cmp(S("a"), S("ab")) < 0 && str_cmp(S("b"), S("ab")) > 0);
}

static void whole_numbers(void **state)
{
	uint64_t v = 0;

	(void)state;
	assert_true(str_u64(S("18446744073709551615"), UINT64_MAX, &v) && v == UINT64_MAX);
	assert_false(str_u64(S("18446744073709551616"), UINT64_MAX, &v));
	assert_true(str_u64(S("0"), 0, &v) && v == 0);
	assert_true(str_u64(S("65535"), 65535, &v) && v == 65535);
	assert_false(str_u64(S("65536"), 65535, &v));
	for (size_t i = 0; i < 5; i++)
		assert_false(str_u64(str_z((const char *[]){ "", "01", "-1", "1x", " 1" }[i]),
				     UINT64_MAX, &v));
}

static void utf8(void **state)
{
	static const char *const bad[] = { "\x80",
					   "\xc0\xaf",
					   "\xe0\x80\xaf",
					   "\xed\xa0\x80",
					   "\xf4\x90\x80\x80",
					   "\xf8\x88\x80\x80\x80",
					   "a\xe2\x82",
					   "\xff" };
	struct str s = S("aéЖ€😀");
	static const uint32_t runes[] = { 'a', 0xe9, 0x416, 0x20ac, 0x1f600 };
	size_t at = 0;
	struct buf b;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(str_utf8(str_z(bad[i])));
	assert_true(str_utf8(s));
	assert_int_equal(str_runes(s), COUNT(runes));
	buf_init(&b, 100);
	for (size_t i = 0; i < COUNT(runes); i++) {
		uint32_t r = str_rune(s, &at);

		assert_int_equal(r, runes[i]);
		buf_rune(&b, r);
	}
	check_str(buf_str(&b), s);
	buf_done(&b);
}

static void a_buffer_has_a_ceiling(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 4);
	buf_lit(&b, "abc");
	buf_lit(&b, "de");
	assert_true(b.full);
	buf_lit(&b, "f");
	check_str(buf_str(&b), S("abc"));
	buf_done(&b);
}

static void codes(void **state)
{
	static const char *const bad[] = { "Zg=",      "Zh==",      "Zm9=", "Z===",
					   "Zg==Zg==", "Zm9v Zm9v", "Zm9-" };
	static const struct {
		const char *plain, *coded;
	} good[] = { { "", "" },
		     { "f", "Zg==" },
		     { "fo", "Zm8=" },
		     { "foo", "Zm9v" },
		     { "foobar", "Zm9vYmFy" } };
	unsigned char out[64];
	size_t n;
	struct buf b;

	(void)state;
	buf_init(&b, 100);
	for (size_t i = 0; i < COUNT(good); i++) {
		buf_clear(&b);
		buf_b64(&b, good[i].plain, strlen(good[i].plain));
		check_str(buf_str(&b), str_z(good[i].coded));
		assert_true(b64_decode(buf_str(&b), out, sizeof(out), &n));
		check_str(str_of(out, n), str_z(good[i].plain));
	}
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(b64_decode(str_z(bad[i]), out, sizeof(out), &n));
	assert_false(b64_decode(S("Zm9vYmFy"), out, 5, &n));
	assert_true(hex_decode(S("00ff"), out, 2) && out[1] == 0xff);
	assert_false(hex_decode(S("00FF"), out, 2));
	assert_false(hex_decode(S("00f"), out, 2));
	buf_clear(&b);
	buf_i64(&b, INT64_MIN);
	check_str(buf_str(&b), S("-9223372036854775808"));
	buf_done(&b);
}

static void hashes(void **state)
{
	struct hash h = hash_of(S("abc")), want, streamed;
	struct str parts[] = { S("a"), S("bc") };
	struct hash in_parts = hash_parts(parts, 2);
	struct hash_stream *stream = hash_begin();

	(void)state;
	assert_true(hash_hex(
		S("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"), &want));
	hash_feed(stream, parts[0]);
	hash_feed(stream, parts[1]);
	streamed = hash_end(stream);
	assert_true(hash_eq(&h, &want) && hash_eq(&in_parts, &want) &&
		    hash_eq(&streamed, &want));
}

static void uuids(void **state)
{
	static const char *const bad[] = { "",
					   "01947c3e-1111-4abc-8def-0123456789ab",
					   "01947C3E-1111-7abc-8def-0123456789ab",
					   "01947c3e-1111-7abc-cdef-0123456789ab",
					   "01947c3e11117abc8def0123456789ab",
					   "01947c3e-1111-7abc-8def-0123456789ab " };
	const unsigned char random[10] = { 0xff, 0xff, 0xff, 0xff, 0xff,
					   0xff, 0xff, 0xff, 0xff, 0xff };
	char text[UUID_TEXT];

	(void)state;
	/* the time field of RFC 9562's example, appendix A.6 */
	check_str(str_z(uuid_make(text, INT64_C(0x017f22e279b0), random)),
		  S("017f22e2-79b0-7fff-bfff-ffffffffffff"));
	assert_true(uuid_valid(str_z(text)));
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(uuid_valid(str_z(bad[i])));
}

static void an_arena_gives_zeroed_aligned_memory(void **state)
{
	struct arena a;
	struct buf b;

	(void)state;
	arena_init(&a, 8 << 20);
	for (size_t n = 1; n < 100000; n = n * 3 + 1) {
		unsigned char *p = arena_alloc(&a, n);

		assert_int_equal((uintptr_t)p % 16, 0);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xaa, n);
	}
	arena_reset(&a);
	check_str(arena_join(&a, S("ab"), S("cd")), S("abcd"));
	buf_init(&b, 10);
	buf_lit(&b, "x");
	check_str(arena_buf(&a, &b), S("x"));
	arena_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cuts),  cmocka_unit_test(whole_numbers),
		cmocka_unit_test(utf8),  cmocka_unit_test(a_buffer_has_a_ceiling),
		cmocka_unit_test(codes), cmocka_unit_test(hashes),
		cmocka_unit_test(uuids), cmocka_unit_test(an_arena_gives_zeroed_aligned_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

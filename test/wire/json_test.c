#include "check.h"
#include "wire/json.h"

#include <stdlib.h>

static struct arena a;

static bool parses(const char *text)
{
	struct json *j;
	struct err e;

	return json_parse(&a, str_z(text), &j, &e);
}

static void good(void **state)
{
	static const char *const texts[] = { "{}",
					     "[]",
					     " {\"a\" : [1,-2,\"x\",true,false,null]}\r\n",
					     "\"\\ud83d\\ude00\"",
					     "9007199254740991",
					     "-9007199254740991",
					     "[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_true(parses(texts[i]));
}

static void bad(void **state)
{
	static const char *const texts[] = {
		"",
		"{",
		"[1,]",
		"{\"a\":1,}",
		"{a:1}",
		"'x'",
		"01",
		"-0",
		"1.0",
		"1e3",
		"9007199254740992",
		"+1",
		"--1",
		"\"\\u0000\"",
		"\"\\ud800\"",
		"\"\\udc00\"",
		"\"\\ud800x\"",
		"\"a\nb\"",
		"\"\\x\"",
		"\"a",
		"tru",
		"nul",
		"{} {}",
		"{\"a\":1,\"a\":2}",
		"{\"a\":1,\"\\u0061\":2}",
		"\xef\xbb\xbf{}",
		"\"\xff\"",
		"[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]",
		"{\"a\" 1}",
		"[1 2]",
		"\"\\u12g4\"",
		"//x\n{}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (parses(texts[i])) {
			print_error("accepted: %s\n", texts[i]);
			fail();
		}
}

static void a_repeat_among_many_members_is_seen(void **state)
{
	struct buf b;
	struct json *j;
	struct err e;

	(void)state;
	buf_init(&b, 1 << 20);
	buf_ch(&b, '{');
	for (unsigned i = 0; i < 1000; i++) {
		buf_lit(&b, "\"k");
		buf_u64(&b, i);
		buf_lit(&b, "\":1,");
	}
	buf_lit(&b, "\"k500\":2}");
	assert_false(json_parse(&a, buf_str(&b), &j, &e));
	check_str(str_z(e.message),
		  S("line %1, column %2: a member name is repeated in this object"));
	buf_done(&b);
}

static void the_error_says_where(void **state)
{
	struct json *j;
	struct err e;

	(void)state;
	assert_false(json_object(&a, S("{\n  \"a\": 1.5}"), &j, &e));
	check_str(str_z(e.arg[0]), S("2"));
	check_str(str_z(e.arg[1]), S("9"));
	assert_false(json_object(&a, S("[]"), &j, &e));
}

static void what_is_written_reads_back(void **state)
{
	static const char text[] = "{\"s\":\"a\\\"\\\\\\n\\u0001é\",\"n\":-5,\"b\":true,\"z\":"
				   "null,\"l\":[1,{\"x\":\"y\"}],\"e\":{}}";
	struct json *j = NULL;
	struct json_w w;
	struct err e;
	struct buf b;
	int64_t n = 0;

	(void)state;
	check_ok(json_object(&a, str_z(text), &j, &e), &e);
	check_str(json_str(j, "s"), S("a\"\\\n\001é"));
	assert_true(json_int(j, "n", &n) && n == -5);
	assert_null(json_get(j, "absent"));
	check_str(json_obj(j, "e")->raw, S("{}"));
	assert_int_equal(json_arr(j, "l")->count, 2);
	buf_init(&b, 1000);
	w = json_w(&b);
	json_put(&w, j);
	check_str(buf_str(&b), str_z(text));
	buf_done(&b);
}

static void some_members_are_read(void **state)
{
	const struct str names[] = { S("cost"), S("b"), S("none") };
	static const char *const hurt[] = { "",         "[1]",       "{\"x\":\"a",
					    "{\"x\":1", "{\"x\":{",  "{\"b\":tru}",
					    "{x:1}",    "{\"b\" 1}", "{\"x\":\"\\" };
	struct str text = S("{\"a\":{\"b\":[1,\"}\\\\\\\"]\",{}]}, \"cost\" : "
			    "{\"amount\":\"1\\u00e9\",\"x\":[]},\"t\":true,\"\\u0062\":-7 ,"
			    "\"z\":[[],\",\"]}");
	struct json *j;
	struct err e;

	(void)state;
	assert_true(json_some(&a, text, names, 3, &j, &e));
	assert_int_equal(j->count, 2);
	check_str(json_str(json_get(j, "cost"), "amount"), S("1é"));
	assert_int_equal(json_get(j, "b")->num, -7);
	assert_null(json_get(j, "t"));
	assert_true(json_some(&a, S("{}"), names, 3, &j, &e));
	assert_int_equal(j->count, 0);
	for (size_t i = 0; i < sizeof(hurt) / sizeof(hurt[0]); i++)
		assert_false(json_some(&a, str_z(hurt[i]), names, 3, &j, &e));
}

/* A string of `n` plain bytes with `odd` at `at`. */
static void one_odd_byte(char *text, size_t n, size_t at, char odd)
{
	static const char odds[] = { '"', '\\', '\n', '\037', 0 };

	memset(text, n % 2 ? 'a' : (char)0xd0, n);
	text[at] = odd;
	assert_int_equal(json_plain(text, n), memchr(odds, odd, sizeof(odds)) ? at : n);
}

static void plain_bytes_end_at_the_first_that_is_not(void **state)
{
	static const char bytes[] = {
		'"', '\\', '\n', '\037', 0, ' ', '!', '#', '[', ']', 0x7f
	};
	char *text;

	(void)state;
	for (size_t n = 0; n <= 40; n++) {
		text = malloc(n + 1); /* as long as that, for the sanitizers */
		assert_non_null(text);
		assert_int_equal(json_plain(text, 0), 0);
		for (size_t at = 0; at < n; at++)
			for (size_t i = 0; i < sizeof(bytes); i++)
				one_odd_byte(text, n, at, bytes[i]);
		free(text);
	}
}

/* Few members are held against each other as they come, many are sorted: the last of `n`
 * repeats the one at `at`. */
static void a_repeat_is_seen_wherever_it_stands(void **state)
{
	struct buf b;
	struct json *j;
	struct err e;

	(void)state;
	buf_init(&b, 1 << 20);
	for (unsigned n = 1; n <= 70; n++)
		for (unsigned at = 0; at <= n; at++) {
			buf_clear(&b);
			for (unsigned i = 0; i < n; i++) {
				buf_z(&b, i ? ",\"k" : "{\"k");
				buf_u64(&b, i);
				buf_lit(&b, "\":1");
			}
			buf_lit(&b, ",\"k");
			buf_u64(&b, at);
			buf_lit(&b, "\":2}");
			assert_int_equal(json_parse(&a, buf_str(&b), &j, &e), at == n);
		}
	buf_done(&b);
}

/* What stands in its source as it would be written is copied, and nothing else is. */
static void texts_are_written_anew_where_they_must(void **state)
{
	static const char *const same[] = { "[\"\"]", "[\"a\"]", "[\"\303\251\"]",
					    "[\"\\\\\"]" };
	static const struct {
		const char *in, *out;
	} other[] = { { "[ \"a\" ]", "[\"a\"]" },
		      { "[\"\\u0061bc\"]", "[\"abc\"]" },
		      { "[\"\\/\"]", "[\"/\"]" },
		      { "{\"\\u0061\": \"\\u00e9\"}", "{\"a\":\"\303\251\"}" } };
	struct buf b;

	(void)state;
	buf_init(&b, 1000);
	for (size_t i = 0;
	     i < sizeof(same) / sizeof(same[0]) + sizeof(other) / sizeof(other[0]); i++) {
		size_t k = i - sizeof(same) / sizeof(same[0]);
		bool is_same = i < sizeof(same) / sizeof(same[0]);
		struct json_w w = json_w(&b);
		struct json *j = NULL;
		struct err e;

		buf_clear(&b);
		check_ok(json_parse(&a, str_z(is_same ? same[i] : other[k].in), &j, &e), &e);
		json_put(&w, j);
		check_str(buf_str(&b), str_z(is_same ? same[i] : other[k].out));
	}
	buf_done(&b);
}

static int open_arena(void **state)
{
	(void)state;
	arena_init(&a, 64 << 20);
	return 0;
}

static int close_arena(void **state)
{
	(void)state;
	arena_done(&a);
	return 0;
}

static struct str put(const struct json *j)
{
	struct json_w w;
	struct buf b;

	buf_init(&b, 1 << 16);
	w = json_w(&b);
	json_put(&w, j);
	return arena_buf(&a, &b);
}

static void a_tree_is_built_as_it_would_be_read(void **state)
{
	struct json_maker m = json_maker(&a, JSON_OBJECT), in, one;
	struct str text;
	struct json *j;
	struct err e;

	(void)state;
	json_make_str(&m, S("t"), S("\"\n"));
	in = json_make_in(&m, S("list"), JSON_ARRAY);
	one = json_make_in(&in, S(""), JSON_OBJECT);
	json_make_bool(&one, S("yes"), true);
	json_make_str(&in, S(""), (struct str){ 0 });
	json_make_in(&m, S("none"), JSON_OBJECT);
	text = put(m.of);
	check_str(text, S("{\"t\":\"\\\"\\n\",\"list\":[{\"yes\":true},\"\"],\"none\":{}}"));
	assert_true(json_object(&a, text, &j, &e));
	assert_int_equal(j->count, m.of->count);
	assert_int_equal(json_arr(j, "list")->count, json_arr(m.of, "list")->count);
}

/* Member by member the same, the raw bytes too. */
static void check_same(const struct json *x, const struct json *y)
{
	assert_int_equal(x->type, y->type);
	assert_int_equal(x->count, y->count);
	assert_int_equal(x->num, y->num);
	check_str(x->name, y->name);
	check_str(x->str, y->str);
	check_str(x->raw, y->raw);
	for (x = x->child, y = y->child; x && y; x = x->next, y = y->next)
		check_same(x, y);
	assert_null(x);
	assert_null(y);
}

static void what_was_written_is_read_again(void **state)
{
	static const char *const texts[] = {
		"{}",
		"{\"a\":\"\",\"b\":[],\"c\":{},\"d\":[1,-2,true,false,null,\"x\"]}",
		"{\"long name of a member\":{\"en\":\"a long text, with \\\"quotes\\\" and "
		"\\u0007\"},\"n\":9007199254740991}",
	};
	static const char *const broken[] = { "",           "[1]",        "\"x\"",
					      "{",          "{\"a\":1",   "{\"a\"}",
					      "{\"a\":}",   "{\"a\":1}}", "{\"a\":\"x",
					      "{\"a\":[1}", "{a:1}",      "{\"a\":{}" };
	static const struct str names[] = { { "n", 1 }, { "b", 1 }, { "aa", 2 }, { "d", 1 } };
	const struct json_names known = { names, sizeof(names) / sizeof(names[0]) };
	struct json *x, *y;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_true(json_object(&a, str_z(texts[i]), &x, &e));
		assert_true(json_again(&a, str_z(texts[i]), known, &y, &e));
		check_same(x, y);
	}
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
		assert_false(json_again(&a, str_z(broken[i]), known, &y, &e));
}

static void known_names_tell_their_places(void **state)
{
	static const struct str names[] = { { "aa", 2 }, { "b", 1 }, { "bb", 2 }, { "c", 1 } };
	static const unsigned places[] = { 2, 3, 0, 0, 4 };
	const struct json_names known = { names, sizeof(names) / sizeof(names[0]) };
	struct json *j;
	struct err e;
	size_t i = 0;

	(void)state;
	assert_true(json_again(&a,
			       S("{\"b\":{\"bb\":1},\"bb\":2,\"aa\":3,\"b\\\"\":4,\"c\":5}"),
			       known, &j, &e));
	assert_int_equal(j->child->child->place, 0);
	for (const struct json *m = j->child; m; m = m->next, i++) {
		assert_int_equal(m->place, places[i]);
		assert_true(!m->place || m->name.p == names[m->place - 1].p);
	}
	assert_int_equal(i, sizeof(places) / sizeof(places[0]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good),
		cmocka_unit_test(bad),
		cmocka_unit_test(known_names_tell_their_places),
		cmocka_unit_test(a_repeat_among_many_members_is_seen),
		cmocka_unit_test(the_error_says_where),
		cmocka_unit_test(what_is_written_reads_back),
		cmocka_unit_test(some_members_are_read),
		cmocka_unit_test(plain_bytes_end_at_the_first_that_is_not),
		cmocka_unit_test(a_repeat_is_seen_wherever_it_stands),
		cmocka_unit_test(texts_are_written_anew_where_they_must),
		cmocka_unit_test(a_tree_is_built_as_it_would_be_read),
		cmocka_unit_test(what_was_written_is_read_again),
	};

	return cmocka_run_group_tests(tests, open_arena, close_arena);
}

#include "check.h"
#include "wire/html.h"

#include <stdlib.h>

static void text_is_escaped(void **state)
{
	const struct {
		struct str in, out;
	} cases[] = {
		{ S("Résultats & suivi"), S("Résultats &amp; suivi") },
		{ S("<script>alert('x')</script>"),
		  S("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;") },
		{ S("\"quoted\""), S("&quot;quoted&quot;") },
		{ S("a\tb\nc"), S("a\tb\nc") },
		{ S("a\r\nb\x07\x1b[31m\x7f"), S("a\nb[31m") },
		{ S("a\0b"), S("ab") },
		{ S("C1\xc2\x85 and \xc2\xa0 nbsp"), S("C1 and \xc2\xa0 nbsp") },
		/* right-to-left override, embeddings, isolates: gone; marks and Arabic stay */
		{ S("abc\u202egnp.exe\u202c"), S("abcgnp.exe") },
		{ S("\u2066x\u2069\u202ay"), S("xy") },
		{ S("\u200fمالي\u200f — Россия"), S("\u200fمالي\u200f — Россия") },
		{ S("bad \xff\xfe <i>"), S("bad \ufffd\ufffd &lt;i&gt;") },
		{ S("\xed\xa0\x80"), S("\ufffd\ufffd\ufffd") },
		{ S(""), S("") },
	};
	struct buf b;

	(void)state;
	buf_init(&b, 1000);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf_clear(&b);
		html_text(&b, cases[i].in);
		check_str(buf_str(&b), cases[i].out);
	}
	buf_clear(&b);
	html_lit(&b, "<a");
	html_attr(&b, "href", S("/fr/search?q=\"><script>"));
	html_lit(&b, ">");
	html_num(&b, 41);
	check_str(buf_str(&b), S("<a href=\"/fr/search?q=&quot;&gt;&lt;script&gt;\">41"));
	buf_done(&b);
}

/* Texts of every length, with one byte that is not copied as it stands at every place, or none.
 */
static void every_place_is_looked_at(void **state)
{
	const struct {
		char c;
		struct str as;
	} marks[] = { { '&', S("&amp;") },  { '<', S("&lt;") },      { '>', S("&gt;") },
		      { '"', S("&quot;") }, { '\'', S("&#39;") },    { '\x7f', S("") },
		      { '\x1f', S("") },    { '\xff', S("\ufffd") }, { '=', S("=") },
		      { '%', S("%") },      { '~', S("~") } };
	struct buf out, want;

	(void)state;
	buf_init(&out, 1000);
	buf_init(&want, 1000);
	for (size_t n = 0; n < 50; n++)
		for (size_t at = 0; at <= n; at++)
			for (size_t m = 0; m < sizeof(marks) / sizeof(marks[0]); m++) {
				char *text = malloc(n + 1); /* ends where it ends */

				assert_non_null(text);
				buf_clear(&out);
				buf_clear(&want);
				for (size_t i = 0; i < n; i++) {
					text[i] = i == at ? marks[m].c : (char)('a' + i % 26);
					if (i == at)
						buf_add(&want, marks[m].as);
					else
						buf_ch(&want, text[i]);
				}
				html_text(&out, str_of(text, n));
				check_str(buf_str(&out), buf_str(&want));
				free(text);
			}
	buf_done(&out);
	buf_done(&want);
}

static void addresses_go_there_and_back(void **state)
{
	struct str hard = S("Банк «Мали» & fils / 50 % + ?=#~");
	struct arena a;
	struct str back;
	struct buf b;

	(void)state;
	arena_init(&a, 1 << 20);
	buf_init(&b, 1000);
	url_part(&b, hard);
	assert_true(url_text(&a, buf_str(&b), true, &back));
	check_str(back, hard);
	assert_true(url_text(&a, buf_str(&b), false, &back));
	check_str(back, hard);
	buf_clear(&b);
	url_part(&b, S("a b/é"));
	check_str(buf_str(&b), S("a%20b%2F%C3%A9"));
	buf_done(&b);
	arena_done(&a);
}

static void addresses_are_read_strictly(void **state)
{
	const struct str bad[] = { S("%"),   S("a%2"),       S("%zz"),    S("%2g"),
				   S("%00"), S("x%00y"),     S("a\0b"),   S("%ff"),
				   S("%c3"), S("%ed%a0%80"), S("%c0%af"), S("\xff") };
	struct arena a;
	struct str out;

	(void)state;
	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(url_text(&a, bad[i], false, &out));
		assert_false(url_text(&a, bad[i], true, &out));
	}
	assert_true(url_text(&a, S("a+b"), true, &out));
	check_str(out, S("a b"));
	assert_true(url_text(&a, S("a+b"), false, &out));
	check_str(out, S("a+b"));
	assert_true(url_text(&a, S("%e2%82%ac"), false, &out));
	check_str(out, S("€"));
	arena_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_escaped),
		cmocka_unit_test(every_place_is_looked_at),
		cmocka_unit_test(addresses_go_there_and_back),
		cmocka_unit_test(addresses_are_read_strictly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

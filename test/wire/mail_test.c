#include "wire/mail.h"

#include "check.h"

static struct buf b;

static struct str written(const char *subject, const char *plain)
{
	const struct mail m = { .from = S("registre@example.org"),
				.to = S("awa@example.org"),
				.from_name = S("Registre"),
				.subject = str_z(subject),
				.id = S("0123456789abcdef"),
				.time = 1772445296, /* 2026-03-02T09:54:56Z */
				.lang = "fr",
				.plain = str_z(plain),
				.html = S("<p>é</p>") };

	buf_clear(&b);
	mail_write(&b, &m);
	assert_false(b.full);
	return buf_str(&b);
}

static bool has(struct str s, const char *what)
{
	return str_find(s, str_z(what)) < s.n;
}

static void addresses(void **state)
{
	static const char *const good[] = { "a@b", "awa.k+x@mail.example.org",
					    "x'y@example.org" };
	static const char *const bad[] = {
		"",      "a",       "@b",   "a@",   "a@b@c", "a b@c", "a@b\r\nBcc: c@d",
		"<a@b>", "a@b,c@d", "a@.b", "a@b.", "é@b",   "a\"@b", "a;@b"
	};
	char room[300] = "a@";

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		assert_true(mail_address(str_z(good[i])));
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_false(mail_address(str_z(bad[i])));
	memset(room + 2, 'b', 252);
	assert_true(mail_address(str_of(room, MAIL_ADDRESS_MAX)));
	room[254] = 'b';
	assert_false(mail_address(str_of(room, MAIL_ADDRESS_MAX + 1)));
	memset(room, 'a', 65);
	room[65] = '@';
	assert_false(mail_address(str_of(room, 100)));
}

static void headers(void **state)
{
	struct str s = written("Rien", "x");

	(void)state;
	assert_true(has(s, "Subject: Rien\r\n"));
	assert_true(has(s, "Date: Mon, 2 Mar 2026 09:54:56 +0000\r\n"));
	assert_true(has(s, "Message-ID: <0123456789abcdef@example.org>\r\n"));
	assert_true(has(s, "To: awa@example.org\r\n"));
	assert_true(str_ends(s, S("\r\n--0123456789abcdef--\r\n")));
	/* no line end of a subject makes another header */
	assert_false(has(written("a\r\nBcc: x@y", "x"), "\r\nBcc:"));
}

/* RFC 2047 2: encoded words of at most 75 characters, each of whole characters. */
static void long_subjects_are_encoded_words(void **state)
{
	struct buf long_one;

	(void)state;
	buf_init(&long_one, 20000);
	for (int i = 0; i < 10000 / 2; i++)
		buf_z(&long_one, i % 3 ? "ж" : "😀");
	buf_ch(&long_one, '\0');
	{
		struct str rest = written(long_one.p, "x"), line;

		while (str_split(&rest, '\n', &line)) {
			struct str word = str_from(line, str_find(line, S("=?UTF-8?B?")));
			char text[100];
			size_t n = 0;

			assert_true(line.n <= 78);
			if (!word.n)
				continue;
			assert_true(str_ends(word, S("?=\r")));
			assert_true(word.n - 1 <= 75);
			word = str_cut(str_from(word, 10), word.n - 13);
			assert_true(b64_decode(word, text, sizeof(text), &n));
			assert_true(str_utf8(str_of(text, n)));
		}
	}
	buf_done(&long_one);
}

/* RFC 3676 4.5: lines that end with a blank go on; joined they are the paragraph. */
static void paragraphs_flow(void **state)
{
	struct str s, part;
	char text[4096];
	struct buf plain, code;
	size_t n;

	(void)state;
	buf_init(&plain, 4096);
	buf_init(&code, 8192);
	for (int i = 0; i < 60; i++)
		buf_z(&plain, i % 7 ? "mot ж " : "Donaudampfschifffahrtsgesellschaft ");
	buf_z(&plain, "fin\nFrom here\n>x");
	buf_ch(&plain, '\0');
	s = written("x", plain.p);
	s = str_from(s, str_find(s, S("base64\r\n\r\n")) + 10);
	part = str_cut(s, str_find(s, S("\r\n--")));
	for (size_t i = 0; i < part.n; i++)
		if (part.p[i] != '\r' && part.p[i] != '\n')
			buf_ch(&code, part.p[i]);
	assert_true(b64_decode(buf_str(&code), text, sizeof(text), &n));
	s = str_of(text, n);
	assert_true(has(s, "\r\n From here\r\n"));
	assert_true(has(s, "\r\n >x\r\n"));
	buf_clear(&code);
	for (struct str line; str_split(&s, '\n', &line) && line.n > 0;) {
		line = str_cut(line, line.n - 1);
		assert_true(line.n <= 110);
		buf_add(&code, line);
		if (!str_ends(line, S(" ")))
			break;
	}
	check_str(buf_str(&code), str_cut(str_z(plain.p), str_index(str_z(plain.p), '\n')));
	buf_done(&plain);
	buf_done(&code);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses),
		cmocka_unit_test(headers),
		cmocka_unit_test(long_subjects_are_encoded_words),
		cmocka_unit_test(paragraphs_flow),
	};

	buf_init(&b, 1 << 20);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

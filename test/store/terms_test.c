/* What a row's texts say, as numbers of terms. */
#include "check.h"

#include "store/fold.h"
#include "store/terms.h"

static void row_text(struct terms *t, struct buf *out)
{
	buf_clear(out);
	for (size_t i = 0; i < t->row.n; i++) {
		buf_add(out, t->term[t->row.p[i]].text);
		buf_ch(out, ' ');
	}
}

/* The same without any memory. */
static void plain_text(struct stems *s, struct str text, struct buf *out)
{
	struct word word;
	struct str all, one, had, rest;
	bool is;

	buf_clear(out);
	while (fold_word(&text, &word)) {
		all = stems_of(s, str_of(word.p, word.n));
		while (all.n && str_split(&all, ' ', &one)) {
			is = false;
			for (rest = buf_str(out); rest.n && str_split(&rest, ' ', &had);)
				is = is || str_eq(had, one);
			if (is)
				continue;
			buf_add(out, one);
			buf_ch(out, ' ');
		}
	}
}

struct desk {
	struct terms *t;
	struct stems *s;
	struct buf got, want;
};

static void desk_open(struct desk *d)
{
	d->t = terms_open();
	d->s = stems_open();
	buf_init(&d->got, 1 << 20);
	buf_init(&d->want, 1 << 20);
}

static void desk_close(struct desk *d)
{
	terms_close(d->t);
	stems_close(d->s);
	buf_done(&d->got);
	buf_done(&d->want);
}

static void says(struct desk *d, struct str text)
{
	terms_row(d->t);
	terms_put(d->t, terms_say_words, NULL, text);
	row_text(d->t, &d->got);
	plain_text(d->s, text, &d->want);
	check_str(buf_str(&d->got), buf_str(&d->want));
}

static void texts_say_the_same_each_time(void **state)
{
	static const char *const texts[] = {
		"",
		" -- ",
		"1",
		"2025/2, 2025",
		"a1000.xml, 21",
		"SHA-256 c3c49e918c5bed928746469680ab2a894d6176cf39ecce0b46d4bd31d9188be6",
		"Électrification rurale; ÉLECTRIFICATIONS l’électrification",
		"E\xcc\x81lectrification \xcc\x81"
		"a \xcc\x81",
		"Œuvre l’Œuvre «œuvres»—Straße",
		"Ёлка ёлки И\xcc\x86ошкар й",
		"中国 Mali ½ Ⅳ № ’ ’a",
		"mot2s mots2 2mots mots",
		"trained training engineers",
	};
	struct desk d;

	(void)state;
	desk_open(&d);
	for (int round = 0; round < 4; round++)
		for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
			says(&d, str_z(texts[i]));
	desk_close(&d);
}

/* A word without a space in it may be as long as it likes. */
static void long_texts_are_said(void **state)
{
	struct buf text;
	struct desk d;

	(void)state;
	desk_open(&d);
	buf_init(&text, 1 << 20);
	for (int n = 0; n < 400; n++) {
		buf_z(&text, n % 7 ? "лён" : "’");
		says(&d, buf_str(&text));
		says(&d, buf_str(&text));
	}
	buf_done(&text);
	desk_close(&d);
}

/* Far more words and texts than there are places: each keeps its own terms, also when all was
 * forgotten in between. */
static void memory_is_right(void **state)
{
	char text[64];
	size_t most = 0;
	struct desk d;

	(void)state;
	desk_open(&d);
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 150000; i++) {
			snprintf(text, sizeof(text), "mots%dé projets %d", i, i / 5);
			terms_row(d.t);
			terms_put(d.t, terms_say_words, NULL, str_z(text));
			if (i % 50 == 0)
				says(&d, str_z(text));
			if (terms_used(d.t) > most)
				most = terms_used(d.t);
			if (i % 1000 == 0)
				terms_rest(d.t);
		}
	assert_true(most > terms_used(d.t)); /* it was forgotten */
	assert_true(most < 32 << 20);
	desk_close(&d);
}

static void say_field(struct terms *t, const struct field *f, struct str text)
{
	terms_say(t, str_eq(text, S("none")) ? S("else") : text);
	if (f)
		terms_say(t, S("field"));
}

static void fields_do_not_mix(void **state)
{
	struct terms *t = terms_open();
	struct buf got;

	(void)state;
	buf_init(&got, 1024);
	for (int i = 0; i < 3; i++) {
		terms_row(t);
		terms_put(t, say_field, NULL, S("x"));
		row_text(t, &got);
		check_str(buf_str(&got), S("x "));
		terms_put(t, say_field, &fields[1], S("x"));
		terms_put(t, say_field, &fields[2], S("none"));
		row_text(t, &got);
		check_str(buf_str(&got), S("x field else "));
	}
	buf_done(&got);
	terms_close(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(texts_say_the_same_each_time),
					    cmocka_unit_test(long_texts_are_said),
					    cmocka_unit_test(memory_is_right),
					    cmocka_unit_test(fields_do_not_mix) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <dirent.h>

#include "base/lang.h"
#include "check.h"
#include "model/model.h"

static bool translated(const char *message, const char *where)
{
	bool good = true;

	for (int lang = 0; message && lang < LANG_COUNT; lang++) {
		if (lang_has((enum lang)lang, message))
			continue;
		print_error("%s: lang/model.%s.po lacks: %s\n", where, lang_codes[lang],
			    message);
		good = false;
	}
	return good;
}

static void labels_are_translated(void **state)
{
	bool good = true;

	(void)state;
	for (const struct record *r = records + 1; r < records + RECORD_COUNT; r++) {
		good &= translated(r->title, r->name);
		good &= translated(r->plural, r->name);
		good &= translated(r->about, r->name);
	}
	for (const struct field *f = fields + 1; f < fields + FIELD_COUNT; f++) {
		good &= translated(f->label, f->name);
		good &= translated(f->help, f->name);
	}
	assert_true(good);
}

/* One C string literal at `*s` (behind its quote), decoded to the end of `out`. */
static void literal(struct str *s, struct buf *out)
{
	while (s->n && s->p[0] != '"') {
		if (s->p[0] == '\\')
			*s = str_from(*s, 1);
		buf_ch(out, s->p[0]);
		*s = str_from(*s, 1);
	}
	*s = str_from(*s, 1);
}

/* Every N_("…" "…") of a source file. */
static bool file_is_translated(struct arena *a, const char *path, size_t *count)
{
	char bytes[4096];
	FILE *f = fopen(path, "r");
	struct buf text, message;
	struct str s;
	bool good = true;
	size_t n;

	assert_non_null(f);
	buf_init(&text, 1 << 20);
	while ((n = fread(bytes, 1, sizeof(bytes), f)) > 0)
		buf_add(&text, str_of(bytes, n));
	fclose(f);
	s = buf_str(&text);
	buf_init(&message, 1 << 12);
	for (;;) {
		s = str_from(s, str_find(s, S("N_(")) + 3);
		if (s.n == 0)
			break;
		buf_clear(&message);
		for (s = str_trim(s); s.n && s.p[0] == '"'; s = str_trim(s)) {
			s = str_from(s, 1);
			literal(&s, &message);
		}
		good &= translated(arena_z(a, buf_str(&message)), path);
		++*count;
	}
	buf_done(&message);
	buf_done(&text);
	return good;
}

static void messages_are_translated(void **state)
{
	DIR *dir = opendir("src/model");
	struct dirent *entry;
	struct arena a;
	size_t count = 0;
	bool good = true;

	(void)state;
	assert_non_null(dir);
	arena_init(&a, 1 << 24);
	while ((entry = readdir(dir)) != NULL) {
		struct str name = str_z(entry->d_name);
		char path[512];

		snprintf(path, sizeof(path), "src/model/%s", entry->d_name);
		if (str_ends(name, S(".c")) || str_ends(name, S(".def")))
			good &= file_is_translated(&a, path, &count);
	}
	closedir(dir);
	arena_done(&a);
	assert_true(good);
	assert_true(count > 100);
}

/* French and Russian stand in their own alphabets and keep the arguments. */
static void translations_are_whole(void **state)
{
	(void)state;
	for (const struct record *r = records + 1; r < records + RECORD_COUNT; r++) {
		struct str fr = lang_text(LANG_FR, r->about), ru = lang_text(LANG_RU, r->about);

		assert_false(str_eq(ru, str_z(r->about)) || str_eq(fr, str_z(r->about)) ||
			     str_eq(fr, ru));
		assert_true(str_ends(fr, S(".")) && str_ends(ru, S(".")));
	}
	check_str(lang_text(LANG_FR, "this field must be filled in"),
		  S("ce champ doit être rempli"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(labels_are_translated),
		cmocka_unit_test(messages_are_translated),
		cmocka_unit_test(translations_are_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

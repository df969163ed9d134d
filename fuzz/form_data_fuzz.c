#include <stdio.h>

#include "fuzz.h"
#include "web/form.h"
#include "wire/form.h"

/*
 * What a form's fields make of a record: JSON, and when it is shown and sent again, the same.
 * The first byte chooses the record type, the second the language; the rest is the form.
 */
enum { INPUT_MAX = 16 << 10, ARENA_MAX = 256 << 20, PAIRS_MAX = 20000 };

struct shown {
	struct arena *a;
	enum lang lang;
	struct http_pair pairs[PAIRS_MAX];
	size_t n;
};

static struct str joined(struct shown *s, struct str path, struct str sub)
{
	return arena_join(s->a, path, arena_join(s->a, S("."), sub));
}

static void show(struct shown *s, struct str name, struct str value)
{
	must(s->n < PAIRS_MAX);
	s->pairs[s->n++] = (struct http_pair){ name, value };
}

static void show_fields(struct shown *s, const struct record *r, struct str prefix,
			const struct json *data);

static void show_field(struct shown *s, const struct field *f, struct str path,
		       const struct json *value)
{
	char number[24];
	size_t i = 0;

	if (f->kind == PARTS) {
		for (const struct json *line = value->child; line; line = line->next) {
			snprintf(number, sizeof(number), "%zu", i++);
			show_fields(s, &records[f->to],
				    joined(s, joined(s, path, arena_str(s->a, str_z(number))),
					   S("")),
				    line);
			/* a line in which nothing stands is on the page all the same */
			show(s,
			     joined(s, joined(s, path, arena_str(s->a, str_z(number))), S("_")),
			     S(""));
		}
	} else if (value->type == JSON_OBJECT) {
		for (const struct json *m = value->child; m; m = m->next)
			show(s, joined(s, path, m->name),
			     form_box(s->a, f, value, arena_z(s->a, m->name), s->lang));
	} else {
		show(s, path, form_box(s->a, f, value, NULL, s->lang));
	}
}

static void show_fields(struct shown *s, const struct record *r, struct str prefix,
			const struct json *data)
{
	for (const struct json *m = data->child; m; m = m->next) {
		const struct field *f = record_field(r, m->name);

		must(f != NULL);
		show_field(s, f, arena_join(s->a, prefix, m->name), m);
	}
}

static struct str written(struct arena *a, const struct json *data)
{
	struct json_w w;
	struct buf b;

	buf_init(&b, (size_t)16 * INPUT_MAX);
	w = json_w(&b);
	json_put(&w, data);
	must(!b.full);
	return arena_buf(a, &b);
}

static struct str data_of(struct arena *a, const struct record *r,
			  const struct http_pair *pairs, size_t n, enum lang lang)
{
	const struct form_edit none = { 0 };
	struct typed typed = typed_of(a, pairs, n);

	return written(a, form_json(a, r, &typed, &none, lang));
}

static void there_and_back(struct arena *a, const struct record *r, const struct form *form,
			   enum lang lang)
{
	struct shown *s = arena_new(a, struct shown);
	struct str once = data_of(a, r, form->pairs, form->count, lang);
	struct json *data;
	struct err err;

	must(json_object(a, once, &data, &err));
	s->a = a;
	s->lang = lang;
	show_fields(s, r, S(""), data);
	must(str_eq(data_of(a, r, s->pairs, s->n, lang), once));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	const struct record *r;
	struct form form;
	struct arena a;

	if (n < 2 || n > INPUT_MAX)
		return 0;
	r = &records[1 + bytes[0] % (RECORD_COUNT - 1)];
	arena_init(&a, ARENA_MAX);
	if (form_urlencoded(&a, str_of(bytes + 2, n - 2), &form))
		there_and_back(&a, r, &form, (enum lang)(bytes[1] % LANG_COUNT));
	arena_done(&a);
	return 0;
}

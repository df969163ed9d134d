#include "web/form.h"

#include <stdlib.h>

struct making {
	struct arena *a;
	const struct typed *form;
	const struct form_edit *edit;
	enum lang lang;
};

static int by_name(const void *x, const void *y)
{
	const struct http_pair *p = *(const struct http_pair *const *)x;
	const struct http_pair *q = *(const struct http_pair *const *)y;
	int c = str_cmp(p->name, q->name);

	return c ? c : (p > q) - (p < q);
}

struct typed typed_of(struct arena *a, const struct http_pair *pairs, size_t n)
{
	struct typed f = { arena_array(a, const struct http_pair *, n + 1), n };

	for (size_t i = 0; i < n; i++)
		f.by_name[i] = &pairs[i];
	qsort(f.by_name, n, sizeof(*f.by_name), by_name);
	return f;
}

/* Where the first name that is not before `name` stands. */
static size_t first_from(const struct typed *f, struct str name)
{
	size_t low = 0, high = f->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (str_cmp(f->by_name[mid]->name, name) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

struct str typed_get(const struct typed *f, struct str name)
{
	size_t at = first_from(f, name);

	if (at < f->n && str_eq(f->by_name[at]->name, name))
		return f->by_name[at]->value;
	return S("");
}

/* --- the tree --- */

static struct json *node(struct making *m, enum json_type type)
{
	struct json *j = arena_new(m->a, struct json);

	j->type = type;
	return j;
}

static void put(struct json *parent, struct str name, struct json *child)
{
	struct json **end = &parent->child;

	while (*end)
		end = &(*end)->next;
	child->name = name;
	*end = child;
	parent->count++;
}

/* A text member, unless it is empty. */
static void put_text(struct making *m, struct json *parent, struct str name, struct str text)
{
	struct json *j;

	if (text.n == 0)
		return;
	j = node(m, JSON_STR);
	j->str = text;
	put(parent, name, j);
}

static struct str under(struct making *m, struct str path, struct str sub)
{
	return arena_join(m->a, path, arena_join(m->a, S("."), sub));
}

/* What was typed under path.sub (`sub` empty: under path), on one line. */
static struct str words(struct making *m, struct str path, struct str sub)
{
	return plain_text(m->a, typed_get(m->form, sub.n ? under(m, path, sub) : path), false);
}

static void put_number(struct making *m, struct json *parent, struct str path, struct str sub)
{
	put_text(m, parent, sub, plain_number(m->a, words(m, path, sub), m->lang));
}

/* One text per language: whatever stands under path.TAG. */
static void put_texts(struct making *m, struct json *value, const struct field *f,
		      struct str path)
{
	struct str prefix = under(m, path, S(""));
	struct str last = S("");

	for (size_t i = first_from(m->form, prefix); i < m->form->n; i++) {
		const struct http_pair *p = m->form->by_name[i];
		struct str tag = str_from(p->name, prefix.n);

		if (!str_starts(p->name, prefix))
			break;
		if (tag.n > 0 && str_index(tag, '.') == tag.n && !str_eq(tag, last))
			put_text(m, value, tag, plain_text(m->a, p->value, f->long_text));
		last = tag;
	}
}

/* A currency alone is what the menu stood on, not a value. */
static void put_money(struct making *m, struct json *value, struct str path)
{
	struct str day = words(m, path, S("value_date"));

	if (words(m, path, S("amount")).n == 0 && day.n == 0)
		return;
	put_number(m, value, path, S("amount"));
	put_text(m, value, S("currency"),
		 plain_code("Currency", words(m, path, S("currency"))));
	put_text(m, value, S("value_date"), plain_date(m->a, day, m->lang));
}

static void put_quantity(struct making *m, struct json *value, struct str path)
{
	if (words(m, path, S("amount")).n == 0)
		return;
	put_number(m, value, path, S("amount"));
	put_text(m, value, S("unit"), words(m, path, S("unit")));
}

static void put_file(struct making *m, struct json *value, struct str path)
{
	static const char *const texts[] = { "sha256", "media", "name" };
	uint64_t n;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		put_text(m, value, str_z(texts[i]), words(m, path, str_z(texts[i])));
	if (str_u64(words(m, path, S("size")), (UINT64_C(1) << 53) - 1, &n)) {
		struct json *size = node(m, JSON_INT);

		size->num = (int64_t)n;
		put(value, S("size"), size);
	}
}

static struct json *object_of(struct making *m, const struct field *f, struct str path)
{
	struct json *value = node(m, JSON_OBJECT);

	if (f->kind == MTEXT) {
		put_texts(m, value, f, path);
	} else if (f->kind == MONEY) {
		put_money(m, value, path);
	} else if (f->kind == QUANTITY) {
		put_quantity(m, value, path);
	} else if (f->kind == COORD) {
		put_number(m, value, path, S("lat"));
		put_number(m, value, path, S("lon"));
	} else {
		put_file(m, value, path);
	}
	return value->count ? value : NULL;
}

static struct json *text_of(struct making *m, const struct field *f, struct str path)
{
	struct json *value = node(m, JSON_STR);
	struct str s = words(m, path, S(""));

	if (f->kind == DECIMAL || f->kind == PERCENT)
		s = plain_number(m->a, s, m->lang);
	else if (f->kind == DATE)
		s = plain_date(m->a, s, m->lang);
	else if (f->kind == CODE && s.n > 0)
		s = plain_code(f->list, s);
	else if (f->kind == TEXT && f->long_text)
		s = plain_text(m->a, typed_get(m->form, path), true);
	value->str = s;
	return s.n ? value : NULL;
}

static struct json *bool_of(struct making *m, struct str path)
{
	struct str s = words(m, path, S(""));
	struct json *value =
		node(m, str_is(s, "yes") || str_is(s, "no") ? JSON_BOOL : JSON_STR);

	value->num = str_is(s, "yes");
	value->str = s;
	return s.n ? value : NULL;
}

static struct json *fields_of(struct making *m, const struct record *r, struct str prefix);

/* Which parts were on the page: the numbers that follow the path. */
static size_t part_numbers(struct making *m, struct str prefix, bool present[FORM_PARTS_MAX])
{
	size_t end = 0;

	for (size_t i = first_from(m->form, prefix); i < m->form->n; i++) {
		struct str rest = str_from(m->form->by_name[i]->name, prefix.n);
		uint64_t k;

		if (!str_starts(m->form->by_name[i]->name, prefix))
			break;
		if (str_u64(str_cut(rest, str_index(rest, '.')), FORM_PARTS_MAX - 1, &k)) {
			present[k] = true;
			end = k >= end ? (size_t)k + 1 : end;
		}
	}
	return end;
}

static struct json *parts_of(struct making *m, const struct field *f, struct str path)
{
	bool present[FORM_PARTS_MAX] = { false };
	struct str prefix = under(m, path, S(""));
	size_t end = part_numbers(m, prefix, present);
	struct json *list = node(m, JSON_ARRAY);

	for (size_t i = 0; i < end; i++) {
		struct str one = arena_join(m->a, prefix, arena_str(m->a, str_z(err_num(i))));
		struct json *part;

		if (!present[i] || str_eq(one, m->edit->drop))
			continue;
		part = fields_of(m, &records[f->to], under(m, one, S("")));
		if (part->count || !m->edit->bare)
			put(list, S(""), part);
	}
	if (str_eq(path, m->edit->add))
		put(list, S(""), node(m, JSON_OBJECT));
	return list->count ? list : NULL;
}

static struct json *value_of(struct making *m, const struct field *f, struct str path)
{
	switch (f->kind) {
	case TEXT:
	case CODE:
	case DATE:
	case DECIMAL:
	case PERCENT:
	case REF: return text_of(m, f, path);
	case MTEXT:
	case MONEY:
	case QUANTITY:
	case COORD:
	case FILE_REF: return object_of(m, f, path);
	case BOOL: return bool_of(m, path);
	case PARTS: return parts_of(m, f, path);
	case FIELD_KIND_COUNT: break;
	}
	return NULL;
}

static struct json *fields_of(struct making *m, const struct record *r, struct str prefix)
{
	struct json *data = node(m, JSON_OBJECT);

	for (const struct field *f = &fields[r->first]; f < &fields[r->end]; f++) {
		struct str path = arena_join(m->a, prefix, str_z(f->name));
		struct json *value = NULL;

		if (!str_eq(path, m->edit->drop))
			value = value_of(m, f, path);
		if (value)
			put(data, str_z(f->name), value);
	}
	return data;
}

struct json *form_json(struct arena *a, const struct record *r, const struct typed *f,
		       const struct form_edit *edit, enum lang lang)
{
	struct making m = { a, f, edit, lang };

	return fields_of(&m, r, S(""));
}

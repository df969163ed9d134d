#include "exchange/iati_inside.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* The words of iati.def. */
enum { OPEN = 1, GLOBAL = 2 };
enum { OPTIONAL, REQUIRED };

enum row_kind { ROW_ELEMENT, ROW_ATTR, ROW_LIST, ROW_KID };
struct row {
	enum row_kind kind;
	enum iati id;       /* element, kid */
	const char *name;   /* element, attribute; list: its vocabulary or NULL */
	enum xml_type type; /* element: of its text; attribute */
	unsigned flags;     /* element: OPEN, GLOBAL; attribute: REQUIRED; kid: how often */
	enum iati_list list;
};

static const struct row rows[] = {
#define ELEMENT(id, name, type, flags) { ROW_ELEMENT, IATI_##id, name, XML_##type, flags, 0 },
#define ATTR(name, type, use)          { ROW_ATTR, IATI_NONE, name, XML_##type, use, 0 },
#define LIST(list)                     { ROW_LIST, IATI_NONE, NULL, XML_NOTHING, 0, CODES_##list },
#define LIST_IF(list, vocabulary)                                                              \
	{ ROW_LIST, IATI_NONE, vocabulary, XML_NOTHING, 0, CODES_##list },
#define KID(id, often) { ROW_KID, IATI_##id, NULL, XML_NOTHING, often, 0 },
#include "exchange/iati.def"
};

#define CODES(list, complete, ...)                                                             \
	static const char *const codes_##list[] = { __VA_ARGS__, NULL };
#include "exchange/iati_codes.def"
#undef CODES
static const struct {
	const char *name;
	bool complete;
	const char *const *codes; /* lines of codes, ended by NULL */
} lists[CODES_COUNT] = {
#define CODES(list, complete, ...) { #list, complete, codes_##list },
#include "exchange/iati_codes.def"
#undef CODES
};

static const char *const attr_words[AT_COUNT] = {
#define WORD(id, name) name,
	IATI_WORDS(WORD)
#undef WORD
};

static int word_of(struct iati_table *t, const char *name)
{
	for (size_t i = 0; i < t->word_count; i++)
		if (strcmp(t->words[i], name) == 0)
			return (int)i;
	assert(t->word_count < IATI_WORDS_MAX);
	t->global[t->word_count] = IATI_NONE;
	t->words[t->word_count] = name;
	return (int)t->word_count++;
}

static void add_list(struct iati_shape *shape, const struct row *row)
{
	const struct iati_list_use use = { row->list, row->name };
	struct iati_attr *attr = shape->attrs + shape->attr_count - 1;

	if (shape->attr_count == 0) {
		shape->list = use;
		shape->has_list = true;
	} else {
		assert(attr->list_count < IATI_LISTS_MAX);
		attr->lists[attr->list_count++] = use;
	}
}

static void add_row(struct iati_table *t, struct iati_shape *shape, const struct row *row)
{
	switch (row->kind) {
	case ROW_ELEMENT:
		shape->name = row->name;
		shape->word = word_of(t, row->name);
		shape->text = row->type;
		shape->open = row->flags & OPEN;
		if (row->flags & GLOBAL)
			t->global[shape->word] = row->id;
		return;
	case ROW_ATTR:
		assert(shape->attr_count < IATI_ATTRS_MAX);
		shape->attrs[shape->attr_count++] = (struct iati_attr){
			.name = row->name,
			.word = word_of(t, row->name),
			.type = row->type,
			.required = row->flags == REQUIRED,
		};
		return;
	case ROW_LIST: add_list(shape, row); return;
	case ROW_KID:
		assert(shape->kid_count < IATI_KIDS_MAX);
		shape->kids[shape->kid_count++] = (struct iati_kid){
			.id = row->id,
			.required = row->flags == '1' || row->flags == '+',
			.many = row->flags == '+' || row->flags == '*',
		};
		return;
	}
}

/* --- codes --- */

/* FNV-1a. */
static size_t code_slot(enum iati_list list, struct str code)
{
	uint32_t h = 2166136261U ^ (uint32_t)list;

	for (size_t i = 0; i < code.n; i++)
		h = (h ^ (unsigned char)code.p[i]) * 16777619U;
	return (h ^ h >> 15) % IATI_CODE_SLOTS;
}

/* Where it stands in t->codes, or would. */
static size_t code_place(const struct iati_table *t, enum iati_list list, struct str code)
{
	size_t i = code_slot(list, code);

	while (t->codes[i].code.n &&
	       !(t->codes[i].list == list && str_eq(t->codes[i].code, code)))
		i = (i + 1) % IATI_CODE_SLOTS;
	return i;
}

bool iati_code_known(const struct iati_table *t, enum iati_list list, struct str code)
{
	return code.n && t->codes[code_place(t, list, code)].code.n;
}

const char *iati_list_name(enum iati_list list)
{
	return lists[list].name;
}

bool iati_list_complete(enum iati_list list)
{
	return lists[list].complete;
}

bool iati_agency_prefix(const struct iati_table *t, struct str text)
{
	for (size_t n = 1; n <= text.n && n < 32; n++)
		if (iati_code_known(t, CODES_OrganisationRegistrationAgency, str_cut(text, n)))
			return true;
	return false;
}

static size_t add_line(struct iati_table *t, enum iati_list list, const char *line)
{
	struct str rest = str_z(line), code;
	size_t n = 0;

	for (; str_split(&rest, ' ', &code); n++)
		t->codes[code_place(t, list, code)] = (struct iati_code){ list, code };
	return n;
}

static void add_codes(struct iati_table *t)
{
	size_t n = 0;

	for (enum iati_list list = 0; list < CODES_COUNT; list++)
		for (const char *const *line = lists[list].codes; *line; line++)
			n += add_line(t, list, *line);
	assert(n < IATI_CODE_SLOTS / 2);
}

/* Where each word stands in an element, and what may not be missing. */
static void index_shape(struct iati_table *t, enum iati id)
{
	struct iati_shape *shape = t->shapes + id;

	for (size_t i = 0; i < shape->attr_count; i++) {
		unsigned char *at = shape->attr_at + shape->attrs[i].word;

		assert(*at == 0);
		*at = (unsigned char)(i + 1);
		shape->attrs_required |= (uint64_t)shape->attrs[i].required << i;
	}
	for (size_t i = 0; i < shape->kid_count; i++) {
		unsigned char *at;

		shape->kids[i].word = t->shapes[shape->kids[i].id].word;
		at = shape->kid_at + shape->kids[i].word;
		assert(*at == 0);
		*at = (unsigned char)(i + 1);
		shape->kids_required |= (uint64_t)shape->kids[i].required << i;
	}
	shape->judged =
		shape->text != XML_NOTHING && (shape->text != XML_STRING || shape->has_list);
}

struct iati_table *iati_table_make(void)
{
	struct iati_table *t = calloc(1, sizeof(*t));
	struct iati_shape *shape = NULL;

	assert(t);
	for (int i = 0; i < AT_COUNT; i++)
		(void)word_of(t, attr_words[i]);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].kind == ROW_ELEMENT)
			shape = t->shapes + rows[i].id;
		add_row(t, shape, rows + i);
	}
	for (enum iati id = 0; id < IATI_COUNT; id++)
		index_shape(t, id);
	add_codes(t);
	return t;
}

#include "exchange/iati_tree.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { TREE_MAX = 1 << 30, TREE_TEXT_MAX = 16 << 20 };

struct iati_trees {
	struct iati_trees_plan plan;
	struct iati_sink sink;
	struct iati_reader *reader;
	struct arena a; /* of the activity under way */
	struct buf text;
	struct iati_tree *at;           /* the open element */
	struct iati_tree *root, **tail; /* where the next element goes */
	bool hurt;
};

/* Nearly all are as str_trim would leave them. */
static struct str trimmed(struct str s)
{
	return s.n && (unsigned char)s.p[0] > ' ' && (unsigned char)s.p[s.n - 1] > ' '
		       ? s
		       : str_trim(s);
}

static struct str value_of(const struct iati_tree *t, int word)
{
	for (size_t i = 0; i < t->attr_count; i++)
		if (t->attrs[i].word == word)
			return t->attrs[i].value;
	return S("");
}

struct str tree_attr(const struct iati_tree *t, enum iati_at name)
{
	return t ? value_of(t, (int)name) : S("");
}

struct str tree_lang(const struct iati_tree *t)
{
	struct str tag = S("");

	for (; t && !tag.n; t = t->parent)
		tag = value_of(t, XML_WORD_LANG);
	return tag;
}

static struct iati_tree *named(struct iati_tree *t, enum iati id)
{
	while (t && t->id != id)
		t = t->next;
	if (t)
		t->used = true;
	return t;
}

struct iati_tree *tree_kid(struct iati_tree *t, enum iati id)
{
	return t ? named(t->kid, id) : NULL;
}

struct iati_tree *tree_next(struct iati_tree *t)
{
	return named(t->next, t->id);
}

/* --- building --- */

static void text_clear(struct iati_trees *x)
{
	if (x->text.n || x->text.full)
		buf_clear(&x->text);
}

/* The element with its attributes and their values, in one piece. */
static struct iati_tree *make(struct iati_trees *x, const struct xml_element *e)
{
	const struct xml_attr *attrs = e->attrs;
	size_t n = e->attr_count, room = sizeof(struct iati_tree);
	struct iati_attr_value *to;
	struct iati_tree *t;
	char *p;

	for (size_t i = 0; i < n; i++)
		room += sizeof(*to) + attrs[i].value.n;
	t = arena_take(&x->a, room);
	*t = (struct iati_tree){ .text = S(""), .parent = x->at, .attr_count = n };
	p = (char *)(t->attrs + n);
	for (to = t->attrs; to < t->attrs + n; to++, attrs++) {
		struct str value = trimmed(attrs->value);

		if (value.n)
			memcpy(p, value.p, value.n);
		*to = (struct iati_attr_value){ attrs->name.word, str_of(p, value.n) };
		p += value.n;
	}
	return t;
}

static void start(void *ctx, const struct iati_element *e)
{
	struct iati_trees *x = ctx;
	struct iati_tree *t;

	if (!x->at && e->id != IATI_ACTIVITY && e->id != IATI_ORGANISATION) {
		x->hurt = false; /* what is wrong with the root is no activity's */
		return;
	}
	if (!x->at)
		x->tail = &x->root;
	t = make(x, e->xml);
	t->id = e->id;
	t->line = e->line;
	*x->tail = t;
	x->tail = &t->kid;
	x->at = t;
	text_clear(x);
}

static void text(void *ctx, struct str s)
{
	struct iati_trees *x = ctx;

	if (x->at)
		buf_add(&x->text, s);
}

__attribute__((noinline)) static void keep_text(struct iati_trees *x, struct iati_tree *t)
{
	struct str s = trimmed(buf_str(&x->text));
	char *p = arena_take(&x->a, s.n);

	memcpy(p, s.p, s.n);
	t->text = str_of(p, s.n);
}

static void end(void *ctx, enum iati id, uint64_t line)
{
	struct iati_trees *x = ctx;
	struct iati_tree *t = x->at;

	(void)line;
	if (!t)
		return;
	if (!t->kid && x->text.n)
		keep_text(x, t);
	text_clear(x);
	x->at = t->parent;
	x->tail = &t->next;
	if (id != IATI_ACTIVITY && id != IATI_ORGANISATION)
		return;
	x->plan.activity(x->plan.ctx, t, x->hurt);
	x->hurt = false;
	arena_reset(&x->a);
}

static void found(void *ctx, const struct iati_finding *f)
{
	struct iati_trees *x = ctx;
	struct iati_finding named = *f;
	struct iati_tree *root = x->at;

	while (root && root->parent)
		root = root->parent;
	for (const struct iati_tree *k = root ? root->kid : NULL; k; k = k->next)
		if (k->id == IATI_IDENTIFIER || k->id == IATI_ORGANISATION_IDENTIFIER)
			named.activity = k->text;
	x->hurt = true;
	x->plan.found(x->plan.ctx, &named);
}

struct iati_trees *trees_open(const struct iati_trees_plan *plan)
{
	struct iati_trees *x = calloc(1, sizeof(*x));
	struct iati_plan reading = {
		.today = plan->today, .found = found, .ctx = x, .structure_only = true
	};

	assert(x);
	x->plan = *plan;
	x->sink = (struct iati_sink){ start, text, end, x };
	reading.sink = &x->sink;
	arena_init(&x->a, TREE_MAX);
	buf_init(&x->text, TREE_TEXT_MAX);
	x->reader = iati_open(&reading);
	return x;
}

void trees_feed(struct iati_trees *x, struct str bytes)
{
	iati_feed(x->reader, bytes);
}

/* What began and did not end is hurt: the file is not whole, which has been found. */
void trees_finish(struct iati_trees *x)
{
	iati_finish(x->reader);
	while (x->at && x->at->parent)
		x->at = x->at->parent;
	if (x->at)
		x->plan.activity(x->plan.ctx, x->at, true);
	x->at = NULL;
	x->hurt = false;
	arena_reset(&x->a);
}

void trees_close(struct iati_trees *x)
{
	if (!x)
		return;
	iati_close(x->reader);
	buf_done(&x->text);
	arena_done(&x->a);
	free(x);
}

const char *iati_name(enum iati id)
{
	static const char *const names[IATI_COUNT] = {
#define ELEMENT(id, name, type, flags) [IATI_##id] = (name),
#define ATTR(name, type, use)
#define LIST(list)
#define LIST_IF(list, vocabulary)
#define KID(id, often)
#include "exchange/iati.def"
#undef ELEMENT
#undef ATTR
#undef LIST
#undef LIST_IF
#undef KID
	};

	return id < IATI_COUNT ? names[id] : "";
}

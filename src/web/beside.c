#include "web/acts.h"
#include "web/diff.h"

/*
 * Texts side by side.  Every language of the charter has its own row and none stands for
 * another: a text that changes in one language only shows the other one unchanged.
 */

enum { LINE_FIELDS = 4, LINE_VALUE = 60 };

struct beside {
	struct visit *v;
	const struct record *r;
	const struct beside_text *texts;
	size_t n;
	bool equal; /* none of them is the older */
};

static const struct json *value_in(const struct beside *b, size_t i, const struct field *f)
{
	return json_get(b->texts[i].data, f->name);
}

static bool differs(const struct beside *b, const struct field *f)
{
	for (size_t i = 1; i < b->n; i++)
		if (!value_same(value_in(b, 0, f), value_in(b, i, f)))
			return true;
	return false;
}

/* Values that are read as texts; the others are compared in a table. */
static bool is_text(const struct field *f)
{
	return f->kind == MTEXT || f->kind == PARTS || (f->kind == TEXT && f->long_text);
}

/* --- a text in one language --- */

static void piece_put(struct visit *v, const struct diff_piece *x, bool equal)
{
	if (equal)
		html_lit(&v->out, "<mark>");
	else if (x->kind == DIFF_OLD)
		html_lit(&v->out, "<del>");
	else
		html_lit(&v->out, "<ins>");
	html_text(&v->out, x->text);
	if (equal)
		html_lit(&v->out, "</mark>");
	else if (x->kind == DIFF_OLD)
		html_lit(&v->out, "</del>");
	else
		html_lit(&v->out, "</ins>");
}

/* The side `i` of two: what both say, and what only this one does. */
static void marked(const struct beside *b, const struct str texts[2], size_t i)
{
	struct visit *v = b->v;
	struct diff_piece *piece;
	size_t n = diff_words(v->a, texts[0], texts[1], &piece);

	for (size_t k = 0; k < n; k++) {
		if (piece[k].kind == DIFF_SAME)
			html_text(&v->out, piece[k].text);
		else if (piece[k].kind == (i == 0 ? DIFF_OLD : DIFF_NEW))
			piece_put(v, &piece[k], b->equal);
	}
}

static struct str column_label(const struct beside *b, size_t i, struct str tag, bool same)
{
	struct visit *v = b->v;
	struct str label = b->texts[i].name;

	if (tag.n > 0)
		label = arena_join(v->a, language_name(v, tag),
				   arena_join(v->a, S(" · "), label));
	if (same && i > 0 && !b->equal)
		label = arena_join(v->a, label,
				   arena_join(v->a, S(", "), T(v->lang, "unchanged")));
	return label;
}

static void text_row(const struct beside *b, struct str tag, const struct str *texts)
{
	struct visit *v = b->v;

	html_lit(&v->out, "<div class=two>");
	for (size_t i = 0; i < b->n; i++) {
		html_lit(&v->out, "<div class=text");
		if (tag.n > 0)
			html_attr(&v->out, "lang", tag);
		html_attr(&v->out, "data-lang",
			  column_label(b, i, tag, str_eq(texts[i], texts[0])));
		html_lit(&v->out, ">");
		if (texts[i].n == 0)
			html_lit(&v->out, "—");
		else if (b->n == 2)
			marked(b, texts, i);
		else
			html_text(&v->out, texts[i]);
		html_lit(&v->out, "</div>");
	}
	html_lit(&v->out, "</div>\n");
}

/* --- languages --- */

void tag_add(struct tags *t, struct str tag)
{
	for (size_t i = 0; i < t->n; i++)
		if (str_eq(t->list[i], tag))
			return;
	if (t->n < TAGS_MAX)
		t->list[t->n++] = tag;
}

void tags_of(struct tags *t, const struct record *r, const struct json *data)
{
	for (const struct field *f = &fields[r->first]; f < &fields[r->end]; f++) {
		const struct json *value = json_get(data, f->name);

		if (!value || (f->kind != MTEXT && f->kind != PARTS))
			continue;
		for (const struct json *x = value->child; x; x = x->next)
			if (f->kind == MTEXT)
				tag_add(t, x->name);
			else
				tags_of(t, &records[f->to], x);
	}
}

/* The charter's languages in its order, then those that the texts have beside them. */
static struct tags languages(const struct beside *b, const struct field *f)
{
	const struct charter *c = node_charter(b->v->node);
	struct tags out = { 0 };

	for (size_t i = 0; c && i < c->language_count; i++)
		tag_add(&out, c->languages[i]);
	for (size_t i = 0; i < b->n; i++) {
		const struct json *texts = value_in(b, i, f);

		for (const struct json *t = texts ? texts->child : NULL; t; t = t->next)
			tag_add(&out, t->name);
	}
	return out;
}

static void language_rows(const struct beside *b, const struct field *f)
{
	struct tags tags = languages(b, f);

	for (size_t l = 0; l < tags.n; l++) {
		struct str texts[BESIDE_MAX] = { 0 };
		bool any = false;

		for (size_t i = 0; i < b->n; i++) {
			const struct json *t = json_member(value_in(b, i, f), tags.list[l]);

			texts[i] = t ? t->str : S("");
			any = any || texts[i].n > 0;
		}
		if (any)
			text_row(b, tags.list[l], texts);
	}
}

static void text_field(const struct beside *b, const struct field *f)
{
	struct visit *v = b->v;
	struct str texts[BESIDE_MAX] = { 0 };

	html_lit(&v->out, "<h3>");
	html_text(&v->out, lang_text(v->lang, f->label));
	html_lit(&v->out, "</h3>\n");
	if (f->kind == MTEXT) {
		language_rows(b, f);
		return;
	}
	for (size_t i = 0; i < b->n; i++)
		texts[i] = value_words(v, f, value_in(b, i, f));
	text_row(b, S(""), texts);
}

/* --- all other values --- */

static void table_head(const struct beside *b)
{
	struct visit *v = b->v;

	table_begin(v, T(v->lang, "Other fields that differ"), "cards fit");
	html_lit(&v->out, "<thead><tr><th scope=col>");
	page_say(v, "Field");
	html_lit(&v->out, "</th>");
	for (size_t i = 0; i < b->n; i++) {
		html_lit(&v->out, "<th scope=col>");
		html_text(&v->out, b->texts[i].name);
		html_lit(&v->out, "</th>");
	}
	html_lit(&v->out, "</tr></thead><tbody>\n");
}

static void table_cell(const struct beside *b, const struct field *f, size_t i)
{
	const struct json *value = value_in(b, i, f);
	struct visit *v = b->v;

	html_lit(&v->out, "<td");
	html_attr(&v->out, "data-l", b->texts[i].name);
	html_lit(&v->out, ">");
	if (value)
		page_cell(v, f, value);
	else
		html_lit(&v->out, "—");
	html_lit(&v->out, "</td>");
}

static bool value_table(const struct beside *b)
{
	struct visit *v = b->v;
	bool any = false;

	for (const struct field *f = &fields[b->r->first]; f < &fields[b->r->end]; f++) {
		if (is_text(f) || !differs(b, f))
			continue;
		if (!any)
			table_head(b);
		any = true;
		html_lit(&v->out, "<tr><th scope=row>");
		html_text(&v->out, lang_text(v->lang, f->label));
		html_lit(&v->out, "</th>");
		for (size_t i = 0; i < b->n; i++)
			table_cell(b, f, i);
		html_lit(&v->out, "</tr>\n");
	}
	if (any) {
		html_lit(&v->out, "</tbody>");
		table_end(v);
	}
	return any;
}

void page_beside(struct visit *v, const struct record *r, const struct beside_text *texts,
		 size_t n, bool equal)
{
	struct beside b = { v, r, texts, n < BESIDE_MAX ? n : BESIDE_MAX, equal };
	bool any = value_table(&b);

	for (const struct field *f = &fields[r->first]; f < &fields[r->end]; f++)
		if (is_text(f) && differs(&b, f)) {
			text_field(&b, f);
			any = true;
		}
	if (any)
		return;
	html_lit(&v->out, "<p class=soft>");
	page_say(v, "No field differs.");
	html_lit(&v->out, "</p>\n");
}

/* --- in one line --- */

static struct str short_words(struct visit *v, const struct field *f, const struct json *value)
{
	struct str words = value_words(v, f, value);

	return words.n > 0 && words.n <= LINE_VALUE ? words : S("");
}

static void line_field(struct visit *v, const struct field *f, const struct json *before,
		       const struct json *after)
{
	struct str x = S(""), y = S("");

	html_text(&v->out, lang_text(v->lang, f->label));
	if (!is_text(f)) {
		x = short_words(v, f, before);
		y = short_words(v, f, after);
	}
	if (x.n == 0 && y.n == 0)
		return;
	page_say(v, ": ");
	html_text(&v->out, x.n > 0 ? x : S("—"));
	html_lit(&v->out, " → ");
	html_text(&v->out, y.n > 0 ? y : S("—"));
}

void page_change_line(struct visit *v, const struct record *r, const struct json *before,
		      const struct json *after)
{
	size_t n = 0;

	for (const struct field *f = &fields[r->first]; f < &fields[r->end]; f++) {
		const struct json *x = json_get(before, f->name), *y = json_get(after, f->name);

		if (value_same(x, y) || ++n > LINE_FIELDS)
			continue;
		if (n > 1)
			html_lit(&v->out, " · ");
		line_field(v, f, x, y);
	}
	if (n > LINE_FIELDS) {
		html_lit(&v->out, " · ");
		page_count(v, N_("and %1 more field"), N_("and %1 more fields"),
			   n - LINE_FIELDS);
	} else if (n == 0) {
		page_say(v, "No field differs.");
	}
}

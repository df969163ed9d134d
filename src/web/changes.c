#include "web/diff.h"
#include "web/pages.h"

/*
 * What changed between two versions of a record, field by field; texts word by word in
 * each language.  Parts are compared as lines of words.
 */

static void put_sep(struct buf *b, size_t start, const char *sep)
{
	if (b->n > start)
		buf_z(b, sep);
}

static void write_words(struct visit *v, struct buf *b, const struct field *f,
			const struct json *value);

static void write_texts(struct buf *b, const struct json *value)
{
	size_t start = b->n;

	for (const struct json *t = value->child; t; t = t->next) {
		put_sep(b, start, " / ");
		buf_add(b, t->str);
	}
}

static void write_lines(struct visit *v, struct buf *b, const struct record *part,
			const struct json *list)
{
	for (const struct json *line = list->child; line && !b->full; line = line->next) {
		size_t start = b->n;

		for (const struct field *f = &fields[part->first]; f < &fields[part->end];
		     f++) {
			const struct json *value = json_get(line, f->name);

			if (!value)
				continue;
			put_sep(b, start, " · ");
			write_words(v, b, f, value);
		}
		buf_ch(b, '\n');
	}
}

static void write_words(struct visit *v, struct buf *b, const struct field *f,
			const struct json *value)
{
	bool found;

	if (f->kind == MTEXT) {
		write_texts(b, value);
	} else if (f->kind == PARTS) {
		write_lines(v, b, &records[f->to], value);
	} else if (f->kind == REF) {
		buf_add(b, view_label(v->view, v->a, &records[f->to], value->str, v->who,
				      v->lang, &found));
	} else if (f->kind == FILE_REF) {
		buf_add(b, json_str(value, "name"));
		buf_lit(b, " ");
		buf_add(b, str_cut(json_str(value, "sha256"), 12));
	} else {
		buf_add(b, field_text(v->a, f, value, v->lang));
	}
	if (f->kind == MONEY && json_str(value, "value_date").n > 0) {
		buf_lit(b, " (");
		buf_add(b, json_str(value, "value_date"));
		buf_lit(b, ")");
	}
}

struct str value_words(struct visit *v, const struct field *f, const struct json *value)
{
	struct str words;
	struct buf b;

	if (!value)
		return S("");
	buf_init(&b, 1 << 20);
	write_words(v, &b, f, value);
	words = arena_join(v->a, str_trim(buf_str(&b)), b.full ? S(" …") : S(""));
	buf_done(&b);
	return words;
}

bool value_same(const struct json *x, const struct json *y)
{
	const struct json *i, *j;

	if (!x || !y || x->type != y->type)
		return x == y;
	if (!str_eq(x->str, y->str) || x->num != y->num || x->count != y->count)
		return false;
	for (i = x->child, j = y->child; i && j; i = i->next, j = j->next)
		if (!str_eq(i->name, j->name) || !value_same(i, j))
			return false;
	return true;
}

static void pieces(struct visit *v, struct str before, struct str after)
{
	struct diff_piece *piece;
	size_t n = diff_words(v->a, before, after, &piece);

	for (size_t i = 0; i < n; i++) {
		if (piece[i].kind == DIFF_OLD)
			html_lit(&v->out, "<del>");
		else if (piece[i].kind == DIFF_NEW)
			html_lit(&v->out, "<ins>");
		html_text(&v->out, piece[i].text);
		if (piece[i].kind == DIFF_OLD)
			html_lit(&v->out, "</del>");
		else if (piece[i].kind == DIFF_NEW)
			html_lit(&v->out, "</ins>");
	}
}

static void text_change(struct visit *v, struct str tag, struct str before, struct str after)
{
	if (str_eq(before, after))
		return;
	html_lit(&v->out, "<div class=text");
	html_attr(&v->out, "lang", tag);
	html_attr(&v->out, "data-lang", language_name(v, tag));
	html_lit(&v->out, ">");
	pieces(v, before, after);
	html_lit(&v->out, "</div>");
}

static void texts_change(struct visit *v, const struct json *before, const struct json *after)
{
	html_lit(&v->out, "<div class=two>");
	for (const struct json *t = after ? after->child : NULL; t; t = t->next) {
		const struct json *old = json_member(before, t->name);

		text_change(v, t->name, old ? old->str : S(""), t->str);
	}
	for (const struct json *t = before ? before->child : NULL; t; t = t->next)
		if (!json_member(after, t->name))
			text_change(v, t->name, t->str, S(""));
	html_lit(&v->out, "</div>");
}

static void whole_change(struct visit *v, const struct field *f, struct str before,
			 struct str after)
{
	html_lit(&v->out, "<div class=text>");
	if (f->kind == PARTS || f->kind == TEXT) {
		pieces(v, before, after);
	} else {
		if (before.n > 0) {
			html_lit(&v->out, "<del>");
			html_text(&v->out, before);
			html_lit(&v->out, "</del> ");
		}
		if (after.n > 0) {
			html_lit(&v->out, "<ins>");
			html_text(&v->out, after);
			html_lit(&v->out, "</ins>");
		}
	}
	html_lit(&v->out, "</div>");
}

void page_changes(struct visit *v, const struct record *r, const struct json *before,
		  const struct json *after)
{
	size_t shown = 0;

	html_lit(&v->out, "<dl class=f>\n");
	for (const struct field *f = &fields[r->first]; f < &fields[r->end]; f++) {
		const struct json *x = json_get(before, f->name), *y = json_get(after, f->name);

		if (value_same(x, y))
			continue;
		html_lit(&v->out, "<div><dt>");
		html_text(&v->out, lang_text(v->lang, f->label));
		html_lit(&v->out, "</dt><dd>");
		if (f->kind == MTEXT)
			texts_change(v, x, y);
		else
			whole_change(v, f, value_words(v, f, x), value_words(v, f, y));
		html_lit(&v->out, "</dd></div>\n");
		shown++;
	}
	html_lit(&v->out, "</dl>\n");
	if (shown == 0) {
		html_lit(&v->out, "<p class=soft>");
		page_say(v, "No field differs.");
		html_lit(&v->out, "</p>");
	}
}

#include "web/form_page.h"

/*
 * Two people changed one record.  Each field that differs is shown twice, and the clerk
 * chooses; where only one of the two changed it, that one is chosen beforehand.
 */

static struct json *base_data(struct form_page *p)
{
	struct record_row row = { .data = S("") };
	struct history_query q = {
		.record = p->r, .ref = p->ref, .who = p->v->who, .limit = HISTORY_MAX
	};
	struct history_result found;
	struct err err;

	if (view_history(p->v->view, p->v->a, &q, &found, &err))
		for (size_t i = 0; i < found.n; i++)
			if (found.versions[i].n == p->prev)
				row.data = found.versions[i].data;
	return row_data(p->v, &row);
}

static void side(struct form_page *p, const struct field *f, const struct json *value,
		 bool mine, bool chosen)
{
	struct visit *v = p->v;
	struct str words = value_words(v, f, value);

	html_lit(&v->out, "<label class=opt><input type=radio");
	html_attr(&v->out, "name", arena_join(v->a, S("_take."), str_z(f->name)));
	html_attr(&v->out, "value", mine ? S("mine") : S("theirs"));
	if (chosen)
		html_lit(&v->out, " checked");
	html_lit(&v->out, "><strong>");
	html_text(&v->out, mine ? T(v->lang, "Yours") : T(v->lang, "In the register"));
	html_lit(&v->out, "</strong><div class=text>");
	html_text(&v->out, words.n > 0 ? words : T(v->lang, "(empty)"));
	html_lit(&v->out, "</div></label>\n");
}

static void differing(struct form_page *p, const struct field *f, const struct json *mine,
		      const struct json *theirs, const struct json *base)
{
	struct visit *v = p->v;
	bool only_theirs = value_same(mine, base);

	html_lit(&v->out, "<fieldset class=field><legend>");
	html_text(&v->out, lang_text(v->lang, f->label));
	html_lit(&v->out, "</legend><div class=two>\n");
	side(p, f, mine, true, !only_theirs);
	side(p, f, theirs, false, only_theirs);
	html_lit(&v->out, "</div></fieldset>\n");
}

static struct str written(struct form_page *p, const struct json *data)
{
	struct json_w w;
	struct buf b;

	buf_init(&b, 4 << 20);
	w = json_w(&b);
	json_put(&w, data);
	return arena_buf(p->v->a, &b);
}

void form_merge_page(struct form_page *p)
{
	struct visit *v = p->v;
	struct json *theirs = row_data(v, &p->row), *base = base_data(p);

	v->r->status = 409;
	page_begin(v, p->row.label);
	html_lit(&v->out, "<p class=kind>");
	html_text(&v->out, lang_text(v->lang, p->r->title));
	html_lit(&v->out, "</p><h1>");
	html_text(&v->out, p->row.label);
	html_lit(&v->out, "</h1>\n<div class=\"box differs\" role=alert><p><strong>");
	page_say(v, "Someone else changed this record while you were writing.");
	html_lit(&v->out, "</strong> ");
	page_say(v, "Nothing is lost. Choose for each field below, then look at the form once "
		    "more and send it.");
	html_lit(&v->out, "</p></div>\n<form method=post");
	form_action(p);
	html_lit(&v->out, ">\n");
	page_csrf(v);
	page_hidden(v, "_id", p->id);
	page_hidden(v, "_visibility", p->visibility);
	page_hidden(v, "_mine", written(p, p->data));
	for (const struct field *f = &fields[p->r->first]; f < &fields[p->r->end]; f++) {
		const struct json *x = json_get(p->data, f->name),
				  *y = json_get(theirs, f->name);

		if (!value_same(x, y))
			differing(p, f, x, y, json_get(base, f->name));
	}
	html_lit(&v->out, "<p><button class=main name=_do value=merge>");
	page_say(v, "Go on with these");
	html_lit(&v->out, "</button></p></form>\n");
	page_end(v);
}

struct json *form_merged(struct form_page *p)
{
	struct arena *a = p->v->a;
	struct json *out = arena_new(a, struct json), **end = &out->child, *mine, *theirs;
	struct err err;

	theirs = row_data(p->v, &p->row);
	if (!json_object(a, typed_get(&p->typed, S("_mine")), &mine, &err))
		return theirs;
	out->type = JSON_OBJECT;
	for (const struct field *f = &fields[p->r->first]; f < &fields[p->r->end]; f++) {
		struct str take =
			typed_get(&p->typed, arena_join(a, S("_take."), str_z(f->name)));
		const struct json *value =
			json_get(str_is(take, "theirs") ? theirs : mine, f->name);

		if (!value)
			continue;
		*end = arena_new(a, struct json);
		**end = *value;
		(*end)->next = NULL;
		end = &(*end)->next;
		out->count++;
	}
	return out;
}

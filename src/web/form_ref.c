#include "web/form_page.h"

/*
 * Choosing a record.  Where there are few, a menu.  Where there are many, words are
 * typed and sent; the page comes back with what was found, to choose from.
 */

static struct list_result *targets(struct form_page *p, const struct field *f)
{
	struct list_result **t = &p->targets[f->to];
	struct list_query q = { .record = &records[f->to],
				.who = p->v->who,
				.lang = p->v->lang,
				.sort_label = true,
				.brief = true,
				.limit = TARGETS_MENU_MAX };
	struct err err;

	if (*t)
		return *t;
	*t = arena_new(p->v->a, struct list_result);
	if (!view_list(p->v->view, p->v->a, &q, *t, &err))
		**t = (struct list_result){ .total = UINT64_MAX };
	return *t;
}

bool form_ref_menu(struct form_page *p, const struct field *f)
{
	return targets(p, f)->total <= TARGETS_MENU_MAX;
}

/* "Ministry of Energy · RU": whose record it is, when it is one side's. */
static struct str row_words(struct form_page *p, const struct record_row *row)
{
	struct arena *a = p->v->a;

	if (str_is(row->party, JOINT_PARTY))
		return row->label;
	return arena_join(a, row->label,
			  arena_join(a, S(" · "), party_short(p->v, row->party)));
}

static void menu(struct form_page *p, const struct field *f, struct str path, struct str chosen)
{
	const struct list_result *t = targets(p, f);
	bool found, listed = chosen.n == 0;

	html_lit(&p->v->out, "<select class=wide");
	form_names(p, path, path);
	html_lit(&p->v->out, ">");
	form_option(p, S(""), S("—"), chosen);
	for (size_t i = 0; i < t->n; i++) {
		struct str ref = row_ref(p->v, &t->rows[i]);

		form_option(p, ref, row_words(p, &t->rows[i]), chosen);
		listed = listed || str_eq(ref, chosen);
	}
	if (!listed)
		form_option(p, chosen,
			    view_label(p->v->view, p->v->a, &records[f->to], chosen, p->v->who,
				       p->v->lang, &found),
			    chosen);
	html_lit(&p->v->out, "</select>");
}

static void choice(struct form_page *p, struct str path, struct str value, struct str text,
		   bool checked)
{
	struct buf *b = &p->v->out;

	html_lit(b, "<label class=opt><input type=radio");
	html_attr(b, "name", path);
	html_attr(b, "value", value);
	if (checked)
		html_lit(b, " checked");
	html_lit(b, ">");
	html_text(b, text);
	html_lit(b, "</label>");
}

/* What the words found; the only one found is chosen at once. */
static void found_choices(struct form_page *p, const struct field *f, struct str path,
			  struct str words, struct str chosen)
{
	struct visit *v = p->v;
	struct search_query q = {
		words, &records[f->to], v->who, v->lang, 0, TARGETS_FOUND_MAX
	};
	struct list_result found = { 0 };
	struct err err;

	if (!view_search(v->view, v->a, &q, &found, &err) || found.n == 0) {
		html_lit(&v->out, "<p class=err>");
		page_fill(v, "Nothing was found for “%1”. Try one word, or part of a number.",
			  words);
		html_lit(&v->out, "</p>");
		return;
	}
	for (size_t i = 0; i < found.n; i++) {
		struct str ref = row_ref(p->v, &found.rows[i]);

		if (!str_eq(ref, chosen))
			choice(p, path, ref, row_words(p, &found.rows[i]),
			       found.n == 1 && chosen.n == 0);
	}
	if (found.total > found.n) {
		html_lit(&v->out, "<p class=soft>");
		page_fill(v, "%1 more match; add a word.", number_of(v, found.total - found.n));
		html_lit(&v->out, "</p>");
	}
}

static struct str find_name(struct form_page *p, struct str path)
{
	return arena_join(p->v->a, path, S(".find"));
}

static void search(struct form_page *p, const struct field *f, struct str path,
		   struct str chosen)
{
	struct visit *v = p->v;
	struct str name = find_name(p, path), words = str_trim(typed_get(&p->typed, name));
	bool found;

	if (chosen.n > 0) {
		choice(p, path, chosen,
		       view_label(v->view, v->a, &records[f->to], chosen, v->who, v->lang,
				  &found),
		       true);
		choice(p, path, S(""), T(v->lang, "None"), false);
	}
	if (words.n > 0)
		found_choices(p, f, path, words, chosen);
	html_lit(&v->out, "<div class=line><div><label");
	html_attr(&v->out, "for", name);
	html_lit(&v->out, ">");
	page_say(v, "Find by words");
	html_lit(&v->out, "</label><input type=search");
	form_names(p, name, path);
	html_attr(&v->out, "value", chosen.n > 0 ? S("") : words);
	html_lit(&v->out, "></div><button name=_do value=keep");
	form_back_to(p, path);
	html_lit(&v->out, ">");
	page_say(v, "Find");
	html_lit(&v->out, "</button></div>");
}

void form_ref(struct form_page *p, const struct field *f, struct str path,
	      const struct json *value)
{
	struct str chosen = value && value->type == JSON_STR ? value->str : S("");

	if (form_ref_menu(p, f))
		menu(p, f, path, chosen);
	else
		search(p, f, path, chosen);
}

bool form_ref_pending(struct form_page *p, struct err *err)
{
	for (size_t i = 0; i < p->typed.n; i++) {
		const struct http_pair *pair = p->typed.by_name[i];
		struct str path = str_cut(pair->name, pair->name.n - S(".find").n);

		if (!str_ends(pair->name, S(".find")) || str_trim(pair->value).n == 0 ||
		    typed_get(&p->typed, path).n > 0)
			continue;
		err_set(err, ERR_INPUT, err_arg(path),
			N_("Choose one of the records found, or empty the box."));
		return true;
	}
	return false;
}

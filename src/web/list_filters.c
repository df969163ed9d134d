#include "web/kept.h"
#include "web/list_address.h"
#include "web/pages.h"

/* Longer menus of codes are cut to the most frequent values; of records there is none. */
enum { MENU_MAX = 60 };

static void option(struct visit *v, struct str value, struct str text, uint64_t count,
		   struct str chosen)
{
	if (count > 0)
		text = arena_join(v->a, arena_join(v->a, text, S(" (")),
				  arena_join(v->a, number_of(v, count), S(")")));
	menu_option(v, value, text, value.n > 0 && str_eq(value, chosen));
}

static void menu_begin(struct visit *v, const char *name, struct str label)
{
	menu_open(v, name, label);
	option(v, S(""), T(v->lang, "All"), 0, S(""));
}

static struct str one_value_words(struct visit *v, const struct field *f, struct str value)
{
	bool found;

	if (f->kind == CODE)
		return code_name(f->list, value, v->lang);
	if (f->kind == REF)
		return view_label(v->view, v->a, &records[f->to], value, v->who, v->lang,
				  &found);
	return bool_words(v, value);
}

struct str list_value_words(struct visit *v, const struct field *f, struct str value)
{
	struct str rest = value, one, words = S("");

	while (rest.n && str_split(&rest, ' ', &one)) {
		if (words.n > 0)
			words = arena_join(v->a, words, S(", "));
		words = arena_join(v->a, words, one_value_words(v, f, one));
	}
	return words;
}

/* A menu of thousands helps nobody: such a filter comes from a link, and is only carried on. */
static bool too_many(struct visit *v, const struct field *f)
{
	return f->kind == REF && view_count(v->view, &records[f->to], v->who) > MENU_MAX;
}

static void facet_menu(struct visit *v, const struct record *r, const struct field *f)
{
	struct str chosen = list_address_value(v, f->name);
	struct facet *facets;
	bool listed = chosen.n == 0;
	struct err err;
	size_t n;

	if (too_many(v, f)) {
		if (chosen.n > 0)
			page_hidden(v, f->name, chosen);
		return;
	}
	if (!view_facets(v->view, v->a, r, f, v->who, &facets, &n, &err) || n == 0)
		return;
	menu_begin(v, f->name, lang_text(v->lang, f->label));
	for (size_t i = 0; i < n && i < MENU_MAX; i++) {
		option(v, facets[i].value, list_value_words(v, f, facets[i].value),
		       facets[i].count, chosen);
		listed = listed || str_eq(facets[i].value, chosen);
	}
	if (!listed)
		option(v, chosen, list_value_words(v, f, chosen), 0, chosen);
	menu_close(v);
}

static void date_inputs(struct visit *v, const struct field *f)
{
	static const char *const ends[] = { ".from", ".to" };

	for (size_t i = 0; i < 2; i++) {
		const char *name =
			arena_z(v->a, arena_join(v->a, str_z(f->name), str_z(ends[i])));

		html_lit(&v->out, "<label>");
		if (i == 0)
			page_fill(v, "%1, from", lang_text(v->lang, f->label));
		else
			page_fill(v, "%1, to", lang_text(v->lang, f->label));
		html_lit(&v->out, "<input type=date");
		html_attr(&v->out, "name", str_z(name));
		html_attr(&v->out, "value", list_address_value(v, name));
		html_lit(&v->out, "></label>\n");
	}
}

/* By its code, as it stands beside the figures. */
static void currency_input(struct visit *v, const struct field *f)
{
	const char *name = arena_z(v->a, arena_join(v->a, str_z(f->name), S(".currency")));

	html_lit(&v->out, "<label>");
	page_fill(v, "%1, currency", lang_text(v->lang, f->label));
	html_lit(&v->out, "<input maxlength=3 autocapitalize=characters placeholder=XOF");
	html_attr(&v->out, "name", str_z(name));
	html_attr(&v->out, "value", list_address_value(v, name));
	html_lit(&v->out, "></label>\n");
}

static void party_menu(struct visit *v)
{
	const struct charter *c = node_charter(v->node);
	struct str chosen = list_address_value(v, "party");

	menu_begin(v, "party", T(v->lang, "Side"));
	for (size_t i = 0; c && i < c->ledger_count; i++)
		if (charter_leads(c, i))
			option(v, c->ledgers[i].party, party_name(v, c->ledgers[i].party), 0,
			       chosen);
	menu_close(v);
}

static void state_menu(struct visit *v)
{
	static const char *const states[] = { "in_force", "proposed",  "accepted",  "divergent",
					      "rejected", "withdrawn", "superseded" };
	struct str chosen = list_address_value(v, "state");

	menu_begin(v, "state", T(v->lang, "State"));
	for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++)
		option(v, str_z(states[i]), state_name(v, str_z(states[i])), 0, chosen);
	menu_close(v);
}

/* The date column that has a range: the list's own order, or else the first. */
static const struct field *range_field(const struct record *r)
{
	const struct field *order = r->order ? &fields[r->order] : NULL;

	if (order && order->kind == DATE && order->column)
		return order;
	for (const struct field *f = &fields[r->first]; f < &fields[r->end]; f++)
		if (f->kind == DATE && f->column)
			return f;
	return NULL;
}

static void whole_form(struct visit *v, const struct list_query *q)
{
	const struct record *r = q->record;
	const struct field *range = range_field(r);

	html_lit(&v->out, "<details class=noprint");
	if (q->filter_count > 0 || q->words.n > 0)
		html_lit(&v->out, " open");
	html_lit(&v->out, "><summary>");
	page_say(v, "Filter");
	html_lit(&v->out, "</summary><form class=filters>\n<label>");
	page_say(v, "Words");
	html_lit(&v->out, "<input type=search name=q");
	html_attr(&v->out, "value", q->words);
	html_lit(&v->out, "></label>\n");
	for (const struct field *f = &fields[r->first]; f < &fields[r->end]; f++)
		if (f->column && (f->kind == CODE || f->kind == REF || f->kind == BOOL))
			facet_menu(v, r, f);
		else if (f->column && f->kind == MONEY)
			currency_input(v, f);
	if (range)
		date_inputs(v, range);
	if (r->joint)
		state_menu(v);
	else
		party_menu(v);
	if (list_address_value(v, "sort").n > 0)
		page_hidden(v, "sort", list_address_value(v, "sort"));
	if (q->ended)
		page_hidden(v, "ended", S("1"));
	html_lit(&v->out, "<button>");
	page_say(v, "Apply");
	html_lit(&v->out, "</button></form></details>\n");
}

static void bare_form(struct visit *v, const struct record *r)
{
	const struct list_query nothing = { .record = r };

	whole_form(v, &nothing);
}

void list_filters(struct visit *v, const struct list_query *q)
{
	if (q->filter_count || q->words.n || q->ended || list_address_value(v, "sort").n)
		whole_form(v, q);
	else
		page_kept(v, KEPT_FILTERS, q->record, bare_form);
}

#include "web/list_address.h"
#include "web/list_parts.h"
#include "web/pages.h"

/* More columns stand closer together, and the sum at their end stays in sight. */
enum { COLUMNS_AT_EASE = 5 };

struct column {
	const struct field *field;
	struct str label;
	bool figure;
};

/* One list page while it is written. */
struct list_page {
	struct visit *v;
	const struct record *r;
	struct list_query q;
	struct list_result found;
	struct json **data;     /* of each row */
	struct column *columns; /* shown beside the record's name */
	size_t column_count;
	const struct field
		*lead; /* first column when the name is spread over columns; else NULL */
};

/* --- what stands in columns --- */

/*
 * A name of texts alone ("I-07 · Fertiliser") is one column; a name with dates or amounts
 * is spread, so that these stand in columns of their own and can be sorted.
 */
static const struct field *spread_name(const struct record *r)
{
	for (size_t i = 0; i < 3 && r->name_fields[i]; i++) {
		enum field_kind k = fields[r->name_fields[i]].kind;

		if (k != TEXT && k != MTEXT)
			return &fields[r->name_fields[0]];
	}
	return NULL;
}

static bool names_record(const struct record *r, const struct field *f)
{
	for (size_t i = 0; i < 3 && r->name_fields[i]; i++)
		if (&fields[r->name_fields[i]] == f)
			return true;
	return false;
}

static bool used(const struct list_page *p, const struct field *f)
{
	for (size_t i = 0; i < p->found.n; i++)
		if (json_get(p->data[i], f->name))
			return true;
	return p->q.sort == f;
}

/* What may stand in columns, of each row. */
static void read_data(struct list_page *p)
{
	struct arena *a = p->v->a;
	struct str *names = arena_room(a, struct str, (size_t)(p->r->end - p->r->first));
	size_t n = 0;
	struct err err;

	for (const struct field *f = &fields[p->r->first]; f < &fields[p->r->end]; f++)
		if (f->column || f == p->lead)
			names[n++] = str_z(f->name);
	p->data = arena_array(a, struct json *, p->found.n + 1);
	for (size_t i = 0; i < p->found.n; i++) {
		const struct record_row *row = &p->found.rows[i];

		p->data[i] = row->parsed;
		if (!row->parsed && !json_some(a, row->data, names, n, &p->data[i], &err))
			p->data[i] = arena_new(a, struct json);
	}
}

static void choose_columns(struct list_page *p)
{
	const struct record *r = p->r;

	p->lead = spread_name(r);
	read_data(p);
	p->columns = arena_array(p->v->a, struct column, (size_t)(r->end - r->first) + 1);
	for (const struct field *f = &fields[r->first]; f < &fields[r->end]; f++) {
		bool named = names_record(r, f) && (!p->lead || f == p->lead);

		if (f->column && !named && used(p, f))
			p->columns[p->column_count++] =
				(struct column){ f, lang_text(p->v->lang, f->label),
						 field_is_figure(f) };
	}
}

/* --- head: what this is, how many, what is asked for --- */

static struct str day_words(struct visit *v, struct str day)
{
	int32_t days;

	if (day.n == 0)
		return S("…");
	return date_parse(day, &days) ? date_words(v->a, days, v->lang) : day;
}

/* "20 January 2026 – …" of "2026-01-20.."; a year, month or day as it stands. */
static struct str range_words(struct visit *v, struct str range)
{
	size_t dots = str_find(range, S(".."));
	struct str to;

	if (dots == range.n)
		return day_words(v, range);
	to = arena_join(v->a, S(" – "), day_words(v, str_from(range, dots + 2)));
	return arena_join(v->a, day_words(v, str_cut(range, dots)), to);
}

static struct str filter_words(struct list_page *p, const struct list_filter *f)
{
	struct visit *v = p->v;

	if (!f->field)
		return str_is(f->name, "party") ? party_name(v, f->value)
						: state_name(v, f->value);
	switch (f->field->kind) {
	case CODE:
	case REF:
	case BOOL: return list_value_words(v, f->field, f->value);
	case TEXT: return f->field->shape == SHAPE_PARTY ? party_name(v, f->value) : f->value;
	case DATE: return range_words(v, f->value);
	case MTEXT:
	case DECIMAL:
	case PERCENT:
	case MONEY:
	case QUANTITY:
	case COORD:
	case FILE_REF:
	case PARTS:
	case FIELD_KIND_COUNT: break;
	}
	return f->value;
}

static struct str filter_label(struct visit *v, const struct list_filter *f)
{
	if (f->field)
		return lang_text(v->lang, f->field->label);
	return str_is(f->name, "party") ? T(v->lang, "Side") : T(v->lang, "State");
}

static void chip(struct visit *v, const char *name, struct str label, struct str words)
{
	html_lit(&v->out, "<a class=chip");
	list_address_href(v, name, S(""));
	html_lit(&v->out, "><span class=hide>");
	page_say(v, "Remove the filter");
	html_lit(&v->out, " </span>");
	page_fill(v, "%1: %2", label, words);
	html_lit(&v->out, " <span aria-hidden=true>✕</span></a> ");
}

static void list_bar(struct list_page *p)
{
	struct visit *v = p->v;

	html_lit(&v->out, "<div class=bar><strong>");
	page_count(v, N_("%1 record"), N_("%1 records"), p->found.total);
	html_lit(&v->out, "</strong> ");
	if (p->q.words.n > 0)
		chip(v, "q", T(v->lang, "Words"), p->q.words);
	for (size_t i = 0; i < p->q.filter_count; i++) {
		const struct list_filter *f = &p->q.filters[i];

		chip(v, f->field ? f->field->name : arena_z(v->a, f->name), filter_label(v, f),
		     filter_words(p, f));
	}
	html_lit(&v->out, "<a class=end");
	list_address_href(v, "ended", p->q.ended ? S("") : S("1"));
	html_lit(&v->out, ">");
	html_text(&v->out, p->q.ended ? T(v->lang, "Hide ended records")
				      : T(v->lang, "Show ended records"));
	html_lit(&v->out, "</a>");
	if (v->person.role >= ROLE_CLERK) {
		html_lit(&v->out, " <a class=button href=\"/");
		html_text(&v->out, str_z(lang_codes[v->lang]));
		html_lit(&v->out, "/import?kind=");
		html_text(&v->out, str_z(p->r->name));
		html_lit(&v->out, "\">");
		page_say(v, "Import");
		html_lit(&v->out, "</a> <a class=\"button main\" href=\"/");
		html_text(&v->out, str_z(lang_codes[v->lang]));
		html_lit(&v->out, "/");
		html_text(&v->out, str_z(p->r->name));
		html_lit(&v->out, "/new\">");
		page_say(v, "New record");
		html_lit(&v->out, "</a>");
	}
	html_lit(&v->out, "</div>\n");
}

/* --- the table --- */

static void sort_head(struct list_page *p, const char *key, struct str label, bool figure)
{
	struct visit *v = p->v;
	bool label_key = str_is(S("label"), key);
	bool here =
		label_key ? p->q.sort_label : p->q.sort && str_is(str_z(p->q.sort->name), key);
	bool sorts = label_key || view_sorts_by(record_field(p->r, str_z(key)));
	struct str next = str_z(key);

	html_lit(&v->out, "<th scope=col");
	if (figure)
		html_lit(&v->out, " class=n");
	if (here)
		html_attr(&v->out, "aria-sort",
			  p->q.descending ? S("descending") : S("ascending"));
	html_lit(&v->out, ">");
	if (!sorts) {
		html_text(&v->out, label);
		html_lit(&v->out, "</th>");
		return;
	}
	html_lit(&v->out, "<a");
	if (here && !p->q.descending)
		next = arena_join(v->a, S("-"), next);
	list_address_href(v, "sort", next);
	html_lit(&v->out, ">");
	html_text(&v->out, label);
	if (here)
		html_text(&v->out, p->q.descending ? S(" ▼") : S(" ▲"));
	html_lit(&v->out, "</a></th>");
}

static void table_head(struct list_page *p)
{
	struct visit *v = p->v;

	html_lit(&v->out, "<thead><tr>");
	if (p->lead && p->lead->column)
		sort_head(p, p->lead->name, lang_text(v->lang, p->lead->label), false);
	else
		sort_head(p, "label", lang_text(v->lang, p->r->title), false);
	if (!p->r->joint) {
		html_lit(&v->out, "<th scope=col>");
		page_say(v, "Side");
		html_lit(&v->out, "</th>");
	}
	for (size_t i = 0; i < p->column_count; i++)
		sort_head(p, p->columns[i].field->name, p->columns[i].label,
			  p->columns[i].figure);
	html_lit(&v->out, "</tr></thead><tbody>\n");
}

static void name_cell(struct list_page *p, const struct record_row *row,
		      const struct json *data)
{
	struct visit *v = p->v;
	const struct json *value = p->lead ? json_get(data, p->lead->name) : NULL;

	html_lit(&v->out, "<th scope=row");
	if (value && p->lead->kind != TEXT && p->lead->kind != MTEXT)
		html_lit(&v->out, " class=nb");
	html_lit(&v->out, ">");
	page_link_text(v, row, value ? field_text(v->a, p->lead, value, v->lang) : row->label);
	html_lit(&v->out, "<br>");
	page_badges(v, row);
	html_lit(&v->out, "</th>");
}

static void side_cell(struct visit *v, const struct record_row *row)
{
	labelled_cell(v, T(v->lang, "Side"), false);
	html_text(&v->out, party_name(v, row->party));
	html_lit(&v->out, "</td>");
}

static void table_row(struct list_page *p, const struct record_row *row,
		      const struct json *data)
{
	struct visit *v = p->v;

	html_lit(&v->out, "<tr>");
	name_cell(p, row, data);
	if (!p->r->joint)
		side_cell(v, row);
	for (size_t i = 0; i < p->column_count; i++) {
		const struct column *c = &p->columns[i];

		labelled_cell(v, c->label, c->figure);
		page_cell(v, c->field, json_get(data, c->field->name));
		html_lit(&v->out, "</td>");
	}
	html_lit(&v->out, "</tr>\n");
}

static void pager_link(struct visit *v, uint64_t page, struct str after, const char *rel)
{
	html_lit(&v->out, "<a class=button");
	html_attr(&v->out, "rel", str_z(rel));
	list_address_page(v, page, after);
	html_lit(&v->out, ">");
}

void page_pager(struct visit *v, unsigned rows, uint64_t offset,
		const struct list_result *found)
{
	uint64_t page = offset / rows + 1, shown = found->n, total = found->total;

	if (offset == 0 && shown == total)
		return;
	html_lit(&v->out, "<nav class=bar");
	html_attr(&v->out, "aria-label", T(v->lang, "Pages"));
	html_lit(&v->out, ">");
	if (page > 1) {
		pager_link(v, page - 1, S(""), "prev");
		page_say(v, "Previous");
		html_lit(&v->out, "</a> ");
	}
	html_lit(&v->out, "<span>");
	if (shown > 0)
		page_fill(v, "%1–%2 of %3", number_of(v, offset + 1),
			  number_of(v, offset + shown), number_of(v, total));
	html_lit(&v->out, "</span> ");
	if (offset + shown < total) {
		pager_link(v, page + 1, found->next, "next");
		page_say(v, "Next");
		html_lit(&v->out, "</a> ");
	}
	html_lit(&v->out, "</nav>\n");
}

static void list_empty(struct list_page *p)
{
	struct visit *v = p->v;

	html_lit(&v->out, "<div class=box>");
	if (p->q.words.n > 0 || p->q.filter_count > 0) {
		html_lit(&v->out, "<p>");
		page_say(v, "No record matches. Remove a filter above, or use fewer words.");
		html_lit(&v->out, "</p>");
	} else {
		help_first(v, p->r);
	}
	html_lit(&v->out, "</div>\n");
}

/* An address whose `after` is of a list in another order is read by its number of the page. */
static bool read_list(struct list_page *p, struct err *err)
{
	struct visit *v = p->v;

	if (view_list(v->view, v->a, &p->q, &p->found, err))
		return true;
	if (!p->q.after.n || err->kind != ERR_INPUT || !str_is(S("after"), err->field))
		return false;
	p->q.after = S("");
	return view_list(v->view, v->a, &p->q, &p->found, err);
}

void page_list(struct visit *v)
{
	const struct record *r = record_by_slug(v->parts[1]);
	struct list_page p = { .v = v };
	struct err err;

	if (!r)
		r = record_named(v->parts[1]);
	if (!r || r->part) {
		err_set(&err, ERR_MISSING, NULL, N_("There is no page at this address."));
		page_error(v, &err);
		return;
	}
	p.r = r;
	list_address_read(v, r, &p.q);
	if (!read_list(&p, &err)) {
		page_error(v, &err);
		return;
	}
	choose_columns(&p);
	page_begin(v, lang_text(v->lang, r->plural));
	html_lit(&v->out, "<h1>");
	html_text(&v->out, lang_text(v->lang, r->plural));
	html_lit(&v->out, "</h1>\n<p>");
	html_text(&v->out, lang_text(v->lang, r->about));
	html_lit(&v->out, "</p>\n");
	list_bar(&p);
	if (r == &records[RECORD_letter])
		letters_part(v);
	if (r == &records[RECORD_letter] && letters_asked(v)) {
		page_end(v);
		return;
	}
	if (r == &records[RECORD_call])
		calls_part(v);
	list_filters(v, &p.q);
	if (p.found.n > 0 && r == &records[RECORD_organisation]) {
		partners_table(v, &p.found);
	} else if (p.found.n == 0) {
		list_empty(&p);
	} else {
		table_begin(v, lang_text(v->lang, r->plural),
			    p.column_count > COLUMNS_AT_EASE ? "cards tight many" : "cards");
		table_head(&p);
		for (size_t i = 0; i < p.found.n; i++)
			table_row(&p, &p.found.rows[i], p.data[i]);
		html_lit(&v->out, "</tbody>");
		table_end(v);
	}
	page_pager(v, LIST_ROWS, p.q.offset, &p.found);
	help_record(v, r);
	page_end(v);
}

#include "web/pages.h"

/*
 * The fields of a record as its page shows them.  A source that says something of one
 * field stands beside that field's value; parts follow as tables, or one below the other
 * when they hold long texts.
 */

enum { TABLE_COLUMNS_MAX = 7 };

/* A value with what belongs to it on the record's own page. */
static void full_value(struct visit *v, const struct field *f, const struct json *value)
{
	struct str day;

	if (f->kind == MTEXT) {
		page_texts(v, f, value);
		return;
	}
	page_value(v, f, value);
	day = json_str(value, "value_date");
	if (f->kind == MONEY && day.n > 0) {
		html_lit(&v->out, " <small>");
		page_say(v, "value date");
		html_lit(&v->out, " ");
		page_date(v, day);
		html_lit(&v->out, "</small>");
	}
}

/* --- what sources say of a field --- */

static bool speaks_of(const struct json *source, const struct field *f)
{
	return str_is(json_str(source, fields[source_about].name), f->name) &&
	       json_str(source, fields[source_says].name).n > 0;
}

static const struct json *next_claim(const struct json *source, const struct field *f)
{
	while (source && !speaks_of(source, f))
		source = source->next;
	return source;
}

static void claimed_value(struct visit *v, const struct field *f, const struct json *value,
			  const struct json *claim)
{
	html_lit(&v->out, "<div class=two><div");
	html_attr(&v->out, "data-lang", T(v->lang, "This register"));
	html_lit(&v->out, ">");
	full_value(v, f, value);
	html_lit(&v->out, "</div>");
	for (; claim; claim = next_claim(claim->next, f)) {
		html_lit(&v->out, "<div class=text");
		html_attr(&v->out, "data-lang", json_str(claim, fields[source_title].name));
		html_lit(&v->out, ">");
		html_text(&v->out, json_str(claim, fields[source_says].name));
		html_lit(&v->out, "</div>");
	}
	html_lit(&v->out, "</div>");
}

static void one_field(struct visit *v, const struct field *f, const struct json *value,
		      const struct json *claim)
{
	html_lit(&v->out, "<div><dt>");
	html_text(&v->out, lang_text(v->lang, f->label));
	html_lit(&v->out, "</dt><dd>");
	if (claim)
		claimed_value(v, f, value, claim);
	else
		full_value(v, f, value);
	html_lit(&v->out, "</dd></div>\n");
}

/* --- parts --- */

/* Fields of the part that any line fills; true when they stand well in a table. */
static bool used_columns(const struct record *part, const struct json *list,
			 const struct field **columns, size_t *n)
{
	bool tabular = true;

	*n = 0;
	for (const struct field *f = &fields[part->first]; f < &fields[part->end]; f++) {
		bool used = false;

		for (const struct json *line = list->child; line && !used; line = line->next)
			used = json_get(line, f->name) != NULL;
		if (!used)
			continue;
		columns[(*n)++] = f;
		if (f->long_text)
			tabular = false;
	}
	return tabular && *n <= TABLE_COLUMNS_MAX;
}

bool field_is_figure(const struct field *f)
{
	return f->kind == DECIMAL || f->kind == PERCENT || f->kind == MONEY ||
	       f->kind == QUANTITY;
}

/* The sum of a PERCENT column; false when the field is another or a line does not count. */
static bool percent_sum(const struct field *f, const struct json *list, struct dec *sum)
{
	*sum = dec_int(0);
	if (f->kind != PERCENT)
		return false;
	for (const struct json *line = list->child; line; line = line->next) {
		struct str s = json_str(line, f->name);
		struct dec d;

		if (s.n > 0 && (!dec_parse(s, &d) || !dec_add(*sum, d, sum)))
			return false;
	}
	return true;
}

static void parts_foot(struct visit *v, const struct json *list, const struct field **columns,
		       size_t n)
{
	struct dec sum;
	bool any = false;

	for (size_t i = 0; i < n; i++)
		any = any || (columns[i]->kind == PERCENT && i > 0);
	if (!any)
		return;
	html_lit(&v->out, "<tfoot><tr>");
	for (size_t i = 0; i < n; i++) {
		html_lit(&v->out, "<td");
		if (field_is_figure(columns[i]))
			html_lit(&v->out, " class=n");
		html_lit(&v->out, ">");
		if (i == 0)
			page_say(v, "Total");
		else if (percent_sum(columns[i], list, &sum))
			page_fill(v, "%1 %", decimal_of(v, sum, 0));
		html_lit(&v->out, "</td>");
	}
	html_lit(&v->out, "</tr></tfoot>");
}

static void parts_table(struct visit *v, const struct field *f, const struct json *list,
			const struct field **columns, size_t n)
{
	table_begin(v, lang_text(v->lang, f->label), "cards fit");
	html_lit(&v->out, "<thead><tr>");
	for (size_t i = 0; i < n; i++) {
		html_lit(&v->out, "<th scope=col");
		if (field_is_figure(columns[i]))
			html_lit(&v->out, " class=n");
		html_lit(&v->out, ">");
		html_text(&v->out, lang_text(v->lang, columns[i]->label));
		html_lit(&v->out, "</th>");
	}
	html_lit(&v->out, "</tr></thead><tbody>\n");
	for (const struct json *line = list->child; line; line = line->next) {
		html_lit(&v->out, "<tr>");
		for (size_t i = 0; i < n; i++) {
			html_lit(&v->out, "<td");
			if (field_is_figure(columns[i]))
				html_lit(&v->out, " class=n");
			html_attr(&v->out, "data-l", lang_text(v->lang, columns[i]->label));
			html_lit(&v->out, ">");
			page_cell(v, columns[i], json_get(line, columns[i]->name));
			html_lit(&v->out, "</td>");
		}
		html_lit(&v->out, "</tr>\n");
	}
	html_lit(&v->out, "</tbody>");
	parts_foot(v, list, columns, n);
	table_end(v);
}

static bool in_heading(const struct record *part, const struct field *f)
{
	for (size_t i = 0; i < 3 && part->name_fields[i]; i++)
		if (&fields[part->name_fields[i]] == f)
			return !f->long_text;
	return false;
}

static void parts_blocks(struct visit *v, const struct record *part, const struct json *list)
{
	for (const struct json *line = list->child; line; line = line->next) {
		bool first = true;

		html_lit(&v->out, "<div class=part><h3>");
		for (const struct field *f = &fields[part->first]; f < &fields[part->end];
		     f++) {
			if (!in_heading(part, f) || !json_get(line, f->name))
				continue;
			if (!first)
				html_lit(&v->out, " · ");
			page_value(v, f, json_get(line, f->name));
			first = false;
		}
		html_lit(&v->out, "</h3><dl class=f>\n");
		for (const struct field *f = &fields[part->first]; f < &fields[part->end];
		     f++) {
			const struct json *value = json_get(line, f->name);
			bool more = f->kind == MTEXT && value && value->count > 1;

			if (value && (!in_heading(part, f) || more))
				one_field(v, f, value, NULL);
		}
		html_lit(&v->out, "</dl></div>\n");
	}
}

static void parts(struct visit *v, const struct field *f, const struct json *list)
{
	const struct record *part = &records[f->to];
	const struct field **columns =
		arena_array(v->a, const struct field *, (size_t)(part->end - part->first) + 1);
	size_t n;

	html_lit(&v->out, "<h2");
	html_attr(&v->out, "id", str_z(f->name));
	html_lit(&v->out, ">");
	html_text(&v->out, lang_text(v->lang, f->label));
	html_lit(&v->out, "</h2>\n");
	if (used_columns(part, list, columns, &n))
		parts_table(v, f, list, columns, n);
	else
		parts_blocks(v, part, list);
}

void page_fields(struct visit *v, const struct record *r, const struct json *data)
{
	const struct json *sources = json_arr(data, "sources");

	html_lit(&v->out, "<dl class=f>\n");
	for (const struct field *f = &fields[r->first]; f < &fields[r->end]; f++) {
		const struct json *value = json_get(data, f->name);

		if (value && f->kind != PARTS && !str_is(S("illustrative"), f->name))
			one_field(v, f, value, next_claim(sources ? sources->child : NULL, f));
	}
	html_lit(&v->out, "</dl>\n");
	for (const struct field *f = &fields[r->first]; f < &fields[r->end]; f++) {
		const struct json *value = json_get(data, f->name);

		if (value && f->kind == PARTS && f->to != RECORD_source)
			parts(v, f, value);
	}
}

/* --- sources --- */

static void one_source(struct visit *v, const struct json *s)
{
	static const enum field_id rest[] = { source_date, source_address, source_file,
					      source_document };

	html_lit(&v->out, "<li><strong>");
	html_text(&v->out, json_str(s, fields[source_title].name));
	html_lit(&v->out, "</strong>");
	for (size_t i = 0; i < sizeof(rest) / sizeof(*rest); i++) {
		const struct json *value = json_get(s, fields[rest[i]].name);

		if (!value)
			continue;
		html_lit(&v->out, " · ");
		page_value(v, &fields[rest[i]], value);
	}
	if (json_str(s, fields[source_says].name).n > 0) {
		html_lit(&v->out, "<div class=\"text soft\">");
		html_text(&v->out, json_str(s, fields[source_says].name));
		html_lit(&v->out, "</div>");
	}
	html_lit(&v->out, "</li>\n");
}

void page_sources(struct visit *v, const struct json *data)
{
	const struct json *sources = json_arr(data, "sources");

	if (!sources || sources->count == 0)
		return;
	html_lit(&v->out, "<h2 id=sources>");
	page_say(v, "Sources");
	html_lit(&v->out, "</h2>\n<ul class=plain>\n");
	for (const struct json *s = sources->child; s; s = s->next)
		one_source(v, s);
	html_lit(&v->out, "</ul>\n");
}

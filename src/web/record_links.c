#include "web/pages.h"

/* Records that point to this one, by kind and by the field that points. */

enum { LINKS_READ = 400, LINKS_SHOWN = 8 };

static void list_link_begin(struct visit *v, const struct field *f, struct ref ref)
{
	html_lit(&v->out, "<a href=\"/");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_lit(&v->out, "/");
	html_text(&v->out, str_z(record_slug(&records[f->record])));
	html_lit(&v->out, "?");
	html_text(&v->out, str_z(f->name));
	html_lit(&v->out, "=");
	url_part(&v->out, ref.party);
	html_lit(&v->out, "/");
	url_part(&v->out, ref.id);
	html_lit(&v->out, "\">");
}

/* How many records the list of this field has: the rows read stop at a bound. */
static uint64_t link_count(struct visit *v, const struct field *f, struct ref ref,
			   uint64_t read)
{
	struct list_query q = {
		.record = &records[f->record], .who = v->who, .lang = v->lang, .limit = 1
	};
	struct list_result found;
	struct err err;

	q.filters[0] = (struct list_filter){
		f, str_z(f->name), arena_join(v->a, ref.party, arena_join(v->a, S("/"), ref.id))
	};
	q.filter_count = 1;
	if (!view_list(v->view, v->a, &q, &found, &err) || found.total < read)
		return read;
	return found.total;
}

static void one_link(struct visit *v, const struct record_row *row)
{
	html_lit(&v->out, "<li><div class=row><span>");
	page_link(v, row);
	html_lit(&v->out, "</span> <small>");
	if (!str_is(row->party, JOINT_PARTY)) {
		html_text(&v->out, party_name(v, row->party));
		html_lit(&v->out, " ");
	}
	page_badges(v, row);
	html_lit(&v->out, "</small></div></li>\n");
}

/* One kind by one field: rows[0 .. n-1]. */
static void link_group(struct visit *v, const struct link_row *rows, size_t n, struct ref ref)
{
	const struct field *f = rows[0].field;
	const struct record *r = rows[0].from.record;
	bool listed = &records[f->record] == r && f->column;
	uint64_t all = listed && n > LINKS_SHOWN ? link_count(v, f, ref, n) : n;

	html_lit(&v->out, "<section><h3>");
	html_text(&v->out, lang_text(v->lang, r->plural));
	html_lit(&v->out, " <small>");
	if (!str_eq(str_z(f->label), str_z(records[f->to].title))) {
		html_text(&v->out, lang_text(v->lang, f->label));
		html_lit(&v->out, " · ");
	}
	html_text(&v->out, number_of(v, all));
	html_lit(&v->out, "</small></h3>\n<ul class=plain>\n");
	for (size_t i = 0; i < n && i < LINKS_SHOWN; i++)
		one_link(v, &rows[i].from);
	html_lit(&v->out, "</ul>\n");
	if (all > LINKS_SHOWN && listed) {
		list_link_begin(v, f, ref);
		page_fill(v, "All %1", number_of(v, all));
		html_lit(&v->out, "</a>");
	}
	html_lit(&v->out, "</section>\n");
}

void record_links_to(struct visit *v, const struct record *r, struct ref ref)
{
	struct link_row *rows;
	struct err err;
	size_t n, i = 0;

	if (!view_links(v->view, v->a, r, ref, v->who, v->lang, LINKS_READ, &rows, &n, &err) ||
	    n == 0)
		return;
	html_lit(&v->out, "<h2 id=links>");
	page_say(v, "What refers to it");
	html_lit(&v->out, "</h2>\n<div class=cols>\n");
	while (i < n) {
		size_t end = i + 1;

		while (end < n && rows[end].field == rows[i].field &&
		       rows[end].from.record == rows[i].from.record)
			end++;
		link_group(v, rows + i, end - i, ref);
		i = end;
	}
	html_lit(&v->out, "</div>\n");
}

/* --- writing something about this record --- */

static const struct field *pointing_field(const struct record *from, enum record_id to)
{
	for (const struct field *f = &fields[from->first]; f < &fields[from->end]; f++)
		if (f->kind == REF && f->to == to)
			return f;
	return NULL;
}

void record_add_menu(struct visit *v, const struct record *r, struct ref ref)
{
	if (v->person.role < ROLE_CLERK)
		return;
	html_lit(&v->out, "<details class=noprint><summary>");
	page_say(v, "Write something about it");
	html_lit(&v->out, "</summary><ul>\n");
	for (const struct record *from = records + 1; from < records + RECORD_COUNT; from++) {
		const struct field *f =
			from->part ? NULL : pointing_field(from, record_id_of(r));

		if (!f)
			continue;
		html_lit(&v->out, "<li><a href=\"/");
		html_text(&v->out, str_z(lang_codes[v->lang]));
		html_lit(&v->out, "/");
		html_text(&v->out, str_z(from->name));
		html_lit(&v->out, "/new?");
		html_text(&v->out, str_z(f->name));
		html_lit(&v->out, "=");
		url_part(&v->out, ref.party);
		html_lit(&v->out, "/");
		url_part(&v->out, ref.id);
		html_lit(&v->out, "\">");
		html_text(&v->out, lang_text(v->lang, from->title));
		html_lit(&v->out, "</a></li>\n");
	}
	html_lit(&v->out, "</ul></details>\n");
}

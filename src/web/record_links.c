#include "web/pages.h"

/* Records that point to this one, by kind; what points from where is said when it is not plain.
 */

static struct str ref_text(struct visit *v, struct ref ref)
{
	return arena_join(v->a, ref.party, arena_join(v->a, S("/"), ref.id));
}

/* How many records of its type name this one in field `f`. */
static uint64_t link_count(struct visit *v, const struct field *f, struct ref ref)
{
	struct list_query q = { .record = &records[f->record],
				.who = v->who,
				.lang = v->lang,
				.limit = 1,
				.brief = true };
	struct list_result found;
	struct err err;

	q.filters[0] = (struct list_filter){ f, str_z(f->name), ref_text(v, ref) };
	q.filter_count = 1;
	return view_list(v->view, v->a, &q, &found, &err) ? found.total : 0;
}

/* "All 57" with the field that points, when the kind has several. */
static void all_link(struct visit *v, const struct field *f, struct ref ref, bool name_field)
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
	if (name_field) {
		html_text(&v->out, lang_text(v->lang, f->label));
		page_say(v, ": ");
	}
	page_fill(v, "All %1", number_of(v, link_count(v, f, ref)));
	html_lit(&v->out, "</a> ");
}

/* Whether the field's name says more than what the record is: "Provider", not "Project". */
static bool telling(const struct field *f)
{
	return !str_eq(str_z(f->label), str_z(records[f->to].title));
}

static void one_link(struct visit *v, const struct link_row *link)
{
	const struct record_row *row = &link->from;

	html_lit(&v->out, "<li><div class=row><span>");
	page_link(v, row);
	html_lit(&v->out, "</span> <small>");
	if (telling(link->field)) {
		html_text(&v->out, lang_text(v->lang, link->field->label));
		html_lit(&v->out, " · ");
	}
	if (!str_is(row->party, JOINT_PARTY)) {
		html_text(&v->out, party_name(v, row->party));
		html_lit(&v->out, " ");
	}
	page_badges(v, row);
	html_lit(&v->out, "</small></div></li>\n");
}

/* Whether an earlier row of the group points by the same field. */
static bool field_before(const struct link_row *rows, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (rows[k].field == rows[i].field)
			return true;
	return false;
}

/* One kind: rows[0 .. n-1], which are all of it unless there are more than are shown. */
static void link_group(struct visit *v, const struct link_row *rows, size_t n, struct ref ref)
{
	const struct record *r = rows[0].from.record;

	html_lit(&v->out, "<section><h3>");
	html_text(&v->out, lang_text(v->lang, r->plural));
	if (n <= LINKS_SHOWN) {
		html_lit(&v->out, " <small>");
		html_text(&v->out, number_of(v, n));
		html_lit(&v->out, "</small>");
	}
	html_lit(&v->out, "</h3>\n<ul class=plain>\n");
	for (size_t i = 0; i < n && i < LINKS_SHOWN; i++)
		one_link(v, &rows[i]);
	html_lit(&v->out, "</ul>\n");
	for (size_t i = 0; n > LINKS_SHOWN && i < n; i++)
		if (&records[rows[i].field->record] == r && !field_before(rows, i))
			all_link(v, rows[i].field, ref, telling(rows[i].field));
	html_lit(&v->out, "</section>\n");
}

void record_ask(struct visit *v, const struct record *r, struct ref ref,
		struct record_asked *out)
{
	struct total_query q = { NULL, "project", ref_text(v, ref), v->who };
	const struct link_query pointing = { r, ref, v->who, v->lang, LINKS_SHOWN + 1 };
	struct link_row *rows;
	struct err err;
	size_t n;

	*out = (struct record_asked){ 0 };
	if (view_links(v->view, v->a, &pointing, &rows, &n, &err))
		out->links = (struct links){ rows, n };
	if (record_id_of(r) == RECORD_project &&
	    !view_totals(v->view, v->a, &q, &out->sums, &out->sum_count, &err))
		out->sum_count = 0;
}

bool sums_of(struct visit *v, const struct record_asked *asked, enum record_id kind,
	     struct total_row **out, size_t *n, struct err *err)
{
	struct total_query q = { &records[kind], "", S(""), v->who };
	size_t from = 0;

	if (!asked)
		return view_totals(v->view, v->a, &q, out, n, err);
	while (from < asked->sum_count && asked->sums[from].record != q.record)
		from++;
	*out = asked->sums + from;
	for (*n = 0; from + *n < asked->sum_count && (*out)[*n].record == q.record;)
		++*n;
	return true;
}

void record_links_to(struct visit *v, struct links links, struct ref ref)
{
	size_t i = 0;

	if (links.n == 0)
		return;
	html_lit(&v->out, "<h2 id=links>");
	page_say(v, "What refers to it");
	html_lit(&v->out, "</h2>\n<div class=cols>\n");
	while (i < links.n) {
		const struct link_row *first = &links.rows[i];
		size_t n = 1;

		while (i + n < links.n && first[n].from.record == first->from.record)
			n++;
		link_group(v, first, n, ref);
		i += n;
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

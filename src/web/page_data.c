#include "exchange/table.h"
#include "web/pages.h"

/* Open data: every table, how many rows it has, its files, on what terms, how to check them. */

/* Files beside the tables, as far as they are served. */
static const struct file {
	const char *address, *label;
} files[] = {
	{ "/data/activities.xml", N_("Projects with their money, as IATI 2.03") },
	{ "/data/calendar.ics", N_("Calendar (iCalendar)") },
	{ "/data/map.geojson", N_("Projects on the map (GeoJSON)") },
	{ "/data/boundaries.geojson", N_("Boundary layer (GeoJSON)") },
	{ "/data/feed.atom", N_("What changed lately (Atom)") },
};

static bool is_served(const char *address)
{
	for (size_t i = 0; i < route_count; i++)
		if (str_is(str_z(address), routes[i].pattern))
			return true;
	return false;
}

static void heading(struct visit *v, struct str text)
{
	html_lit(&v->out, "<h2>");
	html_text(&v->out, text);
	html_lit(&v->out, "</h2>\n");
}

static void paragraph(struct visit *v, struct str text)
{
	html_lit(&v->out, "<p>");
	html_text(&v->out, text);
	html_lit(&v->out, "</p>\n");
}

/* <a href="/data/project.sectors.csv?lang=fr">text</a> */
static void file_link(struct visit *v, const struct record *r, const struct field *parts,
		      const char *format, struct str text)
{
	html_lit(&v->out, "<a href=\"/data/");
	url_part(&v->out, str_z(r->name));
	if (parts) {
		html_lit(&v->out, ".");
		url_part(&v->out, str_z(parts->name));
	}
	html_lit(&v->out, ".");
	url_part(&v->out, str_z(format));
	html_lit(&v->out, "?lang=");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_lit(&v->out, "\">");
	html_text(&v->out, text);
	html_lit(&v->out, "</a>");
}

static struct str in_capitals(struct visit *v, struct str s)
{
	struct buf b;

	buf_init(&b, 16);
	for (size_t i = 0; i < s.n; i++)
		buf_ch(&b,
		       s.p[i] >= 'a' && s.p[i] <= 'z' ? (char)(s.p[i] - 'a' + 'A') : s.p[i]);
	return arena_buf(v->a, &b);
}

/* The tables of its parts: in the workbook they are sheets, in JSON they stand inside. */
static void parts_of(struct visit *v, const struct record *r)
{
	bool any = false;

	for
		each_field(f, r)
		{
			if (f->kind != PARTS)
				continue;
			if (any)
				html_lit(&v->out, ", ");
			any = true;
			file_link(v, r, f, "csv", lang_text(v->lang, f->label));
		}
}

static void table_row_of(struct visit *v, const struct record *r)
{
	html_lit(&v->out, "<tr><th scope=row><a");
	page_list_href(v, r);
	html_lit(&v->out, ">");
	html_text(&v->out, lang_text(v->lang, r->plural));
	html_lit(&v->out, "</a></th><td class=n>");
	html_text(&v->out, number_of(v, view_count(v->view, r, v->who)));
	html_lit(&v->out, "</td><td>");
	for (size_t i = 0; i < table_format_count; i++) {
		const char *name = table_formats[i].name;

		if (i > 0)
			html_lit(&v->out, " · ");
		file_link(v, r, NULL, name, in_capitals(v, str_z(name)));
	}
	html_lit(&v->out, "</td><td>");
	parts_of(v, r);
	html_lit(&v->out, "</td></tr>\n");
}

static void tables(struct visit *v)
{
	table_begin(v, T(v->lang, "Tables"), "");
	html_lit(&v->out, "<thead><tr><th scope=col>");
	page_say(v, "Table");
	html_lit(&v->out, "</th><th scope=col class=n>");
	page_say(v, "Rows");
	html_lit(&v->out, "</th><th scope=col>");
	page_say(v, "Files");
	html_lit(&v->out, "</th><th scope=col>");
	page_say(v, "Parts, as CSV");
	html_lit(&v->out, "</th></tr></thead><tbody>\n");
	for (const struct record *r = records + 1; r < records + RECORD_COUNT; r++)
		if (!r->part)
			table_row_of(v, r);
	html_lit(&v->out, "</tbody>");
	table_end(v);
}

static void other_files(struct visit *v)
{
	html_lit(&v->out, "<ul>\n");
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		if (!is_served(files[i].address))
			continue;
		html_lit(&v->out, "<li><a");
		html_attr(&v->out, "href", str_z(files[i].address));
		html_lit(&v->out, ">");
		html_text(&v->out, lang_text(v->lang, files[i].label));
		html_lit(&v->out, "</a></li>\n");
	}
	html_lit(&v->out, "<li><a href=\"/api/openapi.json\">");
	page_say(v, "The API, for programs (OpenAPI)");
	html_lit(&v->out, "</a></li>\n</ul>\n");
}

static void terms(struct visit *v)
{
	heading(v, T(v->lang, "Licence"));
	html_lit(&v->out, "<p>");
	html_text(&v->out, lang_text(v->lang, table_licence));
	html_lit(&v->out, " <a rel=license");
	html_attr(&v->out, "href", str_z(table_licence_url));
	html_lit(&v->out, ">CC BY 4.0</a></p>\n");
	heading(v, T(v->lang, "To verify"));
	paragraph(v, lang_text(v->lang, table_to_verify));
	html_lit(&v->out, "<p><a");
	html_attr(&v->out, "href",
		  arena_join(v->a, arena_join(v->a, S("/"), str_z(lang_codes[v->lang])),
			     S("/verify")));
	html_lit(&v->out, ">");
	page_say(v, "Check it yourself");
	html_lit(&v->out, "</a></p>\n");
}

void page_data(struct visit *v)
{
	page_begin(v, T(v->lang, "Open data"));
	html_lit(&v->out, "<h1>");
	page_say(v, "Open data");
	html_lit(&v->out, "</h1>\n");
	paragraph(v, T(v->lang, "Every table of the register, as it stands at this moment. "
				"Anyone may take it, without an account."));
	tables(v);
	paragraph(v,
		  T(v->lang, "XLSX is for spreadsheets: the parts of the records stand in "
			     "sheets of their own, figures and dates are figures and dates. "
			     "CSV has the exact decimals and the names of fields as columns. "
			     "JSON and JSONL have everything, as the API has it."));
	if (v->person.role >= ROLE_CLERK) {
		html_lit(&v->out, "<p><a class=button");
		html_attr(&v->out, "href",
			  arena_join(v->a, arena_join(v->a, S("/"), str_z(lang_codes[v->lang])),
				     S("/import")));
		html_lit(&v->out, ">");
		page_say(v, "Import a table");
		html_lit(&v->out, "</a></p>\n");
	}
	heading(v, T(v->lang, "Other files"));
	other_files(v);
	terms(v);
	page_end(v);
}

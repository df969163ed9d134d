#include "web/map.h"

/* The map of the projects: views, filters, the picture, the same as tables. */

enum { WIDE = 880, HIGH = 660 };

/* --- views --- */

static void view_link(struct map *m, struct str code, struct str words, bool here)
{
	struct visit *v = m->v;

	html_lit(&v->out, "<a class=chip");
	list_address_href(v, "area", code);
	if (here)
		html_lit(&v->out, " aria-current=true");
	html_lit(&v->out, ">");
	html_text(&v->out, words);
	html_lit(&v->out, "</a>\n");
}

/* All, the countries, and the regions of the one that is shown. */
static void views(struct map *m)
{
	struct visit *v = m->v;

	html_lit(&v->out, "<nav class=\"bar noprint\"");
	html_attr(&v->out, "aria-label", T(v->lang, "What the map shows"));
	html_lit(&v->out, ">\n");
	view_link(m, S("all"), T(v->lang, "All places"), !m->shown);
	for (size_t i = 0; i < area_count; i++) {
		const struct area *a = &areas[i];
		bool beside = a->level == AREA_REGION && m->shown &&
			      str_is(str_z(a->country), m->shown->country);

		if (a->level == AREA_COUNTRY || beside)
			view_link(m, str_z(a->code), area_name(a, v->lang), a == m->shown);
	}
	html_lit(&v->out, "</nav>\n");
}

/* --- filters --- */

static void code_menu(struct map *m, enum field_id id)
{
	const struct field *f = &fields[id];
	struct visit *v = m->v;
	struct str chosen = list_address_value(v, f->name);
	struct facet *facets;
	struct err err;
	size_t n;

	if (!view_facets(v->view, v->a, m->q.record, f, v->who, &facets, &n, &err))
		return;
	menu_open(v, f->name, lang_text(v->lang, f->label));
	menu_option(v, S(""), T(v->lang, "All"), false);
	for (size_t i = 0; i < n; i++)
		menu_option(v, facets[i].value, list_value_words(v, f, facets[i].value),
			    str_eq(chosen, facets[i].value));
	menu_close(v);
}

static void state_menu(struct map *m)
{
	static const char *const names[] = { "in_force", "proposed", "accepted", "divergent" };
	struct str chosen = list_address_value(m->v, "state");
	struct visit *v = m->v;

	menu_open(v, "state", T(v->lang, "State"));
	menu_option(v, S(""), T(v->lang, "All"), false);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		menu_option(v, str_z(names[i]), state_name(v, str_z(names[i])),
			    str_is(chosen, names[i]));
	menu_close(v);
}

static void party_menu(struct map *m)
{
	const struct charter *c = node_charter(m->v->node);
	struct visit *v = m->v;

	menu_open(v, "party", T(v->lang, "Side taking part"));
	menu_option(v, S(""), T(v->lang, "All"), false);
	for (size_t i = 0; c && i < c->ledger_count; i++)
		if (charter_leads(c, i))
			menu_option(v, c->ledgers[i].party, party_name(v, c->ledgers[i].party),
				    str_eq(c->ledgers[i].party, m->party));
	menu_close(v);
}

static void filters(struct map *m)
{
	struct str area = list_address_value(m->v, "area");
	struct visit *v = m->v;

	html_lit(&v->out, "<details class=noprint");
	if (m->q.filter_count > 0 || m->q.words.n > 0 || m->party.n > 0)
		html_lit(&v->out, " open");
	html_lit(&v->out, "><summary>");
	page_say(v, "Filter");
	html_lit(&v->out, "</summary><form class=filters>\n");
	code_menu(m, project_field);
	code_menu(m, project_status);
	state_menu(m);
	party_menu(m);
	if (area.n)
		page_hidden(v, "area", area);
	if (m->q.words.n)
		page_hidden(v, "q", m->q.words);
	html_lit(&v->out, "<button>");
	page_say(v, "Apply");
	html_lit(&v->out, "</button></form></details>\n");
}

/* --- --- */

static void how_many(struct map *m)
{
	struct visit *v = m->v;

	html_lit(&v->out, "<p><strong>");
	html_text(&v->out, m->shown ? area_name(m->shown, v->lang) : T(v->lang, "All places"));
	html_lit(&v->out, "</strong> · ");
	page_count(v, N_("%1 project"), N_("%1 projects"),
		   m->shown ? map_count(m, m->shown) : m->n);
	html_lit(&v->out, "</p>\n");
}

static void empty(struct map *m)
{
	struct visit *v = m->v;

	html_lit(&v->out, "<div class=box><p>");
	if (m->q.filter_count > 0 || m->q.words.n > 0 || m->party.n > 0)
		page_say(v, "No record matches. Remove a filter above, or use fewer words.");
	else
		page_say(v, "No project is recorded yet. Those that name a place with its "
			    "coordinates will stand here.");
	html_lit(&v->out, "</p></div>\n");
}

static void files(struct visit *v)
{
	html_lit(&v->out, "<p class=noprint>");
	page_say(v, "For programs:");
	html_lit(&v->out, " <a href=\"/data/map.geojson\">");
	page_say(v, "Projects on the map (GeoJSON)");
	html_lit(&v->out, "</a> · <a href=\"/data/boundaries.geojson\">");
	page_say(v, "Boundary layer (GeoJSON)");
	html_lit(&v->out, "</a></p>\n");
}

void page_map(struct visit *v)
{
	static const enum record_id types[] = { RECORD_project_location, RECORD_route_point,
						RECORD_NONE };
	static const enum field_id terms[] = { project_locations, project_route, FIELD_NONE };
	struct map_clusters clusters;
	struct map_frame frame;
	struct err err;
	struct map m;

	if (!map_read(v, &m, &err)) {
		page_error(v, &err);
		return;
	}
	frame = map_frame_of(map_box(&m), WIDE, HIGH);
	clusters = map_cluster(&m, &frame);
	page_begin(v, T(v->lang, "Map"));
	html_lit(&v->out, "<h1>");
	page_say(v, "Map");
	html_lit(&v->out, "</h1>\n");
	views(&m);
	filters(&m);
	if (m.n == 0)
		empty(&m);
	else
		how_many(&m);
	map_chart(&m, &frame, &clusters);
	files(v);
	map_tables(&m, &clusters);
	help_terms(v, &(struct help_terms){ types, terms });
	page_end(v);
}

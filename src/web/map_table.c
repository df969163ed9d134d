#include "web/map.h"

/* What the map shows, as tables: regions, places, lines, and what stands on no map. */

enum { ROWS_MAX = 500 };

struct map_table {
	struct map *m;
	size_t rows;
};

static void area_words(struct map *m, const struct area *a)
{
	html_lit(&m->v->out, "<a");
	map_area_href(m, a);
	html_lit(&m->v->out, ">");
	html_text(&m->v->out, area_name(a, m->v->lang));
	html_lit(&m->v->out, "</a>");
}

void map_area_href(struct map *m, const struct area *a)
{
	list_address_href(m->v, "area", str_z(a->code));
}

struct str map_place_name(struct map *m, const struct map_place *p)
{
	if (p->name.n)
		return p->name;
	return p->area ? area_name(p->area, m->v->lang)
		       : code_name("Country", p->country, m->v->lang);
}

/* --- regions --- */

static void area_row(struct map *m, const struct area *a)
{
	struct visit *v = m->v;

	html_lit(&v->out, "<tr><th scope=row>");
	area_words(m, a);
	html_lit(&v->out, "</th><td>");
	if (a->level == AREA_REGION)
		html_text(&v->out, code_name("Country", str_z(a->country), v->lang));
	html_lit(&v->out, "</td><td class=n><a");
	map_area_href(m, a);
	html_lit(&v->out, ">");
	html_text(&v->out, number_of(v, map_count(m, a)));
	html_lit(&v->out, "</a></td></tr>\n");
}

/* A country, then its regions. */
static void area_rows(struct map *m, const struct area *country)
{
	area_row(m, country);
	for (size_t i = 0; i < area_count; i++)
		if (areas[i].level == AREA_REGION && map_count(m, &areas[i]) &&
		    str_is(str_z(areas[i].country), country->code))
			area_row(m, &areas[i]);
}

static void areas_table(struct map *m)
{
	struct visit *v = m->v;

	html_lit(&v->out, "<h2 id=regions>");
	page_say(v, "By region");
	html_lit(&v->out, "</h2>\n<p class=soft>");
	page_say(v, "A project counts once in each region where it has a place, or a point of "
		    "its line.");
	html_lit(&v->out, "</p>\n");
	table_begin(v, T(v->lang, "By region"), "fit");
	html_lit(&v->out, "<thead><tr><th scope=col>");
	page_say(v, "Region");
	html_lit(&v->out, "</th><th scope=col>");
	page_say(v, "Country");
	html_lit(&v->out, "</th><th scope=col class=n>");
	page_say(v, "Projects");
	html_lit(&v->out, "</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < area_count; i++)
		if (areas[i].level == AREA_COUNTRY && map_count(m, &areas[i]))
			area_rows(m, &areas[i]);
	html_lit(&v->out, "</tbody>");
	table_end(v);
}

/* --- rows of projects --- */

static void states(struct map *m, const struct map_project *p)
{
	struct visit *v = m->v;

	html_lit(&v->out, "<td");
	html_attr(&v->out, "data-l", T(v->lang, "State"));
	html_lit(&v->out, ">");
	if (p->mark == MAP_LATE) {
		html_lit(&v->out, "<span class=\"b late\">");
		page_say(v, "a deadline has passed");
		html_lit(&v->out, "</span> ");
	}
	page_badges(v, &p->row);
	html_lit(&v->out, "</td>");
}

static void project_row(struct map_table *t, const struct map_project *p, struct str where,
			struct str label)
{
	struct visit *v = t->m->v;

	if (t->rows++ >= ROWS_MAX)
		return;
	html_lit(&v->out, "<tr><th scope=row>");
	page_link(v, &p->row);
	html_lit(&v->out, "</th><td");
	html_attr(&v->out, "data-l", label);
	html_lit(&v->out, ">");
	html_text(&v->out, where);
	html_lit(&v->out, "</td><td");
	html_attr(&v->out, "data-l", T(v->lang, "Field of cooperation"));
	html_lit(&v->out, ">");
	html_text(&v->out, code_name("CooperationField", p->field, v->lang));
	html_lit(&v->out, "</td><td");
	html_attr(&v->out, "data-l", T(v->lang, "Status"));
	html_lit(&v->out, ">");
	html_text(&v->out, code_name("ActivityStatus", p->status, v->lang));
	html_lit(&v->out, "</td>");
	states(t->m, p);
	html_lit(&v->out, "</tr>\n");
}

static void head(struct visit *v, struct str title, struct str where)
{
	const struct str names[] = { T(v->lang, "Project"), where,
				     T(v->lang, "Field of cooperation"), T(v->lang, "Status"),
				     T(v->lang, "State") };

	table_begin(v, title, "cards matrix");
	html_lit(&v->out, "<thead><tr>");
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		html_lit(&v->out, "<th scope=col>");
		html_text(&v->out, names[i]);
		html_lit(&v->out, "</th>");
	}
	html_lit(&v->out, "</tr></thead>\n");
}

/* --- places, as they stand together on the map --- */

static void cluster_head(struct map *m, const struct map_cluster *c, size_t i)
{
	const struct map_place *first = &m->places[c->places[0]];
	struct visit *v = m->v;

	html_lit(&v->out, "<tr><th scope=rowgroup colspan=5 id=at");
	html_num(&v->out, i + 1);
	html_lit(&v->out, ">");
	html_text(&v->out, c->name);
	html_lit(&v->out, " <small>");
	if (first->area && !str_eq(area_name(first->area, v->lang), c->name)) {
		html_text(&v->out, area_name(first->area, v->lang));
		html_lit(&v->out, " · ");
	}
	page_count(v, N_("%1 project"), N_("%1 projects"), c->projects);
	html_lit(&v->out, "</small></th></tr>\n");
}

/* A project with several places of one cluster stands there once, with all their names. */
static void cluster_rows(struct map_table *t, const struct map_cluster *c)
{
	struct map *m = t->m;

	for (size_t i = 0; i < c->n;) {
		const struct map_project *of = m->places[c->places[i]].of;
		struct str names = S("");

		for (; i < c->n && m->places[c->places[i]].of == of; i++) {
			struct str name = map_place_name(m, &m->places[c->places[i]]);

			names = names.n ? arena_join(m->v->a, names, S(", ")) : names;
			names = arena_join(m->v->a, names, name);
		}
		project_row(t, of, names, T(m->v->lang, "Place"));
	}
}

static void places_table(struct map_table *t, const struct map_clusters *c)
{
	struct visit *v = t->m->v;

	if (!c->n)
		return;
	html_lit(&v->out, "<h2 id=places>");
	page_say(v, "Places");
	html_lit(&v->out, "</h2>\n");
	head(v, T(v->lang, "Places"), T(v->lang, "Place"));
	for (size_t i = 0; i < c->n; i++) {
		html_lit(&v->out, "<tbody>");
		cluster_head(t->m, &c->list[i], i);
		cluster_rows(t, &c->list[i]);
		html_lit(&v->out, "</tbody>");
	}
	table_end(v);
}

/* --- lines --- */

static bool line_shown(const struct map *m, const struct map_project *p)
{
	for (size_t i = 0; i < p->line_count; i++)
		if (map_shows(m, area_of(p->line[i], S(""))))
			return true;
	return false;
}

static struct str stops_of(struct map *m, const struct map_project *p)
{
	struct str names = S("");

	for (size_t i = 0; i < p->line_count; i++) {
		if (!p->stops[i].n)
			continue;
		names = names.n ? arena_join(m->v->a, names, S(" – ")) : names;
		names = arena_join(m->v->a, names, p->stops[i]);
	}
	return names;
}

static void lines_table(struct map_table *t)
{
	struct map *m = t->m;
	struct visit *v = m->v;
	bool any = false;

	for (size_t i = 0; i < m->n; i++) {
		const struct map_project *p = &m->projects[i];

		if (!line_shown(m, p))
			continue;
		if (!any) {
			html_lit(&v->out, "<h2 id=lines>");
			page_say(v, "Lines");
			html_lit(&v->out, "</h2>\n");
			head(v, T(v->lang, "Lines"), T(v->lang, "By way of"));
			html_lit(&v->out, "<tbody>");
		}
		any = true;
		project_row(t, p, stops_of(m, p), T(v->lang, "By way of"));
	}
	if (!any)
		return;
	html_lit(&v->out, "</tbody>");
	table_end(v);
}

/* --- on no map --- */

static void off_row(struct map_table *t, const struct map_project *p, struct str where,
		    bool *any)
{
	struct visit *v = t->m->v;

	if (!*any) {
		html_lit(&v->out, "<h2 id=elsewhere>");
		page_say(v, "Without coordinates");
		html_lit(&v->out, "</h2>\n");
		head(v, T(v->lang, "Without coordinates"), T(v->lang, "Place"));
		html_lit(&v->out, "<tbody>");
	}
	*any = true;
	project_row(t, p, where, T(v->lang, "Place"));
}

/* Places that give no coordinates; where everything is shown, projects that name no place. */
static void off_table(struct map_table *t)
{
	struct map *m = t->m;
	bool any = false;

	for (size_t i = 0; i < m->place_count; i++)
		if (!m->places[i].known && map_shows(m, m->places[i].area))
			off_row(t, m->places[i].of, map_place_name(m, &m->places[i]), &any);
	for (size_t i = 0; i < m->n && !m->shown; i++)
		if (!m->projects[i].place_count && !m->projects[i].line_count)
			off_row(t, &m->projects[i], S("–"), &any);
	if (!any)
		return;
	html_lit(&m->v->out, "</tbody>");
	table_end(m->v);
}

void map_tables(struct map *m, const struct map_clusters *c)
{
	struct map_table t = { .m = m };
	struct visit *v = m->v;

	areas_table(m);
	places_table(&t, c);
	lines_table(&t);
	off_table(&t);
	if (t.rows <= ROWS_MAX)
		return;
	html_lit(&v->out, "<p class=soft>");
	page_fill(v,
		  "%1 more rows are not shown: narrow the map by a region or a filter, or "
		  "take the file.",
		  number_of(v, t.rows - ROWS_MAX));
	html_lit(&v->out, "</p>\n");
}

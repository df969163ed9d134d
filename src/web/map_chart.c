#include "web/map.h"

/*
 * The map drawn: land, borders, regions in a stronger colour the more projects they hold,
 * lines, marks. Colours are those of the stylesheet: red late, violet awaited, green in force;
 * a late mark is a diamond, an awaited one is hollow, so that colour is not needed to tell them
 * apart.
 */

enum { SHADES = 3, MARK_SMALL = 8, MARK_LARGE = 13, STOP = 4 };

static const char *const mark_class[] = { [MAP_OTHER] = "",
					  [MAP_FORCE] = "force",
					  [MAP_AWAIT] = "await",
					  [MAP_DIFFERS] = "differs",
					  [MAP_LATE] = "late" };
static const char *const line_class[] = { [MAP_OTHER] = "way",
					  [MAP_FORCE] = "way force",
					  [MAP_AWAIT] = "way await",
					  [MAP_DIFFERS] = "way differs",
					  [MAP_LATE] = "way late" };

struct label;
struct drawing {
	struct map *m;
	const struct map_frame *f;
	const struct map_clusters *c;
	uint64_t most; /* projects in one region */
	struct label *labels;
	size_t label_count;
};

/* --- outlines --- */

static bool same_spot(struct svg_point a, struct svg_point b)
{
	return a.x - b.x <= 1 && b.x - a.x <= 1 && a.y - b.y <= 1 && b.y - a.y <= 1;
}

/* Whether any of a ring can be seen. */
static bool ring_visible(const struct map_frame *f, const struct geo_ring *r)
{
	struct geo_box b = GEO_NOWHERE;
	struct svg_point nw, se;

	for (size_t i = 0; i < r->n; i++)
		geo_box_add(&b, geo_ring_point(r, i));
	nw = map_frame_at(f, (struct geo_point){ b.west, b.north });
	se = map_frame_at(f, (struct geo_point){ b.east, b.south });
	return se.x >= 0 && nw.x <= f->width && se.y >= 0 && nw.y <= f->height;
}

/* Points that would fall on the one before them are left out. */
static void draw_ring(struct visit *v, const struct map_frame *f, const struct geo_ring *r)
{
	struct svg_point last = map_frame_at(f, geo_ring_point(r, 0)), at;

	svg_path_move(v, last);
	for (size_t i = 1; i < r->n; i++) {
		at = map_frame_at(f, geo_ring_point(r, i));
		if (same_spot(at, last))
			continue;
		svg_path_line(v, at);
		last = at;
	}
	html_lit(&v->out, "Z");
}

static void draw_outline(struct drawing *d, const struct area *a, const char *class)
{
	struct visit *v = d->m->v;
	const int32_t *outline = a->outline;
	struct geo_ring r;
	bool open = false;

	while (geo_ring_next(&outline, &r)) {
		if (!ring_visible(d->f, &r))
			continue;
		if (!open)
			svg_path_begin(v, class);
		open = true;
		draw_ring(v, d->f, &r);
	}
	if (open)
		svg_path_end(v, false);
}

/* --- areas --- */

static bool is_drawn(const struct drawing *d, const struct area *a)
{
	bool fine = !d->f->coarse;

	switch (a->level) {
	case AREA_LAND: return !fine;
	case AREA_NEIGHBOUR: return fine;
	case AREA_COUNTRY: return !fine || !area_has_regions(a);
	case AREA_REGION: return fine;
	}
	return false;
}

static const char *area_class(const struct drawing *d, const struct area *a)
{
	static const char *const shades[SHADES + 1] = { "area", "area s1", "area s2",
							"area s3" };
	uint64_t n;

	if (a->level == AREA_LAND || a->level == AREA_NEIGHBOUR)
		return "land";
	n = map_count(d->m, a);
	return shades[n ? (n * SHADES + d->most - 1) / d->most : 0];
}

/* --- names of areas: where no mark and no other name stands --- */

struct label {
	struct svg_point at; /* its middle, on the base line */
	int half;            /* of its width */
};

enum { RUNE_WIDE = 8, LABEL_HIGH = 17, LABEL_TRIES = 7 };

static bool label_clear(const struct drawing *d, const struct label *l)
{
	int left = l->at.x - l->half, right = l->at.x + l->half;

	if (left < 0 || right > d->f->width || l->at.y < LABEL_HIGH ||
	    l->at.y > d->f->height - LABEL_HIGH)
		return false;
	for (size_t i = 0; i < d->c->n; i++) {
		struct svg_point mark = d->c->list[i].at;

		if (mark.x > left - MARK_LARGE && mark.x < right + MARK_LARGE &&
		    mark.y > l->at.y - LABEL_HIGH - MARK_LARGE / 2 &&
		    mark.y < l->at.y + MARK_LARGE)
			return false;
	}
	for (size_t i = 0; i < d->label_count; i++) {
		const struct label *o = &d->labels[i];

		if (o->at.x - o->half < right && o->at.x + o->half > left &&
		    o->at.y - l->at.y < LABEL_HIGH && l->at.y - o->at.y < LABEL_HIGH)
			return false;
	}
	return true;
}

/* In the middle of the area, else above or below it; nowhere when the area is too small or all
 * is taken: the links above the map name it too. */
static bool label_place(struct drawing *d, const struct area *a, struct str text,
			struct label *out)
{
	static const int up[LABEL_TRIES] = { 0, -22, 22, -40, 40, -58, 58 };
	struct svg_point middle = map_frame_at(d->f, geo_middle(a->outline));
	struct svg_point west = map_frame_at(d->f, (struct geo_point){ a->box.west, 0 });
	struct svg_point east = map_frame_at(d->f, (struct geo_point){ a->box.east, 0 });

	out->half = (int)str_runes(text) * RUNE_WIDE / 2;
	for (int i = 0; i < LABEL_TRIES && east.x - west.x > out->half; i++) {
		out->at = (struct svg_point){ middle.x, middle.y + up[i] };
		if (!label_clear(d, out))
			continue;
		d->labels[d->label_count++] = *out;
		return true;
	}
	return false;
}

/* The name, and how many projects; it leads to the map of the area. */
static void area_label(struct drawing *d, const struct area *a)
{
	struct visit *v = d->m->v;
	struct str text = area_name(a, v->lang);
	uint64_t n = map_count(d->m, a);
	struct label l;

	if (n) {
		text = arena_join(v->a, text, S(" · "));
		text = arena_join(v->a, text, number_of(v, n));
	}
	if (!label_place(d, a, text, &l))
		return;
	if (a != d->m->shown) {
		html_lit(&v->out, "<a");
		map_area_href(d->m, a);
		html_lit(&v->out, ">");
	}
	svg_text(v, &(struct svg_words){ l.at, SVG_MIDDLE, "name", text, 0 });
	if (a != d->m->shown)
		html_lit(&v->out, "</a>\n");
}

static void draw_areas(struct drawing *d)
{
	for (size_t i = 0; i < area_count; i++)
		if (is_drawn(d, &areas[i]) && areas[i].level >= AREA_COUNTRY &&
		    map_count(d->m, &areas[i]) > d->most)
			d->most = map_count(d->m, &areas[i]);
	for (size_t i = 0; i < area_count; i++)
		if (is_drawn(d, &areas[i]))
			draw_outline(d, &areas[i], area_class(d, &areas[i]));
	if (d->m->shown && d->m->shown->level == AREA_REGION)
		draw_outline(d, d->m->shown, "here");
}

static void draw_labels(struct drawing *d)
{
	d->labels = arena_array(d->m->v->a, struct label, area_count);
	for (size_t i = 0; i < area_count; i++)
		if (is_drawn(d, &areas[i]) && areas[i].level >= AREA_COUNTRY)
			area_label(d, &areas[i]);
}

/* --- projects --- */

static void project_link(struct visit *v, const struct map_project *p)
{
	html_lit(&v->out, "<a");
	page_href(v, p->row.record, (struct ref){ p->row.party, p->row.id }, "");
	html_lit(&v->out, ">");
}

static void title(struct visit *v, struct str words)
{
	html_lit(&v->out, "<title>");
	html_text(&v->out, words);
	html_lit(&v->out, "</title>");
}

static void draw_way(struct drawing *d, const struct map_project *p, const char *class)
{
	struct visit *v = d->m->v;

	svg_path_begin(v, class);
	svg_path_move(v, map_frame_at(d->f, p->line[0]));
	for (size_t i = 1; i < p->line_count; i++)
		svg_path_line(v, map_frame_at(d->f, p->line[i]));
	svg_path_end(v, false);
}

static void draw_line(struct drawing *d, const struct map_project *p)
{
	struct visit *v = d->m->v;

	project_link(v, p);
	title(v, p->row.label);
	draw_way(d, p, "edge");
	draw_way(d, p, line_class[p->mark]);
	for (size_t i = 0; i < p->line_count && !d->f->coarse; i++) {
		if (!p->stops[i].n)
			continue;
		svg_group_begin(v, "", p->stops[i]);
		svg_circle(v, "stop", map_frame_at(d->f, p->line[i]), STOP);
		svg_group_end(v);
	}
	html_lit(&v->out, "</a>\n");
}

static void mark_shape(struct visit *v, const struct map_cluster *c)
{
	int radius = c->projects > 1 ? MARK_LARGE : MARK_SMALL;

	if (c->mark == MAP_LATE)
		svg_diamond(v, "late", c->at, radius + 4);
	else
		svg_circle(v, mark_class[c->mark], c->at, radius);
}

/* One project leads to its page, several to their rows in the table. */
static void draw_cluster(struct drawing *d, const struct map_cluster *c, size_t i)
{
	const struct map_place *first = &d->m->places[c->places[0]];
	struct visit *v = d->m->v;
	struct str words = c->name, count;

	if (c->projects == 1) {
		project_link(v, first->of);
		title(v, arena_join(v->a, arena_join(v->a, words, S(" · ")),
				    first->of->row.label));
		mark_shape(v, c);
	} else {
		count = number_of(v, c->projects);
		html_lit(&v->out, "<a href=\"#at");
		html_num(&v->out, i + 1);
		html_lit(&v->out, "\">");
		title(v, arena_join(v->a, arena_join(v->a, words, S(" · ")), count));
		mark_shape(v, c);
		svg_text(v, &(struct svg_words){ { c->at.x, c->at.y + 5 },
						 SVG_MIDDLE,
						 c->mark == MAP_AWAIT ? "" : "on",
						 count,
						 0 });
	}
	html_lit(&v->out, "</a>\n");
}

/* --- --- */

static void legend(struct map *m)
{
	struct visit *v = m->v;

	html_lit(&v->out, "</div><figcaption class=soft>");
	page_say(v,
		 "Red diamond: a deadline of the project has passed. Violet ring: a side has "
		 "yet to accept it. Green: in force, nothing late. A figure: so many "
		 "projects at one place. A thick line: a road, a railway or a power line. "
		 "The stronger the colour of a region, the more projects it holds. The tables "
		 "below say the "
		 "same.");
	html_lit(&v->out, "<br>");
	page_fill(v, "Boundaries: %1, %2.", str_z(boundary_layer.source[v->lang]),
		  str_z(boundary_layer.date));
	html_lit(&v->out, " ");
	html_text(&v->out, str_z(boundary_layer.note[v->lang]));
	html_lit(&v->out, " ");
	page_say(v,
		 "They serve to find one's way and say nothing on the status of a territory.");
	html_lit(&v->out, "</figcaption></figure>\n");
}

struct geo_box map_box(const struct map *m)
{
	struct geo_box b = GEO_NOWHERE;

	if (m->shown)
		geo_box_add_outline(&b, m->shown->outline);
	for (size_t i = 0; !m->shown && i < m->place_count; i++)
		if (m->places[i].known)
			geo_box_add(&b, m->places[i].at);
	for (size_t i = 0; !m->shown && i < m->n; i++)
		for (size_t k = 0; k < m->projects[i].line_count; k++)
			geo_box_add(&b, m->projects[i].line[k]);
	for (size_t i = 0; b.west > b.east && i < area_count; i++)
		if (areas[i].level == AREA_COUNTRY)
			geo_box_add_outline(&b, areas[i].outline);
	return b;
}

void map_chart(struct map *m, const struct map_frame *f, const struct map_clusters *c)
{
	struct visit *v = m->v;
	struct drawing d = { .m = m, .f = f, .c = c, .most = 1 };
	struct svg_plan plan = { .id = "map",
				 .class = "map",
				 .width = f->width,
				 .height = f->height,
				 .title = T(v->lang, "Map of the projects"),
				 .desc = T(v->lang, "Regions and marks are links; the tables "
						    "below the map say the same."),
				 .linked = true };

	html_lit(&v->out, "<figure><div class=tab role=region tabindex=0");
	html_attr(&v->out, "aria-label", plan.title);
	html_lit(&v->out, ">\n");
	svg_begin(v, &plan);
	draw_areas(&d);
	for (size_t i = 0; i < m->n; i++)
		if (m->projects[i].line_count)
			draw_line(&d, &m->projects[i]);
	draw_labels(&d);
	for (size_t i = 0; i < c->n; i++)
		draw_cluster(&d, &c->list[i], i);
	svg_end(v);
	legend(m);
}

/* --- the picture: as groups with colours of their own --- */

static void group(struct visit *v, const char *fill, const char *stroke, const char *wide)
{
	html_lit(&v->out, "<g");
	html_attr(&v->out, "fill", str_z(fill));
	html_attr(&v->out, "stroke", str_z(stroke));
	html_attr(&v->out, "stroke-width", str_z(wide));
	html_lit(&v->out, ">");
}

static void picture_areas(struct drawing *d)
{
	for (size_t i = 0; i < area_count; i++) {
		bool own = areas[i].level >= AREA_COUNTRY;

		if (!is_drawn(d, &areas[i]))
			continue;
		group(d->m->v, own ? "#80868d40" : "#80868d18", own ? "#80868d" : "#80868d60",
		      "1");
		draw_outline(d, &areas[i], "");
		svg_group_end(d->m->v);
	}
}

static const char *const picture_colour[] = { [MAP_OTHER] = "#80868d",
					      [MAP_FORCE] = "#2f8f57",
					      [MAP_AWAIT] = "#7a6ce0",
					      [MAP_DIFFERS] = "#a87410",
					      [MAP_LATE] = "#d0473e" };

static void picture_line(struct drawing *d, const struct map_project *p)
{
	group(d->m->v, "none", picture_colour[p->mark], "3");
	draw_way(d, p, "");
	svg_group_end(d->m->v);
}

static void picture_mark(struct visit *v, const struct map_cluster *c)
{
	bool hollow = c->mark == MAP_AWAIT;
	int radius = c->projects > 1 ? MARK_SMALL : MARK_SMALL - 2;

	group(v, hollow ? "none" : picture_colour[c->mark], picture_colour[c->mark],
	      hollow ? "3" : "1");
	if (c->mark == MAP_LATE)
		svg_diamond(v, "", c->at, radius + 2);
	else
		svg_circle(v, "", c->at, radius);
	svg_group_end(v);
}

void map_draw_picture(struct map *m, const struct map_frame *f, const struct map_clusters *c)
{
	struct visit *v = m->v;
	struct drawing d = { .m = m, .f = f, .c = c, .most = 1 };

	html_lit(&v->out, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ");
	html_num(&v->out, (uint64_t)f->width);
	html_lit(&v->out, " ");
	html_num(&v->out, (uint64_t)f->height);
	html_lit(&v->out, "\">\n");
	picture_areas(&d);
	for (size_t i = 0; i < m->n; i++)
		if (m->projects[i].line_count)
			picture_line(&d, &m->projects[i]);
	for (size_t i = 0; i < c->n; i++)
		picture_mark(v, &c->list[i]);
	html_lit(&v->out, "</svg>\n");
}

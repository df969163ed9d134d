#include "web/map.h"
#include "web/server.h"

/*
 * The map for programs: /data/map.geojson, with the filters of the page, and the boundary
 * layer, /data/boundaries.geojson (RFC 7946); and for the cockpit, a small picture of it.
 */

/* --- GeoJSON --- */

static void put_position(struct json_w *w, struct geo_point p)
{
	const int32_t at[] = { p.lon, p.lat };
	char text[DEC_TEXT];

	json_open(w, '[');
	for (size_t i = 0; i < 2; i++)
		json_put_raw(w, str_z(dec_text(text, (struct dec){ at[i] }, 0)));
	json_close(w, ']');
}

static void geometry(struct json_w *w, const char *type)
{
	json_key(w, "geometry");
	json_open(w, '{');
	json_pair(w, "type", str_z(type));
	json_key(w, "coordinates");
}

static void feature(struct json_w *w, const char *id, struct str value)
{
	json_open(w, '{');
	json_pair(w, "type", S("Feature"));
	json_pair(w, id, value);
}

static void properties(struct map *m, struct json_w *w, const struct map_project *p)
{
	struct visit *v = m->v;
	struct str ref = row_ref(v, &p->row);

	json_key(w, "properties");
	json_open(w, '{');
	json_pair(w, "project", ref);
	json_pair(w, "title", p->row.label);
	json_pair(w, "field", p->field);
	json_pair(w, "status", p->status);
	json_pair(w, "state", p->row.state);
	json_key(w, "late");
	json_put_bool(w, p->mark == MAP_LATE);
	json_key(w, "illustrative");
	json_put_bool(w, p->row.illustrative);
}

static void put_place(struct map *m, struct json_w *w, const struct map_place *p)
{
	json_open(w, '{');
	json_pair(w, "type", S("Feature"));
	if (p->known) {
		geometry(w, "Point");
		put_position(w, p->at);
		json_close(w, '}');
	} else { /* section 3.2: a feature without a location */
		json_key(w, "geometry");
		json_put_null(w);
	}
	properties(m, w, p->of);
	json_pair(w, "place", p->name);
	json_pair(w, "country", p->country);
	json_pair(w, "area", p->area ? str_z(p->area->code) : S(""));
	json_close(w, '}');
	json_close(w, '}');
}

static void put_line(struct map *m, struct json_w *w, const struct map_project *p)
{
	json_open(w, '{');
	json_pair(w, "type", S("Feature"));
	geometry(w, "LineString");
	json_open(w, '[');
	for (size_t i = 0; i < p->line_count; i++)
		put_position(w, p->line[i]);
	json_close(w, ']');
	json_close(w, '}');
	properties(m, w, p);
	json_key(w, "stops");
	json_open(w, '[');
	for (size_t i = 0; i < p->line_count; i++)
		json_put_str(w, p->stops[i]);
	json_close(w, ']');
	json_close(w, '}');
	json_close(w, '}');
}

static void send(struct visit *v)
{
	http_set(v->a, v->r, "Access-Control-Allow-Origin", S("*"));
	http_set(v->a, v->r, "Content-Language", str_z(lang_codes[v->lang]));
	answer_out(v, "application/geo+json");
}

static struct json_w collection(struct visit *v)
{
	struct json_w w = json_w(&v->out);

	json_open(&w, '{');
	json_pair(&w, "type", S("FeatureCollection"));
	return w;
}

void data_map(struct visit *v)
{
	struct json_w w;
	struct err err;
	struct map m;

	if (!map_read(v, &m, &err)) {
		page_error(v, &err);
		return;
	}
	w = collection(v);
	json_key(&w, "features");
	json_open(&w, '[');
	for (size_t i = 0; i < m.place_count; i++)
		put_place(&m, &w, &m.places[i]);
	for (size_t i = 0; i < m.n; i++)
		if (m.projects[i].line_count)
			put_line(&m, &w, &m.projects[i]);
	json_close(&w, ']');
	json_close(&w, '}');
	send(v);
}

/* A ring ends where it begins (section 3.1.6). */
static void put_ring(struct json_w *w, const struct geo_ring *r)
{
	json_open(w, '[');
	for (size_t i = 0; i <= r->n; i++)
		put_position(w, geo_ring_point(r, i % r->n));
	json_close(w, ']');
}

static void put_outline(struct json_w *w, const int32_t *outline)
{
	struct geo_ring r;
	bool open = false;

	json_open(w, '[');
	while (geo_ring_next(&outline, &r)) {
		bool hole = open && geo_ring_is_hole(&r);

		if (open && !hole)
			json_close(w, ']');
		if (!hole)
			json_open(w, '[');
		open = true;
		put_ring(w, &r);
	}
	if (open)
		json_close(w, ']');
	json_close(w, ']');
}

void data_boundaries(struct visit *v)
{
	static const char *const levels[] = { [AREA_LAND] = "land",
					      [AREA_NEIGHBOUR] = "neighbour",
					      [AREA_COUNTRY] = "country",
					      [AREA_REGION] = "region" };
	struct json_w w = collection(v);

	json_pair(&w, "source", str_z(boundary_layer.source[v->lang]));
	json_pair(&w, "date", str_z(boundary_layer.date));
	json_pair(&w, "note", str_z(boundary_layer.note[v->lang]));
	json_key(&w, "features");
	json_open(&w, '[');
	for (size_t i = 0; i < area_count; i++) {
		const struct area *a = &areas[i];

		feature(&w, "id",
			arena_join(v->a, arena_join(v->a, str_z(levels[a->level]), S(".")),
				   str_z(a->code)));
		geometry(&w, "MultiPolygon");
		put_outline(&w, a->outline);
		json_close(&w, '}');
		json_key(&w, "properties");
		json_open(&w, '{');
		json_pair(&w, "level", str_z(levels[a->level]));
		json_pair(&w, "code", str_z(a->code));
		json_pair(&w, "country", str_z(a->country));
		json_pair(&w, "name", a->code[0] ? area_name(a, v->lang) : S(""));
		json_close(&w, '}');
		json_close(&w, '}');
	}
	json_close(&w, ']');
	json_close(&w, '}');
	send(v);
}

/* --- the picture on the cockpit --- */

enum { PICTURE_WIDE = 480, PICTURE_HIGH = 330 };

/*
 * As an image of its own the cockpit does not wait for it, and it is fetched only when it comes
 * into sight.  An image has no stylesheet: its colours are set so that they can be told
 * from light and from dark paper.
 */
void map_image(struct visit *v)
{
	struct map_clusters clusters;
	struct map_frame frame;
	struct err err;
	struct map m;

	if (!map_read(v, &m, &err)) {
		page_error(v, &err);
		return;
	}
	frame = map_frame_of(map_box(&m), PICTURE_WIDE, PICTURE_HIGH);
	clusters = map_cluster(&m, &frame);
	map_draw_picture(&m, &frame, &clusters);
	answer_out(v, "image/svg+xml");
}

void map_picture(struct visit *v)
{
	html_lit(&v->out, "<p><a href=\"/");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_lit(&v->out,
		 "/map\"><img class=picture loading=lazy width=480 height=330 src=\"/");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_lit(&v->out, "/map.svg\"");
	html_attr(&v->out, "alt", T(v->lang, "Map of the projects"));
	html_lit(&v->out, "></a></p>\n");
}

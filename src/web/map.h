/*
 * The map: projects where they take place, drawn by the server over the boundary layer
 * (model/boundaries.h), without a tile server.  map.c reads, map_chart.c draws, map_table.c
 * says the same as tables; page_map.c is the page, map_files.c the same as GeoJSON.
 *
 *   /fr/map?area=ML-3 &field=energy &status=2 &state=in_force &party=ru &q=words
 *
 * `area` is what the map shows: a code of the layer, or "all"; without it the country with most
 * of the projects.  `party` asks for projects that a side leads or takes part in; the other
 * names are those of the list of projects.
 */
#ifndef WEB_MAP_H
#define WEB_MAP_H
#include "model/boundaries.h"
#include "web/list_address.h"
#include "web/svg.h"

/* What a colour says, the worst last. */
enum map_mark { MAP_OTHER, MAP_FORCE, MAP_AWAIT, MAP_DIFFERS, MAP_LATE };

struct map_project {
	struct record_row row;    /* without its data */
	struct str status, field; /* codes */
	enum map_mark mark;       /* late: a deadline of its own has passed */
	struct geo_point *line;   /* of a road, a railway, a power line; two points or none */
	struct str *stops;        /* their names; "" of a bend */
	size_t line_count, place_count;
};
struct map_place {
	struct map_project *of;
	bool known; /* has coordinates */
	struct geo_point at;
	struct str name;         /* "" when the project does not say it */
	const struct area *area; /* NULL: outside the layer */
	struct str country;
};
struct map {
	struct visit *v;
	struct list_query q;
	struct str party;
	struct map_project *projects;
	size_t n;
	struct map_place *places; /* in the order of the projects */
	size_t place_count;
	uint64_t counts[64];      /* projects in each of `areas`, by its place in the layer */
	const struct area *shown; /* NULL: everything */
};
/* What the address asks for; ERR_INPUT for a value that no project can have. */
bool map_read(struct visit *v, struct map *out, struct err *err) MUST_USE;
uint64_t map_count(const struct map *m, const struct area *a); /* projects in an area */
/* Whether something in `a` (NULL: nowhere the layer knows) lies in what the map shows. */
bool map_shows(const struct map *m, const struct area *a);

/* --- drawing --- */

/* Degrees onto user units: east to the right, as wide as they are at the middle latitude. */
struct map_frame {
	int64_t cos, left, top, wide; /* millionths of a degree at the equator */
	int width, height;            /* user units */
	bool coarse;                  /* too wide for the borders of neighbours */
};
/* Around `box` with a margin; of a single point, half a degree. */
struct map_frame map_frame_of(struct geo_box box, int width, int height);
struct svg_point map_frame_at(const struct map_frame *f, struct geo_point p);

/* What stands so close together that it is one mark on the map. */
struct map_cluster {
	struct svg_point at;
	size_t *places; /* into map.places, in their order */
	size_t n;
	size_t projects; /* different ones */
	enum map_mark mark;
	struct str name; /* that most places bear, else the region or country they share */
};
/* Those with most projects first. */
struct map_clusters {
	struct map_cluster *list;
	size_t n;
};
struct map_clusters map_cluster(struct map *m, const struct map_frame *f);

struct geo_box map_box(const struct map *m); /* of what is shown */
void map_chart(struct map *m, const struct map_frame *f, const struct map_clusters *c);
/* An SVG file of its own: no names, no links. */
void map_draw_picture(struct map *m, const struct map_frame *f, const struct map_clusters *c);
void map_tables(struct map *m, const struct map_clusters *c);
/* ` href="?area=…"`: this map showing another area. */
void map_area_href(struct map *m, const struct area *a);
struct str map_place_name(struct map *m, const struct map_place *p);

/* On the cockpit: a small picture that leads to the map (map_files.c). */
void map_picture(struct visit *v);

#endif

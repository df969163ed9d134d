#include "web/map.h"

#include <stdlib.h>

/* From degrees to user units, and what is too close together to be told apart there. */

enum { MARGIN = 20 /* a twentieth of the span on each side */, LEAST = GEO_DEGREE / 2 };
enum { COARSE = 40 * (int64_t)GEO_DEGREE };

struct map_frame map_frame_of(struct geo_box box, int width, int height)
{
	struct map_frame f = { .width = width, .height = height };
	int64_t wide, high, middle;

	f.cos = geo_cos(box.south / 2 + box.north / 2);
	f.cos = f.cos > GEO_DEGREE / 20 ? f.cos : GEO_DEGREE / 20; /* at the poles */
	wide = ((int64_t)box.east - box.west) * f.cos / GEO_DEGREE;
	high = (int64_t)box.north - box.south;
	wide += 2 * (wide / MARGIN) + LEAST;
	high += 2 * (high / MARGIN) + LEAST;
	f.wide = wide * height < high * width ? high * width / height : wide;
	middle = ((int64_t)box.west + box.east) / 2 * f.cos / GEO_DEGREE;
	f.left = middle - f.wide / 2;
	f.top = ((int64_t)box.south + box.north) / 2 + f.wide * height / width / 2;
	f.coarse = f.wide * GEO_DEGREE / f.cos > COARSE;
	return f;
}

static int units(const struct map_frame *f, int64_t way)
{
	int64_t n = way * f->width, half = f->wide / 2;

	return (int)((n < 0 ? n - half : n + half) / f->wide);
}

struct svg_point map_frame_at(const struct map_frame *f, struct geo_point p)
{
	return (struct svg_point){ units(f, (int64_t)p.lon * f->cos / GEO_DEGREE - f->left),
				   units(f, f->top - p.lat) };
}

/* --- clusters: a place joins the first within REACH, looked for in its own cell and those
 * around it --- */

enum { REACH = 30, CELLS = 64, NONE = 0 };

struct grid {
	struct map_cluster *list;
	size_t *next; /* the cluster before it in its cell, counted from 1; NONE */
	size_t n, cells[CELLS][CELLS];
};

static size_t cell_of(int at)
{
	int cell = at / REACH + 1;

	return cell < 1 ? 0 : cell < CELLS - 1 ? (size_t)cell : CELLS - 1;
}

static bool is_near(struct svg_point a, struct svg_point b)
{
	int dx = a.x - b.x, dy = a.y - b.y;

	return dx * dx + dy * dy <= REACH * REACH;
}

static struct map_cluster *near_of(const struct grid *g, struct svg_point at)
{
	size_t cx = cell_of(at.x), cy = cell_of(at.y);

	for (size_t x = cx ? cx - 1 : 0; x <= cx + 1 && x < CELLS; x++)
		for (size_t y = cy ? cy - 1 : 0; y <= cy + 1 && y < CELLS; y++)
			for (size_t i = g->cells[x][y]; i != NONE; i = g->next[i - 1])
				if (is_near(g->list[i - 1].at, at))
					return &g->list[i - 1];
	return NULL;
}

static struct map_cluster *begin(struct grid *g, struct svg_point at)
{
	size_t *cell = &g->cells[cell_of(at.x)][cell_of(at.y)];

	g->list[g->n] = (struct map_cluster){ .at = at };
	g->next[g->n] = *cell;
	*cell = ++g->n;
	return &g->list[g->n - 1];
}

static bool on_map(const struct map *m, const struct map_frame *f, const struct map_place *p,
		   struct svg_point *at)
{
	if (!p->known || !map_shows(m, p->area))
		return false;
	*at = map_frame_at(f, p->at);
	return at->x >= 0 && at->x <= f->width && at->y >= 0 && at->y <= f->height;
}

/* From north to south whatever the language, so that every reader sees the same marks. */
struct spot {
	const struct map_place *place;
	struct svg_point at;
	size_t i;
};

static int by_position(const void *x, const void *y)
{
	const struct spot *a = x, *b = y;
	const struct map_place *p = a->place, *q = b->place;

	if (p->at.lat != q->at.lat)
		return p->at.lat > q->at.lat ? -1 : 1;
	if (p->at.lon != q->at.lon)
		return p->at.lon < q->at.lon ? -1 : 1;
	return str_cmp(p->of->row.id, q->of->row.id);
}

static size_t spots_of(const struct map *m, const struct map_frame *f, struct spot *spots)
{
	size_t n = 0;

	for (size_t i = 0; i < m->place_count; i++) {
		spots[n] = (struct spot){ .place = &m->places[i], .i = i };
		n += on_map(m, f, &m->places[i], &spots[n].at);
	}
	if (n)
		qsort(spots, n, sizeof(*spots), by_position);
	return n;
}

/* A mark stands in the middle of its places. */
static void centre(const struct map *m, const struct map_frame *f, struct map_cluster *c)
{
	int64_t x = 0, y = 0, n = c->n ? (int64_t)c->n : 1;

	for (size_t i = 0; i < c->n; i++) {
		struct svg_point at = map_frame_at(f, m->places[c->places[i]].at);

		x += at.x;
		y += at.y;
	}
	c->at = (struct svg_point){ (int)((x + n / 2) / n), (int)((y + n / 2) / n) };
}

/* The places of each cluster stand one after the other, as they stand in the map. */
static void share_out(struct grid *g, const size_t *to, const struct map *m, size_t *room)
{
	for (size_t i = 0; i < g->n; i++) {
		g->list[i].places = room;
		room += g->list[i].n;
		g->list[i].n = 0;
	}
	for (size_t i = 0; i < m->place_count; i++) {
		struct map_cluster *c = to[i] ? &g->list[to[i] - 1] : NULL;
		const struct map_project *of = m->places[i].of;

		if (!c)
			continue;
		if (!c->n || m->places[c->places[c->n - 1]].of != of)
			c->projects++;
		c->mark = of->mark > c->mark ? of->mark : c->mark;
		c->places[c->n++] = i;
	}
}

/* --- what a cluster is called --- */

/* The name that more than half of the places bear (Boyer and Moore's vote); empty: none. */
static struct str usual_name(struct map *m, const struct map_cluster *c)
{
	struct str name = S(""), one;
	size_t lead = 0, bearing = 0;

	for (size_t i = 0; i < c->n; i++) {
		one = map_place_name(m, &m->places[c->places[i]]);
		if (!lead)
			name = one;
		lead = !lead || str_eq(one, name) ? lead + 1 : lead - 1;
	}
	for (size_t i = 0; i < c->n; i++)
		bearing += str_eq(map_place_name(m, &m->places[c->places[i]]), name);
	return 2 * bearing > c->n ? name : S("");
}

static struct str cluster_name(struct map *m, const struct map_cluster *c)
{
	const struct map_place *first = &m->places[c->places[0]];
	struct str name = usual_name(m, c);
	bool area = first->area != NULL, country = true;

	for (size_t i = 1; i < c->n; i++) {
		const struct map_place *p = &m->places[c->places[i]];

		area = area && p->area == first->area;
		country = country && str_eq(p->country, first->country);
	}
	if (name.n)
		return name;
	if (area)
		return area_name(first->area, m->v->lang);
	return country ? code_name("Country", first->country, m->v->lang)
		       : map_place_name(m, first);
}

static int by_projects(const void *x, const void *y)
{
	const struct map_cluster *a = x, *b = y;

	if (a->projects != b->projects)
		return a->projects > b->projects ? -1 : 1;
	return a->places[0] < b->places[0] ? -1 : 1;
}

struct map_clusters map_cluster(struct map *m, const struct map_frame *f)
{
	struct arena *a = m->v->a;
	struct grid *g = arena_new(a, struct grid);
	struct spot *spots = arena_room(a, struct spot, m->place_count + 1);
	size_t *to = arena_array(a, size_t, m->place_count), n = spots_of(m, f, spots);

	g->list = arena_room(a, struct map_cluster, n);
	g->next = arena_room(a, size_t, n);
	for (size_t i = 0; i < n; i++) {
		struct map_cluster *c = near_of(g, spots[i].at);

		c = c ? c : begin(g, spots[i].at);
		c->n++;
		to[spots[i].i] = (size_t)(c - g->list) + 1;
	}
	share_out(g, to, m, arena_room(a, size_t, n));
	for (size_t i = 0; i < g->n; i++) {
		centre(m, f, &g->list[i]);
		g->list[i].name = cluster_name(m, &g->list[i]);
	}
	if (g->n)
		qsort(g->list, g->n, sizeof(*g->list), by_projects);
	return (struct map_clusters){ g->list, g->n };
}

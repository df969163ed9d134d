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

static struct str cluster_name(struct map *m, const struct map_cluster *c)
{
	const struct map_place *first = &m->places[c->places[0]];
	struct str name = map_place_name(m, first);
	bool same = true, area = first->area != NULL, country = true;

	for (size_t i = 1; i < c->n; i++) {
		const struct map_place *p = &m->places[c->places[i]];

		same = same && str_eq(map_place_name(m, p), name);
		area = area && p->area == first->area;
		country = country && str_eq(p->country, first->country);
	}
	if (same)
		return name;
	if (area)
		return area_name(first->area, m->v->lang);
	return country ? code_name("Country", first->country, m->v->lang) : name;
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
	size_t *to = arena_array(a, size_t, m->place_count), shown = 0;

	g->list = arena_room(a, struct map_cluster, m->place_count);
	g->next = arena_room(a, size_t, m->place_count);
	for (size_t i = 0; i < m->place_count; i++) {
		struct map_cluster *c;
		struct svg_point at;

		if (!on_map(m, f, &m->places[i], &at))
			continue;
		c = near_of(g, at);
		c = c ? c : begin(g, at);
		c->n++;
		to[i] = (size_t)(c - g->list) + 1;
		shown++;
	}
	share_out(g, to, m, arena_room(a, size_t, shown));
	for (size_t i = 0; i < g->n; i++)
		g->list[i].name = cluster_name(m, &g->list[i]);
	if (g->n)
		qsort(g->list, g->n, sizeof(*g->list), by_projects);
	return (struct map_clusters){ g->list, g->n };
}

#include "model/geo.h"

static bool degrees(const struct json *coord, const char *name, int limit, int32_t *out)
{
	struct dec d;

	if (!dec_parse(json_str(coord, name), &d) || dec_cmp(d, dec_int(limit)) > 0 ||
	    dec_cmp(d, dec_int(-limit)) < 0)
		return false;
	*out = (int32_t)d.micro;
	return true;
}

bool geo_read(const struct json *coord, struct geo_point *out)
{
	return coord && degrees(coord, "lon", 180, &out->lon) &&
	       degrees(coord, "lat", 90, &out->lat);
}

/* --- boxes --- */

void geo_box_add(struct geo_box *b, struct geo_point p)
{
	b->west = p.lon < b->west ? p.lon : b->west;
	b->east = p.lon > b->east ? p.lon : b->east;
	b->south = p.lat < b->south ? p.lat : b->south;
	b->north = p.lat > b->north ? p.lat : b->north;
}

bool geo_box_has(const struct geo_box *b, struct geo_point p)
{
	return p.lon >= b->west && p.lon <= b->east && p.lat >= b->south && p.lat <= b->north;
}

void geo_box_add_outline(struct geo_box *b, const int32_t *outline)
{
	struct geo_ring r;

	while (geo_ring_next(&outline, &r))
		for (size_t i = 0; i < r.n; i++)
			geo_box_add(b, geo_ring_point(&r, i));
}

/* --- outlines --- */

bool geo_ring_next(const int32_t **outline, struct geo_ring *out)
{
	const int32_t *p = *outline;

	if (*p == AREA_END)
		return false;
	*out = (struct geo_ring){ .at = p };
	while (*p != RING_END && *p != AREA_END) {
		p += 2;
		out->n++;
	}
	*outline = *p == RING_END ? p + 1 : p;
	return true;
}

struct geo_point geo_ring_point(const struct geo_ring *r, size_t i)
{
	return (struct geo_point){ r->at[2 * i] * GEO_UNIT, r->at[2 * i + 1] * GEO_UNIT };
}

bool geo_ring_is_hole(const struct geo_ring *r)
{
	int64_t twice = 0;

	for (size_t i = 0; i < r->n; i++) {
		const int32_t *p = r->at + 2 * i, *q = r->at + 2 * ((i + 1) % r->n);

		twice += (int64_t)p[0] * q[1] - (int64_t)q[0] * p[1];
	}
	return twice < 0;
}

/* Whether the ray from `p` to the east crosses the border from `a` to `b`. */
static bool crosses(struct geo_point p, struct geo_point a, struct geo_point b)
{
	int64_t up = (int64_t)b.lat - a.lat, way, at;

	if ((a.lat > p.lat) == (b.lat > p.lat))
		return false;
	way = ((int64_t)p.lon - a.lon) * up;
	at = ((int64_t)p.lat - a.lat) * ((int64_t)b.lon - a.lon);
	return up > 0 ? way < at : way > at;
}

static bool in_ring(const struct geo_ring *r, struct geo_point p)
{
	bool in = false;

	for (size_t i = 0; i < r->n; i++)
		in ^= crosses(p, geo_ring_point(r, i), geo_ring_point(r, (i + 1) % r->n));
	return in;
}

/* Outlines that reach over the 180th meridian go on beyond it. */
static bool in_outline(const int32_t *outline, struct geo_point p)
{
	struct geo_ring r;
	bool in = false;

	while (geo_ring_next(&outline, &r))
		in ^= in_ring(&r, p);
	return in;
}

bool geo_inside(const int32_t *outline, struct geo_point p)
{
	struct geo_point beyond = { p.lon + 360 * GEO_DEGREE, p.lat };

	return in_outline(outline, p) || (p.lon < 0 && in_outline(outline, beyond));
}

/* --- a point inside: the middle of the widest stretch across, at a few latitudes --- */

enum { ACROSS = 7, CROSSINGS_MAX = 256 };

/* Longitudes at which the outline crosses a latitude, from west to east. */
static size_t crossings(const int32_t *outline, int32_t lat, int32_t out[CROSSINGS_MAX])
{
	struct geo_ring r;
	size_t n = 0;

	while (geo_ring_next(&outline, &r))
		for (size_t i = 0; i < r.n && n < CROSSINGS_MAX; i++) {
			struct geo_point a = geo_ring_point(&r, i);
			struct geo_point b = geo_ring_point(&r, (i + 1) % r.n);
			int64_t wide = (int64_t)b.lon - a.lon, up = (int64_t)b.lat - a.lat;
			size_t at = n;

			if ((a.lat > lat) == (b.lat > lat))
				continue;
			out[n++] = a.lon + (int32_t)(((int64_t)lat - a.lat) * wide / up);
			for (; at > 0 && out[at - 1] > out[at]; at--) {
				int32_t swap = out[at];

				out[at] = out[at - 1];
				out[at - 1] = swap;
			}
		}
	return n;
}

struct geo_point geo_middle(const int32_t *outline)
{
	struct geo_box b = GEO_NOWHERE;
	struct geo_point best = { 0, 0 };
	int32_t at[CROSSINGS_MAX], widest = -1;

	geo_box_add_outline(&b, outline);
	for (int i = 1; i <= ACROSS && b.west <= b.east; i++) {
		int32_t lat = b.south + (b.north - b.south) / (ACROSS + 1) * i;
		size_t n = crossings(outline, lat, at);

		for (size_t k = 0; k + 1 < n; k += 2)
			if (at[k + 1] - at[k] > widest) {
				widest = at[k + 1] - at[k];
				best = (struct geo_point){ at[k] + widest / 2, lat };
			}
	}
	return best;
}

int32_t geo_cos(int32_t lat)
{
	int64_t d = lat / 10000, square = d * d; /* hundredths of a degree */

	return (int32_t)((324000000 - 4 * square) * GEO_DEGREE / (324000000 + square));
}

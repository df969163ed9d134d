/*
 * Points on the earth and areas they lie in, in whole numbers: no rounding decides on which
 * side of a border a place stands.
 *
 * Degrees are WGS 84 as in GeoJSON (RFC 7946, section 4); between two points of an outline the
 * border is straight in degrees (section 3.1.1).
 */
#ifndef MODEL_GEO_H
#define MODEL_GEO_H
#include "model/model.h"

enum { GEO_DEGREE = 1000000 };
struct geo_point {
	int32_t lon, lat; /* millionths of a degree, north and east positive */
};
/* A value of a COORD field; false when it is absent or no place on the earth. */
bool geo_read(const struct json *coord, struct geo_point *out) MUST_USE;

struct geo_box {
	int32_t west, south, east, north; /* millionths; nothing in it when west > east */
};
#define GEO_NOWHERE ((struct geo_box){ INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN })
void geo_box_add(struct geo_box *b, struct geo_point p);
bool geo_box_has(const struct geo_box *b, struct geo_point p);

/*
 * An outline: the rings of an area, each of longitude, latitude pairs in ten-thousandths of a
 * degree, without the first point again, RING_END between two and AREA_END behind the last.  An
 * outer ring turns against the clock, the holes behind it with the clock.
 */
enum { GEO_UNIT = GEO_DEGREE / 10000, RING_END = INT32_MAX - 1, AREA_END = INT32_MAX };
struct geo_ring {
	const int32_t *at;
	size_t n; /* points */
};
/* The next ring; `outline` moves on.  False when there is none. */
bool geo_ring_next(const int32_t **outline, struct geo_ring *out);
struct geo_point geo_ring_point(const struct geo_ring *r, size_t i);
bool geo_ring_is_hole(const struct geo_ring *r);
void geo_box_add_outline(struct geo_box *b, const int32_t *outline);
/*
 * Whether a point lies in an area.  One on a border that two areas share lies in exactly one of
 * them: of a ring's borders those to the west and the south belong to it.
 */
bool geo_inside(const int32_t *outline, struct geo_point p);

/* A point well inside its largest part, for its name; any point when the outline is empty. */
struct geo_point geo_middle(const int32_t *outline);

/* Cosine of a latitude in millionths, after Bhaskara (7th century): 0.2 % off at most. */
int32_t geo_cos(int32_t lat);

#endif

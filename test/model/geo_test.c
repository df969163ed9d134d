#include "model/geo.h"

#include <stdlib.h>

#include "check.h"

#define D(degrees) ((int32_t)((degrees)*GEO_DEGREE))

static bool read_at(const char *json, struct geo_point *out)
{
	struct arena a;
	struct json *j = NULL;
	struct err err;
	bool is;

	arena_init(&a, 1 << 16);
	assert_true(json_parse(&a, str_z(json), &j, &err));
	is = geo_read(j, out);
	arena_done(&a);
	return is;
}

static void coordinates_are_read_exactly(void **state)
{
	struct geo_point p = { 0, 0 };

	(void)state;
	assert_true(read_at("{\"lat\":\"12.6392\",\"lon\":\"-8.0029\"}", &p));
	assert_int_equal(p.lat, 12639200);
	assert_int_equal(p.lon, -8002900);
	assert_true(read_at("{\"lat\":\"-90\",\"lon\":\"180\"}", &p));
	assert_int_equal(p.lat, -90 * GEO_DEGREE);
	assert_int_equal(p.lon, 180 * GEO_DEGREE);
	assert_true(read_at("{\"lat\":\"0.000001\",\"lon\":\"-0.000001\"}", &p));
	assert_int_equal(p.lat, 1);
	assert_int_equal(p.lon, -1);
}

static void what_is_no_place_is_none(void **state)
{
	static const char *const bad[] = { "{\"lat\":\"90.000001\",\"lon\":\"0\"}",
					   "{\"lat\":\"0\",\"lon\":\"-180.000001\"}",
					   "{\"lat\":\"0\"}",
					   "{\"lon\":\"0\"}",
					   "{\"lat\":\"\",\"lon\":\"\"}",
					   "{\"lat\":\"12,5\",\"lon\":\"0\"}",
					   "{\"lat\":\"north\",\"lon\":\"0\"}",
					   "{\"lat\":\"1e1\",\"lon\":\"0\"}",
					   "{\"lat\":12,\"lon\":0}",
					   "{\"lat\":\"99999999999999999999\",\"lon\":\"0\"}",
					   "\"12.6 -8\"",
					   "[]" };
	struct geo_point p;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (read_at(bad[i], &p)) {
			print_error("read as a place: %s\n", bad[i]);
			fail();
		}
	assert_false(geo_read(NULL, &p));
}

/* A square of 10 degrees with a square hole, and an island in the hole. */
static const int32_t ringed[] = { 0,      0,        100000, 0,        100000, 100000,  0,
				  100000, RING_END, 20000,  20000,    20000,  80000,   80000,
				  80000,  80000,    20000,  RING_END, 40000,  40000,   60000,
				  40000,  60000,    60000,  40000,    60000,  AREA_END };

static bool in(const int32_t *outline, double lon, double lat)
{
	return geo_inside(outline, (struct geo_point){ D(lon), D(lat) });
}

static void holes_are_outside_and_islands_inside(void **state)
{
	const int32_t *at = ringed;
	struct geo_ring r;
	size_t rings = 0, holes = 0;

	(void)state;
	assert_true(in(ringed, 1, 1));
	assert_true(in(ringed, 9, 5));
	assert_false(in(ringed, 3, 3));
	assert_true(in(ringed, 5, 5));
	assert_false(in(ringed, -1, 5));
	assert_false(in(ringed, 11, 5));
	assert_false(in(ringed, 5, 11));
	assert_false(in(ringed, 5, -1));
	while (geo_ring_next(&at, &r)) {
		assert_int_equal(r.n, 4);
		rings++;
		holes += geo_ring_is_hole(&r);
	}
	assert_int_equal(rings, 3);
	assert_int_equal(holes, 1);
}

/* Two areas that meet along a slanted and broken border: each point of a fine grid over both,
 * the corners and the border itself among them, is in exactly one. */
static void what_lies_on_a_shared_border_is_in_one_area(void **state)
{
	static const int32_t west[] = {
		0, 0, 30, 0, 50, 20, 30, 60, 30, 100, 0, 100, AREA_END
	};
	static const int32_t east[] = { 30,  0,  100, 0,  100, 100,     30,
					100, 30, 60,  50, 20,  AREA_END };
	size_t both = 0, none = 0, on_west = 0;

	(void)state;
	for (int32_t lon = 0; lon < 10000; lon += 100)
		for (int32_t lat = 0; lat < 10000; lat += 100) {
			struct geo_point p = { lon, lat };
			bool w = geo_inside(west, p), e = geo_inside(east, p);

			both += w && e;
			none += !w && !e;
			on_west += w;
		}
	assert_int_equal(both, 0);
	assert_int_equal(none, 0);
	assert_true(on_west > 2000 && on_west < 6000);
	/* a ray through a corner counts it once */
	assert_true(geo_inside(west, (struct geo_point){ 100, 2000 }));
	assert_false(geo_inside(west, (struct geo_point){ -100, 2000 }));
	assert_false(geo_inside(west, (struct geo_point){ -100, 6000 }));
}

static void an_area_may_reach_over_the_180th_meridian(void **state)
{
	static const int32_t over[] = { 1700000, 600000,  1900000, 600000,  1900000,
					700000,  1700000, 700000,  AREA_END };

	(void)state;
	assert_true(in(over, 175, 65));
	assert_true(in(over, -175, 65));
	assert_false(in(over, -165, 65));
	assert_false(in(over, 165, 65));
}

static void nothing_is_in_an_empty_area(void **state)
{
	static const int32_t empty[] = { AREA_END }, line[] = { 0, 0, 10, 10, AREA_END };
	struct geo_box b = GEO_NOWHERE;
	const int32_t *at = empty;
	struct geo_ring r;

	(void)state;
	assert_false(geo_ring_next(&at, &r));
	assert_false(in(empty, 0, 0));
	assert_false(geo_inside(line, (struct geo_point){ 500, 500 }));
	assert_false(geo_inside(line, (struct geo_point){ 100, 500 }));
	geo_box_add_outline(&b, empty);
	assert_true(b.west > b.east);
	assert_false(geo_box_has(&b, (struct geo_point){ 0, 0 }));
	assert_int_equal(geo_middle(empty).lon, 0);
}

static void the_middle_lies_inside(void **state)
{
	/* a horseshoe: its centre of gravity lies outside */
	static const int32_t shoe[] = { 0,  0,  100, 0,  100, 100, 90,  100,     90,
					10, 10, 10,  10, 100, 0,   100, AREA_END };
	struct geo_box b = GEO_NOWHERE;

	(void)state;
	assert_true(geo_inside(shoe, geo_middle(shoe)));
	assert_true(geo_inside(ringed, geo_middle(ringed)));
	geo_box_add_outline(&b, ringed);
	assert_int_equal(b.east, 10 * GEO_DEGREE);
	assert_int_equal(b.south, 0);
	assert_true(geo_box_has(&b, (struct geo_point){ 0, 0 }));
	assert_false(geo_box_has(&b, (struct geo_point){ -1, 0 }));
}

static void degrees_are_narrower_to_the_north(void **state)
{
	static const struct {
		int32_t lat, cos;
	} known[] = { { 0, 1000000 }, { 30, 866025 },  { 45, 707107 },
		      { 60, 500000 }, { -60, 500000 }, { 80, 173648 } };

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		assert_true(labs(geo_cos(known[i].lat * GEO_DEGREE) - known[i].cos) < 2000);
	assert_int_equal(geo_cos(90 * GEO_DEGREE), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(coordinates_are_read_exactly),
		cmocka_unit_test(what_is_no_place_is_none),
		cmocka_unit_test(holes_are_outside_and_islands_inside),
		cmocka_unit_test(what_lies_on_a_shared_border_is_in_one_area),
		cmocka_unit_test(an_area_may_reach_over_the_180th_meridian),
		cmocka_unit_test(nothing_is_in_an_empty_area),
		cmocka_unit_test(the_middle_lies_inside),
		cmocka_unit_test(degrees_are_narrower_to_the_north),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

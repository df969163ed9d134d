#include "model/boundaries.h"

#include <stdlib.h>

#include "check.h"

static void every_outline_is_one(void **state)
{
	(void)state;
	assert_true(area_count > 10);
	for (size_t i = 0; i < area_count; i++) {
		const int32_t *at = areas[i].outline;
		struct geo_box b = GEO_NOWHERE;
		struct geo_ring r;
		size_t rings = 0;

		while (geo_ring_next(&at, &r)) {
			assert_true(r.n >= 3);
			assert_true(rings > 0 || !geo_ring_is_hole(&r));
			rings++;
			for (size_t k = 0; k < r.n; k++) {
				struct geo_point p = geo_ring_point(&r, k);
				struct geo_point q = geo_ring_point(&r, (k + 1) % r.n);

				assert_true(p.lat >= -90 * GEO_DEGREE &&
					    p.lat <= 90 * GEO_DEGREE);
				assert_true(p.lon >= -180 * GEO_DEGREE &&
					    p.lon <= 192 * GEO_DEGREE);
				assert_false(p.lon == q.lon && p.lat == q.lat);
				/* not torn at the 180th meridian; land may end at its box */
				assert_true(areas[i].level == AREA_LAND ||
					    labs((long)p.lon - q.lon) < 60 * GEO_DEGREE);
			}
		}
		assert_true(rings > 0);
		geo_box_add_outline(&b, areas[i].outline);
		assert_memory_equal(&b, &areas[i].box, sizeof(b));
	}
}

static void every_area_has_its_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < area_count; i++) {
		const struct area *a = &areas[i];

		if (a->level < AREA_COUNTRY)
			continue;
		assert_ptr_equal(area_named(str_z(a->code)), a); /* its code is its own */
		assert_non_null(codelist_find(codelist_named("Country"), str_z(a->country)));
		for (int lang = 0; lang < LANG_COUNT; lang++) {
			assert_true(area_name(a, (enum lang)lang).n > 2);
			assert_true(str_utf8(area_name(a, (enum lang)lang)));
			assert_true(a->level == AREA_COUNTRY || a->name[lang][0]);
		}
	}
	for (int lang = 0; lang < LANG_COUNT; lang++) {
		assert_true(boundary_layer.note[lang][0]);
		assert_true(boundary_layer.source[lang][0]);
	}
	assert_null(area_named(S("")));
	assert_null(area_named(S("ml-1")));
}

static const struct area *at(int32_t lat, int32_t lon, const char *country)
{
	return area_of((struct geo_point){ lon, lat }, str_z(country));
}

static void check_area(const struct area *got, const char *code)
{
	if (!got || strcmp(got->code, code) != 0) {
		print_error("%s, not %s\n", got ? got->code : "nowhere", code);
		fail();
	}
}

/* The seats of the regions, and two cities of a country without regions in the layer. */
static void places_are_found(void **state)
{
	(void)state;
	check_area(at(14446900, -11444500, "ML"), "ML-1");
	check_area(at(12862700, -7559900, "ML"), "ML-2");
	check_area(at(11317600, -5666500, "ML"), "ML-3");
	check_area(at(13431700, -6215700, "ML"), "ML-4");
	check_area(at(14484300, -4183000, "ML"), "ML-5");
	check_area(at(16773500, -3007400, "ML"), "ML-6");
	check_area(at(16271700, -44700, "ML"), "ML-7");
	check_area(at(18441100, 1407800, "ML"), "ML-8");
	check_area(at(12639200, -8002900, "ML"), "ML-BKO");
	check_area(at(55755800, 37617600, "RU"), "RU");
	check_area(at(64733000, 177501000, "RU"), "RU");  /* Anadyr, near the 180th meridian */
	check_area(at(66160000, -170800000, "RU"), "RU"); /* Uelen, beyond it */
}

static void what_the_layer_does_not_know_is_nowhere(void **state)
{
	(void)state;
	assert_null(at(14693700, -17444100, "SN")); /* Dakar */
	assert_null(at(0, 0, "ML")); /* a mistyped place is in no region of its country */
	assert_null(at(0, 0, ""));
	assert_null(at(0, 0, "XX"));
	/* at sea before a coarse coast: the country that the place names */
	check_area(at(43100000, 131900000, "RU"), "RU");
	check_area(at(45000000, 140000000, "RU"), "RU");
}

/* Regions do not overlap and leave no hole: every place in the country is in exactly one. */
static void regions_share_the_country_out(void **state)
{
	const struct area *country = area_named(S("ML"));
	struct geo_box b = GEO_NOWHERE;
	size_t inside = 0, in_none = 0, in_two = 0;

	(void)state;
	assert_true(area_has_regions(country));
	assert_false(area_has_regions(area_named(S("RU"))));
	geo_box_add_outline(&b, country->outline);
	for (int32_t lon = b.west; lon < b.east; lon += 53137)
		for (int32_t lat = b.south; lat < b.north; lat += 51713) {
			struct geo_point p = { lon, lat };
			size_t n = 0;

			for (size_t i = 0; i < area_count; i++)
				n += areas[i].level == AREA_REGION &&
				     geo_inside(areas[i].outline, p);
			in_two += n > 1;
			inside += geo_inside(country->outline, p);
			in_none += !n && geo_inside(country->outline, p);
		}
	assert_int_equal(in_two, 0);
	assert_true(inside > 30000);
	assert_true(in_none * 100 < inside); /* the country's own outline is coarse */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_outline_is_one),
		cmocka_unit_test(every_area_has_its_names),
		cmocka_unit_test(places_are_found),
		cmocka_unit_test(what_the_layer_does_not_know_is_nowhere),
		cmocka_unit_test(regions_share_the_country_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

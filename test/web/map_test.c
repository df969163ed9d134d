#include "commission.h"
#include "web/map.h"

#include <stdlib.h>

#define TITLED(n, name, more)                                                                  \
	PUT("project", CID(7, n),                                                              \
	    BOTH("title", name, name) ",\"status\":\"2\",\"field\":\"energy\"," more)
#define AT(country, name, lat, lon)                                                            \
	"{\"country\":\"" country "\"," BOTH("place", name, name) ",\"point\":{\"lat\":\"" lat \
								  "\",\"lon\":\"" lon "\"}}"
#define STOP(name, lat, lon)                                                                   \
	"{\"point\":{\"lat\":\"" lat "\",\"lon\":\"" lon "\"}," BOTH("place", name, name) "}"

static const char *const drafts[] = {
	TITLED(2, "Deux lieux",
	       "\"leads\":[{\"party\":\"ml\",\"organisation\":\"ml/" CID(
		       1, 1) "\"}],\"locations\":[" AT("ML", "Sikasso", "11.3176",
						       "-5.6665") "," AT("ML", "Gao", "16.2717",
									 "-0.0447") "]"),
	TITLED(3, "Au même lieu",
	       "\"locations\":[" AT("ML", "Sikasso", "11.3180", "-5.6660") "]"),
	TITLED(4, "Voie",
	       "\"locations\":[],\"route\":[" STOP(
		       "Kayes", "14.4469", "-11.4445") ",{"
						       "\"point\":{"
						       "\"lat\":"
						       "\"13.0349\","
						       "\"lon\":\"-9."
						       "4895\"}}," STOP("Bamako", "12.6392",
									"-8."
									"0029") "]"),
	TITLED(5, "À Moscou", "\"locations\":[" AT("RU", "Moscou", "55.7558", "37.6176") "]"),
	TITLED(6, "Sans point", "\"locations\":[{\"country\":\"ML\"}]"),
	TITLED(7, "<b>À & \\\"Dakar\\\"",
	       "\"locations\":[" AT("SN", "<script>alert(1)</script>", "14.6937",
				    "-17.4441") "]"),
	TITLED(8, "Au large", "\"locations\":[" AT("ML", "Faute de frappe", "0", "0") "]"),
};

static int map_up(void **state)
{
	int done = commission_up(state);

	for (size_t i = 0; i < sizeof(drafts) / sizeof(*drafts); i++) {
		t.fixed.ms += 60000;
		good(&t, t.ml, drafts[i]);
	}
	return done;
}

static struct str map(const char *lang, const char *query)
{
	char at[200];
	struct raw_answer r;

	snprintf(at, sizeof(at), "/%s/map%s", lang, query);
	r = get(at, "");
	assert_int_equal(r.status, 200);
	return main_of(r);
}

/* The rows of one group of the table of places. */
static struct str group(struct str page, const char *name)
{
	char from[100];

	snprintf(from, sizeof(from), ">%s <small>", name);
	return between(page, from, "</tbody>");
}

static void the_country_with_most_projects_is_shown(void **state)
{
	struct str page = map("fr", "");

	(void)state;
	check_says(page, "<strong>Mali</strong> · 4 projets");
	check_says(page, "<svg class=\"chart map\" role=group id=\"map\"");
	check_says(page, "aria-labelledby=\"map-title map-desc\"");
	check_says(page, "avant 2023");
	check_says(page, "domaine public");
	/* not in Mali */
	assert_false(says(page, "Moscou"));
	assert_false(says(page, "Dakar"));
	assert_false(says(page, "Faute de frappe"));
}

/* Places that coincide are one mark with a figure; its link leads to as many rows. */
static void a_figure_opens_as_many_rows(void **state)
{
	struct str page = map("fr", ""), rows = group(page, "Sikasso");

	(void)state;
	check_says(page, "<a href=\"#at1\"><title>Sikasso · 2</title><circle class=\"await\"");
	check_says(page, "id=at1>Sikasso <small>2 projets</small>");
	assert_int_equal(times_in(rows, "<tr><th scope=row>"), 2);
	check_says(rows, "Deux lieux");
	check_says(rows, "Au même lieu");
	/* a project alone at its place leads to its page */
	check_says(page, "<a href=\"/fr/project/joint/" CID(7, 2) "\"><title>Gao · Deux lieux");
	assert_int_equal(times_in(group(page, "Gao"), "<tr><th scope=row>"), 1);
}

/* A project counts once in each region, by its places and the points of its line. */
static void regions_are_counted(void **state)
{
	struct str page = map("fr", ""), table = between(page, "id=regions", "</table>");

	(void)state;
	check_says(table, "href=\"?area=ML\">4</a>");
	check_says(table, "href=\"?area=ML-3\">2</a>");
	check_says(table, "href=\"?area=ML-7\">1</a>");
	check_says(table, "href=\"?area=ML-1\">1</a>");
	check_says(table, "href=\"?area=ML-BKO\">1</a>");
	check_says(table, "href=\"?area=RU\">1</a>");
	assert_false(says(table, "ML-8"));
	page = map("fr", "?area=ML-3");
	check_says(page, "<strong>Sikasso</strong> · 2 projets");
	assert_int_equal(times_in(between(page, "id=places", "</table>"), "<tr><th scope=row>"),
			 2);
	assert_false(says(page, "id=lines"));
	check_says(page, "class=\"here\"");
	/* darker: two of two at most */
	check_says(page, "class=\"area s3\"");
}

static void a_line_is_drawn_with_its_stops(void **state)
{
	struct str page = map("ru", ""), lines = between(page, "id=lines", "</table>");

	(void)state;
	check_says(page, "<title>Voie</title><path class=\"edge\" d=\"M");
	check_says(page, "<path class=\"way await\" d=\"M");
	check_says(page, "<title>Kayes</title><circle class=\"stop\"");
	check_says(lines, "Kayes – Bamako");
	assert_int_equal(times_in(lines, "<tr><th scope=row>"), 1);
}

/* What has no point, or one that lies nowhere, is not lost. */
static void nothing_is_lost(void **state)
{
	struct str page = map("fr", "?area=all");

	(void)state;
	check_says(page, "<strong>Tous les lieux</strong> · 8 projets");
	check_says(between(page, "id=elsewhere", "</table>"), "Sans point");
	check_says(between(page, "id=elsewhere", "</table>"), "Pont de Kayes"); /* no place */
	check_says(group(page, "Moscou"), "À Moscou");
	check_says(group(page, "Faute de frappe"), "Au large");
	check_says(between(map("fr", ""), "id=elsewhere", "</table>"), "Sans point");
	assert_false(says(between(map("fr", ""), "id=elsewhere", "</table>"), "Pont de Kayes"));
}

static void hostile_names_are_text(void **state)
{
	struct str page = map("fr", "?area=all");

	(void)state;
	assert_false(says(page, "<script"));
	assert_false(says(page, "<b>À"));
	check_says(page, "&lt;script&gt;alert(1)&lt;/script&gt;");
}

static void filters_stand_in_the_address(void **state)
{
	(void)state;
	check_says(map("fr", "?field=health"), "Aucune fiche");
	check_says(map("fr", "?area=all&field=transport"), "Pont de Kayes");
	check_says(map("fr", "?party=ml"), "<strong>Mali</strong> · 1 projet<");
	check_says(map("fr", "?party=ml&area=ML-3"), "href=\"?party=ml&amp;area=ML-7\">1</a>");
	check_says(map("fr", "?q=voie"), "Voie");
	assert_false(says(map("fr", "?q=voie"), "Deux lieux"));
	check_says(map("fr", "?state=in_force"), "Aucune fiche");
}

static void bad_filters_are_refused(void **state)
{
	static const char *const bad[] = {
		"?area=XX",   "?area=ml",           "?area=%22%3E%3Cscript%3E",
		"?party=zz",  "?field=%00",         "?field=nothing",
		"?status=99", "?state=%27%20OR%201"
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct raw_answer r;
		char at[200];

		snprintf(at, sizeof(at), "/fr/map%s", bad[i]);
		r = get(at, "");
		assert_false(says(r.body, "<script"));
		if (r.status != 400 && !says(r.body, "Aucune fiche")) {
			print_error("%s: %d\n", at, r.status);
			fail();
		}
	}
}

/* --- files --- */

/* RFC 7946: longitude first, a feature without a place has none. */
static void projects_are_geojson(void **state)
{
	struct raw_answer r = get("/data/map.geojson?lang=fr", "");

	(void)state;
	assert_int_equal(r.status, 200);
	check_says(r.head, "application/geo+json");
	check_says(r.body, "\"coordinates\":[-5.6665,11.3176]");
	check_says(r.body,
		   "\"type\":\"LineString\",\"coordinates\":[[-11.4445,14.4469],[-9.4895,"
		   "13.0349],[-8.0029,12.6392]]");
	check_says(r.body, "\"geometry\":null");
	check_says(r.body, "\"area\":\"ML-3\"");
	check_says(r.body, "\"stops\":[\"Kayes\",\"\",\"Bamako\"]");
	r = get("/data/map.geojson?party=ml", "");
	check_says(r.body, "Deux lieux");
	assert_false(says(r.body, "Voie"));
	assert_int_equal(get("/data/map.geojson?area=XX", "").status, 400);
}

static void the_layer_is_geojson(void **state)
{
	struct raw_answer r = get("/data/boundaries.geojson", "");

	(void)state;
	assert_int_equal(r.status, 200);
	check_says(r.body, "\"type\":\"FeatureCollection\",\"source\":");
	check_says(r.body, "\"id\":\"region.ML-BKO\"");
	check_says(r.body, "\"type\":\"MultiPolygon\",\"coordinates\":[[[[");
}

static void the_cockpit_has_a_picture(void **state)
{
	struct raw_answer r = get("/fr/map.svg", "");

	(void)state;
	check_says(main_of(get("/fr/", "")), "<a href=\"/fr/map\"><img class=picture "
					     "loading=lazy width=480 height=330 "
					     "src=\"/fr/map.svg\" alt=\"Carte des projets\">");
	assert_int_equal(r.status, 200);
	check_says(r.head, "image/svg+xml");
	assert_true(str_starts(r.body, S("<svg xmlns=\"http://www.w3.org/2000/svg\"")));
	assert_false(says(r.body, "<a "));
	assert_true(r.body.n < 24000);
}

static void the_map_stays_as_it_is(void **state)
{
	(void)state;
	assert_true(golden("map.fr.html", map("fr", "")));
	assert_true(golden("map.ru.html", map("ru", "?area=all")));
}

/* --- frames --- */

static void a_frame_keeps_what_it_is_made_for(void **state)
{
	struct geo_box box = { -12 * GEO_DEGREE, 10 * GEO_DEGREE, 4 * GEO_DEGREE,
			       25 * GEO_DEGREE };
	struct map_frame f = map_frame_of(box, 880, 660);
	struct svg_point nw = map_frame_at(&f, (struct geo_point){ box.west, box.north });
	struct svg_point se = map_frame_at(&f, (struct geo_point){ box.east, box.south });

	(void)state;
	assert_false(f.coarse);
	assert_true(nw.x > 0 && nw.y > 0 && se.x < 880 && se.y < 660);
	assert_int_equal(nw.x + se.x, 880); /* in the middle */
	assert_true(nw.y + se.y >= 659 && nw.y + se.y <= 661);
	/* a degree of longitude is cos 17.5 of one of latitude */
	assert_true(labs((se.x - nw.x) * 1000L / 16 - (se.y - nw.y) * 954L / 15) < 400);
	assert_true(map_frame_of((struct geo_box){ -170 * GEO_DEGREE, -60 * GEO_DEGREE,
						   170 * GEO_DEGREE, 80 * GEO_DEGREE },
				 880, 660)
			    .coarse);
}

/* A single point, the poles, the whole earth: no division by nothing. */
static void extreme_boxes_have_a_frame(void **state)
{
	static const struct geo_box boxes[] = {
		{ 0, 0, 0, 0 },
		{ 180 * GEO_DEGREE, 90 * GEO_DEGREE, 180 * GEO_DEGREE, 90 * GEO_DEGREE },
		{ -180 * GEO_DEGREE, -90 * GEO_DEGREE, -180 * GEO_DEGREE, -90 * GEO_DEGREE },
		{ -180 * GEO_DEGREE, -90 * GEO_DEGREE, 180 * GEO_DEGREE, 90 * GEO_DEGREE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(boxes) / sizeof(*boxes); i++) {
		struct map_frame f = map_frame_of(boxes[i], 880, 660);
		struct svg_point p =
			map_frame_at(&f, (struct geo_point){ boxes[i].east, boxes[i].north });

		assert_true(f.wide > 0);
		assert_true(p.x >= 0 && p.x <= 880 && p.y >= 0 && p.y <= 660);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_country_with_most_projects_is_shown),
		cmocka_unit_test(a_figure_opens_as_many_rows),
		cmocka_unit_test(regions_are_counted),
		cmocka_unit_test(a_line_is_drawn_with_its_stops),
		cmocka_unit_test(nothing_is_lost),
		cmocka_unit_test(hostile_names_are_text),
		cmocka_unit_test(filters_stand_in_the_address),
		cmocka_unit_test(bad_filters_are_refused),
		cmocka_unit_test(projects_are_geojson),
		cmocka_unit_test(the_layer_is_geojson),
		cmocka_unit_test(the_cockpit_has_a_picture),
		cmocka_unit_test(the_map_stays_as_it_is),
		cmocka_unit_test(a_frame_keeps_what_it_is_made_for),
		cmocka_unit_test(extreme_boxes_have_a_frame),
	};

	return cmocka_run_group_tests(tests, map_up, live_down);
}

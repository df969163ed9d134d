#include "web/svg.h"

#include "check.h"

static struct arena a;
static struct visit v = { .a = &a, .lang = LANG_FR };

static struct str drawn(void)
{
	struct str s = arena_str(&a, buf_str(&v.out));

	buf_clear(&v.out);
	return s;
}

static size_t times(struct str s, const char *what)
{
	size_t n = 0, at;

	while ((at = str_find(s, str_z(what))) < s.n) {
		n++;
		s = str_from(s, at + 1);
	}
	return n;
}

static void a_value_stands_between_the_ends(void **state)
{
	struct svg_scale x = { 100, 200, 10, 30 }, y = { -50, 50, 300, 100 };
	struct svg_scale none = { 7, 7, 10, 30 };

	(void)state;
	assert_int_equal(svg_at(&x, 100), 10);
	assert_int_equal(svg_at(&x, 150), 20);
	assert_int_equal(svg_at(&x, 152), 20);
	assert_int_equal(svg_at(&x, 153), 21);
	assert_int_equal(svg_at(&x, 200), 30);
	assert_int_equal(svg_at(&x, 99), 10);
	assert_int_equal(svg_at(&x, 1000), 30);
	assert_int_equal(svg_at(&y, -50), 300);
	assert_int_equal(svg_at(&y, 0), 200);
	assert_int_equal(svg_at(&y, 50), 100);
	assert_int_equal(svg_at(&none, 7), 10);
}

static void steps_are_round(void **state)
{
	struct svg_scale y = { 0, 28140, 0, 100 }, flat = { 0, 0, 0, 100 };
	struct svg_scale below = { -130, 40, 0, 100 };
	int128 large = (int128)INT64_MAX * 1000000;

	(void)state;
	assert_int_equal(svg_step(1, 5), 1);
	assert_int_equal(svg_step(0, 5), 1);
	assert_int_equal(svg_step(11, 5), 5);
	assert_int_equal(svg_step(99, 10), 10);
	assert_int_equal(svg_step(101, 10), 20);
	assert_true(svg_step(large, 4) * 4 >= large);
	assert_int_equal(svg_widen(&y, 5), 10000);
	assert_int_equal(y.from, 0);
	assert_int_equal(y.to, 30000);
	assert_int_equal(svg_widen(&below, 5), 50);
	assert_int_equal(below.from, -150);
	assert_int_equal(below.to, 50);
	(void)svg_widen(&flat, 5);
	assert_true(flat.to > flat.from);
}

/* From the first of a month on, years above, as many as there is room for. */
static void days_have_months_and_years(void **state)
{
	struct svg_scale x = { date_days(2025, 11, 15), date_days(2026, 4, 1), 0, 600 };
	struct str s;

	(void)state;
	svg_axis_days(&v, &x, 40, 100);
	s = drawn();
	assert_int_equal(times(s, "<path class=\"tick\""), 3);
	assert_int_equal(times(s, "<path class=\"year\""), 1);
	assert_int_equal(times(s, ">Déc.<"), 1);
	assert_int_equal(times(s, ">Mars<"), 1);
	assert_int_equal(times(s, ">2025<"), 1);
	assert_int_equal(times(s, ">2026<"), 1);
	x = (struct svg_scale){ date_days(1000, 1, 1), date_days(9999, 12, 31), 0, 600 };
	svg_axis_days(&v, &x, 40, 100);
	s = drawn();
	assert_true(times(s, "<path") <= 20);
	x = (struct svg_scale){ date_days(2025, 1, 1), date_days(2028, 1, 1), 0, 600 };
	svg_axis_days(&v, &x, 40, 100);
	s = drawn();
	assert_int_equal(times(s, "<path"), 12);
	assert_int_equal(times(s, ">Avr.<"), 3);
}

static void amounts_stand_beside_their_lines(void **state)
{
	struct svg_scale y = { 0, dec_int(3000).micro, 100, 0 };

	(void)state;
	svg_axis_amounts(&v, &y, dec_int(1000).micro, 80, 500);
	check_str(drawn(),
		  S("<path class=\"year\" d=\"M80 100L500 100\" />"
		    "<text class=\"n\" x=\"72\" y=\"104\" text-anchor=end>0</text>"
		    "<path class=\"tick\" d=\"M80 67L500 67\" />"
		    "<text class=\"n\" x=\"72\" y=\"71\" text-anchor=end>1\u202f000</text>"
		    "<path class=\"tick\" d=\"M80 33L500 33\" />"
		    "<text class=\"n\" x=\"72\" y=\"37\" text-anchor=end>2\u202f000</text>"
		    "<path class=\"tick\" d=\"M80 0L500 0\" />"
		    "<text class=\"n\" x=\"72\" y=\"4\" text-anchor=end>3\u202f000</text>"));
}

/* A picture says what it shows; what comes from outside stays text. */
static void texts_are_texts(void **state)
{
	struct svg_plan plan = {
		.id = "plan", .width = 10, .height = 20, .title = S("A & B"), .desc = S("<x>")
	};

	(void)state;
	svg_begin(&v, &plan);
	svg_group_begin(&v, "", S("\"<b>\""));
	svg_group_end(&v);
	svg_text(&v, &(struct svg_words){ { 1, -2 }, SVG_MIDDLE, "t", S("Школа & мост"), 8 });
	svg_text(&v, &(struct svg_words){ { 1, 2 }, SVG_START, "", S("Школа"), 5 });
	svg_end(&v);
	check_str(drawn(),
		  S("<svg class=chart role=img id=\"plan\" aria-labelledby=\"plan-title "
		    "plan-desc\""
		    " viewBox=\"0 0 10 20\"><title id=\"plan-title\">A &amp; B</title>"
		    "<desc id=\"plan-desc\">&lt;x&gt;</desc>\n"
		    "<g><title>&quot;&lt;b&gt;&quot;</title></g>\n"
		    "<text class=\"t\" x=\"1\" y=\"-2\" text-anchor=middle>Школа &amp;…</text>"
		    "<text x=\"1\" y=\"2\">Школа</text></svg>\n"));
}

/* Links within a picture are reached by nobody when it is one picture. */
static void a_picture_with_links_is_a_group(void **state)
{
	struct svg_plan plan = {
		.id = "m", .width = 1, .height = 1, .class = "map", .linked = true
	};

	(void)state;
	svg_begin(&v, &plan);
	assert_int_equal(times(drawn(), "<svg class=\"chart map\" role=group id=\"m\""), 1);
}

static void shapes_are_drawn(void **state)
{
	(void)state;
	svg_rect(&v, "a", (struct svg_box){ 1, 2, 3, 4 });
	svg_diamond(&v, "", (struct svg_point){ 10, 10 }, 5);
	svg_circle(&v, "c", (struct svg_point){ 7, 8 }, 9);
	svg_path_begin(&v, "f");
	svg_path_move(&v, (struct svg_point){ 0, 0 });
	svg_path_flow(&v, (struct svg_point){ 0, 0 }, (struct svg_point){ 10, 20 });
	svg_path_end(&v, false);
	check_str(drawn(), S("<rect class=\"a\" x=\"1\" y=\"2\" width=\"3\" height=\"4\" />"
			     "<path d=\"M10 5L15 10L10 15L5 10Z\" />"
			     "<circle class=\"c\" cx=\"7\" cy=\"8\" r=\"9\" />"
			     "<path class=\"f\" d=\"M0 0C5 0 5 20 10 20\" />"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_value_stands_between_the_ends),
		cmocka_unit_test(steps_are_round),
		cmocka_unit_test(days_have_months_and_years),
		cmocka_unit_test(amounts_stand_beside_their_lines),
		cmocka_unit_test(texts_are_texts),
		cmocka_unit_test(a_picture_with_links_is_a_group),
		cmocka_unit_test(shapes_are_drawn),
	};

	arena_init(&a, 1 << 24);
	buf_init(&v.out, 1 << 20);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

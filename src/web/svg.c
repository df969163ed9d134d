#include "web/svg.h"

enum { TICK_ROOM = 44, YEAR_LINE = 22, MONTH_LINE = 6, LABEL_GAP = 8 };

static void number(struct visit *v, int n)
{
	buf_i64(&v->out, n);
}

static void point(struct visit *v, struct svg_point p)
{
	number(v, p.x);
	html_lit(&v->out, " ");
	number(v, p.y);
}

static void class_attr(struct visit *v, const char *class)
{
	if (class[0])
		html_attr(&v->out, "class", str_z(class));
}

#define number_attr(v, name, n)                                                                \
	do {                                                                                   \
		html_lit(&(v)->out, " " name "=\"");                                           \
		number((v), (n));                                                              \
		html_lit(&(v)->out, "\"");                                                     \
	} while (0)

/* --- the picture --- */

void svg_begin(struct visit *v, const struct svg_plan *p)
{
	struct str id = str_z(p->id);
	struct str title = arena_join(v->a, id, S("-title"));
	struct str desc = arena_join(v->a, id, S("-desc"));

	html_lit(&v->out, "<svg");
	if (p->class)
		html_attr(&v->out, "class", arena_join(v->a, S("chart "), str_z(p->class)));
	else
		html_lit(&v->out, " class=chart");
	if (p->linked)
		html_lit(&v->out, " role=group");
	else
		html_lit(&v->out, " role=img");
	html_attr(&v->out, "id", id);
	html_attr(&v->out, "aria-labelledby",
		  arena_join(v->a, title, arena_join(v->a, S(" "), desc)));
	html_lit(&v->out, " viewBox=\"0 0 ");
	point(v, (struct svg_point){ p->width, p->height });
	html_lit(&v->out, "\"><title");
	html_attr(&v->out, "id", title);
	html_lit(&v->out, ">");
	html_text(&v->out, p->title);
	html_lit(&v->out, "</title><desc");
	html_attr(&v->out, "id", desc);
	html_lit(&v->out, ">");
	html_text(&v->out, p->desc);
	html_lit(&v->out, "</desc>\n");
}

void svg_end(struct visit *v)
{
	html_lit(&v->out, "</svg>\n");
}

/* --- scales --- */

int svg_at(const struct svg_scale *s, int128 value)
{
	int128 span = s->to - s->from, way;

	if (span <= 0 || value <= s->from)
		return s->at;
	if (value >= s->to)
		return s->end;
	way = (value - s->from) * (s->end - s->at);
	return s->at + (int)((way + (way < 0 ? -span : span) / 2) / span);
}

int128 svg_step(int128 span, unsigned most)
{
	static const int fives[] = { 1, 2, 5 };
	int128 step = 1;

	for (int128 ten = 1;; ten *= 10)
		for (size_t i = 0; i < 3; i++) {
			step = ten * fives[i];
			if (step * most >= span)
				return step;
		}
}

/* Whole steps at or below, and at or above. */
static int128 floor_of(int128 value, int128 step)
{
	int128 rest = value % step;

	return value - rest - (rest < 0 ? step : 0);
}

int128 svg_widen(struct svg_scale *s, unsigned most)
{
	int128 step = svg_step(s->to - s->from, most > 2 ? most - 1 : 1);
	int128 low = floor_of(s->from, step), high = floor_of(s->to, step);

	s->to = high < s->to || high == low ? high + step : high;
	s->from = low;
	return step;
}

/* --- axes --- */

static const char *const month_short[12] = {
	N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May"), N_("Jun"),
	N_("Jul"), N_("Aug"), N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec"),
};

/* Months between ticks, so that their labels have room; from a year on, years. */
static int months_a_tick(const struct svg_scale *x)
{
	static const int steps[] = { 1, 3, 6 };
	int128 days = x->to - x->from;
	int room = x->end - x->at;

	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++)
		if ((int128)room * steps[i] * 30 >= days * TICK_ROOM)
			return steps[i];
	return 12 *
	       (int)svg_step(days / 365, room > TICK_ROOM ? (unsigned)(room / TICK_ROOM) : 1);
}

/* Day one of the month that is `n` months after year 0. */
static int32_t month_day(int n)
{
	return date_days(n / 12, n % 12 + 1, 1);
}

static void year_label(struct visit *v, int year, int x, int top)
{
	struct buf b;

	buf_init(&b, 16);
	buf_i64(&b, year);
	svg_text(v, &(struct svg_words){
			    { x + 4, top - YEAR_LINE }, SVG_START, "t", buf_str(&b), 0 });
	buf_done(&b);
}

static void day_tick(struct visit *v, int month, bool named, int x, int top, int bottom)
{
	bool first = month % 12 == 0;

	svg_line(v, first ? "year" : "tick", (struct svg_point){ x, first ? top - 34 : top },
		 (struct svg_point){ x, bottom });
	if (named)
		svg_text(v, &(struct svg_words){ { x + 4, top - MONTH_LINE },
						 SVG_START,
						 "",
						 lang_text(v->lang, month_short[month % 12]),
						 0 });
}

void svg_axis_days(struct visit *v, const struct svg_scale *x, int top, int bottom)
{
	int step = months_a_tick(x), year, month, day, shown = 0;
	bool any = false;

	date_civil((int32_t)x->from, &year, &month, &day);
	month += year * 12 - 1;
	month = (month + (day > 1) + step - 1) / step * step;
	for (; month_day(month) < x->to; month += step) {
		int at = svg_at(x, month_day(month));

		day_tick(v, month, step < 12 && at + TICK_ROOM <= x->end, at, top, bottom);
		if ((!any || month / 12 != shown) && at + TICK_ROOM <= x->end)
			year_label(v, month / 12, at, top);
		any = true;
		shown = month / 12;
	}
}

void svg_axis_amounts(struct visit *v, const struct svg_scale *y, int128 step, int left,
		      int right)
{
	for (int128 value = floor_of(y->from, step); step > 0 && value <= y->to;
	     value += step) {
		int at = svg_at(y, value);

		if (value < y->from)
			continue;
		svg_line(v, value ? "tick" : "year", (struct svg_point){ left, at },
			 (struct svg_point){ right, at });
		svg_text(v, &(struct svg_words){ { left - LABEL_GAP, at + 4 },
						 SVG_END,
						 "n",
						 decimal_of(v, (struct dec){ value }, 0),
						 0 });
	}
}

/* --- shapes --- */

void svg_rect(struct visit *v, const char *class, struct svg_box box)
{
	html_lit(&v->out, "<rect");
	class_attr(v, class);
	number_attr(v, "x", box.x);
	number_attr(v, "y", box.y);
	number_attr(v, "width", box.w);
	number_attr(v, "height", box.h);
	html_lit(&v->out, " />");
}

void svg_line(struct visit *v, const char *class, struct svg_point from, struct svg_point to)
{
	svg_path_begin(v, class);
	svg_path_move(v, from);
	svg_path_line(v, to);
	svg_path_end(v, false);
}

void svg_circle(struct visit *v, const char *class, struct svg_point middle, int radius)
{
	html_lit(&v->out, "<circle");
	class_attr(v, class);
	number_attr(v, "cx", middle.x);
	number_attr(v, "cy", middle.y);
	number_attr(v, "r", radius);
	html_lit(&v->out, " />");
}

void svg_diamond(struct visit *v, const char *class, struct svg_point middle, int radius)
{
	svg_path_begin(v, class);
	svg_path_move(v, (struct svg_point){ middle.x, middle.y - radius });
	svg_path_line(v, (struct svg_point){ middle.x + radius, middle.y });
	svg_path_line(v, (struct svg_point){ middle.x, middle.y + radius });
	svg_path_line(v, (struct svg_point){ middle.x - radius, middle.y });
	svg_path_end(v, true);
}

void svg_path_begin(struct visit *v, const char *class)
{
	html_lit(&v->out, "<path");
	class_attr(v, class);
	html_lit(&v->out, " d=\"");
}

void svg_path_move(struct visit *v, struct svg_point to)
{
	html_lit(&v->out, "M");
	point(v, to);
}

void svg_path_line(struct visit *v, struct svg_point to)
{
	html_lit(&v->out, "L");
	point(v, to);
}

void svg_path_flow(struct visit *v, struct svg_point from, struct svg_point to)
{
	int middle = from.x + (to.x - from.x) / 2;

	html_lit(&v->out, "C");
	point(v, (struct svg_point){ middle, from.y });
	html_lit(&v->out, " ");
	point(v, (struct svg_point){ middle, to.y });
	html_lit(&v->out, " ");
	point(v, to);
}

void svg_path_end(struct visit *v, bool close)
{
	if (close)
		html_lit(&v->out, "Z");
	html_lit(&v->out, "\" />");
}

void svg_group_begin(struct visit *v, const char *class, struct str title)
{
	html_lit(&v->out, "<g");
	class_attr(v, class);
	html_lit(&v->out, "><title>");
	html_text(&v->out, title);
	html_lit(&v->out, "</title>");
}

void svg_group_end(struct visit *v)
{
	html_lit(&v->out, "</g>\n");
}

/* --- texts --- */

static size_t first_runes(struct str s, unsigned runes)
{
	size_t at = 0;

	while (runes-- > 0)
		(void)str_rune(s, &at);
	return at;
}

void svg_text(struct visit *v, const struct svg_words *w)
{
	bool cut = w->runes > 0 && str_runes(w->text) > w->runes;

	html_lit(&v->out, "<text");
	class_attr(v, w->class);
	number_attr(v, "x", w->at.x);
	number_attr(v, "y", w->at.y);
	if (w->anchor == SVG_MIDDLE)
		html_lit(&v->out, " text-anchor=middle");
	else if (w->anchor == SVG_END)
		html_lit(&v->out, " text-anchor=end");
	html_lit(&v->out, ">");
	html_text(&v->out,
		  cut ? str_cut(w->text, first_runes(w->text, w->runes - 1)) : w->text);
	if (cut)
		html_lit(&v->out, "…");
	html_lit(&v->out, "</text>");
}

#include "web/result_chart.h"

enum {
	WIDE = 340,
	HIGH = 172,
	LEFT = 62,
	RIGHT = 300,
	TOP = 44,
	BOTTOM = 160,
	STEPS = 4,
	LABEL_HIGH = 14,
	POINTS_MAX = 40,
	SIDES_MAX = 8
};

struct mark {
	int32_t day;
	int128 value;
	const struct record_row *row; /* a measurement; NULL: of the path */
};
struct measured {
	struct str party;
	struct mark marks[POINTS_MAX]; /* oldest first */
	size_t n;
};
struct result {
	struct visit *v;
	const struct record_row *indicator;
	bool descending;
	bool has_start;               /* path[0] is the starting value */
	struct mark path[POINTS_MAX]; /* by day */
	size_t path_count;
	struct measured sides[SIDES_MAX];
	size_t side_count;
	struct svg_scale x, y;
};

/* --- reading --- */

static bool mark_read(const struct json *j, const char *day, const char *value,
		      struct mark *out)
{
	struct dec d;

	*out = (struct mark){ 0 };
	if (!date_parse(json_str(j, day), &out->day) || !dec_parse(json_str(j, value), &d))
		return false;
	out->value = d.micro;
	return true;
}

static void mark_insert(struct mark *marks, size_t *n, struct mark m)
{
	size_t at = *n;

	if (at == POINTS_MAX)
		return;
	for (; at > 0 && marks[at - 1].day > m.day; at--)
		marks[at] = marks[at - 1];
	marks[at] = m;
	++*n;
}

static void read_path(struct result *r, const struct json *data)
{
	const struct json *targets = json_arr(data, "targets");
	struct mark m;

	r->has_start = mark_read(data, "baseline_date", "baseline", &m);
	if (r->has_start)
		mark_insert(r->path, &r->path_count, m);
	for (const struct json *t = targets ? targets->child : NULL; t; t = t->next)
		if (mark_read(t, "period_end", "value", &m) &&
		    (!r->has_start || m.day > r->path[0].day))
			mark_insert(r->path, &r->path_count, m);
}

static struct measured *side_of(struct result *r, struct str party)
{
	for (size_t i = 0; i < r->side_count; i++)
		if (str_eq(r->sides[i].party, party))
			return &r->sides[i];
	if (r->side_count == SIDES_MAX)
		return NULL;
	r->sides[r->side_count].party = party;
	return &r->sides[r->side_count++];
}

/* In the charter's order, whether they measured or not, so that each keeps its colour. */
static void list_sides(struct result *r)
{
	const struct charter *c = node_charter(r->v->node);

	for (size_t i = 0; c && i < c->ledger_count; i++)
		if (charter_leads(c, i))
			(void)side_of(r, c->ledgers[i].party);
}

/* The newest POINTS_MAX of each side. */
static bool read_measured(struct result *r, struct err *err)
{
	struct list_result found;

	if (!rows_about(r->v, measurement_indicator, row_ref(r->v, r->indicator), &found, err))
		return false;
	for (size_t i = 0; i < found.n; i++) {
		const struct record_row *row = &found.rows[i];
		struct measured *side;
		struct mark m;

		if (!mark_read(row_data(r->v, row), "period_end", "value", &m) ||
		    !(side = side_of(r, row->party)))
			continue;
		m.row = row;
		mark_insert(side->marks, &side->n, m);
	}
	return true;
}

/* --- where the path stands --- */

static bool path_at(const struct result *r, int32_t day, int128 *out)
{
	const struct mark *p = r->path;

	if (r->path_count == 0 || day < p[0].day)
		return false;
	for (size_t i = 1; i < r->path_count; i++)
		if (day <= p[i].day) {
			int128 days = p[i].day - p[i - 1].day;

			*out = days ? p[i - 1].value + (p[i].value - p[i - 1].value) *
							       (day - p[i - 1].day) / days
				    : p[i].value;
			return true;
		}
	*out = p[r->path_count - 1].value;
	return true;
}

static bool short_of(const struct result *r, int128 value, int128 due)
{
	return r->descending ? value > due : value < due;
}

static struct str value_text(struct visit *v, int128 value)
{
	return decimal_of(v, (struct dec){ value }, 0);
}

/* Where the path stands, to one digit after the point. */
static struct str due_text(struct visit *v, int128 due)
{
	struct dec d;

	return dec_ratio((struct dec){ due }, dec_int(1), dec_int(1), 1, &d)
		       ? decimal_of(v, d, 0)
		       : value_text(v, due);
}

/* The end of the last period that is over; false when none is. */
static bool last_due(const struct result *r, int32_t *day)
{
	bool any = false;

	for (size_t i = r->has_start; i < r->path_count; i++)
		if (r->path[i].day < r->v->today) {
			*day = r->path[i].day;
			any = true;
		}
	return any;
}

static void side_words(struct result *r, const struct measured *s)
{
	struct visit *v = r->v;
	const struct mark *m = &s->marks[s->n - 1];
	int32_t due_day;
	int128 due;

	if (last_due(r, &due_day) && m->day < due_day) {
		html_lit(&v->out, "<p class=late>");
		page_fill(v, "%1: late, not measured since the target of %2",
			  party_name(v, s->party), date_words(v->a, due_day, v->lang));
		html_lit(&v->out, "</p>\n");
	}
	if (!path_at(r, m->day, &due))
		return;
	if (short_of(r, m->value, due)) {
		html_lit(&v->out, "<p class=late>");
		page_fill(v, "%1: behind the path, %2 measured where %3 was due",
			  party_name(v, s->party), value_text(v, m->value), due_text(v, due));
	} else {
		html_lit(&v->out, "<p class=force>");
		page_fill(v, "%1: on the path", party_name(v, s->party));
	}
	html_lit(&v->out, "</p>\n");
}

/* --- the chart --- */

static void see(struct result *r, const struct mark *m, bool *any)
{
	if (!*any || m->day < r->x.from)
		r->x.from = m->day;
	if (!*any || m->day > r->x.to)
		r->x.to = m->day;
	if (m->value < r->y.from)
		r->y.from = m->value;
	if (m->value > r->y.to)
		r->y.to = m->value;
	*any = true;
}

static bool scales(struct result *r)
{
	bool any = false;

	r->x = (struct svg_scale){ 0, 0, LEFT, RIGHT };
	r->y = (struct svg_scale){ 0, 0, BOTTOM, TOP };
	for (size_t i = 0; i < r->path_count; i++)
		see(r, &r->path[i], &any);
	for (size_t i = 0; i < r->side_count; i++)
		for (size_t k = 0; k < r->sides[i].n; k++)
			see(r, &r->sides[i].marks[k], &any);
	r->x.from -= 1;
	r->x.to += 1;
	return any;
}

static struct svg_point place(const struct result *r, const struct mark *m)
{
	return (struct svg_point){ svg_at(&r->x, m->day), svg_at(&r->y, m->value) };
}

static void draw_line(struct result *r, const char *class, const struct mark *m, size_t n)
{
	svg_path_begin(r->v, class);
	for (size_t i = 0; i < n; i++)
		if (i == 0)
			svg_path_move(r->v, place(r, &m[i]));
		else
			svg_path_line(r->v, place(r, &m[i]));
	svg_path_end(r->v, false);
}

/* Each side's code at its last measurement, apart from those before it. */
static void draw_sides(struct result *r)
{
	static const char *const classes[] = { "c0", "c1", "c2" };
	int taken[SIDES_MAX];

	for (size_t i = 0; i < r->side_count; i++) {
		const struct measured *s = &r->sides[i];
		struct svg_point end = { 0, -LABEL_HIGH };

		taken[i] = end.y;
		if (!s->n)
			continue;
		draw_line(r, classes[i < 2 ? i : 2], s->marks, s->n);
		for (size_t k = 0; k < s->n; k++) {
			end = place(r, &s->marks[k]);
			svg_diamond(r->v, classes[i < 2 ? i : 2], end, 3);
		}
		taken[i] = end.y;
		for (size_t k = 0; k < i; k++)
			if (taken[i] - taken[k] < LABEL_HIGH &&
			    taken[k] - taken[i] < LABEL_HIGH)
				taken[i] = taken[k] + LABEL_HIGH;
		svg_text(r->v, &(struct svg_words){ { end.x + 7, taken[i] + 4 },
						    SVG_START,
						    "",
						    party_short(r->v, s->party),
						    0 });
	}
}

static void draw(struct result *r, size_t nth)
{
	struct visit *v = r->v;
	struct svg_plan plan = { .width = WIDE, .height = HIGH, .title = r->indicator->label };
	struct str id = arena_join(v->a, S("result"), number_of(v, nth));
	int128 step;

	plan.id = arena_z(v->a, id);
	plan.desc = T(v->lang, "Dashed: the path from the starting value to the targets, which "
			       "are hollow. Full: what each side measured. The table says the "
			       "same.");
	step = svg_widen(&r->y, STEPS);
	html_lit(&v->out, "<div class=small>");
	svg_begin(v, &plan);
	svg_axis_amounts(v, &r->y, step, LEFT, RIGHT);
	svg_axis_days(v, &r->x, TOP, BOTTOM);
	draw_line(r, "c2 dash", r->path, r->path_count);
	for (size_t i = r->has_start; i < r->path_count; i++)
		svg_diamond(v, "open", place(r, &r->path[i]), 5);
	draw_sides(r);
	svg_end(v);
	html_lit(&v->out, "</div>\n");
}

/* --- the table --- */

static void line(struct result *r, const struct mark *m, struct str what)
{
	struct visit *v = r->v;
	int128 due;

	html_lit(&v->out, "<tr><th scope=row>");
	html_text(&v->out, date_words(v->a, m->day, v->lang));
	html_lit(&v->out, "</th><td>");
	html_text(&v->out, what);
	html_lit(&v->out, "</td><td class=n>");
	page_link_text(v, m->row ? m->row : r->indicator, value_text(v, m->value));
	html_lit(&v->out, "</td><td class=n>");
	if (m->row && path_at(r, m->day, &due))
		html_text(&v->out, due_text(v, due));
	html_lit(&v->out, "</td></tr>\n");
}

static void table(struct result *r)
{
	struct visit *v = r->v;

	html_lit(&v->out, "<details><summary>");
	page_say(v, "The same as a table");
	html_lit(&v->out, "<span class=hide> ");
	html_text(&v->out, r->indicator->label);
	html_lit(&v->out, "</span></summary>\n");
	table_begin(v, r->indicator->label, "tight");
	html_lit(&v->out, "<thead><tr><th scope=col>");
	page_say(v, "Date");
	html_lit(&v->out, "</th><th scope=col>");
	page_say(v, "What");
	html_lit(&v->out, "</th><th scope=col class=n>");
	page_say(v, "Value");
	html_lit(&v->out, "</th><th scope=col class=n>");
	page_say(v, "Due by then");
	html_lit(&v->out, "</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < r->path_count; i++)
		line(r, &r->path[i],
		     i < r->has_start ? T(v->lang, "Starting value") : T(v->lang, "Target"));
	for (size_t i = 0; i < r->side_count; i++)
		for (size_t k = 0; k < r->sides[i].n; k++)
			line(r, &r->sides[i].marks[k], party_name(v, r->sides[i].party));
	html_lit(&v->out, "</tbody>");
	table_end(v);
	html_lit(&v->out, "</details>\n");
}

void result_chart(struct visit *v, const struct record_row *indicator, const struct json *data,
		  size_t nth)
{
	struct result *r = arena_array(v->a, struct result, 1);
	const struct json *down = json_get(data, "descending");
	struct err err;

	*r = (struct result){ .v = v, .indicator = indicator };
	r->descending = down && down->type == JSON_BOOL && down->num;
	list_sides(r);
	read_path(r, data);
	if (!read_measured(r, &err) || !scales(r))
		return;
	for (size_t i = 0; i < r->side_count; i++)
		if (r->sides[i].n)
			side_words(r, &r->sides[i]);
	draw(r, nth);
	table(r);
}

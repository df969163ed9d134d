#include "web/curve.h"
#include "web/list_address.h"

/*
 * The S-curve drawn: each line bears its name at its end; plans are dashed, what was received
 * is dotted.  The red bar at today is what a side is behind its plan.
 */

enum {
	WIDE = 1000,
	LEFT = 130,
	RIGHT = 770,
	TOP = 48,
	BOTTOM = 340,
	HIGH = 356,
	STEPS = 6,
	LABEL_HIGH = 16,
	LABEL_RUNES = 32,
	ROWS_MAX = 24
};

struct drawing {
	struct curve *c;
	int step;        /* months between points */
	int first, last; /* months in which the first and the last step end */
	struct svg_scale x, y;
};

static struct str filled(struct visit *v, const char *message, const struct str *args, size_t n)
{
	struct buf b;

	buf_init(&b, 4096);
	lang_fill(&b, lang_text(v->lang, message), args, n);
	return arena_buf(v->a, &b);
}

static struct str line_name(struct visit *v, const struct curve_line *l)
{
	static const char *const names[CURVE_KINDS] = { [CURVE_PLANNED] = N_("%1: planned"),
							[CURVE_PAID] = N_("%1: paid"),
							[CURVE_RECEIVED] = N_("%1: received") };
	struct str party = party_name(v, l->party);

	return filled(v, names[l->kind], &party, 1);
}

static const char *line_class(const struct curve_line *l)
{
	static const char *const classes[CURVE_KINDS][3] = {
		[CURVE_PLANNED] = { "c0 dash", "c1 dash", "c2 dash" },
		[CURVE_PAID] = { "c0", "c1", "c2" },
		[CURVE_RECEIVED] = { "c0 dots", "c1 dots", "c2 dots" }
	};

	return classes[l->kind][l->place < 2 ? l->place : 2];
}

/* Months, quarters, years, or several years, so that there are at most ROWS_MAX. */
static void choose_steps(struct drawing *d)
{
	struct curve *c = d->c;
	int last = c->last > c->today ? c->last : c->today, span = last - c->first + 1;

	d->step = span <= 12 ? 1 : span <= 36 ? 3 : 12;
	while (span / d->step > ROWS_MAX)
		d->step += 12;
	d->first = c->first / d->step * d->step + d->step - 1;
	d->last = last / d->step * d->step + d->step - 1;
	if (d->last >= CURVE_MONTHS)
		d->last = CURVE_MONTHS - 1;
}

static void scales(struct drawing *d)
{
	struct curve *c = d->c;

	d->x = (struct svg_scale){ curve_month_end(d->first - d->step),
				   curve_month_end(d->last), LEFT, RIGHT };
	d->y = (struct svg_scale){ 0, 0, BOTTOM, TOP };
	for (size_t i = 0; i < c->n; i++)
		for (int m = d->first; m <= d->last; m += d->step) {
			int128 at = c->lines[i].upto[m];

			d->y.from = at < d->y.from ? at : d->y.from;
			d->y.to = at > d->y.to ? at : d->y.to;
		}
}

/* --- lines --- */

static struct svg_point place(const struct drawing *d, int32_t day, int128 amount)
{
	return (struct svg_point){ svg_at(&d->x, day), svg_at(&d->y, amount) };
}

/* Plans to the end; what was booked until today. */
static struct svg_point draw_line(struct drawing *d, const struct curve_line *l)
{
	struct visit *v = d->c->v;
	struct svg_point at = place(d, (int32_t)d->x.from, 0);

	svg_path_begin(v, line_class(l));
	svg_path_move(v, at);
	for (int m = d->first; m <= d->last; m += d->step) {
		int32_t end = curve_month_end(m);
		bool cut = l->kind != CURVE_PLANNED && end >= v->today;

		at = place(d, cut ? v->today : end, l->upto[m]);
		svg_path_line(v, at);
		if (cut)
			break;
	}
	svg_path_end(v, false);
	return at;
}

struct label {
	struct svg_point at;
	const struct curve_line *line;
};

/* From the top down, each below the one before it. */
static void labels(struct drawing *d, struct label *l, size_t n)
{
	struct visit *v = d->c->v;
	int floor = TOP;

	for (size_t i = 1; i < n; i++)
		for (size_t k = i; k > 0 && l[k - 1].at.y > l[k].at.y; k--) {
			struct label swap = l[k];

			l[k] = l[k - 1];
			l[k - 1] = swap;
		}
	for (size_t i = 0; i < n; i++) {
		int y = l[i].at.y > floor ? l[i].at.y : floor;

		svg_line(v, "arrow", l[i].at, (struct svg_point){ RIGHT + 8, y });
		svg_text(v, &(struct svg_words){ { RIGHT + 12, y + 4 },
						 SVG_START,
						 "",
						 l[i].line->name,
						 LABEL_RUNES });
		floor = y + LABEL_HIGH;
	}
}

/* --- the gap --- */

static const struct curve_line *paid_of(const struct curve *c, const struct curve_line *plan)
{
	for (size_t i = 0; i < c->n; i++)
		if (plan->kind == CURVE_PLANNED && c->lines[i].kind == CURVE_PAID &&
		    c->lines[i].place == plan->place)
			return &c->lines[i];
	return NULL;
}

/* Planned until the end of the last month, less what was paid until today; 0: not behind. */
static int128 behind(const struct curve *c, const struct curve_line *plan)
{
	const struct curve_line *paid = paid_of(c, plan);
	int128 due = plan->kind == CURVE_PLANNED && c->today > 0 ? plan->upto[c->today - 1] : 0;

	due -= paid ? paid->upto[c->today] : 0;
	return due > 0 ? due : 0;
}

static void gap_bar(struct drawing *d, const struct curve_line *plan)
{
	struct curve *c = d->c;
	const struct curve_line *paid = paid_of(c, plan);
	int128 due = plan->upto[c->today > 0 ? c->today - 1 : 0];
	int32_t today = c->v->today;

	if (behind(c, plan))
		svg_line(c->v, "slip", place(d, today, due),
			 place(d, today, paid ? paid->upto[c->today] : 0));
}

static void gap_words(struct curve *c)
{
	struct visit *v = c->v;

	for (size_t i = 0; i < c->n; i++) {
		int128 gap = behind(c, &c->lines[i]);

		if (!gap)
			continue;
		html_lit(&v->out, "<p class=late>");
		page_fill(v,
			  "%1 is %2 %3 behind what it planned to pay by the end of last month.",
			  party_name(v, c->lines[i].party),
			  amount_of(v, (struct dec){ gap }, c->currency), c->currency);
		html_lit(&v->out, "</p>\n");
	}
}

/* --- the chart --- */

static void draw(struct drawing *d)
{
	struct curve *c = d->c;
	struct visit *v = c->v;
	struct label ends[CURVE_LINES];
	int128 step = svg_widen(&d->y, STEPS);
	int today = svg_at(&d->x, v->today);

	svg_axis_amounts(v, &d->y, step, LEFT, RIGHT);
	svg_axis_days(v, &d->x, TOP, BOTTOM);
	svg_line(v, "today", (struct svg_point){ today, TOP },
		 (struct svg_point){ today, BOTTOM });
	for (size_t i = 0; i < c->n; i++) {
		ends[i] = (struct label){ draw_line(d, &c->lines[i]), &c->lines[i] };
		gap_bar(d, &c->lines[i]);
	}
	labels(d, ends, c->n);
}

static void chart(struct drawing *d)
{
	struct visit *v = d->c->v;
	struct svg_plan plan = { .id = "curve", .width = WIDE, .height = HIGH };

	plan.title = filled(v, N_("Planned and paid over time, in %1"), &d->c->currency, 1);
	plan.desc =
		T(v->lang, "Sums from the beginning. Dashed: planned. Full: paid. Dotted: "
			   "received. The upright dashed line is today; a red bar on it is "
			   "what a side is behind its plan. The table below says the same.");
	html_lit(&v->out, "<figure><div class=tab role=region tabindex=0");
	html_attr(&v->out, "aria-label", plan.title);
	html_lit(&v->out, ">\n");
	svg_begin(v, &plan);
	draw(d);
	svg_end(v);
	html_lit(&v->out, "</div><figcaption class=soft>");
	html_text(&v->out, plan.desc);
	html_lit(&v->out, "</figcaption></figure>\n");
}

/* --- the table --- */

static void pair(struct visit *v, const char *name, struct str value)
{
	html_lit(&v->out, "&amp;");
	html_text(&v->out, str_z(name));
	html_lit(&v->out, "=");
	url_part(&v->out, value);
}

/* The list of what makes the sum up to `day`. */
static void cell_href(struct curve *c, const struct curve_line *l, int32_t day)
{
	struct visit *v = c->v;
	bool plan = l->kind == CURVE_PLANNED;
	const struct record *r =
		&records[plan ? RECORD_planned_disbursement : RECORD_transaction];
	char text[DATE_TEXT];

	html_lit(&v->out, " href=\"/");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_lit(&v->out, "/");
	html_text(&v->out, str_z(record_slug(r)));
	html_lit(&v->out, "?party=");
	url_part(&v->out, l->party);
	if (!plan)
		pair(v, "type", l->kind == CURVE_PAID ? S("3") : S("1"));
	pair(v, "value.currency", c->currency);
	pair(v, plan ? "period_start.to" : "date.to", str_z(date_text(text, day)));
	if (c->project)
		pair(v, "project", row_ref(v, c->project));
	html_lit(&v->out, "\"");
}

static void cell(struct curve *c, const struct curve_line *l, int month, int before)
{
	struct visit *v = c->v;

	html_lit(&v->out, "<td class=n");
	html_attr(&v->out, "data-l", l->name);
	html_lit(&v->out, ">");
	if (l->kind != CURVE_PLANNED && before >= c->today) {
		html_lit(&v->out, "–</td>");
		return;
	}
	html_lit(&v->out, "<a");
	cell_href(c, l, curve_month_end(month));
	html_lit(&v->out, ">");
	html_text(&v->out, amount_of(v, (struct dec){ l->upto[month] }, c->currency));
	html_lit(&v->out, "</a></td>");
}

static void table(struct drawing *d)
{
	struct curve *c = d->c;
	struct visit *v = c->v;

	table_begin(v, T(v->lang, "Planned and paid over time"), "cards tight");
	html_lit(&v->out, "<thead><tr><th scope=col>");
	page_say(v, "Up to and including");
	html_lit(&v->out, "</th>");
	for (size_t i = 0; i < c->n; i++) {
		html_lit(&v->out, "<th scope=col class=n>");
		html_text(&v->out, c->lines[i].name);
		html_lit(&v->out, "</th>");
	}
	html_lit(&v->out, "</tr></thead><tbody>\n");
	for (int m = d->first; m <= d->last; m += d->step) {
		html_lit(&v->out, "<tr><th scope=row>");
		html_text(&v->out, date_words(v->a, curve_month_end(m), v->lang));
		html_lit(&v->out, "</th>");
		for (size_t i = 0; i < c->n; i++)
			cell(c, &c->lines[i], m, m - d->step);
		html_lit(&v->out, "</tr>\n");
	}
	html_lit(&v->out, "</tbody>");
	table_end(v);
}

/* --- --- */

static void currency_choice(struct curve *c)
{
	struct visit *v = c->v;

	if (c->currency_count < 2)
		return;
	html_lit(&v->out, "<p class=noprint>");
	page_say(v, "Currency");
	for (size_t i = 0; i < c->currency_count; i++) {
		html_lit(&v->out, " · ");
		if (str_eq(c->currencies[i], c->currency)) {
			html_lit(&v->out, "<strong>");
			html_text(&v->out, c->currencies[i]);
			html_lit(&v->out, "</strong>");
			continue;
		}
		html_lit(&v->out, "<a");
		list_address_href(v, "curve", c->currencies[i]);
		html_lit(&v->out, ">");
		html_text(&v->out, c->currencies[i]);
		html_lit(&v->out, "</a>");
	}
	html_lit(&v->out, "</p>\n");
}

void curve_part(struct visit *v, const struct record_row *project,
		const struct record_asked *asked, struct str own)
{
	struct curve c;
	struct drawing d = { .c = &c };
	struct err err;

	if (!curve_read(v, project, asked, own, &c, &err) || !c.currency_count)
		return;
	html_lit(&v->out, "<h2 id=curve-part>");
	page_say(v, "Planned and paid over time");
	html_lit(&v->out, "</h2>\n");
	currency_choice(&c);
	if (!c.n) {
		html_lit(&v->out, "<p class=soft>");
		page_fill(v, "Nothing is planned, paid or received in %1.", c.currency);
		html_lit(&v->out, "</p>\n");
		return;
	}
	gap_words(&c);
	for (size_t i = 0; i < c.n; i++)
		c.lines[i].name = line_name(v, &c.lines[i]);
	choose_steps(&d);
	scales(&d);
	chart(&d);
	table(&d);
	html_lit(&v->out, "<p class=soft>");
	page_say(v, "What is reported second-hand stands in the lists and is not added up.");
	html_lit(&v->out, "</p>\n");
}

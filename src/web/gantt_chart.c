#include "web/gantt.h"

/*
 * The chart.  Above each bar its name; the plan is a pale bar, what was done a dark one over
 * it; a diamond is the end of a milestone: full green done, red late, hollow still open.
 */

enum {
	WIDE = 1000,
	MARGIN = 8,
	HEAD = 44,
	ROW = 44,
	LABEL = 15, /* base line of the name, below the row's top */
	BAR = 22,
	BAR_HIGH = 12,
	DIAMOND = 6,
	RUNES = 110,
	YEARS_MAX = 30
};

struct canvas {
	struct gantt *g;
	struct svg_scale x;
	bool any;
};

/* --- the span of time --- */

static void see(struct canvas *c, bool is, int32_t day)
{
	if (!is)
		return;
	if (!c->any || day < c->x.from)
		c->x.from = day;
	if (!c->any || day > c->x.to)
		c->x.to = day;
	c->any = true;
}

static void see_row(struct canvas *c, const struct gantt_row *row)
{
	see(c, row->has_start, row->start);
	see(c, row->has_end, row->end);
	see(c, row->begun, row->actual_start);
	see(c, row->ended, row->actual_end);
	see(c, row->has_finish, row->finish);
	for (size_t i = 0; i < row->plan.n; i++) {
		see(c, true, row->plan.steps[i].start);
		see(c, true, row->plan.steps[i].end);
	}
}

static bool span(struct canvas *c)
{
	struct gantt *g = c->g;

	for (size_t i = 0; i < g->n; i++)
		see_row(c, &g->rows[i]);
	if (!c->any)
		return false;
	see(c, true, g->v->today);
	if (c->x.to - c->x.from > YEARS_MAX * 366) { /* around today, for what is far off */
		c->x.from = g->v->today - YEARS_MAX * 183;
		c->x.to = g->v->today + YEARS_MAX * 183;
	}
	c->x.from -= 15;
	c->x.to += 15;
	c->x.at = MARGIN;
	c->x.end = WIDE - MARGIN;
	return true;
}

/* --- what both kinds of chart draw --- */

static void bar(struct canvas *c, const char *class, int32_t from, int32_t to, int y)
{
	int left = svg_at(&c->x, from), right = svg_at(&c->x, to);
	struct svg_box box = { left, y, right > left + 2 ? right - left : 2, BAR_HIGH };

	if (str_is(str_z(class), "done")) { /* inside the plan's */
		box.y += BAR_HIGH / 4;
		box.h = BAR_HIGH / 2;
	}
	svg_rect(c->g->v, class, box);
}

static void name(struct canvas *c, struct str text, int top)
{
	svg_text(c->g->v,
		 &(struct svg_words){ { MARGIN, top + LABEL }, SVG_START, "", text, RUNES });
}

static const char *step_class(const struct plan_step *s, int32_t today)
{
	if (s->done)
		return "force";
	return s->end < today ? "late" : "open";
}

static void diamond(struct canvas *c, const struct plan_step *s, int y)
{
	struct visit *v = c->g->v;
	struct str title = mtext_in(json_get(s->milestone, "title"), v->lang, NULL);
	int32_t day = s->done ? s->actual_end : s->end;

	svg_group_begin(v, "",
			arena_join(v->a, title,
				   arena_join(v->a, S(" · "), date_words(v->a, day, v->lang))));
	svg_diamond(v, step_class(s, v->today), (struct svg_point){ svg_at(&c->x, day), y },
		    DIAMOND);
	svg_group_end(v);
}

static void today_line(struct canvas *c, int bottom)
{
	struct visit *v = c->g->v;
	int x = svg_at(&c->x, v->today);

	svg_line(v, "today", (struct svg_point){ x, HEAD }, (struct svg_point){ x, bottom });
}

/* --- projects --- */

static void project_row(struct canvas *c, const struct gantt_row *row, int top)
{
	struct visit *v = c->g->v;
	int y = top + BAR;

	name(c, row->project->label, top);
	if (row->has_start && row->has_end)
		bar(c, "plan", row->start, row->end, y);
	if (row->begun)
		bar(c, "done", row->actual_start, row->ended ? row->actual_end : v->today, y);
	if (row->has_end && row->has_finish && !row->ended && row->finish > row->end)
		svg_line(v, "slip",
			 (struct svg_point){ svg_at(&c->x, row->end), y + BAR_HIGH / 2 },
			 (struct svg_point){ svg_at(&c->x, row->finish), y + BAR_HIGH / 2 });
	for (size_t i = 0; i < row->plan.n; i++)
		diamond(c, &row->plan.steps[i], y + BAR_HIGH / 2);
}

/* --- one project's milestones --- */

static void step_row(struct canvas *c, const struct plan_step *s, int top)
{
	struct visit *v = c->g->v;
	int y = top + BAR;

	name(c, mtext_in(json_get(s->milestone, "title"), v->lang, NULL), top);
	bar(c, s->critical ? "plan critical" : "plan", s->start, s->end, y);
	if (s->begun || s->done)
		bar(c, "done", s->begun ? s->actual_start : s->start,
		    s->done ? s->actual_end : v->today, y);
	if (!s->done && s->finish > s->end)
		svg_line(v, "slip",
			 (struct svg_point){ svg_at(&c->x, s->end), y + BAR_HIGH / 2 },
			 (struct svg_point){ svg_at(&c->x, s->finish), y + BAR_HIGH / 2 });
	diamond(c, s, y + BAR_HIGH / 2);
}

/* From the end of what must be finished first, down, to where the other begins. */
static void arrow(struct canvas *c, const struct plan *p, size_t from, size_t to)
{
	struct visit *v = c->g->v;
	bool critical = p->steps[from].critical && p->steps[to].critical;
	int half = BAR + BAR_HIGH / 2, tip = svg_at(&c->x, p->steps[to].start) - 2;
	struct svg_point begin = { svg_at(&c->x, p->steps[from].end),
				   HEAD + (int)from * ROW + half };
	struct svg_point end = { tip > begin.x + 8 ? tip : begin.x,
				 HEAD + (int)to * ROW + half };
	bool down = end.y > begin.y, level = end.x > begin.x;

	if (!level)
		end.y += down ? -BAR_HIGH / 2 : BAR_HIGH / 2;
	svg_path_begin(v, critical ? "arrow critical" : "arrow");
	svg_path_move(v, begin);
	svg_path_line(v, (struct svg_point){ begin.x, end.y });
	if (level)
		svg_path_line(v, end);
	svg_path_end(v, false);
	svg_path_begin(v, critical ? "head critical" : "head");
	svg_path_move(v, end);
	svg_path_line(v, level ? (struct svg_point){ end.x - 6, end.y - 4 }
			       : (struct svg_point){ end.x - 4, end.y + (down ? -6 : 6) });
	svg_path_line(v, level ? (struct svg_point){ end.x - 6, end.y + 4 }
			       : (struct svg_point){ end.x + 4, end.y + (down ? -6 : 6) });
	svg_path_end(v, true);
}

static void milestones(struct canvas *c, const struct plan *p)
{
	for (size_t i = 0; i < p->n; i++)
		for (size_t k = 0; k < p->steps[i].need_count; k++)
			if (p->steps[i].needs[k] != i)
				arrow(c, p, p->steps[i].needs[k], i);
	for (size_t i = 0; i < p->n; i++)
		step_row(c, &p->steps[i], HEAD + (int)i * ROW);
}

/* --- --- */

void gantt_chart(struct gantt *g)
{
	struct canvas c = { .g = g };
	struct visit *v = g->v;
	size_t rows = g->alone ? g->rows[0].plan.n : g->n;
	int bottom = HEAD + (int)rows * ROW;
	struct svg_plan plan = { .id = "gantt", .width = WIDE, .height = bottom + MARGIN };

	if (!rows || !span(&c))
		return;
	plan.title = g->alone ? g->rows[0].project->label : T(v->lang, "Projects over time");
	plan.desc = T(v->lang,
		      "Pale: as planned. Dark: as done. Diamonds: milestones, green when done, "
		      "red when late, hollow when open. Dotted: today. The table below "
		      "says the same.");
	html_lit(&v->out, "<figure><div class=tab role=region tabindex=0");
	html_attr(&v->out, "aria-label", plan.title);
	html_lit(&v->out, ">\n");
	svg_begin(v, &plan);
	svg_axis_days(v, &c.x, HEAD, bottom);
	if (g->alone)
		milestones(&c, &g->rows[0].plan);
	for (size_t i = 0; !g->alone && i < g->n; i++)
		project_row(&c, &g->rows[i], HEAD + (int)i * ROW);
	today_line(&c, bottom);
	svg_end(v);
	html_lit(&v->out, "</div><figcaption class=soft>");
	html_text(&v->out, plan.desc);
	html_lit(&v->out, "</figcaption></figure>\n");
}

#include "web/pages.h"

/* Dates to keep: on the dashboard and in the calendar. */

static void due_age(struct visit *v, const struct due_row *d)
{
	if (d->deadline && d->day < v->today)
		page_count(v, N_("%1 day late"), N_("%1 days late"),
			   (uint64_t)(v->today - d->day));
	else if (d->day == v->today)
		page_say(v, "today");
	else if (d->day > v->today)
		page_count(v, N_("in %1 day"), N_("in %1 days"), (uint64_t)(d->day - v->today));
	else
		page_say(v, "date passed");
}

static void due_item(struct visit *v, const struct due_row *d)
{
	bool late = d->deadline && d->day < v->today;
	char date[DATE_TEXT];

	html_lit(&v->out, "<li><div class=row><span>");
	page_link(v, &d->of);
	if (d->part_label.n > 0) {
		html_lit(&v->out, " · ");
		html_text(&v->out, d->part_label);
	}
	html_lit(&v->out, "</span><span");
	if (late)
		html_lit(&v->out, " class=late");
	html_lit(&v->out, ">");
	page_date(v, str_z(date_text(date, d->day)));
	html_lit(&v->out, "</span></div><small>");
	html_text(&v->out, lang_text(v->lang, d->of.record->title));
	if (!str_is(d->of.party, JOINT_PARTY)) {
		html_lit(&v->out, " · ");
		html_text(&v->out, party_name(v, d->of.party));
	}
	html_lit(&v->out, " · ");
	due_age(v, d);
	if (d->of.illustrative) {
		html_lit(&v->out, " · ");
		page_say(v, "illustrative");
	}
	html_lit(&v->out, "</small></li>\n");
}

void due_list(struct visit *v, const struct due_row *rows, size_t n)
{
	html_lit(&v->out, "<ul class=plain>\n");
	for (size_t i = 0; i < n; i++)
		due_item(v, &rows[i]);
	html_lit(&v->out, "</ul>\n");
}

struct due_query due_between(const struct visit *v, int32_t from, int32_t to, unsigned limit)
{
	return (struct due_query){
		.from = from, .to = to, .who = v->who, .lang = v->lang, .limit = limit
	};
}

/* --- the calendar --- */

enum { LATE_SHOWN = 200, AHEAD_SHOWN = 400, AHEAD_DAYS = 366 };

static const char *const month_names[12] = {
	N_("January"),   N_("February"), N_("March"),    N_("April"),
	N_("May"),       N_("June"),     N_("July"),     N_("August"),
	N_("September"), N_("October"),  N_("November"), N_("December"),
};

static void month_head(struct visit *v, int32_t day_number)
{
	int year, month, day;

	date_civil(day_number, &year, &month, &day);
	html_lit(&v->out, "<h2>");
	html_text(&v->out, lang_text(v->lang, month_names[month - 1]));
	html_lit(&v->out, " ");
	html_num(&v->out, (uint64_t)year);
	html_lit(&v->out, "</h2>\n");
}

static bool same_month(int32_t x, int32_t y)
{
	int year[2], month[2], day;

	date_civil(x, &year[0], &month[0], &day);
	date_civil(y, &year[1], &month[1], &day);
	return year[0] == year[1] && month[0] == month[1];
}

static void months(struct visit *v, const struct due_row *rows, size_t n)
{
	size_t i = 0;

	while (i < n) {
		size_t end = i + 1;

		while (end < n && same_month(rows[i].day, rows[end].day))
			end++;
		month_head(v, rows[i].day);
		due_list(v, rows + i, end - i);
		i = end;
	}
}

void page_calendar(struct visit *v)
{
	struct due_query late = due_between(v, INT32_MIN / 2, v->today, LATE_SHOWN);
	struct due_query ahead = due_between(v, v->today, v->today + AHEAD_DAYS, AHEAD_SHOWN);
	struct due_row *rows;
	uint64_t total = 0;
	struct err err;
	size_t n;

	late.deadlines_only = true;
	if (!view_due(v->view, v->a, &late, &rows, &n, &total, &err)) {
		page_error(v, &err);
		return;
	}
	page_begin(v, T(v->lang, "Calendar"));
	html_lit(&v->out, "<h1>");
	page_say(v, "Calendar");
	html_lit(&v->out, "</h1>\n<p>");
	page_say(v, "What is late, and what is due in the twelve months ahead.");
	html_lit(&v->out, "</p>\n<h2 id=late>");
	page_count(v, N_("%1 deadline passed"), N_("%1 deadlines passed"), total);
	html_lit(&v->out, "</h2>\n");
	due_list(v, rows, n);
	if (view_due(v->view, v->a, &ahead, &rows, &n, &total, &err))
		months(v, rows, n);
	page_end(v);
}

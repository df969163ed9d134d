#include "web/pages.h"

/* The calendar. */

enum { AHEAD_SHOWN = 400, AHEAD_DAYS = 366 };

void page_calendar(struct visit *v)
{
	struct due_query ahead = due_between(v, v->today, v->today + AHEAD_DAYS, AHEAD_SHOWN);
	struct due_row *rows;
	uint64_t total = 0;
	struct err err;
	size_t n;

	page_begin(v, T(v->lang, "Calendar"));
	html_lit(&v->out, "<h1>");
	page_say(v, "Calendar");
	html_lit(&v->out, "</h1>\n");
	if (view_due(v->view, v->a, &ahead, &rows, &n, &total, &err))
		due_months(v, rows, n);
	page_end(v);
}

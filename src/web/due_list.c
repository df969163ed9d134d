#include "web/list_address.h"
#include "web/pages.h"

/* Dates to keep: on the cockpit, in the calendar, and a list of them. */

enum { DUE_PAGES_MAX = 400 };

void due_when(struct visit *v, int32_t day, bool deadline)
{
	if (deadline && day < v->today)
		page_count(v, N_("%1 day late"), N_("%1 days late"),
			   (uint64_t)(v->today - day));
	else if (day == v->today)
		page_say(v, "today");
	else if (day > v->today)
		page_count(v, N_("in %1 day"), N_("in %1 days"), (uint64_t)(day - v->today));
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
	due_when(v, d->day, d->deadline);
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

struct due_query due_late(const struct visit *v, unsigned limit)
{
	struct due_query q = due_between(v, INT32_MIN / 2, v->today, limit);

	q.deadlines_only = true;
	return q;
}

/* --- by months --- */

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

void due_months(struct visit *v, const struct due_row *rows, size_t n)
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

/* --- a list of its own: ?late=1 | ?days=30 &kind=decision &page=2 --- */

enum { DAYS_MAX = 36600, AHEAD_DAYS = 366 };

static bool deadlines_read(struct visit *v, struct due_query *q, bool *late, struct err *err)
{
	struct str kind = list_address_value(v, "kind");
	uint64_t days = AHEAD_DAYS, page = 1;

	*late = str_is(list_address_value(v, "late"), "1");
	if (list_address_value(v, "days").n > 0 &&
	    !str_u64(list_address_value(v, "days"), DAYS_MAX, &days))
		return err_set(err, ERR_INPUT, "days",
			       N_("days is a whole number of days ahead"));
	*q = *late ? due_late(v, LIST_ROWS)
		   : due_between(v, v->today, v->today + (int32_t)days, LIST_ROWS);
	q->record = kind.n > 0 ? record_named(kind) : NULL;
	if (kind.n > 0 && !q->record)
		return err_set(err, ERR_INPUT, "kind",
			       N_("There is no record type of that name."));
	if (str_u64(list_address_value(v, "page"), DUE_PAGES_MAX, &page) && page > 1)
		q->offset = (page - 1) * LIST_ROWS;
	return true;
}

static void view_chip(struct visit *v, const char *href, struct str label, bool here)
{
	html_lit(&v->out, "<a class=chip href=\"/");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_text(&v->out, str_z(href));
	html_lit(&v->out, "\"");
	if (here)
		html_lit(&v->out, " aria-current=true");
	html_lit(&v->out, ">");
	html_text(&v->out, label);
	html_lit(&v->out, "</a> ");
}

static void views(struct visit *v, bool late)
{
	struct str days = list_address_value(v, "days");

	html_lit(&v->out, "<div class=\"bar noprint\">");
	view_chip(v, "/deadlines?late=1", T(v->lang, "Late"), late);
	view_chip(v, "/deadlines?days=30", T(v->lang, "Within 30 days"),
		  !late && str_is(days, "30"));
	view_chip(v, "/deadlines", T(v->lang, "Within a year"), !late && !days.n);
	view_chip(v, "/at-risk", T(v->lang, "Projects at risk"), false);
	view_chip(v, "/silent", T(v->lang, "What has fallen silent"), false);
	html_lit(&v->out, "<a class=end href=\"/");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_lit(&v->out, "/calendar\">");
	page_say(v, "Calendar");
	html_lit(&v->out, "</a></div>\n");
}

static void heading(struct visit *v, const struct due_query *q, bool late, uint64_t total)
{
	html_lit(&v->out, "<h1>");
	if (late)
		page_count(v, N_("%1 deadline passed"), N_("%1 deadlines passed"), total);
	else
		page_count(v, N_("%1 date ahead"), N_("%1 dates ahead"), total);
	html_lit(&v->out, "</h1>\n<p class=soft>");
	if (q->record) {
		html_text(&v->out, lang_text(v->lang, q->record->plural));
		html_lit(&v->out, " · ");
	}
	if (late)
		page_say(v, "What should have been done by today and is not reported as done.");
	else
		page_say(v, "What is due, and what comes, from today on.");
	html_lit(&v->out, "</p>\n");
}

void page_deadlines(struct visit *v)
{
	struct list_result found = { 0 };
	struct due_query q;
	struct due_row *rows;
	struct err err;
	bool late;

	if (!deadlines_read(v, &q, &late, &err) ||
	    !view_due(v->view, v->a, &q, &rows, &found.n, &found.total, &err)) {
		page_error(v, &err);
		return;
	}
	page_begin(v, T(v->lang, "Deadlines"));
	heading(v, &q, late, found.total);
	views(v, late);
	if (found.n == 0)
		html_lit(&v->out, "<div class=box><p>");
	if (found.n == 0 && late)
		page_say(v, "Nothing is late.");
	else if (found.n == 0)
		page_say(v, "No date is set. Deadlines stand on decisions, milestones, letters "
			    "and agreements: write one there.");
	if (found.n == 0)
		html_lit(&v->out, "</p></div>\n");
	else if (late)
		due_list(v, rows, found.n);
	else
		due_months(v, rows, found.n);
	page_pager(v, LIST_ROWS, q.offset, &found);
	page_end(v);
}

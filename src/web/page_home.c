#include "web/pages.h"

/* The first page: what is late, what comes next, who must act, money, results, latest acts. */

enum { HOME_ROWS = 6, NEXT_DAYS = 30, AHEAD_DAYS = 366, OPEN_MAX = 50 };

struct open_record {
	struct record_row row;
	struct act_row act;
};

struct home {
	struct visit *v;
	struct due_row *late, *next;
	size_t late_n, next_n;
	uint64_t late_all, next_all, soon_all;
	struct open_record open[OPEN_MAX];
	size_t open_n;
	bool open_more; /* there are more than were read */
};

/* --- reading --- */

static void read_due(struct home *h)
{
	struct visit *v = h->v;
	struct due_query late = due_between(v, INT32_MIN / 2, v->today, HOME_ROWS);
	struct due_query next = due_between(v, v->today, v->today + AHEAD_DAYS, HOME_ROWS);
	struct due_query soon = due_between(v, v->today, v->today + NEXT_DAYS, 1);
	struct due_row *rows;
	struct err err;
	size_t n;

	late.deadlines_only = true;
	if (!view_due(v->view, v->a, &late, &h->late, &h->late_n, &h->late_all, &err))
		h->late_n = 0;
	if (!view_due(v->view, v->a, &next, &h->next, &h->next_n, &h->next_all, &err))
		h->next_n = 0;
	if (!view_due(v->view, v->a, &soon, &rows, &n, &h->soon_all, &err))
		h->soon_all = 0;
}

static bool open_state(struct str state)
{
	return str_is(state, "proposed") || str_is(state, "accepted");
}

static void add_open(struct home *h, const struct record_row *row)
{
	struct act_row *acts;
	struct err err;
	size_t n;

	if (!view_acts(h->v->view, h->v->a, row->record, row->id, h->v->who, &acts, &n, &err))
		return;
	for (size_t i = 0; i < n; i++)
		if (open_state(acts[i].state) && h->open_n == OPEN_MAX)
			h->open_more = true;
		else if (open_state(acts[i].state))
			h->open[h->open_n++] = (struct open_record){ *row, acts[i] };
}

static void read_open(struct home *h)
{
	static const char *const states[] = { "proposed", "accepted" };
	struct visit *v = h->v;

	for (const struct record *r = records + 1; r < records + RECORD_COUNT; r++)
		for (size_t s = 0; r->joint && s < 2; s++) {
			struct list_query q = {
				.record = r, .who = v->who, .lang = v->lang, .limit = OPEN_MAX
			};
			struct list_result found;
			struct err err;

			q.filters[0] =
				(struct list_filter){ NULL, S("state"), str_z(states[s]) };
			q.filter_count = 1;
			if (!view_list(v->view, v->a, &q, &found, &err))
				continue;
			for (size_t i = 0; i < found.n; i++)
				add_open(h, &found.rows[i]);
			h->open_more |= found.total > found.n;
		}
}

static bool awaits(const struct act_row *act, struct str party)
{
	for (size_t i = 0; i < act->party_count; i++)
		if (str_eq(act->parties[i].party, party))
			return !act->parties[i].accepted && !act->parties[i].declined;
	return false;
}

static uint64_t awaiting(const struct home *h, struct str party)
{
	uint64_t n = 0;

	for (size_t i = 0; i < h->open_n; i++)
		n += awaits(&h->open[i].act, party);
	return n;
}

/* --- the four numbers --- */

static void top(struct visit *v, const char *class, const char *href, uint64_t n, bool more)
{
	html_lit(&v->out, "<a");
	if (class[0])
		html_attr(&v->out, "class", str_z(class));
	html_lit(&v->out, " href=\"/");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_text(&v->out, str_z(href));
	html_lit(&v->out, "\"><b>");
	html_text(&v->out, number_of(v, n));
	if (more)
		html_lit(&v->out, "+");
	html_lit(&v->out, "</b> ");
}

static void tops(struct home *h)
{
	struct visit *v = h->v;
	const struct charter *c = node_charter(v->node);
	uint64_t projects = view_count(v->view, &records[RECORD_project], v->who);

	html_lit(&v->out, "<div class=tops>");
	top(v, h->late_all ? "late" : "", "/calendar#late", h->late_all, false);
	html_text(&v->out, lang_plural(v->lang, N_("deadline passed"), N_("deadlines passed"),
				       h->late_all));
	html_lit(&v->out, "</a>");
	top(v, "", "/calendar", h->soon_all, false);
	page_say(v, "due within 30 days");
	html_lit(&v->out, "</a>");
	for (size_t i = 0; c && i < c->ledger_count; i++) {
		uint64_t n = awaiting(h, c->ledgers[i].party);

		top(v, n ? "await" : "", "/#awaited", n, h->open_more);
		page_fill(v, "awaiting %1", party_name(v, c->ledgers[i].party));
		html_lit(&v->out, "</a>");
	}
	top(v, "", "/projects", projects, false);
	html_text(&v->out, lang_plural(v->lang, N_("project"), N_("projects"), projects));
	html_lit(&v->out, "</a></div>\n");
}

/* --- sections --- */

static void section(struct visit *v, const char *id, struct str title)
{
	html_lit(&v->out, "<section><h2");
	html_attr(&v->out, "id", str_z(id));
	html_lit(&v->out, ">");
	html_text(&v->out, title);
	html_lit(&v->out, "</h2>\n");
}

static void section_end(struct visit *v)
{
	html_lit(&v->out, "</section>\n");
}

static void nothing(struct visit *v, struct str words)
{
	html_lit(&v->out, "<p class=soft>");
	html_text(&v->out, words);
	html_lit(&v->out, "</p>\n");
}

static void more(struct visit *v, const char *href, uint64_t all)
{
	html_lit(&v->out, "<p><a href=\"/");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_text(&v->out, str_z(href));
	html_lit(&v->out, "\">");
	page_fill(v, "All %1", number_of(v, all));
	html_lit(&v->out, "</a></p>\n");
}

static void dates(struct home *h)
{
	struct visit *v = h->v;

	section(v, "late", T(v->lang, "Late"));
	if (h->late_n > 0)
		due_list(v, h->late, h->late_n);
	else
		nothing(v, T(v->lang, "Nothing is late."));
	if (h->late_all > h->late_n)
		more(v, "/calendar#late", h->late_all);
	section_end(v);
	section(v, "next", T(v->lang, "Coming next"));
	if (h->next_n > 0)
		due_list(v, h->next, h->next_n);
	else
		nothing(v, T(v->lang, "No date is set in the year ahead."));
	if (h->next_all > h->next_n)
		more(v, "/calendar", h->next_all);
	section_end(v);
}

static void open_items(struct home *h, size_t from, size_t to)
{
	struct visit *v = h->v;

	html_lit(&v->out, "<ul class=plain>\n");
	for (size_t i = from; i < to; i++) {
		html_lit(&v->out, "<li>");
		page_link(v, &h->open[i].row);
		html_lit(&v->out, "<br><small>");
		html_text(&v->out, lang_text(v->lang, h->open[i].row.record->title));
		html_lit(&v->out, "</small> ");
		page_act_badge(v, &h->open[i].act);
		html_lit(&v->out, "</li>\n");
	}
	html_lit(&v->out, "</ul>\n");
}

static void awaited_section(struct home *h)
{
	struct visit *v = h->v;
	size_t shown = h->open_n < HOME_ROWS ? h->open_n : HOME_ROWS;

	section(v, "awaited", T(v->lang, "Awaiting an answer"));
	if (h->open_n == 0)
		nothing(v, T(v->lang, "No proposal is open."));
	else
		open_items(h, 0, shown);
	if (h->open_n > shown) {
		html_lit(&v->out, "<details><summary>");
		page_fill(v, "All %1", number_of(v, h->open_n));
		html_lit(&v->out, "</summary>\n");
		open_items(h, shown, h->open_n);
		html_lit(&v->out, "</details>\n");
	}
	section_end(v);
}

void page_home(struct visit *v)
{
	struct home *h = arena_new(v->a, struct home);
	char date[DATE_TEXT];

	h->v = v;
	read_due(h);
	read_open(h);
	page_begin(v, T(v->lang, "Where the commission stands"));
	html_lit(&v->out, "<h1>");
	page_say(v, "Where the commission stands");
	html_lit(&v->out, "</h1>\n<p class=soft>");
	page_date(v, str_z(date_text(date, v->today)));
	html_lit(&v->out, "</p>\n");
	tops(h);
	html_lit(&v->out, "<div class=cols><div>\n");
	dates(h);
	section(v, "acts", T(v->lang, "Latest acts"));
	latest_acts(v, HOME_ROWS);
	section_end(v);
	html_lit(&v->out, "</div><div>\n");
	awaited_section(h);
	section(v, "money", T(v->lang, "Money"));
	if (!sides_table(v, NULL))
		nothing(v, T(v->lang, "No payment is recorded."));
	section_end(v);
	section(v, "results", T(v->lang, "Results"));
	results_list(v, HOME_ROWS);
	section_end(v);
	html_lit(&v->out, "</div></div>\n");
	page_end(v);
}

#include "web/acts.h"

/* The first page: what is late, what comes next, who must act, money, results, latest acts. */

enum { HOME_ROWS = 6, NEXT_DAYS = 30, AHEAD_DAYS = 366 };

struct home {
	struct visit *v;
	struct due_row *late, *next;
	size_t late_n, next_n;
	uint64_t late_all, next_all, soon_all;
	struct open_act *open; /* those that wait longest */
	size_t open_n;
	uint64_t open_all;
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

static void read_open(struct home *h)
{
	struct visit *v = h->v;
	struct open_query q = { .who = v->who, .lang = v->lang, .limit = HOME_ROWS };
	struct err err;

	if (!view_open_acts(v->view, v->a, &q, &h->open, &h->open_n, &h->open_all, &err))
		h->open_n = 0;
}

/* How many acts wait for the word of a party. */
static uint64_t awaiting(const struct home *h, struct str party)
{
	struct visit *v = h->v;
	struct open_query q = { .party = party, .who = v->who, .lang = v->lang, .limit = 0 };
	struct open_act *acts;
	uint64_t all;
	struct err err;
	size_t n;

	return view_open_acts(v->view, v->a, &q, &acts, &n, &all, &err) ? all : 0;
}

/* --- the four numbers --- */

static void top(struct visit *v, const char *class, const char *href, uint64_t n)
{
	html_lit(&v->out, "<a");
	if (class[0])
		html_attr(&v->out, "class", str_z(class));
	html_lit(&v->out, " href=\"/");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_text(&v->out, str_z(href));
	html_lit(&v->out, "\"><b>");
	html_text(&v->out, number_of(v, n));
	html_lit(&v->out, "</b> ");
}

static void tops(struct home *h)
{
	struct visit *v = h->v;
	const struct charter *c = node_charter(v->node);
	uint64_t projects = view_count(v->view, &records[RECORD_project], v->who);

	html_lit(&v->out, "<div class=tops>");
	top(v, h->late_all ? "late" : "", "/calendar#late", h->late_all);
	html_text(&v->out, lang_plural(v->lang, N_("deadline passed"), N_("deadlines passed"),
				       h->late_all));
	html_lit(&v->out, "</a>");
	top(v, "", "/calendar", h->soon_all);
	page_say(v, "due within 30 days");
	html_lit(&v->out, "</a>");
	for (size_t i = 0; c && i < c->ledger_count; i++) {
		uint64_t n = awaiting(h, c->ledgers[i].party);

		if (!charter_leads(c, i))
			continue;
		top(v, n ? "await" : "", "/awaiting", n);
		page_fill(v, "awaiting %1", party_name(v, c->ledgers[i].party));
		html_lit(&v->out, "</a>");
	}
	top(v, "", "/projects", projects);
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

static void open_item(struct visit *v, const struct open_act *act)
{
	html_lit(&v->out, "<li><a");
	act_href(v, &act->act.act);
	html_lit(&v->out, ">");
	html_text(&v->out, act->record.label);
	html_lit(&v->out, "</a><br><small>");
	html_text(&v->out, lang_text(v->lang, act->record.record->title));
	html_lit(&v->out, "</small> ");
	page_open_badge(v, act);
	html_lit(&v->out, "</li>\n");
}

static void awaited_section(struct home *h)
{
	struct visit *v = h->v;

	section(v, "awaited", T(v->lang, "Awaiting an answer"));
	if (h->open_n == 0)
		nothing(v, T(v->lang, "No proposal is open."));
	else
		html_lit(&v->out, "<ul class=plain>\n");
	for (size_t i = 0; i < h->open_n; i++)
		open_item(v, &h->open[i]);
	if (h->open_n > 0)
		html_lit(&v->out, "</ul>\n");
	if (h->open_n > 0)
		more(v, "/awaiting", h->open_all);
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
	section(v, "ledgers", T(v->lang, "The ledgers"));
	ledgers_part(v);
	section_end(v);
	page_end(v);
}

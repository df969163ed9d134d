#include "web/acts.h"
#include "web/cockpit.h"
#include "web/map.h"

/* The cockpit: where the commission stands, on one page.  Every number opens its list. */

enum { AHEAD_DAYS = 366, NEXT_DAYS = 30 };

/* --- pieces that its parts share (cockpit.h) --- */

void cockpit_href(struct visit *v, const char *href)
{
	html_lit(&v->out, " href=\"/");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_text(&v->out, str_z(href));
	html_lit(&v->out, "\"");
}

void cockpit_section(struct visit *v, const char *id, struct str title)
{
	html_lit(&v->out, "<section><h2");
	html_attr(&v->out, "id", str_z(id));
	html_lit(&v->out, ">");
	html_text(&v->out, title);
	html_lit(&v->out, "</h2>\n");
}

void cockpit_section_end(struct visit *v)
{
	html_lit(&v->out, "</section>\n");
}

void cockpit_nothing(struct visit *v, struct str words)
{
	html_lit(&v->out, "<p class=soft>");
	html_text(&v->out, words);
	html_lit(&v->out, "</p>\n");
}

static void more(struct visit *v, const char *href, uint64_t all)
{
	html_lit(&v->out, "<p><a");
	cockpit_href(v, href);
	html_lit(&v->out, ">");
	page_fill(v, "All %1", number_of(v, all));
	html_lit(&v->out, "</a></p>\n");
}

/* --- the large figures --- */

static void top(struct visit *v, const char *class, const char *href, uint64_t n)
{
	html_lit(&v->out, "<a");
	if (n && class[0])
		html_attr(&v->out, "class", str_z(class));
	cockpit_href(v, href);
	html_lit(&v->out, "><b>");
	html_text(&v->out, number_of(v, n));
	html_lit(&v->out, "</b> ");
}

static void top_end(struct visit *v, struct str words)
{
	html_text(&v->out, words);
	html_lit(&v->out, "</a>\n");
}

/* How many acts wait for the word of a party. */
static uint64_t awaiting(struct visit *v, struct str party)
{
	struct open_query q = { .party = party, .who = v->who, .lang = v->lang };
	struct open_act *acts;
	uint64_t all = 0;
	struct err err;
	size_t n;

	return view_open_acts(v->view, v->a, &q, &acts, &n, &all, &err) ? all : 0;
}

static void top_awaiting(struct visit *v, struct str party)
{
	char href[64];
	struct buf b;

	buf_init(&b, sizeof(href));
	buf_lit(&b, "/awaiting?of=");
	url_part(&b, party);
	top(v, "await", arena_z(v->a, buf_str(&b)), awaiting(v, party));
	buf_done(&b);
	if (str_eq(party, node_party(v->node)))
		page_fill(v, "awaiting us: %1", party_name(v, party));
	else
		page_fill(v, "awaiting %1", party_name(v, party));
	top_end(v, S(""));
}

static void tops(struct visit *v)
{
	const struct charter *c = node_charter(v->node);
	struct due_query soon = due_between(v, v->today, v->today + NEXT_DAYS, 0);
	struct str own = node_party(v->node);
	uint64_t late = cockpit_due(v, due_late(v, 0)), open = cockpit_due(v, soon);
	uint64_t projects = view_count(v->view, &records[RECORD_project], v->who);
	uint64_t obstacles = cockpit_obstacles(v), risks = cockpit_at_risk(v);

	html_lit(&v->out, "<div class=tops>\n");
	top(v, "late", "/deadlines?late=1", late);
	top_end(v, lang_plural(v->lang, N_("deadline passed"), N_("deadlines passed"), late));
	top(v, "late", "/obstacles?status=" OBSTACLE_OPEN, obstacles);
	top_end(v, lang_plural(v->lang, N_("obstacle not removed"), N_("obstacles not removed"),
			       obstacles));
	top(v, "late", "/at-risk", risks);
	top_end(v, lang_plural(v->lang, N_("project at risk"), N_("projects at risk"), risks));
	top(v, "", "/deadlines?days=30", open);
	top_end(v, T(v->lang, "due within 30 days"));
	top_awaiting(v, own);
	for (size_t i = 0; c && i < c->ledger_count; i++)
		if (str_eq(c->ledgers[i].name, c->ledgers[i].party) &&
		    !str_eq(c->ledgers[i].party, own))
			top_awaiting(v, c->ledgers[i].party);
	top(v, "", "/projects", projects);
	top_end(v, lang_plural(v->lang, N_("project"), N_("projects"), projects));
	html_lit(&v->out, "</div>\n");
}

/* --- late, and coming next --- */

/* "Decisions 3 · Projects 4": each opens its list. */
static void late_kinds(struct visit *v)
{
	bool any = false;

	html_lit(&v->out, "<p class=bar>");
	for (const struct record *r = records + 1; r < records + RECORD_COUNT; r++) {
		struct due_query q = due_late(v, 0);
		uint64_t n;

		q.record = r;
		n = r->part ? 0 : cockpit_due(v, q);
		if (!n)
			continue;
		html_lit(&v->out, "<a class=chip");
		cockpit_href(v, arena_z(v->a, arena_join(v->a, S("/deadlines?late=1&kind="),
							 str_z(r->name))));
		html_lit(&v->out, ">");
		html_text(&v->out, lang_text(v->lang, n > 1 ? r->plural : r->title));
		html_lit(&v->out, " <b>");
		html_text(&v->out, number_of(v, n));
		html_lit(&v->out, "</b></a> ");
		any = true;
	}
	if (!any)
		page_say(v, "Nothing is late.");
	html_lit(&v->out, "</p>\n");
}

static void dates(struct visit *v, struct due_query q, const char *href)
{
	struct due_row *rows;
	uint64_t all = 0;
	struct err err;
	size_t n = 0;

	if (!view_due(v->view, v->a, &q, &rows, &n, &all, &err))
		n = 0;
	if (n > 0)
		due_list(v, rows, n);
	if (all > n)
		more(v, href, all);
}

static void late_section(struct visit *v)
{
	cockpit_section(v, "late", T(v->lang, "Late"));
	late_kinds(v);
	dates(v, due_late(v, COCKPIT_ROWS), "/deadlines?late=1");
	html_lit(&v->out, "<p><a");
	cockpit_href(v, "/silent");
	html_lit(&v->out, ">");
	page_say(v, "What has fallen silent");
	html_lit(&v->out, "</a></p>\n");
	cockpit_section_end(v);
	cockpit_section(v, "next", T(v->lang, "Coming next"));
	if (!cockpit_due(v, due_between(v, v->today, v->today + AHEAD_DAYS, 0)))
		cockpit_nothing(v, T(v->lang, "No date is set in the year ahead."));
	dates(v, due_between(v, v->today, v->today + AHEAD_DAYS, COCKPIT_ROWS),
	      "/deadlines?days=366");
	cockpit_section_end(v);
}

/* --- awaited --- */

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

static void awaited_section(struct visit *v)
{
	struct open_query q = { .who = v->who, .lang = v->lang, .limit = COCKPIT_ROWS };
	struct open_act *open;
	uint64_t all = 0;
	struct err err;
	size_t n = 0;

	cockpit_section(v, "awaited", T(v->lang, "Awaiting an answer"));
	if (!view_open_acts(v->view, v->a, &q, &open, &n, &all, &err) || n == 0)
		cockpit_nothing(v, T(v->lang, "No proposal is open."));
	else
		html_lit(&v->out, "<ul class=plain>\n");
	for (size_t i = 0; i < n; i++)
		open_item(v, &open[i]);
	if (n > 0)
		html_lit(&v->out, "</ul>\n");
	if (n > 0)
		more(v, "/awaiting", all);
	cockpit_section_end(v);
}

static void money_section(struct visit *v)
{
	cockpit_section(v, "money", T(v->lang, "Money"));
	if (!sides_table(v, NULL, NULL))
		cockpit_nothing(v, T(v->lang, "No payment is recorded."));
	else
		help_gaps(v);
	cockpit_section_end(v);
}

void page_home(struct visit *v)
{
	char date[DATE_TEXT];

	page_begin(v, T(v->lang, "Where the commission stands"));
	html_lit(&v->out, "<h1>");
	page_say(v, "Where the commission stands");
	html_lit(&v->out, "</h1>\n<p class=soft>");
	page_date(v, str_z(date_text(date, v->today)));
	html_lit(&v->out, "</p>\n");
	cockpit_first_steps(v);
	tops(v);
	html_lit(&v->out, "<div class=cols>\n");
	cockpit_sessions(v);
	html_lit(&v->out, "</div><div class=cols><div>\n");
	late_section(v);
	cockpit_section(v, "acts", T(v->lang, "Latest acts"));
	latest_acts(v, COCKPIT_ROWS);
	cockpit_section_end(v);
	html_lit(&v->out, "</div><div>\n");
	awaited_section(v);
	money_section(v);
	cockpit_section(v, "results", T(v->lang, "Results"));
	results_list(v, COCKPIT_ROWS, false);
	cockpit_section_end(v);
	cockpit_section(v, "map", T(v->lang, "Map"));
	map_picture(v);
	cockpit_section_end(v);
	html_lit(&v->out, "</div></div>\n");
	cockpit_section(v, "ledgers", T(v->lang, "The ledgers"));
	ledgers_part(v);
	cockpit_section_end(v);
	page_end(v);
}

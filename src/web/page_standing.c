#include "store/view_standing.h"
#include "web/cockpit.h"
#include "web/list_address.h"
#include "web/standing.h"

/* What is at risk, and what has fallen silent: each a list of its own. */

/* --- chips, and one line --- */

static void chip(struct visit *v, const char *href, struct str words, bool here)
{
	html_lit(&v->out, "<a class=chip");
	cockpit_href(v, href);
	if (here)
		html_lit(&v->out, " aria-current=true");
	html_lit(&v->out, ">");
	html_text(&v->out, words);
	html_lit(&v->out, "</a> ");
}

static void heading(struct visit *v, struct str title, struct str rule)
{
	html_lit(&v->out, "<h1>");
	html_text(&v->out, title);
	html_lit(&v->out, "</h1>\n<p class=soft>");
	html_text(&v->out, rule);
	html_lit(&v->out, "</p>\n");
}

/* --- at risk: ?why=late|blocked|overrun &page=2 --- */

static const struct why {
	const char *code, *words, *class;
} whys[RISKS] = {
	{ "late", N_("a date of its plan has passed"), "b late" },
	{ "blocked", N_("blocked"), "b differs" },
	{ "overrun", N_("more paid than agreed"), "b differs" },
};

static void why_chips(struct visit *v, const struct at_risk *all, size_t n, struct str chosen)
{
	html_lit(&v->out, "<nav class=\"bar noprint\"");
	html_attr(&v->out, "aria-label", T(v->lang, "Views"));
	html_lit(&v->out, ">\n");
	chip(v, "/at-risk", T(v->lang, "All"), !chosen.n);
	for (int w = 0; w < RISKS; w++) {
		struct str href = arena_join(v->a, S("/at-risk?why="), str_z(whys[w].code));
		size_t of = 0;

		for (size_t i = 0; i < n; i++)
			of += all[i].why[w];
		chip(v, arena_z(v->a, href),
		     arena_join(v->a, lang_text(v->lang, whys[w].words),
				arena_join(v->a, S(" "), number_of(v, of))),
		     str_is(chosen, whys[w].code));
	}
	html_lit(&v->out, "</nav>\n");
}

static bool chosen_why(const struct at_risk *x, struct str why)
{
	for (int w = 0; w < RISKS; w++)
		if (str_is(why, whys[w].code))
			return x->why[w];
	return true;
}

static void risk_item(struct visit *v, const struct at_risk *x)
{
	struct record_row row;
	struct err err;

	if (!view_record(v->view, v->a, &records[RECORD_project],
			 (struct ref){ S(JOINT_PARTY), x->id }, v->who, v->lang, &row, &err))
		return;
	html_lit(&v->out, "<li><div class=row><span>");
	page_link(v, &row);
	html_lit(&v->out, "</span><span>");
	for (int w = 0; w < RISKS; w++)
		if (x->why[w]) {
			html_lit(&v->out, "<span");
			html_attr(&v->out, "class", str_z(whys[w].class));
			html_lit(&v->out, ">");
			html_text(&v->out, lang_text(v->lang, whys[w].words));
			html_lit(&v->out, "</span> ");
		}
	html_lit(&v->out, "</span></div></li>\n");
}

void page_at_risk(struct visit *v)
{
	struct str why = list_address_value(v, "why");
	struct list_result found = { 0 };
	uint64_t page = 1, offset;
	struct at_risk *all;
	struct err err;
	size_t n, at = 0;

	if (!projects_at_risk(v, &all, &n, &err)) {
		page_error(v, &err);
		return;
	}
	if (!str_u64(list_address_value(v, "page"), LIST_PAGES_MAX, &page) || !page)
		page = 1;
	offset = (page - 1) * LIST_ROWS;
	for (size_t i = 0; i < n; i++)
		found.total += chosen_why(&all[i], why);
	page_begin(v, T(v->lang, "Projects at risk"));
	heading(v, T(v->lang, "Projects at risk"),
		T(v->lang,
		  "A date of the plan has passed and is not reported as done; a side's "
		  "latest report says blocked; or one side has booked more paid than "
		  "the agreed cost, in its currency. Closed projects are left out."));
	why_chips(v, all, n, why);
	html_lit(&v->out, "<ul class=plain>\n");
	for (size_t i = 0; i < n; i++)
		if (chosen_why(&all[i], why) && at++ >= offset && found.n < LIST_ROWS) {
			risk_item(v, &all[i]);
			found.n++;
		}
	html_lit(&v->out, "</ul>\n");
	if (found.n == 0)
		cockpit_nothing(v, T(v->lang, "No project is at risk."));
	page_pager(v, LIST_ROWS, offset, &found);
	page_end(v);
}

/* --- silent: ?days=90 --- */

static int32_t day_of(struct str time)
{
	int32_t day;

	return date_parse(str_cut(time, 10), &day) ? day : 0;
}

static void since_words(struct visit *v, struct str time)
{
	int32_t day = day_of(time);

	page_date(v, str_cut(time, 10));
	html_lit(&v->out, " · ");
	page_count(v, N_("%1 day ago"), N_("%1 days ago"),
		   (uint64_t)(v->today > day ? v->today - day : 0));
}

static void silent_item(struct visit *v, const struct record_row *row, struct str time)
{
	html_lit(&v->out, "<li><div class=row><span>");
	page_link(v, row);
	html_lit(&v->out, "</span><small>");
	since_words(v, time);
	html_lit(&v->out, "</small></div></li>\n");
}

static void section(struct visit *v, struct str title)
{
	html_lit(&v->out, "<section><h2>");
	html_text(&v->out, title);
	html_lit(&v->out, "</h2>\n<ul class=plain>\n");
}

static void section_end(struct visit *v, size_t n)
{
	html_lit(&v->out, "</ul>\n");
	if (n == 0)
		cockpit_nothing(v, T(v->lang, "Nothing."));
	html_lit(&v->out, "</section>\n");
}

/* Of one type: those of which nobody has spoken since `from`. */
static void silent_of(struct visit *v, enum record_id of, struct str from)
{
	const struct record *r = &records[of];
	struct said_query q = { r, v->who, from, SILENT_LOOKED };
	struct said_row *rows;
	struct err err;
	size_t n, shown = 0;

	if (!view_said_before(v->view, v->a, &q, &rows, &n, &err))
		n = 0;
	section(v, lang_text(v->lang, r->plural));
	for (size_t i = 0; i < n; i++) {
		struct ref ref = { rows[i].party, rows[i].id };
		struct record_row row;
		struct str last;

		if (!view_last_said(v->view, v->a, r, ref, v->who, &last, &err) ||
		    str_cmp(last, from) >= 0 ||
		    !view_record(v->view, v->a, r, ref, v->who, v->lang, &row, &err))
			continue;
		silent_item(v, &row, str_cmp(last, rows[i].time) > 0 ? last : rows[i].time);
		shown++;
	}
	section_end(v, shown);
	if (n == SILENT_LOOKED) {
		html_lit(&v->out, "<p class=soft>");
		page_fill(v, "Only the %1 that were written longest ago were looked through.",
			  number_of(v, SILENT_LOOKED));
		html_lit(&v->out, "</p>\n");
	}
}

static void silent_sides(struct visit *v, struct str from)
{
	size_t shown = 0;

	section(v, T(v->lang, "Sides"));
	for (size_t i = 0; i < v->ledger_count; i++) {
		const struct ledger_row *l = &v->ledgers[i];
		struct str bytes, time;
		struct json *entry;
		struct err err;

		if (l->size == 0 ||
		    !view_entry(v->view, v->a, l->name, l->size - 1, &bytes, &err) ||
		    !json_object(v->a, bytes, &entry, &err))
			continue;
		time = json_str(entry, "time");
		if (str_cmp(time, from) >= 0)
			continue;
		html_lit(&v->out, "<li><div class=row><span>");
		html_text(&v->out, party_name(v, l->party));
		html_lit(&v->out, "</span><small>");
		since_words(v, time);
		html_lit(&v->out, "</small></div></li>\n");
		shown++;
	}
	section_end(v, shown);
}

/* Sessions that should have been held. */
static void sessions_overdue(struct visit *v)
{
	char day[DATE_TEXT];
	const struct field *date = &fields[session_date], *status = &fields[session_status];
	struct list_query q = {
		.record = &records[RECORD_session],
		.who = v->who,
		.lang = v->lang,
		.filters = { { date, str_z(date->name),
			       arena_join(v->a, S(".."), str_z(date_text(day, v->today - 1))) },
			     { status, str_z(status->name), S("planned convened") } },
		.filter_count = 2,
		.sort = date,
		.limit = LIST_ROWS
	};
	struct list_result found = { 0 };
	struct err err;

	if (!view_list(v->view, v->a, &q, &found, &err))
		found.n = 0;
	section(v, T(v->lang, "Sessions planned and not held"));
	for (size_t i = 0; i < found.n; i++)
		silent_item(v, &found.rows[i], json_str(row_data(v, &found.rows[i]), "date"));
	section_end(v, found.n);
}

void page_silent(struct visit *v)
{
	static const unsigned spans[] = { 30, SILENT_DAYS, 180, 365 };
	struct str asked = list_address_value(v, "days"), from;
	uint64_t days = SILENT_DAYS;
	char day[DATE_TEXT];
	struct err err;

	if (asked.n > 0 && (!str_u64(asked, 36500, &days) || days == 0)) {
		err_set(&err, ERR_INPUT, "days", N_("days is a whole number of days"));
		page_error(v, &err);
		return;
	}
	from = arena_str(v->a, str_z(date_text(day, v->today - (int32_t)days)));
	page_begin(v, T(v->lang, "What has fallen silent"));
	html_lit(&v->out, "<h1>");
	page_say(v, "What has fallen silent");
	html_lit(&v->out, "</h1>\n<p class=soft>");
	page_fill(v,
		  "Bodies, open decisions and open projects of which, and about which, no side "
		  "has written anything for %1 days.",
		  number_of(v, days));
	html_lit(&v->out, "</p>\n<nav class=\"bar noprint\"");
	html_attr(&v->out, "aria-label", T(v->lang, "Views"));
	html_lit(&v->out, ">\n");
	for (size_t i = 0; i < sizeof(spans) / sizeof(*spans); i++) {
		struct str n = str_z(err_num(spans[i]));
		struct buf words;

		buf_init(&words, 200);
		lang_fill(&words, lang_plural(v->lang, N_("%1 day"), N_("%1 days"), spans[i]),
			  &n, 1);
		chip(v, arena_z(v->a, arena_join(v->a, S("/silent?days="), n)), buf_str(&words),
		     spans[i] == days);
		buf_done(&words);
	}
	html_lit(&v->out, "</nav>\n");
	sessions_overdue(v);
	silent_sides(v, from);
	silent_of(v, RECORD_decision, from);
	silent_of(v, RECORD_project, from);
	silent_of(v, RECORD_body, from);
	page_end(v);
}

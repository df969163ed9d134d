#include "store/desk.h"
#include "web/cockpit.h"
#include "web/desk.h"
#include "web/server.h"
#include "web/standing.h"

/* The cockpit's sessions: the next with what it must decide, and what changed since the last.
 */

enum { SESSIONS_READ = 8, AGENDA_SHOWN = 8 };

/* --- figures --- */

uint64_t cockpit_due(struct visit *v, struct due_query q)
{
	struct due_row *rows;
	uint64_t all = 0;
	struct err err;
	size_t n;

	q.limit = 0;
	return view_due(v->view, v->a, &q, &rows, &n, &all, &err) ? all : 0;
}

uint64_t cockpit_listed(struct visit *v, const struct field *f, struct str value)
{
	struct list_query q = { .record = &records[f->record],
				.who = v->who,
				.lang = v->lang,
				.filters = { { f, str_z(f->name), value } },
				.filter_count = 1,
				.limit = 1,
				.brief = true };
	struct list_result found;
	struct err err;

	return view_list(v->view, v->a, &q, &found, &err) ? found.total : 0;
}

uint64_t cockpit_obstacles(struct visit *v)
{
	return cockpit_listed(v, &fields[obstacle_status], S("open being-solved escalated"));
}

/* Reckoned once for each state of the store: with tens of thousands of projects that takes some
 * hundredths of a second. */
uint64_t cockpit_at_risk(struct visit *v)
{
	struct kept_figure *kept = &v->web->at_risk[v->who], was;
	struct at_risk *all;
	struct err err;
	size_t n;

	pthread_mutex_lock(&v->web->lock);
	was = *kept;
	pthread_mutex_unlock(&v->web->lock);
	if (was.known && was.state.generation == v->state.generation &&
	    was.state.day == v->state.day)
		return was.n;
	if (!projects_at_risk(v, &all, &n, &err))
		return 0;
	pthread_mutex_lock(&v->web->lock);
	*kept = (struct kept_figure){ true, v->state, n };
	pthread_mutex_unlock(&v->web->lock);
	return n;
}

/* --- which sessions --- */

static bool session_among(struct visit *v, struct str range, bool latest,
			  struct record_row *out)
{
	const struct field *date = &fields[session_date], *kind = &fields[session_kind];
	struct list_query q = { .record = &records[RECORD_session],
				.who = v->who,
				.lang = v->lang,
				.filters = { { date, str_z(date->name), range },
					     { kind, str_z(kind->name),
					       S("plenary extraordinary") } },
				.filter_count = 2,
				.sort = date,
				.descending = latest,
				.limit = SESSIONS_READ,
				.brief = true };
	struct list_result found;
	struct err err;

	if (!view_list(v->view, v->a, &q, &found, &err))
		return false;
	for (size_t i = 0; i < found.n; i++)
		if (!str_is(json_str(row_data(v, &found.rows[i]), "status"), "cancelled")) {
			*out = found.rows[i];
			return true;
		}
	return false;
}

bool session_next(struct visit *v, struct record_row *out)
{
	char day[DATE_TEXT];

	return session_among(v, arena_join(v->a, str_z(date_text(day, v->today)), S("..")),
			     false, out);
}

bool session_last(struct visit *v, struct record_row *out)
{
	char day[DATE_TEXT];

	return session_among(v, arena_join(v->a, S(".."), str_z(date_text(day, v->today - 1))),
			     true, out);
}

/* --- lines of figures: "2 decisions …", each the way to its list --- */

static void line_begin(struct visit *v)
{
	html_lit(&v->out, "<li><a class=fig");
}

static void line_end(struct visit *v, uint64_t n, struct str words)
{
	html_lit(&v->out, "><b>");
	html_text(&v->out, number_of(v, n));
	html_lit(&v->out, "</b> ");
	html_text(&v->out, words);
	html_lit(&v->out, "</a></li>\n");
}

static void line(struct visit *v, const char *href, uint64_t n, struct str words)
{
	line_begin(v);
	cockpit_href(v, href);
	line_end(v, n, words);
}

/* --- what the next one must decide --- */

static void gap_line(struct visit *v, enum gap gap, const char *one, const char *many)
{
	struct desk_page desk;
	struct desk_row *rows;
	uint64_t n = 0;
	struct err err;
	size_t shown;

	if (!desk_read(v, &desk, &err))
		return;
	desk.q.gap = (int)gap;
	desk.q.limit = 1;
	if (!desk_rows(v->view, v->a, &desk.q, &rows, &shown, &n, &err) || !n)
		return;
	line_begin(v);
	html_lit(&v->out, " href=\"");
	desk_address(v, S(""), S(""), gap_codes[gap]);
	html_lit(&v->out, "\"");
	line_end(v, n, lang_plural(v->lang, one, many, n));
}

static void to_decide(struct visit *v, const struct record_row *session)
{
	struct due_query late = due_late(v, 0);
	struct open_query open = { .who = v->who, .lang = v->lang };
	struct str ref =
		arena_join(v->a, session->party, arena_join(v->a, S("/"), session->id));
	struct open_act *acts;
	uint64_t n, raised = cockpit_listed(v, &fields[obstacle_escalated_to], ref);
	struct err err;
	size_t shown;

	late.date = decision_deadline;
	html_lit(&v->out, "<ul class=plain>\n");
	if ((n = cockpit_due(v, late)) > 0)
		line(v, "/decisions?view=late", n,
		     lang_plural(v->lang, N_("decision not carried out in time"),
				 N_("decisions not carried out in time"), n));
	if (raised > 0)
		line(v, arena_z(v->a, arena_join(v->a, S("/obstacles?escalated_to="), ref)),
		     raised,
		     lang_plural(v->lang, N_("obstacle raised to it"),
				 N_("obstacles raised to it"), raised));
	if (view_open_acts(v->view, v->a, &open, &acts, &shown, &n, &err) && n > 0)
		line(v, "/awaiting", n,
		     lang_plural(v->lang, N_("proposal without an answer"),
				 N_("proposals without an answer"), n));
	if ((n = cockpit_listed(v, &fields[article_session], ref)) > 0)
		line(v,
		     arena_z(v->a, arena_join(v->a, S("/session/"),
					      arena_join(v->a, ref, S("/protocol")))),
		     n,
		     lang_plural(v->lang, N_("article of its protocol"),
				 N_("articles of its protocol"), n));
	gap_line(v, GAP_AMOUNT, N_("flow of which the sides report different amounts"),
		 N_("flows of which the sides report different amounts"));
	gap_line(v, GAP_DISPUTED, N_("disputed flow"), N_("disputed flows"));
	html_lit(&v->out, "</ul>\n");
}

static void agenda(struct visit *v, const struct record_row *session)
{
	const struct json *items;
	struct record_row row;
	struct err err;
	size_t n = 0;

	if (!view_record(v->view, v->a, session->record,
			 (struct ref){ session->party, session->id }, v->who, v->lang, &row,
			 &err))
		return;
	items = json_arr(row_data(v, &row), "agenda");
	if (!items || !items->child)
		return;
	html_lit(&v->out, "<h3>");
	page_say(v, "Agenda");
	html_lit(&v->out, "</h3>\n<ul class=plain>");
	for (const struct json *i = items->child; i && n < AGENDA_SHOWN; i = i->next, n++) {
		html_lit(&v->out, "<li>");
		html_text(&v->out, json_str(i, "number"));
		html_lit(&v->out, ". ");
		page_value(v, &fields[agenda_item_title], json_get(i, "title"));
		html_lit(&v->out, "</li>\n");
	}
	html_lit(&v->out, "</ul>\n");
}

static void no_session(struct visit *v)
{
	cockpit_nothing(v, T(v->lang, "No session is planned."));
	if (v->person.role < ROLE_CLERK)
		return;
	html_lit(&v->out, "<p><a class=button");
	cockpit_href(v, "/session/new");
	html_lit(&v->out, ">");
	page_say(v, "Plan a session");
	html_lit(&v->out, "</a></p>\n");
}

static void next_section(struct visit *v)
{
	struct record_row next;
	const struct json *data;
	int32_t day;

	cockpit_section(v, "session", T(v->lang, "Next session"));
	if (!session_next(v, &next)) {
		no_session(v);
		cockpit_section_end(v);
		return;
	}
	data = row_data(v, &next);
	html_lit(&v->out, "<p class=sum>");
	page_value(v, &fields[session_title], json_get(data, "title"));
	html_lit(&v->out, "</p>\n<p><a");
	page_href(v, next.record, (struct ref){ next.party, next.id }, "");
	html_lit(&v->out, ">");
	page_date(v, json_str(data, "date"));
	html_lit(&v->out, "</a>");
	if (json_get(data, "place")) {
		html_lit(&v->out, " · ");
		page_value(v, &fields[session_place], json_get(data, "place"));
	}
	if (date_parse(json_str(data, "date"), &day)) {
		html_lit(&v->out, " · ");
		due_when(v, day, false);
	}
	html_lit(&v->out, "</p>\n<h3>");
	page_say(v, "What it must decide");
	html_lit(&v->out, "</h3>\n");
	to_decide(v, &next);
	agenda(v, &next);
	cockpit_section_end(v);
}

/* --- what changed since the last one --- */

static const struct since {
	enum field_id date;
	const char *one, *many;
} since[] = {
	{ decision_report_date, N_("report on a decision"), N_("reports on decisions") },
	{ milestone_report_date, N_("report on a milestone"), N_("reports on milestones") },
	{ progress_date, N_("progress report"), N_("progress reports") },
	{ procedure_date, N_("step of an agreement's procedure"),
	  N_("steps of agreements' procedures") },
	{ transaction_date, N_("transaction booked"), N_("transactions booked") },
	{ obstacle_raised, N_("obstacle raised"), N_("obstacles raised") },
	{ letter_date, N_("letter"), N_("letters") },
};

static void since_line(struct visit *v, const struct since *s, struct str from)
{
	const struct field *f = &fields[s->date];
	uint64_t n = cockpit_listed(v, f, arena_join(v->a, from, S("..")));

	if (!n)
		return;
	line_begin(v);
	html_lit(&v->out, " href=\"/");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_lit(&v->out, "/");
	html_text(&v->out, str_z(record_slug(&records[f->record])));
	html_lit(&v->out, "?");
	html_text(&v->out, str_z(f->name));
	html_lit(&v->out, ".from=");
	html_text(&v->out, from);
	html_lit(&v->out, "\"");
	line_end(v, n, lang_plural(v->lang, s->one, s->many, n));
}

static void since_section(struct visit *v)
{
	struct record_row last;
	struct str from;

	if (!session_last(v, &last))
		return;
	from = json_str(row_data(v, &last), "date");
	cockpit_section(v, "since", T(v->lang, "Since the last session"));
	html_lit(&v->out, "<p>");
	page_link(v, &last);
	html_lit(&v->out, "</p>\n<ul class=plain>\n");
	for (size_t i = 0; i < sizeof(since) / sizeof(*since); i++)
		since_line(v, &since[i], from);
	html_lit(&v->out, "</ul>\n");
	cockpit_section_end(v);
}

void cockpit_sessions(struct visit *v)
{
	next_section(v);
	since_section(v);
}

/* --- a register that is empty --- */

static const struct step {
	const char *kind, *words;
} first_steps[] = {
	{ "organisation", N_("Record the ministries and bodies of your side.") },
	{ "commission", N_("Propose the commission, with its co-chairs.") },
	{ "agreement", N_("Propose the agreements it rests on.") },
	{ "project", N_("Propose the projects; the other side accepts each text.") },
	{ "session", N_("Plan the first session.") },
};

void cockpit_first_steps(struct visit *v)
{
	if (view_count(v->view, &records[RECORD_project], v->who) > 0)
		return;
	html_lit(&v->out, "<div class=\"box await\"><h2>");
	page_say(v, "What to do first");
	html_lit(&v->out, "</h2>\n<ol>\n");
	for (size_t i = 0; i < sizeof(first_steps) / sizeof(*first_steps); i++) {
		const struct step *s = &first_steps[i];
		struct str to = arena_join(v->a, S("/"), str_z(s->kind));

		html_lit(&v->out, "<li><a");
		cockpit_href(v, arena_z(v->a, v->person.role < ROLE_CLERK
						      ? to
						      : arena_join(v->a, to, S("/new"))));
		html_lit(&v->out, ">");
		html_text(&v->out, lang_text(v->lang, s->words));
		html_lit(&v->out, "</a></li>\n");
	}
	html_lit(&v->out, "</ol>\n");
	if (v->person.role < ROLE_CLERK) {
		html_lit(&v->out, "<p class=soft>");
		page_say(v, "Those who keep the register sign in to write.");
		html_lit(&v->out, "</p>\n");
	}
	html_lit(&v->out, "</div>\n");
}

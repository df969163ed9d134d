#include "exchange/report.h"
#include "store/desk.h"

static const enum field_id about[] = { session_kind,    session_status,  session_date,
				       session_closes,  session_country, session_place,
				       session_summary, FIELD_NONE };

static const enum field_id item_fields[] = { agenda_item_number, agenda_item_title,
					     agenda_item_purpose, agenda_item_presenter };
static const unsigned item_widths[] = { 8, 50, 22, 20 };
static const struct report_columns items = REPORT_COLUMNS(item_fields, item_widths);

static const enum field_id delegation_fields[] = { delegation_party, delegation_role,
						   delegation_organisation, delegation_head,
						   delegation_office };
static const unsigned delegation_widths[] = { 16, 18, 28, 22, 26 };
static const struct report_columns delegations =
	REPORT_COLUMNS(delegation_fields, delegation_widths);

static const enum field_id decision_fields[] = { decision_number, decision_title,
						 decision_status, decision_deadline };
static const unsigned decision_widths[] = { 10, 50, 20, 20 };
static const struct report_columns decisions = REPORT_COLUMNS(decision_fields, decision_widths);

static const enum field_id obstacle_fields[] = { obstacle_title, obstacle_project,
						 obstacle_severity, obstacle_status,
						 obstacle_due };
static const unsigned obstacle_widths[] = { 32, 28, 16, 18, 20 };
static const struct report_columns obstacles = REPORT_COLUMNS(obstacle_fields, obstacle_widths);

static struct list_query next_session(struct report *r)
{
	char day[DATE_TEXT];
	struct str from = arena_join(r->a, str_z(date_text(day, r->today)), S(".."));
	struct list_query q = report_query(r, session_date, from);

	q.sort = &fields[session_date];
	q.limit = 1;
	return q;
}

/* --- where the books differ --- */

static void put_gap(struct report *r, struct paper_block *b, const struct desk_sum *s)
{
	struct paper_cell *cells = paper_row(r->p, b);
	struct str in[PAPER_LANGS] = { S(""), S("") };

	for (size_t k = 0; k < r->p->lang_count; k++)
		in[k] = code_name("GapClass", str_z(gap_codes[s->gap]), r->p->langs[k]);
	cells[0].text = paper_pair(r->p, in);
	cells[1].text = paper_join(r->p, report_party(r, s->giver), S(" → "),
				   report_party(r, s->taker));
	cells[2] = report_count(r, s->count);
	cells[3] = report_figure(r, s->given, s->given_currency);
	cells[4] = report_figure(r, s->received, s->received_currency);
}

static bool put_gaps(struct report *r, struct err *err)
{
	static const unsigned widths[] = { 24, 24, 12, 22, 22 };
	const struct desk_query q = { .period = DESK_EVER,
				      .kind = DESK_ALL,
				      .gap = DESK_ALL,
				      .who = r->who,
				      .limit = 1 };
	const struct paper_text heads[] = { paper_say(r->p, N_("Difference")),
					    paper_say(r->p, N_("Direction")),
					    paper_say(r->p, N_("Flows")),
					    paper_say(r->p, N_("Given")),
					    paper_say(r->p, N_("Received")) };
	struct paper_block *b = NULL;
	struct desk_sum *sums;
	size_t n;

	if (!desk_sums(r->v, r->a, &q, &sums, &n, err))
		return false;
	paper_add(r->p, PAPER_HEADING, paper_say(r->p, N_("Where the sides’ books differ")));
	for (size_t i = 0; i < n; i++) {
		if (sums[i].gap == GAP_MATCHED)
			continue;
		if (!b)
			b = paper_table(r->p, widths, 5, heads);
		put_gap(r, b, &sums[i]);
	}
	if (!b)
		paper_add(r->p, PAPER_PARAGRAPH, paper_say(r->p, N_("None.")));
	return true;
}

bool report_session(struct report *r, struct err *err)
{
	struct list_query next = next_session(r);
	struct list_query open = report_query(r, decision_status, S("open partly-executed"));
	struct list_query blocked =
		report_query(r, obstacle_status, S("open being-solved escalated"));
	struct record_row row;
	const struct json *data;

	if (!report_record(r, &records[RECORD_session], &next, &row, err))
		return false;
	data = report_data(r, &row);
	report_about(r, report_value(r, session_title, data));
	report_fields(r, about, data);
	report_parts(r, session_agenda, &items, data);
	report_parts(r, session_delegations, &delegations, data);
	open.sort = &fields[decision_number];
	return report_found(r, paper_say(r->p, N_("Open decisions")), &open, &decisions, err) &&
	       report_found(r, paper_say(r->p, N_("Open obstacles")), &blocked, &obstacles,
			    err) &&
	       put_gaps(r, err);
}

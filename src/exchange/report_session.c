#include "exchange/report.h"
#include "store/desk.h"

#define COLUMNS(list, widths)                                                                  \
	{                                                                                      \
		(list), (widths), sizeof(list) / sizeof(*(list))                               \
	}

static const enum field_id about[] = { session_kind,    session_status,  session_date,
				       session_closes,  session_country, session_place,
				       session_summary, FIELD_NONE };

static const enum field_id item_fields[] = { agenda_item_number, agenda_item_title,
					     agenda_item_purpose, agenda_item_presenter };
static const unsigned item_widths[] = { 8, 50, 22, 20 };
static const struct report_columns items = COLUMNS(item_fields, item_widths);

static const enum field_id delegation_fields[] = { delegation_party, delegation_role,
						   delegation_organisation, delegation_head,
						   delegation_office };
static const unsigned delegation_widths[] = { 16, 18, 28, 22, 26 };
static const struct report_columns delegations = COLUMNS(delegation_fields, delegation_widths);

static const enum field_id decision_fields[] = { decision_number, decision_title,
						 decision_status, decision_deadline };
static const unsigned decision_widths[] = { 10, 50, 20, 20 };
static const struct report_columns decisions = COLUMNS(decision_fields, decision_widths);

static const enum field_id obstacle_fields[] = { obstacle_title, obstacle_project,
						 obstacle_severity, obstacle_status,
						 obstacle_due };
static const unsigned obstacle_widths[] = { 32, 28, 16, 18, 20 };
static const struct report_columns obstacles = COLUMNS(obstacle_fields, obstacle_widths);

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

static struct paper_cell sum_cell(struct report *r, struct dec d, struct str currency)
{
	return currency.n > 0 ? report_figure(r, d, currency_places(currency))
			      : (struct paper_cell){ .text = paper_plain(r->p, S("")) };
}

static struct str count_text(struct report *r, uint64_t n)
{
	struct buf b;

	buf_init(&b, DEC_TEXT);
	buf_u64(&b, n);
	return arena_buf(r->a, &b);
}

static void put_gap(struct report *r, struct paper_block *b, const struct desk_sum *s)
{
	struct paper_cell *cells = paper_row(r->p, b);
	struct str in[PAPER_LANGS] = { S(""), S("") };

	for (size_t k = 0; k < r->p->lang_count; k++)
		in[k] = code_name("GapClass", str_z(gap_codes[s->gap]), r->p->langs[k]);
	cells[0].text = paper_pair(r->p, in);
	cells[1].text = paper_join(r->p, report_party(r, s->giver), S(" → "),
				   report_party(r, s->taker));
	cells[2].text = paper_plain(r->p, count_text(r, s->count));
	cells[2].kind = CELL_NUMBER;
	cells[2].exact = cells[2].text.in[0];
	cells[3] = sum_cell(r, s->given, s->given_currency);
	cells[4].text = paper_plain(r->p, s->given_currency);
	cells[5] = sum_cell(r, s->received, s->received_currency);
	cells[6].text = paper_plain(r->p, s->received_currency);
}

static bool put_gaps(struct report *r, struct err *err)
{
	static const unsigned widths[] = { 24, 20, 13, 20, 12, 20, 12 };
	const struct desk_query q = { .period = DESK_EVER,
				      .kind = DESK_ALL,
				      .gap = DESK_ALL,
				      .who = r->who,
				      .limit = 1 };
	const struct paper_text heads[] = {
		paper_say(r->p, N_("Difference")), paper_say(r->p, N_("Direction")),
		paper_say(r->p, N_("Flows")),      paper_say(r->p, N_("Given")),
		paper_say(r->p, N_("Currency")),   paper_say(r->p, N_("Received")),
		paper_say(r->p, N_("Currency"))
	};
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
			b = paper_table(r->p, widths, 7, heads);
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
	report_title(r, paper_say(r->p, N_("Session dossier")),
		     report_value(r, session_title, data));
	report_fields(r, about, data);
	report_parts(r, session_agenda, &items, data);
	report_parts(r, session_delegations, &delegations, data);
	open.sort = &fields[decision_number];
	return report_found(r, paper_say(r->p, N_("Open decisions")), &open, &decisions, err) &&
	       report_found(r, paper_say(r->p, N_("Open obstacles")), &blocked, &obstacles,
			    err) &&
	       put_gaps(r, err);
}

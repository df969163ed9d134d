#include "exchange/report.h"

/*
 * The protocol of a session, to be signed: who met, then item by item what was said and
 * decided. Texts stand as the register has them, square brackets of negotiators included.
 */

static const enum field_id about[] = { session_kind,    session_date,  session_closes,
				       session_country, session_place, session_signed_on,
				       session_summary, FIELD_NONE };

static const enum field_id delegation_fields[] = { delegation_party, delegation_role,
						   delegation_head, delegation_office };
static const unsigned delegation_widths[] = { 18, 22, 30, 30 };
static const struct report_columns delegations =
	REPORT_COLUMNS(delegation_fields, delegation_widths);

struct protocol {
	struct report *r;
	struct list_result decisions;
	bool *put; /* of each decision */
};

static void put_decision(struct report *r, const struct record_row *row)
{
	const struct json *data = report_data(r, row);
	const struct json *leads = json_arr(data, "leads");
	struct paper_text title = report_value(r, decision_number, data);
	struct paper_block *list;

	title = paper_join(r->p, paper_say(r->p, records[RECORD_decision].title), S(" "),
			   title);
	title = paper_join(r->p, title, S(" · "), report_value(r, decision_title, data));
	paper_add(r->p, PAPER_HEADING, title);
	if (!str_is(row->state, "in_force"))
		paper_add(r->p, PAPER_SMALL,
			  paper_say(r->p, N_("Not every side has accepted this text yet.")));
	paper_add(r->p, PAPER_PARAGRAPH, report_value(r, decision_text, data));
	list = paper_add(r->p, PAPER_FIELDS, paper_plain(r->p, S("")));
	for (const struct json *l = leads ? leads->child : NULL; l; l = l->next)
		paper_field(r->p, list, report_party(r, json_str(l, "party")),
			    report_value(r, lead_organisation, l));
	paper_field(r->p, list, paper_label(r->p, decision_deadline),
		    report_value(r, decision_deadline, data));
	report_approvals(r, list, data);
}

/* The decisions of an agenda item; of item NULL, those that are not put yet. */
static void put_decisions(struct protocol *x, const struct json *item)
{
	struct str number = json_str(item, "number");

	for (size_t i = 0; i < x->decisions.n; i++) {
		const struct record_row *row = &x->decisions.rows[i];
		const struct json *data = report_data(x->r, row);

		if (x->put[i] || (item && !str_eq(json_str(data, "item"), number)))
			continue;
		put_decision(x->r, row);
		x->put[i] = true;
	}
}

static void put_items(struct protocol *x, const struct json *session)
{
	const struct json *agenda = json_arr(session, "agenda");
	struct report *r = x->r;

	for (const struct json *i = agenda ? agenda->child : NULL; i; i = i->next) {
		paper_add(r->p, PAPER_HEADING,
			  paper_join(r->p, report_value(r, agenda_item_number, i), S(". "),
				     report_value(r, agenda_item_title, i)));
		if (json_get(i, "minutes"))
			paper_add(r->p, PAPER_PARAGRAPH,
				  report_value(r, agenda_item_minutes, i));
		put_decisions(x, i);
	}
}

bool report_protocol(struct report *r, struct err *err)
{
	static const enum field_id next[] = { session_next_session, FIELD_NONE };
	struct list_query held = report_held(r), q;
	struct protocol x = { .r = r };
	struct record_row session;
	const struct json *data;

	if (!report_record(r, &records[RECORD_session], &held, &session, err))
		return false;
	q = report_query(r, decision_session, report_ref(r, &session));
	q.sort = &fields[decision_number];
	if (!report_rows(r, &q, &x.decisions, err))
		return false;
	x.put = arena_array(r->a, bool, x.decisions.n + 1);
	data = report_data(r, &session);
	report_about(r, report_value(r, session_title, data));
	report_fields(r, about, data);
	report_parts(r, session_delegations, &delegations, data);
	put_items(&x, data);
	put_decisions(&x, NULL);
	report_fields(r, next, data);
	report_signatures(r);
	return true;
}

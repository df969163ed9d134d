#include "exchange/report.h"

#include <stdlib.h>

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

static const enum field_id item_fields[] = { agenda_item_number, agenda_item_title };
static const unsigned item_widths[] = { 12, 88 };
static const struct report_columns items = REPORT_COLUMNS(item_fields, item_widths);

struct protocol {
	struct report *r;
	struct list_result decisions, articles; /* in the order of their numbers */
	bool *put;                              /* of each decision */
};

/* --- reading --- */

static int by_number(const void *a, const void *b)
{
	const struct record_row *x = a, *y = b;
	int order =
		str_cmp_numbers(json_str(x->parsed, "number"), json_str(y->parsed, "number"));

	return order != 0 ? order : str_cmp(x->id, y->id);
}

/* The records whose `f` names the session. */
static bool read_of(struct report *r, enum field_id f, struct str session,
		    struct list_result *out, struct err *err)
{
	struct list_query q = report_query(r, f, session);

	if (!report_rows(r, &q, out, err))
		return false;
	for (size_t i = 0; i < out->n; i++) {
		struct err ignored;

		if (!out->rows[i].parsed &&
		    !json_object(r->a, out->rows[i].data, &out->rows[i].parsed, &ignored))
			out->rows[i].parsed = NULL;
	}
	if (out->n > 0)
		qsort(out->rows, out->n, sizeof(*out->rows), by_number);
	return true;
}

/* --- a decision, an article --- */

static void put_state(struct report *r, const struct record_row *row)
{
	if (!str_is(row->state, "in_force"))
		paper_add(r->p, PAPER_SMALL,
			  paper_say(r->p, N_("Not every side has accepted this text yet.")));
}

/* Who carries it out, by when, and what it still needs. */
static void put_duties(struct report *r, const struct json *data)
{
	const struct json *leads = json_arr(data, "leads");
	struct paper_block *list = paper_add(r->p, PAPER_FIELDS, paper_plain(r->p, S("")));

	for (const struct json *l = leads ? leads->child : NULL; l; l = l->next)
		paper_field(r->p, list, report_party(r, json_str(l, "party")),
			    report_value(r, lead_organisation, l));
	paper_field(r->p, list, paper_label(r->p, decision_deadline),
		    report_value(r, decision_deadline, data));
	report_approvals(r, list, data);
}

static void put_decision(struct report *r, const struct record_row *row)
{
	const struct json *data = row->parsed;
	struct paper_text title = report_value(r, decision_number, data);

	title = paper_join(r->p, paper_say(r->p, records[RECORD_decision].title), S(" "),
			   title);
	title = paper_join(r->p, title, S(" · "), report_value(r, decision_title, data));
	paper_add(r->p, PAPER_HEADING, title);
	put_state(r, row);
	paper_add(r->p, PAPER_PARAGRAPH, report_value(r, decision_text, data));
	put_duties(r, data);
}

/* The decisions of an agenda item; of item NULL, those that are not put yet. */
static void put_decisions(struct protocol *x, const struct json *item)
{
	struct str number = json_str(item, "number");

	for (size_t i = 0; i < x->decisions.n; i++) {
		const struct record_row *row = &x->decisions.rows[i];

		if (x->put[i] || (item && !str_eq(json_str(row->parsed, "item"), number)))
			continue;
		put_decision(x->r, row);
		x->put[i] = true;
	}
}

/* The duties of the decision that an article records; it is not printed again. */
static void put_recorded(struct protocol *x, const struct json *article)
{
	struct str ref = json_str(article, "decision");

	for (size_t i = 0; i < x->decisions.n; i++) {
		if (!str_eq(report_ref(x->r, &x->decisions.rows[i]), ref))
			continue;
		put_duties(x->r, x->decisions.rows[i].parsed);
		x->put[i] = true;
	}
}

static void put_article(struct protocol *x, const struct record_row *row)
{
	struct report *r = x->r;
	const struct paper_text number = report_value(r, article_number, row->parsed);

	paper_add(r->p, PAPER_HEADING,
		  paper_join(r->p, paper_fill(r->p, N_("Article %1"), &number, 1), S(". "),
			     report_value(r, article_heading, row->parsed)));
	put_state(r, row);
	paper_add(r->p, PAPER_PARAGRAPH, report_value(r, article_text, row->parsed));
	put_recorded(x, row->parsed);
}

/* --- the whole --- */

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

/* Articles where negotiators write them, else the agenda with what was decided. */
static void put_body(struct protocol *x, const struct json *session)
{
	if (x->articles.n > 0)
		report_parts(x->r, session_agenda, &items, session);
	else
		put_items(x, session);
	for (size_t i = 0; i < x->articles.n; i++)
		put_article(x, &x->articles.rows[i]);
	put_decisions(x, NULL);
}

bool report_protocol(struct report *r, struct err *err)
{
	static const enum field_id next[] = { session_next_session, FIELD_NONE };
	struct list_query held = report_held(r);
	struct protocol x = { .r = r };
	struct record_row session;
	const struct json *data;
	struct str ref;

	if (!report_record(r, &records[RECORD_session], &held, &session, err))
		return false;
	ref = report_ref(r, &session);
	if (!read_of(r, decision_session, ref, &x.decisions, err) ||
	    !read_of(r, article_session, ref, &x.articles, err))
		return false;
	x.put = arena_array(r->a, bool, x.decisions.n + 1);
	data = report_data(r, &session);
	report_about(r, report_value(r, session_title, data));
	report_fields(r, about, data);
	report_parts(r, session_delegations, &delegations, data);
	put_body(&x, data);
	report_fields(r, next, data);
	report_signatures(r);
	return true;
}

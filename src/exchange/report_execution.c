#include "exchange/report.h"

/*
 * First a table of all decisions, each with its deadline and where each side stands; then each
 * decision by itself, with its text and what each side says.
 */

struct decided {
	const struct record_row *row;
	const struct json *data;
	const struct json *said[CHARTER_LEDGERS_MAX]; /* latest report of each party, or NULL */
	bool late;
};
struct execution {
	struct report *r;
	struct decided *all;
	size_t n;
	uint64_t total;
};

/* --- reading --- */

static void take_report(struct execution *x, const struct record_row *row)
{
	const struct json *data = report_data(x->r, row);
	struct str of = json_str(data, "decision");

	for (size_t i = 0; i < x->n; i++) {
		if (!str_eq(report_ref(x->r, x->all[i].row), of))
			continue;
		for (size_t k = 0; k < x->r->party_count; k++)
			if (str_eq(x->r->parties[k], row->party) && !x->all[i].said[k])
				x->all[i].said[k] = data;
	}
}

/* The reports on `n` decisions; newest first, as their list is. */
static bool read_reports(struct execution *x, size_t from, size_t n, struct err *err)
{
	struct list_result reports;
	struct list_query q;
	struct buf refs;

	buf_init(&refs, FILTER_VALUES_MAX * 100);
	for (size_t i = from; i < from + n; i++) {
		buf_add(&refs, i > from ? S(" ") : S(""));
		buf_add(&refs, report_ref(x->r, x->all[i].row));
	}
	q = report_query(x->r, decision_report_decision, arena_buf(x->r->a, &refs));
	if (!report_rows(x->r, &q, &reports, err))
		return false;
	for (size_t i = 0; i < reports.n; i++)
		take_report(x, &reports.rows[i]);
	return true;
}

static bool is_done(const struct execution *x, const struct decided *d)
{
	for (size_t k = 0; k < x->r->party_count; k++)
		if (str_is(json_str(d->said[k], "status"), "done"))
			return true;
	return json_get(d->data, "closed") != NULL;
}

static bool read_decisions(struct execution *x, struct str session, struct err *err)
{
	struct list_query q = report_query(x->r, decision_session, session);
	struct list_result found;
	int32_t day;

	q.sort = &fields[decision_number];
	if (!report_rows(x->r, &q, &found, err))
		return false;
	x->all = arena_array(x->r->a, struct decided, found.n);
	x->n = found.n;
	x->total = found.total;
	for (size_t i = 0; i < x->n; i++) {
		x->all[i].row = &found.rows[i];
		x->all[i].data = report_data(x->r, &found.rows[i]);
	}
	for (size_t from = 0, n; from < x->n; from += n) {
		n = x->n - from < FILTER_VALUES_MAX ? x->n - from : FILTER_VALUES_MAX;
		if (!read_reports(x, from, n, err))
			return false;
	}
	for (size_t i = 0; i < x->n; i++)
		x->all[i].late = date_parse(json_str(x->all[i].data, "deadline"), &day) &&
				 day < x->r->today && !is_done(x, &x->all[i]);
	return true;
}

/* --- the table of all --- */

static struct paper_text where_it_stands(struct execution *x, const struct decided *d, size_t k)
{
	struct paper *p = x->r->p;

	if (!d->said[k])
		return paper_say(p, N_("no report"));
	return report_value(x->r, decision_report_status, d->said[k]);
}

static void put_summary(struct execution *x)
{
	static const unsigned widths[PAPER_COLUMNS] = { 10, 40, 22, 18, 18, 18, 18, 18 };
	struct report *r = x->r;
	size_t sides = r->party_count < PAPER_COLUMNS - 3 ? r->party_count : PAPER_COLUMNS - 3;
	struct paper_text heads[PAPER_COLUMNS];
	struct paper_block *b;

	heads[0] = paper_label(r->p, decision_number);
	heads[1] = paper_say(r->p, records[RECORD_decision].title);
	heads[2] = paper_label(r->p, decision_deadline);
	for (size_t k = 0; k < sides; k++)
		heads[3 + k] = report_party(r, r->parties[k]);
	b = paper_table(r->p, widths, 3 + sides, heads);
	for (size_t i = 0; i < x->n; i++) {
		const struct decided *d = &x->all[i];
		struct paper_cell *cells = paper_row(r->p, b);

		cells[0].text = report_value(r, decision_number, d->data);
		cells[1].text = report_value(r, decision_title, d->data);
		cells[2] = paper_typed(r->p, &fields[decision_deadline],
				       json_get(d->data, "deadline"));
		cells[2].alert = d->late;
		if (d->late)
			cells[2].text = paper_join(r->p, cells[2].text, S(" · "),
						   paper_say(r->p, N_("late")));
		for (size_t k = 0; k < sides; k++)
			cells[3 + k].text = where_it_stands(x, d, k);
	}
}

/* --- one decision --- */

static struct paper_text leads_of(struct report *r, const struct decided *d, struct str party)
{
	const struct json *all = json_arr(d->data, "leads");
	struct paper_text t = paper_plain(r->p, S(""));

	for (const struct json *l = all ? all->child : NULL; l; l = l->next)
		if (str_eq(json_str(l, "party"), party))
			t = paper_join(r->p, t, S("\n"), report_value(r, lead_organisation, l));
	return t;
}

/* "Label: value" under what stands already. */
static void add_fact(struct report *r, struct paper_text *t, enum field_id f,
		     const struct json *data)
{
	struct paper_text value = report_value(r, f, data);

	if (!paper_empty(&value))
		*t = paper_join(r->p, *t, S("\n"),
				paper_join(r->p,
					   paper_join(r->p, paper_label(r->p, f), S(""),
						      paper_say(r->p, N_(": "))),
					   S(""), value));
}

static struct paper_text word_of_side(struct execution *x, const struct decided *d, size_t k)
{
	const struct json *said = d->said[k];
	struct report *r = x->r;
	struct paper_text t = where_it_stands(x, d, k);

	if (!said)
		return t;
	t = paper_join(r->p, t, S(" · "), report_value(r, decision_report_date, said));
	t = paper_join(r->p, t, S("\n"), report_value(r, decision_report_narrative, said));
	add_fact(r, &t, decision_report_delay_reason, said);
	if (!str_is(json_str(said, "status"), "done"))
		add_fact(r, &t, decision_report_expected, said);
	add_fact(r, &t, decision_report_obstacle, said);
	add_fact(r, &t, decision_report_evidence, said);
	return t;
}

static void put_sides(struct execution *x, const struct decided *d)
{
	static const unsigned widths[] = { 16, 34, 60 };
	struct report *r = x->r;
	const struct paper_text heads[] = { paper_say(r->p, fields[lead_party].label),
					    paper_say(r->p, records[RECORD_lead].plural),
					    paper_say(r->p, N_("Latest report")) };
	struct paper_block *b = paper_table(r->p, widths, 3, heads);

	for (size_t k = 0; k < r->party_count; k++) {
		struct paper_cell *cells = paper_row(r->p, b);

		cells[0].text = report_party(r, r->parties[k]);
		cells[1].text = leads_of(r, d, r->parties[k]);
		cells[2].text = word_of_side(x, d, k);
	}
}

static void put_decision(struct execution *x, const struct decided *d)
{
	struct report *r = x->r;
	struct paper_text deadline = report_value(r, decision_deadline, d->data);
	struct paper_block *list;

	paper_add(r->p, PAPER_HEADING,
		  paper_join(r->p, report_value(r, decision_number, d->data), S(" · "),
			     report_value(r, decision_title, d->data)));
	paper_add(r->p, PAPER_PARAGRAPH, report_value(r, decision_text, d->data));
	list = paper_add(r->p, PAPER_FIELDS, paper_plain(r->p, S("")));
	paper_field(r->p, list, paper_label(r->p, decision_status),
		    report_value(r, decision_status, d->data));
	if (d->late)
		deadline = paper_join(r->p, deadline, S(" · "), paper_say(r->p, N_("late")));
	paper_field(r->p, list, paper_label(r->p, decision_deadline), deadline);
	report_approvals(r, list, d->data);
	put_sides(x, d);
}

/* --- the whole --- */

static void put_counts(struct execution *x)
{
	struct report *r = x->r;
	struct paper_block *list = paper_add(r->p, PAPER_FIELDS, paper_plain(r->p, S("")));
	size_t late = 0, done = 0;

	for (size_t i = 0; i < x->n; i++) {
		late += x->all[i].late;
		done += is_done(x, &x->all[i]);
	}
	paper_field(r->p, list, paper_say(r->p, records[RECORD_decision].plural),
		    report_count(r, x->n).text);
	paper_field(r->p, list, paper_say(r->p, N_("Reported done or closed")),
		    report_count(r, done).text);
	paper_field(r->p, list, paper_say(r->p, N_("Late")), report_count(r, late).text);
}

bool report_execution(struct report *r, struct err *err)
{
	struct list_query held = report_held(r);
	struct execution x = { .r = r };
	struct record_row session;

	if (!report_record(r, &records[RECORD_session], &held, &session, err) ||
	    !read_decisions(&x, report_ref(r, &session), err))
		return false;
	report_about(r, report_value(r, session_title, report_data(r, &session)));
	put_counts(&x);
	if (x.n == 0) {
		paper_add(
			r->p, PAPER_PARAGRAPH,
			paper_say(r->p, N_("The register holds no decision of this session.")));
		return true;
	}
	put_summary(&x);
	for (size_t i = 0; i < x.n; i++)
		put_decision(&x, &x.all[i]);
	report_signatures(r);
	return true;
}

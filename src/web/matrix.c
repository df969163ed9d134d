#include "web/matrix.h"
#include "web/cockpit.h"

const char *const matrix_view_codes[] = { "", "late", "blocked", "approval", "silent", NULL };
const char *const matrix_group_codes[] = { "session", "status", "lead", "none", NULL };

/* --- the address --- */

static bool code_read(struct visit *v, const char *name, const char *const *codes, int *out,
		      struct err *err)
{
	struct str value = list_address_value(v, name);

	*out = 0;
	for (int i = 0; codes[i]; i++)
		if (str_is(value, codes[i]))
			*out = i;
	return str_is(value, codes[*out]) || !value.n ||
	       err_set(err, ERR_INPUT, name,
		       N_("“%1” cannot stand for “%2” in the address of the decision matrix"),
		       err_arg(value), name);
}

static void filter_add(struct list_query *q, enum field_id f, struct str value)
{
	if (value.n > 0)
		q->filters[q->filter_count++] =
			(struct list_filter){ &fields[f], str_z(fields[f].name), value };
}

static bool address_read(struct matrix *m, struct err *err)
{
	struct visit *v = m->v;
	struct list_query *q = &m->q;
	uint64_t page = 1;
	char day[DATE_TEXT];
	int view, group;

	if (!code_read(v, "view", matrix_view_codes, &view, err) ||
	    !code_read(v, "group", matrix_group_codes, &group, err))
		return false;
	m->view = (enum matrix_view)view;
	m->group = (enum matrix_group)group;
	m->party = list_address_value(v, "party");
	m->lead = list_address_value(v, "lead");
	if (m->party.n > 0 && !party_known(v, m->party))
		return err_set(err, ERR_INPUT, "party", N_("There is no party of that code."));
	*q = (struct list_query){ .record = &records[RECORD_decision],
				  .who = v->who,
				  .lang = v->lang,
				  .sort = &fields[decision_deadline],
				  .words = str_cut(list_address_value(v, "q"), 500),
				  .limit = MATRIX_ROWS };
	filter_add(q, decision_session, list_address_value(v, "session"));
	filter_add(q, decision_status, list_address_value(v, "status"));
	filter_add(q, decision_kind, list_address_value(v, "kind"));
	filter_add(q, lead_organisation, m->lead);
	m->paged = m->view == MATRIX_ALL ||
		   (m->view == MATRIX_LATE && !q->filter_count && !q->words.n);
	if (!m->paged)
		q->limit = MATRIX_SCAN;
	if (m->view == MATRIX_LATE && !m->paged)
		filter_add(q, decision_deadline,
			   arena_join(v->a, S(".."), str_z(date_text(day, v->today - 1))));
	if (m->paged && str_u64(list_address_value(v, "page"), LIST_PAGES_MAX, &page) &&
	    page > 1) {
		q->offset = (page - 1) * MATRIX_ROWS;
		q->after = list_address_value(v, "after");
	}
	return true;
}

static void parties_read(struct matrix *m)
{
	const struct charter *c = node_charter(m->v->node);

	for (size_t i = 0; c && i < c->ledger_count && m->party_count < ENTRY_PARTIES_MAX; i++)
		if (str_eq(c->ledgers[i].name, c->ledgers[i].party))
			m->parties[m->party_count++] = c->ledgers[i].party;
}

/* --- reports and obstacles of many decisions at once --- */

static struct matrix_row *row_called(struct matrix *m, struct str ref)
{
	struct ref r;

	if (!ref_parse(ref, &r))
		return NULL;
	for (size_t i = 0; i < m->n; i++)
		if (str_eq(m->rows[i].decision->id, r.id))
			return &m->rows[i];
	return NULL;
}

static struct matrix_side *side_called(struct matrix *m, struct matrix_row *row,
				       struct str party)
{
	for (size_t i = 0; i < m->party_count; i++)
		if (str_eq(m->parties[i], party))
			return &row->sides[i];
	return NULL;
}

static bool obstacle_open(const struct json *data)
{
	struct str status = json_str(data, "status");

	return !str_is(status, "resolved") && !str_is(status, "accepted");
}

static void take_obstacle(struct matrix *m, const struct record_row *row)
{
	const struct json *data = row_data(m->v, row);
	struct matrix_row *of = row_called(m, json_str(data, "decision"));
	struct matrix_side *side = of ? side_called(m, of, row->party) : NULL;

	if (!side || !obstacle_open(data))
		return;
	if (!side->obstacle)
		side->obstacle = row;
	if (m->has_next && str_eq(row->party, node_party(m->v->node)) &&
	    str_eq(json_str(data, "escalated_to"), row_ref(m->v, &m->next)))
		of->raised = true;
}

static void take_report(struct matrix *m, const struct record_row *row)
{
	struct matrix_row *of = row_called(m, json_str(row_data(m->v, row), "decision"));
	struct matrix_side *side = of ? side_called(m, of, row->party) : NULL;

	if (side && !side->report)
		side->report = row;
}

static struct str decisions_refs(struct matrix *m, size_t from, size_t n)
{
	struct record_row *rows = arena_array(m->v->a, struct record_row, n);

	for (size_t i = 0; i < n; i++)
		rows[i] = *m->rows[from + i].decision;
	return rows_refs(m->v, rows, n);
}

/* Of `n` rows; when there are more reports on them than are read at once, of half of them. */
static bool some_words(struct matrix *m, size_t from, size_t *n, struct err *err)
{
	struct list_result reports, obstacles;
	struct str refs;

	do {
		refs = decisions_refs(m, from, *n);
		if (!rows_about(m->v, decision_report_decision, refs, &reports, err) ||
		    !rows_about(m->v, obstacle_decision, refs, &obstacles, err))
			return false;
	} while (reports.total + obstacles.total > ABOUT_ROWS && *n > 1 && (*n /= 2));
	for (size_t i = 0; i < reports.n; i++)
		take_report(m, &reports.rows[i]);
	for (size_t i = 0; i < obstacles.n; i++)
		take_obstacle(m, &obstacles.rows[i]);
	return true;
}

static bool words_read(struct matrix *m, struct err *err)
{
	for (size_t from = 0, n; from < m->n; from += n) {
		n = m->n - from < FILTER_VALUES_MAX ? m->n - from : FILTER_VALUES_MAX;
		if (!some_words(m, from, &n, err))
			return false;
	}
	return true;
}

/* --- which rows --- */

static void row_set(struct matrix *m, struct record_row *row)
{
	struct matrix_row *r = &m->rows[m->n++];
	const struct json *data = row_data(m->v, row);

	*r = (struct matrix_row){ .decision = row, .data = data };
	r->dated = date_parse(json_str(data, "deadline"), &r->deadline);
}

/* What the register itself counts as late (due.def), so that the cockpit's number is this list.
 */
static bool late_read(struct matrix *m, struct err *err)
{
	struct due_query q = due_late(m->v, m->q.limit);
	struct due_row *due;
	uint64_t total;
	size_t n;

	q.date = decision_deadline;
	q.offset = m->q.offset;
	if (!view_due(m->v->view, m->v->a, &q, &due, &n, &total, err))
		return false;
	m->found.total = total;
	m->found.n = n;
	m->rows = arena_array(m->v->a, struct matrix_row, n);
	for (size_t i = 0; i < n; i++) {
		struct record_row *row = arena_new(m->v->a, struct record_row);
		struct ref ref = { due[i].of.party, due[i].of.id };

		if (!view_record(m->v->view, m->v->a, &records[RECORD_decision], ref, m->v->who,
				 m->v->lang, row, err))
			return false;
		row_set(m, row);
	}
	return true;
}

static bool list_read(struct matrix *m, struct err *err)
{
	if (!view_list(m->v->view, m->v->a, &m->q, &m->found, err))
		return false;
	m->partial = !m->paged && m->found.total > m->found.n;
	m->rows = arena_array(m->v->a, struct matrix_row, m->found.n);
	for (size_t i = 0; i < m->found.n; i++)
		row_set(m, &m->found.rows[i]);
	return true;
}

/* --- what a view shows --- */

static bool reported(struct visit *v, const struct matrix_row *row, size_t side,
		     const char *status)
{
	const struct record_row *report = row->sides[side].report;

	return report && str_is(json_str(row_data(v, report), "status"), status);
}

static bool is_open(const struct matrix_row *row)
{
	struct str status = json_str(row->data, "status");

	return !json_get(row->data, "closed") &&
	       (str_is(status, "open") || str_is(status, "partly-executed"));
}

static void judge(struct matrix *m, struct matrix_row *row)
{
	bool done = json_get(row->data, "closed") != NULL;

	for (size_t i = 0; i < m->party_count; i++)
		done = done || reported(m->v, row, i, "done");
	row->late = row->dated && row->deadline < m->v->today && !done;
}

static bool approval_pending(const struct matrix_row *row, struct str party)
{
	const struct json *approvals = json_arr(row->data, "approvals");

	for (const struct json *a = approvals ? approvals->child : NULL; a; a = a->next)
		if ((!party.n || str_eq(json_str(a, "party"), party)) &&
		    !json_get(a, "granted"))
			return true;
	return false;
}

static bool is_blocked(struct matrix *m, const struct matrix_row *row)
{
	for (size_t i = 0; i < m->party_count; i++)
		if (reported(m->v, row, i, "blocked") || row->sides[i].obstacle)
			return true;
	return false;
}

static bool is_silent(struct matrix *m, const struct matrix_row *row)
{
	for (size_t i = 0; i < m->party_count; i++)
		if ((!m->party.n || str_eq(m->parties[i], m->party)) && !row->sides[i].report)
			return is_open(row);
	return false;
}

static bool in_view(struct matrix *m, const struct matrix_row *row)
{
	switch (m->view) {
	case MATRIX_ALL: return true;
	case MATRIX_LATE: return m->paged || row->late;
	case MATRIX_BLOCKED: return is_blocked(m, row);
	case MATRIX_APPROVAL: return approval_pending(row, m->party);
	case MATRIX_SILENT: return is_silent(m, row);
	}
	return false;
}

bool matrix_read(struct visit *v, struct matrix *m, struct err *err)
{
	size_t kept = 0;

	*m = (struct matrix){ .v = v };
	parties_read(m);
	m->has_next = session_next(v, &m->next);
	if (!address_read(m, err) ||
	    !(m->view == MATRIX_LATE && m->paged ? late_read(m, err) : list_read(m, err)) ||
	    !words_read(m, err))
		return false;
	for (size_t i = 0; i < m->n; i++) {
		judge(m, &m->rows[i]);
		if (in_view(m, &m->rows[i]))
			m->rows[kept++] = m->rows[i];
	}
	m->n = kept;
	if (!m->paged)
		m->found.total = kept;
	return true;
}

#include "web/list_address.h"
#include "web/treaty_card.h"

/* The treaty board's page: which agreements, and everybody's steps towards them. */

/* --- reading --- */

static void filter_add(struct board *b, enum field_id f)
{
	struct str value = list_address_value(b->v, fields[f].name);

	if (value.n > 0)
		b->q.filters[b->q.filter_count++] =
			(struct list_filter){ &fields[f], str_z(fields[f].name), value };
}

static bool board_read(struct board *b, struct err *err)
{
	struct visit *v = b->v;
	const struct charter *c = node_charter(v->node);
	uint64_t page = 1;

	b->q = (struct list_query){ .record = &records[RECORD_agreement],
				    .who = v->who,
				    .lang = v->lang,
				    .words = str_cut(list_address_value(v, "q"), 500),
				    .limit = BOARD_ROWS };
	filter_add(b, agreement_status);
	filter_add(b, agreement_kind);
	filter_add(b, agreement_field);
	if (str_u64(list_address_value(v, "page"), LIST_PAGES_MAX, &page) && page > 1) {
		b->q.offset = (page - 1) * BOARD_ROWS;
		b->q.after = list_address_value(v, "after");
	}
	for (size_t i = 0; c && i < c->ledger_count && b->party_count < TREATY_PARTIES_MAX; i++)
		if (str_eq(c->ledgers[i].name, c->ledgers[i].party))
			b->parties[b->party_count++] = c->ledgers[i].party;
	return view_list(v->view, v->a, &b->q, &b->found, err) &&
	       rows_about(v, procedure_agreement, rows_refs(v, b->found.rows, b->found.n),
			  &b->procedures, err);
}

static void instrument_read(struct instrument *x)
{
	struct board *b = x->b;
	struct str ref = row_ref(b->v, x->row);
	struct treaty_plan plan = { .steps = x->said,
				    .parties = b->parties,
				    .party_count = b->party_count,
				    .today = b->v->today };

	x->data = row_data(b->v, x->row);
	for (size_t i = 0; i < b->procedures.n; i++) {
		const struct record_row *p = &b->procedures.rows[i];
		const struct json *data = row_data(b->v, p);

		if (!str_eq(json_str(data, "agreement"), ref))
			continue;
		x->steps[x->n] = p;
		x->said[x->n++] = treaty_step_of(p->party, data);
	}
	plan.agreement = x->data;
	plan.step_count = x->n;
	treaty_reckon(&plan, &x->t);
}

/* --- the page --- */

static void status_chips(struct board *b)
{
	struct visit *v = b->v;
	const struct field *f = &fields[agreement_status];
	struct str chosen = list_address_value(v, "status");
	struct facet *facets;
	struct err err;
	size_t n;

	if (!view_facets(v->view, v->a, b->q.record, f, v->who, &facets, &n, &err))
		n = 0;
	html_lit(&v->out, "<nav class=\"bar noprint\"");
	html_attr(&v->out, "aria-label", T(v->lang, "Views"));
	html_lit(&v->out, "><a class=chip");
	list_address_href(v, "status", S(""));
	if (!chosen.n)
		html_lit(&v->out, " aria-current=true");
	html_lit(&v->out, ">");
	page_say(v, "All agreements");
	html_lit(&v->out, "</a>\n");
	for (size_t i = 0; i < n; i++) {
		html_lit(&v->out, "<a class=chip");
		list_address_href(v, "status", facets[i].value);
		if (str_eq(chosen, facets[i].value))
			html_lit(&v->out, " aria-current=true");
		html_lit(&v->out, ">");
		html_text(&v->out, list_value_words(v, f, facets[i].value));
		html_lit(&v->out, " <b>");
		html_text(&v->out, number_of(v, facets[i].count));
		html_lit(&v->out, "</b></a>\n");
	}
	html_lit(&v->out, "</nav>\n");
}

static void bar(struct board *b)
{
	struct visit *v = b->v;

	html_lit(&v->out, "<div class=bar><strong>");
	page_count(v, N_("%1 agreement"), N_("%1 agreements"), b->found.total);
	html_lit(&v->out, "</strong>");
	if (v->person.role >= ROLE_CLERK) {
		html_lit(&v->out, "<a class=\"button end noprint\" href=\"/");
		html_text(&v->out, str_z(lang_codes[v->lang]));
		html_lit(&v->out, "/procedure/new\">");
		page_say(v, "Report a step");
		html_lit(&v->out, "</a> <a class=\"button main noprint\" href=\"/");
		html_text(&v->out, str_z(lang_codes[v->lang]));
		html_lit(&v->out, "/agreement/new\">");
		page_say(v, "New record");
		html_lit(&v->out, "</a>");
	}
	html_lit(&v->out, "</div>\n");
	if (b->found.n > 0)
		return;
	html_lit(&v->out, "<div class=box><p>");
	if (b->q.filter_count > 0 || b->q.words.n > 0)
		page_say(v, "No record matches. Remove a filter above, or use fewer words.");
	else
		page_say(v,
			 "No agreement is recorded yet. First record the agreement with its "
			 "clause on entry into force; then each side reports its own steps.");
	html_lit(&v->out, "</p></div>\n");
}

void page_agreements(struct visit *v)
{
	static const enum record_id types[] = { RECORD_agreement, RECORD_procedure,
						RECORD_obligation, RECORD_NONE };
	static const enum field_id terms[] = { agreement_clause, agreement_clause_days,
					       agreement_duration_years, obligation_party,
					       FIELD_NONE };
	struct board b = { .v = v };
	struct instrument *x = arena_new(v->a, struct instrument);
	struct err err;

	if (!board_read(&b, &err)) {
		page_error(v, &err);
		return;
	}
	page_begin(v, lang_text(v->lang, b.q.record->plural));
	html_lit(&v->out, "<h1>");
	html_text(&v->out, lang_text(v->lang, b.q.record->plural));
	html_lit(&v->out, "</h1>\n");
	status_chips(&b);
	bar(&b);
	for (size_t i = 0; i < b.found.n; i++) {
		*x = (struct instrument){ .b = &b, .row = &b.found.rows[i] };
		instrument_read(x);
		instrument_write(x);
	}
	page_pager(v, BOARD_ROWS, b.q.offset, &b.found);
	help_terms(v, &(struct help_terms){ types, terms });
	page_end(v);
}

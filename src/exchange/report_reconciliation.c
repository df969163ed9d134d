#include "exchange/report.h"
#include "register/period.h"
#include "register/statement.h"

/*
 * The statement that closes a period, on paper: as it was signed, or, of a period that no act
 * has closed, as the desk would have it.  Both sides' figures stand beside each other, sums by
 * class first, then every open difference.
 */

struct reconciled {
	struct report *r;
	const struct json *data;
	struct statement now;
	const struct record_row *row; /* NULL: a draft */
};

enum { COLUMNS = 5, FIGURE_AT = 2 };
static const unsigned widths[COLUMNS] = { 27, 12, 21, 21, 21 };

static struct paper_text words_of(struct report *r, const char *list, const char *code)
{
	struct str in[PAPER_LANGS] = { S(""), S("") };

	for (size_t i = 0; i < r->p->lang_count; i++)
		in[i] = code_name(list, str_z(code), r->p->langs[i]);
	return paper_pair(r->p, in);
}

static struct paper_text period_of(struct report *r, struct desk_period p)
{
	struct str in[PAPER_LANGS] = { S(""), S("") };

	for (size_t i = 0; i < r->p->lang_count; i++)
		in[i] = period_words(r->a, r->p->langs[i], p);
	return paper_pair(r->p, in);
}

/* --- tables --- */

static struct paper_block *table_begin(struct reconciled *x, struct paper_text second)
{
	struct paper *p = x->r->p;
	struct paper_text heads[COLUMNS] = { paper_say(p, N_("Flow and class")), second };

	for (size_t k = 0; k < 2; k++) {
		const struct paper_text party = report_party(x->r, x->now.plan.between[k]);

		heads[FIGURE_AT + k] = paper_fill(p, N_("%1 says"), &party, 1);
	}
	heads[COLUMNS - 1] = paper_say(p, N_("Difference"));
	return paper_table(p, widths, COLUMNS, heads);
}

static struct paper_text flow_of(struct report *r, enum flow_kind kind, enum gap gap,
				 const struct str between[2])
{
	const struct paper_text args[] = { words_of(r, "FlowKind", flow_kind_codes[kind]),
					   report_party(r, between[0]),
					   report_party(r, between[1]) };

	return paper_join(r->p, paper_fill(r->p, N_("%1, %2 → %3"), args, 3), S("\n"),
			  words_of(r, "GapClass", gap_codes[gap]));
}

static void put_sum(struct reconciled *x, struct paper_block *b, const struct desk_sum *s)
{
	struct report *r = x->r;
	struct paper_cell *cells = paper_row(r->p, b);
	bool left = str_eq(s->giver, x->now.plan.between[0]);
	bool two = s->given_currency.n > 0 && s->received_currency.n > 0 &&
		   !str_eq(s->given_currency, s->received_currency);
	struct str one = s->given_currency.n > 0 ? s->given_currency : s->received_currency;
	struct dec gap = { 0 };

	cells[0].text = flow_of(r, s->kind, s->gap, (struct str[]){ s->giver, s->taker });
	cells[1] = report_count(r, s->count);
	cells[FIGURE_AT + !left] = report_figure(r, s->given, s->given_currency);
	cells[FIGURE_AT + left] = report_figure(r, s->received, s->received_currency);
	if (two || !dec_sub(s->given, s->received, &gap))
		one = S("");
	cells[COLUMNS - 1] = report_figure(r, gap, one);
}

static void put_sums(struct reconciled *x)
{
	struct report *r = x->r;
	struct paper_block *b;

	paper_add(r->p, PAPER_HEADING, paper_say(r->p, N_("Sums by class")));
	b = table_begin(x, paper_say(r->p, N_("Flows")));
	for (size_t i = 0; i < x->now.line_count; i++)
		if (x->now.lines[i].was.count > 0)
			put_sum(x, b, &x->now.lines[i].was);
}

/* --- open differences --- */

/* "Mali: 15 January 2026", in brackets outside the period. */
static struct paper_text dated(struct report *r, struct paper_text t, struct str party,
			       const struct statement_side *s)
{
	struct paper_text args[] = { report_party(r, party), paper_date(r->p, s->day) };

	if (s->date.n == 0)
		return t;
	return paper_join(r->p, t, S("\n"),
			  paper_fill(r->p, s->counts ? N_("%1: %2") : N_("%1: (%2)"), args, 2));
}

static void put_difference(struct reconciled *x, struct paper_block *b,
			   const struct statement_difference *d)
{
	struct report *r = x->r;
	struct paper_cell *cells = paper_row(r->p, b);
	bool left = str_eq(d->giver, x->now.plan.between[0]);

	cells[0].text = flow_of(r, d->kind, d->gap, (struct str[]){ d->giver, d->taker });
	cells[0].text = dated(r, cells[0].text, d->giver, &d->given);
	cells[0].text = dated(r, cells[0].text, d->taker, &d->received);
	cells[1] = report_count(r, b->row_count - 1);
	cells[FIGURE_AT + !left] = report_figure(r, d->given.amount, d->given.currency);
	cells[FIGURE_AT + left] = report_figure(r, d->received.amount, d->received.currency);
	cells[COLUMNS - 1] = report_figure(r, d->gap_amount, d->gap_currency);
}

/* What each side says of a difference, and how it was exchanged, under its number. */
static void put_remarks(struct report *r, struct paper_block *list, struct paper_text number,
			const struct statement_difference *d)
{
	const struct json *words[] = { d->given.words, d->received.words };
	const struct str who[] = { d->giver, d->taker };

	for (size_t k = 0; k < 2; k++)
		paper_field(r->p, list,
			    paper_join(r->p, number, S(". "), report_party(r, who[k])),
			    paper_mtext(r->p, words[k]));
	paper_field(r->p, list,
		    paper_join(r->p, number, S(". "), paper_say(r->p, N_("Exchange rate"))),
		    paper_plain(r->p, d->proof));
}

static void put_differences(struct reconciled *x)
{
	const struct json *pairs = json_arr(x->data, "pairs");
	struct report *r = x->r;
	struct paper_block *b = NULL, list;

	list = (struct paper_block){ .kind = PAPER_FIELDS, .columns = 2, .last = &list.rows };
	for (const struct json *i = pairs ? pairs->child : NULL; i; i = i->next) {
		struct statement_difference d;

		if (str_is(json_str(i, "outcome"), gap_codes[GAP_MATCHED]))
			continue;
		if (!b) {
			paper_add(r->p, PAPER_HEADING, paper_say(r->p, N_("Open differences")));
			b = table_begin(x, paper_say(r->p, N_("No.")));
		}
		statement_pair(&x->now.plan, i, &d);
		put_difference(x, b, &d);
		put_remarks(r, &list, report_count(r, b->row_count - 1).text, &d);
	}
	if (list.rows)
		paper_add(r->p, PAPER_FIELDS, paper_plain(r->p, S("")))->rows = list.rows;
}

/* --- the whole --- */

static void put_head(struct reconciled *x)
{
	struct report *r = x->r;
	const struct paper_text period = period_of(r, x->now.plan.period);
	struct paper_block *list;

	if (!x->row)
		paper_add(r->p, PAPER_SMALL,
			  paper_say(r->p, N_("A draft of what the desk says today. Nothing is "
					     "proposed or signed yet.")));
	else if (!str_is(x->row->state, "in_force"))
		paper_add(r->p, PAPER_SMALL,
			  paper_say(r->p, N_("Not every side has accepted this text yet.")));
	if (x->row && x->now.differs)
		paper_add(
			r->p, PAPER_SMALL,
			paper_say(r->p,
				  N_("Today's figures are no longer those of the statement: "
				     "something was corrected or booked later. What was signed "
				     "stays as it was signed.")));
	paper_add(r->p, PAPER_PARAGRAPH,
		  paper_fill(r->p,
			     N_("The parties have compared what each has booked in the "
				"period: %1."),
			     &period, 1));
	list = paper_add(r->p, PAPER_FIELDS, paper_plain(r->p, S("")));
	for (const enum field_id *f =
		     (const enum field_id[]){ reconciliation_project, reconciliation_status,
					      reconciliation_rates, reconciliation_cut,
					      FIELD_NONE };
	     *f != FIELD_NONE; f++)
		paper_field(r->p, list, paper_label(r->p, *f), report_value(r, *f, x->data));
}

static struct paper_text word_of(struct report *r, const struct act_party *w)
{
	struct paper_text said = paper_say(r->p, N_("its answer is awaited"));
	int32_t day;

	if (w->declined)
		said = paper_say(r->p, N_("declined"));
	else if (w->accepted)
		said = paper_say(r->p, N_("accepted"));
	if ((w->declined || w->accepted) && date_parse(str_cut(w->time, 10), &day))
		said = paper_join(r->p, said, S(", "), paper_date(r->p, day));
	return said;
}

/* Who has accepted the act, and by what fingerprint it is known. */
static bool put_words(struct reconciled *x, struct err *err)
{
	struct report *r = x->r;
	struct paper_block *list;
	struct act_row *acts;
	struct buf hex;
	size_t n;

	if (!x->row)
		return true;
	if (!view_acts(r->v, r->a, x->row->record, x->row->id, r->who, &acts, &n, err))
		return false;
	if (n == 0)
		return true;
	list = paper_add(r->p, PAPER_FIELDS, paper_plain(r->p, S("")));
	for (size_t i = 0; i < acts[0].party_count; i++)
		paper_field(r->p, list, report_party(r, acts[0].parties[i].party),
			    word_of(r, &acts[0].parties[i]));
	buf_init(&hex, 2 * HASH_SIZE);
	buf_hex(&hex, acts[0].act.b, HASH_SIZE);
	paper_field(r->p, list, paper_say(r->p, N_("fingerprint")),
		    paper_plain(r->p, arena_buf(r->a, &hex)));
	return true;
}

static bool put_foot(struct reconciled *x, struct err *err)
{
	struct report *r = x->r;

	paper_add(r->p, PAPER_SMALL,
		  paper_say(r->p,
			    N_("Difference: given less received. A date in brackets lies "
			       "outside the period, and its figure does not count in it.")));
	if (json_get(x->data, "note"))
		paper_add(r->p, PAPER_PARAGRAPH, report_value(r, reconciliation_note, x->data));
	if (!put_words(x, err))
		return false;
	report_signatures(r);
	return true;
}

/* The desk as it stands, as the data of a statement; its title is the paper's. */
static bool draft(struct reconciled *x, struct err *err)
{
	struct report *r = x->r;
	struct statement_plan plan = { .between = { r->parties[0], r->parties[1] },
				       .title = S("{}"),
				       .today = r->today,
				       .who = AUDIENCE_PUBLIC };
	struct str sources[RATE_SOURCES_MAX], text;
	struct json *data;
	size_t n;

	if (!period_read(r->period, &plan.period))
		return err_set(err, ERR_INPUT, "period",
			       N_("“%1” is no period: write 2026-Q2, 2026, 2026-03 or two days "
				  "with .. between them."),
			       err_arg(r->period));
	if (!rates_sources(r->v, r->a, AUDIENCE_PUBLIC, sources, &n, err))
		return false;
	plan.rates = n > 0 ? sources[0] : S("");
	if (!statement_make(r->v, r->a, &plan, &text, err) ||
	    !json_object(r->a, text, &data, err))
		return false;
	x->data = data;
	return true;
}

static bool signed_one(struct reconciled *x, struct record_row *row, struct err *err)
{
	struct list_query last = { .record = &records[RECORD_reconciliation],
				   .who = x->r->who,
				   .lang = x->r->p->langs[0],
				   .descending = true,
				   .limit = 1 };

	if (!report_record(x->r, last.record, &last, row, err))
		return false;
	x->row = row;
	x->data = report_data(x->r, row);
	return true;
}

bool report_reconciliation(struct report *r, struct err *err)
{
	struct reconciled x = { .r = r };
	struct record_row row;

	if (!(r->period.n > 0 ? draft(&x, err) : signed_one(&x, &row, err)) ||
	    !statement_compare(r->v, r->a, x.data, AUDIENCE_PUBLIC, &x.now, err))
		return false;
	statement_sides(&x.now.plan, r->charter, r->parties);
	report_about(r, period_of(r, x.now.plan.period));
	put_head(&x);
	put_sums(&x);
	put_differences(&x);
	return put_foot(&x, err);
}

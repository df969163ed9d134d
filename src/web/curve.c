#include "web/curve.h"
#include "store/view_money.h"

static int month_of(int32_t day)
{
	int year, month, of_month, at;

	date_civil(day, &year, &month, &of_month);
	at = (year - CURVE_YEAR) * 12 + month - 1;
	return at < 0 ? 0 : at < CURVE_MONTHS ? at : CURVE_MONTHS - 1;
}

/* --- which currencies there are --- */

static void currency_add(struct curve *c, struct str name)
{
	for (size_t i = 0; i < c->currency_count; i++)
		if (str_eq(c->currencies[i], name))
			return;
	if (c->currency_count < CURVE_CURRENCIES)
		c->currencies[c->currency_count++] = name;
}

/* *any: whether there are figures of this kind at all. */
static bool currencies_of(struct curve *c, enum record_id kind, struct str own, bool *any,
			  struct err *err)
{
	struct total_row *rows;
	size_t n;

	if (!sums_of(c->v, c->asked, kind, &rows, &n, err))
		return false;
	*any = n > 0;
	for (int first = 1; first >= 0; first--)
		for (size_t i = 0; i < n; i++)
			if (!first || str_eq(rows[i].currency, own))
				currency_add(c, rows[i].currency);
	return true;
}

/* The one asked for, if there is any of it; else the first. */
static bool choose_currency(struct curve *c, struct str own, struct err *err)
{
	struct str asked = str_trim(http_param(c->v->q, "curve"));

	if (!currencies_of(c, RECORD_planned_disbursement, own, &c->planned, err) ||
	    !currencies_of(c, RECORD_transaction, own, &c->booked, err))
		return false;
	for (size_t i = 0; i < c->currency_count; i++)
		if (i == 0 || str_eq(c->currencies[i], asked) ||
		    (!asked.n && str_eq(c->currencies[i], own)))
			c->currency = c->currencies[i];
	return true;
}

/* --- adding up --- */

static struct curve_line *line_of(struct curve *c, enum curve_kind kind, struct str party)
{
	struct curve_line *l;

	for (size_t i = 0; i < c->n; i++)
		if (c->lines[i].kind == kind && str_eq(c->lines[i].party, party))
			return &c->lines[i];
	if (c->n == CURVE_LINES)
		return NULL;
	l = &c->lines[c->n++];
	*l = (struct curve_line){ .kind = kind,
				  .party = party,
				  .upto = arena_array(c->v->a, int128, CURVE_MONTHS) };
	return l;
}

static void add(struct curve *c, struct curve_line *l, int32_t day, int128 amount)
{
	int month = month_of(day);

	if (!l)
		return;
	l->upto[month] += amount;
	if (month < c->first)
		c->first = month;
	if (month > c->last)
		c->last = month;
}

/* --- of all: a scan of the figures --- */

struct scanned {
	struct curve *c;
	bool planned;
	uint32_t currency, project, paid, received;
	struct curve_line *to[CURVE_KINDS][MONEY_PARTIES];
};

static enum curve_kind kind_of(const struct scanned *s, int64_t type)
{
	return s->planned            ? CURVE_PLANNED
	       : type == s->paid     ? CURVE_PAID
	       : type == s->received ? CURVE_RECEIVED
				     : CURVE_KINDS;
}

static bool add_facts(void *ctx, const struct money_facts *f, struct err *err)
{
	struct scanned *s = ctx;
	struct curve *c = s->c;

	(void)err;
	for (size_t i = 0; i < f->n; i++) {
		enum curve_kind kind = kind_of(s, s->planned ? 0 : f->at[MONEY_TYPE][i]);
		unsigned party = money_party(f->at[MONEY_SHAPE][i]) % MONEY_PARTIES;

		if (kind == CURVE_KINDS || f->at[MONEY_REPEATED][i] ||
		    f->at[MONEY_DAY][i] == MONEY_NO_DAY ||
		    f->at[MONEY_CURRENCY][i] != s->currency ||
		    (c->project && f->at[MONEY_PROJECT][i] != s->project))
			continue;
		if (!s->to[kind][party])
			s->to[kind][party] =
				line_of(c, kind, view_money_party(c->v->view, party));
		add(c, s->to[kind][party], (int32_t)f->at[MONEY_DAY][i],
		    f->at[MONEY_SIGN][i] * money_amount(f, i));
	}
	return true;
}

static bool scan(struct curve *c, enum money_log log, struct err *err)
{
	struct scanned s = { .c = c, .planned = log == MONEY_PLANNED };
	struct money_scan q = { .log = log,
				.who = c->v->who,
				.need = 1u << MONEY_SIGN | 1u << MONEY_REPEATED |
					1u << MONEY_CURRENCY | 1u << MONEY_DAY |
					1u << MONEY_LOW | 1u << MONEY_HIGH,
				.each = add_facts,
				.ctx = &s };
	struct lexicon words;
	bool ok;

	if (!s.planned)
		q.need |= 1u << MONEY_TYPE;
	lexicon_init(&words);
	s.currency = lexicon_id(&words, c->currency);
	s.paid = lexicon_id(&words, S("3"));
	s.received = lexicon_id(&words, S("1"));
	if (c->project) {
		q.need |= 1u << MONEY_PROJECT;
		s.project = lexicon_id(&words, row_ref(c->v, c->project));
	}
	ok = view_money(c->v->view, &q, &words, err);
	lexicon_done(&words);
	return ok;
}

/* --- of one project: its records, by the index --- */

static void add_row(struct curve *c, bool planned, const struct record_row *row)
{
	const struct json *data = row_data(c->v, row), *value = json_get(data, "value");
	const struct json *secondary = json_get(data, "secondary");
	struct str type = json_str(data, "type");
	enum curve_kind kind = planned             ? CURVE_PLANNED
			       : str_is(type, "3") ? CURVE_PAID
			       : str_is(type, "1") ? CURVE_RECEIVED
						   : CURVE_KINDS;
	struct dec amount;
	int32_t day;

	if (kind == CURVE_KINDS ||
	    (secondary && secondary->type == JSON_BOOL && secondary->num) ||
	    !str_eq(json_str(value, "currency"), c->currency) ||
	    !dec_parse(json_str(value, "amount"), &amount) ||
	    !date_parse(json_str(data, planned ? "period_start" : "date"), &day))
		return;
	add(c, line_of(c, kind, row->party), day, amount.micro);
}

/* Whether its row says all that counts: what is asked of it was not left out for its length. */
static bool is_sure(struct curve *c, bool planned, const struct record_row *row)
{
	const struct json *data = row_data(c->v, row);

	return row->data.n < ROW_SURE && json_get(data, "value") &&
	       json_get(data, planned ? "period_start" : "date");
}

/* Most projects have few, whose rows the page reads anyway; false, and nothing added, when
 * that will not do. */
static bool add_links(struct curve *c, enum field_id f, bool planned)
{
	struct links found;

	if (!links_by(c->asked->links, &fields[f], LINKS_SHOWN + 1, &found))
		return false;
	for (size_t i = 0; i < found.n; i++)
		if (!is_sure(c, planned, &found.rows[i].from))
			return false;
	for (size_t i = 0; i < found.n; i++)
		add_row(c, planned, &found.rows[i].from);
	return true;
}

/* By the scan where there are more than are read at once. */
static bool read_kind(struct curve *c, enum field_id f, enum money_log log, struct err *err)
{
	struct list_result found = { 0 };

	if (c->project && add_links(c, f, log == MONEY_PLANNED))
		return true;
	if (c->project && !rows_about(c->v, f, row_ref(c->v, c->project), &found, err))
		return false;
	if (!c->project || found.total > found.n)
		return scan(c, log, err);
	for (size_t i = 0; i < found.n; i++)
		add_row(c, log == MONEY_PLANNED, &found.rows[i]);
	return true;
}

/* --- --- */

static void place_lines(struct curve *c)
{
	const struct charter *ch = node_charter(c->v->node);

	for (size_t i = 0; i < c->n; i++)
		for (size_t k = 0, place = 0; ch && k < ch->ledger_count; k++) {
			if (!charter_leads(ch, k))
				continue;
			if (str_eq(ch->ledgers[k].party, c->lines[i].party))
				c->lines[i].place = place;
			place++;
		}
	for (size_t i = 1; i < c->n; i++) /* by side, then by kind */
		for (size_t k = i; k > 0; k--) {
			struct curve_line *x = &c->lines[k - 1], *y = &c->lines[k], swap = *x;

			if (x->place < y->place || (x->place == y->place && x->kind <= y->kind))
				break;
			*x = *y;
			*y = swap;
		}
}

bool curve_read(struct visit *v, const struct record_row *project,
		const struct record_asked *asked, struct str own, struct curve *c,
		struct err *err)
{
	*c = (struct curve){ .v = v,
			     .project = project,
			     .asked = asked,
			     .first = CURVE_MONTHS,
			     .today = month_of(v->today) };
	if (!choose_currency(c, own, err))
		return false;
	if (!c->currency_count)
		return true;
	if ((c->planned && !read_kind(c, planned_disbursement_project, MONEY_PLANNED, err)) ||
	    (c->booked && !read_kind(c, transaction_project, MONEY_TRANSACTIONS, err)))
		return false;
	for (size_t i = 0; i < c->n; i++)
		for (int m = c->first + 1; m < CURVE_MONTHS; m++)
			c->lines[i].upto[m] += c->lines[i].upto[m - 1];
	place_lines(c);
	return true;
}

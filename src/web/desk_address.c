#include "web/desk.h"
#include "web/list_address.h"

/* --- periods --- */

static bool quarter_read(struct str text, struct desk_period *out)
{
	uint64_t year, quarter;

	if (text.n != 7 || !str_eq(str_cut(str_from(text, 4), 2), S("-Q")) ||
	    !str_u64(str_cut(text, 4), 9999, &year) || year < 1000 ||
	    !str_u64(str_from(text, 6), 4, &quarter) || quarter < 1)
		return false;
	out->from = date_days((int)year, (int)quarter * 3 - 2, 1);
	out->to = quarter == 4 ? date_days((int)year, 12, 31)
			       : date_days((int)year, (int)quarter * 3 + 1, 1) - 1;
	return true;
}

/* "2026", "2026-03", "2026-03-01" */
static bool span_read(struct str text, struct desk_period *out)
{
	char whole[DATE_TEXT] = "0000-01-01";
	int year, month, day;

	if (text.n != 4 && text.n != 7 && text.n != 10)
		return false;
	for (size_t i = 0; i < text.n; i++)
		whole[i] = text.p[i];
	if (!date_parse(str_z(whole), &out->from))
		return false;
	date_civil(out->from, &year, &month, &day);
	out->to = out->from;
	if (text.n == 4)
		out->to = date_days(year, 12, 31);
	else if (text.n == 7)
		out->to = date_days(month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1,
				    1) -
			  1;
	return true;
}

bool desk_period_read(struct str text, struct desk_period *out)
{
	size_t dots = str_find(text, S(".."));
	struct desk_period first, last;

	if (str_is(text, "all")) {
		*out = DESK_EVER;
		return true;
	}
	if (dots == text.n)
		return quarter_read(text, out) || span_read(text, out);
	if (!desk_period_read(str_cut(text, dots), &first) ||
	    !desk_period_read(str_from(text, dots + 2), &last) || last.to < first.from)
		return false;
	*out = (struct desk_period){ first.from, last.to };
	return true;
}

static struct str days_words(struct visit *v, struct desk_period p)
{
	struct str to = arena_join(v->a, S(" – "), date_words(v->a, p.to, v->lang));

	return arena_join(v->a, date_words(v->a, p.from, v->lang), to);
}

static struct str quarter_words(struct visit *v, int quarter, struct str year)
{
	static const char *const words[] = { N_("1st quarter of %1"), N_("2nd quarter of %1"),
					     N_("3rd quarter of %1"), N_("4th quarter of %1") };
	struct buf b;

	buf_init(&b, 4096);
	lang_fill(&b, lang_text(v->lang, words[quarter]), &year, 1);
	return arena_buf(v->a, &b);
}

struct str desk_period_words(struct visit *v, struct desk_period p)
{
	int year, month, day, last_year, last_month;
	struct str number;

	if (p.from <= DESK_EVER.from)
		return T(v->lang, "all years");
	date_civil(p.to + 1, &last_year, &last_month, &day);
	if (day != 1)
		return days_words(v, p);
	date_civil(p.from, &year, &month, &day);
	number = arena_str(v->a, str_z(err_num((uint64_t)year)));
	if (day == 1 && month == 1 && last_year == year + 1 && last_month == 1)
		return number;
	if (day == 1 && month % 3 == 1 &&
	    (year * 12 + month + 3) == last_year * 12 + last_month)
		return quarter_words(v, month / 3, number);
	return days_words(v, p);
}

/* --- parameters --- */

static bool wrong(const char *name, struct str value, struct err *err)
{
	return err_set(
		err, ERR_INPUT, name,
		N_("“%1” cannot stand for “%2” in the address of the reconciliation desk"),
		err_arg(value), name);
}

static bool code_read(struct visit *v, const char *name, const char *const *codes, int n,
		      int *out, struct err *err)
{
	struct str value = list_address_value(v, name);

	*out = DESK_ALL;
	for (int i = 0; i < n; i++)
		if (str_is(value, codes[i]))
			*out = i;
	return !value.n || *out != DESK_ALL || wrong(name, value, err);
}

static bool party_read(struct visit *v, const char *name, struct str *out, struct err *err)
{
	*out = list_address_value(v, name);
	return !out->n || party_known(v, *out) || wrong(name, *out, err);
}

/* The first two parties of the charter, or those that the address names. */
static bool sides_read(struct visit *v, struct desk_page *p, struct err *err)
{
	struct str between = list_address_value(v, "between"), rest = between;
	const struct charter *c = node_charter(v->node);

	if (between.n) {
		(void)str_split(&rest, ',', &p->left);
		p->right = rest;
		if (!party_known(v, p->left) || !party_known(v, p->right) ||
		    str_eq(p->left, p->right))
			return wrong("between", between, err);
	}
	for (size_t i = 0; !between.n && c && i < c->ledger_count; i++) {
		struct str party = c->ledgers[i].party;

		if (!p->left.n)
			p->left = party;
		else if (!p->right.n && !str_eq(party, p->left))
			p->right = party;
	}
	p->q.between[0] = p->left;
	p->q.between[1] = p->right;
	return true;
}

static bool project_read(struct visit *v, struct desk_page *p, struct err *err)
{
	struct ref ref;

	p->q.project = list_address_value(v, "project");
	return !p->q.project.n || ref_parse(p->q.project, &ref) ||
	       wrong("project", p->q.project, err);
}

static bool rates_choose(struct visit *v, struct desk_page *p, struct err *err)
{
	struct str asked = list_address_value(v, "rates");

	if (!rates_sources(v->view, v->a, v->who, p->sources, &p->source_count, err))
		return false;
	p->rates = asked.n ? S("") : p->source_count ? p->sources[0] : S("");
	for (size_t i = 0; i < p->source_count; i++)
		if (str_eq(p->sources[i], asked))
			p->rates = asked;
	return !asked.n || p->rates.n || wrong("rates", asked, err);
}

static bool period_read(struct visit *v, struct desk_page *p, struct err *err)
{
	char today[DATE_TEXT];

	p->period = list_address_value(v, "period");
	if (!p->period.n)
		p->period = arena_str(v->a, str_cut(str_z(date_text(today, v->today)), 4));
	return desk_period_read(p->period, &p->q.period) || wrong("period", p->period, err);
}

bool desk_read(struct visit *v, struct desk_page *p, struct err *err)
{
	uint64_t page = 1;

	*p = (struct desk_page){ .v = v, .q = { .who = v->who, .limit = DESK_ROWS } };
	p->q.currency = list_address_value(v, "currency");
	if (p->q.currency.n > 20)
		return wrong("currency", p->q.currency, err);
	if (str_u64(list_address_value(v, "page"), LIST_PAGES_MAX, &page) && page > 1)
		p->q.offset = (page - 1) * DESK_ROWS;
	return period_read(v, p, err) && sides_read(v, p, err) && project_read(v, p, err) &&
	       code_read(v, "kind", flow_kind_codes, FLOW_KINDS, &p->q.kind, err) &&
	       code_read(v, "class", gap_codes, GAPS, &p->q.gap, err) &&
	       party_read(v, "giver", &p->q.giver, err) &&
	       party_read(v, "party", &p->q.party, err) && rates_choose(v, p, err);
}

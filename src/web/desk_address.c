#include "web/desk.h"
#include "web/list_address.h"

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

static bool period_asked(struct visit *v, struct desk_page *p, struct err *err)
{
	char today[DATE_TEXT];

	p->period = list_address_value(v, "period");
	if (!p->period.n)
		p->period = arena_str(v->a, str_cut(str_z(date_text(today, v->today)), 4));
	return period_read(p->period, &p->q.period) || wrong("period", p->period, err);
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
	return period_asked(v, p, err) && sides_read(v, p, err) && project_read(v, p, err) &&
	       code_read(v, "kind", flow_kind_codes, FLOW_KINDS, &p->q.kind, err) &&
	       code_read(v, "class", gap_codes, GAPS, &p->q.gap, err) &&
	       party_read(v, "giver", &p->q.giver, err) &&
	       party_read(v, "party", &p->q.party, err) && rates_choose(v, p, err);
}

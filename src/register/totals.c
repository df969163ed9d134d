#include "register/totals_inside.h"

const char *const totals_dim_names[TOTALS_DIMS] = {
	[BY_TYPE] = "transaction-type", [BY_CURRENCY] = "currency",  [BY_YEAR] = "year",
	[BY_SECTOR] = "sector",         [BY_COUNTRY] = "country",    [BY_PARTY] = "party",
	[BY_PROJECT] = "project",       [BY_PUBLISHER] = "publisher"
};

enum totals_dim totals_dim_named(struct str name)
{
	enum totals_dim d = 0;

	while (d < TOTALS_DIMS && !str_is(name, totals_dim_names[d]))
		d++;
	return d;
}

bool totals_by(struct totals_query *q, struct str names, struct err *err)
{
	struct str name;

	while (names.n && str_split(&names, ',', &name)) {
		enum totals_dim d = totals_dim_named(name);

		if (d == TOTALS_DIMS)
			return err_set(err, ERR_INPUT, "by",
				       N_("“%1” is not a dimension; take transaction-type, "
					  "currency, year, sector, country, party, project or "
					  "publisher"),
				       err_arg(name));
		q->by[d] = true;
	}
	q->by[BY_TYPE] = q->by[BY_TYPE] || q->record == &records[RECORD_transaction];
	q->by[BY_CURRENCY] = q->by[BY_CURRENCY] || !q->in.n;
	return true;
}

bool totals_kind(struct totals_query *q, struct str name, struct err *err)
{
	q->record = name.n ? record_named(name) : &records[RECORD_transaction];
	if (q->record == &records[RECORD_transaction] || q->record == &records[RECORD_budget] ||
	    q->record == &records[RECORD_planned_disbursement])
		return true;
	return err_set(err, ERR_INPUT, "kind",
		       N_("sums are kept of transaction, budget and planned_disbursement"));
}

static struct str sources_text(struct arena *a, const struct str *names, size_t n)
{
	struct buf b;

	buf_init(&b, 4096);
	for (size_t i = 0; i < n; i++) {
		buf_add(&b, names[i]);
		buf_lit(&b, ", ");
	}
	buf_lit(&b, PARITY_SOURCE);
	return arena_buf(a, &b);
}

static bool source_known(struct view *v, struct arena *a, struct str source, enum audience who,
			 struct err *err)
{
	struct str names[RATE_SOURCES_MAX];
	size_t n;

	if (str_is(source, PARITY_SOURCE))
		return true;
	if (!view_rate_sources(v, a, who, names, RATE_SOURCES_MAX, &n, err))
		return false;
	for (size_t i = 0; i < n; i++)
		if (str_eq(names[i], source))
			return true;
	return err_set(err, ERR_INPUT, "rates",
		       N_("Name one source of exchange rates; rates of different sources are "
			  "never mixed. Known here: %1."),
		       err_arg(sources_text(a, names, n)));
}

bool totals_in(struct view *v, struct arena *a, struct totals_query *q, struct str currency,
	       struct str source, struct err *err)
{
	struct rate_table *table;

	q->in = currency;
	if (!currency.n)
		return true;
	if (!codelist_find(codelist_named("Currency"), currency))
		return err_set(
			err, ERR_INPUT, "in",
			N_("“%1” is not the code of a currency; write it as ISO 4217 does: "
			   "XOF, EUR, RUB."),
			err_arg(currency));
	if (!source_known(v, a, source, q->who, err) ||
	    !rate_table_read(v, a, source, q->who, &table, err))
		return false;
	q->rates = table;
	return true;
}

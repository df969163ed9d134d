#include "register/statement.h"

#include "base/date.h"

static int code_in(const char *const *codes, int n, struct str code)
{
	for (int i = 0; i < n; i++)
		if (str_is(code, codes[i]))
			return i;
	return 0;
}

/* Money, else a quantity; false when the part has neither. */
static bool read_amount(const struct json *pair, const char *money, const char *quantity,
			struct dec *d, struct str *currency)
{
	const struct json *x = json_obj(pair, money);

	*currency = json_str(x, "currency");
	if (!x) {
		x = json_obj(pair, quantity);
		*currency = json_str(x, "unit");
	}
	if (x && dec_parse(json_str(x, "amount"), d))
		return true;
	*d = (struct dec){ 0 };
	*currency = S("");
	return false;
}

static void read_side(const struct json *pair, bool given, struct desk_period period,
		      struct statement_side *s)
{
	*s = (struct statement_side){
		.ref = json_str(pair, given ? "given" : "received"),
		.date = json_str(pair, given ? "given_date" : "received_date"),
		.words = json_obj(pair, given ? "given_remark" : "received_remark"),
	};
	s->goods = !s->ref.n;
	if (s->goods)
		s->ref = json_str(pair, given ? "goods_given" : "goods_received");
	(void)read_amount(pair, given ? "given_amount" : "received_amount",
			  given ? "given_quantity" : "received_quantity", &s->amount,
			  &s->currency);
	s->counts =
		date_parse(s->date, &s->day) && s->day >= period.from && s->day <= period.to;
}

/* Given less received, of what counts: as signed, of goods as their quantities give it. */
static void read_gap(const struct json *pair, struct statement_difference *d)
{
	const struct statement_side *given = &d->given, *received = &d->received;
	const struct dec none = { 0 };
	bool two = given->currency.n > 0 && received->currency.n > 0;

	if (read_amount(pair, "difference", "", &d->gap_amount, &d->gap_currency))
		return;
	if (!flow_unit(given->currency) && !flow_unit(received->currency))
		return;
	if (two && !str_eq(given->currency, received->currency))
		return;
	if (dec_sub(given->counts ? given->amount : none,
		    received->counts ? received->amount : none, &d->gap_amount))
		d->gap_currency = given->currency.n > 0 ? given->currency : received->currency;
}

/* Who of the two gave: the party whose record stands as given, or not as received. */
static bool left_gives(const struct statement_plan *p, const struct statement_difference *d)
{
	struct ref ref;

	if (ref_parse(d->given.ref, &ref))
		return str_eq(ref.party, p->between[0]);
	return !ref_parse(d->received.ref, &ref) || !str_eq(ref.party, p->between[0]);
}

void statement_pair(const struct statement_plan *p, const struct json *pair,
		    struct statement_difference *out)
{
	bool left;

	*out = (struct statement_difference){
		.kind = (enum flow_kind)code_in(flow_kind_codes, FLOW_KINDS,
						json_str(pair, "kind")),
		.gap = (enum gap)code_in(gap_codes, GAPS, json_str(pair, "outcome")),
		.proof = json_str(pair, "proof"),
	};
	if (!json_str(pair, "kind").n)
		out->kind = FLOW_PAYMENT;
	read_side(pair, true, p->period, &out->given);
	read_side(pair, false, p->period, &out->received);
	read_gap(pair, out);
	left = left_gives(p, out);
	out->giver = p->between[left ? 0 : 1];
	out->taker = p->between[left ? 1 : 0];
}

void statement_sides(struct statement_plan *p, const struct charter *c,
		     const struct str other[2])
{
	if (!p->between[1].n) {
		p->between[0] = other[0];
		p->between[1] = other[1];
	}
	for (size_t i = 0; c && i < c->ledger_count; i++) {
		struct str party = c->ledgers[i].party, first = p->between[0];

		if (str_eq(party, first))
			return;
		if (str_eq(party, p->between[1])) {
			p->between[0] = party;
			p->between[1] = first;
			return;
		}
	}
}

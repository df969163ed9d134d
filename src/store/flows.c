#include "store/flows.h"
#include "store/search_index.h"

/* --- who is on the other side --- */

/* The other of two parties; empty when there are more. */
static struct str other_of_two(const struct projection *p, struct str party)
{
	struct str other = { 0 };

	for (size_t i = 0; i < p->ledger_count; i++) {
		struct str one = p->ledgers[i].who->party;

		if (str_eq(one, party) || str_eq(one, other) || !charter_open(p->charter, one))
			continue;
		if (other.n)
			return (struct str){ 0 };
		other = one;
	}
	return other;
}

static struct str text_at(const struct row *r, enum field_id f)
{
	const struct json *v = value_of(&r->values, f);

	return v && v->type == JSON_STR ? v->str : (struct str){ 0 };
}

/* What an index of PostgreSQL can hold; it is the model's own bound. */
static struct str key_at(const struct row *r, enum field_id f)
{
	struct str text = text_at(r, f);

	return text.n <= fields[f].max ? text : (struct str){ 0 };
}

/* The party whose record a reference names; empty when it names none of this register. */
static struct str party_at(const struct projection *p, const struct row *r, enum field_id f)
{
	struct ref ref;

	if (!ref_parse(text_at(r, f), &ref) || party_index(p, ref.party) == RID_JOINT)
		return (struct str){ 0 };
	return ref.party;
}

static struct str ref_at(const struct row *r, enum field_id f)
{
	struct ref ref;
	struct str text = text_at(r, f);

	return ref_parse(text, &ref) ? text : (struct str){ 0 };
}

/*
 * Whose word mirrors this one.  An organisation is its party's record: a far end of one's own
 * has no other side.  False then.
 */
static bool find_peer(const struct projection *p, const struct row *r, enum field_id far,
		      struct flow *f)
{
	f->peer = party_at(p, r, far);
	if (str_eq(f->peer, r->party))
		return false;
	if (!f->peer.n)
		f->peer = other_of_two(p, r->party);
	return true;
}

/* --- a transaction --- */

/* IATI 2.03 TransactionType; what a project spends (4) has another side only when it names one.
 */
static const struct {
	const char *type;
	enum flow_kind kind;
	bool gives, named;
} mirrored[] = {
	{ "12", FLOW_PLEDGE, true, false },    { "13", FLOW_PLEDGE, false, false },
	{ "2", FLOW_COMMITMENT, true, false }, { "11", FLOW_COMMITMENT, false, false },
	{ "3", FLOW_PAYMENT, true, false },    { "1", FLOW_PAYMENT, false, false },
	{ "4", FLOW_PAYMENT, true, true },
};

static bool money_at(const struct row *r, enum field_id f, struct dec *amount,
		     struct str *currency)
{
	const struct json *v = value_of(&r->values, f);

	*currency = json_str(v, fields[f].kind == QUANTITY ? "unit" : "currency");
	return dec_parse(json_str(v, "amount"), amount) && term_good(*currency);
}

static bool transaction_flow(const struct projection *p, const struct row *r, struct flow *f)
{
	struct str type = text_at(r, transaction_type);
	size_t i = 0, n = sizeof(mirrored) / sizeof(mirrored[0]);
	enum field_id far;

	while (i < n && !str_is(type, mirrored[i].type))
		i++;
	if (i == n)
		return false;
	f->kind = mirrored[i].kind;
	f->gives = mirrored[i].gives;
	far = f->gives ? transaction_receiver : transaction_provider;
	f->provider_activity = key_at(r, transaction_provider_activity);
	f->receiver_activity = key_at(r, transaction_receiver_activity);
	f->project = ref_at(r, transaction_project);
	f->counterpart = ref_at(r, transaction_counterpart);
	return find_peer(p, r, far, f) &&
	       (!mirrored[i].named || party_at(p, r, far).n || f->counterpart.n) &&
	       money_at(r, transaction_value, &f->amount, &f->currency) &&
	       date_parse(text_at(r, transaction_date), &f->day);
}

/* --- a consignment --- */

/* The last step of those that this end can vouch for: what was sent, or what came. */
static const struct json *last_step(const struct row *r, bool gives)
{
	static const char *const sent[] = { "pledged", "loaded", "shipped" };
	const struct json *steps = value_of(&r->values, consignment_steps), *found = NULL;

	if (!steps || steps->type != JSON_ARRAY)
		return NULL;
	for (const struct json *s = steps->child; s; s = s->next) {
		struct str step = json_str(s, "step");
		bool fits = !gives && str_is(step, "received");

		for (size_t i = 0; gives && i < sizeof(sent) / sizeof(sent[0]); i++)
			fits = fits || str_is(step, sent[i]);
		if (fits)
			found = s;
	}
	return found;
}

static bool goods_day(const struct row *r, const struct json *step, int32_t *day)
{
	return date_parse(json_str(step, "date"), day) ||
	       date_parse(text_at(r, consignment_completed), day) ||
	       date_parse(text_at(r, consignment_expected), day);
}

static bool goods_amount(const struct row *r, const struct json *step, struct flow *f)
{
	const struct json *q = json_get(step, "quantity");

	f->currency = json_str(q, "unit");
	if (dec_parse(json_str(q, "amount"), &f->amount) && term_good(f->currency))
		return true;
	return money_at(r, consignment_quantity, &f->amount, &f->currency);
}

static bool consignment_flow(const struct projection *p, const struct row *r, struct flow *f)
{
	struct str provider = party_at(p, r, consignment_provider);
	struct str receiver = party_at(p, r, consignment_receiver);
	const struct json *step;

	f->kind = FLOW_GOODS;
	f->gives = provider.n ? str_eq(provider, r->party) : !str_eq(receiver, r->party);
	f->project = ref_at(r, consignment_project);
	f->counterpart = ref_at(r, consignment_counterpart);
	f->provider_activity = f->receiver_activity = key_at(r, consignment_reference);
	step = last_step(r, f->gives);
	if (!money_at(r, consignment_value, &f->worth, &f->worth_currency))
		f->worth_currency = (struct str){ 0 };
	return find_peer(p, r, f->gives ? consignment_receiver : consignment_provider, f) &&
	       goods_amount(r, step, f) && goods_day(r, step, &f->day);
}

/* --- rows --- */

static void touch(struct projection *p, enum flow_key key, struct str x, struct str y)
{
	if (!x.n)
		return;
	buf_clear(&p->text);
	buf_ch(&p->text, (char)key);
	buf_add(&p->text, x);
	if (key == KEY_ACTIVITY) {
		buf_ch(&p->text, '\0');
		buf_add(&p->text, y);
	}
	tally_add(&p->flows, buf_str(&p->text), 1, 0);
}

/* Who points at a flow is asked only where anybody points at any: each has a line, not a key.
 */
static void touch_flow(struct projection *p, const struct flow *f)
{
	buf_add(&p->named, f->ref);
	buf_ch(&p->named, '\n');
	if (f->counterpart.n) {
		touch(p, KEY_REF, f->ref, S(""));
		touch(p, KEY_REF, f->counterpart, S(""));
	}
	touch(p, KEY_PROJECT, f->project, S(""));
	if (f->provider_activity.n && f->receiver_activity.n)
		touch(p, KEY_ACTIVITY, f->provider_activity, f->receiver_activity);
}

static bool drop(struct projection *p, const char *literal, int64_t rid, struct err *err)
{
	struct stmt *s = db_prepare(p->db, literal, err);

	if (!s)
		return false;
	stmt_int(s, 0, rid);
	return stmt_done(s, err);
}

void flow_bind_amount(struct stmt *s, int i, struct dec amount)
{
	int128 whole = amount.micro / PAIR_SPLIT - (amount.micro % PAIR_SPLIT < 0);

	stmt_int(s, i, (int64_t)whole);
	stmt_int(s, i + 1, (int64_t)(amount.micro - whole * PAIR_SPLIT));
}

bool flow_plain(const struct flow *f)
{
	return !f->provider_activity.n && !f->receiver_activity.n && !f->worth_currency.n &&
	       !f->counterpart.n;
}

int64_t flow_place(struct str project, bool gives)
{
	return (int64_t)(hash_key(project) >> 2 << 1 | gives);
}

static void bind_some(struct stmt *s, int at, struct str text)
{
	if (text.n)
		stmt_text(s, at, text);
}

void flow_bind(struct stmt *s, int at, const struct flow_row *r)
{
	const struct flow *f = &r->flow;

	stmt_int(s, at, r->rid);
	stmt_int(s, at + 1, r->lone);
	stmt_text(s, at + 2, str_from(f->ref, f->party.n + 1));
	stmt_text(s, at + 3, f->party);
	stmt_text(s, at + 4, f->peer);
	stmt_int(s, at + 5, f->kind);
	stmt_int(s, at + 6, f->gives);
	stmt_int(s, at + 7, flow_place(f->project, f->gives));
	stmt_text(s, at + 8, f->project);
	stmt_int(s, at + 9, f->day);
	flow_bind_amount(s, at + 10, f->amount);
	stmt_text(s, at + 12, f->currency);
	bind_some(s, at + 13, f->provider_activity);
	bind_some(s, at + 14, f->receiver_activity);
	if (f->worth_currency.n)
		stmt_dec(s, at + 15, f->worth);
	bind_some(s, at + 16, f->worth_currency);
	bind_some(s, at + 17, f->counterpart);
}

static struct str ref_of(struct arena *a, struct str party, struct str id)
{
	return arena_join(a, party, arena_join(a, S("/"), id));
}

void flow_read(struct arena *a, struct stmt *s, struct flow_row *out)
{
	struct flow *f = &out->flow;
	struct str id = col_text(s, 2);

	*out = (struct flow_row){ .rid = col_int(s, 0), .lone = (unsigned)col_int(s, 1) };
	f->party = arena_str(a, col_text(s, 3));
	f->ref = ref_of(a, f->party, id);
	f->peer = arena_str(a, col_text(s, 4));
	f->kind = (enum flow_kind)col_int(s, 5);
	f->gives = col_int(s, 6);
	f->project = arena_str(a, col_text(s, 8));
	f->day = (int32_t)col_int(s, 9);
	f->amount.micro = col_int(s, 10) * PAIR_SPLIT + col_int(s, 11);
	f->currency = arena_str(a, col_text(s, 12));
	f->provider_activity = arena_str(a, col_text(s, 13));
	f->receiver_activity = arena_str(a, col_text(s, 14));
	(void)!col_dec(s, 15, &f->worth);
	f->worth_currency = arena_str(a, col_text(s, 16));
	f->counterpart = arena_str(a, col_text(s, 17));
}

static bool flow_row(struct projection *p, const struct row *r, bool came, struct err *err)
{
	struct flow_row new = { .rid = r->rid, .lone = (unsigned)r->rid & RID_ALL };
	struct flow *f = &new.flow;

	f->party = r->party;
	if (!(record_id_of(r->record) == RECORD_transaction ? transaction_flow(p, r, f)
							    : consignment_flow(p, r, f)))
		return true;
	f->ref = ref_of(&p->once, r->party, r->id);
	touch_flow(p, f);
	if (came)
		return flow_wait(p, &new, err);
	touch(p, KEY_GONE, str_of(&r->rid, sizeof(r->rid)), S(""));
	return drop(p, "DELETE FROM r_flow WHERE rid = ?", r->rid, err);
}

/* --- words --- */

static bool word_kind(struct str code, int64_t *out)
{
	for (int i = 0; i < WORD_KINDS; i++)
		if (str_is(code, word_kind_codes[i])) {
			*out = i;
			return true;
		}
	return false;
}

static bool word_row(struct projection *p, const struct row *r, bool came, struct err *err)
{
	struct str given = ref_at(r, flow_remark_given);
	struct str received = ref_at(r, flow_remark_received);
	struct stmt *s;
	int64_t kind;

	if (!given.n)
		given = ref_at(r, flow_remark_goods);
	if (!received.n)
		received = ref_at(r, flow_remark_goods_received);
	if (!word_kind(text_at(r, flow_remark_about), &kind) || (!given.n && !received.n))
		return true;
	touch(p, KEY_REF, given, S(""));
	touch(p, KEY_REF, received, S(""));
	if (!came)
		return drop(p, "DELETE FROM r_remark WHERE rid = ?", r->rid, err);
	s = db_prepare(
		p->db,
		"INSERT INTO r_remark (rid, about, party, given, received) VALUES (?, ?, "
		"?, ?, ?)",
		err);
	if (!s)
		return false;
	stmt_int(s, 0, r->rid);
	stmt_int(s, 1, kind);
	stmt_text(s, 2, r->party);
	stmt_text(s, 3, given);
	stmt_text(s, 4, received);
	return stmt_done(s, err);
}

bool flows_row(struct projection *p, const struct row *r, bool came, struct err *err)
{
	enum record_id kind = record_id_of(r->record);

	if (r->ended)
		return true;
	if (kind == RECORD_transaction || kind == RECORD_consignment)
		return flow_row(p, r, came, err);
	return kind != RECORD_flow_remark || word_row(p, r, came, err);
}

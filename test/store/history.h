/*
 * A random history of two or three parties: records of every type, open and sealed, new
 * versions right and stale, ends; acts proposed, accepted, declined, repeated; parties
 * acknowledging each other; openings and erasures; entries that are void or unknown.
 * The same seed gives the same history.
 */
#ifndef TEST_STORE_HISTORY_H
#define TEST_STORE_HISTORY_H
#include "chains.h"
#include "model/random_record.h"

enum { HISTORY_IDS = 12, HISTORY_ACTS = 512 };

struct history_act {
	struct str hex, kind, id, parties; /* parties: JSON */
};

struct history {
	struct chains *w;
	struct random_source random;
	struct model_ctx ctx;
	struct str languages[2], parties[CHAINS_MAX];
	char ids[HISTORY_IDS][UUID_TEXT];
	struct history_act act[HISTORY_ACTS];
	size_t acts;
	struct str sealed[THINGS_MAX]; /* commitments, hex */
	size_t sealed_count;
	const enum record_id *only; /* record types to write; NULL: all */
	size_t only_count;
	bool hide; /* some bodies and documents come late */
};

static inline struct str history_ref(void *ctx, enum record_id to)
{
	struct history *h = ctx;
	const char *id = h->ids[random_below(&h->random, HISTORY_IDS)];
	struct str party =
		records[to].joint ? S(JOINT_PARTY)
				  : h->parties[random_below(&h->random, (unsigned)h->w->count)];

	return text_of(h->w, "%.*s/%s", STR(party), id);
}

static inline struct history *history_make(const char *codes, uint64_t seed)
{
	struct history *h = calloc(1, sizeof(*h));

	assert_non_null(h);
	h->w = chains_make(codes);
	h->random = random_from(seed);
	h->random.ref = history_ref;
	h->random.ref_ctx = h;
	h->languages[0] = S("fr");
	h->languages[1] = S("ru");
	for (size_t i = 0; i < h->w->count; i++)
		h->parties[i] = h->w->chain[i].party;
	h->ctx = (struct model_ctx){ .today = date_days(2026, 6, 30),
				     .languages = h->languages,
				     .language_count = 2,
				     .parties = h->parties,
				     .party_count = h->w->count };
	for (size_t i = 0; i < HISTORY_IDS; i++) {
		unsigned char bytes[10] = { (unsigned char)(i * 37 + seed), (unsigned char)i };

		uuid_make(h->ids[i], 1772446500000 + (int64_t)(i * 7919 % 11) * 1000, bytes);
	}
	return h;
}

static inline void history_free(struct history *h)
{
	chains_free(h->w);
	free(h);
}

static inline const struct record *history_kind(struct history *h, bool joint)
{
	for (;;) {
		const struct record *r =
			&records[h->only_count
					 ? h->only[random_below(&h->random,
								(unsigned)h->only_count)]
					 : 1 + random_below(&h->random, RECORD_COUNT - 1)];

		if (!r->part && r->joint == joint)
			return r;
	}
}

/* A record's data in normal form; an empty slice when it would not fit an entry. */
static inline struct str history_data(struct history *h, const struct record *r)
{
	struct arena a;
	struct json *data;
	struct buf b;
	struct err err;
	struct str text;

	arena_init(&a, (size_t)256 << 20);
	check_ok(json_object(&a, random_record(&h->random, &a, r, &h->ctx), &data, &err), &err);
	buf_init(&b, RANDOM_BYTES);
	model_write(&b, r, data, &h->ctx);
	text = b.n > 8000 ? (struct str){ 0 } : arena_str(&h->w->arena, buf_str(&b));
	buf_done(&b);
	arena_done(&a);
	return text;
}

/* `"prev"` as a writer would give it: mostly the newest entry of the ledger that could be it.
 */
static inline struct str history_prev(struct history *h, const struct chain *c, struct str kind,
				      const char *id)
{
	struct str mark = text_of(h->w, "\"kind\":\"%.*s\",\"id\":\"%s\"", STR(kind), id);

	if (random_below(&h->random, 8) == 0)
		return random_below(&h->random, 2) ? S("null") : text_of(h->w, "%zu", c->n - 1);
	for (size_t n = c->n; n-- > 0;)
		if (str_find(c->entry[n], mark) < c->entry[n].n)
			return text_of(h->w, "%zu", n);
	return S("null");
}

static inline struct str history_audience(struct history *h, const struct chain *c)
{
	if (random_below(&h->random, 2))
		return text_of(h->w, "[\"%.*s\"]", STR(c->party));
	return h->w->count == 3 ? S("[\"ml\",\"ru\",\"bf\"]") : S("[\"ml\",\"ru\"]");
}

static inline void history_hide(struct history *h, struct thing *t)
{
	t->hidden = h->hide && random_below(&h->random, 4) == 0;
}

static inline struct str history_seal(struct history *h, const struct chain *c, struct str rest)
{
	struct thing *t = chain_seal(h->w, (unsigned)h->w->openings, rest);
	struct str hex = hex_of(h->w, &t->name);

	history_hide(h, t);
	h->sealed[h->sealed_count++] = hex;
	return text_of(h->w, "[{\"c\":\"%.*s\",\"for\":%.*s,\"class\":\"confidential\"}]",
		       STR(hex), STR(history_audience(h, c)));
}

static inline void history_put(struct history *h, struct chain *c)
{
	const struct record *r = history_kind(h, false);
	const char *id = h->ids[random_below(&h->random, HISTORY_IDS)];
	struct str kind = str_z(r->name), data = history_data(h, r), sealed = { 0 };
	struct str open = data;
	unsigned way = random_below(&h->random, 10);

	if (!data.n)
		return;
	if (way == 0)
		kind = S("unheard_of");
	else if (way <= 3) {
		sealed = history_seal(h, c, text_of(h->w, "\"data\":%.*s", STR(data)));
		open = way == 1 ? history_data(h, r) : S("{}");
	}
	if (!open.n)
		return;
	chain_say(
		h->w, c,
		&(struct said){
			.type = "record.put",
			.body = text_of(
				h->w,
				"{\"kind\":\"%.*s\",\"id\":\"%s\",\"prev\":%.*s,\"data\":%.*s}",
				STR(kind), id, STR(history_prev(h, c, kind, id)), STR(open)),
			.sealed = sealed,
			.actor = "sec-1" });
}

static inline void history_end(struct history *h, struct chain *c)
{
	struct str kind = str_z(history_kind(h, false)->name);
	const char *id = h->ids[random_below(&h->random, HISTORY_IDS)];

	SAY(h->w, c, "record.end",
	    "{\"kind\":\"%.*s\",\"id\":\"%s\",\"prev\":%.*s,\"reason\":\"over\"}", STR(kind),
	    id, STR(history_prev(h, c, kind, id)));
}

/* Acts proposed before on the same record: some of them become the base. */
static inline struct str history_base(struct history *h, struct str kind, const char *id)
{
	struct buf b;

	buf_init(&b, 1 << 16);
	for (size_t i = 0; i < h->acts; i++)
		if (str_eq(h->act[i].kind, kind) && str_is(h->act[i].id, id) &&
		    random_below(&h->random, 2)) {
			buf_z(&b, b.n ? ",\"" : "\"");
			buf_add(&b, h->act[i].hex);
			buf_ch(&b, '"');
		}
	return arena_buf(&h->w->arena, &b);
}

static inline void history_propose_again(struct history *h, struct chain *c,
					 const struct history_act *a)
{
	SAY(h->w, c, "act.propose", "{\"act\":\"%.*s\",\"parties\":%.*s}", STR(a->hex),
	    STR(a->parties));
}

static inline void history_propose(struct history *h, struct chain *c)
{
	const struct record *r = history_kind(h, true);
	const char *id = h->ids[random_below(&h->random, HISTORY_IDS / 6)];
	struct history_act *a = &h->act[h->acts];
	struct str data = history_data(h, r), base, doc, rest;
	bool end = random_below(&h->random, 8) == 0, sealed = random_below(&h->random, 5) == 0;
	struct thing *t;

	if (!data.n || h->acts == HISTORY_ACTS)
		return;
	*a = (struct history_act){ .kind = str_z(r->name), .id = str_z(id) };
	a->parties = h->w->count == 3 && random_below(&h->random, 2)
			     ? S("[\"bf\",\"ml\",\"ru\"]")
			     : S("[\"ml\",\"ru\"]");
	if (str_find(a->parties, c->party) == a->parties.n)
		return;
	base = history_base(h, a->kind, id);
	rest = text_of(
		h->w,
		"\"v\":1,\"register\":\"%.*s\",\"act\":\"%s\",\"parties\":%.*s,\"effects\":[{"
		"\"op\":\"%s\",\"kind\":\"%s\",\"id\":\"%s\",\"base\":[%.*s],\"data\":%.*s}],"
		"\"supersedes\":[%.*s],\"nonce\":\"%032zx\"",
		STR(hex_of(h->w, &h->w->charter.id)), r->name, STR(a->parties),
		end ? "end" : "put", r->name, id, STR(base), STR(data),
		STR(random_below(&h->random, 2) ? base : S("")), h->acts);
	if (sealed) {
		struct str list = history_seal(h, c, rest);

		t = &h->w->opening[h->w->openings - 1];
		a->hex = hex_of(h->w, &t->name);
		chain_say(h->w, c,
			  &(struct said){ .type = "act.propose",
					  .body = text_of(h->w,
							  "{\"act\":\"%.*s\",\"parties\":%.*s}",
							  STR(a->hex), STR(a->parties)),
					  .sealed = list });
	} else {
		doc = text_of(h->w, "{%.*s}", STR(rest));
		t = thing_add(h->w, h->w->blob, &h->w->blobs, doc);
		history_hide(h, t);
		a->hex = hex_of(h->w, &t->name);
		chain_say(
			h->w, c,
			&(struct said){
				.type = "act.propose",
				.body = text_of(h->w, "{\"act\":\"%.*s\",\"parties\":%.*s}",
						STR(a->hex), STR(a->parties)),
				.blobs = text_of(h->w,
						 "[{\"sha256\":\"%.*s\",\"size\":%zu,\"media\":"
						 "\"application/json\",\"name\":\"act.json\"}]",
						 STR(a->hex), doc.n) });
	}
	h->acts++;
}

static inline void history_word(struct history *h, struct chain *c)
{
	const struct history_act *a;
	unsigned way = random_below(&h->random, 12);

	if (!h->acts)
		return;
	/* The newest are spoken of most. */
	a = &h->act[h->acts - 1 -
		    random_below(&h->random, h->acts < 8 ? (unsigned)h->acts : 8)];
	if (str_find(a->parties, c->party) == a->parties.n)
		return;
	if (way == 0)
		history_propose_again(h, c, a);
	else if (way == 1)
		SAY(h->w, c, "act.decline",
		    "{\"act\":\"%.*s\",\"parties\":%.*s,\"reason\":\"\"}", STR(a->hex),
		    STR(a->parties));
	else
		SAY(h->w, c, "act.accept", "{\"act\":\"%.*s\",\"parties\":%.*s}", STR(a->hex),
		    STR(a->parties));
}

/* Mostly of all there is; now and then of less, which is void when more was seen before. */
static inline void history_seen(struct history *h, struct chain *c)
{
	const struct chain *peer =
		&h->w->chain[random_below(&h->random, (unsigned)h->w->count)];
	size_t size = random_below(&h->random, 4)
			      ? peer->n
			      : 1 + random_below(&h->random, (unsigned)peer->n);

	if (peer != c)
		chain_seen(h->w, c, peer, size);
}

static inline void history_fate(struct history *h, struct chain *c)
{
	struct str hex;

	if (!h->sealed_count)
		return;
	hex = h->sealed[random_below(&h->random, (unsigned)h->sealed_count)];
	if (random_below(&h->random, 2))
		SAY(h->w, c, "sealed.open", "{\"c\":\"%.*s\"}", STR(hex));
	else
		SAY(h->w, c, "sealed.erase", "{\"c\":[\"%.*s\"],\"ground\":\"asked\"}",
		    STR(hex));
}

static inline void history_odd(struct history *h, struct chain *c)
{
	switch (random_below(&h->random, 4)) {
	case 0: SAY(h->w, c, "x.remark", "{}"); break;
	case 1: SAY(h->w, c, "record.put", "{\"kind\":\"letter\"}"); break;
	case 2: chain_add_bytes(h->w, c, S("{\"v\":1,\"n\":1,")); break;
	default: c->time -= 180; break;
	}
}

static inline void history_step(struct history *h)
{
	struct chain *c = &h->w->chain[random_below(&h->random, (unsigned)h->w->count)];
	unsigned way = random_below(&h->random, 100);

	if (way < 36)
		history_put(h, c);
	else if (way < 40)
		history_end(h, c);
	else if (way < 48)
		history_propose(h, c);
	else if (way < 76)
		history_word(h, c);
	else if (way < 90)
		history_seen(h, c);
	else if (way < 94)
		history_fate(h, c);
	else if (way < 97)
		history_odd(h, c);
	else
		for (size_t i = 0; i < 2; i++) /* both tell each other all they have */
			chain_seen(h->w, &h->w->chain[i], &h->w->chain[1 - i],
				   h->w->chain[1 - i].n);
}

#endif

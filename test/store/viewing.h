/*
 * A node of `ml` that also holds the ledger of `ru`, and beside it what it holds as the test
 * knows it: facts, which are written as entries into both ledgers and are to be found again
 * by the queries of view.h.
 *
 *	struct viewing *t = viewing_make(place, 7);
 *	struct fact *f = fact_new(t, &records[RECORD_letter], "ml");
 *	fact_put(t, f, IN_THE_OPEN, fact_data(t, f->record), S(""));
 *	viewing_sync(t);
 *	… t->v, f->data[AUDIENCE_PUBLIC] …
 *	viewing_close(t);
 */
#ifndef TEST_STORE_VIEWING_H
#define TEST_STORE_VIEWING_H
#include "chains.h"
#include "feed.h"
#include "model/random_record.h"
#include "store/store.h"
#include "store/view.h"

enum { FACTS_MAX = 2000, AUDIENCES = AUDIENCE_NATIONAL + 1, FACT_BYTES = 6000 };

/* How a national record is sealed: not, whole, or so that a part is over what is open. */
enum seal {
	IN_THE_OPEN,
	FOR_PARTIES,
	FOR_ITS_OWN,
	PARTLY_FOR_PARTIES,
	PARTLY_FOR_ITS_OWN,
	SEALS
};

struct fact {
	const struct record *record;
	struct str party, id;
	const struct json
		*data[AUDIENCES]; /* as each audience reads it; NULL: it sees nothing */
	struct str state;
	unsigned versions[AUDIENCES];
	uint64_t n; /* of its newest entry */
	bool ended;

	/* Joint: the act that is before the parties, and the acts in force that it builds on.
	 */
	struct str act, base, doc;
	bool ends, sealed;
};

struct viewing {
	struct chains *w;
	struct chain *ml, *ru;
	struct store *s;
	struct view *v;
	struct arena a;                /* what views give; viewing_sync empties it */
	size_t openings, blobs, taken; /* given to the store so far */
	struct random_source random;
	struct model_ctx ctx;
	struct str languages[2], parties[2];
	struct fact fact[FACTS_MAX];
	size_t facts;
};

/* --- the node --- */

static inline int64_t viewing_now(void *ctx)
{
	(void)ctx;
	return 1782800000;
}

/* Where references point: mostly to a record of the type that is there, else to none. */
static inline struct str viewing_ref(void *ctx, enum record_id to)
{
	struct viewing *t = ctx;
	char id[UUID_TEXT];
	unsigned char bytes[10] = { 9 };

	for (unsigned i = 0; t->facts && i < 20; i++) {
		const struct fact *f = &t->fact[random_below(&t->random, (unsigned)t->facts)];

		if (record_id_of(f->record) == to)
			return text_of(t->w, "%.*s/%.*s", STR(f->party), STR(f->id));
	}
	return text_of(t->w, "%s/%s", records[to].joint ? JOINT_PARTY : "ru",
		       uuid_make(id, 1772446500000, bytes));
}

static inline struct viewing *viewing_make(const struct place *p, uint64_t seed)
{
	struct viewing *t = calloc(1, sizeof(*t));
	struct store_place where = { p->dir, p->url };
	struct store_env env = { .now = viewing_now };
	struct err err;

	assert_non_null(t);
	t->w = chains_make("ml ru");
	t->ml = &t->w->chain[0];
	t->ru = &t->w->chain[1];
	arena_init(&t->a, (size_t)1 << 30);
	t->random = random_from(seed);
	t->random.ref = viewing_ref;
	t->random.ref_ctx = t;
	t->languages[0] = S("fr");
	t->languages[1] = S("ru");
	t->parties[0] = t->ml->party;
	t->parties[1] = t->ru->party;
	t->ctx = (struct model_ctx){ .today = date_days(2026, 6, 30),
				     .languages = t->languages,
				     .language_count = 2,
				     .parties = t->parties,
				     .party_count = 2 };
	check_ok(store_create(&where, &err), &err);
	check_ok(store_open(&where, STORE_WRITE, &env, &t->s, &err), &err);
	check_ok(store_adopt(t->s, &t->w->charter, t->w->charter.doc->raw, S("ml"), &err),
		 &err);
	return t;
}

static inline void viewing_look(struct viewing *t)
{
	struct err err;

	check_ok(view_open(t->s, &t->v, &err), &err);
	check_ok(view_begin(t->v, &err), &err);
}

static inline void viewing_look_away(struct viewing *t)
{
	if (t->v) {
		view_end(t->v);
		view_close(t->v);
	}
	t->v = NULL;
	arena_reset(&t->a);
}

static inline void viewing_close(struct viewing *t)
{
	viewing_look_away(t);
	store_close(t->s);
	arena_done(&t->a);
	chains_free(t->w);
	free(t);
}

static inline void viewing_write_own(struct viewing *t)
{
	struct hash leaf;
	struct err err;

	check_ok(store_begin(t->s, &err), &err);
	for (; t->openings < t->w->openings; t->openings++) {
		const struct thing *o = &t->w->opening[t->openings];

		if (!o->hidden)
			check_ok(store_opening(t->s, &o->name, o->bytes, &err), &err);
	}
	while (store_next(t->s) < t->ml->n)
		check_ok(store_append(t->s, t->ml->entry[store_next(t->s)], &leaf, &err), &err);
	check_ok(store_commit(t->s, &t->ml->log, &err), &err);
}

static inline void viewing_take_other(struct viewing *t)
{
	struct checkpoint cp = { .origin = t->ru->origin,
				 .size = t->ru->n,
				 .root = t->ru->root[t->ru->n] };
	struct feed f = {
		.ledger = S("ru"), .base = t->taken, .size = t->ru->n, .entries = t->ru->entry
	};
	struct buf text, note;
	struct err err;

	buf_init(&text, NOTE_MAX);
	buf_init(&note, NOTE_MAX);
	checkpoint_write(&text, &cp);
	note_sign(&note, buf_str(&text), &t->ru->log);
	f.checkpoint = buf_str(&note);
	check_ok(feed_all(t->s, &f, &err), &err);
	t->taken = t->ru->n;
	buf_done(&text);
	buf_done(&note);
}

/* What the ledgers have grown by goes into the store; then a fresh look at it. */
static inline void viewing_sync(struct viewing *t)
{
	struct hash name;
	struct err err;

	viewing_look_away(t);
	for (; t->blobs < t->w->blobs; t->blobs++)
		check_ok(store_blob_put(t->s, t->w->blob[t->blobs].bytes, &name, &err), &err);
	viewing_write_own(t);
	viewing_take_other(t);
	viewing_look(t);
}

/* --- facts --- */

static inline struct fact *fact_new(struct viewing *t, const struct record *r,
				    const char *party)
{
	struct fact *f = &t->fact[t->facts++];
	unsigned char bytes[10] = { (unsigned char)(t->facts >> 8), (unsigned char)t->facts };
	char id[UUID_TEXT];

	assert_true(t->facts < FACTS_MAX);
	/* Ids stand in another order than they come. */
	uuid_make(id, 1772446500000 + random_below(&t->random, 100000), bytes);
	f->record = r;
	f->party = r->joint ? S(JOINT_PARTY) : chain_of(t->w, str_z(party))->party;
	f->id = arena_str(&t->w->arena, str_z(id));
	return f;
}

static inline const struct json *fact_json(struct viewing *t, struct str text)
{
	struct json *data;
	struct err err;

	check_ok(json_object(&t->w->arena, text, &data, &err), &err);
	return data;
}

/* Random data in normal form. */
static inline struct str fact_data(struct viewing *t, const struct record *r)
{
	for (;;) {
		struct json *data;
		struct arena a;
		struct buf b;
		struct err err;
		struct str text;

		arena_init(&a, (size_t)256 << 20);
		check_ok(
			json_object(&a, random_record(&t->random, &a, r, &t->ctx), &data, &err),
			&err);
		buf_init(&b, RANDOM_BYTES);
		model_write(&b, r, data, &t->ctx);
		text = arena_str(&t->w->arena, buf_str(&b));
		buf_done(&b);
		arena_done(&a);
		if (text.n <= FACT_BYTES)
			return text;
	}
}

/* Members of `over` in the place of those of `under`, and the rest of them behind. */
static inline struct str fact_merge(struct viewing *t, const struct json *under,
				    const struct json *over)
{
	struct buf b;
	struct json_w w;

	buf_init(&b, 1 << 20);
	w = json_w(&b);
	json_open(&w, '{');
	for (const struct json *m = under->child; m; m = m->next) {
		const struct json *instead = json_member(over, m->name);

		json_key_str(&w, m->name);
		json_put_raw(&w, instead ? instead->raw : m->raw);
	}
	for (const struct json *m = over->child; m; m = m->next)
		if (!json_member(under, m->name)) {
			json_key_str(&w, m->name);
			json_put_raw(&w, m->raw);
		}
	json_close(&w, '}');
	return arena_buf(&t->w->arena, &b);
}

/* What lists show of it: columns and what names it, where it is long. */
static inline struct str fact_brief(struct viewing *t, const struct record *r,
				    const struct json *data)
{
	struct json_w w;
	struct buf b;

	if (data->raw.n <= 1024)
		return data->raw;
	buf_init(&b, 1 << 20);
	w = json_w(&b);
	json_open(&w, '{');
	for
		each_field(f, r)
		{
			const struct json *v = json_get(data, f->name);
			bool names = false;

			for (size_t i = 0; i < 3; i++)
				names = names ||
					(r->name_fields[i] && &fields[r->name_fields[i]] == f);
			if (!v || (!f->column && !names))
				continue;
			json_key(&w, f->name);
			json_put_raw(&w, v->raw);
		}
	json_close(&w, '}');
	return arena_buf(&t->a, &b);
}

static inline bool seal_is_partial(enum seal seal)
{
	return seal == PARTLY_FOR_PARTIES || seal == PARTLY_FOR_ITS_OWN;
}

/* What this node's audiences read of a version: nothing of ru's own. */
static inline void fact_told(struct viewing *t, struct fact *f, enum seal seal, struct str open,
			     struct str sealed)
{
	bool own = seal == FOR_ITS_OWN || seal == PARTLY_FOR_ITS_OWN;
	enum audience from = own ? AUDIENCE_NATIONAL : AUDIENCE_PARTIES;
	const struct json *leaf = NULL, *all = NULL;

	if (seal == IN_THE_OPEN || seal_is_partial(seal))
		leaf = fact_json(t, open);
	if (own && !str_is(f->party, "ml"))
		sealed = S("");
	if (sealed.n)
		all = fact_json(t, leaf ? fact_merge(t, leaf, fact_json(t, sealed)) : sealed);
	for (enum audience who = AUDIENCE_PUBLIC; who <= AUDIENCE_NATIONAL; who++)
		f->data[who] = all && who >= from ? all : leaf;
}

/* A version of a national record.  `open` is its data as the leaf has it; `sealed` is what is
 * sealed, over it or instead of it. */
static inline void fact_put(struct viewing *t, struct fact *f, enum seal seal, struct str open,
			    struct str sealed)
{
	struct chain *c = chain_of(t->w, f->party);
	bool own = seal == FOR_ITS_OWN || seal == PARTLY_FOR_ITS_OWN;
	struct said s = { .type = "record.put", .actor = "sec-1" };

	if (seal != IN_THE_OPEN) {
		struct thing *o = chain_seal(t->w, (unsigned)t->w->openings,
					     text_of(t->w, "\"data\":%.*s", STR(sealed)));

		o->hidden = own && c != t->ml;
		s.sealed = text_of(t->w,
				   "[{\"c\":\"%.*s\",\"for\":[%s],\"class\":\"confidential\"}]",
				   STR(hex_of(t->w, &o->name)),
				   !own         ? "\"ml\",\"ru\""
				   : c == t->ml ? "\"ml\""
						: "\"ru\"");
	}
	if (seal == FOR_PARTIES || seal == FOR_ITS_OWN)
		open = S("{}");
	s.body = text_of(
		t->w, "{\"kind\":\"%s\",\"id\":\"%.*s\",\"prev\":%s,\"data\":%.*s}",
		f->record->name, STR(f->id),
		f->versions[0]
			? arena_z(&t->w->arena, text_of(t->w, "%llu", (unsigned long long)f->n))
			: "null",
		STR(open));
	f->n = chain_say(t->w, c, &s);
	f->ended = false;
	for (int i = 0; i < AUDIENCES; i++)
		f->versions[i]++;
	fact_told(t, f, seal, open, seal == IN_THE_OPEN ? S("") : sealed);
}

static inline void fact_end(struct viewing *t, struct fact *f)
{
	f->n = SAY(t->w, chain_of(t->w, f->party), "record.end",
		   "{\"kind\":\"%s\",\"id\":\"%.*s\",\"prev\":%llu,\"reason\":\"over\"}",
		   f->record->name, STR(f->id), (unsigned long long)f->n);
	f->ended = true;
	for (int i = 0; i < AUDIENCES; i++)
		f->versions[i]++;
}

/* --- joint records --- */

static inline void fact_document(struct viewing *t, struct fact *f, struct said *s)
{
	struct str rest = text_of(
		t->w,
		"\"v\":1,\"register\":\"%.*s\",\"act\":\"%s\",\"parties\":[\"ml\",\"ru\"],"
		"\"effects\":[{\"op\":\"%s\",\"kind\":\"%s\",\"id\":\"%.*s\",\"base\":[%.*s],"
		"\"data\":%.*s}],"
		"\"nonce\":\"%032zx\"",
		STR(hex_of(t->w, &t->w->charter.id)), f->record->name, f->ends ? "end" : "put",
		f->record->name, STR(f->id), STR(f->base), STR(f->doc),
		t->w->blobs + t->w->openings);
	struct thing *o;

	if (f->sealed) {
		o = chain_seal(t->w, (unsigned)t->w->openings, rest);
		s->sealed = text_of(
			t->w,
			"[{\"c\":\"%.*s\",\"for\":[\"ml\",\"ru\"],\"class\":\"confidential\"}]",
			STR(hex_of(t->w, &o->name)));
	} else {
		o = thing_add(t->w, t->w->blob, &t->w->blobs,
			      text_of(t->w, "{%.*s}", STR(rest)));
		s->blobs = text_of(
			t->w,
			"[{\"sha256\":\"%.*s\",\"size\":%zu,\"media\":\"application/json\","
			"\"name\":\"act.json\"}]",
			STR(hex_of(t->w, &o->name)), o->bytes.n);
	}
	f->act = hex_of(t->w, &o->name);
}

/* ml proposes a version of a joint record, or with an empty `doc` its end. */
static inline void fact_propose(struct viewing *t, struct fact *f, struct str doc, bool sealed)
{
	struct said s = { .type = "act.propose", .actor = "sec-1" };
	const struct json *data;
	uint64_t n;

	f->ends = !doc.n;
	f->doc = doc.n ? doc : S("{}");
	f->sealed = sealed;
	fact_document(t, f, &s);
	s.body = text_of(t->w, "{\"act\":\"%.*s\",\"parties\":[\"ml\",\"ru\"]}", STR(f->act));
	n = chain_say(t->w, t->ml, &s);
	data = fact_json(t, f->doc);
	for (enum audience who = sealed ? AUDIENCE_PARTIES : AUDIENCE_PUBLIC;
	     who <= AUDIENCE_NATIONAL; who++) {
		if (f->versions[who]++)
			continue;
		f->data[who] = data;
		f->state = S("proposed");
		f->n = n;
	}
}

/* Both accept; it is in force once viewing_meet has let them hear of it. */
static inline void fact_agree(struct viewing *t, struct fact *f)
{
	const struct json *data = fact_json(t, f->doc);

	for (size_t i = 0; i < 2; i++)
		SAY(t->w, &t->w->chain[i], "act.accept",
		    "{\"act\":\"%.*s\",\"parties\":[\"ml\",\"ru\"]}", STR(f->act));
	f->state = S("in_force");
	f->base = text_of(t->w, "\"%.*s\"", STR(f->act));
	f->ended = f->ends;
	for (enum audience who = f->sealed ? AUDIENCE_PARTIES : AUDIENCE_PUBLIC;
	     !f->ends && who <= AUDIENCE_NATIONAL; who++)
		f->data[who] = data;
}

/* Each side acknowledges all the other has written. */
static inline void viewing_meet(struct viewing *t)
{
	chain_seen(t->w, t->ml, t->ru, t->ru->n);
	chain_seen(t->w, t->ru, t->ml, t->ml->n);
}

#endif

/*
 * Ledgers in memory, of parties with known keys, to feed the projection with directly: in
 * any interleaving, with any borders between batches, on either engine.
 */
#ifndef TEST_STORE_CHAINS_H
#define TEST_STORE_CHAINS_H
#include "engines.h"

#include "base/date.h"
#include "base/uuid.h"
#include "ledger/keyroll.h"
#include "store/apply.h"

enum { CHAINS_MAX = 3, CHAIN_ENTRIES_MAX = 4096, THINGS_MAX = 4096 };

struct chain {
	struct str party, origin;
	struct skey log, recovery[CHARTER_RECOVERY];
	struct str entry[CHAIN_ENTRIES_MAX];
	struct hash root[CHAIN_ENTRIES_MAX + 1]; /* by size */
	size_t n;
	struct tree_edge edge;
	int64_t time; /* of the next entry */
};

/* A sealed body or an attachment; one that is not here yet has `hidden`. */
struct thing {
	struct hash name;
	struct str bytes;
	bool hidden;
};

struct chains {
	struct arena arena;
	struct chain chain[CHAINS_MAX];
	size_t count;
	struct charter charter;
	struct thing opening[THINGS_MAX], blob[THINGS_MAX];
	size_t openings, blobs;
};

/* --- the parties --- */

static inline void chain_key(struct chains *w, struct skey *k, enum key_type type,
			     struct str name)
{
	struct hash seed = hash_of(name);

	skey_from_seed(k, type, arena_str(&w->arena, name), seed.b);
}

static inline struct str chain_keys(struct chains *w, struct chain *c, const char *code)
{
	struct node_keys k = { .party = str_z(code), .name = str_z(code) };
	struct skey key;
	struct buf out;
	char text[96];

	c->party = arena_str(&w->arena, str_z(code));
	snprintf(text, sizeof(text), "%s.example/%s", code, code);
	c->origin = k.origin = arena_str(&w->arena, str_z(text));
	chain_key(w, &c->log, KEY_LOG, c->origin);
	k.log = c->log.pub;
	snprintf(text, sizeof(text), "%s.example/temoin/%s", code, code);
	chain_key(w, &key, KEY_WITNESS, str_z(text));
	k.witness = key.pub;
	for (int i = 0; i < CHARTER_RECOVERY; i++) {
		snprintf(text, sizeof(text), "%s.example/%s/recours-%d", code, code, i + 1);
		chain_key(w, &c->recovery[i], KEY_LOG, str_z(text));
		k.recovery[i] = c->recovery[i].pub;
	}
	buf_init(&out, 64 << 10);
	node_keys_write(&out, &k);
	return arena_buf(&w->arena, &out);
}

static inline struct hash chain_add_bytes(struct chains *w, struct chain *c, struct str bytes)
{
	struct hash leaf = leaf_hash(bytes);
	struct err err;

	assert_true(c->n < CHAIN_ENTRIES_MAX);
	c->entry[c->n++] = arena_str(&w->arena, bytes);
	check_ok(tree_edge_append(&c->edge, &leaf, NULL, NULL, &err), &err);
	c->root[c->n] = tree_edge_root(&c->edge);
	return leaf;
}

/* Append an entry; a minute passes. */
struct said {
	const char *type;
	struct str body, blobs, sealed;
	const char *actor;
};
static inline uint64_t chain_say(struct chains *w, struct chain *c, const struct said *s)
{
	struct entry_draft d = { .party = c->party,
				 .type = str_z(s->type),
				 .body = s->body,
				 .blobs = s->blobs,
				 .sealed = s->sealed,
				 .actor = str_z(s->actor),
				 .n = c->n,
				 .time = c->time };
	struct buf out;

	c->time += 60;
	buf_init(&out, ENTRY_CARRY_MAX);
	entry_write(&out, &d);
	chain_add_bytes(w, c, buf_str(&out));
	buf_done(&out);
	return c->n - 1;
}

#define SAY(w, c, type_, ...)                                                                  \
	chain_say((w), (c),                                                                    \
		  &(struct said){ .type = (type_), .body = text_of((w), __VA_ARGS__) })

/* printf into the arena. */
static inline struct str text_of(struct chains *w, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static inline struct str text_of(struct chains *w, const char *format, ...)
{
	va_list ap;
	char *p;
	int n;

	va_start(ap, format);
	n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	assert_true(n >= 0);
	p = arena_alloc(&w->arena, (size_t)n + 1);
	va_start(ap, format);
	(void)vsnprintf(p, (size_t)n + 1, format, ap);
	va_end(ap);
	return str_of(p, (size_t)n);
}

static inline struct str hex_of(struct chains *w, const struct hash *h)
{
	struct buf b;

	buf_init(&b, 2 * HASH_SIZE);
	buf_hex(&b, h->b, HASH_SIZE);
	return arena_buf(&w->arena, &b);
}

/* Parties with the codes "ml ru bf", each with its entry 0. */
static inline struct chains *chains_make(const char *codes)
{
	struct chains *w = calloc(1, sizeof(*w));
	struct str keys[CHAINS_MAX], rest = str_z(codes), code;
	struct buf out;
	struct err err;

	assert_non_null(w);
	arena_init(&w->arena, (size_t)512 << 20);
	while (rest.n && str_split(&rest, ' ', &code)) {
		keys[w->count] = chain_keys(w, &w->chain[w->count], arena_z(&w->arena, code));
		w->count++;
	}
	buf_init(&out, CHARTER_MAX);
	check_ok(charter_assemble(&w->arena, keys, w->count, &out, &err), &err);
	check_ok(charter_read(&w->arena, arena_buf(&w->arena, &out), &w->charter, &err), &err);
	for (size_t i = 0; i < w->count; i++) {
		w->chain[i].time = 1772446500 + (int64_t)i;
		SAY(w, &w->chain[i], "charter", "{\"charter\":\"%.*s\"}",
		    STR(hex_of(w, &w->charter.id)));
	}
	return w;
}

static inline void chains_free(struct chains *w)
{
	arena_done(&w->arena);
	free(w);
}

static inline struct chain *chain_of(struct chains *w, struct str party)
{
	for (size_t i = 0; i < w->count; i++)
		if (str_eq(w->chain[i].party, party))
			return &w->chain[i];
	return NULL;
}

/* Entry key.roll: the log key of `c` is replaced by one made from `seed`; recovery keys 1 and 2
 * sign. */
static inline void chain_roll(struct chains *w, struct chain *c, const char *seed)
{
	struct hash bytes = hash_of(str_z(seed));
	struct key_statement s = { .register_id = w->charter.id,
				   .origin = c->origin,
				   .role = ROLE_LOG,
				   .index = c->n };
	struct buf statement, text, body, old, new;
	struct skey key;
	struct json_w out;

	skey_from_seed(&key, KEY_LOG, c->origin, bytes.b);
	buf_init(&text, NOTE_MAX);
	buf_init(&statement, NOTE_MAX);
	buf_init(&body, NOTE_MAX);
	buf_init(&old, 1024);
	buf_init(&new, 1024);
	vkey_write(&old, &c->log.pub);
	vkey_write(&new, &key.pub);
	s.old_key = buf_str(&old);
	s.new_key = buf_str(&new);
	key_statement_write(&text, &s);
	note_sign(&statement, buf_str(&text), &key);
	note_line(&statement, buf_str(&text), &c->recovery[0]);
	note_line(&statement, buf_str(&text), &c->recovery[1]);
	out = json_w(&body);
	json_open(&out, '{');
	json_pair(&out, "statement", buf_str(&statement));
	json_close(&out, '}');
	chain_say(w, c, &(struct said){ .type = "key.roll", .body = buf_str(&body) });
	c->log = key;
	buf_done(&text);
	buf_done(&statement);
	buf_done(&body);
	buf_done(&old);
	buf_done(&new);
}

/* P acknowledges the first `size` entries of Q, with a note that Q signed. */
static inline uint64_t chain_seen(struct chains *w, struct chain *p, const struct chain *q,
				  size_t size)
{
	struct checkpoint cp = { .origin = q->origin, .size = size, .root = q->root[size] };
	struct buf text, note, body;
	struct json_w out;
	uint64_t n;

	buf_init(&text, NOTE_MAX);
	buf_init(&note, NOTE_MAX);
	buf_init(&body, NOTE_MAX);
	checkpoint_write(&text, &cp);
	note_sign(&note, buf_str(&text), &q->log);
	out = json_w(&body);
	json_open(&out, '{');
	json_pair(&out, "party", q->party);
	json_pair(&out, "checkpoint", buf_str(&note));
	json_close(&out, '}');
	n = chain_say(w, p, &(struct said){ .type = "seen", .body = buf_str(&body) });
	buf_done(&text);
	buf_done(&note);
	buf_done(&body);
	return n;
}

static inline struct thing *thing_add(struct chains *w, struct thing *list, size_t *n,
				      struct str bytes)
{
	assert_true(*n < THINGS_MAX);
	list[*n] =
		(struct thing){ .name = hash_of(bytes), .bytes = arena_str(&w->arena, bytes) };
	return &list[(*n)++];
}

/* A sealed body with a salt made from `seed`; `rest` are the members after the salt. */
static inline struct thing *chain_seal(struct chains *w, unsigned seed, struct str rest)
{
	return thing_add(w, w->opening, &w->openings,
			 text_of(w, "{\"salt\":\"%064x\",%.*s}", seed + 1, STR(rest)));
}

/* --- the projection over them --- */

struct reader {
	struct chains *w;
	struct db *db;
	struct projection *p;
	const struct thing *late; /* things with `hidden` are not here, but for this one */
};

static inline bool reader_root(void *ctx, struct str ledger, uint64_t size, struct hash *out,
			       struct err *err)
{
	struct reader *r = ctx;

	(void)err;
	*out = chain_of(r->w, ledger)->root[size];
	return true;
}

static inline bool reader_thing(struct arena *a, const struct thing *list, size_t n,
				const struct hash *name, struct str *bytes, bool *found)
{
	*found = false;
	for (size_t i = 0; i < n && !*found; i++)
		if (!list[i].hidden && hash_eq(&list[i].name, name)) {
			*bytes = arena_str(a, list[i].bytes);
			*found = true;
		}
	return true;
}

static inline bool reader_opening(void *ctx, struct arena *a, const struct hash *c,
				  struct str *body, bool *found, struct err *err)
{
	struct reader *r = ctx;

	(void)err;
	return reader_thing(a, r->w->opening, r->w->openings, c, body, found);
}

static inline bool reader_blob(void *ctx, struct arena *a, const struct hash *c,
			       struct str *bytes, bool *found, struct err *err)
{
	struct reader *r = ctx;

	(void)err;
	return reader_thing(a, r->w->blob, r->w->blobs, c, bytes, found);
}

static inline bool reader_entry(void *ctx, struct arena *a, struct str ledger, uint64_t n,
				struct str *bytes, struct err *err)
{
	struct reader *r = ctx;

	(void)err;
	*bytes = arena_str(a, chain_of(r->w, ledger)->entry[n]);
	return true;
}

static inline void reader_open(struct reader *r, struct chains *w, const struct place *at,
			       const char *name)
{
	struct db_plan plan = { .dir = at->dir,
				.url = at->url,
				.name = name,
				.durability = DB_LAZY,
				.create = true };
	struct apply_source from = { reader_root, reader_opening, reader_blob, reader_entry, r,
				     NULL };
	struct err err;

	*r = (struct reader){ .w = w };
	check_ok(db_open(&plan, &r->db, &err), &err);
	check_ok(projection_create(r->db, &err), &err);
	check_ok(projection_open(r->db, &w->charter, &from, &r->p, &err), &err);
}

static inline void reader_close(struct reader *r)
{
	projection_close(r->p);
	db_close(r->db);
}

static inline void reader_apply(struct reader *r, const struct chain *c, uint64_t n)
{
	struct err err;

	check_ok(apply_entry(r->p, c->party, n, c->entry[n], &err), &err);
}

static inline void reader_begin(struct reader *r)
{
	struct err err;

	check_ok(db_begin(r->db, true, &err), &err);
}

static inline void reader_commit(struct reader *r)
{
	struct err err;

	check_ok(apply_settle(r->p, &err), &err);
	check_ok(db_commit(r->db, &err), &err);
}

static inline uint64_t reader_applied(struct reader *r, const struct chain *c)
{
	struct err err;
	uint64_t n;

	check_ok(projection_applied(r->p, c->party, &n, &err), &err);
	return n;
}

/* Apply each chain up to sizes[i] (NULL: all of it), one after the other, in one batch. */
static inline void reader_apply_to(struct reader *r, const size_t *sizes)
{
	reader_begin(r);
	for (size_t i = 0; i < r->w->count; i++) {
		const struct chain *c = &r->w->chain[i];

		for (uint64_t n = reader_applied(r, c); n < (sizes ? sizes[i] : c->n); n++)
			reader_apply(r, c, n);
	}
	reader_commit(r);
}

static inline bool dump_line(void *ctx, struct str text)
{
	buf_add(ctx, text);
	return true;
}

/* The dump; buf_done it. */
static inline struct buf reader_dump(struct reader *r, bool with_pages)
{
	struct buf out;
	struct err err;

	buf_init(&out, (size_t)256 << 20);
	check_ok(db_begin(r->db, false, &err), &err);
	check_ok(state_dump(r->db, with_pages, dump_line, &out, &err), &err);
	db_rollback(r->db);
	return out;
}

/* Two dumps must be the same; shows the first line that differs, with its table. */
#define check_dumps(a, b) check_dumps_at((a), (b), __FILE__, __LINE__)
static inline void check_dumps_at(const struct buf *a, const struct buf *b, const char *file,
				  int line)
{
	struct str x = buf_str(a), y = buf_str(b), one = { 0 }, two = { 0 }, table = { 0 };

	if (str_eq(x, y))
		return;
	while (str_eq(one, two) && x.n && y.n) {
		(void)!str_split(&x, '\n', &one);
		(void)!str_split(&y, '\n', &two);
		if (one.n && one.p[0] == '#')
			table = one;
	}
	print_error("%s:%d: in %.*s\n  %.*s\n  %.*s\n", file, line, STR(table), STR(one),
		    STR(two));
	fail();
}

#endif

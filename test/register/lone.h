/*
 * One node, `ru`, in a register of three, on either engine; of the other two, `ml` and `ne`,
 * the keys are here, so that a test can sign any history in their name.
 */
#ifndef TEST_REGISTER_LONE_H
#define TEST_REGISTER_LONE_H
#include "feed.h"
#include "nodes.h"

#include "ledger/add_checkpoint.h"
#include "register/fork.h"
#include "register/intake.h"
#include "register/keys.h"
#include "register/witness.h"
#include "store/cosig.h"
#include "store/engines.h"
#include "store/evidence.h"

/* A ledger of somebody else: what it says, and who signs it. */
enum { OTHER_MAX = 1200 };
struct other {
	char code[8], origin[64];
	struct skey log, witness;
	struct str entries[OTHER_MAX];
	struct hash leaves[OTHER_MAX];
	uint64_t size;
};

static struct {
	struct place *place;
	char dir[96];
	struct fixed fixed;
	struct node_env env;
	struct arena a;
	struct str charter;
	struct hash id;
	struct node *ru;
	struct other ml, ne;
} lone;
static struct err err;

static inline void lone_key(struct skey *out, enum key_type type, const char *name, int n)
{
	unsigned char seed[32] = { 0 };

	seed[0] = (unsigned char)n;
	seed[31] = 7;
	skey_from_seed(out, type, arena_str(&lone.a, str_z(name)), seed);
}

/* `log`: a key of which only the public half is known, or NULL. */
static inline struct str other_keys(struct other *o, const char *code, const char *host,
				    const struct vkey *log, int n)
{
	struct node_keys k = { .party = str_z(code), .name = str_z(code) };
	char name[128];
	struct skey key;
	struct buf out;

	snprintf(o->code, sizeof(o->code), "%s", code);
	if (log)
		snprintf(o->origin, sizeof(o->origin), "%.*s", STR(log->name));
	else
		snprintf(o->origin, sizeof(o->origin), "%s/registre/%s", host, code);
	lone_key(&o->log, KEY_LOG, o->origin, n);
	snprintf(name, sizeof(name), "%s/temoin/%s", host, code);
	lone_key(&o->witness, KEY_WITNESS, name, n + 1);
	k.origin = str_z(o->origin);
	k.log = log ? *log : o->log.pub;
	k.witness = o->witness.pub;
	for (int i = 0; i < 3; i++) {
		snprintf(name, sizeof(name), "%s/recours-%d", o->origin, i + 1);
		lone_key(&key, KEY_LOG, name, n + 2 + i);
		k.recovery[i] = key.pub;
	}
	buf_init(&out, 64 << 10);
	node_keys_write(&out, &k);
	return arena_buf(&lone.a, &out);
}

static inline void lone_open(enum store_mode mode)
{
	check_ok(node_open(lone.dir, mode, &lone.env, &lone.ru, &err), &err);
}

static inline void lone_close(void)
{
	node_close(lone.ru);
	lone.ru = NULL;
}

static inline void lone_up(struct place *p, const char *name, const char *url,
			   const struct vkey *ml_log)
{
	struct node_plan plan = { .dir = lone.dir,
				  .party = S("ru"),
				  .name = S("Ru"),
				  .origin = S("ru.example/registre/ru"),
				  .store = url };
	struct str keys[3];
	struct buf out;

	memset(&lone, 0, sizeof(lone));
	lone.place = p;
	snprintf(lone.dir, sizeof(lone.dir), "%s/%s", p->dir, name);
	lone.fixed.ms = (int64_t)MARCH_2_2026 * 1000;
	pthread_mutex_init(&lone.fixed.lock, NULL);
	lone.env = (struct node_env){ fixed_now, fixed_random, &lone.fixed };
	arena_init(&lone.a, 1 << 30);
	keys[0] = other_keys(&lone.ml, "ml", "ml.benkan.example", ml_log, 10);
	keys[1] = other_keys(&lone.ne, "ne", "ne.benkan.example", NULL, 30);
	buf_init(&out, 1 << 20);
	check_ok(node_init(&plan, &lone.env, &out, &err), &err);
	keys[2] = arena_buf(&lone.a, &out);
	buf_init(&out, CHARTER_MAX);
	check_ok(charter_assemble(&lone.a, keys, 3, &out, &err), &err);
	lone.charter = arena_buf(&lone.a, &out);
	lone_open(STORE_WRITE);
	check_ok(node_adopt(lone.ru, lone.charter, &lone.id, &err), &err);
}

static inline void lone_down(void)
{
	if (lone.ru)
		node_close(lone.ru);
	arena_done(&lone.a);
}

/* --- what others say --- */

/* Entry n: the charter, then `said`, or a remark that differs by `salt`. */
static inline void other_add(struct other *o, const char *type, struct str body)
{
	struct entry_draft d = { .party = str_z(o->code),
				 .n = o->size,
				 .time = MARCH_2_2026 + (int64_t)o->size,
				 .type = str_z(type),
				 .body = body };
	struct buf out;

	buf_init(&out, ENTRY_MAX);
	entry_write(&out, &d);
	assert_true(o->size < OTHER_MAX && !out.full);
	o->entries[o->size] = arena_buf(&lone.a, &out);
	o->leaves[o->size] = leaf_hash(o->entries[o->size]);
	o->size++;
}

static inline void other_grow(struct other *o, uint64_t to, unsigned salt)
{
	char body[200];
	struct buf hex;

	while (o->size < to) {
		if (o->size == 0) {
			buf_init(&hex, 65);
			buf_hex(&hex, lone.id.b, HASH_SIZE);
			snprintf(body, sizeof(body), "{\"charter\":\"%.*s\"}",
				 STR(buf_str(&hex)));
			buf_done(&hex);
			other_add(o, "charter", str_z(body));
			continue;
		}
		snprintf(body, sizeof(body), "{\"salt\":%u,\"text\":\"%0*d\"}", salt,
			 (int)(o->size * 37 % 90) + 1, 1);
		other_add(o, "x.remark", str_z(body));
	}
}

/* The same ledger up to `size`, and then another history. */
static inline struct other *other_twin(const struct other *o, uint64_t size, uint64_t to,
				       unsigned salt)
{
	struct other *twin = arena_new(&lone.a, struct other);

	*twin = *o;
	twin->size = size;
	other_grow(twin, to, salt);
	return twin;
}

static inline bool other_tile(void *ctx, unsigned level, uint64_t n, unsigned width,
			      struct hash *out, struct err *e)
{
	const struct other *o = ctx;
	size_t span = (size_t)1 << (8 * level);

	(void)e;
	for (unsigned i = 0; i < width; i++)
		out[i] = subtree_hash(&o->leaves[(n * TILE_WIDTH + i) * span], span);
	return true;
}

static inline struct tiles other_tiles(const struct other *o)
{
	return (struct tiles){ other_tile, (void *)(uintptr_t)o };
}

static inline struct hash other_root(const struct other *o, uint64_t size)
{
	struct tiles tiles = other_tiles(o);
	struct hash root;

	check_ok(tree_root(&tiles, size, &root, &err), &err);
	return root;
}

static inline struct str signed_note(struct arena *a, const char *origin, uint64_t size,
				     const struct hash *root, const struct skey *key)
{
	struct checkpoint cp = { str_z(origin), size, *root };
	struct buf text, note;

	buf_init(&text, 4 << 10);
	buf_init(&note, 4 << 10);
	checkpoint_write(&text, &cp);
	note_sign(&note, buf_str(&text), key);
	buf_done(&text);
	return arena_buf(a, &note);
}

static inline struct str other_note(struct arena *a, const struct other *o, uint64_t size)
{
	struct hash root = other_root(o, size);

	return signed_note(a, o->origin, size, &root, &o->log);
}

/* The body of add-checkpoint: from `old` to `size` of this history. */
static inline struct str other_request(struct arena *a, const struct other *o, uint64_t old,
				       uint64_t size)
{
	struct tiles tiles = other_tiles(o);
	struct add_checkpoint q = { .old_size = old, .note = other_note(a, o, size) };
	struct buf out;
	struct err e;

	if (old <= size)
		check_ok(tree_consistency(&tiles, old, size, q.proof, &q.proof_count, &e), &e);
	buf_init(&out, 2 * ADD_CHECKPOINT_MAX);
	add_checkpoint_write(&out, &q);
	return arena_buf(a, &out);
}

/* Whether the node takes its entries over. */
static inline bool takes(const struct other *o, uint64_t size)
{
	struct feed feed = { .ledger = str_z(o->code),
			     .checkpoint = other_note(&lone.a, o, size),
			     .size = size,
			     .entries = o->entries };
	const struct intake_plan plan = { .ledger = feed.ledger,
					  .checkpoint = feed.checkpoint };
	struct intake_result result;
	struct intake *i;
	struct tile_path path;
	struct buf bytes;
	bool ok = intake_begin(lone.ru, &lone.a, &plan, &i, &err);

	buf_init(&bytes, 32 << 20);
	while (ok && intake_wants(i, &path)) {
		feed_tile(&feed, &path, &bytes);
		ok = intake_give(i, &path, buf_str(&bytes), &err);
	}
	ok = ok && intake_finish(i, &result, &err);
	intake_end(i);
	buf_done(&bytes);
	return ok;
}

static inline void hold(const struct other *o, uint64_t size)
{
	check_ok(takes(o, size), &err);
}

/* --- what the node says --- */

static inline unsigned ask_in(struct arena *a, struct str body, struct str *answer)
{
	struct buf out;
	struct err e;
	unsigned status = 0;

	buf_init(&out, NOTE_MAX);
	check_ok(witness_add_checkpoint(lone.ru, a, body, &status, &out, &e), &e);
	*answer = arena_buf(a, &out);
	return status;
}

static inline unsigned ask(struct str body, struct str *answer)
{
	return ask_in(&lone.a, body, answer);
}

/* The answer does not matter. */
static inline unsigned status_of(struct str body)
{
	struct str answer;

	return ask(body, &answer);
}

static inline struct ledger_row row_named(const char *ledger)
{
	struct view *v = reading(lone.ru);
	struct ledger_row *rows, row = { 0 };
	size_t n;

	check_ok(view_ledgers(v, &lone.a, &rows, &n, &err), &err);
	for (size_t i = 0; i < n; i++)
		if (str_is(rows[i].name, ledger))
			row = rows[i];
	read_done(v);
	assert_true(row.name.n > 0);
	return row;
}

static inline size_t evidence_kept(struct evidence_row **rows)
{
	struct view *v = reading(lone.ru);
	size_t n;

	check_ok(view_evidence_list(v, &lone.a, rows, &n, &err), &err);
	read_done(v);
	return n;
}

/* How many alert.fork the own ledger holds. */
static inline unsigned alerts_told(void)
{
	struct ledger_row own = row_named("ru");
	unsigned told = 0;

	for (uint64_t n = 0; n < own.size; n++) {
		struct view *v = reading(lone.ru);
		struct str bytes;
		struct entry e;

		check_ok(view_entry(v, &lone.a, S("ru"), n, &bytes, &err), &err);
		read_done(v);
		entry_read(&lone.a, bytes, S("ru"), n, INT64_MIN, &e);
		told += e.type == ENTRY_ALERT_FORK && e.state == ENTRY_VALID;
	}
	return told;
}

/* The ledger is forked, for a reason that anybody can check; told once in the own ledger. */
static inline void check_forked(const struct other *o)
{
	struct evidence_row *rows;

	assert_int_equal(row_named(o->code).state, LEDGER_FORKED);
	assert_true(evidence_kept(&rows) >= 1);
	check_str(rows[0].ledger, str_z(o->code));
	assert_int_equal(alerts_told(), 1);
}

#endif

/*
 * One node, `ru`, in a register of three, on either engine; of the other two, `ml` and `ne`,
 * the keys are here, so that a test can sign any history in their name.
 */
#ifndef TEST_REGISTER_LONE_H
#define TEST_REGISTER_LONE_H
#include "feed.h"
#include "other.h"

#include "register/fork.h"
#include "register/intake.h"
#include "register/keys.h"
#include "register/witness.h"
#include "store/cosig.h"
#include "store/engines.h"
#include "store/evidence.h"

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

	o->a = &lone.a;
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
	lone.ml.id = lone.ne.id = lone.id;
}

static inline void lone_down(void)
{
	if (lone.ru)
		node_close(lone.ru);
	arena_done(&lone.a);
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

/* The line of an answer stands over the head that was asked for. */
static inline void check_cosigned(struct str note, struct str line)
{
	const struct charter_ledger *ru = charter_find(node_charter(lone.ru), S("ru"));
	struct str whole = arena_join(&lone.a, note, line);
	struct cosig got[1];
	size_t n;

	check_ok(cosig_check(whole, &ru->witness, 1, got, &n, &err), &err);
	assert_int_equal(n, 1);
	assert_int_equal(got[0].time, lone.fixed.ms / 1000);
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

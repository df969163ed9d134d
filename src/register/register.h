/*
 * The one door for writing.  START READING HERE: door.c, register_do.
 *
 *	draft → model_check (pure) → entry → store_append → store_commit (durable) → projection
 *
 * Forms, the API, `benkan do`, imports: all hand in a draft and get back an entry's place
 * in the ledger, or an error that names the field and the way out.
 */
#ifndef REGISTER_REGISTER_H
#define REGISTER_REGISTER_H
#include "store/local.h"

/* Clock and chance, passed in from cli so that a test can fix both. */
struct node_env {
	int64_t (*now_ms)(void *ctx);                   /* milliseconds since 1970 */
	void (*random)(void *ctx, void *out, size_t n); /* 256 bytes at a time */
	void *ctx;
};

struct node;

/* --- a node's life --- */
struct node_plan {
	const char *dir;
	struct str party, name, origin, url; /* url: where peers reach it; may be empty */
	const char *store;                   /* "sqlite" or "postgresql://…" */
};
/* Make the folder, the keys (mode 0600) and the empty stores; writes node_keys JSON into
 * `keys`. */
bool node_init(const struct node_plan *plan, const struct node_env *env, struct buf *keys,
	       struct err *err) MUST_USE;
bool node_open(const char *dir, enum store_mode mode, const struct node_env *env,
	       struct node **out, struct err *err) MUST_USE;
void node_close(struct node *n);
/*
 * Write entry 0; `register_id` gets the hash of the first charter.  A party that comes in, or
 * goes on in a new ledger, adopts the amendment that names it.  Where a charter is in force
 * an amendment of it is given by hand: for what old keys did not sign (store/charter.h).
 */
bool node_adopt(struct node *n, struct str charter, struct hash *register_id,
		struct err *err) MUST_USE;

struct store *node_store(struct node *n);
const struct charter *node_charter(const struct node *n); /* NULL before adoption */
struct str node_party(const struct node *n);
struct str node_ledger(const struct node *n);
struct str node_name(const struct node *n);
const struct node_env *node_env(const struct node *n);
/* Whether the log key in force is here: without it the node is read and nothing is written
 * (LEDGER.md 4.4). */
bool node_log_held(const struct node *n);
/* Whether recovery keys still lie in the node's folder, where a thief of the machine finds
 * them. */
bool node_recovery_here(const struct node *n);
/* Append a note of `text` signed by the node's log key: whatever is no checkpoint
 * (LEDGER.md 2.2). */
bool node_sign(struct node *n, struct str text, struct buf *note, struct err *err) MUST_USE;
/* What model_check needs: today and the charter's languages. */
struct model_ctx node_model(const struct node *n);

/* --- the door --- */
/*
 * A draft is one JSON object (INTERFACES.md `benkan do`):
 *   {"type":"record.put","kind":K,"id":ID?,"prev":N?,"visibility":"public|parties|national"?,"data":{…}}
 *   {"type":"record.end","kind":K,"id":ID,"reason":"…"}
 *   {"type":"act.accept"|"act.decline"|"act.note","kind":K,"id":ID | "act":HEX, "reason":"…"?}
 *   {"type":"sealed.open","c":[HEX]}                  publish one own sealed body for good
 *   {"type":"sealed.erase","c":[HEX,…],"ground":"…"}  destroy sealed bodies (LEDGER.md 12.4);
 *       of another party's too: then it is this party's copy that goes
 * `prev` is the version the writer saw: when the record has moved on the draft is refused
 * (ERR_CONFLICT) and nothing is lost.  Without it the current version is meant.
 * record.put of a joint kind tables an act (act.propose) whose effect is that version;
 * act.accept with kind and id accepts the open proposal on that record.
 *
 * Nothing is written for a put that says what the current version says already (same
 * normal form, same visibility): the result names that version (ACT_UNCHANGED), so that
 * an import run twice adds nothing.  For a joint record an open proposal with the same
 * content counts as well.  Without `visibility` a new version is as visible as the one it
 * replaces.  `id` makes the record when it is not there; `prev` then refuses (ERR_MISSING).
 */
enum act_outcome {
	ACT_ADDED,    /* a new record, a new proposal, a word on an act */
	ACT_CHANGED,  /* a new version of a record, or its end */
	ACT_UNCHANGED /* nothing written: the entry named says the same already */
};
struct act_result {
	bool done;
	enum act_outcome outcome;
	struct str party, id; /* in the request's arena */
	uint64_t n;
	struct hash leaf;
	struct hash act; /* joint: the act's id */
	bool has_act;
	struct err *errors; /* not done: at least one */
	size_t error_count;
};
/* A record.put without `prev` and `visibility` whose data the caller has checked under
 * node_model, and has written in the model's normal form (model_write). */
struct draft_put {
	const struct record *record;
	struct str id, data;
};
struct draft {
	struct str json;
	const struct draft_put *put; /* what it says instead of `json`; NULL: `json` says it */
	struct str actor;            /* role label, never a person's name; may be empty */
	bool reported;               /* what others have published (model_ctx) */
};
/* One draft, durable when it returns.  Any thread; drafts that wait together share a commit. */
void register_do(struct node *n, struct arena *a, const struct draft *d,
		 struct act_result *out);
/*
 * The same for who does not wait: `done` is called once, when it is durable or refused, from
 * any thread and perhaps before this returns; it must be quick.  The draft, *out and the arena
 * are left alone until then.
 */
void register_do_later(struct node *n, struct arena *a, const struct draft *d,
		       struct act_result *out, void (*done)(void *ctx), void *ctx);
/* Many drafts in one commit; each succeeds or fails by itself.  For files and imports. */
void register_batch(struct node *n, struct arena *a, const struct draft *d, size_t count,
		    struct act_result *out);

/* --- a counterpart's ledger (exchange) --- */
/*
 * When an acceptance is among what is held of the peers' ledgers beyond what was
 * acknowledged, acknowledge all of that: for the moment right after an exchange
 * (LEDGER.md 5.4 (b)); the other moment, before any other own entry, is the door's.  *written
 * tells whether there was anything to acknowledge.
 */
bool register_acknowledge(struct node *n, bool *written, struct err *err) MUST_USE;

/*
 * Background exchange watches: called with the own ledger's name after each commit of own
 * entries, and with a peer's when that shows a head beyond what is held.  From any thread, at
 * times under the writer: it must not wait.  NULL: nobody does.
 */
void register_watch(struct node *n, void (*stirred)(void *ctx, struct str ledger), void *ctx);
void register_stir(struct node *n, struct str ledger);

#endif

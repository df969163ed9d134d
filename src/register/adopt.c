/* Entry 0: the charter (LEDGER.md 4.1). */
#include "ledger/amend.h"
#include "register/amend.h"
#include "register/node.h"
#include "register/writer.h"
#include "store/charter.h"

#include <string.h>

enum { YEAR_2000 = 946684800 }; /* no entry may be older (LEDGER.md 3.3) */

static bool same_key(const struct vkey *a, const struct vkey *b)
{
	return a->type == b->type && str_eq(a->name, b->name) &&
	       memcmp(a->pub, b->pub, sizeof(a->pub)) == 0;
}

/* The first difference between what the charter lists for this party and what this node is. */
static const char *difference(const struct node *n, const struct charter_ledger *l)
{
	if (!str_eq(l->origin, n->origin))
		return "origin";
	if (!same_key(&l->log, &n->log_pub))
		return "log";
	if (!same_key(&l->witness, &n->witness_pub))
		return "witness";
	for (int i = 0; i < 3; i++)
		if (!same_key(&l->recovery[i], &n->recovery[i]))
			return "recovery";
	return l->seal.n == 0 || str_eq(l->seal, n->seal) ? NULL : "seal";
}

static bool charter_fits(const struct node *n, const struct charter *c, struct err *err)
{
	const struct charter_ledger *l = charter_open(c, n->party);
	const char *wrong;

	if (!l)
		return err_set(
			err, ERR_INPUT, "ledgers",
			N_("The charter has no ledger of party %1. Assemble it again with this "
			   "node's keys (benkan charter)."),
			err_arg(n->party));
	wrong = difference(n, l);
	if (wrong)
		return err_set(err, ERR_INPUT, wrong,
			       N_("The charter's ledger %1 does not carry this node's own %2. "
				  "Assemble it "
				  "again with the keys that benkan init printed here."),
			       err_arg(l->name), wrong);
	return true;
}

static void charter_entry(struct buf *out, const struct node *n, const struct charter *c,
			  size_t size)
{
	struct buf body, blobs;
	struct json_w w = json_w(&body);
	struct entry_draft d = { .party = n->party, .type = S("charter"), .time = node_now(n) };

	buf_init(&body, ENTRY_MAX);
	buf_init(&blobs, ENTRY_MAX);
	json_open(&w, '{');
	json_key(&w, "charter");
	json_put_hex(&w, c->hash.b, HASH_SIZE);
	json_close(&w, '}');
	charter_put_blobs(&blobs, c, size);
	d.body = buf_str(&body);
	d.blobs = buf_str(&blobs);
	entry_write(out, &d);
	buf_done(&body);
	buf_done(&blobs);
}

/*
 * Who goes on in a new ledger says in it that the act is accepted: by its word alone it would
 * stand as awaited for ever (LEDGER.md 8.2).
 */
static bool accepts(const struct node *n, const struct charter *c)
{
	const struct json *parties = c->amends ? json_arr(c->doc, "parties") : NULL;

	for (const struct json *p = parties ? parties->child : NULL; p; p = p->next)
		if (p->type == JSON_STR && str_eq(p->str, n->party))
			return true;
	return false;
}

static void accept_entry(struct buf *out, const struct node *n, const struct charter *c)
{
	struct buf body;
	struct json_w w = json_w(&body);
	struct entry_draft d = {
		.party = n->party, .type = S("act.accept"), .n = 1, .time = node_now(n)
	};

	buf_init(&body, ENTRY_MAX);
	json_open(&w, '{');
	json_key(&w, "act");
	json_put_hex(&w, c->hash.b, HASH_SIZE);
	json_key(&w, "parties");
	json_put(&w, json_arr(c->doc, "parties"));
	json_key(&w, "amends");
	json_put_hex(&w, c->former.b, HASH_SIZE);
	json_close(&w, '}');
	d.body = buf_str(&body);
	entry_write(out, &d);
	buf_done(&body);
}

static bool write_entry(struct node *n, const struct charter *c, struct str bytes,
			struct err *err)
{
	struct buf entry;
	struct hash leaf, blob;
	bool ok;

	if (!node_log_key(n, err) || !store_blob_put(n->store, bytes, &blob, err) ||
	    !store_begin(n->store, err))
		return false;
	buf_init(&entry, ENTRY_MAX);
	charter_entry(&entry, n, c, bytes.n);
	ok = store_append(n->store, buf_str(&entry), &leaf, err);
	if (ok && accepts(n, c)) {
		buf_clear(&entry);
		accept_entry(&entry, n, c);
		ok = store_append(n->store, buf_str(&entry), &leaf, err);
	}
	ok = ok && store_commit(n->store, &n->log, err);
	buf_done(&entry);
	if (!ok)
		store_rollback(n->store);
	return ok;
}

/* An operator's word for an amendment that old keys did not sign for, kept in the log. */
static bool by_hand(struct node *n, const struct charter *c, struct err *err)
{
	struct buf what;
	bool ok;

	if (!charter_follows(n->charter, c, err))
		return false;
	buf_init(&what, 256);
	buf_lit(&what, "gave by hand the amendment of the charter ");
	buf_hex(&what, c->hash.b, HASH_SIZE);
	writer_hold(n->writer);
	ok = local_log(store_writer_view(n->store), node_now(n), n->party, buf_str(&what),
		       err) &&
	     store_charter_by_hand(n->store, &c->hash, err);
	writer_free(n->writer);
	buf_done(&what);
	return ok;
}

/*
 * Two steps, each durable: the ledgers, then entry 0.  A crash between them leaves a
 * charter without entry 0, and the same charter given again completes it.
 */
static bool take_up(struct node *n, const struct charter *c, struct str bytes, struct err *err)
{
	return (n->charter ||
		store_adopt(n->store, c, bytes, charter_open(c, n->party)->name, err)) &&
	       node_load_charter(n, err) && write_entry(n, c, bytes, err);
}

bool node_adopt(struct node *n, struct str charter, struct hash *register_id, struct err *err)
{
	struct charter *c = arena_new(&n->arena, struct charter);
	struct str bytes = arena_str(&n->arena, charter);
	bool ok;

	if (!charter_read(&n->arena, bytes, c, err))
		return false;
	*register_id = c->id;
	if (n->charter && c->amends && !hash_eq(&n->charter->hash, &c->hash))
		return by_hand(n, c, err);
	if (!charter_fits(n, c, err))
		return false;
	if (node_now(n) < YEAR_2000)
		return err_set(err, ERR_CONFLICT, NULL,
			       N_("The clock of this machine stands before the year 2000. Set "
				  "it right first: "
				  "entry 0 carries its time for ever."));
	if (n->charter && (store_next(n->store) > 0 || !hash_eq(&n->charter->hash, &c->hash)))
		return err_set(err, ERR_CONFLICT, NULL,
			       N_("This node has adopted a charter already. A charter is "
				  "changed by a joint "
				  "act of all parties."));
	writer_hold(n->writer);
	ok = take_up(n, c, bytes, err);
	writer_free(n->writer);
	return ok;
}

#include "register/key_list.h"
#include "register/witness.h"
#include "store/cosig.h"
#include "store/evidence.h"
#include "web/server.h"

/*
 * What nodes and verifiers ask of each other beside the own ledger (LEDGER.md 10): this node
 * as a witness, its copies of the other ledgers, the own ledger as far as all the others
 * vouch for it, keys, policy and evidence.  Everything here is for everybody.
 */

static void not_here(struct visit *v)
{
	struct err err;

	err_set(&err, ERR_MISSING, NULL, N_("There is nothing of this name here."));
	page_error(v, &err);
}

/* --- C2SP tlog-witness --- */

void witness_add(struct visit *v)
{
	unsigned status;
	struct err err;

	if (!witness_add_checkpoint(v->node, v->a, v->q->body, &status, &v->out, &err)) {
		page_error(v, &err);
		return;
	}
	v->r->status = status;
	http_set(v->a, v->r, "Cache-Control", S("no-store"));
	answer_out(v, status == 409 ? "text/x.tlog.size" : "text/plain; charset=utf-8");
}

/* The ledger whose origin's SHA-256 this is; NULL when there is none. */
static const struct ledger_row *ledger_by_hash(const struct visit *v, struct str hex)
{
	struct hash want;

	if (!hash_hex(hex, &want))
		return NULL;
	for (size_t i = 0; i < v->ledger_count; i++) {
		struct hash got = hash_of(v->ledgers[i].origin);

		if (hash_eq(&got, &want))
			return &v->ledgers[i];
	}
	return NULL;
}

static void answer_note(struct visit *v, struct str note)
{
	open_to_all(v);
	buf_add(&v->out, note);
	answer_out(v, "text/plain; charset=utf-8");
}

void witness_head(struct visit *v)
{
	const struct ledger_row *l = ledger_by_hash(v, v->parts[0]);
	struct witnessed w = { 0 };
	struct err err;

	if (l && !view_witnessed(v->view, v->a, l->origin, &w, &err))
		page_error(v, &err);
	else if (w.note.n == 0)
		not_here(v);
	else
		answer_note(v, w.note);
}

/* --- tiles of one ledger at one size --- */

/* The address as it was sent: an escaped digit is a malformed path. */
static bool tile_asked(const struct visit *v, size_t prefix, struct tile_path *tile)
{
	struct str target = v->q->target;

	return tile_path_parse(str_from(str_cut(target, str_index(target, '?')), prefix), tile);
}

static void answer_tile(struct visit *v, struct str ledger, uint64_t size, size_t prefix)
{
	struct tile_path tile;
	struct err err;

	if (!tile_asked(v, prefix, &tile)) {
		not_here(v);
		return;
	}
	if (!view_tile_at(v->view, ledger, size, &tile, &v->out, &err)) {
		page_error(v, &err);
		return;
	}
	open_to_all(v);
	cache_for_ever(v);
	answer_out(v, "application/octet-stream");
}

/* --- copies of the other ledgers --- */

static const struct ledger_row *mirrored(const struct visit *v)
{
	const struct ledger_row *l = ledger_by_hash(v, v->parts[0]);

	return l && !l->own ? l : NULL;
}

void mirror_checkpoint(struct visit *v)
{
	const struct ledger_row *l = mirrored(v);
	struct str note;
	struct err err;

	if (!l)
		not_here(v);
	else if (!view_checkpoint(v->view, v->a, l->name, &note, &err))
		page_error(v, &err);
	else
		answer_note(v, note);
}

void mirror_tile(struct visit *v)
{
	const struct ledger_row *l = mirrored(v);

	if (!l)
		not_here(v);
	else
		answer_tile(v, l->name, l->size, sizeof("/mirror/") - 1 + v->parts[0].n + 1);
}

/* --- the own ledger, as far as all the others vouch for it --- */

static bool vouched_size(struct visit *v, uint64_t *size)
{
	struct err err;

	*size = node_charter(v->node) ? v->state.served : 0;
	if (*size > 0 &&
	    !witnessed_by_all(v->node, v->view, v->a, node_ledger(v->node), size, &err)) {
		page_error(v, &err);
		return false;
	}
	if (*size == 0)
		not_here(v);
	return *size > 0;
}

void witnessed_checkpoint(struct visit *v)
{
	uint64_t size;
	struct str note;
	struct err err;

	if (!vouched_size(v, &size))
		return;
	if (!view_checkpoint_at(v->view, v->a, size, &note, &err))
		page_error(v, &err);
	else
		answer_note(v, note);
}

void witnessed_tile(struct visit *v)
{
	uint64_t size;

	if (vouched_size(v, &size))
		answer_tile(v, node_ledger(v->node), size, sizeof("/witnessed/") - 1);
}

/* --- keys --- */

static void policy_key(struct buf *b, const struct vkey *k)
{
	buf_ch(b, ' ');
	vkey_write(b, k);
}

/* An address that would break the line is left out. */
static void policy_url(struct buf *b, const struct charter_ledger *l, const char *below)
{
	if (l->url.n == 0 || str_index(l->url, ' ') < l->url.n ||
	    str_index(l->url, '\n') < l->url.n || str_index(l->url, '\t') < l->url.n)
		return;
	buf_ch(b, ' ');
	buf_add(b, l->url);
	buf_z(b, below);
}

/* One witness a party, under the party's code. */
static bool policy_parties(struct visit *v, struct buf *group, struct err *err)
{
	const struct charter *c = node_charter(v->node);

	for (size_t i = 0; i < c->ledger_count; i++) {
		const struct charter_ledger *l = &c->ledgers[i];
		struct charter_ledger keys;

		if (str_eq(l->party, node_party(v->node)) || charter_open(c, l->party) != l)
			continue;
		if (!view_keys(v->view, v->a, l->name, TREE_SIZE_MAX, &keys, err))
			return false;
		buf_lit(&v->out, "witness ");
		buf_add(&v->out, l->party);
		policy_key(&v->out, &keys.witness);
		policy_url(&v->out, l, "/witness");
		buf_ch(&v->out, '\n');
		buf_ch(group, ' ');
		buf_add(group, l->party);
	}
	return true;
}

static bool write_policy(struct visit *v, const struct charter *c, struct err *err)
{
	const struct charter_ledger *own = charter_find(c, node_ledger(v->node));
	struct charter_ledger keys;
	struct buf *b = &v->out, group;
	bool ok;

	if (!view_keys(v->view, v->a, own->name, TREE_SIZE_MAX, &keys, err))
		return false;
	buf_lit(b, "# Benkan register ");
	buf_hex(b, c->id.b, HASH_SIZE);
	buf_lit(b, "\nlog");
	policy_key(b, &keys.log);
	policy_url(b, own, "/log");
	buf_ch(b, '\n');
	buf_init(&group, 4096);
	ok = policy_parties(v, &group, err);
	for (size_t i = 0; ok && i < c->witness_count; i++) {
		buf_lit(b, "witness ");
		buf_add(b, c->witnesses[i].name);
		policy_key(b, &c->witnesses[i]);
		buf_ch(b, '\n');
	}
	buf_lit(b, "group parties all");
	buf_add(b, buf_str(&group));
	buf_lit(b, "\nquorum parties\n");
	buf_done(&group);
	return ok;
}

/* C2SP tlog-policy: the own log, and that every other party must have cosigned. */
void policy(struct visit *v)
{
	const struct charter *c = node_charter(v->node);
	struct err err;

	if (!c) {
		not_here(v);
	} else if (!write_policy(v, c, &err)) {
		page_error(v, &err);
	} else {
		open_to_all(v);
		answer_out(v, "text/plain; charset=utf-8");
	}
}

/* All keys ever; each holds for checkpoints of more than `from` entries (LEDGER.md 4.2). */
void keys(struct visit *v)
{
	const struct charter *c = node_charter(v->node);
	struct err err;

	if (!c) {
		not_here(v);
	} else if (!key_list_write(v->view, v->a, c, &v->out, &err)) {
		page_error(v, &err);
	} else {
		open_to_all(v);
		answer_out(v, "application/json");
	}
}

/* --- evidence of a fork --- */

/* [{"id","ledger","forked"}]: what is kept; forked false: released since. */
void evidence_list(struct visit *v)
{
	struct json_w w = json_w(&v->out);
	struct evidence_row *rows;
	struct err err;
	size_t n;

	if (!view_evidence_list(v->view, v->a, &rows, &n, &err)) {
		page_error(v, &err);
		return;
	}
	json_open(&w, '[');
	for (size_t i = 0; i < n; i++) {
		bool forked = false;

		for (size_t k = 0; k < v->ledger_count; k++)
			forked |= str_eq(v->ledgers[k].name, rows[i].ledger) &&
				  v->ledgers[k].state == LEDGER_FORKED;
		json_open(&w, '{');
		json_key(&w, "id");
		json_put_hex(&w, rows[i].id.b, HASH_SIZE);
		json_pair(&w, "ledger", rows[i].ledger);
		json_key(&w, "forked");
		json_put_bool(&w, forked);
		json_close(&w, '}');
	}
	json_close(&w, ']');
	open_to_all(v);
	answer_out(v, "application/json");
}

void evidence(struct visit *v)
{
	struct evidence_row row;
	struct hash id;
	struct err err;

	if (!hash_hex(v->parts[0], &id)) {
		not_here(v);
	} else if (!view_evidence(v->view, v->a, &id, &row, &err)) {
		page_error(v, &err);
	} else {
		open_to_all(v);
		cache_for_ever(v);
		buf_add(&v->out, row.doc);
		answer_out(v, "application/json");
	}
}

#include "exchange/peers.h"

#include "wire/json.h"

#include <string.h>

/* A peer that shows less than it did for so long is told of to the operator (LEDGER.md 10). */
enum { STALE_S = 24 * 3600, STATE_MAX = 16 << 10 };

/* --- a row as it is kept: JSON, so that a later version can add to it --- */

static void put_number(struct json_w *w, const char *name, uint64_t v)
{
	json_key(w, name);
	json_put_int(w, (int64_t)v);
}

static void write_row(struct buf *out, const struct peer_row *r)
{
	struct json_w w = json_w(out);

	json_open(&w, '{');
	json_pair(&w, "ledger", r->ledger);
	put_number(&w, "heard", (uint64_t)r->heard);
	put_number(&w, "failures", r->failures);
	put_number(&w, "kind", r->error.kind);
	json_pair(&w, "message", str_z(r->error.kind ? r->error.message : ""));
	json_key(&w, "args");
	json_open(&w, '[');
	for (int i = 0; i < ERR_ARGS; i++)
		json_put_str(&w, str_z(r->error.kind ? r->error.arg[i] : ""));
	json_close(&w, ']');
	put_number(&w, "theirs", r->theirs);
	put_number(&w, "held", r->held);
	put_number(&w, "stale", (uint64_t)r->stale);
	put_number(&w, "own", r->own);
	put_number(&w, "cosigned", r->cosigned);
	put_number(&w, "refused", r->refused);
	json_close(&w, '}');
}

static uint64_t number(const struct json *doc, const char *name)
{
	int64_t v;

	return json_int(doc, name, &v) && v > 0 ? (uint64_t)v : 0;
}

static void read_error(struct arena *a, const struct json *doc, struct err *out)
{
	const struct json *arg = json_arr(doc, "args");
	uint64_t kind = number(doc, "kind");

	*out = (struct err){ 0 };
	if (kind == ERR_NONE || kind > ERR_BROKEN)
		return;
	out->kind = (enum err_kind)kind;
	out->message = arena_z(a, json_str(doc, "message"));
	arg = arg ? arg->child : NULL;
	for (int i = 0; i < ERR_ARGS && arg; i++, arg = arg->next) {
		struct str s = str_cut(arg->str, ERR_ARG - 1);

		memcpy(out->arg[i], s.p, s.n);
	}
}

static void read_row(struct arena *a, struct str state, struct peer_row *r)
{
	struct err ignored;
	struct json *doc;

	if (!json_object(a, state, &doc, &ignored))
		return;
	r->ledger = json_str(doc, "ledger");
	r->heard = (int64_t)number(doc, "heard");
	r->failures = (unsigned)number(doc, "failures");
	read_error(a, doc, &r->error);
	r->theirs = number(doc, "theirs");
	r->held = number(doc, "held");
	r->stale = (int64_t)number(doc, "stale");
	r->own = number(doc, "own");
	r->cosigned = number(doc, "cosigned");
	r->refused = (unsigned)number(doc, "refused");
}

bool peers_list(struct view *v, struct arena *a, struct peer_row **out, size_t *n,
		struct err *err)
{
	struct peer_state *rows;

	if (!local_peers(v, a, &rows, n, err))
		return false;
	*out = arena_array(a, struct peer_row, *n + 1);
	for (size_t i = 0; i < *n; i++) {
		struct peer_row *r = &(*out)[i];

		r->url = rows[i].url;
		r->tried = rows[i].tried;
		read_row(a, rows[i].state, r);
	}
	return true;
}

/* --- after an exchange --- */

static bool find_row(struct view *v, struct arena *a, struct str url, struct peer_row *out,
		     struct err *err)
{
	struct peer_row *rows;
	size_t n;

	*out = (struct peer_row){ .url = url };
	if (!peers_list(v, a, &rows, &n, err))
		return false;
	for (size_t i = 0; i < n; i++)
		if (str_eq(rows[i].url, url))
			*out = rows[i];
	return true;
}

/* What a broken-off exchange did not come to stays as it was heard last. */
static void note_result(struct peer_row *r, const struct sync_result *result, bool ok,
			const struct err *err, int64_t now)
{
	bool stale = result->theirs < result->after;

	r->tried = now;
	r->failures = ok ? 0 : r->failures + 1;
	r->error = ok ? (struct err){ 0 } : *err;
	if (result->ledger.n)
		r->ledger = result->ledger;
	if (result->after)
		r->held = result->after;
	if (!ok)
		return;
	r->heard = now;
	r->theirs = result->theirs;
	r->stale = !stale ? 0 : r->stale ? r->stale : now;
	r->own = result->own;
	r->cosigned = result->cosigned;
	r->refused = result->refused;
}

static bool keep_row(struct view *v, const struct peer_row *r, struct err *err)
{
	struct buf state;
	bool ok;

	buf_init(&state, STATE_MAX);
	write_row(&state, r);
	ok = local_peer_put(v,
			    &(struct peer_state){ .url = r->url,
						  .tried = r->tried,
						  .state = buf_str(&state) },
			    err) &&
	     (!r->stale || r->tried - r->stale < STALE_S ||
	      local_alert_put(v, r->tried, S("stale"), r->ledger, S(""), err));
	buf_done(&state);
	return ok;
}

static bool keep(struct node *n, struct arena *a, struct str url,
		 const struct sync_result *result, bool ok, struct err *err)
{
	const struct node_env *env = node_env(n);
	struct err why = *err, *told = ok ? err : &why; /* the exchange's own error stands */
	struct peer_row row;
	struct view *v;
	bool kept;

	if (!view_open(node_store(n), &v, told))
		return false;
	kept = find_row(v, a, url, &row, told);
	if (kept) {
		note_result(&row, result, ok, err, env->now_ms(env->ctx) / 1000);
		kept = keep_row(v, &row, told);
	}
	view_close(v);
	return kept;
}

bool peer_exchange(struct node *n, struct arena *a, const struct sync_plan *plan,
		   struct sync_result *out, struct err *err)
{
	bool ok = sync_peer(n, a, plan, out, err);

	/* Broken off because this node stops says nothing of the peer. */
	if (!ok && plan->stop && atomic_load(plan->stop))
		return false;
	return keep(n, a, plan->url, out, ok, err) && ok;
}

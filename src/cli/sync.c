#include "cli/cli.h"
#include "exchange/peers.h"

const char sync_details[] =
	N_("Nothing is taken over unless the peer's signature and every hash stand and its "
	   "ledger continues the one "
	   "held here; exit code 3 says that it does not. An exchange that breaks off goes "
	   "on "
	   "from there the next time.");

static void put_number(struct json_w *j, const char *name, uint64_t v)
{
	json_key(j, name);
	json_put_int(j, (int64_t)v);
}

static int tell_json(const struct words *w, const struct sync_result *r)
{
	struct buf b;
	struct json_w j = json_w(&b);
	int code;

	buf_init(&b, 4096);
	json_open(&j, '{');
	json_pair(&j, "ledger", r->ledger);
	put_number(&j, "before", r->before);
	put_number(&j, "after", r->after);
	put_number(&j, "theirs", r->theirs);
	put_number(&j, "blobs", r->blobs);
	put_number(&j, "missing", r->missing);
	put_number(&j, "sealed", r->bodies);
	put_number(&j, "lacking", r->lacking);
	json_key(&j, "seen");
	json_put_bool(&j, r->seen);
	put_number(&j, "own_back", r->own_back);
	put_number(&j, "own", r->own);
	put_number(&j, "cosigned", r->cosigned);
	put_number(&j, "refused", r->refused);
	put_number(&j, "cosignatures", r->cosignatures);
	put_number(&j, "pushed", r->pushed);
	put_number(&j, "push_status", r->push_status);
	put_number(&j, "requests", r->requests);
	put_number(&j, "bytes", r->bytes);
	json_close(&j, '}');
	buf_ch(&b, '\n');
	code = cli_out(w, buf_str(&b));
	buf_done(&b);
	return code;
}

#define SAY(w, lit, ...)                                                                       \
	cli_line((w), "" lit, (const struct str[]){ __VA_ARGS__ },                             \
		 sizeof((const struct str[]){ __VA_ARGS__ }) / sizeof(struct str))

static int tell(const struct words *w, const struct sync_result *r)
{
	struct arena *a = w->a;

	if (w->json)
		return tell_json(w, r);
	SAY(w, N_("%1: new entries: %2; held: %3; attachments fetched: %4; not to be had: %5."),
	    r->ledger, num_text(a, r->after - r->before), num_text(a, r->after),
	    num_text(a, r->blobs), num_text(a, r->missing));
	if (r->bodies || r->lacking)
		SAY(w, N_("%1 restricted files fetched, %2 not to be had from this peer."),
		    num_text(a, r->bodies), num_text(a, r->lacking));
	if (r->theirs < r->after)
		SAY(w,
		    N_("%1: the peer shows only %2 entries of its own ledger, fewer than are "
		       "held "
		       "here: it lags behind, or was put back from an older copy."),
		    r->ledger, num_text(a, r->theirs));
	if (r->own_back)
		SAY(w, N_("%1 entries of the own ledger came back."), num_text(a, r->own_back));
	if (r->seen)
		cli_line(w, N_("What came has been acknowledged in the own ledger."), NULL, 0);
	if (r->refused)
		SAY(w, N_("The peer did not cosign the own ledger (status %1)."),
		    num_text(a, r->refused));
	if (r->pushed)
		SAY(w, N_("%1 entries of the own ledger were brought to the peer in a pouch."),
		    num_text(a, r->pushed));
	else if (r->push_status)
		SAY(w, N_("The peer did not take the pouch brought to it (status %1)."),
		    num_text(a, r->push_status));
	SAY(w, N_("The peer has cosigned %1 of %2 entries of the own ledger."),
	    num_text(a, r->cosigned), num_text(a, r->own));
	return cli_out(w, S(""));
}

int cmd_sync(const struct words *w)
{
	const struct sync_plan plan = { .url = str_z(w->args[0]),
					.missing = true,
					.push = word_given(w, "--push") };
	struct sync_result result = { 0 };
	struct node *n;
	struct err err;
	bool ok;
	int code;

	n = cli_node(w, STORE_WRITE, &code);
	if (!n)
		return code;
	if (!node_charter(n))
		ok = err_set(&err, ERR_CONFLICT, NULL,
			     N_("This node has no charter yet. Adopt one first: benkan adopt"));
	else
		ok = peer_exchange(n, w->a, &plan, &result, &err);
	node_close(n);
	return ok ? tell(w, &result) : cli_fail(w, &err);
}

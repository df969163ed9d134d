#include "exchange/sync.h"
#include "cli/cli.h"

static int tell(const struct words *w, const struct sync_result *r)
{
	struct buf b;
	struct json_w j = json_w(&b);
	int code;

	if (!w->json) {
		cli_line(w,
			 N_("%1: %2 new entries, %3 held; %4 attachments fetched, %5 not to be "
			    "had."),
			 (const struct str[]){ r->ledger, num_text(w->a, r->after - r->before),
					       num_text(w->a, r->after),
					       num_text(w->a, r->blobs),
					       num_text(w->a, r->missing) },
			 5);
		if (r->seen)
			cli_line(w, N_("What came has been acknowledged in the own ledger."),
				 NULL, 0);
		return cli_out(w, S(""));
	}
	buf_init(&b, 4096);
	json_open(&j, '{');
	json_pair(&j, "ledger", r->ledger);
	json_key(&j, "before");
	json_put_int(&j, (int64_t)r->before);
	json_key(&j, "after");
	json_put_int(&j, (int64_t)r->after);
	json_key(&j, "blobs");
	json_put_int(&j, (int64_t)r->blobs);
	json_key(&j, "missing");
	json_put_int(&j, (int64_t)r->missing);
	json_key(&j, "seen");
	json_put_bool(&j, r->seen);
	json_close(&j, '}');
	buf_ch(&b, '\n');
	code = cli_out(w, buf_str(&b));
	buf_done(&b);
	return code;
}

int cmd_sync(const struct words *w)
{
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
		ok = sync_peer(n, w->a, str_z(w->args[0]), &result, &err);
	node_close(n);
	return ok ? tell(w, &result) : cli_fail(w, &err);
}

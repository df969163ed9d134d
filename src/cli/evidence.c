/* `benkan evidence` and `benkan release`: ledgers that show two histories (LEDGER.md 11). */
#include "ledger/evidence.h"
#include "cli/cli.h"
#include "register/fork.h"
#include "store/evidence.h"

const char release_details[] =
	N_("A ledger that showed two histories is neither taken over nor cosigned any more. "
	   "When its party has shown that it was a fault, and nobody took the other history "
	   "over, an operator of each node releases it in writing. Stop the node first. The "
	   "word is kept in the node's log; the evidence stays, and does not fork the ledger "
	   "again.");

static const char *state_of(const struct words *w, struct view *v, struct str ledger)
{
	struct ledger_row *rows;
	struct err ignored;
	size_t n;

	if (view_ledgers(v, w->a, &rows, &n, &ignored))
		for (size_t i = 0; i < n; i++)
			if (str_eq(rows[i].name, ledger) && rows[i].state == LEDGER_FORKED)
				return "forked";
	return "released";
}

static struct str hex_of(struct arena *a, const struct hash *h)
{
	struct buf b;

	buf_init(&b, 2 * HASH_SIZE);
	buf_hex(&b, h->b, HASH_SIZE);
	return arena_buf(a, &b);
}

/* The key that proves it: one that the ledger has or had. */
static bool proven_by(const struct words *w, struct view *v, const struct evidence_row *e,
		      struct vkey *log, struct err *err)
{
	struct key_row *keys;
	struct json *doc;
	size_t n;

	if (!json_object(w->a, e->doc, &doc, err) ||
	    !view_key_history(v, w->a, e->ledger, &keys, &n, err))
		return false;
	(void)err_set(err, ERR_INPUT, "evidence",
		      N_("both heads may be of one history: nothing here shows a fork"));
	for (size_t i = 0; i < n; i++)
		if (str_is(keys[i].role, "log") && vkey_parse(keys[i].key, log, err) &&
		    evidence_check(doc, log, err))
			return true;
	return false;
}

static bool list(const struct words *w, struct view *v, struct buf *b, struct err *err)
{
	struct json_w j = json_w(b);
	struct evidence_row *rows;
	size_t n;

	if (!view_evidence_list(v, w->a, &rows, &n, err))
		return false;
	if (w->json)
		json_open(&j, '[');
	for (size_t i = 0; i < n; i++) {
		struct str id = hex_of(w->a, &rows[i].id);
		struct str state = str_z(state_of(w, v, rows[i].ledger));

		if (w->json) {
			json_open(&j, '{');
			json_pair(&j, "id", id);
			json_pair(&j, "ledger", rows[i].ledger);
			json_pair(&j, "state", state);
			json_close(&j, '}');
			continue;
		}
		buf_add(b, id);
		buf_ch(b, '\t');
		buf_add(b, rows[i].ledger);
		buf_ch(b, '\t');
		buf_add(b, state);
		buf_ch(b, '\n');
	}
	if (w->json) {
		json_close(&j, ']');
		buf_ch(b, '\n');
	} else if (n == 0) {
		cli_say0(w, N_("This node knows of no ledger that shows two histories."));
	}
	return true;
}

/* The document as it is kept, on stdout; whose key proves it, on stderr. */
static bool print(const struct words *w, struct view *v, struct buf *b, struct err *err)
{
	struct evidence_row e;
	struct hash id;
	struct vkey log;
	struct buf key;

	if (!hash_hex(str_z(w->args[0]), &id))
		return err_set(err, ERR_USAGE, "evidence",
			       N_("Evidence is named by its SHA-256: 64 hex digits."));
	if (!view_evidence(v, w->a, &id, &e, err) || !proven_by(w, v, &e, &log, err))
		return false;
	buf_add(b, e.doc);
	buf_ch(b, '\n');
	buf_init(&key, 1024);
	vkey_write(&key, &log);
	cli_say(w, N_("It stands: ledger %1 signed two histories with the key %2"), e.ledger,
		buf_str(&key));
	buf_done(&key);
	return true;
}

int cmd_evidence(const struct words *w)
{
	struct node *n;
	struct view *v;
	struct buf b;
	struct err err;
	bool ok;
	int code;

	n = cli_node(w, STORE_READ, &code);
	if (!n)
		return code;
	buf_init(&b, 64 << 20);
	ok = cli_view(n, &v, &err);
	if (ok) {
		ok = w->arg_count > 0 ? print(w, v, &b, &err) : list(w, v, &b, &err);
		cli_view_end(v);
	}
	code = ok ? cli_out(w, buf_str(&b)) : cli_fail(w, &err);
	buf_done(&b);
	node_close(n);
	return code;
}

int cmd_release(const struct words *w)
{
	struct node *n;
	struct err err;
	bool ok;
	int code;

	n = cli_node(w, STORE_WRITE, &code);
	if (!n)
		return code;
	ok = fork_release(n, str_z(w->args[0]), str_z(word_of(w, "--who")),
			  str_z(word_of(w, "--why")), &err);
	node_close(n);
	if (!ok)
		return cli_fail(w, &err);
	cli_say(w,
		N_("Ledger %1 is read again from here on. The evidence stays, and this word "
		   "stands in the node's log."),
		str_z(w->args[0]));
	return EXIT_GOOD;
}

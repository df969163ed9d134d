#include "ledger/charter.h"
#include "cli/cli.h"
#include "register/file.h"

const char adopt_details[] =
	N_("A charter is adopted once. It is refused when it does not carry exactly this "
	   "node's own keys. A party that comes in, or goes on in a new ledger, adopts the "
	   "amendment that names it. Where a charter is in force already, an amendment of "
	   "it is given by hand: it then takes effect although no old key signed for a "
	   "ledger it closes, once all others accepted it.");

static bool assemble(const struct words *w, struct buf *out, struct charter *c, struct err *err)
{
	struct str keys[CHARTER_LEDGERS_MAX];

	for (size_t i = 0; i < w->arg_count; i++)
		if (!file_read(w->a, w->args[i], CHARTER_MAX, &keys[i], err))
			return false;
	return charter_assemble(w->a, keys, w->arg_count, out, err) &&
	       charter_read(w->a, buf_str(out), c, err) &&
	       file_write(word_of(w, "--out"), buf_str(out), 0644, err);
}

/* The register id, as JSON or by itself. */
static int put_register(const struct words *w, const struct hash *id)
{
	struct buf b;
	struct json_w j = json_w(&b);
	int code;

	buf_init(&b, 256);
	if (w->json) {
		json_open(&j, '{');
		json_key(&j, "register");
		json_put_hex(&j, id->b, HASH_SIZE);
		json_close(&j, '}');
	} else {
		buf_hex(&b, id->b, HASH_SIZE);
	}
	buf_ch(&b, '\n');
	code = cli_out(w, buf_str(&b));
	buf_done(&b);
	return code;
}

int cmd_charter(const struct words *w)
{
	struct charter c;
	struct buf out;
	struct err err;
	bool ok;

	buf_init(&out, CHARTER_MAX);
	ok = assemble(w, &out, &c, &err);
	buf_done(&out);
	return ok ? put_register(w, &c.id) : cli_fail(w, &err);
}

int cmd_adopt(const struct words *w)
{
	struct str charter;
	struct hash id;
	struct err err;
	struct node *n;
	int code;
	bool ok;

	if (!file_read(w->a, w->args[0], CHARTER_MAX, &charter, &err))
		return cli_fail(w, &err);
	n = cli_node(w, STORE_WRITE, &code);
	if (!n)
		return code;
	ok = node_adopt(n, charter, &id, &err);
	node_close(n);
	return ok ? put_register(w, &id) : cli_fail(w, &err);
}

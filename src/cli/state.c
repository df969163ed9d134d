#include "cli/cli.h"

static bool dump_line(void *ctx, struct str text)
{
	(void)ctx;
	return fwrite(text.p, 1, text.n, stdout) == text.n &&
	       (str_ends(text, S("\n")) || putchar('\n') != EOF);
}

static int put_digest(const struct words *w, struct node *n, struct err *err)
{
	struct str cut = str_z(word_of(w, "--cut"));
	struct hash digest;
	struct buf b;
	struct json_w j = json_w(&b);
	int code;

	if (!store_state(node_store(n), cut, &digest, err))
		return cli_fail(w, err);
	buf_init(&b, 64 << 10);
	if (w->json) {
		json_open(&j, '{');
		json_key(&j, "state");
		json_put_hex(&j, digest.b, HASH_SIZE);
		if (cut.n)
			json_pair(&j, "cut", cut);
		json_close(&j, '}');
	} else {
		buf_hex(&b, digest.b, HASH_SIZE);
	}
	buf_ch(&b, '\n');
	code = cli_out(w, buf_str(&b));
	buf_done(&b);
	return code;
}

int cmd_state(const struct words *w)
{
	struct node *n;
	struct err err;
	int code;

	n = cli_node(w, STORE_READ, &code);
	if (!n)
		return code;
	if (!word_given(w, "--dump"))
		code = put_digest(w, n, &err);
	else
		code = store_dump(node_store(n), dump_line, NULL, &err) ? cli_out(w, S(""))
									: cli_fail(w, &err);
	node_close(n);
	return code;
}

/* --- rebuild --- */

static bool show_progress(void *ctx, uint64_t done, uint64_t all)
{
	meter_show(ctx, done, all);
	return true;
}

int cmd_rebuild(const struct words *w)
{
	struct meter meter = meter_of(w, N_("replaying entry %1 of %2"));
	struct node *n;
	struct err err;
	bool ok;
	int code;

	n = cli_node(w, STORE_REBUILD, &code);
	if (!n)
		return code;
	ok = store_rebuild(node_store(n), show_progress, &meter, &err);
	meter_end(&meter);
	code = ok ? cli_out(w, S("")) : cli_fail(w, &err);
	node_close(n);
	return code;
}

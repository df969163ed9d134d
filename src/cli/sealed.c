/* Restricted bodies by hand: carried as plain files, published, erased (LEDGER.md 12). */
#include "cli/do.h"
#include "register/file.h"
#include "register/sealed_body.h"
#include "store/bodies.h"

const char sealed_erase_details[] =
	N_("Writes sealed.erase. This node destroys the bodies, their salts and attachments, "
	   "and every copy it made of them; nodes of the other parties do the same when they "
	   "receive it, and say so in their own ledgers. The entries stay, with hashes that "
	   "no longer relate to anything: the proof is intact.\n"
	   "Copies in backups are yours to destroy: a node restored from one erases them "
	   "again, but the file itself still holds them. Nobody can prove what another side "
	   "destroyed.");

static bool name_of(const struct words *w, struct hash *name, struct err *err)
{
	return hash_hex(str_z(w->args[0]), name) ||
	       err_set(err, ERR_USAGE, "c",
		       N_("A body is named by the 64 hex digits of its commitment."));
}

/* --- plain files --- */

static bool find_bytes(struct view *v, struct arena *a, const struct hash *name,
		       struct str *bytes, struct err *err)
{
	bool found;

	if (!view_body(v, a, name, bytes, &found, err))
		return false;
	if (found)
		return true;
	if (!view_attachment_known(v, name, &found, err) ||
	    (found && !view_blob_read(v, a, name, BLOB_MAX, bytes, &found, err)))
		return false;
	return found || err_set(err, ERR_MISSING, "c",
				N_("No sealed body or attachment of this name is at this "
				   "node."));
}

int cmd_sealed_export(const struct words *w)
{
	const char *to = word_of(w, "-o");
	struct str bytes;
	struct hash name;
	struct node *n;
	struct view *v;
	struct err err;
	bool ok;
	int code;

	if (!name_of(w, &name, &err))
		return cli_fail(w, &err);
	n = cli_node(w, STORE_READ, &code);
	if (!n)
		return code;
	ok = cli_view(n, &v, &err);
	if (ok) {
		ok = find_bytes(v, w->a, &name, &bytes, &err);
		cli_view_end(v);
	}
	node_close(n);
	if (!ok)
		return cli_fail(w, &err);
	if (str_is(str_z(to), "-"))
		return cli_out(w, bytes);
	return file_write(to, bytes, 0600, &err) ? EXIT_GOOD : cli_fail(w, &err);
}

static bool import_one(const struct words *w, struct node *n, const char *file,
		       enum body_fate *fate, struct err *err)
{
	struct arena a;
	struct buf hex;
	struct hash name;
	struct str bytes;
	bool ok;

	arena_init(&a, BLOB_MAX + (1 << 20));
	ok = file_read(&a, file, BLOB_MAX, &bytes, err) &&
	     body_import(n, bytes, fate, &name, err);
	arena_done(&a);
	if (!ok)
		return false;
	buf_init(&hex, 2 * HASH_SIZE);
	buf_hex(&hex, name.b, HASH_SIZE);
	cli_note(w,
		 *fate == BODY_TAKEN  ? N_("%1: taken over as %2.")
		 : *fate == BODY_HELD ? N_("%1: is here already, as %2.")
		 : *fate == BODY_ERASED
			 ? N_("%1: was erased by the party that wrote it, and is not taken "
			      "again (%2).")
			 : N_("%1: no entry of this register commits to it, and no body names "
			      "it (%2). Fetch the ledgers first, or compare the file with the "
			      "sender's."),
		 (const struct str[]){ str_z(file), buf_str(&hex) }, 2);
	buf_done(&hex);
	return true;
}

int cmd_sealed_import(const struct words *w)
{
	bool ok = true, refused = false;
	enum body_fate fate;
	struct node *n;
	struct err err;
	int code;

	n = cli_node(w, STORE_WRITE, &code);
	if (!n)
		return code;
	for (size_t i = 0; ok && i < w->arg_count; i++) {
		ok = import_one(w, n, w->args[i], &fate, &err);
		refused = refused || (ok && fate == BODY_REFUSED);
	}
	node_close(n);
	return !ok ? cli_fail(w, &err) : refused ? EXIT_REFUSED : EXIT_GOOD;
}

/* --- words on bodies, through the one door --- */

static struct str draft_of(const struct words *w, const char *type)
{
	const char *ground = word_of(w, "--ground");
	struct json_w j;
	struct buf b;

	buf_init(&b, 1 << 20);
	j = json_w(&b);
	json_open(&j, '{');
	json_pair(&j, "type", str_z(type));
	json_key(&j, "c");
	json_open(&j, '[');
	for (size_t i = 0; i < w->arg_count; i++)
		json_put_str(&j, str_z(w->args[i]));
	json_close(&j, ']');
	if (ground)
		json_pair(&j, "ground", str_z(ground));
	json_close(&j, '}');
	return arena_buf(w->a, &b);
}

static int say(const struct words *w, const char *type)
{
	struct draft d = { .json = draft_of(w, type), .actor = str_z(word_of(w, "--actor")) };
	struct act_result r;
	struct node *n;
	struct buf b;
	int code;

	n = cli_node(w, STORE_WRITE, &code);
	if (!n)
		return code;
	register_do(n, w->a, &d, &r);
	node_close(n);
	if (!r.done)
		return cli_fail(w, &r.errors[0]);
	buf_init(&b, 4096);
	put_result(&b, w, &r, 1);
	code = cli_out(w, buf_str(&b));
	buf_done(&b);
	return code;
}

int cmd_sealed_erase(const struct words *w)
{
	return say(w, "sealed.erase");
}

int cmd_sealed_publish(const struct words *w)
{
	return say(w, "sealed.open");
}

/* `benkan keys …`: the keys in force, and replacing one (LEDGER.md 4). */
#include "register/keys.h"
#include "cli/cli.h"
#include "register/file.h"
#include "register/key_list.h"
#include "register/roll.h"

#include <string.h>

const char keys_new_details[] =
	N_("ROLE is log, witness, seal, recovery-1, recovery-2 or recovery-3. The key stays "
	   "in "
	   "the node until the statement is written; the statement names the next entry, so "
	   "that nothing else may be written in between. Also when the key in force is "
	   "lost.\n"
	   "\n"
	   "  benkan keys new log --node DIR -o roll.txt\n"
	   "  benkan keys sign --key recours-1.key roll.txt -o roll-1.txt\n"
	   "  benkan keys sign --key recours-3.key roll.txt -o roll-3.txt\n"
	   "  benkan keys roll --node DIR roll-1.txt roll-3.txt");

enum { LIST_MAX = 16 << 20, STATEMENT_FILE_MAX = NOTE_MAX };

/* --- showing them --- */

static void put_line(struct buf *b, const struct key_row *rows, size_t n, size_t i)
{
	bool replaced;
	uint64_t until = key_until(rows, n, i, &replaced);

	buf_add(b, rows[i].role);
	buf_ch(b, '\t');
	buf_u64(b, rows[i].from);
	buf_ch(b, '\t');
	if (replaced)
		buf_u64(b, until);
	else
		buf_ch(b, '-');
	buf_ch(b, '\t');
	buf_add(b, rows[i].key);
	buf_ch(b, '\n');
}

/* role, from, until, key: a ledger's name stands before its keys. */
static bool list_text(const struct words *w, struct view *v, const struct charter *c,
		      struct buf *b, struct err *err)
{
	for (size_t i = 0; i < c->ledger_count; i++) {
		struct key_row *rows;
		size_t n;

		if (!view_key_history(v, w->a, c->ledgers[i].name, &rows, &n, err))
			return false;
		buf_add(b, c->ledgers[i].name);
		buf_ch(b, '\t');
		buf_add(b, c->ledgers[i].origin);
		buf_ch(b, '\n');
		for (size_t k = 0; k < n; k++)
			put_line(b, rows, n, k);
	}
	return true;
}

static bool list(const struct words *w, struct view *v, const struct charter *c, struct buf *b,
		 struct err *err)
{
	if (!w->json)
		return list_text(w, v, c, b, err);
	if (!key_list_write(v, w->a, c, b, err))
		return false;
	buf_ch(b, '\n');
	return true;
}

static bool tell_alerts(const struct words *w, struct view *v, struct err *err)
{
	struct alert_row *rows;
	size_t n;

	if (!local_alerts(v, w->a, &rows, &n, err))
		return false;
	for (size_t i = 0; i < n; i++)
		cli_say(w,
			N_("Alert of %1: a checkpoint of ledger %2 is signed by a key that was "
			   "replaced. Whoever holds the old key wrote it:\n%3"),
			rows[i].time, rows[i].ledger, rows[i].note);
	return true;
}

static bool dismiss(const struct words *w, struct view *v, struct str ledger, struct err *err)
{
	const struct node_env *env = w->env;
	bool found;

	if (!local_alert_end(v, S("old-key"), ledger, &found, err))
		return false;
	if (!found)
		return err_set(err, ERR_MISSING, "dismiss",
			       N_("There is no alert of ledger %1."), err_arg(ledger));
	return local_log(v, env->now_ms(env->ctx) / 1000, S("cli"),
			 arena_join(w->a, S("alert old-key dismissed: "), ledger), err);
}

static bool show(const struct words *w, struct node *n, struct view *v, struct buf *b,
		 struct err *err)
{
	if (!node_charter(n))
		return err_set(
			err, ERR_CONFLICT, NULL,
			N_("This node has no charter yet. Adopt one first: benkan adopt"));
	if (word_of(w, "--dismiss") && !dismiss(w, v, str_z(word_of(w, "--dismiss")), err))
		return false;
	return list(w, v, node_charter(n), b, err) && tell_alerts(w, v, err);
}

int cmd_keys(const struct words *w)
{
	struct node *n;
	struct view *v;
	struct buf b;
	struct err err;
	int code;

	n = cli_node(w, STORE_READ, &code);
	if (!n)
		return code;
	buf_init(&b, LIST_MAX);
	if (cli_view(n, &v, &err)) {
		code = show(w, n, v, &b, &err) ? cli_out(w, buf_str(&b)) : cli_fail(w, &err);
		cli_view_end(v);
	} else {
		code = cli_fail(w, &err);
	}
	buf_done(&b);
	if (node_recovery_here(n))
		cli_say(w,
			N_("The recovery keys still lie in %1/recovery: carry them to three "
			   "safes, away from this machine."),
			str_z(word_of(w, "--node")));
	node_close(n);
	return code;
}

/* --- a new key --- */

static bool read_role(const struct words *w, struct roll_plan *plan, struct err *err)
{
	static const struct {
		const char *name;
		enum key_role role;
		unsigned place;
	} roles[] = {
		{ "log", ROLE_LOG, 0 },
		{ "witness", ROLE_WITNESS, 0 },
		{ "seal", ROLE_SEAL, 0 },
		{ "recovery-1", ROLE_RECOVERY, 0 },
		{ "recovery-2", ROLE_RECOVERY, 1 },
		{ "recovery-3", ROLE_RECOVERY, 2 },
	};

	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
		if (strcmp(w->args[0], roles[i].name) == 0) {
			plan->role = roles[i].role;
			plan->place = roles[i].place;
			plan->key_file = word_of(w, "--key");
			if ((plan->role == ROLE_RECOVERY) == (plan->key_file != NULL))
				return true;
			return err_set(err, ERR_USAGE, "key",
				       N_("A new recovery key, and no other, is written to a "
					  "file that you name with --key: a place outside the "
					  "node, on its way to a safe."));
		}
	return err_set(err, ERR_USAGE, "role",
		       N_("“%1” is not a place of a key: write log, witness, seal, recovery-1, "
			  "recovery-2 or recovery-3."),
		       w->args[0]);
}

/* To the file of -o, or to standard output. */
static int put_statement(const struct words *w, struct str statement)
{
	struct err err;

	if (!word_of(w, "-o"))
		return cli_out(w, statement);
	return file_write(word_of(w, "-o"), statement, 0644, &err) ? EXIT_GOOD
								   : cli_fail(w, &err);
}

int cmd_keys_new(const struct words *w)
{
	struct roll_plan plan;
	struct buf statement;
	struct node *n;
	struct err err;
	bool ok;
	int code;

	if (!read_role(w, &plan, &err))
		return cli_fail(w, &err);
	n = cli_node(w, STORE_READ, &code);
	if (!n)
		return code;
	buf_init(&statement, STATEMENT_FILE_MAX);
	ok = roll_prepare(n, w->a, &plan, &statement, &err);
	code = ok ? put_statement(w, buf_str(&statement)) : cli_fail(w, &err);
	node_close(n);
	buf_done(&statement);
	if (code == EXIT_GOOD)
		cli_say0(w, N_("The new key is made. Have the statement signed by a quorum of "
			       "the recovery keys (benkan keys sign), then write it (benkan "
			       "keys roll). It is for the next entry: write nothing else "
			       "before."));
	return code;
}

/* --- signing, on a machine without a node --- */

/* What is being agreed to, for the eyes of who holds the safe's key. */
static void tell_statement(const struct words *w, const struct key_statement *s)
{
	struct buf id;

	buf_init(&id, 2 * HASH_SIZE);
	buf_hex(&id, s->register_id.b, HASH_SIZE);
	cli_say(w, N_("Register %1, ledger %2: the %3 key is replaced by entry %4."),
		arena_buf(w->a, &id), s->origin, str_z(key_role_names[s->role]),
		num_text(w->a, s->index));
	cli_say(w, N_("Old key: %1"), s->old_key);
	cli_say(w, N_("New key: %1"), s->new_key);
}

static bool sign(const struct words *w, struct buf *out, struct err *err)
{
	struct key_statement s;
	struct skey key = { 0 };
	struct str bytes;
	bool ok;

	if (!file_read(w->a, w->args[0], STATEMENT_FILE_MAX, &bytes, err) ||
	    !key_statement_open(bytes, &s, err) ||
	    !key_read(w->a, word_of(w, "--key"), KEY_LOG, &key, err))
		return false;
	tell_statement(w, &s);
	ok = key_statement_sign(bytes, &key, out, err);
	skey_wipe(&key);
	return ok;
}

int cmd_keys_sign(const struct words *w)
{
	struct buf out;
	struct err err;
	int code;

	buf_init(&out, STATEMENT_FILE_MAX);
	code = sign(w, &out, &err) ? put_statement(w, buf_str(&out)) : cli_fail(w, &err);
	buf_done(&out);
	return code;
}

/* --- writing the roll --- */

static bool join(const struct words *w, struct buf *out, struct err *err)
{
	struct str *files = arena_array(w->a, struct str, w->arg_count);

	for (size_t i = 0; i < w->arg_count; i++)
		if (!file_read(w->a, w->args[i], STATEMENT_FILE_MAX, &files[i], err))
			return false;
	return key_statement_join(files, w->arg_count, out, err);
}

static int tell_roll(const struct words *w, const struct roll_done *done)
{
	struct str role = str_z(key_role_names[done->role]), n = num_text(w->a, done->n);
	struct str json = S("");

	if (w->json) {
		json = arena_join(w->a, arena_join(w->a, S("{\"role\":\""), role),
				  S("\",\"n\":"));
		json = arena_join(w->a, arena_join(w->a, json, n), S("}\n"));
	} else {
		cli_line(w, N_("Entry %1 puts the new %2 key in force."),
			 (const struct str[]){ n, role }, 2);
	}
	if (done->both)
		cli_say(w,
			N_("The old log key still signs beside the new one, so that those who "
			   "do not know the roll yet can follow. Delete its file in %1/keys "
			   "when all peers have come by, at once if it was stolen."),
			str_z(word_of(w, "--node")));
	return cli_out(w, json);
}

int cmd_keys_roll(const struct words *w)
{
	struct roll_done done;
	struct buf statement;
	struct node *n;
	struct err err;
	bool ok;
	int code;

	n = cli_node(w, STORE_WRITE, &code);
	if (!n)
		return code;
	buf_init(&statement, STATEMENT_FILE_MAX);
	ok = join(w, &statement, &err) && roll_write(n, w->a, arena_buf(w->a, &statement),
						     str_z(word_of(w, "--actor")), &done, &err);
	node_close(n);
	return ok ? tell_roll(w, &done) : cli_fail(w, &err);
}

/* Amendments of the charter: drafting, showing, signing, proposing. */
#include "register/amend.h"

#include "cli/cli.h"
#include "register/file.h"

const char charter_propose_details[] =
	N_("All parties of the charter in force that keep their ledgers accept it like any "
	   "act. It takes effect when each has received the acceptance of the others, at "
	   "the next start of each node; a server starts itself anew.");

const char charter_amend_details[] = N_(
	"Each KEYS.json, as benkan init --json printed it, brings a party in, or gives a "
	"party whose ledger is closed another to go on in. --close without keys lets a "
	"party leave. Compare the SHA-256 with all others by voice or note verbale.\n"
	"\n"
	"A forked ledger, or recovery keys that are lost:\n"
	"\n"
	"  benkan init --node new --party ml --name Mali --origin HOST/ml-2 --json >ml.json\n"
	"  benkan charter amend --node ru --close ml ml.json --out next.json\n"
	"  benkan charter sign --node new --key old/keys/log next.json -o word\n"
	"  benkan charter propose --node ru next.json word\n"
	"  benkan do --node ru --actor sec   {\"type\":\"act.accept\",\"act\":\"…\"}\n"
	"  benkan adopt --node new next.json");

enum { WORD_FILE_MAX = 64 << 10 };

static struct str hex(const struct words *w, const struct hash *h)
{
	struct buf b;

	buf_init(&b, 2 * HASH_SIZE);
	buf_hex(&b, h->b, HASH_SIZE);
	return arena_buf(w->a, &b);
}

static int put_file(const struct words *w, const char *option, struct str bytes)
{
	struct err err;

	if (!word_of(w, option))
		return cli_out(w, bytes);
	return file_write(word_of(w, option), bytes, 0644, &err) ? EXIT_GOOD
								 : cli_fail(w, &err);
}

/* --- what changes --- */

static void tell_changes(const struct words *w, const struct charter *now,
			 const struct charter *next)
{
	struct charter_change *changes;
	size_t n = charter_changes(w->a, now, next, &changes);

	for (size_t i = 0; i < n; i++)
		cli_line(w, changes[i].sentence,
			 (const struct str[]){ changes[i].party, changes[i].a, changes[i].b },
			 3);
}

/* The hash is what both sides compare, as they did the register id. */
static void put_draft(struct json_w *j, const struct words *w, const struct charter *now,
		      const struct charter *next)
{
	struct charter_change *changes;
	size_t n = charter_changes(w->a, now, next, &changes);

	json_open(j, '{');
	json_pair(j, "charter", hex(w, &next->hash));
	json_pair(j, "register", hex(w, &next->id));
	json_pair(j, "amends", hex(w, &next->former));
	json_key(j, "changes");
	json_open(j, '[');
	for (size_t i = 0; i < n; i++) {
		struct buf b;

		buf_init(&b, CHARTER_MAX);
		lang_fill(&b, lang_text(w->lang, changes[i].sentence),
			  (const struct str[]){ changes[i].party, changes[i].a, changes[i].b },
			  3);
		json_put_str(j, buf_str(&b));
		buf_done(&b);
	}
	json_close(j, ']');
	json_close(j, '}');
}

static int tell_draft(const struct words *w, const struct charter *now,
		      const struct charter *next)
{
	struct buf b;
	struct json_w j = json_w(&b);
	int code;

	if (!w->json) {
		tell_changes(w, now, next);
		cli_line(w, N_("SHA-256 of the amendment, to be compared: %1"),
			 (const struct str[]){ hex(w, &next->hash) }, 1);
		return EXIT_GOOD;
	}
	buf_init(&b, 4 * CHARTER_MAX);
	put_draft(&j, w, now, next);
	buf_ch(&b, '\n');
	code = cli_out(w, buf_str(&b));
	buf_done(&b);
	return code;
}

/* --- drafting --- */

struct drafting {
	const struct words *w;
	struct node *n;
	struct view *v;
	struct charter_draft d;
	struct charter_close closes[CHARTER_LEDGERS_MAX];
	struct str keys[CHARTER_LEDGERS_MAX];
};

/* PARTY, at what is held here, or PARTY=SIZE. */
static bool read_close(struct drafting *t, struct str text, struct err *err)
{
	struct charter_close *c = &t->closes[t->d.close_count];
	const struct charter_ledger *l;
	struct ledger_row *rows;
	size_t n;

	if (t->d.close_count == CHARTER_LEDGERS_MAX || !str_split(&text, '=', &c->party))
		return err_set(err, ERR_USAGE, "close",
			       N_("Write --close ml, or --close ml=41."));
	l = charter_open(node_charter(t->n), c->party);
	if (!l)
		return err_set(err, ERR_INPUT, "close",
			       N_("%1 writes no ledger of this register that could be closed"),
			       err_arg(c->party));
	if (!view_ledgers(t->v, t->w->a, &rows, &n, err))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct tiles tiles = view_tiles(t->v, &rows[i]);

		if (!str_eq(rows[i].name, l->name))
			continue;
		c->size = rows[i].size;
		if (text.n && (!str_u64(text, rows[i].size, &c->size)))
			return err_set(err, ERR_INPUT, "close",
				       N_("Of ledger %1 %2 entries are held here: close it at "
					  "that or fewer."),
				       err_arg(l->name), err_num(rows[i].size));
		if (!tree_root(&tiles, c->size, &c->root, err))
			return false;
	}
	t->d.close_count++;
	return true;
}

static bool read_set(struct drafting *t, struct err *err)
{
	struct str text;
	struct json *set;

	if (!word_of(t->w, "--set"))
		return true;
	if (!file_read(t->w->a, word_of(t->w, "--set"), CHARTER_MAX, &text, err) ||
	    !json_object(t->w->a, text, &set, err))
		return false;
	t->d.set = set;
	return true;
}

static bool read_threshold(struct drafting *t, struct err *err)
{
	uint64_t n;

	if (!word_of(t->w, "--threshold"))
		return true;
	if (!str_u64(str_z(word_of(t->w, "--threshold")), 3, &n) || n < 2)
		return err_set(err, ERR_USAGE, "threshold",
			       N_("say how many recovery keys must sign a key roll: 2 or 3"));
	t->d.threshold = (unsigned)n;
	return true;
}

static bool read_words(struct drafting *t, struct err *err)
{
	const char *close;

	for (size_t at = 0; (close = word_next(t->w, "--close", &at));)
		if (!read_close(t, str_z(close), err))
			return false;
	for (size_t i = 0; i < t->w->arg_count; i++)
		if (!file_read(t->w->a, t->w->args[i], CHARTER_MAX, &t->keys[i], err))
			return false;
	t->d.keys = t->keys;
	t->d.key_count = t->w->arg_count;
	t->d.closes = t->closes;
	t->w->env->random(t->w->env->ctx, t->d.nonce, sizeof(t->d.nonce));
	return read_set(t, err) && read_threshold(t, err);
}

static bool draft(struct drafting *t, struct buf *out, struct charter *next, struct err *err)
{
	return read_words(t, err) &&
	       charter_amend(t->w->a, node_charter(t->n), &t->d, out, err) &&
	       charter_read(t->w->a, buf_str(out), next, err) &&
	       file_write(word_of(t->w, "--out"), buf_str(out), 0644, err);
}

/* A node with its charter, and a view of it. */
static struct node *open_charter(const struct words *w, struct view **v, int *code)
{
	struct node *n = cli_node(w, STORE_READ, code);
	struct err err;

	if (!n)
		return NULL;
	if (!node_charter(n))
		(void)err_set(
			&err, ERR_CONFLICT, NULL,
			N_("This node has no charter yet. Adopt one first: benkan adopt"));
	else if (cli_view(n, v, &err))
		return n;
	*code = cli_fail(w, &err);
	node_close(n);
	return NULL;
}

int cmd_charter_amend(const struct words *w)
{
	struct drafting t = { .w = w };
	struct charter next;
	struct buf out;
	struct err err;
	int code;

	t.n = open_charter(w, &t.v, &code);
	if (!t.n)
		return code;
	buf_init(&out, CHARTER_MAX);
	code = draft(&t, &out, &next, &err) ? tell_draft(w, node_charter(t.n), &next)
					    : cli_fail(w, &err);
	buf_done(&out);
	cli_view_end(t.v);
	node_close(t.n);
	return code;
}

/* --- showing --- */

static void tell_open(const struct words *w, struct view *v, const struct hash *h)
{
	struct amend_verdict verdict;
	struct err ignored;

	if (!view_amend(v, w->a, h, &verdict, &ignored))
		return;
	if (verdict.state == AMEND_EFFECTIVE)
		cli_line(w, N_("Amendment %1 takes effect at the next start of this node."),
			 (const struct str[]){ hex(w, h) }, 1);
	else if (verdict.state == AMEND_CLOSED)
		cli_line(w, N_("Amendment %1 is closed: declined, or it does not follow."),
			 (const struct str[]){ hex(w, h) }, 1);
	else if (verdict.by_hand)
		cli_line(w,
			 N_("Amendment %1 is accepted, but no old key of %2 signed for it: "
			    "compare it by voice, then give it by hand (benkan adopt)."),
			 (const struct str[]){ hex(w, h), verdict.lacking }, 2);
	else
		cli_line(w, N_("Amendment %1 is open; the word of %2 is wanted."),
			 (const struct str[]){ hex(w, h), verdict.lacking }, 2);
}

static bool show_chain(const struct words *w, struct view *v, struct err *err)
{
	struct charter_link *chain;
	struct hash *open;
	size_t n, count;

	if (!view_charters(v, w->a, &chain, &n, err) ||
	    !view_amends(v, w->a, S(""), &open, &count, err))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct buf line;

		buf_init(&line, 256);
		buf_u64(&line, i);
		buf_ch(&line, ' ');
		buf_hex(&line, chain[i].hash.b, HASH_SIZE);
		buf_ch(&line, '\n');
		(void)cli_out(w, buf_str(&line));
		buf_done(&line);
	}
	for (size_t i = 0; i < count; i++)
		tell_open(w, v, &open[i]);
	return true;
}

static bool read_next(const struct words *w, struct charter *next, struct err *err)
{
	struct str bytes;

	return file_read(w->a, w->args[0], CHARTER_MAX, &bytes, err) &&
	       charter_read(w->a, bytes, next, err);
}

int cmd_charter_show(const struct words *w)
{
	struct charter next;
	struct view *v;
	struct err err;
	int code;
	struct node *n = open_charter(w, &v, &code);

	if (!n)
		return code;
	if (w->arg_count == 0)
		code = show_chain(w, v, &err) ? EXIT_GOOD : cli_fail(w, &err);
	else if (read_next(w, &next, &err) && charter_follows(node_charter(n), &next, &err))
		code = tell_draft(w, node_charter(n), &next);
	else
		code = cli_fail(w, &err);
	cli_view_end(v);
	node_close(n);
	return code;
}

/* --- a word --- */

int cmd_charter_sign(const struct words *w)
{
	const char *also[CHARTER_LEDGERS_MAX], *key;
	struct amend_signing s = { .also = also };
	struct buf note;
	struct node *n;
	struct err err;
	bool ok = true;
	int code;

	/* The log key is held by who may write. */
	n = cli_node(w, STORE_WRITE, &code);
	if (!n)
		return code;
	for (size_t at = 0;
	     (key = word_next(w, "--key", &at)) && s.also_count < CHARTER_LEDGERS_MAX;)
		also[s.also_count++] = key;
	if (word_of(w, "--word"))
		ok = file_read(w->a, word_of(w, "--word"), WORD_FILE_MAX, &s.before, &err);
	buf_init(&note, WORD_FILE_MAX);
	ok = ok && file_read(w->a, w->args[0], CHARTER_MAX, &s.document, &err) &&
	     register_amend_sign(n, w->a, &s, &note, &err);
	node_close(n);
	code = ok ? put_file(w, "-o", buf_str(&note)) : cli_fail(w, &err);
	buf_done(&note);
	return code;
}

/* --- proposing --- */

static int tell_proposal(const struct words *w, const struct act_result *out)
{
	struct str act = hex(w, &out->act);
	struct buf b;
	struct json_w j = json_w(&b);
	int code;

	if (!w->json) {
		cli_line(w,
			 N_("The amendment is proposed by entry %1 as the act %2. Accept it as "
			    "any act: {\"type\":\"act.accept\",\"act\":\"%2\"}"),
			 (const struct str[]){ num_text(w->a, out->n), act }, 2);
		return EXIT_GOOD;
	}
	buf_init(&b, 1024);
	json_open(&j, '{');
	json_pair(&j, "party", out->party);
	json_key(&j, "n");
	json_put_int(&j, (int64_t)out->n);
	json_pair(&j, "leaf", hex(w, &out->leaf));
	json_pair(&j, "act", act);
	json_close(&j, '}');
	buf_ch(&b, '\n');
	code = cli_out(w, buf_str(&b));
	buf_done(&b);
	return code;
}

int cmd_charter_propose(const struct words *w)
{
	struct str words[CHARTER_LEDGERS_MAX];
	struct amend_proposal p = { .words = words, .actor = str_z(word_of(w, "--actor")) };
	struct act_result out;
	struct node *n;
	struct err err;
	bool ok;
	int code;

	n = cli_node(w, STORE_WRITE, &code);
	if (!n)
		return code;
	ok = file_read(w->a, w->args[0], CHARTER_MAX, &p.document, &err);
	for (size_t i = 1; ok && i < w->arg_count; i++)
		ok = file_read(w->a, w->args[i], WORD_FILE_MAX, &words[p.word_count++], &err);
	ok = ok && register_amend_propose(n, w->a, &p, &out, &err);
	node_close(n);
	return ok ? tell_proposal(w, &out) : cli_fail(w, &err);
}

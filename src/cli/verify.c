/*
 * `benkan verify`: the same pass (ledger/verify.h) over the ledgers of a folder or over one
 * that a node serves.
 */
#include "ledger/verify.h"
#include "cli/cli.h"
#include "register/file.h"
#include "wire/fetch.h"

#include <string.h>

struct verifying {
	const struct words *w;
	struct meter meter;
	struct str since; /* an older checkpoint, or empty */
	struct json_w json;
	struct buf out;
};

static void show_progress(void *ctx, uint64_t done, uint64_t all)
{
	meter_show(ctx, done, all);
}

/* One line, or one member of the JSON list, for a ledger that stood. */
static void tell(struct verifying *v, const struct log_verdict *verdict)
{
	const struct checkpoint *head = &verdict->head;
	struct arena *a = v->w->a;
	struct buf root;

	if (v->w->json) {
		json_open(&v->json, '{');
		json_pair(&v->json, "origin", head->origin);
		json_key(&v->json, "size");
		json_put_int(&v->json, (int64_t)head->size);
		json_key(&v->json, "root");
		json_put_hex(&v->json, head->root.b, HASH_SIZE);
		json_key(&v->json, "cosigned");
		json_put_int(&v->json, (int64_t)verdict->cosigned);
		json_key(&v->json, "void");
		json_put_int(&v->json, (int64_t)verdict->void_entries);
		json_key(&v->json, "unknown");
		json_put_int(&v->json, (int64_t)verdict->unknown_entries);
		json_close(&v->json, '}');
		return;
	}
	buf_init(&root, 128);
	buf_b64(&root, head->root.b, HASH_SIZE);
	cli_line(v->w,
		 N_("%1: %2 entries, root %3, cosigned by %4; all hashes, tiles and signatures "
		    "stand."),
		 (const struct str[]){ head->origin, num_text(a, head->size),
				       arena_buf(a, &root), num_text(a, verdict->cosigned) },
		 4);
	if (verdict->void_entries)
		cli_line(v->w,
			 N_("%1 of its entries are void: carried, shown, without effect."),
			 (const struct str[]){ num_text(a, verdict->void_entries) }, 1);
}

/* What the check found wrong is a finding (1) or a fork (3), not a bug of this program. */
static int finding(const struct words *w, const struct err *err)
{
	int code = cli_fail(w, err);

	return err->kind == ERR_BROKEN ? EXIT_REFUSED : code;
}

static int verify_log(struct verifying *v, const struct log_source *from,
		      struct log_check *check)
{
	struct log_verdict verdict;
	struct err err;
	bool ok;

	check->old_checkpoint = v->since;
	check->progress = show_progress;
	check->progress_ctx = &v->meter;
	ok = log_verify(v->w->a, from, check, &verdict, &err);
	meter_end(&v->meter);
	if (!ok)
		return finding(v->w, &err);
	tell(v, &verdict);
	return EXIT_GOOD;
}

/* A fork outweighs everything. */
static int worse(int a, int b)
{
	if (a == EXIT_FORK || b == EXIT_FORK)
		return EXIT_FORK;
	return a > b ? a : b;
}

/* --- the ledgers of a folder --- */

/* What is held, not what is served: a restored ledger is verified before it is served again. */
struct held {
	struct arena a; /* of one file */
	struct view *v;
	const struct ledger_row *row;
	struct tiles tiles;
};

/* With the cosignatures, when the newest checkpoint is the one they are for. */
static bool read_checkpoint(struct held *h, struct buf *out)
{
	struct str note;
	struct err none;
	bool cosigned = view_checkpoint(h->v, &h->a, h->row->name, &note, &none);

	buf_add(out,
		cosigned && str_starts(note, h->row->checkpoint) ? note : h->row->checkpoint);
	return true;
}

static bool read_bundle(struct held *h, const struct tile_path *tile, struct buf *out,
			struct err *err)
{
	struct str entry;

	for (unsigned i = 0; i < tile->width; i++) {
		arena_reset(&h->a);
		if (!view_entry(h->v, &h->a, h->row->name, tile->n * TILE_WIDTH + i, &entry,
				err))
			return false;
		bundle_put(out, entry);
	}
	return true;
}

static bool read_held(void *ctx, struct str path, struct buf *out, struct err *err)
{
	struct held *h = ctx;
	struct hash hashes[TILE_WIDTH];
	struct tile_path tile;

	buf_clear(out);
	arena_reset(&h->a);
	if (!tile_path_parse(path, &tile))
		return read_checkpoint(h, out);
	if (tile.level == ENTRY_LEVEL)
		return read_bundle(h, &tile, out, err);
	if (!h->tiles.read(h->tiles.ctx, (unsigned)tile.level, tile.n, tile.width, hashes, err))
		return false;
	buf_add(out, str_of(hashes, tile.width * sizeof(hashes[0])));
	return true;
}

/* Without its high-water file the own ledger is not served, and nobody knows how far it went.
 */
static bool high_water_known(struct held *h)
{
	struct str note;
	struct err none;

	return view_checkpoint(h->v, &h->a, h->row->name, &note, &none);
}

/* The witness keys of the other parties: their cosignatures are checked where they stand. */
static size_t other_witnesses(const struct charter *c, struct str party, struct vkey *out)
{
	size_t n = 0;

	for (size_t i = 0; i < c->ledger_count; i++)
		if (!str_eq(c->ledgers[i].party, party))
			out[n++] = c->ledgers[i].witness;
	return n;
}

static int tell_restored(struct verifying *v, struct held *h)
{
	if (high_water_known(h)) {
		cli_say(v->w,
			N_("%1 went back: more was signed of it than is held here, since it "
			   "was restored "
			   "from an older backup. Bring the missing entries back from a peer."),
			h->row->origin);
		return EXIT_FORK;
	}
	cli_say(v->w,
		N_("%1 was restored from a backup and its high-water file is missing: more may "
		   "have been "
		   "signed of it since. Bring what is missing back from a peer."),
		h->row->origin);
	return EXIT_GOOD;
}

static int verify_held(struct verifying *v, const struct charter *c, struct held *h)
{
	const struct charter_ledger *l = charter_find(c, h->row->name);
	struct log_source from = { read_held, h };
	struct vkey witnesses[CHARTER_LEDGERS_MAX];
	struct log_check check = { .origin = h->row->origin,
				   .party = h->row->party,
				   .witnesses = witnesses };
	int code;

	if (!l || h->row->size == 0)
		return EXIT_GOOD;
	if (h->row->state == LEDGER_FORKED) {
		cli_say(v->w,
			N_("%1 is forked: its holder has signed two histories. Only a joint "
			   "act of "
			   "succession leads on."),
			h->row->origin);
		return EXIT_FORK;
	}
	check.log_keys = &l->log;
	check.log_key_count = 1;
	check.witness_count = other_witnesses(c, h->row->party, witnesses);
	h->tiles = view_tiles(h->v, h->row);
	code = verify_log(v, &from, &check);
	return h->row->state == LEDGER_RESTORED ? worse(code, tell_restored(v, h)) : code;
}

static int verify_node(struct verifying *v, struct node *n, struct view *view)
{
	struct held h = { .v = view };
	struct ledger_row *rows;
	struct err err;
	size_t count;
	int code = EXIT_GOOD;

	if (!node_charter(n)) {
		cli_say0(v->w, N_("This node has no charter yet: there is nothing to verify."));
		return EXIT_REFUSED;
	}
	if (!view_ledgers(view, v->w->a, &rows, &count, &err))
		return cli_fail(v->w, &err);
	arena_init(&h.a, NOTE_MAX * 16);
	for (size_t i = 0; i < count; i++)
		if (!v->since.n || rows[i].own) {
			h.row = &rows[i];
			code = worse(code, verify_held(v, node_charter(n), &h));
		}
	arena_done(&h.a);
	return code;
}

static int open_node(struct verifying *v)
{
	struct node *n;
	struct view *view;
	struct err err;
	int code;

	n = cli_node(v->w, STORE_READ, &code);
	if (!n)
		return code;
	if (cli_view(n, &view, &err)) {
		code = verify_node(v, n, view);
		cli_view_end(view);
	} else {
		code = cli_fail(v->w, &err);
	}
	node_close(n);
	return code;
}

/* --- one ledger over HTTP --- */

struct over_http {
	struct fetch *fetch;
	const char *
		below; /* "" when the address is the ledger's own, "/log" when it is a node's */
	struct arena a;
};

static bool read_served(void *ctx, struct str path, struct buf *out, struct err *err)
{
	struct over_http *s = ctx;

	arena_reset(&s->a);
	return fetch_get(s->fetch,
			 arena_join(&s->a, arena_join(&s->a, str_z(s->below), S("/")), path),
			 out, err);
}

/* Log keys in keys[0..*logs), witnesses after them; the origin is the name of the log key. */
static bool read_keys(const struct words *w, struct vkey *logs, size_t *log_count,
		      struct vkey *witnesses, size_t *witness_count, struct err *err)
{
	const char *text;
	size_t at = 0;
	struct vkey k;

	*log_count = *witness_count = 0;
	while ((text = word_next(w, "--vkey", &at))) {
		if (!vkey_parse(str_z(text), &k, err)) {
			err_within(err, "vkey", S(""));
			return false;
		}
		if (*log_count + *witness_count == LOG_WITNESSES_MAX)
			return err_set(err, ERR_USAGE, "vkey", N_("More than %1 keys."),
				       err_num(LOG_WITNESSES_MAX));
		if (k.type == KEY_LOG)
			logs[(*log_count)++] = k;
		else
			witnesses[(*witness_count)++] = k;
	}
	return *log_count > 0 || err_set(err, ERR_USAGE, "vkey",
					 N_("Give the verifier key of the ledger with --vkey. "
					    "It stands on the node's page "
					    "“verify” and in the charter."));
}

static int verify_served(struct verifying *v, struct over_http *s)
{
	struct log_source from = { read_served, s };
	struct vkey logs[LOG_WITNESSES_MAX], witnesses[LOG_WITNESSES_MAX];
	struct log_check check = { .log_keys = logs, .witnesses = witnesses };
	struct buf probe;
	struct err err;
	bool there;

	if (!read_keys(v->w, logs, &check.log_key_count, witnesses, &check.witness_count, &err))
		return cli_fail(v->w, &err);
	check.origin = logs[0].name;
	check.quorum = (unsigned)check.witness_count;
	buf_init(&probe, NOTE_MAX);
	s->below = "";
	there = fetch_get(s->fetch, S("/checkpoint"), &probe, &err);
	buf_done(&probe);
	if (!there && err.kind != ERR_MISSING)
		return cli_fail(v->w, &err);
	s->below = there ? "" : "/log";
	return verify_log(v, &from, &check);
}

static int open_url(struct verifying *v)
{
	struct over_http s = { .below = "" };
	struct err err;
	int code;

	if (!fetch_open(str_z(word_of(v->w, "--url")), &s.fetch, &err))
		return cli_fail(v->w, &err);
	arena_init(&s.a, 1 << 20);
	code = verify_served(v, &s);
	arena_done(&s.a);
	fetch_close(s.fetch);
	return code;
}

int cmd_verify(const struct words *w)
{
	struct verifying v = { .w = w, .meter = meter_of(w, N_("verifying entry %1 of %2")) };
	bool by_url = word_of(w, "--url") != NULL;
	struct err err;
	int code;

	if (by_url == (word_of(w, "--node") != NULL)) {
		cli_say0(w,
			 N_("Say what to verify: --node DIR, or --url URL with --vkey KEY."));
		return EXIT_USAGE;
	}
	if (word_of(w, "--since") &&
	    !file_read(w->a, word_of(w, "--since"), NOTE_MAX, &v.since, &err))
		return cli_fail(w, &err);
	buf_init(&v.out, 1 << 20);
	v.json = json_w(&v.out);
	json_open(&v.json, '[');
	code = by_url ? open_url(&v) : open_node(&v);
	json_close(&v.json, ']');
	buf_ch(&v.out, '\n');
	if (w->json)
		code = worse(code, cli_out(w, buf_str(&v.out)));
	buf_done(&v.out);
	return code;
}

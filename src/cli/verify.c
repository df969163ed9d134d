/*
 * `benkan verify`: the same pass (ledger/verify.h) over the ledgers of a folder or over one
 * that a node serves.
 */
#include "ledger/verify.h"
#include "cli/cli.h"
#include "ledger/entry.h"
#include "register/file.h"
#include "store/charter.h"
#include "wire/fetch.h"

#include <string.h>

const char verify_details[] =
	N_("Either the ledgers of a node's folder, or one ledger over HTTP under the keys "
	   "you trust. Every witness "
	   "key that is given must have cosigned. With an older checkpoint the ledger must "
	   "be its continuation: "
	   "exit code 3 says that history was rewritten or went back.\n"
	   "\n"
	   "  benkan verify --url https://registre.diplomatie.example --vkey "
	   "'registre.diplomatie.example/ml+…'");

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
		json_key(&v->json, "rolls");
		json_put_int(&v->json, (int64_t)verdict->rolls);
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
	if (verdict->rolls)
		cli_line(v->w, N_("%1 of its keys were replaced by the recovery quorum."),
			 (const struct str[]){ num_text(a, verdict->rolls) }, 1);
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

/* The witness keys of the other parties, those in force: their cosignatures are checked where
 * they stand. */
static bool other_witnesses(struct held *h, struct arena *a, const struct charter *c,
			    struct vkey *out, size_t *n, struct err *err)
{
	struct charter_ledger now;

	*n = 0;
	for (size_t i = 0; i < c->ledger_count; i++) {
		if (str_eq(c->ledgers[i].party, h->row->party))
			continue;
		if (!view_keys(h->v, a, c->ledgers[i].name, TREE_SIZE_MAX, &now, err))
			return false;
		out[(*n)++] = now.witness;
	}
	return true;
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
				   .witnesses = witnesses,
				   .follow = l,
				   .charter = &c->id };
	struct err err;
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
	if (!other_witnesses(h, v->w->a, c, witnesses, &check.witness_count, &err))
		return cli_fail(v->w, &err);
	h->tiles = view_tiles(h->v, h->row);
	code = verify_log(v, &from, &check);
	return h->row->state == LEDGER_RESTORED ? worse(code, tell_restored(v, h)) : code;
}

/* The charter in force must be the one that the first charter and the ledgers lead to. */
static int verify_chain(struct verifying *v, struct node *n)
{
	const struct charter *c = node_charter(n);
	struct hash derived;
	struct err err;

	if (!c->amends || v->since.n)
		return EXIT_GOOD;
	if (!store_charter_derived(node_store(n), v->w->a, &derived, &err))
		return cli_fail(v->w, &err);
	if (hash_eq(&derived, &c->hash)) {
		cli_say0(v->w, N_("The charter in force follows from the first one by the acts "
				  "in the ledgers."));
		return EXIT_GOOD;
	}
	cli_say0(v->w, N_("The charter in force here does not follow from the first one by the "
			  "acts in the ledgers held here: fetch what is missing, and compare "
			  "with another node."));
	return EXIT_REFUSED;
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
	code = verify_chain(v, n);
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
static bool read_keys(const struct words *w, const char *charter, struct vkey *logs,
		      size_t *log_count, struct vkey *witnesses, size_t *witness_count,
		      struct err *err)
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
	return *log_count > 0 || charter ||
	       err_set(err, ERR_USAGE, "vkey",
		       N_("Give the verifier key of the ledger with --vkey. "
			  "It stands on the node's page "
			  "“verify” and in the charter."));
}

/* The address is a ledger's own, or a node's, which serves it below /log. */
static bool find_log(struct over_http *s, struct arena *a, struct str *note, struct err *err)
{
	struct buf b;
	bool ok;

	buf_init(&b, NOTE_MAX);
	s->below = "";
	ok = fetch_get(s->fetch, S("/checkpoint"), &b, err);
	if (!ok && err->kind == ERR_MISSING) {
		s->below = "/log";
		ok = fetch_get(s->fetch, S("/log/checkpoint"), &b, err);
	}
	*note = arena_buf(a, &b);
	return ok;
}

/* The charter that entry 0 names, as the node serves it: nothing vouches for it before the
 * entries have verified. */
static bool charter_served(struct over_http *s, struct arena *a, struct str note,
			   struct charter *out)
{
	struct tile_path first = { ENTRY_LEVEL, 0, 0 };
	struct str bundle, bytes;
	struct checkpoint head;
	struct buf b, path;
	struct note parts;
	struct json *doc;
	struct hash id;
	struct err none;
	bool ok;

	if (!note_parse(note, &parts, &none) || !checkpoint_parse(parts.text, &head, &none))
		return false;
	first.width = tile_width(head.size, 0, 0);
	buf_init(&b, TILE_WIDTH * (ENTRY_CARRY_MAX + 2));
	buf_init(&path, 256);
	tile_path_write(&path, &first);
	ok = read_served(s, arena_buf(a, &path), &b, &none);
	bundle = arena_buf(a, &b);
	if (!ok || !bundle_next(&bundle, &bytes))
		return false;
	if (!json_object(a, bytes, &doc, &none) ||
	    !hash_hex(json_str(json_obj(doc, "body"), "charter"), &id))
		return false;
	buf_init(&b, CHARTER_MAX);
	ok = fetch_get(s->fetch,
		       arena_join(a, S("/blob/"), json_str(json_obj(doc, "body"), "charter")),
		       &b, &none);
	bytes = arena_buf(a, &b);
	return ok && charter_read(a, bytes, out, &none) && hash_eq(&out->hash, &id);
}

static const struct charter_ledger *ledger_of(const struct charter *c, struct str origin)
{
	for (size_t i = 0; i < c->ledger_count; i++)
		if (str_eq(c->ledgers[i].origin, origin))
			return &c->ledgers[i];
	return NULL;
}

static void follow(struct log_check *check, const struct charter *c,
		   const struct charter_ledger *l)
{
	check->follow = l;
	check->charter = &c->id;
	check->party = l->party;
	check->origin = l->origin;
}

/* The charter is what is trusted: the ledger it names with the origin that is served. */
static bool follow_given(struct verifying *v, const char *charter, struct str note,
			 struct log_check *check, struct err *err)
{
	struct charter *c = arena_new(v->w->a, struct charter);
	struct str origin = str_cut(note, str_index(note, '\n')), bytes;
	const struct charter_ledger *l;

	if (!file_read(v->w->a, charter, CHARTER_MAX, &bytes, err) ||
	    !charter_read(v->w->a, bytes, c, err))
		return false;
	l = ledger_of(c, origin);
	if (!l)
		return err_set(err, ERR_INPUT, "charter", N_("The charter names no ledger %1."),
			       err_arg(origin));
	follow(check, c, l);
	return true;
}

static bool is_among(const struct vkey *k, const struct vkey *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (memcmp(k->pub, list[i].pub, sizeof(k->pub)) == 0)
			return true;
	return false;
}

/*
 * A key is what is trusted.  When it is the one of the charter, its rolls can be followed,
 * if something it signed vouches for the beginning of the ledger: this head, or an older
 * checkpoint.
 */
static bool follow_key(struct verifying *v, struct over_http *s, struct str note,
		       struct log_check *check, struct err *err)
{
	struct charter *c = arena_new(v->w->a, struct charter);
	const struct charter_ledger *l;
	struct checkpoint head;
	bool stands;

	check->origin = check->log_keys[0].name;
	stands = checkpoint_open(note, check->origin, check->log_keys, check->log_key_count,
				 &head, err);
	l = charter_served(s, v->w->a, note, c) ? ledger_of(c, check->origin) : NULL;
	if (!l || !is_among(&l->log, check->log_keys, check->log_key_count))
		return true;
	if (!stands && !v->since.n)
		return err_set(err, ERR_INPUT, "vkey",
			       N_("The key given does not sign this ledger now. If it was "
				  "replaced, give the register's charter with --charter, or an "
				  "older checkpoint that the key signed with --since."));
	follow(check, c, l);
	return true;
}

static int verify_served(struct verifying *v, struct over_http *s)
{
	const char *charter = word_of(v->w, "--charter");
	struct log_source from = { read_served, s };
	struct vkey logs[LOG_WITNESSES_MAX], witnesses[LOG_WITNESSES_MAX];
	struct log_check check = { .log_keys = logs, .witnesses = witnesses };
	struct str note;
	struct err err;

	if (!read_keys(v->w, charter, logs, &check.log_key_count, witnesses,
		       &check.witness_count, &err))
		return cli_fail(v->w, &err);
	check.quorum = (unsigned)check.witness_count;
	if (!find_log(s, v->w->a, &note, &err) ||
	    !(charter ? follow_given(v, charter, note, &check, &err)
		      : follow_key(v, s, note, &check, &err)))
		return cli_fail(v->w, &err);
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
		cli_say0(w, N_("Say what to verify: --node DIR, or --url URL with --vkey KEY "
			       "or --charter FILE."));
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

#include "cli/vectors.h"

#include <string.h>

#include "base/date.h"
#include "cli/vectors_acts.h"
#include "cli/vectors_case.h"
#include "cli/vectors_pouch.h"
#include "cli/vectors_witness.h"
#include "ledger/entry.h"
#include "ledger/evidence.h"
#include "ledger/keyroll.h"

enum {
	INDEX_MAX = 64 << 20,
	CASE_ARENA = 64 << 20,
	TILE_FILE_MAX = TILE_WIDTH * (2 + ENTRY_CARRY_MAX)
};

/* What a case says.  The last two pass no expectation. */
static const struct str accepted = { "accept", 6 }, refused = { "reject", 6 },
			differs = { "accept, with other values than given", 36 },
			unreadable = { "a case that cannot be read", 26 };

static struct str verdict(bool ok)
{
	return ok ? accepted : refused;
}

/* --- one function a kind --- */

static struct str kind_vkey(struct vectors *v, const struct json *c)
{
	struct str text = json_str(c, "vkey");
	struct vkey k;
	struct buf back;
	bool same;

	if (!vkey_parse(text, &k, &v->err))
		return refused;
	buf_init(&back, text.n);
	vkey_write(&back, &k);
	same = str_eq(buf_str(&back), text);
	buf_done(&back);
	return same ? accepted : differs;
}

static struct str kind_note(struct vectors *v, const struct json *c)
{
	struct cosig cosigs[KEYS_MAX];
	struct keys keys;
	struct str bytes;
	struct note note;
	unsigned verified;
	uint64_t want;
	size_t found;

	if (!case_file(v, c, "file", &bytes) || !case_keys(v, c, &keys))
		return unreadable;
	if (!note_open(bytes, keys.all, keys.n, &note, &verified, &v->err) ||
	    !cosig_check(bytes, keys.all, keys.n, cosigs, &found, &v->err))
		return refused;
	return !case_u64(c, "verified", &want) || want == verified + found ? accepted : differs;
}

static struct str kind_checkpoint(struct vectors *v, const struct json *c)
{
	struct cosig cosigs[KEYS_MAX];
	struct checkpoint got;
	struct keys keys;
	struct hash root;
	struct str bytes;
	uint64_t size;
	size_t found;

	if (!case_file(v, c, "file", &bytes) || !case_keys(v, c, &keys))
		return unreadable;
	if (!checkpoint_open(bytes, json_str(c, "origin"), keys.all, keys.n, &got, &v->err) ||
	    !cosig_check(bytes, keys.all, keys.n, cosigs, &found, &v->err))
		return refused;
	if ((case_u64(c, "size", &size) && size != got.size) ||
	    (case_hash(json_get(c, "root"), &root) && !hash_eq(&root, &got.root)))
		return differs;
	return accepted;
}

static bool names_witness(const struct json *list, struct str name)
{
	for (const struct json *w = list ? list->child : NULL; w; w = w->next)
		if (str_eq(w->str, name))
			return true;
	return false;
}

static struct str kind_cosig(struct vectors *v, const struct json *c)
{
	const struct json *by = json_arr(c, "cosigned_by");
	struct cosig cosigs[KEYS_MAX];
	struct log_verdict got;
	struct log_check check;
	struct keys log, witnesses;
	struct str bytes;
	size_t found;

	if (!case_file(v, c, "file", &bytes) || !case_check(v, c, &log, &witnesses, &check))
		return unreadable;
	if (!log_head_check(bytes, &check, &got, &v->err) ||
	    !cosig_check(bytes, witnesses.all, witnesses.n, cosigs, &found, &v->err))
		return refused;
	for (size_t i = 0; i < found; i++)
		if (!names_witness(by, cosigs[i].witness->name))
			return differs;
	return by && by->count == found ? accepted : differs;
}

/* One element of `tiles`: path, length, SHA-256. */
static bool tile_as_given(struct vectors *v, uint64_t size, const struct json *given)
{
	const struct json *path = given->child, *length = path ? path->next : NULL,
			  *sha256 = length ? length->next : NULL;
	struct hash want, got;
	struct tile_path p;
	struct buf file;
	bool same;

	if (!sha256 || !tile_path_parse(path->str, &p) || !hash_hex(sha256->str, &want))
		return err_set(&v->err, ERR_INPUT, "tiles", N_("«%1» is malformed here"),
			       err_arg(given->raw));
	buf_init(&file, TILE_FILE_MAX);
	same = vector_tree_file(&v->tree, size, &p, &file, &v->err);
	got = hash_of(buf_str(&file));
	same = same && (uint64_t)length->num == file.n && hash_eq(&want, &got);
	buf_done(&file);
	return same || err_set(&v->err, ERR_INPUT, "tiles", N_("%1 has other bytes here"),
			       err_arg(path->str));
}

static struct str kind_tree(struct vectors *v, const struct json *c)
{
	const struct json *files = json_arr(c, "tiles");
	struct tiles tiles = vector_tree_tiles(&v->tree);
	struct hash want, got;
	uint64_t size, count;

	if (!files || !case_u64(c, "size", &size) || !case_u64(c, "tile_count", &count) ||
	    !hash_hex(json_str(c, "root_hex"), &want))
		return unreadable;
	if (!vector_tree_grow(&v->tree, size, &v->err) ||
	    !tree_root(&tiles, size, &got, &v->err))
		return refused;
	if (!hash_eq(&want, &got) || vector_tree_tile_count(size) != count)
		return differs;
	if (v->tree.edge.size == size) {
		got = tree_edge_root(&v->tree.edge);
		if (!hash_eq(&want, &got))
			return differs;
	}
	for (const struct json *t = files->child; t; t = t->next)
		if (!tile_as_given(v, size, t))
			return refused;
	return accepted;
}

static struct str kind_tilepath(struct vectors *v, const struct json *c)
{
	struct str path = json_str(c, "path");
	int64_t level, n, width;
	struct tile_path p;
	struct buf back;
	bool same;

	(void)v;
	if (!tile_path_parse(path, &p))
		return refused;
	buf_init(&back, path.n);
	tile_path_write(&back, &p);
	same = str_eq(buf_str(&back), path) &&
	       (!json_int(c, "level", &level) || level == p.level) &&
	       (!json_int(c, "n", &n) || (uint64_t)n == p.n) &&
	       (!json_int(c, "width", &width) || width == (int64_t)p.width);
	buf_done(&back);
	return same ? accepted : differs;
}

static struct str kind_inclusion(struct vectors *v, const struct json *c)
{
	struct hash proof[PROOF_MAX], leaf, root;
	uint64_t index, size;
	size_t n;

	(void)v;
	if (!case_u64(c, "index", &index) || !case_u64(c, "size", &size) ||
	    !case_hash(json_get(c, "leaf_hash"), &leaf) ||
	    !case_hash(json_get(c, "root"), &root))
		return unreadable;
	return verdict(case_proof(c, proof, &n) &&
		       inclusion_verify(&leaf, index, size, proof, n, &root));
}

static struct str kind_consistency(struct vectors *v, const struct json *c)
{
	struct hash proof[PROOF_MAX], old_root, root;
	uint64_t old_size, size;
	size_t n;

	(void)v;
	if (!case_u64(c, "old_size", &old_size) || !case_u64(c, "new_size", &size) ||
	    !case_hash(json_get(c, "old_root"), &old_root) ||
	    !case_hash(json_get(c, "new_root"), &root))
		return unreadable;
	return verdict(case_proof(c, proof, &n) &&
		       consistency_verify(old_size, size, proof, n, &old_root, &root));
}

static struct str kind_tlogproof(struct vectors *v, const struct json *c)
{
	struct log_verdict got;
	struct log_check check;
	struct keys log, witnesses;
	struct str bytes, entry;

	if (!case_file(v, c, "file", &bytes) || !case_bytes(v, c, "entry_b64", &entry) ||
	    !case_check(v, c, &log, &witnesses, &check))
		return unreadable;
	return verdict(tlog_proof_verify(bytes, entry, &check, &got, &v->err));
}

struct log_dir {
	struct vectors *v;
	struct str dir;
};

static bool log_file(void *ctx, struct str path, struct buf *out, struct err *err)
{
	struct log_dir *d = ctx;
	struct str inner =
		arena_join(&d->v->arena, arena_join(&d->v->arena, d->dir, S("/")), path);

	return file_append(&d->v->arena, case_path(d->v, S("log"), inner), out, err);
}

static struct str kind_log(struct vectors *v, const struct json *c)
{
	struct log_dir dir = { v, json_str(c, "dir") };
	const struct log_source source = { log_file, &dir };
	struct str entries = json_str(c, "entries"), old = json_str(c, "old_checkpoint"), last;
	struct log_check check;
	struct log_verdict got;
	struct keys log, witnesses;
	struct buf head;
	uint64_t size;
	bool there;

	buf_init(&head, NOTE_MAX);
	there = log_file(&dir, S("checkpoint"), &head, &v->err);
	buf_done(&head);
	if (!there || !case_check(v, c, &log, &witnesses, &check) ||
	    !case_u64(c, "size", &size))
		return unreadable;
	/* The vectors' ledgers bear their party's code as the last part of the origin. */
	for (last = check.origin; str_split(&last, '/', &check.party);)
		continue;
	if (old.n) {
		buf_init(&head, NOTE_MAX);
		there = log_file(&dir, old, &head, &v->err);
		check.old_checkpoint = arena_str(&v->arena, buf_str(&head));
		buf_done(&head);
		if (!there)
			return unreadable;
	}
	if (!log_verify(&v->arena, &source, &check, &got, &v->err))
		return refused;
	if (got.head.size != size ||
	    (entries.n &&
	     str_is(entries, "clean") !=
		     (got.void_entries + got.unknown_entries + got.flagged_entries == 0)))
		return differs;
	return accepted;
}

static struct str kind_json(struct vectors *v, const struct json *c)
{
	struct str bytes;
	struct json *doc;

	if (!case_bytes(v, c, "bytes_b64", &bytes))
		return unreadable;
	return verdict(json_object(&v->arena, bytes, &doc, &v->err));
}

/*
 * LEDGER.md fixes the words of the envelope (3.3) and `parties`; what a type's own check is
 * called is ours.  The first word of the reason is the format's, the rest is for people.
 */
static bool reason_differs(struct str want, const char *said)
{
	static const char *const fixed[] = { "size", "json",   "version", "party", "index",
					     "time", "member", "type",    "body",  "actor",
					     "blob", "sealed", "parties" };
	struct str word = str_cut(want, str_index(want, ' '));

	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
		if (str_is(word, fixed[i]))
			return !str_eq(word, str_z(said));
	return false;
}

static struct str kind_entry(struct vectors *v, const struct json *c)
{
	static const struct str states[] = { [ENTRY_VALID] = { "valid", 5 },
					     [ENTRY_VOID] = { "void", 4 },
					     [ENTRY_UNKNOWN] = { "unknown", 7 } };
	struct str bytes, said;
	struct hash want, got;
	struct entry e;
	int64_t before;
	uint64_t n;

	if (!case_bytes(v, c, "bytes_b64", &bytes) || !case_u64(c, "n", &n) ||
	    !hash_hex(json_str(c, "leaf_hash_hex"), &want))
		return unreadable;
	if (!time_parse(json_str(c, "prev_time"), &before))
		before = INT64_MIN;
	entry_read(&v->arena, bytes, json_str(c, "party"), n, before, &e);
	got = leaf_hash(bytes);
	if (!hash_eq(&want, &got))
		return differs;
	said = states[e.state];
	if (e.state == ENTRY_VOID && reason_differs(json_str(c, "reason"), e.reason))
		said = arena_join(&v->arena, S("void for another reason: "), str_z(e.reason));
	return said;
}

static struct str kind_commitment(struct vectors *v, const struct json *c)
{
	struct str body;
	struct hash h;

	if (!case_bytes(v, c, "body_b64", &body) || !hash_hex(json_str(c, "c"), &h))
		return unreadable;
	return verdict(commitment_opens(body, &h));
}

/* The key in force goes where its kind belongs: a recovery key stands in its list as well. */
static bool current_key(struct vectors *v, struct str text, struct charter_ledger *now)
{
	struct keys keys = { .n = 0 };

	now->seal = text;
	if (seal_valid(text))
		return true;
	if (!case_key(v, &keys, text))
		return false;
	if (keys.all[0].type == KEY_WITNESS)
		now->witness = keys.all[0];
	else
		now->log = keys.all[0];
	return true;
}

static struct str kind_keyroll(struct vectors *v, const struct json *c)
{
	const struct json *recovery = json_arr(c, "recovery_vkeys");
	struct charter_ledger now = { .origin = json_str(c, "origin") };
	struct keys keys = { .n = 0 };
	struct hash register_id;
	struct keyroll got;
	uint64_t index, threshold;

	if (!recovery || recovery->count != CHARTER_RECOVERY ||
	    !case_u64(c, "entry_index", &index) || !case_u64(c, "threshold", &threshold) ||
	    !hash_hex(json_str(c, "register"), &register_id) ||
	    !current_key(v, json_str(c, "current_vkey"), &now))
		return unreadable;
	for (const struct json *k = recovery->child; k; k = k->next)
		if (!case_key(v, &keys, k->str))
			return unreadable;
	memcpy(now.recovery, keys.all, sizeof(now.recovery));
	now.threshold = (unsigned)threshold;
	return verdict(keyroll_check(json_str(c, "statement"), &now, &register_id, index, &got,
				     &v->err));
}

static struct str kind_evidence(struct vectors *v, const struct json *c)
{
	struct keys keys = { .n = 0 };

	if (!case_key(v, &keys, json_str(c, "log_vkey")))
		return unreadable;
	return evidence_check(c, &keys.all[0], &v->err) ? S("fork") : S("no-fork");
}

static const struct kind {
	const char *name;
	struct str (*run)(struct vectors *v, const struct json *c);
} kinds[] = {
	{ "vkey", kind_vkey },
	{ "note", kind_note },
	{ "checkpoint", kind_checkpoint },
	{ "cosig", kind_cosig },
	{ "tree", kind_tree },
	{ "tilepath", kind_tilepath },
	{ "inclusion", kind_inclusion },
	{ "consistency", kind_consistency },
	{ "tlogproof", kind_tlogproof },
	{ "log", kind_log },
	{ "json", kind_json },
	{ "entry", kind_entry },
	{ "commitment", kind_commitment },
	{ "evidence", kind_evidence },
	{ "keyroll", kind_keyroll },
	{ "pouch", kind_pouch },
	{ "witness", kind_witness },
	{ "acts", kind_acts },
};
enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

/* --- the run --- */

struct report {
	enum lang lang;
	size_t only; /* a row of `kinds`, or KINDS for all */
	uint64_t passed[KINDS], failed[KINDS];
	struct vectors_said *out;
};

/* The row of a kind; KINDS when it is not known here. */
static size_t kind_of(struct str name)
{
	size_t i = 0;

	while (i < KINDS && !str_is(name, kinds[i].name))
		i++;
	return i;
}

static void complain(struct report *r, struct str kind, struct str id,
		     const struct str words[2], const struct err *err)
{
	struct buf *out = &r->out->failures;

	buf_add(out, kind);
	buf_ch(out, ' ');
	buf_add(out, id);
	buf_lit(out, ": ");
	lang_fill(out, T(r->lang, "expected %1, got %2"), words, 2);
	if (err->kind != ERR_NONE) {
		buf_lit(out, ": ");
		lang_err(out, r->lang, err);
	}
	buf_ch(out, '\n');
}

static void run_line(struct vectors *v, struct str line, struct report *r)
{
	struct str words[2] = { accepted, unreadable };
	struct json *c;
	size_t kind;

	v->err = (struct err){ 0 };
	if (!json_object(&v->arena, line, &c, &v->err)) {
		r->out->passed = false;
		complain(r, S("index.jsonl"), str_cut(line, 40), words, &v->err);
		return;
	}
	kind = kind_of(json_str(c, "kind"));
	if (json_get(c, "expect"))
		words[0] = json_str(c, "expect");
	if (kind == KINDS || (r->only != KINDS && r->only != kind) ||
	    str_is(words[0], "either"))
		return;
	words[1] = kinds[kind].run(v, c);
	if (str_eq(words[0], words[1])) {
		r->passed[kind]++;
		return;
	}
	r->failed[kind]++;
	r->out->passed = false;
	complain(r, json_str(c, "kind"), json_str(c, "id"), words, &v->err);
}

static void write_table(const struct report *r)
{
	struct buf *table = &r->out->table;

	for (size_t i = 0; i < KINDS; i++) {
		if (r->passed[i] + r->failed[i] == 0)
			continue;
		buf_z(table, kinds[i].name);
		buf_ch(table, ' ');
		buf_u64(table, r->passed[i]);
		buf_ch(table, ' ');
		buf_u64(table, r->failed[i]);
		buf_ch(table, '\n');
	}
}

bool vectors_run(struct str dir, struct str only_kind, enum lang lang, struct vectors_said *out,
		 struct err *err)
{
	struct report r = { .lang = lang, .only = kind_of(only_kind), .out = out };
	struct vectors v = { .dir = dir };
	struct buf index;
	struct str rest, line;
	bool there;

	if (only_kind.n && r.only == KINDS)
		return err_set(err, ERR_USAGE, "",
			       N_("there is no kind of vectors called %1 here"),
			       err_arg(only_kind));
	out->passed = true;
	arena_init(&v.arena, CASE_ARENA);
	vector_tree_init(&v.tree);
	buf_init(&index, INDEX_MAX);
	there = file_append(&v.arena, case_path(&v, S("."), S("index.jsonl")), &index, err);
	for (rest = buf_str(&index); there && str_split(&rest, '\n', &line);) {
		arena_reset(&v.arena);
		if (line.n)
			run_line(&v, line, &r);
	}
	buf_done(&index);
	vector_tree_done(&v.tree);
	arena_done(&v.arena);
	if (there)
		write_table(&r);
	return there;
}

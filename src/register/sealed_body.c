#include "register/sealed_body.h"

#include "ledger/age.h"
#include "register/file.h"
#include "register/writer.h"
#include "store/bodies.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TAKE_ARENA = 64 << 20, TEXT_MAX = 4 << 20, ANSWER_MAX = 64, ROUNDS_MAX = 64 };

/* --- giving --- */

bool body_list(struct view *v, struct arena *a, struct str recipient,
	       const struct body_range *ranges, size_t range_count, struct hash **out,
	       size_t *n, struct err *err)
{
	struct names names = { 0 };

	for (size_t i = 0; i < range_count; i++)
		if (!view_names(v, a, recipient, ranges[i].ledger, ranges[i].base,
				ranges[i].size, &names, err))
			return false;
	names_sort(&names);
	*out = names.list;
	*n = names.n;
	return true;
}

static bool nothing(struct err *err)
{
	return err_set(err, ERR_MISSING, "sealed",
		       N_("There is nothing of this name here for you."));
}

static bool read_attachment(struct view *v, struct arena *a, const struct hash *name,
			    struct buf *out, struct err *err)
{
	struct blob b;
	bool ok;

	if (!view_blob_open(v, a, name, &b, err))
		return false;
	buf_init(out, BLOB_MAX);
	buf_zero(out, (size_t)b.size);
	assert(!out->full);
	ok = view_blob_bytes(&b, out->p, err);
	if (b.fd >= 0)
		close(b.fd);
	return ok;
}

static bool read_plain(struct view *v, struct arena *a, const struct named_file *f,
		       struct buf *out, struct err *err)
{
	struct str bytes;
	bool found;

	if (f->attachment)
		return read_attachment(v, a, &f->bytes, out, err);
	if (!view_body(v, a, &f->bytes, &bytes, &found, err))
		return false;
	buf_init(out, TEXT_MAX);
	if (found)
		buf_add(out, bytes);
	return found || nothing(err);
}

/* The recipient's seal key in force; empty when it takes no age files (LEDGER.md 12.2). */
static bool seal_of(struct node *n, struct view *v, struct arena *a, struct str party,
		    struct str *seal, struct err *err)
{
	const struct charter *c = n->charter;
	struct charter_ledger now;
	const struct charter_ledger *l = charter_open(c, party);
	struct ledger_row *rows;
	size_t count;

	*seal = S("");
	if (!l) /* nobody of this register: there is nothing for it */
		return true;
	if (!view_ledgers(v, a, &rows, &count, err))
		return false;
	for (size_t i = 0; i < count; i++)
		if (str_eq(rows[i].name, l->name)) {
			if (!view_keys(v, a, l->name, rows[i].size, &now, err))
				return false;
			*seal = now.seal;
		}
	return true;
}

/*
 * What makes a file the same each time: a stream that only this node can draw, another for
 * each pair of name and recipient key.  The name fixes the plain text, so that no stream
 * serves two of them.
 */
struct drawn {
	unsigned char key[crypto_stream_chacha20_ietf_KEYBYTES];
	uint32_t at;
};

static void draw(void *ctx, void *out, size_t size)
{
	static const unsigned char nonce[crypto_stream_chacha20_ietf_NONCEBYTES] =
		"benkan-seal";
	struct drawn *d = ctx;

	memset(out, 0, size);
	crypto_stream_chacha20_ietf_xor_ic(out, out, size, nonce, d->at, d->key);
	d->at += (uint32_t)(size / 64 + 1);
}

static void draw_begin(struct drawn *d, const unsigned char secret[AGE_SECRET], struct str seal,
		       const struct hash *name)
{
	crypto_auth_hmacsha256_state s;

	d->at = 0;
	crypto_auth_hmacsha256_init(&s, secret, AGE_SECRET);
	crypto_auth_hmacsha256_update(&s, (const unsigned char *)"benkan sealed body\n", 19);
	crypto_auth_hmacsha256_update(&s, name->b, HASH_SIZE);
	crypto_auth_hmacsha256_update(&s, (const unsigned char *)seal.p, seal.n);
	crypto_auth_hmacsha256_final(&s, d->key);
	sodium_memzero(&s, sizeof(s));
}

static bool seal_plain(struct node *n, struct arena *a, struct str seal,
		       const struct hash *name, struct str plain, struct buf *out,
		       struct err *err)
{
	struct seal_secret *own;
	struct drawn d;
	size_t count;
	bool ok;

	if (!node_seals(n, a, &own, &count, err))
		return false;
	if (count == 0)
		return err_set(err, ERR_CONFLICT, "key",
			       N_("This node has no seal key. Put keys/seal back from a "
				  "backup."));
	draw_begin(&d, own[0].bytes, seal, name);
	ok = age_seal(plain, &seal, 1, &(struct age_chance){ draw, &d }, out, err);
	sodium_memzero(own, count * sizeof(*own));
	sodium_memzero(&d, sizeof(d));
	return ok;
}

bool body_file(struct node *n, struct view *v, struct arena *a, struct str recipient,
	       const struct hash *name, struct buf *out, struct err *err)
{
	struct buf plain = { 0 };
	struct named_file f;
	struct str seal;
	bool found, ok;

	if (!view_named(v, a, recipient, name, &f, &found, err) ||
	    !seal_of(n, v, a, recipient, &seal, err))
		return false;
	if (!found || !seal.n)
		return nothing(err);
	ok = read_plain(v, a, &f, &plain, err) &&
	     seal_plain(n, a, seal, name, buf_str(&plain), out, err);
	if (plain.p)
		sodium_memzero(plain.p, plain.n);
	buf_done(&plain);
	return ok;
}

/* --- taking over --- */

struct taking {
	struct node *n;
	struct arena a;
	const struct hash *name; /* NULL: a plain file, named by nothing but itself */
	struct str plain;
	struct hash hash; /* of plain */
	enum body_fate fate;
};

/* Both of a body that is not to come back: all ledgers that commit to it erased it, or this
 * party did. */
static bool is_erased(struct taking *t, struct view *v, bool *known, bool *is, struct err *err)
{
	struct sealed_place_row *places;
	size_t n;

	if (!view_erased_by(v, t->n->ledger, &t->hash, is, err) ||
	    !view_commitments(v, &t->a, &t->hash, &places, &n, err))
		return false;
	*known = n > 0;
	if (*is || !n)
		return true;
	*is = true;
	for (size_t i = 0; i < n; i++)
		*is = *is && places[i].erased;
	return true;
}

/* Inside a transaction; *stored asks for its commit. */
static bool take_body(struct taking *t, struct view *v, bool *stored, struct err *err)
{
	struct str held;
	bool known, erased, here;

	if (!is_erased(t, v, &known, &erased, err) ||
	    !view_body(v, &t->a, &t->hash, &held, &here, err))
		return false;
	t->fate = erased             ? BODY_ERASED
		  : here             ? BODY_HELD
		  : known || t->name ? BODY_TAKEN
				     : BODY_REFUSED; /* a plain file that no entry commits to */
	*stored = t->fate == BODY_TAKEN;
	return !*stored || store_opening(t->n->store, &t->hash, t->plain, err);
}

/* An attachment is known by the body that names it. */
static bool judge_attachment(struct taking *t, struct view *v, struct err *err)
{
	struct hash sha256;
	bool found;

	if (!t->name) {
		if (!view_attachment_known(v, &t->hash, &found, err))
			return false;
		t->fate = found ? BODY_TAKEN : BODY_REFUSED;
		return true;
	}
	if (!view_attachment(v, t->name, &sha256, &found, err))
		return false;
	t->fate = !found ? BODY_KEPT : hash_eq(&sha256, &t->hash) ? BODY_TAKEN : BODY_REFUSED;
	return true;
}

static bool is_body(const struct taking *t)
{
	return (!t->name || hash_eq(t->name, &t->hash)) && t->plain.n <= TEXT_MAX &&
	       commitment_opens(t->plain, &t->hash);
}

static bool take_in(struct taking *t, struct err *err)
{
	struct store *s = t->n->store;
	bool stored = false, body = is_body(t), ok;
	struct skey none = { 0 }; /* no entry is appended, so that nothing is signed */

	if (!store_begin(s, err))
		return false;
	ok = body ? take_body(t, store_writer_view(s), &stored, err)
		  : judge_attachment(t, store_writer_view(s), err);
	if (ok && stored)
		ok = store_commit(s, &none, err);
	if (!ok || !stored)
		store_rollback(s);
	return ok;
}

static bool put_attachment(struct taking *t, struct err *err)
{
	struct hash name;

	if (t->fate != BODY_TAKEN || is_body(t))
		return true;
	if (view_blob_here(store_writer_view(t->n->store), &t->hash)) {
		t->fate = BODY_HELD;
		return true;
	}
	return store_blob_put(t->n->store, t->plain, &name, err);
}

static bool take_plain(struct taking *t, struct err *err)
{
	bool ok;

	t->hash = hash_of(t->plain);
	writer_hold(t->n->writer);
	ok = take_in(t, err) && put_attachment(t, err);
	writer_free(t->n->writer);
	return ok;
}

/* By the seal in force, or one before it; ERR_DENIED "age" when it is for none of them. */
static bool open_sealed(struct node *n, struct arena *a, struct str file, struct buf *plain,
			struct err *err)
{
	struct seal_secret *own;
	size_t count;
	bool ok = false;

	if (!node_seals(n, a, &own, &count, err))
		return false;
	err_set(err, ERR_DENIED, "age", N_("This age file is not for this node's seal key."));
	for (size_t i = 0; i < count && !ok && err->kind == ERR_DENIED; i++)
		ok = age_open(file, own[i].bytes, plain, err);
	sodium_memzero(own, count * sizeof(*own));
	return ok;
}

/* *mine is false when it is sealed for a key that is not here. */
static bool take_file(struct node *n, const struct hash *name, struct str file,
		      enum body_fate *fate, bool *mine, struct err *err)
{
	struct taking t = { .n = n, .name = name };
	struct buf plain;
	bool ok = true;

	arena_init(&t.a, TAKE_ARENA);
	buf_init(&plain, BLOB_MAX);
	*mine = open_sealed(n, &t.a, file, &plain, err);
	t.plain = buf_str(&plain);
	if (*mine)
		ok = take_plain(&t, err);
	else if (err->kind == ERR_INPUT)
		t.fate = BODY_REFUSED;
	else if (err->kind == ERR_DENIED && str_is(str_z(err->field), "age"))
		t.fate = BODY_KEPT;
	else
		ok = false;
	*fate = t.fate;
	if (plain.p)
		sodium_memzero(plain.p, plain.n);
	buf_done(&plain);
	arena_done(&t.a);
	return ok;
}

/* --- what is kept as it came: DIR/sealed/<name>.age --- */

static const char *kept_path(struct arena *a, const struct node *n, const struct hash *name)
{
	struct buf b;

	buf_init(&b, 128);
	buf_lit(&b, "sealed/");
	buf_hex(&b, name->b, HASH_SIZE);
	buf_lit(&b, ".age");
	return file_path(a, n->dir, arena_z(a, arena_buf(a, &b)));
}

static bool keep(struct node *n, const struct hash *name, struct str file, struct err *err)
{
	struct arena a;
	const char *folder;
	bool ok;

	arena_init(&a, 1 << 16);
	folder = file_path(&a, n->dir, "sealed");
	ok = mkdir(folder, 0700) == 0 || errno == EEXIST ||
	     err_set(err, ERR_UNREACHABLE, NULL, N_("%1 could not be written: %2."), folder,
		     strerror(errno));
	ok = ok && file_write(kept_path(&a, n, name), file, 0600, err);
	arena_done(&a);
	return ok;
}

bool body_take(struct node *n, const struct hash *name, struct str file, enum body_fate *fate,
	       struct err *err)
{
	bool mine;

	/* Nothing is written before the own ledger is whole; then body_settle takes it up. */
	*fate = BODY_KEPT;
	if (store_own_state(n->store) == LEDGER_OK &&
	    !take_file(n, name, file, fate, &mine, err))
		return false;
	return *fate != BODY_KEPT || keep(n, name, file, err);
}

bool body_import(struct node *n, struct str plain, enum body_fate *fate, struct hash *name,
		 struct err *err)
{
	struct taking t = { .n = n, .plain = plain };
	bool ok;

	arena_init(&t.a, TAKE_ARENA);
	ok = take_plain(&t, err);
	arena_done(&t.a);
	*fate = t.fate;
	*name = t.hash;
	return ok;
}

static bool again(struct node *n, const struct hash *name, bool *placed, struct err *err)
{
	struct arena a;
	struct str file;
	enum body_fate fate = BODY_KEPT;
	const char *path;
	bool mine = false, ok;

	*placed = false;
	arena_init(&a, BODY_FILE_MAX + (size_t)(1 << 20));
	path = kept_path(&a, n, name);
	ok = file_read(&a, path, BODY_FILE_MAX, &file, err) &&
	     take_file(n, name, file, &fate, &mine, err);
	*placed = ok && fate == BODY_TAKEN;
	/* Sealed for a key that may be put back some day: that alone is worth keeping. */
	if (ok && (mine || fate != BODY_KEPT))
		unlink(path);
	arena_done(&a);
	return ok;
}

static bool kept_names(struct node *n, struct arena *a, struct names *out)
{
	DIR *d = opendir(file_path(a, n->dir, "sealed"));
	struct dirent *one;
	struct hash name;

	while (d && (one = readdir(d))) {
		struct str file = str_z(one->d_name);

		if (str_ends(file, S(".age")) && hash_hex(str_cut(file, file.n - 4), &name))
			names_add(a, out, &name);
	}
	if (d)
		closedir(d);
	names_sort(out);
	return out->n > 0;
}

/* --- answering an erasure (LEDGER.md 12.4) --- */

static bool write_answer(struct pen *p, const struct names *names, struct err *err)
{
	struct json_w w = json_w(&p->body);
	struct hash leaf;
	uint64_t n;

	pen_clear(p);
	json_open(&w, '{');
	json_key(&w, "c");
	json_open(&w, '[');
	for (size_t i = 0; i < names->n; i++)
		json_put_hex(&w, names->list[i].b, HASH_SIZE);
	json_close(&w, ']');
	json_pair(&w, "ground", S("Erased at the word of the party that wrote it."));
	json_close(&w, '}');
	return pen_append(p, ENTRY_SEALED_ERASE, S(""), &n, &leaf, err);
}

static bool answer(struct pen *p, struct arena *a, size_t *count, struct err *err)
{
	struct names names = { 0 };

	*count = 0;
	if (!pen_begin(p, err))
		return false;
	if (!view_unanswered(p->view, a, p->node->ledger, p->node->party, ANSWER_MAX, &names,
			     err) ||
	    (names.n && !write_answer(p, &names, err))) {
		pen_undo(p);
		return false;
	}
	*count = names.n;
	if (names.n)
		return pen_commit(p, err);
	pen_undo(p);
	return true;
}

static bool answer_all(struct node *n, struct err *err)
{
	struct arena a;
	size_t count = ANSWER_MAX;
	bool ok = true;

	arena_init(&a, TAKE_ARENA);
	for (int i = 0; ok && i < ROUNDS_MAX && count == ANSWER_MAX; i++) {
		ok = answer(writer_hold(n->writer), &a, &count, err);
		writer_free(n->writer);
	}
	arena_done(&a);
	return ok;
}

bool body_settle(struct node *n, uint64_t *opened, struct err *err)
{
	struct names names = { 0 };
	struct arena a;
	bool ok = true, placed;

	*opened = 0;
	if (store_own_state(n->store) != LEDGER_OK)
		return true; /* nothing is written before the own ledger is whole */
	arena_init(&a, TAKE_ARENA);
	kept_names(n, &a, &names);
	for (size_t i = 0; ok && i < names.n; i++) {
		ok = again(n, &names.list[i], &placed, err);
		*opened += placed;
	}
	arena_done(&a);
	return ok && answer_all(n, err);
}

bool body_lack(struct node *n, struct view *v, struct arena *a, size_t limit, struct hash **out,
	       size_t *count, struct err *err)
{
	struct names names = { 0 };

	if (!view_lacking(v, a, n->party, limit, &names, err))
		return false;
	*out = names.list;
	*count = names.n;
	return true;
}

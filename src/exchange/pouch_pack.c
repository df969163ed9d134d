#include "base/date.h"
#include "exchange/pouch_archive.h"
#include "exchange/pouch_note.h"
#include "exchange/pouch_read.h"
#include "exchange/pouch_walk.h"
#include "register/sealed_body.h"
#include "store/cosig.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NAMES_MAX = 256 << 20, ENTRY_ARENA = 32 << 20, PIECE = 64 << 10 };

struct packing {
	struct node *n;
	struct view *v;
	struct arena *a;
	const struct pouch_plan *plan;
	struct pouch_note m;
	struct ledger_row *rows; /* by name */
	size_t row_count;
	struct str heads[CHARTER_LEDGERS_MAX];  /* checkpoints, by the manifest's line */
	struct str cosigs[CHARTER_LEDGERS_MAX]; /* by row; empty: none */
	struct buf blobs;                       /* names of attachments, 32 bytes each */
	struct hash *sealed;                    /* names of sealed files for the recipient */
	size_t sealed_count;
	uint64_t bodies_from[CHARTER_LEDGERS_MAX]; /* by ledger of the manifest */
	const struct pouch_sink *to;               /* NULL in the first pass */
	struct pouch_sum sum;                      /* of the first pass */
	struct buf name, bytes;                    /* of the member at hand */
	struct arena once;                         /* for one entry */
	uint64_t done, all;                        /* bundles, in both passes */
};

/* --- what is carried --- */

static int by_name(const void *a, const void *b)
{
	return str_cmp(((const struct ledger_row *)a)->name,
		       ((const struct ledger_row *)b)->name);
}

static const struct ledger_row *row_named(const struct packing *p, struct str name)
{
	for (size_t i = 0; i < p->row_count; i++)
		if (str_eq(p->rows[i].name, name))
			return &p->rows[i];
	return NULL;
}

/* What `party` said in its last pouch that it holds of a ledger: "ml=300,ru=280". */
static bool said_to_have(struct str note, struct str ledger, uint64_t *size)
{
	struct str item, name;

	while (str_split(&note, ',', &item))
		if (str_split(&item, '=', &name) && str_eq(name, ledger))
			return str_u64(item, TREE_SIZE_MAX, size);
	return false;
}

/* What one party is known to hold of a ledger. */
static bool known_of(struct packing *p, struct str party, const struct ledger_row *row,
		     uint64_t *size, struct err *err)
{
	struct pouch_row last;
	uint64_t said = 0, seen;
	/* What it has of a ledger it writes no more, it must say. */
	bool spoke, its_own = str_eq(party, row->party) && row->state != LEDGER_CLOSED;

	if (!local_pouch(p->v, p->a, POUCH_OPENED, party, &last, err))
		return false;
	spoke = said_to_have(last.note, row->name, &said);
	/* What it said stands: what it acknowledged before it may have lost since. */
	if (spoke) {
		*size = said;
		return true;
	}
	/* Of its own ledger it has all that it gave away, unless it said that it lost some. */
	*size = its_own ? row->size : 0;
	for (size_t i = 0; i < p->row_count; i++) {
		if (!str_eq(p->rows[i].party, party) || str_eq(party, row->party))
			continue;
		if (!view_seen(p->v, p->rows[i].name, row->name, &seen, err))
			return false;
		*size = seen > *size ? seen : *size;
	}
	return true;
}

/* What the recipient holds; of "*": what every other party holds. */
static bool known(struct packing *p, const struct ledger_row *row, uint64_t *size,
		  struct err *err)
{
	if (!str_is(p->plan->to, "*")) {
		if (!known_of(p, p->plan->to, row, size, err))
			return false;
	} else {
		*size = row->size;
		for (size_t i = 0; i < p->row_count; i++) {
			uint64_t one;

			if (str_eq(p->rows[i].party, node_party(p->n)) ||
			    str_eq(p->rows[i].party, row->party))
				continue;
			if (!known_of(p, p->rows[i].party, row, &one, err))
				return false;
			*size = one < *size ? one : *size;
		}
	}
	*size = *size < row->size ? *size : row->size;
	return true;
}

static bool find_base(struct packing *p, const struct ledger_row *row, uint64_t *base,
		      bool *asked, struct err *err)
{
	*asked = false;
	for (size_t i = 0; i < p->plan->base_count; i++) {
		if (!str_eq(p->plan->bases[i].ledger, row->name))
			continue;
		*base = p->plan->bases[i].size;
		*asked = true;
		return *base <= row->size ||
		       err_set(err, ERR_INPUT, "base",
			       N_("Ledger %1 has only %2 entries here: nothing can be packed "
				  "from entry %3 on."),
			       err_arg(row->name), err_num(row->size), err_num(*base));
	}
	return known(p, row, base, err);
}

/* One ledger's line, when there is anything to carry of it. */
static bool add_line(struct packing *p, struct ledger_row *row, struct err *err)
{
	struct pouch_line *l = &p->m.ledgers[p->m.ledger_count];
	struct checkpoint head;
	struct note note;
	bool asked;

	if (row->size == 0)
		return true;
	/* Nothing of the own ledger is served where a backup was put back (LEDGER.md 5.2): the
	 * pouch then says what is held, and the other side sees what is missing. */
	if (!view_checkpoint(p->v, p->a, row->name, &p->heads[p->m.ledger_count], err))
		return row->own && err->kind == ERR_MISSING;
	if (!note_parse(p->heads[p->m.ledger_count], &note, err) ||
	    !checkpoint_parse(note.text, &head, err))
		return false;
	row->size = head.size; /* of the own ledger: what may be served */
	*l = (struct pouch_line){ .name = row->name, .size = head.size, .root = head.root };
	if (!find_base(p, row, &l->base, &asked, err))
		return false;
	if (asked || l->base < l->size || !str_eq(row->party, p->plan->to)) {
		p->m.ledger_count++;
		if (l->base < l->size)
			p->all += 2 * ((l->size - 1) / TILE_WIDTH - l->base / TILE_WIDTH + 1);
	}
	return true;
}

static bool check_recipient(struct packing *p, struct err *err)
{
	bool known_party = str_is(p->plan->to, "*");

	for (size_t i = 0; i < p->row_count; i++)
		known_party |= str_eq(p->rows[i].party, p->plan->to);
	if (!known_party || str_eq(p->plan->to, node_party(p->n)))
		return err_set(err, ERR_INPUT, "to",
			       N_("«%1» is not another party of this register."),
			       err_arg(p->plan->to));
	for (size_t i = 0; i < p->plan->base_count; i++)
		if (!row_named(p, p->plan->bases[i].ledger))
			return err_set(err, ERR_INPUT, "base",
				       N_("There is no ledger %1 in this register."),
				       err_arg(p->plan->bases[i].ledger));
	return true;
}

static bool add_cosig(struct packing *p, size_t i, struct err *err)
{
	struct witnessed last = { 0 };

	if (!p->rows[i].own && !view_witnessed(p->v, p->a, p->rows[i].origin, &last, err))
		return false;
	p->cosigs[i] = last.note;
	return true;
}

static bool choose(struct packing *p, struct err *err)
{
	if (!view_ledgers(p->v, p->a, &p->rows, &p->row_count, err))
		return false;
	qsort(p->rows, p->row_count, sizeof(p->rows[0]), by_name);
	if (!check_recipient(p, err))
		return false;
	p->m.reg = node_charter(p->n)->id;
	p->m.from = node_party(p->n);
	p->m.to = p->plan->to;
	for (size_t i = 0; i < p->row_count; i++)
		if (!add_line(p, &p->rows[i], err) || !add_cosig(p, i, err))
			return false;
	for (size_t i = 0; i < p->row_count; i++)
		p->m.have[p->m.have_count++] =
			(struct pouch_have){ p->rows[i].name, p->rows[i].size };
	return true;
}

/* --- members --- */

/* In the first pass it is counted, in the second written. */
static bool put(struct packing *p, struct str bytes, struct err *err)
{
	struct hash h;

	if (p->to)
		return pouch_out_begin(p->to, buf_str(&p->name), bytes.n, err) &&
		       p->to->write(p->to->ctx, bytes, err) &&
		       pouch_out_pad(p->to, bytes.n, err);
	h = hash_of(bytes);
	pouch_sum_add(&p->sum, buf_str(&p->name), bytes.n, &h);
	return true;
}

static void call(struct packing *p, struct str folder, struct str name)
{
	buf_clear(&p->name);
	buf_add(&p->name, folder);
	buf_add(&p->name, name);
}

/* The attachments that the entries of a bundle from `base` on name. */
static void note_blobs(struct packing *p, const struct pouch_line *l, uint64_t n)
{
	struct str rest = buf_str(&p->bytes), party = row_named(p, l->name)->party, entry;

	for (; rest.n && bundle_next(&rest, &entry); n++) {
		struct entry e;
		struct hash h;

		if (n < l->base)
			continue;
		arena_reset(&p->once);
		entry_read(&p->once, entry, party, n, INT64_MIN, &e);
		for (const struct json *b = e.blobs ? e.blobs->child : NULL; b; b = b->next)
			if (hash_hex(json_str(b, "sha256"), &h))
				buf_add(&p->blobs, str_of(h.b, HASH_SIZE));
	}
}

static bool put_tile(struct packing *p, const struct pouch_line *l,
		     const struct tile_path *path, struct err *err)
{
	buf_clear(&p->bytes);
	if (!view_tile(p->v, l->name, path, &p->bytes, err))
		return false;
	buf_clear(&p->name);
	buf_lit(&p->name, "log/");
	buf_add(&p->name, l->name);
	buf_ch(&p->name, '/');
	tile_path_write(&p->name, path);
	if (path->level == ENTRY_LEVEL) {
		if (!p->to)
			note_blobs(p, l, path->n * TILE_WIDTH);
		p->done++;
		if (p->plan->progress)
			p->plan->progress(p->plan->progress_ctx, p->done, p->all);
	}
	return put(p, buf_str(&p->bytes), err);
}

static bool put_ledger(struct packing *p, size_t i, struct err *err)
{
	const struct pouch_line *l = &p->m.ledgers[i];
	struct pouch_walk walk;
	struct tile_path path;

	buf_clear(&p->name);
	buf_lit(&p->name, "log/");
	buf_add(&p->name, l->name);
	buf_lit(&p->name, "/checkpoint");
	if (!put(p, p->heads[i], err))
		return false;
	pouch_walk_begin(&walk, l->base, l->size);
	while (pouch_walk_next(&walk, &path))
		if (!put_tile(p, l, &path, err))
			return false;
	return true;
}

/* --- attachments --- */

static int by_hash(const void *a, const void *b)
{
	return memcmp(a, b, HASH_SIZE);
}

/* The names in order, each once, without those whose bytes are not kept here. */
static void sort_blobs(struct packing *p)
{
	size_t count = p->blobs.n / HASH_SIZE, kept = 0;
	struct hash *h = (struct hash *)(void *)p->blobs.p;

	if (count)
		qsort(h, count, sizeof(*h), by_hash);
	for (size_t i = 0; i < count; i++)
		if ((kept == 0 || !hash_eq(&h[kept - 1], &h[i])) && view_blob_here(p->v, &h[i]))
			h[kept++] = h[i];
	p->blobs.n = kept * HASH_SIZE;
}

static bool copy_piece(struct packing *p, struct hash_stream *sum, struct str piece,
		       struct err *err)
{
	hash_feed(sum, piece);
	return p->to->write(p->to->ctx, piece, err);
}

/* A file that ends too early shows by its hash. */
static bool copy_blob(struct packing *p, const struct hash *name, const struct blob *b,
		      struct err *err)
{
	struct hash_stream *sum = hash_begin();
	char piece[PIECE];
	struct hash got;
	ssize_t n = 1;
	bool ok = b->fd >= 0 || copy_piece(p, sum, b->bytes, err);

	for (uint64_t left = b->fd < 0 ? 0 : b->size; ok && n > 0 && left > 0;) {
		n = read(b->fd, piece, left < PIECE ? (size_t)left : PIECE);
		ok = n <= 0 || copy_piece(p, sum, str_of(piece, (size_t)n), err);
		left -= n > 0 ? (uint64_t)n : 0;
	}
	got = hash_end(sum);
	return ok &&
	       (hash_eq(&got, name) ||
		err_set(err, ERR_UNREACHABLE, "blob",
			N_("The attachment %1 is damaged on this disk: put it back from a "
			   "backup, then pack again."),
			err_arg(buf_str(&p->name))));
}

static bool count_blob(struct packing *p, const struct hash *name, struct err *err)
{
	uint64_t size;

	if (!view_blob_size(p->v, name, &size, err))
		return false;
	pouch_sum_add(&p->sum, buf_str(&p->name), size, name);
	return true;
}

static bool put_blob(struct packing *p, const struct hash *name, struct err *err)
{
	struct blob b;
	bool ok;

	call(p, S("blob/"), S(""));
	buf_hex(&p->name, name->b, HASH_SIZE);
	if (!p->to)
		return count_blob(p, name, err);
	arena_reset(&p->once);
	if (!view_blob_open(p->v, &p->once, name, &b, err))
		return false;
	ok = pouch_out_begin(p->to, buf_str(&p->name), b.size, err) &&
	     copy_blob(p, name, &b, err) && pouch_out_pad(p->to, b.size, err);
	if (b.fd >= 0)
		close(b.fd);
	return ok;
}

/* --- sealed bodies --- */

/*
 * Where the bodies of a ledger begin that a pouch for one party brings, by the note of the last
 * one made for it: behind that pouch when what it carried is held there, else where it began
 * too. Entries may have come otherwise, in a pouch to "*" or through a third party; bodies have
 * not.
 */
static uint64_t sealed_from(struct str note, const struct pouch_line *l)
{
	struct str item, name, size;
	uint64_t reached = 0, began = 0;

	while (str_split(&note, ',', &item))
		if (str_split(&item, '=', &name) && str_eq(name, l->name) &&
		    str_split(&item, '/', &size) &&
		    !(str_u64(size, TREE_SIZE_MAX, &reached) &&
		      str_u64(item, TREE_SIZE_MAX, &began)))
			return 0;
	if (l->base >= reached)
		began = reached;
	return began < l->base ? began : l->base;
}

/* What the recipient may have (LEDGER.md 12.2); a body for it alone. */
static bool list_sealed(struct packing *p, struct err *err)
{
	struct body_range ranges[CHARTER_LEDGERS_MAX];
	struct pouch_row last;

	if (str_is(p->plan->to, "*"))
		return true;
	if (!local_pouch(p->v, p->a, POUCH_PACKED, p->plan->to, &last, err))
		return false;
	for (size_t i = 0; i < p->m.ledger_count; i++) {
		p->bodies_from[i] = sealed_from(last.note, &p->m.ledgers[i]);
		ranges[i] = (struct body_range){ p->m.ledgers[i].name, p->bodies_from[i],
						 p->m.ledgers[i].size };
	}
	return body_list(p->v, p->a, p->plan->to, ranges, p->m.ledger_count, &p->sealed,
			 &p->sealed_count, err);
}

/* One that cannot be made for it (no seal key, an attachment that is not here) is left out. */
static bool put_sealed(struct packing *p, const struct hash *name, bool *put_it,
		       struct err *err)
{
	struct buf file;
	bool ok = true;

	arena_reset(&p->once);
	buf_init(&file, BODY_FILE_MAX);
	*put_it = body_file(p->n, p->v, &p->once, p->plan->to, name, &file, err);
	if (*put_it) {
		call(p, S("sealed/"), p->plan->to);
		buf_ch(&p->name, '/');
		buf_hex(&p->name, name->b, HASH_SIZE);
		buf_lit(&p->name, ".age");
		ok = put(p, buf_str(&file), err);
	} else {
		ok = !p->to && err->kind == ERR_MISSING;
	}
	buf_done(&file);
	return ok;
}

static bool put_all_sealed(struct packing *p, struct err *err)
{
	size_t kept = 0;

	for (size_t i = 0; i < p->sealed_count; i++) {
		bool put_it;

		if (!put_sealed(p, &p->sealed[i], &put_it, err))
			return false;
		if (put_it)
			p->sealed[kept++] = p->sealed[i];
	}
	p->sealed_count = kept;
	return true;
}

static bool put_members(struct packing *p, struct err *err)
{
	for (size_t i = 0; i < p->m.ledger_count; i++)
		if (!put_ledger(p, i, err))
			return false;
	for (size_t i = 0; i < p->row_count; i++) {
		call(p, S("cosig/"), p->rows[i].name);
		if (p->cosigs[i].n && !put(p, p->cosigs[i], err))
			return false;
	}
	if (p->blobs.full)
		return err_set(err, ERR_INPUT, "blob",
			       N_("The entries name more attachments than one pouch can carry. "
				  "Pack from a later entry on."));
	if (!p->to)
		sort_blobs(p);
	for (size_t i = 0; i < p->blobs.n / HASH_SIZE; i++) {
		struct hash name;

		memcpy(name.b, p->blobs.p + i * HASH_SIZE, HASH_SIZE);
		if (!put_blob(p, &name, err))
			return false;
	}
	return put_all_sealed(p, err);
}

/* --- serial and signature --- */

/*
 * The same content as last time bears the same number and time; not where a backup was put
 * back, of which the other side must see that it speaks anew.
 */
static bool number(struct packing *p, struct err *err)
{
	struct pouch_row last;
	struct hash content;
	struct str rest, same = S("");
	struct buf b;
	char *made = arena_alloc(p->a, TIME_TEXT);
	bool ok;

	if (!local_pouch(p->v, p->a, POUCH_PACKED, p->plan->to, &last, err))
		return false;
	buf_init(&b, NOTE_MAX);
	pouch_note_write(&b, &p->m);
	content = hash_of(buf_str(&b));
	buf_clear(&b);
	buf_hex(&b, content.b, HASH_SIZE);
	rest = last.note;
	(void)!str_split(&rest, ',', &same);
	ok = true;
	if (!str_eq(buf_str(&b), same) ||
	    store_own_state(node_store(p->n)) == LEDGER_RESTORED) {
		last.serial++;
		last.made = node_env(p->n)->now_ms(node_env(p->n)->ctx) / 1000;
		for (size_t i = 0; i < p->m.ledger_count; i++) {
			buf_ch(&b, ',');
			buf_add(&b, p->m.ledgers[i].name);
			buf_ch(&b, '=');
			buf_u64(&b, p->m.ledgers[i].size);
			buf_ch(&b, '/');
			buf_u64(&b, p->bodies_from[i]);
		}
		last.note = buf_str(&b);
		ok = local_pouch_put(p->v, POUCH_PACKED, &last, err);
	}
	buf_done(&b);
	p->m.serial = last.serial;
	p->m.made = str_z(time_text(made, last.made));
	return ok;
}

static bool put_manifest(struct packing *p, struct err *err)
{
	struct buf text, note;
	bool ok;

	buf_init(&text, NOTE_MAX);
	buf_init(&note, NOTE_MAX);
	pouch_note_write(&text, &p->m);
	ok = node_sign(p->n, buf_str(&text), &note, err);
	call(p, S("benkan-pouch"), S(""));
	ok = ok && put(p, buf_str(&note), err);
	buf_done(&note);
	buf_done(&text);
	return ok;
}

static bool pack(struct packing *p, const struct pouch_sink *to, struct err *err)
{
	if (!choose(p, err) || !list_sealed(p, err) || !put_members(p, err))
		return false;
	p->m.members = p->sum.members;
	p->m.bytes = p->sum.bytes;
	p->m.digest = pouch_sum_end(&p->sum);
	if (!number(p, err))
		return false;
	p->to = to;
	return put_manifest(p, err) && put_members(p, err) && pouch_out_end(to, err);
}

bool pouch_pack(struct node *n, struct arena *a, const struct pouch_plan *plan,
		const struct pouch_sink *to, struct pouch_note *said, struct err *err)
{
	struct packing p = { .n = n, .a = a, .plan = plan };
	bool ok;

	if (!node_charter(n))
		return err_set(
			err, ERR_CONFLICT, NULL,
			N_("This node has no charter yet. Adopt one first: benkan adopt"));
	if (!view_open(node_store(n), &p.v, err))
		return false;
	arena_init(&p.once, ENTRY_ARENA);
	buf_init(&p.blobs, NAMES_MAX);
	buf_init(&p.name, USTAR_NAME_MAX);
	buf_init(&p.bytes, POUCH_BUNDLE_MAX);
	pouch_sum_begin(&p.sum);
	ok = view_begin(p.v, err);
	if (ok) {
		ok = pack(&p, to, err);
		view_end(p.v);
		*said = p.m;
	}
	if (p.sum.digest)
		(void)pouch_sum_end(&p.sum);
	view_close(p.v);
	buf_done(&p.bytes);
	buf_done(&p.name);
	buf_done(&p.blobs);
	arena_done(&p.once);
	return ok;
}

/* How things move between the nodes of the simulation, and what goes wrong on the way. */
#ifndef TEST_EXCHANGE_SIM_CARRY_H
#define TEST_EXCHANGE_SIM_CARRY_H
#include "sim_write.h"

enum { POUCH_BYTES = 64 << 20 };

/* --- pouches --- */

static inline bool into_buf(void *ctx, struct str bytes, struct err *err)
{
	(void)err;
	buf_add(ctx, bytes);
	return true;
}

static inline bool from_str(void *ctx, void *out, size_t max, size_t *n, struct err *err)
{
	struct str *s = ctx;

	(void)err;
	*n = s->n < max ? s->n : max;
	memcpy(out, s->p, *n);
	*s = str_from(*s, *n);
	return true;
}

/* The heads a pouch carries, each signed, some cosigned. */
static inline void pouch_heads(struct sim *w, struct str bytes)
{
	struct str name;
	uint64_t size;

	while (ustar_parse((const unsigned char *)bytes.p, 0644, &name, &size)) {
		struct str content = str_of(bytes.p + USTAR_BLOCK, size);

		if (str_ends(name, S("/checkpoint")) || str_starts(name, S("cosig/")))
			signed_note(w, content);
		bytes = str_from(bytes, USTAR_BLOCK + size + ustar_padding(size));
	}
}

/* Into malloc'd memory. */
static inline struct mail do_pack(struct sim *w, int from, int to)
{
	const struct pouch_base whole[] = { { str_z(party_codes[from]), 0 } };
	const struct pouch_plan plan = { .to = to < 0 ? S("*") : str_z(party_codes[to]),
					 .bases = whole,
					 .base_count = below(w, 5) == 0 };
	struct mail mail = { from, to, NULL, 0 };
	struct pouch_note manifest;
	struct buf b;
	const struct pouch_sink sink = { into_buf, &b };
	struct err err;

	settle(w, from);
	buf_init(&b, POUCH_BYTES);
	sim_ok(w, pouch_pack(w->node[from].n, &w->a, &plan, &sink, &manifest, &err), &err,
	       "pack");
	sim_must(w, !b.full, "a pouch too large for the simulation");
	pouch_heads(w, buf_str(&b));
	mail.n = b.n;
	mail.bytes = malloc(b.n);
	memcpy(mail.bytes, b.p, b.n);
	buf_done(&b);
	return mail;
}

static inline bool do_open(struct sim *w, int at, struct str bytes, struct err *err)
{
	const struct pouch_source from = { from_str, &bytes };
	struct pouch_report report;
	bool ok = pouch_open(w->node[at].n, &w->a, &from, &report, err);

	STORY(w, "  %s%s\n", ok ? "taken over" : "refused: ", ok ? "" : err->message);
	atomic_fetch_add(&tally->sealed, (unsigned)(report.sealed - report.unopened));
	if (!ok && err->kind != ERR_INPUT && err->kind != ERR_CONFLICT)
		sim_ok(w, false, err, "open");
	return ok;
}

static inline void mail_end(struct mail *m)
{
	free(m->bytes);
	m->bytes = NULL;
}

/* A pouch that arrives as it was sent can only be ahead of what is here. */
static inline bool deliver(struct sim *w, const struct mail *m, int at)
{
	struct err err;
	bool ok = do_open(w, at, str_of(m->bytes, m->n), &err);

	if (!ok)
		sim_must(w, err.kind == ERR_CONFLICT && strcmp(err.field, "base") == 0,
			 "a sound pouch was refused");
	atomic_fetch_add(&tally->opened, ok);
	settle(w, at);
	return ok;
}

static inline void same_sizes(struct sim *w, int at)
{
	for (int i = 0; i < w->parties; i++)
		sim_must(w, row_at(w, at, i).size == w->node[at].held[i],
			 "a damaged pouch was taken over");
}

/* A bit flipped, or cut. */
static inline void deliver_damaged(struct sim *w, const struct mail *m, int at)
{
	char *bytes = malloc(m->n);
	size_t n = m->n, place = below(w, (unsigned)m->n);
	struct err err;
	bool ok;

	memcpy(bytes, m->bytes, n);
	if (below(w, 2)) {
		bytes[place] ^= (char)(1u << below(w, 8));
		STORY(w, "  bit flipped in byte %zu\n", place);
	} else {
		n = place;
		STORY(w, "  cut to %zu bytes\n", n);
	}
	ok = do_open(w, at, str_of(bytes, n), &err);
	sim_must(w, !ok, "a damaged pouch was accepted");
	same_sizes(w, at);
	atomic_fetch_add(&tally->damaged, 1);
	free(bytes);
}

static inline void carry(struct sim *w, int from, int to)
{
	struct mail m = do_pack(w, from, to);

	STORY(w, "pouch %s to %s\n", party_codes[from], party_codes[to]);
	deliver(w, &m, to);
	mail_end(&m);
}

static inline void step_pouch(struct sim *w, int from, int to)
{
	struct mail m = do_pack(w, from, below(w, 6) ? to : -1);

	STORY(w, "pouch %s to %s%s, %zu bytes\n", party_codes[from], party_codes[to],
	      m.to < 0 ? " and all" : "", m.n);
	if (below(w, 4) == 0)
		deliver_damaged(w, &m, to);
	if (below(w, 8))
		deliver(w, &m, to);
	if (below(w, 8) == 0)
		deliver(w, &m, to);
	mail_end(&m);
}

static inline void step_post(struct sim *w, int from, int to)
{
	if (w->mail_count == MAILS)
		return;
	STORY(w, "%s posts mail %zu to %s\n", party_codes[from], w->mail_count,
	      party_codes[to]);
	w->mail[w->mail_count++] = do_pack(w, from, to);
}

/* In any order; some stay and come again. */
static inline int step_mail(struct sim *w)
{
	size_t which = w->mail_count ? below(w, (unsigned)w->mail_count) : 0;
	struct mail *m = &w->mail[which];
	int to = m->to;

	if (w->mail_count == 0)
		return -1;
	STORY(w, "mail %zu from %s comes to %s\n", which, party_codes[m->from],
	      party_codes[to]);
	deliver(w, m, to);
	if (below(w, 3)) {
		mail_end(m);
		*m = w->mail[--w->mail_count];
	}
	return to;
}

/* --- a range as a line brings it, tile by tile --- */

struct line {
	struct view *v;
	struct str ledger;
};

static inline bool line_gives(struct sim *w, const struct line *l, struct intake *i,
			      struct tile_path *p, struct err *err)
{
	struct buf bytes;
	bool ok;

	buf_init(&bytes, 32 << 20);
	sim_ok(w, view_tile(l->v, l->ledger, p, &bytes, err), err, "tile");
	ok = intake_give(i, p, buf_str(&bytes), err);
	buf_done(&bytes);
	return ok;
}

/* What the entries name and `to` lacks, as far as `from` has it. */
static inline void line_blobs(struct sim *w, struct str ledger, int from, int to)
{
	struct view *v = sim_view(w, to), *theirs = sim_view(w, from);
	struct blob_ref lacking[16];
	struct arena a;
	struct hash after = { 0 }, same;
	struct err err;
	size_t n = 16;

	arena_init(&a, 2 * BLOB_MAX);
	while (n == 16) {
		sim_ok(w, view_blobs_missing(v, ledger, &after, lacking, 16, &n, &err), &err,
		       "missing");
		for (size_t i = 0; i < n; i++) {
			struct str bytes;
			bool found;

			after = lacking[i].name;
			sim_ok(w,
			       view_blob_read(theirs, &a, &after, BLOB_MAX, &bytes, &found,
					      &err),
			       &err, "attachment");
			if (found)
				sim_ok(w,
				       store_blob_put(node_store(w->node[to].n), bytes, &same,
						      &err),
				       &err, "attachment");
			arena_reset(&a);
		}
	}
	arena_done(&a);
	sim_view_end(theirs);
	sim_view_end(v);
}

/* The own ledger of `from`, or another that it holds; cut off after a few tiles or not. */
static inline void step_line(struct sim *w, int from, int to)
{
	int of = below(w, 3) ? from : (int)below(w, (unsigned)w->parties);
	unsigned left = below(w, 2) ? 1000 : below(w, 4);
	struct ledger_row row = row_at(w, from, of);
	struct line l = { sim_view(w, from), str_z(party_codes[of]) };
	struct intake_plan plan = { .ledger = l.ledger, .checkpoint = row.checkpoint };
	struct intake *i = NULL;
	struct intake_result came;
	struct tile_path p;
	struct err err;
	bool ok, written;

	STORY(w, "line from %s to %s: ledger %s, at most %u tiles\n", party_codes[from],
	      party_codes[to], party_codes[of], left);
	if (of == from)
		sim_ok(w, view_checkpoint(l.v, &w->a, l.ledger, &plan.checkpoint, &err), &err,
		       "checkpoint");
	ok = row.checkpoint.n && intake_begin(w->node[to].n, &w->a, &plan, &i, &err);
	while (ok && intake_wants(i, &p) && left--)
		sim_ok(w, line_gives(w, &l, i, &p, &err), &err, "give");
	if (ok && left <= 1000) {
		sim_ok(w, intake_finish(i, &came, &err), &err, "finish");
		line_blobs(w, l.ledger, from, to);
		if (store_own_state(node_store(w->node[to].n)) == LEDGER_OK)
			sim_ok(w, register_acknowledge(w->node[to].n, &written, &err), &err,
			       "acknowledge");
	} else if (ok) {
		atomic_fetch_add(&tally->cut_off, 1);
	} else if (row.checkpoint.n) {
		STORY(w, "  refused: %s\n", err.message);
		sim_must(w, err.kind == ERR_CONFLICT, "a sound line was refused");
	}
	intake_end(i);
	sim_view_end(l.v);
	settle(w, to);
}

/* --- cosignatures --- */

static inline uint64_t witness_knows(struct sim *w, int witness, struct str origin)
{
	struct view *v = sim_view(w, witness);
	struct witnessed last;
	struct err err;

	sim_ok(w, view_witnessed(v, &w->a, origin, &last, &err), &err, "witnessed");
	sim_view_end(v);
	return last.note.n ? last.size : 0;
}

/* `of` asks `witness` for its cosignature and keeps that. */
static inline void step_witness(struct sim *w, int of, int witness)
{
	struct ledger_row row = row_at(w, of, of);
	struct view *v = sim_view(w, of);
	struct tiles tiles = view_tiles(v, &row);
	struct add_checkpoint q = { .old_size = witness_knows(w, witness, row.origin) };
	struct buf body, answer;
	struct err err;
	unsigned status;
	size_t kept;

	STORY(w, "%s asks %s to cosign %llu from %llu\n", party_codes[of], party_codes[witness],
	      (unsigned long long)row.size, (unsigned long long)q.old_size);
	if (q.old_size <= row.size && view_checkpoint(v, &w->a, row.name, &q.note, &err)) {
		sim_ok(w,
		       tree_consistency(&tiles, q.old_size, row.size, q.proof, &q.proof_count,
					&err),
		       &err, "proof");
		buf_init(&body, 1 << 20);
		buf_init(&answer, 1 << 20);
		add_checkpoint_write(&body, &q);
		sim_ok(w,
		       witness_add_checkpoint(w->node[witness].n, &w->a, buf_str(&body),
					      &status, &answer, &err),
		       &err, "cosign");
		STORY(w, "  status %u\n", status);
		sim_must(w, status == 200 || status == 503 || status == 409,
			 "a sound head was not cosigned");
		if (status == 200) {
			struct str note = arena_join(&w->a, q.note, buf_str(&answer));

			signed_note(w, note);
			if (store_own_state(node_store(w->node[of].n)) == LEDGER_OK)
				sim_ok(w,
				       cosignatures_keep(w->node[of].n, row.name, note, &kept,
							 &err),
				       &err, "keep");
		}
		buf_done(&body);
		buf_done(&answer);
	}
	sim_view_end(v);
}

/* --- nodes that stop --- */

static inline void step_restart(struct sim *w, int at)
{
	STORY(w, "%s starts anew\n", party_codes[at]);
	sim_close(w, at);
	sim_open(w, at);
	settle(w, at);
}

/* What the process that ends says before. */
static inline void crash_child(struct sim *w, int at, const char *text, const struct mail *m,
			       int tell)
{
	struct word word;
	struct err err;

	sim_open(w, at);
	settle(w, at);
	disk.armed = true;
	if (m)
		(void)!do_open(w, at, str_of(m->bytes, m->n), &err);
	else if (do_write(w, at, text, &word) &&
		 write(tell, &word, sizeof(word)) != (ssize_t)sizeof(word))
		_exit(2);
	settle(w, at);
	_exit(0);
}

/*
 * A process that writes, or opens a pouch, ends at one of its calls of the disk; in one of
 * four times it may be while it starts.
 */
static inline void step_crash(struct sim *w, int at, int from)
{
	bool opens = below(w, 2), starts = below(w, 4) == 0, beside = below(w, 4) == 0;
	struct mail m = { 0 };
	char text[DRAFT] = "";
	struct word word;
	int tell[2], status;
	pid_t pid;

	some_draft(w, at, text);
	if (opens)
		m = do_pack(w, from, at);
	disk.beside = beside;
	atomic_store(&disk.left, 1 + (int)below(w, beside ? 5 : opens ? 36 : 18));
	STORY(w, "%s crashes at call %d%s of%s %s\n", party_codes[at], disk.left,
	      beside ? " beside" : "", starts ? " its start and" : "",
	      opens ? "a pouch" : text);
	sim_close(w, at);
	sim_must(w, pipe2(tell, O_CLOEXEC) == 0, "no pipe");
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		acts = true;
		disk.armed = starts;
		crash_child(w, at, text, opens ? &m : NULL, tell[1]);
	}
	close(tell[1]);
	while (read(tell[0], &word, sizeof(word)) == (ssize_t)sizeof(word))
		said(w, &word);
	close(tell[0]);
	sim_must(w,
		 waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
			 (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == CRASHED),
		 "a crash of its own");
	STORY(w, "  %s\n", WEXITSTATUS(status) ? "crashed" : "came to its end");
	atomic_fetch_add(&tally->crashes, WEXITSTATUS(status) == CRASHED);
	free(m.bytes);
	w->node[at].chance.life += 2;
	sim_open(w, at);
	settle(w, at);
}

/* --- copies of a node's folder --- */

static inline void step_copy(struct sim *w, int at)
{
	struct sim_node *p = &w->node[at];

	STORY(w, "the folder of %s is copied\n", party_codes[at]);
	sim_close(w, at);
	remove_tree(p->copy);
	sim_must(w, copy_tree(p->dir, p->copy), "no copy");
	p->copied = p->held[at];
	sim_open(w, at);
}

/*
 * The copy is put back beside the high-water file, which no backup holds (LEDGER.md 5.2).  It
 * shows less than it did.
 */
static inline void step_put_back(struct sim *w, int at)
{
	struct sim_node *p = &w->node[at];
	char high[3 * PATH], kept[3 * PATH];

	if (!p->copied)
		return;
	STORY(w, "the copy of %s of %llu entries is put back; it had %llu\n", party_codes[at],
	      (unsigned long long)p->copied, (unsigned long long)p->held[at]);
	sim_close(w, at);
	snprintf(high, sizeof(high), "%s/high-water", p->dir);
	snprintf(kept, sizeof(kept), "%s.high-water", p->dir);
	sim_must(w, copy_file(high, kept), "no high-water file");
	remove_tree(p->dir);
	sim_must(w, copy_tree(p->copy, p->dir) && copy_file(kept, high), "not put back");
	p->act_count = 0;
	sim_open(w, at);
	atomic_fetch_add(&tally->put_back, 1);
	settle(w, at);
}

/* The same by the commands: a backup in one file, made while the node runs. */
static inline void step_backup(struct sim *w, int at)
{
	struct sim_node *p = &w->node[at];
	char file[3 * PATH], high[3 * PATH], kept[3 * PATH];
	struct restore_plan plan = { .file = file, .dir = p->dir, .high_water = kept };
	const struct backup_watch watch = { 0 };
	enum ledger_state state;
	struct err err;

	STORY(w, "%s is made anew from a backup of this moment\n", party_codes[at]);
	snprintf(file, sizeof(file), "%s.backup", p->dir);
	snprintf(high, sizeof(high), "%s/high-water", p->dir);
	snprintf(kept, sizeof(kept), "%s.high-water", p->dir);
	unlink(file);
	sim_ok(w, node_backup(p->n, file, &watch, &err), &err, "backup");
	sim_close(w, at);
	sim_must(w, copy_file(high, kept), "no high-water file");
	remove_tree(p->dir);
	p->chance.life++;
	sim_ok(w, node_restore(&plan, &p->env, &watch, &state, &err), &err, "restore");
	sim_must(w, state == LEDGER_OK || p->own != LEDGER_OK,
		 "a backup of the moment is behind");
	sim_open(w, at);
	settle(w, at);
}

#endif

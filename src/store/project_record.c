#include "store/project.h"
#include "store/schema.h"

#include <assert.h>

/* A statement on the table of `r`, whose name stands between its two halves. */
static struct stmt *of_kind(struct projection *p, struct str before, const struct record *r,
			    struct str after, struct err *err)
{
	buf_clear(&p->text);
	buf_add(&p->text, before);
	buf_z(&p->text, r->name);
	buf_add(&p->text, after);
	return db_prepare_text(p->db, buf_str(&p->text), err);
}

/* --- the version that stands --- */

static bool find_current(struct projection *p, struct row *r, bool *found, struct err *err)
{
	struct stmt *s =
		of_kind(p,
			S("SELECT rid, " ROW_LEDGER ", n, prev, " ROW_FLAGS ", " ROW_VERSIONS
			  ", " ROW_BODY ", time, actor FROM r_"),
			r->record, S(" WHERE id = ? AND party = ? AND layer = 0"), err);

	if (!s)
		return false;
	stmt_text(s, 0, r->id);
	stmt_text(s, 1, r->party);
	if (!stmt_step(s, found, err))
		return false;
	if (!*found)
		return true;
	r->ended = col_int(s, 0) & RID_ENDED;
	r->ledger = arena_str(&p->once, col_text(s, 1));
	r->n = (uint64_t)col_int(s, 2);
	r->has_prev = !col_null(s, 3);
	r->prev = (uint64_t)col_int(s, 3);
	r->flags = arena_str(&p->once, col_text(s, 4));
	r->versions = (uint64_t)col_int(s, 5);
	r->body = (uint64_t)col_int(s, 6);
	r->time = arena_str(&p->once, col_text(s, 7));
	r->actor = arena_str(&p->once, col_text(s, 8));
	stmt_reset(s);
	return true;
}

static bool put_past(struct projection *p, const struct row *r, struct err *err)
{
	struct stmt *s =
		of_kind(p,
			S("INSERT INTO r_past (party, kind, id, n, prev, flags) "
			  "SELECT party, ?, id, n, prev, " ROW_FLAGS " FROM r_"),
			r->record, S(" WHERE id = ? AND party = ? AND layer = 0"), err);

	if (!s)
		return false;
	stmt_text(s, 0, str_z(r->record->name));
	stmt_text(s, 1, r->id);
	stmt_text(s, 2, r->party);
	return stmt_done(s, err);
}

/* --- its rows --- */

static bool show_layer(struct projection *p, struct row *r, const struct old_rows *old,
		       struct err *err)
{
	r->rid = rid_again(p, old,
			   rid_shape(record_id_of(r->record), party_index(p, r->party),
				     r->ended, r->mask));
	return row_insert(p, r, NULL, err);
}

/* The audiences that read exactly `count` of the sealed parts. */
static unsigned mask_of(const struct overlays *o, size_t count)
{
	unsigned mask = 0;

	for (unsigned w = 0; w <= AUDIENCE_NATIONAL; w++)
		if (overlays_for(o, (enum audience)w) == count)
			mask |= 1u << w;
	return mask;
}

/*
 * The rows of one version: layer 0 holds what the leaf itself says, for the audiences that
 * are entitled to nothing more; each further layer what a wider audience may read.
 * A leaf without data of its own shows nothing to those who cannot read its sealed parts.
 */
static bool show(struct projection *p, const struct follow *l, struct row *r,
		 const struct json *sealed, const struct old_rows *old, struct err *err)
{
	struct sealed_place at = sealed_place(p);
	const struct json *leaf = r->data;
	struct overlays over;
	size_t had = 0;

	assert(leaf);
	if (!overlays_find(&at, l->who->name, sealed, &over, err))
		return false;
	r->layer = 0;
	r->mask = !sealed || leaf->count ? mask_of(&over, 0) : 0;
	if (!show_layer(p, r, old, err))
		return false;
	for (unsigned w = 0; w <= AUDIENCE_NATIONAL; w++) {
		size_t count = overlays_for(&over, (enum audience)w);

		if (count == had)
			continue;
		had = count;
		r->layer++;
		r->mask = mask_of(&over, count);
		if (!overlays_apply(&at, &over, (enum audience)w, leaf, &r->data, err) ||
		    !show_layer(p, r, old, err))
			return false;
	}
	return true;
}

/* --- kinds this program has no table for: p_record and p_version, and no page --- */

static bool other_find(struct projection *p, const struct follow *l, const struct entry *e,
		       bool *found, uint64_t *n, struct err *err)
{
	struct stmt *s = db_prepare(
		p->db, "SELECT n FROM r_other WHERE party = ? AND kind = ? AND id = ?", err);

	if (!s)
		return false;
	stmt_text(s, 0, l->who->party);
	stmt_text(s, 1, e->kind);
	stmt_text(s, 2, e->id);
	if (!stmt_step(s, found, err))
		return false;
	*n = *found ? (uint64_t)col_int(s, 0) : 0;
	stmt_reset(s);
	return true;
}

static bool other_past(struct projection *p, const struct follow *l, const struct entry *e,
		       struct err *err)
{
	struct stmt *s = db_prepare(p->db,
				    "INSERT INTO r_past (party, kind, id, n, prev, flags) "
				    "SELECT party, kind, id, n, prev, flags FROM r_other "
				    "WHERE party = ? AND kind = ? AND id = ?",
				    err);

	if (!s)
		return false;
	stmt_text(s, 0, l->who->party);
	stmt_text(s, 1, e->kind);
	stmt_text(s, 2, e->id);
	return stmt_done(s, err);
}

static bool other_version(struct projection *p, const struct follow *l, const struct entry *e,
			  bool stale, struct err *err)
{
	struct stmt *s = db_prepare(
		p->db,
		"INSERT INTO r_other (party, kind, id, n, prev, flags, ended, data) "
		"VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (party, kind, id) DO UPDATE SET "
		"n = excluded.n, prev = excluded.prev, flags = excluded.flags, "
		"ended = excluded.ended, data = coalesce(excluded.data, r_other.data)",
		err);
	const struct json *data = json_obj(e->body, "data");
	bool put = e->type == ENTRY_RECORD_PUT;

	if (!s)
		return false;
	stmt_text(s, 0, l->who->party);
	stmt_text(s, 1, e->kind);
	stmt_text(s, 2, e->id);
	stmt_int(s, 3, (int64_t)e->n);
	if (e->has_prev)
		stmt_int(s, 4, (int64_t)e->prev);
	stmt_text(s, 5, stale ? S("stale-prev") : S(""));
	stmt_int(s, 6, !put);
	if (put)
		stmt_text(s, 7, data->raw);
	return stmt_done(s, err);
}

/* --- what an entry says of a record --- */

static bool is_stale(const struct entry *e, bool found, uint64_t current)
{
	return found ? !e->has_prev || e->prev != current : e->has_prev;
}

static bool note_stale(struct projection *p, const struct follow *l, const struct entry *e,
		       bool stale, struct err *err)
{
	return !stale ||
	       entry_noted(p, l, e, (struct entry_note){ ENTRY_VALID, NULL, true }, err);
}

static bool other_said(struct projection *p, const struct follow *l, const struct entry *e,
		       struct err *err)
{
	uint64_t current;
	bool found, stale;

	if (!other_find(p, l, e, &found, &current, err))
		return false;
	if (!found && e->type == ENTRY_RECORD_END)
		return entry_void(p, l, e, "missing", err);
	stale = is_stale(e, found, current);
	return (!found || other_past(p, l, e, err)) && other_version(p, l, e, stale, err) &&
	       note_stale(p, l, e, stale, err);
}

/* National records of a known kind have a table. */
static const struct record *table_of(const struct entry *e)
{
	const struct record *r = record_named(e->kind);

	return r && !r->part && !r->joint ? r : NULL;
}

static struct row row_of(const struct follow *l, const struct entry *e,
			 const struct record *record)
{
	return (struct row){ .record = record,
			     .id = e->id,
			     .party = l->who->party,
			     .ledger = l->who->name,
			     .n = e->n,
			     .prev = e->prev,
			     .has_prev = e->has_prev,
			     .versions = 1,
			     .body = e->n,
			     .time = e->time_text,
			     .actor = e->actor,
			     .data = json_obj(e->body, "data") };
}

bool record_next(struct projection *p, struct follow *l, const struct entry *e,
		 const struct record *record, struct err *err)
{
	struct row r = row_of(l, e, record), current = r;
	struct old_rows old = { 0 };
	bool found, stale;

	if (!find_current(p, &current, &found, err))
		return false;
	stale = is_stale(e, found, current.n);
	r.flags = stale ? S("stale-prev") : S("");
	if (found) {
		r.versions = current.versions + 1;
		if (!put_past(p, &current, err) ||
		    !rows_remove(p, r.record, r.party, r.id, &old, err))
			return false;
	}
	return show(p, l, &r, e->sealed, &old, err) && note_stale(p, l, e, stale, err);
}

static bool put_unless_there(struct projection *p, struct follow *l, const struct entry *e,
			     struct row *r, struct err *err)
{
	bool made;

	return row_insert(p, r, &made, err) && (made || record_next(p, l, e, r->record, err));
}

/* The most frequent entry by far: the first version of a record, in the open. */
static bool put_first(struct projection *p, struct follow *l, const struct entry *e,
		      const struct record *record, struct err *err)
{
	struct row *r = arena_new(&p->once, struct row);

	*r = row_of(l, e, record);
	r->mask = RID_ALL;
	r->rid = p->next_rid++ << RID_SEQ |
		 rid_shape(record_id_of(record), party_index(p, r->party), false, RID_ALL);
	if (db_engine(p->db) == DB_SQLITE)
		return first_wait(p, l, e, r, err);
	return p->trusts ? row_insert(p, r, NULL, err) : put_unless_there(p, l, e, r, err);
}

bool record_put(struct projection *p, struct follow *l, const struct entry *e, struct err *err)
{
	const struct record *record = table_of(e);

	if (!record)
		return other_said(p, l, e, err);
	return e->sealed || e->has_prev ? record_next(p, l, e, record, err)
					: put_first(p, l, e, record, err);
}

/* The entry whose data an ended record goes on showing. */
static bool ended_row(struct projection *p, const struct follow *l, struct row *r,
		      const struct json **sealed, struct err *err)
{
	struct entry put;

	if (!entry_again(p, l, r->body, &put, err))
		return false;
	r->data = json_obj(put.body, "data");
	*sealed = put.sealed;
	return true;
}

bool record_end(struct projection *p, struct follow *l, const struct entry *e, struct err *err)
{
	const struct record *record = table_of(e);
	const struct json *sealed = NULL;
	struct old_rows old;
	struct row r, current;
	bool found, stale;

	if (!record)
		return other_said(p, l, e, err);
	current = r = row_of(l, e, record);
	if (!find_current(p, &current, &found, err))
		return false;
	if (!found)
		return entry_void(p, l, e, "missing", err);
	stale = is_stale(e, true, current.n);
	r.flags = stale ? S("stale-prev") : S("");
	r.versions = current.versions + 1;
	r.body = current.body;
	r.ended = true;
	return ended_row(p, l, &r, &sealed, err) && put_past(p, &current, err) &&
	       rows_remove(p, record, r.party, r.id, &old, err) &&
	       show(p, l, &r, sealed, &old, err) && note_stale(p, l, e, stale, err);
}

bool record_shown_again(struct projection *p, struct follow *l, const struct entry *e,
			struct err *err)
{
	const struct record *record = table_of(e);
	struct old_rows old;
	struct row r;
	bool found;

	if (!record)
		return true;
	r = row_of(l, e, record);
	if (!find_current(p, &r, &found, err))
		return false;
	if (!found || r.body != e->n)
		return true;
	return rows_remove(p, record, r.party, r.id, &old, err) &&
	       show(p, l, &r, e->sealed, &old, err);
}

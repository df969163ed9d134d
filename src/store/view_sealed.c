#include "store/bodies.h"
#include "store/rid.h"
#include "store/schema.h"
#include "store/sealed.h"
#include "store/view_rows.h"

#include <stdlib.h>
#include <string.h>

enum { NAMES_FIRST = 32, PLACES_MAX = 64 };

bool audience_names_party(struct str audience, struct str party)
{
	struct str one;

	while (audience.n && str_split(&audience, ',', &one))
		if (str_eq(one, party))
			return true;
	return false;
}

/* --- names --- */

void names_add(struct arena *a, struct names *to, const struct hash *name)
{
	if (to->n == to->cap) {
		struct hash *wider;

		to->cap = to->cap ? to->cap * 2 : NAMES_FIRST;
		wider = arena_array(a, struct hash, to->cap);
		if (to->n)
			memcpy(wider, to->list, to->n * sizeof(*wider));
		to->list = wider;
	}
	to->list[to->n++] = *name;
}

static int by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, HASH_SIZE);
}

void names_sort(struct names *to)
{
	size_t kept = 0;

	if (to->n > 1)
		qsort(to->list, to->n, sizeof(*to->list), by_bytes);
	for (size_t i = 0; i < to->n; i++)
		if (!kept || !hash_eq(&to->list[kept - 1], &to->list[i]))
			to->list[kept++] = to->list[i];
	to->n = kept;
}

static bool take_hash(struct stmt *s, int column, struct hash *out)
{
	struct str bytes = col_blob(s, column);

	if (bytes.n != HASH_SIZE)
		return false;
	memcpy(out->b, bytes.p, HASH_SIZE);
	return true;
}

/* --- what is here --- */

bool view_body(struct view *v, struct arena *a, const struct hash *c, struct str *bytes,
	       bool *found, struct err *err)
{
	struct stmt *s = db_prepare(v->ledger, "SELECT bytes FROM opening WHERE c = ?", err);

	if (!s)
		return false;
	stmt_blob(s, 0, c->b, HASH_SIZE);
	if (!stmt_step(s, found, err))
		return false;
	if (*found)
		*bytes = arena_str(a, col_blob(s, 0));
	stmt_reset(s);
	return true;
}

static bool is_here(struct view *v, const struct hash *c, bool *is, struct err *err)
{
	struct stmt *s = db_prepare(v->ledger, "SELECT 1 FROM opening WHERE c = ?", err);

	if (!s)
		return false;
	stmt_blob(s, 0, c->b, HASH_SIZE);
	if (!stmt_step(s, is, err))
		return false;
	stmt_reset(s);
	return true;
}

/* --- commitments --- */

bool view_commitments(struct view *v, struct arena *a, const struct hash *c,
		      struct sealed_place_row **out, size_t *n, struct err *err)
{
	struct stmt *s = db_prepare(v->reg,
				    "SELECT lid, audience, n, opened, erased FROM p_sealed "
				    "WHERE c = ? ORDER BY lid, n",
				    err);
	bool row = true;

	*n = 0;
	*out = arena_array(a, struct sealed_place_row, PLACES_MAX);
	if (!s)
		return false;
	stmt_blob(s, 0, c->b, HASH_SIZE);
	while (row && *n < PLACES_MAX) {
		if (!stmt_step(s, &row, err))
			return false;
		if (row)
			(*out)[(*n)++] = (struct sealed_place_row){
				.ledger = arena_str(a, col_text(s, 0)),
				.audience = arena_str(a, col_text(s, 1)),
				.n = (uint64_t)col_int(s, 2),
				.opened = !col_null(s, 3),
				.erased = !col_null(s, 4),
			};
	}
	stmt_reset(s);
	return true;
}

bool view_erased_by(struct view *v, struct str ledger, const struct hash *c, bool *is,
		    struct err *err)
{
	struct stmt *s =
		db_prepare(v->reg, "SELECT 1 FROM r_erasure WHERE c = ? AND lid = ?", err);
	struct charter_place place;

	if (!s)
		return false;
	view_place(v, ledger, &place);
	stmt_blob(s, 0, c->b, HASH_SIZE);
	stmt_text(s, 1, place.name);
	if (!stmt_step(s, is, err))
		return false;
	stmt_reset(s);
	return true;
}

/* Whether one entry that commits to it, and stands by it, lets the party have it. */
static bool is_for(struct view *v, struct arena *a, const struct hash *c, struct str party,
		   bool *is, struct err *err)
{
	struct sealed_place_row *places;
	size_t n;

	*is = false;
	if (!view_commitments(v, a, c, &places, &n, err))
		return false;
	for (size_t i = 0; i < n; i++)
		*is = *is || (!places[i].opened && !places[i].erased &&
			      audience_names_party(places[i].audience, party));
	return true;
}

/* --- names of files --- */

static bool bodies_at(struct view *v, struct arena *a, struct str recipient, struct stmt *s,
		      struct names *to, struct err *err)
{
	struct names all = { 0 };
	bool row = true, here;
	struct hash c;

	while (row) {
		if (!stmt_step(s, &row, err))
			return false;
		if (row && audience_names_party(col_text(s, 1), recipient) &&
		    take_hash(s, 0, &c))
			names_add(a, &all, &c);
	}
	for (size_t i = 0; i < all.n; i++) {
		if (!is_here(v, &all.list[i], &here, err))
			return false;
		if (here)
			names_add(a, to, &all.list[i]);
	}
	return true;
}

static bool attachments_at(struct view *v, struct arena *a, struct str recipient,
			   struct stmt *s, struct names *to, struct err *err)
{
	struct hash name, bytes;
	bool row = true;

	while (row) {
		if (!stmt_step(s, &row, err))
			return false;
		if (row && audience_names_party(col_text(s, 1), recipient) &&
		    take_hash(s, 0, &name) && take_hash(s, 2, &bytes) &&
		    view_blob_here(v, &bytes))
			names_add(a, to, &name);
	}
	return true;
}

static struct stmt *on_range(struct view *v, const char *sql, struct str ledger, uint64_t base,
			     uint64_t size, struct err *err)
{
	struct stmt *s = db_prepare(v->reg, sql, err);
	struct charter_place place;

	if (!s)
		return NULL;
	view_place(v, ledger, &place);
	stmt_text(s, 0, place.name);
	stmt_int(s, 1, (int64_t)(place.first + base));
	stmt_int(s, 2, (int64_t)(place.first + size));
	return s;
}

bool view_names(struct view *v, struct arena *a, struct str recipient, struct str ledger,
		uint64_t base, uint64_t size, struct names *to, struct err *err)
{
	struct stmt *s = on_range(v,
				  "SELECT c, audience FROM p_sealed WHERE lid = ? AND n >= ? "
				  "AND n < ? AND opened IS NULL AND erased IS NULL",
				  ledger, base, size, err);

	if (!s || !bodies_at(v, a, recipient, s, to, err))
		return false;
	s = on_range(v,
		     "SELECT t.name, p.audience, t.sha256 FROM r_attached t JOIN p_sealed p ON "
		     "p.c = t.c AND p.lid = t.lid AND p.n = t.n WHERE t.lid = ? AND t.n >= ? "
		     "AND t.n < ?",
		     ledger, base, size, err);
	return s && attachments_at(v, a, recipient, s, to, err);
}

static bool attached(struct view *v, const struct hash *name, struct hash *c,
		     struct hash *sha256, bool *found, struct err *err)
{
	struct stmt *s = db_prepare(
		v->reg, "SELECT c, sha256 FROM r_attached WHERE name = ? LIMIT 1", err);

	if (!s)
		return false;
	stmt_blob(s, 0, name->b, HASH_SIZE);
	if (!stmt_step(s, found, err))
		return false;
	*found = *found && take_hash(s, 0, c) && take_hash(s, 1, sha256);
	stmt_reset(s);
	return true;
}

bool view_attachment(struct view *v, const struct hash *name, struct hash *sha256, bool *found,
		     struct err *err)
{
	struct hash c;

	return attached(v, name, &c, sha256, found, err);
}

bool view_attachment_known(struct view *v, const struct hash *sha256, bool *is, struct err *err)
{
	struct stmt *s =
		db_prepare(v->reg, "SELECT 1 FROM r_attached WHERE sha256 = ? LIMIT 1", err);

	if (!s)
		return false;
	stmt_blob(s, 0, sha256->b, HASH_SIZE);
	if (!stmt_step(s, is, err))
		return false;
	stmt_reset(s);
	return true;
}

bool view_named(struct view *v, struct arena *a, struct str recipient, const struct hash *name,
		struct named_file *out, bool *found, struct err *err)
{
	struct hash c = *name;
	bool body, file = false;

	*found = false;
	if (!is_here(v, name, &body, err))
		return false;
	out->bytes = *name;
	out->attachment = !body;
	if (!body && !attached(v, name, &c, &out->bytes, &file, err))
		return false;
	if (!body && (!file || !view_blob_here(v, &out->bytes)))
		return true;
	return is_for(v, a, &c, recipient, found, err);
}

/* --- what is lacking --- */

static bool bodies_lacking(struct view *v, struct arena *a, struct str party, size_t limit,
			   struct names *to, struct err *err)
{
	struct stmt *s = db_prepare(
		v->reg,
		"SELECT l.c, p.audience FROM r_lack l JOIN p_sealed p ON p.c = l.c AND p.lid = "
		"l.lid AND p.n = l.n WHERE p.opened IS NULL AND NOT EXISTS "
		"(SELECT 1 FROM r_erasure e WHERE e.c = l.c AND e.lid = ?) ORDER BY l.c",
		err);
	bool row = true;
	struct hash c;

	if (!s)
		return false;
	stmt_text(s, 0, party); /* a party's first ledger bears its code */
	while (row && to->n < limit) {
		if (!stmt_step(s, &row, err))
			return false;
		if (row && audience_names_party(col_text(s, 1), party) && take_hash(s, 0, &c) &&
		    !(to->n && hash_eq(&to->list[to->n - 1], &c)))
			names_add(a, to, &c);
	}
	stmt_reset(s);
	return true;
}

bool view_lacking(struct view *v, struct arena *a, struct str party, size_t limit,
		  struct names *to, struct err *err)
{
	struct hash name, bytes;
	struct stmt *s;
	bool row = true;

	if (!bodies_lacking(v, a, party, limit, to, err))
		return false;
	s = db_prepare(v->reg,
		       "SELECT t.name, t.sha256 FROM r_attached t JOIN p_sealed p ON p.c = t.c "
		       "AND p.lid = t.lid AND p.n = t.n WHERE p.audience LIKE '%,%' ORDER BY "
		       "t.name",
		       err);
	if (!s)
		return false;
	while (row && to->n < limit) {
		if (!stmt_step(s, &row, err))
			return false;
		if (row && take_hash(s, 0, &name) && take_hash(s, 1, &bytes) &&
		    !view_blob_here(v, &bytes))
			names_add(a, to, &name);
	}
	stmt_reset(s);
	return true;
}

bool view_unanswered(struct view *v, struct arena *a, struct str ledger, struct str party,
		     size_t limit, struct names *to, struct err *err)
{
	struct stmt *s = db_prepare(
		v->reg,
		"SELECT DISTINCT p.c, p.audience FROM r_erasure e JOIN p_sealed p ON p.c = e.c "
		"AND p.lid = e.lid WHERE p.erased IS NOT NULL AND e.lid <> ? AND NOT EXISTS "
		"(SELECT 1 FROM r_erasure o WHERE o.c = e.c AND o.lid = ?) ORDER BY p.c",
		err);
	struct charter_place place;
	bool row = true;
	struct hash c;

	if (!s)
		return false;
	view_place(v, ledger, &place);
	stmt_text(s, 0, place.name);
	stmt_text(s, 1, place.name);
	while (row && to->n < limit) {
		if (!stmt_step(s, &row, err))
			return false;
		if (row && audience_names_party(col_text(s, 1), party) && take_hash(s, 0, &c))
			names_add(a, to, &c);
	}
	stmt_reset(s);
	names_sort(to);
	return true;
}

/* --- for pages --- */

static bool part_ends(struct view *v, struct arena *a, struct sealed_part *part,
		      struct err *err)
{
	struct stmt *s = db_prepare(
		v->reg, "SELECT lid, n, time, ground FROM r_erasure WHERE c = ? ORDER BY lid",
		err);
	bool row = true;

	if (!s)
		return false;
	stmt_blob(s, 0, part->c.b, HASH_SIZE);
	while (row && part->end_count < CHARTER_LEDGERS_MAX) {
		if (!stmt_step(s, &row, err))
			return false;
		if (row)
			part->ends[part->end_count++] = (struct sealed_end){
				.ledger = arena_str(a, col_text(s, 0)),
				.n = (uint64_t)col_int(s, 1),
				.time = arena_str(a, col_text(s, 2)),
				.ground = arena_str(a, col_text(s, 3)),
			};
	}
	stmt_reset(s);
	return true;
}

static enum audience audience_of(const struct view *v, struct str audience, bool opened)
{
	struct str parties[CHARTER_LEDGERS_MAX];
	size_t n = charter_parties(store_charter(v->store), parties);

	if (opened)
		return AUDIENCE_PUBLIC;
	for (size_t i = 0; i < n; i++)
		if (!audience_names_party(audience, parties[i]))
			return AUDIENCE_NATIONAL;
	return AUDIENCE_PARTIES;
}

bool view_sealed_parts(struct view *v, struct arena *a, struct str ledger, uint64_t n,
		       struct sealed_part **out, size_t *count, struct err *err)
{
	struct stmt *s = db_prepare(v->reg,
				    "SELECT c, class, audience, opened, erased FROM p_sealed "
				    "WHERE lid = ? AND n = ? ORDER BY c",
				    err);
	bool row = true;

	*count = 0;
	*out = arena_room(a, struct sealed_part, PARTS_MAX);
	if (!s)
		return false;
	stmt_text(s, 0, ledger);
	stmt_int(s, 1, (int64_t)n);
	while (row && *count < PARTS_MAX) {
		struct sealed_part *p = &(*out)[*count];

		if (!stmt_step(s, &row, err))
			return false;
		if (!row)
			break;
		*p = (struct sealed_part){ .class = arena_str(a, col_text(s, 1)),
					   .audience = arena_str(a, col_text(s, 2)),
					   .opened = !col_null(s, 3),
					   .erased = !col_null(s, 4) };
		if (!take_hash(s, 0, &p->c))
			continue;
		p->who = audience_of(v, p->audience, p->opened);
		(*count)++;
	}
	stmt_reset(s);
	for (size_t i = 0; i < *count; i++)
		if (!is_here(v, &(*out)[i].c, &(*out)[i].here, err) ||
		    !part_ends(v, a, &(*out)[i], err))
			return false;
	return true;
}

bool view_hidden(struct view *v, struct arena *a, const struct record *r, struct ref ref,
		 enum audience who, struct hidden_at *out, bool *found, struct err *err)
{
	struct stmt *s;
	struct buf sql;

	*found = false;
	if (!kind_has_table(r))
		return true;
	buf_init(&sql, VIEW_SQL_MAX);
	buf_lit(&sql, "SELECT " ROW_LEDGER ", " ROW_BODY ", rid FROM r_");
	buf_z(&sql, r->name);
	buf_lit(&sql, " WHERE id = ? AND party = ? ORDER BY layer DESC");
	s = db_prepare_text(v->reg, buf_str(&sql), err);
	buf_done(&sql);
	if (!s)
		return false;
	stmt_text(s, 0, ref.id);
	stmt_text(s, 1, ref.party);
	if (!stmt_step(s, found, err))
		return false;
	if (*found && (col_int(s, 2) & rid_bit(who)))
		*found = false;
	if (*found)
		*out = (struct hidden_at){ arena_str(a, col_text(s, 0)),
					   (uint64_t)col_int(s, 1) };
	stmt_reset(s);
	return true;
}

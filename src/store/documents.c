#include "store/store_private.h"

#include <string.h>

/*
 * The document of an act usually is an attachment that was put before the entry, and so is a
 * body that is published.  From a counterpart it may come later, over another line, or never.
 */
void document_came(struct store *s, const struct hash *name)
{
	pthread_mutex_lock(&s->arrivals.lock);
	if (s->arrivals.count < ARRIVALS_MAX)
		s->arrivals.names[s->arrivals.count] = *name;
	if (s->arrivals.count <= ARRIVALS_MAX)
		s->arrivals.count++;
	pthread_mutex_unlock(&s->arrivals.lock);
}

static unsigned take_arrivals(struct store *s, struct hash *names)
{
	unsigned count;

	pthread_mutex_lock(&s->arrivals.lock);
	count = s->arrivals.count;
	memcpy(names, s->arrivals.names, sizeof(s->arrivals.names));
	s->arrivals.count = 0;
	pthread_mutex_unlock(&s->arrivals.lock);
	return count;
}

/* What could not be applied is looked for again with everything that waits. */
static void look_again(struct store *s)
{
	pthread_mutex_lock(&s->arrivals.lock);
	s->arrivals.count = ARRIVALS_MAX + 1;
	pthread_mutex_unlock(&s->arrivals.lock);
}

static bool is_awaited(struct store *s, const struct hash *name, bool *awaited, struct err *err)
{
	struct stmt *q = db_prepare(s->reg,
				    "SELECT 1 FROM r_act WHERE h = ? AND document = 'missing' "
				    "UNION ALL SELECT 1 FROM r_lack WHERE c = ?",
				    err);

	if (!q)
		return false;
	stmt_blob(q, 0, name->b, HASH_SIZE);
	stmt_blob(q, 1, name->b, HASH_SIZE);
	if (!stmt_step(q, awaited, err))
		return false;
	stmt_reset(q);
	return true;
}

static bool apply_all(struct store *s, const struct hash *names, unsigned count, bool *any,
		      struct err *err)
{
	*any = false;
	for (unsigned i = 0; i < count; i++) {
		bool awaited;

		if (!is_awaited(s, &names[i], &awaited, err) ||
		    (awaited && !apply_blob(s->projection, &names[i], err)))
			return false;
		*any = *any || awaited;
	}
	return !*any || apply_settle(s->projection, err);
}

bool documents_late(struct store *s, uint64_t *n, struct err *err)
{
	struct arena a;
	struct str value;
	bool found, ok;

	*n = 0;
	arena_init(&a, 4 << 10);
	ok = meta_get(s->ledger, &a, "late", &value, &found, err);
	if (ok && found && !str_u64(value, UINT64_MAX >> 1, n))
		*n = 0;
	arena_done(&a);
	return ok;
}

/* Counted where it stays, so that no two states of the register share a generation. */
static bool count_late(struct store *s, struct err *err)
{
	struct buf text;
	uint64_t n;
	bool ok;

	if (!documents_late(s, &n, err))
		return false;
	buf_init(&text, 32);
	buf_u64(&text, n + 1);
	ok = meta_put(s->ledger, "late", buf_str(&text), err);
	buf_done(&text);
	if (ok)
		atomic_fetch_add(&s->generation, 1);
	return ok;
}

static bool apply_names(struct store *s, const struct hash *names, unsigned count,
			struct err *err)
{
	bool any;

	follow_all(s);
	if (!db_begin(s->reg, true, err))
		return false;
	if (!apply_all(s, names, count, &any, err)) {
		db_rollback(s->reg);
		apply_forget(s->projection);
		return false;
	}
	return db_commit(s->reg, err) && (!any || count_late(s, err));
}

/* Documents after `*last` by name that acts wait for and that are here, as many as there is
 * room for. */
static bool waiting(struct store *s, struct hash *last, struct hash *names, unsigned *count,
		    struct err *err)
{
	struct stmt *q = db_prepare(
		s->reg,
		"SELECT h FROM r_act WHERE document = 'missing' AND h > ? UNION "
		"SELECT l.c FROM r_lack l JOIN p_sealed p ON p.c = l.c AND p.lid = l.lid AND "
		"p.n = l.n WHERE p.opened IS NOT NULL AND l.c > ? ORDER BY 1",
		err);
	struct hash from = *last;
	bool row = true;

	*count = 0;
	if (!q)
		return false;
	stmt_blob(q, 0, from.b, HASH_SIZE);
	stmt_blob(q, 1, from.b, HASH_SIZE);
	while (row && *count < ARRIVALS_MAX) {
		if (!stmt_step(q, &row, err))
			return false;
		if (!row || col_blob(q, 0).n != HASH_SIZE)
			continue;
		memcpy(last->b, col_blob(q, 0).p, HASH_SIZE);
		if (view_blob_here(&s->writer, last))
			names[(*count)++] = *last;
	}
	stmt_reset(q);
	return true;
}

bool documents_look(struct store *s, struct err *err)
{
	struct hash names[ARRIVALS_MAX], last = { 0 };
	unsigned count;

	do {
		if (!waiting(s, &last, names, &count, err) ||
		    (count && !apply_names(s, names, count, err)))
			return false;
	} while (count == ARRIVALS_MAX);
	return true;
}

bool documents_apply(struct store *s, struct err *err)
{
	struct hash names[ARRIVALS_MAX];
	unsigned count = take_arrivals(s, names);

	if (count == 0 ||
	    (count > ARRIVALS_MAX ? documents_look(s, err) : apply_names(s, names, count, err)))
		return true;
	look_again(s);
	return false;
}

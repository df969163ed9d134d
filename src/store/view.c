#include "store/packed_kept.h"
#include "store/store_private.h"

#include <assert.h>
#include <stdlib.h>

static bool open_one(struct view *v, const char *name, bool read_only, struct db **out,
		     struct err *err)
{
	struct db_plan plan = { .dir = v->store->dir,
				.url = v->store->url,
				.name = name,
				.durability = DB_FULL,
				.read_only = read_only };

	return db_open(&plan, out, err);
}

static void drop(struct view *v)
{
	db_close(v->ledger);
	db_close(v->reg);
	db_close(v->local);
	free(v);
}

static bool make(struct store *s, struct view **out, struct err *err)
{
	struct view *v = calloc(1, sizeof(*v));

	assert(v);
	v->store = s;
	v->epoch = packed_kept_epoch(s->kept);
	if (!open_one(v, "ledger", true, &v->ledger, err) ||
	    !open_one(v, "register", true, &v->reg, err) ||
	    !open_one(v, "local", false, &v->local, err)) {
		drop(v);
		return false;
	}
	*out = v;
	return true;
}

/* --- those that nobody has --- */

static struct view *take(struct view_pool *p)
{
	struct view *v;

	pthread_mutex_lock(&p->lock);
	v = p->count ? p->idle[--p->count] : NULL;
	pthread_mutex_unlock(&p->lock);
	return v;
}

static bool keep(struct view_pool *p, struct view *v)
{
	bool room;

	pthread_mutex_lock(&p->lock);
	room = p->count < VIEWS_KEPT;
	if (room)
		p->idle[p->count++] = v;
	pthread_mutex_unlock(&p->lock);
	return room;
}

void views_drop(struct store *s)
{
	struct view *v;

	while ((v = take(&s->views)) != NULL)
		drop(v);
}

/* --- a view's life --- */

bool view_open(struct store *s, struct view **out, struct err *err)
{
	*out = take(&s->views);
	return *out || make(s, out, err);
}

void view_close(struct view *v)
{
	if (!v)
		return;
	assert(!v->writer);
	view_end(v);
	db_rollback(v->local); /* a query that was left in the middle of its rows */
	if (v->failed || !keep(&v->store->views, v))
		drop(v);
}

/* A snapshot is taken by the first query: this one. */
static bool pin(struct db *d, const char *literal, struct err *err)
{
	struct stmt *s;
	bool row;

	if (!db_begin(d, false, err))
		return false;
	s = db_prepare(d, literal, err);
	if (!s || !stmt_step(s, &row, err)) {
		db_rollback(d);
		return false;
	}
	stmt_reset(s);
	return true;
}

bool view_begin(struct view *v, struct err *err)
{
	if (v->writer)
		return true;
	atomic_store(&v->store->read, READ_COMMITS);
	store_follow(v->store);
	assert(!v->begun);
	if (!pin(v->reg, "SELECT 1 FROM r_note", err)) {
		v->failed = true;
		return false;
	}
	if (!pin(v->ledger, "SELECT 1 FROM meta", err)) {
		db_rollback(v->reg);
		v->failed = true;
		return false;
	}
	v->begun = true;
	return true;
}

void view_end(struct view *v)
{
	if (!v->begun)
		return;
	db_rollback(v->ledger);
	db_rollback(v->reg);
	v->begun = false;
}

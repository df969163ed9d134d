#include "store/db_driver.h"
#include "store/tally.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static const struct db_driver *driver_of(const char *url)
{
	struct str u = str_z(url);

	if (str_is(u, "sqlite"))
		return &sqlite_driver;
	if (str_starts(u, S("postgresql://")) || str_starts(u, S("postgres://")))
		return &postgres_driver;
	return NULL;
}

static bool driver_for(const char *url, const struct db_driver **driver, struct err *err)
{
	*driver = driver_of(url);
	if (*driver)
		return true;
	return err_set(err, ERR_INPUT, "store",
		       N_("The store \"%1\" is not known: write sqlite, or postgresql://…"),
		       err_arg(str_z(url)));
}

bool db_open(const struct db_plan *plan, struct db **out, struct err *err)
{
	const struct db_driver *driver;

	*out = NULL;
	if (!driver_for(plan->url, &driver, err) || !driver->open(plan, out, err))
		return false;
	(*out)->holder = plan->holder;
	return true;
}

uintptr_t db_thread(void)
{
	return (uintptr_t)pthread_self();
}

bool db_drop(const struct db_plan *plan, struct err *err)
{
	const struct db_driver *driver;

	return driver_for(plan->url, &driver, err) && driver->drop_store(plan, err);
}

static void drop(struct stmt *s)
{
	char *text = s->text;

	s->db->driver->drop(s);
	free(text);
}

static void drop_all(struct db *d)
{
	for (size_t i = 0; i < STMT_BUCKETS; i++)
		while (d->bucket[i]) {
			struct stmt *s = d->bucket[i];

			d->bucket[i] = s->next;
			drop(s);
		}
	d->texts = 0;
}

void db_close(struct db *d)
{
	if (!d)
		return;
	drop_all(d);
	d->driver->close(d);
}

enum db_engine db_engine(const struct db *d)
{
	return d->driver->engine;
}

bool db_run(struct db *d, const char *sql, struct err *err)
{
	return d->driver->run(d, sql, err);
}

bool db_begin(struct db *d, bool write, struct err *err)
{
	return d->driver->begin(d, write, err);
}

void db_put_off(struct db *d, bool (*write)(void *ctx, struct err *err), void *ctx)
{
	d->put_off = write;
	d->put_off_ctx = ctx;
}

static bool write_put_off(struct db *d, struct err *err)
{
	bool (*write)(void *ctx, struct err *err) = d->put_off;

	d->put_off = NULL;
	return write(d->put_off_ctx, err);
}

bool db_commit(struct db *d, struct err *err)
{
	if ((!d->put_off || write_put_off(d, err)) && d->driver->commit(d, err))
		return true;
	db_rollback(d);
	return false;
}

void db_meanwhile(struct db *d, void (*work)(void *ctx), void *ctx)
{
	if (d->driver->meanwhile)
		d->driver->meanwhile(d, work, ctx);
}

void db_rollback(struct db *d)
{
	d->put_off = NULL;
	d->driver->rollback(d);
}

bool db_scrub(struct db *d)
{
	return d->driver->scrub(d);
}

bool db_damaged(const struct db *d, const char *what, struct err *err)
{
	if (str_is(str_z(d->name), "register"))
		return err_set(err, ERR_UNREACHABLE, "register",
			       N_("The register's database is damaged (%1). Nothing is lost: "
				  "it is made anew from the "
				  "ledgers by `benkan rebuild`."),
			       what);
	return err_set(err, ERR_UNREACHABLE, d->name,
		       N_("The database \"%1\" is damaged (%2). Put back the newest backup "
			  "with `benkan restore`, then "
			  "fetch what is missing from the other side with `benkan sync`."),
		       d->name, what);
}

bool db_full(const struct db *d, struct err *err)
{
	return err_set(err, ERR_UNREACHABLE, d->name,
		       N_("The disk is full: nothing was written. Make room on it, then do "
			  "this again."));
}

/* --- the kept statements --- */

static size_t bucket_of(uint64_t key)
{
	return (size_t)((key * 0x9e3779b97f4a7c15u) >> 56);
}

static bool is_it(const struct stmt *s, const char *literal, struct str sql)
{
	return literal ? s->literal == literal : !s->literal && str_eq(s->sql, sql);
}

static struct stmt *take_kept(struct db *d, size_t bucket, const char *literal, struct str sql)
{
	for (struct stmt *s = d->bucket[bucket]; s; s = s->next)
		if (is_it(s, literal, sql)) {
			s->used = ++d->clock;
			d->driver->reset(s);
			return s;
		}
	return NULL;
}

static void drop_oldest_text(struct db *d)
{
	struct stmt **oldest = NULL;
	struct stmt *s;

	for (size_t i = 0; i < STMT_BUCKETS; i++)
		for (struct stmt **at = &d->bucket[i]; *at; at = &(*at)->next)
			if (!(*at)->literal && (!oldest || (*at)->used < (*oldest)->used))
				oldest = at;
	assert(oldest);
	s = *oldest;
	*oldest = s->next;
	d->texts--;
	drop(s);
}

static struct stmt *keep(struct db *d, size_t bucket, const char *literal, struct str sql,
			 struct err *err)
{
	struct stmt *s;

	if (!d->driver->prepare(d, sql, &s, err))
		return NULL;
	s->db = d;
	s->literal = literal;
	s->sql = sql;
	s->used = ++d->clock;
	s->next = d->bucket[bucket];
	d->bucket[bucket] = s;
	return s;
}

static void assert_mine(const struct db *d)
{
	const struct db_holder *h = d->holder;

	assert(!h || !atomic_load(&h->matters) || atomic_load(&h->thread) == db_thread());
}

struct stmt *db_prepare(struct db *d, const char *literal, struct err *err)
{
	size_t bucket = bucket_of((uintptr_t)literal);
	struct stmt *s;

	assert_mine(d);
	if (d->put_off && !write_put_off(d, err))
		return NULL;
	s = take_kept(d, bucket, literal, (struct str){ 0 });
	return s ? s : keep(d, bucket, literal, str_z(literal), err);
}

struct stmt *db_prepare_text(struct db *d, struct str sql, struct err *err)
{
	size_t bucket = bucket_of(hash_key(sql));
	struct stmt *s;
	char *text;

	assert_mine(d);
	if (d->put_off && !write_put_off(d, err))
		return NULL;
	s = take_kept(d, bucket, NULL, sql);
	if (s)
		return s;
	if (d->texts == STMT_TEXT_MAX)
		drop_oldest_text(d);
	text = malloc(sql.n + 1);
	assert(text);
	memcpy(text, sql.p, sql.n);
	text[sql.n] = '\0';
	s = keep(d, bucket, NULL, str_of(text, sql.n), err);
	if (!s) {
		free(text);
		return NULL;
	}
	s->text = text;
	d->texts++;
	return s;
}

/* --- parameters --- */

void stmt_int(struct stmt *s, int i, int64_t v)
{
	s->db->driver->bind(s, i, &(struct value){ .kind = VALUE_INT, .number = v });
}

void stmt_text(struct stmt *s, int i, struct str v)
{
	s->db->driver->bind(s, i, &(struct value){ .kind = VALUE_TEXT, .bytes = v });
}

void stmt_blob(struct stmt *s, int i, const void *p, size_t n)
{
	s->db->driver->bind(s, i, &(struct value){ .kind = VALUE_BLOB, .bytes = str_of(p, n) });
}

void stmt_dec(struct stmt *s, int i, struct dec v)
{
	s->db->driver->bind(s, i, &(struct value){ .kind = VALUE_DEC, .dec = v });
}

void stmt_null(struct stmt *s, int i)
{
	s->db->driver->bind(s, i, &(struct value){ .kind = VALUE_NULL });
}

/* --- rows --- */

bool stmt_step(struct stmt *s, bool *row, struct err *err)
{
	return s->db->driver->step(s, row, err);
}

bool stmt_done(struct stmt *s, struct err *err)
{
	return s->db->driver->done(s, err);
}

void stmt_reset(struct stmt *s)
{
	s->db->driver->reset(s);
}

int64_t stmt_changes(struct stmt *s)
{
	return s->db->driver->changes(s);
}

bool col_null(struct stmt *s, int i)
{
	return s->db->driver->is_null(s, i);
}

int64_t col_int(struct stmt *s, int i)
{
	return s->db->driver->number(s, i);
}

struct str col_text(struct stmt *s, int i)
{
	return s->db->driver->text(s, i);
}

struct str col_blob(struct stmt *s, int i)
{
	return s->db->driver->blob(s, i);
}

bool col_dec(struct stmt *s, int i, struct dec *out)
{
	return s->db->driver->dec(s, i, out);
}

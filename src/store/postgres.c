#include "store/postgres.h"
#include "store/sql_text.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SQL_MAX = 1 << 20 };

/* --- the pipeline --- */

static bool is_good(const PGresult *r)
{
	ExecStatusType status = PQresultStatus(r);

	return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

static void forget_result(struct pg_stmt *s)
{
	PQclear(s->result);
	s->result = NULL;
}

/* Keep the answer to one thing sent with the statement it belongs to. */
static void take_answer(const struct pg_pending *p, PGresult *r)
{
	struct pg_stmt *s = p->of;

	if (s && !p->preparation) {
		forget_result(s);
		s->changes = (int64_t)strtoll(PQcmdTuples(r), NULL, 10);
		if (PQresultStatus(r) == PGRES_TUPLES_OK) {
			s->result = r;
			s->row = -1;
			return;
		}
	}
	PQclear(r);
}

static bool refuse_answer(struct pg *d, const struct pg_pending *p, PGresult *r, bool first,
			  struct err *err)
{
	if (first)
		pg_failed(d, r, err);
	if (p->of && p->preparation)
		p->of->epoch = 0;
	PQclear(r);
	return false;
}

static bool answers_to(struct pg *d, const struct pg_pending *p, bool ok, struct err *err)
{
	for (PGresult *r = PQgetResult(d->c); r; r = PQgetResult(d->c))
		if (is_good(r))
			take_answer(p, r);
		else
			ok = refuse_answer(d, p, r, ok, err);
	return ok;
}

/* What failed inside a transaction is what the rest of it is told. */
static bool lose(struct pg *d, const struct err *err)
{
	if (d->in_transaction && !d->lost) {
		d->lost = true;
		d->trouble = *err;
	}
	return false;
}

/* Wait for the answers to everything that was sent; the first error among them is the one told.
 */
static bool drain(struct pg *d, struct err *err)
{
	bool ok = PQpipelineSync(d->c) == 1 || pg_failed(d, NULL, err);

	for (unsigned i = 0; i < d->pending_count && PQstatus(d->c) == CONNECTION_OK; i++)
		ok = answers_to(d, &d->pending[i], ok, err);
	d->pending_count = 0;
	if (PQstatus(d->c) == CONNECTION_OK)
		PQclear(PQgetResult(d->c)); /* the sync point */
	else if (ok)
		ok = pg_failed(d, NULL, err);
	return ok || lose(d, err);
}

static bool sent(struct pg *d, int ok, struct pg_pending p, struct err *err)
{
	if (!ok)
		return pg_failed(d, NULL, err);
	d->pending[d->pending_count++] = p;
	return true;
}

/* Room for a statement, its preparation and the end of an older one. */
/* Room for a statement, its preparation and the end of an older one. */
static bool room(struct pg *d, struct err *err)
{
	if (d->lost) {
		*err = d->trouble;
		return false;
	}
	return d->pending_count + 3 <= PG_PENDING_MAX || drain(d, err);
}

static bool send_plain(struct pg *d, const char *sql, struct err *err)
{
	return sent(d, PQsendQueryParams(d->c, sql, 0, NULL, NULL, NULL, NULL, 1),
		    (struct pg_pending){ 0 }, err);
}

/* --- statements --- */

static bool prepare(struct db *base, struct str sql, struct stmt **out, struct err *err)
{
	struct pg_stmt *s = calloc(1, sizeof(*s));
	struct buf text;

	(void)base;
	(void)err;
	assert(s);
	buf_init(&text, SQL_MAX);
	s->count = sql_number(&text, sql);
	buf_ch(&text, '\0');
	assert(!text.full);
	s->sql = text.p;
	if (s->count) {
		size_t n = (size_t)s->count;

		s->param = calloc(n, sizeof(*s->param));
		s->oid = calloc(n, sizeof(*s->oid));
		s->value = calloc(n, sizeof(*s->value));
		s->length = calloc(n, sizeof(*s->length));
		s->format = calloc(n, sizeof(*s->format));
		assert(s->param && s->oid && s->value && s->length && s->format);
	}
	*out = &s->base;
	return true;
}

/* When this fails the connection or its transaction is lost, which the next call says. */
static bool deallocate(struct pg *d, struct pg_stmt *s, struct err *err)
{
	char sql[64];

	if (s->epoch != d->epoch || PQstatus(d->c) != CONNECTION_OK)
		return true;
	snprintf(sql, sizeof(sql), "DEALLOCATE %s", s->name);
	s->epoch = 0;
	return send_plain(d, sql, err);
}

/* Nobody waits for the answers to a statement that is gone. */
static void drop(struct stmt *base)
{
	struct pg *d = (struct pg *)base->db;
	struct pg_stmt *s = (struct pg_stmt *)base;
	struct err ignored;

	(void)!(room(d, &ignored) && deallocate(d, s, &ignored));
	for (unsigned i = 0; i < d->pending_count; i++)
		if (d->pending[i].of == s)
			d->pending[i].of = NULL;
	forget_result(s);
	free(s->sql);
	free(s->param);
	free(s->oid);
	free((void *)s->value);
	free(s->length);
	free(s->format);
	free(s);
}

static void reset(struct stmt *base)
{
	struct pg_stmt *s = (struct pg_stmt *)base;

	forget_result(s);
	for (int i = 0; i < s->count; i++)
		s->value[i] = NULL;
}

/* Prepare on the server with the types the parameters have by now. */
static bool ready(struct pg *d, struct pg_stmt *s, struct err *err)
{
	bool same = s->epoch == d->epoch;

	for (int i = 0; i < s->count; i++)
		same = same && s->oid[i] == s->param[i].oid;
	if (same)
		return true;
	if (!deallocate(d, s, err))
		return false;
	for (int i = 0; i < s->count; i++)
		s->oid[i] = s->param[i].oid;
	snprintf(s->name, sizeof(s->name), "s%u", ++d->names);
	s->epoch = d->epoch;
	return sent(d, PQsendPrepare(d->c, s->name, s->sql, s->count, s->oid),
		    (struct pg_pending){ .of = s, .preparation = true }, err);
}

static bool send_stmt(struct pg *d, struct pg_stmt *s, struct err *err)
{
	return room(d, err) && ready(d, s, err) &&
	       sent(d,
		    PQsendQueryPrepared(d->c, s->name, s->count, s->value, s->length, s->format,
					1),
		    (struct pg_pending){ .of = s }, err);
}

static bool step(struct stmt *base, bool *row, struct err *err)
{
	struct pg *d = (struct pg *)base->db;
	struct pg_stmt *s = (struct pg_stmt *)base;

	*row = false;
	if (!s->result) {
		if ((!d->in_transaction && !pg_alive(d, err)) || !send_stmt(d, s, err) ||
		    !drain(d, err))
			return false;
		if (!s->result)
			return true;
	}
	*row = ++s->row < PQntuples(s->result);
	if (!*row)
		forget_result(s);
	return true;
}

static bool done(struct stmt *base, struct err *err)
{
	struct pg *d = (struct pg *)base->db;
	bool row = false;

	if (d->in_transaction)
		return send_stmt(d, (struct pg_stmt *)base, err);
	return step(base, &row, err);
}

/* None when the transaction is lost, which the next call says. */
static int64_t changes(struct stmt *base)
{
	struct pg *d = (struct pg *)base->db;
	struct err told_later;

	if (d->lost || (d->pending_count && !drain(d, &told_later)))
		return 0;
	return ((struct pg_stmt *)base)->changes;
}

/* --- transactions --- */

static bool run(struct db *base, const char *sql, struct err *err)
{
	static const struct sql_word words[] = {
		{ "INTEGER", "BIGINT" }, { "TEXT", "TEXT COLLATE \"C\"" },
		{ "BLOB", "BYTEA" },     { "DECIMAL", "NUMERIC" },
		{ "WITHOUT", "" },       { "ROWID", "" },
		{ "VIRTUAL", "STORED" }, { NULL, NULL }
	};
	struct pg *d = (struct pg *)base;
	struct buf own;
	PGresult *r;
	bool ok;

	if ((!d->in_transaction && !pg_alive(d, err)) || !room(d, err) || !drain(d, err))
		return false;
	if (!PQexitPipelineMode(d->c))
		return pg_failed(d, NULL, err);
	buf_init(&own, SQL_MAX);
	sql_words(&own, str_z(sql), words);
	buf_ch(&own, '\0');
	assert(!own.full);
	r = PQexec(d->c, own.p);
	buf_done(&own);
	ok = is_good(r) || pg_failed(d, r, err);
	PQclear(r);
	if (PQenterPipelineMode(d->c) != 1)
		return pg_failed(d, NULL, err);
	return ok || lose(d, err);
}

static void reset_all(struct db *base)
{
	for (size_t i = 0; i < STMT_BUCKETS; i++)
		for (struct stmt *s = base->bucket[i]; s; s = s->next)
			forget_result((struct pg_stmt *)s);
}

static bool begin(struct db *base, bool write, struct err *err)
{
	struct pg *d = (struct pg *)base;

	assert(!d->in_transaction);
	if (!pg_alive(d, err) || !room(d, err) ||
	    !send_plain(d, write ? "BEGIN" : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
			err))
		return false;
	d->in_transaction = true;
	d->lost = false;
	return true;
}

static bool commit(struct db *base, struct err *err)
{
	struct pg *d = (struct pg *)base;

	reset_all(base);
	if (!room(d, err) || !send_plain(d, "COMMIT", err) || !drain(d, err))
		return false;
	d->in_transaction = false;
	return true;
}

/* The end of a read is sent and not waited for: the next call takes the answer. */
static void rollback(struct db *base)
{
	struct pg *d = (struct pg *)base;
	struct err ignored;

	if (!d->in_transaction)
		return;
	reset_all(base);
	if (d->pending_count)
		(void)!drain(d, &ignored);
	if (PQstatus(d->c) == CONNECTION_OK && send_plain(d, "ROLLBACK", &ignored))
		PQflush(d->c);
	d->in_transaction = false;
	d->lost = false;
}

/* Dead rows go when they are vacuumed; readers are not waited for. */
static bool scrub(struct db *base)
{
	(void)base;
	return true;
}

const struct db_driver postgres_driver = {
	.engine = DB_POSTGRES,
	.open = pg_open,
	.close = pg_close,
	.drop_store = pg_drop_store,
	.run = run,
	.begin = begin,
	.commit = commit,
	.rollback = rollback,
	.scrub = scrub,
	.prepare = prepare,
	.drop = drop,
	.reset = reset,
	.bind = pg_bind,
	.step = step,
	.done = done,
	.changes = changes,
	.is_null = pg_is_null,
	.number = pg_number,
	.text = pg_text,
	.blob = pg_blob,
	.dec = pg_dec,
};

#include "store/postgres.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The first line of what the server says, which is the one that tells. */
static const char *first_line(const char *message)
{
	struct str s = str_z(message);

	return err_arg(str_trim(str_cut(s, str_index(s, '\n'))));
}

static bool unreachable(const struct pg *d, struct err *err)
{
	const char *why = first_line(PQerrorMessage(d->c));

	if (PQconnectionNeedsPassword(d->c) || PQconnectionUsedPassword(d->c))
		return err_set(err, ERR_UNREACHABLE, "store",
			       N_("PostgreSQL refuses user %1 or the password (%2). Mend the "
				  "postgresql:// address of the "
				  "node, or the server's pg_hba.conf."),
			       PQuser(d->c), why);
	return err_set(err, ERR_UNREACHABLE, "store",
		       N_("The PostgreSQL server could not be reached (%1). Look whether it "
			  "runs and whether the "
			  "postgresql:// address of the node is right."),
		       why);
}

/* What a SQLSTATE means to us: by class, or whole. */
enum trouble { TROUBLE_FULL, TROUBLE_DAMAGED, TROUBLE_BUSY, TROUBLE_DENIED, TROUBLE_LINK };
static const struct {
	const char *state;
	enum trouble trouble;
} troubles[] = {
	{ "53100", TROUBLE_FULL },    { "58030", TROUBLE_FULL },   { "XX001", TROUBLE_DAMAGED },
	{ "XX002", TROUBLE_DAMAGED }, { "55P03", TROUBLE_BUSY },   { "40", TROUBLE_BUSY },
	{ "42501", TROUBLE_DENIED },  { "25006", TROUBLE_DENIED }, { "57P", TROUBLE_LINK },
	{ "08", TROUBLE_LINK },       { "53", TROUBLE_LINK },
};

static bool told(const struct pg *d, enum trouble t, const char *why, struct err *err)
{
	switch (t) {
	case TROUBLE_FULL: return db_full(&d->base, err);
	case TROUBLE_DAMAGED: return db_damaged(&d->base, why, err);
	case TROUBLE_BUSY:
		return err_set(err, ERR_CONFLICT, d->base.name,
			       N_("Another process is writing to this PostgreSQL database "
				  "(%1). End it, or wait, then do "
				  "this again."),
			       why);
	case TROUBLE_DENIED:
		return err_set(err, ERR_UNREACHABLE, d->base.name,
			       N_("PostgreSQL does not let this user write (%1). Give the user "
				  "the right to it."),
			       why);
	case TROUBLE_LINK: break;
	}
	return err_set(err, ERR_UNREACHABLE, d->base.name,
		       N_("The PostgreSQL server ended the connection (%1). Look whether it "
			  "runs, then do this again."),
		       why);
}

bool pg_failed(const struct pg *d, const PGresult *r, struct err *err)
{
	struct str state = str_z(r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL);
	const char *why = first_line(r ? PQresultErrorMessage(r) : PQerrorMessage(d->c));

	for (size_t i = 0; i < sizeof(troubles) / sizeof(troubles[0]); i++)
		if (str_starts(state, str_z(troubles[i].state)))
			return told(d, troubles[i].trouble, why, err);
	if (PQstatus(d->c) != CONNECTION_OK)
		return told(d, TROUBLE_LINK, why, err);
	return err_set(err, ERR_BROKEN, d->base.name,
		       N_("The database \"%1\" refused a statement (%2). This is a fault in "
			  "Benkan: please report it."),
		       d->base.name, why);
}

static bool run_one(struct pg *d, const char *sql, PGresult **out, struct err *err)
{
	PGresult *r = PQexec(d->c, sql);
	ExecStatusType status = PQresultStatus(r);
	bool ok = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;

	if (!ok)
		pg_failed(d, r, err);
	if (ok && out)
		*out = r;
	else
		PQclear(r);
	return ok;
}

/* --- setting up --- */

static bool ask_bool(struct pg *d, const char *sql, bool *answer, struct err *err)
{
	PGresult *r;

	if (!run_one(d, sql, &r, err))
		return false;
	*answer = PQntuples(r) > 0 && PQgetvalue(r, 0, 0)[0] == 't';
	PQclear(r);
	return true;
}

/*
 * One writer a database: the lock goes with the connection.  It is waited for a little,
 * since the server may take a moment to see that an earlier process has ended.
 */
static bool take_lock(struct pg *d, struct err *err)
{
	if (!run_one(d, "SET lock_timeout TO '3s'; SELECT pg_advisory_lock(1650814571)", NULL,
		     err)) /* "benk" */
		return err->kind == ERR_CONFLICT
			       ? err_set(err, ERR_CONFLICT, "store",
					 N_("Another process already serves the node in this "
					    "PostgreSQL database. End "
					    "that one first."))
			       : false;
	return run_one(d, "SET lock_timeout TO 0", NULL, err);
}

static bool make_schema(struct pg *d, struct err *err)
{
	char sql[512];

	snprintf(sql, sizeof(sql),
		 "CREATE SCHEMA IF NOT EXISTS \"%s\";"
		 "CREATE OR REPLACE AGGREGATE dec_sum(numeric) (SFUNC = numeric_add, STYPE = "
		 "numeric);"
		 "CREATE OR REPLACE FUNCTION dec_add(numeric, numeric) RETURNS numeric "
		 "LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT $1 + $2'",
		 d->base.name);
	return run_one(d, sql, NULL, err);
}

static bool find_schema(struct pg *d, struct err *err)
{
	char sql[128];
	bool there;

	snprintf(sql, sizeof(sql), "SELECT count(*) > 0 FROM pg_namespace WHERE nspname = '%s'",
		 d->base.name);
	if (!ask_bool(d, sql, &there, err))
		return false;
	if (!there)
		return err_set(err, ERR_MISSING, "store",
			       N_("This PostgreSQL database holds no node: the schema \"%1\" "
				  "is missing. Make the node with "
				  "`benkan init`."),
			       d->base.name);
	return true;
}

static bool set_up(struct pg *d, struct err *err)
{
	char sql[512];

	snprintf(sql, sizeof(sql),
		 "SET client_min_messages TO warning; SET search_path TO \"%s\"; SET "
		 "synchronous_commit TO %s;"
		 "SET jit TO off; SET client_encoding TO 'UTF8'; SET "
		 "standard_conforming_strings TO on;"
		 "SET default_transaction_read_only TO %s",
		 d->base.name, d->plan.durability == DB_FULL ? "on" : "off",
		 d->plan.read_only ? "on" : "off");
	if (!run_one(d, sql, NULL, err) || (d->plan.lock && !take_lock(d, err)))
		return false;
	if (d->plan.create ? !make_schema(d, err) : !find_schema(d, err))
		return false;
	return PQenterPipelineMode(d->c) == 1 || pg_failed(d, NULL, err);
}

static void quiet(void *ctx, const PGresult *r)
{
	(void)ctx;
	(void)r;
}

bool pg_open(const struct db_plan *plan, struct db **out, struct err *err)
{
	const char *const keys[] = { "dbname", "fallback_application_name", "connect_timeout",
				     NULL };
	const char *const values[] = { plan->url, "benkan", "10", NULL };
	struct pg *d = calloc(1, sizeof(*d));

	assert(d);
	d->base.driver = &postgres_driver;
	d->plan = *plan;
	d->plan.dir = d->plan.url = d->plan.name = NULL;
	d->epoch = 1;
	snprintf(d->base.name, sizeof(d->base.name), "%s", plan->name);
	d->c = PQconnectdbParams(keys, values, 1);
	assert(d->c);
	PQsetNoticeReceiver(d->c, quiet, NULL);
	if (PQstatus(d->c) != CONNECTION_OK ? !unreachable(d, err) : !set_up(d, err)) {
		pg_close(&d->base);
		return false;
	}
	*out = &d->base;
	return true;
}

void pg_close(struct db *base)
{
	struct pg *d = (struct pg *)base;

	PQfinish(d->c);
	free(d);
}

bool pg_drop_store(const struct db_plan *plan, struct err *err)
{
	struct db_plan all = *plan;
	char sql[128];
	struct db *d;
	bool ok;

	all.create = true;
	if (!pg_open(&all, &d, err))
		return false;
	snprintf(sql, sizeof(sql), "DROP SCHEMA \"%s\" CASCADE", plan->name);
	ok = db_run(d, sql, err);
	pg_close(d);
	return ok;
}

bool pg_alive(struct pg *d, struct err *err)
{
	if (PQstatus(d->c) == CONNECTION_OK)
		return true;
	PQreset(d->c);
	d->epoch++;
	d->pending_count = 0;
	if (PQstatus(d->c) != CONNECTION_OK)
		return unreachable(d, err);
	return set_up(d, err);
}

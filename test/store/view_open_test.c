/*
 * Whose word an open act waits for, and since when: view_open_acts and the rows of records,
 * by hand for two parties, and after random histories of three against what p_act says.
 */
#include "history.h"
#include "store/plain.h"
#include "store/schema.h"
#include "store/store_private.h"
#include "store/view_act.h"
#include "store/view_facts.h"
#include "viewing.h"

/* --- by hand --- */

static size_t open_for(struct viewing *t, const char *party, bool others, enum audience who,
		       struct open_act **out)
{
	struct open_query q = { .party = str_z(party),
				.others = others,
				.who = who,
				.lang = LANG_FR,
				.limit = 30 };
	struct err err;
	uint64_t total, counted;
	size_t n;

	check_ok(view_open_acts(t->v, &t->a, &q, out, &n, &total, &err), &err);
	assert_int_equal(total, n);
	q.limit = 0;
	check_ok(view_open_acts(t->v, &t->a, &q, out, &n, &counted, &err), &err);
	assert_true(n == 0 && counted == total);
	q.limit = 30;
	check_ok(view_open_acts(t->v, &t->a, &q, out, &n, &total, &err), &err);
	return n;
}

static struct record_row row_of(struct viewing *t, const struct fact *f, enum audience who)
{
	struct record_row row;
	struct err err;

	check_ok(view_record(t->v, &t->a, f->record, (struct ref){ f->party, f->id }, who,
			     LANG_FR, &row, &err),
		 &err);
	return row;
}

static void say(struct viewing *t, struct chain *c, const char *type, const struct fact *f)
{
	SAY(t->w, c, type, "{\"act\":\"%.*s\",\"parties\":[\"ml\",\"ru\"],\"reason\":\"no\"}",
	    STR(f->act));
}

static void a_word_is_awaited(void **state)
{
	struct viewing *t = viewing_make(place_of(state), 1);
	struct fact *f = fact_new(t, &records[RECORD_commission], NULL);
	struct record_row row;
	struct open_act *acts;
	struct str proposed, accepted;

	fact_propose(t, f, S("{\"name\":{\"fr\":\"A\"}}"), false);
	say(t, t->ml, "act.accept", f);
	viewing_sync(t);
	assert_int_equal(open_for(t, "ml", false, AUDIENCE_PUBLIC, &acts), 0);
	assert_int_equal(open_for(t, "ml", true, AUDIENCE_PUBLIC, &acts), 1);
	assert_int_equal(open_for(t, "ru", true, AUDIENCE_PUBLIC, &acts), 0);
	assert_int_equal(open_for(t, "ru", false, AUDIENCE_PUBLIC, &acts), 1);
	check_str(acts[0].record.id, f->id);
	assert_ptr_equal(acts[0].record.record, f->record);
	check_str(acts[0].record.data, S("{\"name\":{\"fr\":\"A\"}}"));
	check_str(acts[0].act.proposer, S("ml"));
	check_str(acts[0].act.state, S("accepted"));
	check_str(acts[0].act.data, S("{\"name\":{\"fr\":\"A\"}}"));
	assert_int_equal(acts[0].act.party_count, 2);
	assert_int_equal(acts[0].awaited_count, 1);
	check_str(acts[0].awaited[0], S("ru"));
	assert_false(acts[0].acknowledgement);
	check_str(acts[0].since, acts[0].act.time);
	proposed = arena_str(&t->w->arena, acts[0].since);

	row = row_of(t, f, AUDIENCE_PUBLIC);
	check_str(row.awaited, S("ru"));
	check_str(row.proposer, S("ml"));
	check_str(row.since, proposed);
	assert_false(row.receipt);

	/* All accepted: each must receive the other's acceptance. */
	say(t, t->ru, "act.accept", f);
	viewing_sync(t);
	assert_int_equal(open_for(t, "", false, AUDIENCE_PUBLIC, &acts), 1);
	assert_int_equal(open_for(t, "ml", false, AUDIENCE_PUBLIC, &acts), 1);
	assert_int_equal(acts[0].awaited_count, 2);
	assert_true(acts[0].acknowledgement);
	/* Since the later of the two. */
	assert_true(str_cmp(acts[0].act.parties[0].time, acts[0].act.parties[1].time) > 0);
	check_str(acts[0].act.parties[0].time, acts[0].since);
	accepted = arena_str(&t->w->arena, acts[0].since);
	chain_seen(t->w, t->ru, t->ml, t->ml->n);
	viewing_sync(t);
	row = row_of(t, f, AUDIENCE_PUBLIC);
	check_str(row.awaited, S("ml"));
	check_str(row.since, accepted);
	assert_true(row.receipt);
	assert_int_equal(open_for(t, "ru", false, AUDIENCE_PUBLIC, &acts), 0);
	assert_int_equal(open_for(t, "ru", true, AUDIENCE_PUBLIC, &acts), 1);

	chain_seen(t->w, t->ml, t->ru, t->ru->n);
	viewing_sync(t);
	row = row_of(t, f, AUDIENCE_PUBLIC);
	check_str(row.state, S("in_force"));
	assert_true(!row.awaited.n && !row.proposer.n && !row.since.n && !row.receipt);
	assert_int_equal(open_for(t, "", true, AUDIENCE_NATIONAL, &acts), 0);
	viewing_close(t);
}

static void check_proposed(struct viewing *t, const struct fact *f, const struct open_act *o)
{
	check_str(o->record.id, f->id);
	check_str(o->act.state, S("proposed"));
	check_str(o->act.proposer, S("ml"));
	check_str(o->act.data, f->doc);
	check_str(o->act.time, o->since);
	assert_int_equal(o->awaited_count, 2);
	assert_int_equal(o->act.party_count, 2);
	assert_true(o->act.parties[0].proposed && !o->act.parties[1].proposed);
	check_str(o->act.parties[0].time, o->since);
	assert_true(!o->act.parties[1].time.n && !o->act.parties[0].accepted);
	assert_true(row_of(t, f, AUDIENCE_PUBLIC).versions == f->versions[AUDIENCE_PUBLIC]);
}

/* One that nobody answers stands in one row (plain.h), and is seen as any other, until the same
 * record is proposed once more: also when that comes before its rows are written. */
static void nobody_has_answered(void **state)
{
	enum { MANY = 15 };
	struct viewing *t = viewing_make(place_of(state), 4);
	struct fact *f[MANY], *twice = fact_new(t, &records[RECORD_project], NULL);
	struct open_act *acts;
	struct act_row *on;
	struct err err;
	size_t n;

	for (size_t i = 0; i < MANY; i++) {
		f[i] = fact_new(t, &records[RECORD_commission], NULL);
		fact_propose(t, f[i], S("{\"name\":{\"fr\":\"A\"}}"), false);
	}
	fact_propose(t, twice, S("{\"title\":{\"fr\":\"B\"}}"), false);
	fact_propose(t, twice, S("{\"title\":{\"fr\":\"C\"}}"), false);
	viewing_sync(t);
	assert_int_equal(open_for(t, "ml", true, AUDIENCE_PUBLIC, &acts), 0);
	assert_int_equal(open_for(t, "", false, AUDIENCE_PUBLIC, &acts), MANY + 2);
	assert_int_equal(open_for(t, "ru", false, AUDIENCE_PUBLIC, &acts), MANY + 2);
	for (size_t i = 0; i < MANY; i++)
		check_proposed(t, f[i], &acts[i]);
	check_proposed(t, twice, &acts[MANY + 1]);
	check_ok(view_acts(t->v, &t->a, twice->record, twice->id, AUDIENCE_PUBLIC, &on, &n,
			   &err),
		 &err);
	assert_int_equal(n, 2);
	check_str(on[0].data, S("{\"title\":{\"fr\":\"C\"}}"));
	check_str(on[1].data, S("{\"title\":{\"fr\":\"B\"}}"));

	fact_propose(t, f[0], S("{\"name\":{\"fr\":\"D\"}}"), false);
	say(t, t->ru, "act.decline", f[1]);
	viewing_sync(t);
	assert_int_equal(open_for(t, "ru", false, AUDIENCE_PUBLIC, &acts), MANY + 2);
	assert_int_equal(open_for(t, "", false, AUDIENCE_PUBLIC, &acts), MANY + 2);
	check_str(row_of(t, f[1], AUDIENCE_PUBLIC).state, S("rejected"));
	check_proposed(t, f[2], &acts[1]);
	check_proposed(t, f[0], &acts[MANY + 1]);
	viewing_close(t);
}

static uint64_t count_of(struct db *d, const char *sql)
{
	struct err err;
	struct stmt *s = db_prepare(d, sql, &err);
	uint64_t n;
	bool row;

	assert_non_null(s);
	check_ok(stmt_step(s, &row, &err) && row, &err);
	n = (uint64_t)col_int(s, 0);
	stmt_reset(s);
	return n;
}

static void check_act(struct viewing *t, const struct fact *f, const char *state, bool public)
{
	struct act_facts known;
	struct act_whole whole;
	struct hash h;
	struct err err;
	bool is;

	assert_true(hash_hex(f->act, &h));
	check_ok(view_act_facts(t->v, &t->a, &h, S("ml,ru"), AUDIENCE_PUBLIC, &known, &err),
		 &err);
	check_str(known.state, str_z(state));
	check_str(known.id, f->id);
	check_ok(view_act(t->v, &t->a, &h, AUDIENCE_PUBLIC, &whole, &err), &err);
	check_str(whole.state, str_z(state));
	assert_int_equal(whole.effect_count, 1);
	check_str(whole.effects[0].id, f->id);
	check_ok(view_blob_public(t->v, &h, &is, &err), &err);
	assert_int_equal(is, public);
	check_ok(view_act_facts(t->v, &t->a, &h, S("ml,xx"), AUDIENCE_PUBLIC, &known, &err),
		 &err);
	check_str(known.state, S("none"));
}

/* Its document leads to the short form, which no index of hashes does: one that is long goes
 * the long way, and one that was lost is looked for among all. */
static void found_by_its_document(void **state)
{
	enum { LONG = PLAIN_MAX };
	struct viewing *t = viewing_make(place_of(state), 5);
	struct fact *f[4];
	char *name = calloc(1, LONG + 1);
	struct hash other = { { 7 } };
	struct act_whole whole;
	struct err err;
	bool is;

	memset(name, 'a', LONG);
	for (int i = 0; i < 4; i++) {
		f[i] = fact_new(t, &records[RECORD_commission], NULL);
		fact_propose(t, f[i],
			     i == 3 ? text_of(t->w, "{\"name\":{\"fr\":\"%s\"}}", name)
				    : S("{\"name\":{\"fr\":\"A\"}}"),
			     false);
	}
	free(name);
	viewing_sync(t);
	assert_int_equal(count_of(t->v->reg, "SELECT count(*) FROM r_plain"), 3);
	assert_int_equal(count_of(t->v->reg, "SELECT count(*) FROM p_act"), 1);
	for (int i = 0; i < 4; i++)
		check_act(t, f[i], "proposed", true);
	check_ok(view_blob_public(t->v, &other, &is, &err), &err);
	assert_false(is);
	assert_true(!view_act(t->v, &t->a, &other, AUDIENCE_PUBLIC, &whole, &err) &&
		    err.kind == ERR_MISSING);

	viewing_look_away(t);
	check_ok(db_run(t->s->ledger, "DELETE FROM blob", &err), &err);
	for (int i = 1; i < 4; i++)
		say(t, t->ru, i == 1 ? "act.accept" : "act.decline", f[i]);
	viewing_sync(t);
	assert_int_equal(count_of(t->v->reg, "SELECT count(*) FROM r_plain"), 1);
	assert_int_equal(count_of(t->v->reg, "SELECT count(*) FROM p_act"), 3);
	check_act(t, f[1], "accepted", true);
	check_act(t, f[2], "rejected", true);
	check_act(t, f[3], "rejected", true);
	viewing_close(t);
}

/* A confidential change of what is in force, then the public end of it; the oldest stands
 * first, and a refusal ends the wait. */
static void proposals_on_what_is_in_force(void **state)
{
	struct viewing *t = viewing_make(place_of(state), 2);
	struct fact *f = fact_new(t, &records[RECORD_commission], NULL);
	struct record_row row;
	struct open_act *acts;

	fact_propose(t, f, S("{\"name\":{\"fr\":\"A\"}}"), false);
	fact_agree(t, f);
	viewing_meet(t);
	fact_propose(t, f, S("{\"name\":{\"fr\":\"B\"}}"), true);
	viewing_sync(t);
	row = row_of(t, f, AUDIENCE_PUBLIC);
	assert_true(!row.awaited.n);
	row = row_of(t, f, AUDIENCE_PARTIES);
	check_str(row.state, S("in_force"));
	check_str(row.awaited, S("ml,ru"));
	assert_int_equal(open_for(t, "ru", false, AUDIENCE_PUBLIC, &acts), 0);
	assert_int_equal(open_for(t, "ru", false, AUDIENCE_PARTIES, &acts), 1);
	check_str(acts[0].record.data, S("{\"name\":{\"fr\":\"A\"}}"));
	check_str(acts[0].act.data, S("{\"name\":{\"fr\":\"B\"}}"));

	say(t, t->ru, "act.accept", f);
	fact_propose(t, f, S(""), false);
	viewing_sync(t);
	row = row_of(t, f, AUDIENCE_PUBLIC);
	check_str(row.awaited, S("ml,ru"));
	assert_int_equal(open_for(t, "ml", false, AUDIENCE_NATIONAL, &acts), 2);
	assert_true(str_cmp(acts[0].since, acts[1].since) < 0);
	assert_true(acts[0].act.data.n && !acts[1].act.data.n);
	assert_int_equal(open_for(t, "ru", true, AUDIENCE_NATIONAL, &acts), 1);
	assert_true(acts[0].act.data.n);

	say(t, t->ru, "act.decline", f);
	viewing_sync(t);
	assert_int_equal(open_for(t, "ml", false, AUDIENCE_NATIONAL, &acts), 1);
	row = row_of(t, f, AUDIENCE_PUBLIC);
	assert_true(!row.awaited.n);
	check_str(row_of(t, f, AUDIENCE_NATIONAL).awaited, S("ml"));
	viewing_close(t);
}

/* --- at random --- */

/* Parties of the act for which `condition` holds, as r_act has them. */
static struct str parties_where(struct reader *r, struct arena *a, struct str h,
				struct str parties, const char *sql)
{
	struct stmt *s;
	struct buf b;
	struct err err;
	bool row = true;

	buf_init(&b, 4096);
	s = db_prepare(r->db, sql, &err);
	assert_non_null(s);
	stmt_blob(s, 0, h.p, h.n);
	stmt_text(s, 1, parties);
	while (row) {
		check_ok(stmt_step(s, &row, &err), &err);
		if (row) {
			if (b.n)
				buf_ch(&b, ',');
			buf_add(&b, col_text(s, 0));
		}
	}
	return arena_buf(a, &b);
}

static struct str awaited_naively(struct reader *r, struct arena *a, struct str h,
				  struct str parties)
{
	struct str who = parties_where(
		r, a, h, parties,
		"SELECT party FROM all_p_act_party WHERE h = ? AND parties = ? AND accepted IS "
		"NULL AND declined IS NULL ORDER BY party");

	return who.n ? who
		     : parties_where(
			       r, a, h, parties,
			       "SELECT party FROM all_p_act_party WHERE h = ? AND parties = "
			       "? AND ready IS NULL AND declined IS NULL ORDER BY party");
}

static uint64_t number(struct reader *r, const char *sql)
{
	return count_of(r->db, sql);
}

struct found_act {
	struct str h, parties, state, awaited;
	bool listed;
};

static size_t acts_of(struct reader *r, struct arena *a, struct found_act *out)
{
	struct err err;
	struct stmt *s = db_prepare(r->db,
				    "SELECT r.h, r.parties, a.state, r.awaited, EXISTS (SELECT "
				    "1 FROM all_r_effect e "
				    "WHERE e.h = r.h AND e.parties = r.parties) FROM all_r_act "
				    "r JOIN all_p_act a ON "
				    "a.h = r.h AND a.parties = r.parties",
				    &err);
	bool row = true;
	size_t n = 0;

	assert_non_null(s);
	while (row) {
		check_ok(stmt_step(s, &row, &err), &err);
		if (row)
			out[n++] = (struct found_act){ arena_str(a, col_blob(s, 0)),
						       arena_str(a, col_text(s, 1)),
						       arena_str(a, col_text(s, 2)),
						       arena_str(a, col_text(s, 3)),
						       col_int(s, 4) };
	}
	return n;
}

/* r_act, r_open and the figures say what p_act_party says. */
/* Tables with the rows that stand in r_plain, as all_<name>. */
static void show_all(struct reader *r)
{
	struct err err;

	for (size_t i = 0; i < table_count; i++) {
		struct buf sql;

		if (!plain_table(str_z(tables[i].name)))
			continue;
		buf_init(&sql, 1 << 20);
		buf_lit(&sql, "CREATE TEMPORARY VIEW all_");
		buf_z(&sql, tables[i].name);
		buf_lit(&sql, " AS SELECT * FROM ");
		table_from(&sql, &tables[i]);
		buf_ch(&sql, '\0');
		check_ok(db_run(r->db, sql.p, &err), &err);
		buf_done(&sql);
	}
}

static size_t check_waiting(struct reader *r)
{
	struct found_act *acts = calloc(HISTORY_ACTS, sizeof(*acts));
	struct arena a;
	size_t n, open = 0, awaited = 0;

	arena_init(&a, 1 << 24);
	n = acts_of(r, &a, acts);
	for (size_t i = 0; i < n; i++) {
		struct str want = S("");

		if (acts[i].listed &&
		    (str_is(acts[i].state, "proposed") || str_is(acts[i].state, "accepted")))
			want = awaited_naively(r, &a, acts[i].h, acts[i].parties);
		check_str(acts[i].awaited, want);
		open += want.n > 0;
		for (struct str one; want.n && str_split(&want, ',', &one); awaited++)
			continue;
	}
	assert_int_equal(number(r, "SELECT count(*) FROM all_r_open WHERE party = ''"), open);
	assert_int_equal(number(r, "SELECT count(*) FROM all_r_open"), open + awaited);
	assert_int_equal(number(r, "SELECT coalesce(sum(count), 0) FROM r_count WHERE field = "
				   "(SELECT max(field) FROM r_count) AND value = ''"),
			 open);
	assert_int_equal(
		number(r, "SELECT count(*) FROM all_r_open o JOIN all_r_act a ON a.h = o.h AND "
			  "a.parties = o.parties WHERE a.since = o.since"),
		open + awaited);
	arena_done(&a);
	free(acts);
	return open;
}

static void histories_agree_at_every_step(void **state)
{
	struct history *h = history_make("bf ml ru", 77);
	struct reader r;
	size_t open = 0;

	h->hide = true;
	reader_open(&r, h->w, place_of(state), "open");
	show_all(&r);
	for (int i = 0; i < 300; i++) {
		history_step(h);
		if (i % 10 == 9) {
			reader_apply_to(&r, NULL);
			open += check_waiting(&r);
		}
	}
	assert_true(open > 100);
	reader_close(&r);
	history_free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH(a_word_is_awaited), BOTH(nobody_has_answered),
					    BOTH(found_by_its_document),
					    BOTH(proposals_on_what_is_in_force),
					    BOTH(histories_agree_at_every_step) };

	return run_on_engines(tests);
}

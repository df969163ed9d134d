/*
 * What a record was before, what its parties said of it, and what is due: view_history,
 * view_acts, view_due, for each audience.
 */
#include "viewing.h"

/* --- history --- */

static size_t history_of(struct viewing *t, const struct fact *f, enum audience who,
			 struct version **all)
{
	struct history_query q = {
		.record = f->record, .ref = { f->party, f->id }, .who = who, .limit = 100
	};
	struct history_result got, rest;
	struct err err;

	check_ok(view_history(t->v, &t->a, &q, &got, &err), &err);
	assert_int_equal(got.total, got.n);
	*all = got.versions;
	/* One by one they are the same. */
	q.limit = 1;
	for (; q.offset <= got.total; q.offset++) {
		check_ok(view_history(t->v, &t->a, &q, &rest, &err), &err);
		assert_int_equal(rest.total, got.total);
		assert_int_equal(rest.n, q.offset < got.total);
		if (rest.n)
			check_str(rest.versions[0].data, got.versions[q.offset].data);
	}
	return got.n;
}

static bool is_missing(struct viewing *t, const struct fact *f, enum audience who)
{
	struct history_query q = {
		.record = f->record, .ref = { f->party, f->id }, .who = who, .limit = 1
	};
	struct history_result got;
	struct err err;

	return !view_history(t->v, &t->a, &q, &got, &err) && err.kind == ERR_MISSING;
}

static void versions_newest_first(void **state)
{
	struct viewing *t = viewing_make(place_of(state), 1);
	struct fact *f = fact_new(t, &records[RECORD_letter], "ml");
	struct version *all;
	struct hash leaf;
	uint64_t first;

	fact_put(t, f, IN_THE_OPEN, S("{\"number\":\"1\"}"), S(""));
	first = f->n;
	SAY(t->w, t->ml, "x.remark", "{}");
	fact_put(t, f, IN_THE_OPEN, S("{\"number\":\"2\"}"), S(""));
	f->n = first; /* what its writer had not seen */
	fact_put(t, f, IN_THE_OPEN, S("{\"number\":\"3\"}"), S(""));
	fact_end(t, f);
	viewing_sync(t);

	assert_int_equal(history_of(t, f, AUDIENCE_PUBLIC, &all), 4);
	assert_int_equal(all[0].n, f->n);
	assert_true(all[0].ended && !all[0].data.n && all[0].has_prev);
	check_str(all[0].reason, S("over"));
	check_str(all[1].data, S("{\"number\":\"3\"}"));
	assert_true(all[1].stale && all[1].prev == first);
	check_str(all[2].data, S("{\"number\":\"2\"}"));
	assert_true(!all[2].stale && all[2].has_prev && all[2].prev == first && !all[2].sealed);
	check_str(all[3].data, S("{\"number\":\"1\"}"));
	assert_true(!all[3].has_prev && !all[3].ended);
	check_str(all[3].ledger, S("ml"));
	check_str(all[3].actor, S("sec-1"));
	leaf = leaf_hash(t->ml->entry[first]);
	assert_true(hash_eq(&all[3].leaf, &leaf));
	viewing_close(t);
}

/* A version sealed in part, one sealed whole, one of the other side's own. */
static void sealed_versions_by_audience(void **state)
{
	struct viewing *t = viewing_make(place_of(state), 2);
	struct fact *f = fact_new(t, &records[RECORD_letter], "ml");
	struct fact *hidden = fact_new(t, &records[RECORD_letter], "ru");
	struct fact *own = fact_new(t, &records[RECORD_contact], "ml");
	struct version *all;

	fact_put(t, f, IN_THE_OPEN, S("{\"number\":\"1\"}"), S(""));
	fact_put(t, f, PARTLY_FOR_ITS_OWN, S("{\"number\":\"2\"}"), S("{\"item\":\"x\"}"));
	fact_put(t, f, FOR_PARTIES, S(""), S("{\"number\":\"3\"}"));
	fact_put(t, f, IN_THE_OPEN, S("{\"number\":\"4\"}"), S(""));
	fact_put(t, hidden, FOR_ITS_OWN, S(""), S("{\"number\":\"5\"}"));
	fact_put(t, own, FOR_ITS_OWN, S(""), S("{\"name\":\"A\"}"));
	viewing_sync(t);

	assert_int_equal(history_of(t, f, AUDIENCE_PUBLIC, &all), 4);
	assert_true(all[1].sealed && !all[1].data.n);
	assert_true(all[2].sealed);
	check_str(all[2].data, S("{\"number\":\"2\"}"));
	assert_int_equal(history_of(t, f, AUDIENCE_PARTIES, &all), 4);
	check_str(all[1].data, S("{\"number\":\"3\"}"));
	check_str(all[2].data, S("{\"number\":\"2\"}"));
	assert_int_equal(history_of(t, f, AUDIENCE_NATIONAL, &all), 4);
	check_str(all[2].data, S("{\"number\":\"2\",\"item\":\"x\"}"));

	for (enum audience who = AUDIENCE_PUBLIC; who <= AUDIENCE_NATIONAL; who++)
		assert_true(is_missing(t, hidden, who));
	assert_true(is_missing(t, own, AUDIENCE_PUBLIC) &&
		    is_missing(t, own, AUDIENCE_PARTIES));
	assert_int_equal(history_of(t, own, AUDIENCE_NATIONAL, &all), 1);
	check_str(all[0].data, S("{\"name\":\"A\"}"));
	viewing_close(t);
}

/* Publishing an opening shows the version to all; an erased one is shown to nobody. */
static void opened_and_erased(void **state)
{
	struct viewing *t = viewing_make(place_of(state), 3);
	struct fact *f = fact_new(t, &records[RECORD_letter], "ml");
	struct version *all;
	struct str c;

	fact_put(t, f, FOR_PARTIES, S(""), S("{\"number\":\"1\"}"));
	viewing_sync(t);
	assert_true(is_missing(t, f, AUDIENCE_PUBLIC));

	c = hex_of(t->w, &t->w->opening[0].name);
	SAY(t->w, t->ml, "sealed.open", "{\"c\":\"%.*s\"}", STR(c));
	viewing_sync(t);
	assert_int_equal(history_of(t, f, AUDIENCE_PUBLIC, &all), 1);
	check_str(all[0].data, S("{\"number\":\"1\"}"));

	SAY(t->w, t->ml, "sealed.erase", "{\"c\":[\"%.*s\"],\"ground\":\"asked\"}", STR(c));
	viewing_sync(t);
	for (enum audience who = AUDIENCE_PUBLIC; who <= AUDIENCE_NATIONAL; who++)
		assert_true(is_missing(t, f, who));
	viewing_close(t);
}

/* --- acts --- */

static size_t acts_on(struct viewing *t, const struct fact *f, enum audience who,
		      struct act_row **all)
{
	struct err err;
	size_t n;

	check_ok(view_acts(t->v, &t->a, f->record, f->id, who, all, &n, &err), &err);
	return n;
}

static void acts_and_who_said_what(void **state)
{
	struct viewing *t = viewing_make(place_of(state), 4);
	struct fact *f = fact_new(t, &records[RECORD_commission], NULL);
	struct version *all;
	struct act_row *acts;

	fact_propose(t, f, S("{\"name\":{\"fr\":\"A\"}}"), false);
	fact_agree(t, f);
	viewing_meet(t);
	fact_propose(t, f, S("{\"name\":{\"fr\":\"B\"}}"), true);
	SAY(t->w, t->ru, "act.decline",
	    "{\"act\":\"%.*s\",\"parties\":[\"ml\",\"ru\"],\"reason\":\"\"}", STR(f->act));
	fact_propose(t, f, S(""), false);
	SAY(t->w, t->ru, "act.accept", "{\"act\":\"%.*s\",\"parties\":[\"ml\",\"ru\"]}",
	    STR(f->act));
	viewing_sync(t);

	/* The end that is proposed, the refusal that the public knows nothing of, what holds.
	 */
	assert_int_equal(acts_on(t, f, AUDIENCE_PUBLIC, &acts), 2);
	assert_int_equal(acts_on(t, f, AUDIENCE_PARTIES, &acts), 3);
	check_str(acts[0].state, S("accepted"));
	check_str(acts[0].proposer, S("ml"));
	assert_true(!acts[0].data.n);
	assert_int_equal(acts[0].party_count, 2);
	check_str(acts[0].parties[1].party, S("ru"));
	assert_true(acts[0].parties[0].proposed && !acts[0].parties[0].accepted);
	assert_true(acts[0].parties[1].accepted && !acts[0].parties[1].ready);
	assert_int_equal(acts[0].parties[1].time.n, TIME_TEXT - 1);
	check_str(acts[1].state, S("in_force"));
	assert_true(acts[1].parties[0].ready && acts[1].parties[1].ready);
	check_str(acts[1].data, S("{\"name\":{\"fr\":\"A\"}}"));
	check_str(acts[2].state, S("rejected"));
	check_str(acts[2].data, S("{\"name\":{\"fr\":\"B\"}}"));
	assert_true(acts[2].parties[1].declined);

	assert_int_equal(history_of(t, f, AUDIENCE_PUBLIC, &all), 2);
	assert_true(all[0].ended);
	check_str(all[0].act, f->act);
	check_str(all[1].state, S("in_force"));
	assert_int_equal(history_of(t, f, AUDIENCE_NATIONAL, &all), 3);
	assert_true(all[1].sealed);
	check_str(all[1].data, S("{\"name\":{\"fr\":\"B\"}}"));
	viewing_close(t);
}

/* A confidential act in force: parties see its version, the public the one before. */
static void confidential_version(void **state)
{
	struct viewing *t = viewing_make(place_of(state), 5);
	struct fact *f = fact_new(t, &records[RECORD_commission], NULL);
	static const char *const want[] = { "{\"name\":{\"fr\":\"A\"}}",
					    "{\"name\":{\"fr\":\"B\"}}",
					    "{\"name\":{\"fr\":\"B\"}}" };
	struct ref ref;

	fact_propose(t, f, S("{\"name\":{\"fr\":\"A\"}}"), false);
	fact_agree(t, f);
	fact_propose(t, f, S("{\"name\":{\"fr\":\"B\"}}"), true);
	fact_agree(t, f);
	viewing_meet(t);
	viewing_sync(t);
	ref = (struct ref){ f->party, f->id };
	for (enum audience who = AUDIENCE_PUBLIC; who <= AUDIENCE_NATIONAL; who++) {
		struct record_row row;
		struct err err;

		check_ok(view_record(t->v, &t->a, f->record, ref, who, LANG_FR, &row, &err),
			 &err);
		check_str(row.data, str_z(want[who]));
		check_str(row.state, S("in_force"));
	}
	viewing_close(t);
}

/* An act may put another out of force that is about another record: that one's record says so.
 */
static void superseded_elsewhere(void **state)
{
	struct viewing *t = viewing_make(place_of(state), 9);
	struct fact *f = fact_new(t, &records[RECORD_commission], NULL);
	struct record_row row;
	struct act_row *acts;
	struct thing *doc;
	struct str hex;
	struct err err;

	fact_propose(t, f, S("{\"name\":{\"fr\":\"A\"}}"), false);
	fact_agree(t, f);
	doc = thing_add(t->w, t->w->blob, &t->w->blobs,
			text_of(t->w,
				"{\"v\":1,\"register\":\"%.*s\",\"act\":\"protocol\","
				"\"parties\":[\"ml\",\"ru\"],"
				"\"effects\":[],\"supersedes\":[\"%.*s\"],\"nonce\":\"00\"}",
				STR(hex_of(t->w, &t->w->charter.id)), STR(f->act)));
	hex = hex_of(t->w, &doc->name);
	chain_say(
		t->w, t->ru,
		&(struct said){
			.type = "act.propose",
			.body = text_of(t->w, "{\"act\":\"%.*s\",\"parties\":[\"ml\",\"ru\"]}",
					STR(hex)),
			.blobs = text_of(t->w,
					 "[{\"sha256\":\"%.*s\",\"size\":1,\"media\":\"a/"
					 "b\",\"name\":\"a\"}]",
					 STR(hex)) });
	for (size_t i = 0; i < 2; i++)
		SAY(t->w, &t->w->chain[i], "act.accept",
		    "{\"act\":\"%.*s\",\"parties\":[\"ml\",\"ru\"]}", STR(hex));
	viewing_sync(t);
	assert_int_equal(acts_on(t, f, AUDIENCE_PUBLIC, &acts), 1);
	viewing_meet(t);
	viewing_sync(t);
	assert_int_equal(acts_on(t, f, AUDIENCE_PUBLIC, &acts), 0);
	check_ok(view_record(t->v, &t->a, f->record, (struct ref){ f->party, f->id },
			     AUDIENCE_PUBLIC, LANG_FR, &row, &err),
		 &err);
	check_str(row.state, S("superseded"));
	viewing_close(t);
}

/* --- dates --- */

static bool set(const struct json *data, enum field_id f)
{
	const struct json *v = f == FIELD_NONE ? NULL : json_get(data, fields[f].name);

	return v && !(v->type == JSON_STR && !v->str.n) && !(v->type == JSON_BOOL && !v->num);
}

/* Looks at every fact for a report that closes what `d` watches in `f`. */
static bool reported(const struct viewing *t, const struct due_rule *d, const struct fact *f,
		     struct str part, enum audience who)
{
	struct str ref = text_of(t->w, "%.*s/%.*s", STR(f->party), STR(f->id));

	for (size_t i = 0; i < t->facts && d->report; i++) {
		const struct fact *r = &t->fact[i];
		const struct json *data = r->data[who];

		if (record_id_of(r->record) != d->report || !data || r->ended ||
		    !str_eq(json_str(data, fields[d->report_ref].name), ref))
			continue;
		if (d->parts && !str_eq(json_str(data, fields[d->report_key].name), part))
			continue;
		if (d->report_value ? str_is(json_str(data, fields[d->report_field].name),
					     d->report_value)
				    : set(data, d->report_field))
			return true;
	}
	return false;
}

struct naive_due {
	int32_t day;
	const struct due_rule *rule;
	const struct fact *of;
	struct str part;
};

static void naive_date(struct viewing *t, const struct due_query *q, const struct naive_due *at,
		       const struct json *data, struct naive_due *out, size_t *n)
{
	struct naive_due d = *at;

	if (!date_parse(json_str(data, fields[d.rule->date].name), &d.day) ||
	    set(data, d.rule->closed_by) || d.day < q->from || d.day >= q->to ||
	    reported(t, d.rule, d.of, d.part, q->who))
		return;
	for (size_t i = 0; i < *n; i++) /* two parts of one key, on one day, are one */
		if (out[i].of == d.of && out[i].rule == d.rule && out[i].day == d.day &&
		    str_eq(out[i].part, d.part))
			return;
	out[(*n)++] = d;
}

static size_t naive_dues(struct viewing *t, const struct due_query *q, struct naive_due *out)
{
	size_t n = 0;

	for (size_t i = 0; i < t->facts * due_rule_count; i++) {
		struct naive_due d = { .rule = &due_rules[i % due_rule_count],
				       .of = &t->fact[i / due_rule_count],
				       .part = S("") };
		const struct json *data = d.of->data[q->who], *parts;
		size_t place = 0;

		if (!data || d.of->ended || record_id_of(d.of->record) != d.rule->record ||
		    (q->deadlines_only && !d.rule->deadline) ||
		    (q->record && q->record != d.of->record))
			continue;
		if (!d.rule->parts) {
			naive_date(t, q, &d, data, out, &n);
			continue;
		}
		parts = json_arr(data, fields[d.rule->parts].name);
		for (const struct json *part = parts ? parts->child : NULL; part;
		     part = part->next) {
			struct str key = json_str(part, "key");

			d.part = key.n ? key : text_of(t->w, "%zu", place);
			place++;
			naive_date(t, q, &d, part, out, &n);
		}
	}
	return n;
}

enum { DUES_MAX = 20000 };

/* Every row given is one of the naive ones, none is given twice, days go up, the total is
 * theirs. */
static void check_due(struct viewing *t, const struct due_query *q)
{
	struct naive_due *want = calloc(DUES_MAX, sizeof(*want));
	size_t n, count = naive_dues(t, q, want), before = 0;
	struct due_row *rows;
	uint64_t total;
	struct err err;

	assert_true(count < DUES_MAX);
	check_ok(view_due(t->v, &t->a, q, &rows, &n, &total, &err), &err);
	assert_int_equal(total, count);
	assert_int_equal(n, count < q->limit ? count : q->limit);
	for (size_t i = 0; i < n; i++) {
		size_t k = 0;

		assert_true(i == 0 || rows[i - 1].day <= rows[i].day);
		while (k < count && !(want[k].of && want[k].day == rows[i].day &&
				      str_eq(want[k].of->id, rows[i].of.id) &&
				      str_eq(want[k].part, rows[i].part) &&
				      want[k].rule->deadline == rows[i].deadline))
			k++;
		assert_true(k < count);
		assert_true(!want[k].rule->parts || rows[i].part_label.n);
		want[k].of = NULL;
	}
	/* Those left out by the limit are none of them earlier. */
	for (size_t k = 0; k < count && n; k++)
		before += want[k].of && want[k].day < rows[n - 1].day;
	assert_int_equal(before, 0);
	free(want);
}

/* How many dates of `f` are open to each audience. */
static void check_open(struct viewing *t, const struct fact *f, const uint64_t want[AUDIENCES])
{
	for (enum audience who = AUDIENCE_PUBLIC; who <= AUDIENCE_NATIONAL; who++) {
		struct due_query q = { .from = INT32_MIN,
				       .to = INT32_MAX,
				       .record = f->record,
				       .who = who,
				       .lang = LANG_FR,
				       .limit = 10 };
		struct due_row *rows;
		uint64_t total;
		struct err err;
		size_t n;

		check_ok(view_due(t->v, &t->a, &q, &rows, &n, &total, &err), &err);
		assert_int_equal(total, want[who]);
		assert_int_equal(n, want[who]);
		check_due(t, &q);
	}
}

static void report(struct viewing *t, struct fact *f, enum seal seal, const char *members,
		   const struct fact *of)
{
	fact_put(t, f, seal,
		 text_of(t->w, "{%s,\"%s\":\"%.*s/%.*s\"}", members, of->record->name,
			 STR(of->party), STR(of->id)),
		 text_of(t->w, "{%s,\"%s\":\"%.*s/%.*s\"}", members, of->record->name,
			 STR(of->party), STR(of->id)));
}

/* A report closes a date for those who may read it; when it ends the date is open again. */
static void reports_close_dates(void **state)
{
	struct viewing *t = viewing_make(place_of(state), 7);
	struct fact *decision = fact_new(t, &records[RECORD_decision], NULL);
	struct fact *done = fact_new(t, &records[RECORD_decision_report], "ru");

	fact_propose(t, decision, S("{\"number\":\"I-1\",\"deadline\":\"2026-09-30\"}"), false);
	report(t, done, IN_THE_OPEN, "\"status\":\"started\"", decision);
	viewing_sync(t);
	check_open(t, decision, (const uint64_t[]){ 1, 1, 1 });
	report(t, done, FOR_PARTIES, "\"status\":\"done\"", decision);
	viewing_sync(t);
	check_open(t, decision, (const uint64_t[]){ 1, 0, 0 });
	fact_end(t, done);
	viewing_sync(t);
	check_open(t, decision, (const uint64_t[]){ 1, 1, 1 });
	report(t, done, IN_THE_OPEN, "\"status\":\"done\"", decision);
	viewing_sync(t);
	check_open(t, decision, (const uint64_t[]){ 0, 0, 0 });
	viewing_close(t);
}

static void milestones_by_their_key(void **state)
{
	struct viewing *t = viewing_make(place_of(state), 8);
	struct fact *project = fact_new(t, &records[RECORD_project], NULL);
	struct fact *design = fact_new(t, &records[RECORD_milestone_report], "ml");
	struct due_query q = { .from = 0, .to = INT32_MAX, .lang = LANG_FR, .limit = 1 };
	struct due_row *rows;
	uint64_t total;
	struct err err;
	size_t n;

	fact_propose(t, project,
		     S("{\"milestones\":[{\"key\":\"design\",\"title\":{\"fr\":\"Plan\"},"
		       "\"planned_end\":\"2026-05-01\"},"
		       "{\"key\":\"works\",\"title\":{\"fr\":\"Travaux\"},\"planned_end\":"
		       "\"2026-12-31\"}]}"),
		     false);
	report(t, design, IN_THE_OPEN, "\"milestone\":\"design\"", project);
	viewing_sync(t);
	check_open(t, project, (const uint64_t[]){ 2, 2, 2 });
	report(t, design, IN_THE_OPEN, "\"milestone\":\"design\",\"actual_end\":\"2026-05-20\"",
	       project);
	viewing_sync(t);
	check_open(t, project, (const uint64_t[]){ 1, 1, 1 });
	check_ok(view_due(t->v, &t->a, &q, &rows, &n, &total, &err), &err);
	check_str(rows[0].part, S("works"));
	assert_true(rows[0].deadline && rows[0].day == date_days(2026, 12, 31));
	assert_true(str_find(rows[0].part_label, S("Travaux")) < rows[0].part_label.n);
	viewing_close(t);
}

static void random_watched(struct viewing *t, enum record_id id)
{
	const struct record *r = &records[id];
	struct fact *f = fact_new(t, r, random_below(&t->random, 2) ? "ml" : "ru");

	if (r->joint) {
		fact_propose(t, f, fact_data(t, r), random_below(&t->random, 5) == 0);
		return;
	}
	fact_put(t, f, (enum seal)random_below(&t->random, SEALS), fact_data(t, r),
		 fact_data(t, r));
	if (random_below(&t->random, 4) == 0)
		fact_put(t, f, (enum seal)random_below(&t->random, SEALS), fact_data(t, r),
			 fact_data(t, r));
	if (random_below(&t->random, 8) == 0)
		fact_end(t, f);
}

static void dates_are_what_one_finds_by_looking(void **state)
{
	static const enum record_id kinds[] = {
		RECORD_session,
		RECORD_decision,
		RECORD_project,
		RECORD_agreement,
		RECORD_letter,
		RECORD_letter,
		RECORD_milestone_report,
		RECORD_milestone_report,
		RECORD_obstacle,
		RECORD_call,
		RECORD_decision_report,
		RECORD_decision_report,
		RECORD_cohort,
		RECORD_procedure,
		RECORD_planned_disbursement,
	};
	struct viewing *t = viewing_make(place_of(state), 6);

	for (int round = 0; round < 8; round++)
		for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
			random_watched(t, kinds[i]);
	viewing_sync(t);
	for (int i = 0; i < 60; i++) {
		int32_t from = t->ctx.today - 2200 + (int32_t)random_below(&t->random, 3000);
		struct due_query q = { .from = i % 5 ? from : INT32_MIN,
				       .to = from + (int32_t)random_below(&t->random, 1500),
				       .deadlines_only = random_below(&t->random, 2),
				       .who = (enum audience)random_below(&t->random,
									  AUDIENCES),
				       .lang = LANG_RU,
				       .limit = random_below(&t->random, 2) ? 1000 : 5 };

		if (random_below(&t->random, 3) == 0)
			q.record = &records[kinds[random_below(&t->random, 15)]];
		check_due(t, &q);
	}
	viewing_close(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(versions_newest_first),
		BOTH(sealed_versions_by_audience),
		BOTH(opened_and_erased),
		BOTH(acts_and_who_said_what),
		BOTH(confidential_version),
		BOTH(superseded_elsewhere),
		BOTH(reports_close_dates),
		BOTH(milestones_by_their_key),
		BOTH(dates_are_what_one_finds_by_looking),
	};

	return run_on_engines(tests);
}

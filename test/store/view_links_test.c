/*
 * Who points where: exactly those records whose fields, or their parts' fields, name the
 * record; and one record alone, with its label.
 */
#include "naive.h"

#include "store/view_naming.h"

/* --- looking at everything --- */

struct looking {
	struct str value;
	enum record_id to;
	const struct field *first;
};

static void look(void *ctx, const struct model_link *link)
{
	struct looking *l = ctx;

	if (!l->first && link->field->kind == REF && link->field->to == l->to &&
	    str_eq(link->value, l->value))
		l->first = link->field;
}

static const struct field *points(struct viewing *t, const struct fact *f, enum audience who,
				  const struct record *r, struct str value)
{
	struct looking l = { .value = value, .to = record_id_of(r) };

	if (naive_seen(f, who, false))
		record_links(&t->a, f->record, f->data[who], look, &l);
	return l.first;
}

static const struct fact *fact_of(struct viewing *t, const struct record_row *row)
{
	for (size_t i = 0; i < t->facts; i++)
		if (t->fact[i].record == row->record && str_eq(t->fact[i].id, row->id) &&
		    str_eq(t->fact[i].party, row->party))
			return &t->fact[i];
	fail();
	return NULL;
}

/* All that point at it, no more than `limit` of a kind, kinds together. */
static size_t check_links(struct viewing *t, const struct fact *at, enum audience who,
			  unsigned limit)
{
	const struct link_query q = { at->record, { at->party, at->id }, who, LANG_RU, limit };
	struct str value = text_of(t->w, "%.*s/%.*s", STR(at->party), STR(at->id));
	unsigned want[RECORD_COUNT] = { 0 }, got[RECORD_COUNT] = { 0 };
	struct link_row *rows;
	struct err err;
	size_t n;

	for (size_t i = 0; i < t->facts; i++)
		want[record_id_of(t->fact[i].record)] +=
			points(t, &t->fact[i], who, at->record, value) != NULL;
	check_ok(view_links(t->v, &t->a, &q, &rows, &n, &err), &err);
	for (size_t i = 0; i < n; i++) {
		const struct fact *f = fact_of(t, &rows[i].from);
		enum record_id kind = record_id_of(f->record);

		assert_ptr_equal(rows[i].field, points(t, f, who, at->record, value));
		check_str(rows[i].from.data, fact_brief(t, f->record, f->data[who]));
		assert_true(i == 0 || kind >= record_id_of(rows[i - 1].from.record));
		for (size_t k = 0; k < i; k++)
			assert_ptr_not_equal(f, fact_of(t, &rows[k].from));
		got[kind]++;
	}
	for (int k = 0; k < RECORD_COUNT; k++)
		assert_int_equal(got[k], want[k] < limit ? want[k] : limit);
	return n;
}

static struct viewing *random_register(const struct place *p)
{
	struct viewing *t = viewing_make(p, 31);

	for (int i = 0; i < 300; i++) {
		const struct record *r =
			&records[1 + random_below(&t->random, RECORD_COUNT - 1)];
		enum seal seal = random_below(&t->random, 2)
					 ? IN_THE_OPEN
					 : (enum seal)random_below(&t->random, SEALS);
		struct fact *f;

		if (r->part)
			continue;
		f = fact_new(t, r, random_below(&t->random, 2) ? "ml" : "ru");
		if (r->joint) {
			fact_propose(t, f, fact_data(t, r), seal == FOR_PARTIES);
			continue;
		}
		for (unsigned v = random_below(&t->random, 3); v < 3; v += 2)
			fact_put(t, f, seal, fact_data(t, r), fact_data(t, r));
		if (random_below(&t->random, 8) == 0)
			fact_end(t, f);
	}
	viewing_sync(t);
	return t;
}

static void links_are_those_one_finds_by_looking(void **state)
{
	struct viewing *t = random_register(place_of(state));
	size_t links = 0;

	for (size_t i = 0; i < t->facts; i++)
		for (enum audience who = AUDIENCE_PUBLIC; who <= AUDIENCE_NATIONAL; who++)
			links += check_links(t, &t->fact[i], who, i % 4 == 0 ? 2 : 400);
	assert_true(links > 500);
	viewing_close(t);
}

/* --- of all records of a kind --- */

/* The first few fields of records that point to the kind. */
static struct naming_plan plan_for(enum record_id to, enum audience who)
{
	struct naming_plan p = { .who = who };

	for (int f = FIELD_NONE + 1; f < FIELD_COUNT && p.by_count < 6; f++)
		if (fields[f].kind == REF && fields[f].to == to)
			p.by[p.by_count++] = (enum field_id)f;
	return p;
}

struct finding {
	const struct naming_plan *plan;
	struct str value;
	bool found;
};

static void find(void *ctx, const struct model_link *link)
{
	struct finding *l = ctx;

	for (size_t i = 0; i < l->plan->by_count; i++)
		l->found |=
			link->field == &fields[l->plan->by[i]] && str_eq(link->value, l->value);
}

static bool names(struct viewing *t, const struct fact *f, const struct naming_plan *plan,
		  struct str value)
{
	struct finding l = { .plan = plan, .value = value };

	if (naive_seen(f, plan->who, false))
		record_links(&t->a, f->record, f->data[plan->who], find, &l);
	return l.found;
}

/* What stands in the rows, with some left out in between. */
static void check_said(struct viewing *t, const struct naming_row *rows, size_t n,
		       const struct naming_plan *plan, struct str value)
{
	struct naming_reading from;
	struct naming_said is;
	struct err err;

	naming_begin(&from, t->v, rows, n);
	for (size_t i = random_below(&t->random, 2); i < n;
	     i += 1 + random_below(&t->random, 8) / 7) {
		const struct fact *f = NULL;

		check_ok(naming_read(&from, i, &is, &err), &err);
		for (size_t k = 0; k < t->facts && !f; k++)
			if (record_id_of(t->fact[k].record) == rows[i].kind &&
			    str_eq(t->fact[k].id, is.id) &&
			    str_eq(t->fact[k].party, rows[i].party))
				f = &t->fact[k];
		assert_non_null(f);
		assert_true(names(t, f, plan, value));
	}
	naming_end(&from);
}

static size_t check_naming(struct viewing *t, struct naming *x, const struct naming_plan *plan,
			   const struct fact *at)
{
	struct str value = text_of(t->w, "%.*s/%.*s", STR(at->party), STR(at->id));
	struct naming_row *rows;
	size_t want = 0, n;
	struct err err;

	for (size_t i = 0; i < t->facts; i++)
		want += names(t, &t->fact[i], plan, value);
	check_ok(naming_of(x, &t->a, value, &rows, &n, &err), &err);
	assert_int_equal(n, want);
	for (size_t i = 1; i < n; i++)
		assert_true(rows[i].rid > rows[i - 1].rid);
	check_said(t, rows, n, plan, value);
	return n;
}

/* Gone through at once, and asked for one by one where there is no room. */
static void who_names_them_is_found_for_all_of_a_kind(void **state)
{
	static const enum record_id kinds[] = { RECORD_project, RECORD_organisation,
						RECORD_document, RECORD_session };
	struct viewing *t = random_register(place_of(state));
	size_t found = 0;

	for (size_t i = 0; i < 4 * AUDIENCES * 3; i++) {
		struct naming_plan plan =
			plan_for(kinds[i % 4], (enum audience)(i / 4 % AUDIENCES));
		struct naming *x;
		struct err err;

		plan.most = i / 4 / AUDIENCES; /* 0: as many as there are */
		check_ok(naming_open(t->v, &plan, &x, &err), &err);
		for (size_t k = 0; k < t->facts; k++)
			if (t->fact[k].record == &records[kinds[i % 4]])
				found += check_naming(t, x, &plan, &t->fact[k]);
		naming_close(x);
	}
	assert_true(found > 300);
	viewing_close(t);
}

/* --- one by one --- */

#define ORGANISATION(name) S("{\"name\":{\"fr\":\"" name "\"},\"type\":\"10\"}")

static struct str project_of(struct viewing *t, const struct fact *by)
{
	return text_of(t->w,
		       "{\"title\":{\"fr\":\"P\"},\"status\":\"2\",\"field\":\"energy\","
		       "\"participants\":[{\"organisation\":\"ml/%.*s\",\"role\":\"1\"},"
		       "{\"organisation\":\"ml/%.*s\",\"role\":\"2\"}]}",
		       STR(by->id), STR(by->id));
}

static void a_part_points_for_its_record_and_counts_once(void **state)
{
	struct viewing *t = viewing_make(place_of(state), 1);
	struct fact *to = fact_new(t, &records[RECORD_organisation], "ml");
	struct fact *other = fact_new(t, &records[RECORD_organisation], "ru");
	struct fact *project = fact_new(t, &records[RECORD_project], NULL);
	struct link_query q = {
		to->record, { to->party, to->id }, AUDIENCE_PUBLIC, LANG_FR, 9
	};
	struct link_row *rows;
	struct err err;
	size_t n;

	other->id = to->id; /* the same id at another party is another record */
	fact_put(t, to, IN_THE_OPEN, ORGANISATION("À qui"), S(""));
	fact_put(t, other, IN_THE_OPEN, ORGANISATION("Autre"), S(""));
	fact_propose(t, project, project_of(t, to), false);
	viewing_sync(t);
	check_ok(view_links(t->v, &t->a, &q, &rows, &n, &err), &err);
	assert_int_equal(n, 1);
	assert_ptr_equal(rows[0].field, &fields[participation_organisation]);
	check_str(rows[0].from.label, S("P"));
	assert_int_equal(check_links(t, other, AUDIENCE_NATIONAL, 9), 0);
	q.ref.party = S("ML");
	check_ok(view_links(t->v, &t->a, &q, &rows, &n, &err), &err);
	assert_int_equal(n, 0);
	/* A word of another type with the same party and id. */
	q.ref.party = to->party;
	q.record = &records[RECORD_document];
	check_ok(view_links(t->v, &t->a, &q, &rows, &n, &err), &err);
	assert_int_equal(n, 0);
	viewing_close(t);
}

/* What a page has of who points at its record is all of a kind, or it is told that it may not
 * be.
 */
static void of_a_kind_all_or_nothing_is_known(void **state)
{
	const struct field *paid = &fields[transaction_project],
			   *planned = &fields[planned_disbursement_project];
	struct link_row rows[] = {
		{ &fields[budget_project], { .record = &records[RECORD_budget] } },
		{ paid, { .record = &records[RECORD_transaction] } },
		{ paid, { .record = &records[RECORD_transaction] } },
		{ planned, { .record = &records[RECORD_planned_disbursement] } },
	};
	struct links all = { rows, 4 }, found;

	(void)state;
	assert_true(links_by(all, paid, 3, &found));
	assert_int_equal(found.n, 2);
	assert_ptr_equal(found.rows, &rows[1]);
	assert_false(links_by(all, paid, 2, &found)); /* there may be more */
	assert_true(links_by(all, planned, 2, &found));
	assert_ptr_equal(found.rows, &rows[3]);
	assert_true(links_by(all, &fields[cohort_project], 1, &found)); /* nobody */
	assert_int_equal(found.n, 0);
	rows[2].field = &fields[transaction_provider]; /* and by the project, too? */
	assert_false(links_by(all, paid, 3, &found));
	all = (struct links){ 0 };
	assert_false(links_by(all, paid, 3, &found));
}

static void hostile_references_find_nothing(void **state)
{
	static const struct {
		const char *party, *id;
	} bad[] = {
		{ "", "" },
		{ "ml", "" },
		{ "", "0197fcb0-0000-7000-8000-000000000001" },
		{ "ml", "*" },
		{ "m\" OR \"l", "x" },
		{ "\xff", "\xfe" },
		{ "ml'", "' | '" },
		{ "ml/x", "0197fcb0-0000-7000-8000-000000000001" },
		{ "ML", "0197fcb0-0000-7000-8000-000000000001" },
	};
	struct viewing *t = viewing_make(place_of(state), 1);
	struct record_row row;
	struct link_row *rows;
	struct err err;
	bool found;
	size_t n;

	viewing_sync(t);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		for (int k = 1; k < RECORD_COUNT; k++) {
			struct ref ref = { str_z(bad[i].party), str_z(bad[i].id) };
			const struct link_query pointing = { &records[k], ref,
							     AUDIENCE_NATIONAL, LANG_FR, 9 };
			struct str raw = text_of(t->w, "%s/%s", bad[i].party, bad[i].id);

			if (records[k].part && i)
				continue;
			check_ok(view_links(t->v, &t->a, &pointing, &rows, &n, &err), &err);
			assert_int_equal(n, 0);
			assert_false(view_record(t->v, &t->a, &records[k], ref,
						 AUDIENCE_NATIONAL, LANG_FR, &row, &err));
			assert_int_equal(err.kind, ERR_MISSING);
			check_str(view_label(t->v, &t->a, &records[k], raw, AUDIENCE_NATIONAL,
					     LANG_FR, &found),
				  raw);
			assert_false(found);
		}
	viewing_close(t);
}

/* --- one record --- */

static void check_record(struct viewing *t, const struct fact *f, enum audience who,
			 enum lang lang)
{
	struct str raw = text_of(t->w, "%.*s/%.*s", STR(f->party), STR(f->id)), label = raw;
	struct ref ref = { f->party, f->id };
	struct record_row row;
	struct err err;
	bool found;

	if (!f->data[who]) {
		assert_false(view_record(t->v, &t->a, f->record, ref, who, lang, &row, &err));
		assert_int_equal(err.kind, ERR_MISSING);
	} else {
		check_ok(view_record(t->v, &t->a, f->record, ref, who, lang, &row, &err), &err);
		check_str(row.data, f->data[who]->raw);
		check_str(row.party, f->party);
		check_str(row.id, f->id);
		check_str(row.state, f->state);
		check_str(row.actor, f->ended ? S("") : S("sec-1"));
		assert_int_equal(row.n, f->n);
		assert_int_equal(row.versions, f->versions[who]);
		assert_int_equal(row.ended, f->ended);
		label = record_label(&t->a, f->record, f->data[who], lang);
		check_str(row.label, label);
	}
	check_str(view_label(t->v, &t->a, f->record, raw, who, lang, &found), label);
	assert_int_equal(found, f->data[who] != NULL);
}

static void a_record_is_what_was_written(void **state)
{
	struct viewing *t = random_register(place_of(state));

	for (size_t i = 0; i < t->facts; i++)
		for (enum audience who = AUDIENCE_PUBLIC; who <= AUDIENCE_NATIONAL; who++)
			check_record(t, &t->fact[i], who, (enum lang)(i % LANG_COUNT));
	viewing_close(t);
}

/* The other side need not write JSON as this program does. */
static void json_of_another_hand_is_read(void **state)
{
	static const struct {
		const char *rest;
		bool made_up;
	} cases[] = {
		{ ",\"illustrative\":true", true },
		{ ", \"illustrative\" : true ", true },
		{ ",\"illustrative\":false", false },
		{ ",\"illustrative\":\"true\"", false },
		{ ",\"acronym\":\"\\\"illustrative\\\":true\"", false },
		{ ",\"x\":{\"illustrative\":true}", false },
		{ "", false },
	};
	enum { CASES = sizeof(cases) / sizeof(cases[0]) };
	struct viewing *t = viewing_make(place_of(state), 1);
	struct record_row row;
	struct err err;

	for (size_t i = 0; i < CASES; i++)
		fact_put(t, fact_new(t, &records[RECORD_organisation], "ru"), IN_THE_OPEN,
			 text_of(t->w, "{ \"name\" : {\"fr\":\"N\"},\n\"type\":\"10\"%s}",
				 cases[i].rest),
			 S(""));
	viewing_sync(t);
	for (size_t i = 0; i < CASES; i++) {
		struct ref ref = { S("ru"), t->fact[i].id };

		check_ok(view_record(t->v, &t->a, t->fact[i].record, ref, AUDIENCE_PUBLIC,
				     LANG_FR, &row, &err),
			 &err);
		check_str(row.label, S("N"));
		assert_int_equal(row.illustrative, cases[i].made_up);
	}
	viewing_close(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH(links_are_those_one_finds_by_looking),
					    BOTH(who_names_them_is_found_for_all_of_a_kind),
					    BOTH(a_part_points_for_its_record_and_counts_once),
					    cmocka_unit_test(of_a_kind_all_or_nothing_is_known),
					    BOTH(hostile_references_find_nothing),
					    BOTH(a_record_is_what_was_written),
					    BOTH(json_of_another_hand_is_read) };

	return run_on_engines(tests);
}

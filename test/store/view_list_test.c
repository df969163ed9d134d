/*
 * Lists, their counts and menus against what one finds by looking at every record: a few
 * hundred random ones of both sides, open and sealed, corrected and ended, on both engines.
 */
#include "naive.h"

static const struct {
	enum record_id record;
	unsigned count;
} kinds[] = {
	{ RECORD_organisation, 45 }, { RECORD_commission, 2 },   { RECORD_session, 14 },
	{ RECORD_project, 45 },      { RECORD_decision, 25 },    { RECORD_agreement, 10 },
	{ RECORD_indicator, 14 },    { RECORD_transaction, 90 }, { RECORD_progress, 30 },
	{ RECORD_letter, 45 },       { RECORD_consignment, 25 }, { RECORD_cohort, 20 },
	{ RECORD_obstacle, 20 },     { RECORD_contact, 20 },     { RECORD_document, 30 },
	{ RECORD_procedure, 12 },    { RECORD_interest, 15 },    { RECORD_rate, 15 },
};
enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

/* --- a register of them --- */

static void national(struct viewing *t, const struct record *r)
{
	struct fact *f = fact_new(t, r, random_below(&t->random, 3) ? "ml" : "ru");
	unsigned versions = 1 + random_below(&t->random, 6) / 4;

	while (versions--) {
		enum seal seal = random_below(&t->random, 3) == 0
					 ? (enum seal)(1 + random_below(&t->random, SEALS - 1))
					 : IN_THE_OPEN;

		fact_put(t, f, seal, fact_data(t, r), fact_data(t, r));
		if (random_below(&t->random, 12) == 0)
			fact_end(t, f);
	}
}

static void joint(struct viewing *t, const struct record *r)
{
	struct fact *f = fact_new(t, r, NULL);
	bool sealed = random_below(&t->random, 6) == 0;

	fact_propose(t, f, fact_data(t, r), sealed);
	if (random_below(&t->random, 4) == 0)
		return;
	fact_agree(t, f);
	if (random_below(&t->random, 3) == 0) {
		fact_propose(t, f, fact_data(t, r), sealed);
		fact_agree(t, f);
	}
	if (random_below(&t->random, 10) == 0) {
		fact_propose(t, f, S(""), sealed);
		fact_agree(t, f);
	}
}

static struct viewing *random_register(const struct place *p)
{
	struct viewing *t = viewing_make(p, 11);

	for (size_t k = 0; k < KINDS; k++)
		for (unsigned i = 0; i < kinds[k].count; i++) {
			const struct record *r = &records[kinds[k].record];

			if (r->joint)
				joint(t, r);
			else
				national(t, r);
		}
	viewing_meet(t);
	viewing_sync(t);
	return t;
}

/* --- one list, whole, page by page --- */

static void explain(const struct list_query *q)
{
	print_error("%s for %s in %s%s%s%s, %zu filters", q->record->name,
		    audience_names[q->who], lang_codes[q->lang], q->ended ? ", ended too" : "",
		    q->descending ? ", descending" : "", q->sort_label ? ", by label" : "",
		    q->filter_count);
	if (q->sort)
		print_error(", by %s", q->sort->name);
	if (q->words.n)
		print_error(", words «%.*s»", STR(q->words));
	for (size_t i = 0; i < q->filter_count; i++)
		print_error(", %.*s = «%.*s»", STR(q->filters[i].name),
			    STR(q->filters[i].value));
	print_error("\n");
}

static void check_row(struct viewing *t, const struct list_query *q,
		      const struct record_row *row, const struct fact *f)
{
	const struct json *data = f->data[q->who], *made_up = json_get(data, "illustrative");
	enum audience widest = AUDIENCE_PUBLIC;

	while (f->data[widest] != data)
		widest++;
	check_str(row->id, f->id);
	check_str(row->party, f->party);
	check_str(row->data, q->brief ? fact_brief(t, f->record, data) : data->raw);
	check_str(row->label, record_label(&t->a, f->record, data, q->lang));
	check_str(row->state, f->state);
	assert_ptr_equal(row->record, f->record);
	assert_int_equal(row->ended, f->ended);
	assert_int_equal(row->visibility, widest);
	assert_int_equal(row->versions, f->versions[q->who]);
	assert_int_equal(row->illustrative, made_up && made_up->num);
	if (!f->record->joint) {
		check_str(row->ledger, f->party);
		assert_int_equal(row->n, f->n);
	}
}

/* Whether so many rows may be an answer to a question for which `left` remain. */
static bool enough(const struct list_query *q, const struct list_result *got, size_t left)
{
	size_t bytes = 0;

	if (got->n == (left < q->limit ? left : q->limit))
		return true;
	for (size_t i = 0; i < got->n; i++)
		bytes += got->rows[i].data.n;
	return q->bytes && got->n && got->n < left && bytes + FACT_BYTES > q->bytes;
}

/* From page to page by offsets or by cursors, rows brief or whole, answers cut by size. */
static void check_list(struct viewing *t, struct list_query q)
{
	size_t n, at = 0;
	struct naive_line *want = naive_list(t, &q, &n);
	bool cursors = random_below(&t->random, 2);
	struct list_result got;
	struct err err;

	q.limit = q.limit ? q.limit : 1 + random_below(&t->random, 40);
	q.brief = random_below(&t->random, 2);
	q.bytes = q.brief || random_below(&t->random, 2) ? 0 : 2 * FACT_BYTES;
	do {
		q.offset = cursors ? 0 : at;
		if (!view_list(t->v, &t->a, &q, &got, &err) || got.total != n ||
		    !enough(&q, &got, n - at) || !got.next.n != (at + got.n == n))
			explain(&q);
		check_ok(view_list(t->v, &t->a, &q, &got, &err), &err);
		assert_int_equal(got.total, n);
		assert_true(enough(&q, &got, n - at));
		for (size_t i = 0; i < got.n; i++) {
			if (!str_eq(got.rows[i].id, want[at + i].f->id))
				explain(&q);
			check_row(t, &q, &got.rows[i], want[at + i].f);
		}
		at += got.n;
		assert_int_equal(!got.next.n, at == n);
		if (cursors)
			q.after = got.next;
	} while (at < n);
	q.after = S("");
	q.offset = n + 3;
	check_ok(view_list(t->v, &t->a, &q, &got, &err), &err);
	assert_int_equal(got.total, n);
	assert_int_equal(got.n, 0);
}

static struct list_query any_query(struct viewing *t, const struct record *r)
{
	return (struct list_query){ .record = r,
				    .who = (enum audience)random_below(&t->random, AUDIENCES),
				    .lang = (enum lang)random_below(&t->random, LANG_COUNT),
				    .ended = random_below(&t->random, 3) == 0,
				    .descending = random_below(&t->random, 2) };
}

/* --- order --- */

static void check_orders(struct viewing *t, const struct record *r)
{
	struct list_query q;

	for (int down = 0; down < 2; down++) {
		q = any_query(t, r);
		q.descending = down;
		check_list(t, q);
		for (int lang = 0; lang < LANG_COUNT; lang++) {
			q.lang = (enum lang)lang;
			q.sort_label = true;
			check_list(t, q);
		}
		q.sort_label = false;
		for
			each_field(f, r)
			{
				q.sort = f;
				if (view_sorts_by(f))
					check_list(t, q);
			}
	}
}

/* --- filters --- */

/* A fact of the type, one that this audience sees if there is any. */
static const struct fact *any_fact(struct viewing *t, const struct list_query *q)
{
	const struct fact *found = NULL;

	for (unsigned i = 0; i < 1000; i++) {
		const struct fact *f = &t->fact[random_below(&t->random, (unsigned)t->facts)];

		if (f->record == q->record && f->data[AUDIENCE_NATIONAL]) {
			found = f;
			if (f->data[q->who])
				return f;
		}
	}
	assert_non_null(found);
	return found;
}

static struct str date_filter(struct viewing *t, struct str day)
{
	struct str year = str_cut(day, 4), month = str_cut(day, 7);

	switch (random_below(&t->random, 8)) {
	case 0: return year;
	case 1: return month;
	case 2: return day;
	case 3: return arena_join(&t->a, day, S(".."));
	case 4: return arena_join(&t->a, S(".."), month);
	case 5: return arena_join(&t->a, year, S(".."));
	case 6: return arena_join(&t->a, S(".."), day);
	default: return arena_join(&t->a, month, arena_join(&t->a, S(".."), S("2026-02")));
	}
}

/* A value the field has somewhere; now and then one that it has nowhere. */
static struct str filter_value(struct viewing *t, const struct list_query *q,
			       const struct field *f)
{
	const struct fact *from = any_fact(t, q);
	enum audience who = from->data[q->who] ? q->who : AUDIENCE_NATIONAL;
	const struct json *v = json_get(from->data[who], f->name);

	if (f->kind == BOOL)
		return random_below(&t->random, 2) ? S("true") : S("false");
	if (!v || random_below(&t->random, 10) == 0) {
		if (f->kind == DATE)
			return date_filter(t, S("2026-02-28"));
		if (f->kind == CODE)
			return str_z(codelist_named(f->list)->codes[0].code);
		return f->kind == REF ? viewing_ref(t, f->to) : S("нигде");
	}
	return f->kind == DATE ? date_filter(t, v->str) : v->str;
}

static bool filters_by(const struct field *f)
{
	return f->kind == REF || f->kind == CODE ||
	       (f->column && (f->kind == TEXT || f->kind == BOOL || f->kind == DATE));
}

static void add_filter(struct viewing *t, struct list_query *q, const struct field *f)
{
	q->filters[q->filter_count++] =
		(struct list_filter){ f, str_z(f->name), filter_value(t, q, f) };
}

static void check_filters(struct viewing *t, const struct record *r)
{
	static const char *const places[] = { "ml", "ru", "joint" };
	static const char *const states[] = { "proposed", "accepted", "in_force", "superseded",
					      "divergent" };
	struct list_query q;

	for
		each_field(f, r) for (int i = 0; filters_by(f) && i < 3; i++)
		{
			q = any_query(t, r);
			add_filter(t, &q, f);
			check_list(t, q);
		}
	for (size_t i = 0; i < 3 + (r->joint ? 5 : 0); i++) {
		q = any_query(t, r);
		q.filters[q.filter_count++] = (struct list_filter){
			.name = i < 3 ? S("party") : S("state"),
			.value = str_z(i < 3 ? places[i] : states[i - 3])
		};
		check_list(t, q);
	}
}

static struct str any_words(struct viewing *t)
{
	static const char *const words[] = { "energie", "SOLAIRES", "бамако",   "станции",
					     "oeuvre",  "елка",     "powers",   "quoted",
					     "naïf",    "ŋɛ",       "l’accord", "20",
					     "Ёлк",     "sol",      "1" };
	enum { WORDS = sizeof(words) / sizeof(words[0]) };
	struct str one = str_z(words[random_below(&t->random, WORDS)]);

	if (random_below(&t->random, 2))
		return one;
	return arena_join(
		&t->a, one,
		arena_join(&t->a, S(" "), str_z(words[random_below(&t->random, WORDS)])));
}

static void check_words(struct viewing *t, const struct record *r)
{
	for (int i = 0; i < 3; i++) {
		struct list_query q = any_query(t, r);

		q.words = any_words(t);
		check_list(t, q);
	}
	/* Words without a letter are found nowhere, whatever else is asked. */
	for (int i = 0; i < 2; i++) {
		struct list_query q = any_query(t, r);

		for
			each_field(f, r) if (i && filters_by(f) && q.filter_count < 3)
				add_filter(t, &q, f);
		q.words = S("«!?»");
		check_list(t, q);
	}
}

/* Everything at once. */
static void check_mixed(struct viewing *t, const struct record *r)
{
	struct list_query q = any_query(t, r);

	for
		each_field(f, r)
		{
			if (filters_by(f) && q.filter_count < 2 &&
			    random_below(&t->random, 3) == 0)
				add_filter(t, &q, f);
			if (!q.sort && view_sorts_by(f) && random_below(&t->random, 5) == 0)
				q.sort = f;
		}
	if (random_below(&t->random, 3) == 0)
		q.words = any_words(t);
	if (!r->joint && random_below(&t->random, 3) == 0)
		q.filters[q.filter_count++] =
			(struct list_filter){ .name = S("party"), .value = S("ru") };
	check_list(t, q);
}

/* --- menus --- */

static uint64_t count_of(struct viewing *t, const struct record *r, const struct field *f,
			 enum audience who, struct str value)
{
	struct list_query q = { .record = r, .who = who, .filter_count = f != NULL };
	uint64_t n = 0;

	q.filters[0] = (struct list_filter){ f, S(""), value };
	for (size_t i = 0; i < t->facts; i++)
		n += naive_matches(&t->fact[i], &q);
	return n;
}

static void check_menu(struct viewing *t, const struct record *r, const struct field *f,
		       enum audience who)
{
	struct facet *facets;
	uint64_t sum = 0, set = 0;
	struct err err;
	size_t n;

	check_ok(view_facets(t->v, &t->a, r, f, who, &facets, &n, &err), &err);
	for (size_t i = 0; i < n; i++) {
		assert_true(facets[i].count > 0);
		assert_int_equal(facets[i].count, count_of(t, r, f, who, facets[i].value));
		assert_true(i == 0 || facets[i - 1].count >= facets[i].count);
		for (size_t k = 0; k < i; k++)
			assert_false(str_eq(facets[k].value, facets[i].value));
		sum += facets[i].count;
	}
	for (size_t i = 0; i < t->facts; i++) {
		const struct fact *x = &t->fact[i];

		set += x->record == r && naive_seen(x, who, false) &&
		       (f->kind == BOOL || json_get(x->data[who], f->name));
	}
	assert_int_equal(sum, set);
}

static void check_menus(struct viewing *t, const struct record *r)
{
	for (enum audience who = AUDIENCE_PUBLIC; who <= AUDIENCE_NATIONAL; who++) {
		assert_int_equal(view_count(t->v, r, who), count_of(t, r, NULL, who, S("")));
		for
			each_field(f, r) if (f->column && (f->kind == CODE || f->kind == REF ||
							   f->kind == BOOL))
				check_menu(t, r, f, who);
	}
}

static void lists_are_what_one_finds_by_looking(void **state)
{
	struct viewing *t = random_register(place_of(state));

	for (size_t k = 0; k < KINDS; k++) {
		const struct record *r = &records[kinds[k].record];

		check_orders(t, r);
		check_filters(t, r);
		check_words(t, r);
		for (int i = 0; i < 8; i++)
			check_mixed(t, r);
		check_menus(t, r);
		arena_reset(&t->a);
	}
	viewing_close(t);
}

/* --- what changes after it was packed --- */

static void change(struct viewing *t, struct fact *f)
{
	unsigned way = random_below(&t->random, 4);

	if (way == 0 && !f->ended)
		fact_end(t, f);
	else
		fact_put(t, f, way == 1 ? FOR_PARTIES : IN_THE_OPEN, fact_data(t, f->record),
			 fact_data(t, f->record));
}

/* Each change is a block of its own, behind those whose lines it takes back. */
static void lists_follow_what_changes(void **state)
{
	enum { FIRST = 80, ROUNDS = 5, CHANGED = 6 };
	const struct record *r = &records[RECORD_transaction];
	struct viewing *t = viewing_make(place_of(state), 23);

	for (int i = 0; i < FIRST; i++)
		fact_put(t, fact_new(t, r, i % 3 ? "ml" : "ru"), IN_THE_OPEN, fact_data(t, r),
			 S(""));
	for (int round = 0; round < ROUNDS; round++) {
		viewing_sync(t);
		for (int i = 0; i < 12; i++) {
			struct list_query q = any_query(t, r);

			q.limit = i % 2 ? 0 : 3;
			check_list(t, q);
		}
		for (int i = 0; i < CHANGED; i++)
			change(t, &t->fact[random_below(&t->random, (unsigned)t->facts)]);
		fact_put(t, fact_new(t, r, "ml"), IN_THE_OPEN, fact_data(t, r), S(""));
		arena_reset(&t->a);
	}
	viewing_close(t);
}

/* --- where dates end --- */

static void ranges_hold_their_last_day(void **state)
{
	static const char *const days[] = { "2023-12-31", "2024-01-01", "2024-02-28",
					    "2024-02-29", "2024-03-01", "2024-12-31",
					    "2025-01-01", "2025-02-28" };
	static const char *const ranges[] = {
		"2024",       "2023",
		"2024-02",    "2025-02",
		"2024-12",    "2024-02-29",
		"2023..2024", "..2024",
		"2024..",     "2024-02..2024-02",
		"..2024-02",  "2024-02-29..",
		"2025..2023", "2024-12-31..2025-01-01",
	};
	struct viewing *t = viewing_make(place_of(state), 1);

	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++)
		fact_put(t, fact_new(t, &records[RECORD_transaction], "ml"), IN_THE_OPEN,
			 text_of(t->w, "{\"date\":\"%s\"}", days[i]), S(""));
	viewing_sync(t);
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		struct list_query q = { .record = &records[RECORD_transaction],
					.filter_count = 1 };

		q.filters[0] = (struct list_filter){ &fields[transaction_date], S("date"),
						     str_z(ranges[i]) };
		check_list(t, q);
	}
	viewing_close(t);
}

/* --- what no filter can be --- */

static void refused(struct viewing *t, const struct list_query *q, const char *field)
{
	struct list_result got;
	struct err err;

	if (view_list(t->v, &t->a, q, &got, &err))
		explain(q);
	assert_false(view_list(t->v, &t->a, q, &got, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	assert_string_equal(err.field, field);
	assert_int_equal(got.n, 0);
	assert_int_equal(got.total, 0);
}

static void refuses_value(struct viewing *t, const struct record *r, const char *name,
			  struct str value)
{
	struct list_query q = { .record = r, .limit = 10, .filter_count = 1 };

	q.filters[0] = (struct list_filter){ record_field(r, str_z(name)), str_z(name), value };
	refused(t, &q, name);
}

static void hostile_values_are_refused_by_name(void **state)
{
	static const struct {
		const char *record, *name, *value;
	} bad[] = {
		{ "transaction", "date", "" },
		{ "transaction", "date", ".." },
		{ "transaction", "date", "yesterday" },
		{ "transaction", "date", "2026-13" },
		{ "transaction", "date", "2026-02-30" },
		{ "transaction", "date", "2026-02-28T10:00" },
		{ "transaction", "date", "26" },
		{ "transaction", "date", "2026-1" },
		{ "transaction", "date", "2026..2027..2028" },
		{ "transaction", "date", "2026...2027" },
		{ "transaction", "date", "-2026" },
		{ "transaction", "date", "2026-01-01' OR '1'='1" },
		{ "transaction", "project", "" },
		{ "transaction", "project", "project" },
		{ "transaction", "project", "JOINT/0197fcb0-0000-7000-8000-000000000001" },
		{ "transaction", "project", "joint/0197FCB0-0000-7000-8000-000000000001" },
		{ "transaction", "project", "joint/0197fcb0-0000-7000-8000-00000000000" },
		{ "transaction", "project", "joint/*" },
		{ "transaction", "sector", "" },
		{ "transaction", "sector", "11110 OR 1" },
		{ "transaction", "sector", "99999" },
		{ "transaction", "country",
		  "ml" }, /* ML is one; codes are told apart by case */
		{ "transaction", "type", "\xff\xfe" },
		{ "transaction", "humanitarian", "true" }, /* no column of lists */
		{ "transaction", "value", "1 000" },
		{ "transaction", "description", "word" },
		{ "project", "priority", "yes" },
		{ "project", "priority", "" },
		{ "project", "priority", "TRUE" },
		{ "project", "sectors", "11110" },
		{ "project", "identifier", "\xc3" },
		{ "project", "state", "ended" },
		{ "project", "state", "in_force'" },
		{ "letter", "party", "ML" },
		{ "letter", "party", "fr" },
		{ "letter", "party", "" },
		{ "letter", "party", "\xf0\x28\x8c\x28" },
		{ "letter", "state", "\xff" },
		{ "letter", "colour", "red" },
	};
	struct viewing *t = viewing_make(place_of(state), 1);
	struct list_query q = { .record = &records[RECORD_letter] };

	viewing_sync(t);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		refuses_value(t, record_named(str_z(bad[i].record)), bad[i].name,
			      str_z(bad[i].value));
	refuses_value(t, &records[RECORD_letter], "number", S("a\0b"));
	refuses_value(t, &records[RECORD_letter], "kind", S("note\0"));
	refused(t, &q, "limit");
	q.limit = 1001;
	refused(t, &q, "limit");
	q.limit = 1;
	q.words = S("note \xff");
	refused(t, &q, "words");
	/* A refusal leaves the view whole. */
	q.words = S("");
	check_list(t, q);
	viewing_close(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH(lists_are_what_one_finds_by_looking),
					    BOTH(lists_follow_what_changes),
					    BOTH(ranges_hold_their_last_day),
					    BOTH(hostile_values_are_refused_by_name) };

	return run_on_engines(tests);
}

/*
 * The other side may write anything into its ledger: fields of another kind, texts of
 * thousands of bytes where a code belongs, dates that are none.  Its entries are taken in,
 * every query still answers, and the figures made anew are the same.
 */
#include "viewing.h"

enum { LONG = 7000 };

/* Text that no engine can make shorter. */
static struct str noise(struct viewing *t, size_t n)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	char *p = arena_alloc(&t->w->arena, n);

	for (size_t i = 0; i < n; i++)
		p[i] = letters[random_below(&t->random, 64)];
	return str_of(p, n);
}

/* What a field is given instead of its value. */
enum way {
	NOISE,
	EMPTY,
	NUMBER,
	YES,
	NOTHING,
	LIST,
	OBJECT,
	DEEP,
	ODD_REF,
	ODD_MONEY,
	ODD_DATE,
	ODD_PARTS,
	WAYS
};

static struct str wrong(struct viewing *t, enum way way, size_t room)
{
	struct str long_text = noise(t, room);

	switch (way) {
	case NOISE: return text_of(t->w, "\"%.*s\"", STR(long_text));
	case EMPTY: return S("\"\"");
	case NUMBER: return S("-9007199254740991");
	case YES: return S("true");
	case NOTHING: return S("null");
	case LIST: return S("[[],{},null,1,\"a\"]");
	case OBJECT: return S("{\"\":{},\"amount\":[],\"fr\":7}");
	case DEEP: return S("[[[[[[[[[[[[]]]]]]]]]]]]");
	case ODD_REF: return text_of(t->w, "\"ML/%.*s\"", STR(long_text));
	case ODD_MONEY:
		return text_of(
			t->w, "{\"amount\":\"1\",\"currency\":\"%.*s\",\"unit\":\"%.*s\"}",
			STR(str_cut(long_text, room / 2)), STR(str_cut(long_text, room / 2)));
	case ODD_DATE: return S("\"2026-02-30\"");
	case ODD_PARTS:
		return text_of(t->w,
			       "[{\"key\":\"%.*s\",\"planned_end\":\"2027-01-01\",\"deadline\":"
			       "\"2027-01-01\","
			       "\"title\":{\"fr\":\"\"},\"organisation\":\"x\"},7]",
			       STR(long_text));
	case WAYS: break;
	}
	fail();
	return S("");
}

/* One field wrong, the others in order. */
static struct str one_wrong(struct viewing *t, const struct field *f, enum way way)
{
	const struct json *good = fact_json(t, fact_data(t, &records[f->record]));

	return fact_merge(t, good,
			  fact_json(t, text_of(t->w, "{\"%s\":%.*s}", f->name,
					       STR(wrong(t, way, LONG)))));
}

/* All of them wrong in the same way. */
static struct str all_wrong(struct viewing *t, const struct record *r, enum way way)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	buf_ch(&b, '{');
	for
		each_field(f, r)
		{
			struct str value = wrong(t, way, 9000 / (size_t)(r->end - r->first));

			if (b.n > 1)
				buf_ch(&b, ',');
			json_quote(&b, str_z(f->name));
			buf_ch(&b, ':');
			buf_add(&b, value);
		}
	buf_ch(&b, '}');
	return arena_buf(&t->w->arena, &b);
}

static void put(struct viewing *t, const struct record *r, struct str data)
{
	struct fact *f = fact_new(t, r, "ru");

	if (r->joint)
		fact_propose(t, f, data, false);
	else
		fact_put(t, f, IN_THE_OPEN, data, S(""));
}

static struct viewing *hostile_register(const struct place *p)
{
	struct viewing *t = viewing_make(p, 51);

	for (int k = 1; k < RECORD_COUNT; k++) {
		const struct record *r = &records[k];

		if (r->part)
			continue;
		put(t, r, fact_data(t, r));
		put(t, r, S("{}"));
		for (enum way way = NOISE; way < WAYS; way++)
			put(t, r, all_wrong(t, r, way));
		for
			each_field(f, r) put(
				t, r,
				one_wrong(t, f,
					  f->kind == PARTS
						  ? ODD_PARTS
						  : (enum way)random_below(&t->random, WAYS)));
	}
	viewing_meet(t);
	viewing_sync(t);
	return t;
}

/* --- every query answers --- */

static void ask_lists(struct viewing *t, const struct record *r)
{
	struct list_query q = { .record = r, .limit = 1000 };
	struct list_result got;
	struct facet *facets;
	struct err err;
	size_t n, there = 0;

	for (size_t i = 0; i < t->facts; i++)
		there += t->fact[i].record == r;
	for (q.sort_label = false;; q.sort_label = true) {
		check_ok(view_list(t->v, &t->a, &q, &got, &err), &err);
		assert_int_equal(got.total, there);
		assert_int_equal(got.n, there);
		if (q.sort_label)
			break;
	}
	for
		each_field(f, r)
		{
			uint64_t sum = 0;

			q.sort = f;
			check_ok(view_list(t->v, &t->a, &q, &got, &err), &err);
			assert_int_equal(got.n, there);
			if (!f->column ||
			    (f->kind != CODE && f->kind != REF && f->kind != BOOL))
				continue;
			check_ok(view_facets(t->v, &t->a, r, f, AUDIENCE_PUBLIC, &facets, &n,
					     &err),
				 &err);
			for (size_t i = 0; i < n; i++) {
				struct list_query one = { .record = r,
							  .limit = 1000,
							  .filter_count = 1 };

				/* What a menu offers can be chosen, and gives what it says. */
				one.filters[0] =
					(struct list_filter){ f, S(""), facets[i].value };
				check_ok(view_list(t->v, &t->a, &one, &got, &err), &err);
				assert_int_equal(got.n, facets[i].count);
				assert_int_equal(got.total, facets[i].count);
				sum += got.n;
			}
			assert_true(sum <= there);
		}
}

static void ask_records(struct viewing *t)
{
	for (size_t i = 0; i < t->facts; i++) {
		const struct fact *f = &t->fact[i];
		struct ref ref = { f->party, f->id };
		struct record_row row;
		struct history_query past = {
			.record = f->record, .ref = ref, .who = AUDIENCE_PUBLIC, .limit = 100
		};
		const struct link_query pointing = { f->record, ref, AUDIENCE_PUBLIC, LANG_FR,
						     10 };
		struct history_result versions;
		struct act_row *acts;
		struct link_row *links;
		struct err err;
		size_t n;

		check_ok(view_record(t->v, &t->a, f->record, ref, AUDIENCE_PUBLIC, LANG_FR,
				     &row, &err),
			 &err);
		check_str(row.data, f->data[AUDIENCE_PUBLIC]->raw);
		check_ok(view_history(t->v, &t->a, &past, &versions, &err), &err);
		assert_int_equal(versions.n, 1);
		check_ok(view_acts(t->v, &t->a, f->record, f->id, AUDIENCE_PUBLIC, &acts, &n,
				   &err),
			 &err);
		assert_int_equal(n, f->record->joint);
		check_ok(view_links(t->v, &t->a, &pointing, &links, &n, &err), &err);
		if (i % 100 == 0)
			arena_reset(&t->a);
	}
}

static void ask_figures(struct viewing *t)
{
	static const enum record_id kinds[] = { RECORD_transaction, RECORD_budget,
						RECORD_planned_disbursement };
	static const char *const dims[] = { "", "project" };
	struct due_query due = { .from = 0, .to = date_days(2999, 1, 1), .limit = 1000 };
	struct due_row *rows;
	struct err err;
	uint64_t total;
	size_t n;

	for (size_t i = 0; i < 6; i++) {
		struct total_query q = { .record = &records[kinds[i / 2]], .dim = dims[i % 2] };
		struct total_row *sums;

		check_ok(view_totals(t->v, &t->a, &q, &sums, &n, &err), &err);
	}
	check_ok(view_due(t->v, &t->a, &due, &rows, &n, &total, &err), &err);
	assert_int_equal(n, total < due.limit ? total : due.limit);
}

static bool add_line(void *ctx, struct str text)
{
	buf_add(ctx, text);
	return true;
}

static void check_rebuilt(struct viewing *t)
{
	struct buf before, after;
	struct err err;

	viewing_look_away(t);
	buf_init(&before, (size_t)256 << 20);
	buf_init(&after, (size_t)256 << 20);
	check_ok(store_dump(t->s, add_line, &before, &err), &err);
	check_ok(store_rebuild(t->s, NULL, NULL, &err), &err);
	check_ok(store_dump(t->s, add_line, &after, &err), &err);
	check_dumps(&after, &before);
	buf_done(&before);
	buf_done(&after);
	viewing_look(t);
}

static void whatever_is_written_every_query_answers(void **state)
{
	struct viewing *t = hostile_register(place_of(state));

	for (int k = 1; k < RECORD_COUNT; k++)
		if (!records[k].part) {
			ask_lists(t, &records[k]);
			arena_reset(&t->a);
		}
	ask_records(t);
	ask_figures(t);
	check_rebuilt(t);
	viewing_close(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH(whatever_is_written_every_query_answers) };

	return run_on_engines(tests);
}

/*
 * Every total equals its drill-down to the minor unit: sums kept at write time against the
 * records behind them, after corrections and ends, and against sums made anew.
 */
#include "naive.h"
#include "store/view_money.h"

/* --- by looking at every record --- */

struct money {
	enum record_id record;
	enum field_id value, type, project;
};
static const struct money moneys[] = {
	{ RECORD_transaction, transaction_value, transaction_type, transaction_project },
	{ RECORD_budget, budget_value, FIELD_NONE, budget_project },
	{ RECORD_planned_disbursement, planned_disbursement_value, FIELD_NONE,
	  planned_disbursement_project },
};
static const char *const dims[] = { "", "project" };

static struct str text_at(const struct json *data, enum field_id f)
{
	return f == FIELD_NONE ? S("") : json_str(data, fields[f].name);
}

static struct str key_at(const struct money *m, const struct json *data, const char *dim)
{
	return dim[0] ? text_at(data, m->project) : S("");
}

static bool falls_under(const struct money *m, const struct fact *f, enum audience who,
			const char *dim, const struct total_row *row)
{
	const struct json *data = f->data[who], *value;

	if (f->record != &records[m->record] || !naive_seen(f, who, false))
		return false;
	value = json_obj(data, fields[m->value].name);
	return str_eq(f->party, row->party) && str_eq(key_at(m, data, dim), row->key) &&
	       str_eq(text_at(data, m->type), row->type) &&
	       str_eq(json_str(value, "currency"), row->currency);
}

static int128 amount_of(const struct money *m, const struct json *data)
{
	struct dec d;

	assert_true(dec_parse(json_str(json_obj(data, fields[m->value].name), "amount"), &d));
	return d.micro;
}

/* By project all that name one. */
static uint64_t how_many(struct viewing *t, const struct money *m, enum audience who,
			 const char *dim)
{
	uint64_t n = 0;

	for (size_t i = 0; i < t->facts; i++)
		n += t->fact[i].record == &records[m->record] &&
		     naive_seen(&t->fact[i], who, false) &&
		     (!dim[0] || key_at(m, t->fact[i].data[who], dim).n);
	return n;
}

static void check_total(struct viewing *t, const struct money *m, enum audience who,
			const char *dim, const struct total_row *row)
{
	int128 sum = 0;
	uint64_t n = 0;

	for (size_t i = 0; i < t->facts; i++)
		if (falls_under(m, &t->fact[i], who, dim, row)) {
			sum += amount_of(m, t->fact[i].data[who]);
			n++;
		}
	assert_int_equal(row->count, n);
	assert_true(n > 0);
	if (row->amount.micro != sum) {
		char got[DEC_TEXT], want[DEC_TEXT];

		print_error("%s by %s %.*s: %s, not %s\n", records[m->record].name, dim,
			    STR(row->key), dec_text(got, row->amount, 0),
			    dec_text(want, (struct dec){ sum }, 0));
		fail();
	}
}

/* Of one project: every kind's sums in one answer. */
static void check_all_kinds(struct viewing *t, const struct total_query *asked,
			    const struct total_row *one, size_t k)
{
	struct total_query q = *asked;
	struct total_row *rows;
	struct err err;
	size_t n, from = 0;

	q.record = NULL;
	check_ok(view_totals(t->v, &t->a, &q, &rows, &n, &err), &err);
	while (from < n && rows[from].record != asked->record)
		from++;
	for (size_t i = 0; i < k; i++) {
		assert_true(from + i < n && rows[from + i].record == asked->record);
		check_str(rows[from + i].party, one[i].party);
		check_str(rows[from + i].type, one[i].type);
		check_str(rows[from + i].currency, one[i].currency);
		assert_int_equal(rows[from + i].count, one[i].count);
		assert_true(rows[from + i].amount.micro == one[i].amount.micro);
	}
	for (size_t i = from + k; i < n; i++)
		assert_ptr_not_equal(rows[i].record, asked->record);
}

static void check_dim(struct viewing *t, const struct money *m, enum audience who,
		      const char *dim)
{
	struct total_query q = { .record = &records[m->record], .dim = dim, .who = who };
	struct total_row *rows, *one;
	uint64_t n_all = 0;
	struct err err;
	size_t n, k, ones = 0;

	check_ok(view_totals(t->v, &t->a, &q, &rows, &n, &err), &err);
	for (size_t i = 0; i < n; i++) {
		check_total(t, m, who, dim, &rows[i]);
		n_all += rows[i].count;
		/* The same, asked for by its key. */
		if (rows[i].key.n == 0 || (i > 0 && str_eq(rows[i].key, rows[i - 1].key)))
			continue;
		q.key = rows[i].key;
		check_ok(view_totals(t->v, &t->a, &q, &one, &k, &err), &err);
		for (ones = 0; ones < k; ones++) {
			check_str(one[ones].key, rows[i].key);
			check_str(one[ones].currency, rows[i + ones].currency);
			assert_true(one[ones].amount.micro == rows[i + ones].amount.micro);
		}
		check_all_kinds(t, &q, one, k);
		assert_true(k > 0 && (i + k == n || !str_eq(rows[i + k].key, rows[i].key)));
	}
	assert_int_equal(n_all, how_many(t, m, who, dim)); /* nothing is left out */
}

/* --- line by line, and block by block --- */

struct swept {
	enum audience who;
	int128 sum;
	int64_t count;
};

static bool sweep_lines(void *ctx, const struct money_facts *f, struct err *err)
{
	struct swept *s = ctx;

	(void)err;
	for (size_t i = 0; i < f->n; i++) {
		s->sum += f->at[MONEY_SIGN][i] * money_amount(f, i);
		s->count += f->at[MONEY_SIGN][i];
	}
	return true;
}

static bool sweep_block(void *ctx, const struct money_block *b, struct err *err)
{
	struct swept *s = ctx;

	(void)err;
	for (size_t i = 0; i < b->n; i++) {
		int64_t sign = money_number(&b->of[MONEY_SIGN], i);
		int128 high = money_number(&b->of[MONEY_HIGH], i);
		uint64_t low = (uint64_t)money_number(&b->of[MONEY_LOW], i);

		if (!money_seen(money_number(&b->of[MONEY_SHAPE], i), s->who))
			continue;
		s->sum += sign * (high * ((int128)1 << 64) + low);
		s->count += sign;
	}
	return true;
}

/* The first sweep reads what is new from the database, the second finds it kept. */
static void check_sweep(struct viewing *t, enum money_log log, const struct swept *want)
{
	for (int way = 0; way < 4; way++) {
		struct swept got = { .who = want->who };
		struct money_scan q = { .log = log,
					.who = want->who,
					.need = 1u << MONEY_SIGN | 1u << MONEY_LOW |
						1u << MONEY_HIGH | 1u << MONEY_CURRENCY,
					.ctx = &got };
		struct lexicon words;
		struct err err;

		if (way % 2)
			q.each = sweep_lines;
		else
			q.block = sweep_block;
		lexicon_init(&words);
		check_ok(view_money(t->v, &q, &words, &err), &err);
		lexicon_done(&words);
		assert_int_equal(got.count, want->count);
		assert_true(got.sum == want->sum);
	}
}

static void check_sweeps(struct viewing *t, enum money_log log, enum audience who)
{
	const struct money *m = &moneys[log];
	struct swept want = { .who = who };

	for (size_t i = 0; i < t->facts; i++)
		if (t->fact[i].record == &records[m->record] &&
		    naive_seen(&t->fact[i], who, false)) {
			want.sum += amount_of(m, t->fact[i].data[who]);
			want.count++;
		}
	check_sweep(t, log, &want);
}

static void check_totals(struct viewing *t)
{
	for (enum audience who = AUDIENCE_PUBLIC; who <= AUDIENCE_NATIONAL; who++)
		for (enum money_log log = MONEY_TRANSACTIONS; log <= MONEY_PLANNED; log++)
			check_sweeps(t, log, who);
	for (size_t m = 0; m < sizeof(moneys) / sizeof(moneys[0]); m++)
		for (enum audience who = AUDIENCE_PUBLIC; who <= AUDIENCE_NATIONAL; who++)
			for (size_t d = 0; d < sizeof(dims) / sizeof(dims[0]); d++)
				check_dim(t, &moneys[m], who, dims[d]);
}

/* --- what a reader finds who follows a figure to its records --- */

static void check_drill_down(struct viewing *t, enum audience who, const struct total_row *row)
{
	struct list_query q = {
		.record = &records[RECORD_transaction],
		.who = who,
		.filters = { { &fields[transaction_project], S("project"), row->key },
			     { &fields[transaction_type], S("type"), row->type },
			     { &fields[transaction_value], S("value"), row->currency },
			     { NULL, S("party"), row->party } },
		.filter_count = 4,
		.limit = 1000
	};
	struct list_result got;
	struct err err;
	int128 sum = 0;
	uint64_t n = 0;

	check_ok(view_list(t->v, &t->a, &q, &got, &err), &err);
	assert_int_equal(got.n, got.total);
	for (size_t i = 0; i < got.n; i++) {
		const struct json *data = fact_json(t, got.rows[i].data);

		check_str(json_str(json_obj(data, "value"), "currency"), row->currency);
		sum += amount_of(&moneys[0], data);
		n++;
	}
	assert_int_equal(n, row->count);
	assert_true(sum == row->amount.micro);
}

static void check_drill_downs(struct viewing *t)
{
	for (enum audience who = AUDIENCE_PUBLIC; who <= AUDIENCE_NATIONAL; who++) {
		struct total_query q = { .record = &records[RECORD_transaction],
					 .dim = "project",
					 .who = who };
		struct total_row *rows;
		struct err err;
		size_t n;

		check_ok(view_totals(t->v, &t->a, &q, &rows, &n, &err), &err);
		assert_true(n > 10);
		for (size_t i = 0; i < n; i++)
			check_drill_down(t, who, &rows[i]);
	}
}

/* --- made anew they are the same, row by row --- */

static bool add_line(void *ctx, struct str text)
{
	buf_add(ctx, text);
	return true;
}

static struct buf whole_dump(struct viewing *t)
{
	struct buf out;
	struct err err;

	buf_init(&out, (size_t)256 << 20);
	check_ok(store_dump(t->s, add_line, &out, &err), &err);
	return out;
}

static void check_rebuilt(struct viewing *t)
{
	struct buf before, after;
	struct err err;

	viewing_look_away(t);
	before = whole_dump(t);
	check_ok(store_rebuild(t->s, NULL, NULL, &err), &err);
	after = whole_dump(t);
	check_dumps(&after, &before);
	buf_done(&before);
	buf_done(&after);
	viewing_look(t);
}

/* --- random money --- */

static struct fact *any_money(struct viewing *t)
{
	for (;;) {
		struct fact *f = &t->fact[random_below(&t->random, (unsigned)t->facts)];

		if (!f->record->joint)
			return f;
	}
}

static void money_put(struct viewing *t, struct fact *f)
{
	enum seal seal = random_below(&t->random, 3)
				 ? IN_THE_OPEN
				 : (enum seal)random_below(&t->random, SEALS);

	fact_put(t, f, seal, fact_data(t, f->record), fact_data(t, f->record));
}

static void money_moves(struct viewing *t)
{
	unsigned way = random_below(&t->random, 10);

	if (way < 5)
		money_put(t, fact_new(t, &records[moneys[way % 3].record],
				      random_below(&t->random, 2) ? "ml" : "ru"));
	else if (way < 9)
		money_put(t, any_money(t));
	else
		fact_end(t, any_money(t));
}

static void totals_equal_what_is_behind_them(void **state)
{
	struct viewing *t = viewing_make(place_of(state), 41);

	for (int i = 0; i < 8; i++)
		fact_propose(t, fact_new(t, &records[RECORD_project], NULL),
			     fact_data(t, &records[RECORD_project]), false);
	for (int i = 0; i < 30; i++)
		money_put(t, fact_new(t, &records[moneys[i % 3].record], "ml"));
	for (int round = 0; round < 6; round++) {
		for (int i = 0; i < 60; i++)
			money_moves(t);
		viewing_sync(t);
		check_totals(t);
	}
	check_drill_downs(t);
	check_rebuilt(t);
	check_totals(t);
	viewing_close(t);
}

/* --- sums across the border between the two numbers that hold one --- */

static void pays(struct viewing *t, struct fact *f, const char *amount)
{
	fact_put(t, f, IN_THE_OPEN,
		 text_of(t->w,
			 "{\"project\":\"joint/"
			 "%.*s\",\"type\":\"3\",\"date\":\"2026-01-01\",\"value\":{"
			 "\"amount\":\"%s\",\"currency\":\"XOF\",\"value_date\":\"2026-01-01\"}"
			 "}",
			 STR(t->fact[0].id), amount),
		 S(""));
}

static void sums_are_written_in_one_way(void **state)
{
	static const char *const amounts[] = {
		"999999999.999999",
		"0.000001",
		"1000000000",
		"-0.000001",
		"-1000000000",
		"-2500000000",
		"2499999999.5",
		"999999999999999999999",
		"-999999999999999999999.999999",
		"0",
	};
	enum { AMOUNTS = sizeof(amounts) / sizeof(amounts[0]) };
	struct viewing *t = viewing_make(place_of(state), 1);
	struct fact *f[4];

	fact_propose(t, fact_new(t, &records[RECORD_project], NULL),
		     fact_data(t, &records[RECORD_project]), false);
	for (size_t i = 0; i < 4; i++)
		f[i] = fact_new(t, &records[RECORD_transaction], i == 3 ? "ru" : "ml");
	/* Each corrected by each: upwards and downwards, one commit a correction. */
	for (size_t i = 0; i < (size_t)AMOUNTS * AMOUNTS; i++) {
		pays(t, f[i % 4], amounts[i / AMOUNTS]);
		pays(t, f[(i + 1) % 4], amounts[i % AMOUNTS]);
		if (i % 5 == 0)
			fact_end(t, f[(i + 2) % 4 < i ? (i + 2) % 4 : i % 4]);
		if (i % 5 == 0) {
			viewing_sync(t);
			check_totals(t);
		}
		if (i % 33 == 0)
			check_rebuilt(t);
	}
	viewing_sync(t);
	for (size_t i = 0; i < 4; i++)
		fact_end(t, f[i]);
	viewing_sync(t);
	check_totals(t);
	check_rebuilt(t);
	viewing_close(t);
}

/* --- a figure nobody could follow is not summed --- */

static void money_without_a_currency_is_none(void **state)
{
	static const char *const values[] = {
		"{\"amount\":\"5\"}",
		"{\"amount\":\"5\",\"currency\":\"\"}",
		"{\"amount\":\"5\",\"currency\":7}",
		"{\"amount\":\"5\",\"currency\":\"XO F\"}",
		"{\"amount\":5,\"currency\":\"XOF\"}",
		"{\"amount\":\"5,0\",\"currency\":\"XOF\"}",
		"{\"currency\":\"XOF\"}",
		"\"5 XOF\"",
		"[]",
		"null",
	};
	enum { VALUES = sizeof(values) / sizeof(values[0]) };
	struct total_query q = { .record = &records[RECORD_transaction], .dim = "" };
	struct viewing *t = viewing_make(place_of(state), 1);
	struct total_row *rows;
	struct err err;
	size_t n;

	for (size_t i = 0; i < VALUES; i++)
		fact_put(t, fact_new(t, &records[RECORD_transaction], "ru"), IN_THE_OPEN,
			 text_of(t->w, "{\"type\":\"3\",\"value\":%s}", values[i]), S(""));
	fact_put(t, fact_new(t, &records[RECORD_transaction], "ru"), IN_THE_OPEN,
		 S("{\"type\":{},\"project\":[],\"date\":\"2026-02-31\","
		   "\"value\":{\"amount\":\"7\",\"currency\":\"XOF\"}}"),
		 S(""));
	viewing_sync(t);
	check_ok(view_totals(t->v, &t->a, &q, &rows, &n, &err), &err);
	assert_int_equal(n, 1);
	assert_int_equal(rows[0].count, 1);
	assert_true(rows[0].amount.micro == 7000000);
	check_str(rows[0].key, S(""));
	check_str(rows[0].type, S(""));
	q.dim = "project"; /* it names none */
	check_ok(view_totals(t->v, &t->a, &q, &rows, &n, &err), &err);
	assert_int_equal(n, 0);
	q.dim = "";
	for (size_t i = 0; i <= VALUES; i++)
		fact_end(t, &t->fact[i]);
	viewing_sync(t);
	check_ok(view_totals(t->v, &t->a, &q, &rows, &n, &err), &err);
	assert_int_equal(n, 0);
	check_rebuilt(t);
	viewing_close(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH(totals_equal_what_is_behind_them),
					    BOTH(sums_are_written_in_one_way),
					    BOTH(money_without_a_currency_is_none) };

	return run_on_engines(tests);
}

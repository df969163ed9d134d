/* What is late, overrun or silent, against what stands behind it: on both engines. */
#include "store/view_standing.h"

#include "naive.h"

enum { PROJECTS = 12, PAYMENTS = 80 };

static const char *const statuses[] = { "2", "4", "1", "5" };

static struct fact *project(struct viewing *t, unsigned i)
{
	struct fact *f = fact_new(t, &records[RECORD_project], "ml");

	fact_propose(
		t, f,
		text_of(t->w,
			"{\"title\":{\"fr\":\"P%u\"},\"status\":\"%s\",\"field\":\"energy\","
			"%s\"cost\":{\"amount\":\"%u.5\",\"currency\":\"%s\"}}",
			i, statuses[i % 5 % 4], i % 3 ? "\"planned_end\":\"2026-03-01\"," : "",
			500 + 100 * i, i % 2 ? "XOF" : "RUB"),
		i % 4 == 3);
	return f;
}

static void payment(struct viewing *t, const struct fact *of)
{
	static const char *const types[] = { "3", "4", "2", "1" };
	unsigned n = random_below(&t->random, 1000);

	fact_put(t, fact_new(t, &records[RECORD_transaction], n % 2 ? "ml" : "ru"),
		 n % 7 ? IN_THE_OPEN : FOR_PARTIES,
		 text_of(t->w,
			 "{\"project\":\"joint/%.*s\",\"type\":\"%s\",\"date\":\"2026-01-01\","
			 "\"value\":{\"amount\":\"%u.25\",\"currency\":\"%s\",\"value_date\":"
			 "\"2026-01-01\"}}",
			 STR(of->id), types[random_below(&t->random, 4)], n,
			 random_below(&t->random, 3) ? "XOF" : "RUB"),
		 text_of(t->w,
			 "{\"project\":\"joint/%.*s\",\"type\":\"3\",\"date\":\"2026-01-01\","
			 "\"value\":{\"amount\":\"%u.25\",\"currency\":\"XOF\",\"value_date\":"
			 "\"2026-01-01\"}}",
			 STR(of->id), n));
}

static struct viewing *some_projects(void **state)
{
	struct viewing *t = viewing_make(place_of(state), 5);

	for (unsigned i = 0; i < PROJECTS; i++)
		(void)project(t, i);
	for (unsigned i = 0; i < PAYMENTS; i++)
		payment(t, &t->fact[random_below(&t->random, PROJECTS)]);
	fact_end(t, &t->fact[PROJECTS]);
	viewing_sync(t);
	return t;
}

static bool is_open(const struct fact *f, enum audience who)
{
	struct str status = json_str(f->data[who], "status");

	return naive_seen(f, who, false) && !str_is(status, "4") && !str_is(status, "5");
}

static int128 micro_of(const struct json *money)
{
	struct dec d;

	assert_true(dec_parse(json_str(money, "amount"), &d));
	return d.micro;
}

/* What one party has booked paid, in the currency of the cost. */
static int128 paid_by(struct viewing *t, const struct fact *f, enum audience who,
		      const char *party)
{
	struct str ref = text_of(t->w, "joint/%.*s", STR(f->id));
	struct str currency = json_str(json_obj(f->data[who], "cost"), "currency");
	int128 sum = 0;

	for (size_t i = PROJECTS; i < t->facts; i++) {
		const struct fact *x = &t->fact[i];
		const struct json *value = json_obj(x->data[who], "value");
		struct str type = json_str(x->data[who], "type");

		if (naive_seen(x, who, false) && str_is(x->party, party) &&
		    str_eq(json_str(x->data[who], "project"), ref) &&
		    (str_is(type, "3") || str_is(type, "4")) &&
		    str_eq(json_str(value, "currency"), currency))
			sum += micro_of(value);
	}
	return sum;
}

static bool among(const struct project_ids *ids, struct str id)
{
	for (size_t i = 0; i < ids->n; i++)
		if (str_eq(ids->ids[i], id))
			return true;
	return false;
}

static void overruns_are_found(void **state)
{
	struct viewing *t = some_projects(state);
	struct project_ids got;
	struct err err;
	size_t some = 0, none = 0;

	for (enum audience who = AUDIENCE_PUBLIC; who <= AUDIENCE_NATIONAL; who++) {
		check_ok(view_overruns(t->v, &t->a, who, &got, &err), &err);
		for (size_t i = 1; i < got.n; i++)
			assert_true(str_cmp(got.ids[i - 1], got.ids[i]) < 0);
		for (size_t i = 0; i < PROJECTS; i++) {
			const struct fact *f = &t->fact[i];
			int128 cost =
				f->data[who] ? micro_of(json_obj(f->data[who], "cost")) : 0;
			bool over = is_open(f, who) && (paid_by(t, f, who, "ml") > cost ||
							paid_by(t, f, who, "ru") > cost);

			assert_int_equal(among(&got, f->id), over);
			some += over;
			none += !over;
		}
	}
	assert_true(some > 3 && none > 3);
	viewing_close(t);
}

static void late_plans_are_those_with_a_date_that_passed(void **state)
{
	struct viewing *t = some_projects(state);
	struct project_ids got;
	struct err err;
	size_t late = 0;

	for (enum audience who = AUDIENCE_PUBLIC; who <= AUDIENCE_NATIONAL; who++) {
		check_ok(view_plans_late(t->v, &t->a, who, date_days(2026, 3, 2), &got, &err),
			 &err);
		for (size_t i = 0; i < PROJECTS; i++) {
			const struct fact *f = &t->fact[i];
			bool is = is_open(f, who) && json_get(f->data[who], "planned_end");

			assert_int_equal(among(&got, f->id), is);
			late += is;
		}
		/* On the day itself nothing is late. */
		check_ok(view_plans_late(t->v, &t->a, who, date_days(2026, 3, 1), &got, &err),
			 &err);
		assert_int_equal(got.n, 0);
	}
	assert_true(late > 3);
	viewing_close(t);
}

static void said_before(struct viewing *t, const char *time, unsigned max,
			struct said_row **rows, size_t *n)
{
	struct said_query q = { &records[RECORD_project], AUDIENCE_PUBLIC, str_z(time), max };
	struct err err;

	check_ok(view_said_before(t->v, &t->a, &q, rows, n, &err), &err);
}

static void who_spoke_last(void **state)
{
	struct viewing *t = some_projects(state);
	struct said_row *rows;
	struct str time, none;
	struct err err;
	size_t n, open = 0;
	struct ref nowhere = { S("joint"), S("01990000-0000-7000-8000-000000000009") };

	for (size_t i = 0; i < PROJECTS; i++)
		open += is_open(&t->fact[i], AUDIENCE_PUBLIC);
	said_before(t, "2100-01-01", 100, &rows, &n);
	assert_int_equal(n, open);
	for (size_t i = 0; i < n; i++) {
		struct ref ref = { rows[i].party, rows[i].id };

		assert_true(i == 0 || str_cmp(rows[i - 1].time, rows[i].time) <= 0);
		check_ok(view_last_said(t->v, &t->a, &records[RECORD_project], ref,
					AUDIENCE_NATIONAL, &time, &err),
			 &err);
		assert_true(time.n == 0 || str_cmp(time, rows[i].time) > 0);
	}
	said_before(t, "1999-01-01", 100, &rows, &n);
	assert_int_equal(n, 0);
	said_before(t, "2100-01-01", 2, &rows, &n);
	assert_int_equal(n, 2);
	check_ok(view_last_said(t->v, &t->a, &records[RECORD_project], nowhere, AUDIENCE_PUBLIC,
				&none, &err),
		 &err);
	assert_int_equal(none.n, 0);
	viewing_close(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH(overruns_are_found),
					    BOTH(late_plans_are_those_with_a_date_that_passed),
					    BOTH(who_spoke_last) };

	return run_on_engines(tests);
}

/*
 * The reconciliation desk over random reports of both sides: every report stands in one pair
 * for each audience, every sum is that of its rows to the minor unit and of what the side has
 * booked, and pairs kept at write time are those a rebuild makes.
 */
#include "naive.h"
#include "store/desk.h"

enum { PROJECTS = 3, ALL_ROWS = 1000 };

static struct str project_at(struct viewing *t, unsigned i)
{
	return text_of(t->w, "joint/%.*s", STR(t->fact[i].id));
}

static struct str ref_to(struct viewing *t, const struct fact *f)
{
	return text_of(t->w, "%.*s/%.*s", STR(f->party), STR(f->id));
}

/* --- random reports: few amounts and days, so that many meet --- */

static struct str random_flow(struct viewing *t, const char *party)
{
	static const char *const types[] = { "2", "3", "11", "1", "12", "13", "4", "5" };
	static const char *const amounts[] = { "100",     "100.25",  "250",
					       "-40.005", "1000000", "999999999999.999999" };
	static const char *const currencies[] = { "XOF", "RUB", "EUR" };
	unsigned day = 1 + random_below(&t->random, 28),
		 month = 1 + random_below(&t->random, 4);
	const char *type = types[random_below(&t->random, 8)];
	struct str ids = S(""), far = S("");

	if (random_below(&t->random, 3))
		ids = text_of(t->w,
			      ",\"provider_activity\":\"P-%u\",\"receiver_activity\":\"R-%u\"",
			      random_below(&t->random, 2), random_below(&t->random, 8) == 0);
	if (str_is(str_z(type), "4") && random_below(&t->random, 2))
		far = text_of(t->w, ",\"receiver\":\"%s/%s\"",
			      str_is(str_z(party), "ml") ? "ru" : "ml",
			      "0197fcb0-0000-7000-8000-000000000001");
	return text_of(
		t->w,
		"{\"project\":\"%.*s\",\"type\":\"%s\",\"date\":\"2026-%02u-%02u\","
		"\"value\":{\"amount\":\"%s\",\"currency\":\"%s\"}%.*s%.*s}",
		STR(project_at(t, random_below(&t->random, PROJECTS))), type, month, day,
		amounts[random_below(&t->random, 6)],
		currencies[random_below(&t->random, 8) < 6 ? 0 : random_below(&t->random, 3)],
		STR(ids), STR(far));
}

static const struct fact *any_of(struct viewing *t, enum record_id kind)
{
	for (unsigned tries = 0; tries < 5000; tries++) {
		const struct fact *f = &t->fact[random_below(&t->random, (unsigned)t->facts)];

		if (f->record == &records[kind])
			return f;
	}
	fail();
	return NULL;
}

static struct str random_word(struct viewing *t)
{
	static const char *const kinds[] = { "link", "separate", "dispute", "comment" };
	struct str given = ref_to(t, any_of(t, RECORD_transaction));
	struct str received = ref_to(t, any_of(t, RECORD_transaction));

	if (random_below(&t->random, 4) == 0)
		return text_of(t->w, "{\"about\":\"dispute\",\"given\":\"%.*s\"}", STR(given));
	return text_of(t->w, "{\"about\":\"%s\",\"given\":\"%.*s\",\"received\":\"%.*s\"}",
		       kinds[random_below(&t->random, 4)], STR(given), STR(received));
}

static void put_random(struct viewing *t, struct fact *f)
{
	enum seal seal = random_below(&t->random, 4)
				 ? IN_THE_OPEN
				 : (enum seal)random_below(&t->random, SEALS);
	const char *party = arena_z(&t->w->arena, f->party);
	bool word = f->record == &records[RECORD_flow_remark];

	fact_put(t, f, seal, word ? random_word(t) : random_flow(t, party),
		 word ? random_word(t) : random_flow(t, party));
}

static void something_happens(struct viewing *t)
{
	unsigned way = random_below(&t->random, 12);
	const char *party = random_below(&t->random, 2) ? "ml" : "ru";

	if (way < 6)
		put_random(t, fact_new(t, &records[RECORD_transaction], party));
	else if (way < 7)
		put_random(t, fact_new(t, &records[RECORD_flow_remark], party));
	else if (way < 10)
		put_random(t, (struct fact *)(uintptr_t)any_of(
				      t, way < 9 ? RECORD_transaction : RECORD_flow_remark));
	else
		fact_end(t, (struct fact *)(uintptr_t)any_of(t, way < 11 ? RECORD_transaction
									 : RECORD_flow_remark));
}

/* --- what the desk must add up to --- */

static bool is_mirrored(const struct json *data, bool *gives)
{
	struct str type = json_str(data, "type");
	bool spent = str_is(type, "4");

	*gives = spent || str_is(type, "2") || str_is(type, "3") || str_is(type, "12");
	if (spent && !json_str(data, "receiver").n)
		return false;
	return *gives || str_is(type, "11") || str_is(type, "1") || str_is(type, "13");
}

static bool booked_in(const struct json *data, struct desk_period p)
{
	int32_t day;

	assert_true(date_parse(json_str(data, "date"), &day));
	return day >= p.from && day <= p.to;
}

/* All a side has booked on one end in one currency, straight from the records. */
static int128 booked(struct viewing *t, enum audience who, struct desk_period p,
		     struct str party, bool gives, struct str currency)
{
	int128 sum = 0;

	for (size_t i = 0; i < t->facts; i++) {
		const struct fact *f = &t->fact[i];
		struct dec d;
		bool end;

		if (f->record != &records[RECORD_transaction] || !naive_seen(f, who, false) ||
		    !str_eq(f->party, party) || !is_mirrored(f->data[who], &end) ||
		    end != gives || !booked_in(f->data[who], p) ||
		    !str_eq(json_str(json_obj(f->data[who], "value"), "currency"), currency))
			continue;
		assert_true(dec_parse(json_str(json_obj(f->data[who], "value"), "amount"), &d));
		sum += d.micro;
	}
	return sum;
}

static struct desk_query query(enum audience who, struct desk_period p)
{
	return (struct desk_query){
		.period = p, .kind = DESK_ALL, .gap = DESK_ALL, .who = who, .limit = ALL_ROWS
	};
}

/* A sum, and the rows a reader finds who follows it. */
static void check_sum(struct viewing *t, const struct desk_query *of, const struct desk_sum *s)
{
	struct desk_query q = *of;
	struct desk_row *rows;
	int128 given = 0, received = 0;
	uint64_t total;
	struct err err;
	size_t n;

	q.kind = (int)s->kind;
	q.gap = (int)s->gap;
	q.giver = s->giver;
	q.currency =
		text_of(t->w, "%.*s:%.*s", STR(s->given_currency), STR(s->received_currency));
	check_ok(desk_rows(t->v, &t->a, &q, &rows, &n, &total, &err), &err);
	assert_int_equal(n, total);
	assert_int_equal(total, s->count);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(rows[i].gap, s->gap);
		given += rows[i].given.ref.n && rows[i].given.counts
				 ? rows[i].given.amount.micro
				 : 0;
		received += rows[i].received.ref.n && rows[i].received.counts
				    ? rows[i].received.amount.micro
				    : 0;
	}
	assert_true(given == s->given.micro);
	assert_true(received == s->received.micro);
}

static void check_booked(struct viewing *t, enum audience who, struct desk_period p,
			 const struct desk_sum *sums, size_t n)
{
	static const char *const parties[] = { "ml", "ru" }, *const currencies[] = { "XOF",
										     "RUB",
										     "EUR" };

	for (int party = 0; party < 2; party++)
		for (int gives = 0; gives < 2; gives++)
			for (int c = 0; c < 3; c++) {
				struct str side = str_z(parties[party]),
					   money = str_z(currencies[c]);
				int128 sum = 0;

				for (size_t i = 0; i < n; i++) {
					if (gives && str_eq(sums[i].giver, side) &&
					    str_eq(sums[i].given_currency, money))
						sum += sums[i].given.micro;
					if (!gives && str_eq(sums[i].taker, side) &&
					    str_eq(sums[i].received_currency, money))
						sum += sums[i].received.micro;
				}
				assert_true(sum == booked(t, who, p, side, gives, money));
			}
}

static void check_desk(struct viewing *t)
{
	const struct desk_period periods[] = {
		DESK_EVER,
		{ date_days(2026, 1, 1), date_days(2026, 3, 31) },
		{ date_days(2026, 2, 10), date_days(2026, 2, 20) },
		{ date_days(2027, 1, 1), date_days(2027, 12, 31) }
	};

	for (enum audience who = AUDIENCE_PUBLIC; who <= AUDIENCE_NATIONAL; who++)
		for (size_t i = 0; i < sizeof(periods) / sizeof(periods[0]); i++) {
			struct desk_query q = query(who, periods[i]);
			struct desk_sum *sums;
			struct err err;
			size_t n;

			check_ok(desk_sums(t->v, &t->a, &q, &sums, &n, &err), &err);
			for (size_t k = 0; k < n; k++)
				check_sum(t, &q, &sums[k]);
			check_booked(t, who, periods[i], sums, n);
			if (i == 3)
				assert_int_equal(n, 0);
		}
}

/* Every pair as text, so many a page, for comparing with what a rebuild makes. */
static struct str whole_desk(struct viewing *t, unsigned limit)
{
	struct buf b;

	buf_init(&b, 64 << 20);
	for (enum audience who = AUDIENCE_PUBLIC; who <= AUDIENCE_NATIONAL; who++) {
		struct desk_query q = query(who, DESK_EVER);
		struct desk_row *rows;
		uint64_t total;
		struct err err;
		size_t n = 1;

		q.limit = limit;
		for (; n > 0; q.offset += n) {
			check_ok(desk_rows(t->v, &t->a, &q, &rows, &n, &total, &err), &err);
			for (size_t i = 0; i < n; i++) {
				buf_add(&b, text_of(t->w, "%d %d %d %d %u %.*s %.*s\n",
						    (int)who, (int)rows[i].kind,
						    (int)rows[i].gap, (int)rows[i].under,
						    rows[i].words, STR(rows[i].given.ref),
						    STR(rows[i].received.ref)));
			}
		}
	}
	return arena_buf(&t->w->arena, &b);
}

static void check_made_anew(struct viewing *t)
{
	struct str kept = whole_desk(t, ALL_ROWS), anew;
	struct err err;

	/* Of the first pages only the last days are looked at. */
	check_str(whole_desk(t, 7), kept);

	viewing_look_away(t);
	check_ok(store_rebuild(t->s, NULL, NULL, &err), &err);
	viewing_look(t);
	anew = whole_desk(t, ALL_ROWS);
	if (!str_eq(kept, anew)) {
		print_error("kept:\n%.*s\nanew:\n%.*s\n", STR(kept), STR(anew));
		fail();
	}
	assert_true(kept.n > 1000);
}

/* The data is of use when every class is in it. */
static void check_classes(struct viewing *t)
{
	static const enum gap wanted[] = { GAP_MATCHED, GAP_TIMING,   GAP_RATE,
					   GAP_AMOUNT,  GAP_ONE_SIDE, GAP_DISPUTED };

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		struct desk_query q = query(AUDIENCE_PUBLIC, DESK_EVER);
		struct desk_row *rows, *one;
		uint64_t total;
		struct err err;
		size_t n;

		q.gap = (int)wanted[i];
		check_ok(desk_rows(t->v, &t->a, &q, &rows, &n, &total, &err), &err);
		if (!total)
			print_error("no pair is %s\n", gap_codes[wanted[i]]);
		assert_true(total > 0);
		q.limit = 1;
		check_ok(desk_rows(t->v, &t->a, &q, &one, &n, &total, &err), &err);
		assert_int_equal(n, 1);
		check_str(one->given.ref, rows->given.ref);
		check_str(one->received.ref, rows->received.ref);
	}
}

static void sums_are_those_of_their_rows(void **state)
{
	struct viewing *t = viewing_make(place_of(state), 43);

	for (int i = 0; i < PROJECTS; i++)
		fact_propose(t, fact_new(t, &records[RECORD_project], NULL),
			     fact_data(t, &records[RECORD_project]), false);
	for (int i = 0; i < 20; i++)
		put_random(t, fact_new(t, &records[RECORD_transaction], i % 2 ? "ml" : "ru"));
	put_random(t, fact_new(t, &records[RECORD_flow_remark], "ml"));
	for (int round = 0; round < 8; round++) {
		for (int i = 0; i < 40; i++)
			something_happens(t);
		viewing_sync(t);
		check_desk(t);
		if (round % 3 == 2)
			check_made_anew(t);
	}
	check_classes(t);
	viewing_close(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH(sums_are_those_of_their_rows) };

	return run_on_engines(tests);
}

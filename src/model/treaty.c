#include "model/treaty.h"

/* As agreement.def bounds them. */
enum { CLAUSE_DAYS_MAX = 3650, NOTICE_MONTHS_MAX = 120, RENEWALS_MAX = 10000 };

struct treaty_step treaty_step_of(struct str party, const struct json *procedure)
{
	struct treaty_step s = { .party = party, .step = json_str(procedure, "step") };

	s.has_done = date_parse(json_str(procedure, "date"), &s.done);
	s.has_expected = date_parse(json_str(procedure, "expected"), &s.expected);
	return s;
}

/* --- the clause --- */

static const struct clause {
	const char *code, *step;
} clauses[] = {
	{ "signature", "signed" },
	{ "notification", "notified" },
	{ "exchange", "instruments" },
	{ "deposit", "instruments" },
};

static const char *step_of_clause(struct str clause)
{
	for (size_t i = 0; i < sizeof(clauses) / sizeof(*clauses); i++)
		if (str_is(clause, clauses[i].code))
			return clauses[i].step;
	return NULL;
}

/* A party's step; of several the one done first, for a step is taken once. */
static bool step_find(const struct treaty_plan *p, struct str party, const char *step,
		      bool done, int32_t *day)
{
	bool found = false;

	for (size_t i = 0; i < p->step_count; i++) {
		const struct treaty_step *s = &p->steps[i];
		int32_t at = done ? s->done : s->expected;

		if (!(done ? s->has_done : s->has_expected) || !str_eq(s->party, party) ||
		    !str_is(s->step, step) || (found && at >= *day))
			continue;
		*day = at;
		found = true;
	}
	return found;
}

/* Each party's step, or the day still expected of it; false when a day is missing. */
static bool find_event(const struct treaty_plan *p, struct treaty *t)
{
	int32_t signed_on;
	bool all_signed = str_is(str_z(t->step), "signed") &&
			  date_parse(json_str(p->agreement, "signed"), &signed_on);
	bool complete = p->party_count > 0;

	if (all_signed) {
		t->event = signed_on;
		t->last = p->party_count;
		return true;
	}
	for (size_t i = 0; i < p->party_count && i < TREATY_PARTIES_MAX; i++) {
		int32_t day;
		bool done = step_find(p, p->parties[i], t->step, true, &day);

		if (!done)
			t->awaited |= UINT32_C(1) << i;
		if (!done && !step_find(p, p->parties[i], t->step, false, &day))
			complete = false;
		else if (i == 0 || day >= t->event) {
			t->event = day;
			t->last = i;
		}
	}
	return complete;
}

static uint32_t whole(const struct json *agreement, const char *name, uint32_t most)
{
	uint64_t n;

	return str_u64(json_str(agreement, name), most, &n) ? (uint32_t)n : 0;
}

/* Whether a day can be written (date.h). */
static bool day_good(int32_t day)
{
	return day >= date_days(1000, 1, 1) && day <= date_days(9999, 12, 31);
}

static void reckon_entry(const struct treaty_plan *p, struct treaty *t)
{
	bool stated = date_parse(json_str(p->agreement, "in_force"), &t->stated);

	t->step = step_of_clause(json_str(p->agreement, "clause"));
	t->days = whole(p->agreement, "clause_days", CLAUSE_DAYS_MAX);
	if (t->step && find_event(p, t)) {
		t->basis = t->awaited ? TREATY_EXPECTED : TREATY_RECKONED;
		t->in_force = t->event + (int32_t)t->days;
		if (!day_good(t->in_force))
			t->basis = TREATY_UNKNOWN;
	}
	if (!stated)
		return;
	t->contradicted = t->basis == TREATY_RECKONED ? t->in_force != t->stated : t->awaited;
	t->in_force = t->stated;
	if (t->basis != TREATY_RECKONED || t->contradicted)
		t->basis = TREATY_STATED;
}

/* --- how long it runs --- */

int32_t months_later(int32_t day, int months)
{
	int y, m, d, last;

	date_civil(day, &y, &m, &d);
	m += months - 1 + y * 12;
	y = m / 12;
	m = m % 12 + 1;
	last = date_days(m == 12 ? y + 1 : y, m == 12 ? 1 : m + 1, 1) - date_days(y, m, 1);
	return date_days(y, m, d < last ? d : last);
}

/* Whole months of the duration; 0 when there are none. */
static int duration_months(const struct json *agreement)
{
	struct dec years, months;
	const int128 one = dec_int(1).micro;

	if (!dec_parse(json_str(agreement, "duration_years"), &years) || years.micro <= 0 ||
	    !dec_ratio(years, dec_int(12), dec_int(1), 0, &months))
		return 0;
	return (int)(months.micro / one);
}

static void reckon_end(const struct treaty_plan *p, struct treaty *t)
{
	bool tacit = str_is(json_str(p->agreement, "renewal"), "tacit");
	int months = duration_months(p->agreement), run = months;
	uint32_t notice = whole(p->agreement, "notice_months", NOTICE_MONTHS_MAX);
	int32_t first;

	if (date_parse(json_str(p->agreement, "expires"), &first))
		run = 0;
	else if (t->basis != TREATY_UNKNOWN && months > 0)
		first = t->in_force;
	else
		return;
	t->end = run ? months_later(first, run) : first;
	for (int i = 0; tacit && months > 0 && t->end <= p->today && i < RENEWALS_MAX; i++) {
		run += months;
		t->end = months_later(first, run);
		t->renewed = true;
	}
	t->notice = months_later(t->end, -(int)notice);
	t->has_end = day_good(t->end);
	t->has_notice = t->has_end && notice > 0 && day_good(t->notice);
}

void treaty_reckon(const struct treaty_plan *plan, struct treaty *out)
{
	*out = (struct treaty){ .last = plan->party_count };
	reckon_entry(plan, out);
	reckon_end(plan, out);
}

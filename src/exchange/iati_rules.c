/*
 * The standard ruleset, held against one activity at a time as it goes by: counts and sums are
 * kept, never the activity.  A case of the ruleset that an activity breaks is told once, with
 * the line of the first place; what concerns one element (an organisation, a period, a
 * baseline) is told for each.
 *
 * Read to the letter, "subs" and all: the sum of sectors of other vocabularies than 1 has a
 * condition into which nothing is substituted, so that it never holds (2.1.2 below `loop`).
 */
#include "exchange/iati_rules.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *id, *message;
	enum iati_severity severity;
} rules[RULE_COUNT] = {
#define RULE(name, id, severity, message) { id, message, IATI_##severity },
#include "exchange/iati_rules.def"
#undef RULE
};

void rule_tell(struct iati_rules *r, enum rule rule, uint64_t line)
{
	struct err what;

	(void)!err_make(&what, ERR_INPUT, "", rules[rule].message,
			(const char *[ERR_ARGS]){ NULL, NULL, NULL });
	r->plan->found(r->plan->ctx,
		       &(const struct iati_finding){ .line = line,
						     .activity = iati_rules_activity(r),
						     .rule = rules[rule].id,
						     .severity = rules[rule].severity,
						     .what = &what });
}

/* The case is broken at this line; told when the activity ends. */
void rule_broken(struct iati_rules *r, enum rule rule, uint64_t line)
{
	if (!r->whole.first[rule])
		r->whole.first[rule] = line;
}

void rule_broken_if(struct iati_rules *r, bool is, enum rule rule, uint64_t line)
{
	if (is)
		rule_broken(r, rule, line);
}

void rule_tell_if(struct iati_rules *r, bool is, enum rule rule, uint64_t line)
{
	if (is)
		rule_tell(r, rule, line);
}

/* --- vocabularies --- */

static void group_add(struct group *g, const struct iati_element *e)
{
	bool found;
	struct str text = given(e, "percentage", &found);

	if (g->count++ == 0)
		g->line = e->line;
	if (!found)
		return;
	g->percentages++;
	g->last = exact_of(text);
	g->sum = exact_sum(g->sum, g->last);
}

static struct group *group_named(struct groups *groups, struct str name)
{
	struct group *g;

	name = str_cut(name, VOCABULARY_MAX);
	for (g = groups->list; g < groups->list + groups->n; g++)
		if (str_eq(str_of(g->name, g->n), name))
			return g;
	if (groups->n == VOCABULARIES_MAX)
		return NULL;
	groups->n++;
	*g = (struct group){ .n = name.n };
	memcpy(g->name, name.p, name.n);
	return g;
}

static void groups_add(struct groups *groups, struct str vocabulary,
		       const struct iati_element *e)
{
	struct group *g = group_named(groups, vocabulary);

	if (g)
		group_add(g, e);
}

/* As `number(@vocabulary) = n` has it: "01" and " 1 " are 1. */
static bool is_numeral(struct str vocabulary, int n)
{
	struct exact e = exact_of(vocabulary);

	return text_number(vocabulary) && !e.broken && e.atto == n * ATTO;
}

/* One that has no percentage or 100. */
bool group_wrong_one(const struct group *g)
{
	return g->count == 1 && g->percentages && !exact_hundred(g->last);
}

/* --- the whole activity --- */

static void whole_start(struct iati_rules *r, const struct iati_element *e)
{
	struct whole *w = &r->whole;
	enum rule updated = e->id == IATI_ACTIVITY ? R_UPDATED : R_O_UPDATED;

	memset(w, 0, offsetof(struct whole, sector_groups));
	w->sector_groups.n = w->region_groups.n = w->item_groups.n = w->default_aid_groups.n =
		0;
	w->is = true;
	r->of_organisation = e->id == IATI_ORGANISATION;
	w->line = e->line;
	w->has_lang = lang_given(e);
	w->has_currency = is_given(e, "default-currency");
	rule_broken_if(r, day_ahead(r, day_attr(e, "last-updated-datetime")), updated, e->line);
}

static void reporting_org(struct iati_rules *r, const struct iati_element *e, enum iati parent)
{
	struct whole *w = &r->whole;
	bool of_activity = parent == IATI_ACTIVITY, found;
	struct str ref = given(e, "ref", &found);

	if (!found)
		return;
	if (!w->has_org) {
		w->has_org = true;
		w->org_n = ref.n < ID_MAX ? ref.n : ID_MAX;
		memcpy(w->org, ref.p, w->org_n);
	}
	rule_broken_if(r, !iati_agency_prefix(r->table, ref),
		       of_activity ? R_ORG_PREFIX : R_O_ORG_PREFIX, e->line);
	rule_broken_if(r, text_symbols(ref),
		       of_activity ? R_REPORTING_SYMBOLS : R_O_REPORTING_SYMBOLS, e->line);
	rule_broken_if(r, text_spaced(ref),
		       of_activity ? R_REPORTING_SPACES : R_O_REPORTING_SPACES, e->line);
}

struct str whole_id(const struct iati_rules *r)
{
	return str_of(r->whole.id, r->whole.id_n);
}

bool whole_id_begins(const struct iati_rules *r, struct str prefix)
{
	struct str id = whole_id(r);

	return str_starts(id, prefix) && id.n > prefix.n && id.p[prefix.n] == '-';
}

/* The schema allows one; a second that says the same is no identifier of its own either. */
static void identifier(struct iati_rules *r, const struct iati_element *e)
{
	(void)e;
	r->whole.id_again = r->whole.id_n > 0;
	r->whole.id_n = 0;
}

static void other_identifier(struct iati_rules *r, const struct iati_element *e)
{
	struct str type = given_or_none(e, "type"), ref = given_or_none(e, "ref");

	if (str_is(type, "B1")) {
		rule_broken_if(r, text_spaced(ref), R_B1_SPACES, e->line);
		r->whole.begins_with_former |= whole_id_begins(r, ref);
	}
	rule_broken_if(r, str_is(type, "A3") && text_spaced(ref), R_A3_SPACES, e->line);
}

static void activity_date(struct iati_rules *r, const struct iati_element *e)
{
	struct str type = given_or_none(e, "type");
	struct day d = day_attr(e, "iso-date");

	if (type.n != 1 || *type.p < '1' || *type.p > '4')
		return;
	if (!r->whole.dates[*type.p - '0'].is)
		r->whole.dates[*type.p - '0'] = d;
	r->whole.has_start |= *type.p <= '2';
	rule_broken_if(r, *type.p == '2' && day_ahead(r, d), R_ACTUAL_START, e->line);
	rule_broken_if(r, *type.p == '4' && day_ahead(r, d), R_ACTUAL_END, e->line);
}

static void related_activity(struct iati_rules *r, const struct iati_element *e)
{
	rule_broken_if(r, text_spaced(given_or_none(e, "ref")), R_RELATED_SPACES, e->line);
}

static void country(struct iati_rules *r, const struct iati_element *e)
{
	bool found;
	struct str percentage = given(e, "percentage", &found);

	r->whole.countries++;
	group_add(&r->whole.all_countries, e);
	rule_broken_if(r, found && exact_outside(exact_of(percentage)), R_COUNTRY_RANGE,
		       e->line);
}

static void region(struct iati_rules *r, const struct iati_element *e)
{
	bool found;
	struct str percentage = given(e, "percentage", &found), vocabulary;

	r->whole.regions++;
	rule_broken_if(r, found && exact_outside(exact_of(percentage)), R_REGION_RANGE,
		       e->line);
	vocabulary = given(e, "vocabulary", &found);
	if (found)
		groups_add(&r->whole.region_groups, vocabulary, e);
}

static void sector(struct iati_rules *r, const struct iati_element *e)
{
	struct whole *w = &r->whole;
	bool found;
	struct str percentage = given(e, "percentage", &found), vocabulary;

	w->sectors++;
	rule_broken_if(r, found && exact_outside(exact_of(percentage)), R_SECTOR_RANGE,
		       e->line);
	vocabulary = given(e, "vocabulary", &found);
	if (!found || vocabulary.n == 0 || str_is(vocabulary, "1"))
		group_add(&w->dac_sectors, e);
	if (found && !str_is(vocabulary, "1"))
		groups_add(&w->sector_groups, vocabulary, e);
	r->own_sector = is_numeral(vocabulary, 98) || is_numeral(vocabulary, 99);
	w->own_sectors += r->own_sector;
}

static void budget_items(struct iati_rules *r, const struct iati_element *e)
{
	/* The group under way is the last one; the schema allows one element in all. */
	(void)group_named(&r->whole.item_groups, given_or_none(e, "vocabulary"));
}

static void budget_item(struct iati_rules *r, const struct iati_element *e)
{
	struct groups *groups = &r->whole.item_groups;
	bool found;
	struct str percentage = given(e, "percentage", &found);

	rule_broken_if(r, found && exact_outside(exact_of(percentage)), R_ITEMS_RANGE, e->line);
	if (groups->n)
		group_add(groups->list + groups->n - 1, e);
}

static void policy_marker(struct iati_rules *r, const struct iati_element *e)
{
	bool found;
	struct str vocabulary = given(e, "vocabulary", &found);

	rule_here(r, e);
	rule_tell_if(r,
		     (!found || vocabulary.n == 0 || str_is(vocabulary, "1")) &&
			     !is_given(e, "significance"),
		     R_MARKER_SIGNIFICANCE, e->line);
	r->own_marker = str_is(vocabulary, "99");
}

static void capital_spend(struct iati_rules *r, const struct iati_element *e)
{
	bool found;
	struct str percentage = given(e, "percentage", &found);

	rule_broken_if(r, found && exact_outside(exact_of(percentage)), R_CAPITAL_RANGE,
		       e->line);
}

/* --- aid types: one a vocabulary, one of them OECD DAC's --- */

struct aids {
	struct group *dac;
	struct groups *others;
};

static void aid_add(const struct aids *aids, const struct iati_element *e)
{
	bool found;
	struct str vocabulary = given(e, "vocabulary", &found);

	if (!found || vocabulary.n == 0 || str_is(vocabulary, "1"))
		group_add(aids->dac, e);
	if (found && !is_numeral(vocabulary, 1))
		groups_add(aids->others, vocabulary, e);
}

static void default_aid_type(struct iati_rules *r, const struct iati_element *e)
{
	r->whole.default_aids++;
	aid_add(&(const struct aids){ &r->whole.dac_default_aid, &r->whole.default_aid_groups },
		e);
}

static void aid_type(struct iati_rules *r, const struct iati_element *e)
{
	unsigned before = r->dac_aid.count;

	r->whole.aids++;
	aid_add(&(const struct aids){ &r->dac_aid, &r->aid_groups }, e);
	r->whole.dac_aids += r->dac_aid.count - before;
}

/* --- transactions --- */

static void transaction(struct iati_rules *r, const struct iati_element *e)
{
	(void)e;
	r->whole.transactions++;
	r->sector = r->place = false;
	r->dac_aid = (struct group){ 0 };
	r->aid_groups.n = 0;
}

static void transaction_end(struct iati_rules *r)
{
	r->whole.transactions_with_sector += r->sector;
	r->whole.transactions_without_place += !r->place;
	rule_tell_if(r, r->dac_aid.count > 1, R_AID_ONE, r->dac_aid.line);
	for (size_t i = 0; i < r->aid_groups.n; i++)
		rule_tell_if(r, r->aid_groups.list[i].count > 1, R_AID_ONE,
			     r->aid_groups.list[i].line);
}

static void transaction_date(struct iati_rules *r, const struct iati_element *e)
{
	rule_broken_if(r, day_ahead(r, day_attr(e, "iso-date")), R_TRANSACTION_FUTURE, e->line);
}

static void transaction_sector(struct iati_rules *r, const struct iati_element *e)
{
	(void)e;
	r->sector = true;
	r->whole.transaction_sectors++;
}

static void transaction_place(struct iati_rules *r, const struct iati_element *e)
{
	(void)e;
	r->place = true;
	r->whole.places++;
}

/* --- values and periods --- */

static void value(struct iati_rules *r, const struct iati_element *e, enum iati parent)
{
	struct day d = day_attr(e, "value-date");

	rule_broken_if(r, !r->whole.has_currency && !is_given(e, "currency"),
		       r->of_organisation ? R_O_CURRENCY : R_CURRENCY, e->line);
	rule_broken_if(r, parent == IATI_TRANSACTION && day_ahead(r, d), R_VALUE_FUTURE,
		       e->line);
	if (parent == IATI_BUDGET_LINE && r->of_country)
		rule_tell_if(r, day_after(r->period.start, d) || day_after(d, r->period.end),
			     R_LINE_DATE, e->line);
}

static void period_begin(struct iati_rules *r, const struct iati_element *e)
{
	r->period = (struct period){ 0 };
	r->of_country = e->id == IATI_RECIPIENT_COUNTRY_BUDGET;
}

static void period_start(struct iati_rules *r, const struct iati_element *e)
{
	r->period.start = day_attr(e, "iso-date");
}

static void period_end(struct iati_rules *r, const struct iati_element *e)
{
	r->period.end = day_attr(e, "iso-date");
	r->period.line = e->line;
}

/* What has a period, and which rules its dates keep. */
static const struct dated {
	enum iati id;
	enum rule order;
	bool a_year;
} dateds[] = {
	{ IATI_BUDGET, R_PERIOD_ORDER, true },
	{ IATI_PLANNED_DISBURSEMENT, R_PERIOD_ORDER, false },
	{ IATI_PERIOD, R_INDICATOR_ORDER, false },
	{ IATI_TOTAL_BUDGET, R_PERIOD_ORDER, true },
	{ IATI_RECIPIENT_ORG_BUDGET, R_PERIOD_ORDER, true },
	{ IATI_RECIPIENT_REGION_BUDGET, R_PERIOD_ORDER, true },
	{ IATI_RECIPIENT_COUNTRY_BUDGET, R_PERIOD_ORDER, true },
	{ IATI_TOTAL_EXPENDITURE, R_PERIOD_ORDER, true },
};

static void period_close(struct iati_rules *r, enum iati id)
{
	const struct dated *d = dateds;

	while (d->id != id)
		d++;
	rule_tell_if(r, day_after(r->period.start, r->period.end), d->order, r->period.line);
	rule_tell_if(r, d->a_year && period_long(r->period), R_PERIOD_YEAR, r->period.line);
}

/* --- narratives --- */

static void narrative(struct iati_rules *r, const struct iati_element *e, enum iati parent)
{
	r->here_name = true;
	r->whole.own_sector_names += parent == IATI_SECTOR && r->own_sector;
	rule_broken_if(r, !r->whole.has_lang && !lang_given(e),
		       r->of_organisation ? R_O_LANGUAGE : R_LANGUAGE, e->line);
}

static void recipient_org(struct iati_rules *r, const struct iati_element *e)
{
	rule_broken_if(r, text_spaced(given_or_none(e, "ref")), R_O_RECIPIENT_SPACES, e->line);
}

/* --- what each element has to do with the rules --- */

static const struct {
	enum iati id;
	void (*start)(struct iati_rules *r, const struct iati_element *e);
} starts[] = {
	{ IATI_ACTIVITY, whole_start },
	{ IATI_ORGANISATION, whole_start },
	{ IATI_TITLE, rule_here },
	{ IATI_ACTIVITY_DESCRIPTION, rule_here },
	{ IATI_DESCRIPTION, rule_here },
	{ IATI_LOCATION_DESCRIPTION, rule_here },
	{ IATI_BUDGET_ITEM_DESCRIPTION, rule_here },
	{ IATI_TRANSACTION_DESCRIPTION, rule_here },
	{ IATI_DOCUMENT_DESCRIPTION, rule_here },
	{ IATI_OWNER_ORG, who_start },
	{ IATI_PROVIDER_ORG, who_start },
	{ IATI_RECEIVER_ORG, who_start },
	{ IATI_PARTICIPATING_ORG, who_start },
	{ IATI_OTHER_IDENTIFIER, other_identifier },
	{ IATI_ACTIVITY_DATE, activity_date },
	{ IATI_RELATED_ACTIVITY, related_activity },
	{ IATI_COUNTRY, country },
	{ IATI_REGION, region },
	{ IATI_SECTOR, sector },
	{ IATI_COUNTRY_BUDGET_ITEMS, budget_items },
	{ IATI_BUDGET_ITEM, budget_item },
	{ IATI_POLICY_MARKER, policy_marker },
	{ IATI_CAPITAL_SPEND, capital_spend },
	{ IATI_DEFAULT_AID_TYPE, default_aid_type },
	{ IATI_AID_TYPE, aid_type },
	{ IATI_TRANSACTION, transaction },
	{ IATI_TRANSACTION_DATE, transaction_date },
	{ IATI_TRANSACTION_SECTOR, transaction_sector },
	{ IATI_TRANSACTION_COUNTRY, transaction_place },
	{ IATI_TRANSACTION_REGION, transaction_place },
	{ IATI_BUDGET, period_begin },
	{ IATI_PLANNED_DISBURSEMENT, period_begin },
	{ IATI_PERIOD, period_begin },
	{ IATI_TOTAL_EXPENDITURE, period_begin },
	{ IATI_PERIOD_START, period_start },
	{ IATI_PERIOD_END, period_end },
	{ IATI_IDENTIFIER, identifier },
	{ IATI_ORGANISATION_IDENTIFIER, identifier },
	{ IATI_RESULT, result_start },
	{ IATI_RESULT_REFERENCE, result_reference_start },
	{ IATI_INDICATOR, indicator_start },
	{ IATI_INDICATOR_REFERENCE, indicator_reference_start },
	{ IATI_BASELINE, measured_start },
	{ IATI_TARGET, measured_start },
	{ IATI_ACTUAL, measured_start },
	{ IATI_RECIPIENT_ORG, recipient_org },
	{ IATI_TOTAL_BUDGET, period_begin },
	{ IATI_RECIPIENT_ORG_BUDGET, period_begin },
	{ IATI_RECIPIENT_REGION_BUDGET, period_begin },
	{ IATI_RECIPIENT_COUNTRY_BUDGET, period_begin },
};
static const struct {
	enum iati id;
	void (*start)(struct iati_rules *r, const struct iati_element *e, enum iati parent);
} starts_below[] = {
	{ IATI_REPORTING_ORG, reporting_org },
	{ IATI_VALUE, value },
	{ IATI_PLAIN_VALUE, value },
	{ IATI_NARRATIVE, narrative },
};

void iati_rules_start(struct iati_rules *r, const struct iati_element *e, enum iati parent)
{
	if (r->starts[e->id])
		r->starts[e->id](r, e);
	else if (r->starts_below[e->id])
		r->starts_below[e->id](r, e, parent);
}

void iati_rules_text(struct iati_rules *r, enum iati id, struct str text)
{
	struct whole *w = &r->whole;

	if (id == IATI_NARRATIVE) {
		r->here_text |= text.n > 0;
	} else if (id == IATI_IDENTIFIER || id == IATI_ORGANISATION_IDENTIFIER) {
		text = str_cut(text, ID_MAX - w->id_n);
		memcpy(w->id + w->id_n, text.p, text.n);
		w->id_n += text.n;
	}
}

void iati_rules_end(struct iati_rules *r, enum iati id)
{
	const struct who *who = who_of(id);

	if (id == IATI_ACTIVITY || id == IATI_ORGANISATION)
		whole_end(r);
	else if (id == IATI_TRANSACTION)
		transaction_end(r);
	else if (r->starts[id] == period_begin)
		period_close(r, id);
	else if (id == IATI_POLICY_MARKER)
		rule_tell_if(r, r->own_marker && !r->here_name, R_MARKER_NAME, r->here_line);
	else if (id == IATI_TITLE)
		rule_tell_if(r, !r->here_text, R_TITLE_TEXT, r->here_line);
	else if (r->starts[id] == rule_here)
		rule_tell_if(r, !r->here_text, R_DESCRIPTION_TEXT, r->here_line);
	else if (who)
		rule_tell_if(r, !r->here_ref && !r->here_name, who->nobody, r->here_line);
}

/* --- life --- */

struct iati_rules *iati_rules_make(const struct iati_table *t, const struct iati_plan *plan)
{
	struct iati_rules *r = calloc(1, sizeof(*r));

	assert(r);
	r->table = t;
	r->plan = plan;
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		r->starts[starts[i].id] = starts[i].start;
	for (size_t i = 0; i < sizeof(starts_below) / sizeof(starts_below[0]); i++)
		r->starts_below[starts_below[i].id] = starts_below[i].start;
	return r;
}

void iati_rules_free(struct iati_rules *r)
{
	free(r);
}

void iati_rules_reset(struct iati_rules *r)
{
	r->whole = (struct whole){ 0 };
}

struct str iati_rules_activity(const struct iati_rules *r)
{
	return str_trim(whole_id(r));
}

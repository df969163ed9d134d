#include "model/brackets.h"
#include "model/inside.h"

#include <stdio.h>

struct rule;
typedef void rule_fn(struct check *c, const struct view *v, const struct rule *rule);

struct rule {
	enum record_id record;
	rule_fn *fn;
	enum field_id a, b, c;
	const char *code, *message;
};

static void found(struct check *c, enum field_id field, const struct rule *rule, struct str arg)
{
	(void)err_make(check_slot(c), ERR_INPUT, fields[field].name, rule->message,
		       (const char *[]){ err_arg(arg), NULL, NULL });
}

/* About a field of the i-th part: "steps.2.date". */
static void found_in_part(struct check *c, enum field_id parts, size_t i, enum field_id field,
			  const char *message, struct str arg)
{
	struct err *err = check_slot(c);
	char prefix[ERR_FIELD];

	(void)err_make(err, ERR_INPUT, fields[field].name, message,
		       (const char *[]){ err_arg(arg), NULL, NULL });
	snprintf(prefix, sizeof(prefix), "%s.", fields[parts].name);
	err_within(err, prefix, str_z(err_num(i)));
}

static struct dec dec_of(const struct json *v)
{
	struct dec d = { 0 };

	(void)!dec_parse(v->str, &d); /* value_check has been here */
	return d;
}

/* Dates of this form compare as texts. */
static bool earlier(const struct json *a, const struct json *b)
{
	return str_cmp(a->str, b->str) < 0;
}

static const struct json *first_part(const struct view *v, enum field_id parts)
{
	const struct json *list = view_get(v, parts);

	return list ? list->child : NULL;
}

/* --- the kinds of rules.def --- */

static void not_before(struct check *c, const struct view *v, const struct rule *rule)
{
	const struct json *later = view_get(v, rule->a), *sooner = view_get(v, rule->b);

	if (later && sooner && earlier(later, sooner))
		found(c, rule->a, rule, sooner->str);
}

static void one_year(struct check *c, const struct view *v, const struct rule *rule)
{
	const struct json *end = view_get(v, rule->a), *start = view_get(v, rule->b);
	int32_t from, to;
	int year, month, day;

	if (c->ctx->reported || !end || !start || !date_parse(end->str, &to) ||
	    !date_parse(start->str, &from))
		return;
	date_civil(from, &year, &month, &day);
	if (to > date_days(year + 1, month, day))
		found(c, rule->a, rule, start->str);
}

static void needs(struct check *c, const struct view *v, const struct rule *rule)
{
	if (view_get(v, rule->a) && !view_get(v, rule->b))
		found(c, rule->b, rule, S(""));
}

static bool has_code(const struct view *v, const struct rule *rule)
{
	const struct json *code = view_get(v, rule->a);

	return code && str_is(code->str, rule->code);
}

static void code_needs(struct check *c, const struct view *v, const struct rule *rule)
{
	if (has_code(v, rule) && !view_get(v, rule->b))
		found(c, rule->b, rule, S(""));
}

static void code_past(struct check *c, const struct view *v, const struct rule *rule)
{
	const struct json *date = view_get(v, rule->b);
	int32_t days;

	if (has_code(v, rule) && date && date_parse(date->str, &days) && days > c->ctx->today)
		found(c, rule->b, rule, date->str);
}

static void excludes(struct check *c, const struct view *v, const struct rule *rule)
{
	const struct json *yes = view_get(v, rule->a);

	if (yes && yes->num && view_get(v, rule->b))
		found(c, rule->b, rule, S(""));
}

static void some_of(struct check *c, const struct view *v, const struct rule *rule)
{
	if (!view_get(v, rule->a) && !view_get(v, rule->b) && !view_get(v, rule->c))
		found(c, rule->a, rule, S(""));
}

static void differ(struct check *c, const struct view *v, const struct rule *rule)
{
	const struct json *a = view_get(v, rule->a), *b = view_get(v, rule->b);

	if (a && b && str_eq(str_trim(a->str), str_trim(b->str)))
		found(c, rule->a, rule, a->str);
}

static void unique(struct check *c, const struct view *v, const struct rule *rule)
{
	size_t i = 0;

	for (const struct json *p = first_part(v, rule->a); p; p = p->next, i++) {
		const struct json *key = part_get(p, rule->b);

		for (const struct json *q = first_part(v, rule->a); key && q != p;
		     q = q->next) {
			const struct json *other = part_get(q, rule->b);

			if (other && str_eq(str_trim(key->str), str_trim(other->str))) {
				found_in_part(c, rule->a, i, rule->b, rule->message, key->str);
				break;
			}
		}
	}
}

static void sum_100(struct check *c, const struct view *v, const struct rule *rule)
{
	struct dec sum = { 0 };
	bool some = false, none = false;
	char text[DEC_TEXT];

	for (const struct json *p = first_part(v, rule->a); p; p = p->next) {
		const struct json *share = part_get(p, rule->b);

		if (share)
			(void)!dec_add(sum, dec_of(share), &sum); /* at most 100 parts of 100 */
		some |= share != NULL;
		none |= share == NULL;
	}
	if (some && (none || dec_cmp(sum, dec_int(100)) != 0))
		found(c, rule->a, rule, str_z(dec_text(text, sum, 0)));
}

static void ascending(struct check *c, const struct view *v, const struct rule *rule)
{
	const struct json *last = NULL;
	size_t i = 0;

	for (const struct json *p = first_part(v, rule->a); p; p = p->next, i++) {
		const struct json *date = part_get(p, rule->b);

		if (last && date && earlier(date, last))
			found_in_part(c, rule->a, i, rule->b, rule->message, last->str);
		if (date)
			last = date;
	}
}

/* --- milestones: dependencies name milestones of the plan and do not run in a circle --- */

struct plan {
	struct str *key;
	bool *waits; /* waits[i * count + k]: milestone i waits for milestone k */
	bool *ready; /* everything it waits for can be finished before it */
	size_t count;
};

static void plan_waits(struct check *c, struct plan *plan, size_t i,
		       const struct json *depends_on)
{
	struct str keys = depends_on ? depends_on->str : S(""), key;

	while (next_key(&keys, &key)) {
		size_t on = 0;

		while (on < plan->count && !str_eq(plan->key[on], key))
			on++;
		if (on < plan->count)
			plan->waits[i * plan->count + on] = true;
		else
			found_in_part(c, project_milestones, i, milestone_depends_on,
				      N_("no milestone of this plan has the key “%1”; correct "
					 "it or add that milestone"),
				      key);
	}
}

static struct plan plan_of(struct check *c, const struct json *milestones)
{
	size_t n = milestones->count, i = 0;
	struct plan plan = { .key = arena_array(c->a, struct str, n),
			     .waits = arena_array(c->a, bool, n *n),
			     .ready = arena_array(c->a, bool, n),
			     .count = n };

	for (const struct json *p = milestones->child; p; p = p->next)
		plan.key[i++] = str_trim(part_get(p, milestone_key)->str);
	i = 0;
	for (const struct json *p = milestones->child; p; p = p->next)
		plan_waits(c, &plan, i++, part_get(p, milestone_depends_on));
	return plan;
}

static bool can_be_ready(const struct plan *plan, size_t i)
{
	for (size_t k = 0; k < plan->count; k++)
		if (plan->waits[i * plan->count + k] && !plan->ready[k])
			return false;
	return true;
}

/* The first milestone that can never be ready, or the number of them. */
static size_t plan_stuck(const struct plan *plan)
{
	bool moved = true;
	size_t i = 0;

	while (moved) {
		moved = false;
		for (i = 0; i < plan->count; i++) {
			if (!plan->ready[i] && can_be_ready(plan, i)) {
				plan->ready[i] = true;
				moved = true;
			}
		}
	}
	for (i = 0; i < plan->count && plan->ready[i]; i++)
		;
	return i;
}

static void milestone_order(struct check *c, const struct view *v, const struct rule *rule)
{
	const struct json *milestones = view_get(v, project_milestones);
	struct plan plan;
	size_t stuck;

	(void)rule;
	if (!milestones)
		return;
	plan = plan_of(c, milestones);
	stuck = plan_stuck(&plan);
	if (stuck < plan.count)
		found_in_part(c, project_milestones, stuck, milestone_depends_on,
			      N_("milestones wait for each other in a circle, “%1” among them; "
				 "take one dependency away"),
			      plan.key[stuck]);
}

static void route_joins(struct check *c, const struct view *v, const struct rule *rule)
{
	const struct json *first = first_part(v, project_route);

	(void)rule;
	if (first && !first->next)
		found_in_part(
			c, project_route, 0, route_point_point,
			N_("one point is no line: give the next one too, or write it as a "
			   "place"),
			S(""));
}

/* --- consignments: one unit all the way, never more than was pledged --- */

static void quantity_fits(struct check *c, const struct json *pledged, const struct json *step,
			  size_t i, enum field_id field)
{
	const struct json *q = part_get(step, field);

	if (!q)
		return;
	if (!str_eq(json_str(q, "unit"), json_str(pledged, "unit")))
		found_in_part(
			c, consignment_steps, i, field,
			N_("the goods are counted in %1; use the same unit at every step"),
			json_str(pledged, "unit"));
	else if (dec_cmp(dec_of(json_get(q, "amount")), dec_of(json_get(pledged, "amount"))) >
		 0)
		found_in_part(c, consignment_steps, i, field,
			      N_("this is more than the %1 pledged; correct one of the two "
				 "quantities"),
			      json_str(pledged, "amount"));
}

static void quantities_agree(struct check *c, const struct view *v, const struct rule *rule)
{
	const struct json *pledged = view_get(v, consignment_quantity);
	size_t i = 0;

	(void)rule;
	for (const struct json *step = first_part(v, consignment_steps); step;
	     step = step->next, i++) {
		quantity_fits(c, pledged, step, i, consignment_step_quantity);
		quantity_fits(c, pledged, step, i, consignment_step_loss);
	}
}

/* --- cohorts: who comes to a stage has passed the one before it --- */

static const struct json *last_count(const struct view *v, const char *stage)
{
	const struct json *found = NULL;

	for (const struct json *p = first_part(v, cohort_counts); p; p = p->next)
		if (str_is(json_str(p, "stage"), stage))
			found = p;
	return found;
}

static void stages_shrink(struct check *c, const struct view *v, const struct rule *rule)
{
	static const struct {
		const char *stage, *of;
	} chain[] = { { "filled", "offered" },    { "departed", "filled" },
		      { "enrolled", "filled" },   { "graduated", "enrolled" },
		      { "returned", "departed" }, { "employed", "graduated" } };
	size_t i = 0;

	(void)rule;
	for (const struct json *p = first_part(v, cohort_counts); p; p = p->next, i++) {
		for (size_t k = 0; k < sizeof(chain) / sizeof(chain[0]); k++) {
			const struct json *of = last_count(v, chain[k].of);

			if (of && p == last_count(v, chain[k].stage) &&
			    dec_cmp(dec_of(part_get(p, cohort_count_persons)),
				    dec_of(part_get(of, cohort_count_persons))) > 0)
				found_in_part(c, cohort_counts, i, cohort_count_persons,
					      N_("more persons than the %1 of the stage "
						 "before; correct one of the two"),
					      part_get(of, cohort_count_persons)->str);
		}
	}
}

static void women_counted(struct check *c, const struct view *v, const struct rule *rule)
{
	const struct json *women = view_get(v, cohort_count_women),
			  *all = view_get(v, cohort_count_persons);

	(void)rule;
	if (women && dec_cmp(dec_of(women), dec_of(all)) > 0)
		FOUND(c, "women", N_("more women than persons (%1); correct one of the two"),
		      err_arg(all->str));
}

/* --- what both sides report --- */

static bool either(const struct view *v, enum field_id money, enum field_id goods)
{
	return view_get(v, money) || view_get(v, goods);
}

static void names_its_figures(struct check *c, const struct view *v, const struct rule *rule)
{
	bool given = either(v, reconciled_pair_given, reconciled_pair_goods_given);
	bool received = either(v, reconciled_pair_received, reconciled_pair_goods_received);
	const struct json *outcome = view_get(v, reconciled_pair_outcome);
	bool matched = outcome && str_is(outcome->str, "matched");

	(void)rule;
	if (!given && !received)
		FOUND(c, "given",
		      N_("name at least one transaction: the provider's or the receiver's"));
	if (matched && !given)
		FOUND(c, "given",
		      N_("figures match when both sides have reported: name the provider's "
			 "transaction too"));
	if (matched && !received)
		FOUND(c, "received",
		      N_("figures match when both sides have reported: name the receiver's "
			 "transaction too"));
}

static void names_its_flows(struct check *c, const struct view *v, const struct rule *rule)
{
	bool given = either(v, flow_remark_given, flow_remark_goods);
	bool received = either(v, flow_remark_received, flow_remark_goods_received);
	const struct json *about = view_get(v, flow_remark_about);
	bool two = about && (str_is(about->str, "link") || str_is(about->str, "separate"));

	(void)rule;
	if (!given && !received)
		FOUND(c, "given",
		      N_("name what this is about: what the provider has reported, or the "
			 "receiver"));
	else if (two && (!given || !received))
		FOUND(c, given ? "received" : "given",
		      N_("two entries are linked or separated: name the provider's and the "
			 "receiver's"));
	if (about && !two && !view_get(v, flow_remark_text))
		FOUND(c, "text", N_("say in words what is disputed or to be noted"), NULL);
}

/* --- articles: what is not agreed stands between two brackets --- */

static void brackets_in(struct check *c, const struct view *v, enum field_id field)
{
	const struct json *texts = view_get(v, field);

	for (const struct json *t = texts ? texts->child : NULL; t; t = t->next)
		if (t->type == JSON_STR && !brackets_sound(t->str))
			FOUND(c, path_of(c, &fields[field], t->name),
			      N_("each square bracket that is opened is closed before the next "
				 "one opens"),
			      NULL);
}

static void brackets_closed(struct check *c, const struct view *v, const struct rule *rule)
{
	(void)rule;
	brackets_in(c, v, article_heading);
	brackets_in(c, v, article_text);
}

static const struct rule rules[] = {
#define NOT_BEFORE(r, later, sooner, m)                                                        \
	{ RECORD_##r, not_before, r##_##later, r##_##sooner, FIELD_NONE, NULL, m },
#define ONE_YEAR(r, end, start, m)                                                             \
	{ RECORD_##r, one_year, r##_##end, r##_##start, FIELD_NONE, NULL, m },
#define NEEDS(r, given, needed, m)                                                             \
	{ RECORD_##r, needs, r##_##given, r##_##needed, FIELD_NONE, NULL, m },
#define CODE_NEEDS(r, field, code, need, m)                                                    \
	{ RECORD_##r, code_needs, r##_##field, r##_##need, FIELD_NONE, code, m },
#define CODE_PAST(r, field, code, date, m)                                                     \
	{ RECORD_##r, code_past, r##_##field, r##_##date, FIELD_NONE, code, m },
#define EXCLUDES(r, yes, other, m)                                                             \
	{ RECORD_##r, excludes, r##_##yes, r##_##other, FIELD_NONE, NULL, m },
#define SOME_OF(r, x, y, z, m) { RECORD_##r, some_of, r##_##x, r##_##y, r##_##z, NULL, m },
#define DIFFER(r, x, y, m)     { RECORD_##r, differ, r##_##x, r##_##y, FIELD_NONE, NULL, m },
#define UNIQUE(r, parts, part, key, m)                                                         \
	{ RECORD_##r, unique, r##_##parts, part##_##key, FIELD_NONE, NULL, m },
#define SUM_100(r, parts, part, share, m)                                                      \
	{ RECORD_##r, sum_100, r##_##parts, part##_##share, FIELD_NONE, NULL, m },
#define ASCENDING(r, parts, part, date, m)                                                     \
	{ RECORD_##r, ascending, r##_##parts, part##_##date, FIELD_NONE, NULL, m },
#define OWN(r, fn) { RECORD_##r, fn, FIELD_NONE, FIELD_NONE, FIELD_NONE, NULL, NULL },
#include "model/rules.def"
};

/* The first that is of this record or of one behind it. */
static const struct rule *first_rule(enum record_id id)
{
	size_t low = 0, high = sizeof(rules) / sizeof(rules[0]);

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (rules[mid].record < id)
			low = mid + 1;
		else
			high = mid;
	}
	return &rules[low];
}

void rules_check(struct check *c, const struct view *v)
{
	const struct rule *end = rules + sizeof(rules) / sizeof(rules[0]);
	enum record_id id = record_id_of(v->r);

	for (const struct rule *rule = first_rule(id); rule < end && rule->record == id; rule++)
		rule->fn(c, v, rule);
}

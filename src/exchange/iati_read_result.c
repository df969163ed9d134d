/* Results of an activity: indicators with their targets, and measurements. */
#include "exchange/iati_read_inside.h"

#include <stdlib.h>

struct goal {
	struct iati_tree *period, *target;
	struct str start, end, value;
	size_t at;
};

static int by_end(const void *a, const void *b)
{
	const struct goal *x = a, *y = b;
	int c = str_cmp(x->end, y->end);

	return c ? c : (x->at > y->at) - (x->at < y->at);
}

static struct str day(struct iati_tree *period, enum iati id)
{
	return str_cut(tree_attr(tree_kid(period, id), AT_ISO_DATE), 10);
}

/* Targets with a number, in the order of their periods' ends; others have no place. */
static size_t goals(struct reading *r, struct iati_tree *indicator, struct goal **out)
{
	size_t n = 0, room = 0;

	tree_each(p, indicator, IATI_PERIOD) tree_each(t, p, IATI_TARGET) room++;
	*out = arena_array(r->a, struct goal, room);
	tree_each(p, indicator, IATI_PERIOD) tree_each(t, p, IATI_TARGET)
	{
		struct goal g = { p,     t, day(p, IATI_PERIOD_START), day(p, IATI_PERIOD_END),
				  { 0 }, n };

		if (read_decimal(r, tree_attr(t, AT_VALUE), &g.value))
			(*out)[n++] = g;
		else
			t->used = false;
	}
	if (n)
		qsort(*out, n, sizeof(**out), by_end);
	return n;
}

static void put_targets(struct reading *r, struct json_maker *m, struct iati_tree *indicator)
{
	struct json_maker all, one;
	struct goal *list;
	size_t n = goals(r, indicator, &list);

	if (!n)
		return;
	all = json_make_in(m, field_names[indicator_targets], JSON_ARRAY);
	for (size_t i = 0; i < n; i++) {
		one = json_make_in(&all, S(""), JSON_OBJECT);
		put_text(&one, target_period_start, list[i].start);
		put_text(&one, target_period_end, list[i].end);
		put_text(&one, target_value, list[i].value);
		put_mtext(r, &one, target_comment, tree_kid(list[i].target, IATI_COMMENT));
	}
}

static void put_baseline(struct reading *r, struct json_maker *m, struct iati_tree *t)
{
	struct str date = str_cut(tree_attr(t, AT_ISO_DATE), 10), value;

	if (!t)
		return;
	if (!date.n)
		date = arena_join(r->a, tree_attr(t, AT_YEAR), S("-01-01"));
	t->used = read_decimal(r, tree_attr(t, AT_VALUE), &value);
	if (!t->used)
		return;
	put_text(m, indicator_baseline, value);
	put_text(m, indicator_baseline_date, date);
}

static void measurement(struct reading *r, struct iati_tree *period, struct iati_tree *t,
			struct str indicator)
{
	struct str start = day(period, IATI_PERIOD_START), end = day(period, IATI_PERIOD_END);
	struct json_maker m;
	struct str value;

	t->used = read_decimal(r, tree_attr(t, AT_VALUE), &value);
	if (!t->used)
		return;
	m = json_maker(r->a, JSON_OBJECT);
	put_text(&m, measurement_indicator, indicator);
	put_text(&m, measurement_period_start, start);
	put_text(&m, measurement_period_end, end);
	put_text(&m, measurement_value, value);
	put_mtext(r, &m, measurement_comment, tree_kid(t, IATI_COMMENT));
	read_leaf(r, &(struct leaf){ .kind = RECORD_measurement,
				     .key = key_of(r, record_names[RECORD_measurement],
						   indicator, start, end),
				     .data = m.of,
				     .line = t->line });
}

static void put_kind(struct json_maker *m, struct iati_tree *result, struct iati_tree *t)
{
	struct str measure = tree_attr(t, AT_MEASURE), ascending = tree_attr(t, AT_ASCENDING);

	put_listed(m, indicator_result_type, result, AT_TYPE);
	put_code(m, indicator_measure, measure);
	if (str_is(measure, "1"))
		put_code(m, indicator_unit, S("items"));
	else if (str_is(measure, "2"))
		put_code(m, indicator_unit, S("percent"));
	if (str_is(ascending, "0") || str_is(ascending, "false"))
		put_yes(m, indicator_descending);
}

static void indicator(struct reading *r, struct iati_tree *result, struct iati_tree *t)
{
	struct iati_tree *of = tree_kid(result, IATI_TITLE), *title = tree_kid(t, IATI_TITLE);
	struct json *said = mtext_of(r, indicator_result, of);
	struct json *name = mtext_of(r, indicator_title, title);
	struct read_id id =
		read_id(r, "indicator", key_of(r, json_text(r, said), json_text(r, name)));
	struct json_maker m = json_maker(r->a, JSON_OBJECT);
	struct str ref;

	if (!name)
		name = said;
	if (name)
		json_make_put(&m, field_names[indicator_title], name);
	put_text(&m, indicator_project, r->project);
	put_mtext(r, &m, indicator_result, of);
	put_kind(&m, result, t);
	put_mtext(r, &m, indicator_description, tree_kid(t, IATI_DESCRIPTION));
	if (!str_is(tree_attr(t, AT_MEASURE), "5")) { /* qualitative: without values */
		put_baseline(r, &m, tree_kid(t, IATI_BASELINE));
		put_targets(r, &m, t);
	}
	ref = arena_join(r->a, S("joint/"), read_emit(r, RECORD_indicator, &id, t->line, m.of));
	tree_each(p, t, IATI_PERIOD) tree_each(x, p, IATI_ACTUAL) measurement(r, p, x, ref);
}

void read_results(struct reading *r)
{
	tree_each(result, r->t, IATI_RESULT) tree_each(i, result, IATI_INDICATOR)
		indicator(r, result, i);
}

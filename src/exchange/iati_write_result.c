/* Results of the IATI writer: the indicators of a project by the result they measure, their
 * targets, and what the side that reports has measured. */
#include "exchange/iati_write_inside.h"

struct measured {
	const struct json *data;
	bool told;
	struct measured *next;
};
struct indicator {
	struct str ref;
	const struct json *data;
	bool told;
	struct measured *measured;
	struct indicator *next;
};

/* --- gathering --- */

static const struct json *kept(struct out *o, struct str data)
{
	struct json *copy = NULL;
	struct err ignored;

	(void)!json_object(&o->a, arena_str(&o->a, data), &copy, &ignored);
	return copy;
}

static void take_indicator(struct out *o, const struct out_row *row)
{
	struct indicator *i, **at = o->indicators;

	if (str_is(row->is.state, "rejected") || str_is(row->is.state, "withdrawn"))
		return;
	i = arena_new(&o->a, struct indicator);
	i->data = kept(o, row->is.data);
	i->ref = arena_join(&o->a, S("joint/"), row->is.id);
	while (*at && str_cmp((*at)->ref, i->ref) < 0) /* at each node in the same order */
		at = &(*at)->next;
	i->next = *at;
	*at = i;
	out_losses(o, row->record, i->data);
}

static void take_measured(struct out *o, const struct out_row *row)
{
	struct measured *m = arena_new(&o->a, struct measured);

	m->data = kept(o, row->is.data);
	*o->measured = m;
	o->measured = &m->next;
	out_losses(o, row->record, m->data);
}

/* --- writing --- */

/* A qualitative indicator (measure 5) has no values in IATI (rules 8.8.3, 8.9.3, 8.10.3). */
static bool has_values(const struct indicator *i)
{
	return !str_is(out_str(i->data, indicator_measure), "5");
}

static void value_attr(struct out *o, const struct indicator *i, const struct json *d,
		       enum field_id f)
{
	if (has_values(i))
		xml_attr(&o->w, "value", out_str(d, f));
	else
		out_lose(o, f);
}

static void actual(struct out *o, const struct indicator *i, struct measured *m)
{
	xml_open_tag(&o->w, "actual");
	value_attr(o, i, m->data, measurement_value);
	out_mtext(o, "comment", out_get(m->data, measurement_comment));
	xml_close_tag(&o->w);
	m->told = true;
}

static struct str start_of(const struct measured *m)
{
	struct str from = out_str(m->data, measurement_period_start);

	return from.n ? from : out_str(m->data, measurement_period_end);
}

static void actuals(struct out *o, const struct indicator *i, struct str from, struct str to)
{
	for (struct measured *m = i->measured; m; m = m->next)
		if (!m->told && str_eq(start_of(m), from) &&
		    str_eq(out_str(m->data, measurement_period_end), to))
			actual(o, i, m);
}

static void target_period(struct out *o, const struct indicator *i, const struct json *t)
{
	xml_open_tag(&o->w, "period");
	out_period(o, out_str(t, target_period_start), out_str(t, target_period_end));
	xml_open_tag(&o->w, "target");
	value_attr(o, i, t, target_value);
	out_mtext(o, "comment", out_get(t, target_comment));
	xml_close_tag(&o->w);
	actuals(o, i, out_str(t, target_period_start), out_str(t, target_period_end));
	xml_close_tag(&o->w);
}

static void baseline(struct out *o, const struct indicator *i)
{
	struct str date = out_str(i->data, indicator_baseline_date);

	if (!date.n)
		return;
	xml_open_tag(&o->w, "baseline");
	xml_attr(&o->w, "iso-date", date);
	xml_attr(&o->w, "year", str_cut(date, 4));
	value_attr(o, i, i->data, indicator_baseline);
	xml_close_tag(&o->w);
}

static void one_indicator(struct out *o, struct indicator *i)
{
	const struct json *targets = out_get(i->data, indicator_targets);

	i->told = true;
	xml_open_tag(&o->w, "indicator");
	xml_attr(&o->w, "measure", out_str(i->data, indicator_measure));
	if (out_yes(i->data, indicator_descending))
		xml_attr(&o->w, "ascending", S("0"));
	out_mtext(o, "title", out_get(i->data, indicator_title));
	out_mtext(o, "description", out_get(i->data, indicator_description));
	baseline(o, i);
	for (const struct json *t = targets ? targets->child : NULL; t; t = t->next)
		target_period(o, i, t);
	for (struct measured *m = i->measured; m; m = m->next) {
		if (m->told)
			continue;
		xml_open_tag(&o->w, "period");
		out_period(o, out_str(m->data, measurement_period_start),
			   out_str(m->data, measurement_period_end));
		actuals(o, i, start_of(m), out_str(m->data, measurement_period_end));
		xml_close_tag(&o->w);
	}
	xml_close_tag(&o->w);
}

static struct str raw(const struct json *data, enum field_id f)
{
	const struct json *v = out_get(data, f);

	return v ? v->raw : S("");
}

/* Indicators that name the same result, in the same words, measure one. */
static bool same_result(const struct indicator *x, const struct indicator *y)
{
	return raw(x->data, indicator_result).n &&
	       str_eq(raw(x->data, indicator_result), raw(y->data, indicator_result)) &&
	       str_eq(raw(x->data, indicator_result_type), raw(y->data, indicator_result_type));
}

static void result(struct out *o, struct indicator *first)
{
	struct str type = out_str(first->data, indicator_result_type);
	const struct json *title = out_get(first->data, indicator_result);

	xml_open_tag(&o->w, "result");
	xml_attr(&o->w, "type", type.n ? type : S("9"));
	out_mtext(o, "title", title ? title : out_get(first->data, indicator_title));
	one_indicator(o, first);
	for (struct indicator *i = first->next; i; i = i->next)
		if (!i->told && same_result(first, i))
			one_indicator(o, i);
	xml_close_tag(&o->w);
}

bool out_results(struct out *o)
{
	struct indicator *list = NULL;

	o->indicators = &list;
	if (!out_each(o, RECORD_indicator, take_indicator))
		return false;
	for (struct indicator *i = list; i; i = i->next) {
		o->measured = &i->measured;
		if (!out_each_measured(o, i->ref, take_measured))
			return false;
	}
	for (struct indicator *i = list; i; i = i->next)
		if (!i->told)
			result(o, i);
	return out_flush(o);
}

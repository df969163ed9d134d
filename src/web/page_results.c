#include "web/result_chart.h"

/* Indicators with their latest measurement against the target that counts. */

enum { RESULTS_MAX = 200, PARTIES_READ = 16, RESULTS_BYTES = 2 << 20 };

/* The target of the period that holds `day`: the first that ends then or later, else the last.
 */
static const struct json *target_of(const struct json *indicator, int32_t day)
{
	const struct json *targets = json_arr(indicator, "targets"), *best = NULL;
	int32_t best_end = 0, end;

	for (const struct json *t = targets ? targets->child : NULL; t; t = t->next) {
		bool better;

		if (!date_parse(json_str(t, "period_end"), &end))
			continue;
		better = end >= day ? best_end < day || end < best_end : end > best_end;
		if (!best || better) {
			best = t;
			best_end = end;
		}
	}
	return best;
}

static size_t latest_values(struct visit *v, const struct record_row *indicator,
			    struct record_row *out)
{
	const struct charter *c = node_charter(v->node);
	struct str ref =
		arena_join(v->a, indicator->party, arena_join(v->a, S("/"), indicator->id));
	size_t n = 0;

	for (size_t i = 0; c && i < c->ledger_count && n < PARTIES_READ; i++) {
		struct list_query q = { .record = &records[RECORD_measurement],
					.who = v->who,
					.lang = v->lang,
					.sort = &fields[measurement_period_end],
					.descending = true,
					.limit = 1 };
		struct list_result found;
		struct err err;

		if (!charter_leads(c, i))
			continue;
		q.filters[0] =
			(struct list_filter){ &fields[measurement_indicator],
					      str_z(fields[measurement_indicator].name), ref };
		q.filters[1] = (struct list_filter){ NULL, S("party"), c->ledgers[i].party };
		q.filter_count = 2;
		if (view_list(v->view, v->a, &q, &found, &err) && found.n > 0)
			out[n++] = found.rows[0];
	}
	return n;
}

static struct str decimal_text(struct visit *v, struct str s)
{
	struct dec d;

	return dec_parse(s, &d) ? decimal_of(v, d, 0) : s;
}

/* How far from the starting value to the target: both ways, so that less can be better. */
struct distance {
	struct dec start, goal;
	bool known;
};

static struct distance distance_of(const struct json *indicator, const struct json *target)
{
	const struct json *down = json_get(indicator, "descending");
	struct distance d = { .known = true };

	if (!dec_parse(json_str(indicator, "baseline"), &d.start)) {
		d.start = dec_int(0);
		d.known = !down || !down->num;
	}
	d.known = d.known && dec_parse(json_str(target, "value"), &d.goal);
	return d;
}

static void one_value(struct visit *v, const struct record_row *m, const struct distance *d)
{
	struct json *data = row_data(v, m);
	struct dec value, way, whole;

	html_lit(&v->out, "<div class=row><small>");
	html_text(&v->out, party_name(v, m->party));
	html_lit(&v->out, " · ");
	page_date(v, json_str(data, "period_end"));
	html_lit(&v->out, "</small> <span class=n>");
	page_link_text(v, m, decimal_text(v, json_str(data, "value")));
	html_lit(&v->out, "</span></div>\n");
	if (!d->known || !dec_parse(json_str(data, "value"), &value) ||
	    !dec_sub(value, d->start, &way) || !dec_sub(d->goal, d->start, &whole))
		return;
	if (whole.micro < 0)
		page_meter(v, dec_neg(way), dec_neg(whole));
	else
		page_meter(v, way, whole);
}

static int32_t newest(struct visit *v, const struct record_row *values, size_t n)
{
	int32_t best = n ? INT32_MIN : v->today, day;

	for (size_t i = 0; i < n; i++)
		if (date_parse(json_str(row_data(v, &values[i]), "period_end"), &day) &&
		    day > best)
			best = day;
	return best;
}

/* `chart`: the number of its chart, from 1; 0: none. */
static void one_result(struct visit *v, const struct record_row *row, size_t chart)
{
	struct json *data = row_data(v, row);
	struct record_row values[PARTIES_READ];
	size_t n = latest_values(v, row, values);
	const struct json *target = target_of(data, newest(v, values, n));
	struct distance d = distance_of(data, target);

	html_lit(&v->out, "<li><div class=row><span>");
	page_link(v, row);
	html_lit(&v->out, "</span> <span class=nb>");
	if (target)
		page_fill(v, "target %1 %2", decimal_text(v, json_str(target, "value")),
			  code_name("Unit", json_str(data, "unit"), v->lang));
	html_lit(&v->out, "</span></div>\n");
	for (size_t i = 0; i < n; i++)
		one_value(v, &values[i], &d);
	if (n == 0) {
		html_lit(&v->out, "<small>");
		page_say(v, "not measured yet");
		html_lit(&v->out, "</small>");
	}
	if (chart)
		result_chart(v, row, data, chart);
	if (row->illustrative) {
		html_lit(&v->out, " <small>");
		page_say(v, "illustrative");
		html_lit(&v->out, "</small>");
	}
	html_lit(&v->out, "</li>\n");
}

void results_list(struct visit *v, unsigned max, bool charts)
{
	struct list_query q = { .record = &records[RECORD_indicator],
				.who = v->who,
				.lang = v->lang,
				.limit = max,
				.bytes = RESULTS_BYTES };
	struct list_result found;
	struct err err;

	if (!view_list(v->view, v->a, &q, &found, &err) || found.n == 0) {
		html_lit(&v->out, "<p class=soft>");
		page_say(v, "No indicator is agreed yet. Propose one with its starting value "
			    "and its "
			    "targets; then each side reports what it measures.");
		html_lit(&v->out, "</p>\n");
		return;
	}
	html_lit(&v->out, "<ul class=plain>\n");
	for (size_t i = 0; i < found.n; i++)
		one_result(v, &found.rows[i], charts ? i + 1 : 0);
	html_lit(&v->out, "</ul>\n");
	if (found.total > found.n) {
		html_lit(&v->out, "<p><a");
		page_list_href(v, q.record);
		html_lit(&v->out, ">");
		page_fill(v, "All %1", number_of(v, found.total));
		html_lit(&v->out, "</a></p>\n");
	}
}

void page_results(struct visit *v)
{
	static const enum record_id types[] = { RECORD_indicator, RECORD_target,
						RECORD_measurement, RECORD_NONE };
	static const enum field_id terms[] = { FIELD_NONE };

	page_begin(v, T(v->lang, "Results"));
	html_lit(&v->out, "<h1>");
	page_say(v, "Results");
	html_lit(&v->out, "</h1>\n<p>");
	page_say(v, "What was agreed to measure, what each side measured last, and how far "
		    "that is from the target.");
	html_lit(&v->out, "</p>\n");
	results_list(v, RESULTS_MAX, true);
	help_terms(v, &(struct help_terms){ types, terms });
	page_end(v);
}

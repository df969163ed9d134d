#include "model/plan.h"

/* --- reading --- */

static bool day_of(const struct json *j, const char *name, int32_t *day)
{
	return j && date_parse(json_str(j, name), day);
}

static struct plan_step *step_called(struct plan *p, struct str key)
{
	for (size_t i = 0; i < p->n; i++)
		if (str_eq(key, p->steps[i].key))
			return &p->steps[i];
	return NULL;
}

static void take_report(struct plan_step *s, const struct json *report)
{
	if (s->report)
		return;
	s->report = report;
	s->reported = true;
	s->begun = day_of(report, "actual_start", &s->actual_start);
	s->done = day_of(report, "actual_end", &s->actual_end);
	s->hoped = day_of(report, "expected_end", &s->expected_end);
	if (!s->done && str_is(json_str(report, "status"), "done"))
		s->done = day_of(report, "date", &s->actual_end);
}

static void take_needs(struct plan *p, struct plan_step *s)
{
	struct str rest = json_str(s->milestone, "depends_on"), key;

	while (rest.n > 0 && str_split(&rest, ' ', &key)) {
		const struct plan_step *need = key.n > 0 ? step_called(p, key) : NULL;

		if (need && s->need_count < PLAN_NEEDS_MAX)
			s->needs[s->need_count++] = (size_t)(need - p->steps);
	}
}

/* Where the milestone itself does not say when it begins. */
static void take_start(struct plan *p, struct plan_step *s, const struct json *project)
{
	bool any = false;
	int32_t day;

	if (day_of(s->milestone, "planned_start", &day)) {
		s->start = day < s->end ? day : s->end;
		return;
	}
	s->start = s->end;
	for (size_t i = 0; i < s->need_count; i++) {
		day = p->steps[s->needs[i]].end;
		if (day <= s->end && (!any || day > s->start))
			s->start = day;
		any = true;
	}
	if (!any && day_of(project, "planned_start", &day) && day < s->end)
		s->start = day;
}

static void read_steps(struct arena *a, const struct json *project, struct plan *p)
{
	const struct json *all = json_arr(project, "milestones");

	p->steps = arena_array(a, struct plan_step, PLAN_STEPS_MAX);
	for (const struct json *m = all ? all->child : NULL; m && p->n < PLAN_STEPS_MAX;
	     m = m->next) {
		struct plan_step s = { .milestone = m, .key = json_str(m, "key") };

		if (day_of(m, "planned_end", &s.end))
			p->steps[p->n++] = s;
	}
}

/* --- reckoning --- */

/* Places in an order where each stands behind what it depends on; those in a circle are left
 * out. */
static size_t put_in_order(struct plan *p, size_t order[PLAN_STEPS_MAX])
{
	bool placed[PLAN_STEPS_MAX] = { false };
	size_t n = 0, before;

	do {
		before = n;
		for (size_t i = 0; i < p->n; i++) {
			bool ready = !placed[i];

			for (size_t k = 0; k < p->steps[i].need_count; k++)
				ready = ready && placed[p->steps[i].needs[k]];
			if (!ready)
				continue;
			placed[i] = true;
			order[n++] = i;
		}
	} while (n > before);
	for (size_t i = 0; i < p->n; i++)
		p->steps[i].circular = !placed[i];
	return n;
}

static void reckon_finish(struct plan *p, struct plan_step *s, int32_t today)
{
	s->finish = s->done ? s->actual_end : s->hoped ? s->expected_end : s->end;
	if (s->done)
		return;
	for (size_t i = 0; i < s->need_count; i++) {
		int32_t after = p->steps[s->needs[i]].finish + (s->end - s->start);

		if (after > s->finish)
			s->finish = after;
	}
	if (s->finish < today)
		s->finish = today;
	if (s->finish > date_days(9999, 12, 31)) /* the last that can be written */
		s->finish = date_days(9999, 12, 31);
}

/* From the last to the first: what is behind a step says how late it may be. */
static void reckon_slack(struct plan *p, const size_t *order, size_t n)
{
	int32_t latest[PLAN_STEPS_MAX];

	for (size_t i = 0; i < p->n; i++)
		latest[i] = p->finish;
	for (size_t i = n; i-- > 0;) {
		struct plan_step *s = &p->steps[order[i]];

		s->slack = latest[order[i]] - s->finish;
		s->critical = !s->done && s->slack <= 0;
		for (size_t k = 0; k < s->need_count; k++) {
			int32_t by = latest[order[i]] - (s->end - s->start);

			if (by < latest[s->needs[k]])
				latest[s->needs[k]] = by;
		}
	}
}

void plan_reckon(struct arena *a, const struct json *project,
		 const struct plan_reports *reports, int32_t today, struct plan *out)
{
	size_t order[PLAN_STEPS_MAX], n;

	*out = (struct plan){ 0 };
	read_steps(a, project, out);
	for (size_t i = 0; i < reports->n; i++) {
		struct plan_step *s = step_called(out, json_str(reports->data[i], "milestone"));

		if (s)
			take_report(s, reports->data[i]);
	}
	for (size_t i = 0; i < out->n; i++)
		take_needs(out, &out->steps[i]);
	for (size_t i = 0; i < out->n; i++)
		take_start(out, &out->steps[i], project);
	out->has_end = day_of(project, "planned_end", &out->end);
	n = put_in_order(out, order);
	for (size_t i = 0; i < n; i++) {
		const struct plan_step *s = &out->steps[order[i]];

		reckon_finish(out, &out->steps[order[i]], today);
		if (i == 0 || s->finish > out->finish)
			out->finish = s->finish;
	}
	for (size_t i = 0; i < out->n && !day_of(project, "planned_end", &out->end); i++)
		if (!out->has_end || out->steps[i].end > out->end) {
			out->end = out->steps[i].end;
			out->has_end = true;
		}
	reckon_slack(out, order, n);
}

#include "web/funnel.h"

enum {
	WIDE = 860,
	LEFT = 230,
	BAR_WIDE = 400,
	TOP = 8,
	ROW = 34,
	BAR_HIGH = 24,
	STEPS_MAX = 16
};

struct funnel_kind {
	enum record_id record;
	const char *parts, *step, *list, *last; /* `last`: stands beside the way, is no step */
};
static const struct funnel_kind kinds[] = {
	{ RECORD_consignment, "steps", "step", "ConsignmentStep", "" },
	{ RECORD_cohort, "counts", "stage", "CohortStage", "left" },
};

struct step {
	struct str code;
	struct dec left, lost;
	bool has_lost;
};
struct funnel {
	struct visit *v;
	const struct funnel_kind *kind;
	struct str unit; /* of a consignment */
	struct step steps[STEPS_MAX];
	size_t n;
};

/* --- reading --- */

static bool quantity(const struct funnel *f, const struct json *q, struct dec *out)
{
	return q && str_eq(json_str(q, "unit"), f->unit) &&
	       dec_parse(json_str(q, "amount"), out);
}

static bool step_read(const struct funnel *f, const struct json *part, struct step *out)
{
	*out = (struct step){ .code = json_str(part, f->kind->step) };
	if (f->kind->record == RECORD_cohort)
		return !str_is(out->code, f->kind->last) &&
		       dec_parse(json_str(part, "persons"), &out->left);
	out->has_lost = quantity(f, json_get(part, "loss"), &out->lost);
	return quantity(f, json_get(part, "quantity"), &out->left);
}

/* Places in the code list. */
static size_t code_place(const struct funnel *f, struct str code)
{
	return (size_t)(codelist_find(codelist_named(f->kind->list), code) -
			codelist_named(f->kind->list)->codes);
}

static void step_put(struct funnel *f, struct step s)
{
	size_t at = f->n;

	for (size_t i = 0; i < f->n; i++)
		if (str_eq(f->steps[i].code, s.code)) {
			f->steps[i] = s;
			return;
		}
	if (f->n == STEPS_MAX || !codelist_find(codelist_named(f->kind->list), s.code))
		return;
	for (; at > 0 && code_place(f, f->steps[at - 1].code) > code_place(f, s.code); at--)
		f->steps[at] = f->steps[at - 1];
	f->steps[at] = s;
	f->n++;
}

static void read_steps(struct funnel *f, const struct json *data)
{
	const struct json *parts = json_arr(data, f->kind->parts);
	const struct json *pledge = json_get(data, "quantity");
	struct step s = { .code = S("pledged") };

	if (f->kind->record == RECORD_consignment) {
		f->unit = json_str(pledge, "unit");
		if (quantity(f, pledge, &s.left))
			step_put(f, s);
	}
	for (const struct json *p = parts ? parts->child : NULL; p; p = p->next)
		if (step_read(f, p, &s))
			step_put(f, s);
}

/* --- words --- */

static struct str step_name(const struct funnel *f, const struct step *s)
{
	return code_name(f->kind->list, s->code, f->v->lang);
}

static struct str step_value(const struct funnel *f, struct dec d)
{
	struct visit *v = f->v;
	struct str text = decimal_of(v, d, 0);

	if (!f->unit.n)
		return text;
	return arena_join(v->a, text,
			  arena_join(v->a, S("\u00a0"), code_name("Unit", f->unit, v->lang)));
}

/* --- the chart --- */

static void bars(struct funnel *f)
{
	struct visit *v = f->v;
	struct svg_scale x = { 0, 0, 0, BAR_WIDE };

	for (size_t i = 0; i < f->n; i++)
		if (f->steps[i].left.micro > x.to)
			x.to = f->steps[i].left.micro;
	for (size_t i = 0; i < f->n; i++) {
		int y = TOP + (int)i * ROW, w = svg_at(&x, f->steps[i].left.micro);

		svg_text(v, &(struct svg_words){ { LEFT - 8, y + 17 },
						 SVG_END,
						 "",
						 step_name(f, &f->steps[i]),
						 32 });
		svg_rect(v, "plan", (struct svg_box){ LEFT, y, BAR_WIDE, BAR_HIGH });
		svg_rect(v, "done", (struct svg_box){ LEFT, y, w, BAR_HIGH });
		svg_text(v, &(struct svg_words){ { LEFT + BAR_WIDE + 8, y + 17 },
						 SVG_START,
						 "n",
						 step_value(f, f->steps[i].left),
						 32 });
	}
}

static void chart(struct funnel *f)
{
	struct visit *v = f->v;
	struct svg_plan plan = { .id = "funnel",
				 .width = WIDE,
				 .height = 2 * TOP + (int)f->n * ROW };

	plan.title = T(v->lang, "What is left from step to step");
	plan.desc =
		T(v->lang, "A bar a step, as long as what is left; pale: the most there was. "
			   "The table below says the same.");
	html_lit(&v->out, "<figure><div class=tab role=region tabindex=0");
	html_attr(&v->out, "aria-label", T(v->lang, "Chart"));
	html_lit(&v->out, ">\n");
	svg_begin(v, &plan);
	bars(f);
	svg_end(v);
	html_lit(&v->out, "</div><figcaption class=soft>");
	html_text(&v->out, plan.desc);
	html_lit(&v->out, "</figcaption></figure>\n");
}

/* --- the table --- */

static void cell(struct funnel *f, struct str label, struct str text)
{
	struct buf *b = &f->v->out;

	html_lit(b, "<td class=n");
	html_attr(b, "data-l", label);
	html_lit(b, ">");
	html_text(b, text.n ? text : S("–"));
	html_lit(b, "</td>");
}

static void line(struct funnel *f, size_t i)
{
	const struct step *s = &f->steps[i];
	struct visit *v = f->v;
	struct str less = S("");
	struct dec d;

	if (i > 0 && dec_sub(f->steps[i - 1].left, s->left, &d) && d.micro > 0)
		less = step_value(f, d);
	html_lit(&v->out, "<tr><th scope=row>");
	html_text(&v->out, step_name(f, s));
	html_lit(&v->out, "</th>");
	cell(f, T(v->lang, "Left"), step_value(f, s->left));
	cell(f, T(v->lang, "Less than the step before"), less);
	if (f->unit.n)
		cell(f, T(v->lang, "Lost"), s->has_lost ? step_value(f, s->lost) : S(""));
	html_lit(&v->out, "</tr>\n");
}

static void table(struct funnel *f)
{
	struct visit *v = f->v;

	table_begin(v, T(v->lang, "What is left from step to step"), "cards tight");
	html_lit(&v->out, "<thead><tr><th scope=col>");
	page_say(v, "Step");
	html_lit(&v->out, "</th><th scope=col class=n>");
	page_say(v, "Left");
	html_lit(&v->out, "</th><th scope=col class=n>");
	page_say(v, "Less than the step before");
	if (f->unit.n) {
		html_lit(&v->out, "</th><th scope=col class=n>");
		page_say(v, "Lost");
	}
	html_lit(&v->out, "</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < f->n; i++)
		line(f, i);
	html_lit(&v->out, "</tbody>");
	table_end(v);
}

void funnel_part(struct visit *v, const struct record *r, const struct json *data)
{
	struct funnel f = { .v = v };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (kinds[i].record == record_id_of(r))
			f.kind = &kinds[i];
	if (!f.kind)
		return;
	read_steps(&f, data);
	if (f.n < 2)
		return;
	html_lit(&v->out, "<h2 id=funnel-part>");
	page_say(v, "What is left from step to step");
	html_lit(&v->out, "</h2>\n");
	chart(&f);
	table(&f);
}

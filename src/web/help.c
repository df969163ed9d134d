#include "model/pairing.h"
#include "web/pages.h"

/* Help in place: what the words of a page mean, and why two figures differ. */

static void help_begin(struct visit *v, struct str summary)
{
	html_lit(&v->out, "<details class=\"help noprint\"><summary>");
	html_text(&v->out, summary);
	html_lit(&v->out, "</summary><dl class=f>\n");
}

static void help_end(struct visit *v)
{
	html_lit(&v->out, "</dl></details>\n");
}

static void entry(struct visit *v, struct str term, const char *meaning)
{
	html_lit(&v->out, "<div><dt>");
	html_text(&v->out, term);
	html_lit(&v->out, "</dt><dd>");
	html_text(&v->out, lang_text(v->lang, meaning));
	html_lit(&v->out, "</dd></div>\n");
}

void help_terms(struct visit *v, const struct help_terms *terms)
{
	help_begin(v, T(v->lang, "What these words mean"));
	for (const enum record_id *r = terms->records; r && *r != RECORD_NONE; r++)
		entry(v, lang_text(v->lang, records[*r].title), records[*r].about);
	for (const enum field_id *f = terms->fields; f && *f != FIELD_NONE; f++)
		if (fields[*f].help)
			entry(v, lang_text(v->lang, fields[*f].label), fields[*f].help);
	help_end(v);
}

static const char *const gap_reasons[GAPS] = {
	[GAP_MATCHED] = N_("Both sides report the same amount on about the same day."),
	[GAP_TIMING] = N_(
		"The same amount, on days that lie apart: a payment takes time to arrive, or "
		"falls into two periods."),
	[GAP_RATE] = N_(
		"Each side reports in its own currency; the rate of the day and its source lie "
		"between them."),
	[GAP_AMOUNT] = N_(
		"Two amounts of one currency: fees, a part payment, or an error of one side."),
	[GAP_IN_KIND] = N_(
		"Goods whose quantity or stated value differs: losses on the way, or another "
		"way to count."),
	[GAP_ONE_SIDE] = N_("The other side has not reported it yet, or not at all."),
	[GAP_DISPUTED] = N_("A side says in words that it does not agree."),
};

void help_gaps(struct visit *v)
{
	help_begin(v, T(v->lang, "Why the sides' figures differ"));
	for (int i = 0; i < GAPS; i++)
		entry(v, code_name("GapClass", str_z(gap_codes[i]), v->lang), gap_reasons[i]);
	help_end(v);
}

#include "model/pairing.h"
#include "web/kept.h"
#include "web/pages.h"

/* Help in place: what the words of a page mean, who may do what, and why two figures differ. */

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

/* --- one record type: what it is, and who may do what --- */

static void who_may(struct visit *v, const struct record *r)
{
	if (r->personal)
		entry(v, T(v->lang, "Who reads it"),
		      N_("It names private persons: only those who sign in at the node of the "
			 "side that wrote it."));
	if (r->joint) {
		entry(v, T(v->lang, "Who writes it"),
		      N_("A clerk of any side proposes a text, or a change of it, signed in at "
			 "that side's own node."));
		entry(v, T(v->lang, "Who accepts it"),
		      N_("A secretary of each side, for that side. It is in force once every "
			 "side has accepted the same text; until then anyone may still "
			 "decline."));
	} else {
		entry(v, T(v->lang, "Who writes it"),
		      N_("A clerk of the side whose word it is, at that side's own node. The "
			 "other side cannot change it; it writes a record of its own beside "
			 "it."));
	}
	entry(v, T(v->lang, "What becomes of an error"),
	      N_("Nothing is erased: a correction is a new version, and the one before stays "
		 "readable in the history, with who wrote it and when."));
}

static void record_terms(struct visit *v, const struct record *r)
{
	help_begin(v, T(v->lang, "What this means, and who may do what"));
	entry(v, lang_text(v->lang, r->title), r->about);
	for (const struct field *f = &fields[r->first]; f < &fields[r->end]; f++)
		if (f->help)
			entry(v, lang_text(v->lang, f->label), f->help);
	who_may(v, r);
	help_end(v);
}

void help_record(struct visit *v, const struct record *r)
{
	page_kept(v, KEPT_HELP, r, record_terms);
}

static const struct state_meaning {
	const char *state, *meaning;
} states[] = {
	{ "proposed", N_("One side has tabled the text; not every side has accepted it.") },
	{ "accepted",
	  N_("At least one side has accepted it; another's word, or the receipt of it, "
	     "is still awaited.") },
	{ "in_force", N_("Every side has accepted this text and holds the others' acceptances: "
			 "nobody can take its word back.") },
	{ "superseded", N_("A later text that every side accepted has taken its place.") },
	{ "rejected", N_("A side has declined it, which is final for this text.") },
	{ "withdrawn", N_("The side that proposed it has taken it back.") },
	{ "divergent", N_("Two texts came into force beside each other; a further act joins "
			  "them.") },
};

void help_states(struct visit *v)
{
	help_begin(v, T(v->lang, "What the states of an act mean"));
	for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++)
		entry(v, state_name(v, str_z(states[i].state)), states[i].meaning);
	help_end(v);
}

/* --- an empty list: what to do first --- */

void help_first(struct visit *v, const struct record *r)
{
	html_lit(&v->out, "<p>");
	if (v->person.role < ROLE_CLERK)
		page_say(v, "Nothing is recorded here yet. Those who keep the register sign in "
			    "to write.");
	else
		page_say(
			v,
			"Nothing is recorded here yet. Write the first with the button above.");
	html_lit(&v->out, "</p>\n");
	for (const struct field *f = &fields[r->first]; f < &fields[r->end]; f++) {
		const struct record *needs = &records[f->to];

		if (f->kind != REF || !f->required || view_count(v->view, needs, v->who) > 0)
			continue;
		html_lit(&v->out, "<p>");
		page_say(v, "It needs one of these first:");
		html_lit(&v->out, " <a");
		page_list_href(v, needs);
		html_lit(&v->out, ">");
		html_text(&v->out, lang_text(v->lang, needs->plural));
		html_lit(&v->out, "</a></p>\n");
	}
}

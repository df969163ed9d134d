#include "web/acts.h"

/*
 * A record with several texts in force (LEDGER.md 8.5): all of them side by side, none
 * preferred, until an act that names them all takes their place.
 */

static void one_head(struct visit *v, const struct record_row *row, const struct act_text *t,
		     struct str name, bool may_propose)
{
	struct buf hex;

	html_lit(&v->out, "<li><strong>");
	html_text(&v->out, name);
	html_lit(&v->out, "</strong> · <a");
	act_href(v, &t->act);
	html_lit(&v->out, ">");
	page_fill(v, "Proposed by %1", party_name(v, t->proposer));
	html_lit(&v->out, "</a> · ");
	page_say(v, "in force since");
	html_lit(&v->out, " ");
	page_date(v, str_cut(t->time, 10));
	if (t->data.n == 0) {
		html_lit(&v->out, " · ");
		page_say(v, "It is about the end of this record.");
	} else if (may_propose) {
		buf_init(&hex, 2 * HASH_SIZE);
		buf_hex(&hex, t->act.b, HASH_SIZE);
		html_lit(&v->out, " · <a href=\"");
		page_record_href(v, row->record, (struct ref){ row->party, row->id });
		html_lit(&v->out, "/edit?from=");
		html_text(&v->out, buf_str(&hex));
		html_lit(&v->out, "\">");
		page_say(v, "Join them, starting from this text");
		html_lit(&v->out, "</a>");
		buf_done(&hex);
	}
	html_lit(&v->out, "</li>\n");
}

void record_heads(struct visit *v, const struct record_row *row)
{
	struct beside_text texts[BESIDE_MAX];
	struct act_text *heads;
	struct err ignored;
	size_t n;

	if (!view_heads(v->view, v->a, row->record, row->id, v->who, &heads, &n, &ignored))
		return;
	html_lit(&v->out, "<section class=\"box differs\" id=heads><p><strong>");
	page_count(v, N_("%1 text is in force."), N_("%1 texts are in force at once."), n);
	html_lit(&v->out, "</strong> ");
	page_say(v, "Acts that did not know of each other were accepted by all. None of them "
		    "prevails: they stand side by side until a new act names them all and "
		    "takes their place.");
	html_lit(&v->out, "</p>\n<ul class=plain>\n");
	for (size_t i = 0; i < n; i++) {
		struct str letter = str_of(&"ABCDEFGHIJKLMNOPQRSTUVWXYZ"[i % 26], 1);
		struct str name =
			arena_join(v->a, T(v->lang, "Text"), arena_join(v->a, S(" "), letter));
		struct record_row one = { .data = heads[i].data };

		one_head(v, row, &heads[i], name, v->person.role >= ROLE_CLERK);
		if (i < BESIDE_MAX)
			texts[i] = (struct beside_text){ name, row_data(v, &one) };
	}
	html_lit(&v->out, "</ul>\n");
	page_beside(v, row->record, texts, n < BESIDE_MAX ? n : BESIDE_MAX, true);
	html_lit(&v->out, "<p class=soft>");
	page_say(v, "Below stands the one proposed last.");
	html_lit(&v->out, "</p></section>\n");
}

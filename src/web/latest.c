#include "web/latest.h"

/* The latest acts of every ledger in words. */

struct latest latest_of(const struct visit *v)
{
	return (struct latest){ .v = v->view, .a = v->a, .who = v->who, .lang = v->lang };
}

static void write_act(struct visit *v, const struct latest *l, const struct latest_act *x)
{
	struct record_row row;

	html_lit(&v->out, "<li><strong>");
	html_text(&v->out, party_name(v, x->ledger->party));
	html_lit(&v->out, "</strong> · ");
	html_text(&v->out, lang_text(v->lang, latest_deed(&x->entry)));
	html_lit(&v->out, " · ");
	if (latest_subject(l, x, &row)) {
		html_text(&v->out, lang_text(v->lang, row.record->title));
		html_lit(&v->out, " · ");
		page_link(v, &row);
	} else {
		page_say(v, "a sealed record");
	}
	html_lit(&v->out, "<br><small>");
	page_instant(v, x->entry.time_text);
	html_lit(&v->out, " · ");
	page_entry_link(v, x->ledger->name, x->entry.n);
	html_lit(&v->out, "</small></li>\n");
}

void latest_acts(struct visit *v, size_t max)
{
	const struct latest l = latest_of(v);
	struct latest_act *acts;
	size_t n = latest_read(&l, max, &acts);

	html_lit(&v->out, "<ul class=plain>\n");
	for (size_t i = 0; i < n; i++)
		write_act(v, &l, &acts[i]);
	html_lit(&v->out, "</ul>\n");
}

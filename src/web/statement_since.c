#include "web/statement_paper.h"

/* --- since it was signed --- */

static void changed_line(struct visit *v, const struct statement_line *l)
{
	html_lit(&v->out, "<tr><th scope=row>");
	html_text(&v->out, desk_flow(v, l->was.kind, l->was.giver, l->was.taker));
	html_lit(&v->out, "<br>");
	desk_class(v, l->was.gap);
	html_lit(&v->out, "</th>");
	for (int i = 0; i < 2; i++) {
		const struct desk_sum *s = i ? &l->is : &l->was;

		html_lit(&v->out, "<td class=n");
		html_attr(&v->out, "data-l",
			  i ? T(v->lang, "Today") : T(v->lang, "In the statement"));
		html_lit(&v->out, ">");
		page_count(v, N_("%1 flow"), N_("%1 flows"), s->count);
		if (s->given_currency.n) {
			html_lit(&v->out, "<br>");
			page_fill(v, "given: %1", desk_amount(v, s->given, s->given_currency));
		}
		if (s->received_currency.n) {
			html_lit(&v->out, "<br>");
			page_fill(v, "received: %1",
				  desk_amount(v, s->received, s->received_currency));
		}
		html_lit(&v->out, "</td>");
	}
	html_lit(&v->out, "</tr>\n");
}

static void changed_lines(struct paper *p)
{
	struct visit *v = p->v;

	table_begin(v, T(v->lang, "What has changed since"), "cards tight fit");
	html_lit(&v->out, "<thead><tr><th scope=col>");
	page_say(v, "Flow");
	html_lit(&v->out, "</th><th scope=col class=n>");
	page_say(v, "In the statement");
	html_lit(&v->out, "</th><th scope=col class=n>");
	page_say(v, "Today");
	html_lit(&v->out, "</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < p->now.line_count; i++) {
		const struct statement_line *l = &p->now.lines[i];

		if (l->was.count != l->is.count || l->was.given.micro != l->is.given.micro ||
		    l->was.received.micro != l->is.received.micro)
			changed_line(v, l);
	}
	html_lit(&v->out, "</tbody>");
	table_end(v);
}

/* A pair that reads otherwise than it was signed, with the way to its records. */
static void changed_pair(struct paper *p, const struct statement_pair *x)
{
	struct visit *v = p->v;
	struct statement_difference was;
	const struct statement_side *side;

	statement_pair(&p->now.plan, x->was, &was);
	side = was.given.ref.n ? &was.given : &was.received;
	html_lit(&v->out, "<li><a href=\"/");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_lit(&v->out, "/reconciliation-desk/flow?of=");
	url_part(&v->out, side->ref);
	html_lit(&v->out, "\">");
	if (side->currency.n)
		html_text(&v->out, desk_amount(v, side->amount, side->currency));
	else
		page_say(v, "record");
	html_lit(&v->out, "</a>");
	page_say(v, ": ");
	if (x->gone) {
		page_say(v, "not booked any more");
	} else {
		page_fill(v, "today %1",
			  code_name("GapClass", str_z(gap_codes[x->is.gap]), v->lang));
		for (int i = 0; i < 2; i++) {
			const struct desk_side *s = i ? &x->is.received : &x->is.given;

			html_lit(&v->out, ", ");
			if (s->ref.n)
				html_text(&v->out, desk_amount(v, s->amount, s->currency));
			else
				html_lit(&v->out, "–");
		}
	}
	html_lit(&v->out, "</li>\n");
}

void paper_since(struct paper *p)
{
	struct visit *v = p->v;

	html_lit(&v->out, "<section class=noprint><h2>");
	page_say(v, "What has changed since");
	html_lit(&v->out, "</h2>\n");
	if (!p->now.differs) {
		html_lit(&v->out, "<p><span class=\"b force\">");
		page_say(v, "Today's figures are those of the statement.");
		html_lit(&v->out, "</span></p></section>\n");
		return;
	}
	html_lit(&v->out, "<div class=\"box differs\"><p>");
	page_say(v, "Today's figures are no longer those of the statement: something was "
		    "corrected or booked later. What was signed stays as it was signed.");
	html_lit(&v->out, "</p></div>\n");
	changed_lines(p);
	if (p->now.changed_count) {
		html_lit(&v->out, "<ul class=plain>\n");
		for (size_t i = 0; i < p->now.changed_count; i++)
			changed_pair(p, &p->now.changed[i]);
		html_lit(&v->out, "</ul>\n");
	}
	html_lit(&v->out, "</section>\n");
}

/* --- signatures --- */

void paper_signatures(struct paper *p, const struct record_row *row)
{
	struct act_row *acts;
	struct visit *v = p->v;
	struct err err;
	size_t n;

	if (!view_acts(v->view, v->a, row->record, row->id, v->who, &acts, &n, &err) || !n)
		return;
	html_lit(&v->out, "<div class=two>\n");
	for (size_t i = 0; i < acts[0].party_count; i++) {
		const struct act_party *w = &acts[0].parties[i];

		html_lit(&v->out, "<div class=signed><strong>");
		html_text(&v->out, party_name(v, w->party));
		html_lit(&v->out, "</strong><br>");
		if (w->accepted) {
			page_say(v, "accepted");
			html_lit(&v->out, ", ");
			page_instant(v, w->time);
		} else {
			html_text(&v->out, w->declined ? T(v->lang, "declined")
						       : T(v->lang, "its answer is awaited"));
		}
		html_lit(&v->out, "</div>\n");
	}
	html_lit(&v->out, "</div>\n<p class=soft>");
	page_fill(v, "Fingerprint of the act: %1", S(""));
	page_hash(v, acts[0].act.b, HASH_SIZE, 64);
	html_lit(&v->out, "</p>\n");
}

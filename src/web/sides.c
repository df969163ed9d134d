#include "web/desk.h"

/*
 * Both sides' figures, on a project or in all.  What one side books as given (IATI transaction
 * types 2 commitment, 3 disbursement) the other books as received (11 incoming commitment, 1
 * incoming funds): each pair is one line with both words and the difference. With more than two
 * parties the receiver's types name no giver, so the figures stand without a difference.
 */

struct sides {
	struct visit *v;
	const struct record_row *project; /* NULL: of all */
	struct total_row *all;
	size_t n;
	struct str parties[ENTRY_PARTIES_MAX];
	size_t party_count;
};

struct mirror {
	const char *given, *received;
	const char *label; /* %1: who gives */
};
static const struct mirror mirrors[] = {
	{ "2", "11", N_("Committed by %1") },
	{ "3", "1", N_("Paid by %1") },
};

static const struct total_row *total_of(const struct sides *s, struct str party,
					const char *type, struct str currency)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct total_row *t = &s->all[i];

		if (str_eq(t->party, party) && str_is(t->type, type) &&
		    str_eq(t->currency, currency))
			return t;
	}
	return NULL;
}

/* A figure that opens the transactions it adds up. */
static void figure(struct sides *s, size_t party, const struct total_row *t)
{
	struct visit *v = s->v;

	html_lit(&v->out, "<td class=n");
	html_attr(&v->out, "data-l", party_name(v, s->parties[party]));
	html_lit(&v->out, ">");
	if (!t) {
		html_lit(&v->out, "–</td>");
		return;
	}
	html_lit(&v->out, "<a");
	page_totals_href(v, s->project, S(""), t);
	html_lit(&v->out, ">");
	html_text(&v->out, decimal_of(v, t->amount, 0));
	html_lit(&v->out, "</a></td>");
}

static void difference(struct sides *s, const struct total_row *x, const struct total_row *y)
{
	struct visit *v = s->v;
	struct dec d;

	html_lit(&v->out, "<td class=n");
	html_attr(&v->out, "data-l", T(v->lang, "Difference"));
	html_lit(&v->out, ">");
	if (!x || !y) {
		html_lit(&v->out, "<span class=\"b differs\">");
		page_fill(v, "only %1", party_short(v, x ? x->party : y->party));
		html_lit(&v->out, "</span>");
	} else if (dec_sub(x->amount, y->amount, &d) && d.micro == 0) {
		html_lit(&v->out, "0");
	} else if (dec_sub(x->amount, y->amount, &d)) {
		html_lit(&v->out, "<span class=\"b differs\">");
		html_text(&v->out, decimal_of(v, d.micro < 0 ? dec_neg(d) : d, 0));
		html_lit(&v->out, "</span>");
	}
	html_lit(&v->out, "</td>");
}

static void line_head(struct sides *s, struct str label, struct str currency)
{
	html_lit(&s->v->out, "<tr><th scope=row>");
	html_text(&s->v->out, label);
	html_lit(&s->v->out, " <small>");
	html_text(&s->v->out, currency);
	html_lit(&s->v->out, "</small></th>");
}

static struct str filled(struct visit *v, const char *message, struct str arg)
{
	struct buf b;

	buf_init(&b, 4096);
	lang_fill(&b, lang_text(v->lang, message), &arg, 1);
	return arena_buf(v->a, &b);
}

/* One pair of types in one currency: given by party `g` of two. */
static void mirror_line(struct sides *s, const struct mirror *m, size_t g, struct str currency)
{
	const struct total_row *by[2];

	by[g] = total_of(s, s->parties[g], m->given, currency);
	by[1 - g] = total_of(s, s->parties[1 - g], m->received, currency);
	if (!by[0] && !by[1])
		return;
	line_head(s, filled(s->v, m->label, party_name(s->v, s->parties[g])), currency);
	figure(s, 0, by[0]);
	figure(s, 1, by[1]);
	difference(s, by[0], by[1]);
	html_lit(&s->v->out, "</tr>\n");
}

static bool mirrored(const struct sides *s, struct str type)
{
	for (size_t i = 0; i < sizeof(mirrors) / sizeof(*mirrors); i++)
		if (str_is(type, mirrors[i].given) || str_is(type, mirrors[i].received))
			return s->party_count == 2;
	return false;
}

/* Whether an earlier row has this type (when asked) and currency. */
static bool seen_before(const struct sides *s, size_t i, bool by_type)
{
	for (size_t k = 0; k < i; k++)
		if (str_eq(s->all[k].currency, s->all[i].currency) &&
		    (!by_type || str_eq(s->all[k].type, s->all[i].type)))
			return true;
	return false;
}

static void mirror_lines(struct sides *s)
{
	for (size_t m = 0; m < sizeof(mirrors) / sizeof(*mirrors); m++)
		for (size_t g = 0; g < 2; g++)
			for (size_t i = 0; i < s->n; i++)
				if (!seen_before(s, i, false))
					mirror_line(s, &mirrors[m], g, s->all[i].currency);
}

static void other_lines(struct sides *s)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct total_row *t = &s->all[i];

		if (mirrored(s, t->type) || seen_before(s, i, true))
			continue;
		line_head(s, code_name("TransactionType", t->type, s->v->lang), t->currency);
		for (size_t p = 0; p < s->party_count; p++)
			figure(s, p,
			       total_of(s, s->parties[p], arena_z(s->v->a, t->type),
					t->currency));
		html_lit(&s->v->out, "<td></td></tr>\n");
	}
}

static void sides_head(struct sides *s)
{
	struct visit *v = s->v;

	table_begin(v, T(v->lang, "What each side has booked"), "cards tight");
	html_lit(&v->out, "<thead><tr><th scope=col>");
	page_say(v, "Flow");
	html_lit(&v->out, "</th>");
	for (size_t i = 0; i < s->party_count; i++) {
		html_lit(&v->out, "<th scope=col class=n>");
		page_fill(v, "%1 says", party_name(v, s->parties[i]));
		html_lit(&v->out, "</th>");
	}
	html_lit(&v->out, "<th scope=col class=n>");
	page_say(v, "Difference");
	html_lit(&v->out, "</th></tr></thead><tbody>\n");
}

bool sides_table(struct visit *v, const struct record_row *project,
		 const struct record_asked *asked)
{
	const struct charter *c = node_charter(v->node);
	struct sides s = { .v = v, .project = project };
	struct err err;

	if (!sums_of(v, asked, RECORD_transaction, &s.all, &s.n, &err) || s.n == 0)
		return false;
	for (size_t i = 0; c && i < c->ledger_count && s.party_count < ENTRY_PARTIES_MAX; i++)
		if (str_eq(c->ledgers[i].name, c->ledgers[i].party))
			s.parties[s.party_count++] = c->ledgers[i].party;
	sides_head(&s);
	if (s.party_count == 2)
		mirror_lines(&s);
	other_lines(&s);
	html_lit(&v->out, "</tbody>");
	table_end(v);
	desk_line(v, project);
	return true;
}

void record_sides(struct visit *v, const struct record_row *project,
		  const struct record_asked *asked)
{
	html_lit(&v->out, "<h2 id=figures>");
	page_say(v, "What each side has booked");
	html_lit(&v->out, "</h2>\n");
	if (sides_table(v, project, asked)) {
		html_lit(&v->out, "<p class=soft>");
		page_say(v, "Each figure opens the entries it adds up. Nothing is converted, "
			    "and neither side is preferred.");
	} else {
		html_lit(&v->out, "<p class=soft>");
		page_say(v, "No payment is recorded.");
	}
	html_lit(&v->out, "</p>\n");
	help_gaps(v);
}

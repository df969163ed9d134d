#include "web/desk.h"

struct str desk_amount(struct visit *v, struct dec d, struct str currency)
{
	struct str figure, name = currency;

	if (flow_unit(currency)) {
		figure = decimal_of(v, d, 0);
		name = code_name("Unit", currency, v->lang);
	} else {
		figure = amount_of(v, d, currency);
	}
	return arena_join(v->a, figure, arena_join(v->a, S("\u00a0"), name));
}

void desk_class(struct visit *v, enum gap gap)
{
	static const char *const colours[GAPS] = {
		[GAP_MATCHED] = "b force",   [GAP_TIMING] = "b await",
		[GAP_RATE] = "b differs",    [GAP_AMOUNT] = "b differs",
		[GAP_IN_KIND] = "b differs", [GAP_ONE_SIDE] = "b await",
		[GAP_DISPUTED] = "b late",
	};

	html_lit(&v->out, "<span");
	html_attr(&v->out, "class", str_z(colours[gap]));
	html_lit(&v->out, ">");
	html_text(&v->out, code_name("GapClass", str_z(gap_codes[gap]), v->lang));
	html_lit(&v->out, "</span>");
}

struct str desk_flow(struct visit *v, enum flow_kind kind, struct str giver, struct str taker)
{
	const struct str args[] = { code_name("FlowKind", str_z(flow_kind_codes[kind]),
					      v->lang),
				    party_name(v, giver), party_name(v, taker) };
	struct buf b;

	buf_init(&b, 4096);
	lang_fill(&b, T(v->lang, "%1, %2 → %3"), args, 3);
	return arena_buf(v->a, &b);
}

const struct desk_side *desk_side_of(const struct desk_row *row, struct str party)
{
	return str_eq(row->giver, party) ? &row->given : &row->received;
}

/* The value date is the date whose exchange rate counts (IATI); here the day it was given. */
bool desk_exchange(struct desk_page *p, const struct desk_row *row, struct rate_proof *out)
{
	struct visit *v = p->v;
	struct err err;

	if (!row->given.ref.n || !row->received.ref.n || row->given.goods ||
	    row->received.goods)
		return false;
	if (!p->has_book || p->book.day != row->given.day)
		p->has_book = rates_read(v->view, v->a, p->rates, row->given.day, v->who,
					 &p->book, &err);
	return p->has_book && rates_convert(&p->book, row->given.amount, row->given.currency,
					    row->received.currency, out);
}

bool desk_difference(struct desk_page *p, const struct desk_row *row, struct dec *out,
		     struct str *currency)
{
	struct rate_proof proof;

	if (desk_gap(row, out, currency))
		return true;
	*currency = row->received.currency;
	return row->given.counts && row->received.counts && desk_exchange(p, row, &proof) &&
	       dec_sub(proof.to, row->received.amount, out);
}

void desk_address(struct visit *v, struct str period, struct str project, const char *class)
{
	const struct http_pair pairs[] = { { S("period"), period },
					   { S("project"), project },
					   { S("class"), str_z(class) } };
	struct buf *b = &v->out;
	bool first = true;

	html_lit(b, "/");
	html_text(b, str_z(lang_codes[v->lang]));
	html_lit(b, "/reconciliation-desk");
	for (size_t i = 0; i < 3; i++) {
		if (!pairs[i].value.n)
			continue;
		html_text(b, first ? S("?") : S("&"));
		url_part(b, pairs[i].name);
		html_lit(b, "=");
		url_part(b, pairs[i].value);
		first = false;
	}
}

/* How much agrees: of a project alone, for of all it would have to be counted. */
static void agreement(struct visit *v, struct str project)
{
	uint64_t all, matched;
	struct err err;

	if (!desk_agreement(v->view, project, v->who, &matched, &all, &err))
		return;
	page_fill(v, "%1 of %2 flows agree.", number_of(v, matched), number_of(v, all));
	html_lit(&v->out, " ");
}

void desk_line(struct visit *v, const struct record_row *project)
{
	struct str ref = S("");

	if (project)
		ref = arena_join(v->a, project->party, arena_join(v->a, S("/"), project->id));
	html_lit(&v->out, "<p>");
	if (project)
		agreement(v, ref);
	html_lit(&v->out, "<a href=\"");
	desk_address(v, project ? S("all") : S(""), ref, NULL);
	html_lit(&v->out, "\">");
	page_say(v, "Open the reconciliation desk");
	html_lit(&v->out, "</a></p>\n");
}

static void link_to(struct visit *v, struct str address, struct str words)
{
	html_lit(&v->out, "<p><a");
	html_attr(&v->out, "href", address);
	html_lit(&v->out, ">");
	html_text(&v->out, words);
	html_lit(&v->out, "</a></p>\n");
}

static struct str under(struct visit *v, const char *path)
{
	return arena_join(v->a, S("/"),
			  arena_join(v->a, str_z(lang_codes[v->lang]), str_z(path)));
}

void desk_record_line(struct visit *v, const struct record *r, struct ref ref)
{
	struct str text = arena_join(v->a, ref.party, arena_join(v->a, S("/"), ref.id));
	enum record_id kind = record_id_of(r);
	struct desk_row row;
	struct err err;

	if (kind == RECORD_reconciliation)
		link_to(v,
			arena_join(v->a, under(v, "/reconciliation/"),
				   arena_join(v->a, text, S("/statement"))),
			T(v->lang, "The statement on paper, and what has changed since"));
	else if ((kind == RECORD_transaction || kind == RECORD_consignment) &&
		 desk_pair(v->view, v->a, text, v->who, &row, &err))
		link_to(v, arena_join(v->a, under(v, "/reconciliation-desk/flow?of="), text),
			row.given.ref.n && row.received.ref.n
				? T(v->lang, "Beside what the other side has booked")
				: T(v->lang, "The other side has booked nothing like it"));
}

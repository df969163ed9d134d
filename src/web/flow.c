#include "web/flow.h"
#include "web/list_address.h"

#include <stdlib.h>

enum { CURRENCIES_MAX = 32, SIDES_MAX = 16, SECTORS_SHOWN = 14, LABEL_RUNES = 32 };
enum { WIDE = 1000, LEFT = 190, RIGHT = 560, NODE = 12, BODY = 300, LABEL_HIGH = 20, TOP = 8 };

struct side {
	struct str party;
	size_t place; /* among the charter's sides: its colour */
	struct dec paid;
	uint64_t count;
	int y, high;
};
struct sector {
	struct str code;
	struct dec paid;
	bool rest; /* all that are too small to be drawn by themselves */
	int y, high;
};
struct flow {
	struct visit *v;
	struct totals_asked asked;
	struct totals sums;
	struct str currency;
	struct str currencies[CURRENCIES_MAX];
	size_t currency_count;
	struct side sides[SIDES_MAX];
	size_t side_count;
	struct sector *sectors;
	size_t sector_count;
	struct dec all; /* what is drawn */
};

/* --- which sums --- */

static bool read_sums(struct flow *f, struct err *err)
{
	struct totals_query *q = &f->asked.q;

	q->record = &records[RECORD_transaction];
	q->repeats = REPEATS_OUT;
	f->asked.only[BY_TYPE] = S("3");
	for (enum totals_dim d = 0; d < TOTALS_DIMS; d++) {
		q->by[d] = false;
		q->only[d] = d == BY_TYPE ? &f->asked.only[d] : NULL;
	}
	return totals_by(q, S("transaction-type,party,sector"), err) &&
	       totals_sum(f->v->view, f->v->a, q, TOTALS_ROWS_MAX, &f->sums, err);
}

static void find_currencies(struct flow *f)
{
	struct str asked = str_trim(http_param(f->v->q, "flow"));

	for (size_t i = 0; i < f->sums.n; i++) {
		const struct totals_row *r = &f->sums.rows[i];
		bool known = r->gap != RATE_FOUND;

		for (size_t k = 0; k < f->currency_count && !known; k++)
			known = str_eq(f->currencies[k], r->currency);
		if (!known && f->currency_count < CURRENCIES_MAX)
			f->currencies[f->currency_count++] = r->currency;
	}
	for (size_t k = 0; k < f->currency_count; k++)
		if (k == 0 || str_eq(f->currencies[k], asked))
			f->currency = f->currencies[k];
}

static bool is_of(const struct flow *f, const struct totals_row *r)
{
	return r->gap == RATE_FOUND && str_eq(r->currency, f->currency);
}

/* More than nothing: what was paid back has no width. */
static bool is_drawn(const struct flow *f, const struct totals_row *r)
{
	return is_of(f, r) && r->amount.micro > 0;
}

/* --- nodes --- */

static size_t place_of(struct visit *v, struct str party)
{
	const struct charter *c = node_charter(v->node);
	size_t place = 0;

	for (size_t i = 0; c && i < c->ledger_count; i++) {
		if (!charter_leads(c, i))
			continue;
		if (str_eq(c->ledgers[i].party, party))
			return place;
		place++;
	}
	return place;
}

static struct side *side_of(struct flow *f, struct str party)
{
	for (size_t i = 0; i < f->side_count; i++)
		if (str_eq(f->sides[i].party, party))
			return &f->sides[i];
	if (f->side_count == SIDES_MAX)
		return NULL;
	f->sides[f->side_count] =
		(struct side){ .party = party, .place = place_of(f->v, party) };
	return &f->sides[f->side_count++];
}

static struct sector *sector_of(struct flow *f, struct str code)
{
	for (size_t i = 0; i < f->sector_count; i++)
		if (f->sectors[i].rest || str_eq(f->sectors[i].code, code))
			return &f->sectors[i];
	f->sectors[f->sector_count] = (struct sector){ .code = code };
	return &f->sectors[f->sector_count++];
}

static int largest_first(const void *x, const void *y)
{
	const struct sector *a = x, *b = y;
	int order = dec_cmp(b->paid, a->paid);

	return order ? order : str_cmp(a->code, b->code);
}

/* The largest by themselves, the others together. */
static void gather(struct flow *f)
{
	struct visit *v = f->v;

	f->sectors = arena_array(v->a, struct sector, f->sums.n + 1);
	for (size_t i = 0; i < f->sums.n; i++) {
		const struct totals_row *r = &f->sums.rows[i];
		struct side *side = is_of(f, r) ? side_of(f, r->key[BY_PARTY]) : NULL;
		struct sector *sector;

		if (!side || !dec_add(side->paid, r->amount, &side->paid))
			continue;
		side->count += r->count;
		if (!is_drawn(f, r))
			continue;
		sector = sector_of(f, r->key[BY_SECTOR]);
		if (!dec_add(sector->paid, r->amount, &sector->paid) ||
		    !dec_add(f->all, r->amount, &f->all))
			continue;
	}
	if (f->sector_count)
		qsort(f->sectors, f->sector_count, sizeof(*f->sectors), largest_first);
	if (f->sector_count <= SECTORS_SHOWN)
		return;
	for (size_t i = SECTORS_SHOWN; i < f->sector_count; i++)
		(void)!dec_add(f->sectors[SECTORS_SHOWN - 1].paid, f->sectors[i].paid,
			       &f->sectors[SECTORS_SHOWN - 1].paid);
	f->sectors[SECTORS_SHOWN - 1].rest = true;
	f->sector_count = SECTORS_SHOWN;
}

/* --- the picture --- */

static int high_of(const struct flow *f, struct dec part)
{
	struct svg_scale s = { 0, f->all.micro, 0, BODY };
	int high = svg_at(&s, part.micro);

	return high > 1 ? high : 1;
}

/* Returns where the picture ends. */
static int lay_out(struct flow *f)
{
	int y = TOP, left = TOP;

	for (size_t i = 0; i < f->sector_count; i++) {
		struct sector *s = &f->sectors[i];

		s->high = high_of(f, s->paid);
		s->y = y;
		y += s->high > LABEL_HIGH ? s->high + LABEL_HIGH / 2 : LABEL_HIGH + 4;
	}
	for (size_t i = 0; i < f->side_count; i++) {
		f->sides[i].high = 0;
		for (size_t k = 0; k < f->sums.n; k++)
			if (is_drawn(f, &f->sums.rows[k]) &&
			    str_eq(f->sums.rows[k].key[BY_PARTY], f->sides[i].party))
				f->sides[i].high += high_of(f, f->sums.rows[k].amount);
		f->sides[i].y = left;
		left += f->sides[i].high + 2 * LABEL_HIGH;
	}
	return y > left ? y : left;
}

static const char *const colours[] = { "flow c0", "flow", "flow c2" };

static void ribbon(struct flow *f, const struct totals_row *r, struct side *from,
		   struct sector *to)
{
	int high = high_of(f, r->amount);
	struct svg_point a = { LEFT + NODE, from->y }, b = { RIGHT, to->y };
	struct visit *v = f->v;

	from->y += high;
	to->y += high;
	html_lit(&v->out, "<a");
	totals_asked_href(v, &f->asked, r);
	html_lit(&v->out, "><title>");
	html_text(&v->out, party_name(v, r->key[BY_PARTY]));
	html_lit(&v->out, " → ");
	html_text(&v->out, totals_asked_words(v, &f->asked.q, BY_SECTOR, r->key[BY_SECTOR]));
	html_lit(&v->out, " · ");
	html_text(&v->out, amount_of(v, r->amount, r->currency));
	html_lit(&v->out, "\u00a0");
	html_text(&v->out, r->currency);
	html_lit(&v->out, "</title>");
	svg_path_begin(v, colours[from->place < 2 ? from->place : 2]);
	svg_path_move(v, a);
	svg_path_flow(v, a, b);
	svg_path_line(v, (struct svg_point){ b.x, b.y + high });
	svg_path_flow(v, (struct svg_point){ b.x, b.y + high },
		      (struct svg_point){ a.x, a.y + high });
	svg_path_end(v, true);
	html_lit(&v->out, "</a>\n");
}

static struct str with_amount(struct flow *f, struct str name, struct dec d)
{
	struct visit *v = f->v;

	name = arena_join(v->a, name, S(" · "));
	return arena_join(v->a, name, amount_of(v, d, f->currency));
}

static struct str short_name(struct flow *f, const struct sector *s)
{
	struct visit *v = f->v;
	struct str name = s->rest ? T(v->lang, "other sectors")
				  : totals_asked_words(v, &f->asked.q, BY_SECTOR, s->code);
	size_t at = 0;

	if (str_runes(name) <= LABEL_RUNES)
		return name;
	for (int i = 0; i < LABEL_RUNES - 1; i++)
		(void)str_rune(name, &at);
	return arena_join(v->a, str_cut(name, at), S("…"));
}

static void draw_nodes(struct flow *f)
{
	struct visit *v = f->v;

	for (size_t i = 0; i < f->side_count; i++) {
		const struct side *s = &f->sides[i];
		struct svg_box box = { LEFT, s->y, NODE, s->high };

		svg_rect(v, "node", box);
		svg_text(v, &(struct svg_words){ { LEFT - 8, s->y + s->high / 2 - 2 },
						 SVG_END,
						 "",
						 party_name(v, s->party),
						 26 });
		svg_text(v, &(struct svg_words){ { LEFT - 8, s->y + s->high / 2 + 16 },
						 SVG_END,
						 "t",
						 amount_of(v, s->paid, f->currency),
						 0 });
	}
	for (size_t i = 0; i < f->sector_count; i++) {
		const struct sector *s = &f->sectors[i];
		struct svg_box box = { RIGHT, s->y, NODE, s->high };

		svg_rect(v, "node", box);
		svg_text(v, &(struct svg_words){ { RIGHT + NODE + 8, s->y + s->high / 2 + 5 },
						 SVG_START,
						 "",
						 with_amount(f, short_name(f, s), s->paid),
						 0 });
	}
}

/* Ribbons leave each side in the order of the sectors, so that they cross least. */
static void draw_ribbons(struct flow *f)
{
	for (size_t s = 0; s < f->sector_count; s++)
		for (size_t i = 0; i < f->sums.n; i++) {
			const struct totals_row *r = &f->sums.rows[i];
			struct side *side =
				is_drawn(f, r) ? side_of(f, r->key[BY_PARTY]) : NULL;

			if (side && sector_of(f, r->key[BY_SECTOR]) == &f->sectors[s])
				ribbon(f, r, side, &f->sectors[s]);
		}
}

static void chart(struct flow *f)
{
	struct visit *v = f->v;
	struct buf title;
	struct svg_plan plan = {
		.id = "flow", .width = WIDE, .height = lay_out(f) + TOP, .linked = true
	};

	buf_init(&title, 1000);
	lang_fill(&title, T(v->lang, "Paid by each side to each sector, in %1"), &f->currency,
		  1);
	plan.title = arena_buf(v->a, &title);
	plan.desc = T(v->lang, "As wide as the amount is large. Each band is a link to the "
			       "payments it adds up; the table below says the same.");
	html_lit(&v->out, "<figure><div class=tab role=region tabindex=0");
	html_attr(&v->out, "aria-label", plan.title);
	html_lit(&v->out, ">\n");
	svg_begin(v, &plan);
	draw_nodes(f);
	draw_ribbons(f);
	svg_end(v);
	html_lit(&v->out, "</div><figcaption class=soft>");
	html_text(&v->out, plan.desc);
	html_lit(&v->out, "</figcaption></figure>\n");
}

/* --- the table --- */

static void amount_cells(struct flow *f, const struct totals_asked *asked,
			 const struct totals_row *r)
{
	struct visit *v = f->v;

	html_lit(&v->out, "<td class=n");
	html_attr(&v->out, "data-l", T(v->lang, "Entries"));
	html_lit(&v->out, ">");
	html_text(&v->out, number_of(v, r->count));
	html_lit(&v->out, "</td><td class=n");
	html_attr(&v->out, "data-l", T(v->lang, "Amount"));
	html_lit(&v->out, "><a");
	totals_asked_href(v, asked, r);
	html_lit(&v->out, ">");
	html_text(&v->out, amount_of(v, r->amount, r->currency));
	html_lit(&v->out, "</a></td></tr>\n");
}

static void sector_line(struct flow *f, const struct totals_row *r)
{
	struct visit *v = f->v;

	html_lit(&v->out, "<tr><th scope=row>");
	html_text(&v->out, party_name(v, r->key[BY_PARTY]));
	html_lit(&v->out, "</th><td");
	html_attr(&v->out, "data-l", T(v->lang, "Sector"));
	html_lit(&v->out, ">");
	html_text(&v->out, totals_asked_words(v, &f->asked.q, BY_SECTOR, r->key[BY_SECTOR]));
	html_lit(&v->out, "</td>");
	amount_cells(f, &f->asked, r);
}

/* A payment may have a part in several sectors: it is not counted for the whole. */
static void side_line(struct flow *f, const struct side *s)
{
	struct totals_row r = { .currency = f->currency, .amount = s->paid };
	struct totals_asked asked = f->asked;
	struct visit *v = f->v;

	asked.q.by[BY_SECTOR] = false;
	r.key[BY_PARTY] = s->party;
	r.key[BY_TYPE] = S("3");
	r.key[BY_CURRENCY] = f->currency;
	html_lit(&v->out, "<tr><th scope=row>");
	html_text(&v->out, party_name(v, s->party));
	html_lit(&v->out, "</th><td><strong>");
	page_say(v, "all sectors");
	html_lit(&v->out, "</strong></td><td></td><td class=n");
	html_attr(&v->out, "data-l", T(v->lang, "Amount"));
	html_lit(&v->out, "><strong><a");
	totals_asked_href(v, &asked, &r);
	html_lit(&v->out, ">");
	html_text(&v->out, amount_of(v, s->paid, f->currency));
	html_lit(&v->out, "</a></strong></td></tr>\n");
}

static void table(struct flow *f)
{
	struct visit *v = f->v;

	table_begin(v, T(v->lang, "Who pays for what"), "cards tight");
	html_lit(&v->out, "<thead><tr><th scope=col>");
	page_say(v, "Side");
	html_lit(&v->out, "</th><th scope=col>");
	page_say(v, "Sector");
	html_lit(&v->out, "</th><th scope=col class=n>");
	page_say(v, "Entries");
	html_lit(&v->out, "</th><th scope=col class=n>");
	html_text(&v->out, f->currency);
	html_lit(&v->out, "</th></tr></thead><tbody>\n");
	for (size_t s = 0; s < f->side_count; s++) {
		for (size_t i = 0; i < f->sums.n; i++)
			if (is_of(f, &f->sums.rows[i]) &&
			    str_eq(f->sums.rows[i].key[BY_PARTY], f->sides[s].party))
				sector_line(f, &f->sums.rows[i]);
		side_line(f, &f->sides[s]);
	}
	html_lit(&v->out, "</tbody>");
	table_end(v);
}

/* --- --- */

static void left_out(struct flow *f)
{
	struct visit *v = f->v;
	bool any = false;

	for (size_t i = 0; i < f->sums.n; i++)
		any = any || f->sums.rows[i].gap != RATE_FOUND;
	if (!any)
		return;
	html_lit(&v->out, "<p class=soft>");
	page_say(v, "What could not be converted is left out here; the sums below list it.");
	html_lit(&v->out, "</p>\n");
}

static void currency_choice(struct flow *f)
{
	struct visit *v = f->v;

	if (f->currency_count < 2)
		return;
	html_lit(&v->out, "<p class=noprint>");
	page_say(v, "Currency");
	for (size_t i = 0; i < f->currency_count; i++) {
		html_lit(&v->out, " · ");
		if (str_eq(f->currencies[i], f->currency)) {
			html_lit(&v->out, "<strong>");
			html_text(&v->out, f->currency);
			html_lit(&v->out, "</strong>");
			continue;
		}
		html_lit(&v->out, "<a");
		list_address_href(v, "flow", f->currencies[i]);
		html_lit(&v->out, ">");
		html_text(&v->out, f->currencies[i]);
		html_lit(&v->out, "</a>");
	}
	html_lit(&v->out, "</p>\n");
}

void flow_part(struct visit *v, const struct totals_asked *asked)
{
	struct flow f = { .v = v, .asked = *asked };
	struct err err;

	if (!read_sums(&f, &err))
		return;
	find_currencies(&f);
	if (!f.currency_count)
		return;
	gather(&f);
	html_lit(&v->out, "<h2 id=flows>");
	page_say(v, "Who pays for what");
	html_lit(&v->out, "</h2>\n<p class=soft>");
	page_say(v, "Payments as each side has booked them, by sector. A project with several "
		    "sectors is split by its percentages, to the minor unit.");
	html_lit(&v->out, "</p>\n");
	currency_choice(&f);
	if (f.all.micro > 0)
		chart(&f);
	table(&f);
	left_out(&f);
}

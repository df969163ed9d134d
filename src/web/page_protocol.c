#include "web/protocol.h"

/* The protocol: where each article stands, then each with its languages facing. */

static const struct stand_word {
	const char *class, *word;
} stand_words[] = {
	[ARTICLE_AGREED] = { "b force", N_("agreed") },
	[ARTICLE_BRACKETS] = { "b differs", N_("in brackets") },
	[ARTICLE_LACKS] = { "b differs", N_("lacks a language") },
	[ARTICLE_OPEN] = { "b await", N_("awaits a word") },
	[ARTICLE_DROPPED] = { "b", N_("given up") },
};

static void stand(struct visit *v, enum article_stand s)
{
	html_lit(&v->out, "<span");
	html_attr(&v->out, "class", str_z(stand_words[s].class));
	html_lit(&v->out, ">");
	html_text(&v->out, lang_text(v->lang, stand_words[s].word));
	html_lit(&v->out, "</span>");
}

static struct str heading_of(struct visit *v, const struct article *x)
{
	return mtext_in(json_obj(x->data, "heading"), v->lang, NULL);
}

static struct str anchor(struct visit *v, const struct article *x)
{
	return arena_join(v->a, S("a-"), x->row.id);
}

/* --- head --- */

static void counts(struct protocol *p)
{
	struct visit *v = p->v;
	bool any = false;

	html_lit(&v->out, "<div class=bar><strong>");
	page_count(v, N_("%1 article"), N_("%1 articles"), p->n);
	html_lit(&v->out, "</strong>");
	for (int s = 0; s <= ARTICLE_DROPPED; s++)
		if (p->count[s] > 0) {
			html_lit(&v->out, " <span>");
			stand(v, (enum article_stand)s);
			html_lit(&v->out, " ");
			html_text(&v->out, number_of(v, p->count[s]));
			html_lit(&v->out, "</span>");
			any = any || (s != ARTICLE_AGREED && s != ARTICLE_DROPPED);
		}
	if (v->person.role >= ROLE_CLERK) {
		html_lit(&v->out, "<a class=\"button main end noprint\" href=\"/");
		html_text(&v->out, str_z(lang_codes[v->lang]));
		html_lit(&v->out, "/article/new?session=");
		html_text(&v->out, row_ref(v, &p->session));
		html_lit(&v->out, "&amp;number=");
		html_num(&v->out, p->n + 1);
		html_lit(&v->out, "\">");
		page_say(v, "Propose an article");
		html_lit(&v->out, "</a>");
	}
	html_lit(&v->out, "</div>\n<p class=soft>");
	if (any)
		page_say(v, "It can be signed once no article is in brackets, lacks a language "
			    "or awaits a word.");
	else if (p->count[ARTICLE_AGREED] > 0)
		page_say(v, "Every article is agreed in all its languages: it can be signed.");
	html_lit(&v->out, "</p>\n");
}

static void empty(struct protocol *p)
{
	struct visit *v = p->v;

	html_lit(&v->out, "<div class=box><p>");
	page_say(v,
		 "The protocol has no article yet. Propose the first: the other side accepts "
		 "it, or proposes its own text beside it.");
	html_lit(&v->out, "</p></div>\n");
}

/* --- where each stands, by side --- */

/* What a side has said last of the article. */
static void side_cell(struct protocol *p, const struct article *x, struct str party)
{
	const struct act_party *last = NULL;
	struct visit *v = p->v;

	for (size_t i = 0; i < x->act_count; i++) {
		const struct act_party *w = act_word(&x->acts[i], party);

		if (act_open(&x->acts[i]) && w && w->time.n > 0 &&
		    (!last || str_cmp(w->time, last->time) > 0))
			last = w;
	}
	html_lit(&v->out, "<td");
	html_attr(&v->out, "data-l", party_name(v, party));
	html_lit(&v->out, ">");
	if (last) {
		html_text(&v->out, last->declined   ? T(v->lang, "declines")
				   : last->accepted ? T(v->lang, "accepts")
						    : T(v->lang, "proposes a text"));
		html_lit(&v->out, "<br><small>");
		page_date(v, str_cut(last->time, 10));
		html_lit(&v->out, "</small>");
	} else if (x->stand == ARTICLE_OPEN) {
		html_lit(&v->out, "<span class=await>");
		page_say(v, "its word is awaited");
		html_lit(&v->out, "</span>");
	} else if (x->in_force) {
		page_say(v, "has agreed");
	}
	html_lit(&v->out, "</td>");
}

static void standing(struct protocol *p)
{
	struct visit *v = p->v;

	table_begin(v, T(v->lang, "Where each article stands"), "cards");
	html_lit(&v->out, "<thead><tr><th scope=col>");
	html_text(&v->out, lang_text(v->lang, records[RECORD_article].title));
	html_lit(&v->out, "</th><th scope=col>");
	page_say(v, "State");
	html_lit(&v->out, "</th>");
	for (size_t i = 0; i < p->party_count; i++) {
		html_lit(&v->out, "<th scope=col>");
		html_text(&v->out, party_name(v, p->parties[i]));
		html_lit(&v->out, "</th>");
	}
	html_lit(&v->out, "</tr></thead><tbody>\n");
	for (size_t i = 0; i < p->n; i++) {
		const struct article *x = &p->articles[i];

		html_lit(&v->out, "<tr><th scope=row><a href=\"#");
		html_text(&v->out, anchor(v, x));
		html_lit(&v->out, "\">");
		html_text(&v->out, x->row.label);
		html_lit(&v->out, "</a></th><td");
		html_attr(&v->out, "data-l", T(v->lang, "State"));
		html_lit(&v->out, ">");
		stand(v, x->stand);
		html_lit(&v->out, "</td>");
		for (size_t k = 0; k < p->party_count; k++)
			side_cell(p, x, p->parties[k]);
		html_lit(&v->out, "</tr>\n");
	}
	html_lit(&v->out, "</tbody>");
	table_end(v);
}

/* --- what each side last proposed --- */

static void beside(struct protocol *p, const struct article *x)
{
	struct beside_text texts[BESIDE_MAX];
	struct visit *v = p->v;
	size_t n = 0;

	if (x->in_force)
		texts[n++] = (struct beside_text){ T(v->lang, "In force"), x->data };
	for (size_t i = 0; i < p->party_count && n < BESIDE_MAX; i++) {
		const struct act_row *last = article_last(x, p->parties[i]);

		if (last)
			texts[n++] = (struct beside_text){ party_name(v, p->parties[i]),
							   act_data(v, last) };
	}
	if (n < 2)
		return;
	html_lit(&v->out, "<details open><summary>");
	page_say(v, "What each side last proposed");
	html_lit(&v->out, "</summary>\n");
	page_beside(v, x->row.record, texts, n, !(x->in_force && n == 2));
	html_lit(&v->out, "</details>\n");
}

/* --- what can be done --- */

static void form_begin(struct protocol *p, const struct article *x)
{
	struct visit *v = p->v;

	html_lit(&v->out, "<form method=post class=\"line noprint\" action=\"/");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_lit(&v->out, "/session/");
	html_text(&v->out, row_ref(v, &p->session));
	html_lit(&v->out, "/protocol\">");
	page_csrf(v);
	page_hidden(v, "article", x->row.id);
}

static void act_field(struct visit *v, const struct act_row *act)
{
	struct buf hex;

	buf_init(&hex, 2 * HASH_SIZE);
	buf_hex(&hex, act->act.b, HASH_SIZE);
	page_hidden(v, "act", buf_str(&hex));
	buf_done(&hex);
}

static void bracket_choice(struct visit *v, struct str text, size_t i)
{
	html_lit(&v->out, "<label>");
	bracket_text(v, text);
	html_lit(&v->out, "<br><select name=b");
	html_num(&v->out, i);
	html_lit(&v->out, ">");
	menu_option(v, S(""), T(v->lang, "leave it open"), true);
	menu_option(v, S("keep"), T(v->lang, "keep the text, take the brackets away"), false);
	menu_option(v, S("strike"), T(v->lang, "strike it out"), false);
	html_lit(&v->out, "</select></label>\n");
}

/* One choice for each bracket of the text, which holds in every language. */
static void settle_form(struct protocol *p, const struct article *x)
{
	struct visit *v = p->v;
	struct str text = mtext_in(json_obj(x->data, "text"), v->lang, NULL);
	struct bracket_piece piece;
	size_t n, i = 0;
	bool same = article_brackets(x->data, &n);

	if (n == 0 || !x->base)
		return;
	html_lit(&v->out, "<details class=noprint><summary>");
	page_say(v, "Settle the brackets");
	html_lit(&v->out, "</summary>\n");
	if (!same) {
		html_lit(&v->out, "<p class=differs>");
		page_say(v, "The languages do not have the same brackets: write the text anew "
			    "first, so that each bracket stands in all of them.");
		html_lit(&v->out, "</p></details>\n");
		return;
	}
	form_begin(p, x);
	act_field(v, x->base);
	while (bracket_next(&text, &piece) && i < BRACKETS_MAX)
		if (piece.open)
			bracket_choice(v, piece.whole, i++);
	html_lit(&v->out, "<button name=do value=settle>");
	page_say(v, "Propose this text");
	html_lit(&v->out, "</button></form></details>\n");
}

static void edit_link(struct visit *v, const struct article *x)
{
	const struct act_row *own = article_last(x, node_party(v->node)), *from = x->shown;
	struct buf hex;

	if (own)
		from = own;
	html_lit(&v->out, "<a class=\"button less end noprint\"");
	if (from) {
		buf_init(&hex, 2 * HASH_SIZE + 16);
		buf_lit(&hex, "/edit?from=");
		buf_hex(&hex, from->act.b, HASH_SIZE);
		page_href(v, x->row.record, (struct ref){ x->row.party, x->row.id },
			  arena_z(v->a, buf_str(&hex)));
		buf_done(&hex);
	} else {
		page_href(v, x->row.record, (struct ref){ x->row.party, x->row.id }, "/edit");
	}
	html_lit(&v->out, ">");
	page_say(v, "Propose another text");
	html_lit(&v->out, "</a>");
}

/* One open proposal: who proposed it when, who has accepted, and this side's word. */
static void proposal(struct protocol *p, const struct article *x, const struct act_row *act)
{
	struct visit *v = p->v;
	const struct act_party *own = act_word(act, node_party(v->node));
	struct err ignored;
	bool may = own && !own->accepted && !own->declined &&
		   visit_may_do(v, S("act.accept"), &ignored);

	html_lit(&v->out, "<li><div class=row><span><a");
	act_href(v, &act->act);
	html_lit(&v->out, ">");
	page_fill(v, "Proposed by %1", party_name(v, act->proposer));
	html_lit(&v->out, "</a> · ");
	page_date(v, str_cut(act->time, 10));
	for (size_t i = 0; i < act->party_count; i++)
		if (act->parties[i].accepted) {
			html_lit(&v->out, " · ");
			page_fill(v, "accepted by %1", party_name(v, act->parties[i].party));
		}
	html_lit(&v->out, "</span>");
	if (may) {
		form_begin(p, x);
		act_field(v, act);
		html_lit(&v->out, "<button class=less name=do value=accept>");
		page_fill(v, "Accept for %1", party_name(v, own->party));
		html_lit(&v->out, "</button>");
		if (str_eq(act->proposer, own->party)) {
			html_lit(&v->out, "<button class=less name=do value=withdraw>");
			page_say(v, "Withdraw");
			html_lit(&v->out, "</button>");
		}
		html_lit(&v->out, "</form>");
	}
	html_lit(&v->out, "</div></li>\n");
}

static void proposals(struct protocol *p, const struct article *x)
{
	struct visit *v = p->v;

	if (!x->shown)
		return;
	html_lit(&v->out, "<ul class=plain>\n");
	for (size_t i = 0; i < x->act_count; i++)
		if (act_open(&x->acts[i]))
			proposal(p, x, &x->acts[i]);
	html_lit(&v->out, "</ul>\n");
}

static void article(struct protocol *p, const struct article *x)
{
	struct visit *v = p->v;
	struct str heading = heading_of(v, x);

	html_lit(&v->out, "<section");
	html_attr(&v->out, "id", anchor(v, x));
	html_lit(&v->out, "><h2>");
	page_fill(v, "Article %1", json_str(x->data, "number"));
	if (heading.n > 0) {
		html_lit(&v->out, ". ");
		html_text(&v->out, heading);
	}
	html_lit(&v->out, "</h2>\n<div class=bar>");
	stand(v, x->stand);
	if (json_str(x->data, "decision").n > 0) {
		html_lit(&v->out, "<span>");
		page_value(v, &fields[article_decision], json_get(x->data, "decision"));
		html_lit(&v->out, "</span>");
	}
	html_lit(&v->out, "<a class=noprint");
	page_href(v, x->row.record, (struct ref){ x->row.party, x->row.id }, "/history");
	html_lit(&v->out, ">");
	page_say(v, "History");
	html_lit(&v->out, "</a>");
	if (v->person.role >= ROLE_CLERK)
		edit_link(v, x);
	html_lit(&v->out, "</div>\n");
	article_texts(v, x->data, &p->languages);
	proposals(p, x);
	beside(p, x);
	if (v->person.role >= ROLE_CLERK)
		settle_form(p, x);
	html_lit(&v->out, "</section>\n");
}

void page_protocol(struct visit *v)
{
	static const enum record_id types[] = { RECORD_article, RECORD_session, RECORD_NONE };
	static const enum field_id terms[] = { article_text, FIELD_NONE };
	struct protocol p;

	if (!protocol_read(v, &p))
		return;
	page_begin(v, T(v->lang, "Protocol"));
	html_lit(&v->out, "<p class=kind>");
	page_say(v, "Protocol, article by article");
	html_lit(&v->out, "</p>\n<h1>");
	page_link(v, &p.session);
	html_lit(&v->out, "</h1>\n");
	counts(&p);
	if (p.n == 0)
		empty(&p);
	else
		standing(&p);
	for (size_t i = 0; i < p.n; i++)
		article(&p, &p.articles[i]);
	help_terms(v, &(struct help_terms){ types, terms });
	page_end(v);
}

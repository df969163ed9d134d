#include "web/protocol.h"

/* Texts of articles: both languages facing, what is not agreed marked. */

/* The party whose code stands before the colon, in either case of letters; empty: none. */
static struct str party_of(struct visit *v, struct str side)
{
	const struct charter *c = node_charter(v->node);

	for (size_t i = 0; c && i < c->ledger_count; i++) {
		struct str code = c->ledgers[i].party;
		size_t k = 0;

		while (k < code.n && k < side.n &&
		       (code.p[k] == side.p[k] || code.p[k] == (side.p[k] | 0x20)))
			k++;
		if (k == code.n && k == side.n)
			return code;
	}
	return S("");
}

static void piece(struct visit *v, const struct bracket_piece *p)
{
	struct str party = p->open ? party_of(v, p->side) : S("");

	if (!p->open) {
		html_text(&v->out, p->whole);
		return;
	}
	html_lit(&v->out, "<mark>");
	if (party.n > 0) {
		html_lit(&v->out, "[<b>");
		html_text(&v->out, party_short(v, party));
		html_lit(&v->out, "</b>");
		html_text(&v->out, str_from(p->whole, 1 + p->side.n));
	} else {
		html_text(&v->out, p->whole);
	}
	html_lit(&v->out, "</mark>");
}

void bracket_text(struct visit *v, struct str text)
{
	struct bracket_piece p;

	while (bracket_next(&text, &p))
		piece(v, &p);
}

static void one_language(struct visit *v, const struct json *data, struct str tag)
{
	const struct json *heading = json_member(json_obj(data, "heading"), tag);
	struct str text = S("");
	const struct json *t = json_member(json_obj(data, "text"), tag);

	if (t && t->type == JSON_STR)
		text = t->str;
	html_lit(&v->out, "<div");
	if (text.n > 0)
		html_attr(&v->out, "lang", tag);
	html_attr(&v->out, "data-lang", tag);
	html_lit(&v->out, ">");
	if (heading && heading->type == JSON_STR) {
		html_lit(&v->out, "<strong>");
		bracket_text(v, heading->str);
		html_lit(&v->out, "</strong>");
	}
	if (text.n > 0) {
		html_lit(&v->out, "<div class=text>");
		bracket_text(v, text);
		html_lit(&v->out, "</div>");
	} else {
		html_lit(&v->out, "<p class=\"differs\">");
		page_fill(v, "Not written in this language yet: %1.", language_name(v, tag));
		html_lit(&v->out, "</p>");
	}
	html_lit(&v->out, "</div>\n");
}

void protocol_languages(const struct protocol *p, struct tags *out)
{
	const struct charter *c = node_charter(p->v->node);
	struct tags said = { 0 };

	*out = (struct tags){ 0 };
	for (size_t i = 0; i < p->n; i++)
		tags_of(&said, &records[RECORD_article], p->articles[i].data);
	for (size_t i = 0; c && i < c->language_count; i++)
		for (size_t k = 0; k < said.n; k++)
			if (str_eq(said.list[k], c->languages[i]))
				tag_add(out, c->languages[i]);
	for (size_t k = 0; k < said.n; k++)
		tag_add(out, said.list[k]);
	for (size_t i = 0; c && i < c->language_count && out->n < 2; i++)
		tag_add(out, c->languages[i]);
}

void article_texts(struct visit *v, const struct json *data, const struct tags *languages)
{
	html_lit(&v->out, "<div class=two>\n");
	for (size_t i = 0; i < languages->n; i++)
		one_language(v, data, languages->list[i]);
	html_lit(&v->out, "</div>\n");
}

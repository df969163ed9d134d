#include "exchange/paper.h"
#include "wire/html.h"

enum { HTML_MAX = 64 << 20 };

static const char style[] =
	"body{font:16px/1.45 'DejaVu Sans',system-ui,sans-serif;max-width:70rem;margin:1rem "
	"auto;"
	"padding:0 1rem}.two{display:grid;grid-template-columns:1fr 1fr;gap:0 2rem}"
	"table{border-collapse:collapse;width:100%;margin:.5rem 0 1rem}"
	"td,th{border:1px solid #777;padding:.3rem .5rem;text-align:left;vertical-align:top}"
	"th{background:#eee}thead{display:table-header-group}td.n{text-align:right}"
	".alert{color:#a00000;font-weight:bold}small,footer{color:#444;font-size:.85rem}"
	".second{margin-top:.35rem;color:#333}dt{font-weight:bold}dd{margin:0 0 .4rem}"
	"h1,h2,p{margin:.5rem 0;white-space:pre-line}td,dd{white-space:pre-line}"
	".sign{padding-top:4rem;border-bottom:1px solid #777}";

struct page {
	const struct paper *p;
	struct buf out;
};

static void open_tag(struct page *h, const char *tag, size_t lang)
{
	html_lit(&h->out, "<");
	buf_z(&h->out, tag);
	html_attr(&h->out, "lang", str_z(lang_codes[h->p->langs[lang]]));
	html_lit(&h->out, ">");
}

static void close_tag(struct page *h, const char *tag)
{
	html_lit(&h->out, "</");
	buf_z(&h->out, tag);
	html_lit(&h->out, ">");
}

/* The same element in each language, facing. */
static void facing(struct page *h, const char *tag, const struct paper_text *t)
{
	if (h->p->lang_count > 1)
		html_lit(&h->out, "<div class=two>");
	for (size_t i = 0; i < h->p->lang_count; i++) {
		open_tag(h, tag, i);
		html_text(&h->out, paper_in(t, i));
		close_tag(h, tag);
	}
	if (h->p->lang_count > 1)
		html_lit(&h->out, "</div>");
	html_lit(&h->out, "\n");
}

static void fields_list(struct page *h, const struct paper_block *b)
{
	html_lit(&h->out, "<div class=two>");
	for (size_t i = 0; i < h->p->lang_count; i++) {
		open_tag(h, "dl", i);
		for (const struct paper_row *r = b->rows; r; r = r->next) {
			html_lit(&h->out, "<dt>");
			html_text(&h->out, paper_in(&r->cells[0].text, i));
			html_lit(&h->out, "</dt><dd>");
			html_text(&h->out, paper_in(&r->cells[1].text, i));
			html_lit(&h->out, "</dd>");
		}
		close_tag(h, "dl");
	}
	html_lit(&h->out, "</div>\n");
}

/* Both languages, one under the other. */
static void cell(struct page *h, const struct paper_cell *c, bool head)
{
	if (head)
		html_lit(&h->out, "<th scope=col>");
	else if (c->alert)
		html_lit(&h->out, "<td class=alert>");
	else if (c->kind == CELL_NUMBER || c->kind == CELL_MONEY)
		html_lit(&h->out, "<td class=n>");
	else
		html_lit(&h->out, "<td>");
	open_tag(h, "div", 0);
	if (c->href.n > 0) {
		html_lit(&h->out, "<a");
		html_attr(&h->out, "href", c->href);
		html_lit(&h->out, ">");
	}
	html_text(&h->out, c->text.in[0]);
	if (c->href.n > 0)
		html_lit(&h->out, "</a>");
	html_lit(&h->out, "</div>");
	if (c->text.in[1].n > 0) {
		html_lit(&h->out, "<div class=second");
		html_attr(&h->out, "lang", str_z(lang_codes[h->p->langs[1]]));
		html_lit(&h->out, ">");
		html_text(&h->out, c->text.in[1]);
		html_lit(&h->out, "</div>");
	}
	if (head)
		html_lit(&h->out, "</th>");
	else
		html_lit(&h->out, "</td>");
}

static void table(struct page *h, const struct paper_block *b)
{
	html_lit(&h->out, "<table><thead>");
	for (const struct paper_row *r = b->rows; r; r = r->next) {
		html_lit(&h->out, "<tr>");
		for (size_t i = 0; i < b->columns; i++)
			cell(h, &r->cells[i], r == b->rows);
		html_lit(&h->out, "</tr>\n");
		if (r == b->rows)
			html_lit(&h->out, "</thead><tbody>");
	}
	html_lit(&h->out, "</tbody></table>\n");
}

static void block(struct page *h, const struct paper_block *b)
{
	switch (b->kind) {
	case PAPER_TITLE: facing(h, "h1", &b->text); break;
	case PAPER_HEADING: facing(h, "h2", &b->text); break;
	case PAPER_PARAGRAPH: facing(h, "p", &b->text); break;
	case PAPER_SMALL: facing(h, "small", &b->text); break;
	case PAPER_FIELDS: fields_list(h, b); break;
	case PAPER_TABLE: table(h, b); break;
	case PAPER_SIGNATURES:
		html_lit(&h->out, "<div class=two>");
		for (const struct paper_row *r = b->rows; r; r = r->next) {
			html_lit(&h->out, "<div><p class=sign></p>");
			facing(h, "p", &r->cells[0].text);
			html_lit(&h->out, "</div>");
		}
		html_lit(&h->out, "</div>\n");
		break;
	}
}

bool paper_html(const struct paper *p, const struct byte_sink *to, struct err *err)
{
	struct page h = { .p = p };
	bool ok;

	buf_init(&h.out, HTML_MAX);
	html_lit(&h.out, "<!DOCTYPE html>\n<html");
	html_attr(&h.out, "lang", str_z(lang_codes[p->langs[0]]));
	html_lit(&h.out, ">\n<head><meta charset=utf-8><meta name=viewport "
			 "content=\"width=device-width\">\n<title>");
	html_text(&h.out, p->title.in[0]);
	html_lit(&h.out, "</title>\n<style>");
	buf_z(&h.out, style);
	html_lit(&h.out, "</style></head>\n<body><main>\n");
	for (const struct paper_block *b = p->blocks; b; b = b->next)
		block(&h, b);
	html_lit(&h.out, "</main>\n<footer>");
	facing(&h, "p", &p->footer);
	html_lit(&h.out, "</footer></body></html>\n");
	ok = !h.out.full
		     ? to->write(to->ctx, buf_str(&h.out), err)
		     : err_set(err, ERR_INPUT, NULL, N_("The paper is too long for one file."));
	buf_done(&h.out);
	return ok;
}

#include "web/list_address.h"
#include "web/pages.h"

static void one_found(struct visit *v, const struct record_row *row)
{
	html_lit(&v->out, "<li><div class=row><span>");
	page_link(v, row);
	html_lit(&v->out, "<br><small>");
	html_text(&v->out, lang_text(v->lang, row->record->title));
	if (!str_is(row->party, JOINT_PARTY)) {
		html_lit(&v->out, " · ");
		html_text(&v->out, party_name(v, row->party));
	}
	html_lit(&v->out, "</small></span><span>");
	page_badges(v, row);
	html_lit(&v->out, "</span></div></li>\n");
}

static void search_form(struct visit *v, struct str words)
{
	html_lit(&v->out, "<form class=line role=search");
	html_attr(&v->out, "aria-label", T(v->lang, "Words in any language of the register"));
	html_lit(&v->out, "><div><label for=words>");
	page_say(v, "Words in any language of the register");
	html_lit(&v->out, "</label><input type=search id=words name=q size=30");
	html_attr(&v->out, "value", words);
	html_lit(&v->out, "></div><button class=main>");
	page_say(v, "Search");
	html_lit(&v->out, "</button></form>\n");
}

void page_search(struct visit *v)
{
	struct search_query q = { .words = str_cut(list_address_value(v, "q"), 500),
				  .who = v->who,
				  .lang = v->lang,
				  .limit = LIST_ROWS };
	struct list_result found = { 0 };
	uint64_t page = 1;
	struct err err;

	if (str_u64(list_address_value(v, "page"), LIST_PAGES_MAX, &page) && page > 1)
		q.offset = (page - 1) * LIST_ROWS;
	if (q.words.n > 0 && !view_search(v->view, v->a, &q, &found, &err)) {
		page_error(v, &err);
		return;
	}
	page_begin(v, q.words.n ? q.words : T(v->lang, "Search"));
	html_lit(&v->out, "<h1>");
	page_say(v, "Search");
	html_lit(&v->out, "</h1>\n");
	search_form(v, q.words);
	if (q.words.n > 0) {
		html_lit(&v->out, "<p class=bar><strong>");
		page_count(v, N_("%1 record"), N_("%1 records"), found.total);
		html_lit(&v->out, "</strong></p>\n");
	}
	html_lit(&v->out, "<ul class=plain>\n");
	for (size_t i = 0; i < found.n; i++)
		one_found(v, &found.rows[i]);
	html_lit(&v->out, "</ul>\n");
	if (q.words.n > 0 && found.total == 0) {
		html_lit(&v->out, "<div class=box><p>");
		page_say(v, "No record has all of these words. Accents and endings do not "
			    "matter; try fewer words.");
		html_lit(&v->out, "</p></div>\n");
	}
	page_pager(v, LIST_ROWS, q.offset, &found);
	page_end(v);
}

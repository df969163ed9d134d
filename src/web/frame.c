#include "web/pages.h"
#include "web/server.h"

#include <stdlib.h>

/*
 * The menu: groups, and in each its pages, lists by their slug and pages of their own.  A group
 * leads to the first of its pages; these stand under the menu on every
 * page of the group.
 */
enum { GROUP_PAGES = 8, PAGE_USUAL = 24 << 10 };
static const struct menu_group {
	const char *label, *pages[GROUP_PAGES];
} menu[] = {
	{ N_("Overview"), { "" } },
	{ N_("Commission"),
	  { "decisions", "sessions", "agreements", "procedures", "bodies", "awaiting" } },
	{ N_("Projects"), { "projects", "map", "calendar", "results", "obstacles" } },
	{ N_("Money"), { "money", "reconciliation-desk", "transactions", "rates" } },
	{ N_("Partners"), { "partners", "calls", "letters", "contacts" } },
	{ N_("Open data"), { "data", "verify" } },
};

/* Pages that are no list of a record type. */
static const struct menu_page {
	const char *name, *label;
} menu_pages[] = {
	{ "calendar", N_("Calendar") }, { "money", N_("Money") },
	{ "results", N_("Results") },   { "data", N_("Open data") },
	{ "verify", N_("Verify") },     { "awaiting", N_("Awaiting an answer") },
	{ "partners", N_("Partners") }, { "reconciliation-desk", N_("Reconciliation desk") },
	{ "map", N_("Map") },
};

/* --- headers --- */

void frame_headers(struct visit *v)
{
	struct http_answer *r = v->r;

	http_set(v->a, r, "Content-Security-Policy",
		 S("default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
		   "frame-ancestors 'none'; base-uri 'none'"));
	http_set(v->a, r, "X-Content-Type-Options", S("nosniff"));
	/* Not no-referrer: browsers would then send `Origin: null` with our own forms. */
	http_set(v->a, r, "Referrer-Policy", S("same-origin"));
	http_set(v->a, r, "Cross-Origin-Opener-Policy", S("same-origin"));
	if (is_secure(v))
		http_set(v->a, r, "Strict-Transport-Security", S("max-age=31536000"));
}

void cache_for_ever(struct visit *v)
{
	http_set(v->a, v->r, "Cache-Control", S("public, max-age=31536000, immutable"));
}

/* --- head --- */

struct str register_title(const struct visit *v)
{
	const struct charter *c = node_charter(v->node);
	struct str title = c && c->title ? mtext_in(c->title, v->lang, NULL) : S("");

	return title.n > 0 ? title : S("Benkan");
}

static void asset_attr(struct visit *v, const char *name)
{
	struct buf b;

	buf_init(&b, 200);
	asset_href(v->web, &b, name);
	html_attr(&v->out, "href", buf_str(&b));
	buf_done(&b);
}

/* The address of this page in another language; of the first page when it has none. */
static struct str in_language(const struct visit *v, enum lang lang)
{
	struct str rest = S("/"), there;
	enum lang own;
	struct buf b;

	if (path_lang(v->q->path, &own) && str_is(v->q->method, "GET"))
		rest = str_from(v->q->target, 3);
	buf_init(&b, HTTP_TARGET_MAX + 8);
	buf_ch(&b, '/');
	buf_z(&b, lang_codes[lang]);
	buf_add(&b, rest);
	there = arena_buf(v->a, &b);
	return there;
}

static void head(struct visit *v, struct str title)
{
	struct buf *b = &v->out;

	html_lit(b, "<!doctype html>\n<html");
	html_attr(b, "lang", str_z(lang_codes[v->lang]));
	html_lit(b,
		 "><head><meta charset=utf-8>"
		 "<meta name=viewport content=\"width=device-width, initial-scale=1\"><title>");
	html_text(b, title);
	html_lit(b, " · ");
	html_text(b, register_title(v));
	html_lit(b, "</title><meta name=description");
	html_attr(b, "content",
		  T(v->lang, "What was agreed, who does what by when, what was paid, and what "
			     "came of it."));
	html_lit(b, "><link rel=stylesheet");
	asset_attr(v, "benkan.css");
	html_lit(b, "><link rel=icon type=image/svg+xml");
	asset_attr(v, "favicon.svg");
	html_lit(b, "><link rel=alternate type=application/atom+xml");
	html_attr(b, "title", T(v->lang, "What changed lately (Atom)"));
	html_lit(b, " href=\"/data/feed.atom?lang=");
	html_text(b, str_z(lang_codes[v->lang]));
	html_lit(b, "\">");
	for (int i = 0; v->r->status == 200 && i < LANG_COUNT; i++) {
		html_lit(b, "<link rel=alternate");
		html_attr(b, "hreflang", str_z(lang_codes[i]));
		html_attr(b, "href", in_language(v, (enum lang)i));
		html_lit(b, ">");
	}
	html_lit(b, "</head>\n");
}

/* --- what stands above the page --- */

static void own_href(struct visit *v, const char *name)
{
	html_lit(&v->out, " href=\"/");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_lit(&v->out, "/");
	html_text(&v->out, str_z(name));
	html_lit(&v->out, "\"");
}

static void languages(struct visit *v)
{
	html_lit(&v->out, "<ul class=languages");
	html_attr(&v->out, "aria-label", T(v->lang, "Languages"));
	html_lit(&v->out, ">");
	for (int i = 0; i < LANG_COUNT; i++) {
		struct str code = str_z(lang_codes[i]);

		html_lit(&v->out, "<li><a");
		html_attr(&v->out, "href", in_language(v, (enum lang)i));
		html_attr(&v->out, "lang", code);
		html_attr(&v->out, "hreflang", code);
		if ((enum lang)i == v->lang)
			html_lit(&v->out, " aria-current=true");
		html_lit(&v->out, ">");
		html_text(&v->out, str_z(lang_names[i]));
		html_lit(&v->out, "</a></li>");
	}
	html_lit(&v->out, "</ul>\n");
}

static void person(struct visit *v)
{
	if (v->person.role == ROLE_NONE) {
		html_lit(&v->out, "<a class=sign-in");
		own_href(v, "sign-in");
		html_lit(&v->out, ">");
		page_say(v, "Sign in");
		html_lit(&v->out, "</a>\n");
		return;
	}
	if (v->person.role >= ROLE_SECRETARY) {
		html_lit(&v->out, "<a class=sign-in");
		own_href(v, "pouch");
		html_lit(&v->out, ">");
		page_say(v, "Pouches");
		html_lit(&v->out, "</a>\n");
	}
	html_lit(&v->out, "<form method=post class=sign-out");
	html_lit(&v->out, " action=\"/");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_lit(&v->out, "/sign-out\"><input type=hidden name=csrf");
	html_attr(&v->out, "value", v->person.csrf);
	html_lit(&v->out, ">");
	html_text(&v->out, v->person.account);
	html_lit(&v->out, " <button>");
	page_say(v, "Sign out");
	html_lit(&v->out, "</button></form>\n");
}

static void search_box(struct visit *v)
{
	html_lit(&v->out, "<form role=search class=search action=\"/");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_lit(&v->out, "/search\"><input type=search name=q required");
	html_attr(&v->out, "aria-label", T(v->lang, "Search the register"));
	html_attr(&v->out, "placeholder", T(v->lang, "Search"));
	html_lit(&v->out, "></form>\n");
}

/* The page that the visit is at or below: "projects" for a project, its list for a form. */
static struct str page_here(const struct visit *v)
{
	struct str here = str_from(v->q->path, 4);
	const struct record *r;

	here = str_cut(here, str_index(here, '/'));
	r = record_named(here);
	return r && !r->part ? str_z(record_slug(r)) : here;
}

static bool in_group(const struct menu_group *g, struct str here)
{
	for (size_t i = 0; i < GROUP_PAGES && g->pages[i]; i++)
		if (str_is(here, g->pages[i]))
			return true;
	return false;
}

static const char *page_label(const char *name)
{
	const struct record *r;

	for (size_t i = 0; i < sizeof(menu_pages) / sizeof(*menu_pages); i++)
		if (str_is(str_z(name), menu_pages[i].name))
			return menu_pages[i].label;
	r = record_by_slug(str_z(name));
	return r ? r->plural : name;
}

static void menu_link(struct visit *v, const char *name, const char *label, const char *current)
{
	html_lit(&v->out, "<li><a");
	own_href(v, name);
	if (current[0])
		html_attr(&v->out, "aria-current", str_z(current));
	html_lit(&v->out, ">");
	html_text(&v->out, lang_text(v->lang, label));
	html_lit(&v->out, "</a></li>");
}

static void group_pages(struct visit *v, const struct menu_group *g, struct str here)
{
	html_lit(&v->out, "<ul class=sub>");
	for (size_t i = 0; i < GROUP_PAGES && g->pages[i]; i++)
		menu_link(v, g->pages[i], page_label(g->pages[i]),
			  str_is(here, g->pages[i]) ? "page" : "");
	html_lit(&v->out, "</ul>");
}

static void navigation(struct visit *v)
{
	struct str here = page_here(v);
	const struct menu_group *group = NULL;

	html_lit(&v->out, "<nav");
	html_attr(&v->out, "aria-label", T(v->lang, "Menu"));
	html_lit(&v->out, "><ul class=menu>");
	for (size_t i = 0; i < sizeof(menu) / sizeof(menu[0]); i++) {
		bool current = in_group(&menu[i], here);

		menu_link(v, menu[i].pages[0], menu[i].label, current ? "true" : "");
		if (current && menu[i].pages[1])
			group = &menu[i];
	}
	html_lit(&v->out, "</ul>");
	if (group)
		group_pages(v, group, here);
	html_lit(&v->out, "</nav>\n");
}

void page_begin(struct visit *v, struct str title)
{
	buf_reserve(&v->out, PAGE_USUAL);
	head(v, title);
	html_lit(&v->out, "<body><a class=skip href=\"#main\">");
	page_say(v, "Skip to the content");
	html_lit(&v->out, "</a>\n<header><a class=brand");
	own_href(v, "");
	html_lit(&v->out, ">");
	html_text(&v->out, register_title(v));
	html_lit(&v->out, "<small>");
	html_text(&v->out, party_name(v, node_party(v->node)));
	html_lit(&v->out, "</small></a>\n");
	search_box(v);
	languages(v);
	person(v);
	html_lit(&v->out, "</header>\n");
	navigation(v);
	html_lit(&v->out, "<main id=main>\n");
	page_banners(v);
}

/* --- what stands below --- */

static void ledger_facts(struct visit *v)
{
	for (size_t i = 0; i < v->ledger_count; i++) {
		const struct ledger_row *l = &v->ledgers[i];
		struct str args[2] = { l->name };
		struct buf digits, line;

		buf_init(&digits, 24);
		buf_init(&line, 500);
		buf_u64(&digits, l->size);
		args[1] = buf_str(&digits);
		lang_fill(&line,
			  lang_plural(v->lang, N_("Ledger %1: %2 entry"),
				      N_("Ledger %1: %2 entries"), l->size),
			  args, 2);
		html_lit(&v->out, "<li>");
		html_text(&v->out, buf_str(&line));
		if (l->own) {
			html_lit(&v->out, " · <a href=\"/log/checkpoint\">");
			page_say(v, "signed checkpoint");
			html_lit(&v->out, "</a>");
		}
		html_lit(&v->out, "</li>");
		buf_done(&line);
		buf_done(&digits);
	}
}

static void footer(struct visit *v)
{
	const struct charter *c = node_charter(v->node);
	struct buf id;

	html_lit(&v->out, "</main>\n<footer><ul class=facts>");
	ledger_facts(v);
	if (c) {
		buf_init(&id, HASH_SIZE * sizeof("ff"));
		buf_hex(&id, c->id.b, HASH_SIZE);
		html_lit(&v->out, "<li>");
		page_say(v, "Register");
		html_lit(&v->out, " <code>");
		html_text(&v->out, buf_str(&id));
		html_lit(&v->out, "</code></li>");
		buf_done(&id);
	}
	html_lit(&v->out, "<li><a");
	own_href(v, "verify");
	html_lit(&v->out, ">");
	page_say(v, "Check it yourself");
	html_lit(&v->out, "</a></li></ul></footer>\n</body></html>\n");
}

void answer_out(struct visit *v, const char *type)
{
	struct err err;

	if (v->out.full) {
		err_set(&err, ERR_BROKEN, NULL,
			N_("This page would be too large. Narrow it with a filter, or take the "
			   "data from the API."));
		page_error(v, &err);
		return;
	}
	if (v->r->release) /* of an answer that this one takes the place of */
		v->r->release(v->r->hold);
	v->r->type = type;
	v->r->body = buf_str(&v->out);
	v->r->hold = v->out.p; /* the answer ends it */
	v->r->release = free;
	buf_init(&v->out, 0);
}

void page_end(struct visit *v)
{
	footer(v);
	answer_out(v, "text/html; charset=utf-8");
}

void page_record_href(struct visit *v, const struct record *r, struct ref ref)
{
	html_lit(&v->out, "/");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_lit(&v->out, "/");
	url_part(&v->out, str_z(r->name));
	html_lit(&v->out, "/");
	url_part(&v->out, ref.party);
	html_lit(&v->out, "/");
	url_part(&v->out, ref.id);
}

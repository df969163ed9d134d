#include "web/server.h"

#include <stdio.h>

unsigned web_status(enum err_kind k)
{
	switch (k) {
	case ERR_INPUT:
	case ERR_USAGE: return 400;
	case ERR_DENIED: return 403;
	case ERR_MISSING: return 404;
	case ERR_CONFLICT: return 409;
	case ERR_FORK: return 423;
	case ERR_UNREACHABLE: return 503;
	case ERR_NONE:
	case ERR_BROKEN: break;
	}
	return 500;
}

/* What a status means, for a heading. */
static const struct {
	unsigned status;
	const char *title;
} titles[] = {
	{ 400, N_("This cannot be taken as it is") },
	{ 401, N_("Sign in first") },
	{ 403, N_("Not allowed") },
	{ 404, N_("Not found") },
	{ 405, N_("Not possible here") },
	{ 409, N_("Somebody was faster") },
	{ 413, N_("Too large") },
	{ 414, N_("Too long") },
	{ 423, N_("The ledger is closed for writing") },
	{ 429, N_("Too many attempts") },
	{ 503, N_("Not available just now") },
	{ 500, N_("Something is broken") }, /* the last: for every other */
};

static const char *title_of(unsigned status)
{
	size_t i = 0, last = sizeof(titles) / sizeof(titles[0]) - 1;

	while (i < last && titles[i].status != status)
		i++;
	return titles[i].title;
}

static struct str sentence(struct visit *v, enum lang lang, const struct err *err)
{
	struct buf b;

	buf_init(&b, 4096);
	lang_err(&b, lang, err);
	return arena_buf(v->a, &b);
}

/* The operator hears of what is not the visitor's doing. */
static void log_failure(const struct visit *v, unsigned status, const struct err *err)
{
	struct buf b;

	if (status < 500)
		return;
	buf_init(&b, 4096);
	lang_err(&b, LANG_EN, err);
	fprintf(stderr, "benkan: %u %.*s %.*s: %.*s\n", status, STR(v->q->method),
		STR(v->q->path), STR(buf_str(&b)));
	buf_done(&b);
}

/* The API's sentences are in the language asked for, or the one the client prefers. */
static enum lang problem_lang(const struct visit *v)
{
	enum lang lang;

	if (lang_parse(http_param(v->q, "lang"), &lang))
		return lang;
	return lang_accept(http_header(v->q, "Accept-Language"), v->lang);
}

/* RFC 9457, with an array of fields and what is wrong with each. */
void problem(struct visit *v, unsigned status, const struct err *errs, size_t n)
{
	enum lang lang = problem_lang(v);
	struct json_w w;

	buf_clear(&v->out);
	w = json_w(&v->out);
	json_open(&w, '{');
	json_pair(&w, "type", S("about:blank"));
	json_pair(&w, "title", lang_text(lang, title_of(status)));
	json_key(&w, "status");
	json_put_int(&w, status);
	json_pair(&w, "detail", sentence(v, lang, &errs[0]));
	json_pair(&w, "instance", v->q->target);
	json_key(&w, "errors");
	json_open(&w, '[');
	for (size_t i = 0; i < n; i++) {
		json_open(&w, '{');
		json_pair(&w, "field", str_z(errs[i].field));
		json_pair(&w, "message", sentence(v, lang, &errs[i]));
		json_close(&w, '}');
	}
	json_close(&w, ']');
	json_close(&w, '}');
	v->r->status = status;
	http_set(v->a, v->r, "Content-Language", str_z(lang_codes[lang]));
	answer_out(v, "application/problem+json");
}

void page_refuse(struct visit *v, unsigned status, const struct err *err)
{
	log_failure(v, status, err);
	if (is_api(v)) {
		problem(v, status, err, 1);
		return;
	}
	buf_clear(&v->out);
	v->r->status = status;
	page_begin(v, lang_text(v->lang, title_of(status)));
	html_lit(&v->out, "<h1>");
	html_text(&v->out, lang_text(v->lang, title_of(status)));
	html_lit(&v->out, "</h1><p>");
	html_text(&v->out, sentence(v, v->lang, err));
	html_lit(&v->out, "</p><p><a href=\"/");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_lit(&v->out, "/\">");
	page_say(v, "To the first page");
	html_lit(&v->out, "</a></p>\n");
	page_end(v);
}

void page_error(struct visit *v, const struct err *err)
{
	page_refuse(v, web_status(err->kind), err);
}

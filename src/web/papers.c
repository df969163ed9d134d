#include "web/papers.h"
#include "exchange/report.h"
#include "web/server.h"

#include <string.h>

/* Of texts in a paper: some two hundred pages, a few seconds of drawing. */
enum { PAPER_BYTES = 1 << 20 };
enum { TITLE_MAX = 120, HREF_MAX = 2000, DISPOSITION_MAX = 1000 };

/* --- the line on a page --- */

/* The language that stands beside the visit's: the first other one of the charter. */
static bool second_lang(const struct visit *v, enum lang *out)
{
	const struct charter *c = node_charter(v->node);

	for (size_t i = 0; c && i < c->language_count; i++)
		if (lang_parse(c->languages[i], out) && *out != v->lang)
			return true;
	return false;
}

static void put_param(struct buf *b, char *mark, const char *name, struct str value)
{
	if (value.n == 0)
		return;
	buf_ch(b, *mark);
	*mark = '&';
	buf_z(b, name);
	buf_ch(b, '=');
	url_part(b, value);
}

static void form_links(struct visit *v, const char *kind, const struct papers_about *about,
		       struct str with)
{
	for (size_t i = 0; i < paper_format_count; i++) {
		const struct paper_format *f = &paper_formats[i];
		char mark = '?';
		struct buf b;

		buf_init(&b, HREF_MAX);
		buf_ch(&b, '/');
		buf_z(&b, lang_codes[v->lang]);
		buf_lit(&b, "/papers/");
		buf_z(&b, kind);
		buf_ch(&b, '.');
		buf_z(&b, f->name);
		put_param(&b, &mark, "id", about->id);
		put_param(&b, &mark, "period", about->period);
		put_param(&b, &mark, "with", with);
		if (i > 0)
			html_lit(&v->out, " ");
		html_lit(&v->out, "<a");
		html_attr(&v->out, "href", buf_str(&b));
		html_lit(&v->out, ">");
		html_text(&v->out, str_z(f->label));
		html_lit(&v->out, "</a>");
		buf_done(&b);
	}
}

void papers_line(struct visit *v, const char *const *kinds, const struct papers_about *about)
{
	struct str own = language_name(v, str_z(lang_codes[v->lang]));
	enum lang second;
	bool two = second_lang(v, &second);

	html_lit(&v->out, "<details class=noprint><summary>");
	page_say(v, "Print, sign, send");
	html_lit(&v->out, "</summary><dl class=papers>\n");
	for (; *kinds; kinds++) {
		html_lit(&v->out, "<dt>");
		html_text(&v->out, lang_text(v->lang, report_named(str_z(*kinds))->title));
		html_lit(&v->out, "</dt>");
		if (two) {
			struct str code = str_z(lang_codes[second]);

			html_lit(&v->out, "<dd>");
			html_text(&v->out, own);
			html_lit(&v->out, " + ");
			html_text(&v->out, language_name(v, code));
			page_say(v, ": ");
			form_links(v, *kinds, about, code);
			html_lit(&v->out, "</dd>\n");
		}
		html_lit(&v->out, "<dd>");
		html_text(&v->out, own);
		page_say(v, ": ");
		form_links(v, *kinds, about, S(""));
		html_lit(&v->out, "</dd>\n");
	}
	html_lit(&v->out, "</dl></details>\n");
}

void papers_of_record(struct visit *v, const struct record *r, struct ref ref)
{
	static const struct {
		enum record_id record;
		const char *kinds[4];
	} papers[] = {
		{ RECORD_session, { "session", "execution", "protocol" } },
		{ RECORD_project, { "project" } },
		{ RECORD_reconciliation, { "reconciliation" } },
	};
	const struct papers_about about = {
		.id = arena_join(v->a, ref.party, arena_join(v->a, S("/"), ref.id))
	};

	for (size_t i = 0; i < sizeof(papers) / sizeof(*papers); i++)
		if (papers[i].record == record_id_of(r))
			papers_line(v, papers[i].kinds, &about);
}

/* --- a paper --- */

/* "execution.pdf" */
static bool read_name(struct str name, const struct report_kind **kind,
		      const struct paper_format **format)
{
	size_t dot = str_index(name, '.');

	*kind = report_named(str_cut(name, dot));
	*format = paper_format_named(str_from(name, dot < name.n ? dot + 1 : dot));
	return *kind && *format;
}

static bool read_langs(struct visit *v, struct paper *p, struct err *err)
{
	enum lang langs[PAPER_LANGS] = { v->lang };
	struct str with = http_param(v->q, "with");

	if (with.n > 0 && (!lang_parse(with, &langs[1]) || langs[1] == v->lang))
		return err_set(err, ERR_INPUT, "with",
			       N_("“%1” is no language that could stand beside this one; take "
				  "fr, ru or en."),
			       err_arg(with));
	paper_begin(p, v->a, langs, with.n > 0 ? 2 : 1);
	return true;
}

/*
 * A name in ASCII for every client and the title for those that read RFC 8187 (RFC 6266 4.3).
 */
static void name_file(struct visit *v, const struct paper *p, const struct report_kind *kind,
		      const struct paper_format *f)
{
	struct str title = p->title.in[0];
	struct buf name, b;

	buf_init(&name, TITLE_MAX + 4);
	for (size_t at = 0; at < title.n && name.n < TITLE_MAX;) {
		uint32_t c = str_rune(title, &at);

		buf_rune(&name, c > 0x10000 || strchr("/\\:*?\"<>|\n", (int)c) ? ' ' : c);
	}
	buf_init(&b, DISPOSITION_MAX);
	buf_lit(&b, "attachment; filename=\"");
	buf_z(&b, kind->name);
	for (size_t i = 0; i < p->lang_count; i++) {
		buf_ch(&b, '-');
		buf_z(&b, lang_codes[p->langs[i]]);
	}
	buf_ch(&b, '.');
	buf_z(&b, f->name);
	buf_lit(&b, "\"; filename*=UTF-8''");
	url_part(&b, str_trim(buf_str(&name)));
	buf_ch(&b, '.');
	buf_z(&b, f->name);
	http_set(v->a, v->r, "Content-Disposition", buf_str(&b));
	buf_done(&b);
	buf_done(&name);
}

static bool into_page(void *ctx, struct str bytes, struct err *err)
{
	struct buf *out = ctx;

	buf_add(out, bytes);
	return !out->full ||
	       err_set(err, ERR_INPUT, NULL, N_("The paper is too long for one file."));
}

/* Drawing needs the register no more, but a processor: others read meanwhile. */
static bool draw(struct visit *v, const struct paper *p, const struct paper_format *f,
		 struct err *err)
{
	const struct byte_sink to = { into_page, &v->out };

	visit_read_no_more(v);
	return f->write(p, &to, err);
}

static bool make(struct visit *v, const struct report_kind *kind, const struct paper_format *f,
		 struct err *err)
{
	struct paper p;
	struct report r = { .v = v->view,
			    .a = v->a,
			    .charter = node_charter(v->node),
			    .today = v->today,
			    .who = v->who,
			    .p = &p,
			    .id = http_param(v->q, "id"),
			    .period = http_param(v->q, "period") };

	if (!r.charter)
		return err_set(err, ERR_MISSING, NULL,
			       N_("This node has no charter yet: benkan adopt takes it in."));
	if (!read_langs(v, &p, err) || !report_compose(&r, kind, err))
		return false;
	if (p.bytes > PAPER_BYTES)
		return err_set(
			err, ERR_INPUT, NULL,
			N_("This paper has hundreds of pages; it can be made at the node "
			   "itself: benkan report."));
	if (!draw(v, &p, f, err))
		return false;
	name_file(v, &p, kind, f);
	return true;
}

void page_paper(struct visit *v)
{
	const unsigned most = (v->web->workers + 1) / 2;
	const struct paper_format *f;
	const struct report_kind *kind;
	struct err err;
	bool ok;

	if (!read_name(v->parts[1], &kind, &f)) {
		err_set(&err, ERR_MISSING, NULL, N_("There is no page at this address."));
		page_error(v, &err);
		return;
	}
	ok = atomic_fetch_add(&v->web->drawing, 1) < most;
	if (!ok) {
		http_set(v->a, v->r, "Retry-After", S("5"));
		err_set(&err, ERR_UNREACHABLE, NULL,
			N_("Many papers are being made at this moment. Try again in a few "
			   "seconds."));
	}
	ok = ok && make(v, kind, f, &err);
	atomic_fetch_sub(&v->web->drawing, 1);
	if (ok)
		answer_out(v, f->media);
	else
		page_error(v, &err);
}

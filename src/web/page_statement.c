#include "web/list_address.h"
#include "web/papers.h"
#include "web/statement_paper.h"

/* The statement that closes a period: as it was signed, and before, as it would be proposed. */

void page_statement(struct visit *v)
{
	struct paper p = { .v = v };
	struct desk_page desk;
	struct record_row row;
	struct err err;

	if (!desk_read(v, &desk, &err) ||
	    !view_record(v->view, v->a, &records[RECORD_reconciliation],
			 (struct ref){ v->parts[1], v->parts[2] }, v->who, v->lang, &row,
			 &err)) {
		page_error(v, &err);
		return;
	}
	paper_langs(&p);
	p.data = row_data(v, &row);
	if (!statement_compare(v->view, v->a, p.data, AUDIENCE_PUBLIC, &p.now, &err)) {
		page_error(v, &err);
		return;
	}
	statement_sides(&p.now.plan, node_charter(v->node), desk.q.between);
	page_begin(v, row.label);
	html_lit(&v->out, "<div class=bar>");
	page_link_text(v, &row, T(v->lang, "The joint act"));
	page_badges(v, &row);
	html_lit(&v->out, "</div>\n");
	papers_of_record(v, row.record, (struct ref){ row.party, row.id });
	paper_write(&p);
	paper_signatures(&p, &row);
	paper_since(&p);
	page_end(v);
}

/* --- before it is proposed --- */

static struct str title_of(struct paper *p, struct desk_period period)
{
	struct visit *v = p->v;
	enum lang own = v->lang;
	struct json_w w;
	struct buf b;

	buf_init(&b, 4096);
	w = json_w(&b);
	json_open(&w, '{');
	for (int i = 0; i < 2; i++) {
		struct str words;
		struct buf text;

		v->lang = p->langs[i];
		words = period_words(v->a, v->lang, period);
		buf_init(&text, 1024);
		lang_fill(&text, T(v->lang, "Reconciliation: %1"), &words, 1);
		json_pair(&w, lang_codes[p->langs[i]], buf_str(&text));
		buf_done(&text);
	}
	json_close(&w, '}');
	v->lang = own;
	return arena_buf(v->a, &b);
}

/* The remark typed in each language, as MTEXT; empty when nothing was. */
static struct str note_of(struct paper *p)
{
	struct json_w w;
	struct buf b;
	bool any = false;

	buf_init(&b, 64 << 10);
	w = json_w(&b);
	json_open(&w, '{');
	for (int i = 0; i < 2; i++) {
		const char *code = lang_codes[p->langs[i]];
		struct str name = arena_join(p->v->a, S("note."), str_z(code));
		struct str text = str_trim(http_field(p->v->q, arena_z(p->v->a, name)));

		if (!text.n)
			continue;
		any = true;
		json_pair(&w, code, str_cut(text, 4000));
	}
	json_close(&w, '}');
	return any ? arena_buf(p->v->a, &b) : (buf_done(&b), S(""));
}

static bool draft_make(struct paper *p, struct desk_page *desk, struct str *data,
		       struct err *err)
{
	struct visit *v = p->v;
	struct statement_plan plan = { .between = { desk->left, desk->right },
				       .period = desk->q.period,
				       .project = desk->q.project,
				       .rates = desk->rates,
				       .title = title_of(p, desk->q.period),
				       .note = note_of(p),
				       .today = v->today,
				       .who = AUDIENCE_PUBLIC };

	return statement_make(v->view, v->a, &plan, data, err);
}

static void propose_form(struct paper *p)
{
	struct visit *v = p->v;

	html_lit(&v->out, "<form method=post class=noprint>\n");
	page_csrf(v);
	for (int i = 0; i < 2; i++) {
		struct str code = str_z(lang_codes[p->langs[i]]);

		html_lit(&v->out, "<label>");
		page_fill(v, "Remark (%1)", language_name(v, code));
		html_lit(&v->out, "<textarea rows=2 maxlength=4000");
		html_attr(&v->out, "name", arena_join(v->a, S("note."), code));
		html_lit(&v->out, "></textarea></label>\n");
	}
	html_lit(&v->out, "<p class=bar><button class=main>");
	page_say(v, "Propose this statement");
	html_lit(&v->out, "</button></p></form>\n");
}

/* Papers are of all projects, between the first two parties. */
static void draft_papers(struct desk_page *desk)
{
	static const char *const kinds[] = { "reconciliation", NULL };
	const struct papers_about about = { .period = desk->period };

	if (!desk->q.project.n && !list_address_value(desk->v, "between").n)
		papers_line(desk->v, kinds, &about);
}

/* The statement as it would be proposed: for everybody to read, for a clerk to propose. */
void page_statement_draft(struct visit *v)
{
	struct paper p = { .v = v };
	struct desk_page desk;
	struct json *data;
	struct str text;
	struct err err;

	paper_langs(&p);
	if (!desk_read(v, &desk, &err) || !draft_make(&p, &desk, &text, &err) ||
	    !json_object(v->a, text, &data, &err) ||
	    !statement_compare(v->view, v->a, data, AUDIENCE_PUBLIC, &p.now, &err)) {
		page_error(v, &err);
		return;
	}
	p.data = data;
	statement_sides(&p.now.plan, node_charter(v->node), desk.q.between);
	page_begin(v, T(v->lang, "Statement of reconciliation"));
	html_lit(&v->out, "<p class=\"box await noprint\">");
	page_say(v, "A draft of what the desk says today. Nothing is proposed or signed yet.");
	html_lit(&v->out, "</p>\n");
	draft_papers(&desk);
	paper_write(&p);
	if (v->person.role >= ROLE_CLERK)
		propose_form(&p);
	page_end(v);
}

void page_statement_post(struct visit *v)
{
	struct draft draft = { .actor = v->person.actor };
	struct paper p = { .v = v };
	struct act_result done;
	struct desk_page desk;
	struct str data;
	struct err err;
	struct json_w w;
	struct buf b;

	paper_langs(&p);
	if (!desk_read(v, &desk, &err) || !draft_make(&p, &desk, &data, &err)) {
		page_error(v, &err);
		return;
	}
	buf_init(&b, 512 << 10);
	w = json_w(&b);
	json_open(&w, '{');
	json_pair(&w, "type", S("record.put"));
	json_pair(&w, "kind", S("reconciliation"));
	json_pair(&w, "visibility", S("public"));
	json_key(&w, "data");
	json_put_raw(&w, data);
	json_close(&w, '}');
	draft.json = arena_buf(v->a, &b);
	register_do(v->node, v->a, &draft, &done);
	if (!done.done) {
		page_error(v, &done.errors[0]);
		return;
	}
	visit_see_other(v, &records[RECORD_reconciliation],
			(struct ref){ S(JOINT_PARTY), done.id });
}

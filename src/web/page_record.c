#include "web/acts.h"
#include "web/curve.h"
#include "web/desk.h"
#include "web/funnel.h"
#include "web/lineage.h"
#include "web/list_parts.h"
#include "web/papers.h"

struct record_page {
	struct visit *v;
	const struct record *r;
	struct ref ref;
	struct record_row row;
	const struct json *data;
	struct act_row *acts;
	size_t act_count;
	struct record_asked asked;
};

static bool waiting(const struct act_row *act)
{
	return str_is(act->state, "proposed") || str_is(act->state, "accepted");
}

/* Something is in force, whatever else is proposed. */
static bool in_force(const struct record_page *p)
{
	return str_is(p->row.state, "in_force") || str_is(p->row.state, "divergent");
}

/* A joint record may be changed by a proposal of any side; a national one by its own side. */
static bool may_write(const struct record_page *p)
{
	return p->v->person.role >= ROLE_CLERK &&
	       (p->r->joint || str_eq(p->ref.party, node_party(p->v->node)));
}

/* --- head --- */

static void record_head(struct record_page *p)
{
	struct visit *v = p->v;

	html_lit(&v->out, "<p class=kind><a");
	page_list_href(v, p->r);
	html_lit(&v->out, ">");
	html_text(&v->out, lang_text(v->lang, p->r->title));
	html_lit(&v->out, "</a> · ");
	if (p->r->joint)
		page_say(v, "joint act of the parties");
	else
		page_fill(v, "the word of %1", party_name(v, p->ref.party));
	html_lit(&v->out, "</p>\n<h1");
	if (p->row.ended)
		html_lit(&v->out, " class=ended");
	html_lit(&v->out, ">");
	html_text(&v->out, p->row.label);
	html_lit(&v->out, "</h1>\n<div class=bar>");
	page_badges(v, &p->row);
	if (may_write(p)) {
		html_lit(&v->out, "<a class=\"button end\"");
		page_href(v, p->r, p->ref, "/edit");
		html_lit(&v->out, ">");
		html_text(&v->out, p->r->joint ? T(v->lang, "Propose a change")
					       : T(v->lang, "Correct or complete"));
		html_lit(&v->out, "</a>");
	}
	html_lit(&v->out, "</div>\n");
	if (p->row.illustrative) {
		html_lit(&v->out, "<p class=soft>");
		page_say(v, "Parts of this record are made up for demonstration.");
		html_lit(&v->out, "</p>\n");
	}
}

/* --- joint acts: who agreed, who must act --- */

static struct str word_of(struct visit *v, const struct act_row *act, const struct act_party *w)
{
	if (w->declined)
		return T(v->lang, "declined");
	if (w->ready)
		return T(v->lang, "accepted, and received the other side's word");
	if (w->accepted)
		return T(v->lang, "accepted");
	if (w->proposed || str_eq(w->party, act->proposer))
		return T(v->lang, "proposed; its acceptance is awaited");
	return T(v->lang, "its answer is awaited");
}

static void act_words(struct visit *v, const struct act_row *act)
{
	html_lit(&v->out, "<ul class=plain>\n");
	for (size_t i = 0; i < act->party_count; i++) {
		const struct act_party *w = &act->parties[i];

		html_lit(&v->out, "<li><strong>");
		html_text(&v->out, party_name(v, w->party));
		html_lit(&v->out, "</strong>");
		page_say(v, ": ");
		html_text(&v->out, word_of(v, act, w));
		if (w->time.n > 0) {
			html_lit(&v->out, ", ");
			page_instant(v, w->time);
		}
		html_lit(&v->out, "</li>\n");
	}
	html_lit(&v->out, "</ul>\n");
}

/* "Accepted: Mali, 12 October 2025 · Russia, 1 November 2025". */
static void agreed_line(struct visit *v, const struct act_row *act)
{
	html_lit(&v->out, "<p class=soft><a");
	act_href(v, &act->act);
	html_lit(&v->out, ">");
	page_say(v, "Joint act");
	html_lit(&v->out, "</a> · ");
	page_say(v, "Accepted by:");
	for (size_t i = 0; i < act->party_count; i++) {
		html_text(&v->out, i ? S(" · ") : S(" "));
		html_text(&v->out, party_name(v, act->parties[i].party));
		html_lit(&v->out, ", ");
		page_date(v, str_cut(act->parties[i].time, 10));
	}
	html_lit(&v->out, "</p>\n");
}

static void open_proposal(struct record_page *p, const struct act_row *act)
{
	struct visit *v = p->v;
	struct record_row proposed = { .data = act->data };

	html_lit(&v->out, "<section class=\"box await\"><p><strong>");
	if (in_force(p))
		page_fill(v, "%1 proposes a change.", party_name(v, act->proposer));
	else
		page_fill(v, "%1 proposes this; it is not in force.",
			  party_name(v, act->proposer));
	html_lit(&v->out, "</strong> ");
	page_instant(v, act->time);
	html_lit(&v->out, "</p>\n");
	act_words(v, act);
	html_lit(&v->out, "<p><a class=button");
	act_href(v, &act->act);
	html_lit(&v->out, ">");
	page_say(v, "Read it whole and answer");
	html_lit(&v->out, "</a></p>\n");
	if (act->cut) {
		html_lit(&v->out, "<p class=soft>");
		page_say(v,
			 "Its text is too long to be shown here beside the others; it stands "
			 "in the history.");
		html_lit(&v->out, "</p>\n");
	} else if (act->data.n == 0) {
		html_lit(&v->out, "<p>");
		page_say(v, "It would end this record.");
		html_lit(&v->out, "</p>\n");
	} else if (in_force(p)) {
		html_lit(&v->out, "<details open><summary>");
		page_say(v, "What would change");
		html_lit(&v->out, "</summary>\n");
		page_changes(v, p->r, p->data, row_data(v, &proposed));
		html_lit(&v->out, "</details>\n");
	}
	html_lit(&v->out, "</section>\n");
}

static void record_acts(struct record_page *p)
{
	struct visit *v = p->v;

	if (str_is(p->row.state, "divergent"))
		record_heads(v, &p->row);
	for (size_t i = 0; i < p->act_count; i++)
		if (waiting(&p->acts[i]))
			open_proposal(p, &p->acts[i]);
	for (size_t i = 0; i < p->act_count; i++)
		if (str_is(p->acts[i].state, "in_force"))
			agreed_line(v, &p->acts[i]);
}

/* --- foot --- */

/* The size of the ledger, whose newest checkpoint signs every entry of it (LEDGER.md 5.2); or
 * 0. */
static uint64_t signed_at(const struct visit *v, struct str ledger)
{
	for (size_t i = 0; i < v->ledger_count; i++)
		if (str_eq(v->ledgers[i].name, ledger))
			return v->ledgers[i].size;
	return 0;
}

static void provenance(struct record_page *p)
{
	struct visit *v = p->v;
	struct said_entry said;
	struct err err;
	uint64_t size = 0;

	html_lit(&v->out, "<hr><p class=soft>");
	page_entry_link(v, p->row.ledger, p->row.n);
	html_lit(&v->out, " · ");
	page_instant(v, p->row.time);
	if (p->row.actor.n > 0) {
		html_lit(&v->out, " · ");
		html_text(&v->out, p->row.actor);
	}
	if (view_said(v->view, v->a, p->row.ledger, p->row.n, &said, &err)) {
		struct hash leaf = leaf_hash(said.bytes);

		size = signed_at(v, said.ledger);

		html_lit(&v->out, " · ");
		page_say(v, "fingerprint");
		html_lit(&v->out, " ");
		page_hash(v, leaf.b, HASH_SIZE, 12);
	}
	if (size > 0 && size > said.index) {
		html_lit(&v->out, " · ");
		page_fill(v, "signed in the checkpoint of %1 entries", number_of(v, size));
	}
	html_lit(&v->out, " · <a");
	page_href(v, p->r, p->ref, "/history");
	html_lit(&v->out, ">");
	page_count(v, N_("%1 version"), N_("%1 versions"), p->row.versions);
	html_lit(&v->out, "</a></p>\n");
}

static void end_form(struct record_page *p)
{
	struct visit *v = p->v;

	if (p->row.ended || !may_write(p))
		return;
	html_lit(&v->out, "<details class=noprint><summary>");
	page_say(v, "End this record");
	html_lit(&v->out, "</summary><p>");
	if (p->r->joint)
		page_say(v, "This is proposed to every side; it ends once each has accepted.");
	else
		page_say(v, "It stays readable and is struck through; a new version opens it "
			    "again.");
	html_lit(&v->out, "</p><form method=post class=line action=\"");
	page_record_href(v, p->r, p->ref);
	html_lit(&v->out, "/act\">");
	page_csrf(v);
	html_lit(&v->out, "<label>");
	page_say(v, "Reason");
	html_lit(&v->out, "<br><input name=reason required maxlength=1000></label>"
			  "<button name=do value=end>");
	page_say(v, "End");
	html_lit(&v->out, "</button></form></details>\n");
}

/* What only pages of this record type have. */
static void own_parts(struct record_page *p)
{
	struct visit *v = p->v;
	enum record_id id = record_id_of(p->r);

	if (id == RECORD_project) {
		record_sides(v, &p->row, &p->asked);
		curve_part(v, &p->row, &p->asked,
			   json_str(json_get(p->data, "cost"), "currency"));
	}
	if (id == RECORD_session)
		session_part(v, &p->row);
	if (id == RECORD_decision)
		lineage_part(v, &p->row);
	if (id == RECORD_call)
		call_part(v, &p->row);
	if (id == RECORD_organisation)
		partner_part(v, &p->row);
}

void page_record(struct visit *v)
{
	struct record_page p = { .v = v };
	struct err err;

	if (page_record_hidden(v) || !visit_record(v, &p.r, &p.ref, &p.row))
		return;
	p.data = row_data(v, &p.row);
	if (p.r->joint &&
	    !view_acts(v->view, v->a, p.r, p.ref.id, v->who, &p.acts, &p.act_count, &err))
		p.act_count = 0;
	record_ask(v, p.r, p.ref, &p.asked);
	page_begin(v, p.row.label);
	record_head(&p);
	record_acts(&p);
	desk_record_line(v, p.r, p.ref);
	papers_of_record(v, p.r, p.ref);
	page_fields(v, p.r, p.data);
	funnel_part(v, p.r, p.data);
	own_parts(&p);
	record_links_to(v, p.asked.links, p.ref);
	page_sources(v, p.data);
	record_add_menu(v, p.r, p.ref);
	end_form(&p);
	sealed_parts(v, p.row.ledger, p.row.n);
	help_record(v, p.r);
	provenance(&p);
	page_end(v);
}

/* --- ending --- */

void page_act_post(struct visit *v)
{
	const struct record *r;
	struct record_row row;
	struct act_result done;
	struct draft draft = { .actor = v->person.actor };
	struct json_w w;
	struct ref ref;
	struct buf b;

	if (!visit_record(v, &r, &ref, &row))
		return;
	buf_init(&b, 1 << 16);
	w = json_w(&b);
	json_open(&w, '{');
	json_pair(&w, "type", S("record.end"));
	json_pair(&w, "kind", str_z(r->name));
	json_pair(&w, "id", ref.id);
	json_pair(&w, "reason", str_trim(http_field(v->q, "reason")));
	json_close(&w, '}');
	draft.json = arena_buf(v->a, &b);
	register_do(v->node, v->a, &draft, &done);
	if (!done.done) {
		page_error(v, &done.errors[0]);
		return;
	}
	visit_see_other(v, r, ref);
}

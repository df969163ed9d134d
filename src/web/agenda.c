#include "store/desk.h"
#include "web/lineage.h"
#include "web/protocol.h"
#include "web/standing.h"

/*
 * Drafting an agenda: what is overdue, blocked, differs between the sides or was raised to this
 * session is offered, and one click proposes it as an item.  An item is not offered twice.
 */

enum { OFFERED_MAX = 60, EACH_MAX = 15, GAPS_READ = 200 };

enum topic { TOPIC_DECISION, TOPIC_OBSTACLE, TOPIC_BLOCKED, TOPIC_GAP, TOPICS };
static const struct topic_words {
	const char *code, *title, *item, *purpose;
	enum field_id names; /* the field of an item that names the record */
} topics[TOPICS] = {
	{ "decision", N_("Decisions not carried out in time"),
	  N_("Decision not carried out in time: %1"), "review", agenda_item_decision },
	{ "obstacle", N_("Raised to this session"), N_("Raised to the session: %1"), "decision",
	  agenda_item_obstacle },
	{ "blocked", N_("Projects that are blocked"), N_("Blocked project: %1"), "decision",
	  agenda_item_project },
	{ "gap", N_("Figures of the two sides that differ"),
	  N_("Figures that differ between the sides: %1"), "discussion", agenda_item_project },
};

struct offer {
	enum topic topic;
	struct record_row row;
	struct str ref;
};
struct agenda {
	struct visit *v;
	const struct record_row *session;
	const struct json *data; /* what an item is added to */
	struct offer offers[OFFERED_MAX];
	size_t n;
};

/* The text that an item is added to: this side's own open proposal, else as it stands. */
static const struct json *agenda_base(struct visit *v, const struct record_row *session)
{
	struct act_row *acts;
	struct err err;
	size_t n;

	if (view_acts(v->view, v->a, session->record, session->id, v->who, &acts, &n, &err))
		for (size_t i = 0; i < n; i++)
			if (act_open(&acts[i]) && acts[i].data.n > 0 &&
			    str_eq(acts[i].proposer, node_party(v->node)))
				return act_data(v, &acts[i]);
	return row_data(v, session);
}

/* --- what is offered --- */

static bool on_agenda(const struct agenda *g, enum topic topic, struct str ref)
{
	const struct json *items = json_arr(g->data, "agenda");

	for (const struct json *i = items ? items->child : NULL; i; i = i->next)
		if (str_eq(json_str(i, fields[topics[topic].names].name), ref) &&
		    (topic != TOPIC_GAP || str_is(json_str(i, "purpose"), "discussion")) &&
		    (topic != TOPIC_BLOCKED || str_is(json_str(i, "purpose"), "decision")))
			return true;
	for (size_t i = 0; i < g->n; i++)
		if (g->offers[i].topic == topic && str_eq(g->offers[i].ref, ref))
			return true;
	return false;
}

static size_t offered(const struct agenda *g, enum topic topic)
{
	size_t n = 0;

	for (size_t i = 0; i < g->n; i++)
		n += g->offers[i].topic == topic;
	return n;
}

static void offer(struct agenda *g, enum topic topic, struct str text)
{
	const struct record *r = &records[fields[topics[topic].names].to];
	struct visit *v = g->v;
	struct record_row row;
	struct ref ref;
	struct err err;

	if (g->n == OFFERED_MAX || offered(g, topic) == EACH_MAX || on_agenda(g, topic, text) ||
	    !ref_parse(text, &ref) ||
	    !view_record(v->view, v->a, r, ref, v->who, v->lang, &row, &err))
		return;
	g->offers[g->n++] = (struct offer){ topic, row, text };
}

static void offer_decisions(struct agenda *g)
{
	struct due_query late = due_late(g->v, 3 * EACH_MAX);
	struct due_row *rows;
	uint64_t all;
	struct err err;
	size_t n;

	late.date = decision_deadline;
	if (view_due(g->v->view, g->v->a, &late, &rows, &n, &all, &err))
		for (size_t i = 0; i < n; i++)
			offer(g, TOPIC_DECISION, row_ref(g->v, &rows[i].of));
}

static void offer_obstacles(struct agenda *g)
{
	struct list_result found;
	struct err err;

	if (!rows_about(g->v, obstacle_escalated_to, row_ref(g->v, g->session), &found, &err))
		return;
	for (size_t i = 0; i < found.n; i++) {
		struct str status = json_str(row_data(g->v, &found.rows[i]), "status");

		if (!str_is(status, "resolved") && !str_is(status, "accepted"))
			offer(g, TOPIC_OBSTACLE, row_ref(g->v, &found.rows[i]));
	}
}

static void offer_blocked(struct agenda *g)
{
	struct blocked *all;
	struct err err;
	size_t n;

	if (projects_blocked(g->v, &all, &n, &err))
		for (size_t i = 0; i < n; i++)
			offer(g, TOPIC_BLOCKED, all[i].ref);
}

static void offer_gaps(struct agenda *g)
{
	static const enum gap open[] = { GAP_DISPUTED, GAP_AMOUNT, GAP_IN_KIND };

	for (size_t k = 0; k < sizeof(open) / sizeof(*open); k++) {
		struct desk_query q = { .period = DESK_EVER,
					.kind = DESK_ALL,
					.gap = (int)open[k],
					.who = g->v->who,
					.limit = GAPS_READ };
		struct desk_row *rows;
		uint64_t all;
		struct err err;
		size_t n;

		if (!desk_rows(g->v->view, g->v->a, &q, &rows, &n, &all, &err))
			continue;
		for (size_t i = 0; i < n; i++)
			offer(g, TOPIC_GAP, rows[i].project);
	}
}

static struct agenda *agenda_read(struct visit *v, const struct record_row *session)
{
	struct agenda *g = arena_new(v->a, struct agenda);

	*g = (struct agenda){ .v = v, .session = session, .data = agenda_base(v, session) };
	offer_obstacles(g);
	offer_decisions(g);
	offer_blocked(g);
	offer_gaps(g);
	return g;
}

/* --- on the session's page --- */

static void offer_item(struct agenda *g, const struct offer *o)
{
	struct visit *v = g->v;

	html_lit(&v->out, "<li><div class=row><span>");
	page_link(v, &o->row);
	html_lit(&v->out, "</span>");
	if (v->person.role >= ROLE_CLERK) {
		html_lit(&v->out, "<button class=\"less noprint\" name=add");
		html_attr(&v->out, "value",
			  arena_join(v->a, str_z(topics[o->topic].code),
				     arena_join(v->a, S(":"), o->ref)));
		html_lit(&v->out, ">");
		page_say(v, "Put on the agenda");
		html_lit(&v->out, "<span class=hide> ");
		html_text(&v->out, o->row.label);
		html_lit(&v->out, "</span></button>");
	}
	html_lit(&v->out, "</div></li>\n");
}

static void offers_of(struct agenda *g, enum topic topic)
{
	struct visit *v = g->v;

	if (offered(g, topic) == 0)
		return;
	html_lit(&v->out, "<h3>");
	html_text(&v->out, lang_text(v->lang, topics[topic].title));
	html_lit(&v->out, "</h3>\n<ul class=plain>\n");
	for (size_t i = 0; i < g->n; i++)
		if (g->offers[i].topic == topic)
			offer_item(g, &g->offers[i]);
	html_lit(&v->out, "</ul>\n");
}

/* A session that is over, or was signed, has its agenda. */
static bool still_open(struct visit *v, const struct record_row *session)
{
	const struct json *data = row_data(v, session);
	struct str status = json_str(data, "status");
	int32_t day;

	return !session->ended && !json_get(data, "signed_on") && !str_is(status, "held") &&
	       !str_is(status, "cancelled") && date_parse(json_str(data, "date"), &day) &&
	       day >= v->today;
}

void agenda_part(struct visit *v, const struct record_row *session)
{
	struct agenda *g;

	if (!still_open(v, session))
		return;
	g = agenda_read(v, session);
	html_lit(&v->out, "<h2 id=drafting>");
	page_say(v, "What the agenda could take up");
	html_lit(&v->out, "</h2>\n<p class=soft>");
	if (g->n == 0)
		page_say(v, "Nothing more is overdue, blocked, disputed or raised to it.");
	else if (v->person.role >= ROLE_CLERK)
		page_say(v,
			 "Each button proposes the agenda with one item more; your side's open "
			 "proposal is completed. It is in force once every side has accepted "
			 "it.");
	else
		page_say(v, "What is overdue, blocked, disputed or raised to it and does not "
			    "stand on the agenda.");
	html_lit(&v->out, "</p>\n");
	if (g->n == 0)
		return;
	html_lit(&v->out, "<form method=post action=\"");
	page_record_href(v, session->record, (struct ref){ session->party, session->id });
	html_lit(&v->out, "/agenda\">");
	page_csrf(v);
	for (int t = 0; t < TOPICS; t++)
		offers_of(g, (enum topic)t);
	html_lit(&v->out, "</form>\n");
}

/* --- one item more --- */

static uint64_t next_number(const struct json *data)
{
	const struct json *items = json_arr(data, "agenda");
	uint64_t most = 0, n;

	for (const struct json *i = items ? items->child : NULL; i; i = i->next)
		if (str_u64(json_str(i, "number"), 9999, &n) && n > most)
			most = n;
	return most + 1;
}

/* The item's title in every language of the charter that the program speaks. */
static void put_title(struct visit *v, struct json_w *w, const struct offer *o)
{
	const struct charter *c = node_charter(v->node);
	const struct json *data = row_data(v, &o->row);
	struct buf text;
	enum lang lang;

	json_key(w, "title");
	json_open(w, '{');
	for (size_t i = 0; c && i < c->language_count; i++) {
		struct str label;

		if (!lang_parse(c->languages[i], &lang))
			continue;
		label = str_cut(record_label(v->a, o->row.record, data, lang), 300);
		while (!str_utf8(label))
			label.n--;
		buf_init(&text, 4096);
		lang_fill(&text, lang_text(lang, topics[o->topic].item), &label, 1);
		json_pair(w, arena_z(v->a, c->languages[i]), buf_str(&text));
		buf_done(&text);
	}
	json_close(w, '}');
}

static void put_item(struct agenda *g, struct json_w *w, const struct offer *o)
{
	json_open(w, '{');
	json_pair(w, "number", str_z(err_num(next_number(g->data))));
	put_title(g->v, w, o);
	json_pair(w, "purpose", str_z(topics[o->topic].purpose));
	json_pair(w, fields[topics[o->topic].names].name, o->ref);
	json_close(w, '}');
}

static struct str draft_with(struct agenda *g, const struct offer *o)
{
	const struct json *items = json_arr(g->data, "agenda");
	struct json_w w;
	struct buf b;

	buf_init(&b, 1 << 20);
	w = json_w(&b);
	json_open(&w, '{');
	json_pair(&w, "type", S("record.put"));
	json_pair(&w, "kind", str_z(g->session->record->name));
	json_pair(&w, "id", g->session->id);
	json_key(&w, "data");
	json_open(&w, '{');
	for (const struct json *m = g->data->child; m; m = m->next) {
		if (str_is(m->name, "agenda"))
			continue;
		json_key_str(&w, m->name);
		json_put(&w, m);
	}
	json_key(&w, "agenda");
	json_open(&w, '[');
	for (const struct json *i = items ? items->child : NULL; i; i = i->next)
		json_put(&w, i);
	put_item(g, &w, o);
	json_close(&w, ']');
	json_close(&w, '}');
	json_close(&w, '}');
	return arena_buf(g->v->a, &b);
}

static const struct offer *offer_called(const struct agenda *g, struct str add)
{
	struct str code = str_cut(add, str_index(add, ':')), ref = str_from(add, code.n + 1);

	for (size_t i = 0; i < g->n; i++)
		if (str_is(code, topics[g->offers[i].topic].code) &&
		    str_eq(ref, g->offers[i].ref))
			return &g->offers[i];
	return NULL;
}

/* POST /{}/session/{}/{}/agenda.  What is on the agenda already (a second click) is done. */
void page_agenda_post(struct visit *v)
{
	struct ref ref = { v->parts[1], v->parts[2] };
	struct draft draft = { .actor = v->person.actor };
	const struct offer *o;
	struct record_row session;
	struct act_result done;
	struct agenda *g;
	struct err err;

	if (!view_record(v->view, v->a, &records[RECORD_session], ref, v->who, v->lang,
			 &session, &err)) {
		page_error(v, &err);
		return;
	}
	g = agenda_read(v, &session);
	o = still_open(v, &session) ? offer_called(g, http_field(v->q, "add")) : NULL;
	if (o) {
		draft.json = draft_with(g, o);
		register_do(v->node, v->a, &draft, &done);
		if (!done.done) {
			page_error(v, &done.errors[0]);
			return;
		}
		proposals_replaced(v, session.record, session.id, &done.act);
	}
	visit_see_other(v, session.record, ref);
}

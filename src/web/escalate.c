#include "web/cockpit.h"

/*
 * Raise a decision to the next session.  What is raised is this side's obstacle on it: its open
 * one in a new version, or a new one where there is none.  It is a national record, so it
 * needs no other side's word; carrying the decision over is the session's own, joint act.
 */

/* This side's obstacle on the decision: one raised to `session` already, else an open one. */
static bool obstacle_find(struct visit *v, struct str decision, struct str session,
			  struct record_row *out, bool *raised)
{
	const struct field *f = &fields[obstacle_decision];
	struct list_query q = { .record = &records[RECORD_obstacle],
				.who = v->who,
				.lang = v->lang,
				.filters = { { f, str_z(f->name), decision },
					     { NULL, S("party"), node_party(v->node) } },
				.filter_count = 2,
				.limit = 100 };
	struct list_result found;
	struct err err;
	bool any = false;

	*raised = false;
	if (!view_list(v->view, v->a, &q, &found, &err))
		return false;
	for (size_t i = 0; i < found.n && !*raised; i++) {
		const struct json *data = row_data(v, &found.rows[i]);
		struct str status = json_str(data, "status");
		bool open = !str_is(status, "resolved") && !str_is(status, "accepted");

		*raised = str_eq(json_str(data, "escalated_to"), session);
		if (*raised || (open && !any))
			*out = found.rows[i];
		any = any || open || *raised;
	}
	return any;
}

/* --- drafts --- */

static void draft_open(struct json_w *w, struct buf *b)
{
	buf_init(b, 1 << 20);
	*w = json_w(b);
	json_open(w, '{');
	json_pair(w, "type", S("record.put"));
	json_pair(w, "kind", S("obstacle"));
}

static void raised_fields(struct json_w *w, struct str session)
{
	json_pair(w, "status", S("escalated"));
	json_pair(w, "escalated_to", session);
}

/* The obstacle as it is, raised. */
static struct str draft_of_known(struct visit *v, const struct record_row *row,
				 struct str session)
{
	const struct json *data = row_data(v, row);
	struct json_w w;
	struct buf b;

	draft_open(&w, &b);
	json_pair(&w, "id", row->id);
	json_key(&w, "prev");
	json_put_int(&w, (int64_t)row->n);
	json_key(&w, "data");
	json_open(&w, '{');
	for (const struct json *m = data->child; m; m = m->next) {
		if (str_is(m->name, "status") || str_is(m->name, "escalated_to"))
			continue;
		json_key_str(&w, m->name);
		json_put(&w, m);
	}
	raised_fields(&w, session);
	json_close(&w, '}');
	json_close(&w, '}');
	return arena_buf(v->a, &b);
}

static void title(struct visit *v, struct json_w *w, struct str number)
{
	const struct model_ctx model = node_model(v->node);

	json_key(w, "title");
	json_open(w, '{');
	for (size_t i = 0; i < model.language_count; i++) {
		enum lang lang;
		struct buf b;

		if (!lang_parse(model.languages[i], &lang))
			continue;
		buf_init(&b, 1024);
		lang_fill(&b, T(lang, "Decision %1 is not carried out"), &number, 1);
		json_key_str(w, model.languages[i]);
		json_put_str(w, buf_str(&b));
		buf_done(&b);
	}
	json_close(w, '}');
}

static struct str draft_of_new(struct visit *v, const struct record_row *decision,
			       struct str session)
{
	const struct json *data = row_data(v, decision);
	char today[DATE_TEXT];
	struct json_w w;
	struct buf b;

	draft_open(&w, &b);
	json_pair(&w, "visibility", str_z(audience_names[decision->visibility]));
	json_key(&w, "data");
	json_open(&w, '{');
	title(v, &w, json_str(data, "number"));
	json_pair(&w, "kind", S("blockage"));
	json_pair(&w, "severity", S("high"));
	json_pair(&w, "decision", row_ref(v, decision));
	if (json_str(data, "project").n > 0)
		json_pair(&w, "project", json_str(data, "project"));
	json_pair(&w, "raised", str_z(date_text(today, v->today)));
	raised_fields(&w, session);
	json_close(&w, '}');
	json_close(&w, '}');
	return arena_buf(v->a, &b);
}

/* POST /{}/decisions/{}/escalate: parts[1] is the decision's id. */
void page_escalate(struct visit *v)
{
	struct ref of = { S(JOINT_PARTY), v->parts[1] };
	struct draft draft = { .actor = v->person.actor };
	struct record_row decision, session, obstacle;
	struct act_result done;
	struct str session_ref;
	struct err err;
	bool raised;

	if (!view_record(v->view, v->a, &records[RECORD_decision], of, v->who, v->lang,
			 &decision, &err)) {
		page_error(v, &err);
		return;
	}
	if (!session_next(v, &session)) {
		err_set(&err, ERR_INPUT, NULL,
			N_("No session is planned to raise it to. Plan one first."));
		page_error(v, &err);
		return;
	}
	session_ref = row_ref(v, &session);
	draft.json = obstacle_find(v, row_ref(v, &decision), session_ref, &obstacle, &raised)
			     ? draft_of_known(v, &obstacle, session_ref)
			     : draft_of_new(v, &decision, session_ref);
	if (raised) {
		visit_see_other(v, obstacle.record,
				(struct ref){ obstacle.party, obstacle.id });
		return;
	}
	register_do(v->node, v->a, &draft, &done);
	if (!done.done) {
		page_error(v, &done.errors[0]);
		return;
	}
	visit_see_other(v, &records[RECORD_obstacle],
			(struct ref){ node_party(v->node), done.id });
}

#include "web/protocol.h"

#include <stdlib.h>

/* --- acts on an article --- */

bool act_open(const struct act_row *act)
{
	return str_is(act->state, "proposed") || str_is(act->state, "accepted");
}

const struct act_party *act_word(const struct act_row *act, struct str party)
{
	for (size_t i = 0; i < act->party_count; i++)
		if (str_eq(act->parties[i].party, party))
			return &act->parties[i];
	return NULL;
}

const struct json *act_data(struct visit *v, const struct act_row *act)
{
	struct record_row row = { .data = act->data };

	return row_data(v, &row);
}

/* Acts come newest first. */
const struct act_row *article_last(const struct article *x, struct str party)
{
	for (size_t i = 0; i < x->act_count; i++)
		if (act_open(&x->acts[i]) && str_eq(x->acts[i].proposer, party))
			return &x->acts[i];
	return NULL;
}

/* --- where an article stands --- */

bool article_brackets(const struct json *data, size_t *n)
{
	const struct json *texts = json_obj(data, "text");
	bool first = true, same = true;

	*n = 0;
	for (const struct json *t = texts ? texts->child : NULL; t; t = t->next) {
		size_t here = t->type == JSON_STR ? bracket_count(t->str) : 0;

		same = same && (first || here == *n);
		*n = here > *n ? here : *n;
		first = false;
	}
	return same;
}

static bool heading_in_brackets(const struct json *data)
{
	const struct json *texts = json_obj(data, "heading");

	for (const struct json *t = texts ? texts->child : NULL; t; t = t->next)
		if (t->type == JSON_STR && bracket_count(t->str) > 0)
			return true;
	return false;
}

static bool lacks_language(const struct article *x, const struct tags *languages)
{
	for (size_t i = 0; i < languages->n; i++)
		if (!json_member(json_obj(x->data, "text"), languages->list[i]))
			return true;
	return false;
}

static enum article_stand stand_of(const struct article *x, const struct tags *languages)
{
	size_t n;

	if (x->shown || str_is(x->row.state, "divergent"))
		return ARTICLE_OPEN;
	if (!x->in_force)
		return ARTICLE_DROPPED;
	if (lacks_language(x, languages))
		return ARTICLE_LACKS;
	return !article_brackets(x->data, &n) || n > 0 || heading_in_brackets(x->data)
		       ? ARTICLE_BRACKETS
		       : ARTICLE_AGREED;
}

static void article_read(struct visit *v, struct article *x)
{
	struct err err;

	x->in_force = str_is(x->row.state, "in_force") || str_is(x->row.state, "divergent");
	if (!view_acts(v->view, v->a, x->row.record, x->row.id, v->who, &x->acts, &x->act_count,
		       &err))
		x->act_count = 0;
	for (size_t i = 0; i < x->act_count && !x->shown; i++)
		if (act_open(&x->acts[i]))
			x->shown = &x->acts[i];
	x->base = x->shown;
	for (size_t i = 0; x->in_force && i < x->act_count; i++)
		if (str_is(x->acts[i].state, "in_force"))
			x->base = &x->acts[i];
	x->data = x->in_force || !x->shown ? row_data(v, &x->row) : act_data(v, x->shown);
}

/* --- in the order of their numbers: 2 before 10, 2.1 behind 2, 3 bis behind 3 --- */

static int by_number(const void *a, const void *b)
{
	int order = str_cmp_numbers(json_str(((const struct article *)a)->data, "number"),
				    json_str(((const struct article *)b)->data, "number"));

	if (order != 0)
		return order;
	return str_cmp(((const struct article *)a)->row.id,
		       ((const struct article *)b)->row.id);
}

/* --- all of a session --- */

bool protocol_of(struct visit *v, const struct record_row *session, struct protocol *out,
		 struct err *err)
{
	const struct charter *c = node_charter(v->node);
	struct list_result found;

	*out = (struct protocol){ .v = v, .session = *session };
	for (size_t i = 0; c && i < c->ledger_count && out->party_count < ENTRY_PARTIES_MAX;
	     i++)
		if (str_eq(c->ledgers[i].name, c->ledgers[i].party))
			out->parties[out->party_count++] = c->ledgers[i].party;
	if (!rows_about(v, article_session, row_ref(v, session), &found, err))
		return false;
	out->articles = arena_array(v->a, struct article, found.n);
	for (size_t i = 0; i < found.n && i < ARTICLES_MAX; i++) {
		struct article *x = &out->articles[out->n++];

		*x = (struct article){ .row = found.rows[i] };
		article_read(v, x);
	}
	if (out->n > 0)
		qsort(out->articles, out->n, sizeof(*out->articles), by_number);
	protocol_languages(out, &out->languages);
	for (size_t i = 0; i < out->n; i++) {
		struct article *x = &out->articles[i];

		x->stand = stand_of(x, &out->languages);
		out->count[x->stand]++;
	}
	return true;
}

bool protocol_read(struct visit *v, struct protocol *out)
{
	struct record_row *session = arena_new(v->a, struct record_row);
	struct err err;

	if (view_record(v->view, v->a, &records[RECORD_session],
			(struct ref){ v->parts[1], v->parts[2] }, v->who, v->lang, session,
			&err) &&
	    protocol_of(v, session, out, &err))
		return true;
	page_error(v, &err);
	return false;
}

void protocol_href(struct visit *v, struct str ref, const char *tail)
{
	html_lit(&v->out, " href=\"/");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_lit(&v->out, "/session/");
	html_text(&v->out, ref);
	html_lit(&v->out, "/protocol");
	html_text(&v->out, str_z(tail));
	html_lit(&v->out, "\"");
}

void protocol_see_other(struct visit *v, struct str session_ref, struct str id)
{
	struct buf b;

	buf_init(&b, HTTP_TARGET_MAX);
	buf_ch(&b, '/');
	buf_z(&b, lang_codes[v->lang]);
	buf_lit(&b, "/session/");
	buf_add(&b, session_ref);
	buf_lit(&b, "/protocol#a-");
	buf_add(&b, id);
	http_redirect(v->a, v->r, 303, arena_buf(v->a, &b));
}

/* --- a side has one proposal at a time --- */

static bool untouched(const struct act_row *act)
{
	for (size_t i = 0; i < act->party_count; i++)
		if (act->parties[i].accepted)
			return false;
	return true;
}

static void withdraw(struct visit *v, const struct record *r, struct str id,
		     const struct hash *act)
{
	struct draft draft = { .actor = v->person.actor };
	struct act_result done;
	struct json_w w;
	struct buf b;

	buf_init(&b, 1 << 12);
	w = json_w(&b);
	json_open(&w, '{');
	json_pair(&w, "type", S("act.decline"));
	json_pair(&w, "kind", str_z(r->name));
	json_pair(&w, "id", id);
	json_key(&w, "act");
	json_put_hex(&w, act->b, HASH_SIZE);
	json_pair(&w, "reason", T(v->lang, "Replaced by a later proposal of the same side."));
	json_close(&w, '}');
	draft.json = arena_buf(v->a, &b);
	register_do(v->node, v->a, &draft, &done);
}

void proposals_replaced(struct visit *v, const struct record *r, struct str id,
			const struct hash *by)
{
	struct act_row *acts;
	struct err err;
	size_t n;

	if (!visit_may_do(v, S("act.decline"), &err) ||
	    !view_acts(v->view, v->a, r, id, v->who, &acts, &n, &err))
		return;
	for (size_t i = 0; i < n; i++)
		if (act_open(&acts[i]) && !hash_eq(&acts[i].act, by) && untouched(&acts[i]) &&
		    str_eq(acts[i].proposer, node_party(v->node)))
			withdraw(v, r, id, &acts[i].act);
}

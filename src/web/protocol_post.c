#include "web/protocol.h"

/* What is done on the page of a protocol: a word on a proposal, brackets settled. */

static const struct article *article_called(const struct protocol *p, struct str id)
{
	for (size_t i = 0; i < p->n; i++)
		if (str_eq(p->articles[i].row.id, id))
			return &p->articles[i];
	return NULL;
}

static const struct act_row *act_called(const struct article *x, struct str hex)
{
	struct hash h;

	if (!hash_hex(hex, &h))
		return NULL;
	for (size_t i = 0; i < x->act_count; i++)
		if (hash_eq(&x->acts[i].act, &h))
			return &x->acts[i];
	return NULL;
}

static bool handed_in(struct visit *v, struct buf *b, struct act_result *done, struct err *err)
{
	struct draft draft = { .json = arena_buf(v->a, b), .actor = v->person.actor };

	register_do(v->node, v->a, &draft, done);
	if (!done->done)
		*err = done->errors[0];
	return done->done;
}

/* --- accepting, and taking back what one has proposed --- */

static bool say_word(struct visit *v, const struct article *x, struct str type, struct err *err)
{
	const struct act_row *act = act_called(x, http_field(v->q, "act"));
	struct act_result done;
	struct json_w w;
	struct buf b;

	if (!act)
		return err_set(err, ERR_CONFLICT, "act",
			       N_("This proposal is not open any more. Look at the article "
				  "again."));
	if (!visit_may_do(v, type, err))
		return false;
	buf_init(&b, 1 << 12);
	w = json_w(&b);
	json_open(&w, '{');
	json_pair(&w, "type", type);
	json_pair(&w, "kind", str_z(x->row.record->name));
	json_pair(&w, "id", x->row.id);
	json_key(&w, "act");
	json_put_hex(&w, act->act.b, HASH_SIZE);
	if (str_is(type, "act.decline"))
		json_pair(&w, "reason", T(v->lang, "Withdrawn by the side that proposed it."));
	json_close(&w, '}');
	return handed_in(v, &b, &done, err);
}

/* --- brackets --- */

static size_t words_read(struct visit *v, enum bracket_word words[BRACKETS_MAX])
{
	size_t said = 0;

	for (size_t i = 0; i < BRACKETS_MAX; i++) {
		struct str name = arena_join(v->a, S("b"), str_z(err_num(i)));
		struct str word = http_field(v->q, arena_z(v->a, name));

		words[i] = str_is(word, "keep")     ? BRACKET_KEPT
			   : str_is(word, "strike") ? BRACKET_STRUCK
						    : BRACKET_LEFT;
		said += words[i] != BRACKET_LEFT;
	}
	return said;
}

static void settled_texts(struct json_w *w, const struct json *texts,
			  const enum bracket_word words[BRACKETS_MAX])
{
	json_open(w, '{');
	for (const struct json *t = texts->child; t; t = t->next) {
		struct buf b;

		buf_init(&b, 1 << 20);
		bracket_settle(&b, t->str, words, BRACKETS_MAX);
		json_key_str(w, t->name);
		json_put_str(w, buf_str(&b));
		buf_done(&b);
	}
	json_close(w, '}');
}

static void settled(struct buf *b, const struct article *x, const struct json *data,
		    const enum bracket_word words[BRACKETS_MAX])
{
	struct json_w w;

	buf_init(b, 1 << 20);
	w = json_w(b);
	json_open(&w, '{');
	json_pair(&w, "type", S("record.put"));
	json_pair(&w, "kind", str_z(x->row.record->name));
	json_pair(&w, "id", x->row.id);
	json_key(&w, "data");
	json_open(&w, '{');
	for (const struct json *m = data->child; m; m = m->next) {
		json_key_str(&w, m->name);
		if (str_is(m->name, "text") && m->type == JSON_OBJECT)
			settled_texts(&w, m, words);
		else
			json_put(&w, m);
	}
	json_close(&w, '}');
	json_close(&w, '}');
}

static bool settle(struct visit *v, const struct article *x, struct err *err)
{
	const struct act_row *act = act_called(x, http_field(v->q, "act"));
	enum bracket_word words[BRACKETS_MAX];
	struct act_result done;
	struct buf b;
	size_t n;

	if (!act || act->cut)
		return err_set(err, ERR_CONFLICT, "act",
			       N_("This proposal is not open any more. Look at the article "
				  "again."));
	if (words_read(v, words) == 0)
		return err_set(err, ERR_INPUT, "b0",
			       N_("Choose for at least one bracket what becomes of it."));
	if (!article_brackets(act_data(v, act), &n))
		return err_set(err, ERR_INPUT, "text",
			       N_("The languages do not have the same brackets: write the text "
				  "anew first, so that each bracket stands in all of them."));
	settled(&b, x, act_data(v, act), words);
	if (!handed_in(v, &b, &done, err))
		return false;
	if (done.outcome != ACT_UNCHANGED)
		proposals_replaced(v, x->row.record, x->row.id, &done.act);
	return true;
}

void page_protocol_post(struct visit *v)
{
	struct str what = http_field(v->q, "do");
	const struct article *x;
	struct protocol p;
	struct err err;
	bool ok;

	if (!protocol_read(v, &p))
		return;
	x = article_called(&p, http_field(v->q, "article"));
	if (!x)
		ok = err_set(&err, ERR_MISSING, "article",
			     N_("This protocol has no such article."));
	else if (str_is(what, "accept"))
		ok = say_word(v, x, S("act.accept"), &err);
	else if (str_is(what, "withdraw"))
		ok = say_word(v, x, S("act.decline"), &err);
	else if (str_is(what, "settle"))
		ok = settle(v, x, &err);
	else
		ok = err_set(&err, ERR_INPUT, "do", N_("Choose what to answer."));
	if (ok)
		protocol_see_other(v, row_ref(v, &p.session), x->row.id);
	else
		page_error(v, &err);
}

/* A protocol is signed whole: the session says so once none of its articles is open. */
#include "register/door.h"

#include "model/brackets.h"

enum { ARTICLES_MAX = 1000 };

static bool has_brackets(const struct json *texts)
{
	for (const struct json *t = texts ? texts->child : NULL; t; t = t->next)
		if (t->type == JSON_STR && bracket_count(t->str) > 0)
			return true;
	return false;
}

/* Whether every language of `all` stands in `texts`. */
static bool has_languages(const struct json *texts, const struct json *all)
{
	for (const struct json *t = all ? all->child : NULL; t; t = t->next)
		if (!json_member(texts, t->name))
			return false;
	return true;
}

static bool given_up(const struct record_row *article)
{
	return str_is(article->state, "rejected") || str_is(article->state, "withdrawn");
}

struct article {
	const struct record_row *row;
	const struct json *data; /* NULL: it cannot be read */
};

/* Agreed by all, in every language of the others, nothing pending and nothing in brackets. */
static bool is_settled(const struct article *all, size_t n, const struct article *x)
{
	const struct json *text = json_obj(x->data, "text");

	for (size_t i = 0; i < n; i++)
		if (!has_languages(text, json_obj(all[i].data, "text")))
			return false;
	return text && str_is(x->row->state, "in_force") && x->row->proposer.n == 0 &&
	       !has_brackets(json_obj(x->data, "heading")) && !has_brackets(text);
}

static bool read_articles(struct pen *p, struct request *r, struct article **out, size_t *n,
			  struct err *err)
{
	const struct field *f = &fields[article_session];
	struct list_query q = { .record = &records[RECORD_article],
				.who = AUDIENCE_NATIONAL,
				.filters = { { f, str_z(f->name),
					       arena_join(r->a, S(JOINT_PARTY "/"), r->id) } },
				.filter_count = 1,
				.limit = ARTICLES_MAX };
	struct list_result found;

	if (!store_bring_up(p->node->store, err) || !view_list(p->view, r->a, &q, &found, err))
		return false;
	*out = arena_array(r->a, struct article, found.n);
	for (size_t i = *n = 0; i < found.n; i++) {
		struct json *data;
		struct err ignored;

		if (given_up(&found.rows[i]))
			continue;
		(*out)[*n].row = &found.rows[i];
		(*out)[(*n)++].data =
			json_object(r->a, found.rows[i].data, &data, &ignored) ? data : NULL;
	}
	return true;
}

/* "2, 5, 7": what the articles that are open are called. */
static bool open_articles(struct pen *p, struct request *r, struct buf *out, struct err *err)
{
	struct article *all;
	size_t n;

	if (!read_articles(p, r, &all, &n, err))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (is_settled(all, n, &all[i]))
			continue;
		if (out->n > 0)
			buf_lit(out, ", ");
		buf_add(out, all[i].data ? json_str(all[i].data, "number") : all[i].row->id);
	}
	return true;
}

static bool is_signed(struct arena *a, struct str text)
{
	struct json *data;
	struct err ignored;

	return json_object(a, text, &data, &ignored) && json_str(data, "signed_on").n > 0;
}

bool protocol_signable(struct pen *p, struct request *r, const struct record_row *row,
		       struct str text, struct err *err)
{
	bool before = row && str_is(row->state, "in_force") && is_signed(r->a, row->data), ok;
	struct buf open;

	if (r->record != &records[RECORD_session] || before || !is_signed(r->a, text))
		return true;
	buf_init(&open, ERR_ARG);
	ok = open_articles(p, r, &open, err);
	if (ok && (open.n > 0 || open.full))
		ok = err_set(err, ERR_INPUT, "signed_on",
			     N_("The protocol cannot be signed yet: these articles still have "
				"square brackets, lack a language or await a word: %1. Settle "
				"each of them, or end it."),
			     err_arg(buf_str(&open)));
	buf_done(&open);
	return ok;
}

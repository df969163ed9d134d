#include "web/api.h"

/* Drafts from outside: one as JSON, or many as JSON Lines; as `benkan do` takes and answers
 * them. */

enum { DRAFTS_MAX = 100000, ERRORS_MAX = MODEL_ERRORS_MAX };

static const char *const kind_names[] = {
	[ERR_NONE] = "none",     [ERR_INPUT] = "input",     [ERR_USAGE] = "usage",
	[ERR_DENIED] = "denied", [ERR_MISSING] = "missing", [ERR_CONFLICT] = "conflict",
	[ERR_FORK] = "fork",     [ERR_BROKEN] = "broken",   [ERR_UNREACHABLE] = "unreachable",
};

bool visit_may_do(const struct visit *v, struct str type, struct err *err)
{
	enum role least = str_is(type, "act.accept") || str_is(type, "act.decline") ||
					  str_starts(type, S("sealed."))
				  ? ROLE_SECRETARY
				  : ROLE_CLERK;

	if (v->person.role >= least)
		return true;
	return err_set(err, ERR_DENIED, "type",
		       N_("Your account may not do this. An administrator of this node can "
			  "give it the role it needs."));
}

/* Whether this person may hand in this draft; what is not JSON is left to the door. */
static bool may_hand_in(struct visit *v, struct str draft, struct err *err)
{
	struct json *doc;
	struct err ignored;

	return !json_object(v->a, draft, &doc, &ignored) ||
	       visit_may_do(v, json_str(doc, "type"), err);
}

static void write_done(struct json_w *w, const struct act_result *r)
{
	json_open(w, '{');
	json_pair(w, "party", r->party);
	json_key(w, "n");
	json_put_int(w, (int64_t)r->n);
	json_key(w, "leaf");
	json_put_hex(w, r->leaf.b, HASH_SIZE);
	json_pair(w, "id", r->id);
	if (r->has_act) {
		json_key(w, "act");
		json_put_hex(w, r->act.b, HASH_SIZE);
	}
	json_close(w, '}');
}

static void write_error(struct visit *v, struct json_w *w, const struct err *err)
{
	struct buf b;

	buf_init(&b, 4096);
	lang_err(&b, v->lang, err);
	json_open(w, '{');
	json_key(w, "error");
	json_open(w, '{');
	json_pair(w, "kind", str_z(kind_names[err->kind]));
	json_pair(w, "field", str_z(err->field));
	json_pair(w, "message", buf_str(&b));
	json_close(w, '}');
	json_close(w, '}');
	buf_done(&b);
}

static void answer_one(struct visit *v)
{
	const struct act_result *r = v->with;
	struct json_w w = json_w(&v->out);

	if (!r->done) {
		problem(v, web_status(r->errors[0].kind), r->errors, r->error_count);
		return;
	}
	write_done(&w, r);
	v->r->status = 201;
	answer_out(v, "application/json");
}

static void go_on(void *ctx)
{
	const struct visit *v = ctx;

	http_go_on(v->q);
}

/* No thread waits for the commit. */
static void one_draft(struct visit *v)
{
	const struct draft draft = { .json = v->q->body, .actor = v->person.actor };
	struct act_result *r;
	struct err err;

	if (!may_hand_in(v, draft.json, &err)) {
		page_error(v, &err);
		return;
	}
	r = arena_new(v->a, struct act_result);
	visit_read_no_more(v);
	visit_later(v, answer_one, r);
	register_do_later(v->node, v->a, &draft, r, go_on, v);
}

/* The lines that are not empty. */
static size_t split_lines(struct visit *v, struct draft **out, struct err *err)
{
	struct str rest = v->q->body, line;
	size_t most = 1, n = 0;

	for (size_t i = 0; i < rest.n; i++)
		most += rest.p[i] == '\n';
	if (most > DRAFTS_MAX) {
		err_set(err, ERR_INPUT, NULL,
			N_("at most %1 drafts at a time; send the rest in a second request"),
			err_num(DRAFTS_MAX));
		return 0;
	}
	*out = arena_array(v->a, struct draft, most);
	while (str_split(&rest, '\n', &line))
		if (str_trim(line).n > 0)
			(*out)[n++] = (struct draft){ .json = line, .actor = v->person.actor };
	if (n == 0)
		err_set(err, ERR_INPUT, NULL, N_("there is no draft in this request"));
	return n;
}

/* Drafts this person may not hand in are answered in their place, and not handed in. */
static void many_drafts(struct visit *v)
{
	struct draft *drafts = NULL, *good;
	struct act_result *results;
	struct err err, *denied;
	size_t n = split_lines(v, &drafts, &err), m = 0;

	if (n == 0) {
		page_error(v, &err);
		return;
	}
	good = arena_array(v->a, struct draft, n);
	denied = arena_array(v->a, struct err, n);
	for (size_t i = 0; i < n; i++)
		if (may_hand_in(v, drafts[i].json, &denied[i]))
			good[m++] = drafts[i];
	results = arena_array(v->a, struct act_result, m + 1);
	visit_read_no_more(v);
	register_batch(v->node, v->a, good, m, results);
	m = 0;
	for (size_t i = 0; i < n; i++) {
		struct json_w w = json_w(&v->out);
		const struct act_result *r = denied[i].kind == ERR_NONE ? &results[m++] : NULL;

		if (r && r->done)
			write_done(&w, r);
		else
			write_error(v, &w, r ? &r->errors[0] : &denied[i]);
		buf_ch(&v->out, '\n');
	}
	answer_out(v, "application/x-ndjson");
}

void api_acts(struct visit *v)
{
	struct str type = v->q->body_type;
	struct err err;

	if (str_is(type, "application/json")) {
		one_draft(v);
	} else if (str_is(type, "application/x-ndjson") || str_is(type, "application/jsonl")) {
		many_drafts(v);
	} else {
		err_set(&err, ERR_INPUT, "content-type",
			N_("send one draft as application/json, or JSON Lines as "
			   "application/x-ndjson"));
		page_refuse(v, 415, &err);
	}
}

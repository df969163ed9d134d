#include "cli/do.h"

#include "wire/json.h"

enum { SENTENCE_MAX = 4096 };

static void put_error(struct json_w *j, const struct words *w, const struct err *err)
{
	struct buf b;

	buf_init(&b, SENTENCE_MAX);
	lang_err(&b, w->lang, err);
	json_open(j, '{');
	json_pair(j, "kind", str_z(err_kind_name(err->kind)));
	json_pair(j, "field", str_z(err->field));
	json_pair(j, "message", buf_str(&b));
	json_close(j, '}');
	buf_done(&b);
}

/* The first error where scripts look for it; the others, when there are any, beside it. */
static void put_errors(struct json_w *j, const struct words *w, const struct act_result *r,
		       uint64_t line)
{
	json_key(j, "error");
	put_error(j, w, &r->errors[0]);
	json_key(j, "line");
	json_put_int(j, (int64_t)line);
	if (r->error_count == 1)
		return;
	json_key(j, "others");
	json_open(j, '[');
	for (size_t i = 1; i < r->error_count; i++)
		put_error(j, w, &r->errors[i]);
	json_close(j, ']');
}

void put_result(struct buf *out, const struct words *w, const struct act_result *r,
		uint64_t line)
{
	struct json_w j = json_w(out);

	json_open(&j, '{');
	if (!r->done) {
		put_errors(&j, w, r, line);
	} else {
		json_pair(&j, "party", r->party);
		json_key(&j, "n");
		json_put_int(&j, (int64_t)r->n);
		json_key(&j, "leaf");
		json_put_hex(&j, r->leaf.b, HASH_SIZE);
		json_pair(&j, "id", r->id);
		if (r->has_act) {
			json_key(&j, "act");
			json_put_hex(&j, r->act.b, HASH_SIZE);
		}
		if (r->outcome == ACT_UNCHANGED) {
			json_key(&j, "unchanged");
			json_put_bool(&j, true);
		}
	}
	json_close(&j, '}');
	buf_ch(out, '\n');
}

#include "web/api.h"

void api_open(struct visit *v)
{
	http_set(v->a, v->r, "Access-Control-Allow-Origin", S("*"));
}

const struct record *api_kind(struct visit *v)
{
	const struct record *r = record_named(v->parts[0]);
	struct err err;

	if (r && !r->part)
		return r;
	err_set(&err, ERR_MISSING, "kind",
		N_("There is no record type “%1”; /api/openapi.json lists them."),
		err_arg(v->parts[0]));
	page_error(v, &err);
	return NULL;
}

bool api_filters(const struct field *f)
{
	return f->column && (f->kind == CODE || f->kind == REF || f->kind == BOOL ||
			     f->kind == TEXT || f->kind == DATE);
}

/* --- a list's query --- */

static bool parse_number(struct str s, const char *field, uint64_t least, uint64_t most,
			 uint64_t *out, struct err *err)
{
	if (str_u64(s, most, out) && *out >= least)
		return true;
	return err_set(err, ERR_INPUT, field, N_("a whole number from %1 to %2 is expected"),
		       err_num(least), err_num(most));
}

/* A field by its name; one of money by its currency: "value.currency". */
static const struct field *filter_field(const struct record *r, struct str name)
{
	size_t dot = str_index(name, '.');
	const struct field *f = record_field(r, str_cut(name, dot));
	bool money = f && f->kind == MONEY && f->column;

	if (dot == name.n)
		return f && api_filters(f) ? f : NULL;
	return money && str_is(str_from(name, dot + 1), "currency") ? f : NULL;
}

/* "party" and "state" beside the fields of the record. */
static bool add_filter(struct list_query *q, const struct http_pair *p, struct err *err)
{
	const struct field *f = filter_field(q->record, p->name);
	bool own = str_is(p->name, "party") || str_is(p->name, "state");

	if (!own && !f)
		return err_set(err, ERR_INPUT, err_arg(p->name),
			       N_("“%1” is not something a list of %2 can be filtered by; "
				  "/api/openapi.json lists what is"),
			       err_arg(p->name), q->record->name);
	if (q->filter_count == LIST_FILTERS_MAX)
		return err_set(err, ERR_INPUT, err_arg(p->name),
			       N_("at most %1 filters at a time"), err_num(LIST_FILTERS_MAX));
	q->filters[q->filter_count++] = (struct list_filter){ .field = own ? NULL : f,
							      .name = p->name,
							      .value = p->value };
	return true;
}

/* A field's name, or `label`; a minus before it turns the order round. */
static bool set_sort(struct list_query *q, struct str value, struct err *err)
{
	q->descending = str_starts(value, S("-"));
	value = str_from(value, q->descending);
	q->sort_label = str_is(value, "label");
	q->sort = q->sort_label ? NULL : record_field(q->record, value);
	if (!q->sort_label && (!q->sort || !view_sorts_by(q->sort)))
		return err_set(err, ERR_INPUT, "sort",
			       N_("a list of %1 cannot be sorted by “%2”"), q->record->name,
			       err_arg(value));
	return true;
}

static bool read_pair(struct list_query *q, const struct http_pair *p, struct err *err)
{
	uint64_t n = 0;

	if (str_is(p->name, "lang"))
		return true;
	if (str_is(p->name, "q")) {
		q->words = p->value;
		return true;
	}
	if (str_is(p->name, "ended")) {
		q->ended = str_is(p->value, "1");
		return true;
	}
	if (str_is(p->name, "sort"))
		return set_sort(q, p->value, err);
	if (str_is(p->name, "after")) {
		q->after = p->value;
		return true;
	}
	if (!str_is(p->name, "limit"))
		return add_filter(q, p, err);
	if (!parse_number(p->value, "limit", 1, API_LIMIT_MAX, &n, err))
		return false;
	q->limit = (unsigned)n;
	return true;
}

/* --- writing --- */

static void write_row(struct json_w *w, const struct record_row *row)
{
	json_open(w, '{');
	json_pair(w, "kind", str_z(row->record->name));
	json_pair(w, "party", row->party);
	json_pair(w, "id", row->id);
	json_pair(w, "label", row->label);
	if (row->state.n > 0)
		json_pair(w, "state", row->state);
	json_pair(w, "visibility", str_z(audience_names[row->visibility]));
	json_key(w, "ended");
	json_put_bool(w, row->ended);
	json_key(w, "illustrative");
	json_put_bool(w, row->illustrative);
	json_key(w, "versions");
	json_put_int(w, row->versions);
	json_pair(w, "ledger", row->ledger);
	json_key(w, "n");
	json_put_int(w, (int64_t)row->n);
	json_pair(w, "time", row->time);
	json_pair(w, "actor", row->actor);
	json_key(w, "data");
	json_put_raw(w, row->data.n > 0 ? row->data : S("{}"));
	json_close(w, '}');
}

void api_list(struct visit *v)
{
	struct list_query q = { .record = api_kind(v),
				.who = v->who,
				.lang = v->lang,
				.limit = API_LIMIT,
				.bytes = API_BYTES };
	struct json_w w = json_w(&v->out);
	struct list_result found;
	struct err err;

	if (!q.record)
		return;
	for (size_t i = 0; i < v->q->query_count; i++)
		if (!read_pair(&q, &v->q->query[i], &err)) {
			page_error(v, &err);
			return;
		}
	if (!view_list(v->view, v->a, &q, &found, &err)) {
		page_error(v, &err);
		return;
	}
	json_open(&w, '{');
	json_key(&w, "items");
	json_open(&w, '[');
	for (size_t i = 0; i < found.n; i++)
		write_row(&w, &found.rows[i]);
	json_close(&w, ']');
	json_key(&w, "total");
	json_put_int(&w, (int64_t)found.total);
	json_key(&w, "next");
	if (found.next.n > 0)
		json_put_str(&w, found.next);
	else
		json_put_null(&w);
	json_close(&w, '}');
	api_open(v);
	answer_out(v, "application/json");
}

static void write_version(struct json_w *w, const struct version *x)
{
	json_open(w, '{');
	json_pair(w, "ledger", x->ledger);
	json_key(w, "n");
	json_put_int(w, (int64_t)x->n);
	json_key(w, "leaf");
	json_put_hex(w, x->leaf.b, HASH_SIZE);
	json_key(w, "prev");
	if (x->has_prev)
		json_put_int(w, (int64_t)x->prev);
	else
		json_put_null(w);
	json_pair(w, "time", x->time);
	json_pair(w, "actor", x->actor);
	json_key(w, "ended");
	json_put_bool(w, x->ended);
	if (x->reason.n > 0)
		json_pair(w, "reason", x->reason);
	if (x->act.n > 0) {
		json_pair(w, "act", x->act);
		json_pair(w, "state", x->state);
	}
	json_key(w, "data");
	if (x->data.n > 0)
		json_put_raw(w, x->data);
	else
		json_put_null(w);
	json_close(w, '}');
}

/* Newest first, from the one `history_from` says; "history_next": from where there are more. */
static bool write_history(struct visit *v, struct json_w *w, const struct record *r,
			  struct ref ref, struct err *err)
{
	struct history_query q = {
		.record = r, .ref = ref, .who = v->who, .limit = HISTORY_MAX
	};
	struct str from = http_param(v->q, "history_from");
	struct history_result found;

	if (from.n > 0 && !parse_number(from, "history_from", 0, INT32_MAX, &q.offset, err))
		return false;
	if (!view_history(v->view, v->a, &q, &found, err))
		return false;
	json_key(w, "history");
	json_open(w, '[');
	for (size_t i = 0; i < found.n; i++)
		write_version(w, &found.versions[i]);
	json_close(w, ']');
	json_key(w, "history_next");
	if (q.offset + found.n < found.total && found.n > 0)
		json_put_int(w, (int64_t)(q.offset + found.n));
	else
		json_put_null(w);
	return true;
}

void api_record(struct visit *v)
{
	const struct record *r = api_kind(v);
	struct ref ref = { v->parts[1], v->parts[2] };
	struct json_w w = json_w(&v->out);
	struct record_row row;
	struct err err;
	bool ok;

	if (!r)
		return;
	ok = view_record(v->view, v->a, r, ref, v->who, v->lang, &row, &err);
	if (ok) {
		json_open(&w, '{');
		json_key(&w, "record");
		write_row(&w, &row);
		if (str_is(http_param(v->q, "history"), "1"))
			ok = write_history(v, &w, r, ref, &err);
		json_close(&w, '}');
	}
	if (!ok) {
		page_error(v, &err);
		return;
	}
	api_open(v);
	answer_out(v, "application/json");
}

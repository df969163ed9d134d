#include "cli/cli.h"

enum { KIND_WIDTH = 22, COUNT_WIDTH = 8 };
enum { PAGE = 500, ROW_MAX = 4 << 20, CELL_MAX = 60, PAGE_ARENA = 512 << 20 };

struct showing {
	const struct words *w;
	struct view *v;
	const struct record *record;
	struct arena a; /* of one page of rows */
};

/* --- JSON --- */

static void put_time_and_place(struct json_w *j, struct str ledger, uint64_t n, struct str time,
			       struct str actor)
{
	json_pair(j, "ledger", ledger);
	json_key(j, "n");
	json_put_int(j, (int64_t)n);
	json_pair(j, "time", time);
	if (actor.n)
		json_pair(j, "actor", actor);
}

static void put_flag(struct json_w *j, const char *name, bool set)
{
	if (!set)
		return;
	json_key(j, name);
	json_put_bool(j, true);
}

static void put_row(struct json_w *j, const struct record_row *r)
{
	json_open(j, '{');
	json_pair(j, "kind", str_z(r->record->name));
	json_pair(j, "party", r->party);
	json_pair(j, "id", r->id);
	if (r->state.n)
		json_pair(j, "state", r->state);
	put_time_and_place(j, r->ledger, r->n, r->time, r->actor);
	json_pair(j, "visibility", str_z(audience_names[r->visibility]));
	put_flag(j, "ended", r->ended);
	json_key(j, "data");
	json_put_raw(j, r->data);
	json_close(j, '}');
}

static void put_version(struct json_w *j, const struct version *v)
{
	json_open(j, '{');
	put_time_and_place(j, v->ledger, v->n, v->time, v->actor);
	json_key(j, "leaf");
	json_put_hex(j, v->leaf.b, HASH_SIZE);
	json_key(j, "prev");
	if (v->has_prev)
		json_put_int(j, (int64_t)v->prev);
	else
		json_put_null(j);
	if (v->act.n)
		json_pair(j, "act", v->act);
	if (v->state.n)
		json_pair(j, "state", v->state);
	if (v->reason.n)
		json_pair(j, "reason", v->reason);
	put_flag(j, "ended", v->ended);
	put_flag(j, "stale", v->stale);
	put_flag(j, "sealed", v->sealed);
	if (v->data.n) {
		json_key(j, "data");
		json_put_raw(j, v->data);
	}
	json_close(j, '}');
}

/* --- tables for people --- */

/* One line, at most CELL_MAX characters, padded to `width`. */
static void put_cell(struct buf *b, struct str s, size_t width)
{
	size_t at = 0, shown = 0;

	while (at < s.n && shown < CELL_MAX) {
		uint32_t rune = str_rune(s, &at);

		buf_rune(b, rune < 0x20 ? ' ' : rune);
		shown++;
	}
	if (at < s.n)
		buf_lit(b, "…");
	for (shown += at < s.n; shown < width; shown++)
		buf_ch(b, ' ');
}

static void put_line(struct buf *b, const struct record_row *r)
{
	put_cell(b, r->party, 5);
	buf_ch(b, '/');
	buf_add(b, r->id);
	buf_lit(b, "  ");
	put_cell(b, str_cut(r->time, DATE_TEXT - 1), DATE_TEXT + 1);
	put_cell(b, r->state, r->record->joint ? 12 : 0);
	put_cell(b, r->label, 0);
	buf_z(b, r->ended ? "  †\n" : "\n");
}

static void put_field(struct buf *b, const struct showing *s, const struct field *f,
		      const struct json *value, size_t indent);

static void put_part(struct buf *b, const struct showing *s, const struct record *part,
		     const struct json *data, size_t indent)
{
	for
		each_field(f, part)
		{
			const struct json *value = json_get(data, f->name);

			if (value)
				put_field(b, s, f, value, indent);
		}
}

static void put_field(struct buf *b, const struct showing *s, const struct field *f,
		      const struct json *value, size_t indent)
{
	struct arena *a = s->w->a;
	struct str text = field_text(a, f, value, s->w->lang);
	bool found;

	if (f->kind == REF)
		text = view_label(s->v, a, &records[f->to], value->str, AUDIENCE_NATIONAL,
				  s->w->lang, &found);
	for (size_t i = 0; i < indent; i++)
		buf_ch(b, ' ');
	buf_add(b, lang_text(s->w->lang, f->label));
	buf_lit(b, ": ");
	buf_add(b, text);
	buf_ch(b, '\n');
	if (f->kind != PARTS)
		return;
	for (const struct json *p = value->child; p; p = p->next) {
		put_part(b, s, &records[f->to], p, indent + 4);
		buf_z(b, p->next ? "\n" : "");
	}
}

static void put_sheet(struct buf *b, const struct showing *s, const struct record_row *r)
{
	struct json *data;
	struct err ignored;

	buf_add(b, r->label);
	buf_ch(b, '\n');
	put_line(b, r);
	buf_ch(b, '\n');
	if (json_object(s->w->a, r->data, &data, &ignored))
		put_part(b, s, r->record, data, 0);
}

static void put_version_line(struct buf *b, const struct version *v)
{
	put_cell(b, v->ledger, 5);
	buf_ch(b, ' ');
	put_cell(b, str_z(err_num(v->n)), 8);
	put_cell(b, v->time, TIME_TEXT + 1);
	put_cell(b, v->state, v->state.n ? 12 : 0);
	put_cell(b, v->actor, v->actor.n ? 12 : 0);
	buf_add(b, v->reason.n ? v->reason : v->act);
	buf_ch(b, '\n');
}

/* --- what was asked for --- */

/* A buffer written out and emptied; EXIT_GOOD or what writing came to. */
static int flush(const struct words *w, struct buf *b)
{
	int code = cli_out(w, buf_str(b));

	buf_clear(b);
	return code;
}

static bool list_page(struct showing *s, struct str after, struct list_result *page,
		      struct err *err)
{
	struct list_query q = {
		.record = s->record,
		.who = AUDIENCE_NATIONAL,
		.lang = s->w->lang,
		.ended = word_given(s->w, "--ended"),
		.after = after,
		.limit = PAGE,
	};

	arena_reset(&s->a);
	return view_list(s->v, &s->a, &q, page, err);
}

static int show_list(struct showing *s, struct buf *b, struct err *err)
{
	struct json_w j = json_w(b);
	struct list_result page;
	struct str after = { 0 };
	int code;

	if (s->w->json)
		json_open(&j, '[');
	do {
		if (!list_page(s, after, &page, err))
			return cli_fail(s->w, err);
		for (size_t i = 0; i < page.n; i++) {
			if (s->w->json)
				put_row(&j, &page.rows[i]);
			else
				put_line(b, &page.rows[i]);
			code = b->n > ROW_MAX / 2 ? flush(s->w, b) : EXIT_GOOD;
			if (code != EXIT_GOOD)
				return code;
		}
		after = arena_str(s->w->a, page.next);
	} while (after.n);
	if (s->w->json) {
		json_close(&j, ']');
		buf_ch(b, '\n');
	}
	return flush(s->w, b);
}

static bool record_ref(const struct words *w, struct ref *ref, struct err *err)
{
	return ref_parse(str_z(w->args[1]), ref) ||
	       err_set(err, ERR_USAGE, NULL,
		       N_("“%1” does not name a record. Write PARTY/ID, as the list of the "
			  "kind shows it."),
		       w->args[1]);
}

static int show_one(struct showing *s, struct buf *b, struct err *err)
{
	struct json_w j = json_w(b);
	struct record_row row;
	struct ref ref;

	if (!record_ref(s->w, &ref, err) ||
	    !view_record(s->v, s->w->a, s->record, ref, AUDIENCE_NATIONAL, s->w->lang, &row,
			 err))
		return cli_fail(s->w, err);
	if (s->w->json)
		put_row(&j, &row);
	else
		put_sheet(b, s, &row);
	buf_z(b, s->w->json ? "\n" : "");
	return flush(s->w, b);
}

static int show_history(struct showing *s, struct buf *b, struct err *err)
{
	struct history_query q = { .record = s->record,
				   .who = AUDIENCE_NATIONAL,
				   .limit = HISTORY_MAX };
	struct json_w j = json_w(b);
	struct history_result found;
	int code;

	if (!record_ref(s->w, &q.ref, err))
		return cli_fail(s->w, err);
	if (s->w->json)
		json_open(&j, '[');
	do {
		arena_reset(&s->a);
		if (!view_history(s->v, &s->a, &q, &found, err))
			return cli_fail(s->w, err);
		for (size_t i = 0; i < found.n; i++)
			if (s->w->json)
				put_version(&j, &found.versions[i]);
			else
				put_version_line(b, &found.versions[i]);
		code = flush(s->w, b);
		if (code != EXIT_GOOD)
			return code;
		q.offset += found.n;
	} while (found.n && q.offset < found.total);
	if (s->w->json) {
		json_close(&j, ']');
		buf_ch(b, '\n');
	}
	return flush(s->w, b);
}

/* What there is to show: every kind that is not a part of another, with its count. */
static int show_kinds(struct showing *s, struct buf *b)
{
	struct json_w j = json_w(b);

	if (s->w->json)
		json_open(&j, '{');
	for (size_t i = 1; i < RECORD_COUNT; i++) {
		const struct record *r = &records[i];
		uint64_t count = r->part ? 0 : view_count(s->v, r, AUDIENCE_NATIONAL);

		if (r->part)
			continue;
		if (s->w->json) {
			json_key(&j, r->name);
			json_put_int(&j, (int64_t)count);
			continue;
		}
		put_cell(b, str_z(r->name), KIND_WIDTH);
		put_cell(b, str_z(err_num(count)), COUNT_WIDTH);
		buf_add(b, lang_text(s->w->lang, r->plural));
		buf_ch(b, '\n');
	}
	if (s->w->json) {
		json_close(&j, '}');
		buf_ch(b, '\n');
	}
	return flush(s->w, b);
}

static int show_in(struct showing *s)
{
	struct buf b;
	struct err err;
	int code;

	buf_init(&b, ROW_MAX * 4);
	if (s->w->arg_count == 0)
		code = show_kinds(s, &b);
	else if (s->w->arg_count == 1)
		code = show_list(s, &b, &err);
	else if (word_given(s->w, "--history"))
		code = show_history(s, &b, &err);
	else
		code = show_one(s, &b, &err);
	buf_done(&b);
	return code;
}

static bool read_kind(const struct words *w, const struct record **out, struct err *err)
{
	*out = w->arg_count ? record_named(str_z(w->args[0])) : NULL;
	if (w->arg_count && (!*out || (*out)->part))
		return err_set(err, ERR_USAGE, NULL,
			       N_("“%1” is not a kind of record. The kinds are listed by: "
				  "benkan show --node DIR"),
			       w->args[0]);
	return w->arg_count == 2 || !word_given(w, "--history") ||
	       err_set(err, ERR_USAGE, NULL,
		       N_("The history is that of one record: name it as PARTY/ID."));
}

int cmd_show(const struct words *w)
{
	struct showing s = { .w = w };
	struct node *n;
	struct err err;
	int code;

	if (!read_kind(w, &s.record, &err))
		return cli_fail(w, &err);
	n = cli_node(w, STORE_READ, &code);
	if (!n)
		return code;
	arena_init(&s.a, PAGE_ARENA);
	if (cli_view(n, &s.v, &err)) {
		code = show_in(&s);
		cli_view_end(s.v);
	} else {
		code = cli_fail(w, &err);
	}
	arena_done(&s.a);
	node_close(n);
	return code;
}

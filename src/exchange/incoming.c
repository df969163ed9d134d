#include "exchange/incoming.h"

#include "store/view.h"

#include <assert.h>
#include <stdlib.h>

enum { BATCH = 2000, BATCH_BYTES = 16 << 20, ARENA_MAX = 1 << 30, DRAFT_ROOM = 16 << 20 };

struct waiting {
	const struct record *record;
	uint64_t line;
};

struct incoming {
	struct incoming_plan plan;
	struct incoming_counts counts;
	struct view *view;
	bool reading;
	struct str file, hash;   /* in `names` */
	struct arena names, one; /* one: of the record in hand */
	struct arena batch;
	struct draft drafts[BATCH];
	struct waiting waiting[BATCH];
	size_t n, bytes;
};

struct incoming *incoming_open(const struct incoming_plan *plan)
{
	struct incoming *in = calloc(1, sizeof(*in));

	assert(in);
	in->plan = *plan;
	arena_init(&in->names, ARENA_MAX);
	arena_init(&in->one, ARENA_MAX);
	arena_init(&in->batch, ARENA_MAX);
	return in;
}

static void stop_reading(struct incoming *in)
{
	if (in->reading)
		view_end(in->view);
	in->reading = false;
}

void incoming_close(struct incoming *in)
{
	if (!in)
		return;
	stop_reading(in);
	if (in->view)
		view_close(in->view);
	arena_done(&in->names);
	arena_done(&in->one);
	arena_done(&in->batch);
	free(in);
}

void incoming_file(struct incoming *in, struct str name, const struct hash *sha256)
{
	struct buf b;

	arena_reset(&in->names);
	in->file = arena_str(&in->names, str_cut(name, fields[source_title].max - 40));
	buf_init(&b, DRAFT_ROOM);
	buf_lit(&b, "SHA-256 ");
	buf_hex(&b, sha256->b, HASH_SIZE);
	in->hash = arena_buf(&in->names, &b);
}

const struct incoming_counts *incoming_counts(const struct incoming *in)
{
	return &in->counts;
}

/* --- the register as it is --- */

static bool look(struct incoming *in, const struct incoming_draft *d, struct record_row *row,
		 bool *there, struct err *err)
{
	struct ref ref = { d->record->joint ? S(JOINT_PARTY) : node_party(in->plan.node),
			   str_z(d->id) };

	*there = false;
	if (!in->view && !view_open(node_store(in->plan.node), &in->view, err))
		return false;
	if (!in->reading && !view_begin(in->view, err))
		return false;
	in->reading = true;
	*there = view_record(in->view, &in->one, d->record, ref, AUDIENCE_NATIONAL, LANG_EN,
			     row, err);
	return *there || err->kind == ERR_MISSING;
}

/* --- a record put together --- */

/* [{"title":"activities.xml, 120","says":"SHA-256 …"}] */
static void put_source(struct incoming *in, struct json_w *w, uint64_t line)
{
	struct str title = arena_join(&in->one, in->file, S(", "));

	json_open(w, '[');
	json_open(w, '{');
	json_pair(w, fields[source_title].name,
		  arena_join(&in->one, title, str_z(err_num(line))));
	json_pair(w, fields[source_says].name, in->hash);
	json_close(w, '}');
	json_close(w, ']');
}

/* What the draft says of the fields its format has, and what stood in the others; the sources
 * that were, or where it comes from now. */
static struct str put_together(struct incoming *in, const struct incoming_draft *d,
			       const struct json *said, const struct json *was,
			       bool same_source)
{
	struct json_w w;
	struct buf b;

	buf_init(&b, DRAFT_ROOM);
	w = json_w(&b);
	json_open(&w, '{');
	for
		each_field(f, d->record)
		{
			const struct json *now = json_get(said, f->name),
					  *old = json_get(was, f->name);
			bool kept = old && !in->plan.speaks((enum field_id)(f - fields));

			if (f->kind == PARTS && f->to == RECORD_source) {
				json_key(&w, f->name);
				if (same_source && old)
					json_put_raw(&w, old->raw);
				else
					put_source(in, &w, d->line);
			} else if (kept || now) {
				json_key(&w, f->name);
				json_put_raw(&w, kept ? old->raw : now->raw);
			}
		}
	json_close(&w, '}');
	return arena_buf(&in->one, &b);
}

/* --- writing --- */

static bool fatal(const struct err *err)
{
	return err->kind == ERR_UNREACHABLE || err->kind == ERR_BROKEN;
}

static bool take_result(struct incoming *in, size_t i, const struct act_result *r,
			struct err *err)
{
	if (r->done) {
		in->counts.added += r->outcome == ACT_ADDED;
		in->counts.changed += r->outcome == ACT_CHANGED;
		in->counts.unchanged += r->outcome == ACT_UNCHANGED;
		in->counts.transactions +=
			in->waiting[i].record == &records[RECORD_transaction];
		return true;
	}
	*err = r->errors[0];
	if (fatal(err))
		return false;
	in->counts.refused++;
	in->plan.refused(in->plan.ctx, in->waiting[i].record, in->waiting[i].line, err);
	return true;
}

bool incoming_flush(struct incoming *in, struct err *err)
{
	struct act_result *results;
	bool ok = true;

	if (!in->n)
		return true;
	stop_reading(in);
	results = arena_array(&in->batch, struct act_result, in->n);
	register_batch(in->plan.node, &in->batch, in->drafts, in->n, results);
	for (size_t i = 0; i < in->n && ok; i++)
		ok = take_result(in, i, results + i, err);
	in->n = in->bytes = 0;
	arena_reset(&in->batch);
	return ok;
}

static bool queue(struct incoming *in, const struct incoming_draft *d, struct str data,
		  struct err *err)
{
	struct json_w w;
	struct buf b;

	buf_init(&b, DRAFT_ROOM);
	w = json_w(&b);
	json_open(&w, '{');
	json_pair(&w, "type", S("record.put"));
	json_pair(&w, "kind", str_z(d->record->name));
	json_pair(&w, "id", str_z(d->id));
	json_key(&w, "data");
	json_put_raw(&w, data);
	json_close(&w, '}');
	in->bytes += b.n;
	in->drafts[in->n] =
		(struct draft){ .json = arena_buf(&in->batch, &b), .actor = in->plan.actor };
	in->waiting[in->n++] = (struct waiting){ d->record, d->line };
	return (in->n < BATCH && in->bytes < BATCH_BYTES) || incoming_flush(in, err);
}

/* --- one record --- */

static bool passes(struct incoming *in, const struct incoming_draft *d, const struct json *data)
{
	struct model_ctx ctx = node_model(in->plan.node);
	struct err errs[MODEL_ERRORS_MAX];
	size_t n = model_check(&in->one, d->record, data, &ctx, errs, MODEL_ERRORS_MAX);

	for (size_t i = 0; i < n && i < MODEL_ERRORS_MAX; i++)
		in->plan.refused(in->plan.ctx, d->record, d->line, errs + i);
	in->counts.refused += n > 0;
	return n == 0;
}

static bool says_the_same(struct incoming *in, const struct incoming_draft *d,
			  const struct json *data, const struct record_row *row)
{
	struct model_ctx ctx = node_model(in->plan.node);
	struct buf b;
	bool same;

	buf_init(&b, DRAFT_ROOM);
	model_write(&b, d->record, data, &ctx);
	same = !row->ended && str_eq(buf_str(&b), row->data);
	buf_done(&b);
	return same;
}

static void leave(struct incoming *in, const struct incoming_draft *d)
{
	in->counts.unchanged++;
	in->counts.transactions += d->record == &records[RECORD_transaction];
}

static bool put(struct incoming *in, const struct incoming_draft *d,
		const struct record_row *row, bool *good, struct err *err)
{
	struct json *said, *was = NULL, *data;

	if (!json_object(&in->one, d->data, &said, err) ||
	    (row && !json_object(&in->one, row->data, &was, err)) ||
	    !json_object(&in->one, put_together(in, d, said, was, true), &data, err))
		return false;
	*good = passes(in, d, data);
	if (!*good)
		return true;
	if (row && says_the_same(in, d, data, row)) {
		leave(in, d);
		return true;
	}
	if (!in->plan.look)
		return queue(in, d, put_together(in, d, said, was, false), err);
	in->counts.added += row == NULL;
	in->counts.changed += row != NULL;
	in->counts.transactions += d->record == &records[RECORD_transaction];
	return true;
}

bool incoming_put(struct incoming *in, const struct incoming_draft *d, bool *good,
		  struct err *err)
{
	struct record_row row;
	bool there, ok;

	arena_reset(&in->one);
	*good = true;
	if (!look(in, d, &row, &there, err))
		return false;
	if (there && d->mention) {
		leave(in, d);
		return true;
	}
	ok = put(in, d, there ? &row : NULL, good, err);
	return ok;
}

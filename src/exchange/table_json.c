#include "exchange/table.h"

/*
 * JSON: an array of records as the API has them, each with its parts inside; a table of parts
 * is an array of these.  JSON Lines: the same, one a line, without the array.
 */

enum { PENDING = 256 << 10, PENDING_MAX = 64 << 20 };

struct writing {
	const struct table_plan *plan;
	struct buf b;
	const char *between; /* two rows */
	bool any;
};

static bool give(struct writing *w, struct err *err)
{
	bool ok = w->plan->to->write(w->plan->to->ctx, buf_str(&w->b), err);

	buf_clear(&w->b);
	return ok;
}

static bool put_row(void *ctx, const struct table_row *r, struct err *err)
{
	struct writing *w = ctx;
	const struct record_row *row = r->row;
	struct json_w j = json_w(&w->b);

	buf_z(&w->b, w->any ? w->between : "");
	w->any = true;
	json_open(&j, '{');
	json_pair(&j, "kind", str_z(row->record->name));
	json_pair(&j, "party", row->party);
	json_pair(&j, "id", row->id);
	if (r->part) {
		json_key(&j, "place");
		json_put_int(&j, (int64_t)r->place);
	} else {
		json_pair(&j, "label", row->label);
	}
	if (row->state.n > 0)
		json_pair(&j, "state", row->state);
	json_pair(&j, "visibility", str_z(audience_names[row->visibility]));
	json_pair(&j, "ledger", row->ledger);
	json_key(&j, "n");
	json_put_int(&j, (int64_t)row->n);
	json_pair(&j, "time", row->time);
	json_key(&j, r->part ? w->plan->parts->name : "data");
	json_put_raw(&j, r->part ? r->part->raw : row->data.n ? row->data : S("{}"));
	json_close(&j, '}');
	return w->b.n < PENDING || give(w, err);
}

static bool write_rows(const struct table_plan *plan, const char *const frame[3],
		       struct err *err)
{
	struct writing w = { .plan = plan, .between = frame[1] };
	struct table_walk *walk = table_walk_begin(plan);
	bool ok;

	buf_init(&w.b, PENDING_MAX);
	buf_z(&w.b, frame[0]);
	ok = table_rows(walk, put_row, &w, err);
	buf_z(&w.b, ok && (w.any || frame[0][0]) ? frame[2] : "");
	ok = ok && give(&w, err);
	buf_done(&w.b);
	table_walk_end(walk);
	return ok;
}

bool table_json(const struct table_plan *plan, struct err *err)
{
	return write_rows(plan, (const char *const[]){ "[", ",\n", "]\n" }, err);
}

bool table_jsonl(const struct table_plan *plan, struct err *err)
{
	return write_rows(plan, (const char *const[]){ "", "\n", "\n" }, err);
}

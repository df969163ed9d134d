#include "store/view_rows.h"
#include "store/schema.h"

void rows_seen(struct buf *sql, const char *rid, enum audience who, bool ended)
{
	buf_lit(sql, " (");
	buf_z(sql, rid);
	buf_lit(sql, " & ");
	buf_i64(sql, rid_bit(who));
	buf_lit(sql, ") <> 0");
	if (ended)
		return;
	buf_lit(sql, " AND (");
	buf_z(sql, rid);
	buf_lit(sql, " & ");
	buf_i64(sql, RID_ENDED);
	buf_lit(sql, ") = 0");
}

void rows_order(struct buf *sql, enum db_engine engine, struct str column, bool descending)
{
	buf_add(sql, column);
	if (descending)
		buf_lit(sql, " DESC");
	if (engine == DB_POSTGRES)
		buf_z(sql, descending ? " NULLS LAST" : " NULLS FIRST");
}

void rows_select(struct buf *sql, const struct record *r, enum audience who, enum lang lang,
		 bool ended)
{
	buf_lit(sql, "SELECT rid, id, party, ledger, n, versions, time, actor, state, data");
	if (r->joint)
		buf_lit(sql, ", proposer, awaited, since, receipt");
	if (kind_has_labels(r)) {
		buf_lit(sql, ", label_");
		buf_z(sql, lang_codes[lang]);
	}
	buf_lit(sql, " FROM r_");
	buf_z(sql, r->name);
	buf_lit(sql, " WHERE");
	rows_seen(sql, "rid", who, ended);
}

bool rows_party(struct view *v, struct str party, unsigned *place)
{
	const struct charter *c = store_charter(v->store);

	*place = RID_JOINT;
	if (str_is(party, JOINT_PARTY))
		return true;
	for (size_t i = 0; c && i < c->ledger_count; i++)
		if (str_eq(c->ledgers[i].party, party)) {
			*place = (unsigned)i;
			return true;
		}
	return false;
}

bool filter_says_yes(struct str value)
{
	return str_is(value, "true") || str_is(value, "1");
}

/* What stands in no column; data is only read where it must be.  The other side may write
 * JSON in its own way: what looks like the mark of made-up figures is read. */
static void read_data(struct arena *a, enum lang lang, struct record_row *row)
{
	bool labelled = kind_has_labels(row->record);
	const struct json *made_up;
	struct json *data;
	struct err ignored;

	if (labelled && str_find(row->data, S("\"illustrative\"")) == row->data.n)
		return;
	if (!json_object(a, row->data, &data, &ignored))
		return;
	made_up = json_get(data, "illustrative");
	row->illustrative = made_up && made_up->type == JSON_BOOL && made_up->num;
	if (!labelled)
		row->label = record_label(a, row->record, data, lang);
}

void rows_read(struct stmt *s, struct arena *a, const struct record *r, enum lang lang,
	       struct record_row *out)
{
	int64_t rid = col_int(s, 0);
	int at = 10;

	*out = (struct record_row){ .record = r,
				    .id = arena_str(a, col_text(s, 1)),
				    .party = arena_str(a, col_text(s, 2)),
				    .ledger = arena_str(a, col_text(s, 3)),
				    .n = (uint64_t)col_int(s, 4),
				    .versions = (unsigned)col_int(s, 5),
				    .time = arena_str(a, col_text(s, 6)),
				    .actor = arena_str(a, col_text(s, 7)),
				    .state = arena_str(a, col_text(s, 8)),
				    .data = arena_str(a, col_text(s, 9)),
				    .visibility = rid_visibility(rid),
				    .ended = rid & RID_ENDED };
	if (r->joint && !col_null(s, at)) {
		out->proposer = arena_str(a, col_text(s, at));
		out->awaited = arena_str(a, col_text(s, at + 1));
		out->since = arena_str(a, col_text(s, at + 2));
		out->receipt = col_int(s, at + 3);
	}
	if (kind_has_labels(r))
		out->label = arena_str(a, col_text(s, r->joint ? at + 4 : at));
	read_data(a, lang, out);
}

bool rows_by_rid(struct view *v, struct arena *a, int64_t rid, enum audience who,
		 enum lang lang, struct record_row *out, bool *found, struct err *err)
{
	const struct record *r = rid_record(rid);
	struct stmt *s;
	struct buf sql;

	buf_init(&sql, VIEW_SQL_MAX);
	rows_select(&sql, r, who, lang, true);
	buf_lit(&sql, " AND rid = ?");
	s = db_prepare_text(v->reg, buf_str(&sql), err);
	buf_done(&sql);
	if (!s)
		return false;
	stmt_int(s, 0, rid);
	if (!stmt_step(s, found, err))
		return false;
	if (*found) {
		rows_read(s, a, r, lang, out);
		stmt_reset(s);
	}
	return true;
}

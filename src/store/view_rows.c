#include "store/view_rows.h"
#include "store/schema.h"

void rows_seen(struct buf *sql, const char *rid, enum audience who, bool ended)
{
	int64_t bit = rid_bit(who);

	buf_lit(sql, " (");
	buf_z(sql, rid);
	buf_lit(sql, " & ");
	buf_i64(sql, ended ? bit : bit | RID_ENDED);
	buf_lit(sql, ") = ");
	buf_i64(sql, bit);
}

void rows_select(struct buf *sql, const struct record *r, enum audience who, enum lang lang,
		 bool ended, enum rows_extent data)
{
	static const char *const datas[] = { [ROWS_BRIEF] = "coalesce(brief, data)",
					     [ROWS_SHORT] = ROWS_SHORT_SQL,
					     [ROWS_WHOLE] = "data" };

	buf_lit(sql, "SELECT rid, id, party, " ROW_LEDGER ", n, " ROW_VERSIONS
		     ", time, actor, state, "
		     "illustrative, ");
	buf_z(sql, datas[data]);
	if (kind_has_labels(r)) {
		buf_lit(sql, ", ");
		kind_label(sql, lang);
	} else {
		buf_z(sql, data == ROWS_SHORT ? ", brief" : ", NULL");
	}
	if (r->joint)
		buf_lit(sql, ", proposer, awaited, since, receipt");
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

struct str rows_cut(struct str s)
{
	return str_cut_whole(s, LABEL_MAX);
}

struct str rows_label(struct arena *a, const struct record *r, const struct json *data,
		      enum lang lang)
{
	struct str label = record_label(a, r, data, lang);

	return label.n <= LABEL_MAX ? label : arena_join(a, rows_cut(label), S("…"));
}

/* A kind without labels has them made of its data, which is then there to be looked at; or of
 * `brief` where that was left out. */
static void make_label(struct arena *a, enum lang lang, struct str brief,
		       struct record_row *row)
{
	struct json *parsed;
	struct err ignored;

	if (!json_object(a, row->data.n ? row->data : brief, &parsed, &ignored))
		return;
	row->label = rows_label(a, row->record, parsed, lang);
	if (row->data.n)
		row->parsed = parsed;
}

void rows_read(struct stmt *s, struct arena *a, const struct record *r, enum lang lang,
	       struct record_row *out)
{
	int64_t rid = col_int(s, 0);

	*out = (struct record_row){ .record = r,
				    .rid = rid,
				    .id = arena_str(a, col_text(s, 1)),
				    .party = arena_str(a, col_text(s, 2)),
				    .ledger = arena_str(a, col_text(s, 3)),
				    .n = (uint64_t)col_int(s, 4),
				    .versions = (unsigned)col_int(s, 5),
				    .time = arena_str(a, col_text(s, 6)),
				    .actor = arena_str(a, col_text(s, 7)),
				    .state = arena_str(a, col_text(s, 8)),
				    .illustrative = col_int(s, 9),
				    .data = arena_str(a, col_text(s, 10)),
				    .visibility = rid_visibility(rid),
				    .ended = rid & RID_ENDED };
	if (kind_has_labels(r))
		out->label = arena_str(a, col_text(s, 11));
	else
		make_label(a, lang, arena_str(a, col_text(s, 11)), out);
	if (r->joint && !col_null(s, 12)) {
		out->proposer = arena_str(a, col_text(s, 12));
		out->awaited = arena_str(a, col_text(s, 13));
		out->since = arena_str(a, col_text(s, 14));
		out->receipt = col_int(s, 15);
	}
}

struct stmt *rows_numbered(struct view *v, const struct record *r, enum audience who,
			   enum lang lang, struct err *err)
{
	struct stmt *s;
	struct buf sql;

	buf_init(&sql, VIEW_SQL_MAX);
	rows_select(&sql, r, who, lang, true, ROWS_BRIEF);
	buf_lit(&sql, " AND rid = ?");
	s = db_prepare_text(v->reg, buf_str(&sql), err);
	buf_done(&sql);
	return s;
}

bool rows_by_rid(struct view *v, struct arena *a, int64_t rid, enum audience who,
		 enum lang lang, struct record_row *out, bool *found, struct err *err)
{
	const struct record *r = rid_record(rid);
	struct stmt *s = rows_numbered(v, r, who, lang, err);

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

bool rows_data(struct view *v, struct arena *a, struct record_row *row, size_t room, bool *fits,
	       struct err *err)
{
	struct stmt *s;
	struct buf sql;
	bool found;

	buf_init(&sql, VIEW_SQL_MAX);
	buf_lit(&sql, "SELECT data FROM r_");
	buf_z(&sql, row->record->name);
	buf_lit(&sql, " WHERE rid = ?");
	s = db_prepare_text(v->reg, buf_str(&sql), err);
	buf_done(&sql);
	if (!s)
		return false;
	stmt_int(s, 0, row->rid);
	if (!stmt_step(s, &found, err))
		return false;
	*fits = !found || col_text(s, 0).n <= room;
	if (found && *fits) {
		row->data = arena_str(a, col_text(s, 0));
		row->parsed = NULL;
	}
	if (found)
		stmt_reset(s);
	return true;
}

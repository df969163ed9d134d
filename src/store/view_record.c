#include "base/uuid.h"
#include "store/schema.h"
#include "store/view_rows.h"

#include <string.h>

static bool missing(const struct record *r, struct ref ref, struct err *err)
{
	return err_set(err, ERR_MISSING, "",
		       N_("There is no %1 %2/%3 in this register that you may see."), r->name,
		       err_arg(ref.party), err_arg(ref.id));
}

bool rows_find(struct view *v, struct arena *a, const struct row_asked *q,
	       struct record_row *out, struct err *err)
{
	struct stmt *s;
	struct buf sql;
	bool found;

	if (q->record->part || !uuid_valid(q->ref.id))
		return missing(q->record, q->ref, err);
	buf_init(&sql, VIEW_SQL_MAX);
	rows_select(&sql, q->record, q->who, q->lang, true, q->data);
	buf_lit(&sql, " AND id = ? AND party = ?");
	s = db_prepare_text(v->reg, buf_str(&sql), err);
	buf_done(&sql);
	if (!s)
		return false;
	stmt_text(s, 0, q->ref.id);
	stmt_text(s, 1, q->ref.party);
	if (!stmt_step(s, &found, err))
		return false;
	if (!found)
		return missing(q->record, q->ref, err);
	rows_read(s, a, q->record, q->lang, out);
	stmt_reset(s);
	return true;
}

bool view_record(struct view *v, struct arena *a, const struct record *r, struct ref ref,
		 enum audience who, enum lang lang, struct record_row *out, struct err *err)
{
	struct row_asked q = { r, ref, who, lang, ROWS_WHOLE };

	return rows_find(v, a, &q, out, err);
}

static struct stmt *there_query(struct view *v, const struct record *r, enum audience who,
				struct err *err)
{
	struct stmt *s;
	struct buf sql;

	buf_init(&sql, VIEW_SQL_MAX);
	buf_lit(&sql, "SELECT party, id FROM r_");
	buf_z(&sql, r->name);
	buf_lit(&sql, " WHERE");
	rows_seen(&sql, "rid", who, true);
	buf_lit(&sql, " AND (id, party) >= (?, ?) ORDER BY id, party LIMIT 1");
	s = db_prepare_text(v->reg, buf_str(&sql), err);
	buf_done(&sql);
	return s;
}

int ref_order(const struct ref *a, const struct ref *b)
{
	int c = str_cmp(a->id, b->id);

	return c ? c : str_cmp(a->party, b->party);
}

/* The first that is there from one on says of all before it that they are not. */
bool view_there(struct view *v, const struct record *r, enum audience who,
		const struct ref *refs, size_t n, bool *there, struct err *err)
{
	struct stmt *s = there_query(v, r, who, err);
	size_t i = 0;
	bool row;

	memset(there, 0, n * sizeof(*there));
	while (s && i < n) {
		struct ref next;

		stmt_text(s, 0, refs[i].id);
		stmt_text(s, 1, refs[i].party);
		if (!stmt_step(s, &row, err))
			return false;
		if (!row)
			return true;
		next = (struct ref){ col_text(s, 0), col_text(s, 1) };
		do
			there[i] = ref_order(&refs[i], &next) == 0;
		while (++i < n && ref_order(&refs[i], &next) <= 0);
		stmt_reset(s);
	}
	return s != NULL;
}

/* Only the label's column is read where the kind keeps one. */
static struct stmt *label_query(struct view *v, const struct record *r, enum audience who,
				enum lang lang)
{
	struct stmt *s;
	struct buf sql;
	struct err err;

	buf_init(&sql, VIEW_SQL_MAX);
	buf_lit(&sql, "SELECT ");
	if (kind_has_labels(r))
		kind_label(&sql, lang);
	else
		buf_lit(&sql, "coalesce(brief, data)");
	buf_lit(&sql, " FROM r_");
	buf_z(&sql, r->name);
	buf_lit(&sql, " WHERE");
	rows_seen(&sql, "rid", who, true);
	buf_lit(&sql, " AND id = ? AND party = ?");
	s = db_prepare_text(v->reg, buf_str(&sql), &err);
	buf_done(&sql);
	return s;
}

struct str view_label(struct view *v, struct arena *a, const struct record *r, struct str ref,
		      enum audience who, enum lang lang, bool *found)
{
	struct ref to;
	struct json *data;
	struct str label;
	struct stmt *s;
	struct err err;

	*found = false;
	if (r->part || !ref_parse(ref, &to))
		return ref;
	s = label_query(v, r, who, lang);
	if (!s)
		return ref;
	stmt_text(s, 0, to.id);
	stmt_text(s, 1, to.party);
	if (!stmt_step(s, found, &err) || !*found)
		return ref;
	label = arena_str(a, col_text(s, 0));
	stmt_reset(s);
	if (!kind_has_labels(r))
		label = json_object(a, label, &data, &err) ? rows_label(a, r, data, lang) : ref;
	return label.n ? label : ref;
}

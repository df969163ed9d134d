#include "store/flows.h"
#include "store/schema.h"
#include "store/view_rows.h"

#include <string.h>

/* --- what a field puts in its columns --- */

static void bind_dec(struct stmt *s, int i, const struct json *v)
{
	struct dec d;

	if (v && v->type == JSON_STR && dec_parse(v->str, &d))
		stmt_dec(s, i, d);
}

/* As long as an index can hold. */
static void bind_text(struct stmt *s, int i, const struct json *v)
{
	if (v && v->type == JSON_STR)
		stmt_text(s, i, rows_cut(v->str));
}

/* A counterpart's entry may hold anything: what is not of its kind stays NULL. */
static void bind_field(struct stmt *s, int i, const struct field *f, const struct json *v)
{
	int32_t day;

	switch (f->kind) {
	case TEXT:
	case CODE: bind_text(s, i, v); break;
	case DATE:
		if (v->type == JSON_STR && date_parse(v->str, &day))
			stmt_text(s, i, v->str);
		break;
	case BOOL:
		if (v->type == JSON_BOOL)
			stmt_int(s, i, v->num);
		break;
	case DECIMAL:
	case PERCENT: bind_dec(s, i, v); break;
	case QUANTITY: bind_dec(s, i, json_get(v, "amount")); break;
	case MONEY:
		bind_dec(s, i, json_get(v, "amount"));
		bind_text(s, i + 1, json_get(v, "currency"));
		break;
	case MTEXT:
	case REF:
	case COORD:
	case FILE_REF:
	case PARTS:
	case FIELD_KIND_COUNT: break;
	}
}

static void bind_fields(struct projection *p, struct stmt *s, int i, const struct row *r)
{
	const struct kind *k = &p->kinds[record_id_of(r->record)];

	for (unsigned c = 0; c < k->column_count; c++) {
		const struct field *f = &fields[k->column[c].field];
		const struct json *v = r->values.at[k->column[c].field - r->record->first];

		if (v)
			bind_field(s, i + (int)k->column[c].at, f, v);
	}
}

/* --- rows --- */

static bool is_illustrative(struct projection *p, const struct row *r)
{
	int field = p->kinds[record_id_of(r->record)].illustrative;
	const struct json *v = value_of(&r->values, (enum field_id)field);

	return v && v->type == JSON_BOOL && v->num;
}

static int bind_alike(struct stmt *s, int at, const struct row *r)
{
	stmt_text(s, at + COL_PARTY, r->party);
	stmt_int(s, at + COL_LAYER, r->layer);
	stmt_text(s, at + COL_TIME, r->time);
	return at + COL_RID;
}

static int bind_own(struct stmt *s, int at, const struct row *r)
{
	stmt_int(s, at++, r->rid);
	stmt_text(s, at++, r->id);
	stmt_int(s, at++, (int64_t)r->n);
	return at;
}

/* Whether the row can stand in `most`, beside the first one. */
static bool is_most(struct projection *p, const struct row *r, const struct row *first)
{
	if (!r->record->joint && (r->state.n || !str_eq(r->ledger, r->party)))
		return false;
	return !r->layer && str_eq(r->party, first->party) && str_eq(r->time, first->time) &&
	       !r->has_prev && !r->flags.n && r->versions == 1 && r->body == r->n &&
	       !r->actor.n && !is_illustrative(p, r);
}

static int bind_late(struct projection *p, struct stmt *s, int at, const struct row *r,
		     bool all)
{
	if (!all && !r->record->joint)
		return at;
	if (!str_eq(r->ledger, r->party))
		stmt_text(s, at + LATE_LEDGER, r->ledger);
	if (r->state.n)
		stmt_text(s, at + LATE_STATE, r->state);
	if (!all)
		return at + LATE_JOINT;
	if (r->has_prev)
		stmt_int(s, at + LATE_PREV, (int64_t)r->prev);
	if (r->flags.n)
		stmt_text(s, at + LATE_FLAGS, r->flags);
	if (r->versions != 1)
		stmt_int(s, at + LATE_VERSIONS, (int64_t)r->versions);
	if (r->body != r->n)
		stmt_int(s, at + LATE_BODY, (int64_t)r->body);
	if (r->actor.n)
		stmt_text(s, at + LATE_ACTOR, r->actor);
	if (is_illustrative(p, r))
		stmt_int(s, at + LATE_ILLUSTRATIVE, 1);
	return at + LATE_COUNT;
}

static struct str brief_of(struct projection *p, const struct row *r)
{
	struct buf *b = &p->text;

	buf_clear(b);
	if (r->data->raw.n <= BRIEF_FROM)
		return (struct str){ 0 };
	buf_ch(b, '{');
	for (int i = r->record->first; i < r->record->end; i++) {
		const struct json *v = r->values.at[i - r->record->first];

		if (!v || !kind_is_brief(&fields[i]) || v->raw.n > BRIEF_VALUE_MAX ||
		    b->n + v->raw.n > BRIEF_MAX)
			continue;
		buf_add(b, field_keys[i]);
		buf_add(b, v->raw);
		buf_ch(b, ',');
	}
	if (b->n > 1)
		b->n--;
	buf_ch(b, '}');
	return arena_str(&p->once, buf_str(b));
}

static void bind_data(struct projection *p, struct stmt *s, int i, const struct row *r)
{
	struct str brief = brief_of(p, r);

	if (brief.n)
		stmt_text(s, i, brief);
	stmt_text(s, i + 1, r->data->raw);
}

static int bind_awaited(struct stmt *s, int i, const struct row *r)
{
	if (!r->record->joint)
		return i;
	if (r->awaited.n) {
		stmt_text(s, i, r->proposer);
		stmt_text(s, i + 1, r->awaited);
		stmt_text(s, i + 2, r->since);
		stmt_int(s, i + 3, r->receipt);
	}
	return i + 4;
}

/* A row nobody may see is kept for p_record alone. */
bool row_kept(struct projection *p, const struct row *r, bool came, struct err *err)
{
	if (!r->mask)
		return true;
	totals_count(p, r, came ? 1 : -1);
	money_row(p, r, came ? 1 : -1);
	lines_row(p, r, came ? 1 : -1);
	search_add(p, r, !came);
	labels_mark(p, r, came);
	due_mark(p, r, came);
	return flows_row(p, r, came, err);
}

/* From parameter `at` on; gives the first behind them. */
static int bind_row(struct projection *p, struct stmt *s, int at, struct row *r, bool all)
{
	if (all)
		at = bind_alike(s, at, r);
	at = bind_own(s, at, r);
	at = bind_awaited(s, at, r);
	at = labels_bind(p, s, at, r);
	bind_fields(p, s, at, r);
	at += (int)p->kinds[record_id_of(r->record)].width;
	bind_data(p, s, at, r);
	return bind_late(p, s, at + 2, r, all);
}

bool row_insert(struct projection *p, struct row *r, bool *made, struct err *err)
{
	const struct kind *k = &p->kinds[record_id_of(r->record)];
	struct stmt *s = db_prepare_text(p->db, made ? k->insert : k->add, err);

	if (!s)
		return false;
	values_find(r->record, r->data, &r->values);
	(void)bind_row(p, s, 0, r, true);
	if (!stmt_done(s, err))
		return false;
	if (made)
		*made = stmt_changes(s) > 0;
	return (made && !*made) || row_kept(p, r, true, err);
}

bool rows_insert(struct projection *p, struct row *const rows[ROWS_AT_ONCE], int64_t *made,
		 struct err *err)
{
	const struct kind *k = &p->kinds[record_id_of(rows[0]->record)];
	bool all = false;
	struct stmt *s;
	int at = 0;

	for (int i = 0; i < ROWS_AT_ONCE; i++) {
		values_find(rows[i]->record, rows[i]->data, &rows[i]->values);
		all = all || !is_most(p, rows[i], rows[0]);
	}
	s = db_prepare_text(p->db, all ? k->many : k->most, err);
	if (!s)
		return false;
	if (!all) {
		stmt_text(s, at++, rows[0]->party);
		stmt_text(s, at++, rows[0]->time);
	}
	for (int i = 0; i < ROWS_AT_ONCE; i++)
		at = bind_row(p, s, at, rows[i], all);
	if (!stmt_done(s, err))
		return false;
	*made = stmt_changes(s);
	return true;
}

int64_t rid_again(struct projection *p, const struct old_rows *old, int64_t shape)
{
	for (size_t i = 0; i < old->n; i++)
		if ((old->rid[i] & RID_SHAPE) == shape)
			return old->rid[i];
	return p->next_rid++ << RID_SEQ | shape;
}

/* What a row of the table needs to be taken back: `data` is parsed anew. */
static bool row_read(struct projection *p, struct stmt *s, struct row *r, struct err *err)
{
	struct json *data;

	r->rid = col_int(s, 0);
	r->mask = (unsigned)r->rid & RID_ALL;
	r->ended = r->rid & RID_ENDED;
	r->state = arena_str(&p->once, col_text(s, 1));
	if (!json_object(&p->once, arena_str(&p->once, col_text(s, 2)), &data, err))
		return false;
	r->data = data;
	values_find(r->record, r->data, &r->values);
	return true;
}

bool rows_remove(struct projection *p, const struct record *record, struct str party,
		 struct str id, struct old_rows *old, struct err *err)
{
	struct row rows[4]; /* one an audience at the most, and room to ask for another */
	struct stmt *s;
	bool row = true;

	old->n = 0;
	buf_clear(&p->text);
	buf_lit(&p->text, "SELECT rid, state, data FROM r_");
	buf_z(&p->text, record->name);
	buf_lit(&p->text, " WHERE id = ? AND party = ?");
	s = db_prepare_text(p->db, buf_str(&p->text), err);
	if (!s)
		return false;
	stmt_text(s, 0, id);
	stmt_text(s, 1, party);
	while (row) {
		struct row *r = &rows[old->n];

		*r = (struct row){ .record = record, .party = party, .id = id };
		if (!stmt_step(s, &row, err) || (row && !row_read(p, s, r, err)))
			return false;
		if (row)
			old->rid[old->n++] = r->rid;
	}
	for (size_t i = 0; i < old->n; i++)
		if (!row_kept(p, &rows[i], false, err))
			return false;
	buf_clear(&p->text);
	buf_lit(&p->text, "DELETE FROM r_");
	buf_z(&p->text, record->name);
	buf_lit(&p->text, " WHERE id = ? AND party = ?");
	s = old->n ? db_prepare_text(p->db, buf_str(&p->text), err) : NULL;
	if (!s)
		return !old->n;
	stmt_text(s, 0, id);
	stmt_text(s, 1, party);
	return stmt_done(s, err);
}

#include "store/project.h"
#include "store/schema.h"

#include <assert.h>

static const char unless_there[] = " ON CONFLICT (id, party, layer) DO NOTHING";

/* "INSERT … INTO r_kind (…) VALUES (?,…),(?,…)" with so many rows. */
static void insert_sql(struct buf *out, const char *insert, const struct record *r, bool all,
		       int rows)
{
	struct str columns, name;
	struct buf b, row;
	int n = 0;

	buf_init(&b, 1 << 16);
	buf_init(&row, 1 << 16);
	kind_written(&b, r, all);
	columns = buf_str(&b);
	buf_clear(out);
	buf_z(out, insert);
	buf_z(out, r->name);
	buf_lit(out, " (");
	buf_add(out, columns);
	buf_lit(out, ") VALUES ");
	buf_z(&row, all ? "(?,?,?" : "(?1,0,?2");
	while (str_split(&columns, ',', &name))
		if (n++ >= COL_RID)
			buf_lit(&row, ",?");
	for (int i = 0; i < rows; i++) {
		buf_z(out, i ? ")," : "");
		buf_add(out, buf_str(&row));
	}
	buf_ch(out, ')');
	buf_done(&row);
	buf_done(&b);
}

static struct str one_sql(struct projection *p, const struct record *r)
{
	insert_sql(&p->text, "INSERT INTO r_", r, true, 1);
	buf_z(&p->text, unless_there);
	return arena_str(&p->fixed, buf_str(&p->text));
}

/* What is not ignored must not be: whoever runs it counts. */
static struct str many_sql(struct projection *p, const struct record *r, bool all)
{
	insert_sql(&p->text, "INSERT OR IGNORE INTO r_", r, all, ROWS_AT_ONCE);
	return arena_str(&p->fixed, buf_str(&p->text));
}

static bool is_counted(const struct field *f)
{
	return f->column && (f->kind == CODE || f->kind == REF || f->kind == BOOL);
}

static void kind_make(struct projection *p, const struct record *r)
{
	struct kind *k = &p->kinds[record_id_of(r)];
	struct field_column c[FIELD_COLUMNS_MAX];
	unsigned at = 0;

	k->labels = kind_has_labels(r);
	for (int i = r->first; i < r->end; i++) {
		unsigned n = field_in_table((enum field_id)i)
				     ? (unsigned)field_columns(&fields[i], c)
				     : 0;

		if (n)
			k->column[k->column_count++] = (struct kind_column_at){ i, at };
		if (is_counted(&fields[i]))
			k->counted[k->counted_count++] = i;
		at += n;
	}
	k->width = at;
	for (size_t i = 0; i < due_rule_count; i++)
		k->due = k->due || due_rules[i].record == record_id_of(r) ||
			 due_rules[i].report == record_id_of(r);
	for (int i = r->first; i < r->end; i++)
		if (str_is(str_z(fields[i].name), "illustrative"))
			k->illustrative = i;
	k->insert = one_sql(p, r);
	k->add = str_cut(k->insert, k->insert.n + 1 - sizeof(unless_there));
	k->many = many_sql(p, r, true);
	k->most = many_sql(p, r, false);
}

void kinds_make(struct projection *p)
{
	for (const struct record *r = records + 1; r < records + RECORD_COUNT; r++) {
		assert(r->end - r->first <= VALUES_MAX);
		if (kind_has_table(r))
			kind_make(p, r);
	}
}

void values_find(const struct record *r, const struct json *data, struct values *out)
{
	out->record = r;
	record_place(r, data, out->at);
}

const struct json *value_of(const struct values *v, enum field_id f)
{
	return f == FIELD_NONE ? NULL : v->at[(int)f - v->record->first];
}

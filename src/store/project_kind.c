#include "store/project.h"
#include "store/schema.h"

#include <assert.h>

static const char unless_there[] = " ON CONFLICT (id, party, layer) DO NOTHING";

static void insert_sql(struct buf *out, const struct record *r, struct str columns)
{
	struct str name, type, separator = S("?");

	buf_lit(out, "INSERT INTO r_");
	buf_z(out, r->name);
	buf_lit(out, " VALUES (");
	for (; table_column(&columns, &name, &type); separator = S(",?"))
		buf_add(out, separator);
	buf_ch(out, ')');
	buf_z(out, unless_there);
}

/* What is not ignored must not be: whoever runs it counts. */
static struct str many_sql(struct projection *p, const struct record *r, struct str columns)
{
	struct str name, type, separator = S("?");
	struct buf row;

	buf_init(&row, 1 << 10);
	while (table_column(&columns, &name, &type)) {
		buf_add(&row, separator);
		separator = S(",?");
	}
	buf_clear(&p->text);
	buf_lit(&p->text, "INSERT OR IGNORE INTO r_");
	buf_z(&p->text, r->name);
	for (int i = 0; i < ROWS_AT_ONCE; i++) {
		buf_z(&p->text, i ? ",(" : " VALUES (");
		buf_add(&p->text, buf_str(&row));
		buf_ch(&p->text, ')');
	}
	buf_done(&row);
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
	struct buf columns;
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
	buf_init(&columns, 1 << 16);
	kind_columns(&columns, r);
	buf_clear(&p->text);
	insert_sql(&p->text, r, buf_str(&columns));
	k->insert = arena_str(&p->fixed, buf_str(&p->text));
	k->add = str_cut(k->insert, k->insert.n + 1 - sizeof(unless_there));
	k->many = many_sql(p, r, buf_str(&columns));
	buf_done(&columns);
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

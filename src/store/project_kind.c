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

static void kind_make(struct projection *p, const struct record *r)
{
	struct kind *k = &p->kinds[record_id_of(r)];
	struct field_column c[FIELD_COLUMNS_MAX];
	struct buf columns;
	unsigned at = 0;

	k->labels = kind_has_labels(r);
	for (int i = r->first; i < r->end; i++) {
		unsigned n = (unsigned)field_columns(&fields[i], c);

		if (n)
			k->column[k->column_count++] = (struct kind_column_at){ i, at };
		at += n;
	}
	k->width = at;
	for (int i = r->first; i < r->end; i++)
		if (str_is(str_z(fields[i].name), "illustrative"))
			k->illustrative = i;
	buf_init(&columns, 1 << 16);
	kind_columns(&columns, r);
	buf_clear(&p->text);
	insert_sql(&p->text, r, buf_str(&columns));
	k->insert = arena_str(&p->fixed, buf_str(&p->text));
	k->add = str_cut(k->insert, k->insert.n + 1 - sizeof(unless_there));
	buf_done(&columns);
}

void kinds_make(struct projection *p)
{
	for (int i = 0; i < FIELD_COUNT; i++)
		p->names[i] = str_z(fields[i].name);
	for (const struct record *r = records + 1; r < records + RECORD_COUNT; r++) {
		assert(r->end - r->first <= VALUES_MAX);
		if (kind_has_table(r))
			kind_make(p, r);
	}
}

/* Members stand in the order of the fields as a rule: each is looked for from where the one
 * before it was found. */
void values_find(const struct projection *p, const struct record *r, const struct json *data,
		 struct values *out)
{
	int n = r->end - r->first, from = 0;

	out->record = r;
	for (int i = 0; i < n; i++)
		out->at[i] = NULL;
	if (data->type != JSON_OBJECT)
		return;
	for (const struct json *m = data->child; m; m = m->next)
		for (int i = 0; i < n; i++) {
			int at = from + i < n ? from + i : from + i - n;

			if (str_eq(m->name, p->names[r->first + at])) {
				out->at[at] = m;
				from = at + 1;
				break;
			}
		}
}

const struct json *value_of(const struct values *v, enum field_id f)
{
	return f == FIELD_NONE ? NULL : v->at[(int)f - v->record->first];
}

/* A table looked at, and taken in, for the import page. */
#include "web/import.h"

#include "register/register.h"

enum { ROW_ARENA = 256 << 20, BATCH = 500, SENTENCE_MAX = 64 << 10 };

void import_tell(struct import_job *j, uint64_t row, struct str column, const struct err *err)
{
	struct arena *a = j->v->a;
	struct buf sentence;

	j->counts.faults++;
	if (j->fault_count == IMPORT_FAULTS)
		return;
	buf_init(&sentence, SENTENCE_MAX);
	lang_err(&sentence, j->v->lang, err);
	j->faults[j->fault_count++] =
		(struct import_fault){ row, arena_str(a, column), arena_buf(a, &sentence) };
}

static void on_fault(void *ctx, const struct table_fault *f)
{
	import_tell(ctx, f->row, f->column, f->err);
}

static struct table_in *open_table(struct import_job *j, struct err *err)
{
	const struct table_in_plan plan = { .file = j->format,
					    .sheet = j->sheet,
					    .mapping = j->mapping,
					    .mapping_count = j->mapping_count,
					    .lenient = true,
					    .view = j->v->view,
					    .record = j->record,
					    .party = node_party(j->v->node),
					    .lang = j->v->lang,
					    .model = node_model(j->v->node) };

	return table_in_open(&plan, j->bytes, err);
}

/* --- looking --- */

static void note_row(struct import_job *j, struct arena *a, const struct table_in_row *row)
{
	struct json *draft;
	struct err ignored;

	if (j->row_count == IMPORT_ROWS || row->does == ROW_LEAVES ||
	    !json_object(a, row->draft, &draft, &ignored))
		return;
	j->rows[j->row_count++] = (struct import_row){
		.row = row->row,
		.adds = row->does == ROW_ADDS,
		.label = arena_str(j->v->a, record_label(a, j->record, json_obj(draft, "data"),
							 j->v->lang))
	};
}

static void count_row(struct import_job *j, struct arena *a, const struct table_in_row *row)
{
	j->counts.rows++;
	j->counts.refused += row->faults > 0;
	if (row->faults > 0)
		return;
	j->counts.added += row->does == ROW_ADDS;
	j->counts.changed += row->does == ROW_CHANGES;
	j->counts.unchanged += row->does == ROW_LEAVES;
	note_row(j, a, row);
}

static bool look_at_rows(struct import_job *j, struct err *err)
{
	struct table_in_row row;
	struct arena a;
	bool more = true, ok = true;

	arena_init(&a, ROW_ARENA);
	while (ok && more) {
		arena_reset(&a);
		ok = table_in_next(j->table, &a, &row, &more, on_fault, j, err);
		if (ok && more)
			count_row(j, &a, &row);
	}
	arena_done(&a);
	return ok;
}

bool import_table_look(struct import_job *j)
{
	if (j->format == TABLE_FILE_XLSX &&
	    !table_sheets(j->v->a, j->bytes, &j->sheets, &j->sheet_count, &j->why))
		return false;
	j->table = open_table(j, &j->why);
	if (!j->table)
		return false;
	j->unfit = table_in_unfit(j->table, &j->why);
	return j->unfit || look_at_rows(j, &j->why);
}

/* --- writing --- */

static void count_results(struct import_job *j, const struct act_result *r, size_t n,
			  const uint64_t *rows)
{
	for (size_t i = 0; i < n; i++) {
		j->counts.added += r[i].done && r[i].outcome == ACT_ADDED;
		j->counts.changed += r[i].done && r[i].outcome == ACT_CHANGED;
		j->counts.unchanged += r[i].done && r[i].outcome == ACT_UNCHANGED;
		j->counts.refused += !r[i].done;
		if (!r[i].done)
			import_tell(j, rows[i], S(""), &r[i].errors[0]);
	}
}

/* Up to BATCH rows in one commit. */
static bool write_some(struct import_job *j, struct table_in *t, struct arena *a, bool *more)
{
	struct act_result *results = arena_array(a, struct act_result, BATCH);
	struct draft drafts[BATCH];
	struct table_in_row row;
	uint64_t rows[BATCH];
	size_t n = 0;

	while (n < BATCH && *more) {
		if (!table_in_next(t, a, &row, more, on_fault, j, &j->why))
			return false;
		j->counts.rows += *more;
		j->counts.refused += *more && row.faults > 0;
		j->counts.unchanged += *more && !row.faults && row.does == ROW_LEAVES;
		if (!*more || row.faults || row.does == ROW_LEAVES)
			continue;
		rows[n] = row.row;
		drafts[n++] = (struct draft){ .json = row.draft, .actor = j->v->person.actor };
	}
	if (n)
		register_batch(j->v->node, a, drafts, n, results);
	count_results(j, results, n, rows);
	return true;
}

bool import_table_write(struct import_job *j)
{
	struct table_in *t = open_table(j, &j->why);
	bool more = true, ok = t && !table_in_unfit(t, &j->why);
	struct arena a;

	arena_init(&a, ROW_ARENA);
	while (ok && more) {
		arena_reset(&a);
		ok = write_some(j, t, &a, &more);
	}
	arena_done(&a);
	table_in_close(t);
	return ok;
}

/* A table looked at, and taken in, for the import page. */
#include "web/import.h"

#include "exchange/table_run.h"

enum { SENTENCE_MAX = 64 << 10 };

void import_tell(struct import_job *j, uint64_t row, struct str column, const struct err *err)
{
	struct arena *a = j->v->a;
	struct buf sentence;

	j->faults_found++;
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

/* What each row is, when nobody has said so. */
static bool find_kind(struct import_job *j, struct table_in_plan *plan, struct err *err)
{
	if (plan->record)
		return true;
	if (!table_in_kind(plan, j->bytes, err))
		return err->kind == ERR_USAGE &&
		       err_set(err, ERR_INPUT, NULL,
			       N_("What each row is does not follow from the headings of the "
				  "file. Choose it."));
	j->record = plan->record;
	j->parts = plan->parts;
	return true;
}

static struct table_in *open_table(struct import_job *j, struct err *err)
{
	struct table_in_plan plan = { .file = j->format,
				      .sheet = j->sheet,
				      .mapping = j->mapping,
				      .mapping_count = j->mapping_count,
				      .lenient = true,
				      .view = j->v->view,
				      .record = j->record,
				      .parts = j->parts,
				      .party = node_party(j->v->node),
				      .lang = j->v->lang,
				      .model = node_model(j->v->node) };

	return find_kind(j, &plan, err) ? table_in_open(&plan, j->bytes, err) : NULL;
}

static void note_row(void *ctx, struct arena *a, const struct table_in_row *row)
{
	struct import_job *j = ctx;
	struct json *draft;
	struct err ignored;

	if (j->row_count == IMPORT_ROWS)
		return;
	j->rows[j->row_count++] =
		(struct import_row){ .row = row->row, .adds = row->does == ROW_ADDS };
	if (row->draft.n && json_object(a, row->draft, &draft, &ignored))
		j->rows[j->row_count - 1].label =
			arena_str(j->v->a, record_label(a, j->record, json_obj(draft, "data"),
							j->v->lang));
}

bool import_table_look(struct import_job *j)
{
	struct table_run run = { .fault = on_fault, .note = note_row, .ctx = j };
	bool ok;

	if (j->format == TABLE_FILE_XLSX &&
	    !table_sheets(j->v->a, j->bytes, &j->sheets, &j->sheet_count, &j->why))
		return false;
	run.table = j->table = open_table(j, &j->why);
	if (!j->table)
		return false;
	j->unfit = table_in_unfit(j->table, &j->why);
	ok = j->unfit || table_run_look(&run, &j->why);
	j->counts = run.counts;
	return ok;
}

bool import_table_write(struct import_job *j)
{
	struct table_run run = { .table = open_table(j, &j->why), .fault = on_fault, .ctx = j };
	bool ok = run.table && !table_in_unfit(run.table, &j->why) &&
		  table_run_write(&run, j->v->node, j->v->person.actor, &j->why);

	j->counts = run.counts;
	table_in_close(run.table);
	return ok;
}

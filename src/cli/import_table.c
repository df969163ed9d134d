/* benkan import of a table: every row is checked before the first is written. */
#include "cli/import.h"
#include "exchange/table_run.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FAULTS_SHOWN = 1000, JSON_ROOM = 16 << 20 };

struct importing {
	const struct words *w;
	struct node *node;
	struct table_in_plan plan;
	const char *file;
	void *map; /* of the file */
	struct str bytes;
	struct table_counts counts;
	uint64_t faults;
	struct buf errors, columns; /* JSON; empty without --json */
	struct json_w errors_w, columns_w;
};

/* --- findings --- */

static void fault_json(struct importing *im, const struct table_fault *f)
{
	struct json_w *j = &im->errors_w;
	struct buf sentence;

	buf_init(&sentence, 64 << 10);
	lang_err(&sentence, im->w->lang, f->err);
	json_open(j, '{');
	json_pair(j, "file", str_z(im->file));
	json_key(j, "row");
	json_put_int(j, (int64_t)f->row);
	json_pair(j, "column", f->column);
	json_pair(j, "message", buf_str(&sentence));
	json_close(j, '}');
	buf_done(&sentence);
}

static void fault_line(struct importing *im, const struct table_fault *f)
{
	struct buf line, sentence;

	buf_init(&line, 64 << 10);
	buf_init(&sentence, 64 << 10);
	lang_err(&sentence, im->w->lang, f->err);
	buf_z(&line, im->file);
	buf_ch(&line, ':');
	buf_u64(&line, f->row);
	buf_lit(&line, ": ");
	if (f->column.n > 0) {
		buf_lit(&line, "[");
		buf_add(&line, f->column);
		buf_lit(&line, "] ");
	}
	buf_add(&line, buf_str(&sentence));
	buf_lit(&line, "\n");
	fwrite(line.p, 1, line.n, stderr);
	buf_done(&line);
	buf_done(&sentence);
}

static void on_fault(void *ctx, const struct table_fault *f)
{
	struct importing *im = ctx;

	if (im->faults++ >= FAULTS_SHOWN)
		return;
	if (im->w->json)
		fault_json(im, f);
	else
		fault_line(im, f);
}

/* How each heading was understood. */
static void show_headings(struct importing *im, const struct table_in *t)
{
	struct str heading, name;

	for (size_t i = 0; table_in_heading(t, i, &heading, &name); i++) {
		struct str args[] = { heading, name };

		if (im->w->json) {
			json_open(&im->columns_w, '{');
			json_pair(&im->columns_w, "heading", heading);
			json_pair(&im->columns_w, "field", name);
			json_close(&im->columns_w, '}');
		} else if (name.n == 0) {
			cli_note(im->w, N_("Column “%1” is left out."), args, 1);
		} else if (!str_eq(heading, name)) {
			cli_note(im->w, N_("Column “%1” is taken for “%2”."), args, 2);
		}
	}
	if (table_in_value_day(t, &heading) && !im->w->json)
		cli_note(im->w, N_("The value date of money is the day in “%1”."), &heading, 1);
}

/* --- one file --- */

static bool each_table(struct importing *im, bool write, struct err *err)
{
	struct table_run run = { .table = table_in_open(&im->plan, im->bytes, err),
				 .counts = im->counts,
				 .fault = on_fault,
				 .told = write,
				 .ctx = im };
	bool ok;

	if (!run.table)
		return false;
	if (!write)
		show_headings(im, run.table);
	ok = write ? table_run_write(&run, im->node, str_z(word_of(im->w, "--actor")), err)
		   : table_run_look(&run, err);
	im->counts = run.counts;
	table_in_close(run.table);
	return ok;
}

static bool open_file(struct importing *im, const char *file, struct err *err)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	struct stat st;

	im->file = file;
	im->map = MAP_FAILED;
	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0)
		im->map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (fd >= 0)
		close(fd);
	if (im->map == MAP_FAILED)
		return err_set(err, ERR_UNREACHABLE, NULL,
			       N_("%1 cannot be read: it must be a file with something in it."),
			       file);
	im->bytes = str_of(im->map, (size_t)st.st_size);
	return true;
}

static void close_file(struct importing *im)
{
	munmap(im->map, im->bytes.n);
}

static bool each_file(struct importing *im, const char *file, bool write, struct err *err)
{
	bool ok;

	if (!open_file(im, file, err))
		return false;
	ok = each_table(im, write, err);
	close_file(im);
	return ok;
}

/* Without --kind the first file tells. */
static bool find_kind(struct importing *im, struct err *err)
{
	struct str name;
	bool ok;

	if (im->plan.record)
		return true;
	if (!open_file(im, im->w->args[0], err))
		return false;
	ok = table_in_kind(&im->plan, im->bytes, err);
	close_file(im);
	if (!ok)
		return false;
	name = table_name(im->w->a, im->plan.record, im->plan.parts);
	if (!im->w->json)
		cli_note(im->w, N_("The rows are taken for the table “%1” (--kind)."), &name,
			 1);
	return true;
}

static bool all_files(struct importing *im, bool write, struct err *err)
{
	im->counts = (struct table_counts){ 0 };
	for (size_t i = 0; i < im->w->arg_count; i++)
		if (!each_file(im, im->w->args[i], write, err))
			return false;
	return true;
}

/* --- the command --- */

static void put_count(struct json_w *j, const char *name, uint64_t n)
{
	json_key(j, name);
	json_put_int(j, (int64_t)n);
}

static int tell_json(struct importing *im, uint64_t rows)
{
	enum record_id kind = record_id_of(im->plan.record);
	struct buf b;
	struct json_w j = json_w(&b);
	int code;

	buf_init(&b, 4 * JSON_ROOM);
	json_open(&j, '{');
	put_count(&j, "files", im->w->arg_count);
	put_count(&j, "activities", kind == RECORD_project && !im->plan.parts ? rows : 0);
	put_count(&j, "added", im->counts.added);
	put_count(&j, "changed", im->counts.changed);
	put_count(&j, "unchanged", im->counts.unchanged);
	put_count(&j, "refused", im->counts.refused);
	put_count(&j, "transactions", kind == RECORD_transaction ? rows : 0);
	put_count(&j, "rows", rows);
	json_close(&im->columns_w, ']');
	json_close(&im->errors_w, ']');
	json_key(&j, "columns");
	json_put_raw(&j, buf_str(&im->columns));
	json_key(&j, "errors");
	json_put_raw(&j, buf_str(&im->errors));
	json_close(&j, '}');
	buf_ch(&b, '\n');
	code = cli_out(im->w, buf_str(&b));
	buf_done(&b);
	return code;
}

static int tell(struct importing *im, uint64_t rows, bool written)
{
	const struct str counts[] = { num_text(im->w->a, im->counts.added),
				      num_text(im->w->a, im->counts.changed),
				      num_text(im->w->a, im->counts.unchanged),
				      num_text(im->w->a, im->counts.refused) };

	if (im->w->json)
		return tell_json(im, rows);
	if (written)
		cli_line(im->w,
			 N_("Added: %1. Changed: %2. Left as they are: %3. Refused: %4."),
			 counts, 4);
	else
		cli_line(im->w,
			 N_("Nothing is written. It would add: %1, change: %2, leave: %3. "
			    "Refused: %4."),
			 counts, 4);
	return EXIT_GOOD;
}

static int import_all(struct importing *im)
{
	bool write = !word_given(im->w, "--preview");
	uint64_t rows;
	struct err err;
	int code;

	if (!find_kind(im, &err) || !all_files(im, false, &err))
		return cli_fail(im->w, &err);
	rows = im->counts.rows;
	write &= im->faults == 0 || word_given(im->w, "--keep-going");
	if (write && !all_files(im, true, &err))
		return cli_fail(im->w, &err);
	code = tell(im, rows, write);
	return code != EXIT_GOOD ? code : im->counts.refused ? EXIT_REFUSED : EXIT_GOOD;
}

static int import_node(struct importing *im)
{
	struct err err;
	int code;

	im->plan.party = node_party(im->node);
	im->plan.lang = im->w->lang;
	im->plan.model = node_model(im->node);
	if (!cli_view(im->node, &im->plan.view, &err))
		return cli_fail(im->w, &err);
	buf_init(&im->errors, JSON_ROOM);
	buf_init(&im->columns, JSON_ROOM);
	im->errors_w = json_w(&im->errors);
	im->columns_w = json_w(&im->columns);
	json_open(&im->errors_w, '[');
	json_open(&im->columns_w, '[');
	code = import_all(im);
	buf_done(&im->errors);
	buf_done(&im->columns);
	cli_view_end(im->plan.view);
	return code;
}

int import_table(const struct words *w)
{
	const char *kind = word_of(w, "--kind");
	struct importing im = { .w = w };
	struct table_plan table = { 0 };
	struct err err;
	int code;

	while (im.plan.file < TABLE_FILES &&
	       strcmp(table_file_names[im.plan.file], word_of(w, "--format")) != 0)
		im.plan.file++;
	im.plan.sheet = str_z(word_of(w, "--sheet"));
	if (kind && !table_named(str_z(kind), &table, &err)) {
		(void)cli_fail(w, &err);
		return EXIT_USAGE;
	}
	if (kind) {
		im.plan.record = table.record;
		im.plan.parts = table.parts;
	}
	im.node = cli_node(w, word_given(w, "--preview") ? STORE_READ : STORE_WRITE, &code);
	if (!im.node)
		return code;
	code = import_node(&im);
	node_close(im.node);
	return code;
}

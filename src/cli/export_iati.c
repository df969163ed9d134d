/* benkan export --format iati: the register's public projects as IATI 2.03. */
#include "cli/export.h"
#include "cli/file_out.h"
#include "exchange/iati_write.h"
#include "register/register.h"
#include "wire/json.h"

#include <stdio.h>

enum { SUMMARY_MAX = 1 << 20 };

static void put_count(struct json_w *j, const char *name, uint64_t n)
{
	json_key(j, name);
	json_put_int(j, (int64_t)n);
}

/* {"activities","transactions","left_out","without_a_place":{"project.cost":14,…}} */
static void put_json(const struct words *w, const struct iati_tally *t)
{
	struct buf b;
	struct json_w j;
	char name[160];

	buf_init(&b, SUMMARY_MAX);
	j = json_w(&b);
	json_open(&j, '{');
	put_count(&j, "activities", t->activities);
	put_count(&j, "transactions", t->transactions);
	put_count(&j, "left_out", t->left_out);
	json_key(&j, "without_a_place");
	json_open(&j, '{');
	for (int r = 0; r < RECORD_COUNT; r++)
		if (t->record[r])
			put_count(&j, records[r].name, t->record[r]);
	for (int f = 0; f < FIELD_COUNT; f++)
		if (t->field[f]) {
			snprintf(name, sizeof(name), "%s.%s", records[fields[f].record].name,
				 fields[f].name);
			put_count(&j, name, t->field[f]);
		}
	json_close(&j, '}');
	json_close(&j, '}');
	buf_ch(&b, '\n');
	(void)cli_out(w, buf_str(&b));
	buf_done(&b);
}

static void conclude(const struct words *w, const struct iati_tally *t)
{
	uint64_t lost = t->left_out;

	if (w->json) {
		put_json(w, t);
		return;
	}
	for (int r = 0; r < RECORD_COUNT; r++)
		lost += t->record[r];
	for (int f = 0; f < FIELD_COUNT; f++)
		lost += t->field[f];
	cli_say(w,
		N_("Activities: %1. Transactions: %2. What IATI has no place for is listed at "
		   "the end of the file: %3 values and records."),
		num_text(w->a, t->activities), num_text(w->a, t->transactions),
		num_text(w->a, lost));
}

static bool export_from(const struct byte_sink *to, struct node *n, struct iati_tally *t,
			struct err *err)
{
	struct iati_job job = { .charter = node_charter(n), .put = to->write, .ctx = to->ctx };
	bool ok;

	if (!job.charter)
		return err_set(err, ERR_CONFLICT, "",
			       N_("This node has no charter yet. Adopt one first: benkan "
				  "adopt"));
	if (!cli_view(n, &job.view, err))
		return false;
	ok = iati_write(&job, t, err);
	cli_view_end(job.view);
	return ok;
}

static bool export_to(const struct words *w, struct node *n, struct iati_tally *t,
		      struct err *err)
{
	struct file_out f;

	return file_open(w, &f, err) && file_close(&f, export_from(&f.to, n, t, err), err);
}

int export_iati(const struct words *w)
{
	struct iati_tally *t = arena_new(w->a, struct iati_tally);
	struct node *n;
	struct err err;
	int code = EXIT_GOOD;

	if (w->json && !word_of(w, "-o")) {
		cli_say0(w, N_("--json prints a summary: say with -o FILE where the export "
			       "itself goes."));
		return EXIT_USAGE;
	}
	n = cli_node(w, STORE_READ, &code);
	if (!n)
		return code;
	if (export_to(w, n, t, &err))
		conclude(w, t);
	else
		code = cli_fail(w, &err);
	node_close(n);
	return code;
}

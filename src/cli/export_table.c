/* benkan export of a table: csv, xlsx, json, jsonl. */
#include "cli/export.h"
#include "cli/file_out.h"
#include "exchange/table.h"

#include <string.h>

/* One moment of the node into the file. */
static bool write_table(struct node *n, const struct table_format *f, struct table_plan *plan,
			struct err *err)
{
	const struct model_ctx model = node_model(n);
	bool ok = cli_view(n, &plan->view, err);

	if (!ok)
		return false;
	plan->languages = model.languages;
	plan->language_count = model.language_count;
	ok = f->write(plan, err);
	cli_view_end(plan->view);
	return ok;
}

static bool write_file(const struct words *w, struct node *n, struct table_plan *plan,
		       struct err *err)
{
	const struct table_format *f = table_format_named(str_z(word_of(w, "--format")));
	struct file_out out;

	if (!file_open(w, &out, err))
		return false;
	plan->to = &out.to;
	return file_close(&out, write_table(n, f, plan, err), err);
}

int export_table(const struct words *w)
{
	const char *kind = word_of(w, "--kind");
	struct table_plan plan = { .lang = w->lang, .blank = word_given(w, "--template") };
	struct node *n;
	struct err err;
	bool ok;
	int code;

	if (!kind) {
		cli_say0(w, N_("Name the table: --kind project, or --kind project.sectors for "
			       "the parts of a record."));
		return EXIT_USAGE;
	}
	if (plan.blank && strcmp(word_of(w, "--format"), "csv") != 0 &&
	    strcmp(word_of(w, "--format"), "xlsx") != 0) {
		cli_say0(w, N_("A template is a table: --format csv or xlsx."));
		return EXIT_USAGE;
	}
	if (!table_named(str_z(kind), &plan, &err) || !file_audience(w, &plan.who, &err))
		return cli_fail(w, &err);
	n = cli_node(w, STORE_READ, &code);
	if (!n)
		return code;
	ok = write_file(w, n, &plan, &err);
	node_close(n);
	return ok ? EXIT_GOOD : cli_fail(w, &err);
}

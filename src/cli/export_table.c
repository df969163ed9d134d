/* benkan export of a table: csv, xlsx, json, jsonl. */
#include "cli/export.h"
#include "exchange/table.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static bool read_audience(const struct words *w, enum audience *who, struct err *err)
{
	const char *name = word_of(w, "--for");

	*who = AUDIENCE_PUBLIC;
	for (size_t i = 0; name && i < sizeof(audience_names) / sizeof(*audience_names); i++)
		if (strcmp(audience_names[i], name) == 0) {
			*who = (enum audience)i;
			return true;
		}
	return !name ||
	       err_set(err, ERR_USAGE, NULL,
		       N_("--for %1 is not known: write public, parties or national."), name);
}

static bool into_file(void *ctx, struct str bytes, struct err *err)
{
	const int *fd = ctx;

	while (bytes.n > 0) {
		ssize_t n = write(*fd, bytes.p, bytes.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_set(err, ERR_UNREACHABLE, NULL,
				       N_("The file could not be written (%1)."),
				       strerror(errno));
		bytes = str_from(bytes, (size_t)n);
	}
	return true;
}

static int open_out(const char *file)
{
	if (!file || strcmp(file, "-") == 0)
		return STDOUT_FILENO;
	return open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
}

/* Half a file is worse than none. */
static bool close_out(const char *file, int fd, bool ok, struct err *err)
{
	if (fd == STDOUT_FILENO)
		return ok;
	if (close(fd) != 0 && ok)
		ok = err_set(err, ERR_UNREACHABLE, NULL,
			     N_("The file could not be written (%1)."), strerror(errno));
	if (!ok)
		unlink(file);
	return ok;
}

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
	const char *file = word_of(w, "-o");
	int fd = open_out(file);
	const struct byte_sink to = { into_file, &fd };

	if (fd < 0)
		return err_set(err, ERR_UNREACHABLE, NULL, N_("%1 could not be opened: %2."),
			       file, strerror(errno));
	plan->to = &to;
	return close_out(file, fd, write_table(n, f, plan, err), err);
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
	if (!table_named(str_z(kind), &plan, &err) || !read_audience(w, &plan.who, &err))
		return cli_fail(w, &err);
	if (plan.blank && plan.parts) {
		cli_say0(w,
			 N_("A template is of records, not of their parts: --kind project."));
		return EXIT_USAGE;
	}
	n = cli_node(w, STORE_READ, &code);
	if (!n)
		return code;
	ok = write_file(w, n, &plan, &err);
	node_close(n);
	return ok ? EXIT_GOOD : cli_fail(w, &err);
}

#include "cli/export.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static const struct export_format formats[] = {
	{ "csv", export_table },
	{ "xlsx", export_table },
	{ "json", export_table },
	{ "jsonl", export_table },
};

static const struct export_format *format_named(const char *name)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++)
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	return NULL;
}

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

static bool export_node(struct exporting *e, const struct export_format *f, struct err *err)
{
	const char *file = word_of(e->w, "-o");
	int fd = open_out(file);
	const struct byte_sink to = { into_file, &fd };
	bool ok;

	if (fd < 0)
		return err_set(err, ERR_UNREACHABLE, NULL, N_("%1 could not be opened: %2."),
			       file, strerror(errno));
	e->to = &to;
	ok = cli_view(e->node, &e->view, err);
	if (ok) {
		ok = f->run(e, err);
		cli_view_end(e->view);
	}
	return close_out(file, fd, ok, err);
}

int cmd_export(const struct words *w)
{
	const struct export_format *f = format_named(word_of(w, "--format"));
	struct exporting e = { .w = w };
	struct err err;
	bool ok;
	int code;

	if (!f) {
		cli_say(w,
			N_("--format %1 is not known; benkan help export lists the formats."),
			str_z(word_of(w, "--format")));
		return EXIT_USAGE;
	}
	if (!read_audience(w, &e.who, &err))
		return cli_fail(w, &err);
	e.node = cli_node(w, STORE_READ, &code);
	if (!e.node)
		return code;
	ok = export_node(&e, f, &err);
	node_close(e.node);
	return ok ? EXIT_GOOD : cli_fail(w, &err);
}

/* benkan export: a format is one row of the table in export.c. */
#ifndef CLI_EXPORT_H
#define CLI_EXPORT_H
#include "cli/cli.h"
#include "store/view.h"
#include "wire/zip.h"

struct exporting {
	const struct words *w;
	struct node *node;
	struct view *view; /* of one moment */
	enum audience who; /* --for; the public unless told */
	const struct byte_sink *to;
};
struct export_format {
	const char *name; /* of --format */
	bool (*run)(const struct exporting *e, struct err *err);
};

/* export_table.c: csv, xlsx, json, jsonl of the table --kind. */
bool export_table(const struct exporting *e, struct err *err) MUST_USE;

#endif

/* benkan export: by format. */
#include "cli/export.h"

#include <string.h>

const char export_details[] = N_(
	"Only current records that everyone may see, unless --for says otherwise. KIND is a "
	"kind of record or the parts of one: “project”, “project.sectors”.\n"
	"csv has one table, with the names of fields as columns; xlsx a workbook with the "
	"parts of the records in sheets of their own; json an array; jsonl a record a line.\n"
	"iati has the public projects as IATI 2.03, an activity for each side that reports on "
	"them; what IATI has no place for is listed at the end of the file, and with --json.\n"
	"\n"
	"  benkan export --node DIR --format xlsx --kind project --lang fr -o "
	"projets.xlsx");

int cmd_export(const struct words *w)
{
	static const struct {
		const char *format;
		int (*run)(const struct words *w);
	} formats[] = {
		{ "csv", export_table },   { "xlsx", export_table }, { "json", export_table },
		{ "jsonl", export_table }, { "iati", export_iati },
	};
	const char *format = word_of(w, "--format");

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (strcmp(format, formats[i].format) == 0)
			return formats[i].run(w);
	cli_say(w, N_("--format %1 is not known; benkan help export lists the formats."),
		str_z(format));
	return EXIT_USAGE;
}

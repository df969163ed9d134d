/* benkan import: by format. */
#include "cli/import.h"

#include <malloc.h>
#include <string.h>

const char import_details[] = N_(
	"csv, xlsx: each row becomes or changes a record of the kind. The first line "
	"names the columns as an export does, or by the labels of forms in any language; "
	"benkan export --template writes it. The column “id” names a record that is there; "
	"the column “key”, any text of your own, makes one and finds it again. A cell that "
	"refers to a record names it by its id, its identifier, number or name. The parts of "
	"records are tables too: --kind project.milestones, each row with a column “id” that "
	"says which project it belongs to in the same way. Of a workbook the first sheet is "
	"read, or the one that --sheet names.\n"
	"jsonl: a record a line, whole, as benkan export writes it.\n"
	"iati (2.01 to 2.03): each activity becomes a project this party tables, with the "
	"organisations, payments, budgets, planned disbursements, documents, indicators "
	"and measurements it names; each remembers the file, its hash and the line.\n"
	"Everything is checked before anything is written; with an error nothing is "
	"written, and each is told by its line. Importing twice adds nothing, so an import "
	"that was cut short is taken up by the same command.\n"
	"\n"
	"  benkan import --node DIR --format csv --kind transaction --preview paiements.csv\n"
	"  benkan import --node DIR --format xlsx --kind project.milestones jalons.xlsx\n"
	"  benkan import --node DIR --format iati --preview activities.xml");

enum { LARGE_BYTES = 1 << 20 };

int cmd_import(const struct words *w)
{
	static const struct {
		const char *format;
		int (*run)(const struct words *w);
	} formats[] = { { "csv", import_table },
			{ "xlsx", import_table },
			{ "jsonl", import_table },
			{ "iati", import_iati } };
	const char *format = word_of(w, "--format");

	/* What is large is so for a moment: it goes back to the system, not to a heap. */
	(void)mallopt(M_MMAP_THRESHOLD, LARGE_BYTES);
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (strcmp(format, formats[i].format) == 0)
			return formats[i].run(w);
	cli_say(w, N_("--format %1 is not known; benkan help import lists the formats."),
		str_z(format));
	return EXIT_USAGE;
}

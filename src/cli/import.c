/* benkan import: by format. */
#include "cli/import.h"

#include <string.h>

int cmd_import(const struct words *w)
{
	static const struct {
		const char *format;
		int (*run)(const struct words *w);
	} formats[] = { { "csv", import_table }, { "iati", import_iati } };
	const char *format = word_of(w, "--format");

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (strcmp(format, formats[i].format) == 0)
			return formats[i].run(w);
	cli_say(w, N_("--format %1 is not known; benkan help import lists the formats."),
		str_z(format));
	return EXIT_USAGE;
}

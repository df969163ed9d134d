/* What files are taken in from, one function a format.  Private to src/cli/. */
#ifndef CLI_IMPORT_H
#define CLI_IMPORT_H
#include "cli/cli.h"

int import_table(const struct words *w); /* csv */
int import_iati(const struct words *w);

#endif

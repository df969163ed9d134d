/* What files come in as, one function a format.  Private to src/cli/. */
#ifndef CLI_IMPORT_H
#define CLI_IMPORT_H
#include "cli/cli.h"

int import_iati(const struct words *w);

#endif

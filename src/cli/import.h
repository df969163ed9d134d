<<<<<<< HEAD
/* What files come in as, one function a format.  Private to src/cli/. */
=======
/* What files are taken in from, one function a format.  Private to src/cli/. */
>>>>>>> main
#ifndef CLI_IMPORT_H
#define CLI_IMPORT_H
#include "cli/cli.h"

<<<<<<< HEAD
int import_iati(const struct words *w);
=======
int import_table(const struct words *w); /* csv */
>>>>>>> main

#endif

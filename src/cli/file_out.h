/* Files that commands write, and who will read them.  Private to src/cli/. */
#ifndef CLI_FILE_OUT_H
#define CLI_FILE_OUT_H
#include "cli/cli.h"
#include "store/view.h"
#include "wire/zip.h"

/* --for public|parties|national, public when it is not given. */
bool file_audience(const struct words *w, enum audience *who, struct err *err) MUST_USE;
/* -o FILE, else standard output; `to` writes to *fd, which outlives it. */
bool file_open(const struct words *w, int *fd, struct byte_sink *to, struct err *err) MUST_USE;
/* Half a file is worse than none: without `ok` it is removed.  Returns whether all is well. */
bool file_close(const struct words *w, int fd, bool ok, struct err *err) MUST_USE;

#endif

/* Files that commands write, and who will read them.  Private to src/cli/. */
#ifndef CLI_FILE_OUT_H
#define CLI_FILE_OUT_H
#include "cli/cli.h"
#include "store/view.h"
#include "wire/zip.h"

/* --for public|parties|national, public when it is not given. */
bool file_audience(const struct words *w, enum audience *who, struct err *err) MUST_USE;
/*
 * -o FILE, else standard output.  An ordinary file takes its name only when it is whole; a
 * device, a pipe or a link of that name is written to and stays what it is.
 */
struct file_out {
	int fd;
	const char *file,
		*part;       /* part: what takes the name; NULL: there is nothing to rename */
	struct byte_sink to; /* writes to fd */
};
bool file_open(const struct words *w, struct file_out *f, struct err *err) MUST_USE;
/* Half a file is worse than none: without `ok` it is removed.  Returns whether all is well. */
bool file_close(struct file_out *f, bool ok, struct err *err) MUST_USE;

#endif

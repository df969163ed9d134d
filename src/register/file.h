/* Small files whole: read with a bound, written so that a crash leaves the old or the new one.
 */
#ifndef REGISTER_FILE_H
#define REGISTER_FILE_H
#include "base/arena.h"
#include "base/err.h"

#include <sys/types.h>

/* "DIR/NAME" in the arena. */
const char *file_path(struct arena *a, const char *dir, const char *name);
/* All of a file of at most `max` bytes; "-" is standard input.  ERR_MISSING, ERR_UNREACHABLE,
 * ERR_INPUT (too large). */
bool file_read(struct arena *a, const char *path, size_t max, struct str *out,
	       struct err *err) MUST_USE;
/* Whether a file written under this name takes the place of what has it: an ordinary file, or
 * nothing.  A device, a pipe or a link is written to, and stays what it is. */
bool file_replaces(const char *path);
/* On the disk, as far as there is one behind it: a pipe or a device has none. */
bool file_synced(int fd) MUST_USE;
/* Temporary file beside it, fsync, rename, fsync of the folder; or into what is there
 * (file_replaces). */
bool file_write(const char *path, struct str bytes, mode_t mode, struct err *err) MUST_USE;

#endif

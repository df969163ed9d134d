/* Files that must be there after the power failed. */
#ifndef STORE_DURABLE_H
#define STORE_DURABLE_H
#include "base/str.h"

/* Longest path of a node's folder; everything below it then fits PATH_ROOM. */
enum { PATH_ROOM = 4096, DIR_MAX = PATH_ROOM - 256 };

/* Write all of `bytes`; errno tells what went wrong. */
bool file_fill(int fd, struct str bytes) MUST_USE;
/* fsync of a folder: names in it are there for good. */
bool folder_sync(const char *dir) MUST_USE;
/* Whether errno `e` says that there is no room left. */
bool no_room(int e);

#endif

#include "store/durable.h"
#include "store/store_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { PID_ROOM = 32 };

/* The process that holds the lock wrote its number into the file. */
static bool held_by(int fd, const char *dir, struct err *err)
{
	char pid[PID_ROOM];
	ssize_t n = pread(fd, pid, sizeof(pid), 0);
	struct str who = n > 0 ? str_trim(str_of(pid, (size_t)n)) : S("?");

	return err_set(err, ERR_CONFLICT, "node",
		       N_("The node in %1 is already being served or written by process %2. "
			  "End that process first."),
		       dir, err_arg(who));
}

static bool write_pid(int fd, const char *path, struct err *err)
{
	char pid[PID_ROOM];
	int n = snprintf(pid, sizeof(pid), "%ld\n", (long)getpid());

	if (ftruncate(fd, 0) == 0 && pwrite(fd, pid, (size_t)n, 0) == n)
		return true;
	return err_set(err, ERR_UNREACHABLE, "node",
		       N_("%1 could not be written (%2). Look at the disk."), path,
		       strerror(errno));
}

/* The system lets go of it when the process ends, however it ends. */
bool lock_take(const char *dir, int *fd, struct err *err)
{
	char path[PATH_ROOM];
	int f;

	snprintf(path, sizeof(path), "%.*s/lock", DIR_MAX, dir);
	f = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (f < 0)
		return err_set(err, ERR_UNREACHABLE, "node",
			       N_("%1 could not be opened (%2). Look whether the node's folder "
				  "is there and this user may "
				  "write it."),
			       path, strerror(errno));
	if (flock(f, LOCK_EX | LOCK_NB) != 0 ? !held_by(f, dir, err)
					     : !write_pid(f, path, err)) {
		close(f);
		return false;
	}
	*fd = f;
	return true;
}

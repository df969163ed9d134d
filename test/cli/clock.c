/*
 * A clock set back: loaded before libc (LD_PRELOAD), takes CLOCK_BACK seconds off the time of
 * day. Clocks that only run forward are left alone, as a real set-back leaves them.
 */
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec *t)
{
	const char *back = getenv("CLOCK_BACK");
	long result = syscall(SYS_clock_gettime, clock, t);

	if (result == 0 && clock == CLOCK_REALTIME && back != NULL)
		t->tv_sec -= atol(back);
	return (int)result;
}

/* What every test includes: cmocka, and comparisons of slices that show both sides. */
#ifndef TEST_CHECK_H
#define TEST_CHECK_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/str.h"

/* Fail with both texts when they differ. */
#define check_str(got, want) check_str_at((got), (want), __FILE__, __LINE__)
static inline void check_str_at(struct str got, struct str want, const char *file, int line)
{
	if (!str_eq(got, want)) {
		print_error("%s:%d: got «%.*s», want «%.*s»\n", file, line, STR(got),
			    STR(want));
		fail();
	}
}

/* A call that must succeed; shows the error when it does not. */
#define check_ok(call, err) check_ok_at((call), (err), __FILE__, __LINE__)
static inline void check_ok_at(bool ok, const struct err *err, const char *file, int line)
{
	if (!ok) {
		print_error("%s:%d: refused: field «%s»: %s (%s, %s, %s)\n", file, line,
			    err->field, err->message ? err->message : "no message", err->arg[0],
			    err->arg[1], err->arg[2]);
		fail();
	}
}

#endif

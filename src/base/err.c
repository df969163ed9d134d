#include "base/err.h"

#include <stdio.h>
#include <string.h>

/* Copy as much of `s` as fits, cut before a character that does not. */
static void copy_cut(char *to, size_t cap, struct str s)
{
	size_t n = s.n < cap - 1 ? s.n : cap - 1;

	if (n < s.n)
		while (n > 0 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
			n--;
	if (n)
		memcpy(to, s.p, n);
	to[n] = '\0';
}

void err_write(struct err *err, enum err_kind kind, const char *field, const char *message,
	       const char *const args[ERR_ARGS])
{
	*err = (struct err){ .kind = kind, .message = message };
	copy_cut(err->field, sizeof(err->field), str_z(field));
	for (int i = 0; i < ERR_ARGS; i++)
		copy_cut(err->arg[i], sizeof(err->arg[i]), str_z(args[i]));
}

const char *err_arg(struct str s)
{
	static _Thread_local char ring[4][ERR_ARG];
	static _Thread_local unsigned at;
	char *to = ring[at++ % 4];

	copy_cut(to, ERR_ARG, s);
	return to;
}

const char *err_num(uint64_t v)
{
	char digits[24];
	int n = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)v);

	return err_arg(str_of(digits, (size_t)n));
}

void err_within(struct err *err, const char *prefix, struct str name)
{
	char field[ERR_FIELD * 2];

	snprintf(field, sizeof(field), "%s%.*s%s%s", prefix, STR(str_cut(name, ERR_FIELD)),
		 err->field[0] ? "." : "", err->field);
	copy_cut(err->field, sizeof(err->field), str_z(field));
}

/*
 * One error, told once: what kind it is, which field it is about, and a sentence
 * that says what is wrong and the way out.
 *
 * The sentence is an English literal that lang/XX.po translates; %1, %2 and %3 in it
 * stand for the arguments.  A function that can fail takes `struct err *` last and
 * returns bool; it sets the error with err_set, which always returns false, so that
 * `return err_set(err, ERR_INPUT, "amount", "…")` reads as it acts.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H
#include "base/str.h"

/* Marks a literal for translation where a table or a call holds it. */
#define N_(lit) lit

enum err_kind {
	ERR_NONE,
	ERR_INPUT,       /* what was given is wrong; the giver can mend it */
	ERR_USAGE,       /* the command line is wrong */
	ERR_DENIED,      /* not allowed to this person */
	ERR_MISSING,     /* no such thing */
	ERR_CONFLICT,    /* somebody was faster, or something is in use */
	ERR_UNREACHABLE, /* a file, disk, database or peer could not be read or written */
	ERR_FORK,        /* a ledger shows two histories, or went back */
	ERR_BROKEN       /* a bug, or stored bytes that contradict themselves */
};

enum { ERR_FIELD = 96, ERR_ARGS = 3, ERR_ARG = 200 };

struct err {
	enum err_kind kind;
	char field[ERR_FIELD]; /* path of the field, "sectors.1.percentage"; may be empty */
	const char *message;   /* literal, the key of its translations */
	char arg[ERR_ARGS][ERR_ARG]; /* what %1, %2, %3 stand for; cut at whole characters */
};

/*
 * err_set(err, kind, field, message [, arg [, arg [, arg]]]): field and args are C
 * strings (or NULL); the message must be a literal.  Returns false.
 */
#define err_set(err, kind, field, ...)                                                         \
	ERR_PICK(__VA_ARGS__, 3, 2, 1, 0, 0)(err, kind, field, __VA_ARGS__)
#define ERR_PICK(m, a, b, c, n, ...) ERR_SET_##n
#define ERR_SET_0(e, k, f, m)                                                                  \
	err_make((e), (k), (f), "" m, (const char *[]){ NULL, NULL, NULL })
#define ERR_SET_1(e, k, f, m, a)                                                               \
	err_make((e), (k), (f), "" m, (const char *[]){ (a), NULL, NULL })
#define ERR_SET_2(e, k, f, m, a, b)                                                            \
	err_make((e), (k), (f), "" m, (const char *[]){ (a), (b), NULL })
#define ERR_SET_3(e, k, f, m, a, b, c)                                                         \
	err_make((e), (k), (f), "" m, (const char *[]){ (a), (b), (c) })

void err_write(struct err *err, enum err_kind kind, const char *field, const char *message,
	       const char *const args[ERR_ARGS]);
/* Stands here, where the compiler can see that it is false. */
static inline bool err_make(struct err *err, enum err_kind kind, const char *field,
			    const char *message, const char *const args[ERR_ARGS])
{
	err_write(err, kind, field, message, args);
	return false;
}

/* A slice as an argument of err_set: a copy that lives until the fourth call after it. */
const char *err_arg(struct str s);
const char *err_num(uint64_t v);

/* Put "prefix." (or "prefix" when there is no field yet) before the field. */
void err_within(struct err *err, const char *prefix, struct str name);

#endif

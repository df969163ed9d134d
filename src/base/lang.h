/*
 * What the user reads, in the user's language.
 *
 * Source text is English; lang/<code>.po translates it, msgfmt compiles that at
 * build time, and the .mo bytes are linked into the program (no locale of the
 * system is needed).  A language is one .po file and one line in lang.c.
 *
 * `%1`, `%2`, `%3` in a message stand for arguments, so that a translation may
 * order them as its grammar wants.
 */
#ifndef BASE_LANG_H
#define BASE_LANG_H
#include "base/err.h"

enum lang { LANG_FR, LANG_RU, LANG_EN, LANG_COUNT };

extern const char *const lang_codes[LANG_COUNT]; /* "fr", "ru", "en" (BCP 47) */
extern const char *const lang_names[LANG_COUNT]; /* in the language itself */

bool lang_parse(struct str code, enum lang *out) MUST_USE; /* "fr", "fr-ML", "ru_RU.UTF-8" */
/* The best of an Accept-Language header (RFC 9110 12.5.4); `fallback` when none is known. */
enum lang lang_accept(struct str header, enum lang fallback);

/* Translation of an English message; the message itself when there is none. */
struct str lang_text(enum lang lang, const char *message);
#define T(lang, lit) lang_text((lang), "" lit)
/* Plural by the language's own rule (CLDR cardinal: one/few/many folded into gettext's forms).
 */
struct str lang_plural(enum lang lang, const char *one, const char *many, uint64_t n);
/* Whether lang/<code>.po has this message: tests hold every label against it. */
bool lang_has(enum lang lang, const char *message);

/* A message with its arguments in place. */
void lang_fill(struct buf *out, struct str message, const struct str *args, size_t n);
/* The sentence of an error. */
void lang_err(struct buf *out, enum lang lang, const struct err *err);

#endif

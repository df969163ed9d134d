/*
 * The full-text index and its terms, for those who write it (search_index.c) and those who
 * ask it (view_*.c).  Private to src/store/.
 *
 * A row has as terms: the folded words of all its texts and their stems (fold.h); for every
 * reference it holds, in parts too, "//<kind>/<party>/<id>/<field>", so that all who point to
 * one record stand together; for every code that has no column of its own, "/<field>/<code>".
 * No word begins with a slash and no code with two, so the kinds of terms never meet; who
 * points where is a search like any other.
 *
 * A question is a conjunction of terms and alternatives, built here in the engine's own
 * language: that of word_index.h, or PostgreSQL's tsquery.
 */
#ifndef STORE_SEARCH_INDEX_H
#define STORE_SEARCH_INDEX_H
#include "model/model.h"
#include "store/db.h"
#include "store/fold.h"

/* Whether a value can be a code or a reference at all: letters, digits, `-`, `/`, not many. */
bool term_good(struct str value);
/* The term of a value in a field; one that is not good has none, and gives false. */
bool term_value(struct buf *out, const struct field *f, struct str value);
/* What the terms of all references to a record begin with. */
bool term_target(struct buf *out, enum record_id to, struct str ref);

struct question {
	enum db_engine engine;
	struct buf text;
	bool any; /* it asks something */
};
void question_begin(struct question *q, struct db *db);
void question_done(struct question *q);
/* And: one of the terms "a b c " (one space after each). */
void question_terms(struct question *q, struct str terms);
/* And: a term that begins so. */
void question_beginning(struct question *q, struct str beginning);
/* And: every word, by itself or by a stem; the last also as the beginning of a word, unless it
 * is a single letter: too much begins so.
 * *any is false when there is no letter or digit in `words`.  ERR_INPUT "words" when they
 * are no text, or more than QUESTION_WORDS_MAX. */
enum { QUESTION_WORDS_MAX = 64 };
bool question_words(struct question *q, struct str words, bool *any, struct err *err) MUST_USE;

/* "… r_search …" with one `?` for the question: the numbers of the rows that answer it. */
const char *search_rids(enum db_engine engine);

#endif

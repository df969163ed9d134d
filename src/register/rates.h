/*
 * Exchange by the rates that one named source has published, with the proof kept: amount, and
 * for each step rate, date and source.  Rates of different sources are never mixed; what is
 * fixed by treaty (parities) belongs to none and holds with all.
 *
 * A rate counts from its day until a newer one, RATE_DAYS at the most.  Of several ways the
 * one of the fewest steps is taken, then the one with the newest rates, then the first by
 * codes.  All steps are one fraction: only the result is rounded, to the currency's minor unit,
 * half away from zero.
 */
#ifndef REGISTER_RATES_H
#define REGISTER_RATES_H
#include "store/view_money.h"

enum {
	RATE_DAYS = 31,
	RATE_STEPS_MAX = 3,
	RATES_MAX = 1000, /* of which the newest of each two currencies, at most: */
	RATE_PAIRS_MAX = 200,
	RATE_SOURCES_MAX = 16
};

/* `units` of `base` are worth `value` of `quote`. */
struct rate_quote {
	struct str base, quote;
	struct dec units, value;
	int32_t day;
	struct str ref; /* the record; empty: a parity */
};
struct rate_step {
	const struct rate_quote *by;
	bool inverse; /* from `quote` to `base` */
};

/* What the steps make of one unit, in lowest terms. */
struct rate_fraction {
	int128 over, under;
};
/* False when a number would have more than some thirty digits. */
bool rates_fraction(const struct rate_step *steps, size_t n,
		    struct rate_fraction *out) MUST_USE;
/* False when the result is no dec. */
bool rates_apply(const struct rate_fraction *f, struct dec amount, unsigned places,
		 struct dec *out) MUST_USE;

/* What is fixed by treaty: 1 EUR in the currency; `number` from 0, false behind the last. */
bool rates_parity(size_t number, struct rate_quote *out);
/* Whether a step by `x` comes before one by `y` (NULL: none). */
bool rates_newer(const struct rate_step *x, const struct rate_step *y);

/* What a source has published up to a day. */
struct rate_book {
	struct str source;
	int32_t day;
	struct rate_quote *quotes;
	size_t n;
};
/* In a view of its own, as pages have.  In the writer's what was written and is owed is found
 * only after store_bring_up; so it is for rates_sources. */
bool rates_read(struct view *v, struct arena *a, struct str source, int32_t day,
		enum audience who, struct rate_book *out, struct err *err) MUST_USE;
/* Names of sources, that of the newest rate first. */
bool rates_sources(struct view *v, struct arena *a, enum audience who, struct str *out,
		   size_t *n, struct err *err) MUST_USE;

struct rate_proof {
	struct rate_step steps[RATE_STEPS_MAX];
	size_t n;
	struct dec from, to;
	struct str from_currency, to_currency;
};
/* Pure.  False when the source says nothing that leads from one currency to the other. */
bool rates_convert(const struct rate_book *book, struct dec amount, struct str from,
		   struct str to, struct rate_proof *out) MUST_USE;
/* One quote in words: "bceao 2026-06-23: 1 RUB = 7.42 XOF". */
void rates_put_quote(struct buf *b, struct str source, const struct rate_quote *q);
/* "bceao 2026-06-23: 1 RUB = 7.42 XOF; parity: 1 EUR = 655.957 XOF", the same everywhere. */
struct str rates_words(struct arena *a, const struct rate_book *book,
		       const struct rate_proof *proof);

#endif

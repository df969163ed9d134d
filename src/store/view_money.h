/*
 * Every figure of the register, one line each, in the order they came: for sums over any
 * dimension.  Kept at write time in blocks that are packed by column; a figure that is
 * corrected or ends stays, and a line of sign -1 takes it back, so that a sum over
 * sign × figure is that of what stands.
 *
 * Logs of money (transaction, budget, planned disbursement) have a line a record; the others
 * have one for each thing a project says of its money: a sector or country with its share, its
 * reporting organisation.
 */
#ifndef STORE_VIEW_MONEY_H
#define STORE_VIEW_MONEY_H
#include "store/lexicon.h"
#include "store/view.h"

enum money_log {
	MONEY_TRANSACTIONS,
	MONEY_BUDGETS,
	MONEY_PLANNED,
	MONEY_OF_SECTORS,   /* PROJECT, SECTOR; the share in millionths of a per cent */
	MONEY_OF_COUNTRIES, /* PROJECT, COUNTRY; the share, 0: not stated */
	MONEY_OF_REPORTERS, /* PROJECT, TYPE: the organisation's reference */
	MONEY_LOGS
};
enum money_column {
	MONEY_RID, /* without the shape */
	MONEY_SHAPE,
	MONEY_SIGN,
	MONEY_REPEATED, /* 1: second-hand, another publishes it too */
	MONEY_TYPE,
	MONEY_CURRENCY,
	MONEY_PROJECT,
	MONEY_SECTOR,
	MONEY_COUNTRY,
	MONEY_DAY,       /* days since 1970; MONEY_NO_DAY: none */
	MONEY_VALUE_DAY, /* the same */
	MONEY_LOW,       /* the amount in millionths: its low 64 bits … */
	MONEY_HIGH,      /* … and what stands above them */
	MONEY_COLUMNS
};
enum { MONEY_NO_DAY = INT32_MIN, MONEY_AT_ONCE = 4096 };

/* Some lines, MONEY_AT_ONCE at most; columns from MONEY_TYPE to MONEY_COUNTRY are numbers in
 * the lexicon. */
struct money_facts {
	size_t n;
	const int64_t *at[MONEY_COLUMNS];
};
static inline int128 money_amount(const struct money_facts *f, size_t i)
{
	return (int128)f->at[MONEY_HIGH][i] * ((int128)1 << 64) + (uint64_t)f->at[MONEY_LOW][i];
}
/*
 * Many lines as they are packed, for who sweeps them all: each number is `least` and what its
 * bytes say.  Of a column of words the bytes say where in `word` the number in the lexicon
 * stands; there are `words` of them, and no byte says more.
 */
struct money_packed {
	const char *p; /* line by line, and eight bytes behind the last */
	unsigned width;
	uint64_t mask;
	int64_t least;
	const uint32_t *word; /* NULL: none */
	size_t words;
};
struct money_block {
	size_t n;
	struct money_packed of[MONEY_COLUMNS]; /* those that were asked for */
};
static inline uint64_t money_bytes(const struct money_packed *c, size_t i)
{
	uint64_t v;

	memcpy(&v, c->p + i * c->width, sizeof(v));
	return v & c->mask;
}
static inline int64_t money_number(const struct money_packed *c, size_t i)
{
	uint64_t v = money_bytes(c, i);

	return c->word ? c->word[v] : (int64_t)((uint64_t)c->least + v);
}

/* Calls `each` with all lines of a log that `who` may see, some thousand at a time; or `block`
 * with all lines, whoever may see them. */
struct money_scan {
	enum money_log log;
	enum audience who;
	unsigned need; /* bits 1 << MONEY_…: only these columns hold anything */
	bool (*each)(void *ctx, const struct money_facts *facts, struct err *err);
	bool (*block)(void *ctx, const struct money_block *block, struct err *err);
	void *ctx;
};
/* Whether a line of this MONEY_SHAPE is seen. */
bool money_seen(int64_t shape, enum audience who);
bool view_money(struct view *v, const struct money_scan *q, struct lexicon *words,
		struct err *err) MUST_USE;
/* Where a line's party stands among them, by MONEY_SHAPE, and who stands there. */
enum { MONEY_PARTIES = 32 };
unsigned money_party(int64_t shape);
struct str view_money_party(struct view *v, unsigned place);
/* Its record, as lists have it; ERR_MISSING when there is none for this audience. */
bool view_money_record(struct view *v, struct arena *a, int64_t rid, int64_t shape,
		       enum audience who, enum lang lang, struct record_row *out,
		       struct err *err) MUST_USE;

/* The rates that a source has published, oldest first; what is no rate is left out. */
struct rate_row {
	struct str party, id, base, quote;
	struct dec units, value;
	int32_t day;
};
bool view_rates(struct view *v, struct arena *a, struct str source, enum audience who,
		struct rate_row **out, size_t *n, struct err *err) MUST_USE;
/* The names of all sources, A to Z; at most `max`. */
bool view_rate_sources(struct view *v, struct arena *a, enum audience who, struct str *out,
		       size_t max, size_t *n, struct err *err) MUST_USE;

#endif

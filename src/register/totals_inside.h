/* What totals.c, totals_sum.c, totals_fact.c, totals_split.c and totals_list.c share. */
#ifndef REGISTER_TOTALS_INSIDE_H
#define REGISTER_TOTALS_INSIDE_H
#include "register/totals.h"

/* --- totals_split.c: what projects say of their money --- */
struct share {
	uint32_t key;  /* a word */
	int64_t micro; /* of a per cent */
};
struct shares {
	size_t *first; /* by project, and one more: where its shares begin */
	struct share *at;
	size_t projects;
};
enum { SHARES_MAX = 128 };
bool shares_read(struct view *v, struct arena *a, const struct money_scan *q,
		 struct lexicon *words, struct shares *out, struct err *err) MUST_USE;
/* The first key of a project; false when it has none. */
bool shares_key(const struct shares *s, uint32_t project, uint32_t *key);
struct portion {
	uint32_t key;
	int128 micro;
};
/* The shares of a project; how many. */
size_t shares_of(const struct shares *s, uint32_t project, const struct share **out);
/* A small figure in those shares, as shares_split does it; false when it is too large. */
bool shares_parts(const struct share *share, size_t n, int64_t micro, int64_t unit,
		  int64_t *out) MUST_USE;
/* The whole in the project's parts; one of word 0 when it does not split.  `unit` in
 * millionths: that of the currency. */
size_t shares_split(const struct shares *s, uint32_t project, struct portion whole,
		    int64_t unit, struct portion out[SHARES_MAX]);

/* --- totals_fact.c: one line as the question sees it --- */
struct way_known {
	uint64_t key; /* 0: free */
	enum rate_gap gap;
	struct rate_fraction by;
	int64_t unit; /* of the result's currency, in millionths */
	/* The same fraction in units of the result, when it is small; `under` 0: it is not. */
	uint64_t over, under;
};
struct totals_work {
	struct view *v;
	struct arena *a;
	const struct totals_query *q;
	struct lexicon words;
	struct shares sectors, countries, reporters;
	uint32_t only[TOTALS_DIMS];
	uint32_t party[MONEY_PARTIES];     /* words by place among the ledgers */
	unsigned need;                     /* columns */
	enum totals_dim used[TOTALS_DIMS]; /* asked for, as keys or as what is only wanted */
	size_t used_count;
	bool exact;            /* currencies matter beyond being told apart */
	const uint16_t *years; /* by day from YEARS_FROM */
	unsigned places;       /* of the currency asked for */
	int64_t *units; /* by word: of a currency that was met, in millionths; 0: not met */
	size_t unit_count;
	struct way_known *ways;
	size_t way_count, way_cap;
};
bool work_begin(struct totals_work *w, struct err *err) MUST_USE; /* v, a, q are set */
void work_done(struct totals_work *w);
enum money_log work_log(const struct totals_query *q);
/* The words of a dimension's key; of a year its digits, in the arena. */
struct str work_word(struct totals_work *w, enum totals_dim d, uint32_t key);

struct work_fact {
	uint32_t key[TOTALS_DIMS];  /* sector and country: its own, or 0; year: its number */
	uint32_t project, currency; /* when they were needed */
	bool repeated;
	int128 amount, result; /* as booked; as it is summed */
	enum rate_gap gap;
	int64_t unit;
};
/* Keys of some lines, by line; and which of these the question asks for. */
struct work_lines {
	uint32_t key[TOTALS_DIMS][MONEY_AT_ONCE];
	uint16_t line[MONEY_AT_ONCE];
	size_t n;
};
void work_lines(struct totals_work *w, const struct money_facts *f, struct work_lines *out);
/* Of one line its figure; work_read: its keys too. */
void work_figure(struct totals_work *w, const struct money_facts *f, size_t i,
		 struct work_fact *out);
void work_read(struct totals_work *w, const struct money_facts *f, const struct work_lines *l,
	       size_t i, struct work_fact *out);
/* A small amount of one line as it is summed, or why it is not converted; false: work_figure
 * tells. */
bool work_small(struct totals_work *w, uint32_t currency, int32_t value_day, int64_t *micro,
		int64_t *unit, enum rate_gap *gap);
enum money_column work_column(enum totals_dim d);
/* The key of what stands in a dimension's column: a word's number, a day, a shape. */
uint32_t work_key_made(const struct totals_work *w, enum totals_dim d, int64_t number);
static inline uint32_t work_key(const struct totals_work *w, enum totals_dim d, int64_t number)
{
	return d == BY_YEAR || d == BY_PARTY || d == BY_PUBLISHER ? work_key_made(w, d, number)
								  : (uint32_t)number;
}
bool work_asks(const struct totals_query *q, enum totals_dim d);
/* Its parts that the question asks for: `each` is given the fact with its sector and country,
 * and the part as its result. */
typedef bool part_fn(void *ctx, const struct work_fact *part);
bool work_parts(struct totals_work *w, const struct work_fact *f, part_fn *each, void *ctx);

#endif

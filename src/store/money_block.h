/*
 * Lines of figures packed by column, so that a million of them are read in one sweep.
 * Private to src/store/.
 *
 * A block is self-contained: its words, then each column as the smallest value and, for each
 * line, how many steps it is above that, in as many bytes as the largest needs.  A step is the
 * power of ten that all amounts are multiples of; of other columns 1.  MONEY_VALUE_DAY is kept
 * as what it is behind MONEY_DAY: mostly nothing.
 *
 *	body   u32 lines, words, MONEY_COLUMNS × (u8 width, u32 step, i64 least,
 *	       lines × width bytes), 8 zero bytes
 *	names  words: those of MONEY_PROJECT, which are many and often not asked for
 *	words  u32 count, count × (u16 bytes, bytes)
 *
 * All numbers are little-endian.  Columns from MONEY_TYPE to MONEY_COUNTRY hold numbers of
 * words.
 */
#ifndef STORE_MONEY_BLOCK_H
#define STORE_MONEY_BLOCK_H
#include "store/lexicon.h"
#include "store/view_money.h"

/* So many lines at most: the references of projects stand in each block again. */
enum { MONEY_BLOCK = 65536, MONEY_BLOCK_BYTES = 32 << 20 };

struct money_line {
	int64_t at[MONEY_COLUMNS];
};
/* Lines not yet packed. */
struct money_pile {
	struct lexicon words;
	struct money_line *lines;
	size_t n, cap;
};
void pile_init(struct money_pile *p);
void pile_done(struct money_pile *p);
void pile_clear(struct money_pile *p);
void pile_add(struct money_pile *p, const struct money_line *line);

/* A block as it is kept. */
struct money_bytes {
	struct str body, names;
};
/* The lines of another pile, or of a block, after its own. */
void pile_append(struct money_pile *to, const struct money_pile *from);
bool pile_unpack(struct money_pile *to, const struct money_bytes *b) MUST_USE;

/* Pack lines `from` to before `to` of the pile, at most MONEY_BLOCK of them. */
void block_pack(struct buf *body, struct buf *names, const struct money_pile *p, size_t from,
		size_t to);

/*
 * Reading: block_open takes its words into the lexicon and finds its columns; block_read puts
 * those in `need` of lines `from` on into `out`, which has room for MONEY_COLUMNS, and *n is
 * how many these are, MONEY_AT_ONCE at most.  What is the same in all lines is put there with
 * the first of them, and must be left there.  False when the bytes, which outlive it, are no
 * block.
 */
enum { MONEY_EVERYTHING = (1 << MONEY_COLUMNS) - 1 };
/* The words of a block by their numbers in the lexicon. */
struct word_map {
	uint32_t *id;
	size_t n;
};
struct money_block {
	size_t lines;
	unsigned need;
	const char *column[MONEY_COLUMNS];
	int64_t least[MONEY_COLUMNS];
	uint32_t step[MONEY_COLUMNS];
	unsigned width[MONEY_COLUMNS];
	struct word_map words, names;
};
bool block_open(struct money_block *b, const struct money_bytes *bytes, struct lexicon *words,
		unsigned need) MUST_USE;
void block_close(struct money_block *b); /* of one that did not open, too */
bool block_read(const struct money_block *b, size_t from, int64_t (*out)[MONEY_AT_ONCE],
		size_t *n) MUST_USE;

#endif

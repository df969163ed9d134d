/*
 * Lines of numbers packed by column, so that a million of them are read in one sweep.
 * Private to src/store/.
 *
 * Some columns hold words: their numbers are those of a lexicon.  A block is self-contained:
 * its words, then each column as the smallest value and, for each line, what is above it in as
 * many bytes as the largest needs.
 *
 *	body   u32 lines, words, columns × (u8 width, i64 least, lines × width bytes), 8 zero
 *	       bytes
 *	names  words: those of the columns `names`, which are many and often not asked for
 *	words  u32 count, count × (u16 bytes, bytes)
 *
 * All numbers are little-endian.
 */
#ifndef STORE_PACKED_H
#define STORE_PACKED_H
#include "store/lexicon.h"

enum { PACKED_LINES = 4096, PACKED_BYTES = 64 << 20, PACKED_COLUMNS = 40 };

struct packed_shape {
	unsigned columns;
	uint64_t words, names; /* bits 1 << column: those of words, and those of `names` too */
	bool cancels;          /* a row has one line: when it goes, both may be left out */
	size_t most;           /* lines of a block; 0: PACKED_LINES */
};
/* Lines not yet packed. */
struct pile {
	struct packed_shape shape;
	struct lexicon words;
	int64_t *lines; /* `columns` numbers each */
	size_t n, cap;
};
void pile_init(struct pile *p, struct packed_shape shape);
void pile_done(struct pile *p);
void pile_clear(struct pile *p);
/* A line more, which the caller fills; it stands there until the next. */
int64_t *pile_add(struct pile *p);

/* A block as it is kept. */
struct packed {
	struct str body, names;
};
/* The lines of a block, before its own. */
bool pile_unpack(struct pile *to, const struct packed *from) MUST_USE;

/* How many lines a block of this shape has at most. */
size_t packed_most(struct packed_shape shape);
/* Pack lines `from` to before `to` of the pile, at most packed_most of them. */
void packed_write(struct buf *body, struct buf *names, const struct pile *p, size_t from,
		  size_t to);

/*
 * Read a block: its words into the lexicon when it is opened; then of its columns those in
 * `need` into `out`, which has room for all, PACKED_LINES lines at a time; *n is 0 at the end.
 * What is the same in all lines is put there with the first of them, and is to be left there.
 * False when the bytes, which outlive it, are no block.
 */
struct packed_words {
	uint32_t *id;
	size_t n;
};
struct packed_reading {
	struct packed_shape shape;
	uint64_t need;
	size_t lines, at;
	const char *column[PACKED_COLUMNS];
	int64_t least[PACKED_COLUMNS];
	unsigned width[PACKED_COLUMNS];
	struct packed_words words, names; /* by their numbers in the block */
};
bool packed_open(struct packed_reading *r, const struct packed *from, struct packed_shape shape,
		 struct lexicon *words, uint64_t need) MUST_USE;
void packed_close(struct packed_reading *r); /* of one that did not open, too */
/* Whether each number in the needed columns of words, and the least, is that of a word. */
bool packed_sound(const struct packed_reading *r) MUST_USE;
bool packed_next(struct packed_reading *r, int64_t (*out)[PACKED_LINES], size_t *n) MUST_USE;
/*
 * The lines, from `from` on and PACKED_RANGE at most, whose number in the column, one without
 * words, is from `low` to `high`.  Far less dear than reading them where few are.
 */
enum { PACKED_RANGE = 512 };
size_t packed_within(const struct packed_reading *r, unsigned column, size_t from, int64_t low,
		     int64_t high, uint16_t out[PACKED_RANGE]);
/* One number of a column without words. */
int64_t packed_number(const struct packed_reading *r, unsigned column, size_t line);
/* All of a block of PACKED_LINES at most. */
bool packed_read(const struct packed *from, struct packed_shape shape, struct lexicon *words,
		 uint64_t need, int64_t (*out)[PACKED_LINES], size_t *n) MUST_USE;

#endif

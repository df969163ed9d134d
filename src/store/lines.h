/*
 * What lists sort and filter by, of every row, packed (packed.h): a log a record type.  How a
 * row is laid out in a line, and how lines are written; view_lines.h reads them.  Private to
 * src/store/.
 *
 * A line has the row's number and sign (packed_log.h), its id, and of each field with columns
 * of its own (field_columns) what stands there.  What is absent is smaller than every value.
 */
#ifndef STORE_LINES_H
#define STORE_LINES_H
#include "model/model.h"
#include "store/packed.h"

enum {
	LINE_ID_HIGH = 3, /* behind those of every log */
	LINE_ID_LOW,
	LINE_STATE, /* a word */
	LINE_FIELDS
};
/* Where nothing stands: a day, yes or no, what is above the low 64 bits of a decimal. */
enum { LINE_NO_NUMBER = INT32_MIN };
/* The same among words: no text is such. */
#define LINE_NO_WORD S("\xff")

/*
 * By place in the record, where a field's numbers begin; 0: it has none.  TEXT and CODE have a
 * word, DATE days, BOOL 0 or 1, the others a decimal in millionths: its low 64 bits, what
 * stands above them; and MONEY a word behind that, the currency.
 */
enum { LINE_PLACES = 48, LINE_CURRENCY = 2 };
struct lines_layout {
	struct packed_shape shape;
	unsigned char at[LINE_PLACES];
};
void lines_layout(const struct record *r, struct lines_layout *out);
/* What the fields put in a line, from their values by place; words by their numbers. */
void lines_put(const struct lines_layout *layout, const struct record *r,
	       const struct json *const *values, struct lexicon *words, int64_t *line);
/* The log of the record type's lines in r_packed. */
int64_t lines_log(const struct record *r);
/* A number of millionths from its two halves. */
static inline int128 lines_micro(int64_t low, int64_t high)
{
	return (int128)high * ((int128)1 << 64) + (uint64_t)low;
}
/* An id as two numbers, which without their sign sort as ids do. */
void lines_id(struct str id, int64_t *high, int64_t *low);

struct projection;
struct row;
/* What came and went since the last settling. */
struct lines {
	struct lines_layout layout[RECORD_COUNT];
	struct pile of[RECORD_COUNT];
	uint32_t last[RECORD_COUNT][PACKED_COLUMNS]; /* words (lexicon_again) */
};
struct lines *lines_open(void);
void lines_close(struct lines *l);
void lines_forget(struct lines *l);
/* A row came (1) or went (-1). */
void lines_row(struct projection *p, const struct row *r, int sign);
bool lines_settle(struct projection *p, struct err *err) MUST_USE;

#endif

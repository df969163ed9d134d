#include "store/lines.h"

#include "store/packed_log.h"
#include "store/schema.h"
#include "store/view_rows.h"

#include "base/uuid.h"

#include <assert.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>

enum { LOGS_FROM = 16 }; /* behind those of money */
_Static_assert((int)MONEY_LOGS <= LOGS_FROM, "logs are told apart");
_Static_assert((int)LINE_PLACES == VALUES_MAX, "every field has a place");

/* --- how a row is laid out --- */

static unsigned numbers_of(const struct field *f)
{
	struct field_column c[FIELD_COLUMNS_MAX];
	size_t n = field_columns(f, c);

	return n == 0 ? 0 : f->kind == MONEY ? 3 : str_is(S("DECIMAL"), c[0].type) ? 2 : 1;
}

void lines_layout(const struct record *r, struct lines_layout *out)
{
	struct packed_shape *shape = &out->shape;

	*out = (struct lines_layout){ .shape = { .columns = LINE_FIELDS,
						 .words = UINT64_C(1) << LINE_STATE,
						 .cancels = true } };
	for (int i = r->first; i < r->end; i++) {
		const struct field *f = &fields[i];
		unsigned n = numbers_of(f), last = shape->columns + n - 1;

		if (!n)
			continue;
		out->at[i - r->first] = (unsigned char)shape->columns;
		shape->columns += n;
		if (f->kind == TEXT || f->kind == CODE || f->kind == MONEY)
			shape->words |= UINT64_C(1) << last;
		if (f->kind == TEXT)
			shape->names |= UINT64_C(1) << last;
	}
	assert(shape->columns <= PACKED_COLUMNS);
}

int64_t lines_log(const struct record *r)
{
	return LOGS_FROM + (int64_t)record_id_of(r);
}

/* Eight hexadecimal digits, all bytes at once: a letter has the bit 64, and 9 less than it says
 * in its low half. */
static uint64_t number_of(const char *digits)
{
	uint64_t w;

	memcpy(&w, digits, sizeof(w));
	w = (w & 0x0f0f0f0f0f0f0f0f) + 9 * (w >> 6 & 0x0101010101010101);
	w = be64toh(w);
	w = (w | w >> 4) & 0x00ff00ff00ff00ff;
	w = (w | w >> 8) & 0x0000ffff0000ffff;
	return (w | w >> 16) & 0xffffffff;
}

void lines_id(struct str id, int64_t *high, int64_t *low)
{
	char digits[32];

	assert(id.n == UUID_TEXT - 1);
	/* 01990000-0007-7000-8000-000000000001 */
	memcpy(digits, id.p, 8);
	memcpy(digits + 8, id.p + 9, 4);
	memcpy(digits + 12, id.p + 14, 4);
	memcpy(digits + 16, id.p + 19, 4);
	memcpy(digits + 20, id.p + 24, 12);
	*high = (int64_t)(number_of(digits) << 32 | number_of(digits + 8));
	*low = (int64_t)(number_of(digits + 16) << 32 | number_of(digits + 24));
}

/* --- lines --- */

struct lines *lines_open(void)
{
	struct lines *l = calloc(1, sizeof(*l));

	if (!l)
		abort();
	for (const struct record *r = records + 1; r < records + RECORD_COUNT; r++)
		if (kind_has_table(r)) {
			enum record_id kind = record_id_of(r);

			lines_layout(r, &l->layout[kind]);
			pile_init(&l->of[kind], l->layout[kind].shape);
		}
	return l;
}

void lines_close(struct lines *l)
{
	for (int i = 0; i < RECORD_COUNT; i++)
		if (l->of[i].shape.columns)
			pile_done(&l->of[i]);
	free(l);
}

void lines_forget(struct lines *l)
{
	for (int i = 0; i < RECORD_COUNT; i++)
		pile_clear(&l->of[i]);
}

/* A line being laid out. */
struct laying {
	struct lexicon *words;
	uint32_t *
		last; /* word, by column: most lines have the one before's, or none as it did */
	int64_t *line;
};

static void put_word(const struct laying *l, unsigned column, const struct json *v)
{
	l->line[column] = lexicon_again(
		l->words, v && v->type == JSON_STR ? rows_cut(v->str) : LINE_NO_WORD,
		&l->last[column]);
}

static int64_t day_of(const struct json *v)
{
	int32_t day;

	return v && v->type == JSON_STR && date_parse(v->str, &day) ? day : LINE_NO_NUMBER;
}

static void put_decimal(int64_t *at, const struct json *v)
{
	struct dec d = { 0 };

	if (!v || v->type != JSON_STR || !dec_parse(v->str, &d)) {
		at[0] = 0;
		at[1] = LINE_NO_NUMBER;
		return;
	}
	at[0] = (int64_t)(uint64_t)d.micro;
	at[1] = (int64_t)(d.micro >> 64);
}

/* A counterpart's entry may hold anything: what is not of its kind is absent. */
static void put_field(const struct laying *l, unsigned column, const struct field *f,
		      const struct json *v)
{
	int64_t *at = l->line + column;

	switch (f->kind) {
	case TEXT:
	case CODE: put_word(l, column, v); break;
	case DATE: at[0] = day_of(v); break;
	case BOOL: at[0] = v && v->type == JSON_BOOL ? v->num : LINE_NO_NUMBER; break;
	case DECIMAL:
	case PERCENT: put_decimal(at, v); break;
	case QUANTITY: put_decimal(at, json_get(v, "amount")); break;
	case MONEY:
		put_decimal(at, json_get(v, "amount"));
		put_word(l, column + LINE_CURRENCY, json_get(v, "currency"));
		break;
	case MTEXT:
	case REF:
	case COORD:
	case FILE_REF:
	case PARTS:
	case FIELD_KIND_COUNT: break;
	}
}

static void put_fields(const struct lines_layout *layout, const struct record *r,
		       const struct json *const *values, const struct laying *l)
{
	for (int i = 0; i < r->end - r->first; i++)
		if (layout->at[i])
			put_field(l, layout->at[i], &fields[r->first + i], values[i]);
}

void lines_put(const struct lines_layout *layout, const struct record *r,
	       const struct json *const *values, struct lexicon *words, int64_t *line)
{
	uint32_t last[PACKED_COLUMNS] = { 0 };

	put_fields(layout, r, values,
		   &(struct laying){ .words = words, .last = last, .line = line });
}

void lines_row(struct projection *p, const struct row *r, int sign)
{
	enum record_id kind = record_id_of(r->record);
	struct pile *to = &p->lines->of[kind];
	struct laying l = { &to->words, p->lines->last[kind], pile_add(to) };

	l.line[PACKED_RID] = r->rid >> RID_SEQ;
	l.line[PACKED_SHAPE] = r->rid & RID_SHAPE;
	l.line[PACKED_SIGN] = sign;
	lines_id(r->id, &l.line[LINE_ID_HIGH], &l.line[LINE_ID_LOW]);
	l.line[LINE_STATE] = lexicon_again(l.words, r->state, &l.last[LINE_STATE]);
	put_fields(&p->lines->layout[kind], r->record, r->values.at, &l);
}

bool lines_settle(struct projection *p, struct err *err)
{
	for (const struct record *r = records + 1; r < records + RECORD_COUNT; r++)
		if (!packed_settle(p, lines_log(r), &p->lines->of[record_id_of(r)], err))
			return false;
	return true;
}

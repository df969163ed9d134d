#include "store/postgres.h"

#include <assert.h>
#include <string.h>

static uint64_t big_endian(const unsigned char *p, int n)
{
	uint64_t v = 0;

	while (n--)
		v = v << 8 | *p++;
	return v;
}

/* --- parameters: integers, text and bytes in binary form, decimals as text --- */

static void set(struct pg_stmt *s, int i, unsigned oid, struct str bytes, int format)
{
	s->param[i].oid = oid;
	s->value[i] = bytes.n ? bytes.p : "";
	s->length[i] = (int)bytes.n;
	s->format[i] = format;
}

static void set_number(struct pg_stmt *s, int i, int64_t v)
{
	unsigned char *b = s->param[i].own.number;

	for (int k = 0; k < 8; k++)
		b[k] = (unsigned char)((uint64_t)v >> (56 - 8 * k));
	set(s, i, PG_INT8, str_of(b, 8), 1);
}

void pg_bind(struct stmt *base, int i, const struct value *v)
{
	struct pg_stmt *s = (struct pg_stmt *)base;

	assert(i >= 0 && i < s->count);
	switch (v->kind) {
	case VALUE_NULL: s->value[i] = NULL; break;
	case VALUE_INT: set_number(s, i, v->number); break;
	case VALUE_TEXT: set(s, i, PG_TEXT, v->bytes, 1); break;
	case VALUE_BLOB: set(s, i, PG_BYTEA, v->bytes, 1); break;
	case VALUE_DEC:
		set(s, i, PG_NUMERIC, str_z(dec_text(s->param[i].own.dec, v->dec, 0)), 0);
		break;
	}
}

/* --- columns, all in binary form --- */

static struct str cell(struct pg_stmt *s, int i)
{
	assert(s->result && i < PQnfields(s->result));
	return str_of(PQgetvalue(s->result, s->row, i),
		      (size_t)PQgetlength(s->result, s->row, i));
}

bool pg_is_null(struct stmt *base, int i)
{
	struct pg_stmt *s = (struct pg_stmt *)base;

	return PQgetisnull(s->result, s->row, i);
}

/*
 * NUMERIC in binary: count of base-10000 digits, weight of the first, sign, scale, digits.
 * Digits are summed as units of 10^-8 so that the two groups after the point are whole.
 */
static bool numeric(struct str b, struct dec *out)
{
	const unsigned char *p = (const unsigned char *)b.p;
	int count, weight;
	unsigned sign;
	int128 v = 0;

	if (b.n < 8)
		return false;
	count = (int)big_endian(p, 2);
	weight = (int16_t)big_endian(p + 2, 2);
	sign = (unsigned)big_endian(p + 4, 2);
	if ((sign != 0 && sign != 0x4000) || weight > 5 || b.n < 8 + 2 * (size_t)count)
		return false;
	for (int at = weight; at >= -2; at--) {
		int k = weight - at;

		v = v * 10000 + (k < count ? (int128)big_endian(p + 8 + 2 * k, 2) : 0);
	}
	if (weight < -2 ? count > 0 : count > weight + 3 || v % 100 != 0)
		return false;
	out->micro = (sign ? -v : v) / 100;
	return true;
}

int64_t pg_number(struct stmt *base, int i)
{
	struct pg_stmt *s = (struct pg_stmt *)base;
	struct str b = cell(s, i);
	const unsigned char *p = (const unsigned char *)b.p;
	struct dec d = { 0 };

	if (PQgetisnull(s->result, s->row, i))
		return 0;
	switch (PQftype(s->result, i)) {
	case PG_INT8: return (int64_t)big_endian(p, 8);
	case PG_INT4: return (int32_t)big_endian(p, 4);
	case PG_INT2: return (int16_t)big_endian(p, 2);
	case PG_BOOL: return p[0];
	case PG_NUMERIC:
		if (!numeric(b, &d))
			return 0;
		return (int64_t)(d.micro / 1000000);
	default: break;
	}
	assert(false); /* a column that holds no number */
	return 0;
}

struct str pg_text(struct stmt *base, int i)
{
	struct pg_stmt *s = (struct pg_stmt *)base;
	Oid type = PQftype(s->result, i);

	assert(type == PG_TEXT || type == PG_NAME);
	return cell(s, i);
}

struct str pg_blob(struct stmt *base, int i)
{
	struct pg_stmt *s = (struct pg_stmt *)base;

	assert(PQftype(s->result, i) == PG_BYTEA || PQgetisnull(s->result, s->row, i));
	return cell(s, i);
}

bool pg_dec(struct stmt *base, int i, struct dec *out)
{
	struct pg_stmt *s = (struct pg_stmt *)base;

	return !PQgetisnull(s->result, s->row, i) && PQftype(s->result, i) == PG_NUMERIC &&
	       numeric(cell(s, i), out);
}

/*
 * What the number of a row says by itself.
 *
 * Every row of an r_<kind> table has a number `rid`, which is also its number in the
 * search index, so that a hit can be judged and counted without its row being read:
 *
 *	bits 0–2   who may see the row: one bit for each enum audience
 *	bit  3     the record has ended
 *	bits 4–8   the party: its place among the charter's ledgers; RID_JOINT
 *	bits 9–15  the record type: enum record_id
 *	bits 16…   counted up as rows come: of one ledger's rows, the newer has the larger
 *
 * The low 16 bits are the row's shape; figures kept at write time are kept by shape.
 * Row numbers depend on the order of arrival and are part of no state that is compared.
 */
#ifndef STORE_RID_H
#define STORE_RID_H
#include "model/model.h"
#include "store/view.h"

enum {
	RID_ALL = 7,
	RID_ENDED = 8,
	RID_PARTY = 4,
	RID_KIND = 9,
	RID_SEQ = 16,
	RID_SHAPE = 0xffff,
	RID_JOINT = 31
};
_Static_assert((int)RECORD_COUNT <= 128, "a record type has 7 bits");

static inline int64_t rid_shape(enum record_id kind, unsigned party, bool ended, unsigned mask)
{
	return (int64_t)kind << RID_KIND | (int64_t)party << RID_PARTY |
	       (ended ? RID_ENDED : 0) | mask;
}

static inline int64_t rid_kind(int kind)
{
	return (int64_t)kind << RID_KIND;
}

static inline const struct record *rid_record(int64_t rid)
{
	return &records[(rid & RID_SHAPE) >> RID_KIND];
}

static inline unsigned rid_party(int64_t rid)
{
	return (unsigned)(rid >> RID_PARTY) & 31;
}

/* The widest audience that sees the row: the record's visibility. */
static inline enum audience rid_visibility(int64_t rid)
{
	return rid & 1 ? AUDIENCE_PUBLIC : rid & 2 ? AUDIENCE_PARTIES : AUDIENCE_NATIONAL;
}

static inline int64_t rid_bit(enum audience who)
{
	return (int64_t)1 << who;
}

#endif

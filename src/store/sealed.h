/*
 * What an audience may read behind the commitments of an entry (LEDGER.md 3.5, 12): for the
 * projection, which makes rows of it, and for views, which show old versions.
 */
#ifndef STORE_SEALED_H
#define STORE_SEALED_H
#include "store/apply.h"
#include "store/view.h"

/* Where bodies and their fate are found: one connection, one charter. */
struct sealed_place {
	struct db *reg; /* p_sealed */
	const struct charter *charter;
	const struct apply_source *from; /* opening and blob are asked */
	struct arena *a;
};

/* What its ledger said of a commitment later. */
struct sealed_fate {
	bool opened, erased;
};
bool sealed_fate(const struct sealed_place *at, struct str ledger, const struct hash *c,
		 struct sealed_fate *out, struct err *err) MUST_USE;

/* The body behind one sealed part of an entry of `ledger`, and who may see it; *body is NULL
 * when it is not here or was erased. */
bool sealed_body(const struct sealed_place *at, struct str ledger, const struct json *part,
		 const struct json **body, enum audience *who, struct err *err) MUST_USE;

/*
 * The name by which an attachment of a body travels: SHA-256(salt || its own SHA-256)
 * (docs/decisions/0007).  False when the body has no good salt.
 */
bool sealed_attached_name(const struct json *body, const struct hash *sha256,
			  struct hash *name) MUST_USE;

/* The data of a record's sealed parts that can be read, in their order. */
struct overlay {
	const struct json *data;
	enum audience who;
};
struct overlays {
	struct overlay list[ENTRY_BLOBS_MAX];
	size_t n;
};
bool overlays_find(const struct sealed_place *at, struct str ledger, const struct json *sealed,
		   struct overlays *out, struct err *err) MUST_USE;
/* How many of them `who` may read. */
size_t overlays_for(const struct overlays *o, enum audience who);
/* The leaf's data with those over it: members of a later one stand in the place of those
 * before. */
bool overlays_apply(const struct sealed_place *at, const struct overlays *o, enum audience who,
		    const struct json *leaf, const struct json **out, struct err *err) MUST_USE;

#endif

#include "store/view_private.h"

#include <string.h>
#include <unistd.h>

static bool is_kept(const struct store *s, const struct hash *name)
{
	struct err missing;
	uint64_t size;
	int fd;

	if (!store_blob_open(s, name, &fd, &size, &missing))
		return false;
	close(fd);
	return true;
}

bool view_blobs_missing(struct view *v, struct str ledger, const struct hash *after,
			struct blob_ref *out, size_t max, size_t *n, struct err *err)
{
	struct stmt *q =
		db_prepare(v->reg,
			   "SELECT sha256, max(size) FROM p_blob_ref WHERE lid = ? AND "
			   "sha256 > ? GROUP BY sha256 ORDER BY sha256",
			   err);
	struct charter_place place;
	struct hash from = *after;
	bool row;

	*n = 0;
	if (!q)
		return false;
	view_place(v, ledger, &place);
	stmt_text(q, 0, place.name);
	stmt_blob(q, 1, from.b, HASH_SIZE);
	while (*n < max) {
		struct blob_ref *r = &out[*n];

		if (!stmt_step(q, &row, err))
			return false;
		if (!row)
			return true;
		if (col_blob(q, 0).n != HASH_SIZE)
			continue;
		memcpy(r->name.b, col_blob(q, 0).p, HASH_SIZE);
		r->size = (uint64_t)col_int(q, 1);
		*n += !is_kept(v->store, &r->name);
	}
	stmt_reset(q);
	return true;
}

#include "store/view_private.h"

bool view_blob_public(struct view *v, struct arena *a, const struct hash *name,
		      struct blob_row *out, struct err *err)
{
	struct stmt *s = db_prepare(
		v->reg, "SELECT media, name, size FROM p_blob_ref WHERE sha256 = ? LIMIT 1", err);
	bool row;

	if (!s)
		return false;
	stmt_blob(s, 0, name->b, HASH_SIZE);
	if (!stmt_step(s, &row, err))
		return false;
	if (!row)
		return err_set(err, ERR_MISSING, NULL,
			       N_("There is no attachment of this name here."));
	*out = (struct blob_row){ .media = arena_str(a, col_text(s, 0)),
				  .name = arena_str(a, col_text(s, 1)),
				  .size = (uint64_t)col_int(s, 2) };
	stmt_reset(s);
	return true;
}

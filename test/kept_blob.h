/* An attachment that a store keeps, read through a view of its own. */
#ifndef TEST_KEPT_BLOB_H
#define TEST_KEPT_BLOB_H
#include "check.h"
#include "store/view.h"

static inline bool blob_kept(struct store *s, struct arena *a, const struct hash *name,
			     struct str *bytes)
{
	struct view *v;
	struct err err;
	bool found;

	check_ok(view_open(s, &v, &err), &err);
	check_ok(view_blob_read(v, a, name, BLOB_MAX, bytes, &found, &err), &err);
	assert_int_equal(view_blob_here(v, name), found);
	view_close(v);
	return found;
}

#endif

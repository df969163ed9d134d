#include "web/sent_file.h"

#include "web/pouch_shelf.h"

enum { CALLED_MAX = 255 };

bool sent_file_take(struct visit *v, const char *field, struct sent_file *out, struct err *err)
{
	struct str hex = http_field(v->q, "open");

	*out = (struct sent_file){ .again = true };
	for (size_t i = 0; i < v->q->file_count; i++) {
		const struct http_file *f = &v->q->files[i];

		if (!str_is(f->field, field) || !f->bytes.n)
			continue;
		out->again = false;
		out->called = str_cut_whole(f->name, CALLED_MAX);
		return shelf_put(v->web->shelf, v->person.account, f->bytes, &out->name, err);
	}
	out->called = str_cut_whole(http_field(v->q, "name"), CALLED_MAX);
	if (!hex.n)
		return err_set(err, ERR_INPUT, field, N_("Choose the file first."));
	return hash_hex(hex, &out->name) ||
	       err_set(err, ERR_MISSING, "file",
		       N_("This file is not kept any more. Send it again."));
}

#include "web/server.h"

/*
 * What one node serves of its own ledger (LEDGER.md 10; C2SP tlog-tiles).  Tiles never
 * change, partial ones included; the checkpoint does.  Any page of any site may read them:
 * a verifier can be a page of somebody else's.
 */

void open_to_all(struct visit *v)
{
	http_set(v->a, v->r, "Access-Control-Allow-Origin", S("*"));
}

void log_checkpoint(struct visit *v)
{
	struct str note;
	struct err err;

	if (!view_checkpoint(v->view, v->a, node_ledger(v->node), &note, &err)) {
		page_error(v, &err);
		return;
	}
	open_to_all(v);
	buf_add(&v->out, note);
	answer_out(v, "text/plain; charset=utf-8");
}

void log_tile(struct visit *v)
{
	/* The address as it was sent: an escaped digit is a malformed path. */
	struct str path = str_from(str_cut(v->q->target, str_index(v->q->target, '?')),
				   sizeof("/log/") - 1);
	struct tile_path tile;
	struct err err;

	if (!tile_path_parse(path, &tile)) {
		err_set(&err, ERR_MISSING, NULL,
			N_("There is no tile of this name (C2SP tlog-tiles)."));
		page_error(v, &err);
		return;
	}
	if (!view_tile(v->view, node_ledger(v->node), &tile, &v->out, &err)) {
		page_error(v, &err);
		return;
	}
	open_to_all(v);
	cache_for_ever(v);
	answer_out(v, "application/octet-stream");
}

static bool serve(struct visit *v, const struct blob *b, struct err *err)
{
	v->r->fd = b->fd;
	v->r->fd_size = b->size;
	return b->fd >= 0 || answer_memory(v, b->bytes) ||
	       err_set(err, ERR_UNREACHABLE, NULL,
		       N_("An attachment could not be read. Look at the disk."));
}

/*
 * An attachment by its name (LEDGER.md 6.4): one that an entry names openly is anybody's,
 * others are for those who may read what is sealed.  Its bytes are whatever somebody
 * attached: they are offered for saving, never shown as a page of this site.
 */
void blob(struct visit *v)
{
	struct http_answer *r = v->r;
	bool open = false, ok;
	struct hash name;
	struct blob b;
	struct err err;

	ok = hash_hex(v->parts[0], &name) ||
	     err_set(&err, ERR_MISSING, NULL, N_("There is no attachment of this name here."));
	ok = ok && view_blob_public(v->view, &name, &open, &err);
	if (ok && !open && v->who != AUDIENCE_NATIONAL)
		ok = err_set(&err, ERR_MISSING, NULL,
			     N_("There is no attachment of this name here."));
	ok = ok && view_blob_open(v->view, v->a, &name, &b, &err) && serve(v, &b, &err);
	if (!ok) {
		page_error(v, &err);
		return;
	}
	r->type = "application/octet-stream";
	http_set(v->a, r, "Content-Disposition", S("attachment"));
	http_set(v->a, r, "Cache-Control",
		 open ? S("public, max-age=31536000, immutable") : S("private, no-cache"));
	if (open)
		open_to_all(v);
	http_etag(v->a, v->q, r, v->parts[0]);
}

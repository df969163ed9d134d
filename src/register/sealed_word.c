/* A party's last words on sealed bodies: made public, or destroyed (LEDGER.md 12.3, 12.4). */
#include "register/door.h"
#include "store/bodies.h"

static bool unknown(const struct hash *c, struct err *err)
{
	struct buf b;

	buf_init(&b, 2 * HASH_SIZE);
	buf_hex(&b, c->b, HASH_SIZE);
	err_set(err, ERR_MISSING, "c", N_("No entry of this register commits to %1."),
		err_arg(buf_str(&b)));
	buf_done(&b);
	return false;
}

/* Whether this party may say it of this body. */
static bool word_stands(struct pen *p, struct request *r, const struct hash *c, struct err *err)
{
	struct sealed_place_row *places;
	bool own = false, opened = false, erased;
	size_t n;

	if (!view_commitments(p->view, r->a, c, &places, &n, err) ||
	    !view_erased_by(p->view, p->node->ledger, c, &erased, err))
		return false;
	if (n == 0)
		return unknown(c, err);
	for (size_t i = 0; i < n; i++) {
		own = own || str_eq(places[i].ledger, p->node->ledger);
		opened = opened || places[i].opened;
	}
	if (erased)
		return err_set(err, ERR_CONFLICT, "c",
			       N_("Your party has erased this body already."));
	if (opened)
		return err_set(err, ERR_CONFLICT, "c",
			       N_("This body was published: it is public for good, and cannot "
				  "be erased or published again."));
	if (!own && r->type == ENTRY_SEALED_OPEN)
		return err_set(err, ERR_DENIED, "c",
			       N_("Only the party that wrote a body publishes it."));
	return true;
}

static void erase_body_text(struct pen *p, const struct request *r)
{
	struct json_w w = json_w(&p->body);

	json_open(&w, '{');
	json_key(&w, "c");
	json_open(&w, '[');
	for (size_t i = 0; i < r->body_count; i++)
		json_put_hex(&w, r->bodies[i].b, HASH_SIZE);
	json_close(&w, ']');
	json_pair(&w, "ground", r->reason);
	json_close(&w, '}');
}

/* The body and its attachments become attachments of the entry: anyone's from then on. */
static bool open_blobs(struct pen *p, struct request *r, const struct hash *c, struct str body,
		       struct err *err)
{
	const struct json *more;
	struct json_w w = json_w(&p->blobs);
	struct json *doc;
	struct hash name;

	if (!json_object(r->a, body, &doc, err) ||
	    !store_blob_put(p->node->store, body, &name, err))
		return false;
	more = json_arr(doc, "blobs");
	if (more && more->count >= ENTRY_BLOBS_MAX)
		return err_set(err, ERR_INPUT, "c",
			       N_("A record carries at most %1 attachments. Spread them over "
				  "several."),
			       err_num(ENTRY_BLOBS_MAX - 1));
	json_open(&w, '[');
	json_open(&w, '{');
	json_key(&w, "sha256");
	json_put_hex(&w, c->b, HASH_SIZE);
	json_key(&w, "size");
	json_put_int(&w, (int64_t)body.n);
	json_pair(&w, "media", S("application/json"));
	json_pair(&w, "name", S("body.json"));
	json_close(&w, '}');
	for (const struct json *b = more ? more->child : NULL; b; b = b->next)
		json_put_raw(&w, b->raw);
	json_close(&w, ']');
	return true;
}

static bool open_body(struct pen *p, struct request *r, struct err *err)
{
	struct json_w w = json_w(&p->body);
	struct str body;
	bool found;

	if (!view_body(p->view, r->a, &r->bodies[0], &body, &found, err))
		return false;
	if (!found)
		return err_set(err, ERR_MISSING, "c",
			       N_("This body is not at this node. Import it first: benkan "
				  "sealed import"));
	if (!open_blobs(p, r, &r->bodies[0], body, err))
		return false;
	json_open(&w, '{');
	json_key(&w, "c");
	json_put_hex(&w, r->bodies[0].b, HASH_SIZE);
	json_close(&w, '}');
	return true;
}

bool sealed_word(struct pen *p, struct request *r, struct err *err)
{
	for (size_t i = 0; i < r->body_count; i++)
		if (!word_stands(p, r, &r->bodies[i], err))
			return false;
	if (r->type == ENTRY_SEALED_ERASE)
		erase_body_text(p, r);
	else if (!open_body(p, r, err))
		return false;
	return door_append(p, r, r->type, ACT_ADDED, err);
}

#include "exchange/pouch_read.h"

#include "exchange/pouch_walk.h"
#include "ledger/note.h"
#include "register/sealed_body.h"

struct reading {
	struct pouch_in in;
	struct pouch_sum sum;
	const struct pouch_taker *to;
	const struct pouch_note *m;
	struct buf content;
	struct hash hash; /* of the content */
	struct buf name;  /* of the member wanted */
};

/* The content of the member at hand, at most `max` bytes. */
static bool content(struct reading *r, size_t max, struct err *err)
{
	if (r->content.cap > POUCH_BUNDLE_MAX) {
		buf_done(&r->content); /* a large attachment's memory is not kept */
		buf_init(&r->content, max);
	}
	r->content.max = max;
	if (!pouch_in_read(&r->in, &r->content, err))
		return false;
	r->hash = hash_of(buf_str(&r->content));
	pouch_sum_add(&r->sum, r->in.name, r->in.size, &r->hash);
	return true;
}

/* The member at hand must bear the name in r->name. */
static bool wanted(struct reading *r, size_t max, struct err *err)
{
	if (r->in.end)
		return err_set(err, ERR_INPUT, "file",
			       N_("The pouch ends where %1 must be: members are missing."),
			       err_arg(buf_str(&r->name)));
	if (!str_eq(r->in.name, buf_str(&r->name)))
		return err_set(err, ERR_INPUT, "file",
			       N_("The pouch has %1 where %2 must be: it was changed, or not "
				  "written by Benkan."),
			       err_arg(r->in.name), err_arg(buf_str(&r->name)));
	return content(r, max, err);
}

static bool next(struct reading *r, struct err *err)
{
	return pouch_in_next(&r->in, err);
}

/* --- 1. the manifest --- */

static bool read_manifest(struct reading *r, struct arena *a, struct pouch_note *m,
			  struct err *err)
{
	struct str bytes;
	struct note note;

	if (!next(r, err))
		return false;
	buf_lit(&r->name, "benkan-pouch");
	if (r->in.end || !str_eq(r->in.name, buf_str(&r->name)))
		return err_set(err, ERR_INPUT, "file",
			       N_("This is not a pouch: its first member is not "
				  "benkan-pouch."));
	r->content.max = NOTE_MAX;
	if (!pouch_in_read(&r->in, &r->content, err))
		return false;
	bytes = arena_str(a, buf_str(&r->content));
	return note_parse(bytes, &note, err) && pouch_note_parse(note.text, m, err) &&
	       r->to->manifest(r->to->ctx, m, bytes, err);
}

/* --- 2. ledgers --- */

static void name_in_log(struct buf *out, struct str ledger)
{
	buf_clear(out);
	buf_lit(out, "log/");
	buf_add(out, ledger);
	buf_ch(out, '/');
}

static bool read_ledger(struct reading *r, const struct pouch_line *l, struct err *err)
{
	struct pouch_walk walk;
	struct tile_path path;

	name_in_log(&r->name, l->name);
	buf_lit(&r->name, "checkpoint");
	if (!wanted(r, NOTE_MAX, err) ||
	    !r->to->ledger(r->to->ctx, l, buf_str(&r->content), err) || !next(r, err))
		return false;
	pouch_walk_begin(&walk, l->base, l->size);
	while (pouch_walk_next(&walk, &path)) {
		name_in_log(&r->name, l->name);
		tile_path_write(&r->name, &path);
		if (!wanted(r, POUCH_BUNDLE_MAX, err) ||
		    !r->to->tile(r->to->ctx, &path, buf_str(&r->content), err) || !next(r, err))
			return false;
	}
	return true;
}

/* --- 3 to 5: what may be there or not --- */

/* `before`, and then the rest; false for another kind of member. */
static bool named(const struct reading *r, struct str before, struct str *rest)
{
	*rest = str_from(r->in.name, before.n);
	return !r->in.end && str_starts(r->in.name, before);
}

static bool out_of_order(const struct reading *r, struct err *err)
{
	return err_set(err, ERR_INPUT, "file",
		       N_("%1 stands out of order in the pouch, or twice: it was changed, or "
			  "not written by Benkan."),
		       err_arg(r->in.name));
}

/* Each name after the one before it, which is kept in r->name. */
static bool ascends(struct reading *r, struct err *err)
{
	if (str_cmp(buf_str(&r->name), r->in.name) >= 0)
		return out_of_order(r, err);
	buf_clear(&r->name);
	buf_add(&r->name, r->in.name);
	return true;
}

static bool read_cosigs(struct reading *r, struct err *err)
{
	struct str ledger;

	buf_clear(&r->name);
	while (named(r, S("cosig/"), &ledger)) {
		if (!party_code_valid(ledger) || !ascends(r, err))
			return out_of_order(r, err);
		if (!content(r, NOTE_MAX, err) ||
		    !r->to->cosig(r->to->ctx, str_from(buf_str(&r->name), sizeof("cosig/") - 1),
				  buf_str(&r->content), err) ||
		    !next(r, err))
			return false;
	}
	return true;
}

static bool read_blobs(struct reading *r, struct err *err)
{
	struct hash name;
	struct str hex;

	buf_clear(&r->name);
	while (named(r, S("blob/"), &hex)) {
		if (!hash_hex(hex, &name) || !ascends(r, err))
			return out_of_order(r, err);
		if (!content(r, BLOB_MAX, err))
			return false;
		if (!hash_eq(&name, &r->hash))
			return err_set(err, ERR_INPUT, "file",
				       N_("The attachment %1 in the pouch is not what its name "
					  "says: it was damaged or changed. Copy the pouch "
					  "again."),
				       err_arg(r->in.name));
		if (!r->to->blob(r->to->ctx, &name, buf_str(&r->content), err) || !next(r, err))
			return false;
	}
	return true;
}

/* "<recipient>/<c>.age"; only for whom the pouch is. */
static bool sealed_name(const struct reading *r, struct str name, struct str *recipient,
			struct hash *c)
{
	return str_split(&name, '/', recipient) && party_code_valid(*recipient) &&
	       (str_is(r->m->to, "*") || str_eq(*recipient, r->m->to)) &&
	       str_ends(name, S(".age")) && hash_hex(str_cut(name, name.n - 4), c);
}

static bool read_sealed(struct reading *r, struct err *err)
{
	struct str name, recipient;
	struct hash c;

	buf_clear(&r->name);
	while (named(r, S("sealed/"), &name)) {
		if (!sealed_name(r, name, &recipient, &c) || !ascends(r, err))
			return out_of_order(r, err);
		if (!content(r, BODY_FILE_MAX, err) ||
		    !r->to->sealed(r->to->ctx, recipient, &c, buf_str(&r->content), err) ||
		    !next(r, err))
			return false;
	}
	return true;
}

/* --- the end --- */

static bool check_sum(struct reading *r, struct err *err)
{
	struct hash digest = pouch_sum_end(&r->sum);

	if (r->sum.members == r->m->members && r->sum.bytes == r->m->bytes &&
	    hash_eq(&digest, &r->m->digest))
		return true;
	return err_set(err, ERR_INPUT, "digest",
		       N_("What is in the pouch is not what its sender signed: members are "
			  "missing, added or changed. Copy it again."));
}

static bool read_members(struct reading *r, struct arena *a, struct pouch_note *m,
			 struct err *err)
{
	if (!read_manifest(r, a, m, err) || !next(r, err))
		return false;
	for (size_t i = 0; i < m->ledger_count; i++)
		if (!read_ledger(r, &m->ledgers[i], err))
			return false;
	if (!read_cosigs(r, err) || !read_blobs(r, err) || !read_sealed(r, err))
		return false;
	return r->in.end ? check_sum(r, err) : out_of_order(r, err);
}

bool pouch_read(struct arena *a, const struct pouch_source *from, const struct pouch_taker *to,
		struct pouch_note *m, struct err *err)
{
	struct reading r = { .in = { .from = from }, .to = to, .m = m };
	bool ok;

	pouch_sum_begin(&r.sum);
	buf_init(&r.content, NOTE_MAX);
	buf_init(&r.name, USTAR_NAME_MAX);
	ok = read_members(&r, a, m, err);
	if (r.sum.digest)
		(void)pouch_sum_end(&r.sum);
	buf_done(&r.name);
	buf_done(&r.content);
	return ok;
}

#include "cli/do.h"
#include "register/file.h"

#include <string.h>

enum { REWRITTEN_MAX = 1 << 20, ATTACH_ARENA = BLOB_MAX + (1 << 20) };

/* Media types by the end of a file's name (IANA registry), for what a commission attaches. */
static const struct {
	const char *end, *media;
} media[] = {
	{ ".pdf", "application/pdf" },
	{ ".txt", "text/plain" },
	{ ".csv", "text/csv" },
	{ ".xml", "application/xml" },
	{ ".json", "application/json" },
	{ ".png", "image/png" },
	{ ".jpg", "image/jpeg" },
	{ ".jpeg", "image/jpeg" },
	{ ".zip", "application/zip" },
	{ ".odt", "application/vnd.oasis.opendocument.text" },
	{ ".ods", "application/vnd.oasis.opendocument.spreadsheet" },
	{ ".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
	{ ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
	{ ".pptx",
	  "application/vnd.openxmlformats-officedocument.presentationml.presentation" },
};

static struct str media_of(struct str name)
{
	for (size_t i = 0; i < sizeof(media) / sizeof(media[0]); i++)
		if (str_ends(name, str_z(media[i].end)))
			return str_z(media[i].media);
	return S("application/octet-stream");
}

/* {"file":"…"} and at most media and name beside it, all texts. */
static bool names_file(const struct json *j)
{
	if (j->type != JSON_OBJECT || !json_str(j, "file").n)
		return false;
	for (const struct json *m = j->child; m; m = m->next)
		if (m->type != JSON_STR ||
		    !(str_is(m->name, "file") || str_is(m->name, "media") ||
		      str_is(m->name, "name")))
			return false;
	return true;
}

struct rewriter {
	struct arena *a;
	const struct attach_from *from;
	struct json_w *w;
	struct err *err;
};

static struct str base_name(struct str path)
{
	const char *slash = path.n ? memrchr(path.p, '/', path.n) : NULL;

	return slash ? str_from(path, (size_t)(slash + 1 - path.p)) : path;
}

static bool take_file(const struct rewriter *r, struct str path, struct hash *hash,
		      size_t *size)
{
	const char *place = str_starts(path, S("/"))
				    ? arena_z(r->a, path)
				    : file_path(r->a, r->from->dir, arena_z(r->a, path));
	struct arena bytes_arena;
	struct str bytes;
	bool ok;

	arena_init(&bytes_arena, ATTACH_ARENA);
	ok = file_read(&bytes_arena, place, BLOB_MAX, &bytes, r->err) &&
	     store_blob_put(r->from->store, bytes, hash, r->err);
	*size = ok ? bytes.n : 0;
	arena_done(&bytes_arena);
	return ok;
}

static bool put_attachment(struct rewriter *r, const struct json *j)
{
	struct str path = json_str(j, "file"), name = json_str(j, "name"),
		   type = json_str(j, "media");
	struct hash hash;
	size_t size;

	if (!take_file(r, path, &hash, &size)) {
		err_within(r->err, "file", S(""));
		return false;
	}
	name = name.n ? name : base_name(path);
	json_open(r->w, '{');
	json_key(r->w, "sha256");
	json_put_hex(r->w, hash.b, HASH_SIZE);
	json_key(r->w, "size");
	json_put_int(r->w, (int64_t)size);
	json_pair(r->w, "media", type.n ? type : media_of(name));
	json_pair(r->w, "name", name);
	json_close(r->w, '}');
	return true;
}

static bool rewrite(struct rewriter *r, const struct json *j)
{
	bool object = j->type == JSON_OBJECT;

	if (names_file(j))
		return put_attachment(r, j);
	if (!object && j->type != JSON_ARRAY) {
		json_put_raw(r->w, j->raw);
		return true;
	}
	json_open(r->w, object ? '{' : '[');
	for (const struct json *m = j->child; m; m = m->next) {
		if (object)
			json_key_str(r->w, m->name);
		if (!rewrite(r, m))
			return false;
	}
	json_close(r->w, object ? '}' : ']');
	return true;
}

bool attach_files(struct arena *a, const struct attach_from *from, struct str draft,
		  struct str *out, struct err *err)
{
	struct buf b;
	struct json_w w = json_w(&b);
	struct rewriter r = { a, from, &w, err };
	struct json *doc;
	struct err ignored;
	bool ok;

	*out = draft;
	if (!memmem(draft.p, draft.n, "\"file\"", 6) || !json_object(a, draft, &doc, &ignored))
		return true;
	buf_init(&b, REWRITTEN_MAX);
	ok = rewrite(&r, doc);
	if (ok)
		*out = arena_str(a, buf_str(&b));
	buf_done(&b);
	return ok;
}

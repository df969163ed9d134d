#include "web/form_page.h"

/*
 * Files that came with a form: each goes into the blob store at once, and the form goes
 * on with its hash, so that a file is sent over the line only once.
 */

static const char upload_end[] = ".upload";

/* LEDGER.md 3.3: 1 to 255 bytes, no slash, no control character, not beginning with a dot. */
static struct str file_name(struct arena *a, struct str given)
{
	struct str s = plain_text(a, given, false);

	for (size_t i = s.n; i-- > 0;)
		if (s.p[i] == '/' || s.p[i] == '\\') {
			s = str_from(s, i + 1);
			break;
		}
	while (s.n > 0 && s.p[0] == '.')
		s = str_from(s, 1);
	if (s.n > 255) {
		s = str_from(s, s.n - 255); /* the end, where the kind of file stands */
		while (s.n > 0 && ((unsigned char)s.p[0] & 0xc0) == 0x80)
			s = str_from(s, 1);
	}
	return s.n > 0 ? s : S("file");
}

/* type/subtype of RFC 9110 tokens; anything else is only bytes. */
static struct str media_type(struct str given)
{
	size_t slash = str_index(given, '/');

	for (size_t i = 0; i < given.n; i++) {
		char c = given.p[i];
		bool token = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			     (c >= '0' && c <= '9') || c == '.' || c == '+' || c == '-' ||
			     c == '_' || (c == '/' && i == slash);

		if (!token)
			return S("application/octet-stream");
	}
	if (given.n > 100 || slash == 0 || slash + 1 >= given.n)
		return S("application/octet-stream");
	return given;
}

static struct http_pair pair_of(struct arena *a, struct str path, const char *member,
				struct str value)
{
	return (struct http_pair){ arena_join(a, path, arena_join(a, S("."), str_z(member))),
				   value };
}

static bool store_one(struct visit *v, const struct http_file *file, struct http_pair out[4],
		      struct err *err)
{
	struct str path = str_cut(file->field, file->field.n - str_z(upload_end).n);
	struct hash name;
	struct buf hex;

	if (!store_blob_put(node_store(v->node), file->bytes, &name, err)) {
		err_within(err, "", path);
		return false;
	}
	buf_init(&hex, 2 * HASH_SIZE);
	buf_hex(&hex, name.b, HASH_SIZE);
	out[0] = pair_of(v->a, path, "sha256", arena_buf(v->a, &hex));
	out[1] = pair_of(v->a, path, "size", arena_str(v->a, str_z(err_num(file->bytes.n))));
	out[2] = pair_of(v->a, path, "media", media_type(file->media));
	out[3] = pair_of(v->a, path, "name", file_name(v->a, file->name));
	return true;
}

bool form_take(struct form_page *p, struct err *err)
{
	const struct http_request *q = p->v->q;
	struct http_pair *pairs =
		arena_array(p->v->a, struct http_pair, q->form_count + 4 * q->file_count + 1);
	size_t n = 0;
	bool good = true;

	/* First, so that a new file stands before the one it replaces. */
	for (size_t i = 0; i < q->file_count; i++) {
		const struct http_file *file = &q->files[i];

		if (file->bytes.n == 0 || !str_ends(file->field, str_z(upload_end)))
			continue;
		if (store_one(p->v, file, pairs + n, err))
			n += 4;
		else
			good = false;
	}
	for (size_t i = 0; i < q->form_count; i++)
		pairs[n++] = q->form[i];
	p->typed = typed_of(p->v->a, pairs, n);
	return good;
}

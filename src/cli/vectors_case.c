#include "cli/vectors_case.h"

#include <stdio.h>

enum { FILE_MAX = 1 << 20, PATH_MAX_BYTES = 4096 };

static void close_file(FILE **f)
{
	if (*f)
		fclose(*f);
}

bool file_append(struct arena *a, struct str path, struct buf *out, struct err *err)
{
	FILE *f __attribute__((cleanup(close_file))) = fopen(arena_z(a, path), "rbe");
	char block[1 << 14];
	size_t n;

	while (f && !out->full && (n = fread(block, 1, sizeof(block), f)) > 0)
		buf_add(out, str_of(block, n));
	if (!f || ferror(f))
		return err_set(err, ERR_UNREACHABLE, "", N_("%1 cannot be read"),
			       err_arg(path));
	return true;
}

struct str case_path(struct vectors *v, struct str folder, struct str name)
{
	struct buf path;

	buf_init(&path, PATH_MAX_BYTES);
	buf_add(&path, v->dir);
	buf_ch(&path, '/');
	buf_add(&path, folder);
	buf_ch(&path, '/');
	buf_add(&path, name);
	if (path.full)
		buf_clear(&path);
	return arena_buf(&v->arena, &path);
}

bool case_file(struct vectors *v, const struct json *c, const char *member, struct str *out)
{
	struct str path = case_path(v, json_str(c, "kind"), json_str(c, member));
	struct buf b;
	bool ok;

	buf_init(&b, FILE_MAX);
	ok = file_append(&v->arena, path, &b, &v->err) && !b.full;
	*out = ok ? arena_str(&v->arena, buf_str(&b)) : S("");
	buf_done(&b);
	return ok;
}

bool case_bytes(struct vectors *v, const struct json *c, const char *member, struct str *out)
{
	const struct json *text = json_get(c, member);
	size_t n = text ? text->str.n : 0;
	char *bytes = arena_alloc(&v->arena, n + 1);

	*out = str_of(bytes, 0);
	return text && text->type == JSON_STR && b64_decode(text->str, bytes, n, &out->n);
}

bool case_hash(const struct json *text, struct hash *out)
{
	size_t n;

	return text && b64_decode(text->str, out->b, HASH_SIZE, &n) && n == HASH_SIZE;
}

bool case_u64(const struct json *c, const char *member, uint64_t *out)
{
	int64_t value;

	if (!json_int(c, member, &value) || value < 0)
		return false;
	*out = (uint64_t)value;
	return true;
}

bool case_proof(const struct json *c, struct hash out[PROOF_MAX], size_t *n)
{
	const struct json *list = json_arr(c, "proof");

	*n = 0;
	for (const struct json *h = list ? list->child : NULL; h; h = h->next)
		if (*n == PROOF_MAX || !case_hash(h, &out[(*n)++]))
			return false;
	return list != NULL;
}

bool case_key(struct vectors *v, struct keys *k, struct str text)
{
	return k->n < KEYS_MAX && vkey_parse(text, &k->all[k->n++], &v->err);
}

bool case_keys(struct vectors *v, const struct json *c, struct keys *k)
{
	struct str text, line;

	k->n = 0;
	if (!case_file(v, c, "vkeys", &text))
		return false;
	while (str_split(&text, '\n', &line))
		if (line.n && !case_key(v, k, line))
			return false;
	return true;
}

bool case_check(struct vectors *v, const struct json *c, struct keys *log,
		struct keys *witnesses, struct log_check *out)
{
	const struct json *list = json_arr(c, "witness_vkeys");
	uint64_t quorum;

	log->n = witnesses->n = 0;
	if (!list || !case_key(v, log, json_str(c, "log_vkey")) ||
	    !case_u64(c, "quorum", &quorum))
		return false;
	for (const struct json *w = list->child; w; w = w->next)
		if (!case_key(v, witnesses, w->str))
			return false;
	*out = (struct log_check){ .origin = json_str(c, "origin"),
				   .log_keys = log->all,
				   .log_key_count = log->n,
				   .witnesses = witnesses->all,
				   .witness_count = witnesses->n,
				   .quorum = (unsigned)quorum };
	return true;
}

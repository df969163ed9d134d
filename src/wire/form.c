#include "wire/form.h"

#include "wire/html.h"

#include <string.h>

bool form_urlencoded(struct arena *a, struct str text, struct form *out)
{
	struct str rest = text, pair;
	size_t most = 1;

	*out = (struct form){ 0 };
	for (size_t i = 0; i < text.n; i++)
		most += text.p[i] == '&';
	if (most > HTTP_PAIRS_MAX)
		return false;
	out->pairs = arena_array(a, struct http_pair, most);
	while (str_split(&rest, '&', &pair)) {
		size_t equals = str_index(pair, '=');
		struct http_pair *p = &out->pairs[out->count];

		if (pair.n == 0)
			continue;
		if (!url_text(a, str_cut(pair, equals), true, &p->name) ||
		    !url_text(a, str_from(pair, equals + 1), true, &p->value))
			return false;
		out->count++;
	}
	return true;
}

static char lower(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c | 0x20);
	return c;
}

bool header_same(struct str a, struct str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

struct str header_lower(struct arena *a, struct str s)
{
	char *z = arena_z(a, s);

	for (size_t i = 0; i < s.n; i++)
		z[i] = lower(z[i]);
	return str_of(z, s.n);
}

/* A quoted string at the front of `*rest` (after its opening quote), `\x` standing for x. */
static bool unquote(struct arena *a, struct str *rest, struct str *out)
{
	char *to = arena_alloc(a, rest->n);
	size_t n = 0, i = 0;

	while (i < rest->n && rest->p[i] != '"') {
		if (rest->p[i] == '\\' && i + 1 < rest->n)
			i++;
		to[n++] = rest->p[i++];
	}
	if (i == rest->n)
		return false;
	*rest = str_from(*rest, i + 1);
	*out = str_of(to, n);
	return true;
}

/* The next `name=value` of parameters that start after a semicolon. */
static bool next_param(struct arena *a, struct str *rest, struct str *name, struct str *value)
{
	size_t equals;

	*rest = str_trim(*rest);
	equals = str_index(*rest, '=');
	if (equals == rest->n)
		return false;
	*name = str_trim(str_cut(*rest, equals));
	*rest = str_from(*rest, equals + 1);
	if (rest->n > 0 && rest->p[0] == '"') {
		size_t semi;

		*rest = str_from(*rest, 1);
		if (!unquote(a, rest, value))
			return false;
		semi = str_index(*rest, ';');
		*rest = str_from(*rest, semi + 1);
		return true;
	}
	return str_split(rest, ';', value) || rest->n == 0;
}

bool header_param(struct arena *a, struct str value, const char *name, struct str *out)
{
	struct str rest = str_from(value, str_index(value, ';') + 1), key, text = S("");

	if (value.n > FORM_PART_HEAD_MAX)
		return false;
	while (rest.n > 0 && next_param(a, &rest, &key, &text))
		if (header_same(key, str_z(name))) {
			*out = str_trim(text);
			return true;
		}
	return false;
}

/* --- multipart --- */

struct part {
	struct str disposition, media, bytes;
};

/* The head of a part: lines up to an empty one; *rest then stands at its bytes. */
static bool part_head(struct str *rest, struct part *p)
{
	size_t end = str_find(str_cut(*rest, FORM_PART_HEAD_MAX), S("\r\n\r\n"));
	struct str head = str_cut(*rest, end), line;

	if (end >= FORM_PART_HEAD_MAX || end >= rest->n || memchr(head.p, '\0', head.n))
		return false;
	*rest = str_from(*rest, end + 4);
	while (str_split(&head, '\n', &line)) {
		size_t colon = str_index(line, ':');
		struct str value = str_trim(str_from(line, colon + 1));

		if (header_same(str_cut(line, colon), S("content-disposition")))
			p->disposition = value;
		else if (header_same(str_cut(line, colon), S("content-type")))
			p->media = value;
	}
	return p->disposition.n > 0;
}

/* What a file is called without the folders some browsers send before it. */
static struct str base_name(struct str name)
{
	for (size_t i = name.n; i > 0; i--)
		if (name.p[i - 1] == '/' || name.p[i - 1] == '\\')
			return str_from(name, i);
	return name;
}

static bool add_part(struct arena *a, const struct part *p, struct form *out)
{
	struct str type = str_trim(str_cut(p->disposition, str_index(p->disposition, ';')));
	struct str name, file;

	if (!header_same(type, S("form-data")) ||
	    !header_param(a, p->disposition, "name", &name) || !str_utf8(name) ||
	    out->count + out->file_count == HTTP_PAIRS_MAX)
		return false;
	if (header_param(a, p->disposition, "filename", &file)) {
		if (!str_utf8(file))
			return false;
		out->files[out->file_count++] =
			(struct http_file){ name, base_name(file), p->media, p->bytes };
		return true;
	}
	if (!str_utf8(p->bytes) || str_index(p->bytes, '\0') < p->bytes.n)
		return false;
	out->pairs[out->count++] = (struct http_pair){ name, p->bytes };
	return true;
}

/* How many parts there can be: one after each mark. */
static size_t parts_at_most(struct str body, struct str mark)
{
	size_t n = 1, at;

	for (; n < HTTP_PAIRS_MAX && (at = str_find(body, mark)) < body.n; n++)
		body = str_from(body, at + mark.n);
	return n;
}

bool form_multipart(struct arena *a, struct str body, struct str type, struct form *out)
{
	struct str boundary, mark;
	size_t most;

	*out = (struct form){ 0 };
	if (!header_param(a, type, "boundary", &boundary) || boundary.n == 0 || boundary.n > 70)
		return false;
	mark = arena_join(a, S("\r\n--"), boundary);
	if (!str_starts(body, str_from(mark, 2)))
		return false;
	most = parts_at_most(body, mark);
	out->pairs = arena_array(a, struct http_pair, most);
	out->files = arena_array(a, struct http_file, most);
	body = str_from(body, mark.n - 2);
	/* After a delimiter: `--` ends the body, a line end opens a part. */
	while (!str_starts(body, S("--"))) {
		struct part p = { 0 };
		size_t end;

		if (!str_starts(body, S("\r\n")))
			return false;
		body = str_from(body, 2);
		if (!part_head(&body, &p))
			return false;
		end = str_find(body, mark);
		if (end == body.n)
			return false;
		p.bytes = str_cut(body, end);
		body = str_from(body, end + mark.n);
		if (!add_part(a, &p, out))
			return false;
	}
	return true;
}

#include "exchange/incoming_source.h"

#include "model/model.h"

#include <string.h>

enum { SOURCE_ROOM = 64 << 10 };

void source_name(struct arena *a, struct origin *file, const struct hash *sha256)
{
	struct json_w w;
	struct buf b, says;

	buf_init(&says, SOURCE_ROOM);
	buf_lit(&says, "SHA-256 ");
	buf_hex(&says, sha256->b, HASH_SIZE);
	buf_init(&b, SOURCE_ROOM);
	w = json_w(&b);
	json_key(&w, fields[project_sources].name);
	json_open(&w, '[');
	json_open(&w, '{');
	json_pair(&w, fields[source_title].name, file->title);
	b.n--; /* the line comes before the quote */
	file->before = arena_str(a, buf_str(&b));
	buf_clear(&b);
	buf_ch(&b, '"');
	json_pair(&w, fields[source_says].name, arena_buf(a, &says));
	json_close(&w, '}');
	json_close(&w, ']');
	json_close(&w, '}');
	file->after = arena_buf(a, &b);
}

static char *put_str(char *to, struct str s)
{
	memcpy(to, s.p, s.n);
	return to + s.n;
}

/* In decimal, up to `end`. */
static struct str digits_of(char *end, uint64_t v)
{
	char *at = end;

	do {
		*--at = (char)('0' + v % 10);
		v /= 10;
	} while (v);
	return str_of(at, (size_t)(end - at));
}

struct str with_source(struct arena *a, struct str data, struct str mark,
		       const struct origin *file, uint64_t line)
{
	char number[24];
	struct str digits = digits_of(number + sizeof(number), line);
	char *text = arena_take(a, data.n + mark.n + file->before.n + digits.n + file->after.n);
	char *to = put_str(text, str_cut(data, data.n - 1));

	if (data.n > 2)
		*to++ = ',';
	to = put_str(to, mark);
	to = put_str(to, file->before);
	to = put_str(to, digits);
	to = put_str(to, file->after);
	return str_of(text, (size_t)(to - text));
}

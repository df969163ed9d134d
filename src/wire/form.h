/*
 * What a browser's form sends: application/x-www-form-urlencoded (WHATWG URL 5.1) and
 * multipart/form-data (RFC 7578), read from a complete body.  Values and files borrow
 * from the body where nothing had to be decoded.
 */
#ifndef WIRE_FORM_H
#define WIRE_FORM_H
#include "wire/http.h"

enum { FORM_PART_HEAD_MAX = 8 << 10 };

struct form {
	struct http_pair *pairs;
	size_t count;
	struct http_file *files; /* parts that carry a filename, even an empty one */
	size_t file_count;
};

/*
 * False: more than HTTP_PAIRS_MAX fields, a broken escape, a zero byte in a field, text
 * that is not UTF-8, a boundary or a part's head that is not as RFC 2046 5.1.1 says.
 */
bool form_urlencoded(struct arena *a, struct str text, struct form *out) MUST_USE;
/* `type` is the whole Content-Type value, with its boundary. */
bool form_multipart(struct arena *a, struct str body, struct str type,
		    struct form *out) MUST_USE;

/*
 * Parameter `name` of a header value such as `form-data; name="x"` (RFC 9110 5.6.6);
 * false when it is absent or its quotes do not close.
 */
bool header_param(struct arena *a, struct str value, const char *name,
		  struct str *out) MUST_USE;
/* ASCII letters compared without case: names of headers, media types, codings. */
bool header_same(struct str a, struct str b);
struct str header_lower(struct arena *a, struct str s);

#endif

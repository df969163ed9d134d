#include "fuzz.h"
#include "wire/form.h"
#include "wire/html.h"

enum { INPUT_MAX = 64 << 10, ARENA_MAX = 64 << 20 };

/* The fields written as an address would carry them. */
static struct str written(struct arena *a, const struct form *f)
{
	struct buf b;

	buf_init(&b, (size_t)8 * INPUT_MAX);
	for (size_t i = 0; i < f->count; i++) {
		if (i > 0)
			buf_ch(&b, '&');
		url_part(&b, f->pairs[i].name);
		buf_ch(&b, '=');
		url_part(&b, f->pairs[i].value);
	}
	return arena_buf(a, &b);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct form once, again;
	struct arena a;

	if (n > INPUT_MAX)
		return 0;
	arena_init(&a, ARENA_MAX);
	if (form_urlencoded(&a, str_of(bytes, n), &once)) {
		must(once.count <= HTTP_PAIRS_MAX && once.file_count == 0);
		must(form_urlencoded(&a, written(&a, &once), &again));
		must(again.count == once.count);
		for (size_t i = 0; i < once.count; i++) {
			must(str_utf8(once.pairs[i].name) && str_utf8(once.pairs[i].value));
			must(str_index(once.pairs[i].value, '\0') == once.pairs[i].value.n);
			must(str_eq(once.pairs[i].name, again.pairs[i].name));
			must(str_eq(once.pairs[i].value, again.pairs[i].value));
		}
	}
	arena_done(&a);
	return 0;
}

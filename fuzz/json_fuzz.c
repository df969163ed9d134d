#include "fuzz.h"
#include "wire/json.h"

enum { INPUT_MAX = 64 << 10, ARENA_MAX = 64 << 20 };

/* The same values in the writer's own spelling. */
static struct str written(struct arena *a, const struct json *j)
{
	struct buf b;
	struct json_w w = json_w(&b);

	buf_init(&b, (size_t)8 * INPUT_MAX);
	json_put(&w, j);
	return arena_buf(a, &b);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct str text = str_of(bytes, n), once;
	struct json *j;
	struct err err;
	struct arena a;

	if (n > INPUT_MAX)
		return 0;
	arena_init(&a, ARENA_MAX);
	if (json_parse(&a, text, &j, &err)) {
		must(j->raw.n <= n);
		once = written(&a, j);
		must(json_parse(&a, once, &j, &err));
		must(str_eq(written(&a, j), once));
		must(str_eq(j->raw, once));
	}
	arena_done(&a);
	return 0;
}

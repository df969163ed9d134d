#include "fuzz.h"
#include "wire/form.h"

enum { INPUT_MAX = 64 << 10, ARENA_MAX = 64 << 20 };

static bool within(struct str part, struct str whole)
{
	return part.n == 0 || (part.p >= whole.p && part.p + part.n <= whole.p + whole.n);
}

/* The first line is the Content-Type, the rest the body. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct str body = str_of(bytes, n), type;
	struct form f;
	struct arena a;

	if (n > INPUT_MAX || !str_split(&body, '\n', &type))
		return 0;
	arena_init(&a, ARENA_MAX);
	if (form_multipart(&a, body, type, &f)) {
		must(f.count + f.file_count <= HTTP_PAIRS_MAX);
		for (size_t i = 0; i < f.count; i++) {
			must(within(f.pairs[i].value, body));
			must(str_utf8(f.pairs[i].name) && str_utf8(f.pairs[i].value));
		}
		for (size_t i = 0; i < f.file_count; i++) {
			must(within(f.files[i].bytes, body));
			must(str_index(f.files[i].name, '/') == f.files[i].name.n);
			must(str_utf8(f.files[i].name) && str_utf8(f.files[i].field));
		}
	}
	arena_done(&a);
	return 0;
}

#include "fuzz.h"
#include "web/diff.h"

/* Two texts with a zero byte between: the pieces of their difference give back both. */
enum { INPUT_MAX = 64 << 10, ARENA_MAX = 256 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct str before = str_of(bytes, n), after;
	struct diff_piece *p;
	struct arena a;
	struct buf x, y;

	if (n > INPUT_MAX)
		return 0;
	after = str_from(before, str_index(before, '\0') + 1);
	before = str_cut(before, str_index(before, '\0'));
	arena_init(&a, ARENA_MAX);
	buf_init(&x, INPUT_MAX);
	buf_init(&y, INPUT_MAX);
	n = diff_words(&a, before, after, &p);
	for (size_t i = 0; i < n; i++) {
		must(p[i].text.n > 0);
		if (p[i].kind != DIFF_NEW)
			buf_add(&x, p[i].text);
		if (p[i].kind != DIFF_OLD)
			buf_add(&y, p[i].text);
	}
	must(str_eq(buf_str(&x), before) && str_eq(buf_str(&y), after));
	buf_done(&x);
	buf_done(&y);
	arena_done(&a);
	return 0;
}

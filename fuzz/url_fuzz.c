#include "fuzz.h"
#include "web/router.h"
#include "wire/html.h"

enum { INPUT_MAX = 64 << 10, ARENA_MAX = 64 << 20 };

/* Whatever comes in, the markup around it stays ours. */
static void escapes(struct arena *a, struct str s)
{
	struct str out;
	struct buf b;

	buf_init(&b, (size_t)8 * INPUT_MAX);
	html_text(&b, s);
	out = arena_buf(a, &b);
	must(str_utf8(out));
	for (size_t i = 0; i < out.n; i++)
		must(out.p[i] != '<' && out.p[i] != '>' && out.p[i] != '"' && out.p[i] != '\'');
}

static void goes_there_and_back(struct arena *a, struct str text)
{
	struct str back, coded;
	struct buf b;

	buf_init(&b, (size_t)4 * INPUT_MAX);
	url_part(&b, text);
	coded = arena_buf(a, &b);
	must(url_text(a, coded, true, &back));
	must(str_eq(back, text));
	must(coded.n == 0 || local_address(arena_join(a, S("/fr/"), coded)) ||
	     coded.n > HTTP_TARGET_MAX - 4);
}

/* What the braces matched lies within the path. */
static void routes_match(struct str path)
{
	static const char *const patterns[] = { "/", "/{lang}/{}", "/{lang}/{}/{}/{}/history",
						"/log/tile/{*}" };

	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		struct str parts[ROUTE_PARTS] = { 0 };

		if (!route_matches(patterns[i], path, parts))
			continue;
		for (size_t k = 0; k < ROUTE_PARTS; k++)
			must(parts[k].n == 0 || (parts[k].p >= path.p &&
						 parts[k].p + parts[k].n <= path.p + path.n));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct str text;
	struct arena a;

	if (n > INPUT_MAX)
		return 0;
	arena_init(&a, ARENA_MAX);
	escapes(&a, str_of(bytes, n));
	if (url_text(&a, str_of(bytes, n), false, &text)) {
		goes_there_and_back(&a, text);
		routes_match(text);
	}
	arena_done(&a);
	return 0;
}

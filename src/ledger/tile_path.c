#include <assert.h>

#include "ledger/tree.h"

enum { GROUP = 1000, LEVEL_MAX = 63 };

/* Exactly three digits at the front, taken off. */
static bool group_take(struct str *s, uint64_t *n)
{
	uint64_t v = 0;

	if (s->n < 3)
		return false;
	for (size_t i = 0; i < 3; i++) {
		if (s->p[i] < '0' || s->p[i] > '9')
			return false;
		v = v * 10 + (uint64_t)(s->p[i] - '0');
	}
	if (*n > (INT64_MAX - v) / GROUP)
		return false;
	*n = *n * GROUP + v;
	*s = str_from(*s, 3);
	return true;
}

/* "x001/x234/067": a first group of x000 would be a second spelling. */
static bool index_take(struct str *s, uint64_t *n)
{
	*n = 0;
	while (str_starts(*s, S("x"))) {
		*s = str_from(*s, 1);
		if (!group_take(s, n) || *n == 0 || !str_starts(*s, S("/")))
			return false;
		*s = str_from(*s, 1);
	}
	return group_take(s, n);
}

bool tile_path_parse(struct str path, struct tile_path *out)
{
	uint64_t level = 0, width = TILE_WIDTH;
	struct str s = path, word;
	bool entries;

	if (!str_split(&s, '/', &word) || !str_is(word, "tile") || !str_split(&s, '/', &word))
		return false;
	entries = str_is(word, "entries");
	if ((!entries && !str_u64(word, LEVEL_MAX, &level)) || !index_take(&s, &out->n))
		return false;
	if (s.n > 0 && (!str_starts(s, S(".p/")) ||
			!str_u64(str_from(s, 3), TILE_WIDTH - 1, &width) || width == 0))
		return false;
	out->level = entries ? ENTRY_LEVEL : (int)level;
	out->width = (unsigned)width;
	return true;
}

void tile_path_write(struct buf *out, const struct tile_path *p)
{
	uint64_t step = 1;

	buf_lit(out, "tile/");
	if (p->level == ENTRY_LEVEL)
		buf_lit(out, "entries");
	else
		buf_u64(out, (uint64_t)p->level);
	buf_ch(out, '/');
	while (p->n / step >= GROUP)
		step *= GROUP;
	for (; step > 1; step /= GROUP) {
		buf_ch(out, 'x');
		buf_pad(out, p->n / step % GROUP, 3);
		buf_ch(out, '/');
	}
	buf_pad(out, p->n % GROUP, 3);
	if (p->width < TILE_WIDTH) {
		buf_lit(out, ".p/");
		buf_u64(out, p->width);
	}
}

void bundle_put(struct buf *out, struct str entry)
{
	unsigned char length[2] = { (unsigned char)(entry.n >> 8), (unsigned char)entry.n };

	assert(entry.n <= UINT16_MAX);
	buf_add(out, str_of(length, sizeof(length)));
	buf_add(out, entry);
}

bool bundle_next(struct str *rest, struct str *entry)
{
	size_t n;

	if (rest->n < 2)
		return false;
	n = (size_t)((unsigned char)rest->p[0] << 8 | (unsigned char)rest->p[1]);
	if (rest->n - 2 < n)
		return false;
	*entry = str_of(rest->p + 2, n);
	*rest = str_from(*rest, 2 + n);
	return true;
}

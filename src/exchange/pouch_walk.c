#include "exchange/pouch_walk.h"

enum { LEVEL_BITS = 8 };

int pouch_walk_top(uint64_t size)
{
	int level = 0;

	while (level + 1 < TILE_LEVELS && size >> (LEVEL_BITS * (level + 1)) > 0)
		level++;
	return level;
}

uint64_t pouch_walk_first(uint64_t base, int level)
{
	unsigned bits =
		level == ENTRY_LEVEL ? LEVEL_BITS : (unsigned)(LEVEL_BITS * (level + 1));

	return bits < 64 ? base >> bits : 0;
}

void pouch_walk_begin(struct pouch_walk *w, uint64_t base, uint64_t size)
{
	*w = (struct pouch_walk){ .base = base, .size = size };
	w->next.level = base < size ? pouch_walk_top(size) : ENTRY_LEVEL;
	w->next.n = base < size ? pouch_walk_first(base, w->next.level) : size;
}

bool pouch_walk_next(struct pouch_walk *w, struct tile_path *out)
{
	while ((w->next.width =
			tile_width(w->size, w->next.level < 0 ? 0 : (unsigned)w->next.level,
				   w->next.n)) == 0) {
		if (w->next.level == ENTRY_LEVEL)
			return false;
		w->next.level--;
		w->next.n = pouch_walk_first(w->base, w->next.level);
	}
	*out = w->next;
	w->next.n++;
	return true;
}

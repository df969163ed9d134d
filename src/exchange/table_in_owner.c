#include "exchange/table_in_owner.h"

#include "base/hash.h"

#include <stdlib.h>
#include <unicode/uchar.h>

enum { PAGE = 500, NAMES_ARENA = 1 << 30, PAGE_ARENA = 256 << 20, RUNES_MAX = 1000 };

struct name {
	uint64_t hash;
	uint32_t owner; /* which of them */
};
struct owner_names {
	const struct table_in_plan *plan;
	const struct record *of;
	bool read;
	struct arena arena; /* of the owners */
	struct ref *owners;
	size_t owner_count, owner_room;
	struct name *names; /* by hash, then by owner */
	size_t name_count, name_room;
};

struct owner_names *owner_names_open(const struct table_in_plan *plan, const struct record *of)
{
	struct owner_names *o = calloc(1, sizeof(*o));

	if (!o)
		abort();
	o->plan = plan;
	o->of = of;
	arena_init(&o->arena, NAMES_ARENA);
	return o;
}

void owner_names_close(struct owner_names *o)
{
	if (!o)
		return;
	arena_done(&o->arena);
	free(o->owners);
	free(o->names);
	free(o);
}

static void *room_for(void *list, size_t n, size_t *room, size_t size)
{
	if (n < *room)
		return list;
	*room = *room ? 2 * *room : PAGE;
	list = realloc(list, arena_size(size, *room));
	if (!list)
		abort();
	return list;
}

static uint64_t hash_of_name(struct str name)
{
	uint32_t runes[RUNES_MAX];
	struct hash h;
	uint64_t v;
	size_t n = 0;

	for (size_t at = 0; at < name.n && n < RUNES_MAX; n++)
		runes[n] = (uint32_t)u_tolower((UChar32)str_rune(name, &at));
	h = hash_of(str_of(runes, n * sizeof(*runes)));
	memcpy(&v, h.b, sizeof(v));
	return v;
}

static void add_name(struct owner_names *o, struct str name)
{
	name = str_trim(name);
	if (!name.n)
		return;
	o->names = room_for(o->names, o->name_count, &o->name_room, sizeof(*o->names));
	o->names[o->name_count++] =
		(struct name){ hash_of_name(name), (uint32_t)(o->owner_count - 1) };
}

/* What people number things by. */
static bool is_number(const struct field *f)
{
	static const char *const names[] = { "identifier", "number", "reference", "acronym" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (f->kind == TEXT && str_is(str_z(f->name), names[i]))
			return true;
	return false;
}

static bool add_owner(struct owner_names *o, struct arena *a, const struct record_row *row,
		      struct err *err)
{
	struct json *data = row->parsed;

	if (!data && !json_object(a, row->data.n ? row->data : S("{}"), &data, err))
		return false;
	o->owners = room_for(o->owners, o->owner_count, &o->owner_room, sizeof(*o->owners));
	o->owners[o->owner_count++] =
		(struct ref){ arena_str(&o->arena, row->party), arena_str(&o->arena, row->id) };
	for (int l = 0; l < LANG_COUNT; l++)
		add_name(o, record_label(a, o->of, data, (enum lang)l));
	for
		each_field(f, o->of)
		{
			if (is_number(f))
				add_name(o, json_str(data, f->name));
		}
	return true;
}

static int by_hash(const void *x, const void *y)
{
	const struct name *a = x, *b = y;

	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	return (a->owner > b->owner) - (a->owner < b->owner);
}

static bool read_all(struct owner_names *o, struct err *err)
{
	struct list_query q = {
		.record = o->of, .who = AUDIENCE_NATIONAL, .lang = o->plan->lang, .limit = PAGE
	};
	struct list_result found;
	struct buf after;
	struct arena a;
	bool ok;

	if (!o->of->joint)
		q.filters[q.filter_count++] =
			(struct list_filter){ NULL, S("party"), o->plan->party };
	arena_init(&a, PAGE_ARENA);
	buf_init(&after, PAGE_ARENA);
	do {
		q.after = buf_str(&after);
		arena_reset(&a);
		ok = view_list(o->plan->view, &a, &q, &found, err);
		for (size_t i = 0; ok && i < found.n; i++)
			ok = add_owner(o, &a, &found.rows[i], err);
		buf_clear(&after);
		if (ok)
			buf_add(&after, found.next);
	} while (ok && after.n > 0);
	buf_done(&after);
	arena_done(&a);
	if (o->name_count)
		qsort(o->names, o->name_count, sizeof(*o->names), by_hash);
	o->read = ok;
	return ok;
}

bool owner_named(struct owner_names *o, struct str name, struct ref *out, size_t *n,
		 struct err *err)
{
	uint64_t h = hash_of_name(str_trim(name));
	size_t low = 0, high;

	*n = 0;
	if (!o->read && !read_all(o, err))
		return false;
	for (high = o->name_count; low < high;) {
		size_t middle = (low + high) / 2;

		if (o->names[middle].hash < h)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < o->name_count && o->names[low].hash == h; low++)
		if (*n == 0 || o->names[low].owner != o->names[low - 1].owner) {
			*out = o->owners[o->names[low].owner];
			++*n;
		}
	return true;
}

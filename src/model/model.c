#include "model/model.h"

#include <assert.h>

const struct record records[RECORD_COUNT] = {
#define RECORD(r, ...) [RECORD_##r] = { #r, r##_first, r##_end, __VA_ARGS__ },
#define FIELD(r, f, ...)
#define END(r)
#include "model/records.def"
#undef RECORD
#undef FIELD
#undef END
};

const struct field fields[FIELD_COUNT] = {
#define RECORD(r, ...)
#define FIELD(r, f, ...) [r##_##f] = { RECORD_##r, #f, __VA_ARGS__ },
#define END(r)
#include "model/records.def"
#undef RECORD
#undef FIELD
#undef END
};

#define NAME(text)                                                                             \
	{                                                                                      \
		(text), sizeof(text) - 1                                                       \
	}

const struct str record_names[RECORD_COUNT] = {
#define RECORD(r, ...) [RECORD_##r] = NAME(#r),
#define FIELD(r, f, ...)
#define END(r)
#include "model/records.def"
#undef RECORD
#undef FIELD
#undef END
};

const struct str field_names[FIELD_COUNT] = {
#define RECORD(r, ...)
#define FIELD(r, f, ...) [r##_##f] = NAME(#f),
#define END(r)
#include "model/records.def"
#undef RECORD
#undef FIELD
#undef END
};

const struct str field_keys[FIELD_COUNT] = {
#define RECORD(r, ...)
#define FIELD(r, f, ...) [r##_##f] = NAME("\"" #f "\":"),
#define END(r)
#include "model/records.def"
#undef RECORD
#undef FIELD
#undef END
};

const struct due_rule due_rules[] = {
#define DUE(...) { __VA_ARGS__ },
#include "model/due.def"
#undef DUE
};
const size_t due_rule_count = sizeof(due_rules) / sizeof(due_rules[0]);

enum record_id record_id_of(const struct record *r)
{
	assert(r > records && r < records + RECORD_COUNT);
	return (enum record_id)(r - records);
}

const struct record *record_named(struct str name)
{
	for (int i = 1; i < RECORD_COUNT; i++)
		if (str_eq(name, record_names[i]))
			return &records[i];
	return NULL;
}

void record_place(const struct record *r, const struct json *data, const struct json *at[])
{
	int n = r->end - r->first, next = 0;

	for (int i = 0; i < n; i++)
		at[i] = NULL;
	if (data->type != JSON_OBJECT)
		return;
	for (const struct json *m = data->child; m; m = m->next)
		for (int i = 0; i < n; i++) {
			int place = next + i < n ? next + i : next + i - n;

			if (str_eq(m->name, field_names[r->first + place])) {
				at[place] = m;
				next = place + 1;
				break;
			}
		}
}

const char *record_slug(const struct record *r)
{
	return r->slug ? r->slug : r->name;
}

const struct record *record_by_slug(struct str slug)
{
	for (const struct record *r = records + 1; r < records + RECORD_COUNT; r++)
		if (!r->part && str_is(slug, record_slug(r)))
			return r;
	return NULL;
}

const struct field *record_field(const struct record *r, struct str name)
{
	for
		each_field(f, r) if (str_eq(name, field_names[f - fields])) return f;
	return NULL;
}

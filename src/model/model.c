#include "model/inside.h"

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

int record_member(const struct record *r, struct str name, int *next)
{
	int n = r->end - r->first;
	const struct str *names = &field_names[r->first];

	for (int i = *next; i < n; i++)
		if (same_name(name, &names[i])) {
			*next = i + 1;
			return i;
		}
	for (int i = 0; i < *next; i++)
		if (same_name(name, &names[i])) {
			*next = i + 1;
			return i;
		}
	return -1;
}

void record_place(const struct record *r, const struct json *data, const struct json *at[])
{
	const struct str *names = &field_names[r->first];
	int next = 0;

	memset(at, 0, (size_t)(r->end - r->first) * sizeof(at[0]));
	if (data->type != JSON_OBJECT)
		return;
	for (const struct json *m = data->child; m; m = m->next) {
		bool told = m->place && m->name.p == names[m->place - 1].p;
		int place = told ? (int)m->place - 1 : record_member(r, m->name, &next);

		if (place >= 0)
			at[place] = m;
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

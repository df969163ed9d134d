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
	for (const struct record *r = records + 1; r < records + RECORD_COUNT; r++)
		if (str_is(name, r->name))
			return r;
	return NULL;
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
		each_field(f, r) if (str_is(name, f->name)) return f;
	return NULL;
}

#include "model/inside.h"

#include <assert.h>
#include <stdio.h>

enum { PARTS_MAX = 100 };

struct err *check_slot(struct check *c)
{
	struct err *slot = c->n < c->max ? &c->errs[c->n] : &c->spare;

	c->n++;
	return slot;
}

const struct json *view_get(const struct view *v, enum field_id id)
{
	assert((int)id >= v->r->first && (int)id < v->r->end);
	return v->at[(int)id - v->r->first];
}

const struct json *part_get(const struct json *part, enum field_id id)
{
	const struct json *v = json_get(part, fields[id].name);

	return v && !value_empty(v) ? v : NULL;
}

bool value_empty_slow(const struct json *v)
{
	switch (v->type) {
	case JSON_NULL: return true;
	case JSON_STR: return str_trim(v->str).n == 0;
	case JSON_ARRAY: return v->count == 0;
	case JSON_OBJECT:
		for (const struct json *m = v->child; m; m = m->next)
			if (!value_empty(m))
				return false;
		return true;
	case JSON_BOOL:
	case JSON_INT: break;
	}
	return false;
}

static void check_parts(struct check *c, const struct field *f, const struct json *v)
{
	size_t max = f->max ? f->max : PARTS_MAX, i = 0;
	char prefix[ERR_FIELD];

	if (v->count > max) {
		FOUND(c, f->name, N_("%1 entries are too many: at most %2 fit here"),
		      err_num(v->count), err_num(max));
		return;
	}
	snprintf(prefix, sizeof(prefix), "%s.", f->name);
	for (const struct json *part = v->child; part; part = part->next, i++) {
		size_t from = c->n;

		if (part->type == JSON_OBJECT)
			record_check(c, &records[f->to], part);
		else
			FOUND(c, "", N_("an object is expected for each entry: {…}"));
		for (size_t k = from; k < c->n && k < c->max; k++)
			err_within(&c->errs[k], prefix, str_z(err_num(i)));
	}
}

static void unknown_member(struct check *c, const struct record *r, struct str name)
{
	struct buf names;

	buf_init(&names, (size_t)ERR_ARG * 2);
	for
		each_field(f, r)
		{
			buf_z(&names, f->name);
			if (f + 1 < &fields[r->end])
				buf_lit(&names, ", ");
		}
	FOUND(c, err_arg(name), N_("“%1” is not a field of %2; remove it or use one of: %3"),
	      err_arg(name), r->name, err_arg(buf_str(&names)));
	buf_done(&names);
}

/* The record is laid out in `view`, which is empty. */
static void check_fields(struct check *c, const struct json *data, struct view *view)
{
	const struct record *r = view->r;
	size_t from = c->n;
	int next = 0;

	assert(r->end - r->first <= FIELDS_MAX);
	for (const struct json *m = data->child; m; m = m->next) {
		int place = record_member(r, m->name, &next);
		const struct field *f = &fields[r->first + place];

		if (place < 0) {
			unknown_member(c, r, m->name);
			continue;
		}
		if (value_empty(m))
			continue;
		view->at[place] = m;
		value_check(c, f, m);
		if (f->kind == PARTS && m->type == JSON_ARRAY)
			check_parts(c, f, m);
	}
	for (int i = r->first; i < r->end; i++)
		if (!view->at[i - r->first] && fields[i].required)
			FOUND(c, fields[i].name, N_("this field must be filled in"));
	/* Rules may trust the kinds of what they look at. */
	if (c->n == from)
		rules_check(c, view);
}

void record_check(struct check *c, const struct record *r, const struct json *data)
{
	struct view view = { .r = r };

	check_fields(c, data, &view);
}

static void check_data(struct check *c, const struct json *data, struct view *view)
{
	if (data && data->type == JSON_OBJECT)
		check_fields(c, data, view);
	else
		FOUND(c, "", N_("the record must be a JSON object: {…}"));
}

size_t model_check(struct arena *a, const struct record *r, const struct json *data,
		   const struct model_ctx *ctx, struct err *errs, size_t max)
{
	struct check c = { .a = a, .ctx = ctx, .errs = errs, .max = max };
	struct view view = { .r = r };

	check_data(&c, data, &view);
	return c.n;
}

size_t model_take(struct arena *a, const struct record *r, const struct json *data,
		  const struct model_ctx *ctx, struct err errs[MODEL_ERRORS_MAX],
		  struct buf *out)
{
	struct check c = { .a = a, .ctx = ctx, .errs = errs, .max = MODEL_ERRORS_MAX };
	struct view view = { .r = r };

	check_data(&c, data, &view);
	if (c.n == 0)
		view_write(out, &view, ctx);
	return c.n;
}

#include "web/list_address.h"

struct str list_address_value(const struct visit *v, const char *name)
{
	return str_trim(http_param(v->q, name));
}

static void add_filter(struct list_query *q, const struct field *f, const char *name,
		       struct str value)
{
	if (value.n > 0 && q->filter_count < LIST_FILTERS_MAX)
		q->filters[q->filter_count++] = (struct list_filter){ f, str_z(name), value };
}

/* `date.from` and `date.to` as one range, open where nothing is given. */
static struct str date_range(struct visit *v, const struct field *f)
{
	struct str name = str_z(f->name);
	struct str from =
		list_address_value(v, arena_z(v->a, arena_join(v->a, name, S(".from"))));
	struct str to = list_address_value(v, arena_z(v->a, arena_join(v->a, name, S(".to"))));

	if (from.n == 0 && to.n == 0)
		return list_address_value(v, f->name);
	return arena_join(v->a, from, arena_join(v->a, S(".."), to));
}

static struct str filter_value(struct visit *v, const struct field *f)
{
	switch (f->kind) {
	case DATE: return date_range(v, f);
	case MONEY:
		return list_address_value(
			v, arena_z(v->a, arena_join(v->a, str_z(f->name), S(".currency"))));
	case TEXT:
	case CODE:
	case REF:
	case BOOL: return list_address_value(v, f->name);
	case MTEXT:
	case DECIMAL:
	case PERCENT:
	case QUANTITY:
	case COORD:
	case FILE_REF:
	case PARTS:
	case FIELD_KIND_COUNT: break;
	}
	return S("");
}

static void read_order(struct visit *v, const struct record *r, struct list_query *q)
{
	struct str sort = list_address_value(v, "sort");
	const struct field *f;

	q->descending = str_starts(sort, S("-"));
	sort = str_from(sort, q->descending ? 1 : 0);
	f = record_field(r, sort);
	if (str_is(sort, "label"))
		q->sort_label = true;
	else if (f && view_sorts_by(f))
		q->sort = f;
	else
		q->descending = false;
}

void list_address_read(struct visit *v, const struct record *r, struct list_query *q)
{
	uint64_t page = 1;

	*q = (struct list_query){
		.record = r, .who = v->who, .lang = v->lang, .limit = LIST_ROWS, .brief = true
	};
	q->words = str_cut(list_address_value(v, "q"), 500);
	q->ended = str_is(list_address_value(v, "ended"), "1");
	add_filter(q, NULL, "party", list_address_value(v, "party"));
	add_filter(q, NULL, "state", list_address_value(v, "state"));
	for (const struct field *f = &fields[r->first]; f < &fields[r->end]; f++)
		if (f->column || f->kind == REF)
			add_filter(q, f, f->name, filter_value(v, f));
	read_order(v, r, q);
	if (str_u64(list_address_value(v, "page"), LIST_PAGES_MAX, &page) && page > 1)
		q->offset = (page - 1) * LIST_ROWS;
	if (q->offset > 0)
		q->after = list_address_value(v, "after");
}

/* "date", "date.from": the same filter. */
static bool belongs(struct str name, const char *filter)
{
	return str_is(str_cut(name, str_index(name, '.')), filter);
}

static void pair(struct buf *b, bool *first, struct str name, struct str value)
{
	if (!*first)
		html_lit(b, "&amp;");
	*first = false;
	url_part(b, name);
	html_lit(b, "=");
	url_part(b, value);
}

/* What is asked for, but for `name` and where in the list the page stands. */
static void others(struct visit *v, struct buf *b, bool *first, const char *name)
{
	html_lit(b, " href=\"?");
	for (size_t i = 0; i < v->q->query_count; i++) {
		const struct http_pair *p = &v->q->query[i];

		if (p->value.n > 0 && !belongs(p->name, name) && !str_is(p->name, "page") &&
		    !str_is(p->name, "after"))
			pair(b, first, p->name, p->value);
	}
}

void list_address_href(struct visit *v, const char *name, struct str value)
{
	bool first = true;

	others(v, &v->out, &first, name);
	if (value.n > 0)
		pair(&v->out, &first, str_z(name), value);
	html_lit(&v->out, "\"");
}

void list_address_page(struct visit *v, uint64_t page, struct str after)
{
	bool first = true;

	others(v, &v->out, &first, "page");
	pair(&v->out, &first, S("page"), str_z(err_num(page)));
	if (after.n > 0)
		pair(&v->out, &first, S("after"), after);
	html_lit(&v->out, "\"");
}

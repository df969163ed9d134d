#include "exchange/table.h"

#include <string.h>

/*
 * CSV (RFC 4180): comma, CR LF, a first line of column names, quotes where needed.  It begins
 * with the UTF-8 mark, without which Excel takes accents and Cyrillic for another encoding.
 */

enum { PENDING = 256 << 10, PENDING_MAX = 64 << 20 };

struct csv {
	const struct table_plan *plan;
	struct table_walk *walk;
	const struct column *columns;
	size_t n;
	struct buf b;
};

static bool give(struct csv *c, struct err *err)
{
	bool ok = c->plan->to->write(c->plan->to->ctx, buf_str(&c->b), err);

	buf_clear(&c->b);
	return ok;
}

/* What a spreadsheet would run as a formula gets an apostrophe before it; so does an
 * apostrophe, so that it can be told apart on the way back. */
static bool like_formula(struct str s)
{
	return s.n > 0 && memchr("=+-@\t\r'", s.p[0], 7);
}

static bool needs_quotes(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == ',' || c == '"' || c == '\r' || c == '\n')
			return true;
	}
	return s.n > 0 && (s.p[0] == ' ' || s.p[s.n - 1] == ' ');
}

static void put_quoted(struct buf *b, struct str text)
{
	for (size_t at; (at = str_index(text, '"')) < text.n; text = str_from(text, at + 1)) {
		buf_add(b, str_cut(text, at + 1));
		buf_ch(b, '"');
	}
	buf_add(b, text);
}

static void put_cell(struct buf *b, struct str text, bool is_text)
{
	bool quotes = needs_quotes(text);

	if (quotes)
		buf_ch(b, '"');
	if (is_text && like_formula(text))
		buf_ch(b, '\'');
	if (quotes)
		put_quoted(b, text);
	else
		buf_add(b, text);
	if (quotes)
		buf_ch(b, '"');
}

static bool put_row(void *ctx, const struct table_row *r, struct err *err)
{
	struct csv *c = ctx;

	for (size_t i = 0; i < c->n; i++) {
		struct table_cell cell = table_cell(c->walk, &c->columns[i], r);

		if (i > 0)
			buf_ch(&c->b, ',');
		put_cell(&c->b, cell.text, cell.kind == CELL_TEXT);
	}
	buf_lit(&c->b, "\r\n");
	return c->b.n < PENDING || give(c, err);
}

static void put_names(struct csv *c)
{
	buf_lit(&c->b, "\xef\xbb\xbf");
	for (size_t i = 0; i < c->n; i++) {
		if (i > 0)
			buf_ch(&c->b, ',');
		put_cell(&c->b, c->columns[i].name, true);
	}
	buf_lit(&c->b, "\r\n");
}

/* What somebody can write in by hand: the key and the values, under the headings of forms. */
static void put_blank(struct csv *c)
{
	buf_lit(&c->b, "\xef\xbb\xbf");
	put_cell(&c->b, table_blank_head(c->plan), true);
	for (size_t i = 0; i < c->n; i++) {
		if (!table_blank_takes(&c->columns[i]))
			continue;
		buf_ch(&c->b, ',');
		put_cell(&c->b, c->columns[i].heading, true);
	}
	buf_lit(&c->b, "\r\n");
}

bool table_csv(const struct table_plan *plan, struct err *err)
{
	struct csv c = { .plan = plan, .walk = table_walk_begin(plan) };
	struct arena a;
	bool ok;

	arena_init(&a, 1 << 20);
	buf_init(&c.b, PENDING_MAX);
	c.columns = table_columns(&a, plan, &c.n);
	if (plan->blank)
		put_blank(&c);
	else
		put_names(&c);
	ok = (plan->blank || table_rows(c.walk, put_row, &c, err)) && give(&c, err);
	buf_done(&c.b);
	arena_done(&a);
	table_walk_end(c.walk);
	return ok;
}

#include "exchange/paper.h"

enum { TEXT_MAX = 1 << 20 };

const struct paper_format paper_formats[] = {
	{ "pdf", "PDF", "application/pdf", paper_pdf },
	{ "docx", "DOCX",
	  "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	  paper_docx },
	{ "xlsx", "XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	  paper_xlsx },
	{ "html", "HTML", "text/html; charset=utf-8", paper_html },
};
const size_t paper_format_count = sizeof(paper_formats) / sizeof(*paper_formats);

const struct paper_format *paper_format_named(struct str name)
{
	for (size_t i = 0; i < paper_format_count; i++)
		if (str_is(name, paper_formats[i].name))
			return &paper_formats[i];
	return NULL;
}

void paper_begin(struct paper *p, struct arena *a, const enum lang *langs, size_t lang_count)
{
	*p = (struct paper){ .a = a, .lang_count = lang_count };
	for (size_t i = 0; i < lang_count; i++)
		p->langs[i] = langs[i];
	p->last = &p->blocks;
}

/* --- texts --- */

static bool reorders(uint32_t c)
{
	return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/* Control characters beyond ASCII, and what XML 1.0 cannot hold (2.2). */
static bool is_none(uint32_t c)
{
	return (c >= 0x80 && c < 0xa0) || c == 0xfffe || c == 0xffff;
}

static struct str clean(struct paper *p, struct str s)
{
	struct buf b;

	p->bytes += s.n;
	buf_init(&b, TEXT_MAX);
	for (size_t at = 0; at < s.n;) {
		uint32_t c = str_rune(s, &at);

		if (c == '\t')
			buf_ch(&b, ' ');
		else if (c == '\n' || (c >= 0x20 && c != 0x7f && !reorders(c) && !is_none(c)))
			buf_rune(&b, c);
	}
	return arena_buf(p->a, &b);
}

struct str paper_in(const struct paper_text *t, size_t i)
{
	return t->in[i].n > 0 ? t->in[i] : t->in[0];
}

bool paper_empty(const struct paper_text *t)
{
	return t->in[0].n == 0;
}

struct paper_text paper_plain(struct paper *p, struct str s)
{
	return (struct paper_text){ { clean(p, s), S("") } };
}

struct paper_text paper_pair(struct paper *p, const struct str in[PAPER_LANGS])
{
	struct paper_text t = paper_plain(p, in[0]);

	if (p->lang_count > 1 && !str_eq(in[0], in[1]))
		t.in[1] = clean(p, in[1]);
	return t;
}

struct paper_text paper_say(struct paper *p, const char *message)
{
	struct str in[PAPER_LANGS] = { S(""), S("") };

	for (size_t i = 0; i < p->lang_count; i++)
		in[i] = lang_text(p->langs[i], message);
	return paper_pair(p, in);
}

struct paper_text paper_fill(struct paper *p, const char *message,
			     const struct paper_text *args, size_t n)
{
	struct str in[PAPER_LANGS] = { S(""), S("") }, at[9];

	for (size_t i = 0; i < p->lang_count; i++) {
		struct buf b;

		for (size_t k = 0; k < n; k++)
			at[k] = paper_in(&args[k], i);
		buf_init(&b, TEXT_MAX);
		lang_fill(&b, lang_text(p->langs[i], message), at, n);
		in[i] = arena_buf(p->a, &b);
	}
	return paper_pair(p, in);
}

struct paper_text paper_mtext(struct paper *p, const struct json *value)
{
	struct str in[PAPER_LANGS] = { S(""), S("") };

	for (size_t i = 0; i < p->lang_count; i++) {
		struct str tag, text = mtext_in(value, p->langs[i], &tag);

		in[i] = text;
		if (text.n > 0 && !str_starts(tag, str_z(lang_codes[p->langs[i]])))
			in[i] = arena_join(
				p->a, S("["),
				arena_join(p->a, tag, arena_join(p->a, S("] "), text)));
	}
	return paper_pair(p, in);
}

struct paper_text paper_value(struct paper *p, const struct field *f, const struct json *value)
{
	struct str in[PAPER_LANGS] = { S(""), S("") };

	if (!value)
		return paper_plain(p, S(""));
	if (f->kind == MTEXT)
		return paper_mtext(p, value);
	for (size_t i = 0; i < p->lang_count; i++)
		in[i] = field_text(p->a, f, value, p->langs[i]);
	return paper_pair(p, in);
}

struct paper_text paper_label(struct paper *p, enum field_id f)
{
	return paper_say(p, fields[f].label);
}

struct paper_text paper_date(struct paper *p, int32_t day)
{
	struct str in[PAPER_LANGS] = { S(""), S("") };

	for (size_t i = 0; i < p->lang_count; i++)
		in[i] = date_words(p->a, day, p->langs[i]);
	return paper_pair(p, in);
}

struct paper_text paper_join(struct paper *p, struct paper_text x, struct str between,
			     struct paper_text y)
{
	struct str in[PAPER_LANGS] = { S(""), S("") };

	if (paper_empty(&x) || paper_empty(&y))
		return paper_empty(&x) ? y : x;
	for (size_t i = 0; i < p->lang_count; i++)
		in[i] = arena_join(p->a, paper_in(&x, i),
				   arena_join(p->a, between, paper_in(&y, i)));
	return paper_pair(p, in);
}

/* --- blocks --- */

struct paper_block *paper_add(struct paper *p, enum paper_kind kind, struct paper_text text)
{
	struct paper_block *b = arena_new(p->a, struct paper_block);

	b->kind = kind;
	b->text = text;
	b->columns = kind == PAPER_FIELDS ? 2 : 1;
	b->last = &b->rows;
	*p->last = b;
	p->last = &b->next;
	return b;
}

struct paper_cell *paper_row(struct paper *p, struct paper_block *b)
{
	struct paper_row *r = arena_alloc(
		p->a, sizeof(*r) + arena_size(sizeof(struct paper_cell), b->columns));

	*b->last = r;
	b->last = &r->next;
	b->row_count++;
	return r->cells;
}

struct paper_block *paper_table(struct paper *p, const unsigned *widths, size_t columns,
				const struct paper_text *heads)
{
	struct paper_block *b = paper_add(p, PAPER_TABLE, paper_plain(p, S("")));
	struct paper_cell *cells;

	b->columns = columns;
	b->widths = widths;
	cells = paper_row(p, b);
	for (size_t i = 0; i < columns; i++)
		cells[i].text = heads[i];
	return b;
}

void paper_field(struct paper *p, struct paper_block *b, struct paper_text label,
		 struct paper_text value)
{
	struct paper_cell *cells;

	if (paper_empty(&value))
		return;
	cells = paper_row(p, b);
	cells[0].text = label;
	cells[1].text = value;
}

bool paper_has_units(const struct paper_block *b, size_t i)
{
	for (const struct paper_row *r = b->rows; r; r = r->next)
		if (r->cells[i].unit.n > 0)
			return true;
	return false;
}

struct paper_cell paper_typed(struct paper *p, const struct field *f, const struct json *value)
{
	struct paper_cell c = { .text = paper_value(p, f, value) };

	if (!value)
		return c;
	if (f->kind == DATE) {
		c.kind = CELL_DATE;
		c.exact = value->str;
	} else if (f->kind == DECIMAL || f->kind == PERCENT) {
		c.kind = CELL_NUMBER;
		c.exact = value->str;
	} else if (f->kind == MONEY) {
		c.kind = CELL_MONEY;
		c.exact = json_str(value, "amount");
		c.unit = json_str(value, "currency");
		c.places = currency_places(c.unit);
	}
	return c;
}

#include "exchange/paper.h"

enum { TEXT_FILE_MAX = 16 << 20 };

struct text {
	const struct paper *p;
	struct buf out;
};

static void line(struct text *t, struct str s)
{
	buf_add(&t->out, s);
	buf_ch(&t->out, '\n');
}

/* Under a line, as long as it is. */
static void underline(struct text *t, struct str s, char with)
{
	for (size_t at = 0; at < s.n; (void)str_rune(s, &at))
		buf_ch(&t->out, with);
	buf_ch(&t->out, '\n');
}

static void words(struct text *t, const struct paper_text *words, char under)
{
	for (size_t i = 0; i < t->p->lang_count; i++) {
		struct str s = paper_in(words, i);

		if (i > 0 && words->in[i].n == 0)
			continue;
		line(t, s);
		if (under)
			underline(t, s, under);
	}
	buf_ch(&t->out, '\n');
}

/* Cells one after the other, the languages of each with a stroke between. */
static void put_row(struct text *t, const struct paper_block *b, const struct paper_row *r)
{
	buf_lit(&t->out, "- ");
	for (size_t i = 0; i < b->columns; i++) {
		const struct paper_text *c = &r->cells[i].text;

		if (i > 0 && c->in[0].n > 0)
			buf_lit(&t->out, " · ");
		buf_add(&t->out, c->in[0]);
		if (t->p->lang_count > 1 && c->in[1].n > 0) {
			buf_lit(&t->out, " / ");
			buf_add(&t->out, c->in[1]);
		}
	}
	buf_ch(&t->out, '\n');
	for (size_t i = 0; i < b->columns; i++)
		if (r->cells[i].href.n > 0) {
			buf_lit(&t->out, "  ");
			line(t, r->cells[i].href);
		}
}

static void put_block(struct text *t, const struct paper_block *b)
{
	switch (b->kind) {
	case PAPER_TITLE: words(t, &b->text, '='); return;
	case PAPER_HEADING: words(t, &b->text, '-'); return;
	case PAPER_PARAGRAPH:
	case PAPER_SMALL: words(t, &b->text, 0); return;
	case PAPER_FIELDS:
	case PAPER_TABLE:
	case PAPER_SIGNATURES: break;
	}
	for (const struct paper_row *r = b->rows; r; r = r->next)
		if (b->kind != PAPER_TABLE || r != b->rows)
			put_row(t, b, r);
	buf_ch(&t->out, '\n');
}

bool paper_plain_text(const struct paper *p, const struct byte_sink *to, struct err *err)
{
	struct text t = { .p = p };
	bool ok;

	buf_init(&t.out, TEXT_FILE_MAX);
	for (const struct paper_block *b = p->blocks; b; b = b->next)
		put_block(&t, b);
	ok = t.out.full
		     ? err_set(err, ERR_INPUT, NULL, N_("The paper is too long for one file."))
		     : to->write(to->ctx, buf_str(&t.out), err);
	buf_done(&t.out);
	return ok;
}

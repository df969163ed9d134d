#include "model/brackets.h"

/* A side's code has so many letters at most; what is longer before a colon is text. */
enum { SIDE_MAX = 16 };

static bool code_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-';
}

/* A blank, or one that does not break, as French has it before a colon. */
static size_t blank_at(struct str s, size_t at)
{
	static const struct str blanks[] = { { " ", 1 },
					     { "\xc2\xa0", 2 },
					     { "\xe2\x80\xaf", 3 } };

	for (size_t i = 0; i < sizeof(blanks) / sizeof(*blanks); i++)
		if (str_starts(str_from(s, at), blanks[i]))
			return blanks[i].n;
	return 0;
}

static size_t past_blanks(struct str s, size_t at)
{
	for (size_t n; at < s.n && (n = blank_at(s, at)) > 0;)
		at += n;
	return at;
}

/* "ML: text" in two; without a code all is text. */
static void side_of(struct bracket_piece *p)
{
	struct str inside = p->text;
	size_t n = 0, at;

	while (n < inside.n && code_char(inside.p[n]))
		n++;
	at = past_blanks(inside, n);
	if (n == 0 || n > SIDE_MAX || at >= inside.n || inside.p[at] != ':')
		return;
	p->side = str_cut(inside, n);
	p->text = str_from(inside, past_blanks(inside, at + 1));
}

bool bracket_next(struct str *rest, struct bracket_piece *out)
{
	size_t open = str_index(*rest, '['), close;

	*out = (struct bracket_piece){ .text = *rest, .whole = *rest };
	if (rest->n == 0)
		return false;
	close = open + str_index(str_from(*rest, open), ']');
	if (open == rest->n || close == rest->n) { /* nothing, or never closed: as it stands */
		*rest = str_from(*rest, rest->n);
		return true;
	}
	if (open > 0) {
		out->text = out->whole = str_cut(*rest, open);
		*rest = str_from(*rest, open);
		return true;
	}
	out->open = true;
	out->whole = str_cut(*rest, close + 1);
	out->text = str_from(str_cut(*rest, close), 1);
	side_of(out);
	*rest = str_from(*rest, close + 1);
	return true;
}

size_t bracket_count(struct str text)
{
	struct bracket_piece p;
	size_t n = 0;

	while (bracket_next(&text, &p))
		n += p.open;
	return n;
}

bool brackets_sound(struct str text)
{
	bool open = false;

	for (size_t i = 0; i < text.n; i++) {
		if ((text.p[i] == '[' && open) || (text.p[i] == ']' && !open))
			return false;
		open = text.p[i] == '[' || (open && text.p[i] != ']');
	}
	return !open;
}

static bool ends_with(const struct buf *b, char c)
{
	return b->n > 0 && b->p && b->p[b->n - 1] == c;
}

/* Where text was taken out, one blank of two is enough, and none before a sign or an end. */
static void close_gap(struct buf *out, struct str *rest)
{
	if (rest->n > 0 && rest->p[0] == ' ' &&
	    (out->n == 0 || ends_with(out, ' ') || ends_with(out, '\n')))
		*rest = str_from(*rest, 1);
	else if (ends_with(out, ' ') &&
		 (rest->n == 0 || str_index(S(".,;)\n"), rest->p[0]) < 5))
		out->n--;
}

void bracket_settle(struct buf *out, struct str text, const enum bracket_word *words, size_t n)
{
	struct bracket_piece p;
	size_t i = 0;

	while (bracket_next(&text, &p)) {
		enum bracket_word word = p.open && i < n ? words[i] : BRACKET_LEFT;

		i += p.open;
		switch (word) {
		case BRACKET_LEFT: buf_add(out, p.whole); break;
		case BRACKET_KEPT: buf_add(out, p.text); break;
		case BRACKET_STRUCK: close_gap(out, &text); break;
		}
	}
}

/*
 * What a list must hold, found by looking at every fact of a struct viewing: filters, words
 * and order as view.h says them, without SQL.
 */
#ifndef TEST_STORE_NAIVE_H
#define TEST_STORE_NAIVE_H
#include "store/fold.h"
#include "viewing.h"

#include <unicode/ucol.h>
#include <unicode/ustring.h>

/* --- which facts --- */

static inline bool naive_seen(const struct fact *f, enum audience who, bool ended)
{
	return f->data[who] && (ended || !f->ended);
}

/* A date as text lies in "2026", "2026-03-01..2026-06-30", "..2025": of two texts the first
 * letters decide. */
static inline bool naive_in_range(struct str day, struct str range)
{
	size_t dots = str_find(range, S(".."));
	struct str from = str_cut(range, dots);
	struct str to = dots < range.n ? str_from(range, dots + 2) : from;

	return day.n && str_cmp(str_cut(day, from.n), from) >= 0 &&
	       (!to.n || str_cmp(str_cut(day, to.n), to) <= 0);
}

static inline bool naive_filter(const struct fact *f, enum audience who,
				const struct list_filter *l)
{
	const struct json *v;

	if (!l->field)
		return str_eq(str_is(l->name, "party") ? f->party : f->state, l->value);
	v = json_get(f->data[who], l->field->name);
	switch (l->field->kind) {
	case BOOL:
		return (v && v->type == JSON_BOOL && v->num) ==
		       (str_is(l->value, "true") || str_is(l->value, "1"));
	case DATE: return v && naive_in_range(v->str, l->value);
	case TEXT:
	case CODE:
	case REF: return v && str_eq(v->str, l->value);
	case MTEXT:
	case DECIMAL:
	case PERCENT:
	case MONEY:
	case QUANTITY:
	case COORD:
	case FILE_REF:
	case PARTS:
	case FIELD_KIND_COUNT: break;
	}
	fail();
	return false;
}

/* --- words: of a fact all its folded words and their stems --- */

static inline bool naive_has_term(struct str terms, struct str term, bool begins)
{
	struct str one;

	while (terms.n && str_split(&terms, ' ', &one))
		if (begins ? str_starts(one, term) : str_eq(one, term))
			return true;
	return false;
}

static inline void naive_terms(struct stems *stems, struct buf *out, struct str text)
{
	struct word word;

	while (fold_word(&text, &word))
		buf_add(out, stems_of(stems, str_of(word.p, word.n)));
}

static inline bool naive_word(struct stems *stems, struct str terms, struct str word, bool last)
{
	struct str any = stems_of(stems, word), term;

	while (any.n && str_split(&any, ' ', &term))
		if (naive_has_term(terms, term, false))
			return true;
	return last && naive_has_term(terms, word, true);
}

static inline void naive_text_add(struct buf *out, struct str s)
{
	if (s.n == 0)
		return;
	buf_add(out, s);
	buf_ch(out, '\n');
}

/* Every text of a record in every language. */
static inline void naive_text(struct buf *out, const struct record *r, const struct json *data)
{
	for
		each_field(f, r)
		{
			const struct json *v = json_get(data, f->name);

			if (!v)
				continue;
			if (f->kind == TEXT)
				naive_text_add(out, v->str);
			else if (f->kind == FILE_REF)
				naive_text_add(out, json_str(v, "name"));
			else if (f->kind == MTEXT)
				for (const struct json *m = v->child; m; m = m->next)
					naive_text_add(out, m->str);
			else if (f->kind == PARTS)
				for (const struct json *part = v->child; part;
				     part = part->next)
					naive_text(out, &records[f->to], part);
		}
}

static inline bool naive_words(const struct fact *f, enum audience who, struct str words)
{
	struct stems *stems = stems_open();
	struct word word, next;
	struct buf text, terms;
	bool all, more;

	buf_init(&text, 1 << 20);
	buf_init(&terms, 1 << 20);
	naive_text(&text, f->record, f->data[who]);
	naive_terms(stems, &terms, buf_str(&text));
	all = more = fold_word(&words, &word);
	while (all && more) {
		struct str w = str_of(word.p, word.n);

		more = fold_word(&words, &next);
		all = naive_word(stems, buf_str(&terms), w, !more && str_runes(w) > 1);
		word = next;
	}
	buf_done(&text);
	buf_done(&terms);
	stems_close(stems);
	return all;
}

static inline bool naive_matches(const struct fact *f, const struct list_query *q)
{
	if (f->record != q->record || !naive_seen(f, q->who, q->ended))
		return false;
	for (size_t i = 0; i < q->filter_count; i++)
		if (!naive_filter(f, q->who, &q->filters[i]))
			return false;
	return !q->words.n || naive_words(f, q->who, q->words);
}

/* --- in which order --- */

struct naive_line {
	const struct fact *f;
	bool none; /* nothing to sort by: before everything else */
	struct str text;
	struct dec number;
	unsigned char key[64];
	size_t key_size;
};

/* Letters sort as ICU's root rules have them, the first of a label by 64 bytes of weight. */
static inline void naive_key(struct naive_line *line, struct str label)
{
	UErrorCode code = U_ZERO_ERROR;
	UCollator *by = ucol_open("", &code);
	UChar wide[60];
	int32_t n = 0, size;
	size_t at = 0;

	while (at < label.n && n < 59) {
		uint32_t rune = str_rune(label, &at);

		U16_APPEND_UNSAFE(wide, n, rune);
	}
	size = ucol_getSortKey(by, wide, n, line->key, 64);
	line->key_size = size > 64 ? 64 : (size_t)size;
	ucol_close(by);
}

static inline bool naive_is_text(const struct field *f)
{
	return f->kind == TEXT || f->kind == MTEXT;
}

/* What a list stands by: a field's value, or with NULL the label. */
static inline const struct field *naive_order_field(const struct list_query *q)
{
	const struct field *name = &fields[q->record->name_fields[0]], *f = q->sort;

	if (!f && !q->sort_label && q->record->order != FIELD_NONE)
		f = &fields[q->record->order];
	if (!f || (!q->sort && f == name))
		return naive_is_text(name) ? NULL : name;
	return f->kind == MTEXT ? NULL : f;
}

static inline void naive_line(struct viewing *t, struct naive_line *line,
			      const struct list_query *q)
{
	const struct json *data = line->f->data[q->who], *v;
	const struct field *f = naive_order_field(q);

	if (!f) {
		naive_key(line, record_label(&t->a, q->record, data, q->lang));
		return;
	}
	v = json_get(data, f->name);
	if (v && (f->kind == MONEY || f->kind == QUANTITY))
		v = json_get(v, "amount");
	line->none = !v;
	if (!v)
		return;
	if (f->kind == BOOL)
		line->number = dec_int(v->num);
	else if (f->kind == TEXT || f->kind == CODE || f->kind == DATE)
		line->text = v->str;
	else
		assert_true(dec_parse(v->str, &line->number));
}

static inline int naive_cmp(const void *x, const void *y)
{
	const struct naive_line *a = x, *b = y;
	int c = (int)b->none - (int)a->none;

	if (!c)
		c = str_cmp(str_of(a->key, a->key_size), str_of(b->key, b->key_size));
	if (!c)
		c = dec_cmp(a->number, b->number);
	if (!c)
		c = str_cmp(a->text, b->text);
	if (!c)
		c = str_cmp(a->f->id, b->f->id);
	return c ? c : str_cmp(a->f->party, b->f->party);
}

/* A list without any wish begins with the newest, or with A. */
static inline bool naive_descending(const struct list_query *q)
{
	bool newest = !q->sort && !q->sort_label && q->record->order != FIELD_NONE &&
		      naive_order_field(q);

	return newest ? !q->descending : q->descending;
}

/* All that match, in their order. */
static inline struct naive_line *naive_list(struct viewing *t, const struct list_query *q,
					    size_t *n)
{
	struct naive_line *lines = arena_array(&t->a, struct naive_line, t->facts + 1);

	*n = 0;
	for (size_t i = 0; i < t->facts; i++) {
		if (!naive_matches(&t->fact[i], q))
			continue;
		lines[*n].f = &t->fact[i];
		naive_line(t, &lines[(*n)++], q);
	}
	qsort(lines, *n, sizeof(*lines), naive_cmp);
	for (size_t i = 0; naive_descending(q) && i < *n / 2; i++) {
		struct naive_line swap = lines[i];

		lines[i] = lines[*n - 1 - i];
		lines[*n - 1 - i] = swap;
	}
	return lines;
}

#endif

#include "store/search_index.h"
#include "store/project.h"
#include "store/sql_text.h"
#include "store/word_index.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 1 << 20, FIRST = 1024, SORT_FEW = 16 };
/* Bytes of what waits, which to write takes twice as many, and of what is remembered. */
enum { WAITING_FULL = 8 << 20, WORDS_FULL = 8 << 20 };

/* What the index is to hold of a row, or is to forget. */
struct search_op {
	int64_t rid;
	uint32_t order; /* of coming */
	bool remove;
	const uint32_t *terms; /* by number, in p->terms */
	size_t n;
};

/* --- terms --- */

/* What a code or reference may have, as terms have it: in lower case; 0 for all else. */
static char term_char(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c | 32);
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '/' ? c
											: '\0';
}

bool term_good(struct str value)
{
	for (size_t i = 0; i < value.n; i++)
		if (!term_char(value.p[i]))
			return false;
	return value.n > 0 && value.n <= FOLD_WORD_MAX;
}

/* "/<number>/<value>" */
static bool put_term_of(struct buf *out, uint64_t number, struct str value)
{
	char term[FOLD_WORD_MAX];

	if (value.n == 0 || value.n > sizeof(term))
		return false;
	for (size_t i = 0; i < value.n; i++) {
		term[i] = term_char(value.p[i]);
		if (!term[i])
			return false;
	}
	buf_ch(out, '/');
	buf_u64(out, number);
	buf_ch(out, '/');
	buf_add(out, str_of(term, value.n));
	return true;
}

/* `ref` is in lower case. */
static void put_target(struct buf *out, enum record_id to, struct str ref)
{
	buf_lit(out, "//");
	buf_u64(out, to);
	buf_ch(out, '/');
	buf_add(out, ref);
	buf_ch(out, '/');
}

bool term_target(struct buf *out, enum record_id to, struct str ref)
{
	if (!term_good(ref))
		return false;
	buf_ch(out, '/');
	(void)put_term_of(out, to, ref);
	buf_ch(out, '/');
	return true;
}

bool term_value(struct buf *out, const struct field *f, struct str value)
{
	if (f->kind != REF)
		return put_term_of(out, (uint64_t)(f - fields), value);
	if (!term_target(out, f->to, value))
		return false;
	buf_u64(out, (uint64_t)(f - fields));
	return true;
}

/* A reference that can be read is in lower case. */
static void say_ref(struct terms *t, const struct field *f, struct str text)
{
	struct ref ref;

	if (!ref_parse(text, &ref))
		return;
	buf_clear(&t->text);
	put_target(&t->text, f->to, text);
	buf_u64(&t->text, (uint64_t)(f - fields));
	terms_say(t, buf_str(&t->text));
}

static void say_code(struct terms *t, const struct field *f, struct str text)
{
	buf_clear(&t->text);
	if (put_term_of(&t->text, (uint64_t)(f - fields), text))
		terms_say(t, buf_str(&t->text));
}

static void put_words(struct terms *t, struct str text)
{
	terms_put(t, terms_say_words, NULL, text);
}

static void put_values(struct terms *t, const struct values *v, bool points);

static void put_parts(struct terms *t, const struct field *f, const struct json *v, bool points)
{
	struct values part;

	for (const struct json *one = v->child; one; one = one->next) {
		values_find(&records[f->to], one, &part);
		put_values(t, &part, points && v->type == JSON_ARRAY);
	}
}

static void put_field(struct terms *t, const struct field *f, const struct json *v, bool points)
{
	switch (f->kind) {
	case TEXT: put_words(t, v->str); break;
	case MTEXT:
		for (const struct json *m = v->child; m; m = m->next)
			put_words(t, m->str);
		break;
	case FILE_REF: put_words(t, json_str(v, "name")); break;
	case REF:
		if (points && v->type == JSON_STR)
			terms_put(t, say_ref, f, v->str);
		break;
	case CODE:
		if (points && !f->column && v->type == JSON_STR)
			terms_put(t, say_code, f, v->str);
		break;
	case PARTS: put_parts(t, f, v, points); break;
	case DATE:
	case DECIMAL:
	case PERCENT:
	case MONEY:
	case QUANTITY:
	case COORD:
	case BOOL:
	case FIELD_KIND_COUNT: break;
	}
}

/* `points`: not within what only looks like parts. */
static void put_values(struct terms *t, const struct values *v, bool points)
{
	for (int i = v->record->first; i < v->record->end; i++)
		if (v->at[i - v->record->first])
			put_field(t, &fields[i], v->at[i - v->record->first], points);
}

void search_add(struct projection *p, const struct row *r, bool remove)
{
	struct terms *t = p->words;
	struct search_op *op;
	uint32_t *terms;

	if (p->search_count == p->search_cap) {
		p->search_cap = p->search_cap ? p->search_cap * 2 : FIRST;
		p->searches = realloc(p->searches, p->search_cap * sizeof(*p->searches));
		if (!p->searches)
			abort();
	}
	terms_row(t);
	put_values(t, &r->values, true);
	terms = arena_room(&p->terms, uint32_t, t->row.n);
	memcpy(terms, t->row.p, t->row.n * sizeof(*terms));
	op = &p->searches[p->search_count++];
	*op = (struct search_op){ .rid = r->rid,
				  .order = (uint32_t)p->search_count,
				  .remove = remove,
				  .terms = terms,
				  .n = t->row.n };
}

bool search_full(const struct projection *p)
{
	return p->terms.used >= WAITING_FULL || terms_used(p->words) >= WORDS_FULL;
}

/* --- writing --- */

static int by_rid(const void *a, const void *b)
{
	const struct search_op *x = a, *y = b;

	if (x->rid != y->rid)
		return x->rid < y->rid ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

/* Rows mostly come in the order of their numbers. */
static bool is_sorted(const struct search_op *ops, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (by_rid(&ops[i - 1], &ops[i]) > 0)
			return false;
	return true;
}

/* --- writing to PostgreSQL --- */

/* With one space after each. */
static struct str terms_of(struct projection *p, const struct search_op *op)
{
	buf_clear(&p->text);
	for (size_t i = 0; i < op->n; i++) {
		buf_add(&p->text, p->words->term[op->terms[i]].text);
		buf_ch(&p->text, ' ');
	}
	return buf_str(&p->text);
}

static bool take_out(struct projection *p, const struct search_op *op, struct err *err)
{
	struct stmt *s = db_prepare(p->db, "DELETE FROM r_search WHERE rid = ?", err);

	if (!s)
		return false;
	stmt_int(s, 0, op->rid);
	return stmt_done(s, err);
}

static bool put_in(struct projection *p, const struct search_op *op, struct err *err)
{
	struct stmt *s =
		db_prepare(p->db,
			   "INSERT INTO r_search (rid, words) VALUES (?, "
			   "array_to_tsvector(array_remove(string_to_array(?, ' '), '')))",
			   err);

	if (!s)
		return false;
	stmt_int(s, 0, op->rid);
	stmt_text(s, 1, terms_of(p, op));
	return stmt_done(s, err);
}

static bool write_row(struct projection *p, const struct search_op *first,
		      const struct search_op *last, struct err *err)
{
	return (!first->remove || take_out(p, first, err)) &&
	       (last->remove || put_in(p, last, err));
}

/* --- writing to SQLite --- */

/* A term that the index is told of. */
struct told {
	uint64_t front; /* bytes of its text, the first the highest; none behind its end */
	uint32_t term;
};
struct telling {
	struct projection *p;
	struct told *told;
	size_t n;
	uint32_t *at;   /* by the term's number: how many rows, then where they end */
	uint64_t *rows; /* NULL while they are counted */
};

static void *room(size_t n, size_t size)
{
	void *p = calloc(n, size);

	if (!p)
		abort();
	return p;
}

static void tell(const struct telling *t, const uint32_t *terms, size_t n, uint64_t row)
{
	uint32_t *at = t->at;
	uint64_t *rows = t->rows;

	if (!rows)
		for (size_t i = 0; i < n; i++)
			at[terms[i]]++;
	else
		for (size_t i = 0; i < n; i++)
			rows[at[terms[i]]++] = row;
}

/* A row has its last terms, and of those it had first the others no more. */
static void tell_row(struct telling *t, const struct search_op *first,
		     const struct search_op *last)
{
	struct terms *words = t->p->words;
	uint64_t row = (uint64_t)first->rid << 1;

	if (!last->remove)
		tell(t, last->terms, last->n, row);
	if (!first->remove)
		return;
	terms_row(words);
	for (size_t i = 0; !last->remove && i < last->n; i++)
		words->in[last->terms[i]] = words->rows;
	for (size_t i = 0; i < first->n; i++)
		if (words->in[first->terms[i]] != words->rows)
			tell(t, &first->terms[i], 1, row | 1);
}

/* From the first to the last of what is said of a row, which stand together. */
static const struct search_op *last_of(const struct projection *p, const struct search_op *op)
{
	while (op + 1 < p->searches + p->search_count && op[1].rid == op->rid)
		op++;
	return op;
}

static void tell_all(struct telling *t)
{
	const struct projection *p = t->p;
	const struct search_op *last;

	for (const struct search_op *op = p->searches; op < p->searches + p->search_count;
	     op = last + 1) {
		last = last_of(p, op);
		tell_row(t, op, last);
	}
}

static bool is_before(const struct terms *words, const struct told *a, const struct told *b,
		      size_t at)
{
	return a->front != b->front ? a->front < b->front
				    : str_cmp(str_from(words->term[a->term].text, at),
					      str_from(words->term[b->term].text, at)) < 0;
}

static void sort_few(const struct terms *words, struct told *t, size_t n, size_t at)
{
	for (size_t i = 1; i < n; i++) {
		struct told one = t[i];
		size_t k = i;

		for (; k > 0 && is_before(words, &one, &t[k - 1], at); k--)
			t[k] = t[k - 1];
		t[k] = one;
	}
}

static void sort_byte(const struct told *from, struct told *to, size_t n, unsigned shift)
{
	enum { BYTE = 256 };
	uint32_t at[BYTE] = { 0 }, all = 0;

	for (size_t i = 0; i < n; i++)
		at[from[i].front >> shift & 0xff]++;
	for (unsigned k = 0; k < BYTE; k++) {
		uint32_t some = at[k];

		at[k] = all;
		all += some;
	}
	for (size_t i = 0; i < n; i++)
		to[at[from[i].front >> shift & 0xff]++] = from[i];
}

/* By their fronts, one byte after the other, the last first; in `room` is as much room. */
static void sort_fronts(struct told *t, struct told *room, size_t n)
{
	struct told *from = t, *to = room, *had;
	uint64_t differ = 0;

	for (size_t i = 1; i < n; i++)
		differ |= t[i].front ^ t->front;
	for (unsigned shift = 0; shift < 64; shift += 8) {
		if (!(differ >> shift & 0xff))
			continue;
		sort_byte(from, to, n, shift);
		had = from;
		from = to;
		to = had;
	}
	if (from != t)
		memcpy(t, from, n * sizeof(*t));
}

/* By what stands in their texts from byte `at` on, which are alike before it.  No two terms are
 * the same. */
static void sort_terms(const struct terms *words, struct told *t, struct told *room, size_t n,
		       size_t at)
{
	size_t end;

	assert(at < WORD_MAX);
	if (n <= SORT_FEW) {
		sort_few(words, t, n, at);
		return;
	}
	sort_fronts(t, room, n);
	at += sizeof(t->front);
	for (size_t i = 0; i < n; i = end) {
		for (end = i + 1; end < n && t[end].front == t[i].front;)
			end++;
		if (end - i < 2)
			continue;
		for (size_t k = i; k < end; k++)
			t[k].front = word_front(str_from(words->term[t[k].term].text, at));
		sort_terms(words, t + i, room, end - i, at);
	}
}

static void gather_rows(struct telling *t)
{
	const struct terms *words = t->p->words;
	struct told *aside;
	uint32_t all = 0;

	tell_all(t);
	t->told = room(words->n + 1, sizeof(*t->told));
	for (size_t i = 0; i < words->n; i++) {
		uint32_t n = t->at[i];

		if (n)
			t->told[t->n++] =
				(struct told){ word_front(words->term[i].text), (uint32_t)i };
		t->at[i] = all;
		all += n;
	}
	t->rows = room(all + 1, sizeof(*t->rows));
	tell_all(t);
	aside = room(t->n + 1, sizeof(*aside));
	sort_terms(words, t->told, aside, t->n, 0);
	free(aside);
}

static bool write_segment(const struct telling *t, struct err *err)
{
	struct segment s;
	bool ok;

	if (!t->n)
		return true;
	ok = segment_begin(&s, t->p->db, err);
	for (size_t i = 0; ok && i < t->n; i++) {
		uint32_t term = t->told[i].term, from = term ? t->at[term - 1] : 0;
		struct postings rows = { .p = t->rows + from, .n = t->at[term] - from };

		ok = segment_put(&s, t->p->words->term[term].text, &rows, err);
	}
	return segment_end(&s, ok, err);
}

static bool write_rows(struct projection *p, struct err *err)
{
	struct telling t = { .p = p, .at = room(p->words->n + 1, sizeof(*t.at)) };
	bool ok;

	gather_rows(&t);
	ok = write_segment(&t, err);
	free(t.told);
	free(t.at);
	free(t.rows);
	return ok;
}

/* In the order of row numbers; of a row that came and went in between, nothing. */
bool search_settle(struct projection *p, struct err *err)
{
	const struct search_op *last;

	if (!is_sorted(p->searches, p->search_count))
		qsort(p->searches, p->search_count, sizeof(*p->searches), by_rid);
	if (db_engine(p->db) == DB_SQLITE && !write_rows(p, err))
		return false;
	for (const struct search_op *op = p->searches;
	     db_engine(p->db) == DB_POSTGRES && op < p->searches + p->search_count;
	     op = last + 1) {
		last = last_of(p, op);
		if (!write_row(p, op, last, err))
			return false;
	}
	p->search_count = 0;
	arena_reset(&p->terms);
	terms_rest(p->words);
	return true;
}

/* --- asking --- */

void question_begin(struct question *q, struct db *db)
{
	*q = (struct question){ .engine = db_engine(db) };
	buf_init(&q->text, TEXT_MAX);
}

void question_done(struct question *q)
{
	buf_done(&q->text);
}

/* How questions are written: word_index.h, and PostgreSQL's "tsquery". */
static const struct signs {
	const char *open, *close, *and, * or, *quote, *begins;
} signs[] = {
	[DB_SQLITE] = { "", "", "\n", " ", "", "*" },
	[DB_POSTGRES] = { "(", ")", " & ", " | ", "'", ":*" },
};

static void put_term(struct question *q, struct str term, bool begins)
{
	const struct signs *is = &signs[q->engine];

	buf_z(&q->text, is->quote);
	buf_add(&q->text, term);
	buf_z(&q->text, is->quote);
	if (begins)
		buf_z(&q->text, is->begins);
}

static void put_one_of(struct question *q, struct str terms, struct str beginning)
{
	const struct signs *is = &signs[q->engine];
	struct str term;
	bool first = true;

	if (q->any)
		buf_z(&q->text, is->and);
	buf_z(&q->text, is->open);
	q->any = true;
	while (terms.n && str_split(&terms, ' ', &term)) {
		if (!first)
			buf_z(&q->text, is->or);
		first = false;
		put_term(q, term, false);
	}
	if (beginning.n) {
		if (!first)
			buf_z(&q->text, is->or);
		put_term(q, beginning, true);
	}
	buf_z(&q->text, is->close);
}

void question_terms(struct question *q, struct str terms)
{
	put_one_of(q, terms, (struct str){ 0 });
}

void question_beginning(struct question *q, struct str beginning)
{
	put_one_of(q, (struct str){ 0 }, beginning);
}

static bool too_many(struct err *err)
{
	return err_set(err, ERR_INPUT, "words", N_("Search for at most %1 words at a time."),
		       err_num(QUESTION_WORDS_MAX));
}

bool question_words(struct question *q, struct str words, bool *any, struct err *err)
{
	struct word word, next;
	struct stems *stems;
	unsigned n = 0;
	bool more;

	if (!sql_text_good(words))
		return err_set(err, ERR_INPUT, "words",
			       N_("The words to search for are no text."));
	stems = stems_open();
	for (more = fold_word(&words, &word); more && n <= QUESTION_WORDS_MAX; n++) {
		struct str w = str_of(word.p, word.n);

		more = fold_word(&words, &next);
		put_one_of(q, stems_of(stems, w), more || str_runes(w) == 1 ? S("") : w);
		word = next;
	}
	stems_close(stems);
	*any = n > 0;
	return n <= QUESTION_WORDS_MAX || too_many(err);
}

const char *search_rids(enum db_engine engine)
{
	return engine == DB_SQLITE
		       ? "SELECT rid FROM r_search(?)"
		       : "SELECT rid FROM r_search WHERE words @@ CAST(? AS tsquery)";
}

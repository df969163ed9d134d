#include "store/search_index.h"
#include "store/project.h"
#include "store/sql_text.h"

#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 1 << 20, FIRST = 1024 };

/* What the index is to hold of a row, or is to forget. */
struct search_op {
	int64_t rid;
	uint32_t order; /* of coming */
	bool remove;
	struct str terms; /* in p->terms */
};

/* --- terms --- */

static bool term_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '/';
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

	if (!term_good(value))
		return false;
	for (size_t i = 0; i < value.n; i++) {
		char c = value.p[i];

		term[i] = (char)(c >= 'A' && c <= 'Z' ? c | 32 : c);
	}
	buf_ch(out, '/');
	buf_u64(out, number);
	buf_ch(out, '/');
	buf_add(out, str_of(term, value.n));
	return true;
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

static void put_value(struct buf *out, const struct field *f, const struct json *v)
{
	struct ref ref;

	if (v->type != JSON_STR || (f->kind == REF && !ref_parse(v->str, &ref)))
		return;
	if (term_value(out, f, v->str))
		buf_ch(out, ' ');
}

static void put_values(const struct projection *p, struct buf *out, const struct values *v);

static void put_field(const struct projection *p, struct buf *out, const struct field *f,
		      const struct json *v)
{
	struct values part;

	if (f->kind == REF || (f->kind == CODE && !f->column))
		put_value(out, f, v);
	if (f->kind != PARTS || v->type != JSON_ARRAY)
		return;
	for (const struct json *one = v->child; one; one = one->next) {
		values_find(&records[f->to], one, &part);
		put_values(p, out, &part);
	}
}

static void put_values(const struct projection *p, struct buf *out, const struct values *v)
{
	for (int i = v->record->first; i < v->record->end; i++)
		if (v->at[i - v->record->first])
			put_field(p, out, &fields[i], v->at[i - v->record->first]);
}

/* The words of a row so far, as far as there is room: texts repeat them from language to
 * language, and one mention is all that is asked for. */
enum { SAID = 64 };
struct said {
	uint32_t at[SAID], n[SAID]; /* in the terms; n is 0 where there is none */
};

static bool said_before(struct said *s, const struct buf *out, struct str word)
{
	uint64_t place = hash_key(word) % SAID;

	if (s->n[place] == word.n && memcmp(out->p + s->at[place], word.p, word.n) == 0)
		return true;
	s->at[place] = (uint32_t)out->n;
	s->n[place] = (uint32_t)word.n;
	return false;
}

static void put_words(struct projection *p, struct buf *out, const struct row *r)
{
	struct said said = { 0 };
	struct word word;
	struct str rest;

	buf_clear(&p->plain);
	record_search_text(&p->plain, r->record, r->data);
	rest = buf_str(&p->plain);
	while (fold_word(&rest, &word))
		if (!said_before(&said, out, str_of(word.p, word.n)))
			buf_add(out, stems_of(p->stems, str_of(word.p, word.n)));
}

void search_add(struct projection *p, const struct row *r, bool remove)
{
	struct search_op *op;

	if (p->search_count == p->search_cap) {
		p->search_cap = p->search_cap ? p->search_cap * 2 : FIRST;
		p->searches = realloc(p->searches, p->search_cap * sizeof(*p->searches));
		if (!p->searches)
			abort();
	}
	buf_clear(&p->text);
	put_values(p, &p->text, &r->values);
	put_words(p, &p->text, r);
	op = &p->searches[p->search_count++];
	*op = (struct search_op){ .rid = r->rid,
				  .order = (uint32_t)p->search_count,
				  .remove = remove,
				  .terms = arena_str(&p->terms, buf_str(&p->text)) };
}

/* --- writing --- */

static int by_rid(const void *a, const void *b)
{
	const struct search_op *x = a, *y = b;

	if (x->rid != y->rid)
		return x->rid < y->rid ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

static bool take_out(struct db *d, const struct search_op *op, struct err *err)
{
	bool lite = db_engine(d) == DB_SQLITE;
	struct stmt *s = db_prepare(d,
				    lite ? "INSERT INTO r_search (r_search, rowid, words) "
					   "VALUES ('delete', ?, ?)"
					 : "DELETE FROM r_search WHERE rid = ?",
				    err);

	if (!s)
		return false;
	stmt_int(s, 0, op->rid);
	if (lite)
		stmt_text(s, 1, op->terms);
	return stmt_done(s, err);
}

static bool put_in(struct db *d, const struct search_op *op, struct err *err)
{
	struct stmt *s = db_prepare(
		d,
		db_engine(d) == DB_SQLITE
			? "INSERT INTO r_search (rowid, words) VALUES (?, ?)"
			: "INSERT INTO r_search (rid, words) VALUES (?, "
			  "array_to_tsvector(array_remove(string_to_array(?, ' '), '')))",
		err);

	if (!s)
		return false;
	stmt_int(s, 0, op->rid);
	stmt_text(s, 1, op->terms);
	return stmt_done(s, err);
}

/*
 * FTS5 gathers terms in memory as long as row numbers grow, so everything is written in
 * their order; of a row that came and went in between, nothing.
 */
bool search_settle(struct projection *p, struct err *err)
{
	struct search_op *ops = p->searches;
	size_t n = p->search_count;

	if (n)
		qsort(ops, n, sizeof(*ops), by_rid);
	for (size_t i = 0, last; i < n; i = last + 1) {
		last = i;
		while (last + 1 < n && ops[last + 1].rid == ops[i].rid)
			last++;
		if (ops[i].remove && !take_out(p->db, &ops[i], err))
			return false;
		if (!ops[last].remove && !put_in(p->db, &ops[last], err))
			return false;
	}
	p->search_count = 0;
	arena_reset(&p->terms);
	return true;
}

/* --- asking --- */

void question_begin(struct question *q, struct db *db)
{
	*q = (struct question){ .db = db, .engine = db_engine(db) };
	buf_init(&q->text, TEXT_MAX);
}

void question_done(struct question *q)
{
	buf_done(&q->text);
}

static void put_term(struct question *q, struct str term, bool begins)
{
	char quote = q->engine == DB_SQLITE ? '"' : '\'';

	buf_ch(&q->text, quote);
	buf_add(&q->text, term);
	buf_ch(&q->text, quote);
	if (begins)
		buf_z(&q->text, q->engine == DB_SQLITE ? " *" : ":*");
}

static void put_one_of(struct question *q, struct str terms, struct str beginning)
{
	const char *or_word = q->engine == DB_SQLITE ? " OR " : " | ";
	struct str term;
	bool first = true;

	buf_z(&q->text, !q->any ? "(" : q->engine == DB_SQLITE ? " AND (" : " & (");
	q->any = true;
	while (terms.n && str_split(&terms, ' ', &term)) {
		if (!first)
			buf_z(&q->text, or_word);
		first = false;
		put_term(q, term, false);
	}
	if (beginning.n) {
		if (!first)
			buf_z(&q->text, or_word);
		put_term(q, beginning, true);
	}
	buf_ch(&q->text, ')');
}

void question_terms(struct question *q, struct str terms)
{
	put_one_of(q, terms, (struct str){ 0 });
}

void question_beginning(struct question *q, struct str beginning)
{
	put_one_of(q, (struct str){ 0 }, beginning);
}

/*
 * FTS5 gathers all that a beginning stands for before its first answer: where the index has few
 * such words they are named instead.
 */
enum { BEGINNINGS_MAX = 64 };

static bool is_among(struct str terms, struct str term)
{
	struct str one;

	while (terms.n && str_split(&terms, ' ', &one))
		if (str_eq(one, term))
			return true;
	return false;
}

/* Added to `terms`, which are the word's stems. */
static bool find_beginnings(struct question *q, struct str beginning, struct buf *terms,
			    bool *few, struct err *err)
{
	struct stmt *s = db_prepare(q->db,
				    "SELECT term FROM r_vocab WHERE term >= ? AND "
				    "term < ? || char(1114111) LIMIT ?",
				    err);
	bool row = true;
	int n = 0;

	if (!s)
		return false;
	stmt_text(s, 0, beginning);
	stmt_text(s, 1, beginning);
	stmt_int(s, 2, BEGINNINGS_MAX + 1);
	for (; row; n += row) {
		if (!stmt_step(s, &row, err))
			return false;
		if (row && !is_among(buf_str(terms), col_text(s, 0))) {
			buf_add(terms, col_text(s, 0));
			buf_ch(terms, ' ');
		}
	}
	*few = n <= BEGINNINGS_MAX;
	return true;
}

/* One of the stems, or what begins so. */
static bool put_last(struct question *q, struct str stems, struct str beginning,
		     struct err *err)
{
	bool few = false, ok = true;
	struct buf terms;

	buf_init(&terms, TEXT_MAX);
	buf_add(&terms, stems);
	if (q->engine == DB_SQLITE)
		ok = find_beginnings(q, beginning, &terms, &few, err);
	if (few)
		question_terms(q, buf_str(&terms));
	else
		put_one_of(q, stems, beginning);
	buf_done(&terms);
	return ok;
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
	bool more, ok = true;

	if (!sql_text_good(words))
		return err_set(err, ERR_INPUT, "words",
			       N_("The words to search for are no text."));
	stems = stems_open();
	for (more = fold_word(&words, &word); ok && more && n <= QUESTION_WORDS_MAX; n++) {
		struct str w = str_of(word.p, word.n);

		more = fold_word(&words, &next);
		if (more || str_runes(w) == 1)
			question_terms(q, stems_of(stems, w));
		else
			ok = put_last(q, stems_of(stems, w), w, err);
		word = next;
	}
	stems_close(stems);
	*any = n > 0;
	return ok && (n <= QUESTION_WORDS_MAX || too_many(err));
}

const char *search_rids(enum db_engine engine)
{
	return engine == DB_SQLITE
		       ? "SELECT rowid AS rid FROM r_search WHERE r_search MATCH ?"
		       : "SELECT rid FROM r_search WHERE words @@ CAST(? AS tsquery)";
}

#include "store/search_index.h"
#include "store/project.h"
#include "store/sql_text.h"

#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 1 << 20, TERM_MAX = 1024, FIRST = 1024 };

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
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '/' ? c : 0;
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
	struct buf term;
	struct ref ref;

	if (!ref_parse(text, &ref))
		return;
	buf_init(&term, TERM_MAX);
	put_target(&term, f->to, text);
	buf_u64(&term, (uint64_t)(f - fields));
	terms_say(t, buf_str(&term));
	buf_done(&term);
}

static void say_code(struct terms *t, const struct field *f, struct str text)
{
	struct buf term;

	buf_init(&term, TERM_MAX);
	if (put_term_of(&term, (uint64_t)(f - fields), text))
		terms_say(t, buf_str(&term));
	buf_done(&term);
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
	struct db *d = p->db;
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
		stmt_text(s, 1, terms_of(p, op));
	return stmt_done(s, err);
}

static bool put_in(struct projection *p, const struct search_op *op, struct err *err)
{
	struct db *d = p->db;
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
	stmt_text(s, 1, terms_of(p, op));
	return stmt_done(s, err);
}

/*
 * FTS5 gathers terms in memory as long as row numbers grow, so everything is written in
 * their order; of a row that came and went in between, nothing.  Each row has a statement of
 * its own: before one of several FTS5 would write out what it gathered.
 */
bool search_settle(struct projection *p, struct err *err)
{
	struct search_op *ops = p->searches;
	size_t n = p->search_count;

	if (!is_sorted(ops, n))
		qsort(ops, n, sizeof(*ops), by_rid);
	for (size_t i = 0, last; i < n; i = last + 1) {
		last = i;
		while (last + 1 < n && ops[last + 1].rid == ops[i].rid)
			last++;
		if (ops[i].remove && !take_out(p, &ops[i], err))
			return false;
		if (!ops[last].remove && !put_in(p, &ops[last], err))
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

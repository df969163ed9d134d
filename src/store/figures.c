#include "store/figures.h"

#include "store/search_index.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

__extension__ typedef unsigned __int128 uint128;

enum { FIRST = 256, CLASS_MAX = 512, KEY_COUNTS = 5, NUMBER_MAX = 19 };
enum { IS_CODE = 1, NO_CODE = 2, IS_REF = 4, NO_REF = 8 };

void figures_init(struct figures *f)
{
	*f = (struct figures){ 0 };
	lexicon_init(&f->words);
	lexicon_init(&f->classes);
}

void figures_done(struct figures *f)
{
	lexicon_done(&f->words);
	lexicon_done(&f->classes);
	free(f->good);
	free(f->at);
	*f = (struct figures){ 0 };
}

void figures_clear(struct figures *f)
{
	if (f->n)
		memset(f->at, 0, f->cap * sizeof(*f->at));
	if (f->good)
		memset(f->good, 0, f->good_cap);
	f->n = 0;
	lexicon_clear(&f->words);
	lexicon_clear(&f->classes);
}

/* --- words and classes --- */

static void know(struct figures *f, uint32_t word)
{
	size_t cap = f->good_cap ? f->good_cap : FIRST;

	while (cap <= word)
		cap *= 2;
	f->good = realloc(f->good, cap);
	if (!f->good)
		abort();
	memset(f->good + f->good_cap, 0, cap - f->good_cap);
	f->good_cap = cap;
}

/* What a word can be is looked at once. */
static uint32_t word_of(struct figures *f, enum field_id field, struct str word, unsigned is,
			unsigned no)
{
	struct ref ref;
	uint32_t id;

	if (!word.n || word.n > FOLD_WORD_MAX)
		return 0;
	id = lexicon_again(&f->words, word, &f->last[field]);
	if (id >= f->good_cap)
		know(f, id);
	if (!(f->good[id] & (is | no)))
		f->good[id] |=
			(unsigned char)((is == IS_REF ? ref_parse(word, &ref) : term_good(word))
						? is
						: no);
	return f->good[id] & is ? id : 0;
}

uint32_t figures_code(struct figures *f, enum field_id field, struct str word)
{
	return word_of(f, field, word, IS_CODE, NO_CODE);
}

uint32_t figures_ref(struct figures *f, enum field_id field, struct str word)
{
	return word_of(f, field, word, IS_REF, NO_REF);
}

static size_t put_text(char *to, struct str s)
{
	if (s.n)
		memcpy(to, s.p, s.n);
	to[s.n] = '\0';
	return s.n + 1;
}

uint32_t figures_class(struct figures *f, const struct figure_class *c)
{
	char key[CLASS_MAX];
	size_t n = 0;

	assert(c->party.n + c->type.n + c->currency.n + KEY_COUNTS <= sizeof(key));
	key[n++] = (char)c->record;
	n += put_text(key + n, c->party);
	n += put_text(key + n, c->type);
	n += put_text(key + n, c->currency);
	key[n++] = (char)c->mask;
	return FIGURE_MONEY | lexicon_id(&f->classes, str_of(key, n));
}

bool figure_class_of(struct str key, struct figure_class *out)
{
	struct str rest = key;

	*out = (struct figure_class){ 0 };
	if (!key.n || !key.p[0])
		return false;
	out->record = (enum record_id)(unsigned char)key.p[0];
	rest = str_from(rest, 1);
	if (!str_split(&rest, '\0', &out->party) || !str_split(&rest, '\0', &out->type) ||
	    !str_split(&rest, '\0', &out->currency) || rest.n != 1)
		return false;
	out->mask = (unsigned char)rest.p[0];
	return true;
}

/* --- gathering --- */

static struct figure_sum *place(struct figure_sum *at, size_t cap, uint64_t key)
{
	uint64_t h = key * 0x9e3779b97f4a7c15u;
	size_t i = (h ^ h >> 32) & (cap - 1);

	while (at[i].key && at[i].key != key)
		i = (i + 1) & (cap - 1);
	return &at[i];
}

static void grow(struct figures *f)
{
	size_t cap = f->cap ? f->cap * 2 : FIRST;
	struct figure_sum *at = calloc(cap, sizeof(*at));

	if (!at)
		abort();
	for (size_t i = 0; i < f->cap; i++)
		if (f->at[i].key)
			*place(at, cap, f->at[i].key) = f->at[i];
	free(f->at);
	f->at = at;
	f->cap = cap;
}

void figures_add(struct figures *f, uint32_t word, uint32_t of, int64_t count, int128 micro)
{
	uint64_t key = (uint64_t)word << 32 | of;
	struct figure_sum *s;

	if (f->n * 2 >= f->cap)
		grow(f);
	s = place(f->at, f->cap, key);
	if (!s->key) {
		s->key = key;
		f->n++;
	}
	s->count += count;
	s->micro += micro;
}

/* --- in order --- */

struct ranked {
	struct str word;
	uint32_t id;
};

static int by_word(const void *a, const void *b)
{
	return str_cmp(((const struct ranked *)a)->word, ((const struct ranked *)b)->word);
}

/* By a word's number its place among all. */
static uint32_t *ranks(const struct lexicon *l, struct arena *a)
{
	struct ranked *all = arena_array(a, struct ranked, l->n);
	uint32_t *out = arena_array(a, uint32_t, l->n);

	for (size_t i = 0; i < l->n; i++)
		all[i] = (struct ranked){ l->word[i], (uint32_t)i };
	qsort(all, l->n, sizeof(*all), by_word);
	for (size_t i = 0; i < l->n; i++)
		out[all[i].id] = (uint32_t)i;
	return out;
}

static struct figure_line line_of(const struct figures *f, const struct figure_sum *s,
				  const uint32_t *word_rank, const uint32_t *class_rank)
{
	uint32_t word = (uint32_t)(s->key >> 32), of = (uint32_t)s->key;
	struct figure_line l = {
		.word = f->words.word[word], .order = of, .count = s->count, .micro = s->micro
	};
	uint64_t within;

	if (of & FIGURE_MONEY) {
		of &= ~(uint32_t)FIGURE_MONEY;
		l.class = f->classes.word[of];
		l.order = FIGURE_MONEY | class_rank[of];
		l.table = word ? FIGURE_TARGET : FIGURE_TOTAL;
		l.kind = RECORD_project;
	} else {
		l.field = (int)(of >> 16);
		l.shape = (int)(of & 0xffff);
		if (l.field > 0 && l.field < FIELD_COUNT && fields[l.field].kind == REF) {
			l.table = FIGURE_TARGET;
			l.kind = (int)fields[l.field].to;
		}
	}
	within = (uint64_t)(l.table == FIGURE_COUNT ? l.field : l.kind);
	l.group = (uint64_t)l.table << 62 | within << 32 | word_rank[word];
	return l;
}

static int by_order(const void *a, const void *b)
{
	const struct figure_line *x = a, *y = b;

	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

struct figure_line *figures_sorted(const struct figures *f, struct arena *a, size_t *n)
{
	const uint32_t *words, *classes;
	struct figure_line *out;

	*n = 0;
	if (!f->n)
		return NULL;
	words = ranks(&f->words, a);
	classes = ranks(&f->classes, a);
	out = arena_array(a, struct figure_line, f->n);
	for (size_t i = 0; i < f->cap; i++)
		if (f->at[i].key && (f->at[i].count || f->at[i].micro))
			out[(*n)++] = line_of(f, &f->at[i], words, classes);
	qsort(out, *n, sizeof(*out), by_order);
	return out;
}

/* --- as they are kept --- */

static void put_number(struct buf *b, uint128 v)
{
	uint64_t low;

	for (; v >> 63; v >>= 7)
		buf_ch(b, (char)(0x80 | (unsigned char)(v & 0x7f)));
	for (low = (uint64_t)v; low >= 0x80; low >>= 7)
		buf_ch(b, (char)(0x80 | (unsigned char)(low & 0x7f)));
	buf_ch(b, (char)low);
}

static uint128 folded(int128 v)
{
	return v < 0 ? ~((uint128)v << 1) : (uint128)v << 1;
}

static int128 unfolded(uint128 v)
{
	return v & 1 ? (int128) ~(v >> 1) : (int128)(v >> 1);
}

static bool take_number(struct str *s, uint128 *out)
{
	*out = 0;
	for (size_t i = 0; i < s->n && i < NUMBER_MAX; i++) {
		unsigned char c = (unsigned char)s->p[i];

		*out |= (uint128)(c & 0x7f) << (7 * i);
		if (c < 0x80) {
			*s = str_from(*s, i + 1);
			return true;
		}
	}
	return false;
}

static bool read_key(struct figure *f)
{
	const unsigned char *k = (const unsigned char *)f->key.p;

	f->money = f->key.n && k[0];
	if (f->money)
		return figure_class_of(f->key, &f->class);
	if (f->key.n != KEY_COUNTS)
		return false;
	f->field = k[1] << 8 | k[2];
	f->shape = k[3] << 8 | k[4];
	return true;
}

bool figure_take(struct str *rest, struct figure *out)
{
	uint128 n, count, micro;

	if (!take_number(rest, &n) || n > rest->n)
		return false;
	out->key = str_cut(*rest, (size_t)n);
	*rest = str_from(*rest, (size_t)n);
	if (!take_number(rest, &count) || !take_number(rest, &micro))
		return false;
	out->count = (int64_t)unfolded(count);
	out->micro = unfolded(micro);
	return read_key(out);
}

static struct str key_of(const struct figure_line *l, char counts[KEY_COUNTS])
{
	if (l->class.n)
		return l->class;
	counts[0] = 0;
	counts[1] = (char)(l->field >> 8);
	counts[2] = (char)(l->field & 0xff);
	counts[3] = (char)(l->shape >> 8);
	counts[4] = (char)(l->shape & 0xff);
	return str_of(counts, KEY_COUNTS);
}

/* What nothing is left of leaves nothing. */
static void put_figure(struct buf *out, struct str key, int64_t count, int128 micro)
{
	if (!count)
		return;
	put_number(out, key.n);
	buf_add(out, key);
	put_number(out, folded(count));
	put_number(out, folded(micro));
}

bool figures_merged(struct buf *out, struct str old, const struct figure_line *lines, size_t n)
{
	char counts[KEY_COUNTS];
	struct figure had;
	size_t i = 0;

	while (old.n) {
		if (!figure_take(&old, &had))
			return false;
		for (; i < n && str_cmp(key_of(&lines[i], counts), had.key) < 0; i++)
			put_figure(out, key_of(&lines[i], counts), lines[i].count,
				   lines[i].micro);
		if (i < n && str_eq(key_of(&lines[i], counts), had.key)) {
			had.count += lines[i].count;
			had.micro += lines[i++].micro;
		}
		put_figure(out, had.key, had.count, had.micro);
	}
	for (; i < n; i++)
		put_figure(out, key_of(&lines[i], counts), lines[i].count, lines[i].micro);
	return true;
}

bool figures_hurt(struct err *err)
{
	return err_set(err, ERR_UNREACHABLE, "register",
		       N_("The register's database is damaged (%1). Nothing is lost: it is "
			  "made anew from the ledgers by `benkan rebuild`."),
		       "r_target");
}

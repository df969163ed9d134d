#include "store/flows.h"
#include "store/schema.h"
#include "store/view_rows.h"

#include <string.h>

/*
 * Labels come in no order: a few hundred of them touch a few hundred pages of r_label in each
 * language, which was two fifths of what a large import wrote.  So a commit that brings many
 * leaves them in r_unplaced, where they stand one behind the other, and lists look into both;
 * when there are enough of them for most pages to get several, or nothing more comes, they get
 * their place.  PostgreSQL, which writes no pages twice for it, is spared this.
 */
enum {
	KEY_MAX = 64, /* a label sorts by its first letters: more would only make it larger */
	KEY_LETTERS = 60,
	PLACED_AT_ONCE = 256, /* so many labels are few */
	UNPLACED_MAX = 96 << 10
};

/* --- what a row is called --- */

/* An empty key: the same label as in the first language, and so not said again. */
struct labels {
	struct str text[LANG_COUNT];
	unsigned char key[LANG_COUNT][KEY_MAX];
	size_t key_size[LANG_COUNT];
};

static size_t sort_key(const UCollator *by, struct str label, unsigned char key[KEY_MAX])
{
	UChar wide[KEY_LETTERS];
	int32_t n = 0, all;
	size_t at = 0;

	while (at < label.n && n < KEY_LETTERS - 1) {
		uint32_t rune = str_rune(label, &at);

		U16_APPEND_UNSAFE(wide, n, rune);
	}
	all = ucol_getSortKey(by, wide, n, key, KEY_MAX);
	return all > KEY_MAX ? KEY_MAX : (size_t)all;
}

/* A text without its translations is everybody's: its key is made once. */
static const struct labels *make_labels(struct projection *p, const struct row *r)
{
	struct labels *l = arena_new(&p->once, struct labels);

	for (int i = 0; i < LANG_COUNT; i++) {
		int same = 0;

		l->text[i] = rows_label(&p->once, r->record, r->data, (enum lang)i);
		while (same < i && !str_eq(l->text[same], l->text[i]))
			same++;
		if (same == i) {
			l->key_size[i] = sort_key(p->collator, l->text[i], l->key[i]);
		} else if (same) {
			memcpy(l->key[i], l->key[same], l->key_size[same]);
			l->key_size[i] = l->key_size[same];
		} else {
			l->key_size[i] = 0;
		}
	}
	return l;
}

int labels_bind(struct projection *p, struct stmt *s, int at, struct row *r)
{
	if (!p->kinds[record_id_of(r->record)].labels)
		return at;
	r->labels = make_labels(p, r);
	for (int i = 0; i < LANG_COUNT; i++, at++)
		if (r->labels->key_size[i])
			stmt_text(s, at, r->labels->text[i]);
	return at;
}

/* --- what came and went since the last settling --- */

/* A row of r_label. */
struct place {
	int kind, lang;
	struct str key, id;
	int64_t rid;
};

/* In the order of the table, as nearly as bytes go. */
static void put_place(struct buf *b, const struct place *l)
{
	buf_clear(b);
	buf_ch(b, (char)l->kind);
	buf_ch(b, (char)l->lang);
	buf_add(b, l->key);
	buf_add(b, l->id);
	buf_add(b, str_of((const char *)&l->rid, sizeof(l->rid)));
	buf_ch(b, (char)l->key.n);
}

static struct place read_place(struct str s)
{
	struct place l = { .kind = (unsigned char)s.p[0], .lang = (unsigned char)s.p[1] };
	size_t key = (unsigned char)s.p[s.n - 1], end = s.n - 1 - sizeof(l.rid);

	memcpy(&l.rid, s.p + end, sizeof(l.rid));
	l.key = str_of(s.p + 2, key);
	l.id = str_of(s.p + 2 + key, end - 2 - key);
	return l;
}

void labels_mark(struct projection *p, const struct row *r, bool came)
{
	int kind = (int)record_id_of(r->record);
	const struct labels *l = r->labels;

	if (!p->kinds[kind].labels)
		return;
	if (!l)
		l = make_labels(p, r);
	for (int i = 0; i < LANG_COUNT; i++) {
		int from = l->key_size[i] ? i : 0;
		struct place at = { .kind = kind,
				    .lang = i,
				    .key = str_of((const char *)l->key[from],
						  l->key_size[from]),
				    .id = r->id,
				    .rid = r->rid };

		put_place(&p->label, &at);
		tally_add(&p->labels, buf_str(&p->label), came ? 1 : -1, 0);
	}
}

/* --- settling --- */

enum { WIDTH = 5 };

static void cells_of(const struct place *l, struct cell out[WIDTH])
{
	out[0] = (struct cell){ .kind = CELL_INT, .number = l->kind };
	out[1] = (struct cell){ .kind = CELL_INT, .number = l->lang };
	out[2] = (struct cell){ .kind = CELL_BLOB, .text = l->key };
	out[3] = (struct cell){ .kind = CELL_TEXT, .text = l->id };
	out[4] = (struct cell){ .kind = CELL_INT, .number = l->rid };
}

#define COLUMNS "kind, lang, key, id, rid"
#define ROW     "(?, ?, ?, ?, ?)"

/* Aside with FAIL, so that SQLite keeps no copy of each page for taking back this statement
 * alone; whoever fails takes back the transaction. */
static bool write_places(struct projection *p, const struct cell *cells, unsigned n, bool aside,
			 struct err *err)
{
	static const char *const one[] = { "INSERT INTO r_label (" COLUMNS ") VALUES " ROW,
					   "INSERT INTO r_unplaced (" COLUMNS ") VALUES " ROW };
	static const char *const many[] = { "INSERT INTO r_label (" COLUMNS
					    ") VALUES " MANY_ROWS(ROW),
					    "INSERT OR FAIL INTO r_unplaced (" COLUMNS
					    ") VALUES " MANY_ROWS(ROW) };

	if (n == ROWS_AT_ONCE)
		return cells_write(p, many[aside], cells, n * WIDTH, err);
	for (unsigned i = 0; i < n; i++)
		if (!cells_write(p, one[aside], cells + i * (size_t)WIDTH, WIDTH, err))
			return false;
	return true;
}

/* Those of `lines` that came. */
static bool put_places(struct projection *p, const struct tally_line *lines, bool aside,
		       struct err *err)
{
	struct cell cells[ROWS_AT_ONCE * WIDTH];
	unsigned n = 0;

	for (size_t i = 0; i < p->labels.n; i++) {
		struct place l;

		if (lines[i].count <= 0)
			continue;
		l = read_place(lines[i].key);
		cells_of(&l, cells + n * (size_t)WIDTH);
		if (++n < ROWS_AT_ONCE)
			continue;
		if (!write_places(p, cells, n, aside, err))
			return false;
		n = 0;
	}
	return write_places(p, cells, n, aside, err);
}

static bool take_place(struct projection *p, const struct place *l, struct err *err)
{
	struct stmt *s;

	s = db_prepare(p->db,
		       "DELETE FROM r_label WHERE kind = ? AND lang = ? AND key = ? AND id = ? "
		       "AND rid = ?",
		       err);
	if (!s)
		return false;
	stmt_int(s, 0, l->kind);
	stmt_int(s, 1, l->lang);
	stmt_blob(s, 2, l->key.p, l->key.n);
	stmt_text(s, 3, l->id);
	stmt_int(s, 4, l->rid);
	if (!stmt_done(s, err))
		return false;
	if (!p->unplaced || stmt_changes(s) > 0)
		return true;
	s = db_prepare(p->db, "DELETE FROM r_unplaced WHERE kind = ? AND lang = ? AND rid = ?",
		       err);
	if (!s)
		return false;
	stmt_int(s, 0, l->kind);
	stmt_int(s, 1, l->lang);
	stmt_int(s, 2, l->rid);
	if (!stmt_done(s, err))
		return false;
	p->unplaced -= stmt_changes(s);
	return true;
}

/* First those that went: a row that comes again may have their number. */
static bool settle(struct projection *p, const struct tally_line *lines, struct err *err)
{
	int64_t came = 0;
	bool aside;

	for (size_t i = 0; i < p->labels.n; i++) {
		struct place l;

		came += lines[i].count > 0;
		if (lines[i].count >= 0)
			continue;
		l = read_place(lines[i].key);
		if (!take_place(p, &l, err))
			return false;
	}
	aside = came > PLACED_AT_ONCE && db_engine(p->db) == DB_SQLITE;
	if (!put_places(p, lines, aside, err))
		return false;
	if (aside)
		p->unplaced += came;
	return p->unplaced < UNPLACED_MAX || labels_place(p, err);
}

bool labels_settle(struct projection *p, struct err *err)
{
	bool ok = !p->labels.n || settle(p, tally_sorted(&p->labels, &p->list), err);

	arena_reset(&p->list);
	if (ok)
		tally_clear(&p->labels);
	return ok;
}

/* --- places --- */

bool labels_load(struct projection *p, struct err *err)
{
	struct stmt *s = db_prepare(p->db, "SELECT count(*) FROM r_unplaced", err);
	bool row;

	if (!s || !stmt_step(s, &row, err))
		return false;
	p->unplaced = row ? col_int(s, 0) : 0;
	stmt_reset(s);
	return true;
}

/* In the order of the table, so that a page is met once. */
static bool place_all(struct projection *p, enum record_id kind, enum lang lang,
		      struct err *err)
{
	struct stmt *s =
		db_prepare(p->db,
			   "INSERT OR FAIL INTO r_label (" COLUMNS ") SELECT " COLUMNS
			   " FROM r_unplaced WHERE kind = ? AND lang = ? ORDER BY key, id, rid",
			   err);

	if (!s)
		return false;
	stmt_int(s, 0, kind);
	stmt_int(s, 1, lang);
	return stmt_done(s, err);
}

bool labels_place(struct projection *p, struct err *err)
{
	struct stmt *s;

	for
		each_record(r)
		{
			for (int i = 0; kind_has_labels(r) && i < LANG_COUNT; i++)
				if (!place_all(p, record_id_of(r), (enum lang)i, err))
					return false;
		}
	s = db_prepare(p->db, "DELETE FROM r_unplaced", err);
	if (!s || !stmt_done(s, err))
		return false;
	p->unplaced = 0;
	return true;
}

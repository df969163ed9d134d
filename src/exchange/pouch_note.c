#include "exchange/pouch_note.h"

#include "base/date.h"
#include "ledger/entry.h"
#include "ledger/note.h"
#include "ledger/tree.h"

static void put_hash64(struct buf *out, const struct hash *h)
{
	buf_b64(out, h->b, HASH_SIZE);
}

static void put_number(struct buf *out, const char *word, uint64_t v)
{
	buf_z(out, word);
	buf_ch(out, ' ');
	buf_u64(out, v);
	buf_ch(out, '\n');
}

static void put_text(struct buf *out, const char *word, struct str s)
{
	buf_z(out, word);
	buf_ch(out, ' ');
	buf_add(out, s);
	buf_ch(out, '\n');
}

static void put_hex(struct buf *out, const char *word, const struct hash *h)
{
	buf_z(out, word);
	buf_ch(out, ' ');
	buf_hex(out, h->b, HASH_SIZE);
	buf_ch(out, '\n');
}

static void put_line(struct buf *out, const struct pouch_line *l)
{
	buf_lit(out, "ledger ");
	buf_add(out, l->name);
	buf_ch(out, ' ');
	buf_u64(out, l->base);
	buf_ch(out, ' ');
	buf_u64(out, l->size);
	buf_ch(out, ' ');
	put_hash64(out, &l->root);
	buf_ch(out, '\n');
}

void pouch_note_write(struct buf *out, const struct pouch_note *m)
{
	buf_lit(out, "benkan-pouch/1\n");
	put_hex(out, "register", &m->reg);
	put_text(out, "from", m->from);
	put_text(out, "to", m->to);
	put_number(out, "serial", m->serial);
	put_text(out, "made", m->made);
	for (size_t i = 0; i < m->ledger_count; i++)
		put_line(out, &m->ledgers[i]);
	for (size_t i = 0; i < m->have_count; i++) {
		buf_lit(out, "have ");
		buf_add(out, m->have[i].name);
		put_number(out, "", m->have[i].size);
	}
	put_number(out, "members", m->members);
	put_number(out, "bytes", m->bytes);
	put_hex(out, "digest", &m->digest);
}

/* --- reading: what the lines say; that nothing else is in them, the comparison in the end
 * tells
 * --- */

/* The rest of the next line when it begins with `word` and a space; else the text stays. */
static bool take_line(struct str *text, const char *word, struct str *rest)
{
	struct str line = str_cut(*text, str_index(*text, '\n')), begin = str_z(word);

	if (!str_starts(line, begin) || line.n <= begin.n || line.p[begin.n] != ' ')
		return false;
	*rest = str_from(line, begin.n + 1);
	*text = str_from(*text, line.n + 1);
	return true;
}

static bool take_number(struct str *text, const char *word, uint64_t *out)
{
	struct str rest;

	return take_line(text, word, &rest) && str_u64(rest, TREE_SIZE_MAX, out);
}

static bool take_hex(struct str *text, const char *word, struct hash *out)
{
	struct str rest;

	return take_line(text, word, &rest) && hash_hex(rest, out);
}

/* Names ascend: each stands once. */
static bool follows(const struct str *before, struct str name)
{
	return party_code_valid(name) && (!before || str_cmp(*before, name) < 0);
}

static bool read_line(struct str rest, const struct pouch_line *before, struct pouch_line *out)
{
	struct str base, size;
	size_t n;

	return str_split(&rest, ' ', &out->name) && str_split(&rest, ' ', &base) &&
	       str_split(&rest, ' ', &size) && str_u64(base, TREE_SIZE_MAX, &out->base) &&
	       str_u64(size, TREE_SIZE_MAX, &out->size) && out->base <= out->size &&
	       b64_decode(rest, out->root.b, HASH_SIZE, &n) && n == HASH_SIZE &&
	       follows(before ? &before->name : NULL, out->name);
}

static bool read_have(struct str rest, const struct pouch_have *before, struct pouch_have *out)
{
	return str_split(&rest, ' ', &out->name) && str_u64(rest, TREE_SIZE_MAX, &out->size) &&
	       follows(before ? &before->name : NULL, out->name);
}

static bool read_ledgers(struct str *text, struct pouch_note *m)
{
	struct str rest;

	while (take_line(text, "ledger", &rest)) {
		size_t i = m->ledger_count++;

		if (i == CHARTER_LEDGERS_MAX ||
		    !read_line(rest, i ? &m->ledgers[i - 1] : NULL, &m->ledgers[i]))
			return false;
	}
	while (take_line(text, "have", &rest)) {
		size_t i = m->have_count++;

		if (i == CHARTER_LEDGERS_MAX ||
		    !read_have(rest, i ? &m->have[i - 1] : NULL, &m->have[i]))
			return false;
	}
	return true;
}

static bool read_head(struct str *text, struct pouch_note *m)
{
	struct str first;
	int64_t made;

	return str_split(text, '\n', &first) && str_is(first, "benkan-pouch/1") &&
	       take_hex(text, "register", &m->reg) && take_line(text, "from", &m->from) &&
	       party_code_valid(m->from) && take_line(text, "to", &m->to) &&
	       (str_is(m->to, "*") || party_code_valid(m->to)) && !str_eq(m->from, m->to) &&
	       take_number(text, "serial", &m->serial) && take_line(text, "made", &m->made) &&
	       time_parse(m->made, &made);
}

bool pouch_note_parse(struct str text, struct pouch_note *out, struct err *err)
{
	struct str rest = text;
	struct buf again;
	bool same;

	*out = (struct pouch_note){ 0 };
	same = read_head(&rest, out) && read_ledgers(&rest, out) &&
	       take_number(&rest, "members", &out->members) &&
	       take_number(&rest, "bytes", &out->bytes) &&
	       take_hex(&rest, "digest", &out->digest) && rest.n == 0;
	if (same) {
		buf_init(&again, NOTE_MAX);
		pouch_note_write(&again, out);
		same = str_eq(buf_str(&again), text);
		buf_done(&again);
	}
	return same ||
	       err_set(err, ERR_INPUT, "manifest",
		       N_("The pouch's manifest is not as it must be (LEDGER.md 9). Ask "
			  "the sender for a new pouch."));
}

uint64_t pouch_note_have(const struct pouch_note *m, struct str ledger)
{
	for (size_t i = 0; i < m->have_count; i++)
		if (str_eq(m->have[i].name, ledger))
			return m->have[i].size;
	return 0;
}

#include "register/heads.h"

#include "ledger/sig_line.h"

const struct charter_ledger *ledger_of_origin(const struct charter *c, struct str origin)
{
	for (size_t i = 0; c && i < c->ledger_count; i++)
		if (str_eq(c->ledgers[i].origin, origin))
			return &c->ledgers[i];
	return NULL;
}

bool head_neighbours(struct view *v, struct arena *a, struct signed_head *out, struct err *err)
{
	struct ledger_row *rows;
	size_t count;

	if (!view_ledgers(v, a, &rows, &count, err))
		return false;
	for (size_t i = 0; i < count; i++)
		if (str_eq(rows[i].name, out->ledger->name))
			out->held = rows[i];
	return view_witnessed(v, a, out->ledger->origin, &out->last, err);
}

static void add_lines(struct buf *out, const struct note *note, const struct vkey *key)
{
	struct str rest = note->lines, from = rest;
	struct sig_line line;

	while (sig_line_next(&rest, &line)) {
		if (sig_line_is(&line, key) && sig_line_first(note, &line, key))
			buf_add(out, str_cut(from, from.n - rest.n));
		from = rest;
	}
}

void note_signed_by(struct buf *out, struct str note, const struct vkey *key)
{
	struct note parts;
	struct err ignored;

	if (!note_parse(note, &parts, &ignored))
		return;
	buf_add(out, parts.text);
	buf_ch(out, '\n');
	add_lines(out, &parts, key);
}

struct str note_line_of(struct arena *a, struct str note, const struct vkey *key)
{
	struct note parts;
	struct err ignored;
	struct buf line;

	buf_init(&line, NOTE_MAX);
	if (note_parse(note, &parts, &ignored))
		add_lines(&line, &parts, key);
	return arena_buf(a, &line);
}

struct str witness_label(struct arena *a, const struct vkey *witness)
{
	struct buf b;

	buf_init(&b, 256);
	buf_add(&b, witness->name);
	buf_ch(&b, '+');
	buf_hex(&b, witness->id, sizeof(witness->id));
	return arena_buf(a, &b);
}

bool held_root(struct view *v, const struct ledger_row *held, uint64_t size, struct hash *root,
	       struct err *err)
{
	struct tiles tiles = view_tiles(v, held);

	return tree_root(&tiles, size, root, err);
}

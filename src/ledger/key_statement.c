/* The statement of a key roll as text: written, signed offline, its signatures joined. */
#include "ledger/keyroll.h"
#include "ledger/sig_line.h"
#include "ledger/tree.h"

#include <string.h>

const char *const key_role_names[ROLE_COUNT] = {
	[ROLE_LOG] = "log",
	[ROLE_WITNESS] = "witness",
	[ROLE_SEAL] = "seal",
	[ROLE_RECOVERY] = "recovery",
};

/* The seven lines as text. */
struct lines {
	struct str register_id, origin, role, old_key, new_key, index;
};

/* Seven lines, in this order, and nothing else. */
static bool lines_read(struct str text, struct lines *s)
{
	const struct {
		struct str word, *value;
	} lines[] = { { S("register "), &s->register_id },
		      { S("origin "), &s->origin },
		      { S("role "), &s->role },
		      { S("old "), &s->old_key },
		      { S("new "), &s->new_key },
		      { S("index "), &s->index } };
	struct str rest = text, line;

	if (!str_split(&rest, '\n', &line) || !str_is(line, "benkan-keyroll/1"))
		return false;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		if (!str_split(&rest, '\n', &line) || !str_starts(line, lines[i].word))
			return false;
		*lines[i].value = str_from(line, lines[i].word.n);
	}
	return rest.p && rest.n == 0;
}

static bool role_parse(struct str text, enum key_role *out)
{
	for (unsigned i = 0; i < ROLE_COUNT; i++)
		if (str_is(text, key_role_names[i])) {
			*out = (enum key_role)i;
			return true;
		}
	return false;
}

bool key_statement_read(struct str text, struct key_statement *out, struct err *err)
{
	struct lines l;

	if (!lines_read(text, &l) || !hash_hex(l.register_id, &out->register_id) ||
	    !role_parse(l.role, &out->role) || !str_u64(l.index, TREE_SIZE_MAX, &out->index))
		return err_set(err, ERR_INPUT, "statement",
			       N_("this is not a statement of the form benkan-keyroll/1"));
	out->origin = l.origin;
	out->old_key = l.old_key;
	out->new_key = l.new_key;
	return true;
}

void key_statement_write(struct buf *out, const struct key_statement *s)
{
	buf_lit(out, "benkan-keyroll/1\nregister ");
	buf_hex(out, s->register_id.b, HASH_SIZE);
	buf_lit(out, "\norigin ");
	buf_add(out, s->origin);
	buf_lit(out, "\nrole ");
	buf_z(out, key_role_names[s->role]);
	buf_lit(out, "\nold ");
	buf_add(out, s->old_key);
	buf_lit(out, "\nnew ");
	buf_add(out, s->new_key);
	buf_lit(out, "\nindex ");
	buf_u64(out, s->index);
	buf_ch(out, '\n');
}

/* --- signing --- */

/* What was signed so far, or the bare text that nobody signed yet. */
static bool open_statement(struct str bytes, struct note *note, struct key_statement *out,
			   struct err *err)
{
	*note = (struct note){ .text = bytes };
	if (str_find(bytes, S("\n\n")) < bytes.n && !note_parse(bytes, note, err))
		return false;
	return key_statement_read(note->text, out, err);
}

bool key_statement_open(struct str bytes, struct key_statement *out, struct err *err)
{
	struct note note;

	return open_statement(bytes, &note, out, err);
}

/* A recovery key of the ledger, or the new key that shows it is held. */
static bool may_sign(const struct key_statement *s, const struct vkey *k)
{
	struct buf text;
	struct str rest = str_from(k->name, s->origin.n);
	bool is_new;

	buf_init(&text, 1024);
	vkey_write(&text, k);
	is_new = str_eq(buf_str(&text), s->new_key);
	buf_done(&text);
	return is_new || (str_starts(k->name, s->origin) && str_starts(rest, S("/recours-")));
}

bool key_statement_sign(struct str bytes, const struct skey *key, struct buf *out,
			struct err *err)
{
	struct key_statement s;
	struct note note;

	if (!open_statement(bytes, &note, &s, err))
		return false;
	if (!may_sign(&s, &key->pub))
		return err_set(err, ERR_INPUT, "key",
			       N_("the key %1 has no voice in this key roll: recovery keys of "
				  "%2 sign it, and the new key"),
			       err_arg(key->pub.name), err_arg(s.origin));
	if (note_bears(&note, &key->pub))
		return err_set(
			err, ERR_CONFLICT, "key",
			N_("the key %1 has signed this statement already; another one must"),
			err_arg(key->pub.name));
	buf_add(out, note.text);
	buf_ch(out, '\n');
	buf_add(out, note.lines);
	note_line(out, note.text, key);
	return true;
}

/* The lines of `from` that `out` does not have yet. */
static void add_lines(struct buf *out, struct str from)
{
	struct str line;

	while (from.n && str_split(&from, '\n', &line))
		if (str_find(buf_str(out), line) == out->n) {
			buf_add(out, line);
			buf_ch(out, '\n');
		}
}

bool key_statement_join(const struct str *bytes, size_t n, struct buf *out, struct err *err)
{
	struct key_statement s;
	struct note first, note;

	for (size_t i = 0; i < n; i++) {
		if (!open_statement(bytes[i], &note, &s, err))
			return false;
		if (i == 0) {
			first = note;
			buf_add(out, note.text);
			buf_ch(out, '\n');
		}
		if (!str_eq(note.text, first.text))
			return err_set(err, ERR_INPUT, "statement",
				       N_("the files do not carry the same statement"));
		add_lines(out, note.lines);
	}
	return true;
}

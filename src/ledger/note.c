#include "ledger/note.h"

#include <string.h>

#include "ledger/sig_line.h"

enum { PAYLOAD_LEAST = 5, B64_STEP = 64, B64_STEP_BYTES = 48 };

bool base64_valid(struct str b64, size_t least)
{
	unsigned char bytes[B64_STEP];
	size_t n, all = 0;

	for (; b64.n; b64 = str_from(b64, B64_STEP)) {
		if (!b64_decode(str_cut(b64, B64_STEP), bytes, sizeof(bytes), &n) ||
		    (b64.n > B64_STEP && n != B64_STEP_BYTES))
			return false;
		all += n;
	}
	return all >= least;
}

static bool rune_is_space(uint32_t r)
{
	return r == ' ' || (r >= 0x09 && r <= 0x0d) || r == 0x85 || r == 0xa0 || r == 0x1680 ||
	       (r >= 0x2000 && r <= 0x200a) || r == 0x2028 || r == 0x2029 || r == 0x202f ||
	       r == 0x205f || r == 0x3000;
}

/* A note's key names are wider than ours: other people's lines are carried. */
static bool line_name_valid(struct str name)
{
	size_t at = 0;

	while (at < name.n) {
		uint32_t r = str_rune(name, &at);

		if (r == '+' || rune_is_space(r))
			return false;
	}
	return name.n > 0;
}

bool sig_line_next(struct str *lines, struct sig_line *out)
{
	static const char dash[] = "— ";
	struct str line = str_cut(*lines, str_index(*lines, '\n'));
	size_t space;

	if (line.n == lines->n || !str_starts(line, S("— ")))
		return false;
	*lines = str_from(*lines, line.n + 1);
	line = str_from(line, sizeof(dash) - 1);
	space = str_index(line, ' ');
	out->name = str_cut(line, space);
	out->payload = str_from(line, space + 1);
	return space < line.n && line_name_valid(out->name) &&
	       base64_valid(out->payload, PAYLOAD_LEAST);
}

bool sig_line_is(const struct sig_line *line, const struct vkey *key)
{
	unsigned char head[6]; /* 8 characters of base64; the key ID is the first 4 bytes */
	size_t n;

	return str_eq(line->name, key->name) &&
	       b64_decode(str_cut(line->payload, 8), head, sizeof(head), &n) && n >= 4 &&
	       memcmp(head, key->id, sizeof(key->id)) == 0;
}

static bool characters_valid(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 && s.p[i] != '\n')
			return false;
	return str_utf8(s);
}

/* Where the last "\n\n" stands, or s.n. */
static size_t last_blank_line(struct str s)
{
	for (size_t i = s.n; i >= 2; i--)
		if (s.p[i - 1] == '\n' && s.p[i - 2] == '\n')
			return i - 2;
	return s.n;
}

bool note_parse(struct str bytes, struct note *out, struct err *err)
{
	struct sig_line line;
	struct str rest;
	size_t blank, n = 0;

	if (bytes.n > NOTE_MAX)
		return err_set(err, ERR_INPUT, "", N_("the signed note is larger than 64 KiB"));
	if (!characters_valid(bytes))
		return err_set(err, ERR_INPUT, "",
			       N_("the signed note holds broken UTF-8 or control characters"));
	blank = last_blank_line(bytes);
	if (blank == bytes.n || blank + 2 == bytes.n)
		return err_set(
			err, ERR_INPUT, "",
			N_("the signed note must end in a blank line and signature lines"));
	*out = (struct note){ str_cut(bytes, blank + 1), str_from(bytes, blank + 2) };
	for (rest = out->lines; rest.n; n++)
		if (!sig_line_next(&rest, &line))
			return err_set(err, ERR_INPUT, "",
				       N_("signature line %1 of the note is malformed"),
				       err_num(n + 1));
	if (n > NOTE_LINES_MAX)
		return err_set(err, ERR_INPUT, "",
			       N_("the signed note has more than 100 signature lines"));
	return true;
}

const struct vkey *sig_line_key(const struct sig_line *line, enum key_type type,
				const struct vkey *known, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (known[i].type == type && sig_line_is(line, &known[i]))
			return &known[i];
	return NULL;
}

bool sig_line_first(const struct note *note, const struct sig_line *line,
		    const struct vkey *key)
{
	struct str rest = note->lines;
	struct sig_line before;

	while (sig_line_next(&rest, &before) && before.payload.p != line->payload.p)
		if (sig_line_is(&before, key))
			return false;
	return true;
}

bool note_bears(const struct note *note, const struct vkey *key)
{
	struct str rest = note->lines;
	struct sig_line line;

	while (sig_line_next(&rest, &line))
		if (sig_line_is(&line, key))
			return true;
	return false;
}

/* The Ed25519 signature of type 0x01: key ID and 64 bytes. */
static bool line_verifies(const struct sig_line *line, struct str text, const struct vkey *key)
{
	unsigned char payload[4 + 64];
	size_t n;

	return b64_decode(line->payload, payload, sizeof(payload), &n) &&
	       n == sizeof(payload) && vkey_verify(key, text, payload + 4);
}

bool note_open(struct str bytes, const struct vkey *known, size_t n, struct note *out,
	       unsigned *verified, struct err *err)
{
	struct sig_line line;
	unsigned good = 0;
	struct str rest;

	if (!note_parse(bytes, out, err))
		return false;
	rest = out->lines;
	while (sig_line_next(&rest, &line)) {
		const struct vkey *key = sig_line_key(&line, KEY_LOG, known, n);

		if (!key || !sig_line_first(out, &line, key))
			continue;
		if (!line_verifies(&line, out->text, key))
			return err_set(
				err, ERR_INPUT, "",
				N_("the signature of %1 is false: the note was altered, or was "
				   "not made by that key"),
				err_arg(key->name));
		good++;
	}
	if (good == 0)
		return err_set(err, ERR_INPUT, "",
			       N_("the note is not signed by any key known here"));
	*verified = good;
	return true;
}

void sig_line_write(struct buf *out, const struct vkey *key, struct str signature)
{
	unsigned char payload[4 + 8 + 64];

	memcpy(payload, key->id, sizeof(key->id));
	memcpy(payload + sizeof(key->id), signature.p, signature.n);
	buf_lit(out, "— ");
	buf_add(out, key->name);
	buf_ch(out, ' ');
	buf_b64(out, payload, sizeof(key->id) + signature.n);
	buf_ch(out, '\n');
}

void note_line(struct buf *out, struct str text, const struct skey *key)
{
	unsigned char sig[64];

	skey_sign(key, text, sig);
	sig_line_write(out, &key->pub, str_of(sig, sizeof(sig)));
}

void note_sign(struct buf *out, struct str text, const struct skey *key)
{
	buf_add(out, text);
	buf_ch(out, '\n');
	note_line(out, text, key);
}

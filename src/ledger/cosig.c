#include <string.h>

#include "ledger/note.h"
#include "ledger/sig_line.h"

enum { TIME_BYTES = 8, SIG_BYTES = 64 };

static uint64_t be64(const unsigned char *p)
{
	uint64_t v = 0;

	for (int i = 0; i < TIME_BYTES; i++)
		v = v << 8 | p[i];
	return v;
}

/* What an Ed25519 cosigner signs (C2SP tlog-cosignature, "Ed25519 signed message"). */
static void cosigned_message(struct buf *out, struct str text, uint64_t time)
{
	buf_init(out, NOTE_MAX + 64);
	buf_lit(out, "cosignature/v1\ntime ");
	buf_u64(out, time);
	buf_ch(out, '\n');
	buf_add(out, text);
}

static bool line_verifies(const struct sig_line *line, struct str text,
			  const struct vkey *witness, uint64_t *time)
{
	unsigned char payload[4 + TIME_BYTES + SIG_BYTES];
	struct buf message;
	size_t n;
	bool ok;

	if (!b64_decode(line->payload, payload, sizeof(payload), &n) || n != sizeof(payload))
		return false;
	*time = be64(payload + 4);
	if (*time == 0 || *time > INT64_MAX)
		return false;
	cosigned_message(&message, text, *time);
	ok = vkey_verify(witness, buf_str(&message), payload + 4 + TIME_BYTES);
	buf_done(&message);
	return ok;
}

bool cosig_check(struct str bytes, const struct vkey *witnesses, size_t n, struct cosig *out,
		 size_t *found, struct err *err)
{
	struct sig_line line;
	struct note note;
	struct str rest;

	*found = 0;
	if (!note_parse(bytes, &note, err))
		return false;
	rest = note.lines;
	while (sig_line_next(&rest, &line)) {
		const struct vkey *witness = sig_line_key(&line, KEY_WITNESS, witnesses, n);
		uint64_t time;

		if (!witness || !sig_line_first(&note, &line, witness))
			continue;
		if (!line_verifies(&line, note.text, witness, &time))
			return err_set(err, ERR_INPUT, "",
				       N_("the cosignature of %1 is false: it is not over this "
					  "checkpoint"),
				       err_arg(witness->name));
		out[(*found)++] = (struct cosig){ .witness = witness, .time = time };
	}
	return true;
}

void cosig_line(struct buf *out, struct str text, uint64_t time, const struct skey *key)
{
	unsigned char signature[TIME_BYTES + SIG_BYTES];
	struct buf message;

	for (int i = 0; i < TIME_BYTES; i++)
		signature[i] = (unsigned char)(time >> (56 - 8 * i));
	cosigned_message(&message, text, time);
	skey_sign(key, buf_str(&message), signature + TIME_BYTES);
	buf_done(&message);
	sig_line_write(out, &key->pub, str_of(signature, sizeof(signature)));
}

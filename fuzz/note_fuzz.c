#include "fuzz.h"
#include "ledger/sig_line.h"

/* The key that signed the good seeds: seed byte 1, as in the tests. */
static struct vkey known_key(void)
{
	static const unsigned char seed[32] = { 1 };
	struct skey k;

	skey_from_seed(&k, KEY_LOG, S("ml.example/registre/ml"), seed);
	return k.pub;
}

/* Text, blank line, signature lines: in a row they are the note. */
static void check_parts(struct str text, const struct note *note)
{
	struct str rest = note->lines;
	struct sig_line line;
	size_t lines = 0;
	struct buf back;

	buf_init(&back, text.n);
	buf_add(&back, note->text);
	buf_ch(&back, '\n');
	while (sig_line_next(&rest, &line)) {
		lines++;
		buf_lit(&back, "— ");
		buf_add(&back, line.name);
		buf_ch(&back, ' ');
		buf_add(&back, line.payload);
		buf_ch(&back, '\n');
	}
	must(rest.n == 0 && lines >= 1 && lines <= NOTE_LINES_MAX);
	must(str_eq(buf_str(&back), text));
	buf_done(&back);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	const struct vkey log = known_key();
	struct vkey witness = log;
	struct str text = str_of(bytes, n);
	struct cosig cosig;
	struct note note, opened;
	struct err err;
	unsigned verified;
	size_t found;

	witness.type = KEY_WITNESS;
	vkey_set_id(&witness);
	if (!note_parse(text, &note, &err)) {
		must(!note_open(text, &log, 1, &opened, &verified, &err));
		must(!cosig_check(text, &witness, 1, &cosig, &found, &err));
		return 0;
	}
	check_parts(text, &note);
	if (note_open(text, &log, 1, &opened, &verified, &err))
		must(verified == 1 && str_eq(opened.text, note.text));
	if (cosig_check(text, &witness, 1, &cosig, &found, &err))
		must(found == 0 || (cosig.time > 0 && cosig.time <= INT64_MAX));
	return 0;
}

#include "fuzz.h"
#include "model/brackets.h"

/* Nothing of a text is lost piece by piece; what is left as it is stays the same; once all is
 * kept no bracket is left. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static const enum bracket_word left[BRACKETS_MAX];
	enum bracket_word kept[BRACKETS_MAX];
	struct str text = str_of(bytes, n), rest = text;
	struct bracket_piece p;
	struct buf b;

	buf_init(&b, n + 1);
	while (bracket_next(&rest, &p)) {
		must(p.text.n <= p.whole.n && p.side.n <= p.whole.n);
		buf_add(&b, p.whole);
	}
	must(str_eq(buf_str(&b), text));
	buf_clear(&b);
	bracket_settle(&b, text, left, BRACKETS_MAX);
	must(str_eq(buf_str(&b), text));
	for (size_t i = 0; i < BRACKETS_MAX; i++)
		kept[i] = BRACKET_KEPT;
	buf_clear(&b);
	bracket_settle(&b, text, kept, BRACKETS_MAX);
	must(!b.full);
	if (brackets_sound(text) && bracket_count(text) <= BRACKETS_MAX)
		must(bracket_count(buf_str(&b)) == 0);
	buf_done(&b);
	return 0;
}

#include "fuzz.h"

#include "../test/wire/xml_told.h"

/* Our scanner tells what libxml2 tells, and says what it says. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct str text = str_of(bytes, n);
	struct buf ours, theirs;

	if (n > SCAN_PUSH_MAX)
		return 0;
	ours = told(text, (struct told_way){ 0 }, false);
	theirs = told(text, (struct told_way){ .libxml2 = true }, false);
	must(str_eq(buf_str(&ours), buf_str(&theirs)));
	buf_done(&ours);
	buf_done(&theirs);
	return 0;
}

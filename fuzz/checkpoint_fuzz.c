#include "fuzz.h"
#include "ledger/note.h"
#include "ledger/tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct str text = str_of(bytes, n);
	struct checkpoint c;
	struct err err;
	struct buf back;

	if (!checkpoint_parse(text, &c, &err))
		return 0;
	must(c.size <= TREE_SIZE_MAX);
	buf_init(&back, n);
	checkpoint_write(&back, &c);
	must(str_eq(buf_str(&back), text));
	buf_done(&back);
	return 0;
}

#include "fuzz.h"
#include "ledger/tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct str text = str_of(bytes, n), rest = text, entry;
	struct buf back;

	buf_init(&back, n);
	while (bundle_next(&rest, &entry))
		bundle_put(&back, entry);
	must(str_eq(buf_str(&back), str_cut(text, n - rest.n)));
	buf_done(&back);
	return 0;
}

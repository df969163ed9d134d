#include "fuzz.h"
#include "ledger/tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct str text = str_of(bytes, n);
	struct tile_path p;
	struct buf back;

	if (!tile_path_parse(text, &p))
		return 0;
	must(p.width >= 1 && p.width <= TILE_WIDTH);
	buf_init(&back, n);
	tile_path_write(&back, &p);
	must(str_eq(buf_str(&back), text));
	buf_done(&back);
	return 0;
}

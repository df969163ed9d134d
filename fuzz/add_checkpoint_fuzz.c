#include "fuzz.h"
#include "ledger/add_checkpoint.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct str text = str_of(bytes, n);
	struct add_checkpoint q;
	struct err err;
	struct buf back;

	if (!add_checkpoint_read(text, &q, &err))
		return 0;
	must(q.proof_count <= PROOF_MAX && q.old_size <= TREE_SIZE_MAX);
	buf_init(&back, n);
	add_checkpoint_write(&back, &q);
	must(str_eq(buf_str(&back), text));
	buf_done(&back);
	return 0;
}

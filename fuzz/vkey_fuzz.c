#include "fuzz.h"
#include "ledger/key.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct str text = str_of(bytes, n);
	struct vkey k;
	struct err err;
	struct buf back;

	if (!vkey_parse(text, &k, &err))
		return 0;
	buf_init(&back, n);
	vkey_write(&back, &k);
	must(str_eq(buf_str(&back), text));
	must(key_name_valid(k.name));
	buf_done(&back);
	return 0;
}

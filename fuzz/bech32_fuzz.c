#include "fuzz.h"
#include "ledger/bech32.h"

/* What is read is, but for its case, what writing gives back. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct str text = str_of(bytes, n), hrp = S("age");
	unsigned char key[32];
	struct buf back;

	if (!bech32_read(text, hrp, key))
		return 0;
	buf_init(&back, 128);
	bech32_write(&back, hrp, key);
	must(back.n == n);
	for (size_t i = 0; i < n; i++)
		must((back.p[i] | 0x20) == (text.p[i] | 0x20));
	buf_done(&back);
	return 0;
}

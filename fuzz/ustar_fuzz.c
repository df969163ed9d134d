#include "fuzz.h"
#include "register/ustar.h"

#include <string.h>

/* What is read as a header is the header that its name and size give. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	unsigned char block[USTAR_BLOCK] = { 0 }, back[USTAR_BLOCK];
	struct str name;
	uint64_t size;

	memcpy(block, bytes, n < USTAR_BLOCK ? n : USTAR_BLOCK);
	if (ustar_parse(block, 0600, &name, &size)) {
		ustar_header(back, name, size, 0600);
		must(memcmp(block, back, USTAR_BLOCK) == 0);
	}
	return 0;
}

/* Run each file given on the command line through the target linked in, as libFuzzer would. */
#include <stdio.h>

#include "fuzz.h"

enum { INPUT_MAX = 1 << 20 };

static bool replay(const char *path)
{
	static uint8_t bytes[INPUT_MAX];
	FILE *f = fopen(path, "rb");
	uint8_t *exact;
	size_t n;

	if (!f) {
		perror(path);
		return false;
	}
	n = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	/* A block of exactly this length, so that a sanitizer sees a read past it. */
	exact = malloc(n ? n : 1);
	must(exact != NULL);
	for (size_t i = 0; i < n; i++)
		exact[i] = bytes[i];
	LLVMFuzzerTestOneInput(exact, n);
	free(exact);
	return true;
}

int main(int argc, char **argv)
{
	bool ok = argc > 1;

	for (int i = 1; i < argc; i++)
		ok &= replay(argv[i]);
	printf("%d replayed\n", argc - 1);
	return ok ? 0 : 1;
}

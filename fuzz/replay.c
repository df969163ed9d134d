/*
 * Replays a corpus through one fuzz target without a fuzzer: every file of
 * fuzz/corpus/<name>, the program's own name, is one test.
 */
#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

enum { INPUT_MAX = 16 << 20, PATH_BYTES = 4096 };

static int replay(const char *path, const char *name)
{
	FILE *f = fopen(path, "rb");
	uint8_t *bytes = malloc(INPUT_MAX), *exact = NULL;
	size_t n = 0;
	int failed = 1;

	if (f != NULL && bytes != NULL && (n = fread(bytes, 1, INPUT_MAX, f), ferror(f) == 0) &&
	    (exact = malloc(n + (n == 0))) != NULL) {
		memcpy(exact, bytes, n); /* so that a sanitizer sees a read past the end */
		failed = LLVMFuzzerTestOneInput(exact, n) != 0;
	}
	printf("%sok %s\n", failed ? "not " : "", name);
	free(exact);
	free(bytes);
	if (f != NULL)
		(void)fclose(f);
	return failed;
}

int main(int argc, char **argv)
{
	const char *slash = argc == 0 ? NULL : strrchr(argv[0], '/');
	char folder[PATH_BYTES], path[2 * PATH_BYTES];
	struct dirent **files;
	int count, failed = 0;

	if (slash == NULL)
		return 2;
	(void)snprintf(folder, sizeof(folder), "fuzz/corpus/%s", slash + 1);
	count = scandir(folder, &files, NULL, alphasort);
	for (int i = 0; i < count; i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder, files[i]->d_name);
		if (files[i]->d_name[0] != '.') {
			printf("# %s\n", files[i]->d_name);
			(void)fflush(stdout);
			failed |= replay(path, files[i]->d_name);
		}
		free(files[i]);
	}
	if (count >= 0)
		free(files);
	else
		perror(folder);
	return failed;
}

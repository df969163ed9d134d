/* Pages compared with what is kept of them in test/web/golden. */
#ifndef TEST_WEB_GOLDEN_H
#define TEST_WEB_GOLDEN_H
#include "live.h"

#include <sys/stat.h>

/* What stands between the frame's head and foot. */
static inline struct str main_of(struct raw_answer r)
{
	return between(r.body, "<main id=main>\n", "</main>");
}

/* Compare with test/web/golden/NAME; what differs is left in build/golden/NAME. */
static inline bool golden(const char *name, struct str got)
{
	bool same;

	char path[200];
	struct buf want;
	FILE *f;

	snprintf(path, sizeof(path), "test/web/golden/%s", name);
	buf_init(&want, 1 << 20);
	f = fopen(path, "r");
	for (int c = f ? getc(f) : EOF; c != EOF; c = getc(f))
		buf_ch(&want, (char)c);
	if (f)
		fclose(f);
	same = str_eq(buf_str(&want), got);
	if (!same) {
		mkdir("build", 0777);
		mkdir("build/golden", 0777);
		snprintf(path, sizeof(path), "build/golden/%s", name);
		f = fopen(path, "w");
		assert_non_null(f);
		fwrite(got.p, 1, got.n, f);
		fclose(f);
		print_error("%s differs: diff test/web/golden/%s build/golden/%s\n", name, name,
			    name);
	}
	buf_done(&want);
	return same;
}

#endif

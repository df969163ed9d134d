#include "register/place.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Not there, or an empty folder. */
static bool folder_free(const char *dir)
{
	DIR *d = opendir(dir);
	const struct dirent *e;
	bool free = true;

	if (!d)
		return errno == ENOENT;
	while ((e = readdir(d)))
		free &= strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0;
	closedir(d);
	return free;
}

bool place_begin(struct arena *a, const char *dir, struct place *out, struct err *err)
{
	struct str plain = str_z(dir);
	char *temporary;

	while (plain.n > 1 && plain.p[plain.n - 1] == '/')
		plain.n--;
	temporary = arena_z(a, arena_join(a, plain, S(".new-XXXXXX")));
	*out = (struct place){ arena_z(a, plain), temporary };
	if (!folder_free(out->dir))
		return err_set(err, ERR_CONFLICT, "node",
			       N_("%1 is there already and is not an empty folder. A node is "
				  "made once: "
				  "choose another folder."),
			       out->dir);
	return mkdtemp(temporary) ||
	       err_set(err, ERR_UNREACHABLE, "node", N_("%1 could not be made: %2."), out->dir,
		       strerror(errno));
}

bool place_settle(const struct place *p, struct err *err)
{
	return rename(p->temporary, p->dir) == 0 ||
	       err_set(err, ERR_UNREACHABLE, "node", N_("%1 could not be made: %2."), p->dir,
		       strerror(errno));
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st, (void)kind, (void)at;
	return remove(path);
}

void place_drop(const struct place *p)
{
	nftw(p->temporary, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

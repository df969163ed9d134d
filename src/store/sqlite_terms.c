#include "store/sqlite_terms.h"

#include <string.h>

/* There is nothing to keep of one: its address alone tells that it was made. */
static int make(void *ctx, const char **args, int count, Fts5Tokenizer **out)
{
	(void)args, (void)count;
	*out = ctx;
	return SQLITE_OK;
}

static void drop(Fts5Tokenizer *t)
{
	(void)t;
}

typedef int token_fn(void *ctx, int flags, const char *token, int n, int start, int end);

static int split(Fts5Tokenizer *t, void *ctx, int flags, const char *text, int n,
		 token_fn *token)
{
	(void)t, (void)flags;
	for (int at = 0, rc, end; at < n; at = end + 1) {
		const char *space = memchr(text + at, ' ', (size_t)(n - at));

		end = space ? (int)(space - text) : n;
		rc = end > at ? token(ctx, 0, text + at, end - at, at, end) : SQLITE_OK;
		if (rc != SQLITE_OK)
			return rc;
	}
	return SQLITE_OK;
}

/* How FTS5 hands out its functions: https://www.sqlite.org/fts5.html#extending_fts5 */
static int find_api(sqlite3 *h, fts5_api **api)
{
	sqlite3_stmt *s;
	int rc = sqlite3_prepare_v2(h, "SELECT fts5(?1)", -1, &s, NULL);

	*api = NULL;
	if (rc != SQLITE_OK)
		return rc;
	sqlite3_bind_pointer(s, 1, (void *)api, "fts5_api_ptr", NULL);
	sqlite3_step(s);
	rc = sqlite3_finalize(s);
	return rc == SQLITE_OK && !*api ? SQLITE_ERROR : rc;
}

int sqlite_terms_register(sqlite3 *h)
{
	fts5_tokenizer terms = { make, drop, split };
	fts5_api *api;
	int rc = find_api(h, &api);

	return rc == SQLITE_OK ? api->xCreateTokenizer(api, "terms", api, &terms, NULL) : rc;
}

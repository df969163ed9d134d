#include "store/sqlite_dec.h"

#include "base/dec.h"

#include <string.h>

/* Texts that are no decimals stand after all decimals, by their bytes: still one total order.
 */
static int compare(void *ctx, int an, const void *a, int bn, const void *b)
{
	struct str x = str_of(a, (size_t)an), y = str_of(b, (size_t)bn);
	struct dec dx, dy;
	bool x_is = dec_parse(x, &dx), y_is = dec_parse(y, &dy);

	(void)ctx;
	if (x_is && y_is)
		return dec_cmp(dx, dy);
	if (x_is != y_is)
		return x_is ? -1 : 1;
	return str_cmp(x, y);
}

static bool read_dec(sqlite3_context *ctx, sqlite3_value *v, struct dec *out)
{
	struct str text = str_of(sqlite3_value_text(v), (size_t)sqlite3_value_bytes(v));

	if (dec_parse(text, out))
		return true;
	sqlite3_result_error(ctx, "not a decimal", -1);
	return false;
}

static void give(sqlite3_context *ctx, struct dec d)
{
	char text[DEC_TEXT];

	dec_text(text, d, 0);
	sqlite3_result_text(ctx, text, -1, SQLITE_TRANSIENT);
}

/* SQLite's memory is not aligned for a struct dec: it is copied in and out. */
struct sum {
	unsigned char total[sizeof(struct dec)];
	bool any;
};

static void sum_step(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct sum *s = sqlite3_aggregate_context(ctx, sizeof(*s));
	struct dec d, total;

	(void)n;
	if (!s) {
		sqlite3_result_error_nomem(ctx);
		return;
	}
	if (sqlite3_value_type(v[0]) == SQLITE_NULL || !read_dec(ctx, v[0], &d))
		return;
	memcpy(&total, s->total, sizeof(total));
	if (!dec_add(total, d, &total))
		sqlite3_result_error(ctx, "the sum is too large", -1);
	memcpy(s->total, &total, sizeof(total));
	s->any = true;
}

static void sum_end(sqlite3_context *ctx)
{
	const struct sum *s = sqlite3_aggregate_context(ctx, 0);
	struct dec total;

	if (!s || !s->any) {
		sqlite3_result_null(ctx);
		return;
	}
	memcpy(&total, s->total, sizeof(total));
	give(ctx, total);
}

static void add(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct dec a, b;

	(void)n;
	if (sqlite3_value_type(v[0]) == SQLITE_NULL || sqlite3_value_type(v[1]) == SQLITE_NULL)
		return;
	if (!read_dec(ctx, v[0], &a) || !read_dec(ctx, v[1], &b))
		return;
	if (dec_add(a, b, &a))
		give(ctx, a);
	else
		sqlite3_result_error(ctx, "the sum is too large", -1);
}

int sqlite_dec_register(sqlite3 *h)
{
	int pure = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
	int rc = sqlite3_create_collation_v2(h, "DEC", SQLITE_UTF8, NULL, compare, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_create_function_v2(h, "dec_sum", 1, pure, NULL, NULL, sum_step,
						sum_end, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_create_function_v2(h, "dec_add", 2, pure, NULL, add, NULL, NULL,
						NULL);
	return rc;
}

/*
 * Which keys hold for which size (LEDGER.md 4.2), as readers are told: before a roll, in its
 * transaction, after it, and for a ledger that is not there.
 */
#include "viewing.h"

static struct charter_ledger keys_of(struct view *v, struct arena *a, const char *ledger,
				     uint64_t size)
{
	struct charter_ledger now;
	struct err err;

	check_ok(view_keys(v, a, str_z(ledger), size, &now, &err), &err);
	return now;
}

static bool same(const struct vkey *a, const struct vkey *b)
{
	return memcmp(a->pub, b->pub, sizeof(a->pub)) == 0;
}

static void each_size_has_its_keys(void **state)
{
	struct viewing *t = viewing_make(place_of(state), 1);
	struct vkey first = t->ml->log.pub, peers = t->ru->log.pub;
	struct charter_ledger now;
	struct key_row *rows;
	struct err err;
	uint64_t at;
	size_t n;

	viewing_sync(t);
	now = keys_of(t->v, &t->a, "ml", 1);
	assert_true(same(&now.log, &first));
	SAY(t->w, t->ml, "x.remark", "{}");
	at = t->ml->n;
	chain_roll(t->w, t->ml, "second");
	SAY(t->w, t->ml, "x.remark", "{}");
	viewing_sync(t);

	now = keys_of(t->v, &t->a, "ml", at);
	assert_true(same(&now.log, &first));
	now = keys_of(t->v, &t->a, "ml", at + 1);
	assert_true(same(&now.log, &t->ml->log.pub));
	check_str(now.log.name, t->ml->origin);
	assert_true(same(&now.recovery[2], &t->ml->recovery[2].pub));
	now = keys_of(t->v, &t->a, "ml", 1000000);
	assert_true(same(&now.log, &t->ml->log.pub));
	now = keys_of(t->v, &t->a, "ru", 1000000);
	assert_true(same(&now.log, &peers));

	check_ok(view_key_history(t->v, &t->a, S("ml"), &rows, &n, &err), &err);
	assert_int_equal(n, 6); /* five of the charter, without a seal, and the new one */
	assert_int_equal(rows[0].from, 0);
	check_str(rows[0].role, S("log"));
	assert_int_equal(rows[5].from, at);
	check_str(rows[5].role, S("log"));
	viewing_close(t);
}

/* More rolls than there are places: every one is listed. */
static void a_long_history(void **state)
{
	struct viewing *t = viewing_make(place_of(state), 1);
	struct key_row *rows;
	struct err err;
	char seed[16];
	size_t n;

	for (int i = 0; i < 20; i++) {
		snprintf(seed, sizeof(seed), "key %d", i);
		chain_roll(t->w, t->ml, seed);
	}
	viewing_sync(t);
	check_ok(view_key_history(t->v, &t->a, S("ml"), &rows, &n, &err), &err);
	assert_int_equal(n, 25);
	for (size_t i = 5; i < n; i++)
		assert_int_equal(rows[i].from, i - 4);
	viewing_close(t);
}

static void no_such_ledger(void **state)
{
	struct viewing *t = viewing_make(place_of(state), 1);
	struct charter_ledger now;
	struct key_row *rows;
	struct err err;
	size_t n;

	viewing_sync(t);
	assert_false(view_keys(t->v, &t->a, S("bf"), 1, &now, &err));
	assert_int_equal(err.kind, ERR_MISSING);
	assert_false(view_key_history(t->v, &t->a, S("bf"), &rows, &n, &err));
	assert_int_equal(err.kind, ERR_MISSING);
	viewing_close(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH(each_size_has_its_keys), BOTH(a_long_history),
					    BOTH(no_such_ledger) };

	return run_on_engines(tests);
}

/*
 * Of many records asked for at once those are there that one finds by asking for each: among
 * them ids before, between and behind those that are there, one id of two parties, and records
 * that only some may see.
 */
#include "viewing.h"

#include <stdlib.h>

enum { LETTERS = 120, ASKED = 3 * LETTERS };

static struct viewing *letters(const struct place *p)
{
	struct viewing *t = viewing_make(p, 47);

	for (int i = 0; i < LETTERS; i++) {
		enum seal seal = (enum seal)random_below(&t->random, SEALS);
		struct fact *f = fact_new(t, &records[RECORD_letter],
					  random_below(&t->random, 2) ? "ml" : "ru");

		if (i > 0 && i % 9 == 0 && !str_eq(f[-1].party, f->party))
			f->id = f[-1].id;
		fact_put(t, f, seal, fact_data(t, f->record), fact_data(t, f->record));
	}
	viewing_sync(t);
	return t;
}

static int by_ref(const void *a, const void *b)
{
	return ref_order(a, b);
}

/* Each that is there, the same of the other party, and one beside it. */
static size_t all_refs(struct viewing *t, struct ref *out)
{
	size_t n = 0, once = 1;

	for (size_t i = 0; i < t->facts; i++) {
		const struct fact *f = &t->fact[i];
		struct str near = arena_str(&t->a, f->id);
		char *digit = (char *)(uintptr_t)near.p + near.n - 1 -
			      random_below(&t->random, 2) * 28;

		*digit = random_below(&t->random, 2) ? '0' : 'f';
		out[n++] = (struct ref){ f->party, f->id };
		out[n++] = (struct ref){ str_is(f->party, "ml") ? S("ru") : S("ml"), f->id };
		out[n++] = (struct ref){ f->party, near };
	}
	qsort(out, n, sizeof(*out), by_ref);
	for (size_t i = 1; i < n; i++)
		if (ref_order(&out[i], &out[once - 1]) != 0)
			out[once++] = out[i];
	return once;
}

static bool is_there(struct viewing *t, struct ref ref, enum audience who)
{
	struct record_row row;
	struct err err;
	bool found = view_record(t->v, &t->a, &records[RECORD_letter], ref, who, LANG_FR, &row,
				 &err);

	assert_true(found || err.kind == ERR_MISSING);
	return found;
}

static void as_one_by_one(void **state)
{
	struct viewing *t = letters(place_of(state));
	unsigned found[AUDIENCES] = { 0 };
	struct ref refs[ASKED];
	bool there[ASKED];
	struct err err;
	size_t n = all_refs(t, refs);

	for (enum audience who = AUDIENCE_PUBLIC; who <= AUDIENCE_NATIONAL; who++)
		for (size_t i = 0, some; i < n; i += some) {
			some = 1 + random_below(&t->random, 40);
			if (some > n - i)
				some = n - i;
			memset(there, 1, sizeof(there));
			check_ok(view_there(t->v, &records[RECORD_letter], who, refs + i, some,
					    there, &err),
				 &err);
			for (size_t k = 0; k < some; k++) {
				assert_int_equal(there[k], is_there(t, refs[i + k], who));
				found[who] += there[k];
			}
		}
	assert_true(found[AUDIENCE_PUBLIC] > 20);
	assert_true(found[AUDIENCE_PUBLIC] < found[AUDIENCE_NATIONAL]);
	assert_true(found[AUDIENCE_NATIONAL] < n);
	viewing_close(t);
}

static void nothing_is_asked_and_nothing_is_there(void **state)
{
	struct viewing *t = viewing_make(place_of(state), 48);
	const struct ref one = { S("ml"), S("0197f3a2-0af9-7abc-8def-0123456789ff") };
	bool there = true;
	struct err err;

	viewing_sync(t);
	check_ok(view_there(t->v, &records[RECORD_letter], AUDIENCE_NATIONAL, &one, 1, &there,
			    &err),
		 &err);
	assert_false(there);
	there = true;
	check_ok(view_there(t->v, &records[RECORD_letter], AUDIENCE_NATIONAL, &one, 0, &there,
			    &err),
		 &err);
	assert_true(there);
	viewing_close(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH(as_one_by_one),
					    BOTH(nothing_is_asked_and_nothing_is_there) };

	return run_on_engines(tests);
}

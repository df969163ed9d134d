/* The rule of joint acts as the store evaluates it, against LEDGER.md 8.2 as it reads. */
#include "check.h"

#include "act_model.h"

static const char *const codes[MODEL_PARTIES] = { "bf", "ml", "ru" };

static unsigned place_of_party(struct str party)
{
	unsigned i = 0;

	while (i < MODEL_PARTIES - 1 && !str_is(party, codes[i]))
		i++;
	return i;
}

/* What p_seen answers: of the acknowledgements that are not void, the least size above. */
static bool first_seen(void *ctx, struct str party, struct str peer, uint64_t above,
		       uint64_t *n, uint64_t *size, struct err *err)
{
	const struct model_acts *m = ctx;
	unsigned p = place_of_party(party), q = place_of_party(peer);

	(void)err;
	*n = *size = ACT_NEVER;
	for (uint64_t k = m->known[p]; k-- > 0;)
		if (model_seen(m, p, q, k) && m->op[p][k].size > above &&
		    m->op[p][k].size <= *size) {
			*n = k;
			*size = m->op[p][k].size;
		}
	return true;
}

static void explain(const struct model_acts *m)
{
	for (unsigned p = 0; p < m->count; p++) {
		print_error("%s (%llu known):", codes[p], (unsigned long long)m->known[p]);
		for (uint64_t k = 0; k < m->n[p]; k++)
			print_error(" %d:%u:%llu", (int)m->op[p][k].what, m->op[p][k].peer,
				    (unsigned long long)m->op[p][k].size);
		print_error("\n");
	}
}

static void check_model(struct model_acts *m)
{
	struct act_word w[MODEL_PARTIES];
	enum act_state state;
	struct err err;
	bool same;

	for (unsigned p = 0; p < m->count; p++)
		w[p] = (struct act_word){ .party = str_z(codes[p]),
					  .held = m->known[p],
					  .proposed = model_first(m, p, OP_PROPOSE),
					  .accepted = model_accepted(m, p),
					  .declined = model_declined(m, p) };
	check_ok(act_evaluate(w, m->count, first_seen, m, &state, &err), &err);
	same = state == model_state(m);
	for (unsigned p = 0; p < m->count; p++) {
		same = same && w[p].ready == model_ready(m, p);
		for (unsigned q = 0; q < m->count; q++)
			same = same && (p == q || w[p].ack[q] == model_ack(m, p, q));
	}
	if (!same) {
		explain(m);
		print_error("got %s, want %s\n", act_state_names[state],
			    act_state_names[model_state(m)]);
	}
	assert_true(same);
}

static void random_histories(void **state)
{
	struct random_source s = random_from(5);
	unsigned met[ACT_WITHDRAWN + 1] = { 0 };

	(void)state;
	for (int i = 0; i < 40000; i++) {
		struct model_acts m = model_random(&s);

		check_model(&m);
		met[model_state(&m)]++;
	}
	for (unsigned i = 0; i <= ACT_WITHDRAWN; i++)
		assert_true(met[i] > 200);
}

/* What a party said last, in every possible order of few words. */
static void all_short_histories(void **state)
{
	enum { LONGEST = 4, WORDS = 4 + 2 };
	unsigned long all = 1;

	(void)state;
	for (int i = 0; i < 2 * (LONGEST - 1); i++)
		all *= WORDS;
	for (unsigned long i = 0; i < all; i++) {
		struct model_acts m = { .count = 2,
					.n = { LONGEST, LONGEST },
					.known = { LONGEST, LONGEST } };
		unsigned long rest = i;

		for (unsigned p = 0; p < 2; p++)
			for (unsigned k = 1; k < LONGEST; k++, rest /= WORDS) {
				unsigned word = (unsigned)(rest % WORDS);

				m.op[p][k] =
					word < 4
						? (struct model_op){ (enum model_what)word, 0,
								     0 }
						: (struct model_op){ OP_SEEN, 1 - p, word - 1 };
			}
		check_model(&m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(random_histories),
					    cmocka_unit_test(all_short_histories) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}

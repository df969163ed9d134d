/*
 * The rule of amendments by itself (store/amend.h), over random histories: of one charter's
 * amendments at most one takes effect, and what a partial view says no larger one contradicts.
 */
#include "check.h"

#include "store/amend.h"

#include <stdlib.h>

enum { PARTIES = 3, ACTS = 3, OPS = 12, HISTORIES = 40 };

enum what { PROPOSE, ACCEPT, DECLINE, SEEN };
struct op {
	enum what what;
	int act, peer;
	uint64_t size;
};

static struct {
	struct arena a;
	struct charter now;
	struct str doc[ACTS];
	struct hash act[ACTS];
	const struct json *words; /* of the succession */
	struct op ops[PARTIES][OPS];
	size_t n[PARTIES], known[PARTIES];
} w;

static const char *const codes[PARTIES] = { "bf", "ml", "ru" };

static struct str code(int i)
{
	return str_z(codes[i]);
}

static int place(struct str party)
{
	int i = 0;

	while (!str_eq(code(i), party))
		i++;
	return i;
}

/* --- a charter, two amendments that everybody speaks on, and one that closes ru's ledger ---
 */

/* A witness is named by its party: of another ledger it is another key of that name. */
static void key_of(struct skey *k, enum key_type type, const char *name, const char *origin)
{
	struct str parts[2] = { str_z(name), str_z(origin) };
	struct hash seed = hash_parts(parts, 2);

	skey_from_seed(k, type, arena_str(&w.a, str_z(name)), seed.b);
}

static struct str keys_of(const char *party, const char *origin)
{
	struct node_keys k = { .party = str_z(party), .name = str_z(party) };
	struct skey key;
	struct buf out;
	char name[96];

	k.origin = str_z(origin);
	key_of(&key, KEY_LOG, origin, origin);
	k.log = key.pub;
	snprintf(name, sizeof(name), "x.example/temoin/%s", party);
	key_of(&key, KEY_WITNESS, name, origin);
	k.witness = key.pub;
	for (int i = 0; i < 3; i++) {
		snprintf(name, sizeof(name), "%s/recours-%d", origin, i + 1);
		key_of(&key, KEY_LOG, name, origin);
		k.recovery[i] = key.pub;
	}
	buf_init(&out, 64 << 10);
	node_keys_write(&out, &k);
	return arena_buf(&w.a, &out);
}

static void draft(int i, const struct charter_draft *d)
{
	struct buf out;
	struct err err;

	buf_init(&out, CHARTER_MAX);
	check_ok(charter_amend(&w.a, &w.now, d, &out, &err), &err);
	w.doc[i] = arena_buf(&w.a, &out);
	w.act[i] = hash_of(w.doc[i]);
}

static void write_word(void)
{
	struct charter next;
	struct skey old, new;
	struct buf text, note, list;
	struct json_w j = json_w(&list);
	struct json *parsed;
	struct err err;

	check_ok(charter_read(&w.a, w.doc[2], &next, &err), &err);
	buf_init(&text, NOTE_MAX);
	buf_init(&note, NOTE_MAX);
	buf_init(&list, NOTE_MAX * 2);
	charter_word_write(&text, &next, S("ru"));
	key_of(&new, KEY_LOG, "x.example/ru-2", "x.example/ru-2");
	key_of(&old, KEY_LOG, "x.example/ru", "x.example/ru");
	note_sign(&note, buf_str(&text), &new);
	note_line(&note, buf_str(&text), &old);
	json_open(&j, '[');
	json_put_str(&j, buf_str(&note));
	json_close(&j, ']');
	check_ok(json_parse(&w.a, arena_buf(&w.a, &list), &parsed, &err), &err);
	w.words = parsed;
	buf_done(&text);
	buf_done(&note);
}

static void world(void)
{
	struct str keys[PARTIES] = { keys_of("bf", "x.example/bf"),
				     keys_of("ml", "x.example/ml"),
				     keys_of("ru", "x.example/ru") };
	struct str successor = keys_of("ru", "x.example/ru-2");
	struct charter_close close = { .party = S("ru"), .size = 4 };
	struct charter_draft d = { .nonce = { 1 } };
	struct json *set;
	struct buf out;
	struct err err;

	buf_init(&out, CHARTER_MAX);
	check_ok(charter_assemble(&w.a, keys, PARTIES, &out, &err), &err);
	check_ok(charter_read(&w.a, arena_buf(&w.a, &out), &w.now, &err), &err);
	check_ok(json_object(&w.a, S("{\"title\":{\"fr\":\"Autre\"}}"), &set, &err), &err);
	d.set = set;
	draft(0, &d);
	d.nonce[0] = 2;
	draft(1, &d);
	d = (struct charter_draft){
		.keys = &successor, .key_count = 1, .closes = &close, .close_count = 1
	};
	draft(2, &d);
	write_word();
}

/* --- what the rule asks --- */

static int act_of(const struct hash *h)
{
	int i = 0;

	while (!hash_eq(&w.act[i], h))
		i++;
	return i;
}

static bool document(void *ctx, const struct hash *h, struct arena *a, struct str *bytes,
		     bool *found, struct err *err)
{
	(void)ctx, (void)a, (void)err;
	*bytes = w.doc[act_of(h)];
	*found = true;
	return true;
}

static uint64_t first(int p, enum what what, int act)
{
	for (size_t n = 0; n < w.known[p]; n++)
		if (w.ops[p][n].what == what && w.ops[p][n].act == act)
			return n;
	return ACT_NEVER;
}

/* As act_said has it: after one's own refusal an acceptance is void. */
static uint64_t accepts(int p, int act)
{
	uint64_t at = first(p, ACCEPT, act);

	return at < first(p, DECLINE, act) ? at : ACT_NEVER;
}

static bool said(void *ctx, const struct hash *h, struct str parties, struct act_word *words,
		 size_t count, struct err *err)
{
	int act = act_of(h);

	(void)ctx, (void)err;
	assert_true(str_is(parties, "bf,ml,ru"));
	for (size_t i = 0; i < count; i++) {
		int p = place(words[i].party);

		words[i].proposed = first(p, PROPOSE, act);
		words[i].accepted = accepts(p, act);
		words[i].declined = first(p, DECLINE, act);
		words[i].held = w.known[p];
	}
	return true;
}

static bool seen(void *ctx, struct str party, struct str peer, uint64_t above, uint64_t *n,
		 uint64_t *size, struct err *err)
{
	int p = place(party), q = place(peer);
	uint64_t last = 0;

	(void)ctx, (void)err;
	*n = *size = ACT_NEVER;
	for (size_t i = 0; i < w.known[p] && *n == ACT_NEVER; i++) {
		const struct op *o = &w.ops[p][i];

		if (o->what != SEEN || o->peer != q || o->size < last)
			continue;
		last = o->size;
		if (o->size > above) {
			*n = i;
			*size = o->size;
		}
	}
	return true;
}

static bool accepted(void *ctx, struct str party, uint64_t before, struct hash *out,
		     size_t *count, struct err *err)
{
	(void)ctx, (void)err;
	*count = 0;
	for (int act = 0; act < ACTS; act++) {
		bool any = false;

		for (int p = 0; p < PARTIES; p++)
			any |= (!party.n || str_eq(party, code(p))) && accepts(p, act) < before;
		if (any)
			out[(*count)++] = w.act[act];
	}
	return true;
}

static bool names(void *ctx, struct str party, uint64_t n, bool *is, struct err *err)
{
	(void)ctx, (void)party, (void)n, (void)err;
	*is = true;
	return true;
}

static bool words(void *ctx, struct str party, uint64_t n, struct arena *a,
		  const struct json **out, struct err *err)
{
	const struct op *o = &w.ops[place(party)][n];

	(void)ctx, (void)a, (void)err;
	*out = o->what == PROPOSE && o->act == 2 ? w.words : NULL;
	return true;
}

static bool keys(void *ctx, struct str ledger, uint64_t size, struct arena *a,
		 struct charter_ledger *out, struct err *err)
{
	(void)ctx, (void)size, (void)a, (void)err;
	*out = *charter_find(&w.now, ledger);
	return true;
}

static const struct amend_facts facts = { .now = &w.now,
					  .document = document,
					  .said = said,
					  .seen = seen,
					  .accepted = accepted,
					  .names = names,
					  .words = words,
					  .keys = keys };

/* Which acts take effect, as bits. */
static unsigned effective(void)
{
	struct arena a;
	struct err err;
	unsigned bits = 0;

	arena_init(&a, 256 << 20);
	for (int i = 0; i < ACTS; i++) {
		struct amend_verdict v;

		check_ok(amend_judge(&a, &facts, &w.act[i], &v, &err), &err);
		bits |= v.state == AMEND_EFFECTIVE ? 1u << i : 0;
	}
	arena_done(&a);
	return bits;
}

/* --- histories --- */

static void say(int p, struct op o)
{
	if (w.n[p] < OPS)
		w.ops[p][w.n[p]++] = o;
	w.known[p] = w.n[p];
}

static void clear(void)
{
	memset(w.n, 0, sizeof(w.n));
	memset(w.known, 0, sizeof(w.known));
	for (int p = 0; p < PARTIES; p++)
		say(p, (struct op){ SEEN, .peer = p }); /* entry 0: means nothing */
}

static void everybody_hears(void)
{
	for (int p = 0; p < PARTIES; p++)
		for (int q = 0; q < PARTIES; q++)
			if (p != q)
				say(p, (struct op){ SEEN, .peer = q, .size = w.n[q] });
}

static void accepted_and_heard_it_takes_effect(void **state)
{
	(void)state;
	clear();
	for (int p = 0; p < PARTIES; p++)
		say(p, (struct op){ ACCEPT, .act = 0 });
	assert_int_equal(effective(), 0);
	everybody_hears();
	assert_int_equal(effective(), 1);
}

static void the_closed_ledger_need_not_speak(void **state)
{
	(void)state;
	clear();
	say(0, (struct op){ ACCEPT, .act = 2 });
	say(1, (struct op){ ACCEPT, .act = 2 });
	everybody_hears();
	assert_int_equal(effective(), 0); /* its word is lacking */
	say(1, (struct op){ PROPOSE, .act = 2 });
	assert_int_equal(effective(), 4);
}

static void the_first_accepted_goes_first(void **state)
{
	(void)state;
	clear();
	for (int p = 0; p < PARTIES; p++)
		say(p, (struct op){ ACCEPT, .act = p == 0 ? 1 : 0 });
	say(0, (struct op){ ACCEPT, .act = 0 });
	everybody_hears();
	assert_int_equal(effective(), 0); /* bf accepted another, which is open */
	say(1, (struct op){ DECLINE, .act = 1 });
	assert_int_equal(effective(), 1);
}

static struct op anything(int p)
{
	struct op o = { .what = (enum what)(rand() % 4), .act = rand() % ACTS };

	if (o.what == SEEN || rand() % 3 == 0) {
		o.what = SEEN;
		o.peer = (p + 1 + rand() % (PARTIES - 1)) % PARTIES;
		o.size = w.n[o.peer] - (size_t)(rand() % 2);
	}
	return o;
}

/* Most say yes to one of them, so that it often comes to pass. */
static void lean(int act)
{
	say(rand() % 2, (struct op){ PROPOSE, .act = act });
	for (int p = 0; p < PARTIES; p++)
		if (rand() % 10)
			say(p, (struct op){ ACCEPT, .act = act });
}

static void never_two_and_never_taken_back(void **state)
{
	unsigned met = 0;

	(void)state;
	srand(20);
	for (int i = 0; i < HISTORIES; i++) {
		unsigned before = 0, now;

		clear();
		lean(i % ACTS);
		for (int k = 0; k < 8; k++) {
			int p = rand() % PARTIES;

			say(p, anything(p));
		}
		everybody_hears();
		for (int k = 0; k < 3; k++) { /* growing views of one history */
			for (int p = 0; p < PARTIES; p++)
				w.known[p] = k == 2 ? w.n[p] : w.n[p] * (size_t)(k + 1) / 3;
			now = effective();
			assert_int_equal(now & (now - 1), 0);
			assert_int_equal(before & ~now, 0);
			before = now;
		}
		met |= before;
	}
	assert_int_equal(met, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepted_and_heard_it_takes_effect),
		cmocka_unit_test(the_closed_ledger_need_not_speak),
		cmocka_unit_test(the_first_accepted_goes_first),
		cmocka_unit_test(never_two_and_never_taken_back),
	};
	int failed;

	arena_init(&w.a, 64 << 20);
	world();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_done(&w.a);
	return failed;
}

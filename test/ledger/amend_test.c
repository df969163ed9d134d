/* Amendments by themselves: what follows a charter, whose word stands, and how ledgers join. */
#include "check.h"

#include "ledger/amend.h"

#include <stdio.h>

static struct {
	struct arena a;
	struct charter now, next; /* next: ml is succeeded, closed at 41 */
	struct str doc;
	struct skey old, new, recovery[3];
} w;

static void key_of(struct skey *k, enum key_type type, const char *name, const char *seed)
{
	struct hash bytes = hash_of(str_z(seed));

	skey_from_seed(k, type, arena_str(&w.a, str_z(name)), bytes.b);
}

static struct str keys_of(const char *party, const char *origin, struct skey *log)
{
	struct node_keys k = { .party = str_z(party),
			       .name = str_z(party),
			       .origin = str_z(origin) };
	struct skey key;
	struct buf out;
	char name[96], seed[128];

	key_of(log, KEY_LOG, origin, origin);
	k.log = log->pub;
	snprintf(name, sizeof(name), "x.example/temoin/%s", party);
	snprintf(seed, sizeof(seed), "witness of %s", origin);
	key_of(&key, KEY_WITNESS, name, seed);
	k.witness = key.pub;
	for (int i = 0; i < 3; i++) {
		snprintf(name, sizeof(name), "%s/recours-%d", origin, i + 1);
		key_of(&key, KEY_LOG, name, name);
		k.recovery[i] = key.pub;
	}
	buf_init(&out, 64 << 10);
	node_keys_write(&out, &k);
	return arena_buf(&w.a, &out);
}

static void world(void)
{
	struct skey ru;
	struct str keys[2] = { keys_of("ml", "x.example/ml", &w.old),
			       keys_of("ru", "x.example/ru", &ru) };
	struct str successor = keys_of("ml", "x.example/ml-2", &w.new);
	struct charter_close close = { .party = S("ml"), .size = 41, .root = hash_of(S("r")) };
	struct charter_draft d = {
		.keys = &successor, .key_count = 1, .closes = &close, .close_count = 1
	};
	struct buf out;
	struct err err;

	buf_init(&out, CHARTER_MAX);
	check_ok(charter_assemble(&w.a, keys, 2, &out, &err), &err);
	check_ok(charter_read(&w.a, arena_buf(&w.a, &out), &w.now, &err), &err);
	buf_init(&out, CHARTER_MAX);
	check_ok(charter_amend(&w.a, &w.now, &d, &out, &err), &err);
	w.doc = arena_buf(&w.a, &out);
	check_ok(charter_read(&w.a, w.doc, &w.next, &err), &err);
	for (int i = 0; i < 3; i++) {
		char name[96];

		snprintf(name, sizeof(name), "x.example/ml/recours-%d", i + 1);
		key_of(&w.recovery[i], KEY_LOG, name, name);
	}
}

/* The document with the first `from` replaced is refused, and the field says where. */
static void refused(const char *from, const char *to, const char *field)
{
	size_t at = str_find(w.doc, str_z(from));
	struct charter c;
	struct buf out;
	struct err err;

	assert_true(at < w.doc.n);
	buf_init(&out, CHARTER_MAX);
	buf_add(&out, str_cut(w.doc, at));
	buf_z(&out, to);
	buf_add(&out, str_from(w.doc, at + strlen(from)));
	if (charter_read(&w.a, arena_buf(&w.a, &out), &c, &err) &&
	    charter_follows(&w.now, &c, &err))
		fail_msg("%s instead of %s is let pass", to, from);
	assert_int_equal(err.kind, ERR_INPUT);
	assert_string_equal(err.field, field);
}

static void what_does_not_follow_is_refused(void **state)
{
	struct err err;

	(void)state;
	check_ok(charter_follows(&w.now, &w.next, &err), &err);
	assert_false(charter_follows(&w.now, &w.now, &err));
	assert_false(charter_follows(&w.next, &w.next, &err));
	assert_string_equal(err.field, "amends");
	refused("\"register\":\"", "\"register\":\"00", "act");
	refused("\"act\":\"succession\"", "\"act\":\"charter\"", "act");
	refused("\"act\":\"succession\"", "\"act\":\"project\"", "act");
	refused("\"parties\":[\"ml\",\"ru\"]", "\"parties\":[\"ru\",\"ml\"]", "parties");
	refused("\"parties\":[\"ml\",\"ru\"]", "\"parties\":[\"ml\"]", "parties");
	refused("\"size\":41", "\"size\":0", "ledgers.0.closed");
	refused("\"size\":41", "\"size\":\"41\"", "ledgers.0.closed");
	refused("\"since\":\"", "\"since\":\"x", "ledgers.0.since");
	refused("\"threshold\":2", "\"threshold\":3", "ledgers.0.log");
	refused("\"name\":\"ml-2\"", "\"name\":\"ru\"", "ledgers.2.name");
	refused("\"closed\":", "\"shut\":", "ledgers.2.party");
}

static void a_party_has_its_places(void **state)
{
	struct charter_place at;
	struct str ledger;
	uint64_t n;

	(void)state;
	assert_true(str_is(charter_open(&w.next, S("ml"))->name, "ml-2"));
	assert_null(charter_open(&w.next, S("bf")));
	charter_place(&w.next, S("ml-2"), &at);
	assert_true(str_is(at.name, "ml"));
	assert_int_equal(at.first, 41);
	charter_place(&w.next, S("ml"), &at);
	assert_int_equal(at.limit, 41);
	charter_at(&w.next, S("ml"), 40, &ledger, &n);
	assert_true(str_is(ledger, "ml") && n == 40);
	charter_at(&w.next, S("ml"), 44, &ledger, &n);
	assert_true(str_is(ledger, "ml-2") && n == 3);
	charter_at(&w.now, S("ml"), 44, &ledger, &n);
	assert_true(str_is(ledger, "ml") && n == 44);
}

static struct charter_word check_word(const struct skey *const *keys, size_t n,
				      const char *party)
{
	struct charter_word word;
	struct buf text, note;

	buf_init(&text, NOTE_MAX);
	buf_init(&note, NOTE_MAX);
	charter_word_write(&text, &w.next, str_z(party));
	note_sign(&note, buf_str(&text), keys[0]);
	for (size_t i = 1; i < n; i++)
		note_line(&note, buf_str(&text), keys[i]);
	word = charter_word_check(buf_str(&note), &w.now.ledgers[0], &w.next, S("ml"));
	buf_done(&text);
	buf_done(&note);
	return word;
}

static void a_word_stands_by_new_and_old_keys(void **state)
{
	const struct skey *both[] = { &w.new, &w.old };
	const struct skey *quorum[] = { &w.new, &w.recovery[0], &w.recovery[2] };
	struct charter_word word;

	(void)state;
	word = check_word(both, 2, "ml");
	assert_true(word.by_new && word.by_old);
	word = check_word(both, 1, "ml");
	assert_true(word.by_new && !word.by_old);
	word = check_word(quorum, 3, "ml");
	assert_true(word.by_new && word.by_old);
	word = check_word(quorum, 2, "ml");
	assert_true(word.by_new && !word.by_old);
	word = check_word(both + 1, 1, "ml");
	assert_true(!word.by_new && word.by_old);
	word = check_word(both, 2, "ru");
	assert_true(!word.by_new && !word.by_old);
}

static void what_changes_is_told(void **state)
{
	struct charter_change *changes;
	size_t n = charter_changes(&w.a, &w.now, &w.next, &changes);

	(void)state;
	assert_int_equal(n, 8); /* closed, goes on, five keys, threshold */
	assert_true(str_is(changes[0].party, "ml") && str_is(changes[0].b, "41"));
	assert_int_equal(charter_changes(&w.a, &w.now, &w.now, &changes), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_does_not_follow_is_refused),
		cmocka_unit_test(a_party_has_its_places),
		cmocka_unit_test(a_word_stands_by_new_and_old_keys),
		cmocka_unit_test(what_changes_is_told),
	};
	int failed;

	arena_init(&w.a, 64 << 20);
	world();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_done(&w.a);
	return failed;
}

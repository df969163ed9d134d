/* The charter changes under a store: the other party's ledger is closed, and goes on in
 * another. */
#include "other.h"

#include "ledger/amend.h"
#include "store/charter.h"
#include "store/evidence.h"

static struct str successor_keys(struct skey *log)
{
	struct node_keys k = { .party = S("ru"),
			       .name = S("ru"),
			       .origin = S("ru.example/ru-2") };
	struct skey key;
	struct buf out;

	seed_key(log, KEY_LOG, k.origin, 120);
	k.log = log->pub;
	seed_key(&key, KEY_WITNESS, S("ru.example/temoin/ru"), 121);
	k.witness = key.pub;
	for (int i = 0; i < 3; i++) {
		static const char *const names[] = { "ru.example/ru-2/recours-1",
						     "ru.example/ru-2/recours-2",
						     "ru.example/ru-2/recours-3" };

		seed_key(&key, KEY_LOG, str_z(names[i]), 122 + i);
		k.recovery[i] = key.pub;
	}
	buf_init(&out, 64 << 10);
	node_keys_write(&out, &k);
	return arena_buf(&world.arena, &out);
}

/* Of the ledger as it was taken over. */
static struct hash root_at(struct store *s, uint64_t size)
{
	struct view *v = rig_view(s);
	struct ledger_row *rows;
	struct hash root;
	struct arena a;
	struct err err;
	size_t n;

	arena_init(&a, 4 << 20);
	check_ok(view_ledgers(v, &a, &rows, &n, &err), &err);
	for (size_t i = 0; i < n; i++)
		if (str_is(rows[i].name, "ru")) {
			struct tiles t = view_tiles(v, &rows[i]);

			check_ok(tree_root(&t, size, &root, &err), &err);
		}
	arena_done(&a);
	view_close(v);
	return root;
}

static struct str amendment(struct store *s, uint64_t size, struct skey *log)
{
	struct str keys = successor_keys(log);
	struct charter_close close = { .party = S("ru"),
				       .size = size,
				       .root = root_at(s, size) };
	struct charter_draft d = {
		.keys = &keys, .key_count = 1, .closes = &close, .close_count = 1
	};
	struct buf out;
	struct err err;

	buf_init(&out, CHARTER_MAX);
	check_ok(charter_amend(&world.arena, &world.charter, &d, &out, &err), &err);
	return arena_buf(&world.arena, &out);
}

/* The word of ru, with its old key or without. */
static struct str word_of(const struct charter *next, const struct skey *log, bool old)
{
	struct buf text, note;

	buf_init(&text, NOTE_MAX);
	buf_init(&note, NOTE_MAX);
	charter_word_write(&text, next, S("ru"));
	note_sign(&note, buf_str(&text), log);
	if (old)
		note_line(&note, buf_str(&text), &world.ru.log);
	buf_done(&text);
	return arena_buf(&world.arena, &note);
}

static void append(struct store *s, const char *type, struct str body)
{
	struct entry_draft d = { .party = S("ml"),
				 .type = str_z(type),
				 .body = body,
				 .n = store_next(s),
				 .time = 1772446500 + (int64_t)store_next(s) };
	struct buf entry;
	struct hash leaf;
	struct err err;

	buf_init(&entry, ENTRY_MAX);
	entry_write(&entry, &d);
	check_ok(store_begin(s, &err), &err);
	check_ok(store_append(s, buf_str(&entry), &leaf, &err), &err);
	check_ok(store_commit(s, &world.ml.log, &err), &err);
	buf_done(&entry);
}

static void say(struct store *s, const char *type, const struct charter *next, struct str word)
{
	struct buf body;
	struct json_w w = json_w(&body);

	buf_init(&body, ENTRY_MAX);
	json_open(&w, '{');
	json_key(&w, "act");
	json_put_hex(&w, next->hash.b, HASH_SIZE);
	json_key(&w, "parties");
	json_put_raw(&w, S("[\"ml\",\"ru\"]"));
	json_key(&w, "amends");
	json_put_hex(&w, next->former.b, HASH_SIZE);
	if (word.n) {
		json_key(&w, "words");
		json_open(&w, '[');
		json_put_str(&w, word);
		json_close(&w, ']');
	}
	json_close(&w, '}');
	append(s, type, buf_str(&body));
	buf_done(&body);
}

static size_t charters(struct store *s)
{
	struct view *v = rig_view(s);
	struct charter_link *chain;
	struct arena a;
	struct err err;
	size_t n;

	arena_init(&a, 64 << 20);
	check_ok(view_charters(v, &a, &chain, &n, &err), &err);
	arena_done(&a);
	view_close(v);
	return n;
}

static enum ledger_state state_named(struct store *s, const char *ledger)
{
	struct view *v = rig_view(s);
	struct ledger_row *rows;
	enum ledger_state state = LEDGER_RESTORED;
	struct arena a;
	struct err err;
	size_t n;

	arena_init(&a, 4 << 20);
	check_ok(view_ledgers(v, &a, &rows, &n, &err), &err);
	for (size_t i = 0; i < n; i++)
		if (str_is(rows[i].name, ledger))
			state = rows[i].state;
	arena_done(&a);
	view_close(v);
	return state;
}

static uint64_t applied(struct store *s, const char *ledger)
{
	struct view *v = rig_view(s);
	struct err err;
	uint64_t n;

	check_ok(view_applied(v, str_z(ledger), &n, &err), &err);
	view_close(v);
	return n;
}

/* ml holds 40 entries of ru, and ru's ledger is to be closed at 30. */
static struct store *proposed(const struct place *p, struct other *o, struct charter *next,
			      bool old_key)
{
	struct store *s = rig_node(p, "ml");
	struct skey log;
	struct str doc;
	struct hash name;
	struct err err;

	rig_append(s, &world.ml, 3);
	take(s, o, 0);
	doc = amendment(s, 30, &log);
	check_ok(charter_read(&world.arena, doc, next, &err), &err);
	check_ok(store_blob_put(s, doc, &name, &err), &err);
	check_ok(store_blob_put(s, world.charter_bytes, &name, &err), &err);
	say(s, "act.propose", next, word_of(next, &log, old_key));
	return s;
}

static struct hash digests[2]; /* of both engines */

static void a_closed_ledger_is_followed_by_another(void **state)
{
	const struct place *p = place_of(state);
	struct other *o = other_make(40);
	struct charter next;
	struct store *s = proposed(p, o, &next, true);
	struct hash before = state_of(s), past, live, rebuilt;
	struct arena a;
	struct err err;
	bool due;

	check_ok(store_charter_due(s, &due, &err), &err);
	assert_false(due);
	say(s, "act.accept", &next, S(""));
	check_ok(store_charter_due(s, &due, &err), &err);
	assert_true(due);
	assert_int_equal(charters(s), 1); /* not under an open store */
	store_close(s);
	s = rig_open(p, STORE_WRITE);
	assert_int_equal(charters(s), 2);
	assert_int_equal(state_named(s, "ru"), LEDGER_CLOSED);
	assert_int_equal(state_named(s, "ru-2"), LEDGER_OK);
	assert_int_equal(rig_size(s, "ru"), 40);
	assert_int_equal(applied(s, "ru"), 30);
	live = digests[on_postgres(p)] = state_of(s);
	check_ok(store_rebuild(s, NULL, NULL, &err), &err);
	rebuilt = state_of(s);
	assert_true(hash_eq(&live, &rebuilt));
	check_ok(store_state(s, S("ml=4,ru=40"), &past, &err), &err);
	assert_true(hash_eq(&before, &past));
	check_ok(store_state(s, S("ml=5,ru=40,ru-2=0"), &past, &err), &err);
	assert_true(hash_eq(&live, &past));
	assert_false(store_state(s, S("ml=5,ru=40"), &past, &err));
	arena_init(&a, 64 << 20);
	check_ok(store_charter_derived(s, &a, &past, &err), &err);
	assert_true(hash_eq(&past, &next.hash));
	arena_done(&a);
	store_close(s);
	other_done(o);
}

static void the_engines_agree(void **state)
{
	(void)state;
	assert_true(hash_eq(&digests[0], &digests[1]));
}

static void without_its_old_key_it_is_given_by_hand(void **state)
{
	const struct place *p = place_of(state);
	struct other *o = other_make(40);
	struct charter next;
	struct store *s = proposed(p, o, &next, false);
	struct err err;

	say(s, "act.accept", &next, S(""));
	store_close(s);
	s = rig_open(p, STORE_WRITE);
	assert_int_equal(charters(s), 1);
	check_ok(store_charter_by_hand(s, &next.hash, &err), &err);
	store_close(s);
	s = rig_open(p, STORE_WRITE);
	assert_int_equal(charters(s), 2);
	store_close(s);
	other_done(o);
}

/* The other side shows another history; then the parties agree on what counts. */
static void a_fork_is_settled(void **state)
{
	const struct place *p = place_of(state);
	struct other *o = other_make(40);
	struct charter next;
	struct store *s = proposed(p, o, &next, true);
	struct hash id;
	struct feed f;
	struct err err;
	bool fresh;

	check_ok(store_fork(s, S("ru"), S("{\"evidence\":1}"), &id, &fresh, &err), &err);
	assert_int_equal(state_named(s, "ru"), LEDGER_FORKED);
	say(s, "act.accept", &next, S(""));
	store_close(s);
	s = rig_open(p, STORE_WRITE);
	assert_int_equal(state_named(s, "ru"), LEDGER_CLOSED);
	check_ok(store_fork(s, S("ru"), S("{\"evidence\":2}"), &id, &fresh, &err), &err);
	assert_true(fresh); /* it is kept, and settled already */
	assert_int_equal(state_named(s, "ru"), LEDGER_CLOSED);
	other_grow(o, 60, 0);
	f = feed_of(o, 40);
	assert_false(feed_all(s, &f, &err));
	assert_string_equal(err.field, "closed");
	store_close(s);
	other_done(o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(a_closed_ledger_is_followed_by_another),
		cmocka_unit_test(the_engines_agree),
		BOTH(without_its_old_key_it_is_given_by_hand),
		BOTH(a_fork_is_settled),
	};

	return run_on_engines(tests);
}

/* A node that hears of more than it has, or has nothing but its keys (LEDGER.md 4.4, 5.2). */
#include "rolls.h"

/* --- what is heard of the own ledger --- */

static void an_older_copy_hears_of_more(void **state)
{
	char old[96];
	struct str head;
	struct err err;

	(void)state;
	snprintf(old, sizeof(old), "%s/old", t.dir);
	node_close(t.ml);
	copy_folder(t.ml_dir, old);
	t.ml = open_node(&t, t.ml_dir, STORE_WRITE);
	write_one(t.ml);
	write_one(t.ml);
	check_ok(carry(t.ml, "ml", t.ru, &err), &err);
	head = row_of_ledger(t.ru, "ml").checkpoint;
	/* The node that wrote it learns nothing new. */
	check_ok(node_heard_own(t.ml, head, &err), &err);
	assert_int_equal(store_own_state(node_store(t.ml)), LEDGER_OK);
	node_close(t.ml);

	/* Its folder, high-water file and all, is put back from an older copy. */
	copy_folder(old, t.ml_dir);
	t.ml = open_node(&t, t.ml_dir, STORE_WRITE);
	assert_int_equal(store_own_state(node_store(t.ml)), LEDGER_OK);
	check_ok(node_heard_own(t.ml, head, &err), &err);
	assert_int_equal(store_own_state(node_store(t.ml)), LEDGER_RESTORED);
	cannot_write(t.ml, ERR_CONFLICT, "ledger");
	node_close(t.ml);
	t.ml = open_node(&t, t.ml_dir, STORE_WRITE);
	assert_int_equal(store_own_state(node_store(t.ml)), LEDGER_RESTORED);
	cannot_write(t.ml, ERR_CONFLICT, "ledger");
	assert_false(node_confirm(t.ml, S("sec-1"), &err)); /* nobody's word replaces entries */

	check_ok(carry(t.ru, "ml", t.ml, &err), &err);
	assert_int_equal(store_own_state(node_store(t.ml)), LEDGER_OK);
	write_one(t.ml);
	assert_int_equal(row_of_ledger(t.ml, "ml").size, 5);
	check_ok(carry(t.ml, "ml", t.ru, &err), &err);
}

static void another_history_of_the_own_ledger(void **state)
{
	char old[96];
	struct str head;
	struct err err;

	(void)state;
	snprintf(old, sizeof(old), "%s/old", t.dir);
	node_close(t.ml);
	copy_folder(t.ml_dir, old);
	t.ml = open_node(&t, t.ml_dir, STORE_WRITE);
	write_one(t.ml);
	head = row_of_ledger(t.ml, "ml").checkpoint;
	node_close(t.ml);
	copy_folder(old, t.ml_dir);
	t.ml = open_node(&t, t.ml_dir, STORE_WRITE);
	t.fixed.ms += 1000; /* it writes something else at the same place */
	write_one(t.ml);
	check_ok(node_heard_own(t.ml, head, &err), &err);
	assert_int_equal(store_own_state(node_store(t.ml)), LEDGER_FORKED);
	cannot_write(t.ml, ERR_FORK, "ledger");
	node_close(t.ml);
	t.ml = open_node(&t, t.ml_dir, STORE_WRITE);
	assert_int_equal(store_own_state(node_store(t.ml)), LEDGER_FORKED);
}

static void what_is_not_ours_says_nothing(void **state)
{
	struct checkpoint cp = { .origin = S("ml.example/registre/ml"), .size = 99 };
	struct skey thief = { 0 };
	struct buf text, note;
	struct err err;

	(void)state;
	skey_from_seed(&thief, KEY_LOG, cp.origin, (const unsigned char[32]){ 1 });
	buf_init(&text, 4096);
	buf_init(&note, 4096);
	checkpoint_write(&text, &cp);
	note_sign(&note, buf_str(&text), &thief);
	assert_false(node_heard_own(t.ml, buf_str(&note), &err));
	assert_int_equal(err.kind, ERR_INPUT);
	assert_false(node_heard_own(t.ml, row_of_ledger(t.ru, "ru").checkpoint, &err));
	assert_false(node_heard_own(t.ml, S("nonsense"), &err));
	assert_int_equal(store_own_state(node_store(t.ml)), LEDGER_OK);
	write_one(t.ml);
	buf_done(&text);
	buf_done(&note);
}

/* A thief of the old key signs on after the roll: refused, told, and nothing else happens. */
static void the_old_key_alone(void **state)
{
	struct checkpoint cp = { .origin = S("ml.example/registre/ml"), .size = 99 };
	struct alert_row *alerts;
	struct skey old;
	struct buf text, note;
	char path[160];
	struct view *v;
	struct err err;
	bool found;
	size_t n;

	(void)state;
	snprintf(path, sizeof(path), "%s/keys/log", t.ml_dir);
	check_ok(key_read(&t.a, path, KEY_LOG, &old, &err), &err);
	rolled(t.ml, by_two(t.ml_dir, prepared(t.ml, new_log)));
	buf_init(&text, 4096);
	buf_init(&note, 4096);
	checkpoint_write(&text, &cp);
	note_sign(&note, buf_str(&text), &old);
	assert_false(node_heard_own(t.ml, buf_str(&note), &err));
	assert_string_equal(err.field, "old-key");
	assert_int_equal(store_own_state(node_store(t.ml)), LEDGER_OK);
	write_one(t.ml);

	/* The other side, once it holds the roll. */
	check_ok(carry(t.ml, "ml", t.ru, &err), &err);
	v = reading(t.ru);
	assert_false(head_open(t.ru, v, &t.a, S("ml"), buf_str(&note), &cp, &err));
	assert_string_equal(err.field, "old-key");
	check_ok(local_alerts(v, &t.a, &alerts, &n, &err), &err);
	assert_int_equal(n, 1);
	check_str(alerts[0].kind, S("old-key"));
	check_str(alerts[0].ledger, S("ml"));
	check_str(alerts[0].note, buf_str(&note));
	check_ok(local_alert_end(v, S("old-key"), S("ml"), &found, &err), &err);
	assert_true(found);
	check_ok(local_alerts(v, &t.a, &alerts, &n, &err), &err);
	assert_int_equal(n, 0);
	read_done(v);
	buf_done(&text);
	buf_done(&note);
}

/* A copy from before a roll knows the new key by its file. */
static void a_copy_from_before_the_roll(void **state)
{
	char old[96], keys[260];
	struct str head;
	struct err err;

	(void)state;
	snprintf(old, sizeof(old), "%s/old", t.dir);
	node_close(t.ml);
	copy_folder(t.ml_dir, old);
	t.ml = open_node(&t, t.ml_dir, STORE_WRITE);
	rolled(t.ml, by_two(t.ml_dir, prepared(t.ml, new_log)));
	node_close(t.ml);
	key_file(t.ml_dir, "log", "rm %s/keys/%s");
	t.ml = open_node(&t, t.ml_dir, STORE_WRITE);
	write_one(t.ml);
	head = row_of_ledger(t.ml, "ml").checkpoint;
	assert_int_equal(lines_of(head), 1);
	check_ok(carry(t.ml, "ml", t.ru, &err), &err);
	node_close(t.ml);

	snprintf(keys, sizeof(keys), "cp %s/keys/log-* %s/keys/", t.ml_dir, old);
	assert_int_equal(system(keys), 0);
	copy_folder(old, t.ml_dir);
	t.ml = open_node(&t, t.ml_dir, STORE_WRITE);
	check_ok(node_heard_own(t.ml, head, &err), &err);
	assert_int_equal(store_own_state(node_store(t.ml)), LEDGER_RESTORED);
	check_ok(carry(t.ru, "ml", t.ml, &err), &err);
	write_one(t.ml);
	check_ok(carry(t.ml, "ml", t.ru, &err), &err);
}

/* --- only keys and charter are left --- */

static void rebuilt_from_a_peer(void **state)
{
	char keys[96], charter[96], again[96];
	struct restore_plan plan = { .file = charter, .dir = again, .keys = keys };
	struct node *n;
	struct hash id;
	struct err err;

	(void)state;
	snprintf(keys, sizeof(keys), "%s/keys", t.ml_dir);
	snprintf(charter, sizeof(charter), "%s/charter", t.dir);
	snprintf(again, sizeof(again), "%s/again", t.dir);
	check_ok(file_write(charter, t.charter, 0644, &err), &err);
	rolled(t.ml, by_two(t.ml_dir, prepared(t.ml, new_log)));
	write_one(t.ml);
	check_ok(carry(t.ml, "ml", t.ru, &err), &err);
	node_close(t.ml);
	t.ml = NULL;

	check_ok(node_restore_keys(&plan, &t.env, &err), &err);
	n = open_node(&t, again, STORE_WRITE);
	check_str(node_party(n), S("ml"));
	assert_int_equal(store_own_state(node_store(n)), LEDGER_RESTORED);
	cannot_write(n, ERR_CONFLICT, "ledger");
	/* Neither a new beginning nor a word without the entries. */
	assert_false(node_adopt(n, t.charter, &id, &err));
	assert_false(node_confirm(n, S("sec-1"), &err));
	node_close(n);
	n = open_node(&t, again, STORE_WRITE);
	check_ok(carry(t.ru, "ml", n, &err), &err);
	cannot_write(n, ERR_CONFLICT, "ledger"); /* nobody knows whether that is all */
	check_ok(node_confirm(n, S("sec-1"), &err), &err);
	write_one(n);
	check_ok(carry(n, "ml", t.ru, &err), &err);
	node_close(n);
	n = open_node(&t, again, STORE_WRITE);
	write_one(n);
	node_close(n);

	assert_false(node_restore_keys(&plan, &t.env, &err)); /* it is there */
	assert_int_equal(err.kind, ERR_CONFLICT);
	snprintf(again, sizeof(again), "%s/none", t.dir);
	plan.keys = t.dir;
	assert_false(node_restore_keys(&plan, &t.env, &err)); /* no keys in that folder */
	assert_string_equal(err.field, "keys");
	assert_int_equal(access(again, F_OK), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		EACH(an_older_copy_hears_of_more),   EACH(another_history_of_the_own_ledger),
		EACH(what_is_not_ours_says_nothing), EACH(the_old_key_alone),
		EACH(a_copy_from_before_the_roll),   EACH(rebuilt_from_a_peer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

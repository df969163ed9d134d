/* The keys of a node: replaced by the recovery quorum, lost, carried in backups (LEDGER.md 4).
 */
#include "rolls.h"

/* --- a roll --- */

static void both_keys_sign_while_the_old_one_is_here(void **state)
{
	struct str old = log_key_of(t.ml, "ml", 1), new, head;
	struct roll_done done;

	(void)state;
	done = rolled(t.ml, by_two(t.ml_dir, prepared(t.ml, new_log)));
	assert_int_equal(done.n, 2);
	assert_true(done.both);
	new = log_key_of(t.ml, "ml", TREE_SIZE_MAX);
	assert_false(str_eq(old, new));
	check_str(log_key_of(t.ml, "ml", 2), old);
	head = row_of_ledger(t.ml, "ml").checkpoint;
	assert_int_equal(lines_of(head), 2);
	assert_true(stands_under(head, old) && stands_under(head, new));

	write_one(t.ml);
	head = row_of_ledger(t.ml, "ml").checkpoint;
	assert_true(stands_under(head, old) && stands_under(head, new));
	node_close(t.ml);
	t.ml = open_node(&t, t.ml_dir, STORE_WRITE);
	write_one(t.ml);
	head = row_of_ledger(t.ml, "ml").checkpoint;
	assert_true(stands_under(head, old) && stands_under(head, new));

	node_close(t.ml);
	key_file(t.ml_dir, "log", "rm %s/keys/%s");
	t.ml = open_node(&t, t.ml_dir, STORE_WRITE);
	write_one(t.ml);
	head = row_of_ledger(t.ml, "ml").checkpoint;
	assert_int_equal(lines_of(head), 1);
	assert_true(stands_under(head, new) && !stands_under(head, old));
}

static void a_second_roll_of_each_place(void **state)
{
	struct roll_plan recovery = { .role = ROLE_RECOVERY, .place = 1 };
	char path[160];

	(void)state;
	snprintf(path, sizeof(path), "%s/new-2.key", t.dir);
	recovery.key_file = path;
	for (int i = 0; i < 2; i++) {
		rolled(t.ml, by_two(t.ml_dir, prepared(t.ml, new_log)));
		rolled(t.ml,
		       by_two(t.ml_dir,
			      prepared(t.ml, (struct roll_plan){ .role = ROLE_WITNESS })));
		rolled(t.ml, by_two(t.ml_dir,
				    prepared(t.ml, (struct roll_plan){ .role = ROLE_SEAL })));
		write_one(t.ml);
	}
	rolled(t.ml, by_two(t.ml_dir, prepared(t.ml, recovery)));
	/* The key that was replaced has no voice; its successor has. */
	not_rolled(t.ml,
		   signed_by(t.ml_dir, signed_by(t.ml_dir, prepared(t.ml, new_log), 1), 2),
		   "statement");
	write_one(t.ml);
	node_close(t.ml);
	t.ml = open_node(&t, t.ml_dir, STORE_WRITE);
	write_one(t.ml);
}

/* --- statements that do not hold --- */

static void refused_statements(void **state)
{
	struct str s = prepared(t.ml, new_log), one = signed_by(t.ml_dir, s, 1), other;
	struct skey k = recovery_key(t.ml_dir, 1), log;
	char path[160];
	struct buf out;
	struct err err;

	(void)state;
	not_rolled(t.ml, one, "statement"); /* one is no quorum */
	buf_init(&out, NOTE_MAX);
	assert_false(key_statement_sign(one, &k, &out, &err)); /* the same key again */
	assert_string_equal(err.field, "key");
	check_ok(key_statement_join((struct str[]){ one, one }, 2, &out, &err), &err);
	not_rolled(t.ml, buf_str(&out), "statement");
	buf_clear(&out);

	/* Of the other party's ledger: its recovery keys, its origin. */
	other = by_two(t.ru_dir, prepared(t.ru, new_log));
	not_rolled(t.ml, other, "statement");
	k = recovery_key(t.ru_dir, 1);
	assert_false(key_statement_sign(s, &k, &out, &err));
	assert_string_equal(err.field, "key");
	/* The online key has no voice. */
	snprintf(path, sizeof(path), "%s/keys/log", t.ml_dir);
	check_ok(key_read(&t.a, path, KEY_LOG, &log, &err), &err);
	assert_false(key_statement_sign(s, &log, &out, &err));
	/* Two different statements are not joined. */
	assert_false(key_statement_join((struct str[]){ one, other }, 2, &out, &err));
	assert_string_equal(err.field, "statement");
	assert_false(
		key_statement_join((struct str[]){ S("benkan-keyroll/1\n") }, 1, &out, &err));

	/* Another entry came in between. */
	other = by_two(t.ml_dir, s);
	write_one(t.ml);
	not_rolled(t.ml, other, "statement");
	buf_done(&out);
}

static void altered(struct str s, const char *from, const char *to)
{
	size_t at = str_find(s, str_z(from));
	struct str head = str_cut(s, at), tail = str_from(s, at + strlen(from));

	assert_true(at < s.n);
	s = arena_join(&t.a, arena_join(&t.a, head, str_z(to)), tail);
	not_rolled(t.ml, by_two(t.ml_dir, s), "statement");
}

static void statements_about_something_else(void **state)
{
	struct str s = prepared(t.ml, (struct roll_plan){ .role = ROLE_WITNESS });
	struct str old = log_key_of(t.ml, "ml", 1);
	char line[600];
	struct buf id;

	(void)state;
	altered(s, "index 2\n", "index 3\n");
	altered(s, "role witness", "role seal");
	buf_init(&id, 2 * HASH_SIZE);
	buf_hex(&id, t.id.b, HASH_SIZE);
	altered(s, arena_z(&t.a, buf_str(&id)),
		"abababababababababababababababababababababababababababababababab");
	buf_done(&id);
	snprintf(line, sizeof(line), "new %.*s\nindex", STR(old));
	/* A witness key cannot become the log key, nor a key its own successor. */
	altered(s, "role witness", "role log");
	s = prepared(t.ml, new_log);
	s = str_cut(s, str_find(s, S("\nnew ")) + 1);
	s = arena_join(&t.a, s, arena_join(&t.a, str_z(line), S(" 2\n")));
	not_rolled(t.ml, by_two(t.ml_dir, s), "statement");
}

static void a_new_key_that_is_not_here(void **state)
{
	struct str s = by_two(t.ml_dir, prepared(t.ml, new_log));

	(void)state;
	key_file(t.ml_dir, "log-*", "rm %s/keys/%s");
	not_rolled(t.ml, s, "key");
	write_one(t.ml);
}

static void others_may_read_the_new_key(void **state)
{
	struct str s = by_two(t.ml_dir, prepared(t.ml, new_log));

	(void)state;
	key_file(t.ml_dir, "log-*", "chmod 644 %s/keys/%s");
	not_rolled(t.ml, s, "");
	key_file(t.ml_dir, "log-*", "chmod 600 %s/keys/%s");
	rolled(t.ml, s);
}

/* --- a lost key --- */

static void a_lost_log_key(void **state)
{
	struct str statement;
	struct roll_done done;

	(void)state;
	node_close(t.ml);
	key_file(t.ml_dir, "log", "rm %s/keys/%s");
	t.ml = open_node(&t, t.ml_dir, STORE_WRITE);
	assert_false(node_log_held(t.ml));
	cannot_write(t.ml, ERR_CONFLICT, "key");
	assert_int_equal(row_of_ledger(t.ml, "ml").size, 2); /* it is read */
	not_rolled(t.ml,
		   by_two(t.ml_dir, prepared(t.ml, (struct roll_plan){ .role = ROLE_WITNESS })),
		   "key");
	statement = by_two(t.ml_dir, prepared(t.ml, new_log));
	done = rolled(t.ml, statement);
	assert_false(done.both);
	assert_true(node_log_held(t.ml));
	write_one(t.ml);
	node_close(t.ml);
	t.ml = open_node(&t, t.ml_dir, STORE_WRITE);
	write_one(t.ml);
	assert_int_equal(lines_of(row_of_ledger(t.ml, "ml").checkpoint), 1);
}

/* --- a backup carries every key --- */

static void a_backup_after_rolls(void **state)
{
	const struct backup_watch quiet = { NULL, NULL };
	char file[96], again[96], high_water[96];
	struct restore_plan plan = { .file = file, .dir = again, .high_water = high_water };
	enum ledger_state own;
	struct node *n;
	struct err err;

	(void)state;
	snprintf(file, sizeof(file), "%s/backup", t.dir);
	snprintf(again, sizeof(again), "%s/again", t.dir);
	snprintf(high_water, sizeof(high_water), "%s/high-water", t.ml_dir);
	rolled(t.ml, by_two(t.ml_dir, prepared(t.ml, new_log)));
	rolled(t.ml, by_two(t.ml_dir, prepared(t.ml, (struct roll_plan){ .role = ROLE_SEAL })));
	node_close(t.ml);
	key_file(t.ml_dir, "log", "rm %s/keys/%s");
	t.ml = open_node(&t, t.ml_dir, STORE_WRITE);
	write_one(t.ml);
	check_ok(node_backup(t.ml, file, &quiet, &err), &err);
	node_close(t.ml);
	t.ml = NULL;
	check_ok(node_restore(&plan, &t.env, &quiet, &own, &err), &err);
	assert_int_equal(own, LEDGER_OK);
	n = open_node(&t, again, STORE_WRITE);
	write_one(n);
	node_close(n);
	key_file(again, "seal-*", "test -f %s/keys/%s");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		EACH(both_keys_sign_while_the_old_one_is_here),
		EACH(a_second_roll_of_each_place),
		EACH(refused_statements),
		EACH(statements_about_something_else),
		EACH(a_new_key_that_is_not_here),
		EACH(others_may_read_the_new_key),
		EACH(a_lost_log_key),
		EACH(a_backup_after_rolls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

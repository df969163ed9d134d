/*
 * The keys of a node: replaced by the recovery quorum, lost, followed by those who hold the
 * ledger; and a node that hears of more than it has (LEDGER.md 4, 5.2).
 */
#include "nodes.h"

#include "feed.h"
#include "register/backup.h"
#include "register/file.h"
#include "register/head.h"
#include "register/intake.h"
#include "register/keys.h"
#include "register/roll.h"

#include <sys/stat.h>

static struct nodes t;

static int up(void **state)
{
	(void)state;
	nodes_up(&t);
	nodes_up_ru(&t);
	good(&t, t.ml,
	     "{\"type\":\"record.put\",\"kind\":\"organisation\",\"data\":" ORGANISATION(
		     "EDM") "}");
	return 0;
}

static int down(void **state)
{
	(void)state;
	nodes_down(&t);
	return 0;
}

static void write_one(struct node *n)
{
	good(&t, n,
	     "{\"type\":\"record.put\",\"kind\":\"organisation\",\"data\":" ORGANISATION(
		     "Une") "}");
}

static void cannot_write(struct node *n, enum err_kind kind, const char *field)
{
	struct act_result r =
		put(&t, n,
		    "{\"type\":\"record.put\",\"kind\":\"organisation\",\"data\":" ORGANISATION(
			    "Une") "}");

	assert_false(r.done);
	assert_int_equal(r.errors[0].kind, kind);
	assert_string_equal(r.errors[0].field, field);
}

/* --- reading what stands --- */

static struct ledger_row row_of_ledger(struct node *n, const char *name)
{
	struct view *v = reading(n);
	struct ledger_row *rows, row = { 0 };
	struct err err;
	size_t count;

	check_ok(view_ledgers(v, &t.a, &rows, &count, &err), &err);
	for (size_t i = 0; i < count; i++)
		if (str_is(rows[i].name, name))
			row = rows[i];
	read_done(v);
	return row;
}

static struct str log_key_of(struct node *n, const char *ledger, uint64_t size)
{
	struct view *v = reading(n);
	struct charter_ledger now;
	struct buf text;
	struct err err;

	check_ok(view_keys(v, &t.a, str_z(ledger), size, &now, &err), &err);
	buf_init(&text, 1024);
	vkey_write(&text, &now.log);
	read_done(v);
	return arena_buf(&t.a, &text);
}

static size_t lines_of(struct str note)
{
	struct note parts;
	struct str line;
	struct err err;
	size_t n = 0;

	check_ok(note_parse(note, &parts, &err), &err);
	while (parts.lines.n && str_split(&parts.lines, '\n', &line))
		n++;
	return n;
}

static bool stands_under(struct str note, struct str key)
{
	struct checkpoint cp;
	struct vkey k;
	struct err err;

	check_ok(vkey_parse(key, &k, &err), &err);
	return checkpoint_open(note, k.name, &k, 1, &cp, &err);
}

/* --- statements --- */

static struct skey recovery_key(const char *dir, int place)
{
	char path[160];
	struct skey k;
	struct err err;

	snprintf(path, sizeof(path), "%s/recovery/recours-%d.key", dir, place);
	check_ok(key_read(&t.a, path, KEY_LOG, &k, &err), &err);
	return k;
}

static struct str prepared(struct node *n, struct roll_plan plan)
{
	struct buf out;
	struct err err;

	buf_init(&out, NOTE_MAX);
	check_ok(roll_prepare(n, &t.a, &plan, &out, &err), &err);
	return arena_buf(&t.a, &out);
}

static struct str signed_by(const char *dir, struct str statement, int place)
{
	struct skey k = recovery_key(dir, place);
	struct buf out;
	struct err err;

	buf_init(&out, NOTE_MAX);
	check_ok(key_statement_sign(statement, &k, &out, &err), &err);
	return arena_buf(&t.a, &out);
}

static struct str by_two(const char *dir, struct str statement)
{
	return signed_by(dir, signed_by(dir, statement, 1), 3);
}

static struct roll_done rolled(struct node *n, struct str statement)
{
	struct roll_done done;
	struct err err;

	check_ok(roll_write(n, &t.a, statement, S("admin"), &done, &err), &err);
	return done;
}

/* Refused, and nothing has changed. */
static void not_rolled(struct node *n, struct str statement, const char *field)
{
	struct ledger_row before = row_of_ledger(n, "ml"), after;
	struct str key = log_key_of(n, "ml", TREE_SIZE_MAX);
	struct roll_done done;
	struct err err;

	assert_false(roll_write(n, &t.a, statement, S("admin"), &done, &err));
	if (strcmp(err.field, field) != 0)
		print_error("field %s: %s\n", err.field, err.message);
	assert_string_equal(err.field, field);
	after = row_of_ledger(n, "ml");
	assert_int_equal(before.size, after.size);
	check_str(log_key_of(n, "ml", TREE_SIZE_MAX), key);
	check_str(after.checkpoint, before.checkpoint);
}

static const struct roll_plan new_log = { .role = ROLE_LOG };

static void key_file(const char *dir, const char *pattern, const char *command)
{
	char shell[400];

	snprintf(shell, sizeof(shell), command, dir, pattern);
	assert_int_equal(system(shell), 0);
}

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

/* --- what is heard of the own ledger --- */

/* A copy of the node's folder as it is now. */
static void copy_folder(const char *from, const char *to)
{
	char shell[500];

	snprintf(shell, sizeof(shell), "rm -rf %s && cp -a %s %s && rm -f %s/lock", to, from,
		 to, to);
	assert_int_equal(system(shell), 0);
}

/* All of a ledger, as `from` holds it, to `to`. */
static bool carry(struct node *from, const char *ledger, struct node *to, struct err *err)
{
	struct ledger_row l = row_of_ledger(from, ledger);
	const struct intake_plan plan = { .ledger = l.name, .checkpoint = l.checkpoint };
	struct str *entries = arena_array(&t.a, struct str, l.size);
	const struct feed f = { .entries = entries, .size = l.size };
	struct intake_result came;
	struct intake *i = NULL;
	struct tile_path p;
	struct buf bytes;
	bool ok;

	for (uint64_t k = 0; k < l.size; k++)
		entries[k] = entry_at(&t, from, ledger, k);
	buf_init(&bytes, 32 << 20);
	ok = intake_begin(to, &t.a, &plan, &i, err);
	while (ok && intake_wants(i, &p)) {
		feed_tile(&f, &p, &bytes);
		ok = intake_give(i, &p, buf_str(&bytes), err);
	}
	ok = ok && intake_finish(i, &came, err);
	intake_end(i);
	buf_done(&bytes);
	return ok;
}

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

#define EACH(f) cmocka_unit_test_setup_teardown(f, up, down)

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
		EACH(an_older_copy_hears_of_more),
		EACH(another_history_of_the_own_ledger),
		EACH(what_is_not_ours_says_nothing),
		EACH(the_old_key_alone),
		EACH(a_copy_from_before_the_roll),
		EACH(rebuilt_from_a_peer),
		EACH(a_backup_after_rolls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

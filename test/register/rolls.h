/*
 * Two nodes whose keys are replaced: statements made, signed by the recovery keys that init
 * left, written; what stands then, and what of it reaches other nodes.
 */
#ifndef TEST_REGISTER_ROLLS_H
#define TEST_REGISTER_ROLLS_H
#include "nodes.h"

#include "feed.h"
#include "register/backup.h"
#include "register/file.h"
#include "register/head.h"
#include "register/intake.h"
#include "register/keys.h"
#include "register/roll.h"

static struct nodes t;

static inline int up(void **state)
{
	(void)state;
	nodes_up(&t);
	nodes_up_ru(&t);
	good(&t, t.ml,
	     "{\"type\":\"record.put\",\"kind\":\"organisation\",\"data\":" ORGANISATION(
		     "EDM") "}");
	return 0;
}

static inline int down(void **state)
{
	(void)state;
	nodes_down(&t);
	return 0;
}

static inline void write_one(struct node *n)
{
	good(&t, n,
	     "{\"type\":\"record.put\",\"kind\":\"organisation\",\"data\":" ORGANISATION(
		     "Une") "}");
}

static inline void cannot_write(struct node *n, enum err_kind kind, const char *field)
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

static inline struct ledger_row row_of_ledger(struct node *n, const char *name)
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

static inline struct str log_key_of(struct node *n, const char *ledger, uint64_t size)
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

static inline size_t lines_of(struct str note)
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

static inline bool stands_under(struct str note, struct str key)
{
	struct checkpoint cp;
	struct vkey k;
	struct err err;

	check_ok(vkey_parse(key, &k, &err), &err);
	return checkpoint_open(note, k.name, &k, 1, &cp, &err);
}

/* --- statements --- */

static inline struct skey recovery_key(const char *dir, int place)
{
	char path[160];
	struct skey k;
	struct err err;

	snprintf(path, sizeof(path), "%s/recovery/recours-%d.key", dir, place);
	check_ok(key_read(&t.a, path, KEY_LOG, &k, &err), &err);
	return k;
}

static inline struct str prepared(struct node *n, struct roll_plan plan)
{
	struct buf out;
	struct err err;

	buf_init(&out, NOTE_MAX);
	check_ok(roll_prepare(n, &t.a, &plan, &out, &err), &err);
	return arena_buf(&t.a, &out);
}

static inline struct str signed_by(const char *dir, struct str statement, int place)
{
	struct skey k = recovery_key(dir, place);
	struct buf out;
	struct err err;

	buf_init(&out, NOTE_MAX);
	check_ok(key_statement_sign(statement, &k, &out, &err), &err);
	return arena_buf(&t.a, &out);
}

static inline struct str by_two(const char *dir, struct str statement)
{
	return signed_by(dir, signed_by(dir, statement, 1), 3);
}

static inline struct roll_done rolled(struct node *n, struct str statement)
{
	struct roll_done done;
	struct err err;

	check_ok(roll_write(n, &t.a, statement, S("admin"), &done, &err), &err);
	return done;
}

/* Refused, and nothing has changed. */
static inline void not_rolled(struct node *n, struct str statement, const char *field)
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

static inline void key_file(const char *dir, const char *pattern, const char *command)
{
	char shell[400];

	snprintf(shell, sizeof(shell), command, dir, pattern);
	assert_int_equal(system(shell), 0);
}

/* A copy of the node's folder as it is now. */
static inline void copy_folder(const char *from, const char *to)
{
	char shell[500];

	snprintf(shell, sizeof(shell), "rm -rf %s && cp -a %s %s && rm -f %s/lock", to, from,
		 to, to);
	assert_int_equal(system(shell), 0);
}

/* All of a ledger, as `from` holds it, to `to`. */
static inline bool carry(struct node *from, const char *ledger, struct node *to,
			 struct err *err)
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

#define EACH(f) cmocka_unit_test_setup_teardown(f, up, down)

#endif

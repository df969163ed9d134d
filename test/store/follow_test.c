/* Small commits leave the register owing: nobody may see that. */
#include "rig.h"

#include "store/charter.h"
#include "store/store_private.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>

enum { SMALL = 5 };

/* How many of the ledger's entries a view finds applied. */
static int64_t applied(struct view *v)
{
	struct stmt *q = db_prepare(v->reg, "SELECT applied FROM r_ledger WHERE name = 'ml'",
				    &(struct err){ 0 });
	struct err err;
	int64_t n = 0;
	bool row;

	assert_non_null(q);
	check_ok(stmt_step(q, &row, &err), &err);
	if (row)
		n = col_int(q, 0);
	stmt_reset(q);
	return n;
}

static int64_t seen(struct store *s)
{
	struct view *v = rig_view(s);
	struct err err;
	int64_t n;

	check_ok(view_begin(v, &err), &err);
	n = applied(v);
	view_end(v);
	view_close(v);
	return n;
}

static struct store *owing(struct place *p)
{
	struct store *s = rig_node(p, "ml");

	store_owe(s, true);
	for (int i = 0; i < SMALL; i++)
		rig_append(s, &world.ml, 1);
	assert_int_equal(atomic_load(&s->owed), SMALL);
	return s;
}

static void a_view_sees_what_is_owed(void **state)
{
	struct store *s = owing(place_of(state));

	assert_int_equal(seen(s), SMALL);
	assert_int_equal(atomic_load(&s->owed), 0);
	rig_append(s, &world.ml, 2);
	assert_int_equal(seen(s), SMALL + 2);
	store_close(s);
}

/* A large commit owes too, unless somebody has just read: who reads often never waits. */
static void a_large_commit_owes_while_nobody_reads(void **state)
{
	struct store *s = owing(place_of(state));

	atomic_store(&s->read, 0);
	rig_append(s, &world.ml, OWED_AT_ONCE + 1);
	assert_int_equal(atomic_load(&s->owed), SMALL + OWED_AT_ONCE + 1);
	assert_int_equal(seen(s), SMALL + OWED_AT_ONCE + 1);
	for (int i = 0; i < READ_COMMITS; i++) {
		rig_append(s, &world.ml, OWED_AT_ONCE + 1);
		assert_int_equal(atomic_load(&s->owed), 0);
	}
	rig_append(s, &world.ml, OWED_AT_ONCE + 1);
	assert_int_equal(atomic_load(&s->owed), OWED_AT_ONCE + 1);
	rig_append(s, &world.ml, OWED_MAX + 1);
	assert_int_equal(atomic_load(&s->owed), 0);
	for (int i = 0; i <= OWED_MAX / OWED_AT_ONCE; i++)
		rig_append(s, &world.ml, OWED_AT_ONCE);
	assert_in_range(atomic_load(&s->owed), 0, OWED_MAX);
	store_close(s);
}

/* What is owed stands, whether the transaction that is taken back had written or not. */
static void a_rollback_keeps_what_is_owed(void **state)
{
	struct store *s = owing(place_of(state));
	struct hash leaf;
	struct arena a;
	struct err err;

	arena_init(&a, 1 << 20);
	check_ok(store_begin(s, &err), &err);
	store_rollback(s);
	assert_int_equal(atomic_load(&s->owed), SMALL);
	check_ok(store_begin(s, &err), &err);
	check_ok(store_append(s, rig_entry(&a, "ml", SMALL, 9), &leaf, &err), &err);
	store_rollback(s);
	assert_int_equal(seen(s), SMALL);
	rig_append(s, &world.ml, 1);
	assert_int_equal(seen(s), SMALL + 1);
	store_close(s);
	arena_done(&a);
}

static void *follow_in_turn(void *ctx)
{
	store_follow(ctx);
	return NULL;
}

/*
 * A view that the writer itself begins in the middle of a transaction does not wait for it, nor
 * for another thread that does.
 */
static void the_writer_does_not_wait_for_itself(void **state)
{
	struct store *s = owing(place_of(state));
	pthread_t other;
	struct err err;

	check_ok(store_begin(s, &err), &err);
	assert_int_equal(seen(s), 0);
	assert_int_equal(pthread_create(&other, NULL, follow_in_turn, s), 0);
	usleep(50000);
	alarm(60); /* were both to wait for ever */
	assert_int_equal(seen(s), 0);
	alarm(0);
	store_rollback(s);
	pthread_join(other, NULL);
	assert_int_equal(seen(s), SMALL);
	store_close(s);
}

/* What was owed when the process ended is applied at the next start, and is the same. */
static void what_was_owed_is_applied_at_start(void **state)
{
	struct place *p = place_of(state);
	struct store *s = owing(p);
	struct hash live, rebuilt;
	struct err err;

	s->owed = 0; /* as if the process ended here: nothing follows */
	db_rollback(s->reg);
	store_close(s);
	s = rig_open(p, STORE_WRITE);
	assert_int_equal(seen(s), SMALL);
	check_ok(store_state(s, S(""), &live, &err), &err);
	check_ok(store_rebuild(s, NULL, NULL, &err), &err);
	check_ok(store_state(s, S(""), &rebuilt, &err), &err);
	assert_true(hash_eq(&live, &rebuilt));
	store_close(s);
}

/* The writer is killed; who then opens to read settles what it owed. */
static void a_reader_settles_what_a_killed_writer_owed(void **state)
{
	struct place *p = place_of(state);
	struct store *s;
	pid_t writer = fork();
	int status;

	assert_true(writer >= 0);
	if (writer == 0) {
		(void)owing(p);
		_exit(0);
	}
	assert_int_equal(waitpid(writer, &status, 0), writer);
	assert_int_equal(status, 0);
	s = rig_open(p, STORE_READ);
	assert_int_equal(seen(s), SMALL);
	store_close(s);
}

/* A writer that lives settles itself: a reader opens beside it and finds what is there. */
static void a_reader_leaves_a_living_writer_alone(void **state)
{
	struct place *p = place_of(state);
	struct store *s = owing(p), *reader = rig_open(p, STORE_READ);

	assert_int_equal(seen(reader), 0);
	assert_int_equal(seen(s), SMALL);
	assert_int_equal(seen(reader), SMALL);
	store_close(reader);
	store_close(s);
}

/* --- whose turn it is --- */

struct asking {
	struct store *s;
	_Atomic bool done;
};

static void *ask_for_a_charter(void *ctx)
{
	struct asking *x = ctx;
	struct err err;
	bool due;

	check_ok(store_charter_due(x->s, &due, &err), &err);
	assert_false(due);
	atomic_store(&x->done, true);
	return NULL;
}

/* What a serving node looks at by itself uses the writer's connections: never beside another.
 */
static void a_charter_is_asked_for_in_turn(void **state)
{
	struct asking x = { .s = owing(place_of(state)) };
	pthread_t other;

	store_threads(x.s, true);
	assert_true(store_turn_take(x.s));
	assert_false(store_turn_take(x.s)); /* it has it already */
	assert_int_equal(pthread_create(&other, NULL, ask_for_a_charter, &x), 0);
	usleep(50000);
	assert_false(atomic_load(&x.done));
	store_turn_give(x.s);
	pthread_join(other, NULL);
	assert_true(atomic_load(&x.done));
	store_threads(x.s, false);
	store_close(x.s);
}

/* Its own thread in the child: who would use them out of turn ends there. */
static void who_is_out_of_turn_is_stopped(void **state)
{
	struct place *p = place_of(state);
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		struct store *s = owing(p);

		signal(SIGABRT, SIG_DFL);
		(void)freopen("/dev/null", "w", stderr);
		store_threads(s, true);
		(void)applied(store_writer_view(s));
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
}

/* --- entries that say something of a letter --- */

static void letter(struct store *s, const char *type, const char *body)
{
	struct entry_draft d = { .party = S("ml"), .type = str_z(type), .body = str_z(body) };
	struct hash leaf;
	struct buf out;
	struct err err;

	d.n = store_next(s);
	d.time = store_last_time(s);
	buf_init(&out, ENTRY_MAX);
	entry_write(&out, &d);
	check_ok(store_append(s, buf_str(&out), &leaf, &err), &err);
	buf_done(&out);
}

static void put_letter(struct store *s, const char *subject)
{
	char body[256];

	snprintf(body, sizeof(body),
		 "{\"kind\":\"letter\",\"id\":\"01970000-0000-7000-8000-000000000001\","
		 "\"prev\":null,\"data\":{\"subject\":{\"fr\":\"%s\"}}}",
		 subject);
	letter(s, "record.put", body);
}

/* A record that a ledger says is new, and is not: taken at its word at first (apply_trust). */
static void put_as_new(struct store *s, const char *subject)
{
	struct err err;

	check_ok(store_begin(s, &err), &err);
	put_letter(s, subject);
	check_ok(store_commit(s, &world.ml.log, &err), &err);
}

static void same_when_rebuilt(struct store *s)
{
	struct hash live, rebuilt;
	struct err err;

	check_ok(store_state(s, S(""), &live, &err), &err);
	check_ok(store_rebuild(s, NULL, NULL, &err), &err);
	check_ok(store_state(s, S(""), &rebuilt, &err), &err);
	assert_true(hash_eq(&live, &rebuilt));
}

/* Also one that asks the ledger, which cannot be while that is synced: it is replayed. */
static void the_last_entry_is_applied_while_the_disk_writes(void **state)
{
	struct store *s = rig_node(place_of(state), "ml");
	struct err err;

	rig_append(s, &world.ml, 1);
	check_ok(store_begin(s, &err), &err);
	put_letter(s, "Un");
	store_last(s);
	put_letter(s, "Deux");
	assert_true(s->waiting.is);
	check_ok(store_commit(s, &world.ml.log, &err), &err);
	assert_false(s->waiting.is || s->waiting.lost);
	assert_int_equal(seen(s), 3);

	store_owe(s, true);
	put_as_new(s, "Trois");
	check_ok(store_begin(s, &err), &err);
	store_last(s);
	letter(s, "record.end",
	       "{\"kind\":\"letter\",\"id\":\"01970000-0000-7000-8000-000000000001\","
	       "\"prev\":3,\"reason\":\"Fin\"}");
	check_ok(store_commit(s, &world.ml.log, &err), &err);
	assert_int_equal(seen(s), 5);

	check_ok(store_begin(s, &err), &err);
	store_last(s);
	put_letter(s, "Quatre");
	store_rollback(s);
	assert_int_equal(seen(s), 5);
	put_as_new(s, "Cinq");
	assert_int_equal(seen(s), 6);
	same_when_rebuilt(s);
	store_close(s);
}

static void what_is_not_new_is_found_out(void **state)
{
	struct store *s = rig_node(place_of(state), "ml");
	store_owe(s, true);
	rig_append(s, &world.ml, 3);
	put_as_new(s, "Un");
	put_as_new(s, "Deux");
	rig_append(s, &world.ml, 1);
	assert_int_equal(seen(s), 6);
	put_as_new(s, "Trois");
	assert_int_equal(seen(s), 7);
	same_when_rebuilt(s);
	store_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(a_view_sees_what_is_owed),
		BOTH(a_large_commit_owes_while_nobody_reads),
		BOTH(a_rollback_keeps_what_is_owed),
		BOTH(the_writer_does_not_wait_for_itself),
		BOTH(what_was_owed_is_applied_at_start),
		BOTH(a_reader_settles_what_a_killed_writer_owed),
		BOTH(a_reader_leaves_a_living_writer_alone),
		BOTH(a_charter_is_asked_for_in_turn),
		BOTH(who_is_out_of_turn_is_stopped),
		BOTH(what_is_not_new_is_found_out),
		BOTH(the_last_entry_is_applied_while_the_disk_writes),
	};

	return run_on_engines(tests);
}

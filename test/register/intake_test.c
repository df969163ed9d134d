/* A counterpart's ledger through the node: evidence, acknowledgements, own acts meanwhile. */
#include "feed.h"
#include "nodes.h"

#include "register/fork.h"
#include "register/intake.h"

static struct nodes t;

static int up(void **state)
{
	(void)state;
	nodes_up(&t);
	nodes_up_ru(&t);
	return 0;
}

static int down(void **state)
{
	(void)state;
	nodes_down(&t);
	return 0;
}

#define LETTER(n)                                                                              \
	"{\"type\":\"record.put\",\"kind\":\"letter\",\"data\":{\"number\":\"" n               \
	"\",\"direction\":\"out\",\"subject\":{\"fr\":\"x\"},\"date\":\"2026-01-15\"}}"

/* A ledger as `from` holds it. */
static struct feed feed_from(struct node *from, const char *ledger, enum ledger_state *state)
{
	struct view *v = reading(from);
	struct feed f = { .ledger = str_z(ledger) };
	struct ledger_row *rows;
	struct str *entries;
	struct err err;
	size_t n;

	check_ok(view_ledgers(v, &t.a, &rows, &n, &err), &err);
	for (size_t i = 0; i < n; i++)
		if (str_is(rows[i].name, ledger)) {
			f.size = rows[i].size;
			f.checkpoint = rows[i].checkpoint;
			*state = rows[i].state;
		}
	entries = arena_array(&t.a, struct str, f.size + 1);
	for (uint64_t k = 0; k < f.size; k++)
		check_ok(view_entry(v, &t.a, f.ledger, k, &entries[k], &err), &err);
	f.entries = entries;
	read_done(v);
	return f;
}

static bool begin(struct node *to, const struct feed *f, struct intake **i, struct err *err)
{
	const struct intake_plan plan = { .ledger = f->ledger, .checkpoint = f->checkpoint };

	return intake_begin(to, &t.a, &plan, i, err);
}

static bool give_all(struct intake *i, const struct feed *f, struct err *err)
{
	struct tile_path p;
	struct buf bytes;
	bool ok = true;

	buf_init(&bytes, 32 << 20);
	while (ok && intake_wants(i, &p)) {
		feed_tile(f, &p, &bytes);
		ok = intake_give(i, &p, buf_str(&bytes), err);
	}
	buf_done(&bytes);
	return ok;
}

static bool take(struct node *to, const struct feed *f, struct intake_result *out,
		 struct err *err)
{
	struct intake *i;
	bool ok;

	if (!begin(to, f, &i, err))
		return false;
	ok = give_all(i, f, err) && intake_finish(i, out, err);
	intake_end(i);
	return ok;
}

static uint64_t size_of(struct node *n, const char *ledger, enum ledger_state *state)
{
	return feed_from(n, ledger, state).size;
}

static void own_acts_go_on_meanwhile(void **state)
{
	struct intake_result came;
	struct intake *i, *second;
	enum ledger_state st;
	struct feed f;
	struct err err;

	(void)state;
	good(&t, t.ru, LETTER("1"));
	f = feed_from(t.ru, "ru", &st);
	check_ok(begin(t.ml, &f, &i, &err), &err);
	assert_false(begin(t.ml, &f, &second, &err));
	assert_int_equal(err.kind, ERR_CONFLICT);
	assert_null(second);
	good(&t, t.ml, LETTER("2"));
	check_ok(give_all(i, &f, &err), &err);
	good(&t, t.ml, LETTER("3"));
	check_ok(intake_stand(i, &came, &err), &err);
	assert_int_equal(came.before, 0);
	assert_int_equal(came.after, f.size);
	/* It stands and is not shown yet: nobody acknowledges it. */
	good(&t, t.ml, LETTER("4"));
	assert_int_equal(size_of(t.ml, "ml", &st), 4);
	check_ok(intake_finish(i, &came, &err), &err);
	intake_end(i);
	good(&t, t.ml, LETTER("5")); /* after an acknowledgement */
	assert_int_equal(size_of(t.ml, "ml", &st), 6);
}

/* Asked after any exchange, also one that brought nothing: whoever stopped in between. */
static bool acknowledges(void)
{
	struct err err;
	bool written;

	check_ok(register_acknowledge(t.ml, &written, &err), &err);
	return written;
}

static void an_acceptance_is_acknowledged(void **state)
{
	struct intake_result came;
	enum ledger_state st;
	struct feed f;
	struct err err;

	(void)state;
	good(&t, t.ru,
	     "{\"type\":\"record.put\",\"kind\":\"project\",\"id\":\"01985000-0007-7000-8000-"
	     "000000000001\",\"data\":" PROJECT("P") "}");
	f = feed_from(t.ru, "ru", &st);
	check_ok(take(t.ml, &f, &came, &err), &err);
	assert_false(acknowledges());
	good(&t, t.ru,
	     "{\"type\":\"act.accept\",\"kind\":\"project\",\"id\":\"01985000-0007-7000-8000-"
	     "000000000001\"}");
	f = feed_from(t.ru, "ru", &st);
	check_ok(take(t.ml, &f, &came, &err), &err);
	check_ok(take(t.ml, &f, &came, &err), &err); /* the same again brings nothing */
	assert_true(acknowledges());
	assert_false(acknowledges());
	assert_int_equal(came.before, came.after);
}

/* Two nodes with one key: the second history is refused, proven, and told. */
static void a_fork_leaves_evidence(void **state)
{
	struct intake_result came;
	enum ledger_state st;
	struct feed one, two;
	struct node *twin;
	char cmd[300], dir[96];
	uint64_t own;
	struct err err;

	(void)state;
	node_close(t.ru);
	snprintf(dir, sizeof(dir), "%s/twin", t.dir);
	snprintf(cmd, sizeof(cmd), "cp -r %s %s", t.ru_dir, dir);
	assert_int_equal(system(cmd), 0);
	t.ru = open_node(&t, t.ru_dir, STORE_WRITE);
	twin = open_node(&t, dir, STORE_WRITE);
	good(&t, t.ru, LETTER("1"));
	good(&t, twin, LETTER("2"));
	good(&t, twin, LETTER("3"));
	one = feed_from(t.ru, "ru", &st);
	two = feed_from(twin, "ru", &st);
	node_close(twin);
	check_ok(take(t.ml, &one, &came, &err), &err);
	own = size_of(t.ml, "ml", &st);
	assert_false(take(t.ml, &two, &came, &err));
	assert_int_equal(err.kind, ERR_FORK);
	assert_int_equal(size_of(t.ml, "ru", &st), one.size);
	assert_int_equal(st, LEDGER_FORKED);
	assert_true(size_of(t.ml, "ml", &st) > own); /* alert.fork */
	/* From then on neither history grows here. */
	good(&t, t.ru, LETTER("4"));
	one = feed_from(t.ru, "ru", &st);
	assert_false(take(t.ml, &one, &came, &err));
	assert_int_equal(err.kind, ERR_FORK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(own_acts_go_on_meanwhile, up, down),
		cmocka_unit_test_setup_teardown(an_acceptance_is_acknowledged, up, down),
		cmocka_unit_test_setup_teardown(a_fork_leaves_evidence, up, down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

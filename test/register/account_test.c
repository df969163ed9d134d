#include "nodes.h"

#include <time.h>

static struct nodes t;
static struct view *v;
static struct err err;

static char awa[16]; /* an account of its own for each test */

static int all_up(void **state)
{
	(void)state;
	nodes_up(&t);
	check_ok(view_open(node_store(t.ml), &v, &err), &err);
	return 0;
}

static int all_down(void **state)
{
	(void)state;
	view_close(v);
	nodes_down(&t);
	return 0;
}

static int up(void **state)
{
	static int count;

	(void)state;
	snprintf(awa, sizeof(awa), "awa%d", ++count);
	check_ok(account_add(t.ml, v, str_z(awa), ROLE_CLERK, S("un mot de passe long"), &err),
		 &err);
	return 0;
}

static bool enter(const char *name, const char *password, struct buf *cookie)
{
	return sign_in(t.ml, v, &t.a, str_z(name), str_z(password), cookie, &err);
}

static struct person who(struct str token, bool bearer)
{
	struct person p;

	person_of(t.ml, v, &t.a, token, bearer, &p);
	return p;
}

static void in_and_out(void **state)
{
	struct buf cookie;
	struct person p;

	(void)state;
	buf_init(&cookie, 256);
	check_ok(enter(awa, "un mot de passe long", &cookie), &err);
	assert_int_equal(cookie.n, 64);
	p = who(buf_str(&cookie), false);
	assert_int_equal(p.role, ROLE_CLERK);
	check_str(p.account, str_z(awa));
	check_str(p.actor, S("clerk"));
	assert_int_equal(p.csrf.n, 64);
	assert_int_equal(who(buf_str(&cookie), true).role,
			 ROLE_NONE); /* a cookie is no bearer token */
	assert_int_equal(who(S("0000"), false).role, ROLE_NONE);
	assert_int_equal(who(S(""), false).role, ROLE_NONE);
	check_ok(sign_out(t.ml, v, buf_str(&cookie), &err), &err);
	assert_int_equal(who(buf_str(&cookie), false).role, ROLE_NONE);
	buf_done(&cookie);
}

static void a_session_ends_by_itself(void **state)
{
	struct buf cookie;

	(void)state;
	buf_init(&cookie, 256);
	check_ok(enter(awa, "un mot de passe long", &cookie), &err);
	t.fixed.ms += (int64_t)(SESSION_SECONDS - 1) * 1000;
	assert_int_equal(who(buf_str(&cookie), false).role, ROLE_CLERK);
	t.fixed.ms += 1000;
	assert_int_equal(who(buf_str(&cookie), false).role, ROLE_NONE);
	buf_done(&cookie);
}

static void five_wrong_passwords_close_the_account(void **state)
{
	struct buf cookie;

	(void)state;
	buf_init(&cookie, 256);
	for (int i = 0; i < SIGN_IN_TRIES; i++)
		assert_false(enter(awa, "faux mot de passe", &cookie));
	assert_int_equal(err.kind, ERR_DENIED);
	assert_false(enter(awa, "un mot de passe long", &cookie)); /* right, but closed */
	t.fixed.ms += (int64_t)SIGN_IN_PAUSE * 1000 + 1000;
	check_ok(enter(awa, "un mot de passe long", &cookie), &err);
	for (int i = 0; i < SIGN_IN_TRIES - 1; i++)
		assert_false(enter(awa, "faux mot de passe", &cookie));
	check_ok(enter(awa, "un mot de passe long", &cookie),
		 &err); /* four and a right one count anew */
	assert_false(enter(awa, "faux mot de passe", &cookie));
	check_ok(enter(awa, "un mot de passe long", &cookie), &err);
	buf_done(&cookie);
}

struct attempt {
	pthread_t thread;
	bool in;
};

static void *try_wrong(void *ctx)
{
	struct attempt *a = ctx;
	struct arena arena;
	struct view *own;
	struct buf cookie;
	struct err e;

	arena_init(&arena, 1 << 20);
	buf_init(&cookie, 256);
	if (view_open(node_store(t.ml), &own, &e)) {
		a->in = sign_in(t.ml, own, &arena, str_z(awa), S("faux mot de passe"), &cookie,
				&e);
		view_close(own);
	}
	buf_done(&cookie);
	arena_done(&arena);
	return NULL;
}

/* Tries side by side are all counted. */
static void no_more_tries_by_trying_at_once(void **state)
{
	struct attempt attempts[SIGN_IN_TRIES];
	struct buf cookie;

	(void)state;
	for (int i = 0; i < SIGN_IN_TRIES; i++)
		assert_int_equal(
			pthread_create(&attempts[i].thread, NULL, try_wrong, &attempts[i]), 0);
	for (int i = 0; i < SIGN_IN_TRIES; i++)
		pthread_join(attempts[i].thread, NULL);
	buf_init(&cookie, 256);
	assert_false(enter(awa, "un mot de passe long", &cookie));
	buf_done(&cookie);
}

static int64_t cpu_us(void)
{
	struct timespec s;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &s);
	return (int64_t)s.tv_sec * 1000000 + s.tv_nsec / 1000;
}

/*
 * The same words, and work of the same order: without the slow hash an unknown name would
 * take a hundredth of it.
 */
static void an_unknown_name_looks_like_a_wrong_password(void **state)
{
	struct buf cookie;
	struct err wrong, unknown;
	int64_t a, b, c;

	(void)state;
	buf_init(&cookie, 256);
	a = cpu_us();
	assert_false(enter(awa, "faux mot de passe", &cookie));
	wrong = err;
	b = cpu_us();
	assert_false(enter("nobody", "faux mot de passe", &cookie));
	unknown = err;
	c = cpu_us();
	assert_memory_equal(&wrong, &unknown, sizeof(wrong));
	assert_true((c - b) * 5 > b - a);
	buf_done(&cookie);
}

static void what_ends_a_session(void **state)
{
	struct buf cookie;

	(void)state;
	buf_init(&cookie, 256);
	check_ok(enter(awa, "un mot de passe long", &cookie), &err);
	check_ok(account_role(t.ml, v, str_z(awa), ROLE_ADMIN, &err), &err);
	assert_int_equal(who(buf_str(&cookie), false).role, ROLE_ADMIN);
	check_str(who(buf_str(&cookie), false).actor, S("admin"));
	check_ok(account_actor(t.ml, v, str_z(awa), S("sec-2"), &err), &err);
	check_ok(account_role(t.ml, v, str_z(awa), ROLE_SECRETARY, &err), &err);
	check_str(who(buf_str(&cookie), false).actor, S("sec-2"));
	check_ok(account_disable(t.ml, v, str_z(awa), true, &err), &err);
	assert_int_equal(who(buf_str(&cookie), false).role, ROLE_NONE);
	assert_false(enter(awa, "un mot de passe long", &cookie));
	check_ok(account_disable(t.ml, v, str_z(awa), false, &err), &err);
	check_ok(enter(awa, "un mot de passe long", &cookie), &err);
	check_ok(account_password(t.ml, v, str_z(awa), S("un tout autre mot"), &err), &err);
	assert_int_equal(who(buf_str(&cookie), false).role, ROLE_NONE);
	assert_false(enter(awa, "un mot de passe long", &cookie));
	check_ok(enter(awa, "un tout autre mot", &cookie), &err);
	buf_done(&cookie);
}

static void a_bearer_token(void **state)
{
	struct buf token;
	struct person p;

	(void)state;
	buf_init(&token, 256);
	check_ok(account_token(t.ml, v, str_z(awa), S("import of payments"), &token, &err),
		 &err);
	p = who(buf_str(&token), true);
	assert_int_equal(p.role, ROLE_CLERK);
	assert_true(p.bearer);
	assert_int_equal(p.csrf.n, 0);
	assert_int_equal(who(buf_str(&token), false).role, ROLE_NONE);
	check_ok(account_password(t.ml, v, str_z(awa), S("un tout autre mot"), &err), &err);
	assert_int_equal(who(buf_str(&token), true).role, ROLE_CLERK);
	check_ok(account_disable(t.ml, v, str_z(awa), true, &err), &err);
	assert_int_equal(who(buf_str(&token), true).role, ROLE_NONE);
	assert_false(account_token(t.ml, v, S("nobody"), S("x"), &token, &err));
	assert_int_equal(err.kind, ERR_MISSING);
	assert_false(account_token(t.ml, v, str_z(awa), S(""), &token, &err));
	assert_string_equal(err.field, "title");
	buf_done(&token);
}

static void what_is_refused(void **state)
{
	(void)state;
	assert_false(
		account_add(t.ml, v, str_z(awa), ROLE_CLERK, S("un mot de passe long"), &err));
	assert_int_equal(err.kind, ERR_CONFLICT);
	assert_false(
		account_add(t.ml, v, S("Awa"), ROLE_CLERK, S("un mot de passe long"), &err));
	assert_string_equal(err.field, "name");
	assert_false(account_add(t.ml, v, S(""), ROLE_CLERK, S("un mot de passe long"), &err));
	assert_false(
		account_add(t.ml, v, S("fanta"), ROLE_NONE, S("un mot de passe long"), &err));
	assert_string_equal(err.field, "role");
	assert_false(account_add(t.ml, v, S("fanta"), ROLE_CLERK, S("court"), &err));
	assert_string_equal(err.field, "password");
	assert_false(account_add(t.ml, v, S("fanta.toure@example"), ROLE_CLERK,
				 S("fanta.toure@example"), &err));
	assert_string_equal(err.field, "password");
	assert_false(account_role(t.ml, v, S("fanta"), ROLE_CLERK, &err));
	assert_int_equal(err.kind, ERR_MISSING);
}

#define CASE(f) cmocka_unit_test_setup(f, up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(in_and_out),
		CASE(a_session_ends_by_itself),
		CASE(five_wrong_passwords_close_the_account),
		CASE(no_more_tries_by_trying_at_once),
		CASE(an_unknown_name_looks_like_a_wrong_password),
		CASE(what_ends_a_session),
		CASE(a_bearer_token),
		CASE(what_is_refused),
	};

	return cmocka_run_group_tests(tests, all_up, all_down);
}

#include "rig.h"

#include "store/db.h"

static struct account_row account(const char *name, const char *role)
{
	return (struct account_row){ .name = str_z(name),
				     .role = str_z(role),
				     .password = S("$argon2id$v=19$…"),
				     .actor = S("sec-1"),
				     .created = 1772446500,
				     .failures = 2,
				     .locked_until = INT64_MAX };
}

static void accounts(void **state)
{
	struct place *p = place_of(state);
	struct store *s = rig_node(p, "ml");
	struct view *v = rig_view(s), *other = rig_view(s);
	struct account_row row = account("awa", "clerk"), got, *all;
	struct arena a;
	struct err err;
	size_t n;

	arena_init(&a, 4 << 20);
	assert_false(local_account(v, &a, S("awa"), &got, &err));
	assert_int_equal(err.kind, ERR_MISSING);
	check_ok(local_accounts(v, &a, &all, &n, &err), &err);
	assert_int_equal(n, 0);
	check_ok(local_account_put(v, &row, &err), &err);
	row = account("Ёлка", "admin");
	check_ok(local_account_put(other, &row, &err), &err);
	row = account("awa", "reader");
	row.disabled = true;
	row.last_seen = 7;
	check_ok(local_account_put(other, &row, &err), &err);
	check_ok(local_account(v, &a, S("awa"), &got, &err), &err);
	check_str(got.role, S("reader"));
	check_str(got.password, S("$argon2id$v=19$…"));
	check_str(got.actor, S("sec-1"));
	assert_true(got.disabled);
	assert_int_equal(got.last_seen, 7);
	assert_int_equal(got.failures, 2);
	assert_true(got.locked_until == INT64_MAX);
	view_close(v);
	view_close(other);
	store_close(s);
	s = rig_open(p, STORE_READ); /* beside a running node accounts can be kept too */
	v = rig_view(s);
	row = account("bocar", "secretary");
	check_ok(local_account_put(v, &row, &err), &err);
	check_ok(local_accounts(v, &a, &all, &n, &err), &err);
	assert_int_equal(n, 3);
	check_str(all[0].name, S("awa"));
	check_str(all[1].name, S("bocar"));
	check_str(all[2].name, S("Ёлка"));
	view_close(v);
	store_close(s);
	arena_done(&a);
}

static void sessions(void **state)
{
	struct store *s = rig_node(place_of(state), "ml");
	struct view *v = rig_view(s);
	struct session_row row = { .token = hash_of(S("cookie")),
				   .account = S("awa"),
				   .csrf = S("ab"),
				   .created = 1,
				   .expires = 100 };
	struct session_row token = { .token = hash_of(S("bearer")),
				     .account = S("awa"),
				     .csrf = S(""),
				     .bearer = true,
				     .title = S("import"),
				     .created = 1,
				     .expires = INT64_MAX };
	struct session_row got;
	struct arena a;
	struct err err;

	arena_init(&a, 1 << 20);
	check_ok(local_session_put(v, &row, &err), &err);
	check_ok(local_session_put(v, &token, &err), &err);
	row.expires = 200;
	check_ok(local_session_put(v, &row, &err), &err);
	check_ok(local_session(v, &a, &row.token, &got, &err), &err);
	check_str(got.account, S("awa"));
	check_str(got.csrf, S("ab"));
	assert_false(got.bearer);
	assert_int_equal(got.expires, 200);
	check_ok(local_sessions_expire(v, 199, &err), &err);
	check_ok(local_session(v, &a, &row.token, &got, &err), &err);
	check_ok(local_sessions_expire(v, 200, &err), &err);
	assert_false(local_session(v, &a, &row.token, &got, &err));
	assert_int_equal(err.kind, ERR_MISSING);
	check_ok(local_session(v, &a, &token.token, &got, &err), &err);
	assert_true(got.bearer);
	check_str(got.title, S("import"));
	check_ok(local_session_end(v, &token.token, &err), &err);
	check_ok(local_session_end(v, &token.token, &err), &err);
	assert_false(local_session(v, &a, &token.token, &got, &err));
	view_close(v);
	store_close(s);
	arena_done(&a);
}

static void drafts(void **state)
{
	struct store *s = rig_node(place_of(state), "ml");
	struct view *v = rig_view(s);
	struct str form;
	struct arena a;
	struct err err;

	arena_init(&a, 1 << 20);
	check_ok(local_draft_put(v, S("awa"), S("project/new"), S("title=Pont"), 1, &err),
		 &err);
	check_ok(local_draft_put(v, S("awa"), S("project/new"), S("title=Pont+à+Bamako"), 2,
				 &err),
		 &err);
	check_ok(local_draft_put(v, S("bocar"), S("project/new"), S(""), 2, &err), &err);
	check_ok(local_draft(v, &a, S("awa"), S("project/new"), &form, &err), &err);
	check_str(form, S("title=Pont+à+Bamako"));
	check_ok(local_draft(v, &a, S("bocar"), S("project/new"), &form, &err), &err);
	check_str(form, S(""));
	check_ok(local_draft_end(v, S("awa"), S("project/new"), &err), &err);
	assert_false(local_draft(v, &a, S("awa"), S("project/new"), &form, &err));
	assert_int_equal(err.kind, ERR_MISSING);
	check_ok(local_draft(v, &a, S("bocar"), S("project/new"), &form, &err), &err);
	check_ok(local_log(v, 1, S("awa"), S("looked"), &err), &err);
	view_close(v);
	store_close(s);
	arena_done(&a);
}

static void mails(void **state)
{
	struct store *s = rig_node(place_of(state), "ml");
	struct view *v = rig_view(s);
	struct mail_row row = { S("awa"), S("awa@example.org"), S("fr"), 1, 0, S("") }, *rows;
	struct arena a;
	struct err err;
	size_t n;

	arena_init(&a, 4 << 20);
	check_ok(local_mails(v, &a, &rows, &n, &err), &err);
	assert_int_equal(n, 0);
	check_ok(local_mail_put(v, &row, &err), &err);
	row.account = S("abdou");
	check_ok(local_mail_put(v, &row, &err), &err);
	row = (struct mail_row){ S("awa"), S("a@b"), S("ru"), 7, 1772445296, S("ml=1 ru=2") };
	check_ok(local_mail_put(v, &row, &err), &err);
	check_ok(local_mails(v, &a, &rows, &n, &err), &err);
	assert_int_equal(n, 2);
	check_str(rows[0].account, S("abdou"));
	check_str(rows[1].address, S("a@b"));
	check_str(rows[1].lang, S("ru"));
	assert_int_equal(rows[1].every, 7);
	assert_int_equal(rows[1].sent, 1772445296);
	check_str(rows[1].cut, S("ml=1 ru=2"));
	check_ok(local_mail_end(v, S("awa"), &err), &err);
	check_ok(local_mail_end(v, S("nobody"), &err), &err);
	check_ok(local_mails(v, &a, &rows, &n, &err), &err);
	assert_int_equal(n, 1);
	view_close(v);
	store_close(s);
	arena_done(&a);
}

/* A node made before the local store kept what was packed and opened: opened again, it does. */
static void missing_tables_are_made(void **state)
{
	struct place *p = place_of(state);
	struct store *s = rig_node(p, "ml");
	struct db_plan plan = {
		.dir = p->dir, .url = p->url, .name = "local", .durability = DB_FULL
	};
	struct view *v = rig_view(s);
	struct account_row row = account("awa", "clerk");
	struct arena a;
	struct db *local;
	struct pouch_row pouch;
	struct err err;

	arena_init(&a, 1 << 20);
	check_ok(local_account_put(v, &row, &err), &err);
	view_close(v);
	store_close(s);
	check_ok(db_open(&plan, &local, &err), &err);
	check_ok(db_run(local, "DROP TABLE pouch; DROP INDEX log_time", &err), &err);
	db_close(local);
	for (int again = 0; again < 2; again++) {
		s = rig_open(p, again ? STORE_READ : STORE_WRITE);
		v = rig_view(s);
		check_ok(local_pouch(v, &a, POUCH_OPENED, S("ru"), &pouch, &err), &err);
		assert_int_equal(pouch.serial, again ? 7 : 0);
		pouch.serial = 7;
		check_ok(local_pouch_put(v, POUCH_OPENED, &pouch, &err), &err);
		check_ok(local_account(v, &a, S("awa"), &row, &err), &err);
		view_close(v);
		store_close(s);
	}
	arena_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH(accounts), BOTH(sessions), BOTH(drafts),
					    BOTH(mails), BOTH(missing_tables_are_made) };

	return run_on_engines(tests);
}

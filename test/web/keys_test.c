/* The keys and what keeps a node from writing, as pages and `/keys` show them. */
#include "live.h"

#include "register/head.h"
#include "register/keys.h"

static const char *admin, *clerk;

static int up(void **state)
{
	int done = live_up(state);

	account("adm", ROLE_ADMIN);
	account("awa", ROLE_CLERK);
	admin = cookie_of("adm");
	clerk = cookie_of("awa");
	return done;
}

static struct str log_key(void)
{
	struct buf b;

	buf_init(&b, 1024);
	vkey_write(&b, &node_charter(t.ml)->ledgers[0].log);
	return arena_buf(&t.a, &b);
}

static void keys_are_public(void **state)
{
	struct raw_answer r = get("/keys", "");
	struct json *doc;
	const struct json *l;

	(void)state;
	assert_int_equal(r.status, 200);
	check_header(r, "content-type", "application/json");
	check_ok(json_object(&t.a, r.body, &doc, &err), &err);
	l = json_arr(doc, "ledgers")->child;
	check_str(json_str(l, "name"), S("ml"));
	check_str(json_str(json_arr(l, "keys")->child, "role"), S("log"));
	check_str(json_str(json_arr(l, "keys")->child, "key"), log_key());
	r = get("/fr/verify", "");
	check_says(r.body, arena_z(&t.a, log_key()));
	check_says(r.body, "en vigueur");
}

static void alerts_are_for_administrators(void **state)
{
	(void)state;
	check_ok(local_alert_put(local_view, MARCH_2_2026, S("old-key"), S("ru"),
				 S("ru.example\n9\n<evil>\n"), &err),
		 &err);
	assert_false(says(get("/fr/verify", "").body, "role=alert"));
	assert_false(says(get("/fr/verify", clerk).body, "role=alert"));
	check_says(get("/fr/verify", admin).body, "role=alert");
	check_says(get("/fr/verify", admin).body, "ru.example\n9\n&lt;evil&gt;");
	check_says(get("/ru/verify", admin).body, "заменённым ключом");
}

/* The page that was kept before is not shown again. */
static void a_node_that_must_not_write_says_so(void **state)
{
	struct checkpoint cp = { .origin = S("ml.example/registre/ml"), .size = 99 };
	struct raw_answer r = get("/fr/", "");
	struct buf text, note;
	char path[160];
	struct skey k;

	(void)state;
	assert_false(says(r.body, "copie plus ancienne"));
	snprintf(path, sizeof(path), "%s/keys/log", t.ml_dir);
	check_ok(key_read(&t.a, path, KEY_LOG, &k, &err), &err);
	buf_init(&text, 4096);
	buf_init(&note, 4096);
	checkpoint_write(&text, &cp);
	note_sign(&note, buf_str(&text), &k);
	check_ok(node_heard_own(t.ml, buf_str(&note), &err), &err);
	r = get("/fr/", "");
	assert_int_equal(r.status, 200);
	check_says(r.body, "copie plus ancienne");
	check_says(get("/ru/", "").body, "более старой копии");
	buf_done(&text);
	buf_done(&note);
}

#define EACH(f) cmocka_unit_test_setup_teardown(f, up, live_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		EACH(keys_are_public),
		EACH(alerts_are_for_administrators),
		EACH(a_node_that_must_not_write_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

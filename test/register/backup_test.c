/* A copy of a node, and a node made from it: everything is there, and it knows whether it may
 * write. */
#include "kept_blob.h"
#include "nodes.h"

#include "register/backup.h"

#include <fcntl.h>
#include <sys/stat.h>

static struct nodes t;
static char file[96], again[96], high_water[96];
static struct act_result open_one, sealed_one, contact;
static struct buf token;

static const struct backup_watch quiet = { NULL, NULL };

static void backup(void)
{
	struct err err;

	check_ok(node_backup(t.ml, file, &quiet, &err), &err);
}

static bool restore(const struct restore_plan *more, enum ledger_state *state, struct err *err)
{
	struct restore_plan plan = *more;

	plan.file = plan.file ? plan.file : file;
	plan.dir = again;
	return node_restore(&plan, &t.env, &quiet, state, err);
}

/* A row, and a file: of the largest and the smallest size. */
static struct str attachment(size_t i)
{
	static const char bytes[BLOB_ROW_MAX + 1];

	return str_of(bytes, BLOB_ROW_MAX + i);
}

static int up(void **state)
{
	struct hash name;
	struct view *v;
	struct err err;

	(void)state;
	nodes_up(&t);
	snprintf(file, sizeof(file), "%s/copy", t.dir);
	snprintf(again, sizeof(again), "%s/again", t.dir);
	snprintf(high_water, sizeof(high_water), "%s/high-water", t.ml_dir);
	check_ok(view_open(node_store(t.ml), &v, &err), &err);
	check_ok(account_add(t.ml, v, S("awa"), ROLE_CLERK, S("un mot de passe long"), &err),
		 &err);
	buf_init(&token, 256);
	check_ok(account_token(t.ml, v, S("awa"), S("imports"), &token, &err), &err);
	view_close(v);
	open_one = good(
		&t, t.ml,
		"{\"type\":\"record.put\",\"kind\":\"organisation\",\"data\":" ORGANISATION(
			"EDM") "}");
	sealed_one = good(&t, t.ml,
			  "{\"type\":\"record.put\",\"kind\":\"organisation\",\"visibility\":"
			  "\"parties\",\"data\":" ORGANISATION("Réservé") "}");
	contact = good(&t, t.ml,
		       "{\"type\":\"record.put\",\"kind\":\"contact\",\"data\":{\"name\":\"Awa "
		       "Diarra\"}}");
	good(&t, t.ml,
	     "{\"type\":\"record.put\",\"kind\":\"project\",\"data\":" PROJECT("Centrale") "}");
	for (size_t i = 0; i < 2; i++)
		check_ok(store_blob_put(node_store(t.ml), attachment(i), &name, &err), &err);
	backup();
	return 0;
}

static int down(void **state)
{
	(void)state;
	buf_done(&token);
	nodes_down(&t);
	return 0;
}

static struct hash state_of(struct node *n)
{
	struct hash h;
	struct err err;

	check_ok(store_state(node_store(n), S(""), &h, &err), &err);
	return h;
}

/* --- what comes back --- */

static void everything_is_there(void **unused)
{
	struct hash before = state_of(t.ml), after;
	enum ledger_state state;
	struct person p;
	struct node *n;
	struct view *v;
	struct err err;

	(void)unused;
	check_ok(restore(&(struct restore_plan){ 0 }, &state, &err), &err);
	n = open_node(&t, again, STORE_READ);
	after = state_of(n);
	assert_true(hash_eq(&before, &after));
	check_str(row_of(&t, n, "organisation", "ml", open_one.id, AUDIENCE_PUBLIC).label,
		  S("EDM"));
	check_str(row_of(&t, n, "organisation", "ml", sealed_one.id, AUDIENCE_PARTIES).label,
		  S("Réservé"));
	check_str(row_of(&t, n, "contact", "ml", contact.id, AUDIENCE_NATIONAL).label,
		  S("Awa Diarra"));
	v = reading(n);
	person_of(n, v, &t.a, buf_str(&token), true, &p);
	assert_int_equal(p.role, ROLE_CLERK);
	read_done(v);
	for (size_t i = 0; i < 2; i++) {
		struct hash name = hash_of(attachment(i));
		struct str bytes;

		assert_true(blob_kept(node_store(n), &t.a, &name, &bytes));
		assert_true(str_eq(bytes, attachment(i)));
	}
	node_close(n);
}

static void keys_stay_private_and_safes_closed(void **unused)
{
	enum ledger_state state;
	struct stat st;
	struct err err;
	char path[160];

	(void)unused;
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	check_ok(restore(&(struct restore_plan){ 0 }, &state, &err), &err);
	snprintf(path, sizeof(path), "%s/keys/log", again);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	snprintf(path, sizeof(path), "%s/recovery", again);
	assert_int_equal(access(path, F_OK), -1);
}

/* --- may it write? (LEDGER.md 5.2) --- */

static void write_after(const struct restore_plan *plan, enum ledger_state want)
{
	struct draft d = { .json = S("{\"type\":\"record.put\",\"kind\":\"organisation\","
				     "\"data\":" ORGANISATION("N") "}") };
	enum ledger_state state;
	struct act_result r;
	struct node *n;
	struct err err;

	check_ok(restore(plan, &state, &err), &err);
	assert_int_equal(state, want);
	n = open_node(&t, again, STORE_WRITE);
	register_do(n, &t.a, &d, &r);
	assert_int_equal(r.done, want == LEDGER_OK);
	node_close(n);
}

static void nothing_is_written_when_nobody_knows(void **unused)
{
	(void)unused;
	write_after(&(struct restore_plan){ 0 }, LEDGER_RESTORED);
}

static void a_high_water_file_that_agrees(void **unused)
{
	(void)unused;
	node_close(t.ml); /* the file is then up to date */
	t.ml = NULL;
	write_after(&(struct restore_plan){ .high_water = high_water }, LEDGER_OK);
}

static void a_high_water_file_that_knows_more(void **unused)
{
	(void)unused;
	good(&t, t.ml,
	     "{\"type\":\"record.put\",\"kind\":\"organisation\",\"data\":" ORGANISATION(
		     "later") "}");
	node_close(t.ml);
	t.ml = NULL;
	write_after(&(struct restore_plan){ .high_water = high_water }, LEDGER_RESTORED);
}

static void somebody_states_it(void **unused)
{
	(void)unused;
	write_after(&(struct restore_plan){ .confirm = S("A. Diarra") }, LEDGER_OK);
}

/* --- what is refused leaves nothing --- */

static void refused(const struct restore_plan *plan)
{
	enum ledger_state state;
	struct err err;

	assert_false(restore(plan, &state, &err));
	assert_int_equal(access(again, F_OK), -1);
	assert_true(err.message && err.message[0]);
}

static void copy_damaged(const char *to, size_t flip, size_t length)
{
	struct str bytes;
	FILE *f = fopen(file, "r");
	char *text = arena_alloc(&t.a, 1 << 20);

	bytes = str_of(text, fread(text, 1, 1 << 20, f));
	fclose(f);
	if (flip < bytes.n)
		text[flip] = (char)(text[flip] ^ 1);
	f = fopen(to, "w");
	fwrite(text, 1, length < bytes.n ? length : bytes.n, f);
	fclose(f);
}

static void any_damage_is_found(void **unused)
{
	char bad_file[128];
	struct stat st;

	(void)unused;
	snprintf(bad_file, sizeof(bad_file), "%s/bad", t.dir);
	assert_int_equal(stat(file, &st), 0);
	for (size_t i = 1; i < 12; i++) {
		copy_damaged(bad_file, (size_t)st.st_size * i / 12, SIZE_MAX);
		refused(&(struct restore_plan){ .file = bad_file });
		copy_damaged(bad_file, SIZE_MAX, (size_t)st.st_size * i / 12);
		refused(&(struct restore_plan){ .file = bad_file });
	}
	copy_damaged(bad_file, SIZE_MAX, (size_t)st.st_size - 1);
	refused(&(struct restore_plan){ .file = bad_file });
	refused(&(struct restore_plan){ .file = "/dev/null" });
	refused(&(struct restore_plan){ .file = "nowhere" });
	refused(&(struct restore_plan){ .high_water = file });
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, up, down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(everything_is_there),
		CASE(keys_stay_private_and_safes_closed),
		CASE(nothing_is_written_when_nobody_knows),
		CASE(a_high_water_file_that_agrees),
		CASE(a_high_water_file_that_knows_more),
		CASE(somebody_states_it),
		CASE(any_damage_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

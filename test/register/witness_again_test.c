/* A witness that was put back from a backup never signs behind what it signed. */
#include "lone.h"

#include "register/backup.h"

static void begin(void **state)
{
	struct place *p = place_of(state);

	lone_up(p, "node", p->url, NULL);
	other_grow(&lone.ml, 600, 0);
	other_grow(&lone.ne, 40, 0);
}

static struct str join(const char *a, struct str b)
{
	return arena_join(&lone.a, str_z(a), b);
}

static const struct backup_watch quiet = { NULL, NULL };

static struct str file_text(const char *path)
{
	char text[4096];
	FILE *f = fopen(path, "r");
	size_t n;

	assert_non_null(f);
	n = fread(text, 1, sizeof(text), f);
	fclose(f);
	return arena_str(&lone.a, str_of(text, n));
}

static void restore_as(const char *name, const char *high_water, const char *confirm,
		       const char *file, enum ledger_state want)
{
	static unsigned databases;
	struct restore_plan plan = { .file = file,
				     .high_water = high_water,
				     .confirm = str_z(confirm) };
	char sql[64], url[160];
	enum ledger_state got;

	snprintf(lone.dir, sizeof(lone.dir), "%s/%s", lone.place->dir, name);
	plan.dir = lone.dir;
	if (on_postgres(lone.place)) {
		snprintf(sql, sizeof(sql), "CREATE DATABASE w%u", ++databases);
		postgres_run(sql);
		snprintf(sql, sizeof(sql), "w%u", databases);
		postgres_url(url, "right", sql);
		plan.store = url;
	}
	check_ok(node_restore(&plan, &lone.env, &quiet, &got, &err), &err);
	assert_int_equal(got, want);
	lone_open(STORE_WRITE);
}

static void never_behind_after_a_restore(void **state)
{
	char file[128], high_water[128], kept[128], cmd[300];
	struct str answer, note;
	struct other *twin;

	begin(state);
	snprintf(file, sizeof(file), "%s/copy", lone.place->dir);
	snprintf(high_water, sizeof(high_water), "%s/high-water", lone.dir);
	snprintf(kept, sizeof(kept), "%s/high-water.kept", lone.place->dir);
	assert_int_equal(status_of(other_request(&lone.a, &lone.ml, 0, 200)), 200);
	hold(&lone.ne, 30);
	check_ok(node_backup(lone.ru, file, &quiet, &err), &err);
	assert_int_equal(status_of(other_request(&lone.a, &lone.ml, 200, 300)), 200);
	lone_close(); /* the high-water file is then up to date */
	check_str(str_cut(str_from(file_text(high_water),
				   str_find(file_text(high_water), S("witnessed ml"))),
			  str_z(lone.ml.origin).n + 14),
		  arena_join(&lone.a, join("witnessed ", str_z(lone.ml.origin)), S(" 300")));
	snprintf(cmd, sizeof(cmd), "cp %s %s", high_water, kept);
	assert_int_equal(system(cmd), 0);

	/* nobody knows: nothing is signed */
	restore_as("blind", NULL, "", file, LEDGER_RESTORED);
	assert_int_equal(ask(other_request(&lone.a, &lone.ml, 200, 300), &answer), 503);
	assert_false(witness_cosign_held(lone.ru, &lone.a, S("ne"), &note, &err));
	assert_int_equal(err.kind, ERR_CONFLICT);
	/* what it had witnessed came back */
	note = note_cosigned(lone.ru, &lone.a, str_z(lone.ml.origin));
	check_str(str_cut(note, str_find(note, S("\n\n"))),
		  str_cut(other_note(&lone.a, &lone.ml, 200),
			  str_find(other_note(&lone.a, &lone.ml, 200), S("\n\n"))));
	lone_close();

	/* the file knows what the backup does not */
	restore_as("knows", kept, "", file, LEDGER_OK);
	assert_int_equal(ask(other_request(&lone.a, &lone.ml, 200, 250), &answer), 409);
	check_str(answer, S("300\n"));
	twin = other_twin(&lone.ml, 250, 600, 1);
	assert_int_equal(ask(other_request(&lone.a, twin, 200, 290), &answer), 409);
	assert_int_equal(status_of(other_request(&lone.a, twin, 300, 400)), 422);
	assert_int_equal(status_of(other_request(&lone.a, &lone.ml, 300, 400)), 200);
	note = note_cosigned(lone.ru, &lone.a, str_z(lone.ne.origin));
	check_cosigned(note, S(""));
	lone_close();

	/* somebody states that nothing was signed since */
	restore_as("stated", NULL, "A. Petrov", file, LEDGER_OK);
	assert_int_equal(ask(other_request(&lone.a, &lone.ml, 0, 250), &answer), 409);
	check_str(answer, S("200\n"));
	lone_close();
	snprintf(high_water, sizeof(high_water), "%s/high-water", lone.dir);
	assert_true(str_find(file_text(high_water), str_z(lone.ml.origin)) <
		    file_text(high_water).n);
	lone_down();
}

/* A high-water file that nobody can read is none. */
static void a_broken_high_water_file_signs_nothing(void **state)
{
	static const char *const tails[] = { "witnessed", "witnessed x 1", "garbage here",
					     "witnessed a.example/b 12 00" };
	char path[128];
	struct str before;
	FILE *f;

	begin(state);
	lone_close();
	snprintf(path, sizeof(path), "%s/high-water", lone.dir);
	before = file_text(path);
	for (size_t i = 0; i < 4; i++) {
		f = fopen(path, "w");
		fprintf(f, "%.*s%s\n", STR(before), tails[i]);
		fclose(f);
		lone_open(STORE_WRITE);
		assert_int_equal(status_of(other_request(&lone.a, &lone.ml, 0, 10)), 503);
		lone_close();
	}
	f = fopen(path, "w");
	fprintf(f, "%.*s", STR(before));
	fclose(f);
	lone_open(STORE_WRITE);
	assert_int_equal(status_of(other_request(&lone.a, &lone.ml, 0, 10)), 200);
	lone_down();
}

/* The folder as it is at the moment of the answer, as if the power had failed then. */
static void what_was_answered_is_kept(void **state)
{
	char cmd[300], again[128];
	struct str answer;

	begin(state);
	assert_int_equal(status_of(other_request(&lone.a, &lone.ml, 0, 200)), 200);
	snprintf(again, sizeof(again), "%s/again", lone.place->dir);
	snprintf(cmd, sizeof(cmd), "cp -r %s %s", lone.dir, again);
	assert_int_equal(system(cmd), 0);
	lone_close();
	snprintf(lone.dir, sizeof(lone.dir), "%s/again", lone.place->dir);
	lone_open(STORE_WRITE);
	assert_int_equal(ask(other_request(&lone.a, &lone.ml, 0, 250), &answer), 409);
	check_str(answer, S("200\n"));
	assert_int_equal(status_of(other_request(&lone.a, &lone.ml, 200, 250)), 200);
	lone_down();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON(what_was_answered_is_kept, sqlite),
		BOTH(never_behind_after_a_restore),
		BOTH(a_broken_high_water_file_signs_nothing),
	};

	return run_on_engines(tests);
}

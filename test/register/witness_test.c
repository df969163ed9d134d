/* This node as a witness: what it cosigns, what it never does, on both engines. */
#include "lone.h"

static void begin(void **state)
{
	struct place *p = place_of(state);

	lone_up(p, "node", p->url, NULL);
	other_grow(&lone.ml, 600, 0);
	other_grow(&lone.ne, 40, 0);
}

static void cosigns_what_continues(void **state)
{
	static const uint64_t sizes[] = { 0, 1, 2, 255, 256, 257, 300, 511, 512, 600 };
	struct str answer, note;
	uint64_t last = 0;

	begin(state);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		lone.fixed.ms += 1000;
		assert_int_equal(ask(other_request(&lone.a, &lone.ml, last, sizes[i]), &answer),
				 200);
		check_cosigned(other_note(&lone.a, &lone.ml, sizes[i]), answer);
		last = sizes[i];
		/* the same again is as good */
		assert_int_equal(ask(other_request(&lone.a, &lone.ml, last, last), &answer),
				 200);
		check_cosigned(other_note(&lone.a, &lone.ml, last), answer);
	}
	note = note_cosigned(lone.ru, &lone.a, str_z(lone.ml.origin));
	check_str(note, arena_join(&lone.a, other_note(&lone.a, &lone.ml, 600), answer));
	check_str(note_cosigned(lone.ru, &lone.a, str_z(lone.ne.origin)), S(""));
	lone_down();
}

/* --- requests that are refused, each as C2SP says, and nothing moves --- */

static struct str join(const char *a, struct str b)
{
	return arena_join(&lone.a, str_z(a), b);
}

static struct str repeated(const char *line, int n)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	while (n--)
		buf_z(&b, line);
	return arena_buf(&lone.a, &b);
}

#define HASH_LINE "igDnOoHrVg8xvGhy+Bzkdrkmj6DUTjzM6Sc6+dz6i6E=\n"

static void bad_requests(void **state)
{
	struct str note, short_note, cut, answer, good;
	struct hash root;
	struct skey thief;

	begin(state);
	assert_int_equal(status_of(other_request(&lone.a, &lone.ml, 0, 100)), 200);
	note = other_note(&lone.a, &lone.ml, 300);
	short_note = str_cut(note, str_find(note, S("\n\n")) + 2);
	cut = str_cut(note, note.n - 1);
	root = other_root(&lone.ml, 300);
	lone_key(&thief, KEY_LOG, lone.ml.origin, 99);
	{
		const struct {
			unsigned status;
			struct str body;
		} cases[] = {
			{ 400, S("") },
			{ 400, S("old 100") },
			{ 400, S("old 100\n") },
			{ 400, S("old 100\n\n") },
			{ 400, S("\n\n\n") },
			{ 400, S("\0\0\0\0") },
			{ 400, join("old 100\n", note) }, /* its first line is no hash */
			{ 400, join("old  100\n\n", note) },
			{ 400, join("old 100 \n\n", note) },
			{ 400, join("old +100\n\n", note) },
			{ 400, join("old -1\n\n", note) },
			{ 400, join("old 0100\n\n", note) },
			{ 400, join("old 99999999999999999999\n\n", note) },
			{ 400, join("OLD 100\n\n", note) },
			{ 400, join("old 100\r\n\r\n", note) },
			{ 400, join("old 100\nigDn\n\n", note) },
			{ 400, join("old 100\n" HASH_LINE "x\n\n", note) },
			{ 400, join("old 100\n\n", short_note) },
			{ 400, join("old 100\n\n", cut) },
			{ 400, join("old 301\n\n", note) }, /* larger than the checkpoint */
			{ 400, arena_join(&lone.a, join("old 100\n", repeated(HASH_LINE, 64)),
					  join("\n", note)) },
			{ 400, arena_join(&lone.a, join("old 100\n\n", note),
					  repeated("x", ADD_CHECKPOINT_MAX)) },
			{ 404, join("old 100\n\n", S("example.com/x\nmany\nwords\n\n— k "
						     "AAAAAAA=\n")) },
			{ 403, join("old 100\n\n",
				    signed_note(&lone.a, lone.ml.origin, 300, &root, &thief)) },
			{ 403, join("old 100\n\n", signed_note(&lone.a, lone.ml.origin, 300,
							       &root, &lone.ne.log)) },
			{ 404, join("old 0\n\n", signed_note(&lone.a, "elsewhere.example/x/y",
							     300, &root, &lone.ml.log)) },
			{ 404, join("old 0\n\n", row_named("ru").checkpoint) }, /* our own */
			{ 404, join("old 0\n\nGo modules\n", str_from(note, 3)) },
			{ 409, join("old 0\n\n", note) },
			{ 409, join("old 99\n\n", note) },
			{ 409, join("old 300\n\n", note) },
			{ 422, join("old 100\n\n", note) }, /* without a proof */
			{ 422, join("old 100\n" HASH_LINE "\n", note) },
			{ 422, arena_join(&lone.a, join("old 100\n", repeated(HASH_LINE, 63)),
					  join("\n", note)) },
		};

		for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
			unsigned got = ask(cases[i].body, &answer);

			if (got != cases[i].status)
				print_error("case %zu: %u, not %u: %.*s\n%.*s\n", i, got,
					    cases[i].status, STR(cases[i].body), STR(answer));
			assert_int_equal(got, cases[i].status);
			assert_true(str_ends(answer, S("\n")) && answer.n > 3);
			if (got == 409)
				check_str(answer, S("100\n"));
		}
	}
	good = other_request(&lone.a, &lone.ml, 100, 300);
	assert_int_equal(row_named("ml").state, LEDGER_OK);
	assert_int_equal(alerts_told(), 0);
	assert_int_equal(status_of(good), 200);
	lone_down();
}

/* --- the vectors --- */

static struct str shared_file(const char *name)
{
	const char *shared = getenv("BENKAN_SHARED");
	char path[512];
	struct buf b;
	char piece[4096];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/vectors/%s", shared ? shared : "../shared", name);
	f = fopen(path, "rb");
	if (!f) {
		print_message("skip: %s is not here; set BENKAN_SHARED\n", path);
		skip();
	}
	buf_init(&b, 64 << 20);
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
		buf_add(&b, str_of(piece, n));
	fclose(f);
	return arena_buf(&lone.a, &b);
}

static struct str request_file(const struct json *c, const char *member)
{
	char name[200];

	snprintf(name, sizeof(name), "witness/%.*s", STR(json_str(c, member)));
	return shared_file(name);
}

static void run_vector(struct place *p, const struct json *c, unsigned i)
{
	struct str id = json_str(c, "id"), answer, want, request, setup = S("");
	char name[32], url[160], sql[64];
	struct vkey log;
	int64_t status;
	unsigned got;

	check_ok(vkey_parse(json_str(c, "log_vkey"), &log, &err), &err);
	assert_true(json_int(c, "status", &status));
	request = request_file(c, "file");
	if (json_get(c, "setup"))
		setup = request_file(c, "setup");
	snprintf(name, sizeof(name), "v%u", i);
	snprintf(url, sizeof(url), "sqlite");
	if (on_postgres(p)) {
		snprintf(sql, sizeof(sql), "CREATE DATABASE %s", name);
		postgres_run(sql);
		postgres_url(url, "right", name);
	}
	{
		struct arena kept = lone.a; /* lone_up begins anew */

		lone_up(p, name, url, &log);
		if (setup.n)
			assert_int_equal(status_of(setup), 200);
		got = ask(request, &answer);
		if (got != status)
			print_error("%.*s: %u, not %d: %.*s\n", STR(id), got, (int)status,
				    STR(answer));
		assert_int_equal(got, status);
		want = json_str(c, "body");
		if (want.n)
			check_str(answer, want);
		if (got == 200)
			check_cosigned(str_from(request, str_find(request, S("\n\n")) + 2),
				       answer);
		lone_down();
		lone.a = kept;
	}
}

static void every_vector(void **state)
{
	struct place *p = place_of(state);
	struct str rest, line;
	unsigned n = 0;

	memset(&lone, 0, sizeof(lone));
	arena_init(&lone.a, 1 << 30);
	rest = shared_file("index.jsonl");
	while (str_split(&rest, '\n', &line) && line.n > 0) {
		struct json *c;

		if (str_find(line, S("\"kind\":\"witness\"")) == line.n)
			continue;
		check_ok(json_object(&lone.a, line, &c, &err), &err);
		run_vector(p, c, n++);
	}
	assert_true(n >= 15);
	arena_done(&lone.a);
}

/* --- many clients at once --- */

enum { CLIENTS = 8, ROUNDS = 25, SIGNED_MAX = CLIENTS * ROUNDS };
struct cosigned {
	uint64_t old, size;
	struct hash root;
};
struct client {
	pthread_t thread;
	const struct other *history;
	unsigned seed;
	struct cosigned got[ROUNDS];
	size_t n;
	unsigned other_answers;
};

/* Ask from what the last answer told, for a size of one's own. */
static void *run_client(void *ctx)
{
	struct client *c = ctx;
	uint64_t old = 0;

	for (int i = 0; i < ROUNDS; i++) {
		struct str answer;
		struct arena a;
		uint64_t size;
		unsigned status;

		arena_init(&a, 64 << 20);
		c->seed = c->seed * 1103515245u + 12345u;
		size = old + (c->seed >> 16) % 5 + (old == 0);
		if (size > c->history->size)
			size = c->history->size;
		status = ask_in(&a, other_request(&a, c->history, old, size), &answer);
		if (status == 200) {
			c->got[c->n++] =
				(struct cosigned){ old, size, other_root(c->history, size) };
			old = size;
		} else if (status != 409 ||
			   !str_u64(str_cut(answer, answer.n - 1), UINT32_MAX, &old)) {
			c->other_answers++;
		}
		arena_done(&a);
	}
	return NULL;
}

static size_t run_clients(struct client clients[CLIENTS], struct cosigned all[SIGNED_MAX])
{
	size_t n = 0;

	for (unsigned i = 0; i < CLIENTS; i++) {
		clients[i].seed = i + 1;
		assert_int_equal(
			pthread_create(&clients[i].thread, NULL, run_client, &clients[i]), 0);
	}
	for (unsigned i = 0; i < CLIENTS; i++) {
		pthread_join(clients[i].thread, NULL);
		for (size_t k = 0; k < clients[i].n; k++)
			all[n++] = clients[i].got[k];
	}
	return n;
}

static void racing_clients_of_one_history(void **state)
{
	struct client clients[CLIENTS] = { 0 };
	struct cosigned all[SIGNED_MAX];
	uint64_t top = 0;
	size_t n;

	begin(state);
	for (int i = 0; i < CLIENTS; i++)
		clients[i].history = &lone.ml;
	n = run_clients(clients, all);
	assert_true(n > CLIENTS);
	for (size_t i = 0; i < n; i++) {
		top = all[i].size > top ? all[i].size : top;
		/* from each size one step was taken, to one larger size */
		for (size_t k = 0; k < i; k++)
			assert_true(all[i].old != all[k].old || all[i].size == all[k].size ||
				    all[i].old == all[i].size || all[k].old == all[k].size);
	}
	for (int i = 0; i < CLIENTS; i++)
		assert_int_equal(clients[i].other_answers, 0);
	assert_int_equal(status_of(other_request(&lone.a, &lone.ml, top, top)), 200);
	assert_int_equal(row_named("ml").state, LEDGER_OK);
	lone_down();
}

/* The first step decides for one of them; nothing of the other is ever cosigned. */
static void racing_clients_of_two_histories(void **state)
{
	struct client clients[CLIENTS] = { 0 };
	struct cosigned all[SIGNED_MAX];
	struct other *twin;
	unsigned refused = 0;
	size_t n;

	begin(state);
	twin = other_twin(&lone.ml, 1, 600, 1);
	for (int i = 0; i < CLIENTS; i++)
		clients[i].history = i % 2 ? twin : &lone.ml;
	n = run_clients(clients, all);
	assert_true(n > 0);
	for (size_t i = 0; i < n; i++) {
		bool ours = true, theirs = true;

		for (size_t k = 0; k < n; k++) {
			struct hash a = other_root(&lone.ml, all[k].size),
				    b = other_root(twin, all[k].size);

			ours = ours && hash_eq(&all[k].root, &a);
			theirs = theirs && hash_eq(&all[k].root, &b);
		}
		assert_true(ours || theirs);
	}
	for (int i = 0; i < CLIENTS; i++)
		refused += clients[i].other_answers;
	assert_true(refused > 0);
	lone_down();
}

/* --- cosignatures of what is held, and of others --- */

static void cosigns_what_it_holds(void **state)
{
	struct str note, again, served;
	struct view *v;

	begin(state);
	assert_false(witness_cosign_held(lone.ru, &lone.a, S("ml"), &note, &err));
	assert_int_equal(err.kind, ERR_CONFLICT); /* nothing is held */
	assert_false(witness_cosign_held(lone.ru, &lone.a, S("ru"), &note, &err));
	assert_int_equal(err.kind, ERR_CONFLICT);
	assert_false(witness_cosign_held(lone.ru, &lone.a, S("xx"), &note, &err));
	assert_int_equal(err.kind, ERR_MISSING);
	hold(&lone.ml, 300);
	check_ok(witness_cosign_held(lone.ru, &lone.a, S("ml"), &note, &err), &err);
	check_cosigned(note, S(""));
	v = reading(lone.ru);
	check_ok(view_checkpoint(v, &lone.a, S("ml"), &served, &err), &err);
	read_done(v);
	check_str(served, note);
	lone.fixed.ms += 60000;
	check_ok(witness_cosign_held(lone.ru, &lone.a, S("ml"), &again, &err), &err);
	check_str(again, note); /* one cosignature a head */
	/* whoever asks must start from what is held */
	assert_int_equal(ask(other_request(&lone.a, &lone.ml, 0, 400), &again), 409);
	check_str(again, S("300\n"));
	assert_int_equal(status_of(other_request(&lone.a, &lone.ml, 300, 400)), 200);
	assert_false(witness_cosign_held(lone.ru, &lone.a, S("ml"), &note, &err));
	assert_int_equal(err.kind, ERR_CONFLICT); /* never behind */
	hold(&lone.ml, 500);
	note = note_cosigned(lone.ru, &lone.a, str_z(lone.ml.origin));
	check_cosigned(note, S(""));
	assert_int_equal(ask(other_request(&lone.a, &lone.ml, 0, 600), &again), 409);
	check_str(again, S("500\n"));
	lone_down();
}

/* What is held though never cosigned binds as well. */
static void what_is_held_binds(void **state)
{
	struct str answer;
	struct other *twin;

	begin(state);
	hold(&lone.ml, 300);
	twin = other_twin(&lone.ml, 200, 600, 1);
	assert_int_equal(ask(other_request(&lone.a, twin, 0, 400), &answer), 409);
	check_str(answer, S("300\n"));
	assert_int_equal(status_of(other_request(&lone.a, twin, 300, 400)), 422);
	check_forked(&lone.ml);
	lone_down();
}

/* A cosignature of `o`'s head by another party. */
static struct str cosigned_by(const struct skey *witness, struct str note, uint64_t time)
{
	struct str text = str_cut(note, str_find(note, S("\n\n")) + 1);
	struct buf line;

	buf_init(&line, 4096);
	cosig_line(&line, text, time, witness);
	return arena_join(&lone.a, note, arena_buf(&lone.a, &line));
}

static void keeps_cosignatures_of_others(void **state)
{
	struct str own, note, served;
	struct ledger_row ru;
	struct hash root;
	struct skey nobody;
	struct view *v;
	size_t kept;

	begin(state);
	lone_key(&nobody, KEY_WITNESS, "somewhere.example/temoin/xx", 98);
	ru = row_named("ru");
	own = ru.checkpoint;
	note = cosigned_by(&lone.ml.witness, own, 1000);
	note = arena_join(&lone.a, note, str_from(cosigned_by(&nobody, own, 1000), own.n));
	check_ok(cosignatures_keep(lone.ru, S("ru"), note, &kept, &err), &err);
	assert_int_equal(kept, 1); /* the stranger's is left out */
	check_ok(cosignatures_keep(lone.ru, S("ru"), note, &kept, &err), &err);
	assert_int_equal(kept, 0);
	note = cosigned_by(&lone.ne.witness, own, 2000);
	check_ok(cosignatures_keep(lone.ru, S("ru"), note, &kept, &err), &err);
	assert_int_equal(kept, 1);
	for (int i = 0; i < 5000 && store_served(node_store(lone.ru)) < 1; i++)
		usleep(1000); /* it is served once the high-water file has it */
	v = reading(lone.ru);
	check_ok(view_checkpoint_at(v, &lone.a, 1, &served, &err), &err);
	read_done(v);
	check_str(served,
		  arena_join(&lone.a, cosigned_by(&lone.ml.witness, own, 1000),
			     str_from(cosigned_by(&lone.ne.witness, own, 2000), own.n)));
	/* a false line refuses all; so does a head that is not held, or not the log's */
	note = cosigned_by(&lone.ml.witness, other_note(&lone.a, &lone.ml, 40), 1000);
	note = arena_join(&lone.a, own, str_from(note, str_find(note, S("\n\n")) + 2));
	assert_false(cosignatures_keep(lone.ru, S("ru"), note, &kept, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	note = cosigned_by(&lone.ne.witness, other_note(&lone.a, &lone.ml, 40), 1000);
	assert_false(cosignatures_keep(lone.ru, S("ml"), note, &kept, &err));
	assert_int_equal(err.kind, ERR_CONFLICT);
	assert_false(cosignatures_keep(lone.ru, S("ne"), note, &kept, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	root = other_root(&lone.ml, 1);
	note = signed_note(&lone.a, lone.ml.origin, 1, &root, &lone.ne.log);
	assert_false(cosignatures_keep(lone.ru, S("ml"), note, &kept, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	assert_false(cosignatures_keep(lone.ru, S("xx"), note, &kept, &err));
	assert_int_equal(err.kind, ERR_MISSING);
	lone_down();
}

/* The newest head that all the others cosigned. */
static void the_newest_of_all(void **state)
{
	struct str labels[2];
	uint64_t size;
	struct view *v;
	size_t kept;

	begin(state);
	hold(&lone.ml, 100);
	labels[0] = arena_join(&lone.a, lone.ne.witness.pub.name, S("+x"));
	for (uint64_t at = 10; at <= 100; at += 10) {
		struct str note = other_note(&lone.a, &lone.ml, at);

		if (at % 20 == 0)
			check_ok(cosignatures_keep(lone.ru, S("ml"),
						   cosigned_by(&lone.ne.witness, note, 5),
						   &kept, &err),
				 &err);
	}
	{
		struct buf b;
		const struct vkey *keys[2];

		keys[0] = &lone.ne.witness.pub;
		keys[1] = &charter_find(node_charter(lone.ru), S("ru"))->witness;
		for (int i = 0; i < 2; i++) {
			buf_init(&b, 256);
			buf_add(&b, keys[i]->name);
			buf_ch(&b, '+');
			buf_hex(&b, keys[i]->id, sizeof(keys[i]->id));
			labels[i] = arena_buf(&lone.a, &b);
		}
	}
	v = reading(lone.ru);
	size = UINT32_MAX;
	check_ok(view_cosigned(v, S("ml"), labels, 1, &size, &err), &err);
	assert_int_equal(size, 100);
	size = 99;
	check_ok(view_cosigned(v, S("ml"), labels, 1, &size, &err), &err);
	assert_int_equal(size, 80);
	size = UINT32_MAX;
	check_ok(view_cosigned(v, S("ml"), labels, 2, &size, &err), &err);
	assert_int_equal(size, 100);
	size = 99;
	check_ok(view_cosigned(v, S("ml"), labels, 2, &size, &err), &err);
	assert_int_equal(size, 0); /* we cosigned 100 alone */
	size = 99;
	check_ok(view_cosigned(v, S("ml"), labels, 0, &size, &err), &err);
	assert_int_equal(size, 0); /* nobody to ask: nobody said so */
	read_done(v);
	lone_down();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(cosigns_what_continues),
		BOTH(bad_requests),
		BOTH(every_vector),
		BOTH(racing_clients_of_one_history),
		BOTH(racing_clients_of_two_histories),
		BOTH(cosigns_what_it_holds),
		BOTH(what_is_held_binds),
		BOTH(keeps_cosignatures_of_others),
		BOTH(the_newest_of_all),
	};

	return run_on_engines(tests);
}

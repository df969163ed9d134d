/*
 * The proof of exchange: nodes that write, exchange in any order and direction, lose pouches,
 * get them twice or damaged, crash anywhere and are put back from old copies.  Who holds the
 * same shows the same, nothing in force is undone, no size gets two roots, nobody reports a
 * fork, nothing acknowledged is lost in silence, and at the end all agree.
 *
 * SEED=… SCHEDULES=… (for each number of parties) replays; SCHEDULE=… runs that one alone,
 * PARTIES=… that number of parties alone.  Without a seed it is always the same two thousand:
 * what is merged must not hang on luck.  New faults are looked for with SEED=$RANDOM.
 */
#include "sim_carry.h"

#include <signal.h>

enum {
	WORKERS = 4,
	STEPS_LEAST = 8,
	STEPS_MORE = 20,
	ROUNDS = 6,
	GROWN = 250,
	OLD_COPY = 3,
	REBUILT = 6, /* in one of so many schedules */
	SEED_OF_EVERY_RUN = 1795348529,
	ACCEPTED = 2
};

/* By number of parties: the more there are, the more one costs. */
static const unsigned schedules_of[PARTIES + 1] = { [2] = 1000, [3] = 600, [4] = 400 };

static struct {
	uint64_t seed;
	unsigned schedules[PARTIES + 1]; /* by number of parties */
	long only;                       /* this schedule; -1: all */
	long parties;
	char dir[80];
} run;

/* --- templates: nodes under one charter, copied for each schedule --- */

static void template_path(char path[PATH], int parties, bool grown)
{
	snprintf(path, PATH, "%s/%s%d", run.dir, grown ? "grown" : "fresh", parties);
}

static struct str template_node(struct sim *w, int i)
{
	char origin[64], code[8];
	struct node_plan plan = { .dir = w->node[i].dir,
				  .party = str_z(party_codes[i]),
				  .name = str_z(party_codes[i]),
				  .store = "sqlite" };
	struct buf keys;
	struct err err;

	snprintf(code, sizeof(code), "%s", party_codes[i]);
	snprintf(origin, sizeof(origin), "%s.example/registre/%s", code, code);
	plan.origin = str_z(origin);
	buf_init(&keys, 1 << 20);
	sim_ok(w, node_init(&plan, &w->node[i].env, &keys, &err), &err, "init");
	return arena_buf(&w->a, &keys);
}

static void grow(struct sim *w)
{
	struct draft *d = arena_array(&w->a, struct draft, GROWN);
	struct act_result *r = arena_array(&w->a, struct act_result, GROWN);

	for (int i = 0; i < GROWN; i++)
		d[i] = (struct draft){
			.json = S("{\"type\":\"record.put\",\"kind\":\"organisation\","
				  "\"data\":{\"name\":{\"fr\":\"O\"},\"type\":"
				  "\"10\"}}"),
			.actor = S("sec-1")
		};
	register_batch(w->node[0].n, &w->a, d, GROWN, r);
	for (int i = 0; i < GROWN; i++)
		sim_must(w, r[i].done, "a template that does not grow");
}

static void template_make(struct sim *w, int parties, bool grown)
{
	struct str keys[PARTIES], charter;
	char dir[PATH];
	struct hash id;
	struct buf b;
	struct err err;

	w->parties = parties;
	template_path(dir, parties, grown);
	mkdir(dir, 0700);
	for (int i = 0; i < parties; i++) {
		sim_node_init(&w->node[i], dir, i, 0);
		keys[i] = template_node(w, i);
	}
	buf_init(&b, CHARTER_MAX);
	sim_ok(w, charter_assemble(&w->a, keys, (size_t)parties, &b, &err), &err, "charter");
	charter = arena_buf(&w->a, &b);
	for (int i = 0; i < parties; i++) {
		sim_open(w, i);
		sim_ok(w, node_adopt(w->node[i].n, charter, &id, &err), &err, "adopt");
		if (grown && i == 0)
			grow(w);
		sim_close(w, i);
	}
}

/* --- one schedule --- */

static void sim_begin(struct sim *w, int parties, unsigned schedule, const char *dir)
{
	char from[PATH], path[2 * PATH + 8];

	w->seed = run.seed;
	w->schedule = schedule;
	w->parties = parties;
	w->random =
		random_from(run.seed * UINT64_C(1000003) + schedule * 16u + (unsigned)parties);
	w->story = open_memstream(&w->log, &w->log_size);
	template_path(from, parties, below(w, 8) == 0);
	remove_tree(dir);
	sim_must(w, mkdir(dir, 0700) == 0, "no folder");
	for (int i = 0; i < parties; i++) {
		sim_node_init(&w->node[i], dir, i, run.seed ^ (uint64_t)schedule << 32);
		w->node[i].chance.life = 1;
		w->node[i].chance.ms += (int64_t)below(w, 100) * 3600000;
		snprintf(path, sizeof(path), "%s/%s", from, party_codes[i]);
		sim_must(w, copy_tree(path, w->node[i].dir), "no template");
		if (schedule % OLD_COPY == 0 && below(w, 2)) {
			sim_must(w, copy_tree(path, w->node[i].copy), "no copy");
			w->node[i].copied = 1;
		}
		sim_open(w, i);
	}
	STORY(w, "%s\n", from);
}

static void sim_end(struct sim *w, const char *dir)
{
	for (int i = 0; i < w->parties; i++)
		sim_close(w, i);
	while (w->mail_count)
		mail_end(&w->mail[--w->mail_count]);
	fclose(w->story);
	free(w->log);
	remove_tree(dir);
}

static void step_old_copy(struct sim *w, int at)
{
	if (w->node[at].copied && below(w, 2))
		step_put_back(w, at);
	else
		step_copy(w, at);
}

/* One step; the nodes to look at are marked. */
static void step(struct sim *w, unsigned *touched)
{
	int a = (int)below(w, (unsigned)w->parties);
	int b = (a + 1 + (int)below(w, (unsigned)w->parties - 1)) % w->parties;
	unsigned what = below(w, 100);

	*touched = 1u << a | 1u << b;
	if (what < 38)
		step_write(w, a);
	else if (what < 62)
		step_pouch(w, a, b);
	else if (what < 67)
		step_post(w, a, b);
	else if (what < 73)
		b = step_mail(w);
	else if (what < 81)
		step_line(w, a, b);
	else if (what < 85)
		step_witness(w, a, b);
	else if (what < 92)
		step_crash(w, a, b);
	else if (what < 94)
		step_restart(w, a);
	else if (what < 95)
		step_backup(w, a);
	else if (what < 99 && w->schedule % OLD_COPY == 0)
		step_old_copy(w, a);
	else
		w->node[a].chance.ms += ((int64_t)below(w, 1000) - 300) * 3600000;
	*touched |= b >= 0 ? 1u << b : 0;
	if (what < 38 || what >= 92)
		*touched = 1u << a;
}

static bool all_hold_the_same(const struct sim *w)
{
	for (int i = 1; i < w->parties; i++)
		if (memcmp(w->node[i].held, w->node[0].held, sizeof(w->node[0].held)) != 0)
			return false;
	return true;
}

/* A pouch, when it brings entries; accept_some brought one to each. */
static void tell(struct sim *w, int from, int to)
{
	bool news = false;

	look(w, from);
	look(w, to);
	for (int i = 0; i < w->parties; i++)
		news |= w->node[from].held[i] > w->node[to].held[i];
	if (news)
		carry(w, from, to);
	arena_reset(&w->a);
}

/* From each to the next, in one direction and the other, until nothing new comes. */
static bool exchange_all(struct sim *w)
{
	int n = w->parties;

	for (int round = 0; round < ROUNDS; round++) {
		bool same = round > 0;

		for (int i = 0; i < 2 * n - 1; i++)
			if (round % 2)
				tell(w, (2 * n - i) % n, (2 * n - i - 1) % n);
			else
				tell(w, i % n, (i + 1) % n);
		for (int i = 0; i < n; i++) {
			uint64_t before[PARTIES];

			memcpy(before, w->node[i].held, sizeof(before));
			look(w, i);
			same &= memcmp(before, w->node[i].held, sizeof(before)) == 0;
		}
		arena_reset(&w->a);
		if (same)
			break;
	}
	return all_hold_the_same(w);
}

static void check_liveness(struct sim *w)
{
	for (int i = 0; i < w->parties; i++) {
		const struct sim_node *p = &w->node[i];

		for (size_t k = 0; k < p->act_count; k++)
			if (p->acts[k].accepted == (1u << w->parties) - 1 &&
			    p->acts[k].declined == 0 &&
			    strcmp(p->acts[k].state, "in_force") != 0)
				sim_fail(w, "all have accepted and all is exchanged, but the "
					    "act is not in force");
	}
}

static void check_rebuilt(struct sim *w, int at)
{
	struct err err;

	STORY(w, "%s is rebuilt\n", party_codes[at]);
	sim_ok(w, store_rebuild(node_store(w->node[at].n), NULL, NULL, &err), &err, "rebuild");
	look_at_heads(w, at);
	look_at_acts(w, at);
	look_at_digest(w, at);
}

/* A node that waits for entries nobody has says so, and need not come to an end. */
static bool somebody_waits(const struct sim *w)
{
	for (int i = 0; i < w->parties; i++)
		if (w->node[i].own == LEDGER_RESTORED)
			return true;
	return false;
}

/* Everybody hears of the acts and accepts some. */
static void accept_some(struct sim *w)
{
	char text[DRAFT];
	struct word word;

	for (int i = 0; i < w->parties; i++) {
		carry(w, (i + w->parties - 1) % w->parties, i);
		look(w, i);
		for (int k = 0; k < ACCEPTED; k++) {
			draft_word(w, i, "act.accept", text);
			STORY(w, "%s writes %s\n", party_codes[i], text);
			if (do_write(w, i, text, &word))
				said(w, &word);
			settle(w, i);
		}
	}
}

static void finish(struct sim *w)
{
	bool same;
	int at;

	accept_some(w);
	same = exchange_all(w);

	if (somebody_waits(w)) {
		atomic_fetch_add(&tally->stuck, 1);
	} else {
		sim_must(w, same, "all is exchanged, but not all hold the same");
		check_liveness(w);
	}
	for (int i = 0; i < w->parties; i++) {
		look_at_entries(w, i);
		look_at_digest(w, i);
	}
	at = (int)below(w, (unsigned)w->parties);
	if (below(w, REBUILT) == 0)
		check_rebuilt(w, at);
	if (below(w, REBUILT) == 0)
		look_at_past(w, at);
}

static void schedule(struct sim *w, int parties, unsigned number, const char *dir)
{
	struct arena a = w->a;
	unsigned steps, touched = (1u << parties) - 1;

	*w = (struct sim){ .a = a };
	sim_begin(w, parties, number, dir);
	steps = STEPS_LEAST + below(w, STEPS_MORE);
	for (unsigned s = 0; s <= steps; s++) {
		for (int i = 0; i < parties; i++)
			if (touched & 1u << i)
				look(w, i);
		STORY(w, "%u. ", s);
		if (s < steps)
			step(w, &touched);
		arena_reset(&w->a);
	}
	atomic_fetch_add(&tally->steps, steps);
	finish(w);
	arena_reset(&w->a);
	sim_end(w, dir);
	atomic_fetch_add(&tally->schedules, 1);
}

/* --- the workers --- */

static void worker(int which, int parties)
{
	struct sim *w = calloc(1, sizeof(*w));
	char dir[PATH];

	signal(SIGSEGV, SIG_DFL); /* not cmocka's: it would go on with the tests here */
	signal(SIGABRT, SIG_DFL);
	arena_init(&w->a, (size_t)1 << 30);
	snprintf(dir, PATH, "%s/worker%d", run.dir, which);
	for (unsigned n = (unsigned)which; n < run.schedules[parties]; n += WORKERS)
		if (run.only < 0 || n == (unsigned)run.only)
			schedule(w, parties, n, dir);
	arena_done(&w->a);
	free(w);
	_exit(0);
}

static void simulate(int parties)
{
	pid_t pid[WORKERS];
	int status, bad = 0;

	if (run.parties && run.parties != parties)
		skip();
	memset(tally, 0, sizeof(*tally));
	fflush(stdout);
	for (int i = 0; i < WORKERS; i++) {
		pid[i] = fork();
		if (pid[i] == 0)
			worker(i, parties);
	}
	for (int i = 0; i < WORKERS; i++)
		bad += waitpid(pid[i], &status, 0) != pid[i] || status != 0;
	printf("# %d parties, SEED=%llu: %u schedules, %u steps: %u entries written, %u "
	       "drafts refused, %u pouches opened, %u damaged, %u lines cut, %u sealed bodies "
	       "opened, %u crashes, %u copies put back, %u left waiting, %u acts in force, %u "
	       "closed, %u cosignatures\n",
	       parties, (unsigned long long)run.seed, tally->schedules, tally->steps,
	       tally->written, tally->refused, tally->opened, tally->damaged, tally->cut_off,
	       tally->sealed, tally->crashes, tally->put_back, tally->stuck, tally->in_force,
	       tally->closed, tally->cosigned);
	assert_int_equal(bad, 0);
	if (run.only < 0 && run.schedules[parties] >= 100) {
		/* what was never met proves nothing */
		assert_true(tally->in_force > 0 && tally->closed > 0 && tally->crashes > 0);
		assert_true(tally->damaged > 0 && tally->cut_off > 0 && tally->put_back > 0);
	}
}

static void two_parties(void **state)
{
	(void)state;
	simulate(2);
}

static void three_parties(void **state)
{
	(void)state;
	simulate(3);
}

static void four_parties(void **state)
{
	(void)state;
	simulate(4);
}

/* --- the run --- */

static uint64_t number_from(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text && *text ? strtoull(text, NULL, 10) : otherwise;
}

static int up(void **state)
{
	struct sim *w = calloc(1, sizeof(*w));

	(void)state;
	run.seed = number_from("SEED", SEED_OF_EVERY_RUN);
	run.only = (long)number_from("SCHEDULE", UINT64_MAX);
	run.parties = (long)number_from("PARTIES", 0);
	for (int parties = 2; parties <= PARTIES; parties++) {
		run.schedules[parties] =
			(unsigned)number_from("SCHEDULES", schedules_of[parties]);
		if (run.only >= (long)run.schedules[parties])
			run.schedules[parties] = (unsigned)run.only + 1;
	}
	snprintf(run.dir, sizeof(run.dir), "%s/benkan-sim-XXXXXX",
		 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "build");
	assert_non_null(mkdtemp(run.dir));
	tally = mmap(NULL, sizeof(*tally), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		     -1, 0);
	assert_true(tally != MAP_FAILED);
	arena_init(&w->a, (size_t)1 << 30);
	w->story = open_memstream(&w->log, &w->log_size);
	for (int parties = 2; parties <= PARTIES; parties++) {
		template_make(w, parties, false);
		template_make(w, parties, true);
	}
	fclose(w->story);
	free(w->log);
	arena_done(&w->a);
	free(w);
	return 0;
}

static int down(void **state)
{
	(void)state;
	remove_tree(run.dir);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(two_parties),
					    cmocka_unit_test(three_parties),
					    cmocka_unit_test(four_parties) };

	return cmocka_run_group_tests(tests, up, down);
}

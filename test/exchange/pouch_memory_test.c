/* However much a pouch carries, it takes the memory of one member. */
#include "pouches.h"

#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

extern char **environ;

enum { BATCH = 1000, BATCHES = 20, FILES = 5, FILE_BYTES = 16 << 20, PEAK_MIB = 64 };

static void write_letters(struct nodes *t)
{
	struct draft *d = arena_array(&t->a, struct draft, BATCH);
	struct act_result *r = arena_array(&t->a, struct act_result, BATCH);
	struct arena a;

	arena_init(&a, 1 << 30);
	for (int b = 0; b < BATCHES; b++) {
		arena_reset(&a);
		for (int i = 0; i < BATCH; i++) {
			char text[512];

			snprintf(text, sizeof(text),
				 "{\"type\":\"record.put\",\"kind\":\"organisation\",\"data\":{"
				 "\"name\":{\"fr\":\"Organisation %d\"},\"type\":\"10\"}}",
				 b * BATCH + i);
			d[i] = (struct draft){ .json = arena_str(&a, str_z(text)),
					       .actor = S("sec-1") };
		}
		register_batch(t->ml, &a, d, BATCH, r);
		for (int i = 0; i < BATCH; i++)
			assert_true(r[i].done);
	}
	arena_done(&a);
}

static void attach(struct nodes *t, int n)
{
	char *bytes = malloc(FILE_BYTES), draft[512], hex[2 * HASH_SIZE + 1] = { 0 };
	struct hash h;
	struct buf b;
	struct err err;

	assert_non_null(bytes);
	memset(bytes, 'a' + n, FILE_BYTES);
	check_ok(store_blob_put(node_store(t->ml), str_of(bytes, FILE_BYTES), &h, &err), &err);
	free(bytes);
	buf_init(&b, 2 * HASH_SIZE);
	buf_hex(&b, h.b, HASH_SIZE);
	memcpy(hex, b.p, b.n);
	buf_done(&b);
	snprintf(draft, sizeof(draft),
		 "{\"type\":\"record.put\",\"kind\":\"document\",\"data\":{\"title\":{\"fr\":"
		 "\"Plan %d\"},\"file\":{\"sha256\":\"%s\",\"size\":%d,\"media\":\"image/"
		 "png\",\"name\":\"plan.png\"}}}",
		 n, hex, FILE_BYTES);
	good(t, t->ml, draft);
}

/*
 * A process begins with the peak of the one that made it: so programs are run by a process that
 * was made while this one was small.
 */
enum { COMMAND_MAX = 512 };
static struct {
	int ask, answer;
} runner;

static void run_commands(int from, int to)
{
	char sh[] = "sh", c[] = "-c", command[COMMAND_MAX];
	char *const words[] = { sh, c, command, NULL };

	while (read(from, command, sizeof(command)) == (ssize_t)sizeof(command)) {
		struct rusage used;
		long peak = -1;
		int status;
		pid_t pid;

		if (posix_spawn(&pid, "/bin/sh", NULL, NULL, words, environ) == 0 &&
		    wait4(pid, &status, 0, &used) == pid && WIFEXITED(status) &&
		    WEXITSTATUS(status) == 0)
			peak = used.ru_maxrss >> 10;
		if (write(to, &peak, sizeof(peak)) != (ssize_t)sizeof(peak))
			return;
	}
}

static void runner_up(void)
{
	int ask[2], answer[2];

	assert_int_equal(pipe(ask) + pipe(answer), 0);
	if (fork() == 0) {
		close(ask[1]);
		close(answer[0]);
		run_commands(ask[0], answer[1]);
		_exit(0);
	}
	close(ask[0]);
	close(answer[1]);
	runner.ask = ask[1];
	runner.answer = answer[0];
}

/* Run the program; the most memory it held, in MiB. */
static long peak_of(const char *words, const char *more)
{
	char command[COMMAND_MAX] = { 0 };
	long peak;

	snprintf(command, sizeof(command), "exec ./benkan pouch %s %s >/dev/null", words, more);
	assert_int_equal(write(runner.ask, command, sizeof(command)), sizeof(command));
	assert_int_equal(read(runner.answer, &peak, sizeof(peak)), sizeof(peak));
	assert_true(peak > 0);
	return peak;
}

static void a_large_pouch_takes_little_memory(void **state)
{
	char file[128], pack[300], open[300];
	struct nodes t;
	struct stat st;
	long packing, previewing, opening;

	(void)state;
	if (access("./benkan", X_OK) != 0) {
		print_message("skip: ./benkan is not built\n");
		skip();
	}
	nodes_up(&t);
	nodes_up_ru(&t);
	write_letters(&t);
	for (int i = 0; i < FILES; i++)
		attach(&t, i);
	node_close(t.ml);
	node_close(t.ru);
	t.ml = t.ru = NULL;
	snprintf(file, sizeof(file), "%s/large.pouch", t.dir);
	snprintf(pack, sizeof(pack), "--node %s --to ru -o %s", t.ml_dir, file);
	snprintf(open, sizeof(open), "--node %s %s", t.ru_dir, file);
	packing = peak_of("pack --json", pack);
	assert_int_equal(stat(file, &st), 0);
	assert_true(st.st_size > (off_t)FILES * FILE_BYTES);
	previewing = peak_of("open --json --preview", open);
	opening = peak_of("open --json", open);
	print_message("a pouch of %ld MiB, its largest member %d MiB: packed in %ld MiB of "
		      "memory, previewed in %ld, opened in %ld\n",
		      (long)(st.st_size >> 20), FILE_BYTES >> 20, packing, previewing, opening);
	assert_true(packing < PEAK_MIB && previewing < PEAK_MIB && opening < PEAK_MIB);
	nodes_down(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_large_pouch_takes_little_memory),
	};

	runner_up();
	return cmocka_run_group_tests(tests, NULL, NULL);
}

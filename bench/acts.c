/*
 * Acts through the one door, for the benchmark: payments on projects, the same ones every time.
 *
 *	acts NODE fill PROJECTS PAYMENTS   that many projects, so many payments on each
 *	acts NODE one COUNT                one act at a time: acts a second, bytes of an entry
 *	acts NODE clients COUNT THREADS    so many threads at once: acts a second, acts refused
 *	acts NODE batch COUNT              a thousand a commit: acts per second of CPU time
 */
#include "base/lang.h"
#include "register/register.h"
#include "store/view.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <time.h>

enum { BATCH = 1000, DRAFT_BYTES = 2048, ARENA = 256 << 20, THREADS_MAX = 256, ID_BYTES = 40 };

static int64_t clock_us(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int64_t now_ms(void *ctx)
{
	(void)ctx;
	return clock_us(CLOCK_REALTIME) / 1000;
}

static void chance(void *ctx, void *out, size_t n)
{
	(void)ctx;
	if (getrandom(out, n, 0) != (ssize_t)n)
		abort();
}

static int64_t cpu_us(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (int64_t)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000 + u.ru_utime.tv_usec +
	       u.ru_stime.tv_usec;
}

static void stop(const struct err *err)
{
	struct buf b;

	buf_init(&b, 4096);
	lang_err(&b, LANG_EN, err);
	(void)fprintf(stderr, "acts: %s: %.*s\n", err->field, STR(buf_str(&b)));
	exit(1);
}

/* --- what is written --- */

static const char *const cooperation[] = { "energy",    "mines",  "agriculture", "transport",
					   "education", "health", "culture",     "water" };
static const char *const sectors[] = { "11110", "12220", "14021", "21020",
				       "23110", "31110", "41010", "72010" };

static struct draft project(char text[DRAFT_BYTES], int i)
{
	int n = snprintf(
		text, DRAFT_BYTES,
		"{\"type\":\"record.put\",\"kind\":\"project\",\"data\":{\"title\":{\"fr\":"
		"\"Projet %d de l’énergie et de l’école\","
		"\"ru\":\"Проект %d по энергетике и школе\",\"en\":\"Project "
		"%d\"},\"status\":\"%d\",\"field\":\"%s\",\"priority\":%s,"
		"\"planned_start\":\"2026-%02d-%02d\",\"planned_end\":\"2028-%02d-%02d\","
		"\"cost\":{\"amount\":\"%d.00\",\"currency\":\"XOF\",\"value_date\":\"2026-01-"
		"15\"},"
		"\"sectors\":[{\"sector\":\"%s\",\"percentage\":\"60\"},{\"sector\":\"%s\","
		"\"percentage\":\"40\"}],"
		"\"milestones\":[{\"key\":\"etude\",\"title\":{\"fr\":\"Étude\"},\"planned_"
		"end\":\"2027-%02d-%02d\"}],"
		"\"illustrative\":true}}",
		i, i, i, 1 + i % 2, cooperation[i % 8], i % 10 == 0 ? "true" : "false",
		1 + i % 12, 1 + i % 28, 1 + i % 12, 1 + i % 28, 1000000 + i * 17,
		sectors[i % 8], sectors[(i + 1) % 8], 1 + i % 12, 1 + i % 28);

	return (struct draft){ .json = str_of(text, (size_t)n), .actor = S("bench") };
}

static struct draft payment(char text[DRAFT_BYTES], const char *project_id, int i)
{
	int n = snprintf(text, DRAFT_BYTES,
			 "{\"type\":\"record.put\",\"kind\":\"transaction\",\"data\":{"
			 "\"project\":\"joint/%s\",\"type\":\"%d\","
			 "\"date\":\"202%d-%02d-%02d\",\"value\":{\"amount\":\"%d%s\","
			 "\"currency\":\"%s\",\"value_date\":\"202%d-%02d-%02d\"},"
			 "\"reference\":\"V-%d\",\"description\":{\"fr\":\"Versement numéro "
			 "%d\",\"ru\":\"Платёж номер %d\"},\"illustrative\":true}}",
			 project_id, 2 + i % 3, 3 + i % 3, 1 + i % 12, 1 + i % 28, 1000 + i,
			 i % 2 ? "" : ".25", i % 2 ? "XOF" : "RUB", 3 + i % 3, 1 + i % 12,
			 1 + i % 28, i, i, i);

	return (struct draft){ .json = str_of(text, (size_t)n), .actor = S("bench") };
}

static void must(const struct act_result *r)
{
	if (!r->done)
		stop(&r->errors[0]);
}

static void keep_id(const struct act_result *r, char id[ID_BYTES])
{
	(void)snprintf(id, ID_BYTES, "%.*s", STR(r->id));
}

static void one_project(struct node *n, struct arena *a, char id[ID_BYTES])
{
	char text[DRAFT_BYTES];
	struct draft d = project(text, 0);
	struct act_result r = { 0 };

	register_do(n, a, &d, &r);
	must(&r);
	keep_id(&r, id);
}

/* --- ways of writing --- */

struct batch {
	char text[BATCH][DRAFT_BYTES];
	struct draft drafts[BATCH];
	struct act_result results[BATCH];
	int n;
};

static void write_batch(struct node *n, struct arena *a, struct batch *b)
{
	arena_reset(a);
	memset(b->results, 0, sizeof(b->results));
	register_batch(n, a, b->drafts, (size_t)b->n, b->results);
	for (int i = 0; i < b->n; i++)
		must(&b->results[i]);
}

static void fill(struct node *n, struct arena *a, int projects, int payments)
{
	struct batch *b = calloc(1, sizeof(*b));
	char(*ids)[ID_BYTES] = calloc((size_t)projects, ID_BYTES);

	if (b == NULL || ids == NULL)
		abort();
	for (int i = 0; i < projects; i += b->n) {
		for (b->n = 0; b->n < BATCH && i + b->n < projects; b->n++)
			b->drafts[b->n] = project(b->text[b->n], i + b->n);
		write_batch(n, a, b);
		for (int k = 0; k < b->n; k++)
			keep_id(&b->results[k], ids[i + k]);
	}
	for (int i = 0; i < projects * payments; i += b->n) {
		for (b->n = 0; b->n < BATCH && i + b->n < projects * payments; b->n++)
			b->drafts[b->n] =
				payment(b->text[b->n], ids[(i + b->n) % projects], i + b->n);
		write_batch(n, a, b);
	}
	printf("%d\n", projects * (1 + payments));
	free(ids);
	free(b);
}

static void batch(struct node *n, struct arena *a, int count)
{
	struct batch *b = calloc(1, sizeof(*b));
	char id[ID_BYTES];
	int64_t spent = 0;

	if (b == NULL)
		abort();
	one_project(n, a, id);
	for (int i = 0; i < count; i += b->n) {
		for (b->n = 0; b->n < BATCH && i + b->n < count; b->n++)
			b->drafts[b->n] = payment(b->text[b->n], id, i + b->n);
		spent -= cpu_us();
		write_batch(n, a, b);
		spent += cpu_us();
	}
	printf("%lld\n", (long long)count * 1000000 / spent);
	free(b);
}

static size_t last_entry_bytes(struct node *n, struct arena *a, const struct act_result *r)
{
	struct view *v;
	struct str bytes;
	struct err err;

	if (!view_open(node_store(n), &v, &err) || !view_begin(v, &err) ||
	    !view_entry(v, a, r->party, r->n, &bytes, &err))
		stop(&err);
	view_end(v);
	view_close(v);
	return bytes.n;
}

static void one_at_a_time(struct node *n, struct arena *a, int count)
{
	char text[DRAFT_BYTES], id[ID_BYTES];
	struct act_result r = { 0 };
	int64_t began;

	one_project(n, a, id);
	began = clock_us(CLOCK_MONOTONIC);
	for (int i = 0; i < count; i++) {
		struct draft d = payment(text, id, i);

		arena_reset(a);
		r = (struct act_result){ 0 };
		register_do(n, a, &d, &r);
		must(&r);
	}
	began = clock_us(CLOCK_MONOTONIC) - began;
	printf("%lld %zu\n", (long long)count * 1000000 / began, last_entry_bytes(n, a, &r));
}

struct client {
	struct node *node;
	const char *project;
	int from, to, refused;
};

static void *client_run(void *arg)
{
	struct client *c = arg;
	char text[DRAFT_BYTES];
	struct arena a;

	arena_init(&a, ARENA);
	for (int i = c->from; i < c->to; i++) {
		struct draft d = payment(text, c->project, i);
		struct act_result r = { 0 };

		arena_reset(&a);
		register_do(c->node, &a, &d, &r);
		c->refused += !r.done;
	}
	arena_done(&a);
	return NULL;
}

static void clients(struct node *n, struct arena *a, int count, int threads)
{
	pthread_t thread[THREADS_MAX];
	struct client c[THREADS_MAX];
	char id[ID_BYTES];
	int refused = 0;
	int64_t began;

	one_project(n, a, id);
	began = clock_us(CLOCK_MONOTONIC);
	for (int i = 0; i < threads; i++) {
		c[i] = (struct client){ n, id, (int)((int64_t)count * i / threads),
					(int)((int64_t)count * (i + 1) / threads), 0 };
		if (pthread_create(&thread[i], NULL, client_run, &c[i]) != 0)
			abort();
	}
	for (int i = 0; i < threads; i++) {
		(void)pthread_join(thread[i], NULL);
		refused += c[i].refused;
	}
	printf("%lld %d\n", (long long)count * 1000000 / (clock_us(CLOCK_MONOTONIC) - began),
	       refused);
}

int main(int argc, char **argv)
{
	const struct node_env env = { now_ms, chance, NULL };
	int count = argc > 3 ? atoi(argv[3]) : 0, more = argc > 4 ? atoi(argv[4]) : 0;
	struct node *n;
	struct arena a;
	struct err err;

	if (count <= 0 || more < 0)
		return 2;
	if (!node_open(argv[1], STORE_WRITE, &env, &n, &err))
		stop(&err);
	arena_init(&a, ARENA);
	if (strcmp(argv[2], "fill") == 0)
		fill(n, &a, count, more);
	else if (strcmp(argv[2], "one") == 0)
		one_at_a_time(n, &a, count);
	else if (strcmp(argv[2], "clients") == 0 && more > 0 && more <= THREADS_MAX)
		clients(n, &a, count, more);
	else if (strcmp(argv[2], "batch") == 0)
		batch(n, &a, count);
	else
		return 2;
	arena_done(&a);
	node_close(n);
	return 0;
}

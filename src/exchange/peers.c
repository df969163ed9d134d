#include "exchange/peers.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	EVERY_S = 60,
	LATEST_S = 3600,
	NUDGE_MS = 200,
	AGAIN_MS = 1500,
	JITTER = 5 /* a fifth, both ways */
};
enum { PEER_ARENA = 256 << 20, ADDRESS_MAX = 2048 };

struct peer {
	struct peers *all;
	struct str url;
	pthread_t thread;
	struct str ledger; /* its own, of the charter; empty until it was reached */
	unsigned failures;
	bool asked, met; /* since the start: an exchange was tried, one came to its end */
	bool untold;     /* something was written while it did not answer */
	struct timespec due;
};

struct peers {
	struct node *node;
	struct peers_plan plan;
	pthread_mutex_t lock, telling; /* telling: one at a time */
	pthread_cond_t stirred;
	atomic_bool stop;
	size_t count;
	struct peer peer[PEERS_MAX];
};

/* --- times --- */

static struct timespec after_ms(int64_t ms)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += (ms % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_nsec -= 1000000000;
		until.tv_sec++;
	}
	return until;
}

static bool earlier(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec < b->tv_sec || (a->tv_sec == b->tv_sec && a->tv_nsec < b->tv_nsec);
}

/* A minute, doubled with each failure after the first, up to an hour; a fifth more or less, so
 * that nodes that were cut off together do not come back together. */
static int64_t pause_ms(struct node *n, unsigned failures)
{
	const struct node_env *env = node_env(n);
	int64_t s = EVERY_S, spread;
	uint32_t chance;

	for (unsigned i = 1; i < failures && s < LATEST_S; i++)
		s *= 2;
	if (s > LATEST_S)
		s = LATEST_S;
	env->random(env->ctx, &chance, sizeof(chance));
	spread = s * 1000 / JITTER;
	return s * 1000 - spread + (int64_t)(chance % (uint64_t)(2 * spread));
}

/* --- one peer --- */

static void be_due(struct peer *p, struct timespec when)
{
	if (earlier(&when, &p->due))
		p->due = when;
}

/*
 * What this node writes is told to peers that answer; a peer that shows something new is there
 * for sure.  Called under the writer: only a flag is set.
 */
static void stir(void *ctx, struct str ledger)
{
	struct peers *all = ctx;
	bool own = str_eq(ledger, node_ledger(all->node));

	pthread_mutex_lock(&all->lock);
	for (struct peer *p = all->peer; p < all->peer + all->count; p++)
		if (own && p->failures > 0)
			p->untold = true;
		else if (own || !p->ledger.n || str_eq(p->ledger, ledger))
			be_due(p, after_ms(NUDGE_MS));
	pthread_cond_broadcast(&all->stirred);
	pthread_mutex_unlock(&all->lock);
}

/* With the lock held; false when it is time to stop. */
static bool wait_due(struct peer *p)
{
	struct peers *all = p->all;

	while (!atomic_load(&all->stop)) {
		struct timespec now = after_ms(0), until = p->due;

		if (!earlier(&now, &until))
			return true;
		(void)pthread_cond_timedwait(&all->stirred, &all->lock, &until);
	}
	return false;
}

/* The charter's own text, which stays. */
static struct str lasting(struct node *n, struct str ledger)
{
	const struct charter_ledger *l = charter_find(node_charter(n), ledger);

	return l ? l->name : (struct str){ 0 };
}

static void tell(struct peer *p, bool ok, const struct err *err, bool failed_before)
{
	const struct peers_plan *plan = &p->all->plan;

	if (!plan->told || ok != failed_before || atomic_load(&p->all->stop))
		return;
	pthread_mutex_lock(&p->all->telling);
	plan->told(plan->ctx, p->url, ok ? NULL : err);
	pthread_mutex_unlock(&p->all->telling);
}

/* Nodes that start together: the first one up asks once more before a failure counts. */
static bool too_early(struct peer *p, bool ok, const struct err *err)
{
	bool early = !ok && !p->asked && err->kind == ERR_UNREACHABLE;

	p->asked = true;
	p->met = p->met || ok;
	return early;
}

static void exchange_once(struct peer *p)
{
	struct peers *all = p->all;
	const struct sync_plan plan = {
		.url = p->url, .missing = !p->met, .push = all->plan.push, .stop = &all->stop
	};
	struct sync_result result;
	struct arena a;
	struct err err;
	bool ok, early, soon, failed_before;

	arena_init(&a, PEER_ARENA);
	ok = peer_exchange(all->node, &a, &plan, &result, &err);
	pthread_mutex_lock(&all->lock);
	early = too_early(p, ok, &err);
	failed_before = p->failures > 0;
	p->failures = ok || early ? 0 : p->failures + 1;
	if (result.ledger.n)
		p->ledger = lasting(all->node, result.ledger);
	/* What was brought is answered by an acknowledgement, which that peer cannot bring. And
	 * what was written as it came to answer again may have missed this exchange. */
	soon = early || (ok && (result.pushed > 0 || p->untold));
	p->untold = p->untold && !ok;
	be_due(p, after_ms(soon ? AGAIN_MS : pause_ms(all->node, p->failures)));
	pthread_mutex_unlock(&all->lock);
	if (!early)
		tell(p, ok, &err, failed_before);
	arena_done(&a);
}

static void *run(void *ctx)
{
	const struct timespec never = { .tv_sec = INT32_MAX };
	struct peer *p = ctx;

	pthread_mutex_lock(&p->all->lock);
	while (wait_due(p)) {
		p->due = never; /* whoever stirs from here on is heard after this exchange */
		pthread_mutex_unlock(&p->all->lock);
		exchange_once(p);
		pthread_mutex_lock(&p->all->lock);
	}
	pthread_mutex_unlock(&p->all->lock);
	return NULL;
}

/* --- all of them --- */

static bool check_plan(const struct peers_plan *plan, struct err *err)
{
	if (plan->count > PEERS_MAX)
		return err_set(err, ERR_USAGE, "peer",
			       N_("at most %1 peers can be named with --peer"),
			       err_num(PEERS_MAX));
	for (size_t i = 0; i < plan->count; i++)
		if ((!str_starts(plan->urls[i], S("http://")) &&
		     !str_starts(plan->urls[i], S("https://"))) ||
		    plan->urls[i].n > ADDRESS_MAX)
			return err_set(
				err, ERR_USAGE, "peer",
				N_("«%1» is not an address: it must begin with http:// or "
				   "https://"),
				err_arg(plan->urls[i]));
	return true;
}

static struct peers *make(struct node *n, const struct peers_plan *plan)
{
	struct peers *all = calloc(1, sizeof(*all));
	pthread_condattr_t steady;

	if (!all)
		abort();
	all->node = n;
	all->plan = *plan;
	pthread_mutex_init(&all->lock, NULL);
	pthread_mutex_init(&all->telling, NULL);
	pthread_condattr_init(&steady);
	pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
	pthread_cond_init(&all->stirred, &steady);
	pthread_condattr_destroy(&steady);
	return all;
}

bool peers_start(struct node *n, const struct peers_plan *plan, struct peers **out,
		 struct err *err)
{
	struct peers *all;

	*out = NULL;
	if (!check_plan(plan, err))
		return false;
	if (!node_charter(n))
		return err_set(
			err, ERR_CONFLICT, NULL,
			N_("This node has no charter yet. Adopt one first: benkan adopt"));
	all = make(n, plan);
	pthread_mutex_lock(&all->lock);
	while (all->count < plan->count) {
		struct peer *p = &all->peer[all->count];

		*p = (struct peer){ .all = all,
				    .url = plan->urls[all->count],
				    .due = after_ms(0) };
		if (pthread_create(&p->thread, NULL, run, p) != 0)
			break;
		all->count++;
	}
	pthread_mutex_unlock(&all->lock);
	if (all->count < plan->count) {
		peers_stop(all);
		return err_set(err, ERR_UNREACHABLE, NULL,
			       N_("A thread could not be started: the system is out of "
				  "resources."));
	}
	register_watch(n, stir, all);
	*out = all;
	return true;
}

void peers_stop(struct peers *all)
{
	if (!all)
		return;
	register_watch(all->node, NULL, NULL);
	pthread_mutex_lock(&all->lock);
	atomic_store(&all->stop, true);
	pthread_cond_broadcast(&all->stirred);
	pthread_mutex_unlock(&all->lock);
	for (size_t i = 0; i < all->count; i++)
		pthread_join(all->peer[i].thread, NULL);
	pthread_cond_destroy(&all->stirred);
	pthread_mutex_destroy(&all->telling);
	pthread_mutex_destroy(&all->lock);
	free(all);
}

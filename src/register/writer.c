#include "register/writer.h"

#include "register/door.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

/* The register follows once nothing was written for so long, or so many times as long. */
enum { QUIET_MS = 5, QUIETS_MAX = 10, ASK_FROM = 8 };
/* And then, after so long, what the store puts off until all is quiet: between the commits of a
 * long job it is not. */
enum { ALL_QUIET_S = 1 };

struct writer {
	struct node *node;
	pthread_t follower, leader;
	pthread_mutex_t lock;
	pthread_cond_t work, come; /* for the follower; for the leader */
	struct job *first, **last;
	bool led;      /* somebody writes */
	bool sleeping; /* the follower, until it is called */
	bool written;  /* since the follower last looked */
	bool stopping;
	struct pen pen; /* of who has the store's turn */
};

/* The next drafts of the job; how many of its requests are in hand then. */
static size_t read_some(const struct writer *w, struct job *j)
{
	size_t n = j->count - j->read;

	if (n > DRAFTS_AT_ONCE)
		n = DRAFTS_AT_ONCE;
	for (size_t i = 0; i < n; i++, j->read++)
		draft_read(w->node, j->a, &j->drafts[j->read], &j->requests[i],
			   &j->results[j->read]);
	return n;
}

/* Nothing of the commit stands: every draft that was not refused by itself fails with it. */
static void fail_all(const struct writer *w, struct job *jobs, const struct err *err)
{
	for (struct job *j = jobs; j; j = j->next) {
		while (j->drafts && j->read < j->count)
			(void)read_some(w, j);
		for (size_t i = 0; i < j->count; i++) {
			struct act_result *r = &j->results[i];

			if (r->error_count)
				continue;
			*r = (struct act_result){ 0 };
			result_refuse(j->a, r, err);
		}
	}
}

/* What few drafts name is asked for one by one. */
static bool ask_first(struct writer *w, const struct job *jobs, struct err *err)
{
	size_t count = 0;

	for (const struct job *j = jobs; j; j = j->next)
		count += j->count;
	if (count < ASK_FROM)
		return true;
	for (const struct job *j = jobs; j; j = j->next)
		if (!j->drafts && !door_ask(&w->pen, j->requests, j->count, err))
			return false;
	return pen_asked(&w->pen, err);
}

/* `last`: nothing comes after them in the commit. */
static bool write_some(struct writer *w, struct request *r, size_t n, bool last,
		       struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		w->pen.last = last && i + 1 == n;
		if (!request_refused(&r[i]) && !door_write(&w->pen, &r[i], err))
			return false;
	}
	return true;
}

static bool write_long(struct writer *w, struct job *j, struct err *err)
{
	while (j->read < j->count) {
		size_t n = read_some(w, j);

		if (!door_ask(&w->pen, j->requests, n, err) || !pen_asked(&w->pen, err) ||
		    !write_some(w, j->requests, n, !j->next && j->read == j->count, err))
			return false;
	}
	return true;
}

static bool write_jobs(struct writer *w, struct job *jobs, struct err *err)
{
	if (!ask_first(w, jobs, err))
		return false;
	for (struct job *j = jobs; j; j = j->next)
		if (!(j->drafts ? write_long(w, j, err)
				: write_some(w, j->requests, j->count, !j->next, err)))
			return false;
	return true;
}

/* One commit: all of it or nothing. */
static void commit_jobs(struct writer *w, struct job *jobs)
{
	struct err err;
	bool ok = pen_begin(&w->pen, &err);

	if (ok && !write_jobs(w, jobs, &err)) {
		pen_undo(&w->pen);
		ok = false;
	} else if (ok && w->pen.written == w->pen.acknowledged) {
		pen_undo(&w->pen); /* acknowledgements alone have their own moments */
	} else if (ok) {
		ok = pen_commit(&w->pen, &err);
	}
	if (!ok)
		fail_all(w, jobs, &err);
}

/* What waits, up to a bound, oldest first.  Called with the lock held. */
static struct job *take_jobs(struct writer *w)
{
	struct job *jobs = w->first, *end = jobs;
	size_t drafts = end->count;

	while (end->next && drafts + end->next->count <= COMMIT_DRAFTS) {
		end = end->next;
		drafts += end->count;
	}
	w->first = end->next;
	if (!w->first)
		w->last = &w->first;
	end->next = NULL;
	return jobs;
}

/* A semaphore a caller: whoever is woken needs no lock to go on, so that 64 of them do not
 * queue for it. */
static void wake(struct job *jobs, const struct job *but)
{
	while (jobs) {
		struct job *next =
			jobs->next; /* once it is ready, the job is its caller's again */

		if (jobs->done)
			jobs->done(jobs->ctx);
		else if (jobs != but)
			sem_post(&jobs->ready);
		jobs = next;
	}
}

/* Who comes first of those that wait leads next, or the leader, when nobody waits for it. */
static void call_next(struct writer *w, struct job *next)
{
	if (!next)
		return;
	if (next->done) {
		pthread_cond_signal(&w->come);
		return;
	}
	next->leads = true;
	sem_post(&next->ready);
}

/* The commit is made: the next one leads, before those it was made for wake. */
static void pass_on(struct writer *w, struct job *own, struct job *jobs)
{
	struct job *next;
	bool call;

	pthread_mutex_lock(&w->lock);
	next = w->first;
	w->led = next && !next->done;
	w->written = true;
	call = w->sleeping;
	pthread_mutex_unlock(&w->lock);
	if (call)
		pthread_cond_signal(&w->work);
	call_next(w, next);
	wake(jobs, own);
}

/* Nobody writes in the middle of writing. */
static void take_turn(struct writer *w)
{
	bool mine = store_turn_take(w->node->store);

	assert(mine);
}

static void lead(struct writer *w, struct job *own)
{
	struct job *jobs;

	pthread_mutex_lock(&w->lock);
	jobs = take_jobs(w);
	pthread_mutex_unlock(&w->lock);
	take_turn(w);
	store_owe(w->node->store, true);
	commit_jobs(w, jobs);
	store_owe(w->node->store, false);
	store_turn_give(w->node->store);
	pass_on(w, own, jobs);
}

static void add_job(struct writer *w, struct job *job)
{
	job->next = NULL;
	*w->last = job;
	w->last = &job->next;
}

void writer_wait(struct writer *w, struct job *job)
{
	bool leads;

	sem_init(&job->ready, 0, 0);
	pthread_mutex_lock(&w->lock);
	add_job(w, job);
	leads = !w->led;
	w->led = true;
	pthread_mutex_unlock(&w->lock);
	if (!leads) {
		while (sem_wait(&job->ready) != 0)
			; /* a signal came in between */
		leads = job->leads;
	}
	if (leads)
		lead(w, job);
	sem_destroy(&job->ready);
}

void writer_later(struct writer *w, struct job *job)
{
	bool call;

	pthread_mutex_lock(&w->lock);
	add_job(w, job);
	call = !w->led;
	pthread_mutex_unlock(&w->lock);
	if (call)
		pthread_cond_signal(&w->come);
}

static void *lead_for_all(void *ctx)
{
	struct writer *w = ctx;

	pthread_mutex_lock(&w->lock);
	while (w->first || !w->stopping) {
		if (w->led || !w->first) {
			pthread_cond_wait(&w->come, &w->lock);
			continue;
		}
		w->led = true;
		pthread_mutex_unlock(&w->lock);
		lead(w, NULL);
		pthread_mutex_lock(&w->lock);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

/* --- the follower: readers of other processes see what is written without asking for it --- */

/* So short that a stop may wait for its end. */
static void wait_a_little(struct writer *w)
{
	pthread_mutex_unlock(&w->lock);
	(void)poll(NULL, 0, QUIET_MS);
	pthread_mutex_lock(&w->lock);
}

/* Until it is called, or all has been quiet for long, when that is to be `told`: then false. */
static bool sleep_on(struct writer *w, bool told)
{
	struct timespec until;

	if (!told)
		return pthread_cond_wait(&w->work, &w->lock) == 0;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += ALL_QUIET_S;
	return pthread_cond_timedwait(&w->work, &w->lock, &until) != ETIMEDOUT;
}

static void follow_soon(struct writer *w)
{
	for (int i = 0; w->written && !w->stopping && i < QUIETS_MAX; i++) {
		w->written = false;
		wait_a_little(w);
	}
	w->written = false;
	pthread_mutex_unlock(&w->lock);
	store_follow(w->node->store);
	pthread_mutex_lock(&w->lock);
}

static void all_quiet(struct writer *w)
{
	pthread_mutex_unlock(&w->lock);
	store_quiet(w->node->store);
	pthread_mutex_lock(&w->lock);
}

static void *follow(void *ctx)
{
	struct writer *w = ctx;
	bool put_off = false;

	pthread_mutex_lock(&w->lock);
	while (!w->stopping) {
		w->sleeping = !w->written;
		if (!w->sleeping) {
			follow_soon(w);
			put_off = true;
		} else if (!sleep_on(w, put_off)) {
			all_quiet(w);
			put_off = false;
		}
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

/* --- its life --- */

static void drop(struct writer *w)
{
	pthread_cond_destroy(&w->work);
	pthread_cond_destroy(&w->come);
	pthread_mutex_destroy(&w->lock);
	pen_done(&w->pen);
	free(w);
}

static void stop(struct writer *w)
{
	pthread_mutex_lock(&w->lock);
	w->stopping = true;
	pthread_cond_signal(&w->work);
	pthread_cond_signal(&w->come);
	pthread_mutex_unlock(&w->lock);
}

bool writer_start(struct node *n, struct writer **out, struct err *err)
{
	struct writer *w = calloc(1, sizeof(*w));

	if (!w)
		abort();
	w->node = n;
	w->last = &w->first;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->work, NULL);
	pthread_cond_init(&w->come, NULL);
	pen_init(&w->pen, n);
	*out = w;
	store_threads(n->store, true);
	if (pthread_create(&w->follower, NULL, follow, w) == 0) {
		if (pthread_create(&w->leader, NULL, lead_for_all, w) == 0)
			return true;
		stop(w);
		pthread_join(w->follower, NULL);
	}
	store_threads(n->store, false);
	drop(w);
	*out = NULL;
	return err_set(err, ERR_UNREACHABLE, NULL,
		       N_("The writing thread could not be started: the system is out "
			  "of resources."));
}

void writer_stop(struct writer *w)
{
	stop(w);
	pthread_join(w->leader, NULL);
	pthread_join(w->follower, NULL);
	store_threads(w->node->store, false);
	drop(w);
}

struct pen *writer_hold(struct writer *w)
{
	take_turn(w);
	store_follow(w->node->store);
	return &w->pen;
}

void writer_free(struct writer *w)
{
	store_turn_give(w->node->store);
}

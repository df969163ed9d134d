#include "register/writer.h"

#include "register/door.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>

/* One caller that waits; lives on the caller's stack. */
struct job {
	struct request *requests;
	size_t count;
	struct job *next;
	sem_t ready;
};

struct writer {
	struct node *node;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t work;
	struct job *first, **last;
	bool stopping;
	/* One commit at a time: this thread's, or of who holds the pen.  Who waits for it holds
	 * `turn`, so that one who takes it again and again lets others in between. */
	pthread_mutex_t turn, writing;
	struct pen pen;
};

/* Nothing of the commit stands: every draft that was not refused by itself fails with it. */
static void fail_all(struct job *jobs, const struct err *err)
{
	for (struct job *j = jobs; j; j = j->next)
		for (size_t i = 0; i < j->count; i++) {
			struct request *r = &j->requests[i];

			if (request_refused(r))
				continue;
			*r->out = (struct act_result){ 0 };
			request_refuse(r, err);
		}
}

static bool write_jobs(struct writer *w, struct job *jobs, struct err *err)
{
	for (struct job *j = jobs; j; j = j->next)
		for (size_t i = 0; i < j->count; i++)
			if (!request_refused(&j->requests[i]) &&
			    !door_write(&w->pen, &j->requests[i], err))
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
		fail_all(jobs, &err);
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
static void wake(struct job *jobs)
{
	while (jobs) {
		struct job *next =
			jobs->next; /* once it is ready, the job is its caller's again */

		sem_post(&jobs->ready);
		jobs = next;
	}
}

static void take_turn(struct writer *w)
{
	pthread_mutex_lock(&w->turn);
	pthread_mutex_lock(&w->writing);
	pthread_mutex_unlock(&w->turn);
}

static void *run(void *ctx)
{
	struct writer *w = ctx;
	struct job *jobs;

	pthread_mutex_lock(&w->lock);
	for (;;) {
		while (!w->first && !w->stopping)
			pthread_cond_wait(&w->work, &w->lock);
		if (!w->first)
			break;
		jobs = take_jobs(w);
		pthread_mutex_unlock(&w->lock);
		take_turn(w);
		commit_jobs(w, jobs);
		pthread_mutex_unlock(&w->writing);
		wake(jobs);
		pthread_mutex_lock(&w->lock);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

bool writer_start(struct node *n, struct writer **out, struct err *err)
{
	struct writer *w = calloc(1, sizeof(*w));

	if (!w)
		abort();
	w->node = n;
	w->last = &w->first;
	pthread_mutex_init(&w->lock, NULL);
	pthread_mutex_init(&w->turn, NULL);
	pthread_mutex_init(&w->writing, NULL);
	pthread_cond_init(&w->work, NULL);
	pen_init(&w->pen, n);
	if (pthread_create(&w->thread, NULL, run, w) != 0) {
		pen_done(&w->pen);
		free(w);
		return err_set(err, ERR_UNREACHABLE, NULL,
			       N_("The writing thread could not be started: the system is out "
				  "of resources."));
	}
	*out = w;
	return true;
}

void writer_stop(struct writer *w)
{
	pthread_mutex_lock(&w->lock);
	w->stopping = true;
	pthread_cond_signal(&w->work);
	pthread_mutex_unlock(&w->lock);
	pthread_join(w->thread, NULL);
	pthread_cond_destroy(&w->work);
	pthread_mutex_destroy(&w->writing);
	pthread_mutex_destroy(&w->turn);
	pthread_mutex_destroy(&w->lock);
	pen_done(&w->pen);
	free(w);
}

void writer_wait(struct writer *w, struct request *requests, size_t count)
{
	struct job job = { .requests = requests, .count = count };

	sem_init(&job.ready, 0, 0);
	pthread_mutex_lock(&w->lock);
	*w->last = &job;
	w->last = &job.next;
	pthread_cond_signal(&w->work);
	pthread_mutex_unlock(&w->lock);
	while (sem_wait(&job.ready) != 0)
		; /* a signal came in between */
	sem_destroy(&job.ready);
}

struct pen *writer_hold(struct writer *w)
{
	take_turn(w);
	return &w->pen;
}

void writer_free(struct writer *w)
{
	pthread_mutex_unlock(&w->writing);
}

/*
 * Where callers write, one commit at a time.  Who finds nobody writing leads: it makes one
 * durable commit of its own drafts and of what waits by then, up to a bound, and passes the
 * lead on to the first that came meanwhile.  So a single act changes threads nowhere, and
 * the slower the disk, the more acts share a sync.  Where nobody waits for what comes first,
 * a thread of the writer's own leads.  Private to src/register/.
 */
#ifndef REGISTER_WRITER_H
#define REGISTER_WRITER_H
#include "register/pen.h"

#include <semaphore.h>

/* A commit takes jobs until it has this many drafts; one larger job is still one commit. */
enum { COMMIT_DRAFTS = 1024 };

/* What one caller wants written together. */
struct job {
	struct request *requests;
	size_t count;
	/* Called once they are durable or refused, by the thread that commits: it must be
	 * quick.  NULL: the caller waits. */
	void (*done)(void *ctx);
	void *ctx;
	struct job *next;
	bool leads; /* it was waked to write, and not because it was written */
	sem_t ready;
};

bool writer_start(struct node *n, struct writer **out, struct err *err) MUST_USE;
void writer_stop(struct writer *w); /* after what is queued has been written */
/* Write the requests that are not refused yet; returns when they are durable or refused. */
void writer_wait(struct writer *w, struct request *requests, size_t count);
/* The same for who does not wait: the job and its requests live until it is done. */
void writer_later(struct writer *w, struct job *job);
/* Between two commits: the pen is the caller's until writer_free. */
struct pen *writer_hold(struct writer *w);
void writer_free(struct writer *w);

#endif

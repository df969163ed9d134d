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

/* A longer job is read, asked about and written so many drafts at a time: what one step makes
 * of them is still in the processor's cache when the next needs it. */
enum { DRAFTS_AT_ONCE = 128 };

/* What one caller wants written together. */
struct job {
	/* Read already; or, while `drafts` are to be read by who writes, room for
	 * DRAFTS_AT_ONCE. */
	struct request *requests;
	const struct draft *drafts; /* NULL: they are read */
	struct act_result *results; /* of each */
	struct arena *a;            /* theirs */
	size_t count, read;         /* read: of `drafts` */
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
/* Write what is not refused yet; returns when all is durable or refused. */
void writer_wait(struct writer *w, struct job *job);
/* The same for who does not wait: the job and its requests live until it is done. */
void writer_later(struct writer *w, struct job *job);
/* Between two commits: the pen is the caller's until writer_free. */
struct pen *writer_hold(struct writer *w);
void writer_free(struct writer *w);

#endif

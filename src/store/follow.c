#include "store/store_private.h"

#include <assert.h>

/*
 * A mutex lets who has just given it back take it again before one who waits.  So who waits
 * holds the gate, and who comes after that waits there.
 */
void turns_start(struct store *s)
{
	pthread_mutexattr_t checked;

	pthread_mutexattr_init(&checked);
	pthread_mutexattr_settype(&checked, PTHREAD_MUTEX_ERRORCHECK);
	pthread_mutex_init(&s->turn, &checked);
	pthread_mutex_init(&s->gate, NULL);
	pthread_mutexattr_destroy(&checked);
}

void turns_end(struct store *s)
{
	pthread_mutex_destroy(&s->turn);
	pthread_mutex_destroy(&s->gate);
}

bool turn_take(struct store *s)
{
	bool taken;

	pthread_mutex_lock(&s->gate);
	taken = pthread_mutex_lock(&s->turn) == 0;
	pthread_mutex_unlock(&s->gate);
	return taken;
}

void turn_give(struct store *s)
{
	pthread_mutex_unlock(&s->turn);
}

void follow_again(struct store *s)
{
	struct err later;

	db_rollback(s->reg);
	apply_forget(s->projection);
	/* What cannot be done here is tried again, and told, by store_begin. */
	if (!replay_ledger(s, s->own, &later))
		s->behind = true;
	atomic_store(&s->owed, 0);
}

/* The transaction is open when something is owed, and within store_begin … store_commit. */
void follow_all(struct store *s)
{
	struct err later;

	if (!s->writing && !atomic_load(&s->owed))
		return;
	if (apply_settle(s->projection, &later) && db_commit(s->reg, &later)) {
		apply_trust(s->projection);
		atomic_store(&s->owed, 0);
	} else {
		follow_again(s);
	}
}

void store_owe(struct store *s, bool may)
{
	s->owes = may;
}

void store_follow(struct store *s)
{
	if (!atomic_load(&s->owed) || !turn_take(s))
		return;
	follow_all(s);
	turn_give(s);
}

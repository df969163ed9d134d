#include "store/store_private.h"

/*
 * A mutex lets who has just given it back take it again before one who waits.  So who waits
 * holds the gate, and who comes after that waits there.  Who has the turn must not come to the
 * gate: one may wait there for it.
 */
void turns_start(struct store *s)
{
	pthread_mutex_init(&s->turn, NULL);
	pthread_mutex_init(&s->gate, NULL);
}

void turns_end(struct store *s)
{
	pthread_mutex_destroy(&s->turn);
	pthread_mutex_destroy(&s->gate);
}

bool turn_is_mine(const struct store *s)
{
	return atomic_load(&s->holder.thread) == db_thread();
}

bool store_turn_take(struct store *s)
{
	if (turn_is_mine(s))
		return false;
	pthread_mutex_lock(&s->gate);
	pthread_mutex_lock(&s->turn);
	pthread_mutex_unlock(&s->gate);
	atomic_store(&s->holder.thread, db_thread());
	return true;
}

void store_turn_give(struct store *s)
{
	atomic_store(&s->holder.thread, 0);
	pthread_mutex_unlock(&s->turn);
}

void store_threads(struct store *s, bool may)
{
	atomic_store(&s->holder.matters, may);
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

void follow_later(struct store *s, unsigned grown)
{
	struct err later;

	if (apply_rest(s->projection, &later))
		atomic_fetch_add(&s->owed, grown);
	else
		follow_again(s);
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
	bool mine;

	if (!atomic_load(&s->owed))
		return;
	mine = store_turn_take(s);
	if (!s->writing)
		follow_all(s);
	if (mine)
		store_turn_give(s);
}

void store_quiet(struct store *s)
{
	bool mine = store_turn_take(s);
	struct err later;

	if (!s->writing && s->projection) {
		follow_all(s);
		(void)!apply_quiet(s->projection, &later);
	}
	if (mine)
		store_turn_give(s);
}

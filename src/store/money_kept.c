#include "store/money_kept.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct money_kept {
	pthread_rwlock_t lock;
	_Atomic uint64_t epoch;
	struct lexicon words;
	struct kept_block blocks[KEPT_BLOCKS];
	size_t n, bytes;
};

struct money_kept *money_kept_new(void)
{
	struct money_kept *k = calloc(1, sizeof(*k));

	if (!k || pthread_rwlock_init(&k->lock, NULL) != 0)
		abort();
	lexicon_init(&k->words);
	return k;
}

static void drop(struct money_kept *k, size_t i)
{
	struct kept_block *b = &k->blocks[i];

	k->bytes -= b->bytes;
	packed_close(&b->reading);
	free(b->body);
	*b = k->blocks[--k->n];
}

void money_kept_free(struct money_kept *k)
{
	while (k->n)
		drop(k, k->n - 1);
	lexicon_done(&k->words);
	pthread_rwlock_destroy(&k->lock);
	free(k);
}

void money_kept_forget(struct money_kept *k)
{
	pthread_rwlock_wrlock(&k->lock);
	atomic_fetch_add(&k->epoch, 1);
	while (k->n)
		drop(k, k->n - 1);
	lexicon_clear(&k->words);
	pthread_rwlock_unlock(&k->lock);
}

uint64_t money_kept_epoch(const struct money_kept *k)
{
	return atomic_load(&k->epoch);
}

void money_kept_hold(struct money_kept *k)
{
	pthread_rwlock_rdlock(&k->lock);
}

void money_kept_release(struct money_kept *k)
{
	pthread_rwlock_unlock(&k->lock);
}

const struct kept_block *money_kept_find(const struct money_kept *k, enum money_log log,
					 int64_t seq)
{
	for (size_t i = 0; i < k->n; i++)
		if (k->blocks[i].seq == seq && k->blocks[i].log == log)
			return &k->blocks[i];
	return NULL;
}

const struct lexicon *money_kept_words(const struct money_kept *k)
{
	return &k->words;
}

bool money_kept_change(struct money_kept *k, uint64_t epoch)
{
	if (pthread_rwlock_trywrlock(&k->lock) != 0)
		return false;
	if (atomic_load(&k->epoch) == epoch)
		return true;
	pthread_rwlock_unlock(&k->lock);
	return false;
}

void money_kept_changed(struct money_kept *k)
{
	pthread_rwlock_unlock(&k->lock);
}

bool money_kept_put(struct money_kept *k, enum money_log log, int64_t seq,
		    const struct packed *b)
{
	struct kept_block *to = &k->blocks[k->n];
	struct packed own = *b;

	if (k->n == KEPT_BLOCKS || b->body.n > kept_bytes_max - k->bytes ||
	    money_kept_find(k, log, seq))
		return true;
	*to = (struct kept_block){ .log = log, .seq = seq, .body = malloc(b->body.n + 1) };
	if (!to->body)
		abort();
	if (b->body.n)
		memcpy(to->body, b->body.p, b->body.n);
	own.body.p = to->body;
	if (!packed_open(&to->reading, &own, money_shape, &k->words, UINT64_MAX) ||
	    !packed_sound(&to->reading)) {
		packed_close(&to->reading);
		free(to->body);
		return false;
	}
	to->bytes = b->body.n;
	k->bytes += to->bytes;
	k->n++;
	return true;
}

static bool is_among(int64_t seq, const int64_t *seqs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (seqs[i] == seq)
			return true;
	return false;
}

void money_kept_only(struct money_kept *k, enum money_log log, const int64_t *seqs, size_t n)
{
	for (size_t i = k->n; n && i-- > 0;)
		if (k->blocks[i].log == log && k->blocks[i].seq < seqs[n - 1] &&
		    !is_among(k->blocks[i].seq, seqs, n))
			drop(k, i);
}

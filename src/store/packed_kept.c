#include "store/packed_kept.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct packed_kept {
	pthread_rwlock_t lock;
	_Atomic uint64_t epoch;
	struct lexicon words;
	struct kept_block *blocks[KEPT_BLOCKS]; /* by log and number */
	size_t n, bytes;
};

struct packed_kept *packed_kept_new(void)
{
	struct packed_kept *k = calloc(1, sizeof(*k));

	if (!k || pthread_rwlock_init(&k->lock, NULL) != 0)
		abort();
	lexicon_init(&k->words);
	return k;
}

static void drop(struct packed_kept *k, size_t i)
{
	struct kept_block *b = k->blocks[i];

	k->bytes -= b->bytes;
	packed_close(&b->reading);
	free(b->body);
	free(b);
	k->n--;
	memmove(k->blocks + i, k->blocks + i + 1, (k->n - i) * sizeof(struct kept_block *));
}

void packed_kept_free(struct packed_kept *k)
{
	while (k->n)
		drop(k, k->n - 1);
	lexicon_done(&k->words);
	pthread_rwlock_destroy(&k->lock);
	free(k);
}

void packed_kept_forget(struct packed_kept *k)
{
	pthread_rwlock_wrlock(&k->lock);
	atomic_fetch_add(&k->epoch, 1);
	while (k->n)
		drop(k, k->n - 1);
	lexicon_clear(&k->words);
	pthread_rwlock_unlock(&k->lock);
}

uint64_t packed_kept_epoch(const struct packed_kept *k)
{
	return atomic_load(&k->epoch);
}

void packed_kept_hold(struct packed_kept *k)
{
	pthread_rwlock_rdlock(&k->lock);
}

void packed_kept_release(struct packed_kept *k)
{
	pthread_rwlock_unlock(&k->lock);
}

/* Where it is, or would be. */
static size_t place_of(const struct packed_kept *k, int64_t log, int64_t seq)
{
	size_t low = 0, high = k->n;

	while (low < high) {
		size_t mid = (low + high) / 2;
		const struct kept_block *b = k->blocks[mid];

		if (b->log < log || (b->log == log && b->seq < seq))
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

const struct kept_block *packed_kept_find(const struct packed_kept *k, int64_t log, int64_t seq)
{
	size_t i = place_of(k, log, seq);

	return i < k->n && k->blocks[i]->log == log && k->blocks[i]->seq == seq ? k->blocks[i]
										: NULL;
}

const struct lexicon *packed_kept_words(const struct packed_kept *k)
{
	return &k->words;
}

bool packed_kept_change(struct packed_kept *k, uint64_t epoch)
{
	if (pthread_rwlock_trywrlock(&k->lock) != 0)
		return false;
	if (atomic_load(&k->epoch) == epoch)
		return true;
	pthread_rwlock_unlock(&k->lock);
	return false;
}

void packed_kept_changed(struct packed_kept *k)
{
	pthread_rwlock_unlock(&k->lock);
}

static struct kept_block *copy_of(const struct kept_log *log, int64_t seq, struct str body)
{
	struct kept_block *b = calloc(1, sizeof(*b));

	if (!b)
		abort();
	*b = (struct kept_block){
		.log = log->log, .seq = seq, .body = malloc(body.n + 1), .bytes = body.n
	};
	if (!b->body)
		abort();
	if (body.n)
		memcpy(b->body, body.p, body.n);
	return b;
}

static int64_t most_of(const struct packed_reading *r, unsigned column)
{
	int64_t most = r->least[column];

	for (size_t i = 0; i < r->lines; i++) {
		int64_t v = packed_number(r, column, i);

		most = v > most ? v : most;
	}
	return most;
}

static void add(struct packed_kept *k, struct kept_block *b)
{
	size_t i = place_of(k, b->log, b->seq);

	memmove(k->blocks + i + 1, k->blocks + i, (k->n - i) * sizeof(struct kept_block *));
	k->blocks[i] = b;
	k->bytes += b->bytes;
	k->n++;
}

bool packed_kept_put(struct packed_kept *k, const struct kept_log *log, int64_t seq,
		     const struct packed *b)
{
	struct kept_block *to;
	struct packed own = *b;

	if (k->n == KEPT_BLOCKS || b->body.n > kept_bytes_max - k->bytes ||
	    packed_kept_find(k, log->log, seq))
		return true;
	to = copy_of(log, seq, b->body);
	own.body.p = to->body;
	if (!packed_open(&to->reading, &own, log->shape, &k->words, log->need) ||
	    !packed_sound(&to->reading)) {
		packed_close(&to->reading);
		free(to->body);
		free(to);
		return false;
	}
	to->most = most_of(&to->reading, log->ranged);
	add(k, to);
	return true;
}

static bool is_among(int64_t seq, const int64_t *seqs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (seqs[i] == seq)
			return true;
	return false;
}

void packed_kept_only(struct packed_kept *k, int64_t log, const int64_t *seqs, size_t n)
{
	for (size_t i = k->n; n && i-- > 0;) {
		const struct kept_block *b = k->blocks[i];

		if (b->log == log && b->seq < seqs[n - 1] && !is_among(b->seq, seqs, n))
			drop(k, i);
	}
}

/*
 * What the writer knows of records that drafts name: each is looked up once, and whoever names
 * it again holds the same answer.  Private to src/register/.
 */
#ifndef REGISTER_KNOWN_H
#define REGISTER_KNOWN_H
#include "base/arena.h"
#include "model/model.h"

struct known {
	const struct record *record;
	struct ref ref;
	uint64_t hash;
	uint64_t asked;     /* the last commit for which it was asked whether it is there */
	bool stands;        /* it is: records never vanish */
	struct known *next; /* in its bucket */
};

struct known_set {
	struct arena arena;
	struct known **buckets;
	size_t cap, n;
};

void known_init(struct known_set *s);
void known_done(struct known_set *s);
void known_clear(struct known_set *s);
/* This record, made when it is new; stays where it is until known_clear. */
struct known *known_record(struct known_set *s, const struct record *record, struct ref ref);

#endif

/*
 * A ledger of another party in memory: its keys are here, so that a test can sign any history
 * in its name.
 */
#ifndef TEST_REGISTER_OTHER_H
#define TEST_REGISTER_OTHER_H
#include "nodes.h"

#include "ledger/add_checkpoint.h"
#include "ledger/entry.h"

/* A ledger of somebody else: what it says, and who signs it. */
enum { OTHER_MAX = 1200 };
struct other {
	char code[8], origin[64];
	struct skey log, witness;
	struct str entries[OTHER_MAX];
	struct hash leaves[OTHER_MAX];
	uint64_t size;
	struct arena *a; /* of what it says */
	struct hash id;  /* of the register */
};

/* Entry n: the charter, then `said`, or a remark that differs by `salt`. */
static inline void other_add(struct other *o, const char *type, struct str body)
{
	struct entry_draft d = { .party = str_z(o->code),
				 .n = o->size,
				 .time = MARCH_2_2026 + (int64_t)o->size,
				 .type = str_z(type),
				 .body = body };
	struct buf out;

	buf_init(&out, ENTRY_MAX);
	entry_write(&out, &d);
	assert_true(o->size < OTHER_MAX && !out.full);
	o->entries[o->size] = arena_buf(o->a, &out);
	o->leaves[o->size] = leaf_hash(o->entries[o->size]);
	o->size++;
}

static inline void other_grow(struct other *o, uint64_t to, unsigned salt)
{
	char body[200];
	struct buf hex;

	while (o->size < to) {
		if (o->size == 0) {
			buf_init(&hex, 65);
			buf_hex(&hex, o->id.b, HASH_SIZE);
			snprintf(body, sizeof(body), "{\"charter\":\"%.*s\"}",
				 STR(buf_str(&hex)));
			buf_done(&hex);
			other_add(o, "charter", str_z(body));
			continue;
		}
		snprintf(body, sizeof(body), "{\"salt\":%u,\"text\":\"%0*d\"}", salt,
			 (int)(o->size * 37 % 90) + 1, 1);
		other_add(o, "x.remark", str_z(body));
	}
}

/* The same ledger up to `size`, and then another history. */
static inline struct other *other_twin(const struct other *o, uint64_t size, uint64_t to,
				       unsigned salt)
{
	struct other *twin = arena_new(o->a, struct other);

	*twin = *o;
	twin->size = size;
	other_grow(twin, to, salt);
	return twin;
}

static inline bool other_tile(void *ctx, unsigned level, uint64_t n, unsigned width,
			      struct hash *out, struct err *e)
{
	const struct other *o = ctx;
	size_t span = (size_t)1 << (8 * level);

	(void)e;
	for (unsigned i = 0; i < width; i++)
		out[i] = subtree_hash(&o->leaves[(n * TILE_WIDTH + i) * span], span);
	return true;
}

static inline struct tiles other_tiles(const struct other *o)
{
	return (struct tiles){ other_tile, (void *)(uintptr_t)o };
}

static inline struct hash other_root(const struct other *o, uint64_t size)
{
	struct tiles tiles = other_tiles(o);
	struct hash root;
	struct err e;

	check_ok(tree_root(&tiles, size, &root, &e), &e);
	return root;
}

static inline struct str signed_note(struct arena *a, const char *origin, uint64_t size,
				     const struct hash *root, const struct skey *key)
{
	struct checkpoint cp = { str_z(origin), size, *root };
	struct buf text, note;

	buf_init(&text, 4 << 10);
	buf_init(&note, 4 << 10);
	checkpoint_write(&text, &cp);
	note_sign(&note, buf_str(&text), key);
	buf_done(&text);
	return arena_buf(a, &note);
}

static inline struct str other_note(struct arena *a, const struct other *o, uint64_t size)
{
	struct hash root = other_root(o, size);

	return signed_note(a, o->origin, size, &root, &o->log);
}

/* The body of add-checkpoint: from `old` to `size` of this history. */
static inline struct str other_request(struct arena *a, const struct other *o, uint64_t old,
				       uint64_t size)
{
	struct tiles tiles = other_tiles(o);
	struct add_checkpoint q = { .old_size = old, .note = other_note(a, o, size) };
	struct buf out;
	struct err e;

	if (old <= size)
		check_ok(tree_consistency(&tiles, old, size, q.proof, &q.proof_count, &e), &e);
	buf_init(&out, 2 * ADD_CHECKPOINT_MAX);
	add_checkpoint_write(&out, &q);
	return arena_buf(a, &out);
}

#endif

/*
 * A node of a two-party register (ml, ru) with known keys, to test the store on: each
 * party's keys come from fixed seeds, entries are notes without meaning to the projection
 * beyond their envelope.
 */
#ifndef TEST_STORE_RIG_H
#define TEST_STORE_RIG_H
#include "engines.h"

#include "base/date.h"
#include "store/local.h"

struct party {
	struct skey log;
	char origin[64];
};

static struct {
	struct arena arena;
	struct party ml, ru;
	struct str charter_bytes;
	struct charter charter;
} world;

static inline void seed_key(struct skey *k, enum key_type type, struct str name, int n)
{
	unsigned char seed[32] = { 0 };

	seed[0] = (unsigned char)n;
	seed[31] = 1;
	skey_from_seed(k, type, name, seed);
}

static inline struct str keys_of(struct party *p, const char *code, int n)
{
	struct node_keys k = { .party = str_z(code),
			       .name = str_z(code),
			       .origin = str_z(p->origin) };
	struct skey key;
	struct buf out;

	snprintf(p->origin, sizeof(p->origin), "%s.example/%s", code, code);
	k.origin = str_z(p->origin);
	seed_key(&p->log, KEY_LOG, k.origin, n);
	k.log = p->log.pub;
	seed_key(&key, KEY_WITNESS,
		 arena_join(&world.arena, str_z(code),
			    arena_join(&world.arena, S(".example/temoin/"), str_z(code))),
		 n + 1);
	k.witness = key.pub;
	for (int i = 0; i < 3; i++) {
		char name[96];

		snprintf(name, sizeof(name), "%s/recours-%d", p->origin, i + 1);
		seed_key(&key, KEY_LOG, arena_str(&world.arena, str_z(name)), n + 2 + i);
		k.recovery[i] = key.pub;
	}
	buf_init(&out, 64 << 10);
	node_keys_write(&out, &k);
	return arena_buf(&world.arena, &out);
}

static inline void world_make(void)
{
	struct str keys[2];
	struct buf out;
	struct err err;

	if (world.charter_bytes.n)
		return;
	arena_init(&world.arena, 64 << 20);
	keys[0] = keys_of(&world.ml, "ml", 10);
	keys[1] = keys_of(&world.ru, "ru", 50);
	buf_init(&out, 256 << 10);
	check_ok(charter_assemble(&world.arena, keys, 2, &out, &err), &err);
	world.charter_bytes = arena_buf(&world.arena, &out);
	check_ok(charter_read(&world.arena, world.charter_bytes, &world.charter, &err), &err);
}

static inline int64_t rig_now(void *ctx)
{
	(void)ctx;
	return 1772446500;
}

static inline bool rig_try(const struct place *p, enum store_mode mode, struct store **s,
			   struct err *err)
{
	struct store_place where = { p->dir, p->url };
	struct store_env env = { .now = rig_now };

	return store_open(&where, mode, &env, s, err);
}

static inline struct store *rig_open(const struct place *p, enum store_mode mode)
{
	struct store *s;
	struct err err;

	check_ok(rig_try(p, mode, &s, &err), &err);
	return s;
}

/* A fresh node of `party` that has adopted the charter and holds nothing. */
static inline struct store *rig_node(const struct place *p, const char *party)
{
	struct store_place where = { p->dir, p->url };
	struct store *s;
	struct err err;

	world_make();
	check_ok(store_create(&where, &err), &err);
	s = rig_open(p, STORE_WRITE);
	check_ok(store_adopt(s, &world.charter, world.charter_bytes, str_z(party), &err), &err);
	return s;
}

/* Bytes of entry n of a party: a charter first, then remarks of differing lengths. */
static inline struct str rig_entry(struct arena *a, const char *party, uint64_t n,
				   unsigned salt)
{
	struct entry_draft d = { .party = str_z(party),
				 .n = n,
				 .time = 1772446500 + (int64_t)n };
	char body[1024];
	struct buf out;

	if (n == 0) {
		static char charter[96];
		struct hash id = hash_of(world.charter_bytes);
		struct buf hex;

		buf_init(&hex, 65);
		buf_hex(&hex, id.b, HASH_SIZE);
		snprintf(charter, sizeof(charter), "{\"charter\":\"%.*s\"}",
			 STR(buf_str(&hex)));
		buf_done(&hex);
		d.type = S("charter");
		d.body = str_z(charter);
	} else {
		snprintf(body, sizeof(body), "{\"salt\":%u,\"text\":\"%0*d\"}", salt,
			 (int)(n * 37 % 500), 1);
		d.type = S("x.remark");
		d.body = str_z(body);
	}
	buf_init(&out, ENTRY_MAX);
	entry_write(&out, &d);
	return arena_buf(a, &out);
}

/* Append `count` entries in one commit. */
static inline void rig_append(struct store *s, struct party *p, uint64_t count)
{
	const char *code = p == &world.ml ? "ml" : "ru";
	struct arena a;
	struct hash leaf;
	struct err err;

	arena_init(&a, 256 << 20);
	check_ok(store_begin(s, &err), &err);
	while (count--)
		check_ok(store_append(s, rig_entry(&a, code, store_next(s), 0), &leaf, &err),
			 &err);
	check_ok(store_commit(s, &p->log, &err), &err);
	arena_done(&a);
}

static inline struct view *rig_view(struct store *s)
{
	struct view *v;
	struct err err;

	check_ok(view_open(s, &v, &err), &err);
	return v;
}

static inline uint64_t rig_size(struct store *s, const char *ledger)
{
	struct view *v = rig_view(s);
	struct ledger_row *rows;
	uint64_t size = UINT64_MAX;
	struct arena a;
	struct err err;
	size_t n;

	arena_init(&a, 4 << 20);
	check_ok(view_ledgers(v, &a, &rows, &n, &err), &err);
	for (size_t i = 0; i < n; i++)
		if (str_is(rows[i].name, ledger))
			size = rows[i].size;
	arena_done(&a);
	view_close(v);
	return size;
}

/* Copy a node's files of one name elsewhere and back, as a backup would. */
static inline void rig_copy(const char *from_dir, const char *to_dir, const char *name)
{
	char cmd[512];

	snprintf(cmd, sizeof(cmd), "cp -p %s/%s %s/%s", from_dir, name, to_dir, name);
	assert_int_equal(system(cmd), 0);
}

#endif

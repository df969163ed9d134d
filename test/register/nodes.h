/*
 * Two nodes under one charter in a folder of their own, with a clock that stands still
 * until it is moved and chance that is a function of a seed.
 */
#ifndef TEST_REGISTER_NODES_H
#define TEST_REGISTER_NODES_H
#include "check.h"

#include "base/hash.h"
#include "register/account.h"
#include "store/cosig.h"
#include "wire/json.h"

#include <ftw.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

struct fixed {
	int64_t ms;
	uint64_t drawn;
	pthread_mutex_t lock;
};

static inline int64_t fixed_now(void *ctx)
{
	return ((struct fixed *)ctx)->ms;
}

/* Draw i is the start of SHA-256("chance <i>"), as often as needed. */
static inline void fixed_random(void *ctx, void *out, size_t n)
{
	struct fixed *f = ctx;
	char seed[32];

	pthread_mutex_lock(&f->lock);
	for (size_t at = 0; at < n;) {
		struct hash h;
		size_t part = n - at < HASH_SIZE ? n - at : HASH_SIZE;

		snprintf(seed, sizeof(seed), "chance %llu", (unsigned long long)f->drawn++);
		h = hash_of(str_z(seed));
		memcpy((char *)out + at, h.b, part);
		at += part;
	}
	pthread_mutex_unlock(&f->lock);
}

enum { MARCH_2_2026 = 1772446500 }; /* 2026-03-02T10:15:00Z */

struct nodes {
	char dir[64];
	char ml_dir[80], ru_dir[80];
	struct fixed fixed;
	struct node_env env;
	struct node *ml, *ru;
	struct arena a;
	struct str charter;
	struct hash id;
};

static inline int remove_path(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st, (void)kind, (void)at;
	return remove(path);
}

static inline struct str init_node(struct nodes *t, const char *dir, const char *party,
				   const char *origin, const char *store)
{
	struct node_plan plan = {
		.dir = dir,
		.party = str_z(party),
		.name = str_z(party),
		.origin = str_z(origin),
		.store = store,
	};
	struct buf keys;
	struct err err;

	buf_init(&keys, 1 << 20);
	check_ok(node_init(&plan, &t->env, &keys, &err), &err);
	return arena_buf(&t->a, &keys);
}

static inline struct node *open_node(struct nodes *t, const char *dir, enum store_mode mode)
{
	struct node *n;
	struct err err;

	check_ok(node_open(dir, mode, &t->env, &n, &err), &err);
	return n;
}

static inline void nodes_up_on(struct nodes *t, const char *ml_store, const char *ru_store)
{
	struct str keys[2];
	struct buf charter;
	struct err err;

	*t = (struct nodes){ .dir = "/tmp/benkan-register-XXXXXX" };
	t->fixed.ms = (int64_t)MARCH_2_2026 * 1000;
	pthread_mutex_init(&t->fixed.lock, NULL);
	t->env = (struct node_env){ fixed_now, fixed_random, &t->fixed };
	assert_non_null(mkdtemp(t->dir));
	snprintf(t->ml_dir, sizeof(t->ml_dir), "%s/ml", t->dir);
	snprintf(t->ru_dir, sizeof(t->ru_dir), "%s/ru", t->dir);
	arena_init(&t->a, 1 << 30);
	keys[0] = init_node(t, t->ml_dir, "ml", "ml.example/registre/ml", ml_store);
	keys[1] = init_node(t, t->ru_dir, "ru", "ru.example/registre/ru", ru_store);
	buf_init(&charter, CHARTER_MAX);
	check_ok(charter_assemble(&t->a, keys, 2, &charter, &err), &err);
	t->charter = arena_buf(&t->a, &charter);
	t->ml = open_node(t, t->ml_dir, STORE_WRITE);
	check_ok(node_adopt(t->ml, t->charter, &t->id, &err), &err);
}

static inline void nodes_up(struct nodes *t)
{
	nodes_up_on(t, "sqlite", "sqlite");
}

/* The other side too: only tests of joint acts and exchange need it. */
static inline void nodes_up_ru(struct nodes *t)
{
	struct hash id;
	struct err err;

	t->ru = open_node(t, t->ru_dir, STORE_WRITE);
	check_ok(node_adopt(t->ru, t->charter, &id, &err), &err);
	assert_true(hash_eq(&id, &t->id));
}

static inline void nodes_down(struct nodes *t)
{
	if (t->ml)
		node_close(t->ml);
	if (t->ru)
		node_close(t->ru);
	arena_done(&t->a);
	nftw(t->dir, remove_path, 8, FTW_DEPTH | FTW_PHYS);
}

/* --- writing --- */

static inline struct act_result put(struct nodes *t, struct node *n, const char *draft)
{
	struct draft d = { .json = str_z(draft), .actor = S("sec-1") };
	struct act_result r;

	register_do(n, &t->a, &d, &r);
	return r;
}

/* A draft that must be written. */
static inline struct act_result good(struct nodes *t, struct node *n, const char *draft)
{
	struct act_result r = put(t, n, draft);

	if (!r.done)
		check_ok(false, &r.errors[0]);
	return r;
}

/* A draft that must be refused: kind and field of the first error, and words it must say. */
static inline void bad(struct nodes *t, struct node *n, const char *draft, enum err_kind kind,
		       const char *field, const char *says)
{
	struct act_result r = put(t, n, draft);
	struct buf b;

	if (r.done)
		print_error("written, though it should not have been: %s\n", draft);
	assert_false(r.done);
	assert_true(r.error_count > 0);
	buf_init(&b, 1 << 20);
	for (size_t i = 0; i < r.error_count; i++) {
		for (int k = 0; k < ERR_ARGS; k++)
			buf_z(&b, r.errors[i].arg[k]);
		buf_z(&b, r.errors[i].message);
	}
	if (r.errors[0].kind != kind || strcmp(r.errors[0].field, field) != 0 ||
	    str_find(buf_str(&b), str_z(says)) == b.n)
		print_error("%s\n  gave kind %d, field «%s»: %.*s\n", draft, r.errors[0].kind,
			    r.errors[0].field, STR(buf_str(&b)));
	assert_int_equal(r.errors[0].kind, kind);
	assert_string_equal(r.errors[0].field, field);
	assert_true(str_find(buf_str(&b), str_z(says)) < b.n);
	buf_done(&b);
}

/* --- reading --- */

static inline struct view *reading(struct node *n)
{
	struct view *v;
	struct err err;

	check_ok(view_open(node_store(n), &v, &err), &err);
	check_ok(view_begin(v, &err), &err);
	return v;
}

static inline void read_done(struct view *v)
{
	view_end(v);
	view_close(v);
}

/* What this node cosigned last of this origin; empty when nothing. */
static inline struct str note_cosigned(struct node *n, struct arena *a, struct str origin)
{
	struct view *v = reading(n);
	struct witnessed w;
	struct err err;

	check_ok(view_witnessed(v, a, origin, &w, &err), &err);
	read_done(v);
	return w.note;
}

static inline struct str entry_at(struct nodes *t, struct node *n, const char *ledger,
				  uint64_t i)
{
	struct view *v = reading(n);
	struct str bytes;
	struct err err;

	check_ok(view_entry(v, &t->a, str_z(ledger), i, &bytes, &err), &err);
	read_done(v);
	return bytes;
}

static inline struct record_row row_of(struct nodes *t, struct node *n, const char *kind,
				       const char *party, struct str id, enum audience who)
{
	struct view *v = reading(n);
	struct ref ref = { str_z(party), id };
	struct record_row row;
	struct err err;

	check_ok(
		view_record(v, &t->a, record_named(str_z(kind)), ref, who, LANG_FR, &row, &err),
		&err);
	read_done(v);
	return row;
}

/* A draft whose form names two strings. */
static inline const char *form_filled(struct nodes *t, const char *form, struct str a,
				      struct str b)
{
	char *text = arena_alloc(&t->a, 64 << 10);

	snprintf(text, 64 << 10, form, STR(a), STR(b));
	return text;
}

#define ORGANISATION(name) "{\"name\":{\"fr\":\"" name "\"},\"type\":\"10\"}"
#define PROJECT(title)                                                                         \
	"{\"title\":{\"fr\":\"" title "\"},\"status\":\"2\",\"field\":\"energy\"}"

#endif

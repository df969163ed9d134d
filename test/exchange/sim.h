/*
 * A register of two to four nodes in one process, for the simulation: a world that is a
 * function of a seed.  Every node has a clock and chance of its own; the disk costs nothing
 * and can stop a process at any of its calls.
 */
#ifndef TEST_EXCHANGE_SIM_H
#define TEST_EXCHANGE_SIM_H
#include "check.h"

#include "../model/random_record.h"
#include "exchange/pouch_archive.h"
#include "ledger/add_checkpoint.h"
#include "register/backup.h"
#include "register/intake.h"
#include "register/witness.h"
#include "store/cosig.h"
#include "store/view.h"

#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	PARTIES = 4,
	SIZES = 1024, /* of a ledger, most */
	ACTS = 256,
	SEALED = 64,
	WORDS = 1024,
	MAILS = 12,
	DIGESTS = 1024,
	MARCH_2_2026 = 1772446500,
	CRASHED = 77,
	PATH = 160
};

static const char *const party_codes[PARTIES] = { "bf", "ml", "ne", "ru" };

/* --- the disk: nothing is forced out, and the process ends at the call it was told to --- */

/*
 * The calls of the thread that acts are counted by themselves, and those of the threads beside
 * it: in what order the two come is not a function of the seed.
 */
static struct {
	bool armed, beside;
	atomic_int left;
} disk;
static _Thread_local bool acts;

static inline bool disk_ends(void)
{
	return disk.armed && disk.beside != acts && atomic_fetch_sub(&disk.left, 1) == 1;
}

static inline void disk_call(void)
{
	if (disk_ends())
		syscall(SYS_exit_group, CRASHED);
}

int fsync(int fd)
{
	(void)fd;
	disk_call();
	return 0;
}

int fdatasync(int fd)
{
	(void)fd;
	disk_call();
	return 0;
}

int rename(const char *from, const char *to)
{
	disk_call();
	return renameat(AT_FDCWD, from, AT_FDCWD, to);
}

/* The last write before the end may be cut. */
ssize_t pwrite64(int fd, const void *bytes, size_t n, off64_t at)
{
	if (disk_ends()) {
		syscall(SYS_pwrite64, fd, bytes, n / 2, at);
		syscall(SYS_exit_group, CRASHED);
	}
	return syscall(SYS_pwrite64, fd, bytes, n, at);
}

/* Waits are pauses to spare the disk: short ones. */
int poll(struct pollfd *fds, nfds_t n, int ms)
{
	const struct timespec t = { .tv_nsec = ms > 0 ? 20000 : 0 };

	return ppoll(fds, n, ms < 0 ? NULL : &t, NULL);
}

/* --- signatures: what was computed once is not computed again --- */

/* A function of its arguments alone; at most MEMO answers are kept, by the arguments' hash. */
enum { MEMO = 1 << 13 };
struct memo {
	struct {
		struct hash of;
		unsigned char answer[HASH_SIZE];
	} known[MEMO];
	pthread_mutex_t lock;
};

/* Who finds it taken, perhaps for ever by a thread that a fork left behind, does without. */
static inline bool memo_get(struct memo *m, const struct hash *of, void *answer, size_t n)
{
	size_t i = (size_t)(of->b[0] | of->b[1] << 8) % MEMO;
	bool found;

	if (pthread_mutex_trylock(&m->lock) != 0)
		return false;
	found = hash_eq(&m->known[i].of, of);
	if (found)
		memcpy(answer, m->known[i].answer, n);
	pthread_mutex_unlock(&m->lock);
	return found;
}

static inline void memo_put(struct memo *m, const struct hash *of, const void *answer, size_t n)
{
	size_t i = (size_t)(of->b[0] | of->b[1] << 8) % MEMO;

	if (pthread_mutex_trylock(&m->lock) != 0)
		return;
	m->known[i].of = *of;
	memcpy(m->known[i].answer, answer, n);
	pthread_mutex_unlock(&m->lock);
}

static struct memo verified = { .lock = PTHREAD_MUTEX_INITIALIZER },
		   added = { .lock = PTHREAD_MUTEX_INITIALIZER };

int crypto_sign_verify_detached(const unsigned char *sig, const unsigned char *m,
				unsigned long long n, const unsigned char *pk)
{
	const struct str parts[] = { str_of(sig, crypto_sign_BYTES),
				     str_of(pk, crypto_sign_PUBLICKEYBYTES), str_of(m, n) };
	struct hash of = hash_parts(parts, 3);
	bool good;

	if (memo_get(&verified, &of, &good, sizeof(good)))
		return good ? 0 : -1;
	good = crypto_sign_ed25519_verify_detached(sig, m, n, pk) == 0;
	memo_put(&verified, &of, &good, sizeof(good));
	return good ? 0 : -1;
}

/* Whether a key is weak is asked by additions; r may be p or q. */
int crypto_core_ed25519_add(unsigned char *r, const unsigned char *p, const unsigned char *q)
{
	static int (*real)(unsigned char *, const unsigned char *, const unsigned char *);
	const struct str parts[] = { str_of(p, 32), str_of(q, 32) };
	struct hash of = hash_parts(parts, 2);

	if (memo_get(&added, &of, r, 32))
		return 0;
	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "crypto_core_ed25519_add");
	if (real(r, p, q) != 0)
		return -1;
	memo_put(&added, &of, r, 32);
	return 0;
}

/* --- clock and chance of one node --- */

/* A process that starts anew draws other numbers than the one that crashed. */
struct chance {
	int64_t ms;
	uint64_t seed;
	int who;
	unsigned life, drawn;
	pthread_mutex_t lock;
};

static inline int64_t chance_now(void *ctx)
{
	return ((struct chance *)ctx)->ms;
}

static inline void chance_random(void *ctx, void *out, size_t n)
{
	struct chance *c = ctx;
	char seed[96];

	pthread_mutex_lock(&c->lock);
	for (size_t at = 0; at < n;) {
		size_t part = n - at < HASH_SIZE ? n - at : HASH_SIZE;
		struct hash h;

		snprintf(seed, sizeof(seed), "chance %llu %d %u %u",
			 (unsigned long long)c->seed, c->who, c->life, c->drawn++);
		h = hash_of(str_z(seed));
		memcpy((char *)out + at, h.b, part);
		at += part;
	}
	pthread_mutex_unlock(&c->lock);
}

/* --- the world --- */

/* As long as this is the same, a node shows the same. */
struct moment {
	unsigned life;
	enum ledger_state own;
	uint64_t generation, heard, served;
};

/* An act as one node shows it. */
struct act_seen_here {
	char key[128], state[16], time[24]; /* key: hash and parties */
	unsigned accepted, declined;        /* a bit a party */
};

struct sim_node {
	char dir[PATH], copy[PATH];
	struct node *n;
	struct chance chance;
	struct node_env env;
	uint64_t held[PARTIES]; /* as last looked at */
	struct hash head[PARTIES];
	struct moment looked;
	enum ledger_state own;
	uint64_t copied; /* size of the own ledger in the copy; 0: there is none */
	struct act_seen_here acts[ACTS];
	size_t act_count;
	char sealed[SEALED][2 * HASH_SIZE + 1]; /* commitments met: some to open or erase */
	size_t sealed_count;
};

struct word { /* what a node said it had written */
	int by;
	uint64_t n;
	struct hash leaf;
};

struct mail {
	int from, to;
	char *bytes;
	size_t n;
};

struct digest {
	uint64_t cut[PARTIES];
	struct hash state;
};

struct sim {
	uint64_t seed;
	unsigned schedule;
	int parties;
	struct random_source random;
	struct sim_node node[PARTIES];
	struct mail mail[MAILS];
	size_t mail_count;
	struct word words[WORDS];
	size_t word_count;
	struct digest digests[DIGESTS]; /* every state met */
	size_t digest_count;
	struct { /* by ledger and size */
		bool known;
		struct hash root;
	} signed_root[PARTIES][SIZES], cosigned[PARTIES][PARTIES][SIZES];
	struct { /* ever, anywhere */
		char key[128];
		bool in_force, closed;
	} fate[ACTS];
	size_t fate_count;
	char charter_id[2 * HASH_SIZE + 1];
	struct arena a; /* of one step */
	char *log;
	size_t log_size;
	FILE *story; /* into log */
};

/* What all workers count together. */
struct tally {
	atomic_uint schedules, steps, written, refused, opened, damaged, crashes, put_back,
		in_force, closed, divergent, stuck, cosigned, cut_off, sealed;
};
static struct tally *tally;

/* The schedule's steps and what to type to see it again; the worker ends. */
static inline void sim_fail(struct sim *w, const char *what) __attribute__((noreturn));
static inline void sim_fail(struct sim *w, const char *what)
{
	fflush(w->story);
	printf("# %.*s# %s\n# again: SEED=%llu PARTIES=%d SCHEDULE=%u "
	       "build/test/exchange/simulation_test\n",
	       (int)w->log_size, w->log, what, (unsigned long long)w->seed, w->parties,
	       w->schedule);
	fflush(stdout);
	_exit(1);
}

#define STORY(w, ...) fprintf((w)->story, __VA_ARGS__)

/* A step that must succeed. */
static inline void sim_ok(struct sim *w, bool ok, const struct err *err, const char *what)
{
	char text[1024];

	if (ok)
		return;
	snprintf(text, sizeof(text), "%s: kind %d, field «%s»: %s (%s, %s, %s)", what,
		 err->kind, err->field, err->message ? err->message : "", err->arg[0],
		 err->arg[1], err->arg[2]);
	sim_fail(w, text);
}

static inline void sim_must(struct sim *w, bool ok, const char *what)
{
	if (!ok)
		sim_fail(w, what);
}

static inline unsigned below(struct sim *w, unsigned n)
{
	return random_below(&w->random, n);
}

/* --- folders --- */

static inline int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st, (void)kind, (void)at;
	return remove(path);
}

static inline void remove_tree(const char *dir)
{
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static inline bool copy_file(const char *from, const char *to)
{
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ssize_t n = 1;

	while (in >= 0 && out >= 0 && n > 0)
		n = copy_file_range(in, NULL, out, NULL, 1 << 30, 0);
	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
	return n == 0;
}

static inline bool copy_tree(const char *from, const char *to)
{
	DIR *d = opendir(from);
	struct dirent *e;
	bool ok = d != NULL && mkdir(to, 0700) == 0;

	while (ok && (e = readdir(d)) != NULL) {
		char x[3 * PATH], y[3 * PATH];

		if (e->d_name[0] == '.' || strcmp(e->d_name, "lock") == 0)
			continue;
		snprintf(x, sizeof(x), "%.300s/%.128s", from, e->d_name);
		snprintf(y, sizeof(y), "%.300s/%.128s", to, e->d_name);
		ok = e->d_type == DT_DIR ? copy_tree(x, y) : copy_file(x, y);
	}
	if (d)
		closedir(d);
	return ok;
}

/* --- nodes --- */

static inline void sim_open(struct sim *w, int i)
{
	struct sim_node *p = &w->node[i];
	struct err err;

	p->chance.life++;
	p->chance.drawn = 0;
	sim_ok(w, node_open(p->dir, STORE_WRITE, &p->env, &p->n, &err), &err, "open");
}

static inline void sim_close(struct sim *w, int i)
{
	if (!w->node[i].n)
		return;
	node_close(w->node[i].n);
	w->node[i].n = NULL;
}

static inline struct view *sim_view(struct sim *w, int i)
{
	struct view *v;
	struct err err;

	sim_ok(w, view_open(node_store(w->node[i].n), &v, &err), &err, "view");
	sim_ok(w, view_begin(v, &err), &err, "view");
	return v;
}

static inline void sim_view_end(struct view *v)
{
	view_end(v);
	view_close(v);
}

static inline int party_of(const struct sim *w, struct str code)
{
	for (int i = 0; i < w->parties; i++)
		if (str_is(code, party_codes[i]))
			return i;
	return -1;
}

static inline struct ledger_row row_at(struct sim *w, int at, int of)
{
	struct view *v = sim_view(w, at);
	struct ledger_row *rows, row = { 0 };
	struct err err;
	size_t n;

	sim_ok(w, view_ledgers(v, &w->a, &rows, &n, &err), &err, "ledgers");
	for (size_t i = 0; i < n; i++)
		if (str_is(rows[i].name, party_codes[of]))
			row = rows[i];
	sim_view_end(v);
	return row;
}

/* What is sent follows the high-water file, which a thread of its own writes. */
static inline void settle(struct sim *w, int i)
{
	const struct store *s = node_store(w->node[i].n);
	uint64_t size;

	/* The next entry's index is beyond the ledger for a while after it was taken back. */
	if (store_own_state(s) != LEDGER_OK || store_served(s) == store_next(s))
		return;
	size = row_at(w, i, i).size;
	while (store_served(s) < size)
		usleep(20);
}

static inline void sim_node_init(struct sim_node *p, const char *dir, int who, uint64_t seed)
{
	*p = (struct sim_node){
		.chance = { .ms = (int64_t)MARCH_2_2026 * 1000, .seed = seed, .who = who }
	};
	snprintf(p->dir, PATH, "%.100s/%s", dir, party_codes[who]);
	snprintf(p->copy, PATH, "%.100s/%s.copy", dir, party_codes[who]);
	pthread_mutex_init(&p->chance.lock, NULL);
	p->env = (struct node_env){ chance_now, chance_random, &p->chance };
}

#endif

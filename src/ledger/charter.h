/* The charter (LEDGER.md 4.1): who the parties are, their ledgers and keys. */
#ifndef LEDGER_CHARTER_H
#define LEDGER_CHARTER_H
#include "ledger/key.h"
#include "wire/json.h"

enum {
	CHARTER_LEDGERS_MAX = 16,
	CHARTER_LANGUAGES_MAX = 16,
	CHARTER_WITNESSES_MAX = 16,
	CHARTER_RECOVERY = 3,
	CHARTER_MAX = 256 << 10 /* bytes */
};

struct charter_ledger {
	struct str name, party, origin;
	struct str seal, url; /* may be empty: bodies carried by other means, no address yet */
	struct str title;     /* the party's own name, JSON {lang: text} raw, may be empty */
	struct vkey log, witness, recovery[CHARTER_RECOVERY];
	unsigned threshold; /* recovery keys that must sign a key roll: 2 or 3 */
	/* By an amendment (amend.h): entries from `size` on do not count, and `root` is that of
	 * the tree of that size. */
	bool closed;
	uint64_t size;
	struct hash root;
	struct hash since; /* the charter that first named it, and its entry 0 names */
};

struct charter {
	struct hash id;   /* register id: SHA-256 of the first charter's bytes */
	struct hash hash; /* of these bytes: the same, unless it amends another */
	bool amends;
	struct hash former; /* the charter it amends */
	const struct json *doc, *title;
	struct str languages[CHARTER_LANGUAGES_MAX];
	size_t language_count;
	struct charter_ledger ledgers[CHARTER_LEDGERS_MAX];
	size_t ledger_count;
	struct vkey witnesses[CHARTER_WITNESSES_MAX]; /* of third parties */
	size_t witness_count;
};

/*
 * Parse and check: every vkey good, of its type and named as LEDGER.md 2.2 says (log: the
 * origin; witness: <host>/temoin/<party>; recovery: <origin>/recours-1..3), no key in two
 * places, names and origins well-formed and distinct, the first ledger of a party bearing
 * the party's code, no party called `joint` (that word stands for the parties together in
 * addresses).  Members it does not know are left alone.
 * Everything borrows from `bytes` and the arena, which it takes up to 32 MiB of for the
 * largest charter (256 KiB), and some 100 KiB of for a usual one.
 */
bool charter_read(struct arena *a, struct str bytes, struct charter *out,
		  struct err *err) MUST_USE;
const struct charter_ledger *charter_find(const struct charter *c, struct str ledger);
/* The ledger a party writes: its last, unless that is closed; NULL when it has left. */
const struct charter_ledger *charter_open(const struct charter *c, struct str party);
/* Whether ledger `i` is the first of its party: once for each party that ever was. */
bool charter_leads(const struct charter *c, size_t i);
/* The parties that have an open ledger, ascending, into at most CHARTER_LEDGERS_MAX. */
size_t charter_parties(const struct charter *c, struct str *out);

/*
 * A party whose ledger was succeeded goes on in another: its words are one sequence under the
 * name of the first, and an index counts on from where that was closed
 * (docs/decisions/0020).
 */
struct charter_place {
	struct str name;       /* of the party's first ledger */
	uint64_t first, limit; /* the index of the ledger's entry 0; how many entries count */
};
/* *out is the ledger itself when the charter does not name it. */
void charter_place(const struct charter *c, struct str ledger, struct charter_place *out);
/* Back again: the ledger that holds entry `n` of the sequence, and its index there. */
void charter_at(const struct charter *c, struct str name, uint64_t n, struct str *ledger,
		uint64_t *index);

/* Whether records of this kind may not be written in the open (LEDGER.md 3.6). */
bool charter_personal(const struct charter *c, struct str kind);

/* An age X25519 recipient: Bech32 of 32 bytes; the checksum is age's to judge. */
bool seal_valid(struct str recipient);

/*
 * What `benkan init --json` prints for one node: a ledger of the charter as it will stand
 * there.  `name` is the party's name for every language, or one for each:
 * "fr=Mali; ru=Мали; en=Mali".  `url` and `seal` may be empty.
 */
struct node_keys {
	struct str party, name, origin, url;
	struct vkey log, witness, recovery[CHARTER_RECOVERY];
	struct str seal;
};
void node_keys_write(struct buf *out, const struct node_keys *k);
/*
 * The charter of the nodes whose keys these are, in this order; what it gives charter_read
 * accepts.  An error's field begins with the place of the wrong one, counted from 0.
 */
bool charter_assemble(struct arena *a, const struct str *keys_json, size_t n, struct buf *out,
		      struct err *err) MUST_USE;

#endif

/* The charter (LEDGER.md 4.1): who the parties are, their ledgers and keys. */
#ifndef LEDGER_CHARTER_H
#define LEDGER_CHARTER_H
#include "ledger/key.h"
#include "wire/json.h"

enum { CHARTER_LEDGERS_MAX = 16, CHARTER_LANGUAGES_MAX = 16 };

struct charter_ledger {
	struct str name, party, origin, seal, url, title; /* title: the party's own name, JSON {lang: text} raw, may be empty */
	struct vkey log, witness, recovery[3];
	unsigned threshold;
};

struct charter {
	struct hash id; /* register id: SHA-256 of the charter's bytes */
	const struct json *doc, *title;
	struct str languages[CHARTER_LANGUAGES_MAX];
	size_t language_count;
	struct charter_ledger ledgers[CHARTER_LEDGERS_MAX];
	size_t ledger_count;
};

/*
 * Parse and check: every vkey good and of its type, names and origins well-formed and
 * distinct, the first ledger of a party bearing the party's code, no party called
 * `joint` (that word stands for the parties together in addresses).
 * Everything borrows from `bytes` and the arena.
 */
bool charter_read(struct arena *a, struct str bytes, struct charter *out, struct err *err) MUST_USE;
const struct charter_ledger *charter_find(const struct charter *c, struct str ledger);

/* What `benkan init --json` prints for one node, and the charter from several of those. */
struct node_keys {
	struct str party, name, origin, url;
	struct vkey log, witness, recovery[3];
	struct str seal;
};
void node_keys_write(struct buf *out, const struct node_keys *k);
bool charter_assemble(struct arena *a, const struct str *keys_json, size_t n, struct buf *out,
                      struct err *err) MUST_USE;

#endif

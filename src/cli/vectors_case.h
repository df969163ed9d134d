/*
 * Reading what one line of index.jsonl gives.  Each function is false when the member or
 * file is absent or malformed; what it yields lives in the arena of the case.
 */
#ifndef CLI_VECTORS_CASE_H
#define CLI_VECTORS_CASE_H
#include "cli/vectors_tree.h"
#include "ledger/verify.h"
#include "wire/json.h"

enum { KEYS_MAX = LOG_WITNESSES_MAX };

/* What every case has at hand. */
struct vectors {
	struct str dir;
	struct arena arena; /* of one case */
	struct vector_tree tree;
	struct err err; /* why the case was refused */
};

struct keys {
	struct vkey all[KEYS_MAX];
	size_t n;
};

/* Append what the file holds, at most what fits. */
bool file_append(struct arena *a, struct str path, struct buf *out, struct err *err) MUST_USE;
/* DIR/folder/name */
struct str case_path(struct vectors *v, struct str folder, struct str name);
/* The file that `member` names, in the folder of the kind. */
bool case_file(struct vectors *v, const struct json *c, const char *member,
	       struct str *out) MUST_USE;
/* A member in base64. */
bool case_bytes(struct vectors *v, const struct json *c, const char *member,
		struct str *out) MUST_USE;
bool case_hash(const struct json *b64, struct hash *out) MUST_USE;
bool case_u64(const struct json *c, const char *member, uint64_t *out) MUST_USE;
/* The hashes of `proof`: false as well when there are more than a proof may hold. */
bool case_proof(const struct json *c, struct hash out[PROOF_MAX], size_t *n) MUST_USE;
bool case_key(struct vectors *v, struct keys *k, struct str text) MUST_USE;
/* The file `vkeys`, one key a line. */
bool case_keys(struct vectors *v, const struct json *c, struct keys *k) MUST_USE;
/* The members `log_vkey`, `origin`, `witness_vkeys`, `quorum`; borrows from `log` and
 * `witnesses`. */
bool case_check(struct vectors *v, const struct json *c, struct keys *log,
		struct keys *witnesses, struct log_check *out) MUST_USE;

#endif

/*
 * A draft read and checked as far as that goes without looking at the register: JSON,
 * members, the model's rules, attachments.  Runs in the caller's thread; what is left
 * (references, versions, joint acts) is the writer's, in door.c and joint.c.
 * Private to src/register/.
 */
#ifndef REGISTER_DRAFT_H
#define REGISTER_DRAFT_H
#include "register/node.h"
#include "store/view.h"

enum { DRAFT_MAX = 256 << 10, REASON_MAX = 2000, ACTOR_MAX = 64 };

/* Where a draft's data names another record. */
struct draft_ref {
	const struct record *to;
	const char *path;
	struct str value;    /* "ml/0197…" */
	struct ref ref;      /* the same in its parts */
	struct known *known; /* when it was asked for (pen_ask) */
	struct draft_ref *next;
};

/* An attachment named by the data, once each. */
struct draft_file {
	struct str sha256;
	const struct json *json; /* {"sha256","size","media","name"} */
	struct draft_file *next;
};

struct request {
	struct arena *a;
	struct act_result *out;
	struct str actor;
	enum entry_type type;
	const struct record *record; /* NULL: an act named by its hash alone */
	struct known *known;         /* that record, when it was asked for (pen_ask) */
	struct str id, reason;
	bool id_given, has_prev, has_act, visibility_given;
	bool personal; /* names private persons: national, whatever is asked */
	uint64_t prev;
	struct hash act;
	struct hash *bodies; /* sealed.open, sealed.erase: commitments */
	size_t body_count;
	enum audience visibility;
	const struct json *data; /* as given */
	struct str text;         /* as it will stand: the model's normal form */
	struct draft_ref *refs;
	struct draft_file *files;
	size_t file_count;
};

/* Fill `r`; what is wrong goes to `out`, all of it that can be told at once. */
void draft_read(const struct node *n, struct arena *a, const struct draft *d, struct request *r,
		struct act_result *out);

/* Add an error to the request's result, or to a result alone; the draft will not be written. */
void request_refuse(struct request *r, const struct err *err);
void result_refuse(struct arena *a, struct act_result *out, const struct err *err);
static inline bool request_refused(const struct request *r)
{
	return r->out->error_count > 0;
}

#endif

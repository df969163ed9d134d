/* What the files that read documents of acts share (LEDGER.md 8.1).  Private to src/store/. */
#ifndef STORE_JOINT_INSIDE_H
#define STORE_JOINT_INSIDE_H
#include "store/acts.h"
#include "store/project.h"

enum { DOCUMENT_MAX = 1 << 20 };

/* Nobody here may read it. */
enum { AUDIENCE_NONE = AUDIENCE_NATIONAL + 1 };

struct document {
	unsigned audience;
	const struct json *doc; /* NULL: not here */
	size_t size;            /* a public one's */
	bool named;             /* an entry carries it */
};

/* Whether the attachments of an entry name it. */
bool document_named(const struct entry *e, const struct hash *h);
/* A public one, from the attachments kept here. */
bool document_read(struct projection *p, const struct hash *h, struct document *d,
		   struct err *err) MUST_USE;
/* `parties` of the document are those of the entries, and it is of this register. */
bool document_fits(const struct projection *p, const struct act *a, const struct json *doc);
/* One of its effects (LEDGER.md 8.5), and whether that puts the record. */
bool effect_good(const struct json *e, bool *put);

#endif

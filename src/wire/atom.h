/*
 * Atom feeds (RFC 4287): a feed with its entries, each with what the standard asks of it. Texts
 * are plain; links and ids are given as they shall stand.
 */
#ifndef WIRE_ATOM_H
#define WIRE_ATOM_H
#include "wire/xml_write.h"

struct atom_feed {
	struct str id;         /* an IRI, the same for ever (4.2.6) */
	struct str title;      /* not empty */
	struct str updated;    /* "2026-03-01T10:00:00Z" */
	struct str self, page; /* this feed; the page it stands for */
	const char *lang;      /* "fr" */
};
struct atom_entry {
	struct str id, title, updated, page;
	struct str author;   /* not empty (4.2.1) */
	struct str summary;  /* empty: none */
	struct str category; /* empty: none; as `term`, and in words */
	struct str category_words;
};
void atom_begin(struct xml_w *w, const struct atom_feed *f);
void atom_entry(struct xml_w *w, const struct atom_entry *e);
void atom_end(struct xml_w *w);

#endif

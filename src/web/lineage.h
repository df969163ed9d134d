/*
 * Where a decision comes from and what became of it, from session to session: each that was
 * carried over names the one it takes up again (decision.carried_from).
 */
#ifndef WEB_LINEAGE_H
#define WEB_LINEAGE_H
#include "web/pages.h"

enum { LINEAGE_MAX = 16 };
/* rows[0] is the decision itself, each next the one it was carried over from: n - 1 times put
 * off. */
struct lineage {
	struct record_row rows[LINEAGE_MAX];
	size_t n;
};
void lineage_read(struct visit *v, const struct record_row *decision, struct lineage *out);
/* On the page of a decision; nothing where it stands alone. */
void lineage_part(struct visit *v, const struct record_row *decision);

/* On the page of a session: its decisions with their past, its protocol, and what its agenda
 * could take up (session_part.c, agenda.c). */
void session_part(struct visit *v, const struct record_row *session);
void agenda_part(struct visit *v, const struct record_row *session);

#endif

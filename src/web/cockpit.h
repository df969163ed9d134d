/*
 * The cockpit's parts (page_home.c assembles them) and what other pages take from it.
 * A number stands in a link to the list that it counts.
 */
#ifndef WEB_COCKPIT_H
#define WEB_COCKPIT_H
#include "web/pages.h"

enum { COCKPIT_ROWS = 6 };

/* An obstacle that is neither removed nor accepted, as a filter and in an address. */
#define OBSTACLE_OPEN "open%20being-solved%20escalated"

/* --- pieces (page_home.c) --- */
void cockpit_href(struct visit *v, const char *href); /* ` href="/fr…"`, `href` encoded */
void cockpit_section(struct visit *v, const char *id, struct str title);
void cockpit_section_end(struct visit *v);
void cockpit_nothing(struct visit *v, struct str words);

/* --- figures (home_session.c) --- */
uint64_t cockpit_due(struct visit *v, struct due_query q);
uint64_t cockpit_obstacles(struct visit *v);
uint64_t cockpit_at_risk(struct visit *v);
/* Rows of `q`'s record, with the filter that field `f` is `value`. */
uint64_t cockpit_listed(struct visit *v, const struct field *f, struct str value);

/* --- parts --- */
/* The next session and what it must decide; what has happened since the last one. */
void cockpit_sessions(struct visit *v);
/* While the register has no project: what to do first. */
void cockpit_first_steps(struct visit *v);

/* The commission's next session, or its last one before `today`: plenary or extraordinary,
 * not cancelled; false when there is none. */
bool session_next(struct visit *v, struct record_row *out);
bool session_last(struct visit *v, struct record_row *out);

#endif

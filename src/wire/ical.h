/*
 * iCalendar files (RFC 5545): content lines folded and escaped; days as all-day events.
 */
#ifndef WIRE_ICAL_H
#define WIRE_ICAL_H
#include "base/str.h"

/* A content line "NAME:value" with CRLF, folded so that no line has more than 75 octets, never
 * within a character (section 3.1).  `name` is ours, parameters with it; `value` as it stands.
 */
void ical_line(struct buf *b, const char *name, struct str value);
/* The same for a value of type TEXT (section 3.3.11): backslash, semicolon and comma escaped, a
 * line feed as \n; other control characters are left out. */
void ical_text(struct buf *b, const char *name, struct str value);

struct ical_event {
	struct str uid;    /* the same for ever, and no other's (section 3.8.4.7) */
	struct str stamp;  /* when it was last said: "2026-03-01T10:00:00Z" */
	int32_t day;       /* days since 1970: an event of that whole day */
	uint64_t sequence; /* revisions before this one */
	struct str summary, description, category, url; /* url as it stands */
};
/* A calendar that is called `name`, made by `product`; its events; its end. */
void ical_begin(struct buf *b, const char *product, struct str name);
void ical_event(struct buf *b, const struct ical_event *e);
void ical_end(struct buf *b);

#endif

/*
 * A letter by electronic mail (RFC 5322, MIME): one text twice, plain with lines that flow
 * (RFC 3676) and as a page of HTML, in UTF-8, every line short and of ASCII.
 */
#ifndef WIRE_MAIL_H
#define WIRE_MAIL_H
#include "base/str.h"

enum { MAIL_ADDRESS_MAX = 254 }; /* RFC 5321 4.5.3.1.3 */

struct mail {
	struct str from, to; /* addresses that mail_address accepts */
	struct str from_name, subject;
	struct str id; /* before the @ of its Message-ID; letters and digits */
	int64_t time;  /* seconds since 1970 */
	const char *lang;
	struct str plain; /* paragraphs, a line each */
	struct str html;
};
/* Whether `s` can stand as an address: one @, a domain, nothing that ends a header or a
 * command. */
bool mail_address(struct str s);
void mail_write(struct buf *out, const struct mail *m);

#endif

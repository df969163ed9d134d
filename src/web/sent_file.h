/* A file that a page was sent, which lies on the shelf until something is done with it. */
#ifndef WEB_SENT_FILE_H
#define WEB_SENT_FILE_H
#include "web/server.h"

struct sent_file {
	struct hash name;  /* on the shelf */
	struct str called; /* what its sender calls it; well-formed and short */
	bool again;        /* it was sent before: the field “open” names it */
};
/* ERR_INPUT when neither the field has a file nor “open” a name. */
bool sent_file_take(struct visit *v, const char *field, struct sent_file *out,
		    struct err *err) MUST_USE;

#endif

/* What the commands about pouches share.  Private to src/cli/. */
#ifndef CLI_POUCH_H
#define CLI_POUCH_H
#include "cli/cli.h"
#include "exchange/pouch_preview.h"

void number_pair(struct json_w *j, const char *name, uint64_t v);
/* The members of the report, into an open object. */
void put_report(struct json_w *j, const struct pouch_report *r);
/* Serials that leave a gap or come again; said of a refused pouch too: it tells what to look
 * for. */
void tell_serial(const struct words *w, const struct pouch_report *r);
/* What opening it would do, on stdout; the exit code. */
int preview_pouch(const struct words *w, struct node *n, const struct pouch_source *from,
		  struct meter *meter);

#endif

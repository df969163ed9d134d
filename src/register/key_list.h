/* Every key of every ledger of the register, ever (LEDGER.md 10, `/keys`). */
#ifndef REGISTER_KEY_LIST_H
#define REGISTER_KEY_LIST_H
#include "store/view.h"

/*
 * {"register":HEX,"ledgers":[{"name","party","origin","threshold",
 *   "keys":[{"role":"log","from":0,"until":41,"key":"…"}]}]}
 *
 * A key signs (or is sealed for) sizes above `from`, up to `until`; without `until` it is in
 * force.  Recovery keys are "recovery-1" to "-3".  For `/keys` and `benkan keys --json`.
 */
bool key_list_write(struct view *v, struct arena *a, const struct charter *c, struct buf *out,
		    struct err *err) MUST_USE;
/* The entry that replaced rows[i]; *replaced is false while it is in force. */
uint64_t key_until(const struct key_row *rows, size_t n, size_t i, bool *replaced);

#endif

#include "fuzz.h"
#include "ledger/charter.h"

enum { ARENA_MAX = 64 << 20 };

/* Whether two ledgers say the same, keys and all. */
static bool same_ledger(const struct charter_ledger *x, const struct charter_ledger *y)
{
	struct buf a, b;
	bool same;

	buf_init(&a, CHARTER_MAX);
	buf_init(&b, CHARTER_MAX);
	vkey_write(&a, &x->log);
	vkey_write(&a, &x->witness);
	vkey_write(&b, &y->log);
	vkey_write(&b, &y->witness);
	for (unsigned i = 0; i < CHARTER_RECOVERY; i++) {
		vkey_write(&a, &x->recovery[i]);
		vkey_write(&b, &y->recovery[i]);
	}
	same = str_eq(buf_str(&a), buf_str(&b)) && str_eq(x->name, y->name) &&
	       str_eq(x->party, y->party) && str_eq(x->origin, y->origin) &&
	       str_eq(x->url, y->url) && str_eq(x->seal, y->seal) &&
	       x->threshold == y->threshold;
	buf_done(&a);
	buf_done(&b);
	return same;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static struct charter c, again;
	struct str text = str_of(bytes, n);
	struct hash id = hash_of(text);
	struct arena a;
	struct err err;
	struct buf b;
	struct json_w w = json_w(&b);

	arena_init(&a, ARENA_MAX);
	if (charter_read(&a, text, &c, &err)) {
		must(hash_eq(&c.id, &id) && c.ledger_count >= 1 && c.language_count >= 1);
		buf_init(&b, (size_t)2 * CHARTER_MAX);
		json_put(&w, c.doc);
		if (b.n <= CHARTER_MAX) {
			must(charter_read(&a, buf_str(&b), &again, &err));
			must(again.ledger_count == c.ledger_count);
			must(again.witness_count == c.witness_count);
			for (size_t i = 0; i < c.ledger_count; i++) {
				must(same_ledger(&c.ledgers[i], &again.ledgers[i]));
				must(charter_find(&c, c.ledgers[i].name) == &c.ledgers[i]);
			}
		}
		buf_done(&b);
	}
	arena_done(&a);
	return 0;
}

#include "ledger/entry.h"

/* A parsed document takes at most this many times its own length, and one block besides. */
enum { JSON_SPREAD = 128, ARENA_LEAST = 1 << 20 };

static bool salt_valid(const struct json *first)
{
	static const struct hash zero;
	struct hash salt;

	return first && str_is(first->name, "salt") && first->type == JSON_STR &&
	       hash_hex(first->str, &salt) && !hash_eq(&salt, &zero);
}

bool commitment_opens(struct str body, const struct hash *c)
{
	struct hash h = hash_of(body);
	struct arena a;
	struct json *doc;
	struct err err;
	bool opens;

	if (!hash_eq(&h, c))
		return false;
	arena_init(&a, body.n * JSON_SPREAD + ARENA_LEAST);
	opens = json_object(&a, body, &doc, &err) && salt_valid(doc->child);
	arena_done(&a);
	return opens;
}

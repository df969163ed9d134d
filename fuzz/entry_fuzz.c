#include "fuzz.h"
#include "ledger/entry.h"

enum { ARENA_MAX = 16 << 20 };

static struct str raw_of(const struct json *j)
{
	return j ? j->raw : S("");
}

/* A valid entry, written anew by the writer's rules, says the same. */
static void check_rewritten(struct arena *a, const struct entry *e)
{
	const struct entry_draft d = { .party = S("ml"),
				       .type = e->type_text,
				       .body = raw_of(e->body),
				       .blobs = raw_of(e->blobs),
				       .sealed = raw_of(e->sealed),
				       .actor = e->actor,
				       .n = e->n,
				       .time = e->time };
	struct entry again;
	struct buf b;

	buf_init(&b, (size_t)2 * ENTRY_MAX);
	entry_write(&b, &d);
	must(!b.full);
	if (b.n <= ENTRY_MAX) {
		entry_read(a, buf_str(&b), d.party, e->n, e->time + 1, &again);
		must(again.state == e->state && again.type == e->type && again.time == e->time);
		must(again.time_back && str_eq(again.time_text, e->time_text));
		must(str_eq(again.kind, e->kind) && str_eq(again.id, e->id));
		must(again.party_count == e->party_count && hash_eq(&again.act, &e->act));
	}
	buf_done(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static const uint64_t indexes[] = { 0, 7 };
	struct arena a;
	struct entry e;

	arena_init(&a, ARENA_MAX);
	for (size_t i = 0; i < 2; i++) {
		entry_read(&a, str_of(bytes, n), S("ml"), indexes[i], INT64_MIN, &e);
		must((e.state == ENTRY_VOID) == (e.reason != NULL));
		if (e.state != ENTRY_VOID)
			check_rewritten(&a, &e);
	}
	arena_done(&a);
	return 0;
}

#include "ledger/evidence.h"

#include "check.h"
#include "ledger/tree.h"

enum { SIZE = 20, FORKED_AT = 4 };

static struct skey key;
static struct arena arena;
static struct hash honest[SIZE], forked[SIZE]; /* two histories that part at FORKED_AT */

static int setup(void **state)
{
	static const unsigned char seed[32] = { 1 };

	(void)state;
	arena_init(&arena, 1 << 20);
	skey_from_seed(&key, KEY_LOG, S("ml.example/registre/ml"), seed);
	for (uint64_t i = 0; i < SIZE; i++) {
		honest[i] = leaf_hash(str_of(&i, sizeof(i)));
		forked[i] = i < FORKED_AT ? honest[i] : node_hash(&honest[i], &honest[i]);
	}
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_done(&arena);
	return 0;
}

static bool read_leaves(void *ctx, unsigned level, uint64_t n, unsigned width, struct hash *out,
			struct err *err)
{
	(void)level, (void)n, (void)err;
	memcpy(out, ctx, width * sizeof(*out));
	return true;
}

static struct str head_of(const struct hash *leaves, uint64_t size)
{
	const struct checkpoint c = { key.pub.name, size, subtree_hash(leaves, size) };
	struct buf text, note;

	buf_init(&text, 512);
	buf_init(&note, NOTE_MAX);
	checkpoint_write(&text, &c);
	note_sign(&note, buf_str(&text), &key);
	buf_done(&text);
	return arena_buf(&arena, &note);
}

static struct str b64_of(const struct hash *h)
{
	struct buf b;

	buf_init(&b, 64);
	buf_b64(&b, h->b, HASH_SIZE);
	return arena_buf(&arena, &b);
}

/* Heads of `left` at size m and `right` at size n; with h and the proof from right's tree when
 * `proven`. */
static struct str evidence_of(const struct hash *left, uint64_t m, struct hash *right,
			      uint64_t n, bool proven)
{
	const struct tiles tiles = { read_leaves, right };
	struct hash proof[PROOF_MAX], h = subtree_hash(right, m);
	struct err err = { 0 };
	struct buf b;
	struct json_w w = json_w(&b);
	size_t count = 0;

	buf_init(&b, 1 << 16);
	json_open(&w, '{');
	json_pair(&w, "a", head_of(left, m));
	json_pair(&w, "b", head_of(right, n));
	json_pair(&w, "h", proven ? b64_of(&h) : S(""));
	json_key(&w, "proof");
	json_open(&w, '[');
	if (proven)
		check_ok(tree_consistency(&tiles, m, n, proof, &count, &err), &err);
	for (size_t i = 0; i < count; i++)
		json_put_str(&w, b64_of(&proof[i]));
	json_close(&w, ']');
	json_close(&w, '}');
	return arena_buf(&arena, &b);
}

static bool shows(struct str text, const struct vkey *log)
{
	struct json *j;
	struct err err = { 0 };

	check_ok(json_object(&arena, text, &j, &err), &err);
	return evidence_check(j, log, &err);
}

static void forks(void **state)
{
	(void)state;
	for (uint64_t m = FORKED_AT + 1; m <= SIZE; m++) {
		assert_true(shows(evidence_of(honest, m, forked, m, false), &key.pub));
		for (uint64_t n = m + 1; n <= SIZE; n++)
			assert_true(shows(evidence_of(honest, m, forked, n, true), &key.pub));
	}
}

static void no_forks(void **state)
{
	static const unsigned char seed[32] = { 2 };
	struct skey other;
	struct str good = evidence_of(honest, 9, forked, 12, true);
	size_t h = str_find(good, S("\"h\":\"")) + 6;
	char *text = arena_z(&arena, good);

	(void)state;
	skey_from_seed(&other, KEY_LOG, key.pub.name, seed);
	assert_true(shows(good, &key.pub));
	assert_false(shows(good, &other.pub));
	/* One history, or parted only after the smaller head. */
	assert_false(shows(evidence_of(honest, 9, honest, 12, true), &key.pub));
	assert_false(shows(evidence_of(honest, 9, honest, 9, false), &key.pub));
	assert_false(shows(evidence_of(honest, FORKED_AT, forked, 12, true), &key.pub));
	/* Nothing proven; the larger head first; proof where none belongs. */
	assert_false(shows(evidence_of(honest, 9, forked, 12, false), &key.pub));
	assert_false(shows(evidence_of(honest, 9, forked, 9, true), &key.pub));
	text[h] = text[h] == 'A' ? 'B' : 'A';
	assert_false(shows(str_of(text, good.n), &key.pub));
	assert_false(shows(S("{}"), &key.pub));
	assert_false(shows(S("{\"a\":1,\"b\":2,\"h\":\"\",\"proof\":[]}"), &key.pub));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forks),
		cmocka_unit_test(no_forks),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}

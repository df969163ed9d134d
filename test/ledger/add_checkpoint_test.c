/* Requests to cosign: their bytes, and what a proof that does not fit gives away. */
#include "ledger/add_checkpoint.h"

#include "check.h"

enum { LEAVES = 70 };

static struct hash leaves[LEAVES];

static bool read_leaves(void *ctx, unsigned level, uint64_t n, unsigned width, struct hash *out,
			struct err *err)
{
	(void)ctx, (void)err;
	assert_int_equal(level, 0);
	for (unsigned i = 0; i < width; i++)
		out[i] = leaves[n * TILE_WIDTH + i];
	return true;
}

static const struct tiles tiles = { read_leaves, NULL };

static void plant(unsigned from, char salt)
{
	for (unsigned i = from; i < LEAVES; i++) {
		const char entry[] = { salt, (char)i };

		leaves[i] = leaf_hash(str_of(entry, sizeof(entry)));
	}
}

static struct hash root_of(uint64_t size)
{
	struct hash h;
	struct err err;

	check_ok(tree_root(&tiles, size, &h, &err), &err);
	return h;
}

static void a_proof_shows_the_root_it_starts_from(void **state)
{
	(void)state;
	plant(0, 'a');
	for (uint64_t size = 1; size <= LEAVES; size++)
		for (uint64_t old = 0; old <= size; old++) {
			struct hash proof[PROOF_MAX], shown, want = root_of(old),
							     root = root_of(size);
			bool perfect = (old & (old - 1)) == 0;
			struct err err;
			size_t n;

			check_ok(tree_consistency(&tiles, old, size, proof, &n, &err), &err);
			assert_true(consistency_verify(old, size, proof, n, &want, &root));
			if (perfect || old == size) {
				assert_false(consistency_old_root(old, size, proof, n, &root,
								  &shown));
				continue;
			}
			assert_true(consistency_old_root(old, size, proof, n, &root, &shown));
			assert_true(hash_eq(&shown, &want));
			assert_false(
				consistency_old_root(old, size, proof, n - 1, &root, &shown));
			proof[n / 2].b[7] ^= 1;
			assert_false(consistency_old_root(old, size, proof, n, &root, &shown));
		}
}

/* Of another history: the root that its own first entries have. */
static void another_history_gives_itself_away(void **state)
{
	struct hash ours, theirs, root, shown, proof[PROOF_MAX];
	struct err err;
	size_t n;

	(void)state;
	plant(0, 'a');
	ours = root_of(50);
	plant(20, 'b');
	theirs = root_of(50);
	root = root_of(LEAVES);
	check_ok(tree_consistency(&tiles, 50, LEAVES, proof, &n, &err), &err);
	assert_false(consistency_verify(50, LEAVES, proof, n, &ours, &root));
	assert_true(consistency_old_root(50, LEAVES, proof, n, &root, &shown));
	assert_true(hash_eq(&shown, &theirs));
}

static void what_is_written_is_read(void **state)
{
	static const char note[] = "a.example/b\n3\n"
				   "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n"
				   "— a.example/b AAAAAAAA\n";
	struct add_checkpoint q = { .old_size = 7, .note = str_z(note) }, got;
	struct buf b;
	struct err err;

	(void)state;
	plant(0, 'a');
	for (size_t n = 0; n <= PROOF_MAX; n += 21) {
		for (size_t i = 0; i < n; i++)
			q.proof[i] = leaves[i];
		q.proof_count = n;
		buf_init(&b, ADD_CHECKPOINT_MAX);
		add_checkpoint_write(&b, &q);
		check_ok(add_checkpoint_read(buf_str(&b), &got, &err), &err);
		assert_int_equal(got.old_size, 7);
		assert_int_equal(got.proof_count, n);
		assert_memory_equal(got.proof, q.proof, n * sizeof(q.proof[0]));
		check_str(got.note, q.note);
		check_str(got.origin, S("a.example/b"));
		for (size_t cut = 0; cut < b.n; cut++)
			if (add_checkpoint_read(str_cut(buf_str(&b), cut), &got, &err))
				fail_msg("read though cut at %zu", cut);
		buf_done(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_proof_shows_the_root_it_starts_from),
		cmocka_unit_test(another_history_gives_itself_away),
		cmocka_unit_test(what_is_written_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "ledger/tree.h"

#include "check.h"

enum { SIZES = 600, STORE = 70000 };

/* A store of tiles as plain arrays: all[l] holds the hashes of level l. */
static struct store {
	struct hash all[3][STORE];
	uint64_t count[3];
	uint64_t calls;
} store;

static bool store_read(void *ctx, unsigned level, uint64_t n, unsigned width, struct hash *out,
		       struct err *err)
{
	struct store *s = ctx;

	if (level > 2 || n * TILE_WIDTH + width > s->count[level])
		return err_set(err, ERR_MISSING, "", "no such tile");
	memcpy(out, &s->all[level][n * TILE_WIDTH], width * sizeof(*out));
	return true;
}

static const struct tiles tiles = { store_read, &store };

static struct hash leaf_of(uint64_t i)
{
	char text[32];

	return leaf_hash(str_of(text, (size_t)snprintf(text, sizeof(text), "leaf %llu",
						       (unsigned long long)i)));
}

/* MTH of RFC 6962 2.1, word for word. */
static struct hash naive(const struct hash *h, size_t n)
{
	struct hash left, right;
	size_t k = 1;

	if (n == 1)
		return h[0];
	while (k * 2 < n)
		k *= 2;
	left = naive(h, k);
	right = naive(h + k, n - k);
	return node_hash(&left, &right);
}

static int setup(void **state)
{
	(void)state;
	store.count[0] = STORE;
	for (uint64_t i = 0; i < STORE; i++)
		store.all[0][i] = leaf_of(i);
	for (unsigned l = 1; l < 3; l++) {
		store.count[l] = store.count[l - 1] / TILE_WIDTH;
		for (uint64_t i = 0; i < store.count[l]; i++)
			store.all[l][i] = naive(&store.all[l - 1][i * TILE_WIDTH], TILE_WIDTH);
	}
	return 0;
}

/* The roots of sizes 0 to 8 that the Certificate Transparency implementations publish. */
static void known_answers(void **state)
{
	static const char *const leaves[] = {
		"",
		"00",
		"10",
		"2021",
		"3031",
		"40414243",
		"5051525354555657",
		"606162636465666768696a6b6c6d6e6f",
	};
	static const char *const roots[] = {
		"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
		"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
		"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
		"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
		"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
		"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
		"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
		"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
	};
	static struct tree_edge e;
	struct hash want, got = empty_root();
	unsigned char leaf[16];
	struct err err;

	(void)state;
	assert_true(hash_hex(
		S("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"), &want));
	assert_true(hash_eq(&got, &want));
	for (size_t i = 0; i < 8; i++) {
		struct str hex = str_z(leaves[i]);

		assert_true(hex_decode(hex, leaf, hex.n / 2));
		got = leaf_hash(str_of(leaf, hex.n / 2));
		check_ok(tree_edge_append(&e, &got, NULL, NULL, &err), &err);
		got = tree_edge_root(&e);
		assert_true(hash_hex(str_z(roots[i]), &want));
		assert_true(hash_eq(&got, &want));
	}
}

/* Full tiles must come in order, hold what the level below gives, and nothing twice. */
static bool full_tile(void *ctx, unsigned level, uint64_t n, const struct hash *hashes,
		      struct err *err)
{
	uint64_t *next = ctx;

	(void)err;
	assert_true(level < 2);
	assert_int_equal(n, next[level]++);
	assert_memory_equal(hashes, &store.all[level][n * TILE_WIDTH],
			    TILE_WIDTH * sizeof(*hashes));
	return true;
}

static void edge_root_is_the_naive_root(void **state)
{
	static struct tree_edge e;
	uint64_t next[2] = { 0 };
	struct hash root = tree_edge_root(&e), want = empty_root();
	struct err err;

	(void)state;
	assert_true(hash_eq(&root, &want));
	for (size_t i = 0; i < STORE; i++) {
		check_ok(tree_edge_append(&e, &store.all[0][i], full_tile, next, &err), &err);
		if (i >= SIZES && i % 9973 && i != 65535 && i != 65536)
			continue;
		root = tree_edge_root(&e);
		want = naive(store.all[0], i + 1);
		assert_true(hash_eq(&root, &want));
		want = subtree_hash(store.all[0], i + 1);
		assert_true(hash_eq(&root, &want));
		check_ok(tree_root(&tiles, i + 1, &want, &err), &err);
		assert_true(hash_eq(&root, &want));
	}
	assert_int_equal(next[0], STORE / 256);
	assert_int_equal(next[1], STORE / 65536);
	check_ok(tree_root(&tiles, 0, &root, &err), &err);
	want = empty_root();
	assert_true(hash_eq(&root, &want));
}

/* Loaded at any size it goes on as if it had never stopped; `touched` names the open tiles. */
static void edge_loads(void **state)
{
	static const uint64_t sizes[] = { 0,   1,   2,   255,   256,   257,
					  511, 512, 600, 65535, 65536, 65537 };
	static struct tree_edge e;
	struct hash root, want;
	struct err err;

	(void)state;
	for (size_t k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
		check_ok(tree_edge_load(&tiles, sizes[k], &e, &err), &err);
		assert_int_equal(e.touched, 0);
		for (uint64_t i = sizes[k]; i < sizes[k] + 300; i++) {
			uint32_t want_touched = 0;

			e.touched = 0;
			check_ok(tree_edge_append(&e, &store.all[0][i], NULL, NULL, &err),
				 &err);
			for (unsigned l = 0; l < 3; l++)
				if ((i + 1) % (UINT64_C(1) << 8 * l) == 0 &&
				    (i + 1) >> 8 * l & 255)
					want_touched |= 1U << l;
			assert_int_equal(e.touched, want_touched);
			root = tree_edge_root(&e);
			check_ok(tree_root(&tiles, i + 1, &want, &err), &err);
			assert_true(hash_eq(&root, &want));
		}
	}
	assert_false(tree_edge_load(&tiles, STORE + 1, &e, &err));
	assert_int_equal(err.kind, ERR_MISSING);
}

static bool refuses(void *ctx, unsigned level, uint64_t n, const struct hash *hashes,
		    struct err *err)
{
	(void)ctx, (void)level, (void)n, (void)hashes;
	return err_set(err, ERR_UNREACHABLE, "", "disk full");
}

static void refused_tile_leaves_the_edge(void **state)
{
	static struct tree_edge e;
	struct hash root, want;
	struct err err;

	(void)state;
	check_ok(tree_edge_load(&tiles, 255, &e, &err), &err);
	assert_false(tree_edge_append(&e, &store.all[0][255], refuses, NULL, &err));
	assert_int_equal(err.kind, ERR_UNREACHABLE);
	assert_int_equal(e.size, 255);
	root = tree_edge_root(&e);
	want = naive(store.all[0], 255);
	assert_true(hash_eq(&root, &want));
	check_ok(tree_edge_append(&e, &store.all[0][255], NULL, NULL, &err), &err);
	root = tree_edge_root(&e);
	want = naive(store.all[0], 256);
	assert_true(hash_eq(&root, &want));
}

static void inclusion_holds(uint64_t index, uint64_t size, const struct hash *root)
{
	struct hash proof[PROOF_MAX + 1], other;
	const struct hash *leaf = &store.all[0][index];
	struct err err;
	size_t n;

	check_ok(tree_inclusion(&tiles, index, size, proof, &n, &err), &err);
	assert_true(inclusion_verify(leaf, index, size, proof, n, root));
	assert_false(inclusion_verify(leaf, index + 1, size, proof, n, root));
	assert_false(inclusion_verify(leaf, index, size, proof, n + 1, root));
	other = node_hash(leaf, leaf);
	assert_false(inclusion_verify(&other, index, size, proof, n, root));
	assert_false(inclusion_verify(leaf, index, size, proof, n, &other));
	if (n == 0)
		return;
	assert_false(inclusion_verify(leaf, index, size, proof, n - 1, root));
	proof[index % n].b[index % HASH_SIZE] ^= 1;
	assert_false(inclusion_verify(leaf, index, size, proof, n, root));
}

static void inclusion(void **state)
{
	static const uint64_t large[] = { 65535, 65536, 65537, 69999, 70000 };
	struct hash root, proof[PROOF_MAX];
	struct err err;
	size_t n;

	(void)state;
	for (uint64_t size = 1; size <= SIZES; size++) {
		root = naive(store.all[0], size);
		for (uint64_t index = 0; index < size; index += size < 70 ? 1 : 97)
			inclusion_holds(index, size, &root);
		inclusion_holds(size - 1, size, &root);
	}
	for (size_t i = 0; i < sizeof(large) / sizeof(large[0]); i++) {
		root = naive(store.all[0], large[i]);
		for (uint64_t index = 0; index < large[i]; index += 4099)
			inclusion_holds(index, large[i], &root);
		inclusion_holds(large[i] - 1, large[i], &root);
	}
	assert_false(tree_inclusion(&tiles, 5, 5, proof, &n, &err));
	assert_int_equal(err.kind, ERR_MISSING);
	assert_false(tree_inclusion(&tiles, 0, 0, proof, &n, &err));
	/* The root itself passed off as a leaf of a larger tree, the proof left out. */
	root = naive(store.all[0], 2);
	assert_false(inclusion_verify(&root, 0, 2, proof, 0, &root));
	assert_false(inclusion_verify(&store.all[0][0], 0, 0, proof, 0, &store.all[0][0]));
	memset(proof, 0, sizeof(proof));
	assert_false(inclusion_verify(&store.all[0][0], 0, 1, proof, PROOF_MAX + 1,
				      &store.all[0][0]));
}

static void consistency_holds(uint64_t old_size, uint64_t size, const struct hash *root)
{
	struct hash proof[PROOF_MAX + 1], old_root, other = leaf_of(STORE);
	struct err err;
	size_t n;

	check_ok(tree_root(&tiles, old_size, &old_root, &err), &err);
	check_ok(tree_consistency(&tiles, old_size, size, proof, &n, &err), &err);
	assert_true(consistency_verify(old_size, size, proof, n, &old_root, root));
	assert_false(consistency_verify(old_size, size, proof, n, &other, root));
	assert_false(consistency_verify(old_size, size, proof, n + 1, &old_root, root));
	if (old_size == 0)
		return;
	assert_false(consistency_verify(old_size, size, proof, n, &old_root, &other));
	if (n == 0)
		return;
	assert_false(consistency_verify(size, old_size, proof, n, root, &old_root));
	assert_false(consistency_verify(old_size, size, proof, n - 1, &old_root, root));
	assert_false(consistency_verify(old_size - 1, size, proof, n, &old_root, root));
	proof[old_size % n].b[old_size % HASH_SIZE] ^= 1;
	assert_false(consistency_verify(old_size, size, proof, n, &old_root, root));
}

static void consistency(void **state)
{
	static const uint64_t large[] = { 65536, 65537, 70000 };
	struct hash root, proof[PROOF_MAX];
	struct err err;
	size_t n;

	(void)state;
	for (uint64_t size = 1; size <= SIZES; size++) {
		root = naive(store.all[0], size);
		for (uint64_t old = 0; old <= size; old += size < 70 ? 1 : 101)
			consistency_holds(old, size, &root);
		consistency_holds(size, size, &root);
	}
	for (size_t i = 0; i < sizeof(large) / sizeof(large[0]); i++) {
		root = naive(store.all[0], large[i]);
		for (uint64_t old = 1; old < large[i]; old += 9973)
			consistency_holds(old, large[i], &root);
		consistency_holds(large[i] / 2, large[i], &root);
	}
	assert_false(tree_consistency(&tiles, 6, 5, proof, &n, &err));
	assert_int_equal(err.kind, ERR_MISSING);
}

static void widths(void **state)
{
	(void)state;
	assert_int_equal(tile_width(0, 0, 0), 0);
	assert_int_equal(tile_width(70000, 0, 272), 256);
	assert_int_equal(tile_width(70000, 0, 273), 112);
	assert_int_equal(tile_width(70000, 0, 274), 0);
	assert_int_equal(tile_width(70000, 1, 0), 256);
	assert_int_equal(tile_width(70000, 1, 1), 17);
	assert_int_equal(tile_width(70000, 2, 0), 1);
	assert_int_equal(tile_width(70000, 3, 0), 0);
	assert_int_equal(tile_width(256, 0, 1), 0);
	assert_int_equal(tile_width(TREE_SIZE_MAX, 6, 0), 31);
	assert_int_equal(tile_width(TREE_SIZE_MAX, 63, 0), 0);
	assert_int_equal(tile_width(TREE_SIZE_MAX, 0, UINT64_MAX), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_answers), cmocka_unit_test(edge_root_is_the_naive_root),
		cmocka_unit_test(edge_loads),    cmocka_unit_test(refused_tile_leaves_the_edge),
		cmocka_unit_test(inclusion),     cmocka_unit_test(consistency),
		cmocka_unit_test(widths),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}

#include "ledger/verify.h"

#include "check.h"
#include "ledger/entry.h"

enum { FILES_MAX = 64, SIZE = 700 };

static const char origin[] = "ml.example/registre/ml";

/* A log as its files, all in memory; `victim` is one that a test spoils. */
static struct log {
	struct {
		char path[64];
		struct buf bytes;
	} files[FILES_MAX];
	size_t n;
	struct arena arena;
	struct skey key, witness;
	struct tree_edge edge;
} log_;

static struct buf *file_at(struct str path)
{
	for (size_t i = 0; i < log_.n; i++)
		if (str_is(path, log_.files[i].path))
			return &log_.files[i].bytes;
	return NULL;
}

static struct buf *file_new(struct str path)
{
	struct buf *b = file_at(path);

	if (!b) {
		assert_true(log_.n < FILES_MAX);
		snprintf(log_.files[log_.n].path, sizeof(log_.files[0].path), "%.*s",
			 STR(path));
		b = &log_.files[log_.n++].bytes;
		buf_init(b, 1 << 20);
	}
	buf_clear(b);
	return b;
}

static struct buf *tile_new(int level, uint64_t n, unsigned width)
{
	const struct tile_path p = { level, n, width };
	struct buf path, *b;

	buf_init(&path, 64);
	tile_path_write(&path, &p);
	b = file_new(buf_str(&path));
	buf_done(&path);
	return b;
}

static bool read_file(void *ctx, struct str path, struct buf *out, struct err *err)
{
	struct buf *b = file_at(path);

	(void)ctx;
	if (!b)
		return err_set(err, ERR_MISSING, "", "no such file");
	buf_add(out, buf_str(b));
	return true;
}

static const struct log_source source = { read_file, NULL };

static bool store_tile(void *ctx, unsigned level, uint64_t n, const struct hash *hashes,
		       struct err *err)
{
	(void)ctx, (void)err;
	buf_add(tile_new((int)level, n, TILE_WIDTH),
		str_of(hashes, sizeof(struct hash[TILE_WIDTH])));
	return true;
}

/* Entry i: some void, some of unknown types, some dated back. */
static void entry_put(struct buf *out, uint64_t i)
{
	struct entry_draft d = { .party = S("ml"),
				 .type = i == 0 ? S("charter") : S("act.note"),
				 .body = i == 0 ? S("{\"charter\":"
						    "\"abababababababababababababababababababab"
						    "abababababababababababab\"}")
						: S("{\"act\":"
						    "\"abababababababababababababababababababab"
						    "abababababababababababab\"}"),
				 .n = i % 100 == 50 ? i + 1 : i,
				 .time = 1772446500 + (int64_t)i };

	if (i % 200 == 60)
		d.type = S("x.note");
	if (i % 300 == 70)
		d.time -= 5;
	entry_write(out, &d);
}

static void head_put(uint64_t size, struct hash root, const char *path)
{
	const struct checkpoint c = { .origin = str_z(origin), .size = size, .root = root };
	struct buf *b = file_new(str_z(path)), text;

	buf_init(&text, 512);
	checkpoint_write(&text, &c);
	note_sign(b, buf_str(&text), &log_.key);
	cosig_line(b, buf_str(&text), 1772446500, &log_.witness);
	buf_done(&text);
}

/* All files of a log of `size` entries; a checkpoint of every hundredth size beside it. */
static void log_make(uint64_t size)
{
	struct buf entry, bundle;
	struct err err;

	for (size_t i = 0; i < log_.n; i++)
		buf_done(&log_.files[i].bytes);
	log_.n = 0;
	memset(&log_.edge, 0, sizeof(log_.edge));
	buf_init(&entry, ENTRY_MAX);
	buf_init(&bundle, 1 << 20);
	for (uint64_t i = 0; i < size; i++) {
		struct hash leaf;

		buf_clear(&entry);
		entry_put(&entry, i);
		bundle_put(&bundle, buf_str(&entry));
		leaf = leaf_hash(buf_str(&entry));
		check_ok(tree_edge_append(&log_.edge, &leaf, store_tile, NULL, &err), &err);
		if ((i + 1) % TILE_WIDTH == 0 || i + 1 == size) {
			buf_add(tile_new(ENTRY_LEVEL, i / TILE_WIDTH,
					 tile_width(size, 0, i / TILE_WIDTH)),
				buf_str(&bundle));
			buf_clear(&bundle);
		}
		if (i + 1 == 300)
			head_put(300, tree_edge_root(&log_.edge), "old");
	}
	for (unsigned l = 0; l < TILE_LEVELS; l++)
		if (log_.edge.touched >> l & 1) {
			uint64_t n = size >> 8 * l >> 8;
			unsigned width = tile_width(size, l, n);

			buf_add(tile_new((int)l, n, width),
				str_of(log_.edge.open[l], width * sizeof(struct hash)));
		}
	head_put(size, tree_edge_root(&log_.edge), "checkpoint");
	buf_done(&bundle);
	buf_done(&entry);
}

static int setup(void **state)
{
	static const unsigned char seeds[2][32] = { { 1 }, { 2 } };

	(void)state;
	arena_init(&log_.arena, 16 << 20);
	skey_from_seed(&log_.key, KEY_LOG, str_z(origin), seeds[0]);
	skey_from_seed(&log_.witness, KEY_WITNESS, S("ru.example/temoin/ru"), seeds[1]);
	return 0;
}

static int teardown(void **state)
{
	log_make(0);
	for (size_t i = 0; i < log_.n; i++)
		buf_done(&log_.files[i].bytes);
	arena_done(&log_.arena);
	(void)state;
	return 0;
}

static struct log_check usual(void)
{
	return (struct log_check){ .origin = str_z(origin),
				   .party = S("ml"),
				   .log_keys = &log_.key.pub,
				   .log_key_count = 1,
				   .witnesses = &log_.witness.pub,
				   .witness_count = 1,
				   .quorum = 1 };
}

static bool verifies(const struct log_check *c, struct log_verdict *v, struct err *err)
{
	*err = (struct err){ 0 };
	arena_reset(&log_.arena);
	return log_verify(&log_.arena, &source, c, v, err);
}

static void counts_progress(void *ctx, uint64_t done, uint64_t all)
{
	uint64_t *last = ctx;

	assert_true(done > *last && done <= all);
	*last = done;
}

static void good_logs(void **state)
{
	static const uint64_t sizes[] = { 0, 1, 2, 255, 256, 257, 511, 512, SIZE };
	struct log_verdict v;
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct log_check c = usual();
		uint64_t last = 0;

		log_make(sizes[i]);
		c.progress = counts_progress;
		c.progress_ctx = &last;
		check_ok(verifies(&c, &v, &err), &err);
		assert_int_equal(v.head.size, sizes[i]);
		check_str(v.head.origin, str_z(origin));
		assert_int_equal(v.cosigned, 1);
		assert_int_equal(last, sizes[i]);
	}
	assert_int_equal(v.void_entries, 7);    /* 50, 150 … 650 */
	assert_int_equal(v.unknown_entries, 4); /* 60, 260, 460, 660 */
	assert_int_equal(v.flagged_entries, 3); /* 70, 370, 670 */
}

static void bytes_only(void **state)
{
	struct log_check c = usual();
	struct log_verdict v;
	struct err err;

	(void)state;
	log_make(SIZE);
	c.party = S("");
	check_ok(verifies(&c, &v, &err), &err);
	assert_int_equal(v.void_entries + v.unknown_entries + v.flagged_entries, 0);
	c.quorum = 2;
	assert_false(verifies(&c, &v, &err));
	c.quorum = 0;
	c.witness_count = 0;
	check_ok(verifies(&c, &v, &err), &err);
	assert_int_equal(v.cosigned, 0);
	c.log_key_count = 0;
	assert_false(verifies(&c, &v, &err));
	c = usual();
	c.origin = S("ru.example/registre/ru");
	assert_false(verifies(&c, &v, &err));
}

/* Every file altered at several bytes, cut short, made longer, or gone. */
static void spoiled_files(void **state)
{
	struct log_check c = usual();
	struct log_verdict v;
	struct err err;

	(void)state;
	log_make(SIZE);
	for (size_t i = 0; i < log_.n; i++) {
		struct buf *b = &log_.files[i].bytes;
		char first = log_.files[i].path[0];

		if (str_is(str_z(log_.files[i].path), "old"))
			continue;
		for (size_t at = 0; at < b->n; at += b->n / 5 + 1) {
			b->p[at] ^= 1;
			if (verifies(&c, &v, &err))
				fail_msg("%s altered at %zu: accepted", log_.files[i].path, at);
			assert_int_not_equal(err.kind, ERR_FORK);
			b->p[at] ^= 1;
		}
		b->n--;
		assert_false(verifies(&c, &v, &err));
		b->n++;
		buf_ch(b, '\n');
		assert_false(verifies(&c, &v, &err));
		b->n--;
		log_.files[i].path[0] = '?';
		assert_false(verifies(&c, &v, &err));
		assert_int_equal(err.kind, ERR_MISSING);
		log_.files[i].path[0] = first;
	}
	check_ok(verifies(&c, &v, &err), &err);
	/* Files that agree among themselves, under a head of another tree. */
	head_put(SIZE, leaf_hash(S("x")), "checkpoint");
	assert_false(verifies(&c, &v, &err));
	assert_int_equal(err.kind, ERR_BROKEN);
}

static void older_checkpoints(void **state)
{
	struct log_check c = usual();
	struct log_verdict v;
	struct str old;
	struct err err;

	(void)state;
	log_make(SIZE);
	old = buf_str(file_at(S("old")));
	c.old_checkpoint = old;
	check_ok(verifies(&c, &v, &err), &err);

	/* Another history, properly signed: a fork.  A false signature is not. */
	head_put(300, leaf_hash(S("x")), "old");
	c.old_checkpoint = buf_str(file_at(S("old")));
	assert_false(verifies(&c, &v, &err));
	assert_int_equal(err.kind, ERR_FORK);
	file_at(S("old"))->p[c.old_checkpoint.n - 200] ^= 1;
	assert_false(verifies(&c, &v, &err));
	assert_int_not_equal(err.kind, ERR_FORK);

	/* The whole tree under another root; a larger tree than is served. */
	head_put(SIZE, leaf_hash(S("x")), "old");
	c.old_checkpoint = buf_str(file_at(S("old")));
	assert_false(verifies(&c, &v, &err));
	assert_int_equal(err.kind, ERR_FORK);
	head_put(SIZE + 1, tree_edge_root(&log_.edge), "old");
	c.old_checkpoint = buf_str(file_at(S("old")));
	assert_false(verifies(&c, &v, &err));
	assert_int_equal(err.kind, ERR_FORK);
	assert_string_equal(err.arg[1], "701");

	/* Entries that contradict the head prove nothing about the older one. */
	head_put(300, leaf_hash(S("x")), "old");
	c.old_checkpoint = buf_str(file_at(S("old")));
	file_at(S("tile/entries/002.p/188"))->p[20] ^= 1;
	assert_false(verifies(&c, &v, &err));
	assert_int_equal(err.kind, ERR_BROKEN);

	log_make(SIZE);
	head_put(0, empty_root(), "old");
	c.old_checkpoint = buf_str(file_at(S("old")));
	check_ok(verifies(&c, &v, &err), &err);
}

static bool tile_of_log(void *ctx, unsigned level, uint64_t n, unsigned width, struct hash *out,
			struct err *err)
{
	const struct tile_path p = { (int)level, n, width };
	struct buf path, bytes;
	bool ok;

	(void)ctx;
	buf_init(&path, 64);
	buf_init(&bytes, 1 << 14);
	tile_path_write(&path, &p);
	ok = read_file(NULL, buf_str(&path), &bytes, err);
	memcpy(out, bytes.p, ok ? bytes.n : 0);
	buf_done(&bytes);
	buf_done(&path);
	return ok;
}

static void offline_proofs(void **state)
{
	const struct tiles tiles = { tile_of_log, NULL };
	struct log_check c = usual();
	struct tlog_proof p;
	struct log_verdict v;
	struct buf text, entry;
	struct err err = { 0 };

	(void)state;
	log_make(SIZE);
	buf_init(&text, 1 << 17);
	buf_init(&entry, ENTRY_MAX);
	for (uint64_t i = 0; i < SIZE; i += 99) {
		struct str note = buf_str(file_at(S("checkpoint")));

		buf_clear(&text);
		buf_clear(&entry);
		entry_put(&entry, i);
		check_ok(tree_inclusion(&tiles, i, SIZE, p.path, &p.n, &err), &err);
		p.index = i;
		p.note = note;
		tlog_proof_write(&text, &p);
		check_ok(tlog_proof_verify(buf_str(&text), buf_str(&entry), &c, &v, &err),
			 &err);
		assert_int_equal(v.head.size, SIZE);
		assert_false(tlog_proof_verify(buf_str(&text), S("x"), &c, &v, &err));
		for (size_t at = 0; at < text.n - note.n; at += 13) {
			text.p[at] ^= 1;
			assert_false(tlog_proof_verify(buf_str(&text), buf_str(&entry), &c, &v,
						       &err));
			text.p[at] ^= 1;
		}
		for (size_t cut = 0; cut < text.n; cut += 17)
			assert_false(tlog_proof_verify(str_cut(buf_str(&text), cut),
						       buf_str(&entry), &c, &v, &err));
	}
	buf_done(&entry);
	buf_done(&text);
}

static void proof_shapes(void **state)
{
	struct log_check c = usual();
	struct log_verdict v;
	struct err err = { 0 };
	struct buf text, entry;
	struct str note;

	(void)state;
	log_make(1);
	note = buf_str(file_at(S("checkpoint")));
	buf_init(&entry, ENTRY_MAX);
	entry_put(&entry, 0);
	for (int i = 0; i < 7; i++) {
		static const struct {
			const char *head;
			bool good;
		} heads[] = {
			{ "c2sp.org/tlog-proof@v1\nindex 0\n\n", true },
			{ "c2sp.org/tlog-proof@v1\nextra YQ==\nindex 0\n\n", true },
			{ "c2sp.org/tlog-proof@v1\nextra YR==\nindex 0\n\n", false },
			{ "c2sp.org/tlog-proof@v1\nindex 00\n\n", false },
			{ "c2sp.org/tlog-proof@v1\nindex 0\n", false },
			{ "c2sp.org/tlog-proof@v1\nindex 0\nYQ==\n\n", false },
			{ "c2sp.org/tlog-proof@v1\r\nindex 0\n\n", false },
		};

		buf_init(&text, 1 << 16);
		buf_z(&text, heads[i].head);
		buf_add(&text, note);
		if (tlog_proof_verify(buf_str(&text), buf_str(&entry), &c, &v, &err) !=
		    heads[i].good)
			fail_msg("%s", heads[i].head);
		buf_done(&text);
	}
	buf_done(&entry);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_logs),      cmocka_unit_test(bytes_only),
		cmocka_unit_test(spoiled_files),  cmocka_unit_test(older_checkpoints),
		cmocka_unit_test(offline_proofs), cmocka_unit_test(proof_shapes),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}

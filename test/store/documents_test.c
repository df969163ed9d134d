/* A document that comes after the act it belongs to: the register is as if it had come first.
 */
#include "kept_blob.h"
#include "rig.h"

static struct str hex_of(struct arena *a, const struct hash *h)
{
	struct buf b;

	buf_init(&b, 65);
	buf_hex(&b, h->b, HASH_SIZE);
	return arena_buf(a, &b);
}

static struct str document(struct arena *a, unsigned n)
{
	char text[1024];

	snprintf(text, sizeof(text),
		 "{\"v\":1,\"register\":\"%.*s\",\"act\":\"project\",\"parties\":[\"ml\","
		 "\"ru\"],\"title\":{},\"texts\":[],"
		 "\"effects\":[{\"op\":\"put\",\"kind\":\"project\",\"id\":\"01970000-0000-"
		 "7000-8000-%012u\",\"base\":[],"
		 "\"data\":{\"title\":{\"fr\":\"Pont "
		 "%u\"}}}],\"supersedes\":[],\"nonce\":\"%032u\"}",
		 STR(hex_of(a, &world.charter.id)), n, n, n);
	return arena_str(a, str_z(text));
}

static struct str proposal(struct arena *a, uint64_t n, struct str doc)
{
	struct entry_draft d = { .party = S("ml"),
				 .type = S("act.propose"),
				 .n = n,
				 .time = 1772446500 + (int64_t)n };
	struct hash h = hash_of(doc);
	char body[256], blobs[256];
	struct buf out;

	snprintf(body, sizeof(body), "{\"act\":\"%.*s\",\"parties\":[\"ml\",\"ru\"]}",
		 STR(hex_of(a, &h)));
	snprintf(blobs, sizeof(blobs),
		 "[{\"sha256\":\"%.*s\",\"size\":%zu,\"media\":\"application/"
		 "json\",\"name\":\"act.json\"}]",
		 STR(hex_of(a, &h)), doc.n);
	d.body = str_z(body);
	d.blobs = str_z(blobs);
	buf_init(&out, ENTRY_MAX);
	entry_write(&out, &d);
	return arena_buf(a, &out);
}

static void propose(struct store *s, struct arena *a, unsigned from, unsigned to)
{
	struct hash leaf;
	struct err err;

	check_ok(store_begin(s, &err), &err);
	for (; from < to; from++)
		check_ok(store_append(s, proposal(a, store_next(s), document(a, from)), &leaf,
				      &err),
			 &err);
	check_ok(store_commit(s, &world.ml.log, &err), &err);
}

static void put(struct store *s, struct arena *a, unsigned from, unsigned to)
{
	struct hash name;
	struct err err;

	for (; from < to; from++)
		check_ok(store_blob_put(s, document(a, from), &name, &err), &err);
}

static bool add_line(void *ctx, struct str text)
{
	hash_feed(ctx, text);
	return true;
}

static struct hash dump_hash(struct store *s)
{
	struct hash_stream *h = hash_begin();
	struct err err;

	check_ok(store_dump(s, add_line, h, &err), &err);
	return hash_end(h);
}

/* What a rebuild gives from the same entries and attachments. */
static void is_as_rebuilt(struct store *s, bool want)
{
	struct hash live = dump_hash(s), rebuilt;
	struct err err;

	check_ok(store_rebuild(s, NULL, NULL, &err), &err);
	rebuilt = dump_hash(s);
	assert_true(hash_eq(&live, &rebuilt) == want);
}

static void the_next_transaction_sees_it(void **state)
{
	struct store *s = rig_node(place_of(state), "ml");
	uint64_t generation;
	struct arena a;
	struct err err;

	arena_init(&a, 16 << 20);
	rig_append(s, &world.ml, 1);
	propose(s, &a, 0, 3);
	is_as_rebuilt(s, true);
	generation = store_generation(s);
	put(s, &a, 1, 2);
	check_ok(store_begin(s, &err), &err);
	store_rollback(s);
	assert_int_equal(store_generation(s), generation + 1);
	is_as_rebuilt(s, true);
	/* More than are remembered by name. */
	propose(s, &a, 3, 150);
	put(s, &a, 0, 150);
	check_ok(store_begin(s, &err), &err);
	store_rollback(s);
	is_as_rebuilt(s, true);
	store_close(s);
	arena_done(&a);
}

/* The process ended between the two. */
static void the_next_start_sees_it(void **state)
{
	struct place *p = place_of(state);
	struct store *s = rig_node(p, "ml");
	struct hash before, after;
	uint64_t generation;
	struct arena a;

	arena_init(&a, 16 << 20);
	rig_append(s, &world.ml, 1);
	propose(s, &a, 0, 3);
	before = dump_hash(s);
	put(s, &a, 2, 3);
	generation = store_generation(s);
	store_close(s);
	s = rig_open(p, STORE_WRITE);
	after = dump_hash(s);
	assert_false(hash_eq(&before, &after));
	is_as_rebuilt(s, true);
	assert_true(store_generation(s) > generation);
	generation = store_generation(s);
	store_close(s);
	s = rig_open(p, STORE_WRITE);
	assert_int_equal(store_generation(s), generation);
	store_close(s);
	arena_done(&a);
}

/* The documents of a batch are put inside the transaction and are all there after it. */
static void a_batch_with_its_documents(void **state)
{
	struct place *p = place_of(state);
	struct store *s = rig_node(p, "ml");
	struct hash leaf, name;
	struct arena a;
	struct err err;
	struct str kept;

	arena_init(&a, 16 << 20);
	rig_append(s, &world.ml, 1);
	check_ok(store_begin(s, &err), &err);
	for (unsigned i = 0; i < 100; i++) {
		put(s, &a, i, i + 1);
		check_ok(store_append(s, proposal(&a, store_next(s), document(&a, i)), &leaf,
				      &err),
			 &err);
	}
	check_ok(store_commit(s, &world.ml.log, &err), &err);
	is_as_rebuilt(s, true);
	for (unsigned i = 0; i < 100; i++) {
		name = hash_of(document(&a, i));
		assert_true(blob_kept(s, &a, &name, &kept));
		assert_true(str_eq(kept, document(&a, i)));
	}
	store_close(s);
	arena_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(the_next_transaction_sees_it),
		BOTH(the_next_start_sees_it),
		BOTH(a_batch_with_its_documents),
	};

	return run_on_engines(tests);
}

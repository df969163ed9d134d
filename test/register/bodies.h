/* Two nodes, each on a store of its own, and restricted bodies carried between them. */
#ifndef TEST_REGISTER_BODIES_H
#define TEST_REGISTER_BODIES_H
#include "../store/engines.h"
#include "feed.h"
#include "kept_blob.h"
#include "nodes.h"

#include "ledger/entry.h"
#include "register/intake.h"
#include "register/keys.h"
#include "register/sealed_body.h"
#include "store/bodies.h"

#define MARK "Sanankoroba"
#define ID   "01985000-0009-7000-8000-000000000001"
#define PUT(visibility)                                                                        \
	"{\"type\":\"record.put\",\"kind\":\"organisation\",\"id\":\"" ID                      \
	"\",\"visibility\":\"" visibility "\",\"data\":" ORGANISATION(MARK) "}"

static struct nodes t;

static inline void up(void **state)
{
	struct place *p = place_of(state);
	char other[160], sql[64], name[32];

	snprintf(other, sizeof(other), "%s", p->url);
	if (on_postgres(p)) {
		snprintf(name, sizeof(name), "t%d", ++server.databases);
		snprintf(sql, sizeof(sql), "CREATE DATABASE %s", name);
		postgres_run(sql);
		postgres_url(other, "right", name);
	}
	nodes_up_on(&t, p->url, other);
	nodes_up_ru(&t);
}

/* --- carrying, as an exchange or a pouch does --- */

static inline struct str file_of(struct node *n, const struct hash *h)
{
	struct str bytes;

	assert_true(blob_kept(node_store(n), &t.a, h, &bytes));
	return bytes;
}

static inline void copy_attachments(struct node *from, struct node *to,
				    const struct str *entries, const struct ledger_row *l)
{
	for (uint64_t k = 0; k < l->size; k++) {
		struct entry e;

		entry_read(&t.a, entries[k], l->party, k, INT64_MIN, &e);
		for (const struct json *b = e.blobs ? e.blobs->child : NULL; b; b = b->next) {
			struct hash h;
			struct err err;

			assert_true(hash_hex(json_str(b, "sha256"), &h));
			check_ok(store_blob_put(node_store(to), file_of(from, &h), &h, &err),
				 &err);
		}
	}
}

static inline void take_entries(struct node *to, const struct ledger_row *l,
				const struct str *entries)
{
	const struct intake_plan plan = { .ledger = l->name, .checkpoint = l->checkpoint };
	const struct feed f = { .entries = entries, .size = l->size };
	struct intake_result came;
	struct tile_path p;
	struct intake *i;
	struct buf bytes;
	struct err err;

	buf_init(&bytes, 32 << 20);
	check_ok(intake_begin(to, &t.a, &plan, &i, &err), &err);
	while (intake_wants(i, &p)) {
		feed_tile(&f, &p, &bytes);
		check_ok(intake_give(i, &p, buf_str(&bytes), &err), &err);
	}
	check_ok(intake_finish(i, &came, &err), &err);
	intake_end(i);
	buf_done(&bytes);
}

/* The own ledger of `from`: entries, and then the attachments that are named openly. */
static inline void carry_entries(struct node *from, struct node *to, bool with_blobs)
{
	struct view *v = reading(from);
	struct ledger_row *rows;
	struct err err;
	size_t n;

	check_ok(view_ledgers(v, &t.a, &rows, &n, &err), &err);
	for (size_t i = 0; i < n; i++) {
		struct str *entries = arena_array(&t.a, struct str, rows[i].size);

		if (!rows[i].own)
			continue;
		for (uint64_t k = 0; k < rows[i].size; k++)
			check_ok(view_entry(v, &t.a, rows[i].name, k, &entries[k], &err), &err);
		if (with_blobs)
			copy_attachments(from, to, entries, &rows[i]);
		take_entries(to, &rows[i], entries);
	}
	read_done(v);
}

static inline size_t listed(struct node *n, const char *recipient, struct hash **out)
{
	struct body_range all[] = { { S("ml"), 0, 1000 }, { S("ru"), 0, 1000 } };
	struct view *v = reading(n);
	struct err err;
	size_t count;

	check_ok(body_list(v, &t.a, str_z(recipient), all, 2, out, &count, &err), &err);
	read_done(v);
	return count;
}

static inline struct str age_file(struct node *n, const char *recipient,
				  const struct hash *name)
{
	struct view *v = reading(n);
	struct buf b;
	struct err err;

	buf_init(&b, BODY_FILE_MAX);
	check_ok(body_file(n, v, &t.a, str_z(recipient), name, &b, &err), &err);
	read_done(v);
	return arena_buf(&t.a, &b);
}

static inline bool refuses(struct node *n, const char *recipient, const struct hash *name)
{
	struct view *v = reading(n);
	struct err err = { 0 };
	struct buf b;
	bool ok;

	buf_init(&b, BODY_FILE_MAX);
	ok = body_file(n, v, &t.a, str_z(recipient), name, &b, &err);
	assert_true(ok || b.n == 0);
	buf_done(&b);
	read_done(v);
	return !ok && err.kind == ERR_MISSING;
}

static inline enum body_fate take(struct node *n, const struct hash *name, struct str file)
{
	enum body_fate fate;
	struct err err;

	check_ok(body_take(n, name, file, &fate, &err), &err);
	return fate;
}

static inline uint64_t settle(struct node *n)
{
	uint64_t opened;
	struct err err;

	check_ok(body_settle(n, &opened, &err), &err);
	return opened;
}

static inline void carry_bodies(struct node *from, struct node *to, const char *recipient)
{
	struct hash *names;
	size_t n = listed(from, recipient, &names);

	for (size_t i = 0; i < n; i++)
		assert_int_not_equal(take(to, &names[i], age_file(from, recipient, &names[i])),
				     BODY_REFUSED);
	settle(to);
}

static inline size_t lacks(struct node *n, struct hash *first)
{
	struct view *v = reading(n);
	struct hash *names;
	struct err err;
	size_t count;

	check_ok(body_lack(n, v, &t.a, 100, &names, &count, &err), &err);
	read_done(v);
	if (count && first)
		*first = names[0];
	return count;
}

/* --- looking --- */

static inline bool sees(struct node *n, enum audience who)
{
	struct view *v = reading(n);
	struct ref ref = { S("ml"), S(ID) };
	struct record_row row;
	struct err err;
	bool found = view_record(v, &t.a, record_named(S("organisation")), ref, who, LANG_FR,
				 &row, &err);

	assert_true(found || err.kind == ERR_MISSING);
	if (found)
		check_str(row.label, S(MARK));
	read_done(v);
	return found;
}

static inline uint64_t found_by_words(struct node *n, enum audience who)
{
	struct search_query q = { .words = S(MARK), .who = who, .limit = 10 };
	struct view *v = reading(n);
	struct list_result r;
	struct err err;

	check_ok(view_search(v, &t.a, &q, &r, &err), &err);
	read_done(v);
	return r.total;
}

static inline bool dump_line(void *ctx, struct str line)
{
	buf_add(ctx, line);
	buf_ch(ctx, '\n');
	return true;
}

static inline struct str dump_of(struct node *n)
{
	struct buf b;
	struct err err;

	buf_init(&b, 16 << 20);
	check_ok(store_dump(node_store(n), dump_line, &b, &err), &err);
	return arena_buf(&t.a, &b);
}

/* What is there is what a replay from entry 0 makes. */
static inline void is_as_rebuilt(struct node *n)
{
	struct str before = dump_of(n);
	struct err err;

	check_ok(store_rebuild(node_store(n), NULL, NULL, &err), &err);
	check_str(dump_of(n), before);
}

static inline void digests_agree(void)
{
	struct hash ml, ru;
	struct err err;

	carry_entries(t.ml, t.ru, true);
	carry_entries(t.ru, t.ml, true);
	check_ok(store_state(node_store(t.ml), S(""), &ml, &err), &err);
	check_ok(store_state(node_store(t.ru), S(""), &ru, &err), &err);
	assert_memory_equal(ml.b, ru.b, HASH_SIZE);
}

static char grepped[512];

static inline int holds_mark(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	char *bytes;
	bool found;
	FILE *f;

	(void)at;
	if (kind != FTW_F || st->st_size == 0)
		return 0;
	bytes = malloc((size_t)st->st_size);
	f = fopen(path, "rb");
	assert_true(bytes && f);
	found = fread(bytes, 1, (size_t)st->st_size, f) == (size_t)st->st_size &&
		(memmem(bytes, (size_t)st->st_size, MARK, strlen(MARK)) ||
		 memmem(bytes, (size_t)st->st_size, "sanankorob", 10));
	if (found)
		snprintf(grepped, sizeof(grepped), "%s", path);
	free(bytes);
	fclose(f);
	return found;
}

/* Whether any file of the node's folder holds the marked word. */
static inline bool on_disk(const char *dir)
{
	return nftw(dir, holds_mark, 8, FTW_PHYS) != 0;
}

static inline struct hash commitment_at(struct node *n, const char *ledger, uint64_t at)
{
	struct view *v = reading(n);
	struct sealed_part *parts;
	struct hash c;
	struct err err;
	size_t count;

	check_ok(view_sealed_parts(v, &t.a, str_z(ledger), at, &parts, &count, &err), &err);
	assert_int_equal(count, 1);
	c = parts[0].c;
	read_done(v);
	return c;
}

static inline struct hash put_with_attachment(struct str bytes, struct hash *file)
{
	struct err err;
	struct buf b;
	uint64_t n;

	check_ok(store_blob_put(node_store(t.ml), bytes, file, &err), &err);
	buf_init(&b, 4096);
	buf_lit(&b, "{\"type\":\"record.put\",\"kind\":\"document\",\"visibility\":"
		    "\"parties\",\"data\":{\"title\":{\"fr\":\"" MARK
		    "\"},\"category\":\"A01\",\"file\":{\"sha256\":\"");
	buf_hex(&b, file->b, HASH_SIZE);
	buf_lit(&b, "\",\"size\":");
	buf_u64(&b, bytes.n);
	buf_lit(&b, ",\"media\":\"text/plain\",\"name\":\"note.txt\"}}}");
	buf_ch(&b, '\0');
	n = good(&t, t.ml, arena_buf(&t.a, &b).p).n;
	return commitment_at(t.ml, "ml", n);
}

static inline bool has_file(struct node *n, const struct hash *file)
{
	struct str bytes;

	return blob_kept(node_store(n), &t.a, file, &bytes);
}

#endif

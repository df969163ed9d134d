/*
 * Restricted bodies between two nodes (LEDGER.md 12): who may have them, on their way, early
 * and late, published and erased; on both engines, each node on a store of its own.
 */
#include "../store/engines.h"
#include "nodes.h"

#include "ledger/entry.h"
#include "register/keys.h"
#include "register/sealed_body.h"
#include "store/bodies.h"

#define MARK "Sanankoroba"
#define ID   "01985000-0009-7000-8000-000000000001"
#define PUT(visibility)                                                                        \
	"{\"type\":\"record.put\",\"kind\":\"organisation\",\"id\":\"" ID                      \
	"\",\"visibility\":\"" visibility "\",\"data\":" ORGANISATION(MARK) "}"

static struct nodes t;

static void up(void **state)
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

static struct str file_of(struct node *n, const struct hash *h)
{
	uint64_t size;
	struct err err;
	char *bytes;
	int fd;

	check_ok(store_blob_open(node_store(n), h, &fd, &size, &err), &err);
	bytes = arena_alloc(&t.a, (size_t)size + 1);
	assert_int_equal(read(fd, bytes, (size_t)size), (ssize_t)size);
	close(fd);
	return str_of(bytes, (size_t)size);
}

static void carry_entries(struct node *from, struct node *to, bool with_blobs)
{
	struct view *v = reading(from);
	struct ledger_row *rows;
	struct peer_range range = { .base = 0, .key_count = 1 };
	struct buf bundles;
	struct err err;
	size_t n;

	check_ok(view_ledgers(v, &t.a, &rows, &n, &err), &err);
	buf_init(&bundles, 64 << 20);
	for (size_t i = 0; i < n; i++) {
		if (!rows[i].own)
			continue;
		range.ledger = rows[i].name;
		range.checkpoint = rows[i].checkpoint;
		range.keys = &charter_find(node_charter(from), rows[i].name)->log;
		for (uint64_t k = 0; k < rows[i].size; k++) {
			struct str bytes;
			struct entry e;

			check_ok(view_entry(v, &t.a, rows[i].name, k, &bytes, &err), &err);
			bundle_put(&bundles, bytes);
			entry_read(&t.a, bytes, rows[i].party, k, INT64_MIN, &e);
			for (const struct json *b = e.blobs && with_blobs ? e.blobs->child
									  : NULL;
			     b; b = b->next) {
				struct hash h;

				assert_true(hash_hex(json_str(b, "sha256"), &h));
				check_ok(store_blob_put(node_store(to), file_of(from, &h), &h,
							&err),
					 &err);
			}
		}
	}
	range.bundles = buf_str(&bundles);
	check_ok(register_take(to, &range, &err), &err);
	buf_done(&bundles);
	read_done(v);
}

static size_t listed(struct node *n, const char *recipient, struct hash **out)
{
	struct body_range all[] = { { S("ml"), 0, 1000 }, { S("ru"), 0, 1000 } };
	struct view *v = reading(n);
	struct err err;
	size_t count;

	check_ok(body_list(v, &t.a, str_z(recipient), all, 2, out, &count, &err), &err);
	read_done(v);
	return count;
}

static struct str age_file(struct node *n, const char *recipient, const struct hash *name)
{
	struct view *v = reading(n);
	struct buf b;
	struct err err;

	buf_init(&b, BODY_FILE_MAX);
	check_ok(body_file(n, v, &t.a, str_z(recipient), name, &b, &err), &err);
	read_done(v);
	return arena_buf(&t.a, &b);
}

static bool refuses(struct node *n, const char *recipient, const struct hash *name)
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

static enum body_fate take(struct node *n, const struct hash *name, struct str file)
{
	enum body_fate fate;
	struct err err;

	check_ok(body_take(n, name, file, &fate, &err), &err);
	return fate;
}

static uint64_t settle(struct node *n)
{
	uint64_t opened;
	struct err err;

	check_ok(body_settle(n, &opened, &err), &err);
	return opened;
}

static void carry_bodies(struct node *from, struct node *to, const char *recipient)
{
	struct hash *names;
	size_t n = listed(from, recipient, &names);

	for (size_t i = 0; i < n; i++)
		assert_int_not_equal(take(to, &names[i], age_file(from, recipient, &names[i])),
				     BODY_REFUSED);
	settle(to);
}

static size_t lacks(struct node *n, struct hash *first)
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

static bool sees(struct node *n, enum audience who)
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

static uint64_t found_by_words(struct node *n, enum audience who)
{
	struct search_query q = { .words = S(MARK), .who = who, .limit = 10 };
	struct view *v = reading(n);
	struct list_result r;
	struct err err;

	check_ok(view_search(v, &t.a, &q, &r, &err), &err);
	read_done(v);
	return r.total;
}

static bool dump_line(void *ctx, struct str line)
{
	buf_add(ctx, line);
	buf_ch(ctx, '\n');
	return true;
}

static struct str dump_of(struct node *n)
{
	struct buf b;
	struct err err;

	buf_init(&b, 16 << 20);
	check_ok(store_dump(node_store(n), dump_line, &b, &err), &err);
	return arena_buf(&t.a, &b);
}

/* What is there is what a replay from entry 0 makes. */
static void is_as_rebuilt(struct node *n)
{
	struct str before = dump_of(n);
	struct err err;

	check_ok(store_rebuild(node_store(n), NULL, NULL, &err), &err);
	check_str(dump_of(n), before);
}

static void digests_agree(void)
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

static int holds_mark(const char *path, const struct stat *st, int kind, struct FTW *at)
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
static bool on_disk(const char *dir)
{
	return nftw(dir, holds_mark, 8, FTW_PHYS) != 0;
}

static struct hash commitment_at(struct node *n, const char *ledger, uint64_t at)
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

static struct str sealed_draft(const char *type, const struct hash *c, const char *more)
{
	struct buf b;

	buf_init(&b, 1024);
	buf_lit(&b, "{\"type\":\"");
	buf_z(&b, type);
	buf_lit(&b, "\",\"c\":[\"");
	buf_hex(&b, c->b, HASH_SIZE);
	buf_lit(&b, "\"]");
	buf_z(&b, more);
	buf_lit(&b, "}");
	buf_ch(&b, '\0');
	return arena_buf(&t.a, &b);
}

static void erase(struct node *n, const struct hash *c)
{
	good(&t, n, sealed_draft("sealed.erase", c, ",\"ground\":\"court order 12\"").p);
}

/* --- on their way --- */

static void the_other_side_reads_it_once_it_came(void **state)
{
	struct act_result r;
	struct hash c, lacked;

	up(state);
	r = good(&t, t.ml, PUT("parties"));
	c = commitment_at(t.ml, "ml", r.n);
	carry_entries(t.ml, t.ru, true);
	assert_false(sees(t.ru, AUDIENCE_NATIONAL));
	assert_int_equal(lacks(t.ru, &lacked), 1);
	assert_memory_equal(lacked.b, c.b, HASH_SIZE);
	is_as_rebuilt(t.ru);
	carry_bodies(t.ml, t.ru, "ru");
	assert_true(sees(t.ru, AUDIENCE_PARTIES));
	assert_false(sees(t.ru, AUDIENCE_PUBLIC));
	assert_false(sees(t.ml, AUDIENCE_PUBLIC));
	assert_int_equal(found_by_words(t.ru, AUDIENCE_PARTIES), 1);
	assert_int_equal(found_by_words(t.ru, AUDIENCE_PUBLIC), 0);
	assert_int_equal(lacks(t.ru, NULL), 0);
	is_as_rebuilt(t.ru);
	is_as_rebuilt(t.ml);
	digests_agree();
	assert_int_equal(take(t.ru, &c, age_file(t.ml, "ru", &c)), BODY_HELD);
	nodes_down(&t);
}

static void a_body_may_come_first(void **state)
{
	struct hash c;

	up(state);
	c = commitment_at(t.ml, "ml", good(&t, t.ml, PUT("parties")).n);
	assert_int_equal(take(t.ru, &c, age_file(t.ml, "ru", &c)), BODY_TAKEN);
	assert_false(sees(t.ru, AUDIENCE_NATIONAL));
	carry_entries(t.ml, t.ru, true);
	assert_true(sees(t.ru, AUDIENCE_PARTIES));
	assert_int_equal(lacks(t.ru, NULL), 0);
	is_as_rebuilt(t.ru);
	digests_agree();
	nodes_down(&t);
}

static void national_bodies_never_leave(void **state)
{
	struct hash c, *names;

	up(state);
	c = commitment_at(t.ml, "ml", good(&t, t.ml, PUT("national")).n);
	assert_int_equal(listed(t.ml, "ru", &names), 0);
	assert_true(refuses(t.ml, "ru", &c));
	assert_true(refuses(t.ml, "bf", &c));
	assert_int_equal(listed(t.ml, "ml", &names), 1);
	carry_entries(t.ml, t.ru, true);
	assert_int_equal(lacks(t.ru, NULL), 0);
	assert_true(sees(t.ml, AUDIENCE_NATIONAL));
	assert_false(sees(t.ml, AUDIENCE_PARTIES));
	nodes_down(&t);
}

static void files_are_the_same_each_time_and_for_one_recipient(void **state)
{
	struct hash c;
	struct str for_ru, for_ml;

	up(state);
	c = commitment_at(t.ml, "ml", good(&t, t.ml, PUT("parties")).n);
	for_ru = age_file(t.ml, "ru", &c);
	for_ml = age_file(t.ml, "ml", &c);
	check_str(age_file(t.ml, "ru", &c), for_ru);
	assert_false(str_eq(for_ru, for_ml));
	assert_true(str_find(for_ru, S(MARK)) == for_ru.n);
	/* What is sealed for somebody else is kept as it came, and opens nothing. */
	assert_int_equal(take(t.ru, &c, for_ml), BODY_KEPT);
	assert_int_equal(settle(t.ru), 0);
	carry_entries(t.ml, t.ru, true);
	assert_false(sees(t.ru, AUDIENCE_NATIONAL));
	assert_int_equal(take(t.ru, &c, for_ru), BODY_TAKEN);
	assert_int_equal(settle(t.ru), 0);
	nodes_down(&t);
}

static void what_is_not_sound_is_dropped(void **state)
{
	struct hash c, other = { { 1 } };
	struct str file;

	up(state);
	c = commitment_at(t.ml, "ml", good(&t, t.ml, PUT("parties")).n);
	carry_entries(t.ml, t.ru, true);
	file = age_file(t.ml, "ru", &c);
	assert_int_equal(take(t.ru, &c, str_cut(file, file.n - 1)), BODY_REFUSED);
	assert_int_equal(take(t.ru, &c, S("")), BODY_REFUSED);
	assert_int_equal(take(t.ru, &c, S("plain text")), BODY_REFUSED);
	/* Another name: nothing names it, so that it is kept until all has come, then dropped.
	 */
	assert_int_equal(take(t.ru, &other, file), BODY_KEPT);
	assert_int_equal(settle(t.ru), 0);
	assert_false(sees(t.ru, AUDIENCE_NATIONAL));
	assert_int_equal(lacks(t.ru, NULL), 1);
	nodes_down(&t);
}

/* A State whose law forbids the cipher carries the plain file. */
static void a_plain_file_is_known_by_its_hash(void **state)
{
	struct hash c, name;
	struct str body;
	enum body_fate fate;
	struct view *v;
	struct err err;
	bool found;

	up(state);
	c = commitment_at(t.ml, "ml", good(&t, t.ml, PUT("parties")).n);
	v = reading(t.ml);
	check_ok(view_body(v, &t.a, &c, &body, &found, &err), &err);
	read_done(v);
	assert_true(found);
	check_ok(body_import(t.ru, body, &fate, &name, &err), &err);
	assert_int_equal(fate, BODY_REFUSED); /* no entry commits to it yet */
	carry_entries(t.ml, t.ru, true);
	check_ok(body_import(t.ru, str_cut(body, body.n - 1), &fate, &name, &err), &err);
	assert_int_equal(fate, BODY_REFUSED);
	check_ok(body_import(t.ru, body, &fate, &name, &err), &err);
	assert_int_equal(fate, BODY_TAKEN);
	assert_memory_equal(name.b, c.b, HASH_SIZE);
	assert_true(sees(t.ru, AUDIENCE_PARTIES));
	nodes_down(&t);
}

/* --- attachments named inside --- */

static struct hash put_with_attachment(struct str bytes, struct hash *file)
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

static bool has_file(struct node *n, const struct hash *file)
{
	struct err err;
	uint64_t size;
	int fd;

	if (!store_blob_open(node_store(n), file, &fd, &size, &err))
		return false;
	close(fd);
	return true;
}

static void attachments_travel_under_names_that_say_nothing(void **state)
{
	struct hash file, c, *names, name, first;
	struct str sealed;
	struct view *v;
	struct err err;
	bool open;

	up(state);
	c = put_with_attachment(S("the text of " MARK), &file);
	assert_int_equal(listed(t.ml, "ru", &names), 2);
	name = hash_eq(&names[0], &c) ? names[1] : names[0];
	assert_false(hash_eq(&name, &file));
	assert_true(refuses(t.ml, "ru", &file)); /* its hash is no name */
	assert_true(refuses(t.ml, "bf", &name));
	sealed = age_file(t.ml, "ru", &name);
	carry_entries(t.ml, t.ru, true);
	assert_false(has_file(t.ru, &file));
	/* Before its body nothing says what it is: kept, and put in its place afterwards. */
	assert_int_equal(take(t.ru, &name, sealed), BODY_KEPT);
	assert_int_equal(take(t.ru, &c, age_file(t.ml, "ru", &c)), BODY_TAKEN);
	assert_int_equal(lacks(t.ru, &first), 1);
	assert_memory_equal(first.b, name.b, HASH_SIZE);
	assert_int_equal(settle(t.ru), 1);
	assert_true(has_file(t.ru, &file));
	assert_int_equal(lacks(t.ru, NULL), 0);
	assert_int_equal(take(t.ru, &name, sealed), BODY_HELD);
	v = reading(t.ru);
	check_ok(view_blob_public(v, &file, &open, &err), &err);
	assert_false(open);
	read_done(v);
	assert_int_equal(listed(t.ru, "ru", &names), 2); /* it can hand both on */
	is_as_rebuilt(t.ru);
	nodes_down(&t);
}

/* --- published --- */

static void what_is_published_is_public_with_its_attachments(void **state)
{
	struct hash file, c, *names;
	struct view *v;
	struct err err;
	bool open;

	up(state);
	c = put_with_attachment(S("the text"), &file);
	bad(&t, t.ml, sealed_draft("sealed.open", &file, "").p, ERR_MISSING, "c", "commits");
	good(&t, t.ml, sealed_draft("sealed.open", &c, "").p);
	assert_int_equal(listed(t.ml, "ru", &names), 0);
	v = reading(t.ml);
	check_ok(view_blob_public(v, &file, &open, &err), &err);
	assert_true(open);
	check_ok(view_blob_public(v, &c, &open, &err), &err);
	assert_true(open);
	read_done(v);
	/* The bytes come after the entries, as in a pouch. */
	carry_entries(t.ml, t.ru, false);
	assert_int_equal(found_by_words(t.ru, AUDIENCE_PUBLIC), 0);
	carry_entries(t.ml, t.ru, true);
	assert_int_equal(found_by_words(t.ml, AUDIENCE_PUBLIC), 1);
	assert_int_equal(found_by_words(t.ru, AUDIENCE_PUBLIC), 1);
	is_as_rebuilt(t.ru);
	is_as_rebuilt(t.ml);
	digests_agree();
	bad(&t, t.ml, sealed_draft("sealed.open", &c, "").p, ERR_CONFLICT, "c", "published");
	bad(&t, t.ml, sealed_draft("sealed.erase", &c, ",\"ground\":\"x\"").p, ERR_CONFLICT,
	    "c", "published");
	nodes_down(&t);
}

/* --- erased --- */

static bool erased_by(struct node *n, const char *ledger, const struct hash *c)
{
	struct view *v = reading(n);
	struct err err;
	bool is;

	check_ok(view_erased_by(v, str_z(ledger), c, &is, &err), &err);
	read_done(v);
	return is;
}

static void nothing_of_an_erased_body_is_left(void **state)
{
	struct hash file, c, *names, attached;
	struct str before, name;

	up(state);
	c = put_with_attachment(S("the text of " MARK), &file);
	listed(t.ml, "ru", &names);
	before = age_file(t.ml, "ru", &c);
	attached = hash_eq(&names[0], &c) ? names[1] : names[0];
	name = age_file(t.ml, "ru", &attached);
	carry_entries(t.ml, t.ru, true);
	carry_bodies(t.ml, t.ru, "ru");
	assert_true(has_file(t.ru, &file));
	assert_int_equal(found_by_words(t.ru, AUDIENCE_PARTIES), 1);

	erase(t.ml, &c);
	assert_int_equal(listed(t.ml, "ru", &names), 0);
	assert_false(has_file(t.ml, &file));
	assert_int_equal(found_by_words(t.ml, AUDIENCE_NATIONAL), 0);
	if (on_disk(t.ml_dir))
		print_error("left in %s\n", grepped);
	assert_false(on_disk(t.ml_dir));

	carry_entries(t.ml, t.ru, true);
	assert_false(has_file(t.ru, &file));
	assert_false(on_disk(t.ru_dir));
	assert_false(erased_by(t.ru, "ru", &c));
	settle(t.ru);
	assert_true(erased_by(t.ru, "ru", &c));
	/* It does not come back, and is not asked for. */
	assert_int_equal(take(t.ru, &c, before), BODY_ERASED);
	assert_int_equal(take(t.ru, &attached, name), BODY_KEPT);
	assert_int_equal(settle(t.ru), 0);
	assert_false(has_file(t.ru, &file));
	assert_int_equal(lacks(t.ru, NULL), 0);
	carry_entries(t.ru, t.ml, true);
	assert_true(erased_by(t.ml, "ru", &c));
	settle(t.ml);
	digests_agree();
	is_as_rebuilt(t.ml);
	is_as_rebuilt(t.ru);
	bad(&t, t.ml, sealed_draft("sealed.erase", &c, ",\"ground\":\"x\"").p, ERR_CONFLICT,
	    "c", "already");
	nodes_down(&t);
}

/* The receiving side may destroy its copy by its own word; the writer's stands. */
static void one_side_may_erase_its_copy(void **state)
{
	struct hash c;

	up(state);
	c = commitment_at(t.ml, "ml", good(&t, t.ml, PUT("parties")).n);
	carry_entries(t.ml, t.ru, true);
	carry_bodies(t.ml, t.ru, "ru");
	assert_true(sees(t.ru, AUDIENCE_PARTIES));
	erase(t.ru, &c);
	assert_false(sees(t.ru, AUDIENCE_NATIONAL));
	assert_int_equal(lacks(t.ru, NULL), 0);
	assert_int_equal(take(t.ru, &c, age_file(t.ml, "ru", &c)), BODY_ERASED);
	is_as_rebuilt(t.ru);
	carry_entries(t.ru, t.ml, true);
	settle(t.ml);
	assert_true(sees(t.ml, AUDIENCE_PARTIES));
	assert_false(erased_by(t.ml, "ml", &c));
	is_as_rebuilt(t.ml);
	nodes_down(&t);
}

/* Who copies another's commitment and erases it destroys nothing of the other's. */
static void a_copied_commitment_erases_nothing(void **state)
{
	struct hash c;
	struct store *s;
	struct entry_draft d = { .party = S("ru"), .type = S("x.copy"), .body = S("{}") };
	struct buf entry;
	struct skey key;
	struct hash leaf;
	struct err err;
	char path[128];

	up(state);
	c = commitment_at(t.ml, "ml", good(&t, t.ml, PUT("parties")).n);
	s = node_store(t.ru);
	snprintf(path, sizeof(path), "%s/keys/log", t.ru_dir);
	check_ok(key_read(&t.a, path, KEY_LOG, &key, &err), &err);
	buf_init(&entry, 16 << 10);
	buf_lit(&entry, "[{\"c\":\"");
	buf_hex(&entry, c.b, HASH_SIZE);
	buf_lit(&entry, "\",\"for\":[\"ru\"],\"class\":\"personal\"}]");
	d.sealed = arena_buf(&t.a, &entry);
	d.type = S("record.put");
	d.body = S("{\"kind\":\"organisation\",\"id\":\"" ID "\",\"prev\":null,\"data\":{}}");
	check_ok(store_begin(s, &err), &err);
	d.n = store_next(s);
	d.time = MARCH_2_2026;
	buf_init(&entry, 16 << 10);
	entry_write(&entry, &d);
	check_ok(store_append(s, buf_str(&entry), &leaf, &err), &err);
	check_ok(store_commit(s, &key, &err), &err);
	buf_done(&entry);
	erase(t.ru, &c);
	carry_entries(t.ru, t.ml, true);
	settle(t.ml);
	assert_true(sees(t.ml, AUDIENCE_PARTIES));
	is_as_rebuilt(t.ml);
	nodes_down(&t);
}

static void bad_words_are_refused(void **state)
{
	struct hash none = { { 9 } }, c;

	up(state);
	c = commitment_at(t.ml, "ml", good(&t, t.ml, PUT("parties")).n);
	carry_entries(t.ml, t.ru, true);
	bad(&t, t.ml, sealed_draft("sealed.erase", &none, ",\"ground\":\"x\"").p, ERR_MISSING,
	    "c", "commits");
	bad(&t, t.ml, sealed_draft("sealed.erase", &c, "").p, ERR_INPUT, "ground", "needs");
	bad(&t, t.ml, sealed_draft("sealed.erase", &c, ",\"ground\":\" \"").p, ERR_INPUT,
	    "ground", "ground");
	bad(&t, t.ml, "{\"type\":\"sealed.erase\",\"c\":[],\"ground\":\"x\"}", ERR_INPUT, "c",
	    "Name");
	bad(&t, t.ml, "{\"type\":\"sealed.erase\",\"c\":[\"12\"],\"ground\":\"x\"}", ERR_INPUT,
	    "c", "hex");
	bad(&t, t.ml, "{\"type\":\"sealed.erase\",\"c\":[7],\"ground\":\"x\"}", ERR_INPUT, "c",
	    "hex");
	bad(&t, t.ml, "{\"type\":\"sealed.open\",\"c\":\"x\"}", ERR_INPUT, "c", "look");
	bad(&t, t.ml, "{\"type\":\"sealed.open\",\"c\":[\"a\",\"b\"]}", ERR_INPUT, "c", "1");
	bad(&t, t.ru, sealed_draft("sealed.open", &c, "").p, ERR_DENIED, "c", "wrote");
	nodes_down(&t);
}

/* --- confidential joint acts (LEDGER.md 12.3) --- */

#define PROJECT_ID "01985000-0007-7000-8000-000000000001"
#define WORD(w)    "{\"type\":\"" w "\",\"kind\":\"project\",\"id\":\"" PROJECT_ID "\"}"

static struct str state_of(struct node *n, const struct hash *act)
{
	struct buf hex, line;
	struct str dump = dump_of(n), one;

	buf_init(&hex, 64);
	buf_hex(&hex, act->b, HASH_SIZE);
	buf_init(&line, 128);
	buf_lit(&line, "[\"");
	buf_add(&line, buf_str(&hex));
	buf_lit(&line, "\",\"ml,ru\",\"");
	while (str_split(&dump, '\n', &one))
		if (str_starts(one, buf_str(&line)) &&
		    (str_find(one, S("in_force")) < one.n || str_find(one, S("ed\"")) < one.n))
			break;
	one = str_from(one, line.n);
	buf_done(&hex);
	buf_done(&line);
	return str_cut(one, str_index(one, '"'));
}

static void word_by_hash(struct node *n, const struct hash *act, enum err_kind refused)
{
	struct buf b;
	const char *draft;

	buf_init(&b, 256);
	buf_lit(&b, "{\"type\":\"act.accept\",\"act\":\"");
	buf_hex(&b, act->b, HASH_SIZE);
	buf_lit(&b, "\"}");
	buf_ch(&b, '\0');
	draft = arena_buf(&t.a, &b).p;
	if (refused)
		bad(&t, n, draft, refused, "act", "document");
	else
		good(&t, n, draft);
}

static void a_confidential_act_comes_into_force(void **state)
{
	struct act_result r;
	struct err err;
	bool written;

	up(state);
	r = good(&t, t.ml,
		 "{\"type\":\"record.put\",\"kind\":\"project\",\"id\":\"" PROJECT_ID
		 "\",\"visibility\":\"parties\",\"data\":" PROJECT(MARK) "}");
	assert_true(r.has_act);
	good(&t, t.ml, WORD("act.accept"));
	carry_entries(t.ml, t.ru, true);
	/* Without the document nobody accepts: there is nothing to read. */
	bad(&t, t.ru, WORD("act.accept"), ERR_MISSING, "act", "open proposal");
	word_by_hash(t.ru, &r.act, ERR_MISSING);
	carry_bodies(t.ml, t.ru, "ru");
	check_str(row_of(&t, t.ru, "project", "joint", S(PROJECT_ID), AUDIENCE_PARTIES).label,
		  S(MARK));
	word_by_hash(t.ru, &r.act, ERR_NONE);
	carry_entries(t.ru, t.ml, true);
	check_ok(register_acknowledge(t.ml, &written, &err), &err);
	assert_true(written);
	carry_entries(t.ml, t.ru, true);
	check_str(row_of(&t, t.ml, "project", "joint", S(PROJECT_ID), AUDIENCE_PARTIES).state,
		  S("in_force"));
	check_str(row_of(&t, t.ru, "project", "joint", S(PROJECT_ID), AUDIENCE_PARTIES).state,
		  S("in_force"));
	check_str(state_of(t.ml, &r.act), S("in_force")); /* by hashes alone */
	assert_int_equal(found_by_words(t.ml, AUDIENCE_PUBLIC), 0);
	assert_int_equal(found_by_words(t.ru, AUDIENCE_PARTIES), 1);
	digests_agree();
	is_as_rebuilt(t.ml);
	is_as_rebuilt(t.ru);
	/* Erased, it stays in force by its hash, and says nothing to anybody. */
	erase(t.ml, &r.act);
	carry_entries(t.ml, t.ru, true);
	settle(t.ru);
	carry_entries(t.ru, t.ml, true);
	check_str(state_of(t.ru, &r.act), S("in_force"));
	assert_int_equal(found_by_words(t.ru, AUDIENCE_NATIONAL), 0);
	assert_false(on_disk(t.ml_dir));
	assert_false(on_disk(t.ru_dir));
	digests_agree();
	is_as_rebuilt(t.ml);
	is_as_rebuilt(t.ru);
	nodes_down(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(the_other_side_reads_it_once_it_came),
		ON(a_body_may_come_first, sqlite),
		ON(national_bodies_never_leave, sqlite),
		ON(files_are_the_same_each_time_and_for_one_recipient, sqlite),
		ON(what_is_not_sound_is_dropped, sqlite),
		ON(a_plain_file_is_known_by_its_hash, sqlite),
		BOTH(attachments_travel_under_names_that_say_nothing),
		BOTH(what_is_published_is_public_with_its_attachments),
		BOTH(nothing_of_an_erased_body_is_left),
		ON(one_side_may_erase_its_copy, sqlite),
		ON(a_copied_commitment_erases_nothing, sqlite),
		ON(bad_words_are_refused, sqlite),
		BOTH(a_confidential_act_comes_into_force),
	};

	return run_on_engines(tests);
}

/* Restricted bodies published, erased, agreed on (LEDGER.md 12.3, 12.4). */
#include "bodies.h"

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

static void erase_with(void **state, struct str attachment)
{
	struct hash file, c, *names, attached;
	struct str before, name;

	up(state);
	c = put_with_attachment(attachment, &file);
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

static void nothing_of_an_erased_body_is_left(void **state)
{
	erase_with(state, S("the text of " MARK));
}

/* Its attachment is a file, or a row of several pages. */
static void nor_of_a_larger_attachment(void **state)
{
	static const size_t sizes[] = { BLOB_ROW_MAX, BLOB_ROW_MAX + 1 };
	static char bytes[BLOB_ROW_MAX + 1];

	memset(bytes, '.', sizeof(bytes));
	for (size_t i = 0; i + 64 < sizeof(bytes); i += 64)
		memcpy(bytes + i, MARK, sizeof(MARK) - 1);
	for (size_t i = 0; i < 2; i++)
		erase_with(state, str_of(bytes, sizes[i]));
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
		BOTH(what_is_published_is_public_with_its_attachments),
		BOTH(nothing_of_an_erased_body_is_left),
		ON(nor_of_a_larger_attachment, sqlite),
		ON(one_side_may_erase_its_copy, sqlite),
		ON(a_copied_commitment_erases_nothing, sqlite),
		ON(bad_words_are_refused, sqlite),
		BOTH(a_confidential_act_comes_into_force),
	};

	return run_on_engines(tests);
}

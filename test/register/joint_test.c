/* Joint records: proposed by one side, accepted by both, acknowledged, in force (LEDGER.md 8).
 */
#include "feed.h"
#include "kept_blob.h"
#include "nodes.h"

#include "ledger/entry.h"
#include "register/intake.h"

static struct nodes t;

static int up(void **state)
{
	(void)state;
	nodes_up(&t);
	nodes_up_ru(&t);
	return 0;
}

static int down(void **state)
{
	(void)state;
	nodes_down(&t);
	return 0;
}

#define ID      "01985000-0007-7000-8000-000000000001"
#define PUT(d)  "{\"type\":\"record.put\",\"kind\":\"project\",\"id\":\"" ID "\",\"data\":" d "}"
#define WORD(w) "{\"type\":\"" w "\",\"kind\":\"project\",\"id\":\"" ID "\"}"

static void copy_blob(struct node *from, struct node *to, struct str hex)
{
	struct hash h;
	struct str bytes;
	struct err err;

	assert_true(hash_hex(hex, &h));
	assert_true(blob_kept(node_store(from), &t.a, &h, &bytes));
	check_ok(store_blob_put(node_store(to), bytes, &h, &err), &err);
}

static void copy_attachments(struct view *v, const struct ledger_row *l, struct node *from,
			     struct node *to)
{
	for (uint64_t k = 0; k < l->size; k++) {
		struct str bytes;
		struct entry e;
		struct err err;

		check_ok(view_entry(v, &t.a, l->name, k, &bytes, &err), &err);
		entry_read(&t.a, bytes, l->party, k, INT64_MIN, &e);
		for (const struct json *b = e.blobs ? e.blobs->child : NULL; b; b = b->next)
			copy_blob(from, to, json_str(b, "sha256"));
	}
}

static void take_in(struct view *v, const struct ledger_row *l, struct node *to)
{
	const struct intake_plan plan = { .ledger = l->name, .checkpoint = l->checkpoint };
	struct str *entries = arena_array(&t.a, struct str, l->size);
	const struct feed f = { .entries = entries, .size = l->size };
	struct intake_result came;
	struct tile_path p;
	struct intake *i;
	struct buf bytes;
	struct err err;

	for (uint64_t k = 0; k < l->size; k++)
		check_ok(view_entry(v, &t.a, l->name, k, &entries[k], &err), &err);
	buf_init(&bytes, 32 << 20);
	check_ok(intake_begin(to, &t.a, &plan, &i, &err), &err);
	while (intake_wants(i, &p)) {
		feed_tile(&f, &p, &bytes);
		check_ok(intake_give(i, &p, buf_str(&bytes), &err), &err);
	}
	check_ok(intake_finish(i, &came, &err), &err);
	assert_int_equal(came.after, l->size);
	intake_end(i);
	buf_done(&bytes);
}

/* What `from` has written reaches `to`: attachments, then entries. */
static void carry(struct node *from, struct node *to)
{
	struct view *v = reading(from);
	struct ledger_row *rows;
	struct err err;
	size_t n;

	check_ok(view_ledgers(v, &t.a, &rows, &n, &err), &err);
	for (size_t i = 0; i < n; i++)
		if (rows[i].own) {
			copy_attachments(v, &rows[i], from, to);
			take_in(v, &rows[i], to);
		}
	read_done(v);
}

static bool acknowledge(struct node *n)
{
	struct err err;
	bool written;

	check_ok(register_acknowledge(n, &written, &err), &err);
	return written;
}

static struct record_row project(struct node *n)
{
	return row_of(&t, n, "project", "joint", S(ID), AUDIENCE_PUBLIC);
}

static void it_comes_into_force(void **state)
{
	struct act_result r = good(&t, t.ml, PUT(PROJECT("Centrale")));

	(void)state;
	assert_true(r.has_act);
	check_str(project(t.ml).state, S("proposed"));
	good(&t, t.ml, WORD("act.accept"));
	carry(t.ml, t.ru);
	good(&t, t.ru, WORD("act.accept"));
	check_str(project(t.ru).state, S("accepted"));
	carry(t.ru, t.ml);
	assert_true(acknowledge(t.ml));
	assert_false(acknowledge(t.ml)); /* what is acknowledged is acknowledged once */
	carry(t.ml, t.ru);
	check_str(project(t.ml).state, S("in_force"));
	check_str(project(t.ru).state, S("in_force"));
	assert_false(acknowledge(t.ru)); /* an acknowledgement alone needs none (5.4) */
}

/* 5.4 (a): the first own entry after the peer's words is an acknowledgement of them. */
static void own_words_acknowledge_the_others(void **state)
{
	struct act_result r;
	struct entry e;

	(void)state;
	good(&t, t.ml, PUT(PROJECT("Centrale")));
	carry(t.ml, t.ru);
	r = good(&t, t.ru, WORD("act.accept"));
	assert_int_equal(r.n, 2); /* 0 charter, 1 seen, 2 the word */
	entry_read(&t.a, entry_at(&t, t.ru, "ru", 1), S("ru"), 1, INT64_MIN, &e);
	assert_int_equal(e.state, ENTRY_VALID);
	assert_int_equal(e.type, ENTRY_SEEN);
	check_str(json_str(e.body, "party"), S("ml"));
	r = good(&t, t.ru,
		 "{\"type\":\"record.put\",\"kind\":\"organisation\",\"data\":" ORGANISATION(
			 "A") "}");
	assert_int_equal(r.n, 3); /* nothing new to acknowledge */
}

static void the_document_says_what_is_agreed(void **state)
{
	struct act_result r = good(&t, t.ml, PUT(PROJECT("Centrale")));
	struct hash h = r.act;
	struct str bytes;
	struct err err;
	struct json *doc;

	(void)state;
	assert_true(blob_kept(node_store(t.ml), &t.a, &h, &bytes));
	check_ok(json_object(&t.a, bytes, &doc, &err), &err);
	check_str(json_str(doc, "act"), S("project"));
	assert_int_equal(json_arr(doc, "parties")->count, 2);
	assert_int_equal(json_str(doc, "register").n, 64);
	assert_int_equal(json_str(doc, "nonce").n, 32);
	check_str(json_str(json_obj(doc, "title"), "fr"), S("Centrale"));
	check_str(json_str(json_arr(doc, "effects")->child, "op"), S("put"));
	check_str(json_obj(json_arr(doc, "effects")->child, "data")->raw,
		  S(PROJECT("Centrale")));
}

static void the_same_proposal_again_adds_nothing(void **state)
{
	struct act_result a = good(&t, t.ml, PUT(PROJECT("Centrale"))), b;

	(void)state;
	b = good(&t, t.ml, PUT(PROJECT("Centrale")));
	assert_int_equal(b.outcome, ACT_UNCHANGED);
	assert_true(hash_eq(&a.act, &b.act));
	carry(t.ml, t.ru);
	b = good(&t, t.ru, PUT(PROJECT("Centrale")));
	assert_int_equal(b.outcome, ACT_UNCHANGED);
	check_str(b.party, S("ml"));
}

/* A new version of what is in force names it as its base; once in force it is the record. */
static void a_new_version_replaces_the_old(void **state)
{
	struct act_result first = good(&t, t.ml, PUT(PROJECT("A"))), second;
	struct str bytes;
	struct buf hex;

	(void)state;
	good(&t, t.ml, WORD("act.accept"));
	carry(t.ml, t.ru);
	good(&t, t.ru, WORD("act.accept"));
	carry(t.ru, t.ml);
	second = good(&t, t.ml, PUT(PROJECT("B")));
	assert_int_equal(second.outcome, ACT_CHANGED);
	check_str(project(t.ml).label, S("A"));
	bytes = row_of(&t, t.ml, "project", "joint", S(ID), AUDIENCE_PUBLIC).state;
	check_str(bytes, S("in_force"));
	buf_init(&hex, 64);
	buf_hex(&hex, first.act.b, HASH_SIZE);
	good(&t, t.ml, WORD("act.accept"));
	carry(t.ml, t.ru);
	good(&t, t.ru, WORD("act.accept"));
	carry(t.ru, t.ml);
	assert_true(acknowledge(t.ml));
	check_str(project(t.ml).label, S("B"));
	check_str(project(t.ml).state, S("in_force"));
	buf_done(&hex);
}

static void words_that_would_be_void_are_refused(void **state)
{
	(void)state;
	bad(&t, t.ml, WORD("act.accept"), ERR_MISSING, "act", "no open proposal");
	good(&t, t.ml, PUT(PROJECT("A")));
	good(&t, t.ml, WORD("act.accept"));
	bad(&t, t.ml, WORD("act.accept"), ERR_CONFLICT, "act", "accepted this act already");
	good(&t, t.ml, PUT(PROJECT("B")));
	bad(&t, t.ml, WORD("act.accept"), ERR_CONFLICT, "act",
	    "proposals on this record are open");
}

static void a_decline_is_final(void **state)
{
	struct act_result r = good(&t, t.ml, PUT(PROJECT("A")));
	struct buf b;

	(void)state;
	bad(&t, t.ml, WORD("act.decline"), ERR_INPUT, "reason", "needs the member");
	carry(t.ml, t.ru);
	buf_init(&b, 1024);
	buf_lit(&b, "{\"type\":\"act.decline\",\"reason\":\"not now\",\"act\":\"");
	buf_hex(&b, r.act.b, HASH_SIZE);
	buf_lit(&b, "\"}");
	good(&t, t.ru, arena_z(&t.a, buf_str(&b)));
	check_str(project(t.ru).state, S("rejected"));
	bad(&t, t.ru, arena_z(&t.a, buf_str(&b)), ERR_CONFLICT, "act", "final");
	buf_done(&b);
	carry(t.ru, t.ml);
	bad(&t, t.ml, WORD("act.accept"), ERR_MISSING, "act", "no open proposal");
	good(&t, t.ml, PUT(PROJECT("A"))); /* another document, another nonce */
}

/* For the parties' eyes: the document is a sealed body, and the rule runs on its hash. */
static void a_confidential_act(void **state)
{
	struct act_result r =
		good(&t, t.ml,
		     "{\"type\":\"record.put\",\"kind\":\"project\",\"id\":\"" ID
		     "\",\"visibility\":\"parties\",\"data\":" PROJECT("Secret") "}");
	struct str bytes = entry_at(&t, t.ml, "ml", r.n);

	(void)state;
	assert_true(str_find(bytes, S("Secret")) == bytes.n);
	assert_true(str_find(bytes, S("\"sealed\":[{\"c\":")) < bytes.n);
	good(&t, t.ml, WORD("act.accept"));
	check_str(row_of(&t, t.ml, "project", "joint", S(ID), AUDIENCE_PARTIES).label,
		  S("Secret"));
	bad(&t, t.ml,
	    "{\"type\":\"record.put\",\"kind\":\"project\",\"visibility\":\"national\","
	    "\"data\":" PROJECT("X") "}",
	    ERR_INPUT, "visibility", "belongs to all parties");
}

#define SESSION_ID "01985000-0004-7000-8000-000000000001"
#define ARTICLE_ID "01985000-0008-7000-8000-00000000000"
#define SESSION(more)                                                                          \
	"{\"type\":\"record.put\",\"kind\":\"session\",\"id\":\"" SESSION_ID                   \
	"\",\"data\":{\"title\":{\"fr\":\"S\"},\"kind\":\"plenary\",\"status\":\"held\","      \
	"\"date\":"                                                                            \
	"\"2026-02-01\"" more "}}"
#define ARTICLE(n, text)                                                                       \
	"{\"type\":\"record.put\",\"kind\":\"article\",\"id\":\"" ARTICLE_ID #n                \
	"\",\"data\":{\"session\":\"joint/" SESSION_ID "\",\"number\":\"" #n                   \
	"\",\"text\":{\"fr\":\"" text "\",\"ru\":\"" text "\"}}}"
#define ACCEPT(kind, id) "{\"type\":\"act.accept\",\"kind\":\"" kind "\",\"id\":\"" id "\"}"
#define END_OF(kind, id)                                                                       \
	"{\"type\":\"record.end\",\"kind\":\"" kind "\",\"id\":\"" id "\",\"reason\":\"r\"}"
#define SIGNED SESSION(",\"signed_on\":\"2026-02-02\"")

static void both_accept(const char *accept)
{
	good(&t, t.ml, accept);
	carry(t.ml, t.ru);
	good(&t, t.ru, accept);
	carry(t.ru, t.ml);
	assert_true(acknowledge(t.ml));
	carry(t.ml, t.ru);
}

/* Signing waits for every article; the message names those that are open. */
static void a_protocol_with_brackets_is_not_signed(void **state)
{
	(void)state;
	good(&t, t.ml, SESSION(""));
	both_accept(ACCEPT("session", SESSION_ID));
	good(&t, t.ml, ARTICLE(1, "agreed"));
	good(&t, t.ml, ARTICLE(2, "in [ML: Bamako] [RU: Moscow]"));
	bad(&t, t.ml, SIGNED, ERR_INPUT, "signed_on", "1, 2");
	both_accept(ACCEPT("article", ARTICLE_ID "1"));
	both_accept(ACCEPT("article", ARTICLE_ID "2"));
	/* Without the Russian that the other has, it is not there for both sides. */
	good(&t, t.ml,
	     "{\"type\":\"record.put\",\"kind\":\"article\",\"id\":\"" ARTICLE_ID
	     "3\",\"data\":{\"session\":\"joint/" SESSION_ID
	     "\",\"number\":\"3\",\"text\":{\"fr\":\"a\"}}}");
	both_accept(ACCEPT("article", ARTICLE_ID "3"));
	bad(&t, t.ml, SIGNED, ERR_INPUT, "signed_on", "2, 3");
	good(&t, t.ml, END_OF("article", ARTICLE_ID "3"));
	both_accept(ACCEPT("article", ARTICLE_ID "3"));
	/* Accepted as it stands, in brackets: still open. */
	bad(&t, t.ml, SIGNED, ERR_INPUT, "signed_on", "2");
	bad(&t, t.ru, SIGNED, ERR_INPUT, "signed_on", "square brackets");
	good(&t, t.ml, ARTICLE(2, "in Bamako"));
	bad(&t, t.ml, SIGNED, ERR_INPUT, "signed_on", "2");
	both_accept(ACCEPT("article", ARTICLE_ID "2"));
	good(&t, t.ml, SIGNED);
	carry(t.ml, t.ru);
	/* The other side opens an article again before it answers: it cannot accept either. */
	good(&t, t.ru, ARTICLE(1, "agreed [or not]"));
	bad(&t, t.ru, ACCEPT("session", SESSION_ID), ERR_INPUT, "signed_on", "1");
	good(&t, t.ru,
	     "{\"type\":\"act.decline\",\"kind\":\"article\",\"id\":\"" ARTICLE_ID
	     "1\",\"reason\":\"settled\"}");
	both_accept(ACCEPT("session", SESSION_ID));
	/* What was signed stays signed, whatever is amended later. */
	good(&t, t.ml, ARTICLE(1, "agreed [again]"));
	good(&t, t.ml, SESSION(",\"signed_on\":\"2026-02-02\",\"place\":{\"fr\":\"Kazan\"}"));
	good(&t, t.ml, END_OF("article", ARTICLE_ID "2"));
}

/* --- many at once --- */

static bool dump_line(void *ctx, struct str text)
{
	buf_add(ctx, text);
	buf_ch(ctx, '\n');
	return true;
}

static struct str dump(struct node *n)
{
	struct err err;
	struct buf b;

	buf_init(&b, 32 << 20);
	check_ok(store_dump(node_store(n), dump_line, &b, &err), &err);
	return arena_buf(&t.a, &b);
}

/* Proposals of new records are settled without reading anything, in whatever company they
 * come; replayed they come to the same. */
static void many_are_proposed_at_once(void **state)
{
	enum { MANY = 40, ALL = MANY + 4 };
	struct draft d[ALL] = { { .actor = S("") } };
	struct act_result r[ALL];
	struct str before;
	struct err err;

	(void)state;
	for (int i = 0; i < ALL; i++) {
		static const char *const more[] = {
			PUT(PROJECT("again")), WORD("act.accept"),
			"{\"type\":\"record.put\",\"kind\":\"progress\",\"data\":{\"project\":"
			"\"joint/"
			"01985000-0007-7000-8000-000000000139\",\"date\":\"2026-01-01\","
			"\"health\":\"on-track\"}}",
			"{\"type\":\"record.put\",\"kind\":\"project\",\"visibility\":"
			"\"parties\","
			"\"data\":" PROJECT("sealed") "}"
		};
		char *text = arena_alloc(&t.a, 2 << 10);

		snprintf(text, 2 << 10,
			 "{\"type\":\"record.put\",\"kind\":\"project\",\"id\":"
			 "\"01985000-0007-7000-8000-000000000%03d\",\"data\":%s}",
			 i + 100, PROJECT("new"));
		/* Two acts on one record are open: the word must name one. */
		d[i].json = str_z(i < MANY ? (i == 7 ? PUT(PROJECT("one")) : text)
					   : more[i - MANY]);
	}
	register_batch(t.ml, &t.a, d, ALL, r);
	for (int i = 0; i < ALL; i++)
		assert_int_equal(r[i].done, i != MANY + 1);
	check_str(row_of(&t, t.ml, "project", "joint", r[0].id, AUDIENCE_PUBLIC).state,
		  S("proposed"));
	check_str(row_of(&t, t.ml, "project", "joint", r[0].id, AUDIENCE_PUBLIC).awaited,
		  S("ml,ru"));
	assert_int_equal(row_of(&t, t.ml, "project", "joint", S(ID), AUDIENCE_PUBLIC).versions,
			 2);
	before = dump(t.ml);
	check_ok(store_rebuild(node_store(t.ml), NULL, NULL, &err), &err);
	check_str(dump(t.ml), before);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, up, down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(it_comes_into_force),
		CASE(own_words_acknowledge_the_others),
		CASE(the_document_says_what_is_agreed),
		CASE(the_same_proposal_again_adds_nothing),
		CASE(a_new_version_replaces_the_old),
		CASE(words_that_would_be_void_are_refused),
		CASE(a_decline_is_final),
		CASE(a_confidential_act),
		CASE(a_protocol_with_brackets_is_not_signed),
		CASE(many_are_proposed_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

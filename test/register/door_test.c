/* The door, good and bad: what is written, what is refused, with which field and remedy. */
#include "nodes.h"

#include "ledger/entry.h"
#include "register/draft.h"

static struct nodes t;

static int up(void **state)
{
	(void)state;
	nodes_up(&t);
	return 0;
}

static int down(void **state)
{
	(void)state;
	nodes_down(&t);
	return 0;
}

/* --- what is written --- */

static void a_record_becomes_an_entry(void **state)
{
	struct act_result r = good(
		&t, t.ml,
		"{\"type\":\"record.put\",\"kind\":\"organisation\",\"data\":" ORGANISATION(
			"EDM") "}");
	struct str bytes = entry_at(&t, t.ml, "ml", r.n);
	struct hash leaf = leaf_hash(bytes);
	struct entry e;

	(void)state;
	assert_int_equal(r.n, 1);
	assert_int_equal(r.outcome, ACT_ADDED);
	check_str(r.party, S("ml"));
	assert_true(hash_eq(&leaf, &r.leaf));
	entry_read(&t.a, bytes, S("ml"), r.n, INT64_MIN, &e);
	assert_int_equal(e.state, ENTRY_VALID);
	check_str(e.kind, S("organisation"));
	check_str(e.id, r.id);
	check_str(e.actor, S("sec-1"));
	check_str(e.time_text, S("2026-03-02T10:15:00Z"));
	assert_false(e.has_prev);
	check_str(row_of(&t, t.ml, "organisation", "ml", r.id, AUDIENCE_PUBLIC).label,
		  S("EDM"));
}

static void a_second_put_is_a_version(void **state)
{
	struct act_result a = good(
		&t, t.ml,
		"{\"type\":\"record.put\",\"kind\":\"organisation\",\"data\":" ORGANISATION(
			"A") "}");
	struct act_result b =
		good(&t, t.ml,
		     form_filled(&t,
				 "{\"type\":\"record.put\",\"kind\":\"organisation\","
				 "\"id\":\"%.*s\",\"prev\":1,\"data\":%.*s}",
				 a.id, S(ORGANISATION("B"))));
	struct entry e;

	(void)state;
	assert_int_equal(b.outcome, ACT_CHANGED);
	entry_read(&t.a, entry_at(&t, t.ml, "ml", b.n), S("ml"), b.n, INT64_MIN, &e);
	assert_true(e.has_prev);
	assert_int_equal(e.prev, a.n);
}

static void the_same_again_adds_nothing(void **state)
{
	const char *first = "{\"type\":\"record.put\",\"kind\":\"organisation\",\"id\":"
			    "\"01985000-0001-7000-8001-000000000001\","
			    "\"data\":" ORGANISATION("A") "}";
	/* other order, white space, escapes: the same normal form */
	const char *again = "{ \"data\": {\"type\":\"10\", \"name\":{\"fr\":\" \\u0041 \"}}, "
			    "\"id\":\"01985000-0001-7000-8001-000000000001\","
			    "\"kind\":\"organisation\",\"type\":\"record.put\"}";
	struct act_result a = good(&t, t.ml, first), b = good(&t, t.ml, again);

	(void)state;
	assert_int_equal(a.outcome, ACT_ADDED);
	assert_int_equal(b.outcome, ACT_UNCHANGED);
	assert_int_equal(b.n, a.n);
	assert_true(hash_eq(&a.leaf, &b.leaf));
	assert_int_equal(store_next(node_store(t.ml)), 2);
}

static void an_ended_record_comes_back(void **state)
{
	struct act_result a = good(
		&t, t.ml,
		"{\"type\":\"record.put\",\"kind\":\"organisation\",\"data\":" ORGANISATION(
			"A") "}");
	const char *end =
		form_filled(&t,
			    "{\"type\":\"record.end\",\"kind\":\"organisation\",\"id\":\"%"
			    ".*s\",\"reason\":\"closed%.*s\"}",
			    a.id, S(""));
	struct act_result e = good(&t, t.ml, end);

	(void)state;
	assert_int_equal(e.outcome, ACT_CHANGED);
	assert_int_equal(good(&t, t.ml, end).outcome, ACT_UNCHANGED);
	assert_true(row_of(&t, t.ml, "organisation", "ml", a.id, AUDIENCE_PUBLIC).ended);
	e = good(&t, t.ml,
		 form_filled(
			 &t,
			 "{\"type\":\"record.put\",\"kind\":\"organisation\",\"id\":\"%.*s\","
			 "\"data\":%.*s}",
			 a.id, S(ORGANISATION("A"))));
	assert_int_equal(e.outcome, ACT_CHANGED);
	assert_false(row_of(&t, t.ml, "organisation", "ml", a.id, AUDIENCE_PUBLIC).ended);
}

/* --- sealed bodies (LEDGER.md 3.4, 3.6, 12.1) --- */

static void a_contact_never_stands_in_the_open(void **state)
{
	struct act_result r = good(&t, t.ml,
				   "{\"type\":\"record.put\",\"kind\":\"contact\",\"data\":{"
				   "\"name\":\"Awa Diarra\"}}");
	struct str bytes = entry_at(&t, t.ml, "ml", r.n);
	struct entry e;

	(void)state;
	assert_true(str_find(bytes, S("Awa")) == bytes.n);
	entry_read(&t.a, bytes, S("ml"), r.n, INT64_MIN, &e);
	assert_int_equal(e.state, ENTRY_VALID);
	assert_int_equal(e.sealed->count, 1);
	check_str(json_str(e.sealed->child, "class"), S("personal"));
	assert_int_equal(json_arr(e.sealed->child, "for")->count, 1);
	check_str(row_of(&t, t.ml, "contact", "ml", r.id, AUDIENCE_NATIONAL).label,
		  S("Awa Diarra"));
	assert_int_equal(row_of(&t, t.ml, "contact", "ml", r.id, AUDIENCE_NATIONAL).visibility,
			 AUDIENCE_NATIONAL);
	bad(&t, t.ml,
	    "{\"type\":\"record.put\",\"kind\":\"contact\",\"visibility\":\"public\",\"data\":{"
	    "\"name\":\"X\"}}",
	    ERR_INPUT, "visibility", "stays national");
}

static void a_new_version_stays_as_visible_as_the_old(void **state)
{
	const char *draft = "{\"type\":\"record.put\",\"kind\":\"organisation\",\"id\":"
			    "\"01985000-0001-7000-8001-000000000001\","
			    "%.*s\"data\":%.*s}";
	struct act_result a = good(
		&t, t.ml,
		form_filled(&t, draft, S("\"visibility\":\"parties\","), S(ORGANISATION("A"))));
	struct act_result b =
		good(&t, t.ml, form_filled(&t, draft, S(""), S(ORGANISATION("B"))));
	struct act_result c = good(
		&t, t.ml,
		form_filled(&t, draft, S("\"visibility\":\"public\","), S(ORGANISATION("B"))));
	struct str secret = entry_at(&t, t.ml, "ml", b.n), open = entry_at(&t, t.ml, "ml", c.n);

	(void)state;
	assert_int_equal(a.outcome, ACT_ADDED);
	assert_true(str_find(secret, S("\"data\":{}")) < secret.n);
	assert_true(str_find(secret, S("\"for\":[\"ml\",\"ru\"]")) < secret.n);
	assert_int_equal(c.outcome, ACT_CHANGED); /* the same words, for more eyes */
	assert_true(str_find(open, S("\"fr\":\"B\"")) < open.n);
}

/* --- attachments --- */

static void an_attachment_must_be_here(void **state)
{
	struct str text = S("protocole signé");
	const char *draft = "{\"type\":\"record.put\",\"kind\":\"document\",\"data\":{"
			    "\"title\":{\"fr\":\"P\"},"
			    "\"file\":{\"sha256\":\"%.*s\",\"size\":%.*s,\"media\":\"text/"
			    "plain\",\"name\":\"p.txt\"}}}";
	struct hash h = hash_of(text);
	struct buf hex;
	struct err err;
	struct str bytes;

	(void)state;
	buf_init(&hex, 64);
	buf_hex(&hex, h.b, HASH_SIZE);
	bad(&t, t.ml, form_filled(&t, draft, buf_str(&hex), S("16")), ERR_INPUT, "file",
	    "not at this node");
	check_ok(store_blob_put(node_store(t.ml), text, &h, &err), &err);
	bad(&t, t.ml, form_filled(&t, draft, buf_str(&hex), S("17")), ERR_INPUT, "file",
	    "bytes");
	bytes = entry_at(&t, t.ml, "ml",
			 good(&t, t.ml, form_filled(&t, draft, buf_str(&hex), S("16"))).n);
	assert_true(str_find(bytes, S("\"blobs\":[{\"sha256\":")) < bytes.n);
	buf_done(&hex);
}

/* --- what is refused --- */

static void bad_drafts(void **state)
{
	static const struct {
		const char *draft, *field, *says;
		enum err_kind kind;
	} cases[] = {
		{ "{", "", "line", ERR_INPUT },
		{ "[]", "", "object", ERR_INPUT },
		{ "{\"type\":\"record.put\",\"type\":\"record.end\"}", "", "repeated",
		  ERR_INPUT },
		{ "{\"type\":\"record.put\",\"kind\":\"organisation\",\"data\":{\"name\":{"
		  "\"fr\":\"\xff\"},\"type\":\"10\"}}",
		  "", "UTF-8", ERR_INPUT },
		{ "{}", "type", "record.put", ERR_INPUT },
		{ "{\"type\":\"charter\"}", "type", "record.put", ERR_INPUT },
		{ "{\"type\":\"seen\"}", "type", "record.put", ERR_INPUT },
		{ "{\"type\":\"record.put\",\"kind\":\"organisation\",\"data\":{},\"party\":"
		  "\"ru\"}",
		  "party", "no such member", ERR_INPUT },
		{ "{\"type\":\"record.put\",\"kind\":\"organisation\",\"data\":[]}", "data",
		  "must look like", ERR_INPUT },
		{ "{\"type\":\"record.put\",\"kind\":\"organisation\"}", "data",
		  "needs the member", ERR_INPUT },
		{ "{\"type\":\"record.put\",\"kind\":\"ministry\",\"data\":{}}", "kind",
		  "not a kind", ERR_INPUT },
		{ "{\"type\":\"record.put\",\"kind\":\"milestone\",\"data\":{}}", "kind",
		  "inside the record", ERR_INPUT },
		{ "{\"type\":\"record.put\",\"kind\":\"organisation\",\"id\":\"7\",\"data\":{}"
		  "}",
		  "id", "version 7", ERR_INPUT },
		{ "{\"type\":\"record.put\",\"kind\":\"organisation\",\"visibility\":"
		  "\"secret\",\"data\":" ORGANISATION("A") "}",
		  "visibility", "public, parties or national", ERR_INPUT },
		{ "{\"type\":\"record.put\",\"kind\":\"organisation\",\"prev\":-1,"
		  "\"data\":" ORGANISATION("A") "}",
		  "prev", "negative", ERR_INPUT },
		{ "{\"type\":\"record.end\",\"kind\":\"organisation\",\"id\":\"01985000-0001-"
		  "7000-8001-00000000ffff\"}",
		  "reason", "needs the member", ERR_INPUT },
		{ "{\"type\":\"record.end\",\"kind\":\"organisation\",\"id\":\"01985000-0001-"
		  "7000-8001-00000000ffff\",\"reason\":\" \"}",
		  "reason", "1 to", ERR_INPUT },
		{ "{\"type\":\"record.end\",\"kind\":\"organisation\",\"id\":\"01985000-0001-"
		  "7000-8001-00000000ffff\",\"reason\":\"x\"}",
		  "id", "no", ERR_MISSING },
		{ "{\"type\":\"act.accept\",\"kind\":\"organisation\",\"id\":\"01985000-0001-"
		  "7000-8001-00000000ffff\"}",
		  "kind", "national record", ERR_INPUT },
		{ "{\"type\":\"act.accept\"}", "act", "Say which act", ERR_INPUT },
		{ "{\"type\":\"act.accept\",\"act\":\"12\"}", "act", "64 hex", ERR_INPUT },
		{ "{\"type\":\"act.accept\",\"act\":"
		  "\"0000000000000000000000000000000000000000000000000000000000000000\"}",
		  "act", "No document", ERR_MISSING },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		bad(&t, t.ml, cases[i].draft, cases[i].kind, cases[i].field, cases[i].says);
	assert_int_equal(store_next(node_store(t.ml)), 1);
}

/* The model's findings come through with the path of the field, all at once. */
static void bad_data(void **state)
{
	struct act_result r = put(&t, t.ml,
				  "{\"type\":\"record.put\",\"kind\":\"organisation\",\"data\":"
				  "{\"type\":\"999\",\"colour\":\"red\"}}");
	bool name = false, type = false, colour = false;

	(void)state;
	assert_false(r.done);
	for (size_t i = 0; i < r.error_count; i++) {
		name |= strcmp(r.errors[i].field, "name") == 0;
		type |= strcmp(r.errors[i].field, "type") == 0;
		colour |= strcmp(r.errors[i].field, "colour") == 0;
		assert_true(r.errors[i].message && r.errors[i].message[0]);
	}
	assert_true(name && type && colour);
}

static void references_must_resolve(void **state)
{
	static const char first[] =
		"{\"type\":\"record.put\",\"kind\":\"organisation\",\"id\":\"01985000-0001-"
		"7000-8001-000000000001\",\"data\":" ORGANISATION("A") "}",
			  second[] = "{\"type\":\"record.put\",\"kind\":\"organisation\","
				     "\"data\":{\"name\":{\"fr\":\"B\"},\"type\":\"10\","
				     "\"parent\":\"ml/01985000-0001-7000-8001-000000000001\"}}";
	struct draft both[2] = { { .json = str_z(first), .actor = S("") },
				 { .json = str_z(second), .actor = S("") } };
	struct act_result r[2];

	(void)state;
	bad(&t, t.ml, second, ERR_INPUT, "parent", "Create it first");
	register_batch(t.ml, &t.a, both, 2,
		       r); /* what stands before it in the same commit counts */
	assert_true(r[0].done && r[1].done);
	bad(&t, t.ml,
	    "{\"type\":\"record.put\",\"kind\":\"progress\",\"data\":{\"project\":\"joint/"
	    "01985000-0007-7000-8000-000000000009\","
	    "\"date\":\"2026-01-01\",\"health\":\"on-track\"}}",
	    ERR_INPUT, "project", "project");
}

static void a_stale_version_is_a_conflict(void **state)
{
	struct act_result a = good(
		&t, t.ml,
		"{\"type\":\"record.put\",\"kind\":\"organisation\",\"data\":" ORGANISATION(
			"A") "}");
	const char *form = "{\"type\":\"record.put\",\"kind\":\"organisation\",\"id\":\"%.*s\","
			   "\"prev\":1,\"data\":%.*s}";

	(void)state;
	good(&t, t.ml, form_filled(&t, form, a.id, S(ORGANISATION("B"))));
	bad(&t, t.ml, form_filled(&t, form, a.id, S(ORGANISATION("C"))), ERR_CONFLICT, "prev",
	    "changed since");
	check_str(row_of(&t, t.ml, "organisation", "ml", a.id, AUDIENCE_PUBLIC).label, S("B"));
	bad(&t, t.ml,
	    form_filled(&t, form, S("01985000-0001-7000-8001-00000000ffff"),
			S(ORGANISATION("C"))),
	    ERR_MISSING, "id", "leave out");
}

static void too_large(void **state)
{
	struct buf b;
	struct draft d = { .actor = S("") };
	struct act_result r;

	(void)state;
	buf_init(&b, 1 << 20);
	buf_lit(&b, "{\"type\":\"record.put\",\"kind\":\"organisation\",\"data\":{\"name\":{"
		    "\"fr\":\"A\"},\"type\":\"10\",\"about\":{\"fr\":\"");
	for (int i = 0; i < 3990; i++)
		buf_ch(&b, 'x');
	buf_lit(&b, "\",\"ru\":\"");
	for (int i = 0; i < 3990; i++)
		buf_ch(&b, 'y');
	buf_lit(&b, "\"},\"sources\":[");
	for (int i = 0; i < 40; i++) {
		buf_z(&b, i ? "," : "");
		buf_lit(&b, "{\"title\":\"");
		for (int k = 0; k < 290; k++)
			buf_ch(&b, 'z');
		buf_lit(&b, "\"}");
	}
	buf_lit(&b, "]}}");
	d.json = buf_str(&b);
	register_do(t.ml, &t.a, &d, &r);
	assert_false(r.done);
	assert_string_equal(r.errors[0].field, "data");
	assert_non_null(strstr(r.errors[0].message, "attach them as documents"));
	buf_clear(&b);
	buf_zero(&b, DRAFT_MAX + 1);
	d.json = buf_str(&b);
	register_do(t.ml, &t.a, &d, &r);
	assert_false(r.done);
	assert_non_null(strstr(r.errors[0].message, "at most"));
	buf_done(&b);
	assert_int_equal(store_next(node_store(t.ml)), 1);
}

static void the_label_of_who_writes(void **state)
{
	struct draft d = { .json = S("{\"type\":\"record.put\",\"kind\":\"organisation\","
				     "\"data\":" ORGANISATION("A") "}"),
			   .actor = S("a\nb") };
	struct act_result r;

	(void)state;
	register_do(t.ml, &t.a, &d, &r);
	assert_false(r.done);
	assert_string_equal(r.errors[0].field, "actor");
}

/* --- the clock (LEDGER.md 13) --- */

static void a_clock_set_back_does_not_turn_time(void **state)
{
	struct entry e;
	struct act_result r;

	(void)state;
	t.fixed.ms += 86400000;
	good(&t, t.ml,
	     "{\"type\":\"record.put\",\"kind\":\"organisation\",\"data\":" ORGANISATION(
		     "A") "}");
	t.fixed.ms -= (int64_t)400 * 86400000;
	r = good(&t, t.ml,
		 "{\"type\":\"record.put\",\"kind\":\"organisation\",\"data\":" ORGANISATION(
			 "B") "}");
	entry_read(&t.a, entry_at(&t, t.ml, "ml", r.n), S("ml"), r.n, INT64_MIN, &e);
	check_str(e.time_text, S("2026-03-03T10:15:00Z"));
}

/* --- a fixed clock and chance give these bytes, for ever --- */

static void the_ledger_is_golden(void **state)
{
	static const char *const drafts[] = {
		"{\"type\":\"record.put\",\"kind\":\"organisation\",\"data\":{\"name\":{\"ru\":"
		"\"Энергия Мали\",\"fr\":\"Énergie du "
		"Mali\"},\"type\":\"10\",\"country\":\"ML\"}}",
		"{\"type\":\"record.put\",\"kind\":\"contact\",\"data\":{\"name\":\"Awa "
		"Diarra\"}}",
		"{\"type\":\"record.put\",\"kind\":\"project\",\"id\":\"01985000-0007-7000-"
		"8000-000000000001\",\"data\":" PROJECT("Centrale") "}",
		"{\"type\":\"act.accept\",\"kind\":\"project\",\"id\":\"01985000-0007-7000-"
		"8000-000000000001\"}",
		"{\"type\":\"record.put\",\"kind\":\"organisation\",\"visibility\":\"parties\","
		"\"data\":" ORGANISATION("Réservé") "}",
	};
	struct str golden = { 0 };
	struct buf b;
	FILE *f;

	(void)state;
	buf_init(&b, 1 << 20);
	for (size_t i = 0; i < sizeof(drafts) / sizeof(drafts[0]); i++)
		good(&t, t.ml, drafts[i]);
	for (uint64_t n = 0; n < store_next(node_store(t.ml)); n++) {
		buf_add(&b, entry_at(&t, t.ml, "ml", n));
		buf_ch(&b, '\n');
	}
	f = fopen("test/register/golden/ledger.jsonl", "r");
	if (f) {
		char *text = arena_alloc(&t.a, 1 << 20);

		golden = str_of(text, fread(text, 1, 1 << 20, f));
		fclose(f);
	}
	if (!str_eq(buf_str(&b), golden)) {
		f = fopen("build/ledger.jsonl", "w");
		fwrite(b.p, 1, b.n, f);
		fclose(f);
		print_error("the ledger written is in build/ledger.jsonl\n");
	}
	assert_true(str_eq(buf_str(&b), golden));
	buf_done(&b);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, up, down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_record_becomes_an_entry),
		CASE(a_second_put_is_a_version),
		CASE(the_same_again_adds_nothing),
		CASE(an_ended_record_comes_back),
		CASE(a_contact_never_stands_in_the_open),
		CASE(a_new_version_stays_as_visible_as_the_old),
		CASE(an_attachment_must_be_here),
		CASE(bad_drafts),
		CASE(bad_data),
		CASE(references_must_resolve),
		CASE(a_stale_version_is_a_conflict),
		CASE(too_large),
		CASE(the_label_of_who_writes),
		CASE(a_clock_set_back_does_not_turn_time),
		CASE(the_ledger_is_golden),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

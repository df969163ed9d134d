#include "ledger/entry.h"

#include "base/date.h"
#include "check.h"

#define UUID "01947c3e-1111-7abc-8def-0123456789ab"
#define HEX  "abababababababababababababababababababababababababababababababab"
#define HEX2 "cdcdababababababababababababababababababababababababababababab00"
#define HEAD "{\"v\":1,\"party\":\"ml\",\"n\":7,\"time\":\"2026-03-02T10:15:00Z\",\"type\":"
#define PUT                                                                                    \
	HEAD "\"record.put\",\"body\":{\"kind\":\"project\",\"id\":\"" UUID                    \
	     "\",\"prev\":null,\"data\":{}}"
#define BLOB(sha, size, name)                                                                  \
	"{\"sha256\":\"" sha "\",\"size\":" size ",\"media\":\"text/plain\",\"name\":\"" name  \
	"\"}"
#define SEALED(c, who, class) "{\"c\":\"" c "\",\"for\":[" who "],\"class\":\"" class "\"}"

static struct arena arena;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, 4 << 20);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_done(&arena);
	return 0;
}

static struct entry read_as(struct str bytes, uint64_t n, int64_t before)
{
	struct entry e;

	entry_read(&arena, bytes, S("ml"), n, before, &e);
	return e;
}

static struct entry read_seventh(const char *text)
{
	arena_reset(&arena);
	return read_as(str_z(text), 7, INT64_MIN);
}

static void writes_and_reads_back(void **state)
{
	const struct entry_draft d = {
		.party = S("ml"),
		.type = S("record.put"),
		.body = S("{\"kind\":\"project\",\"id\":\"" UUID
			  "\",\"prev\":3,\"data\":{\"é\":\"\xd1\x8f\"}}"),
		.blobs = S("[" BLOB(HEX, "12", "a.pdf") "]"),
		.sealed = S("[" SEALED(HEX, "\"ml\",\"ru\"", "personal") "]"),
		.actor = S("sec-2"),
		.n = 41,
		.time = 1772446500
	};
	struct entry e;
	struct buf b;

	(void)state;
	buf_init(&b, ENTRY_MAX);
	entry_write(&b, &d);
	assert_true(str_starts(
		buf_str(&b),
		S("{\"v\":1,\"party\":\"ml\",\"n\":41,\"time\":\"2026-03-02T10:15:00Z\","
		  "\"type\":\"record.put\",\"body\":{\"kind\"")));
	e = read_as(buf_str(&b), 41, d.time);
	assert_int_equal(e.state, ENTRY_VALID);
	assert_null(e.reason);
	assert_false(e.time_back);
	assert_int_equal(e.type, ENTRY_RECORD_PUT);
	assert_true(e.n == 41 && e.time == d.time && e.has_prev && e.prev == 3);
	check_str(e.kind, S("project"));
	check_str(e.id, S(UUID));
	check_str(e.actor, d.actor);
	check_str(e.time_text, S("2026-03-02T10:15:00Z"));
	check_str(e.body->raw, d.body);
	check_str(e.blobs->raw, d.blobs);
	check_str(e.sealed->raw, d.sealed);
	e = read_as(buf_str(&b), 41, d.time + 1);
	assert_int_equal(e.state, ENTRY_VALID);
	assert_true(e.time_back);
	buf_done(&b);
}

/* One good entry of every type; the index is 0 for a charter, 7 for the others. */
static void every_type(void **state)
{
	static const struct {
		enum entry_type type;
		const char *body;
	} good[] = {
		{ ENTRY_CHARTER, "{\"charter\":\"" HEX "\"}" },
		{ ENTRY_SEEN, "{\"party\":\"ru\",\"checkpoint\":\"ru.example/ru\\n1\\n\"}" },
		{ ENTRY_RECORD_PUT,
		  "{\"kind\":\"p\",\"id\":\"" UUID "\",\"prev\":6,\"data\":{},\"more\":1}" },
		{ ENTRY_RECORD_END,
		  "{\"kind\":\"p\",\"id\":\"" UUID "\",\"prev\":0,\"reason\":\"\"}" },
		{ ENTRY_ACT_PROPOSE,
		  "{\"act\":\"" HEX "\",\"parties\":[\"bf\",\"ml\",\"ru\"]}" },
		{ ENTRY_ACT_ACCEPT, "{\"act\":\"" HEX "\",\"parties\":[\"ml\",\"ru\"]}" },
		{ ENTRY_ACT_ACCEPT,
		  "{\"act\":\"" HEX "\",\"parties\":[\"ml\",\"ru\"],\"instrument\":\"" HEX
		  "\"}" },
		{ ENTRY_ACT_DECLINE,
		  "{\"act\":\"" HEX "\",\"parties\":[\"ml\",\"ru\"],\"reason\":\"x\"}" },
		{ ENTRY_ACT_NOTE, "{\"act\":\"" HEX "\",\"text\":\"x\"}" },
		{ ENTRY_SEALED_OPEN, "{\"c\":\"" HEX "\"}" },
		{ ENTRY_SEALED_ERASE, "{\"c\":[\"" HEX "\"],\"ground\":\"x\"}" },
		{ ENTRY_KEY_ROLL, "{\"statement\":\"x\"}" },
		{ ENTRY_ALERT_FORK, "{\"evidence\":{}}" },
		{ ENTRY_LEDGER_CLOSE, "{\"successor\":null}" },
		{ ENTRY_LEDGER_CLOSE, "{\"successor\":\"ml.example/registre/ml-2\"}" },
	};
	bool met[ENTRY_TYPE_COUNT] = { [ENTRY_OTHER] = true };

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		const struct entry_draft d = { .party = S("ml"),
					       .type = str_z(entry_type_names[good[i].type]),
					       .body = str_z(good[i].body),
					       .n = good[i].type == ENTRY_CHARTER ? 0 : 7 };
		struct entry_draft dated = d;
		struct entry e;
		struct buf b;

		dated.time = 1772446500;
		buf_init(&b, ENTRY_MAX);
		entry_write(&b, &dated);
		e = read_as(buf_str(&b), d.n, INT64_MIN);
		if (e.state != ENTRY_VALID || e.type != good[i].type)
			fail_msg("%s: %s", buf_str(&b).p, e.reason ? e.reason : "another type");
		met[e.type] = true;
		buf_done(&b);
	}
	for (int t = 0; t < ENTRY_TYPE_COUNT; t++)
		assert_true(met[t]);
}

/* Every reason of LEDGER.md 3.3, then those of the bodies, in the order of the checks. */
static const struct {
	const char *reason, *text;
} void_cases[] = {
	{ "size", "" },
	{ "json", "[]" },
	{ "json", "{" },
	{ "json", PUT "} x" },
	{ "json", PUT ",\"v\":1}" },
	{ "version", "{}" },
	{ "version", "{\"v\":2,\"party\":\"xx\"}" },
	{ "version", "{\"v\":\"1\"}" },
	{ "version", "{\"v\":true}" },
	{ "party", "{\"v\":1}" },
	{ "party", "{\"v\":1,\"party\":\"ru\",\"n\":7}" },
	{ "party", "{\"v\":1,\"party\":[\"ml\"],\"n\":7}" },
	{ "index", "{\"v\":1,\"party\":\"ml\"}" },
	{ "index", "{\"v\":1,\"party\":\"ml\",\"n\":8}" },
	{ "index", "{\"v\":1,\"party\":\"ml\",\"n\":-7}" },
	{ "index", "{\"v\":1,\"party\":\"ml\",\"n\":\"7\"}" },
	{ "time", "{\"v\":1,\"party\":\"ml\",\"n\":7}" },
	{ "time", "{\"v\":1,\"party\":\"ml\",\"n\":7,\"time\":1}" },
	{ "time", "{\"v\":1,\"party\":\"ml\",\"n\":7,\"time\":\"1999-12-31T23:59:59Z\"}" },
	{ "time", "{\"v\":1,\"party\":\"ml\",\"n\":7,\"time\":\"2026-02-29T10:15:00Z\"}" },
	{ "time", "{\"v\":1,\"party\":\"ml\",\"n\":7,\"time\":\"2026-02-28T10:15:60Z\"}" },
	{ "time", "{\"v\":1,\"party\":\"ml\",\"n\":7,\"time\":\"2026-02-28T10:15:00+00:00\"}" },
	{ "time", "{\"v\":1,\"party\":\"ml\",\"n\":7,\"time\":\"2026-02-28 10:15:00Z\"}" },
	{ "time", "{\"v\":1,\"party\":\"ml\",\"n\":7,\"time\":\"2026-02-28T10:15:00z\"}" },
	{ "member", HEAD "\"x\"}" },
	{ "member", HEAD "1,\"body\":1,\"other\":1}" },
	{ "member", PUT ",\"V\":1}" },
	{ "type", HEAD "1,\"body\":1}" },
	{ "type", "{\"v\":1,\"party\":\"ml\",\"n\":7,\"time\":\"2026-03-02T10:15:00Z\","
		  "\"body\":{}}" },
	{ "body", HEAD "\"record.put\",\"body\":[],\"actor\":1}" },
	{ "body", HEAD "\"x\",\"body\":null}" },
	{ "actor", PUT ",\"actor\":\"\",\"blobs\":1}" },
	{ "actor", PUT ",\"actor\":1}" },
	{ "actor",
	  PUT ",\"actor\":"
	      "\"01234567890123456789012345678901234567890123456789012345678901234\"}" },
	{ "blob", PUT ",\"blobs\":[],\"sealed\":1}" },
	{ "blob", PUT ",\"blobs\":{}}" },
	{ "blob", PUT ",\"blobs\":[1]}" },
	{ "blob", PUT ",\"blobs\":[{\"sha256\":\"" HEX "\",\"size\":1,\"media\":\"x\"}]}" },
	{ "blob", PUT ",\"blobs\":[{\"sha256\":\"" HEX
		      "\",\"size\":1,\"media\":\"x\",\"name\":\"x\",\"y\":1}]}" },
	{ "blob", PUT ",\"blobs\":[{\"sha256\":\"" HEX
		      "\",\"size\":1,\"media\":\"x\",\"nam\":\"x\"}]}" },
	{ "blob", PUT ",\"blobs\":[" BLOB("AB", "1", "x") "]}" },
	{ "blob", PUT ",\"blobs\":[" BLOB(HEX, "-1", "x") "]}" },
	{ "blob", PUT ",\"blobs\":[" BLOB(HEX, "\"1\"", "x") "]}" },
	{ "blob", PUT ",\"blobs\":[" BLOB(HEX, "1", "") "]}" },
	{ "blob", PUT ",\"blobs\":[" BLOB(HEX, "1", ".x") "]}" },
	{ "blob", PUT ",\"blobs\":[" BLOB(HEX, "1", "x/y") "]}" },
	{ "blob", PUT ",\"blobs\":[" BLOB(HEX, "1", "x\\\\y") "]}" },
	{ "blob", PUT ",\"blobs\":[" BLOB(HEX, "1", "x\\ny") "]}" },
	{ "blob", PUT ",\"blobs\":[" BLOB(HEX, "1", "x\x7f") "]}" },
	{ "blob", PUT ",\"blobs\":[" BLOB(HEX, "1", "x\xc2\x85") "]}" },
	{ "blob", PUT ",\"blobs\":[" BLOB(HEX, "1", "x") "," BLOB(HEX, "2", "y") "]}" },
	{ "sealed", PUT ",\"sealed\":[]}" },
	{ "sealed", PUT ",\"sealed\":[{}]}" },
	{ "sealed", PUT ",\"sealed\":[{\"c\":\"" HEX
			"\",\"for\":[\"ml\"],\"class\":\"personal\",\"x\":1}]}" },
	{ "sealed", PUT ",\"sealed\":[" SEALED("AB", "\"ml\"", "personal") "]}" },
	{ "sealed", PUT ",\"sealed\":[" SEALED(HEX, "", "personal") "]}" },
	{ "sealed", PUT ",\"sealed\":[" SEALED(HEX, "\"ru\"", "personal") "]}" },
	{ "sealed", PUT ",\"sealed\":[" SEALED(HEX, "\"ml\",1", "personal") "]}" },
	{ "sealed", PUT ",\"sealed\":[" SEALED(HEX, "\"ml\",\"RU\"", "personal") "]}" },
	{ "sealed", PUT ",\"sealed\":[" SEALED(HEX, "\"ml\"", "secret") "]}" },
	{ "charter", HEAD "\"charter\",\"body\":{\"charter\":\"" HEX "\"}}" },
	{ "party", HEAD "\"seen\",\"body\":{\"party\":\"ml\",\"checkpoint\":\"x\"}}" },
	{ "checkpoint", HEAD "\"seen\",\"body\":{\"party\":\"ru\"}}" },
	{ "kind", HEAD "\"record.put\",\"body\":{}}" },
	{ "kind", HEAD "\"record.put\",\"body\":{\"kind\":\"Project\",\"id\":1}}" },
	{ "kind",
	  HEAD "\"record.put\",\"body\":{\"kind\":\"a12345678901234567890123456789012\"}}" },
	{ "id", HEAD "\"record.put\",\"body\":{\"kind\":\"project\"}}" },
	{ "id", HEAD "\"record.put\",\"body\":{\"kind\":\"p\",\"id\":\"01947C3E-1111-"
		     "7abc-8def-0123456789ab\"}}" },
	{ "id", HEAD "\"record.put\",\"body\":{\"kind\":\"p\",\"id\":\"01947c3e-1111-"
		     "4abc-8def-0123456789ab\"}}" },
	{ "prev",
	  HEAD "\"record.put\",\"body\":{\"kind\":\"p\",\"id\":\"" UUID "\",\"data\":{}}}" },
	{ "prev", HEAD "\"record.put\",\"body\":{\"kind\":\"p\",\"id\":\"" UUID
		       "\",\"prev\":7,\"data\":{}}}" },
	{ "prev", HEAD "\"record.put\",\"body\":{\"kind\":\"p\",\"id\":\"" UUID
		       "\",\"prev\":-1,\"data\":{}}}" },
	{ "data",
	  HEAD "\"record.put\",\"body\":{\"kind\":\"p\",\"id\":\"" UUID "\",\"prev\":null}}" },
	{ "reason",
	  HEAD "\"record.end\",\"body\":{\"kind\":\"p\",\"id\":\"" UUID "\",\"prev\":null}}" },
	{ "act", HEAD "\"act.propose\",\"body\":{\"parties\":[\"ml\",\"ru\"]}}" },
	{ "parties", HEAD "\"act.propose\",\"body\":{\"act\":\"" HEX "\"}}" },
	{ "parties",
	  HEAD "\"act.propose\",\"body\":{\"act\":\"" HEX "\",\"parties\":[\"ml\"]}}" },
	{ "parties",
	  HEAD "\"act.propose\",\"body\":{\"act\":\"" HEX "\",\"parties\":[\"bf\",\"ru\"]}}" },
	{ "parties",
	  HEAD "\"act.accept\",\"body\":{\"act\":\"" HEX "\",\"parties\":[\"ru\",\"ml\"]}}" },
	{ "parties",
	  HEAD "\"act.accept\",\"body\":{\"act\":\"" HEX "\",\"parties\":[\"ml\",\"ml\"]}}" },
	{ "parties", HEAD "\"act.decline\",\"body\":{\"act\":\"" HEX
			  "\",\"parties\":{\"a\":\"ml\",\"b\":\"ru\"}}}" },
	{ "instrument", HEAD "\"act.accept\",\"body\":{\"act\":\"" HEX
			     "\",\"parties\":[\"ml\",\"ru\"],\"instrument\":1}}" },
	{ "reason",
	  HEAD "\"act.decline\",\"body\":{\"act\":\"" HEX "\",\"parties\":[\"ml\",\"ru\"]}}" },
	{ "act", HEAD "\"act.note\",\"body\":{}}" },
	{ "c", HEAD "\"sealed.open\",\"body\":{}}" },
	{ "c", HEAD "\"sealed.erase\",\"body\":{\"c\":\"" HEX "\",\"ground\":\"x\"}}" },
	{ "c", HEAD "\"sealed.erase\",\"body\":{\"c\":[],\"ground\":\"x\"}}" },
	{ "ground", HEAD "\"sealed.erase\",\"body\":{\"c\":[\"" HEX "\"]}}" },
	{ "statement", HEAD "\"key.roll\",\"body\":{\"statement\":1}}" },
	{ "evidence", HEAD "\"alert.fork\",\"body\":{\"evidence\":[]}}" },
	{ "successor", HEAD "\"ledger.close\",\"body\":{}}" },
	{ "successor", HEAD "\"ledger.close\",\"body\":{\"successor\":\"ML\"}}" },
};

static void voids(void **state)
{

	(void)state;
	for (size_t i = 0; i < sizeof(void_cases) / sizeof(void_cases[0]); i++) {
		struct entry e = read_seventh(void_cases[i].text);

		if (e.state != ENTRY_VOID || strcmp(e.reason, void_cases[i].reason) != 0)
			fail_msg("%s: state %d, reason %s, want %s", void_cases[i].text,
				 e.state, e.reason ? e.reason : "none", void_cases[i].reason);
	}
}

static void sizes_and_ends(void **state)
{
	struct entry e;
	struct buf b;

	(void)state;
	buf_init(&b, 1 << 16);
	buf_lit(&b, PUT "}");
	while (b.n < ENTRY_MAX)
		buf_ch(&b, ' ');
	e = read_as(buf_str(&b), 7, INT64_MIN);
	assert_int_equal(e.state, ENTRY_VALID);
	buf_ch(&b, ' ');
	e = read_as(buf_str(&b), 7, INT64_MIN);
	assert_int_equal(e.state, ENTRY_VOID);
	assert_string_equal(e.reason, "size");
	buf_done(&b);

	/* What stands at 0 is a charter, and nothing else. */
	e = read_as(S("{\"v\":1,\"party\":\"ml\",\"n\":0,\"time\":\"2026-03-02T10:15:00Z\","
		      "\"type\":\"act.note\","
		      "\"body\":{\"act\":\"" HEX "\"}}"),
		    0, INT64_MIN);
	assert_string_equal(e.reason, "charter");
	e = read_as(S("{\"v\":1,\"party\":\"ml\",\"n\":0,\"time\":\"2026-03-02T10:15:00Z\","
		      "\"type\":\"x.y\","
		      "\"body\":{}}"),
		    0, INT64_MIN);
	assert_string_equal(e.reason, "charter");
}

static void good_oddities(void **state)
{
	struct entry e;

	(void)state;
	e = read_seventh(HEAD "\"x.national\",\"body\":{\"any\":1}}");
	assert_int_equal(e.state, ENTRY_UNKNOWN);
	check_str(e.type_text, S("x.national"));
	e = read_seventh(HEAD "\"\",\"body\":{}}");
	assert_int_equal(e.state, ENTRY_UNKNOWN);
	e = read_seventh(" " PUT ",\"blobs\":[" BLOB(HEX, "0", "a") "," BLOB(
		HEX2, "9", "\xd1\x8f") "]}\n");
	assert_int_equal(e.state, ENTRY_VALID);
	e = read_seventh(PUT ",\"sealed\":[" SEALED(HEX, "\"ru\",\"ml\"", "confidential") "]}");
	assert_int_equal(e.state, ENTRY_VALID);
	/* Members of the envelope in any order. */
	e = read_seventh("{\"body\":{\"any\":1},\"type\":\"act\\u002enote\",\"time\":\"2026-03-"
			 "02T10:15:00Z\","
			 "\"n\":7,\"party\":\"ml\",\"v\":1}");
	assert_string_equal(e.reason, "act");
	assert_int_equal(e.type, ENTRY_ACT_NOTE);
}

static void commitments(void **state)
{
	static const char *const bad[] = {
		"{\"name\":\"x\",\"salt\":\"" HEX "\"}", /* not first */
		"{\"salt\":"
		"\"0000000000000000000000000000000000000000000000000000000000000000\"}",
		"{\"salt\":\"" HEX "00\"}",
		"{\"salt\":1}",
		"{}",
		"[]",
		"",
		"{\"salt\":\"" HEX "\"} x",
		"{\"Salt\":\"" HEX "\"}",
	};
	struct str good = S("{\"salt\":\"" HEX "\",\"data\":{}}");
	struct hash c = hash_of(good);

	(void)state;
	assert_true(commitment_opens(good, &c));
	assert_false(commitment_opens(S("{\"salt\":\"" HEX "\",\"data\":{} }"), &c));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		c = hash_of(str_z(bad[i]));
		assert_false(commitment_opens(str_z(bad[i]), &c));
	}
}

/* The densest JSON stays within what the arenas are given. */
static void dense_bodies_fit(void **state)
{
	struct buf b;
	struct hash c;

	(void)state;
	buf_init(&b, 2 << 20);
	buf_lit(&b, "{\"salt\":\"" HEX "\",\"a\":[1");
	while (b.n < 1 << 20)
		buf_lit(&b, ",1");
	buf_lit(&b, "]}");
	c = hash_of(buf_str(&b));
	assert_true(commitment_opens(buf_str(&b), &c));
	buf_clear(&b);
	buf_lit(&b, HEAD "\"x\",\"body\":{\"a\":[1");
	while (b.n < ENTRY_MAX - 6)
		buf_lit(&b, ",1");
	buf_lit(&b, "]}}");
	arena_done(&arena);
	arena_init(&arena, 2 << 20);
	assert_int_equal(read_as(buf_str(&b), 7, INT64_MIN).state, ENTRY_UNKNOWN);
	buf_done(&b);
}

/* --- an entry made of parts that were read already --- */

static void check_same_data(const struct entry *a, const struct entry *b)
{
	static const char *const names[] = { "kind", "id" };
	const struct json *x = json_obj(a->body, "data"), *y = json_obj(b->body, "data");

	for (size_t i = 0; i < 2; i++)
		check_str(json_str(a->body, names[i]), json_str(b->body, names[i]));
	assert_int_equal(json_get(a->body, "prev")->type, json_get(b->body, "prev")->type);
	assert_int_equal(a->body->count, b->body->count);
	check_str(x->raw, y->raw);
	check_str(json_str(x, "title"), json_str(y, "title"));
	assert_int_equal(x->count, y->count);
}

static struct entry_draft first_draft(struct buf *body, struct str data)
{
	buf_lit(body, "{\"kind\":\"project\",\"id\":\"" UUID "\",\"prev\":null,\"data\":");
	buf_add(body, data);
	buf_ch(body, '}');
	return (struct entry_draft){ .party = S("ml"),
				     .type = S("record.put"),
				     .body = buf_str(body),
				     .actor = S("clerk"),
				     .n = 7,
				     .time = 1772446500 };
}

static void a_first_version_is_as_it_is_read(void **state)
{
	struct str data = S("{\"title\":\"Pont \u00e9troit\",\"list\":[1,{\"a\":\"b\"}]}");
	struct entry made, read;
	struct entry_draft d;
	struct json *parsed;
	struct buf body, bytes;
	struct err err;

	(void)state;
	buf_init(&body, 4096);
	buf_init(&bytes, 4096);
	check_ok(json_object(&arena, data, &parsed, &err), &err);
	d = first_draft(&body, data);
	entry_write(&bytes, &d);
	read = read_as(buf_str(&bytes), 7, INT64_MIN);
	assert_true(entry_of_first(&arena, &d, S("project"), S(UUID), parsed, &made));
	assert_int_equal(made.state, read.state);
	assert_int_equal(made.type, read.type);
	assert_true(made.n == read.n && made.time == read.time && !made.time_back);
	assert_true(!made.has_prev && !made.blobs && !made.sealed && made.party_count == 0);
	check_str(made.time_text, read.time_text);
	check_str(made.type_text, read.type_text);
	check_str(made.actor, read.actor);
	check_str(made.kind, read.kind);
	check_str(made.id, read.id);
	check_same_data(&made, &read);
	buf_done(&body);
	buf_done(&bytes);
}

static struct entry_draft proposal_draft(struct buf *body, struct buf *blobs,
					 const struct hash *act)
{
	struct entry_draft d = { .party = S("ml"),
				 .type = S("act.propose"),
				 .actor = S("clerk"),
				 .n = 7,
				 .time = 1772446500 };

	buf_lit(body, "{\"act\":\"");
	buf_hex(body, act->b, HASH_SIZE);
	buf_lit(body, "\",\"parties\":[\"ml\",\"ru\"]}");
	buf_lit(blobs, "[{\"sha256\":\"");
	buf_hex(blobs, act->b, HASH_SIZE);
	buf_lit(blobs, "\",\"size\":1234,\"media\":\"" PROPOSAL_MEDIA
		       "\",\"name\":\"" PROPOSAL_NAME "\"}]");
	d.body = buf_str(body);
	d.blobs = buf_str(blobs);
	return d;
}

static void a_proposal_is_as_it_is_read(void **state)
{
	const struct str parties[] = { S("ml"), S("ru") };
	struct entry_proposal p = { hash_of(S("document")), 1234,    parties, 2,
				    S("project"),           S(UUID), NULL };
	struct buf body, blobs, bytes;
	struct entry made, read;
	struct entry_draft d, other;
	struct json *data;
	struct err err;

	(void)state;
	buf_init(&body, 4096);
	buf_init(&blobs, 4096);
	buf_init(&bytes, 4096);
	check_ok(json_object(&arena, S("{}"), &data, &err), &err);
	p.data = data;
	d = proposal_draft(&body, &blobs, &p.act);
	entry_write(&bytes, &d);
	read = read_as(buf_str(&bytes), 7, INT64_MIN);
	assert_int_equal(read.state, ENTRY_VALID);
	assert_true(entry_of_proposal(&arena, &d, &p, &made));
	assert_int_equal(made.state, read.state);
	assert_int_equal(made.type, read.type);
	assert_true(made.n == read.n && made.time == read.time && !made.sealed);
	check_str(made.time_text, read.time_text);
	check_str(made.actor, read.actor);
	assert_true(hash_eq(&made.act, &read.act));
	assert_int_equal(made.party_count, read.party_count);
	for (size_t i = 0; i < read.party_count; i++)
		check_str(made.parties[i], read.parties[i]);
	buf_clear(&bytes);
	json_put(&(struct json_w){ &bytes, false }, made.blobs);
	check_str(buf_str(&bytes), read.blobs->raw);
	assert_ptr_equal(made.puts, data);
	assert_null(read.puts);
	other = d, other.sealed = S("[]");
	assert_false(entry_of_proposal(&arena, &other, &p, &made));
	other = d, other.type = S("act.accept");
	assert_false(entry_of_proposal(&arena, &other, &p, &made));
	p.party_count = 1;
	assert_false(entry_of_proposal(&arena, &d, &p, &made));
	buf_done(&body);
	buf_done(&blobs);
	buf_done(&bytes);
}

/* Whatever an entry may be refused for, or says more than the shortcut knows. */
static void what_is_no_first_version_must_be_read(void **state)
{
	struct buf body;
	struct entry_draft good, d;
	struct json *data;
	struct entry e;
	struct err err;

	(void)state;
	buf_init(&body, 4096);
	check_ok(json_object(&arena, S("{}"), &data, &err), &err);
	good = first_draft(&body, S("{}"));
	assert_true(entry_of_first(&arena, &good, S("project"), S(UUID), data, &e));
	assert_false(entry_of_first(&arena, &good, S("Project"), S(UUID), data, &e));
	assert_false(entry_of_first(&arena, &good, S("project"), S("1"), data, &e));
	assert_false(entry_of_first(&arena, &good, S("project"), S(UUID),
				    &(struct json){ .type = JSON_STR }, &e));
	d = good, d.type = S("record.end");
	assert_false(entry_of_first(&arena, &d, S("project"), S(UUID), data, &e));
	d = good, d.n = 0;
	assert_false(entry_of_first(&arena, &d, S("project"), S(UUID), data, &e));
	d = good, d.time = 946684799;
	assert_false(entry_of_first(&arena, &d, S("project"), S(UUID), data, &e));
	d = good, d.sealed = S("[]");
	assert_false(entry_of_first(&arena, &d, S("project"), S(UUID), data, &e));
	d = good, d.blobs = S("[]");
	assert_false(entry_of_first(&arena, &d, S("project"), S(UUID), data, &e));
	d = good, d.actor = S("0123456789012345678901234567890123456789012345678901234567890123"
			      "4");
	assert_false(entry_of_first(&arena, &d, S("project"), S(UUID), data, &e));
	buf_done(&body);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_and_reads_back),
		cmocka_unit_test(every_type),
		cmocka_unit_test(voids),
		cmocka_unit_test(sizes_and_ends),
		cmocka_unit_test(good_oddities),
		cmocka_unit_test(commitments),
		cmocka_unit_test(a_first_version_is_as_it_is_read),
		cmocka_unit_test(a_proposal_is_as_it_is_read),
		cmocka_unit_test(what_is_no_first_version_must_be_read),
		cmocka_unit_test(dense_bodies_fit),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}

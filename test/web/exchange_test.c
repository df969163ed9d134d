/* What nodes and verifiers ask of each other, over HTTP; and what people see of a fork. */
#include "feed.h"
#include "register/other.h"

#include "live.h"

#include "register/fork.h"
#include "register/intake.h"
#include "register/keys.h"
#include "register/witness.h"

/* The other side, whose node does not run here: its ledger, signed with its real keys. */
static struct other ru;
static char ru_path[90]; /* hex of SHA-256 of its origin */

static void read_key(struct skey *out, const char *name, enum key_type type)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/keys/%s", t.ru_dir, name);
	check_ok(key_read(&t.a, path, type, out, &err), &err);
}

static const char *hex_of(const struct hash *h)
{
	struct buf b;

	buf_init(&b, 2 * HASH_SIZE);
	buf_hex(&b, h->b, HASH_SIZE);
	return arena_z(&t.a, arena_buf(&t.a, &b));
}

static int up(void **state)
{
	int done = live_up(state);
	struct hash h;

	memset(&ru, 0, sizeof(ru));
	ru.a = &t.a;
	ru.id = t.id;
	snprintf(ru.code, sizeof(ru.code), "ru");
	snprintf(ru.origin, sizeof(ru.origin), "ru.example/registre/ru");
	read_key(&ru.log, "log", KEY_LOG);
	read_key(&ru.witness, "witness", KEY_WITNESS);
	other_grow(&ru, 400, 0);
	h = hash_of(str_z(ru.origin));
	snprintf(ru_path, sizeof(ru_path), "%s", hex_of(&h));
	return done;
}

/* Its entries are taken over here. */
static void hold(uint64_t size)
{
	struct feed feed = { .ledger = S("ru"),
			     .checkpoint = other_note(&t.a, &ru, size),
			     .size = size,
			     .entries = ru.entries };
	const struct intake_plan plan = { .ledger = feed.ledger,
					  .checkpoint = feed.checkpoint };
	struct intake_result result;
	struct intake *i;
	struct tile_path path;
	struct buf bytes;

	check_ok(intake_begin(t.ml, &t.a, &plan, &i, &err), &err);
	buf_init(&bytes, 32 << 20);
	while (intake_wants(i, &path)) {
		feed_tile(&feed, &path, &bytes);
		check_ok(intake_give(i, &path, buf_str(&bytes), &err), &err);
	}
	check_ok(intake_finish(i, &result, &err), &err);
	intake_end(i);
	buf_done(&bytes);
}

static const char *at(const char *before, const char *after)
{
	struct buf b;

	buf_init(&b, 500);
	buf_z(&b, before);
	buf_z(&b, ru_path);
	buf_z(&b, after);
	return arena_z(&t.a, arena_buf(&t.a, &b));
}

static struct raw_answer add(struct str body)
{
	return post("/witness/add-checkpoint", "Content-Type: text/plain\r\n", body);
}

static void check_line(struct str note, struct str line)
{
	const struct charter_ledger *own = charter_find(node_charter(t.ml), S("ml"));
	struct cosig got[1];
	size_t n;

	check_ok(cosig_check(arena_join(&t.a, note, line), &own->witness, 1, got, &n, &err),
		 &err);
	assert_int_equal(n, 1);
}

/* --- C2SP tlog-witness --- */

static void a_witness_by_http(void **state)
{
	struct raw_answer r;
	struct buf big;

	(void)state;
	assert_int_equal(get(at("/witness/", "/checkpoint"), "").status, 404);
	assert_int_equal(get(at("/mirror/", "/checkpoint"), "").status, 404);
	r = add(other_request(&t.a, &ru, 0, 100));
	assert_int_equal(r.status, 200);
	check_header(r, "content-type", "text/plain; charset=utf-8");
	check_header(r, "cache-control", "no-store");
	check_line(other_note(&t.a, &ru, 100), r.body);
	r = add(other_request(&t.a, &ru, 0, 200));
	assert_int_equal(r.status, 409);
	check_header(r, "content-type", "text/x.tlog.size");
	check_str(r.body, S("100\n"));
	/* whatever the body is called, it is read as it is */
	r = post("/witness/add-checkpoint", "", other_request(&t.a, &ru, 100, 200));
	assert_int_equal(r.status, 200);
	r = post("/witness/add-checkpoint", "Content-Type: application/octet-stream\r\n",
		 other_request(&t.a, &ru, 200, 200));
	assert_int_equal(r.status, 200);
	check_line(other_note(&t.a, &ru, 200), r.body);

	assert_int_equal(add(S("")).status, 400);
	assert_int_equal(add(S("hello")).status, 400);
	assert_int_equal(add(S("old 0\n\nx\n1\ny\n\n— x AAAAAAAA\n")).status, 404);
	buf_init(&big, 1 << 20);
	buf_zero(&big, (64 << 10) + 1);
	assert_int_equal(add(buf_str(&big)).status, 413);
	buf_done(&big);
	assert_int_equal(get("/witness/add-checkpoint", "").status, 405);
	assert_int_equal(ask("PUT /witness/add-checkpoint", "", S("old 0\n")).status, 405);

	r = get(at("/witness/", "/checkpoint"), "");
	assert_int_equal(r.status, 200);
	check_header(r, "content-type", "text/plain; charset=utf-8");
	check_header(r, "cache-control", "no-cache");
	check_header(r, "access-control-allow-origin", "*");
	assert_true(str_starts(r.body, other_note(&t.a, &ru, 200)));
	check_line(r.body, S(""));
	assert_int_equal(get("/witness/xyz/checkpoint", "").status, 404);
	assert_int_equal(get("/witness//checkpoint", "").status, 404);
	assert_int_equal(get(at("/witness/", "0/checkpoint"), "").status, 404);
}

/* --- copies --- */

static void a_mirror(void **state)
{
	static const struct {
		const char *path;
		unsigned status;
	} cases[] = {
		{ "/tile/0/000", 200 },           { "/tile/0/001.p/44", 200 },
		{ "/tile/1/000.p/1", 200 },       { "/tile/entries/001.p/44", 200 },
		{ "/tile/entries/000", 200 },     { "/tile/0/001.p/45", 404 },
		{ "/tile/0/001", 404 },           { "/tile/0/00%30", 404 },
		{ "/tile/0/0000", 404 },          { "/tile/", 404 },
		{ "/tile/entries/002.p/1", 404 }, { "/else", 404 },
	};
	struct raw_answer r;
	struct hash own = hash_of(S("ml.example/registre/ml"));
	char target[200];

	(void)state;
	hold(300);
	r = get(at("/mirror/", "/checkpoint"), "");
	assert_int_equal(r.status, 200);
	check_header(r, "cache-control", "no-cache");
	check_header(r, "access-control-allow-origin", "*");
	assert_true(str_starts(r.body, other_note(&t.a, &ru, 300)));
	check_line(r.body, S(""));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		r = get(at("/mirror/", cases[i].path), "");
		if (r.status != cases[i].status)
			print_error("%s: %u\n", cases[i].path, r.status);
		assert_int_equal(r.status, cases[i].status);
		if (r.status != 200)
			continue;
		check_header(r, "content-type", "application/octet-stream");
		check_header(r, "cache-control", "public, max-age=31536000, immutable");
	}
	r = get(at("/mirror/", "/tile/0/000.p/1"), "");
	assert_memory_equal(r.body.p, ru.leaves[0].b, HASH_SIZE);
	/* the own ledger is no copy */
	snprintf(target, sizeof(target), "/mirror/%s/checkpoint", hex_of(&own));
	assert_int_equal(get(target, "").status, 404);
	assert_int_equal(get("/mirror/x/checkpoint", "").status, 404);
	assert_int_equal(get("/mirror/x/tile/0/000", "").status, 404);
}

/* --- what all the others vouch for --- */

static void write_one(void)
{
	good(&t, t.ml,
	     "{\"type\":\"record.put\",\"kind\":\"organisation\",\"data\":" ORGANISATION(
		     "Organisme") "}");
}

static struct str own_note(uint64_t size)
{
	struct raw_answer r;

	await_served(size);
	r = get("/log/checkpoint", "");
	assert_int_equal(r.status, 200);
	return str_cut(
		r.body,
		str_find(r.body, S("\n\n")) + 2 +
			str_index(str_from(r.body, str_find(r.body, S("\n\n")) + 2), '\n') + 1);
}

static void what_all_vouch_for(void **state)
{
	uint64_t before, size;
	struct buf line;
	struct str note, text;
	struct raw_answer r;
	char target[100];
	size_t kept;

	(void)state;
	assert_int_equal(get("/witnessed/checkpoint", "").status, 404);
	assert_int_equal(get("/witnessed/tile/0/000.p/1", "").status, 404);
	while (store_served(node_store(t.ml)) < 4) {
		write_one();
		usleep(1000);
	}
	size = before = store_next(node_store(t.ml)); /* nothing is under way behind it */
	note = own_note(size);
	text = str_cut(note, str_find(note, S("\n\n")) + 1);
	buf_init(&line, 4096);
	cosig_line(&line, text, 1772446500, &ru.witness);
	note = arena_join(&t.a, note, buf_str(&line));
	buf_done(&line);
	check_ok(cosignatures_keep(t.ml, S("ml"), note, &kept, &err), &err);
	assert_int_equal(kept, 1);
	r = get("/log/checkpoint", "");
	check_str(r.body, note);
	write_one();
	write_one();
	await_served(before + 2);
	r = get("/witnessed/checkpoint", "");
	assert_int_equal(r.status, 200);
	check_header(r, "cache-control", "no-cache");
	check_header(r, "access-control-allow-origin", "*");
	check_str(r.body, note);
	snprintf(target, sizeof(target), "/witnessed/tile/0/000.p/%u", (unsigned)before);
	r = get(target, "");
	assert_int_equal(r.status, 200);
	assert_int_equal(r.body.n, before * HASH_SIZE);
	check_header(r, "cache-control", "public, max-age=31536000, immutable");
	snprintf(target, sizeof(target), "/witnessed/tile/entries/000.p/%u", (unsigned)before);
	assert_int_equal(get(target, "").status, 200);
	snprintf(target, sizeof(target), "/witnessed/tile/0/000.p/%u", (unsigned)before + 1);
	assert_int_equal(get(target, "").status, 404);
	snprintf(target, sizeof(target), "/log/tile/0/000.p/%u", (unsigned)before + 1);
	assert_int_equal(get(target, "").status, 200);
}

/* --- keys --- */

static void key_text(struct buf *b, const struct vkey *k)
{
	vkey_write(b, k);
}

static void policy_and_keys(void **state)
{
	const struct charter *c = node_charter(t.ml);
	struct raw_answer r = get("/policy", "");
	struct buf want;
	struct json *doc;
	const struct json *l;

	(void)state;
	assert_int_equal(r.status, 200);
	check_header(r, "content-type", "text/plain; charset=utf-8");
	check_header(r, "access-control-allow-origin", "*");
	buf_init(&want, 8192);
	buf_lit(&want, "# Benkan register ");
	buf_hex(&want, t.id.b, HASH_SIZE);
	buf_lit(&want, "\nlog ");
	key_text(&want, &charter_find(c, S("ml"))->log);
	buf_lit(&want, "\nwitness ru ");
	key_text(&want, &charter_find(c, S("ru"))->witness);
	buf_lit(&want, "\ngroup parties all ru\nquorum parties\n");
	check_str(r.body, buf_str(&want));
	buf_done(&want);

	r = get("/keys", "");
	assert_int_equal(r.status, 200);
	check_header(r, "content-type", "application/json");
	check_ok(json_object(&t.a, r.body, &doc, &err), &err);
	check_str(json_str(doc, "register"), str_z(hex_of(&t.id)));
	l = json_arr(doc, "ledgers");
	assert_int_equal(l->count, 2);
	check_str(json_str(l->child, "origin"), S("ml.example/registre/ml"));
	/* log, witness, seal, three for recovery */
	assert_int_equal(json_arr(l->child, "keys")->count, 6);
	assert_int_equal(json_arr(l->child->next, "keys")->count, 6);
}

/* --- a fork, and what is seen of it --- */

static void a_fork_is_shown_everywhere(void **state)
{
	static const char *const pages[] = { "/fr/",      "/fr/verify",       "/fr/projects",
					     "/fr/forks", "/fr/nothing-here", "/fr/sign-in" };
	struct other *twin = other_twin(&ru, 250, 300, 1);
	struct raw_answer r;
	struct hash id;
	char target[200];
	bool forked;

	(void)state;
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
		assert_false(
			says(get(pages[i], "").body, "<div class=\"box late\" role=note>"));
	check_says(get("/fr/forks", "").body, "ne connaît aucun livre");
	check_says(get("/healthz", "").body, "\"forked\":[]");
	check_says(get("/metrics", "").body, "benkan_ledger_forked{ledger=\"ru\"} 0");
	check_str(get("/evidence", "").body, S("[]"));

	check_ok(fork_look(t.ml, &t.a, other_note(&t.a, twin, 300), &forked, &err), &err);
	assert_true(forked);
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		r = get(pages[i], "");
		check_says(r.body, "<div class=\"box late\" role=note>");
		check_says(r.body, "montre deux histoires");
		check_says(r.body, "href=\"/fr/forks\"");
	}
	check_says(get("/ru/", "").body, "две истории");
	check_says(get("/en/", "").body, "shows two histories");
	r = get("/healthz", "");
	assert_int_equal(r.status, 200); /* the own ledger is as good as ever */
	check_says(r.body, "\"forked\":[\"ru\"]");
	check_says(get("/metrics", "").body, "benkan_ledger_forked{ledger=\"ru\"} 1");
	check_says(get("/metrics", "").body, "benkan_ledger_forked{ledger=\"ml\"} 0");

	r = get("/en/forks", "");
	snprintf(target, sizeof(target), "/evidence/%.*s",
		 STR(between(r.body, "href=\"/evidence/", "\"")));
	r = get(target, "");
	assert_int_equal(r.status, 200);
	check_header(r, "content-type", "application/json");
	check_header(r, "cache-control", "public, max-age=31536000, immutable");
	check_header(r, "access-control-allow-origin", "*");
	id = hash_of(r.body);
	check_str(str_z(target), arena_join(&t.a, S("/evidence/"), str_z(hex_of(&id))));
	assert_int_equal(get("/evidence/", "").status, 404);
	assert_int_equal(get("/evidence/xyz", "").status, 404);
	assert_int_equal(
		get("/evidence/00000000000000000000000000000000000000000000000000000000"
		    "00000000",
		    "")
			.status,
		404);
	check_str(get("/evidence", "").body,
		  arena_join(&t.a, arena_join(&t.a, S("[{\"id\":\""), str_z(hex_of(&id))),
			     S("\",\"ledger\":\"ru\",\"forked\":true}]")));
	/* nothing of it is cosigned; its copy is served as before */
	assert_int_equal(add(other_request(&t.a, &ru, 300, 400)).status, 403);
	assert_int_equal(get(at("/mirror/", "/checkpoint"), "").status, 200);

	check_ok(fork_release(t.ml, S("ru"), S("sec-1"), S("a test"), &err), &err);
	r = get("/en/", "");
	assert_false(says(r.body, "<div class=\"box late\" role=note>"));
	check_says(get("/en/forks", "").body, "Released");
	assert_int_equal(add(other_request(&t.a, &ru, 300, 400)).status, 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_witness_by_http),          cmocka_unit_test(a_mirror),
		cmocka_unit_test(what_all_vouch_for),         cmocka_unit_test(policy_and_keys),
		cmocka_unit_test(a_fork_is_shown_everywhere),
	};

	return cmocka_run_group_tests(tests, up, live_down);
}

/*
 * Two small ledgers made by hand, with something for every public table of LEDGER.md 7; the
 * dump is test/store/golden/state.txt, on both engines.  `GOLDEN=write` writes it anew, to
 * be read line by line before it is committed.
 */
#include "chains.h"

#define GOLDEN_FILE "test/store/golden/state.txt"

static const char org[] = "01977e1f-3c00-7000-8000-000000000001";
static const char payment[] = "01977e1f-3c00-7000-8000-000000000002";
static const char person[] = "01977e1f-3c00-7000-8000-000000000003";
static const char project[] = "01977e1f-3c00-7000-8000-000000000004";
static const char letter[] = "01977e1f-3c00-7000-8000-000000000005";

static struct str put_body(struct chains *w, const char *kind, const char *id, const char *prev,
			   const char *data)
{
	return text_of(w, "{\"kind\":\"%s\",\"id\":\"%s\",\"prev\":%s,\"data\":%s}", kind, id,
		       prev, data);
}

static uint64_t put(struct chains *w, struct chain *c, const char *kind, const char *id,
		    const char *prev, const char *data)
{
	return chain_say(w, c,
			 &(struct said){ .type = "record.put",
					 .body = put_body(w, kind, id, prev, data),
					 .actor = "sec-2" });
}

static uint64_t put_sealed(struct chains *w, struct chain *c, struct str body,
			   const struct thing *t, const char *audience)
{
	return chain_say(
		w, c,
		&(struct said){ .type = "record.put",
				.body = body,
				.sealed = text_of(
					w,
					"[{\"c\":\"%.*s\",\"for\":%s,\"class\":\"personal\"}]",
					STR(hex_of(w, &t->name)), audience) });
}

/* An act on the project; its document travels as a blob of the proposing entry. */
static struct str propose(struct chains *w, struct chain *c, const char *title,
			  const char *base)
{
	struct str doc = text_of(
		w,
		"{\"v\":1,\"register\":\"%.*s\",\"act\":\"project\",\"parties\":[\"ml\",\"ru\"]"
		","
		"\"title\":{\"fr\":\"%s\"},\"texts\":[],\"effects\":[{\"op\":\"put\",\"kind\":"
		"\"project\",\"id\":\"%s\",\"base\":[%s],\"data\":{\"title\":{\"fr\":\"%s\"},"
		"\"status\":\"2\",\"field\":\"energy\",\"planned_end\":\"2027-01-31\"}}],"
		"\"supersedes\":[%s],\"nonce\":\"00112233445566778899aabbccddeeff\"}",
		STR(hex_of(w, &w->charter.id)), title, project, base, title, base);
	struct thing *t = thing_add(w, w->blob, &w->blobs, doc);
	struct str hex = hex_of(w, &t->name);

	chain_say(w, c,
		  &(struct said){
			  .type = "act.propose",
			  .body = text_of(w, "{\"act\":\"%.*s\",\"parties\":[\"ml\",\"ru\"]}",
					  STR(hex)),
			  .blobs = text_of(w,
					   "[{\"sha256\":\"%.*s\",\"size\":%zu,\"media\":"
					   "\"application/json\",\"name\":\"act.json\"}]",
					   STR(hex), doc.n) });
	return hex;
}

static void word(struct chains *w, struct chain *c, const char *type, struct str act)
{
	SAY(w, c, type, "{\"act\":\"%.*s\",\"parties\":[\"ml\",\"ru\"],\"reason\":\"\"}",
	    STR(act));
}

static struct chains *by_hand(void)
{
	struct chains *w = chains_make("ml ru");
	struct chain *ml = &w->chain[0], *ru = &w->chain[1];
	struct skey old = ml->log, new;
	struct str first, second;
	struct thing *t;

	/* National records: a correction, a stale one, a sealed one, one that ends. */
	put(w, ml, "organisation", org, "null", "{\"name\":{\"fr\":\"Énergie du Mali\"}}");
	put(w, ml, "organisation", org, "1", "{\"name\":{\"fr\":\"Énergie du Mali SA\"}}");
	put(w, ml, "organisation", org, "1", "{\"name\":{\"fr\":\"EDM\\u0009SA \\\"x\\\"\"}}");
	t = chain_seal(w, 1, S("\"data\":{\"name\":\"A. Traoré\"}"));
	put_sealed(w, ml, put_body(w, "contact", person, "null", "{}"), t, "[\"ml\"]");
	put(w, ml, "transaction", payment, "null",
	    "{\"type\":\"3\",\"date\":\"2026-01-15\",\"value\":{\"amount\":\"1250\","
	    "\"currency\":\"XOF\"}}");
	SAY(w, ml, "record.end",
	    "{\"kind\":\"transaction\",\"id\":\"%s\",\"prev\":5,\"reason\":\"twice\"}",
	    payment);
	SAY(w, ml, "record.end",
	    "{\"kind\":\"letter\",\"id\":\"%s\",\"prev\":null,\"reason\":\"none\"}", letter);
	put(w, ml, "unheard_of", letter, "null", "{\"a\":1}");
	SAY(w, ml, "x.remark", "{}");
	chain_add_bytes(w, ml, S("{\"v\":1"));
	/* Sealed for both, then published; sealed, then erased. */
	t = chain_seal(w, 2, S("\"data\":{\"subject\":{\"fr\":\"Crédit\"}}"));
	put_sealed(w, ru, put_body(w, "letter", letter, "null", "{\"number\":\"N 7\"}"), t,
		   "[\"ml\",\"ru\"]");
	SAY(w, ru, "sealed.open", "{\"c\":\"%.*s\"}", STR(hex_of(w, &t->name)));
	t = chain_seal(w, 3, S("\"data\":{\"name\":\"И. Петров\"}"));
	put_sealed(w, ru, put_body(w, "contact", person, "null", "{}"), t, "[\"ru\"]");
	SAY(w, ru, "sealed.erase", "{\"c\":[\"%.*s\"],\"ground\":\"asked\"}",
	    STR(hex_of(w, &t->name)));
	/* A first act, in force; a word too late, a word twice. */
	first = propose(w, ml, "Centrale", "");
	word(w, ml, "act.accept", first);
	chain_seen(w, ru, ml, ml->n);
	word(w, ru, "act.accept", first);
	word(w, ru, "act.accept", first);
	chain_seen(w, ml, ru, ru->n);
	word(w, ml, "act.decline", first);
	/* A second one in its place, under a new key, and one that is refused. */
	chain_roll(w, ml, "a new key of ml");
	second = propose(w, ru, "Centrale solaire", text_of(w, "\"%.*s\"", STR(first)).p);
	word(w, ru, "act.accept", second);
	chain_seen(w, ru, ml, ml->n);
	word(w, ml, "act.accept", second);
	chain_seen(w, ml, ru, ru->n);
	word(w, ru, "act.decline", propose(w, ml, "Barrage", ""));
	/* The old key counts for nothing once it was replaced; a size that goes back neither.
	 */
	new = ml->log;
	ml->log = old;
	chain_seen(w, ru, ml, ml->n);
	ml->log = new;
	chain_seen(w, ru, ml, 3);
	chain_seen(w, ru, ml, ml->n);
	ru->time -= 7200;
	SAY(w, ru, "act.note", "{\"act\":\"%.*s\"}", STR(second));
	SAY(w, ml, "x.remark", "{}");
	SAY(w, ml, "x.remark", "{}");
	return w;
}

static struct buf dump_at(const struct place *at, struct chains *w, const size_t *sizes,
			  const char *name)
{
	struct reader r;
	struct buf dump;

	reader_open(&r, w, at, name);
	reader_apply_to(&r, sizes);
	dump = reader_dump(&r, false);
	reader_close(&r);
	return dump;
}

static struct str golden(struct arena *a)
{
	FILE *f = fopen(GOLDEN_FILE, "rb");
	char *p = arena_alloc(a, 1 << 20);
	size_t n;

	if (!f) {
		print_error("%s cannot be read from here\n", GOLDEN_FILE);
		fail();
	}
	n = fread(p, 1, 1 << 20, f);
	fclose(f);
	return str_of(p, n);
}

static void write_golden(const struct buf *dump)
{
	FILE *f = fopen(GOLDEN_FILE, "wb");

	assert_non_null(f);
	fwrite(dump->p, 1, dump->n, f);
	fclose(f);
}

static void state_is_as_written(void **state)
{
	struct place *at = place_of(state);
	struct chains *w = by_hand();
	struct buf dump = dump_at(at, w, NULL, "register"), want;

	if (getenv("GOLDEN") && !on_postgres(at))
		write_golden(&dump);
	buf_init(&want, 1 << 20);
	buf_add(&want, golden(&w->arena));
	check_dumps(&dump, &want);
	buf_done(&want);
	buf_done(&dump);
	chains_free(w);
}

/* The digest is the hash of its head and of the dump's lines (LEDGER.md 7). */
static void digest_is_of_the_dump(void **state)
{
	struct place *at = place_of(state);
	struct chains *w = by_hand();
	struct cut cuts[2];
	struct hash digest, want;
	struct reader r;
	struct buf text, dump;
	struct err err;

	reader_open(&r, w, at, "register");
	reader_apply_to(&r, NULL);
	buf_init(&text, 4 << 20);
	buf_lit(&text, "benkan-state/1 ");
	buf_u64(&text, PROJECTION_VERSION);
	buf_ch(&text, '\n');
	for (size_t i = 0; i < 2; i++) {
		const struct chain *c = &w->chain[i];

		cuts[i] = (struct cut){ c->party, c->n, c->root[c->n] };
		buf_lit(&text, "cut ");
		buf_add(&text, c->party);
		buf_ch(&text, ' ');
		buf_u64(&text, c->n);
		buf_ch(&text, ' ');
		buf_b64(&text, c->root[c->n].b, HASH_SIZE);
		buf_ch(&text, '\n');
	}
	check_ok(state_digest(r.db, cuts, 2, &digest, &err), &err);
	dump = reader_dump(&r, false);
	buf_add(&text, buf_str(&dump));
	want = hash_of(buf_str(&text));
	assert_true(hash_eq(&digest, &want));
	buf_done(&text);
	buf_done(&dump);
	reader_close(&r);
	chains_free(w);
}

/* What is held decides: with less of ml, ru's acknowledgements of it are pending. */
static void acknowledgements_wait(void **state)
{
	struct place *at = place_of(state);
	struct chains *w = by_hand();
	size_t less[CHAINS_MAX] = { 10, w->chain[1].n };
	struct buf dump = dump_at(at, w, less, "less");
	struct reader r;
	struct buf all, want = dump_at(at, w, NULL, "all");

	assert_true(str_find(buf_str(&dump), S("\"pending\"]")) < dump.n);
	assert_true(str_find(buf_str(&dump), S("\"in_force\"")) == dump.n);
	/* The rest comes: everything is as if it had come at once. */
	reader_open(&r, w, at, "later");
	reader_apply_to(&r, less);
	reader_apply_to(&r, NULL);
	all = reader_dump(&r, false);
	check_dumps(&all, &want);
	reader_close(&r);
	buf_done(&dump);
	buf_done(&all);
	buf_done(&want);
	chains_free(w);
}

/* Another program version, another model: the tables say that they are not theirs. */
static void tables_know_their_version(void **state)
{
	struct place *at = place_of(state);
	struct chains *w = chains_make("ml ru");
	struct reader r;
	struct err err;
	bool current;

	reader_open(&r, w, at, "register");
	check_ok(projection_current(r.db, &current, &err), &err);
	assert_true(current);
	reader_begin(&r);
	check_ok(db_run(r.db, "UPDATE r_note SET value = 'x' WHERE name = 'made for'", &err),
		 &err);
	check_ok(db_commit(r.db, &err), &err);
	check_ok(projection_current(r.db, &current, &err), &err);
	assert_false(current);
	check_ok(db_run(r.db, "DROP TABLE r_note", &err), &err);
	check_ok(projection_current(r.db, &current, &err), &err);
	assert_false(current);
	reader_close(&r);
	chains_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH(state_is_as_written),
					    BOTH(digest_is_of_the_dump),
					    BOTH(acknowledgements_wait),
					    BOTH(tables_know_their_version) };

	return run_on_engines(tests);
}

/*
 * A counterpart's ledger may hold anything that is JSON: values of the wrong kind, absurd
 * sizes, references to nowhere, documents that are none.  Nothing of it may stop the
 * projection or come out differently on the two engines.
 */
#include "chains.h"

#include "model/model.h"

static const char *const values[] = {
	"null",
	"true",
	"-9007199254740991",
	"\"\"",
	"\"x\"",
	"\"2026-02-30\"",
	"\"2026-03-01\"",
	"\"999999999999999999999.999999\"",
	"\"-0.000001\"",
	"\"joint/01977e1f-3c00-7000-8000-000000000001\"",
	"\"a b/c'd\\\"e\\\\ \\u0007 % _ ' OR 1=1 --\"",
	"\"\\ud83d\\ude00\\u0301\\u0130\\u00df\\u1e9e\"",
	"[]",
	"{}",
	"[[[]],{},null,1,\"x\",{\"key\":\"k\",\"deadline\":\"2026-01-01\",\"planned_end\":"
	"\"2026-01-01\"}]",
	"{\"fr\":{},\"ru\":[1],\"\":\"x\",\"en\":\"\\u0000x\"}",
	"{\"fr\":\"Été\",\"xx\":\"y\",\"amount\":\"1e9\",\"currency\":\"XOF\"}",
	"{\"amount\":\"999999999999999999999.999999\",\"currency\":\"XOF\",\"unit\":\"t\"}",
	"{\"amount\":\"-999999999999999999999.999999\",\"currency\":\"X'\\\"F\"}",
	"{\"sha256\":1,\"size\":\"x\",\"name\":{},\"lat\":[],\"lon\":null}",
};
enum { VALUES = sizeof(values) / sizeof(values[0]) };

static struct str id_of(struct chains *w, size_t n)
{
	return text_of(w, "01977e1f-3c00-7000-8000-%012zx", n);
}

/* Every field of a type with the same value; a member that no field has, too. */
static struct str hostile_data(struct chains *w, const struct record *r, const char *value)
{
	struct buf b;
	struct json_w out;

	buf_init(&b, 1 << 16);
	out = json_w(&b);
	json_open(&out, '{');
	for (const struct field *f = &fields[r->first]; f < &fields[r->end]; f++) {
		json_key(&out, f->name);
		json_put_raw(&out, str_z(value));
	}
	json_key(&out, "no such field");
	json_put_raw(&out, str_z(value));
	json_close(&out, '}');
	return arena_buf(&w->arena, &b);
}

static void put(struct chains *w, const struct record *r, struct str id, struct str data)
{
	SAY(w, &w->chain[1], "record.put",
	    "{\"kind\":\"%s\",\"id\":\"%.*s\",\"prev\":null,\"data\":%.*s}", r->name, STR(id),
	    STR(data));
}

static void propose(struct chains *w, struct str doc)
{
	struct thing *t = thing_add(w, w->blob, &w->blobs, doc);
	struct str hex = hex_of(w, &t->name);

	chain_say(w, &w->chain[1],
		  &(struct said){
			  .type = "act.propose",
			  .body = text_of(w, "{\"act\":\"%.*s\",\"parties\":[\"ml\",\"ru\"]}",
					  STR(hex)),
			  .blobs = text_of(
				  w,
				  "[{\"sha256\":\"%.*s\",\"size\":9007199254740991,\"media\":"
				  "\"\",\"name\":\"'\"}]",
				  STR(hex)) });
}

static struct str document(struct chains *w, struct str effects, const char *supersedes)
{
	return text_of(
		w,
		"{\"v\":1,\"register\":\"%.*s\",\"parties\":[\"ml\",\"ru\"],\"effects\":%.*s,"
		"\"supersedes\":%s}",
		STR(hex_of(w, &w->charter.id)), STR(effects), supersedes);
}

static void hostile_records(struct chains *w)
{
	size_t n = 0;

	for (const struct record *r = records + 1; r < records + RECORD_COUNT; r++)
		for (size_t i = 0; i < VALUES; i++) {
			struct str data = hostile_data(w, r, values[i]), id = id_of(w, n++);

			if (data.n > 12000)
				continue;
			put(w, r, id, data);
			if (i % 5 == 0) /* and again over itself */
				put(w, r, id, hostile_data(w, r, values[(i + 3) % VALUES]));
		}
}

static void hostile_acts(struct chains *w)
{
	static const char *const documents[] = { "", "{", "[]", "{}", "null", "{\"v\":1}" };
	size_t n = 0;

	for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++)
		propose(w, text_of(w, "%s", documents[i]));
	for (const struct record *r = records + 1; r < records + RECORD_COUNT; r++)
		for (size_t i = 0; r->joint && i < VALUES; i++) {
			struct str id = id_of(w, n++), data = hostile_data(w, r, values[i]);

			propose(w, document(w,
					    text_of(w,
						    "[{\"op\":\"put\",\"kind\":\"%s\",\"id\":"
						    "\"%.*s\","
						    "\"base\":%s,\"data\":%.*s},%s]",
						    r->name, STR(id), values[i], STR(data),
						    values[i]),
					    values[i]));
		}
}

static struct buf dump_on(const struct place *at, struct chains *w, const char *name,
			  size_t batch)
{
	struct reader r;
	struct buf dump;

	reader_open(&r, w, at, name);
	for (size_t n = 0; n < w->chain[1].n;) {
		reader_begin(&r);
		for (size_t i = 0; i < batch && n < w->chain[1].n; i++)
			reader_apply(&r, &w->chain[1], n++);
		reader_commit(&r);
	}
	dump = reader_dump(&r, true);
	reader_close(&r);
	return dump;
}

static void anything_goes(void **state)
{
	struct place *at = place_of(state);
	struct chains *w = chains_make("ml ru");
	struct buf one, other;

	hostile_records(w);
	hostile_acts(w);
	one = dump_on(at, w, "one", 10000);
	if (on_postgres(at)) {
		struct place lite = *at;

		snprintf(lite.url, sizeof(lite.url), "sqlite");
		other = dump_on(&lite, w, "other", 100);
	} else {
		other = dump_on(at, w, "other", 7);
	}
	check_dumps(&other, &one);
	buf_done(&one);
	buf_done(&other);
	chains_free(w);
}

/* Many of the largest amounts: the sum is past what an amount can be, and exact. */
static void sums_past_any_amount(void **state)
{
	enum { MANY = 1500 };
	struct place *at = place_of(state);
	struct chains *w = chains_make("ml ru");
	struct reader r;
	struct buf dump;

	for (size_t i = 0; i < MANY; i++)
		put(w, &records[RECORD_transaction], id_of(w, i),
		    S("{\"value\":{\"amount\":\"999999999999999999999.999999\",\"currency\":"
		      "\"XOF\"}}"));
	reader_open(&r, w, at, "register");
	reader_apply_to(&r, NULL);
	dump = reader_dump(&r, true);
	/* 1500 * (10^27 - 1) millionths = 1499999999999999 * 10^15 + 10^15 - 1500 */
	assert_true(str_find(buf_str(&dump), S(",7,1500,1499999999999999,999999999998500]")) <
		    dump.n);
	buf_done(&dump);
	reader_close(&r);
	chains_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH(anything_goes), BOTH(sums_past_any_amount) };

	return run_on_engines(tests);
}

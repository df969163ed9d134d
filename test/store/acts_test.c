/*
 * The rule of joint acts (LEDGER.md 8.2) by the vectors of kind `acts`: each is played as
 * real entries with signed acknowledgements through the projection, on both engines.
 */
#include "chains.h"

#include "act_model.h"

static struct str read_whole(const char *path, struct arena *a)
{
	FILE *f = fopen(path, "rb");
	struct str s = { 0 };
	long n;

	if (!f)
		return s;
	fseek(f, 0, SEEK_END);
	n = ftell(f);
	rewind(f);
	s.p = arena_alloc(a, (size_t)n + 1);
	s.n = fread((void *)(uintptr_t)s.p, 1, (size_t)n, f);
	fclose(f);
	return s;
}

/* The vectors, one JSON object a line; skips the test when they are not there. */
static struct str vectors(struct arena *a)
{
	const char *shared = getenv("BENKAN_SHARED");
	char path[512];
	struct str s;

	snprintf(path, sizeof(path), "%s/vectors/index.jsonl", shared ? shared : "../shared");
	s = read_whole(path, a);
	if (!s.n) {
		print_message("skip: %s is not here\n", path);
		skip();
	}
	return s;
}

/* Entry 0 of a ledger is its charter: the vectors' first entry, an "x", stands for it. */
static void play(struct chains *w, struct chain *c, const struct json *op, struct str body)
{
	static const struct {
		const char *op, *type;
	} words[] = { { "propose", "act.propose" },
		      { "accept", "act.accept" },
		      { "decline", "act.decline" } };

	if (op->type == JSON_ARRAY) {
		struct str peer = op->child->next->str;

		if (str_eq(peer, c->party)) {
			SAY(w, c, "seen", "{\"party\":\"%.*s\",\"checkpoint\":\"\"}",
			    STR(peer));
			return;
		}
		chain_seen(w, c, chain_of(w, peer), (size_t)op->child->next->next->num);
		return;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_is(op->str, words[i].op)) {
			chain_say(w, c, &(struct said){ .type = words[i].type, .body = body });
			return;
		}
	assert_true(str_is(op->str, "x"));
	SAY(w, c, "x.remark", "{\"n\":%zu}", c->n);
}

/* An acknowledgement may be played once the peer's entries up to its size are there. */
static bool can_play(struct chains *w, const struct chain *c, const struct json *op)
{
	const struct chain *peer;

	if (op->type != JSON_ARRAY || str_eq(op->child->next->str, c->party))
		return true;
	peer = chain_of(w, op->child->next->str);
	return peer->n >= (size_t)op->child->next->next->num;
}

static void play_all(struct chains *w, const struct json *ledgers, struct str body)
{
	const struct json *next[CHAINS_MAX];
	bool moved = true;

	for (size_t i = 0; i < w->count; i++)
		next[i] = json_member(ledgers, w->chain[i].party)->child->next;
	while (moved) {
		moved = false;
		for (size_t i = 0; i < w->count; i++)
			while (next[i] && can_play(w, &w->chain[i], next[i])) {
				play(w, &w->chain[i], next[i], body);
				next[i] = next[i]->next;
				moved = true;
			}
	}
	for (size_t i = 0; i < w->count; i++)
		assert_null(next[i]);
}

static struct str parties_json(struct chains *w, const struct json *parties)
{
	struct buf b;

	buf_init(&b, 256);
	json_put(&(struct json_w){ &b, false }, parties);
	return arena_buf(&w->arena, &b);
}

static void check_ready(struct reader *r, const struct json *ready)
{
	struct err err;
	bool row;

	for (const struct json *want = ready->child; want; want = want->next) {
		struct stmt *s = db_prepare(
			r->db, "SELECT ready FROM p_act_party WHERE party = ?", &err);

		stmt_text(s, 0, want->name);
		check_ok(stmt_step(s, &row, &err), &err);
		if (!row) {
			assert_int_equal(want->type, JSON_NULL);
			continue;
		}
		assert_int_equal(col_null(s, 0), want->type == JSON_NULL);
		if (!col_null(s, 0))
			assert_int_equal(col_int(s, 0), want->num);
		stmt_reset(s);
	}
}

static struct str state_found(struct reader *r, struct arena *a)
{
	struct err err;
	struct stmt *s = db_prepare(r->db, "SELECT state FROM p_act", &err);
	struct str state = S("none");
	bool row;

	check_ok(stmt_step(s, &row, &err), &err);
	if (row)
		state = arena_str(a, col_text(s, 0));
	stmt_reset(s);
	return state;
}

/* What is known of each ledger: all of it, or as much as the vector says. */
static void sizes_known(struct chains *w, const struct json *vector, size_t sizes[CHAINS_MAX])
{
	const struct json *known = json_obj(vector, "known");

	for (size_t i = 0; i < w->count; i++) {
		const struct json *k = known ? json_member(known, w->chain[i].party) : NULL;

		sizes[i] = k ? (size_t)k->num : w->chain[i].n;
	}
}

/* Everything in one batch, and every entry in a batch of its own, in turns. */
static void apply_singly(struct reader *r, const size_t *sizes)
{
	bool more = true;

	while (more) {
		more = false;
		for (size_t i = 0; i < r->w->count; i++) {
			uint64_t n = reader_applied(r, &r->w->chain[i]);

			if (n >= sizes[i])
				continue;
			reader_begin(r);
			reader_apply(r, &r->w->chain[i], n);
			reader_commit(r);
			more = true;
		}
	}
}

static struct reader on_engine;

/* The tables emptied, for the next vector: making them anew takes longer than the vector. */
static void empty(struct db *db)
{
	struct err err;
	static const char *const names[] = { "p_act",  "p_act_party", "p_act_ack",
					     "p_seen", "p_entry",     "p_key",
					     "r_act",  "r_ledger",    "p_blob_ref" };

	check_ok(db_begin(db, true, &err), &err);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char sql[64];
		struct stmt *s;

		snprintf(sql, sizeof(sql), "DELETE FROM %s", names[i]);
		s = db_prepare_text(db, str_z(sql), &err);
		assert_non_null(s);
		check_ok(stmt_done(s, &err), &err);
	}
	check_ok(db_commit(db, &err), &err);
}

static void check_vector(struct db *db, const struct json *vector)
{
	const struct json *ledgers = json_obj(vector, "ledgers");
	struct chains *w = chains_make(ledgers->count == 3 ? "ml ru bf" : "ml ru");
	struct str parties = parties_json(w, json_arr(vector, "parties"));
	struct apply_source from = { reader_root,  reader_opening, reader_blob,
				     reader_entry, &on_engine,     NULL };
	struct hash act = hash_of(json_str(vector, "id"));
	size_t sizes[CHAINS_MAX];
	struct err err;

	play_all(w, ledgers,
		 text_of(w, "{\"act\":\"%.*s\",\"parties\":%.*s,\"reason\":\"\"}",
			 STR(hex_of(w, &act)), STR(parties)));
	sizes_known(w, vector, sizes);
	for (int singly = 0; singly < 2; singly++) {
		empty(db);
		on_engine = (struct reader){ .w = w, .db = db };
		check_ok(projection_open(db, &w->charter, &from, &on_engine.p, &err), &err);
		if (singly)
			apply_singly(&on_engine, sizes);
		else
			reader_apply_to(&on_engine, sizes);
		if (!str_eq(state_found(&on_engine, &w->arena), json_str(vector, "expect")))
			print_error("vector %.*s: %.*s\n", STR(json_str(vector, "id")),
				    STR(json_str(vector, "why")));
		check_str(state_found(&on_engine, &w->arena), json_str(vector, "expect"));
		check_ready(&on_engine, json_obj(vector, "ready"));
		projection_close(on_engine.p);
	}
	chains_free(w);
}

static void vectors_hold(void **state)
{
	struct place *at = place_of(state);
	struct arena a;
	struct str rest, line;
	struct chains *any;
	struct reader r;
	unsigned count = 0;
	struct err err;

	arena_init(&a, 64 << 20);
	rest = vectors(&a);
	any = chains_make("ml ru");
	reader_open(&r, any, at, "register");
	while (str_split(&rest, '\n', &line)) {
		struct json *vector;

		if (str_find(line, S("\"kind\": \"acts\"")) == line.n)
			continue;
		check_ok(json_object(&a, line, &vector, &err), &err);
		check_vector(r.db, vector);
		count++;
	}
	assert_true(count >= 58);
	reader_close(&r);
	chains_free(any);
	arena_done(&a);
}

/* --- random histories, entry by entry --- */

static const char *const codes[MODEL_PARTIES] = { "bf", "ml", "ru" };

/* The history as entries; the sizes acknowledged may be larger than what is known later. */
static void play_model(struct chains *w, const struct model_acts *m, struct str body)
{
	static const char *const types[] = { [OP_PROPOSE] = "act.propose",
					     [OP_ACCEPT] = "act.accept",
					     [OP_DECLINE] = "act.decline" };
	bool moved = true;

	while (moved) {
		moved = false;
		for (unsigned p = 0; p < m->count; p++) {
			struct chain *c = chain_of(w, str_z(codes[p]));
			const struct model_op *op = &m->op[p][c->n];
			const struct chain *peer = chain_of(w, str_z(codes[op->peer]));

			if (c->n == m->n[p] || (op->what == OP_SEEN && peer->n < op->size))
				continue;
			moved = true;
			if (op->what == OP_SEEN)
				chain_seen(w, c, peer, op->size);
			else if (op->what == OP_OTHER)
				SAY(w, c, "x.remark", "{}");
			else
				chain_say(w, c,
					  &(struct said){ .type = types[op->what],
							  .body = body });
		}
	}
	for (unsigned p = 0; p < m->count; p++)
		assert_int_equal(chain_of(w, str_z(codes[p]))->n, m->n[p]);
}

/* Turn by turn, one entry a batch; after each, what is known then decides. */
static void check_model(struct db *db, struct model_acts *m, struct random_source *s)
{
	struct chains *w = chains_make(m->count == 3 ? "bf ml ru" : "bf ml");
	struct apply_source from = { reader_root,  reader_opening, reader_blob,
				     reader_entry, &on_engine,     NULL };
	struct hash act = hash_of(S("act"));
	struct err err;
	uint64_t left = 0;

	play_model(w, m,
		   text_of(w, "{\"act\":\"%.*s\",\"parties\":%s,\"reason\":\"\"}",
			   STR(hex_of(w, &act)),
			   m->count == 3 ? "[\"bf\",\"ml\",\"ru\"]" : "[\"bf\",\"ml\"]"));
	empty(db);
	on_engine = (struct reader){ .w = w, .db = db };
	check_ok(projection_open(db, &w->charter, &from, &on_engine.p, &err), &err);
	for (unsigned p = 0; p < m->count; p++) {
		m->known[p] = 0;
		left += m->n[p];
	}
	while (left) {
		unsigned p = random_below(s, m->count), run = 1 + random_below(s, 4);

		reader_begin(&on_engine);
		for (; run && m->known[p] < m->n[p]; run--, left--)
			reader_apply(&on_engine, chain_of(w, str_z(codes[p])), m->known[p]++);
		reader_commit(&on_engine);
		check_str(state_found(&on_engine, &w->arena),
			  str_z(act_state_names[model_state(m)]));
	}
	projection_close(on_engine.p);
	chains_free(w);
}

/* One side accepted, saw more of the other than is held here, and then declined: what it saw
 * may have been an acceptance, until the entries come and are none. */
static void seen_and_nothing_in_it(void **state)
{
	struct place *at = place_of(state);
	struct model_acts m = { .count = 2,
				.n = { 4, 2 },
				.op = { { { OP_OTHER, 0, 0 },
					  { OP_ACCEPT, 0, 0 },
					  { OP_SEEN, 1, 2 },
					  { OP_DECLINE, 0, 0 } } } };
	struct random_source s = random_from(1);
	struct chains *any = chains_make("bf ml");
	struct reader r;

	reader_open(&r, any, at, "register");
	for (int i = 0; i < 6; i++)
		check_model(r.db, &m, &s);
	reader_close(&r);
	chains_free(any);
}

static void histories_hold_at_every_step(void **state)
{
	struct place *at = place_of(state);
	struct random_source s = random_from(3);
	struct chains *any = chains_make("bf ml");
	struct reader r;

	reader_open(&r, any, at, "register");
	for (int i = 0; i < (on_postgres(at) ? 20 : 150); i++) {
		struct model_acts m = model_random(&s);

		check_model(r.db, &m, &s);
	}
	reader_close(&r);
	chains_free(any);
}

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH(vectors_hold), BOTH(seen_and_nothing_in_it),
					    BOTH(histories_hold_at_every_step) };

	return run_on_engines(tests);
}

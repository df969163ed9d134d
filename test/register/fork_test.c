/* Two histories of one ledger: found from every source, told once, released by people alone. */
#include "lone.h"

#include "ledger/evidence.h"
#include "register/backup.h"

static void begin(void **state)
{
	struct place *p = place_of(state);

	lone_up(p, "node", p->url, NULL);
	other_grow(&lone.ml, 400, 0);
	other_grow(&lone.ne, 40, 0);
}

/* The evidence that is kept first proves it to anybody with the key. */
static struct evidence_row check_evidence(const struct other *o)
{
	struct evidence_row *rows;
	struct hash id;
	struct json *e;
	struct str doc;

	assert_true(evidence_kept(&rows) >= 1);
	id = hash_of(rows[0].doc);
	assert_true(hash_eq(&id, &rows[0].id));
	check_ok(fork_evidence(lone.ru, &lone.a, &id, &doc, &err), &err);
	check_str(doc, rows[0].doc);
	check_ok(json_object(&lone.a, doc, &e, &err), &err);
	check_ok(evidence_check(e, &o->log.pub, &err), &err);
	return rows[0];
}

/* --- the sources --- */

static void add_checkpoint_at_one_size(void **state)
{
	struct str answer;

	begin(state);
	assert_int_equal(status_of(other_request(&lone.a, &lone.ml, 0, 300)), 200);
	assert_int_equal(
		status_of(other_request(&lone.a, other_twin(&lone.ml, 200, 300, 1), 300, 300)),
		422);
	check_forked(&lone.ml);
	check_evidence(&lone.ml);
	/* nothing more of that origin, of either history */
	assert_int_equal(ask(other_request(&lone.a, &lone.ml, 300, 400), &answer), 403);
	assert_true(str_find(answer, S("two histories")) < answer.n);
	assert_int_equal(status_of(other_request(&lone.a, &lone.ml, 300, 300)), 403);
	/* other ledgers are as they were */
	assert_int_equal(status_of(other_request(&lone.a, &lone.ne, 0, 40)), 200);
	lone_down();
}

static void add_checkpoint_by_its_proof(void **state)
{
	begin(state);
	assert_int_equal(status_of(other_request(&lone.a, &lone.ml, 0, 300)), 200);
	assert_int_equal(
		status_of(other_request(&lone.a, other_twin(&lone.ml, 200, 400, 1), 300, 400)),
		422);
	check_forked(&lone.ml);
	check_evidence(&lone.ml);
	lone_down();
}

/* A proof that leads nowhere is only a bad proof. */
static void a_bad_proof_is_no_fork(void **state)
{
	struct evidence_row *rows;
	struct str body;
	char *bytes;

	begin(state);
	assert_int_equal(status_of(other_request(&lone.a, &lone.ml, 0, 300)), 200);
	body = other_request(&lone.a, &lone.ml, 300, 400);
	for (size_t at = 9; at < str_find(body, S("\n\n")); at += 45) {
		bytes = arena_z(&lone.a, body);
		bytes[at] = bytes[at] == 'A' ? 'B' : 'A';
		assert_int_equal(status_of(str_of(bytes, body.n)), 422);
	}
	assert_int_equal(evidence_kept(&rows), 0);
	assert_int_equal(row_named("ml").state, LEDGER_OK);
	assert_int_equal(alerts_told(), 0);
	assert_int_equal(status_of(body), 200);
	lone_down();
}

/* A smaller head, against the copy that is held; the answer is still what C2SP says. */
static void add_checkpoint_against_the_copy(void **state)
{
	begin(state);
	hold(&lone.ml, 300);
	assert_int_equal(
		status_of(other_request(&lone.a, other_twin(&lone.ml, 200, 256, 1), 0, 256)),
		409);
	check_forked(&lone.ml);
	check_evidence(&lone.ml);
	lone_down();
}

static void cosigned_heads_from_elsewhere(void **state)
{
	struct other *twin;
	struct str note;
	struct buf line;
	size_t kept;

	begin(state);
	hold(&lone.ml, 300);
	twin = other_twin(&lone.ml, 100, 150, 1);
	note = other_note(&lone.a, twin, 150);
	buf_init(&line, 4096);
	cosig_line(&line, str_cut(note, str_find(note, S("\n\n")) + 1), 7, &lone.ne.witness);
	note = arena_join(&lone.a, note, arena_buf(&lone.a, &line));
	assert_false(cosignatures_keep(lone.ru, S("ml"), note, &kept, &err));
	assert_int_equal(err.kind, ERR_FORK);
	check_forked(&lone.ml);
	check_evidence(&lone.ml);
	lone_down();
}

/* What was cosigned, and then something else arrives as the ledger. */
static void taken_over_against_what_was_cosigned(void **state)
{
	struct other *twin;

	begin(state);
	assert_int_equal(status_of(other_request(&lone.a, &lone.ml, 0, 300)), 200);
	twin = other_twin(&lone.ml, 200, 350, 1);
	assert_false(takes(twin, 350));
	assert_int_equal(err.kind, ERR_FORK);
	check_forked(&lone.ml);
	check_evidence(&lone.ml);
	lone_down();
}

/* `seen` of `party`, with this head. */
static struct str seen_body(const char *party, struct str note)
{
	struct buf b;
	struct json_w w = json_w(&b);

	buf_init(&b, ENTRY_MAX);
	json_open(&w, '{');
	json_pair(&w, "party", str_z(party));
	json_pair(&w, "checkpoint", note);
	json_close(&w, '}');
	return arena_buf(&lone.a, &b);
}

static void acknowledged_by_a_third_party(void **state)
{
	struct other *twin;

	begin(state);
	hold(&lone.ml, 300);
	twin = other_twin(&lone.ml, 100, 150, 1);
	other_add(&lone.ne, "seen", seen_body("ml", other_note(&lone.a, twin, 150)));
	hold(&lone.ne, 41);
	check_forked(&lone.ml);
	check_evidence(&lone.ml);
	assert_int_equal(row_named("ne").state, LEDGER_OK); /* it told the truth */
	lone_down();
}

/* The acknowledgement came first, and what it is about after it. */
static void acknowledged_before_it_came(void **state)
{
	struct evidence_row *rows;
	struct other *twin;

	begin(state);
	twin = other_twin(&lone.ml, 100, 150, 1);
	other_add(&lone.ne, "seen", seen_body("ml", other_note(&lone.a, twin, 150)));
	hold(&lone.ne, 41);
	assert_int_equal(evidence_kept(&rows), 0);
	/* our own cosignature of it is not given any more */
	assert_false(takes(&lone.ml, 300));
	assert_int_equal(row_named("ml").size, 300);
	assert_int_equal(err.kind, ERR_FORK);
	check_forked(&lone.ml);
	lone_down();
}

/* Heads that somebody made up accuse nobody. */
static void a_false_acknowledgement_accuses_nobody(void **state)
{
	struct evidence_row *rows;
	struct hash root = { { 1 } };

	begin(state);
	hold(&lone.ml, 300);
	other_add(&lone.ne, "seen",
		  seen_body("ml",
			    signed_note(&lone.a, lone.ml.origin, 150, &root, &lone.ne.log)));
	other_add(
		&lone.ne, "seen",
		seen_body("ml", signed_note(&lone.a, "x.example/y", 150, &root, &lone.ml.log)));
	other_add(&lone.ne, "seen", seen_body("ru", S("nonsense")));
	other_add(&lone.ne, "alert.fork", S("{\"evidence\":{}}"));
	other_add(&lone.ne, "alert.fork",
		  S("{\"evidence\":{\"a\":\"x\",\"b\":[],\"h\":1,\"proof\":{}}}"));
	hold(&lone.ne, 45);
	assert_int_equal(evidence_kept(&rows), 0);
	assert_int_equal(row_named("ml").state, LEDGER_OK);
	assert_int_equal(row_named("ru").state, LEDGER_OK);
	lone_down();
}

static struct skey own_key(void)
{
	char path[160];
	struct skey k;

	snprintf(path, sizeof(path), "%s/keys/log", lone.dir);
	check_ok(key_read(&lone.a, path, KEY_LOG, &k, &err), &err);
	return k;
}

/* Our own key signed something else: nothing more is written or cosigned. */
static void our_own_ledger(void **state)
{
	struct evidence_row *rows;
	struct hash root = { { 1 } };
	struct skey key;
	struct draft d = { .json = S("{\"type\":\"record.put\",\"kind\":\"organisation\","
				     "\"data\":" ORGANISATION("N") "}") };
	struct act_result r;

	begin(state);
	key = own_key();
	other_add(&lone.ne, "seen",
		  seen_body("ru",
			    signed_note(&lone.a, "ru.example/registre/ru", 1, &root, &key)));
	hold(&lone.ne, 41);
	assert_int_equal(row_named("ru").state, LEDGER_FORKED);
	assert_int_equal(evidence_kept(&rows), 1);
	register_do(lone.ru, &lone.a, &d, &r);
	assert_false(r.done);
	assert_int_equal(r.errors[0].kind, ERR_FORK);
	assert_int_equal(status_of(other_request(&lone.a, &lone.ml, 0, 10)), 503);
	lone_close();
	lone_open(STORE_WRITE);
	assert_int_equal(row_named("ru").state, LEDGER_FORKED);
	assert_int_equal(alerts_told(), 0);
	lone_down();
}

/* Somebody holds more of our ledger than we do: we were put back from an older copy. */
static void more_of_us_than_we_hold(void **state)
{
	struct hash root = { { 1 } };
	struct skey key;

	begin(state);
	key = own_key();
	other_add(&lone.ne, "seen",
		  seen_body("ru",
			    signed_note(&lone.a, "ru.example/registre/ru", 9, &root, &key)));
	hold(&lone.ne, 41);
	assert_int_equal(row_named("ru").state, LEDGER_RESTORED);
	lone_close();
	lone_open(STORE_WRITE);
	assert_int_equal(row_named("ru").state, LEDGER_RESTORED);
	lone_down();
}

/* What another party found and published. */
static void alerts_of_others(void **state)
{
	struct str evidence;
	struct buf b;
	struct json_w w = json_w(&b);
	struct other *twin;

	begin(state);
	twin = other_twin(&lone.ml, 200, 300, 1);
	buf_init(&b, ENTRY_MAX);
	json_open(&w, '{');
	json_key(&w, "evidence");
	json_open(&w, '{');
	json_pair(&w, "a", other_note(&lone.a, &lone.ml, 300));
	json_pair(&w, "b", other_note(&lone.a, twin, 300));
	json_pair(&w, "h", S(""));
	json_key(&w, "proof");
	json_open(&w, '[');
	json_close(&w, ']');
	json_close(&w, '}');
	json_close(&w, '}');
	evidence = arena_buf(&lone.a, &b);
	other_add(&lone.ne, "alert.fork", evidence);
	hold(&lone.ne, 41);
	check_forked(&lone.ml);
	check_evidence(&lone.ml);
	lone_down();
}

static void a_head_from_anywhere(void **state)
{
	struct other *twin;
	bool forked;

	begin(state);
	hold(&lone.ml, 300);
	check_ok(fork_look(lone.ru, &lone.a, other_note(&lone.a, &lone.ml, 256), &forked, &err),
		 &err);
	assert_false(forked);
	check_ok(fork_look(lone.ru, &lone.a, other_note(&lone.a, &lone.ml, 400), &forked, &err),
		 &err);
	assert_false(forked); /* larger: it says nothing yet */
	assert_false(fork_look(lone.ru, &lone.a, S("what\n"), &forked, &err));
	assert_int_equal(err.kind, ERR_MISSING);
	assert_false(fork_look(lone.ru, &lone.a,
			       str_cut(other_note(&lone.a, &lone.ml, 256), 90), &forked, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	twin = other_twin(&lone.ml, 10, 300, 1);
	check_ok(fork_look(lone.ru, &lone.a, other_note(&lone.a, twin, 256), &forked, &err),
		 &err);
	assert_true(forked);
	check_forked(&lone.ml);
	lone_down();
}

/* --- evidence, once, and what proves nothing --- */

static void what_proves_nothing(void **state)
{
	struct evidence_row *rows;
	struct hash id, root = { { 0 } };
	struct fork_heads heads = { .ledger = S("ml") };
	struct str big;
	struct buf b;

	begin(state);
	heads.a = other_note(&lone.a, &lone.ml, 300);
	heads.b = heads.a; /* the same head twice */
	assert_false(fork_prove(lone.ru, &lone.a, &heads, &id, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	heads.b = other_note(&lone.a, &lone.ml, 400);
	heads.root = &root; /* a root without its proof */
	assert_false(fork_prove(lone.ru, &lone.a, &heads, &id, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	assert_false(fork_found(lone.ru, &lone.a, S("ml"), S("{}"), &id, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	assert_false(fork_found(lone.ru, &lone.a, S("ml"), S("[]"), &id, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	assert_false(fork_found(lone.ru, &lone.a, S("xx"), S("{}"), &id, &err));
	assert_int_equal(err.kind, ERR_MISSING);
	buf_init(&b, 1 << 20);
	buf_zero(&b, EVIDENCE_MAX + 1);
	big = arena_buf(&lone.a, &b);
	assert_false(fork_found(lone.ru, &lone.a, S("ml"), big, &id, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	assert_int_equal(evidence_kept(&rows), 0);
	assert_int_equal(row_named("ml").state, LEDGER_OK);
	assert_false(fork_evidence(lone.ru, &lone.a, &root, &big, &err));
	assert_int_equal(err.kind, ERR_MISSING);
	lone_down();
}

static void show_fork(struct hash *id, unsigned salt)
{
	struct fork_heads heads = { .ledger = S("ml") };

	heads.a = other_note(&lone.a, &lone.ml, 300);
	heads.b = other_note(&lone.a, other_twin(&lone.ml, 200, 300, salt), 300);
	check_ok(fork_prove(lone.ru, &lone.a, &heads, id, &err), &err);
}

static void kept_once_and_bounded(void **state)
{
	struct evidence_row *rows, before;
	struct hash id, again;

	begin(state);
	show_fork(&id, 1);
	show_fork(&again, 1);
	assert_true(hash_eq(&id, &again));
	assert_int_equal(evidence_kept(&rows), 1);
	assert_int_equal(alerts_told(), 1);
	before = check_evidence(&lone.ml);
	/* with more signatures it is the same evidence */
	check_ok(fork_found(lone.ru, &lone.a, S("ml"), before.doc, &again, &err), &err);
	assert_true(hash_eq(&id, &again));
	for (unsigned salt = 2; salt < EVIDENCE_KEPT + 5; salt++)
		show_fork(&again, salt);
	assert_int_equal(evidence_kept(&rows), EVIDENCE_KEPT);
	assert_int_equal(alerts_told(), EVIDENCE_KEPT);
	lone_down();
}

/* --- nothing is taken over, until somebody answers for it --- */

static void released_by_somebodys_word(void **state)
{
	uint64_t generation;
	struct hash id;

	begin(state);
	hold(&lone.ml, 250);
	generation = store_generation(node_store(lone.ru));
	show_fork(&id, 1);
	assert_true(store_generation(node_store(lone.ru)) > generation);
	assert_false(takes(&lone.ml, 300));
	assert_int_equal(err.kind, ERR_FORK);
	assert_int_equal(row_named("ml").size, 250); /* what stood stays */
	lone_close();
	lone_open(STORE_WRITE);
	check_forked(&lone.ml);
	assert_false(takes(&lone.ml, 300));
	/* a word needs somebody who gives it, and something to release */
	assert_false(fork_release(lone.ru, S("ml"), S(""), S("why"), &err));
	assert_int_equal(err.kind, ERR_INPUT);
	assert_false(fork_release(lone.ru, S("ml"), S("sec-1"), S("  "), &err));
	assert_int_equal(err.kind, ERR_INPUT);
	assert_false(fork_release(lone.ru, S("ne"), S("sec-1"), S("why"), &err));
	assert_int_equal(err.kind, ERR_CONFLICT);
	assert_false(fork_release(lone.ru, S("xx"), S("sec-1"), S("why"), &err));
	assert_int_equal(err.kind, ERR_MISSING);
	generation = store_generation(node_store(lone.ru));
	check_ok(fork_release(lone.ru, S("ml"), S("sec-1"), S("ml showed it was a test"), &err),
		 &err);
	assert_true(store_generation(node_store(lone.ru)) > generation);
	assert_int_equal(row_named("ml").state, LEDGER_OK);
	assert_true(takes(&lone.ml, 300));
	/* the evidence that was judged changes nothing more; another does */
	show_fork(&id, 1);
	assert_int_equal(row_named("ml").state, LEDGER_OK);
	show_fork(&id, 2);
	assert_int_equal(row_named("ml").state, LEDGER_FORKED);
	lone_down();
}

/* --- an alert that could not be told is told later --- */

static void told_when_it_can_be(void **state)
{
	char path[128], aside[128];
	struct evidence_row *rows;
	struct hash id;

	begin(state);
	hold(&lone.ml, 250);
	lone_close();
	snprintf(path, sizeof(path), "%s/high-water", lone.dir);
	snprintf(aside, sizeof(aside), "%s/aside", lone.dir);
	assert_int_equal(rename(path, aside), 0);
	lone_open(STORE_WRITE); /* restored: it writes nothing */
	show_fork(&id, 1);
	assert_int_equal(evidence_kept(&rows), 1);
	assert_int_equal(alerts_told(), 0);
	lone_close();
	assert_int_equal(rename(aside, path), 0);
	lone_open(STORE_WRITE);
	assert_int_equal(alerts_told(), 1);
	lone_close();
	lone_open(STORE_WRITE);
	check_forked(&lone.ml);
	lone_down();
}

/* --- in a backup --- */

static void a_backup_remembers(void **state)
{
	static const struct backup_watch quiet = { NULL, NULL };
	static unsigned databases;
	struct restore_plan plan = { .confirm = S("A. Petrov") };
	char file[128], sql[64], url[160];
	struct evidence_row before, *rows;
	enum ledger_state got;
	struct hash id;

	begin(state);
	hold(&lone.ml, 250);
	show_fork(&id, 1);
	before = check_evidence(&lone.ml);
	snprintf(file, sizeof(file), "%s/copy", lone.place->dir);
	check_ok(node_backup(lone.ru, file, &quiet, &err), &err);
	lone_close();
	snprintf(lone.dir, sizeof(lone.dir), "%s/again", lone.place->dir);
	plan.file = file;
	plan.dir = lone.dir;
	if (on_postgres(lone.place)) {
		snprintf(sql, sizeof(sql), "CREATE DATABASE f%u", ++databases);
		postgres_run(sql);
		snprintf(sql, sizeof(sql), "f%u", databases);
		postgres_url(url, "right", sql);
		plan.store = url;
	}
	check_ok(node_restore(&plan, &lone.env, &quiet, &got, &err), &err);
	lone_open(STORE_WRITE);
	check_forked(&lone.ml);
	check_str(check_evidence(&lone.ml).doc, before.doc);
	assert_int_equal(evidence_kept(&rows), 1);
	assert_int_equal(row_named("ml").size, 250);
	assert_int_equal(status_of(other_request(&lone.a, &lone.ml, 250, 300)), 403);
	lone_down();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(add_checkpoint_at_one_size),
		BOTH(add_checkpoint_by_its_proof),
		BOTH(a_bad_proof_is_no_fork),
		BOTH(add_checkpoint_against_the_copy),
		BOTH(cosigned_heads_from_elsewhere),
		BOTH(taken_over_against_what_was_cosigned),
		BOTH(acknowledged_by_a_third_party),
		BOTH(acknowledged_before_it_came),
		BOTH(a_false_acknowledgement_accuses_nobody),
		BOTH(our_own_ledger),
		BOTH(more_of_us_than_we_hold),
		BOTH(alerts_of_others),
		BOTH(a_head_from_anywhere),
		BOTH(what_proves_nothing),
		BOTH(kept_once_and_bounded),
		BOTH(released_by_somebodys_word),
		BOTH(told_when_it_can_be),
		BOTH(a_backup_remembers),
	};

	return run_on_engines(tests);
}

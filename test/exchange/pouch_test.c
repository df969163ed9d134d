/* A pouch is opened whole, by whom it is for, from whom it says, or nothing of it counts. */
#include "pouches.h"

#include "ledger/note.h"

/* In one commit. */
static void write_organisations(struct nodes *t, struct node *n, int count)
{
	struct draft *d = arena_array(&t->a, struct draft, (size_t)count);
	struct act_result *r = arena_array(&t->a, struct act_result, (size_t)count);

	for (int i = 0; i < count; i++) {
		char draft[256];

		snprintf(draft, sizeof(draft),
			 "{\"type\":\"record.put\",\"kind\":\"organisation\",\"data\":{"
			 "\"name\":{"
			 "\"fr\":\"Organisation %d\"},\"type\":\"10\"}}",
			 i);
		d[i] = (struct draft){ .json = arena_str(&t->a, str_z(draft)),
				       .actor = S("sec-1") };
	}
	register_batch(n, &t->a, d, (size_t)count, r);
	for (int i = 0; i < count; i++)
		assert_true(r[i].done);
}

static void up(struct nodes *t, int ml)
{
	nodes_up(t);
	nodes_up_ru(t);
	write_organisations(t, t->ml, ml);
}

/* It must be refused so, and leave no ledger longer. */
static void refused(struct nodes *t, struct node *n, struct str bytes, enum err_kind kind,
		    const char *field)
{
	uint64_t ml = held(t, n, "ml"), ru = held(t, n, "ru");
	struct pouch_report r;
	struct err err;

	if (opens(t, n, bytes, &r, &err)) {
		print_error("opened, though it should have been refused\n");
		fail();
	}
	if (err.kind != kind || (field && strcmp(err.field, field) != 0))
		print_error("kind %d, field «%s»: %s (%s, %s)\n", err.kind, err.field,
			    err.message, err.arg[0], err.arg[1]);
	assert_int_equal(err.kind, kind);
	if (field)
		assert_string_equal(err.field, field);
	assert_int_equal(held(t, n, "ml"), ml);
	assert_int_equal(held(t, n, "ru"), ru);
}

static void opened(struct nodes *t, struct node *n, struct str bytes, struct pouch_report *r)
{
	struct err err;

	check_ok(opens(t, n, bytes, r, &err), &err);
}

static void two_nodes_exchange_by_pouch_alone(void **state)
{
	struct pouch_report r;
	struct hash ml, ru;
	struct act_result act;
	struct nodes t;
	struct err err;
	char accept[256];

	(void)state;
	up(&t, 3);
	act = good(
		&t, t.ml,
		"{\"type\":\"record.put\",\"kind\":\"project\",\"data\":" PROJECT("Puits") "}");
	snprintf(accept, sizeof(accept),
		 "{\"type\":\"act.accept\",\"kind\":\"project\",\"id\":\"%.*s\"}", STR(act.id));
	good(&t, t.ml, accept);
	opened(&t, t.ru, pack_from(&t, t.ml, "ru", NULL, 0), &r);
	check_str(r.from, S("ml"));
	assert_int_equal(r.serial, 1);
	assert_int_equal(r.last_serial, 0);
	assert_int_equal(r.ledger_count, 1);
	assert_int_equal(r.ledgers[0].before, 0);
	assert_int_equal(r.ledgers[0].after, held(&t, t.ml, "ml"));
	good(&t, t.ru, accept);
	opened(&t, t.ml, pack_from(&t, t.ru, "ml", NULL, 0), &r);
	assert_true(r.seen); /* it brought an acceptance */
	assert_int_equal(r.cosignatures, 1);
	opened(&t, t.ru, pack_from(&t, t.ml, "ru", NULL, 0), &r);
	check_str(row_of(&t, t.ru, "project", "joint", act.id, AUDIENCE_PUBLIC).state,
		  S("in_force"));
	opened(&t, t.ml, pack_from(&t, t.ru, "ml", NULL, 0), &r);
	check_ok(store_state(node_store(t.ml), S(""), &ml, &err), &err);
	check_ok(store_state(node_store(t.ru), S(""), &ru, &err), &err);
	assert_true(hash_eq(&ml, &ru));
	nodes_down(&t);
}

static void the_same_content_gives_the_same_bytes(void **state)
{
	struct pouch_report r;
	struct nodes t;
	struct str first, again;

	(void)state;
	up(&t, 3);
	first = pack_from(&t, t.ml, "ru", NULL, 0);
	t.fixed.ms += 3600000;
	check_str(pack_from(&t, t.ml, "ru", NULL, 0), first);
	write_organisations(&t, t.ml, 1);
	again = pack_from(&t, t.ml, "ru", NULL, 0);
	assert_false(str_eq(first, again));
	opened(&t, t.ru, again, &r);
	assert_int_equal(r.serial, 2); /* the first was never opened: told, not refused */
	opened(&t, t.ru, first, &r);
	assert_int_equal(r.serial, 1);
	assert_int_equal(r.last_serial, 2);
	opened(&t, t.ru, again, &r); /* a replay adds nothing */
	assert_int_equal(r.ledgers[0].before, r.ledgers[0].after);
	nodes_down(&t);
}

static void what_a_party_holds_is_not_sent_again(void **state)
{
	struct pouch_report r;
	struct pieces p;
	struct nodes t;
	struct note note;
	struct err err;

	(void)state;
	up(&t, 300);
	opened(&t, t.ru, pack_from(&t, t.ml, "ru", NULL, 0), &r);
	opened(&t, t.ml, pack_from(&t, t.ru, "ml", NULL, 0), &r); /* its word: have ml 301 */
	write_organisations(&t, t.ml, 1);                         /* and a `seen` before it */
	p = apart(pack_from(&t, t.ml, "ru", NULL, 0));
	check_ok(note_parse(p.all[0].content, &note, &err), &err);
	assert_true(str_find(note.text, S("\nledger ml 301 303 ")) < note.text.n);
	check_str(p.all[1].name, S("log/ml/checkpoint"));
	check_str(p.all[2].name, S("log/ml/tile/1/000.p/1"));
	check_str(p.all[3].name, S("log/ml/tile/0/001.p/47"));
	check_str(p.all[4].name, S("log/ml/tile/entries/001.p/47"));
	check_str(p.all[5].name, S("cosig/ru"));
	assert_int_equal(p.n, 6);
	nodes_down(&t);
}

/* Entries that came in a pouch to all come without their bodies: the next one for the party
 * alone brings them. */
static void bodies_follow_a_pouch_to_all(void **state)
{
	struct pouch_report r;
	struct nodes t;

	(void)state;
	up(&t, 2);
	good(&t, t.ml,
	     "{\"type\":\"record.put\",\"kind\":\"organisation\",\"visibility\":\"parties\","
	     "\"data\":{\"name\":{\"fr\":\"Discret\"},\"type\":\"10\"}}");
	opened(&t, t.ru, pack_from(&t, t.ml, "*", NULL, 0), &r);
	assert_int_equal(r.sealed, 0);
	opened(&t, t.ml, pack_from(&t, t.ru, "ml", NULL, 0),
	       &r); /* its word: it has them all */
	opened(&t, t.ru, pack_from(&t, t.ml, "ru", NULL, 0), &r);
	assert_int_equal(r.sealed, 1);
	assert_int_equal(r.unopened, 0);
	opened(&t, t.ml, pack_from(&t, t.ru, "ml", NULL, 0), &r);
	opened(&t, t.ru, pack_from(&t, t.ml, "ru", NULL, 0), &r);
	assert_int_equal(r.sealed, 0); /* it has them */
	nodes_down(&t);
}

static void a_cut_off_pouch_is_refused_and_goes_on_later(void **state)
{
	struct pouch_report r;
	struct nodes t;
	struct str whole;

	(void)state;
	up(&t, 300);
	whole = pack_from(&t, t.ml, "ru", NULL, 0);
	/* At every block boundary, and beside it. */
	for (size_t at = 0; at < whole.n; at += USTAR_BLOCK) {
		refused(&t, t.ru, str_cut(whole, at), ERR_INPUT, "file");
		if (at % (16 * USTAR_BLOCK) == 0)
			refused(&t, t.ru, str_cut(whole, at + 1), ERR_INPUT, "file");
	}
	refused(&t, t.ru, str_cut(whole, whole.n - 1), ERR_INPUT, "file");
	opened(&t, t.ru, whole, &r);
	assert_int_equal(held(&t, t.ru, "ml"), 301);
	nodes_down(&t);
}

static void every_changed_byte_is_found(void **state)
{
	struct nodes t;
	struct str whole;
	char *bytes;

	(void)state;
	up(&t, 5);
	whole = pack_from(&t, t.ml, "ru", NULL, 0);
	bytes = arena_z(&t.a, whole);
	for (size_t i = 0; i < whole.n; i += 7) {
		struct pouch_report r;
		struct err err;

		bytes[i] ^= 0x01;
		if (opens(&t, t.ru, str_of(bytes, whole.n), &r, &err)) {
			print_error("byte %zu of %zu was changed and nobody saw it\n", i,
				    whole.n);
			fail();
		}
		assert_true(err.kind == ERR_INPUT || err.kind == ERR_MISSING);
		bytes[i] ^= 0x01;
	}
	assert_int_equal(held(&t, t.ru, "ml"), 0);
	nodes_down(&t);
}

static void members_stand_in_their_order_once(void **state)
{
	struct pieces good_ones, p;
	struct nodes t;
	struct str whole;

	(void)state;
	up(&t, 300);
	good(&t, t.ml,
	     "{\"type\":\"record.put\",\"kind\":\"project\",\"data\":" PROJECT("Puits") "}");
	whole = pack_from(&t, t.ml, "ru", NULL, 0);
	good_ones = apart(whole);
	check_str(together(&t, &good_ones), whole);
	assert_true(good_ones.n >= 9);
	for (size_t i = 0; i + 1 < good_ones.n; i++) {
		p = good_ones; /* two exchanged, and the manifest true of that */
		p.all[i] = good_ones.all[i + 1];
		p.all[i + 1] = good_ones.all[i];
		if (i > 0)
			resign(&t, t.ml, &p, "", "");
		refused(&t, t.ru, together(&t, &p), ERR_INPUT, "file");
	}
	for (size_t i = 1; i < good_ones.n; i++) {
		p = good_ones; /* one twice */
		memmove(&p.all[i + 1], &p.all[i], (p.n - i) * sizeof(p.all[0]));
		p.n++;
		resign(&t, t.ml, &p, "", "");
		refused(&t, t.ru, together(&t, &p), ERR_INPUT, "file");
		p = good_ones; /* one missing: of attachments nothing is said */
		memmove(&p.all[i], &p.all[i + 1], (p.n - i - 1) * sizeof(p.all[0]));
		p.n--;
		if (str_starts(good_ones.all[i].name, S("blob/")))
			continue;
		resign(&t, t.ml, &p, "", "");
		refused(&t, t.ru, together(&t, &p), ERR_INPUT, "file");
	}
	nodes_down(&t);
}

static void names_and_ends_are_as_they_must_be(void **state)
{
	static const char *const names[] = { "README",          "./benkan-pouch",
					     "blob/../../x",    "blob/ABCD",
					     "sealed/ml/x.age", "log/ml/tile/0/x000/000",
					     "cosig/ru\033[2J" };
	struct nodes t;
	struct str whole;
	struct pieces p;
	struct buf b;

	(void)state;
	up(&t, 3);
	whole = pack_from(&t, t.ml, "ru", NULL, 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		p = apart(whole);
		p.all[p.n++] = (struct piece){ str_z(names[i]), S("x") };
		resign(&t, t.ml, &p, "", "");
		refused(&t, t.ru, together(&t, &p), ERR_INPUT, "file");
	}
	p = apart(whole);
	p.all[0].name = S("benkan-backup");
	refused(&t, t.ru, together(&t, &p), ERR_INPUT, "file");
	buf_init(&b, POUCH_TEST_MAX);
	buf_add(&b, whole);
	buf_ch(&b, '\0');
	refused(&t, t.ru, buf_str(&b), ERR_INPUT, "file"); /* a byte after the end */
	buf_zero(&b, USTAR_BLOCK - 1);
	refused(&t, t.ru, buf_str(&b), ERR_INPUT, "file"); /* a third zero block */
	refused(&t, t.ru, str_cut(whole, whole.n - USTAR_BLOCK), ERR_INPUT, "file");
	buf_clear(&b);
	buf_add(&b, str_cut(whole, whole.n - USTAR_BLOCK));
	buf_add(&b, str_cut(whole, USTAR_BLOCK));
	refused(&t, t.ru, buf_str(&b), ERR_INPUT, "file"); /* something after one */
	refused(&t, t.ru, S(""), ERR_INPUT, "file");
	buf_done(&b);
	nodes_down(&t);
}

static void manifests_that_lie_are_refused(void **state)
{
	static const struct {
		const char *from, *to, *field;
	} cases[] = {
		{ "benkan-pouch/1", "benkan-pouch/2", "manifest" },
		{ "\nregister ", "\nregister 0", "manifest" },
		{ "\nto ru\n", "\nto xx\n", "to" },
		{ "\nto ru\n", "\nto ml\n", "manifest" },
		{ "\nfrom ml\n", "\nfrom xx\n", NULL },
		{ "\nfrom ml\n", "\nfrom ru\n", "manifest" },
		{ "\nserial 1\n", "\nserial 01\n", "manifest" },
		{ "\nserial 1\n", "\nserial -1\n", "manifest" },
		{ "\nmade 2026", "\nmade 2O26", "manifest" },
		{ "\nledger ml 0 4 ", "\nledger ml 0 3 ", NULL },
		{ "\nledger ml 0 4 ", "\nledger ml 5 4 ", "manifest" },
		{ "\nledger ml 0 4 ", "\nledger xx 0 4 ", NULL },
		{ "\nhave ml 4\nhave ru 1\n", "\nhave ru 1\nhave ml 4\n", "manifest" },
		{ "\nhave ml 4\n", "\nhave ml 4\nhave ml 4\n", "manifest" },
		{ "\nmembers ", "\nextra 1\nmembers ", "manifest" },
		{ "\nmembers ", "\nmembers 1", "digest" },
		{ "\nbytes ", "\nbytes 1", "digest" },
		{ "\ndigest ", "\ndigest 0", "manifest" },
	};
	struct nodes t;
	struct str whole;

	(void)state;
	up(&t, 3);
	whole = pack_from(&t, t.ml, "ru", &(struct pouch_base){ S("ml"), 0 }, 1);
	good(&t, t.ru,
	     "{\"type\":\"record.put\",\"kind\":\"organisation\",\"data\":" ORGANISATION(
		     "X") "}");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pieces p = apart(whole);
		struct pouch_report r;
		struct err err;

		resign(&t, t.ml, &p, "have ru 0", "have ru 1");
		resign(&t, t.ml, &p, cases[i].from, cases[i].to);
		if (opens(&t, t.ru, together(&t, &p), &r, &err)) {
			print_error("%s was taken for %s\n", cases[i].to, cases[i].from);
			fail();
		}
		if (cases[i].field && strcmp(err.field, cases[i].field) != 0)
			print_error("%s: %s, %s\n", cases[i].to, err.field, err.message);
		if (cases[i].field)
			assert_string_equal(err.field, cases[i].field);
		assert_int_equal(held(&t, t.ru, "ml"), 0);
	}
	nodes_down(&t);
}

static void only_its_sender_signs(void **state)
{
	struct nodes t;
	struct pieces p;
	struct str whole;

	(void)state;
	up(&t, 3);
	whole = pack_from(&t, t.ml, "ru", NULL, 0);
	p = apart(whole);
	resign(&t, t.ru, &p, "", ""); /* by the recipient's own key */
	refused(&t, t.ru, together(&t, &p), ERR_INPUT, "manifest");
	refused(&t, t.ml, whole, ERR_INPUT, "from");
	nodes_down(&t);
}

static void a_gap_says_what_is_missing(void **state)
{
	const struct pouch_base base = { S("ml"), 3 };
	struct pouch_report r;
	struct nodes t;
	struct str late;
	struct err err;

	(void)state;
	up(&t, 9);
	late = pack_from(&t, t.ml, "ru", &base, 1);
	assert_false(opens(&t, t.ru, late, &r, &err));
	assert_int_equal(err.kind, ERR_CONFLICT);
	assert_string_equal(err.field, "base");
	assert_string_equal(err.arg[0], "ml");
	assert_string_equal(err.arg[1], "3");
	assert_string_equal(err.arg[2], "0");
	check_str(r.from, S("ml"));
	opened(&t, t.ru, pack_from(&t, t.ml, "ru", NULL, 0), &r);
	opened(&t, t.ru, late, &r); /* overlap is checked and skipped */
	assert_int_equal(held(&t, t.ru, "ml"), 10);
	nodes_down(&t);
}

static void members_have_bounds(void **state)
{
	struct nodes t;
	struct pieces p;
	struct buf b;

	(void)state;
	up(&t, 3);
	p = apart(pack_from(&t, t.ml, "ru", NULL, 0));
	buf_init(&b, 2 * NOTE_MAX);
	buf_zero(&b, NOTE_MAX + 1);
	p.all[1].content = buf_str(&b); /* a checkpoint too large */
	resign(&t, t.ml, &p, "", "");
	refused(&t, t.ru, together(&t, &p), ERR_INPUT, "file");
	p.all[0].content = buf_str(&b); /* a manifest too large */
	refused(&t, t.ru, together(&t, &p), ERR_INPUT, "file");
	buf_done(&b);
	nodes_down(&t);
}

static void a_second_history_is_a_fork(void **state)
{
	struct pouch_report r;
	char command[256];
	struct nodes t;
	struct str other, told;
	uint64_t before;
	struct err err;

	(void)state;
	up(&t, 3);
	opened(&t, t.ru, pack_from(&t, t.ml, "ru", NULL, 0), &r);
	/* A copy of the node writes something else at the same index. */
	node_close(t.ml);
	snprintf(command, sizeof(command), "cp -r %s %s-copy", t.ml_dir, t.ml_dir);
	assert_int_equal(system(command), 0);
	t.ml = open_node(&t, t.ml_dir, STORE_WRITE);
	good(&t, t.ml,
	     "{\"type\":\"record.put\",\"kind\":\"organisation\",\"data\":" ORGANISATION(
		     "A") "}");
	opened(&t, t.ru, pack_from(&t, t.ml, "ru", NULL, 0), &r);
	node_close(t.ml);
	snprintf(command, sizeof(command), "%s-copy", t.ml_dir);
	t.ml = open_node(&t, command, STORE_WRITE);
	write_organisations(&t, t.ml, 2);
	other = pack_from(&t, t.ml, "ru", NULL, 0);
	before = held(&t, t.ru, "ml");
	assert_false(opens(&t, t.ru, other, &r, &err));
	assert_int_equal(err.kind, ERR_FORK);
	assert_int_equal(held(&t, t.ru, "ml"), before);
	/* It stays so, and the node has told it in its own ledger. */
	assert_false(opens(&t, t.ru, other, &r, &err));
	assert_int_equal(err.kind, ERR_FORK);
	told = entry_at(&t, t.ru, "ru", held(&t, t.ru, "ru") - 1);
	assert_true(str_find(told, S("\"alert.fork\"")) < told.n);
	nodes_down(&t);
}

static void bad_plans_are_refused(void **state)
{
	static const struct pouch_base far = { { "ml", 2 }, 99 }, none = { { "xx", 2 }, 0 };
	const struct pouch_plan plans[] = {
		{ .to = S("ml") },
		{ .to = S("xx") },
		{ .to = S("ru"), .bases = &far, .base_count = 1 },
		{ .to = S("ru"), .bases = &none, .base_count = 1 }
	};
	struct pouch_note m;
	struct nodes t;
	struct buf b;
	const struct pouch_sink sink = { into_buf, &b };
	struct err err;

	(void)state;
	up(&t, 3);
	while (store_served(node_store(t.ml)) ==
	       0) /* the high-water file has it a moment later */
		usleep(1000);
	buf_init(&b, POUCH_TEST_MAX);
	for (size_t i = 0; i < sizeof(plans) / sizeof(plans[0]); i++) {
		assert_false(pouch_pack(t.ml, &t.a, &plans[i], &sink, &m, &err));
		assert_int_equal(err.kind, ERR_INPUT);
		assert_int_equal(b.n, 0);
	}
	buf_done(&b);
	nodes_down(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_nodes_exchange_by_pouch_alone),
		cmocka_unit_test(the_same_content_gives_the_same_bytes),
		cmocka_unit_test(what_a_party_holds_is_not_sent_again),
		cmocka_unit_test(bodies_follow_a_pouch_to_all),
		cmocka_unit_test(a_cut_off_pouch_is_refused_and_goes_on_later),
		cmocka_unit_test(every_changed_byte_is_found),
		cmocka_unit_test(members_stand_in_their_order_once),
		cmocka_unit_test(names_and_ends_are_as_they_must_be),
		cmocka_unit_test(manifests_that_lie_are_refused),
		cmocka_unit_test(only_its_sender_signs),
		cmocka_unit_test(a_gap_says_what_is_missing),
		cmocka_unit_test(members_have_bounds),
		cmocka_unit_test(a_second_history_is_a_fork),
		cmocka_unit_test(bad_plans_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

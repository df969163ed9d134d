/* One node proves to another who it is; nothing else does. */
#include "nodes.h"

#include "register/node.h"
#include "register/party_auth.h"

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

static struct party_request request(void)
{
	return (struct party_request){ S("POST"), S("/pouch?ml=3"), hash_of(S("body")) };
}

static struct str header_of(struct node *n, const struct party_request *q)
{
	struct buf b;
	struct err err;

	buf_init(&b, 16 << 10);
	check_ok(party_auth_write(n, q, &b, &err), &err);
	return arena_buf(&t.a, &b);
}

static void denied(struct str header, const struct party_request *q, const char *says)
{
	struct str party;
	struct err err;

	assert_false(party_auth_check(t.ml, &t.a, header, q, &party, &err));
	assert_int_equal(err.kind, ERR_DENIED);
	if (!strstr(err.message, says))
		print_error("not «%s» but «%s»\n", says, err.message);
	assert_non_null(strstr(err.message, says));
}

static void accepted(struct str header, const struct party_request *q)
{
	struct str party;
	struct err err;

	check_ok(party_auth_check(t.ml, &t.a, header, q, &party, &err), &err);
	check_str(party, S("ru"));
}

static void a_request_is_known_by_its_signature(void **state)
{
	struct party_request q = request();

	(void)state;
	accepted(header_of(t.ru, &q), &q);
	accepted(header_of(t.ru, &q), &q); /* another nonce */
}

static void another_request_is_denied(void **state)
{
	struct party_request q = request(), other = q;
	struct str header = header_of(t.ru, &q);

	(void)state;
	other.method = S("GET");
	denied(header, &other, "another request");
	other = q;
	other.target = S("/pouch?ml=4");
	denied(header, &other, "another request");
	other = q;
	other.body = hash_of(S("body "));
	denied(header, &other, "another request");
	accepted(header, &q); /* what was denied has used up nothing */
}

static void it_counts_once(void **state)
{
	struct party_request q = request();
	struct str header = header_of(t.ru, &q);
	int64_t start = t.fixed.ms;

	(void)state;
	accepted(header, &q);
	denied(header, &q, "came before");
	t.fixed.ms = start + 299 * 1000;
	denied(header, &q, "came before");
	t.fixed.ms = start + 301 * 1000;
	denied(header, &q, "clocks");
	t.fixed.ms = start;
	denied(header, &q, "came before"); /* a clock set back does not forget */
}

static void clocks_may_differ_by_five_minutes(void **state)
{
	struct party_request q = request();
	int64_t start = t.fixed.ms;
	static const int ahead[] = { -301, -300, 300, 301 };

	(void)state;
	for (int i = 0; i < 4; i++) {
		struct str header;

		t.fixed.ms = start + ahead[i] * 1000;
		header = header_of(t.ru, &q);
		t.fixed.ms = start;
		if (i == 1 || i == 2)
			accepted(header, &q);
		else
			denied(header, &q, "clocks");
	}
}

static struct str repacked(struct str header, struct str from, struct str to)
{
	char note[8192];
	struct buf b, out;
	struct str text;
	size_t n, at;

	assert_true(b64_decode(header, note, sizeof(note), &n));
	text = str_of(note, n);
	at = str_find(text, from);
	assert_true(at < text.n);
	buf_init(&b, 16 << 10);
	buf_init(&out, 16 << 10);
	buf_add(&b, str_cut(text, at));
	buf_add(&b, to);
	buf_add(&b, str_from(text, at + from.n));
	buf_b64(&out, b.p, b.n);
	buf_done(&b);
	return arena_buf(&t.a, &out);
}

static void what_is_no_signed_note_is_denied(void **state)
{
	struct party_request q = request();
	struct str header = header_of(t.ru, &q);

	(void)state;
	denied(S(""), &q, "form");
	denied(S("%%%"), &q, "form");
	denied(S("aGVsbG8="), &q, "form");
	denied(str_cut(header, header.n - 8), &q, "form");
	denied(repacked(header, S("auth/1"), S("auth/2")), &q, "form");
	denied(repacked(header, S("benkan-auth/1\n"), S("")), &q, "form");
	denied(repacked(header, S("\nru\n"), S("\nru\nru\n")), &q, "form");
	denied(repacked(header, S("\nru\n"), S("\nxx\n")), &q, "not signed");
	denied(repacked(header, S("\nru\n"), S("\nml\n")), &q, "not signed");
	denied(repacked(header, S("POST"), S("GET")), &q, "not signed");
	denied(header_of(t.ml, &q), &q, "not signed"); /* our own */
}

static void of_another_register(void **state)
{
	struct party_request q = request();
	struct charter other = *t.ru->charter;

	(void)state;
	other.id.b[0] ^= 1;
	t.ru->charter = &other;
	denied(header_of(t.ru, &q), &q, "register");
}

/* What a party can make us remember has an end. */
static void a_flood_is_held(void **state)
{
	struct party_request q = request();
	struct str party;
	struct err err;
	struct arena a;
	unsigned taken = 0;
	bool ok = true;

	(void)state;
	arena_init(&a, 1 << 20);
	while (ok && taken < 20000) {
		struct buf b;

		buf_init(&b, 16 << 10);
		check_ok(party_auth_write(t.ru, &q, &b, &err), &err);
		ok = party_auth_check(t.ml, &a, buf_str(&b), &q, &party, &err);
		taken += ok;
		buf_done(&b);
		arena_reset(&a);
	}
	assert_in_range(taken, 1000, 16384);
	assert_int_equal(err.kind, ERR_DENIED);
	t.fixed.ms += 601 * 1000;
	accepted(header_of(t.ru, &q), &q);
	arena_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_request_is_known_by_its_signature, up, down),
		cmocka_unit_test_setup_teardown(another_request_is_denied, up, down),
		cmocka_unit_test_setup_teardown(it_counts_once, up, down),
		cmocka_unit_test_setup_teardown(clocks_may_differ_by_five_minutes, up, down),
		cmocka_unit_test_setup_teardown(what_is_no_signed_note_is_denied, up, down),
		cmocka_unit_test_setup_teardown(of_another_register, up, down),
		cmocka_unit_test_setup_teardown(a_flood_is_held, up, down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

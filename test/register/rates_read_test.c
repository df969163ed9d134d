/* A rate that was just written, while the register still owes it, is what is reckoned by. */
#include "nodes.h"

#include "register/rates.h"

#define RATE(date, value)                                                                      \
	"{\"type\":\"record.put\",\"kind\":\"rate\",\"data\":{\"origin\":\"bceao\","           \
	"\"date\":\"" date "\",\"base\":\"USD\",\"quote\":\"XOF\",\"value\":\"" value "\"}}"

static struct nodes t;

static int32_t today(void)
{
	return (int32_t)(MARCH_2_2026 / 86400);
}

/* What 1 USD is worth, and how many sources there are. */
static void worth(struct view *v, const char *want)
{
	struct str sources[RATE_SOURCES_MAX];
	struct rate_proof proof;
	struct rate_book book;
	char text[DEC_TEXT];
	struct err err;
	size_t n;

	check_ok(rates_read(v, &t.a, S("bceao"), today(), AUDIENCE_PUBLIC, &book, &err), &err);
	assert_true(rates_convert(&book, dec_int(1), S("USD"), S("XOF"), &proof));
	assert_string_equal(dec_text(text, proof.to, 0), want);
	check_ok(rates_sources(v, &t.a, AUDIENCE_PUBLIC, sources, &n, &err), &err);
	assert_int_equal(n, 1);
	check_str(sources[0], S("bceao"));
}

static void a_view_reckons_by_what_is_owed(void **state)
{
	struct store *s;
	struct view *v;
	struct err err;

	(void)state;
	nodes_up(&t);
	s = node_store(t.ml);
	store_owe(s, true);
	good(&t, t.ml, RATE("2026-03-01", "600"));
	check_ok(view_open(s, &v, &err), &err);
	check_ok(view_begin(v, &err), &err);
	worth(v, "600");
	good(&t, t.ml, RATE("2026-03-02", "610"));
	worth(v, "600"); /* of one moment */
	view_end(v);
	check_ok(view_begin(v, &err), &err);
	worth(v, "610");
	view_end(v);
	view_close(v);
	store_owe(s, false);
	nodes_down(&t);
}

/* Its lists go by what is settled, so who writes says so first. */
static void the_writer_does_once_it_is_brought_up(void **state)
{
	struct store *s;
	struct err err;

	(void)state;
	nodes_up(&t);
	s = node_store(t.ml);
	store_owe(s, true);
	good(&t, t.ml, RATE("2026-03-01", "600"));
	check_ok(store_begin(s, &err), &err);
	check_ok(store_bring_up(s, &err), &err);
	worth(store_writer_view(s), "600");
	store_rollback(s);
	good(&t, t.ml, RATE("2026-03-02", "620"));
	check_ok(store_begin(s, &err), &err);
	check_ok(store_bring_up(s, &err), &err);
	worth(store_writer_view(s), "620");
	store_rollback(s);
	store_owe(s, false);
	nodes_down(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_view_reckons_by_what_is_owed),
		cmocka_unit_test(the_writer_does_once_it_is_brought_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

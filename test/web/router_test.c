#include "web/router.h"

#include "check.h"

static void nothing(struct visit *v)
{
	(void)v;
}

static void patterns(void **state)
{
	static const struct {
		const char *pattern, *path;
		bool fits;
		const char *first, *second;
	} cases[] = {
		{ "/", "/", true, "", "" },
		{ "/", "//", false, "", "" },
		{ "/{lang}", "/fr", true, "fr", "" },
		{ "/{lang}", "/de", false, "", "" },
		{ "/{lang}", "/fr/", false, "", "" },
		{ "/{lang}/", "/ru/", true, "ru", "" },
		{ "/{lang}/", "/ru", false, "", "" },
		{ "/{lang}/{}", "/fr/projects", true, "fr", "projects" },
		{ "/{lang}/{}", "/fr/", false, "", "" },
		{ "/{lang}/{}", "/fr/a/b", false, "", "" },
		{ "/{lang}/{}", "/fr-ML/a", false, "", "" },
		{ "/{lang}/{}/{}/{}/history", "/en/project/joint/0197/history", true, "en",
		  "project" },
		{ "/{lang}/{}/{}/{}/history", "/en/project/joint/0197/histories", false, "",
		  "" },
		{ "/{lang}/{}/{}/{}", "/en/project//0197", false, "", "" },
		{ "/log/tile/{*}", "/log/tile/0/x001/067", true, "0/x001/067", "" },
		{ "/log/tile/{*}", "/log/tile/", false, "", "" },
		{ "/log/tile/{*}", "/log/tile", false, "", "" },
		{ "/log/checkpoint", "/log/checkpoint", true, "", "" },
		{ "/log/checkpoint", "/log/checkpoint/", false, "", "" },
		{ "/log/checkpoint", "/Log/checkpoint", false, "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str parts[ROUTE_PARTS] = { 0 };
		bool fits = route_matches(cases[i].pattern, str_z(cases[i].path), parts);

		if (fits != cases[i].fits)
			print_error("%s and %s\n", cases[i].pattern, cases[i].path);
		assert_int_equal(fits, cases[i].fits);
		if (!fits)
			continue;
		check_str(parts[0], str_z(cases[i].first));
		check_str(parts[1], str_z(cases[i].second));
	}
}

static const struct route rows[] = {
	{ "GET", "/{lang}/search", ACCESS_PUBLIC, 0, true, nothing },
	{ "GET", "/{lang}/{}", ACCESS_PUBLIC, 0, true, nothing },
	{ "POST", "/{lang}/{}", ACCESS_CLERK, 100, false, nothing },
	{ "POST", "/only", ACCESS_CLERK, 100, false, nothing },
};

static void rows_are_found(void **state)
{
	const struct route_table table = { rows, 4 };
	struct str parts[ROUTE_PARTS] = { 0 };
	struct buf methods;

	(void)state;
	buf_init(&methods, 200);
	assert_ptr_equal(route_find(&table, S("GET"), S("/fr/search"), parts, &methods),
			 &rows[0]);
	assert_ptr_equal(route_find(&table, S("HEAD"), S("/fr/projects"), parts, &methods),
			 &rows[1]);
	check_str(parts[1], S("projects"));
	assert_ptr_equal(route_find(&table, S("POST"), S("/fr/projects"), parts, &methods),
			 &rows[2]);
	buf_clear(&methods);
	assert_null(route_find(&table, S("DELETE"), S("/fr/projects"), parts, &methods));
	check_str(buf_str(&methods), S("GET, HEAD, POST"));
	buf_clear(&methods);
	assert_null(route_find(&table, S("HEAD"), S("/only"), parts, &methods));
	check_str(buf_str(&methods), S("POST"));
	buf_clear(&methods);
	assert_null(route_find(&table, S("GET"), S("/nowhere"), parts, &methods));
	assert_int_equal(methods.n, 0);
	assert_null(route_find(&table, S("get"), S("/fr/search"), parts, &methods));
	buf_done(&methods);
}

/* What keeps a page from being written that cannot be guarded later. */
static void a_row_must_say_who_may_see_it(void **state)
{
	static const struct route open_row[] = {
		{ "GET", "/a", ACCESS_PUBLIC, 0, false, nothing },
		{ .method = "GET", .pattern = "/secret", .answer = nothing }
	};
	static const struct route no_answer[] = {
		{ .method = "GET", .pattern = "/a", .access = ACCESS_PUBLIC }
	};
	const struct route_table good = { rows, 4 }, open_table = { open_row, 2 },
				 empty = { no_answer, 1 };
	const struct route_table served = { routes, route_count };
	struct err err = { 0 };

	(void)state;
	assert_true(routes_check(&good, &err));
	assert_false(routes_check(&open_table, &err));
	assert_int_equal(err.kind, ERR_BROKEN);
	assert_string_equal(err.arg[1], "/secret");
	assert_false(routes_check(&empty, &err));
	check_ok(routes_check(&served, &err), &err);
}

/* What is signed itself, by a log or a party, needs no account. */
static bool is_signed(struct str pattern)
{
	return str_is(pattern, "/witness/add-checkpoint") || str_is(pattern, "/pouch");
}

/* Rows of the real table: everything else that writes asks for an account, but for signing in
 * and out. */
static void only_signing_in_writes_without_an_account(void **state)
{
	(void)state;
	for (size_t i = 0; i < route_count; i++) {
		struct str pattern = str_z(routes[i].pattern);

		if (str_is(str_z(routes[i].method), "GET")) {
			assert_int_equal(routes[i].body_max, 0);
			continue;
		}
		assert_false(routes[i].cached);
		if (!str_ends(pattern, S("/sign-in")) && !str_ends(pattern, S("/sign-out")) &&
		    !is_signed(pattern))
			assert_true(routes[i].access >= ACCESS_CLERK);
	}
}

static void addresses_to_go_back_to(void **state)
{
	static const char *const good[] = { "/", "/fr/", "/fr/projects?q=%C3%A9&sort=-a#x" };
	static const char *const bad[] = { "",
					   "fr",
					   "//evil.example",
					   "/\\evil.example",
					   "http://evil.example/",
					   "/a b",
					   "/\t/evil.example",
					   "/a\r\nSet-Cookie: x",
					   "/é" };

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(local_address(str_z(good[i])));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(local_address(str_z(bad[i])));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns),
		cmocka_unit_test(rows_are_found),
		cmocka_unit_test(a_row_must_say_who_may_see_it),
		cmocka_unit_test(only_signing_in_writes_without_an_account),
		cmocka_unit_test(addresses_to_go_back_to),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

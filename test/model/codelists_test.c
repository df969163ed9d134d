#include <stdlib.h>

#include "check.h"
#include "model/model.h"

static bool has_cyrillic(const char *z)
{
	for (; *z; z++)
		if ((unsigned char)*z == 0xd0 || (unsigned char)*z == 0xd1)
			return true;
	return false;
}

static int code_order(const char *a, const char *b)
{
	return strlen(a) != strlen(b) ? (strlen(a) < strlen(b) ? -1 : 1) : strcmp(a, b);
}

static void every_code_has_three_names(void **state)
{
	(void)state;
	assert_true(codelist_count >= 50);
	for (const struct codelist *l = codelists; l < codelists + codelist_count; l++) {
		assert_true(l->count > 1);
		assert_ptr_equal(codelist_named(l->name), l);
		for (const struct code *c = l->codes; c < l->codes + l->count; c++) {
			for (int lang = 0; lang < LANG_COUNT; lang++) {
				struct str name = str_z(c->name[lang]);

				assert_true(name.n > 0 && str_utf8(name));
				assert_int_equal(str_trim(name).n, name.n);
			}
			/* Signs and abbreviations that Russian writes as others do. */
			if (!has_cyrillic(c->name[LANG_RU]) &&
			    strcmp(c->code, "percent") != 0) {
				print_error("%s %s is not in Russian: %s\n", l->name, c->code,
					    c->name[LANG_RU]);
				fail();
			}
			assert_false(has_cyrillic(c->name[LANG_FR]) ||
				     has_cyrillic(c->name[LANG_EN]));
			assert_null(strchr(c->name[LANG_FR], '\''));
		}
	}
}

static void every_code_is_found(void **state)
{
	(void)state;
	for (const struct codelist *l = codelists; l < codelists + codelist_count; l++) {
		for (const struct code *c = l->codes; c < l->codes + l->count; c++) {
			assert_ptr_equal(codelist_find(l, str_z(c->code)), c);
			if (l->count > CODELIST_SHORT && c > l->codes)
				assert_true(code_order(c[-1].code, c->code) < 0);
		}
		assert_null(codelist_find(l, S("")));
		assert_null(codelist_find(l, S("no-such-code")));
		assert_null(codelist_find(l, S("1\n")));
	}
}

static void names_by_language(void **state)
{
	(void)state;
	check_str(code_name("TransactionType", S("3"), LANG_FR), S("Décaissement"));
	check_str(code_name("TransactionType", S("3"), LANG_RU), S("Выплата"));
	check_str(code_name("Country", S("ML"), LANG_RU), S("Мали"));
	check_str(code_name("Country", S("RU"), LANG_FR), S("Fédération de Russie"));
	check_str(code_name("Sector", S("23230"), LANG_EN),
		  S("Solar energy for centralised grids"));
	check_str(code_name("Sector", S("00000"), LANG_EN), S("00000"));
}

static void minor_units(void **state)
{
	(void)state;
	assert_int_equal(currency_places(S("XOF")), 0);
	assert_int_equal(currency_places(S("JPY")), 0);
	assert_int_equal(currency_places(S("RUB")), 2);
	assert_int_equal(currency_places(S("EUR")), 2);
	assert_int_equal(currency_places(S("KWD")), 3);
	assert_int_equal(currency_places(S("CLF")), 4);
}

static void withdrawn_codes_are_marked(void **state)
{
	const struct codelist *sector = codelist_named("Sector");

	(void)state;
	assert_true(codelist_find(sector, S("23010"))->withdrawn);
	assert_false(codelist_find(sector, S("23110"))->withdrawn);
}

/* The text of a file under the shared data, or an empty slice. */
static struct str shared_file(struct arena *a, const char *path)
{
	const char *root = getenv("BENKAN_SHARED");
	char full[512], bytes[4096];
	struct buf b;
	size_t n;
	FILE *f;

	snprintf(full, sizeof(full), "%s/%s", root ? root : "../shared", path);
	f = fopen(full, "r");
	buf_init(&b, 1 << 22);
	while (f && (n = fread(bytes, 1, sizeof(bytes), f)) > 0)
		buf_add(&b, str_of(bytes, n));
	if (f)
		fclose(f);
	return arena_buf(a, &b);
}

/* Every code of IATI's own list is in ours. */
static bool check_list(struct arena *a, const char *folder, const char *name)
{
	const struct codelist *l = codelist_named(name);
	char path[256];
	struct str text;
	size_t n = 0;

	snprintf(path, sizeof(path), "iati/codelists/%s/%s.xml", folder, name);
	text = shared_file(a, path);
	if (text.n == 0) {
		print_message("skip: no %s under BENKAN_SHARED\n", path);
		return false;
	}
	for (;;) {
		size_t at = str_find(text, S("<code>"));
		struct str code;

		if (at == text.n)
			break;
		text = str_from(text, at + 6);
		code = str_cut(text, str_index(text, '<'));
		n++;
		if (!codelist_find(l, code) && !str_is(code, "XXX") && !str_is(code, "XBT")) {
			print_error("%s lacks %.*s\n", name, STR(code));
			fail();
		}
	}
	assert_true(n > 1 && l->count + 2 >= n);
	return true;
}

static void lists_of_iati_are_complete(void **state)
{
	static const struct {
		const char *folder, *name;
	} lists[] = {
		{ "embedded", "TransactionType" },     { "embedded", "OrganisationRole" },
		{ "embedded", "ActivityStatus" },      { "embedded", "DocumentCategory" },
		{ "embedded", "BudgetType" },          { "embedded", "BudgetStatus" },
		{ "nonembedded", "OrganisationType" }, { "nonembedded", "FlowType" },
		{ "nonembedded", "FinanceType" },      { "nonembedded", "AidType" },
		{ "nonembedded", "TiedStatus" },       { "nonembedded", "IndicatorMeasure" },
		{ "nonembedded", "ResultType" },       { "nonembedded", "Sector" },
		{ "nonembedded", "SectorCategory" },   { "nonembedded", "Country" },
		{ "nonembedded", "Currency" },         { "nonembedded", "Language" },
	};
	bool there = true;
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 24);
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]) && there; i++)
		there = check_list(&a, lists[i].folder, lists[i].name);
	arena_done(&a);
	if (!there)
		skip();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_has_three_names),
		cmocka_unit_test(every_code_is_found),
		cmocka_unit_test(names_by_language),
		cmocka_unit_test(minor_units),
		cmocka_unit_test(withdrawn_codes_are_marked),
		cmocka_unit_test(lists_of_iati_are_complete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

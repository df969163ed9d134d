#include "base/lang.h"
#include "check.h"
#include "model/random_record.h"

enum { ROUNDS = 40 };

static const struct str languages[] = { { "fr", 2 }, { "ru", 2 } };
static const struct str parties[] = { { "ml", 2 }, { "ru", 2 } };

static struct model_ctx context(void)
{
	return (struct model_ctx){ .today = date_days(2026, 6, 30),
				   .languages = languages,
				   .language_count = 2,
				   .parties = parties,
				   .party_count = 2 };
}

static struct str normal(struct arena *a, const struct record *r, struct str text)
{
	struct model_ctx ctx = context();
	struct json *data;
	struct err err;
	struct buf b;

	check_ok(json_object(a, text, &data, &err), &err);
	buf_init(&b, RANDOM_BYTES);
	model_write(&b, r, data, &ctx);
	assert_false(b.full);
	return arena_buf(a, &b);
}

static void normal_forms(void **state)
{
	static const struct {
		const char *record, *in, *out;
	} cases[] = {
		{ "decision",
		  "{\"title\":{\"en\":\"c\",\"ru\":\"б\",\"aa\":\"d\",\"fr\":\" a "
		  "\"},\"number\":\" I-07\"}",
		  "{\"number\":\"I-07\",\"title\":{\"fr\":\"a\",\"ru\":\"б\",\"aa\":\"d\","
		  "\"en\":\"c\"}}" },
		{ "decision",
		  "{\"text\":{\"fr\":\"a\\r\\nb\",\"ru\":\"  "
		  "\"},\"deadline\":null,\"item\":\"\",\"leads\":[],\"illustrative\":false}",
		  "{\"text\":{\"fr\":\"a\\nb\"}}" },
		{ "transaction",
		  "{\"value\":{\"value_date\":\"2026-03-01\",\"currency\":\"XOF\",\"amount\":"
		  "\"1250.00\"}}",
		  "{\"value\":{\"amount\":\"1250\",\"currency\":\"XOF\",\"value_date\":\"2026-"
		  "03-01\"}}" },
		{ "transaction",
		  "{\"humanitarian\":true,\"value\":{\"amount\":\"1250\",\"currency\":\"RUB\","
		  "\"value_date\":\"\"}}",
		  "{\"value\":{\"amount\":\"1250.00\",\"currency\":\"RUB\"},\"humanitarian\":"
		  "true}" },
		{ "indicator", "{\"baseline\":\"12.500\"}", "{\"baseline\":\"12.5\"}" },
		{ "consignment", "{\"quantity\":{\"unit\":\"t\",\"amount\":\"300.0\"}}",
		  "{\"quantity\":{\"amount\":\"300\",\"unit\":\"t\"}}" },
		{ "organisation", "{\"point\":{\"lon\":\"-8.002900\",\"lat\":\"12.639200\"}}",
		  "{\"point\":{\"lat\":\"12.6392\",\"lon\":\"-8.0029\"}}" },
		{ "document",
		  "{\"file\":{\"name\":\"a\",\"media\":\"b/c\",\"size\":0,\"sha256\":\"00\"}}",
		  "{\"file\":{\"sha256\":\"00\",\"size\":0,\"media\":\"b/"
		  "c\",\"name\":\"a\"}}" },
		{ "project", "{\"sectors\":[{\"percentage\":\"100.00\",\"sector\":\"23230\"}]}",
		  "{\"sectors\":[{\"sector\":\"23230\",\"percentage\":\"100\"}]}" },
	};
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 24);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check_str(normal(&a, record_named(str_z(cases[i].record)), str_z(cases[i].in)),
			  str_z(cases[i].out));
	arena_done(&a);
}

static void count_link(void *ctx, const struct model_link *link)
{
	size_t *n = ctx;

	assert_true(link->value.n > 0);
	assert_true(link->field->kind == REF || link->field->kind == FILE_REF);
	assert_true(strlen(link->path) >= strlen(link->field->name));
	++*n;
}

/* Every reader takes whatever passed the check. */
static void read_for_people(struct arena *a, const struct record *r, struct str text)
{
	struct json *data;
	struct err err;
	size_t links = 0, refs = 0;

	check_ok(json_object(a, text, &data, &err), &err);
	for (int lang = 0; lang < LANG_COUNT; lang++) {
		assert_true(record_label(a, r, data, (enum lang)lang).n > 0);
		for
			each_field(f, r)
			{
				const struct json *v = json_get(data, f->name);

				if (v)
					assert_true(field_text(a, f, v, (enum lang)lang).n > 0);
			}
	}
	record_links(a, r, data, count_link, &links);
	for
		each_field(f, r) refs +=
			(f->kind == REF || f->kind == FILE_REF) && json_get(data, f->name);
	assert_true(links >= refs);
}

static void note_fields(bool seen[FIELD_COUNT], const struct record *r, const struct json *data)
{
	for
		each_field(f, r)
		{
			const struct json *v = json_get(data, f->name);

			seen[f - fields] |= v != NULL;
			if (v && f->kind == PARTS)
				for (const struct json *part = v->child; part;
				     part = part->next)
					note_fields(seen, &records[f->to], part);
		}
}

static void random_records_survive(void **state)
{
	static bool seen[FIELD_COUNT];
	struct model_ctx ctx = context();
	struct random_source s = random_from(20260301);
	struct err errs[4];
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 28);
	for (unsigned i = 0; i < ROUNDS * (RECORD_COUNT - 1); i++) {
		const struct record *r = &records[1 + i % (RECORD_COUNT - 1)];
		struct str once = normal(&a, r, random_record(&s, &a, r, &ctx));
		struct json *data;
		struct err err;

		check_ok(json_object(&a, once, &data, &err), &err);
		if (model_check(&a, r, data, &ctx, errs, 4) != 0) {
			print_error("%s: %s: %s\n%.*s\n", r->name, errs[0].field,
				    errs[0].message, STR(once));
			fail();
		}
		check_str(normal(&a, r, once), once);
		note_fields(seen, r, data);
		read_for_people(&a, r, once);
		arena_reset(&a);
	}
	arena_done(&a);
	for (int f = FIELD_NONE + 1; f < FIELD_COUNT; f++)
		if (!seen[f]) {
			print_error("no random record has a %s.%s\n",
				    records[fields[f].record].name, fields[f].name);
			fail();
		}
}

static void the_seed_decides(void **state)
{
	struct model_ctx ctx = context();
	struct random_source s = random_from(3), t = random_from(3), u = random_from(4);
	const struct record *r = &records[RECORD_project];
	struct arena a;
	struct str first;

	(void)state;
	arena_init(&a, 1 << 24);
	first = random_record(&s, &a, r, &ctx);
	check_str(random_record(&t, &a, r, &ctx), first);
	assert_false(str_eq(random_record(&u, &a, r, &ctx), first));
	arena_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(normal_forms),
		cmocka_unit_test(random_records_survive),
		cmocka_unit_test(the_seed_decides),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <stdlib.h>

#include "base/dec.h"
#include "base/lang.h"
#include "check.h"
#include "model/model.h"

enum { LINE_MAX_BYTES = 256 };

static const char *const kinds[FIELD_KIND_COUNT] = { "TEXT",    "MTEXT",   "CODE",  "DATE",
						     "DECIMAL", "PERCENT", "MONEY", "QUANTITY",
						     "REF",     "COORD",   "FILE",  "BOOL",
						     "PARTS" };

/* A name of the tables: lower-case letters, digits, underscores. */
static bool plain_name(const char *z)
{
	return z && z[0] >= 'a' && z[0] <= 'z' &&
	       strspn(z, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(z);
}

static void fields_are_described(void **state)
{
	struct dec d;

	(void)state;
	for (const struct field *f = fields + 1; f < fields + FIELD_COUNT; f++) {
		assert_true(plain_name(f->name));
		assert_non_null(f->label);
		if (f->kind == CODE)
			assert_non_null(codelist_named(f->list));
		else
			assert_null(f->list);
		assert_int_equal(f->kind == REF || f->kind == PARTS, f->to != RECORD_NONE);
		if (f->to)
			assert_int_equal(records[f->to].part, f->kind == PARTS);
		assert_true(!f->low || dec_parse(str_z(f->low), &d));
		assert_true(!f->high || dec_parse(str_z(f->high), &d));
		assert_true(f->places <= DEC_PLACES);
		assert_true(f->shape == SHAPE_FREE || f->kind == TEXT);
		assert_true(!f->past || f->kind == DATE || f->kind == MONEY);
		assert_true(!f->need_value_date || f->kind == MONEY);
		assert_true(!f->column || !records[f->record].part);
	}
}

static void records_are_described(void **state)
{
	(void)state;
	for (const struct record *r = records + 1; r < records + RECORD_COUNT; r++) {
		bool required = false, nested = false, own = false;

		assert_true(plain_name(r->name) &&
			    strlen(r->name) <= 31); /* LEDGER.md 3.4: kind */
		assert_true(r->title && r->plural && r->about);
		assert_ptr_equal(record_named(str_z(r->name)), r);
		for
			each_field(f, r)
			{
				assert_int_equal(f->record, record_id_of(r));
				assert_ptr_equal(record_field(r, str_z(f->name)), f);
				required |= f->required;
				nested |= f->kind == PARTS;
				own |= f->kind == PARTS && f->to == RECORD_source;
				for (const struct field *g = f + 1; g < &fields[r->end]; g++)
					assert_string_not_equal(f->name, g->name);
			}
		assert_true(required);
		/* One level of parts, and sources on everything that is not a part. */
		assert_int_equal(nested, !r->part);
		assert_int_equal(own, !r->part);
		for (size_t i = 0; i < 3; i++)
			assert_true(r->name_fields[i] == FIELD_NONE ||
				    fields[r->name_fields[i]].record == record_id_of(r));
		assert_true(r->name_fields[0] != FIELD_NONE);
		assert_true(r->order == FIELD_NONE ||
			    fields[r->order].record == record_id_of(r));
		if (!r->part) {
			assert_ptr_equal(record_by_slug(str_z(record_slug(r))), r);
			assert_true(r->order != FIELD_NONE);
		}
	}
}

static void unknown_names_find_nothing(void **state)
{
	(void)state;
	assert_null(record_named(S("nothing")));
	assert_null(record_named(S("")));
	assert_null(record_named(S("projects")));
	assert_null(record_by_slug(S("source")));
	assert_null(record_by_slug(S("lead")));
	assert_null(record_field(&records[RECORD_project], S("number")));
	assert_ptr_equal(record_by_slug(S("partners")), &records[RECORD_organisation]);
}

static void addresses_stay(void **state)
{
	static const char *const slugs[] = { "projects",   "sessions", "decisions",
					     "agreements", "partners", "letters" };

	(void)state;
	for (size_t i = 0; i < sizeof(slugs) / sizeof(slugs[0]); i++)
		assert_non_null(record_by_slug(str_z(slugs[i])));
}

static void due_rules_fit(void **state)
{
	(void)state;
	assert_true(due_rule_count > 10);
	for (const struct due_rule *d = due_rules; d < due_rules + due_rule_count; d++) {
		enum record_id holder = d->parts ? fields[d->parts].to : d->record;

		assert_true(!d->parts || fields[d->parts].record == d->record);
		assert_int_equal(fields[d->date].record, holder);
		assert_int_equal(fields[d->date].kind, DATE);
		assert_true(!d->closed_by || fields[d->closed_by].record == holder);
		assert_int_equal(d->report != RECORD_NONE, d->report_ref != FIELD_NONE);
		if (!d->report)
			continue;
		assert_int_equal(fields[d->report_ref].record, d->report);
		assert_int_equal(fields[d->report_ref].to, d->record);
		assert_int_equal(fields[d->report_field].record, d->report);
		assert_true(!d->report_key || fields[d->report_key].record == d->report);
		assert_int_equal(d->parts != FIELD_NONE, d->report_key != FIELD_NONE);
		if (d->report_value)
			assert_non_null(
				codelist_find(codelist_named(fields[d->report_field].list),
					      str_z(d->report_value)));
	}
}

/* --- what was published once stays --- */

static size_t published(char (*lines)[LINE_MAX_BYTES], size_t max)
{
	size_t n = 0;

	for (const struct field *f = fields + 1; f < fields + FIELD_COUNT && n < max; f++)
		snprintf(lines[n++], LINE_MAX_BYTES, "%s.%s %s%s%s", records[f->record].name,
			 f->name, kinds[f->kind],
			 f->to     ? " "
			 : f->list ? " "
				   : "",
			 f->to     ? records[f->to].name
			 : f->list ? f->list
				   : "");
	for (const struct codelist *l = codelists; l < codelists + codelist_count; l++)
		for (const struct code *c = l->codes; c < l->codes + l->count && n < max; c++)
			snprintf(lines[n++], LINE_MAX_BYTES, "%s:%s", l->name, c->code);
	return n;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void names_stay(void **state)
{
	static char now[8192][LINE_MAX_BYTES], line[LINE_MAX_BYTES];
	static bool listed[8192];
	size_t n = published(now, 8192);
	FILE *golden = fopen("test/model/names.golden", "r");
	bool good = true;

	(void)state;
	assert_non_null(golden);
	qsort(now, n, sizeof(now[0]), by_text);
	while (fgets(line, sizeof(line), golden)) {
		char(*found)[LINE_MAX_BYTES];

		line[strcspn(line, "\n")] = '\0';
		found = bsearch(line, now, n, sizeof(now[0]), by_text);
		if (!found) {
			print_error("published once and gone or changed: %s\n", line);
			good = false;
		} else {
			listed[found - now] = true;
		}
	}
	fclose(golden);
	for (size_t i = 0; i < n; i++)
		if (!listed[i]) {
			print_error("add to test/model/names.golden: %s\n", now[i]);
			good = false;
		}
	assert_true(good);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_are_described),
		cmocka_unit_test(records_are_described),
		cmocka_unit_test(unknown_names_find_nothing),
		cmocka_unit_test(addresses_stay),
		cmocka_unit_test(due_rules_fit),
		cmocka_unit_test(names_stay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

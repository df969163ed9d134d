#include "base/lang.h"
#include "check.h"
#include "model/model.h"

#define NBSP  "\302\240"
#define NNBSP "\342\200\257"
#define ORG   "ml/019a0000-0000-7000-8000-000000000001"
#define JOINT "joint/019a0000-0000-7000-8000-000000000001"
#define HASH  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static struct json *parse(struct arena *a, const char *text)
{
	struct json *j;
	struct err err;

	check_ok(json_parse(a, str_z(text), &j, &err), &err);
	return j;
}

static void numbers(void **state)
{
	static const struct {
		const char *in;
		unsigned places;
		const char *out[LANG_COUNT];
	} cases[] = {
		{ "0", 0, { "0", "0", "0" } },
		{ "999", 2, { "999,00", "999,00", "999.00" } },
		{ "1234.5", 2, { "1" NNBSP "234,50", "1" NBSP "234,50", "1,234.50" } },
		{ "-123456", 0, { "-123" NNBSP "456", "-123" NBSP "456", "-123,456" } },
		{ "999999999999999999999.999999",
		  0,
		  { "999" NNBSP "999" NNBSP "999" NNBSP "999" NNBSP "999" NNBSP "999" NNBSP
		    "999,999999",
		    "999" NBSP "999" NBSP "999" NBSP "999" NBSP "999" NBSP "999" NBSP
		    "999,999999",
		    "999,999,999,999,999,999,999.999999" } },
	};
	struct arena a;
	struct dec d;

	(void)state;
	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (int lang = 0; lang < LANG_COUNT; lang++) {
			assert_true(dec_parse(str_z(cases[i].in), &d));
			check_str(number_text(&a, d, cases[i].places, (enum lang)lang),
				  str_z(cases[i].out[lang]));
		}
	arena_done(&a);
}

static void dates(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 20);
	check_str(date_words(&a, date_days(2026, 3, 3), LANG_FR), S("3 mars 2026"));
	check_str(date_words(&a, date_days(2026, 3, 3), LANG_RU), S("3 марта 2026" NNBSP "г."));
	check_str(date_words(&a, date_days(2026, 3, 3), LANG_EN), S("3 March 2026"));
	check_str(date_words(&a, date_days(2026, 8, 1), LANG_FR), S("1er août 2026"));
	check_str(date_words(&a, date_days(1999, 12, 31), LANG_RU),
		  S("31 декабря 1999" NNBSP "г."));
	arena_done(&a);
}

static void values(void **state)
{
	static const struct {
		enum field_id field;
		const char *json, *out[LANG_COUNT];
	} cases[] = {
		{ letter_number, "\"N° 7\"", { "N° 7", "N° 7", "N° 7" } },
		{ letter_subject,
		  "{\"fr\":\"Objet\",\"ru\":\"Тема\"}",
		  { "Objet", "Тема", "Objet" } },
		{ transaction_type, "\"4\"", { "Dépense", "Расход", "Expenditure" } },
		{ transaction_type, "\"99\"", { "99", "99", "99" } },
		{ letter_date,
		  "\"2026-03-03\"",
		  { "3 mars 2026", "3 марта 2026" NNBSP "г.", "3 March 2026" } },
		{ letter_date, "\"soon\"", { "soon", "soon", "soon" } },
		{ target_value,
		  "\"1234.5\"",
		  { "1" NNBSP "234,5", "1" NBSP "234,5", "1,234.5" } },
		{ progress_physical,
		  "\"33.3\"",
		  { "33,3" NBSP "%", "33,3" NBSP "%", "33.3%" } },
		{ transaction_value,
		  "{\"amount\":\"1250\",\"currency\":\"EUR\",\"value_date\":\"2026-01-01\"}",
		  { "1" NNBSP "250,00" NBSP "EUR", "1" NBSP "250,00" NBSP "EUR",
		    "1,250.00" NBSP "EUR" } },
		{ transaction_value,
		  "{\"amount\":\"1250\",\"currency\":\"XOF\"}",
		  { "1" NNBSP "250" NBSP "XOF", "1" NBSP "250" NBSP "XOF",
		    "1,250" NBSP "XOF" } },
		{ consignment_quantity,
		  "{\"amount\":\"300\",\"unit\":\"persons\"}",
		  { "300" NBSP "personnes", "300" NBSP "чел.", "300" NBSP "persons" } },
		{ transaction_project, "\"" JOINT "\"", { JOINT, JOINT, JOINT } },
		{ organisation_point,
		  "{\"lat\":\"12.6392\",\"lon\":\"-8.0029\"}",
		  { "12,6392°" NBSP "N, 8,0029°" NBSP "O",
		    "12,6392°" NBSP "с." NBSP "ш., 8,0029°" NBSP "з." NBSP "д.",
		    "12.6392°" NBSP "N, 8.0029°" NBSP "W" } },
		{ document_file,
		  "{\"sha256\":\"" HASH "\",\"size\":1,\"media\":\"a/b\",\"name\":\"n.pdf\"}",
		  { "n.pdf", "n.pdf", "n.pdf" } },
		{ project_priority, "true", { "oui", "да", "yes" } },
		{ project_priority, "false", { "non", "нет", "no" } },
		{ project_sectors, "[{},{}]", { "2", "2", "2" } },
	};
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (int lang = 0; lang < LANG_COUNT; lang++)
			check_str(field_text(&a, &fields[cases[i].field],
					     parse(&a, cases[i].json), (enum lang)lang),
				  str_z(cases[i].out[lang]));
	check_str(field_text(&a, &fields[letter_number], NULL, LANG_FR), S(""));
	arena_done(&a);
}

/* A counterpart's ledger may hold anything: readers show what they can. */
static void odd_values_are_harmless(void **state)
{
	static const char *const odd[] = {
		"null",  "1",         "\"\"",
		"\"x\"", "[]",        "{}",
		"[1]",   "{\"a\":1}", "{\"amount\":1,\"currency\":[]}",
		"true"
	};
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 24);
	for (const struct field *f = fields + 1; f < fields + FIELD_COUNT; f++)
		for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
			assert_true(str_utf8(field_text(&a, f, parse(&a, odd[i]), LANG_RU)));
	for (const struct record *r = records + 1; r < records + RECORD_COUNT; r++)
		for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
			assert_true(record_label(&a, r, parse(&a, odd[i]), LANG_FR).n > 0);
	arena_done(&a);
}

static void texts_in_a_language(void **state)
{
	struct arena a;
	struct str tag;
	struct json *both, *regional;

	(void)state;
	arena_init(&a, 1 << 20);
	both = parse(&a, "{\"fr\":\"oui\",\"ru\":\"да\"}");
	regional = parse(&a, "{\"bm\":\"ɔwɔ\",\"fr-ML\":\"oui\",\"frm\":\"oïl\"}");
	check_str(mtext_in(both, LANG_RU, &tag), S("да"));
	check_str(tag, S("ru"));
	check_str(mtext_in(both, LANG_EN, &tag), S("oui"));
	check_str(tag, S("fr"));
	check_str(mtext_in(regional, LANG_FR, &tag), S("oui"));
	check_str(tag, S("fr-ML"));
	check_str(mtext_in(regional, LANG_RU, NULL), S("ɔwɔ"));
	check_str(mtext_in(parse(&a, "{\"fr\":\"\",\"ru\":\"да\"}"), LANG_FR, NULL), S("да"));
	check_str(mtext_in(NULL, LANG_FR, &tag), S(""));
	check_str(tag, S(""));
	arena_done(&a);
}

static void labels(void **state)
{
	struct arena a;
	struct json *decision, *transaction;

	(void)state;
	arena_init(&a, 1 << 20);
	decision = parse(&a, "{\"title\":{\"fr\":\"Fixer l’agenda\",\"ru\":\"Утвердить "
			     "план\"},\"number\":\"I-07\"}");
	transaction = parse(&a, "{\"date\":\"2026-03-03\",\"type\":\"3\",\"value\":{\"amount\":"
				"\"10\",\"currency\":\"RUB\"}}");
	check_str(record_label(&a, &records[RECORD_decision], decision, LANG_FR),
		  S("I-07 · Fixer l’agenda"));
	check_str(record_label(&a, &records[RECORD_decision], decision, LANG_RU),
		  S("I-07 · Утвердить план"));
	check_str(record_label(&a, &records[RECORD_transaction], transaction, LANG_FR),
		  S("3 mars 2026 · Décaissement · 10,00" NBSP "RUB"));
	check_str(record_label(&a, &records[RECORD_decision],
			       parse(&a, "{\"number\":\"\",\"title\":{\"fr\":\"t\"}}"),
			       LANG_FR),
		  S("t"));
	check_str(record_label(&a, &records[RECORD_decision],
			       parse(&a, "{\"number\":\"1\",\"title\":{}}"), LANG_FR),
		  S("1"));
	check_str(record_label(&a, &records[RECORD_decision], parse(&a, "{}"), LANG_RU),
		  S("Решение"));
	arena_done(&a);
}

static void note_link(void *ctx, const struct model_link *link)
{
	struct buf *b = ctx;

	buf_z(b, link->path);
	buf_lit(b, "=");
	buf_add(b, str_cut(link->value, 8));
	buf_lit(b, " ");
	buf_z(b, link->field->name);
	buf_lit(b, "\n");
}

static void links(void **state)
{
	struct arena a;
	struct buf b;

	(void)state;
	arena_init(&a, 1 << 20);
	buf_init(&b, 1 << 12);
	record_links(&a, &records[RECORD_decision],
		     parse(&a, "{\"session\":\"" JOINT
			       "\",\"project\":\"\",\"leads\":[{\"party\":\"ml\"},{\"party\":"
			       "\"ru\",\"organisation\":\"" ORG
			       "\"}],\"sources\":[{\"file\":{\"sha256\":\"" HASH
			       "\"},\"document\":\"" ORG "\"}]}"),
		     note_link, &b);
	check_str(buf_str(&b), S("session=joint/01 session\n"
				 "leads.1.organisation=ml/019a0 organisation\n"
				 "sources.0.file=e3b0c442 file\n"
				 "sources.0.document=ml/019a0 document\n"));
	buf_done(&b);
	arena_done(&a);
}

static void references(void **state)
{
	static const char *const bad[] = { "",
					   "/",
					   "ml/",
					   "ml",
					   "/019a0000-0000-7000-8000-000000000001",
					   "m/019a0000-0000-7000-8000-000000000001",
					   "ML/019a0000-0000-7000-8000-000000000001",
					   "ml/019A0000-0000-7000-8000-000000000001",
					   "ml/019a0000-0000-7000-8000-000000000001/" };
	struct ref ref;

	(void)state;
	assert_true(ref_parse(S(ORG), &ref));
	check_str(ref.party, S("ml"));
	check_str(ref.id, S("019a0000-0000-7000-8000-000000000001"));
	assert_true(ref_parse(S(JOINT), &ref));
	check_str(ref.party, S(JOINT_PARTY));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(ref_parse(str_z(bad[i]), &ref));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers),
		cmocka_unit_test(dates),
		cmocka_unit_test(values),
		cmocka_unit_test(odd_values_are_harmless),
		cmocka_unit_test(texts_in_a_language),
		cmocka_unit_test(labels),
		cmocka_unit_test(links),
		cmocka_unit_test(references),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "check.h"
#include "model/model.h"

#define ID    "019a0000-0000-7000-8000-000000000001"
#define HASH  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define ORG   "\"ml/" ID "\""
#define JOINT "\"joint/" ID "\""

static const struct str parties[] = { { "ml", 2 }, { "ru", 2 } };

static size_t check_with(struct arena *a, const char *record, struct str text,
			 size_t party_count, struct err *errs)
{
	struct model_ctx ctx = { .today = date_days(2026, 6, 30),
				 .parties = parties,
				 .party_count = party_count };
	struct json *data;
	struct err err;

	check_ok(json_parse(a, text, &data, &err), &err);
	return model_check(a, record_named(str_z(record)), data, &ctx, errs, MODEL_ERRORS_MAX);
}

/* Records with one field set to VALUE; the rest of each is good. */
static const struct {
	const char *record, *before, *after;
} frames[] = {
	{ "letter",
	  "{\"direction\":\"in\",\"date\":\"2026-01-02\",\"subject\":{\"fr\":\"Objet\"},"
	  "\"number\":",
	  "}" },
	{ "document", "{\"number\":\"1\",\"title\":", "}" },
	{ "document", "{\"number\":\"1\",\"title\":{\"fr\":\"t\"},\"category\":", "}" },
	{ "document", "{\"number\":\"1\",\"title\":{\"fr\":\"t\"},\"date\":", "}" },
	{ "document", "{\"number\":\"1\",\"title\":{\"fr\":\"t\"},\"file\":", "}" },
	{ "document", "{\"number\":\"1\",\"title\":{\"fr\":\"t\"},\"address\":", "}" },
	{ "document", "{\"number\":\"1\",\"title\":{\"fr\":\"t\"},\"issuer\":", "}" },
	{ "document", "{\"number\":\"1\",\"title\":{\"fr\":\"t\"},\"session\":", "}" },
	{ "document", "{\"number\":\"1\",\"title\":{\"fr\":\"t\"},\"illustrative\":", "}" },
	{ "document", "{\"number\":\"1\",\"title\":{\"fr\":\"t\"},\"sources\":", "}" },
	{ "document", "{\"number\":\"1\",\"title\":{\"fr\":\"t\"},\"about\":{\"fr\":", "}}" },
	{ "organisation", "{\"name\":{\"fr\":\"n\"},\"type\":\"10\",\"point\":", "}" },
	{ "organisation", "{\"name\":{\"fr\":\"n\"},\"type\":\"10\",\"email\":", "}" },
	{ "organisation", "{\"name\":{\"fr\":\"n\"},\"type\":\"10\",\"identifier\":", "}" },
	{ "transaction",
	  "{\"project\":" JOINT ",\"type\":\"3\",\"date\":\"2026-01-02\",\"value\":", "}" },
	{ "consignment", "{\"title\":{\"fr\":\"t\"},\"reference\":\"r\",\"quantity\":", "}" },
	{ "progress",
	  "{\"project\":" JOINT
	  ",\"date\":\"2026-01-02\",\"health\":\"on-track\",\"physical\":",
	  "}" },
	{ "measurement",
	  "{\"indicator\":" JOINT ",\"period_end\":\"2026-01-02\",\"value\":", "}" },
	{ "cohort", "{\"title\":{\"fr\":\"t\"},\"intake\":", "}" },
	{ "commission",
	  "{\"title\":{\"fr\":\"t\"},\"secretariats\":[{\"organisation\":" ORG ",\"party\":",
	  "}]}" },
	{ "milestone_report",
	  "{\"project\":" JOINT
	  ",\"date\":\"2026-01-02\",\"status\":\"under-way\",\"milestone\":",
	  "}" },
	{ "agreement",
	  "{\"title\":{\"fr\":\"t\"},\"kind\":\"treaty\",\"status\":\"negotiation\",\"duration_"
	  "years\":",
	  "}" },
	{ "project",
	  "{\"title\":{\"fr\":\"t\"},\"status\":\"1\",\"field\":\"energy\",\"milestones\":[{"
	  "\"key\":\"a\",\"title\":{\"fr\":\"t\"},\"planned_end\":\"2027-01-01\"},{\"key\":"
	  "\"b\",\"title\":{\"fr\":\"t\"},\"planned_end\":\"2027-01-01\",\"depends_on\":",
	  "}]}" },
};

static size_t frame_of(const char *path)
{
	static const char *const fields_of[] = { "number",
						 "title",
						 "category",
						 "date",
						 "file",
						 "address",
						 "issuer",
						 "session",
						 "illustrative",
						 "sources",
						 "about.fr",
						 "point",
						 "email",
						 "identifier",
						 "value",
						 "quantity",
						 "physical",
						 "measurement",
						 "intake",
						 "secretariats.0.party",
						 "milestone",
						 "duration_years",
						 "milestones.1.depends_on" };

	for (size_t i = 0; i < sizeof(fields_of) / sizeof(fields_of[0]); i++)
		if (strcmp(path, fields_of[i]) == 0)
			return i;
	fail_msg("no frame for %s", path);
	return 0;
}

static size_t try_value(struct arena *a, const char *field, const char *value, struct err *errs)
{
	size_t i = frame_of(field);
	struct buf b;

	buf_init(&b, 1 << 20);
	buf_z(&b, frames[i].before);
	buf_z(&b, value);
	buf_z(&b, frames[i].after);
	return check_with(a, frames[i].record, arena_buf(a, &b), 2, errs);
}

static void good_values_pass(void **state)
{
	static const struct {
		const char *field, *value;
	} good[] = {
		{ "number", "\"N° 12/MAECI\"" },
		{ "title", "{\"fr\":\"a\",\"ru\":\"\"}" },
		{ "title", "{\"bm\":\"a\"}" },
		{ "title", "{\"es-419\":\"a\"}" },
		{ "title", "{\"zh-Hant-TW\":\"a\"}" },
		{ "category", "\"B13\"" },
		{ "category", "\"\"" },
		{ "category", "null" },
		{ "date", "\"2026-06-30\"" },
		{ "date", "\"2024-02-29\"" },
		{ "file",
		  "{\"sha256\":\"" HASH
		  "\",\"size\":0,\"media\":\"application/pdf\",\"name\":\"протокол.pdf\"}" },
		{ "address", "\"https://example.org/a?b=c#d\"" },
		{ "address", "\"http://x\"" },
		{ "issuer", ORG },
		{ "session", JOINT },
		{ "illustrative", "true" },
		{ "illustrative", "false" },
		{ "sources", "[]" },
		{ "sources", "[{\"title\":\"a\"},{\"title\":\"b\",\"says\":\"x\\ny\"}]" },
		{ "about.fr", "\"a\\n\\tb\"" },
		{ "point", "{\"lat\":\"-90\",\"lon\":\"180.000000\"}" },
		{ "point", "{\"lat\":\"\",\"lon\":null}" },
		{ "email", "\"sec.exec+1@mef.gouv.ml\"" },
		{ "identifier", "\"XM-DAC-7\"" },
		{ "value", "{\"amount\":\"1250.00\",\"currency\":\"XOF\",\"value_date\":\"2026-"
			   "01-02\"}" },
		{ "value",
		  "{\"amount\":\"-0.5\",\"currency\":\"RUB\",\"value_date\":\"2026-01-02\"}" },
		{ "value",
		  "{\"amount\":\"1.234\",\"currency\":\"KWD\",\"value_date\":\"2026-01-02\"}" },
		{ "quantity", "{\"amount\":\"0.000001\",\"unit\":\"t\"}" },
		{ "quantity", "{\"amount\":\"12.0\",\"unit\":\"kits\"}" },
		{ "physical", "\"0\"" },
		{ "physical", "\"100.000000\"" },
		{ "measurement", "\"-12.5\"" },
		{ "intake", "\"2026\"" },
		{ "secretariats.0.party", "\"ru\"" },
		{ "milestone", "\"design-2\"" },
		{ "duration_years", "\"2.50\"" },
		{ "milestones.1.depends_on", "\"a  a \"" },
	};
	struct err errs[MODEL_ERRORS_MAX];
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 24);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (try_value(&a, good[i].field, good[i].value, errs)) {
			print_error("%s %s: %s: %s\n", good[i].field, good[i].value,
				    errs[0].field, errs[0].message);
			fail();
		}
	arena_done(&a);
}

/* One finding, about this path, whose sentence begins so once its arguments are in. */
struct bad {
	const char *field, *value, *path, *says;
};

static void check_bad(const struct bad *bad, size_t count)
{
	struct err errs[MODEL_ERRORS_MAX];
	struct arena a;

	arena_init(&a, 1 << 24);
	for (size_t i = 0; i < count; i++) {
		size_t n = try_value(&a, bad[i].field, bad[i].value, errs);
		struct buf b;

		buf_init(&b, 4096);
		if (n)
			lang_err(&b, LANG_EN, &errs[0]);
		if (n != 1 || strcmp(errs[0].field, bad[i].path) != 0 ||
		    !str_starts(buf_str(&b), str_z(bad[i].says))) {
			print_error("%s %s: %zu findings; %s: %.*s\n", bad[i].field,
				    bad[i].value, n, n ? errs[0].field : "", STR(buf_str(&b)));
			fail();
		}
		assert_int_equal(errs[0].kind, ERR_INPUT);
		buf_done(&b);
	}
	arena_done(&a);
}

static void wrong_types_are_named(void **state)
{
	static const struct bad bad[] = {
		{ "number", "12", "number", "a text in quotes" },
		{ "title", "\"a\"", "title", "texts by language" },
		{ "title", "{\"fr\":1}", "title.fr", "a text in quotes" },
		{ "category", "13", "category",
		  "a code in quotes is expected here, for example \"A01\"" },
		{ "date", "20260630", "date", "a date in quotes" },
		{ "file", "\"a.pdf\"", "file", "an attachment" },
		{ "issuer", "{\"id\":1}", "issuer", "a reference in quotes" },
		{ "illustrative", "\"yes\"", "illustrative", "true or false" },
		{ "sources", "{\"title\":\"a\"}", "sources", "a list of objects" },
		{ "sources", "[\"a\"]", "sources.0", "an object is expected" },
		{ "sources", "[{\"title\":\"a\"},{}]", "sources.1.title",
		  "this field must be filled in" },
		{ "sources", "[{\"title\":\"a\",\"x\":1}]", "sources.0.x",
		  "“x” is not a field of source" },
		{ "point", "[1,2]", "point", "coordinates" },
		{ "value", "\"12 XOF\"", "value", "an amount is expected" },
		{ "value", "{\"amount\":12,\"currency\":\"XOF\",\"value_date\":\"2026-01-02\"}",
		  "value.amount", "a text in quotes" },
		{ "quantity", "300", "quantity", "a quantity is expected" },
		{ "physical", "50", "physical", "a percentage in quotes" },
		{ "measurement", "12", "value", "a decimal number in quotes" },
	};

	(void)state;
	check_bad(bad, sizeof(bad) / sizeof(bad[0]));
}

static const struct bad bad_values[] = {
	{ "number", "\"  \"", "number", "this field must be filled in" },
	{ "number", "\"a\\nb\"", "number", "the text must stand on one line" },
	{ "number",
	  "\"0123456789012345678901234567890123456789012345678901234567890123456789\"",
	  "number", "the text is too long: 70 bytes where at most 64 fit" },
	{ "about.fr", "\"a\\u0007b\"", "about.fr", "the text has a control character" },
	{ "title", "{\"fr\":\"a\\nb\"}", "title.fr", "the text must stand on one line" },
	{ "title", "{\"French\":\"a\"}", "title", "“French” is not a language tag" },
	{ "title", "{\"fr_FR\":\"a\"}", "title", "“fr_FR” is not a language tag" },
	{ "title", "{\"fr-\":\"a\"}", "title", "“fr-” is not a language tag" },
	{ "title", "{\"fr\":\"\"}", "title", "this field must be filled in" },
	{ "category", "\"Z99\"", "category",
	  "“Z99” is not a code of the list DocumentCategory; its codes are: A01, A02" },
	{ "category", "\"b13\"", "category", "“b13” is not a code" },
	{ "date", "\"2026-07-01\"", "date", "2026-07-01 lies in the future" },
	{ "date", "\"2026-02-30\"", "date", "“2026-02-30” is not a date" },
	{ "date", "\"30/06/2026\"", "date", "“30/06/2026” is not a date" },
	{ "file", "{\"sha256\":\"" HASH "\",\"size\":1,\"media\":\"a/b\"}", "file.name",
	  "this part of the attachment" },
	{ "file", "{\"sha256\":\"ABC\",\"size\":1,\"media\":\"a/b\",\"name\":\"n\"}",
	  "file.sha256", "a SHA-256" },
	{ "file", "{\"sha256\":\"" HASH "\",\"size\":-1,\"media\":\"a/b\",\"name\":\"n\"}",
	  "file.size", "a file cannot" },
	{ "file", "{\"sha256\":\"" HASH "\",\"size\":\"1\",\"media\":\"a/b\",\"name\":\"n\"}",
	  "file.size", "a whole number without" },
	{ "file", "{\"sha256\":\"" HASH "\",\"size\":1,\"media\":\"pdf\",\"name\":\"n\"}",
	  "file.media", "“pdf” is not a media" },
	{ "file", "{\"sha256\":\"" HASH "\",\"size\":1,\"media\":\"a/b\",\"name\":\"../n\"}",
	  "file.name", "“../n” cannot be" },
	{ "file",
	  "{\"sha256\":\"" HASH "\",\"size\":1,\"media\":\"a/b\",\"name\":\"n\",\"x\":1}",
	  "file.x", "“x” does not belong" },
	{ "address", "\"javascript:alert(1)\"", "address",
	  "“javascript:alert(1)” is not a web address" },
	{ "address", "\"https://\"", "address", "“https://” is not" },
	{ "address", "\"https://a b\"", "address", "“https://a b” is not" },
	{ "address", "\"https://a/\\\"onload=\"", "address", "“https://a/\"onload=” is not" },
	{ "issuer", "\"ml\"", "issuer", "“ml” does not point to a record" },
	{ "issuer", "\"ml/019a0000-0000-4000-8000-000000000001\"", "issuer",
	  "“ml/019a0000-0000-4000" },
	{ "issuer", JOINT, "issuer", "records of type organisation belong to one party" },
	{ "session", ORG, "session", "records of type session belong to all parties" },
	{ "point", "{\"lat\":\"91\",\"lon\":\"0\"}", "point.lat",
	  "the degrees must lie between -90 and 90" },
	{ "point", "{\"lat\":\"0\",\"lon\":\"-180.000001\"}", "point.lon",
	  "the degrees must lie between -180 and 180" },
	{ "point", "{\"lat\":\"1\"}", "point.lon", "both degrees are needed" },
	{ "point", "{\"lat\":\"12,6\",\"lon\":\"0\"}", "point.lat", "“12,6” is not a decimal" },
	{ "email", "\"a@\"", "email", "“a@” is not an e-mail" },
	{ "email", "\"a@b@c\"", "email", "“a@b@c” is not an e-mail" },
	{ "email", "\"a b@c\"", "email", "“a b@c” is not an e-mail" },
	{ "identifier", "\"XM/7\"", "identifier", "“XM/7” is not an IATI identifier" },
	{ "value", "{\"currency\":\"XOF\",\"value_date\":\"2026-01-02\"}", "value.amount",
	  "the amount is missing" },
	{ "value", "{\"amount\":\"1\",\"value_date\":\"2026-01-02\"}", "value.currency",
	  "the currency is missing" },
	{ "value", "{\"amount\":\"1\",\"currency\":\"XOF\"}", "value.value_date",
	  "the value date is missing" },
	{ "value", "{\"amount\":\"1.5\",\"currency\":\"XOF\",\"value_date\":\"2026-01-02\"}",
	  "value.amount", "XOF has 0 digits" },
	{ "value", "{\"amount\":\"1.005\",\"currency\":\"RUB\",\"value_date\":\"2026-01-02\"}",
	  "value.amount", "RUB has 2 digits" },
	{ "value", "{\"amount\":\"1 000\",\"currency\":\"RUB\",\"value_date\":\"2026-01-02\"}",
	  "value.amount", "“1 000” is not" },
	{ "value", "{\"amount\":\"1\",\"currency\":\"FCFA\",\"value_date\":\"2026-01-02\"}",
	  "value.currency", "“FCFA” is not a code of the list Currency" },
	{ "value", "{\"amount\":\"1\",\"currency\":\"RUB\",\"value_date\":\"2026-07-01\"}",
	  "value.value_date", "2026-07-01 lies in the future" },
	{ "value", "{\"amount\":\"1\",\"currency\":\"RUB\",\"value_date\":\"soon\"}",
	  "value.value_date", "“soon” is not a date" },
	{ "value",
	  "{\"amount\":\"1\",\"currency\":\"RUB\",\"value_date\":\"2026-01-02\","
	  "\"rate\":\"1\"}",
	  "value.rate", "“rate” does not belong" },
	{ "quantity", "{\"amount\":\"1\"}", "quantity.unit", "the unit is missing" },
	{ "quantity", "{\"unit\":\"t\"}", "quantity.amount", "the amount is missing" },
	{ "quantity", "{\"amount\":\"1\",\"unit\":\"tonnes\"}", "quantity.unit",
	  "“tonnes” is not a code of the list Unit" },
	{ "quantity", "{\"amount\":\"-1\",\"unit\":\"t\"}", "quantity.amount",
	  "the least that fits here is 0" },
	{ "quantity", "{\"amount\":\"1.5\",\"unit\":\"kits\"}", "quantity.amount",
	  "a whole number" },
	{ "physical", "\"100.01\"", "physical", "a percentage lies between" },
	{ "physical", "\"-1\"", "physical", "a percentage lies between" },
	{ "measurement", "\"1.1234567\"", "value", "“1.1234567” is not a decimal" },
	{ "measurement", "\"1e3\"", "value", "“1e3” is not a decimal" },
	{ "intake", "\"2026.5\"", "intake", "a whole number" },
	{ "intake", "\"1949\"", "intake", "the least that fits here is 1950" },
	{ "intake", "\"2201\"", "intake", "the most that fits here is 2200" },
	{ "secretariats.0.party", "\"fr\"", "secretariats.0.party",
	  "“fr” is not the code of a party" },
	{ "secretariats.0.party", "\"ML\"", "secretariats.0.party",
	  "“ML” is not the code of a party" },
	{ "milestone", "\"Design\"", "milestone", "“Design” is not a key" },
	{ "milestone", "\"-a\"", "milestone", "“-a” is not a key" },
	{ "duration_years", "\"2.555\"", "duration_years", "at most 2 digits" },
	{ "milestones.1.depends_on", "\"a, b\"", "milestones.1.depends_on",
	  "“a, b” is not a list of keys" },
};

static void bad_values_are_named(void **state)
{
	(void)state;
	check_bad(bad_values, sizeof(bad_values) / sizeof(bad_values[0]));
}

static void all_findings_are_collected(void **state)
{
	struct str text = S("{\"kind\":\"?\",\"nonsense\":1,\"title\":5,\"deadline\":\"x\"}");
	static const char *const paths[] = { "kind",   "nonsense", "title",  "deadline",
					     "number", "text",     "status", "session" };
	struct err errs[MODEL_ERRORS_MAX], two[2];
	struct model_ctx ctx = { .today = 0 };
	struct json *data;
	struct arena a;
	struct err err;

	(void)state;
	arena_init(&a, 1 << 24);
	assert_int_equal(check_with(&a, "decision", text, 2, errs), 8);
	for (size_t i = 0; i < 8; i++)
		assert_string_equal(errs[i].field, paths[i]);
	assert_string_equal(errs[1].arg[0], "nonsense");
	assert_string_equal(errs[1].arg[1], "decision");
	assert_true(str_starts(str_z(errs[1].arg[2]), S("number, title, text")));
	/* The count goes on when the room for findings ends. */
	check_ok(json_parse(&a, text, &data, &err), &err);
	two[1] = (struct err){ 0 };
	assert_int_equal(model_check(&a, &records[RECORD_decision], data, &ctx, two, 1), 8);
	assert_string_equal(two[0].field, "kind");
	assert_null(two[1].message);
	assert_int_equal(model_check(&a, &records[RECORD_decision], data, &ctx, NULL, 0), 8);
	arena_done(&a);
}

static void only_objects_are_records(void **state)
{
	static const char *const bad[] = { "[]", "\"a\"", "null", "1" };
	struct err errs[MODEL_ERRORS_MAX];
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 24);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(check_with(&a, "decision", str_z(bad[i]), 2, errs), 1);
		assert_string_equal(errs[0].message, "the record must be a JSON object: {…}");
	}
	arena_done(&a);
}

static void too_many_parts(void **state)
{
	struct err errs[MODEL_ERRORS_MAX];
	struct arena a;
	struct buf b;

	(void)state;
	arena_init(&a, 1 << 24);
	for (int n = 100; n <= 101; n++) {
		buf_init(&b, 1 << 20);
		buf_lit(&b, "[");
		for (int i = 0; i < n; i++)
			buf_add(&b, i ? S(",{\"title\":\"a\"}") : S("{\"title\":\"a\"}"));
		buf_lit(&b, "]");
		assert_int_equal(try_value(&a, "sources", arena_z(&a, arena_buf(&a, &b)), errs),
				 n > 100);
	}
	assert_string_equal(errs[0].arg[0], "101");
	arena_done(&a);
}

static void any_party_without_a_charter(void **state)
{
	static const struct {
		const char *party;
		size_t findings;
	} cases[] = { { "bf", 0 }, { "mali-2", 0 }, { "abcdefghijklmnop", 0 },
		      { "a", 1 },  { "1a", 1 },     { "m_l", 1 } };
	struct err errs[MODEL_ERRORS_MAX];
	struct arena a;
	char text[128];

	(void)state;
	arena_init(&a, 1 << 24);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(text, sizeof(text),
			 "{\"title\":{\"fr\":\"t\"},\"chairs\":[{\"party\":\"%s\"}]}",
			 cases[i].party);
		assert_int_equal(check_with(&a, "commission", str_z(text), 0, errs),
				 cases[i].findings);
	}
	arena_done(&a);
}

/* LEDGER.md 3.3: 255 bytes, not one more. */
static void long_file_names(void **state)
{
	struct err errs[MODEL_ERRORS_MAX];
	struct arena a;
	char name[257], text[512];

	(void)state;
	arena_init(&a, 1 << 24);
	for (int n = 255; n <= 256; n++) {
		memset(name, 'a', (size_t)n);
		name[n] = '\0';
		snprintf(text, sizeof(text),
			 "{\"sha256\":\"" HASH
			 "\",\"size\":1,\"media\":\"a/b\",\"name\":\"%s\"}",
			 name);
		assert_int_equal(try_value(&a, "file", text, errs), n > 255);
	}
	arena_done(&a);
}

/* What somebody published is held to what IATI takes; an own word to more. */
static void reported_values_pass(void **state)
{
	static const struct {
		const char *record, *text, *field;
	} wide[] = {
		{ "organisation",
		  "{\"name\":{\"fr\":\"n\"},\"type\":\"10\",\"identifier\":\"XM/7 A&B\"}",
		  "identifier" },
		{ "budget",
		  "{\"project\":" JOINT ",\"type\":\"1\",\"status\":\"1\",\"period_start\":"
		  "\"2024-01-01\",\"period_end\":\"2026-12-31\",\"value\":{\"amount\":\"5\","
		  "\"currency\":\"EUR\",\"value_date\":\"2024-01-01\"}}",
		  "period_end" },
		{ "budget",
		  "{\"project\":" JOINT ",\"type\":\"1\",\"status\":\"1\",\"period_start\":"
		  "\"2024-01-01\",\"period_end\":\"2024-12-31\",\"value\":{\"amount\":\"-5\","
		  "\"currency\":\"EUR\",\"value_date\":\"2024-01-01\"}}",
		  "value.amount" },
		{ "transaction",
		  "{\"project\":" JOINT ",\"type\":\"3\",\"date\":\"2024-01-01\",\"value\":"
		  "{\"amount\":\"5.25\",\"currency\":\"XOF\",\"value_date\":\"2024-01-01\"}}",
		  "value.amount" },
		{ "measurement",
		  "{\"indicator\":" JOINT ",\"period_end\":\"2026-12-31\",\"value\":\"4\"}",
		  "period_end" },
	};
	struct model_ctx ctx = { .today = date_days(2026, 6, 30) };
	struct err errs[MODEL_ERRORS_MAX], err;
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++) {
		const struct record *r = record_named(str_z(wide[i].record));
		struct json *data;

		check_ok(json_parse(&a, str_z(wide[i].text), &data, &err), &err);
		ctx.reported = false;
		assert_int_equal(model_check(&a, r, data, &ctx, errs, MODEL_ERRORS_MAX), 1);
		assert_string_equal(errs[0].field, wide[i].field);
		ctx.reported = true;
		assert_int_equal(model_check(&a, r, data, &ctx, errs, MODEL_ERRORS_MAX), 0);
	}
	arena_done(&a);
}

/* Wherever it stands; bytes that only look like one, being signed or above, are none. */
static void a_control_character_is_found_at_every_place(void **state)
{
	static const struct {
		const char *json;
		size_t found;
	} odd[] = { { "\\u0001", 1 }, { "\\u001f", 1 }, { "\\n", 1 },      { "\177", 1 },
		    { " ", 0 },       { "~", 0 },       { "\302\200", 0 }, { "\321\277", 0 } };
	struct err errs[MODEL_ERRORS_MAX];
	struct arena a;
	struct buf b;

	(void)state;
	arena_init(&a, 64 << 20);
	buf_init(&b, 1 << 12);
	for (size_t n = 1; n <= 24; n++)
		for (size_t at = 0; at < n; at++)
			for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
				buf_clear(&b);
				buf_lit(&b, "{\"number\":\"1\",\"title\":{\"fr\":\"t");
				for (size_t k = 0; k < n; k++)
					buf_z(&b, k == at ? odd[i].json : "z");
				buf_lit(&b, "t\"}}");
				assert_int_equal(
					check_with(&a, "document", buf_str(&b), 2, errs),
					odd[i].found);
			}
	buf_done(&b);
	arena_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_values_pass),
		cmocka_unit_test(wrong_types_are_named),
		cmocka_unit_test(bad_values_are_named),
		cmocka_unit_test(all_findings_are_collected),
		cmocka_unit_test(only_objects_are_records),
		cmocka_unit_test(too_many_parts),
		cmocka_unit_test(any_party_without_a_charter),
		cmocka_unit_test(long_file_names),
		cmocka_unit_test(a_control_character_is_found_at_every_place),
		cmocka_unit_test(reported_values_pass),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "web/form.h"

#include "check.h"

static struct arena a;

enum { PAIRS_MAX = 64 };

/* "name=value" lines as the pairs of a form. */
static struct typed form_lines(const char *lines)
{
	struct http_pair *pairs = arena_array(&a, struct http_pair, PAIRS_MAX);
	struct str rest = str_z(lines), line;
	size_t n = 0;

	while (str_split(&rest, '\n', &line) && n < PAIRS_MAX) {
		size_t at = str_index(line, '=');

		pairs[n++] = (struct http_pair){ str_cut(line, at), str_from(line, at + 1) };
	}
	return typed_of(&a, pairs, n);
}

static struct str json_text(const struct json *j)
{
	struct buf b;
	struct json_w w;

	buf_init(&b, 1 << 20);
	w = json_w(&b);
	json_put(&w, j);
	return arena_buf(&a, &b);
}

static struct str made(const struct record *r, const char *lines, struct form_edit edit,
		       enum lang lang)
{
	struct typed f = form_lines(lines);

	return json_text(form_json(&a, r, &f, &edit, lang));
}

static const struct form_edit as_typed = { 0 };

static void every_kind_becomes_data(void **state)
{
	const struct record *project = &records[RECORD_project];

	(void)state;
	check_str(made(project,
		       "title.ru=Мост\n"
		       "title.fr= Pont \n"
		       "identifier=ML-1\n"
		       "status=2\n"
		       "priority=yes\n"
		       "agreement=joint/0197\n"
		       "planned_start=2026-03-01\n"
		       "planned_end=31.12.2026\n"
		       "cost.amount=1 250,50\n"
		       "cost.currency=XOF\n"
		       "cost.value_date=01/02/2026\n"
		       "sectors.0.sector=23230\n"
		       "sectors.0.percentage=66,5 %\n"
		       "locations.3.country=ML\n"
		       "locations.3.point.lat=12,6392\n"
		       "locations.3.point.lon=\xe2\x88\x92"
		       "8\n",
		       as_typed, LANG_FR),
		  S("{\"title\":{\"fr\":\"Pont\",\"ru\":\"Мост\"},\"identifier\":\"ML-1\","
		    "\"status\":\"2\","
		    "\"priority\":true,\"agreement\":\"joint/"
		    "0197\",\"planned_start\":\"2026-03-01\","
		    "\"planned_end\":\"2026-12-31\",\"cost\":{\"amount\":\"1250.50\","
		    "\"currency\":\"XOF\","
		    "\"value_date\":\"2026-02-01\"},\"sectors\":[{\"sector\":\"23230\","
		    "\"percentage\":\"66.5\"}],"
		    "\"locations\":[{\"country\":\"ML\",\"point\":{\"lat\":\"12.6392\",\"lon\":"
		    "\"-8\"}}]}"));
	check_str(made(&records[RECORD_consignment],
		       "quantity.amount=1,500.25\nquantity.unit=t\n", as_typed, LANG_EN),
		  S("{\"quantity\":{\"amount\":\"1500.25\",\"unit\":\"t\"}}"));
	check_str(made(&records[RECORD_document],
		       "file.sha256=ab\nfile.size=12\nfile.media=text/plain\nfile.name=a.txt\n",
		       as_typed, LANG_EN),
		  S("{\"file\":{\"sha256\":\"ab\",\"media\":\"text/"
		    "plain\",\"name\":\"a.txt\",\"size\":12}}"));
}

static void what_is_wrong_stays_as_typed(void **state)
{
	(void)state;
	check_str(
		made(&records[RECORD_project],
		     "status=nonsense\nplanned_end=demain\ncost.amount=beaucoup\npriority="
		     "maybe\n"
		     "sectors.0.percentage=1,2,3\n",
		     as_typed, LANG_FR),
		S("{\"status\":\"nonsense\",\"priority\":\"maybe\",\"planned_end\":\"demain\","
		  "\"cost\":{\"amount\":\"beaucoup\"},\"sectors\":[{\"percentage\":\"1,2,3\"}]"
		  "}"));
}

static void empty_is_left_out(void **state)
{
	(void)state;
	check_str(
		made(&records[RECORD_project],
		     "title.fr=\ntitle.ru= "
		     "\r\nstatus=\ncost.amount=\ncost.currency=XOF\nplanned_end=\npriority=\n",
		     as_typed, LANG_FR),
		S("{}"));
	check_str(made(&records[RECORD_project], "", as_typed, LANG_FR), S("{}"));
}

static void lines_are_added_dropped_and_kept(void **state)
{
	static const char lines[] =
		"sectors.0.percentage=60\nsectors.1.percentage=\nsectors.10.percentage=40\n";
	const struct record *r = &records[RECORD_project];

	(void)state;
	check_str(made(r, lines, as_typed, LANG_FR),
		  S("{\"sectors\":[{\"percentage\":\"60\"},{},{\"percentage\":\"40\"}]}"));
	check_str(made(r, lines, (struct form_edit){ .bare = true }, LANG_FR),
		  S("{\"sectors\":[{\"percentage\":\"60\"},{\"percentage\":\"40\"}]}"));
	check_str(made(r, lines, (struct form_edit){ .drop = S("sectors.0") }, LANG_FR),
		  S("{\"sectors\":[{},{\"percentage\":\"40\"}]}"));
	check_str(made(r, lines, (struct form_edit){ .add = S("sectors") }, LANG_FR),
		  S("{\"sectors\":[{\"percentage\":\"60\"},{},{\"percentage\":\"40\"},{}]}"));
	check_str(made(r, "", (struct form_edit){ .add = S("sectors") }, LANG_FR),
		  S("{\"sectors\":[{}]}"));
	check_str(made(&records[RECORD_document], "file.sha256=ab\nnumber=7\n",
		       (struct form_edit){ .drop = S("file") }, LANG_FR),
		  S("{\"number\":\"7\"}"));
}

static void hostile_names_and_texts(void **state)
{
	(void)state;
	check_str(
		made(&records[RECORD_project],
		     "sectors.1000.percentage=1\nsectors.99999999999999999999.percentage=1\n"
		     "sectors.-1.percentage=1\nsectors.x.percentage=1\nsectors.=1\nsectors=1\n"
		     "title=naked\ntitle.=x\ntitle.fr.x=y\n__proto__=1\nunknown=1\n.=1\n=1\n",
		     as_typed, LANG_FR),
		S("{}"));
	check_str(made(&records[RECORD_project],
		       "identifier=a\x01"
		       "b\tc\ridentifier=second\ntitle.fr=</script>\"\\\n",
		       as_typed, LANG_FR),
		  S("{\"title\":{\"fr\":\"</script>\\\"\\\\\"},\"identifier\":\"ab c "
		    "identifier=second\"}"));
	/* blanks that only control characters held apart from the end */
	check_str(plain_text(&a, S("x \x01\x02"), false), S("x"));
	check_str(made(&records[RECORD_project], "identifier=first\nidentifier=second\n",
		       as_typed, LANG_FR),
		  S("{\"identifier\":\"first\"}"));
}

static void line_ends_of_long_texts(void **state)
{
	struct http_pair pairs[] = { { S("description.fr"), S("un\r\ndeux\rtrois\n") },
				     { S("title.fr"), S("un\r\ndeux") } };
	struct typed f = typed_of(&a, pairs, 2);

	(void)state;
	check_str(json_text(form_json(&a, &records[RECORD_project], &f, &as_typed, LANG_FR)),
		  S("{\"title\":{\"fr\":\"un "
		    "deux\"},\"description\":{\"fr\":\"un\\ndeux\\ntrois\"}}"));
}

struct plain_case {
	enum lang lang;
	const char *typed, *plain;
};

static void numbers_by_language(void **state)
{
	static const struct plain_case cases[] = {
		{ LANG_FR, "1 250,5", "1250.5" },
		{ LANG_RU, "1\u00a0250\u202f000,50", "1250000.50" },
		{ LANG_FR, "1250.5", "1250.5" },
		{ LANG_EN, "1,250.50", "1250.50" },
		{ LANG_EN, "1,250,000", "1250000" },
		{ LANG_EN,
		  "\u2212"
		  "12",
		  "-12" },
		{ LANG_FR, "12\u00a0%", "12" },
		/* doubtful: as typed */
		{ LANG_EN, "1250,5", "1250,5" },
		{ LANG_EN, "1,25", "1,25" },
		{ LANG_EN, "1,2345", "1,2345" },
		{ LANG_EN, ",500", ",500" },
		{ LANG_FR, "1.250,50", "1.250,50" },
		{ LANG_FR, "1,250,000", "1,250,000" },
		{ LANG_FR, "12 000 F", "12 000 F" },
		{ LANG_FR, "1e3", "1e3" },
		{ LANG_FR, "-0", "-0" },
		{ LANG_FR, "", "" },
		{ LANG_FR, "%", "%" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		check_str(plain_number(&a, str_z(cases[i].typed), cases[i].lang),
			  str_z(cases[i].plain));
}

static void dates_by_language(void **state)
{
	static const struct plain_case cases[] = {
		{ LANG_FR, "1/2/2026", "2026-02-01" },
		{ LANG_RU, "01.12.2026", "2026-12-01" },
		{ LANG_EN, "01/02/2026", "01/02/2026" },
		{ LANG_FR, "2026-02-01", "2026-02-01" },
		{ LANG_FR, "32/1/2026", "32/1/2026" },
		{ LANG_FR, "1/2/26/3", "1/2/26/3" },
		{ LANG_FR, "1/2", "1/2" },
		{ LANG_RU, "..", ".." },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		check_str(plain_date(&a, str_z(cases[i].typed), cases[i].lang),
			  str_z(cases[i].plain));
}

static void codes_by_code_suggestion_or_name(void **state)
{
	struct str shown = form_code(&a, "Sector", S("23230"), LANG_FR);

	(void)state;
	check_str(plain_code("Sector", S("23230")), S("23230"));
	check_str(plain_code("Sector", shown), S("23230"));
	check_str(plain_code("Sector", code_name("Sector", S("23230"), LANG_RU)), S("23230"));
	check_str(plain_code("Sector", S("soleil")), S("soleil"));
	check_str(plain_code("Sector", S(" · ")), S(" · "));
	check_str(form_code(&a, "Sector", S("nonsense"), LANG_FR), S("nonsense"));
	check_str(form_code(&a, "Currency", S("XOF"), LANG_FR), S("XOF"));
}

/* What form_box shows of a record, posted again, is the record. */
static void put_pairs(const struct record *r, const struct json *data, struct str prefix,
		      struct http_pair *pairs, size_t *n)
{
	static const char *const subs[] = { "fr",         "ru",   "amount", "currency",
					    "value_date", "unit", "lat",    "lon",
					    "sha256",     "size", "media",  "name" };

	for (const struct field *f = &fields[r->first]; f < &fields[r->end]; f++) {
		const struct json *value = json_get(data, f->name);
		struct str path = arena_join(&a, prefix, str_z(f->name));
		size_t i = 0;

		if (f->kind == PARTS) {
			for (const struct json *line = value ? value->child : NULL; line;
			     line = line->next)
				put_pairs(
					&records[f->to], line,
					arena_join(
						&a, path,
						arena_join(
							&a, S("."),
							arena_join(&a,
								   arena_str(&a, str_z(err_num(
											 i++))),
								   S(".")))),
					pairs, n);
			continue;
		}
		pairs[(*n)++] =
			(struct http_pair){ path, form_box(&a, f, value, NULL, LANG_FR) };
		for (i = 0; i < sizeof(subs) / sizeof(*subs); i++)
			pairs[(*n)++] = (struct http_pair){
				arena_join(&a, path, arena_join(&a, S("."), str_z(subs[i]))),
				form_box(&a, f, value, subs[i], LANG_FR)
			};
	}
}

static void shown_and_posted_is_the_same(void **state)
{
	static const struct {
		enum record_id record;
		const char *data;
	} cases[] = {
		{ RECORD_project,
		  "{\"title\":{\"fr\":\"Pont "
		  "«A»\",\"ru\":\"Мост\"},\"status\":\"2\",\"priority\":true,"
		  "\"description\":{\"fr\":\"un\\n\\ndeux\"},\"planned_end\":\"2026-12-31\","
		  "\"cost\":{\"amount\":\"1250.50\",\"currency\":\"XOF\",\"value_date\":\"2026-"
		  "02-01\"},"
		  "\"sectors\":[{\"sector\":\"23230\",\"percentage\":\"66.666667\"},{"
		  "\"sector\":\"23110\",\"percentage\":\"33.333333\"}],"
		  "\"locations\":[{\"country\":\"ML\",\"point\":{\"lat\":\"12.6392\",\"lon\":"
		  "\"-8\"}}]}" },
		{ RECORD_consignment, "{\"title\":{\"fr\":\"Engrais\"},\"quantity\":{"
				      "\"amount\":\"300.5\",\"unit\":\"t\"}}" },
		{ RECORD_document, "{\"file\":{\"sha256\":\"ab\",\"media\":\"text/"
				   "plain\",\"name\":\"a.txt\",\"size\":12}}" },
		{ RECORD_measurement, "{\"indicator\":\"joint/0197\",\"value\":\"-1.5\"}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct record *r = &records[cases[i].record];
		struct http_pair *pairs = arena_array(&a, struct http_pair, 4000);
		struct json *data;
		struct typed f;
		struct err err;
		size_t n = 0;

		check_ok(json_object(&a, str_z(cases[i].data), &data, &err), &err);
		put_pairs(r, data, S(""), pairs, &n);
		f = typed_of(&a, pairs, n);
		check_str(json_text(form_json(&a, r, &f, &as_typed, LANG_FR)),
			  str_z(cases[i].data));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_becomes_data),
		cmocka_unit_test(what_is_wrong_stays_as_typed),
		cmocka_unit_test(empty_is_left_out),
		cmocka_unit_test(lines_are_added_dropped_and_kept),
		cmocka_unit_test(hostile_names_and_texts),
		cmocka_unit_test(line_ends_of_long_texts),
		cmocka_unit_test(numbers_by_language),
		cmocka_unit_test(dates_by_language),
		cmocka_unit_test(codes_by_code_suggestion_or_name),
		cmocka_unit_test(shown_and_posted_is_the_same),
	};
	int failed;

	arena_init(&a, 64 << 20);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_done(&a);
	return failed;
}

#include "check.h"
#include "wire/form.h"

static struct arena a;

static int begin(void **state)
{
	(void)state;
	arena_init(&a, 8 << 20);
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_done(&a);
	return 0;
}

static void urlencoded(void **state)
{
	struct form f;

	(void)state;
	assert_true(form_urlencoded(
		&a, S("title=Pont+de+Bamako&title=2&&empty=&alone&%C3%A9=%26"), &f));
	assert_int_equal(f.count, 5);
	check_str(f.pairs[0].name, S("title"));
	check_str(f.pairs[0].value, S("Pont de Bamako"));
	check_str(f.pairs[1].value, S("2"));
	check_str(f.pairs[2].name, S("empty"));
	check_str(f.pairs[2].value, S(""));
	check_str(f.pairs[3].name, S("alone"));
	check_str(f.pairs[4].name, S("é"));
	check_str(f.pairs[4].value, S("&"));
	assert_true(form_urlencoded(&a, S(""), &f));
	assert_int_equal(f.count, 0);
	assert_false(form_urlencoded(&a, S("a=%zz"), &f));
	assert_false(form_urlencoded(&a, S("%=1"), &f));
	assert_false(form_urlencoded(&a, S("a=%00"), &f));
}

static void urlencoded_is_bounded(void **state)
{
	static char many[4 * HTTP_PAIRS_MAX + 8];
	struct form f;
	size_t n = 0;

	(void)state;
	for (int i = 0; i < HTTP_PAIRS_MAX; i++)
		n += (size_t)snprintf(many + n, sizeof(many) - n, "a=1&");
	assert_true(form_urlencoded(&a, str_of(many, n - 1), &f));
	assert_int_equal(f.count, HTTP_PAIRS_MAX);
	assert_false(form_urlencoded(&a, str_of(many, n), &f));
}

#define TYPE "multipart/form-data; boundary=----x1"

static void multipart(void **state)
{
	struct form f;

	(void)state;
	assert_true(form_multipart(
		&a,
		S("------x1\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\n"
		  "Éducation\r\nligne 2\r\n"
		  "------x1\r\ncontent-disposition: form-data; "
		  "filename=\"C:\\\\doc\\\\a.pdf\"; name=file\r\n"
		  "Content-Type: application/pdf\r\n\r\n%PDF\0\xff--x1\r\n-\r\n"
		  "------x1\r\nContent-Disposition: form-data; name=\"q\\\"q\"\r\n\r\n\r\n"
		  "------x1--\r\nepilogue"),
		S(TYPE), &f));
	assert_int_equal(f.count, 2);
	check_str(f.pairs[0].name, S("title"));
	check_str(f.pairs[0].value, S("Éducation\r\nligne 2"));
	check_str(f.pairs[1].name, S("q\"q"));
	check_str(f.pairs[1].value, S(""));
	assert_int_equal(f.file_count, 1);
	check_str(f.files[0].field, S("file"));
	check_str(f.files[0].name, S("a.pdf"));
	check_str(f.files[0].media, S("application/pdf"));
	check_str(f.files[0].bytes, S("%PDF\0\xff--x1\r\n-"));
	assert_true(form_multipart(&a, S("------x1--"), S(TYPE), &f));
	assert_int_equal(f.count + f.file_count, 0);
}

static void multipart_is_read_strictly(void **state)
{
#define HEAD "------x1\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n"
	const struct str bad[] = {
		S(""),
		S("------x1"),
		S("preamble\r\n------x1--"),
		S(HEAD "no end"),
		S(HEAD "x\r\n------x1"),
		S(HEAD "x\r\n------x1 \r\n"),
		S(HEAD "\xff\r\n------x1--"),
		S(HEAD "\0\r\n------x1--"),
		S("------x1\nContent-Disposition: form-data; name=a\n\nx\n------x1--"),
		S("------x1\r\n\r\nx\r\n------x1--"),
		S("------x1\r\nContent-Disposition: form-data\r\n\r\nx\r\n------x1--"),
		S("------x1\r\nContent-Disposition: form-data; "
		  "name=\"a\r\n\r\nx\r\n------x1--"),
		S("------x1\r\nContent-Disposition: attachment; name=a\r\n\r\nx\r\n------x1--"),
	};
	struct form f;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (form_multipart(&a, bad[i], S(TYPE), &f)) {
			print_error("case %zu was taken\n", i);
			fail();
		}
	assert_false(form_multipart(&a, S("------x1--"), S("multipart/form-data"), &f));
	assert_false(form_multipart(&a, S("--"), S("multipart/form-data; boundary="), &f));
}

static void parameters(void **state)
{
	struct str v;

	(void)state;
	assert_true(header_param(&a, S("text/html; Charset=\"utf-8\"; x=1"), "charset", &v));
	check_str(v, S("utf-8"));
	assert_true(header_param(&a, S("a; b = c ;d=e"), "b", &v));
	check_str(v, S("c"));
	assert_true(header_param(&a, S("a; b=\"1;2\"; d=e"), "d", &v));
	check_str(v, S("e"));
	assert_false(header_param(&a, S("a; b=\"open"), "b", &v));
	assert_false(header_param(&a, S("a"), "a", &v));
	assert_false(header_param(&a, S(""), "a", &v));
	assert_true(header_same(S("Content-Length"), S("content-LENGTH")));
	assert_false(header_same(S("a"), S("ab")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(urlencoded), cmocka_unit_test(urlencoded_is_bounded),
		cmocka_unit_test(multipart),  cmocka_unit_test(multipart_is_read_strictly),
		cmocka_unit_test(parameters),
	};

	return cmocka_run_group_tests(tests, begin, end);
}

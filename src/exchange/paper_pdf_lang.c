#include "exchange/paper_pdf.h"

/* Where the last `mark` stands in `s`, or s.n. */
static size_t last_of(struct str s, struct str mark)
{
	size_t at = s.n, from = 0;

	while (from < s.n) {
		size_t next = from + str_find(str_from(s, from), mark);

		if (next >= s.n)
			break;
		at = next;
		from = next + mark.n;
	}
	return at;
}

/* The digits after the last `mark` of `s`. */
static struct str number_after(struct str s, struct str mark)
{
	struct str rest = str_trim(str_from(s, last_of(s, mark) + mark.n));
	size_t n = 0;

	while (n < rest.n && rest.p[n] >= '0' && rest.p[n] <= '9')
		n++;
	return str_cut(rest, n);
}

/* The dictionary of object `number`, from after its "<<" to its end. */
static struct str catalog_of(struct arena *a, struct str file, struct str number)
{
	struct str mark = arena_join(a, S("\n"), arena_join(a, number, S(" 0 obj\n<<")));
	struct str rest = str_from(file, last_of(file, mark) + mark.n);

	return str_cut(rest, str_find(rest, S("endobj")));
}

/* False when the file is not written as cairo 1.16 writes it: plain, with one trailer. */
static bool update(struct buf *out, struct arena *a, const char *lang)
{
	struct str file = arena_str(a, buf_str(out));
	struct str tail = str_from(file, last_of(file, S("trailer")));
	struct str root = number_after(tail, S("/Root"));
	struct str catalog = catalog_of(a, file, root);
	size_t object = out->n, xref;

	if (root.n == 0 || catalog.n == 0)
		return false;
	buf_add(out, root);
	buf_lit(out, " 0 obj\n<< /Lang (");
	buf_z(out, lang);
	buf_lit(out, ") /ViewerPreferences << /DisplayDocTitle true >>");
	buf_add(out, catalog);
	buf_lit(out, "endobj\n");
	xref = out->n;
	buf_lit(out, "xref\n");
	buf_add(out, root);
	buf_lit(out, " 1\n");
	buf_pad(out, object, 10);
	buf_lit(out, " 00000 n \ntrailer\n<< /Size ");
	buf_add(out, number_after(tail, S("/Size")));
	buf_lit(out, " /Root ");
	buf_add(out, root);
	buf_lit(out, " 0 R /Info ");
	buf_add(out, number_after(tail, S("/Info")));
	buf_lit(out, " 0 R /Prev ");
	buf_add(out, number_after(tail, S("startxref")));
	buf_lit(out, " >>\nstartxref\n");
	buf_u64(out, xref);
	buf_lit(out, "\n%%EOF\n");
	return true;
}

bool pdf_language(struct buf *file, const char *lang, struct err *err)
{
	struct arena a;
	bool known;

	arena_init(&a, 4 * file->max);
	known = update(file, &a, lang);
	arena_done(&a);
	if (!known)
		return err_set(err, ERR_BROKEN, NULL, N_("The paper could not be drawn (%1)."),
			       "catalog");
	return !file->full ||
	       err_set(err, ERR_INPUT, NULL, N_("The paper is too long for one file."));
}

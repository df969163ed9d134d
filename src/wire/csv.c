#include "wire/csv.h"

#include <string.h>

static char separator_of(struct str s)
{
	static const char marks[] = { ',', ';', '\t' };
	size_t count[sizeof(marks)] = { 0 }, best = 0;
	bool quoted = false;

	for (size_t i = 0; i < s.n && (quoted || s.p[i] != '\n'); i++) {
		quoted ^= s.p[i] == '"';
		for (size_t k = 0; !quoted && k < sizeof(marks); k++)
			count[k] += s.p[i] == marks[k];
	}
	for (size_t k = 1; k < sizeof(marks); k++)
		best = count[k] > count[best] ? k : best;
	return marks[best];
}

bool csv_open(struct csv_in *in, struct str bytes, struct err *err)
{
	if (str_starts(bytes, S("\xef\xbb\xbf")))
		bytes = str_from(bytes, 3);
	*in = (struct csv_in){ .rest = bytes, .separator = separator_of(bytes), .next = 1 };
	if (str_utf8(bytes) && !memchr(bytes.p ? bytes.p : "", '\0', bytes.n))
		return true;
	return err_set(err, ERR_INPUT, NULL,
		       N_("This file is not UTF-8 text. Save it as “CSV UTF-8”."));
}

/* A quoted cell; its quotes doubled inside.  What follows is at the separator or line end. */
static bool quoted_cell(struct csv_in *in, struct arena *a, struct str *out, struct err *err)
{
	struct str s = str_from(in->rest, 1);
	size_t end = 0, doubled = 0;
	char *to;

	while (end < s.n && (s.p[end] != '"' || (end + 1 < s.n && s.p[end + 1] == '"'))) {
		in->next += s.p[end] == '\n';
		doubled += s.p[end] == '"';
		end += s.p[end] == '"' ? 2 : 1;
	}
	if (end >= s.n)
		return err_set(err, ERR_INPUT, NULL,
			       N_("Line %1: a quote is opened and not closed."),
			       err_num(in->line));
	in->rest = str_from(s, end + 1);
	*out = str_cut(s, end);
	if (doubled == 0 || end > CSV_ROW_MAX) /* which is told when the row is read */
		return true;
	to = arena_alloc(a, end);
	out->n = 0;
	for (size_t i = 0; i < end; i++) {
		to[out->n++] = s.p[i];
		i += s.p[i] == '"';
	}
	out->p = to;
	return true;
}

static void plain_cell(struct csv_in *in, struct str *out)
{
	size_t end = 0;

	while (end < in->rest.n && in->rest.p[end] != in->separator && in->rest.p[end] != '\n')
		end++;
	*out = str_cut(in->rest, end);
	in->rest = str_from(in->rest, end);
	if (in->rest.n > 0 && in->rest.p[0] == '\n' && str_ends(*out, S("\r")))
		out->n--;
}

/* Past the separator (true: another cell comes) or the line's end. */
static bool another(struct csv_in *in, bool *more, struct err *err)
{
	if (str_starts(in->rest, S("\r\n")))
		in->rest = str_from(in->rest, 1);
	*more = in->rest.n > 0 && in->rest.p[0] == in->separator;
	if (in->rest.n > 0 && !*more && in->rest.p[0] != '\n')
		return err_set(err, ERR_INPUT, NULL,
			       N_("Line %1: something stands between a closing quote and the "
				  "next cell."),
			       err_num(in->line));
	in->next += in->rest.n > 0 && !*more;
	in->rest = str_from(in->rest, 1);
	return true;
}

static bool within_bounds(const struct csv_in *in, const char *from, struct err *err)
{
	return (size_t)(in->rest.p - from) <= CSV_ROW_MAX ||
	       err_set(err, ERR_INPUT, NULL, N_("Line %1 has more than %2 MB of text."),
		       err_num(in->line), err_num(CSV_ROW_MAX >> 20));
}

bool csv_row(struct csv_in *in, struct arena *a, struct str *cells, size_t *n, struct err *err)
{
	const char *from;
	bool more = true;

	while (in->rest.n > 0 && (in->rest.p[0] == '\n' || str_starts(in->rest, S("\r\n")))) {
		in->rest = str_from(in->rest, in->rest.p[0] == '\r' ? 2 : 1);
		in->next++;
	}
	in->line = in->next;
	*n = 0;
	if (in->rest.n == 0)
		return true;
	from = in->rest.p;
	while (more) {
		if (*n == CSV_CELLS_MAX)
			return err_set(err, ERR_INPUT, NULL,
				       N_("Line %1 has more than %2 cells."), err_num(in->line),
				       err_num(CSV_CELLS_MAX));
		if (in->rest.n > 0 && in->rest.p[0] == '"') {
			if (!quoted_cell(in, a, &cells[(*n)++], err))
				return false;
		} else {
			plain_cell(in, &cells[(*n)++]);
		}
		if (!within_bounds(in, from, err) || !another(in, &more, err))
			return false;
	}
	return true;
}

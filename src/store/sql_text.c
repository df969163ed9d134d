#include "store/sql_text.h"

static bool word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

/* Length of the quoted text at the front of `s`, or 0 when there is none. */
static size_t quoted(struct str s)
{
	size_t n = 1;

	if (s.p[0] != '\'' && s.p[0] != '"')
		return 0;
	while (n < s.n && s.p[n] != s.p[0])
		n++;
	return n < s.n ? n + 1 : n;
}

static size_t word(struct str s)
{
	size_t n = 0;

	while (n < s.n && word_char(s.p[n]))
		n++;
	return n;
}

static void put_word(struct buf *out, struct str w, const struct sql_word *table)
{
	for (; table->from; table++)
		if (str_is(w, table->from)) {
			buf_z(out, table->to);
			return;
		}
	buf_add(out, w);
}

void sql_words(struct buf *out, struct str sql, const struct sql_word *table)
{
	while (sql.n) {
		size_t q = quoted(sql), w = q ? 0 : word(sql);

		if (w)
			put_word(out, str_cut(sql, w), table);
		else
			buf_add(out, str_cut(sql, q ? q : 1));
		sql = str_from(sql, w ? w : q ? q : 1);
	}
}

int sql_number(struct buf *out, struct str sql)
{
	int count = 0;

	while (sql.n) {
		size_t q = quoted(sql);

		if (!q && sql.p[0] == '?') {
			buf_ch(out, '$');
			buf_u64(out, (uint64_t)++count);
		} else {
			buf_add(out, str_cut(sql, q ? q : 1));
		}
		sql = str_from(sql, q ? q : 1);
	}
	return count;
}

bool sql_text_good(struct str text)
{
	return str_index(text, '\0') == text.n && str_utf8(text);
}

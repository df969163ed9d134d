#include "wire/xml_plain.h"

#include <strings.h>

static uint32_t digits_of(struct str s, uint32_t base)
{
	static const char digits[] = "0123456789abcdef";
	uint32_t n = 0;

	if (s.n == 0 || s.n > 7)
		return 0;
	for (size_t i = 0; i < s.n; i++) {
		int c = s.p[i] >= 'A' && s.p[i] <= 'F' ? s.p[i] - 'A' + 'a' : s.p[i];
		const char *digit = c ? strchr(digits, c) : NULL;

		if (!digit || digit >= digits + base)
			return 0;
		n = n * base + (uint32_t)(digit - digits);
	}
	return n;
}

/* XML 1.0 production 2. */
static bool is_char(uint32_t c)
{
	return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c <= 0xD7FF) ||
	       (c >= 0xE000 && c <= 0xFFFD) || (c >= 0x10000 && c <= 0x10FFFF);
}

size_t xml_reference(struct str text, uint32_t *rune)
{
	static const struct {
		struct str name;
		uint32_t rune;
	} entities[] = { { { "amp", 3 }, '&' },
			 { { "lt", 2 }, '<' },
			 { { "gt", 2 }, '>' },
			 { { "quot", 4 }, '"' },
			 { { "apos", 4 }, '\'' } };
	struct str rest = str_from(str_cut(text, XML_REFERENCE_MAX), 1);
	struct str name = str_cut(rest, str_index(rest, ';'));

	if (name.n == rest.n)
		return 0;
	*rune = 0;
	for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++)
		if (str_eq(name, entities[i].name))
			*rune = entities[i].rune;
	if (str_starts(name, S("#x")))
		*rune = digits_of(str_from(name, 2), 16);
	else if (str_starts(name, S("#")))
		*rune = digits_of(str_from(name, 1), 10);
	return is_char(*rune) ? name.n + 2 : 0;
}

/* "name = 'value'" with white space before it. */
static bool pseudo(struct str *rest, struct str name, struct str *value)
{
	uint64_t line = 0;
	const char *p = xml_blanks(rest->p, &line);
	struct str at = str_from(*rest, (size_t)(p - rest->p));
	char quote;

	if (p == rest->p || !str_starts(at, name))
		return false;
	at = str_from(at, name.n);
	at = str_from(at, (size_t)(xml_blanks(at.p, &line) - at.p));
	if (!str_starts(at, S("=")))
		return false;
	at = str_from(at, 1);
	at = str_from(at, (size_t)(xml_blanks(at.p, &line) - at.p));
	if (!at.n || (*at.p != '"' && *at.p != '\''))
		return false;
	quote = *at.p;
	at = str_from(at, 1);
	*value = str_cut(at, str_index(at, quote));
	if (value->n == at.n)
		return false;
	*rest = str_from(at, value->n + 1);
	return true;
}

bool xml_declaration(struct str inside)
{
	struct str value;
	uint64_t line = 0;

	if (!pseudo(&inside, S("version"), &value) || !str_eq(value, S("1.0")))
		return false;
	if (pseudo(&inside, S("encoding"), &value) &&
	    (value.n != 5 || strncasecmp(value.p, "utf-8", 5) != 0))
		return false;
	if (pseudo(&inside, S("standalone"), &value) && !str_eq(value, S("yes")) &&
	    !str_eq(value, S("no")))
		return false;
	return xml_blanks(inside.p, &line) == inside.p + inside.n;
}

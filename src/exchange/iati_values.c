#include "base/date.h"
#include "exchange/iati_rules.h"

#include <string.h>

struct str given(const struct iati_element *e, const char *name, bool *found)
{
	return iati_value(e->xml, name, found);
}

struct str given_or_none(const struct iati_element *e, const char *name)
{
	bool found;

	return given(e, name, &found);
}

bool is_given(const struct iati_element *e, const char *name)
{
	bool found;

	(void)given(e, name, &found);
	return found;
}

bool lang_given(const struct iati_element *e)
{
	for (size_t i = 0; i < e->xml->attr_count; i++)
		if (e->xml->attrs[i].name.word == XML_WORD_LANG)
			return true;
	return false;
}

static struct day day_of(struct str text)
{
	struct day d = { 0 };

	d.is = date_parse(str_cut(str_trim(text), 10), &d.day);
	return d;
}

struct day day_attr(const struct iati_element *e, const char *name)
{
	return day_of(given_or_none(e, name));
}

bool day_after(struct day a, struct day b)
{
	return a.is && b.is && a.day > b.day;
}

bool day_ahead(const struct iati_rules *r, struct day d)
{
	return d.is && d.day > r->plan->today;
}

bool period_long(struct period p)
{
	int year, month, day;

	if (!p.start.is || !p.end.is)
		return false;
	date_civil(p.start.day, &year, &month, &day);
	if (month == 2 && day == 29)
		day = 28;
	return p.end.day > date_days(year + 1, month, day);
}

bool text_spaced(struct str s)
{
	const char blank[] = " \t\r\n";

	return s.n && (strchr(blank, s.p[0]) || strchr(blank, s.p[s.n - 1]));
}

bool text_symbols(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] && strchr("/&|?", s.p[i]))
			return true;
	return s.n == 0;
}

bool text_number(struct str s)
{
	size_t digits = 0, points = 0;

	s = str_trim(s);
	if (s.n && *s.p == '-')
		s = str_from(s, 1);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '.')
			points++;
		else if (s.p[i] >= '0' && s.p[i] <= '9')
			digits++;
		else
			return false;
	}
	return digits > 0 && points <= 1;
}

struct exact exact_of(struct str s)
{
	struct exact e = { 0 };
	int128 unit = ATTO;
	bool minus = false, point = false;

	s = str_trim(s);
	if (s.n && (*s.p == '-' || *s.p == '+')) {
		minus = *s.p == '-';
		s = str_from(s, 1);
	}
	if (!text_number(s) || (s.n && *s.p == '-'))
		return (struct exact){ .broken = true };
	for (size_t i = 0; i < s.n && !e.broken; i++) {
		int digit = s.p[i] - '0';

		if (s.p[i] == '.') {
			point = true;
			continue;
		}
		if (point)
			unit /= 10;
		e.atto = point ? e.atto + digit * unit : e.atto * 10 + digit * ATTO;
		e.broken = (point && !unit && digit) || e.atto > ATTO * 1000000000;
	}
	if (minus)
		e.atto = -e.atto;
	return e;
}

bool exact_hundred(struct exact e)
{
	return !e.broken && e.atto == 100 * ATTO;
}

bool exact_outside(struct exact e)
{
	return e.broken || e.atto < 0 || e.atto > 100 * ATTO;
}

struct exact exact_sum(struct exact a, struct exact b)
{
	return (struct exact){ a.atto + b.atto, a.broken || b.broken };
}

#include "register/period.h"

#include "base/date.h"

static bool quarter_read(struct str text, struct desk_period *out)
{
	uint64_t year, quarter;

	if (text.n != 7 || !str_eq(str_cut(str_from(text, 4), 2), S("-Q")) ||
	    !str_u64(str_cut(text, 4), 9999, &year) || year < 1000 ||
	    !str_u64(str_from(text, 6), 4, &quarter) || quarter < 1)
		return false;
	out->from = date_days((int)year, (int)quarter * 3 - 2, 1);
	out->to = quarter == 4 ? date_days((int)year, 12, 31)
			       : date_days((int)year, (int)quarter * 3 + 1, 1) - 1;
	return true;
}

/* "2026", "2026-03", "2026-03-01" */
static bool span_read(struct str text, struct desk_period *out)
{
	char whole[DATE_TEXT] = "0000-01-01";
	int year, month, day;

	if (text.n != 4 && text.n != 7 && text.n != 10)
		return false;
	for (size_t i = 0; i < text.n; i++)
		whole[i] = text.p[i];
	if (!date_parse(str_z(whole), &out->from))
		return false;
	date_civil(out->from, &year, &month, &day);
	out->to = out->from;
	if (text.n == 4)
		out->to = date_days(year, 12, 31);
	else if (text.n == 7)
		out->to = date_days(month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1,
				    1) -
			  1;
	return true;
}

bool period_read(struct str text, struct desk_period *out)
{
	size_t dots = str_find(text, S(".."));
	struct desk_period first, last;

	if (str_is(text, "all")) {
		*out = DESK_EVER;
		return true;
	}
	if (dots == text.n)
		return quarter_read(text, out) || span_read(text, out);
	if (!period_read(str_cut(text, dots), &first) ||
	    !period_read(str_from(text, dots + 2), &last) || last.to < first.from)
		return false;
	*out = (struct desk_period){ first.from, last.to };
	return true;
}

static struct str days_words(struct arena *a, enum lang lang, struct desk_period p)
{
	struct str to = arena_join(a, S(" – "), date_words(a, p.to, lang));

	return arena_join(a, date_words(a, p.from, lang), to);
}

static struct str quarter_words(struct arena *a, enum lang lang, int quarter, struct str year)
{
	static const char *const words[] = { N_("1st quarter of %1"), N_("2nd quarter of %1"),
					     N_("3rd quarter of %1"), N_("4th quarter of %1") };
	struct buf b;

	buf_init(&b, 4096);
	lang_fill(&b, lang_text(lang, words[quarter]), &year, 1);
	return arena_buf(a, &b);
}

struct str period_words(struct arena *a, enum lang lang, struct desk_period p)
{
	int year, month, day, last_year, last_month;
	struct str number;

	if (p.from <= DESK_EVER.from)
		return T(lang, "all years");
	date_civil(p.to + 1, &last_year, &last_month, &day);
	if (day != 1)
		return days_words(a, lang, p);
	date_civil(p.from, &year, &month, &day);
	number = arena_str(a, str_z(err_num((uint64_t)year)));
	if (day == 1 && month == 1 && last_year == year + 1 && last_month == 1)
		return number;
	if (day == 1 && month % 3 == 1 &&
	    (year * 12 + month + 3) == last_year * 12 + last_month)
		return quarter_words(a, lang, month / 3, number);
	return days_words(a, lang, p);
}

#include "base/date.h"

enum { DAY = 86400 };

/* The two digits there. */
static inline bool two_digits(const char *p, int *out)
{
	unsigned ten = (unsigned char)p[0] - (unsigned)'0',
		 one = (unsigned char)p[1] - (unsigned)'0';

	*out = (int)(ten * 10 + one);
	return ten <= 9 && one <= 9;
}

/* Count from 1 March, so that the leap day ends the year. */
int32_t date_days(int year, int month, int day)
{
	int y = month <= 2 ? year - 1 : year, era = y / 400, of_era = y % 400;
	int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void date_civil(int32_t days, int *year, int *month, int *day)
{
	int z = days + 719468, era = z / 146097, of_era = z % 146097;
	int y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int of_year = of_era - (365 * y + y / 4 - y / 100), m = (5 * of_year + 2) / 153;

	*day = of_year - (153 * m + 2) / 5 + 1;
	*month = m < 10 ? m + 3 : m - 9;
	*year = y + era * 400 + (*month <= 2);
}

bool date_parse(struct str s, int32_t *days)
{
	static const char days_of[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int century, y, m, d, last;

	if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-' || !two_digits(s.p, &century) ||
	    !two_digits(s.p + 2, &y) || !two_digits(s.p + 5, &m) || !two_digits(s.p + 8, &d))
		return false;
	y += century * 100;
	if (y < 1000 || m < 1 || m > 12 || d < 1 || d > 31)
		return false;
	last = m == 2 && y % 4 == 0 && (y % 100 || y % 400 == 0) ? 29 : days_of[m - 1];
	*days = date_days(y, m, d);
	return d <= last;
}

static char *put_two(char *to, int v)
{
	*to++ = (char)('0' + v / 10 % 10);
	*to++ = (char)('0' + v % 10);
	return to;
}

const char *date_text(char text[DATE_TEXT], int32_t days)
{
	int y, m, d;
	char *to;

	date_civil(days, &y, &m, &d);
	to = put_two(put_two(text, y / 100), y % 100);
	*to++ = '-';
	to = put_two(to, m);
	*to++ = '-';
	*put_two(to, d) = '\0';
	return text;
}

bool time_parse(struct str s, int64_t *seconds)
{
	int h, m, sec;
	int32_t days;

	if (s.n != 20 || s.p[10] != 'T' || s.p[13] != ':' || s.p[16] != ':' || s.p[19] != 'Z')
		return false;
	if (!date_parse(str_cut(s, 10), &days) || !two_digits(s.p + 11, &h) ||
	    !two_digits(s.p + 14, &m) || !two_digits(s.p + 17, &sec))
		return false;
	*seconds = (int64_t)days * DAY + h * 3600 + m * 60 + sec;
	return h <= 23 && m <= 59 && sec <= 59;
}

const char *time_text(char text[TIME_TEXT], int64_t seconds)
{
	int32_t days = (int32_t)(seconds >= 0 ? seconds / DAY : -((DAY - 1 - seconds) / DAY));
	int of_day = (int)(seconds - (int64_t)days * DAY);
	char *to = text + DATE_TEXT - 1;

	date_text(text, days);
	*to++ = 'T';
	to = put_two(to, of_day / 3600);
	*to++ = ':';
	to = put_two(to, of_day / 60 % 60);
	*to++ = ':';
	to = put_two(to, of_day % 60);
	*to++ = 'Z';
	*to = '\0';
	return text;
}

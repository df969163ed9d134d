/*
 * The S-curve: what was planned to be paid and what each side reports, added up month after
 * month, in one currency; of one project or of all.  curve.c reads, curve_chart.c draws and
 * says the same as a table.
 *
 * A planned disbursement counts in the month its period begins in; a disbursement (IATI type 3)
 * is paid and incoming funds (type 1) are received on their date.  What is reported second-hand
 * is not added up.  Nothing is converted and the sides are never added together.
 */
#ifndef WEB_CURVE_H
#define WEB_CURVE_H
#include "web/svg.h"

enum curve_kind { CURVE_PLANNED, CURVE_PAID, CURVE_RECEIVED, CURVE_KINDS };
enum { CURVE_YEAR = 1960, CURVE_MONTHS = 120 * 12, CURVE_CURRENCIES = 12, CURVE_LINES = 24 };

/* One side's line: sums up to the end of each month, in millionths. */
struct curve_line {
	enum curve_kind kind;
	size_t place;           /* of the party */
	struct str party, name; /* name: where it is drawn */
	int128 *upto;           /* CURVE_MONTHS, counted from January of CURVE_YEAR */
};
struct curve {
	struct visit *v;
	const struct record_row *project; /* NULL: of all */
	const struct record_asked *asked;
	struct str currency;
	struct str currencies[CURVE_CURRENCIES]; /* the project's own first */
	size_t currency_count;
	struct curve_line lines[CURVE_LINES];
	size_t n;
	int first, last;      /* months in which something moves */
	int today;            /* the month it is */
	bool planned, booked; /* there are figures of the kind */
};
/*
 * `own`: the project's currency, may be empty; `asked`: for its page, NULL without one; the
 * rows of who points at it are added up where none is missing.  No lines when nothing is booked
 * or planned.
 */
bool curve_read(struct visit *v, const struct record_row *project,
		const struct record_asked *asked, struct str own, struct curve *out,
		struct err *err) MUST_USE;
/* Chart, table and choice of currency under a heading; nothing when there are no lines. */
void curve_part(struct visit *v, const struct record_row *project,
		const struct record_asked *asked, struct str own);

/* The last day of a month. */
static inline int32_t curve_month_end(int month)
{
	return date_days(CURVE_YEAR + (month + 1) / 12, (month + 1) % 12 + 1, 1) - 1;
}

#endif

/*
 * Civil dates and UTC instants as the ledger and IATI write them: YYYY-MM-DD and
 * YYYY-MM-DDTHH:MM:SSZ (RFC 3339, no fraction, no leap second), proleptic Gregorian.
 */
#ifndef BASE_DATE_H
#define BASE_DATE_H
#include "base/str.h"

enum { DATE_TEXT = 11, TIME_TEXT = 21 };

/* Days since 1970-01-01 of a real date of the years 1000 to 9999. */
bool date_parse(struct str s, int32_t *days) MUST_USE;
const char *date_text(char text[DATE_TEXT], int32_t days);
void date_civil(int32_t days, int *year, int *month, int *day);
int32_t date_days(int year, int month, int day);

/* Seconds since 1970-01-01T00:00:00Z. */
bool time_parse(struct str s, int64_t *seconds) MUST_USE;
const char *time_text(char text[TIME_TEXT], int64_t seconds);

#endif

/*
 * An IATI 2.03 activities file for the benchmark, the same one every time: COUNT activities of
 * one publisher, each with narratives in two languages, sectors and countries that sum to 100,
 * budgets and ten transactions.  It is valid by the schema and clean by the standard's ruleset.
 *
 * usage: iati_activities COUNT >FILE
 */
#include <stdio.h>
#include <stdlib.h>

#define PUBLISHER "XM-DAC-9999"
enum { TRANSACTIONS = 10, BUDGETS = 2 };

/* xorshift: numbers that look like no pattern, and are the same on every machine. */
static unsigned next(unsigned *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* As many as one call of printf needs, drawn one after the other. */
enum { DRAWN = 8 };
static void draw(unsigned *state, unsigned out[DRAWN])
{
	for (int i = 0; i < DRAWN; i++)
		out[i] = next(state);
}

#define PICK(number, list) (list)[(number) % (sizeof(list) / sizeof((list)[0]))]

static const char *const sectors[] = { "11220", "12220", "14030", "21020",
				       "23230", "31120", "32210", "43030" };
static const char *const countries[] = { "ML", "BF", "NE", "TD", "SN", "GN" };
static const char *const currencies[] = { "XOF", "EUR", "RUB", "USD" };
static const char *const types[] = { "1", "2", "3", "3", "3", "4", "11" };
static const char *const words[] = { "route",   "école", "puits",       "réseau",    "santé",
				     "énergie", "eau",   "agriculture", "formation", "pont" };

static void narrative(unsigned *s, unsigned count)
{
	for (int ru = 0; ru < 2; ru++) {
		printf("<narrative xml:lang=\"%s\">", ru ? "ru" : "fr");
		for (unsigned i = 0; i < count; i++)
			printf("%s%s",
			       i    ? " "
			       : ru ? "Проект: "
				    : "Projet : ",
			       PICK(next(s), words));
		printf("</narrative>");
	}
}

static void head(unsigned *s, unsigned n)
{
	unsigned r[DRAWN], share;

	draw(s, r);
	share = 10 + r[0] % 80;
	printf("<iati-activity default-currency=\"%s\" humanitarian=\"0\" "
	       "last-updated-datetime=\"2026-01-%02uT10:00:00Z\" xml:lang=\"fr\">\n"
	       "<iati-identifier>" PUBLISHER "-%u</iati-identifier>\n"
	       "<reporting-org ref=\"" PUBLISHER "\" type=\"10\"><narrative>Bailleur"
	       "</narrative></reporting-org>\n<title>",
	       PICK(r[1], currencies), 1 + r[2] % 28, n);
	narrative(s, 5);
	printf("</title>\n<description type=\"1\">");
	narrative(s, 40);
	printf("</description>\n"
	       "<participating-org ref=\"" PUBLISHER "\" role=\"1\" type=\"10\"><narrative>"
	       "Bailleur</narrative></participating-org>\n"
	       "<participating-org ref=\"" PUBLISHER "%u\" role=\"4\" type=\"10\"><narrative>"
	       "Exécution</narrative></participating-org>\n"
	       "<activity-status code=\"2\"/>\n"
	       "<activity-date iso-date=\"2024-01-%02u\" type=\"1\"/>\n"
	       "<activity-date iso-date=\"2024-02-%02u\" type=\"2\"/>\n"
	       "<activity-date iso-date=\"2029-12-31\" type=\"3\"/>\n"
	       "<contact-info type=\"1\"><email>bench@example.org</email></contact-info>\n"
	       "<recipient-country code=\"%s\" percentage=\"100\"/>\n",
	       r[3] % 500, 1 + r[4] % 28, 1 + r[5] % 28, PICK(r[6], countries));
	printf("<sector vocabulary=\"1\" code=\"11110\" percentage=\"%u\"/>\n"
	       "<sector vocabulary=\"1\" code=\"%s\" percentage=\"%u\"/>\n"
	       "<collaboration-type code=\"1\"/><default-flow-type code=\"10\"/>"
	       "<default-finance-type code=\"110\"/><default-aid-type code=\"C01\"/>"
	       "<default-tied-status code=\"5\"/>\n",
	       share, PICK(r[7], sectors), 100 - share);
}

static void budget(unsigned *s, unsigned year)
{
	unsigned amount = next(s) % 90000000;

	printf("<budget type=\"1\" status=\"2\"><period-start iso-date=\"%u-01-01\"/>"
	       "<period-end iso-date=\"%u-12-31\"/>"
	       "<value currency=\"XOF\" value-date=\"%u-01-01\">%u.%02u</value></budget>\n",
	       year, year, year, 1000 + amount, amount % 100);
}

static void transaction(unsigned *s, unsigned n, unsigned k)
{
	unsigned r[DRAWN], year, month, day;

	draw(s, r);
	year = 2024 + r[0] % 2;
	month = 1 + r[1] % 12;
	day = 1 + r[2] % 28;
	printf("<transaction ref=\"T-%u-%u\"><transaction-type code=\"%s\"/>"
	       "<transaction-date iso-date=\"%u-%02u-%02u\"/>"
	       "<value currency=\"%s\" value-date=\"%u-%02u-%02u\">%u.%02u</value>"
	       "<description>",
	       n, k, PICK(r[3], types), year, month, day, PICK(r[4], currencies), year, month,
	       day, 1 + r[5] % 90000000, r[6] % 100);
	narrative(s, 6);
	printf("</description><provider-org ref=\"" PUBLISHER "\" type=\"10\" "
	       "provider-activity-id=\"" PUBLISHER "-%u\"><narrative>Bailleur</narrative>"
	       "</provider-org><receiver-org ref=\"" PUBLISHER "1\" type=\"10\"><narrative>"
	       "Trésor</narrative></receiver-org></transaction>\n",
	       n);
}

int main(int argc, char **argv)
{
	unsigned state = 2463534242U;
	unsigned long count = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;

	if (count == 0)
		return 2;
	printf("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<iati-activities version=\"2.03\" "
	       "generated-datetime=\"2026-01-31T10:00:00Z\">\n");
	for (unsigned n = 1; n <= count; n++) {
		head(&state, n);
		for (unsigned year = 2025; year < 2025 + BUDGETS; year++)
			budget(&state, year);
		for (unsigned k = 1; k <= TRANSACTIONS; k++)
			transaction(&state, n, k);
		printf("</iati-activity>\n");
	}
	printf("</iati-activities>\n");
	return ferror(stdout) || fclose(stdout) != 0;
}

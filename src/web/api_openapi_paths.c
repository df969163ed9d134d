#include "web/api.h"

/* Addresses to read that are of no record type: sums, the reconciliation desk, open data. */

enum { PARAMETERS_MAX = 16 };

struct path {
	const char *path, *summary, *answer;
	struct {
		const char *name, *about;
	} query[PARAMETERS_MAX];
};

#define LANG                                                                                   \
	{                                                                                      \
		"lang", "fr, ru, en"                                                           \
	}
#define SUMS                                                                                   \
	{ "kind", "transaction (when absent), budget, planned_disbursement" },                 \
		{ "by", "transaction-type, currency, year, sector, country, party, project, "  \
			"publisher; joined by commas" },                                       \
		{ "in", "convert into this currency (ISO 4217)" },                             \
		{ "rates", "whose rates, with `in`; parity: only what is fixed by treaty" },   \
		{ "repeated",                                                                  \
		  "what second-hand publishers repeat: out (when absent), in, only" },         \
		{ "party",                                                                     \
		  "only of this party; so with transaction-type, currency, year, sector, "     \
		  "country, project, publisher" },                                             \
	{                                                                                      \
		"none", "dimensions of which only what is not stated counts"                   \
	}
#define DESK                                                                                   \
	{ "period", "2026, 2026-Q2, 2026-06 or all" }, { "between", "two parties: ml,ru" },    \
		{ "project", "joint/UUID" }, { "kind", "of flow" },                            \
		{ "class", "of difference" }, { "giver", "party" }, { "party", "party" },      \
		{ "currency", "XOF, or given:received" },                                      \
	{                                                                                      \
		"rates", "whose rates compare two currencies"                                  \
	}

static const struct path paths[] = {
	{ "/api/v1/totals",
	  "Sums of money by any dimensions, exact decimals",
	  "[{transaction-type, …, currency, count, amount, unconverted?}]",
	  { SUMS, LANG } },
	{ "/api/v1/totals/figures",
	  "The figures behind a sum, newest first, each with its proof",
	  "{items: [{record, date, value-date, amount, currency, result?, in?, source?, path?, "
	  "words?, unconverted?, parts: [{…, amount}]}], next}",
	  { SUMS,
	    { "limit", "1 to 1000; 100 when absent" },
	    { "after", "`next` of the answer before" },
	    LANG } },
	{ "/api/v1/reconciliation-desk",
	  "What both sides report, paired, with the difference classed",
	  "{period, sums, items, total, next}",
	  { DESK,
	    { "limit", "1 to 1000" },
	    { "after", "`next` of the answer before" },
	    LANG } },
	{ "/api/v1/reconciliation-desk.csv", "The same as CSV", "text/csv", { DESK, LANG } },
	{ "/data/activities.xml",
	  "The public projects as IATI 2.03",
	  "application/xml",
	  { LANG } },
};

static void put_path(struct json_w *w, const struct path *p)
{
	api_path_open(w, p->path, "", "", "get");
	json_pair(w, "summary", str_z(p->summary));
	json_key(w, "parameters");
	json_open(w, '[');
	for (size_t i = 0; i < PARAMETERS_MAX && p->query[i].name; i++)
		api_parameter(w, p->query[i].name, "query", p->query[i].about);
	json_close(w, ']');
	api_answers(w, "200", p->answer);
	api_path_close(w);
}

static void put_file(struct json_w *w, const char *path, const char *summary,
		     const char *answer)
{
	api_path_open(w, path, "", "", "get");
	json_pair(w, "summary", str_z(summary));
	json_key(w, "parameters");
	json_open(w, '[');
	api_parameter(w, "kind", "path",
		      "a record type, or the parts of one: project, project.sectors");
	api_parameter(w, "format", "path", "csv, xlsx, json or jsonl");
	api_parameter(w, "lang", "query", "fr, ru, en: of headings and names of codes");
	json_close(w, ']');
	api_answers(w, "200", answer);
	api_path_close(w);
}

void api_other_paths(struct json_w *w)
{
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		put_path(w, &paths[i]);
	put_file(w, "/data/{kind}.{format}", "A table of all that the reader may see",
		 "the file, streamed");
	put_file(w, "/data/{kind}-template.{format}",
		 "A table to fill in and import: csv or xlsx", "the file");
}

/* Which table a file is. */
#include "exchange/table_in_inside.h"

#include <stdlib.h>

enum { KIND_ARENA = 16 << 20, LINE_ARENA = 64 << 20, KNOWN_LEAST = 2 };

struct kind_search {
	const struct table_in_plan *plan;
	const struct str *cells;
	size_t n;
	const struct record *record;
	const struct field *parts;
	size_t known; /* of the headings, the most that a table knows */
	bool tied;
};

static bool not_told(struct err *err)
{
	return err_set(err, ERR_USAGE, NULL,
		       N_("Name the kind of record that each row is: --kind transaction; or "
			  "of which records it is a part: --kind project.milestones. benkan "
			  "show --node DIR lists the kinds."));
}

static void try_table(struct kind_search *k, const struct record *r, const struct field *parts)
{
	struct table_in *t = calloc(1, sizeof(*t));
	struct err ignored;
	size_t known = 0;

	if (!t)
		abort();
	t->plan = *k->plan;
	t->plan.record = r;
	t->plan.parts = parts;
	arena_init(&t->arena, KIND_ARENA);
	table_in_understand(t, k->cells, k->n);
	for (size_t i = 0; i < t->n; i++)
		known += t->headings[i].known || t->headings[i].key || t->headings[i].column;
	if (known >= KNOWN_LEAST && known >= k->known && !table_in_unfit(t, &ignored)) {
		k->tied = known == k->known;
		k->record = r;
		k->parts = parts;
		k->known = known;
	}
	arena_done(&t->arena);
	free(t);
}

/* The table that knows the most headings, when no other knows as many. */
static bool by_headings(struct table_in_plan *plan, const struct str *cells, size_t n,
			struct err *err)
{
	struct kind_search k = { .plan = plan, .cells = cells, .n = n };

	for (size_t i = 0; i < RECORD_COUNT; i++) {
		if (records[i].part)
			continue;
		try_table(&k, &records[i], NULL);
		for
			each_field(f, &records[i])
			{
				if (f->kind == PARTS)
					try_table(&k, &records[i], f);
			}
	}
	if (!k.record || k.tied)
		return not_told(err);
	plan->record = k.record;
	plan->parts = k.parts;
	return true;
}

static bool of_lines(struct table_in_plan *plan, struct arena *a, struct str bytes,
		     struct err *err)
{
	struct json *line;

	if (str_starts(bytes, S("\xef\xbb\xbf")))
		bytes = str_from(bytes, 3);
	bytes = str_trim(bytes);
	if (json_object(a, str_cut(bytes, str_index(bytes, '\n')), &line, err))
		plan->record = record_named(json_str(line, "kind"));
	return (plan->record && !plan->record->part) || not_told(err);
}

bool table_in_kind(struct table_in_plan *plan, struct str bytes, struct err *err)
{
	struct str cells[CSV_CELLS_MAX];
	struct table_source source;
	struct arena a;
	size_t n;
	bool ok;

	arena_init(&a, LINE_ARENA);
	if (plan->file == TABLE_FILE_JSONL) {
		ok = of_lines(plan, &a, bytes, err);
	} else if (source_open(&source, plan->file, bytes, plan->sheet, err)) {
		ok = source_row(&source, &a, cells, &n, err) &&
		     by_headings(plan, cells, n, err);
		source_close(&source);
	} else {
		ok = false;
	}
	arena_done(&a);
	return ok;
}

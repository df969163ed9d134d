#include "exchange/table_in_inside.h"

#include <string.h>

/*
 * JSON Lines as table_json.c writes them: {"kind","party","id","data",…}; what else stands
 * there (label, ledger, time) is passed over.  A line without an id would make a record at
 * every import: it is refused.
 */

const char *const table_file_names[TABLE_FILES] = {
	[TABLE_FILE_CSV] = "csv", [TABLE_FILE_XLSX] = "xlsx", [TABLE_FILE_JSONL] = "jsonl"
};

enum table_file table_file_of(struct str bytes)
{
	if (str_starts(bytes, S("PK\3\4")) || str_starts(bytes, S("\xd0\xcf\x11\xe0")))
		return TABLE_FILE_XLSX;
	if (str_starts(bytes, S("\xef\xbb\xbf")))
		bytes = str_from(bytes, 3);
	bytes = str_trim(str_cut(bytes, 4096));
	if (str_starts(bytes, S("{")))
		return TABLE_FILE_JSONL;
	return str_starts(bytes, S("<")) ? TABLE_FILES : TABLE_FILE_CSV;
}

bool table_sheets(struct arena *a, struct str bytes, struct str **names, size_t *n,
		  struct err *err)
{
	struct xlsx_in *x = xlsx_in_open(bytes, err);

	if (!x)
		return false;
	*n = xlsx_in_sheets(x);
	*names = arena_array(a, struct str, *n);
	for (size_t i = 0; i < *n; i++)
		(*names)[i] = arena_str(a, xlsx_in_sheet_name(x, i));
	xlsx_in_close(x);
	return true;
}

static bool read_place(struct row *r, const struct json *line, struct err *err)
{
	const struct record *kind = r->t->plan.record;
	struct str named = json_str(line, "kind");
	struct buf text;
	struct ref ref;
	bool ok;

	if (!str_is(named, kind->name))
		return err_set(err, ERR_INPUT, "kind",
			       N_("This line is of the kind “%1”, not “%2”."), err_arg(named),
			       kind->name);
	r->party = json_str(line, "party");
	r->id = json_str(line, "id");
	buf_init(&text, 128);
	buf_add(&text, r->party);
	buf_ch(&text, '/');
	buf_add(&text, r->id);
	ok = ref_parse(buf_str(&text), &ref);
	buf_done(&text);
	if (!ok)
		return err_set(
			err, ERR_INPUT, "id",
			N_("This line names no record: “party” and “id” are needed, as an "
			   "export has them."));
	return !table_in_seen(r->t, r->id) ||
	       err_set(err, ERR_INPUT, "id",
		       N_("A row above has the same id or key. Give each its own, or join "
			  "them."));
}

/* What is not public stays so. */
static struct str visibility_of(const struct json *line)
{
	struct str v = json_str(line, "visibility");

	return str_is(v, "public") ? S("") : v;
}

static bool read_line(struct row *r, struct str text, struct err *err)
{
	const struct json *data;
	struct json *line;

	if (!json_object(r->a, text, &line, err) || !read_place(r, line, err)) {
		table_in_tell(r, S(""), err);
		return true;
	}
	data = json_get(line, "data");
	if (!data || data->type != JSON_OBJECT) {
		err_set(err, ERR_INPUT, "data", N_("This line has no “data”."));
		table_in_tell(r, S("data"), err);
		return true;
	}
	if (!table_in_find(r, err))
		return false;
	table_in_draft(r, data, visibility_of(line));
	return true;
}

bool table_in_json(struct row *r, bool *more, struct err *err)
{
	struct table_in *t = r->t;
	struct str text = S("");

	while (!text.n && t->lines.n) {
		size_t end = str_index(t->lines, '\n');

		text = str_trim(str_cut(t->lines, end));
		t->lines = str_from(t->lines, end + 1);
		t->line++;
		if (t->line == 1 && str_starts(text, S("\xef\xbb\xbf")))
			text = str_from(text, 3);
	}
	*more = text.n > 0;
	r->out->row = t->line;
	return !*more || read_line(r, text, err);
}

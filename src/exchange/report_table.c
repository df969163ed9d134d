#include "exchange/report.h"

void report_fields(struct report *r, const enum field_id *list, const struct json *data)
{
	struct paper_block *b = paper_add(r->p, PAPER_FIELDS, paper_plain(r->p, S("")));

	for (; *list != FIELD_NONE; list++)
		paper_field(r->p, b, paper_label(r->p, *list), report_value(r, *list, data));
}

struct paper_cell report_figure(struct report *r, struct dec d, unsigned places)
{
	char text[DEC_TEXT];

	return (struct paper_cell){ .kind = CELL_MONEY,
				    .text = paper_plain(
					    r->p, number_text(r->a, d, places, r->p->langs[0])),
				    .exact = arena_str(r->a, str_z(dec_text(text, d, places))),
				    .places = places };
}

struct paper_block *report_table(struct report *r, const struct report_columns *c)
{
	struct paper_text heads[PAPER_COLUMNS];

	for (size_t i = 0; i < c->n; i++)
		heads[i] = paper_label(r->p, c->fields[i]);
	return paper_table(r->p, c->widths, c->n, heads);
}

struct paper_cell *report_row(struct report *r, struct paper_block *b,
			      const struct report_columns *c, const struct json *data)
{
	struct paper_cell *cells = paper_row(r->p, b);

	for (size_t i = 0; i < c->n; i++) {
		const struct field *f = &fields[c->fields[i]];
		const struct json *value = json_get(data, f->name);

		if (f->kind == REF)
			cells[i].text = report_label(r, f, value);
		else if (value && f->shape == SHAPE_PARTY)
			cells[i].text = report_party(r, value->str);
		else
			cells[i] = paper_typed(r->p, f, value);
	}
	return cells;
}

void report_parts(struct report *r, enum field_id parts, const struct report_columns *c,
		  const struct json *data)
{
	const struct json *all = json_arr(data, fields[parts].name);
	struct paper_block *b;

	if (!all || !all->child)
		return;
	paper_add(r->p, PAPER_HEADING, paper_label(r->p, parts));
	b = report_table(r, c);
	for (const struct json *part = all->child; part; part = part->next)
		(void)report_row(r, b, c, part);
}

/* --- what is late: a decision as the register counts it (due.def), else by its date --- */

enum { LATE_MAX = 1000, LONG_AGO = -1000000 };

struct late {
	struct due_row *rows;
	size_t n;
};

static bool read_late(struct report *r, struct late *late, struct err *err)
{
	const struct due_query q = { .from = LONG_AGO,
				     .to = r->today,
				     .deadlines_only = true,
				     .date = decision_deadline,
				     .who = r->who,
				     .lang = r->p->langs[0],
				     .limit = LATE_MAX };
	uint64_t total;

	return view_due(r->v, r->a, &q, &late->rows, &late->n, &total, err);
}

static bool is_late(struct report *r, const struct late *late, enum field_id f,
		    const struct record_row *row, struct str date)
{
	int32_t day;

	if (f == obstacle_due)
		return date_parse(date, &day) && day < r->today;
	for (size_t i = 0; f == decision_deadline && i < late->n; i++)
		if (str_eq(late->rows[i].of.id, row->id))
			return true;
	return false;
}

bool report_found(struct report *r, struct paper_text heading, struct list_query *q,
		  const struct report_columns *c, struct err *err)
{
	struct list_result found;
	struct paper_block *b;
	struct late late;

	if (!report_rows(r, q, &found, err) || !read_late(r, &late, err))
		return false;
	paper_add(r->p, PAPER_HEADING, heading);
	if (found.n == 0) {
		paper_add(r->p, PAPER_PARAGRAPH, paper_say(r->p, N_("None.")));
		return true;
	}
	b = report_table(r, c);
	for (size_t i = 0; i < found.n; i++) {
		struct paper_cell *cells = report_row(r, b, c, report_data(r, &found.rows[i]));

		for (size_t k = 0; k < c->n; k++)
			cells[k].alert =
				is_late(r, &late, c->fields[k], &found.rows[i], cells[k].exact);
	}
	return true;
}

#include "exchange/report.h"
#include "model/pairing.h"

void report_fields(struct report *r, const enum field_id *list, const struct json *data)
{
	struct paper_block *b = paper_add(r->p, PAPER_FIELDS, paper_plain(r->p, S("")));

	for (; *list != FIELD_NONE; list++)
		paper_field(r->p, b, paper_label(r->p, *list), report_value(r, *list, data));
}

struct paper_cell report_figure(struct report *r, struct dec d, struct str currency)
{
	const bool goods = flow_unit(currency);
	const unsigned places = goods ? 0 : currency_places(currency);
	struct str in[PAPER_LANGS] = { S(""), S("") };
	struct paper_text figure, unit;
	char text[DEC_TEXT];

	if (currency.n == 0)
		return (struct paper_cell){ .text = paper_plain(r->p, S("–")) };
	for (size_t i = 0; i < r->p->lang_count; i++)
		in[i] = goods ? code_name("Unit", currency, r->p->langs[i]) : currency;
	unit = paper_pair(r->p, in);
	figure = paper_plain(r->p, number_text(r->a, d, places, r->p->langs[0]));
	return (struct paper_cell){ .kind = CELL_MONEY,
				    .text = paper_join(r->p, figure, S("\u00a0"), unit),
				    .exact = arena_str(r->a, str_z(dec_text(text, d, places))),
				    .places = places,
				    .unit = paper_in(&unit, 0) };
}

struct paper_cell report_count(struct report *r, uint64_t n)
{
	struct paper_text text = paper_plain(r->p, str_z(err_num(n)));

	return (struct paper_cell){ .kind = CELL_NUMBER, .text = text, .exact = text.in[0] };
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

void report_approvals(struct report *r, struct paper_block *list, const struct json *decision)
{
	const struct json *all = json_arr(decision, "approvals");

	for (const struct json *a = all ? all->child : NULL; a; a = a->next) {
		struct paper_text who = report_party(r, json_str(a, "party")), state;

		who = paper_join(r->p, who, S(", "), report_value(r, approval_authority, a));
		if (json_get(a, "granted"))
			state = paper_join(r->p, paper_say(r->p, N_("approved")), S(" · "),
					   report_value(r, approval_granted, a));
		else
			state = paper_join(r->p, paper_say(r->p, N_("approval awaited")),
					   S(" · "), report_value(r, approval_deadline, a));
		paper_field(r->p, list, who, state);
	}
}

void report_signatures(struct report *r)
{
	struct paper_block *b = paper_add(r->p, PAPER_SIGNATURES, paper_plain(r->p, S("")));

	for (size_t k = 0; k < r->party_count; k++) {
		const struct paper_text who = report_party(r, r->parties[k]);

		paper_row(r->p, b)->text = paper_fill(r->p, N_("For the side: %1"), &who, 1);
	}
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

#include "exchange/report.h"

static const enum field_id about[] = { project_identifier,  project_status,
				       project_field,       project_planned_start,
				       project_planned_end, project_actual_start,
				       project_actual_end,  project_cost,
				       project_agreement,   FIELD_NONE };

static const enum field_id lead_fields[] = { lead_party, lead_organisation };
static const unsigned lead_widths[] = { 20, 80 };
static const struct report_columns leads = REPORT_COLUMNS(lead_fields, lead_widths);

static const enum field_id participant_fields[] = { participation_organisation,
						    participation_role };
static const unsigned participant_widths[] = { 70, 30 };
static const struct report_columns participants =
	REPORT_COLUMNS(participant_fields, participant_widths);

static const enum field_id sector_fields[] = { project_sector_sector,
					       project_sector_percentage };
static const unsigned sector_widths[] = { 80, 20 };
static const struct report_columns sectors = REPORT_COLUMNS(sector_fields, sector_widths);

static const enum field_id milestone_fields[] = { milestone_title, milestone_party,
						  milestone_planned_start,
						  milestone_planned_end };
static const unsigned milestone_widths[] = { 46, 18, 18, 18 };
static const struct report_columns milestones =
	REPORT_COLUMNS(milestone_fields, milestone_widths);

static const enum field_id obstacle_fields[] = { obstacle_title, obstacle_severity,
						 obstacle_status, obstacle_due };
static const unsigned obstacle_widths[] = { 48, 16, 18, 18 };
static const struct report_columns obstacles = REPORT_COLUMNS(obstacle_fields, obstacle_widths);

/* What each side has booked, by type and currency. */
static bool put_money(struct report *r, struct str ref, struct err *err)
{
	static const unsigned widths[] = { 25, 45, 30 };
	const struct total_query q = { &records[RECORD_transaction], "project", ref, r->who };
	const struct paper_text heads[] = { paper_label(r->p, lead_party),
					    paper_label(r->p, transaction_type),
					    paper_say(r->p, N_("Amount")) };
	struct total_row *rows;
	struct paper_block *b;
	size_t n;

	if (!view_totals(r->v, r->a, &q, &rows, &n, err))
		return false;
	if (n == 0)
		return true;
	paper_add(r->p, PAPER_HEADING, paper_say(r->p, N_("Booked by each side")));
	b = paper_table(r->p, widths, 3, heads);
	for (size_t i = 0; i < n; i++) {
		struct paper_cell *cells = paper_row(r->p, b);
		struct str type[PAPER_LANGS] = { S(""), S("") };

		for (size_t k = 0; k < r->p->lang_count; k++)
			type[k] = code_name("TransactionType", rows[i].type, r->p->langs[k]);
		cells[0].text = report_party(r, rows[i].party);
		cells[1].text = paper_pair(r->p, type);
		cells[2] = report_figure(r, rows[i].amount, rows[i].currency);
	}
	return true;
}

bool report_project(struct report *r, struct err *err)
{
	struct list_query blocked;
	struct record_row row;
	const struct json *data;
	struct str ref;

	if (!report_record(r, &records[RECORD_project], NULL, &row, err))
		return false;
	data = report_data(r, &row);
	ref = report_ref(r, &row);
	report_about(r, report_value(r, project_title, data));
	if (json_get(data, "description"))
		paper_add(r->p, PAPER_PARAGRAPH, report_value(r, project_description, data));
	report_fields(r, about, data);
	report_parts(r, project_leads, &leads, data);
	report_parts(r, project_participants, &participants, data);
	report_parts(r, project_sectors, &sectors, data);
	report_parts(r, project_milestones, &milestones, data);
	blocked = report_query(r, obstacle_status, S("open being-solved escalated"));
	blocked.filters[blocked.filter_count++] =
		(struct list_filter){ &fields[obstacle_project],
				      str_z(fields[obstacle_project].name), ref };
	return put_money(r, ref, err) && report_found(r, paper_say(r->p, N_("Open obstacles")),
						      &blocked, &obstacles, err);
}

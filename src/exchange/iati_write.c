#include "exchange/iati_write_inside.h"

#include <assert.h>
#include <stdlib.h>

enum { PAGE_PROJECTS = 50, OUT_MAX = 64 << 20, FLUSH = 64 << 10, ARENA_MAX = 512 << 20 };

bool out_flush(struct out *o)
{
	bool ok = o->b.n < FLUSH;

	if (ok)
		return true;
	ok = o->job->put(o->job->ctx, buf_str(&o->b), o->err);
	buf_clear(&o->b);
	o->failed |= !ok;
	return ok;
}

/* --- which activities a project has --- */

static struct str party_of(struct str ref)
{
	return str_cut(ref, str_index(ref, '/'));
}

/* The identifier this side's organisation has for the project. */
static struct str own_activity(const struct out *o)
{
	const struct json *list = out_get(o->project, project_participants);

	for (const struct json *p = list ? list->child : NULL; p; p = p->next)
		if (out_str(p, participation_activity).n &&
		    str_eq(party_of(out_str(p, participation_organisation)), o->party))
			return out_str(p, participation_activity);
	return S("");
}

static bool reports_it(const struct out *o)
{
	return str_eq(party_of(out_str(o->project, project_reporter)), o->party);
}

/* Whether this side has anything to say of the project. */
static bool takes_part(struct out *o)
{
	if (out_get(o->project, project_reporter))
		return reports_it(o) || out_any(o, RECORD_transaction);
	return own_activity(o).n || out_any(o, RECORD_transaction) ||
	       out_any(o, RECORD_budget) || out_any(o, RECORD_planned_disbursement);
}

/*
 * What both sides tie their payments with: the reporting organisation's own identifier of an
 * activity it published elsewhere, else the one the project gives this side's organisation,
 * else one made of the reporter's and the record's.
 */
static struct str identifier_of(struct out *o, const struct org *reporter)
{
	struct str id = out_str(o->project, project_identifier);

	if (reports_it(o) && id.n)
		return id;
	if (own_activity(o).n && !out_get(o->project, project_reporter))
		return own_activity(o);
	return arena_join(&o->a, arena_join(&o->a, reporter->ref, S("-")), o->row->id);
}

/* --- its elements, in the order of the schema --- */

static void reporting_org(struct out *o, const struct org *reporter)
{
	xml_open_tag(&o->w, "reporting-org");
	xml_put_attrs(&o->w, reporter->ref_attr);
	xml_put_attrs(&o->w, reporter->type_attr);
	o->second_hand = reports_it(o) && out_yes(o->project, project_secondary);
	if (o->second_hand)
		xml_attr(&o->w, "secondary-reporter", S("1"));
	xml_put_elements(&o->w, reporter->narratives);
	if (!reporter->narratives.n) {
		xml_open_tag(&o->w, "narrative");
		xml_attr(&o->w, "xml:lang", S("en"));
		xml_text(&o->w, reporter->ref);
		xml_close_tag(&o->w);
	}
	xml_close_tag(&o->w);
}

static void participant(struct out *o, const struct org *org, struct str role,
			struct str activity)
{
	xml_open_tag(&o->w, "participating-org");
	xml_put_attrs(&o->w, org->ref_attr);
	xml_put_attrs(&o->w, org->type_attr);
	xml_attr(&o->w, "role", role);
	if (activity.n)
		xml_attr(&o->w, "activity-id", activity);
	xml_put_elements(&o->w, org->narratives);
	xml_close_tag(&o->w);
}

/* The schema wants one at least: whoever reports answers for it. */
static void participants(struct out *o, const struct org *reporter)
{
	const struct json *list = out_get(o->project, project_participants);
	bool any = false;

	for (const struct json *p = list ? list->child : NULL; p; p = p->next) {
		struct org org = out_org(o, out_str(p, participation_organisation));

		if (org.known)
			participant(o, &org, out_str(p, participation_role),
				    out_str(p, participation_activity));
		else
			out_lose(o, participation_organisation);
		any |= org.known;
	}
	if (!any)
		participant(o, reporter, S("2"), S(""));
}

static void dates(struct out *o)
{
	static const struct {
		const char *type;
		enum field_id f;
	} dates[] = { { "1", project_planned_start },
		      { "2", project_actual_start },
		      { "3", project_planned_end },
		      { "4", project_actual_end } };

	for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
		struct str date = out_str(o->project, dates[i].f);

		if (!date.n)
			continue;
		xml_open_tag(&o->w, "activity-date");
		xml_attr(&o->w, "type", str_z(dates[i].type));
		xml_attr(&o->w, "iso-date", date);
		xml_close_tag(&o->w);
	}
}

/* --- countries: each once, with the sum of its places' shares --- */

enum { COUNTRIES_MAX = 300 /* places of a project: PARTS' bound */ };
struct share {
	struct str country;
	struct dec percentage;
};

static size_t shares_of(const struct json *places, struct share out[COUNTRIES_MAX], bool *known)
{
	size_t n = 0;

	*known = false;
	for (const struct json *p = places ? places->child : NULL; p; p = p->next) {
		struct str country = out_str(p, project_location_country);
		struct dec d = { 0 };
		size_t i = 0;

		while (i < n && !str_eq(out[i].country, country))
			i++;
		if (i == COUNTRIES_MAX)
			continue;
		if (i == n)
			out[n++] = (struct share){ country, { 0 } };
		if (dec_parse(out_str(p, project_location_percentage), &d)) {
			*known = true;
			(void)!dec_add(out[i].percentage, d, &out[i].percentage);
		}
	}
	return n;
}

/* Without shares, several countries cannot be told as the standard wants (rule 3.1.1): the
 * region "developing countries, unspecified" stands for them, each place names its own. */
static void countries(struct out *o)
{
	struct share shares[COUNTRIES_MAX];
	bool known;
	size_t n = shares_of(out_get(o->project, project_locations), shares, &known);
	char text[DEC_TEXT];

	if (n == 0 && o->countries_below)
		return;
	if (n == 0 || (n > 1 && !known)) {
		xml_open_tag(&o->w, "recipient-region");
		xml_attr(&o->w, "code", S("998"));
		xml_attr(&o->w, "vocabulary", S("1"));
		xml_close_tag(&o->w);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		xml_open_tag(&o->w, "recipient-country");
		xml_attr(&o->w, "code", shares[i].country);
		if (n > 1)
			xml_attr(&o->w, "percentage",
				 str_z(dec_text(text, shares[i].percentage, 0)));
		xml_close_tag(&o->w);
	}
}

static void place(struct out *o, const struct json *p)
{
	const struct json *point = out_get(p, project_location_point);
	struct str pos;

	xml_open_tag(&o->w, "location");
	out_mtext(o, "name", out_get(p, project_location_place));
	xml_open_tag(&o->w, "administrative");
	xml_attr(&o->w, "vocabulary", S("A4"));
	xml_attr(&o->w, "code", out_str(p, project_location_country));
	xml_close_tag(&o->w);
	if (point) {
		pos = arena_join(&o->a, json_str(point, "lat"), S(" "));
		xml_open_tag(&o->w, "point");
		xml_attr(&o->w, "srsName", S("http://www.opengis.net/def/crs/EPSG/0/4326"));
		xml_open_tag(&o->w, "pos");
		xml_text(&o->w, arena_join(&o->a, pos, json_str(point, "lon")));
		xml_close_tag(&o->w);
		xml_close_tag(&o->w);
	}
	xml_close_tag(&o->w);
}

static void places(struct out *o)
{
	const struct json *list = out_get(o->project, project_locations);
	struct share shares[COUNTRIES_MAX];
	bool known;
	bool several = shares_of(list, shares, &known) > 1 && !known;

	for (const struct json *p = list ? list->child : NULL; p; p = p->next)
		if (several || out_get(p, project_location_place) ||
		    out_get(p, project_location_point))
			place(o, p);
}

static void one_sector(struct out *o, struct str code, struct str percentage)
{
	xml_open_tag(&o->w, "sector");
	xml_attr(&o->w, "vocabulary", S("1"));
	xml_attr(&o->w, "code", code);
	if (percentage.n)
		xml_attr(&o->w, "percentage", percentage);
	xml_close_tag(&o->w);
}

/* 99810: the code of OECD DAC for sectors that are not specified (rule 6.2.2 wants one). */
static void sectors(struct out *o)
{
	const struct json *list = out_get(o->project, project_sectors);

	if (o->sectors_below)
		return;
	if (!list || !list->child)
		one_sector(o, S("99810"), S(""));
	for (const struct json *s = list ? list->child : NULL; s; s = s->next)
		one_sector(o, out_str(s, project_sector_sector),
			   out_str(s, project_sector_percentage));
}

static void description(struct out *o)
{
	const struct json *text = out_get(o->project, project_description);

	out_mtext(o, "description", text ? text : out_get(o->project, project_title));
}

static void defaults(struct out *o)
{
	out_field(o, "default-flow-type", "code", out_str(o->project, project_flow_type));
	out_field(o, "default-finance-type", "code", out_str(o->project, project_finance_type));
	out_field(o, "default-aid-type", "code", out_str(o->project, project_aid_type));
	out_field(o, "default-tied-status", "code", out_str(o->project, project_tied_status));
}

/* The project's common identifier, where each side's activity has one of its own. */
static void other_identifier(struct out *o, struct str id)
{
	struct str common = out_str(o->project, project_identifier);

	if (!common.n || str_eq(common, id))
		return;
	xml_open_tag(&o->w, "other-identifier");
	xml_attr(&o->w, "ref", common);
	xml_attr(&o->w, "type", S("A9"));
	xml_close_tag(&o->w);
}

static void head(struct out *o, const struct org *reporter, struct str id)
{
	xml_open_tag(&o->w, "iati-identifier");
	xml_text(&o->w, id);
	xml_close_tag(&o->w);
	reporting_org(o, reporter);
	out_mtext(o, "title", out_get(o->project, project_title));
	description(o);
	participants(o, reporter);
	other_identifier(o, id);
	out_plain(o, "activity-status", "code", out_str(o->project, project_status));
	dates(o);
	countries(o);
	places(o);
	sectors(o);
	defaults(o);
}

/* --- one activity --- */

/* Whether one of this side's payments has a country of its own; then the activity has none. */
static void see_country(struct out *o, const struct out_row *row)
{
	o->countries_below |= row_get(row, transaction_country) != NULL;
}

static bool look_below(struct out *o)
{
	bool n = out_any(o, RECORD_transaction);
	const struct json *places = out_get(o->project, project_locations);

	o->sectors_below = n && out_yes(o->project, project_sectors_on_transactions);
	o->countries_below = false;
	return !o->failed && (!n || (places && places->child) ||
			      out_each(o, RECORD_transaction, see_country));
}

static bool activity(struct out *o)
{
	struct org reporter = out_reporter(o);

	if (!look_below(o))
		return false;
	xml_open_tag(&o->w, "iati-activity");
	xml_attr(&o->w, "last-updated-datetime", o->row->time);
	head(o, &reporter, identifier_of(o, &reporter));
	if (!out_budgets(o) || !out_planned(o) || !out_transactions(o) || !out_documents(o) ||
	    !out_results(o))
		return false;
	xml_close_tag(&o->w);
	o->tally->activities++;
	return out_flush(o);
}

/* --- one project --- */

static bool each_party(struct out *o, bool agreed, struct str proposer)
{
	const struct charter *c = o->job->charter;
	bool any = false;

	for (size_t i = 0; i < c->ledger_count; i++) {
		o->party = c->ledgers[i].party;
		if (!charter_leads(c, i))
			continue;
		if (agreed ? !takes_part(o) : !str_eq(o->party, proposer))
			continue;
		any = true;
		if (o->failed || !activity(o))
			return false;
	}
	o->party = proposer;
	return !o->failed && (any || activity(o));
}

static bool project(struct out *o, const struct record_row *row)
{
	const struct charter_ledger *l = charter_find(o->job->charter, row->ledger);
	bool agreed = str_is(row->state, "in_force");
	struct json *data;

	if (str_is(row->state, "rejected") || str_is(row->state, "withdrawn"))
		return true;
	arena_reset(&o->a);
	out_forget_orgs(o);
	if (!json_object(&o->a, row->data, &data, o->err))
		return false;
	o->row = row;
	o->project = data;
	o->ref = arena_join(&o->a, S("joint/"), row->id);
	out_losses(o, row->record, data);
	if (!out_get(data, project_planned_start) && !out_get(data, project_actual_start)) {
		o->tally->left_out++;
		return true;
	}
	return out_find(o) && each_party(o, agreed, l ? l->party : S(""));
}

static bool projects(struct out *o)
{
	struct list_query q = { .record = &records[RECORD_project],
				.who = AUDIENCE_PUBLIC,
				.limit = PAGE_PROJECTS };
	struct list_result found;
	struct arena rows;
	bool ok = true;

	arena_init(&rows, ARENA_MAX);
	do {
		struct str next = q.after.n ? arena_str(&o->a, q.after) : S("");

		arena_reset(&rows);
		q.after = arena_str(&rows, next);
		ok = view_list(o->job->view, &rows, &q, &found, o->err);
		for (size_t i = 0; ok && i < found.n; i++)
			ok = project(o, found.rows + i);
		q.after = ok ? found.next : S("");
	} while (q.after.n);
	arena_done(&rows);
	return ok;
}

/* --- what has no place --- */

static void lost_line(struct buf *b, uint64_t n, const char *record, const char *field)
{
	buf_lit(b, "\n");
	buf_u64(b, n);
	buf_lit(b, " × ");
	buf_z(b, record);
	if (field) {
		buf_lit(b, ".");
		buf_z(b, field);
	}
}

static bool written_kind(enum record_id r)
{
	return r == RECORD_project || r == RECORD_transaction || r == RECORD_budget ||
	       r == RECORD_planned_disbursement || r == RECORD_indicator ||
	       r == RECORD_measurement || r == RECORD_organisation || r == RECORD_document;
}

/* For people who read the file: what the register holds beside it. */
static void losses(struct out *o)
{
	struct iati_tally *t = o->tally;
	struct buf b;

	for (int r = RECORD_NONE + 1; r < RECORD_COUNT; r++)
		if (!records[r].part && !written_kind((enum record_id)r))
			t->record[r] = view_count(o->job->view, &records[r], AUDIENCE_PUBLIC);
	buf_init(&b, OUT_MAX);
	buf_lit(&b, "In the register and without a place in IATI 2.03:");
	if (t->left_out)
		lost_line(&b, t->left_out, "project (no start date)", NULL);
	for (int r = RECORD_NONE + 1; r < RECORD_COUNT; r++)
		if (t->record[r])
			lost_line(&b, t->record[r], records[r].name, NULL);
	for (int f = FIELD_NONE + 1; f < FIELD_COUNT; f++)
		if (t->field[f])
			lost_line(&b, t->field[f], records[fields[f].record].name,
				  fields[f].name);
	xml_comment(&o->w, buf_str(&b));
	buf_done(&b);
}

/* --- the file --- */

bool iati_write(const struct iati_job *job, struct iati_tally *tally, struct err *err)
{
	struct out o = { .job = job, .tally = tally, .err = err };
	bool ok;

	*tally = (struct iati_tally){ 0 };
	arena_init(&o.a, ARENA_MAX);
	arena_init(&o.page, ARENA_MAX);
	arena_init(&o.orgs, ARENA_MAX);
	o.kept = calloc(ORGS_KEPT, sizeof(*o.kept));
	assert(o.kept);
	buf_init(&o.b, OUT_MAX);
	for (int r = RECORD_NONE + 1; r < RECORD_COUNT; r++)
		o.has[r] = !records[r].part &&
			   view_count(job->view, &records[r], AUDIENCE_PUBLIC) > 0;
	for (int f = FIELD_NONE + 1; f < FIELD_COUNT; f++)
		o.places[f] = iati_places((enum field_id)f);
	o.w = xml_w(&o.b);
	xml_open_tag(&o.w, "iati-activities");
	xml_attr(&o.w, "version", S("2.03"));
	ok = out_open(&o) && projects(&o);
	out_close(&o);
	if (ok) {
		losses(&o);
		xml_close_tag(&o.w);
		ok = job->put(job->ctx, buf_str(&o.b), err);
	}
	buf_done(&o.b);
	free(o.kept);
	arena_done(&o.orgs);
	arena_done(&o.page);
	arena_done(&o.a);
	return ok;
}

/* Pieces every element of the IATI writer is made of: texts, money,
 * organisations, and the count of what has no place. */
#include "exchange/iati_write_inside.h"

#include <string.h>

enum { APART_MAX = 8 << 20 };

/* --- values --- */

const struct json *out_get(const struct json *data, enum field_id f)
{
	return json_get(data, fields[f].name);
}

struct str out_str(const struct json *data, enum field_id f)
{
	return json_str(data, fields[f].name);
}

bool out_yes(const struct json *data, enum field_id f)
{
	const struct json *v = out_get(data, f);

	return v && v->type == JSON_BOOL && v->num;
}

const struct json *row_get(const struct out_row *row, enum field_id f)
{
	return row->at[(int)f - row->record->first];
}

struct str row_str(const struct out_row *row, enum field_id f)
{
	const struct json *v = row_get(row, f);

	return v && v->type == JSON_STR ? v->str : S("");
}

bool row_yes(const struct out_row *row, enum field_id f)
{
	const struct json *v = row_get(row, f);

	return v && v->type == JSON_BOOL && v->num;
}

void out_lose(struct out *o, enum field_id f)
{
	o->tally->field[f]++;
}

/* Fields without a path of their own that are written all the same. */
bool iati_places(enum field_id f)
{
	static const enum field_id some[] = {
		project_locations,        project_sectors_on_transactions,
		project_location_country, project_location_percentage,
		indicator_project,        indicator_result,
		indicator_result_type,    indicator_descending,
		measurement_indicator,    transaction_project,
		budget_project,           planned_disbursement_project,
		document_project,
	};

	if (fields[f].iati)
		return true;
	for (size_t i = 0; i < sizeof(some) / sizeof(some[0]); i++)
		if (some[i] == f)
			return true;
	return false;
}

static void losses_of(struct out *o, enum field_id f, const struct json *v)
{
	if (!o->places[f])
		out_lose(o, f);
	else if (fields[f].kind == PARTS)
		for (const struct json *part = v->child; part; part = part->next)
			out_losses(o, &records[fields[f].to], part);
}

void out_losses(struct out *o, const struct record *r, const struct json *data)
{
	int next = 0, place;

	for (const struct json *v = data->child; v; v = v->next) {
		place = record_member(r, v->name, &next);
		if (place >= 0)
			losses_of(o, (enum field_id)(r->first + place), v);
	}
}

void row_losses(struct out *o, const struct out_row *row)
{
	for (int f = row->record->first; f < row->record->end; f++)
		if (row_get(row, (enum field_id)f))
			losses_of(o, (enum field_id)f, row_get(row, (enum field_id)f));
}

/* --- elements --- */

void out_plain(struct out *o, const char *name, const char *attr, struct str value)
{
	xml_open_tag(&o->w, name);
	xml_attr(&o->w, attr, value);
	xml_close_tag(&o->w);
}

void out_field(struct out *o, const char *name, const char *attr, struct str value)
{
	if (value.n)
		out_plain(o, name, attr, value);
}

static void narratives(struct xml_w *w, const struct json *mtext)
{
	for (const struct json *m = mtext ? mtext->child : NULL; m; m = m->next) {
		xml_open_tag(w, "narrative");
		xml_attr(w, "xml:lang", m->name);
		xml_text(w, m->str);
		xml_close_tag(w);
	}
}

void out_mtext(struct out *o, const char *name, const struct json *mtext)
{
	if (!mtext || !mtext->child)
		return;
	xml_open_tag(&o->w, name);
	narratives(&o->w, mtext);
	xml_close_tag(&o->w);
}

void out_value(struct out *o, const struct json *money)
{
	xml_open_tag(&o->w, "value");
	xml_attr(&o->w, "currency", json_str(money, "currency"));
	xml_attr(&o->w, "value-date", json_str(money, "value_date"));
	xml_text(&o->w, json_str(money, "amount"));
	xml_close_tag(&o->w);
}

void out_period(struct out *o, struct str from, struct str to)
{
	out_plain(o, "period-start", "iso-date", from.n ? from : to);
	if (to.n)
		out_plain(o, "period-end", "iso-date", to);
}

/* --- organisations --- */

static struct str attr_apart(struct arena *a, const char *name, struct str value)
{
	struct buf b;
	struct xml_w w = xml_apart_attrs(&b);

	buf_init(&b, APART_MAX);
	if (value.n)
		xml_attr(&w, name, value);
	return arena_buf(a, &b);
}

/* What elements say of it, so that it is made once. */
static void lay_out(struct arena *a, struct org *org)
{
	struct buf b;
	struct xml_w w = xml_apart_elements(&b);

	buf_init(&b, APART_MAX);
	narratives(&w, org->name);
	org->narratives = arena_buf(a, &b);
	org->ref_attr = attr_apart(a, "ref", org->ref);
	org->type_attr = attr_apart(a, "type", org->type);
}

static struct org look_up(struct out *o, struct str ref)
{
	struct record_row row;
	struct org org = { .known = true };
	struct json *data;
	struct ref at;
	struct err ignored;

	if (!ref_parse(ref, &at) ||
	    !view_record(o->job->view, &o->orgs, &records[RECORD_organisation], at,
			 AUDIENCE_PUBLIC, LANG_EN, &row, &ignored) ||
	    !json_object(&o->orgs, row.data, &data, &ignored))
		return (struct org){ .known = false };
	org.ref = out_str(data, organisation_identifier);
	org.type = out_str(data, organisation_type);
	org.name = out_get(data, organisation_name);
	lay_out(&o->orgs, &org);
	return org;
}

/* The end of an id is chance. */
static struct org_kept *place_of(struct out *o, struct str ref)
{
	size_t n = 0;

	for (size_t i = ref.n < 8 ? 0 : ref.n - 8; i < ref.n; i++)
		n = n * 31 + (unsigned char)ref.p[i];
	return o->kept + n % ORGS_KEPT;
}

struct org out_org(struct out *o, struct str ref)
{
	struct org_kept *kept = place_of(o, ref);

	if (ref.n && !str_eq(kept->ref, ref)) {
		*kept = (struct org_kept){ arena_str(&o->orgs, ref), look_up(o, ref) };
		o->met++;
	}
	return ref.n ? kept->org : (struct org){ .known = false };
}

void out_forget_orgs(struct out *o)
{
	if (o->met < ORGS_MAX)
		return;
	memset(o->kept, 0, ORGS_KEPT * sizeof(*o->kept));
	memset(o->reporters, 0, sizeof(o->reporters));
	arena_reset(&o->orgs);
	o->met = 0;
}

static bool is_of(struct str ref, struct str party)
{
	struct ref at;

	return ref_parse(ref, &at) && str_eq(at.party, party);
}

/* The organisation that keeps the commission's secretariat on this side. */
static struct str secretariat(struct out *o, const struct json *commission)
{
	const struct json *list = out_get(commission, commission_secretariats);

	for (const struct json *s = list ? list->child : NULL; s; s = s->next)
		if (is_of(out_str(s, lead_organisation), o->party))
			return out_str(s, lead_organisation);
	return S("");
}

static struct org of_commission(struct out *o)
{
	struct list_query q = { .record = &records[RECORD_commission],
				.who = AUDIENCE_PUBLIC,
				.limit = 20 };
	struct list_result found = { 0 };
	struct json *data;
	struct err ignored;

	if (!view_list(o->job->view, &o->a, &q, &found, &ignored))
		return (struct org){ .known = false };
	for (size_t i = 0; i < found.n; i++) {
		struct org org = { .known = false };

		if (json_object(&o->a, found.rows[i].data, &data, &ignored))
			org = out_org(o, secretariat(o, data));
		if (org.known && org.ref.n)
			return org;
	}
	return (struct org){ .known = false };
}

/* The party itself, by its name in the charter and its ledger's origin. */
static struct org of_charter(struct out *o, const struct charter_ledger *l)
{
	struct org org = { .known = true, .ref = o->party, .type = S("10") };
	struct json *title;
	struct err ignored;

	if (l) {
		char *z = arena_z(&o->orgs, l->origin);

		for (char *p = z; *p; p++)
			if (*p == '/')
				*p = '-';
		org.ref = str_z(z);
		if (l->title.n && json_parse(&o->orgs, l->title, &title, &ignored))
			org.name = title;
	}
	lay_out(&o->orgs, &org);
	return org;
}

/* Who reports for the party where the project does not say; the same for all projects. */
static struct org of_party(struct out *o)
{
	const struct charter *c = o->job->charter;
	struct org *kept;
	size_t i = 0;

	while (i < c->ledger_count && !str_eq(c->ledgers[i].party, o->party))
		i++;
	if (i == c->ledger_count)
		return of_charter(o, NULL);
	kept = &o->reporters[i];
	if (!kept->known)
		*kept = of_commission(o);
	if (!kept->known)
		*kept = of_charter(o, &c->ledgers[i]);
	return *kept;
}

struct org out_reporter(struct out *o)
{
	struct str named = out_str(o->project, project_reporter);
	struct org org = { .known = false };

	if (is_of(named, o->party))
		org = out_org(o, named);
	return org.known ? org : of_party(o);
}

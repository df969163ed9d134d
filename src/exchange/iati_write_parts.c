/* Pieces every element of the IATI writer is made of: lists of records, texts, money,
 * organisations, and the count of what has no place. */
#include "exchange/iati_write_inside.h"

enum { PAGE_ROWS = 500, PAGE_DATA = 1 << 20 };

/* --- lists of records --- */

static struct list_query query_of(struct out *o, enum record_id kind, enum field_id field,
				  struct str ref, struct str party)
{
	struct list_query q = { .record = &records[kind],
				.who = AUDIENCE_PUBLIC,
				.limit = PAGE_ROWS,
				.bytes = PAGE_DATA };

	(void)o;
	q.filters[q.filter_count++] =
		(struct list_filter){ &fields[field], str_z(fields[field].name), ref };
	if (!records[kind].joint)
		q.filters[q.filter_count++] = (struct list_filter){ NULL, S("party"), party };
	return q;
}

uint64_t out_count(struct out *o, enum record_id kind, enum field_id field, struct str ref,
		   struct str party)
{
	struct list_query q = query_of(o, kind, field, ref, party);
	struct list_result found;

	q.limit = 1;
	if (o->failed || !view_list(o->job->view, &o->a, &q, &found, o->err)) {
		o->failed = true;
		return 0;
	}
	return found.total;
}

static bool one_page(struct out *o, struct list_query *q, out_fn *fn)
{
	struct list_result found;
	struct json *data;

	if (!view_list(o->job->view, &o->page, q, &found, o->err))
		return false;
	for (size_t i = 0; i < found.n; i++) {
		const struct record_row *row = found.rows + i;

		if (!json_object(&o->page, row->data, &data, o->err))
			return false;
		fn(o, row, data);
		if (!out_flush(o))
			return false;
	}
	q->after = arena_str(&o->a, found.next);
	return true;
}

bool out_each(struct out *o, enum record_id kind, enum field_id field, struct str ref,
	      out_fn *fn)
{
	struct list_query q = query_of(o, kind, field, ref, o->party);

	do {
		arena_reset(&o->page);
		if (o->failed || !one_page(o, &q, fn)) {
			o->failed = true;
			return false;
		}
	} while (q.after.n);
	return true;
}

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

	for (size_t i = 0; i < sizeof(some) / sizeof(some[0]); i++)
		if (some[i] == f)
			return true;
	return fields[f].iati != NULL;
}

void out_losses(struct out *o, const struct record *r, const struct json *data)
{
	for
		each_field(f, r)
		{
			const struct json *v = json_get(data, f->name);
			enum field_id id = (enum field_id)(f - fields);

			if (!v)
				continue;
			if (!iati_places(id))
				out_lose(o, id);
			else if (f->kind == PARTS)
				for (const struct json *part = v->child; part;
				     part = part->next)
					out_losses(o, &records[f->to], part);
		}
}

/* --- elements --- */

void out_plain(struct out *o, const char *name, const char *attr, struct str value)
{
	xml_open_tag(&o->w, name);
	xml_attr(&o->w, attr, value);
	xml_close_tag(&o->w);
}

void out_field(struct out *o, const char *name, const char *attr, const struct json *data,
	       enum field_id f)
{
	struct str value = out_str(data, f);

	if (value.n)
		out_plain(o, name, attr, value);
}

void out_narratives(struct out *o, const struct json *mtext)
{
	for (const struct json *m = mtext ? mtext->child : NULL; m; m = m->next) {
		xml_open_tag(&o->w, "narrative");
		xml_attr(&o->w, "xml:lang", m->name);
		xml_text(&o->w, m->str);
		xml_close_tag(&o->w);
	}
}

void out_mtext(struct out *o, const char *name, const struct json *mtext)
{
	if (!mtext || !mtext->child)
		return;
	xml_open_tag(&o->w, name);
	out_narratives(o, mtext);
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

void out_period(struct out *o, const struct json *data, enum field_id start, enum field_id end)
{
	struct str from = out_str(data, start), to = out_str(data, end);

	out_plain(o, "period-start", "iso-date", from.n ? from : to);
	if (to.n)
		out_plain(o, "period-end", "iso-date", to);
}

/* --- organisations --- */

struct org out_org(struct out *o, struct str ref)
{
	struct record_row row;
	struct json *data;
	struct ref at;
	struct err ignored;

	if (!ref_parse(ref, &at) ||
	    !view_record(o->job->view, &o->a, &records[RECORD_organisation], at,
			 AUDIENCE_PUBLIC, LANG_EN, &row, &ignored) ||
	    !json_object(&o->a, row.data, &data, &ignored))
		return (struct org){ .known = false };
	return (struct org){ .known = true,
			     .ref = out_str(data, organisation_identifier),
			     .type = out_str(data, organisation_type),
			     .name = out_get(data, organisation_name) };
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
static struct org of_charter(struct out *o)
{
	struct org org = { .known = true, .ref = o->party, .type = S("10") };
	struct json *title;
	struct err ignored;

	for (size_t i = 0; i < o->job->charter->ledger_count; i++) {
		const struct charter_ledger *l = o->job->charter->ledgers + i;
		char *z;

		if (!str_eq(l->party, o->party))
			continue;
		z = arena_z(&o->a, l->origin);
		for (char *p = z; *p; p++)
			*p = *p == '/' ? '-' : *p;
		org.ref = str_z(z);
		if (l->title.n && json_parse(&o->a, l->title, &title, &ignored))
			org.name = title;
		break;
	}
	return org;
}

struct org out_reporter(struct out *o)
{
	struct str named = out_str(o->project, project_reporter);
	struct org org = { .known = false };

	if (is_of(named, o->party))
		org = out_org(o, named);
	if (!org.known)
		org = of_commission(o);
	return org.known ? org : of_charter(o);
}

void out_org_attrs(struct out *o, const struct org *org)
{
	if (org->ref.n)
		xml_attr(&o->w, "ref", org->ref);
	if (org->type.n)
		xml_attr(&o->w, "type", org->type);
}

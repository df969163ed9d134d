/* Budgets, planned disbursements, transactions and documents of the IATI writer. */
#include "exchange/iati_write_inside.h"

/* --- money --- */

/* IATI says of an activity that its money is told second-hand, not of one payment. */
static void second_hand(struct out *o, const struct out_row *row, enum field_id f)
{
	if (row_yes(row, f) && !o->second_hand)
		out_lose(o, f);
}

static void budget(struct out *o, const struct out_row *row)
{
	xml_open_tag(&o->w, "budget");
	xml_attr(&o->w, "type", row_str(row, budget_type));
	xml_attr(&o->w, "status", row_str(row, budget_status));
	out_period(o, row_str(row, budget_period_start), row_str(row, budget_period_end));
	out_value(o, row_get(row, budget_value));
	xml_close_tag(&o->w);
	second_hand(o, row, budget_secondary);
	row_losses(o, row);
}

bool out_budgets(struct out *o)
{
	return out_each(o, RECORD_budget, budget);
}

/* The two ends of a payment: an element and the fields it is made of. */
struct end {
	const char *element, *attr;
	enum field_id organisation, activity;
};

static void money_end(struct out *o, const struct out_row *row, const struct end *end)
{
	struct str activity = row_str(row, end->activity);
	struct str ref = row_str(row, end->organisation);
	struct org org = out_org(o, ref);

	if (!org.known) { /* an organisation is named by reference or text, or not at all */
		if (ref.n)
			out_lose(o, end->organisation);
		if (activity.n)
			out_lose(o, end->activity);
		return;
	}
	xml_open_tag(&o->w, end->element);
	xml_put_attrs(&o->w, org.ref_attr);
	if (activity.n)
		xml_attr(&o->w, end->attr, activity);
	xml_put_attrs(&o->w, org.type_attr);
	xml_put_elements(&o->w, org.narratives);
	xml_close_tag(&o->w);
}

static void planned(struct out *o, const struct out_row *row)
{
	static const struct end provider = { "provider-org", "provider-activity-id",
					     planned_disbursement_provider,
					     planned_disbursement_provider_activity },
				receiver = { "receiver-org", "receiver-activity-id",
					     planned_disbursement_receiver,
					     planned_disbursement_receiver_activity };

	xml_open_tag(&o->w, "planned-disbursement");
	if (row_get(row, planned_disbursement_type))
		xml_attr(&o->w, "type", row_str(row, planned_disbursement_type));
	out_period(o, row_str(row, planned_disbursement_period_start),
		   row_str(row, planned_disbursement_period_end));
	out_value(o, row_get(row, planned_disbursement_value));
	money_end(o, row, &provider);
	money_end(o, row, &receiver);
	xml_close_tag(&o->w);
	second_hand(o, row, planned_disbursement_secondary);
	row_losses(o, row);
}

bool out_planned(struct out *o)
{
	return out_each(o, RECORD_planned_disbursement, planned);
}

/* Sectors and countries stand for the activity or on its transactions, never both (rules
 * 6.6.2, 3.6.2): the activity's win.  On one transaction, then on all: 99810 and 998 are the
 * codes for what is not specified. */
static void shares(struct out *o, const struct out_row *row)
{
	struct str sector = row_str(row, transaction_sector),
		   country = row_str(row, transaction_country);

	if (o->sectors_below) {
		xml_open_tag(&o->w, "sector");
		xml_attr(&o->w, "vocabulary", S("1"));
		xml_attr(&o->w, "code", sector.n ? sector : S("99810"));
		xml_close_tag(&o->w);
	} else if (sector.n) {
		out_lose(o, transaction_sector);
	}
	if (!o->countries_below) {
		if (country.n)
			out_lose(o, transaction_country);
	} else if (country.n) {
		out_plain(o, "recipient-country", "code", country);
	} else {
		out_plain(o, "recipient-region", "code", S("998"));
	}
}

static void transaction(struct out *o, const struct out_row *row)
{
	static const struct end provider = { "provider-org", "provider-activity-id",
					     transaction_provider,
					     transaction_provider_activity },
				receiver = { "receiver-org", "receiver-activity-id",
					     transaction_receiver,
					     transaction_receiver_activity };

	xml_open_tag(&o->w, "transaction");
	if (row_get(row, transaction_reference))
		xml_attr(&o->w, "ref", row_str(row, transaction_reference));
	if (row_yes(row, transaction_humanitarian))
		xml_attr(&o->w, "humanitarian", S("1"));
	out_plain(o, "transaction-type", "code", row_str(row, transaction_type));
	out_plain(o, "transaction-date", "iso-date", row_str(row, transaction_date));
	out_value(o, row_get(row, transaction_value));
	out_mtext(o, "description", row_get(row, transaction_description));
	money_end(o, row, &provider);
	money_end(o, row, &receiver);
	shares(o, row);
	out_field(o, "flow-type", "code", row_str(row, transaction_flow_type));
	out_field(o, "finance-type", "code", row_str(row, transaction_finance_type));
	out_field(o, "aid-type", "code", row_str(row, transaction_aid_type));
	out_field(o, "tied-status", "code", row_str(row, transaction_tied_status));
	xml_close_tag(&o->w);
	o->tally->transactions++;
	second_hand(o, row, transaction_secondary);
	row_losses(o, row);
}

bool out_transactions(struct out *o)
{
	return out_each(o, RECORD_transaction, transaction);
}

/* --- documents --- */

/* What the end of an address says of the file behind it. */
static struct str media_of(struct str address)
{
	static const struct {
		const char *end, *media;
	} known[] = {
		{ ".pdf", "application/pdf" },
		{ ".doc", "application/msword" },
		{ ".docx",
		  "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
		{ ".xls", "application/vnd.ms-excel" },
		{ ".xlsx",
		  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
		{ ".csv", "text/csv" },
		{ ".xml", "application/xml" },
		{ ".jpg", "image/jpeg" },
		{ ".png", "image/png" },
		{ ".zip", "application/zip" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (str_ends(address, str_z(known[i].end)))
			return str_z(known[i].media);
	return S("text/html");
}

/* Where anybody can fetch it: its own address, else this party's node. */
static struct str address_of(struct out *o, const struct out_row *row)
{
	struct str address = row_str(row, document_address);
	const struct json *file = row_get(row, document_file);
	struct str base = { 0 };

	for (size_t i = 0; i < o->job->charter->ledger_count && !base.n; i++)
		if (str_eq(o->job->charter->ledgers[i].party, o->party))
			base = o->job->charter->ledgers[i].url;
	if (address.n || !file || !base.n)
		return address;
	while (base.n && base.p[base.n - 1] == '/')
		base.n--;
	return arena_join(&o->page, arena_join(&o->page, base, S("/blob/")),
			  json_str(file, "sha256"));
}

static void document(struct out *o, const struct out_row *row)
{
	struct str address = address_of(o, row), category = row_str(row, document_category);
	struct str media = json_str(row_get(row, document_file), "media");

	if (!address.n) {
		o->tally->record[RECORD_document]++;
		return;
	}
	xml_open_tag(&o->w, "document-link");
	xml_attr(&o->w, "url", address);
	xml_attr(&o->w, "format", media.n ? media : media_of(address));
	out_mtext(o, "title", row_get(row, document_title));
	out_mtext(o, "description", row_get(row, document_about));
	out_plain(o, "category", "code", category.n ? category : S("A12"));
	out_field(o, "language", "code", row_str(row, document_language));
	out_field(o, "document-date", "iso-date", row_str(row, document_date));
	xml_close_tag(&o->w);
	row_losses(o, row);
}

bool out_documents(struct out *o)
{
	return out_each(o, RECORD_document, document);
}

/* Budgets, planned disbursements, transactions, documents and results of an activity. */
#include "exchange/iati_read_inside.h"

#include <stdlib.h>
#include <string.h>

static struct json_maker begin(struct reading *r, enum field_id of)
{
	struct json_maker m = json_maker(r->a, JSON_OBJECT);

	put_text(&m, of, r->project);
	return m;
}

static struct str code_or(struct str code, struct str otherwise)
{
	return code.n ? code : otherwise;
}

bool is_dac(const struct iati_tree *t)
{
	struct str vocabulary = tree_attr(t, AT_VOCABULARY);

	return !vocabulary.n || str_is(vocabulary, "1");
}

/* --- budgets --- */

static void budget(struct reading *r, struct iati_tree *t)
{
	struct iati_tree *from = tree_kid(t, IATI_PERIOD_START),
			 *to = tree_kid(t, IATI_PERIOD_END), *value = tree_kid(t, IATI_VALUE);
	struct str type = code_or(tree_attr(t, AT_TYPE), S("1"));
	struct json_maker m = begin(r, budget_project);

	put_code(&m, budget_type, type);
	put_code(&m, budget_status, code_or(tree_attr(t, AT_STATUS), S("1")));
	put_date(&m, budget_period_start, from);
	put_date(&m, budget_period_end, to);
	put_money(r, &m, budget_value, value);
	put_second_hand(r, &m, budget_secondary);
	read_leaf(r, &(struct leaf){ .kind = RECORD_budget,
				     .data = m.of,
				     .key = key_of(r, record_names[RECORD_budget], type,
						   str_cut(tree_attr(from, AT_ISO_DATE), 10),
						   str_cut(tree_attr(to, AT_ISO_DATE), 10),
						   money_currency(r, value)),
				     .line = t->line });
}

/* --- payments made and planned --- */

/* Who pays and who receives: an element and the fields it goes to. */
static void put_end(struct reading *r, struct json_maker *m, struct iati_tree *t,
		    enum field_id organisation, enum field_id activity)
{
	bool provider = t && t->id == IATI_PROVIDER_ORG;

	struct str org = t ? read_org(r, t) : S("");

	if (!t)
		return;
	t->used = org.n > 0; /* an activity of nobody ties no payments together */
	if (!org.n)
		return;
	put_text(m, organisation, org);
	put_activity(m, activity, t,
		     provider ? AT_PROVIDER_ACTIVITY_ID : AT_RECEIVER_ACTIVITY_ID);
}

static void planned(struct reading *r, struct iati_tree *t)
{
	struct iati_tree *from = tree_kid(t, IATI_PERIOD_START),
			 *to = tree_kid(t, IATI_PERIOD_END), *value = tree_kid(t, IATI_VALUE),
			 *provider = tree_kid(t, IATI_PROVIDER_ORG),
			 *receiver = tree_kid(t, IATI_RECEIVER_ORG);
	struct json_maker m = begin(r, planned_disbursement_project);

	put_code(&m, planned_disbursement_type, tree_attr(t, AT_TYPE));
	put_date(&m, planned_disbursement_period_start, from);
	put_date(&m, planned_disbursement_period_end, to);
	put_money(r, &m, planned_disbursement_value, value);
	put_second_hand(r, &m, planned_disbursement_secondary);
	put_end(r, &m, provider, planned_disbursement_provider,
		planned_disbursement_provider_activity);
	put_end(r, &m, receiver, planned_disbursement_receiver,
		planned_disbursement_receiver_activity);
	read_leaf(r, &(struct leaf){ .kind = RECORD_planned_disbursement,
				     .data = m.of,
				     .key = key_of(r, record_names[RECORD_planned_disbursement],
						   tree_attr(t, AT_TYPE),
						   str_cut(tree_attr(from, AT_ISO_DATE), 10),
						   str_cut(tree_attr(to, AT_ISO_DATE), 10),
						   money_currency(r, value),
						   tree_attr(provider, AT_REF),
						   tree_attr(receiver, AT_REF)),
				     .line = t->line });
}

/* By its number where it has one; else by what does not change when the amount is
 * corrected. */
static struct str transaction_key(struct reading *r, struct iati_tree *t)
{
	struct str ref = tree_attr(t, AT_REF), kind = record_names[RECORD_transaction];

	if (ref.n && ref.n <= fields[transaction_reference].max)
		return key_of(r, kind, S("number"), ref);
	return key_of(r, kind, tree_attr(tree_kid(t, IATI_TRANSACTION_TYPE), AT_CODE),
		      str_cut(tree_attr(tree_kid(t, IATI_TRANSACTION_DATE), AT_ISO_DATE), 10),
		      money_currency(r, tree_kid(t, IATI_VALUE)));
}

static struct iati_tree *first_dac(struct iati_tree *t, enum iati id)
{
	for (struct iati_tree *k = t->kid; k; k = k->next)
		if (k->id == id && is_dac(k)) {
			k->used = true;
			return k;
		}
	return NULL;
}

/* Sectors and countries stand for the activity or on its transactions, never both (rules
 * 6.6.2, 3.6.2); where a file says both, the activity's count. */
static void put_shares(struct reading *r, struct json_maker *m, struct iati_tree *t)
{
	struct iati_tree *sector = r->sectors ? NULL : first_dac(t, IATI_TRANSACTION_SECTOR),
			 *country = r->places ? NULL : tree_kid(t, IATI_TRANSACTION_COUNTRY);

	if (sector && !str_is(tree_attr(sector, AT_CODE), "99810"))
		put_listed(m, transaction_sector, sector, AT_CODE);
	put_listed(m, transaction_country, country, AT_CODE);
	put_listed(m, transaction_flow_type, tree_kid(t, IATI_FLOW_TYPE), AT_CODE);
	put_listed(m, transaction_finance_type, tree_kid(t, IATI_FINANCE_TYPE), AT_CODE);
	put_listed(m, transaction_aid_type, first_dac(t, IATI_AID_TYPE), AT_CODE);
	put_listed(m, transaction_tied_status, tree_kid(t, IATI_TIED_STATUS), AT_CODE);
}

static void transaction(struct reading *r, struct iati_tree *t)
{
	struct str humanitarian = tree_attr(t, AT_HUMANITARIAN);
	struct json_maker m = begin(r, transaction_project);

	put_code(&m, transaction_type, tree_attr(tree_kid(t, IATI_TRANSACTION_TYPE), AT_CODE));
	put_date(&m, transaction_date, tree_kid(t, IATI_TRANSACTION_DATE));
	put_money(r, &m, transaction_value, tree_kid(t, IATI_VALUE));
	put_text(&m, transaction_reference, tree_attr(t, AT_REF));
	put_mtext(r, &m, transaction_description, tree_kid(t, IATI_TRANSACTION_DESCRIPTION));
	put_end(r, &m, tree_kid(t, IATI_PROVIDER_ORG), transaction_provider,
		transaction_provider_activity);
	put_end(r, &m, tree_kid(t, IATI_RECEIVER_ORG), transaction_receiver,
		transaction_receiver_activity);
	put_shares(r, &m, t);
	if (str_is(humanitarian, "1") || str_is(humanitarian, "true"))
		put_yes(&m, transaction_humanitarian);
	put_second_hand(r, &m, transaction_secondary);
	read_leaf(r, &(struct leaf){ .kind = RECORD_transaction,
				     .data = m.of,
				     .key = transaction_key(r, t),
				     .line = t->line });
}

void read_money(struct reading *r)
{
	tree_each(b, r->t, IATI_BUDGET) budget(r, b);
	tree_each(p, r->t, IATI_PLANNED_DISBURSEMENT) planned(r, p);
	tree_each(t, r->t, IATI_TRANSACTION) transaction(r, t);
}

/* --- documents --- */

/* The schema takes any text; the register what a browser opens.  Empty: it is no address. */
static struct str web_address(struct reading *r, struct str url)
{
	struct buf b;

	buf_init(&b, DATA_MAX);
	if (str_starts(url, S("www.")))
		buf_lit(&b, "http://");
	else if (!str_starts(url, S("http://")) && !str_starts(url, S("https://")))
		return S("");
	for (size_t i = 0; i < url.n; i++)
		if (strchr(" \"<>\\^`{|}", url.p[i])) {
			buf_ch(&b, '%');
			buf_hex(&b, url.p + i, 1);
		} else {
			buf_ch(&b, url.p[i]);
		}
	return arena_buf(r->a, &b);
}

static void document(struct reading *r, struct iati_tree *t, enum field_id of, struct str url)
{
	struct json_maker m = begin(r, of);
	struct json *title = mtext_of(r, document_title, tree_kid(t, IATI_TITLE));

	json_make_put(
		&m, field_names[document_title],
		title ? title
		      : mtext_plain(r, "en", str_cut_whole(url, fields[document_title].max)));
	put_text(&m, document_address, url);
	put_mtext(r, &m, document_about, tree_kid(t, IATI_DOCUMENT_DESCRIPTION));
	put_listed(&m, document_category, tree_kid(t, IATI_DOCUMENT_CATEGORY), AT_CODE);
	put_listed(&m, document_language, tree_kid(t, IATI_DOCUMENT_LANGUAGE), AT_CODE);
	put_date(&m, document_date, tree_kid(t, IATI_DOCUMENT_DATE));
	read_leaf(r, &(struct leaf){ .kind = RECORD_document,
				     .key = key_of(r, record_names[RECORD_document], url),
				     .data = m.of,
				     .line = t->line });
}

void read_documents(struct reading *r, enum iati element, enum field_id of)
{
	tree_each(d, r->t, element)
	{
		struct str address = web_address(r, tree_attr(d, AT_URL));

		d->used = address.n > 0;
		if (d->used)
			document(r, d, of, address);
	}
}

#include "web/cockpit.h"
#include "web/list_parts.h"

/*
 * What each partner has promised and done.  A promise is a commitment that names it as the
 * provider (IATI transaction types 2 and 11), a payment likewise (1, 3 and 4): each side's word
 * stands by itself.
 */

enum { SIDES_READ = 20000, AT_ONCE = 1000, SUMS_MAX = 200, OVERDUE_READ = 200 };

#define PROMISES "2 11"
#define PAYMENTS "1 3 4"

/* --- what is overdue, of everybody --- */

struct overdue {
	struct due_row *due;
	struct str refs; /* of who must act, with blanks between and around */
};
struct all_overdue {
	struct overdue *rows;
	size_t n;
};

/* Who must act: the lead bodies of a decision, who a letter was written to, who must remove an
 * obstacle, whom a consignment comes from. */
static struct str who_must(struct visit *v, const struct due_row *due)
{
	const struct json *leads;
	struct record_row row;
	struct str refs = S(" ");
	struct err ignored;

	if (!view_record(v->view, v->a, due->of.record,
			 (struct ref){ due->of.party, due->of.id }, v->who, v->lang, &row,
			 &ignored))
		return refs;
	leads = json_arr(row_data(v, &row), "leads");
	for (const struct json *l = leads ? leads->child : NULL; l; l = l->next)
		refs = arena_join(v->a, refs,
				  arena_join(v->a, json_str(l, "organisation"), S(" ")));
	refs = arena_join(
		v->a, refs,
		arena_join(v->a, json_str(row_data(v, &row), "organisation"), S(" ")));
	if (row.record == &records[RECORD_letter])
		refs = arena_join(
			v->a, refs,
			arena_join(v->a, json_str(row_data(v, &row), "recipient"), S(" ")));
	if (row.record == &records[RECORD_consignment])
		refs = arena_join(
			v->a, refs,
			arena_join(v->a, json_str(row_data(v, &row), "provider"), S(" ")));
	return refs;
}

static struct all_overdue overdue_read(struct visit *v)
{
	static const enum record_id kinds[] = { RECORD_decision, RECORD_letter, RECORD_obstacle,
						RECORD_consignment };
	struct all_overdue all = { 0 };

	all.rows = arena_array(v->a, struct overdue,
			       OVERDUE_READ * sizeof(kinds) / sizeof(*kinds));
	for (size_t k = 0; k < sizeof(kinds) / sizeof(*kinds); k++) {
		struct due_query q = due_late(v, OVERDUE_READ);
		struct due_row *rows;
		uint64_t total;
		struct err err;
		size_t n;

		q.record = &records[kinds[k]];
		if (!view_due(v->view, v->a, &q, &rows, &n, &total, &err))
			continue;
		for (size_t i = 0; i < n; i++)
			all.rows[all.n++] = (struct overdue){ &rows[i], who_must(v, &rows[i]) };
	}
	return all;
}

static bool must_act(struct visit *v, const struct overdue *x, struct str ref)
{
	struct str padded = arena_join(v->a, S(" "), arena_join(v->a, ref, S(" ")));

	return str_find(x->refs, padded) < x->refs.n;
}

static uint64_t overdue_count(struct visit *v, const struct all_overdue *all, struct str ref)
{
	uint64_t n = 0;

	for (size_t i = 0; i < all->n; i++)
		n += must_act(v, &all->rows[i], ref);
	return n;
}

/* --- counts --- */

static uint64_t count_of(struct visit *v, enum field_id of, struct str ref, const char *types)
{
	const struct field *f = &fields[of], *type = &fields[transaction_type];
	const struct record *r = &records[f->record];
	struct list_query q = { .record = r->part ? &records[RECORD_project] : r,
				.who = v->who,
				.lang = v->lang,
				.filters = { { f, str_z(f->name), ref },
					     { type, str_z(type->name), str_z(types) } },
				.filter_count = types ? 2 : 1,
				.limit = 1,
				.brief = true };
	struct list_result found;
	struct err err;

	return view_list(v->view, v->a, &q, &found, &err) ? found.total : 0;
}

/* --- the directory --- */

struct figure {
	enum field_id of;
	const char *types, *label, *slug; /* slug: of the list; NULL: on the partner's page */
	const char *tail;
};
static const struct figure figures[] = {
	{ transaction_provider, PROMISES, N_("Promises"), "transactions", "&type=2%2011" },
	{ transaction_provider, PAYMENTS, N_("Payments"), "transactions", "&type=1%203%204" },
	{ consignment_provider, NULL, N_("Deliveries"), "consignments", "" },
	{ participation_organisation, NULL, N_("Projects"), NULL, "#links" },
};
enum { FIGURES = sizeof(figures) / sizeof(*figures) };

static void figure_cell(struct visit *v, const struct record_row *row, const struct figure *f)
{
	struct str ref = row_ref(v, row);
	uint64_t n = count_of(v, f->of, ref, f->types);

	html_lit(&v->out, "<td class=n");
	html_attr(&v->out, "data-l", lang_text(v->lang, f->label));
	html_lit(&v->out, ">");
	if (n == 0) {
		html_lit(&v->out, "–</td>");
		return;
	}
	html_lit(&v->out, "<a");
	if (f->slug) {
		html_lit(&v->out, " href=\"/");
		html_text(&v->out, str_z(lang_codes[v->lang]));
		html_lit(&v->out, "/");
		html_text(&v->out, str_z(f->slug));
		html_lit(&v->out, "?provider=");
		html_text(&v->out, ref);
		html_text(&v->out, str_z(f->tail));
		html_lit(&v->out, "\"");
	} else {
		page_href(v, row->record, (struct ref){ row->party, row->id }, f->tail);
	}
	html_lit(&v->out, ">");
	html_text(&v->out, number_of(v, n));
	html_lit(&v->out, "</a></td>");
}

static void overdue_cell(struct visit *v, const struct record_row *row,
			 const struct all_overdue *all)
{
	uint64_t n = overdue_count(v, all, row_ref(v, row));

	html_lit(&v->out, "<td class=n");
	html_attr(&v->out, "data-l", T(v->lang, "Overdue"));
	html_lit(&v->out, ">");
	if (n > 0) {
		html_lit(&v->out, "<a class=late");
		page_href(v, row->record, (struct ref){ row->party, row->id }, "#overdue");
		html_lit(&v->out, ">");
		html_text(&v->out, number_of(v, n));
		html_lit(&v->out, "</a>");
	} else {
		html_lit(&v->out, "–");
	}
	html_lit(&v->out, "</td>");
}

static void partner_row(struct visit *v, const struct record_row *row,
			const struct all_overdue *all)
{
	const struct json *data = row_data(v, row);

	html_lit(&v->out, "<tr><th scope=row>");
	page_link(v, row);
	html_lit(&v->out, "<br><small>");
	html_text(&v->out, party_name(v, row->party));
	html_lit(&v->out, " · ");
	html_text(&v->out, code_name("OrganisationType", json_str(data, "type"), v->lang));
	html_lit(&v->out, "</small> ");
	page_badges(v, row);
	html_lit(&v->out, "</th>");
	for (size_t i = 0; i < FIGURES; i++)
		figure_cell(v, row, &figures[i]);
	overdue_cell(v, row, all);
	html_lit(&v->out, "</tr>\n");
}

void partners_table(struct visit *v, const struct list_result *found)
{
	struct all_overdue all = overdue_read(v);

	table_begin(v, T(v->lang, "What each has promised and done"), "cards");
	html_lit(&v->out, "<thead><tr><th scope=col>");
	html_text(&v->out, lang_text(v->lang, records[RECORD_organisation].title));
	html_lit(&v->out, "</th>");
	for (size_t i = 0; i < FIGURES; i++) {
		html_lit(&v->out, "<th scope=col class=n>");
		html_text(&v->out, lang_text(v->lang, figures[i].label));
		html_lit(&v->out, "</th>");
	}
	html_lit(&v->out, "<th scope=col class=n>");
	page_say(v, "Overdue");
	html_lit(&v->out, "</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < found->n; i++)
		partner_row(v, &found->rows[i], &all);
	html_lit(&v->out, "</tbody>");
	table_end(v);
}

/* --- one partner --- */

struct sum {
	bool paid;
	struct str party, currency;
	struct dec amount;
	uint64_t count;
};
struct sums {
	struct sum all[SUMS_MAX];
	size_t n;
	bool partial;
};

static bool type_in(struct str type, const char *types)
{
	struct str rest = str_z(types), one;

	while (str_split(&rest, ' ', &one))
		if (str_eq(one, type))
			return true;
	return false;
}

static void add(struct sums *s, const struct record_row *row, const struct json *data)
{
	struct str type = json_str(data, "type");
	const struct json *value = json_obj(data, "value");
	struct sum new = { .paid = type_in(type, PAYMENTS),
			   .party = row->party,
			   .currency = json_str(value, "currency") };
	struct dec amount;
	size_t i = 0;

	if ((!new.paid && !type_in(type, PROMISES)) ||
	    !dec_parse(json_str(value, "amount"), &amount))
		return;
	while (i < s->n && !(s->all[i].paid == new.paid &&str_eq(s->all[i].party, new.party) &&
			     str_eq(s->all[i].currency, new.currency)))
		i++;
	if (i == SUMS_MAX) {
		s->partial = true;
		return;
	}
	if (i == s->n)
		s->all[s->n++] = new;
	s->all[i].count++;
	s->partial |= !dec_add(s->all[i].amount, amount, &s->all[i].amount);
}

static void sums_read(struct visit *v, struct str ref, struct sums *out)
{
	const struct field *f = &fields[transaction_provider];
	struct list_query q = { .record = &records[RECORD_transaction],
				.who = v->who,
				.lang = v->lang,
				.filters = { { f, str_z(f->name), ref } },
				.filter_count = 1,
				.limit = AT_ONCE,
				.brief = true };
	struct list_result found;
	struct err err;
	size_t read = 0;

	do {
		if (!view_list(v->view, v->a, &q, &found, &err))
			return;
		for (size_t i = 0; i < found.n; i++)
			add(out, &found.rows[i], row_data(v, &found.rows[i]));
		read += found.n;
		q.after = found.next;
	} while (q.after.n > 0 && read < SIDES_READ);
	out->partial |= q.after.n > 0;
}

static void sum_row(struct visit *v, const struct sum *s, struct str ref)
{
	html_lit(&v->out, "<tr><th scope=row>");
	html_text(&v->out, s->paid ? T(v->lang, "Paid") : T(v->lang, "Promised"));
	html_lit(&v->out, "</th><td");
	html_attr(&v->out, "data-l", T(v->lang, "Says"));
	html_lit(&v->out, ">");
	html_text(&v->out, party_name(v, s->party));
	html_lit(&v->out, "</td><td class=n");
	html_attr(&v->out, "data-l", T(v->lang, "Amount"));
	html_lit(&v->out, "><a href=\"/");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_lit(&v->out, "/transactions?provider=");
	html_text(&v->out, ref);
	html_lit(&v->out, "&amp;party=");
	url_part(&v->out, s->party);
	html_lit(&v->out, "&amp;value.currency=");
	url_part(&v->out, s->currency);
	html_lit(&v->out, "&amp;type=");
	url_part(&v->out, s->paid ? S(PAYMENTS) : S(PROMISES));
	html_lit(&v->out, "\">");
	html_text(&v->out, amount_of(v, s->amount, s->currency));
	html_lit(&v->out, "</a> ");
	html_text(&v->out, s->currency);
	html_lit(&v->out, "</td><td class=n");
	html_attr(&v->out, "data-l", T(v->lang, "Entries"));
	html_lit(&v->out, ">");
	html_text(&v->out, number_of(v, s->count));
	html_lit(&v->out, "</td></tr>\n");
}

static void sums_table(struct visit *v, struct str ref)
{
	struct sums *s = arena_new(v->a, struct sums);

	sums_read(v, ref, s);
	html_lit(&v->out, "<h2 id=done>");
	page_say(v, "What it has promised and done");
	html_lit(&v->out, "</h2>\n");
	if (s->n == 0) {
		cockpit_nothing(
			v, T(v->lang, "No commitment or payment names it as the provider."));
		return;
	}
	table_begin(v, T(v->lang, "What it has promised and done"), "cards fit");
	html_lit(&v->out, "<thead><tr><th scope=col>");
	page_say(v, "Flow");
	html_lit(&v->out, "</th><th scope=col>");
	page_say(v, "Says");
	html_lit(&v->out, "</th><th scope=col class=n>");
	page_say(v, "Amount");
	html_lit(&v->out, "</th><th scope=col class=n>");
	page_say(v, "Entries");
	html_lit(&v->out, "</th></tr></thead><tbody>\n");
	for (int paid = 0; paid < 2; paid++)
		for (size_t i = 0; i < s->n; i++)
			if (s->all[i].paid == paid)
				sum_row(v, &s->all[i], ref);
	html_lit(&v->out, "</tbody>");
	table_end(v);
	if (s->partial)
		cockpit_nothing(v, T(v->lang, "These are the latest 20,000 entries only."));
}

static void overdue_list(struct visit *v, struct str ref)
{
	struct all_overdue all = overdue_read(v);
	struct due_row *rows = arena_array(v->a, struct due_row, all.n);
	size_t n = 0;

	for (size_t i = 0; i < all.n; i++)
		if (must_act(v, &all.rows[i], ref))
			rows[n++] = *all.rows[i].due;
	if (n == 0)
		return;
	html_lit(&v->out, "<h2 id=overdue>");
	page_say(v, "Overdue");
	html_lit(&v->out, "</h2>\n");
	due_list(v, rows, n);
}

void partner_part(struct visit *v, const struct record_row *organisation)
{
	struct str ref = row_ref(v, organisation);

	sums_table(v, ref);
	overdue_list(v, ref);
}

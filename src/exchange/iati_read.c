/* From an activity to a project; its parts are in iati_read_*.c. */
#include "exchange/iati_read_inside.h"

#include <string.h>

/* --- sectors --- */

/* The field of cooperation a sector of OECD DAC belongs to, by the code's beginning. */
static const char *field_of(struct str sector)
{
	static const struct {
		const char *prefix, *field;
	} fields_of[] = {
		{ "11", "education" },   { "12", "health" },        { "13", "health" },
		{ "14", "water" },       { "151", "institutions" }, { "152", "security" },
		{ "16061", "culture" },  { "21", "transport" },     { "22", "digital" },
		{ "23", "energy" },      { "24", "finance" },       { "25", "trade" },
		{ "31", "agriculture" }, { "321", "industry" },     { "322", "mines" },
		{ "323", "industry" },   { "33", "trade" },         { "41", "water" },
		{ "43082", "science" },  { "7", "humanitarian" },
	};

	for (size_t i = 0; i < sizeof(fields_of) / sizeof(fields_of[0]); i++)
		if (str_starts(sector, str_z(fields_of[i].prefix)))
			return fields_of[i].field;
	return "other";
}

struct share {
	struct str code, percentage; /* as it stands; empty: none */
	struct dec d;
	bool counts;
};

/* Codes once each with their shares, in the order they come. */
static size_t shares(struct reading *r, enum iati id, struct share **out)
{
	size_t n = 0, room = 0, i;

	for (struct iati_tree *k = r->t->kid; k; k = k->next)
		room += k->id == id;
	*out = arena_array(r->a, struct share, room);
	for (struct iati_tree *k = r->t->kid; k; k = k->next) {
		struct share s = { .counts = false };

		if (k->id != id || (id == IATI_SECTOR && !is_dac(k)))
			continue;
		k->used = true;
		s.code = tree_attr(k, AT_CODE);
		s.percentage = tree_attr(k, AT_PERCENTAGE);
		s.counts = read_decimal(r, s.percentage, &s.percentage) &&
			   dec_parse(s.percentage, &s.d);
		for (i = 0; i < n && !str_eq((*out)[i].code, s.code);)
			i++;
		if (i == n)
			(*out)[n++] = s;
		else if (!dec_add((*out)[i].d, s.d, &(*out)[i].d))
			(*out)[i].counts = false;
	}
	return n;
}

static bool all_count(const struct share *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!list[i].counts)
			return false;
	return true;
}

static bool sum_is_100(const struct share *list, size_t n)
{
	struct dec sum = { 0 };

	for (size_t i = 0; i < n; i++)
		if (!list[i].counts || !dec_add(sum, list[i].d, &sum))
			return false;
	return dec_cmp(sum, dec_int(100)) == 0;
}

/* Publishers round: thirds make 99.99.  What less than one is missing or too much goes to the
 * largest, so that the parts sum to the whole. */
static void even_out(struct share *list, size_t n)
{
	struct dec rest = dec_int(100);
	size_t largest = 0;

	for (size_t i = 0; i < n; i++) {
		if (!list[i].counts || !dec_sub(rest, list[i].d, &rest))
			return;
		if (dec_cmp(list[i].d, list[largest].d) > 0)
			largest = i;
	}
	if (n && dec_cmp(rest, dec_int(1)) < 0 && dec_cmp(rest, dec_int(-1)) > 0)
		(void)!dec_add(list[largest].d, rest, &list[largest].d);
}

static struct str share_text(struct reading *r, struct dec d)
{
	char text[DEC_TEXT];

	return arena_str(r->a, str_z(dec_text(text, d, 0)));
}

static bool names_sector(const struct iati_tree *transaction)
{
	for (const struct iati_tree *k = transaction->kid; k; k = k->next)
		if (k->id == IATI_TRANSACTION_SECTOR && is_dac(k) &&
		    !str_is(tree_attr(k, AT_CODE), "99810") &&
		    codelist_find(codelist_named("Sector"), tree_attr(k, AT_CODE)))
			return true;
	return false;
}

/* Whether a payment names a sector that the register holds. */
static bool below(struct reading *r)
{
	tree_each(t, r->t, IATI_TRANSACTION) if (names_sector(t)) return true;
	return false;
}

static void put_sectors(struct reading *r, struct json_maker *m)
{
	struct json_maker all, one;
	struct share *list;
	size_t n = shares(r, IATI_SECTOR, &list);

	put_code(m, project_field, str_z(n ? field_of(list[0].code) : "other"));
	if (n == 1 && !list[0].percentage.n) {
		if (str_is(list[0].code, "99810")) /* "not specified" says what none does */
			n = 0;
		list[0].d = dec_int(100);
		list[0].counts = true;
	}
	even_out(list, n);
	if (n > 0 && (!all_count(list, n) || (!sum_is_100(list, n) && below(r)))) {
		tree_each(k, r->t, IATI_SECTOR) k->used = false;
		n = 0;
	}
	r->sectors = n > 0;
	if (n == 0 && below(r))
		put_yes(m, project_sectors_on_transactions);
	if (n == 0)
		return;
	all = json_make_in(m, field_names[project_sectors], JSON_ARRAY);
	for (size_t i = 0; i < n; i++) {
		one = json_make_in(&all, S(""), JSON_OBJECT);
		put_code(&one, project_sector_sector, list[i].code);
		put_text(&one, project_sector_percentage,
			 list[i].counts ? share_text(r, list[i].d) : list[i].percentage);
	}
}

/* --- countries and places --- */

static struct json_maker put_row(struct reading *r, struct json_maker *rows, struct str country,
				 const struct dec *share)
{
	struct json_maker row = json_make_in(rows, S(""), JSON_OBJECT);

	put_code(&row, project_location_country, country);
	if (share)
		put_text(&row, project_location_percentage, share_text(r, *share));
	return row;
}

static void put_point(struct reading *r, struct json_maker *row, struct iati_tree *t)
{
	struct json_maker point;
	struct iati_tree *pos = tree_kid(tree_kid(t, IATI_POINT), IATI_POS);
	struct str text, part[2] = { { 0 } }, word;
	size_t n = 0;

	if (!pos)
		return;
	text = pos->text;
	while (n < 2 && str_split(&text, ' ', &word)) {
		size_t dot = str_index(word, '.');

		if (!str_trim(word).n)
			continue;
		if (!read_decimal(r, str_cut(word, dot + 1 + DEC_PLACES), &part[n++])) {
			pos->used = false;
			return;
		}
	}
	if (n < 2)
		return;
	point = json_make_in(row, field_names[project_location_point], JSON_OBJECT);
	json_make_str(&point, S("lat"), part[0]);
	json_make_str(&point, S("lon"), part[1]);
}

/* The country of a place: its own, else the activity's only one. */
static struct str country_of(struct iati_tree *place, const struct share *list, size_t n)
{
	for (struct iati_tree *k = place->kid; k; k = k->next)
		if (k->id == IATI_ADMINISTRATIVE && str_is(tree_attr(k, AT_VOCABULARY), "A4") &&
		    codelist_find(codelist_named("Country"), tree_attr(k, AT_CODE))) {
			k->used = true;
			return tree_attr(k, AT_CODE);
		}
	return n == 1 ? list[0].code : S("");
}

enum { PLACES_MAX = 300 }; /* of a project: PARTS' bound */

/* Where each share stands once: on the country; places then have none of their own. */
static void put_places(struct reading *r, struct json_maker *m)
{
	static const struct dec none = { 0 };
	struct json_maker all, row;
	struct share *list;
	size_t n = shares(r, IATI_COUNTRY, &list), rows = 0;
	bool places = false, known;

	even_out(list, n);
	known = n > 1 && sum_is_100(list, n);
	for (struct iati_tree *k = r->t->kid; k; k = k->next)
		places |= k->id == IATI_LOCATION && country_of(k, list, n).n;
	r->places = n || places;
	if (!r->places)
		return;
	all = json_make_in(m, field_names[project_locations], JSON_ARRAY);
	for (size_t i = 0; i < n && (n > 1 || !places); i++, rows++)
		(void)put_row(r, &all, list[i].code, known ? &list[i].d : NULL);
	tree_each(k, r->t, IATI_LOCATION)
	{
		struct str country = country_of(k, list, n);
		struct iati_tree *name = tree_kid(k, IATI_LOCATION_NAME);

		k->used = country.n > 0 && rows++ < PLACES_MAX;
		if (!k->used)
			continue;
		row = put_row(r, &all, country, known ? &none : NULL);
		put_mtext(r, &row, project_location_place, name);
		put_point(r, &row, k);
	}
}

/* --- who takes part --- */

static void put_participants(struct reading *r, struct json_maker *m)
{
	struct json_maker all = { 0 }, one;

	tree_each(p, r->t, IATI_PARTICIPATING_ORG)
	{
		struct str ref = read_org(r, p);

		p->used = ref.n > 0;
		if (!ref.n)
			continue;
		if (!all.of)
			all = json_make_in(m, field_names[project_participants], JSON_ARRAY);
		one = json_make_in(&all, S(""), JSON_OBJECT);
		put_text(&one, participation_organisation, ref);
		put_code(&one, participation_role, tree_attr(p, AT_ROLE));
		put_activity(&one, participation_activity, p, AT_ACTIVITY_ID);
	}
}

/* --- the project --- */

static void put_dates(struct reading *r, struct json_maker *m)
{
	static const enum field_id by_type[] = { project_planned_start, project_actual_start,
						 project_planned_end, project_actual_end };
	struct iati_tree *end = NULL;
	bool met[4] = { false };

	tree_each(d, r->t, IATI_ACTIVITY_DATE)
	{
		struct str type = tree_attr(d, AT_TYPE);
		size_t i = type.n == 1 ? (size_t)(type.p[0] - '1') : 4;

		d->used = i < 4 && !met[i];
		if (!d->used)
			continue;
		met[i] = true;
		if (i < 3)
			put_date(m, by_type[i], d);
		else
			end = d;
	}
	if (end && met[1]) /* what has ended has begun: the register wants both */
		put_date(m, by_type[3], end);
	else if (end)
		end->used = false;
}

/* Whether two texts say the same in the same languages. */
static bool same_text(const struct json *a, const struct json *b)
{
	if (!a || !b || a->count != b->count)
		return false;
	for (a = a->child, b = b->child; a; a = a->next, b = b->next)
		if (!str_eq(a->name, b->name) || !str_eq(a->str, b->str))
			return false;
	return true;
}

/* A description that says what the title says is none. */
static void put_description(struct reading *r, struct json_maker *m, const struct json *title)
{
	struct json *text =
		mtext_of(r, project_description, tree_kid(r->t, IATI_ACTIVITY_DESCRIPTION));

	if (text && !same_text(text, title))
		json_make_put(m, field_names[project_description], text);
}

static struct iati_tree *default_aid(struct reading *r)
{
	for (struct iati_tree *k = r->t->kid; k; k = k->next)
		if (k->id == IATI_DEFAULT_AID_TYPE && is_dac(k)) {
			k->used = true;
			return k;
		}
	return NULL;
}

static void put_defaults(struct reading *r, struct json_maker *m)
{
	put_listed(m, project_flow_type, tree_kid(r->t, IATI_DEFAULT_FLOW_TYPE), AT_CODE);
	put_listed(m, project_finance_type, tree_kid(r->t, IATI_DEFAULT_FINANCE_TYPE), AT_CODE);
	put_listed(m, project_aid_type, default_aid(r), AT_CODE);
	put_listed(m, project_tied_status, tree_kid(r->t, IATI_DEFAULT_TIED_STATUS), AT_CODE);
}

static struct json *project_of(struct reading *r, struct iati_tree *reporter)
{
	struct json *title = mtext_of(r, project_title, tree_kid(r->t, IATI_TITLE));
	struct json_maker m = json_maker(r->a, JSON_OBJECT);

	json_make_put(&m, field_names[project_title],
		      title ? title /* the standard takes one without words */
			    : mtext_plain(r, "en", r->identifier));
	put_text(&m, project_identifier, r->identifier);
	put_code(&m, project_status, tree_attr(tree_kid(r->t, IATI_ACTIVITY_STATUS), AT_CODE));
	put_description(r, &m, title);
	put_dates(r, &m);
	put_sectors(r, &m);
	put_places(r, &m);
	put_participants(r, &m);
	put_defaults(r, &m);
	put_text(&m, project_reporter, read_org(r, reporter));
	put_second_hand(r, &m, project_secondary);
	return m.of;
}

static void count_rest(const struct reading *r, const struct iati_tree *t)
{
	for (const struct iati_tree *k = t->kid; k; k = k->next) {
		if (k->used)
			count_rest(r, k);
		else
			r->r->elements[k->id]++;
	}
}

static void see_report(struct reading *r, struct iati_tree *reporter, bool again)
{
	struct str said = tree_attr(reporter, AT_SECONDARY_REPORTER);
	const struct report report = { .identifier = r->identifier,
				       .publisher = r->publisher,
				       .reporter = read_org(r, reporter),
				       .said = str_is(said, "1") || str_is(said, "true"),
				       .again = again };
	const struct reported found = known_report(r->r->known, &report);

	if (again || found.elsewhere)
		r->r->repeated(r->r->ctx, r->identifier, r->t->line, again);
	r->second_hand = found.second_hand;
}

static void project(struct reading *r)
{
	struct iati_tree *reporter = tree_kid(r->t, IATI_REPORTING_ORG);
	struct str key = key_of(r, r->publisher, r->identifier);
	struct hash h = hash_of(key);
	unsigned again = met_again(r->r->met, met_key(&h));

	if (again)
		key = key_of(r, key, str_z(err_num(again)));
	see_report(r, reporter, again > 0);
	read_project(r, key, r->t->line, project_of(r, reporter));
}

static void read_activity(struct reading *r)
{
	struct iati_tree *identifier = tree_kid(r->t, IATI_IDENTIFIER);

	r->identifier = identifier ? identifier->text : S("");
	r->publisher = tree_attr(tree_kid(r->t, IATI_REPORTING_ORG), AT_REF);
	project(r);
	read_money(r);
	read_documents(r, IATI_DOCUMENT_LINK, document_project);
	read_results(r);
}

void iati_read(const struct iati_reading *how, struct arena *a, struct iati_tree *t)
{
	struct reading r = { .r = how, .a = a, .t = t, .met = met_make() };

	r.last = &r.leaves;
	if (t->id == IATI_ORGANISATION)
		read_organisation(&r);
	else
		read_activity(&r);
	read_leaves(&r);
	count_rest(&r, t);
	met_free(r.met);
}

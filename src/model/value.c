#include "model/inside.h"

#include "base/uuid.h"

enum { CODES_SHOWN = 12, FILE_NAME_MAX = 255 };

#define NAME(text)                                                                             \
	{                                                                                      \
		(text), sizeof(text) - 1                                                       \
	}

const char *path_of(struct check *c, const struct field *f, struct str member)
{
	if (member.n == 0)
		return f->name;
	return arena_z(c->a,
		       arena_join(c->a, arena_join(c->a, str_z(f->name), S(".")), member));
}

/* --- objects with known members: MONEY, QUANTITY, COORD, FILE_REF --- */

const struct members members_of[FIELD_KIND_COUNT] = {
	[MONEY] = { { NAME("amount"), NAME("currency"), NAME("value_date") },
		    { JSON_STR, JSON_STR, JSON_STR } },
	[QUANTITY] = { { NAME("amount"), NAME("unit") }, { JSON_STR, JSON_STR } },
	[COORD] = { { NAME("lat"), NAME("lon") }, { JSON_STR, JSON_STR } },
	[FILE_REF] = { { NAME("sha256"), NAME("size"), NAME("media"), NAME("name") },
		       { JSON_STR, JSON_INT, JSON_STR, JSON_STR } },
};

int member_place(const struct members *known, struct str name, int *next)
{
	for (int i = 0; i < MEMBERS_MAX; i++) {
		int at = (*next + i) % MEMBERS_MAX;

		if (known->name[at].n && same_name(name, &known->name[at])) {
			*next = at + 1;
			return at;
		}
	}
	return MEMBERS_MAX;
}

/*
 * Lay out the members of `v` by position in the table; empty ones stay NULL.  False when
 * one has a wrong name or type; the finding is written.
 */
static bool take_members(struct check *c, const struct field *f, const struct json *v,
			 const struct json *at[MEMBERS_MAX])
{
	const struct members *known = &members_of[f->kind];
	size_t from = c->n;
	int next = 0;

	for (const struct json *m = v->child; m; m = m->next) {
		int i = member_place(known, m->name, &next);

		if (i == MEMBERS_MAX)
			FOUND(c, path_of(c, f, m->name),
			      N_("“%1” does not belong here; remove it"), err_arg(m->name));
		else if (value_empty(m))
			continue;
		else if (m->type != known->type[i] && known->type[i] == JSON_INT)
			FOUND(c, path_of(c, f, m->name),
			      N_("a whole number without quotes is expected here"));
		else if (m->type != known->type[i])
			FOUND(c, path_of(c, f, m->name),
			      N_("a text in quotes is expected here"));
		else
			at[i] = m;
	}
	return c->n == from;
}

/* --- codes --- */

static void unknown_code(struct check *c, const struct field *f, struct str member,
			 const struct codelist *l, struct str code)
{
	struct buf some;

	buf_init(&some, (size_t)ERR_ARG * 2);
	for (size_t i = 0; i < l->count && i < CODES_SHOWN; i++) {
		if (i)
			buf_lit(&some, ", ");
		buf_z(&some, l->codes[i].code);
	}
	if (l->count > CODES_SHOWN)
		buf_lit(&some, ", …");
	FOUND(c, path_of(c, f, member),
	      N_("“%1” is not a code of the list %2; its codes are: %3"), err_arg(code),
	      l->name, err_arg(buf_str(&some)));
	buf_done(&some);
}

static bool check_code(struct check *c, const struct field *f, struct str member,
		       const struct codelist *l, struct str code)
{
	if (codelist_find(l, code))
		return true;
	unknown_code(c, f, member, l, code);
	return false;
}

/* --- numbers --- */

static bool take_decimal(struct check *c, const struct field *f, struct str member,
			 struct str s, struct dec *out)
{
	if (dec_parse(s, out))
		return true;
	FOUND(c, path_of(c, f, member),
	      N_("“%1” is not a decimal number; write digits with a point, for example "
		 "1250.50"),
	      err_arg(s));
	return false;
}

static struct dec bound(const char *text)
{
	struct dec d = { 0 };

	(void)!dec_parse(str_z(text), &d); /* of the tables, a test holds them well-formed */
	return d;
}

static void check_bounds(struct check *c, const struct field *f, struct str member,
			 struct dec d)
{
	if (f->low && dec_cmp(d, bound(f->low)) < 0)
		FOUND(c, path_of(c, f, member), N_("the least that fits here is %1"), f->low);
	if (f->high && dec_cmp(d, bound(f->high)) > 0)
		FOUND(c, path_of(c, f, member), N_("the most that fits here is %1"), f->high);
}

/* Whether `d` needs more than `places` digits after the point. */
static bool finer_than(struct dec d, unsigned places)
{
	int128 step = 1;

	for (unsigned i = places; i < DEC_PLACES; i++)
		step *= 10;
	return d.micro % step != 0;
}

static void check_places(struct check *c, const struct field *f, struct str member,
			 struct dec d)
{
	if (f->whole && finer_than(d, 0))
		FOUND(c, path_of(c, f, member), N_("a whole number is expected here"));
	else if (f->places && finer_than(d, f->places))
		FOUND(c, path_of(c, f, member),
		      N_("at most %1 digits after the point fit here"), err_num(f->places));
}

static void check_decimal(struct check *c, const struct field *f, const struct json *v)
{
	struct dec d;

	if (!take_decimal(c, f, S(""), v->str, &d))
		return;
	check_places(c, f, S(""), d);
	check_bounds(c, f, S(""), d);
}

static void check_percent(struct check *c, const struct field *f, const struct json *v)
{
	struct dec d;

	if (take_decimal(c, f, S(""), v->str, &d) &&
	    (d.micro < 0 || dec_cmp(d, dec_int(100)) > 0))
		FOUND(c, f->name, N_("a percentage lies between 0 and 100"));
}

/* --- dates --- */

static void check_date(struct check *c, const struct field *f, struct str member, struct str s)
{
	int32_t days;

	if (!date_parse(s, &days))
		FOUND(c, path_of(c, f, member),
		      N_("“%1” is not a date; write year, month and day, for example "
			 "2026-03-01"),
		      err_arg(s));
	else if (f->past && days > c->ctx->today &&
		 !(c->ctx->reported && f->record == RECORD_measurement))
		FOUND(c, path_of(c, f, member),
		      N_("%1 lies in the future; this date must not be later than today"),
		      err_arg(s));
}

/* --- the rest --- */

static void check_money(struct check *c, const struct field *f, const struct json *v)
{
	const struct str amount = S("amount"), currency = S("currency"),
			 value_date = S("value_date");
	const struct json *at[MEMBERS_MAX] = { NULL };
	struct dec d;

	if (!take_members(c, f, v, at))
		return;
	if (!at[0])
		FOUND(c, path_of(c, f, amount),
		      N_("the amount is missing; write for example 1250.00"));
	if (!at[1])
		FOUND(c, path_of(c, f, currency),
		      N_("the currency is missing; write its code of three letters, for "
			 "example XOF"));
	if (!at[2] && f->need_value_date)
		FOUND(c, path_of(c, f, value_date),
		      N_("the value date is missing: the day whose exchange rate counts for "
			 "this amount"));
	if (at[2])
		check_date(c, f, value_date, at[2]->str);
	if (!at[0] || !take_decimal(c, f, amount, at[0]->str, &d))
		return;
	if (!c->ctx->reported)
		check_bounds(c, f, amount, d);
	if (at[1] && check_code(c, f, currency, &codelist_currency, at[1]->str) &&
	    !c->ctx->reported && finer_than(d, currency_places(at[1]->str)))
		FOUND(c, path_of(c, f, amount),
		      N_("%1 has %2 digits after the point at most; round the amount as it was "
			 "booked"),
		      err_arg(at[1]->str), err_num(currency_places(at[1]->str)));
}

/* Units that count things one by one. */
static bool unit_counts(struct str unit)
{
	static const char *const counts[] = { "persons", "households", "jobs", "places",
					      "beds",    "doses",      "kits", "head",
					      "items",   "vehicles",   "bags", "containers" };

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		if (str_is(unit, counts[i]))
			return true;
	return false;
}

static void check_quantity(struct check *c, const struct field *f, const struct json *v)
{
	const struct str amount = S("amount"), unit = S("unit");
	const struct json *at[MEMBERS_MAX] = { NULL };
	struct dec d;

	if (!take_members(c, f, v, at))
		return;
	if (!at[0])
		FOUND(c, path_of(c, f, amount),
		      N_("the amount is missing; write for example 1250.00"));
	if (!at[1])
		FOUND(c, path_of(c, f, unit),
		      N_("the unit is missing; choose one, for example t"));
	if (!at[0] || !take_decimal(c, f, amount, at[0]->str, &d))
		return;
	check_places(c, f, amount, d);
	check_bounds(c, f, amount, d);
	if (at[1] && check_code(c, f, unit, codelist_named("Unit"), at[1]->str) &&
	    unit_counts(at[1]->str) && finer_than(d, 0))
		FOUND(c, path_of(c, f, amount), N_("a whole number is expected here"));
}

static void check_degrees(struct check *c, const struct field *f, struct str member,
			  const struct json *v, int limit)
{
	struct dec d;

	if (!v)
		FOUND(c, path_of(c, f, member),
		      N_("both degrees are needed: latitude (lat) and longitude (lon)"));
	else if (take_decimal(c, f, member, v->str, &d) &&
		 (dec_cmp(d, dec_int(limit)) > 0 || dec_cmp(d, dec_int(-limit)) < 0))
		FOUND(c, path_of(c, f, member), N_("the degrees must lie between -%1 and %1"),
		      err_num((uint64_t)limit));
}

static void check_coord(struct check *c, const struct field *f, const struct json *v)
{
	const struct json *at[MEMBERS_MAX] = { NULL };

	if (!take_members(c, f, v, at))
		return;
	check_degrees(c, f, S("lat"), at[0], 90);
	check_degrees(c, f, S("lon"), at[1], 180);
}

/* LEDGER.md 3.3: name 1..255 bytes, no slashes or control characters, no leading point. */
static bool file_name_well_formed(struct str s)
{
	return s.n <= FILE_NAME_MAX && s.p[0] != '.' && str_index(s, '/') == s.n &&
	       str_index(s, '\\') == s.n && !has_control(s, false);
}

static void check_file(struct check *c, const struct field *f, const struct json *v)
{
	const struct json *at[MEMBERS_MAX] = { NULL };
	unsigned char hash[32];

	if (!take_members(c, f, v, at))
		return;
	for (int i = 0; i < MEMBERS_MAX; i++) {
		if (!at[i]) {
			FOUND(c, path_of(c, f, members_of[FILE_REF].name[i]),
			      N_("this part of the attachment is missing; attach the file "
				 "anew"));
			return;
		}
	}
	if (!hex_decode(at[0]->str, hash, sizeof(hash)))
		FOUND(c, path_of(c, f, S("sha256")),
		      N_("a SHA-256 has 64 digits from 0 to 9 and a to f"));
	if (at[1]->num < 0)
		FOUND(c, path_of(c, f, S("size")), N_("a file cannot have less than no bytes"));
	if (str_index(at[2]->str, '/') == at[2]->str.n)
		FOUND(c, path_of(c, f, S("media")),
		      N_("“%1” is not a media type; write for example application/pdf"),
		      err_arg(at[2]->str));
	if (!file_name_well_formed(at[3]->str))
		FOUND(c, path_of(c, f, S("name")),
		      N_("“%1” cannot be the name of a file: no slashes, no point in front, at "
			 "most 255 bytes"),
		      err_arg(at[3]->str));
}

bool ref_parse(struct str s, struct ref *out)
{
	size_t slash = s.n - UUID_TEXT;
	struct ref ref;

	if (s.n < UUID_TEXT || s.p[slash] != '/')
		return false;
	ref = (struct ref){ str_cut(s, slash), str_from(s, slash + 1) };
	if (!uuid_valid(ref.id) || !party_well_formed(ref.party))
		return false;
	*out = ref;
	return true;
}

static void check_ref(struct check *c, const struct field *f, const struct json *v)
{
	const struct record *to = &records[f->to];
	struct ref ref;

	if (!ref_parse(v->str, &ref))
		FOUND(c, f->name,
		      N_("“%1” does not point to a record; write the party, a slash and the "
			 "id"),
		      err_arg(v->str));
	else if (to->joint && !str_is(ref.party, JOINT_PARTY))
		FOUND(c, f->name,
		      N_("records of type %1 belong to all parties; the reference begins with "
			 "joint/"),
		      to->name);
	else if (!to->joint && str_is(ref.party, JOINT_PARTY))
		FOUND(c, f->name,
		      N_("records of type %1 belong to one party; the reference begins with "
			 "its code"),
		      to->name);
}

/* Which JSON each kind takes, and what to say when it is another. */
static const struct {
	enum json_type type;
	const char *message;
} forms[FIELD_KIND_COUNT] = {
	[TEXT] = { JSON_STR, N_("a text in quotes is expected here") },
	[MTEXT] = { JSON_OBJECT, N_("texts by language are expected here, for example "
				    "{\"fr\":\"…\",\"ru\":\"…\"}") },
	[CODE] = { JSON_STR, N_("a code in quotes is expected here, for example \"%1\"") },
	[DATE] = { JSON_STR,
		   N_("a date in quotes is expected here, for example \"2026-03-01\"") },
	[DECIMAL] = { JSON_STR,
		      N_("a decimal number in quotes is expected here, for example \"12.5\"") },
	[PERCENT] = { JSON_STR,
		      N_("a percentage in quotes is expected here, for example \"33.33\"") },
	[MONEY] = { JSON_OBJECT, N_("an amount is expected here, for example "
				    "{\"amount\":\"1250.00\",\"currency\":\"EUR\",\"value_"
				    "date\":\"2026-03-01\"}") },
	[QUANTITY] = { JSON_OBJECT, N_("a quantity is expected here, for example "
				       "{\"amount\":\"300\",\"unit\":\"t\"}") },
	[REF] = { JSON_STR,
		  N_("a reference in quotes is expected here, for example \"ml/0197f3a2-…\"") },
	[COORD] = { JSON_OBJECT, N_("coordinates are expected here, for example "
				    "{\"lat\":\"12.6392\",\"lon\":\"-8.0029\"}") },
	[FILE_REF] = { JSON_OBJECT, N_("an attachment is expected here: "
				       "{\"sha256\",\"size\",\"media\",\"name\"}") },
	[BOOL] = { JSON_BOOL, N_("true or false is expected here, without quotes") },
	[PARTS] = { JSON_ARRAY, N_("a list of objects is expected here: [{…},{…}]") },
};

void value_check(struct check *c, const struct field *f, const struct json *v)
{
	if (v->type != forms[f->kind].type) {
		const char *code =
			f->kind == CODE ? codelist_named(f->list)->codes[0].code : NULL;

		(void)err_make(check_slot(c), ERR_INPUT, f->name, forms[f->kind].message,
			       (const char *[]){ code, NULL, NULL });
		return;
	}
	switch (f->kind) {
	case TEXT: check_text(c, f, v); return;
	case MTEXT: check_mtext(c, f, v); return;
	case CODE: (void)check_code(c, f, S(""), codelist_named(f->list), v->str); return;
	case DATE: check_date(c, f, S(""), v->str); return;
	case DECIMAL: check_decimal(c, f, v); return;
	case PERCENT: check_percent(c, f, v); return;
	case MONEY: check_money(c, f, v); return;
	case QUANTITY: check_quantity(c, f, v); return;
	case REF: check_ref(c, f, v); return;
	case COORD: check_coord(c, f, v); return;
	case FILE_REF: check_file(c, f, v); return;
	case BOOL:
	case PARTS: /* check_parts follows each part */
	case FIELD_KIND_COUNT: return;
	}
}

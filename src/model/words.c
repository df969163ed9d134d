#include "model/inside.h"

/* Spaces as UTF-8: no-break, and the narrow one of French typography. */
#define NBSP    "\302\240"
#define NNBSP   "\342\200\257"
#define BETWEEN " \302\267 "

/* A counterpart may write texts of any length: what is beyond this is left out. */
enum { WORDS_MAX = 2 << 20 };

/* CLDR 42: decimal sign, thousands sign, what stands between a number and the percent sign. */
static const struct {
	const char *point, *group, *percent;
} numbers[LANG_COUNT] = {
	[LANG_FR] = { ",", NNBSP, NBSP },
	[LANG_RU] = { ",", NBSP, NBSP },
	[LANG_EN] = { ".", ",", "" },
};

static const char *const months[LANG_COUNT][12] = {
	[LANG_FR] = { "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août",
		      "septembre", "octobre", "novembre", "décembre" },
	[LANG_RU] = { "января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа",
		      "сентября", "октября", "ноября", "декабря" },
	[LANG_EN] = { "January", "February", "March", "April", "May", "June", "July", "August",
		      "September", "October", "November", "December" },
};

/* North, south, east, west. */
static const char *const winds[LANG_COUNT][4] = {
	[LANG_FR] = { "N", "S", "E", "O" },
	[LANG_RU] = { "с." NBSP "ш.", "ю." NBSP "ш.", "в." NBSP "д.", "з." NBSP "д." },
	[LANG_EN] = { "N", "S", "E", "W" },
};

static void number_add(struct buf *b, struct dec d, unsigned places, enum lang lang)
{
	char text[DEC_TEXT];
	struct str all = str_z(dec_text(text, d, places));
	struct str whole = str_cut(all, str_index(all, '.')), rest = str_from(all, whole.n + 1);
	size_t sign = whole.n && whole.p[0] == '-';

	for (size_t i = 0; i < whole.n; i++) {
		if (i > sign && (whole.n - i) % 3 == 0)
			buf_z(b, numbers[lang].group);
		buf_ch(b, whole.p[i]);
	}
	if (rest.n) {
		buf_z(b, numbers[lang].point);
		buf_add(b, rest);
	}
}

struct str number_text(struct arena *a, struct dec d, unsigned places, enum lang lang)
{
	struct buf b;

	buf_init(&b, WORDS_MAX);
	number_add(&b, d, places, lang);
	return arena_buf(a, &b);
}

static void date_add(struct buf *b, int32_t days, enum lang lang)
{
	int year, month, day;

	date_civil(days, &year, &month, &day);
	buf_i64(b, day);
	if (lang == LANG_FR && day == 1)
		buf_lit(b, "er");
	buf_lit(b, " ");
	buf_z(b, months[lang][month - 1]);
	buf_lit(b, " ");
	buf_i64(b, year);
	if (lang == LANG_RU)
		buf_lit(b, NNBSP "г.");
}

struct str date_words(struct arena *a, int32_t days, enum lang lang)
{
	struct buf b;

	buf_init(&b, WORDS_MAX);
	date_add(&b, days, lang);
	return arena_buf(a, &b);
}

static bool tag_is(struct str tag, enum lang lang)
{
	return str_starts(tag, str_z(lang_codes[lang])) && (tag.n == 2 || tag.p[2] == '-');
}

struct str mtext_in(const struct json *value, enum lang lang, struct str *found)
{
	const struct json *best = NULL;

	if (value && value->type == JSON_OBJECT)
		for (const struct json *m = value->child; m; m = m->next)
			if (m->type == JSON_STR && m->str.n &&
			    (!best || (tag_is(m->name, lang) && !tag_is(best->name, lang))))
				best = m;
	if (found)
		*found = best ? best->name : S("");
	return best ? best->str : S("");
}

/* --- one value --- */

/* The decimal text `s` in the language; as it stands when it is none. */
static void decimal_add(struct buf *b, struct str s, unsigned places, enum lang lang)
{
	struct dec d;

	if (dec_parse(s, &d))
		number_add(b, d, places, lang);
	else
		buf_add(b, s);
}

static void iso_date_add(struct buf *b, struct str s, enum lang lang)
{
	int32_t days;

	if (date_parse(s, &days))
		date_add(b, days, lang);
	else
		buf_add(b, s);
}

static void money_add(struct buf *b, const struct json *v, enum lang lang)
{
	decimal_add(b, json_str(v, "amount"), currency_places(json_str(v, "currency")), lang);
	buf_lit(b, NBSP);
	buf_add(b, json_str(v, "currency"));
}

static void quantity_add(struct buf *b, const struct json *v, enum lang lang)
{
	decimal_add(b, json_str(v, "amount"), 0, lang);
	buf_lit(b, NBSP);
	buf_add(b, code_name("Unit", json_str(v, "unit"), lang));
}

static void degrees_add(struct buf *b, struct str s, const char *const wind[2], enum lang lang)
{
	bool negative = str_starts(s, S("-"));

	decimal_add(b, str_from(s, negative ? 1 : 0), 0, lang);
	buf_lit(b, "°" NBSP);
	buf_z(b, wind[negative ? 1 : 0]);
}

static void coord_add(struct buf *b, const struct json *v, enum lang lang)
{
	degrees_add(b, json_str(v, "lat"), &winds[lang][0], lang);
	buf_lit(b, ", ");
	degrees_add(b, json_str(v, "lon"), &winds[lang][2], lang);
}

static void value_add(struct buf *b, const struct field *f, const struct json *v,
		      enum lang lang)
{
	switch (f->kind) {
	case TEXT:
	case REF: buf_add(b, v->str); return;
	case MTEXT: buf_add(b, mtext_in(v, lang, NULL)); return;
	case CODE: buf_add(b, code_name(f->list, v->str, lang)); return;
	case DATE: iso_date_add(b, v->str, lang); return;
	case DECIMAL: decimal_add(b, v->str, 0, lang); return;
	case PERCENT:
		decimal_add(b, v->str, 0, lang);
		buf_z(b, numbers[lang].percent);
		buf_ch(b, '%');
		return;
	case MONEY: money_add(b, v, lang); return;
	case QUANTITY: quantity_add(b, v, lang); return;
	case COORD: coord_add(b, v, lang); return;
	case FILE_REF: buf_add(b, json_str(v, "name")); return;
	case BOOL: buf_add(b, lang_text(lang, v->num ? N_("yes") : N_("no"))); return;
	case PARTS: buf_u64(b, v->count); return;
	case FIELD_KIND_COUNT: return;
	}
}

/* What there was room for, with a mark where it ends. */
static struct str as_far_as(struct arena *a, struct buf *b)
{
	struct str s;

	if (!b->full)
		return arena_buf(a, b);
	s = arena_join(a, buf_str(b), S("…"));
	buf_done(b);
	return s;
}

struct str field_text(struct arena *a, const struct field *f, const struct json *value,
		      enum lang lang)
{
	struct buf b;

	buf_init(&b, value ? WORDS_MAX : 0);
	if (value)
		value_add(&b, f, value, lang);
	return as_far_as(a, &b);
}

/* --- whole records --- */

struct str record_label(struct arena *a, const struct record *r, const struct json *data,
			enum lang lang)
{
	struct buf b;

	buf_init(&b, WORDS_MAX);
	for (size_t i = 0; i < sizeof(r->name_fields) / sizeof(r->name_fields[0]); i++) {
		const struct field *f = &fields[r->name_fields[i]];
		const struct json *v = f->name ? json_get(data, f->name) : NULL;
		size_t before = b.n;

		if (!v)
			continue;
		if (before)
			buf_lit(&b, BETWEEN);
		value_add(&b, f, v, lang);
		if (before && b.n == before + sizeof(BETWEEN) - 1)
			b.n = before;
	}
	if (b.n == 0)
		buf_add(&b, lang_text(lang, r->title));
	return as_far_as(a, &b);
}

/* --- links --- */

/* The parts a record stands in, the last first. */
struct above {
	const struct above *up;
	const char *field;
	size_t i;
};

struct walk {
	struct arena *a;
	void (*see)(void *ctx, const struct model_link *link);
	void *ctx;
};

static void put_above(struct buf *b, const struct above *up)
{
	if (!up)
		return;
	put_above(b, up->up);
	buf_z(b, up->field);
	buf_ch(b, '.');
	buf_u64(b, up->i);
	buf_ch(b, '.');
}

static const char *path_from(const struct walk *w, const struct above *up,
			     const struct field *f)
{
	struct buf b;

	if (!up)
		return f->name;
	buf_init(&b, WORDS_MAX);
	put_above(&b, up);
	buf_z(&b, f->name);
	return arena_buf(w->a, &b).p;
}

static void walk_record(const struct walk *w, const struct record *r, const struct json *data,
			const struct above *up);

static void walk_parts(const struct walk *w, const struct field *f, const struct json *v,
		       const struct above *up)
{
	struct above here = { up, f->name, 0 };

	for (const struct json *p = v->child; p; p = p->next, here.i++)
		walk_record(w, &records[f->to], p, &here);
}

static void see_value(const struct walk *w, const struct field *f, const struct json *v,
		      const struct above *up)
{
	struct model_link link = { .field = f,
				   .path = path_from(w, up, f),
				   .value = f->kind == REF ? v->str : json_str(v, "sha256"),
				   .json = v };

	if (link.value.n)
		w->see(w->ctx, &link);
}

static void walk_record(const struct walk *w, const struct record *r, const struct json *data,
			const struct above *up)
{
	enum { LINKS = 1 << REF | 1 << FILE_REF | 1 << PARTS };
	const struct json *at[FIELDS_MAX], *v;

	/* A part has few members, and few fields of these kinds. */
	if (!up)
		record_place(r, data, at);
	for (int i = r->first; i < r->end; i++) {
		if (!(LINKS & 1 << fields[i].kind))
			continue;
		v = up ? json_member(data, field_names[i]) : at[i - r->first];
		if (!v)
			continue;
		if (fields[i].kind == PARTS)
			walk_parts(w, &fields[i], v, up);
		else
			see_value(w, &fields[i], v, up);
	}
}

void record_links(struct arena *a, const struct record *r, const struct json *data,
		  void (*see)(void *ctx, const struct model_link *link), void *ctx)
{
	const struct walk w = { a, see, ctx };

	walk_record(&w, r, data, NULL);
}

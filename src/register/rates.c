#include "register/rates.h"

/* Fixed by treaty: XOF and XAF by the decision 98/683/EC of the Council of the European Union,
 * KMF by 98/683/EC as well. */
static const struct {
	const char *currency, *value;
} euro_parities[] = { { "XOF", "655.957" }, { "XAF", "655.957" }, { "KMF", "491.96775" } };
enum { PARITIES = sizeof(euro_parities) / sizeof(euro_parities[0]) };

/* --- reading --- */

static bool quote_read(struct arena *a, const struct record_row *row, struct rate_quote *out)
{
	struct json *data;
	struct err ignored;

	if (!json_object(a, row->data, &data, &ignored))
		return false;
	out->base = json_str(data, "base");
	out->quote = json_str(data, "quote");
	out->units = dec_int(1);
	out->ref = arena_join(a, row->party, arena_join(a, S("/"), row->id));
	if (json_str(data, "units").n && !dec_parse(json_str(data, "units"), &out->units))
		return false;
	return out->base.n && out->quote.n && !str_eq(out->base, out->quote) &&
	       dec_parse(json_str(data, "value"), &out->value) &&
	       date_parse(json_str(data, "date"), &out->day) && out->units.micro > 0 &&
	       out->value.micro > 0;
}

bool rates_parity(size_t number, struct rate_quote *out)
{
	if (number >= PARITIES)
		return false;
	*out = (struct rate_quote){ .base = S("EUR"),
				    .quote = str_z(euro_parities[number].currency),
				    .units = dec_int(1) };
	(void)!dec_parse(str_z(euro_parities[number].value), &out->value);
	return true;
}

static void add_parities(struct rate_book *book)
{
	for (size_t i = 0; rates_parity(i, &book->quotes[book->n]); i++)
		book->quotes[book->n++].day = book->day;
}

/* The list has the newest first: what comes later of the same two is older. */
static bool quoted(const struct rate_book *book, const struct rate_quote *q)
{
	for (size_t i = 0; i < book->n; i++)
		if (str_eq(book->quotes[i].base, q->base) &&
		    str_eq(book->quotes[i].quote, q->quote))
			return true;
	return false;
}

static struct str days_range(struct arena *a, int32_t from, int32_t to)
{
	char first[DATE_TEXT], last[DATE_TEXT];
	struct buf b;

	buf_init(&b, 64);
	buf_z(&b, date_text(first, from));
	buf_lit(&b, "..");
	buf_z(&b, date_text(last, to));
	return arena_buf(a, &b);
}

bool rates_read(struct view *v, struct arena *a, struct str source, int32_t day,
		enum audience who, struct rate_book *out, struct err *err)
{
	struct list_query q = { .record = &records[RECORD_rate],
				.who = who,
				.filters = { { &fields[rate_origin], S("origin"), source },
					     { &fields[rate_date], S("date"),
					       days_range(a, day - RATE_DAYS, day) } },
				.filter_count = 2,
				.limit = RATES_MAX };
	struct list_result found = { 0 };

	*out = (struct rate_book){ .source = source, .day = day };
	out->quotes = arena_array(a, struct rate_quote, RATE_PAIRS_MAX + 1);
	add_parities(out);
	if (source.n && !view_list(v, a, &q, &found, err))
		return false;
	for (size_t i = 0; i < found.n && out->n < RATE_PAIRS_MAX; i++)
		out->n += quote_read(a, &found.rows[i], &out->quotes[out->n]) &&
			  !quoted(out, &out->quotes[out->n]);
	return true;
}

bool rates_sources(struct view *v, struct arena *a, enum audience who, struct str *out,
		   size_t *n, struct err *err)
{
	struct list_query q = { .record = &records[RECORD_rate], .who = who, .limit = 500 };
	struct list_result found;

	*n = 0;
	if (!view_list(v, a, &q, &found, err))
		return false;
	for (size_t i = 0; i < found.n && *n < RATE_SOURCES_MAX; i++) {
		struct json *data;
		struct str name;
		size_t k = 0;

		if (!json_object(a, found.rows[i].data, &data, err))
			continue;
		name = json_str(data, "origin");
		while (k < *n && !str_eq(out[k], name))
			k++;
		if (name.n && k == *n)
			out[(*n)++] = name;
	}
	return true;
}

/* --- converting --- */

static bool leads(const struct rate_quote *q, struct str from, struct str to, bool *inverse)
{
	*inverse = str_eq(q->quote, from);
	return *inverse ? str_eq(q->base, to) : str_eq(q->base, from) && str_eq(q->quote, to);
}

/* Numbers of a fraction stay below: dec_ratio multiplies and divides by them. */
static const int128 fraction_max = (int128)1 << 100;

static int128 common(int128 x, int128 y)
{
	while (y) {
		int128 rest = x % y;

		x = y;
		y = rest;
	}
	return x;
}

static bool times(struct rate_fraction *f, int128 over, int128 under)
{
	int128 across = common(f->over, under), down = common(over, f->under);

	if (__builtin_mul_overflow(f->over / across, over / down, &f->over) ||
	    __builtin_mul_overflow(f->under / down, under / across, &f->under))
		return false;
	return f->over < fraction_max && f->under < fraction_max;
}

bool rates_fraction(const struct rate_step *steps, size_t n, struct rate_fraction *out)
{
	*out = (struct rate_fraction){ 1, 1 };
	for (size_t i = 0; i < n; i++) {
		int128 value = steps[i].by->value.micro, units = steps[i].by->units.micro;
		int128 both = common(value, units);

		if (!(steps[i].inverse ? times(out, units / both, value / both)
				       : times(out, value / both, units / both)))
			return false;
	}
	return true;
}

static int64_t unit_of(unsigned places)
{
	int64_t unit = 1;

	for (unsigned i = places; i < DEC_PLACES; i++)
		unit *= 10;
	return unit;
}

static int128 divided(int128 x, int128 by)
{
	if (x <= INT64_MAX && by <= INT64_MAX)
		return (int64_t)x / (int64_t)by;
	return x / by;
}

/* Most amounts and rates are small: one multiplication and one division. */
bool rates_apply(const struct rate_fraction *f, struct dec amount, unsigned places,
		 struct dec *out)
{
	const int128 small = (int128)1 << 62;
	int64_t unit = unit_of(places);
	int128 m = amount.micro < 0 ? -amount.micro : amount.micro, q, under;

	if (m >= small || f->over >= small || f->under >= small / 1000000)
		return dec_ratio(amount, (struct dec){ f->over }, (struct dec){ f->under },
				 places, out);
	under = f->under * unit;
	q = divided(m * f->over + under / 2, under) * unit; /* odd: there is no half */
	out->micro = amount.micro < 0 ? -q : q;
	return dec_add(*out, dec_int(0), out);
}

/* Parities first, then the newest; of one day what is quoted this way round. */
bool rates_newer(const struct rate_step *x, const struct rate_step *y)
{
	if (!y->by)
		return true;
	if ((x->by->ref.n == 0) != (y->by->ref.n == 0))
		return x->by->ref.n == 0;
	if (x->by->day != y->by->day)
		return x->by->day > y->by->day;
	if (x->inverse != y->inverse)
		return y->inverse;
	return str_cmp(x->by->ref, y->by->ref) < 0;
}

static bool one_step(const struct rate_book *b, struct str from, struct str to,
		     struct rate_step *out)
{
	out->by = NULL;
	for (size_t i = 0; i < b->n; i++) {
		struct rate_step s = { .by = &b->quotes[i] };

		if (leads(s.by, from, to, &s.inverse) && rates_newer(&s, out))
			*out = s;
	}
	return out->by != NULL;
}

/* The oldest day of a way: the newer that is, the better. */
static int32_t oldest(const struct rate_proof *p)
{
	int32_t day = INT32_MAX;

	for (size_t i = 0; i < p->n; i++)
		if (p->steps[i].by->day < day)
			day = p->steps[i].by->day;
	return day;
}

static struct str far_end(const struct rate_step *s)
{
	return s->inverse ? s->by->base : s->by->quote;
}

static int compare_ways(const struct rate_proof *x, const struct rate_proof *y)
{
	int c = 0;

	if (oldest(x) != oldest(y))
		return oldest(x) > oldest(y) ? -1 : 1;
	for (size_t i = 0; c == 0 && i < x->n; i++)
		c = str_cmp(far_end(&x->steps[i]), far_end(&y->steps[i]));
	return c;
}

/* The best way of exactly `steps` steps. */
static bool find_way(const struct rate_book *b, struct str from, struct str to, size_t steps,
		     struct rate_proof *out)
{
	bool found = false;

	out->n = steps;
	if (steps == 1)
		return one_step(b, from, to, &out->steps[0]);
	for (size_t i = 0; i < b->n; i++) {
		const struct rate_quote *q = &b->quotes[i];
		struct rate_proof rest, way;
		struct str mid = str_eq(q->base, from)    ? q->quote
				 : str_eq(q->quote, from) ? q->base
							  : S("");

		if (!mid.n || str_eq(mid, to) || !one_step(b, from, mid, &way.steps[0]) ||
		    !find_way(b, mid, to, steps - 1, &rest))
			continue;
		way.n = steps;
		for (size_t k = 0; k < rest.n; k++)
			way.steps[k + 1] = rest.steps[k];
		if (!found || compare_ways(&way, out) < 0)
			*out = way;
		found = true;
	}
	return found;
}

bool rates_convert(const struct rate_book *book, struct dec amount, struct str from,
		   struct str to, struct rate_proof *out)
{
	struct rate_fraction by;
	bool found = false;

	for (size_t steps = 1; steps <= RATE_STEPS_MAX && !found; steps++)
		found = find_way(book, from, to, steps, out);
	if (!found)
		return false;
	out->from = out->to = amount;
	out->from_currency = from;
	out->to_currency = to;
	return rates_fraction(out->steps, out->n, &by) &&
	       rates_apply(&by, amount, currency_places(to), &out->to);
}

void rates_put_quote(struct buf *b, struct str source, const struct rate_quote *q)
{
	char day[DATE_TEXT];

	if (q->ref.n) {
		buf_add(b, source);
		buf_ch(b, ' ');
		buf_z(b, date_text(day, q->day));
	} else {
		buf_lit(b, "parity");
	}
	buf_lit(b, ": ");
	dec_write(b, q->units, 0);
	buf_ch(b, ' ');
	buf_add(b, q->base);
	buf_lit(b, " = ");
	dec_write(b, q->value, 0);
	buf_ch(b, ' ');
	buf_add(b, q->quote);
}

struct str rates_words(struct arena *a, const struct rate_book *book,
		       const struct rate_proof *proof)
{
	struct buf b;

	buf_init(&b, 1024);
	for (size_t i = 0; i < proof->n; i++) {
		if (i)
			buf_lit(&b, "; ");
		rates_put_quote(&b, book->source, proof->steps[i].by);
	}
	return arena_buf(a, &b);
}

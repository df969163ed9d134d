/*
 * Random records made from the tables of the model: every one of them passes
 * model_check.  The same seed gives the same records.
 *
 *	struct random_source s = random_from(7);
 *	struct str data = random_record(&s, arena, &records[RECORD_project], &ctx);
 */
#ifndef TEST_MODEL_RANDOM_RECORD_H
#define TEST_MODEL_RANDOM_RECORD_H
#include "base/uuid.h"
#include "model/model.h"

enum { RANDOM_TRIES = 500, RANDOM_BYTES = 1 << 20 };

struct random_source {
	uint64_t state;
	/* Where references point; NULL: to made-up ids.  Gives "party/id" of a record of type
	 * `to`. */
	struct str (*ref)(void *ctx, enum record_id to);
	void *ref_ctx;

	/* Of the record in hand: rules hold more often when these go one way. */
	unsigned fill; /* chance in a hundred that an optional field is there */
	int32_t day;   /* dates only go on */
	int64_t count; /* whole numbers and quantities of parts only shrink */
	unsigned unit, pick, keys, keys_from;
	unsigned parts_left, percent_left;
	const struct model_ctx *ctx;
};

static inline struct random_source random_from(uint64_t seed)
{
	return (struct random_source){ .state = seed };
}

/* SplitMix64. */
static inline uint64_t random_next(struct random_source *s)
{
	uint64_t z = s->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static inline unsigned random_below(struct random_source *s, unsigned n)
{
	return (unsigned)(random_next(s) % n);
}

static inline void random_date(struct random_source *s, struct buf *b)
{
	char text[DATE_TEXT];

	s->day += (int32_t)random_below(s, 12) + 1;
	buf_z(b, date_text(text, s->day));
}

static inline struct str random_party(struct random_source *s)
{
	if (s->ctx->party_count)
		return s->ctx->parties[random_below(s, (unsigned)s->ctx->party_count)];
	return random_below(s, 2) ? S("ml") : S("ru");
}

static inline void random_words(struct random_source *s, struct buf *b, size_t max)
{
	static const char *const words[] = { "énergie",    "solaire",     "Бамако",   "станция",
					     "œuvre",      "Ёлка",        "power",    "«plan»",
					     "\"quoted\"", "back\\slash", "naïve",    "ŋɛ",
					     "2026",       "<b>",         "l’accord", "&amp;" };
	unsigned n = random_below(s, 6);

	buf_u64(b, s->pick++);
	for (unsigned i = 0; i < n; i++) {
		const char *word = words[random_below(s, sizeof(words) / sizeof(words[0]))];

		if (b->n + strlen(word) + 1 > max)
			return;
		buf_ch(b, ' ');
		buf_z(b, word);
	}
}

static inline void random_shaped(struct random_source *s, struct buf *b, const struct field *f)
{
	switch (f->shape) {
	case SHAPE_FREE: random_words(s, b, f->max ? f->max : 4000); return;
	case SHAPE_PARTY: buf_add(b, random_party(s)); return;
	case SHAPE_WEB:
		buf_lit(b, "https://example.org/");
		buf_u64(b, random_below(s, 100000));
		return;
	case SHAPE_EMAIL: buf_lit(b, "bureau@example.org"); return;
	case SHAPE_KEY:
		buf_ch(b, 'k');
		buf_u64(b, ++s->keys);
		return;
	case SHAPE_KEYS: /* of this record, before the one in hand */
		for (unsigned i = s->keys_from + 1; i < s->keys; i++)
			if (i == s->keys_from + 1 || random_below(s, 2)) {
				buf_z(b, b->n ? " k" : "k");
				buf_u64(b, i);
			}
		return;
	case SHAPE_IATI:
		buf_lit(b, "XM-EXAMPLE-");
		buf_u64(b, random_below(s, 100000));
		return;
	}
}

static inline void random_fraction(struct random_source *s, struct buf *b, unsigned places)
{
	unsigned n = places ? random_below(s, places + 1) : 0;

	if (n)
		buf_ch(b, '.');
	for (unsigned i = 0; i < n; i++)
		buf_u64(b, random_below(s, 10));
}

static inline void random_number(struct random_source *s, struct buf *b, const struct field *f)
{
	struct dec low, high;
	int64_t from = -1000, to = 100000;

	if (f->low && dec_parse(str_z(f->low), &low))
		from = (int64_t)(low.micro / 1000000) + (low.micro % 1000000 != 0);
	if (f->high && dec_parse(str_z(f->high), &high))
		to = (int64_t)(high.micro / 1000000) - 1;
	if (f->whole && records[f->record].part)
		from = s->count -= random_below(s, 3);
	else
		from += (int64_t)(random_next(s) % (uint64_t)(to - from + 1));
	buf_i64(b, from);
	if (!f->whole && from > 0)
		random_fraction(s, b, f->places ? f->places : 6);
}

static inline void random_percent(struct random_source *s, struct buf *b)
{
	unsigned all = s->parts_left ? s->percent_left : 10000;
	unsigned share = s->parts_left == 1 ? all : random_below(s, all + 1);
	char text[DEC_TEXT];

	if (s->parts_left)
		s->percent_left -= share;
	buf_z(b, dec_text(text, (struct dec){ (int128)share * 10000 }, random_below(s, 4)));
}

static inline struct str random_code(struct random_source *s, const char *list)
{
	const struct codelist *l = codelist_named(list);

	return str_z(l->codes[s->pick++ % l->count].code);
}

static inline void random_money(struct random_source *s, struct json_w *w,
				const struct field *f)
{
	struct str currency = random_code(s, "Currency");
	struct buf amount, date;

	buf_init(&amount, 64);
	buf_init(&date, 64);
	if (!f->low && random_below(s, 4) == 0)
		buf_ch(&amount, '-');
	buf_u64(&amount, 1 + random_below(s, 1000000000));
	random_fraction(s, &amount, currency_places(currency));
	random_date(s, &date);
	json_open(w, '{');
	json_pair(w, "value_date", buf_str(&date));
	json_pair(w, "currency", currency);
	json_pair(w, "amount", buf_str(&amount));
	json_close(w, '}');
	buf_done(&amount);
	buf_done(&date);
}

static inline void random_quantity(struct random_source *s, struct json_w *w)
{
	const struct codelist *l = codelist_named("Unit");
	char text[DEC_TEXT];

	s->count -= random_below(s, 3);
	json_open(w, '{');
	json_pair(w, "amount", str_z(dec_text(text, dec_int(s->count), 0)));
	json_pair(w, "unit", str_z(l->codes[s->unit % l->count].code));
	json_close(w, '}');
}

static inline void random_ref(struct random_source *s, struct json_w *w, const struct field *f)
{
	unsigned char random[10];
	char id[UUID_TEXT];
	struct buf b;

	if (s->ref) {
		json_put_str(w, s->ref(s->ref_ctx, f->to));
		return;
	}
	for (size_t i = 0; i < sizeof(random); i++)
		random[i] = (unsigned char)random_next(s);
	buf_init(&b, 128);
	buf_add(&b, records[f->to].joint ? S(JOINT_PARTY) : random_party(s));
	buf_ch(&b, '/');
	buf_z(&b, uuid_make(id, INT64_C(1770000000000) + random_below(s, 1000000), random));
	json_put_str(w, buf_str(&b));
	buf_done(&b);
}

static inline void random_file(struct random_source *s, struct json_w *w)
{
	uint64_t hash[4];

	for (int i = 0; i < 4; i++)
		hash[i] = random_next(s);
	json_open(w, '{');
	json_key(w, "sha256");
	json_put_hex(w, hash, sizeof(hash));
	json_key(w, "size");
	json_put_int(w, (int64_t)random_below(s, 1000000));
	json_pair(w, "media", S("application/pdf"));
	json_pair(w, "name", S("протокол é.pdf"));
	json_close(w, '}');
}

static inline void random_mtext(struct random_source *s, struct json_w *w,
				const struct field *f)
{
	static const char *const tags[] = { "ru", "fr", "bm", "en" };
	struct buf b;

	buf_init(&b, 8192);
	json_open(w, '{');
	for (unsigned i = 0; i < 2 + random_below(s, 3); i++) {
		buf_clear(&b);
		random_words(s, &b, f->max ? f->max : 4000);
		json_pair(w, tags[i], buf_str(&b));
	}
	json_close(w, '}');
	buf_done(&b);
}

static inline void random_coord(struct random_source *s, struct json_w *w)
{
	char text[DEC_TEXT];

	json_open(w, '{');
	json_pair(w, "lat",
		  str_z(dec_text(text,
				 (struct dec){ (int128)random_below(s, 180000001) - 90000000 },
				 6)));
	json_pair(w, "lon",
		  str_z(dec_text(text,
				 (struct dec){ (int128)random_below(s, 360000001) - 180000000 },
				 0)));
	json_close(w, '}');
}

static inline void random_fields(struct random_source *s, struct json_w *w,
				 const struct record *r);

static inline void random_parts(struct random_source *s, struct json_w *w,
				const struct field *f)
{
	s->parts_left = 1 + random_below(s, 4);
	s->percent_left = 10000;
	s->keys_from = s->keys;
	json_open(w, '[');
	while (s->parts_left) {
		random_fields(s, w, &records[f->to]);
		s->parts_left--;
	}
	json_close(w, ']');
}

static inline void random_value(struct random_source *s, struct json_w *w,
				const struct field *f)
{
	struct buf b;

	buf_init(&b, 8192);
	switch (f->kind) {
	case TEXT: random_shaped(s, &b, f); break;
	case DATE: random_date(s, &b); break;
	case DECIMAL: random_number(s, &b, f); break;
	case PERCENT: random_percent(s, &b); break;
	case CODE: buf_add(&b, random_code(s, f->list)); break;
	case MTEXT: random_mtext(s, w, f); break;
	case MONEY: random_money(s, w, f); break;
	case QUANTITY: random_quantity(s, w); break;
	case REF: random_ref(s, w, f); break;
	case COORD: random_coord(s, w); break;
	case FILE_REF: random_file(s, w); break;
	case BOOL: json_put_bool(w, random_below(s, 2)); break;
	case PARTS: random_parts(s, w, f); break;
	case FIELD_KIND_COUNT: break;
	}
	if (f->kind == TEXT || f->kind == DATE || f->kind == DECIMAL || f->kind == PERCENT ||
	    f->kind == CODE)
		json_put_str(w, buf_str(&b));
	buf_done(&b);
}

static inline void random_fields(struct random_source *s, struct json_w *w,
				 const struct record *r)
{
	json_open(w, '{');
	for
		each_field(f, r)
		{
			if (!f->required && random_below(s, 100) >= s->fill)
				continue;
			json_key(w, f->name);
			random_value(s, w, f);
		}
	json_close(w, '}');
}

/*
 * The data of a random record, from `a`: not in normal form, so that model_write has
 * something to do.  Stops the test when the rules let nothing through.
 */
static inline struct str random_record(struct random_source *s, struct arena *a,
				       const struct record *r, const struct model_ctx *ctx)
{
	static const unsigned fills[] = { 50, 100, 20, 100, 0, 80 };
	struct err err, found[1];
	struct json *data;

	s->ctx = ctx;
	for (unsigned i = 0; i < RANDOM_TRIES; i++) {
		struct json_w w;
		struct str text;
		struct buf b;

		s->fill = fills[(i + random_below(s, 2)) % (sizeof(fills) / sizeof(fills[0]))];
		s->day = ctx->today - 2000;
		s->count = 900;
		s->unit = random_below(s, 1000);
		s->pick = random_below(s, 1000);
		s->parts_left = 0;
		buf_init(&b, RANDOM_BYTES);
		w = json_w(&b);
		random_fields(s, &w, r);
		text = arena_buf(a, &b);
		if (!json_object(a, text, &data, &err)) {
			print_error("%s: %.*s\n", err.message, STR(text));
			fail();
		}
		if (model_check(a, r, data, ctx, found, 1) == 0)
			return text;
	}
	print_error("no random %s passes: %s: %s\n", r->name, found[0].field, found[0].message);
	fail();
	return S("");
}

#endif

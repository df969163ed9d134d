#include "model/inside.h"

static void write_text(struct json_w *w, struct str s)
{
	struct buf plain;

	s = str_trim(s);
	if (str_index(s, '\r') == s.n) {
		json_put_str(w, s);
		return;
	}
	buf_init(&plain, s.n);
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '\r')
			buf_ch(&plain, s.p[i]);
	json_put_str(w, buf_str(&plain));
	buf_done(&plain);
}

static bool is_charter_language(const struct model_ctx *ctx, struct str tag)
{
	for (size_t i = 0; i < ctx->language_count; i++)
		if (str_eq(ctx->languages[i], tag))
			return true;
	return false;
}

/* The member whose tag comes next after `last` in the order of bytes, among the other
 * languages. */
static const struct json *next_language(const struct json *v, const struct model_ctx *ctx,
					struct str last)
{
	const struct json *next = NULL;

	for (const struct json *m = v->child; m; m = m->next)
		if (!is_charter_language(ctx, m->name) && !value_empty(m) &&
		    str_cmp(m->name, last) > 0 && (!next || str_cmp(m->name, next->name) < 0))
			next = m;
	return next;
}

static void write_mtext(struct json_w *w, const struct json *v, const struct model_ctx *ctx)
{
	const struct json *m;

	json_open(w, '{');
	for (size_t i = 0; i < ctx->language_count; i++) {
		m = json_member(v, ctx->languages[i]);
		if (m && !value_empty(m)) {
			json_key_str(w, m->name);
			write_text(w, m->str);
		}
	}
	for (m = next_language(v, ctx, S("")); m; m = next_language(v, ctx, m->name)) {
		json_key_str(w, m->name);
		write_text(w, m->str);
	}
	json_close(w, '}');
}

static void write_decimal(struct json_w *w, struct str s, unsigned places)
{
	char text[DEC_TEXT];
	struct dec d;

	json_put_str(w, dec_parse(s, &d) ? str_z(dec_text(text, d, places)) : s);
}

/* The members of `v` in this order; those named decimal in their shortest form. */
static void write_members(struct json_w *w, const struct json *v, const char *const names[],
			  size_t count, size_t decimals)
{
	json_open(w, '{');
	for (size_t i = 0; i < count; i++) {
		const struct json *m = json_get(v, names[i]);

		if (!m || value_empty(m))
			continue;
		json_key(w, names[i]);
		if (i < decimals)
			write_decimal(w, m->str, 0);
		else
			json_put(w, m);
	}
	json_close(w, '}');
}

static void write_money(struct json_w *w, const struct json *v)
{
	const struct json *date = json_get(v, "value_date");

	json_open(w, '{');
	json_key(w, "amount");
	write_decimal(w, json_str(v, "amount"), currency_places(json_str(v, "currency")));
	json_pair(w, "currency", json_str(v, "currency"));
	if (date && !value_empty(date))
		json_pair(w, "value_date", date->str);
	json_close(w, '}');
}

static void write_record(struct json_w *w, const struct record *r, const struct json *data,
			 const struct model_ctx *ctx);

static void write_parts(struct json_w *w, const struct record *r, const struct json *v,
			const struct model_ctx *ctx)
{
	json_open(w, '[');
	for (const struct json *part = v->child; part; part = part->next)
		write_record(w, r, part, ctx);
	json_close(w, ']');
}

static void write_value(struct json_w *w, const struct field *f, const struct json *v,
			const struct model_ctx *ctx)
{
	static const char *const quantity[] = { "amount", "unit" },
				 *const coord[] = { "lat", "lon" },
				 *const file[] = { "sha256", "size", "media", "name" };

	switch (f->kind) {
	case TEXT: write_text(w, v->str); return;
	case MTEXT: write_mtext(w, v, ctx); return;
	case DECIMAL:
	case PERCENT: write_decimal(w, v->str, 0); return;
	case MONEY: write_money(w, v); return;
	case QUANTITY: write_members(w, v, quantity, 2, 1); return;
	case COORD: write_members(w, v, coord, 2, 2); return;
	case FILE_REF: write_members(w, v, file, 4, 0); return;
	case PARTS: write_parts(w, &records[f->to], v, ctx); return;
	case CODE:
	case DATE:
	case REF:
	case BOOL: json_put(w, v); return;
	case FIELD_KIND_COUNT: return;
	}
}

static void write_record(struct json_w *w, const struct record *r, const struct json *data,
			 const struct model_ctx *ctx)
{
	const struct json *at[FIELDS_MAX];

	record_place(r, data, at);
	json_open(w, '{');
	for (int i = r->first; i < r->end; i++) {
		const struct field *f = &fields[i];
		const struct json *v = at[i - r->first];

		if (!v || value_empty(v) || (f->kind == BOOL && !v->num))
			continue;
		json_key_as(w, field_keys[i]);
		write_value(w, f, v, ctx);
	}
	json_close(w, '}');
}

void model_write(struct buf *out, const struct record *r, const struct json *data,
		 const struct model_ctx *ctx)
{
	struct json_w w = json_w(out);

	write_record(&w, r, data, ctx);
}

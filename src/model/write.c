#include "model/inside.h"

static void write_text(struct json_w *w, const struct json *v)
{
	struct str s = str_trim(v->str);
	struct buf plain;

	if (!memchr(s.p, '\r', s.n)) {
		if (s.n == v->str.n)
			json_put(w, v);
		else
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

static void write_language(struct json_w *w, const struct json *m)
{
	json_key_plain(w, m->name);
	write_text(w, m);
}

/* Mostly the languages are the charter's, and stand in its order already. */
static void write_mtext(struct json_w *w, const struct json *v, const struct model_ctx *ctx)
{
	const struct json *m;
	size_t known = 0;

	json_open(w, '{');
	for (size_t i = 0; i < ctx->language_count; i++) {
		m = json_member(v, ctx->languages[i]);
		known += m != NULL;
		if (m && !value_empty(m))
			write_language(w, m);
	}
	if (known < v->count)
		for (m = next_language(v, ctx, S("")); m; m = next_language(v, ctx, m->name))
			write_language(w, m);
	json_close(w, '}');
}

/* Whether the form of a decimal is its shortest, with `places` digits after the point. */
static bool is_shortest(struct str s, unsigned places)
{
	size_t point = str_index(s, '.'), shown = s.n - point;

	shown -= shown > 0;
	return shown == places || (shown > places && s.p[s.n - 1] != '0');
}

/* What is no decimal stays as it is. */
static void write_decimal(struct json_w *w, const struct json *v, unsigned places)
{
	char text[DEC_TEXT];
	struct dec d;

	if (is_shortest(v->str, places) || !dec_parse(v->str, &d))
		json_put(w, v);
	else
		json_put_str(w, str_z(dec_text(text, d, places)));
}

/* The members of `v` in this order; those named decimal with `places` digits at least. */
static void write_members(struct json_w *w, const struct json *v, const struct members *known,
			  size_t decimals, unsigned places)
{
	const struct json *at[MEMBERS_MAX + 1] = { NULL };
	int next = 0;

	for (const struct json *m = v->child; m; m = m->next)
		at[member_place(known, m->name, &next)] = m;
	json_open(w, '{');
	for (size_t i = 0; i < MEMBERS_MAX; i++) {
		if (!at[i] || value_empty(at[i]))
			continue;
		json_key_plain(w, known->name[i]);
		if (i < decimals)
			write_decimal(w, at[i], places);
		else
			json_put(w, at[i]);
	}
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
	const struct members *m = &members_of[f->kind];

	switch (f->kind) {
	case TEXT: write_text(w, v); return;
	case MTEXT: write_mtext(w, v, ctx); return;
	case DECIMAL:
	case PERCENT: write_decimal(w, v, 0); return;
	case MONEY: write_members(w, v, m, 1, currency_places(json_str(v, "currency"))); return;
	case QUANTITY: write_members(w, v, m, 1, 0); return;
	case COORD: write_members(w, v, m, 2, 0); return;
	case FILE_REF: write_members(w, v, m, 0, 0); return;
	case PARTS: write_parts(w, &records[f->to], v, ctx); return;
	case CODE:
	case DATE:
	case REF:
	case BOOL: json_put(w, v); return;
	case FIELD_KIND_COUNT: return;
	}
}

/* `v` has no empty ones. */
static void write_fields(struct json_w *w, const struct view *v, const struct model_ctx *ctx)
{
	json_open(w, '{');
	for (int i = v->r->first; i < v->r->end; i++) {
		const struct json *value = v->at[i - v->r->first];

		if (!value || (fields[i].kind == BOOL && !value->num))
			continue;
		json_key_as(w, field_keys[i]);
		write_value(w, &fields[i], value, ctx);
	}
	json_close(w, '}');
}

static void write_record(struct json_w *w, const struct record *r, const struct json *data,
			 const struct model_ctx *ctx)
{
	struct view v = { .r = r };

	record_place(r, data, v.at);
	for (int i = 0; i < r->end - r->first; i++)
		if (v.at[i] && value_empty(v.at[i]))
			v.at[i] = NULL;
	write_fields(w, &v, ctx);
}

void view_write(struct buf *out, const struct view *v, const struct model_ctx *ctx)
{
	struct json_w w = json_w(out);

	write_fields(&w, v, ctx);
}

void model_write(struct buf *out, const struct record *r, const struct json *data,
		 const struct model_ctx *ctx)
{
	struct json_w w = json_w(out);

	write_record(&w, r, data, ctx);
}

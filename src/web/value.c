#include "web/pages.h"

static void texts_span(struct visit *v, const struct field *f, struct str text, struct str tag)
{
	struct buf *b = &v->out;

	html_lit(b, "<span");
	if (!str_is(tag, lang_codes[v->lang]))
		html_attr(b, "lang", tag);
	if (f->long_text)
		html_lit(b, " class=text");
	html_lit(b, ">");
	html_text(b, text);
	html_lit(b, "</span>");
}

static void text_value(struct visit *v, const struct field *f, struct str s)
{
	struct buf *b = &v->out;

	switch (f->shape) {
	case SHAPE_WEB:
		if (!str_starts(s, S("https://")) && !str_starts(s, S("http://")))
			break;
		html_lit(b, "<a rel=\"noopener nofollow\"");
		html_attr(b, "href", s);
		html_lit(b, ">");
		html_text(b, s);
		html_lit(b, "</a>");
		return;
	case SHAPE_EMAIL:
		html_lit(b, "<a href=\"mailto:");
		url_part(b, s);
		html_lit(b, "\">");
		html_text(b, s);
		html_lit(b, "</a>");
		return;
	case SHAPE_PARTY: html_text(b, party_name(v, s)); return;
	case SHAPE_FREE:
	case SHAPE_KEY:
	case SHAPE_KEYS:
	case SHAPE_IATI: break;
	}
	if (f->long_text)
		html_lit(b, "<span class=text>");
	html_text(b, s);
	if (f->long_text)
		html_lit(b, "</span>");
}

static void ref_value(struct visit *v, const struct field *f, struct str s)
{
	const struct record *r = &records[f->to];
	struct ref ref;
	bool found = false;
	struct str label = view_label(v->view, v->a, r, s, v->who, v->lang, &found);

	if (!found || !ref_parse(s, &ref)) {
		html_lit(&v->out, "<span class=soft>");
		html_text(&v->out, label);
		html_lit(&v->out, " ");
		page_say(v, "(not in this register)");
		html_lit(&v->out, "</span>");
		return;
	}
	html_lit(&v->out, "<a");
	page_href(v, r, ref, "");
	html_lit(&v->out, ">");
	html_text(&v->out, label);
	html_lit(&v->out, "</a>");
}

static void file_value(struct visit *v, const struct json *value)
{
	struct buf *b = &v->out;
	struct str hex = json_str(value, "sha256");
	struct hash h;
	int64_t size = 0;

	if (!hash_hex(hex, &h)) {
		html_text(b, json_str(value, "name"));
		return;
	}
	html_lit(b, "<a href=\"/blob/");
	html_text(b, hex);
	html_lit(b, "\">");
	html_text(b, json_str(value, "name"));
	html_lit(b, "</a> <small>");
	if (json_int(value, "size", &size) && size >= 0)
		page_size(v, (uint64_t)size);
	html_lit(b, " · SHA-256 ");
	page_hash(v, h.b, HASH_SIZE, 12);
	html_lit(b, "</small>");
}

static void coord_value(struct visit *v, const struct field *f, const struct json *value)
{
	html_lit(&v->out, "<a class=nb href=\"geo:");
	url_part(&v->out, json_str(value, "lat"));
	html_lit(&v->out, ",");
	url_part(&v->out, json_str(value, "lon"));
	html_lit(&v->out, "\">");
	html_text(&v->out, field_text(v->a, f, value, v->lang));
	html_lit(&v->out, "</a>");
}

static void plain_value(struct visit *v, const struct field *f, const struct json *value)
{
	html_lit(&v->out, "<span class=nb>");
	html_text(&v->out, field_text(v->a, f, value, v->lang));
	html_lit(&v->out, "</span>");
}

void page_value(struct visit *v, const struct field *f, const struct json *value)
{
	struct str tag, text;

	if (!value)
		return;
	switch (f->kind) {
	case TEXT: text_value(v, f, value->str); break;
	case MTEXT:
		text = mtext_in(value, v->lang, &tag);
		texts_span(v, f, text, tag);
		break;
	case DATE: page_date(v, value->str); break;
	case DECIMAL:
	case PERCENT:
	case MONEY:
	case QUANTITY: plain_value(v, f, value); break;
	case CODE: html_text(&v->out, code_name(f->list, value->str, v->lang)); break;
	case BOOL: html_text(&v->out, field_text(v->a, f, value, v->lang)); break;
	case REF: ref_value(v, f, value->str); break;
	case COORD: coord_value(v, f, value); break;
	case FILE_REF: file_value(v, value); break;
	case PARTS: page_count(v, N_("%1 line"), N_("%1 lines"), value->count); break;
	case FIELD_KIND_COUNT: break;
	}
}

/* Day, month and year in figures, each in its own width. */
static void figures_date(struct visit *v, struct str date)
{
	static const struct str marks[LANG_COUNT] = {
		[LANG_FR] = { "/", 1 }, [LANG_RU] = { ".", 1 }, [LANG_EN] = { "", 0 }
	};
	struct buf *b = &v->out;
	int32_t days;

	html_lit(b, "<time");
	html_attr(b, "datetime", date);
	html_lit(b, ">");
	if (v->lang == LANG_EN || !date_parse(date, &days)) {
		html_text(b,
			  date); /* as written, 2025-10-15: day and month cannot be mistaken */
	} else {
		html_text(b, str_from(date, 8));
		html_text(b, marks[v->lang]);
		html_text(b, str_cut(str_from(date, 5), 2));
		html_text(b, marks[v->lang]);
		html_text(b, str_cut(date, 4));
	}
	html_lit(b, "</time>");
}

void page_cell(struct visit *v, const struct field *f, const struct json *value)
{
	if (value && f->kind == DATE)
		figures_date(v, value->str);
	else
		page_value(v, f, value);
}

/* --- one text in several languages --- */

static void one_text(struct visit *v, const struct json *text)
{
	html_lit(&v->out, "<div class=text");
	html_attr(&v->out, "lang", text->name);
	html_attr(&v->out, "data-lang", language_name(v, text->name));
	html_lit(&v->out, ">");
	html_text(&v->out, text->str);
	html_lit(&v->out, "</div>");
}

void page_texts(struct visit *v, const struct field *f, const struct json *value)
{
	const struct json *mine = json_get(value, lang_codes[v->lang]);

	if (value->count == 1) {
		page_value(v, f, value);
		return;
	}
	html_lit(&v->out, "<div class=two>");
	if (mine)
		one_text(v, mine);
	for (const struct json *t = value->child; t; t = t->next)
		if (t != mine)
			one_text(v, t);
	html_lit(&v->out, "</div>");
}

struct json *row_data(struct visit *v, const struct record_row *row)
{
	struct json *data;
	struct err err;

	if (row->parsed)
		return row->parsed;
	if (row->data.n == 0 || !json_object(v->a, row->data, &data, &err)) {
		data = arena_new(v->a, struct json);
		data->type = JSON_OBJECT;
	}
	return data;
}

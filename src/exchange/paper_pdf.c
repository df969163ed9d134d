#include "exchange/paper_pdf.h"

#include <cairo-pdf.h>
#include <math.h>
#include <pango/pangocairo.h>

/*
 * Laid out twice: first to count the pages, then to draw them.  Whatever stands on a page is a
 * band of boxes side by side; a band that does not fit goes to the next page, and one that is
 * higher than a page is broken between its lines.
 */

static const double page_w = 595.28, page_h = 841.89, margin = 48, foot = 44, gap = 18, pad = 3;
enum { PDF_MAX = 64 << 20, TEXT_POINTS = 9, SMALL_POINTS = 8, LINE_MIN = 40 };

struct look {
	int points;
	bool bold;
	const char *tag; /* ISO 32000-1 14.8.4 */
	double before, after;
};
static const struct look looks[] = {
	[PAPER_TITLE] = { 14, true, "H1", 0, 8 },
	[PAPER_HEADING] = { 10, true, "H2", 12, 4 },
	[PAPER_PARAGRAPH] = { TEXT_POINTS, false, "P", 0, 6 },
	[PAPER_SMALL] = { SMALL_POINTS, false, "P", 0, 4 },
	[PAPER_FIELDS] = { TEXT_POINTS, false, "P", 0, 3 },
	[PAPER_TABLE] = { SMALL_POINTS, false, "TD", 0, 0 },
	[PAPER_SIGNATURES] = { TEXT_POINTS, false, "P", 48, 4 },
};

struct box {
	double x, width, pad;
	PangoLayout *text[PAPER_LANGS]; /* one under the other */
	size_t lines, done;
	bool alert, right; /* right: figures end at the right */
};
struct band {
	struct box boxes[PAPER_COLUMNS];
	size_t n;
	const char *row_tag, *cell_tag; /* row_tag NULL: not of a table */
	bool head, ruled;               /* ruled: a line above each, who signs */
};
struct pdf {
	const struct paper *p;
	cairo_t *cr;
	bool drawn; /* the second time */
	double y;
	int page, pages;
	struct band *header; /* of the table being written */
};

/* --- boxes --- */

struct words_look {
	struct look look;
	size_t bold_to; /* the first bytes are bold */
};

static PangoLayout *layout_of(struct pdf *d, struct str s, size_t lang, double width,
			      struct words_look w)
{
	PangoLayout *l = pango_cairo_create_layout(d->cr);
	PangoFontDescription *font = pango_font_description_from_string("DejaVu Sans");
	PangoAttrList *attrs = pango_attr_list_new();
	PangoAttribute *bold = pango_attr_weight_new(PANGO_WEIGHT_BOLD);

	pango_font_description_set_absolute_size(font, w.look.points * PANGO_SCALE);
	if (w.look.bold)
		pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD);
	pango_layout_set_font_description(l, font);
	pango_layout_set_width(l, (int)(width * PANGO_SCALE));
	pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_auto_dir(l, false);
	pango_layout_set_text(l, s.n ? s.p : "", (int)s.n);
	bold->start_index = 0;
	bold->end_index = (guint)w.bold_to;
	pango_attr_list_insert(attrs, bold);
	pango_attr_list_insert(attrs, pango_attr_language_new(pango_language_from_string(
					      lang_codes[d->p->langs[lang]])));
	pango_layout_set_attributes(l, attrs);
	pango_attr_list_unref(attrs);
	pango_font_description_free(font);
	return l;
}

static void box_text(struct box *b, size_t i, PangoLayout *l)
{
	b->text[i] = l;
	b->lines += (size_t)pango_layout_get_line_count(l);
}

static PangoLayoutLine *line_at(const struct box *b, size_t i)
{
	size_t first = b->text[0] ? (size_t)pango_layout_get_line_count(b->text[0]) : 0;

	return i < first ? pango_layout_get_line_readonly(b->text[0], (int)i)
			 : pango_layout_get_line_readonly(b->text[1], (int)(i - first));
}

static double line_height(const struct box *b, size_t i, double *ascent)
{
	PangoRectangle r;
	double above = 0; /* between the languages */

	pango_layout_line_get_extents(line_at(b, i), NULL, &r);
	if (b->text[0] && i == (size_t)pango_layout_get_line_count(b->text[0]))
		above = pad;
	*ascent = above - (double)r.y / PANGO_SCALE;
	return above + (double)r.height / PANGO_SCALE + 1;
}

static double band_height(const struct band *band)
{
	double most = 0, ascent;

	for (size_t i = 0; i < band->n; i++) {
		double h = 0;

		for (size_t k = band->boxes[i].done; k < band->boxes[i].lines; k++)
			h += line_height(&band->boxes[i], k, &ascent);
		most = fmax(most, h);
	}
	return most + (band->row_tag ? 2 * pad : 0);
}

static void band_end(struct band *band)
{
	for (size_t i = 0; i < band->n; i++)
		for (size_t k = 0; k < PAPER_LANGS; k++)
			if (band->boxes[i].text[k])
				g_object_unref(band->boxes[i].text[k]);
}

/* --- pages --- */

static void put_line(struct pdf *d, const struct box *b, double baseline, PangoLayoutLine *l)
{
	double x = b->x + b->pad;
	PangoRectangle r;

	pango_layout_line_get_extents(l, NULL, &r);
	if (b->right)
		x = b->x + b->width - b->pad - (double)r.width / PANGO_SCALE;
	cairo_move_to(d->cr, x, baseline);
	pango_cairo_show_layout_line(d->cr, l);
}

static void put_foot(struct pdf *d)
{
	const struct look small = looks[PAPER_SMALL];
	double width = page_w - 2 * margin;
	char number[32];
	int n = snprintf(number, sizeof(number), "%d / %d", d->page, d->pages);
	PangoLayout *l = layout_of(d, str_of(number, (size_t)n), 0, width,
				   (struct words_look){ .look = small });

	pango_layout_set_alignment(l, PANGO_ALIGN_RIGHT);
	cairo_move_to(d->cr, margin, page_h - foot + 10);
	pango_cairo_show_layout(d->cr, l);
	g_object_unref(l);
	for (size_t i = 0; i < d->p->lang_count; i++) {
		l = layout_of(d, paper_in(&d->p->footer, i), i, width - 60,
			      (struct words_look){ .look = small });
		pango_layout_set_ellipsize(l, PANGO_ELLIPSIZE_END);
		cairo_move_to(d->cr, margin, page_h - foot + 10 + 11 * (double)i);
		pango_cairo_show_layout(d->cr, l);
		g_object_unref(l);
	}
	cairo_set_line_width(d->cr, 0.5);
	cairo_move_to(d->cr, margin, page_h - foot + 5);
	cairo_line_to(d->cr, page_w - margin, page_h - foot + 5);
	cairo_stroke(d->cr);
}

static void page_end(struct pdf *d)
{
	if (!d->drawn)
		return;
	put_foot(d);
	cairo_show_page(d->cr);
}

static void band_segment(struct pdf *d, struct band *band, bool *whole);

static void page_next(struct pdf *d)
{
	bool whole;

	page_end(d);
	d->page++;
	d->y = margin;
	if (d->header) {
		for (size_t i = 0; i < d->header->n; i++)
			d->header->boxes[i].done = 0;
		band_segment(d, d->header, &whole);
	}
}

static void tag_begin(struct pdf *d, const char *tag)
{
	if (d->drawn && tag)
		cairo_tag_begin(d->cr, tag, NULL);
}

static void tag_end(struct pdf *d, const char *tag)
{
	if (d->drawn && tag)
		cairo_tag_end(d->cr, tag);
}

/* --- a band, as much of it as the page takes --- */

static double box_segment(struct pdf *d, const struct band *band, struct box *b)
{
	double inner = band->row_tag ? pad : 0, y = d->y + inner, ascent;

	if (b->done == b->lines)
		return inner * 2;
	tag_begin(d, band->cell_tag);
	if (b->alert)
		cairo_set_source_rgb(d->cr, 0.63, 0, 0);
	while (b->done < b->lines) {
		double h = line_height(b, b->done, &ascent);

		if (y + h + inner > page_h - foot && y > margin + inner)
			break;
		if (d->drawn)
			put_line(d, b, y + ascent, line_at(b, b->done));
		y += h;
		b->done++;
	}
	cairo_set_source_rgb(d->cr, 0, 0, 0);
	tag_end(d, band->cell_tag);
	return y - d->y + inner;
}

static void rule(struct pdf *d, const struct box *b, double height, bool ruled)
{
	cairo_set_line_width(d->cr, 0.5);
	if (ruled) {
		cairo_move_to(d->cr, b->x, d->y - 4);
		cairo_line_to(d->cr, b->x + b->width, d->y - 4);
	} else {
		cairo_rectangle(d->cr, b->x, d->y, b->width, height);
	}
	cairo_stroke(d->cr);
}

static void shade(struct pdf *d, const struct band *band)
{
	double height = band_height(band);

	cairo_set_source_rgb(d->cr, 0.92, 0.92, 0.92);
	for (size_t i = 0; i < band->n; i++)
		cairo_rectangle(d->cr, band->boxes[i].x, d->y, band->boxes[i].width, height);
	cairo_fill(d->cr);
	cairo_set_source_rgb(d->cr, 0, 0, 0);
}

static void band_segment(struct pdf *d, struct band *band, bool *whole)
{
	double used = 0;

	if (d->drawn && band->head)
		shade(d, band);
	tag_begin(d, band->row_tag);
	for (size_t i = 0; i < band->n; i++)
		used = fmax(used, box_segment(d, band, &band->boxes[i]));
	tag_end(d, band->row_tag);
	*whole = true;
	for (size_t i = 0; i < band->n; i++) {
		*whole = *whole && band->boxes[i].done == band->boxes[i].lines;
		if (d->drawn && (band->row_tag || band->ruled))
			rule(d, &band->boxes[i], used, band->ruled);
	}
	d->y += used;
}

static void put_band(struct pdf *d, struct band *band, double room_after)
{
	double head = d->header ? band_height(d->header) : 0, h = band_height(band);
	double left = page_h - foot - d->y;
	bool whole = false;

	if (h + room_after > left && d->y > margin + head + 1 &&
	    (h <= page_h - foot - margin - head || left < LINE_MIN))
		page_next(d);
	while (!whole) {
		band_segment(d, band, &whole);
		if (!whole)
			page_next(d);
	}
}

/* --- blocks --- */

/* The text in each language, facing. */
static void facing(struct pdf *d, const struct paper_text *t, enum paper_kind kind,
		   const size_t *bold_to, double room_after)
{
	const struct look look = looks[kind];
	struct band band = { .n = d->p->lang_count, .cell_tag = look.tag };
	double width = page_w - 2 * margin;

	if (band.n > 1)
		width = (width - gap) / 2;
	if (d->y > margin)
		d->y += look.before;
	for (size_t i = 0; i < band.n; i++) {
		band.boxes[i].x = margin + (double)i * (width + gap);
		band.boxes[i].width = width;
		box_text(&band.boxes[i], 0,
			 layout_of(d, paper_in(t, i), i, width,
				   (struct words_look){ look, bold_to ? bold_to[i] : 0 }));
	}
	put_band(d, &band, room_after);
	d->y += look.after;
	band_end(&band);
}

static void put_fields(struct pdf *d, const struct paper_block *b)
{
	for (const struct paper_row *r = b->rows; r; r = r->next) {
		size_t bold_to[PAPER_LANGS] = { 0 };
		struct paper_text t = { { S(""), S("") } };

		for (size_t i = 0; i < d->p->lang_count; i++) {
			struct str label = arena_join(d->p->a, paper_in(&r->cells[0].text, i),
						      lang_text(d->p->langs[i], N_(": ")));

			bold_to[i] = label.n;
			t.in[i] = arena_join(d->p->a, label, paper_in(&r->cells[1].text, i));
		}
		facing(d, &t, PAPER_FIELDS, bold_to, 0);
	}
	d->y += looks[PAPER_PARAGRAPH].after;
}

static bool is_figure(const struct paper_cell *c)
{
	return c->kind == CELL_NUMBER || c->kind == CELL_MONEY;
}

static void row_band(struct pdf *d, const struct paper_block *b, const struct paper_row *r,
		     struct band *band)
{
	struct look look = looks[PAPER_TABLE];
	double all = 0, x = margin;

	*band = (struct band){ .n = b->columns, .row_tag = "TR", .head = r == b->rows };
	band->cell_tag = band->head ? "TH" : "TD";
	look.bold = band->head;
	for (size_t i = 0; i < b->columns; i++)
		all += b->widths[i];
	for (size_t i = 0; i < b->columns; i++) {
		const struct paper_cell *c = &r->cells[i];
		struct box *box = &band->boxes[i];

		look.bold = band->head || c->alert;
		box->x = x;
		box->width = (page_w - 2 * margin) * b->widths[i] / all;
		box->alert = c->alert;
		x += box->width;
		for (size_t k = 0; k < d->p->lang_count; k++)
			if (k == 0 || c->text.in[k].n > 0)
				box_text(box, k,
					 layout_of(d, c->text.in[k], k, box->width - 2 * pad,
						   (struct words_look){ look, 0 }));
		box->pad = pad;
		box->right = is_figure(c);
	}
}

/* How much room the beginning of a table needs: its heading and its first row, if not too high.
 */
static double table_begins(struct pdf *d, const struct paper_block *b)
{
	const struct paper_row *rows[] = { b->rows, b->rows->next };
	double h = 0;

	for (size_t i = 0; i < 2 && rows[i]; i++) {
		struct band band;

		row_band(d, b, rows[i], &band);
		h += band_height(&band);
		band_end(&band);
	}
	return fmin(h, page_h / 3);
}

static void put_table(struct pdf *d, const struct paper_block *b)
{
	struct band header, band;

	tag_begin(d, "Table");
	row_band(d, b, b->rows, &header);
	put_band(d, &header, fmax(table_begins(d, b) - band_height(&header), LINE_MIN));
	if (band_height(&header) < page_h / 3)
		d->header = &header;
	for (const struct paper_row *r = b->rows->next; r; r = r->next) {
		row_band(d, b, r, &band);
		put_band(d, &band, 0);
		band_end(&band);
	}
	d->header = NULL;
	band_end(&header);
	tag_end(d, "Table");
	d->y += 10;
}

static void put_signatures(struct pdf *d, const struct paper_block *b)
{
	const struct look look = looks[PAPER_SIGNATURES];
	struct band band = { .cell_tag = look.tag, .ruled = true };
	double width = (page_w - 2 * margin - gap) / 2;

	for (const struct paper_row *r = b->rows; r; r = r->next) {
		struct box *box = &band.boxes[band.n];

		box->x = margin + (double)band.n * (width + gap);
		box->width = width;
		for (size_t k = 0; k < d->p->lang_count; k++)
			if (r->cells[0].text.in[k].n > 0)
				box_text(box, k,
					 layout_of(d, r->cells[0].text.in[k], k, width,
						   (struct words_look){ look, 0 }));
		if (++band.n < 2 && r->next)
			continue;
		if (d->y + look.before + band_height(&band) > page_h - foot)
			page_next(d);
		d->y += look.before;
		put_band(d, &band, 0);
		band_end(&band);
		band = (struct band){ .cell_tag = look.tag, .ruled = true };
	}
}

static void put_block(struct pdf *d, const struct paper_block *b)
{
	double room = 0; /* a heading stays with what it is over */

	if (b->kind == PAPER_HEADING)
		room = b->next && b->next->kind == PAPER_TABLE ? table_begins(d, b->next)
							       : LINE_MIN * 2;
	switch (b->kind) {
	case PAPER_TITLE:
	case PAPER_HEADING:
	case PAPER_PARAGRAPH:
	case PAPER_SMALL: facing(d, &b->text, b->kind, NULL, room); break;
	case PAPER_FIELDS: put_fields(d, b); break;
	case PAPER_TABLE: put_table(d, b); break;
	case PAPER_SIGNATURES: put_signatures(d, b); break;
	}
}

static int put_pages(struct pdf *d)
{
	d->page = 1;
	d->y = margin;
	tag_begin(d, "Document");
	for (const struct paper_block *b = d->p->blocks; b; b = b->next)
		put_block(d, b);
	tag_end(d, "Document");
	page_end(d);
	return d->page;
}

/* --- the file --- */

static cairo_status_t take_bytes(void *ctx, const unsigned char *bytes, unsigned n)
{
	struct buf *out = ctx;

	buf_add(out, str_of(bytes, n));
	return out->full ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

static bool draw(const struct paper *p, struct buf *out, struct err *err)
{
	cairo_surface_t *s =
		cairo_pdf_surface_create_for_stream(take_bytes, out, page_w, page_h);
	struct pdf d = { .p = p, .cr = cairo_create(s) };
	char time[TIME_TEXT];
	cairo_status_t status;

	cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_TITLE,
				       arena_z(p->a, p->title.in[0]));
	cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_CREATE_DATE,
				       time_text(time, p->time));
	d.pages = put_pages(&d);
	d.drawn = true;
	(void)put_pages(&d);
	status = cairo_status(d.cr);
	cairo_destroy(d.cr);
	cairo_surface_finish(s);
	if (status == CAIRO_STATUS_SUCCESS)
		status = cairo_surface_status(s);
	cairo_surface_destroy(s);
	return (status == CAIRO_STATUS_SUCCESS && !out->full) ||
	       err_set(err, ERR_BROKEN, NULL, N_("The paper could not be drawn (%1)."),
		       cairo_status_to_string(status));
}

bool paper_pdf(const struct paper *p, const struct byte_sink *to, struct err *err)
{
	struct buf out;
	bool ok;

	buf_init(&out, PDF_MAX);
	ok = draw(p, &out, err) && pdf_language(&out, lang_codes[p->langs[0]], err) &&
	     to->write(to->ctx, buf_str(&out), err);
	buf_done(&out);
	return ok;
}

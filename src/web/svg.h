/*
 * Charts as SVG in the page (SVG 2, W3C), rendered by the server: no script, no inline style;
 * colours are classes of the stylesheet (`svg.chart` in benkan.css).
 *
 * Coordinates are whole user units, y downwards; a chart is as wide as its column and scrolls
 * when that is too narrow for its text.  A chart is one picture to assistive technology, with
 * a title and a description; the table under it says the same and bears the links.  Where a
 * chart bears links itself (the map) it says so in its plan.
 */
#ifndef WEB_SVG_H
#define WEB_SVG_H
#include "web/pages.h"

/* --- the picture --- */
struct svg_plan {
	const char *id; /* unique in the page */
	int width, height;
	struct str title, desc; /* what it shows; what it tells, in a sentence */
	const char *class;      /* of its own in the stylesheet; NULL: none */
	bool linked;            /* with links in it: a group of them to assistive technology */
};
void svg_begin(struct visit *v, const struct svg_plan *p);
void svg_end(struct visit *v);

/* --- scales: values onto user units, exact whole numbers --- */
struct svg_scale {
	int128 from, to; /* values: days since 1970, or millionths of an amount (struct dec) */
	int at, end;     /* where `from` and `to` stand; `end` below `at` turns it over */
};
/* Where a value stands, cut to the scale's ends; at its beginning when it has no width. */
int svg_at(const struct svg_scale *s, int128 value);
/* The smallest of 1, 2, 5 times a power of ten that divides `span` into at most `most` steps;
   1 at least. */
int128 svg_step(int128 span, unsigned most);
/* Widen a scale of amounts to whole steps, at most `most` of them; returns the step. */
int128 svg_widen(struct svg_scale *s, unsigned most);

/* --- axes: ticks, lines across, labels in the visit's language --- */
/* Months, quarters, halves or years, as there is room; labels in the 34 units above `top`,
   lines from there to `bottom`.  The scale is of days. */
void svg_axis_days(struct visit *v, const struct svg_scale *x, int top, int bottom);
/* Lines from `left` to `right` at every `step`, labels ending 8 units left of `left`.  The
   scale is of amounts. */
void svg_axis_amounts(struct visit *v, const struct svg_scale *y, int128 step, int left,
		      int right);

/* --- shapes; `class` is a literal of ours, "" for none --- */
struct svg_point {
	int x, y;
};
struct svg_box {
	int x, y, w, h;
};
void svg_rect(struct visit *v, const char *class, struct svg_box box);
void svg_line(struct visit *v, const char *class, struct svg_point from, struct svg_point to);
void svg_circle(struct visit *v, const char *class, struct svg_point middle, int radius);
void svg_diamond(struct visit *v, const char *class, struct svg_point middle, int radius);
/* A path is begun, led through points, and ended; closed when `close`. */
void svg_path_begin(struct visit *v, const char *class);
void svg_path_move(struct visit *v, struct svg_point to);
void svg_path_line(struct visit *v, struct svg_point to);
/* A cubic curve that leaves and arrives level (flows from left to right). */
void svg_path_flow(struct visit *v, struct svg_point from, struct svg_point to);
void svg_path_end(struct visit *v, bool close);
/* What is shown beside the pointer; it belongs to all shapes up to svg_group_end. */
void svg_group_begin(struct visit *v, const char *class, struct str title);
void svg_group_end(struct visit *v);

/* --- texts --- */
enum svg_anchor { SVG_START, SVG_MIDDLE, SVG_END };
struct svg_words {
	struct svg_point at; /* on the base line */
	enum svg_anchor anchor;
	const char *class;
	struct str text;
	unsigned runes; /* cut to so many characters with an ellipsis; 0: whole */
};
void svg_text(struct visit *v, const struct svg_words *w);

#endif

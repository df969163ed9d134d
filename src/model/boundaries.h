/*
 * The boundary layer: outlines of lands, countries and regions as of one date, linked in.  It
 * is data that can be replaced: boundaries.def is made by setup/make-boundaries from the
 * sources that setup/boundaries.json names.  It says how things are drawn, not whose they are.
 */
#ifndef MODEL_BOUNDARIES_H
#define MODEL_BOUNDARIES_H
#include "model/geo.h"

struct boundary_layer {
	const char *date;               /* year of the regions */
	const char *source[LANG_COUNT]; /* with its licence */
	const char *note[LANG_COUNT];   /* what the date means */
};
extern const struct boundary_layer boundary_layer;

enum area_level {
	AREA_LAND,      /* land against sea, coarse: behind wide views */
	AREA_NEIGHBOUR, /* a country around one that has regions: behind close views */
	AREA_COUNTRY,   /* coarse */
	AREA_REGION     /* a first-level division of a country */
};
struct area {
	enum area_level level;
	const char *code;             /* ISO 3166-1 or 3166-2; "" of land */
	const char *country;          /* ISO 3166-1 */
	const char *name[LANG_COUNT]; /* of regions; "": by its code in list Country */
	struct geo_box box;           /* around the outline */
	const int32_t *outline;       /* geo.h */
};
extern const struct area areas[];
extern const size_t area_count;

struct str area_name(const struct area *a, enum lang lang);
/* A COUNTRY or REGION by its code; NULL when the layer has none. */
const struct area *area_named(struct str code);
bool area_has_regions(const struct area *country);
/*
 * Where a place lies: the region around it, else the country; else, when the layer has no
 * regions of the country that the place names, that country: a port may lie before a coarse
 * coast.  NULL when the layer does not know.
 */
const struct area *area_of(struct geo_point p, struct str country);

#endif

#include "model/boundaries.h"

#define NAMES(en, fr, ru)                                                                      \
	{                                                                                      \
		[LANG_FR] = (fr), [LANG_RU] = (ru), [LANG_EN] = (en)                           \
	}

#define LAYER(date, en, fr, ru, note_en, note_fr, note_ru)                                     \
	const struct boundary_layer boundary_layer = { date, NAMES(en, fr, ru),                \
						       NAMES(note_en, note_fr, note_ru) };
#define AREA(...)
#include "model/boundaries.def"
#undef LAYER
#undef AREA

#define LAYER(...)
#define BOX(west, south, east, north)                                                          \
	{                                                                                      \
		(west) * GEO_UNIT, (south)*GEO_UNIT, (east)*GEO_UNIT, (north)*GEO_UNIT         \
	}
#define AREA(level, code, country, en, fr, ru, box, ...)                                       \
	{                                                                                      \
		AREA_##level,      code, country,                                              \
		NAMES(en, fr, ru), box,  (const int32_t[]){ __VA_ARGS__ }                      \
	},
const struct area areas[] = {
#include "model/boundaries.def"
};
const size_t area_count = sizeof(areas) / sizeof(areas[0]);

struct str area_name(const struct area *a, enum lang lang)
{
	return a->name[lang][0] ? str_z(a->name[lang])
				: code_name("Country", str_z(a->country), lang);
}

const struct area *area_named(struct str code)
{
	for (size_t i = 0; i < area_count; i++)
		if (areas[i].level >= AREA_COUNTRY && str_is(code, areas[i].code))
			return &areas[i];
	return NULL;
}

bool area_has_regions(const struct area *country)
{
	for (size_t i = 0; i < area_count; i++)
		if (areas[i].level == AREA_REGION &&
		    str_is(str_z(areas[i].country), country->code))
			return true;
	return false;
}

/* A box may reach over the 180th meridian, as its outline does. */
static bool in_box(const struct geo_box *b, struct geo_point p)
{
	struct geo_point beyond = { p.lon + 360 * GEO_DEGREE, p.lat };

	return geo_box_has(b, p) || (p.lon < 0 && geo_box_has(b, beyond));
}

static const struct area *around(enum area_level level, struct geo_point p)
{
	for (size_t i = 0; i < area_count; i++)
		if (areas[i].level == level && in_box(&areas[i].box, p) &&
		    geo_inside(areas[i].outline, p))
			return &areas[i];
	return NULL;
}

const struct area *area_of(struct geo_point p, struct str country)
{
	const struct area *found = around(AREA_REGION, p), *named = area_named(country);

	if (!found)
		found = around(AREA_COUNTRY, p);
	if (!found && named && named->level == AREA_COUNTRY && !area_has_regions(named))
		found = named;
	return found;
}

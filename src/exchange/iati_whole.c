/* What only the whole activity can tell, when it ends. */
#include "exchange/iati_rules.h"

/* --- the end of an activity: what only the whole can tell --- */

static void identifier_rules(struct iati_rules *r)
{
	const struct whole *w = &r->whole;
	struct str id = whole_id(r), org = str_of(w->org, w->org_n);

	rule_broken_if(r, text_symbols(id), R_ID_SYMBOLS, w->line);
	rule_broken_if(r, text_spaced(id), R_ID_SPACES, w->line);
	rule_broken_if(r, w->id_again || (w->has_org && str_eq(id, org)), R_ID_IS_ORG, w->line);
	rule_broken_if(r, !(w->has_org && whole_id_begins(r, org)) && !w->begins_with_former,
		       R_ID_PREFIX, w->line);
}

static void date_rules(struct iati_rules *r)
{
	const struct whole *w = &r->whole;

	rule_broken_if(r, !w->has_start, R_START_DATE, w->line);
	rule_broken_if(r, day_after(w->dates[1], w->dates[3]), R_PLANNED_ORDER, w->line);
	rule_broken_if(r, day_after(w->dates[2], w->dates[4]), R_ACTUAL_ORDER, w->line);
}

static void sector_rules(struct iati_rules *r)
{
	const struct whole *w = &r->whole;
	const struct group *dac = &w->dac_sectors;

	rule_broken_if(r, !w->sectors && !w->transaction_sectors, R_SOME_SECTOR, w->line);
	rule_broken_if(r, !w->sectors && w->transactions_with_sector < w->transactions,
		       R_ALL_SECTORS, w->line);
	rule_broken_if(r, w->sectors && w->transaction_sectors, R_SECTOR_BOTH, w->line);
	rule_broken_if(r, w->own_sector_names < w->own_sectors, R_OWN_SECTOR_NAME, w->line);
	rule_broken_if(r, w->sectors && !dac->count, R_DAC_SECTOR, w->line);
	rule_broken_if(r, dac->percentages > 1 && !exact_hundred(dac->sum), R_SECTOR_SUM,
		       dac->line);
	rule_tell_if(r, dac->count > 1 && dac->percentages < dac->count, R_SECTOR_EACH,
		     dac->line);
	rule_tell_if(r, group_wrong_one(dac), R_SECTOR_ONE, dac->line);
	for (size_t i = 0; i < w->sector_groups.n; i++) {
		const struct group *g = w->sector_groups.list + i;

		rule_tell_if(r, g->count > 1 && g->percentages < g->count, R_SECTOR_EACH,
			     g->line);
		rule_tell_if(r, group_wrong_one(g), R_SECTOR_ONE, g->line);
	}
}

static void place_rules(struct iati_rules *r)
{
	const struct whole *w = &r->whole;
	const struct group *all = &w->all_countries;
	bool of_activity = w->countries || w->regions;

	rule_broken_if(r, of_activity && w->places, R_PLACE_BOTH, w->line);
	rule_broken_if(r, !of_activity && !w->places, R_PLACE_NONE, w->line);
	rule_broken_if(r, !of_activity && w->transactions_without_place, R_PLACE_ALL, w->line);
	if (!w->regions) {
		rule_broken_if(r, all->count > 1 && all->percentages < all->count,
			       R_COUNTRY_EACH, all->line);
		rule_broken_if(r, group_wrong_one(all), R_COUNTRY_ONE, all->line);
		rule_broken_if(r, all->count > 1 && !exact_hundred(all->sum), R_COUNTRY_SUM,
			       all->line);
	}
	for (size_t i = 0; i < w->region_groups.n; i++) {
		const struct group *g = w->region_groups.list + i;

		rule_tell_if(r, g->count > 1 && g->percentages < g->count, R_REGION_EACH,
			     g->line);
		rule_tell_if(r, !w->countries && group_wrong_one(g), R_REGION_ONE, g->line);
		rule_tell_if(r,
			     g->count + w->countries > 1 &&
				     !exact_hundred(exact_sum(g->sum, all->sum)),
			     R_REGION_SUM, g->line);
	}
}

static void item_rules(struct iati_rules *r)
{
	for (size_t i = 0; i < r->whole.item_groups.n; i++) {
		const struct group *g = r->whole.item_groups.list + i;

		rule_tell_if(r, g->count > 1 && !exact_hundred(g->sum), R_ITEMS_SUM, g->line);
		rule_tell_if(r, g->count > 1 && !g->percentages, R_ITEMS_EACH, g->line);
		rule_tell_if(r, group_wrong_one(g), R_ITEMS_ONE, g->line);
	}
}

static void aid_rules(struct iati_rules *r)
{
	const struct whole *w = &r->whole;

	rule_broken_if(r, w->default_aids && !w->dac_default_aid.count, R_DEFAULT_AID_DAC,
		       w->line);
	rule_broken_if(r, w->aids && !w->dac_aids, R_AID_DAC, w->line);
	rule_tell_if(r, w->dac_default_aid.count > 1, R_DEFAULT_AID_ONE,
		     w->dac_default_aid.line);
	for (size_t i = 0; i < w->default_aid_groups.n; i++)
		rule_tell_if(r, w->default_aid_groups.list[i].count > 1, R_DEFAULT_AID_ONE,
			     w->default_aid_groups.list[i].line);
}

void whole_end(struct iati_rules *r)
{
	struct whole *w = &r->whole;

	if (!r->of_organisation) {
		identifier_rules(r);
		date_rules(r);
		sector_rules(r);
		place_rules(r);
		item_rules(r);
		aid_rules(r);
	} else {
		rule_broken_if(r, text_symbols(whole_id(r)), R_O_ID_SYMBOLS, w->line);
		rule_broken_if(r, text_spaced(whole_id(r)), R_O_ID_SPACES, w->line);
	}
	for (enum rule rule = 0; rule < RULE_COUNT; rule++)
		rule_tell_if(r, w->first[rule], rule, w->first[rule]);
	w->is = false;
	w->id_n = 0;
}

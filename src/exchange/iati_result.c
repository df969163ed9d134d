/* Results: references at one level, values where something is measured. */
#include "exchange/iati_rules.h"

void result_start(struct iati_rules *r, const struct iati_element *e)
{
	(void)e;
	r->result_reference = false;
}

void result_reference_start(struct iati_rules *r, const struct iati_element *e)
{
	(void)e;
	r->result_reference = true;
}

void indicator_start(struct iati_rules *r, const struct iati_element *e)
{
	struct str measure = given_or_none(e, "measure");

	r->indicator_reference = false;
	r->measure = '\0';
	if (measure.n == 1)
		r->measure = *measure.p;
}

/* Once an indicator, however many references it has. */
void indicator_reference_start(struct iati_rules *r, const struct iati_element *e)
{
	rule_tell_if(r, r->result_reference && !r->indicator_reference, R_REFERENCE_BOTH,
		     e->line);
	r->indicator_reference = true;
}

static const struct measured {
	enum iati id;
	enum rule value, number, quality;
} measureds[] = {
	{ IATI_BASELINE, R_BASELINE_VALUE, R_BASELINE_NUMBER, R_BASELINE_QUALITY },
	{ IATI_TARGET, R_TARGET_VALUE, R_TARGET_NUMBER, R_TARGET_QUALITY },
	{ IATI_ACTUAL, R_ACTUAL_VALUE, R_ACTUAL_NUMBER, R_ACTUAL_QUALITY },
};

void measured_start(struct iati_rules *r, const struct iati_element *e)
{
	const struct measured *m = measureds;
	bool found;
	struct str text = given(e, "value", &found);

	while (m->id != e->id)
		m++;
	if (r->measure >= '1' && r->measure <= '4') {
		rule_tell_if(r, !found, m->value, e->line);
		rule_tell_if(r, found && !text_number(text), m->number, e->line);
	}
	rule_tell_if(r, r->measure == '5' && found, m->quality, e->line);
}

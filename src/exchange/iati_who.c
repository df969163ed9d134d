#include "exchange/iati_rules.h"

/* Organisations that need a name or an identifier without flaws. */
static const struct who whos[] = {
	{ IATI_OWNER_ORG, NULL, R_OWNER_WHO, R_OWNER_SYMBOLS, R_OWNER_SPACES, 0 },
	{ IATI_PROVIDER_ORG, "provider-activity-id", R_PROVIDER_WHO, R_PROVIDER_SYMBOLS,
	  R_PROVIDER_SPACES, R_PROVIDER_ACTIVITY },
	{ IATI_RECEIVER_ORG, "receiver-activity-id", R_RECEIVER_WHO, R_RECEIVER_SYMBOLS,
	  R_RECEIVER_SPACES, R_RECEIVER_ACTIVITY },
	{ IATI_PARTICIPATING_ORG, "activity-id", R_PARTICIPANT_WHO, R_PARTICIPANT_SYMBOLS,
	  R_PARTICIPANT_SPACES, R_PARTICIPANT_ACTIVITY },
};

const struct who *who_of(enum iati id)
{
	for (size_t i = 0; i < sizeof(whos) / sizeof(whos[0]); i++)
		if (whos[i].id == id)
			return whos + i;
	return NULL;
}

void rule_here(struct iati_rules *r, const struct iati_element *e)
{
	r->here_ref = is_given(e, "ref");
	r->here_name = r->here_text = false;
	r->here_line = e->line;
}

void who_start(struct iati_rules *r, const struct iati_element *e)
{
	const struct who *who = who_of(e->id);
	bool found;
	struct str ref = given(e, "ref", &found);

	rule_here(r, e);
	rule_tell_if(r, found && text_symbols(ref), who->symbols, e->line);
	rule_tell_if(r, found && text_spaced(ref), who->spaces, e->line);
	if (who->activity)
		rule_tell_if(r, text_spaced(given_or_none(e, who->activity)),
			     who->activity_spaces, e->line);
}

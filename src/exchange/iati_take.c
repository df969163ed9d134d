#include "exchange/iati_take.h"

const char *iati_take(struct iati_taking *t, const struct iati_draft *d)
{
	struct incoming_draft draft = { .record = d->record,
					.id = d->id,
					.was = d->was,
					.data = d->data,
					.line = d->line,
					.mention = d->mention,
					.below = d->below };
	bool good;

	if (t->failed)
		return d->id;
	if (t->skip && !d->mention) {
		t->skipped++;
		return d->id;
	}
	if (!incoming_put(t->in, &draft, &good, t->err))
		t->failed = true;
	else if (d->record == &records[RECORD_project])
		t->skip = !good;
	return draft.id;
}

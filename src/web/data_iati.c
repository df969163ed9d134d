#include "exchange/iati_write.h"
#include "web/spool.h"

/* /data/activities.xml: the public projects as IATI 2.03. */

static bool write_all(struct visit *v, struct spool *s, struct err *err)
{
	const struct iati_job job = { v->view, node_charter(v->node), spool_write, s };

	return iati_write(&job, arena_new(v->a, struct iati_tally), err);
}

void data_activities(struct visit *v)
{
	struct spool s;
	struct hash hash;
	struct err err;

	if (!node_charter(v->node)) {
		err_set(&err, ERR_MISSING, NULL, N_("There is nothing of this name here."));
		page_error(v, &err);
		return;
	}
	if (!spool_open(&s, &err)) {
		page_error(v, &err);
		return;
	}
	if (!write_all(v, &s, &err)) {
		spool_drop(&s);
		page_error(v, &err);
		return;
	}
	spool_answer(&s, v, &hash);
	v->r->type = "application/xml";
	http_set(v->a, v->r, "Access-Control-Allow-Origin", S("*"));
	http_set(v->a, v->r, "Cache-Control", S("no-cache"));
	spool_tag(v, &hash);
}

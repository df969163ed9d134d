#include "web/cockpit.h"
#include "web/server.h"
#include "wire/ical.h"

/*
 * /data/calendar.ics: the register's open dates for calendar programs, a year back and all that
 * are ahead; ?kind=decision narrows, ?lang= chooses the language.  An event's UID is made of
 * the record and the part that carries the date, so that a new version moves the event.
 */

enum { BACK_DAYS = 366, EVENTS_MAX = 1000, UID_MAX = 400, URL_MAX = 1000 };

static struct str uid_of(struct visit *v, const struct due_row *d)
{
	const struct charter *c = node_charter(v->node);
	struct buf b;

	buf_init(&b, UID_MAX);
	buf_z(&b, d->of.record->name);
	buf_ch(&b, '.');
	buf_add(&b, d->of.party);
	buf_ch(&b, '.');
	buf_add(&b, d->of.id);
	if (d->part.n > 0) {
		buf_ch(&b, '.');
		buf_add(&b, d->part);
	}
	buf_ch(&b, '@');
	if (c)
		buf_hex(&b, c->id.b, 8);
	buf_lit(&b, ".benkan");
	return arena_buf(v->a, &b);
}

/* The record's page; empty when the charter does not say where this ledger is served. */
static struct str url_of(struct visit *v, const struct due_row *d)
{
	const struct charter *c = node_charter(v->node);
	const struct charter_ledger *l = c ? charter_find(c, node_ledger(v->node)) : NULL;
	struct buf b;

	if (!l || !l->url.n)
		return S("");
	buf_init(&b, URL_MAX);
	buf_add(&b, l->url);
	buf_ch(&b, '/');
	buf_z(&b, lang_codes[v->lang]);
	buf_ch(&b, '/');
	url_part(&b, str_z(d->of.record->name));
	buf_ch(&b, '/');
	url_part(&b, d->of.party);
	buf_ch(&b, '/');
	url_part(&b, d->of.id);
	return arena_buf(v->a, &b);
}

static void event(struct visit *v, const struct due_row *d)
{
	struct str kind = lang_text(v->lang, d->of.record->title);
	struct ical_event e = { .uid = uid_of(v, d),
				.stamp = d->of.time,
				.day = d->day,
				.sequence = d->of.versions > 0 ? d->of.versions - 1 : 0,
				.summary = d->of.label,
				.description = kind,
				.category = kind,
				.url = url_of(v, d) };

	if (d->part_label.n > 0)
		e.summary = arena_join(v->a, d->of.label,
				       arena_join(v->a, S(" · "), d->part_label));
	if (!str_is(d->of.party, JOINT_PARTY))
		e.description = arena_join(
			v->a, kind, arena_join(v->a, S(" · "), party_name(v, d->of.party)));
	ical_event(&v->out, &e);
}

void data_calendar(struct visit *v)
{
	struct due_query q = due_between(v, v->today - BACK_DAYS, INT32_MAX / 2, EVENTS_MAX);
	struct str kind = http_param(v->q, "kind");
	struct due_row *rows;
	uint64_t total;
	struct err err;
	size_t n;

	q.record = kind.n > 0 ? record_named(kind) : NULL;
	if (kind.n > 0 && !q.record) {
		err_set(&err, ERR_INPUT, "kind", N_("There is no record type of that name."));
		page_error(v, &err);
		return;
	}
	if (!view_due(v->view, v->a, &q, &rows, &n, &total, &err)) {
		page_error(v, &err);
		return;
	}
	ical_begin(&v->out, "-//Benkan//Benkan//EN", register_title(v));
	for (size_t i = 0; i < n; i++)
		event(v, &rows[i]);
	ical_end(&v->out);
	http_set(v->a, v->r, "Access-Control-Allow-Origin", S("*"));
	http_set(v->a, v->r, "Content-Language", str_z(lang_codes[v->lang]));
	answer_out(v, "text/calendar; charset=utf-8");
}

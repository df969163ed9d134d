#include "web/map.h"

#include <assert.h>
#include <stdlib.h>

/* Reading: every project that the address asks for, with its places and its line. */

enum { BATCH = 1000, LATE_MAX = 20000, SCRATCH_MAX = 1 << 29 };

/* --- what has passed its deadline --- */

struct late {
	struct str *ids;
	size_t n;
};

static int by_text(const void *x, const void *y)
{
	return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

static bool late_read(struct visit *v, struct arena *a, struct late *out, struct err *err)
{
	struct due_query q = due_late(v, 0);
	struct due_row *rows;
	uint64_t all;
	size_t n;

	q.record = &records[RECORD_project];
	if (!view_due(v->view, a, &q, &rows, &n, &all, err))
		return false;
	q.limit = all < LATE_MAX ? (unsigned)all : LATE_MAX;
	if (!view_due(v->view, a, &q, &rows, &n, &all, err))
		return false;
	out->ids = arena_array(a, struct str, n);
	out->n = n;
	for (size_t i = 0; i < n; i++)
		out->ids[i] = rows[i].of.id;
	if (n)
		qsort(out->ids, n, sizeof(*out->ids), by_text);
	return true;
}

static bool is_late(const struct late *l, struct str id)
{
	return l->n && bsearch(&id, l->ids, l->n, sizeof(*l->ids), by_text);
}

static enum map_mark mark_of(const struct record_row *row, const struct late *late)
{
	if (row->ended)
		return MAP_OTHER;
	if (is_late(late, row->id))
		return MAP_LATE;
	return str_is(row->state, "divergent")  ? MAP_DIFFERS
	       : row->awaited.n                 ? MAP_AWAIT
	       : str_is(row->state, "in_force") ? MAP_FORCE
						: MAP_OTHER;
}

/* --- one project --- */

static bool takes_part(const struct json *data, struct str party)
{
	const struct json *list = json_arr(data, "leads");

	for (const struct json *p = list ? list->child : NULL; p; p = p->next)
		if (str_eq(json_str(p, "party"), party))
			return true;
	list = json_arr(data, "participants");
	for (const struct json *p = list ? list->child : NULL; p; p = p->next) {
		struct ref ref;

		if (ref_parse(json_str(p, "organisation"), &ref) && str_eq(ref.party, party))
			return true;
	}
	return false;
}

static struct str name_of(struct map *m, const struct json *part)
{
	return arena_str(m->v->a, mtext_in(json_get(part, "place"), m->v->lang, NULL));
}

static void read_line(struct map *m, struct map_project *p, const struct json *route)
{
	struct arena *a = m->v->a;

	if (!route || route->count < 2)
		return;
	p->line = arena_array(a, struct geo_point, route->count);
	p->stops = arena_array(a, struct str, route->count);
	for (const struct json *j = route->child; j; j = j->next)
		if (geo_read(json_get(j, "point"), &p->line[p->line_count]))
			p->stops[p->line_count++] = name_of(m, j);
	if (p->line_count < 2)
		p->line_count = 0;
}

static void read_place(struct map *m, struct map_project *p, const struct json *j)
{
	struct map_place *place = &m->places[m->place_count++];

	*place = (struct map_place){ .of = p,
				     .name = name_of(m, j),
				     .country = arena_str(m->v->a, json_str(j, "country")) };
	place->known = geo_read(json_get(j, "point"), &place->at);
	place->area =
		place->known ? area_of(place->at, place->country) : area_named(place->country);
}

/* Each area once, however many of the project's places lie there, and its country with it. */
static void count_area(struct map *m, const struct area *a, uint64_t *seen)
{
	for (const struct area *one = a; one;
	     one = one->level == AREA_REGION ? area_named(str_z(one->country)) : NULL) {
		size_t i = (size_t)(one - areas);

		if (*seen >> i & 1)
			return;
		*seen |= (uint64_t)1 << i;
		m->counts[i]++;
	}
}

static void read_project(struct map *m, const struct record_row *row, const struct json *data,
			 const struct late *late)
{
	struct map_project *p = &m->projects[m->n++];
	const struct json *list = json_arr(data, "locations");
	struct arena *a = m->v->a;
	size_t first = m->place_count;
	uint64_t seen = 0;

	*p = (struct map_project){ .row = *row, .mark = mark_of(row, late) };
	p->row.data = S("");
	p->row.parsed = NULL;
	p->row.party = arena_str(a, row->party);
	p->row.id = arena_str(a, row->id);
	p->row.label = arena_str(a, row->label);
	p->row.state = arena_str(a, row->state);
	p->row.proposer = arena_str(a, row->proposer);
	p->row.awaited = arena_str(a, row->awaited);
	p->row.ledger = p->row.time = p->row.actor = p->row.since = S("");
	p->status = arena_str(a, json_str(data, "status"));
	p->field = arena_str(a, json_str(data, "field"));
	read_line(m, p, json_arr(data, "route"));
	for (const struct json *j = list ? list->child : NULL; j; j = j->next)
		read_place(m, p, j);
	p->place_count = m->place_count - first;
	for (size_t i = first; i < m->place_count; i++)
		count_area(m, m->places[i].area, &seen);
	for (size_t i = 0; i < p->line_count; i++)
		count_area(m, area_of(p->line[i], S("")), &seen);
}

/* --- all of them --- */

/* Room for `places` more; it grows by doubling. */
static void make_room(struct map *m, size_t *room, size_t places)
{
	struct map_place *old = m->places;

	if (m->place_count + places <= *room)
		return;
	*room = 2 * (m->place_count + places);
	m->places = arena_room(m->v->a, struct map_place, *room);
	if (m->place_count)
		memcpy(m->places, old, m->place_count * sizeof(*old));
}

static bool read_batch(struct map *m, struct arena *scratch, const struct list_result *found,
		       const struct late *late, size_t *room, struct err *err)
{
	for (size_t i = 0; i < found->n; i++) {
		const struct record_row *row = &found->rows[i];
		struct json *data = row->parsed;
		const struct json *list;

		if (!data && !json_object(scratch, row->data, &data, err))
			return false;
		if (m->party.n && !takes_part(data, m->party))
			continue;
		list = json_arr(data, "locations");
		make_room(m, room, list ? list->count : 0);
		read_project(m, row, data, late);
	}
	return true;
}

static bool read_all(struct map *m, struct arena *rows, const struct late *late,
		     struct err *err)
{
	struct list_result found = { 0 };
	size_t room = 0;

	do {
		arena_reset(rows);
		m->q.after = found.next.n ? arena_str(m->v->a, found.next) : S("");
		if (!view_list(m->v->view, rows, &m->q, &found, err))
			return false;
		if (!m->projects)
			m->projects = arena_room(m->v->a, struct map_project, found.total);
		assert(m->n + found.n <= found.total);
		if (!read_batch(m, rows, &found, late, &room, err))
			return false;
	} while (found.next.n);
	return true;
}

/* The filters of the list of projects; `party` has a meaning of its own here. */
static bool read_address(struct map *m, struct err *err)
{
	struct list_query *q = &m->q;
	size_t kept = 0;

	list_address_read(m->v, &records[RECORD_project], q);
	for (size_t i = 0; i < q->filter_count; i++)
		if (!str_is(q->filters[i].name, "party"))
			q->filters[kept++] = q->filters[i];
	q->filter_count = kept;
	q->limit = BATCH;
	q->offset = 0;
	q->brief = q->ended = false;
	m->party = list_address_value(m->v, "party");
	if (m->party.n && !party_known(m->v, m->party))
		return err_set(err, ERR_INPUT, "party",
			       N_("There is no such side in this register."));
	return true;
}

/* The country with most of the projects, of equals the first in the layer. */
static const struct area *usual(const struct map *m)
{
	const struct area *best = NULL;

	for (size_t i = 0; i < area_count; i++)
		if (areas[i].level == AREA_COUNTRY && map_count(m, &areas[i]) &&
		    (!best || map_count(m, &areas[i]) > map_count(m, best)))
			best = &areas[i];
	return best;
}

static bool choose_area(struct map *m, struct err *err)
{
	struct str code = list_address_value(m->v, "area");

	m->shown = code.n ? area_named(code) : usual(m);
	if (code.n && !m->shown && !str_is(code, "all"))
		return err_set(err, ERR_INPUT, "area",
			       N_("The boundary layer has no area of this code."));
	return true;
}

bool map_read(struct visit *v, struct map *m, struct err *err)
{
	struct late late;
	struct arena rows, due;
	bool ok;

	assert(area_count <= sizeof(m->counts) / sizeof(m->counts[0]));
	*m = (struct map){ .v = v };
	if (!read_address(m, err))
		return false;
	arena_init(&rows, SCRATCH_MAX);
	arena_init(&due, SCRATCH_MAX);
	ok = late_read(v, &due, &late, err) && read_all(m, &rows, &late, err) &&
	     choose_area(m, err);
	arena_done(&due);
	arena_done(&rows);
	return ok;
}

uint64_t map_count(const struct map *m, const struct area *a)
{
	return m->counts[a - areas];
}

bool map_shows(const struct map *m, const struct area *a)
{
	return !m->shown || a == m->shown ||
	       (a && m->shown->level == AREA_COUNTRY &&
		str_is(str_z(a->country), m->shown->country));
}

/* Who reports which activity, before this run and in it. */
#include "exchange/iati_read_inside.h"

#include <assert.h>
#include <stdlib.h>

enum { PAGE = 500, ARENA_ROOM = 256 << 20 };

struct iati_known {
	struct iati_met *before; /* what the register says */
	struct iati_met *run;    /* what was read */
	bool late;               /* an own report came after another's */
};

/* What is known of an activity, or of one publisher's report of it. */
enum fact { ANY = 'a', OWN = 'o', REPORT = 'r', SECOND = 's' };

static uint64_t fact(enum fact what, struct str identifier, struct str of)
{
	const char c = (char)what;
	const struct str parts[] = { str_of(&c, 1), identifier, S("|"), of };
	struct hash h = hash_parts(parts, sizeof(parts) / sizeof(parts[0]));

	return met_key(&h);
}

static bool is_own(const struct report *r)
{
	return r->publisher.n && str_starts(r->identifier, r->publisher);
}

/* --- what the register says --- */

/* The reporter is an organisation whose identifier the activity's begins with: its id is made
 * of that. */
static bool is_own_of(struct arena *a, struct str party, struct str identifier,
		      struct str reporter)
{
	struct str head = arena_join(a, party, S("/"));

	for (size_t n = 1; n <= identifier.n; n++) {
		struct str key, id;
		struct hash h;

		if (n < identifier.n && identifier.p[n] != '-')
			continue;
		key = arena_join(a, S("organisation|"), str_cut(identifier, n));
		h = hash_of(key);
		id = read_id_of(a, &h);
		if (str_eq(arena_join(a, head, id), reporter))
			return true;
	}
	return false;
}

static void see(struct iati_known *k, struct arena *a, struct str party,
		const struct json *project)
{
	struct str identifier = json_str(project, fields[project_identifier].name);
	struct str reporter = json_str(project, fields[project_reporter].name);
	const struct json *second = json_get(project, fields[project_secondary].name);

	if (!identifier.n || !reporter.n)
		return;
	(void)met_again(k->before, fact(ANY, identifier, S("")));
	(void)met_again(k->before, fact(REPORT, identifier, reporter));
	if (second && second->num)
		(void)met_again(k->before, fact(SECOND, identifier, reporter));
	else if (is_own_of(a, party, identifier, reporter))
		(void)met_again(k->before, fact(OWN, identifier, S("")));
}

static bool see_all(struct iati_known *k, struct view *v, struct str party, struct err *err)
{
	struct list_query q = { .record = &records[RECORD_project],
				.who = AUDIENCE_NATIONAL,
				.limit = PAGE };
	struct list_result found;
	struct arena a;
	struct json *data;
	bool ok = true;

	arena_init(&a, ARENA_ROOM);
	do {
		struct arena next;

		arena_init(&next, ARENA_ROOM);
		q.after = arena_str(&next, q.after);
		arena_reset(&a);
		ok = view_list(v, &a, &q, &found, err);
		for (size_t i = 0; ok && i < found.n; i++) {
			ok = json_object(&a, found.rows[i].data, &data, err);
			if (ok)
				see(k, &a, party, data);
		}
		arena_done(&next);
		q.after = found.next;
	} while (ok && q.after.n);
	arena_done(&a);
	return ok;
}

void known_free(struct iati_known *k)
{
	if (!k)
		return;
	met_free(k->before);
	met_free(k->run);
	free(k);
}

void known_read_all(struct iati_known *k)
{
	if (k->late)
		return;
	met_free(k->before);
	met_free(k->run);
	k->before = k->run = NULL;
}

bool known_read(struct view *v, struct str party, struct iati_known **out, struct err *err)
{
	struct iati_known *k = calloc(1, sizeof(*k));

	assert(k);
	k->before = met_make();
	k->run = met_make();
	*out = k;
	if (see_all(k, v, party, err))
		return true;
	known_free(k);
	*out = NULL;
	return false;
}

/* --- what is read --- */

static bool elsewhere(const struct iati_known *k, uint64_t any, uint64_t mine)
{
	return met_before(k->before, any) > met_before(k->before, mine) ||
	       met_before(k->run, any) > met_before(k->run, mine);
}

struct reported known_report(struct iati_known *k, const struct report *r)
{
	uint64_t own = fact(OWN, r->identifier, S("")), any = fact(ANY, r->identifier, S("")),
		 mine = fact(REPORT, r->identifier, r->reporter);
	struct reported found = { elsewhere(k, any, mine), r->said || r->again };

	if (!is_own(r))
		found.second_hand |=
			met_before(k->before, own) || met_before(k->run, own) ||
			(met_before(k->before, mine)
				 ? met_before(k->before,
					      fact(SECOND, r->identifier, r->reporter)) > 0
				 : found.elsewhere);
	k->late |= is_own(r) && found.elsewhere;
	(void)met_again(k->run, any);
	(void)met_again(k->run, mine);
	if (!found.second_hand && is_own(r))
		(void)met_again(k->run, own);
	return found;
}

bool known_late(const struct iati_known *k, struct arena *a, struct str party,
		struct str project)
{
	struct json *data;
	struct err ignored;
	const struct json *second;
	struct str identifier, reporter;

	if (!k->late || !json_object(a, project, &data, &ignored))
		return false;
	second = json_get(data, fields[project_secondary].name);
	identifier = json_str(data, fields[project_identifier].name);
	reporter = json_str(data, fields[project_reporter].name);
	return !(second && second->num) && met_before(k->run, fact(OWN, identifier, S(""))) &&
	       !is_own_of(a, party, identifier, reporter);
}

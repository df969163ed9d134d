#include "store/pairs_inside.h"

#include <string.h>

void *list_add(struct arena *a, struct list *l)
{
	if (l->n == l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 64;
		void *wider = arena_alloc(a, arena_size(l->size, cap));

		if (l->n)
			memcpy(wider, l->p, l->n * l->size);
		l->p = wider;
		l->cap = cap;
	}
	return (char *)l->p + l->size * l->n++;
}

/* Whether it is met for the first time. */
static bool first_time(struct settling *w, struct str key)
{
	size_t n = w->seen.n;

	tally_add(&w->seen, key, 1, 0);
	return w->seen.n > n;
}

static void queue(struct settling *w, enum flow_key kind, struct str x, struct str y)
{
	struct buf *b = &w->p->text;

	if (!x.n)
		return;
	buf_clear(b);
	buf_ch(b, (char)kind);
	buf_add(b, x);
	if (kind == KEY_ACTIVITY) {
		buf_ch(b, '\0');
		buf_add(b, y);
	}
	if (first_time(w, buf_str(b)))
		*(struct str *)list_add(&w->p->list, &w->keys) =
			arena_str(&w->p->list, buf_str(b));
}

static void queue_row(struct settling *w, int64_t rid)
{
	queue(w, KEY_PAIRS, str_of(&rid, sizeof(rid)), S(""));
}

static bool row_is_new(struct settling *w, char kind, int64_t rid)
{
	char key[1 + sizeof(rid)] = { kind };

	memcpy(key + 1, &rid, sizeof(rid));
	return first_time(w, str_of(key, sizeof(key)));
}

bool settling_marked(const struct settling *w, enum flow_key kind, int64_t rid)
{
	char key[1 + sizeof(rid)] = { (char)kind };

	memcpy(key + 1, &rid, sizeof(rid));
	return rid && tally_has(&w->p->flows, str_of(key, sizeof(key)));
}

/* The rows a statement gives become flows, and lead on to what hangs together with them. */
static bool take_flows(struct settling *w, struct stmt *s, struct err *err)
{
	bool row = true;

	while (row) {
		struct flow_row *f;

		if (!stmt_step(s, &row, err))
			return false;
		if (!row || !row_is_new(w, 'f', col_int(s, 0)))
			continue;
		f = list_add(&w->p->list, &w->flows);
		flow_read(&w->p->list, s, f);
		if (f->lone != (f->rid & RID_ALL))
			queue_row(w, f->rid);
		queue(w, KEY_NAMED, f->flow.ref, S(""));
		queue(w, KEY_REF, f->flow.counterpart, S(""));
		queue(w, KEY_PROJECT, f->flow.project, S(""));
		if (f->flow.receiver_activity.n)
			queue(w, KEY_ACTIVITY, f->flow.provider_activity,
			      f->flow.receiver_activity);
	}
	return true;
}

static bool take_words(struct settling *w, struct stmt *s, struct err *err)
{
	bool row = true;

	while (row) {
		struct word_row *word;

		if (!stmt_step(s, &row, err))
			return false;
		if (!row || !row_is_new(w, 'w', col_int(s, 0)))
			continue;
		word = list_add(&w->p->list, &w->words);
		*word = (struct word_row){ .rid = col_int(s, 0),
					   .kind = (enum word_kind)col_int(s, 1),
					   .party = arena_str(&w->p->list, col_text(s, 2)),
					   .given = arena_str(&w->p->list, col_text(s, 3)),
					   .received = arena_str(&w->p->list, col_text(s, 4)) };
		queue(w, KEY_REF, word->given, S(""));
		queue(w, KEY_REF, word->received, S(""));
	}
	return true;
}

static bool flows_where(struct settling *w, const char *literal, struct str x, struct str y,
			struct err *err)
{
	struct stmt *s = db_prepare(w->p->db, literal, err);

	if (!s)
		return false;
	stmt_text(s, 0, x);
	if (y.p)
		stmt_text(s, 1, y);
	return take_flows(w, s, err);
}

static bool words_where(struct settling *w, const char *literal, struct str ref,
			struct err *err)
{
	struct stmt *s = w->any_words ? db_prepare(w->p->db, literal, err) : NULL;

	if (!s)
		return !w->any_words;
	stmt_text(s, 0, ref);
	return take_words(w, s, err);
}

#define SELECT_FLOWS "SELECT " FLOW_COLUMNS " FROM r_flow WHERE "
#define SELECT_WORDS "SELECT rid, about, party, given, received FROM r_remark WHERE "

/* Whoever is found leads on to the flow itself. */
static bool follow_named(struct settling *w, struct str text, struct err *err)
{
	return (!w->any_counterparts ||
		flows_where(w, SELECT_FLOWS "counterpart = ? AND counterpart <> ''", text,
			    (struct str){ 0 }, err)) &&
	       words_where(w, SELECT_WORDS "given = ?", text, err) &&
	       words_where(w, SELECT_WORDS "received = ?", text, err);
}

static bool follow_ref(struct settling *w, struct str text, struct err *err)
{
	struct stmt *s;
	struct ref ref;

	if (!ref_parse(text, &ref))
		return true;
	s = db_prepare(w->p->db, SELECT_FLOWS "rid IN (" FLOW_RIDS ")", err);
	if (!s)
		return false;
	for (int i = 0; i < 4; i += 2) {
		stmt_text(s, i, ref.id);
		stmt_text(s, i + 1, ref.party);
	}
	queue(w, KEY_NAMED, text, S(""));
	return take_flows(w, s, err);
}

/* What one side alone has booked pairs nothing: then there is no need to look at all of it. */
static bool any_place(struct settling *w, struct str project, bool gives, bool *any,
		      struct err *err)
{
	struct stmt *s = db_prepare(
		w->p->db, "SELECT 1 FROM r_flow WHERE place = ? AND project = ? LIMIT 1", err);

	if (!s)
		return false;
	stmt_int(s, 0, flow_place(project, gives));
	stmt_text(s, 1, project);
	if (!stmt_step(s, any, err))
		return false;
	stmt_reset(s);
	return true;
}

static bool follow_project(struct settling *w, struct str project, struct err *err)
{
	struct stmt *s;
	bool both;

	if (!any_place(w, project, false, &both, err) ||
	    (both && !any_place(w, project, true, &both, err)))
		return false;
	if (!both)
		return true;
	s = db_prepare(w->p->db, SELECT_FLOWS "place IN (?, ?) AND project = ?", err);
	if (!s)
		return false;
	stmt_int(s, 0, flow_place(project, false));
	stmt_int(s, 1, flow_place(project, true));
	stmt_text(s, 2, project);
	return take_flows(w, s, err);
}

#define OF_ACTIVITIES                                                                          \
	"provider_activity = ? AND receiver_activity = ? AND provider_activity <> ''"

static bool follow_activities(struct settling *w, struct str keys, struct err *err)
{
	static const char *const sides[2] = { "SELECT 1 FROM r_flow WHERE " OF_ACTIVITIES
					      " AND gives = 0 LIMIT 1",
					      "SELECT 1 FROM r_flow WHERE " OF_ACTIVITIES
					      " AND gives = 1 LIMIT 1" };
	struct str provider;
	bool both = true;

	(void)!str_split(&keys, '\0', &provider);
	for (int i = 0; i < 2 && both; i++) {
		struct stmt *s = db_prepare(w->p->db, sides[i], err);

		if (!s)
			return false;
		stmt_text(s, 0, provider);
		stmt_text(s, 1, keys);
		if (!stmt_step(s, &both, err))
			return false;
		stmt_reset(s);
	}
	return !both || flows_where(w, SELECT_FLOWS OF_ACTIVITIES, provider, keys, err);
}

/* The pairs a row stands in are made anew, with whoever stands there with it. */
static bool follow_pairs(struct settling *w, const char *literal, int64_t rid, struct err *err)
{
	struct stmt *s = db_prepare(w->p->db, literal, err);
	size_t from = w->old.n;
	bool row = true;

	if (!s)
		return false;
	stmt_int(s, 0, rid);
	while (row) {
		if (!stmt_step(s, &row, err))
			return false;
		if (row)
			*(struct pair_row *)list_add(&w->p->list, &w->old) =
				(struct pair_row){ .given = col_int(s, 0),
						   .received = col_int(s, 1),
						   .mask = (unsigned)col_int(s, 2),
						   .gap = (enum gap)col_int(s, 3),
						   .under = (enum gap)col_int(s, 4),
						   .words = (unsigned)col_int(s, 5) };
	}
	for (size_t i = from; i < w->old.n; i++) {
		const struct pair_row *o = &((struct pair_row *)w->old.p)[i];
		int64_t other = o->given == rid ? o->received : o->given;

		s = other ? db_prepare(w->p->db, SELECT_FLOWS "rid = ?", err) : NULL;
		if (!other)
			continue;
		if (!s)
			return false;
		stmt_int(s, 0, other);
		if (!take_flows(w, s, err))
			return false;
	}
	return true;
}

static bool follow_row(struct settling *w, struct str key, struct err *err)
{
	int64_t rid;

	memcpy(&rid, key.p, sizeof(rid));
	return follow_pairs(w,
			    "SELECT given, received, mask, gap, under, words FROM r_pair "
			    "WHERE given = ?",
			    rid, err) &&
	       follow_pairs(w,
			    "SELECT given, received, mask, gap, under, words FROM r_pair "
			    "WHERE received = ?",
			    rid, err);
}

static bool follow_key(struct settling *w, struct str key, struct err *err)
{
	struct str rest = str_from(key, 1);

	switch ((enum flow_key)key.p[0]) {
	case KEY_REF: return follow_ref(w, rest, err);
	case KEY_NAMED: return follow_named(w, rest, err);
	case KEY_PROJECT: return follow_project(w, rest, err);
	case KEY_ACTIVITY: return follow_activities(w, rest, err);
	case KEY_PAIRS: return follow_row(w, rest, err);
	case KEY_GONE: break;
	}
	return true;
}

static bool any_row(struct projection *p, const char *literal, bool *any, struct err *err)
{
	struct stmt *s = db_prepare(p->db, literal, err);

	if (!s || !stmt_step(s, any, err))
		return false;
	stmt_reset(s);
	return true;
}

bool settling_gather(struct settling *w, struct err *err)
{
	struct projection *p = w->p;
	struct tally_line *lines = tally_sorted(&p->flows, &p->list);
	struct str named = buf_str(&p->named), ref;

	if (!any_row(p, "SELECT 1 FROM r_remark LIMIT 1", &w->any_words, err) ||
	    !any_row(p, "SELECT 1 FROM r_flow WHERE counterpart <> '' LIMIT 1",
		     &w->any_counterparts, err))
		return false;
	for (size_t i = 0; i < p->flows.n; i++) {
		struct str key = lines[i].key;

		if (first_time(w, key))
			*(struct str *)list_add(&p->list, &w->keys) = key;
		if (key.p[0] == KEY_GONE)
			queue(w, KEY_PAIRS, str_from(key, 1), S(""));
	}
	while ((w->any_words || w->any_counterparts) && str_split(&named, '\n', &ref))
		queue(w, KEY_NAMED, ref, S(""));
	for (size_t i = 0; i < w->keys.n; i++)
		if (!follow_key(w, ((struct str *)w->keys.p)[i], err))
			return false;
	return true;
}

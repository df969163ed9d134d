#include "store/flows.h"

#include <assert.h>
#include <stdlib.h>

enum { ONCE_MAX = 512 << 20, ONCE_FULL = 4 << 20, LISTS_MAX = 1 << 30, TEXT_MAX = 1 << 20 };

/* --- opening --- */

static bool load_ledger(struct projection *p, struct follow *l, struct err *err)
{
	struct stmt *s = db_prepare(
		p->db, "SELECT applied, last_time, closed FROM r_ledger WHERE name = ?", err);
	bool row;

	if (!s)
		return false;
	stmt_text(s, 0, l->who->name);
	if (!stmt_step(s, &row, err))
		return false;
	l->applied = l->settled = l->awaited = 0;
	l->last_time = INT64_MIN;
	l->closed = l->grown = false;
	if (row) {
		l->applied = l->settled = (uint64_t)col_int(s, 0);
		l->last_time = col_int(s, 1);
		l->closed = col_int(s, 2);
	}
	stmt_reset(s);
	return seen_awaited(p, l, err);
}

static bool load(struct projection *p, struct err *err)
{
	struct stmt *s;
	bool row;
	uint64_t next = 0;

	for (size_t i = 0; i < p->ledger_count; i++)
		if (!load_ledger(p, &p->ledgers[i], err))
			return false;
	s = db_prepare(p->db, "SELECT value FROM r_note WHERE name = 'next row'", err);
	if (!s || !stmt_step(s, &row, err))
		return false;
	if (row && !str_u64(col_text(s, 0), INT64_MAX >> RID_SEQ, &next))
		return err_set(
			err, ERR_UNREACHABLE, "register",
			N_("The register's database is damaged (%1). Nothing is lost: it is "
			   "made anew from the ledgers by `benkan rebuild`."),
			"r_note");
	p->next_rid = (int64_t)next;
	stmt_reset(s);
	return labels_load(p, err);
}

/* Beside the ledgers of its party that were closed before it, or a sequence of its own. */
static void add_part(struct projection *p, const struct charter *c,
		     const struct charter_ledger *who)
{
	struct charter_place place;
	struct follow *l;

	charter_place(c, who->name, &place);
	l = follow_ledger(p, place.name);
	if (!l) {
		l = &p->ledgers[p->ledger_count++];
		l->who = who;
	}
	l->parts[l->part_count++] = (struct part){ who, place.first, place.limit };
}

bool projection_open(struct db *register_db, const struct charter *c,
		     const struct apply_source *from, struct projection **out, struct err *err)
{
	struct projection *p = calloc(1, sizeof(*p));
	UErrorCode code = U_ZERO_ERROR;

	if (!p)
		abort();
	p->db = register_db;
	p->charter = c;
	tally_init(&p->acts);
	tally_init(&p->joint);
	tally_init(&p->due);
	tally_init(&p->dues);
	tally_init(&p->days);
	figures_init(&p->figures);
	money_init(&p->money);
	p->lines = lines_open();
	tally_init(&p->labels);
	tally_init(&p->flows);
	buf_init(&p->named, LISTS_MAX);
	p->from = *from;
	for (size_t i = 0; c && i < c->ledger_count; i++)
		add_part(p, c, &c->ledgers[i]);
	arena_init(&p->fixed, ONCE_MAX);
	arena_init(&p->once, ONCE_MAX);
	arena_init(&p->list, LISTS_MAX);
	arena_init(&p->terms, LISTS_MAX);
	buf_init(&p->text, TEXT_MAX);
	buf_init(&p->label, TEXT_MAX);
	buf_init(&p->aside, TEXT_MAX);
	p->put_off = waiting_open();
	p->words = terms_open();
	p->collator = ucol_open("", &code);
	kinds_make(p);
	if (U_FAILURE(code) || !load(p, err)) {
		projection_close(p);
		if (U_FAILURE(code))
			return err_set(
				err, ERR_UNREACHABLE, "register",
				N_("The sorting rules of ICU could not be read (%1). Install "
				   "the package libicu72 again."),
				u_errorName(code));
		return false;
	}
	*out = p;
	return true;
}

void projection_close(struct projection *p)
{
	if (!p)
		return;
	tally_done(&p->acts);
	tally_done(&p->joint);
	tally_done(&p->due);
	tally_done(&p->dues);
	tally_done(&p->days);
	figures_done(&p->figures);
	money_done(&p->money);
	lines_close(p->lines);
	tally_done(&p->labels);
	tally_done(&p->flows);
	buf_done(&p->named);
	free(p->searches);
	arena_done(&p->fixed);
	arena_done(&p->once);
	arena_done(&p->list);
	arena_done(&p->terms);
	buf_done(&p->text);
	buf_done(&p->label);
	buf_done(&p->aside);
	waiting_close(p->put_off);
	terms_close(p->words);
	ucol_close(p->collator);
	free(p);
}

struct follow *follow_ledger(struct projection *p, struct str ledger)
{
	for (struct follow *l = p->ledgers; l < p->ledgers + p->ledger_count; l++)
		for (size_t i = 0; i < l->part_count; i++)
			if (str_eq(l->parts[i].who->name, ledger))
				return l;
	return NULL;
}

const struct part *part_at(const struct follow *l, uint64_t n)
{
	size_t i = 0;

	while (i + 1 < l->part_count && n >= l->parts[i + 1].first)
		i++;
	return &l->parts[i];
}

const struct part *part_of_origin(const struct follow *l, struct str origin)
{
	for (size_t i = 0; i < l->part_count; i++)
		if (str_eq(l->parts[i].who->origin, origin))
			return &l->parts[i];
	return NULL;
}

static const struct part *part_named(const struct projection *p, struct str ledger,
				     const struct follow **of)
{
	for (const struct follow *l = p->ledgers; l < p->ledgers + p->ledger_count; l++)
		for (size_t i = 0; i < l->part_count; i++)
			if (str_eq(l->parts[i].who->name, ledger)) {
				*of = l;
				return &l->parts[i];
			}
	return NULL;
}

struct follow *follow_party(struct projection *p, struct str party)
{
	for (size_t i = 0; i < p->ledger_count; i++)
		if (str_eq(p->ledgers[i].who->party, party))
			return &p->ledgers[i];
	return NULL;
}

unsigned party_index(const struct projection *p, struct str party)
{
	for (size_t i = 0; p->charter && i < p->charter->ledger_count; i++)
		if (str_eq(p->charter->ledgers[i].party, party))
			return (unsigned)i;
	return RID_JOINT;
}

/* After a rollback what is remembered of the ledgers is read again. */
static bool fresh(struct projection *p, struct err *err)
{
	if (p->stale && !load(p, err))
		return false;
	p->stale = false;
	return true;
}

bool projection_applied(struct projection *p, struct str ledger, uint64_t *n, struct err *err)
{
	const struct follow *l;
	const struct part *part;

	*n = 0;
	if (!fresh(p, err))
		return false;
	part = part_named(p, ledger, &l);
	if (part && l->applied > part->first)
		*n = l->applied - part->first;
	if (part && *n > part->limit)
		*n = part->limit;
	return true;
}

uint64_t projection_may(const struct projection *p, struct str ledger, uint64_t size)
{
	const struct follow *l;
	const struct part *part = part_named(p, ledger, &l);

	if (!part || l->applied < part->first)
		return 0;
	return size < part->limit ? size : part->limit;
}

bool projection_closed(const struct projection *p, struct str ledger)
{
	const struct follow *l;
	const struct part *part = part_named(p, ledger, &l);

	return part && l->closed && part_at(l, l->applied ? l->applied - 1 : 0) == part;
}

/* --- one entry --- */

bool entry_noted(struct projection *p, const struct follow *l, const struct entry *e,
		 struct entry_note note, struct err *err)
{
	static const char *const states[] = {
		[ENTRY_VALID] = "valid", [ENTRY_VOID] = "void", [ENTRY_UNKNOWN] = "unknown"
	};
	struct stmt *s = db_prepare(
		p->db,
		"INSERT INTO p_entry (lid, n, type, time, state, reason, flags) "
		"VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (lid, n) DO UPDATE SET "
		"state = excluded.state, reason = excluded.reason, flags = excluded.flags",
		err);

	if (!s)
		return false;
	stmt_text(s, 0, l->who->name);
	stmt_int(s, 1, (int64_t)e->n);
	if (e->type_text.n)
		stmt_text(s, 2, e->type_text);
	if (e->time_text.n)
		stmt_text(s, 3, e->time_text);
	stmt_text(s, 4, str_z(states[note.state]));
	if (note.reason)
		stmt_text(s, 5, str_z(note.reason));
	stmt_text(s, 6,
		  !e->time_back ? (note.stale ? S("stale-prev") : S(""))
		  : note.stale  ? S("time-back,stale-prev")
				: S("time-back"));
	return stmt_done(s, err);
}

bool entry_void(struct projection *p, const struct follow *l, const struct entry *e,
		const char *reason, struct err *err)
{
	return entry_noted(p, l, e, (struct entry_note){ ENTRY_VOID, reason, false }, err);
}

bool entry_again(struct projection *p, const struct follow *l, uint64_t n, struct entry *e,
		 struct err *err)
{
	const struct part *part = part_at(l, n);
	struct str bytes;

	if (!p->from.entry(p->from.ctx, &p->once, part->who->name, n - part->first, &bytes,
			   err))
		return false;
	entry_read(&p->once, bytes, l->who->party, n - part->first, INT64_MIN, e);
	e->n = n;
	return true;
}

static bool charter_entry(struct projection *p, const struct follow *l, const struct entry *e,
			  struct err *err)
{
	struct hash h;

	const struct part *part = part_at(l, e->n);

	if (!hash_hex(json_str(e->body, "charter"), &h) || !hash_eq(&h, &part->who->since))
		return entry_void(p, l, e, "charter", err);
	return keys_begin(p, part->who, err);
}

/* Whoever looks for forks finds it without reading every entry (evidence.c). */
static bool alert_noted(struct projection *p, const struct follow *l, const struct entry *e,
			struct err *err)
{
	struct stmt *s = db_prepare(p->db, "INSERT INTO r_alert (lid, n) VALUES (?, ?)", err);

	if (!s)
		return false;
	stmt_text(s, 0, l->who->name);
	stmt_int(s, 1, (int64_t)e->n);
	return stmt_done(s, err);
}

static bool effect(struct projection *p, struct follow *l, const struct entry *e,
		   struct err *err)
{
	switch (e->type) {
	case ENTRY_CHARTER: return charter_entry(p, l, e, err);
	case ENTRY_SEEN: return seen_add(p, l, e, err);
	case ENTRY_RECORD_PUT: return record_put(p, l, e, err);
	case ENTRY_RECORD_END: return record_end(p, l, e, err);
	case ENTRY_ACT_PROPOSE:
	case ENTRY_ACT_ACCEPT:
	case ENTRY_ACT_DECLINE: return act_said(p, l, e, err);
	case ENTRY_SEALED_OPEN: return sealed_opened(p, l, e, err);
	case ENTRY_SEALED_ERASE: return sealed_erased(p, l, e, err);
	case ENTRY_KEY_ROLL: return key_roll(p, l, e, err);
	case ENTRY_LEDGER_CLOSE: l->closed = true; return true;
	case ENTRY_ACT_NOTE:
	case ENTRY_ALERT_FORK:
	case ENTRY_OTHER:
	case ENTRY_TYPE_COUNT: break;
	}
	return true;
}

static bool take(struct projection *p, struct follow *l, const struct entry *e, struct err *err)
{
	if (e->state != ENTRY_VALID || e->time_back) {
		struct entry_note note = { e->state, e->reason, false };

		if (!entry_noted(p, l, e, note, err))
			return false;
	}
	if (e->state == ENTRY_VALID && e->type == ENTRY_ALERT_FORK &&
	    !alert_noted(p, l, e, err))
		return false;
	if (e->state == ENTRY_VALID && l->closed)
		return entry_void(p, l, e, "closed", err);
	return e->state != ENTRY_VALID ||
	       (entry_attachments(p, l, e, err) && effect(p, l, e, err));
}

/* `read` is the next of the ledger, with its index there. */
static bool take_next(struct projection *p, struct follow *l, struct entry *read,
		      struct err *err)
{
	l->closed = l->closed && read->n > 0;
	l->grown = true;
	read->n = l->applied++;
	if (!take(p, l, read, err))
		return false;
	if (read->state != ENTRY_VOID && read->time > l->last_time)
		l->last_time = read->time;
	if (p->once.used > ONCE_FULL && !once_anew(p, err))
		return false;
	if (!search_full(p))
		return true;
	return waiting_settle(p, err) && search_settle(p, err) && labels_settle(p, err) &&
	       totals_settle(p, err) && money_settle(p, err) && lines_settle(p, err);
}

/* The ledger whose entry `n` comes; its work has p->once. */
static struct follow *begin_next(struct projection *p, struct str ledger, uint64_t n)
{
	struct follow *l = follow_ledger(p, ledger);
	const struct part *part;

	assert(l);
	part = part_at(l, l->applied);
	assert(str_eq(part->who->name, ledger) && part->first + n == l->applied);
	if (!once_needed(p))
		arena_reset(&p->once);
	return l;
}

bool apply_entry(struct projection *p, struct str ledger, uint64_t n, struct str bytes,
		 struct err *err)
{
	struct follow *l;
	struct entry *e;

	if (!fresh(p, err))
		return false;
	l = begin_next(p, ledger, n);
	e = arena_new(&p->once, struct entry);
	entry_read(&p->once, arena_str(&p->once, bytes), l->who->party, n, l->last_time, e);
	return take_next(p, l, e, err);
}

bool apply_read(struct projection *p, struct str ledger, struct entry *read, struct err *err)
{
	struct follow *l;

	if (!fresh(p, err))
		return false;
	l = begin_next(p, ledger, read->n);
	read->time_back = read->time < l->last_time;
	p->borrows = true;
	return take_next(p, l, read, err);
}

bool apply_rest(struct projection *p, struct err *err)
{
	if (p->borrows && !waiting_settle(p, err))
		return false;
	p->borrows = false;
	return true;
}

/* --- settling --- */

static bool save_ledger(struct projection *p, struct follow *l, struct err *err)
{
	struct stmt *s = db_prepare(
		p->db,
		"INSERT INTO r_ledger (name, applied, last_time, closed) VALUES (?, ?, ?, ?) "
		"ON CONFLICT (name) DO UPDATE SET applied = excluded.applied, "
		"last_time = excluded.last_time, closed = excluded.closed",
		err);

	if (!s)
		return false;
	stmt_text(s, 0, l->who->name);
	stmt_int(s, 1, (int64_t)l->applied);
	stmt_int(s, 2, l->last_time);
	stmt_int(s, 3, l->closed);
	l->grown = false;
	return stmt_done(s, err);
}

static bool save(struct projection *p, struct err *err)
{
	struct stmt *s;

	for (size_t i = 0; i < p->ledger_count; i++)
		if (p->ledgers[i].grown && !save_ledger(p, &p->ledgers[i], err))
			return false;
	s = db_prepare(p->db,
		       "INSERT INTO r_note (name, value) VALUES ('next row', ?) "
		       "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
		       err);
	if (!s)
		return false;
	buf_clear(&p->text);
	buf_i64(&p->text, p->next_rid);
	stmt_text(s, 0, buf_str(&p->text));
	return stmt_done(s, err);
}

bool apply_look(struct projection *p, struct err *err)
{
	return fresh(p, err) && seen_settle(p, err) && acts_settle(p, err) &&
	       joint_settle(p, err);
}

bool apply_settle(struct projection *p, struct err *err)
{
	p->borrows = false;
	return waiting_settle(p, err) && apply_look(p, err) && search_settle(p, err) &&
	       labels_settle(p, err) && due_settle(p, err) && totals_settle(p, err) &&
	       money_settle(p, err) && lines_settle(p, err) && pairs_settle(p, err) &&
	       save(p, err);
}

bool apply_quiet(struct projection *p, struct err *err)
{
	if (!fresh(p, err))
		return false;
	if (!p->unplaced)
		return true;
	if (!db_begin(p->db, true, err))
		return false;
	if (labels_place(p, err))
		return db_commit(p->db, err);
	db_rollback(p->db);
	apply_forget(p);
	return false;
}

void apply_trust(struct projection *p)
{
	p->trusts = db_engine(p->db) == DB_POSTGRES;
}

void apply_forget(struct projection *p)
{
	tally_clear(&p->acts);
	tally_clear(&p->joint);
	tally_clear(&p->due);
	tally_clear(&p->dues);
	tally_clear(&p->days);
	figures_clear(&p->figures);
	money_clear(&p->money);
	lines_forget(p->lines);
	tally_clear(&p->labels);
	tally_clear(&p->flows);
	buf_clear(&p->named);
	arena_reset(&p->terms);
	p->search_count = 0;
	waiting_forget(p);
	p->stale = true;
	p->trusts = p->borrows = false;
}

/* --- what arrives after the entry that names it --- */

bool apply_opening(struct projection *p, const struct hash *c, struct err *err)
{
	return fresh(p, err) && sealed_arrived(p, c, err);
}

bool apply_blob(struct projection *p, const struct hash *name, struct err *err)
{
	return fresh(p, err) && joint_document_arrived(p, name, err) &&
	       sealed_arrived(p, name, err);
}

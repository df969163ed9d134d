#include "ledger/amend.h"

#include "ledger/entry.h"

#include <string.h>

static bool same_key(const struct vkey *a, const struct vkey *b)
{
	return str_eq(a->name, b->name) && memcmp(a->pub, b->pub, sizeof(a->pub)) == 0;
}

static const char *hex(const struct hash *h)
{
	const char *text;
	struct buf b;

	buf_init(&b, 2 * HASH_SIZE);
	buf_hex(&b, h->b, HASH_SIZE);
	text = err_arg(buf_str(&b));
	buf_done(&b);
	return text;
}

static bool same_keys(const struct charter_ledger *a, const struct charter_ledger *b)
{
	for (unsigned i = 0; i < CHARTER_RECOVERY; i++)
		if (!same_key(&a->recovery[i], &b->recovery[i]))
			return false;
	return same_key(&a->log, &b->log) && same_key(&a->witness, &b->witness) &&
	       a->threshold == b->threshold && str_eq(a->seal, b->seal);
}

/* --- does it follow --- */

/* A ledger of `now` beside what stands in its place. */
static bool ledger_stays(const struct charter_ledger *was, const struct charter_ledger *is,
			 struct err *err)
{
	if (!str_eq(was->name, is->name) || !str_eq(was->party, is->party) ||
	    !str_eq(was->origin, is->origin) || !hash_eq(&was->since, &is->since))
		return err_set(err, ERR_INPUT, "name",
			       N_("the ledgers of the charter in force stay in their places, "
				  "and %1 stands where %2 must: new ledgers come after them"),
			       err_arg(is->name), err_arg(was->name));
	if (!same_keys(was, is))
		return err_set(err, ERR_INPUT, "log",
			       N_("the keys of ledger %1 stay for its life: they are rolled by "
				  "its recovery keys, or its party goes on in a new ledger"),
			       err_arg(is->name));
	if (was->closed &&
	    (!is->closed || was->size != is->size || !hash_eq(&was->root, &is->root)))
		return err_set(err, ERR_INPUT, "closed",
			       N_("ledger %1 is closed at entry %2 and stays so"),
			       err_arg(is->name), err_num(was->size));
	return true;
}

static bool ledgers_stay(const struct charter *now, const struct charter *next, struct err *err)
{
	if (next->ledger_count < now->ledger_count)
		return err_set(err, ERR_INPUT, "ledgers",
			       N_("the ledger %1 is missing: a ledger that is no more written "
				  "is closed, and stays in the charter"),
			       err_arg(now->ledgers[next->ledger_count].name));
	for (size_t i = 0; i < now->ledger_count; i++)
		if (!ledger_stays(&now->ledgers[i], &next->ledgers[i], err)) {
			err_within(err, "ledgers.", str_z(err_num(i)));
			return false;
		}
	return true;
}

/* A ledger that `next` names first: its party writes no other, and did not close it yet. */
static bool ledger_comes(const struct charter *next, size_t i, struct err *err)
{
	const struct charter_ledger *l = &next->ledgers[i];

	if (l->closed || !hash_eq(&l->since, &next->hash))
		return err_set(err, ERR_INPUT, "since",
			       N_("ledger %1 is new: it bears neither “closed” nor “since”"),
			       err_arg(l->name));
	if (charter_open(next, l->party) != l)
		return err_set(err, ERR_INPUT, "party",
			       N_("the party %1 would write two ledgers: its ledger %2 must be "
				  "closed before another takes its place"),
			       err_arg(l->party), err_arg(charter_open(next, l->party)->name));
	return true;
}

static bool ledgers_come(const struct charter *now, const struct charter *next, struct err *err)
{
	for (size_t i = now->ledger_count; i < next->ledger_count; i++)
		if (!ledger_comes(next, i, err)) {
			err_within(err, "ledgers.", str_z(err_num(i)));
			return false;
		}
	return true;
}

static bool closes(const struct charter *now, const struct charter *next)
{
	bool any = false;

	for (size_t i = 0; i < now->ledger_count; i++)
		any |= next->ledgers[i].closed && !now->ledgers[i].closed;
	return any;
}

/* The act is one of all parties of the charter in force. */
static bool parties_named(const struct charter *now, const struct charter *next)
{
	const struct json *list = json_arr(next->doc, "parties"),
			  *p = list ? list->child : NULL;
	struct str all[CHARTER_LEDGERS_MAX];
	size_t n = charter_parties(now, all);

	if (!list || list->count != n)
		return false;
	for (size_t i = 0; i < n; i++, p = p->next)
		if (p->type != JSON_STR || !str_eq(p->str, all[i]))
			return false;
	return true;
}

size_t charter_speakers(const struct charter *now, const struct charter *next, struct str *out)
{
	struct str all[CHARTER_LEDGERS_MAX];
	size_t n = charter_parties(now, all), kept = 0;

	for (size_t i = 0; i < n; i++) {
		const struct charter_ledger *was = charter_open(now, all[i]);

		if (!next->ledgers[was - now->ledgers].closed)
			out[kept++] = all[i];
	}
	return kept;
}

static bool enough_parties(const struct charter *now, const struct charter *next,
			   struct err *err)
{
	struct str some[CHARTER_LEDGERS_MAX];

	if (charter_parties(next, some) < 2)
		return err_set(err, ERR_INPUT, "ledgers",
			       N_("a register has at least two parties, and fewer would be "
				  "left"));
	return charter_speakers(now, next, some) > 0 ||
	       err_set(err, ERR_INPUT, "ledgers",
		       N_("every ledger would be closed at once, and none be left to carry the "
			  "parties' word: close them one after the other"));
}

bool charter_follows(const struct charter *now, const struct charter *next, struct err *err)
{
	if (!next->amends)
		return err_set(err, ERR_INPUT, "amends",
			       N_("this is a first charter: an amendment names the charter in "
				  "force by “amends”, %1"),
			       hex(&now->hash));
	if (!hash_eq(&now->id, &next->id))
		return err_set(err, ERR_INPUT, "register",
			       N_("the amendment is of another register"));
	if (!hash_eq(&now->hash, &next->former))
		return err_set(err, ERR_INPUT, "amends",
			       N_("the amendment follows the charter %1, and %2 is in force: "
				  "draft it anew on that"),
			       hex(&next->former), hex(&now->hash));
	if (!parties_named(now, next))
		return err_set(err, ERR_INPUT, "parties",
			       N_("an amendment is an act of all parties of the charter in "
				  "force: “parties” must list them in order"));
	if (!ledgers_stay(now, next, err) || !ledgers_come(now, next, err) ||
	    !enough_parties(now, next, err))
		return false;
	return closes(now, next) == str_is(json_str(next->doc, "act"), "succession") ||
	       err_set(err, ERR_INPUT, "act",
		       N_("an act that closes a ledger is a “succession”, any other amendment "
			  "a “charter”"));
}

/* --- words --- */

static void put_hash(struct buf *out, const char *word, const struct hash *h)
{
	buf_z(out, word);
	buf_hex(out, h->b, HASH_SIZE);
	buf_ch(out, '\n');
}

void charter_word_write(struct buf *out, const struct charter *next, struct str party)
{
	buf_lit(out, "benkan-charter/1\n");
	put_hash(out, "register ", &next->id);
	put_hash(out, "amends ", &next->former);
	put_hash(out, "charter ", &next->hash);
	buf_lit(out, "party ");
	buf_add(out, party);
	buf_ch(out, '\n');
}

bool charter_word_party(struct str bytes, const struct charter *next, struct str *party)
{
	struct err ignored;
	struct note note;
	struct str rest;
	struct buf text;
	bool same;
	size_t at;

	if (!note_parse(bytes, &note, &ignored))
		return false;
	at = str_find(note.text, S("\nparty "));
	rest = str_from(note.text, at + S("\nparty ").n);
	if (!str_split(&rest, '\n', party) || !party_code_valid(*party))
		return false;
	buf_init(&text, NOTE_MAX);
	charter_word_write(&text, next, *party);
	same = str_eq(buf_str(&text), note.text);
	buf_done(&text);
	return same;
}

static unsigned signed_by(struct str note, const struct vkey *keys, size_t n)
{
	struct note parts;
	unsigned verified = 0;
	struct err ignored;

	return note_open(note, keys, n, &parts, &verified, &ignored) ? verified : 0;
}

struct charter_word charter_word_check(struct str note, const struct charter_ledger *old,
				       const struct charter *next, struct str party)
{
	const struct charter_ledger *is = charter_open(next, party);
	struct charter_word w;
	struct str named;

	if (!charter_word_party(note, next, &named) || !str_eq(named, party))
		return (struct charter_word){ false, false };
	w.by_new = !is || signed_by(note, &is->log, 1);
	w.by_old = !old || signed_by(note, &old->log, 1) ||
		   signed_by(note, old->recovery, CHARTER_RECOVERY) >= old->threshold;
	return w;
}

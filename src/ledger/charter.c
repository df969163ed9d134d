#include "ledger/charter.h"

#include <string.h>

#include "ledger/entry.h"

enum { AGE_RECIPIENT = 62, LANGUAGE_MAX = 35, CURRENCY = 3 };

/* --- members --- */

static bool is_text(const struct json *v)
{
	return v && v->type == JSON_STR;
}

/* {lang: text} */
static bool is_title(const struct json *v)
{
	if (!v || v->type != JSON_OBJECT)
		return false;
	for (const struct json *t = v->child; t; t = t->next)
		if (!is_text(t))
			return false;
	return true;
}

/* Made of these characters only, from `least` to `most` bytes. */
static bool made_of(struct str s, const char *characters, size_t least, size_t most)
{
	if (s.n < least || s.n > most)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!s.p[i] || !strchr(characters, s.p[i]))
			return false;
	return true;
}

static bool is_language(const struct json *v)
{
	static const char characters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
					 "0123456789-";

	return is_text(v) && made_of(v->str, characters, 2, LANGUAGE_MAX);
}

static bool is_currency(const struct json *v)
{
	return is_text(v) && made_of(v->str, "ABCDEFGHIJKLMNOPQRSTUVWXYZ", CURRENCY, CURRENCY);
}

static bool is_personal_kind(const struct json *v)
{
	return is_text(v) && record_kind_valid(v->str);
}

bool seal_valid(struct str s)
{
	return str_starts(s, S("age1")) && s.n == AGE_RECIPIENT &&
	       made_of(str_from(s, 4), "qpzry9x8gf2tvdw0s3jn54khce6mua7l", 0, AGE_RECIPIENT);
}

static bool url_valid(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7f)
			return false;
	return str_starts(s, S("https://")) || str_starts(s, S("http://"));
}

/* An absent member and the empty text are the same: nothing said. */
static bool optional_text(const struct json *j, const char *name, bool (*valid)(struct str),
			  struct str *out, struct err *err)
{
	const struct json *v = json_get(j, name);

	*out = json_str(j, name);
	if (v && (!is_text(v) || (v->str.n && !valid(v->str))))
		return err_set(err, ERR_INPUT, name, N_("«%1» is malformed here"),
			       err_arg(v->raw));
	return true;
}

/* --- one ledger --- */

static bool key_read(const struct json *v, enum key_type type, struct vkey *out,
		     struct err *err)
{
	if (!is_text(v))
		return err_set(err, ERR_INPUT, "", N_("a key is missing here"));
	if (!vkey_parse(v->str, out, err))
		return false;
	if (out->type != type)
		return err_set(err, ERR_INPUT, "",
			       N_("the key of %1 has the wrong type for this place: log and "
				  "recovery keys have type 1, witness keys type 4"),
			       err_arg(out->name));
	return true;
}

/* The key's name must be `head` and `tail` in a row. */
static bool key_named(const struct vkey *k, struct str head, struct str tail, struct err *err)
{
	if (!str_starts(k->name, head) || !str_eq(str_from(k->name, head.n), tail))
		return err_set(err, ERR_INPUT, "",
			       N_("the key here must be named %1%2, not %3"), err_arg(head),
			       err_arg(tail), err_arg(k->name));
	return true;
}

/* `<host>/temoin/<party>` */
static bool witness_named(const struct charter_ledger *l, struct err *err)
{
	size_t slash = str_index(l->witness.name, '/');
	struct str path = str_from(l->witness.name, slash);

	if (!str_starts(path, S("/temoin/")) ||
	    !str_eq(str_from(path, S("/temoin/").n), l->party))
		return err_set(err, ERR_INPUT, "",
			       N_("the key here must be named %1/temoin/%2, not %3"),
			       err_arg(str_cut(l->witness.name, slash)), err_arg(l->party),
			       err_arg(l->witness.name));
	return true;
}

static bool log_and_witness(const struct json *j, struct charter_ledger *l, struct err *err)
{
	bool ok = key_read(json_get(j, "log"), KEY_LOG, &l->log, err) &&
		  key_named(&l->log, l->origin, S(""), err);

	if (!ok) {
		err_within(err, "log", S(""));
		return false;
	}
	ok = key_read(json_get(j, "witness"), KEY_WITNESS, &l->witness, err) &&
	     witness_named(l, err);
	if (!ok)
		err_within(err, "witness", S(""));
	return ok;
}

static bool recovery_read(const struct json *j, struct charter_ledger *l, struct err *err)
{
	static const char *const tails[CHARTER_RECOVERY] = { "/recours-1", "/recours-2",
							     "/recours-3" };
	const struct json *list = json_arr(j, "recovery"), *v;
	int64_t threshold;
	unsigned i = 0;

	if (!list || list->count != CHARTER_RECOVERY)
		return err_set(err, ERR_INPUT, "recovery",
			       N_("exactly three recovery keys are needed"));
	for (v = list->child; v && i < CHARTER_RECOVERY; v = v->next, i++)
		if (!key_read(v, KEY_LOG, &l->recovery[i], err) ||
		    !key_named(&l->recovery[i], l->origin, str_z(tails[i]), err)) {
			err_within(err, "recovery.", str_z(err_num(i)));
			return false;
		}
	if (!json_int(j, "threshold", &threshold) || threshold < 2 ||
	    threshold > CHARTER_RECOVERY)
		return err_set(err, ERR_INPUT, "threshold",
			       N_("say how many recovery keys must sign a key roll: 2 or 3"));
	l->threshold = (unsigned)threshold;
	return true;
}

/* What an amendment says of a ledger that was there before it. */
static bool past_read(const struct json *j, struct charter_ledger *l, struct err *err)
{
	const struct json *closed = json_get(j, "closed"), *since = json_get(j, "since");
	int64_t size;

	if (since && !hash_hex(json_str(j, "since"), &l->since))
		return err_set(err, ERR_INPUT, "since",
			       N_("the charter that first named a ledger is given by its "
				  "SHA-256, 64 hexadecimal digits"));
	l->closed = closed != NULL;
	if (!closed)
		return true;
	if (!json_int(closed, "size", &size) || size < 1 ||
	    !hash_hex(json_str(closed, "root"), &l->root))
		return err_set(
			err, ERR_INPUT, "closed",
			N_("a closed ledger is written {\"size\":41,\"root\":\"…\"}: how "
			   "many of its entries count, and the root of their tree"));
	l->size = (uint64_t)size;
	return true;
}

static bool ledger_read(const struct json *j, struct charter_ledger *l, struct err *err)
{
	const struct json *title = json_get(j, "title");

	*l = (struct charter_ledger){ .name = json_str(j, "name"),
				      .party = json_str(j, "party"),
				      .origin = json_str(j, "origin") };
	if (!party_code_valid(l->name))
		return err_set(
			err, ERR_INPUT, "name",
			N_("a ledger's name has 2 to 16 lower-case letters, digits and hyphens "
			   "and begins with a letter"));
	if (!party_code_valid(l->party) || str_is(l->party, "joint"))
		return err_set(
			err, ERR_INPUT, "party",
			N_("a party's code has 2 to 16 lower-case letters, digits and hyphens, "
			   "begins with a letter and is not «joint»"));
	if (!key_name_valid(l->origin))
		return err_set(
			err, ERR_INPUT, "origin",
			N_("an origin looks like registre.example.org/ml: a host with a dot, "
			   "a slash, a path, lower-case, at most 128 characters"));
	if (title && !is_title(title))
		return err_set(err, ERR_INPUT, "title",
			       N_("a title is written {\"fr\": \"…\"}"));
	l->title = title ? title->raw : S("");
	return optional_text(j, "url", url_valid, &l->url, err) &&
	       optional_text(j, "seal", seal_valid, &l->seal, err) &&
	       log_and_witness(j, l, err) && recovery_read(j, l, err) && past_read(j, l, err);
}

/* --- the whole --- */

/* The ledger added last beside those before it. */
static bool ledger_fits(const struct charter *c, struct err *err)
{
	const struct charter_ledger *l = &c->ledgers[c->ledger_count - 1];
	bool first = true;

	for (const struct charter_ledger *o = c->ledgers; o < l; o++) {
		if (str_eq(o->name, l->name))
			return err_set(err, ERR_INPUT, "name", N_("two ledgers are named %1"),
				       err_arg(l->name));
		if (str_eq(o->origin, l->origin))
			return err_set(err, ERR_INPUT, "origin",
				       N_("two ledgers have the origin %1"),
				       err_arg(l->origin));
		first &= !str_eq(o->party, l->party);
	}
	if (first && !str_eq(l->name, l->party))
		return err_set(err, ERR_INPUT, "name",
			       N_("the first ledger of the party %1 must be named %1"),
			       err_arg(l->party));
	return true;
}

static bool ledgers_read(struct charter *c, struct err *err)
{
	const struct json *list = json_arr(c->doc, "ledgers");

	if (!list || list->count == 0 || list->count > CHARTER_LEDGERS_MAX)
		return err_set(err, ERR_INPUT, "ledgers",
			       N_("a charter names 1 to 16 ledgers"));
	for (const struct json *j = list->child; j; j = j->next) {
		struct charter_ledger *l = &c->ledgers[c->ledger_count++];

		if (!ledger_read(j, l, err) || !ledger_fits(c, err)) {
			err_within(err, "ledgers.", str_z(err_num(c->ledger_count - 1)));
			return false;
		}
	}
	return true;
}

static bool witnesses_read(struct charter *c, struct err *err)
{
	const struct json *v = json_get(c->doc, "witnesses");

	if (!v)
		return true;
	if (v->type != JSON_ARRAY || v->count > CHARTER_WITNESSES_MAX)
		return err_set(err, ERR_INPUT, "witnesses",
			       N_("a charter names at most 16 outside witnesses, in a list"));
	for (const struct json *w = v->child; w; w = w->next)
		if (!key_read(json_get(w, "vkey"), KEY_WITNESS,
			      &c->witnesses[c->witness_count++], err)) {
			err_within(err, "witnesses.", str_z(err_num(c->witness_count - 1)));
			return false;
		}
	return true;
}

/* No private key has two roles (LEDGER.md 2.2), so no public key stands in two places. */
static bool keys_distinct(const struct charter *c, struct err *err)
{
	const struct vkey
		*keys[CHARTER_LEDGERS_MAX * (2 + CHARTER_RECOVERY) + CHARTER_WITNESSES_MAX];
	size_t n = 0;

	for (const struct charter_ledger *l = c->ledgers; l < c->ledgers + c->ledger_count;
	     l++) {
		keys[n++] = &l->log;
		keys[n++] = &l->witness;
		for (unsigned i = 0; i < CHARTER_RECOVERY; i++)
			keys[n++] = &l->recovery[i];
	}
	for (size_t i = 0; i < c->witness_count; i++)
		keys[n++] = &c->witnesses[i];
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			if (memcmp(keys[i]->pub, keys[k]->pub, sizeof(keys[i]->pub)) == 0)
				return err_set(err, ERR_INPUT, "ledgers",
					       N_("%1 and %2 are one key; every role needs a "
						  "key of its own"),
					       err_arg(keys[k]->name), err_arg(keys[i]->name));
	return true;
}

/* A list of distinct texts that `valid` lets pass; NULL is an empty one. */
static bool list_valid(const struct json *v, bool (*valid)(const struct json *))
{
	if (!v)
		return true;
	if (v->type != JSON_ARRAY)
		return false;
	for (const struct json *x = v->child; x; x = x->next) {
		if (!valid(x))
			return false;
		for (const struct json *y = v->child; y != x; y = y->next)
			if (str_eq(x->str, y->str))
				return false;
	}
	return true;
}

static bool limits_valid(const struct json *v)
{
	if (!v)
		return true;
	if (v->type != JSON_OBJECT)
		return false;
	for (const struct json *m = v->child; m; m = m->next)
		if (m->type != JSON_INT || m->num <= 0)
			return false;
	return true;
}

/*
 * A charter that amends another is an act document as well (LEDGER.md 8.1): it bears the
 * register's id, and is a succession when it closes a ledger (4.5).
 */
static bool act_read(struct charter *c)
{
	struct str act = json_str(c->doc, "act");

	c->amends = json_get(c->doc, "amends") != NULL;
	if (!c->amends)
		return str_is(act, "charter");
	return (str_is(act, "charter") || str_is(act, "succession")) &&
	       hash_hex(json_str(c->doc, "register"), &c->id) &&
	       hash_hex(json_str(c->doc, "amends"), &c->former);
}

static bool head_read(struct charter *c, struct err *err)
{
	const struct json *languages = json_arr(c->doc, "languages");
	int64_t version;

	if (!json_int(c->doc, "v", &version) || version != 1 || !act_read(c))
		return err_set(err, ERR_INPUT, "act",
			       N_("this is not a charter: it must begin "
				  "{\"v\":1,\"act\":\"charter\",…"));
	c->title = json_obj(c->doc, "title");
	if (!is_title(c->title) || c->title->count == 0)
		return err_set(err, ERR_INPUT, "title",
			       N_("a title is written {\"fr\": \"…\"}"));
	if (!languages || languages->count == 0 || languages->count > CHARTER_LANGUAGES_MAX ||
	    !list_valid(languages, is_language))
		return err_set(err, ERR_INPUT, "languages",
			       N_("a charter names its languages by their codes, "
				  "[\"fr\",\"ru\"], each "
				  "once, at most 16"));
	for (const struct json *l = languages->child; l; l = l->next)
		c->languages[c->language_count++] = l->str;
	if (!list_valid(json_get(c->doc, "currency"), is_currency))
		return err_set(err, ERR_INPUT, "currency",
			       N_("currencies are named by ISO 4217 codes, [\"XOF\",\"RUB\"], "
				  "each once"));
	if (!list_valid(json_get(c->doc, "personal_kinds"), is_personal_kind))
		return err_set(
			err, ERR_INPUT, "personal_kinds",
			N_("kinds of records are listed by name, [\"contact\"], each once"));
	if (!limits_valid(json_get(c->doc, "limits")))
		return err_set(
			err, ERR_INPUT, "limits",
			N_("limits are whole numbers above 0, {\"entries_per_day\":20000}"));
	return true;
}

static const struct json *ledger_json(const struct charter *c, size_t i)
{
	const struct json *j = json_arr(c->doc, "ledgers")->child;

	while (i-- > 0)
		j = j->next;
	return j;
}

bool charter_read(struct arena *a, struct str bytes, struct charter *out, struct err *err)
{
	struct json *doc;

	if (bytes.n > CHARTER_MAX)
		return err_set(err, ERR_INPUT, "", N_("the charter is larger than 256 KiB"));
	if (!json_object(a, bytes, &doc, err))
		return false;
	*out = (struct charter){ .id = hash_of(bytes), .doc = doc };
	out->hash = out->id;
	if (!head_read(out, err) || !ledgers_read(out, err) || !witnesses_read(out, err) ||
	    !keys_distinct(out, err))
		return false;
	for (size_t i = 0; i < out->ledger_count; i++)
		if (!json_get(ledger_json(out, i), "since"))
			out->ledgers[i].since = out->hash;
	return true;
}

const struct charter_ledger *charter_find(const struct charter *c, struct str ledger)
{
	for (size_t i = 0; i < c->ledger_count; i++)
		if (str_eq(c->ledgers[i].name, ledger))
			return &c->ledgers[i];
	return NULL;
}

const struct charter_ledger *charter_open(const struct charter *c, struct str party)
{
	for (size_t i = 0; i < c->ledger_count; i++)
		if (str_eq(c->ledgers[i].party, party) && !c->ledgers[i].closed)
			return &c->ledgers[i];
	return NULL;
}

bool charter_leads(const struct charter *c, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (str_eq(c->ledgers[k].party, c->ledgers[i].party))
			return false;
	return true;
}

size_t charter_parties(const struct charter *c, struct str *out)
{
	size_t n = 0;

	for (size_t i = 0; i < c->ledger_count; i++) {
		struct str party = c->ledgers[i].party;
		size_t at = 0;

		if (charter_open(c, party) != &c->ledgers[i])
			continue;
		while (at < n && str_cmp(out[at], party) < 0)
			at++;
		memmove(out + at + 1, out + at, (n - at) * sizeof(*out));
		out[at] = party;
		n++;
	}
	return n;
}

/* --- one sequence of several ledgers --- */

/* The ledger a closed one is followed by; NULL when nothing follows. */
static const struct charter_ledger *after(const struct charter *c,
					  const struct charter_ledger *l)
{
	const struct charter_ledger *end = c->ledgers + c->ledger_count;

	for (const struct charter_ledger *o = l + 1; l->closed && o < end; o++)
		if (str_eq(o->party, l->party))
			return o;
	return NULL;
}

static const struct charter_ledger *before(const struct charter *c,
					   const struct charter_ledger *l)
{
	for (const struct charter_ledger *o = c->ledgers; o < l; o++)
		if (after(c, o) == l)
			return o;
	return NULL;
}

void charter_place(const struct charter *c, struct str ledger, struct charter_place *out)
{
	const struct charter_ledger *l = c ? charter_find(c, ledger) : NULL;

	*out = (struct charter_place){ .name = ledger, .limit = UINT64_MAX };
	if (l && l->closed)
		out->limit = l->size;
	while (l && (l = before(c, l))) {
		out->name = l->name;
		out->first += l->size;
	}
}

void charter_at(const struct charter *c, struct str name, uint64_t n, struct str *ledger,
		uint64_t *index)
{
	const struct charter_ledger *l = c ? charter_find(c, name) : NULL, *next;

	*ledger = name;
	for (; l && l->closed && n >= l->size && (next = after(c, l)); l = next) {
		*ledger = next->name;
		n -= l->size;
	}
	*index = n;
}

bool charter_personal(const struct charter *c, struct str kind)
{
	const struct json *kinds = json_arr(c->doc, "personal_kinds");

	if (!kinds)
		return str_is(kind, "contact");
	for (const struct json *k = kinds->child; k; k = k->next)
		if (str_eq(k->str, kind))
			return true;
	return false;
}

/* Drafting an amendment, and telling it from the charter in force. */
#include "ledger/amend.h"

enum { NAME_MAX = 16 };

/* --- drafting --- */

struct drafting {
	struct arena *a;
	const struct charter *now;
	const struct charter_draft *d;
	struct json_w w;
	struct str names[CHARTER_LEDGERS_MAX]; /* of new ledgers */
};

static const struct charter_close *close_of(const struct drafting *t,
					    const struct charter_ledger *l)
{
	for (size_t i = 0; i < t->d->close_count; i++)
		if (charter_open(t->now, t->d->closes[i].party) == l)
			return &t->d->closes[i];
	return NULL;
}

static void put_hex(struct json_w *w, const char *name, const struct hash *h)
{
	json_key(w, name);
	json_put_hex(w, h->b, HASH_SIZE);
}

/* A ledger as it stands, with what the amendment says of it. */
static void put_ledger(struct drafting *t, size_t i)
{
	const struct charter_ledger *l = &t->now->ledgers[i];
	const struct charter_close *c = close_of(t, l);
	const struct json *j = json_arr(t->now->doc, "ledgers")->child;
	const struct json *set = json_member(json_obj(t->d->set, "ledgers"), l->name);
	struct json_w *w = &t->w;

	while (i-- > 0)
		j = j->next;
	json_open(w, '{');
	for (const struct json *m = j->child; m; m = m->next) {
		if (str_is(m->name, "closed") || str_is(m->name, "since") ||
		    json_member(set, m->name))
			continue;
		json_key_str(w, m->name);
		json_put(w, m);
	}
	for (const struct json *m = set ? set->child : NULL; m; m = m->next) {
		json_key_str(w, m->name);
		json_put(w, m);
	}
	put_hex(w, "since", &l->since);
	if (l->closed || c) {
		json_key(w, "closed");
		json_open(w, '{');
		json_key(w, "size");
		json_put_int(w, (int64_t)(c ? c->size : l->size));
		put_hex(w, "root", c ? &c->root : &l->root);
		json_close(w, '}');
	}
	json_close(w, '}');
}

static bool is_taken(const struct drafting *t, struct str name)
{
	if (charter_find(t->now, name))
		return true;
	for (size_t i = 0; i < t->d->key_count; i++)
		if (str_eq(t->names[i], name))
			return true;
	return false;
}

/* The party's code, or, when that is taken, "ml-2", "ml-3" … */
static struct str new_name(const struct drafting *t, struct str party)
{
	struct str name = party;

	for (uint64_t n = 2; is_taken(t, name); n++) {
		struct buf b;

		buf_init(&b, NAME_MAX);
		buf_add(&b, str_cut(party, NAME_MAX - 3));
		buf_ch(&b, '-');
		buf_u64(&b, n);
		name = arena_buf(t->a, &b);
	}
	return name;
}

static bool put_new(struct drafting *t, size_t i, struct err *err)
{
	struct json *j;
	struct json_w *w = &t->w;

	if (!json_object(t->a, t->d->keys[i], &j, err)) {
		err_within(err, "keys.", str_z(err_num(i)));
		return false;
	}
	t->names[i] = new_name(t, json_str(j, "party"));
	json_open(w, '{');
	for (const struct json *m = j->child; m; m = m->next) {
		json_key_str(w, m->name);
		if (str_is(m->name, "name"))
			json_put_str(w, t->names[i]);
		else if (str_is(m->name, "threshold") && t->d->threshold)
			json_put_int(w, t->d->threshold);
		else
			json_put(w, m);
	}
	json_close(w, '}');
	return true;
}

/* Of a ledger only what is no key and no name of it can be set. */
static bool set_ledgers(const struct drafting *t, struct err *err)
{
	const struct json *set = json_obj(t->d->set, "ledgers");

	for (const struct json *l = set ? set->child : NULL; l; l = l->next)
		for (const struct json *m = l->child; m; m = m->next)
			if (!charter_find(t->now, l->name) || l->type != JSON_OBJECT ||
			    !(str_is(m->name, "title") || str_is(m->name, "url")))
				return err_set(
					err, ERR_INPUT, "set.ledgers",
					N_("of a ledger “title” and “url” can be set, as "
					   "{\"ledgers\":{\"ml\":{\"url\":\"…\"}}}"));
	return true;
}

static bool put_ledgers(struct drafting *t, struct err *err)
{
	json_key(&t->w, "ledgers");
	json_open(&t->w, '[');
	for (size_t i = 0; i < t->now->ledger_count; i++)
		put_ledger(t, i);
	for (size_t i = 0; i < t->d->key_count; i++)
		if (!put_new(t, i, err))
			return false;
	json_close(&t->w, ']');
	return true;
}

/* Members an act document has (LEDGER.md 8.1) and the ledgers are the draft's to write. */
static bool is_ours(struct str name)
{
	static const char *const ours[] = { "v",       "act",        "register",
					    "amends",  "parties",    "ledgers",
					    "effects", "supersedes", "nonce" };

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (str_is(name, ours[i]))
			return true;
	return false;
}

static bool put_members(struct drafting *t, struct err *err)
{
	const struct json *set = t->d->set;

	for (const struct json *m = set ? set->child : NULL; m; m = m->next)
		if (is_ours(m->name) && !str_is(m->name, "ledgers"))
			return err_set(
				err, ERR_INPUT, "set",
				N_("“%1” is not for you to set: say what shall change by "
				   "title, languages, currency, witnesses, personal_kinds "
				   "or limits"),
				err_arg(m->name));
	for (const struct json *m = t->now->doc->child; m; m = m->next) {
		const struct json *instead = json_member(set, m->name);

		if (is_ours(m->name))
			continue;
		json_key_str(&t->w, m->name);
		json_put(&t->w, instead ? instead : m);
	}
	for (const struct json *m = set ? set->child : NULL; m; m = m->next)
		if (!is_ours(m->name) && !json_member(t->now->doc, m->name)) {
			json_key_str(&t->w, m->name);
			json_put(&t->w, m);
		}
	return true;
}

static void put_head(struct drafting *t)
{
	struct str parties[CHARTER_LEDGERS_MAX];
	size_t n = charter_parties(t->now, parties);
	struct json_w *w = &t->w;

	json_open(w, '{');
	json_key(w, "v");
	json_put_int(w, 1);
	put_hex(w, "register", &t->now->id);
	json_pair(w, "act", t->d->close_count ? S("succession") : S("charter"));
	json_key(w, "parties");
	json_open(w, '[');
	for (size_t i = 0; i < n; i++)
		json_put_str(w, parties[i]);
	json_close(w, ']');
	put_hex(w, "amends", &t->now->hash);
}

static void put_tail(struct drafting *t)
{
	struct json_w *w = &t->w;

	json_key(w, "effects");
	json_put_raw(w, S("[]"));
	json_key(w, "supersedes");
	json_open(w, '[');
	if (t->now->amends)
		json_put_hex(w, t->now->hash.b, HASH_SIZE);
	json_close(w, ']');
	json_key(w, "nonce");
	json_put_hex(w, t->d->nonce, sizeof(t->d->nonce));
	json_close(w, '}');
}

static bool closes_known(const struct drafting *t, struct err *err)
{
	for (size_t i = 0; i < t->d->close_count; i++)
		if (!charter_open(t->now, t->d->closes[i].party))
			return err_set(err, ERR_INPUT, "close",
				       N_("%1 writes no ledger of this register that could be "
					  "closed"),
				       err_arg(t->d->closes[i].party));
	return true;
}

bool charter_amend(struct arena *a, const struct charter *now, const struct charter_draft *d,
		   struct buf *out, struct err *err)
{
	struct drafting t = { .a = a, .now = now, .d = d, .w = json_w(out) };
	struct charter *next = arena_new(a, struct charter);
	struct charter_change *changes;

	if (now->ledger_count + d->key_count > CHARTER_LEDGERS_MAX)
		return err_set(
			err, ERR_INPUT, "ledgers",
			N_("a register names at most %1 ledgers in its life, closed ones "
			   "included"),
			err_num(CHARTER_LEDGERS_MAX));
	put_head(&t);
	if (!closes_known(&t, err) || !set_ledgers(&t, err) || !put_members(&t, err) ||
	    !put_ledgers(&t, err))
		return false;
	put_tail(&t);
	if (out->full)
		return err_set(err, ERR_INPUT, "", N_("the charter is larger than 256 KiB"));
	if (!charter_read(a, arena_str(a, buf_str(out)), next, err) ||
	    !charter_follows(now, next, err))
		return false;
	return charter_changes(a, now, next, &changes) > 0 ||
	       err_set(err, ERR_INPUT, "",
		       N_("the amendment changes nothing: say what shall be otherwise"));
}

/* --- what changes --- */

struct telling {
	struct arena *a;
	struct charter_change *out;
	size_t n;
};

static void tell(struct telling *t, const char *sentence, struct str party, struct str a,
		 struct str b)
{
	if (t->n < CHARTER_CHANGES_MAX)
		t->out[t->n++] = (struct charter_change){ sentence, party, a, b };
}

static struct str number(struct arena *a, uint64_t n)
{
	struct buf b;

	buf_init(&b, 24);
	buf_u64(&b, n);
	return arena_buf(a, &b);
}

static struct str vkey_text(struct arena *a, const struct vkey *k)
{
	struct buf b;

	buf_init(&b, 1024);
	vkey_write(&b, k);
	return arena_buf(a, &b);
}

/* Without white space, so that the same reads the same. */
static struct str plain(struct arena *a, struct str raw)
{
	struct err ignored;
	struct json_w w;
	struct json *j;
	struct buf b;

	if (!raw.n || !json_parse(a, raw, &j, &ignored))
		return raw;
	buf_init(&b, CHARTER_MAX);
	w = json_w(&b);
	json_put(&w, j);
	return arena_buf(a, &b);
}

static void tell_old(struct telling *t, const struct charter *next,
		     const struct charter_ledger *was, const struct charter_ledger *is)
{
	if (is->closed && !was->closed) {
		tell(t,
		     N_("The ledger %2 of %1 is closed: its first %3 entries count, and "
			"nothing after them."),
		     is->party, is->name, number(t->a, is->size));
		if (!charter_open(next, is->party))
			tell(t, N_("%1 leaves the register. What it said stays readable."),
			     is->party, S(""), S(""));
	}
	if (!str_eq(was->url, is->url))
		tell(t, N_("The address of %1 becomes %2."), is->party, is->url, S(""));
	if (!str_eq(plain(t->a, was->title), plain(t->a, is->title)))
		tell(t, N_("The name of %1 becomes %2."), is->party, is->title, S(""));
}

static void tell_new(struct telling *t, const struct charter *now,
		     const struct charter_ledger *is)
{
	bool came = false;

	for (size_t i = 0; i < now->ledger_count; i++)
		came |= str_eq(now->ledgers[i].party, is->party);
	tell(t,
	     came ? N_("%1 goes on in a new ledger, %2 (%3), with new keys:")
		  : N_("%1 joins the register, with the ledger %2 (%3) and these keys:"),
	     is->party, is->name, is->origin);
	tell(t, N_("log key of %1: %2"), is->party, vkey_text(t->a, &is->log), S(""));
	tell(t, N_("witness key of %1: %2"), is->party, vkey_text(t->a, &is->witness), S(""));
	for (unsigned i = 0; i < CHARTER_RECOVERY; i++)
		tell(t, N_("recovery key of %1: %2"), is->party,
		     vkey_text(t->a, &is->recovery[i]), S(""));
	tell(t, N_("A key of %1 is replaced by %2 of its 3 recovery keys."), is->party,
	     number(t->a, is->threshold), S(""));
}

static bool names_witness(const struct charter *c, const struct vkey *k)
{
	for (size_t i = 0; i < c->witness_count; i++)
		if (str_eq(c->witnesses[i].name, k->name) &&
		    str_eq(str_of(c->witnesses[i].pub, sizeof(k->pub)),
			   str_of(k->pub, sizeof(k->pub))))
			return true;
	return false;
}

static void tell_witnesses(struct telling *t, const struct charter *now,
			   const struct charter *next)
{
	for (size_t i = 0; i < next->witness_count; i++)
		if (!names_witness(now, &next->witnesses[i]))
			tell(t, N_("An outside witness is added: %2"), S(""),
			     vkey_text(t->a, &next->witnesses[i]), S(""));
	for (size_t i = 0; i < now->witness_count; i++)
		if (!names_witness(next, &now->witnesses[i]))
			tell(t, N_("An outside witness is dropped: %2"), S(""),
			     vkey_text(t->a, &now->witnesses[i]), S(""));
}

static struct str member_of(struct arena *a, const struct charter *c, const char *name)
{
	const struct json *v = json_get(c->doc, name);

	return v ? plain(a, v->raw) : S("[]");
}

static void tell_member(struct telling *t, const struct charter *now,
			const struct charter *next, const char *name, const char *sentence)
{
	struct str was = member_of(t->a, now, name), is = member_of(t->a, next, name);

	if (!str_eq(was, is))
		tell(t, sentence, S(""), is, was);
}

size_t charter_changes(struct arena *a, const struct charter *now, const struct charter *next,
		       struct charter_change **out)
{
	struct telling t = {
		.a = a, .out = arena_array(a, struct charter_change, CHARTER_CHANGES_MAX)
	};

	for (size_t i = 0; i < next->ledger_count; i++)
		if (i < now->ledger_count)
			tell_old(&t, next, &now->ledgers[i], &next->ledgers[i]);
		else
			tell_new(&t, now, &next->ledgers[i]);
	tell_witnesses(&t, now, next);
	tell_member(&t, now, next, "title", N_("The register's name becomes %2; it was %3."));
	tell_member(&t, now, next, "languages", N_("The languages become %2; they were %3."));
	tell_member(&t, now, next, "currency", N_("The currencies become %2; they were %3."));
	tell_member(&t, now, next, "personal_kinds",
		    N_("Kinds of records that stay national become %2; they were %3."));
	tell_member(&t, now, next, "limits", N_("The limits become %2; they were %3."));
	*out = t.out;
	return t.n;
}

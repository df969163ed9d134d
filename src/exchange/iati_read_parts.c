/* Pieces the records of an activity are made of: ids, texts, codes, money, organisations. */
#include "exchange/iati_read_inside.h"

#include <stdlib.h>
#include <string.h>

/* --- how often something was met: open addressing over 64 bits of SHA-256 --- */

/* The key in halves: so a slot has twelve bytes. */
struct met {
	uint32_t low, high, n;
};
struct iati_met {
	struct met *slots;
	size_t used, size;
};
enum { MET_FIRST = 64 };

struct iati_met *met_make(void)
{
	struct iati_met *m = calloc(1, sizeof(*m));

	if (m) {
		m->size = MET_FIRST;
		m->slots = calloc(m->size, sizeof(*m->slots));
	}
	if (!m || !m->slots)
		abort();
	return m;
}

void met_free(struct iati_met *m)
{
	if (m)
		free(m->slots);
	free(m);
}

static struct met *slot_of(struct met *slots, size_t size, uint64_t key)
{
	uint32_t low = (uint32_t)key, high = (uint32_t)(key >> 32);
	size_t i = key & (size - 1);

	while (slots[i].n && (slots[i].low != low || slots[i].high != high))
		i = (i + 1) & (size - 1);
	return slots + i;
}

static void grow(struct iati_met *m)
{
	struct met *wide = calloc(m->size * 2, sizeof(*wide));

	if (!wide)
		abort();
	for (size_t i = 0; i < m->size; i++)
		if (m->slots[i].n) {
			struct met *old = &m->slots[i];

			*slot_of(wide, m->size * 2, (uint64_t)old->high << 32 | old->low) =
				*old;
		}
	free(m->slots);
	m->slots = wide;
	m->size *= 2;
}

uint64_t met_key(const struct hash *h)
{
	uint64_t key;

	memcpy(&key, h->b, sizeof(key));
	return key;
}

unsigned met_again(struct iati_met *m, uint64_t key)
{
	struct met *slot;

	if (m->used * 4 > m->size * 3) /* of a long run there are hundreds of thousands */
		grow(m);
	slot = slot_of(m->slots, m->size, key);
	m->used += slot->n == 0;
	slot->low = (uint32_t)key;
	slot->high = (uint32_t)(key >> 32);
	return slot->n++;
}

unsigned met_before(const struct iati_met *m, uint64_t key)
{
	return slot_of(m->slots, m->size, key)->n;
}

/* --- ids --- */

/* A UUID of version 7 as any other (LEDGER.md 3.5), of a fixed moment. */
static struct str id_of(struct arena *a, const unsigned char chance[10])
{
	static const int64_t moment = 1577836800000; /* 2020-01-01T00:00:00Z */
	char *text = arena_room(a, char, UUID_TEXT);

	uuid_make(text, moment, chance);
	return str_of(text, UUID_TEXT - 1);
}

/* Its chance is the key's hash: 74 bits of it. */
struct str read_id_of(struct arena *a, const struct hash *h)
{
	return id_of(a, h->b);
}

/*
 * A project's and all below it begin with the same 18 bits, twelve of its stem and six of its
 * own, and end with 56 of their own.  So two records of one kind meet in one id by a chance of
 * 2^-56 within a project, of 2^-62 within a stem and of 2^-74 between two: among the ten
 * million payments of a million projects by one in 10^8, among a million payments of a single
 * project by one in 10^5.
 */
static struct str id_below(const struct reading *r, const struct hash *h)
{
	unsigned char chance[READ_ABOVE + READ_OWN];

	memcpy(chance, r->above, READ_ABOVE);
	memcpy(chance + READ_ABOVE, h->b, READ_OWN);
	return id_of(r->a, chance);
}

struct str read_key(struct reading *r, const struct str *parts, size_t n)
{
	size_t size = 0;
	char *key, *to;

	for (size_t i = 0; i < n; i++)
		size += parts[i].n + 1;
	key = to = arena_room(r->a, char, size);
	for (size_t i = 0; i < n; i++) {
		if (i)
			*to++ = '|';
		if (parts[i].n)
			memcpy(to, parts[i].p, parts[i].n);
		to += parts[i].n;
	}
	return str_of(key, (size_t)(to - key));
}

static struct hash key_hash(struct reading *r, const char *kind, struct str key)
{
	struct str whole = key_of(r, str_z(kind), r->project, key);
	struct hash h = hash_of(whole);
	unsigned n = met_again(r->met, met_key(&h));

	return n ? hash_of(key_of(r, whole, str_z(err_num(n)))) : h;
}

struct read_id read_id(struct reading *r, const char *kind, struct str key)
{
	struct hash h = key_hash(r, kind, key);

	if (r->t->id != IATI_ACTIVITY)
		return (struct read_id){ .id = read_id_of(r->a, &h) };
	return (struct read_id){ id_below(r, &h), r->old ? read_id_of(r->a, &h).p : NULL };
}

struct str read_emit(struct reading *r, enum record_id kind, const struct read_id *id,
		     uint64_t line, struct json *data)
{
	const struct iati_draft d = { .record = &records[kind],
				      .id = id->id.p,
				      .was = id->was,
				      .data = data,
				      .activity = r->identifier,
				      .line = line,
				      .mention = kind == RECORD_organisation &&
						 r->t->id == IATI_ACTIVITY,
				      .below = kind != RECORD_organisation &&
					       kind != RECORD_project &&
					       r->t->id == IATI_ACTIVITY };

	return str_z(r->r->draft(r->r->ctx, &d));
}

/* Activities whose identifiers differ in their last characters alone are neighbours in files.
 */
static struct hash stem_of(struct reading *r)
{
	size_t n = r->identifier.n;

	return hash_of(key_of(r, r->publisher, str_cut(r->identifier, n - (n < 2 ? n : 2))));
}

void read_project(struct reading *r, struct str key, uint64_t line, struct json *data)
{
	struct hash h = key_hash(r, "project", key), stem = stem_of(r);
	struct read_id id;
	struct str its;

	memcpy(r->above, stem.b, READ_STEM);
	memcpy(r->above + READ_STEM, h.b + READ_OWN, READ_ABOVE - READ_STEM);
	id = (struct read_id){ id_below(r, &h), read_id_of(r->a, &h).p };
	its = read_emit(r, RECORD_project, &id, line, data);
	r->old = !str_eq(its, id.id);
	if (r->old)
		memcpy(r->above, h.b, READ_ABOVE);
	r->project = arena_join(r->a, S(JOINT_PARTY "/"), its);
}

void read_leaf(struct reading *r, const struct leaf *leaf)
{
	struct leaf *l = arena_new(r->a, struct leaf);

	*l = *leaf;
	*r->last = l;
	r->last = &l->next;
	r->leaf_count++;
}

struct str json_text(struct reading *r, const struct json *value)
{
	struct json_w w;
	struct buf b;

	if (!value)
		return S("");
	buf_init(&b, DATA_MAX);
	w = json_w(&b);
	json_put(&w, value);
	return arena_buf(r->a, &b);
}

/* Any number that is the same for the same key. */
static size_t number_of(struct str key)
{
	uint64_t n = key.n, eight = 0;

	for (; key.n >= 8; key = str_from(key, 8)) {
		memcpy(&eight, key.p, 8);
		n = (n ^ eight) * UINT64_C(0x9E3779B97F4A7C15);
		n ^= n >> 32;
	}
	for (size_t i = 0; i < key.n; i++)
		n = (n ^ (unsigned char)key.p[i]) * UINT64_C(0x100000001b3);
	return (size_t)(n ^ n >> 32);
}

/* Which leaves have their key alone. */
static void look_alone(struct reading *r)
{
	size_t size = 16, at;
	struct leaf **slots;

	while (size < r->leaf_count * 2)
		size *= 2;
	slots = arena_array(r->a, struct leaf *, size);
	for (struct leaf *l = r->leaves; l; l = l->next) {
		at = number_of(l->key) & (size - 1);
		while (slots[at] && !str_eq(slots[at]->key, l->key))
			at = (at + 1) & (size - 1);
		l->alone = !slots[at];
		if (slots[at])
			slots[at]->alone = false;
		else
			slots[at] = l;
	}
}

void read_leaves(struct reading *r)
{
	look_alone(r);
	for (const struct leaf *l = r->leaves; l; l = l->next) {
		struct str key = l->alone ? l->key : key_of(r, l->key, json_text(r, l->data));

		const struct read_id id = read_id(r, "", key);

		(void)read_emit(r, l->kind, &id, l->line, l->data);
	}
}

/* --- texts --- */

static struct str language(struct reading *r, const struct iati_tree *t)
{
	struct str tag = tree_lang(t);
	size_t first = 0;
	char *z;

	if (tag.n == 2 && tag.p[0] >= 'a' && tag.p[0] <= 'z' && tag.p[1] >= 'a' &&
	    tag.p[1] <= 'z')
		return tag;
	z = arena_z(r->a, tag);
	for (size_t i = 0; i < tag.n; i++)
		if (z[i] == '_')
			z[i] = '-';
		else if (z[i] >= 'A' && z[i] <= 'Z')
			z[i] = (char)(z[i] | 32);
	first = str_index(str_z(z), '-');
	return first == 2 || first == 3 ? str_z(z) : S("en");
}

/* Without what the register does not take: control characters, and on one line when it is
 * one; at most as long as the field holds. */
static struct str clean(struct reading *r, const struct field *f, struct str s)
{
	size_t max = f->max ? f->max : 4000, n = s.n;
	char *z;

	if (s.n <= max && json_plain(s.p, s.n) == s.n && !memchr(s.p, 0x7f, s.n))
		return str_trim(s);
	z = arena_z(r->a, s);
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c < 0x20 && !(f->long_text && c == '\n')) || c == 0x7f)
			z[i] = ' ';
	}
	if (n > max) {
		for (n = max; n && ((unsigned char)z[n] & 0xc0) == 0x80;)
			n--;
		++*r->r->cut;
	}
	return str_trim(str_of(z, n));
}

struct told {
	struct str lang, text;
	struct told *next;
};

/* By language, in the order of their tags; what is said twice in one stands one after the
 * other. */
static void tell(struct reading *r, const struct field *f, struct told **list,
		 struct iati_tree *narrative)
{
	struct str lang = language(r, narrative), text = narrative->text;
	struct str between = f->long_text ? S("\n\n") : S("; ");

	if (!text.n)
		return;
	while (*list && str_cmp((*list)->lang, lang) < 0)
		list = &(*list)->next;
	if (!*list || !str_eq((*list)->lang, lang)) {
		struct told *told = arena_new(r->a, struct told);

		*told = (struct told){ lang, text, *list };
		*list = told;
	} else if (!str_eq((*list)->text, text)) {
		(*list)->text =
			arena_join(r->a, arena_join(r->a, (*list)->text, between), text);
	}
}

static struct json *told_of(struct reading *r, enum field_id f, const struct told *list)
{
	struct json_maker m = json_maker(r->a, JSON_OBJECT);

	for (; list; list = list->next)
		json_make_str(&m, list->lang, clean(r, fields + f, list->text));
	return m.of;
}

struct json *mtext_of(struct reading *r, enum field_id f, struct iati_tree *t)
{
	struct told *list = NULL;

	for (struct iati_tree *e = t; e; e = tree_next(e))
		tree_each(n, e, IATI_NARRATIVE) tell(r, fields + f, &list, n);
	return list ? told_of(r, f, list) : NULL;
}

struct json *mtext_plain(struct reading *r, const char *lang, struct str text)
{
	struct json_maker m = json_maker(r->a, JSON_OBJECT);

	json_make_str(&m, str_z(lang), text);
	return m.of;
}

void put_mtext(struct reading *r, struct json_maker *m, enum field_id f, struct iati_tree *t)
{
	struct json *text = mtext_of(r, f, t);

	if (text)
		json_make_put(m, field_names[f], text);
}

/* --- members --- */

void put_code(struct json_maker *m, enum field_id f, struct str code)
{
	if (code.n)
		json_make_str(m, field_names[f], code);
}

void put_text(struct json_maker *m, enum field_id f, struct str text)
{
	put_code(m, f, text);
}

void put_yes(struct json_maker *m, enum field_id f)
{
	json_make_bool(m, field_names[f], true);
}

void put_listed(struct json_maker *m, enum field_id f, struct iati_tree *t, enum iati_at attr)
{
	struct str code;

	if (!t)
		return;
	code = tree_attr(t, attr);
	if (codelist_find(codelist_named(fields[f].list), code))
		put_code(m, f, code);
	else
		t->used = false;
}

/* The identifier may be one the register holds. */
static bool plain_identifier(struct str ref)
{
	for (size_t i = 0; i < ref.n; i++)
		if ((unsigned char)ref.p[i] < ' ' || ref.p[i] == 0x7f)
			return false;
	return ref.n > 0 && ref.n <= fields[organisation_identifier].max;
}

void put_activity(struct json_maker *m, enum field_id f, struct iati_tree *t, enum iati_at attr)
{
	struct str id = tree_attr(t, attr);

	if (plain_identifier(id))
		put_text(m, f, id);
	else if (id.n)
		t->used = false;
}

/* A date of XML Schema may have a time zone. */
void put_date(struct json_maker *m, enum field_id f, struct iati_tree *t)
{
	put_code(m, f, str_cut(tree_attr(t, AT_ISO_DATE), 10));
}

bool read_decimal(struct reading *r, struct str s, struct str *out)
{
	struct dec d;
	struct str digits = str_trim(s);
	bool minus = str_starts(digits, S("-"));
	size_t point;

	digits = str_from(digits, minus || str_starts(digits, S("+")));
	while (digits.n > 1 && digits.p[0] == '0' && digits.p[1] != '.')
		digits = str_from(digits, 1);
	if (str_starts(digits, S(".")))
		digits = arena_join(r->a, S("0"), digits);
	point = str_index(digits, '.');
	while (point < digits.n && digits.n > point + 1 && digits.p[digits.n - 1] == '0')
		digits.n--;
	if (digits.n && digits.p[digits.n - 1] == '.')
		digits.n--;
	*out = minus && !str_is(digits, "0") ? arena_join(r->a, S("-"), digits) : digits;
	return dec_parse(*out, &d);
}

struct str money_currency(struct reading *r, struct iati_tree *value)
{
	struct str own = tree_attr(value, AT_CURRENCY);

	return own.n ? own : tree_attr(r->t, AT_DEFAULT_CURRENCY);
}

/* The register holds six digits after the point: finer amounts, which publishers compute, are
 * rounded, halves away from zero, and counted. */
static bool rounded(struct reading *r, struct str text, struct str *out)
{
	struct str s = str_trim(text);
	size_t point = str_index(s, '.'), end = point + 1 + DEC_PLACES;
	const struct dec step = { s.n && s.p[0] == '-' ? -1 : 1 };
	char digits[DEC_TEXT];
	struct dec d;

	if (s.n <= end || !read_decimal(r, str_cut(s, end), out) || !dec_parse(*out, &d))
		return false;
	for (size_t i = end; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	if (s.p[end] >= '5' && !dec_add(d, step, &d))
		return false;
	++*r->r->rounded;
	*out = arena_str(r->a, str_z(dec_text(digits, d, 0)));
	return true;
}

void put_money(struct reading *r, struct json_maker *m, enum field_id f,
	       struct iati_tree *value)
{
	struct json_maker money;
	struct str amount;

	if (!value)
		return;
	if (!read_decimal(r, value->text, &amount) && !rounded(r, value->text, &amount))
		amount = value->text; /* the register says what is wrong with it */
	money = json_make_in(m, field_names[f], JSON_OBJECT);
	json_make_str(&money, S("amount"), amount);
	json_make_str(&money, S("currency"), money_currency(r, value));
	json_make_str(&money, S("value_date"), str_cut(tree_attr(value, AT_VALUE_DATE), 10));
}

void put_second_hand(struct reading *r, struct json_maker *m, enum field_id f)
{
	if (r->second_hand)
		put_yes(m, f);
}

/* --- organisations --- */

static void org_draft(struct reading *r, const struct iati_tree *t, struct str id,
		      struct str ref, struct str type, struct told *name)
{
	struct json_maker m = json_maker(r->a, JSON_OBJECT);

	json_make_put(&m, field_names[organisation_name],
		      name ? told_of(r, organisation_name, name)
			   : mtext_plain(r, "en", clean(r, &fields[organisation_name], ref)));
	put_code(&m, organisation_type,
		 codelist_find(codelist_named("OrganisationType"), type) ? type : S("90"));
	if (plain_identifier(ref))
		put_text(&m, organisation_identifier, ref);
	(void)read_emit(r, RECORD_organisation, &(struct read_id){ .id = id }, t->line, m.of);
}

static struct str org_ref(struct reading *r, struct str id)
{
	return arena_join(r->a, arena_join(r->a, r->r->party, S("/")), id);
}

/* The tags of languages come in any order; the first by name stands for the organisation that
 * has no identifier.  An element names one organisation: its own texts only. */
static struct str org_read(struct reading *r, struct iati_tree *t, struct str ref)
{
	struct told *name = NULL;
	struct str key, id;
	struct hash h;

	tree_each(n, t, IATI_NARRATIVE) tell(r, &fields[organisation_name], &name, n);
	if (!ref.n && !name)
		return S("");
	key = plain_identifier(ref)
		      ? key_of(r, S("organisation"), ref)
		      : key_of(r, S("organisation by name"),
			       clean(r, &fields[organisation_name], name ? name->text : ref));
	h = hash_of(key);
	id = read_id_of(r->a, &h);
	if (met_again(r->r->met, met_key(&h)) == 0)
		org_draft(r, t, id, ref, tree_attr(t, AT_TYPE), name);
	return org_ref(r, id);
}

/* An activity names few, and the same ones in each payment. */
struct str read_org(struct reading *r, struct iati_tree *t)
{
	struct str ref = tree_attr(t, AT_REF);
	struct org *org = r->orgs;

	while (org && !str_eq(org->identifier, ref))
		org = org->next;
	if (org) {
		tree_each(n, t, IATI_NARRATIVE) n->used = true;
		return org->ref;
	}
	if (!plain_identifier(ref))
		return org_read(r, t, ref);
	org = arena_new(r->a, struct org);
	*org = (struct org){ ref, org_read(r, t, ref), r->orgs };
	r->orgs = org;
	return org->ref;
}

/* Its type stands only where it reports on itself. */
void read_organisation(struct reading *r)
{
	struct iati_tree *identifier = tree_kid(r->t, IATI_ORGANISATION_IDENTIFIER),
			 *reporter = tree_kid(r->t, IATI_REPORTING_ORG);
	struct str ref = identifier ? identifier->text : S(""), id;
	bool itself = str_eq(tree_attr(reporter, AT_REF), ref);
	struct told *name = NULL;
	struct hash h;

	r->identifier = ref;
	for (struct iati_tree *e = tree_kid(r->t, IATI_ORGANISATION_NAME); e; e = tree_next(e))
		tree_each(n, e, IATI_NARRATIVE) tell(r, &fields[organisation_name], &name, n);
	if (!plain_identifier(ref)) {
		if (identifier)
			identifier->used = false;
		return;
	}
	h = hash_of(key_of(r, S("organisation"), ref));
	id = read_id_of(r->a, &h);
	(void)met_again(r->r->met, met_key(&h));
	org_draft(r, r->t, id, ref, itself ? tree_attr(reporter, AT_TYPE) : S(""), name);
	r->project = org_ref(r, id);
	read_documents(r, IATI_ORGANISATION_DOCUMENT, document_issuer);
}

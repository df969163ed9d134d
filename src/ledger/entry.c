#include "ledger/entry.h"

#include <string.h>

#include "base/date.h"
#include "base/uuid.h"
#include "ledger/key.h"

enum { LIST_MAX = 64, NAME_MAX_BYTES = 255, ACTOR_MAX = 64 };

/* 2000-01-01T00:00:00Z, the first second an entry may claim. */
static const int64_t time_first = 946684800;

const char *const entry_type_names[ENTRY_TYPE_COUNT] = {
	[ENTRY_OTHER] = "",
	[ENTRY_CHARTER] = "charter",
	[ENTRY_SEEN] = "seen",
	[ENTRY_RECORD_PUT] = "record.put",
	[ENTRY_RECORD_END] = "record.end",
	[ENTRY_ACT_PROPOSE] = "act.propose",
	[ENTRY_ACT_ACCEPT] = "act.accept",
	[ENTRY_ACT_DECLINE] = "act.decline",
	[ENTRY_ACT_NOTE] = "act.note",
	[ENTRY_SEALED_OPEN] = "sealed.open",
	[ENTRY_SEALED_ERASE] = "sealed.erase",
	[ENTRY_KEY_ROLL] = "key.roll",
	[ENTRY_ALERT_FORK] = "alert.fork",
	[ENTRY_LEDGER_CLOSE] = "ledger.close",
};

/* One rule: whether member `v` of what is looked at (NULL: absent) is as it must be. */
typedef bool rule_fn(struct entry *e, const struct json *v, struct str party);

static bool starts_lower(struct str s, size_t least, size_t most, const char *also)
{
	if (s.n < least || s.n > most || s.p[0] < 'a' || s.p[0] > 'z')
		return false;
	for (size_t i = 1; i < s.n; i++) {
		char c = s.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
		    (!c || !strchr(also, c)))
			return false;
	}
	return true;
}

bool party_code_valid(struct str code)
{
	return starts_lower(code, 2, 16, "-");
}

bool record_kind_valid(struct str kind)
{
	return starts_lower(kind, 1, 32, "_.-");
}

static bool is_text(const struct json *v)
{
	return v && v->type == JSON_STR;
}

static bool is_hash(const struct json *v)
{
	struct hash h;

	return is_text(v) && hash_hex(v->str, &h);
}

static bool is_list(const struct json *v, size_t most)
{
	return v->type == JSON_ARRAY && v->count >= 1 && v->count <= most;
}

/* --- the envelope (LEDGER.md 3.3) --- */

static bool rule_version(struct entry *e, const struct json *v, struct str party)
{
	(void)e, (void)party;
	return v && v->type == JSON_INT && v->num == 1;
}

static bool rule_party(struct entry *e, const struct json *v, struct str party)
{
	(void)e;
	return is_text(v) && party_code_valid(v->str) && str_eq(v->str, party);
}

static bool rule_index(struct entry *e, const struct json *v, struct str party)
{
	(void)party;
	return v && v->type == JSON_INT && v->num >= 0 && (uint64_t)v->num == e->n;
}

static bool rule_time(struct entry *e, const struct json *v, struct str party)
{
	(void)party;
	if (!is_text(v) || !time_parse(v->str, &e->time) || e->time < time_first)
		return false;
	e->time_text = v->str;
	return true;
}

static bool rule_type(struct entry *e, const struct json *v, struct str party)
{
	(void)party;
	if (!is_text(v))
		return false;
	e->type_text = v->str;
	for (unsigned t = ENTRY_OTHER + 1; t < ENTRY_TYPE_COUNT && v->str.n; t++)
		if (v->str.p[0] == entry_type_names[t][0] &&
		    str_is(v->str, entry_type_names[t]))
			e->type = (enum entry_type)t;
	return true;
}

static bool rule_body(struct entry *e, const struct json *v, struct str party)
{
	(void)party;
	e->body = v;
	return v->type == JSON_OBJECT;
}

static bool rule_actor(struct entry *e, const struct json *v, struct str party)
{
	(void)party;
	if (!v)
		return true;
	e->actor = v->str;
	return is_text(v) && v->str.n >= 1 && v->str.n <= ACTOR_MAX;
}

static bool file_name_valid(struct str name)
{
	if (name.n < 1 || name.n > NAME_MAX_BYTES || name.p[0] == '.')
		return false;
	for (size_t at = 0; at < name.n;) {
		uint32_t r = str_rune(name, &at);

		if (r < 0x20 || (r >= 0x7f && r < 0xa0) || r == '/' || r == '\\')
			return false;
	}
	return true;
}

static bool blob_valid(const struct json *b)
{
	int64_t size;

	return b->type == JSON_OBJECT && b->count == 4 && is_hash(json_get(b, "sha256")) &&
	       json_int(b, "size", &size) && size >= 0 && is_text(json_get(b, "media")) &&
	       file_name_valid(json_str(b, "name"));
}

static bool rule_blobs(struct entry *e, const struct json *v, struct str party)
{
	(void)party;
	if (!v)
		return true;
	e->blobs = v;
	if (!is_list(v, ENTRY_BLOBS_MAX))
		return false;
	for (const struct json *b = v->child; b; b = b->next) {
		if (!blob_valid(b))
			return false;
		for (const struct json *c = v->child; c != b; c = c->next)
			if (str_eq(json_str(b, "sha256"), json_str(c, "sha256")))
				return false;
	}
	return true;
}

static bool sealed_valid(const struct json *s, struct str party)
{
	const struct json *audience = json_arr(s, "for");
	struct str class = json_str(s, "class");
	bool own = false;

	if (!audience || s->count != 3 || !is_hash(json_get(s, "c")) ||
	    !(str_is(class, "confidential") || str_is(class, "personal")))
		return false;
	for (const struct json *p = audience->child; p; p = p->next) {
		if (!is_text(p) || !party_code_valid(p->str))
			return false;
		own |= str_eq(p->str, party);
	}
	return own;
}

static bool rule_sealed(struct entry *e, const struct json *v, struct str party)
{
	if (!v)
		return true;
	e->sealed = v;
	if (!is_list(v, LIST_MAX))
		return false;
	for (const struct json *s = v->child; s; s = s->next)
		if (!sealed_valid(s, party))
			return false;
	return true;
}

/* A literal as a slice where a table is initialised. */
#define NAME(lit) .p = (lit), .n = sizeof(lit) - 1

enum { M_V, M_PARTY, M_N, M_TIME, M_TYPE, M_BODY, M_ACTOR, M_BLOBS, M_SEALED, MEMBERS };

/* In the order the checks run. */
static const struct envelope_rule {
	struct str member;
	const char *reason;
	rule_fn *holds;
} envelope[MEMBERS] = {
	[M_V] = { { NAME("v") }, "version", rule_version },
	[M_PARTY] = { { NAME("party") }, "party", rule_party },
	[M_N] = { { NAME("n") }, "index", rule_index },
	[M_TIME] = { { NAME("time") }, "time", rule_time },
	[M_TYPE] = { { NAME("type") }, "type", rule_type },
	[M_BODY] = { { NAME("body") }, "body", rule_body },
	[M_ACTOR] = { { NAME("actor") }, "actor", rule_actor },
	[M_BLOBS] = { { NAME("blobs") }, "blob", rule_blobs },
	[M_SEALED] = { { NAME("sealed") }, "sealed", rule_sealed },
};

/* Put each member of the envelope in its place; false when there is another one. */
static bool members_place(const struct json *doc, const struct json *at[MEMBERS])
{
	for (const struct json *m = doc->child; m; m = m->next) {
		unsigned i = 0;

		while (i < MEMBERS && (m->name.n != envelope[i].member.n ||
				       memcmp(m->name.p, envelope[i].member.p, m->name.n) != 0))
			i++;
		if (i == MEMBERS)
			return false;
		at[i] = m;
	}
	return true;
}

static const char *envelope_reason(struct entry *e, struct str party)
{
	const struct json *at[MEMBERS] = { NULL };
	bool known = members_place(e->doc, at);

	for (unsigned i = 0; i < MEMBERS; i++) {
		if (i == M_TYPE && (!known || !at[M_BODY]))
			return "member";
		if (!envelope[i].holds(e, at[i], party))
			return envelope[i].reason;
	}
	return NULL;
}

/* --- what each type asks of its body (LEDGER.md 3.4) --- */

static bool rule_hash(struct entry *e, const struct json *v, struct str party)
{
	(void)e, (void)party;
	return is_hash(v);
}

static bool rule_hash_or_none(struct entry *e, const struct json *v, struct str party)
{
	(void)e, (void)party;
	return !v || is_hash(v);
}

static bool rule_hashes(struct entry *e, const struct json *v, struct str party)
{
	(void)e, (void)party;
	if (!v || v->type != JSON_ARRAY || v->count == 0)
		return false;
	for (const struct json *c = v->child; c; c = c->next)
		if (!is_hash(c))
			return false;
	return true;
}

static bool rule_text(struct entry *e, const struct json *v, struct str party)
{
	(void)e, (void)party;
	return is_text(v);
}

static bool rule_object(struct entry *e, const struct json *v, struct str party)
{
	(void)e, (void)party;
	return v && v->type == JSON_OBJECT;
}

static bool rule_peer(struct entry *e, const struct json *v, struct str party)
{
	(void)e;
	return is_text(v) && party_code_valid(v->str) && !str_eq(v->str, party);
}

static bool rule_kind(struct entry *e, const struct json *v, struct str party)
{
	(void)party;
	if (!is_text(v))
		return false;
	e->kind = v->str;
	return record_kind_valid(v->str);
}

static bool rule_id(struct entry *e, const struct json *v, struct str party)
{
	(void)party;
	if (!is_text(v))
		return false;
	e->id = v->str;
	return uuid_valid(v->str);
}

/* A version replaces an earlier one, so that its index is below the entry's own. */
static bool rule_prev(struct entry *e, const struct json *v, struct str party)
{
	(void)party;
	if (!v || v->type == JSON_NULL)
		return v != NULL;
	if (v->type != JSON_INT || v->num < 0 || (uint64_t)v->num >= e->n)
		return false;
	e->has_prev = true;
	e->prev = (uint64_t)v->num;
	return true;
}

static bool rule_act(struct entry *e, const struct json *v, struct str party)
{
	(void)party;
	return is_text(v) && hash_hex(v->str, &e->act);
}

static bool rule_parties(struct entry *e, const struct json *v, struct str party)
{
	bool own = false;

	if (!v || !is_list(v, ENTRY_PARTIES_MAX) || v->count < 2)
		return false;
	for (const struct json *p = v->child; p; p = p->next) {
		size_t n = e->party_count;

		if (!is_text(p) || !party_code_valid(p->str) ||
		    (n > 0 && str_cmp(e->parties[n - 1], p->str) >= 0))
			return false;
		own |= str_eq(p->str, party);
		e->parties[e->party_count++] = p->str;
	}
	return own;
}

static bool rule_successor(struct entry *e, const struct json *v, struct str party)
{
	(void)e, (void)party;
	return v && (v->type == JSON_NULL || (is_text(v) && key_name_valid(v->str)));
}

/* The reason a body is void is the name of the member that is wrong. */
static const struct body_rule {
	enum entry_type type;
	struct str member;
	rule_fn *holds;
} bodies[] = {
	{ ENTRY_CHARTER, { NAME("charter") }, rule_hash },
	{ ENTRY_SEEN, { NAME("party") }, rule_peer },
	{ ENTRY_SEEN, { NAME("checkpoint") }, rule_text },
	{ ENTRY_RECORD_PUT, { NAME("kind") }, rule_kind },
	{ ENTRY_RECORD_PUT, { NAME("id") }, rule_id },
	{ ENTRY_RECORD_PUT, { NAME("prev") }, rule_prev },
	{ ENTRY_RECORD_PUT, { NAME("data") }, rule_object },
	{ ENTRY_RECORD_END, { NAME("kind") }, rule_kind },
	{ ENTRY_RECORD_END, { NAME("id") }, rule_id },
	{ ENTRY_RECORD_END, { NAME("prev") }, rule_prev },
	{ ENTRY_RECORD_END, { NAME("reason") }, rule_text },
	{ ENTRY_ACT_PROPOSE, { NAME("act") }, rule_act },
	{ ENTRY_ACT_PROPOSE, { NAME("parties") }, rule_parties },
	{ ENTRY_ACT_ACCEPT, { NAME("act") }, rule_act },
	{ ENTRY_ACT_ACCEPT, { NAME("parties") }, rule_parties },
	{ ENTRY_ACT_ACCEPT, { NAME("instrument") }, rule_hash_or_none },
	{ ENTRY_ACT_DECLINE, { NAME("act") }, rule_act },
	{ ENTRY_ACT_DECLINE, { NAME("parties") }, rule_parties },
	{ ENTRY_ACT_DECLINE, { NAME("reason") }, rule_text },
	{ ENTRY_ACT_NOTE, { NAME("act") }, rule_act },
	{ ENTRY_SEALED_OPEN, { NAME("c") }, rule_hash },
	{ ENTRY_SEALED_ERASE, { NAME("c") }, rule_hashes },
	{ ENTRY_SEALED_ERASE, { NAME("ground") }, rule_text },
	{ ENTRY_KEY_ROLL, { NAME("statement") }, rule_text },
	{ ENTRY_ALERT_FORK, { NAME("evidence") }, rule_object },
	{ ENTRY_LEDGER_CLOSE, { NAME("successor") }, rule_successor },
};

static const char *body_reason(struct entry *e, struct str party)
{
	if ((e->type == ENTRY_CHARTER) != (e->n == 0))
		return "charter";
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
		if (bodies[i].type == e->type &&
		    !bodies[i].holds(e, json_member(e->body, bodies[i].member), party))
			return bodies[i].member.p;
	return NULL;
}

/* The first reason to call the entry void, or NULL. */
static const char *void_reason(struct arena *a, struct str bytes, struct str party,
			       struct entry *e)
{
	const char *reason;
	struct json *doc;
	struct err err;

	if (bytes.n == 0 || bytes.n > ENTRY_MAX)
		return "size";
	if (!json_object(a, bytes, &doc, &err))
		return "json";
	e->doc = doc;
	reason = envelope_reason(e, party);
	return reason ? reason : body_reason(e, party);
}

void entry_read(struct arena *a, struct str bytes, struct str party, uint64_t n,
		int64_t prev_time, struct entry *out)
{
	*out = (struct entry){ .n = n };
	out->reason = void_reason(a, bytes, party, out);
	if (out->reason)
		out->state = ENTRY_VOID;
	else if (out->type == ENTRY_OTHER)
		out->state = ENTRY_UNKNOWN;
	else
		out->state = ENTRY_VALID;
	out->time_back = out->state != ENTRY_VOID && out->time < prev_time;
}

/* Whether the name stands in `bytes` with its point at `point`. */
static bool stands_at(struct str bytes, size_t point, struct str name)
{
	size_t before = str_index(name, '.');

	return before < name.n && before <= point &&
	       str_starts(str_from(bytes, point - before), name);
}

bool entry_may_be(struct str bytes, unsigned types)
{
	for (size_t at = str_index(bytes, '.'); at < bytes.n;
	     at += 1 + str_index(str_from(bytes, at + 1), '.'))
		for (unsigned t = ENTRY_OTHER + 1; t < ENTRY_TYPE_COUNT; t++)
			if ((types >> t & 1) &&
			    stands_at(bytes, at, str_z(entry_type_names[t])))
				return true;
	for (size_t at = str_index(bytes, '\\'); at < bytes.n;
	     at += 2 + str_index(str_from(bytes, at + 2), '\\'))
		if (at + 1 < bytes.n && bytes.p[at + 1] == 'u')
			return true;
	return false;
}

static struct str time_of(const struct entry_draft *d, char text[TIME_TEXT])
{
	return d->time_text.n ? d->time_text : str_z(time_text(text, d->time));
}

/* Laid out by hand: a node writes nothing as often. */
void entry_write(struct buf *out, const struct entry_draft *d)
{
	char time[TIME_TEXT];

	buf_lit(out, "{\"v\":1,\"party\":");
	json_quote(out, d->party);
	buf_lit(out, ",\"n\":");
	buf_u64(out, d->n);
	buf_lit(out, ",\"time\":\"");
	buf_add(out, time_of(d, time));
	buf_lit(out, "\",\"type\":");
	json_quote(out, d->type);
	buf_lit(out, ",\"body\":");
	buf_add(out, d->body);
	if (d->blobs.n) {
		buf_lit(out, ",\"blobs\":");
		buf_add(out, d->blobs);
	}
	if (d->sealed.n) {
		buf_lit(out, ",\"sealed\":");
		buf_add(out, d->sealed);
	}
	if (d->actor.n) {
		buf_lit(out, ",\"actor\":");
		json_quote(out, d->actor);
	}
	buf_ch(out, '}');
}

static struct json *member_of(struct arena *a, struct str name, struct json value)
{
	struct json *m = arena_new(a, struct json);

	*m = value;
	m->name = name;
	return m;
}

static const struct json *first_body(struct arena *a, struct str kind, struct str id,
				     const struct json *data)
{
	struct json *k =
		member_of(a, S("kind"), (struct json){ .type = JSON_STR, .str = kind });
	struct json *i = member_of(a, S("id"), (struct json){ .type = JSON_STR, .str = id });
	struct json *prev = member_of(a, S("prev"), (struct json){ .type = JSON_NULL });
	struct json *body =
		member_of(a, S("body"), (struct json){ .type = JSON_OBJECT, .count = 4 });

	body->child = k;
	k->next = i;
	i->next = prev;
	prev->next = member_of(a, S("data"), *data);
	prev->next->next = NULL;
	return body;
}

/* An entry that is not read: what it would be refused for is looked at, whatever its type. */
static bool made_of(struct arena *a, const struct entry_draft *d, enum entry_type type,
		    struct str kind, struct str id, const struct json *data, struct entry *out)
{
	char time[TIME_TEXT];

	if (!str_is(d->type, entry_type_names[type]) || d->sealed.n || d->n == 0 ||
	    d->time < time_first || d->actor.n > ACTOR_MAX || !record_kind_valid(kind) ||
	    !uuid_valid(id) || data->type != JSON_OBJECT)
		return false;
	*out = (struct entry){ .state = ENTRY_VALID,
			       .type = type,
			       .type_text = d->type,
			       .time_text = arena_str(a, time_of(d, time)),
			       .actor = d->actor,
			       .n = d->n,
			       .time = d->time,
			       .kind = kind,
			       .id = id };
	return true;
}

bool entry_of_first(struct arena *a, const struct entry_draft *d, struct str kind,
		    struct str id, const struct json *data, struct entry *out)
{
	if (d->blobs.n || !made_of(a, d, ENTRY_RECORD_PUT, kind, id, data, out))
		return false;
	out->body = first_body(a, kind, id, data);
	return true;
}

/* [{"sha256":…,"size":…,"media":…,"name":…}] */
static const struct json *document_blobs(struct arena *a, const struct entry_proposal *p)
{
	struct json *all =
		member_of(a, S("blobs"), (struct json){ .type = JSON_ARRAY, .count = 1 });
	struct json *one =
		member_of(a, S(""), (struct json){ .type = JSON_OBJECT, .count = 4 });
	struct json *at;
	struct buf hex;

	buf_init(&hex, 2 * HASH_SIZE);
	buf_hex(&hex, p->act.b, HASH_SIZE);
	at = member_of(a, S("sha256"),
		       (struct json){ .type = JSON_STR, .str = arena_buf(a, &hex) });
	all->child = one;
	one->child = at;
	at->next = member_of(a, S("size"), (struct json){ .type = JSON_INT, .num = p->size });
	at = at->next;
	at->next = member_of(a, S("media"),
			     (struct json){ .type = JSON_STR, .str = S(PROPOSAL_MEDIA) });
	at = at->next;
	at->next = member_of(a, S("name"),
			     (struct json){ .type = JSON_STR, .str = S(PROPOSAL_NAME) });
	return all;
}

bool entry_of_proposal(struct arena *a, const struct entry_draft *d,
		       const struct entry_proposal *p, struct entry *out)
{
	if (p->party_count < 2 || p->party_count > ENTRY_PARTIES_MAX ||
	    !made_of(a, d, ENTRY_ACT_PROPOSE, p->kind, p->id, p->data, out))
		return false;
	out->body = member_of(a, S("body"), (struct json){ .type = JSON_OBJECT });
	out->blobs = document_blobs(a, p);
	out->act = p->act;
	for (; out->party_count < p->party_count; out->party_count++)
		out->parties[out->party_count] = p->parties[out->party_count];
	out->puts = p->data;
	return true;
}

#include "register/draft.h"

#include "base/uuid.h"

#include <assert.h>
#include <string.h>

/* --- which members a draft may have (register.h) --- */

enum {
	PUT = 1 << ENTRY_RECORD_PUT,
	END = 1 << ENTRY_RECORD_END,
	ACCEPT = 1 << ENTRY_ACT_ACCEPT,
	DECLINE = 1 << ENTRY_ACT_DECLINE,
	NOTE = 1 << ENTRY_ACT_NOTE,
	OPEN = 1 << ENTRY_SEALED_OPEN,
	ERASE = 1 << ENTRY_SEALED_ERASE,
	RECORD_DRAFTS = PUT | END,
	ACT_DRAFTS = ACCEPT | DECLINE | NOTE,
	SEALED_DRAFTS = OPEN | ERASE,
	ALL_DRAFTS = RECORD_DRAFTS | ACT_DRAFTS | SEALED_DRAFTS
};

enum member_id {
	THE_TYPE,
	THE_KIND,
	THE_ID,
	THE_PREV,
	THE_VISIBILITY,
	THE_DATA,
	THE_ACT,
	THE_REASON,
	THE_BODIES,
	THE_GROUND,
	MEMBER_COUNT
};
static const struct member {
	const char *name;
	size_t n; /* of the name */
	unsigned allowed, needed;
	enum json_type type;
} members[MEMBER_COUNT] = {
#define MEMBER(name, ...)                                                                      \
	{                                                                                      \
		name, sizeof(name) - 1, __VA_ARGS__                                            \
	}
	[THE_TYPE] = MEMBER("type", ALL_DRAFTS, ALL_DRAFTS, JSON_STR),
	[THE_KIND] = MEMBER("kind", RECORD_DRAFTS | ACT_DRAFTS, RECORD_DRAFTS, JSON_STR),
	[THE_ID] = MEMBER("id", RECORD_DRAFTS | ACT_DRAFTS, END, JSON_STR),
	[THE_PREV] = MEMBER("prev", RECORD_DRAFTS, 0, JSON_INT),
	[THE_VISIBILITY] = MEMBER("visibility", PUT, 0, JSON_STR),
	[THE_DATA] = MEMBER("data", PUT, PUT, JSON_OBJECT),
	[THE_ACT] = MEMBER("act", ACT_DRAFTS, 0, JSON_STR),
	[THE_REASON] = MEMBER("reason", END | DECLINE | NOTE, END | DECLINE | NOTE, JSON_STR),
	[THE_BODIES] = MEMBER("c", SEALED_DRAFTS, SEALED_DRAFTS, JSON_ARRAY),
	[THE_GROUND] = MEMBER("ground", ERASE, ERASE, JSON_STR),
#undef MEMBER
};

/* The draft with its members in their places. */
struct parts {
	const struct json *doc, *at[MEMBER_COUNT]; /* NULL: absent */
};

/* How a value of each type looks; the same in every language. */
static const char *const json_looks[] = {
	[JSON_NULL] = "null", [JSON_BOOL] = "true", [JSON_INT] = "12",
	[JSON_STR] = "\"…\"", [JSON_ARRAY] = "[…]", [JSON_OBJECT] = "{…}",
};

void result_refuse(struct arena *a, struct act_result *out, const struct err *err)
{
	struct err *more;

	if (out->error_count == MODEL_ERRORS_MAX)
		return;
	more = arena_array(a, struct err, out->error_count + 1);
	for (size_t i = 0; i < out->error_count; i++)
		more[i] = out->errors[i];
	more[out->error_count] = *err;
	out->errors = more;
	out->error_count++;
}

void request_refuse(struct request *r, const struct err *err)
{
	result_refuse(r->a, r->out, err);
}

/* As err_set, into the request's result. */
#define refuse(r, field, ...)                                                                  \
	do {                                                                                   \
		struct err refused_;                                                           \
		err_set(&refused_, ERR_INPUT, field, __VA_ARGS__);                             \
		request_refuse((r), &refused_);                                                \
	} while (0)

static const struct member *member_named(struct str name)
{
	for (size_t i = 0; i < MEMBER_COUNT; i++)
		if (str_eq(name, str_of(members[i].name, members[i].n)))
			return &members[i];
	return NULL;
}

static void place_members(struct parts *parts, const struct json *doc)
{
	*parts = (struct parts){ .doc = doc };
	for (const struct json *m = doc->child; m; m = m->next) {
		const struct member *known = member_named(m->name);

		if (known)
			parts->at[known - members] = m;
	}
}

/* The text of a member; empty when it is absent or none. */
static struct str text_of(const struct parts *parts, enum member_id id)
{
	const struct json *m = parts->at[id];

	return m && m->type == JSON_STR ? m->str : (struct str){ 0 };
}

/* "kind, id, prev" of the members a draft of this type may have. */
static const char *allowed_list(struct arena *a, unsigned type)
{
	struct buf b;

	buf_init(&b, ERR_ARG);
	for (size_t i = 0; i < MEMBER_COUNT; i++)
		if (members[i].allowed & type) {
			buf_z(&b, b.n ? ", " : "");
			buf_z(&b, members[i].name);
		}
	return arena_buf(a, &b).p;
}

static void check_members(struct request *r, const struct parts *parts)
{
	unsigned type = 1u << r->type;
	const char *type_name = entry_type_names[r->type];

	for (const struct json *m = parts->doc->child; m; m = m->next) {
		const struct member *known = member_named(m->name);

		if (!known || !(known->allowed & type))
			refuse(r, err_arg(m->name),
			       N_("A draft of type %1 has no such member. It may have: %2."),
			       type_name, allowed_list(r->a, type));
		else if (m->type != known->type)
			refuse(r, known->name, N_("This must look like %1 in JSON."),
			       json_looks[known->type]);
	}
	for (size_t i = 0; i < MEMBER_COUNT; i++)
		if ((members[i].needed & type) && !parts->at[i])
			refuse(r, members[i].name,
			       N_("A draft of type %1 needs the member “%2”."), type_name,
			       members[i].name);
}

static bool read_type(struct request *r, const struct parts *parts)
{
	struct str type = text_of(parts, THE_TYPE);

	for (int i = 1; i < ENTRY_TYPE_COUNT; i++)
		if (str_is(type, entry_type_names[i]) && (ALL_DRAFTS & 1 << i)) {
			r->type = (enum entry_type)i;
			return true;
		}
	refuse(r, "type",
	       N_("“%1” is not a type of draft. Write record.put, record.end, act.accept, "
		  "act.decline, act.note, sealed.open or sealed.erase."),
	       err_arg(type));
	return false;
}

static void read_kind(struct request *r, const struct parts *parts)
{
	struct str kind = text_of(parts, THE_KIND);

	if (!parts->at[THE_KIND])
		return;
	r->record = record_named(kind);
	if (!r->record)
		refuse(r, "kind",
		       N_("“%1” is not a kind of record. The kinds are listed by: benkan show "
			  "--node DIR"),
		       err_arg(kind));
	else if (r->record->part)
		refuse(r, "kind",
		       N_("“%1” is a part of other records: write it inside the record it "
			  "belongs to."),
		       err_arg(kind));
	else if (!r->record->joint && !(RECORD_DRAFTS & 1u << r->type))
		refuse(r, "kind",
		       N_("“%1” is a national record: there is no act on it to accept or "
			  "decline."),
		       err_arg(kind));
}

static void read_visibility(struct request *r, const struct parts *parts)
{
	struct str v = text_of(parts, THE_VISIBILITY);

	if (!parts->at[THE_VISIBILITY])
		return;
	for (int i = 0; i <= AUDIENCE_NATIONAL; i++)
		if (str_is(v, audience_names[i])) {
			r->visibility = (enum audience)i;
			r->visibility_given = true;
			return;
		}
	refuse(r, "visibility",
	       N_("“%1” is not a visibility. Write public, parties or national."), err_arg(v));
}

static void read_reason(struct request *r, const struct parts *parts)
{
	r->reason = str_trim(text_of(parts, THE_REASON));
	if (parts->at[THE_REASON] && (r->reason.n == 0 || r->reason.n > REASON_MAX))
		refuse(r, "reason", N_("Give the reason in 1 to %1 bytes of text."),
		       err_num(REASON_MAX));
}

static void read_names(struct request *r, const struct parts *parts)
{
	const struct json *prev = parts->at[THE_PREV];

	r->id = text_of(parts, THE_ID);
	r->id_given = r->id.n > 0;
	if (parts->at[THE_ID] && !uuid_valid(r->id))
		refuse(r, "id",
		       N_("“%1” is not an id. Leave it out for a new record, or give a UUID of "
			  "version 7 in "
			  "lower case."),
		       err_arg(r->id));
	if (prev && prev->num < 0)
		refuse(r, "prev", N_("The number of an entry is not negative."));
	r->has_prev = prev != NULL;
	r->prev = prev ? (uint64_t)prev->num : 0;
	r->has_act = parts->at[THE_ACT] != NULL;
	if (r->has_act && !hash_hex(text_of(parts, THE_ACT), &r->act))
		refuse(r, "act", N_("An act is named by the 64 hex digits of its hash."));
	if ((ACT_DRAFTS & 1u << r->type) && !r->has_act && !(r->record && r->id_given))
		refuse(r, "act",
		       N_("Say which act is meant: by “act”, or by “kind” and “id” of its "
			  "record."));
}

/* Which bodies are meant, and why they go. */
static void read_bodies(struct request *r, const struct parts *parts)
{
	const struct json *list = parts->at[THE_BODIES];
	size_t most = r->type == ENTRY_SEALED_OPEN ? 1 : ENTRY_BLOBS_MAX;

	if (!list)
		return;
	if (list->count == 0 || list->count > most)
		refuse(r, "c", N_("Name 1 to %1 bodies by their commitments."), err_num(most));
	r->bodies = arena_array(r->a, struct hash, most);
	for (const struct json *c = list->child; c && r->body_count < most; c = c->next)
		if (c->type != JSON_STR || !hash_hex(c->str, &r->bodies[r->body_count++]))
			refuse(r, "c",
			       N_("A body is named by the 64 hex digits of its commitment."));
	r->reason = str_trim(text_of(parts, THE_GROUND));
	if (r->type == ENTRY_SEALED_ERASE && (r->reason.n == 0 || r->reason.n > REASON_MAX))
		refuse(r, "ground", N_("Give the ground in 1 to %1 bytes of text."),
		       err_num(REASON_MAX));
}

static void check_actor(struct request *r)
{
	bool plain = str_utf8(r->actor) && r->actor.n <= ACTOR_MAX;

	for (size_t i = 0; i < r->actor.n; i++)
		plain &= (unsigned char)r->actor.p[i] >= 0x20;
	if (!plain)
		refuse(r, "actor",
		       N_("The label of who writes has at most %1 bytes on one line."),
		       err_num(ACTOR_MAX));
}

/* --- the data: rules, references, attachments --- */

enum { FORM_GROWTH = 64 }; /* by so much its normal form is mostly larger at the most */

struct link_reader {
	const struct node *n;
	struct request *r;
};

static void see_ref(struct request *r, const struct model_link *link)
{
	struct draft_ref *ref = arena_take(r->a, sizeof(*ref));
	struct str value = link->value;

	assert(value.n >= UUID_TEXT); /* model_check has been here */
	*ref = (struct draft_ref){ .to = &records[link->field->to],
				   .path = link->path,
				   .value = value,
				   .ref = { str_cut(value, value.n - UUID_TEXT),
					    str_from(value, value.n - UUID_TEXT + 1) },
				   .next = r->refs };
	r->refs = ref;
}

static bool size_of_file(const struct node *n, const struct hash *name, uint64_t *size,
			 struct err *err)
{
	struct view *v;
	bool ok;

	if (!view_open(n->store, &v, err))
		return false;
	ok = view_blob_size(v, name, size, err);
	view_close(v);
	return ok;
}

/* The attachment must be at this node already, with the size it is said to have. */
static void check_file(const struct node *n, struct request *r, const struct model_link *link)
{
	struct hash name;
	struct err err;
	uint64_t size;
	int64_t said;

	if (!hash_hex(link->value, &name))
		return; /* model_check has said so */
	if (!size_of_file(n, &name, &size, &err)) {
		if (err.kind == ERR_MISSING)
			err_set(&err, ERR_INPUT, link->path,
				N_("The attachment %1 is not at this node. Upload the file "
				   "first, or give "
				   "{\"file\":\"path\"} to benkan do."),
				err_arg(link->value));
		request_refuse(r, &err);
		return;
	}
	if (json_int(link->json, "size", &said) && (uint64_t)said != size)
		refuse(r, link->path, N_("The attachment has %1 bytes, not %2."), err_num(size),
		       err_num((uint64_t)said));
}

static void see_file(const struct node *n, struct request *r, const struct model_link *link)
{
	struct draft_file **at = &r->files;

	for (; *at; at = &(*at)->next)
		if (str_eq((*at)->sha256, link->value))
			return;
	check_file(n, r, link);
	*at = arena_new(r->a, struct draft_file);
	**at = (struct draft_file){ link->value, link->json, NULL };
	r->file_count++;
}

static void see_link(void *ctx, const struct model_link *link)
{
	const struct link_reader *l = ctx;

	if (link->field->kind == REF)
		see_ref(l->r, link);
	else
		see_file(l->n, l->r, link);
}

static void read_links(const struct node *n, struct request *r)
{
	struct link_reader links = { n, r };

	record_links(r->a, r->record, r->data, see_link, &links);
	if (r->file_count >= ENTRY_BLOBS_MAX)
		refuse(r, NULL,
		       N_("A record carries at most %1 attachments. Spread them over several."),
		       err_num(ENTRY_BLOBS_MAX - 1));
}

static void read_data(const struct node *n, struct request *r, bool reported)
{
	struct model_ctx ctx = node_model(n);
	struct err errs[MODEL_ERRORS_MAX];
	struct buf b;
	size_t found;

	ctx.reported = reported;
	buf_init(&b, DRAFT_MAX * 2);
	buf_reserve(&b, r->data->raw.n + FORM_GROWTH);
	found = model_take(r->a, r->record, r->data, &ctx, errs, &b);
	r->text = arena_buf(r->a, &b);
	for (size_t i = 0; i < found && i < MODEL_ERRORS_MAX; i++)
		request_refuse(r, &errs[i]);
	if (found)
		return;
	read_links(n, r);
}

static void read_put(const struct node *n, struct request *r, const struct draft_put *put)
{
	const struct json_names known = { &field_names[put->record->first],
					  (size_t)(put->record->end - put->record->first) };
	struct json *data;
	struct err err;

	r->type = ENTRY_RECORD_PUT;
	r->record = put->record;
	r->id = put->id;
	r->id_given = true;
	r->text = put->data;
	check_actor(r);
	if (!json_again(r->a, put->data, known, &data, &err)) {
		request_refuse(r, &err);
		return;
	}
	r->data = data;
	read_links(n, r);
}

void draft_read(const struct node *n, struct arena *a, const struct draft *d, struct request *r,
		struct act_result *out)
{
	struct parts parts;
	struct json *doc;
	struct str text;
	struct err err;

	*out = (struct act_result){ 0 };
	*r = (struct request){ .a = a, .out = out, .actor = d->actor };
	if (!n->charter) {
		err_set(&err, ERR_CONFLICT, NULL,
			N_("This node has no charter yet. Adopt one first: benkan adopt"));
		request_refuse(r, &err);
		return;
	}
	text = d->put ? d->put->data : d->json;
	if (text.n > DRAFT_MAX) {
		refuse(r, NULL,
		       N_("The draft has %1 bytes; at most %2 are taken. Attach long texts as "
			  "documents."),
		       err_num(text.n), err_num(DRAFT_MAX));
		return;
	}
	if (d->put) {
		read_put(n, r, d->put);
		return;
	}
	if (!json_object(a, text, &doc, &err)) {
		request_refuse(r, &err);
		return;
	}
	place_members(&parts, doc);
	check_actor(r);
	if (!read_type(r, &parts))
		return;
	check_members(r, &parts);
	if (request_refused(r))
		return;
	read_kind(r, &parts);
	read_visibility(r, &parts);
	read_reason(r, &parts);
	read_names(r, &parts);
	read_bodies(r, &parts);
	r->data = parts.at[THE_DATA];
	if (r->record && r->data && !request_refused(r))
		read_data(n, r, d->reported);
}

#include "register/door.h"

#include "register/writer.h"

/* --- the door itself --- */

void register_do(struct node *n, struct arena *a, const struct draft *d, struct act_result *out)
{
	register_batch(n, a, d, 1, out);
}

void register_batch(struct node *n, struct arena *a, const struct draft *d, size_t count,
		    struct act_result *out)
{
	bool few = count <= DRAFTS_AT_ONCE;
	struct request *r = arena_array(a, struct request, few ? count : DRAFTS_AT_ONCE);
	struct job job = {
		.requests = r, .drafts = few ? NULL : d, .results = out, .a = a, .count = count
	};
	size_t good = 0;

	for (size_t i = 0; few && i < count; i++) { /* pure, in the caller's thread */
		draft_read(n, a, &d[i], &r[i], &out[i]);
		good += !request_refused(&r[i]);
	}
	if (!few || good > 0) /* one writer at a time; then one durable commit */
		writer_wait(n->writer, &job);
}

void register_do_later(struct node *n, struct arena *a, const struct draft *d,
		       struct act_result *out, void (*done)(void *ctx), void *ctx)
{
	struct request *r = arena_new(a, struct request);
	struct job *job = arena_new(a, struct job);

	draft_read(n, a, d, r, out);
	*job = (struct job){
		.requests = r, .results = out, .a = a, .count = 1, .done = done, .ctx = ctx
	};
	if (request_refused(r))
		done(ctx);
	else
		writer_later(n->writer, job);
}

static struct ref own_ref(const struct pen *p, const struct request *r)
{
	return (struct ref){ r->record->joint ? S(JOINT_PARTY) : p->node->party, r->id };
}

static bool ask_for(struct pen *p, struct request *r, struct err *err)
{
	if (r->type != ENTRY_RECORD_PUT && r->type != ENTRY_RECORD_END)
		return true;
	if (r->id_given && !pen_ask(p, r->record, own_ref(p, r), &r->known, err))
		return false;
	for (struct draft_ref *ref = r->refs; ref; ref = ref->next)
		if (!pen_ask(p, ref->to, ref->ref, &ref->known, err))
			return false;
	return true;
}

bool door_ask(struct pen *p, struct request *r, size_t count, struct err *err)
{
	for (size_t i = 0; i < count; i++)
		if (!request_refused(&r[i]) && !ask_for(p, &r[i], err))
			return false;
	return true;
}

static bool references_stand(struct pen *p, struct request *r);
static bool current(struct pen *p, struct request *r, struct record_row *row, bool *there,
		    struct err *err);
static bool national(struct pen *p, struct request *r, const struct record_row *row,
		     struct err *err);

static bool write_request(struct pen *p, struct request *r, struct err *err)
{
	struct record_row row;
	bool there;

	if (r->type == ENTRY_SEALED_OPEN || r->type == ENTRY_SEALED_ERASE)
		return sealed_word(p, r, err);
	if (r->type != ENTRY_RECORD_PUT && r->type != ENTRY_RECORD_END)
		return joint_word(p, r, err);
	if (!references_stand(p, r))
		return true;
	if (!current(p, r, &row, &there, err))
		return false;
	return r->record->joint ? joint_propose(p, r, there ? &row : NULL, err)
				: national(p, r, there ? &row : NULL, err);
}

bool door_write(struct pen *p, struct request *r, struct err *err)
{
	pen_clear(p);
	if (write_request(p, r, err))
		return true;
	if (p->broken || err->kind == ERR_UNREACHABLE || err->kind == ERR_BROKEN)
		return false;
	request_refuse(r, err);
	return true;
}

/* --- steps --- */

/* Every record the draft names is in the register, or was written before it in this commit. */
static bool references_stand(struct pen *p, struct request *r)
{
	struct err err;

	for (const struct draft_ref *ref = r->refs; ref; ref = ref->next) {
		if (pen_finds(p, r->a, ref))
			continue;
		err_set(&err, ERR_INPUT, ref->path,
			N_("There is no %1 %2 in this register. Create it first, or mend the "
			   "reference."),
			ref->to->name, err_arg(ref->value));
		request_refuse(r, &err);
	}
	return !request_refused(r);
}

/* The record as it stands; a draft that was made on an older version is refused. */
static bool current(struct pen *p, struct request *r, struct record_row *row, bool *there,
		    struct err *err)
{
	struct ref ref = own_ref(p, r);

	*there = false;
	if (!r->id_given)
		r->id = pen_id(p, r->a);
	else if (!pen_lacks(p, r->known)) {
		*there = view_record(p->view, r->a, r->record, ref, AUDIENCE_NATIONAL, LANG_EN,
				     row, err);
		if (!*there && err->kind != ERR_MISSING)
			return false;
	}
	if (!*there && (r->has_prev || r->type == ENTRY_RECORD_END))
		return err_set(err, ERR_MISSING, "id",
			       N_("There is no %1 %2 of your own to change. For a new record "
				  "leave out “prev”."),
			       r->record->name, err_arg(r->id));
	if (*there && r->has_prev && r->prev != row->n)
		return err_set(err, ERR_CONFLICT, "prev",
			       N_("The record has changed since you opened it: its version is "
				  "entry %1, not %2. "
				  "Read it again and put your change on that version."),
			       err_num(row->n), err_num(r->prev));
	return true;
}

bool door_visibility(const struct pen *p, struct request *r, const struct record_row *row,
		     struct err *err)
{
	r->personal = r->record->personal ||
		      charter_personal(p->node->charter, str_z(r->record->name));
	if (!r->visibility_given)
		r->visibility = r->personal ? AUDIENCE_NATIONAL
				: row       ? row->visibility
					    : AUDIENCE_PUBLIC;
	if (r->personal && r->visibility != AUDIENCE_NATIONAL)
		return err_set(err, ERR_INPUT, "visibility",
			       N_("A %1 names private persons and stays national. Leave out "
				  "“visibility”."),
			       r->record->name);
	if (r->record->joint && r->visibility == AUDIENCE_NATIONAL)
		return err_set(err, ERR_INPUT, "visibility",
			       N_("A %1 belongs to all parties: write public or parties."),
			       r->record->name);
	return true;
}

bool door_unchanged(struct pen *p, struct request *r, const struct record_row *row,
		    struct err *err)
{
	const struct charter_ledger *l = charter_find(p->node->charter, row->ledger);
	struct said_entry said;

	if (!view_said(p->view, r->a, row->ledger, row->n, &said, err))
		return false;
	*r->out = (struct act_result){
		.done = true, .outcome = ACT_UNCHANGED, .id = r->id, .n = row->n
	};
	r->out->party = l ? l->party : p->node->party;
	r->out->leaf = leaf_hash(said.bytes);
	r->out->act = r->act;
	r->out->has_act = r->has_act;
	return true;
}

bool door_append(struct pen *p, struct request *r, enum entry_type type,
		 enum act_outcome outcome, struct err *err)
{
	struct act_result *out = r->out;

	if (!pen_append(p, type, r->actor, &out->n, &out->leaf, err))
		return false;
	out->done = true;
	out->outcome = outcome;
	out->party = p->node->party;
	out->id = r->id;
	out->act = r->act;
	out->has_act = r->has_act;
	if (r->type == ENTRY_RECORD_PUT)
		pen_stands(p, r->known, r->record, own_ref(p, r));
	return true;
}

/* --- national records: one party's word --- */

/* A body that is not public travels apart, under a salted commitment (LEDGER.md 3.4, 12.1). */
static void seal_data(struct pen *p, const struct request *r)
{
	struct json_w w = json_w(&p->secret);

	pen_salt(p, &w);
	json_key(&w, "data");
	json_put_raw(&w, r->text);
	if (r->files) {
		json_key(&w, "blobs");
		json_open(&w, '[');
		pen_files(&w, r->files);
		json_close(&w, ']');
	}
	json_close(&w, '}');
	pen_seal(p, r->visibility, r->personal ? "personal" : "confidential");
}

static void open_data(struct pen *p, const struct request *r)
{
	struct json_w w = json_w(&p->blobs);

	if (!r->files)
		return;
	json_open(&w, '[');
	pen_files(&w, r->files);
	json_close(&w, ']');
}

static void national_body(struct pen *p, const struct request *r, const struct record_row *row)
{
	struct buf *b = &p->body;

	buf_lit(b, "{\"kind\":\"");
	buf_z(b, r->record->name);
	buf_lit(b, "\",\"id\":");
	json_quote(b, r->id);
	buf_lit(b, ",\"prev\":");
	if (row)
		buf_u64(b, row->n);
	else
		buf_lit(b, "null");
	if (r->type == ENTRY_RECORD_END) {
		buf_lit(b, ",\"reason\":");
		json_quote(b, r->reason);
	} else {
		buf_lit(b, ",\"data\":");
		buf_add(b, r->visibility == AUDIENCE_PUBLIC ? r->text : S("{}"));
	}
	buf_ch(b, '}');
}

static bool national(struct pen *p, struct request *r, const struct record_row *row,
		     struct err *err)
{
	bool end = r->type == ENTRY_RECORD_END;

	if (!end && !door_visibility(p, r, row, err))
		return false;
	if (row && row->ended == end &&
	    (end || (row->visibility == r->visibility && str_eq(row->data, r->text))))
		return door_unchanged(p, r, row, err);
	national_body(p, r, row);
	if (!end && r->visibility == AUDIENCE_PUBLIC)
		open_data(p, r);
	else if (!end)
		seal_data(p, r);
	if (!end && !row && str_eq(r->data->raw, r->text))
		p->first = r;
	if (p->last && r->type == ENTRY_RECORD_PUT && r->visibility == AUDIENCE_PUBLIC &&
	    (!row || row->visibility == AUDIENCE_PUBLIC))
		store_last(p->node->store);
	return door_append(p, r, r->type, row ? ACT_CHANGED : ACT_ADDED, err);
}

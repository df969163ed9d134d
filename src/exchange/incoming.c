#include "exchange/incoming.h"

#include "base/uuid.h"
#include "exchange/incoming_aside.h"
#include "exchange/incoming_source.h"
#include "store/view.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* A batch mostly fits its room, which is taken once: blocks that come and go would leave holes
 * among the pages that the store keeps. */
enum {
	BATCH = 3584,
	BATCH_BYTES = 4 << 20,
	BATCH_ROOM = 24 << 20,
	ARENA_MAX = 1 << 30,
	DRAFT_ROOM = 16 << 20
};

/* What stands before a record's data in the file they wait in. */
struct kept {
	uint64_t line;
	uint32_t size; /* of the data that follows */
	uint16_t kind, file;
	uint32_t project; /* which of them it belongs to, counted as they came */
	bool open;        /* a source put at its end stands in the model's order */
	char id[UUID_TEXT];
};

struct incoming {
	struct incoming_plan plan;
	struct incoming_counts counts;
	struct view *view;
	bool reading;
	bool new_project; /* the last project was not in the register */
	struct origin *files;
	size_t file_count;
	struct aside aside;
	uint64_t waiting;
	uint32_t projects; /* that came */
	uint32_t
		second_hand; /* the one whose money is told elsewhere, of those being written */
	struct arena names, one; /* one: of the record in hand */
	struct buf text;         /* its data in the model's normal form */
	struct arena batch;
	struct draft drafts[BATCH];
	struct draft_put puts[BATCH];
	struct kept heads[BATCH];
	size_t n, bytes;
};

struct incoming *incoming_open(const struct incoming_plan *plan)
{
	struct incoming *in = calloc(1, sizeof(*in));

	assert(in);
	in->plan = *plan;
	arena_init(&in->names, ARENA_MAX);
	arena_init(&in->one, ARENA_MAX);
	arena_init(&in->batch, ARENA_MAX);
	buf_init(&in->text, DRAFT_ROOM);
	aside_init(&in->aside);
	return in;
}

static void stop_reading(struct incoming *in)
{
	if (in->reading)
		view_end(in->view);
	in->reading = false;
}

void incoming_close(struct incoming *in)
{
	if (!in)
		return;
	stop_reading(in);
	if (in->view)
		view_close(in->view);
	aside_done(&in->aside);
	free(in->files);
	buf_done(&in->text);
	arena_done(&in->names);
	arena_done(&in->one);
	arena_done(&in->batch);
	free(in);
}

static struct str base_name(struct str path)
{
	for (size_t i = path.n; i > 0; i--)
		if (path.p[i - 1] == '/')
			return str_from(path, i);
	return path;
}

void incoming_file(struct incoming *in, struct str path)
{
	struct str title = str_cut(base_name(path), fields[source_title].max - 40);

	in->files = realloc(in->files, (in->file_count + 1) * sizeof(*in->files));
	assert(in->files && in->file_count < UINT16_MAX);
	in->files[in->file_count++] =
		(struct origin){ .path = arena_str(&in->names, path),
				 .title = arena_join(&in->names, title, S(", ")) };
}

const struct incoming_counts *incoming_counts(const struct incoming *in)
{
	return &in->counts;
}

static bool is_transaction(const struct record *r)
{
	return r == &records[RECORD_transaction];
}

/* --- the register as it is --- */

static bool find(struct incoming *in, const struct record *r, const char *id,
		 struct record_row *row, bool *there, struct err *err)
{
	struct ref ref = { r->joint ? S(JOINT_PARTY) : node_party(in->plan.node), str_z(id) };

	*there = view_record(in->view, &in->one, r, ref, AUDIENCE_NATIONAL, LANG_EN, row, err);
	return *there || err->kind == ERR_MISSING;
}

static bool look(struct incoming *in, struct incoming_draft *d, struct record_row *row,
		 bool *there, struct err *err)
{
	*there = false;
	if (d->below && in->new_project)
		return true;
	if (!in->view && !view_open(node_store(in->plan.node), &in->view, err))
		return false;
	if (!in->reading && !view_begin(in->view, err))
		return false;
	in->reading = true;
	if (!find(in, d->record, d->id, row, there, err))
		return false;
	if (!*there && d->was) {
		if (!find(in, d->record, d->was, row, there, err))
			return false;
		if (*there)
			d->id = d->was;
	}
	if (d->record == &records[RECORD_project])
		in->new_project = !*there;
	return true;
}

/* --- what the draft says, and what stood in fields it does not speak of --- */

static bool is_source(const struct field *f)
{
	return f->kind == PARTS && f->to == RECORD_source;
}

static bool kept_by_hand(struct incoming *in, const struct record *r, const struct json *was)
{
	for
		each_field(f, r) if (!is_source(f) &&
				     !in->plan.speaks((enum field_id)(f - fields)) &&
				     json_get(was, f->name)) return true;
	return false;
}

static struct json *put_together(struct incoming *in, const struct record *r,
				 const struct json *was, const struct json *said)
{
	struct json_maker m = json_maker(&in->one, JSON_OBJECT);

	for
		each_field(f, r)
		{
			bool speaks = in->plan.speaks((enum field_id)(f - fields));
			const struct json *v = json_get(speaks ? said : was, f->name);
			struct json *copy;

			if (!v || is_source(f))
				continue;
			copy = arena_new(&in->one, struct json);
			*copy = *v;
			copy->next = NULL;
			json_make_put(&m, v->name, copy);
		}
	return m.of;
}

static struct model_ctx model_of(const struct incoming *in)
{
	struct model_ctx ctx = node_model(in->plan.node);

	ctx.reported = true;
	return ctx;
}

/* --- what cannot be held --- */

static struct json **member(struct json *of, struct str name)
{
	struct json **at = &of->child;

	while (*at && !str_eq((*at)->name, name))
		at = &(*at)->next;
	return at;
}

static void unlink_at(struct json *of, struct json **at)
{
	*at = (*at)->next;
	of->count--;
}

/* "locations.3.country": that place goes; "sectors", "planned_end": the field goes, unless the
 * record cannot be without it.  `data` is this record's own. */
static bool leave_out(const struct record *r, struct json *data, const struct err *err)
{
	struct str path = str_z(err->field), name, index;
	const struct field *f;
	struct json **at, **part;
	uint64_t i;

	(void)!str_split(&path, '.', &name);
	f = record_field(r, name);
	at = member(data, name);
	if (!f || f->required || !*at)
		return false;
	if (f->kind == PARTS && str_split(&path, '.', &index) &&
	    str_u64(index, UINT16_MAX, &i)) {
		for (part = &(*at)->child; *part && i > 0; i--)
			part = &(*part)->next;
		if (!*part)
			return false;
		unlink_at(*at, part);
		if ((*at)->child)
			return true;
	}
	unlink_at(data, at);
	return true;
}

enum { ROUNDS = 40 }; /* of leaving out: each says what is the matter with the rest */

/* One thing at a time: the index of a part counts those that are still there.  What passes
 * stands in in->text, in the model's normal form. */
static bool passes(struct incoming *in, const struct incoming_draft *d, struct json *data)
{
	struct model_ctx ctx = model_of(in);
	struct str file = in->files[in->file_count - 1].path;
	struct err errs[MODEL_ERRORS_MAX];
	size_t n = 0;

	for (int i = 0; i < ROUNDS; i++) {
		n = model_take(&in->one, d->record, data, &ctx, errs, &in->text);
		if (n == 0)
			return true;
		if (!leave_out(d->record, data, errs))
			break;
		in->counts.fields_left_out++;
		in->plan.left_out(in->plan.ctx, d->record, file, d->line, errs);
	}
	for (size_t i = 0; i < n && i < MODEL_ERRORS_MAX; i++)
		in->plan.refused(in->plan.ctx, d->record, file, d->line, errs + i);
	in->counts.refused++;
	return false;
}

/* --- whether the register says so already --- */

/* Whether the normal form of the row, its sources left out, is this text. */
static bool same_but_sources(struct str text, struct str row, const struct json *was)
{
	const struct json *sources = json_get(was, "sources");
	struct str head = row, tail = S("");

	if (sources) {
		head.n = (size_t)(sources->raw.p - row.p) - strlen("\"sources\":");
		tail = str_from(row, (size_t)(sources->raw.p - row.p) + sources->raw.n);
		if (str_starts(tail, S(",")))
			tail = str_from(tail, 1);
		else
			head.n -= head.p[head.n - 1] == ',';
	}
	return text.n == head.n + tail.n && str_starts(text, head) && str_ends(text, tail);
}

/* --- kept aside --- */

/* In the model's order a source is the last thing but one. */
static bool source_last(const struct record *r, const struct json *data)
{
	const struct field *last = &fields[r->end - 1];

	return !json_get(data, last->name) && is_source(last - 1);
}

static bool keep(struct incoming *in, const struct incoming_draft *d, const struct json *data,
		 struct err *err)
{
	struct str text = buf_str(&in->text);
	struct kept head = { .line = d->line,
			     .size = (uint32_t)text.n,
			     .project = in->projects,
			     .kind = (uint16_t)record_id_of(d->record),
			     .open = source_last(d->record, data),
			     .file = (uint16_t)(in->file_count - 1) };

	memcpy(head.id, d->id, sizeof(head.id));
	in->waiting++;
	return aside_put(&in->aside, str_of(&head, sizeof(head)), text, err);
}

/* --- one record --- */

static bool put(struct incoming *in, const struct incoming_draft *d,
		const struct record_row *row, bool *good, struct err *err)
{
	const struct json *was = row ? row->parsed : NULL;
	struct json *data = d->data, *read;

	if (row && !was) {
		if (!json_object(&in->one, row->data, &read, err))
			return false;
		was = read;
	}
	if (was && kept_by_hand(in, d->record, was))
		data = put_together(in, d->record, was, data);
	buf_clear(&in->text);
	*good = passes(in, d, data);
	if (!*good)
		return true;
	in->counts.transactions += is_transaction(d->record);
	if (!row && in->plan.look) {
		in->counts.added++;
		return true;
	}
	if (row && !row->ended && same_but_sources(buf_str(&in->text), row->data, was)) {
		in->counts.unchanged++;
		return true;
	}
	in->counts.added += row == NULL;
	in->counts.changed += row != NULL;
	return in->plan.look || keep(in, d, data, err);
}

bool incoming_put(struct incoming *in, struct incoming_draft *d, bool *good, struct err *err)
{
	struct record_row row;
	bool there;

	arena_reset(&in->one);
	in->projects += d->record == &records[RECORD_project];
	*good = true;
	if (!look(in, d, &row, &there, err))
		return false;
	if (there && d->mention) {
		in->counts.unchanged++;
		return true;
	}
	return put(in, d, there ? &row : NULL, good, err);
}

/* Whether the model takes what is said of the file, whatever the line, as it stands. */
static bool is_plain(struct incoming *in, const struct origin *file)
{
	const struct record *r = &records[RECORD_source];
	struct model_ctx ctx = model_of(in);
	struct err errs[MODEL_ERRORS_MAX];
	struct json *data;
	const struct json *source;
	struct str text;

	arena_reset(&in->one);
	text = with_source(&in->one, S("{}"), S(""), file, UINT64_MAX);
	if (!json_object(&in->one, text, &data, errs))
		return false;
	source = data->child->child;
	buf_clear(&in->text);
	return model_take(&in->one, r, source, &ctx, errs, &in->text) == 0 &&
	       str_eq(buf_str(&in->text), source->raw);
}

void incoming_hash(struct incoming *in, const struct hash *sha256)
{
	struct origin *file = &in->files[in->file_count - 1];

	source_name(&in->names, file, sha256);
	file->plain = is_plain(in, file);
}

/* --- writing --- */

static bool fatal(const struct err *err)
{
	return err->kind == ERR_UNREACHABLE || err->kind == ERR_BROKEN;
}

static bool take_result(struct incoming *in, size_t i, const struct act_result *r,
			struct err *err)
{
	const struct kept *head = in->heads + i;

	if (r->done) {
		in->counts.added += r->outcome == ACT_ADDED;
		in->counts.changed += r->outcome == ACT_CHANGED;
		in->counts.unchanged += r->outcome == ACT_UNCHANGED;
		return true;
	}
	*err = r->errors[0];
	if (fatal(err))
		return false;
	in->counts.refused++;
	in->counts.transactions -= is_transaction(&records[head->kind]);
	in->plan.refused(in->plan.ctx, &records[head->kind], in->files[head->file].path,
			 head->line, err);
	return true;
}

static void begin_batch(struct incoming *in)
{
	in->n = in->bytes = 0;
	arena_reset(&in->batch);
	if (in->batch.block && in->batch.block->cap >= BATCH_ROOM)
		return;
	(void)arena_take(&in->batch, BATCH_ROOM);
	arena_reset(&in->batch);
}

static bool flush(struct incoming *in, struct err *err)
{
	struct act_result *results = arena_array(&in->batch, struct act_result, in->n);
	bool ok = true;

	register_batch(in->plan.node, &in->batch, in->drafts, in->n, results);
	for (size_t i = 0; i < in->n && ok; i++)
		ok = take_result(in, i, results + i, err);
	begin_batch(in);
	return ok;
}

/* What a record of the project says when its money is told elsewhere too. */
static struct str second_hand(struct incoming *in, const struct kept *head, struct str data)
{
	static const enum field_id marks[RECORD_COUNT] = {
		[RECORD_project] = project_secondary,
		[RECORD_transaction] = transaction_secondary,
		[RECORD_budget] = budget_secondary,
		[RECORD_planned_disbursement] = planned_disbursement_secondary,
	};

	if (head->kind == RECORD_project &&
	    in->plan.second_hand(in->plan.ctx, &in->batch, data))
		in->second_hand = head->project;
	if (in->second_hand != head->project || !marks[head->kind])
		return S("");
	return arena_join(&in->batch, field_keys[marks[head->kind]], S("true,"));
}

static struct str draft_text(struct incoming *in, const struct kept *head, struct str data)
{
	struct json_w w;
	struct buf b;

	buf_init(&b, DRAFT_ROOM);
	w = json_w(&b);
	json_open(&w, '{');
	json_pair(&w, "type", S("record.put"));
	json_pair(&w, "kind", str_z(records[head->kind].name));
	json_pair(&w, "id", str_z(head->id));
	json_key(&w, "data");
	json_put_raw(&w, data);
	json_close(&w, '}');
	return arena_buf(&in->batch, &b);
}

/* What was checked need not be checked again. */
static void add_draft(struct incoming *in, struct str data)
{
	const struct kept *head = in->heads + in->n;
	struct draft *d = &in->drafts[in->n];
	struct draft_put *put = &in->puts[in->n++];

	data = with_source(&in->batch, data, second_hand(in, head, data),
			   in->files + head->file, head->line);
	in->bytes += data.n;
	*put = (struct draft_put){ &records[head->kind], str_z(head->id), data };
	*d = (struct draft){ .actor = in->plan.actor, .reported = true };
	if (head->open && in->files[head->file].plain)
		d->put = put;
	else
		d->json = draft_text(in, head, data);
}

static bool next_kept(struct incoming *in, struct str *data, struct err *err)
{
	struct kept *head = in->heads + in->n;
	struct str bytes;

	if (!aside_get(&in->aside, sizeof(*head), &bytes, err))
		return false;
	memcpy(head, bytes.p, sizeof(*head));
	return aside_get(&in->aside, head->size, data, err);
}

bool incoming_write(struct incoming *in,
		    void (*progress)(void *ctx, uint64_t done, uint64_t all), struct err *err)
{
	struct str data;

	stop_reading(in);
	begin_batch(in);
	in->counts.added = in->counts.changed = 0;
	if (!aside_turn(&in->aside, err))
		return false;
	for (uint64_t i = 0; i < in->waiting; i++) {
		if (!next_kept(in, &data, err))
			return false;
		add_draft(in, data);
		if (in->n < BATCH && in->bytes < BATCH_BYTES)
			continue;
		if (!flush(in, err))
			return false;
		progress(in->plan.ctx, i + 1, in->waiting);
	}
	return in->n == 0 || flush(in, err);
}

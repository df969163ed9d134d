#include "register/pen.h"

#include "base/uuid.h"
#include "register/key_ring.h"
#include "register/seen.h"

#include <stdlib.h>

enum { KNOWN_MAX = 4096 };

void pen_init(struct pen *p, struct node *n)
{
	*p = (struct pen){ .node = n };
	buf_init(&p->body, DRAFT_MAX * 4);
	buf_init(&p->blobs, ENTRY_MAX * 2);
	buf_init(&p->sealed, ENTRY_MAX);
	buf_init(&p->secret, DRAFT_MAX * 4);
	buf_init(&p->entry, DRAFT_MAX * 5);
	known_init(&p->known);
	p->to_ask = calloc(RECORD_COUNT, sizeof(*p->to_ask));
	if (!p->to_ask)
		abort();
}

void pen_done(struct pen *p)
{
	buf_done(&p->body);
	buf_done(&p->blobs);
	buf_done(&p->sealed);
	buf_done(&p->secret);
	buf_done(&p->entry);
	known_done(&p->known);
	free(p->to_ask);
}

void pen_clear(struct pen *p)
{
	buf_clear(&p->body);
	buf_clear(&p->blobs);
	buf_clear(&p->sealed);
	buf_clear(&p->secret);
	p->first = NULL;
}

/* Which keys are in force, and what is to be acknowledged: as it was, while nothing was heard.
 */
static bool look_round(struct pen *p, struct err *err)
{
	const struct node *n = p->node;
	uint64_t heard = store_heard(n->store) + 1;

	if (p->heard == heard && n->ring_loaded && n->log_held)
		return true;
	if (!ring_load(p->node, p->view, err) || !node_log_key(n, err) ||
	    (p->heard != heard && !seen_write(p, err)))
		return false;
	p->heard = heard;
	return true;
}

/* A question may have failed before the last was put. */
static void ask_nothing(struct pen *p)
{
	for (int i = 0; i < RECORD_COUNT; i++)
		p->to_ask[i].n = 0;
}

bool pen_begin(struct pen *p, struct err *err)
{
	if (!store_begin(p->node->store, err))
		return false;
	pen_clear(p);
	p->view = store_writer_view(p->node->store);
	p->broken = p->asked = p->clear = false;
	p->commit++;
	if (p->known.n > KNOWN_MAX)
		known_clear(&p->known);
	p->written = 0;
	p->acknowledged = 0;
	if (look_round(p, err)) {
		p->acknowledged = p->written;
		return true;
	}
	store_rollback(p->node->store);
	return false;
}

bool pen_commit(struct pen *p, struct err *err)
{
	if (!store_commit(p->node->store, &p->node->log, err)) {
		pen_undo(p);
		return false;
	}
	if (p->written > 0)
		register_stir(p->node, p->node->ledger);
	return true;
}

/* What was found may have been made in the transaction that is undone. */
void pen_undo(struct pen *p)
{
	store_rollback(p->node->store);
	known_clear(&p->known);
	ask_nothing(p);
	p->heard = 0;
}

/* --- records that stand --- */

static bool ask(struct pen *p, const struct record *record, struct err *err)
{
	struct asked *to_ask = &p->to_ask[record_id_of(record)];
	struct ref refs[ASKED_MAX];
	bool there[ASKED_MAX];
	size_t n = to_ask->n;
	bool ok;

	to_ask->n = 0;
	for (size_t i = 0; i < n; i++)
		refs[i] = to_ask->list[i]->ref;
	store_beside(p->node->store, p->clear);
	ok = view_there(p->view, record, AUDIENCE_NATIONAL, refs, n, there, err);
	store_beside(p->node->store, false);
	if (!ok)
		return false;
	p->clear = true;
	for (size_t i = 0; i < n; i++)
		to_ask->list[i]->stands = there[i];
	return true;
}

static void add_in_order(struct asked *to_ask, struct known *k)
{
	size_t i = to_ask->n++;

	for (; i > 0 && ref_order(&to_ask->list[i - 1]->ref, &k->ref) > 0; i--)
		to_ask->list[i] = to_ask->list[i - 1];
	to_ask->list[i] = k;
}

bool pen_ask(struct pen *p, const struct record *record, struct ref ref, struct known **out,
	     struct err *err)
{
	struct asked *to_ask = &p->to_ask[record_id_of(record)];
	struct known *k = *out = known_record(&p->known, record, ref);

	if (record->part || k->stands || k->asked == p->commit)
		return true;
	k->asked = p->commit;
	add_in_order(to_ask, k);
	return to_ask->n < ASKED_MAX || ask(p, record, err);
}

bool pen_asked(struct pen *p, struct err *err)
{
	for (int i = 0; i < RECORD_COUNT; i++)
		if (p->to_ask[i].n && !ask(p, &records[i], err))
			return false;
	p->asked = true;
	return true;
}

void pen_stands(struct pen *p, struct known *k, const struct record *record, struct ref ref)
{
	if (!k)
		k = known_record(&p->known, record, ref);
	k->stands = true;
}

bool pen_lacks(const struct pen *p, const struct known *k)
{
	return p->asked && k && !k->stands;
}

bool pen_finds(struct pen *p, struct arena *a, const struct draft_ref *ref)
{
	struct known *k = ref->known ? ref->known : known_record(&p->known, ref->to, ref->ref);

	if (!k->stands && !p->asked)
		(void)view_label(p->view, a, ref->to, ref->value, AUDIENCE_NATIONAL, LANG_EN,
				 &k->stands);
	return k->stands;
}

struct str pen_id(struct pen *p, struct arena *a)
{
	const struct node_env *env = p->node->env;
	char text[UUID_TEXT];

	if (p->chances == 0) {
		env->random(env->ctx, p->chance, sizeof(p->chance));
		p->chances = CHANCES;
	}
	uuid_make(text, env->now_ms(env->ctx), p->chance[--p->chances]);
	return arena_str(a, str_z(text));
}

/* The entry's bytes into p->entry; false when they are too many. */
static bool write_bytes(struct pen *p, struct entry_draft *d, struct err *err)
{
	struct store *s = p->node->store;
	int64_t now = node_now(p->node), last = store_last_time(s);

	d->party = p->node->party;
	d->n = store_next(s);
	d->time = now > last ? now : last;
	if (d->time != p->time || !p->time_text[0])
		time_text(p->time_text, d->time);
	p->time = d->time;
	d->time_text = str_of(p->time_text, TIME_TEXT - 1);
	buf_clear(&p->entry);
	entry_write(&p->entry, d);
	if (!p->entry.full && p->entry.n <= ENTRY_MAX)
		return true;
	return err_set(err, ERR_INPUT, "data",
		       N_("This would take %1 bytes in the ledger; an entry holds at most %2. "
			  "Shorten the "
			  "texts, or attach them as documents."),
		       err_num(p->entry.n), err_num(ENTRY_MAX));
}

/* The entry as reading it would make it. */
static bool make_read(const struct pen *p, const struct entry_draft *d, struct entry *out)
{
	const struct request *r = p->first;
	const struct entry_proposal x = { .act = r->act,
					  .size = p->document,
					  .parties = p->node->parties,
					  .party_count = p->node->party_count,
					  .kind = str_z(r->record->name),
					  .id = r->id,
					  .data = r->data };

	return r->record->joint ? entry_of_proposal(r->a, d, &x, out)
				: entry_of_first(r->a, d, x.kind, r->id, r->data, out);
}

bool pen_put(struct pen *p, struct entry_draft *d, uint64_t *n, struct hash *leaf,
	     struct err *err)
{
	const struct request *r = p->first;
	struct entry *read = r ? arena_new(r->a, struct entry) : NULL;

	if (!write_bytes(p, d, err))
		return false;
	*n = p->node->place.first + d->n;
	if (r && !make_read(p, d, read))
		read = NULL;
	p->broken = !store_append_read(p->node->store, buf_str(&p->entry), read, leaf, err);
	p->written++;
	return !p->broken;
}

bool pen_append(struct pen *p, enum entry_type type, struct str actor, uint64_t *n,
		struct hash *leaf, struct err *err)
{
	struct str secret = buf_str(&p->secret);
	struct entry_draft d = {
		.type = str_z(entry_type_names[type]),
		.body = buf_str(&p->body),
		.blobs = buf_str(&p->blobs),
		.sealed = buf_str(&p->sealed),
		.actor = actor,
	};

	if (secret.n) {
		struct hash c = hash_of(secret);

		p->broken = !store_opening(p->node->store, &c, secret, err);
	}
	return !p->broken && pen_put(p, &d, n, leaf, err);
}

void pen_files(struct json_w *w, const struct draft_file *files)
{
	int64_t size = 0;

	for (; files; files = files->next) {
		json_open(w, '{');
		json_pair(w, "sha256", files->sha256);
		json_key(w, "size");
		json_put_int(w, json_int(files->json, "size", &size) ? size : 0);
		json_pair(w, "media", json_str(files->json, "media"));
		json_pair(w, "name", json_str(files->json, "name"));
		json_close(w, '}');
	}
}

void pen_salt(struct pen *p, struct json_w *w)
{
	unsigned char salt[HASH_SIZE];

	p->node->env->random(p->node->env->ctx, salt, sizeof(salt));
	json_open(w, '{');
	json_key(w, "salt");
	json_put_hex(w, salt, sizeof(salt));
}

struct hash pen_seal(struct pen *p, enum audience audience, const char *class)
{
	struct hash c = hash_of(buf_str(&p->secret));
	struct json_w w = json_w(&p->sealed);

	json_open(&w, '[');
	json_open(&w, '{');
	json_key(&w, "c");
	json_put_hex(&w, c.b, HASH_SIZE);
	json_key(&w, "for");
	json_open(&w, '[');
	if (audience == AUDIENCE_NATIONAL)
		json_put_str(&w, p->node->party);
	else
		for (size_t i = 0; i < p->node->party_count; i++)
			json_put_str(&w, p->node->parties[i]);
	json_close(&w, ']');
	json_pair(&w, "class", str_z(class));
	json_close(&w, '}');
	json_close(&w, ']');
	return c;
}

#include "register/pen.h"

#include "base/uuid.h"
#include "register/key_ring.h"
#include "register/seen.h"

#include <string.h>

void pen_init(struct pen *p, struct node *n)
{
	*p = (struct pen){ .node = n };
	buf_init(&p->body, DRAFT_MAX * 4);
	buf_init(&p->blobs, ENTRY_MAX * 2);
	buf_init(&p->sealed, ENTRY_MAX);
	buf_init(&p->secret, DRAFT_MAX * 4);
	buf_init(&p->entry, DRAFT_MAX * 5);
}

void pen_done(struct pen *p)
{
	buf_done(&p->body);
	buf_done(&p->blobs);
	buf_done(&p->sealed);
	buf_done(&p->secret);
	buf_done(&p->entry);
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

bool pen_begin(struct pen *p, struct err *err)
{
	if (!store_begin(p->node->store, err))
		return false;
	pen_clear(p);
	p->view = store_writer_view(p->node->store);
	p->broken = false;
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
	memset(p->met, 0, sizeof(p->met));
	p->heard = 0;
}

bool pen_finds(struct pen *p, struct arena *a, const struct record *record, struct str ref)
{
	unsigned last = ref.n < 2 ? 0
				  : (unsigned char)ref.p[ref.n - 1] +
					    16u * (unsigned char)ref.p[ref.n - 2];
	struct met *met = &p->met[last % MET_SLOTS];
	bool found;

	if (met->record == record && str_eq(str_of(met->ref, met->n), ref))
		return true;
	(void)view_label(p->view, a, record, ref, AUDIENCE_NATIONAL, LANG_EN, &found);
	if (found && ref.n <= REF_MAX) {
		*met = (struct met){ .record = record, .n = ref.n };
		memcpy(met->ref, ref.p, ref.n);
	}
	return found;
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

bool pen_put(struct pen *p, struct entry_draft *d, uint64_t *n, struct hash *leaf,
	     struct err *err)
{
	const struct request *r = p->first;
	struct entry *read = r ? arena_new(r->a, struct entry) : NULL;

	if (!write_bytes(p, d, err))
		return false;
	*n = p->node->place.first + d->n;
	if (r && !entry_of_first(r->a, d, str_z(r->record->name), r->id, r->data, read))
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

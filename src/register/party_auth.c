#include "register/party_auth.h"

#include "register/writer.h"

#include <stdlib.h>
#include <string.h>

/* LEDGER.md 10. */
enum { SKEW = 300, REMEMBERED = 600, NONCE = 16, NOTE_ROOM = 8 << 10 };
/* As many requests as one party may make in the time its nonces are remembered. */
enum { NONCES_MAX = 16384 };

/* Those of one party, in the order they came. */
struct nonces {
	unsigned char nonce[NONCES_MAX][NONCE];
	int64_t met[NONCES_MAX];
	unsigned first, count;
};

void nonces_free(struct node *n)
{
	for (size_t i = 0; i < CHARTER_LEDGERS_MAX; i++)
		free(n->nonces[i]);
}

/* --- the note --- */

enum line { WORD, REGISTER, FROM, REQUEST, BODY, TIME, NONCE_HEX, LINES };

static void put_text(struct buf *out, const struct node *n, const struct party_request *q,
		     const unsigned char nonce[NONCE])
{
	buf_lit(out, "benkan-auth/1\n");
	buf_hex(out, n->charter->id.b, HASH_SIZE);
	buf_ch(out, '\n');
	buf_add(out, n->party);
	buf_ch(out, '\n');
	buf_add(out, q->method);
	buf_ch(out, ' ');
	buf_add(out, q->target);
	buf_ch(out, '\n');
	buf_hex(out, q->body.b, HASH_SIZE);
	buf_ch(out, '\n');
	buf_i64(out, node_now(n));
	buf_ch(out, '\n');
	buf_hex(out, nonce, NONCE);
	buf_ch(out, '\n');
}

bool party_auth_write(struct node *n, const struct party_request *q, struct buf *out,
		      struct err *err)
{
	unsigned char nonce[NONCE];
	struct buf text, note;
	bool ok;

	n->env->random(n->env->ctx, nonce, sizeof(nonce));
	buf_init(&text, NOTE_ROOM);
	buf_init(&note, NOTE_ROOM);
	put_text(&text, n, q, nonce);
	ok = node_sign(n, buf_str(&text), &note, err);
	buf_b64(out, note.p, note.n);
	if (ok && (text.full || note.full || out->full))
		ok = err_set(err, ERR_INPUT, "", N_("the address is too long"));
	buf_done(&text);
	buf_done(&note);
	return ok;
}

static bool split_lines(struct str text, struct str line[LINES])
{
	for (unsigned i = 0; i < LINES; i++)
		if (!str_split(&text, '\n', &line[i]))
			return false;
	return text.p && text.n == 0 && str_is(line[WORD], "benkan-auth/1");
}

static bool malformed(struct err *err)
{
	return err_set(err, ERR_DENIED, "Benkan-Auth",
		       N_("The header Benkan-Auth is not a signed note of the form "
			  "benkan-auth/1."));
}

/* --- who signed it --- */

static bool key_of(struct node *n, struct arena *a, struct str ledger, struct vkey *key,
		   struct err *err)
{
	struct charter_ledger now;
	bool ok;

	writer_hold(n->writer);
	ok = view_keys(store_writer_view(n->store), a, ledger, INT64_MAX, &now, err);
	writer_free(n->writer);
	*key = now.log;
	return ok;
}

/* Any ledger of the party may speak for it; which party, and that it signed. */
static bool signed_by(struct node *n, struct arena *a, struct str note, struct str from,
		      size_t *party, struct err *err)
{
	struct vkey keys[CHARTER_LEDGERS_MAX];
	struct err ignored;
	struct note parts;
	unsigned verified;
	size_t count = 0;

	for (size_t i = 0; i < n->charter->ledger_count; i++) {
		const struct charter_ledger *l = &n->charter->ledgers[i];

		if (!str_eq(l->party, from) || str_eq(l->party, n->party) || l->closed)
			continue;
		if (!key_of(n, a, l->name, &keys[count++], err))
			return false;
	}
	for (size_t i = 0; i < n->party_count; i++)
		if (str_eq(n->parties[i], from))
			*party = i;
	return (count > 0 && note_open(note, keys, count, &parts, &verified, &ignored)) ||
	       err_set(err, ERR_DENIED, "Benkan-Auth",
		       N_("The request is not signed by the key in force of another party of "
			  "this register."));
}

/* --- once only --- */

static bool is_met(const struct nonces *k, const unsigned char nonce[NONCE])
{
	for (unsigned i = 0; i < k->count; i++)
		if (memcmp(k->nonce[(k->first + i) % NONCES_MAX], nonce, NONCE) == 0)
			return true;
	return false;
}

static bool meet(struct nonces *k, const unsigned char nonce[NONCE], int64_t now,
		 struct err *err)
{
	unsigned at;

	while (k->count && now - k->met[k->first] > REMEMBERED) {
		k->first = (k->first + 1) % NONCES_MAX;
		k->count--;
	}
	if (is_met(k, nonce))
		return err_set(err, ERR_DENIED, "Benkan-Auth",
			       N_("This request came before: each is signed anew."));
	if (k->count == NONCES_MAX)
		return err_set(err, ERR_DENIED, "Benkan-Auth",
			       N_("Too many requests within ten minutes. Wait, then go on."));
	at = (k->first + k->count++) % NONCES_MAX;
	memcpy(k->nonce[at], nonce, NONCE);
	k->met[at] = now;
	return true;
}

static bool first_time(struct node *n, size_t party, struct str hex, struct err *err)
{
	unsigned char nonce[NONCE];
	bool ok;

	if (!hex_decode(hex, nonce, NONCE))
		return malformed(err);
	pthread_mutex_lock(&n->auth);
	if (!n->nonces[party])
		n->nonces[party] = calloc(1, sizeof(struct nonces));
	if (!n->nonces[party])
		abort();
	ok = meet(n->nonces[party], nonce, node_now(n), err);
	pthread_mutex_unlock(&n->auth);
	return ok;
}

/* --- the request --- */

static bool same_request(struct node *n, struct arena *a, const struct str line[LINES],
			 const struct party_request *q, struct err *err)
{
	struct str request = arena_join(a, arena_join(a, q->method, S(" ")), q->target);
	struct hash id, body;
	uint64_t time;
	int64_t now = node_now(n);

	if (!hash_hex(line[REGISTER], &id) || !hash_hex(line[BODY], &body) ||
	    !str_u64(line[TIME], INT64_MAX, &time))
		return malformed(err);
	if (!hash_eq(&id, &n->charter->id))
		return err_set(err, ERR_DENIED, "Benkan-Auth",
			       N_("The request is of another register."));
	if (!str_eq(line[REQUEST], request) || !hash_eq(&body, &q->body))
		return err_set(err, ERR_DENIED, "Benkan-Auth",
			       N_("What was signed is another request than this one."));
	if ((int64_t)time > now + SKEW || (int64_t)time < now - SKEW)
		return err_set(
			err, ERR_DENIED, "Benkan-Auth",
			N_("The request was signed at another time: the clocks of the two "
			   "nodes differ by more than five minutes. Set them right."));
	return true;
}

bool party_auth_check(struct node *n, struct arena *a, struct str header,
		      const struct party_request *q, struct str *party, struct err *err)
{
	char *bytes = arena_alloc(a, NOTE_ROOM);
	struct str line[LINES], note;
	struct note parts;
	struct err ignored;
	size_t size, who = 0;

	if (!n->charter || !b64_decode(header, bytes, NOTE_ROOM, &size))
		return malformed(err);
	note = str_of(bytes, size);
	if (!note_parse(note, &parts, &ignored) || !split_lines(parts.text, line))
		return malformed(err);
	if (!signed_by(n, a, note, line[FROM], &who, err) ||
	    !same_request(n, a, line, q, err) || !first_time(n, who, line[NONCE_HEX], err))
		return false;
	*party = n->parties[who];
	return true;
}

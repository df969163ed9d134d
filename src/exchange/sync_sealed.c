/* Restricted bodies this party may have and lacks, from a peer that holds them (LEDGER.md 12).
 */
#include "exchange/session.h"

#include "register/party_auth.h"
#include "register/sealed_body.h"

enum { LACK_MAX = 1 << 16, MISSES_MAX = 256, HEADER_MAX = 8 << 10, STATUS_OK = 200 };

struct fetching {
	struct session *s;
	struct buf file;
	uint64_t taken; /* in this round */
	unsigned misses;
};

static struct str path_of(struct arena *a, const struct hash *name)
{
	struct buf b;

	buf_init(&b, 128);
	buf_lit(&b, "/sealed/");
	buf_hex(&b, name->b, HASH_SIZE);
	return arena_buf(a, &b);
}

/* Signed as this party's request; a peer that does not have it says 404, as to anybody. */
static bool ask(struct fetching *f, const struct hash *name, unsigned *status, struct err *err)
{
	struct party_request q = { .method = S("GET"),
				   .target = path_of(f->s->a, name),
				   .body = hash_of(S("")) };
	struct fetch_request request = { .path = q.target };
	struct buf header;
	bool ok;

	buf_init(&header, HEADER_MAX);
	ok = party_auth_write(f->s->node, &q, &header, err);
	request.headers[0] = (struct fetch_header){ "Benkan-Auth", buf_str(&header) };
	ok = ok && fetch_ask(f->s->peer, &request, status, &f->file, err);
	buf_done(&header);
	return ok;
}

static bool fetch_one(struct fetching *f, const struct hash *name, struct err *err)
{
	enum body_fate fate;
	unsigned status;

	if (!ask(f, name, &status, err))
		return false;
	if (status != STATUS_OK) {
		f->misses++;
		return true;
	}
	if (!body_take(f->s->node, name, buf_str(&f->file), &fate, err))
		return false;
	f->taken += fate == BODY_TAKEN;
	f->misses += fate != BODY_TAKEN;
	return true;
}

static bool round_of(struct fetching *f, struct err *err)
{
	struct session *s = f->s;
	struct hash *names;
	size_t n;
	bool ok;

	f->taken = 0;
	f->misses = 0;
	if (!view_begin(s->view, err))
		return false;
	ok = body_lack(s->node, s->view, s->a, LACK_MAX, &names, &n, err);
	view_end(s->view);
	for (size_t i = 0; ok && i < n && f->misses < MISSES_MAX; i++)
		ok = fetch_one(f, &names[i], err);
	return ok;
}

/* Bodies name attachments, which the next round asks for. */
bool session_sealed(struct session *s, struct err *err)
{
	struct fetching f = { .s = s };
	uint64_t opened;
	bool ok;

	buf_init(&f.file, BODY_FILE_MAX);
	do {
		ok = round_of(&f, err);
		s->out->bodies += f.taken;
	} while (ok && f.taken);
	buf_done(&f.file);
	s->out->lacking = f.misses;
	return ok && body_settle(s->node, &opened, err);
}

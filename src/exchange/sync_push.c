/* What this node wrote, brought to a peer that cannot reach it (LEDGER.md 10, step 5). */
#include "exchange/pouch.h"
#include "exchange/session.h"

#include "register/party_auth.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { STATUS_OK = 200, HEADER_MAX = 8 << 10, ANSWER_MAX = 64 << 10 };

/* How much of the own ledger the peer holds: by its copy, which our key must have signed. */
static bool ask_held(struct session *s, const struct ledger_row *own, uint64_t *size,
		     struct err *err)
{
	struct fetch_request q = { .path = session_path(s, "/mirror/", own->origin,
							"/checkpoint") };
	struct charter_ledger keys;
	struct checkpoint head;
	struct buf note;
	unsigned status;
	bool ok;

	*size = 0;
	if (!view_keys(s->view, s->a, own->name, own->size, &keys, err))
		return false;
	buf_init(&note, NOTE_MAX);
	ok = fetch_ask(s->peer, &q, &status, &note, err);
	if (ok && status == STATUS_OK &&
	    checkpoint_open(buf_str(&note), own->origin, &keys.log, 1, &head, err))
		*size = head.size < own->size ? head.size : own->size;
	buf_done(&note);
	return ok;
}

/* --- the pouch, in a file without a name --- */

static bool no_file(struct err *err)
{
	return err_set(err, ERR_UNREACHABLE, NULL,
		       N_("A temporary file could not be used (%1). Make room in the temporary "
			  "folder."),
		       strerror(errno));
}

static bool into_file(void *ctx, struct str bytes, struct err *err)
{
	const int *fd = ctx;

	while (bytes.n > 0) {
		ssize_t n = write(*fd, bytes.p, bytes.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return no_file(err);
		bytes = str_from(bytes, (size_t)n);
	}
	return true;
}

static bool post(struct session *s, struct str pouch, struct err *err)
{
	const struct party_request signed_for = { S("POST"), S("/pouch"), hash_of(pouch) };
	struct fetch_request q = { .path = signed_for.target,
				   .type = "application/octet-stream",
				   .body = pouch };
	struct buf header, answer;
	bool ok;

	buf_init(&header, HEADER_MAX);
	buf_init(&answer, ANSWER_MAX);
	ok = party_auth_write(s->node, &signed_for, &header, err);
	q.headers[0] = (struct fetch_header){ "Benkan-Auth", buf_str(&header) };
	ok = ok && fetch_ask(s->peer, &q, &s->out->push_status, &answer, err);
	buf_done(&answer);
	buf_done(&header);
	return ok;
}

static bool send_file(struct session *s, int fd, struct err *err)
{
	off_t size = lseek(fd, 0, SEEK_END);
	void *map =
		size > 0 ? mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
	bool ok;

	if (map == MAP_FAILED)
		return no_file(err);
	ok = post(s, str_of(map, (size_t)size), err);
	munmap(map, (size_t)size);
	return ok;
}

static bool push(struct session *s, const struct pouch_base *held, struct err *err)
{
	const struct pouch_plan plan = { .to = s->ledger->party,
					 .bases = held,
					 .base_count = 1 };
	int fd = open("/var/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	const struct pouch_sink to = { into_file, &fd };
	struct pouch_note m;
	bool ok;

	if (fd < 0)
		return no_file(err);
	ok = pouch_pack(s->node, s->a, &plan, &to, &m, err) && send_file(s, fd, err);
	close(fd);
	return ok;
}

bool session_push(struct session *s, struct err *err)
{
	struct pouch_base held = { .ledger = node_ledger(s->node) };
	struct ledger_row own;

	if (!session_own(s, &own, err) || !ask_held(s, &own, &held.size, err))
		return false;
	if (held.size >= store_served(node_store(s->node)))
		return true;
	if (!push(s, &held, err))
		return false;
	if (s->out->push_status == STATUS_OK)
		s->out->pushed = own.size - held.size;
	return true;
}

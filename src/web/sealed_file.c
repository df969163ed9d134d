#include "register/party_auth.h"
#include "register/sealed_body.h"
#include "web/server.h"

#include <sys/mman.h>
#include <unistd.h>

static bool put_all(int fd, struct str bytes)
{
	while (bytes.n) {
		ssize_t n = write(fd, bytes.p, bytes.n);

		if (n <= 0)
			return false;
		bytes = str_from(bytes, (size_t)n);
	}
	return true;
}

bool answer_memory(struct visit *v, struct str file)
{
	int fd = memfd_create("answer", MFD_CLOEXEC);

	if (fd < 0)
		return false;
	if (!put_all(fd, file)) {
		close(fd);
		return false;
	}
	v->r->fd = fd;
	v->r->fd_size = file.n;
	return true;
}

/*
 * A restricted body for the party that signed the request (LEDGER.md 10, 12.2).  Everybody
 * else is told that there is nothing, in the same words whether there is or not; nothing is
 * looked up before the signature stands.
 */
void sealed_file(struct visit *v)
{
	const struct party_request q = { .method = v->q->method,
					 .target = v->q->target,
					 .body = hash_of(S("")) };
	struct str party;
	struct hash name;
	struct err err;
	struct buf file;
	bool ok;

	buf_init(&file, BODY_FILE_MAX);
	ok = hash_hex(v->parts[0], &name) &&
	     party_auth_check(v->node, v->a, http_header(v->q, "Benkan-Auth"), &q, &party,
			      &err) &&
	     body_file(v->node, v->view, v->a, party, &name, &file, &err) &&
	     answer_memory(v, buf_str(&file));
	buf_done(&file);
	if (!ok) {
		err_set(&err, ERR_MISSING, NULL, N_("There is no page at this address."));
		page_error(v, &err);
		return;
	}
	v->r->type = "application/octet-stream";
	http_set(v->a, v->r, "Content-Disposition", S("attachment"));
	http_set(v->a, v->r, "Cache-Control", S("no-store"));
}

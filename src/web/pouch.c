#include "web/pouch.h"

#include "register/party_auth.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * Pouches over the line (LEDGER.md 10): GET gives a party what it lacks, POST takes over what
 * it brings.  Both are signed by the party's log key.
 */

/* Which party asks; answers by itself when none does. */
static bool who_asks(struct visit *v, struct str *party)
{
	const struct party_request q = { .method = v->q->method,
					 .target = v->q->target,
					 .body = hash_of(v->q->body) };
	struct err err;

	if (party_auth_check(v->node, v->a, http_header(v->q, "Benkan-Auth"), &q, party, &err))
		return true;
	problem(v, web_status(err.kind), &err, 1);
	return false;
}

/* --- giving --- */

static bool into_file(void *ctx, struct str bytes, struct err *err)
{
	const int *fd = ctx;

	while (bytes.n > 0) {
		ssize_t n = write(*fd, bytes.p, bytes.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_set(err, ERR_UNREACHABLE, NULL,
				       N_("A temporary file could not be used (%1). Make room "
					  "in the temporary folder."),
				       strerror(errno));
		bytes = str_from(bytes, (size_t)n);
	}
	return true;
}

static struct str tag_of_note(struct arena *a, const struct pouch_note *m)
{
	struct hash h;
	struct buf b;

	buf_init(&b, NOTE_MAX);
	pouch_note_write(&b, m);
	h = hash_of(buf_str(&b));
	buf_clear(&b);
	buf_hex(&b, h.b, 16);
	return arena_buf(a, &b);
}

/* Into a file that has no name and goes with its descriptor. */
bool pouch_answer(struct visit *v, const struct pouch_plan *plan, struct err *err)
{
	int fd = open("/var/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	const struct pouch_sink to = { into_file, &fd };
	struct pouch_note m;
	struct stat st;

	if (fd < 0)
		return err_set(err, ERR_UNREACHABLE, NULL,
			       N_("A temporary file could not be used (%1). Make room in the "
				  "temporary folder."),
			       strerror(errno));
	if (!pouch_pack(v->node, v->a, plan, &to, &m, err) || fstat(fd, &st) != 0) {
		close(fd);
		return false;
	}
	v->r->fd = fd;
	v->r->fd_size = (uint64_t)st.st_size;
	v->r->type = "application/octet-stream";
	http_set(v->a, v->r, "Cache-Control", S("private, no-cache"));
	/* The same content is the same bytes: a transfer that broke off goes on (Range). */
	http_etag(v->a, v->q, v->r, tag_of_note(v->a, &m));
	return true;
}

void pouch_get(struct visit *v)
{
	struct pouch_base bases[CHARTER_LEDGERS_MAX];
	struct pouch_plan plan = { .bases = bases };
	struct err err;
	bool ok = true;

	if (!who_asks(v, &plan.to))
		return;
	for (size_t i = 0; ok && i < v->q->query_count; i++) {
		const struct http_pair *p = &v->q->query[i];

		ok = plan.base_count < CHARTER_LEDGERS_MAX &&
		     str_u64(p->value, TREE_SIZE_MAX, &bases[plan.base_count].size);
		if (ok)
			bases[plan.base_count++].ledger = p->name;
		else
			err_set(&err, ERR_INPUT, "base",
				N_("«%1» is not a list of ledgers and sizes: write "
				   "ml=100,ru=280."),
				err_arg(v->q->target));
	}
	if (!ok || !pouch_answer(v, &plan, &err))
		problem(v, web_status(err.kind), &err, 1);
}

/* --- taking over --- */

static bool from_body(void *ctx, void *out, size_t max, size_t *n, struct err *err)
{
	struct str *left = ctx;

	(void)err;
	*n = left->n < max ? left->n : max;
	memcpy(out, left->p, *n);
	*left = str_from(*left, *n);
	return true;
}

bool pouch_take(struct visit *v, const struct pouch_source *from, struct pouch_report *report,
		struct err *err)
{
	view_end(v->view); /* a long import must not hold an old moment of the database */
	return pouch_open(v->node, v->a, from, report, err);
}

/* LEDGER.md 10: 409 a gap, 422 not sound, 423 a ledger forked. */
static unsigned status_of(const struct err *err)
{
	switch (err->kind) {
	case ERR_CONFLICT: return strcmp(err->field, "base") == 0 ? 409 : 503;
	case ERR_INPUT:
	case ERR_MISSING: return 422;
	case ERR_FORK: return 423;
	case ERR_NONE:
	case ERR_USAGE:
	case ERR_DENIED:
	case ERR_UNREACHABLE:
	case ERR_BROKEN: break;
	}
	return web_status(err->kind);
}

static bool put_sizes(struct visit *v, struct err *err)
{
	struct json_w w = json_w(&v->out);
	struct ledger_row *rows;
	size_t n;

	if (!view_ledgers(v->view, v->a, &rows, &n, err))
		return false;
	json_open(&w, '{');
	json_key(&w, "sizes");
	json_open(&w, '{');
	for (size_t i = 0; i < n; i++) {
		json_key_str(&w, rows[i].name);
		json_put_int(&w, (int64_t)rows[i].size);
	}
	json_close(&w, '}');
	json_close(&w, '}');
	return true;
}

void pouch_post(struct visit *v)
{
	struct str body = v->q->body, party;
	const struct pouch_source from = { from_body, &body };
	struct pouch_report report;
	struct err err;

	if (!who_asks(v, &party))
		return;
	if (!pouch_take(v, &from, &report, &err) || !put_sizes(v, &err)) {
		problem(v, status_of(&err), &err, 1);
		return;
	}
	http_set(v->a, v->r, "Cache-Control", S("no-store"));
	answer_out(v, "application/json");
}

#include "cli/vectors_witness.h"

#include "ledger/add_checkpoint.h"

enum { WITNESS_ANSWER = 200 };

/* The status this request gets, as a witness of the one log that knows `known`. */
static unsigned answer(struct vectors *v, struct str body, const struct vkey *log,
		       const struct checkpoint *known, struct checkpoint *head)
{
	struct add_checkpoint q;

	if (!add_checkpoint_read(body, &q, &v->err))
		return 400;
	if (!str_eq(q.origin, log->name))
		return 404;
	return add_checkpoint_judge(&q, log, 1, known, head, &v->err);
}

/* What stands before the case: a witness that cosigned its setup. */
static bool set_up(struct vectors *v, const struct json *c, const struct vkey *log,
		   struct checkpoint *known)
{
	struct checkpoint head = { 0 };
	struct str body;
	uint64_t size;

	*known = (struct checkpoint){ .origin = log->name, .root = empty_root() };
	if (!case_u64(c, "state_size", &size))
		return false;
	if (json_get(c, "setup")) {
		if (!case_file(v, c, "setup", &body) ||
		    answer(v, body, log, known, &head) != 200)
			return false;
		*known = head;
	}
	return known->size == size;
}

/* "409 100\n": the status, and what the body says besides words. */
static struct str said(struct vectors *v, unsigned status, struct str body)
{
	struct buf b;

	buf_init(&b, WITNESS_ANSWER);
	buf_u64(&b, status);
	if (body.n > 0) {
		buf_ch(&b, ' ');
		buf_add(&b, body);
	}
	return arena_buf(&v->arena, &b);
}

static struct str size_line(struct vectors *v, uint64_t size)
{
	struct buf b;

	buf_init(&b, WITNESS_ANSWER);
	buf_u64(&b, size);
	buf_ch(&b, '\n');
	return arena_buf(&v->arena, &b);
}

/* The text that was cosigned, by its SHA-256. */
static struct str text_hash(struct vectors *v, const struct checkpoint *head)
{
	struct buf text, hex;
	struct hash h;

	buf_init(&text, NOTE_MAX);
	checkpoint_write(&text, head);
	h = hash_of(buf_str(&text));
	buf_done(&text);
	buf_init(&hex, 2 * HASH_SIZE);
	buf_hex(&hex, h.b, HASH_SIZE);
	return arena_buf(&v->arena, &hex);
}

/* What the case wants, as `said` writes it. */
static struct str wanted(struct vectors *v, const struct json *c)
{
	struct str body = json_str(c, "body");
	int64_t status = 0;

	if (!json_int(c, "status", &status))
		return S("no status");
	if (json_get(c, "cosigned_text_sha256"))
		body = json_str(c, "cosigned_text_sha256");
	return said(v, (unsigned)status, body);
}

struct str kind_witness(struct vectors *v, const struct json *c)
{
	struct checkpoint known, head = { 0 };
	struct keys log = { .n = 0 };
	struct str body, got;
	unsigned status;

	if (!case_key(v, &log, json_str(c, "log_vkey")) || !case_file(v, c, "file", &body) ||
	    !set_up(v, c, &log.all[0], &known))
		return S("a case that cannot be read");
	status = answer(v, body, &log.all[0], &known, &head);
	got = said(v, status,
		   status == 200   ? text_hash(v, &head)
		   : status == 409 ? size_line(v, known.size)
				   : S(""));
	return str_eq(got, wanted(v, c)) ? S("accept") : got;
}

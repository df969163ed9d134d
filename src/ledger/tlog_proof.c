#include "ledger/sig_line.h"
#include "ledger/verify.h"

/* `<word> <rest>` */
static bool line_value(struct str line, struct str word, struct str *value)
{
	*value = str_from(line, word.n);
	return str_starts(line, word);
}

/* The lines between the index and the blank one. */
static bool path_read(struct str *rest, struct tlog_proof *p)
{
	struct str line;
	size_t n;

	while (str_split(rest, '\n', &line) && line.n) {
		if (p->n == PROOF_MAX || !b64_decode(line, p->path[p->n].b, HASH_SIZE, &n) ||
		    n != HASH_SIZE)
			return false;
		p->n++;
	}
	return rest->p != NULL;
}

static bool lines_read(struct str text, struct tlog_proof *p)
{
	struct str rest = text, line, value;

	if (!str_split(&rest, '\n', &line) || !str_is(line, "c2sp.org/tlog-proof@v1") ||
	    !str_split(&rest, '\n', &line))
		return false;
	/* Whoever made the proof may say more; nothing vouches for it. */
	if (line_value(line, S("extra "), &value) &&
	    (!base64_valid(value, 0) || !str_split(&rest, '\n', &line)))
		return false;
	if (!line_value(line, S("index "), &value) ||
	    !str_u64(value, TREE_SIZE_MAX, &p->index) || !path_read(&rest, p))
		return false;
	p->note = rest;
	return true;
}

bool tlog_proof_read(struct str text, struct tlog_proof *out, struct err *err)
{
	*out = (struct tlog_proof){ 0 };
	if (!lines_read(text, out))
		return err_set(err, ERR_INPUT, "",
			       N_("this is not a proof of the form c2sp.org/tlog-proof@v1"));
	return true;
}

bool tlog_proof_verify(struct str proof, struct str entry, const struct log_check *check,
		       struct log_verdict *out, struct err *err)
{
	struct hash leaf = leaf_hash(entry);
	struct tlog_proof p;

	*out = (struct log_verdict){ 0 };
	if (!tlog_proof_read(proof, &p, err) || !log_head_check(p.note, check, out, err))
		return false;
	if (!inclusion_verify(&leaf, p.index, out->head.size, p.path, p.n, &out->head.root))
		return err_set(err, ERR_INPUT, "",
			       N_("the proof does not show that this entry is number %1 of the "
				  "ledger"),
			       err_num(p.index));
	return true;
}

void tlog_proof_write(struct buf *out, const struct tlog_proof *p)
{
	buf_lit(out, "c2sp.org/tlog-proof@v1\nindex ");
	buf_u64(out, p->index);
	buf_ch(out, '\n');
	for (size_t i = 0; i < p->n; i++) {
		buf_b64(out, p->path[i].b, HASH_SIZE);
		buf_ch(out, '\n');
	}
	buf_ch(out, '\n');
	buf_add(out, p->note);
}

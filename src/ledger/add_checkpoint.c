#include "ledger/add_checkpoint.h"

static bool misshapen(struct err *err)
{
	return err_set(err, ERR_INPUT, "body",
		       N_("a request to cosign is written “old SIZE”, then at most 63 lines of "
			  "proof in base64, an empty line, and a signed checkpoint"));
}

bool add_checkpoint_read(struct str body, struct add_checkpoint *out, struct err *err)
{
	struct str rest = body, line;
	struct note note;
	size_t n;

	*out = (struct add_checkpoint){ 0 };
	if (body.n > ADD_CHECKPOINT_MAX || !str_split(&rest, '\n', &line) ||
	    !str_starts(line, S("old ")) ||
	    !str_u64(str_from(line, 4), TREE_SIZE_MAX, &out->old_size))
		return misshapen(err);
	for (;;) {
		if (!str_split(&rest, '\n', &line) || !rest.p)
			return misshapen(err);
		if (line.n == 0)
			break;
		if (out->proof_count == PROOF_MAX ||
		    !b64_decode(line, out->proof[out->proof_count++].b, HASH_SIZE, &n) ||
		    n != HASH_SIZE)
			return misshapen(err);
	}
	out->note = rest;
	out->origin = str_cut(rest, str_index(rest, '\n'));
	return note_parse(rest, &note, err);
}

void add_checkpoint_write(struct buf *out, const struct add_checkpoint *q)
{
	buf_lit(out, "old ");
	buf_u64(out, q->old_size);
	buf_ch(out, '\n');
	for (size_t i = 0; i < q->proof_count; i++) {
		buf_b64(out, q->proof[i].b, HASH_SIZE);
		buf_ch(out, '\n');
	}
	buf_ch(out, '\n');
	buf_add(out, q->note);
}

unsigned add_checkpoint_judge(const struct add_checkpoint *q, const struct vkey *keys,
			      size_t key_count, const struct checkpoint *known,
			      struct checkpoint *head, struct err *err)
{
	struct note note;

	if (!note_parse(q->note, &note, err) || !checkpoint_parse(note.text, head, err))
		return 400;
	if (!checkpoint_open(q->note, q->origin, keys, key_count, head, err))
		return 403;
	if (q->old_size > head->size) {
		err_set(err, ERR_INPUT, "old",
			N_("the old size is larger than the size of the checkpoint"));
		return 400;
	}
	if (q->old_size != known->size) {
		err_set(err, ERR_CONFLICT, "old",
			N_("the newest head known here has size %1: send a proof from there"),
			err_num(known->size));
		return 409;
	}
	if (consistency_verify(known->size, head->size, q->proof, q->proof_count, &known->root,
			       &head->root))
		return 200;
	err_set(err, ERR_FORK, "proof",
		N_("the proof does not show that this checkpoint continues the one known here, "
		   "of size %1"),
		err_num(known->size));
	return 422;
}

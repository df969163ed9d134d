#include "ledger/sig_line.h"
#include "ledger/tree.h"

static bool root_parse(struct str b64, struct hash *out)
{
	size_t n;

	return b64_decode(b64, out->b, sizeof(out->b), &n) && n == sizeof(out->b);
}

bool checkpoint_parse(struct str text, struct checkpoint *out, struct err *err)
{
	struct checkpoint c = { 0 };
	struct str rest = text, size, root;
	struct hash empty = empty_root();

	if (!str_split(&rest, '\n', &c.origin) || !str_split(&rest, '\n', &size) ||
	    !str_split(&rest, '\n', &root) || !rest.p || rest.n)
		return err_set(
			err, ERR_INPUT, "checkpoint",
			N_("a checkpoint has exactly three lines: origin, size, root hash"));
	if (!key_name_valid(c.origin))
		return err_set(err, ERR_INPUT, "checkpoint",
			       N_("«%1» is not the origin of a ledger; it looks like "
				  "registre.example.org/ml"),
			       err_arg(c.origin));
	if (!str_u64(size, TREE_SIZE_MAX, &c.size))
		return err_set(err, ERR_INPUT, "checkpoint",
			       N_("«%1» is not the size of a ledger: digits only, below 2^53"),
			       err_arg(size));
	if (!root_parse(root, &c.root))
		return err_set(err, ERR_INPUT, "checkpoint",
			       N_("the root hash of the checkpoint is not 32 bytes in base64"));
	if (c.size == 0 && !hash_eq(&c.root, &empty))
		return err_set(
			err, ERR_INPUT, "checkpoint",
			N_("a ledger of size 0 must carry the root hash of the empty tree"));
	*out = c;
	return true;
}

void checkpoint_write(struct buf *out, const struct checkpoint *c)
{
	buf_add(out, c->origin);
	buf_ch(out, '\n');
	buf_u64(out, c->size);
	buf_ch(out, '\n');
	buf_b64(out, c->root.b, sizeof(c->root.b));
	buf_ch(out, '\n');
}

/* Whether a log key that bears the ledger's name signed; note_open looked at the signature. */
static bool signed_by_log(const struct note *note, struct str origin, const struct vkey *known,
			  size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (known[i].type == KEY_LOG && str_eq(known[i].name, origin) &&
		    note_bears(note, &known[i]))
			return true;
	return false;
}

bool checkpoint_open(struct str bytes, struct str origin, const struct vkey *known, size_t n,
		     struct checkpoint *out, struct err *err)
{
	struct checkpoint c = { 0 };
	struct note note;
	unsigned verified;

	if (!note_open(bytes, known, n, &note, &verified, err) ||
	    !checkpoint_parse(note.text, &c, err))
		return false;
	if (!str_eq(c.origin, origin))
		return err_set(err, ERR_INPUT, "checkpoint",
			       N_("the checkpoint is of the ledger %1, not of %2"),
			       err_arg(c.origin), err_arg(origin));
	if (!signed_by_log(&note, origin, known, n))
		return err_set(
			err, ERR_INPUT, "checkpoint",
			N_("the checkpoint of %1 is not signed by that ledger's own key"),
			err_arg(origin));
	*out = c;
	return true;
}

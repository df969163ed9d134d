#include "exchange/pouch_archive.h"

#include <string.h>

enum { POUCH_MODE = 0644, PIECE = 64 << 10 };

/* --- count, length, digest --- */

void pouch_sum_begin(struct pouch_sum *s)
{
	*s = (struct pouch_sum){ .digest = hash_begin() };
}

void pouch_sum_add(struct pouch_sum *s, struct str name, uint64_t size,
		   const struct hash *content)
{
	unsigned char length[9] = { 0 }; /* the zero byte after the name, then u64be */

	for (int i = 0; i < 8; i++)
		length[8 - i] = (unsigned char)(size >> (8 * i));
	hash_feed(s->digest, name);
	hash_feed(s->digest, str_of(length, sizeof(length)));
	hash_feed(s->digest, str_of(content->b, HASH_SIZE));
	s->members++;
	s->bytes += size;
}

struct hash pouch_sum_end(struct pouch_sum *s)
{
	struct hash digest = hash_end(s->digest);

	s->digest = NULL;
	return digest;
}

/* --- reading --- */

/* Exactly n bytes, or fewer at the end of the file: *got tells. */
static bool pull(struct pouch_in *in, void *out, size_t n, size_t *got, struct err *err)
{
	for (*got = 0; *got < n;) {
		size_t part;

		if (!in->from->read(in->from->ctx, (char *)out + *got, n - *got, &part, err))
			return false;
		if (part == 0)
			return true;
		*got += part;
	}
	return true;
}

static bool cut_off(struct err *err)
{
	return err_set(err, ERR_INPUT, "file",
		       N_("The pouch is cut off before its end. Copy it again from where it "
			  "came, whole."));
}

static bool pull_whole(struct pouch_in *in, void *out, size_t n, struct err *err)
{
	size_t got;

	return pull(in, out, n, &got, err) && (got == n || cut_off(err));
}

static bool is_zero(const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i])
			return false;
	return true;
}

/* After one zero block: another, and then nothing. */
static bool read_end(struct pouch_in *in, struct err *err)
{
	size_t got;

	if (!pull_whole(in, in->block, USTAR_BLOCK, err))
		return false;
	in->end = is_zero(in->block, USTAR_BLOCK);
	if (in->end && !pull(in, in->block, 1, &got, err))
		return false;
	return (in->end && got == 0) ||
	       err_set(err, ERR_INPUT, "file",
		       N_("Something follows the end of the pouch. It is not one that Benkan "
			  "wrote, or it was changed."));
}

/* Names go into messages: nothing that a terminal would act on. */
static bool is_plain(struct str name)
{
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] <= ' ' || name.p[i] > '~')
			return false;
	return true;
}

bool pouch_in_next(struct pouch_in *in, struct err *err)
{
	if (!pull_whole(in, in->block, USTAR_BLOCK, err))
		return false;
	if (is_zero(in->block, USTAR_BLOCK))
		return read_end(in, err);
	if (!ustar_parse(in->block, POUCH_MODE, &in->name, &in->size) || !is_plain(in->name))
		return err_set(err, ERR_INPUT, "file",
			       N_("This is not a pouch, or it was changed: a header in it is "
				  "not as LEDGER.md 9 has it."));
	return true;
}

bool pouch_in_read(struct pouch_in *in, struct buf *out, struct err *err)
{
	unsigned char padding[USTAR_BLOCK];
	char piece[PIECE];

	buf_clear(out);
	if (in->size > out->max)
		return err_set(err, ERR_INPUT, "file",
			       N_("%1 in the pouch has %2 bytes, more than it may have (%3)."),
			       err_arg(in->name), err_num(in->size), err_num(out->max));
	for (uint64_t left = in->size; left > 0;) {
		size_t n = left < PIECE ? (size_t)left : PIECE;

		if (!pull_whole(in, piece, n, err))
			return false;
		buf_add(out, str_of(piece, n));
		left -= n;
	}
	if (!pull_whole(in, padding, ustar_padding(in->size), err))
		return false;
	return is_zero(padding, ustar_padding(in->size)) ||
	       err_set(err, ERR_INPUT, "file",
		       N_("The bytes after %1 in the pouch are not zero: it was changed."),
		       err_arg(in->name));
}

/* --- writing --- */

bool pouch_out_begin(const struct pouch_sink *to, struct str name, uint64_t size,
		     struct err *err)
{
	unsigned char block[USTAR_BLOCK];

	ustar_header(block, name, size, POUCH_MODE);
	return to->write(to->ctx, str_of(block, sizeof(block)), err);
}

static bool put_zeros(const struct pouch_sink *to, size_t n, struct err *err)
{
	static const char zeros[2 * USTAR_BLOCK];

	return n == 0 || to->write(to->ctx, str_of(zeros, n), err);
}

bool pouch_out_pad(const struct pouch_sink *to, uint64_t size, struct err *err)
{
	return put_zeros(to, ustar_padding(size), err);
}

bool pouch_out_end(const struct pouch_sink *to, struct err *err)
{
	return put_zeros(to, 2 * USTAR_BLOCK, err);
}

#include "exchange/pouch_read.h"
#include "fuzz.h"
#include "ledger/note.h"

#include <string.h>

/* What was taken, written as an archive again. */
struct again {
	struct buf b;
	struct str ledger; /* the one at hand */
};

static bool write_it(void *ctx, struct str bytes, struct err *err)
{
	(void)err;
	buf_add(ctx, bytes);
	return true;
}

static bool member(struct again *g, struct str name, struct str bytes, struct err *err)
{
	const struct pouch_sink to = { write_it, &g->b };

	return pouch_out_begin(&to, name, bytes.n, err) && write_it(&g->b, bytes, err) &&
	       pouch_out_pad(&to, bytes.n, err);
}

/* A member whose name is made of pieces. */
static bool named(struct again *g, const struct str pieces[4], struct str bytes,
		  struct err *err)
{
	struct buf name;
	bool ok;

	buf_init(&name, USTAR_NAME_MAX);
	for (int i = 0; i < 4; i++)
		buf_add(&name, pieces[i]);
	ok = member(g, buf_str(&name), bytes, err);
	buf_done(&name);
	return ok;
}

static bool manifest(void *ctx, const struct pouch_note *m, struct str note, struct err *err)
{
	must(m->ledger_count <= CHARTER_LEDGERS_MAX && m->have_count <= CHARTER_LEDGERS_MAX);
	return member(ctx, S("benkan-pouch"), note, err);
}

static bool ledger(void *ctx, const struct pouch_line *l, struct str checkpoint,
		   struct err *err)
{
	struct again *g = ctx;

	must(l->base <= l->size && party_code_valid(l->name));
	g->ledger = l->name;
	return named(g, (struct str[4]){ S("log/"), l->name, S("/checkpoint"), S("") },
		     checkpoint, err);
}

static bool tile(void *ctx, const struct tile_path *path, struct str bytes, struct err *err)
{
	struct again *g = ctx;
	struct buf b;
	bool ok;

	buf_init(&b, USTAR_NAME_MAX);
	tile_path_write(&b, path);
	ok = named(g, (struct str[4]){ S("log/"), g->ledger, S("/"), buf_str(&b) }, bytes, err);
	buf_done(&b);
	return ok;
}

static bool cosig(void *ctx, struct str of, struct str note, struct err *err)
{
	return named(ctx, (struct str[4]){ S("cosig/"), of, S(""), S("") }, note, err);
}

static struct str hex_of(struct buf *b, const struct hash *h)
{
	buf_init(b, 2 * HASH_SIZE);
	buf_hex(b, h->b, HASH_SIZE);
	return buf_str(b);
}

static bool blob(void *ctx, const struct hash *name, struct str bytes, struct err *err)
{
	struct hash h = hash_of(bytes);
	struct buf b;
	bool ok;

	must(hash_eq(&h, name));
	ok = named(ctx, (struct str[4]){ S("blob/"), hex_of(&b, name), S(""), S("") }, bytes,
		   err);
	buf_done(&b);
	return ok;
}

static bool sealed(void *ctx, struct str recipient, const struct hash *c, struct str file,
		   struct err *err)
{
	struct buf hex, rest;
	bool ok;

	buf_init(&rest, USTAR_NAME_MAX);
	buf_ch(&rest, '/');
	buf_add(&rest, hex_of(&hex, c));
	buf_lit(&rest, ".age");
	ok = named(ctx, (struct str[4]){ S("sealed/"), recipient, buf_str(&rest), S("") }, file,
		   err);
	buf_done(&rest);
	buf_done(&hex);
	return ok;
}

static bool read_it(void *ctx, void *out, size_t max, size_t *n, struct err *err)
{
	struct str *left = ctx;

	(void)err;
	*n = left->n < max ? left->n : max;
	memcpy(out, left->p, *n);
	*left = str_from(*left, *n);
	return true;
}

/* A pouch that is read whole is the archive that its parts give. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct str whole = str_of(bytes, n), left = whole;
	const struct pouch_source from = { read_it, &left };
	struct again g = { .ledger = S("") };
	const struct pouch_taker to = { manifest, ledger, tile, cosig, blob, sealed, &g };
	const struct pouch_sink sink = { write_it, &g.b };
	struct pouch_note m;
	struct arena a;
	struct err err;

	arena_init(&a, 16 << 20);
	buf_init(&g.b, 64 << 20);
	if (pouch_read(&a, &from, &to, &m, &err))
		must(pouch_out_end(&sink, &err) && str_eq(buf_str(&g.b), whole));
	else
		must(err.kind == ERR_INPUT);
	buf_done(&g.b);
	arena_done(&a);
	return 0;
}

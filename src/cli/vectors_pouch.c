#include "cli/vectors_pouch.h"

#include "exchange/pouch_verify.h"

#include <stdio.h>
#include <string.h>

enum { SIDES = 2, TILE_BYTES = TILE_WIDTH * HASH_SIZE };

/* The recipient as the case describes it: keys, and the tiles it holds of one ledger. */
struct recipient {
	struct vectors *v;
	const struct json *c;
	struct charter_ledger ledgers[SIDES];
	struct str held; /* the ledger whose tiles are in state_…_dir */
	uint64_t sizes[SIDES];
	uint64_t result; /* its size after the pouch */
};

static size_t find(const struct recipient *r, struct str name)
{
	size_t i = 0;

	while (i < SIDES && !str_eq(r->ledgers[i].name, name))
		i++;
	return i;
}

static bool no_ledger(struct str name, struct err *err)
{
	return err_set(err, ERR_MISSING, "ledger",
		       N_("There is no ledger %1 in this register."), err_arg(name));
}

static bool get_ledger(void *ctx, struct str name, uint64_t size, struct charter_ledger *out,
		       struct err *err)
{
	const struct recipient *r = ctx;
	size_t i = find(r, name);

	(void)size;
	if (i == SIDES)
		return no_ledger(name, err);
	*out = r->ledgers[i];
	return true;
}

/* The first `width` hashes of a tile of the state's folder, which has its widest version. */
static bool read_tile(void *ctx, unsigned level, uint64_t n, unsigned width, struct hash *out,
		      struct err *err)
{
	const struct recipient *r = ctx;
	struct str dir = json_str(r->c, "state_ml_dir"), name;
	struct tile_path p = { (int)level, n,
			       tile_width(r->sizes[find(r, r->held)], level, n) };
	struct buf path, bytes;
	bool ok;

	buf_init(&path, 256);
	buf_add(&path, dir);
	buf_ch(&path, '/');
	tile_path_write(&path, &p);
	name = case_path(r->v, S("pouch"), buf_str(&path));
	buf_done(&path);
	buf_init(&bytes, TILE_BYTES);
	ok = file_append(&r->v->arena, name, &bytes, err);
	if (ok && bytes.n < (size_t)width * HASH_SIZE)
		ok = err_set(err, ERR_UNREACHABLE, "", N_("%1 cannot be read"), err_arg(name));
	if (ok)
		memcpy(out, bytes.p, (size_t)width * HASH_SIZE);
	buf_done(&bytes);
	return ok;
}

static bool get_held(void *ctx, struct str name, struct tiles *out, uint64_t *size,
		     struct err *err)
{
	struct recipient *r = ctx;
	size_t i = find(r, name);

	if (i == SIDES)
		return no_ledger(name, err);
	*out = (struct tiles){ read_tile, r };
	*size = r->sizes[i];
	return true;
}

static bool note_size(void *ctx, const struct pouch_line *l, uint64_t held, struct err *err)
{
	struct recipient *r = ctx;

	(void)err;
	if (str_eq(l->name, r->held))
		r->result = l->size > held ? l->size : held;
	return true;
}

/* The vectors' ledgers bear their party's code as the last part of the origin. */
static bool read_sides(struct recipient *r)
{
	const struct json *log = json_arr(r->c, "log_vkeys"),
			  *witness = json_arr(r->c, "witness_vkeys");
	struct keys keys = { .n = 0 };

	if (!log || !witness || log->count != SIDES || witness->count != SIDES)
		return false;
	log = log->child;
	witness = witness->child;
	for (size_t i = 0; i < SIDES; i++, log = log->next, witness = witness->next) {
		struct charter_ledger *l = &r->ledgers[i];
		struct str rest;

		if (!case_key(r->v, &keys, log->str) || !case_key(r->v, &keys, witness->str))
			return false;
		l->log = keys.all[keys.n - 2];
		l->witness = keys.all[keys.n - 1];
		l->origin = rest = l->log.name;
		while (str_split(&rest, '/', &l->party))
			continue;
		l->name = l->party;
	}
	return true;
}

static bool read_file(void *ctx, void *out, size_t max, size_t *n, struct err *err)
{
	FILE *f = ctx;

	*n = fread(out, 1, max, f);
	return !ferror(f) ||
	       err_set(err, ERR_UNREACHABLE, "", N_("%1 cannot be read"), "pouch");
}

static struct str open_it(struct recipient *r, const struct pouch_side *side, const char *path)
{
	const struct pouch_hearer hearer = { .ledger = note_size, .ctx = r };
	FILE *f = fopen(path, "rbe");
	const struct pouch_source from = { read_file, f };
	struct pouch_note m;
	bool ok;

	if (!f)
		return S("a case that cannot be read");
	ok = pouch_verify(&r->v->arena, &from, side, &hearer, &m, &r->v->err);
	(void)fclose(f);
	if (ok)
		return S("accept");
	return r->v->err.kind == ERR_FORK ? S("fork") : S("reject");
}

struct str kind_pouch(struct vectors *v, const struct json *c)
{
	struct recipient r = { .v = v, .c = c, .held = S("ml") };
	struct pouch_side side = { .me = json_str(c, "recipient"),
				   .ledger = get_ledger,
				   .held = get_held,
				   .ctx = &r };
	struct str path = case_path(v, S("pouch"), json_str(c, "file")), said;
	uint64_t result;

	if (!read_sides(&r) || !hash_hex(json_str(c, "register"), &side.reg) ||
	    !case_u64(c, "state_ml_size", &r.sizes[0]) ||
	    !case_u64(c, "state_ru_size", &r.sizes[1]) ||
	    !case_u64(c, "result_ml_size", &result) || !str_is(r.ledgers[0].name, "ml"))
		return S("a case that cannot be read");
	said = open_it(&r, &side, arena_z(&v->arena, path));
	if (!str_is(said, "accept"))
		r.result = r.sizes[0];
	if (r.result != result)
		return S("another size than given");
	return said;
}

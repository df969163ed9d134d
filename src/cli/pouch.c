#include "cli/pouch.h"
#include "exchange/pouch_file.h"

#include <stdlib.h>

const char pouch_open_details[] =
	N_("Nothing counts unless every signature, hash and length stands and the ledgers "
	   "continue those held here; exit code 3 says that they do not. Opening a pouch "
	   "again is harmless, and one that broke off goes on.\n"
	   "Parts may be given in any order; of one part alone the others are looked for "
	   "beside it.");

const char pouch_pack_details[] =
	N_("The file holds the entries of every ledger here that the party is not known to "
	   "hold, their attachments, and what proves them. It can be packed while the node "
	   "is served. Packing the same again gives the same file.\n"
	   "tar lists and unpacks it; a name that ends in .gz is packed with gzip.\n"
	   "\n"
	   "  benkan pouch pack --node /srv/benkan/ml --to ru -o /media/stick/ml.pouch "
	   "--split 2G");

void number_pair(struct json_w *j, const char *name, uint64_t v)
{
	json_key(j, name);
	json_put_int(j, (int64_t)v);
}

/* --- pack --- */

static void show_packing(void *ctx, uint64_t done, uint64_t all)
{
	meter_show(ctx, done, all);
}

/* "2G", "700M", "65536": 1024 to the step. */
static bool read_size(const char *text, uint64_t *out, struct err *err)
{
	static const struct str units = { "KMG", 3 };
	struct str s = str_z(text);
	unsigned steps = 0;

	*out = 0;
	if (!text)
		return true;
	if (s.n) {
		size_t at = str_index(units, s.p[s.n - 1]);

		if (at < units.n) {
			steps = (unsigned)at + 1;
			s.n--;
		}
	}
	if (!str_u64(s, (UINT64_C(1) << 50) >> (10 * steps), out) || *out == 0)
		return err_set(err, ERR_USAGE, "--split",
			       N_("«%1» is not a size: write 65536, 700M or 2G."), text);
	*out <<= 10 * steps;
	return true;
}

/* "ml=100,ru=280" */
static bool read_bases(const struct words *w, struct pouch_plan *plan, struct err *err)
{
	const char *text = word_of(w, "--base");
	struct str rest = str_z(text), item, name;
	struct pouch_base *bases = arena_array(w->a, struct pouch_base, CHARTER_LEDGERS_MAX);

	plan->bases = bases;
	while (text && str_split(&rest, ',', &item)) {
		struct pouch_base *b = &bases[plan->base_count];

		if (plan->base_count++ == CHARTER_LEDGERS_MAX ||
		    !str_split(&item, '=', &name) || !party_code_valid(name) ||
		    !str_u64(item, TREE_SIZE_MAX, &b->size))
			return err_set(err, ERR_USAGE, "--base",
				       N_("«%1» is not a list of ledgers and sizes: write "
					  "ml=100,ru=280."),
				       text);
		b->ledger = name;
	}
	return true;
}

static void put_packed(struct buf *b, const struct pouch_note *m, const char *path,
		       const struct pouch_writing *to)
{
	struct json_w j = json_w(b);

	json_open(&j, '{');
	json_pair(&j, "file", str_z(path));
	number_pair(&j, "parts", to->parts);
	number_pair(&j, "size", to->bytes);
	json_pair(&j, "to", m->to);
	number_pair(&j, "serial", m->serial);
	json_pair(&j, "made", m->made);
	json_key(&j, "ledgers");
	json_open(&j, '[');
	for (size_t i = 0; i < m->ledger_count; i++) {
		json_open(&j, '{');
		json_pair(&j, "name", m->ledgers[i].name);
		number_pair(&j, "base", m->ledgers[i].base);
		number_pair(&j, "size", m->ledgers[i].size);
		json_close(&j, '}');
	}
	json_close(&j, ']');
	number_pair(&j, "members", m->members);
	json_close(&j, '}');
	buf_ch(b, '\n');
}

static int tell_packed(const struct words *w, const struct pouch_note *m, const char *path,
		       const struct pouch_writing *to)
{
	struct buf b;
	int code = EXIT_GOOD;

	if (w->json) {
		buf_init(&b, 1 << 20);
		put_packed(&b, m, path, to);
		code = cli_out(w, buf_str(&b));
		buf_done(&b);
		return code;
	}
	cli_say(w, N_("Pouch number %1 for %2 is in %3 (%4 bytes)."), num_text(w->a, m->serial),
		m->to, str_z(path), num_text(w->a, to->bytes));
	for (size_t i = 0; i < m->ledger_count; i++) {
		const struct pouch_line *l = &m->ledgers[i];

		if (l->base == l->size)
			cli_say(w, N_("%1: nothing new, up to entry %2."), l->name,
				num_text(w->a, l->size));
		else
			cli_say(w, N_("%1: entries %2 to %3."), l->name,
				num_text(w->a, l->base), num_text(w->a, l->size - 1));
	}
	if (to->parts > 1)
		cli_say(w,
			N_("It is in %1 parts; cat joins them, and benkan pouch open takes "
			   "them as they are."),
			num_text(w->a, to->parts));
	return code;
}

int cmd_pouch_pack(const struct words *w)
{
	struct meter meter = meter_of(w, N_("packing %1 of %2"));
	struct pouch_plan plan = { .to = str_z(word_of(w, "--to")),
				   .progress = show_packing,
				   .progress_ctx = &meter };
	const char *path = word_of(w, "-o");
	struct pouch_writing to = { .to = NULL };
	struct pouch_note m;
	struct node *n;
	uint64_t split;
	struct err err;
	int code;
	bool ok;

	if (!read_size(word_of(w, "--split"), &split, &err) || !read_bases(w, &plan, &err))
		return cli_fail(w, &err);
	n = cli_node(w, STORE_READ, &code);
	if (!n)
		return code;
	ok = pouch_file_create(w->a, path, split, &to, &err) &&
	     pouch_pack(n, w->a, &plan, &to.sink, &m, &err) && pouch_file_settle(&to, &err);
	meter_end(&meter);
	code = ok ? tell_packed(w, &m, path, &to) : cli_fail(w, &err);
	pouch_file_drop(&to);
	node_close(n);
	return code;
}

/* --- open --- */

/* The pouch's bytes, with how far they are. */
struct watched {
	struct pouch_file file;
	struct meter meter;
};

static bool read_watched(void *ctx, void *out, size_t max, size_t *n, struct err *err)
{
	struct watched *f = ctx;

	meter_show(&f->meter, f->file.done >> 10, f->file.bytes >> 10);
	return f->file.source.read(f->file.source.ctx, out, max, n, err);
}

void put_report(struct json_w *j, const struct pouch_report *r)
{
	json_pair(j, "from", r->from);
	json_pair(j, "made", r->made);
	number_pair(j, "serial", r->serial);
	number_pair(j, "last_serial", r->last_serial);
	json_key(j, "ledgers");
	json_open(j, '[');
	for (size_t i = 0; i < r->ledger_count; i++) {
		json_open(j, '{');
		json_pair(j, "name", r->ledgers[i].name);
		number_pair(j, "before", r->ledgers[i].before);
		number_pair(j, "after", r->ledgers[i].after);
		json_close(j, '}');
	}
	json_close(j, ']');
	number_pair(j, "blobs", r->blobs);
	number_pair(j, "sealed", r->sealed);
	number_pair(j, "unopened", r->unopened);
	number_pair(j, "cosignatures", r->cosignatures);
	json_key(j, "seen");
	json_put_bool(j, r->seen);
}

/* Serials that leave a gap or come again; said of a refused pouch too: it tells what to look
 * for. */
void tell_serial(const struct words *w, const struct pouch_report *r)
{
	if (r->serial == 0 || r->last_serial == 0)
		return;
	if (r->serial == r->last_serial + 2)
		cli_say(w, N_("Pouch number %1 from %2 was not opened here."),
			num_text(w->a, r->serial - 1), r->from);
	else if (r->serial > r->last_serial + 2)
		cli_say(w, N_("Pouches number %1 to %2 from %3 were not opened here."),
			num_text(w->a, r->last_serial + 1), num_text(w->a, r->serial - 1),
			r->from);
	else if (r->serial == r->last_serial)
		cli_say(w, N_("Pouch number %1 from %2 was opened here before."),
			num_text(w->a, r->serial), r->from);
	else if (r->serial < r->last_serial)
		cli_say(w,
			N_("This is pouch number %1 from %2, older than number %3, which was "
			   "opened here."),
			num_text(w->a, r->serial), r->from, num_text(w->a, r->last_serial));
}

static int tell_opened(const struct words *w, const struct pouch_report *r)
{
	struct buf b;
	struct json_w j = json_w(&b);
	int code;

	tell_serial(w, r);
	if (w->json) {
		buf_init(&b, 1 << 20);
		json_open(&j, '{');
		put_report(&j, r);
		json_close(&j, '}');
		buf_ch(&b, '\n');
		code = cli_out(w, buf_str(&b));
		buf_done(&b);
		return code;
	}
	cli_line(w, N_("Pouch number %1 from %2, made %3."),
		 (const struct str[]){ num_text(w->a, r->serial), r->from, r->made }, 3);
	for (size_t i = 0; i < r->ledger_count; i++)
		cli_line(w, N_("%1: new entries: %2; held: %3."),
			 (const struct str[]){
				 r->ledgers[i].name,
				 num_text(w->a, r->ledgers[i].after - r->ledgers[i].before),
				 num_text(w->a, r->ledgers[i].after) },
			 3);
	cli_line(w, N_("Attachments: %1; sealed bodies: %2, not opened: %3; cosignatures: %4."),
		 (const struct str[]){ num_text(w->a, r->blobs), num_text(w->a, r->sealed),
				       num_text(w->a, r->unopened),
				       num_text(w->a, r->cosignatures) },
		 4);
	if (r->seen)
		cli_line(w, N_("What came has been acknowledged in the own ledger."), NULL, 0);
	return cli_out(w, S(""));
}

static void tell_restored(const struct words *w, struct node *n)
{
	if (store_own_state(node_store(n)) == LEDGER_RESTORED)
		cli_say0(w, N_("Others hold more of this node's own ledger than is here: it "
			       "was put back from a backup. It writes nothing until the "
			       "missing entries came back: benkan sync, or a pouch that "
			       "carries them."));
}

int cmd_pouch_open(const struct words *w)
{
	struct watched f = { .meter = meter_of(w, N_("reading %1 of %2 KiB")) };
	const struct pouch_source from = { read_watched, &f };
	bool preview = word_given(w, "--preview");
	struct pouch_report report = { .serial = 0 };
	struct node *n;
	struct err err;
	int code;
	bool ok;

	n = cli_node(w, preview ? STORE_READ : STORE_WRITE, &code);
	if (!n)
		return code;
	ok = pouch_file_open(w->a, w->args, w->arg_count, &f.file, &err);
	if (ok && preview) {
		code = preview_pouch(w, n, &from, &f.meter);
	} else if (ok && pouch_open(n, w->a, &from, &report, &err)) {
		meter_end(&f.meter);
		code = tell_opened(w, &report);
		tell_restored(w, n);
	} else {
		meter_end(&f.meter);
		tell_serial(w, &report);
		code = cli_fail(w, &err);
	}
	pouch_file_close(&f.file);
	node_close(n);
	return code;
}

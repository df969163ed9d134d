#include "web/latest.h"
#include "web/server.h"
#include "wire/atom.h"

/*
 * /data/feed.atom: what entered the register lately, an entry of a ledger each; ?kind=decision
 * narrows, ?lang= chooses the language.  The id of an entry is the name of its bytes (RFC
 * 6920).
 */

enum { FEED_ENTRIES = 60, FEED_READ = 400, IRI_MAX = 1000 };

static struct str name_of(struct visit *v, struct str bytes)
{
	struct hash h = hash_of(bytes);
	struct buf b;
	char *p;

	buf_init(&b, 100);
	buf_lit(&b, "ni:///sha-256;");
	buf_b64(&b, h.b, HASH_SIZE);
	p = arena_z(v->a, buf_str(&b));
	buf_done(&b);
	for (char *c = p + sizeof("ni:///sha-256;") - 1; *c; c++)
		*c = (char)(*c == '+' ? '-' : *c == '/' ? '_' : *c);
	return str_cut(str_z(p), str_index(str_z(p), '='));
}

/* Where this node is served as the charter has it; else addresses are of this site. */
static void put_site(struct visit *v, struct buf *b)
{
	const struct charter *c = node_charter(v->node);
	const struct charter_ledger *l = c ? charter_find(c, node_ledger(v->node)) : NULL;

	if (l)
		buf_add(b, l->url);
}

static struct str page_of(struct visit *v, const struct record_row *row)
{
	struct buf b;

	buf_init(&b, IRI_MAX);
	put_site(v, &b);
	buf_ch(&b, '/');
	buf_z(&b, lang_codes[v->lang]);
	buf_ch(&b, '/');
	if (row) {
		url_part(&b, str_z(row->record->name));
		buf_ch(&b, '/');
		url_part(&b, row->party);
		buf_ch(&b, '/');
		url_part(&b, row->id);
	}
	return arena_buf(v->a, &b);
}

static struct str self_of(struct visit *v, const struct record *only)
{
	struct buf b;

	buf_init(&b, IRI_MAX);
	put_site(v, &b);
	buf_lit(&b, "/data/feed.atom?lang=");
	buf_z(&b, lang_codes[v->lang]);
	if (only) {
		buf_lit(&b, "&kind=");
		url_part(&b, str_z(only->name));
	}
	return arena_buf(v->a, &b);
}

/* The name of what it is: of which register, in which language, of which records. */
static struct str feed_id(struct visit *v, const struct record *only)
{
	const struct charter *c = node_charter(v->node);
	struct str id;
	struct buf b;

	buf_init(&b, IRI_MAX);
	buf_lit(&b, "feed of register ");
	if (c)
		buf_hex(&b, c->id.b, HASH_SIZE);
	buf_ch(&b, ' ');
	buf_z(&b, lang_codes[v->lang]);
	buf_ch(&b, ' ');
	buf_z(&b, only ? only->name : "");
	id = name_of(v, buf_str(&b));
	buf_done(&b);
	return id;
}

static void entry(struct visit *v, struct xml_w *w, const struct latest_act *x,
		  const struct record_row *row)
{
	const struct str args[] = { party_name(v, x->ledger->party),
				    lang_text(v->lang, latest_deed(&x->entry)),
				    lang_text(v->lang, row->record->title), row->label };
	struct atom_entry e = { .id = name_of(v, x->bytes),
				.updated = x->entry.time_text,
				.page = page_of(v, row),
				.author = args[0],
				.category = str_z(row->record->name),
				.category_words = args[2] };
	struct buf b;

	buf_init(&b, 16 << 10);
	lang_fill(&b, T(v->lang, "%4 – %3: %2, %1"), args, 4);
	e.title = arena_buf(v->a, &b);
	atom_entry(w, &e);
}

void data_feed(struct visit *v)
{
	struct str kind = http_param(v->q, "kind");
	const struct record *only = kind.n > 0 ? record_named(kind) : NULL;
	const struct latest l = latest_of(v);
	struct latest_act *acts;
	struct record_row row;
	struct atom_feed f;
	struct err err;
	struct xml_w w;
	size_t n, put = 0;

	if (kind.n > 0 && !only) {
		err_set(&err, ERR_INPUT, "kind", N_("There is no record type of that name."));
		page_error(v, &err);
		return;
	}
	n = latest_read(&l, FEED_READ, &acts);
	f = (struct atom_feed){ .id = feed_id(v, only),
				.title = register_title(v),
				.updated = n > 0 ? acts[0].entry.time_text
						 : S("1970-01-01T00:00:00Z"),
				.self = self_of(v, only),
				.page = page_of(v, NULL),
				.lang = lang_codes[v->lang] };
	w = xml_w(&v->out);
	atom_begin(&w, &f);
	for (size_t i = 0; i < n && put < FEED_ENTRIES; i++)
		if (latest_subject(&l, &acts[i], &row) && (!only || row.record == only)) {
			entry(v, &w, &acts[i], &row);
			put++;
		}
	atom_end(&w);
	http_set(v->a, v->r, "Access-Control-Allow-Origin", S("*"));
	http_set(v->a, v->r, "Content-Language", str_z(lang_codes[v->lang]));
	answer_out(v, "application/atom+xml; charset=utf-8");
}

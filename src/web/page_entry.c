#include "ledger/entry.h"
#include "ledger/verify.h"
#include "web/pages.h"

/* One signed entry: its bytes, its place in the tree, and how to check both elsewhere. */
struct entry_page {
	struct visit *v;
	const struct ledger_row *ledger;
	uint64_t n;
	struct str bytes;
	struct checkpoint head; /* size 0: no checkpoint that holds it */
	struct hash leaf;
	struct tlog_proof proof;
	struct entry entry;
};

/* --- JSON with line breaks --- */

static void indent(struct buf *b, unsigned depth)
{
	buf_ch(b, '\n');
	for (unsigned i = 0; i < depth; i++)
		buf_lit(b, "  ");
}

static void pretty(struct buf *b, const struct json *j, unsigned depth)
{
	bool object = j->type == JSON_OBJECT;

	if (!j->child || (j->type != JSON_ARRAY && !object)) {
		buf_add(b, j->raw);
		return;
	}
	buf_ch(b, object ? '{' : '[');
	for (const struct json *c = j->child; c; c = c->next) {
		indent(b, depth + 1);
		if (object) {
			json_quote(b, c->name);
			buf_lit(b, ": ");
		}
		pretty(b, c, depth + 1);
		if (c->next)
			buf_ch(b, ',');
	}
	indent(b, depth);
	buf_ch(b, object ? '}' : ']');
}

static void entry_text(struct entry_page *p)
{
	struct visit *v = p->v;
	struct buf b;

	if (p->entry.doc) {
		buf_init(&b, 4 << 20);
		pretty(&b, p->entry.doc, 0);
		html_lit(&v->out, "<h2>");
		page_say(v, "What the entry says");
		html_lit(&v->out, "</h2>\n<pre class=wrap>");
		html_text(&v->out, buf_str(&b));
		html_lit(&v->out, "</pre>\n");
		buf_done(&b);
	}
	html_lit(&v->out, "<h2>");
	page_say(v, "Its bytes as signed");
	html_lit(&v->out, "</h2>\n<pre class=wrap>");
	html_text(&v->out, p->bytes);
	html_lit(&v->out, "</pre>\n");
}

/* --- its place in the tree --- */

static void row(struct visit *v, struct str label)
{
	html_lit(&v->out, "<div><dt>");
	html_text(&v->out, label);
	html_lit(&v->out, "</dt><dd>");
}

static void row_end(struct visit *v)
{
	html_lit(&v->out, "</dd></div>\n");
}

static void entry_state(struct entry_page *p)
{
	struct visit *v = p->v;

	row(v, T(v->lang, "State"));
	if (p->entry.state == ENTRY_VOID)
		page_fill(v, "void (%1): part of the ledger, without effect",
			  str_z(p->entry.reason));
	else if (p->entry.state == ENTRY_UNKNOWN)
		page_say(v, "of a type this version does not know: carried, without effect");
	else
		page_say(v, "valid");
	row_end(v);
}

static void entry_facts(struct entry_page *p)
{
	struct visit *v = p->v;

	html_lit(&v->out, "<dl class=f>\n");
	row(v, T(v->lang, "Ledger"));
	html_text(&v->out, party_name(v, p->ledger->party));
	html_lit(&v->out, " · <code>");
	html_text(&v->out, p->ledger->origin);
	html_lit(&v->out, "</code>");
	row_end(v);
	row(v, T(v->lang, "Time claimed"));
	page_instant(v, p->entry.time_text);
	row_end(v);
	row(v, T(v->lang, "Type"));
	html_lit(&v->out, "<code>");
	html_text(&v->out, p->entry.type_text);
	html_lit(&v->out, "</code>");
	row_end(v);
	entry_state(p);
	row(v, T(v->lang, "Leaf hash"));
	page_hash(v, p->leaf.b, HASH_SIZE, 2 * HASH_SIZE);
	row_end(v);
	row(v, T(v->lang, "Signed in"));
	if (p->head.size > p->n)
		page_fill(v, "checkpoint of %1 entries", number_of(v, p->head.size));
	else
		page_say(v, "no checkpoint yet");
	row_end(v);
	html_lit(&v->out, "</dl>\n");
}

static void entry_record(struct entry_page *p)
{
	struct visit *v = p->v;
	const struct record *r = record_named(p->entry.kind);
	struct ref ref = { p->ledger->party, p->entry.id };
	struct record_row found;
	struct err err;

	if (!r || r->part || p->entry.id.n == 0 ||
	    !view_record(v->view, v->a, r, ref, v->who, v->lang, &found, &err))
		return;
	html_lit(&v->out, "<p>");
	html_text(&v->out, lang_text(v->lang, r->title));
	html_lit(&v->out, " · ");
	page_link(v, &found);
	html_lit(&v->out, "</p>\n");
}

static void entry_proof(struct entry_page *p)
{
	struct visit *v = p->v;
	struct buf b;

	if (p->head.size <= p->n)
		return;
	html_lit(&v->out, "<h2>");
	page_say(v, "Proof that it is in the ledger");
	html_lit(&v->out, "</h2>\n<p>");
	page_say(v,
		 "Computed a moment ago from the ledger's tiles (RFC 6962). Hashed together "
		 "with the leaf in this order, these give the root that the checkpoint signs.");
	html_lit(&v->out, "</p>\n<ol>");
	for (size_t i = 0; i < p->proof.n; i++) {
		html_lit(&v->out, "<li>");
		page_hash(v, p->proof.path[i].b, HASH_SIZE, 2 * HASH_SIZE);
		html_lit(&v->out, "</li>");
	}
	html_lit(&v->out, "</ol>\n<p>");
	page_say(v, "Root");
	html_lit(&v->out, " ");
	page_hash(v, p->head.root.b, HASH_SIZE, 2 * HASH_SIZE);
	html_lit(&v->out, "</p>\n<details><summary>");
	page_say(v, "The same as one file (C2SP tlog-proof), for checking offline");
	html_lit(&v->out, "</summary><pre class=wrap>");
	buf_init(&b, 1 << 20);
	tlog_proof_write(&b, &p->proof);
	html_text(&v->out, buf_str(&b));
	buf_done(&b);
	html_lit(&v->out, "</pre></details>\n");
}

static void entry_commands(struct entry_page *p)
{
	struct visit *v = p->v;
	struct tile_path tile = { ENTRY_LEVEL, p->n / TILE_WIDTH, TILE_WIDTH };
	struct buf b;

	if (p->head.size <= p->n)
		return;
	if (p->head.size < (tile.n + 1) * TILE_WIDTH)
		tile.width = (unsigned)(p->head.size - tile.n * TILE_WIDTH);
	html_lit(&v->out, "<h2>");
	page_say(v, "Check it with tools that are not ours");
	html_lit(&v->out, "</h2>\n<p>");
	page_say(v, "With the bytes above in the file entry.json, without a line end after "
		    "them, this prints the leaf hash:");
	html_lit(&v->out,
		 "</p>\n<pre class=wrap>(printf '\\0'; cat entry.json) | sha256sum</pre>\n<p>");
	page_say(v, "The ledger itself serves this entry, with its neighbours, here:");
	buf_init(&b, 1024);
	tile_path_write(&b, &tile);
	html_lit(&v->out, "</p>\n<pre class=wrap>curl -sO ");
	html_text(&v->out, ledger_url(v, p->ledger->name));
	html_lit(&v->out, "/log/");
	html_text(&v->out, buf_str(&b));
	buf_done(&b);
	html_lit(&v->out, "</pre>\n<p><a href=\"/");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_lit(&v->out, "/verify\">");
	page_say(v, "How anyone checks the whole register");
	html_lit(&v->out, "</a></p>\n");
}

/* --- */

static const struct ledger_row *ledger_named(struct visit *v, struct str name, struct err *err)
{
	struct ledger_row *all;
	size_t n;

	if (!view_ledgers(v->view, v->a, &all, &n, err))
		return NULL;
	for (size_t i = 0; i < n; i++)
		if (str_eq(all[i].name, name))
			return &all[i];
	err_set(err, ERR_MISSING, NULL, N_("This register has no ledger of that name."));
	return NULL;
}

static bool entry_load(struct entry_page *p, struct err *err)
{
	struct visit *v = p->v;
	struct note note;
	struct str name;

	if (!str_u64(v->parts[2], UINT64_C(1) << 53, &p->n))
		return err_set(err, ERR_MISSING, NULL,
			       N_("An entry is named by its number, from 0 on."));
	/* An address may count on over a succession (charter_place). */
	charter_at(node_charter(v->node), v->parts[1], p->n, &name, &p->n);
	p->ledger = ledger_named(v, name, err);
	if (!p->ledger || !view_entry(v->view, v->a, name, p->n, &p->bytes, err))
		return false;
	p->proof.index = p->n;
	p->leaf = leaf_hash(p->bytes);
	entry_read(v->a, p->bytes, p->ledger->party, p->n, INT64_MIN, &p->entry);
	if (!view_checkpoint(v->view, v->a, p->ledger->name, &p->proof.note, err) ||
	    !note_parse(p->proof.note, &note, err) ||
	    !checkpoint_parse(note.text, &p->head, err))
		p->head.size = 0;
	if (p->head.size > p->n) {
		struct tiles t = view_tiles(v->view, p->ledger);

		return tree_inclusion(&t, p->n, p->head.size, p->proof.path, &p->proof.n, err);
	}
	return true;
}

void page_entry(struct visit *v)
{
	struct entry_page p = { .v = v };
	struct charter_place place;
	struct err err;
	struct str title;

	if (!entry_load(&p, &err)) {
		page_error(v, &err);
		return;
	}
	title = arena_join(v->a, p.ledger->name, arena_join(v->a, S(" · "), number_of(v, p.n)));
	page_begin(v, title);
	html_lit(&v->out, "<p class=kind>");
	page_say(v, "Signed entry");
	html_lit(&v->out, "</p><h1>");
	page_fill(v, "Entry %1 of ledger %2", number_of(v, p.n), p.ledger->name);
	html_lit(&v->out, "</h1>\n");
	entry_record(&p);
	entry_facts(&p);
	view_place(v->view, p.ledger->name, &place);
	sealed_parts(v, place.name, place.first + p.n);
	entry_text(&p);
	entry_proof(&p);
	entry_commands(&p);
	page_end(v);
}

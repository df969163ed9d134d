#include "web/pages.h"

/* How anyone checks this register with tools that are not ours. */

static void heading(struct visit *v, struct str text)
{
	html_lit(&v->out, "<h2>");
	html_text(&v->out, text);
	html_lit(&v->out, "</h2>\n");
}

static void paragraph(struct visit *v, struct str text)
{
	html_lit(&v->out, "<p>");
	html_text(&v->out, text);
	html_lit(&v->out, "</p>\n");
}

static void head_of(struct visit *v, struct str ledger)
{
	struct str note;
	struct err err;

	if (!view_checkpoint(v->view, v->a, ledger, &note, &err))
		return;
	paragraph(v, T(v->lang, "Its newest signed head: name, number of entries, root of the "
				"tree, signature."));
	html_lit(&v->out, "<pre class=wrap>");
	html_text(&v->out, note);
	html_lit(&v->out, "</pre>\n");
}

static void commands(struct visit *v)
{
	static const char *const files[] = { "/log/checkpoint", "/log/tile/0/000",
					     "/log/tile/entries/000" };

	paragraph(v, T(v->lang, "The ledger is served as C2SP tlog-tiles, the format of public "
				"certificate logs. Any client of that format can download it "
				"and check every entry, every hash and every signature:"));
	html_lit(&v->out, "<pre class=wrap>");
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		html_lit(&v->out, "curl -s ");
		html_text(&v->out, ledger_url(v, node_ledger(v->node)));
		html_text(&v->out, str_z(files[i]));
		html_lit(&v->out, "\n");
	}
	html_lit(&v->out, "</pre>\n");
	paragraph(v, T(v->lang, "One entry, without any of our programs: put its bytes in a "
				"file; this prints its leaf hash, which the tile lists:"));
	html_lit(&v->out, "<pre class=wrap>(printf '\\0'; cat entry.json) | sha256sum</pre>\n");
	paragraph(v, T(v->lang, "An attachment is named by its SHA-256:"));
	html_lit(&v->out, "<pre class=wrap>sha256sum document.pdf</pre>\n");
	paragraph(v, T(v->lang, "With our program, from anywhere:"));
	html_lit(&v->out, "<pre class=wrap>benkan verify --url URL --vkey KEY</pre>\n");
}

void page_verify(struct visit *v)
{
	const struct charter *c = node_charter(v->node);

	page_begin(v, T(v->lang, "Check this register yourself"));
	html_lit(&v->out, "<h1>");
	page_say(v, "Check this register yourself");
	html_lit(&v->out, "</h1>\n");
	paragraph(v, T(v->lang, "Each side writes in a ledger of its own. Every entry is "
				"signed and stays; nobody, not even who runs this server, can "
				"change or remove one without everyone seeing it."));
	paragraph(v, T(v->lang, "You need not trust this site to know that. Compare the "
				"numbers below with those printed in the official journals of "
				"the parties, then use any of the tools named."));
	if (c) {
		heading(v, T(v->lang, "The register"));
		paragraph(v, T(v->lang, "Its number is the SHA-256 of its charter, which names "
					"the parties and their keys:"));
		html_lit(&v->out, "<p>");
		page_hash(v, c->id.b, HASH_SIZE, 2 * HASH_SIZE);
		html_lit(&v->out, "</p>\n");
		heading(v, T(v->lang, "The keys"));
		page_keys_part(v, c);
		heading(v, T(v->lang, "The ledger of this node"));
		head_of(v, node_ledger(v->node));
	}
	heading(v, T(v->lang, "The tools"));
	commands(v);
	heading(v, T(v->lang, "What no tool can tell"));
	paragraph(v,
		  T(v->lang,
		    "Whether a figure is true, and whether something was never entered. That "
		    "is why both sides' figures stand side by side, each with its source."));
	page_end(v);
}

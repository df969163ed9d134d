#include "ledger/verify.h"
#include "register/witness.h"
#include "store/cosig.h"
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

/* --- the words --- */

static void words(struct visit *v)
{
	static const struct {
		const char *word, *meaning;
	} list[] = {
		{ N_("Ledger"), N_("The book of one party: numbered entries, signed, only ever "
				   "continued. Nobody else writes in it.") },
		{ N_("Entry"), N_("One thing said: a payment, a proposal, an acceptance. Its "
				  "bytes stay as they were written.") },
		{ N_("Checkpoint"),
		  N_("A signed line that stands for all entries so far: the name of the "
		     "ledger, how many entries it has, and one number (the root) made of "
		     "them all. Change one letter of one old entry and the number no longer "
		     "fits.") },
		{ N_("Cosignature"),
		  N_("The other party's signature under a checkpoint: it says that this "
		     "ledger only continues what that party saw before. With it, no party "
		     "can rewrite its past unnoticed.") },
		{ N_("Number of the register"),
		  N_("The SHA-256 of the charter, which names the parties and their first "
		     "keys. It never changes.") },
	};

	heading(v, T(v->lang, "The words"));
	html_lit(&v->out, "<dl class=f>\n");
	for (size_t i = 0; i < sizeof(list) / sizeof(*list); i++) {
		html_lit(&v->out, "<div><dt>");
		html_text(&v->out, lang_text(v->lang, list[i].word));
		html_lit(&v->out, "</dt><dd>");
		html_text(&v->out, lang_text(v->lang, list[i].meaning));
		html_lit(&v->out, "</dd></div>\n");
	}
	html_lit(&v->out, "</dl>\n");
}

/* --- what to compare --- */

static void key_put(struct visit *v, struct str label, const struct vkey *key)
{
	struct buf b;

	buf_init(&b, 1000);
	vkey_write(&b, key);
	html_lit(&v->out, "<div><dt>");
	html_text(&v->out, label);
	html_lit(&v->out, "</dt><dd><code>");
	html_text(&v->out, buf_str(&b));
	html_lit(&v->out, "</code></dd></div>\n");
	buf_done(&b);
}

static void party_keys(struct visit *v, const struct charter_ledger *l)
{
	struct charter_ledger keys;
	struct err ignored;

	if (!view_keys(v->view, v->a, l->name, TREE_SIZE_MAX, &keys, &ignored))
		return;
	html_lit(&v->out, "<h3>");
	html_text(&v->out, party_name(v, l->party));
	html_lit(&v->out, "</h3>\n<dl class=f>\n");
	key_put(v, T(v->lang, "Signs the ledger"), &keys.log);
	key_put(v, T(v->lang, "Signs as witness of the others"), &keys.witness);
	html_lit(&v->out, "</dl>\n");
}

static void compare(struct visit *v, const struct charter *c)
{
	heading(v, T(v->lang, "Compare with the official journals"));
	paragraph(v, T(v->lang, "These numbers are short enough to print. Each party publishes "
				"them in its official journal; they must be the same there, "
				"here, and at the other party's node."));
	html_lit(&v->out, "<dl class=f><div><dt>");
	page_say(v, "Number of the register");
	html_lit(&v->out, "</dt><dd>");
	page_hash(v, c->id.b, HASH_SIZE, 2 * HASH_SIZE);
	html_lit(&v->out, "</dd></div></dl>\n");
	for (size_t i = 0; i < c->ledger_count; i++)
		if (!c->ledgers[i].closed)
			party_keys(v, &c->ledgers[i]);
	charters_part(v, c);
	html_lit(&v->out, "<details><summary>");
	page_say(v, "All keys and their history");
	html_lit(&v->out, "</summary>\n");
	page_keys_part(v, c);
	html_lit(&v->out, "</details>\n");
}

/* --- the newest head that all vouch for --- */

static bool vouched(struct visit *v, struct str *note, uint64_t *size)
{
	struct err err;

	*size = v->state.served;
	return witnessed_by_all(v->node, v->view, v->a, node_ledger(v->node), size, &err) &&
	       *size > 0 && view_checkpoint_at(v->view, v->a, *size, note, &err);
}

static void newest(struct visit *v)
{
	struct str note;
	uint64_t size;

	heading(v, T(v->lang, "The newest checkpoint that all parties have signed"));
	if (!vouched(v, &note, &size)) {
		paragraph(v, T(v->lang, "There is none yet: the other parties have not "
					"cosigned this ledger."));
		return;
	}
	html_lit(&v->out, "<p>");
	page_fill(v,
		  "It stands for the first %1 of the %2 entries of this ledger. Its lines: "
		  "name, number of entries, root, then one signature each.",
		  number_of(v, size), number_of(v, v->state.served));
	html_lit(&v->out, "</p>\n<pre class=wrap>");
	html_text(&v->out, note);
	html_lit(&v->out, "</pre>\n");
}

/* --- the commands --- */

static struct str own_url(struct visit *v)
{
	return ledger_url(v, node_ledger(v->node));
}

static void curl(struct visit *v, const char *const *paths, size_t n, struct str tail)
{
	html_lit(&v->out, "<pre class=wrap>");
	for (size_t i = 0; i < n; i++) {
		html_lit(&v->out, "curl -s ");
		html_text(&v->out, own_url(v));
		html_text(&v->out, str_z(paths[i]));
		html_text(&v->out, tail);
		html_lit(&v->out, "\n");
	}
	html_lit(&v->out, "</pre>\n");
}

/* How the address of the first tile ends: ".p/192" while it is not full (C2SP tlog-tiles). */
static struct str first_tile(struct visit *v)
{
	struct str note, tail = S("");
	struct buf b;
	uint64_t size;

	if (!vouched(v, &note, &size) || size >= TILE_WIDTH)
		return tail;
	buf_init(&b, 30);
	buf_lit(&b, ".p/");
	buf_u64(&b, size);
	return arena_buf(v->a, &b);
}

static void vkey_option(struct visit *v, const struct vkey *key)
{
	struct buf b;

	buf_init(&b, 1000);
	vkey_write(&b, key);
	html_lit(&v->out, " \\\n  --vkey '");
	html_text(&v->out, buf_str(&b));
	html_lit(&v->out, "'");
	buf_done(&b);
}

/* The own ledger's key, then the witness keys of the others. */
static void our_program(struct visit *v, const struct charter *c)
{
	struct charter_ledger keys;
	struct err ignored;

	paragraph(v, T(v->lang, "With our program, from any computer. It fetches every entry, "
				"recomputes every number and asks for every signature:"));
	html_lit(&v->out, "<pre class=wrap>benkan verify --url ");
	html_text(&v->out, own_url(v));
	html_lit(&v->out, "/witnessed");
	if (view_keys(v->view, v->a, node_ledger(v->node), TREE_SIZE_MAX, &keys, &ignored))
		vkey_option(v, &keys.log);
	for (size_t i = 0; i < c->ledger_count; i++) {
		const struct charter_ledger *l = &c->ledgers[i];

		if (!str_eq(l->party, node_party(v->node)) && charter_open(c, l->party) == l &&
		    view_keys(v->view, v->a, l->name, TREE_SIZE_MAX, &keys, &ignored))
			vkey_option(v, &keys.witness);
	}
	html_lit(&v->out, "</pre>\n");
}

static const char go_program[] =
	"package main\n\n"
	"import (\n\t\"fmt\"\n\t\"io\"\n\t\"log\"\n\t\"net/http\"\n\t\"os\"\n\n"
	"\t\"golang.org/x/mod/sumdb/note\"\n)\n\n"
	"func main() {\n"
	"\tanswer, err := http.Get(os.Args[1])\n\tif err != nil {\n\t\tlog.Fatal(err)\n\t}\n"
	"\ttext, err := io.ReadAll(answer.Body)\n\tif err != nil {\n\t\tlog.Fatal(err)\n\t}\n"
	"\tkey, err := note.NewVerifier(os.Args[2])\n\tif err != nil {\n\t\tlog.Fatal(err)\n"
	"\t}\n"
	"\thead, err := note.Open(text, note.VerifierList(key))\n\tif err != nil {\n"
	"\t\tlog.Fatal(err)\n\t}\n"
	"\tfmt.Print(head.Text)\n}\n";

static void go_check(struct visit *v)
{
	struct charter_ledger keys;
	struct err ignored;
	struct buf b;

	html_lit(&v->out, "<details><summary>");
	page_say(v, "The signature of a checkpoint, with Go and nothing of ours");
	html_lit(&v->out, "</summary>\n<p>");
	page_say(v, "Put this into check.go. It prints the checkpoint when the ledger's key "
		    "signed it, and stops otherwise.");
	html_lit(&v->out, "</p>\n<pre class=wrap>");
	html_text(&v->out, str_z(go_program));
	html_lit(&v->out, "</pre>\n<pre class=wrap>go mod init check &amp;&amp; go mod tidy\n"
			  "go run . ");
	html_text(&v->out, own_url(v));
	html_lit(&v->out, "/witnessed/checkpoint");
	if (view_keys(v->view, v->a, node_ledger(v->node), TREE_SIZE_MAX, &keys, &ignored)) {
		buf_init(&b, 1000);
		vkey_write(&b, &keys.log);
		html_lit(&v->out, " '");
		html_text(&v->out, buf_str(&b));
		html_lit(&v->out, "'");
		buf_done(&b);
	}
	html_lit(&v->out, "</pre></details>\n");
}

static void other_tools(struct visit *v)
{
	static const char *const head[] = { "/witnessed/checkpoint" };
	static const char *const tiles[] = { "/witnessed/tile/0/000",
					     "/witnessed/tile/entries/000" };
	static const char *const about[] = { "/policy", "/keys", "/evidence" };

	paragraph(v, T(v->lang, "With tools that are not ours. The ledger is served as C2SP "
				"tlog-tiles, the format of public certificate logs; any client "
				"of that format checks it. The checkpoint, the hashes and the "
				"entries:"));
	curl(v, head, 1, S(""));
	curl(v, tiles, 2, first_tile(v));
	paragraph(v, T(v->lang, "Who must sign what, for such clients; every key the parties "
				"ever had; and proof of two histories, should a ledger ever "
				"show them:"));
	curl(v, about, 3, S(""));
	go_check(v);
}

static void one_entry(struct visit *v)
{
	heading(v, T(v->lang, "Check one entry"));
	paragraph(v, T(v->lang, "Every page of a record names, at its foot, the entry behind "
				"it. The page of the entry shows its bytes, the proof that it "
				"is in the ledger, and the commands. With the bytes in a file, "
				"this prints the entry's number in the tree:"));
	html_lit(&v->out, "<pre class=wrap>(printf '\\0'; cat entry.json) | sha256sum</pre>\n");
	paragraph(v, T(v->lang, "A joint act and an attachment are named by their SHA-256; "
				"this prints it:"));
	html_lit(&v->out, "<pre class=wrap>sha256sum act.json</pre>\n");
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
	words(v);
	if (c) {
		compare(v, c);
		newest(v);
	}
	heading(v, T(v->lang, "Check the whole ledger"));
	if (c)
		our_program(v, c);
	other_tools(v);
	one_entry(v);
	heading(v, T(v->lang, "What no tool can tell"));
	paragraph(v,
		  T(v->lang,
		    "Whether a figure is true, and whether something was never entered. That "
		    "is why both sides' figures stand side by side, each with its source."));
	page_end(v);
}

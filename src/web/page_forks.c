#include "ledger/note.h"
#include "store/evidence.h"
#include "web/pages.h"

/* What it means when a ledger shows two histories, what proves it, and what people can do. */

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

static const struct ledger_row *row_of(const struct visit *v, struct str name)
{
	for (size_t i = 0; i < v->ledger_count; i++)
		if (str_eq(v->ledgers[i].name, name))
			return &v->ledgers[i];
	return NULL;
}

static uint64_t size_of(struct str note)
{
	struct checkpoint head;
	struct note parts;
	struct err ignored;

	return note_parse(note, &parts, &ignored) &&
			       checkpoint_parse(parts.text, &head, &ignored)
		       ? head.size
		       : 0;
}

static void piece(struct visit *v, const struct evidence_row *e)
{
	struct json *doc;
	struct err ignored;
	struct buf hex;

	if (!json_object(v->a, e->doc, &doc, &ignored))
		return;
	buf_init(&hex, 2 * HASH_SIZE);
	buf_hex(&hex, e->id.b, HASH_SIZE);
	html_lit(&v->out, "<li><a");
	html_attr(&v->out, "href", arena_join(v->a, S("/evidence/"), buf_str(&hex)));
	html_lit(&v->out, ">");
	page_fill(v, N_("Signed head of %1 entries against one of %2"),
		  number_of(v, size_of(json_str(doc, "a"))),
		  number_of(v, size_of(json_str(doc, "b"))));
	html_lit(&v->out, "</a><br><code>");
	html_text(&v->out, buf_str(&hex));
	html_lit(&v->out, "</code></li>\n");
	buf_done(&hex);
}

static void state(struct visit *v, const struct ledger_row *l)
{
	html_lit(&v->out, "<p>");
	if (l->state != LEDGER_FORKED)
		page_say(v, "Released: an operator of this node stated in writing that the "
			    "ledger is read again. The evidence stays.");
	else if (l->own)
		page_say(v, "Nothing more is written to it by this node.");
	else
		page_fill(v,
			  N_("Forked: the %1 entries taken over before stand, and nothing "
			     "more of it is taken over or cosigned."),
			  number_of(v, l->size));
	html_lit(&v->out, "</p>\n");
}

static void ledgers(struct visit *v, const struct evidence_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct ledger_row *l = row_of(v, rows[i].ledger);

		if (!l)
			continue;
		if (i == 0 || !str_eq(rows[i].ledger, rows[i - 1].ledger)) {
			heading(v, party_name(v, l->party));
			state(v, l);
			html_lit(&v->out, "<ul>\n");
		}
		piece(v, &rows[i]);
		if (i + 1 == n || !str_eq(rows[i].ledger, rows[i + 1].ledger))
			html_lit(&v->out, "</ul>\n");
	}
}

static void meaning(struct visit *v)
{
	paragraph(v, T(v->lang, "Every head of a ledger is signed, and each must continue the "
				"one before. Here two heads bear the same key's signature and "
				"cannot both be of one ledger: the past was written twice."));
	paragraph(v,
		  T(v->lang, "It may be a fault: a server put back from an old backup, or two "
			     "copies of it running at once. It may be a stolen key, or an "
			     "attempt to show different people different registers. The "
			     "evidence does not say which, and this node takes no side."));
}

static void remedies(struct visit *v)
{
	heading(v, T(v->lang, "What to do"));
	html_lit(&v->out, "<ul>\n<li>");
	page_say(v, "Readers: rely on what stands at both parties' nodes. Keep the evidence; "
		    "anyone can check it with the key of the ledger alone.");
	html_lit(&v->out, "</li>\n<li>");
	page_say(v, "The party whose ledger it is: stop the node, find out which history was "
		    "given to others, and tell them. If both were, conclude an act of "
		    "succession with them: a new ledger goes on from the last agreed entry.");
	html_lit(&v->out, "</li>\n<li>");
	page_say(v,
		 "Operators of the other nodes: when it is shown to be a fault and nobody "
		 "took the other history over, release the ledger in writing. It is logged.");
	html_lit(&v->out, "</li>\n</ul>\n<pre class=wrap>benkan evidence --node DIR\n"
			  "benkan release --node DIR LEDGER --who LABEL --why TEXT</pre>\n");
}

void page_forks(struct visit *v)
{
	struct evidence_row *rows;
	struct err err;
	size_t n;

	if (!view_evidence_list(v->view, v->a, &rows, &n, &err)) {
		page_error(v, &err);
		return;
	}
	page_begin(v, T(v->lang, "Two histories of one ledger"));
	html_lit(&v->out, "<h1>");
	page_say(v, "Two histories of one ledger");
	html_lit(&v->out, "</h1>\n");
	if (n == 0)
		paragraph(v, T(v->lang, "This node knows of no ledger that shows two "
					"histories."));
	meaning(v);
	ledgers(v, rows, n);
	remedies(v);
	page_end(v);
}

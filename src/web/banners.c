#include "web/pages.h"

/* What is wrong with a ledger or a key, above every page until people settle it. */

static void banner_begin(struct visit *v, struct str what)
{
	html_lit(&v->out, "<div class=\"box late\" role=note><p><strong>");
	html_text(&v->out, what);
	html_lit(&v->out, "</strong> ");
}

static void banner_end(struct visit *v)
{
	html_lit(&v->out, "</p></div>\n");
}

static void forked(struct visit *v, const struct ledger_row *l)
{
	struct str what;
	struct buf b;

	buf_init(&b, 1000);
	lang_fill(&b, T(v->lang, "The ledger of %1 shows two histories."),
		  (struct str[]){ party_name(v, l->party) }, 1);
	what = arena_buf(v->a, &b);
	banner_begin(v, what);
	if (l->own)
		page_say(v, "Nothing more is written here until people settle it.");
	else
		page_say(v, "What was taken over before stands; nothing more of it is taken "
			    "over until people settle it.");
	html_lit(&v->out, " <a href=\"/");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_lit(&v->out, "/forks\">");
	page_say(v, "The evidence, and what to do");
	html_lit(&v->out, "</a>");
	banner_end(v);
}

static void restored(struct visit *v)
{
	banner_begin(v, T(v->lang, "This node was put back from an older copy."));
	page_say(v, "It shows what it has and writes nothing until the missing entries have "
		    "come back from the other side (benkan sync).");
	banner_end(v);
}

static void key_lost(struct visit *v)
{
	banner_begin(v, T(v->lang, "The key that signs this node's ledger is not here."));
	page_say(v, "Nothing can be written until it is replaced by the recovery keys (benkan "
		    "keys).");
	banner_end(v);
}

void page_banners(struct visit *v)
{
	for (size_t i = 0; i < v->ledger_count; i++)
		switch (v->ledgers[i].state) {
		case LEDGER_FORKED: forked(v, &v->ledgers[i]); break;
		case LEDGER_RESTORED:
			if (v->ledgers[i].own)
				restored(v);
			break;
		case LEDGER_OK:
		case LEDGER_CLOSED: break;
		}
	if (node_charter(v->node) && !node_log_held(v->node))
		key_lost(v);
}

/* Amendments of the charter on pages: what changes, and which ledgers follow which. */
#include "ledger/amend.h"
#include "store/charter.h"
#include "web/acts.h"

static void sentence(struct visit *v, const struct charter_change *c)
{
	struct str name = c->party.n ? party_name(v, c->party) : c->party;
	struct buf b;

	buf_init(&b, CHARTER_MAX);
	lang_fill(&b, lang_text(v->lang, c->sentence), (const struct str[]){ name, c->a, c->b },
		  3);
	html_lit(&v->out, "<li class=wrap>");
	html_text(&v->out, buf_str(&b));
	html_lit(&v->out, "</li>\n");
	buf_done(&b);
}

/* The charter that the amendment follows, in force or earlier. */
static bool former_of(struct visit *v, const struct charter *next, struct charter *out)
{
	struct charter_link *chain;
	struct err ignored;
	size_t n;

	if (!view_charters(v->view, v->a, &chain, &n, &ignored))
		return false;
	for (size_t i = 0; i < n; i++)
		if (hash_eq(&chain[i].hash, &next->former))
			return charter_read(v->a, chain[i].bytes, out, &ignored);
	return false;
}

static void standing(struct visit *v, const struct hash *act, const struct charter *now,
		     const struct charter *next)
{
	struct amend_verdict verdict;
	struct err err;

	html_lit(&v->out, "<p>");
	if (hash_eq(&node_charter(v->node)->hash, act)) {
		page_say(v, "This charter is in force.");
	} else if (!hash_eq(&node_charter(v->node)->hash, &now->hash)) {
		page_say(v, "The charter that this amends is no more in force: another "
			    "amendment took its place, or this one was followed by others.");
	} else if (!charter_follows(now, next, &err)) {
		struct buf b;

		buf_init(&b, 4096);
		lang_err(&b, v->lang, &err);
		page_say(v, "This amendment cannot take effect:");
		html_lit(&v->out, " ");
		html_text(&v->out, buf_str(&b));
		buf_done(&b);
	} else if (view_amend(v->view, v->a, act, &verdict, &err)) {
		if (verdict.by_hand)
			page_fill(v,
				  "No old key of %1 signed for it: beside the acceptances, an "
				  "operator must give it by hand (benkan adopt).",
				  party_name(v, verdict.lacking));
		else if (verdict.state == AMEND_OPEN && verdict.lacking.n)
			page_fill(v, "The word of %1 is wanted before it takes effect.",
				  party_name(v, verdict.lacking));
		else if (verdict.state == AMEND_EFFECTIVE)
			page_say(v, "It takes effect in a moment.");
	}
	html_lit(&v->out, "</p>\n");
}

bool is_amendment(struct visit *v, struct str document)
{
	struct charter *c = arena_new(v->a, struct charter);
	struct err ignored;

	return document.n && charter_read(v->a, document, c, &ignored) && c->amends;
}

bool amendment_part(struct visit *v, const struct hash *act, struct str document)
{
	struct charter *next = arena_new(v->a, struct charter);
	struct charter *now = arena_new(v->a, struct charter);
	struct charter_change *changes;
	struct err ignored;
	size_t n;

	if (!charter_read(v->a, document, next, &ignored) || !next->amends)
		return false;
	html_lit(&v->out, "<p>");
	page_say(v,
		 "It amends the charter of this register: who the parties are, which ledgers "
		 "they write, and who signs what.");
	html_lit(&v->out, "</p>\n");
	if (!former_of(v, next, now)) {
		html_lit(&v->out, "<p>");
		page_say(v, "The charter that it amends is not here: what changes cannot be "
			    "told.");
		html_lit(&v->out, "</p>\n");
		return true;
	}
	n = charter_changes(v->a, now, next, &changes);
	html_lit(&v->out, "<ul>\n");
	for (size_t i = 0; i < n; i++)
		sentence(v, &changes[i]);
	html_lit(&v->out, "</ul>\n");
	standing(v, act, now, next);
	return true;
}

/* --- the charters so far --- */

static void closed_line(struct visit *v, const struct charter *c,
			const struct charter_ledger *l)
{
	const struct charter_ledger *next = charter_open(c, l->party);

	html_lit(&v->out, "<li>");
	if (next)
		page_fill(v,
			  "The ledger %1 is closed: its first %2 entries count. Its party goes "
			  "on in %3.",
			  l->origin, number_of(v, l->size), next->origin);
	else
		page_fill(v,
			  "The ledger %1 is closed: its first %2 entries count. Its party has "
			  "left the register.",
			  l->origin, number_of(v, l->size));
	html_lit(&v->out, "<br><small>");
	page_say(v, "Root");
	html_lit(&v->out, " ");
	page_hash(v, l->root.b, HASH_SIZE, 2 * HASH_SIZE);
	html_lit(&v->out, "</small></li>\n");
}

void charters_part(struct visit *v, const struct charter *c)
{
	struct charter_link *chain;
	struct err ignored;
	size_t n;

	if (!c->amends || !view_charters(v->view, v->a, &chain, &n, &ignored))
		return;
	html_lit(&v->out, "<h3>");
	page_say(v, "The charters so far");
	html_lit(&v->out, "</h3>\n<p>");
	page_say(v, "The number of the register is that of the first charter. Each other is a "
		    "joint act that amends the one before it; benkan verify follows them.");
	html_lit(&v->out, "</p>\n<ol>\n");
	for (size_t i = 0; i < n; i++) {
		html_lit(&v->out, "<li>");
		if (i > 0) {
			html_lit(&v->out, "<a");
			act_href(v, &chain[i].hash);
			html_lit(&v->out, ">");
		}
		page_hash(v, chain[i].hash.b, HASH_SIZE, 2 * HASH_SIZE);
		if (i > 0)
			html_lit(&v->out, "</a>");
		html_lit(&v->out, "</li>\n");
	}
	html_lit(&v->out, "</ol>\n<ul>\n");
	for (size_t i = 0; i < c->ledger_count; i++)
		if (c->ledgers[i].closed)
			closed_line(v, c, &c->ledgers[i]);
	html_lit(&v->out, "</ul>\n");
}

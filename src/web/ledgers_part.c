#include "exchange/peers.h"
#include "ledger/entry.h"
#include "register/witness.h"
#include "web/pages.h"

/*
 * Each ledger's state.  What hangs on the ledgers alone is the same for everybody and stands
 * in pages that are kept; what became of the exchange with a peer is for those who are signed
 * in, whose pages are not.
 */

struct ledgers {
	struct visit *v;
	struct peer_row *peers;
	size_t peer_count;
	bool inside; /* signed in: shows the exchange */
};

static void cell(struct visit *v, struct str label, bool figure)
{
	if (figure)
		html_lit(&v->out, "<td class=n");
	else
		html_lit(&v->out, "<td");
	html_attr(&v->out, "data-l", label);
	html_lit(&v->out, ">");
}

static void last_entry(struct visit *v, const struct ledger_row *l)
{
	struct str bytes;
	struct entry e;
	struct err err;

	if (l->size == 0 || !view_entry(v->view, v->a, l->name, l->size - 1, &bytes, &err)) {
		html_lit(&v->out, "—");
		return;
	}
	entry_read(v->a, bytes, l->party, l->size - 1, INT64_MIN, &e);
	page_instant(v, e.time_text);
}

/* How much of the ledger the nodes of all other parties have cosigned. */
static void cosigned(struct visit *v, const struct ledger_row *l)
{
	uint64_t size = l->size;
	struct err err;

	if (!node_charter(v->node) ||
	    !witnessed_by_all(v->node, v->view, v->a, l->name, &size, &err) || size == 0)
		page_say(v, "not yet");
	else if (size == l->size)
		page_say(v, "all of it");
	else
		page_fill(v, "%1 entries, %2 to go", number_of(v, size),
			  number_of(v, l->size - size));
}

/* --- the exchange, for those who are signed in --- */

static void seconds_text(struct visit *v, int64_t seconds)
{
	char text[TIME_TEXT];

	page_instant(v, arena_str(v->a, str_z(time_text(text, seconds))));
}

static void trouble(struct visit *v, const struct peer_row *p)
{
	struct buf b;

	if (p->error.kind != ERR_NONE) {
		buf_init(&b, 4096);
		lang_err(&b, v->lang, &p->error);
		html_lit(&v->out, "<br><span class=late>");
		html_text(&v->out, buf_str(&b));
		html_lit(&v->out, "</span>");
		buf_done(&b);
	}
	if (p->refused != 0) {
		html_lit(&v->out, "<br><span class=differs>");
		page_fill(v, "It refused to cosign our ledger (%1).", number_of(v, p->refused));
		html_lit(&v->out, "</span>");
	}
	if (p->stale != 0) {
		html_lit(&v->out, "<br><span class=differs>");
		page_say(v, "It shows less of its ledger than is held here, since");
		html_lit(&v->out, " ");
		seconds_text(v, p->stale);
		html_lit(&v->out, "</span>");
	}
}

static void heard(struct visit *v, const struct peer_row *p)
{
	if (p->heard != 0)
		seconds_text(v, p->heard);
	else
		page_say(v, "never");
	trouble(v, p);
}

/* Of several addresses of one ledger the one asked last. */
static const struct peer_row *peer_of(const struct ledgers *t, const struct ledger_row *l)
{
	const struct peer_row *last = NULL;

	for (size_t i = 0; i < t->peer_count; i++)
		if (str_eq(t->peers[i].ledger, l->name) &&
		    (!last || t->peers[i].tried > last->tried))
			last = &t->peers[i];
	return last;
}

static void exchange_cell(const struct ledgers *t, const struct ledger_row *l)
{
	const struct peer_row *peer = peer_of(t, l);
	struct visit *v = t->v;

	cell(v, T(v->lang, "Last heard of"), false);
	if (l->own)
		page_say(v, "this node");
	else if (peer)
		heard(v, peer);
	else
		page_say(v, "never asked from here");
	html_lit(&v->out, "</td>");
}

/* Addresses that never answered: whose ledger is there is not known. */
static void strangers(const struct ledgers *t)
{
	struct visit *v = t->v;

	for (size_t i = 0; i < t->peer_count; i++) {
		if (t->peers[i].ledger.n > 0)
			continue;
		html_lit(&v->out, "<p><code>");
		html_text(&v->out, t->peers[i].url);
		html_lit(&v->out, "</code>: ");
		heard(v, &t->peers[i]);
		html_lit(&v->out, "</p>\n");
	}
}

/* --- */

/* Where its party goes on. */
static void successor(struct visit *v, const struct ledger_row *l)
{
	const struct charter *c = node_charter(v->node);
	const struct charter_ledger *is = c ? charter_find(c, l->name) : NULL, *next;

	if (!is || !is->closed)
		return;
	next = charter_open(c, l->party);
	html_lit(&v->out, "<br><small>");
	if (next)
		page_fill(v, "its first %1 entries count; it goes on in %2",
			  number_of(v, is->size), next->name);
	else
		page_fill(v, "its first %1 entries count; the party has left",
			  number_of(v, is->size));
	html_lit(&v->out, "</small>");
}

static void state_cell(struct visit *v, const struct ledger_row *l)
{
	cell(v, T(v->lang, "State"), false);
	switch (l->state) {
	case LEDGER_OK:
		html_lit(&v->out, "<span class=\"b force\">");
		page_say(v, "in order");
		break;
	case LEDGER_RESTORED:
		html_lit(&v->out, "<span class=\"b late\">");
		page_say(v, "put back from an older copy");
		break;
	case LEDGER_FORKED:
		html_lit(&v->out, "<span class=\"b late\">");
		page_say(v, "two histories");
		break;
	case LEDGER_CLOSED:
		html_lit(&v->out, "<span class=b>");
		page_say(v, "closed");
		break;
	}
	html_lit(&v->out, "</span>");
	successor(v, l);
	html_lit(&v->out, "</td>");
}

static void ledger_line(const struct ledgers *t, const struct ledger_row *l)
{
	struct visit *v = t->v;

	html_lit(&v->out, "<tr><th scope=row>");
	html_text(&v->out, party_name(v, l->party));
	if (!str_eq(l->name, l->party)) {
		html_lit(&v->out, " <small>");
		html_text(&v->out, l->name);
		html_lit(&v->out, "</small>");
	}
	html_lit(&v->out, "</th>");
	state_cell(v, l);
	cell(v, T(v->lang, "Number of entries"), true);
	html_text(&v->out, number_of(v, l->size));
	html_lit(&v->out, "</td>");
	cell(v, T(v->lang, "Last entry"), false);
	last_entry(v, l);
	html_lit(&v->out, "</td>");
	cell(v, T(v->lang, "Cosigned by the others"), false);
	cosigned(v, l);
	html_lit(&v->out, "</td>");
	if (t->inside)
		exchange_cell(t, l);
	html_lit(&v->out, "</tr>\n");
}

static void column(struct visit *v, struct str label, bool figure)
{
	if (figure)
		html_lit(&v->out, "<th scope=col class=n>");
	else
		html_lit(&v->out, "<th scope=col>");
	html_text(&v->out, label);
	html_lit(&v->out, "</th>");
}

void ledgers_part(struct visit *v)
{
	struct ledgers t = { .v = v, .inside = v->person.role != ROLE_NONE };
	struct err err;

	if (t.inside && !peers_list(v->view, v->a, &t.peers, &t.peer_count, &err))
		t.peer_count = 0;
	table_begin(v, T(v->lang, "The ledgers"), "cards fit tight");
	html_lit(&v->out, "<thead><tr>");
	column(v, T(v->lang, "Ledger"), false);
	column(v, T(v->lang, "State"), false);
	column(v, T(v->lang, "Number of entries"), true);
	column(v, T(v->lang, "Last entry"), false);
	column(v, T(v->lang, "Cosigned by the others"), false);
	if (t.inside)
		column(v, T(v->lang, "Last heard of"), false);
	html_lit(&v->out, "</tr></thead><tbody>\n");
	for (size_t i = 0; i < v->ledger_count; i++)
		ledger_line(&t, &v->ledgers[i]);
	html_lit(&v->out, "</tbody>");
	table_end(v);
	if (t.inside)
		strangers(&t);
}

#include "web/lineage.h"
#include "web/protocol.h"

/* On the page of a session: its protocol, and its decisions with their past. */

enum { DECISIONS_SHOWN = 100 };

static void protocol_line(struct visit *v, const struct record_row *session)
{
	struct protocol p;
	struct err err;

	html_lit(&v->out, "<h2 id=protocol>");
	page_say(v, "Protocol");
	html_lit(&v->out, "</h2>\n");
	if (!protocol_of(v, session, &p, &err))
		return;
	html_lit(&v->out, "<p><a class=button");
	protocol_href(v, row_ref(v, session), "");
	html_lit(&v->out, ">");
	page_say(v, "Protocol, article by article");
	html_lit(&v->out, "</a></p>\n<p>");
	if (p.n == 0) {
		page_say(v, "No article is proposed yet.");
	} else {
		page_fill(v, "%1 of %2 articles agreed; in brackets: %3;",
			  number_of(v, p.count[ARTICLE_AGREED]), number_of(v, p.n),
			  number_of(v, p.count[ARTICLE_BRACKETS]));
		html_lit(&v->out, " ");
		page_fill(v, "awaiting a word: %1.", number_of(v, p.count[ARTICLE_OPEN]));
	}
	html_lit(&v->out, "</p>\n");
}

/* Which sides have not said who comes, while the session lies ahead. */
static void delegations_missing(struct visit *v, const struct record_row *session)
{
	const struct charter *c = node_charter(v->node);
	const struct json *data = row_data(v, session), *all = json_arr(data, "delegations");
	struct str missing[ENTRY_PARTIES_MAX];
	size_t n = 0;
	int32_t day;

	if (!date_parse(json_str(data, "date"), &day) || day < v->today)
		return;
	for (size_t i = 0; c && i < c->ledger_count && n < ENTRY_PARTIES_MAX; i++) {
		bool named = !str_eq(c->ledgers[i].name, c->ledgers[i].party);

		for (const struct json *d = all ? all->child : NULL; d; d = d->next)
			named = named || str_eq(json_str(d, "party"), c->ledgers[i].party);
		if (!named)
			missing[n++] = c->ledgers[i].party;
	}
	if (n == 0)
		return;
	html_lit(&v->out, "<p class=await>");
	page_fill(v, "Delegation not named yet: %1.", party_names(v, missing, n));
	html_lit(&v->out, "</p>\n");
}

static void origin_cell(struct visit *v, const struct lineage *l)
{
	html_lit(&v->out, "<td");
	html_attr(&v->out, "data-l", lang_text(v->lang, fields[decision_carried_from].label));
	html_lit(&v->out, ">");
	if (l->n > 1) {
		page_link_text(v, &l->rows[1], json_str(row_data(v, &l->rows[1]), "number"));
		html_lit(&v->out, "<br><small>");
		page_count(v, N_("Put off %1 time."), N_("Put off %1 times."), l->n - 1);
		html_lit(&v->out, "</small>");
	}
	html_lit(&v->out, "</td>");
}

static void value_cell(struct visit *v, enum field_id f, const struct json *data)
{
	html_lit(&v->out, "<td");
	html_attr(&v->out, "data-l", lang_text(v->lang, fields[f].label));
	html_lit(&v->out, ">");
	page_cell(v, &fields[f], json_get(data, fields[f].name));
	html_lit(&v->out, "</td>");
}

static void decision_row(struct visit *v, const struct record_row *row)
{
	struct lineage *l = arena_new(v->a, struct lineage);
	const struct json *data = row_data(v, row);

	lineage_read(v, row, l);
	html_lit(&v->out, "<tr><th scope=row>");
	page_link(v, row);
	html_lit(&v->out, "</th>");
	origin_cell(v, l);
	value_cell(v, decision_deadline, data);
	value_cell(v, decision_status, data);
	html_lit(&v->out, "</tr>\n");
}

static void decisions(struct visit *v, const struct record_row *session)
{
	static const enum field_id heads[] = { decision_carried_from, decision_deadline,
					       decision_status };
	struct str ref = row_ref(v, session);
	struct list_result found;
	struct err err;

	if (!rows_about(v, decision_session, ref, &found, &err) || found.n == 0)
		return;
	html_lit(&v->out, "<h2 id=decisions>");
	page_say(v, "Its decisions");
	html_lit(&v->out, "</h2>\n");
	table_begin(v, T(v->lang, "Its decisions"), "cards");
	html_lit(&v->out, "<thead><tr><th scope=col>");
	html_text(&v->out, lang_text(v->lang, records[RECORD_decision].title));
	for (size_t i = 0; i < sizeof(heads) / sizeof(*heads); i++) {
		html_lit(&v->out, "</th><th scope=col>");
		html_text(&v->out, lang_text(v->lang, fields[heads[i]].label));
	}
	html_lit(&v->out, "</th></tr></thead><tbody>\n");
	for (size_t i = found.n; i > 0 && found.n - i < DECISIONS_SHOWN; i--)
		decision_row(v, &found.rows[i - 1]);
	html_lit(&v->out, "</tbody>");
	table_end(v);
	html_lit(&v->out, "<p><a href=\"/");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_lit(&v->out, "/decisions?session=");
	html_text(&v->out, ref);
	html_lit(&v->out, "\">");
	page_fill(v, "All %1, with each side's reports", number_of(v, found.total));
	html_lit(&v->out, "</a></p>\n");
}

void session_part(struct visit *v, const struct record_row *session)
{
	delegations_missing(v, session);
	protocol_line(v, session);
	agenda_part(v, session);
	decisions(v, session);
}

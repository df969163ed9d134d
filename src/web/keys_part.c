#include "register/key_list.h"
#include "web/pages.h"
#include "web/server.h"

/* The keys of the parties and their history: what anyone checks with, and the alerts that
 * only administrators see. */

static struct str role_label(struct visit *v, struct str role)
{
	static const struct {
		const char *role, *label;
	} labels[] = {
		{ "log", N_("Signs the ledger") },
		{ "witness", N_("Signs as witness of the others") },
		{ "seal", N_("Restricted texts are sealed for it") },
		{ "recovery-1", N_("First recovery key, in a safe") },
		{ "recovery-2", N_("Second recovery key, in a safe") },
		{ "recovery-3", N_("Third recovery key, in a safe") },
	};

	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		if (str_is(role, labels[i].role))
			return lang_text(v->lang, labels[i].label);
	return role;
}

static void entry_link(struct visit *v, struct str ledger, uint64_t n)
{
	html_lit(&v->out, "<a href=\"/");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_lit(&v->out, "/entry/");
	url_part(&v->out, ledger);
	html_lit(&v->out, "/");
	html_text(&v->out, str_z(err_num(n)));
	html_lit(&v->out, "\">");
	html_text(&v->out, number_of(v, n));
	html_lit(&v->out, "</a>");
}

static void key_row_put(struct visit *v, struct str ledger, const struct key_row *rows,
			size_t n, size_t i)
{
	bool replaced;
	uint64_t until = key_until(rows, n, i, &replaced);

	html_lit(&v->out, "<tr><th scope=row>");
	html_text(&v->out, role_label(v, rows[i].role));
	html_lit(&v->out, "</th><td>");
	entry_link(v, ledger, rows[i].from);
	html_lit(&v->out, "</td><td>");
	if (replaced)
		entry_link(v, ledger, until);
	else
		page_say(v, "in force");
	html_lit(&v->out, "</td><td><code>");
	html_text(&v->out, rows[i].key);
	html_lit(&v->out, "</code></td></tr>\n");
}

static void column(struct visit *v, struct str label)
{
	html_lit(&v->out, "<th scope=col>");
	html_text(&v->out, label);
	html_lit(&v->out, "</th>");
}

static void ledger_keys(struct visit *v, const struct charter_ledger *l)
{
	struct key_row *rows;
	struct err err;
	size_t n;

	if (!view_key_history(v->view, v->a, l->name, &rows, &n, &err))
		return;
	html_lit(&v->out, "<h3>");
	html_text(&v->out, party_name(v, l->party));
	html_lit(&v->out, "</h3>\n<p>");
	page_say(v, "Origin");
	html_lit(&v->out, " <code>");
	html_text(&v->out, l->origin);
	html_lit(&v->out, "</code></p>\n");
	table_begin(v, lang_text(v->lang, N_("Keys and their history")), "");
	html_lit(&v->out, "<thead><tr>");
	column(v, T(v->lang, "Used for"));
	column(v, T(v->lang, "From entry"));
	column(v, T(v->lang, "Until entry"));
	column(v, T(v->lang, "Verifier key"));
	html_lit(&v->out, "</tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < n; i++)
		key_row_put(v, l->name, rows, n, i);
	html_lit(&v->out, "</tbody>");
	table_end(v);
}

static void alerts(struct visit *v)
{
	struct alert_row *rows;
	struct err err;
	size_t n;

	if (!guard_role(v, ACCESS_ADMIN) || !local_alerts(v->view, v->a, &rows, &n, &err))
		return;
	for (size_t i = 0; i < n; i++) {
		html_lit(&v->out, "<section class=\"box late\" role=alert><p>");
		page_fill(v,
			  N_("On %1 a checkpoint of ledger %2 came that only a replaced key "
			     "signed. Whoever holds the old key wrote it; nothing of it was "
			     "taken over. Tell the other party, and keep it as evidence:"),
			  rows[i].time, rows[i].ledger);
		html_lit(&v->out, "</p>\n<pre class=wrap>");
		html_text(&v->out, rows[i].note);
		html_lit(&v->out, "</pre></section>\n");
	}
}

void page_keys_part(struct visit *v, const struct charter *c)
{
	alerts(v);
	for (size_t i = 0; i < c->ledger_count; i++)
		ledger_keys(v, &c->ledgers[i]);
}

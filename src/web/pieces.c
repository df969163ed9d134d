#include "web/pages.h"

void page_fill_(struct visit *v, struct str message, const struct str *args, size_t n)
{
	size_t run = 0;

	for (size_t i = 0; i + 1 < message.n; i++) {
		unsigned which = (unsigned)(message.p[i + 1] - '1');

		if (message.p[i] != '%' || which >= n)
			continue;
		html_text(&v->out, str_of(message.p + run, i - run));
		html_text(&v->out, args[which]);
		run = ++i + 1;
	}
	html_text(&v->out, str_from(message, run));
}

void page_count(struct visit *v, const char *one, const char *many, uint64_t n)
{
	struct str arg = number_of(v, n);

	page_fill_(v, lang_plural(v->lang, one, many, n), &arg, 1);
}

struct str fill_before(struct str message)
{
	return str_cut(message, str_find(message, S("%1")));
}

struct str fill_after(struct str message)
{
	return str_from(message, str_find(message, S("%1")) + 2);
}

struct str decimal_of(struct visit *v, struct dec d, unsigned places)
{
	return number_text(v->a, d, places, v->lang);
}

struct str amount_of(struct visit *v, struct dec d, struct str currency)
{
	return decimal_of(v, d, currency_places(currency));
}

struct str number_of(struct visit *v, uint64_t n)
{
	return decimal_of(v, dec_int((int64_t)n), 0);
}

/* --- parties and languages --- */

/* Which of the charter's ledgers is the party's; CHARTER_LEDGERS_MAX: none. */
static size_t ledger_of(const struct visit *v, struct str party)
{
	const struct charter *c = node_charter(v->node);

	for (size_t i = 0; c && i < c->ledger_count; i++)
		if (str_eq(c->ledgers[i].party, party))
			return i;
	return CHARTER_LEDGERS_MAX;
}

bool party_known(const struct visit *v, struct str code)
{
	return ledger_of(v, code) < CHARTER_LEDGERS_MAX;
}

struct str party_short(struct visit *v, struct str code)
{
	char *p = arena_z(v->a, code);

	for (size_t i = 0; i < code.n; i++)
		if (p[i] >= 'a' && p[i] <= 'z')
			p[i] = (char)(p[i] - 'a' + 'A');
	return (struct str){ p, code.n };
}

/* The party's title in the charter; NULL when it has none. */
static const struct json *charter_title(struct visit *v, size_t ledger)
{
	struct str text = node_charter(v->node)->ledgers[ledger].title;
	struct json *title;
	struct err err;

	return text.n && json_object(v->a, text, &title, &err) ? title : NULL;
}

/* One name copied into every language is no translation. */
static bool translated(const struct json *title, enum lang lang)
{
	const struct json *mine = json_get(title, lang_codes[lang]);

	for (const struct json *t = title ? title->child : NULL; mine && t; t = t->next)
		if (t != mine && str_eq(t->str, mine->str))
			return false;
	return mine != NULL;
}

static struct str name_of(struct visit *v, struct str code, const struct json *title)
{
	struct str short_code = party_short(v, code), name;

	if (!translated(title, v->lang) && codelist_find(codelist_named("Country"), short_code))
		return code_name("Country", short_code, v->lang);
	name = mtext_in(title, v->lang, NULL);
	return name.n > 0 ? name : short_code;
}

struct str party_name(struct visit *v, struct str code)
{
	size_t i = ledger_of(v, code);

	if (str_is(code, JOINT_PARTY))
		return T(v->lang, "Joint");
	if (i == CHARTER_LEDGERS_MAX)
		return name_of(v, code, NULL);
	if (v->party_names[i].n == 0)
		v->party_names[i] = name_of(v, code, charter_title(v, i));
	return v->party_names[i];
}

struct str ledger_url(struct visit *v, struct str ledger)
{
	const struct charter *c = node_charter(v->node);
	const struct charter_ledger *l = c ? charter_find(c, ledger) : NULL;

	return l && l->url.n > 0 ? l->url : S("https://HOST");
}

struct str language_name(struct visit *v, struct str tag)
{
	enum lang own;

	for (int i = 0; i < LANG_COUNT; i++)
		if (str_is(tag, lang_codes[i]) && lang_parse(tag, &own))
			return str_z(lang_names[own]);
	return code_name("Language", str_cut(tag, str_index(tag, '-')), v->lang);
}

/* --- dates, hashes, sizes --- */

void page_date(struct visit *v, struct str date)
{
	int32_t days;

	if (!date_parse(date, &days)) {
		html_text(&v->out, date);
		return;
	}
	html_lit(&v->out, "<time");
	html_attr(&v->out, "datetime", date);
	html_lit(&v->out, ">");
	html_text(&v->out, date_words(v->a, days, v->lang));
	html_lit(&v->out, "</time>");
}

void page_instant(struct visit *v, struct str time)
{
	int64_t seconds;
	int32_t days;

	if (!time_parse(time, &seconds) || !date_parse(str_cut(time, 10), &days)) {
		html_text(&v->out, time);
		return;
	}
	html_lit(&v->out, "<time");
	html_attr(&v->out, "datetime", time);
	html_lit(&v->out, ">");
	html_text(&v->out, date_words(v->a, days, v->lang));
	html_lit(&v->out, ", ");
	html_text(&v->out, str_cut(str_from(time, 11), 5));
	html_lit(&v->out, " UTC</time>");
}

void page_hash(struct visit *v, const void *bytes, size_t n, size_t shown)
{
	struct buf b;

	buf_init(&b, 256);
	buf_hex(&b, bytes, n);
	html_lit(&v->out, "<code");
	if (shown < b.n)
		html_attr(&v->out, "title", buf_str(&b));
	html_lit(&v->out, ">");
	html_text(&v->out, str_cut(buf_str(&b), shown));
	html_lit(&v->out, "</code>");
	buf_done(&b);
}

void page_size(struct visit *v, uint64_t bytes)
{
	struct dec d;

	html_lit(&v->out, "<span class=nb>");
	if (bytes < 1000)
		page_count(v, N_("%1 byte"), N_("%1 bytes"), bytes);
	else if (bytes < 1000000 &&
		 dec_ratio(dec_int((int64_t)bytes), dec_int(1), dec_int(1000), 0, &d))
		page_fill(v, "%1 kB", decimal_of(v, d, 0));
	else if (dec_ratio(dec_int((int64_t)bytes), dec_int(1), dec_int(1000000), 1, &d))
		page_fill(v, "%1 MB", decimal_of(v, d, 1));
	html_lit(&v->out, "</span>");
}

/* --- links --- */

void page_href(struct visit *v, const struct record *r, struct ref ref, const char *tail)
{
	html_lit(&v->out, " href=\"");
	page_record_href(v, r, ref);
	html_text(&v->out, str_z(tail));
	html_lit(&v->out, "\"");
}

void page_list_href(struct visit *v, const struct record *r)
{
	html_lit(&v->out, " href=\"/");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_lit(&v->out, "/");
	html_text(&v->out, str_z(record_slug(r)));
	html_lit(&v->out, "\"");
}

void page_link_text(struct visit *v, const struct record_row *row, struct str text)
{
	html_lit(&v->out, "<a");
	if (row->ended)
		html_lit(&v->out, " class=ended");
	page_href(v, row->record, (struct ref){ row->party, row->id }, "");
	html_lit(&v->out, ">");
	html_text(&v->out, text);
	html_lit(&v->out, "</a>");
}

void page_link(struct visit *v, const struct record_row *row)
{
	page_link_text(v, row, row->label);
}

/* --- forms --- */

void page_hidden(struct visit *v, const char *name, struct str value)
{
	html_lit(&v->out, "<input type=hidden");
	html_attr(&v->out, "name", str_z(name));
	html_attr(&v->out, "value", value);
	html_lit(&v->out, ">");
}

void page_csrf(struct visit *v)
{
	page_hidden(v, "csrf", v->person.csrf);
}

/* --- tables and bars --- */

void table_begin(struct visit *v, struct str label, const char *class)
{
	html_lit(&v->out, "<div class=tab role=region tabindex=0");
	html_attr(&v->out, "aria-label", label);
	html_lit(&v->out, "><table");
	html_attr(&v->out, "class", str_z(class));
	html_lit(&v->out, ">\n");
}

void table_end(struct visit *v)
{
	html_lit(&v->out, "</table></div>\n");
}

void page_complaint(struct visit *v, const struct err *why)
{
	struct buf b;

	buf_init(&b, 64 << 10);
	lang_err(&b, v->lang, why);
	html_lit(&v->out, "<div class=\"box late\" role=alert><p>");
	html_text(&v->out, buf_str(&b));
	html_lit(&v->out, "</p></div>\n");
	buf_done(&b);
}

void column_head(struct visit *v, struct str text, bool figure)
{
	html_lit(&v->out, "<th scope=col");
	if (figure)
		html_lit(&v->out, " class=n");
	html_lit(&v->out, ">");
	html_text(&v->out, text);
	html_lit(&v->out, "</th>");
}

void labelled_cell(struct visit *v, struct str label, bool figure)
{
	html_lit(&v->out, "<td");
	if (figure)
		html_lit(&v->out, " class=n");
	html_attr(&v->out, "data-l", label);
	html_lit(&v->out, ">");
}

void page_meter(struct visit *v, struct dec part, struct dec whole)
{
	struct dec share = { 0 };
	char text[DEC_TEXT];

	if (whole.micro <= 0 || !dec_ratio(part, dec_int(100), whole, 1, &share))
		return;
	if (dec_cmp(share, dec_int(100)) > 0)
		share = dec_int(100);
	if (share.micro < 0)
		share = dec_int(0);
	html_lit(&v->out,
		 "<svg class=m viewBox=\"0 0 100 4\" preserveAspectRatio=none aria-hidden=true>"
		 "<rect height=4");
	html_attr(&v->out, "width", str_z(dec_text(text, share, 0)));
	html_lit(&v->out, " /></svg>");
}

void page_totals_href(struct visit *v, const struct record_row *project, struct str year,
		      const struct total_row *t)
{
	struct buf *b = &v->out;

	html_lit(b, " href=\"/");
	html_text(b, str_z(lang_codes[v->lang]));
	html_lit(b, "/");
	html_text(b, str_z(record_slug(&records[RECORD_transaction])));
	html_lit(b, "?party=");
	url_part(b, t->party);
	html_lit(b, "&amp;type=");
	url_part(b, t->type);
	html_lit(b, "&amp;value.currency=");
	url_part(b, t->currency);
	if (year.n > 0) {
		html_lit(b, "&amp;date=");
		url_part(b, year);
	}
	if (project) {
		html_lit(b, "&amp;project=");
		url_part(b, project->party);
		html_lit(b, "/");
		url_part(b, project->id);
	}
	html_lit(b, "\"");
}

void visit_see_other(struct visit *v, const struct record *r, struct ref ref)
{
	struct str where = arena_join(v->a, S("/"), str_z(lang_codes[v->lang]));
	const struct str segments[] = { str_z(r->name), ref.party, ref.id };

	for (size_t i = 0; i < 3; i++)
		where = arena_join(v->a, where, arena_join(v->a, S("/"), segments[i]));
	http_redirect(v->a, v->r, 303, where);
}

/* --- menus of a form --- */

void menu_open(struct visit *v, const char *name, struct str label)
{
	html_lit(&v->out, "<label>");
	html_text(&v->out, label);
	html_lit(&v->out, "<select");
	html_attr(&v->out, "name", str_z(name));
	html_lit(&v->out, ">");
}

void menu_close(struct visit *v)
{
	html_lit(&v->out, "</select></label>\n");
}

void menu_option(struct visit *v, struct str value, struct str words, bool chosen)
{
	html_lit(&v->out, "<option");
	html_attr(&v->out, "value", value);
	if (chosen)
		html_lit(&v->out, " selected");
	html_lit(&v->out, ">");
	html_text(&v->out, words);
	html_lit(&v->out, "</option>");
}

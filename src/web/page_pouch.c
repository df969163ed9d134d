#include "exchange/pouch_file.h"
#include "exchange/pouch_preview.h"
#include "web/pages.h"
#include "web/pouch.h"
#include "web/sent_file.h"

/*
 * Pouches by hand, for who carries them: one for a party is downloaded, one that came is read
 * out before it is opened.
 */

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

static void action(struct visit *v, const char *tail)
{
	struct buf b;

	buf_init(&b, 64);
	buf_ch(&b, '/');
	buf_z(&b, lang_codes[v->lang]);
	buf_lit(&b, "/pouch");
	buf_z(&b, tail);
	html_attr(&v->out, "action", buf_str(&b));
	buf_done(&b);
}

/* --- giving --- */

static void options(struct visit *v)
{
	for (size_t i = 0; i < v->ledger_count; i++) {
		struct str party = v->ledgers[i].party;
		bool again = v->ledgers[i].own;

		for (size_t k = 0; k < i; k++)
			again |= str_eq(v->ledgers[k].party, party);
		if (again)
			continue;
		html_lit(&v->out, "<option");
		html_attr(&v->out, "value", party);
		html_lit(&v->out, ">");
		html_text(&v->out, party_name(v, party));
		html_lit(&v->out, "</option>");
	}
	html_lit(&v->out, "<option value=\"*\">");
	page_say(v, "Every other party");
	html_lit(&v->out, "</option>");
}

static void give_form(struct visit *v)
{
	heading(v, T(v->lang, "Give"));
	paragraph(v, T(v->lang, "The pouch holds what the other side is not known to have: "
				"entries, attachments, and what proves them. Put the file on a "
				"stick, or send it."));
	html_lit(&v->out, "<form method=get");
	action(v, "/file");
	html_lit(&v->out, "><p class=field><label for=to>");
	page_say(v, "For whom");
	html_lit(&v->out, "</label><select id=to name=to>");
	options(v);
	html_lit(&v->out, "</select></p>\n<p><button>");
	page_say(v, "Download the pouch");
	html_lit(&v->out, "</button></p></form>\n");
}

/* GET /{lang}/pouch/file?to=ru */
void page_pouch_file(struct visit *v)
{
	const struct pouch_plan plan = { .to = http_param(v->q, "to") };
	struct buf b;
	struct err err;

	if (!pouch_answer(v, &plan, &err)) {
		page_error(v, &err);
		return;
	}
	buf_init(&b, 200);
	buf_lit(&b, "attachment; filename=\"");
	buf_add(&b, node_party(v->node));
	if (!str_is(plan.to, "*")) {
		buf_ch(&b, '-');
		buf_add(&b, plan.to);
	}
	buf_lit(&b, ".pouch\"");
	http_set(v->a, v->r, "Content-Disposition", buf_str(&b));
	buf_done(&b);
}

/* --- taking --- */

static void take_form(struct visit *v)
{
	heading(v, T(v->lang, "Take"));
	paragraph(v, T(v->lang, "A pouch that came is verified and read out to you first. "
				"Nothing is taken over before you say so."));
	html_lit(&v->out, "<form method=post enctype=\"multipart/form-data\"");
	action(v, "");
	html_lit(&v->out, ">");
	page_csrf(v);
	html_lit(&v->out, "<p class=field><label for=pouch>");
	page_say(v, "The file, .pouch or .pouch.gz");
	html_lit(&v->out, "</label><input type=file id=pouch name=pouch required></p>\n"
			  "<p><button>");
	page_say(v, "Read it out");
	html_lit(&v->out, "</button></p></form>\n");
}

static void title(struct visit *v)
{
	html_lit(&v->out, "<h1>");
	page_say(v, "Pouches");
	html_lit(&v->out, "</h1>\n");
}

/* The page with its two forms, and what went wrong above them. */
static void show(struct visit *v, const struct err *why)
{
	page_begin(v, T(v->lang, "Pouches"));
	title(v);
	if (why) {
		v->r->status = web_status(why->kind);
		page_complaint(v, why);
	} else {
		html_lit(&v->out, "<p>");
		page_say(v, "A pouch is one signed file that carries everything between two "
			    "nodes, where no line does.");
		html_lit(&v->out, "</p>\n");
	}
	take_form(v);
	give_form(v);
	page_end(v);
}

void page_pouch(struct visit *v)
{
	show(v, NULL);
}

/* --- read out --- */

static void ledger_lines(struct visit *v, const struct pouch_report *r)
{
	html_lit(&v->out, "<ul>\n");
	for (size_t i = 0; i < r->ledger_count; i++) {
		const struct pouch_ledger *l = &r->ledgers[i];

		html_lit(&v->out, "<li>");
		if (l->after == l->before)
			page_fill(v, "%1: nothing that is not here, %2 entries are held.",
				  l->name, number_of(v, l->before));
		else
			page_fill(v, "%1: it adds %2 entries to the %3 held.", l->name,
				  number_of(v, l->after - l->before), number_of(v, l->before));
		html_lit(&v->out, "</li>\n");
	}
	html_lit(&v->out, "</ul>\n");
}

static void kind_lines(struct visit *v, const struct pouch_preview *p)
{
	html_lit(&v->out, "<ul>\n");
	for (size_t i = 0; i < PREVIEW_KINDS; i++) {
		const struct preview_kind *k = &p->kinds[i];

		if (k->added + k->changed + k->ended == 0)
			continue;
		html_lit(&v->out, "<li>");
		page_fill(v, "%1: %2 new, %3 changed, %4 ended.",
			  i < RECORD_COUNT ? lang_text(v->lang, records[i].plural)
					   : T(v->lang, "Other records"),
			  number_of(v, k->added), number_of(v, k->changed),
			  number_of(v, k->ended));
		html_lit(&v->out, "</li>\n");
	}
	html_lit(&v->out, "</ul>\n");
}

static void item_lines(struct visit *v, const struct pouch_preview *p)
{
	struct buf b;

	buf_init(&b, 64 << 10);
	html_lit(&v->out, "<ul>\n");
	for (size_t i = 0; i < p->item_count; i++) {
		buf_clear(&b);
		preview_item_text(&b, v->lang, &p->items[i]);
		html_lit(&v->out, "<li>");
		html_text(&v->out, buf_str(&b));
		html_lit(&v->out, "</li>\n");
	}
	html_lit(&v->out, "</ul>\n");
	buf_done(&b);
}

static void number_line(struct visit *v, struct str message, uint64_t n)
{
	const struct str number = number_of(v, n);

	if (n == 0)
		return;
	html_lit(&v->out, "<p>");
	page_fill_(v, message, &number, 1);
	html_lit(&v->out, "</p>\n");
}

static void open_form(struct visit *v, const struct hash *name)
{
	struct buf hex;

	buf_init(&hex, 2 * HASH_SIZE);
	buf_hex(&hex, name->b, HASH_SIZE);
	html_lit(&v->out, "<form method=post");
	action(v, "");
	html_lit(&v->out, ">");
	page_csrf(v);
	page_hidden(v, "open", buf_str(&hex));
	html_lit(&v->out, "<p><button>");
	page_say(v, "Open it");
	html_lit(&v->out, "</button></p></form>\n");
	buf_done(&hex);
}

static void read_out(struct visit *v, const struct pouch_preview *p, const struct hash *name)
{
	page_begin(v, T(v->lang, "Pouches"));
	title(v);
	html_lit(&v->out, "<p>");
	page_fill(v, "Pouch number %1 from %2, made %3. Nothing has been taken over.",
		  number_of(v, p->report.serial), party_name(v, p->report.from),
		  p->report.made);
	html_lit(&v->out, "</p>\n");
	ledger_lines(v, &p->report);
	heading(v, T(v->lang, "What would change"));
	kind_lines(v, p);
	item_lines(v, p);
	number_line(v, T(v->lang, "And %1 more of that kind."), p->left_off);
	number_line(v, T(v->lang, "Entries that are not as they must be, without effect: %1."),
		    p->without_effect);
	number_line(v, T(v->lang, "Attachments in the pouch: %1."), p->report.blobs);
	number_line(v, T(v->lang, "Sealed bodies in the pouch: %1."), p->report.sealed);
	number_line(v,
		    T(v->lang, "Attachments named that are neither in the pouch nor here: %1."),
		    p->missing);
	if (p->report.seen)
		paragraph(v, T(v->lang, "Opening it would acknowledge what came in the own "
					"ledger."));
	open_form(v, name);
	page_end(v);
}

/* --- opened --- */

static void opened(struct visit *v, const struct pouch_report *r)
{
	page_begin(v, T(v->lang, "Pouches"));
	title(v);
	html_lit(&v->out, "<div class=\"box force\" role=status>\n");
	html_lit(&v->out, "<p>");
	page_fill(v, "Pouch number %1 from %2 is opened.", number_of(v, r->serial),
		  party_name(v, r->from));
	html_lit(&v->out, "</p>\n<ul>\n");
	for (size_t i = 0; i < r->ledger_count; i++) {
		const struct pouch_ledger *l = &r->ledgers[i];
		uint64_t n = l->after - l->before;
		const struct str args[] = { l->name, number_of(v, n), number_of(v, l->after) };

		html_lit(&v->out, "<li>");
		page_fill_(v,
			   lang_plural(v->lang, N_("%1: %2 new entry, %3 held."),
				       N_("%1: %2 new entries, %3 held."), n),
			   args, 3);
		html_lit(&v->out, "</li>\n");
	}
	html_lit(&v->out, "</ul>\n");
	if (r->seen)
		paragraph(v, T(v->lang, "What came has been acknowledged in the own ledger."));
	html_lit(&v->out, "</div>\n");
	take_form(v);
	give_form(v);
	page_end(v);
}

/* --- POST: a file to be read out, or the word to open the one that was --- */

/* With `report` it is opened, with `preview` read out. */
static bool from_shelf(struct visit *v, const struct hash *name, struct pouch_report *report,
		       struct pouch_preview *preview, struct err *err)
{
	const struct preview_plan plan = { .who = v->who, .lang = v->lang };
	struct pouch_file file;
	const char *path;
	bool ok;
	int fd;

	if (!shelf_open(v->web->shelf, v->a, v->person.account, name, &path, &fd, err))
		return false;
	ok = pouch_file_open(v->a, &path, 1, &file, err) &&
	     (report ? pouch_take(v, &file.source, report, err)
		     : pouch_preview(v->node, v->a, &file.source, &plan, preview, err));
	pouch_file_close(&file);
	shelf_close(fd);
	return ok;
}

void page_pouch_post(struct visit *v)
{
	struct pouch_preview *preview = arena_new(v->a, struct pouch_preview);
	struct pouch_report report;
	struct sent_file sent;
	struct err err;

	if (!sent_file_take(v, "pouch", &sent, &err) ||
	    !from_shelf(v, &sent.name, sent.again ? &report : NULL, preview, &err))
		show(v, &err);
	else if (sent.again)
		opened(v, &report);
	else
		read_out(v, preview, &sent.name);
}

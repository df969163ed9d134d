#include "web/import.h"
#include "web/pouch.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>

/*
 * A table or a file of IATI taken in by hand: sent, looked at, its columns put right, looked at
 * again, and written when somebody says so.  The file lies on the shelf meanwhile, so that it
 * is sent over the line once; nothing is written before.
 */

enum { KIND_MAX = 80 };

/* --- choosing a file --- */

static void title(struct visit *v)
{
	html_lit(&v->out, "<h1>");
	page_say(v, "Import");
	html_lit(&v->out, "</h1>\n");
}

static void form_begin(struct visit *v, bool with_file)
{
	html_lit(&v->out, "<form method=post");
	if (with_file)
		html_lit(&v->out, " enctype=\"multipart/form-data\"");
	html_attr(&v->out, "action",
		  arena_join(v->a, arena_join(v->a, S("/"), str_z(lang_codes[v->lang])),
			     S("/import")));
	html_lit(&v->out, ">\n");
	page_csrf(v);
}

/* "Projects – Milestones" */
static struct str table_label(struct visit *v, const struct record *r,
			      const struct field *parts)
{
	struct str label = lang_text(v->lang, r->plural);

	return parts ? arena_join(v->a, arena_join(v->a, label, S(" – ")),
				  lang_text(v->lang, parts->label))
		     : label;
}

/* The parts that people keep tables of: sources stand in every record and hardly ever there. */
static void parts_menu(struct visit *v, const struct record *r, struct str chosen)
{
	for
		each_field(f, r)
		{
			struct str name;

			if (f->kind != PARTS || f->to == RECORD_source)
				continue;
			name = table_name(v->a, r, f);
			menu_option(v, name, table_label(v, r, f), str_eq(chosen, name));
		}
}

static void kind_menu(struct visit *v, struct str id, struct str chosen)
{
	html_lit(&v->out, "<p class=field><label");
	html_attr(&v->out, "for", id);
	html_lit(&v->out, ">");
	page_say(v, "What each row is");
	html_lit(&v->out, "</label><select name=kind");
	html_attr(&v->out, "id", id);
	html_lit(&v->out, ">");
	menu_option(v, S(""), T(v->lang, "as its headings tell"), !chosen.n);
	for (const struct record *r = records + 1; r < records + RECORD_COUNT; r++)
		if (!r->part) {
			menu_option(v, str_z(r->name), lang_text(v->lang, r->plural),
				    str_is(chosen, r->name));
			parts_menu(v, r, chosen);
		}
	html_lit(&v->out, "</select></p>\n");
}

static void template_links(struct visit *v, struct str kind)
{
	static const char *const formats[] = { "xlsx", "csv" };
	struct table_plan plan;
	struct err ignored;

	if (!table_named(kind, &plan, &ignored))
		return;
	for (size_t i = 0; i < 2; i++) {
		html_lit(&v->out, " <a href=\"/data/");
		url_part(&v->out, kind);
		html_lit(&v->out, "-template.");
		html_text(&v->out, str_z(formats[i]));
		html_lit(&v->out, "?lang=");
		html_text(&v->out, str_z(lang_codes[v->lang]));
		html_lit(&v->out, "\">");
		html_text(&v->out, table_label(v, plan.record, plan.parts));
		html_lit(&v->out, ".");
		html_text(&v->out, str_z(formats[i]));
		html_lit(&v->out, "</a>");
	}
}

/* The columns of the kind, to be filled in; without one, of the tables that most people keep.
 */
static void templates(struct visit *v, struct str kind)
{
	static const char *const kept[] = { "project", "project.milestones", "decision",
					    "transaction" };

	html_lit(&v->out, "<p>");
	page_say(v, "A table to fill in:");
	if (kind.n)
		template_links(v, kind);
	else
		for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
			html_lit(&v->out, "<br>");
			template_links(v, str_z(kept[i]));
		}
	html_lit(&v->out, "</p>\n");
}

/* Another kind than the one chosen may have the templates: that of the file before. */
static void file_form(struct visit *v, struct str chosen, struct str kind)
{
	form_begin(v, true);
	kind_menu(v, S("kind"), chosen);
	html_lit(&v->out, "<p class=field><label for=file>");
	page_say(v, "The file: CSV, XLSX, JSON Lines or IATI XML");
	html_lit(&v->out, "</label><input type=file id=file name=file required "
			  "accept=\".csv,.xlsx,.jsonl,.xml,.txt\"></p>\n<p><button>");
	page_say(v, "Look at it");
	html_lit(&v->out, "</button></p></form>\n");
	templates(v, kind);
}

static void show_form(struct visit *v, struct str kind, const struct err *why)
{
	page_begin(v, T(v->lang, "Import"));
	title(v);
	if (why) {
		v->r->status = web_status(why->kind);
		page_complaint(v, why);
	} else {
		html_lit(&v->out, "<p>");
		page_say(v,
			 "A table becomes records: each row adds one, changes one or leaves it "
			 "as it is. You see what would come of it first; nothing is written "
			 "before you say so. Importing twice adds nothing.");
		html_lit(&v->out, "</p>\n");
	}
	file_form(v, kind, kind);
	page_end(v);
}

void page_import(struct visit *v)
{
	show_form(v, str_cut(http_param(v->q, "kind"), KIND_MAX), NULL);
}

/* --- what would come of it --- */

static void figure(struct visit *v, uint64_t n, struct str words, struct str class)
{
	html_lit(&v->out, "<span");
	if (n)
		html_attr(&v->out, "class", class);
	html_lit(&v->out, "><b>");
	html_text(&v->out, number_of(v, n));
	html_lit(&v->out, "</b> ");
	html_text(&v->out, words);
	html_lit(&v->out, "</span>\n");
}

static void counts(struct visit *v, const struct table_counts *c, bool done)
{
	html_lit(&v->out, "<div class=tops>\n");
	figure(v, c->added, done ? T(v->lang, "added") : T(v->lang, "would be added"),
	       S("force"));
	figure(v, c->changed, done ? T(v->lang, "changed") : T(v->lang, "would be changed"),
	       S("await"));
	figure(v, c->unchanged, T(v->lang, "left as they are"), S(""));
	figure(v, c->refused, T(v->lang, "refused"), S("late"));
	html_lit(&v->out, "</div>\n");
}

static void fault_table(struct import_job *j)
{
	struct visit *v = j->v;

	if (!j->fault_count)
		return;
	html_lit(&v->out, "<h2>");
	page_say(v, "To be put right");
	html_lit(&v->out, "</h2>\n");
	table_begin(v, T(v->lang, "To be put right"), "cards tight");
	html_lit(&v->out, "<thead><tr><th scope=col>");
	page_say(v, "Row");
	html_lit(&v->out, "</th><th scope=col>");
	page_say(v, "Column");
	html_lit(&v->out, "</th><th scope=col>");
	page_say(v, "What is wrong");
	html_lit(&v->out, "</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < j->fault_count; i++) {
		const struct import_fault *f = &j->faults[i];

		html_lit(&v->out, "<tr><th scope=row>");
		html_text(&v->out, number_of(v, f->row));
		html_lit(&v->out, "</th><td");
		html_attr(&v->out, "data-l", T(v->lang, "Column"));
		html_lit(&v->out, ">");
		html_text(&v->out, f->column);
		html_lit(&v->out, "</td><td>");
		html_text(&v->out, f->sentence);
		html_lit(&v->out, "</td></tr>\n");
	}
	html_lit(&v->out, "</tbody>");
	table_end(v);
	if (j->faults_found > j->fault_count) {
		html_lit(&v->out, "<p class=soft>");
		page_fill(v, "And %1 more.", number_of(v, j->faults_found - j->fault_count));
		html_lit(&v->out, "</p>\n");
	}
}

static void row_list(struct import_job *j)
{
	struct visit *v = j->v;

	if (!j->row_count)
		return;
	html_lit(&v->out, "<details><summary>");
	page_say(v, "The first rows that would add or change something");
	html_lit(&v->out, "</summary><ul>\n");
	for (size_t i = 0; i < j->row_count; i++) {
		const struct import_row *r = &j->rows[i];

		html_lit(&v->out, "<li>");
		html_text(&v->out, number_of(v, r->row));
		html_lit(&v->out, ": <span class=\"b ");
		html_text(&v->out, r->adds ? S("force") : S("await"));
		html_lit(&v->out, "\">");
		html_text(&v->out, r->adds ? T(v->lang, "new") : T(v->lang, "changed"));
		html_lit(&v->out, "</span> ");
		html_text(&v->out, r->label);
		html_lit(&v->out, "</li>\n");
	}
	html_lit(&v->out, "</ul></details>\n");
}

/* --- its columns --- */

static void choices(struct import_job *j, struct str taken)
{
	struct visit *v = j->v;
	struct str name, heading;

	menu_option(v, S(""), T(v->lang, "left out"), !taken.n);
	menu_option(v, table_in_key(j->table),
		    j->parts ? T(v->lang, "key: of the record the row belongs to")
			     : T(v->lang, "key: tells the row from the others"),
		    str_eq(taken, table_in_key(j->table)));
	for (size_t i = 0; table_in_choice(j->table, i, &name, &heading); i++)
		menu_option(v, name, heading, str_eq(name, taken));
}

static void mapping_table(struct import_job *j)
{
	struct visit *v = j->v;
	struct str heading, name;
	struct buf field;

	html_lit(&v->out, "<h2>");
	page_say(v, "Columns");
	html_lit(&v->out, "</h2>\n<p class=soft>");
	page_say(
		v,
		"What each column of the file is taken for. Change what is not right, and look "
		"again.");
	html_lit(&v->out, "</p>\n<div class=filters>\n");
	buf_init(&field, 32);
	for (size_t i = 0; table_in_heading(j->table, i, &heading, &name); i++) {
		buf_clear(&field);
		buf_ch(&field, 'm');
		buf_u64(&field, i);
		html_lit(&v->out, "<label>");
		html_text(&v->out, heading.n ? heading : S("–"));
		html_lit(&v->out, "<select");
		html_attr(&v->out, "name", buf_str(&field));
		html_lit(&v->out, ">");
		choices(j, name);
		html_lit(&v->out, "</select></label>\n");
	}
	buf_done(&field);
	html_lit(&v->out, "</div>\n");
	if (table_in_value_day(j->table, &heading)) {
		html_lit(&v->out, "<p class=soft>");
		page_fill(v, "The value date of money is the day in “%1”.", heading);
		html_lit(&v->out, "</p>\n");
	}
	page_hidden(v, "mapped", S("1"));
}

static void sheet_menu(struct import_job *j)
{
	struct visit *v = j->v;

	if (j->sheet_count < 2)
		return;
	html_lit(&v->out, "<p class=field><label for=sheet>");
	page_say(v, "Sheet");
	html_lit(&v->out, "</label><select id=sheet name=sheet>");
	for (size_t i = 0; i < j->sheet_count; i++)
		menu_option(v, j->sheets[i], j->sheets[i], str_eq(j->sheets[i], j->sheet));
	html_lit(&v->out, "</select></p>\n");
	page_hidden(v, "sheet.was", j->sheet);
}

static struct str kind_of(const struct import_job *j)
{
	return j->record ? table_name(j->v->a, j->record, j->parts) : S("");
}

static void hidden_file(struct import_job *j)
{
	struct buf hex;

	buf_init(&hex, 2 * HASH_SIZE);
	buf_hex(&hex, j->sent.name.b, HASH_SIZE);
	page_hidden(j->v, "open", buf_str(&hex));
	page_hidden(j->v, "name", j->sent.called);
	page_hidden(j->v, "kind.was", kind_of(j));
	buf_done(&hex);
}

static void buttons(struct import_job *j, bool good)
{
	struct visit *v = j->v;
	uint64_t n = j->counts.added + j->counts.changed;

	html_lit(&v->out, "<p class=bar><button name=do value=look>");
	page_say(v, "Look again");
	html_lit(&v->out, "</button>");
	if (good && n) {
		html_lit(&v->out, " <button class=main name=do value=write>");
		if (j->counts.refused)
			page_count(v, N_("Write the good one: %1 record"),
				   N_("Write the good ones: %1 records"), n);
		else
			page_count(v, N_("Write %1 record"), N_("Write %1 records"), n);
		html_lit(&v->out, "</button>");
	}
	html_lit(&v->out, "</p></form>\n");
}

static void show_look(struct import_job *j, bool good)
{
	struct visit *v = j->v;

	page_begin(v, T(v->lang, "Import"));
	title(v);
	html_lit(&v->out, "<p><b>");
	html_text(&v->out, j->sent.called);
	html_lit(&v->out, "</b> ");
	page_say(v, "Nothing is written yet.");
	html_lit(&v->out, "</p>\n");
	if (!good || j->unfit) {
		v->r->status = web_status(j->why.kind);
		page_complaint(v, &j->why);
	}
	if (good && !j->unfit) {
		counts(v, &j->counts, false);
		row_list(j);
	}
	form_begin(v, false);
	hidden_file(j);
	if (!j->iati) {
		kind_menu(v, S("kind-of-this"), kind_of(j));
		sheet_menu(j);
		if (j->table && j->format != TABLE_FILE_JSONL)
			mapping_table(j);
	}
	buttons(j, good && !j->unfit);
	fault_table(j);
	html_lit(&v->out, "<h2>");
	page_say(v, "Another file");
	html_lit(&v->out, "</h2>\n");
	file_form(v, S(""), kind_of(j));
	page_end(v);
}

static void show_done(struct import_job *j, bool ok)
{
	struct visit *v = j->v;

	page_begin(v, T(v->lang, "Import"));
	title(v);
	if (!ok)
		page_complaint(v, &j->why);
	html_lit(&v->out, "<p><b>");
	html_text(&v->out, j->sent.called);
	html_lit(&v->out, "</b></p>\n");
	counts(v, &j->counts, true);
	if (j->record) {
		html_lit(&v->out, "<p><a");
		page_list_href(v, j->record);
		html_lit(&v->out, ">");
		html_text(&v->out, lang_text(v->lang, j->record->plural));
		html_lit(&v->out, "</a></p>\n");
	}
	fault_table(j);
	html_lit(&v->out, "<h2>");
	page_say(v, "Another file");
	html_lit(&v->out, "</h2>\n");
	file_form(v, S(""), kind_of(j));
	page_end(v);
}

/* --- POST --- */

static void read_mapping(struct import_job *j)
{
	struct visit *v = j->v;
	struct buf field;

	if (!str_is(http_field(v->q, "mapped"), "1") ||
	    !str_eq(http_field(v->q, "kind"), http_field(v->q, "kind.was")) ||
	    !str_eq(http_field(v->q, "sheet"), http_field(v->q, "sheet.was")))
		return;
	j->mapping = arena_array(v->a, struct str, v->q->form_count + 1);
	buf_init(&field, 32);
	for (size_t i = 0; i < v->q->form_count; i++) {
		buf_clear(&field);
		buf_ch(&field, 'm');
		buf_u64(&field, i);
		buf_ch(&field, '\0');
		j->mapping[i] = http_field(v->q, field.p);
	}
	j->mapping_count = v->q->form_count;
	buf_done(&field);
}

/* Nothing chosen: open_table() finds it. */
static bool read_kind(struct import_job *j, struct err *err)
{
	struct str kind = http_field(j->v->q, "kind");
	struct table_plan table;

	j->format = table_file_of(j->bytes);
	j->iati = j->format == TABLE_FILES;
	if (j->iati || !kind.n)
		return true;
	if (table_named(kind, &table, err)) {
		j->record = table.record;
		j->parts = table.parts;
		return true;
	}
	return err_set(err, ERR_INPUT, "kind", N_("Choose what each row is."));
}

static void answer(struct import_job *j)
{
	bool write = str_is(http_field(j->v->q, "do"), "write"), ok;

	if (write) {
		ok = j->iati ? import_iati_run(j, true) : import_table_write(j);
		show_done(j, ok);
		return;
	}
	ok = j->iati ? import_iati_run(j, false) : import_table_look(j);
	show_look(j, ok);
	table_in_close(j->table);
}

/* The bytes as they lie on the shelf. */
static bool with_bytes(struct import_job *j, struct err *err)
{
	struct visit *v = j->v;
	struct stat st = { 0 };
	const char *path;
	void *p;
	int fd;

	if (!shelf_open(v->web->shelf, v->a, v->person.account, &j->sent.name, &path, &fd, err))
		return false;
	p = fstat(fd, &st) == 0 && st.st_size > 0
		    ? mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0)
		    : MAP_FAILED;
	shelf_close(fd);
	if (p == MAP_FAILED)
		return err_set(err, ERR_UNREACHABLE, "file",
			       N_("This file is not kept any more. Send it again."));
	j->bytes = str_of(p, (size_t)st.st_size);
	if (read_kind(j, err)) {
		answer(j);
		munmap(p, j->bytes.n);
		return true;
	}
	munmap(p, j->bytes.n);
	return false;
}

void page_import_post(struct visit *v)
{
	struct import_job *j = arena_new(v->a, struct import_job);
	struct err err;

	j->v = v;
	j->sheet = http_field(v->q, "sheet");
	read_mapping(j);
	if (!visit_may_do(v, S("record.put"), &err)) {
		page_error(v, &err);
		return;
	}
	if (!sent_file_take(v, "file", &j->sent, &err) || !with_bytes(j, &err))
		show_form(v, str_cut(http_field(v->q, "kind"), KIND_MAX), &err);
}

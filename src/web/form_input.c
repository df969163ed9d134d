#include "web/form_page.h"

/* Inputs by field kind.  Every one shows what was typed, its help and its errors. */

static struct str under(struct form_page *p, struct str path, const char *sub)
{
	return arena_join(p->v->a, path, arena_join(p->v->a, S("."), str_z(sub)));
}

static struct str suffixed(struct form_page *p, struct str path, const char *suffix)
{
	return arena_join(p->v->a, path, str_z(suffix));
}

static bool error_at(const struct err *e, struct str path, bool below)
{
	struct str field = str_z(e->field);

	if (str_eq(field, path))
		return true;
	return below && str_starts(field, path) && field.n > path.n && field.p[path.n] == '.';
}

bool form_wrong(const struct form_page *p, struct str path, bool below)
{
	for (size_t i = 0; i < p->error_count; i++)
		if (error_at(&p->errors[i], path, below))
			return true;
	return false;
}

static void errors_at(struct form_page *p, struct str path, bool below)
{
	struct visit *v = p->v;
	struct buf b;

	if (!form_wrong(p, path, below))
		return;
	html_lit(&v->out, "<p class=err");
	html_attr(&v->out, "id", suffixed(p, path, "-e"));
	html_lit(&v->out, ">");
	for (size_t i = 0; i < p->error_count; i++) {
		if (!error_at(&p->errors[i], path, below))
			continue;
		buf_init(&b, 4096);
		lang_err(&b, v->lang, &p->errors[i]);
		html_text(&v->out, buf_str(&b));
		html_lit(&v->out, " ");
		buf_done(&b);
	}
	html_lit(&v->out, "</p>\n");
}

void form_names(struct form_page *p, struct str path, struct str owner)
{
	struct buf *b = &p->v->out;

	html_attr(b, "id", path);
	html_attr(b, "name", path);
	if (form_wrong(p, owner, true)) {
		html_lit(b, " aria-invalid=true");
		html_attr(b, "aria-describedby", suffixed(p, owner, "-e"));
	}
}

void form_option(struct form_page *p, struct str value, struct str text, struct str chosen)
{
	struct buf *b = &p->v->out;

	html_lit(b, "<option");
	html_attr(b, "value", value);
	if (str_eq(value, chosen))
		html_lit(b, " selected");
	html_lit(b, ">");
	html_text(b, text);
	html_lit(b, "</option>");
}

/* --- single boxes --- */

/* A date box shows nothing of what is no date: that stays in a plain box, to be mended. */
static void date_box(struct form_page *p, struct str path, struct str owner, struct str value)
{
	struct buf *b = &p->v->out;
	int32_t days;

	if (value.n == 0 || date_parse(value, &days))
		html_lit(b, "<input type=date");
	else
		html_lit(b, "<input");
	form_names(p, path, owner);
	html_attr(b, "value", value);
	html_lit(b, ">");
}

static void number(struct form_page *p, struct str path, struct str owner, struct str value)
{
	struct buf *b = &p->v->out;

	html_lit(b, "<input inputmode=decimal autocomplete=off size=16");
	form_names(p, path, owner);
	html_attr(b, "value", value);
	html_lit(b, ">");
}

static void text_box(struct form_page *p, const struct field *f, struct str path,
		     struct str owner, struct str value)
{
	struct buf *b = &p->v->out;

	if (f->long_text) {
		html_lit(b, "<textarea rows=5");
		form_names(p, path, owner);
		html_lit(b, ">\n");
		html_text(b, value);
		html_lit(b, "</textarea>");
		return;
	}
	html_lit(b, "<input class=wide");
	form_names(p, path, owner);
	html_attr(b, "value", value);
	html_lit(b, ">");
}

static void menu_begin(struct form_page *p, struct str path, struct str owner)
{
	html_lit(&p->v->out, "<select");
	form_names(p, path, owner);
	html_lit(&p->v->out, ">");
}

static void code_menu(struct form_page *p, const char *list, struct str path, struct str owner,
		      struct str chosen)
{
	const struct codelist *l = codelist_named(list);
	bool listed = chosen.n == 0;

	menu_begin(p, path, owner);
	form_option(p, S(""), S("—"), chosen);
	for (size_t i = 0; i < l->count; i++) {
		struct str code = str_z(l->codes[i].code);

		if (l->codes[i].withdrawn && !str_eq(code, chosen))
			continue;
		form_option(p, code, code_name(list, code, p->v->lang), chosen);
		listed = listed || str_eq(code, chosen);
	}
	if (!listed)
		form_option(p, chosen, chosen, chosen);
	html_lit(&p->v->out, "</select>");
}

/* A box with suggestions; the list itself stands once at the end of the form. */
static void code_suggest(struct form_page *p, const char *list, struct str path,
			 struct str owner, struct str value)
{
	struct buf *b = &p->v->out;
	size_t max = sizeof(p->list_names) / sizeof(*p->list_names), i = 0;

	while (i < p->list_count && !str_is(str_z(list), p->list_names[i]))
		i++;
	if (i == p->list_count && i < max)
		p->list_names[p->list_count++] = list;
	html_lit(b, "<input autocomplete=off");
	if (!str_is(S("Currency"), list))
		html_lit(b, " class=wide");
	else
		html_lit(b, " size=6");
	html_attr(b, "list", arena_join(p->v->a, S("list-"), str_z(list)));
	form_names(p, path, owner);
	html_attr(b, "value", value);
	html_lit(b, ">");
}

static void radio(struct form_page *p, struct str path, struct str value, struct str text,
		  bool checked)
{
	struct buf *b = &p->v->out;

	html_lit(b, "<label class=opt><input type=radio");
	html_attr(b, "name", path);
	html_attr(b, "value", value);
	if (checked)
		html_lit(b, " checked");
	html_lit(b, ">");
	html_text(b, text);
	html_lit(b, "</label>");
}

static void code_radios(struct form_page *p, const struct field *f, struct str path,
			struct str chosen)
{
	const struct codelist *l = codelist_named(f->list);
	bool listed = chosen.n == 0;

	for (size_t i = 0; i < l->count; i++) {
		struct str code = str_z(l->codes[i].code);

		radio(p, path, code, code_name(f->list, code, p->v->lang),
		      str_eq(code, chosen));
		listed = listed || str_eq(code, chosen);
	}
	if (!f->required)
		radio(p, path, S(""), T(p->v->lang, "Not stated"), chosen.n == 0);
	if (!listed)
		radio(p, path, chosen, chosen, true);
}

static void party_menu(struct form_page *p, struct str path, struct str chosen)
{
	const struct charter *c = node_charter(p->v->node);

	menu_begin(p, path, path);
	form_option(p, S(""), S("—"), chosen);
	for (size_t i = 0; c && i < c->ledger_count; i++)
		if (charter_leads(c, i))
			form_option(p, c->ledgers[i].party,
				    party_name(p->v, c->ledgers[i].party), chosen);
	if (chosen.n > 0 && !party_known(p->v, chosen))
		form_option(p, chosen, chosen, chosen);
	html_lit(&p->v->out, "</select>");
}

/* Which field a source speaks of: the fields of the record it stands in. */
static void field_menu(struct form_page *p, struct str path, struct str chosen)
{
	bool listed = chosen.n == 0;

	menu_begin(p, path, path);
	form_option(p, S(""), T(p->v->lang, "the whole record"), chosen);
	for (const struct field *f = &fields[p->r->first]; f < &fields[p->r->end]; f++) {
		if (f->kind == PARTS)
			continue;
		form_option(p, str_z(f->name), lang_text(p->v->lang, f->label), chosen);
		listed = listed || str_is(chosen, f->name);
	}
	if (!listed)
		form_option(p, chosen, chosen, chosen);
	html_lit(&p->v->out, "</select>");
}

/* --- groups of boxes --- */

static void sub_label(struct form_page *p, struct str path, struct str text)
{
	html_lit(&p->v->out, "<div><label");
	html_attr(&p->v->out, "for", path);
	html_lit(&p->v->out, ">");
	html_text(&p->v->out, text);
	html_lit(&p->v->out, "</label>");
}

static void sub_end(struct form_page *p)
{
	html_lit(&p->v->out, "</div>\n");
}

static void one_language(struct form_page *p, const struct field *f, struct str path,
			 const struct json *value, struct str tag)
{
	struct str at = arena_join(p->v->a, path, arena_join(p->v->a, S("."), tag));
	const struct json *text = json_member(value, tag);

	html_lit(&p->v->out, "<div");
	html_attr(&p->v->out, "lang", tag);
	html_lit(&p->v->out, "><label class=soft");
	html_attr(&p->v->out, "for", at);
	html_lit(&p->v->out, ">");
	html_text(&p->v->out, language_name(p->v, tag));
	html_lit(&p->v->out, "</label>");
	text_box(p, f, at, path, text && text->type == JSON_STR ? text->str : S(""));
	sub_end(p);
}

static bool charter_language(const struct charter *c, struct str tag)
{
	for (size_t i = 0; c && i < c->language_count; i++)
		if (str_eq(c->languages[i], tag))
			return true;
	return false;
}

static void mtext_boxes(struct form_page *p, const struct field *f, struct str path,
			const struct json *value)
{
	const struct charter *c = node_charter(p->v->node);

	html_lit(&p->v->out, "<div class=two>\n");
	for (size_t i = 0; c && i < c->language_count; i++)
		one_language(p, f, path, value, c->languages[i]);
	for (const struct json *t = value ? value->child : NULL; t; t = t->next)
		if (!charter_language(c, t->name))
			one_language(p, f, path, value, t->name);
	html_lit(&p->v->out, "</div>");
}

static void money_boxes(struct form_page *p, const struct field *f, struct str path,
			const struct json *value)
{
	struct visit *v = p->v;
	struct str amount = under(p, path, "amount"), currency = under(p, path, "currency");
	struct str day = under(p, path, "value_date");

	html_lit(&v->out, "<div class=line>\n");
	sub_label(p, amount, T(v->lang, "Amount"));
	number(p, amount, path, form_box(v->a, f, value, "amount", v->lang));
	sub_end(p);
	sub_label(p, currency, T(v->lang, "Currency"));
	code_suggest(p, "Currency", currency, path,
		     form_box(v->a, f, value, "currency", v->lang));
	sub_end(p);
	sub_label(p, day, T(v->lang, "Value date"));
	date_box(p, day, path, form_box(v->a, f, value, "value_date", v->lang));
	sub_end(p);
	html_lit(&v->out, "</div>");
}

static void quantity_boxes(struct form_page *p, const struct field *f, struct str path,
			   const struct json *value)
{
	struct visit *v = p->v;
	struct str amount = under(p, path, "amount"), unit = under(p, path, "unit");

	html_lit(&v->out, "<div class=line>\n");
	sub_label(p, amount, T(v->lang, "Quantity"));
	number(p, amount, path, form_box(v->a, f, value, "amount", v->lang));
	sub_end(p);
	sub_label(p, unit, T(v->lang, "Unit"));
	code_menu(p, "Unit", unit, path, form_box(v->a, f, value, "unit", v->lang));
	sub_end(p);
	html_lit(&v->out, "</div>");
}

static void coord_boxes(struct form_page *p, const struct field *f, struct str path,
			const struct json *value)
{
	struct visit *v = p->v;
	struct str lat = under(p, path, "lat"), lon = under(p, path, "lon");

	html_lit(&v->out, "<div class=line>\n");
	sub_label(p, lat, T(v->lang, "Latitude, degrees (north positive)"));
	number(p, lat, path, form_box(v->a, f, value, "lat", v->lang));
	sub_end(p);
	sub_label(p, lon, T(v->lang, "Longitude, degrees (east positive)"));
	number(p, lon, path, form_box(v->a, f, value, "lon", v->lang));
	sub_end(p);
	html_lit(&v->out, "</div>");
}

static void button(struct form_page *p, struct str what, struct str back, struct str text)
{
	struct buf *b = &p->v->out;

	html_lit(b, "<button name=_do");
	html_attr(b, "value", what);
	form_back_to(p, back);
	html_lit(b, ">");
	html_text(b, text);
	html_lit(b, "</button>\n");
}

static void file_boxes(struct form_page *p, const struct field *f, struct str path,
		       const struct json *value)
{
	static const char *const members[] = { "sha256", "size", "media", "name" };
	struct visit *v = p->v;

	if (json_str(value, "sha256").n > 0) {
		html_lit(&v->out, "<p>");
		page_value(v, f, value);
		html_lit(&v->out, " ");
		for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++)
			page_hidden(v, arena_z(v->a, under(p, path, members[i])),
				    form_box(v->a, f, value, members[i], v->lang));
		button(p, arena_join(v->a, S("drop:"), path), path,
		       T(v->lang, "Remove the file"));
		html_lit(&v->out, "</p>");
	}
	html_lit(&v->out, "<input type=file");
	html_attr(&v->out, "aria-label", lang_text(v->lang, f->label));
	form_names(p, under(p, path, "upload"), path);
	html_lit(&v->out, ">");
}

static void part_lines(struct form_page *p, const struct field *f, struct str path,
		       const struct json *list)
{
	const struct record *part = &records[f->to];
	struct visit *v = p->v;
	size_t i = 0;

	for (const struct json *line = list ? list->child : NULL; line;
	     line = line->next, i++) {
		struct str at = under(p, path, err_num(i));

		html_lit(&v->out, "<fieldset class=part");
		html_attr(&v->out, "id", at);
		html_lit(&v->out, "><legend>");
		html_text(&v->out, lang_text(v->lang, part->title));
		html_lit(&v->out, " ");
		html_num(&v->out, i + 1);
		html_lit(&v->out, "</legend>\n");
		errors_at(p, at, false);
		form_fields(p, part, arena_join(v->a, at, S(".")), line);
		button(p, arena_join(v->a, S("drop:"), at), path,
		       T(v->lang, "Remove this line"));
		html_lit(&v->out, "</fieldset>\n");
	}
	html_lit(&v->out, "<p>");
	button(p, arena_join(v->a, S("add:"), path), under(p, path, err_num(i)),
	       T(v->lang, "Add a line"));
	html_lit(&v->out, "</p>");
}

/* --- label, help, errors around the inputs --- */

static bool is_radio(const struct field *f)
{
	return f->kind == CODE && codelist_named(f->list)->count <= FORM_RADIO_MAX;
}

/* Whether several inputs share the field's label. */
static bool is_group(struct form_page *p, const struct field *f)
{
	switch (f->kind) {
	case MTEXT:
	case MONEY:
	case QUANTITY:
	case COORD:
	case FILE_REF:
	case PARTS: return true;
	case CODE: return is_radio(f);
	case REF: return !form_ref_menu(p, f);
	case TEXT:
	case DATE:
	case DECIMAL:
	case PERCENT:
	case BOOL:
	case FIELD_KIND_COUNT: break;
	}
	return false;
}

static void code_input(struct form_page *p, const struct field *f, struct str path,
		       struct str typed)
{
	if (is_radio(f))
		code_radios(p, f, path, typed);
	else if (codelist_named(f->list)->count <= FORM_MENU_MAX)
		code_menu(p, f->list, path, path, typed);
	else
		code_suggest(p, f->list, path, path, typed);
}

static void text_input(struct form_page *p, const struct field *f, struct str path,
		       struct str typed)
{
	if (f->shape == SHAPE_PARTY)
		party_menu(p, path, typed);
	else if (f == &fields[source_about])
		field_menu(p, path, typed);
	else
		text_box(p, f, path, path, typed);
}

static void inputs(struct form_page *p, const struct field *f, struct str path,
		   const struct json *value)
{
	struct visit *v = p->v;
	struct str typed = form_box(v->a, f, value, NULL, v->lang);

	switch (f->kind) {
	case TEXT: text_input(p, f, path, typed); break;
	case MTEXT: mtext_boxes(p, f, path, value); break;
	case CODE: code_input(p, f, path, typed); break;
	case DATE: date_box(p, path, path, typed); break;
	case DECIMAL: number(p, path, path, typed); break;
	case PERCENT:
		number(p, path, path, typed);
		html_lit(&v->out, " %");
		break;
	case MONEY: money_boxes(p, f, path, value); break;
	case QUANTITY: quantity_boxes(p, f, path, value); break;
	case REF: form_ref(p, f, path, value); break;
	case COORD: coord_boxes(p, f, path, value); break;
	case FILE_REF: file_boxes(p, f, path, value); break;
	case BOOL:
		html_lit(&v->out, "<input type=checkbox value=yes");
		form_names(p, path, path);
		if (str_is(typed, "yes"))
			html_lit(&v->out, " checked");
		html_lit(&v->out, "> ");
		page_say(v, "Yes");
		break;
	case PARTS: part_lines(p, f, path, value); break;
	case FIELD_KIND_COUNT: break;
	}
}

/* Whether the field stands beside its neighbours instead of on a line of its own. */
static bool is_short(const struct field *f)
{
	switch (f->kind) {
	case DATE:
	case DECIMAL:
	case PERCENT:
	case BOOL: return true;
	case CODE: return codelist_named(f->list)->count <= FORM_MENU_MAX && !is_radio(f);
	case TEXT: return f->shape == SHAPE_PARTY;
	case MTEXT:
	case MONEY:
	case QUANTITY:
	case REF:
	case COORD:
	case FILE_REF:
	case PARTS:
	case FIELD_KIND_COUNT: break;
	}
	return false;
}

static void field_begin(struct form_page *p, const struct field *f, struct str path, bool group)
{
	struct buf *b = &p->v->out;
	bool wrong = form_wrong(p, path, f->kind != PARTS);

	if (group) {
		html_lit(b, "<fieldset");
		html_attr(b, "id", path);
	} else {
		html_lit(b, "<div");
	}
	html_lit(b, " class=\"field");
	if (wrong)
		html_lit(b, " wrong");
	if (is_short(f))
		html_lit(b, " short");
	html_lit(b, "\"");
	if (group) {
		html_lit(b, "><legend>");
	} else {
		html_lit(b, "><label");
		html_attr(b, "for", path);
		html_lit(b, ">");
	}
	html_text(b, lang_text(p->v->lang, f->label));
	if (f->required)
		html_lit(b, " <span aria-hidden=true>*</span>");
	if (group)
		html_lit(b, "</legend>\n");
	else
		html_lit(b, "</label>\n");
}

void form_field(struct form_page *p, const struct field *f, struct str path,
		const struct json *value)
{
	struct buf *b = &p->v->out;
	bool group = is_group(p, f);

	field_begin(p, f, path, group);
	if (f->help) {
		html_lit(b, "<p class=soft>");
		html_text(b, lang_text(p->v->lang, f->help));
		html_lit(b, "</p>\n");
	}
	errors_at(p, path, f->kind != PARTS);
	inputs(p, f, path, value);
	if (group)
		html_lit(b, "</fieldset>\n");
	else
		html_lit(b, "</div>\n");
}

void form_fields(struct form_page *p, const struct record *r, struct str prefix,
		 const struct json *data)
{
	for (const struct field *f = &fields[r->first]; f < &fields[r->end]; f++)
		form_field(p, f, arena_join(p->v->a, prefix, str_z(f->name)),
			   json_get(data, f->name));
}

#include "base/uuid.h"
#include "store/view_act.h"
#include "web/form_page.h"
#include "web/protocol.h"

/* The form of a new record or a new version: shown, kept, handed in. */

enum { DRAFT_BYTES = 4 << 20 };

/* --- what is on the page --- */

static bool find_record(struct form_page *p, struct err *err)
{
	struct visit *v = p->v;

	p->r = record_named(v->parts[1]);
	p->change = v->parts[3].n > 0;
	if (!p->r || p->r->part)
		return err_set(err, ERR_MISSING, NULL, N_("There is no page at this address."));
	if (!p->change)
		return true;
	p->ref = (struct ref){ v->parts[2], v->parts[3] };
	if (!view_record(v->view, v->a, p->r, p->ref, v->who, v->lang, &p->row, err))
		return false;
	if (!p->r->joint && !str_eq(p->ref.party, node_party(v->node)))
		return err_set(err, ERR_DENIED, NULL,
			       N_("Only the side that wrote a record can change it. Write a "
				  "record of your own beside it."));
	return true;
}

static struct str draft_key(struct form_page *p)
{
	struct arena *a = p->v->a;
	struct str key = arena_join(a, str_z(p->r->name), S("/"));

	if (!p->change)
		return arena_join(a, key, S("new"));
	return arena_join(a, key,
			  arena_join(a, p->ref.party, arena_join(a, S("/"), p->ref.id)));
}

static struct str new_id(struct visit *v)
{
	const struct node_env *env = node_env(v->node);
	unsigned char chance[10];
	char text[UUID_TEXT];

	env->random(env->ctx, chance, sizeof(chance));
	return arena_str(v->a, str_z(uuid_make(text, env->now_ms(env->ctx), chance)));
}

static void write_state(struct form_page *p, struct buf *b, const char *type)
{
	struct json_w w = json_w(b);

	json_open(&w, '{');
	json_pair(&w, "type", str_z(type));
	json_pair(&w, "kind", str_z(p->r->name));
	json_pair(&w, "id", p->id);
	if (p->has_prev) {
		json_key(&w, "prev");
		json_put_int(&w, (int64_t)p->prev);
	}
	if (!p->r->personal && p->visibility.n > 0)
		json_pair(&w, "visibility", p->visibility);
	json_key(&w, "data");
	json_put(&w, p->data);
	json_close(&w, '}');
}

/* The form as it is, for the next time it is opened.  That it cannot be kept stops nobody. */
static void keep(struct form_page *p)
{
	struct visit *v = p->v;
	const struct node_env *env = node_env(v->node);
	struct err err;
	struct buf b;

	buf_init(&b, DRAFT_BYTES);
	write_state(p, &b, "record.put");
	if (!b.full)
		(void)!local_draft_put(v->view, v->person.account, draft_key(p), buf_str(&b),
				       env->now_ms(env->ctx) / 1000, &err);
	buf_done(&b);
}

/* The text of another act on this record, to start from: ?from=HASH. */
static const struct act_text *text_from(struct form_page *p)
{
	struct visit *v = p->v;
	struct act_whole *act = arena_new(v->a, struct act_whole);
	struct act_text *text = arena_new(v->a, struct act_text);
	struct err ignored;

	if (!p->change || !p->r->joint || !hash_hex(http_param(v->q, "from"), &text->act) ||
	    !view_act(v->view, v->a, &text->act, v->who, act, &ignored))
		return NULL;
	for (size_t i = 0; i < act->effect_count; i++)
		if (act->effects[i].record == p->r && str_eq(act->effects[i].id, p->ref.id))
			text->data = act->effects[i].data;
	return text->data.n > 0 ? text : NULL;
}

/* What an earlier visit left, if it can be read. */
static bool take_up(struct form_page *p)
{
	struct visit *v = p->v;
	struct str text;
	struct json *kept;
	struct err err;
	int64_t prev;

	if (str_is(http_param(v->q, "fresh"), "1") ||
	    !local_draft(v->view, v->a, v->person.account, draft_key(p), &text, &err) ||
	    text.n == 0 || !json_object(v->a, text, &kept, &err) || !json_obj(kept, "data"))
		return false;
	p->id = json_str(kept, "id");
	p->visibility = json_str(kept, "visibility");
	p->has_prev = json_int(kept, "prev", &prev);
	p->prev = p->has_prev ? (uint64_t)prev : 0;
	for (struct json *m = kept->child; m; m = m->next)
		if (str_is(m->name, "data"))
			p->data = m;
	return true;
}

static void start(struct form_page *p)
{
	struct visit *v = p->v;
	const struct form_edit none = { 0 };
	struct typed query = typed_of(v->a, v->q->query, v->q->query_count);

	if (p->change) {
		const struct act_text *from = text_from(p);
		struct record_row other = { .data = from ? from->data : p->row.data };

		p->id = p->ref.id;
		p->has_prev = true;
		p->prev = p->row.n;
		p->visibility = str_z(audience_names[p->row.visibility]);
		p->data = row_data(v, from ? &other : &p->row);
		return;
	}
	p->id = new_id(v);
	p->visibility = str_z(audience_names[AUDIENCE_PUBLIC]);
	p->data = form_json(v->a, p->r, &query, &none, v->lang);
}

/* --- the page --- */

void form_action(struct form_page *p)
{
	html_lit(&p->v->out, " action=\"");
	if (p->change) {
		page_record_href(p->v, p->r, p->ref);
		html_lit(&p->v->out, "/edit\"");
		return;
	}
	html_lit(&p->v->out, "/");
	html_text(&p->v->out, str_z(lang_codes[p->v->lang]));
	html_lit(&p->v->out, "/");
	html_text(&p->v->out, str_z(p->r->name));
	html_lit(&p->v->out, "/new\"");
}

void form_back_to(struct form_page *p, struct str path)
{
	html_attr(&p->v->out, "formaction",
		  arena_join(p->v->a, p->v->q->path, arena_join(p->v->a, S("#"), path)));
}

/* Members of values in the words of their boxes; a language's tag in its own. */
static struct str member_words(struct visit *v, struct str member)
{
	static const struct {
		const char *member, *words;
	} known[] = {
		{ "amount", N_("Amount") },         { "currency", N_("Currency") },
		{ "value_date", N_("Value date") }, { "unit", N_("Unit") },
		{ "lat", N_("Latitude") },          { "lon", N_("Longitude") },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (str_is(member, known[i].member))
			return lang_text(v->lang, known[i].words);
	return language_name(v, member);
}

/* One step of a path in words: " 2" for a number, the label of a field or member. */
static const struct record *path_step(struct form_page *p, struct buf *b,
				      const struct record *r, struct str step)
{
	const struct field *f = r ? record_field(r, step) : NULL;
	uint64_t number;

	if (str_u64(step, FORM_PARTS_MAX, &number)) {
		buf_ch(b, ' ');
		buf_u64(b, number + 1);
		return r;
	}
	if (b->n > 0)
		buf_lit(b, " · ");
	if (f)
		buf_add(b, lang_text(p->v->lang, f->label));
	else
		buf_add(b, member_words(p->v, step));
	return f && f->kind == PARTS ? &records[f->to] : NULL;
}

struct str form_path_words(struct form_page *p, struct str path)
{
	const struct record *r = p->r;
	struct str step;
	struct buf b;

	buf_init(&b, 4096);
	while (str_split(&path, '.', &step))
		r = path_step(p, &b, r, step);
	return arena_buf(p->v->a, &b);
}

static void one_error(struct form_page *p, const struct err *e)
{
	struct visit *v = p->v;
	struct buf b;

	html_lit(&v->out, "<li>");
	if (e->field[0]) {
		html_lit(&v->out, "<a href=\"#");
		html_text(&v->out, str_z(e->field));
		html_lit(&v->out, "\">");
		html_text(&v->out, form_path_words(p, str_z(e->field)));
		html_lit(&v->out, "</a>");
		page_say(v, ": ");
	}
	buf_init(&b, 4096);
	lang_err(&b, v->lang, e);
	html_text(&v->out, buf_str(&b));
	buf_done(&b);
	html_lit(&v->out, "</li>\n");
}

static void error_box(struct form_page *p)
{
	struct visit *v = p->v;

	if (p->error_count == 0)
		return;
	html_lit(&v->out, "<div class=\"box late\" role=alert><p><strong>");
	page_count(v, N_("Nothing was sent yet: %1 point to mend."),
		   N_("Nothing was sent yet: %1 points to mend."), p->error_count);
	html_lit(&v->out, "</strong></p>\n<ul>");
	for (size_t i = 0; i < p->error_count; i++)
		one_error(p, &p->errors[i]);
	html_lit(&v->out, "</ul></div>\n");
}

static void head(struct form_page *p)
{
	struct visit *v = p->v;

	html_lit(&v->out, "<p class=kind>");
	html_text(&v->out, lang_text(v->lang, p->r->title));
	html_lit(&v->out, "</p><h1>");
	if (p->change)
		page_link(v, &p->row);
	else
		page_say(v, "New record");
	html_lit(&v->out, "</h1>\n<p>");
	html_text(&v->out, lang_text(v->lang, p->r->about));
	html_lit(&v->out, "</p>\n<p class=soft>");
	if (p->r->joint)
		page_say(v, "What you write is proposed to every side. It is in force once "
			    "each has accepted the same text.");
	else if (p->change)
		page_say(v, "This becomes a new version. The one before it stays readable.");
	else
		page_say(v,
			 "What you write is signed and stays. A later version can correct it.");
	if (str_is(p->row.state, "divergent")) {
		html_lit(&v->out, " ");
		page_say(v, "Several texts are in force: this proposal names them all, and "
			    "takes the place of all once it is accepted.");
	}
	html_lit(&v->out, " ");
	page_say(v, "Fields with * must be filled.");
	html_lit(&v->out, "</p>\n");
	if (p->kept) {
		html_lit(&v->out, "<div class=box><p>");
		page_say(v, "You find here what you had typed and not sent.");
		html_lit(&v->out, " <a href=\"?fresh=1\">");
		page_say(v, "Start afresh");
		html_lit(&v->out, "</a></p></div>\n");
	}
}

static void visibility_choice(struct form_page *p)
{
	struct visit *v = p->v;
	size_t n = p->r->joint ? 2 : 3;

	if (p->r->personal) {
		html_lit(&v->out, "<p class=soft>");
		page_say(v, "This names private persons: it stays with your side and is never "
			    "published.");
		html_lit(&v->out, "</p>\n");
		return;
	}
	html_lit(&v->out, "<fieldset class=field id=visibility><legend>");
	page_say(v, "Who may read it");
	html_lit(&v->out, "</legend>\n");
	for (size_t i = 0; i < n; i++) {
		struct str code = str_z(audience_names[i]);

		html_lit(&v->out, "<label class=opt><input type=radio name=_visibility");
		html_attr(&v->out, "value", code);
		if (str_eq(code, p->visibility))
			html_lit(&v->out, " checked");
		html_lit(&v->out, ">");
		html_text(&v->out, code_name("Visibility", code, v->lang));
		html_lit(&v->out, "</label>\n");
	}
	html_lit(&v->out, "</fieldset>\n");
}

static void suggestions(struct form_page *p, const char *list)
{
	const struct codelist *l = codelist_named(list);
	struct visit *v = p->v;

	html_lit(&v->out, "<datalist");
	html_attr(&v->out, "id", arena_join(v->a, S("list-"), str_z(list)));
	html_lit(&v->out, ">");
	for (size_t i = 0; i < l->count; i++) {
		struct str code = str_z(l->codes[i].code);

		if (l->codes[i].withdrawn)
			continue;
		html_lit(&v->out, "<option");
		html_attr(&v->out, "value", form_code(v->a, list, code, v->lang));
		html_lit(&v->out, ">");
		if (str_is(S("Currency"), list))
			html_text(&v->out, code_name(list, code, v->lang));
		html_lit(&v->out, "</option>");
	}
	html_lit(&v->out, "</datalist>\n");
}

static void show(struct form_page *p)
{
	struct visit *v = p->v;

	page_begin(v, p->change ? p->row.label : lang_text(v->lang, p->r->title));
	head(p);
	error_box(p);
	html_lit(&v->out, "<form method=post enctype=\"multipart/form-data\" novalidate");
	form_action(p);
	html_lit(&v->out, ">\n");
	/* Enter in a box presses the first button: it keeps and searches, and sends nothing. */
	html_lit(&v->out, "<button class=hide name=_do value=keep tabindex=-1 "
			  "aria-hidden=true></button>\n");
	page_csrf(v);
	page_hidden(v, "_id", p->id);
	if (p->has_prev)
		page_hidden(v, "_prev", arena_str(v->a, str_z(err_num(p->prev))));
	form_fields(p, p->r, S(""), p->data);
	visibility_choice(p);
	html_lit(&v->out, "<p class=bar><button class=main name=_do value=save>");
	html_text(&v->out, p->r->joint ? T(v->lang, "Propose") : T(v->lang, "Sign and save"));
	html_lit(&v->out, "</button> <button name=_do value=keep>");
	page_say(v, "Keep as a draft");
	html_lit(&v->out, "</button></p>\n");
	for (size_t i = 0; i < p->list_count; i++)
		suggestions(p, p->list_names[i]);
	html_lit(&v->out, "</form>\n");
	page_end(v);
}

void page_form(struct visit *v)
{
	struct form_page p = { .v = v };
	struct err err;

	if (!find_record(&p, &err)) {
		page_error(v, &err);
		return;
	}
	/* Who chose a text to start from gets that one. */
	p.kept = !text_from(&p) && take_up(&p);
	if (!p.kept)
		start(&p);
	show(&p);
}

/* --- handing in --- */

static void read_posted(struct form_page *p, struct str what)
{
	struct visit *v = p->v;
	struct form_edit edit = { .bare = str_is(what, "save") };
	uint64_t prev;

	p->id = typed_get(&p->typed, S("_id"));
	if (!uuid_valid(p->id))
		p->id = p->change ? p->ref.id : new_id(v);
	p->has_prev = p->change &&
		      str_u64(typed_get(&p->typed, S("_prev")), UINT64_C(1) << 53, &prev);
	p->prev = p->has_prev ? prev : 0;
	p->visibility = typed_get(&p->typed, S("_visibility"));
	if (str_starts(what, S("add:")))
		edit.add = str_from(what, S("add:").n);
	else if (str_starts(what, S("drop:")))
		edit.drop = str_from(what, S("drop:").n);
	p->data = form_json(v->a, p->r, &p->typed, &edit, v->lang);
	if (str_is(what, "merge")) {
		p->data = form_merged(p);
		p->has_prev = true;
		p->prev = p->row.n;
	}
}

/* The same text twice (a second click, a page sent again) has done what it should. */
static bool done_already(struct form_page *p)
{
	return p->change && value_same(row_data(p->v, &p->row), p->data) &&
	       str_is(p->visibility, audience_names[p->row.visibility]);
}

static void hand_in(struct form_page *p)
{
	struct visit *v = p->v;
	struct draft draft = { .actor = v->person.actor };
	struct act_result done;
	struct err ignored;
	struct buf b;

	buf_init(&b, DRAFT_BYTES);
	write_state(p, &b, "record.put");
	draft.json = arena_buf(v->a, &b);
	register_do(v->node, v->a, &draft, &done);
	if (done.done) {
		struct ref ref = { p->r->joint ? S(JOINT_PARTY) : node_party(v->node),
				   done.id };

		(void)!local_draft_end(v->view, v->person.account, draft_key(p), &ignored);
		if (p->r == &records[RECORD_article]) {
			proposals_replaced(v, p->r, done.id, &done.act);
			protocol_see_other(v, json_str(p->data, "session"), done.id);
			return;
		}
		visit_see_other(v, p->r, ref);
		return;
	}
	p->errors = done.errors;
	p->error_count = done.error_count;
	if (p->change && done.errors[0].kind == ERR_CONFLICT) {
		if (done_already(p))
			visit_see_other(v, p->r, p->ref);
		else
			form_merge_page(p);
		return;
	}
	v->r->status = web_status(done.errors[0].kind);
	show(p);
}

void page_form_post(struct visit *v)
{
	struct form_page p = { .v = v };
	struct err *err = arena_new(v->a, struct err);
	struct str what;
	bool good;

	if (!find_record(&p, err)) {
		page_error(v, err);
		return;
	}
	good = form_take(&p, err);
	what = typed_get(&p.typed, S("_do"));
	read_posted(&p, what);
	keep(&p);
	if (good && str_is(what, "save") && form_ref_pending(&p, err))
		good = false;
	if (good && str_is(what, "save")) {
		hand_in(&p);
		return;
	}
	if (!good) {
		p.errors = err;
		p.error_count = 1;
		v->r->status = web_status(err->kind);
	}
	show(&p);
}

#include "web/acts.h"

/* One joint act: what it says beside the text in force, how far it has come, and this side's
 * answer. */

struct act_page {
	struct visit *v;
	struct act_whole act;
	const struct json *doc;   /* NULL: not here */
	struct record_row record; /* that of the first effect; record.record NULL: none seen */
	const struct err *wrong;
};

static void paragraph(struct visit *v, struct str text)
{
	html_lit(&v->out, "<p>");
	html_text(&v->out, text);
	html_lit(&v->out, "</p>\n");
}

static struct json *data_of(struct visit *v, struct str text)
{
	struct record_row row = { .data = text };

	return row_data(v, &row);
}

/* --- head --- */

static bool load(struct act_page *p, struct err *err)
{
	struct visit *v = p->v;
	const struct act_effect *e = &p->act.effects[0];
	struct json *doc;
	struct err ignored;
	struct hash h;

	if (!hash_hex(v->parts[1], &h))
		return err_set(err, ERR_MISSING, NULL, N_("There is no page at this address."));
	if (!view_act(v->view, v->a, &h, v->who, &p->act, err))
		return false;
	if (json_object(v->a, p->act.document, &doc, &ignored))
		p->doc = doc;
	if (p->act.effect_count > 0 && e->record &&
	    !view_record(v->view, v->a, e->record, (struct ref){ S(JOINT_PARTY), e->id },
			 v->who, v->lang, &p->record, &ignored))
		p->record.record = NULL;
	return true;
}

static struct str title_of(struct act_page *p)
{
	const struct json *title = json_obj(p->doc, "title");
	struct str text = title ? mtext_in(title, p->v->lang, NULL) : S("");

	if (text.n == 0 && p->record.record)
		text = p->record.label;
	return text.n > 0 ? text : T(p->v->lang, "Joint act");
}

/* The same title in its other languages: none stands for another. */
static void other_titles(struct act_page *p, struct str shown)
{
	const struct json *title = json_obj(p->doc, "title");
	struct visit *v = p->v;
	struct tags told = { .list = { shown }, .n = 1 };

	for (const struct json *t = title ? title->child : NULL; t; t = t->next) {
		size_t before = told.n;

		tag_add(&told, t->str);
		if (t->type != JSON_STR || told.n == before)
			continue;
		html_lit(&v->out, "<p class=sum");
		html_attr(&v->out, "lang", t->name);
		html_lit(&v->out, ">");
		html_text(&v->out, t->str);
		html_lit(&v->out, "</p>\n");
	}
}

static void proposed_line(struct act_page *p)
{
	struct visit *v = p->v;

	html_lit(&v->out, "<p>");
	page_fill(v, "Proposed by %1", party_name(v, p->act.proposer));
	html_lit(&v->out, " · ");
	page_instant(v, p->act.time);
	html_lit(&v->out, " · ");
	page_entry_link(v, p->act.ledger, p->act.n);
	if (p->record.record) {
		html_lit(&v->out, "<br>");
		html_text(&v->out, lang_text(v->lang, p->record.record->title));
		page_say(v, ": ");
		page_link(v, &p->record);
	}
	html_lit(&v->out, "</p>\n");
}

static void head(struct act_page *p)
{
	struct visit *v = p->v;
	struct str title = title_of(p);

	html_lit(&v->out, "<p class=kind>");
	page_say(v, "Joint act");
	html_lit(&v->out, "</p>\n<h1>");
	html_text(&v->out, title);
	html_lit(&v->out, "</h1>\n");
	other_titles(p, title);
	html_lit(&v->out, "<div class=bar>");
	page_state(v, p->act.state);
	page_visibility(v, p->act.visibility);
	html_lit(&v->out, "</div>\n");
	proposed_line(p);
}

/* --- what it says --- */

static struct json *reason_of(struct act_page *p, const struct act_effect *e)
{
	const struct json *effects = json_arr(p->doc, "effects");

	for (struct json *x = effects ? effects->child : NULL; x; x = x->next)
		if (str_eq(json_str(x, "id"), e->id))
			return x;
	return NULL;
}

static void ending(struct act_page *p, const struct act_effect *e)
{
	struct str reason = json_str(reason_of(p, e), "reason");
	struct visit *v = p->v;

	html_lit(&v->out, "<p><strong>");
	if (act_is_open(&p->act))
		page_say(v, "It would end this record.");
	else
		page_say(v, "It is about the end of this record.");
	html_lit(&v->out, "</strong>");
	if (reason.n > 0) {
		html_lit(&v->out, " <q>");
		html_text(&v->out, reason);
		html_lit(&v->out, "</q>");
	}
	html_lit(&v->out, "</p>\n");
}

static void beside_one(struct act_page *p, const struct act_effect *e, const struct act_text *t)
{
	struct visit *v = p->v;
	bool open = act_is_open(&p->act);
	struct beside_text texts[2] = {
		{ open ? T(v->lang, "In force") : T(v->lang, "Before"), data_of(v, t->data) },
		{ open ? T(v->lang, "Proposed") : T(v->lang, "This act"), data_of(v, e->data) },
	};

	html_lit(&v->out, "<p class=soft>");
	page_say(v, "Compared with");
	html_lit(&v->out, " <a");
	act_href(v, &t->act);
	html_lit(&v->out, ">");
	if (open)
		page_fill(v, "the text in force, proposed by %1", party_name(v, t->proposer));
	else
		page_fill(v, "the text before it, proposed by %1", party_name(v, t->proposer));
	html_lit(&v->out, "</a>");
	if (t->time.n > 0) {
		html_lit(&v->out, ", ");
		page_say(v, "in force since");
		html_lit(&v->out, " ");
		page_date(v, str_cut(t->time, 10));
	}
	html_lit(&v->out, "</p>\n");
	page_beside(v, e->record, texts, 2, false);
}

static void old_base(struct act_page *p, const struct act_effect *e)
{
	struct visit *v = p->v;

	if (!act_is_open(&p->act) || e->based_on_heads)
		return;
	html_lit(&v->out, "<div class=\"box differs\"><p><strong>");
	page_say(v, "It was written on another text than the one in force.");
	html_lit(&v->out, "</strong> ");
	page_say(v, "If it came into force as it is, two texts would stand beside each other "
		    "until a further act joins them. Better propose its changes anew.");
	html_lit(&v->out, "</p></div>\n");
}

static void whole(struct act_page *p, const struct act_effect *e, bool folded)
{
	struct visit *v = p->v;

	if (folded) {
		html_lit(&v->out, "<details><summary>");
		page_say(v, "The text of this act, whole");
		html_lit(&v->out, "</summary>\n");
	}
	page_fields(v, e->record, data_of(v, e->data));
	if (folded)
		html_lit(&v->out, "</details>\n");
}

static void effect(struct act_page *p, const struct act_effect *e)
{
	bool open = act_is_open(&p->act);
	const struct act_text *texts = open ? e->heads : e->base;
	size_t n = open ? e->head_count : e->base_count;
	struct visit *v = p->v;

	if (!e->record) {
		html_lit(&v->out, "<p>");
		page_fill(v,
			  "It changes a record of a kind that this version does not know "
			  "(%1):",
			  e->kind);
		html_lit(&v->out, "</p>\n<pre class=wrap>");
		html_text(&v->out, e->data);
		html_lit(&v->out, "</pre>\n");
		return;
	}
	old_base(p, e);
	if (e->data.n == 0) {
		ending(p, e);
		return;
	}
	if (n > 1)
		paragraph(v, T(v->lang, "Several texts of this record are in force at once; "
					"this one is compared with each."));
	for (size_t i = 0; i < n; i++)
		beside_one(p, e, &texts[i]);
	if (n == 0)
		paragraph(v, T(v->lang, "Nothing was in force before: this is the first text "
					"of this record."));
	whole(p, e, n > 0);
}

static void content(struct act_page *p)
{
	struct visit *v = p->v;

	html_lit(&v->out, "<section><h2 id=text>");
	if (act_is_open(&p->act))
		page_say(v, "What it would change");
	else
		page_say(v, "What this act says");
	html_lit(&v->out, "</h2>\n");
	if (!p->act.usable)
		paragraph(v, p->act.document.n > 0
				     ? T(v->lang, "Its document is here, and is not one that "
						  "this register can read.")
				     : T(v->lang, "Its document has not arrived here yet."));
	else if (p->act.effect_count == 0 && !amendment_part(v, &p->act.act, p->act.document))
		paragraph(v, T(v->lang, "It changes no record; its texts stand below."));
	for (size_t i = 0; i < p->act.effect_count; i++)
		effect(p, &p->act.effects[i]);
	html_lit(&v->out, "</section>\n");
}

/* --- its files --- */

static void file_row(struct visit *v, struct str name, struct str sha256, int64_t size)
{
	struct hash h;

	if (!hash_hex(sha256, &h))
		return;
	html_lit(&v->out, "<li><a href=\"/blob/");
	html_text(&v->out, sha256);
	html_lit(&v->out, "\">");
	html_text(&v->out, name);
	html_lit(&v->out, "</a>");
	if (size > 0) {
		html_lit(&v->out, " · ");
		page_size(v, (uint64_t)size);
	}
	html_lit(&v->out, "<br><small>SHA-256 <code class=wrap>");
	html_text(&v->out, sha256);
	html_lit(&v->out, "</code></small></li>\n");
}

static int64_t size_of(const struct json *x)
{
	int64_t size;

	return json_int(x, "size", &size) ? size : 0;
}

static void attachments(struct act_page *p, struct str own)
{
	const struct json *texts = json_arr(p->doc, "texts"),
			  *files = json_arr(p->doc, "blobs");
	struct visit *v = p->v;
	struct entry e;

	for (const struct json *t = texts ? texts->child : NULL; t; t = t->next)
		file_row(v, language_name(v, json_str(t, "lang")), json_str(t, "sha256"),
			 size_of(t));
	if (!files && act_entry(v, p->act.ledger, p->act.n, &e))
		files = e.blobs;
	for (const struct json *f = files ? files->child : NULL; f; f = f->next)
		if (!str_eq(json_str(f, "sha256"), own))
			file_row(v, json_str(f, "name"), json_str(f, "sha256"), size_of(f));
}

static void documents(struct act_page *p)
{
	struct visit *v = p->v;
	struct buf hex;

	buf_init(&hex, 2 * HASH_SIZE);
	buf_hex(&hex, p->act.act.b, HASH_SIZE);
	html_lit(&v->out, "<section><h2>");
	page_say(v, "Its document and texts");
	html_lit(&v->out, "</h2>\n<p>");
	page_say(v, "The parties accept these bytes, not this page. The first file is the act "
		    "itself; its SHA-256 is its number.");
	html_lit(&v->out, "</p>\n<ul class=plain>\n");
	if (p->act.visibility == AUDIENCE_PUBLIC) {
		file_row(v, T(v->lang, "The act (JSON)"), buf_str(&hex),
			 (int64_t)p->act.document.n);
	} else {
		html_lit(&v->out, "<li>");
		page_say(v, "The act is sealed; only its number is public.");
		html_lit(&v->out, "<br><small>SHA-256 <code class=wrap>");
		html_text(&v->out, buf_str(&hex));
		html_lit(&v->out, "</code></small></li>\n");
	}
	attachments(p, buf_str(&hex));
	html_lit(&v->out, "</ul>\n");
	if (p->act.visibility == AUDIENCE_PUBLIC) {
		html_lit(&v->out, "<p>");
		page_say(v, "Check it: this prints the same number.");
		html_lit(&v->out, "</p>\n<pre class=wrap>curl -s ");
		html_text(&v->out, ledger_url(v, node_ledger(v->node)));
		html_lit(&v->out, "/blob/");
		html_text(&v->out, buf_str(&hex));
		html_lit(&v->out, " | sha256sum</pre>\n");
	}
	html_lit(&v->out, "</section>\n");
	buf_done(&hex);
}

/* --- other acts on the record --- */

static void siblings(struct act_page *p)
{
	struct visit *v = p->v;
	struct act_row *acts;
	struct err ignored;
	size_t n, shown = 0;

	if (!p->record.record || !view_acts(v->view, v->a, p->record.record, p->record.id,
					    v->who, &acts, &n, &ignored))
		return;
	for (size_t i = 0; i < n; i++) {
		if (hash_eq(&acts[i].act, &p->act.act))
			continue;
		if (shown++ == 0) {
			html_lit(&v->out, "<section><h2>");
			page_say(v, "Other acts on the same record");
			html_lit(&v->out, "</h2>\n<ul class=plain>\n");
		}
		html_lit(&v->out, "<li><a");
		act_href(v, &acts[i].act);
		html_lit(&v->out, ">");
		page_fill(v, "Proposed by %1", party_name(v, acts[i].proposer));
		html_lit(&v->out, " · ");
		page_instant(v, acts[i].time);
		html_lit(&v->out, "</a> ");
		page_state(v, acts[i].state);
		html_lit(&v->out, "</li>\n");
	}
	if (shown > 0)
		html_lit(&v->out, "</ul></section>\n");
}

/* --- */

static void show(struct act_page *p)
{
	struct visit *v = p->v;

	page_begin(v, title_of(p));
	head(p);
	act_standing(v, &p->act);
	act_ladder(v, &p->act);
	content(p);
	act_answer(v, &p->act, p->wrong);
	documents(p);
	siblings(p);
	help_states(v);
	page_end(v);
}

void page_act(struct visit *v)
{
	struct act_page *p = arena_new(v->a, struct act_page);
	struct err err;

	p->v = v;
	if (load(p, &err))
		show(p);
	else
		page_error(v, &err);
}

/* --- accepting and declining --- */

static void write_word(struct act_page *p, struct buf *b, struct str what, struct str reason)
{
	const struct act_effect *e = &p->act.effects[0];
	struct json_w w = json_w(b);

	json_open(&w, '{');
	json_pair(&w, "type", what);
	if (p->act.effect_count > 0 && e->record) {
		json_pair(&w, "kind", e->kind);
		json_pair(&w, "id", e->id);
	}
	json_key(&w, "act");
	json_put_hex(&w, p->act.act.b, HASH_SIZE);
	if (str_is(what, "act.decline"))
		json_pair(&w, "reason", reason);
	json_close(&w, '}');
}

/* Why this word cannot be handed in, before the door is asked. */
static bool may_say(struct act_page *p, struct str what, struct err *err)
{
	if (what.n == 0)
		return err_set(err, ERR_INPUT, "do", N_("Choose what to answer."));
	if (str_is(what, "act.accept") && !p->act.usable)
		return err_set(err, ERR_CONFLICT, "act",
			       N_("The text of this act is not here, or cannot be read by this "
				  "version: nobody should accept what cannot be read. Exchange "
				  "with the party that proposed it."));
	if (str_is(what, "act.accept") && is_amendment(p->v, p->act.document) &&
	    !str_is(http_field(p->v->q, "compared"), "yes"))
		return err_set(err, ERR_INPUT, "compared",
			       N_("Confirm that the SHA-256 was compared with the other "
				  "parties: what is accepted here changes who signs what."));
	return visit_may_do(p->v, what, err);
}

void page_act_word(struct visit *v)
{
	struct act_page *p = arena_new(v->a, struct act_page);
	struct str chosen = http_field(v->q, "do"), what = S("");
	struct draft draft = { .actor = v->person.actor };
	struct act_result done = { 0 };
	struct err err;
	struct buf b;

	p->v = v;
	if (!load(p, &err)) {
		page_error(v, &err);
		return;
	}
	if (str_is(chosen, "accept"))
		what = S("act.accept");
	else if (str_is(chosen, "decline"))
		what = S("act.decline");
	p->wrong = &err;
	if (may_say(p, what, &err)) {
		buf_init(&b, 1 << 16);
		write_word(p, &b, what, str_trim(http_field(v->q, "reason")));
		draft.json = arena_buf(v->a, &b);
		register_do(v->node, v->a, &draft, &done);
		if (done.done) {
			http_redirect(v->a, v->r, 303, v->q->path);
			return;
		}
		p->wrong = &done.errors[0];
	}
	v->r->status = web_status(p->wrong->kind);
	show(p);
}

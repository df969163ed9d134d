/* The restricted parts of an entry: what is said of them to whom, and a party's last words. */
#include "store/bodies.h"
#include "web/pages.h"

static void put_badge(struct visit *v, const char *class, struct str text)
{
	html_lit(&v->out, "<span");
	html_attr(&v->out, "class", str_z(class));
	html_lit(&v->out, ">");
	html_text(&v->out, text);
	html_lit(&v->out, "</span> ");
}

static struct str audience_words(struct visit *v, const struct sealed_part *p)
{
	if (p->opened)
		return T(v->lang, "published");
	if (str_index(p->audience, ',') == p->audience.n)
		return T(v->lang, "national: it stays with the party that wrote it");
	return p->who == AUDIENCE_PARTIES ? T(v->lang, "restricted to the parties")
					  : T(v->lang, "restricted to some of the parties");
}

/* Whether its text can be read, as far as it concerns who asks. */
static void reading_words(struct visit *v, const struct sealed_part *p)
{
	bool entitled = v->person.role != ROLE_NONE &&
			audience_names_party(p->audience, node_party(v->node));

	if (p->erased || p->opened)
		return;
	html_lit(&v->out, "<p>");
	if (!entitled)
		page_say(v, "Its text is not public; only its commitment is.");
	else if (p->here)
		page_say(v, "Its text is at this node, for those who are signed in.");
	else
		page_say(v, "Its text has not been received yet.");
	html_lit(&v->out, "</p>\n");
}

static void ends(struct visit *v, const struct sealed_part *p)
{
	for (size_t i = 0; i < p->end_count; i++) {
		const struct sealed_end *e = &p->ends[i];

		html_lit(&v->out, "<p>");
		page_fill(v, "Erased by %1", party_name(v, e->ledger));
		html_lit(&v->out, ", ");
		page_instant(v, e->time);
		html_lit(&v->out, ". ");
		page_say(v, "Ground:");
		html_lit(&v->out, " ");
		html_text(&v->out, e->ground);
		html_lit(&v->out, " · ");
		page_entry_link(v, e->ledger, e->n);
		html_lit(&v->out, "</p>\n");
	}
}

/* --- for good: a form says what it means before it is sent --- */

static void form_begin(struct visit *v, struct str ledger, uint64_t n, const struct hash *c)
{
	struct buf hex;

	buf_init(&hex, 2 * HASH_SIZE);
	buf_hex(&hex, c->b, HASH_SIZE);
	html_lit(&v->out, "<form method=post action=\"/");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_lit(&v->out, "/entry/");
	html_text(&v->out, ledger);
	html_lit(&v->out, "/");
	html_num(&v->out, n);
	html_lit(&v->out, "\">");
	page_csrf(v);
	page_hidden(v, "c", buf_str(&hex));
	buf_done(&hex);
}

static void form_end(struct visit *v, const char *what, struct str button)
{
	html_lit(&v->out, "<p><label><input type=checkbox name=sure value=yes required> ");
	page_say(v, "I understand that this cannot be taken back");
	html_lit(&v->out, "</label></p><button name=do");
	html_attr(&v->out, "value", str_z(what));
	html_lit(&v->out, ">");
	html_text(&v->out, button);
	html_lit(&v->out, "</button></form></details>\n");
}

static void publish_form(struct visit *v, struct str ledger, uint64_t n, const struct hash *c)
{
	html_lit(&v->out, "<details class=noprint><summary>");
	page_say(v, "Publish it");
	html_lit(&v->out, "</summary><p>");
	page_say(v, "Everybody will be able to read the text and its attachments, here and at "
		    "the other parties, for ever.");
	html_lit(&v->out, "</p>");
	form_begin(v, ledger, n, c);
	form_end(v, "publish", T(v->lang, "Publish for good"));
}

static void erase_form(struct visit *v, struct str ledger, uint64_t n, const struct hash *c)
{
	html_lit(&v->out, "<details class=noprint><summary>");
	page_say(v, "Erase it");
	html_lit(&v->out, "</summary><p>");
	page_say(v,
		 "The text and its attachments are destroyed at this node, in every copy it "
		 "made; the nodes of the other parties are told to do the same, and to say "
		 "so in their ledgers. The entry stays and can be verified as before. Copies "
		 "in backups and on paper are for you to destroy.");
	html_lit(&v->out, "</p>");
	form_begin(v, ledger, n, c);
	html_lit(&v->out, "<label>");
	page_say(v, "Ground, for everyone to read and for ever: an article of law, the number "
		    "of an order; never a person's name");
	html_lit(&v->out, "<br><input name=ground required maxlength=1000></label>");
	form_end(v, "erase", T(v->lang, "Erase for good"));
}

static bool erased_by(const struct sealed_part *p, struct str ledger)
{
	for (size_t i = 0; i < p->end_count; i++)
		if (str_eq(p->ends[i].ledger, ledger))
			return true;
	return false;
}

static void forms(struct visit *v, struct str ledger, uint64_t n, const struct sealed_part *p)
{
	struct str own = node_ledger(v->node);

	if (v->person.role < ROLE_SECRETARY || p->opened || p->erased || !p->here ||
	    erased_by(p, own))
		return;
	if (str_eq(ledger, own))
		publish_form(v, ledger, n, &p->c);
	erase_form(v, ledger, n, &p->c);
}

void sealed_parts(struct visit *v, struct str ledger, uint64_t n)
{
	struct sealed_part *parts;
	struct err err;
	size_t count;

	if (!view_sealed_parts(v->view, v->a, ledger, n, &parts, &count, &err))
		count = 0;
	for (size_t i = 0; i < count; i++) {
		const struct sealed_part *p = &parts[i];

		html_lit(&v->out, "<section class=box><p>");
		put_badge(v, "b", audience_words(v, p));
		if (p->erased)
			put_badge(v, "b differs", T(v->lang, "erased"));
		page_say(v, "Commitment");
		html_lit(&v->out, " ");
		page_hash(v, p->c.b, HASH_SIZE, 12);
		html_lit(&v->out, "</p>\n");
		reading_words(v, p);
		ends(v, p);
		forms(v, ledger, n, p);
		html_lit(&v->out, "</section>\n");
	}
}

/* --- a record of which this visitor can read nothing --- */

bool page_record_hidden(struct visit *v)
{
	const struct record *r = record_named(v->parts[1]);
	struct ref ref = { v->parts[2], v->parts[3] };
	struct hidden_at at;
	struct str title;
	struct err err;
	bool found;

	if (!r || v->person.role == ROLE_NONE ||
	    !view_hidden(v->view, v->a, r, ref, v->who, &at, &found, &err) || !found)
		return false;
	title = T(v->lang, "A record that cannot be read here");
	page_begin(v, title);
	html_lit(&v->out, "<p class=kind><a");
	page_list_href(v, r);
	html_lit(&v->out, ">");
	html_text(&v->out, lang_text(v->lang, r->title));
	html_lit(&v->out, "</a></p>\n<h1>");
	html_text(&v->out, title);
	html_lit(&v->out, "</h1>\n<p>");
	page_say(v, "What the ledger says of it:");
	html_lit(&v->out, " ");
	page_entry_link(v, at.ledger, at.n);
	html_lit(&v->out, "</p>\n");
	sealed_parts(v, at.ledger, at.n);
	page_end(v);
	return true;
}

/* --- publishing, erasing --- */

static bool write_draft(struct visit *v, struct buf *b, struct err *err)
{
	bool publish = str_is(http_field(v->q, "do"), "publish");
	struct json_w w = json_w(b);

	if (!str_is(http_field(v->q, "sure"), "yes"))
		return err_set(err, ERR_INPUT, "sure",
			       N_("Say that you understand: this cannot be taken back."));
	json_open(&w, '{');
	json_pair(&w, "type", publish ? S("sealed.open") : S("sealed.erase"));
	json_key(&w, "c");
	json_open(&w, '[');
	json_put_str(&w, http_field(v->q, "c"));
	json_close(&w, ']');
	if (!publish)
		json_pair(&w, "ground", str_trim(http_field(v->q, "ground")));
	json_close(&w, '}');
	return true;
}

void page_sealed_post(struct visit *v)
{
	struct draft draft = { .actor = v->person.actor };
	struct act_result done;
	struct err err;
	struct buf b;

	buf_init(&b, 1 << 16);
	if (!write_draft(v, &b, &err)) {
		buf_done(&b);
		page_error(v, &err);
		return;
	}
	draft.json = arena_buf(v->a, &b);
	/* A moment that is still read keeps what is erased from leaving the files. */
	view_end(v->view);
	register_do(v->node, v->a, &draft, &done);
	if (!view_begin(v->view, &err)) {
		page_error(v, &err);
		return;
	}
	if (done.done)
		http_redirect(v->a, v->r, 303, v->q->path);
	else
		page_error(v, &done.errors[0]);
}

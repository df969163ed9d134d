#include "web/acts.h"

/* This side's answer to an act: what it may say, what that binds it to, and why not. */

/* --- what cannot be done, and why --- */

static struct str no_person(struct visit *v)
{
	return T(v->lang,
		 "A secretary of a party answers here, signed in at that party's own node.");
}

/* Empty: this person may answer for this side. */
static struct str why_not(struct visit *v, const struct act_whole *act,
			  const struct act_side *own)
{
	if (!own)
		return T(v->lang, "This node's party is not a party to this act.");
	if (v->person.role == ROLE_NONE)
		return no_person(v);
	if (v->person.role < ROLE_SECRETARY)
		return T(v->lang, "Only a secretary accepts or declines for a party.");
	if (own->declined != ACT_UNSAID)
		return T(v->lang, "Your side has declined this act, which is final. It can "
				  "propose another text.");
	if (own->ready != ACT_UNSAID)
		return T(v->lang, "Your side has accepted and has received the others' "
				  "acceptances: it can take its word back no more.");
	if (!act->usable)
		return T(v->lang, "The text of this act is not here, or cannot be read by this "
				  "version: nobody should accept what cannot be read. Exchange "
				  "with the party that proposed it.");
	return S("");
}

static void closed_words(struct visit *v, const struct act_whole *act)
{
	html_lit(&v->out, "<p class=soft>");
	if (str_is(act->state, "in_force"))
		page_say(v, "Nobody can decline it any more. Another text takes its place once "
			    "every party has accepted that.");
	else
		page_say(v, "Nothing can be said of it any more.");
	html_lit(&v->out, "</p>\n");
}

/* --- forms --- */

static void form_begin(struct visit *v, const struct act_whole *act)
{
	struct buf hex;

	buf_init(&hex, 2 * HASH_SIZE);
	buf_hex(&hex, act->act.b, HASH_SIZE);
	html_lit(&v->out, "<form method=post action=\"/");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_lit(&v->out, "/act/");
	html_text(&v->out, buf_str(&hex));
	html_lit(&v->out, "\">");
	page_csrf(v);
	buf_done(&hex);
}

/* "French, Russian": every language in which the act speaks. */
static struct str languages_of(struct visit *v, const struct act_whole *act)
{
	struct tags tags = { 0 };
	struct str all = S("");
	struct json *doc;
	struct err ignored;

	for (size_t i = 0; i < act->effect_count; i++) {
		struct record_row row = { .data = act->effects[i].data };

		if (act->effects[i].record)
			tags_of(&tags, act->effects[i].record, row_data(v, &row));
	}
	if (json_object(v->a, act->document, &doc, &ignored) && json_arr(doc, "texts"))
		for (const struct json *t = json_arr(doc, "texts")->child; t; t = t->next)
			tag_add(&tags, json_str(t, "lang"));
	for (size_t i = 0; i < tags.n; i++) {
		if (i > 0)
			all = arena_join(v->a, all, S(", "));
		all = arena_join(v->a, all, language_name(v, tags.list[i]));
	}
	return all;
}

static void accept_form(struct visit *v, const struct act_whole *act,
			const struct act_side *own)
{
	struct str party = party_name(v, own->party), languages = languages_of(v, act);

	html_lit(&v->out, "<p>");
	page_fill(v,
		  "By accepting, %1 consents to this act and no other: the one whose "
		  "document has the SHA-256",
		  party);
	html_lit(&v->out, " ");
	page_hash(v, act->act.b, HASH_SIZE, 2 * HASH_SIZE);
	html_lit(&v->out, ".");
	html_lit(&v->out, "</p>\n<p>");
	if (languages.n > 0)
		page_fill(v,
			  "It accepts every language text in it at once, none before the "
			  "other: %1.",
			  languages);
	html_lit(&v->out, " ");
	page_say(v, "The acceptance is signed into your ledger and stays there. It binds once "
		    "every party has accepted and each has received the others' acceptances; "
		    "until then it can be taken back.");
	html_lit(&v->out, "</p>\n");
	form_begin(v, act);
	if (is_amendment(v, act->document)) {
		html_lit(&v->out, "<p><label><input type=checkbox name=compared value=yes "
				  "required> ");
		page_say(v, "I have compared this SHA-256 with every other party, by voice or "
			    "note verbale, and read what changes.");
		html_lit(&v->out, "</label></p>\n");
	}
	html_lit(&v->out, "<p><button class=main name=do value=accept>");
	page_fill(v, "Accept for %1", party);
	html_lit(&v->out, "</button></p></form>\n");
}

static void error_line(struct visit *v, const struct err *wrong)
{
	struct buf b;

	buf_init(&b, 4096);
	lang_err(&b, v->lang, wrong);
	html_lit(&v->out, "<p class=err role=alert>");
	html_text(&v->out, buf_str(&b));
	html_lit(&v->out, "</p>\n");
	buf_done(&b);
}

static void decline_form(struct visit *v, const struct act_whole *act,
			 const struct act_side *own, const struct err *wrong)
{
	bool back = own->accepted != ACT_UNSAID || own->proposed != ACT_UNSAID;
	struct str typed = http_field(v->q, "reason");

	if (wrong)
		html_lit(&v->out, "<details open><summary>");
	else
		html_lit(&v->out, "<details><summary>");
	if (back)
		page_say(v, "Withdraw");
	else
		page_say(v, "Decline");
	html_lit(&v->out, "</summary>\n<p>");
	page_say(v, "This is final for this act, and the reason is public in your ledger. "
		    "Whoever comes back to the matter proposes another text.");
	html_lit(&v->out, "</p>\n");
	form_begin(v, act);
	html_lit(&v->out, "<p><label for=reason>");
	page_say(v, "Reason");
	html_lit(&v->out, "</label><textarea id=reason name=reason required maxlength=1000>");
	html_text(&v->out, typed);
	html_lit(&v->out, "</textarea></p>\n<p><button name=do value=decline>");
	if (back)
		page_fill(v, "Withdraw for %1", party_name(v, own->party));
	else
		page_fill(v, "Decline for %1", party_name(v, own->party));
	html_lit(&v->out, "</button></p></form></details>\n");
}

/* Another text of the same record, starting from this one. */
static void propose_link(struct visit *v, const struct act_whole *act)
{
	bool open = act_is_open(act);
	struct buf hex;

	if (v->person.role < ROLE_CLERK || act->effect_count != 1 || !act->effects[0].record ||
	    act->effects[0].data.n == 0)
		return;
	buf_init(&hex, 2 * HASH_SIZE);
	buf_hex(&hex, act->act.b, HASH_SIZE);
	html_lit(&v->out, "<p><a class=button href=\"");
	page_record_href(v, act->effects[0].record,
			 (struct ref){ S(JOINT_PARTY), act->effects[0].id });
	html_lit(&v->out, "/edit?from=");
	html_text(&v->out, buf_str(&hex));
	html_lit(&v->out, "\">");
	if (open)
		page_say(v, "Propose another text");
	else if (str_is(act->state, "in_force"))
		page_say(v, "Propose a text to take its place");
	else
		page_say(v, "Propose it anew, or another text");
	html_lit(&v->out, "</a>");
	if (open) {
		html_lit(&v->out, "<br><small>");
		page_say(v, "Both proposals stay open until one is declined or withdrawn.");
		html_lit(&v->out, "</small>");
	}
	html_lit(&v->out, "</p>\n");
	buf_done(&hex);
}

void act_answer(struct visit *v, const struct act_whole *act, const struct err *wrong)
{
	const struct act_side *own = act_own_side(v, act);
	struct str no = why_not(v, act, own);

	html_lit(&v->out, "<section class=noprint><h2 id=answer>");
	page_say(v, "What you can do");
	html_lit(&v->out, "</h2>\n");
	if (wrong)
		error_line(v, wrong);
	if (!act_is_open(act)) {
		closed_words(v, act);
	} else if (no.n > 0) {
		html_lit(&v->out, "<p class=soft>");
		html_text(&v->out, no);
		html_lit(&v->out, "</p>\n");
	} else {
		if (own->accepted == ACT_UNSAID) {
			accept_form(v, act, own);
		} else {
			html_lit(&v->out, "<p>");
			page_fill(v,
				  "%1 has accepted. Until the act binds, it can take its "
				  "word back.",
				  party_name(v, own->party));
			html_lit(&v->out, "</p>\n");
		}
		decline_form(v, act, own, wrong);
	}
	propose_link(v, act);
	html_lit(&v->out, "</section>\n");
}

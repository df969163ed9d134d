#include "web/pages.h"

struct state_word {
	const char *state, *word, *class;
};

/* LEDGER.md 8.2 and 8.5: the words of r_record and p_act. */
static const struct state_word state_words[] = {
	{ "in_force", N_("in force"), "b force" },
	{ "proposed", N_("proposed"), "b await" },
	{ "accepted", N_("accepted by one side"), "b await" },
	{ "superseded", N_("superseded"), "b" },
	{ "rejected", N_("declined"), "b" },
	{ "withdrawn", N_("withdrawn"), "b" },
	{ "divergent", N_("two versions in force"), "b differs" },
};

static const struct state_word *word_of_state(struct str state)
{
	for (size_t i = 0; i < sizeof(state_words) / sizeof(*state_words); i++)
		if (str_is(state, state_words[i].state))
			return &state_words[i];
	return NULL;
}

struct str bool_words(struct visit *v, struct str value)
{
	return str_is(value, "true") || str_is(value, "1") ? T(v->lang, "Yes")
							   : T(v->lang, "No");
}

struct str state_name(struct visit *v, struct str state)
{
	const struct state_word *w = word_of_state(state);

	return w ? lang_text(v->lang, w->word) : state;
}

static void badge(struct visit *v, const char *class, struct str text)
{
	html_lit(&v->out, "<span");
	html_attr(&v->out, "class", str_z(class));
	html_lit(&v->out, ">");
	html_text(&v->out, text);
	html_lit(&v->out, "</span> ");
}

void page_state(struct visit *v, struct str state)
{
	const struct state_word *w = word_of_state(state);

	badge(v, w ? w->class : "b", state_name(v, state));
}

/* "ML, RU": those whose acceptance is awaited, or else whose acknowledgement is. */
static struct str awaited(struct visit *v, const struct act_row *act, bool acknowledgement)
{
	struct buf b;

	buf_init(&b, 1024);
	for (size_t i = 0; i < act->party_count; i++) {
		const struct act_party *p = &act->parties[i];

		if (acknowledgement ? p->ready : p->accepted)
			continue;
		if (b.n > 0)
			buf_lit(&b, ", ");
		buf_add(&b, party_short(v, p->party));
	}
	return arena_buf(v->a, &b);
}

void page_act_badge(struct visit *v, const struct act_row *act)
{
	struct str who = awaited(v, act, false), args[2];
	bool open = str_is(act->state, "proposed") || str_is(act->state, "accepted");

	if (!open) {
		page_state(v, act->state);
		return;
	}
	args[0] = party_short(v, act->proposer);
	args[1] = who.n ? who : awaited(v, act, true);
	html_lit(&v->out, "<span class=\"b await\">");
	if (who.n > 0)
		page_fill_(v, T(v->lang, "proposed by %1, awaiting %2"), args, 2);
	else
		page_fill_(v, T(v->lang, "accepted by all, awaiting receipt by %2"), args, 2);
	html_lit(&v->out, "</span> ");
}

/* The newest act that still waits, if the record is not simply in force. */
static bool open_act(struct visit *v, const struct record_row *row, struct act_row *out)
{
	struct act_row *acts;
	struct err err;
	size_t n;

	if (!view_acts(v->view, v->a, row->record, row->id, v->who, &acts, &n, &err))
		return false;
	for (size_t i = 0; i < n; i++)
		if (str_is(acts[i].state, "proposed") || str_is(acts[i].state, "accepted")) {
			*out = acts[i];
			return true;
		}
	return false;
}

void page_visibility(struct visit *v, enum audience visibility)
{
	if (visibility != AUDIENCE_PUBLIC)
		badge(v, "b",
		      code_name("Visibility", str_z(audience_names[visibility]), v->lang));
}

void page_badges(struct visit *v, const struct record_row *row)
{
	struct act_row act;

	if ((str_is(row->state, "proposed") || str_is(row->state, "accepted")) &&
	    open_act(v, row, &act))
		page_act_badge(v, &act);
	else if (row->state.n > 0)
		page_state(v, row->state);
	if (row->ended)
		badge(v, "b", T(v->lang, "ended"));
	if (row->illustrative)
		badge(v, "b", T(v->lang, "illustrative"));
	page_visibility(v, row->visibility);
}

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

static void add_party(struct visit *v, struct buf *b, struct str party)
{
	if (b->n > 0)
		buf_lit(b, ", ");
	buf_add(b, party_short(v, party));
}

/* `who`: "ML, RU"; `receipt`: all accepted, and it is the receipt of that they are to give. */
static void awaiting(struct visit *v, struct str proposer, struct str who, bool receipt)
{
	struct str args[2] = { party_short(v, proposer), who };

	html_lit(&v->out, "<span class=\"b await\">");
	if (receipt)
		page_fill_(v, T(v->lang, "accepted by all, awaiting receipt by %2"), args, 2);
	else
		page_fill_(v, T(v->lang, "proposed by %1, awaiting %2"), args, 2);
	html_lit(&v->out, "</span> ");
}

void page_open_badge(struct visit *v, const struct open_act *act)
{
	struct buf b;

	buf_init(&b, 1024);
	for (size_t i = 0; i < act->awaited_count; i++)
		add_party(v, &b, act->awaited[i]);
	awaiting(v, act->act.proposer, buf_str(&b), act->acknowledgement);
	buf_done(&b);
}

static void row_awaited(struct visit *v, const struct record_row *row)
{
	struct str rest = row->awaited, party;
	struct buf b;

	buf_init(&b, 1024);
	while (rest.n > 0 && str_split(&rest, ',', &party))
		add_party(v, &b, party);
	awaiting(v, row->proposer, buf_str(&b), row->receipt);
	buf_done(&b);
}

void page_visibility(struct visit *v, enum audience visibility)
{
	if (visibility != AUDIENCE_PUBLIC)
		badge(v, "b",
		      code_name("Visibility", str_z(audience_names[visibility]), v->lang));
}

void page_badges(struct visit *v, const struct record_row *row)
{
	bool open = str_is(row->state, "proposed") || str_is(row->state, "accepted");

	if (row->state.n > 0 && (!open || row->awaited.n == 0))
		page_state(v, row->state);
	if (row->awaited.n > 0)
		row_awaited(v, row);
	if (row->ended)
		badge(v, "b", T(v->lang, "ended"));
	if (row->illustrative)
		badge(v, "b", T(v->lang, "illustrative"));
	page_visibility(v, row->visibility);
}

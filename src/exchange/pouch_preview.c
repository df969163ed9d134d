#include "exchange/pouch_preview.h"

#include "exchange/pouch_forecast.h"

#include <stdlib.h>
#include <string.h>

enum { NAMES_MAX = 256 << 20, SEEN_MAX = 64 << 20, SCRATCH = 32 << 20, DOCUMENT_MAX = 1 << 20 };
enum { OPEN_ACTS_MAX = 1000, OPEN_ACTS_PAGE = 100 };

/* %1 the party, %2 the kind of record, %3 its name. */
static const char *const sentences[PREVIEW_COUNT] = {
	[PREVIEW_NEW] = N_("%1 has a new record: %2 “%3”."),
	[PREVIEW_CHANGED] = N_("%1 has changed: %2 “%3”."),
	[PREVIEW_ENDED] = N_("%1 has ended: %2 “%3”."),
	[PREVIEW_PROPOSED] = N_("%1 proposes: %2 “%3”."),
	[PREVIEW_ACCEPTED] = N_("%1 accepts: %2 “%3”."),
	[PREVIEW_DECLINED] = N_("%1 declines: %2 “%3”."),
	[PREVIEW_REMARK] = N_("%1 remarks on: %2 “%3”."),
	[PREVIEW_IN_FORCE] = N_("This comes into force: %2 “%3”."),
	[PREVIEW_CLOSED] = N_("This can come into force no more: %2 “%3”."),
	[PREVIEW_PUBLISHED] = N_("%1 publishes a sealed body."),
	[PREVIEW_ERASED] = N_("%1 asks that sealed bodies be destroyed."),
	[PREVIEW_KEY] = N_("%1 replaces a key of its ledger."),
	[PREVIEW_ALERT] = N_("%1 reports that a ledger shows two histories."),
	[PREVIEW_CLOSING] = N_("%1 closes its ledger."),
};

void preview_item_text(struct buf *out, enum lang lang, const struct preview_item *i)
{
	const struct str words[] = { i->name,
				     i->record   ? lang_text(lang, i->record->title)
				     : i->kind.n ? i->kind
						 : T(lang, "an act"),
				     i->label.n ? i->label : T(lang, "not to be read here") };

	lang_fill(out, lang_text(lang, sentences[i->what]), words, 3);
}

struct previewing {
	struct pouch_here here;
	const struct preview_plan *plan;
	struct pouch_preview *out;
	struct arena *a;
	struct arena once;
	struct forecast *forecast;
	struct buf named, carried; /* attachments: 32 bytes a name */
};

/* --- items --- */

/* The party's name in the language, as the charter has it. */
static struct str party_name(struct previewing *p, struct str party)
{
	const struct charter *c = node_charter(p->here.node);
	struct json *title;
	struct str name = { 0 };
	struct err ignored;

	for (size_t i = 0; i < c->ledger_count && !name.n; i++)
		if (str_eq(c->ledgers[i].party, party) && c->ledgers[i].title.n &&
		    json_object(p->a, c->ledgers[i].title, &title, &ignored))
			name = mtext_in(title, p->plan->lang, NULL);
	return name.n ? name : arena_str(p->a, party);
}

static struct preview_item *add_item(struct previewing *p, enum preview_what what,
				     struct str party)
{
	struct preview_item *i;

	if (p->out->item_count == PREVIEW_ITEMS_MAX) {
		p->out->left_off++;
		return NULL;
	}
	i = &p->out->items[p->out->item_count++];
	*i = (struct preview_item){ .what = what,
				    .party = arena_str(p->a, party),
				    .name = party_name(p, party) };
	return i;
}

static const struct record *record_of(struct str kind)
{
	const struct record *r = record_named(kind);

	return r && !r->part ? r : NULL;
}

static struct preview_kind *count_of(struct previewing *p, const struct record *r)
{
	return &p->out->kinds[r ? (size_t)(r - records) : RECORD_COUNT];
}

static struct str ref_text(struct arena *a, struct ref of)
{
	return arena_join(a, arena_join(a, of.party, S("/")), of.id);
}

/* What a record is called: by what came, else by what is here. */
static struct str label_of(struct previewing *p, const struct preview_item *i,
			   const struct json *data)
{
	struct str label = { 0 };
	bool found;

	if (!i->record)
		return label;
	if (data && data->child)
		label = record_label(p->a, i->record, data, p->plan->lang);
	if (label.n)
		return label;
	label = view_label(p->here.view, p->a, i->record, ref_text(p->a, i->of), p->plan->who,
			   p->plan->lang, &found);
	return found ? label : S("");
}

static void see_record(struct previewing *p, const struct charter_ledger *l,
		       const struct entry *e)
{
	const struct record *r = record_of(e->kind);
	struct preview_kind *count = count_of(p, r);
	bool ended = e->type == ENTRY_RECORD_END, changed = e->has_prev;
	struct preview_item *i;

	i = add_item(p, PREVIEW_NEW, l->party);
	if (i) {
		i->record = r;
		i->kind = arena_str(p->a, e->kind);
		i->of = (struct ref){ i->party, arena_str(p->a, e->id) };
		if (r && !changed)
			(void)view_label(p->here.view, &p->once, r, ref_text(&p->once, i->of),
					 AUDIENCE_NATIONAL, p->plan->lang, &changed);
		i->label = label_of(p, i, json_obj(e->body, "data"));
		i->what = ended ? PREVIEW_ENDED : changed ? PREVIEW_CHANGED : PREVIEW_NEW;
	}
	count->added += !ended && !changed;
	count->changed += !ended && changed;
	count->ended += ended;
}

static void see_act(struct previewing *p, const struct charter_ledger *l, const struct entry *e,
		    enum preview_what what)
{
	struct preview_item *i = add_item(p, what, l->party);

	if (!i)
		return;
	i->has_act = true;
	i->act = e->act;
	i->parties = forecast_parties(p->a, e);
}

/* --- entries --- */

static void name_blobs(struct previewing *p, const struct entry *e)
{
	struct hash h;

	for (const struct json *b = e->blobs ? e->blobs->child : NULL; b; b = b->next)
		if (hash_hex(json_str(b, "sha256"), &h))
			buf_add(&p->named, str_of(h.b, HASH_SIZE));
}

static bool see_valid(struct previewing *p, const struct charter_ledger *l,
		      const struct entry *e, struct err *err)
{
	switch (e->type) {
	case ENTRY_SEEN:
		p->out->acknowledgements++;
		return forecast_seen(p->forecast, l->party, e, err);
	case ENTRY_RECORD_PUT:
	case ENTRY_RECORD_END: see_record(p, l, e); break;
	case ENTRY_ACT_PROPOSE:
		see_act(p, l, e, PREVIEW_PROPOSED);
		forecast_word(p->forecast, l->party, e, OP_PROPOSE);
		break;
	case ENTRY_ACT_ACCEPT:
		see_act(p, l, e, PREVIEW_ACCEPTED);
		forecast_word(p->forecast, l->party, e, OP_ACCEPT);
		p->out->report.seen = true;
		break;
	case ENTRY_ACT_DECLINE:
		see_act(p, l, e, PREVIEW_DECLINED);
		forecast_word(p->forecast, l->party, e, OP_DECLINE);
		break;
	case ENTRY_ACT_NOTE: see_act(p, l, e, PREVIEW_REMARK); break;
	case ENTRY_SEALED_OPEN: add_item(p, PREVIEW_PUBLISHED, l->party); break;
	case ENTRY_SEALED_ERASE: add_item(p, PREVIEW_ERASED, l->party); break;
	case ENTRY_KEY_ROLL: add_item(p, PREVIEW_KEY, l->party); break;
	case ENTRY_ALERT_FORK: add_item(p, PREVIEW_ALERT, l->party); break;
	case ENTRY_LEDGER_CLOSE: add_item(p, PREVIEW_CLOSING, l->party); break;
	case ENTRY_CHARTER:
	case ENTRY_OTHER:
	case ENTRY_TYPE_COUNT: break;
	}
	return true;
}

static bool see_entry(void *ctx, const struct charter_ledger *l, uint64_t n, struct str bytes,
		      struct err *err)
{
	struct previewing *p = ctx;
	struct entry e;

	arena_reset(&p->once);
	p->out->entries++;
	entry_read(&p->once, bytes, l->party, n, INT64_MIN, &e);
	name_blobs(p, &e);
	if (e.state == ENTRY_VALID)
		return see_valid(p, l, &e, err);
	p->out->without_effect++;
	return true;
}

static bool see_ledger(void *ctx, const struct pouch_line *l, uint64_t held, struct err *err)
{
	struct previewing *p = ctx;
	struct pouch_report *r = &p->out->report;
	const struct ledger_row *row = pouch_here_row(&p->here, l->name);
	uint64_t after = l->size > held ? l->size : held;

	(void)err;
	r->ledgers[r->ledger_count++] = (struct pouch_ledger){ row->name, held, after };
	p->forecast->sizes[row - p->here.rows] = after;
	return true;
}

/* --- documents of acts --- */

static void read_document(struct previewing *p, struct str bytes, struct preview_item *i)
{
	const struct json *effects, *first;
	struct json *doc;
	struct err ignored;

	arena_reset(&p->once);
	if (!json_object(&p->once, bytes, &doc, &ignored))
		return;
	effects = json_arr(doc, "effects");
	first = effects ? effects->child : NULL;
	if (first) {
		i->kind = arena_str(p->a, json_str(first, "kind"));
		i->record = record_of(i->kind);
		i->of = (struct ref){ S(JOINT_PARTY), arena_str(p->a, json_str(first, "id")) };
		i->label = label_of(p, i, json_obj(first, "data"));
	}
	if (!i->label.n)
		i->label =
			arena_str(p->a, mtext_in(json_obj(doc, "title"), p->plan->lang, NULL));
}

static void document_came(struct previewing *p, const struct hash *name, struct str bytes)
{
	if (bytes.n > DOCUMENT_MAX)
		return;
	for (size_t i = 0; i < p->out->item_count; i++) {
		struct preview_item *item = &p->out->items[i];

		if (item->what == PREVIEW_PROPOSED && hash_eq(&item->act, name))
			read_document(p, bytes, item);
	}
}

static bool see_blob(void *ctx, const struct hash *name, struct str bytes, struct err *err)
{
	struct previewing *p = ctx;

	(void)err;
	p->out->report.blobs++;
	buf_add(&p->carried, str_of(name->b, HASH_SIZE));
	document_came(p, name, bytes);
	return true;
}

static bool see_sealed(void *ctx, const struct hash *c, struct str file, struct err *err)
{
	struct previewing *p = ctx;

	(void)c;
	(void)file;
	(void)err;
	p->out->report.sealed++;
	return true;
}

/* --- acts: what they are called, what becomes of them --- */

static void name_act(struct previewing *p, struct preview_item *i,
		     const struct act_facts *facts)
{
	struct json *data = NULL;
	struct err ignored;

	for (size_t k = 0; k < p->out->item_count && !i->label.n; k++) {
		const struct preview_item *other = &p->out->items[k];

		if (other->what != PREVIEW_PROPOSED || !hash_eq(&other->act, &i->act))
			continue;
		i->kind = other->kind;
		i->record = other->record;
		i->of = other->of;
		i->label = other->label;
	}
	if (i->label.n || !facts->kind.n)
		return;
	i->kind = facts->kind;
	i->record = record_of(i->kind);
	i->of = (struct ref){ S(JOINT_PARTY), facts->id };
	if (facts->data.n && !json_object(p->a, facts->data, &data, &ignored))
		data = NULL;
	i->label = label_of(p, i, data);
}

static bool is_settled(struct str state)
{
	return str_is(state, act_state_names[ACT_IN_FORCE]) ||
	       str_is(state, act_state_names[ACT_REJECTED]) ||
	       str_is(state, act_state_names[ACT_WITHDRAWN]);
}

/* Whether an item says already what becomes of this act. */
static bool told(const struct previewing *p, const struct hash *act)
{
	for (size_t i = 0; i < p->out->item_count; i++)
		if ((p->out->items[i].what == PREVIEW_IN_FORCE ||
		     p->out->items[i].what == PREVIEW_CLOSED) &&
		    hash_eq(&p->out->items[i].act, act))
			return true;
	return false;
}

static bool foretell(struct previewing *p, const struct hash *act, struct str parties,
		     struct err *err)
{
	struct act_facts facts;
	enum act_state state;
	struct preview_item *i;

	if (p->forecast->partial || told(p, act))
		return true;
	if (!forecast_act(p->forecast, p->a, act, parties, &facts, &state, err))
		return false;
	if (is_settled(facts.state) || state == ACT_NONE || state == ACT_PROPOSED ||
	    state == ACT_ACCEPTED)
		return true;
	i = add_item(p, state == ACT_IN_FORCE ? PREVIEW_IN_FORCE : PREVIEW_CLOSED, S(""));
	if (!i)
		return true;
	i->has_act = true;
	i->act = *act;
	i->parties = parties;
	name_act(p, i, &facts);
	return true;
}

/* Acts that the pouch names, and those that wait for a word of anybody. */
static bool foretell_named(struct previewing *p, struct err *err)
{
	size_t n = p->out->item_count;

	for (size_t i = 0; i < n; i++) {
		struct preview_item *item = &p->out->items[i];
		struct act_facts facts;

		if (!item->has_act)
			continue;
		if (!view_act_facts(p->here.view, p->a, &item->act, item->parties, p->plan->who,
				    &facts, err))
			return false;
		name_act(p, item, &facts);
		if (!foretell(p, &item->act, item->parties, err))
			return false;
	}
	return true;
}

static struct str row_parties(struct arena *a, const struct act_row *act)
{
	struct buf b;

	buf_init(&b, 1024);
	for (size_t i = 0; i < act->party_count; i++) {
		if (i)
			buf_ch(&b, ',');
		buf_add(&b, act->parties[i].party);
	}
	return arena_buf(a, &b);
}

static bool foretell_open(struct previewing *p, bool others, struct err *err)
{
	struct open_query q = { .party = p->here.side.me,
				.others = others,
				.who = AUDIENCE_NATIONAL,
				.lang = p->plan->lang,
				.limit = OPEN_ACTS_PAGE };
	uint64_t total = 1;

	for (; q.offset < total && q.offset < OPEN_ACTS_MAX; q.offset += OPEN_ACTS_PAGE) {
		struct open_act *acts;
		size_t n;

		if (!view_open_acts(p->here.view, p->a, &q, &acts, &n, &total, err))
			return false;
		for (size_t i = 0; i < n; i++)
			if (!foretell(p, &acts[i].act.act, row_parties(p->a, &acts[i].act),
				      err))
				return false;
	}
	return true;
}

/* --- attachments that would be missing --- */

static int by_hash(const void *a, const void *b)
{
	return memcmp(a, b, HASH_SIZE);
}

static bool is_here(struct previewing *p, const struct hash *h)
{
	if (p->carried.n &&
	    bsearch(h, p->carried.p, p->carried.n / HASH_SIZE, HASH_SIZE, by_hash))
		return true;
	return view_blob_here(p->here.view, h);
}

static void count_missing(struct previewing *p)
{
	size_t n = p->named.n / HASH_SIZE;
	const struct hash *h = (const struct hash *)(void *)p->named.p;

	if (n)
		qsort(p->named.p, n, HASH_SIZE, by_hash);
	for (size_t i = 0; i < n; i++)
		if ((i == 0 || !hash_eq(&h[i - 1], &h[i])) && !is_here(p, &h[i]))
			p->out->missing++;
}

/* --- the whole --- */

static bool tell(struct previewing *p, const struct pouch_note *m, struct err *err)
{
	struct pouch_report *r = &p->out->report;
	struct pouch_row last;

	if (!local_pouch(p->here.view, p->a, POUCH_OPENED, m->from, &last, err))
		return false;
	r->from = m->from;
	r->made = m->made;
	r->serial = m->serial;
	r->last_serial = last.serial;
	count_missing(p);
	if (r->seen)
		for (size_t i = 0; i < r->ledger_count; i++)
			forecast_acknowledge(
				p->forecast,
				pouch_here_row(&p->here, r->ledgers[i].name)->party);
	return foretell_named(p, err) && foretell_open(p, false, err) &&
	       foretell_open(p, true, err);
}

static bool preview(struct previewing *p, const struct pouch_source *from, struct err *err)
{
	const struct pouch_hearer to = { see_ledger, see_entry, see_blob, see_sealed, p };
	struct pouch_note m;

	for (size_t i = 0; i < p->here.row_count; i++)
		p->forecast->sizes[i] = p->here.rows[i].size;
	return pouch_verify(p->a, from, &p->here.side, &to, &m, err) && tell(p, &m, err);
}

bool pouch_preview(struct node *n, struct arena *a, const struct pouch_source *from,
		   const struct preview_plan *plan, struct pouch_preview *out, struct err *err)
{
	struct previewing p = { .plan = plan, .out = out, .a = a };
	bool ok;

	*out = (struct pouch_preview){ .item_count = 0 };
	p.forecast = arena_new(a, struct forecast);
	p.forecast->here = &p.here;
	p.forecast->who = plan->who;
	arena_init(&p.once, SCRATCH);
	buf_init(&p.named, NAMES_MAX);
	buf_init(&p.carried, NAMES_MAX);
	buf_init(&p.forecast->seen, SEEN_MAX);
	ok = pouch_here_begin(n, a, &p.here, err) && preview(&p, from, err);
	pouch_here_end(&p.here);
	buf_done(&p.forecast->seen);
	buf_done(&p.carried);
	buf_done(&p.named);
	arena_done(&p.once);
	return ok;
}

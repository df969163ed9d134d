#include "cli/pouch.h"

static const char *const what_names[PREVIEW_COUNT] = {
	[PREVIEW_NEW] = "new",           [PREVIEW_CHANGED] = "changed",
	[PREVIEW_ENDED] = "ended",       [PREVIEW_PROPOSED] = "proposed",
	[PREVIEW_ACCEPTED] = "accepted", [PREVIEW_DECLINED] = "declined",
	[PREVIEW_REMARK] = "remark",     [PREVIEW_IN_FORCE] = "in_force",
	[PREVIEW_CLOSED] = "closed",     [PREVIEW_PUBLISHED] = "published",
	[PREVIEW_ERASED] = "erased",     [PREVIEW_KEY] = "key",
	[PREVIEW_ALERT] = "alert",       [PREVIEW_CLOSING] = "closing",
};

/* --- for scripts --- */

static void put_item(struct json_w *j, const struct preview_item *i)
{
	json_open(j, '{');
	json_pair(j, "what", str_z(what_names[i->what]));
	json_pair(j, "party", i->party);
	json_pair(j, "kind", i->kind);
	if (i->of.id.n) {
		json_pair(j, "record_party", i->of.party);
		json_pair(j, "id", i->of.id);
	}
	json_pair(j, "label", i->label);
	if (i->has_act) {
		json_key(j, "act");
		json_put_hex(j, i->act.b, HASH_SIZE);
	}
	json_close(j, '}');
}

static void put_kinds(struct json_w *j, const struct pouch_preview *p)
{
	json_open(j, '[');
	for (size_t i = 0; i < PREVIEW_KINDS; i++) {
		const struct preview_kind *k = &p->kinds[i];

		if (k->added + k->changed + k->ended == 0)
			continue;
		json_open(j, '{');
		json_pair(j, "kind", i < RECORD_COUNT ? str_z(records[i].name) : S(""));
		number_pair(j, "new", k->added);
		number_pair(j, "changed", k->changed);
		number_pair(j, "ended", k->ended);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static int put_preview(const struct words *w, const struct pouch_preview *p)
{
	struct buf b;
	struct json_w j = json_w(&b);
	int code;

	buf_init(&b, 16 << 20);
	json_open(&j, '{');
	put_report(&j, &p->report);
	number_pair(&j, "entries", p->entries);
	number_pair(&j, "acknowledgements", p->acknowledgements);
	number_pair(&j, "without_effect", p->without_effect);
	number_pair(&j, "missing", p->missing);
	json_key(&j, "kinds");
	put_kinds(&j, p);
	json_key(&j, "items");
	json_open(&j, '[');
	for (size_t i = 0; i < p->item_count; i++)
		put_item(&j, &p->items[i]);
	json_close(&j, ']');
	number_pair(&j, "left_off", p->left_off);
	json_close(&j, '}');
	buf_ch(&b, '\n');
	code = cli_out(w, buf_str(&b));
	buf_done(&b);
	return code;
}

/* --- for people --- */

static void say_ledgers(const struct words *w, const struct pouch_report *r)
{
	cli_line(w, N_("Pouch number %1 from %2, made %3. Nothing has been taken over."),
		 (const struct str[]){ num_text(w->a, r->serial), r->from, r->made }, 3);
	for (size_t i = 0; i < r->ledger_count; i++) {
		const struct pouch_ledger *l = &r->ledgers[i];

		if (l->after == l->before)
			cli_line(w, N_("%1: nothing that is not here, %2 entries are held."),
				 (const struct str[]){ l->name, num_text(w->a, l->before) }, 2);
		else
			cli_line(w, N_("%1: it adds %2 entries to the %3 held."),
				 (const struct str[]){ l->name,
						       num_text(w->a, l->after - l->before),
						       num_text(w->a, l->before) },
				 3);
	}
}

static void say_kinds(const struct words *w, const struct pouch_preview *p)
{
	for (size_t i = 0; i < PREVIEW_KINDS; i++) {
		const struct preview_kind *k = &p->kinds[i];

		if (k->added + k->changed + k->ended == 0)
			continue;
		cli_line(w, N_("%1: %2 new, %3 changed, %4 ended."),
			 (const struct str[]){
				 i < RECORD_COUNT ? lang_text(w->lang, records[i].plural)
						  : T(w->lang, "Other records"),
				 num_text(w->a, k->added), num_text(w->a, k->changed),
				 num_text(w->a, k->ended) },
			 4);
	}
}

/* What is not nothing. */
static void say_number(const struct words *w, const char *message, uint64_t n)
{
	if (n)
		cli_line(w, message, (const struct str[]){ num_text(w->a, n) }, 1);
}

static int say_preview(const struct words *w, const struct pouch_preview *p)
{
	struct buf b;

	say_ledgers(w, &p->report);
	say_kinds(w, p);
	buf_init(&b, 16 << 20);
	for (size_t i = 0; i < p->item_count; i++) {
		buf_lit(&b, "  ");
		preview_item_text(&b, w->lang, &p->items[i]);
		buf_ch(&b, '\n');
	}
	(void)cli_out(w, buf_str(&b));
	buf_done(&b);
	say_number(w, N_("And %1 more of that kind."), p->left_off);
	say_number(w, N_("Acknowledgements: %1."), p->acknowledgements);
	say_number(w, N_("Entries that are not as they must be, without effect: %1."),
		   p->without_effect);
	say_number(w, N_("Attachments in the pouch: %1."), p->report.blobs);
	say_number(w, N_("Sealed bodies in the pouch: %1."), p->report.sealed);
	say_number(w, N_("Attachments named that are neither in the pouch nor here: %1."),
		   p->missing);
	if (p->report.seen)
		cli_line(w, N_("Opening it would acknowledge what came in the own ledger."),
			 NULL, 0);
	return cli_out(w, S(""));
}

int preview_pouch(const struct words *w, struct node *n, const struct pouch_source *from,
		  struct meter *meter)
{
	const struct preview_plan plan = { .who = AUDIENCE_NATIONAL, .lang = w->lang };
	struct pouch_preview *p = arena_new(w->a, struct pouch_preview);
	struct err err;
	bool ok = pouch_preview(n, w->a, from, &plan, p, &err);

	meter_end(meter);
	if (!ok)
		return cli_fail(w, &err);
	tell_serial(w, &p->report);
	return w->json ? put_preview(w, p) : say_preview(w, p);
}

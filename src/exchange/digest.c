#include "exchange/digest.h"

enum {
	DIGEST_ROWS = 20,
	CHANGES_READ = 1000,
	AHEAD_DAYS = 14,
	HREF_MAX = 1000,
	CUT_MAX = 2000
};
static const unsigned two[] = { 20, 80 };

/* --- rows --- */

static struct str href_of(struct digest *d, const struct record_row *row)
{
	struct buf b;

	if (d->site.n == 0)
		return S("");
	buf_init(&b, HREF_MAX);
	buf_add(&b, d->site);
	buf_ch(&b, '/');
	buf_z(&b, lang_codes[d->report.p->langs[0]]);
	buf_ch(&b, '/');
	buf_z(&b, row->record->name);
	buf_ch(&b, '/');
	buf_add(&b, row->party);
	buf_ch(&b, '/');
	buf_add(&b, row->id);
	return arena_buf(d->report.a, &b);
}

/* When, and what: its label, which kind of record it is, and more. */
static void put_row(struct digest *d, struct paper_block *b, const struct record_row *row,
		    struct paper_text when, struct paper_text more)
{
	struct paper *p = d->report.p;
	struct paper_cell *cells = paper_row(p, b);
	struct paper_text kind = paper_say(p, row->record->title);

	cells[0].text = when;
	cells[1].text = paper_join(p, paper_plain(p, row->label), S(" – "), kind);
	cells[1].text = paper_join(p, cells[1].text, S(", "), more);
	cells[1].href = href_of(d, row);
}

static struct paper_block *section(struct digest *d, const char *title, uint64_t n)
{
	struct paper *p = d->report.p;
	const struct paper_text args[] = { paper_say(p, title),
					   report_count(&d->report, n).text };
	const struct paper_text heads[] = { paper_say(p, N_("Date")),
					    paper_say(p, N_("What")) };

	paper_add(p, PAPER_HEADING, paper_fill(p, N_("%1: %2"), args, 2));
	return paper_table(p, two, 2, heads);
}

static void and_more(struct digest *d, uint64_t shown, uint64_t all)
{
	const struct paper_text n = report_count(&d->report, all - shown).text;

	if (all > shown)
		paper_add(d->report.p, PAPER_SMALL,
			  paper_fill(d->report.p, N_("And %1 more."), &n, 1));
}

static struct paper_text day_of(struct digest *d, struct str time)
{
	int32_t day;

	return date_parse(str_cut(time, 10), &day) ? paper_date(d->report.p, day)
						   : paper_plain(d->report.p, time);
}

/* --- what awaits us, what is late, what comes due --- */

static bool put_awaiting(struct digest *d, struct err *err)
{
	struct report *r = &d->report;
	const struct open_query q = {
		.party = d->party, .who = r->who, .lang = r->p->langs[0], .limit = DIGEST_ROWS
	};
	struct paper_block *b;
	struct open_act *acts;
	size_t n;

	if (!view_open_acts(r->v, r->a, &q, &acts, &n, &d->awaiting, err))
		return false;
	if (n == 0)
		return true;
	b = section(d, N_("Awaits our word"), d->awaiting);
	for (size_t i = 0; i < n; i++) {
		const struct paper_text who = report_party(r, acts[i].act.proposer);

		put_row(d, b, &acts[i].record, day_of(d, acts[i].since),
			paper_fill(r->p, N_("proposed by %1"), &who, 1));
	}
	and_more(d, n, d->awaiting);
	return true;
}

static bool put_dates(struct digest *d, struct due_query *q, const char *title, uint64_t *total,
		      struct err *err)
{
	struct report *r = &d->report;
	struct paper_block *b;
	struct due_row *rows;
	uint64_t shown;
	size_t n;

	q->who = d->counted;
	q->limit = 0;
	if (!view_due(r->v, r->a, q, &rows, &n, total, err))
		return false;
	if (*total == 0)
		return true;
	q->who = r->who;
	q->limit = DIGEST_ROWS;
	if (!view_due(r->v, r->a, q, &rows, &n, &shown, err))
		return false;
	b = section(d, title, *total);
	for (size_t i = 0; i < n; i++)
		put_row(d, b, &rows[i].of, paper_date(r->p, rows[i].day),
			paper_plain(r->p, rows[i].part_label));
	and_more(d, n, *total);
	return true;
}

static bool put_due(struct digest *d, struct err *err)
{
	const int32_t today = d->report.today;
	struct due_query late = { .from = INT32_MIN / 2,
				  .to = today,
				  .deadlines_only = true,
				  .lang = d->report.p->langs[0] };
	struct due_query soon = late;

	soon.from = today;
	soon.to = today + AHEAD_DAYS;
	soon.deadlines_only = false;
	return put_dates(d, &soon, N_("Comes due within two weeks"), &d->due, err) &&
	       put_dates(d, &late, N_("Late"), &d->late, err);
}

/* --- what has changed --- */

static size_t read_cut(struct str cut, struct latest_from out[CHARTER_LEDGERS_MAX])
{
	struct str one;
	size_t n = 0;

	while (n < CHARTER_LEDGERS_MAX && str_split(&cut, ' ', &one)) {
		size_t at = str_index(one, '=');

		out[n].ledger = str_cut(one, at);
		if (at < one.n && str_u64(str_from(one, at + 1), INT64_MAX, &out[n].size))
			n++;
	}
	return n;
}

static bool reach(struct digest *d, struct err *err)
{
	struct ledger_row *ledgers;
	struct buf b;
	size_t n;

	if (!view_ledgers(d->report.v, d->report.a, &ledgers, &n, err))
		return false;
	buf_init(&b, CUT_MAX);
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_ch(&b, ' ');
		buf_add(&b, ledgers[i].name);
		buf_ch(&b, '=');
		buf_u64(&b, ledgers[i].size);
	}
	d->reached = arena_buf(d->report.a, &b);
	return true;
}

static void put_changes(struct digest *d)
{
	struct report *r = &d->report;
	struct latest_from from[CHARTER_LEDGERS_MAX];
	struct latest l = { .v = r->v,
			    .a = r->a,
			    .lang = r->p->langs[0],
			    .from = from,
			    .from_count = read_cut(d->cut, from) };
	struct latest_act *acts;
	struct record_row row;
	struct paper_block *b;
	size_t n = d->cut.n > 0 ? latest_read(&l, CHANGES_READ, &acts) : 0, shown = 0;

	l.who = d->counted;
	for (size_t i = 0; i < n; i++)
		d->changed += latest_subject(&l, &acts[i], &row);
	if (d->changed == 0)
		return;
	b = section(d, N_("Changed since the last digest"), d->changed);
	l.who = r->who;
	for (size_t i = 0; i < n && shown < DIGEST_ROWS; i++) {
		if (!latest_subject(&l, &acts[i], &row))
			continue;
		put_row(d, b, &row, day_of(d, acts[i].entry.time_text),
			paper_join(r->p, paper_say(r->p, latest_deed(&acts[i].entry)), S(", "),
				   report_party(r, acts[i].ledger->party)));
		shown++;
	}
	and_more(d, shown, d->changed);
}

bool digest_compose(struct digest *d, struct err *err)
{
	struct paper *p = d->report.p;
	const struct paper_text day = paper_date(p, d->report.today);

	d->report.party_count = charter_parties(d->report.charter, d->report.parties);
	p->title = paper_join(p, paper_mtext(p, d->report.charter->title), S(" · "), day);
	paper_add(p, PAPER_TITLE, p->title);
	if (!reach(d, err) || !put_awaiting(d, err) || !put_due(d, err))
		return false;
	put_changes(d);
	if (d->awaiting + d->late + d->due + d->changed == 0)
		paper_add(p, PAPER_PARAGRAPH, paper_say(p, N_("There is nothing to tell.")));
	paper_add(p, PAPER_SMALL,
		  paper_say(p, N_("An administrator of this node ends these letters: benkan "
				  "account mail NAME --end.")));
	return true;
}

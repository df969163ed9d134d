/* benkan totals: sums of money by any dimensions, and the proof of each. */
#include "register/totals.h"
#include "cli/cli.h"
#include "wire/json.h"

#include <string.h>

enum { OUT_MAX = 1 << 30, FACT_MAX = 4 << 20, FACTS_AT_ONCE = 20000, COLUMN_GAP = 2 };

const char totals_details[] = N_(
	"Dimensions: transaction-type, currency, year, sector, country, party, project, "
	"publisher. What must not be added together stays apart: types of transactions, and "
	"currencies unless --in converts them.\n"
	"A figure without a sector or country of its own falls to those of its project, by "
	"their percentages; the parts sum to the whole to the minor unit.\n"
	"--in converts each figure by the last rate on or before its value date that the one "
	"source has published, directly, inversely or by one middle currency, and rounds it to "
	"the minor unit, half away from zero; “parity” takes only what is fixed by treaty "
	"(1 EUR = 655.957 XOF), which holds beside every source. What has no rate is listed "
	"apart with the reason.\n"
	"What a second-hand publisher repeats is left out, and said, unless --repeated asks "
	"for it.\n"
	"--proof prints the figures behind the sums instead, newest first, one JSON object a "
	"line: amount, rate, date, source, path, result, parts.\n"
	"\n"
	"  benkan totals --node DIR --by year,sector --in XOF --rates bceao --json\n"
	"  benkan totals --node DIR --by sector --only year=2026 --proof");

struct totalling {
	const struct words *w;
	struct view *v;
	struct totals_query q;
	struct str only[TOTALS_DIMS];
};

/* --- what was asked --- */

static bool read_only(struct totalling *t, const char *given, struct err *err)
{
	struct str value = str_z(given), name;
	enum totals_dim d;

	if (!memchr(given, '=', value.n))
		return err_set(err, ERR_USAGE, NULL,
			       N_("--only %1 names no value: --only year=2026."), given);
	(void)!str_split(&value, '=', &name);
	d = totals_dim_named(name);
	if (d == TOTALS_DIMS)
		return err_set(
			err, ERR_USAGE, NULL,
			N_("--only %1 is not a dimension; benkan help totals lists them."),
			err_arg(name));
	t->only[d] = value;
	t->q.only[d] = &t->only[d];
	return true;
}

static bool read_repeated(struct totalling *t, struct err *err)
{
	static const char *const words[] = {
		[REPEATS_OUT] = "out", [REPEATS_IN] = "in", [REPEATS_ONLY] = "only"
	};
	const char *given = word_of(t->w, "--repeated");

	if (!given)
		return true;
	for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i], given) == 0) {
			t->q.repeats = i;
			return true;
		}
	return err_set(err, ERR_USAGE, NULL, N_("--repeated is out, in or only."));
}

static bool read_words(struct totalling *t, struct err *err)
{
	const struct words *w = t->w;
	const char *party = word_of(w, "--party"), *only;
	size_t at = 0;

	t->q.who = AUDIENCE_NATIONAL;
	if (party) {
		t->only[BY_PARTY] = str_z(party);
		t->q.only[BY_PARTY] = &t->only[BY_PARTY];
	}
	while ((only = word_next(w, "--only", &at)))
		if (!read_only(t, only, err))
			return false;
	return read_repeated(t, err) && totals_kind(&t->q, str_z(word_of(w, "--kind")), err) &&
	       totals_in(t->v, w->a, &t->q, str_z(word_of(w, "--in")),
			 str_z(word_of(w, "--rates")), err) &&
	       totals_by(&t->q, str_z(word_of(w, "--by")), err);
}

/* --- JSON --- */

static int put_json(struct totalling *t, struct buf *json)
{
	buf_ch(json, '\n');
	return cli_out(t->w, buf_str(json));
}

/* --- a table for people --- */

static struct str key_name(struct totalling *t, enum totals_dim d, struct str key)
{
	struct arena *a = t->w->a;
	enum lang lang = t->w->lang;
	bool found;

	if (!key.n)
		return T(lang, "not stated");
	switch (d) {
	case BY_TYPE:
		return code_name(t->q.record == &records[RECORD_transaction] ? "TransactionType"
									     : "BudgetType",
				 key, lang);
	case BY_SECTOR:
		return arena_join(a, key,
				  arena_join(a, S(" "), code_name("Sector", key, lang)));
	case BY_COUNTRY: return code_name("Country", key, lang);
	case BY_PROJECT:
		return view_label(t->v, a, &records[RECORD_project], key, t->q.who, lang,
				  &found);
	case BY_PUBLISHER:
		return view_label(t->v, a, &records[RECORD_organisation], key, t->q.who, lang,
				  &found);
	case BY_CURRENCY:
	case BY_YEAR:
	case BY_PARTY:
	case TOTALS_DIMS: break;
	}
	return key;
}

static void put_padded(struct buf *b, struct str s, size_t width, bool right)
{
	size_t pad = str_runes(s) < width ? width - str_runes(s) : 0;

	for (size_t i = 0; right && i < pad; i++)
		buf_ch(b, ' ');
	buf_add(b, s);
	for (size_t i = 0; i < (right ? COLUMN_GAP : pad + COLUMN_GAP); i++)
		buf_ch(b, ' ');
}

enum { CELL_COUNT = TOTALS_DIMS, CELL_AMOUNT, CELL_CURRENCY, CELL_GAP, CELLS };

static void make_cells(struct totalling *t, const struct totals_row *r, struct str cell[CELLS])
{
	struct arena *a = t->w->a;
	char amount[DEC_TEXT];

	for (enum totals_dim d = 0; d < TOTALS_DIMS; d++)
		cell[d] = t->q.by[d] && (d != BY_CURRENCY || t->q.in.n)
				  ? key_name(t, d, r->key[d])
				  : S("");
	dec_text(amount, r->amount, currency_places(r->currency));
	cell[CELL_COUNT] = num_text(a, r->count);
	cell[CELL_AMOUNT] = arena_str(a, str_z(amount));
	cell[CELL_CURRENCY] = r->currency;
	cell[CELL_GAP] = str_z(rate_gap_names[r->gap]);
}

static int put_table(struct totalling *t, const struct totals *sums)
{
	struct str(*cells)[CELLS] = arena_alloc(t->w->a, arena_size(sizeof(*cells), sums->n));
	size_t width[CELLS] = { 0 };
	struct buf out;
	int code;

	buf_init(&out, OUT_MAX);
	for (size_t i = 0; i < sums->n; i++) {
		make_cells(t, &sums->rows[i], cells[i]);
		for (int c = 0; c < CELLS; c++)
			if (str_runes(cells[i][c]) > width[c])
				width[c] = str_runes(cells[i][c]);
	}
	for (size_t i = 0; i < sums->n; i++) {
		for (int c = 0; c < CELLS; c++)
			if (width[c])
				put_padded(&out, cells[i][c], width[c],
					   c == CELL_COUNT || c == CELL_AMOUNT);
		while (out.n && out.p[out.n - 1] == ' ')
			out.n--;
		buf_ch(&out, '\n');
	}
	code = cli_out(t->w, buf_str(&out));
	buf_done(&out);
	return code;
}

/* --- what is said of what is not in the sums --- */

static void say_repeated(struct totalling *t, const struct totals *sums)
{
	const struct words *w = t->w;

	for (size_t i = 0; i < sums->repeated_count; i++) {
		const struct totals_row *r = &sums->repeated[i];
		char amount[DEC_TEXT];

		dec_text(amount, r->amount, currency_places(r->currency));
		cli_say(w,
			N_("Left out, for second-hand publishers repeat it: %1 %2, %3 entries "
			   "(%4). --repeated only lists it."),
			str_z(amount), r->currency, num_text(w->a, r->count),
			key_name(t, BY_TYPE, r->key[BY_TYPE]));
	}
}

/* --- proofs: JSON Lines, a figure each --- */

static bool put_fact(struct totalling *t, struct arena *a, const struct totals_fact *f,
		     struct buf *out, struct err *err)
{
	struct record_row row;
	struct json_w w = json_w(out);

	if (!view_money_record(t->v, a, f->rid, f->shape, t->q.who, t->w->lang, &row, err))
		return false;
	totals_put_fact(&w, &t->q, f, arena_join(a, row.party, arena_join(a, S("/"), row.id)));
	buf_ch(out, '\n');
	return true;
}

static bool put_some(struct totalling *t, const struct totals_fact *facts, size_t n, int *code,
		     struct err *err)
{
	struct arena a;
	struct buf out;
	bool ok = true;

	arena_init(&a, COMMAND_ARENA);
	buf_init(&out, OUT_MAX);
	for (size_t i = 0; i < n && ok; i++) {
		arena_reset(&a);
		ok = put_fact(t, &a, &facts[i], &out, err);
	}
	if (ok)
		*code = cli_out(t->w, buf_str(&out));
	buf_done(&out);
	arena_done(&a);
	return ok;
}

static bool put_proofs(struct totalling *t, int *code, struct err *err)
{
	struct totals_list l = { .q = &t->q, .limit = FACTS_AT_ONCE };
	bool more = true, ok = true;
	struct arena a;

	arena_init(&a, COMMAND_ARENA);
	while (more && ok && *code == EXIT_GOOD) {
		struct totals_fact *facts;
		size_t n;

		arena_reset(&a);
		ok = totals_facts(t->v, &a, &l, &facts, &n, &more, err) &&
		     put_some(t, facts, n, code, err);
		if (!ok || !more)
			break;
		l.after = true;
		l.day = facts[n - 1].day;
		l.rid = facts[n - 1].rid;
	}
	arena_done(&a);
	return ok;
}

/* --- the command --- */

static bool put_sums(struct totalling *t, int *code, struct err *err)
{
	struct totals sums;
	struct buf json;
	bool ok;

	buf_init(&json, OUT_MAX);
	t->q.json = t->w->json ? &json : NULL;
	ok = totals_sum(t->v, t->w->a, &t->q, TOTALS_ROWS_MAX, &sums, err);
	if (ok) {
		*code = t->w->json ? put_json(t, &json) : put_table(t, &sums);
		say_repeated(t, &sums);
	}
	t->q.json = NULL;
	buf_done(&json);
	return ok;
}

int cmd_totals(const struct words *w)
{
	struct totalling t = { .w = w };
	struct node *n;
	struct err err;
	int code;
	bool ok;

	n = cli_node(w, STORE_READ, &code);
	if (!n)
		return code;
	code = EXIT_GOOD;
	ok = cli_view(n, &t.v, &err);
	if (ok) {
		ok = read_words(&t, &err) &&
		     (word_given(w, "--proof") ? put_proofs(&t, &code, &err)
					       : put_sums(&t, &code, &err));
		cli_view_end(t.v);
	}
	node_close(n);
	return ok ? code : cli_fail(w, &err);
}

#include "web/totals_asked.h"
#include "web/pages.h"

static struct str all_of(struct visit *v, const char *name)
{
	struct buf b;

	buf_init(&b, 4096);
	for (size_t i = 0; i < v->q->query_count; i++) {
		const struct http_pair *p = &v->q->query[i];

		if (!str_is(p->name, name) || !p->value.n)
			continue;
		if (b.n)
			buf_ch(&b, ',');
		buf_add(&b, p->value);
	}
	return arena_buf(v->a, &b);
}

static bool named_in(struct str names, const char *name)
{
	struct str one;

	while (names.n && str_split(&names, ',', &one))
		if (str_is(one, name))
			return true;
	return false;
}

static void read_only(struct visit *v, struct totals_asked *t)
{
	struct str none = all_of(v, "none");

	for (enum totals_dim d = 0; d < TOTALS_DIMS; d++) {
		t->only[d] = str_trim(http_param(v->q, totals_dim_names[d]));
		if (t->only[d].n || named_in(none, totals_dim_names[d]))
			t->q.only[d] = &t->only[d];
	}
}

static bool read_repeated(struct visit *v, struct totals_query *q, struct err *err)
{
	struct str word = http_param(v->q, "repeated");

	q->repeats = str_is(word, "only") ? REPEATS_ONLY
		     : str_is(word, "in") ? REPEATS_IN
					  : REPEATS_OUT;
	return q->repeats != REPEATS_OUT || !word.n || str_is(word, "out") ||
	       err_set(err, ERR_INPUT, "repeated", N_("out, in or only is expected"));
}

bool totals_asked_read(struct visit *v, struct totals_asked *t, struct err *err)
{
	*t = (struct totals_asked){ .q = { .who = v->who } };
	t->rates = str_trim(http_param(v->q, "rates"));
	read_only(v, t);
	return totals_kind(&t->q, http_param(v->q, "kind"), err) &&
	       read_repeated(v, &t->q, err) &&
	       totals_in(v->view, v->a, &t->q, str_trim(http_param(v->q, "in")), t->rates,
			 err) &&
	       totals_by(&t->q, all_of(v, "by"), err);
}

/* --- addresses --- */

static void pair(struct buf *b, const char *name, struct str value)
{
	if (!value.n)
		return;
	html_lit(b, "&amp;");
	html_text(b, str_z(name));
	html_lit(b, "=");
	url_part(b, value);
}

/* The row's value where it was summed by it, else the one asked for. */
static void put_dims(struct buf *b, const struct totals_asked *t, const struct totals_row *row)
{
	for (enum totals_dim d = 0; d < TOTALS_DIMS; d++) {
		bool by = row && t->q.by[d];
		struct str value = by ? row->key[d] : t->q.only[d] ? t->only[d] : S("");

		if (d == BY_CURRENCY && row && row->gap)
			value = row->currency;
		pair(b, totals_dim_names[d], value);
		if ((by || t->q.only[d]) && !value.n)
			pair(b, "none", str_z(totals_dim_names[d]));
	}
}

void totals_asked_href(struct visit *v, const struct totals_asked *t,
		       const struct totals_row *row)
{
	struct buf *b = &v->out;

	html_lit(b, " href=\"/");
	html_text(b, str_z(lang_codes[v->lang]));
	html_lit(b, "/money/figures?kind=");
	html_text(b, str_z(t->q.record->name));
	pair(b, "in", t->q.in);
	pair(b, "rates", t->q.in.n ? t->rates : S(""));
	pair(b, "repeated",
	     t->q.repeats == REPEATS_ONLY ? S("only")
	     : t->q.repeats == REPEATS_IN ? S("in")
					  : S(""));
	put_dims(b, t, row);
	html_lit(b, "\"");
}

/* --- words --- */

struct str totals_asked_name(struct visit *v, enum totals_dim d)
{
	static const char *const names[TOTALS_DIMS] = {
		[BY_TYPE] = N_("Flow"),       [BY_CURRENCY] = N_("Currency"),
		[BY_YEAR] = N_("Year"),       [BY_SECTOR] = N_("Sector"),
		[BY_COUNTRY] = N_("Country"), [BY_PARTY] = N_("Side"),
		[BY_PROJECT] = N_("Project"), [BY_PUBLISHER] = N_("Reporting organisation")
	};

	return lang_text(v->lang, names[d]);
}

struct str totals_asked_words(struct visit *v, const struct totals_query *q, enum totals_dim d,
			      struct str value)
{
	bool found;

	if (!value.n)
		return T(v->lang, "not stated");
	switch (d) {
	case BY_TYPE:
		return code_name(q->record == &records[RECORD_transaction] ? "TransactionType"
									   : "BudgetType",
				 value, v->lang);
	case BY_SECTOR: return code_name("Sector", value, v->lang);
	case BY_COUNTRY: return code_name("Country", value, v->lang);
	case BY_PARTY: return party_name(v, value);
	case BY_PROJECT:
		return view_label(v->view, v->a, &records[RECORD_project], value, v->who,
				  v->lang, &found);
	case BY_PUBLISHER:
		return view_label(v->view, v->a, &records[RECORD_organisation], value, v->who,
				  v->lang, &found);
	case BY_CURRENCY:
	case BY_YEAR:
	case TOTALS_DIMS: break;
	}
	return value;
}

struct str totals_asked_gap(struct visit *v, enum rate_gap gap)
{
	switch (gap) {
	case RATE_NONE: return T(v->lang, "no rate on or before the value date");
	case RATE_NO_DAY: return T(v->lang, "no value date");
	case RATE_TOO_LARGE: return T(v->lang, "too large to be converted");
	case RATE_FOUND: break;
	}
	return S("");
}

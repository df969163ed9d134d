#include "exchange/report.h"

const struct report_kind report_kinds[] = {
	{ "execution", N_("Execution of the protocol"), report_execution },
	{ "session", N_("Session dossier"), report_session },
	{ "project", N_("Project sheet"), report_project },
	{ "protocol", N_("Protocol of the session"), report_protocol },
	{ "reconciliation", N_("Statement of reconciliation"), report_reconciliation },
};
const size_t report_kind_count = sizeof(report_kinds) / sizeof(*report_kinds);

const struct report_kind *report_named(struct str name)
{
	for (size_t i = 0; i < report_kind_count; i++)
		if (str_is(name, report_kinds[i].name))
			return &report_kinds[i];
	return NULL;
}

/* --- who --- */

/* One name copied into every language is no translation. */
static bool translated(const struct json *title, enum lang lang)
{
	const struct json *mine = json_get(title, lang_codes[lang]);

	for (const struct json *t = title ? title->child : NULL; mine && t; t = t->next)
		if (t != mine && str_eq(t->str, mine->str))
			return false;
	return mine != NULL;
}

static struct str party_in(struct str code, const struct json *title, enum lang lang)
{
	char upper[16];
	struct str country = { upper, code.n < sizeof(upper) ? code.n : sizeof(upper) };
	struct str name = mtext_in(title, lang, NULL);

	for (size_t i = 0; i < country.n; i++)
		upper[i] = code.p[i] >= 'a' && code.p[i] <= 'z' ? (char)(code.p[i] - 32)
								: code.p[i];
	if (!translated(title, lang) && codelist_find(codelist_named("Country"), country))
		return code_name("Country", country, lang);
	return name.n > 0 ? name : code;
}

struct paper_text report_party(struct report *r, struct str code)
{
	const struct charter_ledger *l = charter_find(r->charter, code);
	struct str in[PAPER_LANGS] = { S(""), S("") };
	struct json *title = NULL;
	struct err ignored;

	if (l && l->title.n > 0 && !json_object(r->a, l->title, &title, &ignored))
		title = NULL;
	for (size_t i = 0; i < r->p->lang_count; i++)
		in[i] = arena_str(r->a, party_in(code, title, r->p->langs[i]));
	return paper_pair(r->p, in);
}

/* --- reading --- */

struct list_query report_query(struct report *r, enum field_id f, struct str value)
{
	struct list_query q = { .record = &records[fields[f].record],
				.who = r->who,
				.lang = r->p->langs[0],
				.limit = 500 };

	q.filters[0] = (struct list_filter){ &fields[f], str_z(fields[f].name), value };
	q.filter_count = 1;
	return q;
}

struct list_query report_held(struct report *r)
{
	struct list_query q = report_query(r, session_status, S("held"));

	q.sort = &fields[session_date];
	q.descending = true;
	q.limit = 1;
	return q;
}

bool report_rows(struct report *r, struct list_query *q, struct list_result *out,
		 struct err *err)
{
	struct record_row *all = NULL;
	struct list_result part;

	*out = (struct list_result){ 0 };
	do {
		if (!view_list(r->v, r->a, q, &part, err))
			return false;
		if (!all)
			all = arena_room(r->a, struct record_row, REPORT_ROWS);
		for (size_t i = 0; i < part.n && out->n < REPORT_ROWS; i++)
			all[out->n++] = part.rows[i];
		q->after = part.next;
	} while (part.next.n > 0 && out->n < REPORT_ROWS);
	out->rows = all;
	out->total = part.total;
	return true;
}

bool report_record(struct report *r, const struct record *record, const struct list_query *q,
		   struct record_row *out, struct err *err)
{
	struct ref ref = { S(JOINT_PARTY), r->id };
	struct list_result found;

	if (r->id.n > 0) {
		if (str_index(r->id, '/') < r->id.n && !ref_parse(r->id, &ref))
			return err_set(
				err, ERR_INPUT, "id",
				N_("“%1” names no record: write PARTY/ID, or the ID alone."),
				err_arg(r->id));
		return view_record(r->v, r->a, record, ref, r->who, r->p->langs[0], out, err);
	}
	if (!q)
		return err_set(err, ERR_INPUT, "id",
			       N_("Name the record this paper is about."));
	if (!view_list(r->v, r->a, q, &found, err))
		return false;
	if (found.n == 0)
		return err_set(err, ERR_MISSING, NULL,
			       N_("There is no record in the register yet that this paper "
				  "could be about."));
	*out = found.rows[0];
	return true;
}

const struct json *report_data(struct report *r, const struct record_row *row)
{
	struct json *data = row->parsed;
	struct err ignored;

	return data || json_object(r->a, row->data, &data, &ignored) ? data : NULL;
}

struct str report_ref(struct report *r, const struct record_row *row)
{
	return arena_join(r->a, row->party, arena_join(r->a, S("/"), row->id));
}

struct paper_text report_label(struct report *r, const struct field *f,
			       const struct json *value)
{
	struct str in[PAPER_LANGS] = { S(""), S("") };
	bool found;

	if (!value)
		return paper_plain(r->p, S(""));
	for (size_t i = 0; i < r->p->lang_count; i++)
		in[i] = view_label(r->v, r->a, &records[f->to], value->str, r->who,
				   r->p->langs[i], &found);
	return paper_pair(r->p, in);
}

struct paper_text report_value(struct report *r, enum field_id f, const struct json *data)
{
	const struct json *value = json_get(data, fields[f].name);

	return fields[f].kind == REF ? report_label(r, &fields[f], value)
				     : paper_value(r->p, &fields[f], value);
}

/* --- what every paper has --- */

void report_about(struct report *r, struct paper_text about)
{
	const struct paper_text title = paper_say(r->p, r->kind->title);
	const struct paper_text day = paper_date(r->p, r->today);

	r->p->title = paper_join(r->p, title, S(" · "), about);
	paper_add(r->p, PAPER_TITLE, title);
	if (!paper_empty(&about))
		paper_add(r->p, PAPER_HEADING, about);
	paper_add(r->p, PAPER_SMALL,
		  paper_fill(r->p, N_("As the register stands on %1"), &day, 1));
}

bool report_compose(struct report *r, const struct report_kind *kind, struct err *err)
{
	const struct paper_text day = paper_date(r->p, r->today);

	r->kind = kind;
	r->party_count = charter_parties(r->charter, r->parties);
	r->p->time = (int64_t)r->today * 86400;
	r->p->footer = paper_join(r->p, paper_mtext(r->p, r->charter->title), S(" · "), day);
	return kind->compose(r, err);
}

#include "web/list_address.h"
#include "web/list_parts.h"

#include <stdlib.h>

enum { LETTERS_READ = 5000, AT_ONCE = 1000 };

struct letter {
	const struct record_row *row;
	const struct json *data;
	int32_t day, answered; /* 0: not answered */
	bool twin;             /* the other side has written the same one down */
	bool waits;            /* an answer is due, or it is marked as awaiting one */
};
struct letters {
	struct visit *v;
	struct letter *all;
	size_t n;
	bool partial;
};
/* How one body answers. */
struct pace {
	struct str body;
	int32_t *days; /* of each answer */
	size_t answered, unanswered;
	int32_t waiting; /* days of the longest that waits */
};

/* --- reading --- */

static void take(struct letters *l, const struct record_row *row)
{
	const struct json *data = row_data(l->v, row);
	struct letter *x = &l->all[l->n];
	struct str status = json_str(data, "status");
	int32_t closed;

	*x = (struct letter){ .row = row, .data = data };
	if (!date_parse(json_str(data, "date"), &x->day))
		return;
	x->waits = !date_parse(json_str(data, "closed"), &closed) &&
		   (json_get(data, "due") || str_is(status, "awaiting"));
	l->n++;
}

static bool read_all(struct letters *l)
{
	const struct field *date = &fields[letter_date];
	struct list_query q = { .record = &records[RECORD_letter],
				.who = l->v->who,
				.lang = l->v->lang,
				.sort = date,
				.descending = true,
				.limit = AT_ONCE };
	struct list_result found;
	struct err err;

	l->all = arena_array(l->v->a, struct letter, LETTERS_READ);
	do {
		if (!view_list(l->v->view, l->v->a, &q, &found, &err))
			return false;
		for (size_t i = 0; i < found.n && l->n < LETTERS_READ; i++)
			take(l, &found.rows[i]);
		q.after = found.next;
	} while (q.after.n > 0 && l->n < LETTERS_READ);
	l->partial = q.after.n > 0;
	return true;
}

static bool field_same(const struct letter *x, const struct letter *y, const char *name)
{
	return str_eq(json_str(x->data, name), json_str(y->data, name));
}

static bool same_letter(const struct letter *x, const struct letter *y)
{
	return x->day == y->day && field_same(x, y, "number") && field_same(x, y, "sender") &&
	       field_same(x, y, "recipient");
}

/* By date, then number: twins stand beside each other. */
static int by_letter(const void *a, const void *b)
{
	const struct letter *x = a, *y = b;
	int order = x->day < y->day ? 1 : -(x->day > y->day);

	if (!order)
		order = str_cmp(json_str(x->data, "number"), json_str(y->data, "number"));
	if (!order)
		order = str_cmp(json_str(x->data, "sender"), json_str(y->data, "sender"));
	return order ? order : str_cmp(x->row->id, y->row->id);
}

static struct letter *letter_called(struct letters *l, struct str ref)
{
	struct ref r;

	if (!ref_parse(ref, &r))
		return NULL;
	for (size_t i = 0; i < l->n; i++)
		if (str_eq(l->all[i].row->id, r.id) && str_eq(l->all[i].row->party, r.party))
			return &l->all[i];
	return NULL;
}

/* The letter as it is counted: of twins the first. */
static struct letter *counted(struct letters *l, struct letter *x)
{
	while (x->twin && x > l->all)
		x--;
	return x;
}

static void answers(struct letters *l)
{
	for (size_t i = 0; i < l->n; i++) {
		struct letter *to = letter_called(l, json_str(l->all[i].data, "reply_to"));

		if (!to)
			continue;
		to = counted(l, to);
		if (!to->answered || l->all[i].day < to->answered)
			to->answered = l->all[i].day;
	}
}

static bool letters_read(struct letters *l)
{
	if (!read_all(l))
		return false;
	if (l->n > 0)
		qsort(l->all, l->n, sizeof(*l->all), by_letter);
	for (size_t i = 1; i < l->n; i++) {
		l->all[i].twin = same_letter(&l->all[i - 1], &l->all[i]);
		if (l->all[i].twin)
			counted(l, &l->all[i])->waits &= l->all[i].waits;
	}
	answers(l);
	return true;
}

static bool unanswered(const struct letter *x)
{
	return !x->twin && x->waits && !x->answered;
}

static bool was_answered(const struct letter *x)
{
	return !x->twin && x->answered;
}

/* --- how long each body takes --- */

static struct pace *pace_of(struct letters *l, struct pace *all, size_t *n, struct str body)
{
	for (size_t i = 0; i < *n; i++)
		if (str_eq(all[i].body, body))
			return &all[i];
	all[*n] = (struct pace){ .body = body, .days = arena_array(l->v->a, int32_t, l->n) };
	return &all[(*n)++];
}

static int by_days(const void *a, const void *b)
{
	int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

	return x < y ? -1 : x > y;
}

static size_t paces(struct letters *l, struct pace *all)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++) {
		const struct letter *x = &l->all[i];
		struct str body = json_str(x->data, "recipient");
		struct pace *p;

		if (!body.n || !(unanswered(x) || was_answered(x)))
			continue;
		p = pace_of(l, all, &n, body);
		if (x->answered) {
			p->days[p->answered++] =
				x->answered > x->day ? x->answered - x->day : 0;
		} else {
			p->unanswered++;
			if (l->v->today - x->day > p->waiting)
				p->waiting = l->v->today - x->day;
		}
	}
	for (size_t i = 0; i < n; i++)
		if (all[i].answered > 0)
			qsort(all[i].days, all[i].answered, sizeof(int32_t), by_days);
	return n;
}

/* --- pieces --- */

static void days_words(struct visit *v, int32_t days)
{
	page_count(v, N_("%1 day"), N_("%1 days"), (uint64_t)(days > 0 ? days : 0));
}

static void view_href(struct visit *v, const char *view, struct str body)
{
	html_lit(&v->out, " href=\"/");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_lit(&v->out, "/letters?view=");
	html_text(&v->out, str_z(view));
	if (body.n > 0) {
		html_lit(&v->out, "&amp;by=");
		html_text(&v->out, body);
	}
	html_lit(&v->out, "\"");
}

/* --- letters --- */

static void letter_row(struct visit *v, const struct letter *x)
{
	struct str heads[] = { lang_text(v->lang, fields[letter_recipient].label),
			       lang_text(v->lang, fields[letter_due].label),
			       lang_text(v->lang, fields[letter_acknowledged].label),
			       x->answered ? T(v->lang, "Answered after")
					   : T(v->lang, "Has waited") };
	int32_t due;

	html_lit(&v->out, "<tr><th scope=row>");
	page_link(v, x->row);
	html_lit(&v->out, "</th>");
	labelled_cell(v, heads[0], false);
	page_value(v, &fields[letter_recipient], json_get(x->data, "recipient"));
	html_lit(&v->out, "</td>");
	labelled_cell(v, heads[1], false);
	page_value(v, &fields[letter_due], json_get(x->data, "due"));
	if (!x->answered && date_parse(json_str(x->data, "due"), &due)) {
		html_lit(&v->out, "<br><small");
		if (due < v->today)
			html_lit(&v->out, " class=late");
		html_lit(&v->out, ">");
		due_when(v, due, true);
		html_lit(&v->out, "</small>");
	}
	html_lit(&v->out, "</td>");
	labelled_cell(v, heads[2], false);
	if (json_get(x->data, "acknowledged"))
		page_date(v, json_str(x->data, "acknowledged"));
	else
		page_say(v, "not yet");
	html_lit(&v->out, "</td>");
	labelled_cell(v, heads[3], true);
	days_words(v, x->answered ? x->answered - x->day : v->today - x->day);
	html_lit(&v->out, "</td></tr>\n");
}

static void letter_table(struct letters *l, bool answered, struct str by)
{
	struct visit *v = l->v;
	struct str name = answered ? T(v->lang, "Letters answered")
				   : T(v->lang, "Letters without an answer");

	table_begin(v, name, "cards");
	html_lit(&v->out, "<thead><tr>");
	column_head(v, lang_text(v->lang, records[RECORD_letter].title), false);
	column_head(v, lang_text(v->lang, fields[letter_recipient].label), false);
	column_head(v, lang_text(v->lang, fields[letter_due].label), false);
	column_head(v, lang_text(v->lang, fields[letter_acknowledged].label), false);
	column_head(v, answered ? T(v->lang, "Answered after") : T(v->lang, "Has waited"),
		    true);
	html_lit(&v->out, "</tr></thead><tbody>\n");
	for (size_t i = 0; i < l->n; i++) {
		const struct letter *x = &l->all[i];

		if ((answered ? was_answered(x) : unanswered(x)) &&
		    (!by.n || str_eq(json_str(x->data, "recipient"), by)))
			letter_row(v, x);
	}
	html_lit(&v->out, "</tbody>");
	table_end(v);
}

/* --- bodies --- */

static void count_cell(struct visit *v, const struct pace *p, bool answered)
{
	size_t n = answered ? p->answered : p->unanswered;

	labelled_cell(v, answered ? T(v->lang, "Answered") : T(v->lang, "Without an answer"),
		      true);
	if (n > 0) {
		html_lit(&v->out, "<a");
		view_href(v, answered ? "answered" : "unanswered", p->body);
		html_lit(&v->out, ">");
	}
	html_text(&v->out, number_of(v, n));
	if (n > 0)
		html_lit(&v->out, "</a>");
	html_lit(&v->out, "</td>");
}

static void pace_row(struct visit *v, const struct pace *p)
{
	struct record_row row = { .data = S("") };
	struct ref ref;
	struct err err;

	html_lit(&v->out, "<tr><th scope=row>");
	if (ref_parse(p->body, &ref) &&
	    view_record(v->view, v->a, &records[RECORD_organisation], ref, v->who, v->lang,
			&row, &err))
		page_link(v, &row);
	else
		html_text(&v->out, p->body);
	html_lit(&v->out, "</th>");
	count_cell(v, p, true);
	labelled_cell(v, T(v->lang, "Median"), true);
	if (p->answered > 0)
		days_words(v, p->days[p->answered / 2]);
	html_lit(&v->out, "</td>");
	labelled_cell(v, T(v->lang, "Longest"), true);
	if (p->answered > 0)
		days_words(v, p->days[p->answered - 1]);
	html_lit(&v->out, "</td>");
	count_cell(v, p, false);
	labelled_cell(v, T(v->lang, "Waits longest"), true);
	if (p->unanswered > 0)
		days_words(v, p->waiting);
	html_lit(&v->out, "</td></tr>\n");
}

static void pace_table(struct letters *l)
{
	struct visit *v = l->v;
	struct pace *all = arena_array(v->a, struct pace, l->n + 1);
	size_t n = paces(l, all);

	if (n == 0)
		return;
	html_lit(&v->out, "<details open><summary>");
	page_say(v, "How long each body takes to answer");
	html_lit(&v->out, "</summary>\n");
	table_begin(v, T(v->lang, "How long each body takes to answer"), "cards");
	html_lit(&v->out, "<thead><tr>");
	column_head(v, T(v->lang, "Body written to"), false);
	column_head(v, T(v->lang, "Answered"), true);
	column_head(v, T(v->lang, "Median"), true);
	column_head(v, T(v->lang, "Longest"), true);
	column_head(v, T(v->lang, "Without an answer"), true);
	column_head(v, T(v->lang, "Waits longest"), true);
	html_lit(&v->out, "</tr></thead><tbody>\n");
	for (size_t i = 0; i < n; i++)
		pace_row(v, &all[i]);
	html_lit(&v->out, "</tbody>");
	table_end(v);
	html_lit(&v->out, "<p class=soft>");
	page_say(v,
		 "Days from the date of a letter to that of the first letter in reply to it. A "
		 "letter that both sides have written down counts once; without an answer are "
		 "those of which one is due.");
	html_lit(&v->out, "</p></details>\n");
}

/* --- */

static struct str asked_view(const struct visit *v)
{
	struct str view = list_address_value(v, "view");

	return str_is(view, "unanswered") || str_is(view, "answered") ? view : S("");
}

bool letters_asked(const struct visit *v)
{
	return asked_view(v).n > 0;
}

void letters_part(struct visit *v)
{
	struct letters l = { .v = v };
	struct str view = asked_view(v), by = list_address_value(v, "by");
	uint64_t waiting = 0;

	if (!letters_read(&l))
		return;
	for (size_t i = 0; i < l.n; i++)
		waiting += unanswered(&l.all[i]) &&
			   (!by.n || str_eq(json_str(l.all[i].data, "recipient"), by));
	html_lit(&v->out, "<nav class=\"bar noprint\"");
	html_attr(&v->out, "aria-label", T(v->lang, "Views"));
	html_lit(&v->out, "><a class=chip href=\"/");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_lit(&v->out, "/letters\"");
	if (!view.n)
		html_lit(&v->out, " aria-current=true");
	html_lit(&v->out, ">");
	page_say(v, "All");
	html_lit(&v->out, "</a> <a class=chip");
	view_href(v, "unanswered", S(""));
	if (str_is(view, "unanswered"))
		html_lit(&v->out, " aria-current=true");
	html_lit(&v->out, ">");
	page_say(v, "Without an answer");
	html_lit(&v->out, " <b>");
	html_text(&v->out, number_of(v, waiting));
	html_lit(&v->out, "</b></a></nav>\n");
	if (view.n > 0 && by.n > 0) {
		html_lit(&v->out, "<p>");
		page_value(v, &fields[letter_recipient],
			   &(struct json){ .type = JSON_STR, .str = by });
		html_lit(&v->out, "</p>\n");
	}
	if (view.n > 0)
		letter_table(&l, str_is(view, "answered"), by);
	else if (!list_address_value(v, "page").n)
		pace_table(&l);
	if (l.partial) {
		html_lit(&v->out, "<p class=\"box differs\">");
		page_fill(v, "Only the latest %1 letters were looked through.",
			  number_of(v, LETTERS_READ));
		html_lit(&v->out, "</p>\n");
	}
}

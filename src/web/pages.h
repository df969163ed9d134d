/*
 * The pages: what the routes of `web` answer with, and the pieces they share.
 *
 * A page reads through its visit's view and writes HTML between page_begin and page_end.
 * The generic ones (list, record, history, form) loop over the model's tables: a new
 * record type needs no line here.  parts[0] of every page is the language; the others
 * are named beside each function.
 */
#ifndef WEB_PAGES_H
#define WEB_PAGES_H
#include "web/web.h"

/* --- answers of routes: pattern, least access, body, cached --- */
void page_home(struct visit *v);   /* GET  /{}/                    public, cached: what is late,
				      next, awaited; money; results */
void page_search(struct visit *v); /* GET  /{}/search              public, cached; ?q= */
void page_verify(struct visit *v); /* GET  /{}/verify              public, cached */
void page_data(struct visit *v);   /* GET  /{}/data                public, cached */
void page_calendar(struct visit *v);  /* GET  /{}/calendar            public, cached */
void page_deadlines(struct visit *v); /* GET  /{}/deadlines           public, cached; ?late=
					 days= kind= page= */
void page_at_risk(struct visit *v);   /* GET  /{}/at-risk             public, cached; ?why=
					 page= */
void page_silent(struct visit *v);    /* GET  /{}/silent              public, cached; ?days= */
void page_money(struct visit *v);     /* GET  /{}/money               public, cached */
void page_figures(struct visit *v);   /* GET  /{}/money/figures       public, cached */
void page_map(struct visit *v);       /* GET  /{}/map                 public, cached; map.h */
void page_results(struct visit *v);   /* GET  /{}/results             public, cached */
void page_desk(struct visit *v);      /* GET  /{}/reconciliation-desk  public, cached; desk.h */
void page_desk_flow(struct visit *v); /* GET  …/flow  public, cached; ?of=PARTY/ID */
void page_statement_draft(
	struct visit *v); /* GET  …/statement  public: what the act would say; ?period= */
void page_statement_post(struct visit *v); /* POST the same address  clerk: proposes it */
void page_statement(struct visit *v);      /* GET  /{}/reconciliation/{}/{}/statement  public,
					      cached;      party, id */
void page_protocol(struct visit *v);       /* GET  /{}/session/{}/{}/protocol  public, cached;
					      party, id */
void page_protocol_post(struct visit *v);  /* POST the same address  clerk; do, article, act */
void page_agenda_post(struct visit *v);    /* POST /{}/session/{}/{}/agenda  clerk; add */
void page_forks(struct visit *v);          /* GET  /{}/forks               public, cached */
void page_decisions(
	struct visit *v); /* GET  /{}/decisions           public, cached; matrix.h */
void page_agreements(
	struct visit *v); /* GET  /{}/agreements          public, cached; treaty_card.h */
void page_escalate(struct visit *v); /* POST /{}/decisions/{}/escalate clerk; raise to the next
					session */
void page_entry(
	struct visit *v); /* GET  /{}/entry/{}/{}         public, cached; ledger, index */
void page_list(struct visit *v); /* GET  /{}/{}                  public, cached; slug or kind */
void page_record(
	struct visit *v); /* GET  /{}/{}/{}/{}            public, cached; kind, party, id */
void page_history(
	struct visit *v); /* GET  /{}/{}/{}/{}/history    public, cached; kind, party, id */
void page_form(struct visit *v);      /* GET  /{}/{}/new and /{}/{}/{}/{}/edit   clerk; kind [,
					 party, id] */
void page_form_post(struct visit *v); /* POST the same two addresses  clerk; attachments come in
					 this body */
void page_act_post(struct visit *v);  /* POST /{}/{}/{}/{}/act        clerk; end a record */

void page_act(struct visit *v); /* GET  /{}/act/{}              public, cached; hash */
void page_act_word(
	struct visit *v); /* POST the same address        secretary; accept, decline */
void page_awaiting(
	struct visit *v); /* GET  /{}/awaiting            public, cached; ?of=PARTY */

void page_import(struct visit *v);      /* GET  /{}/import              clerk; ?kind= */
void page_import_post(struct visit *v); /* POST /{}/import              clerk; a file, or the
					   word to look again or write */

void page_pouch(struct visit *v);      /* GET  /{}/pouch               secretary */
void page_pouch_file(struct visit *v); /* GET  /{}/pouch/file          secretary; ?to= */
void page_pouch_post(struct visit *v); /* POST /{}/pouch               secretary; a file to be
					  read out, or the word to open it */

/* --- pieces (pieces.c): each writes into the visit's page --- */

/* A message with its arguments, escaped: page_fill(v, N_("Entry %1 of %2"), n, ledger). */
#define page_fill(v, lit, ...)                                                                 \
	page_fill_((v), T((v)->lang, lit), (struct str[]){ __VA_ARGS__ },                      \
		   sizeof((struct str[]){ __VA_ARGS__ }) / sizeof(struct str))
void page_fill_(struct visit *v, struct str message, const struct str *args, size_t n);
/* "1 record", "25 records" by the language's plural; %1 is the number. */
void page_count(struct visit *v, const char *one, const char *many, uint64_t n);
/* The message up to its first %1, and what follows: for a link in the middle. */
struct str fill_before(struct str message);
struct str fill_after(struct str message);
struct str number_of(struct visit *v, uint64_t n); /* grouped as the language does */
struct str decimal_of(struct visit *v, struct dec d, unsigned places);
/* With the minor unit of its currency: "1 250,00". */
struct str amount_of(struct visit *v, struct dec d, struct str currency);
/* A party's name: as the charter translates it, else of the country its code stands for,
   else as the charter has it; its code in capitals when all else fails. */
struct str party_name(struct visit *v, struct str code);
struct str party_short(struct visit *v, struct str code); /* "ML" */
/* Where a ledger is served, from the charter; "https://HOST" when it does not say. */
struct str ledger_url(struct visit *v, struct str ledger);
bool party_known(const struct visit *v, struct str code);
/* Name of a language by its tag, in the visit's language. */
struct str language_name(struct visit *v, struct str tag);

void page_date(struct visit *v, struct str date); /* "2026-03-01" as <time> */
void page_instant(struct visit *v,
		  struct str time); /* "2026-03-01T10:00:00Z", to the minute, UTC */
void page_hash(struct visit *v, const void *bytes, size_t n,
	       size_t shown);                    /* first `shown` digits, the whole as title */
void page_size(struct visit *v, uint64_t bytes); /* "1,2 MB" */
/* <a href=…>label</a>, with "illustrative" and "ended" marks. */
void page_link(struct visit *v, const struct record_row *row);
void page_link_text(struct visit *v, const struct record_row *row, struct str text);
/* The state of a record as badges: in force, who is awaited, ended, illustrative. */
void page_badges(struct visit *v, const struct record_row *row);
/* Who proposed an open act, and whose word it waits for. */
void page_open_badge(struct visit *v, const struct open_act *act);
void page_state(struct visit *v, struct str state); /* one state as a badge */
struct str state_name(struct visit *v, struct str state);
struct str bool_words(struct visit *v, struct str value); /* of a filter: "true" or "1" */
/* --- keys (keys_part.c) --- */
/* Every party's keys in force and before; for administrators also the alerts. */
void page_keys_part(struct visit *v, const struct charter *c);

/* --- the charter (charter_part.c) --- */
/* Which ledgers were closed and what followed them, and the charters so far; nothing where the
 * first charter is in force. */
void charters_part(struct visit *v, const struct charter *c);
/* What an amendment changes, in words; false, and nothing written, when the document is none.
 */
bool amendment_part(struct visit *v, const struct hash *act, struct str document);
bool is_amendment(struct visit *v, struct str document);

/* --- above every page (banners.c) --- */
/* What keeps this node from writing, and which ledgers show two histories. */
void page_banners(struct visit *v);
/* Each ledger's state, on the first page (ledgers_part.c). */
void ledgers_part(struct visit *v);

/* Sealed or restricted records say so. */
void page_visibility(struct visit *v, enum audience visibility);
/* href="/fr/KIND/PARTY/IDtail" of a record as an attribute. */
void page_href(struct visit *v, const struct record *r, struct ref ref, const char *tail);
/* href="/fr/SLUG": the list of a record type. */
void page_list_href(struct visit *v, const struct record *r);
/* Hidden inputs that every form that writes bears. */
void page_csrf(struct visit *v);
void page_hidden(struct visit *v, const char *name, struct str value);
/* A table in a box that scrolls by itself on a narrow screen; `label` names it. */
void table_begin(struct visit *v, struct str label, const char *class);
void table_end(struct visit *v);
/* What went wrong, in a box above the form. */
void page_complaint(struct visit *v, const struct err *why);
void column_head(struct visit *v, struct str text, bool figure);
/* A cell as far as its content; its label stands before that on a narrow screen. */
void labelled_cell(struct visit *v, struct str label, bool figure);
/* A bar of `part` in `whole` (0: none); decoration beside figures. */
void page_meter(struct visit *v, struct dec part, struct dec whole);

/* --- values (value.c) --- */
/* In a cell of a table, where dates stand in figures: "15/10/2025". */
void page_cell(struct visit *v, const struct field *f, const struct json *value);
/* Every language of an MTEXT side by side, the visit's first. */
void page_texts(struct visit *v, const struct field *f, const struct json *value);
/* A record's fields: a list of names and values, parts as tables or as lists of their own. */
void page_fields(struct visit *v, const struct record *r, const struct json *data);
/* Where the record comes from. */
void page_sources(struct visit *v, const struct json *data);
bool field_is_figure(const struct field *f); /* right-aligned, in columns of digits */
struct json *
row_data(struct visit *v,
	 const struct record_row *row); /* parsed; an empty object when it is none */

/* --- lists --- */
/* The form of a list's filters (list_filters.c). */
void list_filters(struct visit *v, const struct list_query *q);
/* "26–50 of 240" with links to the pages beside it. */
void page_pager(struct visit *v, unsigned rows, uint64_t offset,
		const struct list_result *found); /* rows: on a page */

/* --- what points to many records (about.c) --- */
struct str row_ref(struct visit *v, const struct record_row *row); /* "joint/0197…" */
/* References with spaces between, as a filter takes them; FILTER_VALUES_MAX at most. */
struct str rows_refs(struct visit *v, const struct record_row *rows, size_t n);
/* Records whose field `f` (a REF) is one of `refs`, whole, newest by their own order first; the
 * first ABOUT_ROWS of out->total. */
enum { ABOUT_ROWS = 1000 };
bool rows_about(struct visit *v, enum field_id f, struct str refs, struct list_result *out,
		struct err *err) MUST_USE;

/* --- one record and its versions --- */
/* The record that parts[1..3] name; when there is none the error page is written. */
bool visit_record(struct visit *v, const struct record **r, struct ref *ref,
		  struct record_row *row);
void page_entry_link(struct visit *v, struct str ledger,
		     uint64_t n); /* "entry 41 of ledger ml" */
/* The fields that differ, old words struck through, new ones underlined (changes.c). */
void page_changes(struct visit *v, const struct record *r, const struct json *before,
		  const struct json *after);
bool value_same(const struct json *x, const struct json *y);
/* A value in words, parts as lines; references by their labels. */
struct str value_words(struct visit *v, const struct field *f, const struct json *value);

/* What several parts of a record's page say, asked once for it (record_links.c). */
enum { LINKS_SHOWN = 8 };
struct record_asked {
	struct links links; /* who points at it: LINKS_SHOWN of a kind, and one more where there
			       are more */
	struct total_row *sums; /* of a project: of every kind */
	size_t sum_count;
};
void record_ask(struct visit *v, const struct record *r, struct ref ref,
		struct record_asked *out);
/* The sums of one kind: those of a project, or of all (NULL). */
bool sums_of(struct visit *v, const struct record_asked *asked, enum record_id kind,
	     struct total_row **out, size_t *n, struct err *err) MUST_USE;

/* Both sides' figures of a project, or of all (NULL); false when nothing is booked. */
bool sides_table(struct visit *v, const struct record_row *project,
		 const struct record_asked *asked);
/* sealed_part.c: what an entry keeps restricted, its fate, and forms to publish or erase it. */
void sealed_parts(struct visit *v, struct str ledger, uint64_t n);
/* The page of a record that is there and shows this visitor nothing; false when it is not so.
 */
bool page_record_hidden(struct visit *v);
void page_sealed_post(struct visit *v); /* POST /{}/entry/{}/{}   secretary; do, c, ground */
/* Parts of a record's page. */
void record_sides(struct visit *v, const struct record_row *project,
		  const struct record_asked *asked); /* sides.c */
void record_links_to(struct visit *v, struct links links, struct ref ref);
void record_add_menu(struct visit *v, const struct record *r, struct ref ref);
/* href of the transactions that a total adds up: of one project or all (NULL), of one year or
   all (empty). */
void page_totals_href(struct visit *v, const struct record_row *project, struct str year,
		      const struct total_row *t);
/* Answer 303: the record's page. */
void visit_see_other(struct visit *v, const struct record *r, struct ref ref);

/* --- what the dashboard and pages of their own share --- */
void due_list(struct visit *v, const struct due_row *rows, size_t n);   /* due_list.c */
void due_months(struct visit *v, const struct due_row *rows, size_t n); /* under their months */
void due_when(struct visit *v, int32_t day, bool deadline); /* "12 days late", "in 3 days" */
struct due_query due_between(const struct visit *v, int32_t from, int32_t to, unsigned limit);
struct due_query due_late(const struct visit *v, unsigned limit);
/* --- help in place (help.c) --- */
/* What the words of a page mean: the descriptions of these record types and fields, to open. */
struct help_terms {
	const enum record_id *records; /* up to RECORD_NONE; may be NULL */
	const enum field_id *fields;   /* up to FIELD_NONE; may be NULL */
};
void help_terms(struct visit *v, const struct help_terms *terms);
/* What a record type and its fields mean, who writes and who accepts. */
void help_record(struct visit *v, const struct record *r);
void help_states(struct visit *v); /* what each state of an act means */
/* Of an empty list: what to do first. */
void help_first(struct visit *v, const struct record *r);
void help_gaps(struct visit *v); /* why the two sides' figures differ, class by class */
/* page_results.c; each with its chart and table, or without */
void results_list(struct visit *v, unsigned max, bool charts);
void latest_acts(struct visit *v, size_t max); /* latest.c */

/* --- menus of a form: a label with its choices --- */
void menu_open(struct visit *v, const char *name, struct str label);
void menu_option(struct visit *v, struct str value, struct str words, bool chosen);
void menu_close(struct visit *v);

#endif

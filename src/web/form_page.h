/*
 * One form while it is shown or handled: shared by page_form.c (flow), form_input.c
 * (inputs by field kind), form_ref.c (references) and form_merge.c (two versions).
 *
 * Names of the inputs are the fields' paths (form.h); those of the form itself begin with
 * an underscore, which no field does: _id, _prev, _visibility, and the buttons' _do
 * ("save", "keep", "add:PATH", "drop:PATH", "merge").
 */
#ifndef WEB_FORM_PAGE_H
#define WEB_FORM_PAGE_H
#include "web/form.h"
#include "web/pages.h"

enum { TARGETS_MENU_MAX = 60, TARGETS_FOUND_MAX = 20 };

struct form_page {
	struct visit *v;
	const struct record *r;
	struct ref ref;        /* of an existing record; empty for a new one */
	bool change;           /* a new version of a record, not a new record */
	struct record_row row; /* change: as it stands */
	struct str id;         /* the record's id, made when the form was first opened */
	bool has_prev;
	uint64_t prev; /* the version the writer saw */
	struct str visibility;
	struct typed typed; /* what was posted */
	struct json *data;  /* the record as typed so far */
	const struct err *errors;
	size_t error_count;
	bool kept;                                 /* a draft of an earlier visit is shown */
	struct list_result *targets[RECORD_COUNT]; /* menus of references, read once */
	/* Lists of suggestions that the page needs, each once, at its end. */
	const char *list_names[8];
	size_t list_count;
};

/* One field with its label, help, errors and inputs. */
void form_field(struct form_page *p, const struct field *f, struct str path,
		const struct json *value);
void form_fields(struct form_page *p, const struct record *r, struct str prefix,
		 const struct json *data);
/* The choice of a record for a REF field: a menu where there are few, else a search. */
bool form_ref_menu(struct form_page *p, const struct field *f);
void form_ref(struct form_page *p, const struct field *f, struct str path,
	      const struct json *value);
/* A search for a reference was typed and nothing chosen: an error for its field. */
bool form_ref_pending(struct form_page *p, struct err *err);

/* The form's own address, with the part of the page to come back to: ` formaction="…#PATH"`. */
void form_back_to(struct form_page *p, struct str path);
/* ` id name` of an input and, when its field is wrong, what says so. */
void form_names(struct form_page *p, struct str path, struct str owner);
void form_option(struct form_page *p, struct str value, struct str text, struct str chosen);
/* "Sectors 2 · Percentage": a path in the words of the form. */
struct str form_path_words(struct form_page *p, struct str path);
/* Where the errors of a path stand: exactly there, or (`below`) there and under it. */
bool form_wrong(const struct form_page *p, struct str path, bool below);

/* What was posted, files stored, into p->typed; false when a file could not be kept. */
bool form_take(struct form_page *p, struct err *err) MUST_USE;
/* ` action="…"` of the form. */
void form_action(struct form_page *p);

/* Two versions side by side, for the clerk to choose field by field. */
void form_merge_page(struct form_page *p);
/* The data that the choices of that page make. */
struct json *form_merged(struct form_page *p);

#endif

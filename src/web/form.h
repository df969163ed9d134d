/*
 * Forms: what was typed, as a record's data, and back.
 *
 * A field's inputs bear its path: `title.fr`, `value.amount`, `sectors.0.percentage`.
 * form_json turns them into a record's data without judging it: what was typed wrongly
 * stays as it was typed, so that nothing is lost and model_check can name it.
 * form_box is the way back, from a value to what stands in its box.
 */
#ifndef WEB_FORM_H
#define WEB_FORM_H
#include "model/model.h"
#include "wire/http.h"

enum { FORM_PARTS_MAX = 1000 };

/* Named values sorted by name, for looking up; of several with one name the first counts. */
struct typed {
	const struct http_pair **by_name;
	size_t n;
};
struct typed typed_of(struct arena *a, const struct http_pair *pairs, size_t n);
struct str typed_get(const struct typed *f, struct str name); /* empty when absent */

/* What to change on the way; empty: nothing. */
struct form_edit {
	struct str add;  /* path of the PARTS field that gets an empty part at its end */
	struct str drop; /* path of the part ("sectors.1") or field to leave out */
	bool bare;       /* leave out parts in which nothing was typed: for handing in */
};
/*
 * The data of a record of type `r` (an object) from what was typed in `lang`.  Fields left
 * empty are left out; members that the model does not know are not looked at.
 */
struct json *form_json(struct arena *a, const struct record *r, const struct typed *f,
		       const struct form_edit *edit, enum lang lang);

/* --- what people type, made plain; where that leaves a doubt: as typed (form_plain.c) --- */
/* "1 250,50" (fr, ru), "1,250.50" (en), "12 %", with any of the blanks that group digits. */
struct str plain_number(struct arena *a, struct str typed, enum lang lang);
/* "31.12.2026" and "31/12/2026" where the language writes the day first. */
struct str plain_date(struct arena *a, struct str typed, enum lang lang);
/* "23230", "Solar energy · 23230" or an exact name in any language. */
struct str plain_code(const char *list, struct str typed);
/* Without control characters and blanks at both ends; line ends as "\n", or as blanks. */
struct str plain_text(struct arena *a, struct str typed, bool lines);

/*
 * What stands in the box of a value of field `f`, or of its member `sub` ("fr", "amount",
 * "lat"; NULL when the field has one box only).  What is not of the field's type gives its
 * text as it was typed, or "".
 */
struct str form_box(struct arena *a, const struct field *f, const struct json *value,
		    const char *sub, enum lang lang);
/* Lists longer than this are typed with suggestions instead of chosen from a menu. */
enum { FORM_MENU_MAX = 60, FORM_RADIO_MAX = 4 };
/* "Solar energy · 23230", as a suggestion offers it; of a currency its code. */
struct str form_code(struct arena *a, const char *list, struct str code, enum lang lang);

#endif

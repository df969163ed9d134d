/*
 * What the files of this room share while a record is checked: the list of findings,
 * and one record laid out by field so that rules need no search.
 */
#ifndef MODEL_INSIDE_H
#define MODEL_INSIDE_H
#include "model/model.h"

struct check {
	struct arena *a;
	const struct model_ctx *ctx;
	struct err *errs, spare; /* spare takes what finds no room */
	size_t n, max;
};

/* FOUND(check, field, message [, arg [, arg [, arg]]]) as err_set. */
#define FOUND(c, field, ...) (void)err_set(check_slot(c), ERR_INPUT, (field), __VA_ARGS__)
struct err *check_slot(struct check *c);

enum { FIELDS_MAX = 40 };

struct view {
	const struct record *r;
	const struct json
		*at[FIELDS_MAX]; /* by position in the record; NULL when absent or empty */
};

/* The value of a field of the view's own record. */
const struct json *view_get(const struct view *v, enum field_id id);
/* The value of a field of a part; NULL when absent or empty. */
const struct json *part_get(const struct json *part, enum field_id id);

/* null, "", white space, [], {}, and objects of nothing but these. */
bool value_empty_slow(const struct json *v);
static inline bool value_empty(const struct json *v)
{
	/* Most are texts that begin with what is no space. */
	return !(v->type == JSON_STR && v->str.n && (unsigned char)v->str.p[0] > ' ') &&
	       value_empty_slow(v);
}
/* "title", or "title.ru" when there is a member. */
const char *path_of(struct check *c, const struct field *f, struct str member);
/* text.c: lengths and shapes of a TEXT, a MTEXT of the right JSON type. */
void check_text(struct check *c, const struct field *f, const struct json *v);
void check_mtext(struct check *c, const struct field *f, const struct json *v);
/* Kinds, bounds and codes of one value that is not empty. */
void value_check(struct check *c, const struct field *f, const struct json *v);
void record_check(struct check *c, const struct record *r, const struct json *data);
void rules_check(struct check *c, const struct view *v);
/* write.c: the record that nothing was found in, as model_write has it. */
void view_write(struct buf *out, const struct view *v, const struct model_ctx *ctx);

/* The members of the kinds that are objects of known ones: MONEY, QUANTITY, COORD, FILE_REF. */
enum { MEMBERS_MAX = 4 };
struct members {
	struct str name[MEMBERS_MAX]; /* an empty one ends them */
	enum json_type type[MEMBERS_MAX];
};
extern const struct members members_of[FIELD_KIND_COUNT];
/* Whether a name is one of our tables; of a draft that was not read it is the table's own. */
static inline bool same_name(struct str name, const struct str *own)
{
	return name.n == own->n && (name.p == own->p || (name.p[0] == own->p[0] &&
							 memcmp(name.p, own->p, name.n) == 0));
}
/* The place of a name among them, looked for from *next on, which moves behind it; MEMBERS_MAX
 * when it has none. */
int member_place(const struct members *known, struct str name, int *next);

bool has_control(struct str s, bool lines);
enum { PARTY_MAX = 16 }; /* bytes of a party's code */
bool party_well_formed(struct str s);
/* The keys of a SHAPE_KEYS text one after the other; false at the end. */
bool next_key(struct str *keys, struct str *key);

#endif

/*
 * JSON as the ledger allows it (LEDGER.md 3.2): RFC 8259 with no repeated member
 * names, no numbers but integers within 2^53-1, no \u0000, no lone surrogates,
 * well-formed UTF-8, at most 16 levels, nothing after the document.
 * One reader serves entries, drafts, forms and the API.
 */
#ifndef WIRE_JSON_H
#define WIRE_JSON_H
#include "base/arena.h"
#include "base/err.h"

enum json_type { JSON_NULL, JSON_BOOL, JSON_INT, JSON_STR, JSON_ARRAY, JSON_OBJECT };

struct json {
	enum json_type type : 8;
	uint16_t place;  /* json_again: which of the names it has, from 1; else 0 */
	uint32_t count;  /* JSON_ARRAY, JSON_OBJECT: number of children */
	struct str raw;  /* the bytes of this value in the source */
	struct str name; /* member name, decoded; empty outside objects */
	struct str str;  /* JSON_STR: decoded */
	int64_t num;     /* JSON_INT; JSON_BOOL: 0 or 1 */
	struct json *child, *next;
};

/*
 * Parse one document.  Nodes come from `a` and borrow from `text`.  On failure the
 * error names line and column.  json_parse takes any value; json_object only an
 * object (an entry, a draft).
 */
bool json_parse(struct arena *a, struct str text, struct json **out, struct err *err) MUST_USE;
bool json_object(struct arena *a, struct str text, struct json **out, struct err *err) MUST_USE;
/*
 * Of an object that was read whole before, as a record's data when it was written, the members
 * of these names in the order they stand: the others are stepped over, and of them no more is
 * looked at than quotes and brackets.
 */
bool json_some(struct arena *a, struct str text, const struct str *names, size_t n,
	       struct json **out, struct err *err) MUST_USE;

/* Names of an object's members, in the order in which they mostly stand. */
struct json_names {
	const struct str *name;
	size_t n;
};
/*
 * The same of a text that json_w wrote, of parts that json_parse has taken: without white space
 * between its parts, and nothing is looked for that could not stand there (UTF-8, repeated
 * names).  Its own members that stand in the order of `known` have their names from there, and
 * tell their places.  Costs a third of json_object.
 */
bool json_again(struct arena *a, struct str text, struct json_names known, struct json **out,
		struct err *err) MUST_USE;

/* Lookups: NULL (or the empty slice) when absent, of another type, or `j` is NULL. */
const struct json *json_member(const struct json *j, struct str name);
/* These stand here, where the length of a name that is a literal costs nothing. */
static inline const struct json *json_get(const struct json *j, const char *name)
{
	return json_member(j, str_z(name));
}
static inline const struct json *json_typed(const struct json *j, struct str name,
					    enum json_type type)
{
	const struct json *m = json_member(j, name);

	return m && m->type == type ? m : NULL;
}
static inline struct str json_str(const struct json *j, const char *name)
{
	const struct json *m = json_typed(j, str_z(name), JSON_STR);

	if (m)
		return m->str;
	return (struct str){ NULL, 0 };
}
static inline const struct json *json_arr(const struct json *j, const char *name)
{
	return json_typed(j, str_z(name), JSON_ARRAY);
}
static inline const struct json *json_obj(const struct json *j, const char *name)
{
	return json_typed(j, str_z(name), JSON_OBJECT);
}
MUST_USE static inline bool json_int(const struct json *j, const char *name, int64_t *out)
{
	const struct json *m = json_typed(j, str_z(name), JSON_INT);

	if (m)
		*out = m->num;
	return m != NULL;
}

/*
 * Writing: json_w keeps track of commas.  No white space, no needless escapes.
 *
 *	struct json_w w = json_w(&buf);
 *	json_open(&w, '{'); json_key(&w, "n"); json_put_int(&w, 41); json_close(&w, '}');
 */
struct json_w {
	struct buf *b;
	bool comma;
};

struct json_w json_w(struct buf *b);
void json_open(struct json_w *w, char bracket);
void json_close(struct json_w *w, char bracket);
void json_key_str(struct json_w *w, struct str name);
void json_key_plain(struct json_w *w, struct str name); /* not empty, needs no escapes */
/* Of a literal the compiler knows that it needs none; a control character has no place there.
 */
static inline __attribute__((always_inline)) void json_key(struct json_w *w, const char *name)
{
	if (__builtin_constant_p(__builtin_strlen(name)) && __builtin_strlen(name) > 0 &&
	    !__builtin_strpbrk(name, "\"\\"))
		json_key_plain(w, (struct str){ name, __builtin_strlen(name) });
	else
		json_key_str(w, str_z(name));
}
void json_key_as(struct json_w *w, struct str key); /* `"name":`, which needs no escapes */
void json_put_str(struct json_w *w, struct str s);
void json_put_int(struct json_w *w, int64_t v);
void json_put_bool(struct json_w *w, bool v);
void json_put_null(struct json_w *w);
void json_put_hex(struct json_w *w, const void *p, size_t n); /* a string of hex digits */
void json_put_raw(struct json_w *w, struct str json);         /* already JSON */
void json_put(struct json_w *w, const struct json *j);        /* a parsed value, written anew */
/* Key and string in one. */
static inline __attribute__((always_inline)) void json_pair(struct json_w *w, const char *name,
							    struct str value)
{
	json_key(w, name);
	json_put_str(w, value);
}
/*
 * Building: the tree that json_parse makes of a text, without the text, so that `raw` is empty.
 * Names and strings are borrowed.
 *
 *	struct json_maker m = json_maker(a, JSON_OBJECT);
 *	json_make_str(&m, S("code"), code); use(m.of);
 */
struct json_maker {
	struct arena *a;
	struct json *of, **last;
};
struct json_maker json_maker(struct arena *a, enum json_type type);
/* `value`, which is nowhere else, becomes the next member or element (without a name). */
static inline void json_make_put(struct json_maker *m, struct str name, struct json *value)
{
	value->name = name;
	*m->last = value;
	m->last = &value->next;
	m->of->count++;
}
/* An object or list in it. */
struct json_maker json_make_in(struct json_maker *m, struct str name, enum json_type type);
void json_make_str(struct json_maker *m, struct str name, struct str value);
void json_make_bool(struct json_maker *m, struct str name, bool value);
/* How many bytes stand before the first quote, backslash or control character. */
size_t json_plain(const char *p, size_t n);
/* A string literal with its quotes. */
void json_quote(struct buf *b, struct str s);

#endif

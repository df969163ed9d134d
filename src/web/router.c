#include "web/router.h"

/* One segment against one of the pattern; `rest` is the path from this segment on. */
static bool segment_matches(struct str want, struct str have, struct str rest, struct str *part)
{
	enum lang lang;

	if (want.n == 0 || want.p[0] != '{') {
		*part = S("");
		return str_eq(want, have);
	}
	*part = have;
	if (str_is(want, "{}"))
		return have.n > 0;
	if (str_is(want, "{lang}"))
		return have.n == 2 && lang_parse(have, &lang);
	*part = rest;
	return rest.n > 0;
}

bool route_matches(const char *pattern, struct str path, struct str parts[ROUTE_PARTS])
{
	struct str wants = str_z(pattern), want, have, part, rest = path;
	size_t n = 0;

	while (str_split(&wants, '/', &want)) {
		struct str from = rest;

		if (!str_split(&rest, '/', &have) || !segment_matches(want, have, from, &part))
			return false;
		if (part.n > 0 && n < ROUTE_PARTS)
			parts[n++] = part;
		if (str_is(want, "{*}"))
			return true;
	}
	return rest.p == NULL;
}

static void add_method(struct buf *methods, const char *method)
{
	if (methods->n > 0)
		buf_lit(methods, ", ");
	buf_z(methods, method);
	if (str_is(str_z(method), "GET"))
		buf_lit(methods, ", HEAD");
}

/*
 * Whether a row may match at all.  Most rows begin with the language and differ in the first
 * letter after it.
 */
static bool may_match(struct str pattern, struct str path, bool in_language)
{
	struct str lang = S("/{lang}"), rest = str_from(pattern, lang.n);

	if (!str_starts(pattern, lang))
		return !in_language;
	if (rest.n < 2 || rest.p[1] == '{')
		return in_language;
	return in_language && path.n > 4 && path.p[4] == rest.p[1];
}

const struct route *route_find(const struct route_table *t, struct str method, struct str path,
			       struct str parts[ROUTE_PARTS], struct buf *methods)
{
	enum lang lang;
	bool in_language = path_lang(path, &lang);

	if (str_is(method, "HEAD"))
		method = S("GET");
	for (size_t i = 0; i < t->count; i++) {
		struct str found[ROUTE_PARTS] = { 0 };

		if (!may_match(str_z(t->rows[i].pattern), path, in_language) ||
		    !route_matches(t->rows[i].pattern, path, found))
			continue;
		if (!str_is(method, t->rows[i].method)) {
			add_method(methods, t->rows[i].method);
			continue;
		}
		for (size_t k = 0; k < ROUTE_PARTS; k++)
			parts[k] = found[k];
		return &t->rows[i];
	}
	return NULL;
}

bool routes_check(const struct route_table *t, struct err *err)
{
	for (size_t i = 0; i < t->count; i++) {
		const struct route *r = &t->rows[i];

		if (r->access == ACCESS_UNSTATED || !r->answer)
			return err_set(err, ERR_BROKEN, NULL,
				       N_("the route %1 %2 does not say who may see it, or has "
					  "no answer: "
					  "the server does not start"),
				       r->method, r->pattern);
	}
	return true;
}

bool path_lang(struct str path, enum lang *lang)
{
	struct str first = str_from(path, 1);

	first = str_cut(first, str_index(first, '/'));
	return first.n == 2 && lang_parse(first, lang);
}

bool local_address(struct str target)
{
	if (!str_starts(target, S("/")) || target.n > HTTP_TARGET_MAX)
		return false;
	if (target.n > 1 && (target.p[1] == '/' || target.p[1] == '\\'))
		return false;
	for (size_t i = 0; i < target.n; i++)
		if ((unsigned char)target.p[i] <= 0x20 || (unsigned char)target.p[i] >= 0x7f)
			return false;
	return true;
}

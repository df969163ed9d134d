#include "exchange/iati_inside.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 260 /* libxml2 stops at 256 */, TEXT_MAX = 64 << 10 };

const char *const iati_severities[3] = { "error", "warning", "advisory" };

/* An open element. */
struct frame {
	enum iati id;  /* IATI_NONE: of another namespace, or unknown */
	bool skip;     /* nothing below is looked at: the element itself was out of place */
	bool any_text; /* text stood where none may; told once */
	size_t kid;    /* which kid is expected, in the order of the schema */
	unsigned met;  /* how many of that kid came */
	uint64_t line;
};

struct iati_reader {
	struct iati_plan plan;
	struct iati_table *table;
	struct iati_rules *rules;
	struct xml *xml;
	struct frame frames[DEPTH_MAX];
	size_t depth;
	size_t outside;  /* open elements that are not, or not in the place, of the schema */
	struct buf text; /* of the innermost element with a type or a codelist */
	uint64_t activities;
	bool begun;
};

static void on_start(void *ctx, const struct xml_element *e);
static void on_text(void *ctx, struct str text);
static void on_end(void *ctx, uint64_t line);

static void tell(struct iati_reader *r, uint64_t line, const char *rule,
		 enum iati_severity severity, const struct err *what)
{
	r->plan.found(r->plan.ctx,
		      &(const struct iati_finding){ .line = line,
						    .activity = iati_rules_activity(r->rules),
						    .rule = rule,
						    .severity = severity,
						    .what = what });
}

/* schema(r, line, message, arguments): the structure or a type is not the schema's. */
#define schema(r, line, ...)                                                                   \
	do {                                                                                   \
		struct err what_;                                                              \
		(void)!err_set(&what_, ERR_INPUT, "", __VA_ARGS__);                            \
		tell((r), (line), "schema", IATI_ERROR, &what_);                               \
	} while (0)

/* --- attributes --- */

struct str iati_value(const struct xml_element *e, const char *name, bool *found)
{
	for (size_t i = 0; i < e->attr_count; i++)
		if (!e->attrs[i].name.space.n && str_is(e->attrs[i].name.local, name)) {
			*found = true;
			return e->attrs[i].value;
		}
	*found = false;
	return S("");
}

static const struct xml_attr *attr_of(const struct xml_element *e, int word)
{
	for (size_t i = 0; i < e->attr_count; i++)
		if (e->attrs[i].name.word == word)
			return e->attrs + i;
	return NULL;
}

/* Whether a codelist is meant by this element: by its vocabulary, none standing for "1". */
static bool list_applies(const struct iati_reader *r, const struct xml_element *e,
			 const struct iati_list_use *use)
{
	const struct xml_attr *vocabulary;

	if (!use->vocabulary)
		return true;
	vocabulary = attr_of(e, r->table->vocabulary);
	return vocabulary ? str_is(vocabulary->value, use->vocabulary)
			  : strcmp(use->vocabulary, "1") == 0;
}

/* "sector/@percentage" */
static const char *place(char out[ERR_ARG], struct str element, const char *attr)
{
	struct str name = str_cut(element, 80);
	size_t n = name.n;

	memcpy(out, name.p, n);
	if (attr) {
		memcpy(out + n, "/@", 2);
		n += 2;
		for (size_t i = 0; i < 100 && attr[i]; i++)
			out[n++] = attr[i];
	}
	out[n] = '\0';
	return out;
}

/* The code of an element, or of an attribute of it. */
static void check_code(struct iati_reader *r, uint64_t line, struct str element,
		       const char *attr, enum iati_list list, struct str code)
{
	char where[ERR_ARG];
	struct err what;

	if (r->plan.structure_only || iati_code_known(r->table, list, code))
		return;
	place(where, element, attr);
	(void)!err_set(&what, ERR_INPUT, "", N_("%1: “%2” is not a code of the codelist %3."),
		       where, err_arg(code), iati_list_name(list));
	tell(r, line, "codelist", iati_list_complete(list) ? IATI_ERROR : IATI_ADVISORY, &what);
}

static void bad_type(struct iati_reader *r, uint64_t line, const char *where, struct str value,
		     enum xml_type type)
{
	struct err what;

	/* One sentence a type, so that each can be translated whole. */
	switch (type) {
	case XML_DECIMAL:
		(void)!err_set(&what, ERR_INPUT, "",
			       N_("%1: “%2” is not a decimal number. Write 1250.00: digits and "
				  "a point, no spaces, no commas, no exponent."),
			       where, err_arg(value));
		break;
	case XML_DATE:
		(void)!err_set(&what, ERR_INPUT, "",
			       N_("%1: “%2” is not a date. Write 2026-03-31, a day that "
				  "exists."),
			       where, err_arg(value));
		break;
	case XML_DATETIME:
		(void)!err_set(&what, ERR_INPUT, "",
			       N_("%1: “%2” is not a date and time. Write "
				  "2026-03-31T12:00:00Z."),
			       where, err_arg(value));
		break;
	case XML_BOOLEAN:
		(void)!err_set(&what, ERR_INPUT, "", N_("%1: “%2” is not true, false, 1 or 0."),
			       where, err_arg(value));
		break;
	case XML_URI:
		(void)!err_set(&what, ERR_INPUT, "", N_("%1: “%2” is not an address (URI)."),
			       where, err_arg(value));
		break;
	case XML_LANGUAGE:
		(void)!err_set(&what, ERR_INPUT, "",
			       N_("%1: “%2” is not a language code. Write fr, ru or en-GB."),
			       where, err_arg(value));
		break;
	case XML_INT:
	case XML_NATURAL:
	case XML_POSITIVE:
		(void)!err_set(&what, ERR_INPUT, "",
			       N_("%1: “%2” is not a whole number the schema takes here."),
			       where, err_arg(value));
		break;
	case XML_NOTHING:
	case XML_STRING:
	case XML_NMTOKEN:
		(void)!err_set(&what, ERR_INPUT, "",
			       N_("%1: “%2” is not a value the schema takes here."), where,
			       err_arg(value));
		break;
	}
	tell(r, line, "schema", IATI_ERROR, &what);
}

#define XML_SPACE "http://www.w3.org/XML/1998/namespace"
#define XSI_SPACE "http://www.w3.org/2001/XMLSchema-instance"

static void foreign_attr(struct iati_reader *r, const struct iati_shape *shape,
			 const struct xml_element *e, const struct xml_attr *a)
{
	char where[ERR_ARG];

	if (str_eq(a->name.space, S(XSI_SPACE)))
		return;
	if (!shape->open)
		schema(r, e->line, N_("%1 may not have the attribute %2."),
		       place(where, e->name.local, NULL), err_arg(a->name.local));
	else if (str_eq(a->name.space, S(XML_SPACE)) && str_eq(a->name.local, S("lang"))) {
		if (!xml_type_valid(XML_LANGUAGE, a->value))
			bad_type(r, e->line, "xml:lang", a->value, XML_LANGUAGE);
		else
			check_code(r, e->line, S("xml:lang"), NULL, CODES_Language, a->value);
	}
}

static void check_attr(struct iati_reader *r, const struct iati_attr *attr,
		       const struct xml_element *e, const struct xml_attr *a)
{
	char where[ERR_ARG];

	if (attr->type != XML_STRING && !xml_type_valid(attr->type, a->value))
		bad_type(r, e->line, place(where, e->name.local, attr->name), a->value,
			 attr->type);
	for (size_t i = 0; i < attr->list_count; i++)
		if (list_applies(r, e, attr->lists + i))
			check_code(r, e->line, e->name.local, attr->name, attr->lists[i].list,
				   a->value);
}

static void missing_attrs(struct iati_reader *r, const struct iati_shape *shape,
			  const struct xml_element *e, uint64_t missing)
{
	char where[ERR_ARG];

	for (; missing; missing &= missing - 1)
		schema(r, e->line, N_("%1 needs the attribute %2."),
		       place(where, e->name.local, NULL),
		       shape->attrs[__builtin_ctzll(missing)].name);
}

static void check_attrs(struct iati_reader *r, enum iati id, const struct xml_element *e)
{
	const struct iati_shape *shape = r->table->shapes + id;
	uint64_t given = 0;
	char where[ERR_ARG];

	for (size_t i = 0; i < e->attr_count; i++) {
		const struct xml_attr *a = e->attrs + i;
		size_t at =
			a->name.word == XML_WORD_NONE ? 0 : r->table->attr_at[id][a->name.word];

		if (at) {
			given |= UINT64_C(1) << (at - 1);
			check_attr(r, shape->attrs + at - 1, e, a);
		} else if (a->name.space.n) {
			foreign_attr(r, shape, e, a);
		} else {
			schema(r, e->line, N_("%1 may not have the attribute %2."),
			       place(where, e->name.local, NULL), err_arg(a->name.local));
		}
	}
	if (shape->attrs_required & ~given)
		missing_attrs(r, shape, e, shape->attrs_required & ~given);
}

/* --- the order of elements --- */

/* `to` is beyond what was expected: what lies between can come no more. */
static void skip_kids(struct iati_reader *r, struct frame *f, size_t to, uint64_t line)
{
	const struct iati_shape *shape = r->table->shapes + f->id;
	uint64_t missing;

	/* The one expected may have come. */
	missing = shape->kids_required >> (f->kid + (f->met > 0)) << (f->kid + (f->met > 0)) &
		  ((UINT64_C(1) << to) - 1);
	for (; missing; missing &= missing - 1)
		schema(r, line, N_("%1 needs the element %2 here."), shape->name,
		       r->table->words[shape->kids[__builtin_ctzll(missing)].word]);
	f->kid = to;
	f->met = 0;
}

static inline void pass_kids(struct iati_reader *r, struct frame *f, size_t to, uint64_t line)
{
	if (f->kid < to)
		skip_kids(r, f, to, line);
}

/* All kids that were still to come could have come. */
static void close_kids(struct iati_reader *r, struct frame *f, uint64_t line)
{
	pass_kids(r, f, r->table->shapes[f->id].kid_count, line);
}

/* Which element of the schema this is below `f`; IATI_NONE, after a word, when it may not
 * stand. */
static enum iati kid_of(struct iati_reader *r, struct frame *f, const struct xml_element *e)
{
	const struct iati_shape *shape = r->table->shapes + f->id;
	size_t at = e->name.word == XML_WORD_NONE ? 0 : r->table->kid_at[f->id][e->name.word];

	if (at == 0) {
		schema(r, e->line, N_("%1 is not an element that %2 may have."),
		       err_arg(e->name.local), shape->name);
		return IATI_NONE;
	}
	at--;
	if (at < f->kid) {
		schema(r, e->line,
		       N_("%1 stands too late in %2: the schema gives the elements an order."),
		       err_arg(e->name.local), shape->name);
		return shape->kids[at].id;
	}
	pass_kids(r, f, at, e->line);
	if (f->met++ && !shape->kids[at].many)
		schema(r, e->line, N_("%1 may stand only once in %2."), err_arg(e->name.local),
		       shape->name);
	return shape->kids[at].id;
}

static enum iati root_of(struct iati_reader *r, const struct xml_element *e)
{
	enum iati id =
		e->name.word == XML_WORD_NONE ? IATI_NONE : r->table->global[e->name.word];

	if (id == IATI_ACTIVITIES || id == IATI_ORGANISATIONS)
		return id;
	schema(r, e->line,
	       N_("This is not an IATI file: it begins with %1, not with iati-activities or "
		  "iati-organisations."),
	       err_arg(e->name.local));
	xml_stop(r->xml);
	return IATI_NONE;
}

/* 1.01 to 1.05 are another language; telling every difference would help nobody. */
static void check_version(struct iati_reader *r, const struct xml_element *e)
{
	bool found;
	struct str version = iati_value(e, "version", &found);
	struct err what;

	if (!str_starts(version, S("1.")))
		return;
	(void)!err_set(&what, ERR_INPUT, "",
		       N_("This file is of IATI version %1. Only 2.01, 2.02 and 2.03 are read: "
			  "ask its publisher for a newer one, or convert it."),
		       err_arg(version));
	tell(r, e->line, "version", IATI_ERROR, &what);
	xml_stop(r->xml);
}

/* Below an element of another namespace only what the schema declares at the top is judged. */
static enum iati lax(const struct iati_reader *r, const struct xml_element *e)
{
	return e->name.word == XML_WORD_NONE ? IATI_NONE : r->table->global[e->name.word];
}

static void foreign_kid(struct iati_reader *r, struct frame *f, const struct xml_element *e)
{
	const struct iati_shape *shape = r->table->shapes + f->id;
	const struct iati_kid *last;

	if (shape->text != XML_NOTHING) {
		schema(r, e->line, N_("%1 is not an element that %2 may have."),
		       err_arg(e->name.local), shape->name);
		return;
	}
	/* To the letter no kid may follow; xmllint takes more of the last where there may be
	 * many, and what it takes is what is published. */
	last = shape->kid_count ? shape->kids + shape->kid_count - 1 : NULL;
	if (last)
		pass_kids(r, f, shape->kid_count - 1, e->line);
	if (last && last->many && (f->met || !last->required))
		return;
	close_kids(r, f, e->line);
}

static enum iati enter(struct iati_reader *r, const struct xml_element *e, bool *skip)
{
	struct frame *f = r->depth ? r->frames + r->depth - 1 : NULL;
	enum iati id;

	*skip = f && f->skip;
	if (*skip)
		return IATI_NONE;
	if (!f)
		return root_of(r, e);
	if (f->id == IATI_NONE)
		return e->name.space.n ? IATI_NONE : lax(r, e);
	if (e->name.space.n) {
		foreign_kid(r, f, e);
		return IATI_NONE;
	}
	id = kid_of(r, f, e);
	*skip = id == IATI_NONE;
	return id;
}

static void open_element(struct iati_reader *r, const struct xml_element *e, enum iati id)
{
	const struct iati_element element = { id, e->line, e };

	if (id == IATI_ACTIVITY || id == IATI_ORGANISATION)
		r->activities++;
	if (!r->plan.structure_only)
		iati_rules_start(r->rules, &element,
				 r->depth > 1 ? r->frames[r->depth - 2].id : IATI_NONE);
	check_attrs(r, id, e);
	if (r->plan.sink)
		r->plan.sink->start(r->plan.sink->ctx, &element);
}

static void on_start(void *ctx, const struct xml_element *e)
{
	struct iati_reader *r = ctx;
	struct frame *f;
	bool skip;
	enum iati id = enter(r, e, &skip);

	assert(r->depth < DEPTH_MAX);
	f = r->frames + r->depth++;
	*f = (struct frame){ .id = id, .skip = skip, .line = e->line };
	if (id == IATI_NONE)
		r->outside++;
	else if (r->outside)
		check_attrs(r, id, e);
	else
		open_element(r, e, id);
	if (r->depth == 1 && id != IATI_NONE)
		check_version(r, e);
	buf_clear(&r->text);
	r->text.full = false;
}

/* --- text --- */

static bool is_blank(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != ' ' && s.p[i] != '\n' && s.p[i] != '\t' && s.p[i] != '\r')
			return false;
	return true;
}

static void on_text(void *ctx, struct str text)
{
	struct iati_reader *r = ctx;
	struct frame *f = r->frames + r->depth - 1;
	const struct iati_shape *shape;

	if (r->depth == 0 || f->id == IATI_NONE)
		return;
	shape = r->table->shapes + f->id;
	if (shape->text == XML_NOTHING) {
		if (!f->any_text && !is_blank(text)) {
			f->any_text = true;
			schema(r, xml_line(r->xml),
			       N_("%1 may not have text of its own: “%2”."), shape->name,
			       err_arg(str_trim(text)));
		}
		return;
	}
	if (shape->text != XML_STRING || shape->has_list)
		buf_add(&r->text, text);
	if (r->outside)
		return;
	if (!r->plan.structure_only)
		iati_rules_text(r->rules, f->id, text);
	if (r->plan.sink)
		r->plan.sink->text(r->plan.sink->ctx, text);
}

static void check_text(struct iati_reader *r, const struct frame *f)
{
	const struct iati_shape *shape = r->table->shapes + f->id;
	struct str text = buf_str(&r->text);

	if (shape->text == XML_NOTHING || (shape->text == XML_STRING && !shape->has_list))
		return;
	if (r->text.full || !xml_type_valid(shape->text, text))
		bad_type(r, f->line, shape->name, str_trim(str_cut(text, ERR_ARG)),
			 shape->text);
	else if (shape->has_list)
		check_code(r, f->line, str_z(shape->name), NULL, shape->list.list, text);
}

static void on_end(void *ctx, uint64_t line)
{
	struct iati_reader *r = ctx;
	struct frame *f = r->frames + r->depth - 1;

	if (f->id != IATI_NONE) {
		close_kids(r, f, line);
		check_text(r, f);
		if (!r->outside) {
			if (!r->plan.structure_only)
				iati_rules_end(r->rules, f->id);
			if (r->plan.sink)
				r->plan.sink->end(r->plan.sink->ctx, f->id, line);
		}
	} else {
		r->outside--;
	}
	r->depth--;
	buf_clear(&r->text);
}

/* --- a document --- */

struct iati_reader *iati_open(const struct iati_plan *plan)
{
	struct iati_reader *r = calloc(1, sizeof(*r));

	assert(r);
	r->plan = *plan;
	r->table = iati_table_make();
	r->rules = iati_rules_make(r->table, &r->plan);
	buf_init(&r->text, TEXT_MAX);
	return r;
}

void iati_close(struct iati_reader *r)
{
	if (!r)
		return;
	xml_close(r->xml);
	iati_rules_free(r->rules);
	free(r->table);
	buf_done(&r->text);
	free(r);
}

static void begin(struct iati_reader *r)
{
	const struct xml_sink sink = { on_start, on_text, on_end, r };

	xml_close(r->xml);
	r->xml = xml_open(r->table->words, r->table->word_count, &sink);
	r->depth = r->outside = 0;
	r->begun = true;
}

static void not_xml(struct iati_reader *r, const struct err *what)
{
	tell(r, xml_line(r->xml), "xml", IATI_ERROR, what);
	xml_stop(r->xml);
}

void iati_feed(struct iati_reader *r, struct str bytes)
{
	struct err err;

	if (!r->begun)
		begin(r);
	if (!xml_feed(r->xml, bytes, &err))
		not_xml(r, &err);
}

void iati_finish(struct iati_reader *r)
{
	struct err err;

	if (!r->begun)
		begin(r);
	if (!xml_finish(r->xml, &err))
		not_xml(r, &err);
	iati_rules_reset(r->rules);
	r->begun = false;
}

uint64_t iati_activities(const struct iati_reader *r)
{
	return r->activities;
}

#include "exchange/iati_inside.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 260 /* libxml2 stops at 256 */, TEXT_MAX = 64 << 10 };

const char *const iati_severities[3] = { "error", "warning", "advisory" };

/* An open element. */
struct frame {
	const struct iati_shape *shape; /* NULL: of another namespace, or unknown */
	uint64_t due;                   /* kids that must come: a bit for each */
	uint64_t line;
	enum iati id;      /* IATI_NONE when there is no shape */
	unsigned char kid; /* which kid is expected, in the order of the schema */
	bool met;          /* it came */
	bool skip;         /* nothing below is looked at: the element itself was out of place */
	bool any_text;     /* text stood where none may; told once */
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

/* What is told of a fault stands apart, so that the way of what is right is short. */
#define FAULT __attribute__((cold, noinline)) static

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
static bool list_applies(const struct xml_element *e, const struct iati_list_use *use)
{
	const struct xml_attr *vocabulary;

	if (!use->vocabulary)
		return true;
	vocabulary = attr_of(e, AT_VOCABULARY);
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

FAULT void bad_code(struct iati_reader *r, uint64_t line, const char *where,
		    enum iati_list list, struct str code)
{
	struct err what;

	(void)!err_set(&what, ERR_INPUT, "", N_("%1: “%2” is not a code of the codelist %3."),
		       where, err_arg(code), iati_list_name(list));
	tell(r, line, "codelist", iati_list_complete(list) ? IATI_ERROR : IATI_ADVISORY, &what);
}

FAULT void bad_type(struct iati_reader *r, uint64_t line, const char *where, struct str value,
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

#define XSI_SPACE "http://www.w3.org/2001/XMLSchema-instance"

__attribute__((noinline)) static void check_lang(struct iati_reader *r,
						 const struct xml_element *e, struct str tag)
{
	if (!xml_type_valid(XML_LANGUAGE, tag))
		bad_type(r, e->line, "xml:lang", tag, XML_LANGUAGE);
	else if (!r->plan.structure_only && !iati_code_known(r->table, CODES_Language, tag))
		bad_code(r, e->line, "xml:lang", CODES_Language, tag);
}

/* One that the schema does not know here. */
FAULT void strange_attr(struct iati_reader *r, const struct iati_shape *shape,
			const struct xml_element *e, const struct xml_attr *a)
{
	char where[ERR_ARG];

	if (str_eq(a->name.space, S(XSI_SPACE)) || (a->name.space.n && shape->open))
		return;
	schema(r, e->line, N_("%1 may not have the attribute %2."),
	       place(where, e->name.local, NULL), err_arg(a->name.local));
}

FAULT void bad_attr(struct iati_reader *r, const struct iati_attr *attr,
		    const struct xml_element *e, struct str value)
{
	char where[ERR_ARG];

	bad_type(r, e->line, place(where, e->name.local, attr->name), value, attr->type);
}

__attribute__((noinline)) static void check_codes(struct iati_reader *r,
						  const struct iati_attr *attr,
						  const struct xml_element *e, struct str value)
{
	char where[ERR_ARG];

	for (size_t i = 0; i < attr->list_count; i++)
		if (list_applies(e, attr->lists + i) &&
		    !iati_code_known(r->table, attr->lists[i].list, value))
			bad_code(r, e->line, place(where, e->name.local, attr->name),
				 attr->lists[i].list, value);
}

FAULT void missing_attrs(struct iati_reader *r, const struct iati_shape *shape,
			 const struct xml_element *e, uint64_t missing)
{
	char where[ERR_ARG];

	for (; missing; missing &= missing - 1)
		schema(r, e->line, N_("%1 needs the attribute %2."),
		       place(where, e->name.local, NULL),
		       shape->attrs[__builtin_ctzll(missing)].name);
}

static void check_attrs(struct iati_reader *r, const struct iati_shape *shape,
			const struct xml_element *e)
{
	uint64_t missing = shape->attrs_required;

	for (const struct xml_attr *a = e->attrs, *end = a + e->attr_count; a < end; a++) {
		size_t at = a->name.word < 0 ? 0 : shape->attr_at[a->name.word];

		if (at) {
			const struct iati_attr *attr = shape->attrs + at - 1;

			missing &= ~(UINT64_C(1) << (at - 1));
			if (attr->type != XML_STRING && !xml_type_valid(attr->type, a->value))
				bad_attr(r, attr, e, a->value);
			if (attr->list_count && !r->plan.structure_only)
				check_codes(r, attr, e, a->value);
		} else if (a->name.word == XML_WORD_LANG && shape->open) {
			check_lang(r, e, a->value);
		} else {
			strange_attr(r, shape, e, a);
		}
	}
	if (missing)
		missing_attrs(r, shape, e, missing);
}

/* --- the order of elements --- */

FAULT void missing_kids(struct iati_reader *r, const struct iati_shape *shape, uint64_t missing,
			uint64_t line)
{
	for (; missing; missing &= missing - 1)
		schema(r, line, N_("%1 needs the element %2 here."), shape->name,
		       r->table->words[shape->kids[__builtin_ctzll(missing)].word]);
}

/* What lies before `to` can come no more. */
static inline void pass_kids(struct iati_reader *r, struct frame *f, unsigned to, uint64_t line)
{
	uint64_t missing = f->due & ((UINT64_C(1) << to) - 1);

	if (f->kid >= to)
		return;
	f->kid = (unsigned char)to;
	f->met = false;
	if (missing)
		missing_kids(r, f->shape, missing, line);
	f->due &= ~missing;
}

enum misfit { UNKNOWN, LATE, AGAIN };

FAULT void bad_kid(struct iati_reader *r, const struct iati_shape *shape,
		   const struct xml_element *e, enum misfit misfit)
{
	const char *name = err_arg(e->name.local);

	switch (misfit) {
	case UNKNOWN:
		schema(r, e->line, N_("%1 is not an element that %2 may have."), name,
		       shape->name);
		return;
	case LATE:
		schema(r, e->line,
		       N_("%1 stands too late in %2: the schema gives the elements an order."),
		       name, shape->name);
		return;
	case AGAIN:
		schema(r, e->line, N_("%1 may stand only once in %2."), name, shape->name);
		return;
	}
}

/* Which element of the schema this is below `f`; IATI_NONE, after a word, when it may not
 * stand. */
static enum iati kid_of(struct iati_reader *r, struct frame *f, const struct xml_element *e)
{
	const struct iati_shape *shape = f->shape;
	unsigned at = e->name.word < 0 ? 0 : shape->kid_at[e->name.word];
	const struct iati_kid *kid;

	if (at-- == 0) {
		bad_kid(r, shape, e, UNKNOWN);
		return IATI_NONE;
	}
	kid = shape->kids + at;
	if (at < f->kid) {
		bad_kid(r, shape, e, LATE);
		return kid->id;
	}
	pass_kids(r, f, at, e->line);
	if (f->met && !kid->many)
		bad_kid(r, shape, e, AGAIN);
	f->met = true;
	f->due &= ~(UINT64_C(1) << at);
	return kid->id;
}

static enum iati root_of(struct iati_reader *r, const struct xml_element *e)
{
	enum iati id = e->name.word < 0 ? IATI_NONE : r->table->global[e->name.word];

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
	return e->name.word < 0 ? IATI_NONE : r->table->global[e->name.word];
}

static void foreign_kid(struct iati_reader *r, struct frame *f, const struct xml_element *e)
{
	const struct iati_shape *shape = f->shape;
	const struct iati_kid *last;

	if (shape->text != XML_NOTHING) {
		bad_kid(r, shape, e, UNKNOWN);
		return;
	}
	/* To the letter no kid may follow; xmllint takes more of the last where there may be
	 * many, and what it takes is what is published. */
	last = shape->kid_count ? shape->kids + shape->kid_count - 1 : NULL;
	if (last)
		pass_kids(r, f, (unsigned)shape->kid_count - 1, e->line);
	if (last && last->many && (f->met || !last->required))
		return;
	pass_kids(r, f, (unsigned)shape->kid_count, e->line);
}

static enum iati enter(struct iati_reader *r, struct frame *parent, const struct xml_element *e)
{
	if (!parent)
		return root_of(r, e);
	if (parent->skip)
		return IATI_NONE;
	if (!parent->shape)
		return e->name.space.n ? IATI_NONE : lax(r, e);
	if (e->name.space.n) {
		foreign_kid(r, parent, e);
		return IATI_NONE;
	}
	return kid_of(r, parent, e);
}

static void text_clear(struct iati_reader *r)
{
	if (r->text.n || r->text.full)
		buf_clear(&r->text);
}

static void open_element(struct iati_reader *r, const struct xml_element *e, enum iati id)
{
	const struct iati_element element = { id, e->line, e };
	bool inside = r->outside == 0;

	if (inside && (id == IATI_ACTIVITY || id == IATI_ORGANISATION))
		r->activities++;
	if (inside && !r->plan.structure_only)
		iati_rules_start(r->rules, &element,
				 r->depth > 1 ? r->frames[r->depth - 2].id : IATI_NONE);
	check_attrs(r, r->table->shapes + id, e);
	if (inside && r->plan.sink)
		r->plan.sink->start(r->plan.sink->ctx, &element);
	if (r->depth == 1)
		check_version(r, e);
}

static void on_start(void *ctx, const struct xml_element *e)
{
	struct iati_reader *r = ctx;
	struct frame *parent = r->depth ? r->frames + r->depth - 1 : NULL,
		     *f = r->frames + r->depth;
	enum iati id = enter(r, parent, e);

	assert(r->depth < DEPTH_MAX);
	r->depth++;
	*f = (struct frame){ .id = id, .line = e->line };
	if (id == IATI_NONE) {
		f->skip = parent && (parent->skip || (parent->shape && !e->name.space.n));
		r->outside++;
	} else {
		f->shape = r->table->shapes + id;
		f->due = f->shape->kids_required;
		open_element(r, e, id);
	}
	text_clear(r);
}

/* --- text --- */

static bool is_blank(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != ' ' && s.p[i] != '\n' && s.p[i] != '\t' && s.p[i] != '\r')
			return false;
	return true;
}

FAULT void text_of_its_own(struct iati_reader *r, struct frame *f, struct str text)
{
	f->any_text = true;
	schema(r, xml_line(r->xml), N_("%1 may not have text of its own: “%2”."),
	       f->shape->name, err_arg(str_trim(text)));
}

static void on_text(void *ctx, struct str text)
{
	struct iati_reader *r = ctx;
	struct frame *f = r->frames + r->depth - 1;
	const struct iati_shape *shape;

	if (r->depth == 0 || !f->shape)
		return;
	shape = f->shape;
	if (shape->text == XML_NOTHING) {
		if (!f->any_text && !is_blank(text))
			text_of_its_own(r, f, text);
		return;
	}
	if (shape->judged)
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
	const struct iati_shape *shape = f->shape;
	struct str text = buf_str(&r->text);

	if (r->text.full || !xml_type_valid(shape->text, text))
		bad_type(r, f->line, shape->name, str_trim(str_cut(text, ERR_ARG)),
			 shape->text);
	else if (shape->has_list && !r->plan.structure_only &&
		 !iati_code_known(r->table, shape->list.list, text))
		bad_code(r, f->line, shape->name, shape->list.list, text);
}

static void on_end(void *ctx, uint64_t line)
{
	struct iati_reader *r = ctx;
	struct frame *f = r->frames + r->depth - 1;

	if (f->shape) {
		if (f->due)
			missing_kids(r, f->shape, f->due, line);
		if (f->shape->judged)
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
	text_clear(r);
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

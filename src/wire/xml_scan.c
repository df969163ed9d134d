#include "wire/xml_scan_inside.h"

#include <assert.h>
#include <stdlib.h>

/* Something that is not plain stands at `p`. */
static enum step unsure(const struct xml_scan *s, const char *p)
{
	return s->end - p < XML_REFERENCE_MAX ? WAITS : UNSURE;
}

/* --- tags --- */

/* The same in a start tag. */
static const char *stop_at(struct xml_scan *s, const char *p)
{
	s->step = unsure(s, p);
	return NULL;
}

/* A value with references or white space other than blanks in it (3.3.3), `p` being where the
 * first of them stands; the second quote. */
static const char *make_value(struct xml_scan *s, const char *p, char quote, struct str *value)
{
	struct buf *b = &s->made;
	size_t from = b->n, n;
	unsigned high = 0;
	uint32_t rune;

	/* Values point into it: it may not move. */
	buf_reserve(b, sizeof(s->bytes) - from);
	buf_add(b, *value);
	while (*p != quote) {
		const char *plain;

		if (*p == '&') {
			n = xml_reference(str_of(p, (size_t)(s->end - p)), &rune);
			if (!n)
				return stop_at(s, p);
			buf_rune(b, rune);
			p += n;
		} else if (*p == '\n' || *p == '\t' || *p == '\r') {
			if (p + 1 == s->end)
				return stop_at(s, p);
			if (*p != '\r' || p[1] != '\n')
				buf_ch(b, ' ');
			s->tag_line += *p == '\n';
			p++;
		} else {
			return stop_at(s, p);
		}
		plain = p;
		p = xml_plain(p, quote, &high);
		buf_add(b, str_of(plain, (size_t)(p - plain)));
	}
	*value = str_of(b->p + from, b->n - from);
	return p;
}

/* ="value", as far as it goes: past the second quote, NULL when it cannot be told. */
__attribute__((always_inline)) static inline const char *
read_value(struct xml_scan *s, const char *p, struct str *value)
{
	unsigned high = 0;
	const char *start;
	char quote;

	if (*p != '=')
		p = xml_blanks(p, &s->tag_line);
	if (*p != '=')
		return stop_at(s, p);
	if (*++p != '"')
		p = xml_blanks(p, &s->tag_line);
	quote = *p;
	if (quote != '"' && quote != '\'')
		return stop_at(s, p);
	start = ++p;
	p = quote == '"' ? xml_ascii(start, '"') : start;
	if (*p != quote)
		p = xml_plain(p, quote, &high);
	*value = str_of(start, (size_t)(p - start));
	if (*p != quote)
		p = make_value(s, p, quote, value);
	return p ? p + 1 : NULL;
}

/* xmlns:prefix="address" in the document element; all of it is `text` as far as the '='. */
static const char *declaration(struct xml_scan *s, struct str text)
{
	size_t made = s->made.n;
	struct str address;
	const char *p = read_value(s, text.p + text.n, &address);

	if (!p || (s->made.n == made && xml_space_add(&s->names, str_from(text, 6), address)))
		return p;
	s->step = UNSURE;
	return NULL;
}

/* The name at `p`; NULL when it cannot be told. */
static struct xml_known *find_name(struct xml_scan *s, const char *p)
{
	const char *end = xml_name_end(p);

	s->step = end < s->end ? UNSURE : WAITS;
	return end < s->end ? xml_name_find(&s->names, p, (size_t)(end - p)) : NULL;
}

static inline bool is_guess(const struct xml_known *guess, const char *p)
{
	return guess && xml_name_here(guess, p);
}

/* The name in *name is the one before; past the value. */
static inline const char *attribute(struct xml_scan *s, const char *p, struct xml_known **name)
{
	struct xml_attr *attr = s->attrs + s->attr_count;
	struct xml_known **guess = &(*name)->attr;

	if (!is_guess(*guess, p) || p[(*guess)->n] != '=') {
		struct xml_known *found = find_name(s, p);

		if (!found)
			return NULL;
		*guess = found;
	}
	*name = *guess;
	s->step = UNSURE;
	if (s->attr_count == ATTRS_MAX)
		return NULL;
	/* A name is kept once, so that two with one address are one. */
	for (size_t i = 0; i < s->attr_count; i++)
		if (s->attrs[i].name.local.p == (*name)->name.local.p)
			return NULL;
	attr->name = (*name)->name;
	s->attr_count++;
	return read_value(s, p + (*name)->n, &attr->value);
}

/* Up to the '>' or "/>". */
static inline const char *attributes(struct xml_scan *s, const char *p, struct xml_known *name)
{
	while (p && *p != '>') {
		const char *from = p;

		/* One blank and a name is what nearly always stands here. */
		p = *p == ' ' && xml_byte(p + 1) > '/' ? p + 1 : xml_blanks(p, &s->tag_line);
		if (*p == '>' || (*p == '/' && p[1] == '>'))
			break;
		if (p == from || *p == '/')
			return stop_at(s, p);
		if (s->depth == 0 && str_starts(str_of(p, 6), S("xmlns:")))
			p = declaration(s, str_of(p, (size_t)(xml_name_end(p) - p)));
		else
			p = attribute(s, p, &name);
	}
	return p;
}

static inline void close_element(struct xml_scan *s, const char *past)
{
	s->at = past;
	s->closed = --s->depth == 0;
	s->guess = &s->open[s->depth].name->next;
	s->sink.end(s->sink.ctx, s->line);
}

/* The tag ends at `p`. */
static void tell_start(struct xml_scan *s, struct xml_known *name, const char *p)
{
	bool empty = *p == '/';
	struct xml_element e = { .name = name->name,
				 .attrs = s->attrs,
				 .attr_count = s->attr_count,
				 .line = s->tag_line };

	s->open[s->depth++] = (struct open){ name, s->line };
	s->guess = &name->kid;
	s->line = s->tag_line;
	s->at = p + 1 + empty;
	s->sink.start(s->sink.ctx, &e);
	if (empty && !s->stopped)
		close_element(s, s->at);
}

static enum step start_tag(struct xml_scan *s)
{
	const char *p = s->at + 1;
	struct xml_known *name = *s->guess;

	if (!is_guess(name, p) || (p[name->n] != '>' && p[name->n] != ' ')) {
		name = find_name(s, p);
		if (!name)
			return s->step;
		*s->guess = name;
	}
	if (s->depth == DEPTH_MAX || name == s->names.lang)
		return UNSURE;
	s->tag_line = s->line;
	s->attr_count = 0;
	if (s->depth == 0)
		s->names.space_count = 0;
	if (s->made.n)
		buf_clear(&s->made);
	p = attributes(s, p + name->n, name);
	if (!p)
		return s->step;
	tell_start(s, name, p);
	return TOLD;
}

static enum step end_tag(struct xml_scan *s)
{
	const struct xml_known *name = s->open[s->depth - 1].name;
	const char *p = s->at + 2;
	uint64_t line = s->line;

	if (!xml_name_here(name, p))
		return s->end - p <= XML_NAME_MAX ? WAITS : UNSURE;
	p += name->n;
	if (*p != '>')
		p = xml_blanks(p, &line);
	if (*p != '>')
		return unsure(s, p);
	s->line = line;
	close_element(s, p + 1);
	return TOLD;
}

/* --- text --- */

/* Plain text from `p` on with its white space. */
static const char *text_end(const struct xml_scan *s, const char *p, struct found *found)
{
	for (;; p++) {
		/* Between tags there is little but a line's end. */
		if (*p != '\n' && *p != '<')
			p = xml_plain(p, ']', &found->high);
		if (*p == '\n')
			found->lines++;
		else if (*p == '\r' && p + 1 < s->end)
			found->returns = true;
		else if (*p != '\t' &&
			 !(*p == ']' && p + 2 < s->end && !(p[1] == ']' && p[2] == '>')))
			return p;
	}
}

/* A text is told whole, so that what libxml2 finds wrong in it stands in nothing that was told.
 */
static enum step text(struct xml_scan *s)
{
	const char *start = s->at, *p;
	struct found found = { 0 };
	enum step step = TOLD;
	struct str all;

	p = text_end(s, start, &found);
	if (*p != '<' && *p != '&') {
		step = unsure(s, p);
		if (step == UNSURE || p - start < TEXT_KEPT_MAX)
			return step;
	}
	all = str_of(start, (size_t)(p - start));
	s->at = p;
	if (found.high || found.returns) {
		scan_tell_cut(s, all, &found);
	} else {
		s->line += found.lines;
		s->sink.text(s->sink.ctx, all);
	}
	return step;
}

static enum step text_reference(struct xml_scan *s)
{
	uint32_t rune = 0;
	size_t n = xml_reference(scan_rest(s), &rune);

	if (!n)
		return unsure(s, s->at);
	s->at += n;
	buf_clear(&s->made);
	buf_rune(&s->made, rune);
	s->sink.text(s->sink.ctx, buf_str(&s->made));
	return TOLD;
}

/* libxml2's push parser leaves line ends in a section as they are: one that has carriage
 * returns is its own. */
static enum step section(struct xml_scan *s)
{
	const char *start = s->at + 9, *p = start;
	uint64_t line = s->line;
	unsigned high = 0;
	struct str all;

	for (;; p++) {
		p = xml_plain(p, ']', &high);
		if (*p == '\n')
			line++;
		else if (*p == ']' && p[1] == ']' && p[2] == '>')
			break;
		else if (*p != '\t' && *p != '<' && *p != '&' && *p != ']')
			return unsure(s, p);
	}
	all = str_of(start, (size_t)(p - start));
	s->at = p + 3;
	if (all.n)
		s->sink.text(s->sink.ctx, all);
	s->line = line;
	return TOLD;
}

static enum step comment(struct xml_scan *s)
{
	const char *p = s->at + 4;
	uint64_t line = s->line;
	unsigned high = 0;

	for (;; p++) {
		p = xml_plain(p, '-', &high);
		if (*p == '\n')
			line++;
		else if (*p == '-' && p[1] == '-')
			break;
		else if (*p != '\t' && *p != '\r' && *p != '<' && *p != '&' && *p != '-')
			return unsure(s, p);
	}
	if (p[2] != '>')
		return unsure(s, p);
	s->at = p + 3;
	s->line = line;
	return TOLD;
}

/* --- the document --- */

/* Whether the bytes here begin with `what`. */
static bool here(const struct xml_scan *s, struct str what)
{
	return str_starts(str_of(s->at, (size_t)(s->end - s->at)), what);
}

static enum step marked(struct xml_scan *s)
{
	switch (s->at[1]) {
	case '!':
		if (here(s, S("<!--")))
			return comment(s);
		if (s->depth && here(s, S("<![CDATA[")))
			return section(s);
		return unsure(s, s->at);
	case '/': return s->depth ? end_tag(s) : UNSURE;
	case '?': return UNSURE;
	}
	return s->closed ? UNSURE : start_tag(s);
}

static enum step begin(struct xml_scan *s)
{
	struct str all = str_of(s->at, (size_t)(s->end - s->at)), mark = S("\xEF\xBB\xBF");
	struct str rest = str_starts(all, mark) ? str_from(all, mark.n) : all, head;
	size_t n;

	if (all.n < 8)
		return WAITS;
	head = str_cut(rest, HEAD_MAX - mark.n);
	n = str_find(head, S("?>"));
	if (!str_starts(rest, S("<?xml"))) {
		/* Zero bytes are of another encoding. */
		if (*rest.p != '<' || rest.p[1] == '\0')
			return UNSURE;
		n = 0;
		buf_add(&s->made, str_cut(all, all.n - rest.n));
		buf_add(&s->made, S("<?xml version=\"1.0\"?>"));
	} else if (n == head.n) {
		return all.n < HEAD_MAX ? WAITS : UNSURE;
	} else if (!xml_declaration(str_of(head.p + 5, n - 5))) {
		return UNSURE;
	} else {
		n += 2;
		buf_add(&s->made, str_cut(all, all.n - rest.n + n));
	}
	s->head_n = s->made.n;
	memcpy(s->head, s->made.p, s->made.n);
	s->at = rest.p + n;
	for (const char *p = rest.p; p < s->at; p++)
		s->line += *p == '\n';
	s->begun = true;
	return TOLD;
}

static enum step token(struct xml_scan *s)
{
	if (*s->at == '<')
		return marked(s);
	if (s->depth)
		return *s->at == '&' ? text_reference(s) : text(s);
	s->at = xml_blanks(s->at, &s->line);
	return s->at == s->end || *s->at == '<' ? TOLD : UNSURE;
}

bool scan_feed(struct xml_scan *s, struct str more)
{
	size_t kept = (size_t)(s->end - s->at);
	enum step step = TOLD;
	char *end;

	assert(kept <= KEPT_MAX && more.n <= SCAN_PUSH_MAX);
	memmove(s->bytes, s->at, kept);
	memcpy(s->bytes + kept, more.p, more.n);
	end = s->bytes + kept + more.n;
	memset(end, 0, XML_PLAIN_PAD);
	s->at = s->bytes;
	s->end = end;
	if (!s->begun)
		step = begin(s);
	while (step == TOLD && s->at < s->end && !s->stopped)
		step = token(s);
	return s->stopped || step == TOLD || (step == WAITS && s->end - s->at <= KEPT_MAX);
}

bool scan_complete(const struct xml_scan *s)
{
	return s->closed && s->at == s->end;
}

void scan_stop(struct xml_scan *s)
{
	s->stopped = true;
}

uint64_t scan_line(const struct xml_scan *s)
{
	return s->line;
}

struct str scan_head(const struct xml_scan *s)
{
	return str_of(s->head, s->head_n);
}

struct str scan_tag(struct xml_scan *s, size_t i, uint64_t *line)
{
	struct buf *b = &s->made;

	/* A document element that is over is open no more, but was there. */
	if (i == s->depth + s->closed)
		return S("");
	buf_clear(b);
	buf_ch(b, '<');
	buf_add(b, str_of(s->open[i].name->text, s->open[i].name->n));
	for (size_t k = 0; i == 0 && k < s->names.space_count; k++) {
		const struct xml_space *space = s->names.spaces + k;

		buf_lit(b, " xmlns:");
		buf_add(b, str_of(space->prefix, space->prefix_n));
		buf_lit(b, "=\"");
		buf_add(b, str_of(space->address, space->address_n));
		buf_ch(b, '"');
	}
	buf_z(b, s->closed ? "/>" : ">");
	*line = s->open[i].line;
	return buf_str(b);
}

struct str scan_rest(const struct xml_scan *s)
{
	return str_of(s->at, (size_t)(s->end - s->at));
}

struct xml_scan *scan_open(const char *const *words, size_t n, const struct xml_sink *sink)
{
	struct xml_scan *s = calloc(1, sizeof(*s));

	assert(s);
	s->sink = *sink;
	s->line = 1;
	s->at = s->end = s->bytes;
	s->guess = &s->root;
	buf_init(&s->made, 2 * sizeof(s->bytes));
	xml_names_init(&s->names, words, n);
	return s;
}

void scan_close(struct xml_scan *s)
{
	if (!s)
		return;
	buf_done(&s->made);
	free(s);
}

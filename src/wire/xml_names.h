/*
 * The names that a scanner of XML has met, each kept once: found by a hash over their first and
 * last eight bytes.  Private to src/wire/.
 */
#ifndef WIRE_XML_NAMES_H
#define WIRE_XML_NAMES_H
#include "wire/xml.h"
#include "wire/xml_plain.h"

enum {
	XML_NAME_MAX = 31,
	XML_NAME_SLOTS = 1024, /* half of them may be taken */
	XML_SPACES_MAX = 8,
	XML_SPACE_MAX = 128
};

struct xml_known {
	uint64_t first, last; /* its first eight bytes, fewer filled up with zero; its last */
	uint64_t mask;        /* as many bytes of `first` as are its own */
	size_t n;             /* 0: the slot is free */
	char text[XML_NAME_MAX + 1]; /* with its prefix */
	struct xml_name name;
	/* What came after it the last time, and probably does again: an attribute after this
	 * name in a tag, an element after its start tag, one after its end; NULL: nothing. */
	struct xml_known *attr, *kid, *next;
};
/* A prefix that the document element declares. */
struct xml_space {
	char prefix[XML_NAME_MAX + 1], address[XML_SPACE_MAX];
	size_t prefix_n, address_n;
};
struct xml_names {
	struct xml_known slots[XML_NAME_SLOTS];
	size_t count;
	const struct xml_known *lang; /* xml:lang */
	struct xml_space spaces[XML_SPACES_MAX];
	size_t space_count;
};

/* The words are names with their numbers, as far as they are plain. */
void xml_names_init(struct xml_names *names, const char *const *words, size_t n);
/* A name that was not met yet; NULL: it is not plain, or its prefix not known, or there is no
 * room. */
struct xml_known *xml_name_add(struct xml_names *names, const char *p, size_t n);
/* False: nothing plain. */
bool xml_space_add(struct xml_names *names, struct str prefix, struct str address);

static inline uint64_t xml_name_first(const char *p, size_t n)
{
	return n < 8 ? xml_load(p) & ((UINT64_C(1) << 8 * n) - 1) : xml_load(p);
}

/* Whether the bytes at `p` begin with this name; XML_PLAIN_PAD bytes can be read there. */
static inline bool xml_name_here(const struct xml_known *k, const char *p)
{
	return (xml_load(p) & k->mask) == k->first &&
	       (k->n <= 8 || xml_load(p + k->n - 8) == k->last) &&
	       (k->n <= 16 || memcmp(p + 8, k->text + 8, k->n - 16) == 0);
}

static inline size_t xml_name_slot(uint64_t first, uint64_t last, size_t n)
{
	uint64_t h = (first ^ (last << 23 | last >> 41) ^ n) * UINT64_C(0x9E3779B97F4A7C15);

	return (size_t)(h >> 54) % XML_NAME_SLOTS;
}

/* The name of `n` bytes at `p`; NULL as above. */
static inline struct xml_known *xml_name_find(struct xml_names *names, const char *p, size_t n)
{
	uint64_t first, last;

	if (n == 0 || n > XML_NAME_MAX)
		return NULL;
	first = xml_name_first(p, n);
	last = n <= 8 ? first : xml_load(p + n - 8);
	for (size_t i = xml_name_slot(first, last, n);; i = (i + 1) % XML_NAME_SLOTS) {
		struct xml_known *k = names->slots + i;

		if (k->n == n && k->first == first && k->last == last &&
		    (n <= 16 || memcmp(p + 8, k->text + 8, n - 16) == 0))
			return k;
		if (k->n == 0)
			return xml_name_add(names, p, n);
	}
}

#endif

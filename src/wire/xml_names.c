#include "wire/xml_names.h"

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* Names that begin with "xml" are XML's own. */
static bool is_plain(struct str name)
{
	for (size_t i = 0; i < name.n; i++)
		if (!is_letter(name.p[i]) &&
		    (i == 0 || (name.p[i] != '-' && name.p[i] != '.' &&
				!(name.p[i] >= '0' && name.p[i] <= '9'))))
			return false;
	return name.n && !str_starts(name, S("xml"));
}

static struct str space_of(const struct xml_names *names, struct str prefix)
{
	for (size_t i = 0; i < names->space_count; i++)
		if (str_eq(str_of(names->spaces[i].prefix, names->spaces[i].prefix_n), prefix))
			return str_of(names->spaces[i].address, names->spaces[i].address_n);
	return S("");
}

static struct xml_known *keep(struct xml_names *names, struct str text, size_t prefix,
			      struct str space, int word)
{
	char padded[XML_NAME_MAX + 1 + 8] = { 0 };
	struct xml_known *k;
	uint64_t first, last;
	size_t i;

	if (names->count == XML_NAME_SLOTS / 2)
		return NULL;
	names->count++;
	memcpy(padded, text.p, text.n);
	first = xml_name_first(padded, text.n);
	last = text.n <= 8 ? first : xml_load(padded + text.n - 8);
	for (i = xml_name_slot(first, last, text.n); names->slots[i].n;)
		i = (i + 1) % XML_NAME_SLOTS;
	k = names->slots + i;
	*k = (struct xml_known){ .first = first, .last = last, .n = text.n };
	k->mask = text.n < 8 ? (UINT64_C(1) << 8 * text.n) - 1 : UINT64_MAX;
	memcpy(k->text, text.p, text.n);
	k->name = (struct xml_name){ str_of(k->text + prefix, text.n - prefix), space, word };
	return k;
}

struct xml_known *xml_name_add(struct xml_names *names, const char *p, size_t n)
{
	struct str text = str_of(p, n), local = text, prefix, space = S("");
	bool prefixed = str_split(&local, ':', &prefix) && prefix.n < n;

	if (!prefixed)
		local = text;
	else if (is_plain(prefix))
		space = space_of(names, prefix);
	if (!is_plain(local) || (prefixed && !space.n))
		return NULL;
	return keep(names, text, n - local.n, space, XML_WORD_NONE);
}

void xml_names_init(struct xml_names *names, const char *const *words, size_t n)
{
	names->lang = keep(names, S("xml:lang"), 4, S(XML_SPACE), XML_WORD_LANG);
	for (size_t i = 0; i < n; i++) {
		struct str word = str_z(words[i]);

		if (word.n <= XML_NAME_MAX && is_plain(word))
			(void)keep(names, word, 0, S(""), (int)i);
	}
}

/* Two prefixes for one address would make two names of one attribute. */
static bool address_known(const struct xml_names *names, struct str address)
{
	for (size_t i = 0; i < names->space_count; i++)
		if (str_eq(str_of(names->spaces[i].address, names->spaces[i].address_n),
			   address))
			return true;
	return false;
}

bool xml_space_add(struct xml_names *names, struct str prefix, struct str address)
{
	struct xml_space *space = names->spaces + names->space_count;

	if (names->space_count == XML_SPACES_MAX || prefix.n > XML_NAME_MAX ||
	    !is_plain(prefix) || space_of(names, prefix).n || !address.n ||
	    address.n > XML_SPACE_MAX || str_index(address, '"') < address.n ||
	    str_starts(address, S("http://www.w3.org/XML/")) ||
	    str_starts(address, S("http://www.w3.org/2000/")) || address_known(names, address))
		return false;
	memcpy(space->prefix, prefix.p, prefix.n);
	memcpy(space->address, address.p, address.n);
	space->prefix_n = prefix.n;
	space->address_n = address.n;
	names->space_count++;
	return true;
}

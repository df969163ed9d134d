#include "store/fold.h"

#include <libstemmer.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>

/* U+00C0 … U+017F; "*" stands for the letters that become two, "." for what is no letter. */
static const char latin[] = "aaaaaa*ceeeeiiiidnooooo.ouuuuy**aaaaaa*ceeeeiiiidnooooo.ouuuuy*y"
			    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii**jjkkklllllll"
			    "lllnnnnnnnnnoooooo**rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

static const struct {
	uint32_t rune;
	const char *text;
} doubles[] = {
	{ 0xc6, "ae" },  { 0xe6, "ae" },  { 0xde, "th" },  { 0xfe, "th" },  { 0xdf, "ss" },
	{ 0x132, "ij" }, { 0x133, "ij" }, { 0x152, "oe" }, { 0x153, "oe" },
};

static void put(struct word *w, const char *p, size_t n)
{
	if (n > sizeof(w->p) - w->n)
		return;
	memcpy(w->p + w->n, p, n);
	w->n += n;
}

static void put_double(struct word *w, uint32_t rune)
{
	for (size_t i = 0; i < sizeof(doubles) / sizeof(doubles[0]); i++)
		if (doubles[i].rune == rune)
			put(w, doubles[i].text, 2);
}

/* The lower case of a letter, in UTF-8. */
static void put_lower(struct word *w, UChar32 c)
{
	struct buf text;

	buf_init(&text, 4);
	buf_rune(&text, (uint32_t)u_tolower(c));
	put(w, text.p, text.n);
	buf_done(&text);
}

/* The code point at `*at`, which moves past it. */
static UChar32 next_rune(const UChar *s, int32_t n, int32_t *at)
{
	UChar32 high = s[(*at)++];

	if (high < 0xd800 || high > 0xdbff || *at == n)
		return high;
	return ((high - 0xd800) << 10) + (s[(*at)++] - 0xdc00) + 0x10000;
}

/* Any letter outside the common blocks: its base letters. */
static bool put_rare(struct word *w, UChar32 rune)
{
	UErrorCode code = U_ZERO_ERROR;
	const UNormalizer2 *nfkd;
	UChar apart[32];
	int32_t n, at = 0;
	bool any = false;

	if (!u_isalnum(rune))
		return u_charType(rune) == U_NON_SPACING_MARK;
	nfkd = unorm2_getNFKDInstance(&code);
	n = U_SUCCESS(code) ? unorm2_getDecomposition(nfkd, rune, apart, 32, &code) : -1;
	if (n < 0 || U_FAILURE(code)) {
		put_lower(w, rune);
		return true;
	}
	while (at < n) {
		UChar32 c = next_rune(apart, n, &at);

		if (u_isalnum(c)) {
			put_lower(w, c);
			any = true;
		}
	}
	return any;
}

static bool put_latin(struct word *w, uint32_t r)
{
	char c = latin[r - 0xc0];

	if (c == '*')
		put_double(w, r);
	else if (c != '.')
		put(w, &c, 1);
	return c != '.';
}

/* й typed as и with a breve is й all the same. */
static bool put_breve(struct word *w)
{
	if (str_ends(str_of(w->p, w->n), S("и")))
		w->p[w->n - 1] = "й"[1];
	return true;
}

/* Add the folded rune, which is not ASCII; false when it is no part of a word. */
static bool put_rune(struct word *w, uint32_t r)
{
	if (r >= 0xc0 && r < 0x180)
		return put_latin(w, r);
	if (r == 0x306)
		return put_breve(w);
	return put_rare(w, (UChar32)r);
}

/* Folded ASCII letters and digits; 0 for every other byte. */
static const char ascii[256] = {
	['0'] = '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', ['A'] = 'a', 'b', 'c',
	'd',         'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n',         'o', 'p',
	'q',         'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z', ['a'] = 'a', 'b', 'c',
	'd',         'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n',         'o', 'p',
	'q',         'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z',
};

/* The ASCII letters from `at` on; where they end. */
static inline size_t put_ascii(struct word *w, struct str text, size_t at)
{
	size_t n = w->n;
	char c;

	for (; at < text.n && (c = ascii[(unsigned char)text.p[at]]); at++)
		if (n < sizeof(w->p))
			w->p[n++] = c;
	w->n = n;
	return at;
}

/* The folded letter of two bytes as they stand in the text, U+0410 ... U+044F and Ё ё; 0 when
 * it is another.  Their order in UTF-8 is that of their numbers. */
static inline unsigned cyrillic(unsigned high, unsigned low)
{
	unsigned r = (high & 0x1f) << 6 | (low & 0x3f);

	if (r == 0x401 || r == 0x451)
		return 0x435;
	if (r >= 0x410 && r < 0x430)
		return r + 32;
	return r >= 0x430 && r <= 0x44f ? r : 0;
}

/* One letter of two bytes, which are left out where there is no room for both. */
static inline void put_two(struct word *w, unsigned r)
{
	if (w->n + 2 > sizeof(w->p))
		return;
	w->p[w->n++] = (char)(0xc0 | r >> 6);
	w->p[w->n++] = (char)(0x80 | (r & 0x3f));
}

/* The folded letter of two bytes, U+00C0 ... U+017F; 0 when it is none, or becomes two. */
static inline char latin_one(unsigned high, unsigned low)
{
	char c = high >= 0xc3 && high <= 0xc5 ? latin[(high - 0xc3) << 6 | (low & 0x3f)] : 0;

	return c >= 'a' ? c : 0;
}

/* Take what stands at `*at` and is not ASCII; false when it is no part of a word. */
static inline bool put_wide(struct word *w, struct str text, size_t *at)
{
	unsigned high = (unsigned char)text.p[*at];
	unsigned low = text.n - *at > 1 ? (unsigned char)text.p[*at + 1] : 0;
	unsigned r = high == 0xd0 || high == 0xd1 ? cyrillic(high, low) : 0;
	char c = latin_one(high, low);

	if (!r && !c)
		return put_rune(w, str_rune(text, at));
	*at += 2;
	if (r)
		put_two(w, r);
	else if (w->n < sizeof(w->p))
		w->p[w->n++] = c;
	return true;
}

bool fold_word(struct str *text, struct word *out)
{
	size_t at = 0;
	bool letter;

	out->n = 0;
	while (at < text->n) {
		at = put_ascii(out, *text, at);
		if (at == text->n)
			break;
		letter = (unsigned char)text->p[at] >= 0x80;
		if (letter)
			letter = put_wide(out, *text, &at);
		else
			at++;
		if (!letter && out->n)
			break;
	}
	*text = str_from(*text, at);
	return out->n > 0;
}

/* --- stems --- */

enum { TEXT_MAX = 4 * (FOLD_WORD_MAX + 1) };

struct stems {
	struct sb_stemmer *french, *english, *russian;
	struct buf out;
};

struct stems *stems_open(void)
{
	struct stems *s = calloc(1, sizeof(*s));

	if (!s)
		abort();
	s->french = sb_stemmer_new("french", "UTF_8");
	s->english = sb_stemmer_new("english", "UTF_8");
	s->russian = sb_stemmer_new("russian", "UTF_8");
	if (!s->french || !s->english || !s->russian)
		abort();
	buf_init(&s->out, TEXT_MAX);
	return s;
}

void stems_close(struct stems *s)
{
	if (!s)
		return;
	sb_stemmer_delete(s->french);
	sb_stemmer_delete(s->english);
	sb_stemmer_delete(s->russian);
	buf_done(&s->out);
	free(s);
}

static void put_stem(struct stems *s, struct sb_stemmer *by, struct str word)
{
	const sb_symbol *p = sb_stemmer_stem(by, (const sb_symbol *)word.p, (int)word.n);
	struct str stem = p ? str_of(p, (size_t)sb_stemmer_length(by)) : word;
	struct str rest = buf_str(&s->out), had;

	while (str_split(&rest, ' ', &had))
		if (str_eq(had, stem))
			return;
	buf_add(&s->out, stem);
	buf_ch(&s->out, ' ');
}

/* What begins with no letter of a language, or has a digit, is its own stem. */
static bool has_stems(struct str word)
{
	unsigned char c = (unsigned char)word.p[0];

	if ((c < 'a' || c > 'z') && c != 0xd0 && c != 0xd1)
		return false;
	for (size_t i = 1; i < word.n; i++)
		if (word.p[i] >= '0' && word.p[i] <= '9')
			return false;
	return true;
}

struct str stems_of(struct stems *s, struct str word)
{
	buf_clear(&s->out);
	buf_add(&s->out, word);
	buf_ch(&s->out, ' ');
	if (!has_stems(word))
		return buf_str(&s->out);
	if (word.p[0] >= 'a' && word.p[0] <= 'z') {
		put_stem(s, s->french, word);
		put_stem(s, s->english, word);
	} else {
		put_stem(s, s->russian, word);
	}
	return buf_str(&s->out);
}

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

static void put_double(struct buf *out, uint32_t rune)
{
	for (size_t i = 0; i < sizeof(doubles) / sizeof(doubles[0]); i++)
		if (doubles[i].rune == rune)
			buf_z(out, doubles[i].text);
}

/* The code point at `*at`, which moves past it. */
static UChar32 next_rune(const UChar *s, int32_t n, int32_t *at)
{
	UChar32 high = s[(*at)++];

	if (high < 0xd800 || high > 0xdbff || *at == n)
		return high;
	return ((high - 0xd800) << 10) + (s[(*at)++] - 0xdc00) + 0x10000;
}

/* Any letter outside the common blocks: its base letters in lower case. */
static bool put_rare(struct buf *out, uint32_t rune)
{
	const UNormalizer2 *nfkd;
	UErrorCode code = U_ZERO_ERROR;
	UChar apart[32];
	int32_t n, at = 0;
	bool any = false;

	if (!u_isalnum((UChar32)rune))
		return u_charType((UChar32)rune) == U_NON_SPACING_MARK;
	nfkd = unorm2_getNFKDInstance(&code);
	n = U_SUCCESS(code) ? unorm2_getDecomposition(nfkd, (UChar32)rune, apart, 32, &code)
			    : -1;
	if (n < 0 || U_FAILURE(code)) {
		buf_rune(out, (uint32_t)u_tolower((UChar32)rune));
		return true;
	}
	while (at < n) {
		UChar32 c = next_rune(apart, n, &at);

		if (u_isalnum(c)) {
			buf_rune(out, (uint32_t)u_tolower(c));
			any = true;
		}
	}
	return any;
}

/* й typed as и with a breve is й all the same. */
static bool put_breve(struct buf *out)
{
	if (str_ends(buf_str(out), S("и"))) {
		out->n -= strlen("и");
		buf_lit(out, "й");
	}
	return true;
}

/* Append the folded rune; false when it is no part of a word. */
static bool put_rune(struct buf *out, uint32_t r)
{
	if (r < 0x80) {
		char c = (char)(r >= 'A' && r <= 'Z' ? r | 32 : r);

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')))
			return false;
		buf_ch(out, c);
		return true;
	}
	if (r >= 0xc0 && r < 0x180) {
		char c = latin[r - 0xc0];

		if (c == '*')
			put_double(out, r);
		else if (c != '.')
			buf_ch(out, c);
		return c != '.';
	}
	if (r == 0x306)
		return put_breve(out);
	if (r == 0x401 || r == 0x451) /* Ё ё */
		r = 0x435;
	else if (r >= 0x410 && r < 0x430)
		r += 32;
	else if (r < 0x430 || r > 0x44f)
		return put_rare(out, r);
	buf_rune(out, r);
	return true;
}

void fold_words(struct buf *out, struct str text)
{
	size_t start = out->n;

	for (size_t at = 0; at < text.n;) {
		size_t before = out->n;
		uint32_t r = (unsigned char)text.p[at];

		if (r < 0x80)
			at++;
		else
			r = str_rune(text, &at);
		if (!put_rune(out, r)) {
			if (out->n > start)
				buf_ch(out, ' ');
			start = out->n;
		} else if (out->n - start > FOLD_WORD_MAX) {
			out->n = before;
		}
	}
	if (out->n > start)
		buf_ch(out, ' ');
}

/* --- stems --- */

enum {
	KNOWN = 1 << 14,
	TEXT_MAX = 4 * (FOLD_WORD_MAX + 1)
}; /* places in the memory of words */

struct known {
	char *text; /* the word, its stems, one space after each */
	unsigned short word, all;
};

struct stems {
	struct sb_stemmer *french, *english, *russian;
	struct known known[KNOWN]; /* by hash; a newcomer takes the place */
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
	buf_init(&s->out, 4096);
	return s;
}

void stems_close(struct stems *s)
{
	if (!s)
		return;
	sb_stemmer_delete(s->french);
	sb_stemmer_delete(s->english);
	sb_stemmer_delete(s->russian);
	for (size_t i = 0; i < KNOWN; i++)
		free(s->known[i].text);
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

static void find_stems(struct stems *s, struct str word)
{
	buf_clear(&s->out);
	buf_add(&s->out, word);
	buf_ch(&s->out, ' ');
	if (word.p[0] >= 'a' && word.p[0] <= 'z') {
		put_stem(s, s->french, word);
		put_stem(s, s->english, word);
	} else if ((unsigned char)word.p[0] == 0xd0 || (unsigned char)word.p[0] == 0xd1) {
		put_stem(s, s->russian, word);
	}
}

struct str stems_of(struct stems *s, struct str word)
{
	uint64_t h = 0xcbf29ce484222325u; /* FNV-1a */
	struct known *k;

	for (size_t i = 0; i < word.n; i++)
		h = (h ^ (unsigned char)word.p[i]) * 0x100000001b3u;
	k = &s->known[(h ^ h >> 29) & (KNOWN - 1)];
	if (!k->text || !str_eq(str_of(k->text, k->word), word)) {
		find_stems(s, word);
		free(k->text);
		k->text = malloc(s->out.n);
		if (!k->text)
			abort();
		memcpy(k->text, s->out.p, s->out.n);
		k->word = (unsigned short)word.n;
		k->all = (unsigned short)s->out.n;
	}
	return str_of(k->text, k->all);
}

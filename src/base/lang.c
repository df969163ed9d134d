#include "base/lang.h"

#include <assert.h>
#include <string.h>

/* The compiled catalogues, linked in by the build (lang/XX.po through msgfmt). */
extern const unsigned char _binary_fr_mo_start[], _binary_fr_mo_end[];
extern const unsigned char _binary_ru_mo_start[], _binary_ru_mo_end[];

const char *const lang_codes[LANG_COUNT] = { "fr", "ru", "en" };
const char *const lang_names[LANG_COUNT] = { "Français", "Русский", "English" };

struct catalogue {
	const unsigned char *start, *end;
};

static const struct catalogue catalogues[LANG_COUNT] = {
	[LANG_FR] = { _binary_fr_mo_start, _binary_fr_mo_end },
	[LANG_RU] = { _binary_ru_mo_start, _binary_ru_mo_end },
	/* LANG_EN: the messages themselves */
};

static uint32_t word(const unsigned char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* As msgfmt hashes a message: P. J. Weinberger's function of the bytes before the first zero.
 */
static uint32_t hash_of_message(struct str s)
{
	uint32_t h = 0;

	for (size_t i = 0; i < s.n && s.p[i]; i++) {
		uint32_t high;

		h = (h << 4) + (unsigned char)s.p[i];
		high = h & 0xf0000000;
		h = (h ^ high >> 24) & ~high;
	}
	return h;
}

/*
 * The GNU .mo format: at 12 and 16 where the tables of (length, offset) pairs of originals and
 * translations start, at 20 and 24 the size and start of the hash table of their numbers from
 * 1 on, where 0 is an empty place; what collides is looked for in steps of its own.
 */
static bool find(enum lang lang, struct str key, struct str *out)
{
	const unsigned char *mo = catalogues[lang].start;
	uint32_t h = hash_of_message(key), places, at, n;

	if (!mo || catalogues[lang].end - mo < 28)
		return false;
	places = word(mo + 20);
	assert(word(mo) == 0x950412de && places > 2);
	at = h % places;
	while ((n = word(mo + word(mo + 24) + 4 * at)) != 0) {
		const unsigned char *o = mo + word(mo + 12) + 8 * (n - 1);
		const unsigned char *t = mo + word(mo + 16) + 8 * (n - 1);

		if (str_eq(key, str_of(mo + word(o + 4), word(o)))) {
			*out = str_of(mo + word(t + 4), word(t));
			return out->n > 0;
		}
		at = (at + 1 + h % (places - 2)) % places;
	}
	return false;
}

struct str lang_text(enum lang lang, const char *message)
{
	struct str found;

	if (message && message[0] && find(lang, str_z(message), &found))
		return found;
	return str_z(message);
}

bool lang_has(enum lang lang, const char *message)
{
	struct str found;

	return lang == LANG_EN || find(lang, str_z(message), &found);
}

/* Which form of a plural: the rules of CLDR for whole numbers. */
static unsigned plural_form(enum lang lang, uint64_t n)
{
	switch (lang) {
	case LANG_FR: return n > 1;
	case LANG_RU:
		if (n % 10 == 1 && n % 100 != 11)
			return 0;
		return n % 10 >= 2 && n % 10 <= 4 && (n % 100 < 12 || n % 100 > 14) ? 1 : 2;
	case LANG_EN:
	case LANG_COUNT: break;
	}
	return n != 1;
}

struct str lang_plural(enum lang lang, const char *one, const char *many, uint64_t n)
{
	char key[512];
	size_t a = strlen(one), b = strlen(many);
	unsigned form = plural_form(lang, n);
	struct str forms, s;

	assert(a + b + 1 <= sizeof(key));
	memcpy(key, one, a + 1);
	memcpy(key + a + 1, many, b);
	if (!find(lang, str_of(key, a + 1 + b), &forms))
		return str_z(form == 0 ? one : many);
	while (str_split(&forms, '\0', &s) && form > 0)
		form--;
	return s;
}

bool lang_parse(struct str code, enum lang *out)
{
	for (int i = 0; i < LANG_COUNT; i++) {
		struct str rest = str_from(code, 2);

		if (str_starts(code, str_z(lang_codes[i])) &&
		    (rest.n == 0 || rest.p[0] == '-' || rest.p[0] == '_' || rest.p[0] == '.')) {
			*out = (enum lang)i;
			return true;
		}
	}
	return false;
}

/* The weight after ";q=" in thousandths; 1000 when there is none. */
static unsigned weight(struct str params)
{
	size_t at = str_find(params, S("q="));
	struct str q = str_trim(str_from(params, at + 2));
	unsigned v, scale = 100;

	if (at == params.n || q.n == 0)
		return 1000;
	v = q.p[0] == '1' ? 1000 : 0;
	for (size_t i = 2; i < q.n && i < 5 && q.p[i] >= '0' && q.p[i] <= '9'; i++, scale /= 10)
		v += (unsigned)(q.p[i] - '0') * scale;
	return v;
}

enum lang lang_accept(struct str header, enum lang fallback)
{
	enum lang best = fallback, lang;
	unsigned best_weight = 0;
	struct str item;

	while (str_split(&header, ',', &item)) {
		size_t semi = str_index(item, ';');
		unsigned w = weight(str_from(item, semi));

		if (lang_parse(str_trim(str_cut(item, semi)), &lang) && w > best_weight) {
			best = lang;
			best_weight = w;
		}
	}
	return best;
}

void lang_fill(struct buf *out, struct str message, const struct str *args, size_t n)
{
	for (size_t i = 0; i < message.n; i++) {
		unsigned which = i + 1 < message.n ? (unsigned)(message.p[i + 1] - '1') : 9;

		if (message.p[i] == '%' && which < n) {
			buf_add(out, args[which]);
			i++;
		} else {
			buf_ch(out, message.p[i]);
		}
	}
}

void lang_err(struct buf *out, enum lang lang, const struct err *err)
{
	struct str args[ERR_ARGS];

	for (int i = 0; i < ERR_ARGS; i++)
		args[i] = str_z(err->arg[i]);
	lang_fill(out, lang_text(lang, err->message), args, ERR_ARGS);
}

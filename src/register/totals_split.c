#include "register/totals_inside.h"

#include <stdlib.h>

enum { ALL_MICRO = 100000000 }; /* 100 per cent */

/* --- reading --- */

struct said {
	uint32_t project, key;
	int64_t micro;
	int sign;
};
struct saying {
	enum money_column key;
	struct said *said;
	size_t n, cap;
	uint32_t last; /* largest number of a project */
};

static bool take(void *ctx, const struct money_facts *f, struct err *err)
{
	struct saying *s = ctx;

	(void)err;
	for (size_t i = 0; i < f->n; i++) {
		struct said *to;

		if (s->n == s->cap) {
			s->cap = s->cap ? s->cap * 2 : 1024;
			s->said = realloc(s->said, s->cap * sizeof(*s->said));
			if (!s->said)
				abort();
		}
		to = &s->said[s->n++];
		*to = (struct said){ .project = (uint32_t)f->at[MONEY_PROJECT][i],
				     .key = (uint32_t)f->at[s->key][i],
				     .micro = f->at[MONEY_LOW][i],
				     .sign = (int)f->at[MONEY_SIGN][i] };
		if (to->project > s->last)
			s->last = to->project;
	}
	return true;
}

static enum money_column key_column(enum money_log log)
{
	return log == MONEY_OF_SECTORS     ? MONEY_SECTOR
	       : log == MONEY_OF_COUNTRIES ? MONEY_COUNTRY
					   : MONEY_TYPE;
}

/* Lines of one project with what was taken back left out, one a key; in their order by code. */
struct net {
	struct share share;
	int64_t count;
};

static size_t net_of(const struct said *said, size_t n, struct net *out)
{
	size_t keys = 0, kept = 0;

	for (size_t i = 0; i < n; i++) {
		size_t k = 0;

		while (k < keys && out[k].share.key != said[i].key)
			k++;
		if (k == SHARES_MAX)
			return 0;
		if (k == keys)
			out[keys++] = (struct net){ .share = { .key = said[i].key } };
		out[k].count += said[i].sign;
		out[k].share.micro += said[i].sign * said[i].micro;
	}
	for (size_t k = 0; k < keys; k++)
		if (out[k].count > 0)
			out[kept++] = out[k];
	return kept;
}

static void sort_shares(struct share *s, size_t n, const struct lexicon *words)
{
	for (size_t i = 1; i < n; i++)
		for (size_t k = i;
		     k > 0 && str_cmp(words->word[s[k].key], words->word[s[k - 1].key]) < 0;
		     k--) {
			struct share t = s[k];

			s[k] = s[k - 1];
			s[k - 1] = t;
		}
}

/* How many stand: none when they do not add up to the whole. */
static size_t put_shares(struct share *to, const struct net *net, size_t n,
			 const struct lexicon *words)
{
	int64_t sum = 0;

	for (size_t k = 0; k < n; k++)
		sum += net[k].share.micro;
	if (n == 1 && sum == 0)
		sum = ALL_MICRO;
	if (sum != ALL_MICRO)
		return 0;
	for (size_t k = 0; k < n; k++)
		to[k] = net[k].share;
	if (n == 1)
		to[0].micro = ALL_MICRO;
	sort_shares(to, n, words);
	return n;
}

/* By project: a counting sort, then each by itself. */
static void lay_out(struct arena *a, const struct saying *s, const struct lexicon *words,
		    struct shares *out)
{
	struct said *sorted = arena_array(a, struct said, s->n);
	size_t *end = arena_array(a, size_t, s->last + 2);
	struct net net[SHARES_MAX];
	size_t at = 0, from = 0;

	out->projects = s->last + 1;
	out->first = arena_array(a, size_t, out->projects + 1);
	out->at = arena_array(a, struct share, s->n);
	for (size_t i = 0; i < s->n; i++)
		end[s->said[i].project + 1]++;
	for (size_t i = 1; i <= out->projects; i++)
		end[i] += end[i - 1];
	for (size_t i = 0; i < s->n; i++)
		sorted[end[s->said[i].project]++] = s->said[i];
	for (size_t p = 0; p < out->projects; p++) {
		out->first[p] = at;
		at += put_shares(out->at + at, net, net_of(sorted + from, end[p] - from, net),
				 words);
		from = end[p];
	}
	out->first[out->projects] = at;
}

bool shares_read(struct view *v, struct arena *a, const struct money_scan *q,
		 struct lexicon *words, struct shares *out, struct err *err)
{
	struct saying s = { .key = key_column(q->log) };
	struct money_scan scan = *q;
	bool ok;

	scan.need = 1u << MONEY_PROJECT | 1u << s.key | 1u << MONEY_LOW | 1u << MONEY_SIGN;
	scan.each = take;
	scan.ctx = &s;
	*out = (struct shares){ 0 };
	ok = view_money(v, &scan, words, err);
	if (ok && s.n)
		lay_out(a, &s, words, out);
	free(s.said);
	return ok;
}

/* --- asking --- */

bool shares_key(const struct shares *s, uint32_t project, uint32_t *key)
{
	*key = 0;
	if (project >= s->projects || s->first[project] == s->first[project + 1])
		return false;
	*key = s->at[s->first[project]].key;
	return true;
}

/* Single units to the largest remainders, of equals to the first: `left` places, each once. */
static void give_rest(int64_t *rest, size_t n, int64_t left, unsigned char *more)
{
	for (; left > 0; left--) {
		size_t most = 0;

		for (size_t i = 1; i < n; i++)
			if (rest[i] > rest[most])
				most = i;
		more[most] = 1;
		rest[most] = -1;
	}
}

/* Nearly all figures are small: then a part is one multiplication of 64 bits. */
static const int64_t small = INT64_MAX / ALL_MICRO;

/* Of the units there are, those that most figures are in: a division by a constant is a
 * multiplication. */
static uint64_t units_of(uint64_t size, int64_t unit)
{
	switch (unit) {
	case 10000: return size / 10000;
	case 1000000: return size / 1000000;
	default: return size / (uint64_t)unit;
	}
}

/* Of two, the second is what the first leaves; the larger remainder is the first's from a half
 * of a unit on. */
static void in_two(uint64_t units, const struct share *share, int64_t *out)
{
	uint64_t both = units * (uint64_t)share[0].micro;

	out[0] = (int64_t)(both / ALL_MICRO + (both % ALL_MICRO >= ALL_MICRO / 2));
	out[1] = (int64_t)units - out[0];
}

static void in_many(uint64_t units, const struct share *share, size_t n, int64_t *out)
{
	unsigned char more[SHARES_MAX];
	int64_t rest[SHARES_MAX], left = (int64_t)units;

	for (size_t i = 0; i < n; i++) {
		uint64_t both = units * (uint64_t)share[i].micro;

		out[i] = (int64_t)(both / ALL_MICRO);
		rest[i] = (int64_t)(both % ALL_MICRO);
		more[i] = 0;
		left -= out[i];
	}
	give_rest(rest, n, left, more);
	for (size_t i = 0; i < n; i++)
		out[i] += more[i];
}

bool shares_parts(const struct share *share, size_t n, int64_t micro, int64_t unit,
		  int64_t *out)
{
	uint64_t size = micro < 0 ? -(uint64_t)micro : (uint64_t)micro;
	uint64_t units = units_of(size, unit);

	if (units * (uint64_t)unit != size) {
		units = size;
		unit = 1;
	}
	if (units > (uint64_t)small)
		return false;
	if (n == 2)
		in_two(units, share, out);
	else
		in_many(units, share, n, out);
	for (size_t i = 0; i < n; i++)
		out[i] *= micro < 0 ? -unit : unit;
	return true;
}

size_t shares_of(const struct shares *s, uint32_t project, const struct share **out)
{
	if (project >= s->projects)
		return 0;
	*out = s->at + s->first[project];
	return s->first[project + 1] - s->first[project];
}

static void split_large(const struct share *share, size_t n, int128 micro, int64_t unit,
			struct portion *out)
{
	int128 size = micro < 0 ? -micro : micro, units, left;
	unsigned char more[SHARES_MAX] = { 0 };
	int64_t rest[SHARES_MAX];

	if (size % unit != 0)
		unit = 1;
	left = units = size / unit;
	for (size_t i = 0; i < n; i++) {
		out[i].micro = units * share[i].micro / ALL_MICRO;
		rest[i] = (int64_t)(units * share[i].micro % ALL_MICRO);
		left -= out[i].micro;
	}
	give_rest(rest, n, (int64_t)left, more);
	for (size_t i = 0; i < n; i++)
		out[i].micro = (out[i].micro + more[i]) * (micro < 0 ? -unit : unit);
}

size_t shares_split(const struct shares *s, uint32_t project, struct portion whole,
		    int64_t unit, struct portion out[SHARES_MAX])
{
	const struct share *share;
	size_t n = whole.key ? 0 : shares_of(s, project, &share);

	out[0] = whole;
	if (!n)
		return 1;
	split_large(share, n, whole.micro, unit, out);
	for (size_t i = 0; i < n; i++)
		out[i].key = share[i].key;
	return n;
}

#include "web/kept.h"
#include "web/server.h"

#include <stdlib.h>

enum { PIECE_MAX = 64 << 10 };

struct piece {
	struct page_state state;
	char *html; /* NULL: none */
	size_t n;
};
struct kept {
	pthread_mutex_t lock;
	struct piece pieces[KEPT_PIECES][LANG_COUNT][RECORD_COUNT];
};

struct kept *kept_new(void)
{
	struct kept *k = calloc(1, sizeof(*k));

	if (!k)
		abort();
	pthread_mutex_init(&k->lock, NULL);
	return k;
}

void kept_free(struct kept *k)
{
	for (int piece = 0; piece < KEPT_PIECES; piece++)
		for (int lang = 0; lang < LANG_COUNT; lang++)
			for (int r = 0; r < RECORD_COUNT; r++)
				free(k->pieces[piece][lang][r].html);
	pthread_mutex_destroy(&k->lock);
	free(k);
}

static bool take(struct visit *v, struct kept *k, const struct piece *p)
{
	bool is;

	pthread_mutex_lock(&k->lock);
	is = p->html && page_state_same(&p->state, &v->state);
	if (is)
		buf_add(&v->out, str_of(p->html, p->n));
	pthread_mutex_unlock(&k->lock);
	return is;
}

static void keep(struct visit *v, struct kept *k, struct piece *p, struct str html)
{
	char *copy = malloc(html.n + 1);

	if (!copy)
		abort();
	if (html.n)
		memcpy(copy, html.p, html.n);
	pthread_mutex_lock(&k->lock);
	free(p->html);
	*p = (struct piece){ v->state, copy, html.n };
	pthread_mutex_unlock(&k->lock);
}

void page_kept(struct visit *v, enum kept_piece piece, const struct record *r,
	       void (*write)(struct visit *v, const struct record *r))
{
	struct kept *k = v->web->kept;
	struct piece *p = &k->pieces[piece][v->lang][record_id_of(r)];
	size_t began = v->out.n;

	if (v->person.role != ROLE_NONE || v->who != AUDIENCE_PUBLIC) {
		write(v, r);
		return;
	}
	if (take(v, k, p))
		return;
	write(v, r);
	if (!v->out.full && v->out.n > began && v->out.n - began <= PIECE_MAX)
		keep(v, k, p, str_from(buf_str(&v->out), began));
}

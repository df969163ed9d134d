/* Pouches in memory, taken apart and put together again, between the two nodes of nodes.h. */
#ifndef TEST_EXCHANGE_POUCHES_H
#define TEST_EXCHANGE_POUCHES_H
#include "../register/nodes.h"

#include "exchange/pouch.h"
#include "exchange/pouch_archive.h"

enum { POUCH_TEST_MAX = 64 << 20, MEMBERS_MAX = 64 };

static inline bool into_buf(void *ctx, struct str bytes, struct err *err)
{
	(void)err;
	buf_add(ctx, bytes);
	return true;
}

static inline uint64_t held(struct nodes *t, struct node *n, const char *ledger)
{
	struct view *v = reading(n);
	struct ledger_row *rows;
	uint64_t size = 0;
	size_t count;
	struct err err;

	check_ok(view_ledgers(v, &t->a, &rows, &count, &err), &err);
	for (size_t i = 0; i < count; i++)
		if (str_is(rows[i].name, ledger))
			size = rows[i].size;
	read_done(v);
	return size;
}

/* What is sent follows the high-water file, which a thread of its own writes. */
static inline void settle(struct nodes *t, struct node *n)
{
	uint64_t size = held(t, n, arena_z(&t->a, node_ledger(n)));

	while (store_served(node_store(n)) < size)
		usleep(500);
}

static inline struct str pack_from(struct nodes *t, struct node *n, const char *to,
				   const struct pouch_base *bases, size_t count)
{
	const struct pouch_plan plan = { .to = str_z(to), .bases = bases, .base_count = count };
	struct buf b;
	const struct pouch_sink sink = { into_buf, &b };
	struct pouch_note m;
	struct err err;

	settle(t, n);
	buf_init(&b, POUCH_TEST_MAX);
	check_ok(pouch_pack(n, &t->a, &plan, &sink, &m, &err), &err);
	assert_false(b.full);
	return arena_buf(&t->a, &b);
}

static inline bool from_str(void *ctx, void *out, size_t max, size_t *n, struct err *err)
{
	struct str *s = ctx;

	(void)err;
	/* In odd pieces, as a pipe gives them. */
	*n = s->n < max ? s->n : max;
	*n = *n > 1000 ? 1000 : *n;
	memcpy(out, s->p, *n);
	*s = str_from(*s, *n);
	return true;
}

static inline bool opens(struct nodes *t, struct node *n, struct str bytes,
			 struct pouch_report *r, struct err *err)
{
	const struct pouch_source from = { from_str, &bytes };

	return pouch_open(n, &t->a, &from, r, err);
}

/* --- taken apart --- */

struct piece {
	struct str name, content;
};
struct pieces {
	struct piece all[MEMBERS_MAX];
	size_t n;
};

static inline struct pieces apart(struct str bytes)
{
	struct pieces p = { .n = 0 };

	for (;;) {
		struct str name;
		uint64_t size;

		if (!ustar_parse((const unsigned char *)bytes.p, 0644, &name, &size))
			return p;
		assert_true(p.n < MEMBERS_MAX);
		p.all[p.n++] = (struct piece){ name, str_of(bytes.p + USTAR_BLOCK, size) };
		bytes = str_from(bytes, USTAR_BLOCK + size + ustar_padding(size));
	}
}

static inline struct str together(struct nodes *t, const struct pieces *p)
{
	struct buf b;
	const struct pouch_sink sink = { into_buf, &b };
	struct err err;

	buf_init(&b, POUCH_TEST_MAX);
	for (size_t i = 0; i < p->n; i++) {
		struct str c = p->all[i].content;

		check_ok(pouch_out_begin(&sink, p->all[i].name, c.n, &err) &&
				 into_buf(&b, c, &err) && pouch_out_pad(&sink, c.n, &err),
			 &err);
	}
	check_ok(pouch_out_end(&sink, &err), &err);
	return arena_buf(&t->a, &b);
}

/* The manifest as it is true of these members, with one change of its text, signed by `by`. */
static inline void resign(struct nodes *t, struct node *by, struct pieces *p, const char *from,
			  const char *to)
{
	struct pouch_note m;
	struct pouch_sum sum;
	struct buf text, changed, note;
	struct note old;
	struct err err;
	struct str s;
	size_t at;

	check_ok(note_parse(p->all[0].content, &old, &err), &err);
	check_ok(pouch_note_parse(old.text, &m, &err), &err);
	pouch_sum_begin(&sum);
	for (size_t i = 1; i < p->n; i++) {
		struct hash h = hash_of(p->all[i].content);

		pouch_sum_add(&sum, p->all[i].name, p->all[i].content.n, &h);
	}
	m.members = sum.members;
	m.bytes = sum.bytes;
	m.digest = pouch_sum_end(&sum);
	buf_init(&text, NOTE_MAX);
	buf_init(&changed, NOTE_MAX);
	buf_init(&note, NOTE_MAX);
	pouch_note_write(&text, &m);
	s = buf_str(&text);
	at = str_find(s, str_z(from));
	assert_true(at < s.n);
	buf_add(&changed, str_cut(s, at));
	buf_z(&changed, to);
	buf_add(&changed, str_from(s, at + strlen(from)));
	check_ok(node_sign(by, buf_str(&changed), &note, &err), &err);
	p->all[0].content = arena_buf(&t->a, &note);
	buf_done(&text);
	buf_done(&changed);
}

#endif

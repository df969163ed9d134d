/* What is known of peers, in the table `meta` of the local store: "peer/URL". */
#include "store/local.h"
#include "store/store_private.h"

static const struct str before = { "peer/", 5 };
enum { KEY_MAX = 4 << 10, STATE_MAX = 64 << 10, PEERS_KEPT = 64 };

bool local_peers(struct view *v, struct arena *a, struct peer_state **out, size_t *n,
		 struct err *err)
{
	struct stmt *q = db_prepare(v->local,
				    "SELECT key, value FROM meta WHERE key >= 'peer/' AND "
				    "key < 'peer0' ORDER BY key",
				    err);
	bool row;

	*n = 0;
	*out = arena_array(a, struct peer_state, PEERS_KEPT);
	if (!q)
		return false;
	while (*n < PEERS_KEPT) {
		struct peer_state *p = &(*out)[*n];
		struct str tried;
		uint64_t time;

		if (!stmt_step(q, &row, err))
			return false;
		if (!row)
			return true;
		p->url = str_from(arena_str(a, col_text(q, 0)), before.n);
		p->state = arena_str(a, col_blob(q, 1));
		if (!str_split(&p->state, '\n', &tried) || !str_u64(tried, INT64_MAX, &time))
			continue;
		p->tried = (int64_t)time;
		++*n;
	}
	stmt_reset(q);
	return true;
}

static bool drop(struct view *v, struct str url, struct err *err)
{
	struct stmt *q = db_prepare(v->local, "DELETE FROM meta WHERE key = ?", err);
	struct buf key;
	bool ok;

	if (!q)
		return false;
	buf_init(&key, KEY_MAX);
	buf_add(&key, before);
	buf_add(&key, url);
	stmt_text(q, 0, buf_str(&key));
	ok = stmt_done(q, err);
	buf_done(&key);
	return ok;
}

/* Addresses that nobody asks any more give way to new ones. */
static bool make_room(struct view *v, struct str url, struct err *err)
{
	struct peer_state *rows, *oldest = NULL;
	struct arena a;
	bool known = false, ok;
	size_t n;

	arena_init(&a, 8 << 20);
	ok = local_peers(v, &a, &rows, &n, err);
	for (size_t i = 0; ok && i < n; i++) {
		known |= str_eq(rows[i].url, url);
		if (!oldest || rows[i].tried < oldest->tried)
			oldest = &rows[i];
	}
	ok = ok && (known || n < PEERS_KEPT || drop(v, oldest->url, err));
	arena_done(&a);
	return ok;
}

bool local_peer_put(struct view *v, const struct peer_state *p, struct err *err)
{
	struct buf key, value;
	bool ok;

	if (!make_room(v, p->url, err))
		return false;
	buf_init(&key, KEY_MAX);
	buf_init(&value, STATE_MAX);
	buf_add(&key, before);
	buf_add(&key, p->url);
	buf_ch(&key, '\0');
	buf_i64(&value, p->tried);
	buf_ch(&value, '\n');
	buf_add(&value, p->state);
	ok = (!key.full && !value.full) ||
	     err_set(err, ERR_INPUT, "", N_("the address is too long"));
	ok = ok && meta_put(v->local, key.p, buf_str(&value), err);
	buf_done(&key);
	buf_done(&value);
	return ok;
}

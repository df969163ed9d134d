/* Alerts of this node, in the table `meta` of the local store: "alert/KIND/LEDGER". */
#include "store/local.h"
#include "store/store_private.h"

static const struct str before = { "alert/", 6 };
enum { ALERT_MAX = NOTE_MAX + 32, ALERTS_MAX = 64 };

static void put_key(struct buf *out, struct str kind, struct str ledger)
{
	buf_add(out, before);
	buf_add(out, kind);
	buf_ch(out, '/');
	buf_add(out, ledger);
}

bool local_alert_put(struct view *v, int64_t now, struct str kind, struct str ledger,
		     struct str note, struct err *err)
{
	struct buf key, value;
	char time[TIME_TEXT];
	struct arena a;
	bool ok;

	arena_init(&a, 1 << 20);
	buf_init(&key, 256);
	buf_init(&value, ALERT_MAX);
	put_key(&key, kind, ledger);
	buf_z(&value, time_text(time, now));
	buf_ch(&value, '\n');
	buf_add(&value, note);
	ok = meta_put(v->local, arena_z(&a, buf_str(&key)), buf_str(&value), err);
	buf_done(&key);
	buf_done(&value);
	arena_done(&a);
	return ok;
}

static struct alert_row read_alert(struct arena *a, struct str key, struct str value)
{
	struct alert_row row = { 0 };

	key = str_from(arena_str(a, key), before.n);
	value = arena_str(a, value);
	(void)!str_split(&key, '/', &row.kind);
	row.ledger = key;
	(void)!str_split(&value, '\n', &row.time);
	row.note = value;
	return row;
}

bool local_alerts(struct view *v, struct arena *a, struct alert_row **out, size_t *n,
		  struct err *err)
{
	struct stmt *q = db_prepare(v->local,
				    "SELECT key, value FROM meta WHERE key LIKE 'alert/%' "
				    "ORDER BY key",
				    err);
	bool row;

	if (!q)
		return false;
	*out = arena_array(a, struct alert_row, ALERTS_MAX);
	for (*n = 0; *n < ALERTS_MAX; ++*n) {
		if (!stmt_step(q, &row, err))
			return false;
		if (!row)
			return true;
		(*out)[*n] = read_alert(a, col_text(q, 0), col_blob(q, 1));
	}
	stmt_reset(q);
	return true;
}

bool local_alert_end(struct view *v, struct str kind, struct str ledger, bool *found,
		     struct err *err)
{
	struct stmt *q = db_prepare(v->local, "DELETE FROM meta WHERE key = ?", err);
	struct buf key;
	bool ok;

	if (!q)
		return false;
	buf_init(&key, 256);
	put_key(&key, kind, ledger);
	stmt_text(q, 0, buf_str(&key));
	ok = stmt_done(q, err);
	*found = ok && stmt_changes(q) == 1;
	buf_done(&key);
	return ok;
}

#include "store/local.h"
#include "store/store_private.h"

enum { MAILS_MAX = 10000 };

bool local_mail_put(struct view *v, const struct mail_row *row, struct err *err)
{
	struct stmt *q = db_prepare(
		v->local,
		"INSERT INTO mail(account, address, lang, every, sent, cut) "
		"VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT(account) DO UPDATE SET address = "
		"excluded.address, lang = excluded.lang, every = excluded.every, "
		"sent = excluded.sent, cut = excluded.cut",
		err);

	if (!q)
		return false;
	stmt_text(q, 0, row->account);
	stmt_text(q, 1, row->address);
	stmt_text(q, 2, row->lang);
	stmt_int(q, 3, row->every);
	stmt_int(q, 4, row->sent);
	stmt_text(q, 5, row->cut);
	return stmt_done(q, err);
}

bool local_mails(struct view *v, struct arena *a, struct mail_row **out, size_t *n,
		 struct err *err)
{
	struct stmt *q = db_prepare(v->local,
				    "SELECT account, address, lang, every, sent, cut FROM mail "
				    "ORDER BY account",
				    err);
	bool row;

	*n = 0;
	if (!q)
		return false;
	*out = arena_room(a, struct mail_row, MAILS_MAX);
	while (*n < MAILS_MAX) {
		if (!stmt_step(q, &row, err))
			return false;
		if (!row)
			return true;
		(*out)[(*n)++] = (struct mail_row){ .account = arena_str(a, col_text(q, 0)),
						    .address = arena_str(a, col_text(q, 1)),
						    .lang = arena_str(a, col_text(q, 2)),
						    .every = (unsigned)col_int(q, 3),
						    .sent = col_int(q, 4),
						    .cut = arena_str(a, col_text(q, 5)) };
	}
	stmt_reset(q);
	return true;
}

bool local_mail_end(struct view *v, struct str account, struct err *err)
{
	struct stmt *q = db_prepare(v->local, "DELETE FROM mail WHERE account = ?", err);

	if (!q)
		return false;
	stmt_text(q, 0, account);
	return stmt_done(q, err);
}

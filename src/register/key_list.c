#include "register/key_list.h"

uint64_t key_until(const struct key_row *rows, size_t n, size_t i, bool *replaced)
{
	for (size_t k = i + 1; k < n; k++)
		if (str_eq(rows[k].role, rows[i].role)) {
			*replaced = true;
			return rows[k].from;
		}
	*replaced = false;
	return 0;
}

static void put_keys(struct json_w *w, const struct key_row *rows, size_t n)
{
	json_key(w, "keys");
	json_open(w, '[');
	for (size_t i = 0; i < n; i++) {
		bool replaced;
		uint64_t until = key_until(rows, n, i, &replaced);

		json_open(w, '{');
		json_pair(w, "role", rows[i].role);
		json_key(w, "from");
		json_put_int(w, (int64_t)rows[i].from);
		if (replaced) {
			json_key(w, "until");
			json_put_int(w, (int64_t)until);
		}
		json_pair(w, "key", rows[i].key);
		json_close(w, '}');
	}
	json_close(w, ']');
}

bool key_list_write(struct view *v, struct arena *a, const struct charter *c, struct buf *out,
		    struct err *err)
{
	struct json_w w = json_w(out);

	json_open(&w, '{');
	json_key(&w, "register");
	json_put_hex(&w, c->id.b, HASH_SIZE);
	json_key(&w, "ledgers");
	json_open(&w, '[');
	for (size_t i = 0; i < c->ledger_count; i++) {
		const struct charter_ledger *l = &c->ledgers[i];
		struct key_row *rows;
		size_t n;

		if (!view_key_history(v, a, l->name, &rows, &n, err))
			return false;
		json_open(&w, '{');
		json_pair(&w, "name", l->name);
		json_pair(&w, "party", l->party);
		json_pair(&w, "origin", l->origin);
		json_key(&w, "threshold");
		json_put_int(&w, l->threshold);
		put_keys(&w, rows, n);
		json_close(&w, '}');
	}
	json_close(&w, ']');
	json_close(&w, '}');
	return true;
}

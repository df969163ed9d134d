#include "base/lang.h"
#include "ledger/charter.h"

/* The ceremony of LEDGER.md 4.1: each node prints its keys, one side makes the charter of them.
 */

enum { TITLE_MAX = 4096, THRESHOLD = 2, ENTRIES_PER_DAY = 20000, BLOB_BYTES = 256 << 20 };

static void put_key(struct json_w *w, const struct vkey *k)
{
	struct buf text;

	buf_init(&text, 256);
	vkey_write(&text, k);
	json_put_str(w, buf_str(&text));
	buf_done(&text);
}

/* The name in a language, of "fr=Mali; ru=Мали" or of one name for all; the first where none is
 * said. */
static struct str name_in(struct str name, enum lang lang)
{
	struct str rest = name, item, first = { 0 };

	while (str_split(&rest, ';', &item)) {
		struct str code, text = str_trim(item);
		enum lang said;

		if (!str_split(&text, '=', &code) || !text.p || !lang_parse(code, &said))
			return name;
		if (said == lang)
			return text;
		if (!first.p)
			first = text;
	}
	return first.p ? first : name;
}

void node_keys_write(struct buf *out, const struct node_keys *k)
{
	struct json_w w = json_w(out);

	json_open(&w, '{');
	json_pair(&w, "name", k->party);
	json_pair(&w, "party", k->party);
	json_key(&w, "title");
	json_open(&w, '{');
	for (unsigned l = 0; l < LANG_COUNT; l++)
		json_pair(&w, lang_codes[l], name_in(k->name, (enum lang)l));
	json_close(&w, '}');
	json_pair(&w, "origin", k->origin);
	json_key(&w, "log");
	put_key(&w, &k->log);
	json_key(&w, "witness");
	put_key(&w, &k->witness);
	json_key(&w, "recovery");
	json_open(&w, '[');
	for (unsigned i = 0; i < CHARTER_RECOVERY; i++)
		put_key(&w, &k->recovery[i]);
	json_close(&w, ']');
	json_key(&w, "threshold");
	json_put_int(&w, THRESHOLD);
	json_pair(&w, "seal", k->seal);
	json_pair(&w, "url", k->url);
	json_close(&w, '}');
}

/* "Joint register: Mali – Russie" */
static void put_title(struct json_w *w, enum lang lang, const struct json *const *ledgers,
		      size_t n)
{
	struct buf title;

	buf_init(&title, TITLE_MAX);
	buf_add(&title, T(lang, "Joint register"));
	for (size_t i = 0; i < n; i++) {
		buf_add(&title, i ? S(" – ") : S(": "));
		buf_add(&title, json_str(json_get(ledgers[i], "title"), lang_codes[lang]));
	}
	json_pair(w, lang_codes[lang], buf_str(&title));
	buf_done(&title);
}

static void write_charter(struct buf *out, const struct json *const *ledgers, size_t n)
{
	struct json_w w = json_w(out);

	json_open(&w, '{');
	json_key(&w, "v");
	json_put_int(&w, 1);
	json_pair(&w, "act", S("charter"));
	json_key(&w, "title");
	json_open(&w, '{');
	for (unsigned l = 0; l < LANG_COUNT; l++)
		put_title(&w, (enum lang)l, ledgers, n);
	json_close(&w, '}');
	json_key(&w, "languages");
	json_open(&w, '[');
	for (unsigned l = 0; l < LANG_COUNT; l++)
		json_put_str(&w, str_z(lang_codes[l]));
	json_close(&w, ']');
	json_key(&w, "ledgers");
	json_open(&w, '[');
	for (size_t i = 0; i < n; i++)
		json_put(&w, ledgers[i]);
	json_close(&w, ']');
	json_key(&w, "witnesses");
	json_put_raw(&w, S("[]"));
	json_key(&w, "personal_kinds");
	json_put_raw(&w, S("[\"contact\"]"));
	json_key(&w, "limits");
	json_open(&w, '{');
	json_key(&w, "entries_per_day");
	json_put_int(&w, ENTRIES_PER_DAY);
	json_key(&w, "blob_bytes");
	json_put_int(&w, BLOB_BYTES);
	json_close(&w, '}');
	json_close(&w, '}');
}

bool charter_assemble(struct arena *a, const struct str *keys_json, size_t n, struct buf *out,
		      struct err *err)
{
	const struct json **ledgers = arena_array(a, const struct json *, n);
	struct charter *c = arena_new(a, struct charter);
	size_t start = out->n;

	for (size_t i = 0; i < n; i++) {
		struct json *j;

		if (!json_object(a, keys_json[i], &j, err)) {
			err_within(err, "ledgers.", str_z(err_num(i)));
			return false;
		}
		ledgers[i] = j;
	}
	write_charter(out, ledgers, n);
	if (out->full)
		return err_set(err, ERR_INPUT, "", N_("the charter is larger than 256 KiB"));
	/* A copy, since the buffer may move. */
	return charter_read(a, arena_str(a, str_from(buf_str(out), start)), c, err);
}

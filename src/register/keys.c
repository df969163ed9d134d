#include "register/keys.h"

#include "ledger/bech32.h"
#include "register/file.h"

#include <sodium.h>
#include <string.h>
#include <sys/stat.h>

static const struct str prefix = { "PRIVATE+KEY+", 12 };
enum { KEY_FILE_MAX = 4096, MODE_PRIVATE = 0600 };

static bool write_private(const char *path, struct buf *text, struct err *err)
{
	bool ok = file_write(path, buf_str(text), MODE_PRIVATE, err);

	sodium_memzero(text->p, text->n);
	buf_done(text);
	return ok;
}

bool key_write(const char *path, const struct skey *k, struct err *err)
{
	unsigned char typed[1 + SEED_SIZE] = { k->pub.type };
	struct buf b;

	memcpy(typed + 1, k->seed, SEED_SIZE);
	buf_init(&b, KEY_FILE_MAX);
	buf_add(&b, prefix);
	buf_add(&b, k->pub.name);
	buf_ch(&b, '+');
	buf_hex(&b, k->pub.id, sizeof(k->pub.id));
	buf_ch(&b, '+');
	buf_b64(&b, typed, sizeof(typed));
	buf_ch(&b, '\n');
	sodium_memzero(typed, sizeof(typed));
	return write_private(path, &b, err);
}

static bool read_private(struct arena *a, const char *path, struct str *text, struct err *err)
{
	struct stat st;

	if (stat(path, &st) == 0 && (st.st_mode & (S_IRWXG | S_IRWXO)))
		return err_set(err, ERR_DENIED, NULL,
			       N_("The private key %1 can be read by others. Make it private: "
				  "chmod 600 %1"),
			       path);
	return file_read(a, path, KEY_FILE_MAX, text, err);
}

static bool parse_key(struct arena *a, struct str line, enum key_type type, struct skey *out)
{
	struct str name, id;
	unsigned char typed[1 + SEED_SIZE], given[4];
	size_t n;
	bool ok;

	if (!str_starts(line, prefix))
		return false;
	line = str_from(line, prefix.n);
	ok = str_split(&line, '+', &name) && str_split(&line, '+', &id) &&
	     hex_decode(id, given, sizeof(given)) &&
	     b64_decode(line, typed, sizeof(typed), &n) && n == sizeof(typed) &&
	     typed[0] == type && key_name_valid(name);
	if (ok)
		skey_from_seed(out, type, arena_str(a, name), typed + 1);
	sodium_memzero(typed, sizeof(typed));
	return ok && memcmp(out->pub.id, given, sizeof(given)) == 0;
}

bool key_read(struct arena *a, const char *path, enum key_type type, struct skey *out,
	      struct err *err)
{
	struct str text = { 0 };

	if (!read_private(a, path, &text, err))
		return false;
	if (!parse_key(a, str_trim(text), type, out))
		return err_set(
			err, ERR_UNREACHABLE, NULL,
			N_("%1 is not a private key of this kind, or it is damaged. Give "
			   "the right file, or put it back from a safe copy."),
			path);
	return true;
}

void seal_recipient(struct buf *out, const unsigned char secret[SEED_SIZE])
{
	unsigned char public[SEED_SIZE];

	crypto_scalarmult_base(public, secret);
	bech32_write(out, S("age"), public);
}

bool seal_write(const char *path, const unsigned char secret[SEED_SIZE], struct err *err)
{
	struct buf b;
	size_t at;

	buf_init(&b, KEY_FILE_MAX);
	buf_lit(&b, "# public key: ");
	seal_recipient(&b, secret);
	buf_ch(&b, '\n');
	at = b.n;
	bech32_write(&b, S("age-secret-key-"), secret);
	buf_ch(&b, '\n');
	for (; at < b.n; at++)
		if (b.p[at] >= 'a' && b.p[at] <= 'z')
			b.p[at] = (char)(b.p[at] - 'a' + 'A');
	return write_private(path, &b, err);
}

bool seal_read(struct arena *a, const char *path, unsigned char secret[SEED_SIZE],
	       struct err *err)
{
	struct str text, line;

	if (!read_private(a, path, &text, err))
		return false;
	while (str_split(&text, '\n', &line))
		if (bech32_read(str_trim(line), S("age-secret-key-"), secret))
			return true;
	return err_set(err, ERR_UNREACHABLE, NULL,
		       N_("%1 is not an age identity. Put the right file back from a backup."),
		       path);
}

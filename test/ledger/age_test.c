#include "ledger/age.h"

#include "base/arena.h"
#include "check.h"
#include "ledger/bech32.h"

#include <sodium.h>
#include <stdlib.h>
#include <unistd.h>

enum { FILE_MAX = 1 << 20 };

static const unsigned char secret[AGE_SECRET] = { 7, 7, 7 };
static char recipient_text[128];

static struct str recipient(const unsigned char of[AGE_SECRET])
{
	unsigned char point[32];
	struct buf b;
	struct str r;

	crypto_scalarmult_base(point, of);
	buf_init(&b, sizeof(recipient_text));
	bech32_write(&b, S("age"), point);
	memcpy(recipient_text, b.p, b.n);
	r = str_of(recipient_text, b.n);
	buf_done(&b);
	return r;
}

/* Chance that a test can repeat: 1, 2, 3, … */
static void count_up(void *ctx, void *out, size_t n)
{
	for (size_t i = 0; i < n; i++)
		((unsigned char *)out)[i] = (unsigned char)++*(unsigned *)ctx;
}

static void seal(struct str plain, struct buf *out)
{
	struct str to = recipient(secret);
	unsigned seed = 0;
	struct err err;

	buf_init(out, FILE_MAX);
	check_ok(age_seal(plain, &to, 1, &(struct age_chance){ count_up, &seed }, out, &err),
		 &err);
}

static enum err_kind kind_of(struct str file)
{
	struct buf out;
	struct err err = { 0 };
	bool ok;

	buf_init(&out, FILE_MAX);
	buf_lit(&out, "before");
	ok = age_open(file, secret, &out, &err);
	if (!ok)
		check_str(buf_str(&out), S("before"));
	buf_done(&out);
	return ok ? ERR_NONE : err.kind;
}

static struct str some_bytes(struct arena *a, size_t n)
{
	char *p = arena_alloc(a, n + 1);

	for (size_t i = 0; i < n; i++)
		p[i] = (char)(i * 31 + i / 251);
	return str_of(p, n);
}

static const size_t sizes[] = { 0,
				1,
				15,
				4095,
				AGE_CHUNK - 1,
				AGE_CHUNK,
				AGE_CHUNK + 1,
				2 * AGE_CHUNK,
				3 * AGE_CHUNK + 7 };
enum { SIZES = sizeof(sizes) / sizeof(sizes[0]) };

static void opens_what_it_seals(void **state)
{
	struct arena a;
	struct err err;

	(void)state;
	arena_init(&a, 4 << 20);
	for (size_t i = 0; i < SIZES; i++) {
		struct str plain = some_bytes(&a, sizes[i]);
		struct buf file, again, back;

		seal(plain, &file);
		seal(plain, &again);
		check_str(buf_str(&file), buf_str(&again)); /* the same chance, the same file */
		buf_init(&back, FILE_MAX);
		check_ok(age_open(buf_str(&file), secret, &back, &err), &err);
		check_str(buf_str(&back), plain);
		buf_done(&file);
		buf_done(&again);
		buf_done(&back);
	}
	arena_done(&a);
}

static void is_not_for_others(void **state)
{
	static const unsigned char other[AGE_SECRET] = { 8 };
	struct buf file;
	struct str to = recipient(other);
	struct err err;
	unsigned seed = 0;

	(void)state;
	buf_init(&file, FILE_MAX);
	check_ok(age_seal(S("x"), &to, 1, &(struct age_chance){ count_up, &seed }, &file, &err),
		 &err);
	assert_int_equal(kind_of(buf_str(&file)), ERR_DENIED);
	buf_done(&file);
}

/* Who is no recipient: another prefix, upper case, a changed letter, the point of order 1. */
static void refuses_bad_recipients(void **state)
{
	unsigned char low[32] = { 1 };
	unsigned seed = 0;
	struct buf b, out;
	struct err err;
	struct str bad[5] = { S("age1"), S(""), recipient(secret) };

	(void)state;
	buf_init(&b, 256);
	bech32_write(&b, S("age"), low);
	bad[2].n--;
	bad[3] = buf_str(&b);
	bad[4] = S("AGE1ZWLYL6H27GZV0LFNTR7FCQRJRZQAZAP8SY5ZYLKXWNEH7LLF0DKSU37MWT");
	buf_init(&out, FILE_MAX);
	for (int i = 0; i < 5; i++) {
		assert_false(age_seal(S("x"), &bad[i], 1,
				      &(struct age_chance){ count_up, &seed }, &out, &err));
		assert_int_equal(err.kind, ERR_INPUT);
	}
	assert_false(
		age_seal(S("x"), bad, 0, &(struct age_chance){ count_up, &seed }, &out, &err));
	buf_done(&b);
	buf_done(&out);
}

static void refuses_what_does_not_fit(void **state)
{
	struct str to = recipient(secret);
	struct buf file, small;
	unsigned seed = 0;
	struct err err;

	(void)state;
	buf_init(&small, 150);
	assert_false(age_seal(S("x"), &to, 1, &(struct age_chance){ count_up, &seed }, &small,
			      &err));
	assert_int_equal(err.kind, ERR_INPUT);
	buf_done(&small);
	seal(S("eleven bytes"), &file);
	buf_init(&small, 11);
	assert_false(age_open(buf_str(&file), secret, &small, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	assert_int_equal(small.n, 0);
	buf_done(&small);
	buf_done(&file);
}

/* Every byte matters, and every length: one changed or cut off anywhere is refused. */
static void notices_every_change(void **state)
{
	struct buf file;

	(void)state;
	seal(S("The text of an agreement.\n"), &file);
	for (size_t i = 0; i < file.n; i++) {
		file.p[i] ^= 1;
		assert_int_not_equal(kind_of(buf_str(&file)), ERR_NONE);
		file.p[i] ^= 1;
		assert_int_equal(kind_of(str_cut(buf_str(&file), i)), ERR_INPUT);
	}
	buf_ch(&file, 'x');
	assert_int_equal(kind_of(buf_str(&file)), ERR_INPUT);
	buf_done(&file);
}

/* --- files that are wrong although whoever made them knew the file key --- */

static unsigned char file_key[16]; /* what count_up gives first */

static void mac_of(const unsigned char *key, size_t key_size, struct str text,
		   unsigned char out[32])
{
	crypto_auth_hmacsha256_state s;

	crypto_auth_hmacsha256_init(&s, key, key_size);
	crypto_auth_hmacsha256_update(&s, (const unsigned char *)text.p, text.n);
	crypto_auth_hmacsha256_final(&s, out);
}

static void derived(struct str salt, const char *info, unsigned char out[32])
{
	unsigned char prk[32], text[64];
	size_t n = strlen(info);

	mac_of((const unsigned char *)salt.p, salt.n, str_of(file_key, sizeof(file_key)), prk);
	memcpy(text, info, n);
	text[n] = 1;
	mac_of(prk, sizeof(prk), str_of(text, n + 1), out);
}

/* The file of a header given up to its last line but one, and of what follows it. */
static void with_header(struct buf *out, struct str header, struct str payload)
{
	unsigned char key[32], mac[32];

	buf_init(out, FILE_MAX);
	buf_add(out, header);
	buf_lit(out, "---");
	derived(S(""), "header", key);
	mac_of(key, sizeof(key), buf_str(out), mac);
	buf_ch(out, ' ');
	buf_b64(out, mac, sizeof(mac));
	out->n--;
	buf_ch(out, '\n');
	buf_add(out, payload);
}

/* A good file taken apart. */
struct parts {
	struct buf file;
	struct str version, stanza, body, payload;
};

static void take_apart(struct parts *p)
{
	struct str rest, mac;

	for (int i = 0; i < 16; i++)
		file_key[i] = (unsigned char)(i + 1);
	seal(S("plain"), &p->file);
	rest = buf_str(&p->file);
	assert_true(str_split(&rest, '\n', &p->version));
	assert_true(str_split(&rest, '\n', &p->stanza));
	assert_true(str_split(&rest, '\n', &p->body));
	assert_true(str_split(&rest, '\n', &mac));
	p->payload = rest;
}

/* %v version, %s the stanza's line, %b its body. */
static void from_pattern(const struct parts *p, const char *pattern, struct buf *out)
{
	struct buf header;

	buf_init(&header, FILE_MAX);
	for (; *pattern; pattern++) {
		if (*pattern != '%')
			buf_ch(&header, *pattern);
		else
			buf_add(&header, *++pattern == 'v' ? p->version
					 : *pattern == 's' ? p->stanza
							   : p->body);
	}
	with_header(out, buf_str(&header), p->payload);
	buf_done(&header);
}

#define LINE64 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define KEY0   "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

static const struct header_case {
	const char *pattern;
	enum err_kind want;
	const char *why;
} header_cases[] = {
	{ "%v\n%s\n%b\n", ERR_NONE, "as it was" },
	{ "%v\n-> grease a b c\n" LINE64 "\nAA\n%s\n%b\n", ERR_NONE, "others' stanzas" },
	{ "%v\n-> grease\n\n%s\n%b\n", ERR_NONE, "an empty body" },
	{ "%v\n-> grease\n" LINE64 "\n\n%s\n%b\n", ERR_NONE, "a body of one full line" },
	{ "%v\n-> grease\n" LINE64 "\n%s\n%b\n", ERR_INPUT, "a full line that is the last" },
	{ "%v\n-> grease\n" LINE64 "A\n%s\n%b\n", ERR_INPUT, "a line too long" },
	{ "%v\n-> grease\nA\n%s\n%b\n", ERR_INPUT, "a letter that is no byte" },
	{ "%v\n-> grease\nAB\n%s\n%b\n", ERR_INPUT, "spare bits that are not zero" },
	{ "%v\n-> grease\nAAA=\n%s\n%b\n", ERR_INPUT, "padding" },
	{ "%v\n-> grease\nA-A_\n%s\n%b\n", ERR_INPUT, "the other alphabet" },
	{ "%v\n-> grease \n\n%s\n%b\n", ERR_INPUT, "an empty argument at the end" },
	{ "%v\n-> grease  a\n\n%s\n%b\n", ERR_INPUT, "two spaces" },
	{ "%v\n-> \n\n%s\n%b\n", ERR_INPUT, "no argument" },
	{ "%v\n-> gr\xc3\xa9\n\n%s\n%b\n", ERR_INPUT, "an argument that is not ASCII" },
	{ "%v\n->grease\n\n%s\n%b\n", ERR_INPUT, "no space" },
	{ "%v\n", ERR_INPUT, "no stanza" },
	{ "%v\r\n%s\r\n%b\r\n", ERR_INPUT, "lines of Windows" },
	{ "\n%v\n%s\n%b\n", ERR_INPUT, "an empty line first" },
	{ "age-encryption.org/v2\n%s\n%b\n", ERR_INPUT, "another version" },
	{ "%v\n%s x\n%b\n", ERR_INPUT, "an argument too many" },
	{ "%v\n-> X25519\n%b\n", ERR_INPUT, "an argument too few" },
	{ "%v\n%sA\n%b\n", ERR_INPUT, "a share too long" },
	{ "%v\n%s=\n%b\n", ERR_INPUT, "a share with padding" },
	{ "%v\n%s\n%bA\n", ERR_INPUT, "a body too long" },
	{ "%v\n%s\n\n", ERR_INPUT, "no body" },
	{ "%v\n-> X25519 " KEY0 "\n%b\n", ERR_INPUT, "the point 0" },
	{ "%v\n-> X25519 AQ" LINE64 "\n%b\n%s\n%b\n", ERR_INPUT, "a share too long, before" },
	{ "%v\n-> scrypt AAAAAAAAAAAAAAAAAAAAAA 18\n" KEY0 "\n%s\n%b\n", ERR_INPUT,
	  "a password beside a key" },
	{ "%v\n-> scrypt AAAAAAAAAAAAAAAAAAAAAA 18\n" KEY0 "\n", ERR_DENIED, "a password" },
	{ "%v\n-> x25519 " KEY0 "\n" KEY0 "\n", ERR_DENIED, "another kind of stanza" },
};

static void reads_headers_strictly(void **state)
{
	struct parts p;

	(void)state;
	take_apart(&p);
	for (size_t i = 0; i < sizeof(header_cases) / sizeof(header_cases[0]); i++) {
		const struct header_case *c = &header_cases[i];
		struct buf file;
		enum err_kind got;

		from_pattern(&p, c->pattern, &file);
		got = kind_of(buf_str(&file));
		if (got != c->want) {
			print_error("%s: %d, not %d\n", c->why, got, c->want);
			fail();
		}
		buf_done(&file);
	}
	buf_done(&p.file);
}

/* Points of small order, and the share with spare bits set (its last letter + 1). */
static void refuses_low_points(void **state)
{
	static const char *const low[] = {
		"0100000000000000000000000000000000000000000000000000000000000000",
		"e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
	};
	struct parts p;
	struct buf file, pattern;
	unsigned char point[32];

	(void)state;
	take_apart(&p);
	for (size_t i = 0; i < sizeof(low) / sizeof(low[0]); i++) {
		assert_true(hex_decode(str_z(low[i]), point, sizeof(point)));
		buf_init(&pattern, 1024);
		buf_lit(&pattern, "%v\n-> X25519 ");
		buf_b64(&pattern, point, sizeof(point));
		pattern.n--;
		buf_lit(&pattern, "\n%b\n%s\n%b\n");
		buf_ch(&pattern, '\0');
		from_pattern(&p, pattern.p, &file);
		assert_int_equal(kind_of(buf_str(&file)), ERR_INPUT);
		buf_done(&file);
		buf_done(&pattern);
	}
	p.file.p[(size_t)(p.stanza.p - p.file.p) + p.stanza.n - 1]++;
	from_pattern(&p, "%v\n%s\n%b\n", &file);
	assert_int_equal(kind_of(buf_str(&file)), ERR_INPUT);
	buf_done(&file);
	buf_done(&p.file);
}

/* "size last size last …" of the chunks, in order; places as they come. */
static void with_chunks(struct buf *out, const int *chunks)
{
	static const unsigned char nonce[16] = { 9 };
	static unsigned char plain[AGE_CHUNK + 16], sealed[AGE_CHUNK + 32];
	unsigned char key[32], place[12] = { 0 };

	buf_init(out, FILE_MAX);
	buf_add(out, str_of(nonce, sizeof(nonce)));
	derived(str_of(nonce, sizeof(nonce)), "payload", key);
	for (; *chunks >= 0; chunks += 2, place[10]++) {
		place[11] = (unsigned char)chunks[1];
		crypto_aead_chacha20poly1305_ietf_encrypt(
			sealed, NULL, plain, (unsigned)chunks[0], NULL, 0, NULL, place, key);
		buf_add(out, str_of(sealed, (size_t)chunks[0] + 16));
	}
}

static const struct chunk_case {
	int chunks[9];
	enum err_kind want;
	const char *why;
} chunk_cases[] = {
	{ { 5, 1, -1 }, ERR_NONE, "one chunk" },
	{ { 0, 1, -1 }, ERR_NONE, "nothing" },
	{ { AGE_CHUNK, 1, -1 }, ERR_NONE, "one full chunk" },
	{ { AGE_CHUNK, 0, 1, 1, -1 }, ERR_NONE, "two chunks" },
	{ { AGE_CHUNK, 0, 0, 1, -1 }, ERR_INPUT, "an empty last chunk" },
	{ { AGE_CHUNK, 0, -1 }, ERR_INPUT, "no last chunk" },
	{ { 5, 0, -1 }, ERR_INPUT, "a short chunk that is not the last" },
	{ { AGE_CHUNK, 1, 5, 1, -1 }, ERR_INPUT, "a chunk after the last" },
	{ { AGE_CHUNK, 1, 5, 0, -1 }, ERR_INPUT, "more after the last" },
	{ { 100, 0, 100, 1, -1 }, ERR_INPUT, "chunks of another size" },
	{ { AGE_CHUNK + 1, 1, -1 }, ERR_INPUT, "a chunk too large" },
	{ { AGE_CHUNK, 0, AGE_CHUNK, 0, 3, 1, -1 }, ERR_NONE, "three chunks" },
	{ { 5, 2, -1 }, ERR_INPUT, "a last chunk that says it otherwise" },
	{ { -1 }, ERR_INPUT, "no chunk at all" },
};

static void reads_chunks_strictly(void **state)
{
	struct parts p;

	(void)state;
	take_apart(&p);
	for (size_t i = 0; i < sizeof(chunk_cases) / sizeof(chunk_cases[0]); i++) {
		const struct chunk_case *c = &chunk_cases[i];
		struct buf payload, file;
		enum err_kind got;

		with_chunks(&payload, c->chunks);
		p.payload = buf_str(&payload);
		from_pattern(&p, "%v\n%s\n%b\n", &file);
		got = kind_of(buf_str(&file));
		if (got != c->want) {
			print_error("%s: %d, not %d\n", c->why, got, c->want);
			fail();
		}
		buf_done(&payload);
		buf_done(&file);
	}
	buf_done(&p.file);
}

/* --- Debian's age --- */

static void write_file(const char *path, struct str text)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(text.p, 1, text.n, f), text.n);
	assert_int_equal(fclose(f), 0);
}

static void read_file(const char *path, struct buf *out)
{
	char some[4096];
	FILE *f = fopen(path, "rb");
	size_t n;

	assert_non_null(f);
	buf_init(out, FILE_MAX);
	while ((n = fread(some, 1, sizeof(some), f)) > 0)
		buf_add(out, str_of(some, n));
	fclose(f);
}

static void run_in(const char *dir, const char *command)
{
	char line[512];

	snprintf(line, sizeof(line), "cd %s && %s", dir, command);
	assert_int_equal(system(line), 0);
}

static void agrees(const char *dir, struct str plain)
{
	char path[64];
	struct buf file, back;
	struct err err;

	snprintf(path, sizeof(path), "%s/ours.age", dir);
	seal(plain, &file);
	write_file(path, buf_str(&file));
	run_in(dir, "age -d -i seal.txt ours.age >opened");
	snprintf(path, sizeof(path), "%s/opened", dir);
	read_file(path, &back);
	check_str(buf_str(&back), plain);
	buf_done(&file);
	buf_done(&back);

	write_file(path, plain);
	run_in(dir, "age -r $(cat recipient) opened >theirs.age");
	snprintf(path, sizeof(path), "%s/theirs.age", dir);
	read_file(path, &file);
	buf_init(&back, FILE_MAX);
	check_ok(age_open(buf_str(&file), secret, &back, &err), &err);
	check_str(buf_str(&back), plain);
	buf_done(&file);
	buf_done(&back);
}

static void debians_age_agrees(void **state)
{
	char dir[] = "/tmp/benkan-age-XXXXXX", path[64];
	struct arena a;
	struct buf text;

	(void)state;
	if (system("command -v age >/dev/null") != 0) {
		print_message("skip: age is not installed\n");
		skip();
	}
	assert_non_null(mkdtemp(dir));
	arena_init(&a, 4 << 20);
	buf_init(&text, 256);
	bech32_write(&text, S("age-secret-key-"), secret);
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] >= 'a' && text.p[i] <= 'z')
			text.p[i] = (char)(text.p[i] - 'a' + 'A');
	snprintf(path, sizeof(path), "%s/seal.txt", dir);
	write_file(path, buf_str(&text));
	snprintf(path, sizeof(path), "%s/recipient", dir);
	write_file(path, recipient(secret));
	for (size_t i = 0; i < SIZES; i++)
		agrees(dir, some_bytes(&a, sizes[i]));
	buf_done(&text);
	arena_done(&a);
	run_in(dir, "rm *");
	rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opens_what_it_seals),
		cmocka_unit_test(is_not_for_others),
		cmocka_unit_test(refuses_bad_recipients),
		cmocka_unit_test(refuses_what_does_not_fit),
		cmocka_unit_test(notices_every_change),
		cmocka_unit_test(reads_headers_strictly),
		cmocka_unit_test(refuses_low_points),
		cmocka_unit_test(reads_chunks_strictly),
		cmocka_unit_test(debians_age_agrees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

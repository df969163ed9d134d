/*
 * Puts COUNT ticket changes into a Fossil repository as the artifacts Fossil itself would write
 * (its file format, ticket change: cards D J K U Z), so that `fossil rebuild` has as much to
 * read as our ledger. Fossil's own `ticket add` does the same at some hundred a second.
 *
 * usage: fossil_tickets REPOSITORY COUNT
 */
#include <openssl/evp.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { ARTIFACT_BYTES = 2048 };

static void must(int good, const char *what)
{
	if (!good) {
		(void)fprintf(stderr, "fossil_tickets: %s\n", what);
		exit(1);
	}
}

static void digest(const EVP_MD *md, const char *text, size_t n,
		   char hex[2 * EVP_MAX_MD_SIZE + 1])
{
	unsigned char d[EVP_MAX_MD_SIZE];
	unsigned size;

	must(EVP_Digest(text, n, d, &size, md, NULL), "digest");
	for (unsigned i = 0; i < size; i++)
		(void)snprintf(hex + 2 * (size_t)i, 3, "%02x", d[i]);
}

/* Ticket number `i`: about as many bytes of text as one of our transactions. */
static size_t artifact(char out[ARTIFACT_BYTES], int i)
{
	char hex[2 * EVP_MAX_MD_SIZE + 1], seed[32];
	int n;

	(void)snprintf(seed, sizeof(seed), "ticket %d", i);
	digest(EVP_sha1(), seed, strlen(seed), hex);
	n = snprintf(out, ARTIFACT_BYTES,
		     "D 2026-%02d-%02dT%02d:%02d:%02d.%03d\n"
		     "J comment "
		     "Versement\\snumero\\s%d\\spour\\sle\\sprojet\\s%d,\\smontant\\s%d.%"
		     "02d\\sXOF,\\svaleur\\sdu\\s2026-03-01,"
		     "\\sselon\\sla\\sconvention\\sde\\sfinancement\\set\\sson\\savenant\n"
		     "J severity Important\nJ status Open\n"
		     "J subsystem projet-%d\nJ title Versement\\s%d\nJ type Code_Defect\n"
		     "K %s\nU demo\n",
		     1 + i / 28 % 6, 1 + i % 28, i / 3600 % 24, i / 60 % 60, i % 60, i % 1000,
		     i, i % 100, 1000 + i, i % 100, i % 100, i, hex);
	digest(EVP_md5(), out, (size_t)n, hex);
	return (size_t)n +
	       (size_t)snprintf(out + n, (size_t)(ARTIFACT_BYTES - n), "Z %s\n", hex);
}

static void insert(sqlite3_stmt *s, int i)
{
	char text[ARTIFACT_BYTES], hex[2 * EVP_MAX_MD_SIZE + 1];
	unsigned char packed[2 * ARTIFACT_BYTES];
	size_t n = artifact(text, i);
	uLongf size = sizeof(packed) - 4;

	/* Fossil keeps content as its size in 32 bits, big-endian, then zlib. */
	packed[0] = packed[1] = 0;
	packed[2] = (unsigned char)(n >> 8);
	packed[3] = (unsigned char)(n & 255);
	must(compress(packed + 4, &size, (const unsigned char *)text, (uLong)n) == Z_OK,
	     "zlib");
	digest(EVP_sha3_256(), text, n, hex);
	must(sqlite3_bind_int64(s, 1, (sqlite3_int64)n) == SQLITE_OK, "bind");
	must(sqlite3_bind_text(s, 2, hex, -1, SQLITE_TRANSIENT) == SQLITE_OK, "bind");
	must(sqlite3_bind_blob(s, 3, packed, (int)size + 4, SQLITE_TRANSIENT) == SQLITE_OK,
	     "bind");
	must(sqlite3_step(s) == SQLITE_DONE && sqlite3_reset(s) == SQLITE_OK, "insert");
}

int main(int argc, char **argv)
{
	sqlite3 *db;
	sqlite3_stmt *s;

	if (argc != 3)
		return 2;
	must(sqlite3_open(argv[1], &db) == SQLITE_OK, "open");
	must(sqlite3_exec(db, "BEGIN", NULL, NULL, NULL) == SQLITE_OK, "begin");
	must(sqlite3_prepare_v2(
		     db, "INSERT INTO blob(rcvid, size, uuid, content) VALUES(1, ?, ?, ?)", -1,
		     &s, NULL) == SQLITE_OK,
	     sqlite3_errmsg(db));
	for (int i = 0; i < atoi(argv[2]); i++)
		insert(s, i);
	must(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK, "commit");
	(void)sqlite3_finalize(s);
	(void)sqlite3_close(db);
	return 0;
}

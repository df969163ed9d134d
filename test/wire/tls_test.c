#include "wire/http.h"

#include <curl/curl.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <unistd.h>

#include "check.h"

static char dir[] = "/tmp/benkan-tls-XXXXXX", cert_path[64], key_path[64], other_path[64];

static void write_key(const char *path, EVP_PKEY *key)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL), 1);
	fclose(f);
}

/* A certificate for 127.0.0.1 that signs itself. */
static void write_cert(const char *path, EVP_PKEY *key)
{
	X509 *x = X509_new();
	X509_NAME *name = X509_get_subject_name(x);
	X509_EXTENSION *where =
		X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, "IP:127.0.0.1");
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	X509_set_version(x, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
	X509_gmtime_adj(X509_getm_notBefore(x), -3600);
	X509_gmtime_adj(X509_getm_notAfter(x), 3600);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"here", -1,
				   -1, 0);
	X509_set_issuer_name(x, name);
	X509_set_pubkey(x, key);
	X509_add_ext(x, where, -1);
	assert_true(X509_sign(x, key, EVP_sha256()) > 0);
	assert_int_equal(PEM_write_X509(f, x), 1);
	fclose(f);
	X509_EXTENSION_free(where);
	X509_free(x);
}

static int up(void **state)
{
	EVP_PKEY *key = EVP_EC_gen("P-256"), *other = EVP_EC_gen("P-256");

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(cert_path, sizeof(cert_path), "%s/cert.pem", dir);
	snprintf(key_path, sizeof(key_path), "%s/key.pem", dir);
	snprintf(other_path, sizeof(other_path), "%s/other.pem", dir);
	write_key(key_path, key);
	write_key(other_path, other);
	write_cert(cert_path, key);
	EVP_PKEY_free(key);
	EVP_PKEY_free(other);
	return 0;
}

static int down(void **state)
{
	(void)state;
	unlink(cert_path);
	unlink(key_path);
	unlink(other_path);
	return rmdir(dir);
}

static void hello(void *ctx, unsigned worker, struct arena *a, const struct http_request *q,
		  struct http_answer *r)
{
	(void)ctx, (void)worker, (void)a, (void)q;
	r->type = "text/plain";
	r->body = S("by TLS");
}

static size_t collect(char *piece, size_t size, size_t n, void *out)
{
	buf_add(out, str_of(piece, size * n));
	return n;
}

static struct http_plan plan_with(const char *key)
{
	return (struct http_plan){ .address = "127.0.0.1",
				   .workers = 1,
				   .tls_cert = cert_path,
				   .tls_key = key,
				   .answer = hello };
}

/* Ask with at most this version of TLS; curl's result. */
static CURLcode ask(uint16_t port, long most, struct buf *out)
{
	CURL *c = curl_easy_init();
	char url[64];
	CURLcode done;

	snprintf(url, sizeof(url), "https://127.0.0.1:%u/", port);
	curl_easy_setopt(c, CURLOPT_URL, url);
	curl_easy_setopt(c, CURLOPT_CAINFO, cert_path);
	curl_easy_setopt(c, CURLOPT_SSLVERSION, most);
	curl_easy_setopt(c, CURLOPT_TIMEOUT, 20L);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, collect);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, out);
	done = curl_easy_perform(c);
	curl_easy_cleanup(c);
	return done;
}

static void answers_by_tls(void **state)
{
	struct http_plan plan = plan_with(key_path);
	struct http_server *s;
	struct buf out;
	struct err err;

	(void)state;
	check_ok(http_start(&plan, &s, &err), &err);
	buf_init(&out, 1000);
	assert_int_equal(ask(http_port(s), CURL_SSLVERSION_DEFAULT, &out), CURLE_OK);
	check_str(buf_str(&out), S("by TLS"));
	assert_int_equal(ask(http_port(s), CURL_SSLVERSION_MAX_TLSv1_2, &out), CURLE_OK);
	assert_int_not_equal(ask(http_port(s), CURL_SSLVERSION_MAX_TLSv1_1, &out), CURLE_OK);
	buf_done(&out);
	http_stop(s);
}

static void a_key_of_another_is_refused(void **state)
{
	struct http_plan plan = plan_with(other_path);
	struct http_server *s;
	struct err err;

	(void)state;
	assert_false(http_start(&plan, &s, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	plan = plan_with(cert_path);
	assert_false(http_start(&plan, &s, &err));
	assert_int_equal(err.kind, ERR_INPUT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_by_tls),
		cmocka_unit_test(a_key_of_another_is_refused),
	};

	return cmocka_run_group_tests(tests, up, down);
}

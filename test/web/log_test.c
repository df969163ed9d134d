#include "live.h"

#include <fcntl.h>

#include "ledger/verify.h"
#include "web/router.h"

/* What a client of C2SP tlog-tiles would read. */
static bool read_by_http(void *ctx, struct str path, struct buf *out, struct err *e)
{
	char target[200];
	struct raw_answer r;

	(void)ctx;
	snprintf(target, sizeof(target), "/log/%.*s", STR(path));
	r = get(target, "");
	if (r.status != 200)
		return err_set(e, ERR_MISSING, NULL, "not served: %1", err_arg(path));
	buf_add(out, r.body);
	return true;
}

static void write_entries(int n)
{
	for (int i = 0; i < n; i++) {
		char draft[300];

		snprintf(draft, sizeof(draft),
			 "{\"type\":\"record.put\",\"kind\":\"organisation\","
			 "\"data\":" ORGANISATION("Organisme %d") "}",
			 i);
		good(&t, t.ml, draft);
	}
}

/* The checkpoint follows the commit once the high-water file has it (LEDGER.md 5.2). */
static struct raw_answer checkpoint_of(const char *size)
{
	struct raw_answer r;
	int tries = 0;

	do {
		struct str rest, line = S("");

		r = get("/log/checkpoint", "");
		rest = r.body;
		for (int i = 0; i < 2; i++)
			if (!str_split(&rest, '\n', &line))
				break;
		if (r.status == 200 && str_is(line, size))
			return r;
		usleep(10000);
	} while (++tries < 1000);
	print_error("no checkpoint of size %s: %.*s\n", size, STR(r.body));
	fail();
	return r;
}

static const struct vkey *log_key(void)
{
	return &charter_find(node_charter(t.ml), S("ml"))->log;
}

static void a_verifier_is_content(void **state)
{
	const struct log_source source = { .read = read_by_http };
	struct log_check check = { .origin = S("ml.example/registre/ml"),
				   .party = S("ml"),
				   .log_keys = log_key(),
				   .log_key_count = 1 };
	struct raw_answer old = checkpoint_of("1");
	struct log_verdict verdict;

	(void)state;
	check_header(old, "content-type", "text/plain; charset=utf-8");
	check_header(old, "cache-control", "no-cache");
	write_entries(300); /* one full tile and the edge of a second */
	checkpoint_of("301");
	check.old_checkpoint = old.body;
	check_ok(log_verify(&t.a, &source, &check, &verdict, &err), &err);
	assert_int_equal(verdict.head.size, 301);
	assert_int_equal(verdict.void_entries, 0);
}

static void tiles_hold_for_ever(void **state)
{
	static const struct {
		const char *path;
		unsigned status;
		size_t n;
	} cases[] = {
		{ "tile/0/000", 200, 8192 },
		{ "tile/0/001.p/45", 200, 45 * 32 },
		{ "tile/0/000.p/1", 200, 32 },
		{ "tile/0/000.p/255", 200, 255 * 32 },
		{ "tile/1/000.p/1", 200, 32 },
		{ "tile/0/001.p/44", 200, 44 * 32 },
		/* outside the tree */
		{ "tile/0/001", 404, 0 },
		{ "tile/0/001.p/46", 404, 0 },
		{ "tile/0/002.p/1", 404, 0 },
		{ "tile/1/000", 404, 0 },
		{ "tile/1/000.p/2", 404, 0 },
		{ "tile/2/000.p/1", 404, 0 },
		{ "tile/entries/001", 404, 0 },
		{ "tile/entries/002.p/1", 404, 0 },
		/* malformed */
		{ "tile/0/000.p/0", 404, 0 },
		{ "tile/0/000.p/256", 404, 0 },
		{ "tile/0/000.p/01", 404, 0 },
		{ "tile/0/00", 404, 0 },
		{ "tile/0/0000", 404, 0 },
		{ "tile/0/x000/000", 404, 0 },
		{ "tile/00/000", 404, 0 },
		{ "tile/0/00%30", 404, 0 },
		{ "tile/0/000/", 404, 0 },
		{ "tile//0/000", 404, 0 },
		{ "tile/-1/000", 404, 0 },
		{ "tile/", 404, 0 },
		{ "tile/0/..%2f..%2fetc", 404, 0 },
		{ "checkpoint/", 404, 0 },
		{ "", 404, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char target[200];
		struct raw_answer r;

		snprintf(target, sizeof(target), "/log/%s", cases[i].path);
		r = get(target, "");
		if (r.status != cases[i].status)
			print_error("%s: %u\n", target, r.status);
		assert_int_equal(r.status, cases[i].status);
		if (r.status != 200)
			continue;
		assert_int_equal(r.body.n, cases[i].n);
		check_header(r, "content-type", "application/octet-stream");
		check_header(r, "cache-control", "public, max-age=31536000, immutable");
		check_header(r, "access-control-allow-origin", "*");
	}
	/* a partial tile is the front of the full one */
	assert_memory_equal(get("/log/tile/0/000.p/7", "").body.p,
			    get("/log/tile/0/000", "").body.p, 7 * 32);
}

static struct str file_bytes(const char *path)
{
	struct buf b;
	char piece[4096];
	int fd = open(path, O_RDONLY);
	ssize_t n;

	buf_init(&b, 16 << 20);
	while (fd >= 0 && (n = read(fd, piece, sizeof(piece))) > 0)
		buf_add(&b, str_of(piece, (size_t)n));
	if (fd >= 0)
		close(fd);
	return arena_buf(&t.a, &b);
}

/* Every path that the ledger's vectors refuse is not found here either. */
static void paths_of_the_vectors(void **state)
{
	const char *shared = getenv("BENKAN_SHARED");
	struct str rest =
		file_bytes(arena_z(&t.a, arena_join(&t.a, str_z(shared ? shared : "../shared"),
						    S("/vectors/index.jsonl"))));
	struct str line;
	unsigned seen = 0;

	(void)state;
	if (rest.n == 0) {
		print_message("skip: no vectors; set BENKAN_SHARED\n");
		skip();
	}
	while (str_split(&rest, '\n', &line) && line.n > 0) {
		struct json *j;
		struct buf target;

		check_ok(json_object(&t.a, line, &j, &err), &err);
		if (!str_is(json_str(j, "kind"), "tilepath") ||
		    !str_is(json_str(j, "expect"), "reject"))
			continue;
		buf_init(&target, 4096);
		buf_lit(&target, "/log/");
		buf_add(&target, json_str(j, "path"));
		if (local_address(buf_str(&target))) {
			assert_int_equal(get(arena_z(&t.a, buf_str(&target)), "").status, 404);
			seen++;
		}
		buf_done(&target);
	}
	assert_true(seen >= 10);
}

static void attachments(void **state)
{
	struct hash name;
	char target[100];
	struct raw_answer r;
	struct buf hex;

	(void)state;
	check_ok(store_blob_put(node_store(t.ml), S("<script>secret</script>"), &name, &err),
		 &err);
	buf_init(&hex, 64);
	buf_hex(&hex, name.b, HASH_SIZE);
	snprintf(target, sizeof(target), "/blob/%.*s", STR(buf_str(&hex)));
	assert_int_equal(get(target, "").status, 404); /* no public entry names it */
	account("lec", ROLE_READER);
	r = get(target, cookie_of("lec"));
	assert_int_equal(r.status, 200);
	check_header(r, "content-type", "application/octet-stream");
	check_header(r, "content-disposition", "attachment");
	check_header(r, "cache-control", "private, no-cache");
	/* the charter is named by entry 0, in the open */
	buf_clear(&hex);
	buf_hex(&hex, t.id.b, HASH_SIZE);
	snprintf(target, sizeof(target), "/blob/%.*s", STR(buf_str(&hex)));
	r = get(target, "Range: bytes=0-9\r\n");
	assert_int_equal(r.status, 206);
	check_str(r.body, str_cut(t.charter, 10));
	check_header(r, "cache-control", "public, max-age=31536000, immutable");
	assert_int_equal(get("/blob/xyz", "").status, 404);
	assert_int_equal(
		get("/blob/0000000000000000000000000000000000000000000000000000000000000000",
		    "")
			.status,
		404);
	buf_done(&hex);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_verifier_is_content),
		cmocka_unit_test(tiles_hold_for_ever),
		cmocka_unit_test(paths_of_the_vectors),
		cmocka_unit_test(attachments),
	};

	return cmocka_run_group_tests(tests, live_up, live_down);
}

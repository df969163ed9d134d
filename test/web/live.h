/* A node that serves on a free port of 127.0.0.1, and a browser of few words. */
#ifndef TEST_WEB_LIVE_H
#define TEST_WEB_LIVE_H
#include "register/nodes.h"
#include "web/web.h"
#include "wire/raw.h"

static struct nodes t;
static struct web *web;
static uint16_t port;
static struct view *local_view;
static struct err err;

#define PASSWORD "un mot de passe long"

/* Wait until the checkpoint of this size is served: it follows the commit, and pages hang on
 * it. */
static inline void await_served(uint64_t size)
{
	for (int tries = 0; store_served(node_store(t.ml)) < size; tries++) {
		assert_true(tries < 20000);
		usleep(1000);
	}
}

static inline int live_up(void **state)
{
	struct web_plan plan = { .address = "127.0.0.1", .workers = 2 };

	(void)state;
	nodes_up(&t);
	check_ok(view_open(node_store(t.ml), &local_view, &err), &err);
	check_ok(web_start(t.ml, &plan, &web, &err), &err);
	port = web_port(web);
	await_served(1);
	return 0;
}

static inline int live_down(void **state)
{
	(void)state;
	web_stop(web);
	view_close(local_view);
	nodes_down(&t);
	return 0;
}

static inline void account(const char *name, enum role role)
{
	check_ok(account_add(t.ml, local_view, str_z(name), role, S(PASSWORD), &err), &err);
}

static inline struct str token_of(const char *name)
{
	struct buf b;

	buf_init(&b, 200);
	check_ok(account_token(t.ml, local_view, str_z(name), S("test"), &b, &err), &err);
	return arena_buf(&t.a, &b);
}

/* `METHOD TARGET`, header lines each with its \r\n, and a body; its length is added. */
static inline struct raw_answer ask(const char *line, const char *headers, struct str body)
{
	struct buf b;
	struct raw_answer r;

	buf_init(&b, RAW_MAX);
	buf_z(&b, line);
	buf_lit(&b, " HTTP/1.1\r\nHost: here\r\nConnection: close\r\n");
	buf_z(&b, headers);
	if (body.p) {
		buf_lit(&b, "Content-Length: ");
		buf_u64(&b, body.n);
		buf_lit(&b, "\r\n");
	}
	buf_lit(&b, "\r\n");
	buf_add(&b, body);
	r = raw_ask(port, buf_str(&b));
	buf_done(&b);
	/* raw_ask's space is used again by the next one */
	r.head = arena_str(&t.a, r.head);
	r.body = arena_str(&t.a, r.body);
	return r;
}

static inline struct raw_answer get(const char *target, const char *headers)
{
	char line[HTTP_TARGET_MAX];

	snprintf(line, sizeof(line), "GET %s", target);
	return ask(line, headers, (struct str){ 0 });
}

static inline struct raw_answer post(const char *target, const char *headers, struct str body)
{
	char line[HTTP_TARGET_MAX], all[4096];

	snprintf(line, sizeof(line), "POST %s", target);
	snprintf(all, sizeof(all), "%s%s", headers,
		 strstr(headers, "Content-Type")
			 ? ""
			 : "Content-Type: application/x-www-form-urlencoded\r\n");
	return ask(line, all, body);
}

static inline bool says(struct str page, const char *what)
{
	return str_find(page, str_z(what)) < page.n;
}

#define check_says(page, what)                                                                 \
	do {                                                                                   \
		if (!says((page), (what))) {                                                   \
			print_error("%s:%d: «%s» is not in: %.*s\n", __FILE__, __LINE__,       \
				    (what), STR(page));                                        \
			fail();                                                                \
		}                                                                              \
	} while (0)

#define check_header(r, name, want) check_str(raw_header((r).head, (name)), S(want))

/* What stands between two texts; fails when they are not there. */
static inline struct str between(struct str s, const char *before, const char *after)
{
	size_t at = str_find(s, str_z(before));

	if (at == s.n)
		print_error("«%s» is not in: %.*s\n", before, STR(s));
	assert_true(at < s.n);
	s = str_from(s, at + strlen(before));
	return str_cut(s, str_find(s, str_z(after)));
}

/* "Cookie: benkan=…\r\n" of a new session. */
static inline const char *cookie_of(const char *name)
{
	char body[200];
	struct raw_answer r;
	struct buf b;

	snprintf(body, sizeof(body), "name=%s&password=un+mot+de+passe+long&return=/fr/", name);
	r = post("/fr/sign-in", "", str_z(body));
	assert_int_equal(r.status, 303);
	buf_init(&b, 500);
	buf_lit(&b, "Cookie: ");
	buf_add(&b, str_cut(raw_header(r.head, "set-cookie"),
			    str_index(raw_header(r.head, "set-cookie"), ';')));
	buf_lit(&b, "\r\n");
	return arena_z(&t.a, arena_buf(&t.a, &b));
}

#endif

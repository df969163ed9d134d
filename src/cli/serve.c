#include "cli/cli.h"
#include "exchange/peers.h"
#include "register/amend.h"
#include "register/file.h"
#include "web/web.h"

#include <malloc.h>
#include <signal.h>
#include <string.h>

const char serve_details[] =
	N_("Stops cleanly on Ctrl-C or SIGTERM. Without a certificate it speaks plain HTTP: "
	   "put it behind a "
	   "proxy that speaks TLS, or give it a certificate.");

enum { WORKERS = 4, KEEP_BYTES = 4 << 20, HEAPS = 4 };

/*
 * A request takes some hundred kilobytes and gives them back: the C library would hand them to
 * the kernel and fault them in again at the next one, an eighth of a page's time.  It keeps up
 * to KEEP_BYTES a heap instead, and few heaps serve the many threads.
 */
static void keep_memory(void)
{
	(void)mallopt(M_TRIM_THRESHOLD, KEEP_BYTES);
	(void)mallopt(M_MMAP_THRESHOLD, KEEP_BYTES);
	(void)mallopt(M_ARENA_MAX, HEAPS);
}

/* ADDR:PORT, the address of IPv6 in brackets. */
static bool read_listen(const struct words *w, struct web_plan *plan, struct err *err)
{
	struct str s = str_z(word_of(w, "--listen"));
	const char *colon = s.n ? memrchr(s.p, ':', s.n) : NULL;
	uint64_t port;

	if (!colon || colon == s.p || !str_u64(str_z(colon + 1), 65535, &port))
		return err_set(err, ERR_USAGE, "listen",
			       N_("“%1” is not an address to listen on. Write for example "
				  "127.0.0.1:8080 or "
				  "[::1]:8080."),
			       err_arg(s));
	plan->address = arena_z(w->a, str_of(s.p, (size_t)(colon - s.p)));
	plan->port = (uint16_t)port;
	return true;
}

static bool read_plan(const struct words *w, struct web_plan *plan, struct err *err)
{
	*plan = (struct web_plan){
		.tls_cert = word_of(w, "--tls-cert"),
		.tls_key = word_of(w, "--tls-key"),
		.workers = WORKERS,
	};
	if (!plan->tls_cert != !plan->tls_key)
		return err_set(err, ERR_USAGE, "tls-cert",
			       N_("--tls-cert and --tls-key are given together."));
	return read_listen(w, plan, err);
}

static int put_address(const struct words *w, const struct web_plan *plan, uint16_t port)
{
	struct buf b;
	int code;

	buf_init(&b, 4096);
	buf_z(&b, w->json ? "{\"address\":\"" : "");
	buf_z(&b, plan->tls_cert ? "https://" : "http://");
	buf_z(&b, plan->address);
	buf_ch(&b, ':');
	buf_u64(&b, port);
	buf_z(&b, w->json ? "/\"}\n" : "/\n");
	code = cli_out(w, buf_str(&b));
	buf_done(&b);
	return code;
}

/* For whoever started the server and waits for it: the file is there, whole, once pages are
 * served. */
static bool write_port(const struct words *w, uint16_t port, struct err *err)
{
	const char *file = word_of(w, "--port-file");

	return !file || file_write(file, num_text(w->a, port), 0644, err);
}

/* The operator hears when a peer is lost, and when it is there again. */
static void tell_peer(void *ctx, struct str url, const struct err *err)
{
	const struct words *w = ctx;

	if (err)
		(void)cli_fail(w, err);
	else
		cli_say(w, N_("%1 answers again."), url);
}

static bool start_peers(const struct words *w, struct node *n, struct peers **out,
			struct err *err)
{
	struct str *urls = arena_array(w->a, struct str, w->given_count + 1);
	struct peers_plan plan = { .urls = urls,
				   .push = word_given(w, "--push"),
				   .told = tell_peer };
	const char *url;

	*out = NULL;
	/* NOLINTNEXTLINE(performance-no-int-to-ptr): tell_peer only reads it */
	plan.ctx = (void *)(uintptr_t)w;
	for (size_t at = 0; (url = word_next(w, "--peer", &at));)
		urls[plan.count++] = str_z(url);
	return plan.count == 0 || peers_start(n, &plan, out, err);
}

/*
 * Until a signal, or until an amendment of the charter has come to take effect: a node takes
 * that as it opens.  Where no amendment is open, asking costs one look at an empty table.
 */
static void wait(struct node *n, const sigset_t *stop, bool *again)
{
	const struct timespec tick = { .tv_sec = 1 };
	uint64_t seen = UINT64_MAX, now;
	struct err ignored;

	*again = false;
	while (!*again && sigtimedwait(stop, NULL, &tick) < 0) {
		now = store_generation(node_store(n));
		if (now != seen && !node_charter_due(n, again, &ignored))
			*again = false;
		seen = now;
	}
}

static int serve(const struct words *w, struct node *n, struct web_plan *plan,
		 const sigset_t *stop, bool *again)
{
	bool first = !*again;
	struct peers *peers;
	struct web *web;
	struct err err;
	int code;

	if (!web_start(n, plan, &web, &err))
		return cli_fail(w, &err);
	if (!start_peers(w, n, &peers, &err)) {
		web_stop(web);
		return cli_fail(w, &err);
	}
	plan->port = web_port(web);
	code = !first                            ? EXIT_GOOD
	       : write_port(w, plan->port, &err) ? put_address(w, plan, plan->port)
						 : cli_fail(w, &err);
	*again = false;
	if (code == EXIT_GOOD)
		wait(n, stop, again);
	peers_stop(peers);
	web_stop(web);
	return code;
}

int cmd_serve(const struct words *w)
{
	struct web_plan plan;
	struct node *n;
	struct err err;
	sigset_t stop;
	bool again = false;
	int code;

	if (!read_plan(w, &plan, &err))
		return cli_fail(w, &err);
	keep_memory();
	signal(SIGPIPE, SIG_IGN); /* a reader that went away ends its answer, not the server */
	sigemptyset(&stop);
	sigaddset(&stop, SIGINT);
	sigaddset(&stop, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &stop,
			NULL); /* before threads start: they inherit it, sigwait gets them */
	do {
		n = cli_node(w, STORE_WRITE, &code);
		if (!n)
			return code;
		code = serve(w, n, &plan, &stop, &again);
		node_close(n);
		if (again)
			cli_say0(w, N_("An amendment of the charter takes effect: the node is "
				       "opened again under it."));
	} while (again);
	return code;
}

#include "wire/http_inside.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum {
	LOOPS = 2, /* served a kept page at 0.98 of nginx's rate, one loop at 0.82 (two cores)
		    */
	/* Of one connection: head, fields, answer's head.  The library clears it for every
	   request. */
	CONNECTION_BYTES = 16 << 10,
	LISTEN_BACKLOG = 512,
	IDLE_SECONDS = 60,
	STOP_SECONDS = 10,
	PEM_MAX = 1 << 20
};

struct worker {
	struct http_server *server;
	unsigned index;
	pthread_t thread;
	pthread_cond_t wake;
	bool called;
	struct worker *next; /* idle beneath it */
};

struct http_server {
	struct http_plan plan;
	struct MHD_Daemon *daemon;
	struct MHD_Response *malformed;
	struct watch *watch;
	struct worker *workers;
	unsigned started; /* worker threads running */
	struct buf cert, key;
	int listener;
	uint16_t port;
	atomic_uint in_progress, put_off;
	atomic_ullong filed;
	pthread_mutex_t lock;
	/* The last to become idle is called first: its stack and memory are still warm. */
	struct worker *idle;
	struct exchange *first, **last; /* what awaits a worker, oldest first */
	bool stop;
};

/* --- workers --- */

static void hand_over(struct exchange *x)
{
	struct http_server *s = x->server;
	struct worker *w;

	x->stage = STAGE_WORKER;
	watch_rest(s->watch, x->watched);
	MHD_suspend_connection(x->connection);
	pthread_mutex_lock(&s->lock);
	*s->last = x;
	s->last = &x->next;
	w = s->idle;
	if (w) {
		s->idle = w->next;
		w->called = true;
		pthread_cond_signal(&w->wake);
	}
	pthread_mutex_unlock(&s->lock);
}

static void wait_for_call(struct http_server *s, struct worker *w)
{
	w->called = false;
	w->next = s->idle;
	s->idle = w;
	while (!w->called && !s->stop)
		pthread_cond_wait(&w->wake, &s->lock);
}

/* The next exchange, or NULL when the server stops and none is left. */
static struct exchange *take_over(struct http_server *s, struct worker *w)
{
	struct exchange *x;

	pthread_mutex_lock(&s->lock);
	while (!s->first && !s->stop)
		wait_for_call(s, w);
	x = s->first;
	if (x) {
		s->first = x->next;
		if (!s->first)
			s->last = &s->first;
	}
	pthread_mutex_unlock(&s->lock);
	return x;
}

static void prepare(struct exchange *x)
{
	uint64_t size;

	x->response = answer_response(x, &x->status, &size);
	watch_move(x->server->watch, x->watched, size);
}

static void *worker_run(void *arg)
{
	struct worker *w = arg;
	struct http_server *s = w->server;
	struct exchange *x;

	while ((x = take_over(s, w))) {
		bool put_off = false;

		x->put_off = &put_off;
		request_fill(x);
		s->plan.answer(s->plan.ctx, w->index, &x->arena, &x->q, &x->r);
		if (put_off)
			continue;
		prepare(x);
		x->stage = STAGE_ANSWERED;
		/* From here on the event loop may end the exchange at any moment. */
		MHD_resume_connection(x->connection);
	}
	return NULL;
}

void http_later(const struct http_request *q, void *later)
{
	struct exchange *x = q->opaque;

	x->later = later;
	*x->put_off = true;
	atomic_fetch_add(&x->server->put_off, 1);
}

void http_go_on(const struct http_request *q)
{
	struct exchange *x = q->opaque;
	struct http_server *s = x->server;

	x->stage = STAGE_RESUMED;
	MHD_resume_connection(x->connection);
	atomic_fetch_sub(&s->put_off, 1);
}

/* --- what the library calls, on the event loop --- */

static void *on_target(void *cls, const char *uri, struct MHD_Connection *c)
{
	size_t n = strlen(uri);
	struct exchange *x = calloc(1, sizeof(*x) + n + 1);

	if (!x)
		abort();
	x->server = cls;
	x->connection = c;
	x->watched =
		MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
	memcpy(x->target, uri, n + 1);
	arena_init(&x->arena, HTTP_ARENA_MAX);
	x->body.fd = x->r.fd = -1;
	x->r.status = 200;
	x->q.opaque = x;
	return x;
}

static enum MHD_Result send_answer(struct exchange *x)
{
	return MHD_queue_response(x->connection, x->status, x->response);
}

static enum MHD_Result resume(struct exchange *x)
{
	const struct http_plan *p = &x->server->plan;

	p->resume(p->ctx, x->later);
	prepare(x);
	x->stage = STAGE_ANSWERED;
	return send_answer(x);
}

/* The whole request is here. */
static enum MHD_Result complete(struct exchange *x)
{
	struct http_plan *p = &x->server->plan;

	if (!x->q.refused && p->quick && p->quick(p->ctx, &x->arena, &x->q, &x->r)) {
		prepare(x);
		return send_answer(x);
	}
	hand_over(x);
	return MHD_YES;
}

static enum MHD_Result begin(struct exchange *x, const char *method, const char *version)
{
	struct http_server *s = x->server;
	struct head h = { 0 };
	uint64_t most;

	x->stage = STAGE_BODY;
	x->counted = true;
	atomic_fetch_add(&s->in_progress, 1);
	if (!request_head(x, method, version, &h))
		return MHD_queue_response(x->connection, 400, s->malformed);
	if (!h.chunked && h.length == 0)
		return MHD_YES;
	most = x->q.refused ? 0 : s->plan.body_max(s->plan.ctx, x->q.method, x->q.path);
	body_begin(&x->body, most, &s->filed);
	watch_move(s->watch, x->watched, h.chunked ? most : h.length);
	if (!x->q.refused && h.length > most)
		x->q.refused = 413;
	if (x->q.refused && (h.expects || h.length > HTTP_BODY_DRAINED)) {
		x->close = true;
		hand_over(x);
	}
	return MHD_YES;
}

/* A piece of the body; of a refused one only the length is looked at. */
static enum MHD_Result take_in(struct exchange *x, struct str piece)
{
	if (!x->q.refused)
		x->q.refused = body_add(&x->body, piece);
	if (x->q.refused) {
		x->body.size += piece.n;
		return x->body.size <= x->body.max + HTTP_BODY_DRAINED ? MHD_YES : MHD_NO;
	}
	return MHD_YES;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *c, const char *url,
				  const char *method, const char *version, const char *piece,
				  size_t *size, void **context)
{
	struct exchange *x = *context;
	size_t n = *size;

	(void)cls, (void)c, (void)url;
	*size = 0;
	switch (x->stage) {
	case STAGE_HEAD: return begin(x, method, version);
	case STAGE_BODY: return n > 0 ? take_in(x, str_of(piece, n)) : complete(x);
	case STAGE_WORKER: return MHD_YES;
	case STAGE_RESUMED: return resume(x);
	case STAGE_ANSWERED: return send_answer(x);
	}
	return MHD_NO;
}

static void on_completed(void *cls, struct MHD_Connection *c, void **context,
			 enum MHD_RequestTerminationCode why)
{
	struct exchange *x = *context;

	(void)cls, (void)c, (void)why;
	if (!x)
		return;
	*context = NULL;
	if (x->counted)
		atomic_fetch_sub(&x->server->in_progress, 1);
	watch_head(x->server->watch, x->watched);
	answer_done(x);
	body_done(&x->body);
	arena_done(&x->arena);
	free(x);
}

static enum MHD_Result on_arrival(void *cls, const struct sockaddr *from, socklen_t n)
{
	struct http_server *s = cls;

	(void)n;
	return watch_admits(s->watch, from) ? MHD_YES : MHD_NO;
}

static void on_connection(void *cls, struct MHD_Connection *c, void **context,
			  enum MHD_ConnectionNotificationCode what)
{
	struct http_server *s = cls;
	int fd, on = 1;

	if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
		watch_leave(s->watch, *context);
		return;
	}
	fd = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	*context = watch_enter(
		s->watch, fd,
		MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr);
}

/* --- start and stop --- */

/* Targets are decoded by url.c, strictly; the library's own reading of them is not used. */
static size_t leave_escaped(void *cls, struct MHD_Connection *c, char *text)
{
	(void)cls, (void)c;
	return strlen(text);
}

static bool read_pem(const char *path, struct buf *out, struct err *err)
{
	char piece[4096];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = -1;

	buf_init(out, PEM_MAX);
	while (fd >= 0 && (n = read(fd, piece, sizeof(piece))) > 0)
		buf_add(out, str_of(piece, (size_t)n));
	if (fd >= 0)
		close(fd);
	buf_ch(out, '\0');
	explicit_bzero(piece, sizeof(piece));
	if (n == 0 && !out->full)
		return true;
	return err_set(err, ERR_UNREACHABLE, NULL,
		       N_("the file %1 cannot be read: %2; give the path of a PEM file this "
			  "user may read"),
		       path, strerror(errno));
}

static bool cannot_listen(const struct http_plan *p, struct err *err)
{
	const char *port = err_num(p->port);

	if (errno == EADDRINUSE)
		return err_set(err, ERR_CONFLICT, NULL,
			       N_("%1 port %2 is in use by another program; choose another "
				  "with --listen"),
			       p->address, port);
	if (errno == EACCES)
		return err_set(err, ERR_DENIED, NULL,
			       N_("this user may not listen on port %1; choose one above 1023 "
				  "with --listen"),
			       port);
	return err_set(err, ERR_UNREACHABLE, NULL, N_("cannot listen on %1 port %2: %3"),
		       p->address, port, strerror(errno));
}

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

/* A numeric address, IPv6 with or without brackets; *n is the length of its form. */
static bool read_address(struct str text, uint16_t port, union address *out, socklen_t *n)
{
	char host[INET6_ADDRSTRLEN] = "";

	*out = (union address){ 0 };
	if (str_starts(text, S("[")) && str_ends(text, S("]")))
		text = str_of(text.p + 1, text.n - 2);
	if (text.n >= sizeof(host))
		return false;
	memcpy(host, text.p, text.n);
	*n = sizeof(out->v4);
	out->v4.sin_family = AF_INET;
	out->v4.sin_port = htons(port);
	if (inet_pton(AF_INET, host, &out->v4.sin_addr) == 1)
		return true;
	*out = (union address){ 0 };
	*n = sizeof(out->v6);
	out->v6.sin6_family = AF_INET6;
	out->v6.sin6_port = htons(port);
	return inet_pton(AF_INET6, host, &out->v6.sin6_addr) == 1;
}

static bool bind_to(int fd, const union address *at, socklen_t n)
{
	int on = 1, off = 0;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (at->any.sa_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	return bind(fd, &at->any, n) == 0 && listen(fd, LISTEN_BACKLOG) == 0;
}

static bool open_listener(struct http_server *s, struct err *err)
{
	union address at;
	socklen_t n;

	if (!read_address(str_z(s->plan.address), s->plan.port, &at, &n))
		return err_set(err, ERR_USAGE, NULL,
			       N_("%1 is not an address to listen on; give one like 127.0.0.1 "
				  "or [::1]"),
			       s->plan.address);
	s->listener = socket(at.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->listener < 0 || !bind_to(s->listener, &at, n) ||
	    getsockname(s->listener, &at.any, &n) != 0)
		return cannot_listen(&s->plan, err);
	s->port = ntohs(at.any.sa_family == AF_INET6 ? at.v6.sin6_port : at.v4.sin_port);
	return true;
}

/* Descriptors for every connection: the system's soft limit is often 1024 for all. */
static void raise_descriptors(void)
{
	struct rlimit limit;
	const rlim_t want = HTTP_CONNECTIONS * 2 + 200;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= want)
		return;
	limit.rlim_cur = limit.rlim_max < want ? limit.rlim_max : want;
	setrlimit(RLIMIT_NOFILE, &limit);
}

/* GnuTLS priority string; not const only because the library's option carries a void *. */
static char tls_versions[] = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";

static bool start_loop(struct http_server *s, struct err *err)
{
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME;
	struct MHD_OptionItem options[16] = {
		{ MHD_OPTION_LISTEN_SOCKET, s->listener, NULL },
		{ MHD_OPTION_CONNECTION_LIMIT, HTTP_CONNECTIONS, NULL },
		{ MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_BYTES, NULL },
		{ MHD_OPTION_CONNECTION_TIMEOUT, IDLE_SECONDS, NULL },
		{ MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL },
		{ MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, NULL },
		{ MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)on_target, s },
		{ MHD_OPTION_UNESCAPE_CALLBACK, (intptr_t)leave_escaped, NULL },
		{ MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)on_completed, s },
		{ MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)on_connection, s },
		{ MHD_OPTION_END, 0, NULL },
	};
	size_t n = 10;

	if (LOOPS > 1)
		options[n++] =
			(struct MHD_OptionItem){ MHD_OPTION_THREAD_POOL_SIZE, LOOPS, NULL };
	if (s->plan.tls_cert) {
		flags |= MHD_USE_TLS;
		options[n++] =
			(struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_CERT, 0, s->cert.p };
		options[n++] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_KEY, 0, s->key.p };
		options[n++] =
			(struct MHD_OptionItem){ MHD_OPTION_HTTPS_PRIORITIES, 0, tls_versions };
	}
	options[n] = (struct MHD_OptionItem){ MHD_OPTION_END, 0, NULL };
	s->daemon = MHD_start_daemon(flags, 0, on_arrival, s, on_request, s, MHD_OPTION_ARRAY,
				     options, MHD_OPTION_END);
	if (s->daemon)
		return true;
	if (s->plan.tls_cert)
		return err_set(err, ERR_INPUT, NULL,
			       N_("the certificate %1 and the key %2 cannot be used: both must "
				  "be PEM and belong together"),
			       s->plan.tls_cert, s->plan.tls_key);
	return err_set(err, ERR_UNREACHABLE, NULL, N_("the HTTP server cannot be started: %1"),
		       strerror(errno));
}

static bool start_workers(struct http_server *s, struct err *err)
{
	s->workers = calloc(s->plan.workers, sizeof(*s->workers));
	if (!s->workers)
		abort();
	for (; s->started < s->plan.workers; s->started++) {
		struct worker *w = &s->workers[s->started];

		*w = (struct worker){ .server = s, .index = s->started };
		pthread_cond_init(&w->wake, NULL);
		if (pthread_create(&w->thread, NULL, worker_run, w) != 0)
			return err_set(
				err, ERR_UNREACHABLE, NULL,
				N_("no thread can be started: the system's limit is reached"));
	}
	return true;
}

bool http_start(const struct http_plan *plan, struct http_server **out, struct err *err)
{
	struct http_server *s = calloc(1, sizeof(*s));

	if (!s)
		abort();
	s->plan = *plan;
	s->last = &s->first;
	s->listener = -1;
	pthread_mutex_init(&s->lock, NULL);
	s->malformed =
		answer_plain(S("400 Bad Request: the head of this request is malformed.\n"));
	signal(SIGPIPE, SIG_IGN);
	raise_descriptors();
	*out = s; /* before the first request: an answer may ask for its server */
	if ((plan->tls_cert && (!read_pem(plan->tls_cert, &s->cert, err) ||
				!read_pem(plan->tls_key, &s->key, err))) ||
	    !open_listener(s, err) || !watch_start(plan->patience, &s->watch, err) ||
	    !start_workers(s, err) || !start_loop(s, err)) {
		http_stop(s);
		*out = NULL;
		return false;
	}
	return true;
}

uint16_t http_port(const struct http_server *s)
{
	return s->port;
}

unsigned http_connections(const struct http_server *s)
{
	return watch_count(s->watch);
}

static void wait_a_little(void)
{
	const struct timespec step = { .tv_nsec = 10000000 };

	nanosleep(&step, NULL);
}

/* Take no new connection; wait for requests under way, but not for ever. */
static void wind_down(struct http_server *s)
{
	MHD_quiesce_daemon(s->daemon);
	for (int i = 0; i < STOP_SECONDS * 100 && atomic_load(&s->in_progress) > 0; i++)
		wait_a_little();
}

void http_stop(struct http_server *s)
{
	if (s->daemon)
		wind_down(s);
	pthread_mutex_lock(&s->lock);
	s->stop = true;
	for (unsigned i = 0; i < s->started; i++)
		pthread_cond_signal(&s->workers[i].wake);
	pthread_mutex_unlock(&s->lock);
	for (unsigned i = 0; i < s->started; i++)
		pthread_join(s->workers[i].thread, NULL);
	while (atomic_load(&s->put_off) > 0)
		wait_a_little();
	for (unsigned i = 0; i < s->started; i++)
		pthread_cond_destroy(&s->workers[i].wake);
	if (s->daemon)
		MHD_stop_daemon(s->daemon);
	if (s->watch)
		watch_stop(s->watch);
	if (s->listener >= 0)
		close(s->listener);
	MHD_destroy_response(s->malformed);
	if (s->key.p)
		explicit_bzero(s->key.p, s->key.n);
	buf_done(&s->cert);
	buf_done(&s->key);
	pthread_mutex_destroy(&s->lock);
	free(s->workers);
	free(s);
}

#include "web/server.h"
#include "web/kept.h"
#include "web/pouch_shelf.h"

#include <stdlib.h>

#include "wire/gzip.h"

/* Acts that wait for their commit: the more there are, the more share a sync. */
enum { WAITING_MAX = 64 };
enum { GZIP_FROM = 600, DAY_MS = 86400000, ADDRESS_ROOM = 4 * HTTP_TARGET_MAX };

const unsigned latency_bounds[LATENCY_BOUNDS] = { 1, 2, 5, 10, 25, 50, 100, 250, 1000, 5000 };

bool is_api(const struct visit *v)
{
	return str_starts(v->q->path, S("/api/"));
}

bool is_shared(const struct visit *v)
{
	return v->route && v->route->cached && v->person.role == ROLE_NONE;
}

static int64_t now_ms(const struct web *w)
{
	const struct node_env *env = node_env(w->node);

	return env->now_ms(env->ctx);
}

static struct page_state state_of(const struct web *w)
{
	const struct store *store = node_store(w->node);

	return (struct page_state){ store_generation(store), store_served(store),
				    (int32_t)(now_ms(w) / DAY_MS) };
}

/* --- what an answer bears --- */

static bool has_header(const struct http_answer *r, const char *name)
{
	for (size_t i = 0; i < r->header_count; i++)
		if (str_is(r->headers[i].name, name))
			return true;
	return false;
}

/*
 * The tag of a page that is the same for everybody, known before the page is made: what
 * it depends on is the ledgers, the day, the language, the address, and this program.
 */
static struct hash shared_tag(const struct visit *v)
{
	struct hash h;
	struct buf b;

	buf_init(&b, 1 << 20);
	buf_add(&b, str_of(v->web->build, sizeof(v->web->build)));
	for (size_t i = 0; i < v->ledger_count; i++) {
		const struct ledger_row *l = &v->ledgers[i];

		buf_ch(&b, ' ');
		buf_add(&b, l->name);
		buf_ch(&b, '=');
		buf_u64(&b, l->size);
		buf_hex(&b, l->root.b, HASH_SIZE);
		buf_u64(&b, l->state);
	}
	buf_ch(&b, ' ');
	buf_u64(&b, v->state.generation);
	buf_ch(&b, node_log_held(v->node) ? ' ' : '!');
	buf_u64(&b, v->state.served);
	buf_ch(&b, ' ');
	buf_i64(&b, v->today);
	buf_ch(&b, ' ');
	buf_z(&b, lang_codes[v->lang]);
	buf_ch(&b, ' ');
	buf_add(&b, v->q->target);
	h = hash_of(buf_str(&b));
	buf_done(&b);
	return h;
}

/* Of a page that is somebody's, or that hangs on more than the ledgers: its bytes. */
static struct str tag_of(const struct visit *v)
{
	struct hash h = is_shared(v) ? shared_tag(v) : hash_of(v->r->body);
	struct buf b;

	buf_init(&b, 100);
	buf_hex(&b, h.b, 16);
	if (http_takes_gzip(v->q))
		buf_lit(&b, "-gz");
	return arena_buf(v->a, &b);
}

/* By which others may keep the answer, and ask whether it still holds; 304 when it does. */
static void describe(struct visit *v)
{
	http_set(v->a, v->r, "Cache-Control",
		 v->person.role == ROLE_NONE ? S("no-cache") : S("private, no-cache"));
	http_set(v->a, v->r, "Vary", S("Accept-Encoding, Cookie, Authorization"));
	http_etag(v->a, v->q, v->r, tag_of(v));
}

/* A page that would come out as the browser has it need not be made. */
static bool unchanged(struct visit *v)
{
	struct str quote = S("\"");

	if (!is_shared(v) || http_header(v->q, "If-None-Match").n == 0 ||
	    !http_has_tag(v->q, arena_join(v->a, arena_join(v->a, quote, tag_of(v)), quote)))
		return false;
	describe(v);
	return true;
}

static bool is_text(const char *type)
{
	struct str t = str_z(type);

	return str_starts(t, S("text/")) || str_starts(t, S("application/json")) ||
	       str_starts(t, S("application/atom")) || str_starts(t, S("image/svg"));
}

/* Entries are text in a frame of lengths; hashes only grow when they are packed. */
static bool may_pack(const struct visit *v)
{
	return v->r->body.n >= GZIP_FROM && v->r->type &&
	       (is_text(v->r->type) ||
		str_find(v->q->path, S("/tile/entries/")) < v->q->path.n);
}

static void finish(struct visit *v)
{
	struct http_answer *r = v->r;
	bool gzip = http_takes_gzip(v->q);

	if (r->status == 304)
		return;
	if (r->fd >= 0 && is_shared(v) && !has_header(r, "Cache-Control")) {
		describe(v);
		return;
	}
	if (r->status != 200 || r->fd >= 0) {
		if (!has_header(r, "Cache-Control"))
			http_set(v->a, r, "Cache-Control", S("no-store"));
		return;
	}
	if (!has_header(r, "Cache-Control"))
		describe(v);
	if (r->status == 304)
		return;
	if (may_pack(v) && !has_header(r, "Vary"))
		http_set(v->a, r, "Vary", S("Accept-Encoding"));
	if (gzip && may_pack(v)) {
		r->body = gzip_pack(v->a, r->body);
		http_set(v->a, r, "Content-Encoding", S("gzip"));
	}
	if (is_shared(v))
		r->ready = cache_keep(v->web->cache, &v->state, v->q, gzip, r);
}

/* --- one request --- */

static void refuse_role(struct visit *v)
{
	struct err err;
	struct buf where;

	if (v->person.role != ROLE_NONE) {
		err_set(&err, ERR_DENIED, NULL,
			N_("Your account may not do this. An administrator of this node can "
			   "give it the role it needs."));
		page_refuse(v, 403, &err);
		return;
	}
	if (is_api(v)) {
		http_set(v->a, v->r, "WWW-Authenticate", S("Bearer"));
		err_set(&err, ERR_DENIED, NULL,
			N_("This needs a bearer token: send it as “Authorization: Bearer …”."));
		page_refuse(v, 401, &err);
		return;
	}
	if (str_is(v->q->method, "POST")) {
		sign_in_carrying(v);
		return;
	}
	buf_init(&where, ADDRESS_ROOM);
	buf_ch(&where, '/');
	buf_z(&where, lang_codes[v->lang]);
	buf_lit(&where, "/sign-in?return=");
	url_part(&where, v->q->target);
	http_redirect(v->a, v->r, 303, buf_str(&where));
	buf_done(&where);
}

/* The address is known; who asks, and may this be answered? */
static void answer_route(struct visit *v)
{
	enum sender sender;
	struct err err;

	guard_person(v);
	sender = str_is(v->q->method, "POST") ? guard_post(v) : SENDER_OURS;
	guard_mask(v);
	if (sender == SENDER_STALE && v->route->answer == sign_in_post)
		sender = SENDER_OURS; /* its form bears no token: nobody was signed in */
	switch (sender) {
	case SENDER_FOREIGN:
		err_set(&err, ERR_DENIED, NULL,
			N_("This form was sent from another site and was not acted on. Open "
			   "the page here and send it again."));
		page_refuse(v, 403, &err);
		return;
	case SENDER_STALE: sign_in_carrying(v); return;
	case SENDER_OURS: break;
	}
	if (!guard_role(v, v->route->access))
		refuse_role(v);
	else if (!unchanged(v))
		v->route->answer(v);
}

static void refuse_address(struct visit *v, struct str methods)
{
	struct err err;

	if (methods.n == 0) {
		err_set(&err, ERR_MISSING, NULL, N_("There is no page at this address."));
		page_refuse(v, 404, &err);
		return;
	}
	http_set(v->a, v->r, "Allow", methods);
	err_set(&err, ERR_INPUT, NULL,
		N_("This address does not take requests of this kind; it takes %1."),
		err_arg(methods));
	page_refuse(v, 405, &err);
}

static void refuse_request(struct visit *v)
{
	struct err err;

	switch (v->q->refused) {
	case 413:
		err_set(&err, ERR_INPUT, NULL,
			N_("What was sent is too large for this address and was not read. Send "
			   "less, or a smaller file."));
		break;
	case 414: err_set(&err, ERR_INPUT, NULL, N_("This address is too long.")); break;
	case 503:
		err_set(&err, ERR_UNREACHABLE, NULL,
			N_("The server has no room for what was sent just now. Wait a minute "
			   "and send it again."));
		http_set(v->a, v->r, "Retry-After", S("60"));
		break;
	default:
		err_set(&err, ERR_INPUT, NULL,
			N_("This request cannot be read: its address or its form is not "
			   "well-formed."));
	}
	page_refuse(v, v->q->refused, &err);
}

/*
 * By the address or ?lang=, else what the client prefers.  Answers of the API to GET, and open
 * data, are kept, so that what is not in the address must not change them: English.
 */
static enum lang visit_lang(const struct http_request *q)
{
	enum lang lang;

	if (path_lang(q->path, &lang) || lang_parse(http_param(q, "lang"), &lang))
		return lang;
	if ((str_starts(q->path, S("/api/")) || str_starts(q->path, S("/data/"))) &&
	    !str_is(q->method, "POST"))
		return LANG_EN;
	return lang_accept(http_header(q, "Accept-Language"), LANG_FR);
}

static void look_up(struct visit *v)
{
	const struct route_table table = { routes, route_count };
	unsigned refused = v->q->refused;
	struct buf methods;

	buf_init(&methods, 200);
	v->route = route_find(&table, v->q->method, v->q->path, v->parts, &methods);
	if (refused && (v->route || refused != 413))
		refuse_request(v);
	else if (!v->route)
		refuse_address(
			v, buf_str(&methods)); /* a body too large for no address at all, too */
	else
		answer_route(v);
	buf_done(&methods);
}

static void count(struct web *w, unsigned status, int64_t ms)
{
	struct counters *c = &w->counters;
	size_t i = 0;

	while (i < LATENCY_BOUNDS && ms > latency_bounds[i])
		i++;
	atomic_fetch_add(&c->latency[i], 1);
	atomic_fetch_add(&c->latency_ms, (unsigned long long)ms);
	if (status / 100 < STATUS_CLASSES)
		atomic_fetch_add(&c->status[status / 100], 1);
}

/* --- views: who reads has one, who waits for a commit does not --- */

static void give_place(struct web *w)
{
	pthread_mutex_lock(&w->lock);
	w->reading--;
	pthread_mutex_unlock(&w->lock);
	pthread_cond_signal(&w->given);
}

static bool read_in_turn(struct web *w, struct view **out, struct err *err)
{
	pthread_mutex_lock(&w->lock);
	while (w->reading == w->workers)
		pthread_cond_wait(&w->given, &w->lock);
	w->reading++;
	pthread_mutex_unlock(&w->lock);
	if (view_open(node_store(w->node), out, err))
		return true;
	give_place(w);
	return false;
}

void visit_read_no_more(struct visit *v)
{
	if (!v->view)
		return;
	view_close(v->view);
	v->view = NULL;
	give_place(v->web);
}

void visit_later(struct visit *v, void (*then)(struct visit *v), void *with)
{
	v->then = then;
	v->with = with;
	*v->put_off = true;
	http_later(v->q, v);
}

/* Who brings acts reads nothing here but who they are. */
static bool brings_acts(const struct visit *v)
{
	return is_api(v) && str_is(v->q->method, "POST");
}

static bool begin_reading(struct visit *v, struct err *err)
{
	struct ledger_row *ledgers;

	if (!read_in_turn(v->web, &v->view, err))
		return false;
	if (brings_acts(v))
		return true;
	if (!view_begin(v->view, err) ||
	    !view_ledgers(v->view, v->a, &ledgers, &v->ledger_count, err))
		return false;
	v->ledgers = ledgers;
	return true;
}

static void end_visit(struct visit *v)
{
	visit_read_no_more(v);
	finish(v);
	buf_done(&v->out);
	count(v->web, v->r->status, now_ms(v->web) - v->begun);
}

static void on_answer(void *ctx, unsigned worker, struct arena *a, const struct http_request *q,
		      struct http_answer *r)
{
	struct web *w = ctx;
	struct visit *v = arena_new(a, struct visit);
	bool put_off = false;
	struct err err;

	(void)worker;
	*v = (struct visit){
		.state = state_of(w),
		.web = w,
		.node = w->node,
		.a = a,
		.q = q,
		.r = r,
		.lang = visit_lang(q),
		.begun = now_ms(w),
		.put_off = &put_off,
	};
	v->today = v->state.day;
	buf_init(&v->out, PAGE_MAX);
	frame_headers(v);
	if (begin_reading(v, &err))
		look_up(v);
	else
		page_error(v, &err);
	if (!put_off)
		end_visit(v);
}

static void on_resume(void *ctx, void *later)
{
	struct visit *v = later;

	(void)ctx;
	v->then(v);
	end_visit(v);
}

/* On the event loop: as little as can be. */
static bool on_quick(void *ctx, struct arena *a, const struct http_request *q,
		     struct http_answer *r)
{
	struct web *w = ctx;
	struct page_state s;

	(void)a;
	if ((!str_is(q->method, "GET") && !str_is(q->method, "HEAD")) || has_credentials(q))
		return false;
	s = state_of(w);
	r->ready = cache_find(w->cache, &s, q, http_takes_gzip(q));
	atomic_fetch_add(r->ready ? &w->counters.cache_hits : &w->counters.cache_misses, 1);
	return r->ready;
}

static size_t on_body(void *ctx, struct str method, struct str path)
{
	const struct route_table table = { routes, route_count };
	struct str parts[ROUTE_PARTS];
	const struct route *r;
	struct buf methods;

	(void)ctx;
	buf_init(&methods, 200);
	r = route_find(&table, method, path, parts, &methods);
	buf_done(&methods);
	return r ? r->body_max : 0;
}

/* --- start and stop --- */

bool web_start(struct node *n, const struct web_plan *plan, struct web **out, struct err *err)
{
	const struct route_table table = { routes, route_count };
	struct web *w = calloc(1, sizeof(*w));
	struct http_plan http = {
		.address = plan->address,
		.port = plan->port,
		.tls_cert = plan->tls_cert,
		.tls_key = plan->tls_key,
		.workers = plan->workers + WAITING_MAX,
		.body_max = on_body,
		.answer = on_answer,
		.resume = on_resume,
		.quick = on_quick,
		.ctx = w,
	};

	if (!w)
		abort();
	w->node = n;
	w->workers = plan->workers;
	w->tls = plan->tls_cert;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->given, NULL);
	w->cache = cache_new();
	w->shelf = shelf_new();
	w->kept = kept_new();
	arena_init(&w->arena, 1 << 20);
	assets_hash(w->asset_hashes, &w->arena);
	build_id(w->build);
	if (!routes_check(&table, err) || !http_start(&http, &w->http, err)) {
		web_stop(w);
		return false;
	}
	*out = w;
	return true;
}

uint16_t web_port(const struct web *w)
{
	return http_port(w->http);
}

void web_stop(struct web *w)
{
	if (w->http)
		http_stop(w->http);
	pthread_cond_destroy(&w->given);
	pthread_mutex_destroy(&w->lock);
	cache_free(w->cache);
	shelf_free(w->shelf);
	kept_free(w->kept);
	arena_done(&w->arena);
	free(w);
}

#include "web/server.h"

#include <fcntl.h>
#include <unistd.h>

void to_language(struct visit *v)
{
	struct str code = str_z(lang_codes[v->lang]);

	http_set(v->a, v->r, "Vary", S("Accept-Language"));
	http_redirect(v->a, v->r, 302,
		      arena_join(v->a, arena_join(v->a, S("/"), code), S("/")));
}

void robots(struct visit *v)
{
	/* Lists with filters in the address are without end. */
	buf_lit(&v->out, "User-agent: *\nDisallow: /*?\nDisallow: /*/papers/\nDisallow: "
			 "/api/\nDisallow: /log/\n"
			 "Disallow: /mirror/\nDisallow: /witnessed/\n");
	answer_out(v, "text/plain; charset=utf-8");
}

/* Good: the stores can be read and the own ledger can be written. */
void ops_health(struct visit *v)
{
	enum ledger_state state = store_own_state(node_store(v->node));
	struct json_w w = json_w(&v->out);

	json_open(&w, '{');
	json_pair(&w, "status", state == LEDGER_OK ? S("ok") : S("closed for writing"));
	json_key(&w, "ledgers");
	json_open(&w, '{');
	for (size_t i = 0; i < v->ledger_count; i++) {
		json_key_str(&w, v->ledgers[i].name);
		json_put_int(&w, (int64_t)v->ledgers[i].size);
	}
	json_close(&w, '}');
	json_key(&w, "forked");
	json_open(&w, '[');
	for (size_t i = 0; i < v->ledger_count; i++)
		if (v->ledgers[i].state == LEDGER_FORKED)
			json_put_str(&w, v->ledgers[i].name);
	json_close(&w, ']');
	json_close(&w, '}');
	v->r->status = state == LEDGER_OK ? 200 : 503;
	answer_out(v, "application/json");
}

/* --- Prometheus text format 0.0.4 --- */

static void metric(struct buf *b, const char *name, const char *type, const char *help)
{
	buf_lit(b, "# HELP benkan_");
	buf_z(b, name);
	buf_ch(b, ' ');
	buf_z(b, help);
	buf_lit(b, "\n# TYPE benkan_");
	buf_z(b, name);
	buf_ch(b, ' ');
	buf_z(b, type);
	buf_ch(b, '\n');
}

static void sample(struct buf *b, const char *name, uint64_t value)
{
	buf_lit(b, "benkan_");
	buf_z(b, name);
	buf_ch(b, ' ');
	buf_u64(b, value);
	buf_ch(b, '\n');
}

static void requests(struct buf *b, struct counters *c)
{
	metric(b, "http_requests_total", "counter",
	       "Requests answered, by class of status or from kept pages.");
	for (unsigned i = 2; i < STATUS_CLASSES; i++) {
		buf_lit(b, "benkan_http_requests_total{status=\"");
		buf_u64(b, i);
		buf_lit(b, "xx\"} ");
		buf_u64(b, atomic_load(&c->status[i]));
		buf_ch(b, '\n');
	}
	sample(b, "http_requests_total{status=\"kept\"}", atomic_load(&c->cache_hits));
	metric(b, "page_cache_misses_total", "counter",
	       "Requests that could have been kept pages and were not.");
	sample(b, "page_cache_misses_total", atomic_load(&c->cache_misses));
}

/* Milliseconds as seconds: "0.025". */
static void seconds(struct buf *b, uint64_t ms)
{
	buf_u64(b, ms / 1000);
	buf_ch(b, '.');
	buf_pad(b, ms % 1000, 3);
}

static void latency(struct buf *b, struct counters *c)
{
	uint64_t sum = 0;

	metric(b, "http_request_seconds", "histogram", "Time to answer, kept pages apart.");
	for (size_t i = 0; i <= LATENCY_BOUNDS; i++) {
		sum += atomic_load(&c->latency[i]);
		buf_lit(b, "benkan_http_request_seconds_bucket{le=\"");
		if (i < LATENCY_BOUNDS)
			seconds(b, latency_bounds[i]);
		else
			buf_lit(b, "+Inf");
		buf_lit(b, "\"} ");
		buf_u64(b, sum);
		buf_ch(b, '\n');
	}
	buf_lit(b, "benkan_http_request_seconds_sum ");
	seconds(b, atomic_load(&c->latency_ms));
	buf_ch(b, '\n');
	sample(b, "http_request_seconds_count", sum);
}

static void ledgers(struct visit *v)
{
	struct buf *b = &v->out;

	metric(b, "ledger_entries", "gauge", "Entries of each ledger held.");
	for (size_t i = 0; i < v->ledger_count; i++) {
		buf_lit(b, "benkan_ledger_entries{ledger=\"");
		buf_add(b, v->ledgers[i].name);
		buf_lit(b, "\"} ");
		buf_u64(b, v->ledgers[i].size);
		buf_ch(b, '\n');
	}
}

static void forks(struct visit *v)
{
	struct buf *b = &v->out;

	metric(b, "ledger_forked", "gauge", "1 for a ledger that shows two histories.");
	for (size_t i = 0; i < v->ledger_count; i++) {
		buf_lit(b, "benkan_ledger_forked{ledger=\"");
		buf_add(b, v->ledgers[i].name);
		buf_lit(b, "\"} ");
		buf_u64(b, v->ledgers[i].state == LEDGER_FORKED);
		buf_ch(b, '\n');
	}
}

/* The second number of /proc/self/statm, in pages; 0 when it cannot be read. */
static uint64_t resident(void)
{
	char text[200];
	int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, text, sizeof(text)) : 0;
	struct str s = str_of(text, n > 0 ? (size_t)n : 0);
	uint64_t pages = 0;

	if (fd >= 0)
		close(fd);
	s = str_from(s, str_index(s, ' ') + 1);
	if (!str_u64(str_cut(s, str_index(s, ' ')), UINT32_MAX, &pages))
		return 0;
	return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

void ops_metrics(struct visit *v)
{
	requests(&v->out, &v->web->counters);
	latency(&v->out, &v->web->counters);
	ledgers(v);
	forks(v);
	metric(&v->out, "http_connections", "gauge", "Connections open.");
	sample(&v->out, "http_connections", http_connections(v->web->http));
	metric(&v->out, "resident_bytes", "gauge", "Memory resident.");
	sample(&v->out, "resident_bytes", resident());
	answer_out(v, "text/plain; version=0.0.4; charset=utf-8");
}

/* A small register that is always the same: what the pages' goldens are made of. */
#ifndef TEST_WEB_REGISTER_H
#define TEST_WEB_REGISTER_H
#include "exchange/sync.h"
#include "live.h"

#define ID(kind, n) "01980000-000" #kind "-7000-8000-00000000000" #n

static const char *const small_register[] = {
	"{\"type\":\"record.put\",\"kind\":\"organisation\",\"id\":\"" ID(
		1, 1) "\",\"data\":{"
		      "\"name\":{\"fr\":\"Ministère de l’Énergie\",\"ru\":\"Министерство "
		      "энергетики\"},"
		      "\"type\":\"10\",\"country\":\"ML\",\"website\":\"https://"
		      "energie.example/\","
		      "\"point\":{\"lat\":\"12.6392\",\"lon\":\"-8.0029\"}}}",
	"{\"type\":\"record.put\",\"kind\":\"project\",\"id\":\"" ID(
		2, 1) "\",\"data\":{"
		      "\"title\":{\"fr\":\"Centrale solaire\",\"ru\":\"Солнечная "
		      "электростанция\"},"
		      "\"status\":\"2\",\"field\":\"energy\",\"priority\":true,"
		      "\"description\":{\"fr\":\"Une centrale.\\nEt son "
		      "réseau.\",\"ru\":\"Станция.\\nИ её сеть.\"},"
		      "\"planned_start\":\"2025-10-01\",\"planned_end\":\"2026-02-15\","
		      "\"cost\":{\"amount\":\"1250000\",\"currency\":\"XOF\",\"value_date\":"
		      "\"2025-07-29\"},"
		      "\"sectors\":[{\"sector\":\"23230\",\"percentage\":\"66.7\"},{\"sector\":"
		      "\"23630\",\"percentage\":\"33.3\"}],"
		      "\"participants\":[{\"organisation\":\"ml/" ID(
			      1,
			      1) "\",\"role\":\"4\"}],"
				 "\"sources\":[{\"title\":\"Article "
				 "A\",\"about\":\"planned_end\",\"says\":\"Fin en mai 2026.\"},"
				 "{\"title\":\"Article B\",\"date\":\"2025-07-30\"}]}}",
	"{\"type\":\"act.accept\",\"kind\":\"project\",\"id\":\"" ID(2, 1) "\"}",
	"{\"type\":\"record.put\",\"kind\":\"project\",\"id\":\"" ID(
		2,
		2) "\",\"data\":{"
		   "\"title\":{\"ru\":\"Только "
		   "по-русски\"},\"status\":\"1\",\"field\":\"mines\",\"illustrative\":true}}",
	"{\"type\":\"record.put\",\"kind\":\"transaction\",\"id\":\"" ID(
		3, 1) "\",\"data\":{"
		      "\"project\":\"joint/" ID(
			      2, 1) "\",\"type\":\"3\",\"date\":\"2026-01-15\","
				    "\"value\":{\"amount\":\"400000\",\"currency\":\"XOF\","
				    "\"value_date\":\"2026-01-15\"},"
				    "\"provider\":\"ml/" ID(1, 1) "\"}}",
	"{\"type\":\"record.put\",\"kind\":\"transaction\",\"id\":\"" ID(
		3, 2) "\",\"data\":{"
		      "\"project\":\"joint/" ID(
			      2, 1) "\",\"type\":\"3\",\"date\":\"2026-02-01\","
				    "\"value\":{\"amount\":\"100000.55\",\"currency\":\"RUB\","
				    "\"value_date\":\"2026-02-01\"}}}",
	"{\"type\":\"record.put\",\"kind\":\"transaction\",\"id\":\"" ID(
		3, 2) "\",\"data\":{"
		      "\"project\":\"joint/" ID(
			      2, 1) "\",\"type\":\"3\",\"date\":\"2026-02-01\","
				    "\"description\":{\"fr\":\"Second versement\"},"
				    "\"value\":{\"amount\":\"100500.55\",\"currency\":\"RUB\","
				    "\"value_date\":\"2026-02-01\"}}}",
	"{\"type\":\"record.put\",\"kind\":\"indicator\",\"id\":\"" ID(
		4, 1) "\",\"data\":{"
		      "\"title\":{\"fr\":\"Localités raccordées\",\"ru\":\"Подключённые "
		      "пункты\"},\"measure\":\"1\","
		      "\"unit\":\"places\",\"baseline\":\"0\",\"baseline_date\":\"2025-12-31\","
		      "\"targets\":[{\"period_start\":\"2026-01-01\","
		      "\"period_end\":\"2026-12-31\",\"value\":\"40\"}]}}",
	"{\"type\":\"record.put\",\"kind\":\"measurement\",\"id\":\"" ID(
		5, 1) "\",\"data\":{"
		      "\"indicator\":\"joint/" ID(
			      4, 1) "\",\"period_end\":\"2026-02-28\",\"value\":\"10\"}}",
};

/* What the other side says, once it has what stands above. */
static const char *const small_answer[] = {
	"{\"type\":\"act.accept\",\"kind\":\"project\",\"id\":\"" ID(2, 1) "\"}",
	"{\"type\":\"record.put\",\"kind\":\"transaction\",\"id\":\"" ID(
		3, 3) "\",\"data\":{"
		      "\"project\":\"joint/" ID(
			      2, 1) "\",\"type\":\"1\",\"date\":\"2026-01-20\","
				    "\"value\":{\"amount\":\"380000\",\"currency\":\"XOF\","
				    "\"value_date\":\"2026-01-20\"}}}",
};

/* And a change of the agreed text that waits for an answer. */
static const char small_change[] = "{\"type\":\"record.put\",\"kind\":\"project\",\"id\":\"" ID(
	2, 1) "\",\"data\":{"
	      "\"title\":{\"fr\":\"Centrale solaire de Ségou\",\"ru\":\"Солнечная "
	      "электростанция\"},"
	      "\"status\":\"2\",\"field\":\"energy\",\"planned_end\":\"2026-06-30\"}}";

static struct web *web_ru;

static inline void small_say(struct node *n, const char *draft)
{
	t.fixed.ms += 60000;
	good(&t, n, draft);
}

/* What a node signed is served once its high-water file has it, a moment later. */
static inline void signed_and_served(struct node *n, uint16_t at)
{
	struct view *v = reading(n);
	struct ledger_row *rows;
	char want[40];
	size_t count, own = 0;
	bool there = false;

	check_ok(view_ledgers(v, &t.a, &rows, &count, &err), &err);
	while (own < count && !rows[own].own)
		own++;
	assert_true(own < count);
	snprintf(want, sizeof(want), "\n%llu\n", (unsigned long long)rows[own].size);
	read_done(v);
	for (int tries = 0; tries < 1000 && !there; tries++) {
		struct raw_answer r =
			raw_ask(at, S("GET /log/checkpoint HTTP/1.1\r\nHost: here\r\n"
				      "Connection: close\r\n\r\n"));

		there = says(r.body, want);
		usleep(there ? 0 : 10000);
	}
	assert_true(there);
}

/* `to` fetches what `from` has written. */
static inline void small_exchange(struct node *from, uint16_t at, struct node *to)
{
	struct sync_plan plan = { 0 };
	struct sync_result done;
	char url[60];

	signed_and_served(from, at);
	snprintf(url, sizeof(url), "http://127.0.0.1:%u", (unsigned)at);
	plan.url = str_z(url);
	check_ok(sync_peer(to, &t.a, &plan, &done, &err), &err);
}

static inline int small_register_up(void **state)
{
	struct web_plan plan = { .address = "127.0.0.1", .workers = 1 };
	int done = live_up(state);

	nodes_up_ru(&t);
	check_ok(web_start(t.ru, &plan, &web_ru, &err), &err);
	for (size_t i = 0; i < sizeof(small_register) / sizeof(*small_register); i++)
		small_say(t.ml, small_register[i]);
	small_exchange(t.ml, port, t.ru);
	for (size_t i = 0; i < sizeof(small_answer) / sizeof(*small_answer); i++)
		small_say(t.ru, small_answer[i]);
	small_exchange(t.ru, web_port(web_ru), t.ml);
	small_exchange(t.ml, port, t.ru);
	small_exchange(t.ru, web_port(web_ru), t.ml);
	small_say(t.ml, small_change);
	signed_and_served(t.ml, port);
	return done;
}

static inline int small_register_down(void **state)
{
	web_stop(web_ru);
	return live_down(state);
}

#endif

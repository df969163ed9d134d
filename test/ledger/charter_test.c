#include "ledger/charter.h"

#include "check.h"

static struct arena arena;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, 32 << 20);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_done(&arena);
	return 0;
}

static void key_of(struct vkey *out, enum key_type type, const char *name, unsigned seed)
{
	unsigned char bytes[32] = { (unsigned char)seed, (unsigned char)(seed >> 8) };
	struct skey k;

	skey_from_seed(&k, type, arena_str(&arena, str_z(name)), bytes);
	*out = k.pub;
}

/* The keys of a node whose party is `party`; `seed` makes them differ. */
static struct node_keys node_of(const char *party, unsigned seed)
{
	struct node_keys k = { .party = arena_str(&arena, str_z(party)) };
	char name[128];

	snprintf(name, sizeof(name), "%s.example/registre/%s", party, party);
	k.origin = arena_str(&arena, str_z(name));
	k.name = arena_join(&arena, S("État "), k.party);
	k.url = arena_join(&arena, S("https://"), k.origin);
	k.seal = S("age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p");
	key_of(&k.log, KEY_LOG, name, seed);
	for (unsigned i = 0; i < CHARTER_RECOVERY; i++) {
		snprintf(name, sizeof(name), "%s.example/registre/%s/recours-%u", party, party,
			 i + 1);
		key_of(&k.recovery[i], KEY_LOG, name, seed + 1 + i);
	}
	snprintf(name, sizeof(name), "%s.example/temoin/%s", party, party);
	key_of(&k.witness, KEY_WITNESS, name, seed + 9);
	return k;
}

static struct str keys_text(const struct node_keys *k)
{
	struct buf b;

	buf_init(&b, 1 << 16);
	node_keys_write(&b, k);
	return arena_buf(&arena, &b);
}

/* The charter of ml and ru as the ceremony makes it. */
static struct str charter_text(void)
{
	const struct node_keys ml = node_of("ml", 10), ru = node_of("ru", 30);
	const struct str keys[] = { keys_text(&ml), keys_text(&ru) };
	struct err err = { 0 };
	struct buf b;

	buf_init(&b, CHARTER_MAX);
	check_ok(charter_assemble(&arena, keys, 2, &b, &err), &err);
	return arena_buf(&arena, &b);
}

static struct str replaced(struct str s, const char *from, const char *to)
{
	size_t at = str_find(s, str_z(from));

	if (at == s.n)
		fail_msg("«%s» is not in the charter", from);
	return arena_join(&arena, arena_join(&arena, str_cut(s, at), str_z(to)),
			  str_from(s, at + strlen(from)));
}

static void assembled_and_read(void **state)
{
	struct str text = charter_text();
	struct node_keys ru = node_of("ru", 30);
	struct hash id = hash_of(text);
	const struct charter_ledger *l;
	struct charter c;
	struct err err = { 0 };

	(void)state;
	check_ok(charter_read(&arena, text, &c, &err), &err);
	assert_true(hash_eq(&c.id, &id));
	assert_int_equal(c.language_count, 3);
	check_str(c.languages[0], S("fr"));
	assert_int_equal(c.ledger_count, 2);
	assert_int_equal(c.witness_count, 0);
	assert_true(str_find(json_str(c.title, "en"), S("État ml – État ru")) < 100);
	l = charter_find(&c, S("ru"));
	assert_non_null(l);
	check_str(l->party, S("ru"));
	check_str(l->origin, ru.origin);
	check_str(l->url, ru.url);
	check_str(l->seal, ru.seal);
	assert_int_equal(l->threshold, 2);
	assert_memory_equal(l->log.pub, ru.log.pub, 32);
	assert_memory_equal(l->witness.pub, ru.witness.pub, 32);
	for (unsigned i = 0; i < CHARTER_RECOVERY; i++)
		assert_memory_equal(l->recovery[i].pub, ru.recovery[i].pub, 32);
	assert_true(str_find(l->title, S("État ru")) < l->title.n);
	assert_null(charter_find(&c, S("bf")));
	assert_true(charter_personal(&c, S("contact")));
	assert_false(charter_personal(&c, S("project")));
}

static void optional_members(void **state)
{
	struct str text = charter_text();
	struct charter c;
	struct err err = { 0 };
	struct vkey w;
	struct buf b;

	(void)state;
	text = replaced(text, ",\"personal_kinds\":[\"contact\"]", "");
	text = replaced(text, "\"url\":\"https://ml.example/registre/ml\"", "\"url\":\"\"");
	text = replaced(text, "\"languages\":[\"fr\",\"ru\",\"en\"]",
			"\"languages\":[\"bm\"],\"currency\":[\"XOF\",\"RUB\"]");
	key_of(&w, KEY_WITNESS, "w.example/w", 99);
	buf_init(&b, 512);
	buf_lit(&b, "\"witnesses\":[{\"vkey\":\"");
	vkey_write(&b, &w);
	buf_lit(&b, "\",\"url\":\"https://w.example/\"}]");
	text = replaced(text, "\"witnesses\":[]", arena_z(&arena, buf_str(&b)));
	buf_done(&b);
	check_ok(charter_read(&arena, text, &c, &err), &err);
	assert_int_equal(c.ledgers[0].url.n, 0);
	assert_int_equal(c.language_count, 1);
	assert_int_equal(c.witness_count, 1);
	check_str(c.witnesses[0].name, S("w.example/w"));
	assert_true(charter_personal(&c, S("contact")));
	text = replaced(text, "\"act\"", "\"personal_kinds\":[\"cohort\"],\"act\"");
	check_ok(charter_read(&arena, text, &c, &err), &err);
	assert_true(charter_personal(&c, S("cohort")));
	assert_false(charter_personal(&c, S("contact")));
}

static void refusals(void **state)
{
	static const struct {
		const char *field, *from, *to;
	} bad[] = {
		{ "act", "{\"v\":1", "{\"v\":2" },
		{ "act", "\"act\":\"charter\"", "\"act\":\"decision\"" },
		{ "title", "\"title\":{", "\"title\":{\"bm\":1," },
		{ "languages", "[\"fr\",\"ru\",\"en\"]", "[]" },
		{ "languages", "[\"fr\",\"ru\",\"en\"]", "[\"fr\",\"fr\"]" },
		{ "languages", "[\"fr\",\"ru\",\"en\"]", "[\"f\"]" },
		{ "languages", "[\"fr\",\"ru\",\"en\"]", "{\"a\":\"fr\"}" },
		{ "currency", "\"languages\"", "\"currency\":[\"xof\"],\"languages\"" },
		{ "personal_kinds", "[\"contact\"]", "[\"Contact\"]" },
		{ "limits", "\"entries_per_day\":20000", "\"entries_per_day\":0" },
		{ "limits", "\"entries_per_day\":20000", "\"entries_per_day\":\"1\"" },
		{ "witnesses", "\"witnesses\":[]", "\"witnesses\":{}" },
		{ "witnesses.0", "\"witnesses\":[]", "\"witnesses\":[{\"vkey\":1}]" },
		{ "ledgers", "\"ledgers\":[", "\"ledgers\":[],\"x\":[" },
		{ "ledgers.0.name", "\"name\":\"ml\"", "\"name\":\"ML\"" },
		{ "ledgers.0.name", "\"name\":\"ml\"", "\"name\":\"mali\"" },
		{ "ledgers.0.party", "\"name\":\"ml\",\"party\":\"ml\"",
		  "\"name\":\"joint\",\"party\":\"joint\"" },
		{ "ledgers.0.party", "\"party\":\"ml\"", "\"party\":\"m\"" },
		{ "ledgers.1.name", "\"name\":\"ru\",\"party\":\"ru\"",
		  "\"name\":\"ml\",\"party\":\"ru\"" },
		{ "ledgers.0.origin", "\"origin\":\"ml.example", "\"origin\":\"ml" },
		{ "ledgers.0.url", "\"url\":\"https://ml", "\"url\":\"javascript:ml" },
		{ "ledgers.0.seal", "\"seal\":\"age1ql", "\"seal\":\"age1qb" },
		{ "ledgers.0.title", "\"title\":{\"fr\":\"État ml\"", "\"title\":{\"fr\":[]" },
		{ "ledgers.0.log", "\"log\":\"ml.example/registre/ml+",
		  "\"log\":\"ml.example/registre/xx+" },
		{ "ledgers.0.log", "\"log\":", "\"lo\":" },
		{ "ledgers.0.witness", "\"witness\":", "\"log2\":" },
		{ "ledgers.0.recovery", "\"recovery\":[", "\"recovery\":[\"x\"," },
		{ "ledgers.0.threshold", "\"threshold\":2", "\"threshold\":1" },
		{ "ledgers.0.threshold", "\"threshold\":2", "\"threshold\":4" },
	};
	struct str text = charter_text();
	struct charter c;
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		err = (struct err){ 0 };
		if (charter_read(&arena, replaced(text, bad[i].from, bad[i].to), &c, &err))
			fail_msg("accepted: %s", bad[i].to);
		if (strcmp(err.field, bad[i].field) != 0)
			fail_msg("%s: field %s, want %s", bad[i].to, err.field, bad[i].field);
		assert_int_equal(err.kind, ERR_INPUT);
	}
	for (size_t cut = 0; cut < text.n; cut += 7)
		assert_false(charter_read(&arena, str_cut(text, cut), &c, &err));
}

/* A key in two places, of the wrong type, or under a name that is not its place's. */
static void keys_in_their_places(void **state)
{
	static const char *const fields[] = {
		"ledgers",           "ledgers.0.witness",    "ledgers.0.recovery.2",
		"ledgers.0.log",     "ledgers.0.recovery.0", "ledgers.0.witness",
		"ledgers.0.witness", "ledgers.0.log"
	};
	struct charter c;
	struct err err;
	struct buf b;

	(void)state;
	for (unsigned i = 0; i < 8; i++) {
		struct node_keys ml = node_of("ml", 10), ru = node_of("ru", i == 0 ? 10 : 30);
		struct str keys[2];

		if (i == 1)
			ml.witness = ml.log;
		else if (i == 2)
			ml.recovery[2] = ml.recovery[1];
		else if (i == 3)
			ml.log = ru.log;
		else if (i == 4)
			ml.recovery[0] = ru.recovery[0];
		else if (i == 5)
			ml.witness = ru.witness;
		else if (i == 6)
			key_of(&ml.witness, KEY_LOG, "ml.example/temoin/ml", 50);
		else if (i == 7)
			key_of(&ml.log, KEY_WITNESS, "ml.example/registre/ml", 50);
		keys[0] = keys_text(&ml);
		keys[1] = keys_text(&ru);
		buf_init(&b, CHARTER_MAX);
		assert_false(charter_assemble(&arena, keys, 2, &b, &err));
		assert_string_equal(err.field, fields[i]);
		buf_done(&b);
	}
	buf_init(&b, CHARTER_MAX);
	assert_false(charter_assemble(&arena, NULL, 0, &b, &err));
	buf_clear(&b);
	assert_false(charter_assemble(&arena, &(struct str){ "[]", 2 }, 1, &b, &err));
	assert_string_equal(err.field, "ledgers.0");
	buf_done(&b);
	assert_false(charter_read(&arena, S(""), &c, &err));
}

static void a_party_has_a_name_in_each_language(void **state)
{
	static const struct {
		const char *name, *fr, *ru, *en;
	} cases[] = { { "Mali", "Mali", "Mali", "Mali" },
		      { "fr=Mali; ru=Мали", "Mali", "Мали", "Mali" },
		      { "ru=Россия;en=Russia;fr=Russie", "Russie", "Россия", "Russia" },
		      { "A=B; C", "A=B; C", "A=B; C", "A=B; C" } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct node_keys k = { .party = S("ml"), .name = str_z(cases[i].name) };
		const struct json *title;
		struct json *j;
		struct err err;
		struct buf b;

		buf_init(&b, 1 << 16);
		node_keys_write(&b, &k);
		check_ok(json_object(&arena, buf_str(&b), &j, &err), &err);
		title = json_obj(j, "title");
		check_str(json_str(title, "fr"), str_z(cases[i].fr));
		check_str(json_str(title, "ru"), str_z(cases[i].ru));
		check_str(json_str(title, "en"), str_z(cases[i].en));
		buf_done(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_party_has_a_name_in_each_language),
		cmocka_unit_test(assembled_and_read),
		cmocka_unit_test(optional_members),
		cmocka_unit_test(refusals),
		cmocka_unit_test(keys_in_their_places),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}

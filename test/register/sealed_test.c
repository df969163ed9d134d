/* Restricted bodies on their way (LEDGER.md 12.2): who may have them, early and late. */
#include "bodies.h"

/* --- on their way --- */

static void the_other_side_reads_it_once_it_came(void **state)
{
	struct act_result r;
	struct hash c, lacked;

	up(state);
	r = good(&t, t.ml, PUT("parties"));
	c = commitment_at(t.ml, "ml", r.n);
	carry_entries(t.ml, t.ru, true);
	assert_false(sees(t.ru, AUDIENCE_NATIONAL));
	assert_int_equal(lacks(t.ru, &lacked), 1);
	assert_memory_equal(lacked.b, c.b, HASH_SIZE);
	is_as_rebuilt(t.ru);
	carry_bodies(t.ml, t.ru, "ru");
	assert_true(sees(t.ru, AUDIENCE_PARTIES));
	assert_false(sees(t.ru, AUDIENCE_PUBLIC));
	assert_false(sees(t.ml, AUDIENCE_PUBLIC));
	assert_int_equal(found_by_words(t.ru, AUDIENCE_PARTIES), 1);
	assert_int_equal(found_by_words(t.ru, AUDIENCE_PUBLIC), 0);
	assert_int_equal(lacks(t.ru, NULL), 0);
	is_as_rebuilt(t.ru);
	is_as_rebuilt(t.ml);
	digests_agree();
	assert_int_equal(take(t.ru, &c, age_file(t.ml, "ru", &c)), BODY_HELD);
	nodes_down(&t);
}

static void a_body_may_come_first(void **state)
{
	struct hash c;

	up(state);
	c = commitment_at(t.ml, "ml", good(&t, t.ml, PUT("parties")).n);
	assert_int_equal(take(t.ru, &c, age_file(t.ml, "ru", &c)), BODY_TAKEN);
	assert_false(sees(t.ru, AUDIENCE_NATIONAL));
	carry_entries(t.ml, t.ru, true);
	assert_true(sees(t.ru, AUDIENCE_PARTIES));
	assert_int_equal(lacks(t.ru, NULL), 0);
	is_as_rebuilt(t.ru);
	digests_agree();
	nodes_down(&t);
}

static void national_bodies_never_leave(void **state)
{
	struct hash c, *names;

	up(state);
	c = commitment_at(t.ml, "ml", good(&t, t.ml, PUT("national")).n);
	assert_int_equal(listed(t.ml, "ru", &names), 0);
	assert_true(refuses(t.ml, "ru", &c));
	assert_true(refuses(t.ml, "bf", &c));
	assert_int_equal(listed(t.ml, "ml", &names), 1);
	carry_entries(t.ml, t.ru, true);
	assert_int_equal(lacks(t.ru, NULL), 0);
	assert_true(sees(t.ml, AUDIENCE_NATIONAL));
	assert_false(sees(t.ml, AUDIENCE_PARTIES));
	nodes_down(&t);
}

static void files_are_the_same_each_time_and_for_one_recipient(void **state)
{
	struct hash c;
	struct str for_ru, for_ml;

	up(state);
	c = commitment_at(t.ml, "ml", good(&t, t.ml, PUT("parties")).n);
	for_ru = age_file(t.ml, "ru", &c);
	for_ml = age_file(t.ml, "ml", &c);
	check_str(age_file(t.ml, "ru", &c), for_ru);
	assert_false(str_eq(for_ru, for_ml));
	assert_true(str_find(for_ru, S(MARK)) == for_ru.n);
	/* What is sealed for somebody else is kept as it came, and opens nothing. */
	assert_int_equal(take(t.ru, &c, for_ml), BODY_KEPT);
	assert_int_equal(settle(t.ru), 0);
	carry_entries(t.ml, t.ru, true);
	assert_false(sees(t.ru, AUDIENCE_NATIONAL));
	assert_int_equal(take(t.ru, &c, for_ru), BODY_TAKEN);
	assert_int_equal(settle(t.ru), 0);
	nodes_down(&t);
}

static void what_is_not_sound_is_dropped(void **state)
{
	struct hash c, other = { { 1 } };
	struct str file;

	up(state);
	c = commitment_at(t.ml, "ml", good(&t, t.ml, PUT("parties")).n);
	carry_entries(t.ml, t.ru, true);
	file = age_file(t.ml, "ru", &c);
	assert_int_equal(take(t.ru, &c, str_cut(file, file.n - 1)), BODY_REFUSED);
	assert_int_equal(take(t.ru, &c, S("")), BODY_REFUSED);
	assert_int_equal(take(t.ru, &c, S("plain text")), BODY_REFUSED);
	/* Another name: nothing names it, so that it is kept until all has come, then dropped.
	 */
	assert_int_equal(take(t.ru, &other, file), BODY_KEPT);
	assert_int_equal(settle(t.ru), 0);
	assert_false(sees(t.ru, AUDIENCE_NATIONAL));
	assert_int_equal(lacks(t.ru, NULL), 1);
	nodes_down(&t);
}

/* A State whose law forbids the cipher carries the plain file. */
static void a_plain_file_is_known_by_its_hash(void **state)
{
	struct hash c, name;
	struct str body;
	enum body_fate fate;
	struct view *v;
	struct err err;
	bool found;

	up(state);
	c = commitment_at(t.ml, "ml", good(&t, t.ml, PUT("parties")).n);
	v = reading(t.ml);
	check_ok(view_body(v, &t.a, &c, &body, &found, &err), &err);
	read_done(v);
	assert_true(found);
	check_ok(body_import(t.ru, body, &fate, &name, &err), &err);
	assert_int_equal(fate, BODY_REFUSED); /* no entry commits to it yet */
	carry_entries(t.ml, t.ru, true);
	check_ok(body_import(t.ru, str_cut(body, body.n - 1), &fate, &name, &err), &err);
	assert_int_equal(fate, BODY_REFUSED);
	check_ok(body_import(t.ru, body, &fate, &name, &err), &err);
	assert_int_equal(fate, BODY_TAKEN);
	assert_memory_equal(name.b, c.b, HASH_SIZE);
	assert_true(sees(t.ru, AUDIENCE_PARTIES));
	nodes_down(&t);
}

/* --- attachments named inside --- */

static void attachments_travel_under_names_that_say_nothing(void **state)
{
	struct hash file, c, *names, name, first;
	struct str sealed;
	struct view *v;
	struct err err;
	bool open;

	up(state);
	c = put_with_attachment(S("the text of " MARK), &file);
	assert_int_equal(listed(t.ml, "ru", &names), 2);
	name = hash_eq(&names[0], &c) ? names[1] : names[0];
	assert_false(hash_eq(&name, &file));
	assert_true(refuses(t.ml, "ru", &file)); /* its hash is no name */
	assert_true(refuses(t.ml, "bf", &name));
	sealed = age_file(t.ml, "ru", &name);
	carry_entries(t.ml, t.ru, true);
	assert_false(has_file(t.ru, &file));
	/* Before its body nothing says what it is: kept, and put in its place afterwards. */
	assert_int_equal(take(t.ru, &name, sealed), BODY_KEPT);
	assert_int_equal(take(t.ru, &c, age_file(t.ml, "ru", &c)), BODY_TAKEN);
	assert_int_equal(lacks(t.ru, &first), 1);
	assert_memory_equal(first.b, name.b, HASH_SIZE);
	assert_int_equal(settle(t.ru), 1);
	assert_true(has_file(t.ru, &file));
	assert_int_equal(lacks(t.ru, NULL), 0);
	assert_int_equal(take(t.ru, &name, sealed), BODY_HELD);
	v = reading(t.ru);
	check_ok(view_blob_public(v, &file, &open, &err), &err);
	assert_false(open);
	read_done(v);
	assert_int_equal(listed(t.ru, "ru", &names), 2); /* it can hand both on */
	is_as_rebuilt(t.ru);
	nodes_down(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(the_other_side_reads_it_once_it_came),
		ON(a_body_may_come_first, sqlite),
		ON(national_bodies_never_leave, sqlite),
		ON(files_are_the_same_each_time_and_for_one_recipient, sqlite),
		ON(what_is_not_sound_is_dropped, sqlite),
		ON(a_plain_file_is_known_by_its_hash, sqlite),
		BOTH(attachments_travel_under_names_that_say_nothing),
	};

	return run_on_engines(tests);
}

/*
 * One act whole: view_act and view_heads, for two parties by hand: the words, the texts it is
 * read beside, what diverges, who may see it.
 */
#include "viewing.h"

#include "store/view_act.h"

static struct act_whole *act_of(struct viewing *t, struct str hex, enum audience who)
{
	struct act_whole *out = arena_alloc(&t->a, sizeof(*out));
	struct hash h;
	struct err err;

	assert_true(hash_hex(hex, &h));
	check_ok(view_act(t->v, &t->a, &h, who, out, &err), &err);
	assert_true(hash_eq(&out->act, &h));
	return out;
}

static bool is_missing(struct viewing *t, struct str hex, enum audience who)
{
	struct act_whole *out = arena_alloc(&t->a, sizeof(*out));
	struct hash h;
	struct err err;

	assert_true(hash_hex(hex, &h));
	return !view_act(t->v, &t->a, &h, who, out, &err) && err.kind == ERR_MISSING;
}

static void say(struct viewing *t, struct chain *c, const char *type, struct str act)
{
	SAY(t->w, c, type, "{\"act\":\"%.*s\",\"parties\":[\"ml\",\"ru\"],\"reason\":\"no\"}",
	    STR(act));
}

static void from_proposal_to_force(void **state)
{
	struct viewing *t = viewing_make(place_of(state), 1);
	struct fact *f = fact_new(t, &records[RECORD_commission], NULL);
	struct act_whole *act;
	uint64_t accepted;

	fact_propose(t, f, S("{\"name\":{\"fr\":\"A\"}}"), false);
	say(t, t->ru, "act.accept", f->act);
	accepted = t->ru->n - 1;
	viewing_sync(t);
	act = act_of(t, f->act, AUDIENCE_PUBLIC);
	check_str(act->state, S("accepted"));
	check_str(act->proposer, S("ml"));
	check_str(act->actor, S("sec-1"));
	assert_true(act->usable && str_find(act->document, f->id) < act->document.n);
	assert_int_equal(act->side_count, 2);
	check_str(act->sides[0].party, S("ml"));
	check_str(act->sides[1].ledger, S("ru"));
	assert_int_equal(act->sides[0].proposed, act->n);
	assert_true(act->sides[0].accepted == ACT_UNSAID && act->sides[0].ready == ACT_UNSAID);
	assert_true(act->sides[1].proposed == ACT_UNSAID);
	assert_int_equal(act->sides[1].accepted, accepted);
	assert_int_equal(act->receipt_count, 0);
	assert_int_equal(act->awaited_count, 1);
	check_str(act->awaited[0], S("ml"));
	check_str(act->since, act->time);
	assert_false(act->acknowledgement);
	assert_int_equal(act->effect_count, 1);
	assert_ptr_equal(act->effects[0].record, f->record);
	check_str(act->effects[0].id, f->id);
	check_str(act->effects[0].data, S("{\"name\":{\"fr\":\"A\"}}"));
	assert_true(act->effects[0].head_count == 0 && act->effects[0].base_count == 0);

	say(t, t->ml, "act.accept", f->act);
	chain_seen(t->w, t->ml, t->ru, t->ru->n);
	viewing_sync(t);
	act = act_of(t, f->act, AUDIENCE_PUBLIC);
	assert_true(act->acknowledgement && act->awaited_count == 1);
	check_str(act->awaited[0], S("ru"));
	assert_int_equal(act->receipt_count, 1);
	check_str(act->receipts[0].party, S("ml"));
	check_str(act->receipts[0].peer, S("ru"));
	assert_int_equal(act->receipts[0].n, t->ml->n - 1);
	assert_int_equal(act->sides[0].ready, t->ml->n - 1);

	chain_seen(t->w, t->ru, t->ml, t->ml->n);
	viewing_sync(t);
	act = act_of(t, f->act, AUDIENCE_PUBLIC);
	check_str(act->state, S("in_force"));
	assert_int_equal(act->in_force_time.n, TIME_TEXT - 1);
	assert_true(act->awaited_count == 0 && act->receipt_count == 2);
	assert_int_equal(act->effects[0].head_count, 1);
	assert_false(act->effects[0].replaced);
	viewing_close(t);
}

/* Two changes of one text that do not know of each other, then one that names both. */
static void texts_beside_each_other(void **state)
{
	struct viewing *t = viewing_make(place_of(state), 2);
	struct fact *f = fact_new(t, &records[RECORD_commission], NULL);
	struct str first, second, third, base;
	struct act_text *heads;
	struct act_whole *act;
	struct err err;
	size_t n;

	fact_propose(t, f, S("{\"name\":{\"fr\":\"A\"}}"), false);
	fact_agree(t, f);
	first = f->act;
	base = f->base;
	viewing_meet(t);
	fact_propose(t, f, S("{\"name\":{\"fr\":\"B\"}}"), false);
	fact_agree(t, f);
	second = f->act;
	f->base = base;
	fact_propose(t, f, S("{\"name\":{\"fr\":\"C\"}}"), false);
	third = f->act;
	viewing_sync(t);
	act = act_of(t, third, AUDIENCE_PUBLIC);
	assert_int_equal(act->effects[0].base_count, 1);
	check_str(act->effects[0].base[0].data, S("{\"name\":{\"fr\":\"A\"}}"));
	check_str(act->effects[0].base[0].proposer, S("ml"));
	assert_true(act->effects[0].based_on_heads);

	viewing_meet(t); /* the second comes into force: the third is of an older text */
	viewing_sync(t);
	act = act_of(t, third, AUDIENCE_PUBLIC);
	assert_false(act->effects[0].based_on_heads);
	check_str(act->effects[0].heads[0].data, S("{\"name\":{\"fr\":\"B\"}}"));
	act = act_of(t, first, AUDIENCE_PUBLIC);
	check_str(act->state, S("superseded"));
	assert_true(act->effects[0].replaced);
	check_str(hex_of(t->w, &act->effects[0].by), second);

	fact_agree(t, f);
	viewing_meet(t);
	viewing_sync(t);
	check_ok(view_heads(t->v, &t->a, f->record, f->id, AUDIENCE_PUBLIC, &heads, &n, &err),
		 &err);
	assert_int_equal(n, 2);
	check_str(heads[0].data, S("{\"name\":{\"fr\":\"B\"}}"));
	check_str(heads[1].data, S("{\"name\":{\"fr\":\"C\"}}"));

	f->base = text_of(t->w, "\"%.*s\",\"%.*s\"", STR(second), STR(third));
	fact_propose(t, f, S(""), false); /* an end that names both */
	fact_agree(t, f);
	viewing_meet(t);
	viewing_sync(t);
	check_ok(view_heads(t->v, &t->a, f->record, f->id, AUDIENCE_PUBLIC, &heads, &n, &err),
		 &err);
	assert_int_equal(n, 1);
	assert_int_equal(heads[0].data.n, 0);
	act = act_of(t, f->act, AUDIENCE_PUBLIC);
	assert_true(act->effects[0].base_count == 2 && !act->effects[0].data.n);
	viewing_close(t);
}

static void only_for_those_who_may(void **state)
{
	struct viewing *t = viewing_make(place_of(state), 3);
	struct fact *f = fact_new(t, &records[RECORD_commission], NULL);
	struct act_whole *act;
	struct act_text *heads;
	struct err err;
	size_t n;

	fact_propose(t, f, S("{\"name\":{\"fr\":\"A\"}}"), true);
	fact_agree(t, f);
	viewing_meet(t);
	viewing_sync(t);
	assert_true(is_missing(t, f->act, AUDIENCE_PUBLIC));
	act = act_of(t, f->act, AUDIENCE_PARTIES);
	assert_int_equal(act->visibility, AUDIENCE_PARTIES);
	check_str(act->effects[0].data, S("{\"name\":{\"fr\":\"A\"}}"));
	assert_true(act->document.n > 0);
	check_ok(view_heads(t->v, &t->a, f->record, f->id, AUDIENCE_PUBLIC, &heads, &n, &err),
		 &err);
	assert_int_equal(n, 0);
	assert_true(is_missing(
		t, S("0000000000000000000000000000000000000000000000000000000000000000"),
		AUDIENCE_NATIONAL));
	viewing_close(t);
}

static void refused_and_unreadable(void **state)
{
	struct viewing *t = viewing_make(place_of(state), 4);
	struct fact *f = fact_new(t, &records[RECORD_commission], NULL);
	struct act_whole *act;
	struct str nowhere = text_of(t->w, "%064d", 7);

	fact_propose(t, f, S("{\"name\":{\"fr\":\"A\"}}"), false);
	say(t, t->ru, "act.decline", f->act);
	/* named by an entry, its document never came */
	SAY(t->w, t->ml, "act.accept", "{\"act\":\"%.*s\",\"parties\":[\"ml\",\"ru\"]}",
	    STR(nowhere));
	viewing_sync(t);
	act = act_of(t, f->act, AUDIENCE_PUBLIC);
	check_str(act->state, S("rejected"));
	assert_int_equal(act->sides[1].declined, t->ru->n - 1);
	assert_int_equal(act->awaited_count, 0);
	assert_true(is_missing(t, nowhere, AUDIENCE_NATIONAL));
	viewing_close(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH(from_proposal_to_force),
					    BOTH(texts_beside_each_other),
					    BOTH(only_for_those_who_may),
					    BOTH(refused_and_unreadable) };

	return run_on_engines(tests);
}

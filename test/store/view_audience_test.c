/*
 * Nobody is told what is above him: every query of view.h is asked for everything it can
 * tell, as each audience, over records that are open, sealed for the parties, sealed for
 * their own side, opened and erased; and what it tells is looked through for words and ids
 * that this audience may not have.
 */
#include "viewing.h"

/* --- what each audience may read; the words stand in every text of a version --- */

enum word { OPEN_TO_ALL, OPENED, OF_PARTIES, OF_ML, OF_RU, ERASED, WORDS };
static const struct {
	const char *text;
	int from; /* the first audience of this node that may read it; none: AUDIENCES */
	unsigned amount;
} words[WORDS] = {
	[OPEN_TO_ALL] = { "zopen", AUDIENCE_PUBLIC, 1 },
	[OPENED] = { "zunsealed", AUDIENCE_PUBLIC, 20 },
	[OF_PARTIES] = { "zparties", AUDIENCE_PARTIES, 300 },
	[OF_ML] = { "znational", AUDIENCE_NATIONAL, 4000 },
	[OF_RU] = { "zforeign", AUDIENCES, 50000 },
	[ERASED] = { "zerased", AUDIENCES, 600000 },
};

/* %s: the word; %.*s: an organisation's id, "3" to the amount. */
static const struct {
	enum record_id record;
	const char *data;
} forms[] = {
	{ RECORD_organisation, "{\"name\":{\"fr\":\"%1$s\",\"ru\":\"%1$s\"},\"acronym\":\"%1$"
			       "s\",\"type\":\"10\",\"parent\":\"ml/%2$s\"}" },
	{ RECORD_letter, "{\"number\":\"%1$s\",\"direction\":\"in\",\"subject\":{\"fr\":\"%1$"
			 "s\"},\"date\":\"2026-01-01\","
			 "\"sender\":\"ml/%2$s\",\"due\":\"2027-01-%4$02u\"}" },
	{ RECORD_transaction,
	  "{\"project\":\"ml/"
	  "%2$s\",\"type\":\"%1$s\",\"date\":\"2026-01-01\",\"value\":{\"amount\":\"%3$u\","
	  "\"currency\":\"XOF\"},\"reference\":\"%1$s\",\"provider\":\"ml/%2$s\"}" },
	{ RECORD_obstacle, "{\"title\":{\"fr\":\"%1$s\"},\"kind\":\"%1$s\",\"severity\":"
			   "\"high\",\"status\":\"open\","
			   "\"raised\":\"2026-01-01\",\"organisation\":\"ml/"
			   "%2$s\",\"due\":\"2027-02-%4$02u\"}" },
	{ RECORD_planned_disbursement,
	  "{\"project\":\"ml/"
	  "%2$s\",\"period_start\":\"2027-03-%4$02u\",\"value\":{\"amount\":\"%3$u\","
	  "\"currency\":"
	  "\"XOF\"},\"note\":{\"fr\":\"%1$s\"},\"provider\":\"ml/%2$s\"}" },
	{ RECORD_project,
	  "{\"title\":{\"fr\":\"%1$s\",\"ru\":\"%1$s\"},\"status\":\"2\",\"field\":\"%1$s\","
	  "\"participants\":[{"
	  "\"organisation\":\"ml/"
	  "%2$s\",\"role\":\"1\"}],\"milestones\":[{\"key\":\"%1$s\",\"title\":{\"fr\":"
	  "\"%1$s\"},\"planned_end\":\"2027-04-%4$02u\"}]}" },
};
enum { FORMS = sizeof(forms) / sizeof(forms[0]) };

static struct str form_of(struct viewing *t, size_t form, enum word word)
{
	char text[2048];
	const char *id = arena_z(&t->w->arena, t->fact[0].id);

	snprintf(text, sizeof(text), forms[form].data, words[word].text, id, words[word].amount,
		 1 + (unsigned)word);
	return arena_str(&t->w->arena, str_z(text));
}

/* --- the register --- */

static enum word sealed_word(enum seal seal, struct str party)
{
	if (seal == FOR_PARTIES || seal == PARTLY_FOR_PARTIES)
		return OF_PARTIES;
	return str_is(party, "ml") ? OF_ML : OF_RU;
}

static void put_version(struct viewing *t, struct fact *f, size_t form, enum seal seal)
{
	fact_put(t, f, seal, form_of(t, form, OPEN_TO_ALL),
		 form_of(t, form, sealed_word(seal, f->party)));
}

/* Each seal alone, and each after each. */
static void put_national(struct viewing *t, size_t form, const char *party)
{
	const struct record *r = &records[forms[form].record];

	for (enum seal a = IN_THE_OPEN; a < SEALS; a++) {
		put_version(t, fact_new(t, r, party), form, a);
		for (enum seal b = IN_THE_OPEN; b < SEALS; b++) {
			struct fact *f = fact_new(t, r, party);

			put_version(t, f, form, a);
			put_version(t, f, form, b);
		}
	}
}

/* A sealed body's fate: it is opened to all, or erased. */
static void put_fated(struct viewing *t, size_t form, bool opened)
{
	struct fact *f = fact_new(t, &records[forms[form].record], "ml");
	const struct thing *o;
	struct str hex;

	fact_put(t, f, FOR_ITS_OWN, S("{}"), form_of(t, form, opened ? OPENED : ERASED));
	o = &t->w->opening[t->w->openings - 1];
	hex = hex_of(t->w, &o->name);
	for (int i = 0; i < AUDIENCES; i++)
		f->data[i] = opened ? f->data[AUDIENCE_NATIONAL] : NULL;
	if (!opened) {
		SAY(t->w, t->ml, "sealed.erase", "{\"c\":[\"%.*s\"],\"ground\":\"asked\"}",
		    STR(hex));
		return;
	}
	chain_say(t->w, t->ml,
		  &(struct said){
			  .type = "sealed.open",
			  .body = text_of(t->w, "{\"c\":\"%.*s\"}", STR(hex)),
			  .blobs = text_of(t->w,
					   "[{\"sha256\":\"%.*s\",\"size\":%zu,\"media\":"
					   "\"application/json\",\"name\":\"body.json\"}]",
					   STR(hex), o->bytes.n) });
}

/* Joint ones: open, sealed, and a sealed act upon what is open. */
static void put_joint(struct viewing *t, size_t form)
{
	for (unsigned way = 0; way < 6; way++) {
		struct fact *f = fact_new(t, &records[forms[form].record], NULL);
		bool first = way % 3 == 1;

		fact_propose(t, f, form_of(t, form, first ? OF_PARTIES : OPEN_TO_ALL), first);
		if (way >= 3)
			fact_agree(t, f);
		if (way % 3 == 2)
			fact_propose(t, f, form_of(t, form, OF_PARTIES), true);
	}
}

static struct viewing *sealed_register(const struct place *p)
{
	struct viewing *t = viewing_make(p, 1);

	fact_put(t, fact_new(t, &records[RECORD_organisation], "ml"), IN_THE_OPEN,
		 S("{\"name\":{\"fr\":\"Ministère\"},\"type\":\"10\"}"), S(""));
	for (size_t form = 0; form < FORMS; form++) {
		if (records[forms[form].record].joint) {
			put_joint(t, form);
			continue;
		}
		put_national(t, form, "ml");
		put_national(t, form, "ru");
		put_fated(t, form, true);
		put_fated(t, form, false);
	}
	viewing_meet(t);
	viewing_sync(t);
	return t;
}

/* --- everything a query tells, as text --- */

struct told {
	struct viewing *t;
	enum audience who;
	struct buf text;
};

static void say(struct told *to, struct str s)
{
	buf_add(&to->text, s);
	buf_ch(&to->text, '\n');
}

static void say_row(struct told *to, const struct record_row *r)
{
	const struct str all[] = { r->party, r->id,     r->label, r->data,
				   r->state, r->ledger, r->time,  r->actor };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		say(to, all[i]);
	assert_true(r->visibility <= to->who);
}

static void ask_list(struct told *to)
{
	for (size_t form = 0; form < FORMS; form++)
		for (int ended = 0; ended < 2; ended++) {
			struct list_query q = { .record = &records[forms[form].record],
						.who = to->who,
						.ended = ended,
						.limit = 1000 };
			struct list_result got;
			struct err err;

			check_ok(view_list(to->t->v, &to->t->a, &q, &got, &err), &err);
			assert_int_equal(got.n, got.total);
			assert_int_equal(got.n, view_count(to->t->v, q.record, to->who));
			for (size_t i = 0; i < got.n; i++)
				say_row(to, &got.rows[i]);
		}
}

/* A filter is a question too: "is there one with this word?" */
static void ask_filters(struct told *to)
{
	for (enum word w = OPEN_TO_ALL; w < WORDS; w++)
		for (size_t form = 0; form < FORMS; form++)
			for
				each_field(f, &records[forms[form].record])
				{
					struct list_query q = {
						.record = &records[forms[form].record],
						.who = to->who,
						.filter_count = 1,
						.limit = 1000
					};
					struct list_result got;
					struct err err;

					if (!f->column || (f->kind != TEXT && f->kind != CODE))
						continue;
					q.filters[0] =
						(struct list_filter){ f, S(""),
								      str_z(words[w].text) };
					check_ok(view_list(to->t->v, &to->t->a, &q, &got, &err),
						 &err);
					if ((int)to->who < words[w].from)
						assert_int_equal(got.total, 0);
					for (size_t i = 0; i < got.n; i++)
						say_row(to, &got.rows[i]);
				}
}

static void ask_facets(struct told *to)
{
	for (size_t form = 0; form < FORMS; form++)
		for
			each_field(f, &records[forms[form].record])
			{
				struct facet *facets;
				struct err err;
				size_t n;

				if (!f->column || (f->kind != CODE && f->kind != REF))
					continue;
				check_ok(view_facets(to->t->v, &to->t->a,
						     &records[forms[form].record], f, to->who,
						     &facets, &n, &err),
					 &err);
				for (size_t i = 0; i < n; i++)
					say(to, facets[i].value);
			}
}

static void ask_search(struct told *to)
{
	for (enum word w = OPEN_TO_ALL; w < WORDS; w++) {
		struct search_query q = { .words = str_z(words[w].text),
					  .who = to->who,
					  .limit = 1000 };
		struct list_result got;
		struct err err;

		check_ok(view_search(to->t->v, &to->t->a, &q, &got, &err), &err);
		assert_int_equal(got.n, got.total);
		if ((int)to->who < words[w].from)
			assert_int_equal(got.total, 0);
		else
			assert_true(got.total > 0);
		for (size_t i = 0; i < got.n; i++)
			say_row(to, &got.rows[i]);
	}
}

/* Each record by itself: only its owner's audience learns that it is there. */
#define each_fact(f, t) (const struct fact *f = (t)->fact; f < (t)->fact + (t)->facts; f++)

static void ask_record(struct told *to)
{
	for
		each_fact(f, to->t)
		{
			struct ref ref = { f->party, f->id };
			struct record_row row;
			struct err err;
			bool there = view_record(to->t->v, &to->t->a, f->record, ref, to->who,
						 LANG_FR, &row, &err);

			assert_int_equal(there, f->data[to->who] != NULL);
			if (there)
				say_row(to, &row);
			else
				assert_int_equal(err.kind, ERR_MISSING);
		}
}

static void ask_label(struct told *to)
{
	for
		each_fact(f, to->t)
		{
			struct str raw =
				text_of(to->t->w, "%.*s/%.*s", STR(f->party), STR(f->id));
			bool found;
			struct str label = view_label(to->t->v, &to->t->a, f->record, raw,
						      to->who, LANG_RU, &found);

			assert_int_equal(found, f->data[to->who] != NULL);
			if (found)
				say(to, label);
			else
				check_str(label, raw);
		}
}

static void ask_history(struct told *to)
{
	for
		each_fact(f, to->t)
		{
			struct history_query q = { .record = f->record,
						   .ref = { f->party, f->id },
						   .who = to->who,
						   .limit = HISTORY_MAX };
			struct history_result all;
			struct err err;

			if (!view_history(to->t->v, &to->t->a, &q, &all, &err)) {
				assert_int_equal(err.kind, ERR_MISSING);
				assert_null(f->data[to->who]);
				continue;
			}
			assert_non_null(f->data[to->who]);
			assert_int_equal(all.n, f->versions[to->who]);
			for (size_t i = 0; i < all.n; i++) {
				say(to, all.versions[i].data);
				say(to, all.versions[i].act);
				say(to, all.versions[i].reason);
			}
		}
}

static void ask_links(struct told *to)
{
	const struct link_query q = { &records[RECORD_organisation],
				      { to->t->fact[0].party, to->t->fact[0].id },
				      to->who,
				      LANG_FR,
				      1000 };
	struct link_row *rows;
	struct err err;
	size_t n;

	check_ok(view_links(to->t->v, &to->t->a, &q, &rows, &n, &err), &err);
	for (size_t i = 0; i < n; i++)
		say_row(to, &rows[i].from);
}

static void ask_acts(struct told *to)
{
	for
		each_fact(f, to->t)
		{
			struct act_row *acts;
			struct err err;
			size_t n;

			if (!f->record->joint)
				continue;
			check_ok(view_acts(to->t->v, &to->t->a, f->record, f->id, to->who,
					   &acts, &n, &err),
				 &err);
			assert_int_equal(n, f->versions[to->who]);
			for (size_t i = 0; i < n; i++) {
				say(to, acts[i].data);
				say(to, hex_of(to->t->w, &acts[i].act));
			}
		}
}

static void ask_due(struct told *to)
{
	struct due_query q = { .from = date_days(2000, 1, 1),
			       .to = date_days(2100, 1, 1),
			       .who = to->who,
			       .lang = LANG_FR,
			       .limit = 1000 };
	struct due_row *rows;
	uint64_t total;
	struct err err;
	size_t n;

	check_ok(view_due(to->t->v, &to->t->a, &q, &rows, &n, &total, &err), &err);
	assert_int_equal(n, total);
	for (size_t i = 0; i < n; i++) {
		say_row(to, &rows[i].of);
		say(to, rows[i].part);
		say(to, rows[i].part_label);
	}
}

/* The amounts this audience may see, added up. */
static int128 what_stands(const struct told *to, enum record_id kind)
{
	int128 sum = 0;

	for
		each_fact(f, to->t)
		{
			struct dec d;

			if (f->record != &records[kind] || !f->data[to->who])
				continue;
			assert_true(dec_parse(
				json_str(json_obj(f->data[to->who], "value"), "amount"), &d));
			sum += d.micro / 1000000;
		}
	return sum;
}

static void ask_totals(struct told *to)
{
	static const enum record_id kinds[] = { RECORD_transaction,
						RECORD_planned_disbursement };
	static const char *const dims[] = { "", "project" };

	for (size_t i = 0; i < 4; i++) {
		struct total_query q = { .record = &records[kinds[i / 2]],
					 .dim = dims[i % 2],
					 .who = to->who };
		struct total_row *rows;
		int128 sum = 0;
		struct err err;
		size_t n;

		check_ok(view_totals(to->t->v, &to->t->a, &q, &rows, &n, &err), &err);
		for (size_t k = 0; k < n; k++) {
			say(to, rows[k].key);
			say(to, rows[k].type);
			sum += rows[k].amount.micro / 1000000;
		}
		assert_true(sum == what_stands(to, kinds[i / 2]));
	}
}

/* --- all of them --- */

static const struct {
	const char *name;
	void (*ask)(struct told *to);
	bool joint; /* it speaks of joint records alone: nothing in it is national */
} queries[] = {
	{ "view_list", ask_list, false },
	{ "view_list with filters", ask_filters, false },
	{ "view_facets", ask_facets, false },
	{ "view_search", ask_search, false },
	{ "view_record", ask_record, false },
	{ "view_label", ask_label, false },
	{ "view_history", ask_history, false },
	{ "view_links", ask_links, false },
	{ "view_acts", ask_acts, true },
	{ "view_due", ask_due, false },
	{ "view_totals", ask_totals, false },
};

static bool tells(const struct told *to, struct str what)
{
	return str_find(buf_str(&to->text), what) < to->text.n;
}

static void check_word(const struct told *to, enum word w, const char *name, bool joint)
{
	bool may = (int)to->who >= words[w].from, does = tells(to, str_z(words[w].text));

	if (joint && (w == OPENED || w == OF_ML))
		may = false;
	if (does != may)
		print_error("%s %s %s «%s»\n", name, does ? "tells" : "does not tell",
			    audience_names[to->who], words[w].text);
	assert_int_equal(does, may);
}

static void check_ids(const struct told *to, const char *name)
{
	for
		each_fact(f, to->t) if (!f->data[to->who] && tells(to, f->id))
		{
			print_error("%s tells %s of %s %.*s\n", name, audience_names[to->who],
				    f->record->name, STR(f->id));
			fail();
		}
}

static void nobody_is_told_what_is_above_him(void **state)
{
	struct viewing *t = sealed_register(place_of(state));

	for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++)
		for (enum audience who = AUDIENCE_PUBLIC; who <= AUDIENCE_NATIONAL; who++) {
			struct told to = { .t = t, .who = who };

			buf_init(&to.text, (size_t)64 << 20);
			queries[i].ask(&to);
			assert_false(to.text.full);
			for (enum word w = OPEN_TO_ALL; w < WORDS; w++)
				check_word(&to, w, queries[i].name, queries[i].joint);
			check_ids(&to, queries[i].name);
			buf_done(&to.text);
			arena_reset(&t->a);
		}
	viewing_close(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH(nobody_is_told_what_is_above_him) };

	return run_on_engines(tests);
}

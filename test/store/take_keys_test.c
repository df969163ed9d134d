/* Who must have signed what is taken over, when keys are rolled on the way. */
#include "other.h"

#include "ledger/keyroll.h"

static void put_vkey(struct arena *a, struct str *out, const struct vkey *k)
{
	struct buf b;

	buf_init(&b, 256);
	vkey_write(&b, k);
	*out = arena_buf(a, &b);
}

/* An entry that puts `new` in the place of the log key, by two recovery keys. */
static void other_roll(struct other *o, const struct skey *new)
{
	struct key_statement st = { .register_id = world.charter.id,
				    .origin = str_z(world.ru.origin),
				    .role = ROLE_LOG,
				    .index = o->size };
	struct entry_draft d = { .party = S("ru"),
				 .n = o->size,
				 .time = 1772446500 + (int64_t)o->size,
				 .type = S("key.roll") };
	struct buf text, note, body, entry;
	struct json_w w = json_w(&body);

	buf_init(&text, 4 << 10);
	buf_init(&note, 8 << 10);
	buf_init(&body, 16 << 10);
	buf_init(&entry, ENTRY_MAX);
	put_vkey(&o->arena, &st.old_key, &world.ru.log.pub);
	put_vkey(&o->arena, &st.new_key, &new->pub);
	key_statement_write(&text, &st);
	note_sign(&note, buf_str(&text), new);
	for (int i = 0; i < 2; i++) {
		struct skey recovery;
		char name[96];

		snprintf(name, sizeof(name), "%s/recours-%d", world.ru.origin, i + 1);
		seed_key(&recovery, KEY_LOG, arena_str(&o->arena, str_z(name)), 52 + i);
		note_line(&note, buf_str(&text), &recovery);
	}
	json_open(&w, '{');
	json_pair(&w, "statement", buf_str(&note));
	json_close(&w, '}');
	d.body = buf_str(&body);
	entry_write(&entry, &d);
	other_put(o, arena_buf(&o->arena, &entry));
	buf_done(&text);
	buf_done(&note);
	buf_done(&body);
}

static void a_key_rolled_in_the_range_signs_its_head(void **state)
{
	struct store *s = rig_node(place_of(state), "ml");
	struct other *o = other_make(40);
	struct hash live, rebuilt;
	struct skey new;
	struct feed f;
	struct err err;

	take(s, o, 0);
	seed_key(&new, KEY_LOG, str_z(world.ru.origin), 90);
	other_grow(o, 100, 0);
	f = feed_of(o, 40);
	f.checkpoint = other_note(o, &new); /* nothing says that this key holds */
	refuses(s, &f, ERR_INPUT, 40);
	other_roll(o, &new);
	other_grow(o, 300, 0);
	f = feed_of(o, 40); /* by the old key, after the roll */
	refuses(s, &f, ERR_INPUT, 40);
	assert_false(feed_all(s, &f, &err));
	assert_string_equal(err.field, "old-key");
	f.checkpoint = other_note(o, &new);
	check_ok(feed_all(s, &f, &err), &err);
	assert_int_equal(rig_size(s, "ru"), 300);
	other_grow(o, 310, 0);
	f = feed_of(o, 300);
	refuses(s, &f, ERR_INPUT, 300);
	f.checkpoint = other_note(o, &new);
	check_ok(feed_all(s, &f, &err), &err);
	live = state_of(s);
	check_ok(store_rebuild(s, NULL, NULL, &err), &err);
	rebuilt = state_of(s);
	assert_true(hash_eq(&live, &rebuilt));
	store_close(s);
	other_done(o);
}

/* A head that nobody in force signed: what came under it is not kept. */
static void what_nobody_signed_is_not_kept(void **state)
{
	struct store *s = rig_node(place_of(state), "ml");
	struct other *o = other_make(40);
	struct tile_path first;
	struct skey other;
	struct buf bytes;
	struct take *t;
	struct feed f;
	struct err err;

	take(s, o, 0);
	seed_key(&other, KEY_LOG, str_z(world.ru.origin), 91);
	other_grow(o, 600, 0);
	f = feed_of(o, 40);
	f.checkpoint = other_note(o, &other);
	check_ok(feed_begin(s, &f, &t, &err), &err);
	check_ok(feed_wanted(&f, t, &err), &err);
	assert_false(store_take_stand(t, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	store_take_end(t);
	f = feed_of(o, 40);
	check_ok(feed_begin(s, &f, &t, &err), &err);
	assert_true(store_take_wants(t, &first));
	buf_init(&bytes, 1 << 20);
	feed_tile(&f, &first, &bytes);
	check_ok(store_take_give(t, &first, buf_str(&bytes), &err), &err);
	buf_done(&bytes);
	/* Had the entries stayed, their tile would not be wanted. */
	assert_true(store_take_wants(t, &first));
	assert_int_equal(first.level, 0);
	assert_int_equal(first.n, 0);
	store_take_end(t);
	take(s, o, 40);
	store_close(s);
	other_done(o);
}

/* Entries without bytes, and of more than an entry may have, are carried: they are void. */
static void void_entries_are_carried(void **state)
{
	struct store *s = rig_node(place_of(state), "ml");
	struct other *o = other_make(3);
	struct arena a;
	struct str got;
	struct view *v;
	struct err err;

	arena_init(&a, 1 << 20);
	other_put(o, S(""));
	other_put(o, S("not JSON"));
	other_put(o, str_of(arena_alloc(&o->arena, ENTRY_CARRY_MAX), ENTRY_CARRY_MAX));
	other_grow(o, 9, 0);
	take(s, o, 0);
	v = rig_view(s);
	check_ok(view_entry(v, &a, S("ru"), 3, &got, &err), &err);
	assert_int_equal(got.n, 0);
	check_ok(view_entry(v, &a, S("ru"), 5, &got, &err), &err);
	assert_int_equal(got.n, ENTRY_CARRY_MAX);
	view_close(v);
	store_close(s);
	other_done(o);
	arena_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(a_key_rolled_in_the_range_signs_its_head),
		BOTH(what_nobody_signed_is_not_kept),
		BOTH(void_entries_are_carried),
	};

	return run_on_engines(tests);
}

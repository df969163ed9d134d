/*
 * What is looked at after every step of the simulation: nothing that was in force or closed
 * changes, no size gets two roots, nobody cosigns two, who holds the same shows the same.
 */
#ifndef TEST_EXCHANGE_SIM_LOOK_H
#define TEST_EXCHANGE_SIM_LOOK_H
#include "sim.h"

#include "store/apply.h"

/* --- signed heads --- */

static inline void signed_head(struct sim *w, int ledger, uint64_t size,
			       const struct hash *root)
{
	sim_must(w, size < SIZES, "a ledger has become too long for the simulation");
	if (!w->signed_root[ledger][size].known) {
		w->signed_root[ledger][size].known = true;
		w->signed_root[ledger][size].root = *root;
	}
	sim_must(w, hash_eq(&w->signed_root[ledger][size].root, root),
		 "two roots were signed for one size");
}

/* Any checkpoint note: its head, and who cosigned that. */
static inline void signed_note(struct sim *w, struct str text)
{
	struct checkpoint cp;
	struct note note;
	struct str line;
	struct err err;
	int ledger = -1;

	if (!note_parse(text, &note, &err) || !checkpoint_parse(note.text, &cp, &err))
		return;
	for (int i = 0; i < w->parties; i++)
		if (str_ends(cp.origin, str_z(party_codes[i])))
			ledger = i;
	sim_must(w, ledger >= 0, "a checkpoint of no ledger");
	signed_head(w, ledger, cp.size, &cp.root);
	while (note.lines.n && str_split(&note.lines, '\n', &line))
		for (int i = 0; i < w->parties; i++) {
			char name[64];

			snprintf(name, sizeof(name), "/temoin/%s ", party_codes[i]);
			if (str_find(line, str_z(name)) == line.n)
				continue;
			atomic_fetch_add(&tally->cosigned,
					 !w->cosigned[i][ledger][cp.size].known);
			if (!w->cosigned[i][ledger][cp.size].known)
				w->cosigned[i][ledger][cp.size].root = cp.root;
			w->cosigned[i][ledger][cp.size].known = true;
			sim_must(w, hash_eq(&w->cosigned[i][ledger][cp.size].root, &cp.root),
				 "two roots were cosigned for one size");
		}
}

static inline void look_at_heads(struct sim *w, int at)
{
	struct sim_node *p = &w->node[at];
	struct view *v = sim_view(w, at);
	struct ledger_row *rows;
	struct err err;
	size_t n;

	sim_ok(w, view_ledgers(v, &w->a, &rows, &n, &err), &err, "ledgers");
	for (size_t i = 0; i < n; i++) {
		int ledger = party_of(w, rows[i].name);
		struct str note;

		sim_must(w, rows[i].state != LEDGER_FORKED, "a fork where all are honest");
		signed_head(w, ledger, rows[i].size, &rows[i].root);
		signed_note(w, rows[i].checkpoint);
		if (view_checkpoint(v, &w->a, rows[i].name, &note, &err))
			signed_note(w, note);
		p->held[ledger] = rows[i].size;
		p->head[ledger] = rows[i].root;
	}
	p->own = store_own_state(node_store(p->n));
	sim_must(w, p->own != LEDGER_FORKED, "a node forked where all are honest");
	sim_view_end(v);
}

/* --- digests --- */

static inline void same_digest(struct sim *w, const uint64_t *cut, const struct hash *state,
			       const char *whose)
{
	struct digest *d = w->digests;

	for (size_t i = 0; i < w->digest_count; i++, d++)
		if (memcmp(d->cut, cut, sizeof(d->cut)) == 0) {
			if (!hash_eq(&d->state, state))
				STORY(w, "%s differs from what was seen first:\n", whose);
			for (int k = 0; k < w->parties && !hash_eq(&d->state, state); k++)
				STORY(w, "  %s=%llu\n", party_codes[k],
				      (unsigned long long)cut[k]);
			sim_must(w, hash_eq(&d->state, state),
				 "two nodes that hold the same show different states");
			return;
		}
	sim_must(w, w->digest_count++ < DIGESTS, "too many states for the simulation");
	memcpy(d->cut, cut, sizeof(d->cut));
	d->state = *state;
}

/* What the digest begins with (LEDGER.md 7); the parties' codes ascend. */
static inline void digest_head(const struct sim *w, const struct sim_node *p,
			       struct hash_stream *state)
{
	struct buf b;

	buf_init(&b, 4096);
	buf_lit(&b, "benkan-state/1 ");
	buf_u64(&b, PROJECTION_VERSION);
	buf_ch(&b, '\n');
	for (int i = 0; i < w->parties; i++) {
		buf_lit(&b, "cut ");
		buf_z(&b, party_codes[i]);
		buf_ch(&b, ' ');
		buf_u64(&b, p->held[i]);
		buf_ch(&b, ' ');
		buf_b64(&b, p->head[i].b, HASH_SIZE);
		buf_ch(&b, '\n');
	}
	hash_feed(state, buf_str(&b));
	buf_done(&b);
}

/* --- acts, from the lines of the dump --- */

struct dump_reader {
	struct sim *w;
	struct sim_node *p;
	char table[32];
	struct hash_stream *state; /* of the public tables, which come first */
	bool done;
};

/* The values of a row: strings without their quotes, numbers as they are. */
static inline size_t row_values(struct str row, struct str *out, size_t max)
{
	size_t n = 0;

	for (size_t i = 1; i < row.n && n < max; i++) {
		size_t from = i;

		if (row.p[i] == '"') {
			for (from = ++i; i < row.n && row.p[i] != '"'; i++)
				;
			out[n++] = str_of(row.p + from, i - from);
			i++;
		} else {
			while (i < row.n && row.p[i] != ',' && row.p[i] != ']')
				i++;
			out[n++] = str_of(row.p + from, i - from);
		}
	}
	return n;
}

static inline void key_of(char key[128], const struct str *values)
{
	snprintf(key, 128, "%.*s %.*s", STR(values[0]), STR(values[1]));
}

static inline struct act_seen_here *act_of(struct sim_node *p, const char *key)
{
	for (size_t i = 0; i < p->act_count; i++)
		if (strcmp(p->acts[i].key, key) == 0)
			return &p->acts[i];
	return NULL;
}

static inline bool dump_line(void *ctx, struct str text)
{
	struct dump_reader *r = ctx;
	struct act_seen_here *act;
	struct str v[8] = { 0 };
	char key[128];

	if (text.n && text.p[0] == '#')
		snprintf(r->table, sizeof(r->table), "%.*s", (int)text.n - 1, text.p);
	r->done = strncmp(r->table, "#p_", 3) != 0;
	if (r->done)
		return false;
	hash_feed(r->state, text);
	if (text.p[0] == '#' || row_values(text, v, 8) < 4)
		return true;
	if (strcmp(r->table, "#p_act") == 0) {
		sim_must(r->w, r->p->act_count < ACTS, "too many acts for the simulation");
		act = &r->p->acts[r->p->act_count++];
		*act = (struct act_seen_here){ 0 };
		key_of(act->key, v);
		snprintf(act->state, sizeof(act->state), "%.*s", STR(v[2]));
		snprintf(act->time, sizeof(act->time), "%.*s", STR(v[3]));
	} else if (strcmp(r->table, "#p_act_party") == 0) {
		int party = party_of(r->w, v[2]);

		key_of(key, v);
		act = act_of(r->p, key);
		sim_must(r->w, act && party >= 0, "a word on no act");
		act->accepted |= str_is(v[4], "null") ? 0 : 1u << party;
		act->declined |= str_is(v[5], "null") ? 0 : 1u << party;
	} else if (strcmp(r->table, "#p_sealed") == 0 && r->p->sealed_count < SEALED) {
		snprintf(r->p->sealed[r->p->sealed_count++], sizeof(r->p->sealed[0]), "%.*s",
			 STR(v[0]));
	}
	return true;
}

static inline bool is_closed(const char *state)
{
	return strcmp(state, "rejected") == 0 || strcmp(state, "withdrawn") == 0;
}

/* What became of an act anywhere stands everywhere. */
static inline void fate_of(struct sim *w, const struct act_seen_here *act)
{
	bool in_force = strcmp(act->state, "in_force") == 0, closed = is_closed(act->state);
	size_t i = 0;

	while (i < w->fate_count && strcmp(w->fate[i].key, act->key) != 0)
		i++;
	if (i == w->fate_count) {
		sim_must(w, i < ACTS, "too many acts for the simulation");
		w->fate_count++;
		snprintf(w->fate[i].key, sizeof(w->fate[i].key), "%s", act->key);
	}
	atomic_fetch_add(&tally->in_force, in_force && !w->fate[i].in_force);
	atomic_fetch_add(&tally->closed, closed && !w->fate[i].closed);
	w->fate[i].in_force |= in_force;
	w->fate[i].closed |= closed;
	sim_must(w, !w->fate[i].in_force || !w->fate[i].closed,
		 "an act in force for one is closed for another");
}

/* The acts as a node shows them; against what it showed before, unless it was put back. */
static inline void look_at_acts(struct sim *w, int at)
{
	struct sim_node *p = &w->node[at];
	struct act_seen_here *before = arena_array(&w->a, struct act_seen_here, ACTS);
	struct dump_reader r = { .w = w, .p = p, .state = hash_begin() };
	size_t count = p->act_count;
	struct hash state;
	struct err err;

	memcpy(before, p->acts, count * sizeof(*before));
	p->act_count = p->sealed_count = 0;
	digest_head(w, p, r.state);
	sim_ok(w, store_dump(node_store(p->n), dump_line, &r, &err) || r.done, &err, "dump");
	state = hash_end(r.state);
	same_digest(w, p->held, &state, "what it shows");
	for (size_t i = 0; i < count; i++) {
		const struct act_seen_here *now = act_of(p, before[i].key);

		sim_must(w, now != NULL, "an act is gone");
		if (strcmp(before[i].state, "in_force") == 0)
			sim_must(w,
				 strcmp(now->state, "in_force") == 0 &&
					 strcmp(now->time, before[i].time) == 0,
				 "what was in force has been undone");
		if (is_closed(before[i].state))
			sim_must(w, is_closed(now->state), "what was closed is open");
	}
	for (size_t i = 0; i < p->act_count; i++)
		fate_of(w, &p->acts[i]);
}

/* The digest that the program gives, of what it holds. */
static inline void look_at_digest(struct sim *w, int at)
{
	struct hash state;
	struct err err;

	sim_ok(w, store_state(node_store(w->node[at].n), S(""), &state, &err), &err, "state");
	same_digest(w, w->node[at].held, &state, "its digest");
}

/* At a cut at which somebody was once seen. */
static inline void look_at_past(struct sim *w, int at)
{
	const struct digest *d = &w->digests[below(w, (unsigned)w->digest_count)];
	char text[128] = "";
	struct hash state;
	struct err err;
	size_t n = 0;

	for (int i = 0; i < w->parties; i++) {
		if (d->cut[i] > w->node[at].held[i])
			return;
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s=%llu", i ? "," : "",
				      party_codes[i], (unsigned long long)d->cut[i]);
	}
	STORY(w, "%s shows its state at %s\n", party_codes[at], text);
	sim_ok(w, store_state(node_store(w->node[at].n), str_z(text), &state, &err), &err,
	       "state");
	same_digest(w, d->cut, &state, "its digest of the past");
}

/* --- what was said is there --- */

static inline void look_at_words(struct sim *w, int at)
{
	for (size_t i = 0; i < w->word_count; i++) {
		const struct word *said = &w->words[i];
		const struct sim_node *p = &w->node[at];

		sim_must(w,
			 said->by != at || said->n < p->held[at] || p->own == LEDGER_RESTORED,
			 "an acknowledged entry is lost, and the node does not say so");
	}
}

/* Every entry that was acknowledged, in every copy that is long enough. */
static inline void look_at_entries(struct sim *w, int at)
{
	struct view *v = sim_view(w, at);

	for (size_t i = 0; i < w->word_count; i++) {
		const struct word *said = &w->words[i];
		struct str bytes;
		struct hash leaf;
		struct err err;

		if (said->n >= w->node[at].held[said->by])
			continue;
		sim_ok(w,
		       view_entry(v, &w->a, str_z(party_codes[said->by]), said->n, &bytes,
				  &err),
		       &err, "entry");
		leaf = leaf_hash(bytes);
		sim_must(w, hash_eq(&leaf, &said->leaf),
			 "another entry stands where one was acknowledged");
	}
	sim_view_end(v);
}

static inline struct moment moment_of(const struct sim_node *p)
{
	const struct store *s = node_store(p->n);

	return (struct moment){ p->chance.life, store_own_state(s), store_generation(s),
				store_heard(s), store_served(s) };
}

static inline bool same_moment(const struct moment *a, const struct moment *b)
{
	return a->life == b->life && a->own == b->own && a->generation == b->generation &&
	       a->heard == b->heard && a->served == b->served;
}

/* When something may have changed since. */
static inline void look(struct sim *w, int at)
{
	struct sim_node *p = &w->node[at];
	struct moment now;

	settle(w, at);
	now = moment_of(p);
	if (same_moment(&now, &p->looked))
		return;
	look_at_heads(w, at);
	look_at_acts(w, at);
	look_at_words(w, at);
	p->looked = now;
}

#endif

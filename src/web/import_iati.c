/* Activities of IATI looked at, and taken in, for the import page (exchange/incoming.h). */
#include "exchange/iati_take.h"
#include "exchange/iati_write.h"
#include "web/import.h"

enum { ACTIVITY_MAX = 512 << 20, PIECE = 256 << 10 };

struct running {
	struct import_job *j;
	struct iati_taking taking;
	struct iati_reading reading;
	struct arena a; /* of one activity */
	struct iati_known *known;
	uint64_t elements[IATI_COUNT], cut, rounded;
};

static void found(void *ctx, const struct iati_finding *f)
{
	struct running *r = ctx;

	import_tell(r->j, f->line, f->activity, f->what);
}

static void refused(void *ctx, const struct record *kind, struct str file, uint64_t line,
		    const struct err *err)
{
	struct running *r = ctx;

	(void)file;
	import_tell(r->j, line, lang_text(r->j->v->lang, kind->title), err);
}

static void repeated(void *ctx, struct str activity, uint64_t line, bool same)
{
	(void)ctx, (void)activity, (void)line, (void)same;
}

static const char *take_draft(void *ctx, const struct iati_draft *d)
{
	struct running *r = ctx;

	return iati_take(&r->taking, d);
}

static bool second_hand(void *ctx, struct arena *a, struct str project)
{
	const struct running *r = ctx;

	return known_late(r->known, a, node_party(r->j->v->node), project);
}

static void activity(void *ctx, struct iati_tree *t, bool hurt)
{
	struct running *r = ctx;

	r->j->counts.rows++;
	r->taking.skipped += hurt;
	if (hurt || r->taking.failed)
		return;
	r->taking.skip = false;
	arena_reset(&r->a);
	iati_read(&r->reading, &r->a, t);
}

static void read_all(struct running *r)
{
	const struct iati_trees_plan plan = {
		.today = r->j->v->today, .activity = activity, .found = found, .ctx = r
	};
	struct iati_trees *trees = trees_open(&plan);
	struct str rest = r->j->bytes;

	incoming_file(r->taking.in, r->j->sent.called);
	for (; rest.n && !r->taking.failed; rest = str_from(rest, PIECE))
		trees_feed(trees, str_cut(rest, PIECE));
	incoming_hash(r->taking.in, &r->j->sent.name);
	if (!r->taking.failed)
		trees_finish(trees);
	trees_close(trees);
}

static void take_counts(struct running *r)
{
	const struct incoming_counts *c = incoming_counts(r->taking.in);
	struct table_counts *to = &r->j->counts;

	to->added = c->added;
	to->changed = c->changed;
	to->unchanged = c->unchanged;
	to->refused = c->refused + r->taking.skipped;
}

/* Nobody watches: the answer comes when it is done. */
static void unwatched(void *ctx, uint64_t done, uint64_t all)
{
	(void)ctx, (void)done, (void)all;
}

/* Who reports which activity, as the register has it before this file. */
static bool who_reports_what(struct running *r, struct err *err)
{
	struct node *n = r->j->v->node;
	struct view *view;
	bool ok;

	if (!view_open(node_store(n), &view, err))
		return false;
	ok = view_begin(view, err) && known_read(view, node_party(n), &r->known, err);
	view_close(view);
	return ok;
}

bool import_iati_run(struct import_job *j, bool write)
{
	struct running *r = arena_new(j->v->a, struct running);
	bool ok;

	r->j = j;
	r->taking.err = &j->why;
	if (!who_reports_what(r, &j->why))
		return false;
	r->reading = (struct iati_reading){ .party = node_party(j->v->node),
					    .met = met_make(),
					    .known = r->known,
					    .draft = take_draft,
					    .repeated = repeated,
					    .ctx = r,
					    .elements = r->elements,
					    .cut = &r->cut,
					    .rounded = &r->rounded };
	r->taking.in = incoming_open(&(struct incoming_plan){ .node = j->v->node,
							      .actor = j->v->person.actor,
							      .look = !write,
							      .speaks = iati_places,
							      .refused = refused,
							      .left_out = refused,
							      .second_hand = second_hand,
							      .ctx = r });
	arena_init(&r->a, ACTIVITY_MAX);
	read_all(r);
	ok = !r->taking.failed && (!write || incoming_write(r->taking.in, unwatched, &j->why));
	take_counts(r);
	incoming_close(r->taking.in);
	met_free(r->reading.met);
	known_free(r->known);
	arena_done(&r->a);
	return ok;
}

/*
 * benkan import --format iati: activities of others into the register.
 *
 * Every file is read once: what would come of it and whether anything is hurt is known before
 * anything is written.  Importing again adds nothing, so an import that was cut short is taken
 * up by giving the same command.
 */
#include "cli/import.h"
#include "exchange/iati_take.h"
#include "exchange/iati_write.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 256 << 10, ACTIVITY_MAX = 1 << 30, LINE_ROOM = 64 << 10 };

struct importing {
	const struct words *w;
	struct node *node;
	const char *file;
	struct iati_taking taking;
	struct iati_reading reading;
	struct iati_known *known;
	struct arena a; /* of one activity */
	uint64_t files, activities, hurt, cut, rounded, elements[IATI_COUNT];
	uint64_t bytes, done; /* of all files; read so far */
	struct meter meter;
	struct hash_stream *hash; /* of the file under way */
	char chunk[CHUNK];
};

/* FILE:LINE: sentence [of what] */
static void tell(struct importing *x, struct str file, uint64_t line, const struct err *what,
		 struct str of)
{
	struct buf b;

	meter_end(&x->meter);
	buf_init(&b, LINE_ROOM);
	buf_add(&b, file);
	buf_ch(&b, ':');
	buf_u64(&b, line);
	buf_lit(&b, ": ");
	if (what->field[0]) {
		buf_z(&b, what->field);
		buf_lit(&b, ": ");
	}
	lang_err(&b, x->w->lang, what);
	if (of.n) {
		buf_lit(&b, " [");
		buf_add(&b, of);
		buf_ch(&b, ']');
	}
	buf_ch(&b, '\n');
	fwrite(b.p, 1, b.n, stderr);
	buf_done(&b);
}

static void found(void *ctx, const struct iati_finding *f)
{
	struct importing *x = ctx;

	x->hurt++;
	tell(x, str_z(x->file), f->line, f->what, f->activity);
}

static void refused(void *ctx, const struct record *r, struct str file, uint64_t line,
		    const struct err *err)
{
	tell(ctx, file, line, err, str_z(r->name));
}

static void repeated(void *ctx, struct str activity, uint64_t line, bool same)
{
	struct importing *x = ctx;
	struct err what;

	(void)!(same ? err_set(&what, ERR_INPUT, "",
			       N_("The activity %1 stands here again: it is kept as a record "
				  "of "
				  "its own, and its money is not to be counted a second time."),
			       err_arg(activity))
		     : err_set(&what, ERR_INPUT, "",
			       N_("Another organisation reports the activity %1 too: both "
				  "reports stand."),
			       err_arg(activity)));
	tell(x, str_z(x->file), line, &what, S(""));
}

static bool second_hand(void *ctx, struct arena *a, struct str project)
{
	const struct importing *x = ctx;

	return known_late(x->reading.known, a, node_party(x->node), project);
}

static const char *take_draft(void *ctx, const struct iati_draft *d)
{
	struct importing *x = ctx;

	return iati_take(&x->taking, d);
}

/* Without its identifier it would be another one at each import. */
static bool nameless(struct importing *x, struct iati_tree *t)
{
	enum iati id =
		t->id == IATI_ORGANISATION ? IATI_ORGANISATION_IDENTIFIER : IATI_IDENTIFIER;
	struct iati_tree *identifier = tree_kid(t, id);
	struct err what;

	if (identifier && identifier->text.n)
		return false;
	(void)!err_set(&what, ERR_INPUT, "",
		       N_("It has no identifier: write its %1, so that it can be told from "
			  "others."),
		       iati_name(id));
	tell(x, str_z(x->file), t->line, &what, S(""));
	return true;
}

static void activity(void *ctx, struct iati_tree *t, bool hurt)
{
	struct importing *x = ctx;

	x->activities++;
	hurt = hurt || nameless(x, t);
	if (hurt)
		x->taking.skipped++;
	if (hurt || x->taking.failed)
		return;
	x->taking.skip = false;
	arena_reset(&x->a);
	iati_read(&x->reading, &x->a, t);
}

/* --- files --- */

static bool each_chunk(struct importing *x, struct iati_trees *trees, struct err *err)
{
	int fd = open(x->file, O_RDONLY | O_CLOEXEC);
	ssize_t n = -1;

	if (fd >= 0)
		while (!x->taking.failed && (n = read(fd, x->chunk, sizeof(x->chunk))) > 0) {
			hash_feed(x->hash, str_of(x->chunk, (size_t)n));
			trees_feed(trees, str_of(x->chunk, (size_t)n));
			x->done += (uint64_t)n;
			meter_show(&x->meter, x->done >> 20, x->bytes >> 20);
		}
	if (n < 0)
		(void)err_set(err, ERR_UNREACHABLE, "", N_("%1 cannot be read (%2)."), x->file,
			      strerror(errno));
	if (fd >= 0)
		close(fd);
	return n >= 0 && !x->taking.failed;
}

static bool read_file(struct importing *x, struct err *err)
{
	const struct iati_trees_plan plan = {
		.today = (int32_t)(x->w->env->now_ms(x->w->env->ctx) / 86400000),
		.activity = activity,
		.found = found,
		.ctx = x
	};
	struct iati_trees *trees = trees_open(&plan);
	struct hash hash;
	bool ok;

	incoming_file(x->taking.in, str_z(x->file));
	x->hash = hash_begin();
	ok = each_chunk(x, trees, err);
	hash = hash_end(x->hash);
	incoming_hash(x->taking.in, &hash);
	if (ok)
		trees_finish(trees);
	trees_close(trees);
	x->files++;
	return ok && !x->taking.failed;
}

static bool who_reports_what(struct importing *x, struct err *err)
{
	struct view *v;
	bool ok;

	if (!cli_view(x->node, &v, err))
		return false;
	ok = known_read(v, node_party(x->node), &x->known, err);
	cli_view_end(v);
	return ok;
}

/* All files once. */
static bool look(struct importing *x, struct err *err)
{
	bool ok = who_reports_what(x, err);

	x->taking.err = err;
	x->reading = (struct iati_reading){ .party = node_party(x->node),
					    .met = met_make(),
					    .known = x->known,
					    .draft = take_draft,
					    .repeated = repeated,
					    .ctx = x,
					    .elements = x->elements,
					    .cut = &x->cut,
					    .rounded = &x->rounded };
	x->meter = meter_of(x->w, N_("Looking: %1 of %2 MB, %3 MB a second, %4 s left"));
	for (size_t i = 0; i < x->w->arg_count && ok; i++) {
		x->file = x->w->args[i];
		ok = read_file(x, err);
	}
	meter_end(&x->meter);
	met_free((struct iati_met *)x->reading.met);
	if (ok)
		known_read_all(x->known);
	return ok;
}

static void written(void *ctx, uint64_t done, uint64_t all)
{
	struct importing *x = ctx;

	meter_show(&x->meter, done, all);
}

static bool write_all(struct importing *x, struct err *err)
{
	bool ok;

	x->meter = meter_of(x->w, N_("Writing: %1 of %2 records, %3 a second, %4 s left"));
	ok = incoming_write(x->taking.in, written, err);
	meter_end(&x->meter);
	return ok;
}

/* --- what came of it --- */

static void put_count(struct json_w *j, const char *name, uint64_t n)
{
	json_key(j, name);
	json_put_int(j, (int64_t)n);
}

static void put_summary(const struct importing *x, const struct incoming_counts *c)
{
	struct json_w j;
	struct buf b;

	buf_init(&b, LINE_ROOM);
	j = json_w(&b);
	json_open(&j, '{');
	put_count(&j, "files", x->files);
	put_count(&j, "activities", x->activities);
	put_count(&j, "added", c->added);
	put_count(&j, "changed", c->changed);
	put_count(&j, "unchanged", c->unchanged);
	put_count(&j, "refused", c->refused + x->taking.skipped);
	put_count(&j, "transactions", c->transactions);
	put_count(&j, "fields_left_out", c->fields_left_out);
	json_close(&j, '}');
	buf_ch(&b, '\n');
	(void)cli_out(x->w, buf_str(&b));
	buf_done(&b);
}

static void say_summary(const struct importing *x, const struct incoming_counts *c,
			bool preview)
{
	struct arena *a = x->w->a;
	const struct str counts[] = { num_text(a, x->activities), num_text(a, c->added),
				      num_text(a, c->changed), num_text(a, c->unchanged),
				      num_text(a, c->refused + x->taking.skipped) };

	cli_line(x->w,
		 preview ? N_("Activities: %1. It would add %2 records, change %3, leave %4 as "
			      "they are, refuse %5.")
			 : N_("Activities: %1. Records added: %2, changed: %3, left as they "
			      "are: %4, refused: %5."),
		 counts, 5);
}

/* What the files say and the register has no place for. */
static void say_rest(const struct importing *x)
{
	struct buf b;

	buf_init(&b, LINE_ROOM);
	for (int i = 0; i < IATI_COUNT; i++)
		if (x->elements[i]) {
			buf_z(&b, b.n ? ", " : "");
			buf_z(&b, iati_name((enum iati)i));
			buf_ch(&b, ' ');
			buf_u64(&b, x->elements[i]);
		}
	if (b.n)
		cli_say(x->w, N_("Elements the register has no place for: %1."), buf_str(&b));
	if (incoming_counts(x->taking.in)->fields_left_out)
		cli_say(x->w, N_("Values the register cannot hold, left out: %1."),
			num_text(x->w->a, incoming_counts(x->taking.in)->fields_left_out));
	if (x->rounded)
		cli_say(x->w, N_("Amounts rounded to six digits after the point: %1."),
			num_text(x->w->a, x->rounded));
	if (x->cut)
		cli_say(x->w, N_("Texts that were cut to what the register holds: %1."),
			num_text(x->w->a, x->cut));
	buf_done(&b);
}

static bool is_hurt(const struct importing *x)
{
	return x->hurt || x->taking.skipped || incoming_counts(x->taking.in)->refused;
}

enum end { END_PREVIEW, END_NOTHING, END_WRITTEN };

static int conclude(const struct importing *x, enum end end)
{
	struct incoming_counts counts = *incoming_counts(x->taking.in);

	if (end == END_NOTHING)
		counts = (struct incoming_counts){ .unchanged = counts.unchanged,
						   .refused = counts.refused };
	if (x->w->json)
		put_summary(x, &counts);
	else
		say_summary(x, &counts, end == END_PREVIEW);
	say_rest(x);
	if (end == END_NOTHING)
		cli_say0(x->w,
			 N_("Nothing was imported. Mend the files, or take what is good in "
			    "them with --keep-going."));
	return is_hurt(x) ? EXIT_REFUSED : EXIT_GOOD;
}

static int run(struct importing *x, bool preview)
{
	struct err err;

	if (!look(x, &err))
		return cli_fail(x->w, &err);
	if (preview)
		return conclude(x, END_PREVIEW);
	if (is_hurt(x) && !word_given(x->w, "--keep-going"))
		return conclude(x, END_NOTHING);
	return write_all(x, &err) ? conclude(x, END_WRITTEN) : cli_fail(x->w, &err);
}

/* How much there is to read: no pipes. */
static bool measure(struct importing *x, struct err *err)
{
	struct stat st;

	for (size_t i = 0; i < x->w->arg_count; i++) {
		const char *file = x->w->args[i];

		if (stat(file, &st) < 0)
			return err_set(err, ERR_UNREACHABLE, "", N_("%1 cannot be read (%2)."),
				       file, strerror(errno));
		if (!S_ISREG(st.st_mode))
			return err_set(err, ERR_USAGE, "",
				       N_("%1 is not a file. An import reads each file more "
					  "than once: save it first."),
				       file);
		x->bytes += (uint64_t)st.st_size;
	}
	return true;
}

int import_iati(const struct words *w)
{
	struct importing *x = arena_new(w->a, struct importing);
	bool preview = word_given(w, "--preview");
	struct err err;
	int code;

	x->w = w;
	if (!measure(x, &err))
		return cli_fail(w, &err);
	x->node = cli_node(w, preview ? STORE_READ : STORE_WRITE, &code);
	if (!x->node)
		return code;
	arena_init(&x->a, ACTIVITY_MAX);
	x->taking.in =
		incoming_open(&(struct incoming_plan){ .node = x->node,
						       .actor = str_z(word_of(w, "--actor")),
						       .look = preview,
						       .speaks = iati_places,
						       .refused = refused,
						       .left_out = refused,
						       .second_hand = second_hand,
						       .ctx = x });
	code = run(x, preview);
	incoming_close(x->taking.in);
	known_free(x->known);
	arena_done(&x->a);
	node_close(x->node);
	return code;
}

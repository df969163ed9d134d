/*
 * Drafts in, results out.  What one read of the input gives becomes one commit, or several
 * of CHUNK_LINES lines: a file goes in large pieces, and whoever writes line by line into a
 * pipe is answered line by line.
 */
#include "cli/do.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

const char do_details[] =
	N_("Each line is a draft; for each a line comes out: the place in the ledger, or the "
	   "error. A line that is "
	   "refused does not stop the others. What is printed is durable. Ctrl-C stops "
	   "between two commits.\n"
	   "Instead of an attachment's description write {\"file\":\"PATH\"}: the file is "
	   "taken in, its PATH "
	   "beginning at the folder of FILE.\n"
	   "\n"
	   "  "
	   "{\"type\":\"record.put\",\"kind\":\"organisation\",\"data\":{\"name\":{\"fr\":"
	   "\"EDM-SA\"}}}\n"
	   "  {\"type\":\"act.accept\",\"kind\":\"project\",\"id\":\"0197…\"}");

enum { CHUNK = 1 << 20, CHUNK_LINES = 1000, CHUNK_ARENA = 1 << 30, RESULT_MAX = 64 << 20 };

struct doing {
	const struct words *w;
	struct node *node;
	struct attach_from attach;
	struct str actor;
	int in, interrupt;
	bool ended, stopped; /* the input is spent; somebody pressed Ctrl-C */
	char *held;          /* CHUNK bytes: read, not yet written */
	size_t held_count;
	bool skipping; /* inside a line that is too long to hold */
	uint64_t line, written, refused;
	enum err_kind broken; /* the store failed: no use to go on */
	struct arena a;       /* of one chunk */
	struct meter meter;
};

/* Wait at most `ms` (-1: for ever) for the input or for Ctrl-C; true when the input has
 * something. */
static bool wait_input(struct doing *d, int ms)
{
	struct pollfd wait[2] = { { d->in, POLLIN, 0 }, { d->interrupt, POLLIN, 0 } };

	while (poll(wait, 2, ms) < 0 && errno == EINTR)
		;
	d->stopped |= wait[1].revents != 0;
	return wait[0].revents && !d->stopped;
}

static bool read_more(struct doing *d, struct err *err)
{
	ssize_t n;

	if (!wait_input(d, -1))
		return true;
	n = read(d->in, d->held + d->held_count, CHUNK - d->held_count);
	if (n < 0)
		return err_set(err, ERR_UNREACHABLE, NULL,
			       N_("The drafts could not be read: %1."), strerror(errno));
	d->ended = n == 0;
	d->held_count += (size_t)n;
	return true;
}

/* Whole lines at hand, at most CHUNK_LINES; at the end of the input, or when no line end fits,
 * all there is. */
static size_t ready(const struct doing *d)
{
	struct str held = { d->held, d->held_count };
	size_t at = 0;

	for (size_t lines = 0; lines < CHUNK_LINES; lines++) {
		struct str rest = str_from(held, at);
		size_t end = str_index(rest, '\n');

		if (end == rest.n)
			return at > 0 || !(d->ended || held.n == CHUNK) ? at : held.n;
		at += end + 1;
	}
	return at;
}

/* --- one chunk --- */

struct chunk {
	struct draft *drafts;
	struct act_result *results; /* of the drafts, in their order */
	struct err *spoilt; /* a file that could not be attached, by draft; ERR_NONE: none */
	uint64_t *lines;
	size_t n;
};

static void take_line(struct doing *d, struct chunk *c, struct str line)
{
	size_t i = c->n;

	if (str_trim(line).n == 0)
		return;
	c->lines[i] = d->line;
	c->drafts[i].actor = d->actor;
	if (!attach_files(&d->a, &d->attach, line, &c->drafts[i].json, &c->spoilt[i]))
		c->drafts[i].json = (struct str){ 0 };
	c->n++;
}

static void read_chunk(struct doing *d, struct chunk *c, struct str text)
{
	size_t lines = 1;
	struct str rest = text, line;

	for (size_t i = 0; i < text.n; i++)
		lines += text.p[i] == '\n';
	c->drafts = arena_array(&d->a, struct draft, lines);
	c->results = arena_array(&d->a, struct act_result, lines);
	c->spoilt = arena_array(&d->a, struct err, lines);
	c->lines = arena_array(&d->a, uint64_t, lines);
	while (rest.n && str_split(&rest, '\n', &line)) {
		bool whole = d->ended || line.p + line.n < text.p + text.n;

		d->line += !d->skipping;
		if (!d->skipping)
			take_line(d, c, line);
		d->skipping = !whole;
	}
}

static void tell(struct doing *d, const struct chunk *c, struct buf *out)
{
	for (size_t i = 0; i < c->n; i++) {
		struct act_result *r = &c->results[i];

		if (c->spoilt[i].kind != ERR_NONE)
			*r = (struct act_result){ .errors = &c->spoilt[i], .error_count = 1 };
		put_result(out, d->w, r, c->lines[i]);
		d->written += r->done;
		d->refused += !r->done;
		if (!r->done &&
		    (r->errors[0].kind == ERR_UNREACHABLE || r->errors[0].kind == ERR_BROKEN) &&
		    c->spoilt[i].kind == ERR_NONE)
			d->broken = r->errors[0].kind;
	}
}

/* Write what stands in `text`, tell what became of it. */
static int do_chunk(struct doing *d, struct str text)
{
	struct chunk c = { 0 };
	struct buf out;
	int code;

	arena_reset(&d->a);
	read_chunk(d, &c, text);
	if (c.n > 0)
		register_batch(d->node, &d->a, c.drafts, c.n, c.results);
	buf_init(&out, RESULT_MAX);
	tell(d, &c, &out);
	code = cli_out(d->w, buf_str(&out));
	buf_done(&out);
	meter_show(&d->meter, d->written, d->refused);
	return code;
}

static int do_all(struct doing *d)
{
	struct err err;
	int code = EXIT_GOOD;

	while (code == EXIT_GOOD && !d->stopped && d->broken == ERR_NONE) {
		size_t n = ready(d);

		if (n == 0 && d->ended)
			break;
		if (n == 0) {
			if (!read_more(d, &err))
				return cli_fail(d->w, &err);
			continue;
		}
		code = do_chunk(d, str_of(d->held, n));
		memmove(d->held, d->held + n, d->held_count - n);
		d->held_count -= n;
		wait_input(d, 0);
	}
	return code;
}

/* What it came to, for a person; `code` when all went well. */
static int conclude(struct doing *d, int code)
{
	struct arena *a = d->w->a;

	meter_end(&d->meter);
	if (d->stopped)
		cli_say(d->w, N_("Stopped after line %1. What was printed is written."),
			num_text(a, d->line));
	if (d->broken != ERR_NONE)
		cli_say(d->w,
			N_("Stopped after line %1: the register cannot be written, see the "
			   "last errors."),
			num_text(a, d->line));
	if (isatty(2) || d->refused)
		cli_say(d->w, N_("%1 written, %2 refused."), num_text(a, d->written),
			num_text(a, d->refused));
	if (code != EXIT_GOOD)
		return code;
	if (d->broken != ERR_NONE)
		return exit_of(d->broken);
	return d->refused || d->stopped ? EXIT_REFUSED : EXIT_GOOD;
}

/* --- the command --- */

static int interrupts(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

static int with_node(struct doing *d)
{
	int code;

	d->interrupt =
		interrupts(); /* before threads start, so that all of them inherit the mask */
	d->node = cli_node(d->w, STORE_WRITE, &code);
	if (!d->node)
		return code;
	d->attach.store = node_store(d->node);
	d->meter = meter_of(d->w, N_("%1 written, %2 refused"));
	arena_init(&d->a, CHUNK_ARENA);
	d->held = arena_alloc(d->w->a, CHUNK);
	code = conclude(d, do_all(d));
	arena_done(&d->a);
	node_close(d->node);
	return code;
}

int cmd_do(const struct words *w)
{
	const char *file = w->arg_count ? w->args[0] : "-";
	bool input = strcmp(file, "-") == 0;
	struct doing d = {
		.w = w,
		.attach.dir = input ? "." : dirname(arena_z(w->a, str_z(file))),
		.actor = str_z(word_of(w, "--actor")),
		.in = input ? 0 : open(file, O_RDONLY | O_CLOEXEC),
	};
	int code;

	if (d.in < 0) {
		cli_say(w, N_("%1 could not be opened: %2."), str_z(file),
			str_z(strerror(errno)));
		return EXIT_UNREACHABLE;
	}
	code = with_node(&d);
	if (!input)
		close(d.in);
	return code;
}

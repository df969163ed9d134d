#include "cli/cli.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { SENTENCE_MAX = 64 << 10, PROGRESS_MS = 200, DAY_SECONDS = 86400 };

/* Kind of error to exit code (INTERFACES.md) and to the word that scripts read: the one table.
 */
static const struct {
	const char *name;
	int code;
} kinds[] = {
	[ERR_NONE] = { "none", EXIT_GOOD },
	[ERR_INPUT] = { "input", EXIT_REFUSED },
	[ERR_USAGE] = { "usage", EXIT_USAGE },
	[ERR_DENIED] = { "denied", EXIT_REFUSED },
	[ERR_MISSING] = { "missing", EXIT_REFUSED },
	[ERR_CONFLICT] = { "conflict", EXIT_REFUSED },
	[ERR_UNREACHABLE] = { "unreachable", EXIT_UNREACHABLE },
	[ERR_FORK] = { "fork", EXIT_FORK },
	[ERR_BROKEN] = { "broken", EXIT_BUG },
};

int exit_of(enum err_kind k)
{
	return kinds[k].code;
}

const char *err_kind_name(enum err_kind k)
{
	return kinds[k].name;
}

static void put_line(FILE *to, struct buf *b)
{
	buf_ch(b, '\n');
	fwrite(b->p, 1, b->n, to);
	buf_done(b);
}

void cli_note(const struct words *w, const char *message, const struct str *args, size_t n)
{
	struct buf b;

	buf_init(&b, SENTENCE_MAX);
	buf_lit(&b, "benkan: ");
	lang_fill(&b, lang_text(w->lang, message), args, n);
	put_line(stderr, &b);
}

void cli_line(const struct words *w, const char *message, const struct str *args, size_t n)
{
	struct buf b;

	buf_init(&b, SENTENCE_MAX);
	lang_fill(&b, lang_text(w->lang, message), args, n);
	put_line(stdout, &b);
}

int cli_fail(const struct words *w, const struct err *err)
{
	struct buf b;

	buf_init(&b, SENTENCE_MAX);
	buf_lit(&b, "benkan: ");
	if (err->field[0]) {
		buf_z(&b, err->field);
		buf_lit(&b, ": ");
	}
	lang_err(&b, w->lang, err);
	put_line(stderr, &b);
	return exit_of(err->kind);
}

int cli_out(const struct words *w, struct str s)
{
	if (fwrite(s.p, 1, s.n, stdout) == s.n && fflush(stdout) == 0)
		return EXIT_GOOD;
	cli_say(w, N_("The output could not be written: %1."), str_z(strerror(errno)));
	return EXIT_UNREACHABLE;
}

struct str num_text(struct arena *a, uint64_t v)
{
	return arena_str(a, str_z(err_num(v)));
}

/* --- progress --- */

struct meter meter_of(const struct words *w, const char *message)
{
	return (struct meter){ .w = w,
			       .message = isatty(2) ? message : NULL,
			       .first_ms = w->env->now_ms(w->env->ctx) };
}

void meter_show(struct meter *p, uint64_t done, uint64_t all)
{
	const struct node_env *env = p->w->env;
	int64_t now = env->now_ms(env->ctx);
	uint64_t rate, left;
	struct buf b;

	if (!p->message || (now - p->last_ms < PROGRESS_MS && done < all))
		return;
	p->last_ms = now;
	p->shown = true;
	rate = done * 1000 / (uint64_t)(now - p->first_ms + 1);
	left = rate && all > done ? (all - done) / rate : 0;
	buf_init(&b, SENTENCE_MAX);
	buf_lit(&b, "\r\033[K");
	lang_fill(&b, lang_text(p->w->lang, p->message),
		  (const struct str[]){ str_z(err_num(done)), str_z(err_num(all)),
					str_z(err_num(rate)), str_z(err_num(left)) },
		  4);
	fwrite(b.p, 1, b.n, stderr);
	fflush(stderr);
	buf_done(&b);
}

void meter_end(struct meter *p)
{
	if (p->shown)
		fputs("\r\033[K", stderr);
	p->shown = false;
}

/* --- the node --- */

/* Time in the ledger never goes back (LEDGER.md 13), but whoever keeps the machine should know.
 */
static void warn_of_clock(const struct words *w, struct node *n)
{
	int64_t now = w->env->now_ms(w->env->ctx) / 1000, last = store_last_time(node_store(n));
	char text[TIME_TEXT];

	if (node_charter(n) && now + DAY_SECONDS < last)
		cli_say(w,
			N_("The clock of this machine is more than a day behind the last entry "
			   "(%1). Set it "
			   "right; until then new entries carry that time."),
			str_z(time_text(text, last)));
}

struct node *cli_node(const struct words *w, enum store_mode mode, int *code)
{
	struct node *n;
	struct err err;

	*code = EXIT_GOOD;
	if (!node_open(word_of(w, "--node"), mode, w->env, &n, &err)) {
		*code = cli_fail(w, &err);
		return NULL;
	}
	if (mode == STORE_WRITE)
		warn_of_clock(w, n);
	return n;
}

bool cli_view(struct node *n, struct view **out, struct err *err)
{
	if (!view_open(node_store(n), out, err))
		return false;
	if (view_begin(*out, err))
		return true;
	view_close(*out);
	return false;
}

void cli_view_end(struct view *v)
{
	view_end(v);
	view_close(v);
}

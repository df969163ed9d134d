#include "cli/cli.h"

#include <string.h>

enum { PAGE_WIDTH = 80, OPTION_COLUMN = 26, NAME_COLUMN = 20, TEXT_MAX = 64 << 10 };

/* --- laying out text --- */

static void spaces(FILE *to, size_t n)
{
	for (size_t i = 0; i < n; i++)
		fputc(' ', to);
}

/* Words of `text` between `indent` and the page's width; the line stands at column `at`. */
static void wrap(FILE *to, struct str text, size_t indent, size_t at)
{
	struct str word;
	bool first = true;

	while (str_split(&text, ' ', &word)) {
		size_t width = str_runes(word);

		if (!first && at + 1 + width > PAGE_WIDTH) {
			fputc('\n', to);
			spaces(to, indent);
			at = indent;
			first = true;
		}
		fprintf(to, "%s%.*s", first ? "" : " ", STR(word));
		at += width + !first;
		first = false;
	}
	fputc('\n', to);
}

static void paragraphs(FILE *to, struct str text)
{
	struct str line;

	while (str_split(&text, '\n', &line)) {
		size_t indent = 0;

		while (indent < line.n && line.p[indent] == ' ')
			indent++;
		spaces(to, indent);
		if (indent)
			fprintf(to, "%.*s\n",
				STR(str_from(line, indent))); /* an example: as it is */
		else
			wrap(to, line, 0, 0);
	}
}

static void heading(const struct words *w, FILE *to, const char *text)
{
	fprintf(to, "\n%.*s\n", STR(lang_text(w->lang, text)));
}

/* Two columns: `left` as it is, the sentence wrapped beside it. */
static void row(const struct words *w, FILE *to, struct str left, const char *text,
		size_t column)
{
	size_t width = 2 + str_runes(left);

	fprintf(to, "  %.*s", STR(left));
	if (width + 2 > column) {
		fputc('\n', to);
		width = 0;
	}
	spaces(to, column - width);
	wrap(to, lang_text(w->lang, text), column, column);
}

static void option_row(const struct words *w, FILE *to, const struct option *o)
{
	struct buf left;

	buf_init(&left, TEXT_MAX);
	buf_z(&left, o->name);
	if (o->value) {
		buf_ch(&left, ' ');
		buf_z(&left, o->value);
	}
	if (o->repeated)
		buf_lit(&left, "…");
	row(w, to, buf_str(&left), o->help, OPTION_COLUMN);
	buf_done(&left);
}

/* --- one command --- */

static void usage_line(FILE *to, const struct command *c)
{
	fprintf(to, "  benkan %s", c->name);
	for (const struct option *o = c->options; o->name; o++)
		fprintf(to, " %s%s%s%s%s%s", o->required ? "" : "[", o->name,
			o->value ? " " : "", o->value ? o->value : "", o->repeated ? "…" : "",
			o->required ? "" : "]");
	fprintf(to, "%s%s\n", c->args[0] ? " " : "", c->args);
}

void help_command(const struct words *w, const struct command *c, FILE *to)
{
	fprintf(to, "benkan %s: ", c->name);
	wrap(to, lang_text(w->lang, c->about), 0, strlen(c->name) + 9);
	heading(w, to, N_("Usage:"));
	usage_line(to, c);
	if (c->details) {
		fputc('\n', to);
		paragraphs(to, lang_text(w->lang, c->details));
	}
	heading(w, to, N_("Options:"));
	for (const struct option *o = c->options; o->name; o++)
		option_row(w, to, o);
	for (const struct option *o = common_options; o->name; o++)
		option_row(w, to, o);
}

/* --- all of them --- */

void help_all(const struct words *w, FILE *to)
{
	wrap(to,
	     T(w->lang,
	       "Benkan keeps the joint register of an intergovernmental commission: each side "
	       "signs its own ledger, and anyone can check it."),
	     0, 0);
	heading(w, to, N_("Usage:"));
	fprintf(to, "  benkan %.*s\n", STR(T(w->lang, "COMMAND [OPTIONS] [ARGUMENTS]")));
	heading(w, to, N_("Commands:"));
	for (size_t i = 0; i < command_count; i++)
		row(w, to, str_z(commands[i].name), commands[i].about, NAME_COLUMN);
	heading(w, to, N_("Options of every command:"));
	for (const struct option *o = common_options; o->name; o++)
		option_row(w, to, o);
	heading(w, to, N_("Exit codes:"));
	wrap(to,
	     T(w->lang, "0 good, 1 the data was refused or a check found something, 2 wrong "
			"usage, 3 a fork "
			"or a rollback was detected, 4 something could not be reached or read, "
			"70 a bug."),
	     0, 0);
}

int cmd_help(const struct words *w)
{
	size_t taken;
	const struct command *c = command_find(w->args, w->arg_count, &taken);

	if (w->arg_count == 0) {
		help_all(w, stdout);
		return EXIT_GOOD;
	}
	if (c) {
		help_command(w, c, stdout);
		return EXIT_GOOD;
	}
	cli_say(w, N_("There is no command “%1”. For the list: benkan help"),
		str_z(w->args[0]));
	return EXIT_USAGE;
}

/* --- what was probably meant --- */

enum { NEAR_MAX = 32 };

static size_t least(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

/* Edits that turn one word into the other (Levenshtein); words longer than NEAR_MAX are far. */
static size_t distance(struct str a, struct str b)
{
	size_t row_[NEAR_MAX + 1];

	if (a.n > NEAR_MAX || b.n > NEAR_MAX)
		return NEAR_MAX;
	for (size_t j = 0; j <= b.n; j++)
		row_[j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		size_t corner = row_[0];

		row_[0] = i;
		for (size_t j = 1; j <= b.n; j++) {
			size_t above = row_[j];

			row_[j] = least(above + 1, row_[j - 1] + 1,
					corner + (a.p[i - 1] != b.p[j - 1]));
			corner = above;
		}
	}
	return row_[b.n];
}

/* Keep the nearer of the two, if it is near at all: a third of the letters may be wrong. */
static void keep_near(const char *typed, const char *name, size_t *best, const char **out)
{
	size_t d = distance(str_z(typed), str_z(name));

	if (d < *best && d <= (strlen(name) + 2) / 3) {
		*best = d;
		*out = name;
	}
}

const char *nearest_command(const char *typed)
{
	size_t best = NEAR_MAX;
	const char *found = NULL;

	for (size_t i = 0; i < command_count; i++)
		keep_near(typed, commands[i].name, &best, &found);
	return found;
}

const char *nearest_option(const struct command *c, const char *typed)
{
	size_t best = NEAR_MAX;
	const char *found = NULL;

	for (const struct option *o = c->options; o->name; o++)
		keep_near(typed, o->name, &best, &found);
	for (const struct option *o = common_options; o->name; o++)
		keep_near(typed, o->name, &best, &found);
	return found;
}

/* The manual page benkan(1), made from the table of commands. */
#include "cli/cli.h"

#include <string.h>

/* Text for roff: backslashes, hyphens as they stand, no line that begins with a control
 * character. */
static void put_text(struct str s)
{
	bool start = true;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (start && (c == '.' || c == '\''))
			printf("\\&");
		start = c == '\n';
		if (c == '\\')
			printf("\\e");
		else if (c == '-')
			printf("\\-");
		else
			putchar(c);
	}
}

static void put_message(const struct words *w, const char *message)
{
	put_text(lang_text(w->lang, message));
	putchar('\n');
}

static void section(const struct words *w, const char *title)
{
	printf(".SH ");
	put_message(w, title);
}

/* Paragraphs of --help: a line that begins with spaces is an example. */
static void put_details(struct str text)
{
	struct str line;
	bool example = false;

	while (str_split(&text, '\n', &line)) {
		bool indented = line.n > 0 && line.p[0] == ' ';

		if (indented != example)
			printf(indented ? ".RS 4\n.nf\n" : ".fi\n.RE\n");
		else if (!indented)
			printf(".PP\n");
		example = indented;
		put_text(str_trim(line));
		putchar('\n');
	}
	if (example)
		printf(".fi\n.RE\n");
}

static void put_option(const struct words *w, const struct option *o)
{
	printf(".TP\n\\fB");
	put_text(str_z(o->name));
	printf("\\fR");
	if (o->value)
		printf(" \\fI%s\\fR%s", o->value, o->repeated ? "…" : "");
	putchar('\n');
	put_message(w, o->help);
}

static void put_command(const struct words *w, const struct command *c)
{
	printf(".SS benkan %s", c->name);
	for (const struct option *o = c->options; o->name; o++) {
		printf(o->required ? " " : " [");
		put_text(str_z(o->name));
		printf("%s%s%s%s", o->value ? " " : "", o->value ? o->value : "",
		       o->repeated ? "…" : "", o->required ? "" : "]");
	}
	printf("%s%s\n", c->args[0] ? " " : "", c->args);
	put_message(w, c->about);
	if (c->details) {
		printf(".PP\n");
		put_details(lang_text(w->lang, c->details));
	}
	for (const struct option *o = c->options; o->name; o++)
		put_option(w, o);
}

int cmd_man(const struct words *w)
{
	printf(".TH BENKAN 1 \"\" \"Benkan " BENKAN_VERSION "\"\n");
	section(w, N_("NAME"));
	printf("benkan \\- ");
	put_message(w, N_("joint register of an intergovernmental commission"));
	section(w, N_("SYNOPSIS"));
	printf(".B benkan\n");
	put_message(w, N_("COMMAND [OPTIONS] [ARGUMENTS]"));
	section(w, N_("DESCRIPTION"));
	put_message(w, N_("Benkan keeps the joint register of an intergovernmental commission: "
			  "each side signs "
			  "its own ledger, and anyone can check it."));
	section(w, N_("COMMANDS"));
	for (size_t i = 0; i < command_count; i++)
		put_command(w, &commands[i]);
	section(w, N_("OPTIONS OF EVERY COMMAND"));
	for (const struct option *o = common_options; o->name; o++)
		put_option(w, o);
	section(w, N_("EXIT STATUS"));
	put_message(w, N_("0 good, 1 the data was refused or a check found something, 2 wrong "
			  "usage, 3 a fork or a "
			  "rollback was detected, 4 something could not be reached or read, 70 "
			  "a bug."));
	return cli_out(w, S(""));
}

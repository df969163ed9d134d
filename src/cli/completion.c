/* Shell completion, made from the table of commands. */
#include "cli/cli.h"

#include <string.h>

/* First words of the commands, each once; second words of those that have two. */
static bool first_use(size_t i, struct str word)
{
	for (size_t k = 0; k < i; k++)
		if (str_eq(str_cut(str_z(commands[k].name),
				   str_index(str_z(commands[k].name), ' ')),
			   word))
			return false;
	return true;
}

static struct str first_word(const struct command *c)
{
	return str_cut(str_z(c->name), str_index(str_z(c->name), ' '));
}

static struct str second_word(const struct command *c)
{
	return str_from(str_z(c->name), first_word(c).n + 1);
}

static void put_first_words(void)
{
	for (size_t i = 0; i < command_count; i++)
		if (first_use(i, first_word(&commands[i])))
			printf(" %.*s", STR(first_word(&commands[i])));
}

static void put_second_words(struct str first)
{
	for (size_t i = 0; i < command_count; i++)
		if (str_eq(first_word(&commands[i]), first) && second_word(&commands[i]).n)
			printf(" %.*s", STR(second_word(&commands[i])));
}

/* Whether some command is this word and another one. */
static bool has_second(struct str first)
{
	for (size_t i = 0; i < command_count; i++)
		if (str_eq(first_word(&commands[i]), first) && second_word(&commands[i]).n)
			return true;
	return false;
}

static void put_options(const struct command *c)
{
	for (const struct option *o = c->options; o->name; o++)
		printf(" %s", o->name);
	for (const struct option *o = common_options; o->name; o++)
		printf(" %s", o->name);
}

/* What the shell completes after an option or for an argument. */
static bool takes_folder(const struct option *o)
{
	return o->value && strcmp(o->value, "DIR") == 0;
}

/* The second word is offered in its place, and belongs to the name when it is no option. */
static void bash_second_words(void)
{
	for (size_t i = 0; i < command_count; i++) {
		struct str first = first_word(&commands[i]);

		if (!first_use(i, first) || !has_second(first))
			continue;
		printf("\tif [ \"$name\" = %.*s ]; then\n"
		       "\t\tif [ \"$COMP_CWORD\" = 2 ] && [[ $cur != -* ]]; then\n"
		       "\t\t\tCOMPREPLY=($(compgen -W '",
		       STR(first));
		put_second_words(first);
		printf("' -- \"$cur\"))\n\t\t\treturn\n\t\tfi\n"
		       "\t\t[[ ${COMP_WORDS[2]} == -* ]] || name=\"%.*s "
		       "${COMP_WORDS[2]}\"\n\tfi\n",
		       STR(first));
	}
}

static void bash(void)
{
	printf("# bash completion of benkan; made by: benkan completion bash\n"
	       "_benkan() {\n"
	       "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} "
	       "name=${COMP_WORDS[1]}\n"
	       "\tif [ \"$COMP_CWORD\" = 1 ]; then\n"
	       "\t\tCOMPREPLY=($(compgen -W '");
	put_first_words();
	printf("' -- \"$cur\"))\n\t\treturn\n\tfi\n"
	       "\tif [ \"$prev\" = --node ]; then\n\t\tCOMPREPLY=($(compgen -d -- "
	       "\"$cur\"))\n\t\treturn\n\tfi\n"
	       "\tif [ \"$prev\" = --lang ]; then\n\t\tCOMPREPLY=($(compgen -W 'fr ru en' -- "
	       "\"$cur\"))\n"
	       "\t\treturn\n\tfi\n");
	bash_second_words();
	printf("\tcase $name in\n");
	for (size_t i = 0; i < command_count; i++) {
		printf("\t'%s') COMPREPLY=($(compgen -W '", commands[i].name);
		put_options(&commands[i]);
		printf("' -- \"$cur\")) ;;\n");
	}
	printf("\tesac\n"
	       "\t[[ $cur == -* ]] || COMPREPLY+=($(compgen -f -- \"$cur\"))\n"
	       "}\ncomplete -o filenames -F _benkan benkan\n");
}

/* `text` inside single quotes of a shell. */
static void put_quoted(struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == '\'')
			printf("'\\''");
		else
			putchar(text.p[i]);
}

static void zsh_option(const struct words *w, const struct option *o)
{
	struct str help = lang_text(w->lang, o->help);

	printf(" '%s%s[", o->repeated ? "*" : "", o->name);
	for (size_t i = 0; i < help.n; i++) {
		if (help.p[i] == '[' || help.p[i] == ']' || help.p[i] == ':')
			putchar('\\');
		put_quoted(str_cut(str_from(help, i), 1));
	}
	printf("]%s%s'", o->value ? ":" : "",
	       !o->value         ? ""
	       : takes_folder(o) ? "folder:_files -/"
				 : "value:_files");
}

static void zsh_second_words(void)
{
	for (size_t i = 0; i < command_count; i++) {
		struct str first = first_word(&commands[i]);

		if (!first_use(i, first) || !has_second(first))
			continue;
		printf("\tif [[ $name == %.*s ]]; then\n"
		       "\t\tif (( CURRENT == 3 )) && [[ $words[3] != -* ]]; then\n"
		       "\t\t\tcompadd --",
		       STR(first));
		put_second_words(first);
		printf("\n\t\t\treturn\n\t\tfi\n"
		       "\t\t[[ $words[3] == -* ]] || name=\"%.*s $words[3]\"\n\tfi\n",
		       STR(first));
	}
}

static void zsh(const struct words *w)
{
	printf("#compdef benkan\n# zsh completion of benkan; made by: benkan completion zsh\n"
	       "_benkan() {\n\tlocal name=$words[2]\n"
	       "\tif (( CURRENT == 2 )); then\n\t\tcompadd --");
	put_first_words();
	printf("\n\t\treturn\n\tfi\n");
	zsh_second_words();
	printf("\tcase $name in\n");
	for (size_t i = 0; i < command_count; i++) {
		printf("\t'%s') _arguments", commands[i].name);
		for (const struct option *o = commands[i].options; o->name; o++)
			zsh_option(w, o);
		for (const struct option *o = common_options; o->name; o++)
			zsh_option(w, o);
		printf(" '*:file:_files' ;;\n");
	}
	printf("\tesac\n}\n_benkan \"$@\"\n");
}

static void fish_condition(const struct command *c)
{
	printf("complete -c benkan -n '__fish_seen_subcommand_from %.*s", STR(first_word(c)));
	if (second_word(c).n)
		printf("; and __fish_seen_subcommand_from %.*s", STR(second_word(c)));
	printf("'");
}

static void fish_option(const struct words *w, const struct command *c, const struct option *o)
{
	bool one_dash = o->name[1] != '-';

	fish_condition(c);
	printf(" -%s %s%s -d '", one_dash ? "s" : "l", o->name + (one_dash ? 1 : 2),
	       o->value ? " -r" : "");
	put_quoted(lang_text(w->lang, o->help));
	printf("'\n");
}

static void fish(const struct words *w)
{
	printf("# fish completion of benkan; made by: benkan completion fish\n");
	for (size_t i = 0; i < command_count; i++) {
		const struct command *c = &commands[i];

		if (first_use(i, first_word(c)))
			printf("complete -c benkan -f -n __fish_use_subcommand -a %.*s\n",
			       STR(first_word(c)));
		if (second_word(c).n) {
			printf("complete -c benkan -f -n '__fish_seen_subcommand_from %.*s' -a "
			       "%.*s -d '",
			       STR(first_word(c)), STR(second_word(c)));
			put_quoted(lang_text(w->lang, c->about));
			printf("'\n");
		}
		for (const struct option *o = c->options; o->name; o++)
			fish_option(w, c, o);
		for (const struct option *o = common_options; o->name; o++)
			fish_option(w, c, o);
	}
}

int cmd_completion(const struct words *w)
{
	struct str shell = str_z(w->args[0]);

	if (str_is(shell, "bash"))
		bash();
	else if (str_is(shell, "zsh"))
		zsh(w);
	else if (str_is(shell, "fish"))
		fish(w);
	else {
		cli_say(w,
			N_("“%1” is not a shell that Benkan knows: write bash, zsh or fish."),
			shell);
		return EXIT_USAGE;
	}
	return cli_out(w, S(""));
}

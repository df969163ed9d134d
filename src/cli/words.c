#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>

const struct option common_options[] = {
	{ "--lang", "fr|ru|en",
	  N_("Language of the messages; else the one of the environment."), false, false },
	{ "--json", NULL, N_("Print JSON on standard output and nothing else."), false, false },
	{ "--help", NULL, N_("Explain this command and stop."), false, false },
	{ NULL, NULL, NULL, false, false },
};

/* --- finding a command --- */

/* How many of the words the name takes, 0 when it is another command. */
static size_t name_taken(const char *name, const char *const *words, size_t n)
{
	struct str rest = str_z(name), part;
	size_t i = 0;

	while (str_split(&rest, ' ', &part))
		if (i == n || !str_is(part, words[i++]))
			return 0;
	return i;
}

const struct command *command_find(const char *const *words, size_t n, size_t *taken)
{
	for (size_t i = 0; i < command_count; i++) {
		*taken = name_taken(commands[i].name, words, n);
		if (*taken)
			return &commands[i];
	}
	return NULL;
}

/* --- options --- */

static const struct option *option_in(const struct option *list, struct str name)
{
	for (; list->name; list++)
		if (str_is(name, list->name))
			return list;
	return NULL;
}

static const struct option *option_find(const struct command *c, struct str name)
{
	const struct option *o = option_in(c->options, name);

	return o ? o : option_in(common_options, name);
}

/* What is being read: the words, and how far. */
struct reader {
	struct words *w;
	const char *const *words;
	size_t n, at;
	struct given *given;
	const char **args;
	bool plain; /* after "--": no options any more */
};

static int usage(const struct words *w)
{
	cli_say(w, N_("For an explanation: benkan %1 --help"), str_z(w->command->name));
	return EXIT_USAGE;
}

static int unknown_option(const struct words *w, const char *typed)
{
	const char *near = nearest_option(w->command, typed);

	if (near)
		cli_say(w, N_("There is no option %1 here. Did you mean %2?"), str_z(typed),
			str_z(near));
	else
		cli_say(w, N_("There is no option %1 here."), str_z(typed));
	return usage(w);
}

static void put_given(struct reader *r, const char *name, const char *value)
{
	r->given[r->w->given_count++] = (struct given){ name, value };
}

/* `--name VALUE`, `--name=VALUE`, `--switch`; a repeated option takes every word up to the next
 * option. */
static int read_option(struct reader *r)
{
	const char *typed = r->words[r->at++];
	struct str name = str_cut(str_z(typed), str_index(str_z(typed), '='));
	const struct option *o = option_find(r->w->command, name);
	bool attached = name.n < strlen(typed);

	if (!o)
		return unknown_option(r->w, typed);
	if (!o->value && attached) {
		cli_say(r->w, N_("%1 is a switch and takes no value."), str_z(o->name));
		return usage(r->w);
	}
	if (!o->value || attached) {
		put_given(r, o->name, o->value ? typed + name.n + 1 : NULL);
		return EXIT_GOOD;
	}
	if (r->at == r->n) {
		cli_say(r->w, N_("%1 needs a value: %2."), str_z(o->name), str_z(o->value));
		return usage(r->w);
	}
	do
		put_given(r, o->name, r->words[r->at++]);
	while (o->repeated && r->w->command->args_max == 0 && r->at < r->n &&
	       r->words[r->at][0] != '-');
	return EXIT_GOOD;
}

static int read_word(struct reader *r)
{
	const char *word = r->words[r->at];

	if (!r->plain && strcmp(word, "--") == 0) {
		r->plain = true;
		r->at++;
		return EXIT_GOOD;
	}
	if (!r->plain && word[0] == '-' && word[1])
		return read_option(r);
	r->args[r->w->arg_count++] = word;
	r->at++;
	return EXIT_GOOD;
}

static int check_complete(const struct words *w)
{
	const struct command *c = w->command;
	enum lang lang;

	for (const struct option *o = c->options; o->name; o++)
		if (o->required && !word_of(w, o->name)) {
			cli_say(w, N_("The option %1 %2 is missing."), str_z(o->name),
				str_z(o->value));
			return usage(w);
		}
	if (w->arg_count < c->args_min) {
		cli_say(w, N_("Something is missing here: benkan %1 %2"), str_z(c->name),
			str_z(c->args));
		return usage(w);
	}
	if (w->arg_count > c->args_max) {
		cli_say(w, N_("“%1” is one word too many."), str_z(w->args[c->args_max]));
		return usage(w);
	}
	if (word_of(w, "--lang") && !option_in(w->command->options, S("--lang")) &&
	    !lang_parse(str_z(word_of(w, "--lang")), &lang)) {
		cli_say(w, N_("Benkan does not speak “%1”: write fr, ru or en."),
			str_z(word_of(w, "--lang")));
		return usage(w);
	}
	return EXIT_GOOD;
}

int words_read(struct words *w, const char *const *words, size_t n, bool *help)
{
	struct reader r = { .w = w, .words = words, .n = n };
	int code;

	*help = false;
	if (n > WORDS_MAX) {
		cli_say(w, N_("More than %1 words on one command line."),
			num_text(w->a, WORDS_MAX));
		return EXIT_USAGE;
	}
	r.given = arena_array(w->a, struct given, n + 1);
	r.args = arena_array(w->a, const char *, n + 1);
	w->given = r.given;
	w->args = r.args;
	while (r.at < n) {
		code = read_word(&r);
		if (code != EXIT_GOOD)
			return code;
	}
	*help = word_given(w, "--help");
	w->json = word_given(w, "--json");
	return *help ? EXIT_GOOD : check_complete(w);
}

/* --- asking --- */

const char *word_next(const struct words *w, const char *option, size_t *at)
{
	while (*at < w->given_count) {
		const struct given *g = &w->given[(*at)++];

		if (strcmp(g->name, option) == 0)
			return g->value;
	}
	return NULL;
}

const char *word_of(const struct words *w, const char *option)
{
	const char *value, *last = NULL;
	size_t at = 0;

	while ((value = word_next(w, option, &at)))
		last = value;
	return last;
}

bool word_given(const struct words *w, const char *option)
{
	for (size_t i = 0; i < w->given_count; i++)
		if (strcmp(w->given[i].name, option) == 0)
			return true;
	return false;
}

/* Of "fr,ru" the first. */
static bool first_lang(const char *given, enum lang *out)
{
	struct str s = str_z(given);

	return lang_parse(str_cut(s, str_index(s, ',')), out);
}

enum lang words_lang(const char *const *words, size_t n)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
	enum lang lang;

	for (size_t i = 0; i < n; i++) {
		if (strncmp(words[i], "--lang=", 7) == 0 && first_lang(words[i] + 7, &lang))
			return lang;
		if (strcmp(words[i], "--lang") == 0 && i + 1 < n &&
		    first_lang(words[i + 1], &lang))
			return lang;
	}
	for (size_t i = 0; i < 3; i++) {
		const char *value = getenv(names[i]);

		if (value && value[0])
			return lang_parse(str_z(value), &lang) ? lang : LANG_EN;
	}
	return LANG_EN;
}

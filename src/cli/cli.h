/*
 * The commands.  One table (commands.c) holds each command's name, arguments, options and
 * help; parsing, `--help`, shell completion and the man page are made from it.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H
#include "register/account.h"

enum { EXIT_GOOD = 0, EXIT_REFUSED = 1, EXIT_USAGE = 2, EXIT_FORK = 3, EXIT_UNREACHABLE = 4, EXIT_BUG = 70 };

struct option {
	const char *name;      /* "--node" */
	const char *value;     /* "DIR"; NULL: a switch */
	const char *help;      /* English; translated when shown */
	bool required, repeated;
};

enum { OPTIONS_MAX = 12, WORDS_MAX = 4096 };

/* What was typed, after checking against the command's row. */
struct words {
	enum lang lang;
	bool json;
	const struct command *command;
	const char *values[OPTIONS_MAX];  /* by position in command->options; NULL: not given */
	const char *const *args;          /* the free arguments */
	size_t arg_count;
	const struct node_env *env;
};
const char *word_of(const struct words *w, const char *option); /* NULL: not given */

struct command {
	const char *name;                 /* "init", "account add" */
	const char *args;                 /* "KEYS.json…" for the usage line; "" none */
	size_t args_min, args_max;
	const char *about;                /* one sentence */
	const char *details;              /* paragraphs for --help and the man page; may be NULL */
	struct option options[OPTIONS_MAX]; /* ends at a NULL name; --help, --lang, --json stand for all */
	int (*run)(const struct words *w);
};
extern const struct command commands[];
extern const size_t command_count;

/* Print the error to stderr in the language of the words; its exit code. */
int cli_fail(const struct words *w, const struct err *err);
int exit_of(enum err_kind k);
/* Open the node of --node, or fail with a message; `*code` is set when NULL comes back. */
struct node *cli_node(const struct words *w, enum store_mode mode, int *code);

#endif

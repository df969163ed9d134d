/*
 * The commands.  One table (commands.c) holds each command's name, arguments, options and
 * help; parsing, `--help`, shell completion and the man page are made from it.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H
#include "base/lang.h"
#include "register/account.h"

#include <stdio.h>

#define BENKAN_VERSION "0.1.0"

/* INTERFACES.md "Exit codes". */
enum {
	EXIT_GOOD = 0,
	EXIT_REFUSED = 1,
	EXIT_USAGE = 2,
	EXIT_FORK = 3,
	EXIT_UNREACHABLE = 4,
	EXIT_BUG = 70
};

struct option {
	const char *name;  /* "--node" */
	const char *value; /* "DIR"; NULL: a switch */
	const char *help;  /* English; translated when shown */
	bool required, repeated;
};

enum { OPTIONS_MAX = 12, WORDS_MAX = 4096, COMMAND_ARENA = 1 << 30 };

/* An option as it was typed; value is NULL for a switch. */
struct given {
	const char *name, *value;
};

/* What was typed, after checking against the command's row. */
struct words {
	struct arena *a; /* lives as long as the command */
	enum lang lang;
	bool json;
	const struct command *command;
	const struct given *given; /* in the order typed */
	size_t given_count;
	const char *const *args; /* the free arguments */
	size_t arg_count;
	const struct node_env *env;
};
const char *word_of(const struct words *w,
		    const char *option);                    /* the last one; NULL: not given */
bool word_given(const struct words *w, const char *option); /* a switch */
/* Each value of a repeated option: start with *at = 0; NULL at the end. */
const char *word_next(const struct words *w, const char *option, size_t *at);

struct command {
	const char *name; /* "init", "account add" */
	const char *args; /* "KEYS.json…" for the usage line; "" none */
	size_t args_min, args_max;
	const char *about;   /* one sentence */
	const char *details; /* paragraphs for --help and the man page; may be NULL */
	struct option options[OPTIONS_MAX]; /* ends at a NULL name; --help, --lang, --json stand
					       for all */
	int (*run)(const struct words *w);
};
extern const struct command commands[];
extern const size_t command_count;
/* Options that stand for every command; ends at a NULL name. */
extern const struct option common_options[];

/* --- main.c's steps (words.c) --- */
/* The command the first words name, and how many words that takes; NULL when there is none. */
const struct command *command_find(const char *const *words, size_t n, size_t *taken);
/* Check `words` against the command; the exit code with a message when they are wrong, else
 * EXIT_GOOD. */
int words_read(struct words *w, const char *const *words, size_t n, bool *help);
/* --lang in the words, else LC_ALL, LC_MESSAGES, LANG. */
enum lang words_lang(const char *const *words, size_t n);

/* --- speaking (say.c) --- */
/* "benkan: " and the sentence, on stderr; `args` stand for %1 … */
void cli_note(const struct words *w, const char *message, const struct str *args, size_t n);
#define cli_say0(w, lit) cli_note((w), "" lit, NULL, 0)
#define cli_say(w, lit, ...)                                                                   \
	cli_note((w), "" lit, (const struct str[]){ __VA_ARGS__ },                             \
		 sizeof((const struct str[]){ __VA_ARGS__ }) / sizeof(struct str))
/* The same as a line on stdout, without the prefix. */
void cli_line(const struct words *w, const char *message, const struct str *args, size_t n);
/* Print the error to stderr in the language of the words; its exit code. */
int cli_fail(const struct words *w, const struct err *err);
int exit_of(enum err_kind k);
const char *err_kind_name(enum err_kind k); /* "input", "conflict", … */
/* Bytes as they are, to stdout; EXIT_UNREACHABLE with a message when it cannot be written. */
int cli_out(const struct words *w, struct str s);
/* How far a long task is: on stderr, one line written over, only on a terminal. */
struct meter {
	const struct words *w;
	const char *message; /* "%1 of %2 entries"; %3: how many a second, %4: seconds left */
	int64_t first_ms, last_ms;
	bool shown;
};
struct meter meter_of(const struct words *w, const char *message);
void meter_show(struct meter *p, uint64_t done, uint64_t all);
void meter_end(struct meter *p);
struct str num_text(struct arena *a, uint64_t v);

/* Open the node of --node, or fail with a message; `*code` is set when NULL comes back. */
struct node *cli_node(const struct words *w, enum store_mode mode, int *code);
/* Open a view and begin reading; close with cli_view_end. */
bool cli_view(struct node *n, struct view **out, struct err *err) MUST_USE;
void cli_view_end(struct view *v);

/* --- help, completion, man page: all from the table --- */
void help_all(const struct words *w, FILE *to);
void help_command(const struct words *w, const struct command *c, FILE *to);
/* The name among commands or options nearest to what was typed, or NULL. */
const char *nearest_command(const char *typed);
const char *nearest_option(const struct command *c, const char *typed);

/* --- one function a command --- */
/* The details of a command that has many stand beside it. */
extern const char account_add_details[];
extern const char adopt_details[];
extern const char charter_amend_details[];
extern const char charter_propose_details[];
extern const char check_details[];
extern const char account_mail_details[];
extern const char digest_details[];
extern const char do_details[];
extern const char export_details[];
extern const char import_details[];
extern const char init_details[];
extern const char keys_new_details[];
extern const char pouch_open_details[];
extern const char pouch_pack_details[];
extern const char release_details[];
extern const char restore_details[];
extern const char sealed_erase_details[];
extern const char serve_details[];
extern const char sync_details[];
extern const char report_details[];
extern const char totals_details[];
extern const char verify_details[];

int cmd_init(const struct words *w);
int cmd_charter(const struct words *w);
int cmd_charter_amend(const struct words *w);
int cmd_charter_show(const struct words *w);
int cmd_charter_sign(const struct words *w);
int cmd_charter_propose(const struct words *w);
int cmd_adopt(const struct words *w);
int cmd_do(const struct words *w);
int cmd_sync(const struct words *w);
int cmd_pouch_pack(const struct words *w);
int cmd_pouch_open(const struct words *w);
int cmd_show(const struct words *w);
int cmd_verify(const struct words *w);
int cmd_rebuild(const struct words *w);
int cmd_state(const struct words *w);
int cmd_serve(const struct words *w);
int cmd_backup(const struct words *w);
int cmd_restore(const struct words *w);
int cmd_keys(const struct words *w);
int cmd_keys_new(const struct words *w);
int cmd_keys_sign(const struct words *w);
int cmd_keys_roll(const struct words *w);
int cmd_account_add(const struct words *w);
int cmd_account_role(const struct words *w);
int cmd_account_password(const struct words *w);
int cmd_account_token(const struct words *w);
int cmd_account_disable(const struct words *w);
int cmd_account_mail(const struct words *w);
int cmd_digest(const struct words *w);
int cmd_account_list(const struct words *w);
int cmd_check(const struct words *w);
int cmd_import(const struct words *w);
int cmd_export(const struct words *w);
int cmd_report(const struct words *w);
int cmd_totals(const struct words *w);
int cmd_evidence(const struct words *w);
int cmd_release(const struct words *w);
int cmd_sealed_export(const struct words *w);
int cmd_sealed_import(const struct words *w);
int cmd_sealed_erase(const struct words *w);
int cmd_sealed_publish(const struct words *w);
int cmd_vectors(const struct words *w);
int cmd_help(const struct words *w);
int cmd_completion(const struct words *w);
int cmd_man(const struct words *w);
int cmd_version(const struct words *w);

#endif

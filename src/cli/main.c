#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

static int64_t clock_ms(void *ctx)
{
	struct timespec t;

	(void)ctx;
	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void chance(void *ctx, void *out, size_t n)
{
	(void)ctx;
	if (getentropy(out, n) != 0)
		abort();
}

static const struct node_env outside = { clock_ms, chance, NULL };

static int unknown_command(const struct words *w, const char *const *words, size_t n)
{
	struct str typed = str_z(words[0]);
	const char *near;

	if (n > 1 && strcmp(words[0], "account") == 0)
		typed = arena_join(w->a, S("account "), str_z(words[1]));
	near = nearest_command(arena_z(w->a, typed));
	if (near)
		cli_say(w, N_("There is no command “%1”. Did you mean “%2”?"), typed,
			str_z(near));
	else
		cli_say(w, N_("There is no command “%1”. For the list: benkan help"), typed);
	return EXIT_USAGE;
}

static bool is_one_of(const char *word, const char *a, const char *b)
{
	return strcmp(word, a) == 0 || strcmp(word, b) == 0;
}

static int run(struct words *w, const char *const *words, size_t n)
{
	size_t taken;
	bool help;
	int code;

	if (n == 0) {
		help_all(w, stderr);
		return EXIT_USAGE;
	}
	if (is_one_of(words[0], "--help", "-h")) {
		help_all(w, stdout);
		return EXIT_GOOD;
	}
	if (is_one_of(words[0], "--version", "-V"))
		return cmd_version(w);
	w->command = command_find(words, n, &taken);
	if (!w->command)
		return unknown_command(w, words, n);
	code = words_read(w, words + taken, n - taken, &help);
	if (code != EXIT_GOOD)
		return code;
	if (help) {
		help_command(w, w->command, stdout);
		return EXIT_GOOD;
	}
	return w->command->run(w);
}

int main(int argc, char *argv[])
{
	const char *const *words = (const char *const *)argv + 1;
	size_t n = argc > 1 ? (size_t)argc - 1 : 0;
	struct arena a;
	struct words w = { .a = &a, .lang = words_lang(words, n), .env = &outside };
	int code;

	arena_init(&a, COMMAND_ARENA);
	code = run(&w, words, n);
	arena_done(&a);
	return code;
}

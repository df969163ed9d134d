#include "cli/cli.h"
#include "cli/vectors.h"

int cmd_vectors(const struct words *w)
{
	struct vectors_said said = { .passed = false };
	struct str kind = str_z(w->arg_count > 1 ? w->args[1] : NULL);
	struct err err;
	int code;

	buf_init(&said.table, 1 << 20);
	buf_init(&said.failures, 16 << 20);
	if (!vectors_run(str_z(w->args[0]), kind, w->lang, &said, &err))
		return cli_fail(w, &err);
	fwrite(said.failures.p, 1, said.failures.n, stderr);
	code = cli_out(w, buf_str(&said.table));
	if (code == EXIT_GOOD && !said.passed)
		code = EXIT_REFUSED;
	buf_done(&said.table);
	buf_done(&said.failures);
	return code;
}

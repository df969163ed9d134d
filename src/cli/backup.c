#include "register/backup.h"
#include "cli/cli.h"

static void show_progress(void *ctx, uint64_t done, uint64_t all)
{
	meter_show(ctx, done, all);
}

int cmd_backup(const struct words *w)
{
	struct meter meter = meter_of(w, N_("copying entry %1 of %2"));
	struct backup_watch watch = { show_progress, &meter };
	struct node *n;
	struct err err;
	bool ok;
	int code;

	n = cli_node(w, STORE_READ, &code);
	if (!n)
		return code;
	ok = node_backup(n, word_of(w, "-o"), &watch, &err);
	meter_end(&meter);
	node_close(n);
	if (!ok)
		return cli_fail(w, &err);
	cli_say(w, N_("The backup is in %1. It holds private keys: keep it as you keep them."),
		str_z(word_of(w, "-o")));
	return EXIT_GOOD;
}

int cmd_restore(const struct words *w)
{
	struct meter meter = meter_of(w, N_("taking back entry %1 of %2"));
	struct backup_watch watch = { show_progress, &meter };
	struct restore_plan plan = {
		.file = w->args[0],
		.dir = word_of(w, "--node"),
		.store = word_of(w, "--store"),
		.high_water = word_of(w, "--high-water"),
		.confirm = str_z(word_of(w, "--confirm")),
	};
	enum ledger_state state;
	struct err err;
	bool ok = node_restore(&plan, w->env, &watch, &state, &err);

	meter_end(&meter);
	if (!ok)
		return cli_fail(w, &err);
	cli_say(w, N_("The node stands again in %1."), str_z(plan.dir));
	if (state != LEDGER_OK)
		cli_say0(w, N_("It writes nothing yet: after this backup more may have been "
			       "signed. Fetch what is "
			       "missing from a peer with benkan sync. If you know that nothing "
			       "was signed after the "
			       "backup, restore again with --confirm."));
	return EXIT_GOOD;
}

#include "register/backup.h"
#include "cli/cli.h"

const char restore_details[] =
	N_("DIR must not exist. A backup may be older than what the node has signed since: "
	   "the node therefore "
	   "writes nothing until the missing entries have come back from a peer, or until "
	   "somebody states "
	   "with --confirm that nothing was signed after the backup; without FILE that is "
	   "stated of a node that is there.\n"
	   "When no backup is left, --keys names the folder of the node's private keys and "
	   "FILE is the register's charter: the own ledger comes back from a peer.\n"
	   "\n"
	   "  benkan restore --node DIR ml.backup\n"
	   "  benkan restore --node DIR --keys old/keys charter.json\n"
	   "  benkan sync --node DIR https://registre.peer.example\n"
	   "  benkan restore --node DIR --confirm sec-1");

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

/* What the node is now, and what to do next. */
static int tell_restored(const struct words *w, enum ledger_state state, bool from_keys)
{
	cli_say(w, N_("The node stands again in %1."), str_z(word_of(w, "--node")));
	if (from_keys)
		cli_say0(w,
			 N_("Its own ledger is empty and it writes nothing. Fetch the ledger "
			    "back from the other side with benkan sync, then state with "
			    "benkan restore --confirm that it is whole."));
	else if (state != LEDGER_OK)
		cli_say0(w, N_("It writes nothing yet: after this backup more may have been "
			       "signed. Fetch what is "
			       "missing from a peer with benkan sync. If you know that nothing "
			       "was signed after the "
			       "backup, say so with benkan restore --confirm."));
	return EXIT_GOOD;
}

static int confirm(const struct words *w)
{
	struct node *n;
	struct err err;
	bool ok;
	int code;

	n = cli_node(w, STORE_WRITE, &code);
	if (!n)
		return code;
	ok = node_confirm(n, str_z(word_of(w, "--confirm")), &err);
	node_close(n);
	return ok ? EXIT_GOOD : cli_fail(w, &err);
}

int cmd_restore(const struct words *w)
{
	struct meter meter = meter_of(w, N_("taking back entry %1 of %2"));
	struct backup_watch watch = { show_progress, &meter };
	struct restore_plan plan = {
		.file = w->arg_count ? w->args[0] : NULL,
		.dir = word_of(w, "--node"),
		.store = word_of(w, "--store"),
		.keys = word_of(w, "--keys"),
		.high_water = word_of(w, "--high-water"),
		.confirm = str_z(word_of(w, "--confirm")),
	};
	enum ledger_state state = LEDGER_RESTORED;
	struct err err;
	bool ok;

	if (!plan.file && plan.confirm.n)
		return confirm(w);
	if (!plan.file || (plan.keys && plan.confirm.n)) {
		cli_say0(w,
			 N_("Name the backup; or the charter, with --keys, when no backup is "
			    "left; or nothing but --confirm for a node that is there."));
		return EXIT_USAGE;
	}
	ok = plan.keys ? node_restore_keys(&plan, w->env, &err)
		       : node_restore(&plan, w->env, &watch, &state, &err);
	meter_end(&meter);
	return ok ? tell_restored(w, state, plan.keys != NULL) : cli_fail(w, &err);
}

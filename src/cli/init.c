#include "cli/cli.h"
#include "ledger/charter.h"

const char init_details[] =
	N_("Makes DIR with the node's private keys and its stores, and prints its public "
	   "keys. Send what is "
	   "printed to whoever assembles the charter.\n"
	   "The three recovery keys are written to DIR/recovery, recours-1.key to -3.key. "
	   "Move each to a "
	   "safe of its own, "
	   "away from this machine: two of them together replace a lost or stolen key, and "
	   "nothing else does.\n"
	   "\n"
	   "  benkan init --node /srv/benkan/ml --party ml --name Mali \\\n"
	   "    --origin registre.diplomatie.example/ml --json >ml.json");

static struct str option(const struct words *w, const char *name)
{
	return str_z(word_of(w, name));
}

int cmd_init(const struct words *w)
{
	struct node_plan plan = {
		.dir = word_of(w, "--node"),
		.party = option(w, "--party"),
		.name = option(w, "--name"),
		.origin = option(w, "--origin"),
		.url = option(w, "--url"),
		.store = word_of(w, "--store") ? word_of(w, "--store") : "sqlite",
	};
	struct buf keys;
	struct err err;
	int code;

	buf_init(&keys, CHARTER_MAX);
	if (!node_init(&plan, w->env, &keys, &err)) {
		buf_done(&keys);
		return cli_fail(w, &err);
	}
	buf_ch(&keys, '\n');
	code = cli_out(w, buf_str(&keys));
	buf_done(&keys);
	cli_say(w, N_("The node is in %1. Above are its public keys, for the charter."),
		str_z(plan.dir));
	cli_say(w,
		N_("Carry recours-1.key, -2 and -3 from %1/recovery to three safes, away from "
		   "this machine: two of them replace a lost or stolen key, and nothing else "
		   "does."),
		str_z(plan.dir));
	return code;
}

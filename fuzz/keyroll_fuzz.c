#include "fuzz.h"
#include "ledger/keyroll.h"

/* Keys as in the seeds: log, witness, three recovery keys from seed bytes 1 to 5. */
static void keys_in_force(struct charter_ledger *now)
{
	static const char *const names[] = { "ml.example/registre/ml", "ml.example/temoin/ml",
					     "ml.example/registre/ml/recours-1",
					     "ml.example/registre/ml/recours-2",
					     "ml.example/registre/ml/recours-3" };
	struct vkey *places[] = { &now->log, &now->witness, &now->recovery[0],
				  &now->recovery[1], &now->recovery[2] };
	struct skey k;

	*now = (struct charter_ledger){ .origin = str_z(names[0]), .threshold = 2 };
	for (unsigned char i = 0; i < 5; i++) {
		const unsigned char seed[32] = { (unsigned char)(i + 1) };

		skey_from_seed(&k, i == 1 ? KEY_WITNESS : KEY_LOG, str_z(names[i]), seed);
		*places[i] = k.pub;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	const struct hash register_id = { { 0xab } };
	struct charter_ledger now;
	struct keyroll roll;
	struct err err;

	keys_in_force(&now);
	if (keyroll_check(str_of(bytes, n), &now, &register_id, 41, &roll, &err)) {
		must(!str_eq(roll.old_key, roll.new_key));
		keyroll_apply(&now, &roll);
		must(!keyroll_check(str_of(bytes, n), &now, &register_id, 41, &roll, &err));
	}
	return 0;
}

#include "fuzz.h"
#include "ledger/age.h"
#include "ledger/bech32.h"

#include <string.h>

/* The seal key of the corpus: 32 bytes of 7. */
static unsigned char secret[AGE_SECRET];

static void count(void *ctx, void *out, size_t n)
{
	unsigned char *p = out;

	for (size_t i = 0; i < n; i++)
		p[i] = (unsigned char)(++*(unsigned *)ctx);
}

/* What opens can be sealed and opens again to the same; what does not leaves nothing behind. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct str to = S("age1zwlyl6h27gzv0lfntr7fcqrjrzqazap8sy5zylkxwneh7llf0dksu37mwt");
	struct buf plain, again, back;
	struct err err;
	unsigned seed = 0;

	memset(secret, 7, sizeof(secret));
	buf_init(&plain, 1 << 20);
	if (age_open(str_of(bytes, n), secret, &plain, &err)) {
		buf_init(&again, 2 << 20);
		buf_init(&back, 1 << 20);
		must(age_seal(buf_str(&plain), &to, 1, &(struct age_chance){ count, &seed },
			      &again, &err));
		must(age_open(buf_str(&again), secret, &back, &err));
		must(str_eq(buf_str(&plain), buf_str(&back)));
		buf_done(&again);
		buf_done(&back);
	} else {
		must(plain.n == 0);
	}
	buf_done(&plain);
	return 0;
}

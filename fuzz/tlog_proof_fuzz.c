#include "fuzz.h"
#include "ledger/verify.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static const unsigned char seed[32] = { 1 };
	struct str text = str_of(bytes, n);
	struct tlog_proof p;
	struct log_verdict v;
	struct skey key;
	struct err err;
	struct buf back;

	if (!tlog_proof_read(text, &p, &err))
		return 0;
	buf_init(&back, n);
	tlog_proof_write(&back, &p);
	/* An `extra` line is allowed and not kept. */
	if (str_find(text, S("\nextra ")) == text.n)
		must(str_eq(buf_str(&back), text));
	must(!back.full);
	buf_done(&back);
	skey_from_seed(&key, KEY_LOG, S("ml.example/registre/ml"), seed);
	if (tlog_proof_verify(text, S("entry"),
			      &(struct log_check){ .origin = key.pub.name,
						   .log_keys = &key.pub,
						   .log_key_count = 1 },
			      &v, &err))
		must(p.index < v.head.size);
	return 0;
}

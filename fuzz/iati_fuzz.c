#include "exchange/iati.h"
#include "fuzz.h"

/* What is found, without its words: enough to tell two readings apart. */
struct findings {
	uint64_t count, sum;
};

static void on_found(void *ctx, const struct iati_finding *f)
{
	struct findings *s = ctx;

	must(f->line > 0 && f->what->message && f->rule);
	must(str_utf8(f->activity));
	s->count++;
	s->sum = s->sum * 31 + (uint64_t)f->rule[0] + (uint64_t)f->severity;
}

static struct findings read_by(struct str text, size_t step)
{
	struct findings s = { 0 };
	const struct iati_plan plan = { .today = 20500, .found = on_found, .ctx = &s };
	struct iati_reader *r = iati_open(&plan);

	for (; text.n; text = str_from(text, step))
		iati_feed(r, str_cut(text, step));
	iati_finish(r);
	iati_close(r);
	return s;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	if (n > 64 << 10)
		return 0;
	(void)read_by(str_of(bytes, n), 1 << 20);
	(void)read_by(str_of(bytes, n), 61);
	return 0;
}

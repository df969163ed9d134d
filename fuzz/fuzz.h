/*
 * What every target includes.  A target is one parser of outside bytes: it must not crash,
 * and what it accepts must write back to the same bytes (or, where several spellings are
 * allowed, to a text that reads as the same and then stays the same).
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H
#include <stdint.h>
#include <stdlib.h>

#include "base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* The property; a failure stops the program where the fuzzer can see it. */
static inline void must(bool holds)
{
	if (!holds)
		abort();
}

#endif

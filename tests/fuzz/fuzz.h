/* What fuzz targets share with the engine that calls them: libFuzzer, or standalone.c. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* A target: any bytes. Returns 0; what must not happen ends the program. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
/* A change of bytes that are an input already: the new size, at most max. Targets that have none
 * leave that to the engine. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed);
/* The engine's own changes, which know nothing of structure. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);

/* A copy for readers that take bytes over: aligned as they expect, and not a byte longer, so that
 * reading beyond it is seen. */
unsigned char *fuzz_copy(const uint8_t *data, size_t size)
    __attribute__((returns_nonnull, nonnull(1)));
/* A file in memory with these bytes, the same one for all calls: its path. */
const char *fuzz_file(const uint8_t *data, size_t size)
    __attribute__((returns_nonnull, nonnull(1)));
/* A number that the bytes choose, the same one each time. */
uint64_t fuzz_choice(const uint8_t *data, size_t size) __attribute__((nonnull(1)));
/* Whether to try all that there is to try with an input. An engine, which comes back with many that
 * are like it, has one part of it tried each time. */
extern bool fuzz_is_thorough;

/* An error must say what and where: the name stands at the beginning. */
void fuzz_check_error(enum status status, const struct error *error, const char *name)
    __attribute__((nonnull(2, 3)));

#endif

/* Changes of model files that leave their structure sound, so that readers get far: one number,
 * name or list entry of the file at a time becomes another one, mostly an extreme one. */
#ifndef TESTS_FUZZ_MUTATE_H
#define TESTS_FUZZ_MUTATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/random.h"

/* One place of a file among many, each with the same chance, in one walk over all of them. */
struct lottery {
    struct random *random;
    size_t seen;
};

/* Whether the next place is the one, until a later one is. */
bool lottery_draw(struct lottery *lottery) __attribute__((nonnull(1)));

/* Another number of 1, 2, 4 or 8 bytes there, of no particular alignment: close to the old one,
 * small, or extreme. */
void mutate_integer(struct random *random, void *number, size_t bytes)
    __attribute__((nonnull(1, 2)));
/* The same for a float: zeros, NaN, infinities, the largest and the smallest ones. */
void mutate_float(struct random *random, void *number) __attribute__((nonnull(1, 2)));

/* The file after one change, of at most max bytes: its size, or 0 where it has no structure. */
size_t mutate_tflite(struct random *random, uint8_t *data, size_t size)
    __attribute__((nonnull(1, 2)));
size_t mutate_onnx(struct random *random, uint8_t *data, size_t size, size_t max)
    __attribute__((nonnull(1, 2)));

#endif

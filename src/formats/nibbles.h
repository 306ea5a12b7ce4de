/* Integers of four bits in files: two in a byte, the first in its lower half. */
#ifndef FORMATS_NIBBLES_H
#define FORMATS_NIBBLES_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* Packs numbers from -8 to 7, or from 0 to 15, into *size bytes in the arena. */
const void *nibbles_packed(struct arena *arena, const void *elements, size_t count, size_t *size)
    __attribute__((returns_nonnull, nonnull(1, 4)));

#endif

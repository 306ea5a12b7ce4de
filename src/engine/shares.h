/* One piece of work, shared by threads: each has a range of it, takes the front of that in chunks,
 * and then from the back of what others have left. So a thread does the same part of equal pieces,
 * whose data it has in its cache, and one that is slow or away holds up nobody. */
#ifndef ENGINE_SHARES_H
#define ENGINE_SHARES_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What different cores write is so far apart: two lines of a cache, which come and go together. */
#define SHARE_BYTES 128

/* Grains of one thread that nobody has taken: the first in the lower half, the one behind the last
 * in the upper. One that is empty stays so until it is filled anew. */
struct share {
    _Alignas(64) _Atomic uint64_t range;
    unsigned char apart[SHARE_BYTES - sizeof(uint64_t)];
};

/* Some grains of a piece. */
struct grains {
    uint32_t first, last;
};

/* Fills the shares with 0..grains-1, in order. Threads may take at once, and see what was written
 * before. */
void shares_fill(struct share *shares, int threads, uint32_t grains) __attribute__((nonnull(1)));

/* The next grains for a thread, of its own share or of another one; false: nothing is left. Each
 * grain is given out once. Any number of threads may call it at any time. */
bool shares_take(struct share *shares, int threads, int thread, struct grains *taken)
    __attribute__((nonnull(1, 4)));

#endif

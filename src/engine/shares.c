#include "engine/shares.h"

/* What part of its share a thread takes at a time: little enough that the rest can be had by others
 * when it is slow, and enough that taking costs nothing beside the work. */
#define OWN_PART   4
#define OTHER_PART 2

static uint64_t pack(struct grains grains)
{
    return (uint64_t)grains.last << 32 | grains.first;
}

static struct grains unpack(uint64_t range)
{
    return (struct grains){(uint32_t)range, (uint32_t)(range >> 32)};
}

void shares_fill(struct share *shares, int threads, uint32_t grains)
{
    for (int i = 0; i < threads; i++) {
        uint64_t first = (uint64_t)grains * (uint64_t)i / (uint64_t)threads;
        uint64_t last = (uint64_t)grains * (uint64_t)(i + 1) / (uint64_t)threads;
        atomic_store_explicit(&shares[i].range, last << 32 | first, memory_order_release);
    }
}

/* Whoever finds a range as it expected may take of it, even where the same range was there before,
 * in a piece of work that has ended: what it takes is of this one. */
static bool take(struct share *share, bool is_own, struct grains *taken)
{
    uint64_t range = atomic_load_explicit(&share->range, memory_order_relaxed);
    for (;;) {
        struct grains left = unpack(range), rest = left;
        if (left.first >= left.last)
            return false;
        uint32_t count = (left.last - left.first - 1) / (is_own ? OWN_PART : OTHER_PART) + 1;
        if (is_own)
            rest.first += count;
        else
            rest.last -= count;
        *taken = is_own ? (struct grains){left.first, rest.first}
                        : (struct grains){rest.last, left.last};
        if (atomic_compare_exchange_weak_explicit(&share->range, &range, pack(rest),
                                                  memory_order_acq_rel, memory_order_relaxed))
            return true;
    }
}

bool shares_take(struct share *shares, int threads, int thread, struct grains *taken)
{
    for (int i = 0; i < threads; i++)
        if (take(&shares[(thread + i) % threads], i == 0, taken))
            return true;
    return false;
}

/* A small seeded generator (SplitMix64), so that every shuffle and resample can be repeated. */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct random {
    uint64_t state;
};

/* Source: G. Steele, D. Lea, C. Flood, 2014, Fast Splittable Pseudorandom Number Generators. */
static inline uint64_t random_next(struct random *random)
{
    uint64_t z = random->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* 0 <= result < count; count > 0. */
static inline size_t random_below(struct random *random, size_t count)
{
    return (size_t)(((unsigned __int128)random_next(random) * count) >> 64);
}

/* 0 <= result < 1. */
static inline double random_unit(struct random *random)
{
    return (double)(random_next(random) >> 11) * 0x1p-53;
}

/* Puts the indices 0..count-1 into order, shuffled (Fisher and Yates). */
static inline void random_order(struct random *random, size_t *order, size_t count)
{
    for (size_t i = 0; i < count; i++)
        order[i] = i;
    for (size_t i = count; i > 1; i--) {
        size_t j = random_below(random, i), swapped = order[i - 1];
        order[i - 1] = order[j];
        order[j] = swapped;
    }
}

#endif

/* A small seeded generator (SplitMix64), so that every shuffle and resample can be repeated. */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <math.h>
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

/* Two independent numbers of the standard normal distribution, in steps of 2^-16: math libraries
 * that differ in the last digit agree on them. Source: G. Box, M. Muller, 1958, A Note on the
 * Generation of Random Normal Deviates. */
static inline void random_normals(struct random *random, double pair[2])
{
    double radius = sqrt(-2.0 * log(1.0 - random_unit(random)));
    double angle = 2.0 * M_PI * random_unit(random);
    pair[0] = rint(radius * cos(angle) * 0x1p16) * 0x1p-16;
    pair[1] = rint(radius * sin(angle) * 0x1p16) * 0x1p-16;
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

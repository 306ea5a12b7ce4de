/* Rounding numbers one by one, where each takes over the error of those before it: see moments.h
 * for the source. */
#ifndef QUANTIZE_COMPENSATE_H
#define QUANTIZE_COMPENSATE_H

#include <stddef.h>
#include <stdint.h>

struct compensation;

/* From the upper triangle of count x count second moments. NULL where they are all 0. */
struct compensation *compensation_new(const float *sums, size_t count) __attribute__((nonnull(1)));
void compensation_free(struct compensation *compensation);

/* Whole numbers from -most to most, which input i counts in scales[(first + i) / span]. */
struct steps {
    const float *scales;
    size_t first, span;
    double most;
};

/* The step of an input. */
static inline double step_of(const struct steps *steps, size_t input)
{
    return (double)steps->scales[(steps->first + input) / steps->span];
}

/* What is added to each moment of an input with itself: few samples say little of directions that
 * they lack. */
double compensation_damping(const float *sums, size_t count) __attribute__((nonnull(1)));

/* Rounds count weights, step elements apart, to such numbers. A weight of 0 stays 0: a network may
 * have been pruned. */
void compensation_round(const struct compensation *compensation, const float *weights, int8_t *out,
                        size_t step, const struct steps *steps)
    __attribute__((nonnull(1, 2, 3, 5)));

#endif

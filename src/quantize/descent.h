/* Rounded weights made better one at a time: each takes the whole number with which the error of
 * the product is least while all others stay, until none changes. No error grows on the way.
 *
 * Sources: M. Nagel, R. A. Amjad, M. van Baalen, C. Louizos, T. Blankevoort, 2020, Up or Down?
 * Adaptive Rounding for Post-Training Quantization, for what is minimised, layer by layer; K.
 * Behdin, A. Acharya, A. Gupta, S. Keerthi, R. Mazumder, 2023, QuantEase: Optimization-based
 * Quantization for Language Models, for doing so one coordinate at a time. */
#ifndef QUANTIZE_DESCENT_H
#define QUANTIZE_DESCENT_H

#include "quantize/compensate.h"

struct descent;

/* From the upper triangle of count x count second moments. */
struct descent *descent_new(const float *sums, size_t count)
    __attribute__((returns_nonnull, nonnull(1)));
void descent_free(struct descent *descent);

/* Improves count rounded numbers, step elements apart, as compensation_round made them of the
 * weights. A weight of 0 stays 0. */
void descent_improve(const struct descent *descent, const float *weights, int8_t *rounded,
                     size_t step, const struct steps *steps) __attribute__((nonnull(1, 2, 3, 5)));

#endif

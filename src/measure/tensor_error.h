/* How far a layer's quantized values are from those that fp32 computes: sums over all elements of
 * any number of samples, in which all count alike, and the measures that follow from them. */
#ifndef MEASURE_TENSOR_ERROR_H
#define MEASURE_TENSOR_ERROR_H

#include <stddef.h>

/* All 0 is the beginning. */
struct tensor_error {
    size_t count;         /* of elements */
    double signal, noise; /* sums of squares: of fp32's values, and of the differences */
    double dot, square;   /* of products with fp32's values, and of the own values' squares */
};

/* Adds the errors of more elements: own values, dequantized, beside those of fp32. */
void tensor_error_add(struct tensor_error *error, const float *own, const float *reference,
                      size_t count) __attribute__((nonnull(1, 2, 3)));

/* In dB, and from -1 to 1, as measure/fidelity.h has them: infinite or NaN likewise. */
double tensor_error_sqnr(const struct tensor_error *error) __attribute__((nonnull(1)));
double tensor_error_cosine(const struct tensor_error *error) __attribute__((nonnull(1)));
/* Root of the mean squared error, in the unit of the values; NaN without elements. Over the scale
 * of the quantized tensor it is 1 / sqrt(12) = 0.289 where rounding to the nearest step is all that
 * happened, evenly between steps (Bennett, Spectra of quantized signals, 1948). */
double tensor_error_rmse(const struct tensor_error *error) __attribute__((nonnull(1)));

/* Which values there were, beside those that a quantized tensor can hold. {0} is the beginning. */
struct value_range {
    size_t count, clipped; /* elements, and those of them beyond what is held */
    float low, high;       /* least and greatest one; no meaning while count is 0 */
};

/* Takes in more values. held_low and held_high are the least and the greatest that the tensor can
 * hold, step the distance of two: a value is clipped that lies further than half a step beyond
 * them, so that rounding alone does not explain its error. */
void value_range_add(struct value_range *range, const float *values, size_t count, float held_low,
                     float held_high, float step) __attribute__((nonnull(1, 2)));

#endif

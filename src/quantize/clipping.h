/* Ranges that leave out what costs more than it is worth, by the histogram of a tensor. Each side
 * is cut by itself, and a range holds 0, as a scale does. */
#ifndef QUANTIZE_CLIPPING_H
#define QUANTIZE_CLIPPING_H

#include "quantize/histogram.h"

/* The widest range whose squared error is at most so many times (1 or more) the least one's. The
 * error is that of rounding to integers of the type (int8 or int16), a twelfth of a step squared
 * for each value but 0, and that of cutting off what lies beyond. Source for the least one: M.
 * Nagel, M. Fournarakis, R. Amjad, Y. Bondarenko, M. van Baalen, T. Blankevoort, 2021, A White
 * Paper on Neural Network Quantization, section 3.1 (MSE). */
struct range clipping_by_error(const struct histogram *histogram, enum type type, double times)
    __attribute__((nonnull(1)));

/* The range by the least relative entropy (Kullback-Leibler divergence) between the magnitudes and
 * what integers make of them, 128 steps a side, or 255 where values have one sign; the widest of
 * several. Zeros, which are exact, do not count. Source: S. Migacz, 2017, 8-bit Inference with
 * TensorRT (GPU Technology Conference). int16 has more steps than there are bins: the extremes, as
 * where there are too few values for a distribution. */
struct range clipping_by_entropy(const struct histogram *histogram, enum type type)
    __attribute__((nonnull(1)));

#endif

/* Second moments of what products read, and weights that are rounded by them: the rounding of one
 * weight makes up for the errors of those before it, as far as the inputs go together.
 *
 * Source: E. Frantar, S. Ashkboos, T. Hoefler, D. Alistarh, 2023, GPTQ: Accurate Post-Training
 * Quantization for Generative Pre-trained Transformers; there for matrices, here for convolutions
 * (a patch is an input vector) and depthwise ones (each channel has its own moments), too. */
#ifndef QUANTIZE_MOMENTS_H
#define QUANTIZE_MOMENTS_H

#include "graph/graph.h"

struct moments;

/* For all CONV_2D, DEPTHWISE_CONV_2D and FULLY_CONNECTED of a float graph with constant weights.
 * The graph must outlive the result. is_central: moments are about the mean, as a bias that is
 * corrected (correct.h) makes up for what weights do to the mean. descends: what was rounded is
 * improved (descent.h). */
struct moments *moments_new(const struct graph *graph, bool is_central, bool descends)
    __attribute__((returns_nonnull, nonnull(1)));
/* Multiplications of what rounding will take, from which seconds follow: some 1e9 in each. */
double moments_cost(const struct graph *graph) __attribute__((nonnull(1)));
void moments_free(struct moments *moments);

/* Looks at the elements of a tensor of the graph, of one sample: a bounded number of the patches
 * that products read there, spread evenly, the same ones each time the program runs. */
void moments_see(struct moments *moments, int tensor, const float *elements)
    __attribute__((nonnull(1, 3)));

/* Rounds weights, a constant of the graph whose moments were seen, into an int8 tensor of the same
 * shape with scales per channel (along its axis), per block of the last dimension, or one: values
 * from -most to most. What was not seen is left as it is. */
void moments_round(const struct moments *moments, int weights, const struct quantization *quant,
                   int most, int8_t *out) __attribute__((nonnull(1, 3, 5)));

#endif

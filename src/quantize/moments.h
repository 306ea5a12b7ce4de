/* Second moments of what products read, and what is made by them of weights that become integers:
 * errors of a product count, and not those of its weights.
 *
 * Source: E. Frantar, S. Ashkboos, T. Hoefler, D. Alistarh, 2023, GPTQ: Accurate Post-Training
 * Quantization for Generative Pre-trained Transformers; there for matrices, here for convolutions
 * (a patch is an input vector) and depthwise ones (each channel has its own moments), too. With d
 * what a channel's weights lack and H the moments, the squared error of its output is d' H d. */
#ifndef QUANTIZE_MOMENTS_H
#define QUANTIZE_MOMENTS_H

#include "graph/graph.h"
#include "quantize/mode.h"

struct moments;

/* What moments are for. */
struct moments_use {
    bool
        is_central; /* they are about the mean, as a bias that is corrected (correct.h) makes up for
                        what weights do to the mean */
    bool rounds;    /* the rounding of one weight makes up for the errors of those before it */
    bool descends;  /* what was rounded so is improved (descent.h) */
    bool scales;    /* scales are chosen by the error of outputs */
    bool rescales;  /* and changed such that outputs keep their variance: needs is_central */
};

/* What the options ask for; all false: there is no need of moments. */
struct moments_use moments_use_of(const struct graph *graph, const struct mode_options *options)
    __attribute__((nonnull(1, 2)));

/* For all CONV_2D, DEPTHWISE_CONV_2D and FULLY_CONNECTED of a float graph with constant weights,
 * which must outlive the result. */
struct moments *moments_new(const struct graph *graph, const struct moments_use *use)
    __attribute__((returns_nonnull, nonnull(1, 2)));
void moments_free(struct moments *moments);

/* Looks at the elements of a tensor of the graph, of one sample: a bounded number of the patches
 * that products read there, spread evenly, the same ones each time the program runs. */
void moments_see(struct moments *moments, int tensor, const float *elements)
    __attribute__((nonnull(1, 3)));

/* The following are of weights, a constant of the graph, as int8 with a scale per channel (along
 * its axis), per block of the last dimension, or one for all: values from -most to most. Each does
 * nothing where the use is another, or where nothing was seen. */

/* Chooses scales: of those of quant, which hold the whole range, and narrower ones the one with the
 * least error of the outputs, as the weights will be rounded. Scales of blocks stay. */
void moments_scale(const struct moments *moments, int weights, const struct quantization *quant,
                   int most, float *scales) __attribute__((nonnull(1, 3, 5)));
/* Rounds weights; out has them rounded in another way, of the same shape. */
void moments_round(const struct moments *moments, int weights, const struct quantization *quant,
                   int most, int8_t *out) __attribute__((nonnull(1, 3, 5)));
/* Changes scales of rounded weights such that the variance of each channel's output is that of the
 * real weights. Needs a scale per channel.
 *
 * Source: A. Finkelstein, U. Almog, M. Grobman, 2019, Fighting Quantization Bias With Bias; X. Sun
 * et al., 2019, Hybrid 8-bit Floating Point (HFP8) Training and Inference for Deep Neural Networks,
 * section on re-estimating batch norms: a norm whose mean and variance are estimated anew behind
 * rounded weights is, folded into these, a bias and a factor per channel. */
void moments_rescale(const struct moments *moments, int weights, const struct quantization *quant,
                     const int8_t *rounded, float *scales) __attribute__((nonnull(1, 3, 4, 5)));

#endif

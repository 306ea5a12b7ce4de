/* How near the outputs of a quantized network are to those of fp32, over all samples: the ratio of
 * signal to quantization noise (SQNR), the cosine, and the largest error. */
#ifndef MEASURE_FIDELITY_H
#define MEASURE_FIDELITY_H

#include <stdbool.h>
#include <stddef.h>

/* Outputs of more channels are judged as a whole: channels of feature maps that are hardly ever
 * active would decide otherwise. */
#define FIDELITY_CHANNELS_MAX 64

/* Which channel an element belongs to: (i / stride) % channels. */
struct fidelity_layout {
    size_t elements, stride;
    size_t channels; /* 0: not told apart */
};

/* Sums over samples, in which all elements count alike. All 0 is the beginning. */
struct fidelity {
    size_t samples;
    double signal, noise; /* sums of squares: of fp32's values, and of the differences */
    double dot, square;   /* of products with fp32's values, and of the own values' squares */
    double max_error;
    size_t sample; /* that has max_error */
    double channel_signal[FIDELITY_CHANNELS_MAX], channel_noise[FIDELITY_CHANNELS_MAX];
};

/* Compares one sample's output with that of fp32. */
void fidelity_compare(struct fidelity *fidelity, const struct fidelity_layout *layout,
                      size_t sample, const float *output, const float *reference)
    __attribute__((nonnull(1, 2, 4, 5)));
/* Adds the sums of other samples. */
void fidelity_add(struct fidelity *fidelity, const struct fidelity *other)
    __attribute__((nonnull(1, 2)));

/* In dB: 10 log10(signal / noise). Infinite without noise; NaN where there is no signal either. */
double fidelity_sqnr(double signal, double noise);
/* From -1 to 1; NaN where one of both is 0 throughout. */
double fidelity_cosine(const struct fidelity *fidelity) __attribute__((nonnull(1)));
/* The same from the sum of products of two lists of values, and the sums of their squares. */
double fidelity_cosine_of(double dot, double signal, double square);
/* The channel with the lowest SQNR among those that have a signal, and that SQNR; -1: none. */
int fidelity_worst_channel(const struct fidelity *fidelity, size_t channels, double *sqnr)
    __attribute__((nonnull(1, 3)));

#endif

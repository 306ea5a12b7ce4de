#include "measure/fidelity.h"

#include <math.h>

static void compare_channels(struct fidelity *fidelity, const struct fidelity_layout *layout,
                             const float *output, const float *reference)
{
    for (size_t i = 0; i < layout->elements; i++) {
        size_t channel = i / layout->stride % layout->channels;
        double signal = (double)reference[i], noise = (double)output[i] - signal;
        fidelity->channel_signal[channel] += signal * signal;
        fidelity->channel_noise[channel] += noise * noise;
    }
}

void fidelity_compare(struct fidelity *fidelity, const struct fidelity_layout *layout,
                      size_t sample, const float *output, const float *reference)
{
    struct fidelity one = {.samples = 1, .sample = sample};
    for (size_t i = 0; i < layout->elements; i++) {
        double signal = (double)reference[i], own = (double)output[i];
        one.signal += signal * signal;
        one.noise += (own - signal) * (own - signal);
        one.dot += own * signal;
        one.square += own * own;
        one.max_error = fmax(one.max_error, fabs(own - signal));
    }
    if (layout->channels > 0)
        compare_channels(&one, layout, output, reference);
    fidelity_add(fidelity, &one);
}

void fidelity_add(struct fidelity *fidelity, const struct fidelity *other)
{
    if (fidelity->samples == 0 || other->max_error > fidelity->max_error) {
        fidelity->max_error = other->max_error;
        fidelity->sample = other->sample;
    }
    fidelity->samples += other->samples;
    fidelity->signal += other->signal;
    fidelity->noise += other->noise;
    fidelity->dot += other->dot;
    fidelity->square += other->square;
    for (size_t i = 0; i < FIDELITY_CHANNELS_MAX; i++) {
        fidelity->channel_signal[i] += other->channel_signal[i];
        fidelity->channel_noise[i] += other->channel_noise[i];
    }
}

double fidelity_sqnr(double signal, double noise)
{
    if (noise <= 0.0)
        return signal > 0.0 ? INFINITY : NAN;
    return 10.0 * log10(signal / noise);
}

double fidelity_cosine_of(double dot, double signal, double square)
{
    double lengths = sqrt(signal) * sqrt(square);
    return lengths > 0.0 ? fmax(-1.0, fmin(dot / lengths, 1.0)) : NAN;
}

double fidelity_cosine(const struct fidelity *fidelity)
{
    return fidelity_cosine_of(fidelity->dot, fidelity->signal, fidelity->square);
}

int fidelity_worst_channel(const struct fidelity *fidelity, size_t channels, double *sqnr)
{
    int worst = -1;
    *sqnr = NAN;
    for (size_t i = 0; i < channels; i++) {
        double own = fidelity_sqnr(fidelity->channel_signal[i], fidelity->channel_noise[i]);
        if (fidelity->channel_signal[i] <= 0.0 || (worst >= 0 && own >= *sqnr))
            continue;
        worst = (int)i;
        *sqnr = own;
    }
    return worst;
}

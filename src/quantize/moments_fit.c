/* What is made by moments of weights that become integers: see moments.h. */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "quantize/compensate.h"
#include "quantize/descent.h"
#include "quantize/moments_internal.h"

/* Scales that are tried, from that of the whole range down. */
#define TRIES     25
#define NARROWEST 0.5f
/* Factors of a scale stay within this: what rounds to nearly nothing has no variance to keep. */
#define FACTOR_MOST 1.5

/* A block of a group's inputs, and what weights that read it are rounded and judged by. */
struct part {
    const struct moments *moments;
    const struct entry *entry;
    int group, block;
    size_t size;
    float *sums;                       /* the upper triangle */
    struct compensation *compensation; /* NULL: weights are rounded to the nearest */
    struct descent *descent;           /* NULL: and left so */
};

static struct part part_open(const struct moments *moments, const struct entry *entry, int group,
                             int block)
{
    struct part part = {.moments = moments, .entry = entry, .group = group, .block = block};
    part.size = moments_block_size(entry, block);
    part.sums = moments_block(moments, entry, group, block);
    if (moments->use.rounds)
        part.compensation = compensation_new(part.sums, part.size);
    if (moments->use.descends)
        part.descent = descent_new(part.sums, part.size);
    return part;
}

static void part_close(struct part *part)
{
    free(part->sums);
    compensation_free(part->compensation);
    descent_free(part->descent);
}

static int outputs_of_group(const struct part *part)
{
    return product_outputs(part->moments->graph, &part->entry->product) /
           part->entry->product.groups;
}

/* Where the weights of a channel that read the part lie. */
static struct strip strip_of(const struct part *part, int channel)
{
    struct strip strip = product_strip(part->moments->graph, &part->entry->product, channel);
    strip.first += (size_t)part->block * BLOCK_MAX * strip.step;
    return strip;
}

/* These, side by side. */
static void take_weights(const struct part *part, int channel, float *to)
{
    const float *weights = part->moments->graph->tensors[part->entry->product.weights].data;
    struct strip strip = strip_of(part, channel);
    for (size_t i = 0; i < part->size; i++)
        to[i] = weights[strip.first + i * strip.step];
}

/* The steps in which they count. */
static struct steps steps_of(const struct part *part, int channel, const struct quantization *quant,
                             int most)
{
    size_t inputs = (size_t)part->entry->product.inputs;
    size_t first = (size_t)channel * inputs + (size_t)part->block * BLOCK_MAX;
    size_t span = quant->block > 0 ? (size_t)quant->block : quant->count > 1 ? inputs : SIZE_MAX;
    return (struct steps){
        .scales = quant->scale + first / span, .first = first % span, .span = span, .most = most};
}

static void round_to_nearest(const float *weights, int8_t *out, size_t count,
                             const struct steps *steps)
{
    for (size_t i = 0; i < count; i++)
        out[i] = (int8_t)fmin(fmax(round((double)weights[i] / step_of(steps, i)), -steps->most),
                              steps->most);
}

/* Weights side by side into integers likewise. */
static void round_weights(const struct part *part, const float *weights, int8_t *out,
                          const struct steps *steps)
{
    if (!part->compensation) {
        round_to_nearest(weights, out, part->size, steps);
        return;
    }
    compensation_round(part->compensation, weights, out, 1, steps);
    if (part->descent)
        descent_improve(part->descent, weights, out, 1, steps);
}

/* v' H v. */
static double square_of(const struct part *part, const float *v)
{
    double sum = 0.0;
    for (size_t i = 0; i < part->size; i++) {
        const float *row = part->sums + i * part->size;
        double beside = 0.5 * (double)row[i] * (double)v[i];
        for (size_t k = i + 1; k < part->size; k++)
            beside += (double)row[k] * (double)v[k];
        sum += 2.0 * beside * (double)v[i];
    }
    return sum;
}

/* Of a channel's output, with the damping that weights are rounded with. */
static double error_of(const struct part *part, const float *weights, const int8_t *rounded,
                       const struct steps *steps)
{
    float lacks[BLOCK_MAX];
    double squares = 0.0;
    for (size_t i = 0; i < part->size; i++) {
        lacks[i] = weights[i] - (float)(step_of(steps, i) * rounded[i]);
        squares += (double)lacks[i] * (double)lacks[i];
    }
    return square_of(part, lacks) + compensation_damping(part->sums, part->size) * squares;
}

static float share_of(int try)
{
    return 1.0f - (1.0f - NARROWEST) * (float)try / TRIES;
}

/* Adds to errors, TRIES for each scale, those of the part with each of them. */
static void try_scales(const struct part *part, const struct quantization *quant, int most,
                       double *errors)
{
    int own = outputs_of_group(part);
    for (int c = part->group * own; c < (part->group + 1) * own; c++) {
        const struct steps full = steps_of(part, c, quant, most);
        double *sums = errors + (quant->count > 1 ? (size_t)c * TRIES : 0);
        float weights[BLOCK_MAX];
        int8_t rounded[BLOCK_MAX];
        take_weights(part, c, weights);
        for (int try = 0; try < TRIES; try++) {
            float scale = full.scales[0] * share_of(try);
            const struct steps steps = {.scales = &scale, .span = SIZE_MAX, .most = most};
            round_weights(part, weights, rounded, &steps);
            sums[try] += error_of(part, weights, rounded, &steps);
        }
    }
}

static int least_of(const double *errors)
{
    int least = 0;
    for (int try = 1; try < TRIES; try++)
        least = errors[try] < errors[least] ?
        try : least
            ;
    return least;
}

void moments_scale(const struct moments *moments, int weights, const struct quantization *quant,
                   int most, float *scales)
{
    const struct entry *entry = moments_entry(moments, weights);
    if (!entry || !moments->use.scales || quant->block > 0)
        return;
    double *errors = xcalloc((size_t)quant->count * TRIES, sizeof(*errors));
    for (int group = 0; group < entry->product.groups; group++)
        for (int block = 0; block < entry->blocks; block++) {
            struct part part = part_open(moments, entry, group, block);
            try_scales(&part, quant, most, errors);
            part_close(&part);
        }
    for (int i = 0; i < quant->count; i++)
        if (errors[(size_t)i * TRIES] > 0.0)
            scales[i] = quant->scale[i] * share_of(least_of(errors + (size_t)i * TRIES));
    free(errors);
}

static void round_part(const struct part *part, const struct quantization *quant, int most,
                       int8_t *out)
{
    int own = outputs_of_group(part);
    for (int c = part->group * own; part->compensation && c < (part->group + 1) * own; c++) {
        const struct steps steps = steps_of(part, c, quant, most);
        struct strip strip = strip_of(part, c);
        float weights[BLOCK_MAX];
        int8_t rounded[BLOCK_MAX];
        take_weights(part, c, weights);
        round_weights(part, weights, rounded, &steps);
        for (size_t i = 0; i < part->size; i++)
            out[strip.first + i * strip.step] = rounded[i];
    }
}

void moments_round(const struct moments *moments, int weights, const struct quantization *quant,
                   int most, int8_t *out)
{
    const struct entry *entry = moments_entry(moments, weights);
    if (!entry || !moments->use.rounds)
        return;
    for (int group = 0; group < entry->product.groups; group++)
        for (int block = 0; block < entry->blocks; block++) {
            struct part part = part_open(moments, entry, group, block);
            round_part(&part, quant, most, out);
            part_close(&part);
        }
}

/* Adds the variance of each channel of the part's group with these weights, all of the tensor, in
 * their order; which: 0 of the real ones, 1 of the rounded ones. */
static void add_variances(const struct part *part, const int8_t *rounded, double (*variances)[2])
{
    int own = outputs_of_group(part);
    for (int c = part->group * own; c < (part->group + 1) * own; c++) {
        struct strip strip = strip_of(part, c);
        float weights[BLOCK_MAX];
        take_weights(part, c, weights);
        variances[c][0] += square_of(part, weights);
        for (size_t i = 0; i < part->size; i++)
            weights[i] = (float)rounded[strip.first + i * strip.step];
        variances[c][1] += square_of(part, weights);
    }
}

void moments_rescale(const struct moments *moments, int weights, const struct quantization *quant,
                     const int8_t *rounded, float *scales)
{
    const struct entry *entry = moments_entry(moments, weights);
    if (!entry || !moments->use.rescales || quant->block > 0 ||
        quant->count != product_outputs(moments->graph, &entry->product))
        return;
    double(*variances)[2] = xcalloc((size_t)quant->count, sizeof(*variances));
    for (int group = 0; group < entry->product.groups; group++)
        for (int block = 0; block < entry->blocks; block++) {
            struct part part = {.moments = moments, .entry = entry, .group = group, .block = block};
            part.size = moments_block_size(entry, block);
            part.sums = moments_block(moments, entry, group, block);
            add_variances(&part, rounded, variances);
            part_close(&part);
        }
    for (int c = 0; c < quant->count; c++) {
        double factor = sqrt(variances[c][0] / variances[c][1]) / (double)scales[c];
        if (variances[c][0] > 0.0 && variances[c][1] > 0.0)
            scales[c] *= (float)fmin(fmax(factor, 1.0 / FACTOR_MOST), FACTOR_MOST);
    }
    free(variances);
}

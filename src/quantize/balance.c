#include "quantize/balance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "quantize/doing.h"
#include "quantize/streams.h"
#include "quantize/walk.h"

/* What other samples may exceed in a channel that must stay below 6. */
#define MARGIN 1.25
#define CLIP   6.0
/* A channel counts as at least this wide, of the widest: other samples may have more in it. */
#define NARROWEST 0.0625
/* Steps of weights on one side of 0. */
#define WEIGHT_STEPS 127.0
/* Less than this must be left of a stream's noise: below, what is expected may be luck. */
#define WORTH 0.9
/* What is left of the noise of weights once they are fitted to what they read (moments.h). */
#define FITTED 0.3

/* Powers are chosen such that widths of one half of the samples suit the ranges of the other: where
 * few values are seen, the widest may be anywhere. */
#define HALVES 2
#define BOTH   HALVES

/* What a channel of a tensor was seen to have, and what noise in it costs: of the signal of the
 * products that read it, the share that noise of 1 makes. */
struct seen {
    double low[HALVES], high[HALVES]; /* in every other run, and in those between */
    double squares, count, gain;
};

struct balance {
    struct graph *graph;
    struct streams streams;
    struct seen **seen; /* per tensor and channel; NULL: it is of no stream, and written by no
                           product that reads one */
    double *power;      /* per tensor: squares of a place, of all channels */
    double steps;       /* of a range of activations */
    size_t run;
};

static int stream_of(const struct balance *balance, int tensor)
{
    return balance->streams.tensors[tensor].stream;
}

static void watch(void *context, int tensor, const void *elements)
{
    const struct balance *balance = context;
    struct seen *seen = balance->seen[tensor];
    const float *values = elements;
    if (!seen)
        return;
    size_t channels = (size_t)balance->streams.tensors[tensor].channels;
    size_t count = shape_elements(&balance->graph->tensors[tensor].shape),
           half = balance->run % HALVES;
    for (size_t i = 0; i < count; i += channels)
        for (size_t c = 0; c < channels; c++) {
            double value = (double)values[i + c];
            seen[c].low[half] = fmin(seen[c].low[half], value);
            seen[c].high[half] = fmax(seen[c].high[half], value);
            seen[c].squares += value * value;
        }
    for (size_t c = 0; c < channels; c++)
        seen[c].count += (double)(count / channels);
}

static enum status end_run(void *context, const struct model_data *data, size_t run,
                           struct error *error)
{
    struct balance *balance = context;
    (void)error;
    balance->run = run + 1;
    doing_tell(DOING_CHANNELS, run + 1, model_data_runs(data));
    return STATUS_OK;
}

static void find_seen(struct balance *balance)
{
    const struct graph *graph = balance->graph;
    balance->seen = xcalloc((size_t)graph->n_tensors, sizeof(*balance->seen));
    balance->power = xcalloc((size_t)graph->n_tensors, sizeof(*balance->power));
    for (int t = 0; t < graph->n_tensors; t++)
        if (stream_of(balance, t) >= 0)
            balance->seen[t] =
                xcalloc((size_t)balance->streams.tensors[t].channels, sizeof(struct seen));
    for (int n = 0; n < graph->n_nodes; n++) {
        int out = graph->nodes[n].outputs[0];
        if (streams_product(&balance->streams, n) && !balance->seen[out])
            balance->seen[out] =
                xcalloc((size_t)balance->streams.tensors[out].channels, sizeof(struct seen));
    }
}

static void release_seen(struct balance *balance)
{
    for (int t = 0; t < balance->graph->n_tensors; t++)
        free(balance->seen[t]);
    free(balance->seen);
    free(balance->power);
}

/* To each input channel the squares of the weights that read it. */
static void add_gains(struct balance *balance, const struct product *product)
{
    const struct graph *graph = balance->graph;
    struct seen *seen = balance->seen[product->node.inputs[0]];
    int outputs = product_outputs(graph, product), out = product->node.outputs[0];
    const float *weights = graph->tensors[product->weights].data;
    if (!seen || !(balance->power[out] > 0.0))
        return;
    for (int o = 0; o < outputs; o++) {
        struct strip strip = product_strip(graph, product, o);
        for (int i = 0; i < product->inputs; i++) {
            double weight = (double)weights[strip.first + (size_t)i * strip.step];
            seen[product_channel(product, outputs, o, i)].gain +=
                weight * weight / balance->power[out];
        }
    }
}

static void pass_gains(const struct balance *balance, const struct node *node)
{
    const struct seen *from = balance->seen[node->outputs[0]];
    for (int i = 0; i < node->n_inputs && from; i++) {
        struct seen *to = node->inputs[i] == NO_TENSOR ? NULL : balance->seen[node->inputs[i]];
        for (int c = 0; to && c < balance->streams.tensors[node->inputs[i]].channels; c++)
            to[c].gain += from[c].gain;
    }
}

static void find_gains(struct balance *balance)
{
    const struct graph *graph = balance->graph;
    for (int t = 0; t < graph->n_tensors; t++)
        for (int c = 0; balance->seen[t] && c < balance->streams.tensors[t].channels; c++)
            balance->power[t] += balance->seen[t][c].squares / fmax(balance->seen[t][c].count, 1.0);
    for (int n = graph->n_nodes - 1; n >= 0; n--) {
        const struct product *product = streams_product(&balance->streams, n);
        if (product)
            add_gains(balance, product);
        else if (streams_pass(graph, &graph->nodes[n]))
            pass_gains(balance, &graph->nodes[n]);
    }
}

/* What rounding of a tensor costs with the factors, by ranges of one half. */
static double noise_of_tensor(const struct balance *balance, int tensor, const double *factors,
                              int half)
{
    const struct seen *seen = balance->seen[tensor];
    double low = 0.0, high = 0.0, sum = 0.0;
    for (int c = 0; c < balance->streams.tensors[tensor].channels; c++) {
        low = fmin(low, seen[c].low[half] / factors[c]);
        high = fmax(high, seen[c].high[half] / factors[c]);
        sum += seen[c].gain * factors[c] * factors[c];
    }
    double step = (high - low) / balance->steps;
    return step * step / 12.0 * sum;
}

/* The same of the weights that read it; those of depthwise layers have a scale for each channel. */
static double noise_of_weights(const struct balance *balance, const struct product *product,
                               const double *factors)
{
    const struct graph *graph = balance->graph;
    const struct seen *seen = balance->seen[product->node.inputs[0]];
    double power = balance->power[product->node.outputs[0]], read = 0.0, sum = 0.0;
    const float *weights = graph->tensors[product->weights].data;
    if (product->node.op == OP_DEPTHWISE_CONV_2D || !(power > 0.0))
        return 0.0;
    for (int c = 0; c < product->channels; c++)
        read += seen[c].squares / fmax(seen[c].count, 1.0) / (factors[c] * factors[c]);
    for (int o = 0; o < product_outputs(graph, product); o++) {
        struct strip strip = product_strip(graph, product, o);
        double most = 0.0;
        for (int i = 0; i < product->inputs; i++)
            most = fmax(most, fabs((double)weights[strip.first + (size_t)i * strip.step]) *
                                  factors[i % product->channels]);
        sum += most * most;
    }
    double cells = (double)product->height * (double)product->width;
    return FITTED * sum / (WEIGHT_STEPS * WEIGHT_STEPS) / 12.0 * read * cells / power;
}

static double noise_of(const struct balance *balance, int stream, const double *factors, int half)
{
    const struct streams *streams = &balance->streams;
    const struct stream_members *with = &streams->with, *readers = &streams->readers;
    double sum = 0.0;
    for (int i = with->first[stream]; i < with->first[stream + 1]; i++)
        if (streams->tensors[with->of[i]].is_fresh)
            sum += noise_of_tensor(balance, with->of[i], factors, half);
    for (int i = readers->first[stream]; i < readers->first[stream + 1]; i++)
        sum += noise_of_weights(balance, &streams->products[readers->of[i]], factors);
    return sum;
}

/* How wide a channel is in one half, or in both. */
static double width_of(const struct seen *seen, int half)
{
    return half == BOTH ? fmax(seen->high[0], seen->high[1]) - fmin(seen->low[0], seen->low[1])
                        : seen->high[half] - seen->low[half];
}

/* The same of all channels, of the widest of a tensor: the most of all tensors. */
static void find_widths(const struct balance *balance, int stream, int half, double *widths)
{
    for (int c = 0; c < balance->streams.channels[stream]; c++)
        widths[c] = 0.0;
    const struct stream_members *with = &balance->streams.with;
    for (int i = with->first[stream]; i < with->first[stream + 1]; i++) {
        double most = 0.0;
        const struct seen *seen = balance->seen[with->of[i]];
        int channels = balance->streams.tensors[with->of[i]].channels;
        for (int c = 0; c < channels; c++)
            most = fmax(most, width_of(&seen[c], half));
        for (int c = 0; c < channels && most > 0.0; c++)
            widths[c] = fmax(widths[c], width_of(&seen[c], half) / most);
    }
}

/* The same of the weights that read it. */
static void find_weights(const struct balance *balance, int stream, double *widths)
{
    const struct tensor *tensors = balance->graph->tensors;
    const struct stream_members *readers = &balance->streams.readers;
    double *own = xcalloc((size_t)balance->streams.channels[stream] + 1, sizeof(*own));
    for (int r = readers->first[stream]; r < readers->first[stream + 1]; r++) {
        const struct product *product = &balance->streams.products[readers->of[r]];
        if (product->node.op == OP_DEPTHWISE_CONV_2D)
            continue;
        const float *weights = tensors[product->weights].data;
        size_t count = shape_elements(&tensors[product->weights].shape);
        size_t channels = (size_t)product->channels;
        double most = 0.0;
        for (size_t c = 0; c < channels; c++)
            own[c] = 0.0;
        for (size_t i = 0; i < count; i++)
            own[i % channels] = fmax(own[i % channels], fabs((double)weights[i]));
        for (size_t c = 0; c < channels; c++)
            most = fmax(most, own[c]);
        for (size_t c = 0; c < channels && most > 0.0; c++)
            widths[c] = fmax(widths[c], own[c] / most);
    }
    free(own);
}

/* A channel that ReLU6 cuts keeps its range, others stay below 6. */
static double capped(const struct balance *balance, int stream, int channel, double factor)
{
    const struct stream_members *with = &balance->streams.with;
    for (int i = with->first[stream]; i < with->first[stream + 1]; i++) {
        const struct streamed *streamed = &balance->streams.tensors[with->of[i]];
        if (!streamed->is_capped || channel >= streamed->channels)
            continue;
        const struct seen *seen = &balance->seen[with->of[i]][channel];
        double high = fmax(seen->high[0], seen->high[1]) * MARGIN;
        if (high >= CLIP)
            return 1.0;
        factor = fmax(factor, high / CLIP);
    }
    return factor;
}

/* Powers of a channel's width that are tried, and of that of its weights. */
static const struct powers {
    double width, weights;
} tried[] = {{0.0, 0.0},  {0.25, 0.0},  {0.5, 0.0},  {0.75, 0.0},  {1.0, 0.0},
             {0.0, 0.25}, {0.25, 0.25}, {0.5, 0.25}, {0.75, 0.25}, {1.0, 0.25},
             {0.0, 0.5},  {0.25, 0.5},  {0.5, 0.5},  {0.75, 0.5},  {1.0, 0.5}};
#define TRIED (sizeof(tried) / sizeof(tried[0]))

static void set_factors(const struct balance *balance, int stream, const double *widths,
                        const double *weights, struct powers powers, double *factors)
{
    for (int c = 0; c < balance->streams.channels[stream]; c++) {
        double wide = fmax(widths[c], NARROWEST);
        double heavy = weights[c] > 0.0 ? fmax(weights[c], NARROWEST) : 1.0;
        factors[c] =
            capped(balance, stream, c, pow(wide, powers.width) / pow(heavy, powers.weights));
    }
}

/* The factors of a stream; false where none are worth it. */
static bool choose(const struct balance *balance, int stream, double *factors)
{
    size_t channels = (size_t)balance->streams.channels[stream], best = 0;
    double *widths = xcalloc(channels, sizeof(*widths));
    double *weights = xcalloc(channels, sizeof(*weights));
    double noise[TRIED] = {0};
    find_weights(balance, stream, weights);
    for (int half = 0; half < HALVES; half++) {
        find_widths(balance, stream, half, widths);
        for (size_t i = 0; i < TRIED; i++) {
            set_factors(balance, stream, widths, weights, tried[i], factors);
            noise[i] += noise_of(balance, stream, factors, HALVES - 1 - half);
        }
    }
    for (size_t i = 1; i < TRIED; i++)
        best = noise[i] < noise[best] ? i : best;
    find_widths(balance, stream, BOTH, widths);
    set_factors(balance, stream, widths, weights, tried[best], factors);
    free(widths);
    free(weights);
    return noise[best] < WORTH * noise[0];
}

/* Views have no step of their own. */
static void copy_seen(const struct balance *balance)
{
    const struct graph *graph = balance->graph;
    for (int n = 0; n < graph->n_nodes; n++) {
        const struct node *node = &graph->nodes[n];
        struct seen *to = balance->seen[node->outputs[0]];
        if (to && op_has(node->op, TRAIT_VIEW))
            memcpy(to, balance->seen[node->inputs[0]],
                   (size_t)balance->streams.tensors[node->outputs[0]].channels * sizeof(*to));
    }
}

/* All factors are found before weights change: they are judged by what was seen. */
static void balance_streams(struct balance *balance)
{
    int count = balance->streams.count, changed = 0;
    double **factors = xcalloc((size_t)count + 1, sizeof(*factors));
    copy_seen(balance);
    find_gains(balance);
    for (int i = 0; i < count; i++) {
        factors[i] = xcalloc((size_t)balance->streams.channels[i], sizeof(double));
        if (!choose(balance, i, factors[i]))
            FREE_AND_NULL(factors[i]);
    }
    for (int i = 0; i < count; i++) {
        if (factors[i]) {
            streams_draw_out(&balance->streams, balance->graph, i, factors[i]);
            changed++;
        }
        free(factors[i]);
    }
    free(factors);
    graph_remark(balance->graph, "balanced the channels of %d of %d streams of activations",
                 changed, count);
}

enum status balance(struct graph *graph, struct model_data *data, enum type activations,
                    bool scales_dense, struct error *error)
{
    struct balance balance = {.graph = graph,
                              .streams = streams_find(graph, scales_dense),
                              .steps = activations == TYPE_I16 ? 65534.0 : 255.0};
    const struct walk walk = {
        .graph = graph, .observe = watch, .after = end_run, .context = &balance};
    enum status status = STATUS_OK;
    find_seen(&balance);
    if (balance.streams.count > 0)
        status = walk_samples(&walk, data, error);
    if (status == STATUS_OK)
        balance_streams(&balance);
    release_seen(&balance);
    streams_release(&balance.streams);
    return status;
}

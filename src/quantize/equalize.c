#include "quantize/equalize.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "graph/activation.h"
#include "graph/node_params.h"
#include "quantize/product.h"
#include "quantize/rescale.h"
#include "quantize/walk.h"

/* Rounds over all pairs; ranges of a chain of layers settle in a few. */
#define ROUNDS 40
/* What other samples may exceed in a channel that must stay below 6. */
#define MARGIN 1.25f
#define CLIP   6.0f
/* Factors of one round and of all stay within this: a channel without weights has no range. */
#define FACTOR_MOST 1e3f

/* Two products, the second of which alone reads the first one's channels. */
struct pair {
    struct product first, second;
    int activation; /* of the first */
    int channels;
    int out;           /* the tensor between them: the output of the first */
    float *low, *high; /* of each channel of it, as calibration saw it */
};

struct equalization {
    struct graph *graph;
    struct pair *pairs;
    size_t count, capacity;
};

/* The only node that reads the tensor, or NULL. */
static const struct node *only_reader(const struct graph *graph, int tensor)
{
    if (graph_uses(graph, tensor) != 1)
        return NULL;
    for (int n = 0; n < graph->n_nodes; n++)
        for (int i = 0; i < graph->nodes[n].n_inputs; i++)
            if (graph->nodes[n].inputs[i] == tensor)
                return &graph->nodes[n];
    return NULL;
}

/* Whether the node makes each channel of an image a channel of its output, by something that a
 * positive factor may be drawn out of. */
static bool keeps_channels(const struct graph *graph, const struct node *node)
{
    const struct shape *in = &node_input(graph, node, 0)->shape,
                       *out = &node_output(graph, node, 0)->shape;
    if (in->rank != 4 || in->dim[3] != out->dim[out->rank - 1])
        return false;
    switch (node->op) {
    case OP_AVERAGE_POOL_2D:
    case OP_MAX_POOL_2D:
        return node->params.pool.activation == ACTIVATION_NONE;
    case OP_MEAN:
        return shape_elements(out) == (size_t)in->dim[0] * (size_t)in->dim[3];
    case OP_RESHAPE:
        return in->dim[1] == 1 && in->dim[2] == 1 && out->rank == 2;
    default:
        return false;
    }
}

/* The only product that reads a tensor, if need be behind nodes that keep channels. */
static bool find_second(const struct graph *graph, int tensor, struct product *second)
{
    const struct node *node = only_reader(graph, tensor);
    while (node && keeps_channels(graph, node))
        node = only_reader(graph, node->outputs[0]);
    return node && product_describe(graph, node, second);
}

static void add_pair(struct equalization *equalization, const struct node *node)
{
    struct graph *graph = equalization->graph;
    struct pair pair = {.out = node->outputs[0]};
    if (!product_describe(graph, node, &pair.first) || !rescale_can(graph, &pair.first) ||
        !find_second(graph, node->outputs[0], &pair.second) || !rescale_can(graph, &pair.second))
        return;
    pair.activation = product_activation(&pair.first);
    pair.channels = product_outputs(graph, &pair.first);
    if (pair.channels != pair.second.channels ||
        (pair.activation != ACTIVATION_NONE && pair.activation != ACTIVATION_RELU &&
         pair.activation != ACTIVATION_RELU6))
        return;
    pair.low = xcalloc((size_t)pair.channels, sizeof(float));
    pair.high = xcalloc((size_t)pair.channels, sizeof(float));
    for (int c = 0; c < pair.channels; c++) {
        pair.low[c] = INFINITY;
        pair.high[c] = -INFINITY;
    }
    equalization->pairs =
        list_grow(equalization->pairs, equalization->count, &equalization->capacity, sizeof(pair));
    equalization->pairs[equalization->count++] = pair;
}

static void watch(void *context, int tensor, const void *elements)
{
    const struct equalization *equalization = context;
    const float *values = elements;
    for (size_t i = 0; i < equalization->count; i++) {
        const struct pair *pair = &equalization->pairs[i];
        if (pair->out != tensor)
            continue;
        size_t count = shape_elements(&equalization->graph->tensors[tensor].shape);
        for (size_t k = 0; k < count; k++) {
            size_t c = k % (size_t)pair->channels;
            pair->low[c] = fminf(pair->low[c], values[k]);
            pair->high[c] = fmaxf(pair->high[c], values[k]);
        }
    }
}

/* The place among a product's weights, or -1 behind the last, of the i-th that reads an input
 * channel. */
static size_t reading(const struct graph *graph, const struct product *product, int channel,
                      size_t i)
{
    size_t outputs = (size_t)product_outputs(graph, product);
    if (product->node.op == OP_DEPTHWISE_CONV_2D) {
        size_t own = outputs / (size_t)product->channels;
        return i / own * outputs + (size_t)channel * own + i % own;
    }
    return i * (size_t)product->channels + (size_t)channel;
}

static size_t count_reading(const struct graph *graph, const struct product *product)
{
    return shape_elements(&graph->tensors[product->weights].shape) / (size_t)product->channels;
}

static float range_before(const struct graph *graph, const struct pair *pair, int channel)
{
    const float *weights = rescale_numbers(graph, pair->first.weights);
    struct strip strip = product_strip(graph, &pair->first, channel);
    float most = 0.0f;
    for (size_t i = 0; i < (size_t)pair->first.inputs; i++)
        most = fmaxf(most, fabsf(weights[strip.first + i * strip.step]));
    return most;
}

static float range_behind(const struct graph *graph, const struct pair *pair, int channel)
{
    const float *weights = rescale_numbers(graph, pair->second.weights);
    size_t count = count_reading(graph, &pair->second);
    float most = 0.0f;
    for (size_t i = 0; i < count; i++)
        most = fmaxf(most, fabsf(weights[reading(graph, &pair->second, channel, i)]));
    return most;
}

/* What a channel between the layers is divided by. */
static float factor_of(const struct graph *graph, const struct pair *pair, int channel)
{
    float before = range_before(graph, pair, channel), behind = range_behind(graph, pair, channel);
    if (!(before > 0.0f && behind > 0.0f) || !isfinite(before) || !isfinite(behind))
        return 1.0f;
    float factor = fminf(fmaxf(sqrtf(before / behind), 1.0f / FACTOR_MOST), FACTOR_MOST);
    if (pair->activation != ACTIVATION_RELU6)
        return factor;
    if (!(pair->high[channel] * MARGIN < CLIP)) /* it is cut off, or nearly */
        return 1.0f;
    return fmaxf(factor, pair->high[channel] * MARGIN / CLIP);
}

static void divide(const struct graph *graph, struct pair *pair, int channel, float factor)
{
    float *weights = rescale_numbers(graph, pair->first.weights);
    struct strip strip = product_strip(graph, &pair->first, channel);
    for (size_t i = 0; i < (size_t)pair->first.inputs; i++)
        weights[strip.first + i * strip.step] /= factor;
    rescale_numbers(graph, pair->first.node.inputs[PRODUCT_BIAS])[channel] /= factor;
    float *behind = rescale_numbers(graph, pair->second.weights);
    size_t count = count_reading(graph, &pair->second);
    for (size_t i = 0; i < count; i++)
        behind[reading(graph, &pair->second, channel, i)] *= factor;
    pair->low[channel] /= factor;
    pair->high[channel] /= factor;
}

/* One round; the largest change. */
static float equalize_pairs(const struct equalization *equalization)
{
    float most = 0.0f;
    for (size_t i = 0; i < equalization->count; i++) {
        struct pair *pair = &equalization->pairs[i];
        for (int c = 0; c < pair->channels; c++) {
            float factor = factor_of(equalization->graph, pair, c);
            divide(equalization->graph, pair, c, factor);
            most = fmaxf(most, fabsf(logf(factor)));
        }
    }
    return most;
}

/* Of activations that were at least so much in all samples, that goes to the biases behind. */
static int absorb(const struct graph *graph, const struct pair *pair)
{
    float *before = rescale_numbers(graph, pair->first.node.inputs[PRODUCT_BIAS]);
    float *lost = xcalloc((size_t)pair->channels, sizeof(*lost));
    int absorbed = 0;
    for (int c = 0; c < pair->channels; c++) {
        float much = pair->low[c];
        bool cut = pair->activation == ACTIVATION_RELU6 && !(pair->high[c] < CLIP);
        if (cut || !(much > 0.0f) || !isfinite(much))
            continue;
        lost[c] = much;
        before[c] -= much;
        absorbed++;
    }
    rescale_make_up(graph, &pair->second, lost);
    free(lost);
    return absorbed;
}

static void report(const struct equalization *equalization, int absorbed)
{
    int held = 0, channels = 0;
    for (size_t i = 0; i < equalization->count; i++) {
        const struct pair *pair = &equalization->pairs[i];
        channels += pair->channels;
        for (int c = 0; c < pair->channels; c++)
            held += pair->activation == ACTIVATION_RELU6 && !(pair->high[c] * MARGIN < CLIP);
    }
    graph_remark(equalization->graph,
                 "equalized %zu pairs of layers with %d channels, of which %d reach the 6 of ReLU6 "
                 "and stay; biases of %d were absorbed",
                 equalization->count, channels, held, absorbed);
}

static void own_constants(const struct equalization *equalization)
{
    struct graph *graph = equalization->graph;
    for (size_t i = 0; i < equalization->count; i++) {
        const struct pair *pair = &equalization->pairs[i];
        rescale_own(graph, pair->first.weights);
        rescale_own(graph, pair->first.node.inputs[PRODUCT_BIAS]);
        rescale_own(graph, pair->second.weights);
        rescale_own(graph, pair->second.node.inputs[PRODUCT_BIAS]);
    }
}

static void apply(const struct equalization *equalization)
{
    int absorbed = 0;
    own_constants(equalization);
    for (int round = 0; round < ROUNDS && equalize_pairs(equalization) > 1e-3f; round++)
        ;
    for (size_t i = 0; i < equalization->count; i++)
        if (!product_pads(equalization->graph, &equalization->pairs[i].second))
            absorbed += absorb(equalization->graph, &equalization->pairs[i]);
    report(equalization, absorbed);
}

enum status equalize(struct graph *graph, struct model_data *data, struct error *error)
{
    struct equalization equalization = {.graph = graph};
    const struct walk walk = {.graph = graph, .observe = watch, .context = &equalization};
    enum status status = STATUS_OK;
    for (int n = 0; n < graph->n_nodes; n++)
        add_pair(&equalization, &graph->nodes[n]);
    if (equalization.count > 0)
        status = walk_samples(&walk, data, error);
    if (status == STATUS_OK)
        apply(&equalization);
    for (size_t i = 0; i < equalization.count; i++) {
        free(equalization.pairs[i].low);
        free(equalization.pairs[i].high);
    }
    free(equalization.pairs);
    return status;
}

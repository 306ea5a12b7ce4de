#include "quantize/centre.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "graph/activation.h"
#include "quantize/doing.h"
#include "quantize/histogram.h"
#include "quantize/rescale.h"
#include "quantize/walk.h"

/* Channels that a product writes, as the samples have them. */
struct channels {
    struct product writer;
    int count; /* 0: they stay as they are */
    struct range *ranges;
};

struct centring {
    struct graph *graph;
    struct channels *channels; /* per tensor */
};

static void watch(void *context, int tensor, const void *elements)
{
    const struct centring *centring = context;
    const struct channels *channels = &centring->channels[tensor];
    const float *values = elements;
    size_t count = shape_elements(&centring->graph->tensors[tensor].shape);
    for (size_t i = 0; i < count && channels->count > 0; i++)
        range_widen(&channels->ranges[i % (size_t)channels->count],
                    (struct range){values[i], values[i], true});
}

static enum status end_run(void *context, const struct model_data *data, size_t run,
                           struct error *error)
{
    (void)context;
    (void)error;
    doing_tell(DOING_CHANNELS, run + 1, model_data_runs(data));
    return STATUS_OK;
}

static bool is_end(const struct graph *graph, int tensor)
{
    bool is = false;
    for (int i = 0; i < graph->n_outputs; i++)
        is |= graph->outputs[i] == tensor;
    for (int i = 0; i < graph->n_states; i++)
        is |= graph->states[i].tensor == tensor || graph->states[i].next == tensor;
    return is;
}

/* A product that reads the channels from nowhere else than the tensor, and only as its data. */
static bool can_read(const struct graph *graph, const struct node *node, int tensor, int channels)
{
    struct product product;
    return product_describe(graph, node, &product) && rescale_can(graph, &product) &&
           node->inputs[0] == tensor && product.channels == channels &&
           !product_pads(graph, &product);
}

static bool all_can_read(const struct graph *graph, int tensor, int channels)
{
    int readers = 0;
    for (int n = 0; n < graph->n_nodes; n++)
        for (int i = 0; i < graph->nodes[n].n_inputs; i++) {
            if (graph->nodes[n].inputs[i] != tensor)
                continue;
            if (!can_read(graph, &graph->nodes[n], tensor, channels))
                return false;
            readers++;
        }
    return readers > 0;
}

static bool find_channels(const struct centring *centring, const struct node *node)
{
    const struct graph *graph = centring->graph;
    struct product writer;
    int out = node->outputs[0];
    if (!product_describe(graph, node, &writer) || !rescale_can(graph, &writer) ||
        product_activation(&writer) != ACTIVATION_NONE || is_end(graph, out))
        return false;
    int count = product_outputs(graph, &writer);
    if (!all_can_read(graph, out, count))
        return false;
    centring->channels[out] = (struct channels){
        .writer = writer, .count = count, .ranges = xcalloc((size_t)count, sizeof(struct range))};
    return true;
}

/* Where its values are not finite, a channel stays: calibration names it. */
static float middle(struct range range)
{
    double sum = (double)range.low + (double)range.high;
    return range.seen && isfinite(sum) ? (float)(sum / 2.0) : 0.0f;
}

static void shift(struct graph *graph, const struct channels *channels)
{
    int tensor = channels->writer.node.outputs[0],
        bias = channels->writer.node.inputs[PRODUCT_BIAS];
    float *middles = xcalloc((size_t)channels->count, sizeof(*middles));
    rescale_own(graph, bias);
    for (int c = 0; c < channels->count; c++) {
        middles[c] = middle(channels->ranges[c]);
        rescale_numbers(graph, bias)[c] -= middles[c];
    }
    for (int n = 0; n < graph->n_nodes; n++) {
        struct product reader;
        if (graph->nodes[n].n_inputs > 0 && graph->nodes[n].inputs[0] == tensor &&
            product_describe(graph, &graph->nodes[n], &reader)) {
            rescale_own(graph, reader.node.inputs[PRODUCT_BIAS]);
            rescale_make_up(graph, &reader, middles);
        }
    }
    free(middles);
}

enum status centre(struct graph *graph, struct model_data *data, struct error *error)
{
    struct centring centring = {
        .graph = graph, .channels = xcalloc((size_t)graph->n_tensors, sizeof(struct channels))};
    const struct walk walk = {
        .graph = graph, .observe = watch, .after = end_run, .context = &centring};
    enum status status = STATUS_OK;
    int count = 0;
    for (int n = 0; n < graph->n_nodes; n++)
        count += find_channels(&centring, &graph->nodes[n]);
    if (count > 0)
        status = walk_samples(&walk, data, error);
    for (int t = 0; t < graph->n_tensors; t++) {
        if (status == STATUS_OK && centring.channels[t].count > 0)
            shift(graph, &centring.channels[t]);
        free(centring.channels[t].ranges);
    }
    free(centring.channels);
    if (status == STATUS_OK && count > 0)
        graph_remark(graph, "centred the channels of %d tensors on 0", count);
    return status;
}

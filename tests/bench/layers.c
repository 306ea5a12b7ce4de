#include "layers.h"

#include <stdlib.h>
#include <string.h>

#include "architectures/build.h"
#include "base/memory.h"
#include "engine/session.h"
#include "graph/sample.h"
#include "quantize/modes.h"
#include "rewrite/compact.h"
#include "runs.h"

/* A further layer is a row here. */
#define CONV(filters_, ...)                                                                        \
    {                                                                                              \
        .filters = (filters_), .then = RELU6, __VA_ARGS__                                          \
    }
const struct bench_layer bench_layers[] = {
    /* first convolutions */
    {"mobilenet-v2", OP_CONV_2D, SHAPE(1, 224, 224, 3), CONV(32, .side = 3, .stride = 2)},
    {"resnet-50", OP_CONV_2D, SHAPE(1, 224, 224, 3), CONV(64, .side = 7, .stride = 2)},
    {"mobilenet-v3-small", OP_CONV_2D, SHAPE(1, 224, 224, 3), CONV(16, .side = 3, .stride = 2)},
    /* convolutions of one pixel */
    {"mobilenet-v2", OP_CONV_2D, SHAPE(1, 112, 112, 32), CONV(16)},
    {"mobilenet-v2", OP_CONV_2D, SHAPE(1, 56, 56, 24), CONV(144)},
    {"mobilenet-v2", OP_CONV_2D, SHAPE(1, 28, 28, 192), CONV(32)},
    {"mobilenet-v2", OP_CONV_2D, SHAPE(1, 14, 14, 96), CONV(576)},
    {"mobilenet-v2", OP_CONV_2D, SHAPE(1, 14, 14, 576), CONV(96)},
    {"mobilenet-v2", OP_CONV_2D, SHAPE(1, 7, 7, 320), CONV(1280)},
    {"resnet-50", OP_CONV_2D, SHAPE(1, 56, 56, 64), CONV(256)},
    {"resnet-50", OP_CONV_2D, SHAPE(1, 14, 14, 1024), CONV(256)},
    {"squeezenet", OP_CONV_2D, SHAPE(1, 13, 13, 512), CONV(1000)},
    {"efficientnet-b0", OP_CONV_2D, SHAPE(1, 7, 7, 1152), CONV(192)},
    {"mobilenet-v3-small", OP_CONV_2D, SHAPE(1, 56, 56, 16), CONV(72)},
    {"mobilenet-v3-small", OP_CONV_2D, SHAPE(1, 14, 14, 40), CONV(240)},
    /* of 3x3 pixels */
    {"resnet-50", OP_CONV_2D, SHAPE(1, 56, 56, 64), CONV(64, .side = 3)},
    {"resnet-50", OP_CONV_2D, SHAPE(1, 56, 56, 128), CONV(128, .side = 3, .stride = 2)},
    {"resnet-50", OP_CONV_2D, SHAPE(1, 14, 14, 256), CONV(256, .side = 3)},
    {"resnet-50", OP_CONV_2D, SHAPE(1, 7, 7, 512), CONV(512, .side = 3)},
    {"squeezenet", OP_CONV_2D, SHAPE(1, 55, 55, 16), CONV(64, .side = 3)},
    {"squeezenet", OP_CONV_2D, SHAPE(1, 13, 13, 64), CONV(256, .side = 3)},
    /* depthwise ones */
    {"mobilenet-v2", OP_DEPTHWISE_CONV_2D, SHAPE(1, 112, 112, 32), CONV(0, .side = 3)},
    {"mobilenet-v2", OP_DEPTHWISE_CONV_2D, SHAPE(1, 112, 112, 96), CONV(0, .side = 3, .stride = 2)},
    {"mobilenet-v3-small", OP_DEPTHWISE_CONV_2D, SHAPE(1, 112, 112, 16),
     CONV(0, .side = 3, .stride = 2)},
    {"mobilenet-v2", OP_DEPTHWISE_CONV_2D, SHAPE(1, 28, 28, 192), CONV(0, .side = 3)},
    {"mobilenet-v2", OP_DEPTHWISE_CONV_2D, SHAPE(1, 14, 14, 576), CONV(0, .side = 3)},
    {"mobilenet-v2", OP_DEPTHWISE_CONV_2D, SHAPE(1, 14, 14, 576), CONV(0, .side = 3, .stride = 2)},
    {"efficientnet-b0", OP_DEPTHWISE_CONV_2D, SHAPE(1, 56, 56, 144),
     CONV(0, .side = 5, .stride = 2)},
    {"efficientnet-b0", OP_DEPTHWISE_CONV_2D, SHAPE(1, 14, 14, 672), CONV(0, .side = 5)},
    {"mobilenet-v3-small", OP_DEPTHWISE_CONV_2D, SHAPE(1, 7, 7, 576), CONV(0, .side = 5)},
    /* one row of inputs, and many */
    {"mobilenet-v2", OP_FULLY_CONNECTED, SHAPE(1, 1280), {.filters = 1000}},
    {"resnet-50", OP_FULLY_CONNECTED, SHAPE(1, 2048), {.filters = 1000}},
    {"mlp", OP_FULLY_CONNECTED, SHAPE(1, 784), {.filters = 512, .then = RELU}},
    {"bert-mini", OP_FULLY_CONNECTED, SHAPE(1, 128, 256), {.filters = 256}},
    {"bert-mini", OP_FULLY_CONNECTED, SHAPE(1, 128, 256), {.filters = 1024}},
    {"bert-mini", OP_FULLY_CONNECTED, SHAPE(1, 128, 1024), {.filters = 256}},
    /* element by element */
    {"efficientnet-b0", OP_MUL, SHAPE(1, 56, 56, 144), {0}},
    {"mobilenet-v3-small", OP_MUL, SHAPE(1, 56, 56, 16), {0}},
    {"efficientnet-b0", OP_MUL, SHAPE(1, 14, 14, 672), {0}},
    {"mobilenet-v2", OP_ADD, SHAPE(1, 14, 14, 96), {0}},
    {"resnet-50", OP_ADD, SHAPE(1, 56, 56, 256), {0}},
    {"efficientnet-b0", OP_LOGISTIC, SHAPE(1, 112, 112, 32), {0}},
    {"mobilenet-v3-small", OP_HARD_SWISH, SHAPE(1, 112, 112, 16), {0}},
    {"bert-mini", OP_GELU, SHAPE(1, 128, 1024), {0}},
    {"resnet-50", OP_QUANTIZE, SHAPE(1, 224, 224, 3), {0}},
    /* several elements to one */
    {"squeezenet", OP_MAX_POOL_2D, SHAPE(1, 111, 111, 64), {.side = 3, .stride = 2}},
    {"mobilenet-v2", OP_MEAN, SHAPE(1, 7, 7, 1280), {0}},
    {"bert-mini", OP_SOFTMAX, SHAPE(1, 4, 128, 128), {0}},
    {"mobilenet-v2", OP_SOFTMAX, SHAPE(1, 1000), {0}},
    {"bert-mini", OP_LAYER_NORMALIZATION, SHAPE(1, 128, 256), {0}},
};
const size_t bench_layer_count = sizeof(bench_layers) / sizeof(bench_layers[0]);

static bool is_product(enum op op)
{
    return op == OP_CONV_2D || op == OP_DEPTHWISE_CONV_2D || op == OP_FULLY_CONNECTED;
}

void bench_layer_text(const struct bench_layer *layer, struct text *out)
{
    text_add_string(out, op_table[layer->op].name);
    if (layer->op != OP_FULLY_CONNECTED && (is_product(layer->op) || layer->product.side > 0)) {
        int side = layer->product.side > 0 ? layer->product.side : 1;
        text_printf(out, " %dx%d", side, side);
        if (layer->product.stride > 1)
            text_printf(out, "/%d", layer->product.stride);
    }
    for (int i = 1; i < layer->in.rank; i++)
        text_printf(out, "%c%d", i == 1 ? ' ' : 'x', layer->in.dim[i]);
    if (layer->product.filters > 0)
        text_printf(out, " to %d", layer->product.filters);
}

/* Builds a float graph, in which other nodes may make what the layer's node reads. */

static int build_layer(struct builder *builder, const struct bench_layer *layer, int in)
{
    const struct layer *product = &layer->product;
    switch (layer->op) {
    case OP_CONV_2D:
        return layer_conv(builder, in, *product);
    case OP_DEPTHWISE_CONV_2D:
        return layer_depthwise(builder, in, *product);
    case OP_FULLY_CONNECTED:
        return layer_dense(builder, in, *product);
    case OP_MUL: /* a gate per channel */
        return layer_multiply(builder, in,
                              layer_activation(builder, layer_mean(builder, in, true), SIGMOID));
    case OP_ADD:
        return layer_add(builder, in, layer_activation(builder, in, TANH), LINEAR);
    case OP_LOGISTIC:
    case OP_QUANTIZE: /* which integer modes begin with */
        return layer_activation(builder, in, SIGMOID);
    case OP_HARD_SWISH:
        return layer_activation(builder, in, HARD_SWISH);
    case OP_GELU:
        return layer_activation(builder, in, GELU);
    case OP_MAX_POOL_2D:
        return layer_max_pool(builder, in, product->side, product->stride, PADDING_VALID);
    case OP_MEAN:
        return layer_mean(builder, in, true);
    case OP_SOFTMAX:
        return layer_softmax(builder, in);
    case OP_LAYER_NORMALIZATION:
        return layer_normalization(builder, in, 1e-12f);
    default:
        bench_fail("no layer is built of %s", op_table[layer->op].name);
    }
}

/* What architecture_draw passes on to build(), and which layer that is. */
struct order {
    struct architecture_options options;
    const struct bench_layer *layer;
};

static void build(struct builder *builder)
{
    const struct order *order = (const struct order *)(const void *)builder->options;
    int out = build_layer(builder, order->layer, layer_input(builder, order->layer->in));
    graph_set_outputs(builder->graph, &out, 1);
}

static struct graph *float_graph(const struct bench_layer *layer)
{
    static const struct architecture one = {
        .name = "layer",
        .title = "one layer",
        .initial = {.width = 1.0, .size = 1, .classes = 1, .seed = 1},
        .build = build,
    };
    struct order order = {one.initial, layer};
    struct graph *graph;
    struct error error;
    if (architecture_draw(&one, &order.options, &graph, &error) != STATUS_OK)
        bench_fail("%s", error.text);
    return graph;
}

/* Ranges, of one run on a sample. */

struct watching {
    const struct graph *graph;
    struct ranges *ranges;
};

static void see(void *context, int tensor, const void *elements)
{
    const struct watching *watching = context;
    const struct tensor *seen = &watching->graph->tensors[tensor];
    struct range *range = &watching->ranges->items[tensor];
    const float *values = elements;
    if (seen->type != TYPE_F32)
        return;
    for (size_t i = 0; i < shape_elements(&seen->shape); i++) {
        range->low = !range->seen || values[i] < range->low ? values[i] : range->low;
        range->high = !range->seen || values[i] > range->high ? values[i] : range->high;
        range->seen = true;
    }
}

static struct ranges find_ranges(const struct graph *graph)
{
    struct ranges ranges = {
        .items = xcalloc((size_t)graph->n_tensors, sizeof(struct range)),
        .count = graph->n_tensors,
        .samples = 1,
    };
    struct watching watching = {graph, &ranges};
    struct bench_run run = bench_run_new(graph, isa_best(), false);
    sample_fill(&graph->tensors[graph->inputs[0]].shape, 0, session_input(run.session, 0));
    session_observe(run.session, see, &watching);
    session_run(run.session);
    bench_run_release(&run);
    return ranges;
}

static void apply(struct graph *graph, const struct mode *mode)
{
    struct mode_options options;
    struct ranges ranges = {0};
    struct error error;
    mode_options_init(&options);
    if (mode->needs_calibration)
        ranges = find_ranges(graph);
    if (mode->apply(graph, &options, mode->needs_calibration ? &ranges : NULL, &error) != STATUS_OK)
        bench_fail("%s: %s", mode->name, error.text);
    free(ranges.items);
    graph->rounding = options.rounding;
    graph_compact(graph);
}

/* The node by itself. */

static bool is_constant_node(const struct graph *graph, const struct node *node)
{
    for (int i = 0; i < node->n_inputs; i++)
        if (node_input(graph, node, i) && !node_input(graph, node, i)->data)
            return false;
    return true;
}

/* Whether another node than those of constants writes the tensor, or none and it has no data. */
static bool is_computed(const struct graph *graph, int tensor)
{
    if (tensor == NO_TENSOR || graph->tensors[tensor].data)
        return false;
    const struct node *producer = graph_producer(graph, tensor);
    return !producer || !is_constant_node(graph, producer);
}

/* Makes what the node reads the graph's inputs, what it writes its outputs. */
static void free_node(struct graph *graph, const struct node *node)
{
    int inputs[3], count = 0;
    for (int i = 0; i < node->n_inputs && i < 3; i++)
        if (is_computed(graph, node->inputs[i]))
            inputs[count++] = node->inputs[i];
    graph_set_inputs(graph, inputs, count);
    graph_set_outputs(graph, node->outputs, node->n_outputs);
}

/* Leaves of the graph the first node of the operator, and what widens its constants. */
static bool isolate(struct graph *graph, enum op op)
{
    int count, found = -1;
    for (int i = graph->n_nodes - 1; i >= 0; i--)
        found = graph->nodes[i].op == op ? i : found;
    if (found < 0)
        return false;
    free_node(graph, &graph->nodes[found]);
    bool *keeps = xcalloc((size_t)graph->n_nodes, sizeof(bool));
    for (int i = 0; i < graph->n_nodes; i++)
        keeps[i] = i == found || is_constant_node(graph, &graph->nodes[i]);
    const struct node *nodes = graph_take_nodes(graph, &count);
    for (int i = 0; i < count; i++)
        if (keeps[i])
            graph_keep_node(graph, &nodes[i]);
    free(keeps);
    graph_compact(graph);
    return true;
}

/* Modes that change products alone have nothing to say of other nodes, and int8-io nothing that
 * int8 has not said. */
static bool takes_part(const struct bench_layer *layer, const struct mode *mode)
{
    if (mode == &mode_int8_io || mode == &mode_as_is)
        return false;
    return is_product(layer->op) || mode->is_baseline || mode->needs_calibration;
}

static const struct node *last_node(const struct graph *graph)
{
    return &graph->nodes[graph->n_nodes - 1];
}

/* The i-th input, or what it is widened from. */
static const struct tensor *stored_input(const struct graph *graph, const struct node *node, int i)
{
    const struct node *producer = graph_producer(graph, node->inputs[i]);
    return producer ? node_input(graph, producer, 0) : node_input(graph, node, i);
}

static bool is_quantized(const struct tensor *tensor)
{
    return tensor->type != TYPE_F32 && !tensor_is_whole(tensor);
}

/* Whether the mode made something of what the node reads and writes. */
static bool is_changed(const struct graph *graph)
{
    const struct node *node = last_node(graph);
    for (int i = 0; i < node->n_inputs; i++)
        if (node->inputs[i] != NO_TENSOR && is_quantized(stored_input(graph, node, i)))
            return true;
    return is_quantized(node_output(graph, node, 0));
}

struct graph *bench_layer_graph(const struct bench_layer *layer, const struct mode *mode)
{
    if (!takes_part(layer, mode))
        return NULL;
    struct graph *graph = float_graph(layer);
    apply(graph, mode);
    if (isolate(graph, layer->op) && (mode->is_baseline || is_changed(graph)))
        return graph;
    graph_free(graph);
    return NULL;
}

const struct tensor *bench_weights(const struct graph *graph)
{
    return stored_input(graph, last_node(graph), 1);
}

double bench_operations(const struct graph *graph)
{
    const struct node *node = last_node(graph);
    if (!is_product(node->op))
        return 0.0;
    const struct shape *out = &node_output(graph, node, 0)->shape;
    double places = (double)shape_elements(out) / out->dim[out->rank - 1];
    return 2.0 * places * (double)shape_elements(&node_input(graph, node, 1)->shape);
}

double bench_bytes(const struct graph *graph)
{
    const struct node *node = last_node(graph);
    double bytes = 0.0;
    for (int i = 0; i < node->n_inputs; i++)
        if (node->inputs[i] != NO_TENSOR)
            bytes += (double)tensor_bytes(stored_input(graph, node, i));
    for (int i = 0; i < node->n_outputs; i++)
        bytes += (double)tensor_bytes(node_output(graph, node, i));
    return bytes;
}

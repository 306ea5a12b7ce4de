/* Mode dynamic: int8 weights in the file, activations quantized at run time. */
#include "graph/node_params.h"
#include "quantize/correct.h"
#include "quantize/layers.h"
#include "quantize/modes.h"
#include "quantize/scale.h"

/* Smaller constants stay float: they save nothing and cost accuracy. */
#define FEWEST_ELEMENTS 1024

/* The node's operand that is worth storing as int8, or NO_TENSOR. */
static int shrinkable(const struct graph *graph, const struct node *node)
{
    int input = op_table[node->op].quant.shrink_input;
    const struct tensor *tensor = node_input(graph, node, input);
    if (input == NO_INPUT || !tensor || tensor->type != TYPE_F32 || !tensor->data ||
        shape_elements(&tensor->shape) < FEWEST_ELEMENTS)
        return NO_TENSOR;
    return node->inputs[input];
}

/* A hybrid kernel multiplies float activations that it quantizes itself; the first operand must be
 * computed. */
static bool runs_hybrid(const struct graph *graph, const struct node *node)
{
    return op_table[node->op].quant.hybrid && !node_input(graph, node, 0)->data;
}

/* TFLite's hybrid kernels of convolutions in groups read a scale per channel, even where there is
 * but one. */
static bool needs_channels(const struct graph *graph, const struct node *node)
{
    return node->op == OP_DEPTHWISE_CONV_2D ||
           (node->op == OP_CONV_2D &&
            node_input(graph, node, 0)->shape.dim[3] != node_input(graph, node, 1)->shape.dim[3]);
}

static enum granularity granularity_of(const struct graph *graph, const struct node *node,
                                       const struct mode_options *options)
{
    const struct quant_rule *rule = &op_table[node->op].quant;
    if (!rule->hybrid || rule->weight_input == NO_INPUT)
        return GRANULARITY_TENSOR;
    if (needs_channels(graph, node))
        return GRANULARITY_CHANNEL;
    return node->op == OP_FULLY_CONNECTED && options->dense_weights == GRANULARITY_TENSOR
               ? GRANULARITY_TENSOR
               : options->weights;
}

static void shrink(struct graph *graph, const struct node *before, int tensor,
                   const struct mode_options *options, const struct ranges *ranges)
{
    const struct quant_rule *rule = &op_table[before->op].quant;
    const struct weight_order order = {
        .weights = tensor,
        .axis = rule->weight_input == NO_INPUT ? 0 : rule->weight_axis,
        .granularity = granularity_of(graph, before, options),
        .most = WEIGHT_MOST,
        .moments = ranges ? ranges->moments : NULL,
    };
    int stored = quantize_weights_only(graph, &order);
    if (!runs_hybrid(graph, before)) { /* smaller file, float arithmetic */
        struct tensor widened = graph->tensors[tensor];
        widened.data = NULL;
        int wide = graph_add_tensor(graph, &widened);
        graph_add_node(graph, OP_DEQUANTIZE, &stored, 1, &wide, 1, NULL);
        stored = wide;
    }
    struct node *node = graph_keep_node(graph, before);
    node->inputs[rule->shrink_input] = stored;
    if (ranges && ranges->means)
        correct_own_bias(graph, node);
    int32_t *asymmetric = node_param(node, "asymmetric_quantize_inputs");
    if (asymmetric)
        *asymmetric = 1;
}

static enum status apply(struct graph *graph, const struct mode_options *options,
                         const struct ranges *ranges, struct error *error)
{
    int count;
    struct node *nodes = graph_take_nodes(graph, &count);
    for (int n = 0; n < count; n++) {
        bool is_layer = layer_has_weights(nodes[n].op);
        bool stays = is_layer || nodes[n].stays_float;
        graph->origin = nodes[n].origin;
        int tensor = stays ? NO_TENSOR : shrinkable(graph, &nodes[n]);
        if (is_layer && !nodes[n].stays_float)
            layer_shrink(graph, &nodes[n], FEWEST_ELEMENTS);
        else if (tensor == NO_TENSOR)
            graph_keep_node(graph, &nodes[n]);
        else
            shrink(graph, &nodes[n], tensor, options, ranges);
    }
    return graph_check(graph, error);
}

const struct mode mode_dynamic = {
    .name = "dynamic",
    .title = "dynamic range",
    .text =
        "8-bit weights in the file; activations stay float and are quantized at run time, per "
        "inference: needs no data; with a calibration set, weights and biases can be fitted to it "
        "(fit=moments)",
    .promise_size = "4x",
    .promise_speed = "2-3x on CPUs",
    .promised_smaller = 4.0,
    .promised_faster = 2.0,
    .place = "CPU",
    .options = HAS_WEIGHTS | HAS_DENSE | HAS_FITTING | HAS_SCALING | HAS_BIAS | HAS_SKIP,
    .apply = apply,
};

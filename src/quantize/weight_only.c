#include "quantize/weight_only.h"

#include <math.h>
#include <stdlib.h>

#include "base/half.h"
#include "base/memory.h"
#include "quantize/correct.h"
#include "quantize/layers.h"
#include "quantize/scale.h"

/* Smaller constants stay float: they save nothing and cost accuracy. */
#define FEWEST_ELEMENTS 1024

/* A constant that was stored, and the tensor that it is widened to. */
struct stored {
    int axis, wide; /* NO_TENSOR: not yet */
};

struct pass {
    struct graph *graph;
    const struct weight_scheme *scheme;
    const struct mode_options *options;
    const struct ranges *ranges;
    struct stored *stored; /* per tensor of the float graph */
    size_t layers;         /* recurrent ones, which stay float */
};

/* Blocks go along the inputs of a channel; those of a depthwise filter are no neighbours. */
static int32_t block_of(const struct pass *pass, const struct tensor *weights, int axis)
{
    int rank = weights->shape.rank;
    int32_t block = pass->options->block;
    return rank > 1 && axis == 0 && block > 0 && weights->shape.dim[rank - 1] % block == 0 ? block
                                                                                           : 0;
}

static int add_integers(const struct pass *pass, int weights, int axis)
{
    const struct tensor *tensor = &pass->graph->tensors[weights];
    const struct weight_order order = {.weights = weights,
                                       .axis = axis,
                                       .granularity = pass->options->weights,
                                       .most = WEIGHT_MOST,
                                       .moments = pass->ranges ? pass->ranges->moments : NULL};
    return pass->scheme->bits == 4
               ? quantize_narrow(pass->graph, &order, block_of(pass, tensor, axis))
               : quantize_weights_only(pass->graph, &order);
}

/* NO_TENSOR where a finite number would not stay finite. */
static int add_brains(const struct pass *pass, int weights)
{
    struct graph *graph = pass->graph;
    struct tensor copy = graph->tensors[weights];
    size_t count = shape_elements(&copy.shape);
    const float *values = copy.data;
    uint16_t *brains = arena_alloc(graph->arena, count * sizeof(*brains));
    for (size_t i = 0; i < count; i++) {
        brains[i] = brain_from_float(values[i]);
        if (isfinite(values[i]) && !isfinite(brain_to_float(brains[i]))) {
            graph_remark(graph, "constant '%.80s' stays float32: %g lies beyond bfloat16",
                         copy.name, (double)values[i]);
            return NO_TENSOR;
        }
    }
    copy.type = TYPE_BF16;
    copy.data = brains;
    return graph_add_tensor(graph, &copy);
}

/* The tensor that takes a constant's place. */
static int shrink(struct pass *pass, int weights, int axis)
{
    struct stored *stored = &pass->stored[weights];
    if (stored->wide != NO_TENSOR && stored->axis == axis)
        return stored->wide;
    struct tensor widened = pass->graph->tensors[weights];
    int made = pass->scheme->type == TYPE_BF16 ? add_brains(pass, weights)
                                               : add_integers(pass, weights, axis);
    if (made == NO_TENSOR)
        return weights;
    widened.data = NULL;
    int wide = graph_add_tensor(pass->graph, &widened);
    graph_add_node(pass->graph, OP_DEQUANTIZE, &made, 1, &wide, 1, NULL);
    *stored = (struct stored){axis, wide};
    return wide;
}

/* The operand that is worth it, or NO_INPUT. Matrices that both operands of a product are made of
 * have no channels. */
static int operand_of(const struct graph *graph, const struct node *node)
{
    int input = op_table[node->op].quant.shrink_input;
    const struct tensor *tensor = input == NO_INPUT ? NULL : node_input(graph, node, input);
    bool fits = tensor && tensor->data && tensor->type == TYPE_F32 && tensor->shape.rank > 0 &&
                shape_elements(&tensor->shape) >= FEWEST_ELEMENTS;
    return fits && node->op != OP_BATCH_MATMUL && !node->stays_float ? input : NO_INPUT;
}

static void take_node(struct pass *pass, const struct node *node)
{
    const struct quant_rule *rule = &op_table[node->op].quant;
    bool is_layer = layer_has_weights(node->op);
    int input = is_layer ? NO_INPUT : operand_of(pass->graph, node);
    pass->layers += is_layer && !node->stays_float;
    int wide = NO_TENSOR;
    if (input != NO_INPUT)
        wide = shrink(pass, node->inputs[input],
                      rule->weight_input == NO_INPUT ? 0 : rule->weight_axis);
    struct node *kept = graph_keep_node(pass->graph, node);
    if (input == NO_INPUT)
        return;
    kept->inputs[input] = wide;
    if (pass->ranges && pass->ranges->means)
        correct_own_bias(pass->graph, kept);
}

enum status weight_only_apply(struct graph *graph, const struct weight_scheme *scheme,
                              const struct mode_options *options, const struct ranges *ranges,
                              struct error *error)
{
    struct pass pass = {.graph = graph, .scheme = scheme, .options = options, .ranges = ranges};
    int count, before = graph->n_tensors;
    struct node *nodes = graph_take_nodes(graph, &count);
    pass.stored = xcalloc((size_t)before, sizeof(*pass.stored));
    for (int i = 0; i < before; i++)
        pass.stored[i].wide = NO_TENSOR;
    for (int n = 0; n < count; n++)
        take_node(&pass, &nodes[n]);
    free(pass.stored);
    if (pass.layers > 0)
        graph_remark(graph, "%zu recurrent layer%s float32 weights", pass.layers,
                     pass.layers == 1 ? " keeps its" : "s keep their");
    return graph_check(graph, error);
}
